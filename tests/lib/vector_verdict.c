/* Vectors of what the server says of items: verdicts, and the heads that they lead to. */
#include <string.h>

#include "protocol/message.h"
#include "protocol/verdict.h"
#include "tests/lib/vector.h"

#define HEX(array) vec_hex(BYTES_OF(array))

/* --- verdicts --- */

static int read_verdicts(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct verdict *v;
	size_t count, i;
	int code = verdicts_decode(in, a, &v, &count, NULL);

	(void)kase;
	if (code != 0)
		return code;
	*value = json_array();
	for (i = 0; i < count; i++)
		json_array_append_new(*value,
				      json_pack("{sI,si,sI,s[oI]}", "tx", (json_int_t)v[i].tx,
						"code", -v[i].code, "rule", (json_int_t)v[i].rule,
						"record", vec_from_device(v[i].record.device),
						(json_int_t)v[i].record.op));
	return 0;
}

static int write_verdicts(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *list = vec_get(kase, "value"), *j;
	struct verdict *v = arena_array(a, json_array_size(list) + 1, sizeof *v);
	size_t i;

	json_array_foreach(list, i, j) {
		json_t *record = vec_get(j, "record");

		v[i].tx = (uint32_t)vec_int(j, "tx");
		v[i].code = -(int)vec_int(j, "code");
		v[i].rule = (uint32_t)vec_int(j, "rule");
		v[i].record.device = vec_device(json_array_get(record, 0));
		v[i].record.op = (uint64_t)json_integer_value(json_array_get(record, 1));
	}
	verdicts_encode(v, json_array_size(list), out);
	return 0;
}

/* --- heads: the bytes are the signature of the last, the value all of them --- */

static void walk(json_t *v, struct arena *a, uint8_t head[HASH_SIZE], uint64_t *seq,
		 int64_t *time, json_t *heads)
{
	json_t *it;
	size_t i;

	head_start(vec_fixed(v, "district", HASH_SIZE, a), (uint64_t)vec_int(v, "stream"),
		   vec_fixed(v, "generation", GENERATION_SIZE, a), head);
	*seq = *time = 0;
	json_array_append_new(heads, vec_hex((struct bytes){ head, HASH_SIZE }));
	json_array_foreach(vec_get(v, "items"), i, it) {
		*time = vec_int(it, "time");
		head_next(head, vec_fixed(it, "changeset", HASH_SIZE, a),
			  vec_bytes(it, "verdicts", a), *time, (uint64_t)vec_int(it, "zero"), head);
		json_array_append_new(heads, vec_hex((struct bytes){ head, HASH_SIZE }));
		++*seq;
	}
}

static int read_head(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	json_t *v = json_object_get(kase, "claimed"), *heads = json_array(), *copy;
	uint8_t head[HASH_SIZE];
	struct sign_key working;
	uint64_t seq;
	int64_t time;

	if (v == NULL)
		v = vec_get(kase, "value");
	sign_make(&working, vec_seed(kase, "working_seed", a));
	walk(v, a, head, &seq, &time, heads);
	if (in.len != SIGN_SIZE ||
	    !head_signature_ok(working.public_key, vec_fixed(v, "district", HASH_SIZE, a),
			       (uint64_t)vec_int(v, "stream"), seq, head, time, in.at)) {
		json_decref(heads);
		return ERR_HEAD_MISMATCH;
	}
	copy = json_deep_copy(v);
	json_object_set_new(copy, "heads", heads);
	*value = copy;
	return 0;
}

static int write_head(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value"), *heads = json_array();
	uint8_t head[HASH_SIZE];
	struct sign_key working;
	uint64_t seq;
	int64_t time;

	sign_make(&working, vec_seed(kase, "working_seed", a));
	walk(v, a, head, &seq, &time, heads);
	json_decref(heads);
	head_sign(&working, vec_fixed(v, "district", HASH_SIZE, a), (uint64_t)vec_int(v, "stream"),
		  seq, head, time, buf_grow(out, SIGN_SIZE));
	return 0;
}
const struct vec_kind vec_verdicts[] = {
	{ "verdicts", read_verdicts, write_verdicts, NULL },
	{ "head", read_head, write_head, NULL },
	{ NULL, NULL, NULL, NULL }
};
