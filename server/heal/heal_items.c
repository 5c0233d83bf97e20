/* Items that come back: their chain is followed first, and only what a receipt proves is
 * taken in. */
#include <string.h>

#include "protocol/limits.h"
#include "server/exchange/held.h"
#include "server/heal/heal_parts.h"

/* One item on its way. */
struct step {
	const struct message_healing *it;
	uint8_t head[HASH_SIZE];    /* of the old generation, behind it */
};

/* The items of one stream and generation. */
struct mending {
	struct server *s;
	struct exchange *x;
	struct generation g;
	uint64_t healed;            /* the last number that is here */
	uint8_t head[HASH_SIZE];    /* the old generation's head there */
	struct step *steps;
	size_t count, proven;
	struct err *e;
};

static int load_state(struct mending *m)
{
	struct stmt *q;
	int code = db_query(m->s->db, m->e, &q, "SELECT healed, healed_head FROM generation WHERE "
			    "stream=$1 AND base=$2", "uu", m->g.stream, m->g.base);

	if (code != 0)
		return code;
	code = db_step(q, m->e);
	if (code == 1 && db_bytes(q, 1).len == HASH_SIZE) {
		m->healed = (uint64_t)db_int(q, 0);
		memcpy(m->head, db_bytes(q, 1).at, HASH_SIZE);
		code = 0;
	} else if (code >= 0) {
		code = err_set(m->e, ERR_CORRUPT, "generation");
	}
	db_done(q);
	return code;
}

/* Whether a receipt that was found good is of this very head. */
static bool is_proven(const struct mending *m, const struct step *step)
{
	const struct request *r = &m->x->request;
	size_t i;

	for (i = 0; i < r->shown_count; i++)
		if (r->shown[i].stream == m->g.stream && r->shown[i].seq == step->it->number &&
		    r->shown[i].time == step->it->time &&
		    memcmp(r->shown[i].head, step->head, HASH_SIZE) == 0)
			return true;
	return false;
}

/* Follows the chain as far as it goes: by hashes alone, nothing is opened before it is proven. */
static void follow(struct mending *m, const struct message_healing *list, size_t count)
{
	uint64_t due = m->healed + 1;
	size_t i;

	for (i = 0; i < count; i++) {
		struct step *step = &m->steps[m->count];

		if (list[i].number < due)
			continue;
		if (list[i].number != due)
			break;
		step->it = &list[i];
		head_noted(m->head, list[i].hash, list[i].verdicts, list[i].time, list[i].zero,
			   list[i].notes, step->head);
		memcpy(m->head, step->head, HASH_SIZE);
		m->count++;
		due++;
		if (is_proven(m, step))
			m->proven = m->count;
	}
}

/* Whether the log has the change set: 1, and where; 0; ERR_FORKED: another under its number. */
static int find_there(struct mending *m, const struct step *step, uint64_t *seq)
{
	struct stmt *q;
	int code = db_query(m->s->db, m->e, &q, "SELECT seq, hash FROM item WHERE stream=$1 AND "
			    "device=$2 AND device_seq=$3", "uuu", m->g.stream, step->it->device,
			    step->it->device_seq);

	if (code != 0)
		return code;
	code = db_step(q, m->e);
	if (code == 1) {
		*seq = (uint64_t)db_int(q, 0);
		if (!bytes_equal(db_bytes(q, 1), BYTES_OF(step->it->hash)))
			code = ERR_FORKED;
	}
	db_done(q);
	return code;
}

static int due_note(struct mending *m, uint64_t number, uint64_t seq)
{
	return db_exec(m->s->db, m->e, "INSERT INTO note_due(stream,number,seq) VALUES($1,$2,$3)",
		       "uuu", m->g.stream, number, seq);
}

/* Into the log as it was. *seq: where; 0: not yet, stream 0 or its object is wanting. */
static int put_back(struct mending *m, const struct step *step, uint64_t *seq)
{
	const struct message_healing *it = step->it;
	struct append ap = { .mode = APPEND_JUDGED, .time = it->time, .zero = it->zero,
			     .verdicts = it->verdicts };
	struct stream_head head;
	struct opened o;
	struct arena a;
	bool here = false;
	int code = generation_has_zero(&m->s->replica, it->zero, &here, m->e);

	*seq = 0;
	if (m->g.stream == 0)
		here = it->zero < it->number;
	if (code != 0 || !here || it->object.len == 0)
		return code;
	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	code = replica_open_object(&m->s->replica, it->object, it->device, NULL, &a, &o, m->e);
	if (code == 0 && (o.cs.stream != m->g.stream ||
			  memcmp(o.hash, it->hash, HASH_SIZE) != 0))
		code = err_set(m->e, ERR_BAD_CHAIN, "%llu", (unsigned long long)it->number);
	if (code == 0)
		code = replica_head(&m->s->replica, m->g.stream, &head, m->e);
	if (code == 0)
		code = due_note(m, it->number, head.seq + 1);
	if (code == 0)
		code = heal_notes(m->s, m->g.stream, &a, &ap.notes, m->e);
	ap.opened = &o;
	if (code == 0)
		code = replica_append(&m->s->replica, &ap, &a, m->e);
	if (code == 0)
		*seq = head.seq + 1;
	arena_release(&a);
	return code;
}

