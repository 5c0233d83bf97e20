/* Vectors of change sets: the plain form, and the object that carries it. */
#include <string.h>

#include "protocol/changeset.h"
#include "protocol/limits.h"
#include "protocol/zip.h"
#include "tests/lib/vector.h"

static const char *const op_names[] = {
	[OP_CREATE] = "create", [OP_SET] = "set", [OP_DELETE] = "delete",
	[OP_UNDELETE] = "undelete", [OP_MOVE] = "move", [OP_SIGN] = "sign", [OP_ADOPT] = "adopt"
};

static json_t *from_rid(struct rid r)
{
	return json_pack("[oI]", vec_from_device(r.device), (json_int_t)r.op);
}

static struct rid to_rid(json_t *j)
{
	return (struct rid){ vec_device(json_array_get(j, 0)),
			     (uint64_t)json_integer_value(json_array_get(j, 1)) };
}

static json_t *from_value(const struct value *v)
{
	switch (v->kind) {
	case VALUE_BOOL:
		return json_pack("{sb}", "bool", v->n != 0);
	case VALUE_INT:
		return json_pack("{sI}", "int", (json_int_t)v->n);
	case VALUE_DATE:
		return json_pack("{sI}", "date", (json_int_t)v->n);
	case VALUE_TEXT:
		return json_pack("{so}", "text", vec_from_text(v->b));
	case VALUE_BYTES:
		return json_pack("{so}", "bytes", vec_hex(v->b));
	case VALUE_REF:
		return json_pack("{s[IoI]}", "ref", (json_int_t)v->ref.stream,
				 vec_from_device(v->ref.record.device),
				 (json_int_t)v->ref.record.op);
	default:
		return json_null();
	}
}

static struct value to_value(json_t *j, struct arena *a)
{
	json_t *ref = json_object_get(j, "ref");

	if (json_is_null(j))
		return VALUE_OF_NULL;
	if (json_object_get(j, "bool") != NULL)
		return value_bool(json_is_true(json_object_get(j, "bool")));
	if (json_object_get(j, "int") != NULL)
		return value_int(vec_int(j, "int"));
	if (json_object_get(j, "date") != NULL)
		return value_date(vec_int(j, "date"));
	if (json_object_get(j, "text") != NULL)
		return value_text(vec_text(j, "text"));
	if (json_object_get(j, "bytes") != NULL)
		return value_bytes(vec_bytes(j, "bytes", a));
	if (ref == NULL)
		vec_die(j, "value");
	return value_ref((struct ref){ (uint64_t)json_integer_value(json_array_get(ref, 0)),
				       { vec_device(json_array_get(ref, 1)),
					 (uint64_t)json_integer_value(json_array_get(ref, 2)) } });
}

static json_t *from_op(const struct op *op)
{
	json_t *j = json_pack("{ss,sI,sI,so}", "op", op_names[op->kind], "number",
			      (json_int_t)op->number, "type", (json_int_t)op->type, "record",
			      from_rid(op->record));

	if (op->kind == OP_CREATE && !rid_equal(op->parent, RID_NONE)) {
		json_object_set_new(j, "list", json_integer(op->field));
		json_object_set_new(j, "parent", from_rid(op->parent));
	}
	if (op->kind == OP_SET) {
		json_object_set_new(j, "field", json_integer(op->field));
		if (op->element.kind != VALUE_NONE)
			json_object_set_new(j, "element", from_value(&op->element));
		json_object_set_new(j, "value", from_value(&op->value));
		if (op->personal)
			json_object_set_new(j, "personal", json_true());
	}
	if (op->kind == OP_MOVE) {
		json_object_set_new(j, "state", json_integer(op->value.n));
		if (op->element.kind == VALUE_TEXT)
			json_object_set_new(j, "remark", vec_from_text(op->element.b));
	}
	if (op->kind == OP_SIGN || op->kind == OP_ADOPT)
		json_object_set_new(j, "digest", vec_hex(op->value.b));
	if (op->kind == OP_ADOPT && op->element.kind == VALUE_TEXT)
		json_object_set_new(j, "remark", vec_from_text(op->element.b));
	if (op->kind == OP_ADOPT && op->field != 0)
		json_object_set_new(j, "refused", json_true());
	return j;
}

