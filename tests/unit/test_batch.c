/* Many requests, one commit: each step taken by hand, no threads, no sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/exchange/batch.h"
#include "tests/lib/office.h"
#include "tests/lib/school.h"

enum { SCHOOLS = 3 };

/* A server, three schools with something to send, and a reader. */
struct morning {
	struct office o;
	struct school schools[SCHOOLS];
	struct buf requests[SCHOOLS];
	struct job *jobs[SCHOOLS];
	struct db *db;
	struct replica view;
};

static int make(void **state)
{
	struct morning *d = calloc(1, sizeof *d);
	int i;

	office_make(&d->o);
	office_equip(&d->o);
	for (i = 0; i < SCHOOLS; i++) {
		school_make(&d->schools[i], &d->o, (uint64_t)(31 + i));
		school_save(&d->schools[i], "Lê Thị Mẫu");
		school_request(&d->schools[i], &d->requests[i]);
		d->jobs[i] = job_new(buf_view(&d->requests[i]), &d->schools[i]);
	}
	assert_int_equal(server_view(&d->o.s, &d->db, &d->view, &d->o.e), 0);
	*state = d;
	return 0;
}

static int end(void **state)
{
	struct morning *d = *state;
	int i;

	replica_close(&d->view);
	db_close(d->db);
	for (i = 0; i < SCHOOLS; i++) {
		job_free(d->jobs[i]);
		buf_release(&d->requests[i]);
		school_end(&d->schools[i]);
	}
	office_end(&d->o);
	free(d);
	return 0;
}

static void one_commit_is_enough(void **state)
{
	struct morning *d = *state;
	int64_t before = d->o.commits;
	int i;

	for (i = 0; i < SCHOOLS; i++)
		job_open(d->jobs[i], &d->o.s, &d->view);
	assert_int_equal(batch_merge(&d->o.s, d->jobs, SCHOOLS, &d->o.e), 0);
	assert_int_equal(d->o.commits, before + 1);
	for (i = 0; i < SCHOOLS; i++) {
		assert_int_equal(school_waiting(&d->schools[i]), 1);
		assert_int_equal(job_reply(d->jobs[i], &d->o.s, &d->view), 200);
		school_apply(&d->schools[i], buf_view(&d->jobs[i]->reply));
		assert_int_equal(school_waiting(&d->schools[i]), 0);
	}
	assert_int_equal(office_number(&d->o, "SELECT count(*) FROM t_staff"), SCHOOLS);
}

static void a_failed_commit_promises_nothing(void **state)
{
	struct morning *d = *state;
	struct job *again;
	int i;

	d->o.stop_at = d->o.commits + 1;
	for (i = 0; i < SCHOOLS; i++)
		job_open(d->jobs[i], &d->o.s, &d->view);
	assert_int_equal(batch_merge(&d->o.s, d->jobs, SCHOOLS, &d->o.e), ERR_STOPPED);
	for (i = 0; i < SCHOOLS; i++) {
		assert_int_equal(job_reply(d->jobs[i], &d->o.s, &d->view), 503);
		assert_int_equal(d->jobs[i]->reply.len, 0);
	}
	server_close(&d->o.s);
	assert_int_equal(server_open(&d->o.s, &d->o.env, d->o.dir, &d->o.e), 0);
	assert_int_equal(office_number(&d->o, "SELECT count(*) FROM t_staff"), 0);
	assert_int_equal(office_number(&d->o, "SELECT count(*) FROM enrolment WHERE used<>0"), 0);
	/* The same bytes again, after that. */
	again = job_new(buf_view(&d->requests[0]), NULL);
	job_open(again, &d->o.s, &d->view);
	assert_int_equal(batch_merge(&d->o.s, &again, 1, &d->o.e), 0);
	assert_int_equal(job_reply(again, &d->o.s, &d->view), 200);
	school_apply(&d->schools[0], buf_view(&again->reply));
	assert_int_equal(school_waiting(&d->schools[0]), 0);
	job_free(again);
}

static void a_bad_request_hurts_nobody_else(void **state)
{
	struct morning *d = *state;
	struct job *batch[3];
	struct err e = { 0 };
	int i;

	/* Not a message at all; one that was touched under way; a good one. */
	job_free(d->jobs[0]);
	d->jobs[0] = job_new(bytes_str("GET / HTTP/1.1"), NULL);
	d->requests[1].at[d->requests[1].len / 2] ^= 1;
	memcpy(batch, d->jobs, sizeof batch);
	for (i = 0; i < 3; i++)
		job_open(batch[i], &d->o.s, &d->view);
	assert_int_equal(batch_merge(&d->o.s, batch, 3, &d->o.e), 0);
	assert_int_equal(job_reply(batch[0], &d->o.s, &d->view), 200);
	assert_int_equal(seal_read_refusal(buf_view(&batch[0]->reply), &e), ERR_NOT_DONGBO);
	assert_int_equal(job_reply(batch[1], &d->o.s, &d->view), 200);
	assert_int_equal(seal_read_refusal(buf_view(&batch[1]->reply), &e), ERR_BAD_SEAL);
	assert_int_equal(job_reply(batch[2], &d->o.s, &d->view), 200);
	school_apply(&d->schools[2], buf_view(&batch[2]->reply));
	assert_int_equal(office_number(&d->o, "SELECT count(*) FROM t_staff"), 1);
}

