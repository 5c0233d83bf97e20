/* Replies, there and back. */
#include "message_parts.h"

#include <string.h>

#include "limits.h"

/* Keys of a reply's extensions. */
enum {
	EXTENSION_MISSING = 1, EXTENSION_FORKS = 2, EXTENSION_KEYS = 3, EXTENSION_SAFE = 6,
	EXTENSION_STANDINGS = 7, EXTENSION_FILES = 8
};

/* Index of a device in the stream's table, adding it. */
static uint64_t device_slot(struct buf *table, uint64_t device)
{
	struct cursor c = cursor_of(buf_view(table));
	uint64_t i = 0;

	for (; cursor_left(&c) >= 8; i++)
		if (cursor_u64(&c) == device)
			return i;
	buf_u64(table, device);
	return i;
}

static void put_item(struct buf *out, const struct message_item *it, int64_t now,
		     struct buf *devices)
{
	size_t n = 5;

	if (it->own)
		n = it->verdicts.len > 0 ? 3 : it->zero_ahead != 0 ? 2 : 1;
	else if (it->held)
		n = 4;
	cbor_put_array(out, n);
	cbor_put_int(out, now - it->time);
	if (n > 1)
		cbor_put_int(out, it->zero_ahead);
	if (n > 2)
		cbor_put_bytes(out, it->verdicts);
	if (n > 3)
		cbor_put_uint(out, device_slot(devices, it->device));
	if (n > 4)
		cbor_put_bytes(out, it->object);
}

static void put_stream(struct buf *out, const struct message_stream *s, int64_t now)
{
	struct buf devices, items;
	size_t i;

	buf_init(&devices, LIMIT_MESSAGE);
	buf_init(&items, LIMIT_MESSAGE);
	for (i = 0; i < s->item_count; i++)
		put_item(&items, &s->items[i], now, &devices);
	cbor_put_array(out, s->has_generation ? 6 : 5);
	cbor_put_uint(out, s->stream);
	cbor_put_uint(out, s->from);
	cbor_put_bytes(out, buf_view(&devices));
	cbor_put_array(out, s->item_count);
	buf_add(out, buf_view(&items));
	if (s->has_signature)
		cbor_put_bytes(out, BYTES_OF(s->signature));
	else
		cbor_put_null(out);
	if (s->has_generation)
		cbor_put_bytes(out, BYTES_OF(s->generation));
	out->failed |= devices.failed || items.failed;
	buf_release(&devices);
	buf_release(&items);
}

static void put_down_pieces(struct buf *out, const struct reply *r)
{
	size_t i;

	cbor_put_array(out, r->piece_count);
	for (i = 0; i < r->piece_count; i++) {
		const struct message_piece *p = &r->pieces[i];

		cbor_put_array(out, 5);
		cbor_put_uint(out, p->stream);
		cbor_put_uint(out, p->seq);
		cbor_put_uint(out, p->total);
		cbor_put_uint(out, p->offset);
		cbor_put_bytes(out, p->bytes);
	}
}

static void put_missing(struct buf *out, const struct reply *r)
{
	size_t i;

	cbor_put_uint(out, EXTENSION_MISSING);
	cbor_put_array(out, r->missing_count);
	for (i = 0; i < r->missing_count; i++) {
		const struct message_range *g = &r->missing[i];

		cbor_put_array(out, 5);
		cbor_put_uint(out, g->stream);
		message_put_device(out, g->device);
		cbor_put_uint(out, g->first);
		cbor_put_uint(out, g->last);
		cbor_put_uint(out, g->waiting);
	}
}

static void put_forks(struct buf *out, const struct reply *r)
{
	size_t i;

	cbor_put_uint(out, EXTENSION_FORKS);
	cbor_put_array(out, r->fork_count);
	for (i = 0; i < r->fork_count; i++) {
		const struct message_fork *f = &r->forks[i];

		cbor_put_array(out, 5);
		cbor_put_uint(out, f->stream);
		message_put_device(out, f->device);
		cbor_put_uint(out, f->seq);
		cbor_put_bytes(out, BYTES_OF(f->hash));
		cbor_put_uint(out, f->last_op);
	}
}

static void put_keys(struct buf *out, const struct reply *r)
{
	size_t i;

	cbor_put_uint(out, EXTENSION_KEYS);
	cbor_put_array(out, r->keys_count);
	for (i = 0; i < r->keys_count; i++) {
		cbor_put_array(out, 2);
		cbor_put_bytes(out, r->keys[i].payload);
		cbor_put_bytes(out, r->keys[i].signature);
	}
}

static size_t count_extensions(const struct reply *r)
{
	return (size_t)(r->missing_count > 0) + (r->fork_count > 0) + (r->keys_count > 0) +
	       (r->safe_count > 0) + (r->standing_count > 0) + (r->file_count > 0) +
	       r->has_snapshot +
	       message_healed_count(r);
}

