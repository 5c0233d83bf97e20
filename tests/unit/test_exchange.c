/* One exchange, both engines in one process: who is let in, what is repeated, lost,
 * cut into pieces. What a hostile end sends is in test_exchange_forged.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "server/exchange/exchange.h"
#include "tests/lib/district.h"
#include "tests/lib/forge.h"

static struct district_fixture d;
static struct school guest; /* not yet enrolled, or of another unit */

static int begin(void **state)
{
	(void)state;
	district_make(&d, 1);
	return 0;
}

static int begin_two(void **state)
{
	(void)state;
	district_make(&d, 2);
	return 0;
}

static int begin_guest(void **state)
{
	begin(state);
	school_make(&guest, &d.office, OFFICE_SCHOOL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static int end_guest(void **state)
{
	school_end(&guest);
	return end(state);
}

static int64_t client_number(struct school *s, const char *sql)
{
	struct stmt *q;
	int64_t n;

	assert_int_equal(db_query_text(s->c.db, &s->e, &q, sql), 0);
	n = db_step(q, &s->e) == 1 ? db_int(q, 0) : -1;
	db_done(q);
	return n;
}

static struct stream_head head_of(struct replica *r, uint64_t stream)
{
	struct stream_head h;

	assert_int_equal(replica_head(r, stream, &h, NULL), 0);
	return h;
}

static void expect_same_head(struct school *s, uint64_t stream)
{
	struct stream_head here = head_of(&s->c.replica, stream);
	struct stream_head there = head_of(&d.office.s.replica, stream);

	assert_int_equal(here.seq, there.seq);
	assert_memory_equal(here.head, there.head, HASH_SIZE);
	assert_int_equal(here.time, there.time);
}

/* The server's answer to these bytes, in a buffer that it begins. */
static void answer(struct bytes request, struct buf *reply)
{
	buf_init(reply, LIMIT_MESSAGE);
	if (server_exchange(&d.office.s, request, reply, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
}

/* One exchange of the guest; the code of taking the reply. */
static int talk(struct exchange_result *out)
{
	struct buf request, reply;
	int code;

	school_request(&guest, &request);
	answer(buf_view(&request), &reply);
	*out = (struct exchange_result){ 0 };
	code = exchange_apply(&guest.c, buf_view(&reply), out, &d.e);
	buf_release(&request);
	buf_release(&reply);
	return code;
}

static void first_contact_brings_a_certificate(void **state)
{
	struct exchange_result r;

	(void)state;
	assert_false(guest.c.enrolled);
	school_save(&guest, "Lê Thị Mẫu");
	assert_int_equal(talk(&r), 0);
	assert_true(guest.c.enrolled);
	assert_int_equal(r.changesets_out, 1);
	assert_int_equal(r.problems, 0);
	expect_same_head(&guest, 0);
	expect_same_head(&guest, OFFICE_SCHOOL);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM device WHERE stream=31"),
			 2);
	assert_int_equal(client_number(&guest, "SELECT count(*) FROM receipt WHERE own=1"), 1);
}

static void the_same_key_may_claim_again(void **state)
{
	struct buf request, lost, reply;
	struct exchange_result r;

	(void)state;
	school_request(&guest, &request);
	answer(buf_view(&request), &lost);
	answer(buf_view(&request), &reply);
	assert_int_equal(office_number(&d.office, "SELECT seq FROM stream WHERE stream=31"), 2);
	/* A new request, still with the claim, for no reply has come. */
	assert_int_equal(talk(&r), 0);
	assert_true(guest.c.enrolled);
	assert_int_equal(office_number(&d.office, "SELECT seq FROM stream WHERE stream=31"), 2);
	r = school_apply(&guest, buf_view(&reply));
	assert_true(r.stale);
	assert_int_equal(r.problems, 0);
	buf_release(&request);
	buf_release(&lost);
	buf_release(&reply);
}

/* As of a second store made from the guest's enrolment. */
static void another_key_is_refused(void **state)
{
	struct exchange_result r;
	uint8_t seed[SIGN_SEED] = { 9 };

	(void)state;
	assert_int_equal(talk(&r), 0);
	sign_make(&guest.c.key, seed);
	assert_int_equal(seal_from_sign(&guest.c.box, guest.c.key.secret), 0);
	guest.c.enrolled = false;
	assert_int_equal(talk(&r), 0);
	assert_int_equal(r.problems, 1);
	assert_int_equal(r.first_problem.code, ERR_ENROL_USED);
	assert_false(guest.c.enrolled);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM device WHERE stream=31"),
			 2);
}

static void an_enrolment_ends(void **state)
{
	struct exchange_result r;

	(void)state;
	d.office.now += 86401;
	school_save(&guest, "Lê Thị Mẫu");
	assert_int_equal(talk(&r), 0);
	assert_int_equal(r.first_problem.code, ERR_ENROL_EXPIRED);
	assert_false(guest.c.enrolled);
	/* Its work stays with it, and nothing is said of what others wrote. */
	assert_int_equal(school_waiting(&guest), 1);
	assert_int_equal(r.items_in, 0);
	assert_int_equal(office_number(&d.office, "SELECT seq FROM stream WHERE stream=31"), 1);
}

static void a_wrong_secret_is_refused_in_clear(void **state)
{
	struct exchange_result r;

	(void)state;
	assert_int_equal(db_exec(guest.c.db, &d.e, "UPDATE meta SET value=zeroblob(16) WHERE "
				 "key='enrolment_secret'", ""), 0);
	assert_int_equal(talk(&r), ERR_ENROL_MAC);
	assert_int_equal(db_exec(guest.c.db, &d.e, "UPDATE meta SET value=zeroblob(8) WHERE "
				 "key='enrolment_id'", ""), 0);
	assert_int_equal(talk(&r), ERR_ENROL_UNKNOWN);
	assert_false(guest.c.enrolled);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM device WHERE stream=31"),
			 1);
}

static void a_device_that_is_not_known_is_told_so(void **state)
{
	struct exchange_result r;

	(void)state;
	assert_int_equal(db_exec(d.office.s.db, &d.e, "DELETE FROM device WHERE stream=31", ""),
			 0);
	/* It shows its certificate and claims again, which its enrolment does not allow twice. */
	assert_int_equal(district_exchange(&d, 0, LIMIT_MESSAGE_FIRST, &r), 0);
	assert_true(r.more);
	assert_int_equal(district_exchange(&d, 0, LIMIT_MESSAGE_FIRST, &r), 0);
}

static void expect_refusal(struct bytes request, int code)
{
	struct buf reply;

	answer(request, &reply);
	assert_int_equal(seal_read_refusal(buf_view(&reply), NULL), code);
	assert_int_equal(exchange_apply(&d.clients[0].c, buf_view(&reply),
					&(struct exchange_result){ 0 }, &d.e), code);
	buf_release(&reply);
}

static void what_does_not_open_is_refused(void **state)
{
	int64_t commits = d.office.commits;
	struct buf request;

	(void)state;
	school_request(&d.clients[0], &request);
	request.at[3] ^= 0x40;
	expect_refusal(buf_view(&request), ERR_NOT_SEALED_TO_US);
	request.at[3] ^= 0x40;
	request.at[request.len - 1] ^= 1;
	expect_refusal(buf_view(&request), ERR_BAD_SEAL);
	request.at[request.len - 1] ^= 1;
	request.at[2] = SEAL_REPLY;
	expect_refusal(buf_view(&request), ERR_VERSION);
	expect_refusal(bytes_str("GET / HTTP/1.1\r\n\r\n"), ERR_NOT_DONGBO);
	expect_refusal((struct bytes){ request.at, 5 }, ERR_TRUNCATED);
	expect_refusal(BYTES_NONE, ERR_NOT_DONGBO);
	assert_int_equal(d.office.commits, commits);
	buf_release(&request);
}

static void a_reply_for_another_does_not_open(void **state)
{
	struct exchange_result r = { .items_in = 77 };
	struct buf request, reply;

	(void)state;
	school_request(&d.clients[0], &request);
	answer(buf_view(&request), &reply);
	assert_int_equal(exchange_apply(&d.clients[1].c, buf_view(&reply), &r, &d.e),
			 ERR_BAD_SEAL);
	reply.at[reply.len / 2] ^= 1;
	assert_int_equal(exchange_apply(&d.clients[0].c, buf_view(&reply), &r, &d.e),
			 ERR_BAD_SEAL);
	assert_int_equal(r.items_in, 77);
	buf_release(&request);
	buf_release(&reply);
}

static void an_old_reply_does_no_harm(void **state)
{
	struct school *s = &d.clients[0];
	struct client_waiting before, after;
	struct exchange_result r;
	struct buf request, old;

	(void)state;
	school_save(s, "Lê Thị Mẫu");
	school_request(s, &request);
	answer(buf_view(&request), &old);
	assert_int_equal(school_apply(s, buf_view(&old)).changesets_out, 1);
	d.office.now += 1000000;
	school_save(s, "Lê Thị Mới");
	district_sync(&d, 0, NULL);
	school_save(s, "Lê Thị Chờ");
	assert_int_equal(client_waiting(&s->c, &before, &d.e), 0);
	r = school_apply(s, buf_view(&old));
	assert_true(r.stale);
	assert_int_equal(r.items_in + r.changesets_out + r.refused, 0);
	assert_int_equal(client_waiting(&s->c, &after, &d.e), 0);
	assert_int_equal(before.transactions, after.transactions);
	assert_int_equal(before.last_receipt, after.last_receipt);
	/* Its time says nothing of this machine's clock. */
	assert_in_range(after.clock_ahead, before.clock_ahead - 10, before.clock_ahead + 10);
	expect_same_head(s, OFFICE_SCHOOL);
	district_sync(&d, 0, NULL);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 3);
	buf_release(&request);
	buf_release(&old);
}

