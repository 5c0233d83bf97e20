/* Leaving a generation that the server has lost altogether: it was restored from a backup that is
 * older than that one's beginning. Nothing of it is a part of the stream any more, and nothing can
 * be proven by it; but what people have entered is not lost. */
#include <string.h>

#include "client/sync/heal.h"
#include "protocol/limits.h"
#include "protocol/zip.h"

/* What stood behind `base`, in generations that the server does not know: nothing proves it to
 * the server, it is sent like any other, before all that was signed since. What the server's
 * own keys signed there goes on from a base (SPEC.md 6.15), and is lost. */
static int send_anew(struct client *c, uint64_t stream, uint64_t base, struct err *e)
{
	static const char lost[] =
		"INSERT INTO outbox(place,stream,device,seq,hash,object,first_op,last_op,edits,held) "
		"SELECT $3 + row_number() OVER (ORDER BY number), stream, device, device_seq, hash, "
		"object, first_op, last_op, last_op - first_op + 1, 0 FROM (SELECT seq AS number, "
		"stream, device, device_seq, hash, object, first_op, last_op FROM item UNION ALL "
		"SELECT number, stream, device, device_seq, hash, object, first_op, last_op FROM "
		"old_item o WHERE " OLD_LEFT ") w WHERE stream=$1 AND number>$2 AND device_seq<=$2 "
		"AND NOT EXISTS (SELECT 1 FROM old_item k WHERE k.stream=w.stream AND "
		"k.device=w.device AND k.device_seq=w.device_seq AND k.number<=$2) "
		"ON CONFLICT DO NOTHING";
	int64_t before = 0, now = 0;
	int code = db_number(c->db, e, 0, &before, "SELECT max(place) FROM (SELECT place FROM outbox "
			     "UNION ALL SELECT until FROM bundle) p", "");

	if (code == 0)
		code = db_exec(c->db, e, lost, "uui", stream, base, before);
	if (code == 0)
		code = db_number(c->db, e, 0, &now, "SELECT max(place) FROM outbox WHERE place>$1",
				 "i", before);
	if (code != 0 || now == 0)
		return code;
	code = db_exec(c->db, e, "UPDATE outbox SET place=place+$2 WHERE place<=$1", "ii", before,
		       now);
	return code != 0 ? code : db_exec(c->db, e, "UPDATE carrying SET place=place+$2 WHERE "
					  "place<=$1", "ii", before, now);
}

/* An object packed with other words. Its hash and its signature are of what is in it. */
static int pack_again(struct client *c, struct bytes object, uint64_t number, struct bytes words,
		      struct buf *out, struct err *e)
{
	struct bytes old;
	struct object parts;
	struct buf plain;
	struct arena a;
	int code = object_split(object, &parts, e);

	arena_init(&a, LIMIT_MEMORY);
	buf_init(&plain, LIMIT_CHANGESET + 1);
	if (code == 0)
		code = replica_dictionary(&c->replica, parts.dictionary, &a, &old, e);
	if (code == 0)
		code = zip_inflate(parts.deflated, old, LIMIT_CHANGESET, &plain, e);
	if (code == 0) {
		buf_varint(out, number);
		buf_put(out, parts.signature, SIGN_SIZE);
		code = zip_deflate(buf_view(&plain), words, out, e);
	}
	buf_release(&plain);
	arena_release(&a);
	return code != 0 || !out->failed ? code : err_set(e, ERR_TOO_LARGE, "object");
}

/* Whether it is packed with the words of a pack that was lost. */
static int uses_lost(struct client *c, struct bytes object, bool *lost, struct err *e)
{
	struct object parts;
	int64_t n = 0;
	int code = object_split(object, &parts, e);

	if (code == 0)
		code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM pack WHERE "
				 "dictionary_number=$1 AND seq<0", "u", parts.dictionary);
	*lost = code == 0 && parts.dictionary != 0 && n > 0;
	return code;
}

/* The one behind a place, if need be. *place: its own; 0: there is none. */
static int pack_next(struct client *c, int64_t *place, uint64_t number, struct bytes words,
		     struct err *e)
{
	struct buf object, packed;
	bool lost = false;
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT place, object FROM outbox WHERE place>$1 ORDER BY "
			    "place LIMIT 1", "i", *place);

	if (code != 0)
		return code;
	buf_init(&object, LIMIT_OBJECT);
	buf_init(&packed, LIMIT_OBJECT);
	code = db_step(s, e);
	*place = code == 1 ? db_int(s, 0) : 0;
	if (code == 1)
		buf_add(&object, db_bytes(s, 1));
	db_done(s);
	if (code == 1)
		code = object.failed ? err_set(e, ERR_NOMEM, "outbox") :
				       uses_lost(c, buf_view(&object), &lost, e);
	if (code == 0 && lost)
		code = pack_again(c, buf_view(&object), number, words, &packed, e);
	if (code == 0 && lost)
		code = db_exec(c->db, e, "UPDATE outbox SET object=$2, held=0 WHERE place=$1", "ib",
			       *place, buf_view(&packed));
	buf_release(&object);
	buf_release(&packed);
	return code;
}

/* What waits, with words that the server has. */
static int pack_all(struct client *c, struct err *e)
{
	int64_t place = INT64_MIN, lost = 0;
	uint64_t number = 0;
	struct stream_head zero;
	struct bytes words;
	struct arena a;
	int code = db_number(c->db, e, 0, &lost, "SELECT count(*) FROM pack WHERE seq<0", "");

	if (code != 0 || lost == 0)
		return code;
	arena_init(&a, LIMIT_MEMORY);
	code = replica_head(&c->replica, 0, &zero, e);
	if (code == 0)
		code = replica_dictionary_number(&c->replica, zero.seq, &number, e);
	if (code == 0)
		code = replica_dictionary(&c->replica, number, &a, &words, e);
	while (code == 0 && place != 0)
		code = pack_next(c, &place, number, words, e);
	arena_release(&a);
	return code;
}

int heal_leave(struct client *c, uint64_t stream, uint64_t base, struct err *e)
{
	static const char *const sql[] = {
		"DELETE FROM old_item WHERE stream=$1 AND number>$2",
		/* They prove nothing to the server. */
		"DELETE FROM receipt WHERE stream=$1 AND seq>=$2",
		"DELETE FROM healing WHERE stream=$1 AND base>=$2",
	};
	size_t i;
	int code = stream == c->unit ? heal_keep_certificate(c, e) : 0;

	if (code == 0)
		code = send_anew(c, stream, base, e);
	for (i = 0; i < sizeof sql / sizeof sql[0] && code == 0; i++)
		code = db_exec(c->db, e, sql[i], "uu", stream, base);
	return code;
}

int heal_pack(struct client *c, uint64_t stream, uint64_t base, struct err *e)
{
	int code = stream != 0 ? 0 : db_exec(c->db, e, "UPDATE pack SET seq=-seq WHERE seq>$1", "u",
					     base);

	return code != 0 ? code : pack_all(c, e);
}
