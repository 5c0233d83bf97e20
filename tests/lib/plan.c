/* A district at work under the plan. */
#include "tests/lib/plan.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/query/query.h"
#include "server/identity/officer.h"

#define OK(p, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((p)->o.e.code), (p)->o.e.subject); \
	} while (0)

static const struct plan_hire people[PLAN_PEOPLE] = {
	[CLERK] = { "Lê Thị Nhập", "clerk", OFFICE_SCHOOL },
	[CHIEF] = { "Trần Văn Trưởng", "chief", OFFICE_SCHOOL },
	[PNV] = { "Nguyễn Thị Nội", "officer", HOME_AFFAIRS },
	[PNV2] = { "Phạm Văn Vụ", "officer", HOME_AFFAIRS },
	[VP] = { "Đỗ Thị Văn", "vp", 2 },
	[KTHT] = { "Bùi Văn Hạ", "ktht", 4 },
	[TCKH] = { "Hoàng Thị Tài", "tckh", 5 },
	[TCKH2] = { "Vũ Văn Chính", "tckh", 5 },
	[LEADER] = { "Ngô Văn Chủ", "leader", 1 },
	[SECTOR] = { "Dương Thị Ngành", "sector", 6 },
	[AUDITOR] = { "Lý Văn Tra", "auditor", 12 },
	[OTHER_CLERK] = { "Mai Thị Khác", "clerk", OTHER_SCHOOL },
	[OTHER_CHIEF] = { "Cao Văn Khác", "chief", OTHER_SCHOOL }
};

static struct schema *schema_of(struct plan *p)
{
	struct schema *s;

	OK(p, replica_schema_now(&p->o.s.replica, &s, &p->o.e));
	return s;
}

static void hire(struct plan *p, const struct plan_hire *list, size_t count)
{
	const struct keybox_cost cheap = { 1, 8192 };
	struct bytes pass = bytes_str(OFFICE_PASSPHRASE);
	struct schema *s = schema_of(p);
	size_t i;

	assert_true(count <= PLAN_PEOPLE);
	for (i = 0; i < count; i++) {
		const struct role *r = schema_role_by_code(s, bytes_str(list[i].role));

		assert_non_null(r);
		OK(p, officer_add(&p->o.s, bytes_str(list[i].name), list[i].unit, r->number, pass,
				  &cheap, &p->o.e));
		OK(p, server_officer_open(&p->o.s, bytes_str(list[i].name), pass, &p->people[i],
					  &p->o.e));
	}
}

void plan_make_with(struct plan *p, const char *pack, const struct plan_hire *list, size_t count)
{
	memset(p, 0, sizeof *p);
	office_make(&p->o);
	office_equip_with(&p->o, pack);
	hire(p, list, count);
}

void plan_make(struct plan *p)
{
	plan_make_with(p, "common/packs/songlo-nq06.json", people, PLAN_PEOPLE);
	p->person = plan_add(p, CLERK, OFFICE_SCHOOL, "{'type':'staff','full_name':'Lê Thị Mẫu',"
			     "'birth':'1985-10-20','sex':'nu','cccd':'000185000001',"
			     "'post_kind':'vc','position':'Giáo viên','level':'dh',"
			     "'work_state':'dang_lam'}");
}

void plan_end(struct plan *p)
{
	office_end(&p->o);
}

const char *plan_ref(uint64_t unit, struct rid id)
{
	static char texts[4][64];
	static size_t next;

	next = (next + 1) % 4;
	record_full_text(unit, id, texts[next]);
	return texts[next];
}

/* The line as JSON: ' stands for ". */
static json_t *read_line(const char *format, va_list args)
{
	char line[8000];
	json_error_t why;
	json_t *j;
	size_t i;
	int n = vsnprintf(line, sizeof line, format, args);

	assert_true(n > 0 && (size_t)n < sizeof line);
	for (i = 0; line[i] != '\0'; i++)
		if (line[i] == '\'')
			line[i] = '"';
	j = json_loads(line, JSON_REJECT_DUPLICATES, &why);
	if (j == NULL)
		fail_msg("%d: %s: %s", why.column, why.text, line);
	return j;
}

/* Saves a line; the code of a verdict that refuses it. Anything else that goes wrong
 * fails the test: the line is bad. */
static int save_line(struct plan *p, int who, uint64_t unit, json_t *line,
		     struct rid *out)
{
	struct draft d;
	int code = server_begin(&p->o.s, unit, &p->people[who], &p->o.a, &d, &p->o.e);

	p->verdict = (struct verdict){ 0 };
	if (code != 0) {
		json_decref(line);
		return code;
	}
	code = edit_json(&p->o.s.replica, schema_of(p), &d, line, NULL, out, &p->o.e);
	json_decref(line);
	if (code != 0) {
		server_drop(&p->o.s);
		fail_msg("%s: %s", err_name(p->o.e.code), p->o.e.subject);
	}
	return server_save(&p->o.s, &p->people[who], &d, &p->verdict, &p->o.e);
}

