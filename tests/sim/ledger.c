/* What saves have promised: every transaction whose save returned 0 must end up in
 * the server's log, once, op for op. */
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
	struct saved s = { d->device, d->stream, d->first, d->count, { 0 }, false };
	const uint64_t numbers[3] = { seen_seq, seen_own, (uint64_t)time };

	digest_ops(d->ops, d->count, bytes_equal(d->author, name) ? BYTES_NONE : d->author,
		   numbers, s.digest);
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

static void check_transaction(struct world *w, const struct logged *item, size_t t)
{
	const struct changeset *cs = &item->opened.cs;
	const struct transaction *tx = &cs->tx[t];
	const uint64_t numbers[3] = { tx->seen_seq, tx->seen_own, (uint64_t)tx->time };
	uint8_t digest[DIGEST];
	size_t i;

	for (i = 0; i < w->saved_count; i++) {
		struct saved *s = &w->ledger[i];

		if (s->device != cs->device || s->stream != cs->stream || s->first != tx->first_op)
			continue;
		digest_ops(cs->ops + tx->op_at, tx->op_count, tx->author, numbers, digest);
		if (s->found)
			sim_fail(w, "transaction %016llx/%llu is in the log twice",
				 (unsigned long long)s->device, (unsigned long long)s->first);
		if (s->count != tx->op_count || memcmp(digest, s->digest, DIGEST) != 0)
			sim_fail(w, "transaction %016llx/%llu is not what was saved",
				 (unsigned long long)s->device, (unsigned long long)s->first);
		s->found = true;
		return;
	}
	sim_fail(w, "transaction %016llx/%llu of stream %llu was never saved",
		 (unsigned long long)cs->device, (unsigned long long)tx->first_op,
		 (unsigned long long)cs->stream);
}

/* What clients that judged for themselves may still be told: that others were
 * first, or that what it rests on was refused. */
static void check_verdicts(struct world *w, const struct logged *item)
{
	static const int late[] = { ERR_LOCKED, ERR_DELETED, ERR_CHECK, ERR_STALE,
				    ERR_IN_CONFLICT, ERR_NO_MOVE, ERR_DEPENDS_ON, 0 };
	size_t i;

	for (i = 0; i < item->count; i++)
		if (!sim_listed(item->list[i].code, late))
			sim_fail(w, "an honest transaction was refused: %s",
				 err_name(item->list[i].code));
}

static void check_stream(struct world *w, uint64_t stream)
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
			for (t = 0; t < item.opened.cs.tx_count; t++)
				check_transaction(w, &item, t);
			check_verdicts(w, &item);
			w->tally.refused += item.count;
		}
		arena_release(&a);
	}
}

void ledger_check(struct world *w)
{
	uint64_t stream;
	size_t i;

	for (stream = 1; stream <= UNITS; stream++)
		check_stream(w, stream);
	for (i = 0; i < w->saved_count && !w->failed; i++)
		/* What an officer signs at the server has no receipt: nobody may have got it. */
		if (!w->ledger[i].found && !(w->disasters && w->ledger[i].device == w->officer.id))
			sim_fail(w, "saved and lost: %016llx/%llu of stream %llu, %llu ops",
				 (unsigned long long)w->ledger[i].device,
				 (unsigned long long)w->ledger[i].first,
				 (unsigned long long)w->ledger[i].stream,
				 (unsigned long long)w->ledger[i].count);
}
