/* What waits for a person, in sight; and keys whose claims were refused, let in. */
#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/exchange/adopt.h"
#include "server/exchange/exchange_internal.h"
#include "server/exchange/held.h"

/* Name, key and why it is revoked, from any certificate of the device. */
static int put_certified(struct replica *r, uint64_t device, json_t *j, struct err *e)
{
	char finger[FINGERPRINT_SIZE];
	struct stmt *q;
	int code = db_query(r->db, e, &q, "SELECT d.name, d.key, coalesce(c.f_reason, '') FROM device "
			    "d LEFT JOIN t_cert c ON c.stream=d.stream AND c.device=d.cert_device AND "
			    "c.op=d.cert_op WHERE d.device=$1 ORDER BY d.stream = d.unit DESC LIMIT 1",
			    "u", device);

	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1 && db_bytes(q, 1).len == SIGN_PUBLIC) {
		hash_fingerprint(db_bytes(q, 1).at, finger);
		json_object_set_new(j, "name", json_stringn((const char *)db_text(q, 0).at,
							    db_text(q, 0).len));
		json_object_set_new(j, "fingerprint", json_string(finger));
		json_object_set_new(j, "reason", json_stringn((const char *)db_text(q, 2).at,
							      db_text(q, 2).len));
	}
	db_done(q);
	return code < 0 ? code : 0;
}

/* The same from its claim. */
static int put_claimed(struct replica *r, uint64_t device, json_t *j, struct err *e)
{
	char finger[FINGERPRINT_SIZE];
	struct stmt *q;
	int code = db_query(r->db, e, &q, "SELECT key, author FROM claim_refused ORDER BY time", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1) {
		if (db_bytes(q, 0).len != SIGN_PUBLIC || hash_device(db_bytes(q, 0).at) != device)
			continue;
		hash_fingerprint(db_bytes(q, 0).at, finger);
		json_object_set_new(j, "name", json_stringn((const char *)db_text(q, 1).at,
							    db_text(q, 1).len));
		json_object_set_new(j, "fingerprint", json_string(finger));
	}
	db_done(q);
	return code;
}

static int list_numbers(struct replica *r, uint64_t stream, uint64_t device, json_t *j,
			struct err *e)
{
	json_t *numbers = json_array();
	struct stmt *q;
	int code = db_query(r->db, e, &q, "SELECT number FROM held WHERE stream=$1 AND device=$2 "
			    "ORDER BY seq", "uu", stream, device);

	if (code == 0) {
		while ((code = db_step(q, e)) == 1)
			json_array_append_new(numbers, json_integer(db_int(q, 0)));
		db_done(q);
	}
	json_object_set_new(j, "numbers", numbers);
	return code;
}

/* One key in one stream, if a person must judge it. */
static int list_one(struct replica *r, struct stmt *s, json_t *list, struct err *e)
{
	uint64_t stream = (uint64_t)db_int(s, 0), device = (uint64_t)db_int(s, 1);
	int why = 0;
	char id[17];
	json_t *j;
	int code = held_judged(r, stream, device, (uint64_t)db_int(s, 5), &why, e);

	if (code != 0 || why == 0)
		return code;
	snprintf(id, sizeof id, "%016llx", (unsigned long long)device);
	j = json_pack("{s:I, s:s, s:s, s:I, s:I, s:I, s:s, s:s}", "stream", (json_int_t)stream,
		      "device", id, "why", err_name(why == ERR_REVOKED ? why : ERR_ENROL_EXPIRED),
		      "count", (json_int_t)db_int(s, 2), "bytes", (json_int_t)db_int(s, 3), "since",
		      (json_int_t)db_int(s, 4), "name", "", "reason", "");
	code = why == ERR_REVOKED ? put_certified(r, device, j, e) : put_claimed(r, device, j, e);
	if (code == 0)
		code = list_numbers(r, stream, device, j, e);
	if (json_array_append_new(list, j) != 0 && code == 0)
		code = err_set(e, ERR_NOMEM, "held");
	return code;
}

int adopt_list(struct replica *r, json_t **out, struct err *e)
{
	struct stmt *q;
	int code = db_query(r->db, e, &q, "SELECT stream, device, count(*), sum(length(object)), "
			    "min(time), max(seq) FROM held GROUP BY stream, device ORDER BY stream, "
			    "device", "");

	*out = json_array();
	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1) {
		code = list_one(r, q, *out, e);
		if (code != 0)
			break;
	}
	db_done(q);
	return code;
}

/* --- claims --- */

/* A claim that was refused. */
struct late {
	uint8_t enrolment[MESSAGE_ID];
	struct cert cert;
	uint8_t name[LIMIT_AUTHOR];
	size_t name_length;
};

