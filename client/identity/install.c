/* The install mark: read, compared, written. */
#include "client/identity/install.h"

#include <stdio.h>
#include <string.h>

#include "client/identity/incarnation.h"
#include "client/sync/outbox.h"
#include "protocol/cbor.h"
#include "protocol/limits.h"

enum { FORMAT = 1, MARK_MAX = 4 << 20, ENDS_MAX = 2 * LIMIT_STREAMS };

static void path_in(const struct client *c, const char *name, char out[4096])
{
	snprintf(out, 4096, "%s/%s", c->dir, name);
}

/* Machine and file as they are written down: nobody who finds a mark learns the machine's
 * own id from it. */
static void hide(const uint8_t random[16], const uint8_t what[32], uint8_t out[32])
{
	struct bytes parts[] = { { random, 16 }, { what, 32 } };

	hash_parts(out, 32, "dongbo/install/1", parts, 2);
}

static void look_here(const struct client *c, const uint8_t random[16], struct install_mark *out)
{
	struct env_place place;
	char store[4096];

	path_in(c, "store.db", store);
	env_place(c->env, store, &place);
	memcpy(out->random, random, sizeof out->random);
	hide(random, place.machine, out->machine);
	hide(random, place.file, out->file);
}

static void take_fixed(struct cbor *c, uint8_t *out, size_t n)
{
	const uint8_t *p = cbor_get_fixed(c, n);

	if (p != NULL)
		memcpy(out, p, n);
}

static void take_end(struct cbor *c, struct install_end *out)
{
	uint8_t device[8] = { 0 };
	struct cursor id = cursor_of(BYTES_OF(device));

	cbor_open_array(c);
	out->stream = cbor_get_uint(c);
	take_fixed(c, device, sizeof device);
	out->device = cursor_u64(&id);
	out->seq = cbor_get_uint(c);
	take_fixed(c, out->hash, HASH_SIZE);
	cbor_close(c);
}

static int read_mark(struct bytes in, struct arena *a, struct install_mark *out, struct err *e)
{
	struct cbor c;
	uint64_t n, i;

	cbor_init(&c, in);
	cbor_open_array(&c);
	if (cbor_get_uint(&c) != FORMAT && c.code == 0)
		c.code = ERR_VERSION;
	take_fixed(&c, out->random, sizeof out->random);
	take_fixed(&c, out->machine, sizeof out->machine);
	take_fixed(&c, out->file, sizeof out->file);
	n = cbor_open_array(&c);
	if (c.code == 0 && n > ENDS_MAX)
		c.code = ERR_TOO_LARGE;
	out->ends = c.code == 0 ? arena_array(a, n + 1, sizeof *out->ends) : NULL;
	if (c.code == 0 && out->ends == NULL)
		c.code = ERR_NOMEM;
	for (i = 0; i < n && c.code == 0; i++)
		take_end(&c, &out->ends[out->count++]);
	cbor_close(&c);
	cbor_close(&c);
	return cbor_finish(&c, "install mark", e);
}

static void write_mark(const struct install_mark *m, struct buf *out)
{
	size_t i;

	cbor_put_array(out, 5);
	cbor_put_uint(out, FORMAT);
	cbor_put_bytes(out, BYTES_OF(m->random));
	cbor_put_bytes(out, BYTES_OF(m->machine));
	cbor_put_bytes(out, BYTES_OF(m->file));
	cbor_put_array(out, m->count);
	for (i = 0; i < m->count; i++) {
		struct buf device;

		buf_init(&device, 8);
		buf_u64(&device, m->ends[i].device);
		cbor_put_array(out, 4);
		cbor_put_uint(out, m->ends[i].stream);
		cbor_put_bytes(out, buf_view(&device));
		cbor_put_uint(out, m->ends[i].seq);
		cbor_put_bytes(out, BYTES_OF(m->ends[i].hash));
		buf_release(&device);
	}
}

const struct install_end *install_end(const struct install_mark *mark, uint64_t stream,
				      uint64_t device)
{
	size_t i;

	for (i = 0; i < mark->count; i++)
		if (mark->ends[i].stream == stream && mark->ends[i].device == device)
			return &mark->ends[i];
	return NULL;
}

/* What this store's keys have signed last, with or without receipt; keys that have been
 * replaced sign no more. */
