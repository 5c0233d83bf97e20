/* Merging: the rules case by case, then seeded histories against a reference that
 * compares every op with every other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/replica/merge.h"
#include "tests/lib/gen_changeset.h"

enum { HISTORIES = 300, OPS_MAX = 60, A = 0xa, B = 0xb, C = 0xc, FIELD = 7, OTHER = 9 };

static struct arena a;
static struct record r;

static int begin(void **state)
{
	(void)state;
	arena_init(&a, (size_t)64 << 20);
	r = (struct record){ .id = { A, 1 }, .root = { A, 1 }, .type = 100 };
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&a);
	return 0;
}

static void put(enum op_kind kind, uint32_t field, int64_t n, uint64_t number, struct seen s,
		uint64_t seq)
{
	struct op op = { .kind = kind, .field = field, .number = number, .value = value_int(n) };

	assert_int_equal(merge_op(&r, &op, &s, seq, &a, NULL), 0);
}

/* A set by a device that saw the stream up to `saw` and its own ops up to `own`. */
static void set(uint64_t device, uint64_t number, uint64_t seq, uint64_t saw, uint64_t own,
		int64_t n)
{
	put(OP_SET, FIELD, n, number, (struct seen){ device, saw, own, number, NULL, NULL, 0 }, seq);
}

static void expect_live(size_t count, ...)
{
	va_list ap;
	size_t i;

	assert_int_equal(r.live_count, count);
	va_start(ap, count);
	for (i = 0; i < count; i++)
		assert_int_equal(r.live[i].value.n, va_arg(ap, int));
	va_end(ap);
}

static void seen_is_stream_own_and_transaction(void **state)
{
	const struct seen s = { A, 5, 20, 30, NULL, NULL, 0 };

	(void)state;
	assert_true(seen_covers(&s, B, 1, 5));
	assert_false(seen_covers(&s, B, 1, 6));
	assert_true(seen_covers(&s, A, 20, 6));
	assert_true(seen_covers(&s, A, 20, SEQ_PENDING));
	assert_false(seen_covers(&s, A, 21, SEQ_PENDING));
	assert_false(seen_covers(&s, A, 29, 6));
	assert_true(seen_covers(&s, A, 30, SEQ_PENDING));
	assert_false(seen_covers(&s, B, 20, SEQ_PENDING));
}

static void what_was_seen_is_superseded(void **state)
{
	(void)state;
	set(A, 1, 1, 0, 0, 10);
	set(B, 1, 2, 1, 0, 20);
	expect_live(1, 20);
	assert_int_equal(record_conflicts(&r), 0);
}

static void what_was_not_seen_stays_live(void **state)
{
	(void)state;
	set(A, 1, 1, 0, 0, 10);
	set(B, 1, 2, 0, 0, 20);
	expect_live(2, 10, 20);
	assert_int_equal(record_conflicts(&r), 1);
	assert_int_equal(record_value(&r, FIELD).n, 10);
	/* Who saw both settles it. */
	set(C, 1, 3, 2, 0, 20);
	expect_live(1, 20);
	assert_int_equal(record_conflicts(&r), 0);
}

static void the_same_value_twice_is_no_conflict(void **state)
{
	(void)state;
	set(A, 1, 1, 0, 0, 10);
	set(B, 1, 2, 0, 0, 10);
	expect_live(2, 10, 10);
	assert_int_equal(record_conflicts(&r), 0);
	/* Superseding one of the two leaves the other. */
	set(C, 1, 3, 1, 0, 30);
	expect_live(2, 10, 30);
	assert_int_equal(record_conflicts(&r), 1);
}

static void own_ops_are_seen_by_number(void **state)
{
	(void)state;
	set(A, 1, SEQ_PENDING, 0, 0, 10);
	set(A, 2, SEQ_PENDING, 0, 1, 20);
	expect_live(1, 20);
	/* A second window, opened before op 2 was saved. */
	set(A, 3, SEQ_PENDING, 0, 1, 30);
	expect_live(2, 20, 30);
}

