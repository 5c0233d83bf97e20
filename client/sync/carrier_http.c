/* The only file that knows libcurl (7.88).
 *
 * One easy handle per carrier keeps the connection. The debug hook, not
 * CURLINFO_REQUEST_SIZE, counts the wire: the latter counts a body that left
 * together with its headers and leaves out one that left behind them. */
#include "client/sync/carrier_http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
	DEFAULT_CONNECT_SECONDS = 30,
	DEFAULT_PROGRESS_SECONDS = 60,
	/* Of an error's body; reading a short one saves the connection. */
	IGNORED_MAX = 4096,
	MAGIC_LEN = 2
};

static const uint8_t magic[MAGIC_LEN] = { 0xd6, 0xb6 };
static const char path[] = "/v1/exchange";

struct carrier_http {
	CURL *curl;
	struct curl_slist *headers;
	const volatile sig_atomic_t *stopped;
	struct carrier_http_counts counts;
	/* of the exchange that runs */
	struct bytes body;           /* what is left to send */
	struct buf *reply;
	uint64_t ignored;
	bool head_complete;          /* the library takes a cut head for a whole */
	int failed;                  /* why a callback ended it, or 0 */
	char message[CURL_ERROR_SIZE];
};

static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_code;

/* Never undone: other users of the library in this process share it. */
static void global_init(void)
{
	global_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static bool is_stopped(const struct carrier_http *carrier)
{
	return carrier->stopped != NULL && *carrier->stopped != 0;
}

static bool starts_with_magic(struct bytes s)
{
	size_t n = s.len < MAGIC_LEN ? s.len : MAGIC_LEN;

	return n == 0 || memcmp(s.at, magic, n) == 0;
}

static long status_of(const struct carrier_http *carrier)
{
	long status = 0;

	curl_easy_getinfo(carrier->curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

/* Any return other than n ends the transfer. */
/* The body is read from here and not told to the library as a whole: when a kept connection
 * breaks under a request it would send that once more by itself, though the server may have
 * taken it in. Whoever made the request asks first. */
static size_t on_body(char *to, size_t one, size_t n, void *self)
{
	struct carrier_http *carrier = self;

	n *= one;
	if (n > carrier->body.len)
		n = carrier->body.len;
	if (n > 0)
		memcpy(to, carrier->body.at, n);
	carrier->body.at += n;
	carrier->body.len -= n;
	return n;
}

static size_t on_reply(char *at, size_t one, size_t n, void *self)
{
	struct carrier_http *carrier = self;
	struct buf *reply = carrier->reply;

	(void)one;
	carrier->counts.body_down += n;
	if (status_of(carrier) != 200) {
		carrier->ignored += n;
		return carrier->ignored > IGNORED_MAX ? 0 : n;
	}
	if (n > CARRIER_REPLY_MAX - reply->len || n > reply->max - reply->len) {
		carrier->failed = ERR_TOO_LARGE;
		return 0;
	}
	buf_put(reply, at, n);
	if (reply->failed)
		carrier->failed = ERR_NOMEM;
	else if (!starts_with_magic(buf_view(reply)))
		carrier->failed = ERR_NOT_DONGBO;
	return carrier->failed != 0 ? 0 : n;
}

static int on_progress(void *self, curl_off_t down_total, curl_off_t down,
		curl_off_t up_total, curl_off_t up)
{
	const struct carrier_http *carrier = self;

	(void)down_total;
	(void)down;
	(void)up_total;
	(void)up;
	return is_stopped(carrier);
}

static int on_wire(CURL *curl, curl_infotype type, char *data, size_t n,
		void *self)
{
	struct carrier_http *carrier = self;
	struct carrier_http_counts *counts = &carrier->counts;

	(void)curl;
	if (type == CURLINFO_HEADER_IN && n > 0 &&
			(data[0] == '\r' || data[0] == '\n'))
		carrier->head_complete = true;
	if (type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT)
		counts->wire_up += n;
	if (type == CURLINFO_HEADER_IN || type == CURLINFO_DATA_IN)
		counts->wire_down += n;
	if (type == CURLINFO_DATA_OUT)
		counts->body_up += n;
	return 0;
}

/* A name with a colon and no value removes what the library would add. */
static int make_headers(struct carrier_http *carrier)
{
	static const char *const removed[] = {
		"Accept:", "Content-Type:", "Expect:", "User-Agent:",
	};
	size_t i;

	for (i = 0; i < sizeof removed / sizeof removed[0]; i++) {
		struct curl_slist *longer =
			curl_slist_append(carrier->headers, removed[i]);

		if (longer == NULL)
			return ERR_NOMEM;
		carrier->headers = longer;
	}
	return 0;
}

/* What may be asked for and of whom. */
static bool set_address(CURL *curl, const char *url, const char *ca_file)
{
	return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
				"http,https") == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_NETRC,
				(long)CURL_NETRC_IGNORED) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
				(long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, NULL) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
		(ca_file == NULL || curl_easy_setopt(curl, CURLOPT_CAINFO,
				ca_file) == CURLE_OK);
}

/* Whom to believe: the pinned keys, else certificates. */
static bool set_trust(CURL *curl, const struct carrier_http_options *o)
{
	const bool pinned = o->pins != NULL && o->pins[0] != '\0';
	const long check = !pinned && !o->any_certificate;

	if (pinned && curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY,
				o->pins) != CURLE_OK)
		return false;
	return curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, check) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, check * 2) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_SSLVERSION,
				(long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
}

