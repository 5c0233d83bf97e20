/* Files between a school and its district. */
#include "tests/lib/journey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/limits.h"

struct district_fixture d;
struct school *s, *other;
char usb[64];
struct arena a;

int journey_begin(void **state)
{
	(void)state;
	district_make(&d, 2);
	s = &d.clients[0];
	other = &d.clients[1];
	strcpy(usb, "/tmp/dongbo-usb-XXXXXX");
	assert_non_null(mkdtemp(usb));
	arena_init(&a, (size_t)256 << 20);
	return 0;
}

int journey_end(void **state)
{
	char **names;
	size_t count, i;

	(void)state;
	assert_int_equal(env_list(usb, 10000, &a, &names, &count, &d.e), 0);
	for (i = 0; i < count; i++) {
		const char *path = NULL;

		assert_int_equal(bundle_path(usb, names[i], &a, &path, &d.e), 0);
		remove(path);
	}
	rmdir(usb);
	arena_release(&a);
	district_end(&d);
	return 0;
}

static uint64_t luck = 1;

void luck_set(uint64_t seed)
{
	luck = seed;
}

size_t chance(size_t n)
{
	luck = luck * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (size_t)(luck >> 33) % n;
}

void save_noise(struct school *who, size_t size)
{
	size_t i, k;

	for (i = 0; i < size / 10000; i++) {
		struct draft draft;

		OK(client_begin(&who->c, who->c.unit, &d.a, &draft, &d.e));
		for (k = 0; k < 100; k++) {
			struct rid r = draft_create(&draft, 100, RID_NONE, 0);
			char *text = arena_alloc(&d.a, 100);
			size_t n;

			for (n = 0; n < 100; n++)
				text[n] = (char)('A' + chance(58));
			draft_set(&draft, 100, r, 1001,
				  value_text((struct bytes){ (uint8_t *)text, 100 }), false);
		}
		OK(client_save(&who->c, &draft, NULL, &d.e));
	}
}

struct stick_written write_usb(struct school *who, size_t size, bool only_new)
{
	struct stick_options o = { .place = usb, .size = size, .only_new = only_new };
	struct stick_written w = { .told = NULL };

	OK(stick_write(&who->c, &o, &w, &d.e));
	return w;
}

char **files(enum bundle_kind kind, size_t *count)
{
	char **paths;
	size_t all, i;

	OK(bundle_list(usb, &a, &paths, &all, &d.e));
	*count = 0;
	for (i = 0; i < all; i++) {
		struct buf b;

		buf_init(&b, LIMIT_MESSAGE);
		if (bundle_get(paths[i], &b, &d.e) == 0 && bundle_kind(buf_view(&b)) == kind)
			paths[(*count)++] = paths[i];
		buf_release(&b);
	}
	return paths;
}

struct stick_file serve(char **paths, size_t count, bool many)
{
	struct stick_file *list = arena_array(&a, count + 1, sizeof *list), sum = { 0 };
	size_t i;

	for (i = 0; i < count; i++)
		list[i].path = paths[i];
	OK(stick_read(&d.office.s, list, count, many, NULL, &a, &d.e));
	for (i = 0; i < count; i++) {
		sum.code = sum.code == 0 ? list[i].code : sum.code;
		sum.came += list[i].came;
		sum.known += list[i].known;
		sum.waits += list[i].waits;
		sum.refused += list[i].refused;
		sum.problem_count += list[i].problem_count;
		sum.answers += list[i].answers;
		sum.reply |= list[i].reply;
	}
	return sum;
}

struct stick_file serve_usb(void)
{
	size_t count;
	char **paths;

	OK(bundle_list(usb, &a, &paths, &count, &d.e));
	return serve(paths, count, true);
}

struct exchange_result take(struct school *who, char **paths, size_t count, bool many)
{
	struct stick_taken *list = arena_array(&a, count + 1, sizeof *list);
	struct exchange_result sum = { 0 };
	size_t i;

	for (i = 0; i < count; i++)
		list[i].path = paths[i];
	OK(stick_take(&who->c, list, count, many, &d.e));
	for (i = 0; i < count; i++) {
		if (list[i].code != 0)
			fail_msg("%s: %s", list[i].path, err_name(list[i].code));
		sum.items_in += list[i].result.items_in;
		sum.changesets_out += list[i].result.changesets_out;
		sum.problems += list[i].result.problems;
		sum.gap |= list[i].result.gap;
	}
	return sum;
}

struct exchange_result take_usb(struct school *who)
{
	size_t count;
	char **paths;

	OK(bundle_list(usb, &a, &paths, &count, &d.e));
	return take(who, paths, count, true);
}

void expect_same(struct school *who)
{
	struct stream_head here, there;

	OK(replica_head(&who->c.replica, OFFICE_SCHOOL, &here, &d.e));
	OK(replica_head(&d.office.s.replica, OFFICE_SCHOOL, &there, &d.e));
	assert_int_equal(here.seq, there.seq);
	assert_memory_equal(here.head, there.head, HASH_SIZE);
}

size_t under_way(struct school *who)
{
	struct stick_open *list;
	size_t count;

	OK(stick_under_way(&who->c, &a, &list, &count, &d.e));
	return count;
}

int64_t client_number(struct school *who, const char *sql)
{
	int64_t n = -1;

	OK(db_number(who->c.db, &d.e, -1, &n, sql, ""));
	return n;
}
