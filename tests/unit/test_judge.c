/* Judging: every verdict by one op or one move, the order in which rules are asked,
 * and what is named where several are broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/replica/judge.h"
#include "tests/lib/district.h"

enum { STAFF = 100, LINE = 101, NEED = 102, PERSON = 103, CODE_CERT = 3 };
enum { NAME = 1001, CCCD = 1002, LANGS = 1005, LINES = 1006, BIRTH = 1003, JOINED = 1022,
       COUNT = 1045, PEOPLE = 1047, ANSWER = 1032, PLAN_YEAR = 1031 };

static struct district_fixture d;
static struct client *c;
static struct draft draft;
static struct verdict v;

static int begin(void **state)
{
	(void)state;
	district_make(&d, 2);
	office_staff(&d.office);
	c = &d.clients[0].c;
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static struct draft *open_draft(void)
{
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	return &draft;
}

static void save(void)
{
	if (client_save(c, &draft, &v, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
}

/* The open draft is refused, so, and nothing of it is kept. */
static void expect(int code, uint32_t rule, struct rid about)
{
	int64_t before, after;

	assert_int_equal(db_number(c->db, &d.e, 0, &before, "SELECT count(*) FROM pending", ""),
			 0);
	assert_int_equal(client_save(c, &draft, &v, &d.e), code);
	assert_int_equal(v.code, code);
	assert_int_equal(v.rule, rule);
	assert_true(rid_equal(v.record, about));
	assert_int_equal(db_number(c->db, &d.e, 0, &after, "SELECT count(*) FROM pending", ""), 0);
	assert_int_equal(before, after);
}

static void set_int(uint32_t type, struct rid r, uint32_t field, int64_t n)
{
	draft_set(&draft, type, r, field, value_int(n), false);
}

static void set_text(uint32_t type, struct rid r, uint32_t field, const char *s)
{
	draft_set(&draft, type, r, field, value_text(bytes_str(s)), false);
}

static struct rid new_staff(void)
{
	struct rid r;

	open_draft();
	r = draft_create(&draft, STAFF, RID_NONE, 0);
	set_text(STAFF, r, NAME, "Lê Thị Mẫu");
	save();
	return r;
}

/* A need with `rows` lines, complete but for what a test takes away. */
static struct rid new_need(size_t rows, struct rid *lines)
{
	struct rid r;
	size_t i;

	open_draft();
	r = draft_create(&draft, NEED, RID_NONE, 0);
	set_int(NEED, r, PLAN_YEAR, 2026);
	set_int(NEED, r, ANSWER, 1);
	set_text(NEED, r, 1033, "01/BC-MNTS");
	draft_set(&draft, NEED, r, 1034, value_date(20000), false);
	set_text(NEED, r, 1035, "Trần Văn Mẫu");
	set_text(NEED, r, 1036, "Hiệu trưởng");
	for (i = 0; i < rows; i++) {
		lines[i] = draft_create(&draft, LINE, r, LINES);
		set_int(LINE, lines[i], 1041, 1);
		set_int(LINE, lines[i], 1043, 1);
		set_text(LINE, lines[i], 1044, "Thiếu giáo viên");
		set_int(LINE, lines[i], COUNT, 1);
	}
	save();
	return r;
}

static struct rid new_bonus(void)
{
	struct rid r;

	open_draft();
	r = office_bonus_draft(&draft, 50000000);
	save();
	return r;
}

/* The officer moves a record that the server has, and the clerk hears of it. */
static void officer_moves(struct rid r, uint32_t type, int64_t to)
{
	struct office *o = &d.office;
	struct draft own;

	district_sync(&d, 0, NULL);
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &o->a, &own, &d.e), 0);
	draft_move(&own, type, r, to, bytes_str("đã xem"));
	assert_int_equal(server_save(&o->s, &o->officer, &own, NULL, &d.e), 0);
	district_sync(&d, 0, NULL);
}

static void creating(void **state)
{
	struct rid next = draft_create(open_draft(), 999, RID_NONE, 0);

	(void)state;
	expect(ERR_NO_TYPE, 0, next);
	draft_create(open_draft(), LINE, RID_NONE, 0);
	expect(ERR_WRONG_TYPE, 0, next);
	draft_create(open_draft(), STAFF, next, LINES);
	expect(ERR_WRONG_TYPE, 0, next);
	draft_create(open_draft(), CODE_CERT, RID_NONE, 0);
	expect(ERR_NOT_ALLOWED, 0, next);
}

