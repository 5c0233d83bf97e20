/* What a computer carries for others: its chiefs' claims and change sets. In the order in
 * which they were made, once each, whatever is lost, doubled or refused on the way. */
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

#define CHIEF "Trần Thị Ký"
#define SECOND "Lê Văn Duyệt"

static struct district_fixture d;
static struct school *s; /* the computer that carries */

static int begin(void **state)
{
	(void)state;
	district_make(&d, 2);
	office_letters(&d.office);
	s = &d.clients[0];
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	return 0;
}

static int begin_with_chief(void **state)
{
	begin(state);
	school_chief(s, &d.office, CHIEF);
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static int64_t client_number(struct school *of, const char *sql)
{
	struct stmt *q;
	int64_t n;

	assert_int_equal(db_query_text(of->c.db, &of->e, &q, sql), 0);
	n = db_step(q, &of->e) == 1 ? db_int(q, 0) : -1;
	db_done(q);
	return n;
}

static void answer(struct bytes request, struct buf *reply)
{
	buf_init(reply, LIMIT_MESSAGE);
	if (server_exchange(&d.office.s, request, reply, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
}

static void expect_same(struct school *of)
{
	struct stream_head here, there;

	assert_int_equal(replica_head(&of->c.replica, OFFICE_SCHOOL, &here, NULL), 0);
	assert_int_equal(replica_head(&d.office.s.replica, OFFICE_SCHOOL, &there, NULL), 0);
	assert_int_equal(here.seq, there.seq);
	assert_memory_equal(here.head, there.head, HASH_SIZE);
}

static struct chief the_chief(void)
{
	struct chief *list;
	size_t count, i;

	assert_int_equal(chief_list(&s->c, &d.a, &list, &count, &d.e), 0);
	for (i = 0; i < count; i++)
		if (bytes_equal(list[i].name, bytes_str(CHIEF)))
			return list[i];
	fail_msg("no chief");
	return list[0];
}

/* The devices of the newest items of the school's stream, as told: "own chief own". */
static void expect_order(const char *wanted)
{
	uint64_t chief = the_chief().device;
	char got[200] = "";
	struct stmt *q;
	size_t n = 0;

	assert_int_equal(db_query(d.office.s.db, &d.e, &q, "SELECT device FROM item WHERE stream=31 "
				  "ORDER BY seq", ""), 0);
	while (db_step(q, &d.e) == 1) {
		uint64_t device = (uint64_t)db_int(q, 0);

		if (device == s->c.key.id || device == chief)
			n += (size_t)snprintf(got + n, sizeof got - n, "%s%s", n > 0 ? " " : "",
					      device == chief ? "chief" : "own");
	}
	db_done(q);
	assert_string_equal(got, wanted);
}

static void one_exchange_takes_key_and_change_sets(void **state)
{
	struct exchange_result r = { 0 };

	(void)state;
	school_save(s, "Một");
	school_save_as(s, CHIEF, "Hai");
	school_save(s, "Ba");
	assert_int_equal(client_number(s, "SELECT count(*) FROM t_staff"), 3);
	assert_false(the_chief().certified);
	assert_int_equal(district_exchange(&d, 0, LIMIT_MESSAGE_FIRST, &r), 0);
	assert_int_equal(r.problems, 0);
	assert_int_equal(r.changesets_out, 3);
	assert_int_equal(school_waiting(s), 0);
	expect_order("own chief own");
	expect_same(s);
	assert_true(the_chief().certified);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM device WHERE stream=31 AND "
				       "role=2 AND unit=31 AND name='" CHIEF "'"), 1);
	/* The other computer of the unit has it from the log. */
	district_sync(&d, 1, NULL);
	expect_same(&d.clients[1]);
	assert_int_equal(client_number(&d.clients[1], "SELECT count(*) FROM t_staff"), 3);
	assert_int_equal(client_number(s, "SELECT count(*) FROM receipt WHERE own=1"), 1);
}

static void it_works_before_the_first_contact(void **state)
{
	struct exchange_result r = { 0 };

	(void)state;
	school_make(&d.clients[2], &d.office, OFFICE_SCHOOL);
	d.count++;
	s = &d.clients[2];
	school_chief(s, &d.office, CHIEF);
	school_save(s, "Một");
	school_save_as(s, CHIEF, "Hai");
	assert_int_equal(district_exchange(&d, 2, LIMIT_MESSAGE_FIRST, &r), 0);
	assert_int_equal(r.problems, 0);
	assert_true(s->c.enrolled);
	assert_int_equal(school_waiting(s), 0);
	expect_same(s);
}

/* Requests are what one costs without a chief, once his key is known. */
static void nothing_to_carry_costs_nothing(void **state)
{
	struct buf before, after;
	struct request r;

	(void)state;
	school_request(s, &before);
	school_chief(s, &d.office, CHIEF);
	district_sync(&d, 0, NULL);
	school_request(s, &after);
	forge_open_request(&d.office, s, buf_view(&after), &r);
	assert_int_equal(r.carried_count + r.claims_count, 0);
	assert_int_equal(after.len, before.len);
	buf_release(&before);
	buf_release(&after);
}

static void replies_leave_out_what_was_carried(void **state)
{
	struct buf request, reply;
	struct message_stream *ms;
	struct reply p;
	size_t i, held = 0;
	int again;

	(void)state;
	district_sync(&d, 0, NULL);
	school_save_as(s, CHIEF, "Một");
	/* The second time round the server has it already. */
	for (again = 0; again < 2; again++) {
		school_request(s, &request);
		answer(buf_view(&request), &reply);
		forge_open_reply(&d.office, s, buf_view(&reply), &p);
		assert_int_equal(p.stream_count, 1);
		ms = &p.streams[0];
		for (i = 0, held = 0; i < ms->item_count; i++)
			held += ms->items[i].held && ms->items[i].object.len == 0 &&
				ms->items[i].device == the_chief().device;
		assert_int_equal(held, 1);
		if (again == 1)
			school_apply(s, buf_view(&reply));
		buf_release(&request);
		buf_release(&reply);
	}
	assert_int_equal(school_waiting(s), 0);
	expect_same(s);
}

static void lost_and_doubled_messages(void **state)
{
	struct buf request, reply, late;

	(void)state;
	school_save(s, "Một");
	school_save_as(s, CHIEF, "Hai");
	school_request(s, &request);
	answer(buf_view(&request), &late);
	answer(buf_view(&request), &reply);
	buf_release(&reply);
	buf_release(&request);
	/* No reply has come; more is saved, all is sent again. */
	school_save_as(s, CHIEF, "Ba");
	school_request(s, &request);
	answer(buf_view(&request), &reply);
	school_apply(s, buf_view(&reply));
	assert_int_equal(school_waiting(s), 0);
	expect_order("own chief chief");
	/* The first reply comes after all. */
	school_apply(s, buf_view(&late));
	expect_same(s);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 3);
	assert_int_equal(client_number(s, "SELECT count(*) FROM t_staff"), 3);
	buf_release(&request);
	buf_release(&reply);
	buf_release(&late);
}

