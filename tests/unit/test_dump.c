/* Dumps: what can be read with which keys, and what stays hidden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "client/dump.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"
#include "tests/lib/district.h"

static struct district_fixture d;
static struct buf request, reply;

static int make(void **state)
{
	(void)state;
	district_make(&d, 2);
	buf_init(&request, LIMIT_MESSAGE);
	buf_init(&reply, LIMIT_MESSAGE);
	district_add(&d, 0, "{\"type\":\"staff\",\"full_name\":\"Lê Thị Mẫu\","
			    "\"cccd\":\"000190000001\"}");
	assert_int_equal(exchange_prepare(&d.clients[0].c, LIMIT_MESSAGE_FIRST, &request, &d.e),
			 0);
	assert_int_equal(server_exchange(&d.office.s, buf_view(&request), &reply, &d.e), 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_release(&request);
	buf_release(&reply);
	district_end(&d);
	return 0;
}

static struct dump dump_as(struct client *c)
{
	struct dump how = { .client = c, .arena = &d.a };
	struct schema *schema = NULL;

	if (c != NULL)
		assert_int_equal(replica_schema_now(&c->replica, &schema, &d.e), 0);
	how.schema = schema;
	return how;
}

/* The tree as text. */
static const char *text_of(const struct dump *how, struct bytes in)
{
	static char text[200000];
	json_t *tree = NULL;
	struct buf b;

	if (dump_bytes(how, in, &tree, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
	buf_init(&b, sizeof text - 1);
	dump_text(tree, &b);
	assert_false(b.failed);
	memcpy(text, b.at, b.len);
	text[b.len] = '\0';
	buf_release(&b);
	json_decref(tree);
	return text;
}

static void own_messages_open_with_own_keys(void **state)
{
	struct dump how = dump_as(&d.clients[0].c);
	const char *text = text_of(&how, buf_view(&request));

	(void)state;
	assert_non_null(strstr(text, "kind: request"));
	assert_non_null(strstr(text, "full_name"));
	assert_non_null(strstr(text, "Lê Thị Mẫu"));
	assert_null(strstr(text, "000190000001"));
	how.secrets = true;
	assert_non_null(strstr(text_of(&how, buf_view(&request)), "000190000001"));
	text = text_of(&how, buf_view(&reply));
	assert_non_null(strstr(text, "kind: reply"));
	assert_non_null(strstr(text, "signature: "));
}

static void others_see_the_envelope_alone(void **state)
{
	struct dump other = dump_as(&d.clients[1].c), none = dump_as(NULL);
	const struct dump *const hows[] = { &other, &none };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		const char *text = text_of(hows[i], buf_view(&request));

		assert_non_null(strstr(text, "kind: envelope"));
		assert_non_null(strstr(text, "code: not_sealed_to_us"));
		assert_null(strstr(text, "full_name"));
	}
	assert_non_null(strstr(text_of(&none, buf_view(&reply)), "not_sealed_to_us"));
	/* The reply's envelope does not say for whom it is. */
	assert_non_null(strstr(text_of(&other, buf_view(&reply)), "code: bad_seal"));
}

static void enrolments_hide_their_secret(void **state)
{
	struct dump how = dump_as(NULL);
	struct buf text;
	const char *tree;

	(void)state;
	buf_init(&text, LIMIT_MESSAGE * 2);
	assert_int_equal(server_enrol(&d.office.s, OFFICE_SCHOOL, ROLE_CLERK,
				      bytes_str("http://x"), 86400, &text, &d.e), 0);
	tree = text_of(&how, buf_view(&text));
	assert_non_null(strstr(tree, "kind: enrolment"));
	assert_non_null(strstr(tree, "secret: ***"));
	assert_non_null(strstr(tree, "signatures: ok"));
	assert_non_null(strstr(tree, "address: http://x"));
	buf_release(&text);
}

static void refusals_and_rubbish(void **state)
{
	struct dump how = dump_as(NULL);
	struct buf refusal;
	json_t *tree = NULL;
	size_t n;

	(void)state;
	buf_init(&refusal, 64);
	seal_refuse(ERR_REVOKED, &refusal);
	assert_non_null(strstr(text_of(&how, buf_view(&refusal)), "error: revoked"));
	buf_release(&refusal);
	assert_int_equal(dump_bytes(&how, BYTES_NONE, &tree, &d.e), ERR_MALFORMED);
	assert_int_equal(dump_bytes(&how, bytes_str("hello"), &tree, &d.e), ERR_MALFORMED);
	/* Long enough for an object, but none. */
	assert_int_equal(dump_bytes(&how, (struct bytes){ request.at + 30, 90 }, &tree, &d.e),
			 ERR_MALFORMED);
	assert_null(tree);
	/* Cut short at any place: told or refused, never a crash. */
	for (n = 0; n < request.len; n++)
		if (dump_bytes(&how, (struct bytes){ request.at, n }, &tree, &d.e) == 0)
			json_decref(tree);
}

static void what_is_carried_is_shown(void **state)
{
	struct dump how;
	struct buf with_chief;
	const char *text;

	(void)state;
	office_letters(&d.office);
	district_sync(&d, 1, NULL);
	school_chief(&d.clients[1], &d.office, "Trần Thị Ký");
	school_save_as(&d.clients[1], "Trần Thị Ký", "Lê Văn Mang");
	school_request(&d.clients[1], &with_chief);
	how = dump_as(&d.clients[1].c);
	text = text_of(&how, buf_view(&with_chief));
	assert_non_null(strstr(text, "carried"));
	assert_non_null(strstr(text, "Lê Văn Mang"));
	assert_non_null(strstr(text, "claims"));
	assert_non_null(strstr(text, "author: Trần Thị Ký"));
	buf_release(&with_chief);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_messages_open_with_own_keys),
		cmocka_unit_test(others_see_the_envelope_alone),
		cmocka_unit_test(enrolments_hide_their_secret),
		cmocka_unit_test(refusals_and_rubbish),
		cmocka_unit_test(what_is_carried_is_shown),
	};

	return cmocka_run_group_tests(tests, make, end);
}
