/* Keys that are revoked, and people's words on what they sign later; claims that were refused,
 * let in. SPEC.md 6.12, rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/query/query.h"
#include "protocol/limits.h"
#include "server/exchange/adopt.h"
#include "server/exchange/exchange.h"
#include "server/exchange/held.h"
#include "server/fsck.h"
#include "tests/lib/district.h"

static struct district_fixture d;
static struct exchange_result result;
static struct adopted done;
static struct revoked gone;

static int begin(void **state)
{
	(void)state;
	district_make(&d, 2);
	office_staff(&d.office);
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

static int64_t staff(void)
{
	return number("SELECT count(*) FROM t_staff");
}

static int64_t held(void)
{
	return number("SELECT count(*) FROM held");
}

static int64_t here(size_t client, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_number(d.clients[client].c.db, &d.e, -1, &n, sql, ""), 0);
	return n;
}

static void sync_(size_t client)
{
	district_sync(&d, client, &result);
}

static void save_and_sync(size_t client, const char *name)
{
	school_save(&d.clients[client], name);
	sync_(client);
}

static void revoke(size_t client)
{
	assert_int_equal(revoke_key(&d.office.s, d.clients[client].c.key.id,
				    bytes_str("Mất trộm"), NULL, 0, &gone, &d.e), 0);
}

static int judge(bool refuse, size_t count, const uint64_t *numbers)
{
	uint64_t list[16];

	memcpy(list, numbers, count * sizeof *list);
	return adopt_judge(&d.office.s, &d.office.officer, list, count, refuse,
			   bytes_str("Nhập trước khi mất máy"), &done, &d.e);
}

#define NUMBERS(...) \
	sizeof((uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t), (const uint64_t[]){ __VA_ARGS__ }

static void complain(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	print_message("%s: %s\n", place, what);
}

/* The log, worked out anew, gives what stands here. */
static void expect_sound(void)
{
	struct fsck f = { .env = &d.office.env, .scratch = ":memory:", .found = complain };

	assert_int_equal(server_fsck(&f, d.office.dir, &d.e), 0);
	assert_int_equal(f.count, 0);
}

/* --- revoked --- */

static void it_acts_forward(void **state)
{
	int64_t items;

	(void)state;
	save_and_sync(0, "Lê Thị Trước");
	assert_int_equal(staff(), 1);
	revoke(0);
	assert_int_equal(gone.count, 1);
	assert_int_equal(gone.list[0], d.clients[0].c.key.id);
	assert_int_equal(number("SELECT count(*) FROM device WHERE status='revoked'"), 1);
	items = number("SELECT count(*) FROM item");
	/* The other computer of the unit writes on, and is not told to this one. */
	save_and_sync(1, "Phạm Văn Khác");
	assert_int_equal(d.clients[1].c.revoked, 0);
	save_and_sync(0, "Lê Thị Sau");
	assert_int_equal(result.problems, 1);
	assert_int_not_equal(d.clients[0].c.revoked, 0);
	assert_int_equal(result.items_in, 0);
	assert_int_equal(here(0, "SELECT count(*) FROM t_staff"), 2);
	/* In sight, without effect. */
	assert_int_equal(held(), 1);
	assert_int_equal(staff(), 2);
	assert_int_equal(number("SELECT count(*) FROM item"), items + 1);
	expect_sound();
}

/* What is sent again is not kept twice, nor does it travel again; what is typed from now on is
 * not signed any more. */
