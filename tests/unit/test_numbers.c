/* Official numbers given by computers: each once, whoever gives it, with a link or without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/numbers.h"
#include "client/sync/exchange.h"
#include "common/edit/edit.h"
#include "common/query/query.h"
#include "common/replica/lease.h"
#include "server/exchange/exchange.h"
#include "server/heal/generation.h"
#include "server/pack/publish.h"
#include "tests/lib/district.h"

enum { CASE = 950, CASE_SUBJECT = 9501, CASE_FILE, CASE_PLATE, FILES_LEASE = 5 };

/* Two computers of one school, and a pack with registers that are leased. */
static int make(void **state)
{
	struct district_fixture *d = calloc(1, sizeof *d);
	struct buf json;
	size_t i;

	district_make(d, 2);
	office_file("tests/data/cases.json", &json);
	assert_int_equal(server_publish(&d->office.s, buf_view(&json), BYTES_NONE, &d->e), 0);
	buf_release(&json);
	/* The first brings the pack and with it the wish, the second the blocks. */
	for (i = 0; i < 4; i++)
		district_sync(d, i % 2, NULL);
	*state = d;
	return 0;
}

/* Whatever was done, the log says the same. */
static int end(void **state)
{
	district_end(*state);
	free(*state);
	return 0;
}

static struct schema *schema(struct client *c)
{
	struct schema *s;

	assert_int_equal(replica_schema_now(&c->replica, &s, NULL), 0);
	return s;
}

/* A new record with the numbers that it gets; how many. */
static struct rid add_case(struct district_fixture *d, size_t client, size_t *drawn)
{
	struct client *c = &d->clients[client].c;
	const struct type *t = schema_type(schema(c), CASE);
	const struct pack_register *empty;
	struct draft draft;
	struct rid id;

	assert_int_equal(client_begin(c, c->unit, &d->a, &draft, &d->e), 0);
	id = draft_create(&draft, CASE, RID_NONE, 0);
	draft_set(&draft, CASE, id, CASE_SUBJECT, value_text(bytes_str("Vụ việc")), false);
	assert_int_equal(numbers_draw(c, schema(c), &draft, t, id, NULL, drawn, &empty, &d->e), 0);
	assert_int_equal(empty == NULL, *drawn == 2);
	assert_int_equal(client_save(c, &draft, NULL, &d->e), 0);
	return id;
}

static int64_t value_in(struct replica *r, struct arena *a, struct rid id, uint32_t field)
{
	struct record rec;
	struct value v;

	assert_int_equal(query_record(r, OFFICE_SCHOOL, id, a, &rec, NULL), 0);
	v = record_value(&rec, field);
	return v.kind == VALUE_INT ? v.n : 0;
}

static int64_t number(struct district_fixture *d, size_t client, struct rid id, uint32_t field)
{
	return value_in(&d->clients[client].c.replica, &d->a, id, field);
}

static struct numbers left(struct district_fixture *d, size_t client, const char *reg)
{
	struct client *c = &d->clients[client].c;
	struct numbers *list;
	size_t count, i;

	assert_int_equal(numbers_list(c, schema(c), &d->a, &list, &count, &d->e), 0);
	assert_int_equal(count, 2);
	for (i = 0; i < count; i++)
		if (strcmp(list[i].reg->code, reg) == 0)
			return list[i];
	fail();
	return list[0];
}

static void computers_give_numbers_offline_and_none_twice(void **state)
{
	struct district_fixture *d = *state;
	int64_t seen[64];
	size_t client, i, k, drawn, n = 0;

	for (client = 0; client < 2; client++)
		assert_int_equal(left(d, client, "files").left, FILES_LEASE);
	for (client = 0; client < 2; client++)
		for (i = 0; i < 3; i++)
			seen[n++] = number(d, client, add_case(d, client, &drawn), CASE_FILE);
	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++)
			assert_true(seen[i] != 0 && seen[i] != seen[k]);
	assert_int_equal(seen[0], 2026 * (int64_t)REGISTER_YEAR + 1);
	assert_int_equal(seen[1], seen[0] + 1);
	district_sync(d, 0, NULL);
	district_sync(d, 1, NULL);
	assert_int_equal(office_number(&d->office, "SELECT count(DISTINCT f_file_no) FROM t_case"), 6);
	assert_int_equal(office_number(&d->office, "SELECT count(*) FROM refused"), 0);
	/* Low blocks were filled up, and what is left of them comes first. */
	assert_true(left(d, 0, "files").left >= FILES_LEASE);
	assert_int_equal(number(d, 0, add_case(d, 0, &drawn), CASE_FILE), seen[2] + 1);
}

