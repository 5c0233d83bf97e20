/* Vectors of what all else is made of: CBOR, varints, VISCII, hashes, signatures. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/replica/record.h"
#include "protocol/cbor.h"
#include "protocol/hash.h"
#include "protocol/sign.h"
#include "protocol/viscii.h"
#include "tests/lib/vector.h"

/* --- CBOR: {"map": [[key, value]...]}, {"bytes": hex}, {"uint": "beyond int64"} --- */

static json_t *read_item(struct cbor *c);

static json_t *read_members(struct cbor *c, bool map)
{
	uint64_t n = map ? cbor_open_map(c) : cbor_open_array(c), i;
	json_t *list = json_array();

	for (i = 0; i < n && c->code == 0; i++) {
		json_t *key = map ? json_integer(cbor_get_int(c)) : NULL;
		json_t *value = read_item(c);

		json_array_append_new(list, map ? json_pack("[oo]", key, value) : value);
	}
	cbor_close(c);
	return map ? json_pack("{so}", "map", list) : list;
}

static json_t *read_uint(struct cbor *c)
{
	uint64_t n = cbor_get_uint(c);
	char text[24];

	if (n <= INT64_MAX)
		return json_integer((json_int_t)n);
	snprintf(text, sizeof text, "%" PRIu64, n);
	return json_pack("{ss}", "uint", text);
}

static json_t *read_item(struct cbor *c)
{
	switch (cbor_next(c)) {
	case CBOR_UINT:
		return read_uint(c);
	case CBOR_NEGINT:
		return json_integer(cbor_get_int(c));
	case CBOR_BYTES:
		return json_pack("{so}", "bytes", vec_hex(cbor_get_bytes(c)));
	case CBOR_TEXT:
		return vec_from_text(cbor_get_text(c));
	case CBOR_ARRAY:
		return read_members(c, false);
	case CBOR_MAP:
		return read_members(c, true);
	case CBOR_FALSE:
	case CBOR_TRUE:
		return json_boolean(cbor_get_bool(c));
	default:
		cbor_get_null(c);
		return json_null();
	}
}

int vec_cbor_read(struct bytes in, json_t **value)
{
	struct cbor c;
	json_t *j;
	int code;

	cbor_init(&c, in);
	j = read_item(&c);
	code = cbor_finish(&c, "item", NULL);
	if (code == 0)
		*value = j;
	else
		json_decref(j);
	return code;
}

static void write_map(json_t *pairs, struct arena *a, struct buf *out)
{
	size_t i;
	json_t *pair;

	cbor_put_map(out, json_array_size(pairs));
	json_array_foreach(pairs, i, pair) {
		cbor_put_int(out, json_integer_value(json_array_get(pair, 0)));
		vec_cbor_write(json_array_get(pair, 1), a, out);
	}
}

void vec_cbor_write(json_t *value, struct arena *a, struct buf *out)
{
	size_t i;
	json_t *member;

	if (json_is_object(value)) {
		if (json_object_get(value, "map") != NULL)
			write_map(json_object_get(value, "map"), a, out);
		else if (json_object_get(value, "bytes") != NULL)
			cbor_put_bytes(out, vec_bytes(value, "bytes", a));
		else
			cbor_put_uint(out, strtoull((const char *)vec_text(value, "uint").at,
						    NULL, 10));
	} else if (json_is_array(value)) {
		cbor_put_array(out, json_array_size(value));
		json_array_foreach(value, i, member)
			vec_cbor_write(member, a, out);
	} else if (json_is_string(value)) {
		cbor_put_text(out, (struct bytes){ (const uint8_t *)json_string_value(value),
						   json_string_length(value) });
	} else if (json_is_integer(value)) {
		cbor_put_int(out, json_integer_value(value));
	} else if (json_is_boolean(value)) {
		cbor_put_bool(out, json_is_true(value));
	} else {
		cbor_put_null(out);
	}
}

