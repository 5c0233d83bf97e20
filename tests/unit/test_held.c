/* Change sets that come before the one before them: what waits, what is told of it, and how a
 * gap closes. SPEC.md 6.9, rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "server/exchange/held.h"
#include "tests/lib/district.h"
#include "tests/lib/forge.h"

enum { SETS = 8, PERSON = 100, NAME = 1001 };

static struct district_fixture d;
static struct school *s;
/* A chain of change sets by the school's computer; hash[i] is that before object[i]. */
static struct bytes object[SETS];
static uint8_t hash[SETS + 1][HASH_SIZE];
/* The last reply. */
static struct reply reply;

static void forge_chain(struct school *who, uint64_t stream)
{
	struct forged f;
	size_t i;

	forge_begin(who, stream, &f);
	for (i = 0; i < SETS; i++) {
		struct rid r = draft_create(&f.draft, PERSON, RID_NONE, 0);
		uint64_t next = f.draft.first + 2;

		draft_set(&f.draft, PERSON, r, NAME, value_text(bytes_str("Lê Thị Mẫu")), false);
		memcpy(hash[i], f.prev, HASH_SIZE);
		object[i] = forge_object(who, &f);
		memcpy(hash[i + 1], f.prev, HASH_SIZE);
		f.seq++;
		draft_init(&f.draft, &who->a, stream, who->c.key.id, next);
		f.draft.seen_own = next - 1;
	}
}

