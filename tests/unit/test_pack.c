/* Form packs: what loads, several side by side, and every way to be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/expr/expr.h"
#include "common/system/env.h"

static struct err e;

/* A pack with one of everything; tests spoil one place of it. */
static const char good[] =
"{\"format\":1,\"pack\":\"mau\",\"version\":3,\"vi\":\"Mẫu\",\"en\":\"Sample\","
"\"lists\":{\"colours\":{\"vi\":\"Màu\",\"en\":\"Colours\",\"choices\":["
"{\"number\":1,\"code\":\"do\",\"vi\":\"Đỏ\",\"en\":\"Red\"},"
"{\"number\":2,\"code\":\"xanh\",\"vi\":\"Xanh\",\"en\":\"Blue\"}]}},"
"\"roles\":[{\"number\":51,\"code\":\"keeper\",\"vi\":\"Thủ kho\",\"en\":\"Keeper\","
"\"reads\":\"own\",\"writes\":\"own\"}],"
"\"workflows\":{\"flow\":{\"states\":[{\"number\":1,\"code\":\"mo\",\"vi\":\"Mở\",\"en\":\"Open\","
"\"open\":true},{\"number\":2,\"code\":\"dong\",\"vi\":\"Đóng\",\"en\":\"Closed\"}],"
"\"moves\":[{\"from\":\"mo\",\"to\":\"dong\",\"by\":[\"keeper\"],\"complete\":true,\"remark\":true}]}},"
"\"types\":[{\"number\":900,\"code\":\"box\",\"vi\":\"Hộp\",\"en\":\"Box\",\"edit\":[\"keeper\"],"
"\"title\":[\"label\"],"
"\"match\":[\"label\",[\"colour\",\"made\"]],\"workflow\":\"flow\","
"\"totals\":{\"year\":\"made\",\"sum\":\"price\"},"
"\"fields\":["
"{\"number\":9004,\"code\":\"price\",\"vi\":\"Giá\",\"en\":\"Price\",\"kind\":\"money\"},"
"{\"number\":9001,\"code\":\"label\",\"vi\":\"Nhãn\",\"en\":\"Label\",\"kind\":\"text\",\"max\":20,"
"\"required\":true,\"also\":[\"Tên\",\"Name\"]},"
"{\"number\":9002,\"code\":\"colour\",\"vi\":\"Màu\",\"en\":\"Colour\",\"kind\":\"choice\","
"\"list\":\"colours\"},"
"{\"number\":9003,\"code\":\"made\",\"vi\":\"Năm\",\"en\":\"Made\",\"kind\":\"year\",\"required\":true,"
"\"when\":{\"field\":\"colour\",\"is\":\"do\"}},"
"{\"number\":9005,\"code\":\"things\",\"vi\":\"Đồ\",\"en\":\"Things\",\"kind\":\"list\","
"\"row\":\"thing\"}],"
"\"checks\":[{\"number\":1,\"left\":\"price\",\"op\":\">=\",\"value\":5,\"vi\":\"Rẻ\",\"en\":\"Cheap\"},"
"{\"number\":2,\"count\":\"things\",\"op\":\"<\",\"right\":\"made\",\"vi\":\"Nhiều\",\"en\":\"Many\"}]},"
"{\"number\":901,\"code\":\"thing\",\"vi\":\"Món\",\"en\":\"Thing\",\"row\":true,\"fields\":["
"{\"number\":9010,\"code\":\"box\",\"vi\":\"Hộp\",\"en\":\"Box\",\"kind\":\"ref\",\"to\":\"box\"}]}]}";

/* The good pack with the first `from` turned into `to`. */
static void spoil(const char *from, const char *to, struct buf *out)
{
	const char *hit = strstr(good, from);

	if (hit == NULL)
		fail_msg("%s is not in the pack", from);
	buf_init(out, 1 << 16);
	buf_put(out, good, (size_t)(hit - good));
	buf_add(out, bytes_str(to));
	buf_add(out, bytes_str(hit + strlen(from)));
}