static void to_op(json_t *j, struct arena *a, struct op *op)
{
	const char *name = (const char *)vec_text(j, "op").at;
	json_t *parent = json_object_get(j, "parent"), *element = json_object_get(j, "element");
	json_t *remark = json_object_get(j, "remark");

	for (op->kind = OP_CREATE; strcmp(op_names[op->kind], name) != 0; op->kind++)
		if (op->kind == OP_ADOPT)
			vec_die(j, name);
	op->number = (uint64_t)vec_int(j, "number");
	op->type = (uint32_t)vec_int(j, "type");
	op->record = to_rid(vec_get(j, "record"));
	op->personal = json_is_true(json_object_get(j, "personal"));
	if (parent != NULL) {
		op->parent = to_rid(parent);
		op->field = (uint32_t)vec_int(j, "list");
	}
	if (op->kind == OP_SET) {
		op->field = (uint32_t)vec_int(j, "field");
		op->value = to_value(vec_get(j, "value"), a);
	}
	if (element != NULL)
		op->element = to_value(element, a);
	if (op->kind == OP_MOVE)
		op->value = value_int(vec_int(j, "state"));
	if (remark != NULL)
		op->element = value_text(vec_text(j, "remark"));
	if (op->kind == OP_SIGN || op->kind == OP_ADOPT)
		op->value = value_bytes(vec_bytes(j, "digest", a));
	if (op->kind == OP_ADOPT)
		op->field = json_is_true(json_object_get(j, "refused"));
}

static json_t *from_transaction(const struct changeset *cs, const struct transaction *tx)
{
	json_t *ops = json_array(), *j;
	size_t i;

	for (i = 0; i < tx->op_count; i++)
		json_array_append_new(ops, from_op(&cs->ops[tx->op_at + i]));
	j = json_pack("{sI,sI,so,s[II],so}", "first", (json_int_t)tx->first_op, "time",
			 (json_int_t)tx->time, "author",
			 tx->author.len == 0 ? json_null() : vec_from_text(tx->author), "seen",
			 (json_int_t)tx->seen_seq, (json_int_t)tx->seen_own, "ops", ops);
	if (tx->carried != 0)
		json_object_set_new(j, "carried", vec_from_device(tx->carried));
	return j;
}

static json_t *from_changeset(const struct changeset *cs)
{
	json_t *list = json_array();
	size_t t;

	for (t = 0; t < cs->tx_count; t++)
		json_array_append_new(list, from_transaction(cs, &cs->tx[t]));
	return json_pack("{sI,sI,sI,sI,so,so}", "stream", (json_int_t)cs->stream, "seq",
			 (json_int_t)cs->seq, "first", (json_int_t)cs->first, "zero",
			 (json_int_t)cs->zero, "transactions", list, "root",
			 vec_hex(BYTES_OF(cs->root)));
}

static void to_transaction(json_t *j, struct arena *a, struct changeset *cs, size_t t)
{
	struct transaction *tx = &cs->tx[t];
	json_t *seen = vec_get(j, "seen"), *ops = vec_get(j, "ops");
	size_t i;

	tx->first_op = (uint64_t)vec_int(j, "first");
	if (json_object_get(j, "carried") != NULL)
		tx->carried = vec_device(vec_get(j, "carried"));
	tx->time = vec_int(j, "time");
	if (!json_is_null(vec_get(j, "author")))
		tx->author = vec_text(j, "author");
	tx->seen_seq = (uint64_t)json_integer_value(json_array_get(seen, 0));
	tx->seen_own = (uint64_t)json_integer_value(json_array_get(seen, 1));
	tx->op_at = cs->op_count;
	tx->op_count = json_array_size(ops);
	for (i = 0; i < tx->op_count; i++) {
		struct op *op = &cs->ops[cs->op_count++];

		op->tx = (uint32_t)t;
		to_op(json_array_get(ops, i), a, op);
	}
}

static struct changeset to_changeset(json_t *j, uint64_t device, struct arena *a)
{
	struct changeset cs = { .device = device };
	json_t *list = vec_get(j, "transactions");
	size_t t, ops = 0;

	cs.stream = (uint64_t)vec_int(j, "stream");
	cs.seq = (uint64_t)vec_int(j, "seq");
	cs.first = (uint64_t)vec_int(j, "first");
	cs.zero = (uint64_t)vec_int(j, "zero");
	cs.tx_count = json_array_size(list);
	for (t = 0; t < cs.tx_count; t++)
		ops += json_array_size(vec_get(json_array_get(list, t), "ops"));
	cs.tx = arena_array(a, cs.tx_count + 1, sizeof *cs.tx);
	cs.ops = arena_array(a, ops + 1, sizeof *cs.ops);
	if (cs.tx == NULL || cs.ops == NULL)
		vec_die(j, "no memory");
	for (t = 0; t < cs.tx_count; t++)
		to_transaction(json_array_get(list, t), a, &cs, t);
	return cs;
}

