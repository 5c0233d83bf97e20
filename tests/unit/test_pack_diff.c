/* What a new version of a pack would mean for old records: each change with its place, its
 * kind and its sentence, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/reason.h"
#include "server/pack/pack_diff.h"
#include "tests/lib/contest.h"
#include "tests/lib/packtext.h"

static struct buf pack;
static const char *good;
static struct err e;

static int begin(void **state)
{
	(void)state;
	office_file(CONTEST_PACK, &pack);
	buf_byte(&pack, 0);
	good = (const char *)pack.at;
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_release(&pack);
	return 0;
}

struct change {
	const char *from, *to;
	const char *place, *kind, *vi, *en; /* kind NULL: nothing is said */
};

static bool says(const json_t *list, const char *place, const char *kind, const char *sentence)
{
	json_t *j;
	size_t i;

	json_array_foreach(list, i, j)
		if (strcmp(json_string_value(json_object_get(j, "place")), place) == 0 &&
		    strcmp(json_string_value(json_object_get(j, "kind")), kind) == 0 &&
		    strstr(json_string_value(json_object_get(j, "sentence")), sentence) != NULL)
			return true;
	return false;
}

static int compare(struct bytes was, struct bytes is, enum lang lang, json_t **out)
{
	return pack_diff(&(struct pack_version){ "cũ.json", was },
			 &(struct pack_version){ "mới.json", is }, lang, out, &e);
}

static void expect(const struct change *c)
{
	struct buf was, is;
	json_t *list;
	int lang;

	packtext(good, NULL, NULL, &was);
	packtext(good, c->from, c->to, &is);
	for (lang = 0; lang < 2; lang++) {
		list = NULL;
		if (compare(buf_view(&was), buf_view(&is), lang == 0 ? LANG_VI : LANG_EN, &list) != 0)
			fail_msg("%s: %s", c->to, e.subject);
		if (json_array_size(list) != (c->kind == NULL ? 0 : 1) ||
		    (c->kind != NULL && !says(list, c->place, c->kind, lang == 0 ? c->vi : c->en)))
			fail_msg("%s: not (only) \"%s\": %s", c->to, lang == 0 ? c->vi : c->en,
				 json_dumps(list, 0));
		json_decref(list);
	}
	buf_release(&was);
	buf_release(&is);
}

#define ALL(list) \
	do { \
		size_t at; \
		for (at = 0; at < sizeof list / sizeof list[0]; at++) \
			expect(&list[at]); \
	} while (0)

#define LABELS "`vi`:`a`,`en`:`a`"
#define ENTRY_IS "reading_entry"

static const struct change types[] = {
	{ "`vi`:`Người đọc, tên đội`", "`vi`:`Người đọc`", NULL, NULL, NULL, NULL },
	{ "{`number`:900036,", "{`number`:900038,`code`:`extra`," LABELS ",`kind`:`text`},\n{`number`:900036,",
	  ENTRY_IS ".extra", "added", "Mục mới", "A new field" },
	{ "`types`: [", "`types`: [\n{`number`:2020,`code`:`more`," LABELS ",`edit`:[`jury`],`fields`:[]},",
	  "more", "added", "Loại hồ sơ mới", "A new record type" },
	{ "{`number`:2,`code`:`g5`", "{`number`:3,`code`:`g6`," LABELS "},{`number`:2,`code`:`g5`",
	  ENTRY_IS ".g6", "added", "Lựa chọn mới", "A new choice" },
	{ "`en`:`Grade 5`}", "`en`:`Grade 5`,`to`:`2030-12-31`}", ENTRY_IS ".g5", "stricter", "hẹp lại",
	  "shorter time" },
	{ "`en`:`Grade 5`}", "`en`:`Grade 5`,`from`:`2030-12-31`}", ENTRY_IS ".g5", "stricter", "hẹp lại",
	  "shorter time" },
	{ "`max`:20,`personal`", "`max`:15,`personal`", ENTRY_IS ".phone", "stricter", "Giới hạn hẹp lại",
	  "Narrower bounds" },
	{ "`max`:20,`personal`", "`max`:25,`personal`", NULL, NULL, NULL, NULL },
	{ "`min`:2,`max`:30", "`min`:3,`max`:30", ENTRY_IS ".members", "stricter", "Giới hạn hẹp lại",
	  "Narrower bounds" },
	{ "`max`:120,`required`:true", "`max`:120", ENTRY_IS ".reader", "looser", "Không còn bắt buộc",
	  "No longer required" },
	{ "`max`:20,`personal`:true", "`max`:20,`personal`:true,`required`:true", ENTRY_IS ".phone",
	  "stricter", "Điều kiện bắt buộc đổi", "When it is required" },
	{ "`max`:120,`required`:true", "`max`:120,`required`:`year > 2026`", ENTRY_IS ".reader", "stricter",
	  "Điều kiện bắt buộc đổi", "When it is required" },
	{ "`derived`:`sum(books, pages)`", "`derived`:`sum(books, pages) + 1`", ENTRY_IS ".pages", "rule",
	  "Cách tính đổi", "worked out anew" },
	{ "`in`:[`submitted`,`verified`]},", "`in`:[`submitted`]},", ENTRY_IS ".papers", "rule",
	  "Ai được sửa", "Who may change it" },
	{ "`by`:[`clerk`,`chief`,`jury`]", "`by`:[`clerk`,`jury`]", ENTRY_IS ".comments", "rule",
	  "Ai được sửa", "Who may change it" },
	{ "`edit`:[`clerk`,`chief`,`officer`]", "`edit`:[`clerk`,`chief`]", ENTRY_IS, "rule",
	  "Ai được nhập", "Who may enter" },
	{ "`as_of`:`handed_in`", "`as_of`:`year`", ENTRY_IS, "rule", "Ngày dùng để xét", "The day on which" },
};