static void the_client_keeps_all(void **state)
{
	struct buf request;
	size_t before;

	(void)state;
	revoke(0);
	save_and_sync(0, "Lê Thị Sau");
	assert_int_equal(here(0, "SELECT count(*) FROM outbox"), 1);
	assert_int_equal(here(0, "SELECT waiting FROM missing"), 1);
	assert_int_equal(here(0, "SELECT last FROM missing"), 0);
	school_save(&d.clients[0], "Lê Thị Sau Nữa");
	school_request(&d.clients[0], &request);
	before = request.len;
	buf_release(&request);
	sync_(0);
	sync_(0);
	assert_int_equal(held(), 1);
	assert_int_equal(here(0, "SELECT count(*) FROM pending"), 1);
	assert_int_equal(here(0, "SELECT count(*) FROM t_staff"), 2);
	/* Without the object that is kept there. */
	assert_in_range(before, 1, 200);
	/* A restart forgets nothing. */
	client_close(&d.clients[0].c);
	assert_int_equal(client_open(&d.clients[0].c, env_os(), d.clients[0].dir, &d.e), 0);
	assert_int_not_equal(d.clients[0].c.revoked, 0);
}

static void taken_in_it_counts(void **state)
{
	(void)state;
	revoke(0);
	save_and_sync(0, "Lê Thị Sau");
	d.office.now += 86400;
	assert_int_equal(judge(false, NUMBERS(1)), 0);
	assert_int_equal(done.changesets, 1);
	assert_int_equal(done.applied, 1);
	assert_int_equal(staff(), 1);
	assert_int_equal(held(), 0);
	/* The officer's word stands before it, signed, with its reason. */
	assert_int_equal(number("SELECT count(*) FROM adopted WHERE refused=0"), 1);
	assert_int_equal(number("SELECT i.seq - a.seq FROM adopted a JOIN item i ON i.stream=a.stream "
				"AND i.hash=a.hash"), 1);
	/* What comes later waits again. */
	sync_(0);
	assert_int_equal(held(), 0);
	/* Others of the unit read it as any other. */
	sync_(1);
	assert_int_equal(here(1, "SELECT count(*) FROM t_staff"), 1);
	expect_sound();
}

static void refused_it_keeps_its_place(void **state)
{
	(void)state;
	revoke(0);
	save_and_sync(0, "Kẻ Gian");
	assert_int_equal(judge(true, NUMBERS(1)), 0);
	assert_int_equal(done.changesets, 1);
	assert_int_equal(done.applied, 0);
	assert_int_equal(staff(), 0);
	assert_int_equal(held(), 0);
	assert_int_equal(number("SELECT count(*) FROM refused WHERE code=-55"), 1);
	assert_int_equal(number("SELECT count(*) FROM item i JOIN adopted a ON a.stream=i.stream AND "
				"a.hash=i.hash WHERE a.refused=1"), 1);
	sync_(1);
	assert_int_equal(here(1, "SELECT count(*) FROM t_staff"), 0);
	assert_int_equal(here(1, "SELECT count(*) FROM refused WHERE code=-55"), 1);
	expect_sound();
}

/* What a computer sends now; the reply is lost. */
static void send_raw(size_t client)
{
	struct buf request, reply;

	buf_init(&reply, LIMIT_MESSAGE);
	school_request(&d.clients[client], &request);
	assert_int_equal(server_exchange(&d.office.s, buf_view(&request), &reply, &d.e), 0);
	buf_release(&reply);
	buf_release(&request);
}

/* Five change sets, sent one by one before the computer knows. */
static void send_five(void)
{
	int i;

	for (i = 0; i < 5; i++) {
		char name[32];

		snprintf(name, sizeof name, "Nguyễn Văn %c", 'A' + i);
		school_save(&d.clients[0], name);
		send_raw(0);
	}
	assert_int_equal(held(), 5);
}

static void they_are_judged_in_order(void **state)
{
	(void)state;
	revoke(0);
	send_five();
	assert_int_equal(judge(false, NUMBERS(2)), ERR_HELD_ORDER);
	assert_int_equal(judge(false, NUMBERS(1, 3)), ERR_HELD_ORDER);
	assert_int_equal(judge(false, NUMBERS(9)), ERR_NO_HELD);
	assert_int_equal(held(), 5);
	assert_int_equal(staff(), 0);
	/* However they are named, and however often. */
	assert_int_equal(judge(false, NUMBERS(2, 1, 2)), 0);
	assert_int_equal(done.changesets, 2);
	assert_int_equal(judge(true, NUMBERS(3)), 0);
	assert_int_equal(judge(false, NUMBERS(4)), 0);
	assert_int_equal(judge(true, NUMBERS(5)), 0);
	assert_int_equal(staff(), 3);
	sync_(1);
	assert_int_equal(here(1, "SELECT count(*) FROM t_staff"), 3);
	expect_sound();
}

