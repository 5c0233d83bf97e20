/* What is in a backup is told to the computers it is about, until they have heard it, and
 * costs nothing otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/sync/exchange.h"
#include "client/sync/safe.h"
#include "server/exchange/exchange.h"
#include "tests/lib/district.h"

static int make(void **state)
{
	struct district_fixture *d = calloc(1, sizeof *d);

	district_make(d, 1);
	*state = d;
	return 0;
}

static int end(void **state)
{
	district_end(*state);
	free(*state);
	return 0;
}

/* As a backup leaves it: all that there is, is safe. */
static void back_up(struct district_fixture *d)
{
	struct server *s = &d->office.s;

	assert_int_equal(db_begin(s->db, NULL), 0);
	assert_int_equal(db_exec(s->db, NULL, "DELETE FROM safe", ""), 0);
	assert_int_equal(db_exec(s->db, NULL, "INSERT INTO safe(stream,seq) SELECT stream, seq FROM "
				 "stream", ""), 0);
	assert_int_equal(db_commit(s->db, NULL), 0);
}

/* One exchange, of which the reply is lost or not; bytes there and back. */
static void exchange(struct district_fixture *d, bool lose, size_t *up, size_t *down)
{
	struct client *c = &d->clients[0].c;
	struct exchange_result result;
	struct buf request, reply;

	buf_init(&request, 4 << 20);
	buf_init(&reply, 4 << 20);
	assert_int_equal(exchange_prepare(c, 1 << 16, &request, NULL), 0);
	assert_int_equal(server_exchange(&d->office.s, buf_view(&request), &reply, NULL), 0);
	if (!lose)
		assert_int_equal(exchange_apply(c, buf_view(&reply), &result, NULL), 0);
	*up = request.len;
	*down = reply.len;
	buf_release(&request);
	buf_release(&reply);
}

static uint64_t known(struct district_fixture *d, uint64_t stream)
{
	uint64_t seq;

	assert_int_equal(safe_position(&d->clients[0].c, stream, &seq, NULL), 0);
	return seq;
}

static int64_t head(struct district_fixture *d, uint64_t stream)
{
	struct stream_head h;

	assert_int_equal(replica_head(&d->office.s.replica, stream, &h, NULL), 0);
	return (int64_t)h.seq;
}

static void it_is_said_until_it_was_heard(void **state)
{
	struct district_fixture *d = *state;
	size_t up, down, quiet_up, quiet_down;

	exchange(d, false, &quiet_up, &quiet_down);
	assert_int_equal(known(d, OFFICE_SCHOOL), 0);
	back_up(d);
	/* Replies are lost: it is said again. */
	exchange(d, true, &up, &down);
	assert_true(down > quiet_down);
	exchange(d, true, &up, &down);
	assert_true(down > quiet_down);
	assert_int_equal(up, quiet_up);
	exchange(d, false, &up, &down);
	assert_true(down > quiet_down && down < quiet_down + 24);
	assert_int_equal(known(d, OFFICE_SCHOOL), head(d, OFFICE_SCHOOL));
	assert_int_equal(known(d, 0), head(d, 0));
	/* That it was heard is said until that was, too. */
	exchange(d, true, &up, &down);
	assert_true(up > quiet_up && up < quiet_up + 24);
	assert_int_equal(down, quiet_down);
	exchange(d, false, &up, &down);
	assert_true(up > quiet_up);
	exchange(d, false, &up, &down);
	assert_int_equal(up, quiet_up);
	assert_int_equal(down, quiet_down);
	/* Nothing new in a backup is nothing new. */
	back_up(d);
	exchange(d, false, &up, &down);
	assert_int_equal(up, quiet_up);
	assert_int_equal(down, quiet_down);
}

static const char person[] = "{\"type\":\"staff\",\"full_name\":\"Trần Thị Mẫu\"}";

static void a_record_is_in_it_once_all_of_it_is(void **state)
{
	struct district_fixture *d = *state;
	struct client *c = &d->clients[0].c;
	struct client_waiting w;
	struct rid id = district_add(d, 0, person);
	bool in;

	assert_int_equal(safe_record(c, OFFICE_SCHOOL, id, &in, NULL), 0);
	assert_false(in);
	district_sync(d, 0, NULL);
	assert_int_equal(safe_record(c, OFFICE_SCHOOL, id, &in, NULL), 0);
	assert_false(in);
	assert_int_equal(client_waiting(c, &w, NULL), 0);
	assert_int_equal(w.received, 1);
	assert_int_equal(w.safe, 0);
	back_up(d);
	district_sync(d, 0, NULL);
	assert_int_equal(safe_record(c, OFFICE_SCHOOL, id, &in, NULL), 0);
	assert_true(in);
	assert_int_equal(client_waiting(c, &w, NULL), 0);
	assert_int_equal(w.safe, 1);
	/* Changed since. */
	assert_int_equal(district_edit(d, 0, id, NULL, (const char *const[]){ "full_name=Lê Thị Mẫu",
									     NULL }), 0);
	assert_int_equal(safe_record(c, OFFICE_SCHOOL, id, &in, NULL), 0);
	assert_false(in);
	district_sync(d, 0, NULL);
	assert_int_equal(safe_record(c, OFFICE_SCHOOL, id, &in, NULL), 0);
	assert_false(in);
}

/* A reply of before the news comes after it. */
static void an_old_reply_takes_nothing_back(void **state)
{
	struct district_fixture *d = *state;
	struct client *c = &d->clients[0].c;
	struct message_safe older = { OFFICE_SCHOOL, 1 };
	struct reply r = { .counter = 1, .safe = &older, .safe_count = 1 };
	size_t up, down;
	uint64_t seq;

	district_add(d, 0, person);
	district_sync(d, 0, NULL);
	back_up(d);
	exchange(d, false, &up, &down);
	seq = known(d, OFFICE_SCHOOL);
	assert_true(seq > 1);
	assert_int_equal(safe_take(c, &r, NULL), 0);
	assert_int_equal(known(d, OFFICE_SCHOOL), seq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_said_until_it_was_heard, make, end),
		cmocka_unit_test_setup_teardown(a_record_is_in_it_once_all_of_it_is, make, end),
		cmocka_unit_test_setup_teardown(an_old_reply_takes_nothing_back, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
