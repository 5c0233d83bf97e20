/* When a record was handed in, kept from its moves: first and last receipt, returns, what
 * is taken back; made again where a new pack sees its states otherwise. */
#include "common/replica/fsck.h"
#include "tests/unit/calendar_sample.h"

enum { HOUR = 3600 };

struct row {
	int64_t first, last, returned, standing;
};

static bool filing(struct rid id, struct row *out)
{
	struct stmt *q;
	int code;

	OK(db_query(d.office.s.db, &d.e, &q, "SELECT first, last, returned, standing FROM filing "
		    "WHERE stream=31 AND device=$1 AND op=$2", "uu", id.device, id.op));
	code = db_step(q, &d.e);
	if (code == 1)
		*out = (struct row){ db_int(q, 0), db_int(q, 1), db_int(q, 2), db_int(q, 3) };
	db_done(q);
	return code == 1;
}

static void expect_filing(struct rid id, int64_t first, int64_t last, int64_t returned,
			  int64_t standing)
{
	struct row row;

	assert_true(filing(id, &row));
	assert_int_equal(row.first, first);
	assert_int_equal(row.last, last);
	assert_int_equal(row.returned, returned);
	assert_int_equal(row.standing, standing);
}

static void moves_are_receipts_returns_and_withdrawals(void **state)
{
	int64_t begun = at(2026, 12, 1, 8, 0, 0);
	struct row row;
	struct rid id;

	(void)state;
	now_is(begun);
	id = put(FIRST, "{\"type\":\"report\",\"of_year\":2026}", NULL);
	assert_false(filing(id, &row));
	now_is(begun + HOUR);
	move(FIRST, id, "signed");
	expect_filing(id, begun + HOUR, begun + HOUR, 0, 1);
	/* A step further is no new receipt. */
	now_is(begun + 2 * HOUR);
	move(FIRST, id, "verified");
	expect_filing(id, begun + HOUR, begun + HOUR, 0, 1);
	now_is(begun + 3 * HOUR);
	move(FIRST, id, "returned");
	expect_filing(id, begun + HOUR, begun + HOUR, 1, 2);
	now_is(begun + 4 * HOUR);
	move(FIRST, id, "signed");
	expect_filing(id, begun + HOUR, begun + 4 * HOUR, 1, 1);
	now_is(begun + 5 * HOUR);
	move(FIRST, id, "withdrawn");
	expect_filing(id, begun + HOUR, begun + 4 * HOUR, 1, 0);
}

/* Publishes the pack once more, with one text replaced. */
static void publish_again(int version, const char *what, const char *with)
{
	struct buf json, out;
	const char *at_text, *end;
	char number[32];

	office_file("tests/unit/data/calendar-pack.json", &json);
	buf_byte(&json, 0);
	buf_init(&out, 1 << 20);
	snprintf(number, sizeof number, "\"version\": %d", version);
	at_text = strstr((const char *)json.at, "\"version\": 1");
	assert_non_null(at_text);
	buf_put(&out, json.at, (size_t)(at_text - (const char *)json.at));
	buf_printf(&out, "%s", number);
	at_text += strlen("\"version\": 1");
	end = strstr(at_text, what);
	assert_non_null(end);
	buf_put(&out, at_text, (size_t)(end - at_text));
	buf_printf(&out, "%s%s", with, end + strlen(what));
	OK(server_publish(&d.office.s, buf_view(&out), BYTES_NONE, &d.e));
	buf_release(&out);
	buf_release(&json);
}

/* The client's rows are made by the same moves; the log gives them all again. */
static void expect_the_same_everywhere(void)
{
	static const char sum[] = "SELECT coalesce(sum(first * 7 + last * 5 + signed * 3 + returned * 2 + "
				  "standing), 0) FROM filing WHERE stream=31";
	int64_t client = -1;

	district_sync(&d, 0, NULL);
	OK(db_number(d.clients[0].c.db, &d.e, -1, &client, sum, ""));
	assert_int_equal(client, office_number(&d.office, sum));
}

static void a_pack_that_sees_states_otherwise_makes_them_again(void **state)
{
	int64_t begun = at(2026, 12, 1, 8, 0, 0);
	struct rid id, draft;
	struct row row;

	(void)state;
	now_is(begun);
	id = put(FIRST, "{\"type\":\"report\",\"of_year\":2026}", "signed");
	draft = put(FIRST, "{\"type\":\"report\",\"of_year\":2026}", NULL);
	now_is(begun + HOUR);
	move(FIRST, id, "verified");
	expect_filing(id, begun, begun, 0, 1);
	/* Signing alone hands nothing in any more. */
	publish_again(2, "\"Signed\", \"filed\": true", "\"Signed\"");
	expect_filing(id, begun + HOUR, begun + HOUR, 0, 1);
	assert_false(filing(draft, &row));
	expect_the_same_everywhere();
	/* And again it does. */
	publish_again(3, "\"Annual report\"", "\"Yearly report\"");
	expect_filing(id, begun, begun, 0, 1);
	expect_the_same_everywhere();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, make, end)
		T(moves_are_receipts_returns_and_withdrawals),
		T(a_pack_that_sees_states_otherwise_makes_them_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
