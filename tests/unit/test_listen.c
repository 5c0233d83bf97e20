/* The listener on real sockets: schools that send at once, a commit that fails, an
 * end in the middle of it. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/sync/carrier_http.h"
#include "protocol/limits.h"
#include "server/exchange/listen.h"
#include "tests/lib/office.h"
#include "tests/lib/school.h"

enum { SCHOOLS = 6, ROUNDS = 5, LINES = 200 };

struct morning {
	struct office o;
	struct school schools[SCHOOLS];
	struct listener *l;
	char base[64];
	pthread_mutex_t lock;
	char lines[LINES][256];
	int line_count;
};

static void note(void *ctx, const char *text)
{
	struct morning *m = ctx;

	pthread_mutex_lock(&m->lock);
	if (m->line_count < LINES)
		snprintf(m->lines[m->line_count++], 256, "%s", text);
	pthread_mutex_unlock(&m->lock);
}

static int make(void **state)
{
	struct morning *m = calloc(1, sizeof *m);
	struct listen_options o = { .address = "127.0.0.1:0", .workers = 3, .line = note,
				    .ctx = m };
	int i;

	pthread_mutex_init(&m->lock, NULL);
	office_make(&m->o);
	office_equip(&m->o);
	for (i = 0; i < SCHOOLS; i++)
		school_make(&m->schools[i], &m->o, (uint64_t)(31 + i));
	assert_int_equal(listen_open(&m->l, &m->o.s, &o, &m->o.e), 0);
	snprintf(m->base, sizeof m->base, "http://127.0.0.1:%u", listen_port(m->l));
	*state = m;
	return 0;
}

static int end(void **state)
{
	struct morning *m = *state;
	int i;

	listen_close(m->l);
	for (i = 0; i < SCHOOLS; i++)
		school_end(&m->schools[i]);
	office_end(&m->o);
	pthread_mutex_destroy(&m->lock);
	free(m);
	return 0;
}

/* One exchange of a school over HTTP; 0 or the carrier's error. */
static int exchange_once(struct morning *m, struct school *s)
{
	const struct carrier_http_options o = { .connect_seconds = 10, .progress_seconds = 20 };
	struct carrier_http *carrier = NULL;
	struct buf request, reply;
	int code;

	school_request(s, &request);
	buf_init(&reply, CARRIER_REPLY_MAX);
	code = carrier_http_open(m->base, &o, &carrier, &s->e);
	if (code == 0)
		code = carrier_http_exchange(carrier, buf_view(&request), &reply, &s->e);
	if (code == 0)
		school_apply(s, buf_view(&reply));
	carrier_http_close(carrier);
	buf_release(&request);
	buf_release(&reply);
	return code;
}

struct sender {
	struct morning *m;
	struct school *s;
	pthread_t thread;
	int failures;
};

static void *send_rounds(void *arg)
{
	struct sender *t = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		school_save(t->s, "Lê Thị Mẫu");
		if (exchange_once(t->m, t->s) != 0)
			t->failures++;
	}
	return NULL;
}

static void all_that_is_sent_arrives(void **state)
{
	struct morning *m = *state;
	struct sender senders[SCHOOLS];
	int i, failures = 0;

	for (i = 0; i < SCHOOLS; i++) {
		senders[i] = (struct sender){ .m = m, .s = &m->schools[i] };
		assert_int_equal(pthread_create(&senders[i].thread, NULL, send_rounds, &senders[i]),
				 0);
	}
	for (i = 0; i < SCHOOLS; i++) {
		pthread_join(senders[i].thread, NULL);
		failures += senders[i].failures;
		assert_int_equal(school_waiting(&m->schools[i]), 0);
	}
	assert_int_equal(failures, 0);
	listen_close(m->l);
	m->l = NULL;
	assert_int_equal(office_number(&m->o, "SELECT count(*) FROM t_staff"), SCHOOLS * ROUNDS);
	assert_int_equal(m->line_count, SCHOOLS * ROUNDS);
	assert_non_null(strstr(m->lines[0], " sets=1 problems=0 ok"));
}

static void a_failed_commit_is_no_receipt(void **state)
{
	struct morning *m = *state;
	struct school *s = &m->schools[0];

	school_save(s, "Lê Thị Mẫu");
	m->o.stop_at = m->o.commits + 1;
	assert_int_equal(exchange_once(m, s), ERR_HTTP);
	assert_string_equal(s->e.subject, "503");
	assert_int_equal(school_waiting(s), 1);
	/* The next time it goes well. */
	assert_int_equal(exchange_once(m, s), 0);
	assert_int_equal(school_waiting(s), 0);
	assert_non_null(strstr(m->lines[0], "commit: stopped"));
	assert_non_null(strstr(m->lines[1], " stopped"));
	assert_non_null(strstr(m->lines[2], " ok"));
}

/* After a failed commit the store is opened anew; while that can't be done nobody is
 * told anything, and it is tried again with each batch. */
static void a_store_that_is_away_comes_back(void **state)
{
	struct morning *m = *state;
	struct school *s = &m->schools[0];
	char there[128], away[128];

	snprintf(there, sizeof there, "%s/box.key", m->o.dir);
	snprintf(away, sizeof away, "%s/box.away", m->o.dir);
	assert_int_equal(rename(there, away), 0);
	school_save(s, "Lê Thị Mẫu");
	m->o.stop_at = m->o.commits + 1;
	assert_int_equal(exchange_once(m, s), ERR_HTTP);
	assert_int_equal(exchange_once(m, s), ERR_HTTP);
	assert_int_equal(school_waiting(s), 1);
	assert_int_equal(rename(away, there), 0);
	/* The one that brings it back has come while it was away. */
	assert_int_equal(exchange_once(m, s), ERR_HTTP);
	assert_int_equal(exchange_once(m, s), 0);
	assert_int_equal(school_waiting(s), 0);
}

static void the_end_leaves_a_whole_store(void **state)
{
	struct morning *m = *state;
	char wal[128];
	FILE *f;

	school_save(&m->schools[0], "Lê Thị Mẫu");
	assert_int_equal(exchange_once(m, &m->schools[0]), 0);
	listen_close(m->l);
	m->l = NULL;
	assert_int_equal(exchange_once(m, &m->schools[0]), ERR_NO_LINK);
	/* Everything is in the main file. */
	snprintf(wal, sizeof wal, "%s/store.db-wal", m->o.dir);
	f = fopen(wal, "r");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	assert_int_equal(ftell(f), 0);
	fclose(f);
}

static void a_taken_address_is_told(void **state)
{
	struct morning *m = *state;
	struct listen_options o = { .address = m->base + strlen("http://") };
	struct listener *second;
	struct server s;

	assert_int_equal(server_open(&s, &m->o.env, m->o.dir, &m->o.e), 0);
	assert_int_equal(listen_open(&second, &s, &o, &m->o.e), ERR_IO);
	o.address = "nowhere";
	assert_int_equal(listen_open(&second, &s, &o, &m->o.e), ERR_BAD_VALUE);
	server_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_that_is_sent_arrives, make, end),
		cmocka_unit_test_setup_teardown(a_failed_commit_is_no_receipt, make, end),
		cmocka_unit_test_setup_teardown(a_store_that_is_away_comes_back, make, end),
		cmocka_unit_test_setup_teardown(the_end_leaves_a_whole_store, make, end),
		cmocka_unit_test_setup_teardown(a_taken_address_is_told, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
