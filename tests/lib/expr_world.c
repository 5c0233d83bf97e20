/* The schema of tests of expressions, and records in memory as their reader. */
#include "tests/lib/expr_world.h"

#include <stdlib.h>
#include <string.h>

#define LABEL { "nhãn", "label" }
#define FIELD(n, c, k, ...) { .number = n, .code = c, .label = LABEL, .kind = k, __VA_ARGS__ }
#define TO(...) .targets = (const char *[]){ __VA_ARGS__ }, \
	.target_count = sizeof (const char *[]){ __VA_ARGS__ } / sizeof(char *)

static struct choice kinds_choices[] = {
	{ 1, "master", LABEL, 0, 0 }, { 2, "doctor", LABEL, 0, 0 }, { 14, "language", LABEL, 0, 0 }
};
static const struct choice_list kinds = { "kinds", LABEL, kinds_choices, 3 };
static struct choice levels_choices[] = { { 1, "low", LABEL, 0, 0 }, { 2, "high", LABEL, 0, 0 } };
static const struct choice_list levels = { "levels", LABEL, levels_choices, 2 };

static struct state flow_states[] = {
	{ .number = 1, .code = "draft" }, { .number = 2, .code = "signed" },
	{ .number = 9, .code = "paid" }
};
static const struct workflow flow = { .code = "flow", .states = flow_states, .state_count = 3 };
static const struct workflow other_flow = { .code = "other", .states = flow_states,
					     .state_count = 2 };

static const struct field dossier_fields[] = {
	FIELD(F_TITLE, "title", FIELD_TEXT), FIELD(F_COUNT, "count", FIELD_INT),
	FIELD(F_AMOUNT, "amount", FIELD_MONEY), FIELD(F_RATE, "rate", FIELD_DECIMAL, .scale = 2),
	FIELD(F_YEAR, "year", FIELD_YEAR), FIELD(F_ROUND, "round", FIELD_MONTH),
	FIELD(F_ISSUED, "issued", FIELD_DATE), FIELD(F_EXPIRES, "expires", FIELD_DATE),
	FIELD(F_URGENT, "urgent", FIELD_BOOL),
	FIELD(F_KIND, "kind", FIELD_CHOICE, .list = &kinds),
	FIELD(F_OTHER_KIND, "other_kind", FIELD_CHOICE, .list = &kinds),
	FIELD(F_LEVEL, "level", FIELD_CHOICE, .list = &levels),
	FIELD(F_SKILLS, "skills", FIELD_SET, .list = &kinds),
	FIELD(F_PERSON, "person", FIELD_REF, TO("person")),
	FIELD(F_HOLDER, "holder", FIELD_REF, TO("person", "school")),
	FIELD(F_LINES, "lines", FIELD_LIST, TO("line")), FIELD(F_SCAN, "scan", FIELD_BYTES),
	FIELD(F_TOTAL, "total", FIELD_MONEY), FIELD(F_LEFT, "left", FIELD_MONEY),
	FIELD(F_BEFORE, "before", FIELD_REF, TO("dossier")),
	FIELD(F_GRADE, "grade", FIELD_CHOICE, .list = &levels)
};
static const struct field line_fields[] = {
	FIELD(F_COST, "cost", FIELD_MONEY), FIELD(F_DAY, "day", FIELD_DATE),
	FIELD(F_OK, "ok", FIELD_BOOL), FIELD(F_WHAT, "what", FIELD_CHOICE, .list = &levels),
	FIELD(F_NOTE, "note", FIELD_TEXT), FIELD(F_WHO, "who", FIELD_REF, TO("person")),
	FIELD(F_PARTS, "parts", FIELD_LIST, TO("part")),
	FIELD(F_DOUBLE, "twice", FIELD_MONEY), FIELD(F_SHARE, "share", FIELD_INT)
};
static const struct field part_fields[] = { FIELD(F_N, "n", FIELD_INT) };
static const struct field person_fields[] = {
	FIELD(F_NAME, "name", FIELD_TEXT), FIELD(F_BIRTH, "birth", FIELD_DATE),
	FIELD(F_SALARY, "salary", FIELD_MONEY),
	FIELD(F_CCCD, "cccd", FIELD_TEXT, .personal = true),
	FIELD(F_TAGS, "tags", FIELD_SET, .list = &kinds),
	FIELD(F_BOSS, "boss", FIELD_REF, TO("person")), FIELD(F_NEXT, "next", FIELD_YEAR)
};
static const struct field school_fields[] = { FIELD(F_SCHOOL_NAME, "name", FIELD_TEXT) };
static const struct field payment_fields[] = {
	FIELD(F_OF, "of", FIELD_REF, TO("dossier")), FIELD(F_PAID, "paid_amount", FIELD_MONEY)
};

