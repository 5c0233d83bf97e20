/* A store with many records. */
#include "tests/bench/fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/calendar/filing.h"
#include "common/cross/cross.h"
#include "common/replica/fold.h"
#include "common/replica/projection.h"
#include "common/text/date.h"
#include "common/unit/unit.h"
#include "tests/bench/bench.h"

enum { TYPES_FROM = 100, POOL = 4000, RECENT = 32, BATCH = 400, MOVES_MAX = 9,
       BATCH_MEMORY = 512 * 1024 * 1024 };

/* Of each hundred records how many are of which type; the rest of all others alike. */
static const struct {
	const char *code;
	unsigned weight;
} weights[] = {
	{ "bonus", 220 }, { "payment", 200 }, { "evaluation", 180 }, { "staff", 60 },
	{ "pg_dossier", 40 }, { "pg_need", 30 }, { "course", 40 }, { "attract_need", 20 },
	{ "difficulty", 30 }, { "dissem", 40 }, { "expert_order", 20 }, { "settlement", 0 },
	{ "submission", 0 }, { "annual_report", 0 }, { "decision", 0 }
};

/* What a text is about, by its field's code; others get any. */
static const struct {
	const char *code, *rule;
} subjects[] = {
	{ "leadership", "lead" }, { "dissemination", "spread" }, { "limits", "limit" },
	{ "causes", "cause" }, { "proposals", "propose" }, { "next_year", "next" },
	{ "description", "limit" }, { "proposal", "propose" }, { "achievement", "bonus.any" }
};
enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

struct filler {
	struct server *s;
	struct replica *r;
	const struct schema *schema;
	const struct fill_options *o;
	struct draw draw;
	struct teller teller;
	struct bytes pool[POOL], names[POOL];
	struct arena texts, a;
	struct fold fold;
	struct rid *recent;        /* RECENT of each type, of the unit in hand */
	unsigned *recent_count;
	unsigned *weight;          /* of each type */
	unsigned weight_sum;
	uint64_t stream, seq, op;
	int64_t made, day;         /* day: around which the record is made */
	int year;
	struct err e;
};

static void need(struct filler *f, int code, const char *what)
{
	bench_need(code, &f->e, what);
}

static void make_pool(struct filler *f)
{
	struct buf b;
	size_t i;

	teller_init(&f->teller, 1, f->o->seed);
	buf_init(&b, 64 * 1024);
	for (i = 0; i < POOL; i++) {
		buf_clear(&b);
		tell_sentences(&f->teller, subjects[i % SUBJECTS].rule, 1, &b);
		f->pool[i] = arena_copy(&f->texts, buf_view(&b));
		buf_clear(&b);
		tell_name(&f->teller, i % 2 == 0, &b);
		f->names[i] = arena_copy(&f->texts, buf_view(&b));
	}
	buf_release(&b);
}

static void add_live(struct filler *f, struct record *r, uint32_t field, struct value element,
		     struct value v)
{
	if (r->live_count == r->live_cap) {
		size_t cap = r->live_cap == 0 ? 64 : r->live_cap * 2;
		struct live *more = arena_array(&f->a, cap, sizeof *more);

		need(f, more == NULL ? ERR_NOMEM : 0, "live");
		if (r->live_count > 0)
			memcpy(more, r->live, r->live_count * sizeof *more);
		r->live = more;
		r->live_cap = cap;
	}
	r->live[r->live_count++] = (struct live){ .field = field, .element = element,
						  .device = r->id.device, .number = f->op,
						  .seq = f->seq, .value = v };
}

static size_t place_of(const struct filler *f, const struct type *t)
{
	size_t i;

	for (i = 0; f->schema->types[i] != t; i++)
		;
	return i;
}

static struct value random_ref(struct filler *f, const struct field *field)
{
	size_t k = field->target_count == 0 ? 0 :
		(size_t)draw_between(&f->draw, 0, (int64_t)field->target_count - 1);
	size_t tried, at = 0;
	unsigned n = 0;

