/* Journeys of files between a school's computers and the district: in parts, mixed up, lost,
 * doubled, late, beside a network. In the end all have the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/outbox.h"
#include "client/stick.h"
#include "common/bundle.h"
#include "protocol/limits.h"
#include "server/held.h"
#include "server/stick.h"
#include "tests/lib/district.h"
#include "tests/lib/forge.h"

enum { SMALL = STICK_SIZE_MIN, NOISE = 400000 };

static struct district_fixture d;
static struct school *s, *other;
static char usb[64];
static struct arena a; /* of paths and reports */

static int begin(void **state)
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

static int end(void **state)
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

#define OK(call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name(d.e.code), d.e.subject); \
	} while (0)

static uint64_t luck = 1;

static size_t chance(size_t n)
{
	luck = luck * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (size_t)(luck >> 33) % n;
}

/* Saves that do not get smaller: about `size` bytes in records of 100. */
static void save_noise(struct school *who, size_t size)
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

static struct stick_written write_usb(struct school *who, size_t size, bool only_new)
{
	struct stick_options o = { .place = usb, .size = size, .only_new = only_new };
	struct stick_written w = { .told = NULL };

	OK(stick_write(&who->c, &o, &w, &d.e));
	return w;
}

/* Requests or answers on the stick, in their order. */
static char **files(enum bundle_kind kind, size_t *count)
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

/* The district reads these files; the sums of their reports. */
static struct stick_file serve(char **paths, size_t count, bool many)
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

static struct stick_file serve_usb(void)
{
	size_t count;
	char **paths;

	OK(bundle_list(usb, &a, &paths, &count, &d.e));
	return serve(paths, count, true);
}

/* A computer reads these files; the sums. */
static struct exchange_result take(struct school *who, char **paths, size_t count, bool many)
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

static struct exchange_result take_usb(struct school *who)
{
	size_t count;
	char **paths;

	OK(bundle_list(usb, &a, &paths, &count, &d.e));
	return take(who, paths, count, true);
}

static void expect_same(struct school *who)
{
	struct stream_head here, there;

	OK(replica_head(&who->c.replica, OFFICE_SCHOOL, &here, &d.e));
	OK(replica_head(&d.office.s.replica, OFFICE_SCHOOL, &there, &d.e));
	assert_int_equal(here.seq, there.seq);
	assert_memory_equal(here.head, there.head, HASH_SIZE);
}

static size_t under_way(struct school *who)
{
	struct stick_open *list;
	size_t count;

	OK(stick_under_way(&who->c, &a, &list, &count, &d.e));
	return count;
}

static int64_t client_number(struct school *who, const char *sql)
{
	int64_t n = -1;

	OK(db_number(who->c.db, &d.e, -1, &n, sql, ""));
	return n;
}

/* --- there and back --- */

static void one_journey(void **state)
{
	struct stick_written w;
	struct stick_file r;
	struct exchange_result got;

	(void)state;
	school_save(s, "Một");
	w = write_usb(s, 0, false);
	assert_int_equal(w.number, 1);
	assert_int_equal(w.parts, 1);
	assert_int_equal(w.changesets, 1);
	assert_int_equal(under_way(s), 1);
	r = serve_usb();
	assert_int_equal(r.code, 0);
	assert_int_equal(r.came, 1);
	assert_int_equal(r.answers, 1);
	got = take_usb(s);
	assert_int_equal(got.changesets_out, 1);
	assert_int_equal(school_waiting(s), 0);
	assert_int_equal(under_way(s), 0);
	expect_same(s);
	/* The same stick again, on either side. */
	r = serve_usb();
	assert_int_equal(r.came, 0);
	assert_int_equal(r.known, 1);
	got = take_usb(s);
	assert_int_equal(got.changesets_out + got.items_in, 0);
	expect_same(s);
}