#define TYPE(n, c, f, r, w) \
	{ .number = n, .code = c, .label = LABEL, .row = r, .workflow = w, \
	  .fields = (struct field *)f, .field_count = sizeof f / sizeof f[0] }

static const struct type types[] = {
	TYPE(T_DOSSIER, "dossier", dossier_fields, false, &flow),
	TYPE(T_LINE, "line", line_fields, true, NULL),
	TYPE(T_PART, "part", part_fields, true, NULL),
	TYPE(T_PERSON, "person", person_fields, false, &other_flow),
	TYPE(T_SCHOOL, "school", school_fields, false, &other_flow),
	TYPE(T_PAYMENT, "payment", payment_fields, false, NULL)
};
enum { TYPES = sizeof types / sizeof types[0] };

static struct constant constants[] = {
	{ .code = "factor", .value = { .kind = VALUE_INT, .n = 2 } },
	{ .code = "start", .value = { .kind = VALUE_DATE, .n = 18854 } }, /* 2021-08-15 */
	{ .code = "active", .value = { .kind = VALUE_BOOL, .n = 1 } },
	{ .code = "word", .value = { .kind = VALUE_TEXT, .b = { (const uint8_t *)"it's", 4 } } }
};

static struct expr *read_derived(struct world *w, uint32_t type, const char *text,
				 const struct choice_list *list)
{
	const struct type *t = world_type(w, type);
	struct expr_scope scope = { .schema = &w->schema, .type = t, .list = list,
				    .root = t->row ? w->schema.types[0] : NULL };
	struct expr *x = NULL;

	if (expr_parse(bytes_str(text), &scope, list == NULL ? EXPR_NULL : EXPR_CHOICE, &w->a,
		       &x, NULL) != 0)
		abort();
	return x;
}

static void set_derived(struct world *w, uint32_t type, uint32_t field, const char *text)
{
	const struct field *f = type_field(world_type(w, type), field);

	((struct field *)f)->derived = read_derived(w, type, text, f->list);
}

static int read_rows(void *ctx, uint64_t stream, const struct record *r, uint32_t list,
		     int (*fn)(void *arg, const struct record *row), void *arg, struct err *e)
{
	struct world *w = ctx;
	size_t i;
	int code = 0;

	(void)e;
	for (i = 0; i < w->count && code == 0; i++)
		if (w->records[i].list == list && rid_equal(w->records[i].parent, r->id) &&
		    w->streams[i] == stream && !record_deleted(&w->records[i]))
			code = fn(arg, &w->records[i]);
	return code;
}

static int follow(void *ctx, struct ref ref, const struct record **out, struct err *e)
{
	(void)e;
	*out = world_find(ctx, ref);
	return 0;
}

/* Rollup 1 sums, 2 counts, the payments of a dossier. */
static int read_rollup(void *ctx, uint64_t stream, const struct record *r, uint32_t number,
		       struct value *out, struct err *e)
{
	struct world *w = ctx;
	size_t i;

	(void)e;
	*out = VALUE_OF_NULL;
	for (i = 0; i < w->count; i++) {
		const struct live *l = record_live(&w->records[i], F_OF);

		if (l == NULL || l->value.ref.stream != stream ||
		    !rid_equal(l->value.ref.record, r->id))
			continue;
		if (out->kind == VALUE_NULL)
			*out = value_int(0);
		out->n += number == 2 ? 1 : record_value(&w->records[i], F_PAID).n;
	}
	return 0;
}

