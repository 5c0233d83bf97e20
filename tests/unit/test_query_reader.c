/* What the queries show to whom: a role that reads its own unit's records, or some types
 * of all units', or everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/query/query.h"
#include "tests/lib/contest.h"

enum { REPORT_OF_YEAR = 2008 };

static struct contest c;
static struct rid entry, other, payment, report, rule;

static int begin(void **state)
{
	(void)state;
	contest_make(&c);
	entry = contest_submitted(&c, NULL);
	other = plan_add(&c.p, OTHER_AUTHOR, OTHER_SCHOOL, "{'type':'reading_entry','year':2026,"
			 "'entry_kind':'single','reader':'Lê Văn Đọc','book':'Dế Mèn','prize':null,"
			 "'books':[{'name':'A','pages':400}]}");
	payment = plan_add(&c.p, TREASURER, OFFICE_SCHOOL, "{'type':'reading_prize_payment','for':'%s',"
			   "'amount':300000}", plan_ref(OFFICE_SCHOOL, entry));
	report = plan_add(&c.p, AUTHOR, OFFICE_SCHOOL, "{'type':'reading_report','year':2026}");
	rule = plan_add(&c.p, OFFICER, 0, "{'type':'reading_rule','name':'Điều lệ'}");
	return 0;
}

static int end(void **state)
{
	(void)state;
	contest_end(&c);
	return 0;
}

static struct query_options eyes(int who)
{
	struct query_options o = { .stream = ANY_STREAM };
	struct schema *s;

	assert_int_equal(replica_schema_now(&c.p.o.s.replica, &s, &c.p.o.e), 0);
	if (who >= 0) {
		o.reader = schema_role_by_code(s, bytes_str(contest_people[who].role))->number;
		o.reader_unit = contest_people[who].unit;
	}
	return o;
}

enum { OPERATOR = -1 };

/* How many records of a type (NULL: of all) somebody finds, in a unit. */
static int64_t finds(int who, const char *type, uint64_t stream)
{
	struct query_options o = eyes(who);
	json_t *list = NULL;
	int64_t n;

	o.type = type == NULL ? BYTES_NONE : bytes_str(type);
	o.stream = stream;
	assert_int_equal(query_list(&c.p.o.s.replica, &o, &list, &c.p.o.e), 0);
	n = (int64_t)json_array_size(json_object_get(list, "records"));
	assert_int_equal(n, json_integer_value(json_object_get(list, "total")));
	json_decref(list);
	return n;
}

static void lists_hold_what_the_reader_may_read(void **state)
{
	(void)state;
	/* Two entries, a payment, a report, three rules (two came with the pack). */
	assert_int_equal(finds(OPERATOR, NULL, ANY_STREAM), 7);
	assert_int_equal(finds(OFFICER, NULL, ANY_STREAM), 7);
	assert_int_equal(finds(JURY, NULL, ANY_STREAM), 5);
	assert_int_equal(finds(JURY, "reading_entry", ANY_STREAM), 2);
	assert_int_equal(finds(JURY, "reading_prize_payment", ANY_STREAM), 0);
	assert_int_equal(finds(TREASURER, NULL, ANY_STREAM), 4);
	assert_int_equal(finds(AUTHOR, NULL, ANY_STREAM), 6);
	assert_int_equal(finds(AUTHOR, "reading_entry", ANY_STREAM), 1);
	assert_int_equal(finds(OTHER_AUTHOR, NULL, ANY_STREAM), 4);
	/* A unit that is asked for narrows further, and widens nothing. */
	assert_int_equal(finds(JURY, "reading_entry", OTHER_SCHOOL), 1);
	assert_int_equal(finds(JURY, "reading_report", OFFICE_SCHOOL), 0);
	assert_int_equal(finds(AUTHOR, NULL, OTHER_SCHOOL), 0);
	assert_int_equal(finds(AUTHOR, NULL, OFFICE_SCHOOL), 3);
	assert_int_equal(finds(AUTHOR, "reading_rule", OFFICE_SCHOOL), 0);
	assert_int_equal(finds(JURY, "reading_rule", 0), 3);
	/* Rows that are named by themselves: of all units by those who read everything. */
	assert_int_equal(finds(OPERATOR, "reading_book", ANY_STREAM), 2);
	assert_int_equal(finds(JURY, "reading_book", ANY_STREAM), 0);
	assert_int_equal(finds(AUTHOR, "reading_book", ANY_STREAM), 1);
}

