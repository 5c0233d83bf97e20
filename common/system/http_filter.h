/* Which HTTP requests are let in: a strict reading of RFC 9112.
 *
 * Two programs that read one request differently can be played against each
 * other: a proxy sees one request where the server sees two. HTTP libraries
 * are lenient for the sake of old browsers; the callers of this server are
 * our own client, a proxy in front and test tools, so whatever has two
 * readings is refused here and its connection closed.
 *
 * The check is a pure function over the parts of a request. It routes too,
 * because "is this exact path served, and how large may its body be" decides
 * the same question: does any code of ours run for these bytes. */
#ifndef DONGBO_HTTP_FILTER_H
#define DONGBO_HTTP_FILTER_H

#include <stdbool.h>

#include "protocol/bytes.h"

enum {
	HTTP_HEADERS_MAX = 64,       /* header lines of one request */
	HTTP_HEAD_MAX = 8 * 1024     /* bytes of request line and header lines */
};

struct httpd_call;

/* One thing that is served. The filter looks at everything but the handler. */
struct httpd_route {
	const char *method;
	const char *path;            /* compared byte by byte with the raw URI */
	size_t body_max;             /* 0: no body; > 0: Content-Length needed */
	void (*handler)(struct httpd_call *call, void *self);
};

struct http_header {
	struct bytes name, value;
};

/* The head of a request as the HTTP library cut it, nothing decoded. */
struct http_head {
	struct bytes method, uri, version;
	const struct http_header *headers;
	size_t count;                /* may exceed what headers holds: then 431 */
	/* The memory the parts were cut from, in place, each separator
	 * overwritten or not; BYTES_NONE if the library does not keep it. It
	 * shows what a cutter hides: bytes after a NUL, bare LF, folded lines. */
	struct bytes whole;
};

struct http_verdict {
	unsigned status;             /* 0: let in; else the status to refuse with */
	const struct httpd_route *route;  /* set when let in */
	size_t length;               /* of the body, when let in */
};

/* Statuses: 400 two readings or malformed, 404 no such path, 405 path but not
 * method, 411 body without Content-Length, 413 body above body_max, 431 head
 * too large, 505 neither HTTP/1.1 nor 1.0. */
struct http_verdict http_filter(const struct http_head *head,
		const struct httpd_route *routes, size_t count);

#endif
