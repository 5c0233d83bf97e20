/* Codes to names, and the two ways to fill a struct err. */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return code;
	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->subject, sizeof e->subject, fmt, ap);
	va_end(ap);
	return code;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char inner[sizeof e->subject];
	size_t used;
	va_list ap;

	if (e == NULL)
		return ERR_UNKNOWN;
	memcpy(inner, e->subject, sizeof inner);
	va_start(ap, fmt);
	vsnprintf(e->subject, sizeof e->subject, fmt, ap);
	va_end(ap);
	used = strlen(e->subject);
	if (inner[0] != '\0')
		snprintf(e->subject + used, sizeof e->subject - used, ": %s", inner);
	return e->code;
}

const char *err_name(int code)
{
	switch (code) {
	case 0:
		return "ok";
#define X(name, number, text) case ERR_##name: return text;
	ERR_LIST(X)
#undef X
	default:
		return "unknown_code";
	}
}