/* Fewer than one byte a second, on average over the seconds the library
 * looks back, is no progress. */
static bool set_patience(CURL *curl, unsigned connect, unsigned progress)
{
	if (connect == 0)
		connect = DEFAULT_CONNECT_SECONDS;
	if (progress == 0)
		progress = DEFAULT_PROGRESS_SECONDS;
	return curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_TIMEOUT, 0L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
				(long)connect) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
				(long)progress) == CURLE_OK;
}

static bool set_hooks(struct carrier_http *carrier)
{
	CURL *curl = carrier->curl;

	return curl_easy_setopt(curl, CURLOPT_HTTPHEADER,
				carrier->headers) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_ERRORBUFFER,
				carrier->message) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION,
				on_reply) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, carrier) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_body) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_READDATA, carrier) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION,
				on_progress) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_XFERINFODATA, carrier) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_wire) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_DEBUGDATA, carrier) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L) == CURLE_OK;
}

/* Nothing but a scheme, an authority without a user, and a plain path. */
static bool is_base(const char *base)
{
	const char *rest = NULL;
	size_t i;

	if (strncmp(base, "http://", 7) == 0)
		rest = base + 7;
	else if (strncmp(base, "https://", 8) == 0)
		rest = base + 8;
	if (rest == NULL || rest[0] == '\0' || rest[0] == '/')
		return false;
	for (i = 0; rest[i] != '\0'; i++)
		if ((unsigned char)rest[i] <= ' ' || (unsigned char)rest[i] >= 0x7f ||
				strchr("?#@\\%", rest[i]) != NULL)
			return false;
	return true;
}

static char *join_url(const char *base)
{
	size_t len = strlen(base);
	char *url;

	while (len > 0 && base[len - 1] == '/')
		len--;
	url = malloc(len + sizeof path);
	if (url == NULL)
		return NULL;
	memcpy(url, base, len);
	memcpy(url + len, path, sizeof path);
	return url;
}

int carrier_http_open(const char *base,
		const struct carrier_http_options *options,
		struct carrier_http **out, struct err *e)
{
	struct carrier_http *carrier = NULL;
	char *url = NULL;
	int code = ERR_NOMEM;

	if (!is_base(base))
		return err_set(e, ERR_BAD_VALUE, "%s", base);
	pthread_once(&global_once, global_init);
	if (global_code != CURLE_OK)
		goto out;
	carrier = calloc(1, sizeof *carrier);
	url = join_url(base);
	if (carrier == NULL || url == NULL)
		goto out;
	carrier->stopped = options->stopped;
	carrier->curl = curl_easy_init();
	if (carrier->curl == NULL || make_headers(carrier) != 0)
		goto out;
	if (!set_address(carrier->curl, url, options->ca_file) ||
			!set_trust(carrier->curl, options) ||
			!set_patience(carrier->curl, options->connect_seconds,
				options->progress_seconds) ||
			!set_hooks(carrier))
		goto out;
	*out = carrier;
	carrier = NULL;
	code = 0;
out:
	if (code != 0)
		err_set(e, code, "%s", base);
	free(url);
	carrier_http_close(carrier);
	return code;
}

/* What the library's code means here; the connection stood when something was
 * about to be sent. */