static int read_cbor(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	(void)kase;
	(void)a;
	return vec_cbor_read(in, value);
}

static int write_cbor(json_t *kase, struct arena *a, struct buf *out)
{
	vec_cbor_write(vec_get(kase, "value"), a, out);
	return 0;
}

/* --- varints: decimal numbers in text, as JSON's own end at 2^53 for many --- */

static int read_varint(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct cursor c = cursor_of(in);
	uint64_t n = cursor_varint(&c);
	char text[24];

	(void)kase;
	(void)a;
	if (c.failed)
		return cursor_code(&c);
	if (cursor_left(&c) > 0)
		return ERR_TRAILING;
	snprintf(text, sizeof text, "%" PRIu64, n);
	*value = json_string(text);
	return 0;
}

static int write_varint(json_t *kase, struct arena *a, struct buf *out)
{
	(void)a;
	buf_varint(out, strtoull((const char *)vec_text(kase, "value").at, NULL, 10));
	return 0;
}

static int read_zigzag(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct cursor c = cursor_of(in);
	int64_t n = cursor_svarint(&c);
	char text[24];

	(void)kase;
	(void)a;
	if (c.failed)
		return cursor_code(&c);
	if (cursor_left(&c) > 0)
		return ERR_TRAILING;
	snprintf(text, sizeof text, "%" PRId64, n);
	*value = json_string(text);
	return 0;
}

static int write_zigzag(json_t *kase, struct arena *a, struct buf *out)
{
	(void)a;
	buf_svarint(out, strtoll((const char *)vec_text(kase, "value").at, NULL, 10));
	return 0;
}

static int read_viscii(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct bytes text;
	int code = viscii_take(in, a, &text);

	(void)kase;
	if (code == 0)
		*value = vec_from_text(text);
	return code;
}

static int write_viscii(json_t *kase, struct arena *a, struct buf *out)
{
	(void)a;
	viscii_put(out, vec_text(kase, "value"));
	return 0;
}

/* --- hashes: the bytes are the outcome --- */

static struct bytes *get_parts(json_t *list, struct arena *a, size_t *count)
{
	struct bytes *parts = arena_array(a, json_array_size(list) + 1, sizeof *parts);
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		parts[i] = vec_hex_bytes(json_array_get(list, i), a);
	*count = json_array_size(list);
	return parts;
}

static int write_hash(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value"), *key = json_object_get(v, "key");
	const char *domain = (const char *)vec_text(v, "domain").at;
	size_t count, size = (size_t)vec_int(v, "size");
	struct bytes *parts = get_parts(vec_get(v, "parts"), a, &count);
	uint8_t *to = buf_grow(out, size);

	if (key != NULL)
		hash_keyed(to, size, vec_fixed(v, "key", 32, a), domain, parts, count);
	else
		hash_parts(to, size, domain, parts, count);
	return 0;
}

/* Reading a hash is making it again: the value is what it was made of. */
static int read_hash(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct buf made;
	bool same;

	buf_init(&made, 64);
	write_hash(kase, a, &made);
	same = bytes_equal(buf_view(&made), in);
	buf_release(&made);
	if (!same)
		return ERR_MALFORMED;
	*value = json_deep_copy(vec_get(kase, "value"));
	return 0;
}

static int read_device(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	(void)kase;
	(void)a;
	if (in.len != SIGN_PUBLIC)
		return ERR_MALFORMED;
	*value = vec_from_device(hash_device(in.at));
	return 0;
}

/* stream, device, op: 8 bytes each. */
static int read_short(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct cursor c = cursor_of(in);
	uint64_t stream = cursor_u64(&c);
	struct rid id;
	char text[9];

	(void)kase;
	(void)a;
	id.device = cursor_u64(&c);
	id.op = cursor_u64(&c);
	if (c.failed || cursor_left(&c) > 0)
		return ERR_MALFORMED;
	record_short_text(record_short(stream, id), text);
	*value = json_string(text);
	return 0;
}

