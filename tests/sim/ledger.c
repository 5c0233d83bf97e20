/* What saves have promised: every transaction whose save returned 0 must end up in
 * the server's log, once, op for op.
 *
 * A store that was copied or put back goes on under another key. What was saved before stands
 * in the log under its own numbers, in whoever's change set, and counts once; where those
 * numbers were given to something else it stands there anew, with the same content. What a
 * store had saved after the copy that was put back in its place may be lost with its disk, and
 * so may nothing else. */
#include <stdlib.h>
#include <string.h>

#include "common/replica/generation.h"
#include "protocol/limits.h"
#include "tests/sim/world.h"

static void put_value(struct buf *b, const struct value *v)
{
	buf_byte(b, (uint8_t)v->kind);
	if (v->kind != VALUE_NONE)
		value_put(b, v);
}

/* The content alone: whatever numbers it has. */
static void digest_content(const struct op *ops, size_t count, struct bytes author, uint64_t time,
			   uint8_t out[DIGEST])
{
	struct bytes all;
	struct buf b;
	size_t i;

	buf_init(&b, LIMIT_CHANGESET * (size_t)4);
	buf_varint(&b, author.len);
	buf_add(&b, author);
	buf_u64(&b, time);
	for (i = 0; i < count; i++) {
		const struct op *op = &ops[i];

		buf_byte(&b, (uint8_t)op->kind);
		buf_byte(&b, op->personal);
		buf_varint(&b, op->type);
		buf_varint(&b, op->field);
		put_value(&b, &op->element);
		buf_byte(&b, (uint8_t)op->value.kind);
		if (op->value.kind != VALUE_REF)
			put_value(&b, &op->value);
	}
	all = buf_view(&b);
	hash_parts(out, DIGEST, "sim/content", &all, 1);
	buf_release(&b);
}

static void digest_ops(const struct op *ops, size_t count, struct bytes author,
		       const uint64_t numbers[3], uint8_t out[DIGEST])
{
	struct buf b;
	struct bytes all;
	size_t i;

	buf_init(&b, LIMIT_CHANGESET * (size_t)4);
	buf_varint(&b, author.len);
	buf_add(&b, author);
	for (i = 0; i < 3; i++)
		buf_u64(&b, numbers[i]);
	for (i = 0; i < count; i++) {
		const struct op *op = &ops[i];

		buf_byte(&b, (uint8_t)op->kind);
		buf_byte(&b, op->personal);
		buf_varint(&b, op->type);
		buf_varint(&b, op->field);
		buf_varint(&b, op->number);
		buf_u64(&b, op->record.device);
		buf_u64(&b, op->record.op);
		buf_u64(&b, op->parent.device);
		buf_u64(&b, op->parent.op);
		put_value(&b, &op->element);
		put_value(&b, &op->value);
	}
	all = buf_view(&b);
	hash_parts(out, DIGEST, "sim/ops", &all, 1);
	buf_release(&b);
}

struct saved ledger_entry(const struct draft *d, struct bytes name, uint64_t seen_seq,
			  uint64_t seen_own, int64_t time)
{
	struct saved s = { .device = d->device, .stream = d->stream, .first = d->first,
			   .count = d->count, .machine = NOBODY };
	const uint64_t numbers[3] = { seen_seq, seen_own, (uint64_t)time };
	struct bytes author = bytes_equal(d->author, name) ? BYTES_NONE : d->author;

	digest_ops(d->ops, d->count, author, numbers, s.digest);
	digest_content(d->ops, d->count, author, (uint64_t)time, s.content);
	return s;
}

void ledger_add(struct world *w, const struct saved *s)
{
	if (w->saved_count == w->saved_cap) {
		w->saved_cap = w->saved_cap == 0 ? 256 : w->saved_cap * 2;
		w->ledger = realloc(w->ledger, w->saved_cap * sizeof *w->ledger);
		if (w->ledger == NULL)
			abort();
	}
	w->ledger[w->saved_count++] = *s;
	w->tally.saved++;
}

void ledger_disk_lost(struct world *w, int machine, size_t since)
{
	size_t i;

	for (i = since; i < w->saved_count; i++)
		if (w->ledger[i].machine == machine)
			w->ledger[i].perishable = true;
}

