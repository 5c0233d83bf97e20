/* Signatures that are no good: every way to be refused, and what each is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/lib/letters.h"

static struct letters l;

static int begin(void **state)
{
	(void)state;
	letters_make(&l);
	return 0;
}

static int end(void **state)
{
	(void)state;
	letters_end(&l);
	return 0;
}

#define OK(call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name(l.d.e.code), l.d.e.subject); \
	} while (0)

/* --- the other refusals --- */

static const uint8_t nonsense[HASH_SIZE] = { 1, 2, 3 };

/* Ops of one transaction under the chief's key, in `draft`. */
static struct draft draft;
static struct chief_key key;

static struct draft *as_chief(void)
{
	school_open_chief(&l.d.clients[0], CHIEF, &key);
	OK(chief_begin(l.here, &key, l.here->unit, &l.d.a, &draft, &l.d.e));
	return &draft;
}

static int64_t waiting_of_the_chief(void)
{
	int64_t pending = -1, sealed = -1;

	OK(db_number(l.here->db, &l.d.e, -1, &pending, "SELECT count(*) FROM pending WHERE device<>$1",
		     "u", l.here->key.id));
	OK(db_number(l.here->db, &l.d.e, -1, &sealed, "SELECT count(*) FROM outbox WHERE device<>$1",
		     "u", l.here->key.id));
	return pending + sealed;
}

static void expect(int code, struct rid about)
{
	int64_t before = waiting_of_the_chief();

	assert_int_equal(chief_save(l.here, &key, &draft, &l.v, &l.d.e), code);
	chief_close(&key);
	assert_int_equal(l.v.code, code);
	assert_true(rid_equal(l.v.record, about));
	assert_int_equal(waiting_of_the_chief(), before);
}

static void every_way_to_be_refused(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000), foreign = { 77, 1 }, row = letters_line(r);
	struct rid none = { 0, 5000 };
	const uint8_t *digest = letters_digest(&l, r);

	(void)state;
	draft_sign(as_chief(), LETTER, foreign, digest);
	expect(ERR_DEPENDS_ON, foreign);
	as_chief();
	none.device = draft.device;
	draft_sign(&draft, LETTER, none, digest);
	expect(ERR_DEPENDS_ON, none);
	draft_sign(as_chief(), LETTER_LINE, row, digest);
	expect(ERR_NO_MOVE, row);
	draft_sign(as_chief(), LETTER_LINE, r, digest);
	expect(ERR_NO_MOVE, r);
	draft_sign(as_chief(), LETTER, r, nonsense);
	expect(ERR_STALE, r);
	/* Of another length. */
	draft_sign(as_chief(), LETTER, r, digest);
	draft.ops[0].value.b.len = 31;
	expect(ERR_STALE, r);
	/* The move needs it, in this transaction, on this record, unchanged since. */
	draft_move(as_chief(), LETTER, r, LETTER_SIGNED, BYTES_NONE);
	expect(ERR_STALE, r); /* the chief's key has not seen the clerk's unsent edits */
	draft_sign(as_chief(), LETTER, r, digest);
	draft_set(&draft, LETTER, r, LETTER_AMOUNT, value_int(1), false);
	draft_move(&draft, LETTER, r, LETTER_SIGNED, BYTES_NONE);
	expect(ERR_STALE, r);
	draft_sign(as_chief(), LETTER, r, digest);
	draft_set(&draft, LETTER_LINE, row, LINE_SUM, value_int(1), false);
	draft_move(&draft, LETTER, r, LETTER_SIGNED, BYTES_NONE);
	expect(ERR_STALE, r);
	draft_sign(as_chief(), LETTER, r, digest);
	draft_create(&draft, LETTER_LINE, r, LETTER_LINES);
	draft_move(&draft, LETTER, r, LETTER_SIGNED, BYTES_NONE);
	expect(ERR_STALE, r);
	/* One signature, one move. */
	draft_sign(as_chief(), LETTER, r, digest);
	draft_move(&draft, LETTER, r, LETTER_SIGNED, BYTES_NONE);
	draft_move(&draft, LETTER, r, LETTER_DRAFT, bytes_str("thôi"));
	expect(ERR_STALE, r);
	/* What was edited before it is part of it; the clerk's amount stands first. */
	as_chief();
	draft_set(&draft, LETTER, r, LETTER_DATED, value_date(1), false);
	draft_sign(&draft, LETTER, r, digest);
	expect(ERR_STALE, r);
	as_chief();
	draft_set(&draft, LETTER, r, LETTER_AMOUNT, value_int(1), false);
	draft_sign(&draft, LETTER, r, digest);
	expect(ERR_IN_CONFLICT, r);
}

