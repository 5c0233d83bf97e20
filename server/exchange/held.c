/* Waiting for what comes before, and telling of it. */
#include "server/exchange/held.h"

#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/exchange/succession.h"

/* Of one device the newest bundles, and of a bundle the first ranges, are plenty for people. */
enum { BUNDLES_KEPT = 64, RANGES_KEPT = 64 };

int held_hash(struct replica *view, uint64_t stream, uint64_t device, uint64_t seq,
	      uint8_t out[HASH_SIZE], struct err *e)
{
	struct stmt *s;
	int code = db_query(view->db, e, &s, "SELECT hash FROM held WHERE stream=$1 AND device=$2 "
			    "AND seq=$3", "uuu", stream, device, seq);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1 && db_bytes(s, 0).len == HASH_SIZE)
		memcpy(out, db_bytes(s, 0).at, HASH_SIZE);
	db_done(s);
	return code;
}

static int has_room(struct server *s, const struct arrival *a, bool *out, struct err *e)
{
	int64_t count = 0, bytes = 0;
	int code = db_number(s->db, e, 0, &count, "SELECT count(*) FROM held WHERE stream=$1 AND "
			     "device=$2", "uu", a->opened.cs.stream, a->author.device);

	if (code == 0)
		code = db_number(s->db, e, 0, &bytes, "SELECT sum(length(object)) FROM held WHERE "
				 "device=$1", "u", a->author.device);
	*out = count < LIMIT_HELD && bytes + (int64_t)a->object.len <= LIMIT_HELD_BYTES;
	return code;
}

int held_put(struct server *s, const struct arrival *a, int *problem, struct err *e)
{
	const struct changeset *cs = &a->opened.cs;
	uint8_t hash[HASH_SIZE];
	bool room = false;
	int64_t number = 0;
	int code = held_hash(&s->replica, cs->stream, a->author.device, cs->seq, hash, e);

	if (code == 1 && memcmp(hash, a->opened.hash, HASH_SIZE) != 0)
		*problem = ERR_FORKED;
	if (code != 0)
		return code < 0 ? code : 0;
	code = has_room(s, a, &room, e);
	if (code == 0 && !room)
		*problem = ERR_GAP;
	if (code != 0 || !room)
		return code;
	code = replica_meta_number(s->db, "held_number", 0, &number, e);
	if (code == 0)
		code = replica_meta_put_number(s->db, "held_number", ++number, e);
	return code != 0 ? code :
		db_exec(s->db, e, "INSERT INTO held(stream,device,seq,hash,prev,object,time,number) "
			"VALUES($1,$2,$3,$4,$5,$6,$7,$8)", "uuubbbii", cs->stream, a->author.device,
			cs->seq, BYTES_OF(a->opened.hash), BYTES_OF(a->prev), a->object,
			env_now(s->env), number);
}

int held_judged(struct replica *r, uint64_t stream, uint64_t device, uint64_t seq, int *why,
		struct err *e)
{
	uint64_t last = 0;
	struct cert home;
	int code = replica_home(r, device, &home, e);

	*why = code == ERR_UNKNOWN_DEVICE ? code : code == 0 && home.revoked ? ERR_REVOKED : 0;
	if (code != 0 || *why != 0)
		return code == ERR_UNKNOWN_DEVICE ? 0 : code;
	code = succession_ended(r, stream, device, &last, e);
	if (code == 1 && seq > last)
		*why = ERR_REVOKED;
	return code < 0 ? code : 0;
}

/* The first that waits, if it may go in now, without a person; it no longer waits then. 1, or
 * 0. */
static int take_out(struct server *s, uint64_t stream, uint64_t device, struct arrival *a,
		    uint8_t told[HASH_SIZE], struct err *e)
{
	struct author author;
	uint64_t seq = 0;
	int why = 0;
	struct stmt *q;
	int code = replica_author(&s->replica, stream, device, &author, e);

	if (code == 0)
		code = held_judged(&s->replica, stream, device, author.seq + 1, &why, e);
	if (code != 0 || why != 0)
		return code;
	if (code == 0)
		code = db_query(s->db, e, &q, "SELECT seq, object, prev FROM held WHERE stream=$1 "
				"AND device=$2 AND seq<=$3 ORDER BY seq LIMIT 1", "uuu", stream,
				device, author.seq + 1);
	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1) {
		seq = (uint64_t)db_int(q, 0);
		a->object = arena_copy(a->arena, db_bytes(q, 1));
		if (a->object.at == NULL)
			code = err_set(e, ERR_NOMEM, "held");
		else if (db_bytes(q, 2).len != HASH_SIZE)
			code = err_set(e, ERR_CORRUPT, "held");
		else
			memcpy(told, db_bytes(q, 2).at, HASH_SIZE);
	}
	db_done(q);
	if (code != 1)
		return code;
	code = db_exec(s->db, e, "DELETE FROM held WHERE stream=$1 AND device=$2 AND seq=$3",
		       "uuu", stream, device, seq);
	return code == 0 ? 1 : code;
}