/* Each part is a message by itself, none larger than asked for, whatever is in it. */
static void parts_have_their_size(void **state)
{
	static const size_t sizes[] = { SMALL, 100000, 300000, 0 };
	size_t i, k, count;

	(void)state;
	save_noise(s, NOISE);
	/* An object that no small part can take whole. */
	OK(db_begin(s->c.db, &d.e));
	OK(outbox_sign_own(&s->c, s->c.unit, &d.e));
	OK(db_commit(s->c.db, &d.e));
	assert_true(client_number(s, "SELECT max(length(object)) FROM outbox") > SMALL);
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct stick_written w = write_usb(s, sizes[i], false);
		size_t limit = sizes[i] == 0 ? LIMIT_MESSAGE : sizes[i];
		char **paths = files(BUNDLE_REQUEST, &count);

		assert_true(w.parts >= NOISE * 7 / 10 / limit);
		assert_int_equal(w.changesets, client_number(s, "SELECT count(*) FROM outbox"));
		for (k = 0; k < count; k++) {
			struct buf b;

			buf_init(&b, LIMIT_MESSAGE);
			OK(bundle_get(paths[k], &b, &d.e));
			assert_true(b.len <= limit);
			buf_release(&b);
			remove(paths[k]);
		}
	}
	assert_int_equal(school_waiting(s), client_number(s, "SELECT count(*) FROM outbox"));
}

static void many_parts_in_any_order(void **state)
{
	struct stick_written w;
	struct stick_file r;
	char **paths, *swap;
	size_t count, i, k;
	int round;

	(void)state;
	save_noise(s, NOISE);
	w = write_usb(s, SMALL, false);
	assert_true(w.parts > 4);
	paths = files(BUNDLE_REQUEST, &count);
	assert_int_equal(count, w.parts);
	luck = 7;
	for (round = 0; round < 4; round++) {
		for (i = count; i > 1; i--) {
			k = chance(i);
			swap = paths[i - 1];
			paths[i - 1] = paths[k];
			paths[k] = swap;
		}
		r = serve(paths, count, false);
		assert_int_equal(r.code, 0);
		assert_int_equal(r.refused, 0);
	}
	/* In order at last: what came in pieces is whole. */
	serve_usb();
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM held"), 0);
	take_usb(s);
	assert_int_equal(school_waiting(s), 0);
	expect_same(s);
	district_sync(&d, 1, NULL);
	expect_same(other);
	assert_int_equal(client_number(other, "SELECT count(*) FROM t_staff"), NOISE / 100);
}

/* --- a part is missing --- */

/* A bundle without its first part, read; how many bytes its change sets take. */
static int64_t without_the_first(void)
{
	int64_t bytes;
	struct stick_file r;
	char **paths;
	size_t count, i;

	for (i = 0; i < NOISE / 20000; i++) {
		save_noise(s, 20000);
		OK(db_begin(s->c.db, &d.e));
		OK(outbox_sign_own(&s->c, s->c.unit, &d.e));
		OK(db_commit(s->c.db, &d.e));
	}
	write_usb(s, 100000, false);
	paths = files(BUNDLE_REQUEST, &count);
	assert_true(count > 2);
	r = serve(paths + 1, count - 1, false);
	assert_int_equal(r.code, 0);
	assert_int_equal(r.came, 0);
	assert_true(r.waits > 0);
	assert_int_equal(r.problem_count, 0);
	bytes = client_number(s, "SELECT sum(length(object)) FROM outbox");
	take_usb(s);
	assert_int_equal(client_number(s, "SELECT count(*) FROM missing"), 1);
	assert_int_equal(under_way(s), 1);
	return bytes;
}

static void the_gap_closes_by_the_stick(void **state)
{
	struct stick_file r;

	(void)state;
	without_the_first();
	r = serve_usb();
	assert_int_equal(r.waits + r.refused, 0);
	take_usb(s);
	assert_int_equal(school_waiting(s), 0);
	assert_int_equal(under_way(s), 0);
	assert_int_equal(client_number(s, "SELECT count(*) FROM missing"), 0);
	expect_same(s);
}

