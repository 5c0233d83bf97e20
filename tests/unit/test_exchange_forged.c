/* One exchange with an end that does not keep the rules: real keys, forged contents.
 * Whatever it sends, the other end goes on and nothing wrong is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "protocol/zip.h"
#include "server/exchange/exchange.h"
#include "tests/lib/district.h"
#include "tests/lib/forge.h"

static struct district_fixture d;
static struct school *s;

static int begin(void **state)
{
	(void)state;
	district_make(&d, 1);
	s = &d.clients[0];
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static int64_t number(const char *sql)
{
	return office_number(&d.office, sql);
}

/* A request like that of a computer with nothing to send. */
static struct request bare(void)
{
	struct request r;
	struct buf bytes;

	school_request(s, &bytes);
	forge_open_request(&d.office, s, buf_view(&bytes), &r);
	buf_release(&bytes);
	return r;
}

static struct reply deliver(const struct request *r)
{
	struct buf request, reply;
	struct reply out;

	buf_init(&request, LIMIT_MESSAGE);
	buf_init(&reply, LIMIT_MESSAGE);
	forge_close_request(s, r, &request);
	if (server_exchange(&d.office.s, buf_view(&request), &reply, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
	forge_open_reply(&d.office, s, buf_view(&reply), &out);
	buf_release(&request);
	buf_release(&reply);
	return out;
}

static struct reply deliver_object(struct bytes object)
{
	struct request r = bare();

	r.objects = &object;
	r.object_count = 1;
	return deliver(&r);
}

static void expect_problem(const struct reply *r, int code, uint64_t stream, uint64_t seq)
{
	assert_int_equal(r->problem_count, 1);
	assert_int_equal(r->problems[0].code, code);
	assert_int_equal(r->problems[0].stream, stream);
	assert_int_equal(r->problems[0].seq, seq);
}

/* A change set that makes one staff record. */
static struct forged staff(uint64_t stream, const char *name)
{
	struct forged f;
	struct rid r;

	forge_begin(s, stream, &f);
	r = draft_create(&f.draft, 100, RID_NONE, 0);
	draft_set(&f.draft, 100, r, 1001, value_text(bytes_str(name)), false);
	return f;
}

/* Nothing of what was sent is there, and the computer's own work goes on. */
static void expect_untouched(int64_t seq)
{
	assert_int_equal(number("SELECT seq FROM stream WHERE stream=31"), seq);
	assert_int_equal(number("SELECT count(*) FROM stream"), 2);
	school_save(s, "Lê Thị Thật");
	district_sync(&d, 0, NULL);
	assert_int_equal(number("SELECT seq FROM stream WHERE stream=31"), seq + 1);
	assert_int_equal(number("SELECT count(*) FROM t_staff WHERE f_full_name='Lê Thị Thật'"), 1);
}

static void a_stream_of_others_is_out_of_scope(void **state)
{
	struct forged f = staff(32, "Lê Thị Giả"), zero = staff(0, "Lê Thị Giả");
	struct reply r = deliver_object(forge_object(s, &f));

	(void)state;
	expect_problem(&r, ERR_OUT_OF_SCOPE, 32, 1);
	r = deliver_object(forge_object(s, &zero));
	expect_problem(&r, ERR_OUT_OF_SCOPE, 0, 1);
	expect_untouched(1);
}

static void an_officer_needs_a_unit_to_write_for(void **state)
{
	struct forged f = staff(999, "Lê Thị Giả"), there = staff(32, "Lê Thị Mẫu");
	struct reply r;

	(void)state;
	assert_int_equal(db_exec(d.office.s.db, &d.e, "UPDATE device SET role=3 WHERE unit=31",
				 ""), 0);
	r = deliver_object(forge_object(s, &f));
	expect_problem(&r, ERR_NO_STREAM, 999, 1);
	assert_int_equal(number("SELECT count(*) FROM stream WHERE stream=999"), 0);
	/* Where there is one he gets his certificate there, first. */
	r = deliver_object(forge_object(s, &there));
	assert_int_equal(r.problem_count, 0);
	assert_int_equal(number("SELECT seq FROM stream WHERE stream=32"), 2);
	assert_int_equal(number("SELECT role FROM device WHERE stream=32"), 3);
	assert_int_equal(number("SELECT unit FROM device WHERE stream=32"), 31);
}

static void a_fork_is_seen(void **state)
{
	struct forged one = staff(31, "Lê Thị Một"), two = staff(31, "Lê Thị Hai");
	struct bytes first = forge_object(s, &one), second = forge_object(s, &two);
	struct reply r = deliver_object(first);

	(void)state;
	assert_int_equal(r.problem_count, 0);
	r = deliver_object(second);
	expect_problem(&r, ERR_FORKED, 31, 1);
	/* The first one again is no problem. */
	r = deliver_object(first);
	assert_int_equal(r.problem_count, 0);
	assert_int_equal(number("SELECT seq FROM stream WHERE stream=31"), 2);
	assert_int_equal(number("SELECT count(*) FROM t_staff WHERE f_full_name='Lê Thị Một'"), 1);
	assert_int_equal(number("SELECT count(*) FROM t_staff"), 1);
}

static void a_gap_is_named(void **state)
{
	struct forged f = staff(31, "Lê Thị Mẫu");
	struct reply r;

	(void)state;
	f.seq = 2;
	r = deliver_object(forge_object(s, &f));
	expect_problem(&r, ERR_GAP, 31, 2);
	/* Judged on a stream 0 that this server does not have yet. */
	f = staff(31, "Lê Thị Mẫu");
	f.zero += 1;
	r = deliver_object(forge_object(s, &f));
	expect_problem(&r, ERR_GAP, 31, 1);
	expect_untouched(1);
}

static void a_chain_goes_through_a_message(void **state)
{
	struct forged f = staff(31, "Lê Thị Một");
	struct bytes objects[3];
	struct request q;
	struct reply r;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		objects[i] = forge_object(s, &f);
		f.seq++;
		draft_init(&f.draft, &s->a, 31, s->c.key.id, 3 + 2 * i);
		draft_create(&f.draft, 100, RID_NONE, 0);
		draft_create(&f.draft, 100, RID_NONE, 0);
	}
	q = bare();
	/* The second one is missing: the third waits. */
	q.objects = (struct bytes[]){ objects[0], objects[2] };
	q.object_count = 2;
	r = deliver(&q);
	expect_problem(&r, ERR_GAP, 31, 3);
	/* Out of order: each finds its predecessor once that is in. */
	q = bare();
	q.objects = objects;
	q.object_count = 3;
	r = deliver(&q);
	assert_int_equal(r.problem_count, 0);
	assert_int_equal(number("SELECT count(*) FROM item WHERE stream=31"), 4);
	assert_int_equal(number("SELECT count(*) FROM t_staff"), 5);
}

static void a_signature_by_another_key_is_refused(void **state)
{
	struct forged f = staff(31, "Lê Thị Giả");
	struct bytes object;
	struct reply r;
	uint8_t *at;

	(void)state;
	f.prev[0] ^= 1;
	r = deliver_object(forge_object(s, &f));
	expect_problem(&r, ERR_BAD_SIGNATURE, 31, 1);
	f = staff(31, "Lê Thị Giả");
	object = forge_object(s, &f);
	at = (uint8_t *)(uintptr_t)object.at;
	at[20] ^= 1;
	r = deliver_object(object);
	expect_problem(&r, ERR_BAD_SIGNATURE, 31, 1);
	expect_untouched(1);
}

static void an_unknown_dictionary_is_named(void **state)
{
	struct forged f = staff(31, "Lê Thị Giả");
	struct reply r;

	(void)state;
	f.dictionary = 99;
	r = deliver_object(forge_object(s, &f));
	expect_problem(&r, ERR_NO_DICTIONARY, 0, 0);
	expect_untouched(1);
}

/* An object around any plain form. */
static struct bytes wrap(struct bytes plain)
{
	static const uint8_t signature[SIGN_SIZE] = { 1 };
	struct buf object;
	struct bytes kept;

