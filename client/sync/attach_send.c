/* What of files goes into a request. */
#include <string.h>

#include "client/sync/attach_way.h"
#include "protocol/limits.h"

/* What one costs beyond its bytes. */
enum { ROOM_FILE = 56, WANTED_MOST = 8 };

/* A file that has to go up. */
struct going {
	uint8_t hash[HASH_SIZE];
	uint64_t size, held;
	int64_t place;
	bool unsure;             /* a message with bytes of it was not answered */
};

struct asking {
	struct client *c;
	struct arena *a;
	struct request *r;
	struct going *list;
	size_t count;
	size_t room;
	struct err *e;
};

/* Over a link those whose records have been received: begun ones first, then small ones. */
#define GOING \
	"SELECT w.hash, f.size, w.held, w.unsure, w.place FROM attach_way w JOIN attach_file f ON " \
	"f.hash=w.hash WHERE w.state=0 AND w.place>$2 AND EXISTS (SELECT 1 FROM attach_use u WHERE " \
	"u.hash=w.hash AND u.live=1 AND u.seq<$1) ORDER BY "
static const char link_sql[] =
	GOING "(CASE WHEN w.held>0 OR w.unsure>0 THEN 0 ELSE 1 END), f.size, w.place";
static const char part_sql[] = GOING "w.place";

