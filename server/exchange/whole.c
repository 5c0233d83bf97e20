/* Segments of a log. */
#include "server/exchange/whole.h"

#include <string.h>

#include "common/replica/snapshot.h"
#include "protocol/limits.h"

enum { ITEM_ROOM = 48 };

int whole_clear(struct whole *w, struct arena *a, struct err *e)
{
	w->a = a;
	w->reply = (struct reply){ 0 };
	w->notes = (struct heal_notes_list){ .cap = 1 };
	/* Before the first restore there are none. */
	if (w->end > GENERATION_STEP)
		w->notes.cap = LIMIT_MESSAGE / HEAL_NOTE_ROOM;
	w->reply.streams = arena_array(a, HEAL_TURNS + 1, sizeof *w->reply.streams);
	w->reply.statements = arena_array(a, HEAL_TURNS, sizeof *w->reply.statements);
	w->notes.list = arena_array(a, w->notes.cap, sizeof *w->notes.list);
	if (w->reply.streams == NULL || w->reply.statements == NULL || w->notes.list == NULL)
		return err_set(e, ERR_NOMEM, "log");
	w->reply.notes = w->notes.list;
	return 0;
}

int whole_begin(struct whole *w, struct server *s, struct replica *view, uint64_t stream,
		struct arena *a, struct err *e)
{
	struct stream_head end;
	int code = replica_head(view, stream, &end, e);

	*w = (struct whole){ .s = s, .view = view, .at.stream = stream, .end = end.seq };
	head_start(view->district.id, stream, view->generation, end.head);
	memcpy(w->at.check, end.head, MESSAGE_CHECK);
	return code != 0 ? code : whole_clear(w, a, e);
}

static int add_item(struct whole *w, struct message_stream *out, struct stmt *s,
		    struct stream_head *last, size_t *room, struct err *e)
{
	struct message_item *it = &out->items[out->item_count++];
	size_t most = LIMIT_MESSAGE, need;
	int code;

	last->seq = (uint64_t)db_int(s, 0);
	last->time = db_int(s, 4);
	memcpy(last->head, db_bytes(s, 6).at, HASH_SIZE);
	*it = (struct message_item){ .time = last->time, .zero_ahead = db_int(s, 5),
				     .device = (uint64_t)db_int(s, 1),
				     .object = arena_copy(w->a, db_bytes(s, 2)),
				     .verdicts = arena_copy(w->a, db_bytes(s, 3)) };
	if (it->object.at == NULL || (it->verdicts.len > 0 && it->verdicts.at == NULL))
		return err_set(e, ERR_NOMEM, "log");
	code = w->open ? snapshot_open(w->view, it->object, w->a, &it->object, e) : 0;
	if (code != 0)
		return code;
	need = ITEM_ROOM + it->object.len + it->verdicts.len + db_bytes(s, 7).len;
	*room -= need < *room ? need : *room;
	if (heal_add_notes(&w->notes, out->stream, last->seq, db_bytes(s, 7), &most) != 0)
		return err_set(e, ERR_TOO_LARGE, "log");
	w->reply.note_count = w->notes.count;
	return 0;
}

static int add_items(struct whole *w, struct message_stream *out, uint64_t until,
		     struct stream_head *last, size_t room, struct err *e)
{
	struct stmt *s;
	int code = db_query(w->view->db, e, &s, "SELECT seq, device, object, verdicts, time, "
			    "zero_ahead, head, notes FROM item WHERE stream=$1 AND seq>$2 AND "
			    "seq<=$3 ORDER BY seq", "uuu", out->stream, out->from, until);

	if (code != 0)
		return code;
	while (room > 0 && (code = db_step(s, e)) == 1) {
		code = add_item(w, out, s, last, &room, e);
		if (code != 0)
			break;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

static int add_statements(struct whole *w, const struct heal_way *way, struct err *e)
{
	if (w->reply.statement_count + way->count > HEAL_TURNS)
		return err_set(e, ERR_TOO_LARGE, "log");
	if (way->count > 0)
		memcpy(&w->reply.statements[w->reply.statement_count], way->statements,
		       way->count * sizeof *way->statements);
	w->reply.statement_count += way->count;
	return 0;
}

int whole_add(struct whole *w, size_t room, struct err *e)
{
	struct message_stream *out = &w->reply.streams[w->reply.stream_count];
	struct stream_head last = { .stream = w->at.stream };
	struct heal_way way;
	int code;

	if (w->at.seq >= w->end)
		return 0;
	code = heal_find_way(w->s, w->view, w->at.stream, &w->at, w->a, &way, e);
	if (code == 0 && (!way.same || w->reply.stream_count > HEAL_TURNS))
		code = err_set(e, ERR_CORRUPT, "generation");
	if (code == 0)
		code = add_statements(w, &way, e);
	if (code != 0)
		return code;
	if (way.until > w->end)
		way.until = w->end;
	last.seq = way.from;
	memcpy(last.head, way.count > 0 ? way.head : last.head, HASH_SIZE);
	*out = (struct message_stream){ .stream = w->at.stream, .from = way.from };
	out->items = arena_array(w->a, (size_t)(way.until - way.from) + 1, sizeof *out->items);
	if (out->items == NULL)
		return err_set(e, ERR_NOMEM, "log");
	code = add_items(w, out, way.until, &last, room, e);
	if (code == 0 && out->item_count == 0 && way.count == 0)
		code = err_set(e, ERR_CORRUPT, "log");
	w->at.seq = last.seq;
	memcpy(w->at.check, last.head, MESSAGE_CHECK);
	if (code != 0 || out->item_count == 0)
		return code;
	out->has_generation = out->from == 0;
	memcpy(out->generation, w->view->generation, GENERATION_SIZE);
	out->has_signature = true;
	head_sign(&w->s->working, w->view->district.id, last.stream, last.seq, last.head, last.time,
		  out->signature);
	w->reply.stream_count++;
	return 0;
}
