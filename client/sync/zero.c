/* The stream 0 that an enrolment carries: a reply, as a server would give it to who has none. */
#include "client/sync/heal.h"
#include "client/sync/outbox.h"
#include "protocol/limits.h"
#include "protocol/zip.h"

int client_take_zero(struct client *c, struct bytes deflated, struct err *e)
{
	struct arena a;
	struct buf plain;
	struct reply reply = { 0 };
	struct exchange_counts counts = { 0 };
	bool any = false;
	size_t i;
	int code;

	if (deflated.len == 0)
		return 0;
	arena_init(&a, LIMIT_MEMORY);
	buf_init(&plain, LIMIT_MESSAGE + 1);
	code = zip_inflate(deflated, BYTES_NONE, LIMIT_MESSAGE, &plain, e);
	if (code == 0)
		code = reply_decode(buf_view(&plain), &a, &reply, e);
	for (i = 0; i < reply.keys_count && code == 0; i++)
		code = replica_keys_learn(&c->replica, &reply.keys[i], e);
	for (i = 0; i < reply.stream_count && code == 0; i++) {
		code = outbox_take_stream(c, &reply, i, &counts, e);
		/* Into the generation that the next part is of. */
		if (code == 0)
			code = heal_adopt(c, &reply, false, &any, e);
	}
	buf_release(&plain);
	arena_release(&a);
	return code;
}
