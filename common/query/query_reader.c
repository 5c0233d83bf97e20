/* Whose eyes a query has: what a role may read (struct role in pack.h). Every query goes
 * through here, so that no command can forget. */
#include "common/query/query_parts.h"

#include <inttypes.h>

bool query_reads(const struct query *q, uint64_t stream, const struct type *t)
{
	const struct query_options *o = q->o;
	const struct role *r = o->reader == 0 ? NULL : schema_role(q->schema, o->reader);

	return o->reader == 0 || (r != NULL && role_reads(r, t, stream, o->reader_unit));
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
	if (*stream == ANY_STREAM)
		*stream = q->o->reader_unit;
	return *stream == q->o->reader_unit;
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
	buf_printf(sql, "))");
}
