/* A chief's signature over a record: it holds for exactly what was signed, whoever was at
 * work meanwhile, and everybody comes to the same verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/query/query.h"
#include "common/replica/fsck.h"
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

static json_t *show(struct replica *r, struct rid id)
{
	struct query_options o = { .stream = ANY_STREAM, .lang = LANG_EN };
	json_t *j = NULL;

	OK(query_show(r, OFFICE_SCHOOL, id, &o, &j, &l.d.e));
	return j;
}

/* --- what holds --- */

static void signed_offline_and_taken(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);
	json_t *j;

	(void)state;
	/* The clerk's own edits are not sent yet, and the server has never heard of the key. */
	letters_sign(&l, r);
	assert_int_equal(letters_state(&l, &l.here->replica, r), LETTER_SIGNED);
	j = show(&l.here->replica, r);
	assert_true(json_is_true(json_object_get(json_object_get(j, "signature"), "unchanged")));
	json_decref(j);
	letters_everywhere(&l);
	assert_int_equal(letters_state(&l, &l.d.office.s.replica, r), LETTER_SIGNED);
	assert_int_equal(letters_state(&l, &l.there->replica, r), LETTER_SIGNED);
	assert_int_equal(office_number(&l.d.office, "SELECT count(*) FROM refused"), 0);
	j = show(&l.there->replica, r);
	assert_string_equal(json_string_value(json_object_get(json_object_get(j, "signature"),
							      "author")), CHIEF);
	assert_string_equal(json_string_value(json_object_get(json_object_get(j, "signature"),
							      "role")), "chief");
	json_decref(j);
}

static void signed_content_cannot_be_edited(void **state)
{
	const char *const edit[] = { "amount=6000000", NULL };
	struct rid r = letters_new(&l, l.here, 5000000);

	(void)state;
	letters_sign(&l, r);
	assert_int_equal(district_edit(&l.d, 0, r, &l.v, edit), ERR_LOCKED);
	letters_everywhere(&l);
	assert_int_equal(district_edit(&l.d, 0, r, &l.v, edit), ERR_LOCKED);
	assert_int_equal(district_edit(&l.d, 1, r, &l.v, edit), ERR_LOCKED);
	/* Returned, changed, signed anew. */
	letters_officer_moves(&l, r, "returned");
	letters_everywhere(&l);
	assert_int_equal(district_edit(&l.d, 1, r, &l.v, edit), 0);
	letters_everywhere(&l);
	letters_sign(&l, r);
	letters_everywhere(&l);
	assert_int_equal(letters_state(&l, &l.d.office.s.replica, r), LETTER_SIGNED);
	assert_int_equal(office_number(&l.d.office, "SELECT count(*) FROM refused"), 0);
}

/* Whether a record is still what was signed, and what was changed. */
static void later_changes_are_told(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);
	const json_t *g;
	json_t *j;

	(void)state;
	letters_sign(&l, r);
	letters_everywhere(&l);
	letters_officer_moves(&l, r, "returned");
	letters_everywhere(&l);
	j = show(&l.there->replica, r);
	g = json_object_get(j, "signature");
	assert_true(json_is_true(json_object_get(g, "unchanged")));
	json_decref(j);
	letters_amount(&l, l.there, r, 7000000);
	letters_everywhere(&l);
	j = show(&l.here->replica, r);
	g = json_object_get(j, "signature");
	assert_true(json_is_false(json_object_get(g, "unchanged")));
	assert_int_equal(json_array_size(json_object_get(g, "changed")), 1);
	assert_string_equal(json_string_value(json_array_get(json_object_get(g, "changed"), 0)),
			    "Amount");
	json_decref(j);
	/* The same value again is the same version. */
	letters_amount(&l, l.there, r, 5000000);
	letters_everywhere(&l);
	j = show(&l.here->replica, r);
	assert_true(json_is_true(json_object_get(json_object_get(j, "signature"), "unchanged")));
	json_decref(j);
}

/* What an office notes on it is its own. */
static void notes_of_offices_are_no_part_of_it(void **state)
{
	struct office *o = &l.d.office;
	struct rid r = letters_new(&l, l.here, 5000000);
	struct draft draft;
	json_t *j;

	(void)state;
	letters_sign(&l, r);
	letters_everywhere(&l);
	OK(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &l.d.a, &draft, &l.d.e));
	draft_set(&draft, LETTER, r, LETTER_REG, value_int(12), false);
	draft_create(&draft, LETTER_REASON, r, LETTER_REASONS);
	OK(server_save(&o->s, &o->officer, &draft, NULL, &l.d.e));
	letters_everywhere(&l);
	j = show(&l.there->replica, r);
	assert_true(json_is_true(json_object_get(json_object_get(j, "signature"), "unchanged")));
	assert_int_equal(json_integer_value(json_object_get(json_object_get(j, "fields"), "reg_no")),
			 12);
	json_decref(j);
}

