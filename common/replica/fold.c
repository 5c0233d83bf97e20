/* Reading, keeping, undoing and writing the records of one change. */
#include "common/replica/fold.h"

#include <string.h>

#include "common/attach/attach.h"
#include "common/cross/cross.h"
#include "common/replica/projection.h"

int fold_init(struct fold *f, struct replica *r, struct arena *a, struct err *e)
{
	struct schema *schema;
	int code = replica_schema_now(r, &schema, e);

	if (code != 0)
		return code;
	memset(f, 0, sizeof *f);
	f->r = r;
	f->a = a;
	f->schema = schema;
	f->buckets = arena_array(a, FOLD_BUCKETS, sizeof(struct fold_entry *));
	return f->buckets == NULL ? err_set(e, ERR_NOMEM, "fold") : 0;
}

static size_t bucket_of(uint64_t stream, struct rid id)
{
	uint64_t h = (stream * 31 + id.device) * 0x9e3779b97f4a7c15u + id.op;

	return (size_t)((h ^ (h >> 29)) % FOLD_BUCKETS);
}

/* Reads a record's blob, copied so that it outlives the statement. */
static int load(struct fold *f, struct fold_entry *en, struct err *e)
{
	struct stmt *s;
	int code = db_query(f->r->db, e, &s, "SELECT cells FROM record WHERE stream=$1 AND "
			    "device=$2 AND op=$3", "uuu", en->stream, en->rec.id.device,
			    en->rec.id.op);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		struct bytes cells = arena_copy(f->a, db_bytes(s, 0));

		code = cells.at == NULL ? err_set(e, ERR_NOMEM, "record") :
					  record_take(cells, f->a, &en->rec, e);
		en->stored = en->loaded = true;
	} else if (code == 0) {
		en->gone = true;
	}
	db_done(s);
	return code;
}

/* The entry as it is kept, or a new one, not yet kept, with *fresh set. */
static int find(struct fold *f, uint64_t stream, struct rid id, struct fold_entry **out,
		bool *fresh, struct err *e)
{
	struct fold_entry *en;

	*fresh = false;
	for (en = f->buckets[bucket_of(stream, id)]; en != NULL; en = en->next)
		if (en->stream == stream && rid_equal(en->rec.id, id)) {
			*out = en;
			return 0;
		}
	en = arena_alloc(f->a, sizeof *en);
	if (en == NULL)
		return err_set(e, ERR_NOMEM, "record");
	en->stream = stream;
	en->rec.id = en->rec.root = id;
	*fresh = true;
	*out = en;
	return 0;
}

static void keep(struct fold *f, struct fold_entry *en)
{
	size_t bucket = bucket_of(en->stream, en->rec.id);

	en->next = f->buckets[bucket];
	f->buckets[bucket] = en;
	/* At the end: new records are then written in the order of their keys, and the
	 * engine's pages stay full. */
	if (f->last == NULL)
		f->all = en;
	else
		f->last->next_all = en;
	f->last = en;
}

int fold_get(struct fold *f, uint64_t stream, struct rid id, struct fold_entry **out,
	     struct err *e)
{
	bool fresh;
	int code = find(f, stream, id, out, &fresh, e);

	if (code != 0 || !fresh)
		return code;
	code = load(f, *out, e);
	if (code != 0)
		return code;
	(*out)->before = projection_counted(f->schema, *out);
	keep(f, *out);
	return cross_of(f, *out, &(*out)->crossed, e);
}

int fold_new(struct fold *f, uint64_t stream, struct rid id, struct fold_entry **out,
	     struct err *e)
{
	bool fresh;
	int code = find(f, stream, id, out, &fresh, e);

	if (code == 0 && fresh) {
		(*out)->gone = true;
		keep(f, *out);
	}
	return code;
}

int fold_change(struct fold *f, struct fold_entry *en, struct err *e)
{
	int code = 0;

	if (en->in_tx)
		return 0;
	en->saved = en->rec;
	en->saved_gone = en->gone;
	if (!en->gone)
		code = record_copy(&en->saved, f->a, &en->rec, e);
	if (code != 0)
		return code;
	en->in_tx = true;
	en->next_tx = f->tx;
	f->tx = en;
	return 0;
}

void fold_keep(struct fold *f)
{
	for (; f->tx != NULL; f->tx = f->tx->next_tx) {
		f->tx->in_tx = false;
		f->tx->dirty = f->tx->touched = true;
	}
}

void fold_undo(struct fold *f)
{
	for (; f->tx != NULL; f->tx = f->tx->next_tx) {
		f->tx->rec = f->tx->saved;
		f->tx->gone = f->tx->saved_gone;
		f->tx->in_tx = false;
	}
}

int fold_chain(struct fold *f, struct fold_entry *row, struct err *e)
{
	struct fold_entry *root;
	int code;

	if (row->chained)
		return 0;
	code = fold_get(f, row->stream, row->rec.root, &root, e);
	if (code != 0)
		return code;
	row->chained = true;
	row->next_row = root->rows;
	root->rows = row;
	return 0;
}

