/* The record in stream 0 that says where the server is. */
#include "server/identity/link.h"

#include <string.h>

enum { LINK_MEMORY = 1 << 20, ADDRESS_MAX = 500, PINS_TEXT = 512 };

static bool begins(struct bytes s, const char *with)
{
	size_t n = strlen(with);

	return s.len > n && memcmp(s.at, with, n) == 0;
}

int server_link_check(struct bytes address, const struct pins *pins, struct err *e)
{
	size_t i;

	if (address.len > ADDRESS_MAX ||
	    (address.len > 0 && !begins(address, "http://") && !begins(address, "https://")) ||
	    (pins->count > 0 && address.len > 0 && !begins(address, "https://")))
		return err_set(e, ERR_BAD_VALUE, "%.*s", (int)(address.len < 100 ? address.len : 100),
			       (const char *)address.at);
	for (i = 0; i < address.len; i++)
		if (address.at[i] <= ' ' || address.at[i] >= 0x7f)
			return err_set(e, ERR_BAD_VALUE, "address");
	return 0;
}

/* Puts the draft together: only what differs. */
static void put(struct draft *d, const struct link *now, struct bytes address,
		struct bytes pins, struct bytes pins_now)
{
	struct rid id = now->id;

	if (rid_equal(id, RID_NONE))
		id = draft_create(d, TYPE_LINK, RID_NONE, 0);
	if (!bytes_equal(address, buf_view(&now->address)))
		draft_set(d, TYPE_LINK, id, FIELD_LINK_ADDRESS, value_text(address), false);
	if (!bytes_equal(pins, pins_now))
		draft_set(d, TYPE_LINK, id, FIELD_LINK_PINS, value_text(pins), false);
}

int server_link_set(struct server *s, struct bytes address, const struct pins *pins,
		    struct err *e)
{
	struct buf text, text_now;
	struct arena a;
	struct draft d;
	struct link now;
	int code = server_link_check(address, pins, e);

	if (code != 0)
		return code;
	arena_init(&a, LINK_MEMORY);
	buf_init(&text, PINS_TEXT);
	buf_init(&text_now, PINS_TEXT);
	code = server_begin(s, 0, &s->working, &a, &d, e);
	if (code == 0) {
		code = link_read(&s->replica, &now, e);
		pins_put(pins, &text);
		pins_put(&now.pins, &text_now);
		if (code == 0) {
			put(&d, &now, address, buf_view(&text), buf_view(&text_now));
			code = server_save(s, &s->working, &d, NULL, e);
		} else {
			server_drop(s);
		}
		buf_release(&now.address);
	}
	buf_release(&text_now);
	buf_release(&text);
	arena_release(&a);
	return code;
}