	buf_init(&object, LIMIT_MESSAGE);
	buf_varint(&object, 0);
	buf_put(&object, signature, sizeof signature);
	assert_int_equal(zip_deflate(plain, BYTES_NONE, &object, &d.e), 0);
	kept = arena_copy(&s->a, buf_view(&object));
	buf_release(&object);
	return kept;
}

static void bombs_and_rubbish_are_refused(void **state)
{
	const size_t size = (size_t)32 << 20;
	struct bytes zeros = { arena_alloc(&s->a, size), size };
	uint8_t junk[400];
	struct reply r;

	(void)state;
	assert_non_null(zeros.at);
	r = deliver_object(wrap(zeros));
	expect_problem(&r, ERR_BOMB, 0, 0);
	r = deliver_object(wrap(BYTES_NONE));
	expect_problem(&r, ERR_TRUNCATED, 0, 0);
	r = deliver_object(BYTES_NONE);
	expect_problem(&r, ERR_TRUNCATED, 0, 0);
	memset(junk, 0xab, sizeof junk);
	r = deliver_object(BYTES_OF(junk));
	assert_int_equal(r.problem_count, 1);
	zeros.len = 100;
	r = deliver_object(wrap(zeros));
	assert_int_equal(r.problem_count, 1);
	expect_untouched(1);
}

static void too_large_a_message_is_refused(void **state)
{
	struct buf request, reply;
	uint8_t *rest;

	(void)state;
	school_request(s, &request);
	request.max = (size_t)8 << 20;
	rest = buf_grow(&request, LIMIT_MESSAGE);
	assert_non_null(rest);
	memset(rest, 0, LIMIT_MESSAGE);
	buf_init(&reply, LIMIT_MESSAGE);
	assert_int_equal(server_exchange(&d.office.s, buf_view(&request), &reply, &d.e), 0);
	assert_int_equal(seal_read_refusal(buf_view(&reply), NULL), ERR_TOO_LARGE);
	buf_release(&request);
	buf_release(&reply);
}

static struct reply deliver_piece(uint64_t total, uint64_t offset, struct bytes bytes)
{
	struct message_piece piece = { .total = total, .offset = offset, .bytes = bytes };
	struct request q = bare();

