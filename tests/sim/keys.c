/* Keys that are given up, revoked and replaced. A person revokes the key of some computer; what
 * it has signed and sends afterwards waits until the officer says yes or no to it, change set by
 * change set, and has no effect before. The computer is enrolled anew, and loses nothing. */
#include <stdlib.h>
#include <string.h>

#include "client/identity/renew.h"
#include "protocol/limits.h"
#include "server/exchange/adopt.h"
#include "server/exchange/held.h"
#include "tests/sim/world.h"

enum { MOST = 4 };

static const int64_t CENTURY = (int64_t)100 * 31556952;

/* --- what was done, and what it means for the log --- */

static void note_revoked(struct world *w, uint64_t device)
{
	uint64_t stream;

	for (stream = 1; stream <= UNITS && w->revocation_count < REVOCATIONS; stream++) {
		struct stream_head head = { 0 };

		replica_head(&w->server.replica, stream, &head, NULL);
		w->revocations[w->revocation_count++] = (struct revocation){ device, stream,
									      head.seq };
	}
}

static void note_word(struct world *w, uint64_t stream, uint64_t device, uint64_t seq,
		      bool refused)
{
	if (w->word_count == w->word_cap) {
		w->word_cap = w->word_cap == 0 ? 16 : w->word_cap * 2;
		w->words = realloc(w->words, w->word_cap * sizeof *w->words);
		if (w->words == NULL)
			abort();
	}
	w->words[w->word_count++] = (struct word){ stream, device, seq, refused };
}

static const struct word *find_word(const struct world *w, const struct changeset *cs)
{
	size_t i;

	for (i = 0; i < w->word_count; i++)
		if (w->words[i].stream == cs->stream && w->words[i].device == cs->device &&
		    w->words[i].seq == cs->seq)
			return &w->words[i];
	return NULL;
}

bool keys_refused(const struct world *w, uint64_t device)
{
	size_t i;

	for (i = 0; i < w->word_count; i++)
		if (w->words[i].device == device && w->words[i].refused)
			return true;
	return false;
}

void keys_check(struct world *w, uint64_t seq, const struct changeset *cs, bool refused)
{
	const struct word *word = find_word(w, cs);
	size_t i;

	for (i = 0; i < w->revocation_count && word == NULL; i++)
		if (w->revocations[i].device == cs->device &&
		    w->revocations[i].stream == cs->stream && seq > w->revocations[i].seq)
			sim_fail(w, "change set %llu of %016llx is in stream %llu, its key is revoked "
				 "and nobody has taken it in", (unsigned long long)cs->seq,
				 (unsigned long long)cs->device, (unsigned long long)cs->stream);
	if (refused != (word != NULL && word->refused))
		sim_fail(w, "change set %llu of %016llx in stream %llu: a person has %s it",
			 (unsigned long long)cs->seq, (unsigned long long)cs->device,
			 (unsigned long long)cs->stream,
			 word == NULL ? "not judged" : word->refused ? "refused" : "taken in");
}

/* --- people --- */

/* Some of what waits for a person, first things first. */
struct waiting {
	uint64_t numbers[MOST], stream, device, seqs[MOST];
	size_t count;
};

static bool find_waiting(struct world *w, struct waiting *out)
{
	size_t most = 1 + chance_below(&w->chance, MOST);
	int64_t rows = 0, at;
	struct stmt *q;
	struct err e;

	memset(out, 0, sizeof *out);
	db_number(w->server.db, NULL, 0, &rows, "SELECT count(*) FROM held", "");
	if (rows == 0)
		return false;
	at = (int64_t)chance_below(&w->chance, (size_t)rows);
	if (!sim_ok(w, db_query(w->server.db, &e, &q, "SELECT h.number, h.stream, h.device, h.seq FROM "
				"held h JOIN (SELECT stream, device FROM held ORDER BY number LIMIT 1 "
				"OFFSET $1) o ON o.stream=h.stream AND o.device=h.device ORDER BY h.seq",
				"i", at), &e, "held"))
		return false;
	while (out->count < most && db_step(q, &e) == 1) {
		out->stream = (uint64_t)db_int(q, 1);
		out->device = (uint64_t)db_int(q, 2);
		out->seqs[out->count] = (uint64_t)db_int(q, 3);
		out->numbers[out->count++] = (uint64_t)db_int(q, 0);
	}
	db_done(q);
	return true;
}

