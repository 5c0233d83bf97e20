/* Taking a key's rights away. */
#include <string.h>

#include "server/exchange/adopt.h"

enum { REVOKE_MEMORY = 16 * 1024 * 1024, STREAMS_AT_ONCE = 64 };

struct revoking {
	struct server *s;
	struct bytes reason;
	struct arena a;
	struct revoked found;   /* the key and its heirs, whatever their status */
	struct revoked *out;
	struct err *e;
};

static bool is_among(const uint64_t *list, size_t count, uint64_t device)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (list[i] == device)
			return true;
	return false;
}

/* Those that came in the place of one that was found: by a statement, or, where the server was
 * restored since, by their certificates alone. */
static int add_heirs(struct revoking *w, uint64_t device, const uint64_t *keep, size_t keep_count)
{
	struct stmt *q;
	int code = db_query(w->s->db, w->e, &q, "SELECT device FROM succession WHERE old=$1 UNION "
			    "SELECT device FROM lineage WHERE old=$1 ORDER BY 1", "u", device);

	if (code != 0)
		return code;
	while ((code = db_step(q, w->e)) == 1) {
		uint64_t heir = (uint64_t)db_int(q, 0);

		if (is_among(keep, keep_count, heir) ||
		    is_among(w->found.list, w->found.count, heir))
			continue;
		if (w->found.count == REVOKED_MAX) {
			code = err_set(w->e, ERR_TOO_LARGE, "%016llx", (unsigned long long)device);
			break;
		}
		w->found.list[w->found.count++] = heir;
	}
	db_done(q);
	return code;
}

/* Its certificate in one stream says so from here on. */
static int revoke_in(struct revoking *w, uint64_t stream, struct rid cert)
{
	struct verdict verdict = { 0 };
	struct draft d;
	int code = server_draft(w->s, stream, &w->a, &d, w->e);

	if (code != 0)
		return code;
	draft_set(&d, TYPE_CERT, cert, FIELD_CERT_STATUS, value_text(bytes_str("revoked")), false);
	if (w->reason.len > 0)
		draft_set(&d, TYPE_CERT, cert, FIELD_CERT_REASON, value_text(w->reason), false);
	return server_put(w->s, &w->s->working, &d, &verdict, w->e);
}

/* Some of the streams in which the key is still active; *more: there may be others. */
static int revoke_some(struct revoking *w, uint64_t device, bool *more)
{
	struct {
		uint64_t stream;
		struct rid cert;
	} at[STREAMS_AT_ONCE];
	size_t n = 0, i;
	struct stmt *q;
	int code = db_query(w->s->db, w->e, &q, "SELECT stream, cert_device, cert_op FROM device WHERE "
			    "device=$1 AND status='active' ORDER BY stream LIMIT 64", "u", device);

	if (code != 0)
		return code;
	while (n < STREAMS_AT_ONCE && (code = db_step(q, w->e)) == 1) {
		at[n].stream = (uint64_t)db_int(q, 0);
		at[n++].cert = (struct rid){ (uint64_t)db_int(q, 1), (uint64_t)db_int(q, 2) };
	}
	db_done(q);
	for (i = 0; i < n && code >= 0; i++)
		code = revoke_in(w, at[i].stream, at[i].cert);
	*more = n == STREAMS_AT_ONCE;
	return code < 0 ? code : (int)n;
}

static int revoke_one(struct revoking *w, uint64_t device)
{
	bool more = true, any = false;
	int64_t held = 0;
	int code = 0;

	while (more && code >= 0) {
		code = revoke_some(w, device, &more);
		any |= code > 0;
	}
	if (code < 0 || !any)
		return code < 0 ? code : 0;
	w->out->list[w->out->count++] = device;
	code = db_number(w->s->db, w->e, 0, &held, "SELECT count(*) FROM held WHERE device=$1", "u",
			 device);
	w->out->held += (uint64_t)held;
	return code;
}

static int revoke_all(struct revoking *w, uint64_t device, const uint64_t *keep,
		      size_t keep_count)
{
	struct cert home;
	size_t i;
	int code = replica_home(&w->s->replica, device, &home, w->e);

	if (code == ERR_UNKNOWN_DEVICE)
		return err_set(w->e, ERR_NO_DEVICE, "%016llx", (unsigned long long)device);
	/* Who has come back since, by a new enrolment, is another matter. */
	if (code == 0 && home.revoked)
		code = err_set(w->e, ERR_REVOKED, "%016llx", (unsigned long long)device);
	w->found.list[w->found.count++] = device;
	for (i = 0; i < w->found.count && code == 0; i++)
		code = add_heirs(w, w->found.list[i], keep, keep_count);
	for (i = 0; i < w->found.count && code == 0; i++)
		code = revoke_one(w, w->found.list[i]);
	return code;
}

int revoke_key(struct server *s, uint64_t device, struct bytes reason, const uint64_t *keep,
	       size_t keep_count, struct revoked *out, struct err *e)
{
	struct revoking w = { .s = s, .reason = reason, .out = out, .e = e };
	int code;

	*out = (struct revoked){ .count = 0 };
	arena_init(&w.a, REVOKE_MEMORY);
	code = db_begin(s->db, e);
	if (code == 0) {
		code = revoke_all(&w, device, keep, keep_count);
		if (code == 0)
			code = server_commit(s, e);
		else
			server_drop(s);
	}
	arena_release(&w.a);
	return code;
}
