/* Papers that act on many records: an award that answers entries of two schools. A job
 * that may stop anywhere, and is done by running it again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/apply.h"
#include "tests/lib/contest.h"

enum { ENTRIES = 5 };

static struct contest c;
static struct rid award, entries[ENTRIES];
/* Three of the school, two of the other one. */
static const uint64_t units[ENTRIES] = { OFFICE_SCHOOL, OTHER_SCHOOL, OFFICE_SCHOOL, OTHER_SCHOOL,
					 OFFICE_SCHOOL };

static struct rid entry_of(uint64_t unit, const char *reader)
{
	int who = unit == OFFICE_SCHOOL ? AUTHOR : OTHER_AUTHOR;
	struct rid r = plan_add(&c.p, who, unit, "{'type':'reading_entry','year':2026,'entry_kind':"
				"'single','reader':'%s','book':'Dế Mèn'}", reader);

	plan_step(&c.p, who, unit, r, "submitted");
	plan_step(&c.p, JURY, unit, r, "verified");
	return r;
}

/* An award in the jury's own unit, with a line for each entry: prizes, but for the last. */
static struct rid new_award(void)
{
	struct rid r = plan_add(&c.p, JURY, 6, "{'type':'reading_award','number':'01/QĐ','on':"
				"'2026-05-10'}");
	size_t i;

	for (i = 0; i < ENTRIES; i++)
		if (plan_edit(&c.p, JURY, 6, r, i + 1 < ENTRIES ?
			      "{'lines':[{'entry':'%s','outcome':'prize','prize':'first','money':500000}]}" :
			      "{'lines':[{'entry':'%s','outcome':'none'}]}",
			      plan_ref(units[i], entries[i])) != 0)
			fail_msg("%s", c.p.o.e.subject);
	return r;
}

static int make(void **state)
{
	char reader[40];
	size_t i;

	(void)state;
	contest_make(&c);
	for (i = 0; i < ENTRIES; i++) {
		snprintf(reader, sizeof reader, "Bạn đọc số %zu", i);
		entries[i] = entry_of(units[i], reader);
	}
	award = new_award();
	return 0;
}

static int end(void **state)
{
	(void)state;
	contest_end(&c);
	return 0;
}

/* What the job told of each record, in its order. */
static struct {
	size_t n;
	bool changed[16];
	int code[16];
} told;

static void tell(void *ctx, uint64_t stream, struct rid record, bool changed, int code,
		 const struct verdict *v)
{
	(void)ctx;
	(void)v;
	assert_true(told.n < 16 && stream != 0 && !rid_equal(record, RID_NONE));
	told.changed[told.n] = changed;
	told.code[told.n++] = code;
}

static int apply(int who, struct rid id, size_t changed, size_t refused)
{
	struct apply_report report = { .row = tell };
	int code;

	told.n = 0;
	code = server_apply(&c.p.o.s, &c.p.people[who], 6, id, &report, &c.p.o.e);
	assert_int_equal(report.changed, changed);
	assert_int_equal(report.refused, refused);
	assert_int_equal(told.n, report.rows);
	return code;
}

static int64_t state_of(uint64_t unit, struct rid id)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT state FROM record WHERE stream=%llu AND device=%lld AND "
		 "op=%llu", (unsigned long long)unit, (long long)id.device, (unsigned long long)id.op);
	return office_number(&c.p.o, sql);
}

static int64_t items(void)
{
	return office_number(&c.p.o, "SELECT count(*) FROM item");
}

/* Every entry is where the award says, with its prize, its money and a reference. */
static void expect_done(void)
{
	size_t i;

	for (i = 0; i < ENTRIES; i++) {
		bool prize = i + 1 < ENTRIES;

		assert_int_equal(state_of(units[i], entries[i]), prize ? 5 : 6);
		assert_int_equal(plan_value(&c.p, units[i], entries[i], "reading_entry", "prize_money"),
				 prize ? 500000 : INT64_MIN);
		assert_int_equal(plan_value(&c.p, units[i], entries[i], "reading_entry", "award_op"),
				 (int64_t)award.op);
		assert_int_equal(plan_value(&c.p, units[i], entries[i], "reading_entry", "award_stream"), 6);
	}
}

