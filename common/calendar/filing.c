/* Filings, move by move, and all of a type's again from its history. */
#include "common/calendar/filing.h"

uint64_t filing_states(const struct workflow *w)
{
	uint64_t bits = 0;
	size_t i;

	for (i = 0; w != NULL && i < w->state_count; i++)
		if (w->states[i].filed || w->states[i].good || w->states[i].answered)
			bits |= state_bit(w, w->states[i].number);
	return bits;
}

uint64_t filing_open(const struct workflow *w)
{
	uint64_t bits = 0;
	size_t i;

	for (i = 0; w != NULL && i < w->state_count; i++)
		if (w->states[i].open != STATE_CLOSED)
			bits |= state_bit(w, w->states[i].number);
	return bits;
}

bool filing_moves(const struct type *t)
{
	const struct workflow *w = t->workflow;

	return w != NULL && !(filing_states(w) & state_bit(w, w->states[0].number));
}

static int hand_in(struct replica *r, const struct type *t, const struct filing_move *m,
		   struct err *e)
{
	return db_exec(r->db, e,
		       "INSERT INTO filing(stream,device,op,type,first,signed,last,returned,"
		       "standing) VALUES($1,$2,$3,$4,$5,$6,$5,0,$7) ON CONFLICT(stream,device,op) "
		       "DO UPDATE SET last=CASE WHEN filing.standing=$7 THEN filing.last ELSE $5 "
		       "END, standing=$7", "uuuuiii", m->stream, m->record.device, m->record.op,
		       (uint64_t)t->number, m->received, m->claimed, (int64_t)FILING_IN);
}

int filing_note(struct replica *r, const struct type *t, const struct filing_move *m,
		struct err *e)
{
	const struct workflow *w = t->workflow;
	uint64_t bit = w == NULL ? 0 : state_bit(w, m->state);
	bool open = filing_open(w) & bit;

	if (!filing_moves(t))
		return 0;
	if (filing_states(w) & bit)
		return hand_in(r, t, m, e);
	return db_exec(r->db, e,
		       "UPDATE filing SET returned=returned+CASE WHEN standing=$4 THEN $5 ELSE 0 "
		       "END, standing=$6 WHERE stream=$1 AND device=$2 AND op=$3", "uuuiii",
		       m->stream, m->record.device, m->record.op, (int64_t)FILING_IN,
		       (int64_t)open, (int64_t)(open ? FILING_BACK : FILING_TAKEN_BACK));
}

/* All rows of a type, from the moves of its records. */
static int make_again(struct replica *r, const struct type *t, struct err *e)
{
	struct filing_move m;
	struct stmt *q;
	int code = db_exec(r->db, e, "DELETE FROM filing WHERE type=$1", "u", (uint64_t)t->number);

	if (code == 0 && filing_moves(t))
		code = db_query(r->db, e, &q,
				"SELECT f.stream, f.device, f.op, f.state, f.claimed, f.received "
				"FROM record r JOIN transition f ON f.stream=r.stream AND "
				"f.device=r.device AND f.op=r.op WHERE r.type=$1 "
				"ORDER BY f.stream, f.device, f.op, f.seq, f.number", "u",
				(uint64_t)t->number);
	if (code != 0 || !filing_moves(t))
		return code;
	while ((code = db_step(q, e)) == 1) {
		m.stream = (uint64_t)db_int(q, 0);
		m.record = (struct rid){ (uint64_t)db_int(q, 1), (uint64_t)db_int(q, 2) };
		m.state = db_int(q, 3);
		m.claimed = db_int(q, 4);
		m.received = db_int(q, 5);
		code = filing_note(r, t, &m, e);
		if (code != 0)
			break;
	}
	db_done(q);
	return code;
}

/* What the rows that are there were made by; zeros where there are none. */
static int made_by(struct replica *r, const struct type *t, int64_t bits[2], struct err *e)
{
	struct stmt *q;
	int code = db_query(r->db, e, &q, "SELECT filed, open FROM filing_rule WHERE type=$1", "u",
			    (uint64_t)t->number);

	bits[0] = bits[1] = 0;
	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1) {
		bits[0] = db_int(q, 0);
		bits[1] = db_int(q, 1);
	}
	db_done(q);
	return code < 0 ? code : 0;
}

int filing_prepare(struct replica *r, const struct schema *s, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < s->type_count && code == 0; i++) {
		const struct type *t = s->types[i];
		int64_t filed = filing_moves(t) ? (int64_t)filing_states(t->workflow) : 0;
		int64_t open = (int64_t)filing_open(t->workflow), bits[2];

		code = made_by(r, t, bits, e);
		if (code != 0 || (bits[0] == filed && bits[1] == open))
			continue;
		code = make_again(r, t, e);
		if (code == 0)
			code = db_exec(r->db, e, "INSERT INTO filing_rule(type, filed, open) "
				       "VALUES($1,$2,$3) ON CONFLICT(type) DO UPDATE SET filed=$2, "
				       "open=$3", "uii", (uint64_t)t->number, filed, open);
	}
	return code;
}
