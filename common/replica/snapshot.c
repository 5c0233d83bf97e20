/* Objects opened and closed, replies one behind the other. */
#include "common/replica/snapshot.h"

#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/zip.h"

void snapshot_hash(struct bytes packed, uint8_t out[HASH_SIZE])
{
	hash_parts(out, HASH_SIZE, HASH_SNAPSHOT, &packed, 1);
}

static int put_object(const struct object *o, uint64_t dictionary, struct bytes content,
		      bool deflate, struct bytes with, struct arena *a, struct bytes *out,
		      struct err *e)
{
	struct buf b;
	int code = 0;

	buf_init(&b, LIMIT_OBJECT);
	buf_varint(&b, dictionary);
	buf_put(&b, o->signature, SIGN_SIZE);
	if (deflate)
		code = zip_deflate(content, with, &b, e);
	else
		code = zip_inflate(content, with, LIMIT_CHANGESET, &b, e);
	*out = arena_copy(a, buf_view(&b));
	if (code == 0 && (b.failed || out->at == NULL))
		code = err_set(e, ERR_NOMEM, "snapshot");
	buf_release(&b);
	return code;
}

int snapshot_open(struct replica *r, struct bytes object, struct arena *a, struct bytes *out,
		  struct err *e)
{
	struct bytes dictionary;
	struct object o;
	int code = object_split(object, &o, e);

	if (code == 0)
		code = replica_dictionary(r, o.dictionary, a, &dictionary, e);
	return code != 0 ? code :
			   put_object(&o, o.dictionary, o.deflated, false, dictionary, a, out, e);
}

int snapshot_close(struct replica *r, struct bytes open, struct arena *a, struct bytes *out,
		   struct err *e)
{
	struct bytes dictionary;
	struct object o;
	int code = object_split(open, &o, e);

	if (code == 0 && o.deflated.len > LIMIT_CHANGESET)
		code = err_set(e, ERR_TOO_LARGE, "change set");
	if (code == 0)
		code = replica_dictionary(r, o.dictionary, a, &dictionary, e);
	if (code == ERR_NO_DICTIONARY) {
		o.dictionary = 0;
		dictionary = BYTES_NONE;
		code = 0;
	}
	return code != 0 ? code :
			   put_object(&o, o.dictionary, o.deflated, true, dictionary, a, out, e);
}

int snapshot_put(const struct reply *reply, struct buf *out, struct err *e)
{
	struct buf b;
	int code = 0;

	buf_init(&b, LIMIT_MESSAGE);
	reply_encode(reply, &b);
	buf_varint(out, b.len);
	buf_add(out, buf_view(&b));
	if (b.failed || out->failed)
		code = err_set(e, ERR_TOO_LARGE, "snapshot");
	buf_release(&b);
	return code;
}

/* A reader that has nothing could not find what is away. */
static bool is_complete(const struct message_stream *s)
{
	size_t i;

	for (i = 0; i < s->item_count; i++)
		if (s->items[i].own || s->items[i].held || s->items[i].object.len == 0)
			return false;
	return s->item_count > 0 && s->has_signature;
}

int snapshot_next(struct cursor *c, struct arena *a, struct reply *out, struct err *e)
{
	uint64_t n = cursor_varint(c);
	struct bytes block;
	size_t i;
	int code;

	if (n > LIMIT_MESSAGE)
		return err_set(e, ERR_TOO_LARGE, "snapshot");
	block = cursor_take(c, (size_t)n);
	code = cursor_code(c);
	if (code != 0)
		return err_set(e, code, "snapshot");
	code = reply_decode(block, a, out, e);
	for (i = 0; code == 0 && i < out->stream_count; i++)
		if (!is_complete(&out->streams[i]) || out->streams[i].stream != out->streams[0].stream)
			code = err_set(e, ERR_MALFORMED, "snapshot");
	return code;
}
