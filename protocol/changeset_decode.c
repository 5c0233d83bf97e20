/* Plain bytes -> change set.
 *
 * Shapes and groups come first and say how many values every column holds, so
 * memory is taken only for ops whose group byte was read; the columns are then
 * filled one after the other. What has no meaning is an error; a longer way to say
 * a thing than the encoder's is none, for bytes are kept and signed as they came.
 * An error leaves nothing behind but arena memory. */
#include "changeset.h"

#include <stdlib.h>
#include <string.h>

#include "cbor.h"
#include "changeset_columns.h"
#include "changeset_shapes_read.h"
#include "changeset_wire.h"
#include "limits.h"

struct decoder {
	struct cursor in;
	struct personal personal;
	struct arena *a;
	struct changeset *cs;
	struct read_shape *shapes;
	size_t shape_count, used_shapes;
	struct column_table columns;
	uint64_t *devices;
	size_t device_count;
	size_t *tx_groups;
	size_t group_count;
	struct read_shape **groups;
	struct err *e;
};

static int bad(struct decoder *d, int code, const char *what)
{
	return err_set(d->e, code, "%s", what);
}

/* Turns a failed cursor into an error. */
static int check(struct decoder *d, const char *what)
{
	return d->in.failed ? bad(d, cursor_code(&d->in), what) : 0;
}

static int get_head(struct cursor *c, struct changeset *cs, struct err *e)
{
	uint64_t version = cursor_varint(c);

	if (!c->failed && version != PAYLOAD_VERSION)
		return err_set(e, ERR_VERSION, "change set");
	cs->stream = cursor_varint(c);
	cs->seq = cursor_varint(c);
	cs->first = cursor_varint(c);
	cs->zero = cursor_varint(c);
	if (c->failed)
		return err_set(e, cursor_code(c), "change set");
	if (cs->seq == 0 || cs->first == 0 || cs->stream > WIRE_MAX || cs->seq > WIRE_MAX ||
	    cs->first > WIRE_MAX || cs->zero > WIRE_MAX)
		return err_set(e, ERR_MALFORMED, "change set numbers");
	return 0;
}

/* Splits plain into payload and personal part. */
static int split(struct bytes plain, struct bytes *payload, struct bytes *hidden,
		 struct err *e)
{
	struct cursor c = cursor_of(plain);
	uint64_t n;

	if (plain.len > LIMIT_CHANGESET)
		return err_set(e, ERR_TOO_LARGE, "change set");
	n = cursor_varint(&c);
	*payload = cursor_take(&c, n);
	if (c.failed)
		return err_set(e, cursor_code(&c), "change set");
	*hidden = cursor_take(&c, cursor_left(&c));
	return 0;
}

static int get_devices(struct decoder *d)
{
	size_t n, i;
	int code = wire_count(&d->in, LIMIT_CHANGESET_OPS, "devices", &n, d->e);

	if (code != 0)
		return code;
	d->devices = arena_array(d->a, n + 1, sizeof *d->devices);
	if (d->devices == NULL)
		return bad(d, ERR_NOMEM, "devices");
	d->devices[0] = d->cs->device;
	for (i = 0; i < n; i++)
		d->devices[i + 1] = cursor_u64(&d->in);
	d->device_count = n + 1;
	return check(d, "devices");
}

static int get_authors(struct decoder *d, struct bytes **table, size_t *count)
{
	size_t n, i;
	int code = wire_count(&d->in, AUTHORS_MAX, "authors", &n, d->e);

	if (code != 0)
		return code;
	*table = arena_array(d->a, n + 1, sizeof **table);
	if (*table == NULL)
		return bad(d, ERR_NOMEM, "authors");
	for (i = 1; i <= n; i++) {
		uint64_t len = cursor_varint(&d->in);

		if (d->in.failed)
			break;
		if (len == 0 || len > LIMIT_AUTHOR)
			return bad(d, len == 0 ? ERR_MALFORMED : ERR_TOO_LARGE, "author");
		(*table)[i] = cursor_take(&d->in, len);
		if (!cbor_utf8_ok((*table)[i]))
			return bad(d, ERR_BAD_UTF8, "author");
	}
	*count = n + 1;
	return check(d, "authors");
}