/* Where the next request does not carry it, it comes down whole, and is no other. */
static void what_was_received_is_known_again(void **state)
{
	struct buf request, reply, bare;
	struct exchange_result got;
	struct request r;

	(void)state;
	school_save_as(s, CHIEF, "Một");
	school_request(s, &request);
	answer(buf_view(&request), &reply);
	buf_release(&request);
	buf_release(&reply);
	school_request(s, &request);
	forge_open_request(&d.office, s, buf_view(&request), &r);
	assert_int_equal(r.carried_count, 1);
	r.carried_count = r.claims_count = 0;
	buf_init(&bare, LIMIT_MESSAGE);
	forge_close_request(s, &r, &bare);
	answer(buf_view(&bare), &reply);
	got = school_apply(s, buf_view(&reply));
	assert_int_equal(got.changesets_out, 1);
	assert_int_equal(school_waiting(s), 0);
	expect_same(s);
	assert_int_equal(client_number(s, "SELECT count(*) FROM t_staff"), 1);
	buf_release(&request);
	buf_release(&reply);
	buf_release(&bare);
}

static void save_noise(size_t size)
{
	struct chief_key k;
	struct draft draft;
	struct rid r;
	char *text = arena_alloc(&d.a, size + 1);
	size_t i;

	for (i = 0; i < size; i++) {
		uint8_t byte;

		env_random(env_os(), &byte, 1);
		text[i] = (char)('A' + byte % 58);
	}
	school_open_chief(s, CHIEF, &k);
	assert_int_equal(chief_begin(&s->c, &k, s->c.unit, &d.a, &draft, &d.e), 0);
	for (i = 0; i + 400 < size; i += 400) {
		r = draft_create(&draft, 100, RID_NONE, 0);
		draft_set(&draft, 100, r, 1001,
			  value_text((struct bytes){ (uint8_t *)text + i, 100 }), false);
	}
	assert_int_equal(chief_save(&s->c, &k, &draft, NULL, &d.e), 0);
	chief_close(&k);
}

