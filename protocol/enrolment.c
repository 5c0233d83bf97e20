/* District documents, enrolments, claims. */
#include "enrolment.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "cbor.h"
#include "limits.h"

enum { FORMAT = 1 };

static const char begin_line[] = "-----BEGIN DONGBO ENROLMENT-----";
static const char end_line[] = "-----END DONGBO ENROLMENT-----";

void root_document_put(struct bytes name, const uint8_t root[SIGN_PUBLIC], int64_t created,
		       const uint8_t salt[16], struct buf *out)
{
	cbor_put_array(out, 5);
	cbor_put_uint(out, FORMAT);
	cbor_put_text(out, name);
	cbor_put_bytes(out, (struct bytes){ root, SIGN_PUBLIC });
	cbor_put_int(out, created);
	cbor_put_bytes(out, (struct bytes){ salt, 16 });
}

void keys_document_put(const struct server_keys *keys, struct buf *out)
{
	size_t i;

	cbor_put_array(out, 4);
	cbor_put_uint(out, keys->version);
	cbor_put_bytes(out, BYTES_OF(keys->working));
	cbor_put_array(out, keys->box_count);
	for (i = 0; i < keys->box_count; i++) {
		cbor_put_array(out, 2);
		cbor_put_uint(out, keys->box[i].number);
		cbor_put_bytes(out, BYTES_OF(keys->box[i].key));
	}
	cbor_put_int(out, keys->since);
}

void document_sign(const struct sign_key *root, const char *domain, const uint8_t *district,
		   struct bytes payload, uint8_t signature[SIGN_SIZE])
{
	struct sign_context ctx = { domain, district, NULL, 0 };

	sign_detached(root, &ctx, payload, signature);
}

static int check_signature(const struct document *doc, const char *domain,
			   const uint8_t *district, const uint8_t *key, struct err *e)
{
	struct sign_context ctx = { domain, district, NULL, 0 };

	if (doc->signature.len != SIGN_SIZE ||
	    !sign_ok(key, &ctx, doc->payload, doc->signature.at))
		return err_set(e, ERR_BAD_SIGNATURE, "%s", domain);
	return 0;
}

int root_document_read(const struct document *doc, struct district *out, struct err *e)
{
	struct district d = { 0 };
	const uint8_t *root;
	struct cbor c;
	int code;

	cbor_init(&c, doc->payload);
	cbor_open_array(&c);
	if (cbor_get_uint(&c) != FORMAT && c.code == 0)
		c.code = ERR_VERSION;
	d.name = cbor_get_text(&c);
	root = cbor_get_fixed(&c, SIGN_PUBLIC);
	d.created = cbor_get_int(&c);
	cbor_get_fixed(&c, 16);
	cbor_close(&c);
	code = cbor_finish(&c, "root document", e);
	if (code == 0)
		code = check_signature(doc, SIGN_ROOT, NULL, root, e);
	if (code != 0)
		return code;
	memcpy(d.root, root, SIGN_PUBLIC);
	hash_parts(d.id, sizeof d.id, HASH_DISTRICT, &doc->payload, 1);
	*out = d;
	return 0;
}

int keys_document_read(const struct document *doc, const struct district *district,
		       struct server_keys *out, struct err *e)
{
	struct server_keys k = { 0 };
	const uint8_t *p;
	struct cbor c;
	uint64_t n, i;
	int code;

	cbor_init(&c, doc->payload);
	cbor_open_array(&c);
	k.version = cbor_get_uint(&c);
	p = cbor_get_fixed(&c, SIGN_PUBLIC);
	if (p != NULL)
		memcpy(k.working, p, SIGN_PUBLIC);
	n = cbor_open_array(&c);
	if (c.code == 0 && (n == 0 || n > BOX_KEYS_MAX))
		c.code = n == 0 ? ERR_MALFORMED : ERR_TOO_LARGE;
	for (i = 0; i < n && c.code == 0; i++) {
		uint64_t number;

		cbor_open_array(&c);
		number = cbor_get_uint(&c);
		if (number > UINT8_MAX && c.code == 0)
			c.code = ERR_MALFORMED;
		k.box[i].number = (uint8_t)number;
		p = cbor_get_fixed(&c, SEAL_KEY);
		if (p != NULL)
			memcpy(k.box[i].key, p, SEAL_KEY);
		cbor_close(&c);
	}
	k.box_count = n;
	cbor_close(&c);
	k.since = cbor_get_int(&c);
	cbor_close(&c);
	code = cbor_finish(&c, "keys document", e);
	if (code == 0)
		code = check_signature(doc, SIGN_KEYS, district->id, district->root, e);
	if (code == 0)
		*out = k;
	return code;
}