static void a_request_sent_twice_counts_once(void **state)
{
	struct school *s = &d.clients[0];
	struct buf request, first, second;
	struct stream_head head;
	struct exchange_result r;
	struct reply one, two;

	(void)state;
	school_save(s, "Lê Thị Mẫu");
	school_request(s, &request);
	answer(buf_view(&request), &first);
	head = head_of(&d.office.s.replica, OFFICE_SCHOOL);
	d.office.now += 500;
	answer(buf_view(&request), &second);
	assert_int_equal(head_of(&d.office.s.replica, OFFICE_SCHOOL).seq, head.seq);
	/* Word for word the same item and the same receipt. */
	forge_open_reply(&d.office, s, buf_view(&first), &one);
	forge_open_reply(&d.office, s, buf_view(&second), &two);
	assert_int_equal(one.stream_count, 1);
	assert_int_equal(two.stream_count, 1);
	assert_int_equal(one.streams[0].item_count, 1);
	assert_int_equal(two.streams[0].item_count, 1);
	assert_int_equal(one.streams[0].items[0].time, two.streams[0].items[0].time);
	assert_true(one.streams[0].items[0].own && two.streams[0].items[0].own);
	assert_memory_equal(one.streams[0].signature, two.streams[0].signature, SIGN_SIZE);
	/* The first reply was lost: the second does. */
	r = school_apply(s, buf_view(&second));
	assert_int_equal(r.changesets_out, 1);
	assert_true(school_apply(s, buf_view(&first)).stale);
	assert_int_equal(client_number(s, "SELECT count(*) FROM receipt WHERE own=1"), 1);
	expect_same_head(s, OFFICE_SCHOOL);
	buf_release(&request);
	buf_release(&first);
	buf_release(&second);
}

