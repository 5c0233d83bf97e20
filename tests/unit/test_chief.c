/* Chiefs' keys on a unit's computer: whose enrolment makes one, what opens it, and that
 * nothing that signs lies open in the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "tests/lib/letters.h"

static struct letters l;
static const struct keybox_cost cheap = { 1, 8192 };

static int begin(void **state)
{
	(void)state;
	letters_make(&l);
	return 0;
}

static int end(void **state)
{
	(void)state;
	letters_end(&l);
	return 0;
}

#define OK(call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name(l.d.e.code), l.d.e.subject); \
	} while (0)

/* Adds from a new enrolment by this office. */
static int add(struct office *o, uint64_t unit, uint32_t role, const char *name,
	       const char *passphrase)
{
	struct buf text;
	int code;

	buf_init(&text, LIMIT_MESSAGE * 2);
	OK(server_enrol(&o->s, unit, role, bytes_str("http://x"), 86400, &text, &l.d.e));
	code = chief_add(l.here, buf_view(&text), bytes_str(name), bytes_str(passphrase), &cheap,
			 &l.d.e);
	buf_release(&text);
	return code;
}

static size_t count(struct chief **list)
{
	size_t n = 0;

	OK(chief_list(l.here, &l.d.a, list, &n, &l.d.e));
	return n;
}

static void enrolments_that_are_not_for_here(void **state)
{
	struct chief *list;
	struct office other;

	(void)state;
	office_make(&other);
	office_equip(&other);
	office_letters(&other);
	assert_int_equal(add(&other, OFFICE_SCHOOL, ROLE_CHIEF, "A", "x"), ERR_WRONG_DISTRICT);
	office_end(&other);
	assert_int_equal(add(&l.d.office, OFFICE_SCHOOL + 1, ROLE_CHIEF, "A", "x"),
			 ERR_OUT_OF_SCOPE);
	assert_int_equal(add(&l.d.office, OFFICE_SCHOOL, ROLE_CLERK, "A", "x"), ERR_NOT_ALLOWED);
	assert_int_equal(add(&l.d.office, OFFICE_SCHOOL, ROLE_OFFICER, "A", "x"), ERR_NOT_ALLOWED);
	assert_int_equal(chief_add(l.here, bytes_str("rác"), bytes_str("A"), bytes_str("x"), &cheap,
				   &l.d.e), ERR_MALFORMED);
	assert_int_equal(add(&l.d.office, OFFICE_SCHOOL, ROLE_CHIEF, "", "x"), ERR_BAD_VALUE);
	assert_int_equal(add(&l.d.office, OFFICE_SCHOOL, ROLE_CHIEF, "A", ""), ERR_PASSPHRASE);
	assert_int_equal(count(&list), 1);
}

/* A name is what it reads as, however the keyboard writes it. */
static void names_are_texts(void **state)
{
	struct chief *list;
	struct chief_key k;

	(void)state;
	OK(add(&l.d.office, OFFICE_SCHOOL, ROLE_CHIEF, "Le\xcc\x82 Thi\xcc\xa3 Hai", "x"));
	OK(chief_open(l.here, bytes_str("Lê Thị Hai"), bytes_str("x"), &k, &l.d.e));
	chief_close(&k);
	OK(chief_open(l.here, bytes_str("Le\xcc\x82 Thi\xcc\xa3 Hai"), bytes_str("x"), &k, &l.d.e));
	chief_close(&k);
	assert_int_equal(chief_open(l.here, bytes_str("Lê Thị Ba"), bytes_str("x"), &k, &l.d.e),
			 ERR_NO_CHIEF);
	assert_int_equal(count(&list), 2);
}

static void several_chiefs_sign_side_by_side(void **state)
{
	struct rid a = letters_new(&l, l.here, 1);
	struct exchange_result r;
	struct chief_key k;

	(void)state;
	OK(add(&l.d.office, OFFICE_SCHOOL, ROLE_CHIEF, "Lê Thị Hai", "của Hai"));
	assert_int_equal(chief_open(l.here, bytes_str("Lê Thị Hai"), bytes_str(OFFICE_PASSPHRASE),
				    &k, &l.d.e), ERR_PASSPHRASE);
	OK(chief_open(l.here, bytes_str("Lê Thị Hai"), bytes_str("của Hai"), &k, &l.d.e));
	chief_close(&k);
	letters_sign(&l, a);
	assert_int_equal(district_exchange(&l.d, 0, LIMIT_MESSAGE_FIRST, &r), 0);
	assert_int_equal(letters_state(&l, &l.d.office.s.replica, a), LETTER_SIGNED);
	assert_int_equal(office_number(&l.d.office, "SELECT count(*) FROM device WHERE stream=31 "
				       "AND role=2"), 2);
}

