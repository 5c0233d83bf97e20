/* The second version of the plan's pack over records of the first: they stay readable and
 * editable, and a computer that does not have it yet goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/query/query.h"
#include "server/fsck.h"
#include "tests/lib/district.h"

static struct district_fixture fixture;
static struct district_fixture *const d = &fixture;

enum { U = OFFICE_SCHOOL };

static struct rid person, need, draft, signed_one;

static const char bonus[] =
	"{\"type\":\"bonus\",\"plan_year\":2024,\"quarter\":\"q2\",\"kind\":\"title\","
	"\"achievement\":\"Giải Nhất hội thi giáo viên giỏi\",\"achieved_on\":\"2024-05-01\","
	"\"amount\":10000000,\"doc_number\":\"12/TTr-MN\",\"doc_date\":\"2024-05-10\","
	"\"signer_name\":\"Trần Văn Mẫu\",\"signer_title\":\"Hiệu trưởng\"}";

/* Of a clerk's computer, as it was with the first version: he himself signs. */
static struct rid signed_bonus(size_t client)
{
	struct rid id = district_add(d, client, bonus);
	char ref[64], line[80];
	const char *set[] = { line, NULL };

	record_full_text(U, person, ref);
	snprintf(line, sizeof line, "person=%s", ref);
	assert_int_equal(district_edit(d, client, id, NULL, set), 0);
	assert_int_equal(district_move(d, client, id, "signed", NULL), 0);
	return id;
}

