/* A bad link on loopback: a TCP relay that is slow, late, uneven, loses packets, cuts
 * connections, loses replies or falls silent on one side or both.
 *
 * usage: relay --to PORT [--listen PORT] [--rate BYTES] [--delay MS] [--jitter MS]
 *              [--loss PERCENT] [--cut-up N] [--cut-down N] [--cut-every MS] [--stall N]
 *              [--half-open N] [--drop-reply N] [--seed N] [--life SECONDS]
 *
 * Prints {"port":N} once it listens, and on SIGTERM, or when its life is over, what
 * passed. The rate is for each direction, in bytes a second, shared by all connections;
 * the delay is one way, and up to `jitter` more, drawn for each burst.
 *
 * What is lost below TCP is sent again by TCP: who looks from above sees it come late, and
 * the line carries it twice. So each segment of at most 1,400 bytes is lost with that chance,
 * takes its share of the rate all the same ("lost" counts those bytes), and is tried again
 * after two round trips, which is about what a sender with little under way waits.
 *
 * A connection is reset after N bytes up or down; with a seed, after N/2 to N, drawn
 * anew for each; all of them are whenever the clock has gone on by --cut-every. A stalled one
 * stays open and carries nothing more; a half-open one goes on taking what goes up, and
 * nothing comes down. A reply is what comes down after something went up; a dropped one is
 * swallowed, and its connection closed: the server has answered, the client never hears it.
 *
 * Run under faketime, with everything that it links, it lives in a faster world: the same
 * link, in less time.
 *
 * A connection has at most 16 KiB under way in each direction. One thread, one poll; bytes that
 * draws; when a byte comes is up to the machine. */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PAIRS = 64, PIECE = 16384, TICK_MS = 10, LIFE_SECONDS = 60, SEGMENT = 1400 };

/* One direction of a connection. */
struct way {
	int from, to;
	uint8_t bytes[PIECE];
	size_t len;
	int64_t due;             /* not before this */
	size_t segment;          /* bytes of the segment at hand that may still pass */
	uint64_t passed, limit;  /* limit 0: none */
	bool ended, shut;        /* the sender has finished; the receiver knows */
};

struct pair {
	struct way up, down;
	bool used, asking, dropping, stalled;
};

static struct {
	uint64_t to, listen, rate, delay, jitter, loss, cut_up, cut_down, cut_every, stall, half_open,
		drop_reply, seed, life;
} options = { .life = LIFE_SECONDS };

static struct {
	uint64_t connections, up, down, lost, cut, dropped, replies, seconds;
} counts;

