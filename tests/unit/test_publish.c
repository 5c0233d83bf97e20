/* Publishing: a pack and the records that come with it, all of it or nothing; corrected
 * records stay corrected; what records rest on may not change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/heal/generation.h"
#include "server/pack/publish.h"
#include "tests/lib/contest.h"
#include "tests/lib/packtext.h"

static struct contest c;
static struct buf pack;
static const char *good;

static int make(void **state)
{
	(void)state;
	contest_make(&c);
	office_file(CONTEST_PACK, &pack);
	buf_byte(&pack, 0);
	good = (const char *)pack.at;
	return 0;
}

static int end(void **state)
{
	(void)state;
	contest_end(&c);
	buf_release(&pack);
	return 0;
}

/* The pack as another version, changed in up to two places. */
static void next_version(const char *version, const char *from, const char *to, const char *from2,
			 const char *to2, struct buf *out)
{
	struct buf first, second;

	packtext(good, "`version`: 1", version, &first);
	buf_byte(&first, 0);
	packtext((const char *)first.at, from, to, &second);
	buf_byte(&second, 0);
	packtext((const char *)second.at, from2, to2, out);
	buf_release(&first);
	buf_release(&second);
}

static int publish(const char *version, const char *from, const char *to, const char *from2,
		   const char *to2)
{
	struct buf json;
	int code;

	next_version(version, from, to, from2, to2, &json);
	code = server_publish(&c.p.o.s, buf_view(&json), BYTES_NONE, &c.p.o.e);
	buf_release(&json);
	return code;
}

static int64_t rules(const char *where)
{
	char sql[300];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM t_reading_rule WHERE %s", where);
	return office_number(&c.p.o, sql);
}

static int64_t versions(void)
{
	return office_number(&c.p.o, "SELECT max(version) FROM pack WHERE code='van-hoa-doc'");
}

static struct rid rule(const char *name)
{
	struct stmt *q;
	struct rid id;

	assert_int_equal(db_query(c.p.o.s.db, &c.p.o.e, &q, "SELECT device, op FROM t_reading_rule WHERE "
				  "f_name=$1", "t", name), 0);
	assert_int_equal(db_step(q, &c.p.o.e), 1);
	id = (struct rid){ (uint64_t)db_int(q, 0), (uint64_t)db_int(q, 1) };
	db_done(q);
	return id;
}

static void records_come_once(void **state)
{
	struct rid team = rule("Thi theo đội"), main_rule = rule("Thể lệ cuộc thi");

	(void)state;
	assert_int_equal(rules("deleted=0"), 2);
	/* Corrected, and taken out, by an officer. */
	assert_int_equal(plan_edit(&c.p, OFFICER, 0, main_rule, "{'text':'Mỗi bài hai cuốn sách.'}"), 0);
	assert_int_equal(server_begin(&c.p.o.s, 0, &c.p.people[OFFICER], &c.p.o.a, &c.d, &c.p.o.e), 0);
	draft_delete(&c.d, 2010, team, false);
	contest_save(&c, OFFICER);
	/* A new version says other things of both, and brings a third. */
	assert_int_equal(publish("`version`:2", "giới thiệu một cuốn sách.`}", "giới thiệu ba cuốn.`}",
				 "{`key`:`rule_team`", "{`key`:`rule_new`,`type`:`reading_rule`,"
				 "`name`:`Mới`},\n{`key`:`rule_team`"), 0);
	assert_int_equal(versions(), 2);
	assert_int_equal(rules("deleted=0"), 2);
	assert_int_equal(rules("f_text='Mỗi bài hai cuốn sách.'"), 1);
	assert_int_equal(rules("f_name='Mới' AND deleted=0"), 1);
	assert_int_equal(rules("f_name='Thi theo đội' AND deleted=1"), 1);
	/* They travel as records: the pack that is sent has none. */
	assert_int_equal(office_number(&c.p.o, "SELECT count(*) FROM pack WHERE CAST(json AS TEXT) LIKE "
				       "'%rule_main%'"), 0);
	contest_sound(&c);
}

