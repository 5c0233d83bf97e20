/* Judging what a pack's workflow says: fields that a return opens, roles and states of
 * single fields, separation of duties, checks at a move, choices by the record's day,
 * derived fields, where records may stand. Tried on a small pack of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/text/date.h"
#include "tests/lib/contest.h"

static struct contest c;

static int begin(void **state)
{
	(void)state;
	contest_make(&c);
	return 0;
}

static int end(void **state)
{
	(void)state;
	contest_end(&c);
	return 0;
}

static void a_return_opens_what_it_names(void **state)
{
	struct rid book, r = contest_submitted(&c, &book), row;

	(void)state;
	contest_return(&c, JURY, r, "book");
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, BOOK_TOLD, "Đất rừng phương Nam");
	contest_save(&c, AUTHOR);
	/* Nothing else of the record, nor its rows, nor the record as such. */
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, READER, "Người khác");
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
	contest_by(&c, AUTHOR);
	contest_int(&c, BOOK_READ, book, BOOK_PAGES, 200);
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
	contest_by(&c, AUTHOR);
	contest_book(&c, r, "Thêm", 10);
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
	draft_delete(contest_by(&c, AUTHOR), BOOK_READ, book, false);
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
	draft_delete(contest_by(&c, AUTHOR), ENTRY, r, false);
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
	/* One locked field in a save refuses the open one with it. */
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, BOOK_TOLD, "Góc sân");
	contest_int(&c, ENTRY, r, YEAR, 2025);
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
	/* What is open in this state anyhow stays open: comments. */
	contest_by(&c, AUTHOR);
	row = draft_create(&c.d, COMMENT, r, COMMENTS);
	contest_text(&c, COMMENT, row, COMMENT_SAID, "Đã sửa tên sách");
	contest_save(&c, AUTHOR);
	/* What has states of its own is not opened by being named. */
	contest_by(&c, AUTHOR);
	row = draft_create(&c.d, FILE_ROW, r, FILES);
	contest_refused(&c, AUTHOR, ERR_LOCKED, FILES, r);
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, BOOK_TOLD, "Quá muộn");
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
}

/* What hangs on a named field opens with it: fields that say so, and those that are asked
 * for by what it says. The rest stays closed. */
static void what_hangs_on_a_named_field_opens(void **state)
{
	struct rid r = contest_submitted(&c, NULL);

	(void)state;
	contest_return(&c, JURY, r, "book");
	contest_by(&c, AUTHOR);
	contest_int(&c, ENTRY, r, GENRE, 1);
	contest_save(&c, AUTHOR);
	contest_by(&c, AUTHOR);
	contest_int(&c, ENTRY, r, MEMBERS, 3);
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	contest_return(&c, JURY, r, "entry_kind");
	contest_by(&c, AUTHOR);
	contest_int(&c, ENTRY, r, MEMBERS, 3);
	contest_save(&c, AUTHOR);
	contest_by(&c, AUTHOR);
	contest_int(&c, ENTRY, r, GENRE, 2);
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
}

static void a_list_that_is_named_opens_its_rows(void **state)
{
	struct rid book, r = contest_submitted(&c, &book), more;

	(void)state;
	contest_return(&c, JURY, r, "books");
	contest_by(&c, AUTHOR);
	contest_int(&c, BOOK_READ, book, BOOK_PAGES, 200);
	more = contest_book(&c, r, "Góc sân và khoảng trời", 90);
	contest_save(&c, AUTHOR);
	draft_delete(contest_by(&c, AUTHOR), BOOK_READ, more, false);
	contest_save(&c, AUTHOR);
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, BOOK_TOLD, "Khác");
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
}

static void a_return_that_names_nothing_opens_all(void **state)
{
	struct rid book, r = contest_submitted(&c, &book), row;

	(void)state;
	contest_return(&c, JURY, r, "");
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, READER, "Lê Văn Đọc Lại");
	contest_int(&c, BOOK_READ, book, BOOK_PAGES, 220);
	contest_book(&c, r, "Thêm một cuốn", 30);
	contest_save(&c, AUTHOR);
	/* But for what is the jury's. */
	contest_by(&c, AUTHOR);
	contest_int(&c, ENTRY, r, MARKS, 85);
	contest_refused(&c, AUTHOR, ERR_NOT_ALLOWED, MARKS, r);
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	/* A reason without a field names none. */
	contest_by(&c, JURY);
	row = draft_create(&c.d, REASON, r, REASONS);
	contest_text(&c, REASON, row, REASON_WHY, "Chung chung");
	draft_move(&c.d, ENTRY, r, ENTRY_RETURNED, bytes_str("xem lại"));
	contest_save(&c, JURY);
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, READER, "Lê Văn Đọc Nữa");
	contest_save(&c, AUTHOR);
	draft_delete(contest_by(&c, AUTHOR), ENTRY, r, false);
	contest_save(&c, AUTHOR);
}

