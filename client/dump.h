/* Any of the project's bytes as a tree to read: envelopes, messages, enrolments,
 * objects. Without a store only what is in clear is there; with one, its keys open
 * what was sealed to or by this device, and its packs give names to numbers. */
#ifndef DONGBO_CLIENT_DUMP_H
#define DONGBO_CLIENT_DUMP_H

#include <jansson.h>

#include "client/client.h"

struct dump {
	struct client *client;   /* or NULL */
	const struct schema *schema; /* or NULL */
	struct arena *arena;     /* what is made lives as long as this */
	bool secrets;            /* personal values and the enrolment's secret too */
};

/* {"kind": "enrolment"|"envelope"|"request"|"reply"|"object"|..., ...}. What cannot be
 * opened or read has "error" in its place. ERR_MALFORMED where the bytes are nothing
 * that is known. The caller owns *out. */
int dump_bytes(const struct dump *d, struct bytes in, json_t **out, struct err *e);

/* The tree for people: one line a value, indented. Appended. */
void dump_text(const json_t *tree, struct buf *out);

/* Parts (dump_message.c, dump_object.c). */
json_t *dump_request(const struct dump *d, const struct request *r);
json_t *dump_reply(const struct dump *d, const struct reply *r);
json_t *dump_object(const struct dump *d, struct bytes object, uint64_t device);
json_t *dump_hex(struct bytes s);
json_t *dump_device(uint64_t device);
json_t *dump_time(int64_t seconds);

/* What heals a restored server (dump_heal.c), into the message's tree. */
void dump_healing(const struct dump *d, const struct request *r, json_t *j);
void dump_healed(const struct reply *r, json_t *j);

#endif