static int begin(void **state)
{
	(void)state;
	district_make(d, 2);
	office_staff(&d->office);
	person = district_add(d, 0, "{\"type\":\"staff\",\"full_name\":\"Lê Thị Mẫu\",\"birth\":"
			      "\"1985-10-20\",\"sex\":\"nu\",\"cccd\":\"000185000001\",\"post_kind\":"
			      "\"vc\",\"position\":\"Giáo viên\",\"level\":\"dh\",\"work_state\":"
			      "\"dang_lam\"}");
	need = district_add(d, 0, "{\"type\":\"pg_need\",\"plan_year\":2025,\"answer\":\"need\",\"lines\":"
			    "[{\"discipline\":\"toan\",\"level\":\"ths\",\"necessity\":\"Thiếu giáo viên\","
			    "\"count\":2,\"people\":[{\"name\":\"Người thứ nhất\"}]}]}");
	draft = district_add(d, 0, bonus);
	signed_one = signed_bonus(0);
	district_sync(d, 0, NULL);
	district_sync(d, 1, NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(d);
	return 0;
}

static json_t *export(struct replica *r, struct rid id)
{
	struct schema *s;
	json_t *j = NULL;

	assert_int_equal(replica_schema_now(r, &s, &d->e), 0);
	if (edit_export(r, s, U, id, true, &j, &d->e) != 0)
		fail_msg("%s: %s", err_name(d->e.code), d->e.subject);
	return j;
}

static void publish_version_2(void)
{
	struct buf json, prose;

	office_file("common/packs/songlo-nq06.json", &json);
	office_file("common/packs/songlo-nq06.dict.txt", &prose);
	if (server_publish(&d->office.s, buf_view(&json), buf_view(&prose), &d->e) != 0)
		fail_msg("%s: %s", err_name(d->e.code), d->e.subject);
	buf_release(&json);
	buf_release(&prose);
}

/* As an officer, with a remark; the code of a verdict. */
static int officer_moves(struct rid id, int64_t state)
{
	struct office *o = &d->office;
	struct draft edits;

	assert_int_equal(server_begin(&o->s, U, &o->officer, &o->a, &edits, &o->e), 0);
	draft_move(&edits, BONUS, id, state, bytes_str("ghi chú"));
	return server_save(&o->s, &o->officer, &edits, NULL, &o->e);
}

/* The unit's head, with the signature that version 2 asks of him. */
static int chief_signs(struct rid id)
{
	struct office *o = &d->office;
	struct schema *s;
	struct draft edits;

	assert_int_equal(replica_schema_now(&o->s.replica, &s, &o->e), 0);
	assert_int_equal(server_begin(&o->s, U, &o->chief, &o->a, &edits, &o->e), 0);
	assert_int_equal(edit_sign(&o->s.replica, s, &edits, id, bytes_str("signed"), NULL, &o->e), 0);
	draft_move(&edits, BONUS, id, STATE_SIGNED, BYTES_NONE);
	return server_save(&o->s, &o->chief, &edits, NULL, &o->e);
}

static int64_t state_on(struct replica *r, struct rid id)
{
	struct record rec;

	assert_int_equal(query_record(r, U, id, &d->a, &rec, &d->e), 0);
	return rec.state;
}

static void old_records_read_as_before(void **state)
{
	struct replica *server = &d->office.s.replica, *client = &d->clients[0].c.replica;
	const struct rid all[] = { person, need, draft, signed_one };
	json_t *before[4], *after;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		before[i] = export(server, all[i]);
	publish_version_2();
	district_sync(d, 0, NULL);
	for (i = 0; i < 4; i++) {
		after = export(server, all[i]);
		assert_true(json_equal(before[i], after));
		json_decref(after);
		after = export(client, all[i]);
		assert_true(json_equal(before[i], after));
		json_decref(after);
		json_decref(before[i]);
	}
}

static void old_records_are_edited_under_the_new_rules(void **state)
{
	const char *amount[] = { "amount=5000000", NULL }, *year[] = { "plan_year=2026", NULL };

	(void)state;
	/* What was a draft is one; clerks do not sign any more. */
	assert_int_equal(district_edit(d, 0, draft, NULL, amount), 0);
	assert_int_equal(district_edit(d, 0, need, NULL, year), 0);
	assert_int_equal(district_move(d, 0, draft, "signed", NULL), ERR_NOT_ALLOWED);
	/* What was signed was open, and is closed now. */
	assert_int_equal(district_edit(d, 0, signed_one, NULL, amount), ERR_LOCKED);
	district_sync(d, 0, NULL);
	/* It goes on in the states that it knows, and in those that are new. */
	assert_int_equal(officer_moves(signed_one, STATE_RETURNED), 0);
	district_sync(d, 0, NULL);
	assert_int_equal(district_edit(d, 0, signed_one, NULL, amount), 0);
	district_sync(d, 0, NULL);
	assert_int_equal(chief_signs(signed_one), 0);
	assert_int_equal(officer_moves(signed_one, STATE_VERIFIED), 0);
	assert_int_equal(state_on(&d->office.s.replica, signed_one), STATE_VERIFIED);
}

/* The second computer has heard nothing of version 2 yet. */
static void an_old_computer_goes_on(void **state)
{
	const char *amount[] = { "amount=7000000", NULL }, *more[] = { "amount=8000000", NULL };
	struct exchange_result result;
	struct rid id;

	(void)state;
	id = signed_bonus(1);
	assert_int_equal(district_edit(d, 1, id, NULL, amount), 0);
	district_sync(d, 1, &result);
	assert_int_equal(result.refused, 0);
	assert_int_equal(result.problems, 0);
	assert_int_equal(state_on(&d->office.s.replica, id), STATE_SIGNED);
	/* Now it has it: the clerk's signature of before still counts. */
	assert_int_equal(district_edit(d, 1, id, NULL, more), ERR_LOCKED);
	assert_int_equal(officer_moves(id, STATE_VERIFIED), 0);
	district_sync(d, 1, NULL);
	assert_int_equal(state_on(&d->clients[1].c.replica, id), STATE_VERIFIED);
}

static void found(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	print_message("%s: %s\n", place, what);
}

/* Every verdict, and every record, worked out anew from the log: each by the rules of the
 * version that its writer had. */
static void the_log_still_bears_it_out(void **state)
{
	struct fsck f = { .env = &d->office.env, .scratch = ":memory:", .found = found };

	(void)state;
	assert_int_equal(server_fsck(&f, d->office.dir, &d->e), 0);
	assert_int_equal(f.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_records_read_as_before),
		cmocka_unit_test(old_records_are_edited_under_the_new_rules),
		cmocka_unit_test(an_old_computer_goes_on),
		cmocka_unit_test(the_log_still_bears_it_out)
	};

	return cmocka_run_group_tests(tests, begin, end);
}
