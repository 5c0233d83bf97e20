/* History, conflicts, refusals and what becomes of them: two computers and a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "client/sync/receipt.h"
#include "common/edit/edit.h"
#include "common/query/query.h"
#include "tests/lib/district.h"

static struct district_fixture d;
static struct client *c, *other;

static int make(void **state)
{
	(void)state;
	district_make(&d, 2);
	c = &d.clients[0].c;
	other = &d.clients[1].c;
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static const char whole_bonus[] =
	"{\"type\":\"bonus\",\"plan_year\":2026,\"quarter\":\"q2\",\"kind\":\"title\","
	"\"achievement\":\"Nhà giáo Ưu tú\",\"amount\":50000000,\"achieved_on\":\"01/03/2026\","
	"\"doc_number\":\"12/TTr\",\"doc_date\":\"05/03/2026\",\"signer_name\":\"Lê Văn Mẫu\","
	"\"signer_title\":\"Hiệu trưởng\",\"person\":\"%s\"}";

/* A bonus that only lacks the signature, known to both. */
static struct rid add_bonus(void)
{
	struct rid staff = district_add(&d, 0, "{\"type\":\"staff\",\"full_name\":\"Trần Mẫu\"}");
	char line[1024], full[64];
	struct rid id;

	record_full_text(c->unit, staff, full);
	snprintf(line, sizeof line, whole_bonus, full);
	id = district_add(&d, 0, line);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	return id;
}

static int change(size_t client, struct rid id, const char *text)
{
	const char *const one[] = { text, NULL };

	return district_edit(&d, client, id, NULL, one);
}

