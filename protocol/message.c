/* Requests, there and back. */
#include "message_parts.h"

#include <string.h>

#include "limits.h"

/* Keys of a request's extensions. */
enum {
	EXTENSION_BEFORES = 1, EXTENSION_SUCCESSIONS = 2, EXTENSION_CARRIED = 6,
	EXTENSION_CLAIMS = 7, EXTENSION_BUNDLE = 8, EXTENSION_SAFE = 9, EXTENSION_FILES = 10,
	EXTENSION_WANTED = 11, EXTENSION_LEASES = 12
};

static void put_have(struct buf *out, const struct message_have *h)
{
	cbor_put_array(out, h->own_seq > 0 ? 5 : 3);
	cbor_put_uint(out, h->stream);
	cbor_put_uint(out, h->seq);
	cbor_put_bytes(out, BYTES_OF(h->check));
	if (h->own_seq > 0) {
		cbor_put_uint(out, h->own_seq);
		cbor_put_bytes(out, BYTES_OF(h->own_check));
	}
}

static void put_up_piece(struct buf *out, const struct message_piece *p)
{
	cbor_put_array(out, p->device == 0 ? 4 : 5);
	cbor_put_bytes(out, BYTES_OF(p->id));
	cbor_put_uint(out, p->total);
	cbor_put_uint(out, p->offset);
	cbor_put_bytes(out, p->bytes);
	if (p->device != 0)
		message_put_device(out, p->device);
}

static void put_claim(struct buf *out, const struct message_claim *c)
{
	cbor_put_array(out, 5);
	cbor_put_bytes(out, BYTES_OF(c->enrolment));
	cbor_put_bytes(out, BYTES_OF(c->key));
	cbor_put_text(out, c->author);
	cbor_put_bytes(out, BYTES_OF(c->signature));
	cbor_put_bytes(out, BYTES_OF(c->mac));
}

/* How many from carried[at] on share its place and device. */
static size_t count_alike(const struct request *r, size_t at)
{
	size_t n = 1;

	while (at + n < r->carried_count && r->carried[at + n].after == r->carried[at].after &&
	       r->carried[at + n].device == r->carried[at].device)
		n++;
	return n;
}

static void put_carried(struct buf *out, const struct request *r)
{
	size_t i, k, n, groups = 0;

	for (i = 0; i < r->carried_count; i += count_alike(r, i))
		groups++;
	cbor_put_array(out, groups);
	for (i = 0; i < r->carried_count; i += n) {
		n = count_alike(r, i);
		cbor_put_array(out, 3);
		cbor_put_uint(out, r->carried[i].after);
		message_put_device(out, r->carried[i].device);
		cbor_put_array(out, n);
		for (k = 0; k < n; k++)
			cbor_put_bytes(out, r->carried[i + k].object);
	}
}

static void put_befores(struct buf *out, const struct request *r)
{
	size_t i;

	cbor_put_array(out, r->before_count);
	for (i = 0; i < r->before_count; i++) {
		cbor_put_array(out, 2);
		cbor_put_uint(out, r->befores[i].at);
		cbor_put_bytes(out, BYTES_OF(r->befores[i].hash));
	}
}

static void put_successions(struct buf *out, const struct request *r)
{
	size_t i;

	cbor_put_array(out, r->succession_count);
	for (i = 0; i < r->succession_count; i++) {
		const struct message_succession *s = &r->successions[i];

		cbor_put_array(out, 3);
		cbor_put_bytes(out, s->statement);
		if (s->vouched)
			cbor_put_bytes(out, BYTES_OF(s->old_signature));
		else
			cbor_put_null(out);
		cbor_put_bytes(out, BYTES_OF(s->new_signature));
	}
}

static void put_bundle(struct buf *out, const struct message_bundle *b)
{
	size_t i;

	cbor_put_array(out, 4);
	cbor_put_uint(out, b->number);
	cbor_put_uint(out, b->part);
	cbor_put_int(out, b->written);
	cbor_put_array(out, b->range_count);
	for (i = 0; i < b->range_count; i++) {
		const struct message_range *g = &b->ranges[i];

		cbor_put_array(out, g->device == 0 ? 3 : 4);
		cbor_put_uint(out, g->stream);
		cbor_put_uint(out, g->first);
		cbor_put_uint(out, g->last);
		if (g->device != 0)
			message_put_device(out, g->device);
	}
}

static void put_leases(struct buf *out, const struct request *r)
{
	size_t i;

	cbor_put_array(out, r->lease_count);
	for (i = 0; i < r->lease_count; i++) {
		cbor_put_array(out, 3);
		cbor_put_text(out, r->leases[i].reg);
		cbor_put_uint(out, r->leases[i].year);
		cbor_put_uint(out, r->leases[i].count);
	}
}