/* A transaction of the log. */
struct heard {
	uint64_t stream, device, signer, first, count;
	int code;               /* its verdict's, 0: applied */
	struct rid about;       /* ... and record */
	uint8_t digest[DIGEST], content[DIGEST];
};

/* Those that no save has made under their numbers. */
struct strays {
	struct heard *list;
	size_t count, cap;
};

static void say_alike(struct world *w, const struct heard *h)
{
	size_t i;

	for (i = 0; i < w->saved_count; i++) {
		const struct saved *s = &w->ledger[i];

		if (memcmp(s->content, h->content, DIGEST) == 0)
			sim_say(w, "alike: %016llx/%llu by %d%s%s%s%s", (unsigned long long)s->device,
				(unsigned long long)s->first, s->machine, s->found ? ", found" : "",
				s->anew ? ", anew" : "", s->open ? ", open" : "",
				s->perishable ? ", perishable" : "");
	}
}

static void complain(struct world *w, const struct heard *h, const char *what)
{
	say_alike(w, h);
	sim_fail(w, "transaction %016llx/%llu of stream %llu %s (in a change set of %016llx: %s, about "
		 "%016llx.%llu)", (unsigned long long)h->device, (unsigned long long)h->first,
		 (unsigned long long)h->stream, what, (unsigned long long)h->signer,
		 h->code == 0 ? "applied" : err_name(h->code), (unsigned long long)h->about.device,
		 (unsigned long long)h->about.op);
}

/* Its place in the log; or that it has one already, or that the numbers are taken. */
static void found_again(struct world *w, struct saved *s, const struct heard *h)
{
	if (h->code == ERR_RENUMBER || (h->code == ERR_ALREADY && s->found))
		return;
	/* By a person; under a new key it may have come before. */
	if (h->code == ERR_REVOKED && s->found)
		return;
	if (s->found)
		complain(w, h, "is in the log twice");
	/* Its author's computer may make it anew, where it rests on what had to be. */
	s->found = true;
	s->open |= h->code == ERR_DEPENDS_ON;
}

/* What was saved may stand there under other numbers, or be met again. */
static bool anew(const struct world *w)
{
	return w->copies || w->keys;
}

/* By its numbers. Of two copies of a store both may have given them. */
static bool by_numbers(struct world *w, const struct heard *h)
{
	bool known = false;
	size_t i;

	for (i = 0; i < w->saved_count; i++) {
		struct saved *s = &w->ledger[i];

		if (s->device != h->device || s->stream != h->stream || s->first != h->first)
			continue;
		known = true;
		if (s->count == h->count && memcmp(h->digest, s->digest, DIGEST) == 0) {
			found_again(w, s, h);
			return true;
		}
	}
	if (known && !anew(w))
		complain(w, h, "is not what was saved");
	return false;
}

/* What was made anew: first among those that must be there. */
static bool by_content(struct world *w, const struct heard *h)
{
	size_t i, pass;

	for (pass = 0; pass < 3; pass++)
		for (i = 0; i < w->saved_count; i++) {
			struct saved *s = &w->ledger[i];

			if (s->anew || (s->found && !(pass == 2 && s->open)) ||
			    (s->perishable && pass == 0) || s->stream != h->stream ||
			    memcmp(s->content, h->content, DIGEST) != 0)
				continue;
			if (h->code == ERR_RENUMBER)
				return true;
			s->found = s->anew = true;
			w->tally.anew++;
			return true;
		}
	return false;
}

/* What clients that judged for themselves may still be told: that others were
 * first, or that what it rests on was refused. A server that was put back twice may have lost a
 * pack for good, with all that clients could prove it by: its fields are not known then. */
static void check_verdict(struct world *w, const struct heard *h)
{
	static const int late[] = { ERR_LOCKED, ERR_DELETED, ERR_CHECK, ERR_STALE,
				    ERR_IN_CONFLICT, ERR_NO_MOVE, ERR_DEPENDS_ON, 0 };
	static const int again[] = { ERR_ALREADY, ERR_RENUMBER, 0 };

	if (h->code != 0 && !sim_listed(h->code, late) &&
	    !(anew(w) && sim_listed(h->code, again)) && !(w->keys && h->code == ERR_REVOKED) &&
	    !(h->code == ERR_NO_RECORD && keys_refused(w, h->about.device)) &&
	    !(h->code == ERR_NO_FIELD && w->tally.restores > 1))
		complain(w, h, "is honest, and was refused");
}

