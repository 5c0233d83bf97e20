/* What records say about each other: rollups, keys, warnings and their settlement, with
 * a small pack of its own beside the plan's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/query/query.h"
#include "common/replica/fold.h"
#include "server/fsck.h"
#include "tests/lib/office.h"

/* A grant and what is paid on it; a sign that must not be given twice. */
#define PACK(version, more) \
"{\"format\":1,\"pack\":\"thu\",\"version\":" version ",\"vi\":\"Thử\",\"en\":\"Try\"," \
"\"settlement\":\"seen\",\"types\":[" \
"{\"number\":700,\"code\":\"grant\",\"vi\":\"Khoản\",\"en\":\"Grant\",\"edit\":[\"chief\",\"officer\"]," \
"\"title\":[\"sign\"],\"fields\":[" \
"{\"number\":7001,\"code\":\"sign\",\"vi\":\"Ký hiệu\",\"en\":\"Sign\",\"kind\":\"text\"}," \
"{\"number\":7002,\"code\":\"limit\",\"vi\":\"Mức\",\"en\":\"Limit\",\"kind\":\"money\"}," \
"{\"number\":7003,\"code\":\"doubled\",\"vi\":\"Hai lần\",\"en\":\"Doubled\",\"kind\":\"money\"," \
"\"derived\":\"limit * 2\"}," \
"{\"number\":7004,\"code\":\"note\",\"vi\":\"Chú\",\"en\":\"Note\",\"kind\":\"text\"}]," \
"\"warnings\":[{\"code\":\"over\",\"must\":\"paid <= limit\",\"vi\":\"Chi quá mức\",\"en\":\"Overpaid\"}]}," \
"{\"number\":701,\"code\":\"spent\",\"vi\":\"Khoản chi\",\"en\":\"Payment\"," \
"\"edit\":[\"chief\",\"officer\"],\"title\":[\"amount\"],\"fields\":[" \
"{\"number\":7011,\"code\":\"for\",\"vi\":\"Cho\",\"en\":\"For\",\"kind\":\"ref\",\"to\":\"grant\"}," \
"{\"number\":7012,\"code\":\"amount\",\"vi\":\"Tiền\",\"en\":\"Amount\",\"kind\":\"money\"}," \
"{\"number\":7013,\"code\":\"void\",\"vi\":\"Bỏ\",\"en\":\"Void\",\"kind\":\"bool\"}]," \
"\"warnings\":[{\"code\":\"no_limit\",\"must\":\"for.limit is not null\",\"vi\":\"Chưa có mức\"," \
"\"en\":\"No limit yet\"}]}," \
"{\"number\":702,\"code\":\"seen\",\"vi\":\"Đã xét\",\"en\":\"Seen\"," \
"\"edit\":[\"officer\"],\"title\":[\"task\"]," \
"\"fields\":[{\"number\":7021,\"code\":\"task\",\"vi\":\"a\",\"en\":\"a\",\"kind\":\"text\"}," \
"{\"number\":7022,\"code\":\"record\",\"vi\":\"a\",\"en\":\"a\",\"kind\":\"ref\"," \
"\"to\":\"*\",\"index\":true}," \
"{\"number\":7023,\"code\":\"key\",\"vi\":\"a\",\"en\":\"a\",\"kind\":\"int\"}," \
"{\"number\":7024,\"code\":\"fingerprint\",\"vi\":\"a\",\"en\":\"a\",\"kind\":\"int\"}," \
"{\"number\":7025,\"code\":\"note\",\"vi\":\"a\",\"en\":\"a\",\"kind\":\"text\"}]}]" more "}"

#define CROSS \
",\"rollups\":[{\"number\":70,\"code\":\"paid\",\"vi\":\"Đã chi\",\"en\":\"Paid\",\"from\":\"spent\"," \
"\"by\":\"for\",\"value\":\"amount\",\"where\":\"coalesce(void, false) = false\"}]," \
"\"duplicates\":[{\"code\":\"same_sign\",\"vi\":\"Trùng ký hiệu\",\"en\":\"Same sign\"," \
"\"keys\":[{\"type\":\"grant\",\"key\":\"sign\"}]}]"