static size_t count_extensions(const struct request *r)
{
	return (size_t)(r->before_count > 0) + (r->succession_count > 0) +
	       (r->carried_count > 0) + (r->claims_count > 0) + r->has_bundle +
	       (r->safe_count > 0) + (r->file_count > 0) + (r->wanted_count > 0) +
	       (r->lease_count > 0) + message_heal_count(r) + message_snapshot_count(r);
}

static void put_extensions(struct buf *out, const struct request *r)
{
	size_t i;

	cbor_put_map(out, count_extensions(r));
	if (r->before_count > 0) {
		cbor_put_uint(out, EXTENSION_BEFORES);
		put_befores(out, r);
	}
	if (r->succession_count > 0) {
		cbor_put_uint(out, EXTENSION_SUCCESSIONS);
		put_successions(out, r);
	}
	message_heal_put(out, r);
	message_snapshot_put(out, r);
	if (r->carried_count > 0) {
		cbor_put_uint(out, EXTENSION_CARRIED);
		put_carried(out, r);
	}
	if (r->claims_count > 0) {
		cbor_put_uint(out, EXTENSION_CLAIMS);
		cbor_put_array(out, r->claims_count);
		for (i = 0; i < r->claims_count; i++)
			put_claim(out, &r->claims[i]);
	}
	if (r->has_bundle) {
		cbor_put_uint(out, EXTENSION_BUNDLE);
		put_bundle(out, &r->bundle);
	}
	if (r->safe_count > 0) {
		cbor_put_uint(out, EXTENSION_SAFE);
		message_put_safe(out, r->safe, r->safe_count);
	}
	if (r->file_count > 0) {
		cbor_put_uint(out, EXTENSION_FILES);
		message_put_attachments(out, r->files, r->file_count);
	}
	if (r->wanted_count > 0) {
		cbor_put_uint(out, EXTENSION_WANTED);
		message_put_standings(out, r->wanted, r->wanted_count);
	}
	if (r->lease_count > 0) {
		cbor_put_uint(out, EXTENSION_LEASES);
		put_leases(out, r);
	}
	message_heal_put_last(out, r);
}

void request_encode(const struct request *r, struct buf *out)
{
	const bool present[] = { true, true, r->have_count > 0, r->object_count > 0,
				 r->piece_count > 0, r->resume_count > 0, r->has_claim };
	const bool more = count_extensions(r) > 0;
	size_t n = message_put_trimmed(out, present, 7, more), i;

	cbor_put_uint(out, r->counter);
	cbor_put_uint(out, r->limit);
	if (n > 2) {
		cbor_put_array(out, r->have_count);
		for (i = 0; i < r->have_count; i++)
			put_have(out, &r->have[i]);
	}
	if (n > 3) {
		cbor_put_array(out, r->object_count);
		for (i = 0; i < r->object_count; i++)
			cbor_put_bytes(out, r->objects[i]);
	}
	if (n > 4) {
		cbor_put_array(out, r->piece_count);
		for (i = 0; i < r->piece_count; i++)
			put_up_piece(out, &r->pieces[i]);
	}
	if (n > 5) {
		cbor_put_array(out, r->resume_count);
		for (i = 0; i < r->resume_count; i++) {
			cbor_put_array(out, 3);
			cbor_put_uint(out, r->resume[i].stream);
			cbor_put_uint(out, r->resume[i].seq);
			cbor_put_uint(out, r->resume[i].offset);
		}
	}
	if (n > 6)
		put_claim(out, &r->claim);
	if (more)
		put_extensions(out, r);
}