/* The code that looking at a record gives. */
static int sees(int who, uint64_t stream, struct rid id)
{
	struct query_options o = eyes(who);
	json_t *shown = NULL, *history = NULL, *problems = NULL;
	int code = query_show(&c.p.o.s.replica, stream, id, &o, &shown, &c.p.o.e);

	assert_int_equal(query_history(&c.p.o.s.replica, stream, id, &o, &history, &c.p.o.e), code);
	assert_int_equal(query_problems(&c.p.o.s.replica, stream, id, &o, &problems, &c.p.o.e), code);
	json_decref(shown);
	json_decref(history);
	json_decref(problems);
	return code;
}

static void what_is_named_is_refused(void **state)
{
	struct rid book;

	(void)state;
	assert_int_equal(sees(OPERATOR, OFFICE_SCHOOL, report), 0);
	assert_int_equal(sees(JURY, OFFICE_SCHOOL, entry), 0);
	assert_int_equal(sees(JURY, OTHER_SCHOOL, other), 0);
	assert_int_equal(sees(JURY, OFFICE_SCHOOL, report), ERR_NOT_ALLOWED);
	assert_int_equal(sees(JURY, OFFICE_SCHOOL, payment), ERR_NOT_ALLOWED);
	assert_int_equal(sees(JURY, 0, rule), 0);
	assert_int_equal(sees(TREASURER, OFFICE_SCHOOL, payment), 0);
	assert_int_equal(sees(TREASURER, OFFICE_SCHOOL, entry), ERR_NOT_ALLOWED);
	assert_int_equal(sees(AUTHOR, OFFICE_SCHOOL, payment), 0);
	assert_int_equal(sees(AUTHOR, OTHER_SCHOOL, other), ERR_NOT_ALLOWED);
	/* A row by the type of its record. */
	contest_entry(&c, AUTHOR, &book);
	assert_int_equal(sees(JURY, OFFICE_SCHOOL, book), 0);
	assert_int_equal(sees(TREASURER, OFFICE_SCHOOL, book), ERR_NOT_ALLOWED);
	assert_int_equal(strlen(c.p.o.e.subject), 5);
}

/* Records counted, and money added up, over the rows of the totals. */
static void totals(int who, bool by_unit, int64_t *count, int64_t *sum)
{
	struct query_options o = eyes(who);
	json_t *list = NULL, *j;
	size_t i;

	assert_int_equal(query_totals(&c.p.o.s.replica, &o, by_unit, &list, &c.p.o.e), 0);
	*count = *sum = 0;
	json_array_foreach(list, i, j) {
		*count += json_integer_value(json_object_get(j, "count"));
		*sum += json_integer_value(json_object_get(j, "sum"));
	}
	json_decref(list);
}

static void totals_are_of_what_the_reader_may_read(void **state)
{
	static const struct {
		int who;
		int64_t count, sum;
	} tries[] = { { OPERATOR, 8, 300000 }, { OFFICER, 8, 300000 }, { JURY, 6, 0 },
		      { TREASURER, 4, 300000 }, { AUTHOR, 7, 300000 }, { OTHER_AUTHOR, 4, 0 } };
	int64_t count, sum;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof tries / sizeof tries[0]; i++)
		for (k = 0; k < 2; k++) {
			totals(tries[i].who, k == 1, &count, &sum);
			assert_int_equal(count, tries[i].count);
			assert_int_equal(sum, tries[i].sum);
		}
}

static size_t open_tasks(int who)
{
	struct query_options o = eyes(who);
	json_t *list = NULL;
	size_t n;

	assert_int_equal(query_tasks(&c.p.o.s.replica, &o, BYTES_NONE, &list, &c.p.o.e), 0);
	n = json_array_size(list);
	json_decref(list);
	return n;
}