static void times_never_run_backwards(void **state)
{
	struct stream_head before, after;

	(void)state;
	school_save(&d.clients[0], "Lê Thị Mẫu");
	district_sync(&d, 0, NULL);
	before = head_of(&d.office.s.replica, OFFICE_SCHOOL);
	d.office.now -= 86400;
	school_save(&d.clients[0], "Lê Thị Mới");
	district_sync(&d, 0, NULL);
	after = head_of(&d.office.s.replica, OFFICE_SCHOOL);
	assert_int_equal(after.seq, before.seq + 1);
	assert_int_equal(after.time, before.time);
	expect_same_head(&d.clients[0], OFFICE_SCHOOL);
}

/* A save of some size that does not compress: one name after the other. */
static void save_noise(struct school *s, size_t size)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-+";
	struct draft draft;
	struct rid r;
	size_t i, k;

	assert_int_equal(client_begin(&s->c, s->c.unit, &s->a, &draft, &s->e), 0);
	r = draft_create(&draft, 100, RID_NONE, 0);
	for (i = 0; i < size / 100; i++) {
		uint8_t text[100];

		env_random(env_os(), text, sizeof text);
		for (k = 0; k < sizeof text; k++)
			text[k] = (uint8_t)letters[text[k] & 63];
		draft_set(&draft, 100, r, 1001, value_text(arena_copy(&s->a, BYTES_OF(text))),
			  false);
	}
	assert_int_equal(client_save(&s->c, &draft, NULL, &s->e), 0);
}

/* Exchanges of the smallest size until there is no more; how many it took. */
static int trickle(size_t client, bool lossy)
{
	struct exchange_result r;
	struct buf request, lost;
	int rounds = 0;

	do {
		if (lossy && rounds % 2 == 1) {
			buf_init(&request, LIMIT_MESSAGE);
			assert_int_equal(exchange_prepare(&d.clients[client].c, LIMIT_MESSAGE_MIN,
							  &request, &d.e), 0);
			assert_in_range(request.len, 1, LIMIT_MESSAGE_MIN + 100);
			answer(buf_view(&request), &lost);
			assert_in_range(lost.len, 1, LIMIT_MESSAGE_MIN + 100);
			buf_release(&request);
			buf_release(&lost);
		}
		assert_int_equal(district_exchange(&d, client, LIMIT_MESSAGE_MIN, &r), 0);
		assert_int_equal(r.problems, 0);
		assert_true(++rounds < 200);
	} while (r.more);
	return rounds;
}