void world_init(struct world *w)
{
	struct type *copies;
	struct rollup *rollups;
	size_t i;

	memset(w, 0, sizeof *w);
	arena_init(&w->a, 1 << 24);
	copies = arena_array(&w->a, TYPES, sizeof *copies);
	w->schema.types = arena_array(&w->a, TYPES, sizeof *w->schema.types);
	rollups = arena_array(&w->a, 2, sizeof *rollups);
	for (i = 0; i < TYPES; i++) {
		size_t size = types[i].field_count * sizeof *types[i].fields;

		copies[i] = types[i];
		copies[i].fields = arena_alloc(&w->a, size);
		memcpy(copies[i].fields, types[i].fields, size);
		w->schema.types[i] = &copies[i];
	}
	w->schema.type_count = TYPES;
	w->schema.constants = constants;
	w->schema.constant_count = sizeof constants / sizeof constants[0];
	rollups[0] = (struct rollup){ .number = 1, .code = "paid", .from = &copies[5],
				      .by = F_OF,
				      .value = read_derived(w, T_PAYMENT, "paid_amount", NULL) };
	rollups[1] = (struct rollup){ .number = 2, .code = "payments", .from = &copies[5],
				      .by = F_OF };
	w->schema.rollups = rollups;
	w->schema.rollup_count = 2;
	set_derived(w, T_DOSSIER, F_TOTAL, "sum(lines, cost)");
	set_derived(w, T_DOSSIER, F_LEFT, "amount - total");
	set_derived(w, T_DOSSIER, F_GRADE, "if(amount > 10, 'high', if(amount > 5, 'low', null))");
	set_derived(w, T_LINE, F_DOUBLE, "cost * 2 + sum(parts, n)");
	set_derived(w, T_LINE, F_SHARE, "twice * 100 / total");
	set_derived(w, T_PERSON, F_NEXT, "year(birth) + 1");
	w->rd = (struct expr_reader){ w, WORLD_STREAM, read_rows, follow, read_rollup, NULL };
}

void world_release(struct world *w)
{
	arena_release(&w->a);
}

const struct type *world_type(const struct world *w, uint32_t number)
{
	return schema_type(&w->schema, number);
}

void world_clear(struct world *w)
{
	w->count = 0;
}

struct record *world_add(struct world *w, uint32_t type, uint64_t stream, struct record *parent,
			 uint32_t list)
{
	size_t at = w->count++, i;
	struct record *r = &w->records[at];

	if (at >= WORLD_RECORDS)
		abort();
	*r = (struct record){ .id = { 0xf000000000000001, at + 1 }, .type = type,
			      .live = w->cells[at], .rows = w->lists[at] };
	r->root = parent == NULL ? r->id : parent->root;
	w->streams[at] = stream;
	if (parent == NULL)
		return r;
	r->parent = parent->id;
	r->list = list;
	for (i = 0; i < parent->row_count && parent->rows[i].field != list; i++)
		;
	if (i == parent->row_count)
		parent->rows[parent->row_count++] = (struct row_count){ list, 0 };
	parent->rows[i].count++;
	return r;
}

static void put_cell(struct record *r, struct live l)
{
	size_t i = r->live_count;

	if (r->live_count >= WORLD_CELLS)
		abort();
	while (i > 0 && (r->live[i - 1].field > l.field ||
			 (r->live[i - 1].field == l.field &&
			  r->live[i - 1].element.n > l.element.n))) {
		r->live[i] = r->live[i - 1];
		i--;
	}
	r->live[i] = l;
	r->live_count++;
}

void world_set(struct record *r, uint32_t field, struct value v)
{
	if (v.kind != VALUE_NULL)
		put_cell(r, (struct live){ .field = field, .value = v });
}

void world_member(struct record *r, uint32_t field, int64_t choice, bool in)
{
	put_cell(r, (struct live){ .field = field, .element = value_int(choice),
				   .value = value_bool(in) });
}

void world_delete(struct world *w, struct record *r)
{
	struct record *parent = NULL;
	size_t i;

	for (i = 0; i < w->count; i++)
		if (r->list != 0 && rid_equal(w->records[i].id, r->parent))
			parent = &w->records[i];
	for (i = 0; parent != NULL && i < parent->row_count; i++)
		parent->rows[i].count -= parent->rows[i].field == r->list;
	put_cell(r, (struct live){ .field = FIELD_EXISTENCE, .value = value_bool(true) });
}

struct ref world_ref(const struct world *w, const struct record *r)
{
	return (struct ref){ w->streams[r - w->records], r->id };
}

const struct record *world_find(const struct world *w, struct ref ref)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		if (w->streams[i] == ref.stream && rid_equal(w->records[i].id, ref.record))
			return &w->records[i];
	return NULL;
}

int world_parse(struct world *w, uint32_t type, const char *text, enum expr_type want,
		struct expr **out, struct err *e)
{
	const struct type *t = world_type(w, type);
	struct expr_scope scope = { .schema = &w->schema, .type = t, .rollups = true,
				    .root = t->row ? w->schema.types[0] : NULL };

	return expr_parse(bytes_str(text), &scope, want, &w->a, out, e);
}

struct value world_eval(struct world *w, const struct expr *x, const struct record *r)
{
	uint64_t stream = w->streams[r - w->records];
	const struct record *root = r->list == 0 ? NULL :
				    world_find(w, (struct ref){ stream, r->root });
	struct value v = VALUE_OF_NULL;

	w->rd.stream = stream;
	if (expr_eval(x, &w->rd, r, root, &v, NULL) != 0)
		abort();
	return v;
}
