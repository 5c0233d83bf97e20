/* Rows and references of the records in a fold. */
#include "common/replica/fold_reader.h"

#include "common/text/date.h"

/* Rows of one list of one record, out of all rows of its root. */
struct row_filter {
	const struct record *parent;
	uint32_t list;
	int (*fn)(void *arg, const struct record *row);
	void *arg;
};

static int pass_row(void *arg, const struct record *row)
{
	const struct row_filter *w = arg;

	return row->list == w->list && rid_equal(row->parent, w->parent->id) ?
		       w->fn(w->arg, row) : 0;
}

static int read_rows(void *ctx, uint64_t stream, const struct record *rec, uint32_t list,
		     int (*fn)(void *arg, const struct record *row), void *arg, struct err *e)
{
	struct fold_reader *r = ctx;
	struct row_filter w = { rec, list, fn, arg };

	if (record_rows(rec, list) == 0)
		return 0;
	return fold_rows(r->fold, stream, rec->root, pass_row, &w, e);
}

static int follow(void *ctx, struct ref ref, const struct record **out, struct err *e)
{
	struct fold_reader *r = ctx;
	struct fold_entry *en;
	int code;

	*out = NULL;
	if (ref.stream != r->stream && !r->everywhere)
		return 0;
	code = fold_get(r->fold, ref.stream, ref.record, &en, e);
	if (code == 0 && !en->gone && !record_deleted(&en->rec))
		*out = &en->rec;
	return code;
}

/* Out of the log, so that it is the same whenever it is asked. Records of one change set
 * come one after the other. */
static int received(void *ctx, uint64_t stream, uint64_t seq, struct value *out, struct err *e)
{
	struct fold_reader *r = ctx;
	struct fold *f = r->fold;
	int64_t time = 0;
	int code;

	*out = r->today != 0 && seq == SEQ_PENDING ? value_date(r->today) : VALUE_OF_NULL;
	if (seq == SEQ_PENDING)
		return 0;
	if (f->day_stream != stream || f->day_seq != seq) {
		code = db_number(f->r->db, e, 0, &time, "SELECT time FROM item WHERE stream=$1 AND seq=$2",
				 "uu", stream, seq);
		if (code != 0)
			return code;
		f->day_stream = stream;
		f->day_seq = seq;
		f->day = time == 0 ? 0 : date_of(time);
	}
	if (f->day != 0)
		*out = value_date(f->day);
	return 0;
}

void fold_reader_init(struct fold_reader *r, struct fold *f, uint64_t stream)
{
	*r = (struct fold_reader){ .fold = f, .stream = stream };
	r->rd = (struct expr_reader){ .ctx = r, .stream = stream, .rows = read_rows,
				      .follow = follow, .received = received };
}

int fold_reader_value(struct fold_reader *r, const struct expr *x, const struct record *rec,
		      struct value *out, struct err *e)
{
	const struct record *root = NULL;
	struct fold_entry *en;
	int code;

	if (rec->list != 0) {
		code = fold_get(r->fold, r->stream, rec->root, &en, e);
		if (code != 0)
			return code;
		root = &en->rec;
	}
	return expr_eval(x, &r->rd, rec, root, out, e);
}

int fold_reader_holds(struct fold_reader *r, const struct expr *x, const struct record *rec,
		      int *code, struct err *e)
{
	struct value v = VALUE_OF_NULL;

	*code = fold_reader_value(r, x, rec, &v, e);
	return *code == 0 && v.kind == VALUE_BOOL ? v.n != 0 : -1;
}
