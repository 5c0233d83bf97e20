/* client/client: where a computer may write, and what is left of an init that was cut
 * off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <sodium.h>

#include "tests/lib/district.h"

static struct district_fixture d;

static int setup(void **state)
{
	(void)state;
	district_make(&d, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

/* Not in another unit's stream, not in stream 0; in its own again afterwards. */
static void only_in_its_own_stream(void **state)
{
	struct client *c = &d.clients[0].c;
	const uint64_t foreign[] = { 0, c->unit + 1 };
	struct draft draft;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++)
		assert_int_equal(client_begin(c, foreign[i], &d.a, &draft, &d.e),
				 ERR_OUT_OF_SCOPE);
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	client_drop(c);
}

static void enrol(struct buf *text)
{
	buf_init(text, 1 << 20);
	assert_int_equal(server_enrol(&d.office.s, d.clients[0].c.unit, 1,
				      bytes_str("http://127.0.0.1:1"), 3600, text, &d.e), 0);
}

/* A power cut between the file and its tables leaves an empty store: no store. One
 * that stands is left alone. */
static void an_empty_store_is_none(void **state)
{
	char dir[128], path[160];
	struct buf text;
	struct client c;

	(void)state;
	snprintf(dir, sizeof dir, "%s/cut", d.clients[0].dir);
	snprintf(path, sizeof path, "%s/store.db", dir);
	assert_int_equal(env_make_dirs(dir, &d.e), 0);
	assert_int_equal(env_write_file(path, BYTES_NONE, 0600, &d.e), 0);
	enrol(&text);
	assert_int_equal(client_init(env_os(), dir, buf_view(&text), bytes_str("Lan"), &d.e), 0);
	assert_int_equal(client_open(&c, env_os(), dir, &d.e), 0);
	client_close(&c);
	assert_int_equal(client_init(env_os(), dir, buf_view(&text), bytes_str("Lan"), &d.e),
			 ERR_STORE_EXISTS);
	assert_int_equal(client_open(&c, env_os(), dir, &d.e), 0);
	client_close(&c);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_in_its_own_stream),
		cmocka_unit_test(an_empty_store_is_none),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}