static void creating_rows(void **state)
{
	struct rid staff = new_staff(), line, need = new_need(1, &line), row;
	const struct rid foreign = { 77, 1 }, unmade = { c->key.id, 5000 };

	(void)state;
	draft_create(open_draft(), LINE, foreign, LINES);
	expect(ERR_NO_RECORD, 0, foreign);
	draft_create(open_draft(), LINE, unmade, LINES);
	expect(ERR_DEPENDS_ON, 0, unmade);
	draft_create(open_draft(), LINE, staff, LINES);
	expect(ERR_NO_FIELD, LINES, staff);
	draft_create(open_draft(), PERSON, need, LINES);
	expect(ERR_NO_FIELD, LINES, need);
	draft_create(open_draft(), LINE, need, PLAN_YEAR);
	expect(ERR_NO_FIELD, PLAN_YEAR, need);
	/* In a list that the author knows to be gone. */
	draft_delete(open_draft(), NEED, need, false);
	save();
	row = draft_create(open_draft(), LINE, need, LINES);
	expect(ERR_DELETED, 0, need);
	assert_false(rid_equal(row, need));
}

static void setting(void **state)
{
	const struct rid foreign = { 77, 1 }, unmade = { c->key.id, 5000 };
	struct rid r = new_staff();

	(void)state;
	open_draft();
	set_text(STAFF, foreign, NAME, "A");
	expect(ERR_NO_RECORD, 0, foreign);
	open_draft();
	set_text(STAFF, unmade, NAME, "A");
	expect(ERR_DEPENDS_ON, 0, unmade);
	open_draft();
	set_text(BONUS, r, NAME, "A");
	expect(ERR_WRONG_TYPE, 0, r);
	open_draft();
	set_text(STAFF, r, 4242, "A");
	expect(ERR_NO_FIELD, 4242, r);
	open_draft();
	set_int(STAFF, r, NAME, 5);
	expect(ERR_BAD_VALUE, NAME, r);
	open_draft();
	set_int(STAFF, r, 1004, 99);
	expect(ERR_BAD_CHOICE, 1004, r);
	open_draft();
	set_int(STAFF, r, 1023, 99);
	expect(ERR_OUT_OF_RANGE, 1023, r);
	open_draft();
	set_text(STAFF, r, NAME, "Nguye\xcc\x82\xcc\x83n");
	expect(ERR_NOT_NFC, NAME, r);
}

static void sets_and_personal_values(void **state)
{
	struct rid r = new_staff();

	(void)state;
	/* A set takes members; other fields take none. */
	open_draft();
	set_int(STAFF, r, LANGS, 1);
	expect(ERR_BAD_VALUE, LANGS, r);
	draft_member(open_draft(), STAFF, r, 1004, value_int(1), true);
	expect(ERR_BAD_VALUE, 1004, r);
	draft_member(open_draft(), STAFF, r, LANGS, value_int(99), true);
	expect(ERR_BAD_CHOICE, LANGS, r);
	draft_member(open_draft(), STAFF, r, LANGS, value_text(bytes_str("en")), true);
	expect(ERR_BAD_VALUE, LANGS, r);
	/* Personal values are signed as such, and only those. */
	draft_set(open_draft(), STAFF, r, NAME, value_text(bytes_str("A")), true);
	expect(ERR_BAD_VALUE, NAME, r);
	open_draft();
	set_text(STAFF, r, CCCD, "000199000001");
	expect(ERR_BAD_VALUE, CCCD, r);
	draft_set(open_draft(), STAFF, r, CCCD, value_text(bytes_str("00019900000")), true);
	expect(ERR_BAD_VALUE, CCCD, r);
	draft_set(open_draft(), STAFF, r, CCCD, value_text(bytes_str("000199000001")), true);
	save();
}

