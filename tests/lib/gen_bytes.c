/* Hex, and copies of exact size. */
#include "tests/lib/gen_bytes.h"

#include <stdlib.h>
#include <string.h>

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	if (at == NULL)
		abort();
	return (int)(at - digits);
}

void gen_hex(struct buf *out, const char *text)
{
	while (*text != '\0') {
		if (*text == ' ') {
			text++;
			continue;
		}
		buf_byte(out, (uint8_t)(digit(text[0]) << 4 | digit(text[1])));
		text += 2;
	}
}

struct bytes gen_exact(struct bytes s)
{
	uint8_t *p = malloc(s.len == 0 ? 1 : s.len);

	if (p == NULL)
		abort();
	if (s.len > 0)
		memcpy(p, s.at, s.len);
	return (struct bytes){ p, s.len };
}

void gen_free(struct bytes s)
{
	free((void *)(uintptr_t)s.at);
}
