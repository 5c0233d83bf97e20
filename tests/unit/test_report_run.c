/* Reports made from records: lines, sums, parts of the year, units. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/date.h"
#include "server/unit/unit_event.h"
#include "tests/lib/reporting.h"

static struct office o;
static struct rid first_award;

#define OK(call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name(o.e.code), o.e.subject); \
	} while (0)

/* Ids are made at random: those of eight characters at the end of a line go. */
static void text_is(const char *code, const struct report_ask *ask, const char *table,
		    const char *expected)
{
	struct buf out, plain;
	const char *p, *bar;

	reporting_text(&o, code, ask, table, &out);
	buf_init(&plain, (size_t)1 << 20);
	for (p = (const char *)out.at; *p != '\0'; p++) {
		bar = *p == '|' ? strchr(p, '\n') : NULL;
		if (bar == p + 9 && strspn(p + 1, "abcdefghijkmnpqrstuvwxyz0123456789") == 8)
			p += 9;
		buf_byte(&plain, (uint8_t)*p);
	}
	buf_byte(&plain, 0);
	assert_string_equal((const char *)plain.at, expected);
	buf_release(&plain);
	buf_release(&out);
}

static struct rid award(uint64_t unit, const char *name, const char *rest)
{
	char json[600], full[64];
	struct rid person;

	snprintf(json, sizeof json, "{'type':'person','full_name':'%s','cccd':'000190000123'}", name);
	person = reporting_add(&o, unit, json);
	record_full_text(unit, person, full);
	snprintf(json, sizeof json, "{'type':'award','person':'%s',%s}", full, rest);
	return reporting_add(&o, unit, json);
}

/* What stands in most of these tests. */
static void make_year(void)
{
	char json[300], full[64];
	struct rid a, b;

	reporting_make(&o);
	reporting_clock(&o, 2022, 3, 1, 9, 0, 0);
	a = award(COMMUNE_A, "Lê Văn Ước", "'plan_year':2022,'quarter':1,'kind':'teaching',"
		  "'achievement':'Giáo viên giỏi.','amount':10000000");
	first_award = a;
	reporting_move(&o, COMMUNE_A, a, "signed verified granted");
	b = award(SCHOOL_A, "Trần Thị Ấm", "'plan_year':2022,'quarter':4,'kind':'language',"
		  "'achievement':'IELTS 6.5.','cert_no':'007','amount':50000000");
	reporting_move(&o, SCHOOL_A, b, "signed verified");
	award(SCHOOL_A, "Hoàng Bản Nháp", "'plan_year':2022,'quarter':4,'kind':'language',"
	      "'amount':1");
	record_full_text(COMMUNE_A, a, full);
	snprintf(json, sizeof json, "{'type':'payment','for':'%s','line':'out','amount':4000000,"
		 "'paid_on':'2022-05-01'}", full);
	reporting_move(&o, CENTRE, reporting_add(&o, CENTRE, json), "signed");
	reporting_good(&o, COMMUNE_B, "{'type':'need','plan_year':2022,'lines':[{'subject':'Toán',"
		       "'count':2,'people':[{'name':'Vũ Thị Mẫu'}]},{'subject':'Luật','count':3}]}");
}

/* A statement of its own for a kind of records, counted by its table. */
struct asked {
	const char *from;
	size_t count;
};

static void see_statement(void *ctx, const char *sql)
{
	struct asked *a = ctx;

	a->count += strncmp(sql, "SELECT", 6) == 0 && strstr(sql, a->from) != NULL;
}

/* Every sum of a report line by line, and asked of the database at once. In how many
 * statements that was over the table of a kind of records. */