void enrolment_put(const struct enrolment *en, struct buf *out)
{
	cbor_put_array(out, 13);
	cbor_put_uint(out, FORMAT);
	cbor_put_text(out, en->address);
	cbor_put_bytes(out, en->root.payload);
	cbor_put_bytes(out, en->root.signature);
	cbor_put_bytes(out, en->keys.payload);
	cbor_put_bytes(out, en->keys.signature);
	cbor_put_uint(out, en->unit);
	cbor_put_uint(out, en->role);
	cbor_put_bytes(out, BYTES_OF(en->id));
	cbor_put_bytes(out, BYTES_OF(en->secret));
	cbor_put_int(out, en->expires);
	cbor_put_text(out, en->unit_name);
	cbor_put_bytes(out, en->stream_zero);
}

static void copy_fixed(struct cbor *c, uint8_t *out, size_t n)
{
	const uint8_t *p = cbor_get_fixed(c, n);

	if (p != NULL)
		memcpy(out, p, n);
}

int enrolment_read(struct bytes in, struct enrolment *out, struct err *e)
{
	struct enrolment en = { 0 };
	struct cbor c;
	uint64_t role;
	int code;

	cbor_init(&c, in);
	cbor_open_array(&c);
	if (cbor_get_uint(&c) != FORMAT && c.code == 0)
		c.code = ERR_VERSION;
	en.address = cbor_get_text(&c);
	en.root.payload = cbor_get_bytes(&c);
	en.root.signature = cbor_get_bytes(&c);
	en.keys.payload = cbor_get_bytes(&c);
	en.keys.signature = cbor_get_bytes(&c);
	en.unit = cbor_get_uint(&c);
	role = cbor_get_uint(&c);
	copy_fixed(&c, en.id, MESSAGE_ID);
	copy_fixed(&c, en.secret, CLAIM_SECRET);
	en.expires = cbor_get_int(&c);
	en.unit_name = cbor_get_text(&c);
	en.stream_zero = cbor_get_bytes(&c);
	cbor_close(&c);
	if (c.code == 0 && role > UINT32_MAX)
		c.code = ERR_MALFORMED;
	en.role = (uint32_t)role;
	code = cbor_finish(&c, "enrolment", e);
	if (code == 0)
		*out = en;
	return code;
}

void enrolment_armour(struct bytes encoded, struct buf *out)
{
	const int variant = sodium_base64_VARIANT_ORIGINAL;
	size_t at;

	buf_printf(out, "%s\n", begin_line);
	for (at = 0; at < encoded.len; at += 48) {
		size_t n = encoded.len - at < 48 ? encoded.len - at : 48;
		char line[72];

		sodium_bin2base64(line, sizeof line, encoded.at + at, n, variant);
		buf_printf(out, "%s\n", line);
	}
	buf_printf(out, "%s\n", end_line);
}

