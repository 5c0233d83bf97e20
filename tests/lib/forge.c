/* Forged messages and change sets for tests. */
#include "tests/lib/forge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/limits.h"

#define OK(s, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((s)->e.code), (s)->e.subject); \
	} while (0)

/* The box key in use. */
static size_t newest(const struct office *o)
{
	return o->s.replica.keys.box_count - 1;
}

static struct bytes open_with(struct school *s, struct bytes envelope,
			      const struct seal_pair *to, const uint8_t from[SEAL_KEY])
{
	struct seal_header h;
	struct buf content;
	struct bytes kept;

	buf_init(&content, LIMIT_MESSAGE);
	OK(s, seal_read_header(envelope, &h, &s->e));
	OK(s, seal_open(&h, to, from, &content, &s->e));
	kept = arena_copy(&s->a, buf_view(&content));
	buf_release(&content);
	return kept;
}

void forge_open_request(struct office *o, struct school *s, struct bytes request,
			struct request *out)
{
	struct bytes content = open_with(s, request, &o->s.box[newest(o)], s->c.box.public_key);

	OK(s, request_decode(content, &s->a, out, &s->e));
}

void forge_close_request(struct school *s, const struct request *r, struct buf *out)
{
	const struct server_keys *keys = &s->c.replica.keys;
	const size_t last = keys->box_count - 1;
	uint8_t nonce[SEAL_NONCE];
	struct buf content;

	buf_init(&content, LIMIT_MESSAGE * (size_t)2);
	request_encode(r, &content);
	assert_false(content.failed);
	env_random(env_os(), nonce, sizeof nonce);
	OK(s, seal_close(SEAL_KNOWN, keys->box[last].number, s->c.key.id, nonce, &s->c.box,
			 keys->box[last].key, buf_view(&content), out, &s->e));
	buf_release(&content);
}

void forge_open_reply(struct office *o, struct school *s, struct bytes reply,
		      struct reply *out)
{
	struct bytes content = open_with(s, reply, &s->c.box, o->s.box[newest(o)].public_key);

	OK(s, reply_decode(content, &s->a, out, &s->e));
}

void forge_close_reply(struct office *o, struct school *s, const struct reply *r,
		       struct buf *out)
{
	const struct server_keys *keys = &o->s.replica.keys;
	uint8_t nonce[SEAL_NONCE];
	struct buf content;

	buf_init(&content, LIMIT_MESSAGE);
	reply_encode(r, &content);
	assert_false(content.failed);
	env_random(env_os(), nonce, sizeof nonce);
	OK(s, seal_close(SEAL_REPLY, keys->box[newest(o)].number, 0, nonce,
			 &o->s.box[newest(o)], s->c.box.public_key, buf_view(&content), out,
			 &s->e));
	buf_release(&content);
}

void forge_begin(struct school *s, uint64_t stream, struct forged *f)
{
	struct stream_head zero, head;
	struct author author;

	memset(f, 0, sizeof *f);
	OK(s, replica_head(&s->c.replica, 0, &zero, &s->e));
	OK(s, replica_head(&s->c.replica, stream, &head, &s->e));
	OK(s, replica_author(&s->c.replica, stream, s->c.key.id, &author, &s->e));
	draft_init(&f->draft, &s->a, stream, s->c.key.id, author.last_op + 1);
	f->draft.seen_seq = head.seq;
	f->draft.seen_own = author.last_op;
	f->seq = author.seq + 1;
	f->zero = zero.seq;
	memcpy(f->prev, author.hash, HASH_SIZE);
}

/* The plain form with bytes behind its payload's end, which still says its length. */
static void lengthen(struct buf *plain, size_t trailing)
{
	struct bytes payload = changeset_payload(buf_view(plain));
	struct buf longer;
	size_t i;

	buf_init(&longer, LIMIT_CHANGESET);
	buf_varint(&longer, payload.len + trailing);
	buf_add(&longer, payload);
	for (i = 0; i < trailing; i++)
		buf_byte(&longer, 0xff);
	buf_release(plain);
	*plain = longer;
}

struct bytes forge_object(struct school *s, struct forged *f)
{
	const uint8_t salt[CHANGESET_SALT] = { 1 };
	struct buf plain, object;
	struct changeset cs;
	struct bytes kept;

	buf_init(&plain, LIMIT_CHANGESET);
	buf_init(&object, LIMIT_OBJECT);
	OK(s, draft_changeset(&f->draft, f->zero, OFFICE_NOW, &cs, &s->e));
	cs.seq = f->seq;
	OK(s, changeset_encode(&cs, salt, &plain, &s->e));
	if (f->trailing > 0)
		lengthen(&plain, f->trailing);
	OK(s, changeset_seal(&s->c.key, s->c.replica.district.id, f->prev, cs.root,
			     buf_view(&plain), f->dictionary, BYTES_NONE, &object, f->prev,
			     &s->e));
	kept = arena_copy(&s->a, buf_view(&object));
	buf_release(&object);
	buf_release(&plain);
	return kept;
}