static size_t both_ways(const char *code, const struct report_ask *ask, const char *from)
{
	struct asked asked = { from, 0 };
	const struct db_watch watch = { see_statement, &asked };
	struct report_sums all;
	struct report_run run;
	struct schema *schema;
	struct report *r;
	struct arena a;
	size_t i, k;

	arena_init(&a, REPORT_MEMORY);
	OK(db_begin_read(o.s.db, &o.e));
	OK(replica_schema_now(&o.s.replica, &schema, &o.e));
	OK(report_find(schema, bytes_str(code), &a, &r, &o.e));
	OK(report_begin(&run, &o.s.replica, r, ask, o.now, &a, &o.e));
	db_watch(o.s.db, &watch);
	for (i = 0; i < r->table_count; i++)
		OK(report_totals(&run, &r->tables[i], &all, &o.e));
	db_watch(o.s.db, NULL);
	for (i = 0; i < r->table_count; i++) {
		const struct report_table *t = &r->tables[i];

		OK(report_run_table(&run, t, NULL, &o.e));
		OK(report_totals(&run, t, &all, &o.e));
		if (t->by == BY_RECORD) {
			assert_int_equal(all.lines, run.sums[i].lines);
			assert_int_equal(all.carried, run.sums[i].carried);
			assert_int_equal(all.after, run.sums[i].after);
		}
		for (k = 0; k < t->column_count; k++)
			if (t->columns[k].summed)
				assert_int_equal(all.sums[k], run.sums[i].sums[k]);
	}
	report_end(&run);
	db_end_read(o.s.db);
	arena_release(&a);
	return asked.count;
}

static void test_list_of_records(void **state)
{
	struct report_ask ask = { .year = 2022 };

	(void)state;
	make_year();
	/* Ấm before Ước: by the given name's letters, not by bytes. What is a draft is not
	 * there; 007 keeps its zeros; identity numbers are masked. */
	text_is("awards", &ask, "list",
		"1|Trần Thị Ấm|***123|Trường Mầm non Tam Sơn|Ngoại ngữ|IELTS 6.5; 007|50.000.000|0|"
		"Đạt thẩm định\n"
		"2|Lê Văn Ước|***123|UBND xã Đồng Quế|Giảng dạy|Giáo viên giỏi.|10.000.000|"
		"4.000.000|Được chấp thuận\n"
		"== |Tổng cộng|||||60.000.000|4.000.000||\n");
	ask.personal = true;
	ask.quarter = 1;
	text_is("awards", &ask, "list",
		"1|Lê Văn Ước|000190000123|UBND xã Đồng Quế|Giảng dạy|Giáo viên giỏi.|10.000.000|"
		"4.000.000|Được chấp thuận\n"
		"== |Tổng cộng|||||10.000.000|4.000.000||\n");
	ask = (struct report_ask){ .lang = LANG_EN, .year = 2022, .match_count = 1 };
	ask.matches[0].name = "kind";
	ask.matches[0].text = bytes_str("language");
	text_is("awards", &ask, "list",
		"1|Trần Thị Ấm|***123|Trường Mầm non Tam Sơn|Language|IELTS 6.5; 007|50.000.000|0|"
		"Verified\n"
		"== |Total|||||50.000.000|0||\n");
	ask = (struct report_ask){ .year = 2022, .has_unit = true, .unit = COMMUNE_B };
	text_is("awards", &ask, "list", "");
	office_end(&o);
}

static void test_tables_that_count(void **state)
{
	struct report_ask ask = { .year = 2022 };

	(void)state;
	make_year();
	text_is("awards", &ask, "kinds",
		"1|Ngoại ngữ|0|1|1|50.000.000|0|0\n"
		"2|Giảng dạy|1|0|1|10.000.000|0|0\n"
		"3|Nghiên cứu|0|0|0|0|0|0\n"
		"== |Tổng cộng|1|1|2|60.000.000|0|0\n");
	reporting_clock(&o, 2022, 12, 14, 23, 59, 59);
	reporting_move(&o, COMMUNE_A, reporting_add(&o, COMMUNE_A, "{'type':'yearly','year':2022}"),
		       "signed");
	reporting_clock(&o, 2022, 12, 16, 0, 0, 0);
	reporting_move(&o, SCHOOL_A, reporting_add(&o, SCHOOL_A, "{'type':'yearly','year':2022}"),
		       "signed");
	text_is("awards", &ask, "units",
		"1|UBND xã Đồng Quế|1|10.000.000|0|đúng hạn\n"
		"2|UBND thị trấn Tam Sơn|0|0|5|chưa nộp\n"
		"3|Trường Mầm non Tam Sơn|1|50.000.000|0|quá hạn\n"
		"== |Tổng cộng|2|60.000.000|5|\n");
	/* Numbers of different conditions, from one look at the records. */
	text_is("awards", &ask, "figures", "2|1|50.000.000\n");
	assert_int_equal(both_ways("awards", &ask, "FROM t_award t"), 3);
	office_end(&o);
}

