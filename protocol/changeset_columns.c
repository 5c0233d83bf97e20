/* Reading columns: one function per form of value. */
#include "changeset_columns.h"

#include <string.h>

#include "limits.h"
#include "viscii.h"

static int bad(struct err *e, int code, const char *what)
{
	return err_set(e, code, "%s", what);
}

static int done(const struct cursor *in, struct err *e, const char *what)
{
	return in->failed ? bad(e, cursor_code(in), what) : 0;
}

/* VISCII up to the next zero byte. */
static int take_text(struct cursor *in, size_t max, struct arena *a, struct bytes *out,
		     struct err *e)
{
	const uint8_t *end = memchr(in->at, 0, cursor_left(in));
	struct bytes s;
	int code;

	if (end == NULL)
		return bad(e, ERR_TRUNCATED, "text");
	s = (struct bytes){ in->at, (size_t)(end - in->at) };
	in->at = end + 1;
	/* No letter is shorter in UTF-8, but for the mark of an escape. */
	if (s.len > 2 * max)
		return bad(e, ERR_TOO_LARGE, "text");
	code = viscii_take(s, a, &s);
	if (code != 0)
		return bad(e, code, "text");
	if (s.len > max)
		return bad(e, ERR_TOO_LARGE, "text");
	*out = s;
	return 0;
}

/* Numbers of width[i] bytes, the most significant bytes of all first. */
static int take_planes(struct cursor *in, const uint8_t *width, size_t count, uint64_t *numbers)
{
	unsigned plane;
	size_t i, k, n;

	for (plane = 8; plane-- > 0;) {
		const uint8_t *at = in->at;

		for (i = n = 0; i < count; i++)
			n += plane < width[i];
		if (cursor_take(in, n).len != n)
			return ERR_TRUNCATED;
		for (i = k = 0; i < count && n > 0; i++)
			if (plane < width[i])
				numbers[i] = numbers[i] << 8 | at[k++];
	}
	return 0;
}

/* Reads count texts of digits into out; see put_digits. */
static int take_digits(struct cursor *in, size_t count, struct bytes *out, struct arena *a,
		       struct err *e)
{
	uint8_t length = cursor_byte(in), *width = arena_alloc(a, count + 1), *text;
	uint64_t *numbers = arena_array(a, count + 1, sizeof *numbers);
	struct bytes lengths = length == 0 ? cursor_take(in, count) : BYTES_NONE;
	size_t i, total = 0, k;

	if (in->failed || numbers == NULL || width == NULL)
		return bad(e, in->failed ? ERR_TRUNCATED : ERR_NOMEM, "digits");
	for (i = 0; i < count; i++) {
		size_t n = length != 0 ? length : lengths.at[i];

		if (n < 4 || n > 18)
			return bad(e, ERR_MALFORMED, "digits");
		out[i].len = n;
		width[i] = (uint8_t)wire_digits_width((unsigned)n);
		total += n;
	}
	if (take_planes(in, width, count, numbers) != 0)
		return bad(e, ERR_TRUNCATED, "digits");
	text = arena_alloc(a, total);
	if (text == NULL)
		return bad(e, ERR_NOMEM, "digits");
	for (i = 0; i < count; i++) {
		for (k = out[i].len; k-- > 0; numbers[i] /= 10)
			text[k] = (uint8_t)('0' + numbers[i] % 10);
		if (numbers[i] != 0)
			return bad(e, ERR_MALFORMED, "digits");
		out[i].at = text;
		text += out[i].len;
	}
	return 0;
}

static int read_dates(struct column_reader *r, struct cursor *in, struct column *c)
{
	uint8_t mode = cursor_byte(in);
	size_t i;

	if (mode > 1)
		return bad(r->e, ERR_MALFORMED, "dates");
	if (mode == 1) {
		for (i = 0; i < c->count && !in->failed; i++) {
			int64_t day = wire_day(r->cs->tx[c->ops[i]->tx].time);
			int64_t back = cursor_svarint(in);

			if (back > WIRE_TIME_MAX || back < -WIRE_TIME_MAX)
				return bad(r->e, ERR_MALFORMED, "dates");
			c->ops[i]->value = value_date(day - back);
		}
	} else {
		struct bytes high = cursor_take(in, c->count), low = cursor_take(in, c->count);

		for (i = 0; i < c->count && !in->failed; i++)
			c->ops[i]->value = value_date(WIRE_DATE0 +
						      ((int64_t)high.at[i] << 8 | low.at[i]));
	}
	return done(in, r->e, "dates");
}

