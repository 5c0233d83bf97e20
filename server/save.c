/* What the server itself writes: drafts by the working key or by an officer, put
 * into their stream in one transaction. An officer's draft is judged like anyone's;
 * what is refused leaves no trace. */
#include <string.h>

#include "common/query/reader.h"
#include "common/replica/record.h"
#include "common/text/text.h"
#include "protocol/limits.h"
#include "server/heal/generation.h"
#include "server/heal/heal.h"
#include "server/register.h"
#include "server/exchange/succession.h"
#include "server/server.h"
#include "server/unit/unit_event.h"

enum { CERT_MEMORY = 16 * 1024 * 1024 };

static bool is_working(const struct server *s, const struct sign_key *key)
{
	return memcmp(key->public_key, s->working.public_key, SIGN_PUBLIC) == 0;
}

/* The built-in types go without a dictionary: they are what brings the first one. */
static bool builtin_only(const struct draft *d)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (d->ops[i].type >= TYPE_OF_PACKS)
			return false;
	return true;
}

/* What a change set rests on. */
struct footing {
	struct stream_head head, zero;
	struct author author;
	uint64_t dictionary;
	struct bytes words;
};

/* The last change set of a key that the server holds. What it had signed and lost with its
 * log may come back: in a new generation such a key goes on with numbers that it never had, as
 * if it began (SPEC.md 6.15). */
static int find_last(struct server *s, uint64_t stream, uint64_t device, struct author *out,
		     struct err *e)
{
	struct stream_head head;
	struct generation g;
	int code = replica_author(&s->replica, stream, device, out, e);

	if (code == 0)
		code = replica_head(&s->replica, stream, &head, e);
	if (code == 0 && head.seq > GENERATION_STEP)
		code = generation_newest(&s->replica, stream, &g, e);
	if (code == 1 && out->seq < g.base) {
		memset(out->hash, 0, HASH_SIZE);
		out->seq = g.base;
		if (out->last_op < g.base)
			out->last_op = g.base;
	}
	return code < 0 ? code : 0;
}

static int find_footing(struct server *s, const struct draft *d, struct footing *out,
			struct err *e)
{
	struct replica *r = &s->replica;
	int code = replica_head(r, d->stream, &out->head, e);

	if (code == 0)
		code = replica_head(r, 0, &out->zero, e);
	if (code == 0)
		code = find_last(s, d->stream, d->device, &out->author, e);
	out->dictionary = 0;
	if (code == 0 && !builtin_only(d))
		code = replica_dictionary_number(r, out->zero.seq, &out->dictionary, e);
	if (code == 0)
		code = replica_dictionary(r, out->dictionary, d->a, &out->words, e);
	return code;
}

/* The draft as a signed object, into the buffer. */
static int seal_draft(struct server *s, const struct sign_key *key, struct draft *d,
		      const struct footing *f, struct buf *object, struct err *e)
{
	uint8_t salt[CHANGESET_SALT], hash[HASH_SIZE];
	struct changeset cs;
	struct buf plain;
	int code;

	if (!d->has_version) {
		d->seen_seq = f->head.seq;
		d->seen_own = d->first - 1;
	} else if (d->seen_own >= d->first) {
		d->seen_own = d->first - 1;
	}
	code = draft_changeset(d, f->zero.seq, env_now(s->env), &cs, e);
	if (code != 0)
		return code;
	cs.seq = f->author.seq + 1;
	env_random(s->env, salt, sizeof salt);
	buf_init(&plain, LIMIT_CHANGESET);
	code = changeset_encode(&cs, salt, &plain, e);
	if (code == 0)
		code = changeset_seal(key, s->replica.district.id, f->author.hash, cs.root,
				      buf_view(&plain), f->dictionary, f->words, object, hash, e);
	buf_release(&plain);
	return code;
}

/* Puts the draft into its stream, inside the open transaction. What is judged is
 * what every other reader will get: the object, read back. verdict->code is 0
 * where it was applied. */
