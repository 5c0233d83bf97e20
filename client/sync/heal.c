/* Going back, and what is seen meanwhile. */
#include "client/sync/heal.h"

#include <string.h>

#include "client/sync/outbox.h"
#include "common/replica/rebuild.h"
#include "protocol/limits.h"

/* The head at a position of this store's log. 1, or 0 where it is not in it. */
static int head_at(struct client *c, uint64_t stream, uint64_t seq, uint8_t head[HASH_SIZE],
		   struct err *e)
{
	struct generation g;
	struct stmt *s;
	int code;

	if (seq == 0) {
		head_start(c->replica.district.id, stream, c->replica.generation, head);
		return 1;
	}
	code = db_query(c->db, e, &s, "SELECT head FROM item WHERE stream=$1 AND seq=$2", "uu", stream,
			seq);
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 0).len == HASH_SIZE)
		memcpy(head, db_bytes(s, 0).at, HASH_SIZE);
	db_done(s);
	if (code != 0)
		return code;
	code = generation_next(&c->replica, stream, seq - 1, &g, e);
	if (code != 1 || g.base != seq)
		return code < 0 ? code : 0;
	generation_head(&g, head);
	return 1;
}

static int keep_item(struct client *c, uint64_t stream, uint64_t seq, struct err *e)
{
	struct logged it;
	struct arena a;
	int code;

	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	code = replica_item(&c->replica, stream, seq, &a, &it, e);
	if (code == 0)
		code = db_exec(c->db, e, "INSERT INTO old_item(stream,number,device,device_seq,first_op,"
			       "last_op,hash,object,verdicts,time,zero,notes,head) SELECT $1, $2, "
			       "device, device_seq, first_op, last_op, hash, object, verdicts, time, $3, "
			       "notes, head FROM "
			       "item WHERE stream=$1 AND seq=$2 ON CONFLICT DO NOTHING", "uuu", stream,
			       seq, it.zero);
	arena_release(&a);
	return code;
}

/* Items behind a position, up to another, out of the log. */
static int keep_items(struct client *c, uint64_t stream, uint64_t seq, uint64_t until,
		      int64_t *kept, struct err *e)
{
	int64_t next = (int64_t)seq;
	int code;

	do {
		code = db_number(c->db, e, 0, &next, "SELECT min(seq) FROM item WHERE stream=$1 AND "
				 "seq>$2 AND seq<=$3", "uiu", stream, next, until);
		if (code == 0 && next != 0) {
			code = keep_item(c, stream, (uint64_t)next, e);
			(*kept)++;
		}
	} while (code == 0 && next != 0);
	return code;
}

/* The stream as it was at a position. */
static int go_back(struct client *c, uint64_t stream, uint64_t seq, struct err *e)
{
	static const char *const sql[] = {
		"DELETE FROM item WHERE stream=$1 AND seq>$2",
		"DELETE FROM refused WHERE stream=$1 AND seq>$2",
		"DELETE FROM place WHERE stream=$1 AND at>$2",
		"DELETE FROM carried WHERE stream=$1 AND seq>$2",
		"DELETE FROM generation WHERE stream=$1 AND base>$2",
		"DELETE FROM partial WHERE stream=$1 AND seq>$2",
		"UPDATE safe SET seq=$2 WHERE stream=$1 AND seq>$2",
	};
	uint8_t head[HASH_SIZE];
	int64_t kept = 0, before = 0, base = 0;
	size_t i;
	int code = head_at(c, stream, seq, head, e);

	if (code == 0)
		code = err_set(e, ERR_CORRUPT, "%llu/%llu", (unsigned long long)stream,
			       (unsigned long long)seq);
	if (code == 1)
		code = db_number(c->db, e, INT64_MAX, &base, "SELECT min(base) FROM generation WHERE "
				 "stream=$1 AND base>$2", "uu", stream, seq);
	if (code == 0)
		code = keep_items(c, stream, seq, (uint64_t)base, &kept, e);
	if (code == 0 && base != INT64_MAX)
		code = heal_leave(c, stream, (uint64_t)base, e);
	for (i = 0; i < sizeof sql / sizeof sql[0] && code == 0; i++)
		code = db_exec(c->db, e, sql[i], "uu", stream, seq);
	if (code == 0)
		code = db_exec(c->db, e, "DELETE FROM author WHERE stream=$1", "u", stream);
	if (code == 0)
		code = db_exec(c->db, e, "INSERT INTO author(stream,device,seq,hash,last_op) SELECT "
			       "stream, device, device_seq, hash, (SELECT max(last_op) FROM item j WHERE "
			       "j.stream=i.stream AND j.device=i.device) FROM item i WHERE stream=$1 AND "
			       "device_seq=(SELECT max(device_seq) FROM item k WHERE k.stream=i.stream "
			       "AND k.device=i.device)", "u", stream);
	if (code == 0)
		code = db_exec(c->db, e, "UPDATE stream SET seq=$2, head=$3, time=coalesce((SELECT time "
			       "FROM item WHERE stream=$1 ORDER BY seq DESC LIMIT 1), 0) WHERE stream=$1",
			       "uub", stream, seq, BYTES_OF(head));
	if (code == 0 && base != INT64_MAX)
		code = heal_pack(c, stream, (uint64_t)base, e);
	if (code == 0)
		code = replica_meta_number(c->db, "heal_kept", 0, &before, e);
	return code != 0 ? code : replica_meta_put_number(c->db, "heal_kept", before + kept, e);
}

