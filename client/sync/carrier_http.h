/* Messages to the district server and back, over HTTP.
 *
 * A carrier moves bytes and knows nothing of what they mean. One exchange is
 * one POST on a connection that is kept for the next. Links here are slow and
 * bytes cost money: headers are the three that HTTP needs, there is no limit
 * on how long a transfer takes, only on how long it stands still, and a reply
 * that cannot be ours is dropped at its first bytes instead of downloaded.
 *
 * Nothing that arrives is trusted for having come from this address: the
 * caller opens and verifies the sealed message. The program must ignore
 * SIGPIPE: a TLS library may write to a connection that is gone. */
#ifndef DONGBO_CARRIER_HTTP_H
#define DONGBO_CARRIER_HTTP_H

#include <signal.h>

#include "protocol/bytes.h"
#include "protocol/err.h"
#include "protocol/limits.h"

enum {
	/* The largest reply that is read. */
	CARRIER_REPLY_MAX = LIMIT_MESSAGE + 4096
};

struct carrier_http;

/* Zero means the default in brackets. */
struct carrier_http_options {
	unsigned connect_seconds;    /* resolve, connect and TLS [30] */
	unsigned progress_seconds;   /* without a byte either way [60] */
	const char *ca_file;         /* PEM for https; NULL: the system's */
	/* For https: the keys of which the server must have one (common/system/link.h), and nothing
	 * else is asked of its certificate. NULL or "": certificates are checked as usual. */
	const char *pins;
	/* For https: any certificate will do, because what is carried vouches for itself. */
	bool any_certificate;
	/* Set by a signal handler to end a running exchange; may be NULL. */
	const volatile sig_atomic_t *stopped;
};

/* Since open. wire counts HTTP headers and framing too, but not TLS, TCP and
 * IP; body counts message bytes sent, and bytes of replies as delivered. */
struct carrier_http_counts {
	uint64_t requests;
	uint64_t body_up, body_down;
	uint64_t wire_up, wire_down;
};

/* base is "http://host:port" or "https://...", a path in front of ours
 * allowed; it is not contacted yet. ERR_BAD_VALUE for any other base. A carrier
 * is used by one thread at a time. */
int carrier_http_open(const char *base,
		const struct carrier_http_options *options,
		struct carrier_http **out, struct err *e);

/* Sends request, waits for the reply. reply is emptied first, and empty on
 * failure. An exchange that failed may still have reached the server, and a
 * kept connection that had died is tried again on a new one, so the request
 * must be one that may arrive twice.
 *   ERR_TLS_PIN     the other side has none of the pinned keys; nothing was sent
 *   ERR_TLS_CERT    its certificate is not trusted; nothing was sent
 *   ERR_NO_LINK     not resolved, not connected, or cut off half-way
 *   ERR_STALLED     no progress for progress_seconds
 *   ERR_HTTP        status other than 200, which is the subject
 *   ERR_NOT_DONGBO  200, but not a message of ours: a captive portal
 *   ERR_TOO_LARGE   reply above CARRIER_REPLY_MAX or reply's own ceiling
 *   ERR_STOPPED     the stopped flag was set
 *   ERR_NOMEM */
int carrier_http_exchange(struct carrier_http *carrier, struct bytes request,
		struct buf *reply, struct err *e);

struct carrier_http_counts carrier_http_counts(
		const struct carrier_http *carrier);

/* Closes the connection and frees; NULL is allowed. */
void carrier_http_close(struct carrier_http *carrier);

#endif