/* The third version is refused, so, and nothing of it is there. */
static void refused(const char *from, const char *to, const char *subject)
{
	int64_t items = office_number(&c.p.o, "SELECT count(*) FROM item"), present = versions();
	int64_t meta = office_number(&c.p.o, "SELECT count(*) FROM meta"), records = rules("1=1");
	struct buf json;

	next_version("`version`:9", from, to, NULL, NULL, &json);
	if (server_publish(&c.p.o.s, buf_view(&json), BYTES_NONE, &c.p.o.e) != ERR_BAD_PACK)
		fail_msg("%s: %s", to, err_name(c.p.o.e.code));
	if (strstr(c.p.o.e.subject, subject) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", c.p.o.e.subject, subject);
	assert_int_equal(office_number(&c.p.o, "SELECT count(*) FROM item"), items);
	assert_int_equal(office_number(&c.p.o, "SELECT count(*) FROM meta"), meta);
	assert_int_equal(versions(), present);
	assert_int_equal(rules("1=1"), records);
	buf_release(&json);
}

#define NEW_RULE(rest) "{`key`:`rule_new`," rest "},\n{`key`:`rule_team`"

static void a_bad_record_publishes_nothing(void **state)
{
	const char *at = "{`key`:`rule_team`";
	struct buf json;

	(void)state;
	refused(at, NEW_RULE("`type`:`reading_rule`,`name`:7"), "records.rule_new.name: bad_value: name");
	refused(at, NEW_RULE("`type`:`reading_rule`,`names`:`x`"), "records.rule_new.names: no_such_field: names");
	refused(at, NEW_RULE("`type`:`reading_entry`,`reader`:`x`"),
		"records.rule_new.type: records of a pack are of district types");
	refused(at, NEW_RULE("`type`:`reading`"),
		"records.rule_new.type: records of a pack are of district types");
	refused(at, "{`type`:`reading_rule`,`name`:`x`},\n{`key`:`rule_team`", "a record needs a \"key\"");
	refused(at, "{`key`:`rule_main`,`type`:`reading_rule`,`name`:`x`},\n{`key`:`rule_team`",
		"records.rule_main.key: \"rule_main\" is used twice");
	/* Refused by a check that the same version brings: only judging finds that. */
	next_version("`version`:2", at, NEW_RULE("`type`:`reading_rule`,`name`:`Mới`"),
		     "`edit`:[`officer`],`title`:[`name`],", "`edit`:[`officer`],`title`:[`name`],`checks`:["
		     "{`number`:1,`must`:`name != 'Mới'`,`vi`:`a`,`en`:`a`}],", &json);
	assert_int_equal(server_publish(&c.p.o.s, buf_view(&json), BYTES_NONE, &c.p.o.e), ERR_BAD_PACK);
	assert_string_equal(c.p.o.e.subject, "line 204, column 3: records.rule_new: check_failed: reading_rule, 1");
	assert_int_equal(versions(), 1);
	assert_int_equal(rules("1=1"), 2);
	buf_release(&json);
	/* All is as it was: the same thing right is published. */
	assert_int_equal(publish("`version`:2", at, NEW_RULE("`type`:`reading_rule`,`name`:`x`"), NULL,
				 NULL), 0);
	contest_sound(&c);
}

/* At each commit: the pack with its records, or neither. */
/* What a store that was put back published since its copy it does not know; change sets that
 * were deflated with that dictionary may still come. */
static void a_restored_server_gives_no_dictionary_number_twice(void **state)
{
	struct server *s = &c.p.o.s;
	struct generation_news news;

	(void)state;
	assert_int_equal(publish("`version`: 2", "`version`", "`version`", "`version`", "`version`"), 0);
	assert_true(office_number(&c.p.o, "SELECT max(dictionary_number) FROM pack") < 10);
	assert_int_equal(db_begin(s->db, NULL), 0);
	assert_int_equal(generation_begin(&s->replica, GENERATION_RESTORED, 0, NULL), 0);
	assert_int_equal(db_commit(s->db, NULL), 0);
	assert_int_equal(generation_news(s->db, &news, NULL), 1);
	assert_int_equal(publish("`version`: 3", "`version`", "`version`", "`version`", "`version`"), 0);
	assert_int_equal(office_number(&c.p.o, "SELECT max(dictionary_number) FROM pack"), news.base);
	assert_int_equal(publish("`version`: 4", "`version`", "`version`", "`version`", "`version`"), 0);
	assert_int_equal(office_number(&c.p.o, "SELECT max(dictionary_number) FROM pack"),
			 news.base + 1);
}

static void what_stops_leaves_nothing(void **state)
{
	const char *at = "{`key`:`rule_team`", *more = NEW_RULE("`type`:`reading_rule`,`name`:`x`");

	(void)state;
	c.p.o.stop_at = c.p.o.commits + 1;
	assert_int_equal(publish("`version`:2", at, more, NULL, NULL), ERR_STOPPED);
	c.p.o.stop_at = 0;
	assert_int_equal(versions(), 1);
	assert_int_equal(rules("f_name='x'"), 0);
	assert_int_equal(publish("`version`:2", at, more, NULL, NULL), 0);
	assert_int_equal(versions(), 2);
	assert_int_equal(rules("f_name='x'"), 1);
	contest_sound(&c);
}

static void what_records_rest_on_stays(void **state)
{
	(void)state;
	refused("`number`:900036,`code`:`page_limit`", "`number`:900038,`code`:`page_limit`", "page_limit");
	refused("`code`:`page_limit`,`vi`:`Số trang tối đa một cuốn`,`en`:`Pages of a book at most`,"
		"`kind`:`int`", "`code`:`page_limit`,`vi`:`Số trang tối đa một cuốn`,`en`:`Pages of a book "
		"at most`,`kind`:`int`,`derived`:`year * 2`", "may not become derived");
	refused("`kind`:`int`,`derived`:`sum(books, pages)`", "`kind`:`int`", "may not become derived");
	refused("`register`:`reading_plaques`", "`register`:`reading_entries`", "register may not change");
	refused("`form`:`BK-{n}`", "`yearly`:true,`form`:`BK-{n}`", "register may not change");
	refused("`code`:`reading_rule`,`vi`:`Thể lệ`,`en`:`Rule`,`district`:true",
		"`code`:`reading_rule`,`vi`:`Thể lệ`,`en`:`Rule`", "\"district\" may not change");
	refused("`number`:2000,`code`:`reading_paid`", "`number`:2001,`code`:`reading_paid`",
		"rollup \"reading_paid\" (number 2000) may not go away");
	refused("{`number`:5,`code`:`awarded`", "{`number`:8,`code`:`awarded`", "awarded");
	refused("{`number`:21,`code`:`jury`", "{`number`:23,`code`:`jury`", "role");
	refused("`totals`:{`sum`:`amount`}", "`lead`:`TCKH`", "\"totals\" may not change");
	refused("`kind`:`set`,`list`:`reading_grades`", "`kind`:`choice`,`list`:`reading_grades`",
		"a field may not change its kind");
	refused("{`number`:2,`code`:`g5`", "{`number`:3,`code`:`g5`", "choice \"g5\" (number 2) may not go away");
}

#define T(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(records_come_once),
		T(a_bad_record_publishes_nothing),
		T(a_restored_server_gives_no_dictionary_number_twice),
		T(what_stops_leaves_nothing),
		T(what_records_rest_on_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
