/* The server's store without any client: keys and documents, units, packs,
 * enrolments, officers, and what officers write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "protocol/zip.h"
#include "server/identity/officer.h"
#include "server/pack/publish.h"
#include "server/unit/unit.h"
#include "tests/lib/office.h"

static int make(void **state)
{
	struct office *o = calloc(1, sizeof *o);

	office_make(o);
	*state = o;
	return 0;
}

static int equip(void **state)
{
	make(state);
	office_equip(*state);
	return 0;
}

static int staff(void **state)
{
	equip(state);
	office_staff(*state);
	return 0;
}

static int end(void **state)
{
	office_end(*state);
	free(*state);
	return 0;
}

static void keys_are_private(void **state)
{
	static const char *const names[] = { "root.key", "working.key", "box.key" };
	struct office *o = *state;
	char path[128];
	struct stat st;
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", o->dir, names[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void a_store_is_made_once(void **state)
{
	struct office *o = *state;
	struct buf before, after;
	char path[128];

	snprintf(path, sizeof path, "%s/working.key", o->dir);
	office_file(path, &before);
	assert_int_equal(server_init(&o->env, o->dir, bytes_str("Huyện Khác"), &o->e),
			 ERR_STORE_EXISTS);
	office_file(path, &after);
	assert_true(bytes_equal(buf_view(&before), buf_view(&after)));
	buf_release(&before);
	buf_release(&after);
	/* Neither where only a key is left of it. */
	snprintf(path, sizeof path, "%s/store.db", o->dir);
	server_close(&o->s);
	assert_int_equal(remove(path), 0);
	assert_int_equal(server_init(&o->env, o->dir, bytes_str("Huyện Khác"), &o->e),
			 ERR_STORE_EXISTS);
	assert_int_equal(server_open(&o->s, &o->env, o->dir, &o->e), ERR_NO_STORE);
}

static void a_foreign_key_is_found(void **state)
{
	struct office *o = *state, *other;
	char from[128], to[128];

	make((void **)&other);
	snprintf(from, sizeof from, "%s/box.key", other->dir);
	snprintf(to, sizeof to, "%s/box.key", o->dir);
	server_close(&o->s);
	assert_int_equal(rename(from, to), 0);
	assert_int_equal(server_open(&o->s, &o->env, o->dir, &o->e), ERR_CORRUPT);
	assert_string_equal(o->e.subject, "box.key");
	end((void **)&other);
}

static void units_are_found(void **state)
{
	struct office *o = *state;
	struct unit unit;
	uint64_t n = 0;

	assert_int_equal(server_unit_find(&o->s, bytes_str("MN-TAMSON"), &n, &o->e), 0);
	assert_int_equal(n, 31);
	assert_int_equal(server_unit_find(&o->s, bytes_str("31"), &n, &o->e), 0);
	assert_int_equal(n, 31);
	/* A commune's code is made of digits, and is no number. */
	assert_int_equal(server_unit_find(&o->s, bytes_str("08773"), &n, &o->e), 0);
	assert_int_equal(n, 14);
	assert_int_equal(server_unit_find(&o->s, bytes_str("999"), &n, &o->e), ERR_NO_UNIT);
	assert_int_equal(server_unit_find(&o->s, bytes_str(""), &n, &o->e), ERR_NO_UNIT);
	assert_int_equal(server_unit_find(&o->s, bytes_str("xã lang cong"), &n, &o->e), 0);
	assert_int_equal(n, 14);
	assert_int_equal(server_unit(&o->s, 14, &unit, &o->e), 0);
	assert_true(bytes_equal(unit.name, bytes_str("UBND xã Lãng Công")));
	assert_true(unit.active);
	assert_int_equal(server_unit(&o->s, 999, &unit, &o->e), ERR_NO_UNIT);
}

