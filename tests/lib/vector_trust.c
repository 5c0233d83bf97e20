/* Vectors of who is who: envelopes, the district's documents, enrolments, claims. */
#include <string.h>

#include "protocol/cbor.h"
#include "protocol/code.h"
#include "protocol/enrolment.h"
#include "protocol/limits.h"
#include "tests/lib/vector.h"

#define HEX(array) vec_hex(BYTES_OF(array))

/* --- envelopes --- */

static const struct {
	const char *name;
	enum seal_suite suite;
} suites[] = { { "known", SEAL_KNOWN }, { "first", SEAL_FIRST }, { "reply", SEAL_REPLY } };

/* Both ends: the recipient's pair and the sender's public key. */
struct ends {
	struct seal_pair from, to;
	struct sign_key device;
};

static void find_ends(json_t *kase, enum seal_suite suite, struct arena *a, struct ends *out)
{
	struct seal_pair device, server;

	sign_make(&out->device, vec_seed(kase, "device_seed", a));
	seal_make(&server, vec_seed(kase, "box_seed", a));
	if (seal_from_sign(&device, out->device.secret) != 0)
		vec_die(kase, "device key");
	out->to = suite == SEAL_REPLY ? device : server;
	out->from = suite == SEAL_REPLY ? server : device;
	if (suite == SEAL_FIRST)
		seal_make(&out->from, vec_seed(kase, "ephemeral_seed", a));
}

static json_t *from_header(const struct seal_header *h, struct bytes content)
{
	json_t *j = json_object();
	size_t i;

	for (i = 0; i < sizeof suites / sizeof suites[0]; i++)
		if (suites[i].suite == h->suite)
			json_object_set_new(j, "suite", json_string(suites[i].name));
	json_object_set_new(j, "key_number", json_integer(h->key_number));
	if (h->suite == SEAL_KNOWN)
		json_object_set_new(j, "device", vec_from_device(h->device));
	if (h->suite == SEAL_FIRST)
		json_object_set_new(j, "ephemeral",
				    vec_hex((struct bytes){ h->ephemeral, SEAL_KEY }));
	else
		json_object_set_new(j, "nonce",
				    vec_hex((struct bytes){ h->raw.at + h->raw.len - SEAL_NONCE,
							    SEAL_NONCE }));
	json_object_set_new(j, "content", vec_hex(content));
	return j;
}

static int read_envelope(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct seal_header h;
	struct ends ends;
	struct buf content;
	int code = seal_read_refusal(in, NULL);

	if (code == 0)
		code = seal_read_header(in, &h, NULL);
	if (code == 0 && h.key_number != vec_int(kase, "key_number"))
		code = ERR_NOT_SEALED_TO_US;
	if (code != 0)
		return code;
	find_ends(kase, h.suite, a, &ends);
	if (h.suite == SEAL_KNOWN && h.device != ends.device.id)
		return ERR_UNKNOWN_DEVICE;
	buf_init(&content, LIMIT_MESSAGE);
	/* The server takes the ephemeral key from the envelope, not from the sender. */
	code = seal_open(&h, &ends.to, h.suite == SEAL_FIRST ? h.ephemeral : ends.from.public_key,
			 &content, NULL);
	if (code == 0)
		*value = from_header(&h, buf_view(&content));
	buf_release(&content);
	return code;
}

static int write_envelope(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value");
	const char *name = (const char *)vec_text(v, "suite").at;
	const uint8_t *nonce = NULL;
	struct ends ends;
	size_t i = 0;

	while (strcmp(suites[i].name, name) != 0)
		if (++i == sizeof suites / sizeof suites[0])
			vec_die(kase, name);
	find_ends(kase, suites[i].suite, a, &ends);
	if (suites[i].suite != SEAL_FIRST)
		nonce = vec_fixed(v, "nonce", SEAL_NONCE, a);
	return seal_close(suites[i].suite, (uint8_t)vec_int(v, "key_number"), ends.device.id,
			  nonce, &ends.from, ends.to.public_key, vec_bytes(v, "content", a), out,
			  NULL);
}

