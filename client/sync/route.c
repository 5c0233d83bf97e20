/* Address and TLS keys of the server, in meta: address, address_before, tls_pins; route_seen is
 * the district's word that was taken over last. */
#include "client/sync/route.h"

enum { ROUTE_TEXT = 1024 };

static int get(struct client *c, const char *key, struct buf *out, struct err *e)
{
	int code;

	buf_init(out, ROUTE_TEXT);
	code = replica_meta_get(c->db, key, out, e);
	buf_byte(out, 0);
	return code >= 0 && out->failed ? err_set(e, ERR_NOMEM, "%s", key) : code;
}

int route_read(struct client *c, struct route *out, struct err *e)
{
	int code = get(c, "address", &out->address, e);
	int before = get(c, "address_before", &out->before, e);
	int pins = get(c, "tls_pins", &out->pins, e);

	return code < 0 ? code : before < 0 ? before : pins < 0 ? pins : 0;
}

void route_release(struct route *w)
{
	buf_release(&w->address);
	buf_release(&w->before);
	buf_release(&w->pins);
}

static int put_pins(struct db *db, const struct pins *pins, struct err *e)
{
	struct buf text;
	int code;

	buf_init(&text, ROUTE_TEXT);
	pins_put(pins, &text);
	code = text.failed ? err_set(e, ERR_NOMEM, "pins") :
			     replica_meta_put(db, "tls_pins", buf_view(&text), e);
	buf_release(&text);
	return code;
}

int route_begin(struct db *db, const struct enrolment *en, struct err *e)
{
	struct pins pins = { .count = en->pin_count };
	size_t i, k;
	/* One from before there was a network says nothing of it. */
	int code = en->address.len == 0 ? 0 : replica_meta_put(db, "address", en->address, e);

	for (i = 0; i < pins.count; i++)
		for (k = 0; k < PIN_SIZE; k++)
			pins.key[i][k] = en->pins[i][k];
	return code != 0 || (en->address.len == 0 && pins.count == 0) ? code :
								       put_pins(db, &pins, e);
}

/* A new address; the one until now stays as the second choice. */
static int move(struct client *c, struct bytes address, struct err *e)
{
	struct buf old;
	int code;

	buf_init(&old, ROUTE_TEXT);
	code = replica_meta_get(c->db, "address", &old, e);
	if (code >= 0 && (address.len == 0 || bytes_equal(buf_view(&old), address)))
		code = 0;
	else if (code >= 0)
		code = replica_meta_put(c->db, "address_before", buf_view(&old), e);
	if (code == 0 && address.len > 0)
		code = replica_meta_put(c->db, "address", address, e);
	buf_release(&old);
	return code;
}

/* What the district says, as a text to compare. False: it has not said anything. */
static bool word_of(const struct link *link, struct buf *out)
{
	buf_add(out, buf_view(&link->address));
	buf_byte(out, ' ');
	pins_put(&link->pins, out);
	return !rid_equal(link->id, RID_NONE);
}

static int take_over(struct client *c, const struct link *link, struct err *e)
{
	int code = move(c, buf_view(&link->address), e);

	/* None: it has not said anything of keys. */
	return code != 0 || link->pins.count == 0 ? code : put_pins(c->db, &link->pins, e);
}

static int look(struct client *c, bool follow, struct err *e)
{
	struct link link;
	struct buf said, seen;
	int code = link_read(&c->replica, &link, e);

	buf_init(&said, ROUTE_TEXT);
	buf_init(&seen, ROUTE_TEXT);
	if (code == 0 && word_of(&link, &said)) {
		bool news;

		code = replica_meta_get(c->db, "route_seen", &seen, e);
		news = code >= 0 && !bytes_equal(buf_view(&said), buf_view(&seen));
		code = code < 0 ? code : 0;
		if (news && follow)
			code = take_over(c, &link, e);
		if (news && code == 0)
			code = replica_meta_put(c->db, "route_seen", buf_view(&said), e);
	}
	buf_release(&seen);
	buf_release(&said);
	buf_release(&link.address);
	return code;
}

int route_follow(struct client *c, struct err *e)
{
	return look(c, true, e);
}

int route_note(struct client *c, struct err *e)
{
	return look(c, false, e);
}

int route_keep_pins(struct client *c, const struct pins *pins, struct err *e)
{
	int code = db_begin(c->db, e);

	if (code != 0)
		return code;
	code = put_pins(c->db, pins, e);
	if (code != 0) {
		db_rollback(c->db);
		return code;
	}
	return db_commit(c->db, e);
}