static int begin(void **state)
{
	(void)state;
	district_make(&d, 2);
	s = &d.clients[0];
	forge_chain(s, OFFICE_SCHOOL);
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

static int64_t held_count(void)
{
	return number("SELECT count(*) FROM held");
}

/* How far the chain has got in the log. */
static int64_t entered(void)
{
	struct author author;

	assert_int_equal(replica_author(&d.office.s.replica, OFFICE_SCHOOL, s->c.key.id, &author,
					NULL), 0);
	return (int64_t)author.seq;
}

static void post(struct school *who, struct request *r, bool file)
{
	struct exchange *x = NULL;
	struct buf envelope, back;

	buf_init(&envelope, LIMIT_MESSAGE);
	buf_init(&back, LIMIT_MESSAGE);
	r->counter = 1000;
	if (r->limit == 0)
		r->limit = 22;
	forge_close_request(who, r, &envelope);
	if (!file) {
		assert_int_equal(server_exchange(&d.office.s, buf_view(&envelope), &back, &d.e), 0);
	} else {
		assert_int_equal(exchange_open_file(&x, &d.office.s, &d.office.s.replica,
						    buf_view(&envelope), &d.e), 0);
		assert_int_equal(exchange_merge(&d.office.s, &x, 1, &d.e), 0);
		assert_int_equal(exchange_reply(x, &d.office.s, &d.office.s.replica, &back, &d.e), 0);
		exchange_free(x);
	}
	forge_open_reply(&d.office, who, buf_view(&back), &reply);
	buf_release(&envelope);
	buf_release(&back);
}

static struct message_before one_before;

/* Sends sets first..last (from 1), the hash before the first of them beside it or not; the
 * code of the first problem, or 0. */
static bool as_files;
static int send(size_t first, size_t last, bool tell)
{
	struct message_before before = { .at = 0 };
	struct request r = { .objects = &object[first - 1], .object_count = last - first + 1 };

	memcpy(before.hash, hash[first - 1], HASH_SIZE);
	if (tell) {
		r.befores = &before;
		r.before_count = 1;
	}
	post(s, &r, as_files);
	return reply.problem_count > 0 ? reply.problems[0].code : 0;
}

/* Missing ranges of the reply, as "1-1<2 5-6<7". */
static void expect_missing(const char *wanted)
{
	char got[200] = "";
	size_t i, n = 0;

	for (i = 0; i < reply.missing_count; i++) {
		const struct message_range *g = &reply.missing[i];

		assert_int_equal(g->stream, OFFICE_SCHOOL);
		n += (size_t)snprintf(got + n, sizeof got - n, "%s%d-%d<%d", i > 0 ? " " : "",
				      (int)g->first, (int)g->last, (int)g->waiting);
	}
	assert_string_equal(got, wanted);
}

/* --- waiting --- */

static void it_waits_and_goes_in(void **state)
{
	int64_t items = number("SELECT count(*) FROM item");
	struct stream_head head;

	(void)state;
	assert_int_equal(send(2, 2, true), 0);
	expect_missing("1-1<2");
	assert_int_equal(held_count(), 1);
	assert_int_equal(number("SELECT count(*) FROM item"), items);
	assert_int_equal(number("SELECT count(*) FROM t_staff"), 0);
	d.office.now += 86400;
	assert_int_equal(send(1, 1, false), 0);
	expect_missing("");
	assert_int_equal(held_count(), 0);
	assert_int_equal(entered(), 2);
	assert_int_equal(number("SELECT count(*) FROM t_staff"), 2);
	/* Received when it took its place, not when it came. */
	assert_int_equal(replica_head(&d.office.s.replica, OFFICE_SCHOOL, &head, NULL), 0);
	assert_int_equal(head.time, d.office.now);
}

static void without_a_hash_it_is_a_gap(void **state)
{
	(void)state;
	assert_int_equal(send(2, 2, false), ERR_GAP);
	expect_missing("");
	assert_int_equal(held_count(), 0);
}

/* One hash is enough for all that follow each other, in this message or in later ones. */
static void chains_wait_as_a_whole(void **state)
{
	(void)state;
	assert_int_equal(send(2, 4, true), 0);
	expect_missing("1-1<4");
	assert_int_equal(send(5, 5, false), 0);
	expect_missing("1-1<5");
	assert_int_equal(send(7, 8, true), 0);
	expect_missing("1-1<5 6-6<8");
	assert_int_equal(held_count(), 6);
	assert_int_equal(send(1, 1, false), 0);
	expect_missing("6-6<8");
	assert_int_equal(entered(), 5);
	assert_int_equal(send(6, 6, false), 0);
	expect_missing("");
	assert_int_equal(entered(), 8);
	assert_int_equal(held_count(), 0);
	assert_int_equal(number("SELECT count(*) FROM t_staff"), 8);
}

/* The same through the door for files, where each is opened as it is taken in. */
static void chains_wait_in_files_too(void **state)
{
	as_files = true;
	chains_wait_as_a_whole(state);
	as_files = false;
}

static void twice_counts_once(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(send(3, 4, true), 0);
		expect_missing("1-2<4");
		assert_int_equal(held_count(), 2);
	}
	assert_int_equal(send(1, 8, false), 0);
	assert_int_equal(entered(), 8);
	assert_int_equal(held_count(), 0);
	assert_int_equal(number("SELECT count(*) FROM t_staff"), 8);
	/* Late: what was missing long ago. */
	assert_int_equal(send(3, 4, true), 0);
	assert_int_equal(held_count(), 0);
	assert_int_equal(entered(), 8);
}

static void order_does_not_matter(void **state)
{
	static const size_t orders[][SETS] = {
		{ 8, 7, 6, 5, 4, 3, 2, 1 }, { 2, 4, 6, 8, 1, 3, 5, 7 }, { 5, 1, 8, 2, 7, 3, 6, 4 },
		{ 4, 4, 1, 3, 2, 2, 6, 5 },
	};
	uint8_t first[HASH_SIZE] = { 0 };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		struct author author;

		if (i > 0) {
			district_end(&d);
			begin(NULL);
		}
		for (k = 0; k < SETS; k++)
			assert_int_equal(send(orders[i][k], orders[i][k], true), 0);
		if (i == 3)
			assert_int_equal(send(7, 8, true), 0);
		assert_int_equal(entered(), 8);
		assert_int_equal(held_count(), 0);
		assert_int_equal(number("SELECT count(*) FROM t_staff"), 8);
		assert_int_equal(replica_author(&d.office.s.replica, OFFICE_SCHOOL, s->c.key.id,
						&author, NULL), 0);
		assert_memory_equal(author.hash, hash[SETS], HASH_SIZE);
		if (i == 0)
			memcpy(first, author.hash, HASH_SIZE);
	}
	assert_memory_not_equal(first, hash[0], HASH_SIZE);
}