/* The rest of what the first award of make_year() brings, in the year after. */
static void pay_later(void)
{
	char json[300], full[64];

	record_full_text(COMMUNE_A, first_award, full);
	snprintf(json, sizeof json, "{'type':'payment','for':'%s','line':'out','amount':1000000,"
		 "'paid_on':'2023-02-01'}", full);
	reporting_move(&o, CENTRE, reporting_add(&o, CENTRE, json), "signed");
}

static void test_rows_and_sources(void **state)
{
	struct report_ask ask = { .year = 2022 };

	(void)state;
	make_year();
	reporting_good(&o, COMMUNE_A, "{'type':'need','plan_year':2022,'lines':[{'subject':'Y',"
		       "'count':1},{'subject':'Không','count':0}]}");
	text_is("needs", &ask, "lines",
		"# UBND xã Đồng Quế\n"
		"1|2022|Y|1\n"
		"# UBND thị trấn Tam Sơn\n"
		"2|2022|Toán|2\n"
		"3|2022|Luật|3\n"
		"= |Cộng UBND thị trấn Tam Sơn||5\n"
		"== |Tổng cộng||6\n");
	text_is("needs", &ask, "people", "1|Vũ Thị Mẫu\n");
	text_is("needs", &ask, "money",
		"1|Thưởng|60.000.000|4.000.000|4.000.000\n"
		"2|Nhu cầu|2|0|\n"
		"== |Tổng cộng|60.000.002|4.000.000|4.000.000\n");
	pay_later();
	/* What is paid in another year than the award's stands with the award, and in the
	 * year of its day. */
	text_is("needs", &ask, "money",
		"1|Thưởng|60.000.000|4.000.000|5.000.000\n"
		"2|Nhu cầu|2|0|\n"
		"== |Tổng cộng|60.000.002|4.000.000|5.000.000\n");
	ask.year = 2023;
	text_is("needs", &ask, "money",
		"1|Thưởng|0|1.000.000|0\n"
		"2|Nhu cầu|0|0|\n"
		"== |Tổng cộng|0|1.000.000|0\n");
	ask.year = 2022;
	/* Payments for awards are dated, those for needs are not asked for a year, and those of
	 * the awards are asked for with them. */
	assert_int_equal(both_ways("needs", &ask, "FROM t_payment t"), 3);
	ask.year = 2021;
	text_is("needs", &ask, "lines", "");
	ask.year = 0;
	ask.limit = 1;
	text_is("needs", &ask, "people", "1|Vũ Thị Mẫu\n");
	office_end(&o);
}

/* An award of a year, moved at given times. */
static struct rid plain_award(int64_t year, const char *what, int64_t amount)
{
	char json[300];

	snprintf(json, sizeof json, "{'type':'award','plan_year':%lld,'quarter':4,"
		 "'achievement':'%s','kind':'research','amount':%lld}", (long long)year, what,
		 (long long)amount);
	return reporting_add(&o, COMMUNE_A, json);
}

/* As of the cut-off, 14/12: what came in time, to the second; what came later is apart,
 * and is carried into the next year. */
