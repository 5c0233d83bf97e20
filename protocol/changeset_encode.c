/* Change set -> plain bytes.
 *
 * Ops are gathered into groups (one record, one kind of beginning, ascending
 * fields), each distinct group form becomes a shape that is written once
 * (changeset_shapes.c), and every value goes to the column of its field. Columns
 * of numbers come first and prose last, so that deflate's window meets like with
 * like. */
#include "changeset.h"

#include <stdlib.h>
#include <string.h>

#include "cbor.h"
#include "changeset_columns.h"
#include "changeset_shapes.h"
#include "changeset_wire.h"
#include "limits.h"

enum { MEMORY = LIMIT_MEMORY };

struct encoder {
	struct changeset *cs;
	struct arena arena;
	struct shape_table shapes;
	struct shape form;       /* of the group at hand */
	struct buf groups, heads, distances;
	struct device_table devices;
	struct column_table columns;
	size_t *group_count;     /* per transaction */
	struct err *e;
};

static bool all_digits(struct bytes s)
{
	size_t i;

	if (s.len < 4 || s.len > 18)
		return false;
	for (i = 0; i < s.len; i++)
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
	return true;
}

/* The wire kind of a SET's content, or -1 if the format can't say it. */
static int kind_of(const struct op *op)
{
	const struct value *v = &op->value;

	if (op->element.kind != VALUE_NONE) {
		if (v->kind != VALUE_BOOL)
			return -1;
		if (op->element.kind == VALUE_INT)
			return v->n ? WIRE_ADD : WIRE_REMOVE;
		return op->element.kind == VALUE_TEXT ? WIRE_MEMBER : -1;
	}
	switch (v->kind) {
	case VALUE_NULL:
		return WIRE_NULL;
	case VALUE_BOOL:
		return v->n ? WIRE_TRUE : WIRE_FALSE;
	case VALUE_INT:
		return v->n != 0 && v->n % 1000 == 0 ? WIRE_SCALED : WIRE_INT;
	case VALUE_DATE:
		return v->n >= WIRE_DATE0 && v->n <= WIRE_DATE0 + 0xffff ? WIRE_DATE : WIRE_FAR;
	case VALUE_TEXT:
		if (all_digits(v->b))
			return op->personal ? WIRE_PDIGITS : WIRE_DIGITS;
		return op->personal ? WIRE_PTEXT : WIRE_TEXT;
	case VALUE_BYTES:
		return WIRE_BYTES;
	case VALUE_REF:
		return WIRE_REF;
	default:
		return -1;
	}
}

/* Queues op at its column. */
static int column_add(struct encoder *n, uint8_t lane, int kind, uint8_t removed,
		      uint32_t field, struct op *op)
{
	struct column like = { .kind = (uint8_t)kind, .lane = lane, .removed = removed,
			       .field = field }, *c;
	uint32_t index;
	int code;

	if (wire_rank((enum wire_kind)kind) == NO_RANK)
		return 0;
	code = column_find(&n->columns, &n->arena, &like, &index);
	if (code != 0)
		return err_set(n->e, code, "columns");
	c = &n->columns.at[index];
	if (c->count == c->filled) {
		size_t cap = c->filled == 0 ? 8 : c->filled * 4;
		struct op **more = arena_array(&n->arena, cap, sizeof(struct op *));

		if (more == NULL)
			return err_set(n->e, ERR_NOMEM, "columns");
		if (c->count > 0)
			memcpy(more, c->ops, c->count * sizeof(struct op *));
		c->ops = more;
		c->filled = cap;
	}
	c->ops[c->count++] = op;
	return 0;
}

static bool rid_ok(struct rid r)
{
	return r.op > 0 && r.op <= WIRE_MAX;
}

/* Whether a text, bytes or reference can be said; limits and form. */
static int check_content(struct encoder *n, const struct value *v, size_t max, uint32_t field)
{
	if (v->kind == VALUE_REF && (v->ref.stream > WIRE_MAX || !rid_ok(v->ref.record)))
		return err_set(n->e, ERR_BAD_VALUE, "field %u", field);
	if (v->kind != VALUE_TEXT && v->kind != VALUE_BYTES)
		return 0;
	if (v->b.len > (v->kind == VALUE_TEXT ? max : LIMIT_BYTES))
		return err_set(n->e, ERR_TOO_LARGE, "field %u", field);
	/* A zero byte would end the text early and shift all that follow. */
	if (v->kind == VALUE_TEXT && !cbor_utf8_ok(v->b))
		return err_set(n->e, ERR_BAD_VALUE, "field %u", field);
	return 0;
}

