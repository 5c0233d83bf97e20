/* The network: what is sent may be lost, doubled, delayed past later messages,
 * damaged or forged. What is damaged must change nothing and be refused with a
 * known code, and so must what is forged, unless all of it was known before;
 * anything else must be taken. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/sync/exchange.h"
#include "protocol/limits.h"
#include "protocol/seal.h"
#include "server/exchange/exchange.h"
#include "tests/sim/world.h"

/* What damaged bytes may be called. */
static const int damage[] = { ERR_TRUNCATED, ERR_MALFORMED, ERR_NOT_CANONICAL, ERR_TOO_LARGE,
			      ERR_VERSION, ERR_NOT_SEALED_TO_US, ERR_BAD_SEAL,
			      ERR_BAD_SIGNATURE, ERR_UNKNOWN_DEVICE, ERR_NOT_DONGBO, 0 };
/* What forged content may be called; corrupt, for it is folded before the head is
 * compared. */
static const int forgery[] = { ERR_TRUNCATED, ERR_MALFORMED, ERR_NOT_CANONICAL, ERR_TOO_LARGE,
			       ERR_TRAILING, ERR_BAD_UTF8, ERR_VERSION, ERR_BOMB, ERR_GAP,
			       ERR_NO_DICTIONARY, ERR_BAD_SIGNATURE, ERR_BAD_CHAIN,
			       ERR_UNKNOWN_DEVICE, ERR_HEAD_MISMATCH, ERR_NO_STREAM, ERR_CORRUPT, 0 };

size_t net_size(struct world *w)
{
	static const size_t sizes[] = { LIMIT_MESSAGE_MIN, LIMIT_MESSAGE_MIN, 3000, 4096, 6000,
					20000, 65536, LIMIT_MESSAGE_FIRST };

	return sizes[chance_below(&w->chance, sizeof sizes / sizeof sizes[0])];
}

static void flip_bits(struct world *w, struct message *m)
{
	size_t n = 1 + chance_below(&w->chance, 3);

	/* Mostly near the start, where the header is. */
	while (n-- > 0) {
		size_t range = chance_percent(&w->chance, 50) && m->len > 60 ? 60 : m->len;

		m->data[chance_below(&w->chance, range)] ^=
			(uint8_t)(1u << chance_below(&w->chance, 8));
	}
}

/* The start of one message and the end of another. */
static void splice(struct world *w, struct message *m)
{
	const struct message *other;
	size_t from, n;

	if (w->message_count == 0)
		return;
	other = &w->messages[chance_below(&w->chance, w->message_count)];
	n = m->len < other->len ? m->len : other->len;
	/* Past both headers: else it is the other message, which is a good one. */
	from = 48 + chance_below(&w->chance, m->len);
	if (from < n)
		memcpy(m->data + from, other->data + from, n - from);
}

static void damage_message(struct world *w, struct message *m)
{
	uint8_t *whole = malloc(m->len);
	size_t len = m->len;

	if (whole == NULL)
		abort();
	memcpy(whole, m->data, len);
	switch (chance_below(&w->chance, 3)) {
	case 0:
		m->len = chance_below(&w->chance, m->len);
		break;
	case 1:
		splice(w, m);
		break;
	default:
		flip_bits(w, m);
	}
	if (m->len != len || memcmp(whole, m->data, len) != 0) {
		m->is = DAMAGED;
		w->tally.damaged++;
	}
	free(whole);
}

static void add_message(struct world *w, struct message m, struct bytes data)
{
	m.data = malloc(data.len + 1);
	m.len = data.len;
	if (m.data == NULL)
		abort();
	memcpy(m.data, data.at, data.len);
	if (chance_percent(&w->chance, w->taint) && m.len > 0)
		damage_message(w, &m);
	if (w->message_count == w->message_cap) {
		w->message_cap = w->message_cap == 0 ? 64 : w->message_cap * 2;
		w->messages = realloc(w->messages, w->message_cap * sizeof *w->messages);
		if (w->messages == NULL)
			abort();
	}
	m.due = w->step + (m.file ? chance_below(&w->chance, 80) :
			   chance_percent(&w->chance, 70) ? chance_below(&w->chance, 3) :
							    chance_below(&w->chance, 40));
	w->tally.files += m.file;
	w->messages[w->message_count++] = m;
}