/* Over the network nothing travels but what is missing. */
static void the_gap_closes_by_the_network(void **state)
{
	int64_t bytes = without_the_first(), sent = 0;
	struct exchange_result r = { .more = true };
	int rounds = 0;

	(void)state;
	while (r.more) {
		struct buf request, reply;

		buf_init(&request, LIMIT_MESSAGE);
		buf_init(&reply, LIMIT_MESSAGE);
		r.more = false;
		OK(exchange_prepare(&s->c, LIMIT_MESSAGE_FIRST, &request, &d.e));
		OK(server_exchange(&d.office.s, buf_view(&request), &reply, &d.e));
		sent += (int64_t)(request.len + reply.len);
		OK(exchange_apply(&s->c, buf_view(&reply), &r, &d.e));
		assert_int_equal(r.problems, 0);
		buf_release(&request);
		buf_release(&reply);
		assert_true(++rounds < 5);
	}
	assert_int_equal(school_waiting(s), 0);
	assert_int_equal(under_way(s), 0);
	expect_same(s);
	if (sent > bytes / 2)
		fail_msg("%lld bytes of %lld", (long long)sent, (long long)bytes);
}

/* A server that no longer has what waited gets all of it again. */
static void a_forgetful_server_gets_all(void **state)
{
	(void)state;
	without_the_first();
	OK(db_exec(d.office.s.db, &d.e, "DELETE FROM held", ""));
	district_sync(&d, 0, NULL);
	assert_int_equal(school_waiting(s), 0);
	expect_same(s);
}

static void new_ones_alone_wait_for_the_old(void **state)
{
	struct stick_written w;
	struct stick_file r;
	char **paths, *first;
	size_t count;

	(void)state;
	school_save(s, "Một");
	write_usb(s, 0, false);
	paths = files(BUNDLE_REQUEST, &count);
	first = paths[0];
	school_save(s, "Hai");
	w = write_usb(s, 0, true);
	assert_int_equal(w.changesets, 1);
	w = write_usb(s, 0, true);
	assert_int_equal(w.changesets, 0);
	assert_int_equal(w.number, 3);
	assert_int_equal(under_way(s), 3);
	paths = files(BUNDLE_REQUEST, &count);
	assert_int_equal(count, 3);
	r = serve(paths + 1, 2, false);
	assert_int_equal(r.waits, 1);
	take_usb(s);
	/* The third one asked for nothing but news, and was answered. */
	assert_int_equal(under_way(s), 2);
	r = serve(&first, 1, false);
	assert_int_equal(r.came, 1);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM held"), 0);
	take_usb(s);
	assert_int_equal(school_waiting(s), 0);
	assert_int_equal(under_way(s), 0);
	expect_same(s);
	/* The outbox is empty; later ones are new all the same. */
	school_save(s, "Ba");
	w = write_usb(s, 0, true);
	assert_int_equal(w.changesets, 1);
}

/* --- answers --- */

static void answers_take_as_many_files_as_they_need(void **state)
{
	struct exchange_result got;
	struct stick_file r;
	char **paths, *swap;
	size_t count, i;

	(void)state;
	save_noise(other, NOISE);
	district_sync(&d, 1, NULL);
	write_usb(s, SMALL, false);
	r = serve_usb();
	assert_true(r.answers > 4);
	paths = files(BUNDLE_REPLY, &count);
	assert_int_equal(count, r.answers);
	/* One alone, the last: it rests on the others. */
	got = take(s, paths + count - 1, 1, false);
	assert_true(got.gap);
	assert_int_equal(got.items_in, 0);
	/* All, the wrong way round. */
	for (i = 0; i < count / 2; i++) {
		swap = paths[i];
		paths[i] = paths[count - 1 - i];
		paths[count - 1 - i] = swap;
	}
	got = take(s, paths, count, false);
	assert_true(got.items_in > 0);
	assert_int_equal(client_number(s, "SELECT count(*) FROM t_staff"), NOISE / 100);
	assert_int_equal(client_number(s, "SELECT count(*) FROM partial"), 0);
	expect_same(s);
}

