/* Who looked at personal values. */
#include "server/report/reading.h"

int reading_note(struct server *s, struct bytes who, struct bytes what, struct err *e)
{
	struct stmt *q;
	int code = db_begin(s->db, e);

	if (code != 0)
		return code;
	code = db_query(s->db, e, &q, "INSERT INTO reading(time,who,what) VALUES($1,$2,$3)", "i",
			env_now(s->env));
	if (code == 0) {
		db_bind_text(q, 2, who);
		db_bind_text(q, 3, what);
		code = db_step(q, e);
		db_done(q);
	}
	if (code == 0)
		return db_commit(s->db, e);
	db_rollback(s->db);
	return code;
}

int reading_list(struct server *s, int64_t limit, json_t **out, struct err *e)
{
	json_t *list = json_array();
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT time, who, what FROM reading ORDER BY time DESC "
			    "LIMIT $1", "i", limit);

	if (code == 0) {
		while ((code = db_step(q, e)) == 1) {
			struct bytes who = db_text(q, 1), what = db_text(q, 2);

			if (json_array_append_new(list, json_pack("{s:I, s:s%, s:s%}", "time",
					(json_int_t)db_int(q, 0), "who", (const char *)who.at, who.len,
					"what", (const char *)what.at, what.len)) != 0) {
				code = err_set(e, ERR_NOMEM, "readings");
				break;
			}
		}
		db_done(q);
	}
	if (code == 0)
		*out = list;
	else
		json_decref(list);
	return code;
}
