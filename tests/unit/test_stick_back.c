/* What comes back on a stick, when, and what becomes of the stick: answers in many files, late,
 * mixed with a network. In the end all have the same. */
#include "tests/lib/journey.h"

#include <stdio.h>
#include <string.h>

#include "common/system/env.h"
#include "protocol/limits.h"
#include "tests/lib/forge.h"

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
			journey_end(state);
			journey_begin(state);
		}
		luck_set(seed);
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
		cmocka_unit_test_setup_teardown(answers_take_as_many_files_as_they_need, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(one_answer_for_all_parts, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(a_stick_for_two, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(problems_of_all_parts_are_told, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(late_is_harmless, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(late_answers_set_no_clock, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(any_mix, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(one_file_where_it_fits, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(what_is_done_with_is_taken_away, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(numbers_are_not_used_twice, journey_begin, journey_end),
		cmocka_unit_test_setup_teardown(half_done_ones_are_tidied_up, journey_begin, journey_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