static json_t *history(struct rid id)
{
	struct query_options o = { .stream = OFFICE_SCHOOL };
	json_t *j = NULL;

	if (query_history(&c->replica, c->unit, id, &o, &j, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
	return j;
}

static const char *text_in(const json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

/* How many ops of a history have this text under the key. */
static size_t count_in(const json_t *list, const char *key, const char *value)
{
	size_t i, n = 0;
	json_t *j;

	json_array_foreach(list, i, j)
		n += text_in(j, key) != NULL && strcmp(text_in(j, key), value) == 0;
	return n;
}

static json_t *refused(void)
{
	struct query_options o = { .stream = ANY_STREAM, .devices = &c->key.id, .device_count = 1 };
	json_t *j = NULL;

	if (query_refused(&c->replica, &o, &j, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
	return j;
}

static void history_has_the_sent_and_the_unsent(void **state)
{
	struct rid id = add_bonus();
	json_t *j;

	(void)state;
	assert_int_equal(change(0, id, "amount=1"), 0);
	j = history(id);
	assert_int_equal(json_array_size(j), 13);
	assert_int_equal(count_in(j, "signature", "ok"), 12);
	assert_int_equal(count_in(j, "signature", "local"), 1);
	assert_int_equal(count_in(j, "kind", "create"), 1);
	assert_true(json_is_null(json_object_get(json_array_get(j, 12), "seq")));
	assert_string_equal(text_in(json_array_get(j, 12), "field"), "amount");
	assert_string_equal(text_in(json_array_get(j, 12), "author"), "Phạm Thị Mẫu");
	json_decref(j);
}

/* Flips one byte of the object of the newest item. */
static void spoil_newest(int64_t offset)
{
	struct stmt *s;
	uint8_t bytes[4096];
	size_t len;

	assert_int_equal(db_query(c->db, &d.e, &s, "SELECT object FROM item WHERE stream=$1 "
				  "ORDER BY seq DESC LIMIT 1", "u", c->unit), 0);
	assert_int_equal(db_step(s, &d.e), 1);
	len = db_bytes(s, 0).len;
	assert_true(len < sizeof bytes && (size_t)offset < len);
	memcpy(bytes, db_bytes(s, 0).at, len);
	db_done(s);
	bytes[offset] ^= 1;
	assert_int_equal(db_exec(c->db, &d.e, "UPDATE item SET object=$2 WHERE stream=$1 AND "
				 "seq=(SELECT max(seq) FROM item WHERE stream=$1)", "ub", c->unit,
				 (struct bytes){ bytes, len }), 0);
}

static void a_spoilt_signature_shows(void **state)
{
	struct receipt_check check;
	struct rid id = add_bonus();
	json_t *j;

	(void)state;
	assert_int_equal(receipt_verify(c, &check, &d.e), 0);
	assert_true(check.receipts > 0 && check.items >= check.receipts);
	spoil_newest(20);
	j = history(id);
	assert_int_equal(count_in(j, "signature", "ok"), 0);
	assert_int_equal(count_in(j, "signature", "bad"), 12);
	json_decref(j);
	assert_int_equal(receipt_verify(c, &check, &d.e), ERR_BAD_SIGNATURE);
	spoil_newest(20);
	assert_int_equal(receipt_verify(c, &check, &d.e), 0);
	j = history(id);
	assert_int_equal(count_in(j, "signature", "ok"), 12);
	json_decref(j);
}

static void a_forged_receipt_shows(void **state)
{
	struct receipt_check check;

	(void)state;
	assert_int_equal(receipt_verify(c, &check, &d.e), 0);
	assert_int_equal(db_exec(c->db, &d.e, "UPDATE receipt SET time=time+1 WHERE own=1 AND "
				 "seq=(SELECT max(seq) FROM receipt WHERE own=1)", ""), 0);
	assert_int_equal(receipt_verify(c, &check, &d.e), ERR_HEAD_MISMATCH);
	assert_int_equal(db_exec(c->db, &d.e, "UPDATE receipt SET time=time-1 WHERE own=1 AND "
				 "seq=(SELECT max(seq) FROM receipt WHERE own=1)", ""), 0);
	/* One for a place that the log no longer has. */
	assert_int_equal(db_exec(c->db, &d.e, "INSERT INTO receipt(stream,seq,head,time,signature,"
				 "own) SELECT stream,seq+1000,head,time,signature,own FROM receipt "
				 "WHERE own=1 LIMIT 1", ""), 0);
	assert_int_equal(receipt_verify(c, &check, &d.e), ERR_HEAD_MISMATCH);
	assert_int_equal(db_exec(c->db, &d.e, "DELETE FROM receipt WHERE seq > 1000", ""), 0);
}

static void conflicts_are_listed_by_device(void **state)
{
	struct query_options o = { .stream = OFFICE_SCHOOL };
	struct rid id = add_bonus();
	bool first = c->key.id < other->key.id;
	json_t *j = NULL, *cell, *values;

	(void)state;
	assert_int_equal(change(0, id, "amount=100"), 0);
	assert_int_equal(change(1, id, "amount=200"), 0);
	district_sync(&d, 1, NULL);
	district_sync(&d, 0, NULL);
	assert_int_equal(query_conflicts(&c->replica, &o, &j, &d.e), 0);
	assert_int_equal(json_array_size(j), 1);
	cell = json_array_get(json_object_get(json_array_get(j, 0), "conflicts"), 0);
	values = json_object_get(cell, "values");
	assert_string_equal(text_in(cell, "field"), "amount");
	assert_int_equal(json_array_size(values), 2);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(values, 0), "value")),
			 first ? 100 : 200);
	json_decref(j);
	assert_int_equal(change(0, id, "amount=300"), 0);
	assert_int_equal(query_conflicts(&c->replica, &o, &j, &d.e), 0);
	assert_int_equal(json_array_size(j), 0);
	json_decref(j);
}

/* Makes the refused transaction that a query tells of anew. */
static int resend(const json_t *one, const char *text, struct rid *out)
{
	struct assignment as;
	struct schema *schema;
	struct draft draft;
	uint64_t stream, seq = (uint64_t)json_integer_value(json_object_get(one, "seq"));
	uint32_t tx = (uint32_t)json_integer_value(json_object_get(one, "tx"));
	struct rid about;
	int code;

	assert_true(record_full_parse(bytes_str(text_in(one, "record")), &stream, &about));
	if (text != NULL)
		assert_true(edit_assignment(bytes_str(text), &as));
	assert_int_equal(replica_schema_now(&c->replica, &schema, &d.e), 0);
	assert_int_equal(client_begin(c, stream, &d.a, &draft, &d.e), 0);
	code = edit_resend(&c->replica, schema, &draft, seq, tx, about, &as, text != NULL, out,
			   &d.e);
	if (code == 0)
		code = client_settle_refused(c, stream, seq, tx, &d.e);
	if (code == 0)
		return client_save(c, &draft, NULL, &d.e);
	client_drop(c);
	return code;
}

static void a_stale_move_is_refused_and_resent(void **state)
{
	struct rid id = add_bonus(), again;
	struct exchange_result result;
	struct record rec;
	json_t *j;

	(void)state;
	assert_int_equal(change(1, id, "amount=100"), 0);
	district_sync(&d, 1, NULL);
	assert_int_equal(district_move(&d, 0, id, "signed", NULL), 0);
	district_sync(&d, 0, &result);
	assert_int_equal(result.refused, 1);
	j = refused();
	assert_int_equal(json_array_size(j), 1);
	assert_string_equal(text_in(json_array_get(j, 0), "code"), "stale");
	assert_int_equal(resend(json_array_get(j, 0), NULL, &again), 0);
	json_decref(j);
	assert_true(rid_equal(again, id));
	district_sync(&d, 0, &result);
	assert_int_equal(result.refused, 0);
	assert_int_equal(query_record(&c->replica, c->unit, id, &d.a, &rec, &d.e), 0);
	assert_int_equal(rec.state, STATE_SIGNED);
	j = refused();
	assert_int_equal(json_array_size(j), 0);
	json_decref(j);
	j = history(id);
	assert_int_equal(count_in(j, "verdict", "stale"), 1);
	assert_int_equal(count_in(j, "kind", "move"), 2);
	json_decref(j);
}

/* Locks a record behind the back of this computer: an officer verifies it. */
static void verify(struct rid id, int64_t to)
{
	struct office *o = &d.office;
	struct draft draft;

	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &d.a, &draft, &d.e), 0);
	draft_move(&draft, BONUS, id, to, bytes_str("x"));
	if (server_save(&o->s, &o->officer, &draft, NULL, &d.e) != 0)
		fail_msg("%s", err_name(d.e.code));
}

