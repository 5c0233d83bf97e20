/* What a store is, who writes in its streams, under which schema. The log itself
 * is in log.c. */
#include "common/replica/replica.h"

#include <stdlib.h>
#include <string.h>

#include "common/replica/generation.h"
#include "common/replica/projection.h"
#include "common/replica/tables.h"
#include "common/unit/unit.h"
#include "protocol/limits.h"
#include "protocol/zip.h"

int replica_meta_get(struct db *db, const char *key, struct buf *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(db, e, &s, "SELECT value FROM meta WHERE key=$1", "t", key);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		buf_add(out, db_bytes(s, 0));
		if (out->failed)
			code = err_set(e, ERR_NOMEM, "%s", key);
	}
	db_done(s);
	return code;
}

int replica_meta_put(struct db *db, const char *key, struct bytes value, struct err *e)
{
	return db_exec(db, e, "INSERT INTO meta(key, value) VALUES($1, $2) "
		       "ON CONFLICT(key) DO UPDATE SET value=$2", "tb", key, value);
}

int replica_meta_number(struct db *db, const char *key, int64_t missing, int64_t *out,
			struct err *e)
{
	struct buf b;
	struct cursor c;
	int code;

	buf_init(&b, 64);
	code = replica_meta_get(db, key, &b, e);
	c = cursor_of(buf_view(&b));
	*out = code == 1 ? (int64_t)cursor_u64(&c) : missing;
	buf_release(&b);
	return code < 0 ? code : 0;
}

int replica_meta_put_number(struct db *db, const char *key, int64_t value, struct err *e)
{
	struct buf b;
	int code;

	buf_init(&b, 16);
	buf_u64(&b, (uint64_t)value);
	code = replica_meta_put(db, key, buf_view(&b), e);
	buf_release(&b);
	return code;
}

int replica_create(struct db *db, const struct document *root, const struct document *keys,
		   const uint8_t generation[GENERATION_SIZE], struct err *e)
{
	const struct {
		const char *key;
		struct bytes value;
	} facts[] = {
		{ "root", root->payload }, { "root_signature", root->signature },
		{ "generation", { generation, GENERATION_SIZE } },
	};
	struct replica bare = { .db = db };
	struct schema *builtin = NULL;
	struct district district;
	struct server_keys read;
	size_t i;
	int code = db_schema(db, tables_replica, e);

	if (code == 0)
		code = root_document_read(root, &district, e);
	if (code == 0)
		code = keys_document_read(keys, &district, &read, e);
	if (code == 0)
		code = replica_keys_put(db, keys, read.version, e);
	for (i = 0; i < sizeof facts / sizeof facts[0] && code == 0; i++)
		code = replica_meta_put(db, facts[i].key, facts[i].value, e);
	if (code == 0)
		code = schema_new(&builtin, e);
	if (code == 0)
		code = projection_prepare(&bare, builtin, e);
	schema_free(builtin);
	return code;
}

/* A fact that must be there, into the replica's arena. */
static int need(struct replica *r, const char *key, struct bytes *out, struct err *e)
{
	struct buf b;
	int code;

	buf_init(&b, 1 << 16);
	code = replica_meta_get(r->db, key, &b, e);
	if (code == 1) {
		*out = arena_copy(&r->arena, buf_view(&b));
		code = out->at == NULL ? err_set(e, ERR_NOMEM, "%s", key) : 0;
	} else if (code == 0) {
		code = err_set(e, ERR_CORRUPT, "meta: %s", key);
	}
	buf_release(&b);
	return code;
}

int replica_open(struct replica *r, struct db *db, const struct env *env, struct err *e)
{
	struct bytes generation = BYTES_NONE;
	int code;

	memset(r, 0, sizeof *r);
	r->db = db;
	r->env = env;
	arena_init(&r->arena, 1 << 20);
	code = need(r, "root", &r->root_doc.payload, e);
	if (code == 0)
		code = need(r, "root_signature", &r->root_doc.signature, e);
	if (code == 0)
		code = need(r, "generation", &generation, e);
	if (code == 0)
		code = root_document_read(&r->root_doc, &r->district, e);
	if (code == 0)
		code = replica_keys_load(r, e);
	if (code == 0 && generation.len != GENERATION_SIZE)
		code = err_set(e, ERR_CORRUPT, "meta: generation");
	if (code != 0) {
		replica_close(r);
		return code;
	}
	memcpy(r->generation, generation.at, GENERATION_SIZE);
	return 0;
}