static void units_change_by_their_differences(void **state)
{
	struct office *o = *state;
	struct unit_row u[2] = { { .code = bytes_str("MN-TAMSON"), .name = bytes_str("Trường Mầm "
	  "non Mới") },
			     { .code = bytes_str("MOI"), .name = bytes_str("Đơn vị mới"),
			       .has_parent = true, .parent = 24 } };
	struct stream_head before, after;
	size_t changed = 9;
	uint64_t n;

	assert_int_equal(unit_put(&o->s, u, 2, &changed, &o->e), 0);
	assert_int_equal(changed, 2);
	assert_int_equal(office_number(o, "SELECT count(*) FROM t_unit WHERE f_kind='MN' AND "
				       "f_name='Trường Mầm non Mới' AND f_number=31"), 1);
	assert_int_equal(server_unit_find(&o->s, bytes_str("MOI"), &n, &o->e), 0);
	assert_int_equal(n, 88);
	/* Again the same: nothing to write. */
	assert_int_equal(replica_head(&o->s.replica, 0, &before, &o->e), 0);
	assert_int_equal(unit_put(&o->s, u, 2, &changed, &o->e), 0);
	assert_int_equal(changed, 0);
	assert_int_equal(replica_head(&o->s.replica, 0, &after, &o->e), 0);
	assert_int_equal(before.seq, after.seq);
}

static void what_is_told_of_a_unit_is_kept(void **state)
{
	struct office *o = *state;
	struct unit_row u = { .code = bytes_str("MOI"), .name = bytes_str("Đơn vị mới"),
			      .has_since = true, .since = 20000, .head = bytes_str("Lê Thị Mẫu"),
			      .admin_id = bytes_str("000.00.01.H49"), .phone = bytes_str("0211") };
	struct unit unit;
	size_t changed;

	assert_int_equal(unit_put(&o->s, &u, 1, &changed, &o->e), 0);
	assert_int_equal(office_number(o, "SELECT count(*) FROM t_unit WHERE f_number=88 AND "
				       "f_since=20000 AND f_head='Lê Thị Mẫu' AND "
				       "f_admin_id='000.00.01.H49' AND f_phone='0211'"), 1);
	assert_int_equal(server_unit(&o->s, 88, &unit, &o->e), 0);
	assert_int_equal(unit.from, 20000);
	/* What is empty is taken away, what is not there stays. */
	u = (struct unit_row){ .number = 88, .phone = bytes_str("") };
	assert_int_equal(unit_put(&o->s, &u, 1, &changed, &o->e), 0);
	assert_int_equal(changed, 1);
	assert_int_equal(office_number(o, "SELECT count(*) FROM t_unit WHERE f_number=88 AND "
				       "f_phone IS NULL AND f_head IS NOT NULL"), 1);
	u.admin_id = bytes_str("h49");
	assert_int_equal(unit_put(&o->s, &u, 1, &changed, &o->e), ERR_BAD_VALUE);
}

static void wrong_units_change_nothing(void **state)
{
	struct office *o = *state;
	struct unit_row good = { .code = bytes_str("TOT"), .name = bytes_str("Đơn vị tốt") };
	struct unit_row bad[] = {
		{ .code = bytes_str("VP"), .number = 400, .name = bytes_str("Mã đã có") },
		{ .code = bytes_str("A B"), .name = bytes_str("Mã có dấu cách") },
		{ .code = bytes_str("X"), .name = bytes_str("") },
		{ .code = bytes_str("X"), .name = bytes_str("Cha lạ"), .has_parent = true,
		  .parent = 4000 },
	};
	const int codes[] = { ERR_UNIT_CODE, ERR_BAD_VALUE, ERR_BAD_VALUE, ERR_NO_UNIT };
	int64_t count = office_number(o, "SELECT count(*) FROM t_unit");
	size_t i, changed;

	for (i = 0; i < 4; i++) {
		struct unit_row both[2] = { good, bad[i] };

		assert_int_equal(unit_put(&o->s, both, 2, &changed, &o->e), codes[i]);
	}
	assert_int_equal(office_number(o, "SELECT count(*) FROM t_unit"), count);
}