/* One entry of a shape: field and kind; the value goes to its column. */
static int put_entry(struct encoder *n, struct op *op)
{
	bool set = op->element.kind != VALUE_NONE, hides = op->value.kind == VALUE_TEXT && !set;
	int kind = kind_of(op), code;
	uint8_t removed = 0;

	/* Only texts and nothing can be personal: the rest would stand in the
	 * payload, signed and for ever. */
	if (kind < 0 || op->field == 0 || (op->personal && !hides && kind != WIRE_NULL))
		return err_set(n->e, ERR_BAD_VALUE, "field %u", op->field);
	code = check_content(n, set ? &op->element : &op->value, LIMIT_TEXT, op->field);
	if (code != 0)
		return code;
	if (kind == WIRE_MEMBER)
		removed = op->value.n == 0;
	n->form.entries[n->form.count++] = wire_entry(op->field, kind, removed);
	return column_add(n, LANE_FIELD, kind, removed, op->field, op);
}

/* What entries of one group ascend by. */
static uint64_t sort_key(const struct op *op)
{
	int kind = kind_of(op);

	return wire_entry(op->field, kind < 0 ? 0 : kind,
			  kind == WIRE_MEMBER && op->value.n == 0);
}

/* How many ops from ops[0] on form one group (left of them are in the
 * transaction). */
static size_t group_length(const struct op *ops, size_t left)
{
	uint64_t last = 0;
	size_t n = 1;

	if (ops[0].kind == OP_SET)
		last = sort_key(&ops[0]);
	else if (ops[0].kind != OP_CREATE)
		return 1;
	while (n < left && ops[n].kind == OP_SET && rid_equal(ops[n].record, ops[0].record) &&
	       ops[n].type == ops[0].type && sort_key(&ops[n]) >= last) {
		last = sort_key(&ops[n]);
		n++;
	}
	return n;
}

static enum wire_group group_kind(const struct op *op)
{
	switch (op->kind) {
	case OP_CREATE:
		return rid_equal(op->parent, RID_NONE) ? GROUP_CREATE : GROUP_ROW;
	case OP_DELETE:
		return GROUP_DELETE;
	case OP_UNDELETE:
		return GROUP_UNDELETE;
	case OP_MOVE:
		return GROUP_MOVE;
	case OP_SIGN:
		return GROUP_SIGN;
	case OP_ADOPT:
		return GROUP_ADOPT;
	default:
		return GROUP_SET;
	}
}

/* A remark of a move, or why something is taken in. */
static int put_remark(struct encoder *n, uint8_t lane, uint32_t field, struct op *op)
{
	int code;

	if (op->element.kind == VALUE_NONE)
		return 0;
	if (op->element.kind != VALUE_TEXT)
		return err_set(n->e, ERR_BAD_VALUE, "remark");
	code = check_content(n, &op->element, LIMIT_REMARK, 0);
	if (code != 0)
		return code;
	n->form.entries[n->form.count++] = wire_entry(field, WIRE_TEXT, 0);
	return column_add(n, lane, WIRE_TEXT, 0, field, op);
}

static int put_digest(struct encoder *n, uint8_t lane, struct op *op)
{
	if (op->value.kind != VALUE_BYTES || op->value.b.len != HASH_SIZE)
		return err_set(n->e, ERR_BAD_VALUE, "digest");
	n->form.entries[n->form.count++] = wire_entry(DIGEST, WIRE_BYTES, 0);
	return column_add(n, lane, WIRE_BYTES, 0, DIGEST, op);
}

/* The entries of a group that is not made of fields. */
static int put_pseudo(struct encoder *n, enum wire_group kind, struct op *op)
{
	struct shape *form = &n->form;
	int code;

	if (kind == GROUP_DELETE || kind == GROUP_UNDELETE)
		return 0;
	if (kind == GROUP_SIGN)
		return put_digest(n, LANE_SIGN, op);
	if (kind == GROUP_ADOPT) {
		code = put_digest(n, LANE_ADOPT, op);
		if (code == 0)
			code = put_remark(n, LANE_ADOPT, ADOPT_REMARK, op);
		if (op->field != 0)
			form->entries[form->count++] = wire_entry(ADOPT_REFUSED, WIRE_TRUE, 0);
		return code;
	}
	if (op->value.kind != VALUE_INT)
		return err_set(n->e, ERR_BAD_VALUE, "move");
	form->entries[form->count++] = wire_entry(MOVE_STATE, WIRE_INT, 0);
	code = column_add(n, LANE_MOVE, WIRE_INT, 0, MOVE_STATE, op);
	return code != 0 ? code : put_remark(n, LANE_MOVE, MOVE_REMARK, op);
}

