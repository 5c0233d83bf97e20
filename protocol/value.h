/* Values, ids and ops: what records are made of. */
#ifndef DONGBO_VALUE_H
#define DONGBO_VALUE_H

#include "bytes.h"

/* A record's id within its stream: that of its first op. */
struct rid {
	uint64_t device; /* hash_device() of the author's key */
	uint64_t op;     /* the author's op number in the stream, from 1 */
};

#define RID_NONE ((struct rid){ 0, 0 })

static inline bool rid_equal(struct rid a, struct rid b)
{
	return a.device == b.device && a.op == b.op;
}

/* A record anywhere in the district. */
struct ref {
	uint64_t stream;
	struct rid record;
};

enum value_kind {
	VALUE_NONE,  /* no value at all: an element of a field that is not a set */
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_INT,
	VALUE_DATE,  /* n = days since 1970-01-01 */
	VALUE_TEXT,  /* UTF-8, no U+0000 */
	VALUE_BYTES,
	VALUE_REF,
	VALUE_ERASED /* personal, erased by law: equals nothing, not even itself */
};

struct value {
	enum value_kind kind;
	union {
		int64_t n;      /* BOOL, INT, DATE */
		struct bytes b; /* TEXT, BYTES; borrowed */
		struct ref ref;
	};
};

#define VALUE_OF_NULL ((struct value){ .kind = VALUE_NULL })
#define VALUE_OF_NONE ((struct value){ .kind = VALUE_NONE })

struct value value_bool(bool v);
struct value value_int(int64_t n);
struct value value_date(int64_t days);
struct value value_text(struct bytes s);
struct value value_bytes(struct bytes s);
struct value value_ref(struct ref r);

/* Same kind and same content; ERASED equals nothing. */
bool value_equal(const struct value *a, const struct value *b);

/* The compact form for local storage and for hashing: kind byte, then a zigzag
 * varint, or length and bytes, or stream, device (8 bytes), op. */
void value_put(struct buf *b, const struct value *v);
/* Reads one; failure is left in the cursor. Text is not checked again. */
struct value value_take(struct cursor *c);

enum op_kind {
	OP_CREATE = 1, /* type; parent and list field where it is a row */
	OP_SET,        /* field, element (of a set) or none, value */
	OP_DELETE,
	OP_UNDELETE,
	OP_MOVE,       /* value = state number, element = remark (text) or none */
	OP_SIGN,       /* value = digest (32 bytes) of the folded record */
	OP_ADOPT       /* value = hash (32 bytes) of a held change set, element = why (text) or
			* none; field = 1 where it is refused instead */
};

struct op {
	enum op_kind kind;
	bool personal;      /* the value is signed as a salted hash */
	uint32_t tx;        /* index of its transaction in the change set */
	uint32_t type;      /* type number of the record */
	uint32_t field;     /* SET: the field. CREATE of a row: the list field */
	uint64_t number;    /* the author's op number in the stream */
	struct rid record;
	struct rid parent;  /* CREATE of a row; else RID_NONE */
	struct value element;
	struct value value;
};

#endif