static void large_ones_go_in_pieces(void **state)
{
	struct exchange_result r;
	int rounds = 0;

	(void)state;
	save_noise(40000);
	school_save(s, "Sau");
	do {
		r = (struct exchange_result){ 0 };
		assert_int_equal(district_exchange(&d, 0, LIMIT_MESSAGE_MIN, &r), 0);
		assert_int_equal(r.problems, 0);
		assert_true(++rounds < 60);
	} while (r.more);
	assert_true(rounds > 4);
	assert_int_equal(school_waiting(s), 0);
	expect_order("chief own");
	expect_same(s);
}

/* --- claims that fail --- */

static void use_up_enrolments(void)
{
	assert_int_equal(db_exec(d.office.s.db, &d.e, "UPDATE enrolment SET key=$1 WHERE role=2 AND "
				 "key IS NULL", "b", BYTES_OF(d.office.officer.public_key)), 0);
}

static void a_refused_claim_stops_nobody_else(void **state)
{
	struct exchange_result r;

	(void)state;
	use_up_enrolments();
	school_save(s, "Một");
	school_save_as(s, CHIEF, "Hai");
	school_chief(s, &d.office, SECOND);
	school_save_as(s, SECOND, "Ba");
	district_sync(&d, 0, &r);
	assert_int_equal(r.problems, 0); /* it is told of the chief, and of nothing else */
	assert_int_equal(the_chief().problem, ERR_ENROL_USED);
	assert_int_equal(school_waiting(s), 1);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 2);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM claim_refused"), 1);
	/* Later ones go on, and nothing is asked for ever. */
	school_save(s, "Bốn");
	district_sync(&d, 0, &r);
	assert_int_equal(r.problems, 0);
	assert_int_equal(school_waiting(s), 1);
	assert_int_equal(client_number(s, "SELECT count(*) FROM t_staff"), 4);
	/* A new enrolment for the same key. */
	school_chief(s, &d.office, CHIEF);
	district_sync(&d, 0, &r);
	assert_int_equal(r.problems, 0);
	assert_int_equal(school_waiting(s), 0);
	assert_true(the_chief().certified);
	assert_int_equal(the_chief().problem, 0);
	expect_same(s);
}

static void late_unknown_and_wrong_claims(void **state)
{
	static const struct {
		const char *sql;
		int code;
	} ways[] = {
		{ "UPDATE enrolment SET expires=1 WHERE role=2 AND key IS NULL", ERR_ENROL_EXPIRED },
		{ "UPDATE enrolment SET secret=zeroblob(16) WHERE role=2 AND key IS NULL",
		  ERR_ENROL_MAC },
		{ "UPDATE enrolment SET unit=30 WHERE role=2 AND key IS NULL", ERR_ENROL_MAC },
		{ "DELETE FROM enrolment WHERE role=2 AND key IS NULL", ERR_ENROL_UNKNOWN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		school_chief(s, &d.office, CHIEF);
		assert_int_equal(db_exec(d.office.s.db, &d.e, ways[i].sql, ""), 0);
		district_sync(&d, 0, NULL);
		assert_int_equal(the_chief().problem, ways[i].code);
		assert_false(the_chief().certified);
	}
	school_chief(s, &d.office, CHIEF);
	district_sync(&d, 0, NULL);
	assert_true(the_chief().certified);
}

/* A claim certifies its key once, however often it comes. */
static void one_certificate_for_a_claim(void **state)
{
	struct buf request, reply;
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		school_request(s, &request);
		answer(buf_view(&request), &reply);
		buf_release(&request);
		buf_release(&reply);
	}
	district_sync(&d, 0, NULL);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM record WHERE stream=31 AND "
				       "type=3"), 3); /* two computers and the chief */
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM device WHERE stream=31 AND "
				       "role=2"), 1);
}