static void a_request_twice_counts_once(void **state)
{
	struct morning *d = *state;
	struct job *twice[2] = { d->jobs[0], job_new(buf_view(&d->requests[0]), NULL) };

	job_open(twice[0], &d->o.s, &d->view);
	job_open(twice[1], &d->o.s, &d->view);
	assert_int_equal(batch_merge(&d->o.s, twice, 2, &d->o.e), 0);
	assert_int_equal(job_reply(twice[1], &d->o.s, &d->view), 200);
	school_apply(&d->schools[0], buf_view(&twice[1]->reply));
	assert_int_equal(school_waiting(&d->schools[0]), 0);
	assert_int_equal(office_number(&d->o, "SELECT count(*) FROM t_staff"), 1);
	job_free(twice[1]);
}

static void what_failed_to_open_is_left_out(void **state)
{
	struct morning *d = *state;

	d->jobs[0]->code = ERR_NOMEM;
	job_open(d->jobs[1], &d->o.s, &d->view);
	assert_int_equal(batch_merge(&d->o.s, d->jobs, 2, &d->o.e), 0);
	assert_int_equal(job_reply(d->jobs[0], &d->o.s, &d->view), 503);
	assert_int_equal(job_reply(d->jobs[1], &d->o.s, &d->view), 200);
}

static void queues_keep_their_order(void **state)
{
	struct job_queue q = { 0 };
	struct job *batch[BATCH_MAX], *all[BATCH_MAX + 6];
	size_t i;

	(void)state;
	assert_null(job_pop(&q));
	assert_int_equal(batch_take(&q, batch), 0);
	for (i = 0; i < BATCH_MAX + 6; i++)
		job_push(&q, all[i] = job_new(BYTES_NONE, NULL));
	assert_int_equal(batch_take(&q, batch), BATCH_MAX);
	assert_ptr_equal(batch[0], all[0]);
	assert_ptr_equal(batch[BATCH_MAX - 1], all[BATCH_MAX - 1]);
	assert_ptr_equal(job_pop(&q), all[BATCH_MAX]);
	job_push(&q, all[BATCH_MAX]);
	assert_int_equal(batch_take(&q, batch), 6);
	assert_ptr_equal(batch[5], all[BATCH_MAX]);
	assert_int_equal(q.count, 0);
	for (i = 0; i < BATCH_MAX + 6; i++)
		job_free(all[i]);
}

static void a_line_tells_the_outcome(void **state)
{
	struct morning *d = *state;
	char wanted[200];
	struct buf line;

	buf_init(&line, 1000);
	job_open(d->jobs[0], &d->o.s, &d->view);
	assert_int_equal(batch_merge(&d->o.s, d->jobs, 1, &d->o.e), 0);
	job_reply(d->jobs[0], &d->o.s, &d->view);
	job_line(d->jobs[0], 0, &line);
	snprintf(wanted, sizeof wanted, "1970-01-01T07:00:00+07:00 %016llx in=%zu out=%zu sets=1 "
		 "problems=0 ok", (unsigned long long)d->schools[0].c.key.id, d->requests[0].len,
		 d->jobs[0]->reply.len);
	assert_true(bytes_equal(buf_view(&line), bytes_str(wanted)));
	buf_clear(&line);
	d->jobs[1]->code = ERR_NOMEM;
	job_line(d->jobs[1], 0, &line);
	snprintf(wanted, sizeof wanted, "1970-01-01T07:00:00+07:00 - in=%zu out=0 sets=0 "
		 "problems=0 no_memory", d->requests[1].len);
	assert_true(bytes_equal(buf_view(&line), bytes_str(wanted)));
	buf_release(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_commit_is_enough, make, end),
		cmocka_unit_test_setup_teardown(a_failed_commit_promises_nothing, make, end),
		cmocka_unit_test_setup_teardown(a_bad_request_hurts_nobody_else, make, end),
		cmocka_unit_test_setup_teardown(a_request_twice_counts_once, make, end),
		cmocka_unit_test_setup_teardown(what_failed_to_open_is_left_out, make, end),
		cmocka_unit_test(queues_keep_their_order),
		cmocka_unit_test_setup_teardown(a_line_tells_the_outcome, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
