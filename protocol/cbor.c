/* The strict CBOR subset: one writer, one reader.
 *
 * The reader is a cursor with a small stack of counts. All rules about a single
 * item (shortest form, kinds of the subset, lengths that the input can hold)
 * live in head_read, all rules about its place (room in the container, order of
 * keys, item limit) in item_take; the getters only pick the kind they want. So
 * skipping checks exactly what reading checks.
 *
 * Which code for what: bytes that are missing are ERR_TRUNCATED; a correct
 * CBOR item in a form that is not the deterministic one (too long an integer,
 * an indefinite length, keys out of order or twice) is ERR_NOT_CANONICAL;
 * everything outside the subset and every unexpected kind is ERR_MALFORMED.
 *
 * Slot 0 of the stack stands for the input itself; a container at depth d uses
 * slot d. In a map `left` counts keys and values, so it is even before a key. */
#include "cbor.h"

#include <assert.h>
#include <string.h>

#include "limits.h"

enum {
	MAJOR_UINT, MAJOR_NEGINT, MAJOR_BYTES, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP,
	MAJOR_TAG, MAJOR_SIMPLE
};

/* The low five bits of the first byte. */
enum {
	INFO_1_BYTE = 24, INFO_2_BYTES, INFO_4_BYTES, INFO_8_BYTES,
	INFO_INDEFINITE = 31,
	SIMPLE_FALSE = 20, SIMPLE_TRUE = 21, SIMPLE_NULL = 22
};

static_assert(sizeof ((struct cbor *)0)->left / sizeof(uint64_t) ==
	LIMIT_CBOR_DEPTH + 1, "one slot per depth and one for the input");

/* --- writer --- */

static void put_head(struct buf *b, unsigned major, uint64_t arg)
{
	uint8_t out[9];
	unsigned width, info, i;

	if (arg < INFO_1_BYTE) {
		buf_byte(b, (uint8_t)(major << 5 | arg));
		return;
	}
	if (arg <= UINT8_MAX) {
		info = INFO_1_BYTE;
		width = 1;
	} else if (arg <= UINT16_MAX) {
		info = INFO_2_BYTES;
		width = 2;
	} else if (arg <= UINT32_MAX) {
		info = INFO_4_BYTES;
		width = 4;
	} else {
		info = INFO_8_BYTES;
		width = 8;
	}
	out[0] = (uint8_t)(major << 5 | info);
	for (i = 0; i < width; i++)
		out[1 + i] = (uint8_t)(arg >> 8 * (width - 1 - i));
	buf_put(b, out, 1 + width);
}

void cbor_put_uint(struct buf *b, uint64_t n)
{
	put_head(b, MAJOR_UINT, n);
}

void cbor_put_int(struct buf *b, int64_t n)
{
	/* A negative integer n travels as -1 - n, which is ~n. */
	if (n < 0)
		put_head(b, MAJOR_NEGINT, ~(uint64_t)n);
	else
		put_head(b, MAJOR_UINT, (uint64_t)n);
}

void cbor_put_bytes(struct buf *b, struct bytes s)
{
	put_head(b, MAJOR_BYTES, s.len);
	buf_add(b, s);
}

void cbor_put_text(struct buf *b, struct bytes s)
{
	put_head(b, MAJOR_TEXT, s.len);
	buf_add(b, s);
}

void cbor_put_array(struct buf *b, uint64_t count)
{
	put_head(b, MAJOR_ARRAY, count);
}

void cbor_put_map(struct buf *b, uint64_t count)
{
	put_head(b, MAJOR_MAP, count);
}