static void test_parts_of_the_year(void **state)
{
	struct report_ask ask = { .year = 2022 };
	struct rid in_time, late, unseen, returned;

	(void)state;
	reporting_make(&o);
	reporting_clock(&o, 2022, 12, 1, 9, 0, 0);
	in_time = plain_award(2022, "a", 1);
	late = plain_award(2022, "b", 10);
	unseen = plain_award(2022, "c", 100);
	returned = plain_award(2022, "d", 1000);
	plain_award(2022, "e", 10000);
	reporting_move(&o, COMMUNE_A, unseen, "signed");
	reporting_move(&o, COMMUNE_A, returned, "signed verified returned");
	reporting_clock(&o, 2022, 12, 14, 23, 59, 59);
	reporting_move(&o, COMMUNE_A, in_time, "signed verified");
	reporting_clock(&o, 2022, 12, 15, 0, 0, 0);
	reporting_move(&o, COMMUNE_A, in_time, "granted");
	reporting_move(&o, COMMUNE_A, late, "signed");
	reporting_clock(&o, 2022, 12, 20, 0, 0, 0);
	reporting_move(&o, COMMUNE_A, unseen, "verified");
	/* In the state of that day, not that of today; b was handed in later, c was found
	 * right later; d was sent back, e never handed in. */
	text_is("awards", &ask, "list",
		"1|||UBND xã Đồng Quế|Nghiên cứu|a|1|0|Đạt thẩm định\n"
		"# Phát sinh sau kỳ báo cáo (không cộng vào tổng)\n"
		"after 2|||UBND xã Đồng Quế|Nghiên cứu|b|10|0|Đã ký\n"
		"after 3|||UBND xã Đồng Quế|Nghiên cứu|c|100|0|Đạt thẩm định\n"
		"== |Tổng cộng|||||1|0||\n");
	text_is("awards", &ask, "kinds",
		"1|Ngoại ngữ|0|0|0|0|0|0\n"
		"2|Giảng dạy|0|0|0|0|0|0\n"
		"3|Nghiên cứu|0|1|1|1|2|0\n"
		"== |Tổng cộng|0|1|1|1|2|0\n");
	reporting_clock(&o, 2023, 2, 1, 0, 0, 0);
	reporting_move(&o, COMMUNE_A, late, "verified");
	reporting_move(&o, COMMUNE_A, returned, "signed verified");
	reporting_move(&o, COMMUNE_A, plain_award(2023, "f", 5), "signed verified");
	ask.year = 2023;
	text_is("awards", &ask, "list",
		"1|||UBND xã Đồng Quế|Nghiên cứu|f|5|0|Đạt thẩm định\n"
		"# Chuyển từ các năm trước\n"
		"2|||UBND xã Đồng Quế|Nghiên cứu|b|10|0|Đạt thẩm định\n"
		"3|||UBND xã Đồng Quế|Nghiên cứu|c|100|0|Đạt thẩm định\n"
		"4|||UBND xã Đồng Quế|Nghiên cứu|d|1.000|0|Đạt thẩm định\n"
		"== |Tổng cộng|||||1.115|0||\n");
	/* Three tables count the same records: one statement for each part of the year. */
	assert_int_equal(both_ways("awards", &ask, "FROM t_award t"), 3);
	ask.year = 2022;
	assert_int_equal(both_ways("awards", &ask, "FROM t_award t"), 3);
	/* The report of the year before stays what it was. */
	ask.limit = 1;
	text_is("awards", &ask, "list",
		"1|||UBND xã Đồng Quế|Nghiên cứu|a|1|0|Đạt thẩm định\n"
		"== |Tổng cộng|||||1|0||\n");
	/* Another day asked for. */
	ask = (struct report_ask){ .year = 2022, .has_cutoff = true };
	assert_true(date_days(2022, 12, 31, &ask.cutoff));
	both_ways("awards", &ask, "");
	text_is("awards", &ask, "kinds",
		"1|Ngoại ngữ|0|0|0|0|0|0\n"
		"2|Giảng dạy|0|0|0|0|0|0\n"
		"3|Nghiên cứu|0|2|2|101|2|0\n"
		"== |Tổng cộng|0|2|2|101|2|0\n");
	office_end(&o);
}

