/* A small district with a policy of its own. */
#include "tests/lib/reporting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/text/date.h"
#include "common/text/reason.h"
#include "server/identity/officer.h"
#include "server/report/report_render.h"
#include "server/unit/unit.h"

#define OK(o, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((o)->e.code), (o)->e.subject); \
	} while (0)

static const char units_csv[] =
	"number,code,name,kind,parent\n"
	"1,PNV,Phòng Nội vụ,PHONG,\n"
	"11,08800,UBND xã Đồng Quế,XA,\n"
	"12,08824,UBND thị trấn Tam Sơn,XA,\n"
	"21,MN-TS,Trường Mầm non Tam Sơn,MN,12\n";

void reporting_pack(struct buf *out, const char *from, const char *to)
{
	struct buf file;
	const char *hit;

	office_file("tests/lib/reporting_pack.json", &file);
	buf_byte(&file, 0);
	hit = strstr((const char *)file.at, from);
	if (hit == NULL)
		fail_msg("not in the pack: %s", from);
	buf_init(out, (size_t)1 << 20);
	buf_put(out, file.at, (size_t)(hit - (const char *)file.at));
	buf_add(out, bytes_str(to));
	buf_add(out, bytes_str(hit + strlen(from)));
	buf_release(&file);
}

/* The line, with a NUL behind it in place of its end. */
static const char *line_at(struct buf *json, unsigned line)
{
	size_t at = 0;
	char *end;

	for (; line > 1 && at < json->len; at++)
		line -= json->at[at] == '\n';
	buf_byte(json, 0);
	end = strchr((char *)json->at + at, '\n');
	if (end != NULL)
		*end = '\0';
	return (const char *)json->at + at;
}

void reporting_refused(const char *from, const char *to, const char *complaint)
{
	struct err e = { 0 };
	char place[40], last[100];
	struct schema *s;
	struct buf json;
	const char *dot;
	int code;

	reporting_pack(&json, from, to);
	assert_int_equal(schema_new(&s, &e), 0);
	code = schema_add_new(s, buf_view(&json), &e);
	if (code != 0)
		fail_msg("%s", e.subject);
	code = report_check(s, "thu", &e);
	assert_int_equal(code, complaint[0] == '\0' ? 0 : ERR_BAD_PACK);
	if (code != 0) {
		err_place(&e, place, sizeof place);
		assert_string_equal(e.subject + strlen(place), complaint);
		assert_string_not_equal(reason_in(e.why, LANG_VI), e.why);
		snprintf(last, sizeof last, "%.*s", (int)strcspn(complaint, ":"), complaint);
		dot = strrchr(last, '.');
		assert_non_null(dot);
		if (last[strlen(last) - 1] != ']' && strstr(line_at(&json, e.line), dot + 1) == NULL)
			fail_msg("%s: line %u has no %s", complaint, e.line, dot + 1);
	}
	schema_free(s);
	buf_release(&json);
}

void reporting_make(struct office *o)
{
	const struct keybox_cost cheap = { 1, 8192 };
	struct bytes pass = bytes_str(OFFICE_PASSPHRASE);
	struct unit_row *units;
	size_t count, changed;
	struct buf json;

	office_make(o);
	reporting_clock(o, 2022, 1, 3, 8, 0, 0);
	office_file("tests/lib/reporting_pack.json", &json);
	OK(o, unit_read(bytes_str(units_csv), &o->a, &units, &count, &o->e));
	OK(o, unit_put(&o->s, units, count, &changed, &o->e));
	OK(o, server_publish(&o->s, buf_view(&json), BYTES_NONE, &o->e));
	OK(o, officer_add(&o->s, bytes_str(OFFICE_NAME), CENTRE, ROLE_OFFICER, pass, &cheap, &o->e));
	OK(o, server_officer_open(&o->s, bytes_str(OFFICE_NAME), pass, &o->officer, &o->e));
	buf_release(&json);
}

void reporting_clock(struct office *o, int64_t year, unsigned month, unsigned day, unsigned hour,
		     unsigned minute, unsigned second)
{
	int64_t days = 0;

	assert_true(date_days(year, month, day, &days));
	o->now = days * 86400 + ((int64_t)hour - 7) * 3600 + minute * 60 + second;
}