static void without_numbers_a_record_waits_for_one(void **state)
{
	struct district_fixture *d = *state;
	struct client *c = &d->clients[0].c;
	const struct pack_register *empty;
	const struct type *t = schema_type(schema(c), CASE);
	struct record rec;
	struct draft draft;
	struct rid last = RID_NONE;
	size_t drawn, i;

	for (i = 0; i < FILES_LEASE + 3; i++)
		last = add_case(d, 0, &drawn);
	assert_int_equal(drawn, 0);
	assert_int_equal(number(d, 0, last, CASE_FILE), 0);
	assert_int_equal(left(d, 0, "files").left, 0);
	assert_int_equal(left(d, 0, "files").without, 3);
	/* Enough for all of them, and a block beside. */
	district_sync(d, 0, NULL);
	assert_int_equal(left(d, 0, "files").left, FILES_LEASE + 3);
	assert_int_equal(client_begin(c, c->unit, &d->a, &draft, &d->e), 0);
	assert_int_equal(query_record(&c->replica, c->unit, last, &d->a, &rec, &d->e), 0);
	assert_int_equal(numbers_draw(c, schema(c), &draft, t, last, &rec, &drawn, &empty, &d->e), 0);
	assert_int_equal(drawn, 2);
	assert_int_equal(client_save(c, &draft, NULL, &d->e), 0);
	assert_int_equal(number(d, 0, last, CASE_FILE) % REGISTER_YEAR, 2 * FILES_LEASE + 1);
}

static void what_a_save_gave_up_is_not_given_again(void **state)
{
	struct district_fixture *d = *state;
	struct client *c = &d->clients[0].c;
	size_t drawn;
	struct rid a = add_case(d, 0, &drawn), b;
	struct draft draft;

	assert_int_equal(client_begin(c, c->unit, &d->a, &draft, &d->e), 0);
	draft_delete(&draft, CASE, a, false);
	assert_int_equal(client_save(c, &draft, NULL, &d->e), 0);
	b = add_case(d, 0, &drawn);
	assert_true(number(d, 0, b, CASE_FILE) > number(d, 0, a, CASE_FILE));
}

static int set_number(struct district_fixture *d, struct rid id, int64_t n)
{
	struct client *c = &d->clients[0].c;
	struct verdict v = { 0 };
	struct draft draft;
	int code;

	assert_int_equal(client_begin(c, c->unit, &d->a, &draft, &d->e), 0);
	draft_set(&draft, CASE, id, CASE_FILE, value_int(n), false);
	code = client_save(c, &draft, &v, &d->e);
	assert_int_equal(code, v.code);
	return code;
}

static int set_none(struct district_fixture *d, struct rid id)
{
	struct client *c = &d->clients[0].c;
	struct draft draft;

	assert_int_equal(client_begin(c, c->unit, &d->a, &draft, &d->e), 0);
	draft_set(&draft, CASE, id, CASE_FILE, VALUE_OF_NULL, false);
	return client_save(c, &draft, NULL, &d->e);
}