/* --- what must not wait --- */

static struct bytes another(uint64_t stream, uint64_t seq, const uint8_t prev[HASH_SIZE],
			    size_t trailing)
{
	struct forged f;
	struct rid r;

	forge_begin(s, stream, &f);
	f.seq = seq;
	f.trailing = trailing;
	memcpy(f.prev, prev, HASH_SIZE);
	draft_init(&f.draft, &s->a, stream, s->c.key.id, f.draft.first + 100);
	r = draft_create(&f.draft, PERSON, RID_NONE, 0);
	draft_set(&f.draft, PERSON, r, NAME, value_text(bytes_str("Khác")), false);
	return forge_object(s, &f);
}

static int send_one(struct bytes one, const uint8_t told[HASH_SIZE])
{
	struct message_before before = { .at = 0 };
	struct request r = { .objects = &one, .object_count = 1, .befores = &before,
			     .before_count = 1 };

	memcpy(before.hash, told, HASH_SIZE);
	post(s, &r, false);
	return reply.problem_count > 0 ? reply.problems[0].code : 0;
}

static void another_one_with_its_number_is_a_fork(void **state)
{
	(void)state;
	assert_int_equal(send(3, 3, true), 0);
	assert_int_equal(send_one(another(OFFICE_SCHOOL, 3, hash[2], 0), hash[2]), ERR_FORKED);
	assert_int_equal(held_count(), 1);
	assert_int_equal(send(1, 2, false), 0);
	assert_int_equal(entered(), 3);
	assert_int_equal(number("SELECT count(*) FROM t_staff WHERE f_full_name='Khác'"), 0);
}

/* Signed behind another predecessor than the one that comes. */
static void a_wrong_predecessor_is_found_out(void **state)
{
	static const uint8_t wrong[HASH_SIZE] = { 0xbe, 0xef };
	struct bytes bad = another(OFFICE_SCHOOL, 2, wrong, 0);

	(void)state;
	assert_int_equal(send_one(bad, wrong), 0);
	assert_int_equal(held_count(), 1);
	assert_int_equal(send(1, 1, false), ERR_BAD_CHAIN);
	assert_int_equal(reply.problems[0].seq, 2);
	assert_int_equal(held_count(), 0);
	assert_int_equal(entered(), 1);
	/* And at once, where the right one is here. */
	assert_int_equal(send_one(bad, wrong), ERR_BAD_CHAIN);
	assert_int_equal(send(2, 2, true), 0);
	assert_int_equal(entered(), 2);
}

static void what_is_not_good_does_not_wait(void **state)
{
	struct forged f;

	(void)state;
	/* Told another hash than it was signed behind. */
	assert_int_equal(send_one(object[2], hash[1]), ERR_BAD_SIGNATURE);
	assert_int_equal(send_one(another(30, 3, hash[2], 0), hash[2]), ERR_OUT_OF_SCOPE);
	assert_int_equal(send_one(another(0, 3, hash[2], 0), hash[2]), ERR_OUT_OF_SCOPE);
	assert_int_equal(send_one(bytes_str("rác"), hash[2]), ERR_TRUNCATED);
	forge_begin(s, OFFICE_SCHOOL, &f);
	f.seq = 3;
	f.zero += 1000;
	draft_create(&f.draft, PERSON, RID_NONE, 0);
	memcpy(f.prev, hash[2], HASH_SIZE);
	assert_int_equal(send_one(forge_object(s, &f), hash[2]), ERR_GAP);
	assert_int_equal(held_count(), 0);
	assert_int_equal(entered(), 0);
}