/* Of all parts of a bundle one is answered, for all; nothing travels twice. */
static void one_answer_for_all_parts(void **state)
{
	struct stick_written w;
	struct stick_file r;
	struct buf b;
	char **paths;
	size_t count;

	(void)state;
	save_noise(s, NOISE);
	w = write_usb(s, 100000, false);
	assert_true(w.parts > 2);
	r = serve_usb();
	assert_int_equal(r.answers, 1);
	paths = files(BUNDLE_REPLY, &count);
	buf_init(&b, LIMIT_MESSAGE);
	OK(bundle_get(paths[0], &b, &d.e));
	assert_true(b.len < 1000);
	buf_release(&b);
	take_usb(s);
	assert_int_equal(school_waiting(s), 0);
	expect_same(s);
}

/* Both computers of the school on one stick: each hears of the other. */
static void a_stick_for_two(void **state)
{
	struct stick_file r;

	(void)state;
	school_save(s, "Một");
	school_save(other, "Hai");
	write_usb(s, 0, false);
	write_usb(other, 0, false);
	r = serve_usb();
	assert_int_equal(r.came, 2);
	assert_int_equal(r.answers, 2);
	take_usb(s);
	take_usb(other);
	expect_same(s);
	expect_same(other);
	assert_int_equal(client_number(s, "SELECT count(*) FROM t_staff"), 2);
	assert_int_equal(client_number(other, "SELECT count(*) FROM t_staff"), 2);
}

/* What is wrong with one part is told with the answer to another. */
static void problems_of_all_parts_are_told(void **state)
{
	struct forged f;
	struct bytes one;
	struct request r = { .objects = &one, .object_count = 1, .limit = 22 };
	struct exchange_result got;
	struct stick_file sum;
	struct buf b;
	const char *path = NULL;

	(void)state;
	forge_begin(s, 30, &f);
	draft_create(&f.draft, 100, RID_NONE, 0);
	one = forge_object(s, &f);
	buf_init(&b, LIMIT_MESSAGE);
	forge_close_request(s, &r, &b);
	OK(bundle_path(usb, "A.dongbo", &a, &path, &d.e));
	OK(bundle_put(path, buf_view(&b), &d.e));
	buf_release(&b);
	write_usb(s, 0, false);
	sum = serve_usb();
	assert_int_equal(sum.refused, 1);
	assert_int_equal(sum.problem_count, 1);
	assert_int_equal(sum.answers, 1);
	got = take_usb(s);
	assert_int_equal(got.problems, 1);
}

/* --- time --- */

/* Written on Monday; the network on Tuesday; read on Wednesday, and its answer on Friday. */
static void late_is_harmless(void **state)
{
	struct exchange_result got;
	struct stick_file r;

	(void)state;
	school_save(s, "Một");
	write_usb(s, 0, false);
	school_save(s, "Hai");
	district_sync(&d, 0, NULL);
	assert_int_equal(under_way(s), 0);
	school_save(s, "Ba");
	district_sync(&d, 0, NULL);
	r = serve_usb();
	assert_int_equal(r.known, 1);
	assert_int_equal(r.came + r.refused + r.problem_count, 0);
	school_save(s, "Bốn");
	got = take_usb(s);
	assert_int_equal(got.items_in + got.changesets_out + got.problems, 0);
	district_sync(&d, 0, NULL);
	expect_same(s);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 4);
	assert_int_equal(client_number(s, "SELECT count(*) FROM t_staff"), 4);
}

/* An answer that was a month under way says nothing of this computer's clock. */
static void late_answers_set_no_clock(void **state)
{
	int64_t before = client_number(s, "SELECT count(*) FROM meta"), after;
	struct client_waiting w, v;

	(void)state;
	OK(client_waiting(&s->c, &w, &d.e));
	school_save(s, "Một");
	write_usb(s, 0, false);
	d.office.now -= 30 * 86400;
	serve_usb();
	d.office.now += 30 * 86400;
	take_usb(s);
	OK(client_waiting(&s->c, &v, &d.e));
	assert_int_equal(v.changesets, 0);
	assert_int_equal(v.clock_ahead, w.clock_ahead);
	after = client_number(s, "SELECT count(*) FROM meta");
	assert_int_equal(before, after);
}