static void the_built_in_pack_is_always_there(void **state)
{
	struct schema *s;
	const struct type *t;

	(void)state;
	assert_int_equal(schema_new(&s, &e), 0);
	assert_int_equal(s->type_count, 7);
	t = schema_type(s, TYPE_UNIT);
	assert_string_equal(t->code, "unit");
	assert_ptr_equal(schema_type_by_code(s, bytes_str("unit")), t);
	assert_string_equal(type_field(t, FIELD_UNIT_PARENT)->code, "parent");
	assert_int_equal(type_field(schema_type(s, TYPE_PACK), FIELD_PACK_JSON)->kind, FIELD_BYTES);
	assert_string_equal(type_field(schema_type(s, TYPE_CERT), FIELD_CERT_STATUS)->code,
			    "status");
	assert_true(schema_role(s, ROLE_SERVER)->writes_all);
	assert_true(t->edit == schema_role_bit(s, ROLE_SERVER));
	schema_free(s);
	schema_free(NULL);
}

static void what_a_pack_says_is_in_the_schema(void **state)
{
	struct schema *s;
	const struct type *t;
	const struct field *f;
	const struct move *m;

	(void)state;
	assert_int_equal(schema_new(&s, &e), 0);
	assert_int_equal(schema_add(s, bytes_str(good), &e), 0);
	t = schema_type(s, 900);
	assert_string_equal(t->label.en, "Box");
	assert_string_equal(t->pack, "mau");
	assert_false(t->row);
	assert_true(schema_type(s, 901)->row);
	assert_int_equal(t->field_count, 5);
	assert_int_equal(t->fields[0].number, 9001);
	assert_int_equal(t->fields[4].number, 9005);
	assert_true(t->edit == schema_role_bit(s, 51));
	assert_string_equal(t->titles[0], "label");
	assert_int_equal(t->match_count, 2);
	assert_int_equal(t->match[0].count, 1);
	assert_ptr_equal(t->match[0].fields[0], type_field(t, 9001));
	assert_int_equal(t->match[1].count, 2);
	assert_ptr_equal(t->match[1].fields[1], type_field(t, 9003));
	assert_int_equal(t->fields[0].place, 1);
	assert_int_equal(t->fields[0].also_count, 2);
	assert_string_equal(t->fields[0].also[1], "Name");
	assert_int_equal(t->total_year, 9003);
	assert_int_equal(t->total_sum, 9004);
	f = type_field_by_code(t, bytes_str("label"));
	assert_true(f->required && f->has_max && f->max == 20 && f->required_if == NULL);
	f = type_field(t, 9002);
	assert_int_equal(list_choice_by_code(f->list, bytes_str("xanh"))->number, 2);
	assert_string_equal(list_choice(f->list, 1)->label.vi, "Đỏ");
	assert_null(list_choice(f->list, 3));
	f = type_field(t, 9003);
	/* Both in the form of the first days: members instead of an expression. */
	assert_string_equal(expr_text(f->required_if), "colour = 'do'");
	/* Bounds that years and money have of themselves. */
	assert_true(f->min == 1900 && f->max == 2200);
	assert_true(type_field(t, 9004)->has_min && type_field(t, 9004)->min == 0);
	assert_int_equal(t->check_count, 2);
	assert_string_equal(expr_text(t->checks[0].must), "price >= 5");
	assert_string_equal(expr_text(t->checks[1].must), "count(things) < made");
	m = workflow_move(t->workflow, 1, 2);
	assert_true(m->complete && m->remark && m->by == schema_role_bit(s, 51));
	assert_null(workflow_move(t->workflow, 2, 1));
	assert_int_equal(workflow_state(t->workflow, 1)->open, STATE_OPEN);
	assert_int_equal(workflow_state_by_code(t->workflow, bytes_str("dong"))->open, STATE_CLOSED);
	assert_null(type_field(t, 9006));
	assert_null(schema_type_by_code(s, BYTES_NONE));
	assert_int_equal(schema_role_bit(s, 52), 0);
	schema_free(s);
}

