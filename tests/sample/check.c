/* That the sample shows what it is to show: every type of record, in every state. */
#include <stdio.h>
#include <string.h>

#include "common/replica/projection.h"
#include "tests/sample/sample.h"

/* States that a type shares with its workflow but has no business in: what is not about
 * money is not paid, and the pack lets nothing be recovered of what the plan does not. */
static const struct {
	const char *type, *states;
} senseless[] = {
	{ "talent_use", " funded paid_part paid recovering recovered " },
	{ "bonus", " recovering recovered " },
	{ "attract_transfer", " recovering recovered " },
};

static bool makes_sense(const struct type *t, const char *state)
{
	char word[48];
	size_t i;

	snprintf(word, sizeof word, " %s ", state);
	for (i = 0; i < sizeof senseless / sizeof senseless[0]; i++)
		if (strcmp(senseless[i].type, t->code) == 0 &&
		    strstr(senseless[i].states, word) != NULL)
			return false;
	return true;
}

/* Live records of a type, in a state where it is not NULL. */
static int64_t count(struct sample *s, const struct type *t, const struct state *st)
{
	char table[64], sql[200];
	struct err e = { 0 };
	struct stmt *q;
	int64_t n = 0;

	projection_table(t, table);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE deleted = 0 AND ($1 = 0 OR state = $1)",
		 table);
	sample_need(s, db_query_text(s->server.db, &e, &q, sql), &e, table);
	db_bind_int(q, 1, st == NULL ? 0 : st->number);
	if (db_step(q, &e) == 1)
		n = db_int(q, 0);
	db_done(q);
	return n;
}

static unsigned check_states(struct sample *s, const struct type *t)
{
	const struct workflow *w = t->workflow;
	unsigned missing = 0;
	size_t i;

	for (i = 0; w != NULL && i < w->state_count; i++)
		if (makes_sense(t, w->states[i].code) && count(s, t, &w->states[i]) == 0) {
			fprintf(stderr, "sample: no %s is %s\n", t->code, w->states[i].code);
			missing++;
		}
	return missing;
}

unsigned check_sample(struct sample *s)
{
	struct schema *schema;
	struct err e = { 0 };
	unsigned missing = 0;
	size_t i;

	sample_need(s, replica_schema_now(&s->server.replica, &schema, &e), &e, "schema");
	for (i = 0; i < schema->type_count; i++) {
		const struct type *t = schema->types[i];

		if (t->number < TYPE_OF_PACKS)
			continue;
		if (count(s, t, NULL) == 0) {
			fprintf(stderr, "sample: no %s at all\n", t->code);
			missing++;
		} else {
			missing += check_states(s, t);
		}
	}
	return missing;
}
