/* Enrolments: all that a new device needs to begin work without a network, the
 * whole of stream 0 with it. */
#include <sodium.h>
#include <string.h>

#include "protocol/cbor.h"
#include "protocol/code.h"
#include "protocol/limits.h"
#include "protocol/zip.h"
#include "server/exchange/whole.h"
#include "server/identity/link.h"

enum { ENROL_MEMORY = 64 * 1024 * 1024, ADDRESS_MAX = 500 };

/* Stream 0 as a deflated reply. */
static int pack_stream_zero(struct server *s, struct buf *out, struct err *e)
{
	struct document keys[LIMIT_KEYS];
	struct whole w;
	struct arena a;
	struct buf plain;
	size_t i;
	int code;

	arena_init(&a, ENROL_MEMORY);
	buf_init(&plain, LIMIT_MESSAGE);
	code = whole_begin(&w, s, &s->replica, 0, &a, e);
	while (code == 0 && w.at.seq < w.end)
		code = whole_add(&w, LIMIT_MESSAGE, e);
	w.reply.time = env_now(s->env);
	w.reply.keys = keys;
	/* The newest stands in the enrolment itself; older ones have signed in stream 0. */
	for (i = 0; s->replica.working_count > 1 && i < s->replica.working_count; i++)
		keys[w.reply.keys_count++] = s->replica.workings[i].doc;
	if (code == 0) {
		reply_encode(&w.reply, &plain);
		if (plain.failed)
			code = err_set(e, ERR_TOO_LARGE, "stream 0");
	}
	if (code == 0)
		code = zip_deflate(buf_view(&plain), BYTES_NONE, out, e);
	buf_release(&plain);
	arena_release(&a);
	return code;
}

static int check_role(struct server *s, uint32_t role, struct err *e)
{
	struct schema *schema;
	int code = replica_schema_now(&s->replica, &schema, e);

	if (code == 0 && (role == ROLE_SERVER || schema_role(schema, role) == NULL))
		code = err_set(e, ERR_NOT_ALLOWED, "role %u", role);
	return code;
}

static int remember(struct server *s, const struct enrolment *en, struct err *e)
{
	return db_exec(s->db, e, "INSERT INTO enrolment(id,unit,role,secret,expires,key,used,"
		       "created) VALUES($1,$2,$3,$4,$5,$6,0,$7)", "buibini", BYTES_OF(en->id),
		       en->unit, (int64_t)en->role, BYTES_OF(en->secret), en->expires,
		       env_now(s->env));
}

/* Fills in what is there to know, inside the open transaction. zero holds what `en`
 * borrows. */
static int fill(struct server *s, struct enrolment *en, struct buf *zero, struct err *e)
{
	struct unit unit;
	int code = server_unit_used(s, en->unit, &unit, e);

	if (code == 0 && unit.outside)
		code = err_set(e, ERR_UNIT_OUTSIDE, "%llu", (unsigned long long)en->unit);
	if (code == 0)
		code = check_role(s, en->role, e);
	if (code == 0)
		code = pack_stream_zero(s, zero, e);
	en->root = s->replica.root_doc;
	en->keys = s->replica.keys_doc;
	en->unit_name = code == 0 ? unit.name : BYTES_NONE;
	en->stream_zero = buf_view(zero);
	return code;
}

/* Id and secret: of a seed, where a code is wanted too. */
static void draw(struct server *s, struct code *code, struct enrolment *en)
{
	if (code == NULL) {
		env_random(s->env, en->id, sizeof en->id);
		env_random(s->env, en->secret, sizeof en->secret);
		return;
	}
	env_random(s->env, code->seed, sizeof code->seed);
	memcpy(code->print, s->replica.district.id, sizeof code->print);
	code_enrolment(code->seed, en->id, en->secret);
}

static int armour(const struct enrolment *en, struct buf *text, struct err *e)
{
	struct buf encoded;
	int code = 0;

	buf_init(&encoded, LIMIT_MESSAGE);
	enrolment_put(en, &encoded);
	enrolment_armour(buf_view(&encoded), text);
	if (encoded.failed || text->failed)
		code = err_set(e, ERR_TOO_LARGE, "enrolment");
	if (encoded.at != NULL)
		sodium_memzero(encoded.at, encoded.len);
	buf_release(&encoded);
	return code;
}

/* Address and pins: as given, else as the district has said. link holds what en borrows. */
static int fill_link(struct server *s, const struct enrol_order *o, struct link *link,
		     struct enrolment *en, struct err *e)
{
	const struct pins *pins = o->pins;
	int code = link_read(&s->replica, link, e);

	en->address = o->address.len > 0 ? o->address : buf_view(&link->address);
	if (o->address.len == 0 && pins == NULL)
		pins = &link->pins;
	if (code == 0 && pins != NULL) {
		code = server_link_check(en->address, pins, e);
		memcpy(en->pins, pins->key, sizeof en->pins);
		en->pin_count = pins->count;
	}
	return code;
}

int server_enrol_order(struct server *s, const struct enrol_order *o, struct buf *text,
		       struct err *e)
{
	struct enrolment en = { .unit = o->unit, .role = o->role };
	struct link link;
	struct buf zero;
	size_t start = text->len;
	int code;

	if (o->address.len > ADDRESS_MAX || !cbor_utf8_ok(o->address) || o->seconds <= 0)
		return err_set(e, ERR_BAD_VALUE, "%s", o->seconds <= 0 ? "valid" : "address");
	en.expires = env_now(s->env) + o->seconds;
	buf_init(&zero, LIMIT_MESSAGE);
	code = db_begin(s->db, e);
	if (code == 0) {
		draw(s, o->code, &en);
		code = fill_link(s, o, &link, &en, e);
		if (code == 0)
			code = fill(s, &en, &zero, e);
		if (code == 0)
			code = armour(&en, text, e);
		if (code == 0)
			code = remember(s, &en, e);
		if (code == 0)
			code = db_commit(s->db, e);
		else
			replica_rollback(&s->replica);
		buf_release(&link.address);
	}
	if (code != 0)
		text->len = start;
	buf_release(&zero);
	sodium_memzero(&en, sizeof en);
	return code;
}

int server_enrol(struct server *s, uint64_t unit, uint32_t role, struct bytes address,
		 int64_t seconds, struct buf *text, struct err *e)
{
	const struct enrol_order o = { unit, role, address, NULL, seconds, NULL };

	return server_enrol_order(s, &o, text, e);
}