static void a_clerk_does_not_judge(void **state)
{
	uint64_t one = 1;

	(void)state;
	revoke(0);
	save_and_sync(0, "Lê Thị Sau");
	/* The chief writes for his unit alone. */
	assert_int_equal(adopt_judge(&d.office.s, &d.office.chief, &one, 1, false, BYTES_NONE, &done,
				     &d.e), ERR_NOT_ALLOWED);
	assert_int_equal(held(), 1);
	assert_int_equal(staff(), 0);
}

/* A server that leaves the person out is not believed. */
static void readers_want_the_word(void **state)
{
	(void)state;
	revoke(0);
	sync_(1);
	assert_int_equal(here(1, "SELECT count(*) FROM device WHERE status='revoked'"), 1);
	/* As a server would have to do it: the certificate says revoked, and yet it takes it in. */
	assert_int_equal(db_exec(d.office.s.db, &d.e, "UPDATE device SET status='active'", ""), 0);
	school_save(&d.clients[0], "Lê Thị Lọt");
	send_raw(0);
	assert_int_equal(staff(), 1);
	assert_int_equal(district_exchange(&d, 1, LIMIT_MESSAGE_FIRST, &result), ERR_REVOKED);
	assert_int_equal(here(1, "SELECT count(*) FROM t_staff"), 0);
}

/* Others may carry it; it waits all the same, and whoever carries it is told. */
static void a_revoked_chief(void **state)
{
	struct school *s = &d.clients[0];

	(void)state;
	office_letters(&d.office);
	sync_(0);
	school_chief(s, &d.office, "Trần Thị Trưởng");
	school_save_as(s, "Trần Thị Trưởng", "Do Thủ Trưởng Nhập");
	sync_(0);
	assert_int_equal(staff(), 1);
	assert_int_equal(revoke_key(&d.office.s, (uint64_t)here(0, "SELECT device FROM chief"),
				    BYTES_NONE, NULL, 0, &gone, &d.e), 0);
	school_save_as(s, "Trần Thị Trưởng", "Do Thủ Trưởng Nhập Sau");
	save_and_sync(0, "Cán Bộ Nhập");
	assert_int_equal(staff(), 2);
	assert_int_equal(held(), 1);
	assert_int_equal(d.clients[0].c.revoked, 0);
	assert_int_equal(here(0, "SELECT count(*) FROM missing WHERE last < first"), 1);
	assert_int_equal(judge(false, NUMBERS(1)), 0);
	sync_(0);
	assert_int_equal(staff(), 3);
	assert_int_equal(here(0, "SELECT count(*) FROM outbox"), 0);
	expect_sound();
}

static void twice_and_unknown(void **state)
{
	(void)state;
	revoke(0);
	assert_int_equal(revoke_key(&d.office.s, d.clients[0].c.key.id, BYTES_NONE, NULL, 0, &gone,
				    &d.e), ERR_REVOKED);
	assert_int_equal(revoke_key(&d.office.s, 77, BYTES_NONE, NULL, 0, &gone, &d.e), ERR_NO_DEVICE);
	/* Nor does it come back by itself. */
	assert_int_equal(server_certify(&d.office.s, OFFICE_UNIT, d.clients[0].c.key.public_key,
					OFFICE_SCHOOL, ROLE_CLERK, BYTES_NONE, &d.e), ERR_REVOKED);
}

