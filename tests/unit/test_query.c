/* Queries: what is found, what is shown, what is hidden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/query/query.h"
#include "tests/lib/district.h"

static struct district_fixture d;
static struct client *c;
static struct rid huyen, huyen2, anh, bonus;

static int make(void **state)
{
	char line[512], full[64];

	(void)state;
	district_make(&d, 2);
	c = &d.clients[0].c;
	huyen = district_add(&d, 0, "{\"type\":\"staff\",\"full_name\":\"Hà Thị Thanh Huyền\","
				    "\"cccd\":\"000181100002\",\"sex\":\"nu\","
				    "\"langs\":[\"en\",\"ja\"],\"phone\":\"0123\"}");
	huyen2 = district_add(&d, 0, "{\"type\":\"staff\",\"full_name\":\"ĐỖ VĂN HUYỆN\","
				     "\"sex\":\"nam\",\"degree_year\":2008}");
	anh = district_add(&d, 0, "{\"type\":\"staff\",\"full_name\":\"Khổng Thị Ngọc Ánh\","
				  "\"sex\":\"nu\",\"degree_year\":2008}");
	record_full_text(c->unit, anh, full);
	snprintf(line, sizeof line, "{\"type\":\"bonus\",\"plan_year\":2026,\"amount\":500,"
		 "\"person\":\"%s\",\"achievement\":\"Sáng kiến\"}", full);
	bonus = district_add(&d, 0, line);
	district_add(&d, 0, "{\"type\":\"pg_need\",\"plan_year\":2026,\"answer\":\"need\","
			    "\"lines\":[{\"discipline\":\"toan\",\"count\":1,"
			    "\"people\":[{\"name\":\"Lê Mẫu\"}]}]}");
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static struct query_options options(void)
{
	return (struct query_options){ .stream = OFFICE_SCHOOL };
}

static json_t *list(const struct query_options *o)
{
	json_t *j = NULL;

	if (query_list(&c->replica, o, &j, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
	return j;
}

static size_t count_text(const char *words)
{
	struct query_options o = options();
	json_t *j;
	size_t n;

	o.text = bytes_str(words);
	j = list(&o);
	n = json_array_size(json_object_get(j, "records"));
	assert_int_equal(json_integer_value(json_object_get(j, "total")), n);
	json_decref(j);
	return n;
}

static size_t count_where(const char *type, const char *condition)
{
	struct bytes where = bytes_str(condition);
	struct query_options o = options();
	json_t *j;
	size_t n;

	o.type = bytes_str(type);
	o.where = &where;
	o.where_count = 1;
	j = list(&o);
	n = json_array_size(json_object_get(j, "records"));
	json_decref(j);
	return n;
}

static void words_find_with_and_without_marks(void **state)
{
	(void)state;
	assert_int_equal(count_text("huyen"), 2);
	assert_int_equal(count_text("HUYEN"), 2);
	assert_int_equal(count_text("huyền"), 1);
	assert_int_equal(count_text("Huyện"), 1);
	assert_int_equal(count_text("HUYỆN"), 1);
	assert_int_equal(count_text("đỗ"), 1);
	assert_int_equal(count_text("do van"), 1);
	assert_int_equal(count_text("thi  huyen"), 1);
	assert_int_equal(count_text("khong co"), 0);
	/* A bonus is found by the person it is for. */
	assert_int_equal(count_text("ngoc anh"), 2);
	/* No word runs over the end of one text into the next. */
	assert_int_equal(count_text("Ánh Sáng"), 1);
	assert_int_equal(count_text("ÁnhSáng"), 0);
	assert_int_equal(count_text("huyennam"), 0);
}

static void conditions_are_on_fields(void **state)
{
	char id[9], text[32];

	(void)state;
	assert_int_equal(count_where("staff", "sex=nu"), 2);
	assert_int_equal(count_where("staff", "sex=Nữ"), 2);
	assert_int_equal(count_where("staff", "degree_year=2008"), 2);
	assert_int_equal(count_where("staff", "degree_year="), 1);
	assert_int_equal(count_where("staff", "langs=ja"), 1);
	assert_int_equal(count_where("staff", "langs=ko"), 0);
	assert_int_equal(count_where("staff", "cccd=000181100002"), 1);
	assert_int_equal(query_short(&c->replica, c->unit, anh, id, &d.e), 0);
	snprintf(text, sizeof text, "person=%s", id);
	assert_int_equal(count_where("bonus", text), 1);
	/* Without a type: in those that have the field. */
	assert_int_equal(count_where("", "plan_year=2026"), 2);
}

