/* People's words on what waits for them. */
#include "server/exchange/adopt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/exchange/exchange_internal.h"
#include "server/exchange/held.h"

enum { ADOPT_MEMORY = LIMIT_MEMORY * 2 };

/* One that waits. */
struct waiting {
	uint64_t number, stream, device, seq;
	uint8_t hash[HASH_SIZE];
};

struct adopting {
	struct server *s;
	const struct sign_key *officer;
	bool refuse;
	struct bytes reason;
	struct waiting *list;
	size_t count;
	struct arena a, one;    /* of all; of one change set */
	struct adopted *out;
	struct err *e;
};

/* The row of this number: 1, or 0 where there is none. */
static int find_row(struct db *db, uint64_t number, struct waiting *out, struct err *e)
{
	struct stmt *q;
	int code = db_query(db, e, &q, "SELECT stream, device, seq, hash FROM held WHERE number=$1",
			    "u", number);

	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1 && db_bytes(q, 3).len == HASH_SIZE) {
		*out = (struct waiting){ number, (uint64_t)db_int(q, 0), (uint64_t)db_int(q, 1),
					 (uint64_t)db_int(q, 2), { 0 } };
		memcpy(out->hash, db_bytes(q, 3).at, HASH_SIZE);
	}
	db_done(q);
	return code;
}

static int no_such(uint64_t number, struct err *e)
{
	return err_set(e, ERR_NO_HELD, "%llu", (unsigned long long)number);
}