int plan_try(struct plan *p, int who, uint64_t unit, struct rid *out,
	     const char *line, ...)
{
	struct rid id;
	va_list args;
	json_t *j;

	va_start(args, line);
	j = read_line(line, args);
	va_end(args);
	return save_line(p, who, unit, j, out != NULL ? out : &id);
}

struct rid plan_add(struct plan *p, int who, uint64_t unit, const char *line, ...)
{
	struct rid id = RID_NONE;
	va_list args;
	json_t *j;

	va_start(args, line);
	j = read_line(line, args);
	va_end(args);
	if (save_line(p, who, unit, j, &id) != 0)
		fail_msg("%s, rule %u: %s", err_name(p->o.e.code), p->verdict.rule, line);
	return id;
}

int plan_edit(struct plan *p, int who, uint64_t unit, struct rid id,
	      const char *line, ...)
{
	va_list args;
	json_t *j;

	va_start(args, line);
	j = read_line(line, args);
	va_end(args);
	json_object_set_new(j, "id", json_string(plan_ref(unit, id)));
	return save_line(p, who, unit, j, &id);
}

struct rid plan_decision(struct plan *p, const char *type, const char *number)
{
	return plan_add(p, PNV, HOME_AFFAIRS, "{'type':'decision','body':'ubnd_tinh','decision_type':"
			"'%s','number':'%s','date':'2025-04-01','subject':'Về việc thử'}", type,
			number);
}

int plan_move(struct plan *p, int who, uint64_t unit, struct rid id,
	      const char *state)
{
	struct draft d;
	int code = server_begin(&p->o.s, unit, &p->people[who], &p->o.a, &d, &p->o.e);

	p->verdict = (struct verdict){ 0 };
	if (code != 0)
		return code;
	/* A head signs what he moves, where the step asks for it. */
	if (who == CHIEF || who == OTHER_CHIEF)
		code = edit_sign(&p->o.s.replica, schema_of(p), &d, id, bytes_str(state), NULL,
				 &p->o.e);
	if (code == 0)
		code = edit_move(&p->o.s.replica, schema_of(p), &d, id, bytes_str(state),
				 bytes_str("ghi chú"), &p->o.e);
	if (code != 0) {
		server_drop(&p->o.s);
		return code;
	}
	return server_save(&p->o.s, &p->people[who], &d, &p->verdict, &p->o.e);
}

void plan_step(struct plan *p, int who, uint64_t unit, struct rid id,
	       const char *states)
{
	char state[41];
	size_t n;

	for (; *states != '\0'; states += n + (states[n] == ' ')) {
		n = strcspn(states, " ");
		snprintf(state, sizeof state, "%.*s", (int)n, states);
		if (plan_move(p, strcmp(state, "sent_up") == 0 ? LEADER : (enum plan_person)who, unit,
			      id, state) != 0)
			fail_msg("to %s: %s %s, rule %u", state, err_name(p->o.e.code),
				 p->o.e.subject, p->verdict.rule);
	}
}

bool plan_check_failed(const struct plan *p, int code, uint32_t number)
{
	return code == ERR_CHECK && p->verdict.rule == number;
}

static int64_t one(struct plan *p, const char *sql, uint64_t unit, struct rid id)
{
	struct stmt *q;
	int64_t n = INT64_MIN;

	OK(p, db_query_text(p->o.s.db, &p->o.e, &q, sql));
	db_bind_int(q, 1, (int64_t)unit);
	db_bind_int(q, 2, (int64_t)id.device);
	db_bind_int(q, 3, (int64_t)id.op);
	if (db_step(q, &p->o.e) == 1 && !db_is_null(q, 0))
		n = db_int(q, 0);
	db_done(q);
	return n;
}

int64_t plan_value(struct plan *p, uint64_t unit, struct rid id, const char *type,
		   const char *field)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT f_%s FROM t_%s WHERE stream=$1 AND device=$2 AND op=$3",
		 field, type);
	return one(p, sql, unit, id);
}

bool plan_warned(struct plan *p, uint64_t unit, struct rid id, const char *code)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM finding WHERE stream=$1 AND device=$2 AND "
		 "op=$3 AND code='%s'", code);
	return one(p, sql, unit, id) > 0;
}

int64_t plan_twins(struct plan *p, uint64_t unit, struct rid id, const char *code)
{
	char sql[300];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM twin_member t JOIN twin_member m ON "
		 "m.code=t.code AND m.key=t.key WHERE m.stream=$1 AND m.device=$2 AND m.op=$3 "
		 "AND t.code='%s'", code);
	return one(p, sql, unit, id);
}

int64_t plan_rollup(struct plan *p, const char *code, uint64_t unit, struct rid id)
{
	const struct rollup *r = schema_rollup_by_code(schema_of(p), bytes_str(code));
	char sql[200];

	assert_non_null(r);
	snprintf(sql, sizeof sql, "SELECT sum FROM rollup WHERE stream=$1 AND device=$2 AND op=$3 "
		 "AND number=%u", r->number);
	return one(p, sql, unit, id);
}
