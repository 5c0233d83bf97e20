/* Types as tables: which columns a role fills in, their codes and headings, and the
 * workbook made of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "common/import/form.h"
#include "common/import/template.h"
#include "common/sheet/sheet.h"
#include "common/sheet/xlsx_read.h"
#include "tests/lib/district.h"

static struct district_fixture d;
static struct client *c;
static struct schema *s;
static struct arena a;

static int make(void **state)
{
	(void)state;
	district_make(&d, 1);
	c = &d.clients[0].c;
	district_renew(&d);
	arena_init(&a, SHEET_MEMORY_MAX);
	assert_int_equal(replica_schema_now(&c->replica, &s, &d.e), 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&a);
	district_end(&d);
	return 0;
}

static const struct type *type(const char *code)
{
	return schema_type_by_code(s, bytes_str(code));
}

static void form(const char *code, uint32_t role, bool personal, struct form *out)
{
	uint64_t bit = role == 0 ? 0 : schema_role_bit(s, role);

	if (form_make(s, type(code), bit, personal, &a, out, &d.e) != 0)
		fail_msg("%s: %s", code, d.e.subject);
}

/* The codes of a table, with spaces between them. */
static const char *codes(const struct form_table *t)
{
	struct buf b;
	char *text;
	size_t i;

	buf_init(&b, 1 << 16);
	for (i = 0; i < t->count; i++) {
		if (i > 0)
			buf_byte(&b, ' ');
		form_code(t, &t->columns[i], &b);
	}
	text = arena_str(&a, buf_view(&b));
	buf_release(&b);
	return text;
}

static void a_clerk_is_asked_for_what_a_clerk_enters(void **state)
{
	struct form f;
	const char *all;

	(void)state;
	form("bonus", ROLE_CLERK, true, &f);
	assert_int_equal(f.count, 1);
	all = codes(&f.tables[0]);
	assert_non_null(strstr(all, "bonus.amount "));
	assert_non_null(strstr(all, " bonus.#id"));
	/* Derived, a register's, an office's, talk and papers about the record. */
	assert_null(strstr(all, "round_quarter"));
	assert_null(strstr(all, "reg_no"));
	assert_null(strstr(all, "verify_note"));
	assert_null(strstr(all, "attachments"));
	assert_null(strstr(all, "comments"));
	assert_null(strstr(all, "reasons"));
	form("staff", ROLE_CLERK, true, &f);
	assert_null(strstr(codes(&f.tables[0]), "same_as"));
	form("staff", ROLE_OFFICER, true, &f);
	assert_non_null(strstr(codes(&f.tables[0]), "staff.same_as"));
	/* In the order of the pack, not of the numbers. */
	assert_non_null(strstr(codes(&f.tables[0]), "staff.sex staff.cccd staff.phone"));
	/* All that is stored, for an export. */
	form("staff", 0, false, &f);
	assert_null(strstr(codes(&f.tables[0]), "cccd"));
	assert_non_null(strstr(codes(&f.tables[0]), "staff.same_as"));
}

static void lists_have_tables_of_their_own(void **state)
{
	struct form f;
	struct buf name;

	(void)state;
	form("pg_need", ROLE_CLERK, true, &f);
	assert_int_equal(f.count, 3);
	assert_non_null(strstr(codes(&f.tables[0]), "pg_need.#no pg_need.plan_year"));
	assert_non_null(strstr(codes(&f.tables[1]), "pg_need.lines.#of pg_need.lines.#no "
						    "pg_need.lines.discipline"));
	assert_string_equal(codes(&f.tables[2]), "pg_need.lines.people.#of "
			    "pg_need.lines.people.person pg_need.lines.people.name "
			    "pg_need.lines.people.note pg_need.lines.people.#id");
	buf_init(&name, 1000);
	form_sheet(&f, &f.tables[0], LANG_VI, &name);
	/* Excel takes 31 characters. */
	assert_true(bytes_equal(buf_view(&name), bytes_str("Đăng ký nhu cầu đào tạo sau đại")));
	buf_release(&name);
}