/* Of a transaction that is carried: whose it is, and its first op. */
static int get_carried(struct decoder *d, struct transaction *tx)
{
	uint64_t index = cursor_varint(&d->in);

	tx->first_op = cursor_varint(&d->in);
	if (check(d, "transactions") != 0)
		return d->e->code;
	if (index == 0 || index >= d->device_count || d->devices[index] == 0 ||
	    d->devices[index] == d->cs->device || tx->first_op == 0 ||
	    tx->first_op > WIRE_MAX - LIMIT_TX_OPS)
		return bad(d, ERR_MALFORMED, "transaction");
	tx->carried = d->devices[index];
	return 0;
}

/* seen, own, author, groups, where the flags announce them. */
static int get_extras(struct decoder *d, struct bytes flags, struct bytes *authors,
		      size_t author_count)
{
	struct changeset *cs = d->cs;
	uint64_t seen = 0, author = 0;
	size_t t;

	for (t = 0; t < cs->tx_count; t++) {
		struct transaction *tx = &cs->tx[t];

		if (flags.at[t] & ~(TX_SEEN | TX_OWN | TX_AUTHOR | TX_GROUPS | TX_CARRIED))
			return bad(d, ERR_VERSION, "transaction flags");
		if (flags.at[t] & TX_SEEN)
			seen += (uint64_t)cursor_svarint(&d->in);
		/* Own numbers need first_op, which groups decide: kept as the
		 * distance until then. */
		tx->seen_own = flags.at[t] & TX_OWN ? cursor_varint(&d->in) : 0;
		if (flags.at[t] & TX_AUTHOR)
			author = cursor_varint(&d->in);
		d->tx_groups[t] = flags.at[t] & TX_GROUPS ? cursor_varint(&d->in) : 1;
		if (check(d, "transactions") != 0)
			return d->e->code;
		if (seen > WIRE_MAX || author >= author_count || d->tx_groups[t] == 0 ||
		    d->tx_groups[t] > LIMIT_TX_OPS)
			return bad(d, ERR_MALFORMED, "transaction");
		if ((flags.at[t] & TX_CARRIED) && get_carried(d, tx) != 0)
			return d->e->code;
		tx->seen_seq = seen;
		tx->author = authors[author];
		d->group_count += d->tx_groups[t];
	}
	return 0;
}

static int get_transactions(struct decoder *d)
{
	struct changeset *cs = d->cs;
	struct bytes *authors = NULL, flags;
	size_t author_count = 0, t;
	int64_t time = WIRE_EPOCH;
	int code = get_authors(d, &authors, &author_count);

	if (code == 0)
		code = wire_count(&d->in, LIMIT_CHANGESET_OPS, "transactions", &cs->tx_count,
				  d->e);
	if (code != 0)
		return code;
	cs->tx = arena_array(d->a, cs->tx_count + 1, sizeof *cs->tx);
	d->tx_groups = arena_array(d->a, cs->tx_count + 1, sizeof *d->tx_groups);
	if (cs->tx == NULL || d->tx_groups == NULL)
		return bad(d, ERR_NOMEM, "transactions");
	flags = cursor_take(&d->in, cs->tx_count);
	for (t = 0; t < cs->tx_count; t++) {
		int64_t delta = cursor_svarint(&d->in);

		if (__builtin_add_overflow(time, delta, &time) || time > WIRE_TIME_MAX ||
		    time < -WIRE_TIME_MAX)
			return bad(d, ERR_MALFORMED, "time");
		cs->tx[t].time = time;
	}
	code = check(d, "transactions");
	return code != 0 ? code : get_extras(d, flags, authors, author_count);
}

/* One group's shape: counts its ops, and its values in their columns. The limits
 * are looked at here, before the next group adds to the counts: a large shape
 * costs the sender a byte per use. */
static int get_group(struct decoder *d, struct transaction *tx, struct read_shape **out)
{
	uint64_t word = cursor_varint(&d->in);
	struct read_shape *s;
	size_t i;

	if (d->in.failed)
		return check(d, "groups");
	/* Zero: the first use of the next shape. None has a number before that. */
	if (word > d->used_shapes || (word == 0 && d->used_shapes == d->shape_count))
		return bad(d, ERR_MALFORMED, "group");
	s = &d->shapes[word == 0 ? d->used_shapes++ : word - 1];
	tx->op_count += s->ops;
	d->cs->op_count += s->ops;
	if (tx->op_count > LIMIT_TX_OPS || d->cs->op_count > LIMIT_CHANGESET_OPS)
		return bad(d, ERR_TOO_LARGE, "ops");
	for (i = 0; i < s->count; i++)
		if (s->entries[i].column != NO_COLUMN)
			d->columns.at[s->entries[i].column].count++;
	*out = s;
	return 0;
}

