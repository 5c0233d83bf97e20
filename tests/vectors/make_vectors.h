/* What the makers of vectors share: a district with fixed keys, and two ways to add
 * a case to the open file. JSON is written with ' for ". */
#ifndef DONGBO_MAKE_VECTORS_H
#define DONGBO_MAKE_VECTORS_H

#include "protocol/enrolment.h"
#include "tests/lib/vector.h"

/* Seeds are 32 times one byte. */
enum { SEED_ROOT = 1, SEED_WORKING, SEED_BOX, SEED_DEVICE, SEED_OTHER, SEED_EPHEMERAL };

struct fixture {
	struct sign_key root, working, device, other;
	struct seal_pair box;
	struct district district;
	struct bytes root_payload;
	uint8_t root_signature[SIGN_SIZE];
	const char *id, *self, *else_; /* district, device, other device: hex */
};
extern struct fixture fx;
extern struct arena memory;

/* A text in `memory`. */
const char *fmt(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *hex_of(struct bytes s);
#define HEX_OF(array) hex_of(BYTES_OF(array))
struct bytes bytes_of(const char *hex);
/* "byte" times n, in hex. */
const char *hex_run(unsigned byte, size_t n);
const char *seed(unsigned byte);
/* The plain form around a payload in hex. */
const char *plain_of(const char *payload, const char *personal);

/* inputs: an object with what the kind needs beside value, or "". Gives the hex. */
const char *good(const char *kind, const char *name, const char *inputs, const char *value,
		 const char *why);
/* A form that is read, but that nobody writes. */
void odd(const char *kind, const char *name, const char *inputs, const char *hex,
	 const char *why);
void bad(const char *kind, const char *name, const char *inputs, const char *hex,
	 const char *error, const char *why);
/* hex without its last n bytes; with a byte exclusive-ored (counted from the end
 * where it is negative). */
const char *cut(const char *hex, size_t n);
const char *flip(const char *hex, long at, unsigned with);
/* The "value" of the newest case. */
json_t *newest(const char *key);

void make_basic(void);
void make_signatures(void);
void make_changesets(void);
void make_bad_changesets(void);
void make_objects(void);
void make_requests(void);
void make_replies(void);
void make_verdicts(void);
void make_envelopes(void);
void make_documents(void);
void make_enrolments(void);
void make_snapshots(void);
void make_heal(void);
void make_later(void);

#endif
