/* Threads around batch.h. */
#include "server/exchange/listen.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/system/httpd.h"
#include "protocol/limits.h"
#include "server/exchange/batch.h"
#include "server/identity/key_change.h"

enum { WORKERS_MAX = 4, LINE_MAX_BYTES = 256 };

struct worker {
	struct listener *l;
	struct db *db;
	struct replica view;
	pthread_t thread;
};

struct listener {
	struct server *s;
	struct listen_options o;
	struct httpd *httpd;
	char *dir;
	/* Guards the queues and stop. */
	pthread_mutex_t lock;
	pthread_cond_t work, write;
	struct job_queue arrived, opened, merged;
	bool stop, broken;
	/* Held for writing while the store is opened anew; `broken` is its. */
	pthread_rwlock_t store;
	struct worker workers[WORKERS_MAX];
	unsigned worker_count;
	pthread_t writer;
	bool has_writer;
};

static void log_line(struct listener *l, const struct buf *text)
{
	char line[LINE_MAX_BYTES];
	size_t n = text->len < sizeof line ? text->len : sizeof line - 1;

	if (l->o.line == NULL || n == 0)
		return;
	memcpy(line, text->at, n);
	line[n] = '\0';
	l->o.line(l->o.ctx, line);
}

static void log_failure(struct listener *l, const char *what, const struct err *e)
{
	struct buf text;

	buf_init(&text, LINE_MAX_BYTES);
	buf_printf(&text, "%s: %s: %.150s", what, err_name(e->code), e->subject);
	log_line(l, &text);
	buf_release(&text);
}

/* Called on the HTTP thread. */
static void on_exchange(struct httpd_call *call, void *self)
{
	struct listener *l = self;
	struct job *j = job_new(call->body, call);

	if (j == NULL) {
		httpd_answer(call, 503, BYTES_NONE, NULL);
		return;
	}
	pthread_mutex_lock(&l->lock);
	job_push(&l->arrived, j);
	pthread_cond_signal(&l->work);
	pthread_mutex_unlock(&l->lock);
}

/* The next thing to do: replies first, so that what is done leaves. NULL at the end. */
static struct job *next_job(struct listener *l, bool *merged)
{
	struct job *j = NULL;

	pthread_mutex_lock(&l->lock);
	while (l->merged.count == 0 && l->arrived.count == 0 && !l->stop)
		pthread_cond_wait(&l->work, &l->lock);
	*merged = l->merged.count > 0;
	j = job_pop(*merged ? &l->merged : &l->arrived);
	pthread_mutex_unlock(&l->lock);
	return j;
}

static void answer(struct worker *w, struct job *j)
{
	struct listener *l = w->l;
	struct buf text;
	unsigned status;

	pthread_rwlock_rdlock(&l->store);
	if (l->broken && j->code == 0)
		j->code = ERR_UNKNOWN;
	status = job_reply(j, l->s, &w->view);
	pthread_rwlock_unlock(&l->store);
	buf_init(&text, LINE_MAX_BYTES);
	job_line(j, env_now(w->view.env), &text);
	log_line(l, &text);
	buf_release(&text);
	httpd_answer(j->call, status, buf_view(&j->reply), NULL);
	job_free(j);
}

static void open_one(struct worker *w, struct job *j)
{
	struct listener *l = w->l;

	pthread_rwlock_rdlock(&l->store);
	if (l->broken)
		j->code = ERR_UNKNOWN;
	else
		job_open(j, l->s, &w->view);
	pthread_rwlock_unlock(&l->store);
	pthread_mutex_lock(&l->lock);
	job_push(&l->opened, j);
	pthread_cond_signal(&l->write);
	pthread_mutex_unlock(&l->lock);
}

static void *run_worker(void *arg)
{
	struct worker *w = arg;
	struct job *j;
	bool merged;

	while ((j = next_job(w->l, &merged)) != NULL) {
		if (merged)
			answer(w, j);
		else
			open_one(w, j);
	}
	return NULL;
}

/* After a failed commit only a fresh look at the disk tells what is there; so it is where
 * new keys have been installed. */
static void reopen(struct listener *l)
{
	const struct env *env = l->workers[0].view.env;
	struct err e = { 0 };
	unsigned i;

	pthread_rwlock_wrlock(&l->store);
	server_close(l->s);
	l->broken = server_open(l->s, env, l->dir, &e) != 0;
	for (i = 0; i < l->worker_count && !l->broken; i++)
		l->broken = replica_keys_load(&l->workers[i].view, &e) != 0;
	if (l->broken)
		log_failure(l, "store", &e);
	pthread_rwlock_unlock(&l->store);
}

