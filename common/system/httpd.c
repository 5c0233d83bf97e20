/* The only file that knows libmicrohttpd (0.9.75).
 *
 * The life of a call: note_uri() makes it when the request line is read,
 * on_request() is called for the head (filter), for each piece of the body
 * and at the end (handler), on_completed() frees it when the answer is sent or
 * the connection is gone. A call that is not answered when its handler returns
 * is suspended; libmicrohttpd then leaves the connection alone, so the call
 * outlives whatever the peer does until httpd_answer() resumes it.
 *
 * libmicrohttpd normalises before anyone can look. In 0.9.75 the parts of the
 * head stay where they were read, so the filter gets that memory too and finds
 * bytes hidden behind a NUL, bare LF and folded lines by their gaps. What is
 * left unseen: a line end NUL LF looks like CR LF, and lines that are empty or
 * start with NUL before the request line are skipped. Neither moves the end of
 * a request. What it refuses itself never gets here: some request lines are
 * closed without a reply, and its 400 for a malformed Content-Length repeats
 * its own head. Newer versions parse strictly and get no memory check. */
#include "common/system/httpd.h"
#include "common/text/reason.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	DEFAULT_CONNECTIONS = 1000,
	DEFAULT_IDLE_SECONDS = 60,
	CONNECTION_MEMORY = 32 * 1024,
	ADDRESS_MAX = 256
};

/* What GnuTLS is to speak. */
static const char tls_priorities[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

struct httpd {
	struct MHD_Daemon *daemon;
	const struct httpd_route *routes;
	size_t route_count;
	void *self;
	int listener;
	unsigned port;
	bool in_place;               /* request heads stay where they were read */
	/* Guards what follows and the answer of every call. One lock for all,
	 * because a call may be freed the moment it is resumed. */
	pthread_mutex_t lock;
	pthread_cond_t idle;
	size_t running;              /* calls seen by a handler and not completed */
	bool closing;
};

struct call {
	struct httpd_call seen;      /* first: handlers hold a pointer to it */
	struct httpd *server;
	struct MHD_Connection *connection;
	const struct httpd_route *route;
	char *uri;                   /* raw, copied before it is decoded in place */
	const char *uri_place;
	struct buf body;
	char peer[INET6_ADDRSTRLEN];
	bool running;
	/* under server->lock */
	bool answered, suspended;
	unsigned status;
	struct MHD_Response *response;
};

static void call_free(struct call *call)
{
	if (call->response != NULL)
		MHD_destroy_response(call->response);
	buf_release(&call->body);
	free(call->uri);
	free(call);
}

static void *note_uri(void *self, const char *uri,
		struct MHD_Connection *connection)
{
	struct call *call = calloc(1, sizeof *call);

	if (call == NULL)
		return NULL;
	call->uri = strdup(uri == NULL ? "" : uri);
	if (call->uri == NULL) {
		free(call);
		return NULL;
	}
	call->uri_place = uri;
	call->server = self;
	call->connection = connection;
	return call;
}

static void on_completed(void *self, struct MHD_Connection *connection,
		void **state, enum MHD_RequestTerminationCode why)
{
	struct httpd *server = self;
	struct call *call = *state;

	(void)connection;
	(void)why;
	if (call == NULL)
		return;
	*state = NULL;
	pthread_mutex_lock(&server->lock);
	if (call->running && --server->running == 0)
		pthread_cond_broadcast(&server->idle);
	pthread_mutex_unlock(&server->lock);
	call_free(call);
}

/* "POST, GET": RFC 9110 section 10.2.1 wants it in every 405. */
static void list_methods(const struct httpd *server, const char *path,
		char *out, size_t size)
{
	size_t i, used = 0;

	out[0] = '\0';
	for (i = 0; i < server->route_count && used < size; i++) {
		if (strcmp(server->routes[i].path, path) != 0)
			continue;
		used += (size_t)snprintf(out + used, size - used, "%s%s",
				used > 0 ? ", " : "", server->routes[i].method);
	}
}

static enum MHD_Result queue_empty(struct call *call, unsigned status)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result = MHD_NO;
	char methods[80];

	if (response == NULL)
		return MHD_NO;
	if (MHD_add_response_header(response, "Connection", "close") != MHD_YES)
		goto out;
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED) {
		list_methods(call->server, call->uri, methods, sizeof methods);
		if (MHD_add_response_header(response, "Allow", methods) != MHD_YES)
			goto out;
	}
	result = MHD_queue_response(call->connection, status, response);