static void an_own_transaction_sees_itself(void **state)
{
	const struct seen s = { A, 0, 0, 1, NULL, NULL, 0 };

	(void)state;
	put(OP_SET, FIELD, 10, 1, s, 1);
	put(OP_SET, FIELD, 20, 2, s, 1);
	expect_live(1, 20);
}

static void cells_are_apart(void **state)
{
	struct op op = { .kind = OP_SET, .field = FIELD, .value = value_bool(true) };
	const struct seen s = { A, 0, 0, 1, NULL, NULL, 0 };

	(void)state;
	for (op.number = 1; op.number <= 3; op.number++) {
		op.element = value_int(4 - (int64_t)op.number);
		assert_int_equal(merge_op(&r, &op, &s, 1, &a, NULL), 0);
	}
	op.number = 4;
	op.field = OTHER;
	op.element = VALUE_OF_NONE;
	assert_int_equal(merge_op(&r, &op, &s, 1, &a, NULL), 0);
	op.number = 5;
	op.field = FIELD - 1;
	assert_int_equal(merge_op(&r, &op, &s, 1, &a, NULL), 0);
	assert_int_equal(r.live_count, 5);
	assert_int_equal(r.live[0].field, FIELD - 1);
	assert_int_equal(r.live[1].element.n, 1);
	assert_int_equal(r.live[2].element.n, 2);
	assert_int_equal(r.live[3].element.n, 3);
	assert_int_equal(r.live[4].field, OTHER);
	assert_int_equal(record_conflicts(&r), 0);
	/* Taking out member 2, seen: only its cell changes. */
	op = (struct op){ .kind = OP_SET, .field = FIELD, .number = 6, .element = value_int(2),
			  .value = value_bool(false) };
	assert_int_equal(merge_op(&r, &op, &(struct seen){ B, 1, 0, 6, NULL, NULL, 0 }, 2, &a, NULL), 0);
	assert_int_equal(r.live_count, 5);
	assert_int_equal(r.live[2].value.n, 0);
	assert_int_equal(r.live[2].device, B);
}

static void a_deletion_that_saw_all_is_no_conflict(void **state)
{
	(void)state;
	set(A, 1, 1, 0, 0, 10);
	assert_false(record_deleted(&r));
	put(OP_DELETE, 0, 0, 1, (struct seen){ B, 1, 0, 1, NULL, NULL, 0 }, 2);
	assert_true(record_deleted(&r));
	assert_int_equal(record_conflicts(&r), 0);
	put(OP_UNDELETE, 0, 0, 2, (struct seen){ A, 2, 1, 2, NULL, NULL, 0 }, 3);
	assert_false(record_deleted(&r));
	assert_int_equal(record_value(&r, FIELD).n, 10);
}

static void a_deletion_beside_an_edit_is_a_conflict(void **state)
{
	(void)state;
	set(A, 1, 1, 0, 0, 10);
	put(OP_DELETE, 0, 0, 1, (struct seen){ B, 1, 0, 1, NULL, NULL, 0 }, 2);
	/* Made without knowing of it. */
	set(A, 2, 3, 1, 1, 20);
	assert_true(record_deleted(&r));
	assert_int_equal(record_conflicts(&r), 1);
	assert_false(record_deletion_saw(record_live(&r, FIELD_EXISTENCE),
					 record_live(&r, FIELD)));
	/* Deleted again, with that in view: settled. */
	put(OP_DELETE, 0, 0, 2, (struct seen){ B, 3, 1, 2, NULL, NULL, 0 }, 4);
	assert_int_equal(record_conflicts(&r), 0);
	assert_true(record_deleted(&r));
}

