/* Syntax first, then the lengths that frame the body, then the routes: a
 * request that is malformed is told so whatever it asks for. */
#include "http_filter.h"

#include <string.h>

/* Content-Length of 19 digits cannot overflow 64 bits. */
enum { LENGTH_DIGITS_MAX = 19 };

static bool is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		(c >= 'a' && c <= 'z');
}

/* RFC 9110 section 5.6.2, tchar. */
static bool is_token(struct bytes s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		uint8_t c = s.at[i];

		if (!is_alnum(c) && (c == 0 || strchr("!#$%&'*+-.^_`|~", c) == NULL))
			return false;
	}
	return s.len > 0;
}

static bool is_value(struct bytes s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		uint8_t c = s.at[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Origin form only, RFC 9112 section 3.2.1: a proxy's absolute form would
 * carry a second host. */
static bool is_origin_form(struct bytes s)
{
	size_t i;

	if (s.len == 0 || s.at[0] != '/')
		return false;
	for (i = 0; i < s.len; i++)
		if (s.at[i] <= 0x20 || s.at[i] >= 0x7f)
			return false;
	return true;
}

/* A name or an address with an optional port; no lists, no userinfo. */
static bool is_host(struct bytes s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		uint8_t c = s.at[i];

		if (!is_alnum(c) && (c == 0 || strchr("-._:[]", c) == NULL))
			return false;
	}
	return s.len > 0;
}

static bool name_is(struct bytes name, const char *lower)
{
	size_t i;

	if (name.len != strlen(lower))
		return false;
	for (i = 0; i < name.len; i++) {
		uint8_t c = name.at[i];

		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c + ('a' - 'A'));
		if (c != (uint8_t)lower[i])
			return false;
	}
	return true;
}

/* Decimal digits without a leading zero, so that no reader takes it for
 * octal. */
static bool read_length(struct bytes s, uint64_t *length)
{
	uint64_t n = 0;
	size_t i;

	if (s.len == 0 || s.len > LENGTH_DIGITS_MAX)
		return false;
	if (s.at[0] == '0' && s.len > 1)
		return false;
	for (i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(s.at[i] - '0');
	}
	*length = n;
	return true;
}

static uintptr_t place(struct bytes s)
{
	return (uintptr_t)s.at;
}

static uintptr_t end(struct bytes s)
{
	return (uintptr_t)s.at + s.len;
}

/* Colon and blanks, the colon perhaps overwritten: all that a cutter may drop
 * between name and value. */
static bool is_separator(struct bytes whole, uintptr_t from, uintptr_t to)
{
	size_t i = (size_t)(from - place(whole)) + 1;
	const size_t stop = (size_t)(to - place(whole));

	for (; i < stop; i++)
		if (whole.at[i] != ' ' && whole.at[i] != '\t')
			return false;
	return true;
}

/* Addresses are compared as numbers: parts that were moved elsewhere are the
 * very case to find, and C gives pointers of two objects no order. */
static bool is_gapless(const struct http_head *head)
{
	const uintptr_t limit = end(head->whole);
	uintptr_t at;
	size_t i;

	if (place(head->method) != place(head->whole) ||
			place(head->uri) != end(head->method) + 1 ||
			place(head->version) != end(head->uri) + 1)
		return false;
	at = end(head->version) + 2;
	for (i = 0; i < head->count; i++) {
		const struct http_header *h = &head->headers[i];

		if (place(h->name) != at || place(h->value) < end(h->name) + 1 ||
				place(h->value) > limit)
			return false;
		if (!is_separator(head->whole, end(h->name), place(h->value)))
			return false;
		at = end(h->value) + 2;
	}
	return at + 2 == limit;
}

/* What the header lines say about the body's frame. */
struct frame {
	unsigned hosts, lengths;
	uint64_t length;
};

static bool read_headers(const struct http_head *head, struct frame *frame)
{
	size_t i;

	for (i = 0; i < head->count; i++) {
		struct bytes name = head->headers[i].name;
		struct bytes value = head->headers[i].value;

		if (!is_token(name) || !is_value(value))
			return false;
		if (name_is(name, "transfer-encoding"))
			return false;
		if (name_is(name, "host")) {
			frame->hosts++;
			if (!is_host(value))
				return false;
		}
		if (name_is(name, "content-length")) {
			frame->lengths++;
			if (!read_length(value, &frame->length))
				return false;
		}
	}
	return frame->hosts == 1 && frame->lengths <= 1;
}

/* 0 or the status to refuse with. */
static unsigned check_head(const struct http_head *head, struct frame *frame)
{
	if (head->count > HTTP_HEADERS_MAX || head->whole.len > HTTP_HEAD_MAX)
		return 431;
	if (!is_token(head->method) || !is_origin_form(head->uri))
		return 400;
	if (!bytes_equal(head->version, bytes_str("HTTP/1.1")) &&
			!bytes_equal(head->version, bytes_str("HTTP/1.0")))
		return 505;
	if (head->whole.at != NULL && !is_gapless(head))
		return 400;
	return read_headers(head, frame) ? 0 : 400;
}

struct http_verdict http_filter(const struct http_head *head,
		const struct httpd_route *routes, size_t count)
{
	struct http_verdict verdict = { 404, NULL, 0 };
	const struct httpd_route *route = NULL;
	struct frame frame = { 0, 0, 0 };
	unsigned status = check_head(head, &frame);
	size_t i;

	if (status != 0)
		return (struct http_verdict){ status, NULL, 0 };
	for (i = 0; i < count && route == NULL; i++) {
		if (!bytes_equal(head->uri, bytes_str(routes[i].path)))
			continue;
		verdict.status = 405;
		if (bytes_equal(head->method, bytes_str(routes[i].method)))
			route = &routes[i];
	}
	if (route == NULL)
		return verdict;
	if (route->body_max > 0 && frame.lengths == 0)
		return (struct http_verdict){ 411, NULL, 0 };
	if (frame.length > route->body_max)
		return (struct http_verdict){ 413, NULL, 0 };
	return (struct http_verdict){ 0, route, (size_t)frame.length };
}