static void wrong_conditions_are_told(void **state)
{
	struct bytes where = bytes_str("age=1");
	struct query_options o = options();
	json_t *j = NULL;

	(void)state;
	o.where = &where;
	o.where_count = 1;
	o.type = bytes_str("staff");
	assert_int_equal(query_list(&c->replica, &o, &j, &d.e), ERR_NO_FIELD);
	where = bytes_str("sex=x");
	assert_int_equal(query_list(&c->replica, &o, &j, &d.e), ERR_BAD_CHOICE);
	where = bytes_str("sex");
	assert_int_equal(query_list(&c->replica, &o, &j, &d.e), ERR_USAGE);
	o.type = bytes_str("staf");
	assert_int_equal(query_list(&c->replica, &o, &j, &d.e), ERR_NO_TYPE);
	assert_null(j);
}

static void lists_page_by_cursor(void **state)
{
	struct query_options o = options();
	size_t seen = 0, pages = 0;
	char after[64] = "";

	(void)state;
	o.limit = 2;
	for (;;) {
		json_t *j, *next;

		o.after = bytes_str(after);
		j = list(&o);
		next = json_object_get(j, "next");
		assert_int_equal(json_integer_value(json_object_get(j, "total")), 5);
		seen += json_array_size(json_object_get(j, "records"));
		pages++;
		if (!json_is_string(next)) {
			json_decref(j);
			break;
		}
		snprintf(after, sizeof after, "%s", json_string_value(next));
		json_decref(j);
	}
	assert_int_equal(seen, 5);
	assert_int_equal(pages, 3);
}

static void states_select(void **state)
{
	struct query_options o = options();
	json_t *j;

	(void)state;
	o.state = bytes_str("draft");
	j = list(&o);
	assert_int_equal(json_integer_value(json_object_get(j, "total")), 2);
	json_decref(j);
	o.state = bytes_str("verified");
	j = list(&o);
	assert_int_equal(json_integer_value(json_object_get(j, "total")), 0);
	json_decref(j);
}

static void records_are_found_by_what_people_call_them(void **state)
{
	char text[64];
	uint64_t stream;
	struct rid id;

	(void)state;
	record_short_text(record_short(c->unit, huyen), text);
	assert_int_equal(query_find(&c->replica, ANY_STREAM, bytes_str(text), &stream, &id, &d.e),
			 0);
	assert_true(rid_equal(id, huyen));
	assert_int_equal(stream, c->unit);
	record_full_text(c->unit, huyen, text);
	assert_int_equal(query_find(&c->replica, c->unit, bytes_str(text), &stream, &id, &d.e), 0);
	assert_true(rid_equal(id, huyen));
	assert_int_equal(query_find(&c->replica, 0, bytes_str(text), &stream, &id, &d.e),
			 ERR_NO_RECORD);
	assert_int_equal(query_find(&c->replica, ANY_STREAM, bytes_str("zzzzzzzz"), &stream, &id,
				    &d.e), ERR_NO_RECORD);
	assert_int_equal(query_find(&c->replica, ANY_STREAM, bytes_str("uuu"), &stream, &id, &d.e),
			 ERR_NO_RECORD);
	assert_int_equal(query_find(&c->replica, ANY_STREAM, BYTES_NONE, &stream, &id, &d.e),
			 ERR_NO_RECORD);
}

static void a_short_id_for_many_is_ambiguous(void **state)
{
	char letter[2] = "0";
	uint64_t stream;
	struct rid id;
	bool found = false;

	(void)state;
	/* Some 60 units are in stream 0: two of them begin alike. */
	for (; letter[0] <= '9'; letter[0]++)
		if (query_find(&c->replica, 0, bytes_str(letter), &stream, &id, &d.e) ==
		    ERR_AMBIGUOUS) {
			found = true;
			assert_non_null(strstr(d.e.subject, ", "));
		}
	assert_true(found);
}

static void personal_values_are_masked(void **state)
{
	struct query_options o = options();
	json_t *j = NULL, *fields;

	(void)state;
	assert_int_equal(query_show(&c->replica, c->unit, huyen, &o, &j, &d.e), 0);
	fields = json_object_get(j, "fields");
	assert_string_equal(json_string_value(json_object_get(fields, "cccd")), "***002");
	/* Of a short one even the end would be too much. */
	assert_string_equal(json_string_value(json_object_get(fields, "phone")), "***");
	assert_string_equal(json_string_value(json_object_get(json_object_get(j, "shown"),
							      "cccd")), "***002");
	json_decref(j);
	o.personal = true;
	assert_int_equal(query_show(&c->replica, c->unit, huyen, &o, &j, &d.e), 0);
	fields = json_object_get(j, "fields");
	assert_string_equal(json_string_value(json_object_get(fields, "cccd")), "000181100002");
	json_decref(j);
}

