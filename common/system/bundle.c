/* Names, folders and files of bundles. */
#include "common/system/bundle.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/system/env.h"
#include "common/text/date.h"
#include "protocol/limits.h"
#include "protocol/seal.h"

static const char suffix[] = ".dongbo", up[] = "_gui-di", down[] = "_tra-loi";
enum { UNIT_MOST = 48, PC_DIGITS = 6, PC_SHIFT = 64 - 4 * PC_DIGITS };

static bool plain(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

void bundle_name(const struct bundle_name *n, char out[BUNDLE_NAME])
{
	char unit[UNIT_MOST + 1];
	int64_t year;
	unsigned month, day;
	size_t i;

	for (i = 0; i < n->unit.len && i < UNIT_MOST; i++)
		unit[i] = plain(n->unit.at[i]) ? (char)n->unit.at[i] : '-';
	unit[i] = '\0';
	date_civil(n->day, &year, &month, &day);
	snprintf(out, BUNDLE_NAME, "%s_may-%0*llx_%04llu-%02llu_%04lld-%02u-%02u%s%s", unit,
		 PC_DIGITS, (unsigned long long)(n->device >> PC_SHIFT),
		 (unsigned long long)n->number, (unsigned long long)n->part, (long long)year, month,
		 day, up, suffix);
}

static bool ends_with(const char *name, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len > n && strncasecmp(name + len - n, end, n) == 0;
}

void bundle_reply_name(const char *request, unsigned nth, char out[BUNDLE_NAME])
{
	size_t len = strlen(request);
	const char *direction = "";
	char which[16] = "";

	if (ends_with(request, len, suffix))
		len -= sizeof suffix - 1;
	if (ends_with(request, len, up)) {
		len -= sizeof up - 1;
		direction = down;
	}
	if (len > BUNDLE_NAME - 60)
		len = BUNDLE_NAME - 60;
	if (nth > 1)
		snprintf(which, sizeof which, "_%02u", nth); /* behind the first in order */
	snprintf(out, BUNDLE_NAME, "%.*s%s%s.reply%s", (int)len, request, direction, which, suffix);
}

static bool number(const char **p, int base, size_t least, uint64_t *out)
{
	char *end;

	if (!isxdigit((unsigned char)**p))
		return false;
	*out = strtoull(*p, &end, base);
	least = (size_t)(end - *p) >= least;
	*p = end;
	return least != 0;
}

bool bundle_name_read(const char *name, struct bundle_name *out)
{
	static const char mark[] = "_may-";
	const char *p = strstr(name, mark);
	struct bundle_name n = { .device = 0 };

	if (p == NULL)
		return false;
	p += sizeof mark - 1;
	if (!number(&p, 16, PC_DIGITS, &n.device) || *p++ != '_' ||
	    !number(&p, 10, 1, &n.number) || *p++ != '-' || !number(&p, 10, 1, &n.part) ||
	    *p != '_')
		return false;
	n.device <<= PC_SHIFT;
	*out = n;
	return true;
}

bool bundle_is_of(const struct bundle_name *n, uint64_t device)
{
	return n->device >> PC_SHIFT == device >> PC_SHIFT;
}

const char *bundle_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* What a stick that was pulled out leaves: a file of nothing, or of zeros. */
static bool never_written(struct bytes file)
{
	size_t i;

	for (i = 0; i < file.len; i++)
		if (file.at[i] != 0)
			return false;
	return true;
}

enum bundle_kind bundle_kind(struct bytes file)
{
	struct seal_header h;

	if (seal_read_refusal(file, NULL) != 0 && file.len > 2 && file.at[2] == SEAL_REFUSAL)
		return BUNDLE_REPLY;
	if (seal_read_header(file, &h, NULL) != 0)
		return BUNDLE_NEITHER;
	return h.suite == SEAL_REPLY ? BUNDLE_REPLY : BUNDLE_REQUEST;
}

int bundle_error(int code, struct bytes file)
{
	switch (code) {
	case ERR_NOT_DONGBO:
		return never_written(file) ? ERR_CUT_FILE : ERR_MALFORMED;
	case ERR_BAD_SEAL:
	case ERR_TRUNCATED:
		return ERR_CUT_FILE;
	case ERR_UNKNOWN_DEVICE:
	case ERR_NOT_SEALED_TO_US:
		return ERR_FOR_ANOTHER;
	default:
		return code;
	}
}

/* "a-2" before "a-10", whatever the padding. */
static int compare_paths(const void *x, const void *y)
{
	const char *a = *(char *const *)x, *b = *(char *const *)y;

	while (*a != '\0' && *b != '\0') {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			char *end_a, *end_b;
			unsigned long long m = strtoull(a, &end_a, 10), n = strtoull(b, &end_b, 10);

			if (m != n)
				return m < n ? -1 : 1;
			a = end_a;
			b = end_b;
		} else if (*a != *b) {
			break;
		} else {
			a++;
			b++;
		}
	}
	return (unsigned char)*a - (unsigned char)*b;
}

bool bundle_unfinished(const char *path)
{
	static const char part[] = ".dongbo.part";

	return ends_with(path, strlen(path), part);
}

bool bundle_may_be(const char *path)
{
	return ends_with(path, strlen(path), suffix);
}

int bundle_path(const char *dir, const char *name, struct arena *a, const char **out,
		struct err *e)
{
	size_t n = strlen(dir) + strlen(name) + 2;
	char *path = arena_alloc(a, n);

	if (path == NULL)
		return err_set(e, ERR_NOMEM, "%s", name);
	snprintf(path, n, "%s/%s", dir, name);
	*out = path;
	return 0;
}

int bundle_list(const char *dir, struct arena *a, char ***paths, size_t *count, struct err *e)
{
	char **names = NULL;
	size_t all = 0, i;
	int code = env_list(dir, BUNDLE_FILES, a, &names, &all, e);

	*count = 0;
	*paths = names;
	for (i = 0; i < all && code == 0; i++) {
		const char *path = NULL;

		if (!bundle_may_be(names[i]) && !bundle_unfinished(names[i]))
			continue;
		code = bundle_path(dir, names[i], a, &path, e);
		if (code == 0 && env_kind(path) == ENV_FILE)
			names[(*count)++] = (char *)(uintptr_t)path;
	}
	if (code == 0)
		qsort(names, *count, sizeof *names, compare_paths);
	return code;
}

int bundle_get(const char *path, struct buf *out, struct err *e)
{
	int code = bundle_unfinished(path) ? err_set(e, ERR_UNFINISHED, "%s", path) :
					     env_read_file(path, out, e);

	return code == ERR_TOO_LARGE ? err_set(e, ERR_MALFORMED, "%s", path) : code;
}

int bundle_put(const char *path, struct bytes message, struct err *e)
{
	return env_write_file(path, message, 0644, e);
}