static void reasons_are_those_of_the_last_return(void **state)
{
	struct rid r = contest_submitted(&c, NULL), row;

	(void)state;
	contest_return(&c, JURY, r, "book reader");
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	contest_return(&c, JURY, r, "reader");
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, BOOK_TOLD, "Khác");
	contest_refused(&c, AUTHOR, ERR_LOCKED, 0, r);
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, READER, "Đúng tên");
	contest_save(&c, AUTHOR);
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	/* None: those before go out all the same. */
	contest_return(&c, JURY, r, "");
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, BOOK_TOLD, "Nay thì được");
	contest_save(&c, AUTHOR);
	/* The reasons are the jury's, and only while the entry is with them. */
	contest_by(&c, AUTHOR);
	row = draft_create(&c.d, REASON, r, REASONS);
	contest_refused(&c, AUTHOR, ERR_NOT_ALLOWED, REASONS, row);
	contest_by(&c, JURY);
	draft_create(&c.d, REASON, r, REASONS);
	contest_refused(&c, JURY, ERR_LOCKED, REASONS, r);
}

static void a_return_must_name_what_is_there(void **state)
{
	const struct assignment wrong = { bytes_str("colour"), bytes_str("x"), ASSIGN_SET };
	const struct assignment empty = { bytes_str("book"), BYTES_NONE, ASSIGN_SET };
	struct rid r = contest_submitted(&c, NULL);
	struct schema *s;

	(void)state;
	contest_by(&c, JURY);
	assert_int_equal(replica_schema_now(&c.p.o.s.replica, &s, &c.p.o.e), 0);
	assert_int_equal(edit_return(&c.p.o.s.replica, s, &c.d, r, bytes_str("returned"), &wrong, 1,
				     &c.p.o.e), ERR_NO_FIELD);
	assert_string_equal(c.p.o.e.subject, "colour");
	assert_int_equal(edit_return(&c.p.o.s.replica, s, &c.d, r, bytes_str("returned"), &empty, 1,
				     &c.p.o.e), ERR_REMARK_REQUIRED);
	assert_string_equal(c.p.o.e.subject, "book");
	/* To a state that opens nothing there is nothing to name. */
	assert_int_equal(edit_return(&c.p.o.s.replica, s, &c.d, r, bytes_str("verified"), NULL, 0,
				     &c.p.o.e), 0);
	assert_int_equal(c.d.count, 0);
	server_drop(&c.p.o.s);
}

static void fields_have_roles_and_states(void **state)
{
	struct rid r = contest_entry(&c, AUTHOR, NULL), row;

	(void)state;
	/* only_in: not even while all is open. */
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, r, MARKS, 85);
	contest_refused(&c, JURY, ERR_LOCKED, MARKS, r);
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, r, MARKS, 85);
	contest_save(&c, JURY);
	contest_by(&c, HEAD);
	contest_int(&c, ENTRY, r, MARKS, 100);
	contest_refused(&c, HEAD, ERR_NOT_ALLOWED, MARKS, r);
	contest_by(&c, OFFICER);
	contest_int(&c, ENTRY, r, MARKS, 100);
	contest_refused(&c, OFFICER, ERR_NOT_ALLOWED, MARKS, r);
	/* The prize is for later. */
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, r, PRIZE, 1);
	contest_refused(&c, JURY, ERR_LOCKED, PRIZE, r);
	/* The content is not the jury's; named only where it has rules of its own. */
	contest_by(&c, JURY);
	contest_text(&c, ENTRY, r, READER, "A");
	contest_refused(&c, JURY, ERR_NOT_ALLOWED, 0, r);
	/* in: papers may follow while the jury looks, by the school. */
	contest_by(&c, AUTHOR);
	row = draft_create(&c.d, FILE_ROW, r, FILES);
	contest_text(&c, FILE_ROW, row, FILE_NAME, "bia.pdf");
	contest_save(&c, AUTHOR);
	contest_by(&c, JURY);
	contest_text(&c, FILE_ROW, row, FILE_NAME, "khac.pdf");
	contest_refused(&c, JURY, ERR_NOT_ALLOWED, FILES, row);
	plan_step(&c.p, JURY, OFFICE_SCHOOL, r, "verified");
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, r, PRIZE, 1);
	contest_int(&c, ENTRY, r, MARKS, 90);
	contest_save(&c, JURY);
	plan_step(&c.p, JURY, OFFICE_SCHOOL, r, "awarded");
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, r, MARKS, 91);
	contest_refused(&c, JURY, ERR_LOCKED, MARKS, r);
	contest_by(&c, AUTHOR);
	draft_create(&c.d, FILE_ROW, r, FILES);
	contest_refused(&c, AUTHOR, ERR_LOCKED, FILES, r);
}