static void a_version_is_what_an_edit_has_seen(void **state)
{
	struct query_options o = options();
	const char *text;
	uint64_t seq, own;
	json_t *j = NULL;

	(void)state;
	assert_int_equal(query_show(&c->replica, c->unit, huyen, &o, &j, &d.e), 0);
	text = json_string_value(json_object_get(j, "version"));
	assert_true(query_version(bytes_str(text), &seq, &own));
	assert_true(own > 0);
	json_decref(j);
	assert_true(query_version(bytes_str("12+3"), &seq, &own));
	assert_int_equal(seq, 12);
	assert_int_equal(own, 3);
	assert_true(query_version(bytes_str("12"), &seq, &own));
	assert_int_equal(own, 0);
	assert_false(query_version(bytes_str("12+"), &seq, &own));
	assert_false(query_version(bytes_str("-1"), &seq, &own));
	assert_false(query_version(bytes_str("1+2x"), &seq, &own));
	assert_false(query_version(BYTES_NONE, &seq, &own));
}

static void rows_stand_below_their_lists(void **state)
{
	struct query_options o = options();
	json_t *j, *row, *person;
	char id[64];
	uint64_t stream;
	struct rid need;

	(void)state;
	o.type = bytes_str("pg_need");
	j = list(&o);
	snprintf(id, sizeof id, "%s",
		 json_string_value(json_object_get(json_array_get(json_object_get(j, "records"),
								  0), "id")));
	json_decref(j);
	assert_true(record_full_parse(bytes_str(id), &stream, &need));
	assert_int_equal(query_show(&c->replica, stream, need, &o, &j, &d.e), 0);
	row = json_array_get(json_object_get(json_object_get(j, "rows"), "lines"), 0);
	assert_string_equal(json_string_value(json_object_get(json_object_get(row, "fields"),
							      "discipline")), "toan");
	person = json_array_get(json_object_get(json_object_get(row, "rows"), "people"), 0);
	assert_string_equal(json_string_value(json_object_get(person, "title")), "Lê Mẫu");
	json_decref(j);
}

static void totals_count_by_type_and_year(void **state)
{
	struct query_options o = options();
	json_t *j = NULL, *row;

	(void)state;
	o.type = bytes_str("bonus");
	assert_int_equal(query_totals(&c->replica, &o, false, &j, &d.e), 0);
	assert_int_equal(json_array_size(j), 1);
	row = json_array_get(j, 0);
	assert_int_equal(json_integer_value(json_object_get(row, "year")), 2026);
	assert_int_equal(json_integer_value(json_object_get(row, "sum")), 500);
	assert_int_equal(json_integer_value(json_object_get(row, "count")), 1);
	assert_string_equal(json_string_value(json_object_get(row, "state")), "draft");
	json_decref(j);
}

static void results_are_cleaned_for_the_screen(void **state)
{
	json_t *j = json_pack("{s:[s,s], s:s}", "a", "x\x1b[31my", "thường\n", "b",
			      "\xc2\x9b" "2J");

	(void)state;
	query_clean(j);
	assert_string_equal(json_string_value(json_array_get(json_object_get(j, "a"), 0)),
			    "x [31my");
	assert_string_equal(json_string_value(json_array_get(json_object_get(j, "a"), 1)),
			    "thường ");
	assert_string_equal(json_string_value(json_object_get(j, "b")), "  2J");
	json_decref(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_find_with_and_without_marks),
		cmocka_unit_test(conditions_are_on_fields),
		cmocka_unit_test(wrong_conditions_are_told),
		cmocka_unit_test(lists_page_by_cursor),
		cmocka_unit_test(states_select),
		cmocka_unit_test(records_are_found_by_what_people_call_them),
		cmocka_unit_test(a_short_id_for_many_is_ambiguous),
		cmocka_unit_test(personal_values_are_masked),
		cmocka_unit_test(a_version_is_what_an_edit_has_seen),
		cmocka_unit_test(rows_stand_below_their_lists),
		cmocka_unit_test(totals_count_by_type_and_year),
		cmocka_unit_test(results_are_cleaned_for_the_screen),
	};

	return cmocka_run_group_tests(tests, make, end);
}