static void csv_is_read_as_people_save_it(void **state)
{
	const char *text = "\xef\xbb\xbf" "code;name;kind\r\nA1;\"Trường \"\"Mẫu\"\"; số "
	  "1\";TH\r\n\r\n"
			   "A2;Trường 2;\r\n";
	struct unit_row *u;
	struct arena a;
	struct err e;
	size_t n;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(unit_read(bytes_str(text), &a, &u, &n, &e), 0);
	assert_int_equal(n, 2);
	assert_true(bytes_equal(u[0].name, bytes_str("Trường \"Mẫu\"; số 1")));
	assert_true(bytes_equal(u[1].code, bytes_str("A2")));
	assert_false(u[1].has_parent);
	assert_int_equal(unit_read(bytes_str("code,name,parent\nA,B\nC,D,VP\n"), &a, &u, &n, &e),
			 ERR_BAD_INPUT);
	assert_string_equal(e.subject, "C3");
	assert_int_equal(unit_read(bytes_str("code,name\nA,\"B\n"), &a, &u, &n, &e), ERR_QUOTE);
	assert_int_equal(unit_read(bytes_str("code,name,since\nA,B,31/02/2025\n"), &a, &u, &n, &e),
			 ERR_BAD_INPUT);
	assert_int_equal(unit_read(bytes_str("code,name,lạ\nA,B,1\n"), &a, &u, &n, &e),
			 ERR_BAD_INPUT);
	assert_int_equal(unit_read(bytes_str("code,kind\nA,B\n"), &a, &u, &n, &e),
			 ERR_BAD_INPUT);
	assert_int_equal(unit_read(bytes_str(""), &a, &u, &n, &e), ERR_BAD_INPUT);
	assert_int_equal(unit_read(bytes_str("code,name,number\nA,B,1x\n"), &a, &u, &n, &e),
			 ERR_BAD_INPUT);
	arena_release(&a);
}

/* Turns the first `from` in a text into `to`. */
static void replace(struct buf *text, const char *from, const char *to)
{
	struct buf changed;
	const char *start, *hit;

	buf_init(&changed, (size_t)1 << 20);
	buf_byte(text, 0);
	start = (char *)text->at;
	hit = strstr(start, from);
	if (hit == NULL)
		fail_msg("%s is not in the pack", from);
	buf_put(&changed, start, (size_t)(hit - start));
	buf_add(&changed, bytes_str(to));
	buf_add(&changed, bytes_str(hit + strlen(from)));
	buf_release(text);
	*text = changed;
}

/* Publishes the pack as `version` with one more change. */
static int publish_with(struct office *o, const char *version, const char *from, const char *to)
{
	struct buf json;
	int code;

	office_file(OFFICE_PACK, &json);
	replace(&json, "\"version\": 1", version);
	replace(&json, from, to);
	code = server_publish(&o->s, buf_view(&json), BYTES_NONE, &o->e);
	buf_release(&json);
	return code;
}

static void a_pack_is_in_force(void **state)
{
	struct office *o = *state;
	struct schema *schema;
	struct bytes dictionary;
	uint64_t n;

	assert_int_equal(replica_schema_now(&o->s.replica, &schema, &o->e), 0);
	assert_non_null(schema_type_by_code(schema, bytes_str("bonus")));
	assert_int_equal(replica_dictionary_number(&o->s.replica, INT64_MAX, &n, &o->e), 0);
	assert_int_equal(n, 1);
	assert_int_equal(replica_dictionary(&o->s.replica, 1, &o->a, &dictionary, &o->e), 0);
	assert_in_range(dictionary.len, 10000, LIMIT_DICTIONARY);
}

#define NEW_FIELD(number, code) "{\"number\":" number ",\"code\":\"" code "\",\"kind\":" \
	"\"text\",\"vi\":\"Mới\",\"en\":\"New\"}"
#define NEW_TYPE(number, code) "{\"number\":" number ",\"code\":\"" code "\",\"vi\":\"Mới\"," \
	"\"en\":\"New\",\"fields\":[" NEW_FIELD("1500", "ten") "]}"

static void a_newer_pack_adds(void **state)
{
	const char *after = "\"fields\":[";
	const char *more = "\"fields\":[" NEW_FIELD("1500", "nick") ",";
	struct office *o = *state;
	uint64_t n;

	assert_int_equal(publish_with(o, "\"version\": 1", after, more), ERR_BAD_PACK);
	assert_int_equal(publish_with(o, "\"version\": 5", after, more), 0);
	assert_int_equal(publish_with(o, "\"version\": 4", after, more), ERR_BAD_PACK);
	assert_int_equal(replica_dictionary_number(&o->s.replica, INT64_MAX, &n, &o->e), 0);
	assert_int_equal(n, 2);
	assert_int_equal(office_number(o, "SELECT max(version) FROM pack"), 5);
	assert_int_equal(office_number(o, "SELECT count(f_nick) FROM t_staff"), 0);
}

