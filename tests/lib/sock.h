/* Raw TCP for tests: bytes as they are on the wire, no HTTP library between.
 *
 * Every socket has a generous receive timeout, so a server that stays silent
 * fails the test instead of hanging it. A failing call fails the test. */
#ifndef DONGBO_TESTS_SOCK_H
#define DONGBO_TESTS_SOCK_H

#include "protocol/bytes.h"

/* A listening socket on 127.0.0.1 and its port. */
int sock_listen(unsigned *port);
/* -1 when nobody listens. */
int sock_connect(unsigned port);
int sock_accept(int listener);
/* false when the other side is gone. */
bool sock_send(int fd, struct bytes bytes);
/* Appends what arrives until the other side closes or resets. */
void sock_read_all(int fd, struct buf *out);
/* Appends one HTTP message with a Content-Length (or none: no body); false if
 * the other side closed before its end. */
bool sock_read_message(int fd, struct buf *out);

#endif