/* Whether the op names what its place and its group let a reader see. */
static bool target_ok(const struct encoder *n, const struct op *op, enum wire_group kind)
{
	struct rid own = { changeset_author(n->cs, &n->cs->tx[op->tx]), op->number };

	if (kind == GROUP_ROW)
		return rid_equal(op->record, own) && rid_ok(op->parent);
	if (kind == GROUP_CREATE)
		return rid_equal(op->record, own) && op->field == 0;
	return rid_ok(op->record);
}

static int put_group(struct encoder *n, struct op *ops, size_t count)
{
	enum wire_group kind = group_kind(ops);
	size_t start = kind == GROUP_SET ? 0 : 1, i;
	uint64_t index = 0;
	int code = 0;

	if (!target_ok(n, ops, kind))
		return err_set(n->e, ERR_BAD_VALUE, "record");
	n->form.kind = kind;
	n->form.type = ops->type;
	n->form.list = kind == GROUP_ROW ? ops->field : 0;
	n->form.count = 0;
	for (i = start; kind <= GROUP_ROW && i < count && code == 0; i++)
		code = put_entry(n, &ops[i]);
	if (kind > GROUP_ROW)
		code = put_pseudo(n, kind, ops);
	if (code == 0)
		code = shape_find(&n->shapes, &n->arena, &n->form, &index, n->e);
	if (code != 0)
		return code;
	buf_varint(&n->groups, index);
	if (kind == GROUP_ROW)
		rid_put(&n->devices, &n->heads, &n->distances, ops->parent, ops->number);
	else if (kind != GROUP_CREATE)
		rid_put(&n->devices, &n->heads, &n->distances, ops->record, ops->number);
	return 0;
}

static int gather(struct encoder *n)
{
	size_t t, i;
	int code = 0;

	/* Those are named first. */
	for (t = 0; t < n->cs->tx_count; t++)
		if (n->cs->tx[t].carried != 0)
			device_index(&n->devices, n->cs->tx[t].carried);
	for (t = 0; t < n->cs->tx_count && code == 0; t++) {
		const struct transaction *tx = &n->cs->tx[t];

		for (i = 0; i < tx->op_count && code == 0;) {
			struct op *ops = n->cs->ops + tx->op_at + i;
			size_t count = group_length(ops, tx->op_count - i);

			code = put_group(n, ops, count);
			n->group_count[t]++;
			i += count;
		}
	}
	return code;
}

static void put_authors(struct encoder *n, struct buf *out, size_t *index)
{
	const struct changeset *cs = n->cs;
	size_t t, i, count = 0;
	struct bytes known[AUTHORS_MAX];
	struct buf table;

	buf_init(&table, LIMIT_CHANGESET);
	for (t = 0; t < cs->tx_count; t++) {
		index[t] = 0;
		if (cs->tx[t].author.len == 0)
			continue;
		for (i = 0; i < count && !bytes_equal(known[i], cs->tx[t].author); i++)
			;
		if (i == AUTHORS_MAX) {
			table.failed = true;
			break;
		}
		if (i == count) {
			known[count++] = cs->tx[t].author;
			buf_varint(&table, cs->tx[t].author.len);
			buf_add(&table, cs->tx[t].author);
		}
		index[t] = i + 1;
	}
	buf_varint(out, count);
	buf_add(out, buf_view(&table));
	out->failed |= table.failed;
	buf_release(&table);
}