/* One that nobody can read takes its place too, when it is due. */
static void unreadable_ones_wait_as_well(void **state)
{
	struct bytes odd = another(OFFICE_SCHOOL, 2, hash[1], 3);

	(void)state;
	assert_int_equal(send_one(odd, hash[1]), 0);
	assert_int_equal(held_count(), 1);
	assert_int_equal(send(1, 1, false), 0);
	assert_int_equal(entered(), 2);
	assert_int_equal(number("SELECT code FROM refused WHERE stream=31"), ERR_UNREADABLE);
}

static void there_is_an_end_to_waiting(void **state)
{
	struct stmt *q;
	int i;

	(void)state;
	for (i = 0; i < LIMIT_HELD - 1; i++)
		assert_int_equal(db_exec(d.office.s.db, &d.e, "INSERT INTO held(stream,device,seq,hash,"
					 "prev,object,time,number) VALUES(31,$1,$2,$3,$3,$3,0,0)", "uib",
					 s->c.key.id, (int64_t)(i + 5000), BYTES_OF(hash[1])), 0);
	assert_int_equal(send(3, 4, true), ERR_GAP);
	assert_int_equal(reply.problem_count, 1);
	assert_int_equal(held_count(), LIMIT_HELD);
	assert_int_equal(db_exec(d.office.s.db, &d.e, "DELETE FROM held WHERE seq>=5000", ""), 0);
	/* By size, over all streams. */
	assert_int_equal(db_query(d.office.s.db, &d.e, &q, "INSERT INTO held(stream,device,seq,hash,"
				  "prev,object,time,number) VALUES(30,$1,9,$2,$2,zeroblob(33554000),0,0)",
				  "ub", s->c.key.id, BYTES_OF(hash[1])), 0);
	db_step(q, &d.e);
	db_done(q);
	assert_int_equal(send(5, 8, true), ERR_GAP);
	assert_int_equal(db_exec(d.office.s.db, &d.e, "DELETE FROM held WHERE stream=30", ""), 0);
	/* What was left with its sender comes again. */
	assert_int_equal(send(1, 8, false), 0);
	assert_int_equal(entered(), 8);
	assert_int_equal(held_count(), 0);
}

/* --- closing by other ways --- */

static void another_computer_may_bring_it(void **state)
{
	struct school *other = &d.clients[1];
	struct message_carried one = { s->c.key.id, 0, object[0] };
	struct request r = { .carried = &one, .carried_count = 1 };

	(void)state;
	assert_int_equal(send(2, 3, true), 0);
	post(other, &r, false);
	assert_int_equal(reply.problem_count, 0);
	assert_int_equal(entered(), 3);
	assert_int_equal(held_count(), 0);
}

/* Carried ones wait as well; places count over all change sets in their order. */
static void carried_ones_wait_too(void **state)
{
	struct school *other = &d.clients[1];
	struct message_carried two[] = { { s->c.key.id, 0, object[1] },
					 { s->c.key.id, 0, object[4] } };
	struct message_before befores[2] = { { .at = 0 }, { .at = 1 } };
	struct request r = { .carried = two, .carried_count = 2, .befores = befores,
			     .before_count = 2 };

	(void)state;
	memcpy(befores[0].hash, hash[1], HASH_SIZE);
	memcpy(befores[1].hash, hash[4], HASH_SIZE);
	post(other, &r, false);
	assert_int_equal(reply.problem_count, 0);
	expect_missing("1-1<2 3-4<5");
	assert_int_equal(held_count(), 2);
	assert_int_equal(send(1, 1, false), 0);
	expect_missing("3-4<5");
}

static int send_piece(size_t set, size_t from, size_t to)
{
	struct message_before before = { .at = 0 };
	struct message_piece p = { .total = object[set - 1].len, .offset = from,
				   .bytes = { object[set - 1].at + from, to - from } };
	struct request r = { .pieces = &p, .piece_count = 1, .befores = &before,
			     .before_count = 1 };

	memcpy(p.id, hash[set], MESSAGE_ID);
	memcpy(before.hash, hash[set - 1], HASH_SIZE);
	post(s, &r, true);
	return reply.problem_count > 0 ? reply.problems[0].code : 0;
}