static void a_pack_keeps_what_was_written(void **state)
{
	static const char *const wrong[][2] = {
		{ "\"lists\"", "\"x\": [,\"lists\"" },
		{ "\"number\":1079,", "\"number\":1099," },
		{ "\"kind\":\"money\"", "\"kind\":\"int\"" },
		{ "\"number\":1,\"code\":\"ths\"", "\"number\":1,\"code\":\"thsx\"" },
		{ "\"number\":104,\"code\":\"bonus\"", "\"number\":104,\"code\":\"bonuses\"" },
		{ "\"sum\":\"amount\"", "\"sum\":\"plan_year\"" },
		{ "\"vi\":\"Giới tính\"", "\"vi\":\"Gio\xcc\x9b\xcc\x81i tính\"" },
		{ "\"number\":3,\"code\":\"returned\"", "\"number\":5,\"code\":\"returned\"" },
		/* what is new must not take what is not free */
		{ "\"fields\":[", "\"fields\":[" NEW_FIELD("1079", "moi") "," },
		{ "\"fields\":[", "\"fields\":[" NEW_FIELD("61", "moi") "," },
		{ "\"fields\":[", "\"fields\":[" NEW_FIELD("1500", "full-name") "," },
		{ "\"types\": [", "\"types\": [" NEW_TYPE("50", "moi") "," },
		{ "\"types\": [", "\"types\": [" NEW_TYPE("102", "moi") "," },
		{ "\"types\": [", "\"types\": [" NEW_TYPE("150", "pg-need") "," },
		{ "\"code\":\"auditor\"", "\"code\":\"inspector\"" },
	};
	struct office *o = *state;
	struct stream_head before, after;
	size_t i;

	assert_int_equal(replica_head(&o->s.replica, 0, &before, &o->e), 0);
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (publish_with(o, "\"version\": 2", wrong[i][0], wrong[i][1]) != ERR_BAD_PACK)
			fail_msg("%s was not refused", wrong[i][1]);
	assert_int_equal(replica_head(&o->s.replica, 0, &after, &o->e), 0);
	assert_int_equal(before.seq, after.seq);
}

static void an_enrolment_brings_all(void **state)
{
	struct office *o = *state;
	struct buf text, raw, plain;
	struct enrolment en;
	struct district district;
	struct server_keys keys;
	struct stream_head head;
	struct reply reply;

	buf_init(&text, LIMIT_MESSAGE);
	buf_init(&raw, LIMIT_MESSAGE);
	buf_init(&plain, LIMIT_MESSAGE);
	assert_int_equal(server_enrol(&o->s, OFFICE_SCHOOL, ROLE_CLERK,
				      bytes_str("http://10.0.0.5:8080"), 86400, &text, &o->e), 0);
	assert_int_equal(enrolment_unarmour(buf_view(&text), &raw, &o->e), 0);
	assert_int_equal(enrolment_read(buf_view(&raw), &en, &o->e), 0);
	assert_int_equal(root_document_read(&en.root, &district, &o->e), 0);
	assert_int_equal(keys_document_read(&en.keys, &district, &keys, &o->e), 0);
	assert_true(bytes_equal(district.name, bytes_str("Huyện Sông Lô")));
	assert_memory_equal(keys.working, o->s.working.public_key, SIGN_PUBLIC);
	assert_int_equal(en.unit, OFFICE_SCHOOL);
	assert_int_equal(en.role, ROLE_CLERK);
	assert_int_equal(en.expires, OFFICE_NOW + 86400);
	assert_true(bytes_equal(en.unit_name, bytes_str("Trường Mầm non Tam Sơn")));
	assert_int_equal(zip_inflate(en.stream_zero, BYTES_NONE, LIMIT_MESSAGE, &plain, &o->e), 0);
	assert_int_equal(reply_decode(buf_view(&plain), &o->a, &reply, &o->e), 0);
	assert_int_equal(replica_head(&o->s.replica, 0, &head, &o->e), 0);
	assert_int_equal(reply.stream_count, 1);
	assert_int_equal(reply.streams[0].item_count, head.seq);
	assert_true(reply.streams[0].has_generation);
	assert_true(head_signature_ok(keys.working, district.id, 0, head.seq, head.head, head.time,
				      reply.streams[0].signature));
	assert_int_equal(office_number(o, "SELECT count(*) FROM enrolment WHERE used=0 AND "
				       "key IS NULL AND unit=31 AND role=1"), 1);
	buf_release(&text);
	buf_release(&raw);
	buf_release(&plain);
}

