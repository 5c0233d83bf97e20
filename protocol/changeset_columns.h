/* Columns of values and the personal part, read back. Private to the change set
 * format.
 *
 *   personal = nothing | salt (16) | column...
 *   column   = kind byte (WIRE_PDIGITS or WIRE_PTEXT) | count (varint) | values
 *
 * The personal part is readable without the payload, so that its root, and with
 * it the signature, can be checked even where the payload makes no sense. Value i
 * (counted over all columns) has the leaf H(leaf; salt_i | text), where salt_i is
 * derived one-way from the salt and i; the root is the hash of all leaves. */
#ifndef DONGBO_CHANGESET_COLUMNS_H
#define DONGBO_CHANGESET_COLUMNS_H

#include "changeset.h"
#include "changeset_wire.h"

struct personal_column {
	uint8_t kind;
	size_t count;
	struct bytes *values; /* texts */
};

struct personal {
	struct bytes salt;
	size_t value_count;
	struct personal_column columns[256];
	size_t column_count;
};

/* Reads a personal part, whole. Texts live in the input or the arena. */
int personal_read(struct bytes in, struct arena *a, struct personal *out, struct err *e);
/* Zeros where there are no values. ERR_NOMEM. */
int personal_root(const struct personal *p, struct arena *a, uint8_t root[HASH_SIZE],
		  struct err *e);

/* The devices that a change set being written refers to. known has room for all. */
struct device_table {
	uint64_t self;
	uint64_t *known; /* foreign ones; table index from 1 */
	size_t count;
};

/* A record of this stream: table index (0 = the signer) into head; distance back
 * from the referring op (own) or op number (foreign) into distance. */
/* The place of a device in the table, 0 for the signer; it is added. */
uint64_t device_index(struct device_table *t, uint64_t device);
void rid_put(struct device_table *t, struct buf *head, struct buf *distance, struct rid r,
	     uint64_t from);
/* The values of c, in order. */
void column_put(const struct changeset *cs, struct device_table *t, const struct column *c,
		struct buf *out);

struct column_reader {
	const struct changeset *cs;
	struct arena *a;
	const uint64_t *devices;
	size_t device_count;
	struct err *e;
};

/* Fills the ops of c, in order, from in. */
int column_read(struct column_reader *r, struct cursor *in, struct column *c);
/* Fills the ops of c from the next column of the personal part. */
int column_take_personal(struct column_reader *r, const struct personal *p, size_t *next,
			 struct column *c);

#endif
