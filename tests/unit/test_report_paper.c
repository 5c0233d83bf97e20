/* Papers: what they say, what they must prove, what is kept when they are signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/sheet/archive.h"
#include "common/sheet/xml.h"
#include "common/text/date.h"
#include "server/report/report_paper.h"
#include "tests/lib/reporting.h"

static struct office o;
static struct arena a;
static struct report_ask ask;
static struct report_run run;
static struct paper_run paper;

#define OK(call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name(o.e.code), o.e.subject); \
	} while (0)

static struct rid award(uint64_t unit, const char *name, int64_t amount, const char *states)
{
	char json[400], full[64];
	struct rid id;

	snprintf(json, sizeof json, "{'type':'person','full_name':'%s'}", name);
	record_full_text(unit, reporting_add(&o, unit, json), full);
	snprintf(json, sizeof json, "{'type':'award','person':'%s','plan_year':2022,'quarter':1,"
		 "'kind':'teaching','amount':%lld}", full, (long long)amount);
	id = reporting_add(&o, unit, json);
	reporting_move(&o, unit, id, states);
	return id;
}

static void yearly(uint64_t unit, const char *rest)
{
	char json[300];

	snprintf(json, sizeof json, "{'type':'yearly','year':2022%s}", rest);
	reporting_move(&o, unit, reporting_add(&o, unit, json), "signed");
}

static int make_district(void **state)
{
	(void)state;
	reporting_make(&o);
	reporting_clock(&o, 2022, 5, 4, 8, 0, 0);
	award(COMMUNE_A, "Nguyễn Thị Ước", 3000000, "signed verified");
	award(SCHOOL_A, "Lê Văn Ấm", 5000000, "signed verified granted");
	reporting_good(&o, COMMUNE_B, "{'type':'need','plan_year':2022,'lines':[{'subject':'Y',"
		       "'count':2},{'subject':'Luật','count':1}]}");
	reporting_clock(&o, 2022, 12, 14, 10, 0, 0);
	yearly(COMMUNE_A, ",'strengths':' Đoàn kết. '");
	return 0;
}

static int end_district(void **state)
{
	(void)state;
	office_end(&o);
	return 0;
}

/* The paper of 2022, or of another year. In a view of its own. */
static void begin(int64_t year)
{
	struct schema *schema;
	struct report *r;

	arena_init(&a, REPORT_MEMORY);
	ask.year = year;
	OK(db_begin_read(o.s.db, &o.e));
	OK(replica_schema_now(&o.s.replica, &schema, &o.e));
	OK(report_find(schema, bytes_str("annual"), &a, &r, &o.e));
	OK(report_begin(&run, &o.s.replica, r, &ask, o.now, &a, &o.e));
	OK(paper_begin(&paper, &run, true, &o.e));
}

static void end(void)
{
	report_end(&run);
	db_end_read(o.s.db);
	arena_release(&a);
	ask = (struct report_ask){ .lang = LANG_VI };
}

static void html_of_paper(struct buf *out)
{
	struct document *d = document_new();

	buf_init(out, (size_t)1 << 24);
	OK(paper_write(&paper, d, &o.e));
	OK(document_html(d, out, &o.e));
	buf_byte(out, 0);
	document_free(d);
}

static void has(const struct buf *html, const char *text)
{
	if (strstr((const char *)html->at, text) == NULL)
		fail_msg("not there: %s", text);
}

static void has_not(const struct buf *html, const char *text)
{
	if (strstr((const char *)html->at, text) != NULL)
		fail_msg("there: %s", text);
}

static void test_what_it_says(void **state)
{
	struct buf html;

	(void)state;
	reporting_clock(&o, 2022, 12, 15, 9, 0, 0);
	yearly(SCHOOL_A, ",'strengths':'Đoàn kết.'");
	begin(2022);
	html_of_paper(&html);
	has(&html, "BÁO CÁO");
	has(&html, "Kết quả năm 2022");
	has(&html, "Có 2 người được đề nghị, số tiền 8.000.000 đồng, đến hết ngày 14/12/2022.");
	has_not(&html, "Không phát sinh khen thưởng");
	/* One of three has not reported: a draft, on its face, with the name. */
	has(&html, "TẠM TÍNH - còn 1 đơn vị chưa nộp");
	has(&html, "Chưa nộp: UBND thị trấn Tam Sơn.");
	has_not(&html, "đơn vị không phát sinh");
	/* The same words once, though one of the two came after the deadline. */
	has(&html, "Đoàn kết (UBND xã Đồng Quế; Trường Mầm non Tam Sơn).");
	has(&html, "Phụ lục I");
	has(&html, "TM. UBND");
	buf_release(&html);
	end();
	yearly(COMMUNE_B, ",'nothing':true");
	begin(2022);
	html_of_paper(&html);
	has(&html, "1 đơn vị không phát sinh: UBND thị trấn Tam Sơn.");
	has_not(&html, "TẠM TÍNH");
	has_not(&html, "Chưa nộp:");
	buf_release(&html);
	end();
}

