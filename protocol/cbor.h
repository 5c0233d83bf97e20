/* A strict subset of CBOR (RFC 8949), core deterministic encoding (4.2.1).
 *
 * Accepted: unsigned and negative integers that fit int64/uint64, byte and text
 * strings of definite length, arrays and maps of definite length with integer
 * keys in ascending order, false, true, null. Shortest forms only; valid UTF-8
 * without U+0000; depth at most LIMIT_CBOR_DEPTH. No tags, no floats, no
 * indefinite lengths, no other simple values. Anything else is an error, and
 * nothing is ever repaired. No memory is taken for a declared count or length:
 * a reader only walks bytes it has. */
#ifndef DONGBO_CBOR_H
#define DONGBO_CBOR_H

#include "bytes.h"
#include "err.h"

enum cbor_kind {
	CBOR_UINT, CBOR_NEGINT, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP,
	CBOR_FALSE, CBOR_TRUE, CBOR_NULL,
	CBOR_END /* no item left in the input or in the open container */
};

/* Writer: appends to a buf; failure sticks in the buf. Counts are the
 * caller's promise: after cbor_put_array(b, n) exactly n items follow. */
void cbor_put_uint(struct buf *b, uint64_t n);
void cbor_put_int(struct buf *b, int64_t n);
void cbor_put_bytes(struct buf *b, struct bytes s);
void cbor_put_text(struct buf *b, struct bytes s);
void cbor_put_array(struct buf *b, uint64_t count);
/* count pairs follow, keys ascending. */
void cbor_put_map(struct buf *b, uint64_t count);
void cbor_put_bool(struct buf *b, bool v);
void cbor_put_null(struct buf *b);

/* Reader. Errors stick: code is 0 or ERR_TRUNCATED, ERR_MALFORMED,
 * ERR_NOT_CANONICAL, ERR_BAD_UTF8, ERR_TOO_DEEP, ERR_TRAILING, ERR_TOO_LARGE;
 * after an error every getter returns 0 / none and cbor_next CBOR_END. */
struct cbor {
	const uint8_t *start, *at, *end;
	int code;
	unsigned depth;
	uint64_t items; /* read so far, at most LIMIT_CBOR_ITEMS */
	/* items still to come in each open container; maps count keys and values */
	uint64_t left[9];
	bool is_map[9];
	int64_t last_key[9];  /* for the ascending check */
	bool has_key[9];
};

void cbor_init(struct cbor *c, struct bytes input);
/* Kind of the next item, without consuming it. CBOR_END at the end of the open
 * container, or of the input at depth 0. */
enum cbor_kind cbor_next(struct cbor *c);
/* Typed getters: ERR_MALFORMED where the next item has another kind. */
uint64_t cbor_get_uint(struct cbor *c);
int64_t cbor_get_int(struct cbor *c);      /* UINT or NEGINT in int64 range */
struct bytes cbor_get_bytes(struct cbor *c); /* borrowed from the input */
struct bytes cbor_get_text(struct cbor *c);
bool cbor_get_bool(struct cbor *c);
void cbor_get_null(struct cbor *c);
/* Opens the next item; returns its number of items (array) or pairs (map).
 * A count larger than the bytes left is ERR_TRUNCATED at once. Empty ones are
 * opened too, and must be closed. */
uint64_t cbor_open_array(struct cbor *c);
uint64_t cbor_open_map(struct cbor *c);
/* Closes the open container; ERR_MALFORMED if items are left in it. */
void cbor_close(struct cbor *c);
/* Skips one whole item, checking it; returns its bytes. */
struct bytes cbor_skip(struct cbor *c);
/* A byte string of exactly n bytes, or ERR_MALFORMED; at == NULL on error. */
const uint8_t *cbor_get_fixed(struct cbor *c, size_t n);
/* Ends reading: the input must be used up (ERR_TRAILING) and all closed.
 * Returns 0 or the code, also into e with `what` as subject. */
int cbor_finish(struct cbor *c, const char *what, struct err *e);

/* Checks that s is one canonical item, whole. 0 or a code as above. */
int cbor_check(struct bytes s);
/* Valid UTF-8 (RFC 3629: no surrogates, no overlong forms) without U+0000. */
bool cbor_utf8_ok(struct bytes s);

#endif