static int read_scaled(struct column_reader *r, struct cursor *in, struct column *c)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		uint64_t word = cursor_varint(in), zig = word >> 4;
		int64_t v = (int64_t)(zig >> 1) ^ -(int64_t)(zig & 1);
		unsigned zeros = (unsigned)(word & 15);

		if (in->failed)
			break;
		if (zeros < 3 || v == 0)
			return bad(r->e, ERR_MALFORMED, "number");
		for (; zeros > 0; zeros--)
			if (__builtin_mul_overflow(v, 10, &v))
				return bad(r->e, ERR_MALFORMED, "number");
		c->ops[i]->value = value_int(v);
	}
	return done(in, r->e, "numbers");
}

/* Streams of all, table indexes of all, then distances or numbers. */
static int read_refs(struct column_reader *r, struct cursor *in, struct column *c)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		uint64_t stream = cursor_varint(in);
		struct ref ref = { stream == 0 ? r->cs->stream : stream - 1, RID_NONE };

		if (ref.stream > WIRE_MAX)
			return bad(r->e, ERR_MALFORMED, "reference");
		c->ops[i]->value = value_ref(ref);
	}
	for (i = 0; i < c->count; i++)
		c->ops[i]->value.ref.record.device = cursor_varint(in);
	for (i = 0; i < c->count; i++) {
		struct rid *rid = &c->ops[i]->value.ref.record;
		uint64_t index = rid->device;

		if (in->failed)
			break;
		if (index >= r->device_count)
			return bad(r->e, ERR_MALFORMED, "reference");
		rid->device = r->devices[index];
		rid->op = index == 0 ? c->ops[i]->number - (uint64_t)cursor_svarint(in) :
				       cursor_varint(in);
		if (!in->failed && (rid->op == 0 || rid->op > WIRE_MAX))
			return bad(r->e, ERR_MALFORMED, "reference");
	}
	return done(in, r->e, "references");
}

static int read_texts(struct column_reader *r, struct cursor *in, struct column *c)
{
	bool element = c->kind == WIRE_MEMBER || c->lane != LANE_FIELD;
	size_t max = c->lane != LANE_FIELD ? LIMIT_REMARK : LIMIT_TEXT, i;
	int code = 0;

	for (i = 0; i < c->count && code == 0; i++) {
		struct bytes s;

		code = take_text(in, max, r->a, &s, r->e);
		if (code == 0)
			*(element ? &c->ops[i]->element : &c->ops[i]->value) = value_text(s);
	}
	return code;
}

static int read_plain(struct column_reader *r, struct cursor *in, struct column *c)
{
	size_t i;

	for (i = 0; i < c->count && !in->failed; i++) {
		struct op *op = c->ops[i];

		if (c->kind == WIRE_BYTES) {
			op->value = value_bytes(cursor_take(in, cursor_varint(in)));
			if (op->value.b.len > LIMIT_BYTES)
				return bad(r->e, ERR_TOO_LARGE, "bytes");
			if (in->failed)
				break;
			if (c->lane != LANE_FIELD && op->value.b.len != HASH_SIZE)
				return bad(r->e, ERR_MALFORMED, "digest");
		} else if (c->kind == WIRE_FAR) {
			op->value = value_date(cursor_svarint(in));
		} else if (c->kind == WIRE_INT) {
			op->value = value_int(cursor_svarint(in));
		} else {
			op->element = value_int(cursor_svarint(in));
		}
	}
	return done(in, r->e, "values");
}

int column_read(struct column_reader *r, struct cursor *in, struct column *c)
{
	struct bytes *texts;
	size_t i;
	int code;

	switch (c->kind) {
	case WIRE_DATE:
		return read_dates(r, in, c);
	case WIRE_SCALED:
		return read_scaled(r, in, c);
	case WIRE_REF:
		return read_refs(r, in, c);
	case WIRE_TEXT:
	case WIRE_MEMBER:
		return read_texts(r, in, c);
	case WIRE_DIGITS:
		texts = arena_array(r->a, c->count, sizeof *texts);
		if (texts == NULL)
			return bad(r->e, ERR_NOMEM, "digits");
		code = take_digits(in, c->count, texts, r->a, r->e);
		for (i = 0; i < c->count && code == 0; i++)
			c->ops[i]->value = value_text(texts[i]);
		return code;
	default:
		return read_plain(r, in, c);
	}
}

