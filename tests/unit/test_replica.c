/* The replica: the log and its heads, schemas by position, dictionaries, and records
 * that are folded again when an op that was folded in hope is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/replica/fold.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"
#include "tests/lib/district.h"

static struct district_fixture d;
static struct office *o;
static struct client *c;

static int begin(void **state)
{
	(void)state;
	district_make(&d, 2);
	o = &d.office;
	c = &d.clients[0].c;
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static struct rid add_bonus(size_t client, int64_t amount)
{
	struct client *who = &d.clients[client].c;
	struct draft draft;
	struct rid r;

	assert_int_equal(client_begin(who, who->unit, &d.a, &draft, &d.e), 0);
	r = office_bonus_draft(&draft, amount);
	draft.count--; /* not yet signed */
	assert_int_equal(client_save(who, &draft, NULL, &d.e), 0);
	return r;
}

static int edit(size_t client, struct rid r, const char *assignment)
{
	const char *const list[] = { assignment, NULL };

	return district_edit(&d, client, r, NULL, list);
}

static struct record *load(struct replica *r, struct rid id)
{
	struct fold fold;
	struct fold_entry *en;

	assert_int_equal(fold_init(&fold, r, &d.a, &d.e), 0);
	assert_int_equal(fold_get(&fold, OFFICE_SCHOOL, id, &en, &d.e), 0);
	assert_false(en->gone);
	return &en->rec;
}

/* Both replicas hold the same record, byte for byte. */
static void expect_same_record(struct rid id)
{
	struct buf here, there;

	buf_init(&here, 1 << 20);
	buf_init(&there, 1 << 20);
	record_put(load(&c->replica, id), &here);
	record_put(load(&o->s.replica, id), &there);
	assert_true(bytes_equal(buf_view(&here), buf_view(&there)));
	buf_release(&here);
	buf_release(&there);
}

static int64_t client_number(const char *sql)
{
	struct stmt *q;
	int64_t n;

	assert_int_equal(db_query_text(c->db, &d.e, &q, sql), 0);
	n = db_step(q, &d.e) == 1 ? db_int(q, 0) : -1;
	db_done(q);
	return n;
}

static void expect_chain(struct replica *r, uint64_t stream)
{
	uint8_t head[HASH_SIZE], next[HASH_SIZE];
	struct stream_head end;
	uint64_t seq;

	assert_int_equal(replica_head(r, stream, &end, &d.e), 0);
	head_start(r->district.id, stream, r->generation, head);
	for (seq = 1; seq <= end.seq; seq++) {
		struct logged item;

		assert_int_equal(replica_item(r, stream, seq, &d.a, &item, &d.e), 0);
		assert_true(item.opened.readable);
		assert_int_equal(item.opened.cs.stream, stream);
		assert_true(item.zero >= item.opened.cs.zero);
		head_next(head, item.opened.hash, item.verdicts, item.time, item.zero, next);
		memcpy(head, next, HASH_SIZE);
		assert_true(seq < end.seq || item.time == end.time);
	}
	assert_memory_equal(head, end.head, HASH_SIZE);
}

static void heads_chain_over_all_items(void **state)
{
	struct rid r = add_bonus(0, 1000);
	struct stream_head end;
	struct logged item;

	(void)state;
	district_sync(&d, 0, NULL);
	assert_int_equal(edit(0, r, "amount=2000"), 0);
	assert_int_equal(edit(0, r, "amount=3000"), 0);
	district_sync(&d, 0, NULL);
	expect_chain(&o->s.replica, 0);
	expect_chain(&o->s.replica, OFFICE_SCHOOL);
	expect_chain(&c->replica, 0);
	expect_chain(&c->replica, OFFICE_SCHOOL);
	assert_int_equal(replica_head(&o->s.replica, OFFICE_SCHOOL, &end, &d.e), 0);
	assert_int_equal(replica_item(&o->s.replica, OFFICE_SCHOOL, end.seq + 1, &d.a, &item,
				      &d.e), ERR_GAP);
}