	for (tried = 0; tried < field->target_count && n == 0; tried++, k++) {
		const struct type *t = schema_type_by_code(f->schema,
			bytes_str(field->targets[k % field->target_count]));

		if (t == NULL || t->district)
			continue;
		at = place_of(f, t);
		n = f->recent_count[at] < RECENT ? f->recent_count[at] : RECENT;
	}
	if (n == 0)
		return VALUE_OF_NULL;
	return value_ref((struct ref){ f->stream,
				       f->recent[at * RECENT + (size_t)draw_between(&f->draw, 0,
										    n - 1)] });
}

static struct value random_text(struct filler *f, const struct type *t, const struct field *field)
{
	size_t at = (size_t)draw_between(&f->draw, 0, POOL - 1), i;
	char digits[32];
	int64_t n;

	if (field->digits > 0) {
		n = draw_between(&f->draw, 1, 999999999);
		snprintf(digits, sizeof digits, "%0*lld", (int)field->digits, (long long)n);
		return value_text(arena_copy(&f->a, bytes_str(digits)));
	}
	if (t->people && t->title_count > 0 && strcmp(t->titles[0], field->code) == 0)
		return value_text(f->names[draw_between(&f->draw, 0, POOL - 1)]);
	if (field->has_max && field->max < 60) {
		snprintf(digits, sizeof digits, "%lld/BC", (long long)draw_between(&f->draw, 1, 400));
		return value_text(arena_copy(&f->a, bytes_str(digits)));
	}
	for (i = 0; i < SUBJECTS; i++)
		if (strcmp(subjects[i].code, field->code) == 0)
			at = (at / SUBJECTS * SUBJECTS + i) % POOL;
	return value_text(f->pool[at]);
}

static int64_t bounded(struct filler *f, const struct field *field, int64_t low, int64_t high)
{
	if (field->has_min && field->min > low)
		low = field->min;
	if (field->has_max && field->max < high)
		high = field->max;
	return low >= high ? low : draw_between(&f->draw, low, high);
}

static struct value random_value(struct filler *f, const struct type *t,
				 const struct field *field)
{
	switch (field->kind) {
	case FIELD_TEXT:
		return random_text(f, t, field);
	case FIELD_YEAR:
		return value_int(f->year);
	case FIELD_MONTH:
		return value_int((int64_t)f->year * 12 + draw_between(&f->draw, 0, 11));
	case FIELD_MONEY:
		return value_int(draw_between(&f->draw, 1, 60) * 1000000);
	case FIELD_INT:
	case FIELD_DECIMAL:
		return value_int(bounded(f, field, 0, 40));
	case FIELD_DATE:
		return t->people ? value_date(f->day - draw_between(&f->draw, 9000, 20000)) :
				   value_date(f->day - draw_between(&f->draw, 0, 40));
	case FIELD_BOOL:
		return value_bool(draw_chance(&f->draw, 30));
	case FIELD_CHOICE:
		return value_int(field->list->choices[draw_between(&f->draw, 0,
			(int64_t)field->list->count - 1)].number);
	case FIELD_REF:
		return random_ref(f, field);
	default:
		return VALUE_OF_NULL;
	}
}

static struct fold_entry *new_entry(struct filler *f, const struct type *t)
{
	struct fold_entry *en;
	struct rid id = { (f->stream + 1) * 0x9e3779b97f4a7c15u | 1, ++f->op };

	need(f, fold_new(&f->fold, f->stream, id, &en, &f->e), "record");
	en->gone = false;
	en->dirty = true;
	en->rec.id = en->rec.root = id;
	en->rec.type = t->number;
	f->made++;
	return en;
}

static void fill_fields(struct filler *f, const struct type *t, struct fold_entry *en,
			unsigned depth);

static void add_rows(struct filler *f, const struct field *list, struct fold_entry *parent,
		     unsigned depth)
{
	const struct type *t = schema_type_by_code(f->schema, bytes_str(list->targets[0]));
	int64_t n = depth > 2 || draw_chance(&f->draw, 60) ? 0 : draw_between(&f->draw, 1, 3), i;
	struct row_count *counts;

	if (n == 0 || t == NULL)
		return;
	counts = arena_array(&f->a, parent->rec.row_count + 1, sizeof *counts);
	need(f, counts == NULL ? ERR_NOMEM : 0, "rows");
	if (parent->rec.row_count > 0)
		memcpy(counts, parent->rec.rows, parent->rec.row_count * sizeof *counts);
	counts[parent->rec.row_count] = (struct row_count){ list->number, (uint64_t)n };
	parent->rec.rows = counts;
	parent->rec.row_count++;
	for (i = 0; i < n; i++) {
		struct fold_entry *row = new_entry(f, t);

		row->rec.list = list->number;
		row->rec.parent = parent->rec.id;
		row->rec.root = parent->rec.root;
		fill_fields(f, t, row, depth + 1);
		need(f, fold_chain(&f->fold, row, &f->e), "row");
	}
}

