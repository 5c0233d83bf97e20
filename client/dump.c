/* Telling what bytes are, and the outer layers: enrolments and envelopes. */
#include "client/dump.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/date.h"
#include "protocol/limits.h"
#include "protocol/zip.h"

json_t *dump_hex(struct bytes s)
{
	static const char digits[] = "0123456789abcdef";
	struct buf b;
	json_t *j;
	size_t i;

	buf_init(&b, (size_t)4 << 20);
	for (i = 0; i < s.len; i++) {
		buf_byte(&b, (uint8_t)digits[s.at[i] >> 4]);
		buf_byte(&b, (uint8_t)digits[s.at[i] & 15]);
	}
	j = json_stringn(b.len == 0 ? "" : (char *)b.at, b.len);
	buf_release(&b);
	return j;
}

json_t *dump_device(uint64_t device)
{
	char text[24];

	snprintf(text, sizeof text, "%016" PRIx64, device);
	return json_string(text);
}

json_t *dump_time(int64_t seconds)
{
	struct buf b;
	json_t *j;

	buf_init(&b, 64);
	date_put_rfc3339(seconds, &b);
	j = json_stringn((char *)b.at, b.len);
	buf_release(&b);
	return j;
}

static json_t *text(struct bytes s)
{
	json_t *j = s.len == 0 ? json_string("") : json_stringn((const char *)s.at, s.len);

	return j != NULL ? j : dump_hex(s);
}

static json_t *error_of(const struct err *e)
{
	return json_pack("{s:s, s:s}", "code", err_name(e->code), "subject", e->subject);
}

/* The reply that an enrolment carries, inflated. */
static json_t *dump_stream_zero(const struct dump *d, struct bytes deflated)
{
	struct buf plain;
	struct bytes kept;
	struct reply r;
	struct err e;
	json_t *j;
	int code;

	buf_init(&plain, LIMIT_MESSAGE + 1);
	code = zip_inflate(deflated, BYTES_NONE, LIMIT_MESSAGE, &plain, &e);
	kept = code == 0 ? arena_copy(d->arena, buf_view(&plain)) : BYTES_NONE;
	if (code == 0)
		code = reply_decode(kept, d->arena, &r, &e);
	j = code == 0 ? dump_reply(d, &r) : error_of(&e);
	buf_release(&plain);
	return j;
}

static json_t *dump_documents(const struct enrolment *en)
{
	struct district district;
	struct server_keys keys;
	struct err e;
	json_t *j = json_object();
	int code = root_document_read(&en->root, &district, &e);

	if (code == 0) {
		json_object_set_new(j, "name", text(district.name));
		json_object_set_new(j, "id", dump_hex(BYTES_OF(district.id)));
		json_object_set_new(j, "root_key", dump_hex(BYTES_OF(district.root)));
		json_object_set_new(j, "created", dump_time(district.created));
		code = keys_document_read(&en->keys, &district, &keys, &e);
	}
	if (code == 0) {
		json_object_set_new(j, "keys_version", json_integer((json_int_t)keys.version));
		json_object_set_new(j, "working_key", dump_hex(BYTES_OF(keys.working)));
		json_object_set_new(j, "box_keys", json_integer((json_int_t)keys.box_count));
	}
	json_object_set_new(j, "signatures", code == 0 ? json_string("ok") : error_of(&e));
	return j;
}

static int dump_enrolment(const struct dump *d, struct bytes in, json_t **out, struct err *e)
{
	struct buf encoded;
	struct bytes kept = BYTES_NONE;
	struct enrolment en;
	json_t *j;
	int code;

	buf_init(&encoded, LIMIT_MESSAGE);
	code = enrolment_unarmour(in, &encoded, e);
	if (code == 0)
		kept = arena_copy(d->arena, buf_view(&encoded));
	buf_release(&encoded);
	if (code == 0)
		code = enrolment_read(kept, &en, e);
	if (code != 0)
		return code;
	j = json_pack("{s:s}", "kind", "enrolment");
	json_object_set_new(j, "address", text(en.address));
	json_object_set_new(j, "unit", json_integer((json_int_t)en.unit));
	json_object_set_new(j, "unit_name", text(en.unit_name));
	json_object_set_new(j, "role", json_integer(en.role));
	json_object_set_new(j, "id", dump_hex(BYTES_OF(en.id)));
	json_object_set_new(j, "secret", d->secrets ? dump_hex(BYTES_OF(en.secret)) :
						      json_string("***"));
	json_object_set_new(j, "expires", dump_time(en.expires));
	json_object_set_new(j, "district", dump_documents(&en));
	json_object_set_new(j, "stream_zero", dump_stream_zero(d, en.stream_zero));
	*out = j;
	return 0;
}

/* Opens the box where this device is one of its two ends. The key of a box is the
 * same from both ends, but its nonce rests on the recipient. */
static int open_box(const struct dump *d, const struct seal_header *h, struct bytes *out,
		    struct err *e)
{
	const struct client *c = d->client;
	struct seal_pair ours;
	struct buf content;
	size_t i;
	int code = ERR_NOT_SEALED_TO_US;