static int read_personal_column(struct cursor *in, struct arena *a, struct personal *p,
				struct err *e)
{
	struct personal_column *c = &p->columns[p->column_count];
	size_t i;
	int code = 0;

	c->kind = cursor_byte(in);
	c->count = cursor_varint(in);
	if (in->failed)
		return bad(e, cursor_code(in), "personal column");
	if (c->count == 0 || !wire_personal(c->kind))
		return bad(e, ERR_MALFORMED, "personal column");
	/* Every value takes a byte or more. */
	if (c->count > cursor_left(in))
		return bad(e, ERR_TRUNCATED, "personal column");
	c->values = arena_array(a, c->count, sizeof *c->values);
	if (c->values == NULL)
		return bad(e, ERR_NOMEM, "personal column");
	if (c->kind == WIRE_PDIGITS)
		code = take_digits(in, c->count, c->values, a, e);
	for (i = 0; c->kind == WIRE_PTEXT && i < c->count && code == 0; i++)
		code = take_text(in, LIMIT_TEXT, a, &c->values[i], e);
	p->value_count += c->count;
	p->column_count++;
	return code;
}

int personal_read(struct bytes in, struct arena *a, struct personal *out, struct err *e)
{
	struct cursor c = cursor_of(in);
	int code = 0;

	out->salt = BYTES_NONE;
	out->value_count = out->column_count = 0;
	if (in.len == 0)
		return 0;
	out->salt = cursor_take(&c, CHANGESET_SALT);
	if (c.failed || cursor_left(&c) == 0)
		return bad(e, ERR_TRUNCATED, "personal part");
	while (cursor_left(&c) > 0 && code == 0) {
		if (out->column_count == sizeof out->columns / sizeof out->columns[0])
			return bad(e, ERR_TOO_LARGE, "personal columns");
		code = read_personal_column(&c, a, out, e);
	}
	return code;
}

/* The leaf of the value at this place, counted over all columns. */
static void make_leaf(const uint8_t key[32], uint64_t place, struct bytes value,
		      uint8_t leaf[HASH_SIZE])
{
	uint8_t salt[CHANGESET_SALT], number[8];
	struct bytes parts[2] = { BYTES_OF(number), value };
	int i;

	for (i = 0; i < 8; i++)
		number[i] = (uint8_t)(place >> (56 - 8 * i));
	hash_keyed(salt, sizeof salt, key, HASH_SALT, parts, 1);
	parts[0] = BYTES_OF(salt);
	hash_parts(leaf, HASH_SIZE, HASH_LEAF, parts, 2);
}

int personal_root(const struct personal *p, struct arena *a, uint8_t root[HASH_SIZE],
		  struct err *e)
{
	uint8_t key[32] = { 0 }, *leaves;
	struct bytes all;
	size_t k, i, n = 0;

	memset(root, 0, HASH_SIZE);
	if (p->value_count == 0)
		return 0;
	leaves = arena_array(a, p->value_count, HASH_SIZE);
	if (leaves == NULL)
		return bad(e, ERR_NOMEM, "personal part");
	memcpy(key, p->salt.at, p->salt.len);
	for (k = 0; k < p->column_count; k++)
		for (i = 0; i < p->columns[k].count; i++, n++)
			make_leaf(key, n, p->columns[k].values[i], leaves + n * HASH_SIZE);
	all = (struct bytes){ leaves, p->value_count * HASH_SIZE };
	hash_parts(root, HASH_SIZE, HASH_LEAVES, &all, 1);
	return 0;
}

int column_take_personal(struct column_reader *r, const struct personal *p, size_t *next,
			 struct column *c)
{
	const struct personal_column *pc = &p->columns[*next];
	size_t i;

	if (*next == p->column_count || pc->kind != c->kind || pc->count != c->count)
		return bad(r->e, ERR_MALFORMED, "personal part");
	for (i = 0; i < c->count; i++)
		c->ops[i]->value = value_text(pc->values[i]);
	(*next)++;
	return 0;
}
