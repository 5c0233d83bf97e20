/* Random records, and the typed tables that hold them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/replica/projection.h"
#include "tests/lib/expr_random.h"

static struct value random_value(struct gen *g, const struct world *w, const struct field *f)
{
	static const char *const texts[] = { "", "ab", "it's", "12a", "Đường 1", "345", "1" };
	struct ref ref;

	if (gen_below(g, 4) == 0)
		return VALUE_OF_NULL;
	switch (f->kind) {
	case FIELD_TEXT:
		if (f->personal && gen_below(g, 4) == 0)
			return (struct value){ .kind = VALUE_ERASED };
		return value_text(bytes_str(texts[gen_below(g, 7)]));
	case FIELD_MONTH:
		return value_int(2022 * 12 + (int64_t)gen_below(g, 14));
	case FIELD_YEAR:
		return value_int(2020 + (int64_t)gen_below(g, 4));
	case FIELD_DATE:
		return value_date(gen_below(g, 5) == 0 ? (int64_t)gen_below(g, 3652059) - 719162 :
							 18992 + (int64_t)gen_below(g, 90));
	case FIELD_BOOL:
		return value_bool(gen_below(g, 2));
	case FIELD_CHOICE:
		return value_int(f->list->choices[gen_below(g, f->list->count)].number);
	case FIELD_REF:
		ref = world_ref(w, &w->records[gen_below(g, w->count)]);
		ref.record.op += gen_below(g, 8) == 0 ? 1000 : 0;
		return value_ref(ref);
	default:
		return value_int((int64_t)gen_below(g, 25) - 4);
	}
}

static void fill(struct gen *g, struct world *w, struct record *r)
{
	const struct type *t = world_type(w, r->type);
	size_t i, k;

	r->state = t->workflow == NULL ? 0 :
		   t->workflow->states[gen_below(g, t->workflow->state_count)].number;
	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		if (f->derived != NULL || f->kind == FIELD_LIST || f->kind == FIELD_BYTES)
			continue;
		if (f->kind != FIELD_SET)
			world_set(r, f->number, random_value(g, w, f));
		for (k = 0; f->kind == FIELD_SET && k < f->list->count; k++)
			if (gen_below(g, 3) > 0)
				world_member(r, f->number, f->list->choices[k].number,
					     gen_below(g, 3) > 0);
	}
}

void random_records(struct gen *g, struct world *w)
{
	size_t i, k, lines, parts;

	world_clear(w);
	for (i = 0; i < 4; i++)
		world_add(w, i < 3 ? T_PERSON : T_SCHOOL, gen_below(g, 2) ? WORLD_STREAM : 0, NULL, 0);
	for (i = 0; i < 3; i++) {
		struct record *dossier = world_add(w, T_DOSSIER, i == 2 ? 8 : WORLD_STREAM, NULL, 0);

		for (lines = gen_below(g, 4); lines > 0; lines--) {
			struct record *line = world_add(w, T_LINE, i == 2 ? 8 : WORLD_STREAM,
							dossier, F_LINES);

			for (parts = gen_below(g, 3); parts > 0; parts--)
				world_add(w, T_PART, i == 2 ? 8 : WORLD_STREAM, line, F_PARTS);
		}
	}
	for (i = 0; i < 3; i++)
		world_add(w, T_PAYMENT, WORLD_STREAM, NULL, 0);
	for (k = 0; k < w->count; k++)
		fill(g, w, &w->records[k]);
	/* Of a dossier itself nothing is asked here; of what it names and its rows much. */
	for (k = 0; k < w->count; k++)
		if (w->records[k].type != T_DOSSIER && gen_below(g, 8) == 0)
			world_delete(w, &w->records[k]);
}

