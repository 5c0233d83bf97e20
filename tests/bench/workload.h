/* The work of clerks as lists of edits: the same preset, unit and seed give the
 * same edits on every machine.
 *
 * A workload is what one PC of one unit saves, one edit per save, in order:
 * records of staff, needs, bonuses, evaluations and reports are created, changed
 * in one to three fields, now and then deleted. Values are text in the form of
 * the command line; a reference names a record of the same workload as "#123",
 * counted from 0 in order of creation. tests/bench/pack.json is the form pack. */
#ifndef DONGBO_BENCH_WORKLOAD_H
#define DONGBO_BENCH_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum workload_field_kind {
	WORKLOAD_TEXT, WORKLOAD_INT, WORKLOAD_MONEY, WORKLOAD_YEAR, WORKLOAD_DECIMAL,
	WORKLOAD_DATE, WORKLOAD_MONTH, WORKLOAD_BOOL, WORKLOAD_CHOICE, WORKLOAD_REF,
};

enum { WORKLOAD_TYPES = 5, WORKLOAD_FIELDS_MAX = 20 };

struct workload_field {
	const char *code;
	enum workload_field_kind kind;
	unsigned scale;		/* digits after the point of a decimal */
};

/* The types as pack.json has them, fields in its order, closed by a NULL code. */
struct workload_type {
	const char *code;
	struct workload_field fields[WORKLOAD_FIELDS_MAX];
};

extern const struct workload_type workload_types[WORKLOAD_TYPES];

enum workload_edit_kind { WORKLOAD_NEW, WORKLOAD_CHANGE, WORKLOAD_DELETE };

struct workload_value {
	const char *code;	/* of the field; a pointer of workload_types */
	unsigned field;		/* its index in the type */
	const char *text;	/* never NULL or empty */
};

struct workload_edit {
	enum workload_edit_kind kind;
	uint32_t record;
	const struct workload_type *type;
	int64_t time;		/* seconds since 1970 by the clerk's clock; rises */
	size_t n;		/* 0 for a deletion */
	const struct workload_value *values;
};

struct workload {
	const char *preset;
	unsigned unit;
	/* What everybody knows before the edits begin; none but for day_on_first. */
	size_t nbase;
	const struct workload_edit *base;
	size_t n;
	const struct workload_edit *edits;
	size_t records;		/* created by base and edits together */
};

/* Presets: tiny, day, term, first, day_on_first, district (one unit's part of it).
 * NULL for an unknown preset or without memory. Free with workload_free. */
struct workload *workload_make(const char *preset, unsigned unit, uint64_t seed);
void workload_free(struct workload *w);

/* The names of the presets, in order, closed by NULL; units is how many PCs the
 * preset has (1, or 100 for district). */
struct workload_preset {
	const char *name;
	size_t nbase, n;
	bool only_new;
	unsigned units;
};
extern const struct workload_preset workload_presets[];

#endif