static int get_groups(struct decoder *d)
{
	struct changeset *cs = d->cs;
	uint64_t own = cs->first;
	size_t t, g, at = 0;

	if (d->group_count > cursor_left(&d->in))
		return bad(d, ERR_TRUNCATED, "groups");
	d->groups = arena_array(d->a, d->group_count + 1, sizeof(struct read_shape *));
	if (d->groups == NULL)
		return bad(d, ERR_NOMEM, "groups");
	for (t = 0; t < cs->tx_count; t++) {
		struct transaction *tx = &cs->tx[t];

		tx->op_at = cs->op_count;
		if (tx->carried == 0)
			tx->first_op = own;
		for (g = 0; g < d->tx_groups[t]; g++)
			if (get_group(d, tx, &d->groups[at++]) != 0)
				return d->e->code;
		if (tx->seen_own > tx->first_op - 1)
			return bad(d, ERR_MALFORMED, "seen");
		tx->seen_own = tx->first_op - 1 - tx->seen_own;
		own += tx->carried == 0 ? tx->op_count : 0;
	}
	return 0;
}

static void set_op(struct op *op, const struct entry *en)
{
	op->kind = OP_SET;
	op->field = en->field;
	op->personal = wire_personal(en->kind);
	op->value.kind = VALUE_NULL;
	op->element.kind = VALUE_NONE;
	if (en->kind == WIRE_FALSE || en->kind == WIRE_TRUE)
		op->value = value_bool(en->kind == WIRE_TRUE);
	if (en->kind == WIRE_ADD || en->kind == WIRE_REMOVE)
		op->value = value_bool(en->kind == WIRE_ADD);
	if (en->kind == WIRE_MEMBER)
		op->value = value_bool(!en->removed);
}

static const enum op_kind group_op[] = {
	[GROUP_SET] = OP_SET, [GROUP_CREATE] = OP_CREATE, [GROUP_ROW] = OP_CREATE,
	[GROUP_DELETE] = OP_DELETE, [GROUP_UNDELETE] = OP_UNDELETE, [GROUP_MOVE] = OP_MOVE,
	[GROUP_SIGN] = OP_SIGN, [GROUP_ADOPT] = OP_ADOPT
};

/* Makes the ops of one group, values still missing, and queues them at their
 * columns. */
static void make_group(struct decoder *d, const struct read_shape *s, struct op *ops, uint64_t number)
{
	size_t i, skip = s->kind == GROUP_SET ? 0 : 1;

	if (skip) {
		ops[0].kind = group_op[s->kind];
		ops[0].field = s->list;
	}
	for (i = 0; i < s->count; i++) {
		const struct entry *en = &s->entries[i];
		struct op *op = s->kind <= GROUP_ROW ? &ops[skip + i] : &ops[0];

		if (s->kind <= GROUP_ROW)
			set_op(op, en);
		else if (s->kind == GROUP_ADOPT && en->field == ADOPT_REFUSED)
			op->field = 1;
		if (en->column != NO_COLUMN) {
			struct column *c = &d->columns.at[en->column];

			c->ops[c->filled++] = op;
		}
	}
	for (i = 0; i < s->ops; i++) {
		ops[i].number = number + i;
		ops[i].type = s->type;
	}
}

static int make_ops(struct decoder *d)
{
	struct changeset *cs = d->cs;
	size_t g = 0, t, i, at = 0;

	cs->ops = arena_array(d->a, cs->op_count + 1, sizeof *cs->ops);
	if (cs->ops == NULL)
		return bad(d, ERR_NOMEM, "ops");
	for (i = 0; i < d->columns.count; i++) {
		struct column *c = &d->columns.at[i];

		c->ops = arena_array(d->a, c->count + 1, sizeof(struct op *));
		if (c->ops == NULL)
			return bad(d, ERR_NOMEM, "columns");
	}
	for (t = 0; t < cs->tx_count; t++) {
		const struct transaction *tx = &cs->tx[t];
		size_t n = d->tx_groups[t];

		for (; n > 0; n--, g++) {
			make_group(d, d->groups[g], &cs->ops[at], tx->first_op + (at - tx->op_at));
			for (i = 0; i < d->groups[g]->ops; i++)
				cs->ops[at + i].tx = (uint32_t)t;
			at += d->groups[g]->ops;
		}
	}
	return 0;
}

