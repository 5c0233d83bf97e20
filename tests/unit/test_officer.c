/* Officers by name: as a person types it, and never the wrong one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/identity/officer.h"
#include "tests/lib/office.h"

static struct office o;

static int make(void **state)
{
	(void)state;
	office_make(&o);
	office_equip(&o);
	office_staff(&o);
	return 0;
}

static int end(void **state)
{
	(void)state;
	office_end(&o);
	return 0;
}

static void expect_open(const char *name, int code)
{
	struct sign_key key = { .id = 0 };

	if (server_officer_open(&o.s, bytes_str(name), bytes_str(OFFICE_PASSPHRASE), &key, &o.e) !=
	    code)
		fail_msg("%s: %s", name, err_name(o.e.code));
	assert_int_equal(key.id, code == 0 ? o.officer.id : 0);
}

static void a_name_is_what_it_reads_as(void **state)
{
	(void)state;
	expect_open("Nguyễn Thị Mẫu", 0);
	expect_open("Nguye\xcc\x82\xcc\x83n Thi\xcc\xa3 Ma\xcc\x82\xcc\x83u", 0);
	expect_open("NGUYỄN THỊ MẪU", 0);
	expect_open("nguyen thi mau", 0);
	expect_open("Nguyễn Thị Mầu", ERR_NO_OFFICER);
	expect_open("Nguyen Thi", ERR_NO_OFFICER);
	expect_open("\xff", ERR_NO_OFFICER);
	expect_open("", ERR_NO_OFFICER);
}

static void a_namesake_but_for_marks_asks_for_marks(void **state)
{
	const struct keybox_cost cheap = { 1, 8192 };

	(void)state;
	assert_int_equal(officer_add(&o.s, bytes_str("Nguyễn Thị Mầu"), OFFICE_UNIT, ROLE_OFFICER,
				     bytes_str("khác"), &cheap, &o.e), 0);
	expect_open("nguyen thi mau", ERR_NO_OFFICER);
	expect_open("NGUYỄN THỊ MẪU", 0);
	expect_open("Nguyễn Thị Mầu", ERR_PASSPHRASE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_what_it_reads_as),
		cmocka_unit_test(a_namesake_but_for_marks_asks_for_marks),
	};

	return cmocka_run_group_tests(tests, make, end);
}
