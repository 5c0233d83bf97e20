/* Folding again. */
#include "common/replica/rebuild.h"

#include "common/replica/fold.h"
#include "common/replica/judge.h"
#include "protocol/limits.h"

enum { CHUNK = 2000 };

/* The next records of the stream, marked as gone. 1, or 0 where there are none. */
static int mark_chunk(struct fold *f, uint64_t stream, struct err *e)
{
	struct fold_entry *en;
	struct stmt *s;
	int any = 0;
	int code = db_query(f->r->db, e, &s, "SELECT device, op FROM record WHERE stream=$1 ORDER BY "
			    "device, op LIMIT $2", "ui", stream, (int64_t)CHUNK);

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		code = fold_get(f, stream, (struct rid){ (uint64_t)db_int(s, 0),
							 (uint64_t)db_int(s, 1) }, &en, e);
		if (code != 0)
			break;
		en->gone = en->dirty = true;
		any = 1;
	}
	db_done(s);
	return code < 0 ? code : any;
}

static int strip_records(struct replica *r, uint64_t stream, struct err *e)
{
	bool more = false;
	struct arena a;
	struct fold f;
	int code;

	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	do {
		arena_clear(&a);
		code = fold_init(&f, r, &a, e);
		if (code == 0)
			code = mark_chunk(&f, stream, e);
		more = code == 1;
		if (more)
			code = fold_flush(&f, SEQ_PENDING, e);
	} while (code == 0 && more);
	arena_release(&a);
	return code;
}

int rebuild_strip(struct replica *r, uint64_t stream, struct err *e)
{
	static const char *const tables[] = {
		"DELETE FROM touch WHERE stream=$1", "DELETE FROM transition WHERE stream=$1",
		"DELETE FROM filing WHERE stream=$1", "DELETE FROM lineage WHERE stream=$1",
		"DELETE FROM adopted WHERE stream=$1", "DELETE FROM lease WHERE stream=$1",
	};
	size_t i;
	int code = strip_records(r, stream, e);

	for (i = 0; i < sizeof tables / sizeof tables[0] && code == 0; i++)
		code = db_exec(r->db, e, tables[i], "u", stream);
	return code;
}

static int fold_one(struct replica *r, uint64_t stream, uint64_t seq, struct err *e)
{
	struct logged item;
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	code = replica_item(r, stream, seq, &a, &item, e);
	if (code == 0)
		code = replica_fold_item(r, &item, false, &a, e);
	arena_release(&a);
	return code;
}

int rebuild_fold(struct replica *r, uint64_t stream, struct err *e)
{
	int64_t seq = 0;
	int code;

	do {
		code = db_number(r->db, e, 0, &seq, "SELECT min(seq) FROM item WHERE stream=$1 AND "
				 "seq>$2", "ui", stream, seq);
		if (code == 0 && seq != 0)
			code = fold_one(r, stream, (uint64_t)seq, e);
	} while (code == 0 && seq != 0);
	return code;
}

int rebuild_hope(struct replica *r, const struct changeset *cs, uint64_t zero, struct arena *a,
		 struct err *e)
{
	struct fold fold;
	struct judge j = { .fold = &fold, .stream = cs->stream, .device = cs->device,
			   .seq = SEQ_PENDING, .trusted = true, .hopeful = true };
	struct schema *schema;
	size_t t;
	int code = fold_init(&fold, r, a, e);

	if (code == 0)
		code = replica_schema_of(r, cs->zero, zero, &schema, e);
	if (code != 0)
		return code;
	j.schema = schema;
	for (t = 0; t < cs->tx_count && code == 0; t++) {
		struct verdict v;

		code = judge_transaction(&j, cs, t, &v, e);
		if (code == 0)
			fold_keep(&fold);
	}
	return code == 0 ? fold_flush(&fold, SEQ_PENDING, e) : code;
}