out:
	MHD_destroy_response(response);
	return result;
}

struct headers {
	struct http_header list[HTTP_HEADERS_MAX];
	size_t count;
};

static enum MHD_Result note_header(void *self, enum MHD_ValueKind kind,
		const char *name, size_t name_len, const char *value,
		size_t value_len)
{
	struct headers *headers = self;

	(void)kind;
	if (headers->count < HTTP_HEADERS_MAX)
		headers->list[headers->count] = (struct http_header){
			{ (const uint8_t *)name, name_len },
			{ (const uint8_t *)value, value_len },
		};
	headers->count++;
	return MHD_YES;
}

/* The head from its first byte to the end of its empty line. */
static struct bytes whole_head(const struct call *call, const char *method)
{
	const union MHD_ConnectionInfo *info;

	if (!call->server->in_place)
		return BYTES_NONE;
	info = MHD_get_connection_info(call->connection,
			MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	if (info == NULL)
		return BYTES_NONE;
	return (struct bytes){ (const uint8_t *)method, info->header_size };
}

static void note_peer(struct call *call)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
			call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const void *address = NULL;

	if (info == NULL || info->client_addr == NULL)
		return;
	if (info->client_addr->sa_family == AF_INET)
		address = &((const struct sockaddr_in *)
				(const void *)info->client_addr)->sin_addr;
	else if (info->client_addr->sa_family == AF_INET6)
		address = &((const struct sockaddr_in6 *)
				(const void *)info->client_addr)->sin6_addr;
	if (address == NULL || inet_ntop(info->client_addr->sa_family, address,
				call->peer, sizeof call->peer) == NULL)
		call->peer[0] = '\0';
}

/* The raw URI, where it was read if it still stands there: one with a query or
 * that decoding changed is in no route, and its copy fails the memory check. */
static struct bytes raw_uri(const struct call *call)
{
	struct bytes uri = bytes_str(call->uri);

	if (call->uri_place != NULL && strcmp(call->uri_place, call->uri) == 0)
		uri.at = (const uint8_t *)call->uri_place;
	return uri;
}

/* Answering from here, before the body is asked for, makes libmicrohttpd
 * close the connection instead of looking for a further request. */
static enum MHD_Result on_head(struct call *call, const char *method,
		const char *version)
{
	struct httpd *server = call->server;
	struct headers headers = { .count = 0 };
	struct http_head head = { .method = bytes_str(method) };
	struct http_verdict verdict;

	MHD_get_connection_values_n(call->connection, MHD_HEADER_KIND,
			note_header, &headers);
	head.uri = raw_uri(call);
	head.version = bytes_str(version);
	head.headers = headers.list;
	head.count = headers.count;
	head.whole = whole_head(call, method);
	verdict = http_filter(&head, server->routes, server->route_count);
	if (verdict.status != 0)
		return queue_empty(call, verdict.status);
	call->route = verdict.route;
	call->seen.method = verdict.route->method;
	call->seen.path = verdict.route->path;
	call->seen.peer = call->peer;
	note_peer(call);
	buf_init(&call->body, verdict.length);
	return MHD_YES;
}

static enum MHD_Result send_answer(struct call *call)
{
	if (call->response == NULL)
		return MHD_NO;
	return MHD_queue_response(call->connection, call->status,
			call->response);
}

static enum MHD_Result on_body_complete(struct call *call)
{
	struct httpd *server = call->server;
	enum MHD_Result result = MHD_YES;
	bool closing;

