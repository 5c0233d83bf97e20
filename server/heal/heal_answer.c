/* What a reply says to a reader whose stream goes through several generations. */
#include "server/heal/heal_answer.h"

#include <string.h>

#include "protocol/limits.h"

/* Head and time at a position of the log; or of where a generation begins. 1, or 0. */
static int head_at(struct replica *r, uint64_t stream, uint64_t seq, uint8_t head[HASH_SIZE],
		   int64_t *time, struct err *e)
{
	struct generation g;
	struct stmt *s;
	int code;

	*time = 0;
	if (seq == 0) {
		head_start(r->district.id, stream, r->generation, head);
		return 1;
	}
	code = db_query(r->db, e, &s, "SELECT head, time FROM item WHERE stream=$1 AND seq=$2", "uu",
			stream, seq);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 0).len == HASH_SIZE) {
		memcpy(head, db_bytes(s, 0).at, HASH_SIZE);
		*time = db_int(s, 1);
	}
	db_done(s);
	if (code == 0)
		code = generation_next(r, stream, seq - 1, &g, e);
	else
		return code;
	if (code == 1 && g.base == seq)
		generation_head(&g, head);
	return code == 1 ? g.base == seq : code;
}

static int add_statement(struct heal_way *way, struct server *s, const struct generation *g,
			 struct arena *a, struct err *e)
{
	if (way->count == HEAL_TURNS)
		return err_set(e, ERR_LIMIT, "generations");
	return heal_statement(s, g, a, &way->statements[way->count++], e);
}

/* From where the reader stands: through the generations that begin there, to items. */
static int go_on(struct heal_way *way, struct server *s, struct replica *view, uint64_t stream,
		 struct arena *a, struct err *e)
{
	struct generation g;
	int code;

	while ((code = generation_next(view, stream, way->from, &g, e)) == 1) {
		if (way->from < g.seq) {
			way->until = g.seq;
			break;
		}
		code = add_statement(way, s, &g, a, e);
		way->from = g.base;
		generation_head(&g, way->head);
		if (code != 0)
			break;
	}
	return code < 0 ? code : 0;
}

/* All generations, from the first: the reader may be in one that this log has lost. */
static int tell_all(struct heal_way *way, struct server *s, struct replica *view, uint64_t stream,
		    struct arena *a, struct err *e)
{
	uint64_t at = 0;
	struct generation g;
	int code;

	while ((code = generation_next(view, stream, at, &g, e)) == 1) {
		code = add_statement(way, s, &g, a, e);
		if (code != 0)
			break;
		at = way->from = g.base;
		generation_head(&g, way->head);
	}
	return code < 0 ? code : 0;
}

int heal_find_way(struct server *s, struct replica *view, uint64_t stream,
		  const struct message_have *h, struct arena *a, struct heal_way *out,
		  struct err *e)
{
	struct heal_way way = { .from = h == NULL ? 0 : h->seq, .until = UINT64_MAX, .same = true };
	uint8_t head[HASH_SIZE];
	struct generation g;
	int64_t time;
	int code = generation_of(view, stream, way.from, &g, e);

	way.lags = code == 1;
	if (code == 0 && h != NULL) {
		code = head_at(view, stream, h->seq, head, &time, e);
		way.same = code == 1 && memcmp(head, h->check, MESSAGE_CHECK) == 0;
	}
	if (code >= 0)
		code = way.lags || !way.same ? tell_all(&way, s, view, stream, a, e) :
					       go_on(&way, s, view, stream, a, e);
	*out = way;
	return code;
}

int heal_contradict(struct server *s, struct replica *view, const struct message_have *h,
		    struct message_head *out, struct err *e)
{
	struct stream_head end;
	int64_t time;
	int code = head_at(view, h->stream, h->seq, out->head, &time, e);

	out->stream = h->stream;
	out->seq = h->seq;
	out->time = time;
	if (code == 0) {
		code = replica_head(view, h->stream, &end, e);
		out->seq = end.seq;
		out->time = end.seq == 0 ? 0 : end.time;
		memcpy(out->head, end.head, HASH_SIZE);
	}
	if (code >= 0)
		head_sign(&s->working, view->district.id, out->stream, out->seq, out->head,
			  out->time, out->signature);
	return code < 0 ? code : 0;
}

int heal_add_notes(struct heal_notes_list *list, uint64_t stream, uint64_t at, struct bytes notes,
		   size_t *room)
{
	struct cursor c = cursor_of(notes);

	while (cursor_left(&c) >= NOTE_SIZE) {
		uint64_t number = cursor_u64(&c), position = cursor_u64(&c);
		struct message_notes *last = list->count == 0 ? NULL :
						      &list->list[list->count - 1];

		if (last != NULL && last->stream == stream && last->at + last->count == at &&
		    last->number + last->count == number &&
		    last->position + last->count == position) {
			last->count++;
			continue;
		}
		if (list->count == list->cap || *room < HEAL_NOTE_ROOM)
			return ERR_LIMIT;
		*room -= HEAL_NOTE_ROOM;
		list->list[list->count++] =
			(struct message_notes){ stream, at, number, position, 1 };
	}
	return 0;
}

int heal_is_held(const struct exchange *x, struct replica *view, uint64_t stream, uint64_t seq,
		 struct bytes notes, bool *held, struct err *e)
{
	struct cursor c = cursor_of(notes);
	int code = 0;

	*held = false;
	while (code >= 0 && x->hold_count > 0 && cursor_left(&c) >= NOTE_SIZE) {
		uint64_t number = cursor_u64(&c);
		struct generation g;

		if (cursor_u64(&c) != seq)
			continue;
		code = generation_of(view, stream, number, &g, e);
		*held = code == 1 && heal_held(x, stream, g.base) >= number;
	}
	return code < 0 ? code : 0;
}
