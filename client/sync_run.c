/* The loop: prepare, carry, apply, while either side has more. */
#include "client/sync.h"

#include "client/carrier_http.h"
#include "protocol/limits.h"

/* Exchanges in a row that may bring nothing whole: an object of a megabyte in
 * pieces of two kilobytes takes some 500. */
enum { IDLE_MOST = 2000 };

static bool stopped(const struct sync *s)
{
	return s->stop != NULL && *s->stop;
}

static int read_size(struct sync *s, size_t *size, struct err *e)
{
	int64_t n = 0;
	int code = replica_meta_number(s->client->db, "message_size", LIMIT_MESSAGE_FIRST, &n, e);

	*size = n < LIMIT_MESSAGE_MIN || n > LIMIT_MESSAGE ? LIMIT_MESSAGE_FIRST : (size_t)n;
	return code;
}

/* The size that the link bears is kept for the next time. */
static int keep_size(struct sync *s, size_t *size, bool success, struct err *e)
{
	size_t next = sync_size(*size, success);
	int code;

	if (next == *size)
		return 0;
	code = db_begin(s->client->db, e);
	if (code != 0)
		return code;
	code = replica_meta_put_number(s->client->db, "message_size", (int64_t)next, e);
	if (code == 0)
		code = db_commit(s->client->db, e);
	else
		db_rollback(s->client->db);
	if (code == 0)
		*size = next;
	return code;
}

/* One request and its reply. */
static int exchange_once(struct sync *s, size_t size, struct exchange_result *result,
			 struct err *e)
{
	struct buf request, reply;
	int code;

	buf_init(&request, LIMIT_MESSAGE);
	buf_init(&reply, CARRIER_REPLY_MAX);
	code = exchange_prepare(s->client, size, &request, e);
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
static int exchange_tried(struct sync *s, size_t *size, struct exchange_result *result,
			  struct err *e)
{
	unsigned tries = s->tries == 0 ? 1 : s->tries, n;
	uint64_t random;
	struct err later = { 0 };
	int code = 0;

	for (n = 1; n <= tries; n++) {
		if (stopped(s))
			return err_set(e, ERR_STOPPED, "sync");
		code = exchange_once(s, *size, result, e);
		if (code == 0 || !sync_passes(code))
			return code;
		s->failures++;
		if (keep_size(s, size, false, &later) != 0) {
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
	if (result->problems > 0 && s->problem.code == 0)
		s->problem = result->first_problem;
}

int sync_run(struct sync *s, struct err *e)
{
	struct exchange_result result;
	struct err local = { 0 };
	size_t size = LIMIT_MESSAGE_FIRST;
	unsigned idle = 0;
	int code;

	if (e == NULL)
		e = &local;
	code = read_size(s, &size, e);
	do {
		result = (struct exchange_result){ 0 };
		if (code == 0)
			code = exchange_tried(s, &size, &result, e);
		if (code != 0)
			return code;
		sum_up(s, &result);
		code = keep_size(s, &size, true, e);
		if (s->tell != NULL)
			s->tell(s->ctx, s, NULL);
		idle = result.items_in + result.changesets_out > 0 ? 0 : idle + 1;
	} while (code == 0 && result.more && idle < IDLE_MOST);
	return code;
}