static void pieces_wait_and_close_gaps(void **state)
{
	size_t half = object[1].len / 2;

	(void)state;
	assert_int_equal(send_piece(2, 0, half), 0);
	assert_int_equal(held_count(), 0);
	assert_int_equal(send_piece(2, half, object[1].len), 0);
	expect_missing("1-1<2");
	assert_int_equal(held_count(), 1);
	assert_int_equal(send_piece(1, 0, 10), 0);
	assert_int_equal(send_piece(1, 10, object[0].len), 0);
	expect_missing("");
	assert_int_equal(entered(), 2);
	assert_int_equal(held_count(), 0);
}

/* A small reply says less of it, and still fits. */
static void small_replies_stay_small(void **state)
{
	struct message_before before = { .at = 0 };
	struct request r = { .objects = &object[7], .object_count = 1, .befores = &before,
			     .before_count = 1, .limit = 11 };
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		assert_int_equal(db_exec(d.office.s.db, &d.e, "INSERT INTO held(stream,device,seq,hash,"
					 "prev,object,time,number) VALUES(31,$1,$2,$3,$3,$3,0,0)", "uib",
					 s->c.key.id, (int64_t)(2 * i + 100), BYTES_OF(hash[1])), 0);
	memcpy(before.hash, hash[7], HASH_SIZE);
	post(s, &r, false);
	assert_in_range(reply.missing_count, 1, 20);
	r.limit = 22;
	post(s, &r, false);
	assert_int_equal(reply.missing_count, 64);
}

/* --- for people --- */

static struct message_range range = { .stream = OFFICE_SCHOOL, .first = 1, .last = 8 };

static void send_part(uint64_t part, size_t first, size_t last)
{
	struct message_before before = { .at = 0 };
	struct request r = { .objects = &object[first - 1], .object_count = last - first + 1,
			     .befores = &before, .before_count = first > 1, .has_bundle = true };

	memcpy(before.hash, hash[first - 1], HASH_SIZE);
	r.bundle = (struct message_bundle){ .number = 7, .part = part, .written = 1700000000,
					    .ranges = &range, .range_count = 1 };
	post(s, &r, true);
	assert_int_equal(reply.problem_count, 0);
}

static void expect_list(const char *wanted)
{
	json_t *list = NULL, *want = json_loads(wanted, 0, NULL), *j;
	size_t i;

	assert_non_null(want);
	assert_int_equal(held_list(&d.office.s.replica, &list, &d.e), 0);
	json_array_foreach(list, i, j) {
		json_object_del(j, "device");
		json_object_del(j, "name");
		json_object_del(json_array_get(json_object_get(j, "bundles"), 0), "device");
	}
	if (!json_equal(list, want))
		fail_msg("%s", json_dumps(list, 0));
	json_decref(list);
	json_decref(want);
}

static void people_are_told_what_is_missing(void **state)
{
	(void)state;
	expect_list("[]");
	/* The first of three parts: the rest is on the same stick, wherever that is. */
	send_part(1, 1, 2);
	expect_list("[{\"stream\":31,\"have\":2,\"held\":[],\"missing\":[[3,8]],\"since\":null,"
		    "\"bundles\":[{\"number\":7,\"first\":1,\"last\":8,\"written\":1700000000,"
		    "\"seen\":1790000000}]}]");
	d.office.now += 60;
	send_part(3, 5, 6);
	expect_list("[{\"stream\":31,\"have\":2,\"held\":[[5,6]],\"missing\":[[3,4],[7,8]],"
		    "\"since\":1790000060,\"bundles\":[{\"number\":7,\"first\":1,\"last\":8,"
		    "\"written\":1700000000,\"seen\":1790000000}]}]");
	send_part(2, 3, 4);
	expect_list("[{\"stream\":31,\"have\":6,\"held\":[],\"missing\":[[7,8]],\"since\":null,"
		    "\"bundles\":[{\"number\":7,\"first\":1,\"last\":8,\"written\":1700000000,"
		    "\"seen\":1790000000}]}]");
	/* By another way. */
	assert_int_equal(send(7, 8, false), 0);
	expect_list("[]");
	assert_int_equal(number("SELECT count(*) FROM bundle"), 0);
}