static void fill_fields(struct filler *f, const struct type *t, struct fold_entry *en,
			unsigned depth)
{
	size_t i, k;

	for (i = 0; i < t->field_count; i++) {
		const struct field *field = &t->fields[i];
		struct value v;

		if (field->derived != NULL)
			continue;
		if (field->kind == FIELD_LIST) {
			add_rows(f, field, en, depth);
			continue;
		}
		if (field->kind == FIELD_SET) {
			for (k = 0; k < field->list->count; k++)
				if (draw_chance(&f->draw, 30))
					add_live(f, &en->rec, field->number,
						 value_int(field->list->choices[k].number),
						 value_bool(true));
			continue;
		}
		if (!field->required && field->required_if == NULL && draw_chance(&f->draw, 40))
			continue;
		v = random_value(f, t, field);
		if (v.kind != VALUE_NULL)
			add_live(f, &en->rec, field->number, VALUE_OF_NULL, v);
	}
}

/* One of these; mostly one where things go well. */
static int64_t next_state(struct filler *f, const struct workflow *w, const int64_t *choices,
			  size_t n)
{
	int64_t to = 0;
	int tries;

	for (tries = 0; tries < 5; tries++) {
		const struct state *st;

		to = choices[draw_between(&f->draw, 0, (int64_t)n - 1)];
		st = workflow_state(w, to);
		if (st->good || (st->filed && !st->final))
			break;
	}
	return to;
}

/* A walk through the workflow, each step noted as the log would. */
static void move_on(struct filler *f, const struct type *t, struct fold_entry *en)
{
	const struct workflow *w = t->workflow;
	int64_t time = (f->day * 24 - 7) * 3600 + draw_between(&f->draw, 0, 86399), steps, i;
	size_t k, n;

	if (w == NULL)
		return;
	en->rec.state = w->states[0].number;
	steps = draw_between(&f->draw, 0, MOVES_MAX);
	for (i = 0; i < steps; i++) {
		int64_t choices[64];
		struct filing_move m;

		for (k = n = 0; k < w->move_count && n < 64; k++)
			if (w->moves[k].from == en->rec.state)
				choices[n++] = w->moves[k].to;
		if (n == 0)
			break;
		en->rec.state = next_state(f, w, choices, n);
		m = (struct filing_move){ f->stream, en->rec.id, en->rec.state, time, time };
		need(f, db_exec(f->r->db, &f->e,
				"INSERT INTO transition(stream,device,op,seq,number,state,mover,"
				"claimed,received) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$8)", "uuuuuiui",
				f->stream, en->rec.id.device, en->rec.id.op, ++f->seq, ++f->op,
				en->rec.state, en->rec.id.device, time), "move");
		need(f, filing_note(f->r, t, &m, &f->e), "filing");
		en->moved = time;
		en->rec.state_op = (struct touch){ en->rec.id.device, f->op, f->seq };
		time += draw_between(&f->draw, 0, 20 * 86400);
	}
}

/* Whether what its required references name is there already. */
static bool can_make(const struct filler *f, const struct type *t)
{
	size_t i, k;

	for (i = 0; i < t->field_count; i++) {
		const struct field *field = &t->fields[i];
		bool there = field->kind != FIELD_REF || !field->required;

		for (k = 0; k < field->target_count && !there; k++) {
			const struct type *to = schema_type_by_code(f->schema,
								    bytes_str(field->targets[k]));

			there = to != NULL && !to->district && f->recent_count[place_of(f, to)] > 0;
		}
		if (!there)
			return false;
	}
	return true;
}

static void add_record(struct filler *f, const struct type *t)
{
	struct fold_entry *en;
	size_t at = place_of(f, t);

	if (!can_make(f, t))
		return;
	en = new_entry(f, t);
	f->seq++;
	fill_fields(f, t, en, 0);
	move_on(f, t, en);
	f->recent[at * RECENT + f->recent_count[at]++ % RECENT] = en->rec.id;
}