static int read_changeset(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct changeset cs;
	int code = changeset_decode(in, vec_device(vec_get(kase, "device")), a, &cs, NULL);

	if (code == 0)
		*value = from_changeset(&cs);
	return code;
}

static int write_changeset(json_t *kase, struct arena *a, struct buf *out)
{
	struct changeset cs = to_changeset(vec_get(kase, "value"),
					   vec_device(vec_get(kase, "device")), a);

	return changeset_encode(&cs, vec_fixed(kase, "salt", CHANGESET_SALT, a), out, NULL);
}

/* --- objects: opened as a replica does it --- */

static int inflate(json_t *kase, struct bytes in, struct arena *a, struct object *parts,
		   struct bytes *plain)
{
	struct bytes dictionary = BYTES_NONE;
	struct buf out;
	int code = object_split(in, parts, NULL);

	if (code != 0)
		return code;
	if (parts->dictionary != 0) {
		if ((int64_t)parts->dictionary != vec_int(kase, "dictionary_number"))
			return ERR_NO_DICTIONARY;
		dictionary = vec_bytes(kase, "dictionary", a);
	}
	buf_init(&out, LIMIT_CHANGESET + 1);
	code = zip_inflate(parts->deflated, dictionary, LIMIT_CHANGESET, &out, NULL);
	*plain = arena_copy(a, buf_view(&out));
	buf_release(&out);
	return code;
}

static int read_object(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct bytes plain = BYTES_NONE, payload;
	const uint8_t *prev = vec_fixed(kase, "prev", HASH_SIZE, a);
	uint8_t hash[HASH_SIZE];
	struct changeset cs;
	struct object parts;
	struct sign_key key;
	int code = inflate(kase, in, a, &parts, &plain);

	sign_make(&key, vec_seed(kase, "device_seed", a));
	if (code == 0)
		code = changeset_peek(plain, key.id, a, &cs, &payload, NULL);
	if (code == 0)
		code = changeset_verify(key.public_key, vec_fixed(kase, "district", HASH_SIZE, a),
					prev, cs.root, payload, parts.signature, NULL);
	if (code != 0)
		return code;
	changeset_hash(prev, cs.root, payload, hash);
	*value = json_pack("{so,sI,so,so,so,so}", "device", vec_from_device(key.id), "dictionary",
			   (json_int_t)parts.dictionary, "signature",
			   vec_hex((struct bytes){ parts.signature, SIGN_SIZE }), "plain",
			   vec_hex(plain), "root", vec_hex(BYTES_OF(cs.root)), "hash",
			   vec_hex(BYTES_OF(hash)));
	return 0;
}

static int write_object(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value");
	struct bytes plain = vec_bytes(v, "plain", a), payload, dictionary = BYTES_NONE;
	uint64_t number = (uint64_t)vec_int(v, "dictionary");
	uint8_t hash[HASH_SIZE];
	struct changeset cs;
	struct sign_key key;
	int code;

	sign_make(&key, vec_seed(kase, "device_seed", a));
	if (number != 0)
		dictionary = vec_bytes(kase, "dictionary", a);
	code = changeset_peek(plain, key.id, a, &cs, &payload, NULL);
	if (code == 0)
		code = changeset_seal(&key, vec_fixed(kase, "district", HASH_SIZE, a),
				      vec_fixed(kase, "prev", HASH_SIZE, a), cs.root, plain,
				      number, dictionary, out, hash, NULL);
	return code;
}

/* Deflate has many outputs for one input; all else must be the same bytes. */
static bool same_object(json_t *kase, struct bytes made, struct bytes given, struct arena *a)
{
	struct bytes x = BYTES_NONE, y = BYTES_NONE;
	struct object p, q;

	return inflate(kase, made, a, &p, &x) == 0 && inflate(kase, given, a, &q, &y) == 0 &&
	       bytes_equal(x, y) && p.dictionary == q.dictionary &&
	       memcmp(p.signature, q.signature, SIGN_SIZE) == 0;
}

const struct vec_kind vec_changesets[] = {
	{ "changeset", read_changeset, write_changeset, NULL },
	{ "object", read_object, write_object, same_object },
	{ NULL, NULL, NULL, NULL }
};