static void codes_lead_back_to_their_columns(void **state)
{
	static const char *const wrong[] = { "", "staff", "staff.", "staff.nothing", "nothing.birth",
		"pg_need.lines", "pg_need.lines.", "pg_need_line.level", "staff.#nothing",
		"staff.birth.birth", ".birth", "pg_need.plan_year.level" };
	struct form_place p;
	struct form f;
	size_t i, k;

	(void)state;
	form("pg_need", ROLE_CLERK, true, &f);
	for (i = 0; i < f.count; i++)
		for (k = 0; k < f.tables[i].count; k++) {
			struct buf b;

			buf_init(&b, FORM_CODE_MAX);
			form_code(&f.tables[i], &f.tables[i].columns[k], &b);
			assert_true(form_parse(s, buf_view(&b), &p));
			assert_ptr_equal(p.root, type("pg_need"));
			assert_ptr_equal(p.type, f.tables[i].type);
			assert_int_equal(p.depth, i);
			assert_int_equal(p.kind, f.tables[i].columns[k].kind);
			assert_ptr_equal(p.field, f.tables[i].columns[k].field);
			buf_release(&b);
		}
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (form_parse(s, bytes_str(wrong[i]), &p))
			fail_msg("%s names something", wrong[i]);
}

static void headings_are_labels_and_differ(void **state)
{
	struct form f;
	struct buf b;
	size_t i, with_code = 0;

	(void)state;
	/* Two of its fields are called "Đến ngày". */
	form("expert_order", 0, true, &f);
	for (i = 0; i < f.tables[0].count; i++) {
		buf_init(&b, 1000);
		form_heading(&f.tables[0], &f.tables[0].columns[i], LANG_VI, &b);
		with_code += bytes_equal(buf_view(&b), bytes_str("Đến ngày [contract_to]")) ||
			     bytes_equal(buf_view(&b), bytes_str("Đến ngày [method_to]"));
		buf_release(&b);
	}
	assert_int_equal(with_code, 2);
}

static void read_sheet(struct buf *book, const char *name, struct sheet *out)
{
	if (sheet_read(buf_view(book), bytes_str(name), &a, out, &d.e) != 0)
		fail_msg("%s: %s", name == NULL ? "(first)" : name, d.e.subject);
}

static bool holds(const struct sheet *sheet, const char *text)
{
	size_t i, k;

	for (i = 0; i < sheet->count; i++)
		for (k = 0; k < sheet->rows[i].count; k++)
			if (bytes_equal(sheet->rows[i].cells[k].text, bytes_str(text)))
				return true;
	return false;
}

static void a_template_has_headings_codes_lists_and_a_guide(void **state)
{
	struct template_options o = { .lang = LANG_VI, .stream = OFFICE_SCHOOL,
				      .role = schema_role_bit(s, ROLE_CLERK), .created = 0 };
	struct sheet sheet;
	struct buf book;

	(void)state;
	district_add(&d, 0, "{\"type\":\"staff\",\"full_name\":\"Trần Thị Mẫu\"}");
	buf_init(&book, 1 << 22);
	assert_int_equal(template_write(&c->replica, s, type("bonus"), &o, &book, &d.e), 0);
	read_sheet(&book, NULL, &sheet);
	assert_int_equal(sheet.count, 2);
	assert_true(holds(&sheet, "Năm xét thưởng *"));
	assert_true(holds(&sheet, "Ngoại ngữ của chứng chỉ (*)"));
	assert_true(bytes_equal(sheet.rows[1].cells[0].text, bytes_str("bonus.plan_year")));
	read_sheet(&book, "Danh mục", &sheet);
	assert_true(holds(&sheet, "Tiếng Anh"));
	/* Who is here is offered by name and id. */
	assert_true(sheet.rows[1].count > 1);
	assert_non_null(strstr((const char *)sheet.rows[1].cells[1].text.at, "Trần Thị Mẫu ["));
	read_sheet(&book, "Hướng dẫn", &sheet);
	assert_true(sheet.count > 20);
	buf_release(&book);
	assert_int_equal(template_write(&c->replica, s, type("rate"), &o, &book, &d.e),
			 ERR_NOT_ALLOWED);
	assert_int_equal(template_write(&c->replica, s, type("pg_need_line"), &o, &book, &d.e),
			 ERR_WRONG_TYPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clerk_is_asked_for_what_a_clerk_enters),
		cmocka_unit_test(lists_have_tables_of_their_own),
		cmocka_unit_test(codes_lead_back_to_their_columns),
		cmocka_unit_test(headings_are_labels_and_differ),
		cmocka_unit_test(a_template_has_headings_codes_lists_and_a_guide),
	};

	return cmocka_run_group_tests(tests, make, end);
}