static void each_change_of_a_type_is_said(void **state)
{
	(void)state;
	ALL(types);
}

#define CHECK_2 "    {`number`:2,`must`:`count(books) <= 20`,`vi`:`Quá 20 cuốn sách: bớt lại.`," \
	"`en`:`More than 20 books: leave some out.`},\n"

static const struct change rules[] = {
	{ CHECK_2, CHECK_2 "    {`number`:9,`must`:`year > 2000`," LABELS "},\n", ENTRY_IS ".check 9",
	  "stricter", "Quy định mới", "A new check" },
	{ "count(books) <= 20", "count(books) <= 25", ENTRY_IS ".check 2", "rule", "Quy định đổi",
	  "A changed check" },
	{ "{`number`:3,`on`:[`awarded`],", "{`number`:3,`on`:[`honoured`],", ENTRY_IS ".check 3", "rule",
	  "Quy định đổi", "A changed check" },
	{ CHECK_2, "", ENTRY_IS ".check 2", "looser", "Quy định được bỏ", "The check is gone" },
	{ "`warnings`:[\n", "`warnings`:[\n{`code`:`more`,`must`:`year > 2000`," LABELS "},",
	  ENTRY_IS ".more", "added", "Lưu ý mới", "A new warning" },
	{ "coalesce(prize_money, 0)`", "prize_money`", ENTRY_IS ".reading_overpaid", "rule", "Lưu ý đổi",
	  "A changed warning" },
	{ "`on`:[`submitted`,`verified`],`must`", "`must`", ENTRY_IS ".reading_little", "rule",
	  "Lưu ý đổi", "A changed warning" },
	{ ",\n    {`code`:`reading_overpaid`,`must`:`reading_paid <= coalesce(prize_money, 0)`,\n"
	  "     `vi`:`Chi quá tiền thưởng: xem lại các khoản chi.`,`en`:`Paid more than the prize: check "
	  "the payments.`} ]}", "]}", ENTRY_IS ".reading_overpaid", "looser", "Lưu ý được bỏ",
	  "The warning is gone" },
};

static void each_change_of_a_rule_is_said(void **state)
{
	(void)state;
	ALL(rules);
}

static const struct change workflows[] = {
	{ "{`number`:7,`code`:`honoured`", "{`number`:8,`code`:`kept`," LABELS ",`good`:true},"
	  "{`number`:7,`code`:`honoured`", ENTRY_IS ".kept", "added", "Trạng thái mới", "A new state" },
	/* In the middle of the list: nothing that names states by their places is other for it. */
	{ "{`number`:2,`code`:`submitted`", "{`number`:8,`code`:`kept`," LABELS ",`good`:true},"
	  "{`number`:2,`code`:`submitted`", ENTRY_IS ".kept", "added", "Trạng thái mới", "A new state" },
	{ "`open`:`named`", "`open`:true", ENTRY_IS ".returned", "rule", "Mở hay khóa", "Whether it is open" },
	{ "`en`:`Submitted`,`filed`:true", "`en`:`Submitted`", ENTRY_IS ".submitted", "rule",
	  "Ý nghĩa của trạng thái", "What the state means" },
	{ "{`from`:`awarded`,`to`:`honoured`", "{`from`:`honoured`,`to`:`awarded`,`by`:[`jury`]},"
	  "{`from`:`awarded`,`to`:`honoured`", ENTRY_IS ".honoured>awarded", "added", "Bước chuyển mới",
	  "A new move" },
	{ "{`from`:`verified`,`to`:`returned`,`by`:[`jury`],`remark`:true},", "",
	  ENTRY_IS ".verified>returned", "stricter", "Bước chuyển được bỏ", "The move is gone" },
	{ "`to`:`honoured`,`by`:[`jury`,`officer`]", "`to`:`honoured`,`by`:[`jury`]",
	  ENTRY_IS ".awarded>honoured", "rule", "Bước chuyển đổi", "A changed move" },
	{ "`to`:`honoured`,`by`:[`jury`,`officer`]", "`to`:`honoured`,`by`:[`jury`,`officer`],`remark`:true",
	  ENTRY_IS ".awarded>honoured", "rule", "Bước chuyển đổi", "A changed move" },
	{ "`by`:[`chief`],`complete`:true,`sign`:true", "`by`:[`chief`],`complete`:true",
	  "reading_report.draft>signed", "rule", "Bước chuyển đổi", "A changed move" },
};

