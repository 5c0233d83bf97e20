/* Statements beside the store. */
#include "client/identity/past.h"

#include <stdio.h>
#include <string.h>

#include "client/identity/incarnation.h"
#include "protocol/limits.h"
#include "protocol/succession.h"

static void path_in(const struct client *c, char out[4096])
{
	snprintf(out, 4096, "%s/past.key", c->dir);
}

int past_keep(struct client *c, struct err *e)
{
	struct request r = { 0 };
	char path[4096];
	struct arena a;
	struct buf b;
	int code;

	arena_init(&a, LIMIT_MEMORY);
	buf_init(&b, LIMIT_MESSAGE);
	r.claims = arena_array(&a, LIMIT_CLAIMS, sizeof *r.claims);
	code = r.claims == NULL ? err_set(e, ERR_NOMEM, "past") :
				  incarnation_tell(c, true, &a, &r, e);
	if (code == 0)
		request_encode(&r, &b);
	if (code == 0 && b.failed)
		code = err_set(e, ERR_NOMEM, "past");
	path_in(c, path);
	if (code == 0)
		code = env_write_file(path, buf_view(&b), 0600, e);
	buf_release(&b);
	arena_release(&a);
	return code;
}

/* The claim of a key, alone, as the store keeps it; nothing where there is none. */
static void find_claim(const struct request *r, const uint8_t key[SIGN_PUBLIC], struct buf *out)
{
	size_t i;

	for (i = 0; i < r->claims_count; i++)
		if (memcmp(r->claims[i].key, key, SIGN_PUBLIC) == 0) {
			const struct request one = { .has_claim = true, .claim = r->claims[i] };

			request_encode(&one, out);
			return;
		}
}

static int put_step(struct client *c, const struct request *r,
		    const struct message_succession *m, const struct succession *s, struct err *e)
{
	uint64_t old = hash_device(s->old_key), device = hash_device(s->new_key);
	int64_t number = 0;
	struct buf claim;
	size_t i;
	int code = db_number(c->db, e, 0, &number, "SELECT max(number) FROM incarnation", "");

	buf_init(&claim, LIMIT_MESSAGE);
	find_claim(r, s->old_key, &claim);
	if (code == 0)
		code = db_exec(c->db, e, "INSERT INTO incarnation(number,old,device,statement,"
			       "old_signature,new_signature,reason,time,claim,chief) VALUES($1,$2,$3,"
			       "$4,$5,$6,$7,$8,$9,'')", "iuubbbiib", number + 1, old, device,
			       m->statement, m->vouched ? BYTES_OF(m->old_signature) : BYTES_NONE,
			       BYTES_OF(m->new_signature), (int64_t)s->reason, s->time,
			       buf_view(&claim));
	buf_release(&claim);
	for (i = 0; i < s->end_count && code == 0; i++)
		code = replica_note_lineage(&c->replica, s->ends[i].stream, device, old,
					    s->ends[i].last_op, e);
	return code;
}

static int recall(struct client *c, const struct request *r, uint64_t device, struct arena *a,
		  bool *whole, struct err *e)
{
	size_t i;
	int code = 0;

	for (i = 0; i < r->succession_count && code == 0 && !*whole; i++) {
		struct succession s;

		/* What the file says is as good as its signatures. */
		if (succession_check(&r->successions[i], c->replica.district.id, a, &s, NULL) != 0 ||
		    hash_device(s.old_key) != device)
			continue;
		code = put_step(c, r, &r->successions[i], &s, e);
		device = hash_device(s.new_key);
		*whole = device == c->key.id;
	}
	return code;
}

int past_recall(struct client *c, uint64_t device, bool *whole, struct err *e)
{
	struct request r;
	char path[4096];
	struct arena a;
	struct buf b;
	int code;

	*whole = false;
	arena_init(&a, LIMIT_MEMORY);
	buf_init(&b, LIMIT_MESSAGE);
	path_in(c, path);
	code = env_read_file(path, &b, e);
	if (code == 0)
		code = request_decode(buf_view(&b), &a, &r, e);
	/* Without it the server may know all the same. */
	code = code != 0 ? 0 : recall(c, &r, device, &a, whole, e);
	buf_release(&b);
	arena_release(&a);
	return code;
}
