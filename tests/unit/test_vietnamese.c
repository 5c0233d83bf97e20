/* What Vietnamese text asks of the whole: each point is one test, from the door to the
 * list. The parts have tests of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/query/query.h"
#include "common/text/collate.h"
#include "common/text/number.h"
#include "common/text/oldfont.h"
#include "common/text/text.h"
#include "tests/lib/district.h"

static struct district_fixture d;
static struct client *c;

static void add(const char *name)
{
	char line[512];

	snprintf(line, sizeof line, "{\"type\":\"staff\",\"full_name\":\"%s\"}", name);
	district_add(&d, 0, line);
}

static int make(void **state)
{
	(void)state;
	district_make(&d, 2);
	c = &d.clients[0].c;
	add("Đỗ Thị Đồng");
	add("Lê Thị Hoà");
	add("Lê Văn Hóa");
	add("Phan Thị Hạ");
	add("Nguye\xcc\x82\xcc\x83n Thị Hà"); /* in parts, as some keyboards write */
	add("Ðặng Thị Huyền");                /* with the look-alike of Đ */
	add("Bùi An");
	add("Hoàng Dung");
	add("Hoàng Văn Đức");
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static json_t *list(const struct query_options *o)
{
	json_t *j = NULL;

	if (query_list(&c->replica, o, &j, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
	return j;
}

/* Titles that are found, by name, with / between them. */
static void expect_found(const char *words, const char *wanted)
{
	struct query_options o = { .stream = OFFICE_SCHOOL, .text = bytes_str(words), .by_name = true };
	json_t *j = list(&o), *one;
	char found[2000] = "";
	size_t i, used = 0;

	json_array_foreach(json_object_get(j, "records"), i, one)
		used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", i > 0 ? "/" : "",
					 json_string_value(json_object_get(one, "title")));
	assert_string_equal(found, wanted);
	json_decref(j);
}

static void point_1_d_with_a_bar_folds(void **state)
{
	struct buf key;

	(void)state;
	buf_init(&key, 100);
	assert_int_equal(text_fold(bytes_str("Đồng Thịnh"), &key, NULL), 0);
	assert_true(bytes_equal(buf_view(&key), bytes_str("dong thinh")));
	buf_release(&key);
	expect_found("dong", "Đỗ Thị Đồng");
	expect_found("DO thi", "Đỗ Thị Đồng");
}

static void point_2_look_alikes_become_d_with_a_bar(void **state)
{
	(void)state;
	expect_found("đặng", "Đặng Thị Huyền");
	expect_found("\xc3\x90\xe1\xba\xb7ng", "Đặng Thị Huyền");
	expect_found("\xc6\x89\xe1\xba\xb7ng", "Đặng Thị Huyền");
	expect_found("\xc3\xb0\xe1\xba\xb7ng", "Đặng Thị Huyền");
}

static void point_3_half_composed_text_is_composed(void **state)
{
	(void)state;
	expect_found("Nguyễn", "Nguyễn Thị Hà");
	/* ê and a tone, neither composed nor taken apart; and wholly apart. */
	expect_found("Nguy\xc3\xaa\xcc\x83n", "Nguyễn Thị Hà");
	expect_found("Nguye\xcc\x82\xcc\x83n", "Nguyễn Thị Hà");
}

static void point_4_old_and_new_tone_placement_are_one(void **state)
{
	struct buf a, b;

	(void)state;
	buf_init(&a, 100);
	buf_init(&b, 100);
	assert_int_equal(text_fold(bytes_str("Như Thụy"), &a, NULL), 0);
	assert_int_equal(text_fold(bytes_str("Như Thuỵ"), &b, NULL), 0);
	assert_true(bytes_equal(buf_view(&a), buf_view(&b)));
	assert_true(bytes_equal(buf_view(&a), bytes_str("nhu thuy")));
	buf_release(&a);
	buf_release(&b);
	/* Honoured marks, too; and it is shown as it was entered. */
	expect_found("lê hòa", "Lê Thị Hoà");
	expect_found("lê hoà", "Lê Thị Hoà");
	expect_found("hoá", "Lê Văn Hóa");
	/* As the beginning of a word, too. */
	expect_found("hòa", "Hoàng Dung/Hoàng Văn Đức/Lê Thị Hoà");
}

static void point_5_marks_are_honoured_where_there_are_some(void **state)
{
	(void)state;
	expect_found("hoa", "Hoàng Dung/Hoàng Văn Đức/Lê Thị Hoà/Lê Văn Hóa");
	expect_found("thi ha", "Nguyễn Thị Hà/Phan Thị Hạ");
	expect_found("hạ", "Phan Thị Hạ");
	expect_found("le hoà", "Lê Thị Hoà");
	expect_found("đong", "");
}

static void point_6_lists_sort_by_vietnamese_rules(void **state)
{
	struct query_options o = { .stream = OFFICE_SCHOOL, .by_name = true };
	json_t *j, *names = json_pack("[{s:s},{s:s},{s:s},{s:s}]", "name", "UBND xã Tứ Yên", "name",
				      "UBND xã Tân Lập", "name", "UBND xã Đồng Quế", "name",
				      "UBND thị trấn Tam Sơn");

	(void)state;
	expect_found("", "Bùi An/Hoàng Dung/Đỗ Thị Đồng/Hoàng Văn Đức/Nguyễn Thị Hà/Phan Thị Hạ/"
			 "Lê Thị Hoà/Lê Văn Hóa/Đặng Thị Huyền");
	/* In pages as well. */
	o.limit = 4;
	j = list(&o);
	assert_int_equal(json_array_size(json_object_get(j, "records")), 4);
	assert_int_equal(json_integer_value(json_object_get(j, "total")), 9);
	o.after = bytes_str(json_string_value(json_object_get(j, "next")));
	o.limit = 5;
	{
		json_t *rest = list(&o);

		assert_string_equal(json_string_value(json_object_get(json_array_get(
			json_object_get(rest, "records"), 0), "title")), "Nguyễn Thị Hà");
		assert_int_equal(json_array_size(json_object_get(rest, "records")), 5);
		assert_true(json_is_null(json_object_get(rest, "next")));
		json_decref(rest);
	}
	json_decref(j);
	/* Units, as any list of objects. */
	assert_int_equal(query_sort(names, "name", false, &d.e), 0);
	assert_string_equal(json_string_value(json_object_get(json_array_get(names, 0), "name")),
			    "UBND thị trấn Tam Sơn");
	assert_string_equal(json_string_value(json_object_get(json_array_get(names, 1), "name")),
			    "UBND xã Đồng Quế");
	assert_string_equal(json_string_value(json_object_get(json_array_get(names, 3), "name")),
			    "UBND xã Tứ Yên");
	json_decref(names);
}

static void point_7_numbers_and_dates_as_typed(void **state)
{
	static const char line[] = "{\"type\":\"bonus\",\"plan_year\":2026,\"amount\":\"1.500\","
				   "\"achievement\":\"Sáng kiến\"}";
	struct query_options o = { .stream = OFFICE_SCHOOL };
	struct rid id = district_add(&d, 0, line);
	json_t *j = NULL;

	(void)state;
	assert_int_equal(district_edit(&d, 0, id, NULL, (const char *[]){ "issued_on=1/3/2026", NULL }),
			 0);
	assert_int_equal(query_show(&c->replica, c->unit, id, &o, &j, &d.e), 0);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(j, "fields"), "amount")),
			 1500);
	assert_string_equal(json_string_value(json_object_get(json_object_get(j, "shown"), "amount")),
			    "1.500");
	assert_string_equal(json_string_value(json_object_get(json_object_get(j, "shown"), "issued_on")),
			    "01/03/2026");
	json_decref(j);
}

static void point_8_old_fonts_are_recognised(void **state)
{
	(void)state;
	assert_int_equal(oldfont_guess(bytes_str("NguyÔn ThÞ Hoµ")), OLDFONT_TCVN3);
	assert_int_equal(oldfont_guess(bytes_str("Nguyeãn Thò Hoøa")), OLDFONT_VNI);
	assert_int_equal(oldfont_guess(bytes_str("Nguyễn Thị Hoà")), OLDFONT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(point_1_d_with_a_bar_folds),
		cmocka_unit_test(point_2_look_alikes_become_d_with_a_bar),
		cmocka_unit_test(point_3_half_composed_text_is_composed),
		cmocka_unit_test(point_4_old_and_new_tone_placement_are_one),
		cmocka_unit_test(point_5_marks_are_honoured_where_there_are_some),
		cmocka_unit_test(point_6_lists_sort_by_vietnamese_rules),
		cmocka_unit_test(point_7_numbers_and_dates_as_typed),
		cmocka_unit_test(point_8_old_fonts_are_recognised),
	};

	return cmocka_run_group_tests(tests, make, end);
}
