/* Ops into records. */
#include "common/replica/merge.h"

#include <string.h>

/* Order of cells: field, then element. */
static int compare_place(const struct live *l, uint32_t field, const struct value *element)
{
	if (l->field != field)
		return l->field < field ? -1 : 1;
	if (l->element.kind != element->kind)
		return l->element.kind < element->kind ? -1 : 1;
	if (element->kind == VALUE_INT)
		return l->element.n < element->n ? -1 : l->element.n > element->n;
	if (element->kind == VALUE_TEXT)
		return bytes_compare(l->element.b, element->b);
	return 0;
}

static int insert(struct record *r, size_t at, const struct live *l, struct arena *a,
		  struct err *e)
{
	if (r->live_count == r->live_cap) {
		size_t cap = r->live_cap < 8 ? 16 : r->live_cap * 2;
		struct live *more = arena_array(a, cap, sizeof *more);

		if (more == NULL)
			return err_set(e, ERR_NOMEM, "record");
		if (r->live_count > 0)
			memcpy(more, r->live, r->live_count * sizeof *more);
		r->live = more;
		r->live_cap = cap;
	}
	memmove(r->live + at + 1, r->live + at, (r->live_count - at) * sizeof *r->live);
	r->live[at] = *l;
	r->live_count++;
	return 0;
}

