/* Applying records to others, and gathering what they act on. */
#include "server/apply.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/edit.h"
#include "common/query_parts.h"

enum { APPLY_MEMORY = 256 * 1024 * 1024, ONE_MEMORY = 16 * 1024 * 1024, GATHER_ROWS = 500 };

/* The record that acts, as it stood when the job began. */
struct job {
	struct server *s;
	const struct sign_key *officer;
	struct schema *schema;
	struct arena arena;
	uint64_t stream;
	struct rid id;
	const struct type *type;
	const struct apply *apply;
	struct family family;
	struct err *e;
};

/* What the packs say, which a transaction that is not kept takes out of memory. */
static int job_read_packs(struct job *j)
{
	int code = replica_schema_now(&j->s->replica, &j->schema, j->e);

	if (code != 0)
		return code;
	j->type = schema_type(j->schema, j->family.list[0].type);
	j->apply = j->type == NULL ? NULL : j->type->apply;
	return j->apply != NULL ? 0 : err_set(j->e, ERR_NO_MOVE, "%s",
					      j->type == NULL ? "" : j->type->code);
}

static int job_open(struct job *j)
{
	struct query_options o = { .stream = j->stream };
	struct query q = { .r = &j->s->replica, .o = &o, .a = &j->arena, .e = j->e };
	struct record rec;
	int code = replica_schema_now(&j->s->replica, &j->schema, j->e);

	if (code != 0)
		return code;
	q.schema = j->schema;
	code = query_record(&j->s->replica, j->stream, j->id, &j->arena, &rec, j->e);
	if (code == 0)
		code = query_family(&q, j->stream, rec.root, &j->family);
	return code != 0 ? code : job_read_packs(j);
}

/* Rows that count: live, of the list, naming a record. */
static bool row_names(const struct job *j, const struct record *row, struct ref *out)
{
	struct value v;

	if (row->list != j->apply->list->number || record_deleted(row))
		return false;
	v = record_value(row, j->apply->record->number);
	*out = v.ref;
	return v.kind == VALUE_REF;
}

/* The state that a row's record is to be in; NULL: none is said. */
static const char *target_state(const struct job *j, const struct record *row)
{
	const struct apply *a = j->apply;
	struct value v = a->by == NULL ? value_int(j->family.list[0].state) :
					 record_value(row, a->by->number);
	size_t i;

	for (i = 0; i < a->step_count; i++)
		if (v.kind == VALUE_INT && a->steps[i].when == v.n)
			return a->steps[i].to;
	return NULL;
}

/* The edits that one record still needs, into the draft. */
static int draft_one(const struct job *j, const struct record *row, const struct record *rec,
		     const char *state, struct draft *d)
{
	const struct type *t = schema_type(j->schema, rec->type);
	const struct state *to;
	size_t i;

	if (t == NULL)
		return err_set(j->e, ERR_NO_TYPE, "%u", rec->type);
	for (i = 0; i < j->apply->set_count; i++) {
		const struct apply_set *set = &j->apply->sets[i];
		const struct field *f = type_field_by_code(t, bytes_str(set->field));
		struct value v = set->from == NULL ?
			value_ref((struct ref){ j->stream, j->family.list[0].id }) :
			record_value(row, set->from->number), now;

		if (f == NULL || v.kind == VALUE_NULL)
			continue;
		now = record_value(rec, f->number);
		if (!value_equal(&now, &v))
			draft_set(d, t->number, rec->id, f->number, v, f->personal);
	}
	to = t->workflow == NULL ? NULL : workflow_state_by_code(t->workflow, bytes_str(state));
	if (to == NULL)
		return err_set(j->e, ERR_NO_MOVE, "%s", state);
	if (rec->state != to->number)
		draft_move(d, t->number, rec->id, to->number, BYTES_NONE);
	return 0;
}

static int apply_row(struct job *j, const struct record *row, struct apply_report *report)
{
	struct verdict v = { 0 };
	struct record rec;
	struct arena one;
	struct draft d;
	struct ref ref;
	const char *state;
	bool changed = false;
	int code = job_read_packs(j);

	state = code == 0 ? target_state(j, row) : NULL;
	if (state == NULL || !row_names(j, row, &ref))
		return code;
	arena_init(&one, ONE_MEMORY);
	code = server_begin(j->s, ref.stream, j->officer, &one, &d, j->e);
	if (code == 0) {
		code = query_record(&j->s->replica, ref.stream, ref.record, &one, &rec, j->e);
		if (code == 0)
			code = draft_one(j, row, &rec, state, &d);
		changed = d.count > 0;
		if (code == 0)
			code = server_save(j->s, j->officer, &d, &v, j->e);
		else
			server_drop(j->s);
	}
	arena_release(&one);
	report->rows++;
	report->changed += code == 0 && changed;
	report->refused += code != 0;
	if (report->row != NULL)
		report->row(report->ctx, ref.stream, ref.record, changed, code, &v);
	/* What a rule forbids is told and passed over; a failing machine is not. */
	return code <= -ERR_VERDICT_FIRST && code >= -ERR_VERDICT_LAST ? 0 : code;
}