static void one_paper_answers_records_of_several_units(void **unused)
{
	int64_t before;

	(void)unused;
	assert_int_equal(apply(JURY, award, 5, 0), 0);
	expect_done();
	/* Each record is one save: what is set and the move together. */
	before = items();
	assert_int_equal(apply(JURY, award, 0, 0), 0);
	assert_int_equal(told.n, 5);
	assert_false(told.changed[0]);
	/* Nothing was written, by another officer neither. */
	assert_int_equal(apply(JURY2, award, 0, 0), 0);
	assert_int_equal(items(), before);
	expect_done();
	contest_sound(&c);
}

static void a_refused_one_is_told_and_passed_over(void **unused)
{
	struct rid draft = plan_add(&c.p, AUTHOR, OFFICE_SCHOOL, "{'type':'reading_entry','year':2026,"
				    "'entry_kind':'single','reader':'Chậm','book':'B'}");

	(void)unused;
	/* Of three that are new one is a draft still, one has no prize in its line, one is fine. */
	award = plan_add(&c.p, JURY, 6, "{'type':'reading_award','number':'02/QĐ','lines':["
			 "{'entry':'%s','outcome':'prize','prize':'first'},"
			 "{'entry':'%s','outcome':'prize'},"
			 "{'entry':'%s','outcome':'prize','prize':'second','money':1}]}",
			 plan_ref(OFFICE_SCHOOL, draft), plan_ref(units[0], entries[0]),
			 plan_ref(units[1], entries[1]));
	assert_int_equal(apply(JURY, award, 1, 2), 0);
	assert_int_equal(told.code[0], ERR_LOCKED);
	assert_int_equal(told.code[1], ERR_CHECK);
	assert_int_equal(told.code[2], 0);
	assert_int_equal(state_of(units[1], entries[1]), ENTRY_AWARDED);
	/* A refused save leaves nothing of what it would have filled in. */
	assert_int_equal(plan_value(&c.p, units[0], entries[0], "reading_entry", "award_op"), INT64_MIN);
	/* Put right, it is done by running it again. */
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, draft, "submitted");
	plan_step(&c.p, JURY2, OFFICE_SCHOOL, draft, "verified");
	assert_int_equal(apply(JURY, award, 1, 1), 0);
	assert_int_equal(state_of(OFFICE_SCHOOL, draft), ENTRY_AWARDED);
	contest_sound(&c);
}

/* At each commit in turn. */
static void what_stops_half_way_goes_on_where_it_stopped(void **unused)
{
	size_t stop, n;

	(void)unused;
	for (stop = 1; stop <= ENTRIES + 1; stop++) {
		struct apply_report report = { .row = NULL };
		int64_t before;
		int code;

		if (stop > 1) {
			end(NULL);
			make(NULL);
		}
		before = items();
		c.p.o.stop_at = c.p.o.commits + (int64_t)stop;
		code = server_apply(&c.p.o.s, &c.p.people[JURY], 6, award, &report, &c.p.o.e);
		c.p.o.stop_at = 0;
		assert_int_equal(code, stop <= ENTRIES ? ERR_STOPPED : 0);
		n = report.changed;
		assert_int_equal(n, stop <= ENTRIES ? stop - 1 : ENTRIES);
		assert_int_equal(items() - before, (int64_t)n);
		/* As after a power cut: another process. */
		server_close(&c.p.o.s);
		assert_int_equal(server_open(&c.p.o.s, &c.p.o.env, c.p.o.dir, &c.p.o.e), 0);
		assert_int_equal(apply(JURY, award, ENTRIES - n, 0), 0);
		assert_int_equal(items() - before, ENTRIES);
		expect_done();
	}
	contest_sound(&c);
}

