/* What writing and reading change sets share: kinds on the wire and columns. Private
 * to the change set format. */
#ifndef DONGBO_CHANGESET_WIRE_H
#define DONGBO_CHANGESET_WIRE_H

#include "bytes.h"
#include "err.h"
#include "value.h"

enum {
	PAYLOAD_VERSION = 1, SHAPES_MAX = 65536, LAYOUTS_MAX = 4096, COLUMNS_MAX = 4096,
	AUTHORS_MAX = 64
};

/* Every number of the format stays below: one more still fits, signed or not. */
#define WIRE_MAX ((uint64_t)INT64_MAX / 2)
/* Times further than this from 1970 are no times. */
#define WIRE_TIME_MAX (INT64_MAX / 4)

/* Times count from 2020-01-01T00:00:00Z, dates from 1900-01-01. */
#define WIRE_EPOCH 1577836800LL
#define WIRE_DATE0 (-25567LL)

/* How the groups of ops begin. */
enum wire_group {
	GROUP_SET = 0, GROUP_CREATE, GROUP_ROW, GROUP_DELETE, GROUP_UNDELETE, GROUP_MOVE,
	GROUP_SIGN, GROUP_ADOPT
};

/* How a value is written; four bits beside the field's number. */
enum wire_kind {
	WIRE_NULL = 0, WIRE_FALSE, WIRE_TRUE, /* no column: the kind says it all */
	WIRE_INT,      /* zigzag varint */
	WIRE_TEXT,     /* VISCII, ended by a zero byte */
	WIRE_BYTES,    /* length, bytes */
	WIRE_DATE,     /* 16 bits, or distance from the day of the transaction */
	WIRE_REF,
	WIRE_FAR,      /* a date beyond 16 bits: zigzag varint of days since 1970 */
	WIRE_DIGITS,   /* text of 4 to 18 digits, as a number of fixed width */
	WIRE_SCALED,   /* an integer with at least 3 trailing zeros */
	WIRE_PTEXT,    /* personal text: value in the personal part */
	WIRE_PDIGITS,
	WIRE_ADD,      /* member of a set, an integer, added */
	WIRE_REMOVE,   /* ... removed */
	WIRE_MEMBER    /* text member; a byte follows: 0 added, 1 removed */
};

/* Transaction flags. Other bits must be zero in version 1. */
enum { TX_SEEN = 1, TX_OWN = 2, TX_AUTHOR = 4, TX_GROUPS = 8, TX_CARRIED = 16 };

/* Pseudo fields of moves, signatures, adoptions. */
enum { MOVE_STATE = 1, MOVE_REMARK = 2, DIGEST = 1, ADOPT_REMARK = 2, ADOPT_REFUSED = 3 };

/* The lane of a group's entries. */
static inline uint8_t wire_lane(enum wire_group kind)
{
	return kind < GROUP_MOVE ? 0 : (uint8_t)(1 + (kind - GROUP_MOVE));
}

/* What stands before a field's values: its number and the form of the value. As one
 * number, so that entries sort by field, then kind. */
static inline uint64_t wire_entry(uint32_t field, int kind, uint8_t removed)
{
	return (uint64_t)field << 5 | (uint64_t)kind << 1 | removed;
}

/* A column: all values of one field in one form, in op order. `lane` keeps the
 * pseudo fields of moves apart from fields. */
enum wire_lane { LANE_FIELD, LANE_MOVE, LANE_SIGN, LANE_ADOPT };

struct column {
	uint8_t rank;           /* order on the wire: numbers first, texts last */
	uint8_t kind, lane;
	uint8_t removed;        /* WIRE_MEMBER: which of the two */
	uint32_t field;
	size_t count, filled;
	struct op **ops;
};

/* All columns of a change set. They keep the indices they were made with until
 * somebody sorts them, which ends the finding. */
struct column_table {
	struct column *at;
	uint16_t *order;        /* indices, by what tells columns apart */
	size_t count, room;
};

/* The column of this lane, kind, field and removed, made if new; its index goes
 * to out. 0, ERR_TOO_LARGE past COLUMNS_MAX, ERR_NOMEM. */
int column_find(struct column_table *t, struct arena *a, const struct column *like,
		uint32_t *out);

/* Rank of a kind; NO_RANK where it has no column. Personal kinds come last, in the
 * personal part. */
enum { NO_RANK = 255 };
uint8_t wire_rank(enum wire_kind kind);
/* By rank, lane, field, removed: for qsort. */
int column_compare(const void *a, const void *b);
static inline bool wire_personal(uint8_t kind)
{
	return kind == WIRE_PTEXT || kind == WIRE_PDIGITS;
}

/* A count of things that take a byte or more each: at most max, and believed only
 * while so many bytes can follow. ERR_TOO_LARGE, ERR_TRUNCATED, ERR_NOT_CANONICAL. */
int wire_count(struct cursor *in, size_t max, const char *what, size_t *out, struct err *e);

/* Bytes that the largest number of n digits (1 to 18) needs. */
unsigned wire_digits_width(unsigned n);

/* The day of a time in seconds, as days since 1970-01-01 in UTC. */
int64_t wire_day(int64_t time);

#endif
