/* New keys for a store that goes on: on purpose, and by a new enrolment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/identity/renew.h"
#include "protocol/limits.h"
#include "server/exchange/adopt.h"
#include "server/exchange/exchange.h"
#include "server/fsck.h"
#include "tests/lib/district.h"
#include "tests/lib/forge.h"

static struct district_fixture d;
static struct school *s;
static struct exchange_result result;
static struct reply reply;

static int begin(void **state)
{
	(void)state;
	district_make(&d, 2);
	office_staff(&d.office);
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

static int64_t staff(void)
{
	return number("SELECT count(*) FROM t_staff");
}

static int64_t mine(const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_number(s->c.db, &d.e, -1, &n, sql, ""), 0);
	return n;
}

static void enrol(uint32_t role)
{
	struct buf text, encoded;
	struct enrolment en;

	buf_init(&text, LIMIT_MESSAGE * 2);
	buf_init(&encoded, LIMIT_MESSAGE);
	assert_int_equal(server_enrol(&d.office.s, OFFICE_SCHOOL, role, bytes_str("http://127.0.0.1:1"),
				      86400, &text, &d.e), 0);
	assert_int_equal(client_read_enrolment(buf_view(&text), &encoded, &en, &d.e), 0);
	assert_int_equal(renew_enrol(&s->c, &en, bytes_str("Phạm Thị Mẫu"), &d.e), 0);
	buf_release(&encoded);
	buf_release(&text);
}

static void complain(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	print_message("%s: %s\n", place, what);
}

static void expect_sound(void)
{
	struct fsck f = { .env = &d.office.env, .scratch = ":memory:", .found = complain };

	assert_int_equal(server_fsck(&f, d.office.dir, &d.e), 0);
	assert_int_equal(f.count, 0);
}

/* Signed, and the request lost on its way. */
static void sign_only(void)
{
	struct buf request;

	school_request(s, &request);
	buf_release(&request);
}

/* --- on purpose --- */

static void the_old_key_vouches(void **state)
{
	uint64_t old = s->c.key.id;

	(void)state;
	school_save(s, "Đã Ký");
	sign_only();
	school_save(s, "Chưa Ký");
	assert_int_equal(renew_key(&s->c, &d.e), 0);
	assert_int_not_equal(s->c.key.id, old);
	school_save(s, "Sau Khi Đổi");
	district_sync(&d, 0, &result);
	assert_int_equal(result.problems, 0);
	assert_int_equal(staff(), 3);
	assert_int_equal(school_waiting(s), 0);
	assert_true(s->c.enrolled);
	expect_sound();
	/* It is the store's for good. */
	client_close(&s->c);
	assert_int_equal(client_open(&s->c, env_os(), s->dir, &d.e), 0);
	assert_int_not_equal(s->c.key.id, old);
	assert_true(s->c.enrolled);
}

/* Whoever still has the old key. */
static void the_old_key_has_ended(void **state)
{
	struct school thief;
	struct forged f;
	struct bytes object;
	struct request r = { .counter = 99, .limit = 22, .objects = &object, .object_count = 1 };
	struct buf envelope, back;
	struct rid p;

	(void)state;
	school_save(s, "Trước");
	district_sync(&d, 0, NULL);
	thief = *s;
	assert_int_equal(renew_key(&s->c, &d.e), 0);
	district_sync(&d, 0, &result);
	forge_begin(&thief, OFFICE_SCHOOL, &f);
	p = draft_create(&f.draft, 100, RID_NONE, 0);
	draft_set(&f.draft, 100, p, 1001, value_text(bytes_str("Kẻ Chép Khóa")), false);
	object = forge_object(&thief, &f);
	buf_init(&envelope, LIMIT_MESSAGE);
	buf_init(&back, LIMIT_MESSAGE);
	forge_close_request(&thief, &r, &envelope);
	assert_int_equal(server_exchange(&d.office.s, buf_view(&envelope), &back, &d.e), 0);
	forge_open_reply(&d.office, &thief, buf_view(&back), &reply);
	assert_int_equal(reply.problem_count, 1);
	assert_int_equal(reply.problems[0].code, ERR_REVOKED);
	assert_int_equal(reply.stream_count, 0);
	assert_int_equal(number("SELECT count(*) FROM held"), 1);
	assert_int_equal(staff(), 1);
	buf_release(&envelope);
	buf_release(&back);
	/* And a person may take it in. */
	{
		uint64_t one = 1;
		struct adopted done;

		assert_int_equal(adopt_judge(&d.office.s, &d.office.officer, &one, 1, false,
					     bytes_str("Đúng là của đơn vị"), &done, &d.e), 0);
		assert_int_equal(done.applied, 1);
	}
	assert_int_equal(staff(), 2);
	district_sync(&d, 0, &result);
	district_sync(&d, 1, &result);
	expect_sound();
}