	q.pieces = &piece;
	q.piece_count = 1;
	return deliver(&q);
}

static void wrong_pieces_do_no_harm(void **state)
{
	const struct bytes some = bytes_str("0123456789");
	struct reply r;

	(void)state;
	r = deliver_piece(LIMIT_OBJECT + 1, 0, some);
	expect_problem(&r, ERR_TOO_LARGE, 0, 0);
	r = deliver_piece(9, 0, some);
	expect_problem(&r, ERR_TOO_LARGE, 0, 0);
	r = deliver_piece(100, 101, BYTES_NONE);
	expect_problem(&r, ERR_TOO_LARGE, 0, 0);
	r = deliver_piece(0, 0, BYTES_NONE);
	expect_problem(&r, ERR_TRUNCATED, 0, 0);
	/* One that leaves a hole is not kept; the sender is told where to begin. */
	r = deliver_piece(100, 20, some);
	assert_int_equal(r.problem_count, 0);
	assert_int_equal(r.held_count, 1);
	assert_int_equal(r.held[0].offset, 0);
	r = deliver_piece(100, 0, some);
	assert_int_equal(r.held[0].offset, 10);
	r = deliver_piece(100, 5, some);
	assert_int_equal(r.held[0].offset, 15);
	r = deliver_piece(100, 0, some);
	assert_int_equal(r.held[0].offset, 15);
	/* A whole that is no change set. */
	r = deliver_piece(10, 0, some);
	assert_int_equal(r.problem_count, 1);
	assert_int_equal(r.held_count, 0);
	expect_untouched(1);
	assert_int_equal(number("SELECT count(*) FROM partial"), 0);
}

/* The verdict of an item that stands for the whole change set. */
static int64_t verdict_of(int64_t seq)
{
	char sql[128];

	snprintf(sql, sizeof sql, "SELECT code FROM refused WHERE stream=31 AND seq=%d AND "
		 "tx=%u", (int)seq, VERDICT_ALL);
	return number(sql);
}

static void what_nobody_can_read_takes_its_place(void **state)
{
	struct forged f = staff(31, "Lê Thị Mẫu");
	struct reply r;

	(void)state;
	f.trailing = 3;
	r = deliver_object(forge_object(s, &f));
	assert_int_equal(r.problem_count, 0);
	assert_int_equal(number("SELECT seq FROM stream WHERE stream=31"), 2);
	assert_int_equal(verdict_of(2), ERR_UNREADABLE);
	assert_int_equal(number("SELECT count(*) FROM t_staff"), 0);
	/* The next one follows it, and its own reader takes both in. */
	f.trailing = 0;
	f.seq = 2;
	draft_init(&f.draft, &s->a, 31, s->c.key.id, 10);
	draft_create(&f.draft, 100, RID_NONE, 0);
	r = deliver_object(forge_object(s, &f));
	assert_int_equal(r.problem_count, 0);
	assert_int_equal(number("SELECT count(*) FROM t_staff"), 1);
	district_sync(&d, 0, NULL);
	district_sync(&d, 0, NULL);
	school_save(s, "Lê Thị Thật");
	district_sync(&d, 0, NULL);
	assert_int_equal(number("SELECT count(*) FROM t_staff"), 2);
	/* That it never signed these tells it that its key is used elsewhere: it goes on under a new
	 * one, whose certificate is the fifth. */
	assert_int_equal(number("SELECT count(*) FROM item WHERE stream=31"), 5);
}

static void numbers_that_were_used_are_refused(void **state)
{
	struct forged f = staff(31, "Lê Thị Mẫu");
	struct reply r = deliver_object(forge_object(s, &f));

	(void)state;
	assert_int_equal(r.problem_count, 0);
	f.seq = 2;
	draft_init(&f.draft, &s->a, 31, s->c.key.id, 2);
	draft_create(&f.draft, 100, RID_NONE, 0);
	r = deliver_object(forge_object(s, &f));
	assert_int_equal(r.problem_count, 0);
	assert_int_equal(number("SELECT code FROM refused WHERE stream=31 AND seq=3 AND tx=0"),
			 ERR_RENUMBER);
	assert_int_equal(number("SELECT count(*) FROM t_staff"), 1);
}

/* What the computer holds, to be compared. */
struct holding {
	struct stream_head head;
	struct client_waiting waiting;
	int64_t records, receipts;
};

static struct holding hold(void)
{
	struct holding h = { 0 };

