/* What is kept of a signed paper: its cut-off, its totals, and every record that it rests on
 * with the position at which it was read. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/replica/projection.h"
#include "protocol/limits.h"
#include "server/report/report_paper.h"
#include "server/report/report_run_parts.h"

/* Rows of one transaction: each has at most five ops. */
enum { MEMBERS_AT_ONCE = LIMIT_TX_OPS / 6, MEMBERS_MAX = 100000 };

/* "SELECT max(cutoff) ... WHERE year=$1 AND ...": the sets that are plain texts tell
 * papers of one document from others. */
static void signed_sql(const struct paper_submission *s, struct buf *sql)
{
	char table[64], column[64];
	size_t i;
	int n = 1;

	projection_table(s->type, table);
	projection_column(s->cutoff, 0, column);
	buf_printf(sql, "SELECT max(%s) FROM %s WHERE deleted=0", column, table);
	projection_column(s->year, 0, column);
	buf_printf(sql, " AND %s=$1", column);
	if (s->type->workflow != NULL && s->state != 0)
		buf_printf(sql, " AND state<>%" PRId64, s->type->workflow->states[0].number);
	for (i = 0; i < s->set_count; i++)
		if (s->sets[i].field->kind == FIELD_TEXT && strchr(s->sets[i].text, '{') == NULL) {
			projection_column(s->sets[i].field, 0, column);
			buf_printf(sql, " AND %s=$%d", column, ++n);
		}
	buf_byte(sql, 0);
}

int paper_signed(struct report_run *run, int64_t year, int64_t *day, bool *found,
		 struct err *e)
{
	const struct paper_submission *s = &run->report->paper->submission;
	struct buf sql;
	struct stmt *q;
	size_t i;
	int n = 1, code;

	*found = false;
	if (s->type == NULL || s->year == NULL || s->cutoff == NULL)
		return 0;
	buf_init(&sql, 64 * 1024);
	signed_sql(s, &sql);
	code = sql.failed ? err_set(e, ERR_NOMEM, "%s", run->report->code) :
			    db_query_once(run->r->db, e, &q, (const char *)sql.at);
	buf_release(&sql);
	if (code != 0)
		return code;
	db_bind_int(q, 1, year);
	for (i = 0; i < s->set_count; i++)
		if (s->sets[i].field->kind == FIELD_TEXT && strchr(s->sets[i].text, '{') == NULL)
			db_bind_text(q, ++n, bytes_str(s->sets[i].text));
	code = db_step(q, e);
	if (code == 1 && !db_is_null(q, 0)) {
		*found = true;
		*day = db_int(q, 0);
	}
	db_done(q);
	return code < 0 ? code : 0;
}

/* Members as they are met. */
struct gathering {
	struct paper_run *p;
	const struct field *record; /* of the rows: which types it may name */
	struct paper_member *list;
	size_t count, cap;
	struct err *e;
};

static int add_member(struct gathering *g, uint64_t stream, struct rid id, uint32_t type)
{
	const struct type *t = schema_type(g->p->run->schema, type);
	struct paper_member *more;

	if (t == NULL || !field_targets(g->record, t))
		return 0;
	if (g->count == MEMBERS_MAX)
		return err_set(g->e, ERR_LIMIT, "%s: %d", g->p->run->report->code, MEMBERS_MAX);
	if (g->count == g->cap) {
		g->cap = g->cap == 0 ? 256 : g->cap * 2;
		more = realloc(g->list, g->cap * sizeof *more);
		if (more == NULL)
			return err_set(g->e, ERR_NOMEM, "members");
		g->list = more;
	}
	g->list[g->count++] = (struct paper_member){ .stream = stream, .record = id, .type = type };
	return 0;
}

static int see_member(void *ctx, const struct report_line *line, struct err *e)
{
	struct gathering *g = ctx;

	(void)e;
	return line->kind != LINE_PLAIN || line->record.device == 0 ? 0 :
		add_member(g, line->stream, line->record, report_stated(line->source)->number);
}

/* The units' own reports of the year. */
static int gather_reports(struct gathering *g)
{
	const struct deadline *d = g->p->paper->deadline;
	const struct field *year = d == NULL || d->year == 0 ? NULL : type_field(d->type, d->year);
	char table[64], column[64], sql[400];
	struct stmt *q;
	int code;

	if (year == NULL)
		return 0;
	projection_table(d->type, table);
	projection_column(year, 0, column);
	snprintf(sql, sizeof sql, "SELECT a.stream, a.device, a.op FROM %s a JOIN filing f ON "
		 "f.stream=a.stream AND f.device=a.device AND f.op=a.op WHERE a.deleted=0 AND "
		 "a.%s=$1", table, column);
	code = db_query_once(g->p->run->r->db, g->e, &q, sql);
	if (code != 0)
		return code;
	db_bind_int(q, 1, g->p->run->ask->year);
	while ((code = db_step(q, g->e)) == 1) {
		struct rid id = { (uint64_t)db_int(q, 1), (uint64_t)db_int(q, 2) };

		code = add_member(g, (uint64_t)db_int(q, 0), id, d->type->number);
		if (code != 0)
			break;
	}
	db_done(q);
	return code;
}

static int compare_members(const void *va, const void *vb)
{
	const struct paper_member *a = va, *b = vb;

	if (a->stream != b->stream)
		return a->stream < b->stream ? -1 : 1;
	if (a->record.op != b->record.op)
		return a->record.op < b->record.op ? -1 : 1;
	return (a->record.device > b->record.device) - (a->record.device < b->record.device);
}