/* What a computer says of others' streams, or of far too much, is no news. */
static void nobody_tells_of_others(void **state)
{
	struct message_range many[100];
	struct request r = { .has_bundle = true };
	size_t i;

	(void)state;
	for (i = 0; i < 100; i++)
		many[i] = (struct message_range){ .stream = i, .first = 1, .last = 9 };
	r.bundle = (struct message_bundle){ .number = 1, .part = 1, .ranges = many,
					    .range_count = 100 };
	post(s, &r, true);
	assert_int_equal(number("SELECT count(*) FROM bundle"), 1);
	for (i = 2; i < 200; i++) {
		r.bundle.number = i;
		post(s, &r, true);
	}
	assert_int_equal(number("SELECT count(*) FROM bundle"), 64);
	assert_int_equal(number("SELECT min(number) FROM bundle"), 136);
	/* An odd number is no way to wipe the account of others. */
	post(&d.clients[1], &r, true);
	assert_int_equal(number("SELECT count(*) FROM bundle"), 65);
}

/* A name costs nothing: what it brings must be good, or of its own unit. */
static void what_is_missing_is_told_to_its_unit(void **state)
{
	struct message_carried named = { s->c.key.id, 0, bytes_str("not a change set") };
	struct request r = { .carried = &named, .carried_count = 1 };
	struct school *far = &d.clients[2];

	(void)state;
	assert_int_equal(send(2, 2, true), 0);
	school_make(far, &d.office, 14);
	d.count = 3;
	district_sync(&d, 2, NULL);
	post(far, &r, false);
	assert_int_equal(reply.missing_count, 0);
	/* A computer of the unit may know. */
	post(&d.clients[1], &r, false);
	expect_missing("1-1<2");
	/* And who has brought it. */
	named.object = object[3];
	memcpy(one_before.hash, hash[3], HASH_SIZE);
	r.befores = &one_before;
	r.before_count = 1;
	post(far, &r, false);
	expect_missing("1-1<2 3-3<4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_waits_and_goes_in, begin, end),
		cmocka_unit_test_setup_teardown(without_a_hash_it_is_a_gap, begin, end),
		cmocka_unit_test_setup_teardown(chains_wait_as_a_whole, begin, end),
		cmocka_unit_test_setup_teardown(chains_wait_in_files_too, begin, end),
		cmocka_unit_test_setup_teardown(twice_counts_once, begin, end),
		cmocka_unit_test_setup_teardown(order_does_not_matter, begin, end),
		cmocka_unit_test_setup_teardown(another_one_with_its_number_is_a_fork, begin, end),
		cmocka_unit_test_setup_teardown(a_wrong_predecessor_is_found_out, begin, end),
		cmocka_unit_test_setup_teardown(what_is_not_good_does_not_wait, begin, end),
		cmocka_unit_test_setup_teardown(unreadable_ones_wait_as_well, begin, end),
		cmocka_unit_test_setup_teardown(there_is_an_end_to_waiting, begin, end),
		cmocka_unit_test_setup_teardown(another_computer_may_bring_it, begin, end),
		cmocka_unit_test_setup_teardown(carried_ones_wait_too, begin, end),
		cmocka_unit_test_setup_teardown(pieces_wait_and_close_gaps, begin, end),
		cmocka_unit_test_setup_teardown(small_replies_stay_small, begin, end),
		cmocka_unit_test_setup_teardown(people_are_told_what_is_missing, begin, end),
		cmocka_unit_test_setup_teardown(nobody_tells_of_others, begin, end),
		cmocka_unit_test_setup_teardown(what_is_missing_is_told_to_its_unit, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
