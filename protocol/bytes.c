/* Buffers that grow, readers that stick, memory with one lifetime. */
#include "bytes.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

struct bytes bytes_str(const char *s)
{
	if (s == NULL)
		return BYTES_NONE;
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

int bytes_compare(struct bytes a, struct bytes b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n == 0 ? 0 : memcmp(a.at, b.at, n);

	if (c != 0)
		return c;
	return a.len < b.len ? -1 : a.len > b.len;
}

void buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof *b);
	b->max = max;
}

void buf_release(struct buf *b)
{
	free(b->at);
	buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
}

uint8_t *buf_grow(struct buf *b, size_t n)
{
	uint8_t *p;

	if (b->failed || n > b->max - b->len) {
		b->failed = true;
		return NULL;
	}
	if (b->at == NULL || n > b->cap - b->len) {
		size_t cap = b->cap < 128 ? 256 : b->cap * 2;

		while (cap - b->len < n)
			cap *= 2;
		if (cap > b->max)
			cap = b->max;
		p = realloc(b->at, cap > 0 ? cap : 1);
		if (p == NULL) {
			b->failed = true;
			return NULL;
		}
		b->at = p;
		b->cap = cap;
	}
	p = b->at + b->len;
	b->len += n;
	return p;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	uint8_t *to;

	if (n == 0)
		return;
	to = buf_grow(b, n);
	if (to != NULL)
		memcpy(to, p, n);
}

void buf_add(struct buf *b, struct bytes s)
{
	buf_put(b, s.at, s.len);
}

void buf_byte(struct buf *b, uint8_t c)
{
	buf_put(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256], *big = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof small) {
		buf_put(b, small, (size_t)n);
		return;
	}
	if (n >= 0)
		big = malloc((size_t)n + 1);
	if (big == NULL) {
		b->failed = true;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(big, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf_put(b, big, (size_t)n);
	free(big);
}

void buf_varint(struct buf *b, uint64_t n)
{
	uint8_t out[10];
	size_t len = 0;

	while (n >= 0x80) {
		out[len++] = (uint8_t)(n | 0x80);
		n >>= 7;
	}
	out[len++] = (uint8_t)n;
	buf_put(b, out, len);
}

void buf_svarint(struct buf *b, int64_t n)
{
	buf_varint(b, ((uint64_t)n << 1) ^ (uint64_t)(n >> 63));
}

void buf_u64(struct buf *b, uint64_t n)
{
	uint8_t out[8];
	int i;

	for (i = 0; i < 8; i++)
		out[i] = (uint8_t)(n >> (56 - 8 * i));
	buf_put(b, out, sizeof out);
}

struct bytes buf_view(const struct buf *b)
{
	return (struct bytes){ b->at, b->len };
}

struct cursor cursor_of(struct bytes s)
{
	/* Arithmetic on NULL is undefined, so nothing gets an address too. */
	static const uint8_t nothing;
	const uint8_t *at = s.len == 0 ? &nothing : s.at;

	return (struct cursor){ at, at + s.len, false, false };
}

uint8_t cursor_byte(struct cursor *c)
{
	struct bytes s = cursor_take(c, 1);

	return s.len == 1 ? s.at[0] : 0;
}

struct bytes cursor_take(struct cursor *c, size_t n)
{
	struct bytes s;

	if (c->failed || n > (size_t)(c->end - c->at)) {
		c->failed = true;
		return BYTES_NONE;
	}
	s = (struct bytes){ c->at, n };
	c->at += n;
	return s;
}

uint64_t cursor_varint(struct cursor *c)
{
	uint64_t n = 0;
	unsigned shift;

	/* Most numbers are small. */
	if (!c->failed && c->at < c->end && *c->at < 0x80)
		return *c->at++;

	for (shift = 0; shift < 64; shift += 7) {
		uint8_t byte = cursor_byte(c);

		if (c->failed)
			return 0;
		if (shift == 63 && byte > 1)
			break;
		n |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0) {
			if (byte == 0 && shift > 0)
				break;
			return n;
		}
	}
	c->failed = c->bad_form = true;
	return 0;
}

int64_t cursor_svarint(struct cursor *c)
{
	uint64_t n = cursor_varint(c);

	return (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
}

uint64_t cursor_u64(struct cursor *c)
{
	struct bytes s = cursor_take(c, 8);
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s.len; i++)
		n = n << 8 | s.at[i];
	return n;
}

int cursor_code(const struct cursor *c)
{
	if (!c->failed)
		return 0;
	return c->bad_form ? ERR_NOT_CANONICAL : ERR_TRUNCATED;
}

/* Blocks are chained; the newest is the one that is filled. */
struct arena_block {
	struct arena_block *next;
	size_t size, used;
	_Alignas(max_align_t) uint8_t data[];
};

enum { ARENA_FIRST = 16 * 1024 };

void arena_init(struct arena *a, size_t max)
{
	*a = (struct arena){ NULL, 0, max };
}

void arena_release(struct arena *a)
{
	while (a->head != NULL) {
		struct arena_block *next = a->head->next;

		free(a->head);
		a->head = next;
	}
	a->used = 0;
}

void arena_clear(struct arena *a)
{
	struct arena_block *keep = a->head;

	if (keep == NULL)
		return;
	a->head = keep->next;
	arena_release(a);
	keep->next = NULL;
	keep->used = 0;
	a->head = keep;
}

static struct arena_block *arena_grow(struct arena *a, size_t n)
{
	size_t size = a->head == NULL ? ARENA_FIRST : a->head->size * 2;
	struct arena_block *block;

	if (size > ((size_t)1 << 22))
		size = (size_t)1 << 22;
	if (size < n)
		size = n;
	block = malloc(sizeof *block + size);
	if (block == NULL)
		return NULL;
	block->next = a->head;
	block->size = size;
	block->used = 0;
	a->head = block;
	return block;
}

/* Memory as it is found: for what is written at once. */
static void *arena_raw(struct arena *a, size_t n)
{
	const size_t align = _Alignof(max_align_t);
	struct arena_block *block = a->head;
	void *p;

	if (n > a->max - a->used || a->max - a->used - n < align)
		return NULL;
	n = (n + align - 1) / align * align;
	if (block == NULL || n > block->size - block->used) {
		block = arena_grow(a, n);
		if (block == NULL)
			return NULL;
	}
	p = block->data + block->used;
	block->used += n;
	a->used += n;
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	void *p = arena_raw(a, n);

	return p == NULL ? NULL : memset(p, 0, n);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	assert(size > 0);
	if (count > SIZE_MAX / size)
		return NULL;
	return arena_alloc(a, count * size);
}

struct bytes arena_copy(struct arena *a, struct bytes s)
{
	uint8_t *p;

	if (s.len == 0)
		return BYTES_NONE;
	p = arena_raw(a, s.len);
	if (p == NULL)
		return (struct bytes){ NULL, s.len };
	memcpy(p, s.at, s.len);
	return (struct bytes){ p, s.len };
}

char *arena_str(struct arena *a, struct bytes s)
{
	char *p = arena_alloc(a, s.len + 1);

	if (p != NULL && s.len > 0)
		memcpy(p, s.at, s.len);
	return p;
}
