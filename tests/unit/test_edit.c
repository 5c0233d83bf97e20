/* Edits: what a person typed becomes the ops that he meant, and no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/query/query.h"
#include "tests/lib/district.h"

static struct district_fixture d;
static struct client *c;

static int make(void **state)
{
	(void)state;
	district_make(&d, 2);
	c = &d.clients[0].c;
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static struct schema *schema(void)
{
	struct schema *s;

	assert_int_equal(replica_schema_now(&c->replica, &s, &d.e), 0);
	return s;
}

static struct rid add_staff(void)
{
	return district_add(&d, 0, "{\"type\":\"staff\",\"full_name\":\"Lê Thị Mẫu\","
				   "\"birth\":\"26/08/1990\",\"sex\":\"nu\","
				   "\"cccd\":\"000190000001\",\"langs\":[\"en\",\"fr\"]}");
}

/* Ops that an edit would make, without saving. */
static size_t ops_of(struct rid id, const char *const *list, struct op *first)
{
	struct assignment as[8];
	struct draft draft;
	size_t n = 0, count;

	for (; list[n] != NULL; n++)
		assert_true(edit_assignment(bytes_str(list[n]), &as[n]));
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	assert_int_equal(edit_change(&c->replica, schema(), &draft, id, as, n, &d.e), 0);
	count = draft.count;
	if (count > 0 && first != NULL)
		*first = draft.ops[0];
	client_drop(c);
	return count;
}

static void assignments_are_split_at_the_first_sign(void **state)
{
	struct assignment a;

	(void)state;
	assert_true(edit_assignment(bytes_str("a=b=c"), &a));
	assert_true(bytes_equal(a.field, bytes_str("a")));
	assert_true(bytes_equal(a.value, bytes_str("b=c")));
	assert_int_equal(a.how, ASSIGN_SET);
	assert_true(edit_assignment(bytes_str("a+=b"), &a));
	assert_int_equal(a.how, ASSIGN_ADD);
	assert_true(bytes_equal(a.field, bytes_str("a")));
	assert_true(edit_assignment(bytes_str("a-=b"), &a));
	assert_int_equal(a.how, ASSIGN_REMOVE);
	assert_true(edit_assignment(bytes_str("a="), &a));
	assert_int_equal(a.value.len, 0);
	assert_false(edit_assignment(bytes_str("a"), &a));
	assert_false(edit_assignment(bytes_str("=a"), &a));
	assert_false(edit_assignment(bytes_str("+=a"), &a));
	assert_false(edit_assignment(BYTES_NONE, &a));
}

static void only_what_differs_becomes_an_op(void **state)
{
	static const char *const same[] = { "full_name=Lê Thị Mẫu", "birth=1990-08-26",
					    "langs=fr,en", "langs+=en", "langs-=ja", NULL };
	static const char *const changed[] = { "full_name=Lê Thị Mới", "sex=nu", NULL };
	struct rid id = add_staff();
	struct op op;

	(void)state;
	assert_int_equal(ops_of(id, (const char *const[]){ "langs=en,fr", NULL }, NULL), 0);
	assert_int_equal(ops_of(id, (const char *const[]){ same[0], same[1], same[2], NULL },
				NULL), 0);
	assert_int_equal(ops_of(id, (const char *const[]){ same[3], same[4], NULL }, NULL), 0);
	assert_int_equal(ops_of(id, changed, &op), 1);
	assert_int_equal(op.kind, OP_SET);
	assert_int_equal(op.field, 1001);
	assert_true(bytes_equal(op.value.b, bytes_str("Lê Thị Mới")));
}

static void sets_change_member_by_member(void **state)
{
	struct rid id = add_staff();
	struct op op;

	(void)state;
	assert_int_equal(ops_of(id, (const char *const[]){ "langs=en,ja", NULL }, NULL), 2);
	assert_int_equal(ops_of(id, (const char *const[]){ "langs-=fr", NULL }, &op), 1);
	assert_int_equal(op.element.n, 5);
	assert_int_equal(op.value.n, 0);
	assert_int_equal(ops_of(id, (const char *const[]){ "langs=", NULL }, NULL), 2);
}

