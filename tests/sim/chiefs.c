/* Chiefs: they come to a computer of their unit, sign what stands there, now and then with
 * a wrong passphrase or over something else, and go. What each of them saw is kept, as the
 * model has it, and compared with what stood there when the server took the signature. */
#include <stdlib.h>
#include <string.h>

#include "client/identity/chief.h"
#include "client/sync/outbox.h"
#include "common/replica/version.h"
#include "protocol/limits.h"
#include "tests/sim/desk.h"
#include "tests/sim/model.h"

enum { ROLE_CHIEF = 2, LETTER = 900, LETTER_SIGNED = 3, MOST = 3 };

static const int64_t CENTURY = (int64_t)100 * 31556952;

static const char passphrase[] = "mật khẩu của thủ trưởng";

static void add_signing(struct world *w, const struct signing *s)
{
	if (w->signing_count == w->signing_cap) {
		w->signing_cap = w->signing_cap == 0 ? 64 : w->signing_cap * 2;
		w->signings = realloc(w->signings, w->signing_cap * sizeof *w->signings);
		if (w->signings == NULL)
			abort();
	}
	w->signings[w->signing_count++] = *s;
}

static void add_chief(struct world *w, struct machine *m)
{
	static const struct keybox_cost cheap = { 1, 8192 };
	struct err e = { 0 };
	int code = chief_add(&m->client, buf_view(&m->chief_enrolment), bytes_str(m->chief),
			     bytes_str(passphrase), &cheap, &e);

	if (!machine_alive(w, m, code, "adding a chief"))
		return; /* he comes again */
	/* Power may have failed after it was done. */
	m->chief_added = code == ERR_EXISTS || sim_ok(w, code, &e, "adding a chief");
	sim_say(w, "%s: %s has a key", m->label, m->chief);
}

/* One transaction of a chief. */
struct act {
	struct saved saved;
	struct signing signing;
};

static bool look(struct desk *k, struct rid id, uint8_t content[DIGEST], uint8_t digest[HASH_SIZE])
{
	struct fold_entry *en;
	struct model model;
	struct fold fold;
	struct err e;
	bool ok = sim_ok(k->w, model_build(&model, k->replica, k->d->stream, &e), &e, "model");

	if (ok)
		model_version(&model, id, SIZE_MAX, true, content);
	model_free(&model);
	return ok && sim_ok(k->w, fold_init(&fold, k->replica, k->a, &e), &e, "fold") &&
	       sim_ok(k->w, fold_get(&fold, k->d->stream, id, &en, &e), &e, "fold") &&
	       sim_ok(k->w, version_of(&fold, k->schema, en, digest, &e), &e, "version");
}

/* Signature and move over some letter; false where there is none. */
static bool fill(struct desk *k, const struct machine *m, const struct chief_key *key,
		 struct act *act)
{
	uint8_t *digest = arena_alloc(k->a, HASH_SIZE);
	struct stream_head head = { 0 };
	struct picked p;

	if (digest == NULL || !desk_pick(k, LETTER, chance_percent(k->chance, 30) ? 2 : 0, &p) ||
	    !look(k, p.id, act->signing.content, digest))
		return false;
	if (chance_percent(k->chance, 5)) {
		digest[7] ^= 1;
		k->expect = ERR_STALE;
	}
	draft_sign(k->d, LETTER, p.id, digest);
	draft_move(k->d, LETTER, p.id, LETTER_SIGNED, BYTES_NONE);
	act->signing.device = k->d->device;
	act->signing.stream = k->d->stream;
	act->signing.op = k->d->first;
	replica_head(k->replica, k->d->stream, &head, NULL);
	act->saved = ledger_entry(k->d, key->certified ? bytes_str(m->chief) : BYTES_NONE, head.seq,
				  k->d->first - 1, env_now(&m->node.env));
	act->saved.machine = (int)(m - k->w->machines);
	return true;
}

/* Some letters, each a transaction, one change set. */
static void sign_some(struct world *w, struct machine *m, struct desk *k,
		      const struct chief_key *key, int64_t held)
{
	size_t most = 1 + chance_below(&w->chance, MOST), n = 0, i;
	bool stood;
	struct act list[MOST];
	struct err e = { 0 };
	int code = 0;

	while (n < most && code == 0 && k->expect == 0 && fill(k, m, key, &list[n])) {
		n++;
		code = client_save_more(&m->client, k->d, NULL, &e);
		k->d->author = bytes_str(m->chief);
	}
	if (code == 0)
		code = chief_save(&m->client, key, k->d, NULL, &e);
	else
		client_drop(&m->client);
	stood = m->node.stood;
	if (machine_alive(w, m, code, "a chief's save") && code != 0) {
		w->tally.invalid += k->expect != 0;
		if (k->expect != 0 ? code != k->expect : !sim_listed(code, work_honest))
			sim_fail(w, "%s was refused: %s (%s)", m->chief, err_name(code), e.subject);
		if (work_holdings(m) != held)
			sim_fail(w, "a refused signature has left something");
	}
	if (code == 0 && k->expect != 0)
		sim_fail(w, "a signature over something else was taken");
	for (i = 0; i < n && (code == 0 || stood); i++) {
		ledger_add(w, &list[i].saved);
		add_signing(w, &list[i].signing);
	}
}