static int put(struct server *s, const struct sign_key *key, struct draft *d,
	       struct verdict *verdict, struct err *e)
{
	struct footing f;
	struct opened opened;
	struct append ap = { .mode = APPEND_JUDGE, .opened = &opened };
	struct verdict *list = NULL;
	struct buf object;
	size_t count = 0;
	int code = find_footing(s, d, &f, e);

	*verdict = (struct verdict){ 0 };
	if (code != 0)
		return code;
	buf_init(&object, LIMIT_OBJECT);
	code = seal_draft(s, key, d, &f, &object, e);
	if (code == 0)
		code = replica_open_object(&s->replica, buf_view(&object), key->id, NULL, d->a,
					   &opened, e);
	ap.time = env_now(s->env) > f.head.time ? env_now(s->env) : f.head.time;
	ap.zero = f.zero.seq;
	if (code == 0)
		code = heal_notes(s, d->stream, d->a, &ap.notes, e);
	if (code == 0)
		code = replica_append(&s->replica, &ap, d->a, e);
	if (code == 0)
		code = verdicts_decode(ap.verdicts, d->a, &list, &count, e);
	if (code == 0 && count > 0)
		*verdict = list[0];
	buf_release(&object);
	return code;
}

/* Names what the rule was about: a field, a check, else the record. */
static int refusal(struct server *s, const struct draft *d, const struct verdict *v,
		   struct err *e)
{
	const struct type *type = NULL;
	const struct field *field;
	struct schema *schema;
	char short_id[9];
	size_t i;

	record_short_text(record_short(d->stream, v->record), short_id);
	if (replica_schema_now(&s->replica, &schema, NULL) == 0)
		for (i = 0; i < d->count; i++)
			if (rid_equal(d->ops[i].record, v->record))
				type = schema_type(schema, d->ops[i].type);
	if (v->code == ERR_CHECK && type != NULL)
		return err_set(e, v->code, "%s, %u", type->code, v->rule);
	field = v->rule != 0 && type != NULL ? type_field(type, v->rule) : NULL;
	return err_set(e, v->code, "%s", field != NULL ? field->code : short_id);
}

/* What the device table says of a key: 1 where it is certified as asked for, 0
 * where a new certificate is due. */
static int certified(struct server *s, uint64_t stream, const uint8_t *key, uint64_t unit,
		     uint32_t role, struct err *e)
{
	struct cert home;
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT key, unit, role, status FROM device WHERE "
			    "stream=$1 AND device=$2", "uu", stream, hash_device(key));

	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1) {
		if (!bytes_equal(db_bytes(q, 0), (struct bytes){ key, SIGN_PUBLIC }))
			code = err_set(e, ERR_EXISTS, "%016llx",
				       (unsigned long long)hash_device(key));
		else if (!bytes_equal(db_text(q, 3), bytes_str("active")))
			code = err_set(e, ERR_REVOKED, "%016llx",
				       (unsigned long long)hash_device(key));
		else
			code = (uint64_t)db_int(q, 1) == unit && (uint32_t)db_int(q, 2) == role;
	}
	db_done(q);
	if (code != 0)
		return code;
	/* Nor may a revoked key come in by another stream. */
	code = replica_home(&s->replica, hash_device(key), &home, e);
	if (code == 0 && home.revoked)
		return err_set(e, ERR_REVOKED, "%016llx", (unsigned long long)home.device);
	return code == ERR_UNKNOWN_DEVICE ? 0 : code;
}

/* A certificate of `who`, active unless he is revoked. */
static int put_certificate(struct server *s, uint64_t stream, const struct cert *who,
			   struct bytes name, struct err *e)
{
	uint8_t old_key[SIGN_PUBLIC];
	uint64_t old_last = 0;
	struct verdict verdict;
	struct arena a;
	struct draft d;
	struct rid cert;
	int code, heir = succession_of(s, stream, who->key, old_key, &old_last, e);

