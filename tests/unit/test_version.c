/* The digest of a version: one form whatever the order in which it came about, another for
 * every other content. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <sodium.h>

#include "common/replica/merge.h"
#include "common/replica/version.h"
#include "tests/lib/office.h"
#include "tests/lib/vector.h"

enum { SELF = 0x51, OTHER = 0x07, ROWS = 3 };

static struct arena a;
static struct schema *schema;

/* A record and its rows in the making. */
struct made {
	struct record root, rows[ROWS];
	uint64_t self, other;
	uint64_t op;
};

static int begin(void **state)
{
	struct buf json;

	(void)state;
	arena_init(&a, (size_t)64 << 20);
	office_file("tests/data/letters.json", &json);
	assert_int_equal(schema_new(&schema, NULL), 0);
	assert_int_equal(schema_add(schema, buf_view(&json), NULL), 0);
	buf_release(&json);
	return 0;
}

static int end(void **state)
{
	(void)state;
	schema_free(schema);
	arena_release(&a);
	return 0;
}

static void apply(struct made *m, struct record *r, uint64_t device, struct op op)
{
	struct seen s = { device, SEQ_PENDING - 1, 0, m->op, NULL, NULL, 0 };

	op.number = op.number != 0 ? op.number : m->op;
	m->op++;
	assert_int_equal(merge_op(r, &op, &s, m->op, &a, NULL), 0);
}

static void set(struct made *m, struct record *r, uint32_t field, struct value v)
{
	apply(m, r, m->self, (struct op){ .kind = OP_SET, .field = field, .value = v });
}

static void member(struct made *m, int64_t n, bool in)
{
	apply(m, &m->root, m->self,
	      (struct op){ .kind = OP_SET, .field = LETTER_TOPICS, .element = value_int(n),
			   .value = value_bool(in) });
}

static void delete(struct made *m, struct record *r)
{
	apply(m, r, m->self, (struct op){ .kind = OP_DELETE });
}

static void begin_record(struct made *m)
{
	size_t i;

	memset(m, 0, sizeof *m);
	m->self = SELF;
	m->other = OTHER;
	m->op = 100;
	m->root = (struct record){ .id = { SELF, 1 }, .root = { SELF, 1 }, .type = LETTER };
	for (i = 0; i < ROWS; i++)
		m->rows[i] = (struct record){ .id = { SELF, 6 + i }, .type = LETTER_LINE,
					      .list = LETTER_LINES, .parent = { SELF, 1 },
					      .root = { SELF, 1 } };
}

/* Content as most tests have it. */
static void usual(struct made *m)
{
	begin_record(m);
	set(m, &m->root, LETTER_SUBJECT, value_text(bytes_str("Xin kinh phí")));
	set(m, &m->root, LETTER_AMOUNT, value_int(5000000));
	member(m, 1, true);
	set(m, &m->rows[0], LINE_WHAT, value_text(bytes_str("Học phí")));
	set(m, &m->rows[1], LINE_WHAT, value_text(bytes_str("Tài liệu")));
}

static void digest_rows(struct made *m, size_t count, const struct touch *state, uint8_t *out)
{
	const struct record *rows[ROWS];
	size_t i;

	/* Backwards: the order in which they are met means nothing. */
	for (i = 0; i < count; i++)
		rows[i] = &m->rows[count - 1 - i];
	assert_int_equal(version_digest(schema, &m->root, state, rows, count, out, NULL), 0);
}

static void digest(struct made *m, uint8_t out[HASH_SIZE])
{
	static const struct touch none;

	digest_rows(m, 2, &none, out);
}

static void same(struct made *m, struct made *n)
{
	uint8_t x[HASH_SIZE], y[HASH_SIZE];

	digest(m, x);
	digest(n, y);
	assert_memory_equal(x, y, HASH_SIZE);
}

static void other(struct made *m, struct made *n)
{
	uint8_t x[HASH_SIZE], y[HASH_SIZE];

	digest(m, x);
	digest(n, y);
	assert_memory_not_equal(x, y, HASH_SIZE);
}