static void read_songlo(struct buf *json)
{
	buf_init(json, 1 << 20);
	assert_int_equal(env_read_file("common/packs/songlo-nq06.json", json, &e), 0);
}

static void packs_live_side_by_side(void **state)
{
	struct schema *s;
	struct buf json;
	size_t roles, i;

	(void)state;
	read_songlo(&json);
	assert_int_equal(schema_new(&s, &e), 0);
	assert_int_equal(schema_add(s, buf_view(&json), &e), 0);
	roles = s->role_count;
	assert_non_null(schema_type_by_code(s, bytes_str("bonus")));
	assert_int_equal(schema_add(s, bytes_str(good), &e), 0);
	assert_int_equal(s->role_count, roles + 1);
	for (i = 1; i < s->type_count; i++)
		assert_true(s->types[i - 1]->number < s->types[i]->number);
	assert_non_null(schema_type(s, 104));
	assert_non_null(schema_type(s, 900));
	assert_non_null(schema_type(s, TYPE_CERT));
	/* The same pack again: its types are taken. */
	assert_int_equal(schema_add(s, bytes_str(good), &e), ERR_BAD_PACK);
	assert_non_null(strstr(e.subject, "box"));
	schema_free(s);
	/* A role that is known already is the one that it was. */
	assert_int_equal(schema_new(&s, &e), 0);
	assert_int_equal(schema_add(s, buf_view(&json), &e), 0);
	assert_int_equal(schema_add(s, bytes_str("{\"format\":1,\"pack\":\"b\",\"roles\":[{\"number\":1,"
		"\"code\":\"clerk\",\"vi\":\"a\",\"en\":\"a\",\"reads\":\"all\",\"writes\":\"all\"}],"
		"\"types\":[{\"number\":950,\"code\":\"b\",\"vi\":\"b\",\"en\":\"b\",\"edit\":[\"clerk\"],"
		"\"fields\":[]}]}"), &e), 0);
	assert_int_equal(s->role_count, roles);
	assert_false(schema_role(s, 1)->writes_all);
	assert_true(schema_type(s, 950)->edit == schema_role_bit(s, 1));
	schema_free(s);
	buf_release(&json);
}