static void net_send(struct world *w, struct message m, struct bytes data)
{
	if (chance_percent(&w->chance, w->loss)) {
		w->tally.lost++;
		return;
	}
	add_message(w, m, data);
	if (chance_percent(&w->chance, 10)) {
		w->tally.doubled++;
		add_message(w, m, data);
	}
}

/* A request at the server. true: there is a reply. */
static bool serve(struct world *w, struct bytes request, size_t size, bool damaged,
		  struct buf *reply)
{
	uint64_t commits = w->server_node.commits;
	struct err e = { 0 };
	int code = server_exchange(&w->server, request, reply, &e), refusal;

	w->tally.exchanges++;
	if (!server_alive(w, code, "an exchange") || !sim_ok(w, code, &e, "server_exchange"))
		return false;
	refusal = seal_read_refusal(buf_view(reply), NULL);
	if (damaged && w->server_node.commits != commits)
		sim_fail(w, "a damaged request was written down");
	if (damaged && !sim_listed(refusal, damage))
		sim_fail(w, "a damaged request was answered: %s", err_name(refusal));
	/* A server that was put back may have forgotten the device: it will show who it is. */
	if (!damaged && refusal != 0 && !(w->disasters && refusal == ERR_UNKNOWN_DEVICE) &&
	    !(w->keys && refusal == ERR_REVOKED))
		sim_fail(w, "a good request was refused: %s", err_name(refusal));
	if (!damaged && reply->len > (size + 1023) / 1024 * 1024)
		sim_fail(w, "a reply of %zu bytes where %zu were asked for", reply->len, size);
	return !w->failed;
}

/* What a server that was put back may say until it has healed: the sender keeps it, and sends
 * it again. A gap: what waited there, on the way of a stick, is not sent over a link. */
static bool forgotten(int code)
{
	return code == ERR_UNKNOWN_DEVICE || code == ERR_NO_DICTIONARY || code == ERR_GAP;
}

/* What one hears whose numbers another has used: it goes on under a new key. */
static bool of_copies(int code)
{
	return code == ERR_FORKED || code == ERR_BAD_CHAIN;
}

/* A reply at the client. */
static bool take(struct world *w, struct machine *m, struct bytes reply, const struct message *msg,
		 struct exchange_result *out)
{
	const enum condition is = msg->is;
	uint64_t commits = m->node.commits;
	/* In clear, so damage can make it say anything; it changes nothing, but that the computer
	 * shows who it is where the server claims not to know it (SPEC.md 6.15). */
	int refusal = seal_read_refusal(reply, NULL);
	bool refused = refusal != 0, enrolled = m->client.enrolled;
	unsigned life = m->life;
	struct err e = { 0 };
	int code = msg->file ? exchange_apply_late(&m->client, reply, out, &e) :
			       exchange_apply(&m->client, reply, out, &e);