static void a_deletion_and_an_undeletion_that_missed_each_other(void **state)
{
	(void)state;
	set(A, 1, 1, 0, 0, 10);
	put(OP_DELETE, 0, 0, 1, (struct seen){ B, 1, 0, 1, NULL, NULL, 0 }, 2);
	put(OP_UNDELETE, 0, 0, 1, (struct seen){ C, 1, 0, 1, NULL, NULL, 0 }, 3);
	/* Nothing but an undeletion that saw it brings a record back. */
	assert_true(record_deleted(&r));
	put(OP_UNDELETE, 0, 0, 2, (struct seen){ C, 2, 1, 2, NULL, NULL, 0 }, 4);
	assert_false(record_deleted(&r));
}

static void a_devices_later_edit_was_not_seen_by_its_deletion(void **state)
{
	struct live d = { .device = A, .number = 5, .seen_seq = 1, .seen_own = 4, .seen_first = 5 };
	struct live l = { .device = A, .number = 6, .seq = 3 };

	(void)state;
	assert_false(record_deletion_saw(&d, &l));
	l.number = 4;
	assert_true(record_deletion_saw(&d, &l));
	l = (struct live){ .device = B, .number = 9, .seq = 1 };
	assert_true(record_deletion_saw(&d, &l));
	l.seq = 2;
	assert_false(record_deletion_saw(&d, &l));
}

static void a_pending_move_stands_after_what_arrives(void **state)
{
	(void)state;
	put(OP_MOVE, 0, 2, 5, (struct seen){ A, 1, 4, 5, NULL, NULL, 0 }, SEQ_PENDING);
	put(OP_MOVE, 0, 3, 1, (struct seen){ B, 1, 0, 1, NULL, NULL, 0 }, 2);
	assert_int_equal(r.state, 2);
	merge_confirm(&r, A, 5, 5, 3);
	assert_int_equal(r.state_op.seq, 3);
	put(OP_MOVE, 0, 4, 2, (struct seen){ B, 3, 1, 2, NULL, NULL, 0 }, 4);
	assert_int_equal(r.state, 4);
}

static void all_seen_looks_at_every_device(void **state)
{
	(void)state;
	set(A, 1, 1, 0, 0, 10);
	set(B, 1, 2, 0, 0, 20);
	set(A, 2, 3, 1, 1, 30);
	assert_true(merge_all_seen(&r, &(struct seen){ C, 3, 0, 1, NULL, NULL, 0 }));
	assert_false(merge_all_seen(&r, &(struct seen){ C, 2, 0, 1, NULL, NULL, 0 }));
	assert_true(merge_all_seen(&r, &(struct seen){ A, 2, 2, 3, NULL, NULL, 0 }));
	assert_false(merge_all_seen(&r, &(struct seen){ A, 1, 2, 3, NULL, NULL, 0 }));
	assert_false(merge_all_seen(&r, &(struct seen){ A, 2, 1, 3, NULL, NULL, 0 }));
	/* A row's op counts for its root. */
	assert_int_equal(merge_touch(&r, C, 1, 4, &a, NULL), 0);
	assert_false(merge_all_seen(&r, &(struct seen){ A, 3, 2, 3, NULL, NULL, 0 }));
	assert_int_equal(r.touch_count, 3);
	/* One that comes again later does not hide a newer one. */
	assert_int_equal(merge_touch(&r, A, 1, 1, &a, NULL), 0);
	assert_false(merge_all_seen(&r, &(struct seen){ C, 2, 1, 2, NULL, NULL, 0 }));
	assert_true(merge_all_seen(&r, &(struct seen){ C, 3, 1, 2, NULL, NULL, 0 }));
}

static void only_the_confirmed_ops_get_their_place(void **state)
{
	(void)state;
	set(A, 1, SEQ_PENDING, 0, 0, 10);
	put(OP_SET, OTHER, 20, 2, (struct seen){ A, 0, 1, 2, NULL, NULL, 0 }, SEQ_PENDING);
	set(B, 1, 1, 0, 0, 30);
	expect_live(3, 30, 10, 20);
	merge_confirm(&r, A, 1, 1, 2);
	assert_int_equal(r.live[0].seq, 1);
	assert_int_equal(r.live[1].seq, 2);
	assert_true(r.live[2].seq == SEQ_PENDING);
	assert_true(r.touches[0].seq == SEQ_PENDING);
	merge_confirm(&r, A, 2, 2, 3);
	assert_int_equal(r.live[2].seq, 3);
	assert_int_equal(r.touches[0].seq, 3);
}