int held_follow(struct server *s, struct exchange *x, uint64_t stream, uint64_t device,
		struct err *e)
{
	uint8_t told[HASH_SIZE];
	int code;

	do {
		struct arena arena;
		struct arrival a = { .arena = &arena, .told = told, .author.device = device,
				     .code = ERR_GAP };

		arena_init(&arena, LIMIT_MEMORY * (size_t)2);
		code = take_out(s, stream, device, &a, told, e);
		if (code == 1) {
			code = intake_take(s, x, &a, e);
			code = code == 0 ? 1 : code;
		}
		arena_release(&arena);
	} while (code == 1);
	return code;
}

/* Ranges of numbers in ascending order, put together from single ones. */
struct ranges {
	struct message_range *list;
	size_t count, cap;
	uint64_t stream, device;
};

/* What lies between `before` and `seq`, which is here, is missing: nothing, where it is for a
 * person to judge. */
static void add_gap(struct ranges *r, uint64_t before, uint64_t seq)
{
	struct message_range *last = r->count == 0 ? NULL : &r->list[r->count - 1];

	if (seq == before + 1 && last != NULL && last->stream == r->stream &&
	    last->device == r->device && last->waiting == before)
		last->waiting = seq;
	else if (r->count < r->cap)
		r->list[r->count++] = (struct message_range){ r->stream, r->device, before + 1,
							      seq - 1, seq };
}

int held_missing(struct replica *view, uint64_t device, struct message_range *out,
		 size_t *count, size_t cap, struct err *e)
{
	struct ranges r = { out, *count, cap, 0, device };
	uint64_t before = 0, stream = UINT64_MAX;
	struct author author;
	struct stmt *q;
	int code = db_query(view->db, e, &q, "SELECT stream, seq FROM held WHERE device=$1 ORDER BY "
			    "stream, seq", "u", device);

	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1) {
		r.stream = (uint64_t)db_int(q, 0);
		if (r.stream != stream) {
			stream = r.stream;
			code = replica_author(view, stream, device, &author, e);
			before = author.seq;
		}
		if (code < 0)
			break;
		add_gap(&r, before, (uint64_t)db_int(q, 1));
		before = (uint64_t)db_int(q, 1);
	}
	db_done(q);
	*count = r.count;
	return code < 0 ? code : 0;
}

/* One range of the bundle, if its author does write there. */
static int note_range(struct server *s, struct exchange *x, const struct message_range *g,
		      struct err *e)
{
	const struct message_bundle *b = &x->request.bundle;
	uint64_t author = g->device == 0 ? x->sender.device : g->device;
	struct author here;
	struct cert cert;
	int code = replica_cert(&s->replica, g->stream, author, &cert, e);

	if (code == ERR_UNKNOWN_DEVICE)
		return 0;
	if (code == 0)
		code = replica_author(&s->replica, g->stream, author, &here, e);
	return code != 0 || here.seq >= g->last ? code :
		db_exec(s->db, e, "INSERT INTO bundle(device,number,stream,author,first,last,written,"
			"seen) VALUES($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT DO NOTHING",
			"uuuuuuii", x->sender.device, b->number, g->stream, author, g->first,
			g->last, b->written, env_now(s->env));
}

int held_note_bundle(struct server *s, struct exchange *x, struct err *e)
{
	const struct message_bundle *b = &x->request.bundle;
	size_t i;
	int code = 0;

	for (i = 0; x->request.has_bundle && i < b->range_count && i < RANGES_KEPT && code == 0; i++)
		code = note_range(s, x, &b->ranges[i], e);
	if (code == 0 && x->request.has_bundle && b->number > BUNDLES_KEPT)
		code = db_exec(s->db, e, "DELETE FROM bundle WHERE device=$1 AND number<=$2", "uu",
			       x->sender.device, b->number - BUNDLES_KEPT);
	return code != 0 ? code :
		db_exec(s->db, e, "DELETE FROM bundle WHERE device=$1 AND EXISTS (SELECT 1 FROM "
			"author a WHERE a.stream=bundle.stream AND a.device=bundle.author AND "
			"a.seq >= bundle.last)", "u", x->sender.device);
}

/* --- for people --- */

struct listing {
	struct replica *r;
	uint64_t stream, device;
	struct author author;
	json_t *held, *missing, *bundles;
	uint64_t at, last;   /* how far it is clear what is held, and known to be under way */
	int64_t since;       /* when the first that waits came, 0: none does */
};