static void a_stream_nobody_wrote_has_its_start(void **state)
{
	struct stream_head head;
	uint8_t start[HASH_SIZE];
	struct author author;
	struct cert cert;

	(void)state;
	assert_int_equal(replica_head(&c->replica, 777, &head, &d.e), 0);
	head_start(c->replica.district.id, 777, c->replica.generation, start);
	assert_int_equal(head.seq, 0);
	assert_int_equal(head.time, 0);
	assert_memory_equal(head.head, start, HASH_SIZE);
	assert_int_equal(replica_author(&c->replica, 777, 5, &author, &d.e), 0);
	assert_int_equal(author.seq + author.last_op, 0);
	assert_int_equal(replica_cert(&c->replica, 777, 5, &cert, &d.e), ERR_UNKNOWN_DEVICE);
	assert_int_equal(replica_cert(&c->replica, 31, c->key.id, &cert, &d.e), 0);
	assert_memory_equal(cert.key, c->key.public_key, SIGN_PUBLIC);
	assert_int_equal(cert.unit, 31);
	assert_int_equal(cert.role, ROLE_CLERK);
	/* The server may write anywhere, without a certificate. */
	assert_int_equal(replica_cert(&c->replica, 777, o->s.working.id, &cert, &d.e), 0);
	assert_int_equal(cert.role, ROLE_SERVER);
}

static void an_author_counts_on(void **state)
{
	struct author author;
	struct rid r = add_bonus(0, 1000);
	char sql[128];

	(void)state;
	district_sync(&d, 0, NULL);
	assert_int_equal(edit(0, r, "amount=2000"), 0);
	district_sync(&d, 0, NULL);
	assert_int_equal(replica_author(&o->s.replica, 31, c->key.id, &author, &d.e), 0);
	assert_int_equal(author.seq, 2);
	snprintf(sql, sizeof sql, "SELECT max(last_op) FROM item WHERE stream=31 AND device=%lld",
		 (long long)c->key.id);
	assert_int_equal(author.last_op, client_number(sql));
	assert_int_equal(replica_author(&o->s.replica, 0, c->key.id, &author, &d.e), 0);
	assert_int_equal(author.seq, 0);
}

static void meta_keeps_what_it_is_given(void **state)
{
	struct buf out;
	int64_t n = 0;

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(replica_meta_get(c->db, "test-none", &out, &d.e), 0);
	assert_int_equal(replica_meta_put(c->db, "test", bytes_str("một"), &d.e), 0);
	assert_int_equal(replica_meta_put(c->db, "test", bytes_str("hai"), &d.e), 0);
	assert_int_equal(replica_meta_get(c->db, "test", &out, &d.e), 1);
	assert_true(bytes_equal(buf_view(&out), bytes_str("hai")));
	assert_int_equal(replica_meta_number(c->db, "test-n", -7, &n, &d.e), 0);
	assert_int_equal(n, -7);
	assert_int_equal(replica_meta_put_number(c->db, "test-n", INT64_MIN, &d.e), 0);
	assert_int_equal(replica_meta_number(c->db, "test-n", 0, &n, &d.e), 0);
	assert_true(n == INT64_MIN);
	buf_release(&out);
}

/* Publishes the pack again with one more field. */
static void publish_more(void)
{
	static const char start[] = "\"version\": 1", fields[] = "\"fields\":[";
	struct buf json, more;
	const char *at, *hit;

	office_file(OFFICE_PACK, &json);
	buf_byte(&json, 0);
	buf_init(&more, 1 << 20);
	at = (const char *)json.at;
	hit = strstr(at, start);
	assert_non_null(hit);
	buf_put(&more, at, (size_t)(hit - at));
	buf_add(&more, bytes_str("\"version\": 2"));
	at = hit + strlen(start);
	hit = strstr(at, fields);
	assert_non_null(hit);
	buf_put(&more, at, (size_t)(hit - at));
	buf_add(&more, bytes_str("\"fields\":[{\"number\":1500,\"code\":\"nick\",\"kind\":"
				 "\"text\",\"vi\":\"Biệt danh\",\"en\":\"Nickname\"},"));
	buf_add(&more, bytes_str(hit + strlen(fields)));
	assert_int_equal(server_publish(&o->s, buf_view(&more), BYTES_NONE, &o->e), 0);
	buf_release(&json);
	buf_release(&more);
}

static const struct type *staff_at(struct replica *r, uint64_t zero)
{
	struct schema *s;

	assert_int_equal(replica_schema(r, zero, &s, &d.e), 0);
	return schema_type(s, 100);
}