static void put_extensions(struct buf *out, const struct reply *r)
{
	cbor_put_map(out, count_extensions(r));
	if (r->missing_count > 0)
		put_missing(out, r);
	if (r->fork_count > 0)
		put_forks(out, r);
	if (r->keys_count > 0)
		put_keys(out, r);
	if (r->has_snapshot)
		message_part_put(out, &r->snapshot);
	message_healed_put(out, r);
	if (r->safe_count > 0) {
		cbor_put_uint(out, EXTENSION_SAFE);
		message_put_safe(out, r->safe, r->safe_count);
	}
	if (r->standing_count > 0) {
		cbor_put_uint(out, EXTENSION_STANDINGS);
		message_put_standings(out, r->standings, r->standing_count);
	}
	if (r->file_count > 0) {
		cbor_put_uint(out, EXTENSION_FILES);
		message_put_attachments(out, r->files, r->file_count);
	}
	message_healed_put_last(out, r);
}

void reply_encode(const struct reply *r, struct buf *out)
{
	const bool present[] = { true, true, r->stream_count > 0, r->problem_count > 0,
				 r->held_count > 0, r->piece_count > 0 };
	size_t n = message_put_trimmed(out, present, 6, count_extensions(r) > 0), i;

	cbor_put_uint(out, r->counter);
	cbor_put_int(out, r->time);
	if (n > 2) {
		cbor_put_array(out, r->stream_count);
		for (i = 0; i < r->stream_count; i++)
			put_stream(out, &r->streams[i], r->time);
	}
	if (n > 3) {
		cbor_put_array(out, r->problem_count);
		for (i = 0; i < r->problem_count; i++) {
			cbor_put_array(out, 3);
			cbor_put_uint(out, (uint64_t)-(int64_t)r->problems[i].code);
			cbor_put_uint(out, r->problems[i].stream);
			cbor_put_uint(out, r->problems[i].seq);
		}
	}
	if (n > 4) {
		cbor_put_array(out, r->held_count);
		for (i = 0; i < r->held_count; i++) {
			cbor_put_array(out, 2);
			cbor_put_bytes(out, BYTES_OF(r->held[i].id));
			cbor_put_uint(out, r->held[i].offset);
		}
	}
	if (n > 5)
		put_down_pieces(out, r);
	if (count_extensions(r) > 0)
		put_extensions(out, r);
}

static void get_item(struct cbor *c, struct message_item *it, int64_t now, struct bytes devices)
{
	uint64_t n = cbor_open_array(c), index;
	int64_t age = cbor_get_int(c);

	it->own = n <= 3;
	it->held = n == 4;
	/* Times of people fit easily; anything near the ends is not a time. */
	if (age > INT64_MAX / 4 || age < -(INT64_MAX / 4) || now > INT64_MAX / 4 ||
	    now < -(INT64_MAX / 4)) {
		if (c->code == 0)
			c->code = ERR_MALFORMED;
		return;
	}
	it->time = now - age;
	if (n > 1)
		it->zero_ahead = cbor_get_int(c);
	if ((it->zero_ahead > INT64_MAX / 2 || it->zero_ahead < -(INT64_MAX / 2)) && c->code == 0)
		c->code = ERR_MALFORMED;
	if (n > 2)
		it->verdicts = cbor_get_bytes(c);
	if (n > 3) {
		struct cursor d;

		index = cbor_get_uint(c);
		if (index >= devices.len / 8) {
			if (c->code == 0)
				c->code = ERR_MALFORMED;
			return;
		}
		d = cursor_of((struct bytes){ devices.at + 8 * index, 8 });
		it->device = cursor_u64(&d);
	}
	if (n > 4)
		it->object = cbor_get_bytes(c);
	cbor_close(c);
}

static void get_stream(struct cbor *c, struct arena *a, struct message_stream *s, int64_t now)
{
	struct bytes devices;
	size_t i;

	cbor_open_array(c);
	s->stream = message_number(c);
	s->from = message_number(c);
	devices = cbor_get_bytes(c);
	if (devices.len % 8 != 0 && c->code == 0)
		c->code = ERR_MALFORMED;
	s->items = message_array(c, a, sizeof *s->items, &s->item_count);
	for (i = 0; i < s->item_count; i++)
		get_item(c, &s->items[i], now, devices);
	cbor_close(c);
	if (cbor_next(c) == CBOR_NULL) {
		cbor_get_null(c);
	} else {
		message_fixed(c, s->signature, SIGN_SIZE);
		s->has_signature = c->code == 0;
	}
	if (message_more(c)) {
		message_fixed(c, s->generation, GENERATION_SIZE);
		s->has_generation = c->code == 0;
	}
	cbor_close(c);
}

