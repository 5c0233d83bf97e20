/* Shapes, read back: layouts, heads and masks (changeset_shapes.h says how they are
 * written) become one list of entries per shape, each with its column.
 *
 * Memory and time are taken for what was read only: a group uses each of its
 * shape's entries, an op has at most two, and an entry stands in a shape and in its
 * layout, so four times the ops of a change set is more than any writer needs.
 * Entries, layouts and shapes that nobody uses are within that. Private to the
 * change set format. */
#ifndef DONGBO_CHANGESET_SHAPES_READ_H
#define DONGBO_CHANGESET_SHAPES_READ_H

#include "bytes.h"
#include "changeset_wire.h"
#include "err.h"

#define NO_COLUMN UINT32_MAX

struct entry {
	uint32_t field;
	uint8_t kind, removed;
	uint32_t column; /* index, or NO_COLUMN */
};

struct read_shape {
	enum wire_group kind;
	uint32_t type, list;
	struct entry *entries;
	size_t count;
	size_t ops; /* ops that one group of it makes: 1 or more */
};

/* Reads layouts and shapes; their columns are made, and empty. ERR_TRUNCATED,
 * ERR_NOT_CANONICAL, ERR_MALFORMED, ERR_TOO_LARGE, ERR_NOMEM. */
int shapes_read(struct cursor *in, struct arena *a, struct column_table *columns,
		struct read_shape **out, size_t *count, struct err *e);

#endif
