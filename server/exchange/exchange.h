/* The whole of the server's side: request bytes in, reply bytes out.
 *
 * Three steps, so that many requests can be opened in parallel and merged in one
 * commit: open (reads only), merge (inside one transaction for a batch), reply
 * (after the commit: nothing is acknowledged that is not on disk). */
#ifndef DONGBO_SERVER_EXCHANGE_H
#define DONGBO_SERVER_EXCHANGE_H

#include "server/server.h"

struct exchange;

/* Takes a request apart with a replica to look things up in (any connection).
 * Never fails for what a stranger sent: that becomes a refusal. ERR_NOMEM... */
int exchange_open(struct exchange **out, struct server *s, struct replica *view,
		  struct bytes request, struct err *e);
/* The same for a request that came as a file: its change sets are opened one by one as they
 * are merged. That takes the writer longer, and memory for one of them alone, so that none has
 * to be left for another message, which may be weeks away. */
int exchange_open_file(struct exchange **out, struct server *s, struct replica *view,
		       struct bytes request, struct err *e);
/* Merges all of them, commits once. */
int exchange_merge(struct server *s, struct exchange **batch, size_t count, struct err *e);
/* Appends the sealed reply. */
int exchange_reply(struct exchange *x, struct server *s, struct replica *view,
		   struct buf *reply, struct err *e);
/* Where a reply may be followed by others, as on a stick: after one that had no room for all
 * *more is true, and the next reply goes on where a reader stands that took that one in. */
int exchange_next(struct exchange *x, bool *more, struct err *e);
void exchange_free(struct exchange *x);

/* All three for one request. */
int server_exchange(struct server *s, struct bytes request, struct buf *reply, struct err *e);

#endif