/* What is wrong, and the place that the error must name. */
static const struct wrong {
	const char *from, *to, *place;
} wrongs[] = {
	{ "{\"format\":1", "[\"format\":1", "line 1, " },
	{ "\"format\":1,", "\"format\":1,\"format\":1,", "\"format\" is there twice" },
	{ "\"format\":1", "\"format\":0", "format" },
	{ "\"format\":1", "\"format\":\"1\"", "format" },
	{ "\"pack\":\"mau\"", "\"pack\":7", "pack" },
	{ "\"vi\":\"Màu\",\"en\":\"Colours\"", "\"vi\":\"Màu\"", "colours" },
	{ "\"code\":\"xanh\"", "\"code\":\"do\"", "colours" },
	{ "{\"number\":2,\"code\":\"xanh\"", "{\"number\":1,\"code\":\"xanh\"", "colours" },
	{ "{\"number\":2,\"code\":\"xanh\"", "{\"number\":0,\"code\":\"xanh\"", "xanh" },
	{ "\"code\":\"xanh\"", "\"code\":\"Xanh\"", "colours" },
	{ "\"code\":\"xanh\"", "\"code\":\"xa nh\"", "xa nh" },
	{ "\"code\":\"keeper\",\"vi\"", "\"code\":\"keeper\",\"v\"", "keeper" },
	{ "\"number\":51", "\"number\":1000", "keeper" },
	{ "\"reads\":\"own\",", "", "keeper" },
	{ "\"code\":\"keeper\"", "\"code\":\"\"", "roles" },
	{ "\"states\":[", "\"state\":[", "flow" },
	{ "\"number\":1,\"code\":\"mo\"", "\"number\":0,\"code\":\"mo\"", "mo" },
	{ "\"vi\":\"Đóng\",", "", "dong" },
	{ "\"to\":\"dong\"", "\"to\":\"xong\"", "flow" },
	{ "\"from\":\"mo\",", "", "flow" },
	{ "\"by\":[\"keeper\"]", "\"by\":[\"boss\"]", "flow" },
	{ "\"by\":[\"keeper\"]", "\"by\":[7]", "flow" },
	{ "\"types\":[", "\"type\":[", "types" },
	{ "\"number\":900", "\"number\":\"900\"", "box" },
	{ "\"number\":900", "\"number\":2", "box" },
	{ "\"number\":900", "\"number\":901", "thing" },
	{ "\"number\":900", "\"number\":1000001", "box" },
	{ "\"code\":\"box\",\"vi\"", "\"code\":\"unit\",\"vi\"", "unit" },
	{ "\"code\":\"box\",\"vi\"", "\"code\":\"9x\",\"vi\"", "types" },
	{ "\"code\":\"box\",\"vi\"", "\"code\":\"b_123456789_123456789_123456789_123456789\","
	  "\"vi\"", "types" },
	{ "\"edit\":[\"keeper\"]", "\"edit\":[\"boss\"]", "box" },
	{ "\"title\":[\"label\"]", "\"title\":[\"name\"]", "name" },
	{ "\"match\":[\"label\"", "\"match\":[\"name\"", "box" },
	{ "\"match\":[\"label\"", "\"match\":[\"things\"", "box" },
	{ "\"match\":[\"label\"", "\"match\":[[]", "box" },
	{ "\"match\":[\"label\"", "\"match\":[7", "box" },
	{ "\"also\":[\"Tên\"", "\"also\":[7", "also" },
	{ "\"workflow\":\"flow\"", "\"workflow\":\"flaw\"", "box" },
	{ "\"year\":\"made\"", "\"year\":\"born\"", "totals" },
	{ "\"sum\":\"price\"", "\"sum\":\"cost\"", "totals" },
	{ "\"kind\":\"money\"", "\"kind\":\"gold\"", "price" },
	{ "\"kind\":\"money\"", "\"x\":\"money\"", "price" },
	{ "\"number\":9004", "\"number\":9001", "number 9001 is used twice" },
	{ "\"number\":9004", "\"number\":-4", "price" },
	{ "\"code\":\"price\"", "\"code\":\"label\"", "label" },
	{ "\"vi\":\"Giá\",", "", "price" },
	{ "\"kind\":\"money\"", "\"kind\":\"money\",\"personal\":true", "price" },
	{ "\"list\":\"colours\"", "\"list\":\"sounds\"", "colour" },
	{ "\"list\":\"colours\"", "\"l\":\"colours\"", "colour" },
	{ "\"row\":\"thing\"", "\"row\":\"thingy\"", "things" },
	{ "\"row\":\"thing\"", "\"row\":\"unit\"", "things" },
	{ "\"row\":\"thing\"", "\"r\":\"thing\"", "things" },
	{ "\"to\":\"box\"", "\"to\":\"thing\"", "box" },
	{ "\"left\":\"price\"", "\"left\":\"cost\"", "box" },
	{ "\"left\":\"price\"", "\"left\":\"things\"", "box" },
	{ "\"count\":\"things\"", "\"count\":\"price\"", "box" },
	{ "\"right\":\"made\"", "\"right\":\"born\"", "box" },
	{ "\"value\":5", "\"value\":\"5\"", "box" },
	{ "\"op\":\">=\"", "\"op\":\"=>\"", "box" },
	{ "\"checks\":[{\"number\":1", "\"checks\":[{\"number\":0", "box" },
	{ "\"en\":\"Cheap\"", "\"e\":\"Cheap\"", "box" },
};

