/* Folding records again. The unit is a family: a root and all rows below it, for
 * ops on one of them touch the others. Its members are emptied, then every item
 * that touched one of them is merged anew, in stream order, then what is still
 * pending. */
#include "common/replica/refold.h"

#include <stdlib.h>

#include "common/replica/judge.h"

struct refolding {
	struct replica *r;
	struct fold fold;
	uint64_t stream, zero; /* zero: what is held of stream 0 */
	uint64_t *seqs;  /* items to merge, ascending after sorting */
	size_t seq_count, seq_cap;
	struct arena *a;
	struct err *e;
};

static int nothing(void *arg, const struct record *row)
{
	(void)arg;
	(void)row;
	return 0;
}

/* Brings the record's whole family into the fold and marks it. */
static int mark_family(struct refolding *w, struct rid id)
{
	struct fold_entry *en, *it;
	struct rid root;
	int code = fold_get(&w->fold, w->stream, id, &en, w->e);

	if (code != 0 || en->gone || en->rebuild)
		return code;
	root = en->rec.root;
	code = fold_get(&w->fold, w->stream, root, &en, w->e);
	if (code == 0)
		code = fold_rows(&w->fold, w->stream, root, nothing, NULL, w->e);
	for (it = w->fold.all; it != NULL && code == 0; it = it->next_all)
		if (!it->gone && rid_equal(it->rec.root, root))
			it->rebuild = true;
	return code;
}

static int add_seq(struct refolding *w, uint64_t seq)
{
	if (w->seq_count == w->seq_cap) {
		size_t cap = w->seq_cap == 0 ? 64 : w->seq_cap * 2;
		uint64_t *more = realloc(w->seqs, cap * sizeof *more);

		if (more == NULL)
			return err_set(w->e, ERR_NOMEM, "refold");
		w->seqs = more;
		w->seq_cap = cap;
	}
	w->seqs[w->seq_count++] = seq;
	return 0;
}

/* Empties the marked records and gathers the items that touched them. */
static int empty_marked(struct refolding *w)
{
	struct fold_entry *en;
	int code = 0;

	for (en = w->fold.all; en != NULL && code >= 0; en = en->next_all) {
		struct stmt *s;

		if (!en->rebuild)
			continue;
		code = replica_touches(w->r, w->stream, en->rec.id, &s, w->e);
		if (code != 0)
			return code;
		while ((code = db_step(s, w->e)) == 1 && code >= 0)
			if (add_seq(w, (uint64_t)db_int(s, 0)) != 0)
				code = ERR_NOMEM;
		db_done(s);
		en->gone = true;
		en->dirty = true;
	}
	return code;
}

static int compare_seqs(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int merge_changeset(struct refolding *w, const struct changeset *cs,
			   const struct verdict *list, size_t count, uint64_t seq,
			   uint64_t zero)
{
	struct judge j = { .fold = &w->fold, .stream = w->stream, .seq = seq, .trusted = true,
			   .rebuilding = true };
	struct schema *schema;
	size_t t;
	int code = replica_schema_of(w->r, cs->zero, zero, &schema, w->e);

	j.schema = schema;
	for (t = 0; t < cs->tx_count && code == 0; t++) {
		struct verdict v;

		if (verdict_on(list, count, (uint32_t)t) != NULL)
			continue;
		code = judge_transaction(&j, cs, t, &v, w->e);
		if (code == 0)
			fold_keep(&w->fold);
	}
	return code;
}

static int merge_items(struct refolding *w)
{
	uint64_t last = 0;
	size_t i;
	int code = 0;

	if (w->seq_count > 0)
		qsort(w->seqs, w->seq_count, sizeof *w->seqs, compare_seqs);
	for (i = 0; i < w->seq_count && code == 0; i++) {
		struct logged item;

		if (w->seqs[i] == last)
			continue;
		last = w->seqs[i];
		code = replica_item(w->r, w->stream, last, w->a, &item, w->e);
		if (code == 0)
			code = merge_changeset(w, &item.opened.cs, item.list, item.count, last,
						item.zero);
	}
	return code;
}

static int merge_pending(void *arg, const struct changeset *cs, struct err *e)
{
	struct refolding *w = arg;

	(void)e;
	return merge_changeset(w, cs, NULL, 0, SEQ_PENDING, w->zero);
}

int refold_refused(struct replica *r, const struct changeset *cs, const struct verdict *list,
		   size_t count, struct arena *a, struct err *e)
{
	struct refolding w = { .r = r, .stream = cs->stream, .a = a, .e = e };
	struct stream_head zero = { 0 };
	size_t t, i;
	int code = fold_init(&w.fold, r, a, e);

	for (t = 0; t < cs->tx_count && code == 0; t++) {
		if (verdict_on(list, count, (uint32_t)t) == NULL)
			continue;
		for (i = 0; i < cs->tx[t].op_count && code == 0; i++)
			code = mark_family(&w, cs->ops[cs->tx[t].op_at + i].record);
	}
	if (code == 0)
		code = empty_marked(&w);
	if (code == 0)
		code = merge_items(&w);
	if (code == 0)
		code = replica_head(r, 0, &zero, e);
	w.zero = zero.seq;
	if (code == 0 && r->pending != NULL)
		code = r->pending->each(r->pending->ctx, cs->stream, a, merge_pending, &w, e);
	if (code == 0)
		code = fold_flush(&w.fold, SEQ_PENDING, e);
	free(w.seqs);
	return code;
}
