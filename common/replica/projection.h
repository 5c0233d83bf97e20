/* Typed tables, one per record type, made from the packs and kept by the merge in
 * its own transaction: what lists, reports and other tools read. Columns for
 * every field (f_<code>), the shown value in each: references take three, so that a
 * join finds the record by its key; sets one text, ",1,4,"; lists none. What is
 * derived is worked out when the row is written. `moved` is when the record last moved
 * (received; null: never). They can be thrown away and made again from `record` and
 * `transition`. Beside them the running totals. */
#ifndef DONGBO_PROJECTION_H
#define DONGBO_PROJECTION_H

#include "common/replica/fold.h"

/* Makes the tables and columns that the schema asks for and the store lacks. */
int projection_prepare(struct replica *r, const struct schema *s, struct err *e);

/* Writes, or removes where gone, the typed row of a record. */
int projection_put(struct fold *f, const struct type *t, const struct fold_entry *en,
		   struct err *e);

/* The table's name, "t_<code>", with - turned into _. */
void projection_table(const struct type *t, char out[64]);
/* How many columns a field has, and the name of the n-th: "f_<code>", of references
 * with _stream, _device and _op behind it. */
size_t projection_columns(const struct field *f);
void projection_column(const struct field *f, size_t n, char out[64]);

/* What the record adds to the totals now. */
struct counted projection_counted(const struct schema *s, const struct fold_entry *en);
/* Gathers a change of the totals; projection_totals writes them all. */
int projection_count(struct fold *f, uint64_t stream, const struct counted *before,
		     const struct counted *after, struct err *e);
int projection_totals(struct fold *f, struct err *e);

#endif
