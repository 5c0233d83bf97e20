/* Making the tables of cross.h, and typed rows, anew: new rules see old records. */
#include "common/cross/cross.h"

#include "common/attach/attach.h"
#include "common/replica/projection.h"

enum { CHUNK = 2000, CHUNK_MEMORY = 256 * 1024 * 1024 };

/* Records in the order of their keys, a chunk at a time. */
struct walk {
	struct replica *r;
	struct fold fold;
	struct arena a;
	uint64_t stream;
	struct rid id;
	size_t count;           /* of the chunk in hand */
	struct err *e;
};

/* The next records into the fold; count 0: no more. */
static int next_chunk(struct walk *w)
{
	struct fold_entry *en;
	struct stmt *s;
	int code;

	arena_clear(&w->a);
	w->count = 0;
	code = fold_init(&w->fold, w->r, &w->a, w->e);
	if (code == 0)
		code = db_query(w->r->db, w->e, &s,
				"SELECT stream, device, op FROM record WHERE stream>$1 OR (stream=$1 AND "
				"(device>$2 OR (device=$2 AND op>$3))) ORDER BY stream, device, op "
				"LIMIT $4", "uuui", w->stream, w->id.device, w->id.op, (int64_t)CHUNK);
	if (code != 0)
		return code;
	while ((code = db_step(s, w->e)) == 1) {
		w->stream = (uint64_t)db_int(s, 0);
		w->id = (struct rid){ (uint64_t)db_int(s, 1), (uint64_t)db_int(s, 2) };
		code = fold_get(&w->fold, w->stream, w->id, &en, w->e);
		if (code != 0)
			break;
		en->rebuild = true;
		w->count++;
	}
	db_done(s);
	return code;
}

/* Typed rows, keys and shares. Entries that came in by following are met in their own
 * chunk; what was contributed before is gone. */
static int put_chunk(struct walk *w)
{
	struct fold_entry *en;
	int code = 0;

	for (en = w->fold.all; en != NULL && code == 0; en = en->next_all) {
		const struct type *t = schema_type(w->fold.schema, en->rec.type);

		if (!en->rebuild || en->gone || t == NULL)
			continue;
		en->crossed = (struct crossing){ 0 };
		code = projection_put(&w->fold, t, en, w->e);
		if (code == 0)
			code = attach_fold(&w->fold, t, en, w->e);
		if (code == 0)
			code = cross_put(&w->fold, en, w->e);
	}
	return code;
}

static int warn_chunk(struct walk *w)
{
	struct fold_entry *en;

	for (en = w->fold.all; en != NULL; en = en->next_all)
		en->ask = true;
	return cross_warn(&w->fold, w->e);
}

static int walk_all(struct replica *r, int (*each)(struct walk *w), struct err *e)
{
	struct walk w = { .r = r, .e = e };
	int code;

	arena_init(&w.a, CHUNK_MEMORY);
	do {
		code = next_chunk(&w);
		if (code == 0 && w.count > 0)
			code = each(&w);
	} while (code == 0 && w.count > 0);
	arena_release(&w.a);
	return code;
}

int cross_rebuild(struct replica *r, struct err *e)
{
	static const char *const empty[] = { "DELETE FROM rollup", "DELETE FROM twin",
					     "DELETE FROM twin_member", "DELETE FROM finding" };
	size_t i;
	int code = 0;

	for (i = 0; i < sizeof empty / sizeof empty[0] && code == 0; i++)
		code = db_exec(r->db, e, empty[i], "");
	if (code == 0)
		code = walk_all(r, put_chunk, e);
	/* Only now are all rollups there. */
	return code != 0 ? code : walk_all(r, warn_chunk, e);
}
