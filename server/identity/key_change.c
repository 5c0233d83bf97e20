/* New keys: made, signed, put into force, told. */
#include "server/identity/key_change.h"

#include <sodium.h>
#include <string.h>

#include "protocol/armour.h"
#include "protocol/limits.h"
#include "server/identity/keyfile.h"

/* In next.key the working key has number 0; box keys count from 1 on. */
enum { NEXT_KEYS = 2, PAPER_MAX = 16 * 1024 };

int key_change_read(struct bytes text, struct buf *encoded, struct key_change *out,
		    struct err *e)
{
	int code = armour_get(ARMOUR_KEYS, text, encoded, e);

	if (code == 0)
		code = key_paper_read(buf_view(encoded), &out->paper, &out->district, &out->keys,
				      e);
	out->is_signed = code == 0 && out->paper.keys.signature.len > 0;
	return code;
}

static int put_paper(const struct key_paper *p, struct buf *text, struct err *e)
{
	struct buf encoded;

	buf_init(&encoded, PAPER_MAX);
	key_paper_put(p, &encoded);
	if (!encoded.failed)
		armour_put(ARMOUR_KEYS, buf_view(&encoded), text);
	text->failed |= encoded.failed;
	buf_release(&encoded);
	return text->failed ? err_set(e, ERR_TOO_LARGE, "keys") : 0;
}

/* The keys that are, with new ones in front: all box keys but the oldest, where there are
 * too many. */
static int plan_keys(const struct server *s, const struct keyfile_key next[NEXT_KEYS],
		     int64_t since, uint64_t version, struct server_keys *out, struct err *e)
{
	const struct server_keys *now = &s->replica.keys;
	size_t from = now->box_count == BOX_KEYS_MAX ? 1 : 0, i;
	struct seal_pair box;
	struct sign_key working;

	if (version == 0)
		version = now->version + 1;
	if (version <= now->version || s->replica.working_count == LIMIT_KEYS)
		return err_set(e, version <= now->version ? ERR_STALE : ERR_LIMIT, "%llu",
			       (unsigned long long)version);
	*out = (struct server_keys){ .version = version, .since = since };
	for (i = from; i < now->box_count; i++)
		out->box[out->box_count++] = now->box[i];
	sign_make(&working, next[0].seed);
	seal_make(&box, next[1].seed);
	memcpy(out->working, working.public_key, SIGN_PUBLIC);
	out->box[out->box_count].number = next[1].number;
	memcpy(out->box[out->box_count++].key, box.public_key, SEAL_KEY);
	sign_wipe(&working);
	sodium_memzero(&box, sizeof box);
	return 0;
}

/* The number of the new box key: one more with every version, so that it is not that of a
 * document which was lost; from 1 to 255, for 0 is the working key's place in the file. */
static uint8_t next_box(const struct server_keys *now, uint64_t version)
{
	uint64_t steps = version > now->version ? version - now->version : 1;

	return (uint8_t)((now->box[now->box_count - 1].number - 1 + steps % UINT8_MAX) % UINT8_MAX +
			 1);
}

int key_change_new(struct server *s, int64_t since, uint64_t version, bool again,
		   struct buf *text, struct err *e)
{
	const struct server_keys *now = &s->replica.keys;
	struct keyfile_key next[NEXT_KEYS] = { { 0 } };
	struct server_keys keys;
	struct key_paper p = { .root = s->replica.root_doc };
	struct buf payload;
	int code = 0;

	if (keyfile_exists(s->dir, "next") && !again)
		return err_set(e, ERR_EXISTS, "next.key");
	env_random(s->env, next[0].seed, KEYFILE_SEED);
	env_random(s->env, next[1].seed, KEYFILE_SEED);
	next[1].number = next_box(now, version);
	buf_init(&payload, PAPER_MAX);
	code = plan_keys(s, next, since, version, &keys, e);
	if (code == 0) {
		keys_document_put(&keys, &payload);
		p.keys.payload = buf_view(&payload);
		code = put_paper(&p, text, e);
	}
	if (code == 0)
		code = keyfile_write(s->dir, "next", next, NEXT_KEYS, e);
	buf_release(&payload);
	sodium_memzero(next, sizeof next);
	return code;
}

int key_change_sign(const struct key_change *k, const struct sign_key *root, struct buf *text,
		    struct err *e)
{
	uint8_t signature[SIGN_SIZE];
	struct key_paper p = k->paper;

	if (memcmp(root->public_key, k->district.root, SIGN_PUBLIC) != 0)
		return err_set(e, ERR_KEYS_REFUSED, "%.*s", (int)k->district.name.len,
			       (const char *)k->district.name.at);
	document_sign(root, SIGN_KEYS, k->district.id, p.keys.payload, signature);
	p.keys.signature = BYTES_OF(signature);
	return put_paper(&p, text, e);
}

static int read_next(const struct server *s, struct keyfile_key next[NEXT_KEYS], struct err *e)
{
	size_t count = 0;
	int code = keyfile_read(s->dir, "next", next, NEXT_KEYS, &count, e);

	return code == 0 && (count != NEXT_KEYS || next[0].number != 0) ?
		       err_set(e, ERR_CORRUPT, "next.key") : code;
}

int key_change_pending(const struct server *s, struct sign_key *working, struct seal_pair *box,
		       struct err *e)
{
	struct keyfile_key next[NEXT_KEYS];
	int code = read_next(s, next, e);

	if (code == 0) {
		sign_make(working, next[0].seed);
		seal_make(box, next[1].seed);
	}
	sodium_memzero(next, sizeof next);
	return code;
}

