/* The server's working keys, one after the other: what the root has signed of them, and
 * which head which of them may have signed. The root's key is pinned and never changes, so
 * that a new working key is followed by whoever sees the root's signature under it, without
 * anybody having to touch a computer. */
#include <string.h>

#include "common/replica/replica.h"
#include "protocol/limits.h"

/* Behind the last one, in memory. */
static int keep(struct replica *r, const struct document *doc, struct err *e)
{
	struct working *w = &r->workings[r->working_count];
	struct server_keys keys;
	int code;

	if (r->working_count == LIMIT_KEYS)
		return err_set(e, ERR_TOO_LARGE, "keys documents");
	code = keys_document_read(doc, &r->district, &keys, e);
	if (code != 0)
		return code;
	*w = (struct working){
		.version = keys.version, .device = hash_device(keys.working),
		.since = keys.since, .box = keys.box[keys.box_count - 1].number,
		.doc = { arena_copy(&r->arena, doc->payload),
			 arena_copy(&r->arena, doc->signature) },
	};
	if (w->doc.payload.at == NULL || w->doc.signature.at == NULL)
		return err_set(e, ERR_NOMEM, "keys documents");
	memcpy(w->key, keys.working, SIGN_PUBLIC);
	r->working_count++;
	r->keys = keys;
	r->keys_doc = w->doc;
	r->server_device = w->device;
	return 0;
}

int replica_keys_load(struct replica *r, struct err *e)
{
	struct stmt *s;
	int code = db_query(r->db, e, &s, "SELECT payload, signature FROM keys_document ORDER BY "
			    "version", "");

	if (code != 0)
		return code;
	r->working_count = 0;
	while ((code = db_step(s, e)) == 1) {
		const struct document doc = { db_bytes(s, 0), db_bytes(s, 1) };

		code = keep(r, &doc, e);
		if (code != 0)
			break;
	}
	db_done(s);
	if (code == 0 && r->working_count == 0)
		code = err_set(e, ERR_CORRUPT, "keys_document");
	r->working_kept = r->working_count;
	return code;
}

int replica_keys_put(struct db *db, const struct document *doc, uint64_t version, struct err *e)
{
	/* Another process may have learned it meanwhile. */
	return db_exec(db, e, "INSERT INTO keys_document(version, payload, signature) "
		       "VALUES($1, $2, $3) ON CONFLICT(version) DO NOTHING", "ubb", version, doc->payload, doc->signature);
}

/* The document with this version, or NULL. */
static const struct working *find_version(const struct replica *r, uint64_t version)
{
	size_t i;

	for (i = 0; i < r->working_count; i++)
		if (r->workings[i].version == version)
			return &r->workings[i];
	return NULL;
}

int replica_keys_learn(struct replica *r, const struct document *doc, struct err *e)
{
	const struct working *known;
	struct server_keys keys;
	int code = keys_document_read(doc, &r->district, &keys, e);

	if (code != 0)
		return err_set(e, ERR_KEYS_REFUSED, "%s", err_name(code));
	known = find_version(r, keys.version);
	/* The same again, with a reply that was late. */
	if (known != NULL && bytes_equal(known->doc.payload, doc->payload))
		return 0;
	if (keys.version <= r->keys.version)
		return err_set(e, ERR_KEYS_REFUSED, "%llu <= %llu",
			       (unsigned long long)keys.version,
			       (unsigned long long)r->keys.version);
	code = replica_keys_put(r->db, doc, keys.version, e);
	return code != 0 ? code : keep(r, doc, e);
}

void replica_keys_undo(struct replica *r)
{
	if (r->working_count == r->working_kept || r->working_kept == 0)
		return;
	r->working_count = r->working_kept - 1;
	/* It was kept once: neither memory nor its signature can be lacking. */
	keep(r, &(struct document){ r->workings[r->working_count].doc.payload,
				    r->workings[r->working_count].doc.signature }, NULL);
}

void replica_keys_keep(struct replica *r)
{
	r->working_kept = r->working_count;
}

const struct working *replica_working(const struct replica *r, uint64_t device)
{
	size_t i;

	for (i = r->working_count; i > 0; i--)
		if (r->workings[i - 1].device == device)
			return &r->workings[i - 1];
	return NULL;
}

int replica_head_signed(const struct replica *r, const struct stream_head *h,
			const uint8_t signature[SIGN_SIZE], struct err *e)
{
	int64_t until = INT64_MAX;
	size_t i;

	for (i = r->working_count; i > 0; i--) {
		const struct working *w = &r->workings[i - 1];

		if (head_signature_ok(w->key, r->district.id, h->stream, h->seq, h->head, h->time,
				      signature))
			return h->time < until ? 0 : err_set(e, ERR_KEY_REPLACED, "%llu/%llu",
							     (unsigned long long)h->stream,
							     (unsigned long long)h->seq);
		if (w->since < until)
			until = w->since;
	}
	return err_set(e, ERR_HEAD_MISMATCH, "%llu", (unsigned long long)h->stream);
}
