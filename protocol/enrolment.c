/* District documents, enrolments, claims. */
#include "enrolment.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "armour.h"
#include "cbor.h"
#include "limits.h"

enum { FORMAT = 1, EXTENSION_PINS = 1 };

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

/* What a keys document says, whoever says it. */
static int read_keys(struct bytes payload, struct server_keys *out, struct err *e)
{
	struct server_keys k = { 0 };
	const uint8_t *p;
	struct cbor c;
	uint64_t n, i;
	int code;

	cbor_init(&c, payload);
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
		*out = k;
	return code;
}

int keys_document_read(const struct document *doc, const struct district *district,
		       struct server_keys *out, struct err *e)
{
	struct server_keys k;
	int code = read_keys(doc->payload, &k, e);

	if (code == 0)
		code = check_signature(doc, SIGN_KEYS, district->id, district->root, e);
	if (code == 0)
		*out = k;
	return code;
}

void enrolment_put(const struct enrolment *en, struct buf *out)
{
	size_t i;

	cbor_put_array(out, en->pin_count > 0 ? 14 : 13);
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
	if (en->pin_count == 0)
		return;
	cbor_put_map(out, 1);
	cbor_put_uint(out, EXTENSION_PINS);
	cbor_put_array(out, en->pin_count);
	for (i = 0; i < en->pin_count; i++)
		cbor_put_bytes(out, BYTES_OF(en->pins[i]));
}

static void copy_fixed(struct cbor *c, uint8_t *out, size_t n)
{
	const uint8_t *p = cbor_get_fixed(c, n);

	if (p != NULL)
		memcpy(out, p, n);
}

static void read_pins(struct cbor *c, struct enrolment *en)
{
	uint64_t n = cbor_open_array(c), i;

	if (c->code == 0 && (n == 0 || n > PINS_MAX))
		c->code = n == 0 ? ERR_MALFORMED : ERR_TOO_LARGE;
	for (i = 0; i < n && c->code == 0; i++)
		copy_fixed(c, en->pins[i], PIN_SIZE);
	cbor_close(c);
	en->pin_count = c->code == 0 ? (size_t)n : 0;
}

/* What is not known is checked for form and left alone. */
static void read_extensions(struct cbor *c, struct enrolment *en)
{
	uint64_t n;

	if (cbor_next(c) != CBOR_MAP)
		return;
	for (n = cbor_open_map(c); n > 0 && c->code == 0; n--) {
		if (cbor_get_int(c) == EXTENSION_PINS)
			read_pins(c, en);
		else
			cbor_skip(c);
	}
	cbor_close(c);
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
	read_extensions(&c, &en);
	cbor_close(&c);
	if (c.code == 0 && role > UINT32_MAX)
		c.code = ERR_MALFORMED;
	en.role = (uint32_t)role;
	code = cbor_finish(&c, "enrolment", e);
	if (code == 0)
		*out = en;
	return code;
}

void key_paper_put(const struct key_paper *p, struct buf *out)
{
	cbor_put_array(out, 5);
	cbor_put_uint(out, FORMAT);
	cbor_put_bytes(out, p->root.payload);
	cbor_put_bytes(out, p->root.signature);
	cbor_put_bytes(out, p->keys.payload);
	cbor_put_bytes(out, p->keys.signature);
}

int key_paper_read(struct bytes in, struct key_paper *out, struct district *district,
		   struct server_keys *keys, struct err *e)
{
	struct key_paper p = { 0 };
	struct cbor c;
	int code;

	cbor_init(&c, in);
	cbor_open_array(&c);
	if (cbor_get_uint(&c) != FORMAT && c.code == 0)
		c.code = ERR_VERSION;
	p.root.payload = cbor_get_bytes(&c);
	p.root.signature = cbor_get_bytes(&c);
	p.keys.payload = cbor_get_bytes(&c);
	p.keys.signature = cbor_get_bytes(&c);
	cbor_close(&c);
	code = cbor_finish(&c, "key paper", e);
	if (code == 0)
		code = root_document_read(&p.root, district, e);
	if (code == 0)
		code = p.keys.signature.len == 0 ?
			       read_keys(p.keys.payload, keys, e) :
			       keys_document_read(&p.keys, district, keys, e);
	if (code == 0)
		*out = p;
	return code;
}

void enrolment_armour(struct bytes encoded, struct buf *out)
{
	armour_put(ARMOUR_ENROLMENT, encoded, out);
}

int enrolment_unarmour(struct bytes text, struct buf *out, struct err *e)
{
	return armour_get(ARMOUR_ENROLMENT, text, out, e);
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

bool claim_signed(const struct message_claim *claim, const uint8_t district[HASH_SIZE],
		  uint64_t unit)
{
	struct sign_context ctx = { SIGN_CLAIM, district, NULL, 0 };
	struct buf payload;
	bool ok;

	buf_init(&payload, claim->author.len + 64);
	claim_payload(&payload, claim->enrolment, unit, claim->author);
	ok = !payload.failed && sign_ok(claim->key, &ctx, buf_view(&payload), claim->signature);
	buf_release(&payload);
	return ok;
}

int claim_check(const struct message_claim *claim, const uint8_t district[HASH_SIZE],
		uint64_t unit, const uint8_t secret[CLAIM_SECRET], struct err *e)
{
	uint8_t mac[HASH_SIZE];
	struct buf payload;
	int code = 0;

	buf_init(&payload, claim->author.len + 64);
	claim_payload(&payload, claim->enrolment, unit, claim->author);
	claim_mac(claim, buf_view(&payload), secret, mac);
	if (payload.failed || sodium_memcmp(mac, claim->mac, sizeof mac) != 0)
		code = err_set(e, ERR_ENROL_MAC, "claim");
	else if (!claim_signed(claim, district, unit))
		code = err_set(e, ERR_BAD_SIGNATURE, "claim");
	buf_release(&payload);
	return code;
}