static void what_hangs_on_a_refused_record_follows_it(void **state)
{
	static const char need[] = "{\"type\":\"pg_need\",\"plan_year\":2026,\"answer\":\"nil\","
				   "\"doc_number\":\"1\",\"doc_date\":\"2026-01-02\","
				   "\"signer_name\":\"A\",\"signer_title\":\"B\"}";
	struct rid id = district_add(&d, 0, need), line, person, again, deeper;
	struct schema *schema;
	struct draft draft;
	struct record rec;
	struct assignment count;
	json_t *j;

	(void)state;
	office_staff(&d.office);
	assert_int_equal(district_move(&d, 0, id, "signed", NULL), 0);
	district_sync(&d, 0, NULL);
	assert_int_equal(server_begin(&d.office.s, OFFICE_SCHOOL, &d.office.officer, &d.a, &draft,
				      &d.e), 0);
	draft_move(&draft, 102, id, STATE_VERIFIED, BYTES_NONE);
	assert_int_equal(server_save(&d.office.s, &d.office.officer, &draft, NULL, &d.e), 0);

	/* A row, and a row of that row, in two saves; both refused. */
	edit_assignment(bytes_str("count=1"), &count);
	assert_int_equal(replica_schema_now(&c->replica, &schema, &d.e), 0);
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	assert_int_equal(edit_add_row(&c->replica, schema, &draft, id, bytes_str("lines"), &count,
				      1, &line, &d.e), 0);
	assert_int_equal(client_save(c, &draft, NULL, &d.e), 0);
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	assert_int_equal(edit_add_row(&c->replica, schema, &draft, line, bytes_str("people"),
				      NULL, 0, &person, &d.e), 0);
	assert_int_equal(client_save(c, &draft, NULL, &d.e), 0);
	district_sync(&d, 0, NULL);
	j = refused();
	assert_int_equal(json_array_size(j), 2);
	assert_string_equal(text_in(json_array_get(j, 0), "code"), "locked");
	assert_string_equal(text_in(json_array_get(j, 1), "code"), "depends_on_refused");

	/* Returned by the officer: now it may be. The second one waits for the first. */
	assert_int_equal(server_begin(&d.office.s, OFFICE_SCHOOL, &d.office.officer, &d.a, &draft,
				      &d.e), 0);
	draft_move(&draft, 102, id, STATE_RETURNED, bytes_str("x"));
	assert_int_equal(server_save(&d.office.s, &d.office.officer, &draft, NULL, &d.e), 0);
	district_sync(&d, 0, NULL);
	assert_int_equal(resend(json_array_get(j, 1), NULL, &deeper), ERR_DEPENDS_ON);
	assert_int_equal(resend(json_array_get(j, 0), "count=3", &again), 0);
	assert_false(rid_equal(again, line));
	assert_int_equal(resend(json_array_get(j, 1), NULL, &deeper), 0);
	json_decref(j);
	assert_int_equal(query_record(&c->replica, c->unit, deeper, &d.a, &rec, &d.e), 0);
	assert_true(rid_equal(rec.parent, again));
	assert_int_equal(query_record(&c->replica, c->unit, again, &d.a, &rec, &d.e), 0);
	assert_int_equal(record_value(&rec, 1045).n, 3);
	district_sync(&d, 0, NULL);
	j = refused();
	assert_int_equal(json_array_size(j), 0);
	json_decref(j);
}