/* In order, each once, with the position of its stream. */
static int settle_members(struct gathering *g, struct paper_member **out, size_t *count)
{
	struct stream_head head = { .stream = UINT64_MAX };
	size_t i, n = 0;
	int code = 0;

	*out = arena_array(g->p->run->a, g->count + 1, sizeof **out);
	if (*out == NULL)
		return err_set(g->e, ERR_NOMEM, "members");
	if (g->count > 1)
		qsort(g->list, g->count, sizeof *g->list, compare_members);
	for (i = 0; i < g->count && code == 0; i++) {
		if (n > 0 && compare_members(&(*out)[n - 1], &g->list[i]) == 0)
			continue;
		if (head.stream != g->list[i].stream)
			code = replica_head(g->p->run->r, g->list[i].stream, &head, g->e);
		(*out)[n] = g->list[i];
		(*out)[n++].version = head.seq;
	}
	*count = g->p->members = n;
	return code;
}

int paper_members(struct paper_run *p, struct paper_member **out, size_t *count,
		  struct err *e)
{
	const struct report *r = p->run->report;
	struct gathering g = { .p = p, .e = e };
	const struct report_sink sink = { .ctx = &g, .line = see_member, .bare = true };
	size_t i;
	int code = 0;

	*count = 0;
	if (p->paper->submission.type == NULL)
		return err_set(e, ERR_NO_TYPE, "%s", r->code);
	g.record = p->paper->submission.type->apply->record;
	for (i = 0; i < r->table_count && code == 0; i++)
		if (r->tables[i].by == BY_RECORD)
			code = report_run_table(p->run, &r->tables[i], &sink, e);
	if (code == 0)
		code = gather_reports(&g);
	if (code == 0)
		code = settle_members(&g, out, count);
	free(g.list);
	return code;
}

/* The record itself, from the pack's texts. */
static int put_record(struct paper_run *p, struct draft *d, struct rid *out, struct err *e)
{
	const struct paper_submission *s = &p->paper->submission;
	struct buf text;
	size_t i;
	int code = 0;

	*out = draft_create(d, s->type->number, RID_NONE, 0);
	buf_init(&text, LIMIT_TEXT);
	for (i = 0; i < s->set_count && code == 0; i++) {
		const struct field *f = s->sets[i].field;
		struct bytes kept;
		struct value v;

		buf_clear(&text);
		paper_expand(p, s->sets[i].text, &text);
		kept = arena_copy(d->a, buf_view(&text));
		code = text.failed ? err_set(e, ERR_TOO_LARGE, "%s", f->code) :
				     field_parse(f, kept, d->a, &v, e);
		if (code == 0 && v.kind != VALUE_NULL)
			draft_set(d, s->type->number, *out, f->number, v, f->personal);
	}
	buf_release(&text);
	return code;
}

static void put_row(struct paper_run *p, struct draft *d, struct rid parent,
		    const struct paper_member *m)
{
	const struct apply *a = p->paper->submission.type->apply;
	const struct type *row = schema_type_by_code(p->run->schema,
						     bytes_str(a->list->targets[0]));
	struct rid id = draft_create(d, row->number, parent, a->list->number);
	char version[24];
	struct unit u;

	draft_set(d, row->number, id, a->record->number,
		  value_ref((struct ref){ m->stream, m->record }), false);
	snprintf(version, sizeof version, "%" PRIu64, m->version);
	draft_set(d, row->number, id, a->version->number,
		  value_text(arena_copy(d->a, bytes_str(version))), false);
	if (a->unit != NULL && units_on(p->run->units, m->stream, p->run->day, &u))
		draft_set(d, row->number, id, a->unit->number,
			  value_text(arena_copy(d->a, u.code)), false);
}

/* The rest of the rows, then the move that ends it. */
static int keep_rest(struct paper_run *p, struct server *s, const struct sign_key *officer,
		     uint64_t stream, struct rid id, const struct paper_member *list, size_t count,
		     struct err *e)
{
	const struct paper_submission *sub = &p->paper->submission;
	bool moved = sub->state == 0;
	size_t at = 0, n;
	int code = 0;

	while (code == 0 && (at < count || !moved)) {
		struct draft d;

		code = server_begin(s, stream, officer, p->run->a, &d, e);
		if (code != 0)
			break;
		for (n = 0; n < MEMBERS_AT_ONCE && at < count; n++)
			put_row(p, &d, id, &list[at++]);
		if (n == 0) {
			draft_move(&d, sub->type->number, id, sub->state, BYTES_NONE);
			moved = true;
		}
		code = server_save(s, officer, &d, NULL, e);
	}
	return code;
}

int paper_keep(struct paper_run *p, struct server *s, const struct sign_key *officer,
	       struct draft *d, const struct paper_member *list, size_t count, struct rid *out,
	       struct err *e)
{
	uint64_t stream = d->stream;
	size_t at;
	int code = put_record(p, d, out, e);

	for (at = 0; at < count && at < MEMBERS_AT_ONCE && code == 0; at++)
		put_row(p, d, *out, &list[at]);
	if (code != 0) {
		server_drop(s);
		return code;
	}
	code = server_save(s, officer, d, NULL, e);
	return code != 0 ? code :
		keep_rest(p, s, officer, stream, *out, list + at, count - at, e);
}
