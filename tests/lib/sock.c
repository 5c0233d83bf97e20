/* Raw TCP for tests. */
#include "tests/lib/sock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 30 };

static void need(bool ok, const char *what)
{
	if (!ok) {
		perror(what);
		abort();
	}
}

static int sock_new(void)
{
	const struct timeval patience = { PATIENCE_SECONDS, 0 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	need(fd >= 0, "socket");
	need(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
				sizeof patience) == 0, "SO_RCVTIMEO");
	return fd;
}

static struct sockaddr_in loopback(unsigned port)
{
	struct sockaddr_in a;

	memset(&a, 0, sizeof a);
	a.sin_family = AF_INET;
	a.sin_port = htons((uint16_t)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

int sock_listen(unsigned *port)
{
	struct sockaddr_in a = loopback(0);
	socklen_t len = sizeof a;
	int fd = sock_new();

	need(bind(fd, (struct sockaddr *)&a, sizeof a) == 0, "bind");
	need(listen(fd, 16) == 0, "listen");
	need(getsockname(fd, (struct sockaddr *)&a, &len) == 0, "getsockname");
	*port = ntohs(a.sin_port);
	return fd;
}

int sock_connect(unsigned port)
{
	struct sockaddr_in a = loopback(port);
	int fd = sock_new();

	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	close(fd);
	return -1;
}

int sock_accept(int listener)
{
	const struct timeval patience = { PATIENCE_SECONDS, 0 };
	int fd = accept(listener, NULL, NULL);

	need(fd >= 0, "accept");
	need(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
				sizeof patience) == 0, "SO_RCVTIMEO");
	return fd;
}

bool sock_send(int fd, struct bytes bytes)
{
	while (bytes.len > 0) {
		ssize_t n = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);

		if (n < 0)
			return false;
		bytes.at += n;
		bytes.len -= (size_t)n;
	}
	return true;
}

void sock_read_all(int fd, struct buf *out)
{
	char piece[16384];
	ssize_t n;

	while ((n = recv(fd, piece, sizeof piece, 0)) > 0)
		buf_put(out, piece, (size_t)n);
	need(!out->failed, "reading into the buffer");
}

/* Offset behind the empty line, or 0. */
static size_t head_end(const struct buf *b, size_t from)
{
	size_t i;

	for (i = from; i + 4 <= b->len; i++)
		if (memcmp(b->at + i, "\r\n\r\n", 4) == 0)
			return i + 4;
	return 0;
}

static size_t content_length(const struct buf *b, size_t from, size_t to)
{
	static const char name[] = "\r\nContent-Length: ";
	size_t i;

	for (i = from; i + sizeof name - 1 <= to; i++)
		if (memcmp(b->at + i, name, sizeof name - 1) == 0)
			return strtoul((const char *)b->at + i + sizeof name - 1,
					NULL, 10);
	return 0;
}

static bool read_some(int fd, struct buf *out, size_t most)
{
	char piece[65536];
	ssize_t n = recv(fd, piece, most < sizeof piece ? most : sizeof piece, 0);

	if (n <= 0)
		return false;
	buf_put(out, piece, (size_t)n);
	need(!out->failed, "reading into the buffer");
	return true;
}

bool sock_read_message(int fd, struct buf *out)
{
	const size_t start = out->len;
	size_t end, total;

	/* Byte by byte, so that nothing of a following message is taken. */
	while ((end = head_end(out, start)) == 0)
		if (!read_some(fd, out, 1))
			return false;
	total = end + content_length(out, start, end);
	while (out->len < total)
		if (!read_some(fd, out, total - out->len))
			return false;
	return true;
}