static void an_enrolment_names_what_is_there(void **state)
{
	struct office *o = *state;
	struct buf text;

	buf_init(&text, LIMIT_MESSAGE);
	assert_int_equal(server_enrol(&o->s, 999, ROLE_CLERK, BYTES_NONE, 60, &text, &o->e),
			 ERR_NO_UNIT);
	assert_int_equal(server_enrol(&o->s, OFFICE_SCHOOL, ROLE_SERVER, BYTES_NONE, 60, &text,
				      &o->e), ERR_NOT_ALLOWED);
	assert_int_equal(server_enrol(&o->s, OFFICE_SCHOOL, 50, BYTES_NONE, 60, &text, &o->e),
			 ERR_NOT_ALLOWED);
	assert_int_equal(server_enrol(&o->s, OFFICE_SCHOOL, ROLE_CLERK, BYTES_NONE, 0, &text,
				      &o->e), ERR_BAD_VALUE);
	assert_int_equal(text.len, 0);
	assert_int_equal(office_number(o, "SELECT count(*) FROM enrolment"), 0);
	buf_release(&text);
}

static void an_officer_opens_with_his_passphrase(void **state)
{
	const struct keybox_cost cheap = { 1, 8192 };
	struct office *o = *state;
	struct bytes name = bytes_str(OFFICE_NAME), pass = bytes_str(OFFICE_PASSPHRASE);
	struct sign_key key;

	assert_int_equal(server_officer_open(&o->s, name, bytes_str("sai"), &key, &o->e),
			 ERR_PASSPHRASE);
	assert_int_equal(server_officer_open(&o->s, bytes_str("Ai đó"), pass, &key, &o->e),
			 ERR_NO_OFFICER);
	assert_int_equal(officer_add(&o->s, name, OFFICE_UNIT, ROLE_OFFICER, pass, &cheap, &o->e),
			 ERR_EXISTS);
	assert_int_equal(officer_add(&o->s, bytes_str("B"), 999, ROLE_OFFICER, pass, &cheap,
				     &o->e), ERR_NO_UNIT);
	assert_int_equal(officer_add(&o->s, bytes_str("B"), OFFICE_UNIT, 77, pass, &cheap, &o->e),
			 ERR_NOT_ALLOWED);
	assert_int_equal(officer_add(&o->s, bytes_str("B"), OFFICE_UNIT, ROLE_OFFICER, BYTES_NONE,
				     &cheap, &o->e), ERR_PASSPHRASE);
	/* Typed on a machine that decomposes accents, it is the same name. */
	name = bytes_str("Nguye\xcc\x82\xcc\x83n Thi\xcc\xa3 Ma\xcc\x82\xcc\x83u");
	assert_int_equal(server_officer_open(&o->s, name, pass, &key, &o->e), 0);
	assert_int_equal(key.id, o->officer.id);
}

static void a_sealed_key_is_tied_to_its_row(void **state)
{
	struct office *o = *state;
	struct sign_key key;

	assert_int_equal(db_exec(o->s.db, &o->e, "UPDATE officer SET key=zeroblob(32) WHERE "
				 "unit=3", ""), 0);
	assert_int_equal(server_officer_open(&o->s, bytes_str(OFFICE_NAME),
					     bytes_str(OFFICE_PASSPHRASE), &key, &o->e),
			 ERR_CORRUPT);
}

static void officers_work_in_a_units_stream(void **state)
{
	struct office *o = *state;
	struct rid r = office_bonus(o, 50000000);
	struct verdict v;
	struct draft d;

	/* Two certificates, by the working key, each before its key's first word. */
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &o->a, &d, &o->e), 0);
	assert_int_equal(d.first, 1);
	draft_move(&d, BONUS, r, STATE_VERIFIED, BYTES_NONE);
	assert_int_equal(server_save(&o->s, &o->officer, &d, &v, &o->e), 0);
	assert_int_equal(office_number(o, "SELECT count(*) FROM device WHERE stream=31"), 2);
	assert_int_equal(office_number(o, "SELECT seq FROM stream WHERE stream=31"), 4);
	assert_int_equal(office_number(o, "SELECT state FROM t_bonus"), STATE_VERIFIED);
	assert_int_equal(office_number(o, "SELECT sum FROM total WHERE type=104 AND state=4 AND "
				       "year=2026"), 50000000);
	/* The second time there is nothing to certify, and ops count on. */
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &o->a, &d, &o->e), 0);
	assert_int_equal(d.first, 2);
	draft_move(&d, BONUS, r, STATE_RETURNED, bytes_str("Thiếu bản sao quyết định"));
	assert_int_equal(server_save(&o->s, &o->officer, &d, &v, &o->e), 0);
	assert_int_equal(office_number(o, "SELECT seq FROM stream WHERE stream=31"), 5);
}

