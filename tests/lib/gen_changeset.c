/* The generator: splitmix64 below, then values, ops, transactions on top. */
#include "tests/lib/gen_changeset.h"

#include <stdlib.h>
#include <string.h>

enum { DATE_FIRST = -25567, DATE_LAST = DATE_FIRST + 0xffff, BARE_OPS = 16 };

struct gen gen_of(uint64_t seed, struct arena *a)
{
	return (struct gen){ seed, a };
}

uint64_t gen_next(struct gen *g)
{
	uint64_t z = g->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t gen_below(struct gen *g, uint64_t n)
{
	return gen_next(g) % n;
}

void gen_fill(struct gen *g, uint8_t *out, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (uint8_t)gen_next(g);
}

static void *need(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static struct bytes random_bytes(struct gen *g, size_t n)
{
	uint8_t *p = need(arena_array(g->a, n + 1, 1));

	gen_fill(g, p, n);
	return (struct bytes){ p, n };
}

static struct bytes random_digits(struct gen *g, size_t n)
{
	uint8_t *p = need(arena_array(g->a, n + 1, 1));
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (uint8_t)('0' + gen_below(g, 10));
	if (gen_below(g, 8) == 0)
		memset(p, gen_below(g, 2) ? '0' : '9', n);
	return (struct bytes){ p, n };
}

static struct bytes random_text(struct gen *g)
{
	static const char *const words[] = {
		"", "x", "123", "Xã Sông Lô", "Nguyễn Thị Mẫu", "Trường THCS Tứ Yên",
		"Quyết định số 12/QĐ-UBND", "0123456789012345678", "12 34", "1234a",
		"\xf0\x9f\x93\x84", "đã hoàn thành bồi dưỡng", "ẲẴẪỶỸỴ", "\x01", "\x02\x1e\x7f",
		"e\xcc\x81", "社寺 \x01\x01\x01"
	};
	uint64_t pick = gen_below(g, 40);
	uint8_t *p;
	size_t n;

	if (pick < 20)
		return bytes_str(words[pick % (sizeof words / sizeof words[0])]);
	if (pick < 38)
		return random_digits(g, 4 + gen_below(g, 15));
	n = gen_below(g, 400);
	p = need(arena_array(g->a, n + 1, 1));
	memset(p, gen_below(g, 4) == 0 ? 0x01 : 'a', n);
	return (struct bytes){ p, n };
}

static int64_t random_int(struct gen *g)
{
	static const int64_t seams[] = {
		0, 1, -1, 999, 1000, -1000, 1001, 63, 64, -64, -65, 25000000, -7000000,
		9000000000000000000, -9000000000000000000, 1000000000000000,
		-1000000000000000, INT64_MAX, INT64_MIN, INT64_MIN + 808
	};
	uint64_t pick = gen_below(g, 3);

	if (pick == 0)
		return seams[gen_below(g, sizeof seams / sizeof seams[0])];
	if (pick == 1)
		return (int64_t)gen_below(g, 5000) - 2500;
	return ((int64_t)gen_below(g, 20000) - 10000) * 1000;
}

static int64_t random_date(struct gen *g, int64_t time)
{
	static const int64_t seams[] = {
		DATE_FIRST - 1, DATE_FIRST, DATE_FIRST + 1, 0, DATE_LAST - 1, DATE_LAST,
		DATE_LAST + 1, -700000, 3000000, INT64_MIN, INT64_MAX
	};
	uint64_t pick = gen_below(g, 8);

	if (pick == 0)
		return seams[gen_below(g, sizeof seams / sizeof seams[0])];
	if (pick < 6)
		return time / 86400 - (int64_t)gen_below(g, 70) + 5;
	return (int64_t)gen_below(g, 20000);
}

/* A record: mostly one's own earlier one, else a foreign device's. */
static struct rid random_rid(struct gen *g, const struct changeset *cs, uint64_t number)
{
	uint64_t pick = gen_below(g, 6);

	if (pick < 3)
		return (struct rid){ cs->device, 1 + gen_below(g, number) };
	if (pick == 3)
		return (struct rid){ cs->device, number + 1 + gen_below(g, 5) };
	return (struct rid){ 0xd0d0 + gen_below(g, 5), 1 + gen_below(g, 100000) };
}

static struct value random_value(struct gen *g, const struct changeset *cs,
				 const struct op *op, int64_t time)
{
	struct ref ref;

	switch (gen_below(g, 9)) {
	case 0:
		return VALUE_OF_NULL;
	case 1:
		return value_bool(gen_below(g, 2) == 1);
	case 2:
	case 3:
		return value_int(random_int(g));
	case 4:
		return value_date(random_date(g, time));
	case 5:
		return value_bytes(random_bytes(g, gen_below(g, 40)));
	case 6:
		ref.stream = gen_below(g, 2) ? cs->stream : gen_below(g, 50);
		ref.record = random_rid(g, cs, op->number);
		return value_ref(ref);
	default:
		return value_text(random_text(g));
	}
}

static void fill_set(struct gen *g, const struct changeset *cs, struct op *op, int64_t time)
{
	op->kind = OP_SET;
	op->field = 1 + (uint32_t)gen_below(g, gen_below(g, 10) ? 20 : UINT32_MAX);
	if (gen_below(g, 6) == 0) {
		op->element = gen_below(g, 2) ? value_int(random_int(g)) :
						value_text(random_text(g));
		op->value = value_bool(gen_below(g, 2) == 1);
		return;
	}
	op->value = random_value(g, cs, op, time);
	op->personal = op->value.kind == VALUE_TEXT && gen_below(g, 3) == 0;
}

static int by_field(const void *a, const void *b)
{
	const struct op *x = a, *y = b;

	return x->field < y->field ? -1 : x->field > y->field;
}

/* A create or nothing, then sets on that record; fields ascend or not. */
static size_t fill_record(struct gen *g, const struct changeset *cs, struct op *ops,
			  size_t room, int64_t time)
{
	uint32_t type = (uint32_t)gen_below(g, 5), field;
	struct rid record = random_rid(g, cs, ops->number);
	size_t n = 0, i, sets;
	bool create = gen_below(g, 2) == 0;

	if (create) {
		record = (struct rid){ changeset_author(cs, &cs->tx[ops->tx]), ops->number };
		ops->kind = OP_CREATE;
		if (gen_below(g, 2) == 0) {
			ops->parent = random_rid(g, cs, ops->number);
			ops->field = (uint32_t)gen_below(g, 30);
		}
		n = 1;
	}
	sets = gen_below(g, 15) + (create ? 0 : 1);
	for (i = 0; i < sets && n < room; i++, n++)
		fill_set(g, cs, &ops[n], time);
	if (gen_below(g, 4) != 0 && n > 1) {
		size_t from = create ? 1 : 0;
		uint64_t first = ops->number;

		field = ops->field;
		qsort(ops + from, n - from, sizeof *ops, by_field);
		for (i = 0; i < n; i++)
			ops[i].number = first + i;
		ops->field = create ? field : ops->field;
	}
	for (i = 0; i < n; i++) {
		ops[i].type = type;
		ops[i].record = record;
	}
	return n;
}

static size_t fill_single(struct gen *g, const struct changeset *cs, struct op *op)
{
	op->record = random_rid(g, cs, op->number);
	op->type = (uint32_t)gen_below(g, 5);
	op->kind = (enum op_kind)(OP_DELETE + gen_below(g, 5));
	if (op->kind == OP_SIGN || op->kind == OP_ADOPT)
		op->value = value_bytes(random_bytes(g, HASH_SIZE));
	if (op->kind == OP_ADOPT) {
		op->field = (uint32_t)gen_below(g, 2);
		if (gen_below(g, 2) == 0)
			op->element = value_text(random_text(g));
	}
	if (op->kind == OP_MOVE) {
		op->value = value_int(random_int(g));
		if (gen_below(g, 2) == 0)
			op->element = value_text(random_text(g));
	}
	return 1;
}

static void fill_transaction(struct gen *g, struct changeset *cs, size_t t, size_t ops)
{
	static const char *const names[] = { NULL, "Trần Văn Thử", "Lê Thị Ví Dụ", "An" };
	struct transaction *tx = &cs->tx[t], *before = t > 0 ? tx - 1 : NULL;
	size_t n = 0, i;

	tx->op_at = cs->op_count;
	tx->first_op = changeset_last(cs) + 1;
	/* Now and then one of an earlier key. */
	if (gen_below(g, 8) == 0) {
		tx->carried = 0xc0c0 + gen_below(g, 3);
		tx->first_op = 1 + gen_below(g, 100000);
	}
	tx->time = before == NULL ? 1700000000 + (int64_t)gen_below(g, 100000000) :
				    before->time + (int64_t)gen_below(g, 4000) - 100;
	if (gen_below(g, 20) == 0)
		tx->time = -(int64_t)gen_below(g, 100000000000);
	tx->author = before != NULL && gen_below(g, 4) != 0 ? before->author :
							      bytes_str(names[gen_below(g, 4)]);
	tx->seen_seq = before == NULL ? 0 : before->seen_seq;
	if (gen_below(g, 4) == 0)
		tx->seen_seq = gen_below(g, 100000);
	tx->seen_own = gen_below(g, 4) == 0 ? gen_below(g, tx->first_op) : tx->first_op - 1;
	for (i = 0; i < ops; i++) {
		cs->ops[tx->op_at + i].number = tx->first_op + i;
		cs->ops[tx->op_at + i].tx = (uint32_t)t;
	}
	while (n < ops) {
		struct op *op = &cs->ops[tx->op_at + n];

		n += gen_below(g, 4) == 0 ? fill_single(g, cs, op) :
					    fill_record(g, cs, op, ops - n, tx->time);
	}
	tx->op_count = ops;
	cs->op_count += ops;
}

struct changeset gen_changeset(struct gen *g, size_t max_ops)
{
	size_t want = 1 + gen_below(g, max_ops);
	struct changeset cs = {
		.stream = gen_below(g, 50), .device = gen_next(g), .seq = 1 + gen_below(g, 1000),
		.first = 1 + gen_below(g, 100000), .zero = gen_below(g, 300)
	};

	cs.ops = need(arena_array(g->a, want, sizeof *cs.ops));
	cs.tx = need(arena_array(g->a, want, sizeof *cs.tx));
	while (cs.op_count < want) {
		size_t n = 1 + gen_below(g, 40), left = want - cs.op_count;

		fill_transaction(g, &cs, cs.tx_count++, n < left ? n : left);
	}
	return cs;
}

struct changeset gen_forms(struct gen *g, size_t edits)
{
	enum { FIELDS = 12 };
	struct changeset cs = { .stream = 7, .device = gen_next(g), .seq = 3, .first = 100,
				.zero = 12 };
	size_t i, k;

	cs.ops = need(arena_array(g->a, edits * (FIELDS + 1), sizeof *cs.ops));
	cs.tx = need(arena_array(g->a, edits, sizeof *cs.tx));
	for (i = 0; i < edits; i++) {
		struct transaction *tx = &cs.tx[i];
		struct op *op = &cs.ops[cs.op_count];

		*tx = (struct transaction){ .first_op = cs.first + cs.op_count,
					    .op_at = cs.op_count, .op_count = FIELDS + 1,
					    .time = 1750000000 + (int64_t)(i * 90),
					    .seen_own = cs.first + cs.op_count - 1 };
		for (k = 0; k <= FIELDS; k++)
			op[k] = (struct op){ .kind = k == 0 ? OP_CREATE : OP_SET,
					     .tx = (uint32_t)i, .type = 1, .field = (uint32_t)k,
					     .number = tx->first_op + k,
					     .record = { cs.device, tx->first_op } };
		op[1].value = value_text(bytes_str("Nguyễn Thị Mẫu"));
		op[2].value = value_text(random_digits(g, 12));
		op[3].value = value_text(random_digits(g, 10));
		op[2].personal = op[3].personal = true;
		op[4].value = value_date(5000 + (int64_t)gen_below(g, 8000));
		op[5].value = value_int((int64_t)gen_below(g, 10));
		op[6].value = value_int((int64_t)gen_below(g, 40));
		op[7].value = value_int(1000 * (int64_t)(1 + gen_below(g, 40000)));
		op[8].value = value_date(tx->time / 86400 - (int64_t)gen_below(g, 30));
		op[9].value = value_text(bytes_str("Trường THCS Tứ Yên"));
		op[10].value = value_bool(gen_below(g, 2) == 1);
		op[11].value = value_ref((struct ref){ 0, { 0xd0d0, 1 + gen_below(g, 90) } });
		op[12].value = value_text(random_text(g));
		cs.op_count += FIELDS + 1;
	}
	cs.tx_count = edits;
	return cs;
}

struct changeset gen_bare(struct arena *a)
{
	struct changeset cs = { .stream = 7, .device = 0xabcdef, .seq = 1, .first = 10,
				.zero = 2, .tx_count = 1 };

	cs.tx = need(arena_array(a, 1, sizeof *cs.tx));
	cs.ops = need(arena_array(a, BARE_OPS, sizeof *cs.ops));
	cs.tx->first_op = cs.first;
	cs.tx->time = 1750000000;
	cs.tx->seen_own = cs.first - 1;
	return cs;
}

struct op *gen_add(struct changeset *cs, enum op_kind kind, uint32_t field)
{
	struct op *op = &cs->ops[cs->op_count];

	if (cs->op_count == BARE_OPS)
		abort();
	op->kind = kind;
	op->field = field;
	op->type = 3;
	op->number = cs->first + cs->op_count++;
	op->record = (struct rid){ cs->device, op->number };
	if (kind != OP_CREATE)
		op->record.op = 4;
	cs->tx->op_count++;
	return op;
}

static const char *op_difference(const struct op *x, const struct op *y)
{
	if (x->kind != y->kind)
		return "kind";
	if (x->personal != y->personal)
		return "personal";
	if (x->tx != y->tx || x->number != y->number)
		return "place";
	if (x->type != y->type || x->field != y->field)
		return "type or field";
	if (!rid_equal(x->record, y->record) || !rid_equal(x->parent, y->parent))
		return "record or parent";
	if (!value_equal(&x->element, &y->element))
		return "element";
	return value_equal(&x->value, &y->value) ? NULL : "value";
}

const char *gen_difference(const struct changeset *x, const struct changeset *y)
{
	const char *what = NULL;
	size_t i;

	if (x->stream != y->stream || x->device != y->device || x->seq != y->seq ||
	    x->first != y->first || x->zero != y->zero)
		return "head";
	if (x->tx_count != y->tx_count || x->op_count != y->op_count)
		return "counts";
	for (i = 0; i < x->tx_count; i++) {
		const struct transaction *t = &x->tx[i], *u = &y->tx[i];

		if (t->first_op != u->first_op || t->op_at != u->op_at ||
		    t->op_count != u->op_count || t->carried != u->carried)
			return "place of a transaction";
		if (t->time != u->time || !bytes_equal(t->author, u->author))
			return "time or author";
		if (t->seen_seq != u->seen_seq || t->seen_own != u->seen_own)
			return "seen";
	}
	for (i = 0; i < x->op_count && what == NULL; i++)
		what = op_difference(&x->ops[i], &y->ops[i]);
	if (what == NULL && memcmp(x->root, y->root, HASH_SIZE) != 0)
		what = "root";
	return what;
}
