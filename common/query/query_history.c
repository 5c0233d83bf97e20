/* Who did what to a record, op by op, from the log itself. Signatures are checked
 * anew: what is shown here is what the district can prove. */
#include "common/query/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/query/query_parts.h"
#include "common/text/sentence.h"

/* The records whose ops are told, and what has been told. */
struct history {
	struct query q;
	uint64_t stream;
	struct rid *ids;
	size_t count, cap;
	uint64_t *seqs;
	size_t seq_count, seq_cap;
	json_t *list;
};

/* One change set under way into the history. */
struct telling {
	const struct changeset *cs;
	const struct cert *cert;    /* NULL: not known */
	const struct verdict *verdicts;
	size_t verdict_count;
	uint64_t seq;               /* SEQ_PENDING */
	int64_t received;
	const char *signature;
};

static bool is_ours(const struct history *h, struct rid id)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (rid_equal(h->ids[i], id))
			return true;
	return false;
}

static int add_id(struct history *h, struct rid id)
{
	if (h->count == h->cap) {
		size_t cap = h->cap == 0 ? 32 : h->cap * 2;
		struct rid *more = arena_array(h->q.a, cap, sizeof *more);

		if (more == NULL)
			return err_set(h->q.e, ERR_NOMEM, "history");
		if (h->count > 0)
			memcpy(more, h->ids, h->count * sizeof *more);
		h->ids = more;
		h->cap = cap;
	}
	h->ids[h->count++] = id;
	return 0;
}

static int add_seqs(struct history *h, struct stmt *s)
{
	int code;

	while ((code = db_step(s, h->q.e)) == 1) {
		if (h->seq_count == h->seq_cap) {
			size_t cap = h->seq_cap == 0 ? 64 : h->seq_cap * 2;
			uint64_t *more = arena_array(h->q.a, cap, sizeof *more);

			if (more == NULL)
				return err_set(h->q.e, ERR_NOMEM, "history");
			if (h->seq_count > 0)
				memcpy(more, h->seqs, h->seq_count * sizeof *more);
			h->seqs = more;
			h->seq_cap = cap;
		}
		h->seqs[h->seq_count++] = (uint64_t)db_int(s, 0);
	}
	return code;
}

/* The positions to look at: those that touched one of the records, and those where
 * something was refused, for that leaves no touch. */
static int gather_seqs(struct history *h)
{
	struct stmt *s;
	size_t i;
	int code = 0;

	for (i = 0; i < h->count && code == 0; i++) {
		code = replica_touches(h->q.r, h->stream, h->ids[i], &s, h->q.e);
		if (code != 0)
			return code;
		code = add_seqs(h, s);
		db_done(s);
	}
	if (code == 0)
		code = db_query(h->q.r->db, h->q.e, &s, "SELECT DISTINCT seq FROM refused "
				"WHERE stream=$1", "u", h->stream);
	if (code == 0) {
		code = add_seqs(h, s);
		db_done(s);
	}
	return code;
}

static const char *kind_name(const struct op *op)
{
	static const char *const names[] = {
		[OP_CREATE] = "create", [OP_SET] = "set", [OP_DELETE] = "delete",
		[OP_UNDELETE] = "undelete", [OP_MOVE] = "move", [OP_SIGN] = "sign",
		[OP_ADOPT] = "adopt"
	};

	if (op->kind == OP_SET && op->element.kind != VALUE_NONE)
		return op->value.n != 0 ? "add" : "remove";
	return names[op->kind];
}

/* field, label, value, shown of a SET or of the list that a row joins. */
static void put_change(struct query *q, json_t *j, const struct op *op, const struct type *t)
{
	const struct field *f = t == NULL ? NULL : type_field(t, op->field);
	const struct value *v = op->element.kind != VALUE_NONE ? &op->element : &op->value;

	if (op->kind != OP_SET)
		return;
	if (f == NULL) {
		query_put(q, j, "field", json_integer(op->field));
		query_put(q, j, "value", query_value(NULL, v));
		return;
	}
	query_put(q, j, "field", json_string(f->code));
	query_put(q, j, "label", json_string(label_in(&f->label, q->o->lang)));
	query_put(q, j, "value", query_value_masked(q, f, v));
	query_put(q, j, "shown", query_shown_masked(q, f, v));
}