/* --- signatures --- */

/* The Sig_structure, put together here a second time. */
static void put_structure(json_t *v, const uint8_t *key, struct arena *a, struct buf *out)
{
	json_t *bound = vec_get(v, "bound"), *district = vec_get(v, "district");
	struct buf aad;
	size_t i;

	buf_init(&aad, 1 << 16);
	cbor_put_array(&aad, 3 + json_array_size(bound));
	cbor_put_text(&aad, vec_text(v, "domain"));
	if (json_is_null(district))
		cbor_put_null(&aad);
	else
		cbor_put_bytes(&aad, vec_hex_bytes(district, a));
	cbor_put_bytes(&aad, (struct bytes){ key, SIGN_PUBLIC });
	for (i = 0; i < json_array_size(bound); i++)
		cbor_put_bytes(&aad, vec_hex_bytes(json_array_get(bound, i), a));
	buf_byte(out, 0x84);
	cbor_put_text(out, bytes_str("Signature1"));
	cbor_put_bytes(out, bytes_str("\xa1\x01\x32"));
	cbor_put_bytes(out, buf_view(&aad));
	cbor_put_bytes(out, vec_bytes(v, "payload", a));
	buf_release(&aad);
}

static struct sign_context get_context(json_t *v, struct arena *a)
{
	struct sign_context ctx = { .domain = (const char *)vec_text(v, "domain").at };

	if (!json_is_null(vec_get(v, "district")))
		ctx.district = vec_fixed(v, "district", HASH_SIZE, a);
	ctx.bound = get_parts(vec_get(v, "bound"), a, &ctx.count);
	return ctx;
}

static int write_signature(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value");
	struct sign_context ctx = get_context(v, a);
	struct sign_key key;
	uint8_t direct[SIGN_SIZE], *to = buf_grow(out, SIGN_SIZE);
	struct buf structure;

	sign_make(&key, vec_seed(kase, "seed", a));
	sign_detached(&key, &ctx, vec_bytes(v, "payload", a), to);
	buf_init(&structure, 1 << 20);
	put_structure(v, key.public_key, a, &structure);
	crypto_sign_detached(direct, NULL, structure.at, structure.len, key.secret);
	buf_release(&structure);
	if (memcmp(direct, to, SIGN_SIZE) != 0)
		vec_die(kase, "the structure is another");
	return 0;
}

/* "claimed" may say what a reader takes it for; the value of a good case also
 * shows public key and structure. */
static int read_signature(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	json_t *v = json_object_get(kase, "claimed"), *copy;
	struct sign_context ctx;
	struct sign_key key;
	struct buf structure;

	if (v == NULL)
		v = vec_get(kase, "value");
	if (in.len != SIGN_SIZE)
		return ERR_MALFORMED;
	ctx = get_context(v, a);
	sign_make(&key, vec_seed(kase, "seed", a));
	if (!sign_ok(key.public_key, &ctx, vec_bytes(v, "payload", a), in.at))
		return ERR_BAD_SIGNATURE;
	copy = json_deep_copy(v);
	buf_init(&structure, 1 << 20);
	put_structure(v, key.public_key, a, &structure);
	json_object_set_new(copy, "public_key", vec_hex(BYTES_OF(key.public_key)));
	json_object_set_new(copy, "structure", vec_hex(buf_view(&structure)));
	buf_release(&structure);
	*value = copy;
	return 0;
}

const struct vec_kind vec_basic[] = {
	{ "cbor", read_cbor, write_cbor, NULL },
	{ "varint", read_varint, write_varint, NULL },
	{ "zigzag", read_zigzag, write_zigzag, NULL },
	{ "viscii", read_viscii, write_viscii, NULL },
	{ "hash", read_hash, write_hash, NULL },
	{ "device", read_device, NULL, NULL },
	{ "short_id", read_short, NULL, NULL },
	{ "signature", read_signature, write_signature, NULL },
	{ NULL, NULL, NULL, NULL }
};