static void how_it_came_about_does_not_count(void **state)
{
	static const struct touch none;
	uint8_t x[HASH_SIZE], y[HASH_SIZE];
	struct made m, n;

	(void)state;
	usual(&m);
	begin_record(&n);
	n.op = 7000;
	member(&n, 1, true);
	member(&n, 3, true);
	member(&n, 3, false);
	set(&n, &n.rows[1], LINE_WHAT, value_text(bytes_str("Tài liệu")));
	set(&n, &n.rows[1], LINE_SUM, value_int(5));
	set(&n, &n.rows[1], LINE_SUM, VALUE_OF_NULL);
	set(&n, &n.root, LETTER_AMOUNT, value_int(1));
	set(&n, &n.root, LETTER_SUBJECT, value_text(bytes_str("Xin kinh phí")));
	n.self = OTHER;
	set(&n, &n.root, LETTER_AMOUNT, value_int(5000000));
	set(&n, &n.rows[0], LINE_WHAT, value_text(bytes_str("Học phí")));
	set(&n, &n.root, LETTER_URGENT, VALUE_OF_NULL);
	same(&m, &n);
	/* What offices note. */
	set(&n, &n.root, LETTER_REG, value_int(77));
	n.rows[2].list = LETTER_REASONS;
	n.rows[2].type = LETTER_REASON;
	set(&n, &n.rows[2], REASON_FIELD, value_text(bytes_str("amount")));
	digest_rows(&m, 2, &none, x);
	digest_rows(&n, 3, &none, y);
	assert_memory_equal(x, y, HASH_SIZE);
	/* Deleted and brought back. */
	delete(&n, &n.rows[0]);
	other(&m, &n);
	apply(&n, &n.rows[0], SELF, (struct op){ .kind = OP_UNDELETE });
	same(&m, &n);
}

static void every_content_counts(void **state)
{
	const struct {
		uint32_t field;
		struct value v;
	} ways[] = {
		{ LETTER_SUBJECT, value_text(bytes_str("Xin kinh phi")) },
		{ LETTER_SUBJECT, VALUE_OF_NULL }, { LETTER_AMOUNT, value_int(5000001) },
		{ LETTER_AMOUNT, value_date(5000000) }, { LETTER_AMOUNT, value_bool(true) },
		{ LETTER_DATED, value_date(0) }, { LETTER_URGENT, value_bool(false) },
		{ LETTER_ANSWERS, value_ref((struct ref){ 7, { SELF, 1 } }) },
	};
	struct made list[32], *n;
	size_t count = 0, i, k;

	(void)state;
	usual(&list[count++]);
	for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		usual(n = &list[count++]);
		set(n, &n->root, ways[i].field, ways[i].v);
	}
	usual(n = &list[count++]);
	set(n, &n->root, LETTER_ANSWERS, value_ref((struct ref){ 8, { SELF, 1 } }));
	usual(n = &list[count++]);
	set(n, &n->root, LETTER_ANSWERS, value_ref((struct ref){ 7, { SELF, 2 } }));
	usual(n = &list[count++]);
	set(n, &n->root, LETTER_ANSWERS, value_ref((struct ref){ 7, { OTHER, 1 } }));
	usual(n = &list[count++]);
	member(n, 2, true);
	usual(n = &list[count++]);
	member(n, 1, false);
	usual(n = &list[count++]);
	set(n, &n->rows[0], LINE_WHAT, value_text(bytes_str("Học phí ")));
	/* The same values in the other row; below another parent; another type. */
	usual(n = &list[count++]);
	set(n, &n->rows[0], LINE_WHAT, value_text(bytes_str("Tài liệu")));
	set(n, &n->rows[1], LINE_WHAT, value_text(bytes_str("Học phí")));
	usual(n = &list[count++]);
	n->rows[1].parent = n->rows[0].id;
	usual(n = &list[count++]);
	n->rows[1].list = LETTER_SUBJECT;
	usual(n = &list[count++]);
	n->rows[1].type = LETTER_PART;
	usual(n = &list[count++]);
	delete(n, &n->rows[1]);
	for (i = 0; i < count; i++)
		for (k = 0; k < i; k++)
			other(&list[i], &list[k]);
}

