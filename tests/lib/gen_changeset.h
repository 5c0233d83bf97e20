/* Random change sets, the same ones for the same seed.
 *
 * They hold whatever the format can say, with the values at its seams (digits at
 * both ends of their lengths, dates at both ends of 16 bits, numbers with many
 * zeros) far more often than chance would. Knows protocol/ only. */
#ifndef DONGBO_TESTS_GEN_CHANGESET_H
#define DONGBO_TESTS_GEN_CHANGESET_H

#include "protocol/changeset.h"

struct gen {
	uint64_t state;
	struct arena *a; /* what is made lives here */
};

struct gen gen_of(uint64_t seed, struct arena *a);
uint64_t gen_next(struct gen *g);
/* 0 to n - 1. */
uint64_t gen_below(struct gen *g, uint64_t n);
void gen_fill(struct gen *g, uint8_t *out, size_t n);

/* A change set of 1 to about max_ops ops, its root zeros. */
struct changeset gen_changeset(struct gen *g, size_t max_ops);
/* What an office's day looks like: `edits` transactions, each the creation of one
 * record with 12 fields, two of them personal. */
struct changeset gen_forms(struct gen *g, size_t edits);
/* One transaction without ops; the tests put in what they need (room for 16). */
struct changeset gen_bare(struct arena *a);
/* Appends an op to a change set of gen_bare: number, record and counts are right. */
struct op *gen_add(struct changeset *cs, enum op_kind kind, uint32_t field);

/* NULL if both say the same, roots included; else the name of what differs. */
const char *gen_difference(const struct changeset *x, const struct changeset *y);

#endif