/* A record's id from its table index and distance or number. */
static int get_rid(struct decoder *d, uint64_t index, uint64_t from, struct rid *out)
{
	if (d->in.failed)
		return check(d, "record");
	if (index >= d->device_count)
		return bad(d, ERR_MALFORMED, "device");
	out->device = d->devices[index];
	out->op = index == 0 ? from - (uint64_t)cursor_svarint(&d->in) : cursor_varint(&d->in);
	if (d->in.failed)
		return check(d, "record");
	if (out->op == 0 || out->op > WIRE_MAX)
		return bad(d, ERR_MALFORMED, "record");
	return 0;
}

/* Which records the groups are about: heads of all, then distances of all. */
static int get_records(struct decoder *d)
{
	struct changeset *cs = d->cs;
	uint64_t *index = arena_array(d->a, d->group_count + 1, sizeof *index);
	size_t g, at = 0, i;
	int code;

	if (index == NULL)
		return bad(d, ERR_NOMEM, "records");
	for (g = 0; g < d->group_count; g++)
		if (d->groups[g]->kind != GROUP_CREATE)
			index[g] = cursor_varint(&d->in);
	for (g = 0; g < d->group_count; g++) {
		const struct read_shape *s = d->groups[g];
		struct op *ops = &cs->ops[at];
		struct rid own = { changeset_author(cs, &cs->tx[ops->tx]), ops->number };
		struct rid target = own;

		if (s->kind != GROUP_CREATE) {
			code = get_rid(d, index[g], ops->number, &target);
			if (code != 0)
				return code;
		}
		if (s->kind == GROUP_ROW)
			ops->parent = target;
		for (i = 0; i < s->ops; i++)
			ops[i].record = s->kind == GROUP_CREATE || s->kind == GROUP_ROW ? own :
											  target;
		at += s->ops;
	}
	return check(d, "records");
}

/* Values of the payload's columns, then the personal ones, which the personal part
 * lists by itself in the same order. */
static int get_columns(struct decoder *d)
{
	struct column_reader r = { .cs = d->cs, .a = d->a, .devices = d->devices,
				   .device_count = d->device_count, .e = d->e };
	size_t i, used = 0;
	int code = 0;

	if (d->columns.count > 0)
		qsort(d->columns.at, d->columns.count, sizeof *d->columns.at, column_compare);
	for (i = 0; i < d->columns.count && code == 0; i++) {
		struct column *c = &d->columns.at[i];

		if (c->count == 0)
			continue;
		if (wire_personal(c->kind))
			code = column_take_personal(&r, &d->personal, &used, c);
		else
			code = column_read(&r, &d->in, c);
	}
	if (code == 0 && (cursor_left(&d->in) > 0 || used != d->personal.column_count))
		code = bad(d, ERR_TRAILING, "change set");
	return code;
}

int changeset_decode(struct bytes plain, uint64_t device, struct arena *a,
		     struct changeset *out, struct err *e)
{
	struct changeset cs = { .device = device };
	struct err local = { 0 };
	struct decoder d = { .a = a, .cs = &cs, .e = e != NULL ? e : &local };
	struct bytes payload, hidden;
	int code = split(plain, &payload, &hidden, d.e);

	if (code == 0)
		code = personal_read(hidden, a, &d.personal, d.e);
	if (code != 0)
		return code;
	d.in = cursor_of(payload);
	code = get_head(&d.in, &cs, d.e);
	if (code == 0)
		code = get_devices(&d);
	if (code == 0)
		code = get_transactions(&d);
	if (code == 0)
		code = shapes_read(&d.in, a, &d.columns, &d.shapes, &d.shape_count, d.e);
	if (code == 0)
		code = get_groups(&d);
	if (code == 0)
		code = make_ops(&d);
	if (code == 0)
		code = get_records(&d);
	if (code == 0)
		code = get_columns(&d);
	if (code == 0)
		code = personal_root(&d.personal, a, cs.root, d.e);
	if (code == 0)
		*out = cs;
	return code;
}

int changeset_peek(struct bytes plain, uint64_t device, struct arena *a, struct changeset *out,
		   struct bytes *payload, struct err *e)
{
	struct changeset cs = { .device = device };
	struct personal personal;
	struct bytes body, hidden;
	struct cursor in;
	int code = split(plain, &body, &hidden, e);

	if (code == 0)
		code = personal_read(hidden, a, &personal, e);
	if (code != 0)
		return code;
	in = cursor_of(body);
	code = get_head(&in, &cs, e);
	if (code == 0)
		code = personal_root(&personal, a, cs.root, e);
	if (code != 0)
		return code;
	*out = cs;
	*payload = body;
	return 0;
}