static int open_element(void *ctx, const char *name, const char **attributes, struct err *e)
{
	(void)name;
	(void)attributes;
	(void)e;
	++*(int *)ctx;
	return 0;
}

static int close_element(void *ctx, const char *name, struct err *e)
{
	(void)ctx;
	(void)name;
	(void)e;
	return 0;
}

static int feed(void *ctx, struct bytes piece, struct err *e)
{
	return xml_feed(ctx, piece, e);
}

static void test_the_file_to_edit(void **state)
{
	struct document *d = document_new();
	struct archive *archive;
	int elements = 0;
	struct xml_handler handler = { &elements, open_element, close_element, NULL };
	struct xml *x;
	struct buf out;

	(void)state;
	begin(2022);
	buf_init(&out, (size_t)1 << 24);
	OK(paper_write(&paper, d, &o.e));
	OK(document_docx(d, o.now, &out, &o.e));
	OK(archive_open(buf_view(&out), &archive, &o.e));
	OK(xml_new("word/document.xml", &handler, &x, &o.e));
	OK(archive_read(archive, "word/document.xml", 1 << 24, feed, x, &o.e));
	OK(xml_end(x, &o.e));
	assert_true(elements > 100);
	xml_free(x);
	archive_close(archive);
	document_free(d);
	buf_release(&out);
	end();
}

/* Proves the paper; how many fail, and whether this one is among them. */
static size_t failing(const char *text)
{
	struct proof *list;
	size_t count, failed, i;
	bool found = text == NULL;

	begin(2022);
	OK(paper_prove(&paper, &list, &count, &failed, &o.e));
	for (i = 0; i < count; i++)
		found |= list[i].left != list[i].right && strcmp(list[i].text, text) == 0;
	end();
	if (!found)
		fail_msg("does not fail: %s", text);
	return failed;
}

static void test_identities_hold(void **state)
{
	struct proof *list;
	size_t count, failed;

	(void)state;
	assert_int_equal(failing(NULL), 0);
	begin(2022);
	OK(paper_prove(&paper, &list, &count, &failed, &o.e));
	assert_true(count >= 12);
	end();
}

static void spoil(const char *sql)
{
	OK(db_begin(o.s.db, &o.e));
	OK(db_schema(o.s.db, sql, &o.e));
	OK(db_commit(o.s.db, &o.e));
}

static void test_identity_of_running_totals(void **state)
{
	(void)state;
	spoil("UPDATE total SET count=count+1 WHERE type=201 AND state=4");
	failing("Sổ tổng hợp = số hồ sơ trong năm: Đề nghị thưởng");
	spoil("UPDATE total SET count=count-1 WHERE type=201 AND state=4;"
	      "UPDATE t_award SET f_amount=f_amount+1 WHERE stream=21");
	failing("Sổ tổng hợp = số tiền của các hồ sơ trong năm: Đề nghị thưởng");
	spoil("UPDATE t_award SET f_amount=f_amount-1 WHERE stream=21");
	assert_int_equal(failing(NULL), 0);
}

/* A line whose moves do not lead to where its row says it is. */
static void test_identity_of_states(void **state)
{
	(void)state;
	spoil("UPDATE transition SET state=3 WHERE stream=11 AND state=4");
	failing("Số dòng = số hồ sơ đạt yêu cầu vào ngày chốt: Khen thưởng");
	spoil("UPDATE transition SET state=4 WHERE stream=11 AND state=3");
	assert_int_equal(failing(NULL), 0);
}