static const char pack[] = PACK("1", CROSS);

enum { OTHER_SCHOOL = 32, GRANT = 700, SPENT = 701, SEEN = 702 };

static struct office o;

static int begin(void **state)
{
	(void)state;
	office_make(&o);
	office_equip(&o);
	office_staff(&o);
	assert_int_equal(server_publish(&o.s, bytes_str(pack), BYTES_NONE, &o.e), 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	office_end(&o);
	return 0;
}

#define OK(call) do { if ((call) != 0) fail_msg("%s: %s", err_name(o.e.code), o.e.subject); } while (0)

/* A record by the officer in a unit's stream: JSON as an import has it, or changes of
 * one that is there ("id" in full form). */
static struct rid put(uint64_t stream, const char *json)
{
	json_t *line = json_loads(json, 0, NULL);
	struct schema *s;
	struct draft d;
	struct rid id = RID_NONE;

	assert_non_null(line);
	OK(server_begin(&o.s, stream, &o.officer, &o.a, &d, &o.e));
	OK(replica_schema_now(&o.s.replica, &s, &o.e));
	OK(edit_json(&o.s.replica, s, &d, line, NULL, &id, &o.e));
	OK(server_save(&o.s, &o.officer, &d, NULL, &o.e));
	json_decref(line);
	return id;
}

static void change(uint64_t stream, struct rid id, const char *assignment)
{
	struct assignment one;
	struct schema *s;
	struct draft d;

	assert_true(edit_assignment(bytes_str(assignment), &one));
	OK(server_begin(&o.s, stream, &o.officer, &o.a, &d, &o.e));
	OK(replica_schema_now(&o.s.replica, &s, &o.e));
	OK(edit_change(&o.s.replica, s, &d, id, &one, 1, &o.e));
	OK(server_save(&o.s, &o.officer, &d, NULL, &o.e));
}

static void drop(uint64_t stream, struct rid id, bool undelete)
{
	struct schema *s;
	struct draft d;

	OK(server_begin(&o.s, stream, &o.officer, &o.a, &d, &o.e));
	OK(replica_schema_now(&o.s.replica, &s, &o.e));
	OK(edit_delete(&o.s.replica, s, &d, id, undelete, &o.e));
	OK(server_save(&o.s, &o.officer, &d, NULL, &o.e));
}

static struct rid grant(uint64_t stream, const char *sign, int limit)
{
	char json[200];

	snprintf(json, sizeof json, limit < 0 ? "{\"type\":\"grant\",\"sign\":\"%s\"}" :
		 "{\"type\":\"grant\",\"sign\":\"%s\",\"limit\":%d}", sign, limit);
	return put(stream, json);
}

static struct rid spent(uint64_t stream, uint64_t on, struct rid of, int amount)
{
	char full[64], json[200];

	record_full_text(on, of, full);
	snprintf(json, sizeof json, "{\"type\":\"spent\",\"for\":\"%s\",\"amount\":%d}", full, amount);
	return put(stream, json);
}

/* Open tasks of a code. */
static size_t open_tasks(const char *code)
{
	struct query_options opt = { .stream = ANY_STREAM };
	json_t *list = NULL;
	size_t n;

	OK(query_tasks(&o.s.replica, &opt, bytes_str(code), &list, &o.e));
	n = json_array_size(list);
	json_decref(list);
	return n;
}

/* The fingerprint and key of the only open task of a code. */
static int64_t member(const char *code, const char *what)
{
	struct query_options opt = { .stream = ANY_STREAM };
	json_t *list = NULL;
	int64_t n;

	OK(query_tasks(&o.s.replica, &opt, bytes_str(code), &list, &o.e));
	assert_int_equal(json_array_size(list), 1);
	n = json_integer_value(json_object_get(json_array_get(list, 0), what));
	json_decref(list);
	return n;
}

static void settle(const char *code, uint64_t stream, struct rid id)
{
	char full[64], json[400];

	record_full_text(stream, id, full);
	snprintf(json, sizeof json, "{\"type\":\"seen\",\"task\":\"%s\",\"record\":\"%s\",\"key\":%lld,"
		 "\"fingerprint\":%lld,\"note\":\"Đúng\"}", code, full,
		 (long long)member(code, "key"), (long long)member(code, "fingerprint"));
	put(stream, json);
}

static int64_t paid_on(uint64_t stream, struct rid id)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT coalesce(sum(sum),0) FROM rollup WHERE number=70 AND "
		 "stream=%llu AND device=%lld AND op=%llu", (unsigned long long)stream,
		 (long long)id.device, (unsigned long long)id.op);
	return office_number(&o, sql);
}