static void personal_values_are_marked(void **state)
{
	struct rid id = add_staff();
	struct op op;

	(void)state;
	assert_int_equal(ops_of(id, (const char *const[]){ "cccd=000190000002", NULL }, &op), 1);
	assert_true(op.personal);
	/* Nothing to hide in what is not there. */
	assert_int_equal(ops_of(id, (const char *const[]){ "cccd=", NULL }, &op), 1);
	assert_false(op.personal);
	assert_int_equal(op.value.kind, VALUE_NULL);
}

static void expect_error(struct rid id, const char *text, int code, const char *subject)
{
	const char *const list[] = { text, NULL };

	assert_int_equal(district_edit(&d, 0, id, NULL, list), code);
	assert_string_equal(d.e.subject, subject);
}

static void mistakes_name_the_field(void **state)
{
	struct rid id = add_staff();

	(void)state;
	expect_error(id, "birth=30/02/1990", ERR_BAD_VALUE, "birth");
	expect_error(id, "nothing=1", ERR_NO_FIELD, "nothing");
	expect_error(id, "sex=x", ERR_BAD_CHOICE, "sex");
	expect_error(id, "langs+=xx", ERR_BAD_CHOICE, "langs");
	expect_error(id, "full_name+=x", ERR_BAD_VALUE, "full_name");
	expect_error(id, "cccd=12", ERR_BAD_VALUE, "cccd");
}

static void a_field_given_twice_is_refused(void **state)
{
	static const char *const twice[] = { "full_name=A", "full_name=B", NULL };
	static const char *const both[] = { "langs+=ja", "langs-=fr", NULL };
	struct rid id = add_staff();

	(void)state;
	assert_int_equal(district_edit(&d, 0, id, NULL, twice), ERR_BAD_INPUT);
	assert_int_equal(ops_of(id, both, NULL), 2);
}

static void references_may_be_short_and_must_fit(void **state)
{
	struct rid staff = add_staff(), bonus;
	char text[64], short_id[9];
	struct op op;

	(void)state;
	bonus = district_add(&d, 0, "{\"type\":\"bonus\",\"plan_year\":2026}");
	assert_int_equal(query_short(&c->replica, c->unit, staff, short_id, &d.e), 0);
	snprintf(text, sizeof text, "person=%s", short_id);
	assert_int_equal(ops_of(bonus, (const char *const[]){ text, NULL }, &op), 1);
	assert_true(rid_equal(op.value.ref.record, staff));
	assert_int_equal(op.value.ref.stream, c->unit);
	assert_int_equal(query_short(&c->replica, c->unit, bonus, short_id, &d.e), 0);
	snprintf(text, sizeof text, "person=%s", short_id);
	expect_error(bonus, text, ERR_WRONG_TYPE, "person");
}

static void nothing_is_deleted_twice(void **state)
{
	struct rid id = add_staff();
	struct draft draft;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
		assert_int_equal(edit_delete(&c->replica, schema(), &draft, id, false, &d.e), 0);
		assert_int_equal(draft.count, i == 0);
		assert_int_equal(client_save(c, &draft, NULL, &d.e), 0);
	}
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	assert_int_equal(edit_delete(&c->replica, schema(), &draft, id, true, &d.e), 0);
	assert_int_equal(draft.count, 1);
	client_drop(c);
}

static json_t *export(struct rid id, bool personal)
{
	json_t *j = NULL;

	assert_int_equal(edit_export(&c->replica, schema(), c->unit, id, personal, &j, &d.e), 0);
	return j;
}