static void add_range(json_t *list, uint64_t first, uint64_t last)
{
	json_array_append_new(list, json_pack("[I, I]", (json_int_t)first, (json_int_t)last));
}

/* The next that waits; it may lengthen the range before it. */
static void add_held(struct listing *l, uint64_t seq, int64_t time)
{
	json_t *range = json_array_get(l->held, json_array_size(l->held) - 1);

	if (range != NULL && l->at + 1 == seq) {
		json_array_set_new(range, 1, json_integer((json_int_t)seq));
	} else {
		if (seq > l->at + 1)
			add_range(l->missing, l->at + 1, seq - 1);
		add_range(l->held, seq, seq);
	}
	l->at = seq;
	if (l->since == 0 || time < l->since)
		l->since = time;
}

static int list_held(struct listing *l, struct err *e)
{
	struct stmt *q;
	int code = db_query(l->r->db, e, &q, "SELECT seq, time FROM held WHERE stream=$1 AND "
			    "device=$2 AND seq>$3 ORDER BY seq", "uuu", l->stream, l->device,
			    l->author.seq);

	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1)
		add_held(l, (uint64_t)db_int(q, 0), db_int(q, 1));
	db_done(q);
	return code;
}

static int list_bundles(struct listing *l, struct err *e)
{
	struct stmt *q;
	int code = db_query(l->r->db, e, &q, "SELECT device, number, first, last, written, seen "
			    "FROM bundle WHERE stream=$1 AND author=$2 AND last>$3 ORDER BY device, "
			    "number", "uuu", l->stream, l->device, l->author.seq);

	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1) {
		char device[17];

		snprintf(device, sizeof device, "%016llx", (unsigned long long)db_int(q, 0));
		json_array_append_new(l->bundles,
				      json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "device", device,
						"number", (json_int_t)db_int(q, 1), "first",
						(json_int_t)db_int(q, 2), "last",
						(json_int_t)db_int(q, 3), "written",
						(json_int_t)db_int(q, 4), "seen",
						(json_int_t)db_int(q, 5)));
		if ((uint64_t)db_int(q, 3) > l->last)
			l->last = (uint64_t)db_int(q, 3);
	}
	db_done(q);
	return code;
}

/* The author's name, as its certificate in the stream has it. */
static int get_name(const struct listing *l, json_t **out, struct err *e)
{
	struct stmt *q;
	int code = db_query(l->r->db, e, &q, "SELECT name FROM device WHERE stream=$1 AND device=$2",
			    "uu", l->stream, l->device);

	*out = NULL;
	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1)
		*out = json_stringn((const char *)db_text(q, 0).at, db_text(q, 0).len);
	db_done(q);
	return code < 0 ? code : 0;
}

static int list_one(struct listing *l, json_t *out, struct err *e)
{
	char device[17];
	json_t *name = NULL;
	int code = replica_author(l->r, l->stream, l->device, &l->author, e);

	l->held = json_array();
	l->missing = json_array();
	l->bundles = json_array();
	l->at = l->author.seq;
	if (code == 0)
		code = list_held(l, e);
	if (code == 0)
		code = list_bundles(l, e);
	if (code == 0)
		code = get_name(l, &name, e);
	if (code == 0 && l->last > l->at)
		add_range(l->missing, l->at + 1, l->last);
	snprintf(device, sizeof device, "%016llx", (unsigned long long)l->device);
	/* A bundle of which all has come by another way since is of no interest. */
	if (code == 0 && json_array_size(l->missing) > 0 &&
	    json_array_append_new(out, json_pack("{s:I, s:s, s:o, s:I, s:O, s:O, s:o, s:O}",
						 "stream", (json_int_t)l->stream, "device", device,
						 "name", name == NULL ? json_string("") :
									json_incref(name),
						 "have", (json_int_t)l->author.seq, "held", l->held,
						 "missing", l->missing, "since",
						 l->since == 0 ? json_null() :
								 json_integer(l->since),
						 "bundles", l->bundles)) != 0)
		code = err_set(e, ERR_NOMEM, "held");
	json_decref(name);
	json_decref(l->held);
	json_decref(l->missing);
	json_decref(l->bundles);
	return code;
}

int held_list(struct replica *r, json_t **out, struct err *e)
{
	struct stmt *q;
	int code = db_query(r->db, e, &q, "SELECT stream, device FROM held UNION SELECT stream, "
			    "author FROM bundle ORDER BY 1, 2", "");

	*out = json_array();
	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1) {
		struct listing l = { .r = r, .stream = (uint64_t)db_int(q, 0),
				     .device = (uint64_t)db_int(q, 1) };

		code = list_one(&l, *out, e);
		if (code != 0)
			break;
	}
	db_done(q);
	return code;
}