/* --- hostile carriers --- */

/* Sends one carried object; the server's first problem, or 0. */
static int carry(uint64_t device, struct bytes object)
{
	struct message_carried one = { device, 0, object };
	struct buf request, forged, reply;
	struct request r;
	struct reply p;

	school_request(s, &request);
	forge_open_request(&d.office, s, buf_view(&request), &r);
	r.carried = &one;
	r.carried_count = 1;
	buf_init(&forged, LIMIT_MESSAGE);
	forge_close_request(s, &r, &forged);
	answer(buf_view(&forged), &reply);
	forge_open_reply(&d.office, s, buf_view(&reply), &p);
	buf_release(&request);
	buf_release(&forged);
	buf_release(&reply);
	return p.problem_count > 0 ? p.problems[0].code : 0;
}

static struct bytes forged_by(struct school *who, uint64_t stream)
{
	struct forged f;
	struct rid r;

	forge_begin(who, stream, &f);
	r = draft_create(&f.draft, 100, RID_NONE, 0);
	draft_set(&f.draft, 100, r, 1001, value_text(bytes_str("Giả")), false);
	return forge_object(who, &f);
}

static void carried_change_sets_are_checked(void **state)
{
	struct school *other = &d.clients[1];
	struct bytes good = forged_by(other, OFFICE_SCHOOL), bad;
	uint8_t *bytes;

	(void)state;
	/* Of nobody, of another than it says, changed under way, for another unit. */
	assert_int_equal(carry(4711, good), ERR_UNKNOWN_DEVICE);
	assert_int_equal(carry(d.office.s.working.id, good), ERR_UNKNOWN_DEVICE);
	assert_int_equal(carry(s->c.key.id, good), ERR_BAD_SIGNATURE);
	bad = arena_copy(&d.a, good);
	bytes = (uint8_t *)bad.at;
	bytes[20] ^= 1;
	assert_int_equal(carry(other->c.key.id, bad), ERR_BAD_SIGNATURE);
	assert_int_equal(carry(other->c.key.id, forged_by(other, 30)), ERR_OUT_OF_SCOPE);
	assert_int_equal(carry(other->c.key.id, forged_by(other, 0)), ERR_OUT_OF_SCOPE);
	assert_int_equal(carry(other->c.key.id, bytes_str("rác")), ERR_TRUNCATED);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 0);
	/* As it is, whoever brings it: once. */
	assert_int_equal(carry(other->c.key.id, good), 0);
	assert_int_equal(carry(other->c.key.id, good), 0);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 1);
}