/* Verifying by one who has entered something is refused; by another it is done. */
static void verified_by_another(int who, struct rid r)
{
	assert_int_equal(plan_move(&c.p, who, OFFICE_SCHOOL, r, "verified"), ERR_SAME_PERSON);
	assert_true(rid_equal(c.p.verdict.record, r) && c.p.verdict.rule == 0);
	plan_step(&c.p, OFFICER2, OFFICE_SCHOOL, r, "verified");
}

static void who_entered_it_does_not_verify_it(void **state)
{
	struct rid book, row, r = contest_entry(&c, OFFICER, NULL);

	(void)state;
	/* All of it. */
	plan_step(&c.p, OFFICER, OFFICE_SCHOOL, r, "submitted");
	verified_by_another(OFFICER, r);
	/* One field. */
	r = contest_entry(&c, AUTHOR, NULL);
	contest_by(&c, OFFICER);
	contest_text(&c, ENTRY, r, BOOK_TOLD, "Sửa giúp");
	contest_save(&c, OFFICER);
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	verified_by_another(OFFICER, r);
	/* A row that another made. */
	r = contest_entry(&c, AUTHOR, &book);
	contest_by(&c, OFFICER);
	contest_int(&c, BOOK_READ, book, BOOK_PAGES, 181);
	contest_save(&c, OFFICER);
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	verified_by_another(OFFICER, r);
	/* A row of which another has changed everything since. */
	r = contest_entry(&c, AUTHOR, NULL);
	contest_by(&c, OFFICER);
	row = contest_book(&c, r, "Sách thêm", 10);
	contest_save(&c, OFFICER);
	contest_by(&c, AUTHOR);
	contest_text(&c, BOOK_READ, row, BOOK_NAME, "Sách khác");
	contest_int(&c, BOOK_READ, row, BOOK_PAGES, 11);
	contest_save(&c, AUTHOR);
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	verified_by_another(OFFICER, r);
}

static void what_is_gone_or_noted_is_no_entering(void **state)
{
	struct rid row, r = contest_entry(&c, AUTHOR, NULL);

	(void)state;
	/* What he typed has been replaced, the row that he made taken out. */
	contest_by(&c, OFFICER);
	contest_text(&c, ENTRY, r, BOOK_TOLD, "Sửa giúp");
	row = contest_book(&c, r, "Sách thêm", 10);
	contest_save(&c, OFFICER);
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, BOOK_TOLD, "Tự sửa");
	draft_delete(&c.d, BOOK_READ, row, false);
	contest_save(&c, AUTHOR);
	/* Who only moved it has entered nothing. */
	plan_step(&c.p, OFFICER, OFFICE_SCHOOL, r, "submitted");
	plan_step(&c.p, OFFICER, OFFICE_SCHOOL, r, "verified");
	/* Nor has the jury with its marks, its reasons and its comments. */
	r = contest_submitted(&c, NULL);
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, r, MARKS, 70);
	row = draft_create(&c.d, COMMENT, r, COMMENTS);
	contest_text(&c, COMMENT, row, COMMENT_SAID, "Bài khá");
	contest_save(&c, JURY);
	contest_return(&c, JURY, r, "book");
	contest_by(&c, AUTHOR);
	contest_text(&c, ENTRY, r, BOOK_TOLD, "Đã sửa");
	contest_save(&c, AUTHOR);
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	plan_step(&c.p, JURY, OFFICE_SCHOOL, r, "verified");
}