static void create(const struct type *t, struct buf *out)
{
	char name[64];
	size_t i, k;

	projection_table(t, name);
	buf_printf(out, "CREATE TABLE %s (stream BIGINT, device BIGINT, op BIGINT, parent_device "
		   "BIGINT, parent_op BIGINT, state BIGINT, deleted BIGINT", name);
	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		for (k = 0; k < projection_columns(f); k++) {
			projection_column(f, k, name);
			buf_printf(out, ", %s %s", name,
				   f->kind == FIELD_TEXT || f->kind == FIELD_SET ? "TEXT" :
										   "BIGINT");
		}
	}
	buf_printf(out, ");\n");
}

static void put_value(const struct field *f, struct value v, struct buf *out)
{
	size_t i;

	if (v.kind == VALUE_REF) {
		buf_printf(out, ", %" PRId64 ", %" PRId64 ", %" PRId64, (int64_t)v.ref.stream,
			   (int64_t)v.ref.record.device, (int64_t)v.ref.record.op);
	} else if (v.kind == VALUE_TEXT) {
		buf_printf(out, ", '");
		for (i = 0; i < v.b.len; i++)
			buf_printf(out, v.b.at[i] == '\'' ? "''" : "%c", v.b.at[i]);
		buf_printf(out, "'");
	} else if (v.kind == VALUE_BOOL || v.kind == VALUE_INT || v.kind == VALUE_DATE) {
		buf_printf(out, ", %" PRId64, v.n);
	} else {
		buf_printf(out, f->kind == FIELD_REF ? ", NULL, NULL, NULL" : ", NULL");
	}
}

static void put_set(const struct record *r, const struct field *f, struct buf *out)
{
	size_t i, count = 0;

	for (i = 0; i < r->live_count; i++)
		if (r->live[i].field == f->number && r->live[i].value.n != 0)
			buf_printf(out, "%s%" PRId64 ",", count++ == 0 ? ", '," : "",
				   r->live[i].element.n);
	buf_printf(out, count == 0 ? ", NULL" : "'");
}

static void insert(struct world *w, const struct record *r, struct buf *out)
{
	const struct type *t = world_type(w, r->type);
	uint64_t stream = w->streams[r - w->records];
	char name[64];
	size_t i;

	projection_table(t, name);
	buf_printf(out, "INSERT INTO %s VALUES (%" PRIu64 ", %" PRId64 ", %" PRId64, name, stream,
		   (int64_t)r->id.device, (int64_t)r->id.op);
	if (r->list == 0)
		buf_printf(out, ", NULL, NULL");
	else
		buf_printf(out, ", %" PRId64 ", %" PRId64, (int64_t)r->parent.device,
			   (int64_t)r->parent.op);
	buf_printf(out, ", %" PRId64 ", %d", r->state, record_deleted(r));
	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		if (f->kind == FIELD_SET)
			put_set(r, f, out);
		else if (projection_columns(f) > 0)
			put_value(f, f->derived != NULL ? world_eval(w, f->derived, r) :
							  record_value(r, f->number), out);
	}
	buf_printf(out, ");\n");
}

static void insert_rollup(struct world *w, const struct record *r, struct buf *out)
{
	uint64_t stream = w->streams[r - w->records];
	struct value v;
	uint32_t i;

	for (i = 1; i <= 2; i++) {
		if (w->rd.rollup(w, stream, r, i, &v, NULL) != 0)
			abort();
		if (v.kind == VALUE_INT)
			buf_printf(out, "INSERT INTO rollup VALUES (%" PRIu32 ", %" PRIu64
				   ", %" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 ");\n", i,
				   stream, (int64_t)r->id.device, (int64_t)r->id.op, v.n, v.n);
	}
}

void world_tables(struct world *w, struct buf *out)
{
	size_t i;

	for (i = 0; i < w->schema.type_count; i++)
		create(w->schema.types[i], out);
	buf_printf(out, "CREATE TABLE rollup (number BIGINT, stream BIGINT, device BIGINT, "
		   "op BIGINT, count BIGINT, sum BIGINT);\n");
	for (i = 0; i < w->count; i++) {
		insert(w, &w->records[i], out);
		if (w->records[i].type == T_DOSSIER)
			insert_rollup(w, &w->records[i], out);
	}
}