	if (!machine_alive(w, m, code, "a reply"))
		return false;
	sim_say(w, "%s takes a reply: %s, %llu items, %llu out, %llu problems%s%s", m->label,
		err_name(code), (unsigned long long)out->items_in,
		(unsigned long long)out->changesets_out, (unsigned long long)out->problems,
		msg->life != life ? ", of an earlier life" : "", out->more ? ", more" : "");
	m->turned_away |= is == INTACT && msg->life == life && refusal == ERR_REVOKED;
	lives_look(w, m);
	/* Of what the store was before it was put back, or copied: of use or not. */
	if (msg->life != life && code != 0) {
		if (m->node.commits != commits)
			sim_fail(w, "a reply of an earlier life was written down");
		if (!refused && !sim_listed(code, damage) && !sim_listed(code, forgery))
			sim_fail(w, "a reply of an earlier life was called %s: %s", err_name(code),
				 e.subject);
		return false;
	}
	/* What it goes on from, or rests on, is in a file that is not here yet. */
	if (is == INTACT && msg->file && (code == ERR_GAP || code == ERR_NO_DICTIONARY)) {
		if (m->node.commits != commits)
			sim_fail(w, "an unfinished object was written down");
		return false;
	}
	if (refusal == ERR_UNKNOWN_DEVICE && enrolled && code == 0)
		return true;
	if (is == DAMAGED || refused || (is == FORGED && code != 0)) {
		if (m->node.commits != commits)
			sim_fail(w, "a bad reply was written down");
		if (code == 0 || (!refused && !sim_listed(code, is == FORGED ? forgery : damage)))
			sim_fail(w, "a bad reply was called %s: %s", err_name(code), e.subject);
		return false;
	}
	if (!sim_ok(w, code, &e, "exchange_apply"))
		return false;
	if (out->problems > 0 && !(w->disasters && forgotten(out->first_problem.code)) &&
	    !(w->copies && of_copies(out->first_problem.code)) &&
	    !(w->keys && out->first_problem.code == ERR_REVOKED))
		sim_fail(w, "the server could not take a part: %s of %llu/%llu",
			 err_name(out->first_problem.code),
			 (unsigned long long)out->first_problem.stream,
			 (unsigned long long)out->first_problem.seq);
	check_receipts(w, m, false);
	if (out->items_in > 0 && chance_percent(&w->chance, 25))
		check_model(w, &m->client.replica, m->label);
	return !w->failed;
}

/* On its way back, perhaps as a liar would have it. */
static void send_back(struct world *w, const struct message *msg, struct buf *reply)
{
	struct message back = { .machine = msg->machine, .life = msg->life, .file = msg->file };

	if (chance_percent(&w->chance, w->taint) &&
	    forge_reply(w, &w->machines[msg->machine], reply))
		back.is = FORGED;
	w->tally.forged += back.is == FORGED;
	net_send(w, back, buf_view(reply));
}

/* One after the other, until there is no more to say. */
static void answer_file(struct world *w, const struct message *msg, struct exchange *x)
{
	bool more = true;
	struct buf reply;
	struct err e;

	while (more && !w->failed) {
		buf_init(&reply, LIMIT_MESSAGE);
		if (sim_ok(w, exchange_reply(x, &w->server, &w->server.replica, &reply, &e), &e,
			   "exchange_reply")) {
			if (reply.len > (msg->size + 1023) / 1024 * 1024)
				sim_fail(w, "a file of %zu bytes where %zu were asked for",
					 reply.len, msg->size);
			send_back(w, msg, &reply);
			sim_ok(w, exchange_next(x, &more, &e), &e, "exchange_next");
		}
		buf_release(&reply);
	}
}

/* A file that came intact, at the district. */
static void serve_file(struct world *w, const struct message *msg)
{
	struct exchange *x = NULL;
	int64_t waits = 0;
	struct err e = { 0 };
	int code = exchange_open_file(&x, &w->server, &w->server.replica,
				      (struct bytes){ msg->data, msg->len }, &e);

	if (code == 0)
		code = exchange_merge(&w->server, &x, 1, &e);
	w->tally.exchanges++;
	if (server_alive(w, code, "a file") && sim_ok(w, code, &e, "a file")) {
		db_number(w->server.db, NULL, 0, &waits, "SELECT count(*) FROM held", "");
		w->tally.waited += waits > 0;
		answer_file(w, msg, x);
	}
	exchange_free(x);
}

