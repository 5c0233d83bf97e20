/* Bytes on the wire without an HTTP library, for scripts.
 *
 * usage: raw_http send PORT      sends standard input, prints what comes until the
 *                                other side closes
 *        raw_http ask PORT       the same, but for one reply with a Content-Length
 *        raw_http post FOLDER    a letter box: keeps the body of the n-th request as
 *                                FOLDER/request.N, waits for FOLDER/reply.N and sends
 *                                that. Prints {"port":N} first.
 *
 * Ends after a minute, whatever happens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/lib/sock.h"

enum { LIFE_SECONDS = 60, MOST = 8 * 1024 * 1024 };

static void read_file(FILE *f, struct buf *out)
{
	char piece[65536];
	size_t n;

	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_put(out, piece, n);
}

static int talk(unsigned port, bool one)
{
	int fd = sock_connect(port), status = 0;
	struct buf in, out;

	if (fd < 0)
		return 1;
	buf_init(&in, MOST);
	buf_init(&out, MOST);
	read_file(stdin, &in);
	/* A server that refuses the beginning closes before the end is sent. */
	sock_send(fd, buf_view(&in));
	if (one)
		status = sock_read_message(fd, &out) ? 0 : 1;
	else
		sock_read_all(fd, &out);
	if (out.len > 0)
		fwrite(out.at, 1, out.len, stdout);
	close(fd);
	buf_release(&out);
	buf_release(&in);
	return status;
}

static void keep_body(const struct buf *request, const char *path)
{
	const char *end = strstr((const char *)request->at, "\r\n\r\n");
	size_t skip = end == NULL ? request->len : (size_t)(end + 4 - (const char *)request->at);
	char beside[4096];
	FILE *f;

	snprintf(beside, sizeof beside, "%s.new", path);
	f = fopen(beside, "w");
	if (f == NULL)
		exit(1);
	fwrite(request->at + skip, 1, request->len - skip, f);
	fclose(f);
	if (rename(beside, path) != 0)
		exit(1);
}

static void send_reply(int fd, const char *path)
{
	const struct timespec tick = { 0, 20 * 1000 * 1000 };
	struct buf body, all;
	FILE *f;

	while ((f = fopen(path, "r")) == NULL)
		nanosleep(&tick, NULL);
	buf_init(&body, MOST);
	buf_init(&all, MOST);
	read_file(f, &body);
	fclose(f);
	buf_printf(&all, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", body.len);
	buf_add(&all, buf_view(&body));
	sock_send(fd, buf_view(&all));
	buf_release(&all);
	buf_release(&body);
}

static _Noreturn void letter_box(const char *folder)
{
	unsigned port, n = 1;
	int listener = sock_listen(&port);

	printf("{\"port\":%u}\n", port);
	fflush(stdout);
	for (;;) {
		int fd = sock_accept(listener);

		for (;; n++) {
			char path[4000];
			struct buf request;
			bool there;

			buf_init(&request, MOST);
			there = sock_read_message(fd, &request);
			if (there) {
				buf_byte(&request, 0);
				request.len--;
				snprintf(path, sizeof path, "%s/request.%u", folder, n);
				keep_body(&request, path);
				snprintf(path, sizeof path, "%s/reply.%u", folder, n);
				send_reply(fd, path);
			}
			buf_release(&request);
			if (!there)
				break;
		}
		close(fd);
	}
}

int main(int argc, char **argv)
{
	alarm(LIFE_SECONDS);
	if (argc == 3 && strcmp(argv[1], "send") == 0)
		return talk((unsigned)strtoul(argv[2], NULL, 10), false);
	if (argc == 3 && strcmp(argv[1], "ask") == 0)
		return talk((unsigned)strtoul(argv[2], NULL, 10), true);
	if (argc == 3 && strcmp(argv[1], "post") == 0)
		letter_box(argv[2]);
	fprintf(stderr, "usage: raw_http send PORT | ask PORT | post FOLDER\n");
	return 2;
}