static void each_change_of_a_workflow_is_said(void **state)
{
	(void)state;
	ALL(workflows);
}

static const struct change across[] = {
	{ "`value`:300", "`value`:400", "constants.pages_wanted", "rule", "Giá trị đổi", "Its value" },
	{ "{`number`:22,`code`:`treasurer`", "{`number`:24,`code`:`guest`," LABELS ",`reads`:`own`,"
	  "`writes`:`none`},{`number`:22,`code`:`treasurer`", "roles.guest", "added", "Vai trò mới",
	  "A new role" },
	{ "`reads_types`:[`reading_prize_payment`]", "`reads_types`:[`reading_prize_payment`,`reading_entry`]",
	  "roles.treasurer", "rule", "Quyền xem hoặc ghi", "What this role reads" },
	{ "`reads_types`:[`reading_prize_payment`],`writes`:`all`", "`reads_types`:[`reading_prize_payment`],"
	  "`writes`:`own`", "roles.treasurer", "rule", "Quyền xem hoặc ghi", "What this role reads" },
	{ "coalesce(stopped, false) = false", "stopped is null", "rollups.reading_paid", "rule",
	  "Cách cộng đổi", "Added up in another way" },
	{ "`duplicates`: [", "`duplicates`: [\n{`code`:`more`," LABELS ",`keys`:[{`type`:`reading_report`,"
	  "`key`:`year`}]},", "duplicates.more", "added", "Dấu hiệu trùng mới", "A new sign" },
	{ "`key`:[`year`,`reader`,`book`]", "`key`:[`year`,`book`]", "duplicates.reading_twice", "rule",
	  "Dấu hiệu trùng đổi", "Told by something else" },
	{ "`deadlines`: [", "`deadlines`: [\n{`code`:`more`," LABELS ",`type`:`reading_report`,`rule`:"
	  "{`kind`:`ongoing`}},", "deadlines.more", "added", "Thời hạn mới", "A new deadline" },
	{ "`before`:`12-01`", "`by`:`12-01`", "deadlines.reading_year", "rule", "Thời hạn đổi",
	  "A changed deadline" },
	{ "`before`:`12-01`", "`before`:`12-02`", "deadlines.reading_year", "rule", "Thời hạn đổi",
	  "A changed deadline" },
	{ "`units`:[`TH`,`THCS`,`TH_THCS`],`since`", "`units`:[`TH`,`THCS`],`since`", "deadlines.reading_due",
	  "rule", "Thời hạn đổi", "A changed deadline" },
	{ ",\n  {`code`:`reading_year`,`vi`:`Báo cáo phong trào đọc`,`en`:`Report on reading`,"
	  "`type`:`reading_report`,`year`:`year`,\n   `units`:[`TH`,`THCS`,`TH_THCS`],"
	  "`rule`:{`kind`:`yearly`,`before`:`12-01`}}", "", "deadlines.reading_year", "looser",
	  "Thời hạn được bỏ", "The deadline is gone" },
	{ "{`code`:`reading_twice`,`vi`:`Một bài nộp hai lần: giữ một bài`,`en`:`Handed in twice: keep one`,"
	  "\n   `keys`:[ {`type`:`reading_entry`,`key`:[`year`,`reader`,`book`]} ]}", "",
	  "duplicates.reading_twice", "looser", "Dấu hiệu trùng được bỏ", "is gone" },
};

static void each_change_across_records_is_said(void **state)
{
	(void)state;
	ALL(across);
}

static void expect_said(enum lang lang, const char *begin)
{
	struct buf b;

	buf_init(&b, 4096);
	reason_subject(&e, lang, &b);
	buf_byte(&b, 0);
	assert_ptr_equal(strstr((char *)b.at, begin), (char *)b.at);
	buf_release(&b);
}

static void what_cannot_be_is_refused(void **state)
{
	struct buf was, is;
	json_t *list = NULL;

	(void)state;
	packtext(good, NULL, NULL, &was);
	packtext(good, "`number`:900036,`code`:`page_limit`", "`number`:900038,`code`:`page_limit`", &is);
	assert_int_equal(compare(buf_view(&was), buf_view(&is), LANG_VI, &list), ERR_BAD_PACK);
	assert_non_null(strstr(e.subject, "page_limit"));
	assert_ptr_equal(strstr(e.subject, "mới.json: line "), e.subject);
	assert_null(list);
	/* Each is named; the place is told in either language. */
	assert_int_equal(compare(bytes_str("{"), buf_view(&is), LANG_VI, &list), ERR_BAD_PACK);
	expect_said(LANG_EN, "cũ.json: line 1");
	expect_said(LANG_VI, "cũ.json: dòng 1");
	assert_int_equal(compare(buf_view(&was), bytes_str("{"), LANG_VI, &list), ERR_BAD_PACK);
	expect_said(LANG_VI, "mới.json: dòng 1");
	buf_release(&was);
	buf_release(&is);
}

#define T(f) cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_change_of_a_type_is_said),
		T(each_change_of_a_rule_is_said),
		T(each_change_of_a_workflow_is_said),
		T(each_change_across_records_is_said),
		T(what_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