/* A refusal's value is the code that it says. */
static int read_refusal(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	int code;

	(void)kase;
	(void)a;
	code = seal_read_refusal(in, NULL);
	if (code == 0)
		return ERR_NOT_DONGBO;
	if (code == ERR_MALFORMED && !(in.len == 4 && in.at[3] == -ERR_MALFORMED))
		return code;
	*value = json_integer(-code);
	return 0;
}

static int write_refusal(json_t *kase, struct arena *a, struct buf *out)
{
	(void)a;
	seal_refuse(-(int)json_integer_value(vec_get(kase, "value")), out);
	return 0;
}

/* --- documents: the bytes are the payload, the signature stands in the case --- */

static int read_root(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct document doc = { in, vec_bytes(kase, "signature", a) };
	struct district d;
	int code = root_document_read(&doc, &d, NULL);

	if (code == 0)
		*value = json_pack("{so,so,sI,so,so}", "name", vec_from_text(d.name), "root",
				   HEX(d.root), "created", (json_int_t)d.created, "salt",
				   vec_hex((struct bytes){ in.at + in.len - 16, 16 }), "district",
				   HEX(d.id));
	return code;
}

static int write_root(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value"), *given = json_object_get(kase, "signature");
	uint8_t signature[SIGN_SIZE];
	struct sign_key root;

	sign_make(&root, vec_seed(kase, "root_seed", a));
	root_document_put(vec_text(v, "name"), root.public_key, vec_int(v, "created"),
			  vec_fixed(v, "salt", 16, a), out);
	document_sign(&root, SIGN_ROOT, NULL, buf_view(out), signature);
	/* The maker leaves it out the first time. */
	if (given == NULL)
		json_object_set_new(kase, "signature", HEX(signature));
	else if (memcmp(vec_fixed(kase, "signature", SIGN_SIZE, a), signature, SIGN_SIZE) != 0)
		vec_die(kase, "signature");
	return 0;
}

static int read_keys(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct document doc = { in, vec_bytes(kase, "signature", a) };
	struct district d = { 0 };
	struct server_keys k;
	json_t *box;
	size_t i;
	int code;

	memcpy(d.id, vec_fixed(kase, "district", HASH_SIZE, a), HASH_SIZE);
	memcpy(d.root, vec_fixed(kase, "root", SIGN_PUBLIC, a), SIGN_PUBLIC);
	code = keys_document_read(&doc, &d, &k, NULL);
	if (code != 0)
		return code;
	box = json_array();
	for (i = 0; i < k.box_count; i++)
		json_array_append_new(box, json_pack("[io]", k.box[i].number, HEX(k.box[i].key)));
	*value = json_pack("{sI,so,so,sI}", "version", (json_int_t)k.version, "working",
			   HEX(k.working), "box", box, "since", (json_int_t)k.since);
	return 0;
}

static int write_keys(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value"), *given = json_object_get(kase, "signature"), *pair;
	struct server_keys k = { .version = (uint64_t)vec_int(v, "version"),
				 .since = vec_int(v, "since") };
	uint8_t signature[SIGN_SIZE];
	struct sign_key root;

	sign_make(&root, vec_seed(kase, "root_seed", a));
	memcpy(k.working, vec_fixed(v, "working", SIGN_PUBLIC, a), SIGN_PUBLIC);
	json_array_foreach(vec_get(v, "box"), k.box_count, pair) {
		struct bytes key = vec_hex_bytes(json_array_get(pair, 1), a);

		k.box[k.box_count].number =
			(uint8_t)json_integer_value(json_array_get(pair, 0));
		memcpy(k.box[k.box_count].key, key.at, SEAL_KEY);
	}
	keys_document_put(&k, out);
	document_sign(&root, SIGN_KEYS, vec_fixed(kase, "district", HASH_SIZE, a), buf_view(out),
		      signature);
	if (given == NULL)
		json_object_set_new(kase, "signature", HEX(signature));
	else if (memcmp(vec_fixed(kase, "signature", SIGN_SIZE, a), signature, SIGN_SIZE) != 0)
		vec_die(kase, "signature");
	return 0;
}

