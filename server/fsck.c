/* The server's tables, each against what it rests on. */
#include "server/fsck.h"

#include <stdio.h>
#include <string.h>

#include "common/unit/unit_parts.h"
#include "server/server.h"

#include "server/exchange/attach_way.h"

enum { FILES_MEMORY = 256 * 1024 * 1024 };

/* Rows that should not be: the query names them by number or text. */
static const struct rule {
	const char *place, *what, *sql;
	bool text;
} rules[] = {
	{ "enrolment of unit", "a field has a wrong length",
	  "SELECT unit FROM enrolment WHERE length(id)<>8 OR length(secret)<>16 OR "
	  "(key IS NOT NULL AND length(key)<>32)", false },
	{ "enrolment of unit", "there is no such unit",
	  "SELECT unit FROM enrolment n WHERE NOT EXISTS (SELECT 1 FROM t_unit u WHERE "
	  "u.stream=0 AND u.f_number=n.unit)", false },
	{ "enrolment of unit", "used without a key, or the reverse",
	  "SELECT unit FROM enrolment WHERE (used<>0) <> (key IS NOT NULL)", false },
	{ "enrolment of unit", "its key has no certificate",
	  "SELECT unit FROM enrolment n WHERE key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
	  "device d WHERE d.stream=n.unit AND d.key=n.key)", false },
	{ "officer", "a field has a wrong length",
	  "SELECT name FROM officer WHERE length(key)<>32 OR length(salt)<>32 OR "
	  "length(sealed)<>104", true },
	{ "officer", "there is no such unit",
	  "SELECT name FROM officer o WHERE NOT EXISTS (SELECT 1 FROM t_unit u WHERE "
	  "u.stream=0 AND u.f_number=o.unit)", true },
	{ "partial object of device", "longer than its object",
	  "SELECT device FROM partial WHERE length(data)>total OR length(id)<>8", false },
	{ "held change set of device", "a field has a wrong length",
	  "SELECT device FROM held WHERE length(hash)<>32 OR length(prev)<>32 OR "
	  "length(object)=0", false },
	{ "held change set of device", "nothing keeps it from its stream",
	  "SELECT h.device FROM held h LEFT JOIN author a ON a.stream=h.stream AND "
	  "a.device=h.device WHERE h.seq<=coalesce(a.seq,0) OR (h.seq=coalesce(a.seq,0)+1 "
	  "AND EXISTS (SELECT 1 FROM device d WHERE d.device=h.device) AND NOT EXISTS (SELECT 1 FROM "
	  "device d WHERE d.device=h.device AND d.status<>'active') AND NOT EXISTS (SELECT 1 FROM "
	  "succession p WHERE p.old=h.device AND p.reason=4))", false },
	{ "backup of stream", "said to hold more than there is",
	  "SELECT stream FROM safe f WHERE NOT EXISTS (SELECT 1 FROM stream s WHERE "
	  "s.stream=f.stream AND s.seq>=f.seq)", false },
	{ "contact of device", "no certificate names it",
	  "SELECT device FROM contact c WHERE NOT EXISTS (SELECT 1 FROM device d WHERE "
	  "d.device=c.device)", false },
};

static int check_rule(struct fsck *f, struct db *db, const struct rule *r, struct err *e)
{
	struct err why = { 0 };
	struct stmt *q;
	char place[300];
	int code = db_query_text(db, &why, &q, r->sql);

	if (code != 0) {
		fsck_found(f, r->place, "%s", why.subject);
		return 0;
	}
	while ((code = db_step(q, &why)) == 1) {
		if (r->text)
			snprintf(place, sizeof place, "%s %.*s", r->place, (int)db_text(q, 0).len,
				 (const char *)db_text(q, 0).at);
		else if (r->place[0] == 'e')
			snprintf(place, sizeof place, "%s %lld", r->place, (long long)db_int(q, 0));
		else
			snprintf(place, sizeof place, "%s %016llx", r->place,
				 (unsigned long long)db_int(q, 0));
		fsck_found(f, place, "%s", r->what);
	}
	db_done(q);
	if (code == ERR_CORRUPT)
		fsck_found(f, r->place, "%s", why.subject);
	return code == 0 || code == ERR_CORRUPT ? 0 : err_set(e, code, "%s", why.subject);
}

/* Roles live in packs, not in a table. */
static int check_roles(struct fsck *f, struct replica *r, struct err *e)
{
	struct schema *schema;
	struct stmt *q;
	int code = replica_schema_now(r, &schema, e);

	/* A damaged pack has been told already. */
	if (code == ERR_BAD_PACK)
		return 0;
	if (code == 0)
		code = db_query(r->db, e, &q, "SELECT name, role FROM officer", "");
	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1) {
		char place[300];

		if (schema_role(schema, (uint32_t)db_int(q, 1)) != NULL)
			continue;
		snprintf(place, sizeof place, "officer %.*s", (int)db_text(q, 0).len,
			 (const char *)db_text(q, 0).at);
		fsck_found(f, place, "there is no role %lld", (long long)db_int(q, 1));
	}
	db_done(q);
	return code;
}

/* Units and their events, laid on each other as they were when they were entered. */
static int check_units(struct fsck *f, struct replica *r, struct err *e)
{
	struct err why = { 0 };
	struct units *u = NULL;
	int code = units_load(r, &u, &why);

	if (code == 0)
		code = units_replay(u, true, &why);
	units_free(u);
	if (code == ERR_NOMEM)
		return err_set(e, code, "%s", why.subject);
	if (code != 0)
		fsck_found(f, "units", "%s: %s", err_name(code), why.subject);
	return 0;
}

