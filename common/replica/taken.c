/* Which numbers are taken, and what was meant by them. */
#include "common/replica/taken.h"

/* The first item that has any op of a device from first to last, 0: none. */
static int find_taken(struct replica *r, uint64_t stream, uint64_t device, uint64_t first,
		      uint64_t last, int64_t *seq, struct err *e)
{
	return db_number(r->db, e, 0, seq, "SELECT min(seq) FROM (SELECT seq FROM item WHERE stream=$1 "
			 "AND device=$2 AND first_op<=$4 AND last_op>=$3 UNION ALL SELECT seq FROM "
			 "carried WHERE stream=$1 AND device=$2 AND first_op<=$4 AND last_op>=$3) w",
			 "uuuu", stream, device, first, last);
}

int replica_taken(struct replica *r, const struct changeset *cs, const struct transaction *tx,
		  struct arena *a, int *verdict, struct err *e)
{
	uint64_t device = changeset_author(cs, tx);
	struct logged item;
	int64_t seq = 0;
	size_t t;
	int code = find_taken(r, cs->stream, device, tx->first_op,
			      tx->first_op + tx->op_count - 1, &seq, e);

	*verdict = 0;
	if (code == 0 && seq != 0)
		code = replica_item(r, cs->stream, (uint64_t)seq, a, &item, e);
	if (code != 0 || seq == 0)
		return code;
	*verdict = ERR_RENUMBER;
	for (t = 0; t < item.opened.cs.tx_count; t++)
		if (changeset_same(&item.opened.cs, &item.opened.cs.tx[t], cs, tx))
			*verdict = ERR_ALREADY;
	return 0;
}

bool taken_renumbered(const struct changeset *cs, const struct verdict *list, size_t count,
		      struct rid id)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct transaction *tx = list[i].code == ERR_RENUMBER &&
					       list[i].tx < cs->tx_count ? &cs->tx[list[i].tx] : NULL;

		if (tx != NULL && changeset_author(cs, tx) == id.device && tx->first_op <= id.op &&
		    id.op < tx->first_op + tx->op_count)
			return true;
	}
	return false;
}

/* The same in what its signer has sent before. */
static int ask_before(struct replica *r, const struct changeset *cs, struct rid id,
		      struct arena *a, bool *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(r->db, e, &s, "SELECT DISTINCT seq FROM refused WHERE stream=$1 AND "
			    "device=$2 AND code=$3 ORDER BY seq", "uui", cs->stream, cs->device,
			    (int64_t)ERR_RENUMBER);

	if (code != 0)
		return code;
	while (!*out && (code = db_step(s, e)) == 1) {
		struct logged item;

		code = replica_item(r, cs->stream, (uint64_t)db_int(s, 0), a, &item, e);
		if (code != 0)
			break;
		*out = taken_renumbered(&item.opened.cs, item.list, item.count, id);
	}
	db_done(s);
	return code < 0 ? code : 0;
}

/* Whether a record that is named was made, as its author has it, under a number that had to be
 * given anew. Another's record has that number here: who had seen that one means it. */
static int ask_named(struct replica *r, const struct changeset *cs, const struct transaction *tx,
		     struct rid id, bool renumbered, struct arena *a, bool *out, struct err *e)
{
	int64_t seq = 0;
	int code = 0;

	*out = renumbered;
	if (!renumbered)
		code = ask_before(r, cs, id, a, out, e);
	if (code == 0 && *out && id.device != changeset_author(cs, tx)) {
		code = find_taken(r, cs->stream, id.device, id.op, id.op, &seq, e);
		*out = code == 0 && tx->seen_seq < (uint64_t)seq;
	}
	return code;
}

int taken_meant(struct replica *r, const struct changeset *cs, size_t t,
		const struct verdict *list, size_t count, struct arena *a, struct verdict *verdict,
		struct err *e)
{
	const struct transaction *tx = &cs->tx[t];
	int64_t before = 0;
	size_t i, k;
	int code = db_number(r->db, e, 0, &before, "SELECT count(*) FROM refused WHERE stream=$1 AND "
			     "device=$2 AND code=$3", "uui", cs->stream, cs->device,
			     (int64_t)ERR_RENUMBER);

	if (code != 0 || (before == 0 && count == 0))
		return code;
	for (i = 0; i < tx->op_count && code == 0 && verdict->code == 0; i++) {
		const struct op *op = &cs->ops[tx->op_at + i];
		const struct value *to = &op->value;
		struct rid named[] = { op->record, op->parent, RID_NONE };

		if (to->kind == VALUE_REF && to->ref.stream == cs->stream)
			named[2] = to->ref.record;
		for (k = 0; k < 3 && code == 0 && verdict->code == 0; k++) {
			bool other = taken_renumbered(cs, list, count, named[k]);

			if ((named[k].device == changeset_author(cs, tx) &&
			     named[k].op >= tx->first_op) || (!other && before == 0))
				continue;
			code = ask_named(r, cs, tx, named[k], other, a, &other, e);
			if (code == 0 && other)
				*verdict = (struct verdict){ .tx = (uint32_t)t, .code = ERR_DEPENDS_ON,
							     .record = named[k] };
		}
	}
	return code;
}

/* Of a device's own change sets only the last that begins before the op can have it; one may
 * have no op of its own, and begin where the next one does. */
void taken_put_origin(struct buf *sql, const char *alias)
{
	static const char before[] = "w.stream=%s.stream AND w.device=%s.device AND w.first_op<=%s.op";

	buf_printf(sql, "(SELECT min(o.seq) FROM (SELECT seq FROM (SELECT w.seq, w.last_op FROM item w "
		   "WHERE ");
	buf_printf(sql, before, alias, alias, alias);
	buf_printf(sql, " ORDER BY w.first_op DESC, w.last_op DESC LIMIT 1) v WHERE v.last_op>=%s.op "
		   "UNION ALL SELECT w.seq FROM carried w WHERE ", alias);
	buf_printf(sql, before, alias, alias, alias);
	buf_printf(sql, " AND w.last_op>=%s.op) o)", alias);
}