static int list_ends(struct client *c, struct arena *a, struct install_mark *out, struct err *e)
{
	int64_t n = 0;
	struct stmt *s;
	int code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM (SELECT stream, device FROM "
			     "author UNION SELECT stream, device FROM outbox) w WHERE device=$1 OR "
			     "device IN (SELECT device FROM chief)", "u", c->key.id);

	out->ends = arena_array(a, (size_t)n + 1, sizeof *out->ends);
	if (code == 0 && out->ends == NULL)
		code = err_set(e, ERR_NOMEM, "install mark");
	if (code == 0)
		code = db_query(c->db, e, &s, "SELECT stream, device FROM author WHERE device=$1 OR "
				"device IN (SELECT device FROM chief) UNION SELECT stream, device "
				"FROM outbox WHERE device=$1 OR device IN (SELECT device FROM chief) "
				"ORDER BY 1, 2", "u", c->key.id);
	if (code != 0)
		return code;
	while (out->count < (size_t)n && (code = db_step(s, e)) == 1) {
		struct install_end *end = &out->ends[out->count++];

		end->stream = (uint64_t)db_int(s, 0);
		end->device = (uint64_t)db_int(s, 1);
		code = outbox_last(c, end->stream, end->device, &end->seq, end->hash, e);
		if (code != 0)
			break;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

/* 1 where there is a mark, whole; a damaged one is none. */
static int load_mark(struct client *c, struct arena *a, struct install_mark *out, struct err *e)
{
	char path[4096];
	struct buf b;
	int code;

	path_in(c, "install.mark", path);
	memset(out, 0, sizeof *out);
	buf_init(&b, MARK_MAX);
	code = env_read_file(path, &b, e);
	if (code == 0)
		code = read_mark(buf_view(&b), a, out, e) == 0 ? 1 : 0;
	if (code != 1)
		memset(out, 0, sizeof *out);
	buf_release(&b);
	return code == ERR_NO_FILE || code == ERR_TOO_LARGE ? 0 : code;
}

/* Whether the store lacks something that the mark knows to have been signed. */
static int is_behind(struct client *c, const struct install_mark *mark, bool *out, struct err *e)
{
	uint8_t hash[HASH_SIZE] = { 0 };
	uint64_t seq = 0;
	size_t i;
	int code = 0;

	*out = false;
	for (i = 0; i < mark->count && code == 0 && !*out; i++) {
		const struct install_end *end = &mark->ends[i];

		code = outbox_last(c, end->stream, end->device, &seq, hash, e);
		*out = code == 0 && (seq < end->seq || (seq == end->seq &&
							memcmp(hash, end->hash, HASH_SIZE) != 0));
	}
	return code;
}

int install_look(struct client *c, struct arena *a, struct install_mark *mark,
		 enum install *out, struct err *e)
{
	struct install_mark here = { .count = 0 };
	bool behind = false;
	int code = load_mark(c, a, mark, e);

	*out = INSTALL_HERE;
	if (code == 0) {
		/* Without a mark, and with something signed: store and key were brought here. */
		code = list_ends(c, a, &here, e);
		if (code == 0 && here.count > 0)
			*out = INSTALL_COPIED;
		return code;
	}
	if (code == 1)
		code = is_behind(c, mark, &behind, e);
	if (code != 0)
		return code;
	look_here(c, mark->random, &here);
	if (behind)
		*out = INSTALL_RESTORED;
	else if (memcmp(here.machine, mark->machine, sizeof here.machine) != 0 ||
		 memcmp(here.file, mark->file, sizeof here.file) != 0)
		*out = INSTALL_COPIED;
	return 0;
}

static bool same_ends(const struct install_mark *x, const struct install_mark *y)
{
	size_t i;

	for (i = 0; i < x->count && x->count == y->count; i++)
		if (x->ends[i].stream != y->ends[i].stream ||
		    x->ends[i].device != y->ends[i].device || x->ends[i].seq != y->ends[i].seq ||
		    memcmp(x->ends[i].hash, y->ends[i].hash, HASH_SIZE) != 0)
			return false;
	return x->count == y->count && memcmp(x->file, y->file, sizeof x->file) == 0 &&
	       memcmp(x->machine, y->machine, sizeof x->machine) == 0;
}

int install_note(struct client *c, struct err *e)
{
	struct install_mark now = { .count = 0 }, old;
	uint8_t random[16];
	char path[4096];
	struct arena a;
	struct buf b;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	buf_init(&b, MARK_MAX);
	code = load_mark(c, &a, &old, e);
	if (code == 0)
		env_random(c->env, random, sizeof random);
	else
		memcpy(random, old.random, sizeof random);
	if (code >= 0) {
		int listed = list_ends(c, &a, &now, e);

		look_here(c, random, &now);
		code = listed != 0 ? listed : code;
	}
	if (code == 0 || (code == 1 && !same_ends(&now, &old))) {
		write_mark(&now, &b);
		path_in(c, "install.mark", path);
		code = b.failed ? err_set(e, ERR_NOMEM, "install mark") :
				  env_write_file(path, buf_view(&b), 0600, e);
	}
	buf_release(&b);
	arena_release(&a);
	return code < 0 ? code : 0;
}