/* --- enrolments --- */

static int read_enrolment(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct enrolment en;
	size_t i;
	int code = enrolment_read(in, &en, NULL);

	(void)kase;
	(void)a;
	if (code != 0)
		return code;
	*value = json_pack("{so,so,so,so,so,sI,sI,so,so,sI,so,so}", "address",
			   vec_from_text(en.address), "root", vec_hex(en.root.payload),
			   "root_signature", vec_hex(en.root.signature), "keys",
			   vec_hex(en.keys.payload), "keys_signature",
			   vec_hex(en.keys.signature), "unit", (json_int_t)en.unit, "role",
			   (json_int_t)en.role, "id", HEX(en.id), "secret", HEX(en.secret),
			   "expires", (json_int_t)en.expires, "unit_name",
			   vec_from_text(en.unit_name), "stream_zero", vec_hex(en.stream_zero));
	for (i = 0; i < en.pin_count; i++) {
		if (i == 0)
			json_object_set_new(*value, "pins", json_array());
		json_array_append_new(json_object_get(*value, "pins"), HEX(en.pins[i]));
	}
	return 0;
}

static int write_enrolment(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value"), *pin;
	struct enrolment en = {
		.address = vec_text(v, "address"),
		.root = { vec_bytes(v, "root", a), vec_bytes(v, "root_signature", a) },
		.keys = { vec_bytes(v, "keys", a), vec_bytes(v, "keys_signature", a) },
		.unit = (uint64_t)vec_int(v, "unit"),
		.role = (uint32_t)vec_int(v, "role"),
		.expires = vec_int(v, "expires"),
		.unit_name = vec_text(v, "unit_name"),
		.stream_zero = vec_bytes(v, "stream_zero", a),
	};

	json_array_foreach(json_object_get(v, "pins"), en.pin_count, pin)
		memcpy(en.pins[en.pin_count], vec_hex_bytes(pin, a).at, PIN_SIZE);
	memcpy(en.id, vec_fixed(v, "id", MESSAGE_ID, a), MESSAGE_ID);
	memcpy(en.secret, vec_fixed(v, "secret", CLAIM_SECRET, a), CLAIM_SECRET);
	enrolment_put(&en, out);
	return 0;
}

/* The bytes are the text, the value what it carries. */
static int read_armour(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct buf out;
	int code;

	(void)kase;
	(void)a;
	buf_init(&out, LIMIT_MESSAGE);
	code = enrolment_unarmour(in, &out, NULL);
	if (code == 0)
		*value = vec_hex(buf_view(&out));
	buf_release(&out);
	return code;
}

static int write_armour(json_t *kase, struct arena *a, struct buf *out)
{
	enrolment_armour(vec_bytes(kase, "value", a), out);
	return 0;
}

/* A claim is read as the server does: from a request that ends in it, and checked
 * against its enrolment. */
static int read_claim(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	static const uint8_t before[] = { 0x87, 1, 16, 0x80, 0x80, 0x80, 0x80 };
	struct request r;
	struct buf whole;
	int code;

	buf_init(&whole, 4096);
	buf_add(&whole, BYTES_OF(before));
	buf_add(&whole, in);
	code = request_decode(arena_copy(a, buf_view(&whole)), a, &r, NULL);
	buf_release(&whole);
	if (code == 0)
		code = claim_check(&r.claim, vec_fixed(kase, "district", HASH_SIZE, a),
				   (uint64_t)vec_int(kase, "unit"),
				   vec_fixed(kase, "secret", CLAIM_SECRET, a), NULL);
	if (code == 0)
		*value = json_pack("{so,so,so,so,so}", "enrolment", HEX(r.claim.enrolment), "key",
				   HEX(r.claim.key), "author", vec_from_text(r.claim.author),
				   "signature", HEX(r.claim.signature), "mac", HEX(r.claim.mac));
	return code;
}