static json_t *read_json(const char *text)
{
	char copy[2000];
	json_t *j;
	char *p;

	snprintf(copy, sizeof copy, "%s", text);
	for (p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	j = json_loads(copy, 0, NULL);
	if (j == NULL)
		fail_msg("no JSON: %s", copy);
	return j;
}

struct rid reporting_add(struct office *o, uint64_t unit, const char *json)
{
	struct schema *schema;
	struct draft d;
	struct rid id;
	json_t *j = read_json(json);

	OK(o, server_begin(&o->s, unit, &o->officer, &o->a, &d, &o->e));
	OK(o, replica_schema_now(&o->s.replica, &schema, &o->e));
	OK(o, edit_json(&o->s.replica, schema, &d, j, NULL, &id, &o->e));
	OK(o, server_save(&o->s, &o->officer, &d, NULL, &o->e));
	json_decref(j);
	return id;
}

void reporting_move(struct office *o, uint64_t unit, struct rid id, const char *states)
{
	struct schema *schema;
	struct draft d;

	while (*states != '\0') {
		size_t n = strcspn(states, " ");
		struct bytes state = { (const uint8_t *)states, n };

		OK(o, server_begin(&o->s, unit, &o->officer, &o->a, &d, &o->e));
		OK(o, replica_schema_now(&o->s.replica, &schema, &o->e));
		OK(o, edit_move(&o->s.replica, schema, &d, id, state, BYTES_NONE, &o->e));
		OK(o, server_save(&o->s, &o->officer, &d, NULL, &o->e));
		states += n + (states[n] == ' ');
	}
}

struct rid reporting_good(struct office *o, uint64_t unit, const char *json)
{
	struct rid id = reporting_add(o, unit, json);

	reporting_move(o, unit, id, "signed verified");
	return id;
}

/* A sink that writes lines of text. */
struct writing {
	struct report_layout layout;
	struct buf *out;
};

static int begin_table(void *ctx, const struct report_run *run, const struct report_table *t,
		       const struct report_column *const *columns, size_t count, struct err *e)
{
	struct writing *w = ctx;

	(void)e;
	report_layout_init(&w->layout, run, t, columns, count);
	return 0;
}

static int put_line(void *ctx, const struct report_line *line, struct err *e)
{
	static const char *const marks[] = { "", "# ", "= ", "== ", "after " };
	struct bytes cells[RENDER_COLUMNS_MAX];
	struct writing *w = ctx;
	struct buf text;
	size_t i, n = w->layout.lead + w->layout.count;

	(void)e;
	buf_init(&text, (size_t)1 << 20);
	report_layout_texts(&w->layout, line, &text, cells);
	buf_add(w->out, bytes_str(marks[line->kind]));
	for (i = 0; i < n && (i == 0 || line->kind != LINE_HEADING); i++) {
		buf_add(w->out, bytes_str(i == 0 ? "" : "|"));
		buf_add(w->out, cells[i]);
	}
	buf_byte(w->out, '\n');
	buf_release(&text);
	return 0;
}

void reporting_text(struct office *o, const char *code, const struct report_ask *ask,
		    const char *table, struct buf *out)
{
	struct writing w = { .out = out };
	struct report_sink sink = { &w, begin_table, put_line, NULL, false };
	struct schema *schema;
	struct report *r;
	struct report_run run;
	struct arena a;

	arena_init(&a, REPORT_MEMORY);
	buf_init(out, (size_t)16 << 20);
	OK(o, db_begin_read(o->s.db, &o->e));
	OK(o, replica_schema_now(&o->s.replica, &schema, &o->e));
	OK(o, report_find(schema, bytes_str(code), &a, &r, &o->e));
	OK(o, report_begin(&run, &o->s.replica, r, ask, o->now, &a, &o->e));
	assert_non_null(report_table(r, bytes_str(table)));
	OK(o, report_run_table(&run, report_table(r, bytes_str(table)), &sink, &o->e));
	report_end(&run);
	db_end_read(o->s.db);
	arena_release(&a);
	buf_byte(out, 0);
}