/* Several of one author behind one another, among the sender's own, one of them cut out. */
static void chains_hold_among_others(void **state)
{
	struct school *other = &d.clients[1];
	struct message_carried list[3];
	struct buf request, forged, reply;
	struct bytes own[2];
	struct request r;
	struct reply p;
	struct forged f;
	size_t i;
	int round;

	(void)state;
	forge_begin(other, OFFICE_SCHOOL, &f);
	for (i = 0; i < 3; i++) {
		draft_create(&f.draft, 100, RID_NONE, 0);
		list[i] = (struct message_carried){ other->c.key.id, i == 2 ? 2 : i,
						    forge_object(other, &f) };
		f.seq++;
		draft_init(&f.draft, &other->a, OFFICE_SCHOOL, other->c.key.id,
			   f.draft.first + 1);
		f.draft.seen_seq = 0;
	}
	forge_begin(s, OFFICE_SCHOOL, &f);
	for (i = 0; i < 2; i++) {
		draft_create(&f.draft, 100, RID_NONE, 0);
		own[i] = forge_object(s, &f);
		f.seq++;
		draft_init(&f.draft, &s->a, OFFICE_SCHOOL, s->c.key.id, f.draft.first + 1);
	}
	/* First without the middle one: the third has to wait. */
	for (round = 0; round < 2; round++) {
		struct message_carried sent[3] = { list[0], list[round == 0 ? 2 : 1], list[2] };

		school_request(s, &request);
		forge_open_request(&d.office, s, buf_view(&request), &r);
		r.carried = sent;
		r.carried_count = round == 0 ? 2 : 3;
		r.objects = own;
		r.object_count = 2;
		buf_init(&forged, LIMIT_MESSAGE);
		forge_close_request(s, &r, &forged);
		answer(buf_view(&forged), &reply);
		forge_open_reply(&d.office, s, buf_view(&reply), &p);
		assert_int_equal(p.problem_count, round == 0);
		if (round == 0)
			assert_int_equal(p.problems[0].code, ERR_GAP);
		buf_release(&request);
		buf_release(&forged);
		buf_release(&reply);
	}
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM t_staff"), 5);
	assert_int_equal(office_number(&d.office, "SELECT count(*) FROM refused"), 0);
}

/* The chief's save is refused, for somebody was first; the clerk's behind it stands. */
static void refused_ones_come_out_again(void **state)
{
	struct exchange_result r;
	struct client_waiting w;
	struct chief_key k;
	struct draft draft;
	struct rid id;

	(void)state;
	id = school_save_as(s, CHIEF, "Một");
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	assert_int_equal(client_begin(&d.clients[1].c, OFFICE_SCHOOL, &d.a, &draft, &d.e), 0);
	draft_set(&draft, 100, id, 1003, value_date(19000), false);
	assert_int_equal(client_save(&d.clients[1].c, &draft, NULL, &d.e), 0);
	district_sync(&d, 1, NULL);
	/* Joined before being born (check 1 of staff). */
	school_open_chief(s, CHIEF, &k);
	assert_int_equal(chief_begin(&s->c, &k, s->c.unit, &d.a, &draft, &d.e), 0);
	draft_set(&draft, 100, id, 1022, value_date(15000), false);
	assert_int_equal(chief_save(&s->c, &k, &draft, NULL, &d.e), 0);
	chief_close(&k);
	school_save(s, "Hai");
	district_sync(&d, 0, &r);
	assert_int_equal(r.refused, 1);
	assert_int_equal(client_waiting(&s->c, &w, &d.e), 0);
	assert_int_equal(w.refused, 1);
	assert_int_equal(w.changesets, 0);
	expect_same(s);
	assert_int_equal(client_number(s, "SELECT count(*) FROM t_staff WHERE f_joined IS NULL AND "
				       "f_birth = 19000"), 1);
	assert_int_equal(client_number(s, "SELECT count(*) FROM t_staff"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_exchange_takes_key_and_change_sets,
						begin_with_chief, end),
		cmocka_unit_test_setup_teardown(it_works_before_the_first_contact, begin, end),
		cmocka_unit_test_setup_teardown(nothing_to_carry_costs_nothing, begin, end),
		cmocka_unit_test_setup_teardown(replies_leave_out_what_was_carried,
						begin_with_chief, end),
		cmocka_unit_test_setup_teardown(lost_and_doubled_messages, begin_with_chief, end),
		cmocka_unit_test_setup_teardown(what_was_received_is_known_again, begin_with_chief,
						end),
		cmocka_unit_test_setup_teardown(large_ones_go_in_pieces, begin_with_chief, end),
		cmocka_unit_test_setup_teardown(a_refused_claim_stops_nobody_else,
						begin_with_chief, end),
		cmocka_unit_test_setup_teardown(late_unknown_and_wrong_claims, begin, end),
		cmocka_unit_test_setup_teardown(one_certificate_for_a_claim, begin_with_chief, end),
		cmocka_unit_test_setup_teardown(carried_change_sets_are_checked, begin, end),
		cmocka_unit_test_setup_teardown(chains_hold_among_others, begin, end),
		cmocka_unit_test_setup_teardown(refused_ones_come_out_again, begin_with_chief, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