static const char need[] =
	"{\"type\":\"pg_need\",\"plan_year\":2025,\"answer\":\"need\",\"doc_number\":\"07/CV\","
	"\"doc_date\":\"08/11/2024\",\"lines\":[{\"discipline\":\"van\",\"level\":\"ths\","
	"\"necessity\":\"Thay người nghỉ hưu.\",\"count\":2,\"start_month\":\"09/2025\","
	"\"people\":[{\"name\":\"Hà Thị Mẫu\"},{\"name\":\"Lê Văn Mẫu\"}]},"
	"{\"discipline\":\"toan\",\"level\":\"ths\",\"count\":1}]}";

static void an_export_reads_back_without_an_op(void **state)
{
	struct rid ids[2] = { add_staff(), district_add(&d, 0, need) }, again;
	struct draft draft;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		json_t *j = export(ids[i], true);

		assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
		assert_int_equal(edit_json(&c->replica, schema(), &draft, j, NULL, &again, &d.e),
				 0);
		assert_int_equal(draft.count, 0);
		assert_true(rid_equal(again, ids[i]));
		/* One change in it is one op, however deep it stands. */
		if (i == 1) {
			json_t *line = json_array_get(json_object_get(j, "lines"), 0);

			json_object_set_new(json_array_get(json_object_get(line, "people"), 1),
					    "note", json_string("x"));
			assert_int_equal(edit_json(&c->replica, schema(), &draft, j, NULL, &again,
						   &d.e), 0);
			assert_int_equal(draft.count, 1);
			assert_int_equal(draft.ops[0].field, 1052);
		}
		client_drop(c);
		json_decref(j);
	}
}

static void an_export_hides_personal_values(void **state)
{
	struct rid id = add_staff();
	json_t *j = export(id, false);

	(void)state;
	assert_null(json_object_get(j, "cccd"));
	assert_string_equal(json_string_value(json_object_get(j, "full_name")), "Lê Thị Mẫu");
	json_decref(j);
	j = export(id, true);
	assert_string_equal(json_string_value(json_object_get(j, "cccd")), "000190000001");
	json_decref(j);
}

/* One line as JSON into a draft; the code, the draft let go. */
static int take(const char *text, struct edit_keys *keys)
{
	json_t *j = json_loads(text, 0, NULL);
	struct draft draft;
	struct rid id;
	int code;

	assert_non_null(j);
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	code = edit_json(&c->replica, schema(), &draft, j, keys, &id, &d.e);
	if (code == 0)
		assert_int_equal(client_save(c, &draft, NULL, &d.e), 0);
	else
		client_drop(c);
	json_decref(j);
	return code;
}

static void lines_with_mistakes_are_refused(void **state)
{
	static const struct {
		const char *line;
		int code;
	} cases[] = {
		{ "[1]", ERR_BAD_INPUT },
		{ "{}", ERR_NO_TYPE },
		{ "{\"type\":\"no\"}", ERR_NO_TYPE },
		{ "{\"type\":\"pg_need_line\"}", ERR_WRONG_TYPE },
		{ "{\"type\":\"staff\",\"age\":1}", ERR_NO_FIELD },
		{ "{\"type\":\"staff\",\"full_name\":1}", ERR_BAD_VALUE },
		{ "{\"type\":\"staff\",\"langs\":\"en\"}", ERR_BAD_VALUE },
		{ "{\"type\":\"staff\",\"langs\":[1]}", ERR_BAD_VALUE },
		{ "{\"type\":\"staff\",\"leader\":1}", ERR_BAD_VALUE },
		{ "{\"type\":\"staff\",\"full_name\":true}", ERR_BAD_VALUE },
		{ "{\"type\":\"staff\",\"salary_coef\":2.345}", ERR_BAD_VALUE },
		{ "{\"type\":\"staff\",\"degree_year\":2001.5}", ERR_BAD_VALUE },
		{ "{\"type\":\"bonus\",\"person\":{\"key\":\"x\"}}", ERR_NO_RECORD },
		{ "{\"type\":\"bonus\",\"person\":{\"x\":1}}", ERR_BAD_VALUE },
		{ "{\"type\":\"staff\",\"id\":\"abc\"}", ERR_BAD_INPUT },
		{ "{\"type\":\"staff\",\"id\":\"31.0000000000000001.1\"}", ERR_NO_RECORD },
		{ "{\"type\":\"pg_need\",\"lines\":[1]}", ERR_BAD_VALUE },
		{ "{\"type\":\"pg_need\",\"lines\":{}}", ERR_BAD_VALUE },
		{ "{\"type\":\"staff\",\"salary_coef\":2.34,\"degree_year\":2001}", 0 },
		{ "{\"type\":\"staff\",\"salary_coef\":3}", 0 },
	};
	struct edit_keys *keys = edit_keys_new();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (take(cases[i].line, keys) != cases[i].code)
			fail_msg("%s: %s", cases[i].line, err_name(d.e.code));
	edit_keys_free(keys);
}

