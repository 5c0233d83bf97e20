/* The records that one change works on.
 *
 * Each is read once, changed in memory through any number of transactions, and
 * written once, with its typed row and its totals. A transaction that turns out
 * to be refused is undone in memory; the database never sees it. */
#ifndef DONGBO_FOLD_H
#define DONGBO_FOLD_H

#include "common/replica/record.h"
#include "common/replica/replica.h"

/* What a record adds to the totals. */
struct counted {
	bool any;
	uint32_t type;
	int64_t state, year, sum;
};

/* What a record contributes across records (cross.h). */
struct crossing {
	struct cross_key {
		const char *code;      /* of the duplicate */
		int64_t key;
		int64_t copy;          /* of the same key of one record, from 0 */
	} *keys;
	struct cross_share {
		uint32_t number;       /* of the rollup */
		struct ref to;
		int64_t sum;
	} *shares;
	size_t key_count, share_count;
};

struct fold_entry {
	uint64_t stream;
	struct record rec;
	struct record saved;      /* as before the open transaction */
	bool gone;                /* no such record, or undone creation */
	bool stored, dirty;       /* is in the database; must be written */
	bool loaded;              /* was in the database when it was met */
	bool saved_gone, in_tx;   /* in_tx: saved is valid */
	bool touched;             /* changed by a kept transaction since the last flush */
	bool rebuild;             /* being folded again from the log (refold.h) */
	struct counted before;    /* as the totals have it */
	struct crossing crossed;  /* as the tables of cross.h have it */
	bool ask, changed;        /* its warnings are to be asked again; it was written */
	int64_t moved;            /* when, in the item at hand (projection.h); 0: not */
	struct fold_entry *next;  /* in its bucket */
	struct fold_entry *rows, *next_row; /* of a root: every row below it, newest first */
	bool rows_loaded, chained; /* all stored rows are in memory; is in its root's chain */
	struct fold_entry *next_tx, *next_all;
};

enum { FOLD_BUCKETS = 4096 };

struct fold {
	struct replica *r;
	const struct schema *schema; /* newest: for the typed tables */
	struct arena *a;
	struct fold_entry **buckets;
	struct fold_entry *all, *last; /* in the order in which they were met */
	struct fold_entry *tx;         /* changed by the open transaction, newest first */
	struct totals_cache *totals;
	/* The item being folded, set by its owner: what is created in it needs no touch
	 * row, for its id already names device and op number (replica_touches). */
	uint64_t item_device, item_first, item_last;
	uint64_t day_stream, day_seq;  /* whose day of receipt was asked last (fold_reader.c), */
	int64_t day;                   /* and that day; 0: not known */
};

int fold_init(struct fold *f, struct replica *r, struct arena *a, struct err *e);

/* The record, or an entry with gone = true. */
int fold_get(struct fold *f, uint64_t stream, struct rid id, struct fold_entry **out,
	     struct err *e);
/* The same for an id that no op has had before: nothing is looked up. */
int fold_new(struct fold *f, uint64_t stream, struct rid id, struct fold_entry **out,
	     struct err *e);
/* Hangs a row that is in memory below its root. */
int fold_chain(struct fold *f, struct fold_entry *row, struct err *e);
/* Call before changing an entry. */
int fold_change(struct fold *f, struct fold_entry *en, struct err *e);
/* Ends a transaction: keep, or take all its changes back. */
void fold_keep(struct fold *f);
void fold_undo(struct fold *f);
/* All live rows below a root, in memory or stored, in no order that means anything:
 * calls fn for each; stops at the first nonzero and returns it. */
int fold_rows(struct fold *f, uint64_t stream, struct rid root,
	      int (*fn)(void *arg, const struct record *row), void *arg, struct err *e);
/* Writes what changed: record, typed row, totals; and touch rows at seq where seq
 * is not SEQ_PENDING. */
int fold_flush(struct fold *f, uint64_t seq, struct err *e);

#endif
