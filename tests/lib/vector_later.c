/* Vectors of what has its bytes now and its code later (SPEC.md section 11): signed
 * statements, and personal parts from which values were erased. What a program will
 * do is done here by hand, over the hashes and signatures that are there. */
#include <string.h>

#include "protocol/changeset.h"
#include "protocol/viscii.h"
#include "tests/lib/vector.h"

/* --- a CBOR payload under a domain of signatures --- */

static void get_key(json_t *kase, struct arena *a, struct sign_key *key,
		    struct sign_context *ctx)
{
	sign_make(key, vec_seed(kase, "seed", a));
	*ctx = (struct sign_context){ .domain = (const char *)vec_text(kase, "domain").at,
				      .district = vec_fixed(kase, "district", HASH_SIZE, a) };
}

static int read_statement(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct sign_context ctx;
	struct sign_key key;
	json_t *payload = NULL;
	int code = vec_cbor_read(in, &payload);

	if (code != 0)
		return code;
	get_key(kase, a, &key, &ctx);
	if (!sign_ok(key.public_key, &ctx, in, vec_fixed(kase, "signature", SIGN_SIZE, a))) {
		json_decref(payload);
		return ERR_BAD_SIGNATURE;
	}
	*value = payload;
	return 0;
}

static int write_statement(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *given = json_object_get(kase, "signature");
	uint8_t signature[SIGN_SIZE];
	struct sign_context ctx;
	struct sign_key key;

	get_key(kase, a, &key, &ctx);
	vec_cbor_write(vec_get(kase, "value"), a, out);
	sign_detached(&key, &ctx, buf_view(out), signature);
	/* The maker leaves it out the first time. */
	if (given == NULL)
		json_object_set_new(kase, "signature", vec_hex(BYTES_OF(signature)));
	else if (memcmp(vec_fixed(kase, "signature", SIGN_SIZE, a), signature, SIGN_SIZE) != 0)
		vec_die(kase, "signature");
	return 0;
}

/* --- erased personal parts --- */

enum { PTEXT = 11, PDIGITS = 12 };

struct erasing {
	struct cursor in;
	struct arena *a;
	struct buf leaves;
	json_t *values;
};

static void add_leaf(struct erasing *w, struct bytes salt, struct bytes text)
{
	struct bytes parts[] = { salt, text };

	hash_parts(buf_grow(&w->leaves, HASH_SIZE), HASH_SIZE, HASH_LEAF, parts, 2);
}

static int take_text(struct erasing *w, struct bytes *out)
{
	const uint8_t *end = memchr(w->in.at, 0, cursor_left(&w->in));

	if (end == NULL)
		return ERR_TRUNCATED;
	*out = cursor_take(&w->in, (size_t)(end - w->in.at));
	cursor_byte(&w->in);
	return viscii_take(*out, w->a, out);
}

/* All digits of one length: the vectors have no others. */
static int take_digits(struct erasing *w, size_t count, struct bytes *out)
{
	static const uint8_t width[19] = { 0, 0, 0, 0, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8,
					   8 };
	uint8_t length = cursor_byte(&w->in);
	size_t i, k, planes;

	if (length < 4 || length > 18)
		return w->in.failed ? ERR_TRUNCATED : ERR_MALFORMED;
	planes = width[length];
	if (cursor_left(&w->in) < planes * count)
		return ERR_TRUNCATED;
	for (i = 0; i < count; i++) {
		uint8_t *text = arena_alloc(w->a, length);
		uint64_t n = 0;

		for (k = 0; k < planes; k++)
			n = n << 8 | w->in.at[k * count + i];
		for (k = length; k-- > 0; n /= 10)
			text[k] = (uint8_t)('0' + n % 10);
		if (n != 0)
			return ERR_MALFORMED;
		out[i] = (struct bytes){ text, length };
	}
	cursor_take(&w->in, planes * count);
	return 0;
}

static int take_values(struct erasing *w, uint8_t kind, size_t count, struct bytes *out)
{
	size_t i;
	int code = 0;

	if (count > 0 && kind == PDIGITS)
		return take_digits(w, count, out);
	for (i = 0; i < count && code == 0; i++)
		code = take_text(w, &out[i]);
	return code;
}

static int take_column(struct erasing *w)
{
	uint8_t kind = cursor_byte(&w->in);
	size_t count = (size_t)cursor_varint(&w->in), i, kept = 0, k = 0;
	struct bytes mask, *proofs, *values;
	int code;

	if (w->in.failed || count == 0 || (kind != PTEXT && kind != PDIGITS))
		return w->in.failed ? cursor_code(&w->in) : ERR_MALFORMED;
	mask = cursor_take(&w->in, count / 8 + (count % 8 != 0));
	if (w->in.failed)
		return ERR_TRUNCATED;
	if (count % 8 != 0 && mask.at[mask.len - 1] >> count % 8 != 0)
		return ERR_MALFORMED;
	proofs = arena_array(w->a, count, sizeof *proofs);
	values = arena_array(w->a, count, sizeof *values);
	for (i = 0; i < count; i++) {
		bool erased = mask.at[i / 8] >> i % 8 & 1;

		proofs[i] = cursor_take(&w->in, erased ? HASH_SIZE : CHANGESET_SALT);
		kept += !erased;
	}
	if (w->in.failed)
		return ERR_TRUNCATED;
	code = take_values(w, kind, kept, values);
	for (i = 0; i < count && code == 0; i++) {
		if (proofs[i].len == HASH_SIZE) {
			buf_add(&w->leaves, proofs[i]);
			json_array_append_new(w->values, json_null());
		} else {
			add_leaf(w, proofs[i], values[k]);
			json_array_append_new(w->values, vec_from_text(values[k++]));
		}
	}
	return code;
}

static int read_erased(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct erasing w = { .in = cursor_of(in), .a = a, .values = json_array() };
	uint8_t root[HASH_SIZE];
	struct bytes all;
	int code = 0;

	buf_init(&w.leaves, 1 << 20);
	do
		code = take_column(&w);
	while (code == 0 && cursor_left(&w.in) > 0);
	all = buf_view(&w.leaves);
	hash_parts(root, sizeof root, HASH_LEAVES, &all, 1);
	/* What the signature was made over. */
	if (code == 0 && memcmp(root, vec_fixed(kase, "root", HASH_SIZE, a), HASH_SIZE) != 0)
		code = ERR_BAD_SIGNATURE;
	if (code == 0)
		*value = w.values;
	else
		json_decref(w.values);
	buf_release(&w.leaves);
	return code;
}

const struct vec_kind vec_later[] = {
	{ "statement", read_statement, write_statement, NULL },
	{ "erased", read_erased, NULL, NULL },
	{ NULL, NULL, NULL, NULL }
};
