/* Vectors: values of the protocol as JSON, there and back.
 *
 * A case is an object of protocol/vectors/: name, kind, hex, and either the value
 * that the bytes stand for or the error that reading them must give; whatever else
 * a kind needs (keys, a district, a predecessor) stands beside these. One function
 * per kind reads bytes into the JSON form of the value, one makes the bytes again.
 * Who writes the files (tests/vectors) and who checks them (test_vectors) share
 * this, and nothing else.
 *
 * Bytes are hex, device ids 16 hex digits, records [device, op], times seconds. */
#ifndef DONGBO_TESTS_VECTOR_H
#define DONGBO_TESTS_VECTOR_H

#include <jansson.h>

#include "protocol/bytes.h"
#include "protocol/err.h"

struct vec_kind {
	const char *name;
	/* 0 and a new reference in *value, or the code of the error. */
	int (*read)(json_t *kase, struct bytes in, struct arena *a, json_t **value);
	/* The bytes of kase's "value". NULL: this kind is read only. */
	int (*write)(json_t *kase, struct arena *a, struct buf *out);
	/* Whether what write made is as good as what the case has; NULL: equal bytes. */
	bool (*same)(json_t *kase, struct bytes made, struct bytes given, struct arena *a);
};

/* NULL for a kind that is not there. */
const struct vec_kind *vec_kind(const char *name);

/* A mistake in a vector file or in its maker: tells it and aborts. */
void vec_die(json_t *kase, const char *what) __attribute__((noreturn));

/* Parts of JSON objects; what is missing or of another kind is a mistake. */
json_t *vec_get(json_t *object, const char *key);
int64_t vec_int(json_t *object, const char *key);
struct bytes vec_text(json_t *object, const char *key);
/* A member in hex, in the arena; _fixed has exactly n bytes. */
struct bytes vec_bytes(json_t *object, const char *key, struct arena *a);
const uint8_t *vec_fixed(json_t *object, const char *key, size_t n, struct arena *a);
struct bytes vec_hex_bytes(json_t *hex, struct arena *a);
uint64_t vec_device(json_t *hex);
void vec_copy(json_t *object, const char *key, uint8_t *to, size_t n, struct arena *a);
/* Room for a member that is a list, and its count; 0 where it is not there. */
void *vec_list(json_t *object, const char *key, size_t size, struct arena *a, size_t *count);

json_t *vec_hex(struct bytes s);
json_t *vec_from_text(struct bytes s);
json_t *vec_from_device(uint64_t device);
/* A 32-byte seed in kase's "keys". */
const uint8_t *vec_seed(json_t *kase, const char *name, struct arena *a);

/* Any item of the CBOR subset. */
int vec_cbor_read(struct bytes in, json_t **value);
void vec_cbor_write(json_t *value, struct arena *a, struct buf *out);

/* What heals a restored server (SPEC.md 6.15), in requests and in replies: members that are
 * there where they are not empty. */
struct request;
struct reply;
void vec_from_healing(const struct request *r, json_t *j);
void vec_to_healing(json_t *v, struct request *r, struct arena *a);
void vec_from_healed(const struct reply *r, json_t *j);
void vec_to_healed(json_t *v, struct reply *r, struct arena *a);

/* The kinds of each file. */
extern const struct vec_kind vec_basic[], vec_changesets[], vec_messages[], vec_verdicts[], vec_trust[],
	vec_snapshots[], vec_later[];

#endif