static void add_stray(struct strays *all, const struct heard *h)
{
	if (all->count == all->cap) {
		all->cap = all->cap == 0 ? 16 : all->cap * 2;
		all->list = realloc(all->list, all->cap * sizeof *all->list);
		if (all->list == NULL)
			abort();
	}
	all->list[all->count++] = *h;
}

static void check_transaction(struct world *w, const struct logged *item, size_t t,
			      struct strays *strays)
{
	const struct changeset *cs = &item->opened.cs;
	const struct transaction *tx = &cs->tx[t];
	const uint64_t numbers[3] = { tx->seen_seq, tx->seen_own, (uint64_t)tx->time };
	const struct verdict *v = verdict_on(item->list, item->count, (uint32_t)t);
	struct heard h = { cs->stream, changeset_author(cs, tx), cs->device, tx->first_op,
			   tx->op_count, v == NULL ? 0 : v->code, v == NULL ? RID_NONE : v->record, { 0 },
			   { 0 } };

	/* A person's word; its effect is what is looked at (keys.c). */
	if (cs->device == w->officer.id && cs->ops[tx->op_at].kind == OP_ADOPT)
		return;
	digest_ops(cs->ops + tx->op_at, tx->op_count, tx->author, numbers, h.digest);
	digest_content(cs->ops + tx->op_at, tx->op_count, tx->author, (uint64_t)tx->time,
		       h.content);
	check_verdict(w, &h);
	if (!by_numbers(w, &h))
		add_stray(strays, &h);
}

/* Already is no refusal; what a person has refused is listed save by save. */
static size_t listed(const struct logged *item)
{
	size_t i, n = 0;

	if (item->count == 1 && item->list[0].tx == VERDICT_ALL && item->list[0].code == ERR_REVOKED)
		return item->opened.cs.tx_count;

	for (i = 0; i < item->count; i++)
		n += item->list[i].code != ERR_ALREADY;
	return n;
}

static void check_stream(struct world *w, uint64_t stream, struct strays *strays)
{
	struct stream_head head;
	struct generation g;
	struct logged item;
	struct arena a;
	struct err e;
	uint64_t seq;
	size_t t;

	if (!sim_ok(w, replica_head(&w->server.replica, stream, &head, &e), &e, "head"))
		return;
	for (seq = 1; seq <= head.seq && !w->failed; seq++) {
		/* Positions of a generation that was left behind. */
		while (generation_of(&w->server.replica, stream, seq, &g, &e) == 1)
			seq = g.base + 1;
		if (seq > head.seq)
			break;
		arena_init(&a, LIMIT_MEMORY);
		if (sim_ok(w, replica_item(&w->server.replica, stream, seq, &a, &item, &e), &e,
			   "item") &&
		    item.opened.cs.device != w->server.replica.server_device) {
			if (!item.opened.readable)
				sim_fail(w, "an unreadable item");
			keys_check(w, seq, &item.opened.cs, item.count == 1 &&
				   item.list[0].tx == VERDICT_ALL && item.list[0].code == ERR_REVOKED);
			for (t = 0; t < item.opened.cs.tx_count; t++)
				check_transaction(w, &item, t, strays);
			w->tally.refused += listed(&item);
		}
		arena_release(&a);
	}
}

void ledger_check(struct world *w)
{
	struct strays strays = { 0 };
	uint64_t stream;
	size_t i;

	for (stream = 1; stream <= UNITS; stream++)
		check_stream(w, stream, &strays);
	for (i = 0; i < strays.count && !w->failed; i++)
		if (!anew(w) || !by_content(w, &strays.list[i]))
			complain(w, &strays.list[i], "was never saved");
	free(strays.list);
	for (i = 0; i < w->saved_count && !w->failed; i++)
		/* What an officer signs at the server has no receipt: nobody may have got it. */
		if (!w->ledger[i].found && !w->ledger[i].perishable &&
		    !(w->disasters && w->ledger[i].device == w->officer.id))
			sim_fail(w, "saved and lost: %016llx/%llu of stream %llu, %llu ops",
				 (unsigned long long)w->ledger[i].device,
				 (unsigned long long)w->ledger[i].first,
				 (unsigned long long)w->ledger[i].stream,
				 (unsigned long long)w->ledger[i].count);
}