static void arrive(struct world *w, struct message *msg)
{
	struct machine *m = &w->machines[msg->machine];
	struct bytes data = { msg->data, msg->len };
	struct exchange_result result = { 0 };
	struct buf reply;

	if (!msg->up) {
		take(w, m, data, msg, &result);
		return;
	}
	if (msg->file && msg->is == INTACT) {
		serve_file(w, msg);
		return;
	}
	buf_init(&reply, LIMIT_MESSAGE);
	if (serve(w, data, msg->size, msg->is == DAMAGED, &reply))
		send_back(w, msg, &reply);
	buf_release(&reply);
}

void net_deliver(struct world *w)
{
	size_t i = 0;

	/* Answers to what arrives now wait for the next step at least. */
	while (i < w->message_count && !w->failed) {
		struct message m = w->messages[i];

		if (m.due > w->step) {
			i++;
			continue;
		}
		w->messages[i] = w->messages[--w->message_count];
		arrive(w, &m);
		free(m.data);
	}
}

static bool prepare(struct world *w, struct machine *m, size_t size, struct exchange_part *part,
		    struct buf *request)
{
	struct err e = { 0 };
	int code = exchange_prepare_part(&m->client, size, part, request, &e);

	if (!machine_alive(w, m, code, "a request") || !sim_ok(w, code, &e, "exchange_prepare"))
		return false;
	/* What heals a server goes with its proof, however large that is. */
	if (request->len > size && !w->disasters)
		sim_fail(w, "a request of %zu bytes where %zu were allowed", request->len, size);
	return !w->failed;
}

void net_sync(struct world *w, struct machine *m)
{
	size_t size = net_size(w);
	int64_t up = 0, down = 0;
	struct buf request;

	db_number(m->client.db, NULL, 0, &up, "SELECT count(*) FROM outbox WHERE held > 0", "");
	db_number(m->client.db, NULL, 0, &down, "SELECT count(*) FROM partial", "");
	w->tally.pieces += up + down > 0;
	buf_init(&request, LIMIT_MESSAGE);
	if (prepare(w, m, size, NULL, &request))
		net_send(w, (struct message){ .machine = (int)(m - w->machines), .life = m->life,
					      .up = true, .size = size }, buf_view(&request));
	buf_release(&request);
}

void net_stick(struct world *w, struct machine *m)
{
	struct exchange_part part = { .bundle = w->step, .written = env_now(&m->node.env) };
	/* Small, for many parts. */
	size_t size = chance_percent(&w->chance, 80) ? LIMIT_MESSAGE_MIN : net_size(w);
	struct message up = { .machine = (int)(m - w->machines), .life = m->life, .up = true,
			      .file = true, .size = size };
	bool more = true;
	struct buf request;

	/* Often only what no earlier one has: if that one is late, these have to wait. */
	if (chance_percent(&w->chance, 60))
		part.begin = part.after = m->on_stick;
	while (more) {
		part.part++;
		buf_init(&request, LIMIT_MESSAGE);
		more = prepare(w, m, size, &part, &request);
		if (more)
			net_send(w, up, buf_view(&request));
		more &= part.more;
		buf_release(&request);
	}
	m->on_stick = part.until;
}

bool net_exchange(struct world *w, struct machine *m, size_t size, bool *quiet)
{
	struct exchange_result result = { 0 };
	struct client_waiting waiting = { 0 };
	const struct message back = { .is = INTACT, .life = m->life };
	struct buf request, reply;
	struct err e;
	bool ok;

	buf_init(&request, LIMIT_MESSAGE);
	buf_init(&reply, LIMIT_MESSAGE);
	ok = prepare(w, m, size, NULL, &request) &&
	     serve(w, buf_view(&request), size, false, &reply) &&
	     take(w, m, buf_view(&reply), &back, &result) &&
	     sim_ok(w, client_waiting(&m->client, &waiting, &e), &e, "client_waiting");
	*quiet = !result.more && result.items_in == 0 && result.changesets_out == 0 &&
		 waiting.transactions == 0 && waiting.changesets == 0;
	buf_release(&request);
	buf_release(&reply);
	return ok;
}