static int note_healed(struct mending *m, const struct step *step, uint64_t seq)
{
	const struct message_healing *it = step->it;
	int code = db_exec(m->s->db, m->e, "INSERT INTO healed(stream,number,base,seq,hash,verdicts,"
			   "time,zero,notes,head) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
			   "uuuubbiubb", m->g.stream, it->number, m->g.base, seq,
			   BYTES_OF(step->it->hash), it->verdicts, it->time, it->zero, it->notes,
			   BYTES_OF(step->head));

	return code != 0 ? code :
		db_exec(m->s->db, m->e, "UPDATE generation SET healed=$3, healed_head=$4 WHERE "
			"stream=$1 AND base=$2", "uuub", m->g.stream, m->g.base, it->number,
			BYTES_OF(step->head));
}

/* All that is proven, until one is met that can't go in yet. */
static int take_proven(struct mending *m)
{
	size_t i;
	int code = 0;

	for (i = 0; i < m->proven && code == 0; i++) {
		struct step *step = &m->steps[i];
		uint64_t seq = 0;

		code = find_there(m, step, &seq);
		if (code == 1)
			code = due_note(m, step->it->number, seq);
		else if (code == 0)
			code = put_back(m, step, &seq);
		if (code == 0 && seq == 0)
			break;
		if (code == 0)
			code = note_healed(m, step, seq);
		if (code != 0 && !exchange_fatal(code)) {
			exchange_problem(m->x, code, m->g.stream, step->it->number);
			return 0;
		}
	}
	return code;
}

/* What came on a stick, say, while its predecessors were away. */
static int follow_up(struct mending *m)
{
	uint64_t last = 0;
	size_t i;
	int code = 0;

	for (i = 0; i < m->proven && code == 0; i++) {
		uint64_t device = m->steps[i].it->device;

		if (device != last)
			code = held_follow(m->s, m->x, m->g.stream, device, m->e);
		last = device;
	}
	return code;
}

/* Items of one stream and one generation. */
static int mend(struct mending *m, const struct message_healing *list, size_t count)
{
	int code = load_state(m);

	m->steps = arena_array(&m->x->arena, count, sizeof *m->steps);
	if (code == 0 && m->steps == NULL)
		code = err_set(m->e, ERR_NOMEM, "items");
	m->count = m->proven = 0;
	if (code != 0)
		return code;
	follow(m, list, count);
	code = take_proven(m);
	return code != 0 ? code : follow_up(m);
}

/* A stream that the backup did not know begins with all its generations, if its unit is
 * there. 1, 0. */
static int is_there(struct server *s, uint64_t stream, struct err *e)
{
	int code = stream == 0 ? 0 : server_unit(s, stream, NULL, e);

	if (code == ERR_NO_UNIT)
		return 0;
	if (code == 0)
		code = generation_ensure(&s->replica, stream, e);
	return code != 0 ? code : 1;
}

int heal_items(struct server *s, struct exchange *x, struct err *e)
{
	const struct request *r = &x->request;
	size_t i, n;
	int code = 0;

	for (i = 0; i < r->healing_count && code == 0; i += n) {
		struct mending m = { .s = s, .x = x, .e = e };
		const struct message_healing *first = &r->healing[i];

		n = 1;
		code = is_there(s, first->stream, e);
		if (code == 1)
			code = generation_of(&s->replica, first->stream, first->number, &m.g, e);
		if (code != 1)
			continue;
		while (i + n < r->healing_count && r->healing[i + n].stream == first->stream &&
		       r->healing[i + n].number < m.g.base)
			n++;
		/* Who shows no receipt of it proves nothing. */
		code = heal_held(x, first->stream, m.g.base) == 0 ? 0 : mend(&m, first, n);
	}
	return code < 0 ? code : 0;
}

int heal_notes(struct server *s, uint64_t stream, struct arena *a, struct bytes *out,
	       struct err *e)
{
	struct buf notes;
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT number, seq FROM note_due WHERE stream=$1 ORDER BY "
			    "number", "u", stream);

	*out = BYTES_NONE;
	if (code != 0)
		return code;
	buf_init(&notes, LIMIT_MESSAGE);
	while ((code = db_step(q, e)) == 1) {
		buf_u64(&notes, (uint64_t)db_int(q, 0));
		buf_u64(&notes, (uint64_t)db_int(q, 1));
	}
	db_done(q);
	if (code == 0 && notes.len > 0) {
		*out = arena_copy(a, buf_view(&notes));
		code = notes.failed || out->at == NULL ? err_set(e, ERR_NOMEM, "notes") :
			       db_exec(s->db, e, "DELETE FROM note_due WHERE stream=$1", "u", stream);
	}
	buf_release(&notes);
	return code;
}