static void who_may_not_is_refused_everywhere(void **unused)
{
	struct rid not_a_paper = entries[0];
	struct apply_report report = { .row = NULL };

	(void)unused;
	/* The treasurer may write in every stream, and fill in nothing here. */
	assert_int_equal(apply(TREASURER, award, 0, 5), 0);
	assert_int_equal(told.code[0], ERR_NOT_ALLOWED);
	assert_int_equal(server_apply(&c.p.o.s, &c.p.people[JURY], OFFICE_SCHOOL, not_a_paper, &report,
				      &c.p.o.e), ERR_NO_MOVE);
	assert_string_equal(c.p.o.e.subject, "reading_entry");
	/* Who writes for his own unit alone does not get into others' streams. */
	assert_int_equal(apply(AUTHOR, award, 0, 5), 0);
	assert_int_equal(state_of(units[0], entries[0]), ENTRY_VERIFIED);
	/* A paper that is gone acts on nothing. */
	assert_int_equal(server_begin(&c.p.o.s, 6, &c.p.people[JURY], &c.p.o.a, &c.d, &c.p.o.e), 0);
	draft_delete(&c.d, 2007, award, false);
	contest_save(&c, JURY);
	assert_int_equal(server_apply(&c.p.o.s, &c.p.people[JURY], 6, award, &report, &c.p.o.e),
			 ERR_DELETED);
}

/* --- gathering --- */

static struct gathered gather(struct rid id, const char *state)
{
	struct query_options o = { .stream = ANY_STREAM, .type = bytes_str("reading_entry"),
				   .state = bytes_str(state) };
	struct gathered done;

	if (server_gather(&c.p.o.s, &c.p.people[JURY], 6, id, &o, &done, &c.p.o.e) != 0)
		fail_msg("%s: %s", err_name(c.p.o.e.code), c.p.o.e.subject);
	return done;
}

static int64_t lines(const char *where)
{
	char sql[300];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM t_reading_award_line WHERE deleted=0 AND %s",
		 where);
	return office_number(&c.p.o, sql);
}

static struct rid empty_award(void)
{
	return plan_add(&c.p, JURY, 6, "{'type':'reading_award','number':'03/QĐ'}");
}

static void every_record_that_fits_is_taken_in_once(void **unused)
{
	struct gathered done;
	struct rid id = empty_award();
	int64_t before;

	(void)unused;
	done = gather(id, "verified");
	assert_true(done.added == ENTRIES && done.renewed == 0);
	assert_int_equal(lines("f_version IS NOT NULL AND f_school IS NOT NULL"), ENTRIES);
	assert_int_equal(lines("f_school='MN-TAMSON'"), 3);
	/* The position of its own stream. */
	assert_int_equal(office_number(&c.p.o, "SELECT count(*) FROM t_reading_award_line l JOIN stream s "
				       "ON s.stream=l.f_entry_stream WHERE l.f_version=CAST(s.seq AS TEXT)"),
			 ENTRIES);
	before = items();
	done = gather(id, "verified");
	assert_true(done.added == 0 && done.renewed == 0);
	assert_int_equal(items(), before);
	/* What comes later is added to it. */
	entry_of(OFFICE_SCHOOL, "Đến sau");
	done = gather(id, "verified");
	assert_true(done.added == 1 && done.renewed == 0);
}

static void only_what_its_rows_may_name_is_taken_in(void **unused)
{
	struct query_options o = { .stream = ANY_STREAM, .type = bytes_str("reading_rule") };
	struct gathered done;
	struct rid id = empty_award();

	(void)unused;
	assert_int_equal(server_gather(&c.p.o.s, &c.p.people[JURY], 6, id, &o, &done, &c.p.o.e),
			 ERR_WRONG_TYPE);
	assert_string_equal(c.p.o.e.subject, "entry");
	assert_int_equal(done.added, 0);
	/* Refused by the judge: nothing was added. */
	o.type = bytes_str("reading_entry");
	assert_int_equal(server_gather(&c.p.o.s, &c.p.people[TREASURER], 6, id, &o, &done, &c.p.o.e),
			 ERR_NOT_ALLOWED);
	assert_int_equal(done.added, 0);
}