static int list_going(struct asking *w, const char *sql, uint64_t before, int64_t after)
{
	struct stmt *s;
	int code;

	w->count = 0;
	w->list = arena_array(w->a, LIMIT_ATTACHMENTS, sizeof *w->list);
	if (w->r->files == NULL)
		w->r->files = arena_array(w->a, LIMIT_ATTACHMENTS, sizeof *w->r->files);
	if (w->list == NULL || w->r->files == NULL)
		return err_set(w->e, ERR_NOMEM, "files");
	code = db_query(w->c->db, w->e, &s, sql, "ui", before, after);
	if (code != 0)
		return code;
	while (w->count < LIMIT_ATTACHMENTS && (code = db_step(s, w->e)) == 1) {
		struct going *g = &w->list[w->count];

		if (db_bytes(s, 0).len != HASH_SIZE)
			continue;
		memcpy(g->hash, db_bytes(s, 0).at, HASH_SIZE);
		g->size = (uint64_t)db_int(s, 1);
		g->held = (uint64_t)db_int(s, 2);
		g->unsure = db_int(s, 3) != 0;
		g->place = db_int(s, 4);
		w->count++;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

static struct message_attachment *add(struct asking *w, const struct going *g, uint64_t from)
{
	struct message_attachment *f = &w->r->files[w->r->file_count++];

	*f = (struct message_attachment){ .total = g->size, .offset = from };
	memcpy(f->hash, g->hash, HASH_SIZE);
	return f;
}

/* Its file is gone, or cut, on this computer: a person has to look. */
static int set_aside(struct asking *w, const struct going *g, int problem)
{
	return db_exec(w->c->db, w->e, "UPDATE attach_way SET state=2, problem=$2 WHERE hash=$1",
		       "bi", BYTES_OF(g->hash), (int64_t)problem);
}

/* Bytes of it from there on, as many as there is room for. */
static int add_bytes(struct asking *w, const struct going *g, uint64_t from, size_t *put)
{
	size_t n = g->size - from < w->room ? (size_t)(g->size - from) : w->room;
	struct message_attachment *f;
	struct buf bytes;
	int code;

	*put = 0;
	buf_init(&bytes, LIMIT_MESSAGE);
	code = attach_part(w->c->dir, g->hash, from, n, &bytes, w->e);
	if (code == ERR_FILE_ABSENT || (code == 0 && bytes.len < n)) {
		buf_release(&bytes);
		return set_aside(w, g, ERR_FILE_ABSENT);
	}
	if (code == 0) {
		f = add(w, g, from);
		f->bytes = arena_copy(w->a, buf_view(&bytes));
		if (f->bytes.at == NULL)
			code = err_set(w->e, ERR_NOMEM, "files");
		*put = bytes.len;
		w->room -= bytes.len < w->room ? bytes.len : w->room;
		w->room -= ROOM_FILE < w->room ? ROOM_FILE : w->room;
	}
	buf_release(&bytes);
	return code != 0 ? code : db_exec(w->c->db, w->e, "UPDATE attach_way SET unsure=1 WHERE hash=$1",
					  "b", BYTES_OF(g->hash));
}

/* What is wanted down, and how much of it has come. */
static int add_wanted(struct asking *w)
{
	struct request *r = w->r;
	struct stmt *s;
	size_t i;
	int code;

	r->wanted = arena_array(w->a, WANTED_MOST, sizeof *r->wanted);
	if (r->wanted == NULL)
		return err_set(w->e, ERR_NOMEM, "files");
	code = db_query(w->c->db, w->e, &s, "SELECT hash, (SELECT max(total) FROM attach_piece p WHERE "
			"p.source=0 AND p.hash=w.hash) FROM attach_way w WHERE wanted=1 ORDER BY place", "");
	if (code != 0)
		return code;
	while (r->wanted_count < WANTED_MOST && (code = db_step(s, w->e)) == 1) {
		struct message_attachment *f = &r->wanted[r->wanted_count++];

		*f = (struct message_attachment){ .total = (uint64_t)db_int(s, 1) };
		if (db_bytes(s, 0).len == HASH_SIZE)
			memcpy(f->hash, db_bytes(s, 0).at, HASH_SIZE);
	}
	db_done(s);
	for (i = 0; i < r->wanted_count && code >= 0; i++)
		code = attach_held(w->c->db, 0, &r->wanted[i], &r->wanted[i].offset, w->e);
	return code < 0 ? code : 0;
}

/* After a message that nobody has answered: how far is it? */
static size_t add_questions(struct asking *w)
{
	size_t i, n = 0;

	for (i = 0; i < w->count; i++)
		if (w->list[i].unsure) {
			add(w, &w->list[i], 0);
			n++;
		}
	return n;
}

int way_ask(struct client *c, struct exchange_files *files, struct arena *a, struct request *r,
	    struct err *e)
{
	struct asking w = { .c = c, .a = a, .r = r, .room = files->piece, .e = e };
	size_t i, put;
	int code = way_generation(c, e);

	if (code == 0)
		code = list_going(&w, link_sql, SEQ_PENDING, -1);

	files->up = 0;
	if (code == 0 && add_questions(&w) == 0)
		for (i = 0; i < w.count && w.room > 0 && code == 0; i++) {
			code = add_bytes(&w, &w.list[i], w.list[i].held, &put);
			files->up += put;
		}
	if (code == 0)
		code = add_wanted(&w);
	files->asked = r->wanted_count > 0;
	return code;
}

/* Where the part before it ended, it goes on. A file that another one has finished meanwhile is
 * no harm: its bytes are passed over. */
static int add_part(struct asking *w, struct exchange_part *part, const struct going *g,
		    bool *full)
{
	uint64_t from = part->file_offset > 0 ? part->file_offset : g->held;
	size_t put = 0;
	int code;

	if (w->room > part->file_room)
		w->room = (size_t)part->file_room;
	*full = w->room <= ROOM_FILE;
	if (*full)
		return 0;
	code = add_bytes(w, g, from < g->size ? from : 0, &put);
	part->file_room -= put;
	part->file_bytes += put;
	part->file_offset = from + put;
	*full = put > 0 && part->file_offset < g->size;
	if (!*full) {
		part->file_place = g->place;
		part->file_offset = 0;
		part->files += put > 0;
	}
	return code;
}

int way_ask_part(struct client *c, struct exchange_part *part, size_t room, struct arena *a,
		 struct request *r, struct err *e)
{
	size_t questions = (size_t)LIMIT_ATTACHMENTS * ROOM_FILE, i, k;
	struct asking w = { .c = c, .a = a, .r = r, .e = e };
	bool full = false;
	int code = list_going(&w, part_sql, INT64_MAX, part->file_place);

	w.room = room > questions + 256 ? room - questions - 256 : 0;
	for (i = 0; i < w.count && !full && code == 0; i++)
		code = add_part(&w, part, &w.list[i], &full);
	part->more = full && part->file_room > ROOM_FILE && !part->single;
	/* The answer to one part speaks of what all of them have brought. */
	if (code == 0)
		code = list_going(&w, part_sql, INT64_MAX, 0);
	for (i = 0; i < w.count && code == 0 && room > questions; i++) {
		for (k = 0; k < r->file_count; k++)
			if (memcmp(r->files[k].hash, w.list[i].hash, HASH_SIZE) == 0)
				break;
		if (k == r->file_count && r->file_count < LIMIT_ATTACHMENTS)
			add(&w, &w.list[i], 0);
	}
	return code == 0 ? add_wanted(&w) : code;
}