	pthread_mutex_lock(&server->lock);
	closing = server->closing;
	if (!closing) {
		call->running = true;
		server->running++;
	}
	pthread_mutex_unlock(&server->lock);
	if (closing)
		return queue_empty(call, MHD_HTTP_SERVICE_UNAVAILABLE);
	call->seen.body = buf_view(&call->body);
	call->route->handler(&call->seen, server->self);
	pthread_mutex_lock(&server->lock);
	if (call->answered) {
		result = send_answer(call);
	} else {
		call->suspended = true;
		MHD_suspend_connection(call->connection);
	}
	pthread_mutex_unlock(&server->lock);
	return result;
}

static enum MHD_Result on_resumed(struct call *call)
{
	struct httpd *server = call->server;
	enum MHD_Result result = MHD_YES;

	pthread_mutex_lock(&server->lock);
	if (call->answered)
		result = send_answer(call);
	pthread_mutex_unlock(&server->lock);
	return result;
}

static enum MHD_Result on_request(void *self,
		struct MHD_Connection *connection, const char *url,
		const char *method, const char *version, const char *data,
		size_t *data_len, void **state)
{
	struct call *call = *state;

	(void)self;
	(void)connection;
	(void)url;
	if (call == NULL)
		return MHD_NO;
	if (call->route == NULL)
		return on_head(call, method, version);
	if (*data_len > 0) {
		buf_put(&call->body, data, *data_len);
		*data_len = 0;
		return call->body.failed ? MHD_NO : MHD_YES;
	}
	return call->running ? on_resumed(call) : on_body_complete(call);
}

void httpd_answer(struct httpd_call *seen, unsigned status,
		struct bytes body, const char *type)
{
	struct call *call = (struct call *)(void *)seen;
	struct httpd *server = call->server;
	/* The library's copy mode only reads, but its parameter says void *. */
	struct MHD_Response *response = MHD_create_response_from_buffer(
			body.len, (void *)(uintptr_t)body.at, MHD_RESPMEM_MUST_COPY);

	if (response != NULL && type != NULL && MHD_add_response_header(
				response, "Content-Type", type) != MHD_YES) {
		MHD_destroy_response(response);
		response = NULL;
	}
	pthread_mutex_lock(&server->lock);
	assert(!call->answered);
	call->answered = true;
	call->status = status;
	call->response = response;
	if (call->suspended)
		MHD_resume_connection(call->connection);
	pthread_mutex_unlock(&server->lock);
}

/* Cuts "ADDR:PORT" and "[ADDR]:PORT". */
static int split_address(const char *text, char *host, const char **port,
		struct err *e)
{
	const char *colon = strrchr(text, ':');
	size_t len, digits;

	if (colon == NULL)
		return err_set(e, ERR_BAD_VALUE, "%s", text);
	len = (size_t)(colon - text);
	digits = strspn(colon + 1, "0123456789");
	if (digits == 0 || digits > 5 || colon[1 + digits] != '\0' ||
			strtol(colon + 1, NULL, 10) > 65535)
		return err_set(e, ERR_BAD_VALUE, "%s", text);
	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= ADDRESS_MAX)
		return err_set(e, ERR_BAD_VALUE, "%s", colon);
	memcpy(host, text, len);
	host[len] = '\0';
	*port = colon + 1;
	return 0;
}

static int listen_at(const struct addrinfo *where)
{
	const int on = 1;
	int fd = socket(where->ai_family,
			where->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
			where->ai_protocol);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
			bind(fd, where->ai_addr, where->ai_addrlen) == 0 &&
			listen(fd, SOMAXCONN) == 0)
		return fd;
	close(fd);
	return -1;
}

static int open_listener(struct httpd *server, const char *address,
		struct err *e)
{
	const struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	struct sockaddr_storage bound;
	socklen_t len = sizeof bound;
	struct addrinfo *found, *at;
	char host[ADDRESS_MAX];
	const char *port = NULL;
	int code;