/* Somebody has set other values back to what they were: it is what was signed. */
static void content_counts_not_who_wrote_it(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);

	(void)state;
	letters_everywhere(&l);
	letters_amount(&l, l.there, r, 1);
	letters_amount(&l, l.there, r, 5000000);
	letters_sign(&l, r);
	district_sync(&l.d, 1, NULL);
	district_sync(&l.d, 0, NULL);
	assert_int_equal(letters_state(&l, &l.d.office.s.replica, r), LETTER_SIGNED);
}

/* --- stale by content --- */

static void expect_stale(struct rid r)
{
	struct client_waiting w;

	district_sync(&l.d, 1, NULL);
	district_sync(&l.d, 0, NULL);
	assert_int_equal(letters_refused(&l, ERR_STALE), 1);
	assert_int_equal(letters_state(&l, &l.d.office.s.replica, r), LETTER_DRAFT);
	letters_everywhere(&l);
	assert_int_equal(letters_state(&l, &l.here->replica, r), LETTER_DRAFT);
	assert_int_equal(letters_state(&l, &l.there->replica, r), LETTER_DRAFT);
	OK(client_waiting(l.here, &w, &l.d.e));
	assert_int_equal(w.refused, 1);
	assert_int_equal(w.changesets, 0);
	/* Looked at again, signed again: the old refusal is settled. */
	letters_sign(&l, r);
	OK(db_begin(l.here->db, &l.d.e));
	OK(chief_settle(l.here, OFFICE_SCHOOL, r, &l.d.e));
	OK(db_commit(l.here->db, &l.d.e));
	letters_everywhere(&l);
	assert_int_equal(letters_state(&l, &l.d.office.s.replica, r), LETTER_SIGNED);
	OK(client_waiting(l.here, &w, &l.d.e));
	assert_int_equal(w.refused, 0);
}

static void another_amount(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);

	(void)state;
	letters_everywhere(&l);
	letters_amount(&l, l.there, r, 9000000);
	letters_sign(&l, r);
	expect_stale(r);
}

static void a_row_more(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);
	struct draft draft;

	(void)state;
	letters_everywhere(&l);
	OK(client_begin(l.there, OFFICE_SCHOOL, &l.d.a, &draft, &l.d.e));
	draft_create(&draft, LETTER_LINE, r, LETTER_LINES);
	OK(client_save(l.there, &draft, NULL, &l.d.e));
	letters_sign(&l, r);
	district_sync(&l.d, 1, NULL);
	district_sync(&l.d, 0, NULL);
	assert_int_equal(letters_refused(&l, ERR_STALE), 1);
	assert_int_equal(letters_state(&l, &l.d.office.s.replica, r), LETTER_DRAFT);
}

static void a_row_less(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);
	struct draft draft;

	(void)state;
	letters_everywhere(&l);
	OK(client_begin(l.there, OFFICE_SCHOOL, &l.d.a, &draft, &l.d.e));
	draft_delete(&draft, LETTER_LINE, letters_line(r), false);
	OK(client_save(l.there, &draft, NULL, &l.d.e));
	letters_sign(&l, r);
	expect_stale(r);
}

static void a_row_of_a_row(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);
	struct draft draft;

	(void)state;
	letters_everywhere(&l);
	OK(client_begin(l.there, OFFICE_SCHOOL, &l.d.a, &draft, &l.d.e));
	draft_set(&draft, LETTER_PART, (struct rid){ r.device, letters_line(r).op + 2 }, PART_NAME,
		  value_text(bytes_str("Sách")), false);
	OK(client_save(l.there, &draft, NULL, &l.d.e));
	letters_sign(&l, r);
	expect_stale(r);
}

static void another_personal_value(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);
	struct draft draft;

	(void)state;
	letters_everywhere(&l);
	OK(client_begin(l.there, OFFICE_SCHOOL, &l.d.a, &draft, &l.d.e));
	draft_set(&draft, LETTER, r, LETTER_ABOUT, value_text(bytes_str("000199000002")), true);
	OK(client_save(l.there, &draft, NULL, &l.d.e));
	letters_sign(&l, r);
	expect_stale(r);
}

static void a_member_more(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);
	struct draft draft;

	(void)state;
	letters_everywhere(&l);
	OK(client_begin(l.there, OFFICE_SCHOOL, &l.d.a, &draft, &l.d.e));
	draft_member(&draft, LETTER, r, LETTER_TOPICS, value_int(3), true);
	OK(client_save(l.there, &draft, NULL, &l.d.e));
	letters_sign(&l, r);
	expect_stale(r);
}

/* Signed, returned and signed again elsewhere, or just moved: content is the same, what
 * happened to it is not. */
static void another_move_meanwhile(void **state)
{
	struct rid r = letters_new(&l, l.here, 5000000);

	(void)state;
	letters_everywhere(&l);
	OK(district_move(&l.d, 1, r, "ready", NULL));
	OK(district_move(&l.d, 1, r, "draft", NULL));
	letters_sign(&l, r);
	expect_stale(r);
}

