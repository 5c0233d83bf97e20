/* The extensions of requests and replies that heal a restored server. */
#include "message_parts.h"

#include <string.h>

#include "generation.h"
#include "limits.h"

/* Keys of requests, and of replies. */
enum { EXTENSION_SHOWN = 3, EXTENSION_HEALING = 4, EXTENSION_CERTIFICATE = 13 };
enum { EXTENSION_STATEMENTS = 5, EXTENSION_NOTES = 9, EXTENSION_HEALED = 10,
       EXTENSION_HEADS = 11 };

static int64_t message_time(struct cbor *c)
{
	int64_t time = cbor_get_int(c);

	if (time > INT64_MAX / 4 || time < -(INT64_MAX / 4))
		message_refuse(c, ERR_MALFORMED);
	return time;
}

/* Opens a list that is never empty, and is short. */
static void *open_list(struct cbor *c, struct arena *a, size_t size, size_t *count, size_t most)
{
	void *list = message_array(c, a, size, count);

	if (*count == 0)
		message_refuse(c, ERR_MALFORMED);
	if (*count > most)
		message_refuse(c, ERR_TOO_LARGE);
	return list;
}

static void put_heads(struct buf *out, const struct message_head *list, size_t count, bool shown)
{
	size_t i;

	cbor_put_array(out, count);
	for (i = 0; i < count; i++) {
		cbor_put_array(out, shown ? 6 : 5);
		cbor_put_uint(out, list[i].stream);
		if (shown)
			cbor_put_bytes(out, BYTES_OF(list[i].generation));
		cbor_put_uint(out, list[i].seq);
		cbor_put_bytes(out, BYTES_OF(list[i].head));
		cbor_put_int(out, list[i].time);
		cbor_put_bytes(out, BYTES_OF(list[i].signature));
	}
}

static struct message_head *get_heads(struct cbor *c, struct arena *a, size_t *count, bool shown)
{
	struct message_head *list = open_list(c, a, sizeof *list, count, LIMIT_STREAMS);
	size_t i;

	for (i = 0; i < *count && c->code == 0; i++) {
		cbor_open_array(c);
		list[i].stream = message_number(c);
		if (shown)
			message_fixed(c, list[i].generation, GENERATION_SIZE);
		list[i].seq = message_number(c);
		message_fixed(c, list[i].head, HASH_SIZE);
		list[i].time = message_time(c);
		message_fixed(c, list[i].signature, SIGN_SIZE);
		cbor_close(c);
	}
	cbor_close(c);
	return list;
}

static void put_healing(struct buf *out, const struct message_healing *h)
{
	struct buf which;

	cbor_put_array(out, h->notes.len > 0 ? 9 : h->object.len > 0 ? 8 : 7);
	cbor_put_uint(out, h->stream);
	cbor_put_uint(out, h->number);
	cbor_put_int(out, h->time);
	cbor_put_uint(out, h->zero);
	cbor_put_bytes(out, h->verdicts);
	message_put_device(out, h->device);
	buf_init(&which, HASH_SIZE + 16);
	buf_add(&which, BYTES_OF(h->hash));
	buf_varint(&which, h->device_seq);
	cbor_put_bytes(out, buf_view(&which));
	out->failed |= which.failed;
	buf_release(&which);
	if (h->object.len > 0 || h->notes.len > 0)
		cbor_put_bytes(out, h->object);
	if (h->notes.len > 0)
		cbor_put_bytes(out, h->notes);
}

/* Which change set it is: its hash, and its number among its device's. */
static void get_which(struct cbor *c, struct message_healing *h)
{
	struct bytes b = cbor_get_bytes(c);
	struct cursor rest;

	if (c->code != 0)
		return;
	if (b.len <= HASH_SIZE) {
		message_refuse(c, ERR_MALFORMED);
		return;
	}
	memcpy(h->hash, b.at, HASH_SIZE);
	rest = cursor_of((struct bytes){ b.at + HASH_SIZE, b.len - HASH_SIZE });
	h->device_seq = cursor_varint(&rest);
	if (rest.failed || cursor_left(&rest) > 0 || h->device_seq == 0 ||
	    h->device_seq > INT64_MAX / 2)
		message_refuse(c, ERR_MALFORMED);
}

static void get_healing(struct cbor *c, struct arena *a, struct request *r)
{
	size_t i;

	r->healing = open_list(c, a, sizeof *r->healing, &r->healing_count, LIMIT_CBOR_ITEMS);
	for (i = 0; i < r->healing_count && c->code == 0; i++) {
		struct message_healing *h = &r->healing[i];

		cbor_open_array(c);
		h->stream = message_number(c);
		h->number = message_number(c);
		h->time = message_time(c);
		h->zero = message_number(c);
		h->verdicts = cbor_get_bytes(c);
		h->device = message_device(c);
		get_which(c, h);
		if (message_more(c))
			h->object = cbor_get_bytes(c);
		if (message_more(c)) {
			h->notes = cbor_get_bytes(c);
			if (h->notes.len == 0 || h->notes.len % NOTE_SIZE != 0)
				message_refuse(c, ERR_MALFORMED);
		}
		cbor_close(c);
		if (i > 0 && (h->stream < h[-1].stream ||
			      (h->stream == h[-1].stream && h->number <= h[-1].number)))
			message_refuse(c, ERR_MALFORMED);
	}
	cbor_close(c);
}

size_t message_heal_count(const struct request *r)
{
	return (size_t)(r->shown_count > 0) + (r->healing_count > 0) +
	       (r->certificate.len > 0);
}