/* An entry goes back to its school and comes again, with other words. */
static void corrected(size_t i, const char *line)
{
	plan_step(&c.p, JURY, units[i], entries[i], "returned");
	assert_int_equal(plan_edit(&c.p, AUTHOR, units[i], entries[i], "%s", line), 0);
	plan_step(&c.p, AUTHOR, units[i], entries[i], "submitted");
	plan_step(&c.p, JURY, units[i], entries[i], "verified");
}

/* Gives every line of the award a first prize. */
static void fill_lines(struct rid id)
{
	struct stmt *q;
	struct rid rows[16];
	size_t n = 0, i;

	assert_int_equal(db_query(c.p.o.s.db, &c.p.o.e, &q, "SELECT device, op FROM "
				  "t_reading_award_line l WHERE f_outcome IS NULL", ""), 0);
	while (db_step(q, &c.p.o.e) == 1)
		rows[n++] = (struct rid){ (uint64_t)db_int(q, 0), (uint64_t)db_int(q, 1) };
	db_done(q);
	assert_int_equal(server_begin(&c.p.o.s, 6, &c.p.people[JURY], &c.p.o.a, &c.d, &c.p.o.e), 0);
	for (i = 0; i < n; i++) {
		contest_int(&c, 2006, rows[i], 900072, 1);
		contest_int(&c, 2006, rows[i], 900073, 1);
	}
	contest_save(&c, JURY);
	assert_false(rid_equal(id, RID_NONE));
}

static void what_was_frozen_is_what_is_carried_on(void **unused)
{
	struct rid id = empty_award();
	struct gathered done;

	(void)unused;
	gather(id, "verified");
	fill_lines(id);
	/* Marks and papers are no change of what was taken in. */
	assert_int_equal(plan_edit(&c.p, JURY, units[0], entries[0], "{'marks':'9,5'}"), 0);
	assert_int_equal(plan_edit(&c.p, AUTHOR, units[0], entries[0], "{'papers':[{'file':'a.pdf'}]}"), 0);
	/* Content is, and so are rows of it. */
	corrected(2, "{'book':'Sách khác'}");
	corrected(4, "{'books':[{'name':'Thêm','pages':10}]}");
	assert_int_equal(apply(JURY, id, 3, 2), 0);
	assert_true(told.code[2] == ERR_CHANGED || told.code[1] == ERR_CHANGED);
	assert_int_equal(state_of(units[2], entries[2]), ENTRY_VERIFIED);
	assert_int_equal(state_of(units[4], entries[4]), ENTRY_VERIFIED);
	assert_int_equal(state_of(units[0], entries[0]), ENTRY_AWARDED);
	/* Taken in anew as they are now; those that have gone on are not touched. */
	done = gather(id, "verified");
	assert_true(done.added == 0 && done.renewed == 2);
	assert_int_equal(apply(JURY, id, 2, 0), 0);
	assert_int_equal(apply(JURY, id, 0, 0), 0);
	contest_sound(&c);
}

static void what_has_gone_on_is_done(void **unused)
{
	struct rid other;

	(void)unused;
	assert_int_equal(apply(JURY, award, 5, 0), 0);
	plan_step(&c.p, JURY, units[0], entries[0], "honoured");
	assert_int_equal(apply(JURY, award, 0, 0), 0);
	assert_int_equal(told.code[0], 0);
	/* Another paper would still have to change it: it says so. */
	other = plan_add(&c.p, JURY, 6, "{'type':'reading_award','number':'04/QĐ','lines':["
			 "{'entry':'%s','outcome':'prize','prize':'second'}]}",
			 plan_ref(units[0], entries[0]));
	assert_int_equal(apply(JURY, other, 0, 1), 0);
	assert_int_equal(told.code[0], ERR_LOCKED);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_paper_answers_records_of_several_units),
		T(a_refused_one_is_told_and_passed_over),
		T(what_stops_half_way_goes_on_where_it_stopped),
		T(who_may_not_is_refused_everywhere),
		T(every_record_that_fits_is_taken_in_once),
		T(only_what_its_rows_may_name_is_taken_in),
		T(what_was_frozen_is_what_is_carried_on),
		T(what_has_gone_on_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
