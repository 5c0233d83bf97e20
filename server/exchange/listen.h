/* The server on a network: POST /v1/exchange, many at a time.
 *
 * Requests wait to be opened by a worker, opened ones for the writer, merged ones
 * for a worker that replies. Workers read through connections of their own; the
 * writer alone uses the server's. An answer leaves only after its commit. */
#ifndef DONGBO_SERVER_LISTEN_H
#define DONGBO_SERVER_LISTEN_H

#include "server/server.h"

struct listener;

struct listen_options {
	const char *address;     /* "ADDR:PORT"; port 0 takes any free one */
	void *tls_choose;        /* for HTTPS (httpd.h); NULL: HTTP */
	unsigned workers;        /* 0: as many as cores, at most 4 */
	/* Called with each line of the log, from any thread. */
	void (*line)(void *ctx, const char *text);
	void *ctx;
};

/* Serves from now on. The server is the listener's until listen_close. */
int listen_open(struct listener **out, struct server *s, const struct listen_options *o,
		struct err *e);
unsigned listen_port(const struct listener *l);
/* Takes no more requests, answers those it has, ends the threads, moves all into the
 * main file of the store. NULL is allowed. */
void listen_close(struct listener *l);

#endif