void replica_forget(struct replica *r)
{
	size_t i;

	for (i = 0; i < SCHEMA_CACHE; i++) {
		schema_free(r->schemas[i].schema);
		r->schemas[i].schema = NULL;
		r->schemas[i].used = 0;
	}
	/* They are known by types that are gone now. */
	memset(r->upserts, 0, sizeof r->upserts);
	units_free(r->units);
	r->units = NULL;
}

void replica_rollback(struct replica *r)
{
	db_rollback(r->db);
	replica_keys_undo(r);
	replica_forget(r);
}

void replica_close(struct replica *r)
{
	replica_forget(r);
	arena_release(&r->arena);
	memset(r, 0, sizeof *r);
}

int replica_head(struct replica *r, uint64_t stream, struct stream_head *out, struct err *e)
{
	struct stream_head h = { .stream = stream };
	struct stmt *s;
	int code = db_query(r->db, e, &s, "SELECT seq, head, time FROM stream WHERE stream=$1",
			    "u", stream);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 1).len == HASH_SIZE) {
		h.seq = (uint64_t)db_int(s, 0);
		memcpy(h.head, db_bytes(s, 1).at, HASH_SIZE);
		h.time = db_int(s, 2);
	} else if (code == 0) {
		code = generation_default(r, stream, &h, e);
	} else if (code == 1) {
		code = err_set(e, ERR_CORRUPT, "stream %llu", (unsigned long long)stream);
	}
	db_done(s);
	if (code < 0)
		return code;
	*out = h;
	return 0;
}

int replica_author(struct replica *r, uint64_t stream, uint64_t device, struct author *out,
		   struct err *e)
{
	struct author a = { 0 };
	struct stmt *s;
	int code = db_query(r->db, e, &s, "SELECT seq, last_op, hash FROM author "
			    "WHERE stream=$1 AND device=$2", "uu", stream, device);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 2).len == HASH_SIZE) {
		a.seq = (uint64_t)db_int(s, 0);
		a.last_op = (uint64_t)db_int(s, 1);
		memcpy(a.hash, db_bytes(s, 2).at, HASH_SIZE);
	}
	db_done(s);
	if (code < 0)
		return code;
	*out = a;
	return 0;
}

/* The one row of a query for key, unit, role, revoked. Gives the statement back. */
static int take_cert(struct stmt *s, uint64_t device, struct cert *out, struct err *e)
{
	int code = db_step(s, e);

	if (code == 1 && db_bytes(s, 0).len == SIGN_PUBLIC) {
		memcpy(out->key, db_bytes(s, 0).at, SIGN_PUBLIC);
		out->device = device;
		out->unit = (uint64_t)db_int(s, 1);
		out->role = (uint32_t)db_int(s, 2);
		out->revoked = db_int(s, 3) != 0;
		code = 0;
	} else if (code >= 0) {
		code = err_set(e, ERR_UNKNOWN_DEVICE, "%016llx", (unsigned long long)device);
	}
	db_done(s);
	return code;
}

int replica_cert(struct replica *r, uint64_t stream, uint64_t device, struct cert *out,
		 struct err *e)
{
	const struct working *working = replica_working(r, device);
	struct stmt *s;
	int code;

	if (working != NULL) {
		memcpy(out->key, working->key, SIGN_PUBLIC);
		out->device = device;
		out->unit = 0;
		out->role = ROLE_SERVER;
		out->revoked = false;
		return 0;
	}
	code = db_query(r->db, e, &s, "SELECT key, unit, role, CASE WHEN status='active' THEN 0 "
			"ELSE 1 END FROM device WHERE stream=$1 AND device=$2", "uu", stream, device);
	return code != 0 ? code : take_cert(s, device, out, e);
}

int replica_note_lineage(struct replica *r, uint64_t stream, uint64_t device, uint64_t old,
			 uint64_t last, struct err *e)
{
	return db_exec(r->db, e, "INSERT INTO lineage(stream,device,old,last) VALUES($1,$2,$3,$4) "
		       "ON CONFLICT DO NOTHING", "uuuu", stream, device, old, last);
}