static void what_is_gone_is_gone(void **state)
{
	struct rid line, r = new_staff(), need = new_need(1, &line);

	(void)state;
	draft_delete(open_draft(), STAFF, r, false);
	save();
	open_draft();
	set_text(STAFF, r, NAME, "A");
	expect(ERR_DELETED, 0, r);
	draft_delete(open_draft(), STAFF, r, false);
	expect(ERR_DELETED, 0, r);
	draft_delete(open_draft(), STAFF, r, true);
	save();
	open_draft();
	set_text(STAFF, r, NAME, "Lê Thị Mới");
	save();
	/* A row goes with its root. */
	draft_delete(open_draft(), NEED, need, false);
	save();
	open_draft();
	set_int(LINE, line, COUNT, 3);
	expect(ERR_DELETED, 0, line);
	draft_delete(open_draft(), LINE, line, true);
	expect(ERR_DELETED, 0, line);
	draft_move(open_draft(), NEED, need, STATE_SIGNED, BYTES_NONE);
	expect(ERR_DELETED, 0, need);
}

static void moving(void **state)
{
	struct rid staff = new_staff(), r = new_bonus();

	(void)state;
	draft_move(open_draft(), STAFF, staff, STATE_SIGNED, BYTES_NONE);
	expect(ERR_NO_MOVE, 0, staff);
	draft_move(open_draft(), NEED, r, STATE_SIGNED, BYTES_NONE);
	expect(ERR_NO_MOVE, 0, r);
	draft_move(open_draft(), BONUS, r, STATE_DRAFT, BYTES_NONE);
	expect(ERR_NO_MOVE, 0, r);
	draft_move(open_draft(), BONUS, r, 42, BYTES_NONE);
	expect(ERR_NO_MOVE, 0, r);
	draft_move(open_draft(), BONUS, r, STATE_VERIFIED, BYTES_NONE);
	expect(ERR_NOT_ALLOWED, 0, r);
	draft_move(open_draft(), BONUS, (struct rid){ 77, 1 }, STATE_SIGNED, BYTES_NONE);
	expect(ERR_NO_RECORD, 0, (struct rid){ 77, 1 });
	draft_move(open_draft(), BONUS, (struct rid){ c->key.id, 5000 }, STATE_SIGNED,
		   BYTES_NONE);
	expect(ERR_DEPENDS_ON, 0, (struct rid){ c->key.id, 5000 });
}

static void an_officer_owes_a_remark(void **state)
{
	struct office *o = &d.office;
	struct rid r = new_bonus();
	struct draft own;

	(void)state;
	district_sync(&d, 0, NULL);
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &o->a, &own, &d.e), 0);
	draft_move(&own, BONUS, r, STATE_RETURNED, BYTES_NONE);
	assert_int_equal(server_save(&o->s, &o->officer, &own, &v, &d.e), ERR_REMARK_REQUIRED);
	assert_true(rid_equal(v.record, r));
	/* And content is not his to change. */
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &o->a, &own, &d.e), 0);
	draft_set(&own, BONUS, r, BONUS_AMOUNT, value_int(1), false);
	assert_int_equal(server_save(&o->s, &o->officer, &own, &v, &d.e), ERR_NOT_ALLOWED);
}

static void a_move_needs_to_have_seen_all(void **state)
{
	struct rid line, need = new_need(1, &line);

	(void)state;
	/* A second window, from before an own edit of a row. */
	open_draft();
	set_int(LINE, line, COUNT, 2);
	save();
	open_draft();
	draft.has_version = true;
	draft.seen_own = draft.first - 2;
	draft_move(&draft, NEED, need, STATE_SIGNED, BYTES_NONE);
	expect(ERR_STALE, 0, need);
	open_draft();
	draft_move(&draft, NEED, need, STATE_SIGNED, BYTES_NONE);
	save();
}

static void nobody_has_seen_the_future(void **state)
{
	struct rid r = new_staff();
	struct stream_head head;

	(void)state;
	assert_int_equal(replica_head(&c->replica, c->unit, &head, &d.e), 0);
	open_draft();
	draft.has_version = true;
	draft.seen_seq = head.seq + 1;
	set_text(STAFF, r, NAME, "A");
	expect(ERR_OUT_OF_RANGE, 0, RID_NONE);
}