/* Rows below a deleted row are not there, whether the deleted one is given or not. */
static void what_hangs_below_is_gone_too(void **state)
{
	static const struct touch none;
	uint8_t x[HASH_SIZE], y[HASH_SIZE];
	const struct record *rows[2];
	struct made m;

	(void)state;
	usual(&m);
	m.rows[1].parent = m.rows[0].id;
	digest(&m, x);
	delete(&m, &m.rows[0]);
	digest(&m, y);
	assert_memory_not_equal(x, y, HASH_SIZE);
	rows[0] = &m.rows[1];
	assert_int_equal(version_digest(schema, &m.root, &none, rows, 1, x, NULL), 0);
	assert_memory_equal(x, y, HASH_SIZE);
	assert_int_equal(version_digest(schema, &m.root, &none, rows, 0, x, NULL), 0);
	assert_memory_equal(x, y, HASH_SIZE);
}

/* A personal value is the op that set it: not what it says, and not gone when erased. */
static void personal_values_stand_for_themselves(void **state)
{
	struct made m, n;

	(void)state;
	usual(&m);
	usual(&n);
	set(&m, &m.root, LETTER_ABOUT, value_text(bytes_str("000199000001")));
	other(&m, &n);
	set(&n, &n.root, LETTER_ABOUT, value_text(bytes_str("000199000001")));
	same(&m, &n);
	n.root.live[2].value = value_text(bytes_str("000199000002"));
	assert_int_equal(n.root.live[2].field, LETTER_ABOUT);
	same(&m, &n);
	n.root.live[2].value = (struct value){ .kind = VALUE_ERASED };
	same(&m, &n);
	/* Written again it is another one. */
	set(&n, &n.root, LETTER_ABOUT, value_text(bytes_str("000199000001")));
	other(&m, &n);
}

static void the_move_into_the_state_counts(void **state)
{
	struct touch none = { 0 }, one = { SELF, 9, 3 }, again = { SELF, 9, SEQ_PENDING };
	struct touch later = { SELF, 10, 3 }, others = { OTHER, 9, 3 };
	const struct touch *list[] = { &none, &one, &later, &others };
	uint8_t x[HASH_SIZE], y[HASH_SIZE];
	struct made m;
	size_t i, k;

	(void)state;
	usual(&m);
	for (i = 0; i < 4; i++)
		for (k = 0; k < i; k++) {
			digest_rows(&m, 2, list[i], x);
			digest_rows(&m, 2, list[k], y);
			assert_memory_not_equal(x, y, HASH_SIZE);
		}
	/* Its place in the stream does not: it may not have one yet. */
	digest_rows(&m, 2, &one, x);
	digest_rows(&m, 2, &again, y);
	assert_memory_equal(x, y, HASH_SIZE);
	/* The state as a number is no part of it. */
	m.root.state = 3;
	digest_rows(&m, 2, &again, x);
	assert_memory_equal(x, y, HASH_SIZE);
}

static uint64_t fixture_device(json_t *cases, const char *name, size_t at)
{
	json_t *j;
	size_t i;

	/* The device ids are in the vector that names them: [[device, op], ...]. */
	json_array_foreach(cases, i, j)
		if (strcmp(json_string_value(json_object_get(j, "name")), name) == 0) {
			const char *hex = json_string_value(json_object_get(j, "hex"));
			char id[17];

			memcpy(id, hex + at, 16);
			id[16] = '\0';
			return strtoull(id, NULL, 16);
		}
	fail_msg("no vector %s", name);
	return 0;
}

/* The vectors of SPEC.md 5.7: these records come to that digest. */
static void the_vector(void **state)
{
	json_t *cases = json_load_file("protocol/vectors/later.json", 0, NULL), *j;
	uint8_t got[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];
	struct touch moved = { .number = 9 };
	struct made m;
	size_t i, found = 0;

	(void)state;
	assert_non_null(cases);
	begin_record(&m);
	m.self = fixture_device(cases, "version: a row", 6);
	m.other = moved.device = fixture_device(cases, "version: the move into its state", 4);
	m.root.id = m.root.root = (struct rid){ m.self, 1 };
	m.rows[0].id = (struct rid){ m.self, 6 };
	m.rows[0].parent = m.rows[0].root = m.root.id;
	m.rows[1] = m.rows[0];
	m.rows[1].id.op = 7;
	delete(&m, &m.rows[1]);
	set(&m, &m.root, LETTER_SUBJECT, value_text(bytes_str("Xin kinh phí")));
	set(&m, &m.root, LETTER_AMOUNT, value_int(5000000));
	apply(&m, &m.root, m.self, (struct op){ .kind = OP_SET, .field = LETTER_ABOUT, .number = 4,
						.value = value_text(bytes_str("000199000001")) });
	member(&m, 3, true);
	member(&m, 2, true);
	member(&m, 1, true);
	member(&m, 2, false);
	set(&m, &m.root, LETTER_DATED, value_date(20513));
	set(&m, &m.root, LETTER_ANSWERS, value_ref((struct ref){ 7, { m.other, 12 } }));
	set(&m, &m.root, LETTER_URGENT, value_bool(true));
	set(&m, &m.rows[0], LINE_WHAT, value_text(bytes_str("Học phí")));
	digest_rows(&m, 2, &moved, got);
	sodium_bin2hex(hex, sizeof hex, got, sizeof got);
	json_array_foreach(cases, i, j)
		if (strcmp(json_string_value(json_object_get(j, "name")), "digest of a version") == 0) {
			assert_string_equal(json_string_value(json_object_get(j, "hex")), hex);
			found++;
		}
	assert_int_equal(found, 1);
	json_decref(cases);
}

