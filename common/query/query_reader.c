/* Whose eyes a query has: what a role may read (struct role in pack.h). Every query goes
 * through here, so that no command can forget. */
#include "common/query/query_parts.h"

#include <inttypes.h>
#include <string.h>

#include "common/query/reader.h"
#include "common/text/date.h"

static bool is_called(const struct unit *u, const char *code_or_kind)
{
	return bytes_equal(u->kind, bytes_str(code_or_kind)) ||
	       bytes_equal(u->code, bytes_str(code_or_kind));
}

static bool names(const char *const *list, size_t count, const char *code)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(list[i], code) == 0)
			return true;
	return false;
}

static bool reads_of(const struct reads_of *of, const struct type *t, const struct unit *own,
		     const struct unit *other)
{
	size_t i;

	if (!is_called(own, of->unit) || !names(of->types, of->type_count, t->code))
		return false;
	for (i = 0; i < of->unit_count; i++)
		if (is_called(other, of->units[i]))
			return true;
	return false;
}

/* His unit and all others, as they are called today; NULL: there are no units to ask. */
static const struct units *look_around(struct replica *r, const struct role *role, uint64_t unit,
				       int64_t *day, struct unit *own)
{
	const struct units *u;

	*day = date_of(env_now(r->env));
	return role == NULL || role->of_count == 0 || units_now(r, &u, NULL) != 0 ||
			       !units_on(u, unit, *day, own) ? NULL : u;
}

static bool reads_other(const struct role *role, const struct type *t, const struct unit *own,
			const struct unit *other)
{
	size_t i;

	for (i = 0; i < role->of_count; i++)
		if (reads_of(&role->of[i], t, own, other))
			return true;
	return false;
}

bool reader_reads(struct replica *r, const struct role *role, uint64_t unit,
		  const struct type *t, uint64_t stream)
{
	const struct units *u;
	struct unit own, other;
	int64_t day;

	if (role == NULL || role_reads(role, t, stream, unit))
		return role != NULL;
	u = t == NULL ? NULL : look_around(r, role, unit, &day, &own);
	return u != NULL && units_on(u, stream, day, &other) && reads_other(role, t, &own, &other);
}

void reader_put_streams(struct replica *r, const struct role *role, uint64_t unit,
			const struct type *t, struct buf *out)
{
	struct unit own, other;
	int64_t day;
	const struct units *u = look_around(r, role, unit, &day, &own);
	size_t i;

	for (i = 0; u != NULL && i < units_count(u); i++) {
		units_at(u, i, day, &other);
		if (reads_other(role, t, &own, &other))
			buf_printf(out, ",%" PRIu64, other.number);
	}
}

static const struct role *role_of(const struct query *q)
{
	return q->o->reader == 0 ? NULL : schema_role(q->schema, q->o->reader);
}

bool query_reads(const struct query *q, uint64_t stream, const struct type *t)
{
	return q->o->reader == 0 ||
	       reader_reads(q->r, role_of(q), q->o->reader_unit, t, stream);
}

/* Whether he reads records of the type of some units beside his own. */
static bool reads_some(const struct query *q, const struct type *t)
{
	struct buf streams;
	bool any;

	buf_init(&streams, 1 << 16);
	reader_put_streams(q->r, role_of(q), q->o->reader_unit, t, &streams);
	any = streams.len > 0;
	buf_release(&streams);
	return any;
}

int query_ask_reader(struct query *q, uint64_t stream, const struct record *rec)
{
	struct record root = *rec;
	char short_id[9];
	int code = 0;

	if (q->o->reader == 0)
		return 0;
	if (rec->list != 0)
		code = query_record(q->r, stream, rec->root, q->a, &root, q->e);
	if (code != 0 || query_reads(q, stream, schema_type(q->schema, root.type)))
		return code;
	record_short_text(record_short(stream, rec->id), short_id);
	return err_set(q->e, ERR_NOT_ALLOWED, "%.5s", short_id);
}

bool query_narrow(const struct query *q, const struct type *t, uint64_t *stream)
{
	*stream = q->o->stream;
	/* No unit has this number: of a type that he reads everywhere he reads this too. */
	if (query_reads(q, ANY_STREAM, t))
		return true;
	if (t->district)
		return *stream == ANY_STREAM || *stream == 0;
	if (*stream == ANY_STREAM && reads_some(q, t))
		return true;
	if (*stream == ANY_STREAM)
		*stream = q->o->reader_unit;
	return query_reads(q, *stream, t);
}

void query_put_readable(const struct query *q, struct buf *sql)
{
	size_t i;

	if (q->o->reader == 0)
		return;
	buf_printf(sql, " AND (stream=0 OR stream=%" PRIu64 " OR type IN (-1", q->o->reader_unit);
	for (i = 0; i < q->schema->type_count; i++)
		if (query_reads(q, ANY_STREAM, q->schema->types[i]))
			buf_printf(sql, ",%u", q->schema->types[i]->number);
	buf_byte(sql, ')');
	for (i = 0; i < q->schema->type_count; i++) {
		const struct type *t = q->schema->types[i];

		if (t->row || !reads_some(q, t))
			continue;
		buf_printf(sql, " OR (type=%u AND stream IN (-1", t->number);
		reader_put_streams(q->r, role_of(q), q->o->reader_unit, t, sql);
		buf_printf(sql, "))");
	}
	buf_byte(sql, ')');
}