/* Hex digits as a person gives them, without what stands between: dashes, blanks, colons. */
static bool take_hex(struct bytes text, char out[FINGERPRINT_SIZE])
{
	size_t i, n = 0;

	for (i = 0; i < text.len; i++) {
		char c = (char)text.at[i];

		if (c == '-' || c == ' ' || c == ':')
			continue;
		if (n == FINGERPRINT_SIZE - 1)
			return false;
		out[n++] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
	}
	out[n] = '\0';
	return true;
}

/* Whether a person means this key: all of its fingerprint, or of its device id. */
static bool names_key(struct bytes text, const uint8_t key[SIGN_PUBLIC])
{
	char finger[FINGERPRINT_SIZE], id[17], wanted[FINGERPRINT_SIZE], whole[FINGERPRINT_SIZE];

	snprintf(id, sizeof id, "%016llx", (unsigned long long)hash_device(key));
	hash_fingerprint(key, finger);
	return take_hex(text, wanted) && take_hex(bytes_str(finger), whole) &&
	       (strcmp(wanted, id) == 0 || strcmp(wanted, whole) == 0);
}

/* The newest claim of the one key that the person means. */
static int find_claim(struct server *s, struct bytes fingerprint, struct late *out, struct err *e)
{
	bool found = false, several = false;
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT c.enrolment, c.key, n.unit, n.role, c.author FROM "
			    "claim_refused c JOIN enrolment n ON n.id=c.enrolment ORDER BY c.time", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, e)) == 1) {
		struct bytes key = db_bytes(q, 1), name = db_text(q, 4);

		if (key.len != SIGN_PUBLIC || db_bytes(q, 0).len != MESSAGE_ID ||
		    name.len > LIMIT_AUTHOR || !names_key(fingerprint, key.at))
			continue;
		several |= found && memcmp(out->cert.key, key.at, SIGN_PUBLIC) != 0;
		found = true;
		memcpy(out->enrolment, db_bytes(q, 0).at, MESSAGE_ID);
		memcpy(out->cert.key, key.at, SIGN_PUBLIC);
		out->cert.unit = (uint64_t)db_int(q, 2);
		out->cert.role = (uint32_t)db_int(q, 3);
		memcpy(out->name, name.at, name.len);
		out->name_length = name.len;
	}
	db_done(q);
	out->cert.device = hash_device(out->cert.key);
	if (code == 0 && (!found || several))
		code = err_set(e, several ? ERR_AMBIGUOUS : ERR_NO_DEVICE, "%.*s",
			       (int)(fingerprint.len > 80 ? 80 : fingerprint.len),
			       (const char *)fingerprint.at);
	return code;
}

static int let_in(struct server *s, const struct late *who, struct err *e)
{
	struct bytes key = BYTES_OF(who->cert.key);
	int code = server_certify(s, who->cert.unit, who->cert.key, who->cert.unit, who->cert.role,
				  (struct bytes){ who->name, who->name_length }, e);

	if (code == 0)
		code = db_exec(s->db, e, "UPDATE enrolment SET key=$2, used=$3 WHERE id=$1 AND key IS "
			       "NULL", "bbi", BYTES_OF(who->enrolment), key, env_now(s->env));
	if (code == 0)
		code = db_exec(s->db, e, "DELETE FROM claim_refused WHERE key=$1", "b", key);
	return code;
}

/* What it has sent follows now. */
static int follow_all(struct server *s, uint64_t device, size_t *changesets, struct err *e)
{
	struct exchange x = { 0 };
	int64_t before = 0, after = 0, stream = 0;
	int code = db_number(s->db, e, 0, &before, "SELECT count(*) FROM held WHERE device=$1", "u",
			     device);

	arena_init(&x.arena, LIMIT_MEMORY);
	x.problems = arena_array(&x.arena, PROBLEMS_MAX, sizeof *x.problems);
	if (code == 0 && x.problems == NULL)
		code = err_set(e, ERR_NOMEM, "held");
	while (code == 0 && stream >= 0) {
		code = db_number(s->db, e, -1, &stream, "SELECT min(stream) FROM held WHERE device=$1 "
				 "AND stream>$2", "ui", device, stream);
		if (code == 0 && stream > 0)
			code = held_follow(s, &x, (uint64_t)stream, device, e);
	}
	if (code == 0)
		code = db_number(s->db, e, 0, &after, "SELECT count(*) FROM held WHERE device=$1", "u",
				 device);
	arena_release(&x.arena);
	*changesets = (size_t)(before - after);
	return code;
}

int adopt_claim(struct server *s, struct bytes fingerprint, uint64_t *device, size_t *changesets,
		struct err *e)
{
	struct late who = { .name_length = 0 };
	int code = db_begin(s->db, e);

	if (code != 0)
		return code;
	code = find_claim(s, fingerprint, &who, e);
	if (code == 0)
		code = let_in(s, &who, e);
	if (code == 0)
		code = follow_all(s, who.cert.device, changesets, e);
	if (code != 0) {
		server_drop(s);
		return code;
	}
	*device = who.cert.device;
	return server_commit(s, e);
}