/* Sums that went wrong on their way, units that were counted wrongly: told as such. */
static void test_identities_of_lines_and_units(void **state)
{
	static const char *const texts[] = {
		"Cộng các dòng = tổng của mọi hồ sơ: Khen thưởng, Số tiền",
		"Số dòng = số hồ sơ: Khen thưởng",
		"Đã báo cáo + chưa nộp = số đơn vị phải báo cáo"
	};
	struct proof *list;
	size_t count, failed, i, k, found = 0;

	(void)state;
	begin(2022);
	run.sums[0].sums[2]++;
	run.sums[0].lines++;
	paper.counts[UNITS_REPORTED]++;
	OK(paper_prove(&paper, &list, &count, &failed, &o.e));
	for (i = 0; i < count; i++)
		for (k = 0; k < sizeof texts / sizeof texts[0]; k++)
			found += list[i].left == list[i].right + 1 &&
				 strcmp(list[i].text, texts[k]) == 0;
	assert_int_equal(found, 3);
	end();
}

/* Annexes against each other: a paper that counts other things in each. */
static void test_identities_of_the_pack(void **state)
{
	struct buf json;

	(void)state;
	reporting_pack(&json, "\"like\": \"needs\", \"sum\": \"count\"",
		       "\"like\": \"needs\", \"count\": true");
	buf_release(&json);
	reporting_pack(&json, "\"version\": 1", "\"version\": 2");
	buf_byte(&json, 0);
	{
		char *hit = strstr((char *)json.at, "\"like\": \"needs\", \"sum\": \"count\" ");

		assert_non_null(hit);
		memcpy(hit, "\"like\": \"needs\", \"count\": true  ", 32);
	}
	OK(server_publish(&o.s, (struct bytes){ json.at, json.len - 1 }, BYTES_NONE, &o.e));
	buf_release(&json);
	assert_int_equal(failing("Nhu cầu: phụ lục = danh mục"), 1);
}

static void keep(struct rid *id, size_t *count)
{
	struct paper_member *list;
	struct schema *schema;
	struct report *r;
	struct draft d;

	arena_init(&a, REPORT_MEMORY);
	ask.year = 2022;
	OK(server_begin(&o.s, CENTRE, &o.officer, &a, &d, &o.e));
	OK(replica_schema_now(&o.s.replica, &schema, &o.e));
	OK(report_find(schema, bytes_str("annual"), &a, &r, &o.e));
	OK(report_begin(&run, &o.s.replica, r, &ask, o.now, &a, &o.e));
	OK(paper_begin(&paper, &run, true, &o.e));
	OK(paper_members(&paper, &list, count, &o.e));
	OK(paper_keep(&paper, &o.s, &o.officer, &d, list, *count, id, &o.e));
	report_end(&run);
	arena_release(&a);
	ask = (struct report_ask){ .lang = LANG_VI };
}

/* What was signed names every record with its version; later corrections change nothing
 * of it, and its cut-off holds. */
static void test_signing_keeps_versions(void **state)
{
	struct stream_head head;
	struct rid id, late;
	size_t count;
	int64_t day;

	(void)state;
	reporting_clock(&o, 2022, 12, 18, 9, 0, 0);
	late = award(COMMUNE_B, "Vũ Thị Muộn", 7000000, "signed verified");
	(void)late;
	reporting_clock(&o, 2022, 12, 22, 9, 0, 0);
	yearly(SCHOOL_A, "");
	yearly(COMMUNE_B, ",'nothing':true");
	ask.has_cutoff = true;
	assert_true(date_days(2022, 12, 20, &day));
	ask.cutoff = day;
	keep(&id, &count);
	/* Three awards, one need with two lines, three reports of units. */
	assert_int_equal(count, 7);
	assert_int_equal(office_number(&o, "SELECT count(*) FROM t_member WHERE stream=1"), 7);
	assert_int_equal(office_number(&o, "SELECT count(*) FROM t_submission WHERE state=2 AND "
				       "f_totals LIKE '%awards.amount=15000000%'"), 1);
	OK(replica_head(&o.s.replica, COMMUNE_B, &head, &o.e));
	assert_int_equal(office_number(&o, "SELECT count(*) FROM t_member WHERE f_record_stream=12 AND "
				       "CAST(f_version AS BIGINT)=(SELECT seq FROM stream WHERE "
				       "stream=12)"), 3);
	award(COMMUNE_B, "Thêm Sau", 1, "signed verified");
	assert_int_equal(office_number(&o, "SELECT count(*) FROM t_member WHERE f_record_stream=12 AND "
				       "CAST(f_version AS BIGINT)=(SELECT seq FROM stream WHERE "
				       "stream=12)"), 0);
	/* The day that was signed, not the deadline's; and next year begins after it. */
	begin(2022);
	assert_int_equal(run.cutoff_day, day);
	assert_int_equal(run.sums[0].lines, 3);
	assert_int_equal(run.sums[0].after, 1);
	end();
	begin(2023);
	assert_int_equal(run.previous, report_day_end(day));
	assert_int_equal(run.sums[0].carried, 1);
	assert_int_equal(run.sums[0].sums[2], 1);
	end();
}