/* The generation that the stream is in now. */
static int current(struct client *c, uint64_t stream, uint8_t out[GENERATION_SIZE], struct err *e)
{
	struct generation g;
	int code = generation_last(&c->replica, stream, &g, e);

	if (code >= 0)
		memcpy(out, code == 1 ? g.fresh : c->replica.generation, GENERATION_SIZE);
	return code < 0 ? code : 0;
}

/* Where the stream left a generation that it is in no more. 1, or 0: it never was in it. */
static int find_left(struct client *c, const struct generation *g, uint64_t *seq, struct err *e)
{
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT seq FROM generation WHERE stream=$1 AND old=$2",
			    "ub", g->stream, BYTES_OF(g->old));

	if (code != 0)
		return code;
	code = db_step(s, e);
	*seq = code == 1 ? (uint64_t)db_int(s, 0) : 0;
	db_done(s);
	return code;
}

/* It was at the statement's place, and held something else. */
static int note_contradiction(struct client *c, const struct generation *g, struct err *e)
{
	return db_exec(c->db, e, "INSERT INTO stopped(stream,since,seq,head,time,signature) "
		       "VALUES($1,$2,$3,$4,0,$5) ON CONFLICT(stream) DO UPDATE SET since=$2, seq=$3, "
		       "head=$4", "uiubb", g->stream, env_now(c->env), g->seq, BYTES_OF(g->head),
		       BYTES_NONE);
}

/* Back to the statement's place, or to where this store left the statement's old generation,
 * for another one that was lost since; and on from there. */
static int turn(struct client *c, const struct generation *g, uint64_t left, struct bytes signature,
		bool *turned, struct err *e)
{
	struct stream_head head;
	uint8_t here[HASH_SIZE];
	uint64_t to = left < g->seq ? left : g->seq;
	int64_t asked = 0;
	int code = replica_head(&c->replica, g->stream, &head, e);

	*turned = false;
	if (code != 0 || head.seq < to)
		return code;
	code = head_at(c, g->stream, to, here, e);
	if (code == 1 && to == g->seq && memcmp(here, g->head, HASH_SIZE) != 0)
		return note_contradiction(c, g, e);
	if (code != 1)
		return code;
	code = head.seq == to ? 0 : go_back(c, g->stream, to, e);
	if (code == 0 && to == g->seq) {
		code = generation_turn(&c->replica, g, signature, e);
		*turned = true;
	}
	/* Parts of an item that will never have that number. */
	if (code == 0 && *turned)
		code = db_exec(c->db, e, "DELETE FROM partial WHERE stream=$1 AND seq<=$2", "uu",
			       g->stream, g->base);
	if (code == 0)
		code = db_exec(c->db, e, "DELETE FROM stopped WHERE stream=$1", "u", g->stream);
	if (code == 0 && *turned)
		code = db_exec(c->db, e, "INSERT INTO healing(stream,base,number,most,sent,tries) SELECT "
			       "$1, $2, -1, max(number), 0, 0 FROM old_item WHERE stream=$1 AND "
			       "number>$3 AND number<=$2 HAVING count(*)>0", "uuu", g->stream, g->base, g->seq);
	/* Packs that are not there now say nothing of what is. */
	if (code == 0 && g->stream == 0 && head.seq > to)
		code = replica_take_packs(&c->replica, INT64_MAX, e);
	/* Folded once more without what is not there now, then with it on top. */
	if (code == 0 && head.seq > to)
		code = heal_take_out(c, g->stream, e);
	if (code == 0 && head.seq > to)
		code = heal_put_on(c, g->stream, e);
	if (code == 0)
		code = replica_meta_number(c->db, "counter", 0, &asked, e);
	if (code == 0)
		code = replica_meta_put_number(c->db, "heal_counter", asked, e);
	return code != 0 ? code : replica_meta_put_number(c->db, "heal_time", env_now(c->env), e);
}