/* A signature is kept with the record, and found again in its stored form. */
static void the_record_keeps_its_signature(void **state)
{
	uint8_t signed_over[HASH_SIZE] = { 1, 2, 3, 4 };
	struct record back = { .id = { SELF, 1 } };
	struct buf blob;
	struct made m;

	(void)state;
	usual(&m);
	apply(&m, &m.root, OTHER, (struct op){ .kind = OP_MOVE, .value = value_int(2) });
	apply(&m, &m.root, OTHER,
	      (struct op){ .kind = OP_SIGN, .value = value_bytes(BYTES_OF(signed_over)) });
	assert_int_equal(m.root.signature.op.number, m.op - 1);
	assert_int_equal(m.root.signature.state.number, m.op - 2);
	buf_init(&blob, 1 << 20);
	record_put(&m.root, &blob);
	assert_int_equal(record_take(buf_view(&blob), &a, &back, NULL), 0);
	assert_memory_equal(back.signature.digest, signed_over, HASH_SIZE);
	assert_int_equal(back.signature.op.device, OTHER);
	assert_int_equal(back.signature.op.number, m.root.signature.op.number);
	assert_int_equal(back.signature.op.seq, m.root.signature.op.seq);
	assert_int_equal(back.signature.state.device, OTHER);
	assert_int_equal(back.signature.state.number, m.root.signature.state.number);
	/* Cut short or longer it is no record. */
	assert_int_equal(record_take((struct bytes){ blob.at, blob.len - 1 }, &a, &back, NULL),
			 ERR_CORRUPT);
	buf_byte(&blob, 0);
	assert_int_equal(record_take(buf_view(&blob), &a, &back, NULL), ERR_CORRUPT);
	buf_release(&blob);
}

/* A signature of this computer's that waits stands after those that arrive. */
static void a_pending_signature_stays(void **state)
{
	uint8_t mine[HASH_SIZE] = { 1 }, theirs[HASH_SIZE] = { 2 };
	struct op op = { .kind = OP_SIGN, .number = 5, .value = value_bytes(BYTES_OF(mine)) };
	struct seen s = { SELF, 0, 4, 5, NULL, NULL, 0 };
	struct record r = { .id = { SELF, 1 } };

	(void)state;
	assert_int_equal(merge_op(&r, &op, &s, SEQ_PENDING, &a, NULL), 0);
	op.value = value_bytes(BYTES_OF(theirs));
	s.device = OTHER;
	assert_int_equal(merge_op(&r, &op, &s, 12, &a, NULL), 0);
	assert_memory_equal(r.signature.digest, mine, HASH_SIZE);
	merge_confirm(&r, SELF, 5, 5, 13);
	assert_int_equal(r.signature.op.seq, 13);
	op.number = 9;
	assert_int_equal(merge_op(&r, &op, &s, 14, &a, NULL), 0);
	assert_memory_equal(r.signature.digest, theirs, HASH_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_it_came_about_does_not_count),
		cmocka_unit_test(every_content_counts),
		cmocka_unit_test(what_hangs_below_is_gone_too),
		cmocka_unit_test(personal_values_stand_for_themselves),
		cmocka_unit_test(the_move_into_the_state_counts),
		cmocka_unit_test(the_vector),
		cmocka_unit_test(the_record_keeps_its_signature),
		cmocka_unit_test(a_pending_signature_stays),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
