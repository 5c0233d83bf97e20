/* Random records and expressions over the schema of expr_world.h: values so small that
 * no expression passes 64 bits, and nulls everywhere. */
#ifndef DONGBO_TESTS_EXPR_RANDOM_H
#define DONGBO_TESTS_EXPR_RANDOM_H

#include "tests/lib/expr_world.h"
#include "tests/lib/gen_changeset.h"

/* Records in place of those that the world has: dossiers first among T_DOSSIER... */
void random_records(struct gen *g, struct world *w);
/* Appends an expression of a type (BOOL, INT, DATE, TEXT, CHOICE) for records of
 * T_DOSSIER or T_LINE. */
void random_expr(struct gen *g, uint32_t type, enum expr_type want, struct buf *out);
/* The records as a script of CREATE TABLE and INSERT, as the projection would keep
 * them; derived fields and rollups are worked out by expr_eval. */
void world_tables(struct world *w, struct buf *out);

#endif
