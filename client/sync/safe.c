/* News of the server's backups. `due` is the counter of the newest request when something
 * was heard: all later ones say so, until one of those is answered; then it is -1. */
#include "client/sync/safe.h"

#include <string.h>

#include "protocol/limits.h"

int safe_take(struct client *c, const struct reply *r, struct err *e)
{
	int64_t counter = 0;
	size_t i;
	int code = db_exec(c->db, e, "UPDATE safe SET due=-1 WHERE due >= 0 AND due < $1", "u",
			   r->counter);

	if (code == 0)
		code = replica_meta_number(c->db, "counter", 0, &counter, e);
	for (i = 0; i < r->safe_count && code == 0; i++) {
		code = db_exec(c->db, e, "INSERT INTO safe(stream,seq,due) VALUES($1,0,-1) ON "
			       "CONFLICT DO NOTHING", "u", r->safe[i].stream);
		/* What is older than what is known is an old reply. */
		if (code == 0)
			code = db_exec(c->db, e, "UPDATE safe SET seq=$2, due=$3 WHERE stream=$1 "
				       "AND seq <= $2", "uui", r->safe[i].stream, r->safe[i].seq,
				       counter);
	}
	return code;
}

int safe_answers(struct client *c, struct arena *a, struct request *r, struct err *e)
{
	int64_t n = 0;
	struct stmt *s;
	int code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM safe WHERE due >= 0", "");

	if (code != 0 || n == 0)
		return code;
	if (n > LIMIT_STREAMS)
		n = LIMIT_STREAMS;
	r->safe = arena_array(a, (size_t)n, sizeof *r->safe);
	if (r->safe == NULL)
		return err_set(e, ERR_NOMEM, "safe");
	code = db_query(c->db, e, &s, "SELECT stream, seq FROM safe WHERE due >= 0 ORDER BY stream",
			"");
	if (code != 0)
		return code;
	while (r->safe_count < (size_t)n && (code = db_step(s, e)) == 1)
		r->safe[r->safe_count++] = (struct message_safe){ (uint64_t)db_int(s, 0),
								  (uint64_t)db_int(s, 1) };
	db_done(s);
	return code < 0 ? code : 0;
}

int safe_position(struct client *c, uint64_t stream, uint64_t *seq, struct err *e)
{
	int64_t n = 0;
	int code = db_number(c->db, e, 0, &n, "SELECT seq FROM safe WHERE stream=$1", "u", stream);

	*seq = (uint64_t)n;
	return code;
}

int safe_record(struct client *c, uint64_t stream, struct rid id, bool *in, struct err *e)
{
	const char *standing;
	uint64_t safe = 0, last = 0;
	struct stmt *s;
	int code = client_standing(c, stream, id, &standing, e);

	*in = false;
	if (code == 0)
		code = safe_position(c, stream, &safe, e);
	if (code != 0 || strcmp(standing, "received") != 0 || safe == 0)
		return code;
	code = replica_touches(&c->replica, stream, id, &s, e);
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1)
		if ((uint64_t)db_int(s, 0) > last)
			last = (uint64_t)db_int(s, 0);
	db_done(s);
	*in = code == 0 && last > 0 && last <= safe;
	return code;
}
