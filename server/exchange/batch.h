/* Requests on their way through the server, and the queues they wait in.
 *
 * A job is opened (reading only, anywhere), merged (by one writer, together with
 * all others that wait: one commit for many), and replied to (reading only). The
 * larger the load, the more wait while a commit runs, the more the next one takes:
 * group commit needs no timer. Nothing here knows of threads, so a test or a
 * simulator can take each step by itself. */
#ifndef DONGBO_SERVER_BATCH_H
#define DONGBO_SERVER_BATCH_H

#include "server/exchange/exchange.h"

enum { BATCH_MAX = 64 };

struct job {
	struct bytes request;   /* borrowed */
	void *call;             /* the caller's: whom to answer */
	struct exchange *x;     /* NULL where opening failed */
	int code;               /* not 0: the machine failed, nobody may be told anything */
	struct buf reply;
	struct job *next;
};

struct job_queue {
	struct job *first, *last;
	size_t count;
};

/* NULL when memory is out. */
struct job *job_new(struct bytes request, void *call);
void job_free(struct job *j);
void job_push(struct job_queue *q, struct job *j);
struct job *job_pop(struct job_queue *q);

/* Takes the request apart; the outcome is in code. */
void job_open(struct job *j, struct server *s, struct replica *view);

/* Takes what waits, at most BATCH_MAX; returns how many. */
size_t batch_take(struct job_queue *q, struct job *batch[BATCH_MAX]);
/* Merges and commits them together. Where that fails all of them get its code, for
 * none may be told that its change sets are held; the store must be opened anew. */
int batch_merge(struct server *s, struct job **batch, size_t count, struct err *e);

/* Makes the reply; returns the HTTP status to send it with, 200 or 503. */
unsigned job_reply(struct job *j, struct server *s, struct replica *view);

/* One line for the log: time, device, bytes in and out, change sets, outcome. No
 * contents. */
void job_line(const struct job *j, int64_t now, struct buf *out);

#endif