static void a_check_at_a_move_is_asked_there(void **state)
{
	struct rid r = contest_submitted(&c, NULL);

	(void)state;
	/* Without a prize for as long as it is not awarded. */
	plan_step(&c.p, JURY, OFFICE_SCHOOL, r, "verified");
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, r, PRIZE_MONEY, 500000);
	contest_save(&c, JURY);
	assert_int_equal(plan_move(&c.p, JURY, OFFICE_SCHOOL, r, "awarded"), ERR_CHECK);
	assert_true(c.p.verdict.rule == 3 && rid_equal(c.p.verdict.record, r));
	/* With it, in one save: what counts is how the save leaves the record. */
	contest_by(&c, JURY);
	contest_int(&c, ENTRY, r, PRIZE, 2);
	draft_move(&c.d, ENTRY, r, ENTRY_AWARDED, BYTES_NONE);
	contest_save(&c, JURY);
	/* Another way out is not asked. */
	r = contest_submitted(&c, NULL);
	plan_step(&c.p, JURY, OFFICE_SCHOOL, r, "verified not_awarded");
}

static void checks_follow_references_in_the_same_stream(void **state)
{
	struct rid first = contest_entry(&c, AUTHOR, NULL), r;
	struct rid other = plan_add(&c.p, OTHER_AUTHOR, OTHER_SCHOOL, "{'type':'reading_entry',"
				    "'year':2030,'entry_kind':'single','reader':'A','book':'B'}");

	(void)state;
	assert_int_equal(plan_try(&c.p, AUTHOR, OFFICE_SCHOOL, NULL, "{'type':'reading_entry',"
				  "'year':2026,'reader':'A','before':'%s'}",
				  plan_ref(OFFICE_SCHOOL, first)), ERR_CHECK);
	assert_int_equal(c.p.verdict.rule, 4);
	r = plan_add(&c.p, AUTHOR, OFFICE_SCHOOL, "{'type':'reading_entry','year':2027,'reader':'A',"
		     "'before':'%s'}", plan_ref(OFFICE_SCHOOL, first));
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'year':2026}"), ERR_CHECK);
	/* In another stream it is not at hand: a verdict must not hang on it. */
	plan_add(&c.p, AUTHOR, OFFICE_SCHOOL, "{'type':'reading_entry','year':2026,'reader':'A',"
		 "'before':'%s'}", plan_ref(OTHER_SCHOOL, other));
	/* Nor is what was deleted. */
	draft_delete(contest_by(&c, AUTHOR), ENTRY, first, false);
	contest_save(&c, AUTHOR);
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'year':2026}"), 0);
}

/* Whether an entry of this genre may be handed in on the day; by its field `genre`, or by
 * a book of that genre. */
static int try_genre(const char *day, const char *genre, bool in_row)
{
	int code = in_row ?
		plan_try(&c.p, AUTHOR, OFFICE_SCHOOL, NULL, "{'type':'reading_entry','handed_in':'%s',"
			 "'books':[{'name':'A','pages':1,'book_genre':'%s'}]}", day, genre) :
		plan_try(&c.p, AUTHOR, OFFICE_SCHOOL, NULL,
			 "{'type':'reading_entry','handed_in':'%s','genre':'%s'}", day, genre);

	assert_int_equal(code == 0 ? 0 : c.p.verdict.rule, code == 0 ? 0 : in_row ? BOOK_GENRE : GENRE);
	return code;
}

static void choices_hold_on_the_records_day(void **state)
{
	static const struct {
		const char *day;
		int code;
	} days[] = { { "2026-02-28", ERR_BAD_CHOICE }, { "2026-03-01", 0 }, { "2026-06-15", 0 },
		     { "2026-09-30", 0 }, { "2026-10-01", ERR_BAD_CHOICE } };
	struct rid r, row;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof days / sizeof days[0]; i++) {
		assert_int_equal(try_genre(days[i].day, "verse", false), days[i].code);
		assert_int_equal(try_genre(days[i].day, "verse", true), days[i].code);
		assert_int_equal(try_genre(days[i].day, "prose", false), 0);
	}
	/* Without a day there is nothing to compare with. */
	r = plan_add(&c.p, AUTHOR, OFFICE_SCHOOL, "{'type':'reading_entry','genre':'verse'}");
	contest_by(&c, AUTHOR);
	row = contest_book(&c, r, "Thơ", 50);
	contest_int(&c, BOOK_READ, row, BOOK_GENRE, 2);
	contest_save(&c, AUTHOR);
	/* A day that comes later is compared with what stands there, rows too. */
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'handed_in':'2026-12-01'}"),
			 ERR_BAD_CHOICE);
	assert_true(c.p.verdict.rule == GENRE && rid_equal(c.p.verdict.record, r));
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'handed_in':'2026-12-01',"
				   "'genre':'prose'}"), ERR_BAD_CHOICE);
	assert_true(c.p.verdict.rule == BOOK_GENRE && rid_equal(c.p.verdict.record, row));
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'handed_in':'2026-04-01'}"), 0);
	/* A retired choice stays where it is, as long as the record's day is as it was. */
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'reader':'Lê'}"), 0);
}

