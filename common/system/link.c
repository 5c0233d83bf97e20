/* Pins as text, and the district's word on where its server is. */
#include "common/system/link.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { ADDRESS_MAX = 500, BASE64_MAX = 64 };

static const char prefix[] = "sha256//";

void pins_put(const struct pins *pins, struct buf *out)
{
	char text[BASE64_MAX];
	size_t i;

	for (i = 0; i < pins->count; i++) {
		sodium_bin2base64(text, sizeof text, pins->key[i], PIN_SIZE,
				  sodium_base64_VARIANT_ORIGINAL);
		buf_printf(out, "%s%s%s", i > 0 ? ";" : "", prefix, text);
	}
}

static bool is_gap(uint8_t c)
{
	return c == ';' || c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool read_one(struct bytes s, uint8_t out[PIN_SIZE])
{
	const size_t skip = sizeof prefix - 1;
	size_t n = 0;

	if (s.len > skip && memcmp(s.at, prefix, skip) == 0)
		s = (struct bytes){ s.at + skip, s.len - skip };
	if (s.len == 2 * PIN_SIZE)
		return sodium_hex2bin(out, PIN_SIZE, (const char *)s.at, s.len, NULL, &n,
				      NULL) == 0 && n == PIN_SIZE;
	return sodium_base642bin(out, PIN_SIZE, (const char *)s.at, s.len, NULL, &n, NULL,
				 sodium_base64_VARIANT_ORIGINAL) == 0 && n == PIN_SIZE;
}

int pins_read(struct bytes text, struct pins *out, struct err *e)
{
	size_t i = 0;

	for (;;) {
		struct bytes one;

		while (i < text.len && is_gap(text.at[i]))
			i++;
		if (i == text.len)
			return 0;
		one = (struct bytes){ text.at + i, 0 };
		while (i < text.len && !is_gap(text.at[i]))
			i++;
		one.len = (size_t)(text.at + i - one.at);
		if (out->count == PINS_MAX)
			return err_set(e, ERR_TOO_LARGE, "%d", PINS_MAX);
		if (!read_one(one, out->key[out->count]))
			return err_set(e, ERR_BAD_VALUE, "%.*s", (int)(one.len < 80 ? one.len : 80),
				       (const char *)one.at);
		out->count++;
	}
}

int link_read(struct replica *r, struct link *out, struct err *e)
{
	struct stmt *s;
	int code;

	*out = (struct link){ .id = RID_NONE };
	buf_init(&out->address, ADDRESS_MAX);
	code = db_query(r->db, e, &s, "SELECT device, op, f_address, f_pins FROM t_link WHERE "
			"stream=0 AND deleted=0 ORDER BY device, op LIMIT 1", "");
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		out->id = (struct rid){ (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1) };
		if (!db_is_null(s, 2))
			buf_add(&out->address, db_text(s, 2));
		code = db_is_null(s, 3) ? 0 : pins_read(db_text(s, 3), &out->pins, e);
	}
	db_done(s);
	return code < 0 ? code : 0;
}
