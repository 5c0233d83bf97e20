/* Jobs and batches. */
#include "server/exchange/batch.h"

#include <stdlib.h>

#include "common/text/date.h"
#include "protocol/limits.h"
#include "server/exchange/exchange_internal.h"

struct job *job_new(struct bytes request, void *call)
{
	struct job *j = calloc(1, sizeof *j);

	if (j == NULL)
		return NULL;
	j->request = request;
	j->call = call;
	buf_init(&j->reply, LIMIT_MESSAGE);
	return j;
}

void job_free(struct job *j)
{
	if (j == NULL)
		return;
	exchange_free(j->x);
	buf_release(&j->reply);
	free(j);
}

void job_push(struct job_queue *q, struct job *j)
{
	j->next = NULL;
	if (q->first == NULL)
		q->first = j;
	else
		q->last->next = j;
	q->last = j;
	q->count++;
}

struct job *job_pop(struct job_queue *q)
{
	struct job *j = q->first;

	if (j == NULL)
		return NULL;
	q->first = j->next;
	q->count--;
	return j;
}

void job_open(struct job *j, struct server *s, struct replica *view)
{
	j->code = exchange_open(&j->x, s, view, j->request, NULL);
}

size_t batch_take(struct job_queue *q, struct job *batch[BATCH_MAX])
{
	size_t n = 0;

	while (n < BATCH_MAX && q->count > 0)
		batch[n++] = job_pop(q);
	return n;
}

int batch_merge(struct server *s, struct job **batch, size_t count, struct err *e)
{
	struct exchange *list[BATCH_MAX];
	size_t i, n = 0;
	int code;

	for (i = 0; i < count; i++)
		if (batch[i]->code == 0)
			list[n++] = batch[i]->x;
	code = n == 0 ? 0 : exchange_merge(s, list, n, e);
	for (i = 0; i < count && code != 0; i++)
		if (batch[i]->code == 0)
			batch[i]->code = code;
	return code;
}

unsigned job_reply(struct job *j, struct server *s, struct replica *view)
{
	if (j->code == 0)
		j->code = exchange_reply(j->x, s, view, &j->reply, NULL);
	if (j->code == 0 && j->reply.failed)
		j->code = ERR_TOO_LARGE;
	if (j->code != 0)
		buf_clear(&j->reply);
	return j->code == 0 ? 200 : 503;
}

void job_line(const struct job *j, int64_t now, struct buf *out)
{
	int code = j->code;

	if (code == 0 && j->x != NULL)
		code = j->x->refusal;
	date_put_rfc3339(now, out);
	if (j->x != NULL && j->x->sender.device != 0)
		buf_printf(out, " %016llx", (unsigned long long)j->x->sender.device);
	else
		buf_printf(out, " -");
	if (j->x != NULL && j->x->file_bytes + j->x->file_out > 0)
		buf_printf(out, " file_in=%llu file_out=%llu", (unsigned long long)j->x->file_bytes,
			   (unsigned long long)j->x->file_out);
	buf_printf(out, " in=%zu out=%zu sets=%zu problems=%zu %s", j->request.len, j->reply.len,
		   j->x == NULL ? 0 : j->x->arrival_count,
		   j->x == NULL ? 0 : j->x->problem_count, err_name(code));
}