static void rows_are_counted_by_list(void **state)
{
	(void)state;
	assert_int_equal(merge_count_row(&r, 20, 1, &a, NULL), 0);
	assert_int_equal(merge_count_row(&r, 10, 1, &a, NULL), 0);
	assert_int_equal(merge_count_row(&r, 20, 1, &a, NULL), 0);
	assert_int_equal(merge_count_row(&r, 10, -1, &a, NULL), 0);
	assert_int_equal(record_rows(&r, 20), 2);
	assert_int_equal(record_rows(&r, 10), 0);
	assert_int_equal(record_rows(&r, 30), 0);
	assert_int_equal(r.rows[0].field, 10);
}

/* An op of a history, in stream order. */
struct event {
	struct op op;
	struct seen seen;
	uint64_t seq;
	bool live;
};

struct history {
	struct event list[OPS_MAX + 8];
	size_t count;
};

static struct op random_op(struct gen *g, uint64_t number)
{
	struct op op = { .kind = OP_SET, .number = number,
			 .field = 1 + (uint32_t)gen_below(g, 3) };

	op.value = value_int((int64_t)gen_below(g, 3));
	if (op.field == 3) {
		op.element = gen_below(g, 2) ? value_int((int64_t)gen_below(g, 2)) :
					       value_text(bytes_str("x"));
		op.value = value_bool(gen_below(g, 2));
	}
	if (gen_below(g, 8) == 0) {
		op.kind = gen_below(g, 2) ? OP_DELETE : OP_UNDELETE;
		op.field = FIELD_EXISTENCE;
		op.element = VALUE_OF_NONE;
	}
	return op;
}

/* Transactions of three devices; some share a place, as those of one change set. */
static void make_history(struct gen *g, struct history *h)
{
	uint64_t last[3] = { 0 }, seq = 0, device = 0;
	size_t n = 1 + gen_below(g, OPS_MAX), i;

	h->count = 0;
	while (h->count < n) {
		struct seen s;
		size_t ops = 1 + gen_below(g, 4);

		if (seq == 0 || gen_below(g, 3) > 0) {
			seq++;
			device = gen_below(g, 3);
		}
		s = (struct seen){ A + device, gen_below(g, 3) ? seq - 1 : gen_below(g, seq),
				   last[device], last[device] + 1, NULL, NULL, 0 };
		if (gen_below(g, 4) == 0)
			s.own = gen_below(g, last[device] + 1);
		for (i = 0; i < ops; i++)
			h->list[h->count++] = (struct event){
				.op = random_op(g, ++last[device]), .seen = s, .seq = seq };
	}
}

static bool same_cell(const struct event *x, const struct event *y)
{
	return x->op.field == y->op.field && value_equal(&x->op.element, &y->op.element);
}

/* Live is what no later op of its cell has seen. */
static size_t refer(struct history *h)
{
	size_t i, k, live = 0;

	for (i = 0; i < h->count; i++) {
		struct event *o = &h->list[i];

		o->live = true;
		for (k = i + 1; k < h->count && o->live; k++)
			o->live = !(same_cell(o, &h->list[k]) &&
				    seen_covers(&h->list[k].seen, o->seen.device, o->op.number,
						o->seq));
		live += o->live;
	}
	return live;
}

static const struct event *find(const struct history *h, const struct live *l)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (h->list[i].seen.device == l->device && h->list[i].op.number == l->number)
			return &h->list[i];
	fail_msg("an op that nobody made");
	return NULL;
}