/* An officer's own key, which writes in many streams. */
static void an_officer_who_has_left(void **state)
{
	struct draft draft;
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 24);
	assert_int_equal(server_begin(&d.office.s, 14, &d.office.officer, &a, &draft, &d.e), 0);
	assert_int_equal(server_commit(&d.office.s, &d.e), 0);
	assert_int_equal(server_begin(&d.office.s, 31, &d.office.officer, &a, &draft, &d.e), 0);
	assert_int_equal(server_commit(&d.office.s, &d.e), 0);
	assert_int_equal(revoke_key(&d.office.s, d.office.officer.id, bytes_str("Chuyển công tác"), NULL,
				    0, &gone, &d.e), 0);
	assert_int_equal(number("SELECT count(*) FROM device WHERE status='revoked'"), 2);
	assert_int_equal(server_begin(&d.office.s, 31, &d.office.officer, &a, &draft, &d.e),
			 ERR_REVOKED);
	/* Nor in a stream that he never wrote in. */
	assert_int_equal(server_begin(&d.office.s, 15, &d.office.officer, &a, &draft, &d.e),
			 ERR_REVOKED);
	arena_release(&a);
	expect_sound();
}

static void people_see_what_it_holds(void **state)
{
	struct query_options o = { .lang = LANG_VI, .stream = ANY_STREAM };
	json_t *list = NULL, *one = NULL, *records = NULL, *first;
	struct opened opened;
	struct arena a;
	char *text;

	(void)state;
	save_and_sync(0, "Lê Thị Trước");
	revoke(0);
	district_add(&d, 0, "{\"type\":\"staff\",\"full_name\":\"Lê Thị Sau\",\"cccd\":\"000123456789\"}");
	sync_(0);
	assert_int_equal(adopt_list(&d.office.s.replica, &list, &d.e), 0);
	assert_int_equal(json_array_size(list), 1);
	first = json_array_get(list, 0);
	assert_string_equal(json_string_value(json_object_get(first, "why")), "revoked");
	assert_string_equal(json_string_value(json_object_get(first, "reason")), "Mất trộm");
	assert_string_equal(json_string_value(json_object_get(first, "name")), "Phạm Thị Mẫu");
	assert_int_equal(json_integer_value(json_object_get(first, "count")), 1);
	arena_init(&a, 1 << 28);
	assert_int_equal(adopt_show(&d.office.s.replica, 1, &a, &one, &opened, &d.e), 0);
	assert_int_equal(query_changeset(&d.office.s.replica, &opened.cs, &o, &records, &d.e), 0);
	first = json_array_get(records, 0);
	assert_string_equal(json_string_value(json_object_get(first, "title")), "Lê Thị Sau");
	assert_string_equal(json_string_value(json_object_get(first, "type")), "staff");
	assert_true(json_is_true(json_object_get(first, "created")));
	assert_int_equal(json_array_size(json_object_get(first, "changes")), 2);
	/* Personal values stay masked. */
	text = json_dumps(records, 0);
	assert_null(strstr(text, "000123456789"));
	free(text);
	json_decref(records);
	/* And what it wrote before. */
	assert_int_equal(query_touched(&d.office.s.replica, d.clients[0].c.key.id, 0, &o, &records, &d.e),
			 0);
	assert_int_equal(json_array_size(records), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(records, 0), "title")),
			    "Lê Thị Trước");
	json_decref(records);
	assert_int_equal(query_touched(&d.office.s.replica, d.clients[0].c.key.id, d.office.now + 1, &o,
				       &records, &d.e), 0);
	assert_int_equal(json_array_size(records), 0);
	json_decref(records);
	json_decref(one);
	json_decref(list);
	/* The gaps' list is about others. */
	assert_int_equal(held_list(&d.office.s.replica, &list, &d.e), 0);
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
	arena_release(&a);
}

/* --- claims --- */

/* A computer with an enrolment that is too old by now. */
static void make_late(void)
{
	school_make(&d.clients[2], &d.office, OFFICE_SCHOOL);
	d.count = 3;
	d.office.now += 30 * 86400;
}