static void a_schema_is_that_of_its_position(void **state)
{
	struct stream_head old, now;
	struct schema *s, *again;
	uint64_t number, at;

	(void)state;
	assert_int_equal(replica_head(&o->s.replica, 0, &old, &d.e), 0);
	publish_more();
	assert_int_equal(replica_head(&o->s.replica, 0, &now, &d.e), 0);
	assert_null(staff_at(&o->s.replica, 1));
	assert_null(type_field(staff_at(&o->s.replica, old.seq), 1500));
	assert_non_null(type_field(staff_at(&o->s.replica, now.seq), 1500));
	assert_int_equal(replica_schema_now(&o->s.replica, &s, &d.e), 0);
	assert_int_equal(replica_schema(&o->s.replica, now.seq, &again, &d.e), 0);
	assert_ptr_equal(s, again);
	/* More positions than are kept at a time. */
	for (at = 0; at < 3 * SCHEMA_CACHE; at++)
		assert_true((staff_at(&o->s.replica, at) != NULL) == (at >= old.seq));
	assert_int_equal(replica_dictionary_number(&o->s.replica, 0, &number, &d.e), 0);
	assert_int_equal(number, 0);
	assert_int_equal(replica_dictionary_number(&o->s.replica, old.seq, &number, &d.e), 0);
	assert_int_equal(number, 1);
	assert_int_equal(replica_dictionary_number(&o->s.replica, now.seq, &number, &d.e), 0);
	assert_int_equal(number, 2);
}

static void a_writer_is_judged_by_the_schema_that_he_had(void **state)
{
	struct rid r;
	struct schema *s;

	(void)state;
	r = district_add(&d, 0, "{\"type\":\"staff\",\"full_name\":\"Lê Thị Mẫu\"}");
	publish_more();
	district_sync(&d, 0, NULL);
	assert_int_equal(office_number(o, "SELECT count(*) FROM t_staff"), 1);
	assert_int_equal(replica_schema_now(&c->replica, &s, &d.e), 0);
	assert_non_null(type_field_by_code(schema_type(s, 100), bytes_str("nick")));
	assert_int_equal(edit(0, r, "nick=Út"), 0);
	district_sync(&d, 0, NULL);
	assert_int_equal(office_number(o, "SELECT count(*) FROM t_staff WHERE f_nick='Út'"), 1);
	assert_int_equal(client_number("SELECT count(*) FROM t_staff WHERE f_nick='Út'"), 1);
}

static void dictionaries_are_found_by_number(void **state)
{
	struct bytes here, there, none = bytes_str("x");

	(void)state;
	assert_int_equal(replica_dictionary(&o->s.replica, 0, &d.a, &none, &d.e), 0);
	assert_int_equal(none.len, 0);
	assert_int_equal(replica_dictionary(&o->s.replica, 1, &d.a, &there, &d.e), 0);
	assert_int_equal(replica_dictionary(&c->replica, 1, &d.a, &here, &d.e), 0);
	assert_true(bytes_equal(here, there));
	assert_int_equal(replica_dictionary(&o->s.replica, 99, &d.a, &here, &d.e),
			 ERR_NO_DICTIONARY);
}

/* One save that changes the amount and signs: refused where somebody else has
 * changed the record meanwhile, for a move needs to have seen all. */
static void change_and_sign(struct rid r, int64_t amount)
{
	struct draft draft;

	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	draft_set(&draft, BONUS, r, BONUS_AMOUNT, value_int(amount), false);
	draft_move(&draft, BONUS, r, STATE_SIGNED, BYTES_NONE);
	assert_int_equal(client_save(c, &draft, NULL, &d.e), 0);
}

static struct rid shared_bonus(void)
{
	struct rid r = add_bonus(0, 1000);

	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	assert_int_equal(edit(1, r, "content_note=Của người khác"), 0);
	district_sync(&d, 1, NULL);
	return r;
}

static void what_a_refusal_superseded_comes_back(void **state)
{
	struct rid r = shared_bonus();
	struct exchange_result result;

	(void)state;
	change_and_sign(r, 2000);
	assert_int_equal(record_value(load(&c->replica, r), BONUS_AMOUNT).n, 2000);
	assert_int_equal(load(&c->replica, r)->state, STATE_SIGNED);
	district_sync(&d, 0, &result);
	assert_int_equal(result.refused, 1);
	assert_int_equal(client_number("SELECT code FROM refused"), ERR_STALE);
	assert_int_equal(record_value(load(&c->replica, r), BONUS_AMOUNT).n, 1000);
	assert_int_equal(load(&c->replica, r)->state, STATE_DRAFT);
	assert_int_equal(client_number("SELECT f_amount FROM t_bonus"), 1000);
	assert_int_equal(client_number("SELECT state FROM t_bonus"), STATE_DRAFT);
	assert_int_equal(client_number("SELECT sum(sum) FROM total WHERE type=104"), 1000);
	assert_int_equal(client_number("SELECT count FROM total WHERE type=104 AND state=1"), 1);
	expect_same_record(r);
}