static int64_t paid(struct rid id)
{
	return paid_on(OFFICE_SCHOOL, id);
}

static void found(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	print_error("%s: %s\n", place, what);
}

/* The tables are what a replay of the log makes. */
static void expect_sound(void)
{
	char scratch[96];
	struct fsck f = { .env = &o.env, .scratch = scratch, .found = found };

	snprintf(scratch, sizeof scratch, "%s/scratch", o.dir);
	OK(server_fsck(&f, o.dir, &o.e));
	assert_int_equal(f.count, 0);
}

static void shares_are_added_up_across_units(void **state)
{
	struct rid g = grant(OFFICE_SCHOOL, "K1", 100), a, b;

	(void)state;
	assert_int_equal(paid(g), 0);
	a = spent(OFFICE_SCHOOL, OFFICE_SCHOOL, g, 60);
	assert_int_equal(paid(g), 60);
	assert_int_equal(open_tasks("over"), 0);
	/* Another unit pays too: that is over. */
	b = spent(OTHER_SCHOOL, OFFICE_SCHOOL, g, 50);
	assert_int_equal(paid(g), 110);
	assert_int_equal(open_tasks("over"), 1);
	/* Changed, made void, deleted, brought back: each counts at once. */
	change(OTHER_SCHOOL, b, "amount=40");
	assert_int_equal(paid(g), 100);
	assert_int_equal(open_tasks("over"), 0);
	change(OFFICE_SCHOOL, a, "amount=70");
	assert_int_equal(open_tasks("over"), 1);
	change(OTHER_SCHOOL, b, "void=có");
	assert_int_equal(paid(g), 70);
	assert_int_equal(open_tasks("over"), 0);
	drop(OFFICE_SCHOOL, a, false);
	assert_int_equal(paid(g), 0);
	drop(OFFICE_SCHOOL, a, true);
	assert_int_equal(paid(g), 70);
	/* The other side of the comparison moves. */
	change(OFFICE_SCHOOL, g, "limit=69");
	assert_int_equal(open_tasks("over"), 1);
	expect_sound();
}

static void what_is_moved_to_another_record_leaves_the_first(void **state)
{
	struct rid g = grant(OFFICE_SCHOOL, "K1", 10), h = grant(OTHER_SCHOOL, "K2", 10);
	struct rid a = spent(OFFICE_SCHOOL, OFFICE_SCHOOL, g, 20);
	char full[64], to[80];

	(void)state;
	assert_int_equal(open_tasks("over"), 1);
	record_full_text(OTHER_SCHOOL, h, full);
	snprintf(to, sizeof to, "for=%s", full);
	change(OFFICE_SCHOOL, a, to);
	assert_int_equal(paid(g), 0);
	assert_int_equal(paid_on(OTHER_SCHOOL, h), 20);
	assert_int_equal(open_tasks("over"), 1);
	change(OFFICE_SCHOOL, a, "for=");
	assert_int_equal(paid_on(OTHER_SCHOOL, h), 0);
	assert_int_equal(open_tasks("over"), 0);
	expect_sound();
}

static void one_key_in_two_units_is_a_task(void **state)
{
	struct rid a = grant(OFFICE_SCHOOL, "Số 12/QĐ", 1), b;

	(void)state;
	assert_int_equal(open_tasks("same_sign"), 0);
	/* Written in another way, it is the same. */
	b = grant(OTHER_SCHOOL, "so 12-qd", 1);
	assert_int_equal(open_tasks("same_sign"), 1);
	grant(OTHER_SCHOOL, "13/QĐ", 1);
	assert_int_equal(open_tasks("same_sign"), 1);
	change(OTHER_SCHOOL, b, "sign=14");
	assert_int_equal(open_tasks("same_sign"), 0);
	change(OTHER_SCHOOL, b, "sign=SỐ 12 QĐ");
	assert_int_equal(open_tasks("same_sign"), 1);
	drop(OFFICE_SCHOOL, a, false);
	assert_int_equal(open_tasks("same_sign"), 0);
	/* Nothing is no key. */
	grant(OFFICE_SCHOOL, "", 1);
	grant(OTHER_SCHOOL, "", 1);
	assert_int_equal(open_tasks("same_sign"), 0);
	expect_sound();
}