int replica_lineage(struct replica *r, uint64_t stream, uint64_t device, struct lineage *out,
		    struct err *e)
{
	int code = 1;

	out->count = 0;
	while (code == 1 && out->count < LINEAGE_MAX) {
		struct stmt *s;

		code = db_query(r->db, e, &s, "SELECT old, last FROM lineage WHERE stream=$1 AND "
				"device=$2", "uu", stream, device);
		if (code != 0)
			return code;
		code = db_step(s, e);
		if (code == 1) {
			device = (uint64_t)db_int(s, 0);
			out->at[out->count++] = (struct forebear){ device, (uint64_t)db_int(s, 1) };
		}
		db_done(s);
	}
	return code < 0 ? code : 0;
}

int replica_home(struct replica *r, uint64_t device, struct cert *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(r->db, e, &s, "SELECT key, unit, role, CASE WHEN EXISTS (SELECT 1 FROM "
			    "device o WHERE o.device=$1 AND o.status<>'active') THEN 1 ELSE 0 END "
			    "FROM device WHERE device=$1 ORDER BY stream = unit DESC LIMIT 1", "u", device);

	return code != 0 ? code : take_cert(s, device, out, e);
}

/* Packs that the log has up to a position ($1). One below 0 was lost with its generation, its
 * dictionary alone is of use; one under an old number is to come back, and counts for what was
 * judged by old numbers. */
#define IN_FORCE(p) \
	p ".seq > 0 AND " p ".seq <= $1 AND NOT EXISTS (SELECT 1 FROM generation g WHERE g.stream=0 " \
	"AND " p ".seq > g.seq AND " p ".seq < g.base AND g.base <= $1)"

/* Adds the newest version, at or before `at`, of every pack; those first that were
 * published first: others may name their types and roles. */
static int load_packs(struct replica *r, struct schema *schema, int64_t at, struct err *e)
{
	struct stmt *s;
	int code = db_query(r->db, e, &s,
			    "SELECT json FROM pack p WHERE " IN_FORCE("p") " AND NOT EXISTS (SELECT 1 "
			    "FROM pack q WHERE q.code = p.code AND " IN_FORCE("q") " AND q.seq > p.seq) "
			    "ORDER BY (SELECT min(f.seq) FROM pack f WHERE f.code = p.code AND f.seq > 0)",
			    "i", at);

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		code = schema_add(schema, db_bytes(s, 0), e);
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

int replica_schema(struct replica *r, uint64_t zero, struct schema **out, struct err *e)
{
	struct schema *schema;
	int64_t at = 0;
	size_t i, oldest = 0;
	int code = db_number(r->db, e, 0, &at, "SELECT max(seq) FROM pack p WHERE " IN_FORCE("p"), "u",
			     zero);

	if (code != 0)
		return code;
	for (i = 0; i < SCHEMA_CACHE; i++) {
		if (r->schemas[i].schema != NULL && r->schemas[i].at == at) {
			r->schemas[i].used = ++r->schema_clock;
			*out = r->schemas[i].schema;
			return 0;
		}
		if (r->schemas[i].used < r->schemas[oldest].used)
			oldest = i;
	}
	code = schema_new(&schema, e);
	if (code != 0)
		return code;
	code = load_packs(r, schema, at, e);
	if (code != 0) {
		schema_free(schema);
		return code;
	}
	if (r->schemas[oldest].schema != NULL)
		memset(r->upserts, 0, sizeof r->upserts);
	schema_free(r->schemas[oldest].schema);
	r->schemas[oldest].schema = schema;
	r->schemas[oldest].at = at;
	r->schemas[oldest].used = ++r->schema_clock;
	*out = schema;
	return 0;
}

int replica_schema_of(struct replica *r, uint64_t zero, uint64_t at, struct schema **out,
		      struct err *e)
{
	int code = generation_zero(r, zero, at, &zero, e);

	return code != 0 ? code : replica_schema(r, zero, out, e);
}

int replica_schema_now(struct replica *r, struct schema **out, struct err *e)
{
	return replica_schema(r, INT64_MAX, out, e);
}

int replica_dictionary(struct replica *r, uint64_t number, struct arena *a, struct bytes *out,
		       struct err *e)
{
	struct stmt *s;
	int code;

	*out = BYTES_NONE;
	if (number == 0)
		return 0;
	code = db_query(r->db, e, &s, "SELECT dictionary FROM pack WHERE dictionary_number=$1",
			"u", number);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		*out = arena_copy(a, db_bytes(s, 0));
		code = out->at == NULL ? err_set(e, ERR_NOMEM, "dictionary") : 0;
	} else if (code == 0) {
		code = err_set(e, ERR_NO_DICTIONARY, "%llu", (unsigned long long)number);
	}
	db_done(s);
	return code;
}

