/* Applying records to others. */
#include "server/apply_parts.h"

enum { ONE_MEMORY = 16 * 1024 * 1024, ROW_DEPTH = 8 };

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

int apply_open(struct job *j)
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
	if (code == 0 && record_deleted(&j->family.list[0]))
		code = err_set(j->e, ERR_DELETED, "%s", "");
	return code != 0 ? code : job_read_packs(j);
}

bool apply_row_names(const struct job *j, const struct record *row, struct ref *out)
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

/* The stream position that the row took its record in at; 0 where it says none. */
static uint64_t version_of(const struct job *j, const struct record *row)
{
	struct value v = j->apply->version == NULL ? VALUE_OF_NULL :
						     record_value(row, j->apply->version->number);
	uint64_t seq = 0, own;

	return v.kind == VALUE_TEXT && query_version(v.b, &seq, &own) ? seq : 0;
}

/* What the unit enters, and nobody after it: no states and no roles of its own. */
static bool is_content(const struct type *root, uint32_t field)
{
	const struct field *f = type_field(root, field);

	return field == FIELD_EXISTENCE || (f != NULL && f->in == 0 && f->by == 0);
}

/* The list of the root that a row hangs below, directly or not. */
static uint32_t list_of(const struct family *family, const struct record *row)
{
	size_t i, depth;

	for (depth = 0; depth < ROW_DEPTH && !rid_equal(row->parent, family->list[0].id); depth++) {
		for (i = 1; i < family->count; i++)
			if (rid_equal(family->list[i].id, row->parent))
				break;
		if (i == family->count)
			break;
		row = &family->list[i];
	}
	return row->list;
}

int apply_is_changed(struct job *j, const struct record *row, struct ref ref,
		     struct arena *a, bool *out)
{
	struct query_options o = { .stream = ref.stream };
	struct query q = { .r = &j->s->replica, .schema = j->schema, .o = &o, .a = a, .e = j->e };
	uint64_t version = version_of(j, row);
	struct family family = { .count = 0 };
	size_t i, k;
	int code = 0;

	*out = false;
	if (version > 0)
		code = query_family(&q, ref.stream, ref.record, &family);
	for (i = 0; i < family.count; i++) {
		const struct type *root = schema_type(j->schema, family.list[0].type);
		const struct record *r = &family.list[i];
		uint32_t list = i == 0 ? 0 : list_of(&family, r);

		for (k = 0; root != NULL && k < r->live_count; k++)
			*out |= r->live[k].seq > version &&
				is_content(root, i == 0 ? r->live[k].field : list);
	}
	return code;
}

/* Whether the record has been in the state since the row took it in. */
static int was_there(const struct job *j, const struct record *row, struct ref ref,
		     int64_t state, bool *out)
{
	int64_t n = 0;
	int code = db_number(j->s->db, j->e, 0, &n, "SELECT count(*) FROM transition WHERE stream=$1 "
			     "AND device=$2 AND op=$3 AND state=$4 AND seq>$5", "uuuiu", ref.stream,
			     ref.record.device, ref.record.op, state, version_of(j, row));

	*out = n > 0;
	return code;
}

/* The edits that one record still needs, into the draft. One that has been moved, and gone
 * on since, needs none. */
static int draft_one(const struct job *j, const struct record *row, struct ref ref,
		     const struct record *rec, const char *state, struct draft *d)
{
	const struct type *t = schema_type(j->schema, rec->type);
	const struct state *to;
	bool gone_on = false;
	size_t i;
	int code = 0;

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
	if (rec->state == to->number)
		return 0;
	if (d->count == 0 && workflow_move(t->workflow, rec->state, to->number) == NULL)
		code = was_there(j, row, ref, to->number, &gone_on);
	if (code == 0 && !gone_on)
		draft_move(d, t->number, rec->id, to->number, BYTES_NONE);
	return code;
}

static int apply_row(struct job *j, const struct record *row, struct apply_report *report)
{
	struct verdict v = { 0 };
	struct record rec;
	struct arena one;
	struct draft d;
	struct ref ref;
	const char *state;
	bool changed = false, other = false;
	int code = job_read_packs(j);

	state = code == 0 ? target_state(j, row) : NULL;
	if (state == NULL || !apply_row_names(j, row, &ref))
		return code;
	arena_init(&one, ONE_MEMORY);
	code = server_begin(j->s, ref.stream, j->officer, &one, &d, j->e);
	if (code == 0) {
		code = query_record(&j->s->replica, ref.stream, ref.record, &one, &rec, j->e);
		if (code == 0)
			code = apply_is_changed(j, row, ref, &one, &other);
		if (code == 0 && other)
			code = err_set(j->e, v.code = ERR_CHANGED, "%s", "");
		if (code == 0)
			code = draft_one(j, row, ref, &rec, state, &d);
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
	if (report->first == 0)
		report->first = code;
	if (report->row != NULL)
		report->row(report->ctx, ref.stream, ref.record, changed, code, &v);
	/* What a rule forbids is told and passed over; a failing machine is not. */
	return code <= -ERR_VERDICT_FIRST && code >= -ERR_VERDICT_LAST ? 0 : code;
}

/* What two persons must have seen first is in one of the pack's states for that. */
static int ask_approved(const struct job *j)
{
	const struct record *own = &j->family.list[0];
	char short_id[9];

	if (j->apply->on == 0 || (j->apply->on & state_bit(j->type->workflow, own->state)))
		return 0;
	record_short_text(record_short(j->stream, own->id), short_id);
	return err_set(j->e, ERR_NOT_APPROVED, "%.5s", short_id);
}

int server_apply(struct server *s, const struct sign_key *officer, uint64_t stream,
		 struct rid id, struct apply_report *report, struct err *e)
{
	struct job j = { .s = s, .officer = officer, .stream = stream, .id = id, .e = e };
	size_t i;
	int code;

	arena_init(&j.arena, APPLY_MEMORY);
	code = apply_open(&j);
	if (code == 0)
		code = ask_approved(&j);
	for (i = 1; code == 0 && i < j.family.count; i++)
		code = apply_row(&j, &j.family.list[i], report);
	arena_release(&j.arena);
	return code;
}