static int adopt_one(struct client *c, const struct message_statement *m, bool newest, bool *any,
		     struct err *e)
{
	uint8_t now[GENERATION_SIZE];
	struct generation g;
	uint64_t left = UINT64_MAX; /* it is in that one now */
	int64_t known = 0;
	bool turned = false, signed_ok = false;
	size_t i;
	int code = generation_read(m->statement, &g, e);

	for (i = 0; code == 0 && i < c->replica.working_count && !signed_ok; i++)
		signed_ok = generation_signature_ok(c->replica.workings[i].key,
						    c->replica.district.id, m->statement,
						    m->signature);
	if (code == 0 && !signed_ok)
		code = err_set(e, ERR_BAD_SIGNATURE, "generation");
	if (code == 0)
		code = db_number(c->db, e, 0, &known, "SELECT count(*) FROM generation WHERE stream=$1 "
				 "AND fresh=$2", "ub", g.stream, BYTES_OF(g.fresh));
	if (code == 0)
		code = current(c, g.stream, now, e);
	if (code != 0 || known > 0)
		return code;
	if (memcmp(now, g.old, GENERATION_SIZE) != 0) {
		/* What it has left already; an old reply may say so too. */
		code = newest ? find_left(c, &g, &left, e) : 0;
		if (code != 1)
			return code;
	}
	code = turn(c, &g, left, m->signature, &turned, e);
	*any |= turned;
	return code;
}

int heal_adopt(struct client *c, const struct reply *r, bool newest, bool *any, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < r->statement_count && code == 0; i++)
		code = adopt_one(c, &r->statements[i], newest, any, e);
	return code;
}

int heal_note(struct client *c, const struct reply *r, bool *any, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < r->healed_count && code == 0; i++) {
		const struct message_healed *h = &r->healed[i];

		code = db_exec(c->db, e, "UPDATE healing SET number=$3, sent=0, tries=0 WHERE stream=$1 "
			       "AND base=$2 AND number<$3", "uuu", h->stream, h->base, h->number);
		*any |= code == 0 && db_changes(c->db) > 0;
		/* What it has been sent for nothing several times it will not take. */
		if (code == 0)
			code = db_exec(c->db, e, "UPDATE healing SET sent=0, tries=tries+1 WHERE "
				       "stream=$1 AND base=$2 AND number=$3 AND sent=1", "uuu",
				       h->stream, h->base, h->number);
	}
	return code;
}

int heal_is_open(struct client *c, uint64_t stream, bool *open, struct err *e)
{
	int64_t n = 0;
	int code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM old_item o WHERE stream=$1 AND "
			     OLD_LEFT, "u", stream);

	*open = n > 0;
	return code;
}

int heal_take_out(struct client *c, uint64_t stream, struct err *e)
{
	/* Who it is itself it does not forget: the server will hear of it. */
	int code = db_exec(c->db, e, "DELETE FROM device WHERE stream=$1 AND device<>$2", "uu", stream,
			   c->key.id);

	if (code == 0)
		code = rebuild_strip(&c->replica, stream, e);

	return code != 0 ? code : rebuild_fold(&c->replica, stream, e);
}

