/* Reading layouts and shapes. */
#include "changeset_shapes_read.h"

#include "limits.h"

/* What all shapes of one type and lane are parts of. */
struct layout {
	uint32_t type;
	uint8_t lane;
	struct entry *entries;
	size_t count;
	size_t shapes;
};

enum { ENTRIES_MAX = 4 * LIMIT_CHANGESET_OPS };

struct reader {
	struct cursor *in;
	struct arena *a;
	struct column_table *columns;
	struct layout *layouts;
	size_t layout_count, entry_count;
	struct read_shape *shapes;
	struct layout **layout_of; /* of every shape */
	size_t shape_count;
	struct err *e;
};

static int bad(struct reader *r, int code, const char *what)
{
	return err_set(r->e, code, "%s", what);
}

/* Turns a failed cursor into an error. */
static int check(struct reader *r, const char *what)
{
	return r->in->failed ? bad(r, cursor_code(r->in), what) : 0;
}

static int make_entries(struct reader *r, size_t n, struct entry **out)
{
	r->entry_count += n;
	if (r->entry_count > ENTRIES_MAX)
		return bad(r, ERR_TOO_LARGE, "shapes");
	*out = arena_array(r->a, n + 1, sizeof **out);
	return *out == NULL ? bad(r, ERR_NOMEM, "shapes") : 0;
}

/* Gives the entry its column, if its kind has one. */
static int find_column(struct reader *r, uint8_t lane, struct entry *en)
{
	struct column like = { .kind = en->kind, .lane = lane, .removed = en->removed,
			       .field = en->field };
	int code;

	en->column = NO_COLUMN;
	if (wire_rank((enum wire_kind)en->kind) == NO_RANK)
		return 0;
	code = column_find(r->columns, r->a, &like, &en->column);
	return code == 0 ? 0 : bad(r, code, "columns");
}

static int get_entries(struct reader *r, struct layout *l)
{
	uint64_t field = 0;
	size_t i;
	int code;

	for (i = 0; i < l->count; i++) {
		struct entry *en = &l->entries[i];
		uint64_t word = cursor_varint(r->in);

		if (r->in->failed)
			break;
		field += word >> 4;
		if (field == 0 || field > UINT32_MAX)
			return bad(r, ERR_MALFORMED, "field");
		en->field = (uint32_t)field;
		en->kind = (uint8_t)(word & 15);
		if (en->kind == WIRE_MEMBER) {
			en->removed = cursor_byte(r->in);
			if (en->removed > 1)
				return bad(r, ERR_MALFORMED, "member");
		}
		code = find_column(r, l->lane, en);
		if (code != 0)
			return code;
	}
	return check(r, "layout");
}

static int get_layout(struct reader *r, struct layout *l)
{
	uint64_t word = cursor_varint(r->in);
	int code;

	if (word >> 2 > UINT32_MAX)
		return bad(r, ERR_MALFORMED, "layout");
	l->type = (uint32_t)(word >> 2);
	l->lane = word & 3;
	code = wire_count(r->in, ENTRIES_MAX, "layout", &l->count, r->e);
	if (code == 0)
		code = make_entries(r, l->count, &l->entries);
	return code == 0 ? get_entries(r, l) : code;
}

static int get_layouts(struct reader *r)
{
	int code = wire_count(r->in, LAYOUTS_MAX, "layouts", &r->layout_count, r->e);
	size_t i;

	if (code != 0)
		return code;
	r->layouts = arena_array(r->a, r->layout_count + 1, sizeof *r->layouts);
	if (r->layouts == NULL)
		return bad(r, ERR_NOMEM, "layouts");
	for (i = 0; i < r->layout_count && code == 0; i++)
		code = get_layout(r, &r->layouts[i]);
	return code;
}

/* Heads of all shapes, then the list fields of rows. */
static int get_heads(struct reader *r)
{
	size_t i;

	for (i = 0; i < r->shape_count; i++) {
		struct read_shape *s = &r->shapes[i];
		uint64_t word = cursor_varint(r->in);
		struct layout *l;

		if (r->in->failed)
			return check(r, "shapes");
		s->kind = (enum wire_group)(word & 7);
		if (word >> 3 >= r->layout_count)
			return bad(r, ERR_MALFORMED, "shape");
		l = &r->layouts[word >> 3];
		if (l->lane != wire_lane(s->kind))
			return bad(r, ERR_MALFORMED, "shape");
		l->shapes++;
		s->type = l->type;
		r->layout_of[i] = l;
	}
	for (i = 0; i < r->shape_count; i++) {
		uint64_t list = r->shapes[i].kind == GROUP_ROW ? cursor_varint(r->in) : 0;

		if (list > UINT32_MAX)
			return bad(r, ERR_MALFORMED, "shape");
		r->shapes[i].list = (uint32_t)list;
	}
	return check(r, "shapes");
}

/* A hash; perhaps why; perhaps that it is refused. */
static bool adopt_ok(const struct read_shape *s)
{
	const struct entry *en = s->entries;
	size_t i = 1;

	if (s->count < 1 || en[0].field != DIGEST || en[0].kind != WIRE_BYTES)
		return false;
	if (i < s->count && en[i].field == ADOPT_REMARK && en[i].kind == WIRE_TEXT)
		i++;
	if (i < s->count && en[i].field == ADOPT_REFUSED && en[i].kind == WIRE_TRUE)
		i++;
	return i == s->count;
}