static void descendants_go_with_it(void **state)
{
	uint64_t first = s->c.key.id, second;
	struct revoked gone;

	(void)state;
	assert_int_equal(renew_key(&s->c, &d.e), 0);
	district_sync(&d, 0, &result);
	second = s->c.key.id;
	/* Unless a person excepts it. */
	assert_int_equal(revoke_key(&d.office.s, first, BYTES_NONE, &second, 1, &gone, &d.e), 0);
	assert_int_equal(gone.count, 1);
	school_save(s, "Vẫn Gửi Được");
	district_sync(&d, 0, &result);
	assert_int_equal(result.problems, 0);
	assert_int_equal(staff(), 1);
	assert_int_equal(renew_key(&s->c, &d.e), 0);
	district_sync(&d, 0, &result);
	assert_int_equal(revoke_key(&d.office.s, second, BYTES_NONE, NULL, 0, &gone, &d.e), 0);
	assert_int_equal(gone.count, 2);
	assert_int_equal(gone.list[1], s->c.key.id);
	school_save(s, "Không Gửi Được");
	district_sync(&d, 0, &result);
	assert_int_equal(result.problems, 1);
	assert_int_equal(staff(), 1);
	expect_sound();
}

/* --- by a new enrolment --- */

static void revoked_it_comes_back(void **state)
{
	uint64_t old = s->c.key.id, one = 1;
	struct adopted done;
	struct revoked gone;

	(void)state;
	assert_int_equal(revoke_key(&d.office.s, old, BYTES_NONE, NULL, 0, &gone, &d.e), 0);
	school_save(s, "Chờ Xét");
	district_sync(&d, 0, &result);
	assert_int_equal(renew_key(&s->c, &d.e), ERR_REVOKED);
	school_save(s, "Chưa Ký");
	enrol(ROLE_CLERK);
	assert_int_equal(s->c.revoked, 0);
	assert_int_equal(mine("SELECT count(*) FROM t_staff"), 2);
	district_sync(&d, 0, &result);
	assert_int_equal(result.problems, 0);
	assert_int_equal(staff(), 2);
	assert_int_equal(school_waiting(s), 0);
	/* What waits for a person is the same saves: they count once. */
	assert_int_equal(number("SELECT count(*) FROM held"), 1);
	assert_int_equal(adopt_judge(&d.office.s, &d.office.officer, &one, 1, false, BYTES_NONE, &done,
				     &d.e), 0);
	assert_int_equal(staff(), 2);
	district_sync(&d, 0, &result);
	assert_int_equal(mine("SELECT count(*) FROM t_staff"), 2);
	assert_int_equal(mine("SELECT count(*) FROM refused WHERE settled=0 AND code<>-70"), 0);
	expect_sound();
	/* The old key is no way to get at the new one. */
	assert_int_equal(revoke_key(&d.office.s, old, BYTES_NONE, NULL, 0, &gone, &d.e), ERR_REVOKED);
}

/* The computer hears of it only under its new key. */
static void taken_in_first_it_counts_once_too(void **state)
{
	uint64_t one = 1;
	struct adopted done;
	struct revoked gone;

	(void)state;
	assert_int_equal(revoke_key(&d.office.s, s->c.key.id, BYTES_NONE, NULL, 0, &gone, &d.e), 0);
	school_save(s, "Chờ Xét");
	district_sync(&d, 0, &result);
	school_save(s, "Chưa Ký");
	assert_int_equal(adopt_judge(&d.office.s, &d.office.officer, &one, 1, false, BYTES_NONE, &done,
				     &d.e), 0);
	assert_int_equal(staff(), 1);
	enrol(ROLE_CLERK);
	district_sync(&d, 0, &result);
	assert_int_equal(staff(), 2);
	assert_int_equal(mine("SELECT count(*) FROM t_staff"), 2);
	assert_int_equal(school_waiting(s), 0);
	expect_sound();
}

/* What a person has refused no new key brings in by the back door; its author may correct it. */
static void refused_it_stays_refused(void **state)
{
	uint64_t one = 1;
	struct adopted done;
	struct revoked gone;

	(void)state;
	assert_int_equal(revoke_key(&d.office.s, s->c.key.id, BYTES_NONE, NULL, 0, &gone, &d.e), 0);
	school_save(s, "Kẻ Gian");
	district_sync(&d, 0, &result);
	school_save(s, "Chưa Ký");
	assert_int_equal(adopt_judge(&d.office.s, &d.office.officer, &one, 1, true, BYTES_NONE, &done,
				     &d.e), 0);
	enrol(ROLE_CLERK);
	district_sync(&d, 0, &result);
	assert_int_equal(staff(), 1);
	assert_int_equal(school_waiting(s), 0);
	assert_int_equal(mine("SELECT count(*) FROM t_staff"), 1);
	assert_int_equal(mine("SELECT count(*) FROM refused WHERE code=-55"), 1);
	expect_sound();
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_old_key_vouches),
		T(the_old_key_has_ended),
		T(descendants_go_with_it),
		T(revoked_it_comes_back),
		T(taken_in_first_it_counts_once_too),
		T(refused_it_stays_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
