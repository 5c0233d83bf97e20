/* What both directions of the change set format share. */
#include "changeset_wire.h"

#include <string.h>

uint8_t wire_rank(enum wire_kind kind)
{
	static const uint8_t rank[] = {
		[WIRE_NULL] = NO_RANK, [WIRE_FALSE] = NO_RANK, [WIRE_TRUE] = NO_RANK,
		[WIRE_INT] = 0, [WIRE_ADD] = 1, [WIRE_REMOVE] = 2, [WIRE_DATE] = 3,
		[WIRE_FAR] = 4, [WIRE_SCALED] = 5, [WIRE_REF] = 6, [WIRE_DIGITS] = 7,
		[WIRE_BYTES] = 8, [WIRE_MEMBER] = 9, [WIRE_TEXT] = 10,
		[WIRE_PDIGITS] = 11, [WIRE_PTEXT] = 12
	};

	return rank[kind];
}

int column_compare(const void *a, const void *b)
{
	const struct column *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->lane != y->lane)
		return x->lane < y->lane ? -1 : 1;
	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	return (int)x->removed - (int)y->removed;
}

static int table_grow(struct column_table *t, struct arena *a)
{
	size_t room = t->room == 0 ? 32 : t->room * 2;
	struct column *columns;
	uint16_t *order;

	if (t->count == COLUMNS_MAX)
		return ERR_TOO_LARGE;
	columns = arena_array(a, room, sizeof *columns);
	order = arena_array(a, room, sizeof *order);
	if (columns == NULL || order == NULL)
		return ERR_NOMEM;
	if (t->count > 0) {
		memcpy(columns, t->at, t->count * sizeof *columns);
		memcpy(order, t->order, t->count * sizeof *order);
	}
	t->at = columns;
	t->order = order;
	t->room = room;
	return 0;
}

/* What tells one column from another, as one number. */
static uint64_t column_key(const struct column *c)
{
	return (uint64_t)c->field << 24 | (uint64_t)c->kind << 16 | (uint64_t)c->lane << 8 |
	       c->removed;
}

/* Binary search and not a hash: who writes a change set chooses its fields, and
 * could choose them to fall into one bucket. */
int column_find(struct column_table *t, struct arena *a, const struct column *like,
		uint32_t *out)
{
	uint64_t key = column_key(like);
	size_t low = 0, high = t->count;
	int code;

	while (low < high) {
		size_t mid = (low + high) / 2;
		uint64_t other = column_key(&t->at[t->order[mid]]);

		if (other == key) {
			*out = t->order[mid];
			return 0;
		}
		if (other < key)
			low = mid + 1;
		else
			high = mid;
	}
	if (t->count == t->room) {
		code = table_grow(t, a);
		if (code != 0)
			return code;
	}
	memmove(t->order + low + 1, t->order + low, (t->count - low) * sizeof *t->order);
	t->order[low] = (uint16_t)t->count;
	t->at[t->count] = (struct column){ .rank = wire_rank((enum wire_kind)like->kind),
					   .kind = like->kind, .lane = like->lane,
					   .removed = like->removed, .field = like->field };
	*out = (uint32_t)t->count++;
	return 0;
}

int wire_count(struct cursor *in, size_t max, const char *what, size_t *out, struct err *e)
{
	uint64_t n = cursor_varint(in);

	if (in->failed)
		return err_set(e, cursor_code(in), "%s", what);
	if (n > max)
		return err_set(e, ERR_TOO_LARGE, "%s", what);
	if (n > cursor_left(in))
		return err_set(e, ERR_TRUNCATED, "%s", what);
	*out = (size_t)n;
	return 0;
}

unsigned wire_digits_width(unsigned n)
{
	/* Bytes of 10^n - 1. */
	static const uint8_t width[19] = { 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8,
					   8 };

	return n < sizeof width ? width[n] : 0;
}

int64_t wire_day(int64_t time)
{
	return time >= 0 ? time / 86400 : -((-time + 86399) / 86400);
}
