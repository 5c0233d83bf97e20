/* News of backups, and who has heard it. */
#include "server/exchange/safe.h"

int safe_news(struct replica *view, uint64_t device, const uint64_t *streams, size_t count,
	      size_t max, struct arena *a, struct message_safe **out, size_t *found,
	      struct err *e)
{
	struct stmt *s;
	size_t i;
	int code;

	*found = 0;
	code = db_query(view->db, e, &s, "SELECT f.stream, f.seq FROM safe f WHERE f.seq > 0 AND "
			"NOT EXISTS (SELECT 1 FROM safe_told t WHERE t.device=$1 AND "
			"t.stream=f.stream AND t.seq>=f.seq) ORDER BY f.stream", "u", device);
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1 && *found < max) {
		uint64_t stream = (uint64_t)db_int(s, 0);

		for (i = 0; i < count && streams[i] != stream; i++)
			;
		if (i == count)
			continue;
		if (*found == 0)
			*out = arena_array(a, max < count ? max : count, sizeof **out);
		if (*out == NULL) {
			code = err_set(e, ERR_NOMEM, "safe");
			break;
		}
		(*out)[(*found)++] = (struct message_safe){ stream, (uint64_t)db_int(s, 1) };
	}
	db_done(s);
	return code < 0 ? code : 0;
}

int safe_heard(struct server *s, uint64_t device, const struct message_safe *list, size_t count,
	       struct err *e)
{
	size_t i;
	int code = 0;

	/* Of streams that there is something to be heard of: others would only fill the table. */
	for (i = 0; i < count && code == 0; i++)
		code = db_exec(s->db, e, "INSERT INTO safe_told(device,stream,seq) SELECT $1, stream,"
			       " $3 FROM safe WHERE stream=$2 ON CONFLICT(device,stream) DO UPDATE "
			       "SET seq=$3 WHERE safe_told.seq < $3", "uuu", device, list[i].stream,
			       list[i].seq);
	return code;
}