/* Transactions: authors, flags, times, then what the flags announce. */
static int put_transactions(struct encoder *n, struct buf *out)
{
	const struct changeset *cs = n->cs;
	size_t *author = arena_array(&n->arena, cs->tx_count, sizeof *author), t, last = 0;
	uint64_t seen = 0;
	int64_t time = WIRE_EPOCH;
	struct buf extra;

	if (author == NULL)
		return err_set(n->e, ERR_NOMEM, "transactions");
	buf_init(&extra, LIMIT_CHANGESET);
	put_authors(n, out, author);
	buf_varint(out, cs->tx_count);
	for (t = 0; t < cs->tx_count; t++) {
		const struct transaction *tx = &cs->tx[t];
		uint8_t flags = 0;

		if (tx->seen_seq != seen)
			flags |= TX_SEEN, buf_svarint(&extra, (int64_t)(tx->seen_seq - seen));
		if (tx->seen_own != tx->first_op - 1)
			flags |= TX_OWN, buf_varint(&extra, tx->first_op - 1 - tx->seen_own);
		if (author[t] != last)
			flags |= TX_AUTHOR, buf_varint(&extra, author[t]);
		if (n->group_count[t] != 1)
			flags |= TX_GROUPS, buf_varint(&extra, n->group_count[t]);
		if (tx->carried != 0) {
			flags |= TX_CARRIED;
			buf_varint(&extra, device_index(&n->devices, tx->carried));
			buf_varint(&extra, tx->first_op);
		}
		buf_byte(out, flags);
		seen = tx->seen_seq;
		last = author[t];
	}
	for (t = 0; t < cs->tx_count; t++) {
		buf_svarint(out, cs->tx[t].time - time);
		time = cs->tx[t].time;
	}
	buf_add(out, buf_view(&extra));
	out->failed |= extra.failed;
	buf_release(&extra);
	return 0;
}

static void put_head(struct encoder *n, struct buf *payload)
{
	const struct changeset *cs = n->cs;

	buf_varint(payload, PAYLOAD_VERSION);
	buf_varint(payload, cs->stream);
	buf_varint(payload, cs->seq);
	buf_varint(payload, cs->first);
	buf_varint(payload, cs->zero);
}

/* Payload and personal part, from the gathered columns. References may still
 * name new devices, so the device table is written after the columns are. */
static int put_all(struct encoder *n, const uint8_t *salt, struct buf *payload,
		   struct buf *personal)
{
	struct buf body;
	size_t i;
	int code;

	buf_init(&body, LIMIT_CHANGESET);
	code = put_transactions(n, &body);
	if (code == 0)
		code = shapes_put(&n->shapes, &n->arena, &body, n->e);
	buf_add(&body, buf_view(&n->groups));
	buf_add(&body, buf_view(&n->heads));
	buf_add(&body, buf_view(&n->distances));
	if (n->columns.count > 0)
		qsort(n->columns.at, n->columns.count, sizeof *n->columns.at, column_compare);
	for (i = 0; i < n->columns.count; i++) {
		const struct column *c = &n->columns.at[i];

		if (!wire_personal(c->kind)) {
			column_put(n->cs, &n->devices, c, &body);
			continue;
		}
		if (personal->len == 0)
			buf_put(personal, salt, CHANGESET_SALT);
		buf_byte(personal, c->kind);
		buf_varint(personal, c->count);
		column_put(n->cs, &n->devices, c, personal);
	}
	put_head(n, payload);
	buf_varint(payload, n->devices.count);
	for (i = 0; i < n->devices.count; i++)
		buf_u64(payload, n->devices.known[i]);
	buf_add(payload, buf_view(&body));
	if (code == 0 && (body.failed || n->groups.failed ||
			  n->heads.failed || n->distances.failed || payload->failed ||
			  personal->failed))
		code = err_set(n->e, ERR_TOO_LARGE, "change set");
	buf_release(&body);
	return code;
}

static bool carried_ok(const struct changeset *cs, const struct transaction *tx)
{
	return tx->carried != cs->device && tx->first_op > 0 &&
	       tx->first_op <= WIRE_MAX - LIMIT_TX_OPS;
}

/* at: its ops begin there; own: number that its first op has to have, if it is not carried. */
static int check_transaction(const struct changeset *cs, size_t t, size_t at, uint64_t own,
			     struct err *e)
{
	const struct transaction *tx = &cs->tx[t];
	size_t i;