/* A merger in the middle of the year: each unit as it was, and both together under the
 * one that stands for them; or under that one alone. */
static void test_units_that_became_one(void **state)
{
	struct report_ask ask = { .year = 2022 };
	struct event_row rows[] = { { .unit = { (const uint8_t *)"11", 2 },
				      .to = { (const uint8_t *)"12", 2 } } };
	struct event_entry merger = { .kind = UNIT_MERGE, .act = bytes_str("NQ 01"),
				      .issuer = bytes_str("HĐND"), .rows = rows, .count = 1 };
	uint64_t first;

	(void)state;
	make_year();
	assert_true(date_days(2022, 7, 1, &merger.from));
	merger.act_date = merger.from - 30;
	if (unit_event_put(&o.s, &o.s.working, &merger, 1, false, &first, &o.e) != 0)
		fail_msg("%s", o.e.subject);
	reporting_clock(&o, 2022, 12, 20, 0, 0, 0);
	text_is("awards", &ask, "units",
		"1|UBND xã Đồng Quế|1|10.000.000|0|không còn\n"
		"2|UBND thị trấn Tam Sơn|0|0|5|chưa nộp\n"
		"= |Cộng theo UBND thị trấn Tam Sơn|1|10.000.000|5|\n"
		"3|Trường Mầm non Tam Sơn|1|50.000.000|0|chưa nộp\n"
		"== |Tổng cộng|2|60.000.000|5|\n");
	ask.successor = true;
	text_is("awards", &ask, "units",
		"1|UBND thị trấn Tam Sơn|1|10.000.000|5|chưa nộp\n"
		"2|Trường Mầm non Tam Sơn|1|50.000.000|0|chưa nộp\n"
		"== |Tổng cộng|2|60.000.000|5|\n");
	text_is("awards", &ask, "list",
		"1|Trần Thị Ấm|***123|Trường Mầm non Tam Sơn|Ngoại ngữ|IELTS 6.5; 007|50.000.000|0|"
		"Đạt thẩm định\n"
		"2|Lê Văn Ước|***123|UBND thị trấn Tam Sơn|Giảng dạy|Giáo viên giỏi.|10.000.000|"
		"4.000.000|Được chấp thuận\n"
		"== |Tổng cộng|||||60.000.000|4.000.000||\n");
	/* Asked for by the successor, both are there; as they were, its own alone. */
	ask.has_unit = true;
	ask.unit = COMMUNE_B;
	text_is("awards", &ask, "kinds",
		"1|Ngoại ngữ|0|0|0|0|0|0\n"
		"2|Giảng dạy|1|0|1|10.000.000|0|0\n"
		"3|Nghiên cứu|0|0|0|0|0|0\n"
		"== |Tổng cộng|1|0|1|10.000.000|0|0\n");
	ask.successor = false;
	text_is("awards", &ask, "list", "");
	office_end(&o);
}

/* An officer of a role that reads one unit sees that one's records. */
static void test_whose_eyes(void **state)
{
	struct report_ask ask = { .year = 2022, .reader = 1, .reader_unit = SCHOOL_A };

	(void)state;
	make_year();
	text_is("awards", &ask, "list",
		"1|Trần Thị Ấm|***123|Trường Mầm non Tam Sơn|Ngoại ngữ|IELTS 6.5; 007|50.000.000|0|"
		"Đạt thẩm định\n"
		"== |Tổng cộng|||||50.000.000|0||\n");
	ask.reader = 3;
	text_is("needs", &ask, "people", "1|Vũ Thị Mẫu\n");
	office_end(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_of_records),
		cmocka_unit_test(test_tables_that_count),
		cmocka_unit_test(test_rows_and_sources),
		cmocka_unit_test(test_parts_of_the_year),
		cmocka_unit_test(test_units_that_became_one),
		cmocka_unit_test(test_whose_eyes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