	if (heir < 0)
		return heir;
	arena_init(&a, CERT_MEMORY);
	draft_init(&d, &a, stream, s->working.id, 1);
	code = server_draft(s, stream, &a, &d, e);
	cert = draft_create(&d, TYPE_CERT, RID_NONE, 0);
	draft_set(&d, TYPE_CERT, cert, FIELD_CERT_KEY,
		  value_bytes(BYTES_OF(who->key)), false);
	draft_set(&d, TYPE_CERT, cert, FIELD_CERT_UNIT, value_int((int64_t)who->unit), false);
	draft_set(&d, TYPE_CERT, cert, FIELD_CERT_ROLE, value_int(who->role), false);
	draft_set(&d, TYPE_CERT, cert, FIELD_CERT_NAME, value_text(name), false);
	draft_set(&d, TYPE_CERT, cert, FIELD_CERT_STATUS,
		  value_text(bytes_str(who->revoked ? "revoked" : "active")), false);
	if (heir == 1) {
		draft_set(&d, TYPE_CERT, cert, FIELD_CERT_OLD_KEY, value_bytes(BYTES_OF(old_key)),
			  false);
		draft_set(&d, TYPE_CERT, cert, FIELD_CERT_OLD_LAST, value_int((int64_t)old_last),
			  false);
	}
	if (code == 0)
		code = put(s, &s->working, &d, &verdict, e);
	if (code == 0 && verdict.code != 0)
		code = refusal(s, &d, &verdict, e);
	arena_release(&a);
	return code;
}

static int put_named(struct server *s, uint64_t stream, const struct cert *who, struct bytes name,
		     struct err *e)
{
	struct buf normal;
	int code;

	buf_init(&normal, LIMIT_AUTHOR * 2);
	code = text_nfc(name, &normal, e);
	if (code == 0 && normal.failed)
		code = err_set(e, ERR_TOO_LARGE, "name");
	if (code == 0)
		code = put_certificate(s, stream, who, buf_view(&normal), e);
	buf_release(&normal);
	return code;
}

int server_certify_revoked(struct server *s, uint64_t stream, const struct cert *who,
			   struct bytes name, struct err *e)
{
	struct cert gone = *who;

	gone.revoked = true;
	return put_named(s, stream, &gone, name, e);
}

int server_certify(struct server *s, uint64_t stream, const uint8_t key[SIGN_PUBLIC],
		   uint64_t unit, uint32_t role, struct bytes name, struct err *e)
{
	struct cert who = { .unit = unit, .role = role };
	int code = certified(s, stream, key, unit, role, e);

	if (code != 0)
		return code < 0 ? code : 0;
	memcpy(who.key, key, SIGN_PUBLIC);
	return put_named(s, stream, &who, name, e);
}

/* An officer by his key. */
struct person {
	uint8_t name[LIMIT_AUTHOR];
	struct bytes who;          /* the part of it that is used */
	uint64_t unit;
	uint32_t number;           /* of the role */
	const struct role *role;   /* NULL: no pack knows it */
};

static int find_person(struct server *s, const struct sign_key *key, struct person *p,
		       struct err *e)
{
	struct schema *schema;
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT name, unit, role FROM officer WHERE key=$1",
			    "b", BYTES_OF(key->public_key));

	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1 && db_text(q, 0).len <= sizeof p->name) {
		p->who = (struct bytes){ p->name, db_text(q, 0).len };
		memcpy(p->name, db_text(q, 0).at, p->who.len);
		p->unit = (uint64_t)db_int(q, 1);
		p->number = (uint32_t)db_int(q, 2);
	} else if (code >= 0) {
		code = err_set(e, ERR_NO_OFFICER, "%016llx", (unsigned long long)key->id);
	}
	db_done(q);
	if (code < 0)
		return code;
	code = replica_schema_now(&s->replica, &schema, e);
	p->role = code == 0 ? schema_role(schema, p->number) : NULL;
	return code;
}

/* An officer writes where his role lets him: everywhere, or for his own unit. */
static int admit(struct server *s, uint64_t stream, const struct sign_key *key, struct err *e)
{
	struct person p;
	int code = find_person(s, key, &p, e);

	if (code != 0)
		return code;
	/* Stream 0 is every unit's: which types he may write there, the judge asks. */
	if (p.role == NULL || !p.role->writes || (!p.role->writes_all && p.unit != stream))
		return err_set(e, ERR_NOT_ALLOWED, "%.*s", (int)p.who.len, (const char *)p.who.at);
	return server_certify(s, stream, key->public_key, p.unit, p.number, p.who, e);
}

