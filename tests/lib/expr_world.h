/* A small schema and records for tests of expressions, made by hand: dossiers with
 * lines (that have parts), persons, schools, payments. */
#ifndef DONGBO_TESTS_EXPR_WORLD_H
#define DONGBO_TESTS_EXPR_WORLD_H

#include "common/expr/expr.h"

enum { WORLD_RECORDS = 64, WORLD_CELLS = 40, WORLD_STREAM = 7 };

/* Type numbers. */
enum { T_DOSSIER = 100, T_LINE, T_PART, T_PERSON, T_SCHOOL, T_PAYMENT };

/* Field numbers. */
enum {
	F_TITLE = 1000, F_COUNT, F_AMOUNT, F_RATE, F_YEAR, F_ROUND, F_ISSUED, F_EXPIRES, F_URGENT,
	F_KIND, F_OTHER_KIND, F_LEVEL, F_SKILLS, F_PERSON, F_HOLDER, F_LINES, F_SCAN, F_TOTAL,
	F_LEFT, F_BEFORE, F_GRADE,
	F_COST = 1100, F_DAY, F_OK, F_WHAT, F_NOTE, F_WHO, F_PARTS, F_DOUBLE, F_SHARE,
	F_N = 1200,
	F_NAME = 1300, F_BIRTH, F_SALARY, F_CCCD, F_TAGS, F_BOSS, F_NEXT,
	F_SCHOOL_NAME = 1400,
	F_OF = 1500, F_PAID
};

struct world {
	struct arena a;
	struct schema schema;
	struct record records[WORLD_RECORDS];
	struct live cells[WORLD_RECORDS][WORLD_CELLS];
	struct row_count lists[WORLD_RECORDS][2];
	uint64_t streams[WORLD_RECORDS];
	size_t count;
	struct expr_reader rd;
};

/* The schema, its derived fields read, and no records. Aborts where that fails. */
void world_init(struct world *w);
void world_release(struct world *w);
const struct type *world_type(const struct world *w, uint32_t number);
/* Forgets the records. */
void world_clear(struct world *w);
/* A new record; of a row, parent and the list in it, else NULL and 0. */
struct record *world_add(struct world *w, uint32_t type, uint64_t stream, struct record *parent,
			 uint32_t list);
/* Sets a field; null does nothing. */
void world_set(struct record *r, uint32_t field, struct value v);
void world_member(struct record *r, uint32_t field, int64_t choice, bool in);
void world_delete(struct world *w, struct record *r);
struct ref world_ref(const struct world *w, const struct record *r);
const struct record *world_find(const struct world *w, struct ref ref);
/* Reads in the scope of a type (of a row: its root is a dossier), rollups allowed. */
int world_parse(struct world *w, uint32_t type, const char *text, enum expr_type want,
		struct expr **out, struct err *e);
/* The value for a record of the world. */
struct value world_eval(struct world *w, const struct expr *x, const struct record *r);

#endif