static void put_move(struct query *q, json_t *j, const struct op *op, const struct type *t)
{
	const struct state *st = t == NULL || t->workflow == NULL ? NULL :
				 workflow_state(t->workflow, op->value.n);

	if (op->kind != OP_MOVE)
		return;
	query_put(q, j, "value", st == NULL ? json_integer(op->value.n) : json_string(st->code));
	query_put(q, j, "shown", json_string(st == NULL ? "" : label_in(&st->label, q->o->lang)));
	if (op->element.kind == VALUE_TEXT)
		query_put(q, j, "remark", query_text(op->element.b));
}

static void put_signature(struct query *q, json_t *j, const struct op *op)
{
	char digest[2 * HASH_SIZE + 1];

	if (op->kind != OP_SIGN || op->value.b.len != HASH_SIZE)
		return;
	query_digest(op->value.b.at, HASH_SIZE, digest);
	query_put(q, j, "value", json_string(digest));
	/* As much as people compare. */
	query_digest(op->value.b.at, 8, digest);
	query_put(q, j, "shown", json_string(digest));
}

static void put_verdict(struct query *q, json_t *j, const struct telling *t,
			const struct op *op, const struct type *type)
{
	const struct verdict *v = verdict_on(t->verdicts, t->verdict_count, op->tx);
	struct buf text;

	query_put(q, j, "applied", json_boolean(v == NULL));
	query_put(q, j, "verdict", v == NULL ? json_null() : json_string(err_name(v->code)));
	if (v == NULL)
		return;
	buf_init(&text, 8192);
	query_verdict(q, v, type, query_signs(t->cs, &t->cs->tx[op->tx]), &text);
	query_put(q, j, "sentence", query_text(buf_view(&text)));
	buf_release(&text);
}

static void put_author(struct query *q, json_t *j, const struct telling *t,
		       const struct transaction *tx)
{
	const struct role *role = t->cert == NULL ? NULL :
				  schema_role(q->schema, t->cert->role);
	char device[24], seen[48];

	snprintf(device, sizeof device, "%016" PRIx64, t->cs->device);
	snprintf(seen, sizeof seen, "%" PRIu64 "+%" PRIu64, tx->seen_seq, tx->seen_own);
	query_put(q, j, "received", t->seq == SEQ_PENDING ? json_null() :
							    json_integer(t->received));
	query_put(q, j, "save", json_integer((json_int_t)tx->first_op));
	query_put(q, j, "time", json_integer(tx->time));
	query_put(q, j, "author",
		  query_text(query_author(q, t->cs->stream, t->cs->device, tx->author)));
	query_put(q, j, "device", json_string(device));
	query_put(q, j, "role", role == NULL ? json_null() : json_string(role->code));
	query_put(q, j, "role_label",
		  json_string(role == NULL ? "" : label_in(&role->label, q->o->lang)));
	query_put(q, j, "seen", json_string(seen));
}

static void tell_op(struct history *h, const struct telling *t, const struct op *op)
{
	struct query *q = &h->q;
	const struct type *type = schema_type(q->schema, op->type);
	json_t *j = json_object();

	query_put(q, j, "seq", t->seq == SEQ_PENDING ? json_null() :
						       json_integer((json_int_t)t->seq));
	query_put(q, j, "op", json_integer((json_int_t)op->number));
	query_put(q, j, "record", query_full(h->stream, op->record));
	query_put(q, j, "type", type == NULL ? json_integer(op->type) : json_string(type->code));
	query_put(q, j, "type_label",
		  json_string(type == NULL ? "" : label_in(&type->label, q->o->lang)));
	put_author(q, j, t, &t->cs->tx[op->tx]);
	query_put(q, j, "kind", json_string(kind_name(op)));
	put_change(q, j, op, type);
	put_move(q, j, op, type);
	put_signature(q, j, op);
	put_verdict(q, j, t, op, type);
	query_put(q, j, "signature", json_string(t->signature));
	query_add(q, h->list, j);
}

static int tell(struct history *h, const struct telling *t)
{
	size_t i;
	int code = 0;

	for (i = 0; i < t->cs->op_count && code == 0; i++) {
		const struct op *op = &t->cs->ops[i];

		/* A row that was refused hangs on no record, only on its parent. */
		if (op->kind == OP_CREATE && is_ours(h, op->parent) &&
		    !is_ours(h, op->record))
			code = add_id(h, op->record);
		if (code == 0 && is_ours(h, op->record))
			tell_op(h, t, op);
	}
	return code;
}