/* Old numbers, in the order in which they stood: each leads on from the one before it, and the
 * log has its change set. */
static int check_healed(struct fsck *f, struct server *s, struct err *e)
{
	uint8_t head[HASH_SIZE] = { 0 }, next[HASH_SIZE];
	int64_t stream = -1, base = -1;
	char place[80];
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT h.stream, h.base, h.number, h.hash, h.verdicts, h.time,"
			    " h.zero, h.notes, h.head, g.head, (SELECT count(*) FROM item i WHERE "
			    "i.stream=h.stream AND i.seq=h.seq AND i.hash=h.hash) FROM healed h JOIN "
			    "generation g ON g.stream=h.stream AND g.base=h.base ORDER BY h.stream, "
			    "h.number", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1) {
		snprintf(place, sizeof place, "stream %lld, old item %lld", (long long)db_int(q, 0),
			 (long long)db_int(q, 2));
		if ((stream != db_int(q, 0) || base != db_int(q, 1)) &&
		    db_bytes(q, 9).len == HASH_SIZE)
			memcpy(head, db_bytes(q, 9).at, HASH_SIZE);
		stream = db_int(q, 0);
		base = db_int(q, 1);
		if (db_bytes(q, 3).len != HASH_SIZE || db_int(q, 10) != 1) {
			fsck_found(f, place, "the log does not have it");
			continue;
		}
		head_noted(head, db_bytes(q, 3).at, db_bytes(q, 4), db_int(q, 5),
			   (uint64_t)db_int(q, 6), db_bytes(q, 7), next);
		memcpy(head, next, HASH_SIZE);
		if (!bytes_equal(db_bytes(q, 8), BYTES_OF(head)))
			fsck_found(f, place, "its head does not lead on from the one before");
	}
	db_done(q);
	return code;
}

/* What the server has signed is true for ever: every receipt that was shown to it since it was
 * restored names a head that it can show the way to. */
static int check_shown(struct fsck *f, struct server *s, struct err *e)
{
	char place[80];
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT stream, seq FROM shown w WHERE NOT EXISTS (SELECT 1 "
			    "FROM healed h WHERE h.stream=w.stream AND h.number=w.seq AND "
			    "h.head=w.head AND h.time=w.time) ORDER BY stream, seq", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1) {
		snprintf(place, sizeof place, "receipt of stream %lld, item %lld",
			 (long long)db_int(q, 0), (long long)db_int(q, 1));
		fsck_found(f, place, "not honoured: what it is for is not all here again");
	}
	db_done(q);
	return code;
}

static int check_tables(struct fsck *f, struct server *s, struct err *e)
{
	size_t i;
	int code = check_units(f, &s->replica, e);

	for (i = 0; i < sizeof rules / sizeof rules[0] && code == 0; i++)
		code = check_rule(f, s->db, &rules[i], e);
	if (code == 0)
		code = check_healed(f, s, e);
	if (code == 0)
		code = check_shown(f, s, e);
	return code == 0 ? check_roles(f, &s->replica, e) : code;
}

/* Others may go on writing: what is checked is the store as of now. */
static int check_all(struct fsck *f, struct server *s, struct err *e)
{
	int code = db_begin_read(s->db, e);

	if (code != 0)
		return code;
	code = fsck_replica(f, &s->replica, e);
	if (code == 0)
		code = check_tables(f, s, e);
	/* Pages that only these tables lie on. */
	if (code == ERR_CORRUPT) {
		fsck_found(f, "store", "%s", e != NULL ? e->subject : "");
		code = 0;
	}
	db_end_read(s->db);
	return code;
}

/* Attached files: what is not what it was is asked of the units again. */
static int check_files(struct fsck *f, struct server *s, struct err *e)
{
	uint8_t (*damaged)[HASH_SIZE] = NULL;
	size_t count = 0;
	struct arena a;
	int code;

	arena_init(&a, FILES_MEMORY);
	code = attach_fsck(f, s->db, s->dir, &a, &damaged, &count, e);
	if (code == 0 && count > 0)
		code = way_lost(s, damaged, count, e);
	arena_release(&a);
	return code;
}

int server_fsck(struct fsck *f, const char *dir, struct err *e)
{
	struct server s;
	struct err why = { 0 };
	int code = server_open(&s, f->env, dir, &why);

	f->count = 0;
	if (code != 0) {
		if (code == ERR_NO_STORE || code == ERR_NOMEM)
			return err_set(e, code, "%s", why.subject);
		fsck_found(f, "store", "%s: %s", err_name(code), why.subject);
		return 0;
	}
	code = check_all(f, &s, e);
	if (code == 0)
		code = check_files(f, &s, e);
	server_close(&s);
	return code;
}

int server_fsck_file(struct fsck *f, const char *path, struct err *e)
{
	struct server s = { .env = f->env };
	int code = db_open(&s.db, f->env, path, DB_READ, e);

	f->count = 0;
	if (code != 0)
		return code;
	code = replica_open(&s.replica, s.db, f->env, e);
	if (code == 0) {
		code = check_all(f, &s, e);
		replica_close(&s.replica);
	}
	db_close(s.db);
	return code;
}