	if (c == NULL || h->suite == SEAL_FIRST ||
	    (h->suite == SEAL_KNOWN && h->device != c->key.id))
		return err_set(e, ERR_NOT_SEALED_TO_US, "box");
	buf_init(&content, LIMIT_MESSAGE);
	for (i = 0; i < c->replica.keys.box_count; i++) {
		const uint8_t *server = c->replica.keys.box[i].key;

		if (c->replica.keys.box[i].number != h->key_number)
			continue;
		ours = c->box;
		if (h->suite == SEAL_KNOWN)
			memcpy(ours.public_key, server, SEAL_KEY);
		code = seal_open(h, &ours, server, &content, e);
	}
	if (code == 0) {
		*out = arena_copy(d->arena, buf_view(&content));
		code = out->at == NULL ? err_set(e, ERR_NOMEM, "box") : 0;
	} else {
		err_set(e, code, "box");
	}
	buf_release(&content);
	return code;
}

static json_t *dump_content(const struct dump *d, const struct seal_header *h)
{
	struct bytes content;
	struct request request;
	struct reply reply;
	struct err e;

	if (open_box(d, h, &content, &e) != 0)
		return json_pack("{s:o}", "error", error_of(&e));
	if (h->suite == SEAL_REPLY)
		return reply_decode(content, d->arena, &reply, &e) == 0 ?
			       dump_reply(d, &reply) : json_pack("{s:o}", "error", error_of(&e));
	return request_decode(content, d->arena, &request, &e) == 0 ?
		       dump_request(d, &request) : json_pack("{s:o}", "error", error_of(&e));
}

static int dump_envelope(const struct dump *d, struct bytes in, json_t **out, struct err *e)
{
	struct seal_header h;
	const char *suite;
	json_t *j;
	int code = seal_read_refusal(in, e);

	if (code != 0) {
		*out = json_pack("{s:s, s:s, s:s}", "kind", "envelope", "suite", "refusal", "error",
				 err_name(code));
		return 0;
	}
	code = seal_read_header(in, &h, e);
	if (code != 0)
		return code;
	suite = h.suite == SEAL_REPLY ? "reply" : h.suite == SEAL_FIRST ? "first request" :
								   "request";
	j = json_pack("{s:s, s:s, s:i}", "kind", "envelope", "suite", suite, "box_key",
		      (int)h.key_number);
	if (h.suite == SEAL_KNOWN)
		json_object_set_new(j, "device", dump_device(h.device));
	if (h.suite == SEAL_FIRST)
		json_object_set_new(j, "ephemeral",
				    dump_hex((struct bytes){ h.ephemeral, SEAL_KEY }));
	json_object_set_new(j, "bytes", json_integer((json_int_t)in.len));
	json_object_set_new(j, "content", dump_content(d, &h));
	*out = j;
	return 0;
}

int dump_bytes(const struct dump *d, struct bytes in, json_t **out, struct err *e)
{
	struct request request;
	struct reply reply;
	struct object object;

	if (in.len > 0 && memchr(in.at, '-', in.len < 64 ? in.len : 64) != NULL &&
	    dump_enrolment(d, in, out, e) == 0)
		return 0;
	if (dump_envelope(d, in, out, e) == 0)
		return 0;
	if (reply_decode(in, d->arena, &reply, NULL) == 0) {
		*out = dump_reply(d, &reply);
		return 0;
	}
	if (request_decode(in, d->arena, &request, NULL) == 0) {
		*out = dump_request(d, &request);
		return 0;
	}
	/* Nearly any bytes can be split as an object: it must also inflate. */
	if (object_split(in, &object, NULL) == 0) {
		json_t *tree = dump_object(d, in, d->client == NULL ? 0 : d->client->key.id);

		if (json_object_get(tree, "error") == NULL) {
			*out = tree;
			return 0;
		}
		json_decref(tree);
	}
	return err_set(e, ERR_MALFORMED, "%zu byte", in.len);
}

static void put_tree(const char *name, const json_t *j, int depth, struct buf *out)
{
	const char *key;
	json_t *v;
	size_t i;
	char *scalar;

	buf_printf(out, "%*s%s", depth * 2, "", name);
	if (json_is_object(j) || json_is_array(j)) {
		buf_printf(out, "\n");
		json_object_foreach((json_t *)(uintptr_t)j, key, v)
			put_tree(key, v, depth + 1, out);
		json_array_foreach(j, i, v) {
			char number[32];

			snprintf(number, sizeof number, "%zu", i + 1);
			put_tree(number, v, depth + 1, out);
		}
		return;
	}
	scalar = json_is_string(j) ? NULL : json_dumps(j, JSON_ENCODE_ANY);
	buf_printf(out, ": %s\n", json_is_string(j) ? json_string_value(j) :
				  scalar != NULL ? scalar : "?");
	free(scalar);
}

void dump_text(const json_t *tree, struct buf *out)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)tree, key, v)
		put_tree(key, v, 0, out);
}
