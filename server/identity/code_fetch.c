/* Codes, looked up and answered. */
#include "server/identity/code_fetch.h"

#include <sodium.h>
#include <string.h>

#include "common/text/date.h"
#include "protocol/code.h"
#include "protocol/limits.h"
#include "protocol/zip.h"
#include "server/identity/link.h"

enum { FETCH_MAX = 256 * 1024 };

/* Stands behind exchange.fetch. */
struct code_fetch {
	struct enrolment en;      /* what the table says: unit, role, id, secret, expires */
	uint8_t ephemeral[SEAL_KEY];
};

/* What the table says of it. */
static int look_up(struct exchange *x, struct replica *view, struct bytes request,
		   struct code_fetch *f, struct err *e)
{
	struct stmt *s;
	int code = db_query(view->db, e, &s, "SELECT unit, role, secret, expires, used FROM "
			    "enrolment WHERE id=$1", "b", BYTES_OF(f->en.id));

	if (code != 0)
		return code;
	code = db_step(s, e);
	x->refusal = ERR_ENROL_UNKNOWN;
	if (code == 1 && db_bytes(s, 2).len != CLAIM_SECRET) {
		code = err_set(e, ERR_CORRUPT, "enrolment");
	} else if (code == 1) {
		f->en.unit = (uint64_t)db_int(s, 0);
		f->en.role = (uint32_t)db_int(s, 1);
		memcpy(f->en.secret, db_bytes(s, 2).at, CLAIM_SECRET);
		f->en.expires = db_int(s, 3);
		x->refusal = !code_request_ok(request, f->en.secret) ? ERR_ENROL_MAC :
			     db_int(s, 4) != 0 ? ERR_ENROL_USED :
			     f->en.expires < env_now(view->env) ? ERR_ENROL_EXPIRED : 0;
	}
	db_done(s);
	if (x->refusal != 0)
		sodium_memzero(f->en.secret, sizeof f->en.secret);
	return code < 0 ? code : 0;
}

int code_fetch_open(struct exchange *x, struct replica *view, struct bytes request,
		    struct err *e)
{
	const uint8_t *id, *ephemeral;
	struct code_fetch *f;
	int code;

	if (!code_request_read(request, &id, &ephemeral))
		return 0;
	f = arena_alloc(&x->arena, sizeof *f);
	if (f == NULL)
		return err_set(e, ERR_NOMEM, "request");
	memcpy(f->en.id, id, MESSAGE_ID);
	memcpy(f->ephemeral, ephemeral, SEAL_KEY);
	x->fetch = f;
	code = look_up(x, view, request, f, e);
	return code != 0 ? code : 1;
}

/* Stream 0 as it begins: the generation, every keys document, and no item yet. They come with
 * the first synchronisation, in as many parts as the link wants. */
static int begin_zero(struct replica *view, struct buf *out, struct err *e)
{
	struct message_stream stream = { .has_generation = true };
	struct document keys[LIMIT_KEYS];
	struct reply reply = { .time = env_now(view->env), .streams = &stream, .stream_count = 1,
			       .keys = keys };
	struct buf plain;
	size_t i;
	int code;

	for (i = 0; view->working_count > 1 && i < view->working_count; i++)
		keys[reply.keys_count++] = view->workings[i].doc;
	memcpy(stream.generation, view->generation, GENERATION_SIZE);
	buf_init(&plain, FETCH_MAX);
	reply_encode(&reply, &plain);
	code = plain.failed ? err_set(e, ERR_TOO_LARGE, "stream 0") :
			      zip_deflate(buf_view(&plain), BYTES_NONE, out, e);
	buf_release(&plain);
	return code;
}

static int seal(struct exchange *x, struct server *s, struct replica *view,
		const struct enrolment *en, struct buf *reply, struct err *e)
{
	const size_t newest = s->replica.keys.box_count - 1;
	uint8_t nonce[SEAL_NONCE];
	struct buf content, envelope;
	int code;

	buf_init(&content, FETCH_MAX);
	buf_init(&envelope, FETCH_MAX);
	enrolment_put(en, &content);
	env_random(view->env, nonce, sizeof nonce);
	code = content.failed ? err_set(e, ERR_TOO_LARGE, "enrolment") :
				seal_close(SEAL_REPLY, s->replica.keys.box[newest].number, 0, nonce,
					   &s->box[newest], x->fetch->ephemeral, buf_view(&content),
					   &envelope, e);
	if (code == 0)
		code_reply_put(&en->root, &en->keys, buf_view(&envelope), reply);
	if (content.at != NULL)
		sodium_memzero(content.at, content.len);
	buf_release(&envelope);
	buf_release(&content);
	return code == 0 && reply->failed ? err_set(e, ERR_TOO_LARGE, "reply") : code;
}

int code_fetch_reply(struct exchange *x, struct server *s, struct replica *view,
		     struct buf *reply, struct err *e)
{
	struct enrolment *en = &x->fetch->en;
	const struct units *units;
	struct unit unit;
	struct link link;
	struct buf zero;
	int code = link_read(view, &link, e);

	buf_init(&zero, FETCH_MAX);
	if (code == 0)
		code = begin_zero(view, &zero, e);
	if (code == 0)
		code = units_now(view, &units, e);
	if (code == 0 && units_on(units, en->unit, date_of(env_now(view->env)), &unit))
		en->unit_name = unit.name;
	/* Documents and box key are of one server: view may lag behind. */
	en->root = s->replica.root_doc;
	en->keys = s->replica.keys_doc;
	en->address = buf_view(&link.address);
	memcpy(en->pins, link.pins.key, sizeof en->pins);
	en->pin_count = link.pins.count;
	en->stream_zero = buf_view(&zero);
	if (code == 0)
		code = seal(x, s, view, en, reply, e);
	sodium_memzero(en, sizeof *en);
	buf_release(&zero);
	buf_release(&link.address);
	return code;
}