	code = split_address(address, host, &port, e);
	if (code != 0)
		return code;
	if (getaddrinfo(host, port, &hints, &found) != 0)
		return err_set(e, ERR_BAD_VALUE, "%s", address);
	errno = 0;
	for (at = found; at != NULL && server->listener < 0; at = at->ai_next)
		server->listener = listen_at(at);
	freeaddrinfo(found);
	if (server->listener < 0 || getsockname(server->listener,
				(struct sockaddr *)&bound, &len) != 0)
		return reason_system(e, ERR_IO, errno, "%s", address);
	/* The port has one place in both families. */
	server->port = ntohs(((struct sockaddr_in *)(void *)&bound)->sin_port);
	return 0;
}

static int start_daemon(struct httpd *server,
		const struct httpd_options *options, struct err *e)
{
	const bool tls = options->tls_choose != NULL;
	const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD |
		MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK |
		(tls ? MHD_USE_TLS : 0);
	/* The list ends early where there is no TLS. */
	const struct MHD_OptionItem secure[] = {
		{ tls ? MHD_OPTION_HTTPS_CERT_CALLBACK : MHD_OPTION_END, 0, options->tls_choose },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities },
		{ MHD_OPTION_END, 0, NULL },
	};
	unsigned connections = options->connections;
	unsigned idle = options->idle_seconds;

	if (connections == 0)
		connections = DEFAULT_CONNECTIONS;
	if (idle == 0)
		idle = DEFAULT_IDLE_SECONDS;
	server->daemon = MHD_start_daemon(flags, 0, NULL, NULL,
			on_request, server,
			MHD_OPTION_LISTEN_SOCKET, server->listener,
			MHD_OPTION_CONNECTION_LIMIT, connections,
			MHD_OPTION_PER_IP_CONNECTION_LIMIT, options->per_ip,
			MHD_OPTION_CONNECTION_TIMEOUT, idle,
			MHD_OPTION_CONNECTION_MEMORY_LIMIT,
			(size_t)CONNECTION_MEMORY,
			MHD_OPTION_STRICT_FOR_CLIENT, 1,
			MHD_OPTION_URI_LOG_CALLBACK, note_uri, server,
			MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
			MHD_OPTION_ARRAY, secure,
			MHD_OPTION_END);
	if (server->daemon == NULL)
		return err_set(e, ERR_IO, "port %u: cannot start serving",
				server->port);
	return 0;
}

static void server_free(struct httpd *server)
{
	if (server->listener >= 0)
		close(server->listener);
	pthread_cond_destroy(&server->idle);
	pthread_mutex_destroy(&server->lock);
	free(server);
}

int httpd_open(const char *address, const struct httpd_options *options,
		struct httpd **out, struct err *e)
{
	struct httpd *server = calloc(1, sizeof *server);
	int code;

	if (server == NULL)
		return err_set(e, ERR_NOMEM, "%s", address);
	server->routes = options->routes;
	server->route_count = options->route_count;
	server->self = options->self;
	server->listener = -1;
	server->in_place = strncmp(MHD_get_version(), "0.", 2) == 0;
	if (pthread_mutex_init(&server->lock, NULL) != 0) {
		free(server);
		return err_set(e, ERR_NOMEM, "%s", address);
	}
	if (pthread_cond_init(&server->idle, NULL) != 0) {
		pthread_mutex_destroy(&server->lock);
		free(server);
		return err_set(e, ERR_NOMEM, "%s", address);
	}
	code = open_listener(server, address, e);
	if (code == 0)
		code = start_daemon(server, options, e);
	if (code != 0) {
		server_free(server);
		return code;
	}
	*out = server;
	return 0;
}

unsigned httpd_port(const struct httpd *server)
{
	return server->port;
}

void httpd_close(struct httpd *server)
{
	if (server == NULL)
		return;
	/* After this the polling thread leaves the listener alone, and the
	 * shutdown refuses callers instead of letting them queue unheard. The
	 * descriptor itself must stay open until the thread is gone. */
	MHD_quiesce_daemon(server->daemon);
	shutdown(server->listener, SHUT_RDWR);
	pthread_mutex_lock(&server->lock);
	server->closing = true;
	while (server->running > 0)
		pthread_cond_wait(&server->idle, &server->lock);
	pthread_mutex_unlock(&server->lock);
	MHD_stop_daemon(server->daemon);
	server_free(server);
}