static void at_desk(struct world *w, struct machine *m, const struct chief_key *key)
{
	struct desk k = { .w = w, .chance = &w->chance, .replica = &m->client.replica };
	struct schema *schema;
	struct draft d;
	struct arena a;
	struct err e;
	/* Before what the clerk has saved is signed. */
	int64_t held = work_holdings(m);

	arena_init(&a, LIMIT_MEMORY);
	if (sim_ok(w, chief_begin(&m->client, key, m->client.unit, &a, &d, &e), &e, "chief_begin") &&
	    sim_ok(w, replica_schema_now(&m->client.replica, &schema, &e), &e, "schema")) {
		k.schema = schema;
		k.a = &a;
		k.d = &d;
		sign_some(w, m, &k, key, held);
	}
	arena_release(&a);
}

void chief_step(struct world *w, struct machine *m)
{
	const char *word = chance_percent(&w->chance, 5) ? "mật khẩu khác" : passphrase;
	struct chief_key key;
	struct err e = { 0 };
	int code;

	if (m->chief_enrolment.len == 0 || m->no_chief == m->client.key.id ||
	    m->client.revoked != 0)
		return;
	if (!m->chief_added)
		add_chief(w, m);
	if (!m->chief_added || w->failed)
		return;
	code = chief_open(&m->client, bytes_str(m->chief), bytes_str(word), &key, &e);
	/* A key that takes another's place is written down. */
	if (!machine_alive(w, m, code, "opening a chief's key"))
		return;
	if (word != passphrase) {
		if (code != ERR_PASSPHRASE)
			sim_fail(w, "another passphrase came to %s", err_name(code));
		return;
	}
	if (sim_ok(w, code, &e, "opening a chief's key"))
		at_desk(w, m, &key);
	chief_close(&key);
}

void chief_refresh(struct world *w, struct machine *m)
{
	struct err e = { 0 };
	int64_t n = 0;
	int code;

	if (m->chief_enrolment.len == 0)
		return;
	db_number(m->client.db, NULL, 0, &n, "SELECT count(*) FROM chief", "");
	if (m->chief_added && n == 0) {
		buf_clear(&m->chief_enrolment);
		code = server_enrol(&w->server, m->unit, ROLE_CHIEF, bytes_str("http://10.0.0.5:8080"),
				    CENTURY, &m->chief_enrolment, &e);
		/* Where the power fails no chief comes here any more. */
		if (!server_alive(w, code, "making a chief's enrolment"))
			buf_clear(&m->chief_enrolment);
		else
			sim_ok(w, code, &e, "making a chief's enrolment");
	}
	m->chief_added = n > 0;
}

static const struct signing *find_signing(const struct world *w, uint64_t stream,
					  const struct mop *op)
{
	size_t i;

	for (i = 0; i < w->signing_count; i++)
		if (w->signings[i].stream == stream && w->signings[i].device == op->device &&
		    w->signings[i].op == op->op->number)
			return &w->signings[i];
	return NULL;
}

/* Until when what was signed stands: the next move that is not the signature's own. */
static size_t next_move(const struct model *m, const struct mop *sign)
{
	size_t i, next = SIZE_MAX;

	for (i = sign->rec->from; i < sign->rec->from + sign->rec->count; i++)
		if (m->ops[i].op->kind == OP_MOVE && m->ops[i].order > sign->order + 1 &&
		    m->ops[i].order < next)
			next = m->ops[i].order;
	return next;
}

static void check_signature(struct world *w, const struct model *m, const struct mop *op)
{
	const struct signing *s = find_signing(w, m->stream, op);
	uint8_t then[DIGEST], until[DIGEST];

	if (s == NULL) {
		sim_fail(w, "a signature that nobody made: op %llu of %016llx",
			 (unsigned long long)op->op->number, (unsigned long long)op->device);
		return;
	}
	w->tally.signed_++;
	model_version(m, op->rec->id, op->order, true, then);
	if (memcmp(then, s->content, DIGEST) != 0)
		sim_fail(w, "op %llu of %016llx signed something else than its chief saw",
			 (unsigned long long)op->op->number, (unsigned long long)op->device);
	model_version(m, op->rec->id, op->order, false, then);
	model_version(m, op->rec->id, next_move(m, op), false, until);
	if (memcmp(then, until, DIGEST) != 0)
		sim_fail(w, "what op %llu of %016llx signed was changed afterwards",
			 (unsigned long long)op->op->number, (unsigned long long)op->device);
}

static void check_stream(struct world *w, const struct model *m)
{
	size_t i;

	for (i = 0; i < m->op_count && !w->failed; i++) {
		const struct mop *op = &m->ops[i];

		if (op->rec == NULL || op->rec->type != LETTER)
			continue;
		if (op->op->kind == OP_SIGN)
			check_signature(w, m, op);
		else if (op->op->kind == OP_MOVE && op->op->value.n == LETTER_SIGNED &&
			 model_signed(m, op) == NULL)
			sim_fail(w, "a letter is signed by op %llu of %016llx, which signed nothing",
				 (unsigned long long)op->op->number,
				 (unsigned long long)op->device);
	}
}

void chief_check(struct world *w)
{
	uint64_t stream;

	for (stream = 1; stream <= UNITS && !w->failed; stream++) {
		struct model m;
		struct err e;

		if (sim_ok(w, model_build(&m, &w->server.replica, stream, &e), &e, "model"))
			check_stream(w, &m);
		model_free(&m);
	}
	w->tally.void_ = w->signing_count - w->tally.signed_;
}