static struct pair pairs[PAIRS];
/* Bytes that the rate allows now: up, down. */
static double allowance[2];
static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void need(bool ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* splitmix64. */
static uint64_t draw(void)
{
	uint64_t z = options.seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static uint64_t limit_of(uint64_t n)
{
	return n < 2 || options.seed == 0 ? n : n / 2 + draw() % (n / 2);
}

static struct sockaddr_in loopback(uint64_t port)
{
	struct sockaddr_in a;

	memset(&a, 0, sizeof a);
	a.sin_family = AF_INET;
	a.sin_port = htons((uint16_t)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

static int open_listener(void)
{
	struct sockaddr_in a = loopback(options.listen);
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	need(fd >= 0, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	need(bind(fd, (struct sockaddr *)&a, sizeof a) == 0, "bind");
	need(listen(fd, 16) == 0, "listen");
	need(getsockname(fd, (struct sockaddr *)&a, &len) == 0, "getsockname");
	need(fcntl(fd, F_SETFL, O_NONBLOCK) == 0, "fcntl");
	printf("{\"port\":%u}\n", (unsigned)ntohs(a.sin_port));
	fflush(stdout);
	return fd;
}

/* Both sides see a reset, as when a line goes down under them. */
static void cut(struct pair *p)
{
	const struct linger hard = { 1, 0 };

	setsockopt(p->up.from, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	setsockopt(p->up.to, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	close(p->up.from);
	close(p->up.to);
	p->used = false;
}

static void start_way(struct way *w, int from, int to, uint64_t limit)
{
	w->from = from;
	w->to = to;
	w->len = w->segment = 0;
	w->passed = 0;
	w->limit = limit_of(limit);
	w->ended = w->shut = false;
}

static void accept_one(int listener)
{
	struct sockaddr_in a = loopback(options.to);
	int client = accept(listener, NULL, NULL), server;
	size_t i;

	if (client < 0)
		return;
	for (i = 0; i < PAIRS && pairs[i].used; i++)
		;
	server = socket(AF_INET, SOCK_STREAM, 0);
	if (i == PAIRS || server < 0 || connect(server, (struct sockaddr *)&a, sizeof a) != 0) {
		close(client);
		if (server >= 0)
			close(server);
		return;
	}
	fcntl(client, F_SETFL, O_NONBLOCK);
	fcntl(server, F_SETFL, O_NONBLOCK);
	start_way(&pairs[i].up, client, server, options.cut_up);
	start_way(&pairs[i].down, server, client, options.cut_down);
	pairs[i].used = true;
	pairs[i].asking = pairs[i].dropping = pairs[i].stalled = false;
	counts.connections++;
}

/* false: the connection is gone. */
static bool take(struct way *w, int64_t now)
{
	ssize_t n;

	if (w->ended || w->len == sizeof w->bytes)
		return true;
	n = recv(w->from, w->bytes + w->len, sizeof w->bytes - w->len, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		w->ended = true;
	else if (w->len == 0)
		w->due = now + (int64_t)(options.delay +
					 (options.jitter > 0 ? draw() % options.jitter : 0));
	w->len += (size_t)n;
	return true;
}

static void note_reply(struct pair *p)
{
	if (p->down.len == 0 || !p->asking)
		return;
	p->asking = false;
	p->dropping = ++counts.replies == options.drop_reply;
}

/* Draws what becomes of the next segment; one that is lost comes later, and was on the line. */
static size_t next_segment(struct way *w, int64_t now, double *left)
{
	size_t n = w->len < SEGMENT ? w->len : SEGMENT;

	if (w->segment > 0 || options.loss == 0 || n == 0)
		return w->segment > 0 ? w->segment : n;
	if (draw() % 100 >= options.loss)
		return w->segment = n;
	counts.lost += n;
	*left -= (double)n;
	w->due = now + 4 * (int64_t)options.delay;
	return 0;
}

/* How much may go now. */
static size_t share(struct way *w, int64_t now, double *allowed)
{
	size_t n = now < w->due ? 0 : w->len;
	double left = *allowed;

	if (n > 0 && options.loss > 0 && left >= 1) {
		size_t most = next_segment(w, now, allowed);

		n = n < most ? n : most;
		left = *allowed;
	}

	if (options.rate > 0 && (double)n > left)
		n = left < 1 ? 0 : (size_t)left;
	if (w->limit > 0 && n > w->limit - w->passed)
		n = (size_t)(w->limit - w->passed);
	return n;
}

/* false: the connection is gone. */
static bool give(struct way *w, int64_t now, double *left, uint64_t *count)
{
	size_t n = share(w, now, left);
	ssize_t sent = n == 0 ? 0 : send(w->to, w->bytes, n, MSG_NOSIGNAL);

	if (sent < 0)
		return errno == EAGAIN || errno == EINTR;
	memmove(w->bytes, w->bytes + sent, w->len - (size_t)sent);
	w->len -= (size_t)sent;
	w->segment -= (size_t)sent < w->segment ? (size_t)sent : w->segment;
	w->passed += (uint64_t)sent;
	*count += (uint64_t)sent;
	*left -= (double)sent;
	if (w->ended && w->len == 0 && !w->shut) {
		shutdown(w->to, SHUT_WR);
		w->shut = true;
	}
	return true;
}

static bool is_over(const struct way *w)
{
	return w->limit > 0 && w->passed >= w->limit;
}

static void carry(struct pair *p, int64_t now)
{
	uint64_t before = counts.up;

	if (!take(&p->up, now) || !take(&p->down, now)) {
		cut(p);
		return;
	}
	note_reply(p);
	if (p->dropping && p->down.len > 0) {
		counts.dropped++;
		cut(p);
		return;
	}
	p->stalled |= options.stall > 0 && p->up.passed >= options.stall;
	if (p->stalled) {
		p->up.len = p->down.len = 0;
		return;
	}
	if (options.half_open > 0 && p->up.passed >= options.half_open)
		p->down.len = 0;
	if (!give(&p->up, now, &allowance[0], &counts.up) ||
	    !give(&p->down, now, &allowance[1], &counts.down)) {
		cut(p);
		return;
	}
	p->asking |= counts.up > before;
	if (is_over(&p->up) || is_over(&p->down)) {
		counts.cut++;
		cut(p);
	} else if (p->up.shut && p->down.shut) {
		close(p->up.from);
		close(p->up.to);
		p->used = false;
	}
}

/* The line goes down under all of them. */
static void cut_all(int64_t now)
{
	static int64_t next;
	size_t i;

	if (options.cut_every == 0)
		return;
	if (next == 0)
		next = now + (int64_t)options.cut_every;
	if (now < next)
		return;
	next += (int64_t)options.cut_every;
	for (i = 0; i < PAIRS; i++)
		if (pairs[i].used) {
			counts.cut++;
			cut(&pairs[i]);
		}
}

static void refill(int64_t *last, int64_t now)
{
	double more = (double)options.rate * (double)(now - *last) / 1000;
	double most = (double)options.rate / 10 + 1;
	int i;

	for (i = 0; i < 2; i++)
		allowance[i] = allowance[i] + more > most ? most : allowance[i] + more;
	*last = now;
}

/* Who is to be listened to; whoever has bytes to give is looked after by the tick. */
static nfds_t gather(struct pollfd *list, int listener, bool *waiting)
{
	nfds_t n = 0;
	size_t i;

	*waiting = false;
	list[n++] = (struct pollfd){ .fd = listener, .events = POLLIN };
	for (i = 0; i < PAIRS; i++) {
		struct pair *p = &pairs[i];

		if (!p->used)
			continue;
		*waiting |= p->up.len + p->down.len > 0;
		if (!p->up.ended && p->up.len < PIECE)
			list[n++] = (struct pollfd){ .fd = p->up.from, .events = POLLIN };
		if (!p->down.ended && p->down.len < PIECE)
			list[n++] = (struct pollfd){ .fd = p->down.from, .events = POLLIN };
	}
	return n;
}

static void run(int listener)
{
	int64_t begun = now_ms(), end = begun + (int64_t)options.life * 1000, last = begun, now;
	struct pollfd list[2 * PAIRS + 1];
	bool waiting;
	size_t i;

	while (!stop && (now = now_ms()) < end) {
		nfds_t n = gather(list, listener, &waiting);

		poll(list, n, waiting ? TICK_MS : 200);
		now = now_ms();
		refill(&last, now);
		cut_all(now);
		if (list[0].revents != 0)
			accept_one(listener);
		for (i = 0; i < PAIRS; i++)
			if (pairs[i].used)
				carry(&pairs[i], now);
		counts.seconds = (uint64_t)(now - begun) / 1000;
	}
}

static void take_options(int argc, char **argv)
{
	const struct {
		const char *name;
		uint64_t *out;
	} known[] = {
		{ "--to", &options.to }, { "--listen", &options.listen },
		{ "--rate", &options.rate }, { "--delay", &options.delay },
		{ "--cut-up", &options.cut_up }, { "--cut-down", &options.cut_down },
		{ "--stall", &options.stall }, { "--drop-reply", &options.drop_reply },
		{ "--seed", &options.seed }, { "--life", &options.life },
		{ "--jitter", &options.jitter }, { "--loss", &options.loss },
		{ "--cut-every", &options.cut_every }, { "--half-open", &options.half_open },
	};
	size_t k;
	int i;

	for (i = 1; i + 1 < argc; i += 2) {
		for (k = 0; k < sizeof known / sizeof known[0]; k++)
			if (strcmp(argv[i], known[k].name) == 0)
				break;
		if (k == sizeof known / sizeof known[0])
			break;
		*known[k].out = strtoull(argv[i + 1], NULL, 10);
	}
	if (i != argc || options.to == 0) {
		fprintf(stderr, "relay: --to PORT is needed; not understood: %s\n",
			i < argc ? argv[i] : "-");
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct sigaction action;
	int listener;

	take_options(argc, argv);
	memset(&action, 0, sizeof action);
	action.sa_handler = on_signal;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	listener = open_listener();
	run(listener);
	printf("{\"connections\":%" PRIu64 ",\"up\":%" PRIu64 ",\"down\":%" PRIu64
	       ",\"lost\":%" PRIu64 ",\"cut\":%" PRIu64 ",\"dropped\":%" PRIu64
	       ",\"seconds\":%" PRIu64 "}\n", counts.connections,
	       counts.up, counts.down, counts.lost, counts.cut, counts.dropped, counts.seconds);
	return 0;
}