/* Whose it is, and whether the root has signed it. */
static int check_owner(const struct server *s, const struct key_change *k, struct err *e)
{
	if (memcmp(k->district.id, s->replica.district.id, HASH_SIZE) != 0)
		return err_set(e, ERR_WRONG_DISTRICT, "%.*s", (int)k->district.name.len,
			       (const char *)k->district.name.at);
	return k->is_signed ? 0 : err_set(e, ERR_BAD_SIGNATURE, "%s", "");
}

/* What the paper must be to be put into force here. */
static int check_paper(const struct server *s, const struct key_change *k, struct err *e)
{
	const struct server_keys *now = &s->replica.keys, *new = &k->keys;
	struct sign_key working;
	struct seal_pair box;
	int code = check_owner(s, k, e);

	if (code != 0)
		return code;
	if (new->version <= now->version)
		return err_set(e, ERR_STALE, "%llu <= %llu", (unsigned long long)new->version,
			       (unsigned long long)now->version);
	code = key_change_pending(s, &working, &box, e);
	/* That the last box key is new is how senders are known who lack this. */
	if (code == 0 && (memcmp(new->working, working.public_key, SIGN_PUBLIC) != 0 ||
			  memcmp(new->box[new->box_count - 1].key, box.public_key, SEAL_KEY) != 0))
		code = err_set(e, ERR_NO_FILE, "next.key");
	sign_wipe(&working);
	sodium_memzero(&box, sizeof box);
	return code;
}

/* The files hold what both documents name. */
static int widen_files(const struct server *s, const struct keyfile_key next[NEXT_KEYS],
		       uint64_t version, struct err *e)
{
	struct keyfile_key working[2] = { { 0 } }, box[BOX_KEYS_MAX + 1];
	size_t boxes = 0;
	int code = keyfile_read(s->dir, "box", box, BOX_KEYS_MAX, &boxes, e);

	working[0].number = (uint8_t)s->replica.keys.version;
	memcpy(working[0].seed, s->working.secret, KEYFILE_SEED);
	working[1].number = (uint8_t)version;
	memcpy(working[1].seed, next[0].seed, KEYFILE_SEED);
	/* One that an install which was cut short has left behind is not there twice. */
	if (code == 0 && box[boxes - 1].number == next[1].number)
		boxes--;
	if (code == 0 && boxes == BOX_KEYS_MAX)
		memmove(box, box + 1, --boxes * sizeof *box);
	if (code == 0) {
		box[boxes++] = next[1];
		code = keyfile_write(s->dir, "box", box, boxes, e);
	}
	if (code == 0)
		code = keyfile_write(s->dir, "working", working, 2, e);
	sodium_memzero(working, sizeof working);
	sodium_memzero(box, sizeof box);
	return code;
}

static int take_document(struct server *s, const struct document *doc, struct err *e)
{
	int code = db_begin(s->db, e);

	if (code != 0)
		return code;
	code = replica_keys_learn(&s->replica, doc, e);
	if (code != 0) {
		replica_rollback(&s->replica);
		return code;
	}
	code = db_commit(s->db, e);
	if (code == 0)
		replica_keys_keep(&s->replica);
	return code;
}

int key_change_install(struct server *s, const struct key_change *k, struct err *e)
{
	struct keyfile_key next[NEXT_KEYS];
	int code = check_paper(s, k, e);

	if (code == 0)
		code = read_next(s, next, e);
	if (code != 0)
		return code;
	code = widen_files(s, next, k->keys.version, e);
	if (code == 0)
		code = take_document(s, &k->paper.keys, e);
	if (code == 0) {
		/* The old secret is of no more use to anybody but a thief. */
		next[0].number = (uint8_t)k->keys.version;
		code = keyfile_write(s->dir, "working", next, 1, e);
	}
	if (code == 0)
		keyfile_remove(s->dir, "next");
	sodium_memzero(next, sizeof next);
	return code;
}

int key_change_remember(struct server *s, const struct key_change *k, struct err *e)
{
	size_t i;
	int code = check_owner(s, k, e);

	for (i = 0; i < s->replica.working_count && code == 0; i++)
		if (s->replica.workings[i].version == k->keys.version ||
		    k->keys.version > s->replica.keys.version)
			code = err_set(e, ERR_STALE, "%llu", (unsigned long long)k->keys.version);
	if (code == 0)
		code = db_begin(s->db, e);
	if (code != 0)
		return code;
	code = replica_keys_put(s->db, &k->paper.keys, k->keys.version, e);
	if (code == 0)
		code = db_commit(s->db, e);
	else
		db_rollback(s->db);
	return code == 0 ? replica_keys_load(&s->replica, e) : code;
}

int key_change_behind(struct server *s, bool *behind, struct err *e)
{
	int64_t newest = 0;
	int code = db_number(s->db, e, 0, &newest, "SELECT max(version) FROM keys_document", "");

	*behind = code == 0 && (uint64_t)newest > s->replica.keys.version;
	return code;
}

void key_change_news(const struct replica *r, uint8_t box, struct document *out, size_t *count,
		     int64_t *until)
{
	size_t known = r->working_count, i;

	while (known > 0 && r->workings[known - 1].box != box)
		known--;
	*count = 0;
	*until = INT64_MAX;
	for (i = known; i < r->working_count; i++) {
		out[(*count)++] = r->workings[i].doc;
		if (i > 0 && r->workings[i].since < *until)
			*until = r->workings[i].since;
	}
}