	assert_int_equal(replica_head(&s->c.replica, 31, &h.head, &d.e), 0);
	assert_int_equal(client_waiting(&s->c, &h.waiting, &d.e), 0);
	assert_int_equal(db_number(s->c.db, &d.e, 0, &h.records, "SELECT count(*) FROM record",
				   ""), 0);
	assert_int_equal(db_number(s->c.db, &d.e, 0, &h.receipts, "SELECT count(*) FROM receipt",
				   ""), 0);
	return h;
}

static void alter_signature(struct message_stream *ms)
{
	ms->signature[10] ^= 4;
}

static void alter_time(struct message_stream *ms)
{
	ms->items[0].time++;
}

static void alter_verdicts(struct message_stream *ms)
{
	const struct verdict v = { .tx = 0, .code = ERR_CHECK, .rule = 1 };
	struct buf encoded;

	buf_init(&encoded, 100);
	verdicts_encode(&v, 1, &encoded);
	ms->items[1].verdicts = arena_copy(&s->a, buf_view(&encoded));
	buf_release(&encoded);
}

static void alter_zero(struct message_stream *ms)
{
	ms->items[0].zero_ahead++;
}

static void leave_out_the_last(struct message_stream *ms)
{
	ms->item_count--;
}

static void leave_out_the_signature(struct message_stream *ms)
{
	ms->has_signature = false;
}

static void a_head_that_is_not_the_servers_changes_nothing(void **state)
{
	void (*const alter[])(struct message_stream *) = { alter_signature, alter_time,
		alter_verdicts, alter_zero, leave_out_the_last, leave_out_the_signature };
	struct holding before, after;
	struct buf request, good, bad;
	struct reply r;
	size_t i;

	(void)state;
	/* One item of another computer, then an own one. */
	school_make(&d.clients[1], &d.office, 31);
	d.count = 2;
	school_save(&d.clients[1], "Lê Thị Khác");
	district_sync(&d, 1, NULL);
	school_save(s, "Lê Thị Mẫu");
	school_request(s, &request);
	buf_init(&good, LIMIT_MESSAGE);
	buf_init(&bad, LIMIT_MESSAGE);
	assert_int_equal(server_exchange(&d.office.s, buf_view(&request), &good, &d.e), 0);
	before = hold();
	for (i = 0; i < sizeof alter / sizeof alter[0]; i++) {
		struct exchange_result out = { .items_in = 7 };

		forge_open_reply(&d.office, s, buf_view(&good), &r);
		assert_int_equal(r.stream_count, 1);
		assert_int_equal(r.streams[0].item_count, 3);
		alter[i](&r.streams[0]);
		buf_clear(&bad);
		forge_close_reply(&d.office, s, &r, &bad);
		assert_int_equal(exchange_apply(&s->c, buf_view(&bad), &out, &d.e),
				 alter[i] == alter_zero ? ERR_GAP : ERR_HEAD_MISMATCH);
		assert_int_equal(out.items_in, 7);
		after = hold();
		assert_memory_equal(&before, &after, sizeof before);
	}
	assert_int_equal(school_apply(s, buf_view(&good)).items_in, 2);
	assert_int_equal(school_waiting(s), 0);
	buf_release(&request);
	buf_release(&good);
	buf_release(&bad);
}

static void another_history_is_noticed(void **state)
{
	struct request q = bare();
	struct reply r;
	size_t i;

	(void)state;
	for (i = 0; i < q.have_count; i++)
		if (q.have[i].stream == 31)
			q.have[i].check[0] ^= 1;
	r = deliver(&q);
	expect_problem(&r, ERR_HEAD_MISMATCH, 31, 1);
	assert_int_equal(r.stream_count, 0);
	/* Ahead of the server, as after it was restored from an old copy. */
	q = bare();
	for (i = 0; i < q.have_count; i++)
		if (q.have[i].stream == 31)
			q.have[i].seq = 50;
	r = deliver(&q);
	expect_problem(&r, ERR_HEAD_MISMATCH, 31, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_stream_of_others_is_out_of_scope),
		T(an_officer_needs_a_unit_to_write_for),
		T(a_fork_is_seen),
		T(a_gap_is_named),
		T(a_chain_goes_through_a_message),
		T(a_signature_by_another_key_is_refused),
		T(an_unknown_dictionary_is_named),
		T(bombs_and_rubbish_are_refused),
		T(too_large_a_message_is_refused),
		T(wrong_pieces_do_no_harm),
		T(what_nobody_can_read_takes_its_place),
		T(numbers_that_were_used_are_refused),
		T(a_head_that_is_not_the_servers_changes_nothing),
		T(another_history_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
