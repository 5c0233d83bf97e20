/* People of the sample, all invented: names put together by chance, identity numbers that
 * begin with 000, which belongs to no province. */
#ifndef DONGBO_SAMPLE_PEOPLE_H
#define DONGBO_SAMPLE_PEOPLE_H

#include "tests/sample/sample.h"

struct person {
	uint64_t unit;
	struct rid id;
	char name[80], cccd[16];
	bool woman;
	int birth_year;
	const char *level, *discipline, *position;
};

struct people {
	struct person list[PEOPLE];
	size_t count;
	size_t first[UNITS + 2];   /* of each unit; unit's own stand together */
	size_t turn[UNITS + 1];
};

/* A name, and whether it is a woman's. */
void people_name(struct sample *s, char out[80], bool *woman);
/* Clerk and head of every machine, before they are opened. */
void people_staff_machines(struct sample *s);
/* Everybody who works in a unit, entered by its clerk. */
void people_enter(struct sample *s, uint64_t unit);
size_t people_of(const struct sample *s, uint64_t unit);
/* One after the other, so that dossiers are about many. */
const struct person *people_next(struct sample *s, uint64_t unit);
const struct person *people_at(const struct sample *s, uint64_t unit, size_t n);
/* As a reference field takes it. */
const char *people_ref(const struct person *p);
/* Somebody more, who is not of the unit's list: experts, people who come. */
struct rid people_add(struct sample *s, uint64_t unit, const char *name, bool woman,
		      const char *more);

/* "UBND", "trường", "phòng": what a unit is, from its kind. */
enum unit_is { IS_COMMUNE, IS_OFFICE, IS_SCHOOL };
enum unit_is people_unit_is(const struct sample *s, uint64_t unit);
/* "Trường THCS Tam Sơn", and its code. */
const char *people_unit_name(const struct sample *s, uint64_t unit);
const char *people_unit_code(const struct sample *s, uint64_t unit);
/* The symbol of a unit's papers: "THCS", "UBND", "PNV". */
const char *people_symbol(const struct sample *s, uint64_t unit);

#endif