/* The hash that a device's change set before this one had. */
static int hash_before(struct history *h, uint64_t device, uint64_t device_seq,
		       uint8_t out[HASH_SIZE])
{
	struct stmt *s;
	int code;

	memset(out, 0, HASH_SIZE);
	if (device_seq <= 1)
		return 0;
	code = db_query(h->q.r->db, h->q.e, &s, "SELECT hash FROM item WHERE stream=$1 AND "
			"device=$2 AND device_seq=$3", "uuu", h->stream, device,
			device_seq - 1);
	if (code != 0)
		return code;
	code = db_step(s, h->q.e);
	if (code == 1 && db_bytes(s, 0).len == HASH_SIZE)
		memcpy(out, db_bytes(s, 0).at, HASH_SIZE);
	db_done(s);
	return code < 0 ? code : 0;
}

static int tell_item(struct history *h, uint64_t seq)
{
	struct query *q = &h->q;
	struct logged item;
	struct opened opened;
	struct cert cert;
	struct telling t = { .seq = seq };
	uint8_t prev[HASH_SIZE];
	uint64_t device;
	int code = replica_item(q->r, h->stream, seq, q->a, &item, q->e);

	if (code != 0)
		return code;
	device = item.opened.cs.device;
	code = hash_before(h, device, item.opened.cs.seq, prev);
	if (code != 0)
		return code;
	t.signature = replica_open_object(q->r, item.opened.object, device, prev, q->a, &opened,
					  NULL) == 0 &&
				      memcmp(opened.hash, item.opened.hash, HASH_SIZE) == 0 ?
			      "ok" : "bad";
	if (replica_cert(q->r, h->stream, device, &cert, NULL) == 0)
		t.cert = &cert;
	t.cs = &item.opened.cs;
	t.verdicts = item.list;
	t.verdict_count = item.count;
	t.received = item.time;
	return item.opened.readable ? tell(h, &t) : 0;
}

static int tell_pending(void *arg, const struct changeset *cs, struct err *e)
{
	struct history *h = arg;
	struct cert cert;
	struct telling t = { .cs = cs, .seq = SEQ_PENDING, .signature = "local" };

	(void)e;
	if (replica_cert(h->q.r, h->stream, cs->device, &cert, NULL) == 0)
		t.cert = &cert;
	return tell(h, &t);
}

static int compare_seqs(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int tell_all(struct history *h)
{
	struct replica *r = h->q.r;
	size_t i;
	int code = gather_seqs(h);

	if (code == 0 && h->seq_count > 0)
		qsort(h->seqs, h->seq_count, sizeof *h->seqs, compare_seqs);
	for (i = 0; i < h->seq_count && code == 0; i++)
		if (i == 0 || h->seqs[i] != h->seqs[i - 1])
			code = tell_item(h, h->seqs[i]);
	if (code == 0 && r->pending != NULL)
		code = r->pending->each(r->pending->ctx, h->stream, h->q.a, tell_pending, h,
					h->q.e);
	return code;
}

/* A row's history is its own; a root's has that of its rows. */
static int gather_ids(struct history *h, struct rid id)
{
	struct family family;
	struct record rec;
	size_t i;
	int code = query_record(h->q.r, h->stream, id, h->q.a, &rec, h->q.e);

	if (code == 0)
		code = query_ask_reader(&h->q, h->stream, &rec);
	if (code == 0)
		code = add_id(h, id);
	if (code != 0 || rec.list != 0)
		return code;
	code = query_family(&h->q, h->stream, id, &family);
	for (i = 1; code == 0 && i < family.count; i++)
		code = add_id(h, family.list[i].id);
	return code;
}

int query_history(struct replica *r, uint64_t stream, struct rid id,
		  const struct query_options *o, json_t **out, struct err *e)
{
	struct history h = { .q = { .r = r, .o = o, .e = e }, .stream = stream };
	struct schema *schema;
	struct arena a;
	int code = replica_schema_now(r, &schema, e);

	if (code != 0)
		return code;
	arena_init(&a, QUERY_MEMORY);
	h.q.schema = schema;
	h.q.a = &a;
	h.list = json_array();
	code = gather_ids(&h, id);
	if (code == 0)
		code = tell_all(&h);
	code = query_finish(&h.q, code, h.list, out);
	arena_release(&a);
	return code;
}
