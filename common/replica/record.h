/* Records in memory: the live ops of every cell, and what was ever applied.
 *
 * A cell is one field of a record, or one element of a set. Its *live* ops are
 * those that no applied op has superseded: normally one. The blob that is stored
 * holds just this, values and the ops they come from, so a record is read and
 * written in one piece. */
#ifndef DONGBO_RECORD_H
#define DONGBO_RECORD_H

#include "protocol/bytes.h"
#include "protocol/err.h"
#include "protocol/value.h"

/* The position of an op that its stream does not hold yet (own, unsent). Later
 * than every position, so nothing has seen it but its own author. */
#define SEQ_PENDING ((uint64_t)1 << 62)

/* The pseudo field of a record's own existence: value true = deleted. */
enum { FIELD_EXISTENCE = 0 };

/* What stood up to an old number, and stands elsewhere now (generation.h): positions behind
 * base, up to top, but for those that came between. */
struct seen_again {
	uint64_t base, top;
	const uint64_t *unseen;   /* ascending */
	size_t unseen_count;
};

/* The keys in whose place a device came (SPEC.md 6.11), the newest first, each with the last of
 * its ops that count as the device's own. */
enum { LINEAGE_MAX = 16 };
struct forebear {
	uint64_t device, last;
};
struct lineage {
	struct forebear at[LINEAGE_MAX];
	size_t count;
};

/* What an op had seen: the stream up to seq, its device's ops up to own, and all
 * ops of its own transaction (from first) before it; where seq is an old number, again; and of
 * the keys before its own what its device had of them. */
struct seen {
	uint64_t device, seq, own, first;
	const struct seen_again *again; /* or NULL */
	const struct forebear *before;
	size_t before_count;
};

struct live {
	uint32_t field;
	struct value element;
	uint64_t device, number, seq;   /* the op, and its stream position */
	struct value value;
	/* FIELD_EXISTENCE only: what it had seen; its own transaction from seen_first. */
	uint64_t seen_seq, seen_own, seen_first;
	const struct forebear *seen_before;
	size_t seen_before_count;
};

/* The newest op that a device has applied to the record or its rows. */
struct touch {
	uint64_t device, number, seq;
};

/* The newest signature over a record that was applied. */
struct record_signature {
	struct touch op;          /* number 0: none */
	struct touch state;       /* the move that had brought it into its state then; seq is
	                           * not kept */
	uint8_t digest[32];       /* of the version that was signed (version.h) */
};

/* How many live rows a list has. */
struct row_count {
	uint32_t field;
	uint64_t count;
};

struct record {
	struct rid id;
	uint32_t type, list;      /* list: the field of the parent, of a row */
	struct rid parent, root;  /* root: the record itself unless it is a row */
	int64_t state;            /* 0: the type has no states */
	struct touch state_op;
	struct record_signature signature;
	struct live *live;        /* by field, element, then stream order */
	size_t live_count, live_cap;
	struct touch *touches;    /* by device */
	size_t touch_count, touch_cap;
	struct row_count *rows;   /* by field */
	size_t row_count;
};

/* Whether an op that had seen `s` had seen op (device, number) at seq. */
bool seen_covers(const struct seen *s, uint64_t device, uint64_t number, uint64_t seq);

/* The shown value of a plain field: of the earliest live op. NULL where none. */
const struct live *record_live(const struct record *r, uint32_t field);
/* Its value, or null. */
struct value record_value(const struct record *r, uint32_t field);
bool record_deleted(const struct record *r);
/* Whether a live deletion had seen another live op of its record. */
bool record_deletion_saw(const struct live *deletion, const struct live *l);
/* Cells with different live values; a deletion beside an unseen edit counts as
 * one more. 0: no conflict. */
size_t record_conflicts(const struct record *r);
/* Length of the cell that starts at live[at]. */
size_t record_cell(const struct record *r, size_t at);
/* Whether the cell at live[at] holds different values. */
bool record_cell_conflict(const struct record *r, size_t at);
uint64_t record_rows(const struct record *r, uint32_t list);

/* The stored form. Reading borrows values from `in`. ERR_CORRUPT, ERR_NOMEM. */
void record_put(const struct record *r, struct buf *out);
int record_take(struct bytes in, struct arena *a, struct record *out, struct err *e);

/* A copy that can be changed without changing the original; values are shared. */
int record_copy(const struct record *from, struct arena *a, struct record *to, struct err *e);

/* The 40 bits that people see in base32, first 5 characters or more. */
uint64_t record_short(uint64_t stream, struct rid id);
/* 8 characters and a NUL. */
void record_short_text(uint64_t short_id, char out[9]);
/* Parses 1 to 8 characters into the range of short ids that begin so. */
bool record_short_range(struct bytes text, uint64_t *low, uint64_t *high);
/* "stream.device(16 hex).op", whole and unambiguous; at most 60 bytes. */
void record_full_text(uint64_t stream, struct rid id, char out[64]);
bool record_full_parse(struct bytes text, uint64_t *stream, struct rid *id);

#endif