int replica_dictionary_number(struct replica *r, uint64_t zero, uint64_t *out, struct err *e)
{
	int64_t n = 0;
	int code = db_number(r->db, e, 0, &n, "SELECT max(dictionary_number) FROM pack p WHERE "
			     IN_FORCE("p"), "u", zero);

	*out = (uint64_t)n;
	return code;
}

int replica_read_object(struct replica *r, struct bytes object, uint64_t device,
			struct arena *a, struct opened *out, struct bytes *payload,
			struct err *e)
{
	struct opened o = { .object = object };
	struct bytes dictionary, plain;
	struct object parts;
	struct buf inflated;
	int code = object_split(object, &parts, e);

	if (code == 0)
		code = replica_dictionary(r, parts.dictionary, a, &dictionary, e);
	if (code != 0)
		return code;
	buf_init(&inflated, LIMIT_CHANGESET + 1);
	code = zip_inflate(parts.deflated, dictionary, LIMIT_CHANGESET, &inflated, e);
	plain = code == 0 ? arena_copy(a, buf_view(&inflated)) : BYTES_NONE;
	buf_release(&inflated);
	if (code == 0 && plain.at == NULL)
		code = err_set(e, plain.len == 0 ? ERR_TRUNCATED : ERR_NOMEM, "change set");
	if (code != 0)
		return code;
	o.readable = changeset_decode(plain, device, a, &o.cs, NULL) == 0;
	*payload = changeset_payload(plain);
	/* Who can't read the ops can still check the signature and keep the place. */
	if (!o.readable)
		code = changeset_peek(plain, device, a, &o.cs, payload, e);
	if (code == 0)
		*out = o;
	return code;
}

/* The hash that a change set must follow on: that of the device's last one, as a rule. */
static int find_before(struct replica *r, const struct changeset *cs, uint64_t device,
		       uint8_t out[HASH_SIZE], struct err *e)
{
	struct author author;
	int64_t taken = 0;
	int code = replica_author(r, cs->stream, device, &author, e);

	memcpy(out, author.hash, HASH_SIZE);
	/* Its place may be behind that of a later one, but not where there is one already. */
	if (code == 0 && author.seq >= cs->seq)
		code = db_number(r->db, e, 0, &taken, "SELECT count(*) FROM item WHERE stream=$1 AND "
				 "device=$2 AND device_seq=$3", "uuu", cs->stream, device, cs->seq);
	if (taken > 0)
		return err_set(e, ERR_BAD_CHAIN, "%llu/%llu", (unsigned long long)cs->stream,
			       (unsigned long long)cs->seq);
	if (code == 0 && author.seq + 1 != cs->seq)
		code = generation_before(r, cs->stream, device, cs->seq, out, e);
	return code < 0 ? code : 0;
}

int replica_open_object(struct replica *r, struct bytes object, uint64_t device,
			const uint8_t *prev, struct arena *a, struct opened *out,
			struct err *e)
{
	uint8_t before[HASH_SIZE];
	struct opened o = { .object = object };
	struct bytes payload;
	struct object parts;
	int code = replica_read_object(r, object, device, a, &o, &payload, e);

	if (code == 0)
		code = replica_cert(r, o.cs.stream, device, &o.cert, e);
	if (code == 0 && prev == NULL) {
		code = find_before(r, &o.cs, device, before, e);
		prev = before;
	}
	if (code == 0)
		code = object_split(object, &parts, e);
	if (code == 0)
		code = changeset_verify(o.cert.key, r->district.id, prev, o.cs.root, payload,
					parts.signature, e);
	if (code != 0)
		return code;
	changeset_hash(prev, o.cs.root, payload, o.hash);
	*out = o;
	return 0;
}