int enrolment_unarmour(struct bytes text, struct buf *out, struct err *e)
{
	const int variant = sodium_base64_VARIANT_ORIGINAL;
	const size_t head = sizeof begin_line - 1;
	struct cursor c = cursor_of(text);
	struct bytes body, tail;
	const uint8_t *end;
	uint8_t *to;
	size_t n;

	if (text.len > LIMIT_MESSAGE)
		return err_set(e, ERR_TOO_LARGE, "enrolment");
	body = cursor_take(&c, head);
	if (c.failed || memcmp(body.at, begin_line, head) != 0)
		return err_set(e, ERR_MALFORMED, "enrolment");
	body = cursor_take(&c, cursor_left(&c));
	end = body.len > 0 ? memchr(body.at, '-', body.len) : NULL;
	if (end == NULL)
		return err_set(e, ERR_TRUNCATED, "enrolment");
	c = cursor_of((struct bytes){ end, body.len - (size_t)(end - body.at) });
	tail = cursor_take(&c, sizeof end_line - 1);
	if (c.failed || memcmp(tail.at, end_line, tail.len) != 0)
		return err_set(e, c.failed ? ERR_TRUNCATED : ERR_MALFORMED, "enrolment");
	body.len = (size_t)(end - body.at);
	if (body.len == 0)
		return err_set(e, ERR_MALFORMED, "enrolment");
	to = buf_grow(out, body.len);
	if (to == NULL)
		return err_set(e, ERR_TOO_LARGE, "enrolment");
	if (sodium_base642bin(to, body.len, (const char *)body.at, body.len, "\r\n \t", &n, NULL,
			      variant) != 0) {
		out->len -= body.len;
		return err_set(e, ERR_MALFORMED, "enrolment");
	}
	out->len -= body.len - n;
	return 0;
}

static void claim_payload(struct buf *b, const uint8_t *id, uint64_t unit, struct bytes author)
{
	cbor_put_array(b, 3);
	cbor_put_bytes(b, (struct bytes){ id, MESSAGE_ID });
	cbor_put_uint(b, unit);
	cbor_put_text(b, author);
}

/* The secret proves who was handed the enrolment; it stays out of everything
 * that is compressed or stored with the claim. */
static void claim_mac(const struct message_claim *claim, struct bytes payload,
		      const uint8_t secret[CLAIM_SECRET], uint8_t out[HASH_SIZE])
{
	struct bytes parts[] = { payload, BYTES_OF(claim->key), BYTES_OF(claim->signature) };
	uint8_t key[32] = { 0 };

	memcpy(key, secret, CLAIM_SECRET);
	hash_keyed(out, HASH_SIZE, key, HASH_CLAIM, parts, 3);
	sodium_memzero(key, sizeof key);
}

void claim_make(const struct sign_key *device, const uint8_t district[HASH_SIZE],
		const uint8_t id[MESSAGE_ID], uint64_t unit, struct bytes author,
		const uint8_t secret[CLAIM_SECRET], struct message_claim *out)
{
	struct sign_context ctx = { SIGN_CLAIM, district, NULL, 0 };
	struct buf payload;

	memcpy(out->enrolment, id, MESSAGE_ID);
	memcpy(out->key, device->public_key, SIGN_PUBLIC);
	out->author = author;
	buf_init(&payload, author.len + 64);
	claim_payload(&payload, id, unit, author);
	/* As in sign_detached: never a signature over half of it. */
	assert(!payload.failed);
	sign_detached(device, &ctx, buf_view(&payload), out->signature);
	claim_mac(out, buf_view(&payload), secret, out->mac);
	buf_release(&payload);
}

int claim_check(const struct message_claim *claim, const uint8_t district[HASH_SIZE],
		uint64_t unit, const uint8_t secret[CLAIM_SECRET], struct err *e)
{
	struct sign_context ctx = { SIGN_CLAIM, district, NULL, 0 };
	uint8_t mac[HASH_SIZE];
	struct buf payload;
	int code = 0;

	buf_init(&payload, claim->author.len + 64);
	claim_payload(&payload, claim->enrolment, unit, claim->author);
	claim_mac(claim, buf_view(&payload), secret, mac);
	if (payload.failed || sodium_memcmp(mac, claim->mac, sizeof mac) != 0)
		code = err_set(e, ERR_ENROL_MAC, "claim");
	else if (!sign_ok(claim->key, &ctx, buf_view(&payload), claim->signature))
		code = err_set(e, ERR_BAD_SIGNATURE, "claim");
	buf_release(&payload);
	return code;
}