static void late_ones_wait_for_a_person(void **state)
{
	struct school *s = &d.clients[2];
	char finger[FINGERPRINT_SIZE];
	uint64_t device = 0;
	size_t sets = 0;

	(void)state;
	make_late();
	save_and_sync(2, "Nhập Khi Chờ");
	assert_int_equal(result.problems, 1);
	assert_int_equal(held(), 1);
	assert_int_equal(staff(), 0);
	assert_false(s->c.enrolled);
	/* It is no officer's matter to judge each of them. */
	assert_int_equal(judge(false, NUMBERS(1)), ERR_NO_HELD);
	save_and_sync(2, "Nhập Thêm");
	assert_int_equal(held(), 2);
	expect_sound();
	hash_fingerprint(s->c.key.public_key, finger);
	assert_int_equal(adopt_claim(&d.office.s, bytes_str("0123"), &device, &sets, &d.e),
			 ERR_NO_DEVICE);
	assert_int_equal(adopt_claim(&d.office.s, bytes_str(finger), &device, &sets, &d.e), 0);
	assert_int_equal(device, s->c.key.id);
	assert_int_equal(sets, 2);
	assert_int_equal(staff(), 2);
	assert_int_equal(number("SELECT count(*) FROM claim_refused"), 0);
	save_and_sync(2, "Nhập Sau");
	assert_int_equal(result.problems, 0);
	assert_true(s->c.enrolled);
	assert_int_equal(staff(), 3);
	assert_int_equal(school_waiting(s), 0);
	expect_sound();
}

/* Two computers from one file: the second one is shown with both keys. */
static void doubled_ones_can_be_let_in(void **state)
{
	struct school *s = &d.clients[2];
	uint64_t device = 0;
	size_t sets = 0;
	char id[17];

	(void)state;
	school_make(s, &d.office, OFFICE_SCHOOL);
	d.count = 3;
	assert_int_equal(db_exec(d.office.s.db, &d.e, "UPDATE enrolment SET key=(SELECT key FROM "
				 "device WHERE stream=31 AND role=1 LIMIT 1), used=5 WHERE key IS NULL",
				 ""), 0);
	save_and_sync(2, "Nhập Khi Chờ");
	assert_int_equal(result.problems, 1);
	assert_int_equal(result.first_problem.code, 0);
	assert_int_equal(held(), 0);
	assert_int_equal(number("SELECT count(*) FROM claim_refused WHERE code=-52"), 1);
	snprintf(id, sizeof id, "%016llx", (unsigned long long)s->c.key.id);
	assert_int_equal(adopt_claim(&d.office.s, bytes_str(id), &device, &sets, &d.e), 0);
	assert_int_equal(sets, 0);
	sync_(2);
	assert_int_equal(result.problems, 0);
	assert_int_equal(staff(), 1);
	assert_int_equal(school_waiting(s), 0);
	/* It stays what it is when it claims again. */
	expect_sound();
}

/* Whoever has an enrolment can make keys without end. */
static void there_is_an_end_to_keys(void **state)
{
	struct school *s = &d.clients[2];
	int i;

	(void)state;
	make_late();
	for (i = 0; i < 16; i++) {
		uint8_t key[SIGN_PUBLIC] = { (uint8_t)i, 1 };

		assert_int_equal(db_exec(d.office.s.db, &d.e, "INSERT INTO claim_refused(enrolment,key,"
					 "unit,code,time,author) SELECT id,$1,31,-53,0,'' FROM enrolment "
					 "WHERE key IS NULL", "b", BYTES_OF(key)), 0);
	}
	save_and_sync(2, "Nhập Khi Chờ");
	assert_int_equal(result.problems, 1);
	assert_int_equal(held(), 0);
	assert_int_equal(number("SELECT count(*) FROM claim_refused"), 16);
	assert_int_equal(school_waiting(s), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_acts_forward),
		T(the_client_keeps_all),
		T(taken_in_it_counts),
		T(refused_it_keeps_its_place),
		T(they_are_judged_in_order),
		T(a_clerk_does_not_judge),
		T(readers_want_the_word),
		T(a_revoked_chief),
		T(twice_and_unknown),
		T(an_officer_who_has_left),
		T(people_see_what_it_holds),
		T(late_ones_wait_for_a_person),
		T(doubled_ones_can_be_let_in),
		T(there_is_an_end_to_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
