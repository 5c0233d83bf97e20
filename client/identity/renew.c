/* New keys. */
#include "client/identity/renew.h"

#include <string.h>

#include "client/identity/incarnation.h"
#include "client/identity/resave.h"
#include "client/sync/outbox.h"
#include "protocol/limits.h"

/* One that was signed: its saves wait again, under their own numbers. */
static int unsign_one(struct client *c, struct stmt *s, struct err *e)
{
	struct bytes payload;
	struct opened o;
	struct arena a;
	size_t i;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	code = replica_read_object(&c->replica, db_bytes(s, 0), c->key.id, &a, &o, &payload, e);
	for (i = 0; code == 0 && i < o.cs.tx_count; i++)
		code = resave_put(c, &o.cs, &o.cs.tx[i], RESAVE_PENDING, e);
	arena_release(&a);
	return code;
}

/* What this key has signed and nobody has confirmed. */
static int unsign(struct client *c, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT object FROM outbox WHERE device=$1 ORDER BY place",
			    "u", c->key.id);

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		code = unsign_one(c, s, e);
		if (code != 0)
			break;
	}
	db_done(s);
	if (code == 0)
		code = db_exec(c->db, e, "DELETE FROM carrying WHERE place IN (SELECT place FROM outbox "
			       "WHERE device=$1)", "u", c->key.id);
	return code != 0 ? code : db_exec(c->db, e, "DELETE FROM outbox WHERE device=$1", "u",
					  c->key.id);
}

static int unsign_all(struct client *c, struct err *e)
{
	int code = db_begin(c->db, e);

	if (code != 0)
		return code;
	code = unsign(c, e);
	if (code == 0)
		return db_commit(c->db, e);
	replica_rollback(&c->replica);
	return code;
}

/* What chiefs have signed goes behind what it is about. */
static int order(struct client *c, struct err *e)
{
	int64_t last = 0;
	int code = outbox_sign_own(c, c->unit, e);

	if (code == 0)
		code = db_number(c->db, e, 0, &last, "SELECT max(place) FROM outbox", "");
	return code != 0 ? code : db_exec(c->db, e, "UPDATE outbox SET place=place+$1 WHERE device IN "
					  "(SELECT device FROM chief)", "i", last);
}

static int begin_anew(struct client *c, struct err *e)
{
	int code = db_begin(c->db, e);

	if (code != 0)
		return code;
	c->revoked = 0;
	code = replica_meta_put_number(c->db, "revoked", 0, e);
	if (code == 0)
		code = db_exec(c->db, e, "DELETE FROM missing", "");
	if (code == 0)
		code = order(c, e);
	if (code == 0)
		return db_commit(c->db, e);
	replica_rollback(&c->replica);
	return code;
}

int renew_enrol(struct client *c, const struct enrolment *en, struct bytes author, struct err *e)
{
	bool void_key = c->restored == 0 && (c->revoked != 0 || !c->enrolled);
	int code = 0;

	if (!bytes_equal(en->root.payload, c->replica.root_doc.payload))
		return err_set(e, ERR_WRONG_DISTRICT, "%s", "");
	if (en->unit != c->unit)
		return err_set(e, ERR_OTHER_UNIT, "%.*s",
			       (int)(en->unit_name.len > 100 ? 100 : en->unit_name.len),
			       (const char *)en->unit_name.at);
	if (void_key)
		code = unsign_all(c, e);
	if (code == 0)
		code = incarnation_enrol(c, en, author, e);
	/* Of a store out of a backup much may have arrived: it asks before it signs. */
	return code != 0 || !void_key ? code : begin_anew(c, e);
}

int renew_key(struct client *c, struct err *e)
{
	int code = client_writable(c, e);

	if (code == 0 && c->revoked != 0)
		code = err_set(e, ERR_REVOKED, "%s", "");
	if (code == 0)
		code = db_begin(c->db, e);
	if (code != 0)
		return code;
	code = incarnation_make(c, SUCCESSION_REPLACED, e);
	if (code != 0) {
		replica_rollback(&c->replica);
		return code;
	}
	code = db_commit(c->db, e);
	return code != 0 ? code : incarnation_switch(c, e);
}