/* Brings every stored row of the root into memory. */
static int load_rows(struct fold *f, struct fold_entry *root, struct err *e)
{
	struct rid *ids = NULL;
	size_t count = 0, i;
	struct stmt *s;
	int64_t n = 0;
	int code = db_number(f->r->db, e, 0, &n, "SELECT count(*) FROM record WHERE stream=$1 AND "
			     "root_device=$2 AND root_op=$3", "uuu", root->stream,
			     root->rec.id.device, root->rec.id.op);

	if (code != 0 || n == 0)
		return code;
	ids = arena_array(f->a, (size_t)n, sizeof *ids);
	if (ids == NULL)
		return err_set(e, ERR_NOMEM, "rows");
	code = db_query(f->r->db, e, &s, "SELECT device, op FROM record WHERE stream=$1 AND "
			"root_device=$2 AND root_op=$3", "uuu", root->stream,
			root->rec.id.device, root->rec.id.op);
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1 && count < (size_t)n)
		ids[count++] = (struct rid){ (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1) };
	db_done(s);
	for (i = 0; i < count && code == 0; i++) {
		struct fold_entry *en;

		code = fold_get(f, root->stream, ids[i], &en, e);
		if (code == 0 && !en->gone && en->rec.list != 0)
			code = fold_chain(f, en, e);
	}
	return code;
}

int fold_rows(struct fold *f, uint64_t stream, struct rid root,
	      int (*fn)(void *arg, const struct record *row), void *arg, struct err *e)
{
	struct fold_entry *top, *en;
	int code = fold_get(f, stream, root, &top, e);

	/* What was made here has no rows but those made here. */
	if (code == 0 && top->stored && !top->rows_loaded)
		code = load_rows(f, top, e);
	if (code != 0)
		return code;
	top->rows_loaded = true;
	for (en = top->rows; en != NULL && code == 0; en = en->next_row)
		if (!en->gone && en->rec.list != 0 && rid_equal(en->rec.root, root) &&
		    !record_deleted(&en->rec))
			code = fn(arg, &en->rec);
	return code;
}

static int write_record(struct fold *f, struct fold_entry *en, struct buf *blob, struct err *e)
{
	const struct record *rec = &en->rec;
	bool row = rec->list != 0;
	struct stmt *s;
	int code;

	if (en->gone)
		return db_exec(f->r->db, e,
			       "DELETE FROM record WHERE stream=$1 AND device=$2 AND op=$3", "uuu",
			       en->stream, rec->id.device, rec->id.op);
	buf_clear(blob);
	record_put(rec, blob);
	if (blob->failed)
		return err_set(e, ERR_TOO_LARGE, "record");
	if (en->stored)
		return db_exec(f->r->db, e,
			       "UPDATE record SET state=$4, deleted=$5, conflict=$6, cells=$7 "
			       "WHERE stream=$1 AND device=$2 AND op=$3", "uuuiiib", en->stream,
			       rec->id.device, rec->id.op, rec->state,
			       (int64_t)record_deleted(rec), (int64_t)record_conflicts(rec),
			       buf_view(blob));
	code = db_query(f->r->db, e, &s,
			"INSERT INTO record(stream,device,op,type,short,state,deleted,conflict,"
			"cells,root_device,root_op) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
			"uuuiuiiib", en->stream, rec->id.device, rec->id.op, (int64_t)rec->type,
			record_short(en->stream, rec->id), rec->state,
			(int64_t)record_deleted(rec), (int64_t)record_conflicts(rec),
			buf_view(blob));
	if (code != 0)
		return code;
	if (row) {
		db_bind_int(s, 10, (int64_t)rec->root.device);
		db_bind_int(s, 11, (int64_t)rec->root.op);
	}
	code = db_step(s, e);
	db_done(s);
	return code;
}

static bool born_here(const struct fold *f, struct rid id)
{
	return id.device == f->item_device && id.op >= f->item_first && id.op <= f->item_last;
}

static int write_entry(struct fold *f, struct fold_entry *en, uint64_t seq, struct buf *blob,
		       struct err *e)
{
	const struct type *t = schema_type(f->schema, en->rec.type);
	struct counted after = projection_counted(f->schema, en);
	int code = write_record(f, en, blob, e);

	if (code == 0 && t != NULL)
		code = projection_put(f, t, en, e);
	if (code == 0 && t != NULL)
		code = attach_fold(f, t, en, e);
	if (code == 0)
		code = projection_count(f, en->stream, &en->before, &after, e);
	if (code == 0)
		code = cross_put(f, en, e);
	if (code == 0 && en->touched && seq != SEQ_PENDING && !born_here(f, en->rec.id))
		code = db_exec(f->r->db, e,
			       "INSERT INTO touch(stream,device,op,seq) VALUES($1,$2,$3,$4) "
			       "ON CONFLICT DO NOTHING", "uuuu", en->stream, en->rec.id.device,
			       en->rec.id.op, seq);
	en->before = after;
	en->changed = true;
	en->stored = !en->gone;
	en->dirty = en->touched = false;
	return code;
}

int fold_flush(struct fold *f, uint64_t seq, struct err *e)
{
	struct fold_entry *en;
	struct buf blob;
	int code = 0;

	buf_init(&blob, (size_t)64 << 20);
	for (en = f->all; en != NULL && code == 0; en = en->next_all)
		if (en->dirty && (!en->gone || en->stored))
			code = write_entry(f, en, seq, &blob, e);
	buf_release(&blob);
	if (code == 0)
		code = cross_warn(f, e);
	return code != 0 ? code : projection_totals(f, e);
}
