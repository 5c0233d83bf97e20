/* Shapes, written: what the groups of a change set look like.
 *
 * All shapes of one type (and lane) share a *layout*: an ascending list of entries
 * in which each of them is found as a part. A shape is then a head and a mask, one
 * bit per entry of its layout: some three bytes, where its own list would take a
 * byte or two for each field.
 *
 *   layouts = count | (type << 2 | lane | entry count | entry...)...
 *   entry   = field distance << 4 | kind, and for text members a byte: removed
 *   shapes  = count | (layout << 3 | group kind)... | list field of each row shape...
 *             | for each layout with more than one shape: masks, first bytes of all,
 *               then second bytes of all...
 *
 * Shapes are numbered in the order in which groups first have them.
 * changeset_shapes_read.h reads. Private to the change set format. */
#ifndef DONGBO_CHANGESET_SHAPES_H
#define DONGBO_CHANGESET_SHAPES_H

#include "bytes.h"
#include "changeset_wire.h"
#include "err.h"

struct shape {
	enum wire_group kind;
	uint32_t type, list;
	uint64_t *entries;    /* wire_entry(), ascending; the same may come again */
	size_t count;
	struct shape *next;   /* in its bucket */
	size_t layout;        /* set by shapes_put, as is the next shape of the layout */
	struct shape *peer;
	size_t index;
};

enum { SHAPE_BUCKETS = 4096 }; /* a power of two */

struct shape_table {
	struct shape *buckets[SHAPE_BUCKETS];
	struct shape **list;  /* by index */
	size_t count, room;
};

/* What a group writes to name its shape: 0 for the next new one (it is added, its
 * entries copied), else index + 1. ERR_TOO_LARGE past SHAPES_MAX, ERR_NOMEM. */
int shape_find(struct shape_table *t, struct arena *a, const struct shape *form,
	       uint64_t *word, struct err *e);

/* Writes layouts and shapes. */
int shapes_put(struct shape_table *t, struct arena *a, struct buf *out, struct err *e);

#endif