static void get_problems(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->problems = message_array(c, a, sizeof *r->problems, &r->problem_count);
	for (i = 0; i < r->problem_count; i++) {
		uint64_t code;

		cbor_open_array(c);
		code = cbor_get_uint(c);
		if ((code == 0 || code > 9999) && c->code == 0)
			c->code = ERR_MALFORMED;
		r->problems[i].code = c->code == 0 ? -(int)code : 0;
		r->problems[i].stream = message_number(c);
		r->problems[i].seq = message_number(c);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_held(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->held = message_array(c, a, sizeof *r->held, &r->held_count);
	for (i = 0; i < r->held_count; i++) {
		cbor_open_array(c);
		message_fixed(c, r->held[i].id, MESSAGE_ID);
		r->held[i].offset = message_number(c);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_down_pieces(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->pieces = message_array(c, a, sizeof *r->pieces, &r->piece_count);
	for (i = 0; i < r->piece_count; i++) {
		struct message_piece *p = &r->pieces[i];

		cbor_open_array(c);
		p->stream = message_number(c);
		p->seq = message_number(c);
		p->total = message_number(c);
		p->offset = message_number(c);
		p->bytes = cbor_get_bytes(c);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_missing(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->missing = message_array(c, a, sizeof *r->missing, &r->missing_count);
	if (r->missing_count == 0)
		message_refuse(c, ERR_MALFORMED);
	if (r->missing_count > LIMIT_RANGES)
		message_refuse(c, ERR_TOO_LARGE);
	for (i = 0; i < r->missing_count && c->code == 0; i++) {
		struct message_range *g = &r->missing[i];

		cbor_open_array(c);
		g->stream = message_number(c);
		g->device = message_device(c);
		g->first = message_number(c);
		g->last = message_number(c);
		g->waiting = message_number(c);
		if (g->first == 0 || g->last < g->first - 1 || g->waiting <= g->last)
			message_refuse(c, ERR_MALFORMED);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_forks(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->forks = message_array(c, a, sizeof *r->forks, &r->fork_count);
	if (r->fork_count == 0)
		message_refuse(c, ERR_MALFORMED);
	if (r->fork_count > LIMIT_RANGES)
		message_refuse(c, ERR_TOO_LARGE);
	for (i = 0; i < r->fork_count && c->code == 0; i++) {
		struct message_fork *f = &r->forks[i];

		cbor_open_array(c);
		f->stream = message_number(c);
		f->device = message_device(c);
		f->seq = message_number(c);
		message_fixed(c, f->hash, HASH_SIZE);
		f->last_op = message_number(c);
		cbor_close(c);
	}
	cbor_close(c);
}

/* What they say is checked where they are learned. */
static void get_keys(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->keys = message_array(c, a, sizeof *r->keys, &r->keys_count);
	if (r->keys_count == 0)
		message_refuse(c, ERR_MALFORMED);
	if (r->keys_count > LIMIT_KEYS)
		message_refuse(c, ERR_TOO_LARGE);
	for (i = 0; i < r->keys_count && c->code == 0; i++) {
		cbor_open_array(c);
		r->keys[i].payload = cbor_get_bytes(c);
		r->keys[i].signature.at = cbor_get_fixed(c, SIGN_SIZE);
		r->keys[i].signature.len = SIGN_SIZE;
		cbor_close(c);
	}
	cbor_close(c);
}

/* What is not known is checked for form and left alone. */
static void get_extensions(struct cbor *c, struct arena *a, struct reply *r)
{
	uint64_t n;

	if (cbor_next(c) != CBOR_MAP)
		return;
	for (n = cbor_open_map(c); n > 0 && c->code == 0; n--) {
		int64_t key = cbor_get_int(c);

		if (key == EXTENSION_MISSING)
			get_missing(c, a, r);
		else if (key == EXTENSION_FORKS)
			get_forks(c, a, r);
		else if (key == EXTENSION_KEYS)
			get_keys(c, a, r);
		else if (key == EXTENSION_SNAPSHOT_PART)
			message_part_get(c, r);
		else if (key == EXTENSION_SAFE)
			r->safe = message_safe(c, a, &r->safe_count);
		else if (key == EXTENSION_STANDINGS)
			r->standings = message_standings(c, a, true, &r->standing_count);
		else if (key == EXTENSION_FILES)
			r->files = message_attachments(c, a, &r->file_count);
		else if (!message_healed_get(c, a, key, r))
			cbor_skip(c);
	}
	cbor_close(c);
}

int reply_decode(struct bytes in, struct arena *a, struct reply *out, struct err *e)
{
	struct reply r = { 0 };
	struct cbor c;
	size_t i;
	int code;

	cbor_init(&c, in);
	cbor_open_array(&c);
	r.counter = message_number(&c);
	r.time = cbor_get_int(&c);
	if (message_more(&c)) {
		r.streams = message_array(&c, a, sizeof *r.streams, &r.stream_count);
		for (i = 0; i < r.stream_count; i++)
			get_stream(&c, a, &r.streams[i], r.time);
		cbor_close(&c);
	}
	if (message_more(&c))
		get_problems(&c, a, &r);
	if (message_more(&c))
		get_held(&c, a, &r);
	if (message_more(&c))
		get_down_pieces(&c, a, &r);
	get_extensions(&c, a, &r);
	cbor_close(&c);
	code = cbor_finish(&c, "reply", e);
	if (code == 0 && r.stream_count > LIMIT_STREAMS)
		code = err_set(e, ERR_TOO_LARGE, "reply");
	if (code == 0)
		*out = r;
	return code;
}
