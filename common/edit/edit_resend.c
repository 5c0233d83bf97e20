/* A refused transaction, made anew.
 *
 * Its ops have numbers that are used up, and the ids of the records that it made
 * come from those numbers; so the records get new ids. What was refused later, for
 * want of them, names the old ids: `meta` remembers where they went. */
#include <stdio.h>
#include <string.h>

#include "common/edit/edit_parts.h"
#include "common/query/query.h"

struct resending {
	struct editing ed;
	const struct changeset *cs;
	const struct transaction *tx;
	struct rid about;              /* as it was */
	const struct assignment *list; /* corrections */
	size_t count;
	struct rid *from, *to;         /* records made anew */
	size_t renamed;
};

static void memory_key(uint64_t stream, struct rid id, char out[80])
{
	char text[64];

	record_full_text(stream, id, text);
	snprintf(out, 80, "resent:%s", text);
}

/* Where a record went: in this draft, in an earlier resending, or nowhere. */
static int follow(struct resending *w, struct rid *id)
{
	char key[80];
	struct buf b;
	uint64_t stream;
	struct rid to;
	size_t i;
	int code;

	for (i = 0; i < w->renamed; i++)
		if (rid_equal(w->from[i], *id)) {
			*id = w->to[i];
			return 0;
		}
	memory_key(w->ed.d->stream, *id, key);
	buf_init(&b, 128);
	code = replica_meta_get(w->ed.r->db, key, &b, w->ed.e);
	if (code == 1 && record_full_parse(buf_view(&b), &stream, &to))
		*id = to;
	buf_release(&b);
	return code < 0 ? code : 0;
}

static int make_record(struct resending *w, const struct op *op)
{
	struct rid parent = op->parent, id;
	char key[80], text[64];
	int code = 0;

	if (!rid_equal(parent, RID_NONE))
		code = follow(w, &parent);
	if (code != 0)
		return code;
	id = draft_create(w->ed.d, op->type, parent, op->field);
	w->from[w->renamed] = op->record;
	w->to[w->renamed++] = id;
	memory_key(w->ed.d->stream, op->record, key);
	record_full_text(w->ed.d->stream, id, text);
	return replica_meta_put(w->ed.r->db, key, bytes_str(text), w->ed.e);
}

static bool is_corrected(const struct resending *w, const struct op *op, const struct field *f)
{
	size_t i;

	for (i = 0; i < w->count && rid_equal(op->record, w->about); i++)
		if (bytes_equal(w->list[i].field, bytes_str(f->code)) &&
		    w->list[i].how == ASSIGN_SET)
			return true;
	return false;
}

static int set_again(struct resending *w, const struct op *op, struct rid id,
		     const struct type *t, const struct record *old)
{
	const struct field *f = type_field(t, op->field);
	struct value v = op->value;
	int code = 0;

	if (f == NULL)
		return err_set(w->ed.e, ERR_NO_FIELD, "%u", op->field);
	/* A leased number was of that key; the record gets one anew. */
	if (is_corrected(w, op, f) || (f->reg != NULL && f->reg->lease > 0))
		return 0;
	if (v.kind == VALUE_REF && v.ref.stream == w->ed.d->stream)
		code = follow(w, &v.ref.record);
	if (code != 0)
		return code;
	if (op->element.kind == VALUE_NONE)
		edit_put(&w->ed, t, id, old, f, &v);
	else
		edit_put_member(&w->ed, t, id, old, f, &op->element, v.n != 0);
	return 0;
}

/* Whether this very draft makes the record: then nothing of it is stored yet. */
static bool is_new(const struct resending *w, struct rid id)
{
	return id.device == w->ed.d->device && id.op >= w->ed.d->first;
}

