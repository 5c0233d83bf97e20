/* Pins as people and programs write them, and what a computer makes of the district's word
 * on where its server is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/sync/route.h"
#include "server/identity/link.h"
#include "tests/lib/district.h"

#define ZEROS "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define ONES  "//////////////////////////////////////////8="

static void pins_are_read_as_they_are_written(void **state)
{
	struct pins p = { .count = 2 }, back = { .count = 0 };
	struct buf text;

	(void)state;
	memset(p.key[1], 0xff, PIN_SIZE);
	buf_init(&text, 512);
	pins_put(&p, &text);
	assert_true(bytes_equal(buf_view(&text), bytes_str("sha256//" ZEROS ";sha256//" ONES)));
	assert_int_equal(pins_read(buf_view(&text), &back, NULL), 0);
	assert_int_equal(back.count, 2);
	assert_memory_equal(back.key, p.key, 2 * PIN_SIZE);
	buf_release(&text);
}

static void pins_as_people_type_them(void **state)
{
	static const struct {
		const char *text;
		int code;
		size_t count;
	} cases[] = {
		{ "", 0, 0 },
		{ " ; , ", 0, 0 },
		{ ZEROS, 0, 1 },
		{ "  sha256//" ZEROS "\r\n", 0, 1 },
		{ ONES ", " ZEROS, 0, 2 },
		{ "00000000000000000000000000000000000000000000000000000000000000Af", 0, 1 },
		{ "00000000000000000000000000000000000000000000000000000000000000A", ERR_BAD_VALUE, 0 },
		{ "0000000000000000000000000000000000000000000000000000000000000xyz", ERR_BAD_VALUE, 0 },
		{ "sha256//", ERR_BAD_VALUE, 0 },
		{ "sha1//" ZEROS, ERR_BAD_VALUE, 0 },
		{ "AAAA" ZEROS, ERR_BAD_VALUE, 0 },
		{ ZEROS " x", ERR_BAD_VALUE, 1 },
		{ ONES " " ONES " " ONES " " ONES, 0, 4 },
		{ ONES " " ONES " " ONES " " ONES " " ONES, ERR_TOO_LARGE, 4 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pins p = { .count = 0 };

		if (pins_read(bytes_str(cases[i].text), &p, NULL) != cases[i].code ||
		    p.count != cases[i].count)
			fail_msg("%s", cases[i].text);
	}
}

static void expect_way(struct client *c, const char *address, const char *before,
		       const char *pins)
{
	struct route w;

	assert_int_equal(route_read(c, &w, NULL), 0);
	assert_string_equal((char *)w.address.at, address);
	assert_string_equal((char *)w.before.at, before);
	assert_string_equal((char *)w.pins.at, pins);
	route_release(&w);
}

static struct pins pins_of(const char *text)
{
	struct pins p = { .count = 0 };

	assert_int_equal(pins_read(bytes_str(text), &p, NULL), 0);
	return p;
}

static void the_last_word_counts(void **state)
{
	struct district_fixture d;
	struct client *c = &d.clients[0].c;
	struct server *s = &d.office.s;
	const struct pins none = { .count = 0 }, zeros = pins_of(ZEROS), ones = pins_of(ONES);
	struct stream_head before, after;

	(void)state;
	district_make(&d, 1);
	expect_way(c, "http://127.0.0.1:1", "", "");
	/* The district has said nothing of keys: what the computer has stays. */
	assert_int_equal(server_link_set(s, bytes_str("https://b"), &none, &d.e), 0);
	assert_int_equal(route_keep_pins(c, &ones, NULL), 0);
	district_sync(&d, 0, NULL);
	expect_way(c, "https://b", "http://127.0.0.1:1", "sha256//" ONES);
	assert_int_equal(server_link_set(s, bytes_str("https://b"), &zeros, &d.e), 0);
	district_sync(&d, 0, NULL);
	expect_way(c, "https://b", "http://127.0.0.1:1", "sha256//" ZEROS);
	/* A person's word is later than the district's, until that says something new. */
	assert_int_equal(route_keep_pins(c, &ones, NULL), 0);
	district_sync(&d, 0, NULL);
	expect_way(c, "https://b", "http://127.0.0.1:1", "sha256//" ONES);
	assert_int_equal(server_link_set(s, bytes_str("https://c"), &zeros, &d.e), 0);
	district_sync(&d, 0, NULL);
	expect_way(c, "https://c", "https://b", "sha256//" ZEROS);
	/* The same again is no change of stream 0. */
	assert_int_equal(replica_head(&s->replica, 0, &before, NULL), 0);
	assert_int_equal(server_link_set(s, bytes_str("https://c"), &zeros, &d.e), 0);
	assert_int_equal(replica_head(&s->replica, 0, &after, NULL), 0);
	assert_true(before.seq == after.seq);
	assert_int_equal(server_link_set(s, bytes_str("http://c"), &zeros, &d.e), ERR_BAD_VALUE);
	assert_int_equal(server_link_set(s, bytes_str("ftp://c"), &none, &d.e), ERR_BAD_VALUE);
	assert_int_equal(server_link_set(s, bytes_str("https://c d"), &none, &d.e), ERR_BAD_VALUE);
	district_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pins_are_read_as_they_are_written),
		cmocka_unit_test(pins_as_people_type_them),
		cmocka_unit_test(the_last_word_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
