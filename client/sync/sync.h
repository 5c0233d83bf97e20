/* Synchronising: how much to send at once, when to try again, and the loop around
 * prepare, carry, apply. Nothing here knows what is in a message or which wire
 * carries it.
 *
 * There is no limit on how long a synchronisation takes; a link that moves one byte
 * a second is slow, not broken. What failed is tried again with smaller messages,
 * so that on a link that drops every minute something always gets through. */
#ifndef DONGBO_CLIENT_SYNC_H
#define DONGBO_CLIENT_SYNC_H

#include <signal.h>

#include "client/sync/exchange.h"

/* The message size after a success or a failure of the link: doubled up to
 * LIMIT_MESSAGE, halved down to LIMIT_MESSAGE_MIN. */
size_t sync_size(size_t size, bool success);

/* The same for pieces of files, from PIECE_FIRST on, by how long the exchange took: one that
 * took long is halved, too, for what people save meanwhile waits for its end. again: it was the
 * second failure in a row; a link that is cut now and then is not a slow one. */
enum { PIECE_FIRST = 8 * 1024, PIECE_MIN = 1024, PIECE_MAX = 2 * 1024 * 1024 };
size_t sync_piece(size_t piece, bool success, bool again, int64_t ms);

/* Milliseconds before attempt n (from 1) is made again: anything from 0 to the
 * doubling bound, by a random number (full jitter), so that computers which lost the
 * same link do not come back together. */
int64_t sync_backoff_ms(unsigned attempt, uint64_t random);

/* A timer's next interval: a tenth more or less than `seconds`. */
int64_t sync_interval_ms(int64_t seconds, uint64_t random);

/* Whether trying again may help: the link, or a server that is busy. */
bool sync_passes(int code);

struct sync {
	struct client *client;
	const volatile sig_atomic_t *stop;  /* may be NULL */
	unsigned tries;                     /* of one exchange; 0 counts as 1 */
	void *ctx;
	/* Carries a request and brings the reply; as carrier_http_exchange. */
	int (*carry)(void *ctx, struct bytes request, struct buf *reply, struct err *e);
	/* Waits; ends early when *stop is set. */
	void (*wait)(void *ctx, int64_t ms);
	/* Told after each exchange and each failure; may be NULL. */
	void (*tell)(void *ctx, const struct sync *s, const struct err *failure);

	/* What happened, summed up. */
	uint64_t exchanges, failures;
	uint64_t items_in, changesets_out, refused;
	uint64_t files_up, files_down;      /* attached files that are whole now */
	uint64_t file_bytes;                /* of files, that went up */
	struct message_problem problem;     /* the first one, or code 0 */
};

/* Exchanges until neither side has more. Errors of exchange_*, of carry once all
 * tries are used up, ERR_STOPPED. What was exchanged before an error stays. */
int sync_run(struct sync *s, struct err *e);

#endif