/* One op on the record it is about now. Moves come last, when all is there. */
static int again(struct resending *w, const struct op *op)
{
	const struct type *t = schema_type(w->ed.s, op->type);
	struct rid id = op->record;
	struct record rec, *old = &rec;
	int code;

	if (t == NULL)
		return err_set(w->ed.e, ERR_NO_TYPE, "%u", op->type);
	if (op->kind == OP_CREATE)
		return make_record(w, op);
	code = follow(w, &id);
	if (code == 0)
		code = query_record(w->ed.r, w->ed.d->stream, id, w->ed.d->a, &rec, w->ed.e);
	if (code == ERR_NO_RECORD && is_new(w, id)) {
		old = NULL;
		code = 0;
	}
	/* Made by something else that was refused: that one must come first. */
	if (code == ERR_NO_RECORD && id.device == w->ed.d->device)
		code = err_set(w->ed.e, ERR_DEPENDS_ON, "%s", "");
	if (code != 0)
		return code;
	if (op->kind == OP_SET)
		code = set_again(w, op, id, t, old);
	else if (op->kind == OP_DELETE && (old == NULL || !record_deleted(old)))
		draft_delete(w->ed.d, op->type, id, false);
	else if (op->kind == OP_UNDELETE && old != NULL && record_deleted(old))
		draft_delete(w->ed.d, op->type, id, true);
	return code;
}

static int correct(struct resending *w, struct rid *about)
{
	const struct type *t = NULL;
	struct record rec, *old = &rec;
	size_t i;
	int code;

	*about = w->about;
	code = follow(w, about);
	for (i = 0; i < w->tx->op_count && t == NULL; i++)
		if (rid_equal(w->cs->ops[w->tx->op_at + i].record, w->about))
			t = schema_type(w->ed.s, w->cs->ops[w->tx->op_at + i].type);
	if (code != 0 || w->count == 0)
		return code;
	code = query_record(w->ed.r, w->ed.d->stream, *about, w->ed.d->a, &rec, w->ed.e);
	if (code == ERR_NO_RECORD && is_new(w, *about)) {
		old = NULL;
		code = 0;
	}
	if (code == 0 && t == NULL)
		code = err_set(w->ed.e, ERR_NO_TYPE, "?");
	return code != 0 ? code : edit_assign(&w->ed, t, *about, old, w->list, w->count);
}

static int resend_all(struct resending *w, struct rid *about)
{
	size_t i;
	int code = 0;

	w->from = arena_array(w->ed.d->a, w->tx->op_count + 1, sizeof *w->from);
	w->to = arena_array(w->ed.d->a, w->tx->op_count + 1, sizeof *w->to);
	if (w->from == NULL || w->to == NULL)
		return err_set(w->ed.e, ERR_NOMEM, "resend");
	for (i = 0; i < w->tx->op_count && code == 0; i++)
		code = again(w, &w->cs->ops[w->tx->op_at + i]);
	if (code == 0)
		code = correct(w, about);
	for (i = 0; i < w->tx->op_count && code == 0; i++) {
		const struct op *op = &w->cs->ops[w->tx->op_at + i];
		struct rid id = op->record;

		if (op->kind != OP_MOVE)
			continue;
		code = follow(w, &id);
		if (code == 0)
			draft_move(w->ed.d, op->type, id, op->value.n,
				   op->element.kind == VALUE_TEXT ? op->element.b :
								    BYTES_NONE);
	}
	return code;
}

int edit_resend(struct replica *r, const struct schema *s, struct draft *d, uint64_t seq,
		uint32_t tx, struct rid about, const struct assignment *list, size_t count,
		struct rid *out, struct err *e)
{
	struct transaction whole = { .op_at = 0 };
	struct resending w = { .ed = { r, s, d, e }, .about = about, .list = list,
			       .count = count };
	struct logged item;
	int code = replica_item(r, d->stream, seq, d->a, &item, e);

	if (code != 0)
		return code;
	w.cs = &item.opened.cs;
	if (!item.opened.readable || (tx != VERDICT_ALL && tx >= w.cs->tx_count))
		return err_set(e, ERR_UNREADABLE, "%llu/%u", (unsigned long long)seq, tx);
	whole.op_count = w.cs->op_count;
	w.tx = tx == VERDICT_ALL ? &whole : &w.cs->tx[tx];
	return resend_all(&w, out);
}