/* First entry at or after the cell of l. */
static size_t find_cell(const struct record *r, const struct live *l)
{
	size_t low = 0, high = r->live_count;

	/* Creating a record sets its fields in order: mostly it goes to the end. */
	if (high > 0 && compare_place(&r->live[high - 1], l->field, &l->element) < 0)
		return high;
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (compare_place(&r->live[mid], l->field, &l->element) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Order in a cell: by position, then op number; two keys may stand in one item, where what one
 * has saved is carried by the other. What waits stands as it was saved. */
static bool is_older(const struct live *a, const struct live *b)
{
	if (a->seq != b->seq || a->seq == SEQ_PENDING)
		return a->seq < b->seq;
	return a->number != b->number ? a->number < b->number : a->device < b->device;
}

/* The new op takes out what it has seen in its cell and takes its place in
 * stream order among what is left. */
static int put_live(struct record *r, const struct live *l, const struct seen *s,
		    struct arena *a, struct err *e)
{
	size_t at = find_cell(r, l), end = at, kept = at, place;

	for (; end < r->live_count &&
	       compare_place(&r->live[end], l->field, &l->element) == 0; end++)
		if (!seen_covers(s, r->live[end].device, r->live[end].number, r->live[end].seq))
			r->live[kept++] = r->live[end];
	if (end < r->live_count)
		memmove(r->live + kept, r->live + end, (r->live_count - end) * sizeof *r->live);
	r->live_count -= end - kept;
	for (place = at; place < kept && !is_older(l, &r->live[place]); place++)
		;
	return insert(r, place, l, a, e);
}

static void set_state(struct record *r, const struct op *op, const struct seen *s, uint64_t seq)
{
	/* An own move that waits to be sent stands after what arrives meanwhile. */
	if (r->state_op.seq == SEQ_PENDING && seq != SEQ_PENDING && r->state_op.number != 0)
		return;
	r->state = op->value.n;
	r->state_op = (struct touch){ s->device, op->number, seq };
}

static void set_signature(struct record *r, const struct op *op, const struct seen *s,
			  uint64_t seq)
{
	struct record_signature *g = &r->signature;

	/* As with moves. */
	if (g->op.number != 0 && g->op.seq == SEQ_PENDING && seq != SEQ_PENDING)
		return;
	if (op->value.b.len != sizeof g->digest)
		return;
	g->op = (struct touch){ s->device, op->number, seq };
	g->state = (struct touch){ r->state_op.device, r->state_op.number, 0 };
	memcpy(g->digest, op->value.b.at, sizeof g->digest);
}

/* As one number: where others came between, rather too little. */
static uint64_t seen_bound(const struct seen *s)
{
	const struct seen_again *g = s->again;
	uint64_t bound;

	if (g == NULL)
		return s->seq;
	bound = g->unseen_count > 0 ? g->unseen[0] - 1 : g->top;
	return bound > g->base ? bound : s->seq;
}

/* The judge's own list is gone after the transaction. Steps behind which nothing was seen say
 * nothing, and not every replica knows of them as early. */
static int keep_forebears(struct live *l, const struct seen *s, struct arena *a, struct err *e)
{
	struct forebear *list;
	size_t i;

	if (s->before_count == 0)
		return 0;
	list = arena_array(a, s->before_count, sizeof *list);
	if (list == NULL)
		return err_set(e, ERR_NOMEM, "record");
	for (i = 0; i < s->before_count; i++)
		if (s->before[i].last > 0)
			list[l->seen_before_count++] = s->before[i];
	l->seen_before = list;
	return 0;
}

int merge_op(struct record *r, const struct op *op, const struct seen *seen, uint64_t seq,
	     struct arena *a, struct err *e)
{
	/* Own ops of the same transaction before this one count as seen. */
	struct seen s = *seen;
	struct live l = { .field = op->field, .element = op->element, .device = s.device,
			  .number = op->number, .seq = seq, .value = op->value };
	int code = merge_touch(r, s.device, op->number, seq, a, e);

	if (code != 0)
		return code;
	switch (op->kind) {
	case OP_SET:
		return put_live(r, &l, &s, a, e);
	case OP_DELETE:
	case OP_UNDELETE:
		l.field = FIELD_EXISTENCE;
		l.element = VALUE_OF_NONE;
		l.value = value_bool(op->kind == OP_DELETE);
		l.seen_seq = seen_bound(&s);
		l.seen_own = s.own;
		l.seen_first = s.first;
		code = keep_forebears(&l, &s, a, e);
		if (code != 0)
			return code;
		return put_live(r, &l, &s, a, e);
	case OP_MOVE:
		set_state(r, op, &s, seq);
		return 0;
	case OP_SIGN:
		set_signature(r, op, &s, seq);
		return 0;
	default:
		return 0;
	}
}

int merge_touch(struct record *r, uint64_t device, uint64_t number, uint64_t seq,
		struct arena *a, struct err *e)
{
	size_t i;

	/* By device, so that replicas which met them in another order agree. */
	for (i = 0; i < r->touch_count && r->touches[i].device < device; i++)
		;
	if (i == r->touch_count || r->touches[i].device != device) {
		if (r->touch_count == r->touch_cap) {
			size_t cap = r->touch_cap + 2;
			struct touch *more = arena_array(a, cap, sizeof *more);

			if (more == NULL)
				return err_set(e, ERR_NOMEM, "record");
			if (r->touch_count > 0)
				memcpy(more, r->touches, r->touch_count * sizeof *more);
			r->touches = more;
			r->touch_cap = cap;
		}
		memmove(r->touches + i + 1, r->touches + i,
			(r->touch_count - i) * sizeof *r->touches);
		r->touches[i] = (struct touch){ device, number, seq };
		r->touch_count++;
		return 0;
	}
	if (number > r->touches[i].number) {
		r->touches[i].number = number;
		r->touches[i].seq = seq;
	}
	return 0;
}

bool merge_all_seen(const struct record *r, const struct seen *s)
{
	size_t i;

	for (i = 0; i < r->touch_count; i++)
		if (!seen_covers(s, r->touches[i].device, r->touches[i].number,
				 r->touches[i].seq))
			return false;
	return true;
}

/* An op whose position has come to be known may stand before others of its cell now. */
static void sort_cells(struct record *r)
{
	size_t i, k;

	for (i = 1; i < r->live_count; i++)
		for (k = i; k > 0 && is_older(&r->live[k], &r->live[k - 1]) &&
			    compare_place(&r->live[k - 1], r->live[k].field,
					  &r->live[k].element) == 0; k--) {
			struct live earlier = r->live[k];

			r->live[k] = r->live[k - 1];
			r->live[k - 1] = earlier;
		}
}

void merge_confirm(struct record *r, uint64_t device, uint64_t first, uint64_t last,
		   uint64_t seq)
{
	size_t i;

	for (i = 0; i < r->live_count; i++)
		if (r->live[i].device == device && r->live[i].number >= first &&
		    r->live[i].number <= last)
			r->live[i].seq = seq;
	sort_cells(r);
	for (i = 0; i < r->touch_count; i++)
		if (r->touches[i].device == device && r->touches[i].number >= first &&
		    r->touches[i].number <= last)
			r->touches[i].seq = seq;
	if (r->state_op.device == device && r->state_op.number >= first &&
	    r->state_op.number <= last)
		r->state_op.seq = seq;
	if (r->signature.op.device == device && r->signature.op.number >= first &&
	    r->signature.op.number <= last)
		r->signature.op.seq = seq;
}

int merge_count_row(struct record *r, uint32_t list, int n, struct arena *a, struct err *e)
{
	size_t i;

	for (i = 0; i < r->row_count && r->rows[i].field < list; i++)
		;
	if (i == r->row_count || r->rows[i].field != list) {
		struct row_count *more = arena_array(a, r->row_count + 1, sizeof *more);

		if (more == NULL)
			return err_set(e, ERR_NOMEM, "record");
		if (r->row_count > 0) {
			memcpy(more, r->rows, i * sizeof *more);
			memcpy(more + i + 1, r->rows + i, (r->row_count - i) * sizeof *more);
		}
		more[i] = (struct row_count){ list, 0 };
		r->rows = more;
		r->row_count++;
	}
	r->rows[i].count += (uint64_t)(int64_t)n;
	return 0;
}