static void a_new_enrolment_keeps_the_key(void **state)
{
	struct chief *list;
	uint64_t device;

	(void)state;
	assert_int_equal(count(&list), 1);
	device = list[0].device;
	assert_int_equal(add(&l.d.office, OFFICE_SCHOOL, ROLE_CHIEF, CHIEF, "khác"), ERR_PASSPHRASE);
	OK(add(&l.d.office, OFFICE_SCHOOL, ROLE_CHIEF, CHIEF, OFFICE_PASSPHRASE));
	assert_int_equal(count(&list), 1);
	assert_true(list[0].device == device);
	/* Once the server knows it, there is nothing more to claim. */
	letters_everywhere(&l);
	assert_int_equal(count(&list), 1);
	assert_true(list[0].certified);
	assert_int_equal(add(&l.d.office, OFFICE_SCHOOL, ROLE_CHIEF, CHIEF, OFFICE_PASSPHRASE),
			 ERR_EXISTS);
}

static void a_new_passphrase(void **state)
{
	struct bytes old = bytes_str(OFFICE_PASSPHRASE), fresh = bytes_str("mới");
	struct chief_key k, again;

	(void)state;
	OK(chief_open(l.here, bytes_str(CHIEF), old, &k, &l.d.e));
	assert_int_equal(chief_passphrase(l.here, bytes_str(CHIEF), fresh, fresh, &cheap, &l.d.e),
			 ERR_PASSPHRASE);
	assert_int_equal(chief_passphrase(l.here, bytes_str(CHIEF), old, BYTES_NONE, &cheap, &l.d.e),
			 ERR_PASSPHRASE);
	OK(chief_passphrase(l.here, bytes_str(CHIEF), old, fresh, &cheap, &l.d.e));
	assert_int_equal(chief_open(l.here, bytes_str(CHIEF), old, &again, &l.d.e), ERR_PASSPHRASE);
	OK(chief_open(l.here, bytes_str(CHIEF), fresh, &again, &l.d.e));
	assert_memory_equal(again.key.secret, k.key.secret, SIGN_SECRET);
	chief_close(&k);
	chief_close(&again);
}

/* Neither the secret key nor the enrolment's secret stands in the store's files. */
static void nothing_that_signs_lies_open(void **state)
{
	static const char *const files[] = { "store.db", "store.db-wal" };
	struct chief_key k;
	char path[200];
	size_t i, n;

	(void)state;
	letters_sign(&l, letters_new(&l, l.here, 5));
	OK(chief_open(l.here, bytes_str(CHIEF), bytes_str(OFFICE_PASSPHRASE), &k, &l.d.e));
	for (i = 0; i < 2; i++) {
		struct buf b;

		snprintf(path, sizeof path, "%s/%s", l.d.clients[0].dir, files[i]);
		office_file(path, &b);
		assert_true(b.len > 0);
		/* The first half is the seed; the second is the public key. */
		for (n = 0; n + 32 <= b.len; n++)
			assert_memory_not_equal(b.at + n, k.key.secret, 32);
		buf_release(&b);
	}
	chief_close(&k);
	for (n = 0; n < sizeof k; n++)
		assert_int_equal(((uint8_t *)&k)[n], 0);
}

static void what_waits_is_told(void **state)
{
	struct client_waiting w;
	struct chief *list;
	const char *standing;
	struct rid r = letters_new(&l, l.here, 5);

	(void)state;
	OK(client_standing(l.here, OFFICE_SCHOOL, r, &standing, &l.d.e));
	assert_string_equal(standing, "local");
	letters_sign(&l, r);
	OK(client_standing(l.here, OFFICE_SCHOOL, r, &standing, &l.d.e));
	assert_string_equal(standing, "sent");
	OK(client_waiting(l.here, &w, &l.d.e));
	assert_int_equal(w.changesets, 2);
	assert_int_equal(w.signatures, 1);
	assert_int_equal(w.transactions, 0);
	count(&list);
	assert_int_equal(list[0].waiting, 1);
	letters_everywhere(&l);
	OK(client_standing(l.here, OFFICE_SCHOOL, r, &standing, &l.d.e));
	assert_string_equal(standing, "received");
	count(&list);
	assert_int_equal(list[0].waiting, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(enrolments_that_are_not_for_here), TEST(names_are_texts),
		TEST(several_chiefs_sign_side_by_side), TEST(a_new_enrolment_keeps_the_key),
		TEST(a_new_passphrase), TEST(nothing_that_signs_lies_open),
		TEST(what_waits_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