/* Any mix of stick and network: files that are read late or never, twice, in any order,
 * between exchanges over a link. In the end all replicas are the same. */
static void any_mix_ends_alike(void **state)
{
	size_t count, i, step;
	char **paths;
	int k;

	(void)state;
	for (step = 0; step < 120; step++) {
		struct school *who = chance(2) == 0 ? s : other;
		bool first = who == s;

		switch (chance(8)) {
		case 0:
		case 1:
		case 2:
			school_save(who, "Ai đó");
			if (chance(4) == 0)
				save_noise(who, 20000);
			break;
		case 3:
			write_usb(who, chance(2) == 0 ? 0 : SMALL, chance(2) == 0);
			break;
		case 4:
			district_exchange(&d, first ? 0 : 1, LIMIT_MESSAGE_MIN << chance(8),
					  &(struct exchange_result){ 0 });
			break;
		case 5:
			paths = files(BUNDLE_REQUEST, &count);
			for (k = 0; count > 0 && k < 3; k++)
				serve(paths + chance(count), 1, false);
			break;
		case 6:
			paths = files(BUNDLE_REPLY, &count);
			for (i = 0; i < count; i++)
				take(who, paths + i, 1, true);
			break;
		default:
			paths = files(chance(2) == 0 ? BUNDLE_REQUEST : BUNDLE_REPLY, &count);
			if (count > 0)
				remove(paths[chance(count)]);
		}
	}
	serve_usb();
	take_usb(s);
	take_usb(other);
	for (i = 0; i < 2; i++) {
		district_sync(&d, 0, NULL);
		district_sync(&d, 1, NULL);
	}
	expect_same(s);
	expect_same(other);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM held"), 0);
	assert_int_equal(school_waiting(s) + school_waiting(other), 0);
	assert_int_equal(under_way(s) + under_way(other), 0);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"),
			 client_number(s, "SELECT count(*) FROM t_staff"));
	/* And what is left on the stick does no harm. */
	serve_usb();
	take_usb(s);
	take_usb(other);
	expect_same(s);
	expect_same(other);
}

static void any_mix(void **state)
{
	unsigned seed;

	for (seed = 1; seed <= 6; seed++) {
		if (seed > 1) {
			end(state);
			begin(state);
		}
		luck = seed;
		any_mix_ends_alike(state);
	}
}

/* --- the stick itself --- */

static void one_file_where_it_fits(void **state)
{
	struct stick_options o = { .size = SMALL };
	struct stick_written w = { .told = NULL };
	const char *path = NULL;

	(void)state;
	OK(bundle_path(usb, "thu.dongbo", &a, &path, &d.e));
	o.place = path;
	save_noise(s, NOISE);
	assert_int_equal(stick_write(&s->c, &o, &w, &d.e), ERR_LIMIT);
	assert_int_equal(env_kind(path), ENV_NONE);
	assert_int_equal(w.parts, 0);
	assert_int_equal(under_way(s), 0);
	o.size = 0;
	OK(stick_write(&s->c, &o, &w, &d.e));
	assert_int_equal(env_kind(path), ENV_FILE);
	assert_int_equal(w.parts, 1);
	/* A folder that is not there is no file name. */
	OK(bundle_path(usb, "usb2", &a, &path, &d.e));
	o.place = path;
	assert_int_equal(stick_write(&s->c, &o, &w, &d.e), ERR_NO_FILE);
	OK(bundle_path(usb, "usb2/thu.dongbo", &a, &path, &d.e));
	o.place = path;
	assert_int_equal(stick_write(&s->c, &o, &w, &d.e), ERR_NO_FILE);
}