static void keys_link_lines_until_undone(void **state)
{
	struct edit_keys *keys = edit_keys_new();

	(void)state;
	assert_int_equal(take("{\"type\":\"staff\",\"key\":\"a\",\"full_name\":\"A\"}", keys), 0);
	assert_int_equal(take("{\"type\":\"bonus\",\"person\":{\"key\":\"a\"}}", keys), 0);
	assert_int_equal(take("{\"type\":\"staff\",\"key\":\"a\"}", keys), ERR_EXISTS);
	/* The line before failed: what it named is no more, what stands before it is. */
	assert_int_equal(take("{\"type\":\"staff\",\"key\":\"b\",\"sex\":\"x\"}", keys),
			 ERR_BAD_CHOICE);
	edit_keys_undo(keys);
	assert_int_equal(take("{\"type\":\"bonus\",\"person\":{\"key\":\"b\"}}", keys),
			 ERR_NO_RECORD);
	assert_int_equal(take("{\"type\":\"bonus\",\"person\":{\"key\":\"a\"}}", keys), 0);
	/* Written in parts or in one, it is one key. */
	assert_int_equal(take("{\"type\":\"staff\",\"key\":\"Hà\"}", keys), 0);
	assert_int_equal(take("{\"type\":\"bonus\",\"person\":{\"key\":\"Ha\xcc\x80\"}}", keys), 0);
	assert_int_equal(take("{\"type\":\"staff\",\"key\":\"Ha\xcc\x80\"}", keys), ERR_EXISTS);
	edit_keys_free(keys);
}

/* Both computers change the amount without having seen each other. */
static struct rid make_conflict(void)
{
	struct rid id = district_add(&d, 0, "{\"type\":\"bonus\",\"plan_year\":2026,"
					    "\"amount\":100}");

	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	assert_int_equal(district_edit(&d, 0, id, NULL,
				       (const char *const[]){ "amount=200", NULL }), 0);
	assert_int_equal(district_edit(&d, 1, id, NULL,
				       (const char *const[]){ "amount=300", NULL }), 0);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	district_sync(&d, 0, NULL);
	return id;
}

static int settle(struct rid id, const char *field, int n, const char *value)
{
	struct draft draft;
	int code;

	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	code = edit_settle(&c->replica, schema(), &draft, id, bytes_str(field), BYTES_NONE, n,
			   bytes_str(value), &d.e);
	if (code == 0)
		return client_save(c, &draft, NULL, &d.e);
	client_drop(c);
	return code;
}

static int64_t amount_of(struct client *at, struct rid id, size_t *conflicts)
{
	struct record rec;

	assert_int_equal(query_record(&at->replica, at->unit, id, &d.a, &rec, &d.e), 0);
	*conflicts = record_conflicts(&rec);
	return record_value(&rec, BONUS_AMOUNT).n;
}