/* W stands, X is refused, Y was saved on top of X. Y has seen W: one value is live. */
static void no_conflict_across_a_refusal(void **state)
{
	struct rid r = shared_bonus();
	const struct record *rec;

	(void)state;
	change_and_sign(r, 2000);
	assert_int_equal(edit(0, r, "amount=3000"), 0);
	district_sync(&d, 0, NULL);
	rec = load(&c->replica, r);
	assert_int_equal(record_conflicts(rec), 0);
	assert_int_equal(record_value(rec, BONUS_AMOUNT).n, 3000);
	assert_int_equal(record_cell(rec, (size_t)(record_live(rec, BONUS_AMOUNT) - rec->live)), 1);
	assert_int_equal(rec->state, STATE_DRAFT);
	expect_same_record(r);
}

/* The same with Y saved after X was sent and before its refusal came. */
static void what_is_still_pending_is_folded_on_top(void **state)
{
	struct rid r = shared_bonus();
	struct buf request, reply;

	(void)state;
	change_and_sign(r, 2000);
	school_request(&d.clients[0], &request);
	assert_int_equal(edit(0, r, "amount=3000"), 0);
	assert_int_equal(edit(0, r, "content_note=Của tôi"), 0);
	buf_init(&reply, LIMIT_MESSAGE);
	assert_int_equal(server_exchange(&o->s, buf_view(&request), &reply, &d.e), 0);
	school_apply(&d.clients[0], buf_view(&reply));
	assert_int_equal(client_number("SELECT count(*) FROM refused"), 1);
	assert_int_equal(record_value(load(&c->replica, r), BONUS_AMOUNT).n, 3000);
	assert_int_equal(load(&c->replica, r)->state, STATE_DRAFT);
	assert_int_equal(record_conflicts(load(&c->replica, r)), 1);
	district_sync(&d, 0, NULL);
	assert_int_equal(record_conflicts(load(&c->replica, r)), 1);
	expect_same_record(r);
	buf_release(&request);
	buf_release(&reply);
}

static void a_refused_creation_takes_its_rows_along(void **state)
{
	struct draft draft;
	struct rid need, other;
	struct exchange_result result;

	(void)state;
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	need = draft_create(&draft, 102, RID_NONE, 0);
	draft_create(&draft, 101, need, 1006);
	assert_int_equal(client_save(c, &draft, NULL, &d.e), 0);
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	other = draft_create(&draft, 101, need, 1006);
	draft_set(&draft, 101, other, 1045, value_int(2), false);
	assert_int_equal(client_save(c, &draft, NULL, &d.e), 0);
	assert_int_equal(client_number("SELECT count(*) FROM t_pg_need_line"), 2);
	/* The device is an auditor's by now, but does not know. */
	assert_int_equal(db_exec(o->s.db, &d.e, "UPDATE device SET role=4 WHERE unit=31", ""), 0);
	district_sync(&d, 0, &result);
	assert_int_equal(result.refused, 2);
	assert_int_equal(client_number("SELECT count(*) FROM record WHERE type IN (101,102)"), 0);
	assert_int_equal(client_number("SELECT count(*) FROM t_pg_need_line"), 0);
	assert_int_equal(client_number("SELECT count(*) FROM t_pg_need"), 0);
	assert_int_equal(client_number("SELECT coalesce(sum(count),0) FROM total WHERE type=102"),
			 0);
}

static void a_rollback_forgets_what_it_undid(void **state)
{
	struct schema *s;

	(void)state;
	assert_int_equal(db_begin(o->s.db, &d.e), 0);
	assert_int_equal(db_exec(o->s.db, &d.e, "DELETE FROM pack", ""), 0);
	replica_forget(&o->s.replica);
	assert_int_equal(replica_schema_now(&o->s.replica, &s, &d.e), 0);
	assert_null(schema_type(s, 100));
	replica_rollback(&o->s.replica);
	assert_int_equal(replica_schema_now(&o->s.replica, &s, &d.e), 0);
	assert_non_null(schema_type(s, 100));
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(heads_chain_over_all_items),
		T(a_stream_nobody_wrote_has_its_start),
		T(an_author_counts_on),
		T(meta_keeps_what_it_is_given),
		T(a_schema_is_that_of_its_position),
		T(a_writer_is_judged_by_the_schema_that_he_had),
		T(dictionaries_are_found_by_number),
		T(what_a_refusal_superseded_comes_back),
		T(no_conflict_across_a_refusal),
		T(what_is_still_pending_is_folded_on_top),
		T(a_refused_creation_takes_its_rows_along),
		T(a_rollback_forgets_what_it_undid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