/* By stream, then by key, then in order. */
static int compare(const void *x, const void *y)
{
	const struct waiting *a = x, *b = y;

	if (a->stream != b->stream)
		return a->stream < b->stream ? -1 : 1;
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* Those that are named, each once, in order; each must wait for a person, and be the next. */
static int gather(struct adopting *w, const uint64_t *numbers, size_t count)
{
	uint64_t next = 0;
	size_t i, n = 0;
	int code = 0;

	w->list = arena_array(&w->a, count + 1, sizeof *w->list);
	if (w->list == NULL)
		return err_set(w->e, ERR_NOMEM, "held");
	for (i = 0; i < count; i++) {
		code = find_row(w->s->db, numbers[i], &w->list[i], w->e);
		if (code != 1)
			return code < 0 ? code : no_such(numbers[i], w->e);
	}
	if (count > 0)
		qsort(w->list, count, sizeof *w->list, compare);
	for (i = 0; i < count; i++) {
		const struct waiting *at = &w->list[i], *before = n == 0 ? NULL : &w->list[n - 1];
		struct author author;
		int why = 0;

		if (before != NULL && before->number == at->number)
			continue;
		code = held_judged(&w->s->replica, at->stream, at->device, at->seq, &why, w->e);
		if (code == 0 && why != ERR_REVOKED)
			return no_such(at->number, w->e);
		if (code == 0 && (before == NULL || before->stream != at->stream ||
				  before->device != at->device)) {
			code = replica_author(&w->s->replica, at->stream, at->device, &author, w->e);
			next = author.seq + 1;
		}
		if (code != 0)
			return code;
		if (at->seq != next++)
			return err_set(w->e, ERR_HELD_ORDER, "%llu", (unsigned long long)at->number);
		w->list[n++] = *at;
	}
	w->count = n;
	return 0;
}

/* The record of the key's certificate in the stream: 1, and whether it says that the key is
 * revoked; or 0. */
static int find_cert(struct adopting *w, uint64_t stream, uint64_t device, struct rid *out,
		     bool *revoked)
{
	struct stmt *q;
	int code = db_query(w->s->db, w->e, &q, "SELECT cert_device, cert_op, CASE WHEN "
			    "status='active' THEN 0 ELSE 1 END FROM device WHERE stream=$1 AND "
			    "device=$2", "uu", stream, device);

	if (code != 0)
		return code;
	code = db_step(q, w->e);
	if (code == 1) {
		*out = (struct rid){ (uint64_t)db_int(q, 0), (uint64_t)db_int(q, 1) };
		*revoked = db_int(q, 2) != 0;
	}
	db_done(q);
	return code;
}

/* The same, made where it is not there: a key may have been revoked before it first wrote in
 * this stream, or been given up, which its certificate does not say. */
static int need_cert(struct adopting *w, uint64_t stream, uint64_t device, struct rid *out)
{
	struct cert home;
	bool revoked = false;
	int code = find_cert(w, stream, device, out, &revoked);

	if (code < 0 || (code == 1 && revoked))
		return code < 0 ? code : 0;
	code = replica_home(&w->s->replica, device, &home, w->e);
	if (code == 0)
		code = server_certify_revoked(w->s, stream, &home, BYTES_NONE, w->e);
	if (code == 0)
		code = find_cert(w, stream, device, out, &revoked);
	return code < 0 ? code : 0;
}

/* One behind the officer's word on it. */
static int take_in(struct adopting *w, const struct waiting *at)
{
	struct append ap = { .mode = APPEND_JUDGE };
	struct stream_head head, zero;
	struct opened opened;
	struct bytes object = BYTES_NONE;
	struct verdict *list;
	struct stmt *q;
	size_t refused = 0;
	int code = db_query(w->s->db, w->e, &q, "SELECT object FROM held WHERE number=$1", "u",
			    at->number);

	if (code != 0)
		return code;
	code = db_step(q, w->e);
	if (code == 1)
		object = arena_copy(&w->one, db_bytes(q, 0));
	db_done(q);
	if (code >= 0 && object.at == NULL)
		code = code == 0 ? no_such(at->number, w->e) : err_set(w->e, ERR_NOMEM, "held");
	if (code < 0)
		return code;
	code = replica_open_object(&w->s->replica, object, at->device, NULL, &w->one, &opened, w->e);
	if (code == 0)
		code = replica_head(&w->s->replica, at->stream, &head, w->e);
	if (code == 0)
		code = replica_head(&w->s->replica, 0, &zero, w->e);
	if (code != 0)
		return code;
	ap.opened = &opened;
	ap.time = env_now(w->s->env) > head.time ? env_now(w->s->env) : head.time;
	ap.zero = zero.seq;
	code = replica_append(&w->s->replica, &ap, &w->one, w->e);
	if (code == 0)
		code = verdicts_decode(ap.verdicts, &w->one, &list, &refused, w->e);
	if (code == 0)
		code = db_exec(w->s->db, w->e, "DELETE FROM held WHERE number=$1", "u", at->number);
	w->out->changesets++;
	w->out->refused += w->refuse ? 0 : refused;
	w->out->applied += w->refuse ? 0 : opened.cs.tx_count - refused;
	return code;
}

/* Those of one stream, list[from] to list[to - 1]: the word, and what it is about. */
static int judge_stream(struct adopting *w, size_t from, size_t to, struct draft *d)
{
	struct verdict verdict = { 0 };
	struct rid cert = RID_NONE;
	size_t i;
	int code = 0;

	for (i = from; i < to && code == 0; i++) {
		if (i == from || w->list[i].device != w->list[i - 1].device)
			code = need_cert(w, w->list[i].stream, w->list[i].device, &cert);
		draft_adopt(d, cert, w->list[i].hash, w->refuse, w->reason);
	}
	if (code == 0)
		code = server_put(w->s, w->officer, d, &verdict, w->e);
	for (i = from; i < to && code == 0; i++) {
		arena_clear(&w->one);
		code = take_in(w, &w->list[i]);
	}
	return code;
}

static int judge_all(struct adopting *w)
{
	size_t from, to;
	int code = 0;

	for (from = 0; from < w->count && code == 0; from = to) {
		struct draft d;

		for (to = from; to < w->count && w->list[to].stream == w->list[from].stream; to++)
			;
		code = server_begin(w->s, w->list[from].stream, w->officer, &w->a, &d, w->e);
		if (code != 0)
			return code;
		code = judge_stream(w, from, to, &d);
		if (code == 0)
			code = server_commit(w->s, w->e);
		else
			server_drop(w->s);
	}
	return code;
}

int adopt_judge(struct server *s, const struct sign_key *officer, uint64_t *numbers, size_t count,
		bool refuse, struct bytes reason, struct adopted *out, struct err *e)
{
	struct adopting w = { .s = s, .officer = officer, .refuse = refuse, .reason = reason,
			      .out = out, .e = e };
	int code;

	*out = (struct adopted){ 0 };
	arena_init(&w.a, ADOPT_MEMORY);
	arena_init(&w.one, ADOPT_MEMORY);
	code = gather(&w, numbers, count);
	if (code == 0)
		code = judge_all(&w);
	arena_release(&w.one);
	arena_release(&w.a);
	return code;
}

/* --- for people --- */

int adopt_show(struct replica *r, uint64_t number, struct arena *a, json_t **out,
	       struct opened *opened, struct err *e)
{
	struct bytes object = BYTES_NONE, payload;
	struct waiting at = { 0 };
	int64_t time = 0;
	char device[17];
	struct stmt *q;
	int code = find_row(r->db, number, &at, e);

	if (code != 1)
		return code < 0 ? code : no_such(number, e);
	code = db_query(r->db, e, &q, "SELECT object, time FROM held WHERE number=$1", "u", number);
	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1) {
		object = arena_copy(a, db_bytes(q, 0));
		time = db_int(q, 1);
	}
	db_done(q);
	if (code >= 0)
		code = object.at == NULL ? err_set(e, ERR_NOMEM, "held") :
					   replica_read_object(r, object, at.device, a, opened,
							       &payload, e);
	if (code != 0)
		return code;
	snprintf(device, sizeof device, "%016llx", (unsigned long long)at.device);
	*out = json_pack("{s:I, s:I, s:s, s:I, s:I, s:I, s:b}", "number", (json_int_t)number,
			 "stream", (json_int_t)at.stream, "device", device, "seq",
			 (json_int_t)at.seq, "received", (json_int_t)time, "bytes",
			 (json_int_t)object.len, "readable", opened->readable);
	return *out == NULL ? err_set(e, ERR_NOMEM, "held") : 0;
}