/* A year goes as a whole: one day of it in common is enough. Members of sets alike. */
static void a_year_holds_what_is_valid_in_it(void **state)
{
	static const struct {
		int year;
		const char *prize;
		int code;
	} tries[] = { { 2025, "third", ERR_BAD_CHOICE }, { 2026, "third", 0 }, { 2027, "third", 0 },
		      { 2025, "cheer", 0 }, { 2026, "cheer", 0 }, { 2027, "cheer", ERR_BAD_CHOICE } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		assert_int_equal(plan_try(&c.p, AUTHOR, OFFICE_SCHOOL, NULL, "{'type':'reading_report',"
					  "'year':%d,'given':['first','%s']}", tries[i].year,
					  tries[i].prize), tries[i].code);
		assert_true(tries[i].code == 0 || c.p.verdict.rule == 900094);
	}
}

static void a_required_set_has_a_member(void **state)
{
	struct rid r = plan_add(&c.p, AUTHOR, OFFICE_SCHOOL, "{'type':'reading_entry','year':2026,"
				"'entry_kind':'team','members':3,'reader':'Đội Sao Mai','book':'A'}");

	(void)state;
	assert_int_equal(plan_move(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted"), ERR_REQUIRED);
	assert_int_equal(c.p.verdict.rule, GRADES);
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'grades':['g4']}"), 0);
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'grades':[]}"), 0);
	assert_int_equal(plan_move(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted"), ERR_REQUIRED);
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'grades':['g5'],'members':null}"),
			 0);
	assert_int_equal(plan_move(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted"), ERR_REQUIRED);
	assert_int_equal(c.p.verdict.rule, MEMBERS);
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'members':5}"), 0);
	plan_step(&c.p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
}

/* A check of rows that looks at their record is asked when that changes, too. */
static void a_record_may_not_break_its_rows(void **state)
{
	struct rid book, r = contest_entry(&c, AUTHOR, &book);

	(void)state;
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'page_limit':180}"), 0);
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'page_limit':179}"), ERR_CHECK);
	assert_true(c.p.verdict.rule == 2 && rid_equal(c.p.verdict.record, book));
	contest_by(&c, AUTHOR);
	contest_int(&c, BOOK_READ, book, BOOK_PAGES, 181);
	contest_refused(&c, AUTHOR, ERR_CHECK, 2, book);
	draft_delete(contest_by(&c, AUTHOR), BOOK_READ, book, false);
	contest_save(&c, AUTHOR);
	assert_int_equal(plan_edit(&c.p, AUTHOR, OFFICE_SCHOOL, r, "{'page_limit':1}"), 0);
}

static void derived_fields_are_never_set(void **state)
{
	struct rid book, r = contest_entry(&c, AUTHOR, &book);

	(void)state;
	contest_by(&c, AUTHOR);
	contest_int(&c, ENTRY, r, PAGES_IN_ALL, 999);
	contest_refused(&c, AUTHOR, ERR_BAD_VALUE, PAGES_IN_ALL, r);
	draft_set(contest_by(&c, AUTHOR), BOOK_READ, book, BOOK_LONG, value_bool(true), false);
	contest_refused(&c, AUTHOR, ERR_BAD_VALUE, BOOK_LONG, book);
	draft_set(contest_by(&c, AUTHOR), ENTRY, r, PAGES_IN_ALL, VALUE_OF_NULL, false);
	contest_refused(&c, AUTHOR, ERR_BAD_VALUE, PAGES_IN_ALL, r);
	assert_int_equal(plan_value(&c.p, OFFICE_SCHOOL, r, "reading_entry", "pages"), 180);
	contest_by(&c, AUTHOR);
	contest_book(&c, r, "Thêm", 520);
	contest_save(&c, AUTHOR);
	assert_int_equal(plan_value(&c.p, OFFICE_SCHOOL, r, "reading_entry", "pages"), 700);
	draft_delete(contest_by(&c, AUTHOR), BOOK_READ, book, false);
	contest_save(&c, AUTHOR);
	assert_int_equal(plan_value(&c.p, OFFICE_SCHOOL, r, "reading_entry", "pages"), 520);
	assert_int_equal(plan_value(&c.p, OFFICE_SCHOOL, r, "reading_entry", "diligent"), 1);
}

