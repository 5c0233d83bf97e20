/* The loop: prepare, carry, apply, while either side has more. */
#include "client/sync/sync.h"

#include "client/sync/attach_way.h"
#include "client/sync/carrier_http.h"
#include "protocol/limits.h"

/* Exchanges in a row that may bring nothing whole: an object of a megabyte in
 * pieces of two kilobytes takes some 500. */
enum { IDLE_MOST = 2000 };

static bool stopped(const struct sync *s)
{
	return s->stop != NULL && *s->stop;
}

/* What the link bears: messages, and of files pieces. */
struct pace {
	size_t size, piece;
	struct exchange_files files; /* of the exchange at hand */
	int64_t begun;               /* when */
	bool failed;                 /* the last one with files did */
};

static int read_size(struct sync *s, struct pace *p, struct err *e)
{
	int64_t n = 0, piece = 0;
	int code = replica_meta_number(s->client->db, "message_size", LIMIT_MESSAGE_FIRST, &n, e);

	if (code == 0)
		code = replica_meta_number(s->client->db, "piece_size", PIECE_FIRST, &piece, e);
	p->size = n < LIMIT_MESSAGE_MIN || n > LIMIT_MESSAGE ? LIMIT_MESSAGE_FIRST : (size_t)n;
	p->piece = piece < PIECE_MIN || piece > PIECE_MAX ? PIECE_FIRST : (size_t)piece;
	return code;
}

/* The size that the link bears is kept for the next time. */
static int keep_size(struct sync *s, struct pace *p, bool success, struct err *e)
{
	bool carried = p->files.up > 0 || p->files.asked;
	int64_t took = env_monotonic_ms(s->client->env) - p->begun;
	size_t *size = carried ? &p->piece : &p->size;
	size_t next = carried ? sync_piece(p->piece, success, p->failed, took) :
				sync_size(p->size, success);
	int code;

	p->failed = carried && !success;
	if (next == *size)
		return 0;
	code = db_begin(s->client->db, e);
	if (code != 0)
		return code;
	code = replica_meta_put_number(s->client->db, carried ? "piece_size" : "message_size",
				       (int64_t)next, e);
	if (code == 0)
		code = db_commit(s->client->db, e);
	else
		db_rollback(s->client->db);
	if (code == 0)
		*size = next;
	return code;
}

/* One request and its reply. */
static int exchange_once(struct sync *s, struct pace *p, struct exchange_result *result,
			 struct err *e)
{
	struct buf request, reply;
	int code;

	buf_init(&request, LIMIT_MESSAGE);
	buf_init(&reply, CARRIER_REPLY_MAX);
	p->begun = env_monotonic_ms(s->client->env);
	p->files = (struct exchange_files){ .piece = p->piece };
	code = exchange_prepare_files(s->client, p->size, &p->files, &request, e);
	s->file_bytes += code == 0 ? p->files.up : 0;
	if (code == 0)
		code = s->carry(s->ctx, buf_view(&request), &reply, e);
	if (code == 0)
		code = exchange_apply(s->client, buf_view(&reply), result, e);
	buf_release(&reply);
	buf_release(&request);
	return code;
}

/* One exchange, tried again while that may help. A message that did not get through
 * is made anew and smaller. */
static int exchange_tried(struct sync *s, struct pace *p, struct exchange_result *result,
			  struct err *e)
{
	unsigned tries = s->tries == 0 ? 1 : s->tries, n;
	uint64_t random;
	struct err later = { 0 };
	int code = 0;

	for (n = 1; n <= tries; n++) {
		if (stopped(s))
			return err_set(e, ERR_STOPPED, "sync");
		code = exchange_once(s, p, result, e);
		if (code == 0 || !sync_passes(code))
			return code;
		s->failures++;
		if (keep_size(s, p, false, &later) != 0) {
			*e = later;
			return later.code;
		}
		if (s->tell != NULL)
			s->tell(s->ctx, s, e);
		if (n < tries) {
			env_random(s->client->env, &random, sizeof random);
			s->wait(s->ctx, sync_backoff_ms(n, random));
		}
	}
	return code;
}

static void sum_up(struct sync *s, const struct exchange_result *result)
{
	s->exchanges++;
	s->items_in += result->items_in;
	s->changesets_out += result->changesets_out;
	s->refused += result->refused;
	s->files_up += result->files_up;
	s->files_down += result->files_down;
	if (result->problems > 0 && s->problem.code == 0)
		s->problem = result->first_problem;
}

int sync_run(struct sync *s, struct err *e)
{
	struct exchange_result result;
	struct err local = { 0 };
	struct pace pace = { .size = LIMIT_MESSAGE_FIRST };
	unsigned idle = 0;
	int code;

	if (e == NULL)
		e = &local;
	code = read_size(s, &pace, e);
	if (code == 0)
		code = way_begin(s->client, e);
	do {
		result = (struct exchange_result){ 0 };
		if (code == 0)
			code = exchange_tried(s, &pace, &result, e);
		if (code != 0)
			return code;
		sum_up(s, &result);
		code = keep_size(s, &pace, true, e);
		if (s->tell != NULL)
			s->tell(s->ctx, s, NULL);
		idle = result.items_in + result.changesets_out + result.file_up + result.file_down +
				       result.snapshot > 0 ?
			       0 : idle + 1;
	} while (code == 0 && result.more && idle < IDLE_MOST);
	return code;
}