/* An old item at the number that it had. */
static int put_old(struct client *c, uint64_t stream, int64_t *number, struct err *e)
{
	struct logged it = { .seq = 0 };
	struct bytes object = BYTES_NONE, payload;
	uint64_t device = 0;
	struct arena a;
	struct stmt *s;
	int code = db_query(c->db, e, &s, "SELECT number, device, object, verdicts, zero, time FROM "
			    "old_item o WHERE stream=$1 AND number>$2 AND " OLD_LEFT " ORDER BY number "
			    "LIMIT 1", "ui", stream, *number);

	if (code != 0)
		return code;
	*number = 0;
	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	code = db_step(s, e);
	if (code == 1) {
		*number = db_int(s, 0);
		it.seq = (uint64_t)*number;
		device = (uint64_t)db_int(s, 1);
		object = arena_copy(&a, db_bytes(s, 2));
		it.verdicts = arena_copy(&a, db_bytes(s, 3));
		it.zero = (uint64_t)db_int(s, 4);
		it.time = db_int(s, 5);
		code = object.at == NULL ? err_set(e, ERR_NOMEM, "item") : 0;
	}
	db_done(s);
	if (code == 0 && *number != 0) {
		code = replica_read_object(&c->replica, object, device, &a, &it.opened, &payload, e);
		if (code == 0)
			code = verdicts_decode(it.verdicts, &a, &it.list, &it.count, e);
		if (code == 0 && it.opened.readable)
			code = replica_fold_item(&c->replica, &it, true, &a, e);
		/* The words of a pack that is not there yet. */
		if (code == ERR_NO_DICTIONARY)
			code = 0;
	}
	arena_release(&a);
	return code;
}

struct putting {
	struct client *c;
	uint64_t zero;
	struct arena *a;
};

static int put_pending(void *arg, const struct changeset *cs, struct err *e)
{
	struct putting *p = arg;

	return rebuild_hope(&p->c->replica, cs, p->zero, p->a, e);
}

int heal_put_on(struct client *c, uint64_t stream, struct err *e)
{
	struct putting p = { .c = c };
	struct stream_head zero;
	struct arena a;
	int64_t number = 0;
	int code;

	do
		code = put_old(c, stream, &number, e);
	while (code == 0 && number != 0);
	if (code == 0)
		code = replica_head(&c->replica, 0, &zero, e);
	if (code != 0)
		return code;
	arena_init(&a, LIMIT_MEMORY * (size_t)2);
	p.zero = zero.seq;
	p.a = &a;
	code = outbox_each(c, stream, &a, put_pending, &p, e);
	arena_release(&a);
	return code;
}

int heal_object(struct client *c, uint64_t stream, uint64_t number, uint64_t device,
		uint64_t device_seq, struct arena *a, struct bytes *out, struct err *e)
{
	struct stmt *s;
	int code = number != 0 ?
			   db_query(c->db, e, &s, "SELECT object FROM old_item WHERE stream=$1 AND "
				    "number=$2 AND device=$3", "uuu", stream, number, device) :
			   db_query(c->db, e, &s, "SELECT object FROM old_item WHERE stream=$1 AND "
				    "device=$2 AND device_seq=$3", "uuu", stream, device, device_seq);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		*out = arena_copy(a, db_bytes(s, 0));
		if (out->at == NULL)
			code = err_set(e, ERR_NOMEM, "item");
	}
	db_done(s);
	return code;
}

int heal_knew(struct client *c, uint64_t stream, uint64_t device, const uint8_t hash[HASH_SIZE],
	      bool *knew, struct err *e)
{
	int64_t n = 0;
	int code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM old_item WHERE stream=$1 AND "
			     "device=$2 AND hash=$3", "uub", stream, device,
			     (struct bytes){ hash, HASH_SIZE });

	*knew = n > 0;
	return code;
}

int heal_lacks_packs(struct client *c, bool *lacks, struct err *e)
{
	int64_t n = 0;
	int code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM healing h WHERE stream=0 AND tries<$1 "
			     "AND EXISTS (SELECT 1 FROM pack p, generation g WHERE g.stream=0 AND "
			     "g.base=h.base AND p.seq>g.seq AND p.seq<g.base)", "i",
			     (int64_t)HEAL_TRIES);

	*lacks = n > 0;
	return code;
}

int heal_news(struct client *c, struct heal_news *out, struct err *e)
{
	int code = replica_meta_number(c->db, "heal_time", 0, &out->time, e);

	if (code == 0)
		code = replica_meta_number(c->db, "heal_kept", 0, &out->kept, e);
	if (code == 0)
		code = db_number(c->db, e, 0, &out->left, "SELECT count(*) FROM old_item o WHERE "
				 OLD_LEFT, "");
	return code != 0 ? code :
			   db_number(c->db, e, 0, &out->stopped, "SELECT count(*) FROM stopped WHERE "
				     "since<>0", "");
}