/* Awards by the hundred, in one save. */
static void many_awards(int n)
{
	enum { AWARD = 201, YEAR = 2011, AMOUNT = 2016, SIGNED = 2, VERIFIED = 4 };
	struct draft d;
	int i;

	OK(server_begin(&o.s, COMMUNE_A, &o.officer, &o.a, &d, &o.e));
	for (i = 0; i < n; i++) {
		struct rid id = draft_create(&d, AWARD, RID_NONE, 0);

		draft_set(&d, AWARD, id, YEAR, value_int(2022), false);
		draft_set(&d, AWARD, id, AMOUNT, value_int(1), false);
		draft_move(&d, AWARD, id, SIGNED, BYTES_NONE);
		draft_move(&d, AWARD, id, VERIFIED, BYTES_NONE);
	}
	OK(server_save(&o.s, &o.officer, &d, NULL, &o.e));
}

/* More members than one transaction holds. */
static void test_many_members(void **state)
{
	struct rid id;
	size_t count;

	(void)state;
	many_awards(900);
	many_awards(900);
	keep(&id, &count);
	assert_int_equal(count, 1800 + 2 + 1 + 1);
	assert_int_equal(office_number(&o, "SELECT count(*) FROM t_member"), (int64_t)count);
	assert_int_equal(office_number(&o, "SELECT state FROM t_submission"), 2);
}

static void test_bad_documents(void **state)
{
	(void)state;
	reporting_refused("số tiền {awards.amount} đồng", "số tiền {awards.money} đồng",
			  "documents.paper.body[2]: {awards.money} means nothing here");
	reporting_refused("\"if\": \"nil\"", "\"if\": \"awards.name\"",
			  "documents.paper.body[4].if: \"awards.name\" is no sum of a table: "
			  "TABLE.COLUMN or TABLE.count");
	reporting_refused("\"heading\": \"I. KẾT QUẢ\", \"level\": 1", "\"heading\": \"I.\"",
			  "documents.paper.body[1]: a heading has a \"level\" from 1 to 3");
	reporting_refused("{ \"table\": \"awards\" }", "{ \"table\": \"award\" }",
			  "documents.paper.body[6].table: \"table\" names a table that is not there");
	reporting_refused("\"collect\": \"strengths\"", "\"collect\": \"year\"",
			  "documents.paper.body[7].collect: \"collect\" is a text");
	reporting_refused("\"type\": \"submission\", \"state\": \"signed\"",
			  "\"type\": \"award\", \"state\": \"signed\"",
			  "documents.paper.submission: \"submission\" names no type with \"apply\" "
			  "and \"version\"");
	reporting_refused("\"equal\": [\"units.awards\", \"awards.count\"]",
			  "\"equal\": [\"units.awards\"]",
			  "documents.paper.proofs[1].equal: \"equal\" has two sides");
	reporting_refused("năm {year}\", \"type\": \"BÁO CÁO\"", "năm {year\", \"type\": \"BÁO CÁO\"",
			  "documents.paper.head: \"{year\": a { without its }");
}

int main(void)
{
#define IN_A_DISTRICT(test) cmocka_unit_test_setup_teardown(test, make_district, end_district)
	const struct CMUnitTest tests[] = {
		IN_A_DISTRICT(test_what_it_says),
		IN_A_DISTRICT(test_the_file_to_edit),
		IN_A_DISTRICT(test_identities_hold),
		IN_A_DISTRICT(test_identity_of_running_totals),
		IN_A_DISTRICT(test_identity_of_states),
		IN_A_DISTRICT(test_identities_of_lines_and_units),
		IN_A_DISTRICT(test_identities_of_the_pack),
		IN_A_DISTRICT(test_signing_keeps_versions),
		IN_A_DISTRICT(test_many_members),
		cmocka_unit_test(test_bad_documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
