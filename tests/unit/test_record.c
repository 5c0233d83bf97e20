/* Records as blobs, and the ids that people and programs call them by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/replica/record.h"
#include "tests/lib/gen_bytes.h"
#include "tests/lib/gen_changeset.h"

enum { RECORDS = 200, FLIPPED = 30 };

static struct value random_value(struct gen *g)
{
	static const int64_t ints[] = { 0, 1, -1, INT64_MAX, INT64_MIN, 20000, 50000000 };
	uint8_t *p;

	switch (gen_below(g, 8)) {
	case 0:
		return VALUE_OF_NULL;
	case 1:
		return value_bool(gen_below(g, 2));
	case 2:
		return value_date(ints[gen_below(g, 7)]);
	case 3:
		return value_text(bytes_str("Trường Mầm non Tam Sơn"));
	case 4:
		p = arena_alloc(g->a, 33);
		gen_fill(g, p, 33);
		return value_bytes((struct bytes){ p, gen_below(g, 33) });
	case 5:
		return value_ref((struct ref){ gen_next(g), { gen_next(g), gen_next(g) } });
	case 6:
		return (struct value){ .kind = VALUE_ERASED };
	default:
		return value_int(ints[gen_below(g, 7)]);
	}
}

static uint64_t random_place(struct gen *g)
{
	return gen_below(g, 4) == 0 ? SEQ_PENDING : gen_below(g, 1000);
}

static void random_live(struct gen *g, struct record *r, size_t devices)
{
	uint32_t field = (uint32_t)gen_below(g, 3);
	size_t i;

	r->live_count = gen_below(g, devices > 10 ? 400 : 20);
	r->live = arena_array(g->a, r->live_count + 1, sizeof *r->live);
	for (i = 0; i < r->live_count; i++) {
		struct live *l = &r->live[i];

		field += (uint32_t)gen_below(g, 2) * (1 + (uint32_t)gen_below(g, 2000));
		l->field = field;
		l->device = 0xd000 + gen_below(g, devices);
		l->number = 1 + gen_below(g, 100000);
		l->seq = random_place(g);
		if (i > 0 && gen_below(g, 2)) {
			l->device = l[-1].device;
			l->number = l[-1].number + 1;
			l->seq = gen_below(g, 4) ? l[-1].seq : random_place(g);
		}
		if (gen_below(g, 4) == 0)
			l->element = gen_below(g, 2) ? value_int((int64_t)gen_below(g, 9)) :
						       value_text(bytes_str("en"));
		l->value = random_value(g);
		if (field == FIELD_EXISTENCE) {
			l->seen_seq = gen_below(g, 1000);
			l->seen_own = gen_below(g, 1000);
			l->seen_first = gen_below(g, 1000);
		}
	}
}

static struct record random_record(struct gen *g)
{
	size_t devices = gen_below(g, 10) == 0 ? 400 : 1 + gen_below(g, 4), i;
	struct record r = { .id = { 0xd000, 1 + gen_below(g, 1000) }, .type = 100 };

	r.root = r.id;
	if (gen_below(g, 3) == 0) {
		r.list = 1006;
		r.parent = (struct rid){ 0xd001, gen_below(g, 1000) };
		r.root = (struct rid){ 0xd000 + gen_below(g, devices), 5 };
	}
	if (gen_below(g, 2)) {
		r.state = 1 + (int64_t)gen_below(g, 4);
		r.state_op = (struct touch){ 0xd000, gen_below(g, 50), random_place(g) };
	}
	r.touch_count = gen_below(g, devices + 1);
	r.touches = arena_array(g->a, r.touch_count + 1, sizeof *r.touches);
	for (i = 0; i < r.touch_count; i++)
		r.touches[i] = (struct touch){ 0xd000 + i, gen_below(g, 5000), random_place(g) };
	r.row_count = gen_below(g, 3);
	r.rows = arena_array(g->a, r.row_count + 1, sizeof *r.rows);
	for (i = 0; i < r.row_count; i++)
		r.rows[i] = (struct row_count){ 1006 + (uint32_t)i, gen_below(g, 300) };
	random_live(g, &r, devices);
	return r;
}

static bool same_value(const struct value *x, const struct value *y)
{
	/* An erased value equals nothing; here it is enough that it is one. */
	return x->kind == y->kind && (x->kind == VALUE_ERASED || value_equal(x, y));
}