static void only_the_own_blocks_count(void **state)
{
	struct district_fixture *d = *state;
	struct client *c = &d->clients[0].c;
	const int64_t base = 2026 * (int64_t)REGISTER_YEAR;
	size_t drawn;
	struct rid id = add_case(d, 0, &drawn), bare;
	struct draft draft;
	struct assignment typed;

	assert_int_equal(client_begin(c, c->unit, &d->a, &draft, &d->e), 0);
	bare = draft_create(&draft, CASE, RID_NONE, 0);
	assert_int_equal(client_save(c, &draft, NULL, &d->e), 0);

	/* The other computer's block, nobody's, another year's. */
	assert_int_equal(set_number(d, id, base + FILES_LEASE + 1), ERR_NOT_LEASED);
	assert_int_equal(set_number(d, id, base + 500), ERR_NOT_LEASED);
	assert_int_equal(set_number(d, id, 2025 * (int64_t)REGISTER_YEAR + 1), ERR_NOT_LEASED);
	assert_int_equal(set_number(d, id, 1), ERR_NOT_LEASED);
	assert_int_equal(set_number(d, id, number(d, 0, id, CASE_FILE)), 0);
	/* None where there is none is no number; one that was given is not taken away. */
	assert_int_equal(set_none(d, bare), 0);
	assert_int_equal(set_none(d, id), ERR_NOT_LEASED);
	/* Nor does anybody type one. */
	assert_true(edit_assignment(bytes_str("file_no=2026000002"), &typed));
	assert_int_equal(client_begin(c, c->unit, &d->a, &draft, &d->e), 0);
	assert_int_equal(edit_change(&c->replica, schema(c), &draft, id, &typed, 1, &d->e),
			 ERR_NUMBER_TYPED);
	client_drop(c);
}

/* The same question under the wire: what a computer made of itself does not count. */
static void the_server_judges_it_too(void **state)
{
	struct district_fixture *d = *state;
	struct client *c = &d->clients[0].c;
	size_t drawn;
	struct rid id = add_case(d, 0, &drawn);

	assert_int_equal(db_begin(c->db, NULL), 0);
	assert_int_equal(db_exec(c->db, NULL, "UPDATE lease SET last=900 WHERE device=$1", "u",
				 c->key.id), 0);
	assert_int_equal(db_commit(c->db, NULL), 0);
	assert_int_equal(set_number(d, id, 2026 * (int64_t)REGISTER_YEAR + 800), 0);
	district_sync(d, 0, NULL);
	assert_int_equal(office_number(&d->office, "SELECT count(*) FROM refused WHERE code=-98"), 1);
	assert_int_equal(value_in(&d->office.s.replica, &d->a, id, CASE_FILE) % REGISTER_YEAR, 1);
}

static void exchange(struct district_fixture *d, bool lose)
{
	struct client *c = &d->clients[0].c;
	struct exchange_result result;
	struct buf request, reply;

	buf_init(&request, 4 << 20);
	buf_init(&reply, 4 << 20);
	assert_int_equal(exchange_prepare(c, 1 << 16, &request, NULL), 0);
	assert_int_equal(server_exchange(&d->office.s, buf_view(&request), &reply, NULL), 0);
	if (!lose)
		assert_int_equal(exchange_apply(c, buf_view(&reply), &result, NULL), 0);
	buf_release(&request);
	buf_release(&reply);
}

static int64_t blocks(struct district_fixture *d)
{
	return office_number(&d->office, "SELECT count(*) FROM lease");
}

static void a_lost_reply_wastes_no_block(void **state)
{
	struct district_fixture *d = *state;
	int64_t before = blocks(d);
	size_t drawn, i;

	for (i = 0; i < 3; i++)
		add_case(d, 0, &drawn);
	for (i = 0; i < 4; i++)
		exchange(d, true);
	/* One of each register. */
	assert_int_equal(blocks(d), before + 2);
	exchange(d, false);
	exchange(d, false);
	assert_int_equal(blocks(d), before + 2);
	assert_true(left(d, 0, "files").left > FILES_LEASE);
}