static void a_resent_edit_takes_corrections(void **state)
{
	struct rid id = add_bonus(), again;
	struct record rec;
	json_t *j;

	(void)state;
	assert_int_equal(district_move(&d, 0, id, "signed", NULL), 0);
	district_sync(&d, 0, NULL);
	verify(id, STATE_VERIFIED);
	assert_int_equal(change(0, id, "amount=7"), 0);
	district_sync(&d, 0, NULL);
	j = refused();
	assert_int_equal(json_array_size(j), 1);
	assert_int_equal(resend(json_array_get(j, 0), "amount=8", &again), ERR_LOCKED);
	verify(id, STATE_RETURNED);
	district_sync(&d, 0, NULL);
	assert_int_equal(resend(json_array_get(j, 0), "amount=-8", &again), ERR_OUT_OF_RANGE);
	assert_int_equal(resend(json_array_get(j, 0), "amount=8", &again), 0);
	json_decref(j);
	assert_int_equal(query_record(&c->replica, c->unit, id, &d.a, &rec, &d.e), 0);
	assert_int_equal(record_value(&rec, BONUS_AMOUNT).n, 8);
	/* One op: the mistake is not made again first. */
	j = history(id);
	assert_int_equal(count_in(j, "signature", "local"), 1);
	json_decref(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(history_has_the_sent_and_the_unsent),
		cmocka_unit_test(a_spoilt_signature_shows),
		cmocka_unit_test(a_forged_receipt_shows),
		cmocka_unit_test(conflicts_are_listed_by_device),
		cmocka_unit_test(a_stale_move_is_refused_and_resent),
		cmocka_unit_test(what_hangs_on_a_refused_record_follows_it),
		cmocka_unit_test(a_resent_edit_takes_corrections),
	};

	return cmocka_run_group_tests(tests, make, end);
}