/* A move is a word on all that stands in a record: of one that he may not read, an officer
 * may fill in what is his (the judge asks that), but not move it. Workflows are shared by
 * types of which he reads some. */
static int ask_reading(struct server *s, const struct sign_key *key, const struct draft *d,
		       struct verdict *v, struct err *e)
{
	struct schema *schema;
	struct person p;
	size_t i;
	int code = find_person(s, key, &p, e);

	if (code == 0)
		code = replica_schema_now(&s->replica, &schema, e);
	for (i = 0; code == 0 && i < d->count; i++) {
		const struct op *op = &d->ops[i];

		if (op->kind != OP_MOVE ||
		    reader_reads(&s->replica, p.role, p.unit, schema_type(schema, op->type),
				 d->stream))
			continue;
		*v = (struct verdict){ .code = ERR_NOT_ALLOWED, .record = op->record };
		break;
	}
	return code;
}

int server_begin(struct server *s, uint64_t stream, const struct sign_key *key,
		 struct arena *a, struct draft *d, struct err *e)
{
	struct author author;
	struct unit unit = { 0 };
	int code = db_begin(s->db, e);

	if (code != 0)
		return code;
	if (stream != 0)
		code = server_unit_used(s, stream, &unit, e);
	if (code == 0 && unit.outside)
		code = err_set(e, ERR_UNIT_OUTSIDE, "%llu", (unsigned long long)stream);
	if (code == 0 && !is_working(s, key))
		code = admit(s, stream, key, e);
	if (code == 0)
		code = find_last(s, stream, key->id, &author, e);
	if (code != 0) {
		replica_rollback(&s->replica);
		return code;
	}
	draft_init(d, a, stream, key->id, author.last_op + 1);
	return 0;
}

int server_draft(struct server *s, uint64_t stream, struct arena *a, struct draft *d,
		 struct err *e)
{
	struct author author;
	int code = find_last(s, stream, s->working.id, &author, e);

	if (code == 0)
		draft_init(d, a, stream, s->working.id, author.last_op + 1);
	return code;
}

int server_put(struct server *s, const struct sign_key *key, struct draft *d,
	       struct verdict *verdict, struct err *e)
{
	int code = is_working(s, key) ? 0 : ask_reading(s, key, d, verdict, e);

	if (code == 0)
		code = register_ask(s, d, e);
	if (code == 0)
		code = unit_approve(s, d, e);
	if (code == 0 && verdict->code == 0)
		code = put(s, key, d, verdict, e);
	if (code == 0 && verdict->code != 0)
		code = refusal(s, d, verdict, e);
	if (code == 0)
		code = unit_approve_check(s, d, e);
	return code;
}

int server_commit(struct server *s, struct err *e)
{
	int code = generation_count(s, e);

	if (code == 0) {
		code = db_commit(s->db, e);
	} else {
		db_rollback(s->db);
	}
	if (code != 0)
		replica_forget(&s->replica);
	else
		generation_mark(s);
	return code;
}

int server_save(struct server *s, const struct sign_key *key, struct draft *d,
		struct verdict *verdict, struct err *e)
{
	struct verdict v = { 0 };
	int code;

	if (d->count == 0 && !d->failed) {
		server_drop(s);
		return 0;
	}
	code = server_put(s, key, d, &v, e);
	if (verdict != NULL)
		*verdict = v;
	if (code == 0)
		return server_commit(s, e);
	server_drop(s);
	return code;
}

int server_save_more(struct server *s, const struct sign_key *key, struct draft *d,
		     struct verdict *verdict, struct err *e)
{
	uint64_t next = d->first + d->count;
	int code = db_savepoint(s->db, e);

	if (code != 0)
		return code;
	code = server_put(s, key, d, verdict, e);
	if (code != 0) {
		db_undo(s->db);
		return code;
	}
	code = db_release(s->db, e);
	if (code == 0)
		draft_init(d, d->a, d->stream, d->device, next);
	return code;
}

void server_drop(struct server *s)
{
	replica_rollback(&s->replica);
}
