/* Tasks: what the rules across records have found and nobody has settled as it is. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/query/query_parts.h"
#include "common/replica/projection.h"

/* A task on its way from the tables, kept so that no statement is open meanwhile. */
struct task {
	const char *code;
	int64_t key, fingerprint; /* key 0: a warning of one record */
	uint64_t stream;
	struct rid record;
};

struct tasks {
	struct query q;
	struct task *list;
	size_t count, cap;
};

static int keep(struct tasks *t, const struct task *one, struct bytes code)
{
	if (t->count == t->cap) {
		size_t cap = t->cap == 0 ? 256 : t->cap * 2;
		struct task *more = arena_array(t->q.a, cap, sizeof *more);

		if (more == NULL)
			return err_set(t->q.e, ERR_NOMEM, "tasks");
		if (t->count > 0)
			memcpy(more, t->list, t->count * sizeof *more);
		t->list = more;
		t->cap = cap;
	}
	t->list[t->count] = *one;
	t->list[t->count].code = arena_str(t->q.a, code);
	return t->list[t->count++].code == NULL ? err_set(t->q.e, ERR_NOMEM, "tasks") : 0;
}

/* "NOT EXISTS (a settlement of this task as it is)", of any pack's type. */
static void put_settled(const struct schema *s, const char *what, struct buf *sql)
{
	char table[64];
	size_t i;

	for (i = 0; i < s->settlement_count; i++) {
		projection_table(s->settlements[i], table);
		buf_printf(sql, " AND NOT EXISTS (SELECT 1 FROM %s s WHERE s.deleted=0 AND "
			   "s.f_fingerprint=x.fingerprint AND s.f_task=x.code AND %s)", table,
			   what);
	}
}

static int query_with(struct tasks *t, struct buf *sql, struct stmt **s)
{
	int code;

	buf_byte(sql, 0);
	code = sql->failed ? err_set(t->q.e, ERR_NOMEM, "tasks") :
			     db_query_text(t->q.r->db, t->q.e, s, (const char *)sql->at);
	buf_release(sql);
	return code;
}