static void district_records_stand_in_stream_zero(void **state)
{
	struct rid r = plan_add(&c.p, OFFICER, 0, "{'type':'reading_rule','name':'Điều lệ'}");

	(void)state;
	assert_int_equal(plan_try(&c.p, OFFICER, OFFICE_SCHOOL, NULL, "{'type':'reading_rule','name':'A'}"),
			 ERR_WRONG_TYPE);
	assert_int_equal(plan_try(&c.p, OFFICER, HOME_AFFAIRS, NULL, "{'type':'reading_rule','name':'A'}"),
			 ERR_WRONG_TYPE);
	assert_int_equal(plan_try(&c.p, OFFICER, 0, NULL, "{'type':'reading_entry','year':2026}"),
			 ERR_WRONG_TYPE);
	assert_int_equal(plan_try(&c.p, JURY, 0, NULL, "{'type':'reading_rule','name':'A'}"),
			 ERR_NOT_ALLOWED);
	assert_int_equal(plan_edit(&c.p, OFFICER2, 0, r, "{'text':'Mỗi trường một đội.'}"), 0);
	assert_int_equal(plan_edit(&c.p, JURY, 0, r, "{'text':'x'}"), ERR_NOT_ALLOWED);
}

/* Rows that each break a rule: the same is told in whatever order they were touched. */
static void a_verdict_does_not_hang_on_the_order_of_rows(void **state)
{
	static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
					  { 2, 0, 1 }, { 2, 1, 0 } };
	struct rid r, rows[3];
	size_t o, i, rounds;

	(void)state;
	r = plan_add(&c.p, AUTHOR, OFFICE_SCHOOL, "{'type':'reading_entry','year':2026,"
		     "'entry_kind':'single','reader':'A','book':'B'}");
	contest_by(&c, AUTHOR);
	for (i = 0; i < 3; i++) {
		rows[i] = contest_book(&c, r, "Thơ", 100);
		contest_int(&c, BOOK_READ, rows[i], BOOK_GENRE, 2);
	}
	contest_save(&c, AUTHOR);
	for (o = 0; o < 6; o++)
		for (rounds = 0; rounds < 2; rounds++) {
			/* What is required, at a move; once from the store, once in the save. */
			contest_by(&c, AUTHOR);
			for (i = 0; i < 3; i++)
				draft_set(&c.d, BOOK_READ, rows[orders[o][i]], BOOK_NAME, VALUE_OF_NULL, false);
			if (rounds == 0) {
				contest_save(&c, AUTHOR);
				contest_by(&c, AUTHOR);
			}
			draft_move(&c.d, ENTRY, r, ENTRY_SUBMITTED, BYTES_NONE);
			contest_refused(&c, AUTHOR, ERR_REQUIRED, BOOK_NAME, rows[0]);
			/* Choices, by a day of the record above. */
			contest_by(&c, AUTHOR);
			for (i = 0; i < 3; i++)
				contest_text(&c, BOOK_READ, rows[orders[o][i]], BOOK_NAME, "Thơ");
			contest_save(&c, AUTHOR);
			contest_by(&c, AUTHOR);
			draft_set(&c.d, ENTRY, r, HANDED_IN, value_date(20800), false);
			contest_refused(&c, AUTHOR, ERR_BAD_CHOICE, BOOK_GENRE, rows[0]);
		}
}

/* All that was saved above, judged anew. */
static void a_replay_gives_the_same(void **state)
{
	(void)state;
	contest_sound(&c);
}

#define T(f) cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_return_opens_what_it_names),
		T(a_list_that_is_named_opens_its_rows),
		T(a_return_that_names_nothing_opens_all),
		T(what_hangs_on_a_named_field_opens),
		T(reasons_are_those_of_the_last_return),
		T(a_return_must_name_what_is_there),
		T(fields_have_roles_and_states),
		T(who_entered_it_does_not_verify_it),
		T(what_is_gone_or_noted_is_no_entering),
		T(a_check_at_a_move_is_asked_there),
		T(checks_follow_references_in_the_same_stream),
		T(choices_hold_on_the_records_day),
		T(a_year_holds_what_is_valid_in_it),
		T(a_required_set_has_a_member),
		T(a_record_may_not_break_its_rows),
		T(derived_fields_are_never_set),
		T(district_records_stand_in_stream_zero),
		T(a_verdict_does_not_hang_on_the_order_of_rows),
		T(a_replay_gives_the_same),
	};

	/* Each makes its own records in one district. */
	return cmocka_run_group_tests(tests, begin, end);
}