static void what_is_done_with_is_taken_away(void **state)
{
	uint64_t removed;
	size_t count;
	char **paths;

	(void)state;
	school_save(s, "Một");
	write_usb(s, 0, false);
	school_save(other, "Hai");
	write_usb(other, 0, false);
	OK(stick_clean(&s->c, usb, &removed, &d.e));
	assert_int_equal(removed, 0);
	serve_usb();
	take_usb(s);
	school_save(s, "Ba");
	write_usb(s, 0, false);
	OK(stick_clean(&s->c, usb, &removed, &d.e));
	assert_int_equal(removed, 2);
	/* What is under way stays, and what is another's. */
	paths = files(BUNDLE_REQUEST, &count);
	assert_int_equal(count, 2);
	paths = files(BUNDLE_REPLY, &count);
	assert_int_equal(count, 1);
	assert_non_null(paths);
}

/* No file is ever written over, not even by a store that does not know of it. */
static void numbers_are_not_used_twice(void **state)
{
	struct stick_written w;
	size_t count;

	(void)state;
	school_save(s, "Một");
	w = write_usb(s, 0, false);
	assert_int_equal(w.number, 1);
	OK(db_exec(s->c.db, &d.e, "DELETE FROM bundle", ""));
	w = write_usb(s, 0, false);
	assert_int_equal(w.number, 2);
	files(BUNDLE_REQUEST, &count);
	assert_int_equal(count, 2);
}

static void half_done_ones_are_tidied_up(void **state)
{
	const char *ours = NULL, *others = NULL;
	struct bundle_name n = { bytes_str("X"), s->c.key.id, 3, 1, 0 };
	char name[BUNDLE_NAME + 8];

	(void)state;
	bundle_name(&n, name);
	strcat(name, ".part");
	OK(bundle_path(usb, name, &a, &ours, &d.e));
	OK(env_write_file(ours, bytes_str("d6"), 0600, &d.e));
	n.device = ~s->c.key.id;
	bundle_name(&n, name);
	strcat(name, ".part");
	OK(bundle_path(usb, name, &a, &others, &d.e));
	OK(env_write_file(others, bytes_str("d6"), 0600, &d.e));
	write_usb(s, 0, false);
	assert_int_equal(env_kind(ours), ENV_NONE);
	assert_int_equal(env_kind(others), ENV_FILE);
	assert_int_equal(serve_usb().code, ERR_UNFINISHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_journey, begin, end),
		cmocka_unit_test_setup_teardown(parts_have_their_size, begin, end),
		cmocka_unit_test_setup_teardown(many_parts_in_any_order, begin, end),
		cmocka_unit_test_setup_teardown(the_gap_closes_by_the_stick, begin, end),
		cmocka_unit_test_setup_teardown(the_gap_closes_by_the_network, begin, end),
		cmocka_unit_test_setup_teardown(a_forgetful_server_gets_all, begin, end),
		cmocka_unit_test_setup_teardown(new_ones_alone_wait_for_the_old, begin, end),
		cmocka_unit_test_setup_teardown(answers_take_as_many_files_as_they_need, begin, end),
		cmocka_unit_test_setup_teardown(one_answer_for_all_parts, begin, end),
		cmocka_unit_test_setup_teardown(a_stick_for_two, begin, end),
		cmocka_unit_test_setup_teardown(problems_of_all_parts_are_told, begin, end),
		cmocka_unit_test_setup_teardown(late_is_harmless, begin, end),
		cmocka_unit_test_setup_teardown(late_answers_set_no_clock, begin, end),
		cmocka_unit_test_setup_teardown(any_mix, begin, end),
		cmocka_unit_test_setup_teardown(one_file_where_it_fits, begin, end),
		cmocka_unit_test_setup_teardown(what_is_done_with_is_taken_away, begin, end),
		cmocka_unit_test_setup_teardown(numbers_are_not_used_twice, begin, end),
		cmocka_unit_test_setup_teardown(half_done_ones_are_tidied_up, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