static int gather_warnings(struct tasks *t)
{
	const struct query_options *o = t->q.o;
	struct buf sql;
	struct stmt *s;
	int code;

	buf_init(&sql, 4096);
	buf_printf(&sql, "SELECT x.code, x.fingerprint, x.stream, x.device, x.op FROM finding x "
		   "WHERE (x.stream=$1 OR $2=1)");
	put_settled(t->q.schema, "s.f_record_op=x.op AND s.f_record_device=x.device AND "
		    "s.f_record_stream=x.stream", &sql);
	buf_printf(&sql, " ORDER BY x.stream, x.op, x.device, x.code");
	code = query_with(t, &sql, &s);
	if (code != 0)
		return code;
	db_bind_int(s, 1, (int64_t)o->stream);
	db_bind_int(s, 2, o->stream == ANY_STREAM);
	while ((code = db_step(s, t->q.e)) == 1) {
		struct task one = { .fingerprint = db_int(s, 1), .stream = (uint64_t)db_int(s, 2),
				    .record = { (uint64_t)db_int(s, 3), (uint64_t)db_int(s, 4) } };

		code = keep(t, &one, db_text(s, 0));
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

/* One task a key, named by its first record. Of one unit: where it has a share in it. */
static int gather_twins(struct tasks *t)
{
	const struct query_options *o = t->q.o;
	struct buf sql;
	struct stmt *s;
	int code;

	buf_init(&sql, 4096);
	buf_printf(&sql, "SELECT x.code, x.fingerprint, x.key FROM twin x WHERE "
		   "($2=1 OR EXISTS (SELECT 1 FROM twin_member m WHERE m.code=x.code AND "
		   "m.key=x.key AND m.stream=$1))");
	put_settled(t->q.schema, "s.f_key=x.key", &sql);
	buf_printf(&sql, " ORDER BY x.code, x.key");
	code = query_with(t, &sql, &s);
	if (code != 0)
		return code;
	db_bind_int(s, 1, (int64_t)o->stream);
	db_bind_int(s, 2, o->stream == ANY_STREAM);
	while ((code = db_step(s, t->q.e)) == 1) {
		struct task one = { .fingerprint = db_int(s, 1), .key = db_int(s, 2) };

		code = keep(t, &one, db_text(s, 0));
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

/* Records of the district that wait for a second person's yes, in states in which the
 * reader may give it; what an event founds comes with that. */
static bool put_waiting(const struct tasks *t, const struct type *type, struct buf *sql)
{
	uint64_t mine = t->q.o->reader == 0 ? UINT64_MAX :
					      schema_role_bit(t->q.schema, t->q.o->reader);
	char table[64];
	bool any = false;
	size_t i;

	projection_table(type, table);
	buf_printf(sql, "SELECT x.device, x.op FROM %s x WHERE x.stream=0 AND x.deleted=0", table);
	for (i = 0; i < type->workflow->state_count; i++) {
		int64_t state = type->workflow->states[i].number;
		const struct move *m = workflow_approval(type->workflow, state);

		if (m == NULL || !(m->by & mine))
			continue;
		buf_printf(sql, any ? ",%" PRId64 : " AND x.state IN (%" PRId64, state);
		any = true;
	}
	buf_printf(sql, ")");
	if (type->number == TYPE_UNIT)
		buf_printf(sql, " AND NOT EXISTS (SELECT 1 FROM t_unit_change c WHERE c.stream=0 AND "
			   "c.deleted=0 AND c.f_founds<>0 AND c.f_to=x.f_number)");
	buf_printf(sql, " ORDER BY x.op, x.device");
	return any;
}

static int gather_waiting(struct tasks *t, const struct type *type)
{
	struct buf sql;
	struct stmt *s;
	int code;

	buf_init(&sql, 1 << 14);
	if (!put_waiting(t, type, &sql)) {
		buf_release(&sql);
		return 0;
	}
	code = query_with(t, &sql, &s);
	if (code != 0)
		return code;
	while ((code = db_step(s, t->q.e)) == 1) {
		struct task one = { .record = { (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1) } };

		code = keep(t, &one, bytes_str(TASK_APPROVAL));
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

static int gather_approvals(struct tasks *t)
{
	const struct schema *s = t->q.schema;
	size_t i;
	int code = 0;

	if (t->q.o->stream != ANY_STREAM && t->q.o->stream != 0)
		return 0;
	for (i = 0; i < s->type_count && code == 0; i++)
		if (!s->types[i]->row && s->types[i]->workflow != NULL &&
		    (s->types[i]->district || s->types[i]->number < TYPE_OF_PACKS))
			code = gather_waiting(t, s->types[i]);
	return code;
}

static const struct label *label_of(const struct schema *s, const struct task *task)
{
	size_t i, k;

	for (i = 0; task->key != 0 && i < s->duplicate_count; i++)
		if (strcmp(s->duplicates[i].code, task->code) == 0)
			return &s->duplicates[i].label;
	for (i = 0; i < s->type_count; i++)
		for (k = 0; k < s->types[i]->warning_count; k++)
			if (strcmp(s->types[i]->warnings[k].code, task->code) == 0)
				return &s->types[i]->warnings[k].label;
	return NULL;
}

/* "approval", "warning", "duplicate", and what it is in words: of what waits for approval
 * its state. */
static void put_kind(struct tasks *t, json_t *j, const struct task *task, const json_t *records)
{
	const struct label *label = label_of(t->q.schema, task);
	bool approval = strcmp(task->code, TASK_APPROVAL) == 0;

	query_put(&t->q, j, "kind", json_string(approval ? "approval" :
						task->key == 0 ? "warning" : "duplicate"));
	if (approval)
		json_object_set(j, "label", json_object_get(json_array_get(records, 0), "state_label"));
	else
		query_put(&t->q, j, "label", json_string(label == NULL ? task->code :
							label_in(label, t->q.o->lang)));
}

static int add_record(struct tasks *t, json_t *records, uint64_t stream, struct rid id)
{
	struct record rec;
	int code = query_record(t->q.r, stream, id, t->q.a, &rec, t->q.e);

	if (code == 0)
		code = query_ask_reader(&t->q, stream, &rec);
	if (code == 0)
		query_add(&t->q, records, query_summary(&t->q, stream, &rec));
	return code;
}

static int add_members(struct tasks *t, json_t *records, const struct task *task)
{
	struct task *members = NULL;
	size_t at = t->count, i;
	struct stmt *s;
	int code = db_query(t->q.r->db, t->q.e, &s, "SELECT DISTINCT stream, device, op FROM "
			    "twin_member WHERE code=$1 AND key=$2 ORDER BY stream, op, device", "ti", task->code,
			    task->key);

	if (code != 0)
		return code;
	while ((code = db_step(s, t->q.e)) == 1) {
		struct task one = { .stream = (uint64_t)db_int(s, 0),
				    .record = { (uint64_t)db_int(s, 1), (uint64_t)db_int(s, 2) } };

		code = keep(t, &one, bytes_str(""));
		if (code != 0)
			break;
	}
	db_done(s);
	members = t->list + at;
	for (i = 0; code == 0 && at + i < t->count; i++)
		code = add_record(t, records, members[i].stream, members[i].record);
	t->count = at;
	return code;
}

/* {id, task, kind, label, fingerprint, key, records}: id is "code:short id". Left out
 * where the reader may not read all the records: he could not tell what it is about. */
static int add_task(struct tasks *t, const struct task *task, json_t *out)
{
	json_t *j, *records = json_array();
	char id[64];
	int code = task->key == 0 ? add_record(t, records, task->stream, task->record) :
				    add_members(t, records, task);

	if (code != 0) {
		json_decref(records);
		return code == ERR_NOT_ALLOWED ? 0 : code;
	}
	j = json_object();
	snprintf(id, sizeof id, "%s:%s", task->code,
		 json_string_value(json_object_get(json_array_get(records, 0), "short")));
	query_put(&t->q, j, "id", json_string(id));
	query_put(&t->q, j, "task", json_string(task->code));
	put_kind(t, j, task, records);
	query_put(&t->q, j, "fingerprint", json_integer(task->fingerprint));
	query_put(&t->q, j, "key", json_integer(task->key));
	query_put(&t->q, j, "records", records);
	query_add(&t->q, out, j);
	return 0;
}

int query_tasks(struct replica *r, const struct query_options *o, struct bytes only,
		json_t **out, struct err *e)
{
	struct tasks t = { .q = { .r = r, .o = o, .e = e } };
	struct schema *schema;
	struct arena a;
	json_t *list = json_array();
	size_t i, found;
	int code = replica_schema_now(r, &schema, e);

	arena_init(&a, QUERY_MEMORY);
	t.q.schema = schema;
	t.q.a = &a;
	if (code == 0)
		code = gather_twins(&t);
	if (code == 0)
		code = gather_warnings(&t);
	if (code == 0)
		code = gather_approvals(&t);
	found = t.count;
	for (i = 0; i < found && code == 0; i++)
		if (only.len == 0 || bytes_equal(only, bytes_str(t.list[i].code)))
			code = add_task(&t, &t.list[i], list);
	code = query_finish(&t.q, code, list, out);
	arena_release(&a);
	return code;
}