static void get_haves(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->have = message_array(c, a, sizeof *r->have, &r->have_count);
	for (i = 0; i < r->have_count; i++) {
		struct message_have *h = &r->have[i];

		cbor_open_array(c);
		h->stream = message_number(c);
		h->seq = message_number(c);
		message_fixed(c, h->check, MESSAGE_CHECK);
		if (message_more(c)) {
			h->own_seq = message_number(c);
			if (h->own_seq == 0)
				message_refuse(c, ERR_MALFORMED);
			message_fixed(c, h->own_check, MESSAGE_CHECK);
		}
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_pieces(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->pieces = message_array(c, a, sizeof *r->pieces, &r->piece_count);
	for (i = 0; i < r->piece_count; i++) {
		struct message_piece *p = &r->pieces[i];

		cbor_open_array(c);
		message_fixed(c, p->id, MESSAGE_ID);
		p->total = message_number(c);
		p->offset = message_number(c);
		p->bytes = cbor_get_bytes(c);
		if (message_more(c))
			p->device = message_device(c);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_resume(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->resume = message_array(c, a, sizeof *r->resume, &r->resume_count);
	for (i = 0; i < r->resume_count; i++) {
		cbor_open_array(c);
		r->resume[i].stream = message_number(c);
		r->resume[i].seq = message_number(c);
		r->resume[i].offset = message_number(c);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_claim(struct cbor *c, struct message_claim *claim)
{
	cbor_open_array(c);
	message_fixed(c, claim->enrolment, MESSAGE_ID);
	message_fixed(c, claim->key, SIGN_PUBLIC);
	claim->author = cbor_get_text(c);
	message_fixed(c, claim->signature, SIGN_SIZE);
	message_fixed(c, claim->mac, HASH_SIZE);
	cbor_close(c);
	if (claim->author.len > LIMIT_AUTHOR)
		message_refuse(c, ERR_TOO_LARGE);
}

/* How many objects there are in all groups; errors are left to the reading. */
static uint64_t count_carried(struct cbor look)
{
	uint64_t groups = cbor_open_array(&look), n = 0;

	for (; groups > 0 && look.code == 0; groups--) {
		uint64_t objects;

		cbor_open_array(&look);
		cbor_skip(&look);
		cbor_skip(&look);
		objects = cbor_open_array(&look);
		n += look.code == 0 ? objects : 0;
		for (; objects > 0 && look.code == 0; objects--)
			cbor_skip(&look);
		cbor_close(&look);
		cbor_close(&look);
	}
	return n;
}

/* One form for one meaning: no group is empty, or could have been part of the one
 * before it. */
static void get_carried(struct cbor *c, struct arena *a, struct request *r)
{
	uint64_t room = count_carried(*c), groups = cbor_open_array(c), n;
	struct message_carried one = { 0 }, last;

	r->carried = c->code == 0 ? arena_array(a, room + 1, sizeof *r->carried) : NULL;
	if (r->carried == NULL)
		message_refuse(c, ERR_NOMEM);
	if (groups == 0)
		message_refuse(c, ERR_MALFORMED);
	for (; groups > 0 && c->code == 0; groups--) {
		last = one;
		cbor_open_array(c);
		one.after = message_number(c);
		one.device = message_device(c);
		n = cbor_open_array(c);
		if (n == 0 || one.after < last.after || one.after > r->object_count ||
		    (one.after == last.after && one.device == last.device))
			message_refuse(c, ERR_MALFORMED);
		for (; n > 0 && c->code == 0; n--) {
			one.object = cbor_get_bytes(c);
			if (r->carried_count < room)
				r->carried[r->carried_count++] = one;
		}
		cbor_close(c);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_claims(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->claims = message_array(c, a, sizeof *r->claims, &r->claims_count);
	if (r->claims_count == 0)
		message_refuse(c, ERR_MALFORMED);
	if (r->claims_count > LIMIT_CLAIMS)
		message_refuse(c, ERR_TOO_LARGE);
	for (i = 0; i < r->claims_count && c->code == 0; i++)
		get_claim(c, &r->claims[i]);
	cbor_close(c);
}

static void get_befores(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->befores = message_array(c, a, sizeof *r->befores, &r->before_count);
	if (r->before_count == 0)
		message_refuse(c, ERR_MALFORMED);
	for (i = 0; i < r->before_count && c->code == 0; i++) {
		cbor_open_array(c);
		r->befores[i].at = message_number(c);
		message_fixed(c, r->befores[i].hash, HASH_SIZE);
		cbor_close(c);
		if (i > 0 && r->befores[i].at <= r->befores[i - 1].at)
			message_refuse(c, ERR_MALFORMED);
	}
	cbor_close(c);
}

static void get_successions(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->successions = message_array(c, a, sizeof *r->successions, &r->succession_count);
	if (r->succession_count == 0)
		message_refuse(c, ERR_MALFORMED);
	if (r->succession_count > LIMIT_CLAIMS)
		message_refuse(c, ERR_TOO_LARGE);
	for (i = 0; i < r->succession_count && c->code == 0; i++) {
		struct message_succession *s = &r->successions[i];

		cbor_open_array(c);
		s->statement = cbor_get_bytes(c);
		s->vouched = cbor_next(c) != CBOR_NULL;
		if (s->vouched)
			message_fixed(c, s->old_signature, SIGN_SIZE);
		else
			cbor_get_null(c);
		message_fixed(c, s->new_signature, SIGN_SIZE);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_bundle(struct cbor *c, struct arena *a, struct message_bundle *b)
{
	size_t i;

	cbor_open_array(c);
	b->number = message_number(c);
	b->part = message_number(c);
	b->written = cbor_get_int(c);
	if (b->number == 0 || b->part == 0 || b->written > INT64_MAX / 4 ||
	    b->written < -(INT64_MAX / 4))
		message_refuse(c, ERR_MALFORMED);
	b->ranges = message_array(c, a, sizeof *b->ranges, &b->range_count);
	if (b->range_count > LIMIT_RANGES)
		message_refuse(c, ERR_TOO_LARGE);
	for (i = 0; i < b->range_count && c->code == 0; i++) {
		struct message_range *g = &b->ranges[i];

		cbor_open_array(c);
		g->stream = message_number(c);
		g->first = message_number(c);
		g->last = message_number(c);
		if (message_more(c))
			g->device = message_device(c);
		if (g->first == 0 || g->last < g->first)
			message_refuse(c, ERR_MALFORMED);
		cbor_close(c);
	}
	cbor_close(c);
	cbor_close(c);
}

static void get_leases(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->leases = message_array(c, a, sizeof *r->leases, &r->lease_count);
	if (r->lease_count == 0 || r->lease_count > LIMIT_LEASES)
		message_refuse(c, ERR_MALFORMED);
	for (i = 0; i < r->lease_count && c->code == 0; i++) {
		struct message_lease *l = &r->leases[i];

		cbor_open_array(c);
		l->reg = cbor_get_text(c);
		l->year = message_number(c);
		l->count = message_number(c);
		if (l->count == 0 || l->year > LIMIT_LEASE_YEAR)
			message_refuse(c, ERR_MALFORMED);
		cbor_close(c);
	}
	cbor_close(c);
}

/* What is not known is checked for form and left alone. */
static void get_extensions(struct cbor *c, struct arena *a, struct request *r)
{
	uint64_t n;

	if (cbor_next(c) != CBOR_MAP)
		return;
	for (n = cbor_open_map(c); n > 0 && c->code == 0; n--) {
		int64_t key = cbor_get_int(c);

		if (key == EXTENSION_BEFORES) {
			get_befores(c, a, r);
		} else if (key == EXTENSION_SUCCESSIONS) {
			get_successions(c, a, r);
		} else if (key == EXTENSION_CARRIED) {
			get_carried(c, a, r);
		} else if (key == EXTENSION_CLAIMS) {
			get_claims(c, a, r);
		} else if (key == EXTENSION_BUNDLE) {
			get_bundle(c, a, &r->bundle);
			r->has_bundle = c->code == 0;
		} else if (key == EXTENSION_SAFE) {
			r->safe = message_safe(c, a, &r->safe_count);
		} else if (key == EXTENSION_FILES) {
			r->files = message_attachments(c, a, &r->file_count);
		} else if (key == EXTENSION_WANTED) {
			r->wanted = message_standings(c, a, false, &r->wanted_count);
		} else if (key == EXTENSION_LEASES) {
			get_leases(c, a, r);
		} else if (key == EXTENSION_SNAPSHOTS) {
			message_snapshot_get(c, r);
		} else if (!message_heal_get(c, a, key, r)) {
			cbor_skip(c);
		}
	}
	cbor_close(c);
}

int request_decode(struct bytes in, struct arena *a, struct request *out, struct err *e)
{
	struct request r = { 0 };
	struct cbor c;
	size_t i;
	int code;

	cbor_init(&c, in);
	cbor_open_array(&c);
	r.counter = message_number(&c);
	r.limit = message_number(&c);
	if (message_more(&c))
		get_haves(&c, a, &r);
	if (message_more(&c)) {
		r.objects = message_array(&c, a, sizeof *r.objects, &r.object_count);
		for (i = 0; i < r.object_count; i++)
			r.objects[i] = cbor_get_bytes(&c);
		cbor_close(&c);
	}
	if (message_more(&c))
		get_pieces(&c, a, &r);
	if (message_more(&c))
		get_resume(&c, a, &r);
	if (message_more(&c)) {
		get_claim(&c, &r.claim);
		r.has_claim = c.code == 0;
	}
	get_extensions(&c, a, &r);
	if (r.before_count > 0 &&
	    r.befores[r.before_count - 1].at > r.object_count + r.carried_count)
		message_refuse(&c, ERR_MALFORMED);
	cbor_close(&c);
	code = cbor_finish(&c, "request", e);
	if (code == 0 && r.have_count > LIMIT_STREAMS)
		code = err_set(e, ERR_TOO_LARGE, "request");
	if (code == 0)
		*out = r;
	return code;
}