/* What entries a group that is not made of fields may have. */
static bool pseudo_ok(const struct read_shape *s)
{
	const struct entry *en = s->entries;

	if (s->kind == GROUP_DELETE || s->kind == GROUP_UNDELETE)
		return s->count == 0;
	if (s->kind == GROUP_SIGN)
		return s->count == 1 && en[0].field == DIGEST && en[0].kind == WIRE_BYTES;
	if (s->kind == GROUP_ADOPT)
		return adopt_ok(s);
	if (s->count < 1 || s->count > 2 || en[0].field != MOVE_STATE || en[0].kind != WIRE_INT)
		return false;
	return s->count == 1 || (en[1].field == MOVE_REMARK && en[1].kind == WIRE_TEXT);
}

/* How many ops a group of the shape makes, and whether there is such a shape. */
static int count_ops(struct reader *r, struct read_shape *s)
{
	if (s->kind == GROUP_SET)
		s->ops = s->count;
	else
		s->ops = s->kind <= GROUP_ROW ? s->count + 1 : 1;
	if (s->ops > LIMIT_TX_OPS)
		return bad(r, ERR_TOO_LARGE, "shape");
	if ((s->kind > GROUP_ROW && !pseudo_ok(s)) || s->ops == 0)
		return bad(r, ERR_MALFORMED, "shape");
	return 0;
}

/* Copies the entries that the mask selects; its bytes stand step apart. Bytes and not
 * bits are walked: masks may be wide and empty. */
static int select_entries(struct reader *r, const struct layout *l, struct read_shape *s,
			  const uint8_t *mask, size_t step)
{
	size_t planes = (l->count + 7) / 8, i, n = 0;
	int code;

	for (i = 0; i < planes; i++)
		n += (size_t)__builtin_popcount(mask[i * step]);
	if (l->count % 8 != 0 && mask[(planes - 1) * step] >> l->count % 8 != 0)
		return bad(r, ERR_MALFORMED, "mask");
	code = make_entries(r, n, &s->entries);
	if (code != 0)
		return code;
	for (i = 0; i < planes; i++) {
		unsigned byte = mask[i * step];

		for (; byte != 0; byte &= byte - 1)
			s->entries[s->count++] = l->entries[i * 8 + (size_t)__builtin_ctz(byte)];
	}
	return count_ops(r, s);
}

/* A lone shape is its whole layout. */
static int take_whole(struct reader *r, const struct layout *l, struct read_shape *s)
{
	size_t i;
	int code = make_entries(r, l->count, &s->entries);

	if (code != 0)
		return code;
	for (i = 0; i < l->count; i++)
		s->entries[s->count++] = l->entries[i];
	return count_ops(r, s);
}

/* The masks of all shapes over one layout. */
static int get_masks(struct reader *r, const struct layout *l, struct read_shape **shapes)
{
	struct bytes masks;
	size_t i;
	int code = 0;

	if (l->shapes == 1)
		return take_whole(r, l, shapes[0]);
	masks = cursor_take(r->in, (l->count + 7) / 8 * l->shapes);
	if (r->in->failed)
		return check(r, "masks");
	for (i = 0; i < l->shapes && code == 0; i++)
		code = select_entries(r, l, shapes[i], masks.at + i, l->shapes);
	return code;
}

/* All shapes, layout by layout. */
static struct read_shape **sort_by_layout(struct reader *r)
{
	struct read_shape **sorted = arena_array(r->a, r->shape_count + 1, sizeof *sorted);
	size_t *at = arena_array(r->a, r->layout_count + 1, sizeof *at), i;

	if (sorted == NULL || at == NULL)
		return NULL;
	for (i = 1; i < r->layout_count; i++)
		at[i] = at[i - 1] + r->layouts[i - 1].shapes;
	for (i = 0; i < r->shape_count; i++)
		sorted[at[r->layout_of[i] - r->layouts]++] = &r->shapes[i];
	return sorted;
}

static int get_shapes(struct reader *r)
{
	int code = wire_count(r->in, SHAPES_MAX, "shapes", &r->shape_count, r->e);
	struct read_shape **sorted;
	size_t i;

	if (code != 0)
		return code;
	r->shapes = arena_array(r->a, r->shape_count + 1, sizeof *r->shapes);
	r->layout_of = arena_array(r->a, r->shape_count + 1, sizeof *r->layout_of);
	if (r->shapes == NULL || r->layout_of == NULL)
		return bad(r, ERR_NOMEM, "shapes");
	code = get_heads(r);
	if (code != 0)
		return code;
	sorted = sort_by_layout(r);
	if (sorted == NULL)
		return bad(r, ERR_NOMEM, "shapes");
	for (i = 0; i < r->layout_count && code == 0; i++) {
		code = get_masks(r, &r->layouts[i], sorted);
		sorted += r->layouts[i].shapes;
	}
	return code;
}

int shapes_read(struct cursor *in, struct arena *a, struct column_table *columns,
		struct read_shape **out, size_t *count, struct err *e)
{
	struct reader r = { .in = in, .a = a, .columns = columns, .e = e };
	int code = get_layouts(&r);

	if (code == 0)
		code = get_shapes(&r);
	if (code != 0)
		return code;
	*out = r.shapes;
	*count = r.shape_count;
	return 0;
}