static void a_locked_root_locks_its_rows(void **state)
{
	struct rid line, need = new_need(1, &line);

	(void)state;
	draft_move(open_draft(), NEED, need, STATE_SIGNED, BYTES_NONE);
	save();
	officer_moves(need, NEED, STATE_VERIFIED);
	open_draft();
	set_int(NEED, need, PLAN_YEAR, 2027);
	expect(ERR_LOCKED, 0, need);
	open_draft();
	set_int(LINE, line, COUNT, 3);
	expect(ERR_LOCKED, 0, need);
	draft_create(open_draft(), LINE, need, LINES);
	expect(ERR_LOCKED, 0, need);
	draft_create(open_draft(), PERSON, line, PEOPLE);
	expect(ERR_LOCKED, 0, need);
	draft_delete(open_draft(), LINE, line, false);
	expect(ERR_LOCKED, 0, need);
	officer_moves(need, NEED, STATE_RETURNED);
	open_draft();
	set_int(LINE, line, COUNT, 3);
	save();
}

static void required_fields_by_condition(void **state)
{
	struct rid lines[2], need = new_need(0, lines), r;

	(void)state;
	/* There is a need, so there must be lines. */
	draft_move(open_draft(), NEED, need, STATE_SIGNED, BYTES_NONE);
	expect(ERR_REQUIRED, LINES, need);
	/* A nil return needs none. */
	open_draft();
	set_int(NEED, need, ANSWER, 2);
	draft_move(&draft, NEED, need, STATE_SIGNED, BYTES_NONE);
	save();
	/* The last line gone is as good as none. */
	need = new_need(1, lines);
	draft_delete(open_draft(), LINE, lines[0], false);
	save();
	draft_move(open_draft(), NEED, need, STATE_SIGNED, BYTES_NONE);
	expect(ERR_REQUIRED, LINES, need);
	/* The first of several, in the order of their numbers. */
	r = new_bonus();
	open_draft();
	set_int(BONUS, r, 1064, 1);
	save();
	officer_moves(r, BONUS, STATE_RETURNED);
	draft_move(open_draft(), BONUS, r, STATE_SIGNED, BYTES_NONE);
	expect(ERR_REQUIRED, 1070, r);
}

static void the_root_is_named_before_its_rows(void **state)
{
	struct rid lines[3], need = new_need(3, lines);

	(void)state;
	open_draft();
	draft_set(&draft, LINE, lines[2], 1044, VALUE_OF_NULL, false);
	draft_set(&draft, LINE, lines[1], COUNT, VALUE_OF_NULL, false);
	save();
	draft_move(open_draft(), NEED, need, STATE_SIGNED, BYTES_NONE);
	expect(ERR_REQUIRED, COUNT, lines[1]);
	open_draft();
	draft_set(&draft, NEED, need, 1036, VALUE_OF_NULL, false);
	save();
	draft_move(open_draft(), NEED, need, STATE_SIGNED, BYTES_NONE);
	expect(ERR_REQUIRED, 1036, need);
}

static void a_conflict_stops_a_move(void **state)
{
	struct rid lines[2], need = new_need(2, lines);
	const char *const three[] = { "count=3", NULL }, *const four[] = { "count=4", NULL };
	size_t i;

	(void)state;
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	for (i = 2; i-- > 0;) {
		assert_int_equal(district_edit(&d, 0, lines[i], NULL, three), 0);
		assert_int_equal(district_edit(&d, 1, lines[i], NULL, four), 0);
	}
	district_sync(&d, 1, NULL);
	district_sync(&d, 0, NULL);
	draft_move(open_draft(), NEED, need, STATE_SIGNED, BYTES_NONE);
	expect(ERR_IN_CONFLICT, 0, lines[0]);
	/* It counts before what is missing. */
	open_draft();
	draft_set(&draft, NEED, need, 1036, VALUE_OF_NULL, false);
	save();
	draft_move(open_draft(), NEED, need, STATE_SIGNED, BYTES_NONE);
	expect(ERR_IN_CONFLICT, 0, lines[0]);
}