void cbor_put_bool(struct buf *b, bool v)
{
	put_head(b, MAJOR_SIMPLE, v ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void cbor_put_null(struct buf *b)
{
	put_head(b, MAJOR_SIMPLE, SIMPLE_NULL);
}

/* --- UTF-8 --- */

/* Length of the sequence that begins with `first` and the range of its second
 * byte (RFC 3629 section 4); 0 if no sequence begins so. The narrow ranges keep
 * out overlong forms, surrogates and what is above U+10FFFF. */
static size_t utf8_begin(uint8_t first, uint8_t *low, uint8_t *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (first < 0xc2)
		return 0;
	if (first < 0xe0)
		return 2;
	if (first < 0xf0) {
		if (first == 0xe0)
			*low = 0xa0;
		if (first == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (first == 0xf0)
		*low = 0x90;
	if (first == 0xf4)
		*high = 0x8f;
	return first <= 0xf4 ? 4 : 0;
}

bool cbor_utf8_ok(struct bytes s)
{
	size_t i = 0, k, n;
	uint8_t low, high;

	while (i < s.len) {
		if (s.at[i] == 0)
			return false;
		if (s.at[i] < 0x80) {
			i++;
			continue;
		}
		n = utf8_begin(s.at[i], &low, &high);
		if (n == 0 || n > s.len - i)
			return false;
		if (s.at[i + 1] < low || s.at[i + 1] > high)
			return false;
		for (k = 2; k < n; k++)
			if ((s.at[i + k] & 0xc0) != 0x80)
				return false;
		i += n;
	}
	return true;
}

/* --- reader --- */

/* The first bytes of an item, understood. */
struct head {
	enum cbor_kind kind;
	uint64_t arg;  /* value, length or count */
	size_t size;   /* of the head itself */
};

void cbor_init(struct cbor *c, struct bytes input)
{
	/* Arithmetic on NULL is undefined, so nothing gets an address too. */
	static const uint8_t nothing;

	memset(c, 0, sizeof *c);
	c->start = input.len == 0 ? &nothing : input.at;
	c->at = c->start;
	c->end = c->start + input.len;
}

static void fail(struct cbor *c, int code)
{
	if (c->code == 0)
		c->code = code;
}

/* The argument of a head; `in` begins with the head. 0 or a code. */
static int arg_read(struct bytes in, uint64_t *arg, size_t *size)
{
	unsigned info = in.at[0] & 0x1f, width, i;
	uint64_t n = 0, least;

	if (info < INFO_1_BYTE) {
		*arg = info;
		*size = 1;
		return 0;
	}
	if (info > INFO_8_BYTES)
		return ERR_MALFORMED;
	width = 1u << (info - INFO_1_BYTE);
	if (in.len - 1 < width)
		return ERR_TRUNCATED;
	for (i = 0; i < width; i++)
		n = n << 8 | in.at[1 + i];
	/* What the next shorter width could not have held. */
	least = width == 1 ? INFO_1_BYTE : (uint64_t)1 << 4 * width;
	if (n < least)
		return ERR_NOT_CANONICAL;
	*arg = n;
	*size = 1 + width;
	return 0;
}

/* Of the simple values and floats (one major type) the subset has three. */
static int simple_read(uint8_t first, struct head *h)
{
	h->arg = 0;
	h->size = 1;
	switch (first & 0x1f) {
	case SIMPLE_FALSE:
		h->kind = CBOR_FALSE;
		return 0;
	case SIMPLE_TRUE:
		h->kind = CBOR_TRUE;
		return 0;
	case SIMPLE_NULL:
		h->kind = CBOR_NULL;
		return 0;
	default:
		return ERR_MALFORMED;
	}
}

/* Reads the head at the start of `in` (not empty) and checks all that can be
 * checked about the item by itself. 0 or a code. */
static int head_read(struct bytes in, struct head *h)
{
	unsigned major = in.at[0] >> 5;
	uint64_t room;
	int code;

	if (major == MAJOR_SIMPLE)
		return simple_read(in.at[0], h);
	if (major == MAJOR_TAG)
		return ERR_MALFORMED;
	if ((in.at[0] & 0x1f) == INFO_INDEFINITE && major >= MAJOR_BYTES)
		return ERR_NOT_CANONICAL;
	code = arg_read(in, &h->arg, &h->size);
	if (code != 0)
		return code;
	/* The first six kinds stand in the order of the major types. */
	h->kind = (enum cbor_kind)major;
	if (major == MAJOR_NEGINT && h->arg > INT64_MAX)
		return ERR_MALFORMED;
	if (major < MAJOR_BYTES)
		return 0;
	/* The shortest item takes one byte, so a count is bounded like a length. */
	room = in.len - h->size;
	if (major == MAJOR_MAP)
		room /= 2;
	return h->arg > room ? ERR_TRUNCATED : 0;
}

/* The next head, without consuming it. False at an end and on an error. */
static bool head_peek(struct cbor *c, struct head *h)
{
	int code;

	if (c->code != 0 || (c->depth > 0 && c->left[c->depth] == 0))
		return false;
	if (c->at == c->end) {
		if (c->depth > 0)
			fail(c, ERR_TRUNCATED);
		return false;
	}
	code = head_read((struct bytes){ c->at, (size_t)(c->end - c->at) }, h);
	if (code != 0)
		fail(c, code);
	return code == 0;
}

/* A key's place in the bytewise order of encoded keys (RFC 8949 4.2.1): 0, 1,
 * 2 ... and after them -1, -2 ... */
static uint64_t key_rank(int64_t key)
{
	return key >= 0 ? (uint64_t)key : ((uint64_t)1 << 63) + ~(uint64_t)key;
}

/* An integer as int64; false if it is none or does not fit. */
static bool head_int(const struct head *h, int64_t *n)
{
	if (h->arg > INT64_MAX)
		return false;
	if (h->kind != CBOR_UINT && h->kind != CBOR_NEGINT)
		return false;
	*n = h->kind == CBOR_UINT ? (int64_t)h->arg : -1 - (int64_t)h->arg;
	return true;
}

static int key_check(struct cbor *c, const struct head *h)
{
	unsigned d = c->depth;
	int64_t key;

	if (!head_int(h, &key))
		return ERR_MALFORMED;
	if (c->has_key[d] && key_rank(key) <= key_rank(c->last_key[d]))
		return ERR_NOT_CANONICAL;
	c->has_key[d] = true;
	c->last_key[d] = key;
	return 0;
}

/* Consumes a peeked head: counts the item, and checks it if it is a key. */
static bool item_take(struct cbor *c, const struct head *h)
{
	unsigned d = c->depth;
	int code = 0;

	if (c->items >= LIMIT_CBOR_ITEMS)
		code = ERR_TOO_LARGE;
	else if (c->is_map[d] && c->left[d] % 2 == 0)
		code = key_check(c, h);
	if (code != 0) {
		fail(c, code);
		return false;
	}
	c->items++;
	if (d > 0)
		c->left[d]--;
	c->at += h->size;
	return true;
}

/* Consumes the next head if it is of this kind, else fails. */
static bool item_get(struct cbor *c, enum cbor_kind kind, struct head *h)
{
	if (!head_peek(c, h)) {
		/* Nothing follows: the input is short, or the container is. */
		fail(c, c->depth > 0 ? ERR_MALFORMED : ERR_TRUNCATED);
		return false;
	}
	if (h->kind != kind) {
		fail(c, ERR_MALFORMED);
		return false;
	}
	return item_take(c, h);
}

enum cbor_kind cbor_next(struct cbor *c)
{
	struct head h;

	return head_peek(c, &h) ? h.kind : CBOR_END;
}

uint64_t cbor_get_uint(struct cbor *c)
{
	struct head h;

	return item_get(c, CBOR_UINT, &h) ? h.arg : 0;
}

int64_t cbor_get_int(struct cbor *c)
{
	enum cbor_kind kind = cbor_next(c);
	struct head h;
	int64_t n;

	if (!item_get(c, kind == CBOR_NEGINT ? CBOR_NEGINT : CBOR_UINT, &h))
		return 0;
	if (!head_int(&h, &n)) {
		fail(c, ERR_MALFORMED);
		return 0;
	}
	return n;
}

static struct bytes get_string(struct cbor *c, enum cbor_kind kind)
{
	struct bytes s;
	struct head h;

	if (!item_get(c, kind, &h))
		return BYTES_NONE;
	s = (struct bytes){ c->at, (size_t)h.arg };
	if (kind == CBOR_TEXT && !cbor_utf8_ok(s)) {
		fail(c, ERR_BAD_UTF8);
		return BYTES_NONE;
	}
	c->at += s.len;
	return s;
}

struct bytes cbor_get_bytes(struct cbor *c)
{
	return get_string(c, CBOR_BYTES);
}

struct bytes cbor_get_text(struct cbor *c)
{
	return get_string(c, CBOR_TEXT);
}

bool cbor_get_bool(struct cbor *c)
{
	bool v = cbor_next(c) == CBOR_TRUE;
	struct head h;

	return item_get(c, v ? CBOR_TRUE : CBOR_FALSE, &h) && v;
}

void cbor_get_null(struct cbor *c)
{
	struct head h;

	(void)item_get(c, CBOR_NULL, &h);
}

static uint64_t open_container(struct cbor *c, enum cbor_kind kind)
{
	unsigned per = kind == CBOR_MAP ? 2 : 1;
	struct head h;

	if (!item_get(c, kind, &h))
		return 0;
	if (c->depth == LIMIT_CBOR_DEPTH) {
		fail(c, ERR_TOO_DEEP);
		return 0;
	}
	/* Said now, so that nobody sizes memory by a count that cannot come. */
	if (h.arg > (LIMIT_CBOR_ITEMS - c->items) / per) {
		fail(c, ERR_TOO_LARGE);
		return 0;
	}
	c->depth++;
	c->left[c->depth] = h.arg * per;
	c->is_map[c->depth] = kind == CBOR_MAP;
	c->has_key[c->depth] = false;
	return h.arg;
}

uint64_t cbor_open_array(struct cbor *c)
{
	return open_container(c, CBOR_ARRAY);
}

uint64_t cbor_open_map(struct cbor *c)
{
	return open_container(c, CBOR_MAP);
}

void cbor_close(struct cbor *c)
{
	if (c->code != 0)
		return;
	if (c->depth == 0 || c->left[c->depth] > 0) {
		fail(c, ERR_MALFORMED);
		return;
	}
	c->depth--;
}

/* Reads over one item; of a container only the opening. */
static void skip_one(struct cbor *c, enum cbor_kind kind)
{
	struct head h;

	switch (kind) {
	case CBOR_BYTES:
	case CBOR_TEXT:
		(void)get_string(c, kind);
		break;
	case CBOR_ARRAY:
	case CBOR_MAP:
		(void)open_container(c, kind);
		break;
	default:
		/* At an end (CBOR_END) this fails with the reason. */
		(void)item_get(c, kind, &h);
		break;
	}
}

struct bytes cbor_skip(struct cbor *c)
{
	const uint8_t *from = c->at;
	unsigned base = c->depth;

	do {
		enum cbor_kind kind = cbor_next(c);

		if (kind == CBOR_END && c->depth > base)
			cbor_close(c);
		else
			skip_one(c, kind);
	} while (c->code == 0 && c->depth > base);
	if (c->code != 0)
		return BYTES_NONE;
	return (struct bytes){ from, (size_t)(c->at - from) };
}

const uint8_t *cbor_get_fixed(struct cbor *c, size_t n)
{
	struct bytes s = cbor_get_bytes(c);

	if (c->code == 0 && s.len != n)
		fail(c, ERR_MALFORMED);
	return c->code == 0 ? s.at : NULL;
}

int cbor_finish(struct cbor *c, const char *what, struct err *e)
{
	if (c->depth > 0)
		fail(c, ERR_MALFORMED);
	if (c->at < c->end)
		fail(c, ERR_TRAILING);
	return c->code == 0 ? 0 : err_set(e, c->code, "%s", what);
}

int cbor_check(struct bytes s)
{
	struct cbor c;

	cbor_init(&c, s);
	(void)cbor_skip(&c);
	return cbor_finish(&c, "item", NULL);
}