static void large_change_sets_go_in_pieces(bool lossy)
{
	save_noise(&d.clients[0], 12000);
	school_save(&d.clients[0], "Lê Thị Mẫu");
	assert_in_range(trickle(0, lossy), 5, 100);
	assert_int_equal(school_waiting(&d.clients[0]), 0);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 2);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM partial"), 0);
	expect_same_head(&d.clients[0], OFFICE_SCHOOL);
	assert_in_range(trickle(1, lossy), 5, 100);
	expect_same_head(&d.clients[1], OFFICE_SCHOOL);
	assert_int_equal(client_number(&d.clients[1], "SELECT count(*) FROM t_staff"), 2);
	assert_int_equal(client_number(&d.clients[1], "SELECT count(*) FROM partial"), 0);
}

static void pieces_up_and_down(void **state)
{
	(void)state;
	large_change_sets_go_in_pieces(false);
}

static void pieces_with_every_second_reply_lost(void **state)
{
	(void)state;
	large_change_sets_go_in_pieces(true);
}

static void an_officer_reads_all_streams(void **state)
{
	struct exchange_result r;
	struct buf text;

	(void)state;
	school_save(&d.clients[0], "Lê Thị Mẫu");
	district_sync(&d, 0, NULL);
	/* A school of another unit reads its own only. */
	assert_int_equal(talk(&r), 0);
	school_end(&guest);
	school_make(&guest, &d.office, OFFICE_SCHOOL + 1);
	assert_int_equal(talk(&r), 0);
	assert_int_equal(client_number(&guest, "SELECT count(*) FROM stream WHERE stream=31"), 0);
	school_end(&guest);
	/* An officer's computer. */
	memset(&guest, 0, sizeof guest);
	strcpy(guest.dir, "/tmp/dongbo-school-XXXXXX");
	assert_non_null(mkdtemp(guest.dir));
	arena_init(&guest.a, (size_t)64 << 20);
	buf_init(&text, LIMIT_MESSAGE * 2);
	assert_int_equal(server_enrol(&d.office.s, OFFICE_UNIT, ROLE_OFFICER, bytes_str("http://x"),
				      60, &text, &d.e), 0);
	assert_int_equal(client_init(env_os(), guest.dir, buf_view(&text), bytes_str(OFFICE_NAME),
				     &d.e), 0);
	assert_int_equal(client_open(&guest.c, env_os(), guest.dir, &d.e), 0);
	buf_release(&text);
	assert_int_equal(talk(&r), 0);
	expect_same_head(&guest, OFFICE_SCHOOL);
	expect_same_head(&guest, OFFICE_SCHOOL + 1);
	expect_same_head(&guest, OFFICE_UNIT);
	assert_int_equal(client_number(&guest, "SELECT count(*) FROM t_staff"), 1);
}

static void a_group_is_merged_in_one_commit(void **state)
{
	struct exchange *batch[3];
	struct buf requests[2], reply;
	int64_t commits;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		school_save(&d.clients[i], "Lê Thị Mẫu");
		school_request(&d.clients[i], &requests[i]);
	}
	/* Both write in one stream, and one of the requests is there twice. */
	for (i = 0; i < 3; i++)
		assert_int_equal(exchange_open(&batch[i], &d.office.s, &d.office.s.replica,
					       buf_view(&requests[i % 2]), &d.e), 0);
	commits = d.office.commits;
	assert_int_equal(exchange_merge(&d.office.s, batch, 3, &d.e), 0);
	assert_int_equal(d.office.commits, commits + 1);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 2);
	for (i = 3; i-- > 0;) {
		buf_init(&reply, LIMIT_MESSAGE);
		assert_int_equal(exchange_reply(batch[i], &d.office.s, &d.office.s.replica, &reply,
						&d.e), 0);
		school_apply(&d.clients[i % 2], buf_view(&reply));
		buf_release(&reply);
		exchange_free(batch[i]);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(school_waiting(&d.clients[i]), 0);
		expect_same_head(&d.clients[i], OFFICE_SCHOOL);
		assert_int_equal(client_number(&d.clients[i], "SELECT count(*) FROM t_staff"), 2);
		buf_release(&requests[i]);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
#define T2(f) cmocka_unit_test_setup_teardown(f, begin_two, end)
#define TG(f) cmocka_unit_test_setup_teardown(f, begin_guest, end_guest)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TG(first_contact_brings_a_certificate),
		TG(the_same_key_may_claim_again),
		TG(another_key_is_refused),
		TG(an_enrolment_ends),
		TG(a_wrong_secret_is_refused_in_clear),
		T(a_device_that_is_not_known_is_told_so),
		T(what_does_not_open_is_refused),
		T2(a_reply_for_another_does_not_open),
		T(an_old_reply_does_no_harm),
		T(a_request_sent_twice_counts_once),
		T(times_never_run_backwards),
		T2(pieces_up_and_down),
		T2(pieces_with_every_second_reply_lost),
		TG(an_officer_reads_all_streams),
		T2(a_group_is_merged_in_one_commit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