static void expect_reference(struct history *h)
{
	size_t i;

	assert_int_equal(r.live_count, refer(h));
	for (i = 0; i < r.live_count; i++) {
		const struct live *l = &r.live[i], *before = l - 1;
		const struct event *ev = find(h, l);

		assert_true(ev->live);
		assert_int_equal(ev->op.field, l->field);
		assert_int_equal(ev->seq, l->seq);
		assert_true(value_equal(&ev->op.element, &l->element));
		if (l->field == FIELD_EXISTENCE)
			assert_int_equal(l->value.n, ev->op.kind == OP_DELETE);
		else
			assert_true(value_equal(&ev->op.value, &l->value));
		if (i == 0)
			continue;
		assert_true(before->field <= l->field);
		if (same_cell(find(h, before), ev))
			assert_true(before->seq <= l->seq);
	}
}

static void apply(const struct event *ev, uint64_t seq)
{
	assert_int_equal(merge_op(&r, &ev->op, &ev->seen, seq, &a, NULL), 0);
}

static void a_history_is_the_same_as_its_reference(void **state)
{
	struct history h;
	uint64_t seed;
	size_t i;

	for (seed = 1; seed <= HISTORIES; seed++) {
		struct gen g = gen_of(seed, &a);

		begin(state);
		make_history(&g, &h);
		for (i = 0; i < h.count; i++)
			apply(&h.list[i], h.list[i].seq);
		expect_reference(&h);
		end(state);
	}
	begin(state);
}

/* The same history as device A lives it: its own ops are folded as they are saved,
 * and get their place when it comes. */
static void apply_as_author(const struct history *h)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (h->list[i].seen.device == A)
			apply(&h->list[i], SEQ_PENDING);
	for (i = 0; i < h->count; i++) {
		const struct event *ev = &h->list[i];

		if (ev->seen.device != A)
			apply(ev, ev->seq);
		else
			merge_confirm(&r, A, ev->op.number, ev->op.number, ev->seq);
	}
}

/* What A saves before it has anything of the others can't have seen them, and what
 * another device has seen of A is what stood in the stream. */
static void blind(struct history *h)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (h->list[i].seen.device == A)
			h->list[i].seen.seq = 0;
}

static void both_orders_of_arrival_end_alike(void **state)
{
	struct history h;
	struct buf once, again;
	uint64_t seed;
	size_t i, with_own = 0;

	buf_init(&once, 1 << 20);
	buf_init(&again, 1 << 20);
	for (seed = 1; seed <= HISTORIES; seed++) {
		struct gen g = gen_of(seed * 1000, &a);

		begin(state);
		make_history(&g, &h);
		blind(&h);
		for (i = 0; i < h.count; i++)
			apply(&h.list[i], h.list[i].seq);
		expect_reference(&h);
		record_put(&r, &once);
		with_own += r.live_count > 0 && r.touch_count == 3;
		end(state);
		begin(state);
		apply_as_author(&h);
		expect_reference(&h);
		record_put(&r, &again);
		assert_true(bytes_equal(buf_view(&once), buf_view(&again)));
		buf_clear(&once);
		buf_clear(&again);
		end(state);
	}
	assert_true(with_own > HISTORIES / 2);
	buf_release(&once);
	buf_release(&again);
	begin(state);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(seen_is_stream_own_and_transaction),
		T(what_was_seen_is_superseded),
		T(what_was_not_seen_stays_live),
		T(the_same_value_twice_is_no_conflict),
		T(own_ops_are_seen_by_number),
		T(an_own_transaction_sees_itself),
		T(cells_are_apart),
		T(a_deletion_that_saw_all_is_no_conflict),
		T(a_deletion_beside_an_edit_is_a_conflict),
		T(a_deletion_and_an_undeletion_that_missed_each_other),
		T(a_devices_later_edit_was_not_seen_by_its_deletion),
		T(a_pending_move_stands_after_what_arrives),
		T(all_seen_looks_at_every_device),
		T(only_the_confirmed_ops_get_their_place),
		T(rows_are_counted_by_list),
		T(a_history_is_the_same_as_its_reference),
		T(both_orders_of_arrival_end_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
