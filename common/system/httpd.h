/* A small HTTP server: exact routes, whole bodies, answers now or later.
 *
 * One thread polls all connections (epoll). A handler is called on that thread
 * once the body is complete, so it must not block: it answers at once or keeps
 * the call and lets any other thread answer it. Every call must be answered
 * exactly once.
 *
 * What is let in is decided by http_filter.h before a byte of a body is read;
 * what is refused closes the connection, so that bytes behind it are never
 * taken for a request. */
#ifndef DONGBO_HTTPD_H
#define DONGBO_HTTPD_H

#include "common/system/http_filter.h"
#include "protocol/bytes.h"
#include "protocol/err.h"

struct httpd;

/* One request; everything is valid until it is answered. */
struct httpd_call {
	const char *method, *path;
	struct bytes body;
	const char *peer;            /* numeric address, "" if unknown */
};

/* Zero means the default in brackets. Limits guard against many slow sockets;
 * per_ip must stay 0 behind a proxy, where all callers have one address. */
struct httpd_options {
	const struct httpd_route *routes;  /* borrowed until close */
	size_t route_count;
	void *self;                  /* handed to every handler */
	unsigned connections;        /* open at a time [1000] */
	unsigned per_ip;             /* of them from one address [no limit] */
	unsigned idle_seconds;       /* without a byte in or out [60] */
	/* HTTPS (TLS 1.2 or 1.3): the function that finds a connection's certificate and key, a
	 * gnutls_certificate_retrieve_function2; NULL: HTTP. */
	void *tls_choose;
};

/* Listens on "ADDR:PORT", ADDR being a name, an IPv4 address or an IPv6
 * address in brackets, and serves from now on. Port 0 takes any free port.
 * ERR_BAD_VALUE if the address cannot be read, ERR_IO if it cannot be used. */
int httpd_open(const char *address, const struct httpd_options *options,
		struct httpd **out, struct err *e);

/* The port that is listened on. */
unsigned httpd_port(const struct httpd *server);

/* Answers and gives the call up: it is gone when this returns. body and type
 * are copied; type is a media type or NULL for no Content-Type. Any thread.
 * If memory is out the connection is closed without an answer. */
void httpd_answer(struct httpd_call *call, unsigned status, struct bytes body,
		const char *type);

/* Stops accepting, waits until every call that reached a handler is answered
 * and its answer sent (or its peer gone), closes all connections and frees.
 * Requests that complete meanwhile get 503. NULL is allowed. */
void httpd_close(struct httpd *server);

#endif
