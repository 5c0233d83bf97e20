/* Forks: kept aside, told. */
#include "server/exchange/fork.h"

#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"

enum { FORKS_TOLD = 64 };

static int keep(struct server *s, const struct arrival *a, struct err *e)
{
	const struct changeset *cs = &a->opened.cs;
	int64_t count = 0;
	int code = db_number(s->db, e, 0, &count, "SELECT count(*) FROM forked WHERE device=$1", "u",
			     a->author.device);

	return code != 0 || count >= LIMIT_HELD ? code :
		db_exec(s->db, e, "INSERT INTO forked(stream,device,seq,hash,prev,object,time) "
			"VALUES($1,$2,$3,$4,$5,$6,$7) ON CONFLICT DO NOTHING", "uuubbbi", cs->stream,
			a->author.device, cs->seq, BYTES_OF(a->opened.hash), BYTES_OF(a->prev),
			a->object, env_now(s->env));
}

int fork_note(struct server *s, struct exchange *x, const struct arrival *a, struct err *e)
{
	const struct changeset *cs = &a->opened.cs;
	struct message_fork *f;
	struct stmt *q;
	int code = keep(s, a, e);

	if (code == 0 && x->forks == NULL)
		x->forks = arena_array(&x->arena, FORKS_TOLD, sizeof *x->forks);
	if (code == 0 && x->forks == NULL)
		code = err_set(e, ERR_NOMEM, "forks");
	if (code != 0 || x->fork_count == FORKS_TOLD)
		return code;
	f = &x->forks[x->fork_count];
	*f = (struct message_fork){ .stream = cs->stream, .device = a->author.device,
				    .seq = cs->seq };
	code = db_query(s->db, e, &q, "SELECT hash, last_op FROM item WHERE stream=$1 AND device=$2 "
			"AND device_seq=$3 UNION ALL SELECT hash, 0 FROM held WHERE stream=$1 AND "
			"device=$2 AND seq=$3", "uuu", cs->stream, a->author.device, cs->seq);
	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1 && db_bytes(q, 0).len == HASH_SIZE) {
		memcpy(f->hash, db_bytes(q, 0).at, HASH_SIZE);
		f->last_op = (uint64_t)db_int(q, 1);
		x->fork_count++;
	}
	db_done(q);
	return code < 0 ? code : 0;
}

static const char *const kinds[] = { "aside", "restored", "copied", "forked", "replaced" };

/* One that a row tells of; NULL: no memory. */
static json_t *fork_json(struct stmt *q)
{
	struct bytes name = db_text(q, 6);
	char device[17], old[17];

	snprintf(device, sizeof device, "%016llx", (unsigned long long)db_int(q, 3));
	snprintf(old, sizeof old, "%016llx", (unsigned long long)db_int(q, 4));
	return json_pack("{s:s, s:I, s:I, s:s%, s:s, s:s, s:I}", "kind",
			 db_int(q, 7) != 0 ? "enrolled" : kinds[db_int(q, 0)], "time",
			 (json_int_t)db_int(q, 1), "stream", (json_int_t)db_int(q, 2), "name",
			 name.len > 0 ? (const char *)name.at : "", name.len, "device", device, "old",
			 old, "change_sets", (json_int_t)db_int(q, 5));
}

/* A key that was not let in has not gone on. The one before it may never have been known, where
 * an enrolment spoke for it: then the name is the new one's. */
static const char list_sql[] =
	"SELECT w.reason, w.time, w.stream, w.device, w.old, w.n, coalesce((SELECT d.name FROM device d "
	"WHERE d.device=w.old AND d.stream=d.unit), (SELECT d.name FROM device d WHERE "
	"d.device=w.device AND d.stream=d.unit)), w.by_paper FROM (SELECT s.reason AS reason, s.time AS "
	"time, c.unit AS stream, s.device AS device, s.old AS old, (SELECT count(*) FROM forked f WHERE "
	"f.device=s.old) AS n, CASE WHEN length(s.old_signature)=0 THEN 1 ELSE 0 END AS by_paper FROM "
	"succession s JOIN device c ON c.device=s.device AND c.stream=c.unit UNION ALL SELECT 0, "
	"max(time), min(stream), device, device, count(*), 0 FROM forked f WHERE NOT EXISTS (SELECT 1 "
	"FROM succession t WHERE t.old=f.device) GROUP BY device) w ORDER BY w.time DESC, w.device "
	"LIMIT $1";

int fork_list(struct replica *r, size_t most, json_t **out, struct err *e)
{
	struct stmt *q;
	int code = db_query(r->db, e, &q, list_sql, "i", (int64_t)most);

	*out = json_array();
	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1)
		if (json_array_append_new(*out, fork_json(q)) != 0) {
			code = err_set(e, ERR_NOMEM, "forks");
			break;
		}
	db_done(q);
	return code < 0 ? code : 0;
}
