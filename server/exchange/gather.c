/* Gathering the records that a paper acts on. */
#include "server/apply_parts.h"

#include <inttypes.h>
#include <stdio.h>

enum { GATHER_ROWS = 500 };

/* The row that names the record; NULL where there is none. */
static const struct record *row_of(const struct job *j, uint64_t stream, struct rid id)
{
	struct ref ref;
	size_t i;

	for (i = 1; i < j->family.count; i++)
		if (apply_row_names(j, &j->family.list[i], &ref) && ref.stream == stream &&
		    rid_equal(ref.record, id))
			return &j->family.list[i];
	return NULL;
}

/* As the unit is called today; none where there is none. */
static int unit_code(struct job *j, uint64_t stream, struct bytes *out)
{
	struct unit unit;
	int code = server_unit(j->s, stream, &unit, j->e);

	*out = code == 0 ? arena_copy(&j->arena, unit.code) : BYTES_NONE;
	return code;
}

/* What the record is now: its version, its amount, its unit. */
static int put_state(struct job *j, struct draft *d, struct rid row_id, uint64_t stream,
		     const struct record *rec)
{
	const struct apply *a = j->apply;
	const struct type *t = schema_type(j->schema, rec->type);
	const struct type *row = schema_type_by_code(j->schema, bytes_str(a->list->targets[0]));
	struct stream_head head;
	struct bytes text;
	char version[24];
	int code = replica_head(&j->s->replica, stream, &head, j->e);

	if (code == 0 && a->version != NULL) {
		snprintf(version, sizeof version, "%" PRIu64, head.seq);
		text = arena_copy(&j->arena, bytes_str(version));
		draft_set(d, row->number, row_id, a->version->number, value_text(text), false);
	}
	if (a->amount != NULL && t != NULL && t->total_sum != 0 &&
	    record_value(rec, t->total_sum).kind == VALUE_INT)
		draft_set(d, row->number, row_id, a->amount->number,
			  record_value(rec, t->total_sum), false);
	if (code == 0 && a->unit != NULL) {
		code = unit_code(j, stream, &text);
		if (code == 0 && text.len > 0)
			draft_set(d, row->number, row_id, a->unit->number, value_text(text), false);
	}
	return code;
}

/* A row for a record that has none; of one that has changed since its row was made, what it
 * is now. */
static int put_record(struct job *j, struct draft *d, uint64_t stream, struct rid id,
		      struct gathered *done)
{
	const struct apply *a = j->apply;
	const struct type *row = schema_type_by_code(j->schema, bytes_str(a->list->targets[0]));
	const struct record *old = row_of(j, stream, id);
	const struct ref ref = { stream, id };
	const struct type *t;
	struct record rec;
	bool changed = false;
	struct rid row_id;
	int code = query_record(&j->s->replica, stream, id, &j->arena, &rec, j->e);

	if (code == 0 && old != NULL)
		code = apply_is_changed(j, old, ref, &j->arena, &changed);
	if (code != 0 || (old != NULL && !changed))
		return code;
	t = schema_type(j->schema, rec.type);
	if (t == NULL || !field_targets(a->record, t))
		return err_set(j->e, ERR_WRONG_TYPE, "%s", a->record->code);
	done->added += old == NULL;
	done->renewed += old != NULL;
	row_id = old != NULL ? old->id : draft_create(d, row->number, j->id, a->list->number);
	if (old == NULL)
		draft_set(d, row->number, row_id, a->record->number, value_ref(ref), false);
	return put_state(j, d, row_id, stream, &rec);
}

/* At most GATHER_ROWS of the records, in one transaction. *at goes on. */
static int gather_some(struct job *j, const json_t *records, size_t *at, struct gathered *done)
{
	struct gathered now = { 0, 0 };
	struct draft d;
	int code = server_begin(j->s, j->stream, j->officer, &j->arena, &d, j->e);

	if (code != 0)
		return code;
	for (; *at < json_array_size(records) && now.added + now.renewed < GATHER_ROWS && code == 0;
	     ++*at) {
		const char *full = json_string_value(
			json_object_get(json_array_get(records, *at), "id"));
		uint64_t stream;
		struct rid id;

		if (record_full_parse(bytes_str(full), &stream, &id))
			code = put_record(j, &d, stream, id, &now);
	}
	if (code != 0) {
		server_drop(j->s);
		return code;
	}
	code = server_save(j->s, j->officer, &d, NULL, j->e);
	if (code == 0) {
		done->added += now.added;
		done->renewed += now.renewed;
	}
	return code;
}

int server_gather(struct server *s, const struct sign_key *officer, uint64_t stream,
		  struct rid id, const struct query_options *o, struct gathered *out,
		  struct err *e)
{
	struct job j = { .s = s, .officer = officer, .stream = stream, .id = id, .e = e };
	json_t *list = NULL;
	size_t at = 0;
	int code;

	*out = (struct gathered){ 0, 0 };
	arena_init(&j.arena, APPLY_MEMORY);
	code = apply_open(&j);
	if (code == 0)
		code = query_list(&s->replica, o, &list, e);
	while (code == 0 && at < json_array_size(json_object_get(list, "records")))
		code = gather_some(&j, json_object_get(list, "records"), &at, out);
	json_decref(list);
	arena_release(&j.arena);
	return code;
}