/* What it gave after its backup it does not know; nor does the first computer that comes. */
static void a_restored_server_leaves_room(void **state)
{
	struct district_fixture *d = *state;
	struct server *s = &d->office.s;
	size_t drawn, i;
	int64_t before = number(d, 0, add_case(d, 0, &drawn), CASE_PLATE), after;

	assert_int_equal(db_begin(s->db, NULL), 0);
	assert_int_equal(generation_begin(&s->replica, GENERATION_RESTORED, 0, NULL), 0);
	assert_int_equal(db_commit(s->db, NULL), 0);
	for (i = 0; i < 5; i++)
		add_case(d, 0, &drawn);
	for (i = 0; i < 3; i++)
		district_sync(d, 0, NULL);
	after = number(d, 0, add_case(d, 0, &drawn), CASE_PLATE);
	assert_true(after > before + 10 * LEASE_MOST);
	/* Once. */
	for (i = 0; i < 8; i++)
		add_case(d, 0, &drawn);
	for (i = 0; i < 3; i++)
		district_sync(d, 0, NULL);
	assert_true(number(d, 0, add_case(d, 0, &drawn), CASE_PLATE) < after + 10 * LEASE_MOST);
}

static void a_new_year_begins_anew_even_offline(void **state)
{
	struct district_fixture *d = *state;
	size_t drawn;
	struct rid id;

	/* 15/12/2026: of next year's numbers a block comes along. 2/1/2027: no link. */
	d->clients[0].c.env = &d->office.env;
	d->office.now = 1797300000;
	district_sync(d, 0, NULL); /* tells how wrong the clock is */
	district_sync(d, 0, NULL);
	d->office.now = 1798880000;
	id = add_case(d, 0, &drawn);
	assert_int_equal(number(d, 0, id, CASE_FILE), 2027 * (int64_t)REGISTER_YEAR + 1);
	/* The plates go on. */
	assert_int_equal(number(d, 0, id, CASE_PLATE), 1);
}

static void one_of_two_numbers_can_be_taken(void **state)
{
	struct district_fixture *d = *state;
	struct client *c = &d->clients[0].c;
	const struct type *t = schema_type(schema(c), CASE);
	const struct pack_register *empty;
	struct record rec;
	struct draft draft;
	size_t drawn, i;
	struct rid id;

	assert_int_equal(client_begin(c, c->unit, &d->a, &draft, &d->e), 0);
	id = draft_create(&draft, CASE, RID_NONE, 0);
	assert_int_equal(client_save(c, &draft, NULL, &d->e), 0);
	district_sync(d, 0, NULL);
	district_sync(d, 1, NULL);
	for (i = 0; i < 2; i++) {
		struct client *k = &d->clients[i].c;

		assert_int_equal(client_begin(k, k->unit, &d->a, &draft, &d->e), 0);
		assert_int_equal(query_record(&k->replica, k->unit, id, &d->a, &rec, &d->e), 0);
		assert_int_equal(numbers_draw(k, schema(k), &draft, t, id, &rec, &drawn, &empty,
					      &d->e), 0);
		assert_int_equal(client_save(k, &draft, NULL, &d->e), 0);
	}
	district_sync(d, 0, NULL);
	district_sync(d, 1, NULL);
	district_sync(d, 0, NULL);
	assert_int_equal(office_number(&d->office, "SELECT count(*) FROM record WHERE conflict>0"), 1);
	assert_int_equal(client_begin(c, c->unit, &d->a, &draft, &d->e), 0);
	assert_int_equal(edit_settle(&c->replica, schema(c), &draft, id, bytes_str("file_no"),
				     BYTES_NONE, 1, BYTES_NONE, &d->e), 0);
	assert_int_equal(edit_settle(&c->replica, schema(c), &draft, id, bytes_str("plate_no"),
				     BYTES_NONE, 2, BYTES_NONE, &d->e), 0);
	assert_int_equal(client_save(c, &draft, NULL, &d->e), 0);
	district_sync(d, 0, NULL);
	assert_int_equal(office_number(&d->office, "SELECT count(*) FROM refused"), 0);
	assert_int_equal(office_number(&d->office, "SELECT count(*) FROM record WHERE conflict>0"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, make, end)
		T(computers_give_numbers_offline_and_none_twice),
		T(without_numbers_a_record_waits_for_one),
		T(what_a_save_gave_up_is_not_given_again),
		T(only_the_own_blocks_count),
		T(the_server_judges_it_too),
		T(a_lost_reply_wastes_no_block),
		T(a_restored_server_leaves_room),
		T(a_new_year_begins_anew_even_offline),
		T(one_of_two_numbers_can_be_taken),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
