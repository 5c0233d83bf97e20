/* Change sets as trees: who signed, and op by op what they say. */
#include "client/dump.h"

#include <stdio.h>
#include <string.h>

#include "common/pack/field.h"
#include "common/replica/record.h"
#include "protocol/limits.h"
#include "protocol/zip.h"

static json_t *text(struct bytes s)
{
	json_t *j = s.len == 0 ? json_string("") : json_stringn((const char *)s.at, s.len);

	return j != NULL ? j : dump_hex(s);
}

static json_t *dump_value(const struct field *f, const struct value *v)
{
	struct buf b;
	char id[64];
	json_t *j;

	switch (v->kind) {
	case VALUE_NONE:
	case VALUE_NULL:
		return json_null();
	case VALUE_ERASED:
		return json_string("(erased)");
	case VALUE_BOOL:
		return json_boolean(v->n != 0);
	case VALUE_TEXT:
		return text(v->b);
	case VALUE_BYTES:
		return v->b.len <= 64 ? dump_hex(v->b) :
					json_sprintf("(%zu bytes)", v->b.len);
	case VALUE_REF:
		record_full_text(v->ref.stream, v->ref.record, id);
		return json_string(id);
	case VALUE_INT:
	case VALUE_DATE:
		break;
	}
	if (f == NULL)
		return json_integer(v->n);
	buf_init(&b, 256);
	field_put(f, v, &b);
	j = text(buf_view(&b));
	buf_release(&b);
	return j;
}

static void put_names(json_t *j, const struct op *op, const struct type *t, const struct field *f)
{
	json_object_set_new(j, "type", t == NULL ? json_integer(op->type) : json_string(t->code));
	if (op->field != 0)
		json_object_set_new(j, "field", f == NULL ? json_integer(op->field) :
							    json_string(f->code));
}

static json_t *dump_op(const struct dump *d, uint64_t stream, const struct op *op)
{
	static const char *const kinds[] = {
		[OP_CREATE] = "create", [OP_SET] = "set", [OP_DELETE] = "delete",
		[OP_UNDELETE] = "undelete", [OP_MOVE] = "move", [OP_SIGN] = "sign",
		[OP_ADOPT] = "adopt"
	};
	const struct type *t = d->schema == NULL ? NULL : schema_type(d->schema, op->type);
	const struct field *f = t == NULL ? NULL : type_field(t, op->field);
	json_t *j = json_pack("{s:I, s:s}", "op", (json_int_t)op->number, "kind",
			      kinds[op->kind]);
	char id[64];

	record_full_text(stream, op->record, id);
	json_object_set_new(j, "record", json_string(id));
	put_names(j, op, t, op->kind == OP_SET ? f : NULL);
	if (op->kind == OP_CREATE && !rid_equal(op->parent, RID_NONE)) {
		record_full_text(stream, op->parent, id);
		json_object_set_new(j, "parent", json_string(id));
	}
	if (op->element.kind != VALUE_NONE)
		json_object_set_new(j, op->kind == OP_MOVE ? "remark" : "element",
				    dump_value(f, &op->element));
	if (op->kind != OP_CREATE && op->kind != OP_DELETE && op->kind != OP_UNDELETE)
		json_object_set_new(j, "value", op->personal && !d->secrets ?
							json_string("***") :
							dump_value(op->element.kind == VALUE_NONE ?
									   f : NULL, &op->value));
	if (op->personal)
		json_object_set_new(j, "personal", json_true());
	return j;
}

static json_t *dump_transactions(const struct dump *d, const struct changeset *cs)
{
	json_t *list = json_array();
	size_t i, k;

	for (i = 0; i < cs->tx_count; i++) {
		const struct transaction *tx = &cs->tx[i];
		json_t *ops = json_array(), *j;

		for (k = 0; k < tx->op_count; k++)
			json_array_append_new(ops, dump_op(d, cs->stream,
							   &cs->ops[tx->op_at + k]));
		j = json_pack("{s:o, s:o, s:I, s:I, s:o}", "time", dump_time(tx->time), "author",
			      text(tx->author), "seen_seq", (json_int_t)tx->seen_seq, "seen_own",
			      (json_int_t)tx->seen_own, "ops", ops);
		json_array_append_new(list, j);
	}
	return list;
}

/* Inflates with the dictionary that the object names, which only a store has. */
static int inflate(const struct dump *d, const struct object *o, struct bytes *out, struct err *e)
{
	struct bytes dictionary = BYTES_NONE;
	struct buf plain;
	int code = 0;

	if (o->dictionary != 0)
		code = d->client == NULL ?
			       err_set(e, ERR_NO_DICTIONARY, "%llu",
				       (unsigned long long)o->dictionary) :
			       replica_dictionary(&d->client->replica, o->dictionary, d->arena,
						  &dictionary, e);
	if (code != 0)
		return code;
	buf_init(&plain, LIMIT_CHANGESET + 1);
	code = zip_inflate(o->deflated, dictionary, LIMIT_CHANGESET, &plain, e);
	if (code == 0) {
		*out = arena_copy(d->arena, buf_view(&plain));
		code = out->at == NULL ? err_set(e, ERR_NOMEM, "object") : 0;
	}
	buf_release(&plain);
	return code;
}

json_t *dump_object(const struct dump *d, struct bytes object, uint64_t device)
{
	json_t *j = json_pack("{s:s, s:I}", "kind", "object", "bytes", (json_int_t)object.len);
	struct changeset cs;
	struct object parts;
	struct bytes plain = BYTES_NONE;
	struct err e = { 0 };
	int code = object_split(object, &parts, &e);

	if (code == 0) {
		json_object_set_new(j, "dictionary", json_integer((json_int_t)parts.dictionary));
		json_object_set_new(j, "signature",
				    dump_hex((struct bytes){ parts.signature, SIGN_SIZE }));
		code = inflate(d, &parts, &plain, &e);
	}
	if (code == 0) {
		json_object_set_new(j, "plain_bytes", json_integer((json_int_t)plain.len));
		code = changeset_decode(plain, device, d->arena, &cs, &e);
	}
	if (code != 0) {
		json_object_set_new(j, "error", json_pack("{s:s, s:s}", "code", err_name(code),
							  "subject", e.subject));
		return j;
	}
	json_object_set_new(j, "device", dump_device(device));
	json_object_set_new(j, "stream", json_integer((json_int_t)cs.stream));
	json_object_set_new(j, "device_seq", json_integer((json_int_t)cs.seq));
	json_object_set_new(j, "zero", json_integer((json_int_t)cs.zero));
	json_object_set_new(j, "root", dump_hex(BYTES_OF(cs.root)));
	json_object_set_new(j, "transactions", dump_transactions(d, &cs));
	return j;
}