static int write_claim(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value");
	struct message_claim c;
	struct sign_key device;

	sign_make(&device, vec_seed(kase, "device_seed", a));
	claim_make(&device, vec_fixed(kase, "district", HASH_SIZE, a),
		   vec_fixed(v, "enrolment", MESSAGE_ID, a), (uint64_t)vec_int(kase, "unit"),
		   vec_text(v, "author"), vec_fixed(kase, "secret", CLAIM_SECRET, a), &c);
	cbor_put_array(out, 5);
	cbor_put_bytes(out, BYTES_OF(c.enrolment));
	cbor_put_bytes(out, BYTES_OF(c.key));
	cbor_put_text(out, c.author);
	cbor_put_bytes(out, BYTES_OF(c.signature));
	cbor_put_bytes(out, BYTES_OF(c.mac));
	return 0;
}

/* --- codes: the bytes are the text --- */

static int read_code(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	uint8_t id[MESSAGE_ID], secret[CLAIM_SECRET];
	struct code_fault fault;
	struct code c;
	int code = code_read(in, vec_text(kase, "address"), &c, &fault);

	(void)a;
	if (code != 0)
		return code;
	code_enrolment(c.seed, id, secret);
	*value = json_pack("{so,so,so,so}", "seed", HEX(c.seed), "print", HEX(c.print), "id",
			   HEX(id), "secret", HEX(secret));
	return 0;
}

static int write_code(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value");
	char text[CODE_TEXT];
	struct code c;

	memcpy(c.seed, vec_fixed(v, "seed", CODE_SEED, a), CODE_SEED);
	memcpy(c.print, vec_fixed(v, "print", CODE_PRINT, a), CODE_PRINT);
	code_put(&c, vec_text(kase, "address"), text);
	buf_add(out, bytes_str(text));
	return 0;
}

static int read_code_request(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	const uint8_t *id, *ephemeral;

	if (!code_request_read(in, &id, &ephemeral))
		return ERR_VERSION;
	if (!code_request_ok(in, vec_fixed(kase, "secret", CLAIM_SECRET, a)))
		return ERR_ENROL_MAC;
	*value = json_pack("{so,so}", "id", vec_hex((struct bytes){ id, MESSAGE_ID }), "ephemeral",
			   vec_hex((struct bytes){ ephemeral, SEAL_KEY }));
	return 0;
}

static int write_code_request(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value");

	code_request_put(vec_fixed(v, "id", MESSAGE_ID, a),
			 vec_fixed(kase, "secret", CLAIM_SECRET, a),
			 vec_fixed(v, "ephemeral", SEAL_KEY, a), out);
	return 0;
}

static int read_code_reply(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct document root, keys;
	struct bytes envelope;
	int code = code_reply_read(in, &root, &keys, &envelope, NULL);

	(void)kase;
	(void)a;
	if (code == 0)
		*value = json_pack("{so,so,so,so,so}", "root", vec_hex(root.payload),
				   "root_signature", vec_hex(root.signature), "keys",
				   vec_hex(keys.payload), "keys_signature",
				   vec_hex(keys.signature), "envelope", vec_hex(envelope));
	return code;
}

static int write_code_reply(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value");
	struct document root = { vec_bytes(v, "root", a), vec_bytes(v, "root_signature", a) };
	struct document keys = { vec_bytes(v, "keys", a), vec_bytes(v, "keys_signature", a) };

	code_reply_put(&root, &keys, vec_bytes(v, "envelope", a), out);
	return 0;
}

const struct vec_kind vec_trust[] = {
	{ "envelope", read_envelope, write_envelope, NULL },
	{ "refusal", read_refusal, write_refusal, NULL },
	{ "root", read_root, write_root, NULL },
	{ "keys", read_keys, write_keys, NULL },
	{ "enrolment", read_enrolment, write_enrolment, NULL },
	{ "enrolment_text", read_armour, write_armour, NULL },
	{ "claim", read_claim, write_claim, NULL },
	{ "code", read_code, write_code, NULL },
	{ "code_request", read_code_request, write_code_request, NULL },
	{ "code_reply", read_code_reply, write_code_reply, NULL },
	{ NULL, NULL, NULL, NULL }
};
