/* Which key came in the place of which: what its ops have seen without naming it. Worked out
 * from the certificates in the log, and from a computer's own statements; not from the table
 * that the program keeps of them. */
#include "protocol/succession.h"
#include "tests/sim/model.h"

#include <stdlib.h>
#include <string.h>

#include "common/pack/pack.h"

static int add_step(struct model *m, uint64_t device, uint64_t old, uint64_t last, struct err *e)
{
	struct mstep *more = realloc(m->steps, (m->step_count + 1) * sizeof *more);

	if (more == NULL)
		return err_set(e, ERR_NOMEM, "model");
	m->steps = more;
	m->steps[m->step_count++] = (struct mstep){ device, old, last };
	return 0;
}

static bool has_step(const struct model *m, uint64_t device)
{
	size_t i;

	for (i = 0; i < m->step_count; i++)
		if (m->steps[i].device == device)
			return true;
	return false;
}

/* The last value of a field of a certificate, which only the server writes. */
static struct value field_of(const struct model *m, const struct mrec *rec, uint32_t field)
{
	struct value v = VALUE_OF_NULL;
	size_t i;

	for (i = rec->from; i < rec->from + rec->count; i++)
		if (m->ops[i].op->kind == OP_SET && m->ops[i].op->field == field)
			v = m->ops[i].op->value;
	return v;
}

static int read_cert(struct model *m, const struct mrec *rec, struct err *e)
{
	struct value key = field_of(m, rec, FIELD_CERT_KEY);
	struct value old = field_of(m, rec, FIELD_CERT_OLD_KEY);
	struct value last = field_of(m, rec, FIELD_CERT_OLD_LAST);

	if (key.kind != VALUE_BYTES || old.kind != VALUE_BYTES || key.b.len != SIGN_PUBLIC ||
	    old.b.len != SIGN_PUBLIC)
		return 0;
	return add_step(m, hash_device(key.b.at), hash_device(old.b.at),
			last.kind == VALUE_INT ? (uint64_t)last.n : 0, e);
}

/* What a computer has stated, and no certificate says so far. A statement that is lost left
 * the step alone behind. */
static int read_statement(struct model *m, struct bytes statement, uint64_t device, uint64_t old,
			  struct err *e)
{
	struct succession s;
	int64_t last = -1;
	size_t i;
	int code = 0;

	if (has_step(m, device))
		return 0;
	if (statement.len == 0)
		code = db_number(m->r->db, e, -1, &last, "SELECT last FROM lineage WHERE stream=$1 "
				 "AND device=$2", "uu", m->stream, device);
	else
		code = succession_read(statement, &m->a, &s, e);
	for (i = 0; code == 0 && statement.len > 0 && i < s.end_count; i++)
		if (s.ends[i].stream == m->stream)
			last = (int64_t)s.ends[i].last_op;
	return code != 0 || last < 0 ? code : add_step(m, device, old, (uint64_t)last, e);
}

static int read_statements(struct model *m, struct err *e)
{
	struct stmt *s;
	int code = db_query_text(m->r->db, e, &s, "SELECT statement, device, old FROM incarnation "
				 "ORDER BY number");

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1) {
		code = read_statement(m, arena_copy(&m->a, db_bytes(s, 0)), (uint64_t)db_int(s, 1),
				      (uint64_t)db_int(s, 2), e);
		if (code != 0)
			break;
	}
	db_done(s);
	return code;
}

int model_find_steps(struct model *m, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < m->rec_count && code == 0; i++)
		if (m->recs[i].type == TYPE_CERT)
			code = read_cert(m, &m->recs[i], e);
	/* The server has no such table, and nothing that waits. */
	return code != 0 || m->r->pending == NULL ? code : read_statements(m, e);
}

bool model_inherits(const struct model *m, uint64_t device, uint64_t old, uint64_t op)
{
	size_t i, n;

	for (n = 0; n <= m->step_count; n++) {
		for (i = 0; i < m->step_count && m->steps[i].device != device; i++)
			;
		if (i == m->step_count)
			return false;
		if (m->steps[i].old == old)
			return op <= m->steps[i].last;
		device = m->steps[i].old;
	}
	return false;
}