static void expect_same(const struct record *x, const struct record *y)
{
	size_t i;

	assert_true(rid_equal(x->id, y->id) && rid_equal(x->parent, y->parent));
	assert_true(rid_equal(x->root, y->root));
	assert_int_equal(x->type, y->type);
	assert_int_equal(x->list, y->list);
	assert_int_equal(x->state, y->state);
	assert_memory_equal(&x->state_op, &y->state_op, sizeof x->state_op);
	assert_int_equal(x->touch_count, y->touch_count);
	for (i = 0; i < x->touch_count; i++)
		assert_memory_equal(&x->touches[i], &y->touches[i], sizeof x->touches[i]);
	assert_int_equal(x->row_count, y->row_count);
	for (i = 0; i < x->row_count; i++) {
		assert_int_equal(x->rows[i].field, y->rows[i].field);
		assert_int_equal(x->rows[i].count, y->rows[i].count);
	}
	assert_int_equal(x->live_count, y->live_count);
	for (i = 0; i < x->live_count; i++) {
		const struct live *l = &x->live[i], *m = &y->live[i];

		assert_int_equal(l->field, m->field);
		assert_int_equal(l->device, m->device);
		assert_int_equal(l->number, m->number);
		assert_int_equal(l->seq, m->seq);
		assert_int_equal(l->seen_seq, m->seen_seq);
		assert_int_equal(l->seen_own, m->seen_own);
		assert_int_equal(l->seen_first, m->seen_first);
		assert_true(same_value(&l->element, &m->element));
		assert_true(same_value(&l->value, &m->value));
	}
}

static void a_record_comes_back(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= RECORDS; seed++) {
		struct arena a;
		struct gen g = gen_of(seed, &a);
		struct record r, back = { 0 };
		struct buf blob;
		struct bytes exact;

		arena_init(&a, (size_t)16 << 20);
		r = random_record(&g);
		buf_init(&blob, 1 << 20);
		record_put(&r, &blob);
		assert_false(blob.failed);
		exact = gen_exact(buf_view(&blob));
		back.id = r.id;
		assert_int_equal(record_take(exact, &a, &back, NULL), 0);
		expect_same(&r, &back);
		gen_free(exact);
		buf_release(&blob);
		arena_release(&a);
	}
}

static void a_copy_is_its_own(void **state)
{
	struct arena a;
	struct gen g = gen_of(77, &a);
	struct record r, copy;
	size_t i;

	(void)state;
	arena_init(&a, (size_t)64 << 20);
	do
		r = random_record(&g);
	while (r.live_count < 3 || r.touch_count < 1 || r.row_count < 1);
	assert_int_equal(record_copy(&r, &a, &copy, NULL), 0);
	expect_same(&r, &copy);
	for (i = 0; i < copy.live_count; i++)
		copy.live[i].number = 0;
	copy.touches[0].number = 99999;
	copy.rows[0].count = 99999;
	assert_int_not_equal(r.live[2].number, 0);
	assert_int_not_equal(r.touches[0].number, 99999);
	assert_int_not_equal(r.rows[0].count, 99999);
	arena_release(&a);
}

static int take(struct bytes s)
{
	struct record r = { .id = { 1, 1 } };
	struct arena a;
	struct buf again;
	int code;

	arena_init(&a, (size_t)16 << 20);
	code = record_take(s, &a, &r, NULL);
	if (code == 0) {
		/* Whatever it is now, it can be looked at. */
		buf_init(&again, 1 << 20);
		record_put(&r, &again);
		record_conflicts(&r);
		record_deleted(&r);
		record_value(&r, 1001);
		record_rows(&r, 1006);
		buf_release(&again);
	}
	arena_release(&a);
	return code;
}

static void a_part_of_a_blob_is_none(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= FLIPPED; seed++) {
		struct arena a;
		struct gen g = gen_of(seed, &a);
		struct record r;
		struct buf blob;
		size_t n;

		arena_init(&a, (size_t)16 << 20);
		r = random_record(&g);
		buf_init(&blob, 1 << 20);
		record_put(&r, &blob);
		for (n = 0; n < blob.len; n += 1 + blob.len / 500) {
			struct bytes part = gen_exact((struct bytes){ blob.at, n });

			assert_int_equal(take(part), ERR_CORRUPT);
			gen_free(part);
		}
		buf_byte(&blob, 0);
		assert_int_equal(take(buf_view(&blob)), ERR_CORRUPT);
		buf_release(&blob);
		arena_release(&a);
	}
}