static void a_move_needs_a_signature(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);
	const uint8_t *digest;

	(void)state;
	/* Also where all has been seen. */
	letters_everywhere(&l);
	draft_move(as_chief(), LETTER, r, LETTER_SIGNED, BYTES_NONE);
	expect(ERR_NOT_SIGNED, r);
	digest = letters_digest(&l, r);
	draft_sign(as_chief(), LETTER, r, digest);
	draft_set(&draft, LETTER, r, LETTER_AMOUNT, value_int(1), false);
	draft_move(&draft, LETTER, r, LETTER_SIGNED, BYTES_NONE);
	expect(ERR_NOT_SIGNED, r);
	/* A signature alone is one, and moves nothing. */
	draft_sign(as_chief(), LETTER, r, digest);
	OK(chief_save(l.here, &key, &draft, &l.v, &l.d.e));
	chief_close(&key);
	assert_int_equal(letters_state(&l, &l.here->replica, r), LETTER_DRAFT);
	letters_sign(&l, r);
	letters_everywhere(&l);
	assert_int_equal(letters_state(&l, &l.d.office.s.replica, r), LETTER_SIGNED);
}

static void states_and_roles(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000), other = letters_new(&l, l.here, 1);
	struct draft own;

	(void)state;
	letters_everywhere(&l);
	/* A clerk may not, though the digest is right. */
	OK(client_begin(l.here, OFFICE_SCHOOL, &l.d.a, &own, &l.d.e));
	draft_sign(&own, LETTER, r, letters_digest(&l, r));
	draft_move(&own, LETTER, r, LETTER_SIGNED, BYTES_NONE);
	assert_int_equal(client_save(l.here, &own, &l.v, &l.d.e), ERR_NOT_ALLOWED);
	assert_true(rid_equal(l.v.record, r));
	/* From a state that nothing signed leads out of. */
	letters_sign(&l, r);
	draft_sign(as_chief(), LETTER, r, letters_digest(&l, r));
	expect(ERR_NO_MOVE, r);
	/* What is gone. */
	OK(client_begin(l.here, OFFICE_SCHOOL, &l.d.a, &own, &l.d.e));
	draft_delete(&own, LETTER, other, false);
	OK(client_save(l.here, &own, &l.v, &l.d.e));
	draft_sign(as_chief(), LETTER, other, letters_digest(&l, other));
	expect(ERR_DELETED, other);
}

static void conflicts_come_first(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);

	(void)state;
	letters_everywhere(&l);
	letters_amount(&l, l.there, r, 1);
	letters_amount(&l, l.here, r, 2);
	letters_everywhere(&l);
	draft_sign(as_chief(), LETTER, r, letters_digest(&l, r));
	draft_move(&draft, LETTER, r, LETTER_SIGNED, BYTES_NONE);
	expect(ERR_IN_CONFLICT, r);
}

/* What the record lacks, and the pack's checks, are asked as ever. */
static void incomplete_ones_are_not_signed(void **state)
{
	struct draft own;
	struct rid r;

	(void)state;
	OK(client_begin(l.here, OFFICE_SCHOOL, &l.d.a, &own, &l.d.e));
	r = draft_create(&own, LETTER, RID_NONE, 0);
	OK(client_save(l.here, &own, NULL, &l.d.e));
	assert_int_equal(letters_sign_to(&l, r, "signed", NULL), ERR_REQUIRED);
	assert_int_equal(l.v.rule, LETTER_SUBJECT);
}

/* An edit that had not seen the signature comes after it. */
static void whoever_comes_later_is_locked_out(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);

	(void)state;
	letters_everywhere(&l);
	letters_amount(&l, l.there, r, 6000000);
	letters_amount(&l, l.here, r, 7000000);
	letters_sign(&l, r);
	district_sync(&l.d, 0, NULL);
	assert_int_equal(letters_state(&l, &l.d.office.s.replica, r), LETTER_SIGNED);
	district_sync(&l.d, 1, NULL);
	/* The signature was first: the later edit is locked out. */
	assert_int_equal(office_number(&l.d.office, "SELECT count(*) FROM refused WHERE code=-76"), 1);
	letters_everywhere(&l);
	assert_int_equal(letters_state(&l, &l.there->replica, r), LETTER_SIGNED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_way_to_be_refused), TEST(a_move_needs_a_signature),
		TEST(states_and_roles), TEST(conflicts_come_first),
		TEST(incomplete_ones_are_not_signed), TEST(whoever_comes_later_is_locked_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
