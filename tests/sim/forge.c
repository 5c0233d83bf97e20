/* A server that lies, or a disk that does: the reply is opened, changed, and sealed
 * with the server's own key. Only signatures and hash chains can tell. */
#include <string.h>

#include "protocol/limits.h"
#include "protocol/seal.h"
#include "tests/sim/world.h"

static bool flip(struct world *w, struct bytes *s, struct arena *a)
{
	struct bytes copy = arena_copy(a, *s);

	if (s->len == 0 || copy.at == NULL)
		return false;
	((uint8_t *)(uintptr_t)copy.at)[chance_below(&w->chance, s->len)] ^=
		(uint8_t)(1u << chance_below(&w->chance, 8));
	*s = copy;
	return true;
}

static bool change(struct world *w, struct reply *r, struct arena *a)
{
	static const struct verdict refused = { 0, ERR_STALE, 0, { 0, 0 } };
	struct message_stream *s;
	struct message_item *it;
	struct buf b;

	if (r->stream_count == 0)
		return false;
	s = &r->streams[chance_below(&w->chance, r->stream_count)];
	if (s->item_count == 0)
		return false;
	it = &s->items[chance_below(&w->chance, s->item_count)];
	switch (chance_below(&w->chance, 7)) {
	case 0:
		it->time++;
		return true;
	case 1:
		if (it->verdicts.len > 0) {
			it->verdicts = BYTES_NONE;
			return true;
		}
		buf_init(&b, 64);
		verdicts_encode(&refused, 1, &b);
		it->verdicts = arena_copy(a, buf_view(&b));
		buf_release(&b);
		return true;
	case 2:
		s->item_count--;
		return true;
	case 3:
		s->signature[chance_below(&w->chance, SIGN_SIZE)] ^= 1;
		return true;
	case 4:
		return flip(w, &it->object, a);
	case 5:
		s->from++;
		return true;
	default:
		it->zero_ahead++;
		return true;
	}
}

bool forge_reply(struct world *w, const struct machine *m, struct buf *reply)
{
	const struct seal_pair *box = &w->server.box[0];
	uint8_t nonce[SEAL_NONCE];
	struct buf content;
	struct reply r;
	struct seal_header h;
	struct arena a;
	bool done = false;

	arena_init(&a, LIMIT_MEMORY);
	buf_init(&content, LIMIT_MESSAGE);
	if (seal_read_refusal(buf_view(reply), NULL) == 0 &&
	    seal_read_header(buf_view(reply), &h, NULL) == 0 &&
	    seal_open(&h, &m->client.box, box->public_key, &content, NULL) == 0 &&
	    reply_decode(buf_view(&content), &a, &r, NULL) == 0 && change(w, &r, &a)) {
		uint8_t number = h.key_number;
		struct buf changed;

		buf_init(&changed, LIMIT_MESSAGE);
		reply_encode(&r, &changed);
		chance_fill(&w->chance, nonce, sizeof nonce);
		buf_clear(reply);
		done = seal_close(SEAL_REPLY, number, 0, nonce, box, m->client.box.public_key,
				  buf_view(&changed), reply, NULL) == 0;
		buf_release(&changed);
	}
	buf_release(&content);
	arena_release(&a);
	return done;
}