static void what_is_refused_leaves_nothing(void **state)
{
	struct office *o = *state;
	struct verdict v;
	struct draft d;
	struct rid r;

	/* The move at its end is refused: record, person and certificate go too. */
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->chief, &o->a, &d, &o->e), 0);
	r = office_bonus_draft(&d, 50000000);
	draft_move(&d, BONUS, r, STATE_VERIFIED, BYTES_NONE);
	assert_int_equal(server_save(&o->s, &o->chief, &d, &v, &o->e), ERR_NOT_ALLOWED);
	assert_int_equal(v.code, ERR_NOT_ALLOWED);
	assert_true(rid_equal(v.record, r));
	assert_int_equal(office_number(o, "SELECT count(*) FROM stream WHERE stream=31"), 0);
	assert_int_equal(office_number(o, "SELECT count(*) FROM record WHERE stream=31"), 0);
	assert_int_equal(office_number(o, "SELECT count(*) FROM device WHERE stream=31"), 0);
	assert_int_equal(office_number(o, "SELECT count(*) FROM refused"), 0);
	/* A check of the pack: the error names it. */
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->chief, &o->a, &d, &o->e), 0);
	office_bonus_draft(&d, 0);
	assert_int_equal(server_save(&o->s, &o->chief, &d, &v, &o->e), ERR_CHECK);
	assert_int_equal(v.rule, 2);
	assert_string_equal(o->e.subject, "bonus, 2");
	/* And the store goes on. */
	office_bonus(o, 1000);
}

static void a_stale_move_is_refused(void **state)
{
	struct office *o = *state;
	struct rid r = office_bonus(o, 50000000);
	struct stream_head seen;
	struct draft d;

	assert_int_equal(replica_head(&o->s.replica, OFFICE_SCHOOL, &seen, &o->e), 0);
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->chief, &o->a, &d, &o->e), 0);
	draft_set(&d, BONUS, r, BONUS_AMOUNT, value_int(90000000), false);
	assert_int_equal(server_save(&o->s, &o->chief, &d, NULL, &o->e), 0);
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &o->a, &d, &o->e), 0);
	d.has_version = true;
	d.seen_seq = seen.seq;
	draft_move(&d, BONUS, r, STATE_VERIFIED, BYTES_NONE);
	assert_int_equal(server_save(&o->s, &o->officer, &d, NULL, &o->e), ERR_STALE);
}

static void nobody_writes_where_he_may_not(void **state)
{
	struct office *o = *state;
	struct sign_key stranger;
	uint8_t seed[SIGN_SEED] = { 7 };
	struct draft d;

	sign_make(&stranger, seed);
	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &stranger, &o->a, &d, &o->e),
			 ERR_NO_OFFICER);
	assert_int_equal(server_begin(&o->s, 14, &o->chief, &o->a, &d, &o->e), ERR_NOT_ALLOWED);
	assert_int_equal(server_begin(&o->s, 0, &o->chief, &o->a, &d, &o->e), ERR_NOT_ALLOWED);
	assert_int_equal(server_begin(&o->s, 999, &o->officer, &o->a, &d, &o->e), ERR_NO_UNIT);
	/* The lock was given back each time. */
	assert_int_equal(server_begin(&o->s, 14, &o->officer, &o->a, &d, &o->e), 0);
	server_drop(&o->s);
	assert_int_equal(server_begin(&o->s, 0, &o->officer, &o->a, &d, &o->e), 0);
	server_drop(&o->s);
	assert_int_equal(office_number(o, "SELECT count(*) FROM device"), 0);
}