static void tasks_are_those_that_can_be_understood(void **state)
{
	(void)state;
	/* The same entry from two schools; too few pages; more paid than the prize. */
	assert_int_equal(open_tasks(OPERATOR), 3);
	assert_int_equal(open_tasks(JURY), 3);
	assert_int_equal(open_tasks(AUTHOR), 2);
	assert_int_equal(open_tasks(OTHER_AUTHOR), 0);
	assert_int_equal(open_tasks(TREASURER), 0);
}

/* Two people set the school's report to different years, neither having seen the other. */
static void make_conflict(void)
{
	static const int who[2] = { AUTHOR, HEAD };
	struct stream_head head;
	size_t i;

	assert_int_equal(replica_head(&c.p.o.s.replica, OFFICE_SCHOOL, &head, &c.p.o.e), 0);
	for (i = 0; i < 2; i++) {
		contest_by(&c, who[i]);
		c.d.has_version = true;
		c.d.seen_seq = head.seq;
		contest_int(&c, REPORT_OF_YEAR, report, 900091, 2024 + (int64_t)i);
		contest_save(&c, who[i]);
	}
}

static size_t in_conflict(int who)
{
	struct query_options o = eyes(who);
	json_t *list = NULL;
	size_t n;

	assert_int_equal(query_conflicts(&c.p.o.s.replica, &o, &list, &c.p.o.e), 0);
	n = json_array_size(list);
	json_decref(list);
	return n;
}

static void conflicts_are_left_out_too(void **state)
{
	(void)state;
	make_conflict();
	assert_int_equal(in_conflict(OPERATOR), 1);
	assert_int_equal(in_conflict(AUTHOR), 1);
	assert_int_equal(in_conflict(OFFICER), 1);
	assert_int_equal(in_conflict(JURY), 0);
	assert_int_equal(in_conflict(OTHER_AUTHOR), 0);
}

/* The number that the first refused one has; 0: there is none. */
static int64_t first_refused(int who, size_t *count)
{
	struct query_options o = eyes(who);
	json_t *list = NULL;
	int64_t n;

	assert_int_equal(query_refused(&c.p.o.s.replica, &o, &list, &c.p.o.e), 0);
	*count = json_array_size(list);
	n = json_integer_value(json_object_get(json_array_get(list, 0), "n"));
	json_decref(list);
	return n;
}

/* As if the saves that made the report and the entry had been refused. */
static void make_refused(struct rid id)
{
	char sql[400];
	struct stmt *q;

	snprintf(sql, sizeof sql, "INSERT INTO refused(stream, seq, device, tx, first_op, code, rule, "
		 "record_device, record_op, settled) SELECT stream, seq, device, 0, first_op, %d, 0, %lld, "
		 "%llu, 0 FROM item WHERE stream=%d AND device=%lld AND seq=(SELECT min(seq) FROM touch "
		 "WHERE stream=%d AND device=%lld AND op=%llu)", ERR_LOCKED,
		 (long long)id.device, (unsigned long long)id.op, OFFICE_SCHOOL, (long long)id.device,
		 OFFICE_SCHOOL, (long long)id.device, (unsigned long long)id.op);
	if (db_query_text(c.p.o.s.db, &c.p.o.e, &q, sql) != 0 || db_step(q, &c.p.o.e) != 0)
		fail_msg("%s", c.p.o.e.subject);
	db_done(q);
}

static void refused_ones_keep_their_numbers(void **state)
{
	size_t n;

	(void)state;
	make_refused(entry);
	make_refused(report);
	assert_int_equal(first_refused(OPERATOR, &n), 1);
	assert_int_equal(n, 2);
	assert_int_equal(first_refused(AUTHOR, &n), 1);
	assert_int_equal(n, 2);
	assert_int_equal(first_refused(JURY, &n), 1);
	assert_int_equal(n, 1);
	assert_int_equal(first_refused(OTHER_AUTHOR, &n), 0);
	assert_int_equal(n, 0);
}

#define T(f) cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(lists_hold_what_the_reader_may_read),
		T(what_is_named_is_refused),
		T(totals_are_of_what_the_reader_may_read),
		T(tasks_are_those_that_can_be_understood),
		T(conflicts_are_left_out_too),
		T(refused_ones_keep_their_numbers),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