static void a_reference_is_watched(void **state)
{
	struct rid g = grant(OTHER_SCHOOL, "K1", -1);

	(void)state;
	spent(OFFICE_SCHOOL, OTHER_SCHOOL, g, 5);
	assert_int_equal(open_tasks("no_limit"), 1);
	change(OTHER_SCHOOL, g, "limit=7");
	assert_int_equal(open_tasks("no_limit"), 0);
	change(OTHER_SCHOOL, g, "limit=");
	assert_int_equal(open_tasks("no_limit"), 1);
	expect_sound();
}

static void what_is_settled_opens_again_when_it_changes(void **state)
{
	struct rid g = grant(OFFICE_SCHOOL, "K1", 10), b;

	(void)state;
	spent(OFFICE_SCHOOL, OFFICE_SCHOOL, g, 20);
	assert_int_equal(open_tasks("over"), 1);
	settle("over", OFFICE_SCHOOL, g);
	assert_int_equal(open_tasks("over"), 0);
	/* What the rule does not read changes nothing. */
	change(OFFICE_SCHOOL, g, "note=Xem lại");
	assert_int_equal(open_tasks("over"), 0);
	spent(OTHER_SCHOOL, OFFICE_SCHOOL, g, 1);
	assert_int_equal(open_tasks("over"), 1);

	b = grant(OTHER_SCHOOL, "K1", 10);
	settle("same_sign", OTHER_SCHOOL, b);
	assert_int_equal(open_tasks("same_sign"), 0);
	/* A third one: not what was settled. */
	grant(OTHER_SCHOOL, "K1", 10);
	assert_int_equal(open_tasks("same_sign"), 1);
	expect_sound();
}

static void new_rules_see_old_records(void **state)
{
	static const char more[] = PACK("2", CROSS);
	static const char key[] = "\"keys\":[{\"type\":\"grant\",\"key\":\"sign\"}]";
	static const char new_key[] = "\"keys\":[{\"type\":\"grant\",\"key\":\"limit\"}]";
	static const char old_sum[] = "paid <= limit", new_sum[] = "paid <= 5 + 0";
	char text[sizeof more + 8];
	struct rid g = grant(OFFICE_SCHOOL, "K1", 10);
	char *at;

	(void)state;
	spent(OTHER_SCHOOL, OFFICE_SCHOOL, g, 7);
	grant(OTHER_SCHOOL, "K2", 10);
	assert_int_equal(open_tasks("over") + open_tasks("same_sign"), 0);
	memcpy(text, more, sizeof more);
	at = strstr(text, key);
	assert_non_null(at);
	memmove(at + sizeof new_key - 1, at + sizeof key - 1, strlen(at + sizeof key - 1) + 1);
	memcpy(at, new_key, sizeof new_key - 1);
	at = strstr(text, old_sum);
	assert_true(at != NULL && sizeof new_sum == sizeof old_sum);
	memcpy(at, new_sum, sizeof new_sum - 1);
	OK(server_publish(&o.s, bytes_str(text), BYTES_NONE, &o.e));
	assert_int_equal(open_tasks("over"), 1);
	assert_int_equal(open_tasks("same_sign"), 1);
	assert_int_equal(paid(g), 7);
	assert_int_equal(office_number(&o, "SELECT f_doubled FROM t_grant WHERE stream=31"), 20);
	expect_sound();
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(shares_are_added_up_across_units),
		T(what_is_moved_to_another_record_leaves_the_first),
		T(one_key_in_two_units_is_a_task),
		T(a_reference_is_watched),
		T(what_is_settled_opens_again_when_it_changes),
		T(new_rules_see_old_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