/* The log judged and folded anew gives the same. */
static void found(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	fail_msg("fsck: %s: %s", place, what);
}

static void a_replay_agrees(void **state)
{
	struct fsck f = { .env = env_os(), .scratch = ":memory:", .found = found };
	struct rid r = letters_new(&l, l.here, 1), other = letters_new(&l, l.here, 2);

	(void)state;
	letters_sign(&l, r);
	letters_everywhere(&l);
	letters_amount(&l, l.there, other, 9);
	letters_sign(&l, other);
	district_sync(&l.d, 1, NULL);
	letters_everywhere(&l);
	assert_int_equal(letters_refused(&l, ERR_STALE), 1);
	OK(db_begin_read(l.d.office.s.db, &l.d.e));
	OK(fsck_replica(&f, &l.d.office.s.replica, &l.d.e));
	db_end_read(l.d.office.s.db);
	f = (struct fsck){ .env = env_os(), .scratch = ":memory:", .found = found };
	OK(db_begin_read(l.here->db, &l.d.e));
	OK(fsck_replica(&f, &l.here->replica, &l.d.e));
	db_end_read(l.here->db);
	assert_true(f.items > 0);
}

static void history_has_it(void **state)
{
	struct query_options o = { .stream = ANY_STREAM, .lang = LANG_EN };
	struct rid r = letters_new(&l, l.here, 5000000);
	json_t *list = NULL, *j;
	size_t i, good = 0, stale = 0;

	(void)state;
	letters_everywhere(&l);
	letters_amount(&l, l.there, r, 9);
	letters_sign(&l, r);
	district_sync(&l.d, 1, NULL);
	letters_everywhere(&l);
	letters_sign(&l, r);
	letters_everywhere(&l);
	OK(query_history(&l.there->replica, OFFICE_SCHOOL, r, &o, &list, &l.d.e));
	json_array_foreach(list, i, j) {
		const char *verdict = json_string_value(json_object_get(j, "verdict"));

		if (strcmp(json_string_value(json_object_get(j, "kind")), "sign") != 0)
			continue;
		assert_string_equal(json_string_value(json_object_get(j, "signature")), "ok");
		assert_string_equal(json_string_value(json_object_get(j, "author")), CHIEF);
		assert_int_equal(strlen(json_string_value(json_object_get(j, "value"))), 64);
		good += verdict == NULL;
		if (verdict != NULL) {
			stale++;
			assert_string_equal(verdict, "stale");
			assert_non_null(strstr(json_string_value(json_object_get(j, "sentence")),
					       "sign again"));
		}
	}
	assert_int_equal(good, 1);
	assert_int_equal(stale, 1);
	json_decref(list);
}

/* An officer with a version looks before he signs: on the server, too. */
static void a_version_must_have_seen_all(void **state)
{
	struct office *o = &l.d.office;
	struct rid r = letters_new(&l, l.here, 5000000);
	struct schema *s;
	struct draft own;

	(void)state;
	letters_everywhere(&l);
	OK(replica_schema_now(&o->s.replica, &s, &l.d.e));
	OK(server_begin(&o->s, OFFICE_SCHOOL, &o->chief, &l.d.a, &own, &l.d.e));
	own.has_version = true;
	own.seen_seq = own.seen_own = 0;
	assert_int_equal(edit_sign(&o->s.replica, s, &own, r, bytes_str("signed"), NULL, &l.d.e),
			 ERR_STALE);
	server_drop(&o->s);
	OK(replica_schema_now(&o->s.replica, &s, &l.d.e));
	OK(server_begin(&o->s, OFFICE_SCHOOL, &o->chief, &l.d.a, &own, &l.d.e));
	OK(edit_sign(&o->s.replica, s, &own, r, bytes_str("ready"), NULL, &l.d.e));
	assert_int_equal(own.count, 0); /* that move wants none */
	OK(edit_sign(&o->s.replica, s, &own, r, bytes_str("signed"), NULL, &l.d.e));
	OK(edit_move(&o->s.replica, s, &own, r, bytes_str("signed"), BYTES_NONE, &l.d.e));
	OK(server_save(&o->s, &o->chief, &own, NULL, &l.d.e));
	assert_int_equal(letters_state(&l, &l.d.office.s.replica, r), LETTER_SIGNED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signed_offline_and_taken), TEST(signed_content_cannot_be_edited),
		TEST(later_changes_are_told), TEST(notes_of_offices_are_no_part_of_it),
		TEST(content_counts_not_who_wrote_it),
		TEST(another_amount), TEST(a_row_more), TEST(a_row_less), TEST(a_row_of_a_row),
		TEST(another_personal_value), TEST(a_member_more), TEST(another_move_meanwhile),
		TEST(a_replay_agrees), TEST(history_has_it), TEST(a_version_must_have_seen_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