static int fail_code(const struct carrier_http *carrier, CURLcode code)
{
	curl_off_t ready = 0;

	switch (code) {
	case CURLE_OUT_OF_MEMORY:
		return ERR_NOMEM;
	case CURLE_ABORTED_BY_CALLBACK:
		return ERR_STOPPED;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		/* What answers does not speak HTTP. */
		return ERR_NOT_DONGBO;
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return ERR_TLS_PIN;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return ERR_TLS_CERT;
	case CURLE_OPERATION_TIMEDOUT:
		curl_easy_getinfo(carrier->curl, CURLINFO_PRETRANSFER_TIME_T,
				&ready);
		return ready > 0 ? ERR_STALLED : ERR_NO_LINK;
	default:
		return ERR_NO_LINK;
	}
}

/* The library's own words are kept for programmers. */
static int tell(const struct carrier_http *carrier, CURLcode code, struct err *e)
{
	static const struct {
		CURLcode code;
		const char *why;
	} known[] = {
		{ CURLE_COULDNT_RESOLVE_HOST, "the address is not known: is there a network?" },
		{ CURLE_COULDNT_RESOLVE_PROXY, "the address of the proxy is not known" },
		{ CURLE_COULDNT_CONNECT, "nothing answers there" },
		{ CURLE_OPERATION_TIMEDOUT, "no answer came in time" },
		{ CURLE_SEND_ERROR, "the connection broke off" },
		{ CURLE_RECV_ERROR, "the connection broke off" },
		{ CURLE_GOT_NOTHING, "the connection broke off" },
		{ CURLE_PARTIAL_FILE, "the connection broke off" },
		{ CURLE_SSL_CONNECT_ERROR, "no connection with TLS could be made" },
		{ CURLE_PEER_FAILED_VERIFICATION, "this computer does not trust its certificate" },
		{ CURLE_SSL_ISSUER_ERROR, "this computer does not trust its certificate" },
		{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, "the key in its certificate is another one" },
		{ CURLE_SSL_CACERT_BADFILE, "the file of trusted certificates can't be read" },
		{ CURLE_UNSUPPORTED_PROTOCOL, "what answers there is no web server" },
		{ CURLE_WEIRD_SERVER_REPLY, "what answers there is no web server" },
		{ CURLE_URL_MALFORMAT, "the address is not written right" },
	};
	size_t i, n = sizeof known / sizeof known[0];
	int ours = fail_code(carrier, code);

	for (i = 0; i < n && known[i].code != code; i++)
		continue;
	if (i < n)
		err_because(e, ours, known[i].why);
	else
		err_because(e, ours, "the network fails with code %d", (int)code);
	err_library(e, carrier->message[0] != '\0' ? carrier->message : curl_easy_strerror(code));
	return ours;
}

static int judge(const struct carrier_http *carrier, CURLcode code,
		struct err *e)
{
	const long status = status_of(carrier);

	if (carrier->failed != 0)
		return err_set(e, carrier->failed, "%s", path);
	/* An ignored body that was cut short does not hide the status. */
	if (status != 200 && (code == CURLE_OK || code == CURLE_WRITE_ERROR))
		return err_set(e, ERR_HTTP, "%ld", status);
	if (code != CURLE_OK)
		return tell(carrier, code, e);
	if (!carrier->head_complete)
		return err_because(e, ERR_NO_LINK, "the connection broke off");
	if (carrier->reply->len < MAGIC_LEN)
		return err_set(e, ERR_NOT_DONGBO, "%s", path);
	return 0;
}

int carrier_http_exchange(struct carrier_http *carrier, struct bytes request,
		struct buf *reply, struct err *e)
{
	CURL *curl = carrier->curl;
	CURLcode code;
	int result;

	buf_clear(reply);
	if (is_stopped(carrier))
		return err_set(e, ERR_STOPPED, "%s", path);
	carrier->reply = reply;
	carrier->ignored = 0;
	carrier->head_complete = false;
	carrier->failed = 0;
	carrier->message[0] = '\0';
	carrier->body = request;
	if (curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
				(curl_off_t)request.len) != CURLE_OK)
		return err_set(e, ERR_NOMEM, "%s", path);
	carrier->counts.requests++;
	code = curl_easy_perform(curl);
	result = judge(carrier, code, e);
	carrier->reply = NULL;
	if (result != 0)
		buf_clear(reply);
	return result;
}

struct carrier_http_counts carrier_http_counts(
		const struct carrier_http *carrier)
{
	return carrier->counts;
}

void carrier_http_close(struct carrier_http *carrier)
{
	if (carrier == NULL)
		return;
	if (carrier->curl != NULL)
		curl_easy_cleanup(carrier->curl);
	curl_slist_free_all(carrier->headers);
	free(carrier);
}