	if (tx->author.len > LIMIT_AUTHOR || tx->op_count > LIMIT_TX_OPS)
		return err_set(e, ERR_TOO_LARGE, "transaction %zu", t);
	if (tx->op_at != at || tx->op_count == 0 || tx->op_count > cs->op_count - at ||
	    (tx->carried == 0 ? tx->first_op != own : !carried_ok(cs, tx)) ||
	    tx->seen_own >= tx->first_op ||
	    tx->seen_seq > WIRE_MAX || tx->time > WIRE_TIME_MAX || tx->time < -WIRE_TIME_MAX ||
	    !cbor_utf8_ok(tx->author))
		return err_set(e, ERR_BAD_VALUE, "transaction %zu", t);
	for (i = 0; i < tx->op_count; i++)
		if (cs->ops[at + i].number != tx->first_op + i || cs->ops[at + i].tx != t)
			return err_set(e, ERR_BAD_VALUE, "transaction %zu", t);
	return 0;
}

/* What the format takes for granted, or has no room for. */
static int check_changeset(const struct changeset *cs, struct err *e)
{
	size_t t, at = 0;
	uint64_t own = cs->first;
	int code = 0;

	if (cs->op_count > LIMIT_CHANGESET_OPS)
		return err_set(e, ERR_TOO_LARGE, "change set");
	if (cs->stream > WIRE_MAX || cs->seq > WIRE_MAX || cs->first > WIRE_MAX ||
	    cs->zero > WIRE_MAX || cs->seq == 0 || cs->first == 0)
		return err_set(e, ERR_BAD_VALUE, "change set");
	for (t = 0; t < cs->tx_count && code == 0; t++) {
		code = check_transaction(cs, t, at, own, e);
		at += cs->tx[t].op_count;
		own += cs->tx[t].carried == 0 ? cs->tx[t].op_count : 0;
	}
	if (code == 0 && at != cs->op_count)
		code = err_set(e, ERR_BAD_VALUE, "change set");
	return code;
}

static int encoder_open(struct encoder *n, struct changeset *cs, struct err *e)
{
	size_t t, most = 0;

	for (t = 0; t < cs->tx_count; t++)
		if (cs->tx[t].op_count > most && cs->tx[t].op_count <= LIMIT_TX_OPS)
			most = cs->tx[t].op_count;
	memset(n, 0, sizeof *n);
	n->cs = cs;
	n->e = e;
	arena_init(&n->arena, MEMORY);
	buf_init(&n->groups, LIMIT_CHANGESET);
	buf_init(&n->heads, LIMIT_CHANGESET);
	buf_init(&n->distances, LIMIT_CHANGESET);
	n->devices.self = cs->device;
	n->devices.known = arena_array(&n->arena, cs->op_count * 3 + 1, sizeof(uint64_t));
	n->group_count = arena_array(&n->arena, cs->tx_count + 1, sizeof *n->group_count);
	n->form.entries = arena_array(&n->arena, most + 2, sizeof *n->form.entries);
	if (n->devices.known == NULL || n->group_count == NULL || n->form.entries == NULL)
		return err_set(e, ERR_NOMEM, "change set");
	return check_changeset(cs, e);
}

static void encoder_close(struct encoder *n)
{
	buf_release(&n->groups);
	buf_release(&n->heads);
	buf_release(&n->distances);
	arena_release(&n->arena);
}

/* Length, payload, personal part. */
static int put_plain(struct bytes payload, struct bytes personal, struct buf *plain,
		     struct err *e)
{
	size_t start = plain->len;

	buf_varint(plain, payload.len);
	buf_add(plain, payload);
	buf_add(plain, personal);
	if (!plain->failed && plain->len - start <= LIMIT_CHANGESET)
		return 0;
	plain->len = start;
	return err_set(e, ERR_TOO_LARGE, "change set");
}

int changeset_encode(struct changeset *cs, const uint8_t salt[CHANGESET_SALT],
		     struct buf *plain, struct err *e)
{
	struct encoder n;
	struct buf payload, personal;
	struct personal read;
	uint8_t root[HASH_SIZE];
	int code;

	buf_init(&payload, LIMIT_CHANGESET);
	buf_init(&personal, LIMIT_CHANGESET);
	code = encoder_open(&n, cs, e);
	if (code == 0)
		code = gather(&n);
	if (code == 0)
		code = put_all(&n, salt, &payload, &personal);
	if (code == 0)
		code = personal_read(buf_view(&personal), &n.arena, &read, e);
	if (code == 0)
		code = personal_root(&read, &n.arena, root, e);
	if (code == 0)
		code = put_plain(buf_view(&payload), buf_view(&personal), plain, e);
	if (code == 0)
		memcpy(cs->root, root, HASH_SIZE);
	encoder_close(&n);
	buf_release(&payload);
	buf_release(&personal);
	return code;
}
