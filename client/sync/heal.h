/* When the server was restored from a backup (SPEC.md 6.15): this store goes back to where the
 * server's log ends, keeps what it held beyond that, and sends it again, its own and others',
 * with the receipts that prove it. All of it happens by itself.
 *
 *   old_item  items that this store held at positions that the server has lost. They stay:
 *             receipts of that time are checked with them
 *   healing   how far each stream's old generation is here again at the server
 *   stopped   streams whose head at the server contradicts what the server has signed, without
 *             a word of a new generation: our receipt, and what the server says instead
 *
 * Until old items are back in the log they are folded as they were, for people to see. */
#ifndef DONGBO_CLIENT_HEAL_H
#define DONGBO_CLIENT_HEAL_H

#include "client/sync/exchange.h"
#include "common/replica/generation.h"

/* Of old_item o: it is not in the log again. */
#define OLD_LEFT \
	"NOT EXISTS (SELECT 1 FROM item i WHERE i.stream=o.stream AND i.device=o.device AND " \
	"i.device_seq=o.device_seq)"

/* Statements of a reply, as far as this store has come to where they speak of: goes back and
 * turns. *any: some stream did. `newest`: the reply is to the newest request that was
 * answered. Inside the caller's transaction, as all here. */
int heal_adopt(struct client *c, const struct reply *r, bool newest, bool *any, struct err *e);
/* What a reply says of how far the server is; *any: farther than it was. */
int heal_note(struct client *c, const struct reply *r, bool *any, struct err *e);

/* Whether old items of the stream are still outside the log: what is folded of them must be
 * taken out before the log goes on, and put back on top of it afterwards. */
int heal_is_open(struct client *c, uint64_t stream, bool *open, struct err *e);
int heal_take_out(struct client *c, uint64_t stream, struct err *e);
int heal_put_on(struct client *c, uint64_t stream, struct err *e);
/* The object of an old item: by its number; or, number 0, by whose it is. 1, or 0. */
int heal_object(struct client *c, uint64_t stream, uint64_t number, uint64_t device,
		uint64_t device_seq, struct arena *a, struct bytes *out, struct err *e);

/* Whether a change set stood here before, at a place that the server has lost. */
int heal_knew(struct client *c, uint64_t stream, uint64_t device, const uint8_t hash[HASH_SIZE],
	      bool *knew, struct err *e);
/* Whether packs are still to come back: what is signed meanwhile would be judged without them. */
int heal_lacks_packs(struct client *c, bool *lacks, struct err *e);

/* Whether what a reply says of heads is of where this store stands: it was asked since the store
 * went back last. What was disputed and is so no more is forgotten. */
int heal_believes(struct client *c, const struct reply *r, bool *believes, struct err *e);
/* The head of a stream is not the server's. Returns 1 where that is a problem for people: the
 * server has been shown the receipt, and has no word of a new generation; 0 where it has yet
 * to be shown. */
int heal_mismatch(struct client *c, const struct reply *r, uint64_t stream, struct err *e);
/* The server does not know this device any more: it will be shown the certificate. 1; 0 where
 * that was done already. In a transaction of its own. */
int heal_forgotten(struct client *c, struct err *e);

/* The stream leaves all generations that begin at `base` or later: the server does not know them.
 * What devices have signed in them waits to be sent like any other, before what was signed since;
 * the rest of them is gone. In the stream's own: the certificate stays at hand. */
int heal_leave(struct client *c, uint64_t stream, uint64_t base, struct err *e);
/* Behind it: packs that went with stream 0, and what waits packed with their words. */
int heal_pack(struct client *c, uint64_t stream, uint64_t base, struct err *e);
int heal_keep_certificate(struct client *c, struct err *e);

/* For a request: receipts, items, certificate; at most `room` bytes where it can be helped.
 * all: items too, though the server has not said what it lacks (files). *left: not all is in
 * it; what else is to be sent waits. */
int heal_fill(struct client *c, bool all, size_t room, struct arena *a, struct request *r,
	      size_t *used, bool *left, struct err *e);
/* Whether it goes as that of a device that the server may not know. */
int heal_shows(struct client *c, bool *shows, struct err *e);

/* Whether there is something to send yet; where there is not, the certificate is not shown any
 * more. */
int heal_left(struct client *c, bool *left, struct err *e);
enum { HEAL_TRIES = 3 }; /* items that were sent so often for nothing are not sent again */

/* For people. */
struct heal_news {
	int64_t time;        /* when this store last went back; 0: never */
	int64_t kept;        /* change sets that it held beyond the server, then */
	int64_t left;        /* of all these, those that are not back in the log */
	int64_t stopped;     /* streams that are stopped */
};
int heal_news(struct client *c, struct heal_news *out, struct err *e);

#endif
