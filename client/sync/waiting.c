/* What waits in a store, and where its records stand. */
#include "client/client.h"

#include "client/identity/incarnation.h"
#include "client/sync/outbox.h"
#include "common/replica/fold.h"
#include "protocol/limits.h"

/* A change set is of this computer. */
#define OWN_DEVICE "device IN " LOCAL_DEVICES

int client_waiting(struct client *c, struct client_waiting *out, struct err *e)
{
	struct client_waiting w = { 0 };
	int64_t pending = 0, signed_ops = 0;
	int code = db_number(c->db, e, 0, &w.transactions, "SELECT (SELECT count(*) FROM pending) + "
			     "(SELECT count(*) FROM stash) + (SELECT count(*) FROM chief_again)", "");

	if (code == 0)
		code = db_number(c->db, e, 0, &w.changesets, "SELECT count(*) FROM outbox", "");
	if (code == 0)
		code = db_number(c->db, e, 0, &pending,
				 "SELECT (SELECT coalesce(sum(last_op - first_op + 1), 0) FROM "
				 "pending) + (SELECT coalesce(sum(last_op - first_op + 1), 0) FROM "
				 "stash) + (SELECT coalesce(sum(last_op - first_op + 1), 0) FROM "
				 "chief_again)", "");
	if (code == 0)
		code = db_number(c->db, e, 0, &signed_ops,
				 "SELECT sum(edits) FROM outbox", "");
	w.edits = pending + signed_ops;
	if (code == 0)
		code = db_number(c->db, e, 0, &w.signatures, "SELECT count(*) FROM outbox WHERE "
				 "device IN " CHIEF_DEVICES, "");
	if (code == 0)
		code = db_number(c->db, e, 0, &w.refused, "SELECT count(*) FROM refused WHERE "
				 "settled = 0 AND " OWN_DEVICE, "u", c->key.id);
	if (code == 0)
		code = db_number(c->db, e, 0, &w.conflicts, "SELECT count(*) FROM record WHERE "
				 "conflict > 0", "");
	if (code == 0)
		code = db_number(c->db, e, 0, &w.last_receipt,
				 "SELECT max(time) FROM receipt WHERE own = 1", "");
	if (code == 0)
		code = replica_meta_number(c->db, "last_sync", 0, &w.last_sync, e);
	if (code == 0)
		code = db_number(c->db, e, 0, &w.received, "SELECT count(*) FROM item WHERE "
				 OWN_DEVICE, "u", c->key.id);
	if (code == 0)
		code = db_number(c->db, e, 0, &w.safe, "SELECT count(*) FROM item i WHERE seq <= "
				 "(SELECT seq FROM safe f WHERE f.stream=i.stream) AND " OWN_DEVICE,
				 "u", c->key.id);
	if (code == 0)
		code = replica_meta_number(c->db, "clock_ahead", 0, &w.clock_ahead, e);
	if (code == 0)
		*out = w;
	return code;
}

int client_is_local(struct client *c, uint64_t device, struct err *e)
{
	int64_t n = 0;
	int code = device == c->key.id ? 1 :
			   db_number(c->db, e, 0, &n, "SELECT (SELECT count(*) FROM chief WHERE "
				     "device=$1) + (SELECT count(*) FROM incarnation WHERE old=$1)",
				     "u", device);

	return code != 0 ? code : n > 0;
}

/* Whether a table of what waits has this op. */
static int stands_in(struct client *c, const char *sql, uint64_t stream, const struct touch *t,
		     bool *out, struct err *e)
{
	int64_t n = 0;
	int code = db_number(c->db, e, 0, &n, sql, "uuu", stream, t->device, t->number);

	*out |= n > 0;
	return code;
}

/* Where the newest op of each of this computer's devices is. */
static int find_standing(struct client *c, uint64_t stream, const struct record *rec,
			 bool *local, bool *sent, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; code >= 0 && i < rec->touch_count; i++) {
		const struct touch *t = &rec->touches[i];

		code = client_is_local(c, t->device, e);
		if (code != 1)
			continue;
		code = stands_in(c, "SELECT count(*) FROM pending WHERE stream=$1 AND device=$2 "
				 "AND first_op <= $3 AND last_op >= $3", stream, t, local, e);
		if (code == 0)
			code = stands_in(c, "SELECT count(*) FROM outbox WHERE stream=$1 AND "
					 "device=$2 AND first_op <= $3 AND last_op >= $3", stream,
					 t, sent, e);
		if (code == 0)
			code = stands_in(c, "SELECT count(*) FROM carrying WHERE stream=$1 AND "
					 "device=$2 AND first_op <= $3 AND last_op >= $3", stream,
					 t, sent, e);
	}
	return code < 0 ? code : 0;
}

int client_standing(struct client *c, uint64_t stream, struct rid id, const char **out,
		    struct err *e)
{
	bool local = false, sent = false;
	struct arena a;
	struct fold fold;
	struct fold_entry *en;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	code = fold_init(&fold, &c->replica, &a, e);
	if (code == 0)
		code = fold_get(&fold, stream, id, &en, e);
	if (code == 0 && en->gone)
		code = err_set(e, ERR_NO_RECORD, "record");
	if (code == 0)
		code = find_standing(c, stream, &en->rec, &local, &sent, e);
	arena_release(&a);
	if (code == 0)
		*out = local ? "local" : sent ? "sent" : "received";
	return code;
}