/* Whether anything was judged. What waits for one before it can't be. */
static bool judge(struct world *w)
{
	static const int later[] = { ERR_HELD_ORDER, ERR_NO_HELD, 0 };
	struct waiting held;
	struct adopted done;
	struct err e = { 0 };
	bool refuse = chance_percent(&w->chance, 30), stood;
	size_t i;
	int code;

	if (!find_waiting(w, &held))
		return false;
	code = adopt_judge(&w->server, &w->officer, held.numbers, held.count, refuse,
			   bytes_str("Đã hỏi đơn vị."), &done, &e);
	stood = w->server_node.stood;
	if (server_alive(w, code, "a person's word") && code != 0) {
		if (!sim_listed(code, later))
			sim_ok(w, code, &e, "judging what waits");
		return false;
	}
	for (i = 0; i < held.count && (code == 0 || stood); i++)
		note_word(w, held.stream, held.device, held.seqs[i], refuse);
	w->tally.judged += held.count;
	sim_say(w, "%zu change sets of %016llx are %s", held.count, (unsigned long long)held.device,
		refuse ? "refused" : "taken in");
	return true;
}

static void revoke(struct world *w, struct machine *m)
{
	static const int none[] = { ERR_NO_DEVICE, ERR_REVOKED, 0 };
	struct revoked out = { .count = 0 };
	struct err e = { 0 };
	bool stood;
	size_t i;
	int code = revoke_key(&w->server, m->client.key.id, bytes_str("Mất máy"), NULL, 0, &out, &e);

	stood = w->server_node.stood;
	if (server_alive(w, code, "revoking") && code != 0) {
		if (!sim_listed(code, none))
			sim_ok(w, code, &e, "revoking");
		return;
	}
	for (i = 0; i < out.count && (code == 0 || stood); i++)
		note_revoked(w, out.list[i]);
	w->tally.revoked++;
	sim_say(w, "the key of %s is revoked, with %zu in all", m->label, out.count);
}

/* By a new enrolment. */
static void enrol(struct world *w, struct machine *m)
{
	struct enrolment en;
	struct buf text, encoded;
	struct err e = { 0 };
	int code;

	buf_init(&text, LIMIT_MESSAGE);
	buf_init(&encoded, LIMIT_MESSAGE);
	code = server_enrol(&w->server, m->unit, m->role, bytes_str("http://10.0.0.5:8080"),
			    CENTURY, &text, &e);
	if (server_alive(w, code, "making an enrolment") && sim_ok(w, code, &e, "an enrolment") &&
	    sim_ok(w, client_read_enrolment(buf_view(&text), &encoded, &en, &e), &e, "an enrolment")) {
		code = renew_enrol(&m->client, &en, bytes_str(m->author), &e);
		if (machine_alive(w, m, code, "enrolling anew"))
			sim_ok(w, code, &e, "enrolling anew");
		m->turned_away = false;
		lives_look(w, m);
	}
	buf_release(&encoded);
	buf_release(&text);
}

/* On purpose. */
static void replace(struct world *w, struct machine *m)
{
	struct err e = { 0 };
	int code = renew_key(&m->client, &e);

	if (machine_alive(w, m, code, "a new key"))
		sim_ok(w, code, &e, "a new key");
	lives_look(w, m);
}

static bool is_out(const struct machine *m)
{
	return m->open && (m->client.revoked != 0 || m->turned_away);
}

void keys_step(struct world *w)
{
	struct machine *m = &w->machines[chance_below(&w->chance, w->machine_count)];

	if (!w->keys || w->failed || !m->open)
		return;
	if (is_out(m) && chance_percent(&w->chance, 15))
		enrol(w, m);
	else if (!is_out(m) && chance_percent(&w->chance, 3))
		replace(w, m);
	else if (chance_percent(&w->chance, 3))
		revoke(w, m);
	else if (chance_percent(&w->chance, 10))
		judge(w);
}

bool keys_settle(struct world *w)
{
	bool any = false;
	size_t i;

	if (!w->keys)
		return false;
	for (i = 0; i < w->machine_count && !w->failed; i++)
		if (is_out(&w->machines[i])) {
			enrol(w, &w->machines[i]);
			any = true;
		}
	for (i = 0; i < 200 && !w->failed && judge(w); i++)
		any = true;
	return any;
}
