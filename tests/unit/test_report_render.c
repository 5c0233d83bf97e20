/* Reports in every form: what a spreadsheet, a program and a reader find in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/sheet/sheet.h"
#include "server/report/report_render.h"
#include "tests/lib/reporting.h"

static struct office o;
static struct arena a;
static struct buf out;

#define OK(call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name(o.e.code), o.e.subject); \
	} while (0)

static int make_district(void **state)
{
	struct rid id;

	(void)state;
	reporting_make(&o);
	reporting_clock(&o, 2022, 4, 1, 8, 0, 0);
	id = reporting_add(&o, COMMUNE_A, "{'type':'award','plan_year':2022,'quarter':1,"
			   "'kind':'language','achievement':'=cmd|calc!A0','cert_no':'007',"
			   "'amount':12000000}");
	reporting_move(&o, COMMUNE_A, id, "signed verified");
	id = reporting_add(&o, SCHOOL_A, "{'type':'award','plan_year':2022,'quarter':2,"
			   "'kind':'teaching','achievement':'Dạy giỏi, cấp \\\"tỉnh\\\"; A|B',"
			   "'amount':5000000}");
	reporting_move(&o, SCHOOL_A, id, "signed verified");
	return 0;
}

static int end_district(void **state)
{
	(void)state;
	office_end(&o);
	return 0;
}

static int take(void *ctx, struct bytes piece, struct err *e)
{
	buf_add(ctx, piece);
	return ((struct buf *)ctx)->failed ? err_set(e, ERR_NOMEM, "out") : 0;
}

/* A table of a report, or all of them where it is NULL, into `out`. */
static void render(enum report_format format, const char *table)
{
	const struct report_ask ask = { .year = 2022 };
	struct report_target target = { &out, take };
	struct report_writer *w;
	struct report_run run;
	struct schema *schema;
	struct report *r;

	buf_init(&out, (size_t)16 << 20);
	arena_init(&a, REPORT_MEMORY);
	OK(replica_schema_now(&o.s.replica, &schema, &o.e));
	OK(report_find(schema, bytes_str("awards"), &a, &r, &o.e));
	OK(report_begin(&run, &o.s.replica, r, &ask, o.now, &a, &o.e));
	OK(report_writer_new(format, &run, table != NULL, &target, &w, &o.e));
	OK(table == NULL ? report_run_all(&run, report_writer_sink(w), &o.e) :
	   report_run_table(&run, report_table(r, bytes_str(table)), report_writer_sink(w), &o.e));
	OK(report_writer_finish(w, &o.e));
	report_writer_free(w);
	report_end(&run);
}

static void done(void)
{
	arena_release(&a);
	buf_release(&out);
}

/* Excel sees UTF-8, texts as texts, and no formula. */
static void test_csv(void **state)
{
	struct sheet s;

	(void)state;
	render(FORMAT_CSV, "list");
	assert_memory_equal(out.at, "\xef\xbb\xbf", 3);
	buf_byte(&out, 0);
	assert_non_null(strstr((const char *)out.at, "'=cmd|calc!A0; 007"));
	out.len--;
	OK(sheet_read(buf_view(&out), BYTES_NONE, &a, &s, &o.e));
	/* Its heading first, no title: one table alone is for programs too. */
	assert_int_equal(s.count, 4);
	assert_true(bytes_equal(sheet_cell(&s.rows[0], 6).text, bytes_str("Số tiền")));
	assert_true(bytes_equal(sheet_cell(&s.rows[1], 5).text, bytes_str("=cmd|calc!A0; 007")));
	assert_true(bytes_equal(sheet_cell(&s.rows[2], 5).text,
				bytes_str("Dạy giỏi, cấp \"tỉnh\"; A|B")));
	assert_true(bytes_equal(sheet_cell(&s.rows[3], 6).text, bytes_str("17.000.000")));
	done();
}

static void test_csv_of_several_tables(void **state)
{
	struct sheet s;

	(void)state;
	render(FORMAT_CSV, NULL);
	OK(sheet_read(buf_view(&out), BYTES_NONE, &a, &s, &o.e));
	assert_true(bytes_equal(sheet_cell(&s.rows[0], 0).text, bytes_str("Danh sách")));
	assert_true(bytes_equal(sheet_cell(&s.rows[5], 0).text, bytes_str("Theo loại")));
	done();
}

static void test_xlsx(void **state)
{
	struct cell amount, what;
	struct sheet s;
	size_t i, found = 0;

	(void)state;
	render(FORMAT_XLSX, NULL);
	OK(sheet_read(buf_view(&out), bytes_str("list"), &a, &s, &o.e));
	for (i = 0; i < s.count; i++) {
		what = sheet_cell(&s.rows[i], 5);
		amount = sheet_cell(&s.rows[i], 6);
		if (!bytes_equal(what.text, bytes_str("=cmd|calc!A0; 007")))
			continue;
		found++;
		assert_int_equal(what.kind, CELL_TEXT);
		assert_int_equal(amount.kind, CELL_NUMBER);
		assert_true(bytes_equal(amount.text, bytes_str("12000000")));
	}
	assert_int_equal(found, 1);
	OK(sheet_read(buf_view(&out), bytes_str("units"), &a, &s, &o.e));
	assert_true(s.count >= 4);
	done();
}

static void test_json(void **state)
{
	json_t *j, *table, *line;

	(void)state;
	render(FORMAT_JSON, NULL);
	j = json_loadb((const char *)out.at, out.len, 0, NULL);
	assert_non_null(j);
	assert_string_equal(json_string_value(json_object_get(j, "cutoff")), "2022-12-14");
	table = json_array_get(json_object_get(j, "tables"), 0);
	assert_int_equal(json_array_size(json_object_get(table, "lines")), 3);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(table, "sums"),
							    "amount")), 17000000);
	line = json_array_get(json_object_get(table, "lines"), 0);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(line, "cells"),
							    "amount")), 12000000);
	assert_true(json_is_null(json_object_get(json_object_get(line, "cells"), "name")));
	assert_int_equal(strncmp(json_string_value(json_object_get(line, "record")), "11.", 3), 0);
	json_decref(j);
	done();
}

static void test_html_and_docx(void **state)
{
	(void)state;
	render(FORMAT_HTML, NULL);
	buf_byte(&out, 0);
	assert_non_null(strstr((const char *)out.at, "Dạy giỏi, cấp "));
	assert_non_null(strstr((const char *)out.at, "số liệu đến hết ngày 14/12/2022"));
	done();
	render(FORMAT_DOCX, NULL);
	assert_memory_equal(out.at, "PK", 2);
	done();
}

int main(void)
{
#define IN_A_DISTRICT(test) cmocka_unit_test_setup_teardown(test, make_district, end_district)
	const struct CMUnitTest tests[] = {
		IN_A_DISTRICT(test_csv),
		IN_A_DISTRICT(test_csv_of_several_tables),
		IN_A_DISTRICT(test_xlsx),
		IN_A_DISTRICT(test_json),
		IN_A_DISTRICT(test_html_and_docx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