int server_apply(struct server *s, const struct sign_key *officer, uint64_t stream,
		 struct rid id, struct apply_report *report, struct err *e)
{
	struct job j = { .s = s, .officer = officer, .stream = stream, .id = id, .e = e };
	size_t i;
	int code;

	arena_init(&j.arena, APPLY_MEMORY);
	code = job_open(&j);
	for (i = 1; code == 0 && i < j.family.count; i++)
		code = apply_row(&j, &j.family.list[i], report);
	arena_release(&j.arena);
	return code;
}

static bool has_row(const struct job *j, uint64_t stream, struct rid id)
{
	struct ref ref;
	size_t i;

	for (i = 1; i < j->family.count; i++)
		if (row_names(j, &j->family.list[i], &ref) && ref.stream == stream &&
		    rid_equal(ref.record, id))
			return true;
	return false;
}

/* As the unit is called today; none where there is none. */
static int unit_code(struct job *j, uint64_t stream, struct bytes *out)
{
	struct unit unit;
	int code = server_unit(j->s, stream, &unit, j->e);

	*out = code == 0 ? arena_copy(&j->arena, unit.code) : BYTES_NONE;
	return code;
}

/* One more row: the record, and what it is now. */
static int put_row(struct job *j, struct draft *d, uint64_t stream, const struct record *rec)
{
	const struct apply *a = j->apply;
	const struct type *t = schema_type(j->schema, rec->type);
	const struct type *row = schema_type_by_code(j->schema, bytes_str(a->list->targets[0]));
	struct rid id = draft_create(d, row->number, j->id, a->list->number);
	struct stream_head head;
	struct bytes text;
	char version[24];
	int code = replica_head(&j->s->replica, stream, &head, j->e);

	draft_set(d, row->number, id, a->record->number,
		  value_ref((struct ref){ stream, rec->id }), false);
	if (code == 0 && a->version != NULL) {
		snprintf(version, sizeof version, "%" PRIu64, head.seq);
		text = arena_copy(&j->arena, bytes_str(version));
		draft_set(d, row->number, id, a->version->number, value_text(text), false);
	}
	if (a->amount != NULL && t != NULL && t->total_sum != 0 &&
	    record_value(rec, t->total_sum).kind == VALUE_INT)
		draft_set(d, row->number, id, a->amount->number,
			  record_value(rec, t->total_sum), false);
	if (code == 0 && a->unit != NULL) {
		code = unit_code(j, stream, &text);
		if (code == 0 && text.len > 0)
			draft_set(d, row->number, id, a->unit->number, value_text(text), false);
	}
	return code;
}

/* At most GATHER_ROWS of the records, in one transaction. *at goes on. */
static int gather_some(struct job *j, const json_t *records, size_t *at, size_t *added)
{
	size_t count = 0;
	struct draft d;
	int code = server_begin(j->s, j->stream, j->officer, &j->arena, &d, j->e);

	if (code != 0)
		return code;
	for (; *at < json_array_size(records) && count < GATHER_ROWS && code == 0; ++*at) {
		const char *full = json_string_value(
			json_object_get(json_array_get(records, *at), "id"));
		struct record rec;
		uint64_t stream;
		struct rid id;

		if (!record_full_parse(bytes_str(full), &stream, &id) || has_row(j, stream, id))
			continue;
		code = query_record(&j->s->replica, stream, id, &j->arena, &rec, j->e);
		if (code == 0)
			code = put_row(j, &d, stream, &rec);
		count++;
	}
	if (code != 0) {
		server_drop(j->s);
		return code;
	}
	*added += count;
	return server_save(j->s, j->officer, &d, NULL, j->e);
}

int server_gather(struct server *s, const struct sign_key *officer, uint64_t stream,
		  struct rid id, const struct query_options *o, size_t *added, struct err *e)
{
	struct job j = { .s = s, .officer = officer, .stream = stream, .id = id, .e = e };
	json_t *list = NULL;
	size_t at = 0;
	int code;

	*added = 0;
	arena_init(&j.arena, APPLY_MEMORY);
	code = job_open(&j);
	if (code == 0)
		code = query_list(&s->replica, o, &list, e);
	while (code == 0 && at < json_array_size(json_object_get(list, "records")))
		code = gather_some(&j, json_object_get(list, "records"), &at, added);
	json_decref(list);
	arena_release(&j.arena);
	return code;
}
