/* Tells Vietnamese office prose from a grammar.
 *
 * A rule is a name and a text of alternatives divided by "|". In a text,
 * "{a|b}" is a choice, "<rule>" is another rule, "<rule*>" is the rule for the
 * kind of unit that speaks ("rule.xa", else "rule.truong" for schools, else
 * "rule"), and "<@word low high>" is made by a function: a person, a date, a
 * share with its percentage. The teller knows the unit and the day, so that
 * dates lie near the day of writing and places near the unit. */
#ifndef DONGBO_BENCH_TELLER_H
#define DONGBO_BENCH_TELLER_H

#include "draw.h"
#include "protocol/bytes.h"

struct rule {
	const char *name, *text;
};

/* Ends with a NULL name. */
extern const struct rule rules_names[];
extern const struct rule rules_short[];
extern const struct rule rules_report[];
extern const struct rule rules_results[];
extern const struct rule rules_parts[];

enum unit_kind { UNIT_XA, UNIT_MN, UNIT_TH, UNIT_THCS, UNIT_PHONG };

struct teller {
	struct draw draw;
	unsigned unit;
	enum unit_kind kind;
	int64_t today;		/* days since 1970 */
	unsigned share;		/* of the last <@share>, in tenths of a percent; 0 if told */
	unsigned gap;		/* what the last <@share> leaves open */
	unsigned total, left;	/* of the last <@total>; left after each <@cut> */
	/* A name known in the unit, or NULL: people in reports are mostly staff. */
	const char *(*known)(void *ctx, struct draw *d, bool female);
	void *ctx;
};

void teller_init(struct teller *t, unsigned unit, uint64_t seed);
/* Appends the expansion of a rule; the first letter in upper case with `upper`. */
void tell(struct teller *t, const char *rule, struct buf *out);
void tell_upper(struct teller *t, const char *rule, struct buf *out);
/* Appends the expansion of a text with rules and choices in it. */
void tell_text(struct teller *t, const char *text, struct buf *out);
/* At most 12 sentences of a rule, each closed by a full stop; what is in out stays. */
void tell_sentences(struct teller *t, const char *rule, unsigned n, struct buf *out);
/* Appends an invented person's full name. */
void tell_name(struct teller *t, bool female, struct buf *out);

/* A calendar date from days since 1970 (proleptic Gregorian). */
struct date {
	int year;
	unsigned month, day;
};
struct date bench_date(int64_t days);
int64_t day_number(int year, unsigned month, unsigned day);

/* The words that functions make; false for an unknown name. */
bool teller_word(struct teller *t, const char *name, long low, long high, struct buf *out);

#endif
