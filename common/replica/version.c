/* Folded records as bytes that have one form. */
#include "common/replica/version.h"

#include <stdlib.h>

#include "protocol/cbor.h"
#include "protocol/limits.h"

/* Marks of values that CBOR has no kind for (as in snapshots). */
enum { MARK_DATE = 0, MARK_REF = 1, MARK_PERSONAL = 4 };

static void put_device(struct buf *b, uint64_t device)
{
	uint8_t id[8];
	int i;

	for (i = 7; i >= 0; i--, device >>= 8)
		id[i] = (uint8_t)device;
	cbor_put_bytes(b, BYTES_OF(id));
}

static void put_op(struct buf *b, uint64_t device, uint64_t number)
{
	cbor_put_array(b, 2);
	put_device(b, device);
	cbor_put_uint(b, number);
}

static void put_value(struct buf *b, const struct value *v)
{
	switch (v->kind) {
	case VALUE_BOOL:
		cbor_put_bool(b, v->n != 0);
		return;
	case VALUE_INT:
		cbor_put_int(b, v->n);
		return;
	case VALUE_TEXT:
		cbor_put_text(b, v->b);
		return;
	case VALUE_BYTES:
		cbor_put_bytes(b, v->b);
		return;
	case VALUE_DATE:
		cbor_put_array(b, 2);
		cbor_put_uint(b, MARK_DATE);
		cbor_put_int(b, v->n);
		return;
	case VALUE_REF:
		cbor_put_array(b, 4);
		cbor_put_uint(b, MARK_REF);
		cbor_put_uint(b, v->ref.stream);
		put_device(b, v->ref.record.device);
		cbor_put_uint(b, v->ref.record.op);
		return;
	default:
		/* Nulls are left out, and only personal values can be erased. */
		cbor_put_null(b);
	}
}

/* Whether the cell that begins with this op holds something: a value, or a member. */
static bool holds(const struct live *l)
{
	if (l->field == FIELD_EXISTENCE || l->value.kind == VALUE_NULL)
		return false;
	return l->element.kind == VALUE_NONE || l->value.n != 0;
}

static void put_cell(struct buf *b, const struct type *t, const struct live *l)
{
	const struct field *f = t == NULL ? NULL : type_field(t, l->field);
	bool personal = l->value.kind == VALUE_ERASED ||
			(f != NULL && f->personal && l->value.kind == VALUE_TEXT);

	cbor_put_array(b, 2);
	cbor_put_uint(b, l->field);
	if (personal) {
		cbor_put_array(b, 3);
		cbor_put_uint(b, MARK_PERSONAL);
		put_device(b, l->device);
		cbor_put_uint(b, l->number);
	} else {
		put_value(b, l->element.kind == VALUE_NONE ? &l->value : &l->element);
	}
}

bool version_has(const struct type *root, uint32_t field)
{
	const struct field *f = root == NULL ? NULL : type_field(root, field);

	return f == NULL || f->by == 0;
}

/* Whether the cell that begins at live[at] counts. */
static bool counts(const struct type *t, const struct record *r, size_t at)
{
	return holds(&r->live[at]) && (r->list != 0 || version_has(t, r->live[at].field));
}

static void put_record(struct buf *b, const struct schema *s, const struct record *r)
{
	const struct type *t = schema_type(s, r->type);
	size_t i, n = 0;

	for (i = 0; i < r->live_count; i += record_cell(r, i))
		n += counts(t, r, i);
	cbor_put_array(b, 5);
	put_op(b, r->id.device, r->id.op);
	cbor_put_uint(b, r->type);
	cbor_put_uint(b, r->list);
	if (r->list == 0)
		cbor_put_null(b);
	else
		put_op(b, r->parent.device, r->parent.op);
	cbor_put_array(b, n);
	for (i = 0; i < r->live_count; i += record_cell(r, i))
		if (counts(t, r, i))
			put_cell(b, t, &r->live[i]);
}

static int by_id(const void *x, const void *y)
{
	const struct record *a = *(const struct record *const *)x;
	const struct record *b = *(const struct record *const *)y;

	if (a->id.device != b->id.device)
		return a->id.device < b->id.device ? -1 : 1;
	return a->id.op < b->id.op ? -1 : a->id.op > b->id.op;
}

/* Whether a row is there, as people see it: it and all above it are not deleted. And
 * whether the list of the root that it hangs below is part of what is signed. */
static bool row_counts(const struct type *type, const struct record *root,
		       const struct record **rows, size_t count, const struct record *row)
{
	size_t depth;

	for (depth = 0; depth <= count && !record_deleted(row); depth++) {
		struct record above = { .id = row->parent };
		const struct record *key = &above, **found;

		if (rid_equal(row->parent, root->id))
			return version_has(type, row->list);
		found = bsearch(&key, rows, count, sizeof(struct record *), by_id);
		if (found == NULL)
			return false;
		row = *found;
	}
	return false;
}

int version_digest(const struct schema *s, const struct record *root, const struct touch *state,
		   const struct record **rows, size_t count, uint8_t out[HASH_SIZE],
		   struct err *e)
{
	const struct type *type = schema_type(s, root->type);
	struct bytes all;
	struct buf b;
	size_t i;
	bool failed;

	buf_init(&b, LIMIT_MEMORY);
	if (state->number == 0)
		cbor_put_null(&b);
	else
		put_op(&b, state->device, state->number);
	put_record(&b, s, root);
	if (count > 0)
		qsort(rows, count, sizeof(struct record *), by_id);
	for (i = 0; i < count; i++)
		if (row_counts(type, root, rows, count, rows[i]))
			put_record(&b, s, rows[i]);
	all = buf_view(&b);
	failed = b.failed;
	if (!failed)
		hash_parts(out, HASH_SIZE, HASH_VERSION, &all, 1);
	buf_release(&b);
	return failed ? err_set(e, ERR_NOMEM, "version") : 0;
}

/* The rows of a root, as they are met. */
struct gathering {
	struct arena *a;
	const struct record **list;
	size_t count, cap;
};

static int gather(void *arg, const struct record *row)
{
	struct gathering *g = arg;

	if (g->count == g->cap) {
		size_t cap = g->cap == 0 ? 32 : g->cap * 2, i;
		const struct record **more = arena_array(g->a, cap, sizeof(struct record *));

		if (more == NULL)
			return ERR_NOMEM;
		for (i = 0; i < g->count; i++)
			more[i] = g->list[i];
		g->list = more;
		g->cap = cap;
	}
	g->list[g->count++] = row;
	return 0;
}

int version_of(struct fold *f, const struct schema *s, const struct fold_entry *root,
	       uint8_t out[HASH_SIZE], struct err *e)
{
	struct gathering g = { .a = f->a };
	int code = fold_rows(f, root->stream, root->rec.id, gather, &g, e);

	if (code == ERR_NOMEM)
		return err_set(e, ERR_NOMEM, "version");
	return code != 0 ? code :
			   version_digest(s, &root->rec, &root->rec.state_op, g.list, g.count, out,
					  e);
}