static void a_bad_pack_is_refused_with_its_place(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
		const struct wrong *w = &wrongs[i];
		struct schema *s;
		struct buf json;

		spoil(w->from, w->to, &json);
		assert_int_equal(schema_new(&s, &e), 0);
		if (schema_add(s, buf_view(&json), &e) != ERR_BAD_PACK)
			fail_msg("%s was not refused", w->to);
		if (strstr(e.subject, w->place) == NULL)
			fail_msg("%s: \"%s\" does not name %s", w->to, e.subject, w->place);
		schema_free(s);
		buf_release(&json);
	}
}

/* Of a newer server: that the program must be updated, and nothing else is wrong. */
static void a_newer_format_asks_for_a_newer_program(void **state)
{
	struct schema *s;
	struct buf json;

	(void)state;
	spoil("\"format\":1", "\"format\":2", &json);
	assert_int_equal(schema_new(&s, &e), 0);
	assert_int_equal(schema_add(s, buf_view(&json), &e), ERR_VERSION);
	assert_string_equal(e.subject, "mau");
	schema_free(s);
	assert_int_equal(schema_new(&s, &e), 0);
	assert_int_equal(schema_add_new(s, buf_view(&json), &e), ERR_BAD_PACK);
	schema_free(s);
	buf_release(&json);
}

static void what_is_no_object_is_refused(void **state)
{
	static const char *const wrong[] = { "", "[]", "7", "null", "{", "{}", "{\"format\":1}",
		"{\"format\":1,\"pack\":\"x\"}", "{\"format\":1,\"pack\":\"x\",\"types\":[]}",
		"{\"format\":1,\"pack\":\"x\",\"types\":[null]}",
		"{\"format\":1,\"pack\":\"x\",\"types\":[7]}",
		"{\"format\":1,\"pack\":\"x\",\"lists\":{\"a\":null},\"types\":[7]}",
		"{\"format\":1,\"pack\":\"x\",\"roles\":[null],\"types\":[7]}",
		"{\"format\":1,\"pack\":\"x\",\"workflows\":{\"a\":7},\"types\":[7]}" };
	struct schema *s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_int_equal(schema_new(&s, &e), 0);
		if (schema_add(s, bytes_str(wrong[i]), &e) != ERR_BAD_PACK)
			fail_msg("%s was not refused", wrong[i]);
		assert_true(strlen(e.subject) > 0);
		schema_free(s);
	}
}

static void an_identity_is_read_alone(void **state)
{
	struct buf json, code;
	int64_t version = 0;

	(void)state;
	buf_init(&code, 100);
	read_songlo(&json);
	assert_int_equal(pack_identity(buf_view(&json), &code, &version, &e), 0);
	assert_true(bytes_equal(buf_view(&code), bytes_str("songlo-nq06")));
	assert_true(version >= 1);
	buf_clear(&code);
	assert_int_equal(pack_identity(bytes_str("{\"pack\":\"x\",\"version\":7,\"types\":0}"), &code,
				       &version, &e), 0);
	assert_int_equal(version, 7);
	assert_int_equal(pack_identity(bytes_str("{\"pack\":\"x\"}"), &code, &version, &e),
			 ERR_BAD_PACK);
	assert_int_equal(pack_identity(bytes_str("{\"pack\":\"x\",\"version\":0}"), &code, &version,
				       &e), ERR_BAD_PACK);
	assert_int_equal(pack_identity(bytes_str("{\"version\":1}"), &code, &version, &e),
			 ERR_BAD_PACK);
	assert_int_equal(pack_identity(bytes_str("{"), &code, &version, &e), ERR_BAD_PACK);
	buf_release(&code);
	buf_release(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_built_in_pack_is_always_there),
		cmocka_unit_test(what_a_pack_says_is_in_the_schema),
		cmocka_unit_test(packs_live_side_by_side),
		cmocka_unit_test(a_bad_pack_is_refused_with_its_place),
		cmocka_unit_test(a_newer_format_asks_for_a_newer_program),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(an_identity_is_read_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
