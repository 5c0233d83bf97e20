/* Bytes, borrowed and growing, and memory with one lifetime.
 *
 * struct bytes borrows and travels by value. struct buf owns, has a ceiling
 * and remembers its first failure, so a long encoder is a straight list that
 * is checked once at its end. struct arena hands out memory that is freed all
 * together: what a decoder builds from a message lives and dies with it. */
#ifndef DONGBO_BYTES_H
#define DONGBO_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at;
	size_t len;
};

#define BYTES_NONE ((struct bytes){ NULL, 0 })
#define BYTES_OF(array) ((struct bytes){ (const uint8_t *)(array), sizeof(array) })

/* The bytes of a C string, without its NUL; NULL gives none. */
struct bytes bytes_str(const char *s);
bool bytes_equal(struct bytes a, struct bytes b);
/* <0, 0, >0 by unsigned bytes, shorter first where one is the other's start. */
int bytes_compare(struct bytes a, struct bytes b);

/* A growing buffer. Never longer than max; `failed` is set by the first append
 * that would pass max or finds no memory, and every later append does nothing. */
struct buf {
	uint8_t *at;
	size_t len, cap, max;
	bool failed;
};

void buf_init(struct buf *b, size_t max);
/* Frees the memory; b is empty and usable again with the same ceiling. */
void buf_release(struct buf *b);
/* Forgets contents and failure, keeps the memory. */
void buf_clear(struct buf *b);
void buf_put(struct buf *b, const void *p, size_t n);
void buf_add(struct buf *b, struct bytes s);
void buf_byte(struct buf *b, uint8_t c);
/* Room for n more bytes, already counted in len; NULL when it failed. */
uint8_t *buf_grow(struct buf *b, size_t n);
/* printf onto the end, without a NUL. */
void buf_printf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Base-128 varint, least significant group first, shortest form. */
void buf_varint(struct buf *b, uint64_t n);
/* zigzag, then varint. */
void buf_svarint(struct buf *b, int64_t n);
/* 8 bytes, big-endian. */
void buf_u64(struct buf *b, uint64_t n);
/* A view of what is in it; invalid after the next append. */
struct bytes buf_view(const struct buf *b);

/* A reader over borrowed bytes; the first failure sticks. */
struct cursor {
	const uint8_t *at, *end;
	bool failed;
	bool bad_form; /* it failed on a varint's form, not for want of bytes */
};

struct cursor cursor_of(struct bytes s);
uint8_t cursor_byte(struct cursor *c);
/* n bytes; none, and failed, if fewer are left. */
struct bytes cursor_take(struct cursor *c, size_t n);
/* Fails on more than 64 bits and on any but the shortest form. */
uint64_t cursor_varint(struct cursor *c);
int64_t cursor_svarint(struct cursor *c);
/* 8 bytes, big-endian. */
uint64_t cursor_u64(struct cursor *c);
/* 0, or why it failed: ERR_TRUNCATED or ERR_NOT_CANONICAL. */
int cursor_code(const struct cursor *c);
static inline size_t cursor_left(const struct cursor *c)
{
	return c->failed ? 0 : (size_t)(c->end - c->at);
}

/* Bulk lifetime. Alloc returns zeroed memory aligned for any type, or NULL
 * once the total would pass the ceiling or memory is out. */
struct arena_block;
struct arena {
	struct arena_block *head;
	size_t used, max;
};

void arena_init(struct arena *a, size_t max);
void arena_release(struct arena *a);
/* Empties it but keeps its newest block, mostly the largest, for the next use. */
void arena_clear(struct arena *a);
void *arena_alloc(struct arena *a, size_t n);
/* count * size with overflow check. */
void *arena_array(struct arena *a, size_t count, size_t size);
/* A copy that lives in the arena; at == NULL on failure (len > 0). */
struct bytes arena_copy(struct arena *a, struct bytes s);
/* A NUL-terminated copy, or NULL. */
char *arena_str(struct arena *a, struct bytes s);

#endif