static const struct type *random_type(struct filler *f)
{
	int64_t n = draw_between(&f->draw, 0, (int64_t)f->weight_sum - 1);
	size_t i;

	for (i = 0; n >= f->weight[i]; i++)
		n -= f->weight[i];
	return f->schema->types[i];
}

static void weigh(struct filler *f)
{
	size_t i, k;

	f->recent = calloc(f->schema->type_count * RECENT, sizeof *f->recent);
	f->recent_count = calloc(f->schema->type_count, sizeof *f->recent_count);
	f->weight = calloc(f->schema->type_count, sizeof *f->weight);
	for (i = 0; i < f->schema->type_count; i++) {
		const struct type *t = f->schema->types[i];

		if (t->row || t->district || t->number <= TYPES_FROM - 1)
			continue;
		f->weight[i] = 10;
		for (k = 0; k < sizeof weights / sizeof weights[0]; k++)
			if (strcmp(weights[k].code, t->code) == 0)
				f->weight[i] = weights[k].weight;
		f->weight_sum += f->weight[i];
	}
}

static void begin_batch(struct filler *f)
{
	arena_clear(&f->a);
	need(f, fold_init(&f->fold, f->r, &f->a, &f->e), "fold");
}

/* Records of one unit and year; nine of ten units hand in what is due of all. */
static void fill_year(struct filler *f, int64_t count)
{
	int64_t first = day_number(f->year, 1, 5), until = f->made + count;
	const struct type *report = schema_type_by_code(f->schema, bytes_str("annual_report"));

	begin_batch(f);
	if (report != NULL && draw_chance(&f->draw, 90)) {
		f->day = day_number(f->year, 12, 5) + draw_between(&f->draw, 0, 12);
		add_record(f, report);
	}
	while (f->made < until) {
		int64_t batch = f->made + BATCH;

		while (f->made < until && f->made < batch) {
			f->day = first + draw_between(&f->draw, 0, 350);
			add_record(f, random_type(f));
		}
		need(f, fold_flush(&f->fold, SEQ_PENDING, &f->e), "flush");
		begin_batch(f);
	}
}

static void fill_unit(struct filler *f)
{
	int years = f->o->last_year - f->o->first_year + 1;
	uint8_t head[HASH_SIZE] = { 0 };
	const struct units *u;
	int64_t count;

	need(f, units_now(f->r, &u, &f->e), "units");
	count = f->o->records / (int64_t)units_count(u);
	memset(f->recent_count, 0, f->schema->type_count * sizeof *f->recent_count);
	f->seq = f->op = 0;
	for (f->year = f->o->first_year; f->year <= f->o->last_year; f->year++)
		fill_year(f, count / years);
	need(f, db_exec(f->r->db, &f->e, "INSERT INTO stream(stream,seq,head,time) "
			"VALUES($1,$2,$3,$4) ON CONFLICT(stream) DO UPDATE SET seq=$2", "uubi",
			f->stream, f->seq, BYTES_OF(head),
			day_number(f->o->last_year, 12, 31) * 86400), "stream");
}

void fill_store(struct server *s, const struct fill_options *o)
{
	struct filler f = { .s = s, .r = &s->replica, .o = o };
	const struct units *u;
	struct schema *schema;
	struct unit unit;
	size_t i;

	arena_init(&f.texts, (size_t)64 << 20);
	arena_init(&f.a, BATCH_MEMORY);
	draw_init(&f.draw, o->seed, 1);
	need(&f, replica_schema_now(f.r, &schema, &f.e), "schema");
	f.schema = schema;
	make_pool(&f);
	weigh(&f);
	need(&f, units_now(f.r, &u, &f.e), "units");
	for (i = 0; i < units_count(u); i++) {
		units_at(u, i, 0, &unit);
		f.stream = unit.number;
		if (i % 10 == 0)
			need(&f, db_begin(s->db, &f.e), "begin");
		fill_unit(&f);
		if (i % 10 == 9 || i + 1 == units_count(u))
			need(&f, db_commit(s->db, &f.e), "commit");
	}
	free(f.recent);
	free(f.recent_count);
	free(f.weight);
	arena_release(&f.a);
	arena_release(&f.texts);
}
