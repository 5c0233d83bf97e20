/* Writing columns: one function per form of value; changeset_columns.c reads. */
#include "changeset_columns.h"

#include "limits.h"
#include "viscii.h"

/* Where a device stands in the table of this change set; 0 is the signer. */
uint64_t device_index(struct device_table *t, uint64_t device)
{
	size_t i;

	if (device == t->self)
		return 0;
	for (i = 0; i < t->count; i++)
		if (t->known[i] == device)
			return i + 1;
	t->known[t->count++] = device;
	return t->count;
}

void rid_put(struct device_table *t, struct buf *head, struct buf *distance, struct rid r,
	     uint64_t from)
{
	uint64_t index = device_index(t, r.device);

	buf_varint(head, index);
	if (index == 0)
		buf_svarint(distance, (int64_t)(from - r.op));
	else
		buf_varint(distance, r.op);
}

/* The number in a text of digits. */
static uint64_t digits_value(struct bytes s)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s.len; i++)
		n = n * 10 + (uint64_t)(s.at[i] - '0');
	return n;
}

/* A length for all (0: each has its own), then the bytes of the numbers, the
 * most significant of all first: constant prefixes become runs. */
static void put_digits(struct buf *out, const struct column *c)
{
	size_t length = c->ops[0]->value.b.len, i;
	unsigned plane;

	for (i = 1; i < c->count; i++)
		if (c->ops[i]->value.b.len != length)
			length = 0;
	buf_byte(out, (uint8_t)length);
	if (length == 0)
		for (i = 0; i < c->count; i++)
			buf_byte(out, (uint8_t)c->ops[i]->value.b.len);
	for (plane = 8; plane-- > 0;)
		for (i = 0; i < c->count; i++) {
			struct bytes s = c->ops[i]->value.b;

			if (plane < wire_digits_width((unsigned)s.len))
				buf_byte(out, (uint8_t)(digits_value(s) >> (8 * plane)));
		}
}

/* Mode 0: two planes of 16-bit days since 1900. Mode 1: days before the day of
 * the transaction, where that is shorter. */
static void put_dates(const struct changeset *cs, struct buf *out, const struct column *c)
{
	struct buf near;
	size_t i;

	buf_init(&near, LIMIT_CHANGESET);
	for (i = 0; i < c->count; i++) {
		int64_t day = wire_day(cs->tx[c->ops[i]->tx].time);

		buf_svarint(&near, day - c->ops[i]->value.n);
	}
	if (near.len < 2 * c->count) {
		buf_byte(out, 1);
		buf_add(out, buf_view(&near));
	} else {
		buf_byte(out, 0);
		for (i = 0; i < c->count; i++)
			buf_byte(out, (uint8_t)((c->ops[i]->value.n - WIRE_DATE0) >> 8));
		for (i = 0; i < c->count; i++)
			buf_byte(out, (uint8_t)(c->ops[i]->value.n - WIRE_DATE0));
	}
	out->failed |= near.failed;
	buf_release(&near);
}

/* Mantissa and the number of zeros behind it (3 to 15). */
static void put_scaled(struct buf *out, int64_t v)
{
	unsigned zeros = 0;

	while (zeros < 15 && v % 10 == 0) {
		v /= 10;
		zeros++;
	}
	buf_varint(out, (((uint64_t)v << 1) ^ (uint64_t)(v >> 63)) << 4 | zeros);
}

static void put_refs(const struct changeset *cs, struct device_table *t, struct buf *out,
		     const struct column *c)
{
	struct buf distance;
	size_t i;

	buf_init(&distance, LIMIT_CHANGESET);
	for (i = 0; i < c->count; i++) {
		const struct ref *r = &c->ops[i]->value.ref;
		bool here = r->stream == cs->stream;

		/* Zero says "this stream"; streams are written one higher. */
		buf_varint(out, here ? 0 : r->stream + 1);
	}
	for (i = 0; i < c->count; i++)
		rid_put(t, out, &distance, c->ops[i]->value.ref.record, c->ops[i]->number);
	buf_add(out, buf_view(&distance));
	out->failed |= distance.failed;
	buf_release(&distance);
}

void column_put(const struct changeset *cs, struct device_table *t, const struct column *c,
		struct buf *out)
{
	size_t i;

	if (c->kind == WIRE_DATE) {
		put_dates(cs, out, c);
		return;
	}
	if (c->kind == WIRE_DIGITS || c->kind == WIRE_PDIGITS) {
		put_digits(out, c);
		return;
	}
	if (c->kind == WIRE_REF) {
		put_refs(cs, t, out, c);
		return;
	}
	for (i = 0; i < c->count; i++) {
		bool side = c->kind >= WIRE_ADD || (c->lane != LANE_FIELD && c->kind == WIRE_TEXT);
		const struct value *v = side ? &c->ops[i]->element : &c->ops[i]->value;

		if (v->kind == VALUE_INT || v->kind == VALUE_DATE) {
			if (c->kind == WIRE_SCALED)
				put_scaled(out, v->n);
			else
				buf_svarint(out, v->n);
		} else {
			if (v->kind == VALUE_BYTES) {
				buf_varint(out, v->b.len);
				buf_add(out, v->b);
			} else {
				viscii_put(out, v->b);
				buf_byte(out, 0);
			}
		}
	}
}