static void a_flipped_bit_does_no_harm(void **state)
{
	size_t refused = 0, taken = 0;
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= FLIPPED; seed++) {
		struct arena a;
		struct gen g = gen_of(seed, &a);
		struct record r;
		struct buf blob;
		struct bytes exact;
		size_t bit;

		arena_init(&a, (size_t)16 << 20);
		r = random_record(&g);
		buf_init(&blob, 1 << 20);
		record_put(&r, &blob);
		exact = gen_exact(buf_view(&blob));
		for (bit = 0; bit < exact.len * 8; bit += 1 + exact.len / 100) {
			uint8_t *at = (uint8_t *)(uintptr_t)exact.at + bit / 8;
			int code;

			*at ^= (uint8_t)(1 << bit % 8);
			code = take(exact);
			assert_true(code == 0 || code == ERR_CORRUPT);
			refused += code != 0;
			taken += code == 0;
			*at ^= (uint8_t)(1 << bit % 8);
		}
		gen_free(exact);
		buf_release(&blob);
		arena_release(&a);
	}
	assert_true(refused > 0 && taken > 0);
}

static void short_ids_are_ranges(void **state)
{
	const uint64_t id = record_short(31, (struct rid){ 0x1122334455667788, 9 });
	uint64_t low, high, before_low = 0, before_high = UINT64_MAX;
	char text[9];
	size_t n;

	(void)state;
	assert_true(id < (uint64_t)1 << 40);
	assert_true(id == record_short(31, (struct rid){ 0x1122334455667788, 9 }));
	assert_true(id != record_short(31, (struct rid){ 0x1122334455667788, 10 }));
	assert_true(id != record_short(32, (struct rid){ 0x1122334455667788, 9 }));
	record_short_text(id, text);
	assert_int_equal(strlen(text), 8);
	for (n = 1; n <= 8; n++) {
		assert_true(record_short_range((struct bytes){ (uint8_t *)text, n }, &low, &high));
		assert_true(low <= id && id <= high);
		assert_true(low >= before_low && high <= before_high);
		assert_true(high - low == ((uint64_t)1 << (40 - 5 * n)) - 1);
		before_low = low;
		before_high = high;
	}
	record_short_text(0, text);
	assert_string_equal(text, "00000000");
	record_short_text(((uint64_t)1 << 40) - 1, text);
	assert_string_equal(text, "zzzzzzzz");
}

static void short_ids_forgive_capitals_only(void **state)
{
	static const char *const wrong[] = { "", "il", "o0", "u", "abcdefghj", "a b", "á", "-1" };
	uint64_t low, high, low2, high2;
	size_t i;

	(void)state;
	assert_true(record_short_range(bytes_str("k7zq"), &low, &high));
	assert_true(record_short_range(bytes_str("K7Zq"), &low2, &high2));
	assert_true(low == low2 && high == high2);
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(record_short_range(bytes_str(wrong[i]), &low, &high));
	assert_false(record_short_range((struct bytes){ (const uint8_t *)"a\0", 2 }, &low, &high));
}

static void full_ids_come_back(void **state)
{
	const struct rid ids[] = { { 0, 0 }, { 1, 1 }, { UINT64_MAX, UINT64_MAX },
				   { 0x00ff00ff00ff00ff, 123456 } };
	const uint64_t streams[] = { 0, 31, UINT64_MAX };
	char text[64];
	size_t i, k;

	(void)state;
	for (i = 0; i < 4; i++)
		for (k = 0; k < 3; k++) {
			uint64_t stream = 7;
			struct rid id = { 8, 8 };

			record_full_text(streams[k], ids[i], text);
			assert_in_range(strlen(text), 1, 60);
			assert_true(record_full_parse(bytes_str(text), &stream, &id));
			assert_true(stream == streams[k] && rid_equal(id, ids[i]));
		}
	record_full_text(31, ids[3], text);
	assert_string_equal(text, "31.00ff00ff00ff00ff.123456");
}

static void full_ids_are_exact(void **state)
{
	static const char *const wrong[] = {
		"", "31", "31.", "31.ff", "31.ff.", "31..1", ".ff.1", "31.ff.1.", "31.ff.1 ",
		" 31.ff.1", "31. ff.1", "-1.ff.1", "31.-f.1", "31.ff.-1", "31.ff.+1", "31,ff,1",
		"31.00ff00ff00ff00ff0.1", "31.xx.1", "31.0xf.1",
		"31.00ff00ff00ff00ff.1111111111111111111111111111111111111111111111111"
	};
	uint64_t stream;
	struct rid id;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (record_full_parse(bytes_str(wrong[i]), &stream, &id))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_false(record_full_parse((struct bytes){ (const uint8_t *)"1.f.1\0x", 7 }, &stream,
				       &id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_comes_back),
		cmocka_unit_test(a_copy_is_its_own),
		cmocka_unit_test(a_part_of_a_blob_is_none),
		cmocka_unit_test(a_flipped_bit_does_no_harm),
		cmocka_unit_test(short_ids_are_ranges),
		cmocka_unit_test(short_ids_forgive_capitals_only),
		cmocka_unit_test(full_ids_come_back),
		cmocka_unit_test(full_ids_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
