/* Fetching an enrolment by its code: what comes of it, and what must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/identity/fetch.h"
#include "client/sync/route.h"
#include "server/exchange/exchange.h"
#include "server/identity/link.h"
#include "tests/lib/district.h"

#define HERE bytes_str("https://here")

static int make(void **state)
{
	struct district_fixture *d = calloc(1, sizeof *d);

	district_make(d, 0);
	*state = d;
	return 0;
}

static int end(void **state)
{
	district_end(*state);
	free(*state);
	return 0;
}

static void give(struct district_fixture *d, struct code *code)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	assert_int_equal(server_enrol_order(&d->office.s, &(struct enrol_order){
				.unit = OFFICE_SCHOOL, .role = ROLE_CLERK, .address = HERE,
				.seconds = 100, .code = code }, &text, &d->e), 0);
	buf_release(&text);
}

/* Asks, and gets an answer into `reply`. */
static void ask(struct district_fixture *d, struct fetch *f, const struct code *code,
		struct buf *reply)
{
	struct buf request;

	buf_init(&request, 1000);
	buf_init(reply, 1 << 20);
	fetch_request(f, &d->office.env, code, &request);
	assert_int_equal(server_exchange(&d->office.s, buf_view(&request), reply, &d->e), 0);
	buf_release(&request);
}

static int take(struct fetch *f, struct buf *reply, struct buf *text)
{
	buf_init(text, 1 << 20);
	return fetch_take(f, buf_view(reply), HERE, text, NULL);
}

static void a_computer_is_made_of_a_code(void **state)
{
	struct district_fixture *d = *state;
	const struct pins pins = { .count = 1 };
	struct buf reply, text, again;
	struct route route;
	struct code code;
	struct fetch f;
	struct client c;
	char dir[] = "/tmp/dongbo-fetch-XXXXXX", command[64];
	size_t first;

	assert_int_equal(server_link_set(&d->office.s, BYTES_NONE, &pins, &d->e), 0);
	give(d, &code);
	ask(d, &f, &code, &reply);
	first = reply.len;
	assert_true(first < 1500);
	assert_int_equal(take(&f, &reply, &text), 0);
	/* Nothing is used up by asking. */
	buf_release(&reply);
	ask(d, &f, &code, &reply);
	assert_int_equal(take(&f, &reply, &again), 0);
	assert_non_null(mkdtemp(dir));
	assert_int_equal(client_init(&d->office.env, dir, buf_view(&text), bytes_str("Mẫu"), &d->e),
			 0);
	assert_int_equal(client_open(&c, &d->office.env, dir, &d->e), 0);
	assert_int_equal(c.unit, OFFICE_SCHOOL);
	assert_true(c.unit_name.len > 0);
	assert_int_equal(route_read(&c, &route, NULL), 0);
	assert_string_equal((char *)route.address.at, "https://here");
	assert_true(strncmp((char *)route.pins.at, "sha256//", 8) == 0);
	route_release(&route);
	client_close(&c);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
	fetch_wipe(&f);
	buf_release(&again);
	buf_release(&text);
	buf_release(&reply);
}

static void refusals(void **state)
{
	struct district_fixture *d = *state;
	struct code code, other;
	struct buf reply, text;
	struct fetch f;

	give(d, &code);
	/* Never given. */
	other = code;
	other.seed[0] ^= 1;
	ask(d, &f, &other, &reply);
	assert_int_equal(take(&f, &reply, &text), ERR_ENROL_UNKNOWN);
	buf_release(&reply);
	/* The id is known, the secret is not. */
	assert_int_equal(db_exec(d->office.s.db, NULL, "UPDATE enrolment SET secret=zeroblob(16)", ""),
			 0);
	ask(d, &f, &code, &reply);
	assert_int_equal(take(&f, &reply, &text), ERR_ENROL_MAC);
	buf_release(&reply);
	give(d, &code);
	d->office.now += 101;
	ask(d, &f, &code, &reply);
	assert_int_equal(take(&f, &reply, &text), ERR_ENROL_EXPIRED);
	buf_release(&reply);
	assert_int_equal(db_exec(d->office.s.db, NULL, "UPDATE enrolment SET used=1, "
				 "key=zeroblob(32)", ""), 0);
	ask(d, &f, &code, &reply);
	assert_int_equal(take(&f, &reply, &text), ERR_ENROL_USED);
	buf_release(&reply);
	assert_int_equal(text.len, 0);
}

/* Whoever is in between, or answers in the server's place. */
static void replies_that_are_refused(void **state)
{
	struct district_fixture *d = *state;
	struct code code, second;
	struct buf reply, text, theirs;
	struct fetch f, g;
	size_t i;

	give(d, &code);
	give(d, &second);
	ask(d, &f, &code, &reply);
	/* Every byte counts. */
	for (i = 0; i < reply.len; i += 3) {
		reply.at[i] ^= 0x20;
		assert_int_not_equal(take(&f, &reply, &text), 0);
		assert_int_equal(text.len, 0);
		buf_release(&text);
		reply.at[i] ^= 0x20;
	}
	for (i = 0; i < reply.len; i += 7) {
		buf_init(&text, 1 << 20);
		assert_int_not_equal(fetch_take(&f, (struct bytes){ reply.at, i }, HERE, &text, NULL),
				     0);
		buf_release(&text);
	}
	/* A code of another district. */
	f.code.print[9] ^= 1;
	assert_int_equal(take(&f, &reply, &text), ERR_WRONG_DISTRICT);
	f.code.print[9] ^= 1;
	/* The answer to another code, to another's key; one's own code, but not its enrolment. */
	ask(d, &g, &second, &theirs);
	assert_int_equal(take(&f, &theirs, &text), ERR_BAD_SEAL);
	g.secret[3] ^= 1;
	assert_int_equal(take(&g, &theirs, &text), ERR_ENROL_UNKNOWN);
	g.secret[3] ^= 1;
	assert_int_equal(take(&g, &theirs, &text), 0);
	buf_release(&text);
	assert_int_equal(take(&f, &reply, &text), 0);
	buf_release(&text);
	buf_release(&theirs);
	buf_release(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)
		TEST(a_computer_is_made_of_a_code),
		TEST(refusals),
		TEST(replies_that_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
