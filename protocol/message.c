/* Requests and replies, there and back. */
#include "message.h"

#include <string.h>

#include "cbor.h"
#include "limits.h"

/* Puts an array header for the first n elements that are needed: everything up
 * to the last non-empty one. present[i] tells which are. */
static size_t put_trimmed(struct buf *out, const bool *present, size_t n)
{
	while (n > 0 && !present[n - 1])
		n--;
	cbor_put_array(out, n);
	return n;
}

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
	cbor_put_array(out, 4);
	cbor_put_bytes(out, BYTES_OF(p->id));
	cbor_put_uint(out, p->total);
	cbor_put_uint(out, p->offset);
	cbor_put_bytes(out, p->bytes);
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

void request_encode(const struct request *r, struct buf *out)
{
	const bool present[] = { true, true, r->have_count > 0, r->object_count > 0,
				 r->piece_count > 0, r->resume_count > 0, r->has_claim };
	size_t n = put_trimmed(out, present, 7), i;

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
}

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

void reply_encode(const struct reply *r, struct buf *out)
{
	const bool present[] = { true, true, r->stream_count > 0, r->problem_count > 0,
				 r->held_count > 0, r->piece_count > 0 };
	size_t n = put_trimmed(out, present, 6), i;

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
	if (n > 5) {
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
}

/* Reading. The arrays of a message are short of what follows them by nothing, so
 * cbor_open_array has already bounded their counts by the bytes that are there. */

static void *get_array(struct cbor *c, struct arena *a, size_t size, size_t *count)
{
	uint64_t n = cbor_open_array(c);
	void *p = c->code == 0 ? arena_array(a, n + 1, size) : NULL;

	if (p == NULL && c->code == 0)
		c->code = ERR_NOMEM;
	*count = p != NULL ? (size_t)n : 0;
	return p;
}

static void get_fixed(struct cbor *c, uint8_t *out, size_t n)
{
	const uint8_t *p = cbor_get_fixed(c, n);

	if (p != NULL)
		memcpy(out, p, n);
}

/* A number that still counts when one is added to it, in signed 64 bits too. */
static uint64_t get_number(struct cbor *c)
{
	uint64_t n = cbor_get_uint(c);

	if (n > INT64_MAX / 2 && c->code == 0)
		c->code = ERR_MALFORMED;
	return n;
}

static bool more(struct cbor *c)
{
	enum cbor_kind kind = cbor_next(c);

	return kind != CBOR_END && kind != CBOR_MAP;
}

static void get_haves(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->have = get_array(c, a, sizeof *r->have, &r->have_count);
	for (i = 0; i < r->have_count; i++) {
		struct message_have *h = &r->have[i];

		cbor_open_array(c);
		h->stream = get_number(c);
		h->seq = get_number(c);
		get_fixed(c, h->check, MESSAGE_CHECK);
		if (more(c)) {
			h->own_seq = get_number(c);
			if (h->own_seq == 0 && c->code == 0)
				c->code = ERR_MALFORMED;
			get_fixed(c, h->own_check, MESSAGE_CHECK);
		}
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_pieces(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->pieces = get_array(c, a, sizeof *r->pieces, &r->piece_count);
	for (i = 0; i < r->piece_count; i++) {
		struct message_piece *p = &r->pieces[i];

		cbor_open_array(c);
		get_fixed(c, p->id, MESSAGE_ID);
		p->total = get_number(c);
		p->offset = get_number(c);
		p->bytes = cbor_get_bytes(c);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_resume(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->resume = get_array(c, a, sizeof *r->resume, &r->resume_count);
	for (i = 0; i < r->resume_count; i++) {
		cbor_open_array(c);
		r->resume[i].stream = get_number(c);
		r->resume[i].seq = get_number(c);
		r->resume[i].offset = get_number(c);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_claim(struct cbor *c, struct request *r)
{
	cbor_open_array(c);
	get_fixed(c, r->claim.enrolment, MESSAGE_ID);
	get_fixed(c, r->claim.key, SIGN_PUBLIC);
	r->claim.author = cbor_get_text(c);
	get_fixed(c, r->claim.signature, SIGN_SIZE);
	get_fixed(c, r->claim.mac, HASH_SIZE);
	cbor_close(c);
	r->has_claim = c->code == 0;
	if (r->claim.author.len > LIMIT_AUTHOR && c->code == 0)
		c->code = ERR_TOO_LARGE;
}

/* Extensions are checked for form and left alone. */
static int get_end(struct cbor *c, const char *what, struct err *e)
{
	if (cbor_next(c) == CBOR_MAP)
		cbor_skip(c);
	cbor_close(c);
	return cbor_finish(c, what, e);
}

int request_decode(struct bytes in, struct arena *a, struct request *out, struct err *e)
{
	struct request r = { 0 };
	struct cbor c;
	size_t i;
	int code;

	cbor_init(&c, in);
	cbor_open_array(&c);
	r.counter = get_number(&c);
	r.limit = get_number(&c);
	if (more(&c))
		get_haves(&c, a, &r);
	if (more(&c)) {
		r.objects = get_array(&c, a, sizeof *r.objects, &r.object_count);
		for (i = 0; i < r.object_count; i++)
			r.objects[i] = cbor_get_bytes(&c);
		cbor_close(&c);
	}
	if (more(&c))
		get_pieces(&c, a, &r);
	if (more(&c))
		get_resume(&c, a, &r);
	if (more(&c))
		get_claim(&c, &r);
	code = get_end(&c, "request", e);
	if (code == 0 && r.have_count > LIMIT_STREAMS)
		code = err_set(e, ERR_TOO_LARGE, "request");
	if (code == 0)
		*out = r;
	return code;
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
	s->stream = get_number(c);
	s->from = get_number(c);
	devices = cbor_get_bytes(c);
	if (devices.len % 8 != 0 && c->code == 0)
		c->code = ERR_MALFORMED;
	s->items = get_array(c, a, sizeof *s->items, &s->item_count);
	for (i = 0; i < s->item_count; i++)
		get_item(c, &s->items[i], now, devices);
	cbor_close(c);
	if (cbor_next(c) == CBOR_NULL) {
		cbor_get_null(c);
	} else {
		get_fixed(c, s->signature, SIGN_SIZE);
		s->has_signature = c->code == 0;
	}
	if (more(c)) {
		get_fixed(c, s->generation, GENERATION_SIZE);
		s->has_generation = c->code == 0;
	}
	cbor_close(c);
}

static void get_problems(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->problems = get_array(c, a, sizeof *r->problems, &r->problem_count);
	for (i = 0; i < r->problem_count; i++) {
		uint64_t code;

		cbor_open_array(c);
		code = cbor_get_uint(c);
		if ((code == 0 || code > 9999) && c->code == 0)
			c->code = ERR_MALFORMED;
		r->problems[i].code = c->code == 0 ? -(int)code : 0;
		r->problems[i].stream = get_number(c);
		r->problems[i].seq = get_number(c);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_held(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->held = get_array(c, a, sizeof *r->held, &r->held_count);
	for (i = 0; i < r->held_count; i++) {
		cbor_open_array(c);
		get_fixed(c, r->held[i].id, MESSAGE_ID);
		r->held[i].offset = get_number(c);
		cbor_close(c);
	}
	cbor_close(c);
}

static void get_down_pieces(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->pieces = get_array(c, a, sizeof *r->pieces, &r->piece_count);
	for (i = 0; i < r->piece_count; i++) {
		struct message_piece *p = &r->pieces[i];

		cbor_open_array(c);
		p->stream = get_number(c);
		p->seq = get_number(c);
		p->total = get_number(c);
		p->offset = get_number(c);
		p->bytes = cbor_get_bytes(c);
		cbor_close(c);
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
	r.counter = get_number(&c);
	r.time = cbor_get_int(&c);
	if (more(&c)) {
		r.streams = get_array(&c, a, sizeof *r.streams, &r.stream_count);
		for (i = 0; i < r.stream_count; i++)
			get_stream(&c, a, &r.streams[i], r.time);
		cbor_close(&c);
	}
	if (more(&c))
		get_problems(&c, a, &r);
	if (more(&c))
		get_held(&c, a, &r);
	if (more(&c))
		get_down_pieces(&c, a, &r);
	code = get_end(&c, "reply", e);
	if (code == 0 && r.stream_count > LIMIT_STREAMS)
		code = err_set(e, ERR_TOO_LARGE, "reply");
	if (code == 0)
		*out = r;
	return code;
}