static void checks_look_at_the_end_of_a_save(void **state)
{
	struct rid r = new_staff(), other = new_staff();

	(void)state;
	open_draft();
	draft_set(&draft, STAFF, r, BIRTH, value_date(7000), false);
	draft_set(&draft, STAFF, r, JOINED, value_date(6000), false);
	expect(ERR_CHECK, 1, r);
	/* One side alone is nothing to check; put right within the save is right. */
	open_draft();
	draft_set(&draft, STAFF, r, BIRTH, value_date(7000), false);
	save();
	open_draft();
	draft_set(&draft, STAFF, r, JOINED, value_date(6000), false);
	draft_set(&draft, STAFF, r, JOINED, value_date(8000), false);
	save();
	/* Of two records the one that was changed first. */
	open_draft();
	draft_set(&draft, STAFF, other, BIRTH, value_date(9000), false);
	draft_set(&draft, STAFF, r, JOINED, value_date(1), false);
	draft_set(&draft, STAFF, other, JOINED, value_date(1), false);
	expect(ERR_CHECK, 1, other);
	/* A record that goes in the same save is not asked. */
	open_draft();
	draft_set(&draft, STAFF, r, JOINED, value_date(1), false);
	draft_delete(&draft, STAFF, r, false);
	save();
}

static void rows_are_counted(void **state)
{
	struct rid line, person;

	(void)state;
	new_need(1, &line);
	open_draft();
	person = draft_create(&draft, PERSON, line, PEOPLE);
	save();
	draft_create(open_draft(), PERSON, line, PEOPLE);
	expect(ERR_CHECK, 1, line);
	open_draft();
	draft_delete(&draft, PERSON, person, false);
	draft_create(&draft, PERSON, line, PEOPLE);
	save();
	draft_delete(open_draft(), PERSON, person, true);
	expect(ERR_CHECK, 1, line);
	open_draft();
	set_int(LINE, line, COUNT, 2);
	draft_delete(&draft, PERSON, person, true);
	save();
}

static void the_first_broken_rule_is_told(void **state)
{
	struct rid r = new_staff();

	(void)state;
	/* Op by op: what comes later is not reached. */
	open_draft();
	set_int(STAFF, r, 1004, 99);
	set_text(STAFF, r, 4242, "A");
	expect(ERR_BAD_CHOICE, 1004, r);
	/* Ops before checks. */
	open_draft();
	draft_set(&draft, STAFF, r, BIRTH, value_date(7000), false);
	draft_set(&draft, STAFF, r, JOINED, value_date(6000), false);
	set_text(STAFF, r, 4242, "A");
	expect(ERR_NO_FIELD, 4242, r);
	/* The value before the deletion, the right before the value. */
	draft_delete(open_draft(), STAFF, r, false);
	save();
	open_draft();
	set_int(STAFF, r, 1004, 99);
	expect(ERR_BAD_CHOICE, 1004, r);
	c->role = 4;
	open_draft();
	set_int(STAFF, r, 1004, 99);
	expect(ERR_NOT_ALLOWED, 0, RID_NONE);
	c->role = ROLE_OFFICER;
	open_draft();
	set_int(STAFF, r, 1004, 99);
	expect(ERR_NOT_ALLOWED, 0, r);
	c->role = 55;
	open_draft();
	set_int(STAFF, r, 1004, 1);
	expect(ERR_NOT_ALLOWED, 0, RID_NONE);
	c->role = ROLE_CLERK;
}

/* Signatures have tests of their own (test_signature_refused.c). */
/* What is said with it is asked where it is appended (test_adopt.c). */
static void who_may_judge_for_others(void **state)
{
	static const uint8_t hash[HASH_SIZE] = { 1 };
	struct rid r = new_staff();

	(void)state;
	open_draft();
	draft_adopt(&draft, (struct rid){ 9, 9 }, hash, false, BYTES_NONE);
	expect(ERR_NO_RECORD, 0, (struct rid){ 9, 9 });
	open_draft();
	draft_adopt(&draft, r, hash, false, BYTES_NONE);
	expect(ERR_WRONG_TYPE, 0, r);
}

#define T(f) cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(creating),
		T(creating_rows),
		T(setting),
		T(sets_and_personal_values),
		T(what_is_gone_is_gone),
		T(moving),
		T(an_officer_owes_a_remark),
		T(a_move_needs_to_have_seen_all),
		T(nobody_has_seen_the_future),
		T(a_locked_root_locks_its_rows),
		T(required_fields_by_condition),
		T(the_root_is_named_before_its_rows),
		T(a_conflict_stops_a_move),
		T(checks_look_at_the_end_of_a_save),
		T(rows_are_counted),
		T(the_first_broken_rule_is_told),
		T(who_may_judge_for_others),
	};

	/* Each makes its own records in one district. */
	return cmocka_run_group_tests(tests, begin, end);
}