static void an_empty_draft_saves_nothing(void **state)
{
	struct office *o = *state;
	struct draft d;

	assert_int_equal(server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &o->a, &d, &o->e), 0);
	assert_int_equal(server_save(&o->s, &o->officer, &d, NULL, &o->e), 0);
	assert_int_equal(office_number(o, "SELECT count(*) FROM stream WHERE stream=31"), 0);
}

static void times_of_a_stream_never_fall(void **state)
{
	struct office *o = *state;

	office_bonus(o, 1000);
	o->now -= 1000000;
	office_bonus(o, 2000);
	assert_int_equal(office_number(o, "SELECT min(time) FROM item WHERE stream=31"),
			 OFFICE_NOW);
}

static void a_changed_role_is_certified_anew(void **state)
{
	struct office *o = *state;
	struct bytes name = bytes_str("Máy 1");
	const uint8_t *key = o->chief.public_key;

	assert_int_equal(db_begin(o->s.db, &o->e), 0);
	assert_int_equal(server_certify(&o->s, 14, key, 14, ROLE_CLERK, name, &o->e), 0);
	assert_int_equal(server_certify(&o->s, 14, key, 14, ROLE_CLERK, name, &o->e), 0);
	assert_int_equal(office_number(o, "SELECT seq FROM stream WHERE stream=14"), 1);
	assert_int_equal(server_certify(&o->s, 14, key, 14, ROLE_CHIEF, name, &o->e), 0);
	assert_int_equal(office_number(o, "SELECT seq FROM stream WHERE stream=14"), 2);
	assert_int_equal(office_number(o, "SELECT role FROM device WHERE stream=14"), ROLE_CHIEF);
	assert_int_equal(db_commit(o->s.db, &o->e), 0);
}

static void a_revoked_key_stays_revoked(void **state)
{
	struct office *o = *state;
	const uint8_t *key = o->chief.public_key;

	assert_int_equal(db_begin(o->s.db, &o->e), 0);
	assert_int_equal(server_certify(&o->s, 14, key, 14, ROLE_CLERK, BYTES_NONE, &o->e), 0);
	assert_int_equal(db_exec(o->s.db, &o->e, "UPDATE device SET status='revoked'", ""), 0);
	assert_int_equal(server_certify(&o->s, 14, key, 14, ROLE_CLERK, BYTES_NONE, &o->e),
			 ERR_REVOKED);
	assert_int_equal(db_commit(o->s.db, &o->e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keys_are_private, make, end),
		cmocka_unit_test_setup_teardown(a_store_is_made_once, make, end),
		cmocka_unit_test_setup_teardown(a_foreign_key_is_found, make, end),
		cmocka_unit_test_setup_teardown(units_are_found, equip, end),
		cmocka_unit_test_setup_teardown(units_change_by_their_differences, equip, end),
		cmocka_unit_test_setup_teardown(what_is_told_of_a_unit_is_kept, equip, end),
		cmocka_unit_test_setup_teardown(wrong_units_change_nothing, equip, end),
		cmocka_unit_test(csv_is_read_as_people_save_it),
		cmocka_unit_test_setup_teardown(a_pack_is_in_force, equip, end),
		cmocka_unit_test_setup_teardown(a_newer_pack_adds, equip, end),
		cmocka_unit_test_setup_teardown(a_pack_keeps_what_was_written, equip, end),
		cmocka_unit_test_setup_teardown(an_enrolment_brings_all, equip, end),
		cmocka_unit_test_setup_teardown(an_enrolment_names_what_is_there, equip, end),
		cmocka_unit_test_setup_teardown(an_officer_opens_with_his_passphrase, staff, end),
		cmocka_unit_test_setup_teardown(a_sealed_key_is_tied_to_its_row, staff, end),
		cmocka_unit_test_setup_teardown(officers_work_in_a_units_stream, staff, end),
		cmocka_unit_test_setup_teardown(what_is_refused_leaves_nothing, staff, end),
		cmocka_unit_test_setup_teardown(a_stale_move_is_refused, staff, end),
		cmocka_unit_test_setup_teardown(nobody_writes_where_he_may_not, staff, end),
		cmocka_unit_test_setup_teardown(an_empty_draft_saves_nothing, staff, end),
		cmocka_unit_test_setup_teardown(times_of_a_stream_never_fall, staff, end),
		cmocka_unit_test_setup_teardown(a_changed_role_is_certified_anew, staff, end),
		cmocka_unit_test_setup_teardown(a_revoked_key_stays_revoked, staff, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
