/* Fuzz target: expressions.
 *
 * The property: what expr_parse accepts gives a value for a full record and for an
 * empty one, the same in parentheses; a condition's `not` gives the opposite; and it
 * can be written as SQL, unless it asks what SQL is not told. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/lib/expr_random.h"

static struct world world;
static const struct record *full, *empty;

static void make_world(void)
{
	struct arena a;
	struct gen g = gen_of(1, &a);
	size_t i;

	world_init(&world);
	random_records(&g, &world);
	for (i = 0; i < world.count && full == NULL; i++)
		if (world.records[i].type == T_DOSSIER && world.records[i].row_count > 0)
			full = &world.records[i];
	empty = world_add(&world, T_DOSSIER, WORLD_STREAM, NULL, 0);
	if (full == NULL)
		abort();
}

static struct expr *parse(struct arena *a, struct bytes text, const char *before)
{
	struct expr_scope scope = { .schema = &world.schema, .rollups = true,
				    .type = world_type(&world, T_DOSSIER) };
	struct expr *x = NULL;
	struct err e = { .code = 0 };
	struct buf b;
	int code;

	if (before == NULL) {
		code = expr_parse(text, &scope, EXPR_NULL, a, &x, &e);
	} else {
		buf_init(&b, text.len + 100);
		buf_printf(&b, "%s(", before);
		buf_add(&b, text);
		buf_byte(&b, ')');
		code = expr_parse(buf_view(&b), &scope, EXPR_NULL, a, &x, &e);
		buf_release(&b);
	}
	if (code != 0 && (x != NULL || code != ERR_BAD_PACK || e.subject[0] == '\0'))
		abort();
	/* A level or a node more may be one too many. */
	if (code != 0 && before != NULL && strstr(e.subject, "more than") == NULL)
		abort();
	return x;
}

static void compare(const struct expr *x, const struct expr *other, const struct record *r,
		    bool opposite)
{
	struct value a = world_eval(&world, x, r), b = world_eval(&world, other, r);

	if (opposite && a.kind == VALUE_BOOL)
		a.n = !a.n;
	if (!value_equal(&a, &b))
		abort();
}

static void write_sql(const struct expr *x)
{
	struct err e = { .code = 0 };
	struct buf b;
	int code;

	buf_init(&b, 1 << 20);
	code = expr_sql(x, "a", NULL, &b, &e);
	if (code != 0 && code != ERR_BAD_PACK)
		abort();
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes text = { data, size };
	struct expr *x, *same, *not;
	struct arena a;

	if (full == NULL)
		make_world();
	arena_init(&a, 1 << 20);
	x = parse(&a, text, NULL);
	if (x != NULL) {
		same = parse(&a, text, "");
		not = expr_gives(x) == EXPR_BOOL ? parse(&a, text, "not ") : NULL;
		if (same != NULL) {
			compare(x, same, full, false);
			compare(x, same, empty, false);
		}
		if (not != NULL) {
			compare(x, not, full, true);
			compare(x, not, empty, true);
		}
		write_sql(x);
	}
	arena_release(&a);
	return 0;
}

void fuzz_sample(struct gen *g, struct buf *out)
{
	static const enum expr_type types[] = { EXPR_BOOL, EXPR_BOOL, EXPR_INT, EXPR_DATE,
						EXPR_TEXT, EXPR_CHOICE };

	random_expr(g, T_DOSSIER, types[gen_below(g, 6)], out);
}
