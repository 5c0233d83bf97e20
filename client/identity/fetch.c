/* Asking for an enrolment by its code. */
#include "client/identity/fetch.h"

#include <sodium.h>
#include <string.h>

#include "protocol/enrolment.h"
#include "protocol/limits.h"

void fetch_request(struct fetch *f, const struct env *env, const struct code *code,
		   struct buf *request)
{
	uint8_t seed[32];

	f->code = *code;
	code_enrolment(code->seed, f->id, f->secret);
	env_random(env, seed, sizeof seed);
	seal_make(&f->ephemeral, seed);
	sodium_memzero(seed, sizeof seed);
	code_request_put(f->id, f->secret, f->ephemeral.public_key, request);
}

/* The key of the envelope's number, of documents that are the district's. */
static int find_box(struct fetch *f, const struct document *root, const struct document *doc,
		    uint8_t number, struct server_keys *keys, const uint8_t **box, struct err *e)
{
	struct district district;
	size_t i;
	int code = root_document_read(root, &district, e);

	if (code == 0 && memcmp(district.id, f->code.print, CODE_PRINT) != 0)
		code = err_set(e, ERR_WRONG_DISTRICT, "%.*s", (int)district.name.len,
			       (const char *)district.name.at);
	if (code == 0)
		code = keys_document_read(doc, &district, keys, e);
	for (i = 0; code == 0 && i < keys->box_count; i++)
		if (keys->box[i].number == number) {
			*box = keys->box[i].key;
			return 0;
		}
	return code == 0 ? err_set(e, ERR_NOT_SEALED_TO_US, "reply") : code;
}

/* The enrolment must be the one that was asked for. */
static int check(struct fetch *f, struct bytes content, const struct document *root,
		 struct bytes address, struct enrolment *en, struct err *e)
{
	int code = enrolment_read(content, en, e);

	if (code == 0 && !bytes_equal(en->root.payload, root->payload))
		code = err_set(e, ERR_WRONG_DISTRICT, "%s", "");
	if (code == 0 && (memcmp(en->id, f->id, MESSAGE_ID) != 0 ||
			  memcmp(en->secret, f->secret, CLAIM_SECRET) != 0))
		code = err_set(e, ERR_ENROL_UNKNOWN, "%s", "");
	if (code == 0 && en->address.len == 0)
		en->address = address;
	return code;
}

int fetch_take(struct fetch *f, struct bytes reply, struct bytes address, struct buf *text,
	       struct err *e)
{
	struct document root, doc;
	struct server_keys keys;
	struct seal_header header;
	struct enrolment en;
	struct bytes envelope;
	struct buf content, encoded;
	const uint8_t *box = NULL;
	int code = seal_read_refusal(reply, e);

	if (code == 0)
		code = code_reply_read(reply, &root, &doc, &envelope, e);
	if (code == 0)
		code = seal_read_header(envelope, &header, e);
	if (code == 0 && header.suite != SEAL_REPLY)
		code = err_set(e, ERR_VERSION, "reply");
	if (code == 0)
		code = find_box(f, &root, &doc, header.key_number, &keys, &box, e);
	if (code != 0)
		return code;
	buf_init(&content, LIMIT_MESSAGE);
	buf_init(&encoded, LIMIT_MESSAGE);
	code = seal_open(&header, &f->ephemeral, box, &content, e);
	if (code == 0)
		code = check(f, buf_view(&content), &root, address, &en, e);
	if (code == 0) {
		enrolment_put(&en, &encoded);
		enrolment_armour(buf_view(&encoded), text);
		if (encoded.failed || text->failed)
			code = err_set(e, ERR_TOO_LARGE, "enrolment");
	}
	sodium_memzero(&en, sizeof en);
	if (encoded.at != NULL)
		sodium_memzero(encoded.at, encoded.len);
	if (content.at != NULL)
		sodium_memzero(content.at, content.len);
	buf_release(&encoded);
	buf_release(&content);
	return code;
}

void fetch_wipe(struct fetch *f)
{
	sodium_memzero(f, sizeof *f);
}