void message_heal_put(struct buf *out, const struct request *r)
{
	size_t i;

	if (r->shown_count > 0) {
		cbor_put_uint(out, EXTENSION_SHOWN);
		put_heads(out, r->shown, r->shown_count, true);
	}
	if (r->healing_count > 0) {
		cbor_put_uint(out, EXTENSION_HEALING);
		cbor_put_array(out, r->healing_count);
		for (i = 0; i < r->healing_count; i++)
			put_healing(out, &r->healing[i]);
	}
}

void message_heal_put_last(struct buf *out, const struct request *r)
{
	if (r->certificate.len == 0)
		return;
	cbor_put_uint(out, EXTENSION_CERTIFICATE);
	cbor_put_array(out, 2);
	cbor_put_bytes(out, r->certificate_prev);
	cbor_put_bytes(out, r->certificate);
}

bool message_heal_get(struct cbor *c, struct arena *a, int64_t key, struct request *r)
{
	if (key == EXTENSION_SHOWN) {
		r->shown = get_heads(c, a, &r->shown_count, true);
	} else if (key == EXTENSION_HEALING) {
		get_healing(c, a, r);
	} else if (key == EXTENSION_CERTIFICATE) {
		cbor_open_array(c);
		r->certificate_prev = cbor_get_bytes(c);
		r->certificate = cbor_get_bytes(c);
		cbor_close(c);
		if (r->certificate_prev.len != HASH_SIZE ||
		    r->certificate.len == 0)
			message_refuse(c, ERR_MALFORMED);
	} else {
		return false;
	}
	return true;
}

static void put_notes(struct buf *out, const struct reply *r)
{
	size_t i;

	cbor_put_array(out, r->note_count);
	for (i = 0; i < r->note_count; i++) {
		cbor_put_array(out, 5);
		cbor_put_uint(out, r->notes[i].stream);
		cbor_put_uint(out, r->notes[i].at);
		cbor_put_uint(out, r->notes[i].number);
		cbor_put_uint(out, r->notes[i].position);
		cbor_put_uint(out, r->notes[i].count);
	}
}

static void get_notes(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->notes = open_list(c, a, sizeof *r->notes, &r->note_count, LIMIT_CBOR_ITEMS);
	for (i = 0; i < r->note_count && c->code == 0; i++) {
		struct message_notes *n = &r->notes[i];

		cbor_open_array(c);
		n->stream = message_number(c);
		n->at = message_number(c);
		n->number = message_number(c);
		n->position = message_number(c);
		n->count = message_number(c);
		cbor_close(c);
		if (n->count == 0 || n->count > LIMIT_CBOR_ITEMS || n->number == 0)
			message_refuse(c, ERR_MALFORMED);
	}
	cbor_close(c);
}

static void get_statements(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->statements = open_list(c, a, sizeof *r->statements, &r->statement_count, LIMIT_STREAMS);
	for (i = 0; i < r->statement_count && c->code == 0; i++) {
		cbor_open_array(c);
		r->statements[i].statement = cbor_get_bytes(c);
		r->statements[i].signature = cbor_get_bytes(c);
		cbor_close(c);
		if (r->statements[i].signature.len != SIGN_SIZE)
			message_refuse(c, ERR_MALFORMED);
	}
	cbor_close(c);
}

static void get_healed(struct cbor *c, struct arena *a, struct reply *r)
{
	size_t i;

	r->healed = open_list(c, a, sizeof *r->healed, &r->healed_count, LIMIT_STREAMS);
	for (i = 0; i < r->healed_count && c->code == 0; i++) {
		cbor_open_array(c);
		r->healed[i].stream = message_number(c);
		r->healed[i].base = message_number(c);
		r->healed[i].number = message_number(c);
		cbor_close(c);
	}
	cbor_close(c);
}

size_t message_healed_count(const struct reply *r)
{
	return (size_t)(r->statement_count > 0) + (r->note_count > 0) + (r->healed_count > 0) +
	       (r->head_count > 0);
}

void message_healed_put(struct buf *out, const struct reply *r)
{
	size_t i;

	if (r->statement_count == 0)
		return;
	cbor_put_uint(out, EXTENSION_STATEMENTS);
	cbor_put_array(out, r->statement_count);
	for (i = 0; i < r->statement_count; i++) {
		cbor_put_array(out, 2);
		cbor_put_bytes(out, r->statements[i].statement);
		cbor_put_bytes(out, r->statements[i].signature);
	}
}

void message_healed_put_last(struct buf *out, const struct reply *r)
{
	size_t i;

	if (r->note_count > 0) {
		cbor_put_uint(out, EXTENSION_NOTES);
		put_notes(out, r);
	}
	if (r->healed_count > 0) {
		cbor_put_uint(out, EXTENSION_HEALED);
		cbor_put_array(out, r->healed_count);
		for (i = 0; i < r->healed_count; i++) {
			cbor_put_array(out, 3);
			cbor_put_uint(out, r->healed[i].stream);
			cbor_put_uint(out, r->healed[i].base);
			cbor_put_uint(out, r->healed[i].number);
		}
	}
	if (r->head_count > 0) {
		cbor_put_uint(out, EXTENSION_HEADS);
		put_heads(out, r->heads, r->head_count, false);
	}
}

bool message_healed_get(struct cbor *c, struct arena *a, int64_t key, struct reply *r)
{
	if (key == EXTENSION_STATEMENTS)
		get_statements(c, a, r);
	else if (key == EXTENSION_NOTES)
		get_notes(c, a, r);
	else if (key == EXTENSION_HEALED)
		get_healed(c, a, r);
	else if (key == EXTENSION_HEADS)
		r->heads = get_heads(c, a, &r->head_count, false);
	else
		return false;
	return true;
}