static void settling_takes_the_nth_value_by_device(void **state)
{
	struct rid id = make_conflict();
	bool first = d.clients[0].c.key.id < d.clients[1].c.key.id;
	size_t conflicts;

	(void)state;
	amount_of(c, id, &conflicts);
	assert_int_equal(conflicts, 1);
	assert_int_equal(settle(id, "amount", 3, ""), ERR_NO_CONFLICT);
	assert_int_equal(settle(id, "plan_year", 1, ""), ERR_NO_CONFLICT);
	assert_int_equal(settle(id, "deleted", 1, ""), ERR_NO_CONFLICT);
	assert_int_equal(settle(id, "amount", 2, ""), 0);
	assert_int_equal(amount_of(c, id, &conflicts), first ? 300 : 200);
	assert_int_equal(conflicts, 0);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	assert_int_equal(amount_of(&d.clients[1].c, id, &conflicts), first ? 300 : 200);
	assert_int_equal(conflicts, 0);
}

static void settling_may_give_another_value(void **state)
{
	struct rid id = make_conflict();
	size_t conflicts;

	(void)state;
	assert_int_equal(settle(id, "amount", 0, "many"), ERR_BAD_VALUE);
	assert_int_equal(settle(id, "amount", 0, "250"), 0);
	assert_int_equal(amount_of(c, id, &conflicts), 250);
	assert_int_equal(conflicts, 0);
}

/* Deleted here, changed there. */
static struct rid make_deletion_conflict(void)
{
	struct rid id = district_add(&d, 0, "{\"type\":\"bonus\",\"amount\":100}");
	struct draft draft;

	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	assert_int_equal(edit_delete(&c->replica, schema(), &draft, id, false, &d.e), 0);
	assert_int_equal(client_save(c, &draft, NULL, &d.e), 0);
	assert_int_equal(district_edit(&d, 1, id, NULL,
				       (const char *const[]){ "amount=300", NULL }), 0);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	district_sync(&d, 0, NULL);
	return id;
}

static void a_deletion_is_settled_either_way(void **state)
{
	struct rid kept = make_deletion_conflict(), gone = make_deletion_conflict();
	struct record rec;

	(void)state;
	assert_int_equal(settle(kept, "deleted", 0, "perhaps"), ERR_BAD_VALUE);
	assert_int_equal(settle(kept, "deleted", 2, ""), 0);
	assert_int_equal(query_record(&c->replica, c->unit, kept, &d.a, &rec, &d.e), 0);
	assert_false(record_deleted(&rec));
	assert_int_equal(record_conflicts(&rec), 0);
	assert_int_equal(record_value(&rec, BONUS_AMOUNT).n, 300);
	assert_int_equal(settle(gone, "deleted", 0, "true"), 0);
	assert_int_equal(query_record(&c->replica, c->unit, gone, &d.a, &rec, &d.e), 0);
	assert_true(record_deleted(&rec));
	assert_int_equal(record_conflicts(&rec), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(assignments_are_split_at_the_first_sign),
		cmocka_unit_test(only_what_differs_becomes_an_op),
		cmocka_unit_test(sets_change_member_by_member),
		cmocka_unit_test(personal_values_are_marked),
		cmocka_unit_test(mistakes_name_the_field),
		cmocka_unit_test(a_field_given_twice_is_refused),
		cmocka_unit_test(references_may_be_short_and_must_fit),
		cmocka_unit_test(nothing_is_deleted_twice),
		cmocka_unit_test(an_export_reads_back_without_an_op),
		cmocka_unit_test(an_export_hides_personal_values),
		cmocka_unit_test(lines_with_mistakes_are_refused),
		cmocka_unit_test(keys_link_lines_until_undone),
		cmocka_unit_test(settling_takes_the_nth_value_by_device),
		cmocka_unit_test(settling_may_give_another_value),
		cmocka_unit_test(a_deletion_is_settled_either_way),
	};

	return cmocka_run_group_tests(tests, make, end);
}