static void merge_some(struct listener *l, struct job **batch, size_t count)
{
	struct err e = { 0 };
	bool behind = false;
	size_t i;

	if (!l->broken && key_change_behind(l->s, &behind, &e) != 0)
		log_failure(l, "keys", &e);
	if (l->broken || behind)
		reopen(l);
	if (l->broken) {
		for (i = 0; i < count; i++)
			batch[i]->code = ERR_UNKNOWN;
	} else if (batch_merge(l->s, batch, count, &e) != 0) {
		log_failure(l, "commit", &e);
		reopen(l);
	}
	pthread_mutex_lock(&l->lock);
	for (i = 0; i < count; i++)
		job_push(&l->merged, batch[i]);
	pthread_cond_broadcast(&l->work);
	pthread_mutex_unlock(&l->lock);
}

static void *run_writer(void *arg)
{
	struct listener *l = arg;
	struct job *batch[BATCH_MAX];
	size_t count;

	for (;;) {
		pthread_mutex_lock(&l->lock);
		while (l->opened.count == 0 && !l->stop)
			pthread_cond_wait(&l->write, &l->lock);
		count = batch_take(&l->opened, batch);
		pthread_mutex_unlock(&l->lock);
		if (count == 0)
			return NULL;
		merge_some(l, batch, count);
	}
}

static unsigned worker_count(const struct listen_options *o)
{
	long cores = o->workers > 0 ? (long)o->workers : sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > WORKERS_MAX ? WORKERS_MAX : (unsigned)cores;
}

static int start_threads(struct listener *l, struct err *e)
{
	unsigned wanted = worker_count(&l->o);

	while (l->worker_count < wanted) {
		struct worker *w = &l->workers[l->worker_count];
		int code = server_view(l->s, &w->db, &w->view, e);

		if (code != 0)
			return code;
		w->l = l;
		if (pthread_create(&w->thread, NULL, run_worker, w) != 0) {
			replica_close(&w->view);
			db_close(w->db);
			return err_set(e, ERR_NOMEM, "thread");
		}
		l->worker_count++;
	}
	if (pthread_create(&l->writer, NULL, run_writer, l) != 0)
		return err_set(e, ERR_NOMEM, "thread");
	l->has_writer = true;
	return 0;
}

/* No call is under way any more: the queues are empty. */
static void stop_threads(struct listener *l)
{
	unsigned i;

	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_broadcast(&l->work);
	pthread_cond_broadcast(&l->write);
	pthread_mutex_unlock(&l->lock);
	if (l->has_writer)
		pthread_join(l->writer, NULL);
	for (i = 0; i < l->worker_count; i++) {
		pthread_join(l->workers[i].thread, NULL);
		replica_close(&l->workers[i].view);
		db_close(l->workers[i].db);
	}
}

static int start_http(struct listener *l, struct err *e)
{
	static const struct httpd_route routes[] = {
		{ "POST", "/v1/exchange", LIMIT_MESSAGE, on_exchange },
	};
	struct httpd_options options = { .routes = routes, .route_count = 1, .self = l,
					 .tls_choose = l->o.tls_choose };

	return httpd_open(l->o.address, &options, &l->httpd, e);
}

int listen_open(struct listener **out, struct server *s, const struct listen_options *o,
		struct err *e)
{
	struct listener *l = calloc(1, sizeof *l);
	int code;

	if (l == NULL)
		return err_set(e, ERR_NOMEM, "listener");
	l->s = s;
	l->o = *o;
	l->dir = strdup(s->dir);
	if (l->dir == NULL || pthread_mutex_init(&l->lock, NULL) != 0) {
		free(l->dir);
		free(l);
		return err_set(e, ERR_NOMEM, "listener");
	}
	/* With default attributes these take no resources that could be lacking. */
	pthread_cond_init(&l->work, NULL);
	pthread_cond_init(&l->write, NULL);
	pthread_rwlock_init(&l->store, NULL);
	code = start_threads(l, e);
	if (code == 0)
		code = start_http(l, e);
	if (code != 0) {
		listen_close(l);
		return code;
	}
	*out = l;
	return 0;
}

unsigned listen_port(const struct listener *l)
{
	return httpd_port(l->httpd);
}

void listen_close(struct listener *l)
{
	struct err e = { 0 };

	if (l == NULL)
		return;
	httpd_close(l->httpd);
	stop_threads(l);
	if (!l->broken && db_checkpoint(l->s->db, &e) != 0)
		log_failure(l, "checkpoint", &e);
	pthread_rwlock_destroy(&l->store);
	pthread_cond_destroy(&l->write);
	pthread_cond_destroy(&l->work);
	pthread_mutex_destroy(&l->lock);
	free(l->dir);
	free(l);
}
