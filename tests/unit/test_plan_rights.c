/* Who may do what, under the plan's own pack: the matrix of rights, by trying. For each
 * group of records and each person: making one, reading it, changing its content, and the
 * steps of its way up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/query/query.h"
#include "server/identity/officer.h"
#include "tests/lib/plan.h"

static struct plan plan;
static struct plan *const p = &plan;

enum { U = OFFICE_SCHOOL, OWN = 6 };

/* One letter for each who is tried. */
static const struct {
	char letter;
	int who;
	uint64_t unit;
	const char *role;
} persons[] = {
	{ 'c', CLERK, U, "clerk" }, { 'h', CHIEF, U, "chief" }, { 'p', PNV, HOME_AFFAIRS, "officer" },
	{ 'v', VP, 2, "vp" }, { 'k', KTHT, 4, "ktht" }, { 't', TCKH, 5, "tckh" },
	{ 'l', LEADER, 1, "leader" }, { 's', SECTOR, OWN, "sector" }, { 'a', AUDITOR, 12, "auditor" },
	{ 'x', OTHER_CLERK, OTHER_SCHOOL, "clerk" }
};
enum { PERSONS = sizeof persons / sizeof persons[0] };

/* A step from where the path leads ("h:signed p:verified"), and who may take it. */
struct step {
	const char *path, *to, *who;
};

#define SIGN "h:signed"
/* The way of a dossier, with the letter of those who lead it. */
#define WAY(l) { "", "ready", "ch" }, { "", "signed", "h" }, { SIGN, "verified", l }, \
	{ SIGN, "returned", l }, { SIGN, "not_eligible", l }
#define SENT(l) { SIGN " " l ":verified " l ":consolidated " l ":submitted", "sent_up", "l" }
#define UP(l) { SIGN " " l ":verified", "consolidated", l }, \
	{ SIGN " " l ":verified " l ":consolidated", "submitted", l }, SENT(l), \
	{ SIGN " " l ":verified " l ":consolidated " l ":submitted l:sent_up", "granted", l }
#define FUND(l, who) { SIGN " " l ":verified " l ":consolidated " l ":submitted l:sent_up " \
	l ":granted", "funded", who }
#define PAID(l, who) { SIGN " " l ":verified " l ":consolidated " l ":submitted l:sent_up " \
	l ":granted t:funded", "paid", who }
/* That of a report. */
#define REPORT { "", "signed", "h" }, { SIGN, "verified", "p" }, { SIGN, "returned", "p" }, \
	{ SIGN " p:verified", "consolidated", "p" }

static const struct group {
	const char *type, *line;
	const char *create, *read, *edit;
	struct step steps[14];
} groups[] = {
	{ "dissem", "{'type':'dissem','form':'unit','held_from':'2025-03-01','lead':'Trường','attended':1,"
	  "'expected':1,'documents':['nq06'],'audience':['vc']}", "chs", "chpvlsa", "ch",
	  { REPORT } },
	{ "expert_order", "{'type':'expert_order','subtype':'general','purpose':'project','title':'Đề án',#}",
	  "ch", "chpvtla", "ch",
	  { WAY("v"), UP("v"), FUND("v", "vt"), PAID("v", "chvt") } },
	{ "research_order", "{'type':'research_order','plan_year':2025,'title':'Đề tài','field':'education',"
	  "'level':'province',#}", "ch", "chpktla", "ch",
	  { WAY("k"), UP("k"), FUND("k", "kt"), PAID("k", "chkt") } },
	{ "pg_need", "{'type':'pg_need','plan_year':2026,'answer':'nil',#}", "ch", "chpla", "ch",
	  { { SIGN, "verified", "p" }, SENT("p") } },
	{ "course", "{'type':'course','plan_year':2025,'answer':'nil',#}", "ch", "chptla", "ch",
	  { { SIGN, "verified", "p" }, SENT("p"), FUND("p", "pt") } },
	{ "attract_need", "{'type':'attract_need','plan_year':2026,'answer':'nil',#}", "ch", "chpla", "ch",
	  { { SIGN, "verified", "p" }, SENT("p") } },
	{ "evaluation", "{'type':'evaluation','year':2025,'person':'@','rating':'tot'}", "ch",
	  "chpla", "ch", { REPORT } },
	/* Money of talents in use is nobody's at Finance: what they may not read they don't move. */
	{ "talent_use", "{'type':'talent_use','year':2025,'person':'@','measure':'planning','basis':"
	  "'k1d7','by_body':'ubnd',#}", "chp", "chpla", "chp",
	  { { "", "signed", "h" }, { SIGN, "verified", "p" }, { SIGN, "returned", "p" }, SENT("p"),
	    FUND("p", "p") } },
	{ "bonus", "{'type':'bonus','plan_year':2025,'quarter':'q1','person':'@','kind':'title',"
	  "'achievement':'Giải','achieved_on':'2025-01-10','amount':10000000,#}", "ch", "chptla", "ch",
	  { WAY("p"), UP("p"), FUND("p", "pt"), PAID("p", "chpt") } },
	{ "annual_report", "{'type':'annual_report','year':2025,'nil':true,#}", "ch", "chpvktlsa", "ch",
	  { REPORT } },
	{ "difficulty", "{'type':'difficulty','policy':'iii7','description':'Khó','proposal':'Đề nghị'}", "chs",
	  "chpvktla", "ch", { REPORT } },
	/* Whoever enters money does not compare it: Home Affairs does that, or another at Finance. */
	{ "payment", "{'type':'payment','line':'out','amount':1,'date':'2025-03-01'}", "cht", "chptla", "cht",
	  { { "", "cancelled", "chpt" } } },
	{ "recovery", "{'type':'recovery','violation':'Bỏ học'}", "t", "chptla", "t",
	  { { "", "cancelled", "t" } } },
};

static int begin(void **state)
{
	(void)state;
	plan_make(p);
	return 0;
}

static int end(void **state)
{
	(void)state;
	plan_end(p);
	return 0;
}

/* The line of a group for a unit's stream, with a person of the school for @ and what every
 * paper says for #. */
static int try_line(const struct group *g, int who, uint64_t unit, struct rid *out)
{
	const char *c;
	struct buf line;
	int code;

	buf_init(&line, 4096);
	for (c = g->line; *c != '\0'; c++)
		if (*c == '@' || *c == '#')
			buf_add(&line, bytes_str(*c == '@' ? plan_ref(U, p->person) : PAPER));
		else
			buf_byte(&line, (uint8_t)*c);
	buf_byte(&line, 0);
	code = plan_try(p, who, unit, out, "%s", (const char *)line.at);
	buf_release(&line);
	return code;
}

static struct rid made(const struct group *g)
{
	struct rid id = RID_NONE;

	if (try_line(g, g->create[0] == 'c' ? CLERK : TCKH, U, &id) != 0)
		fail_msg("%s: %s, rule %u", g->type, err_name(p->o.e.code), p->verdict.rule);
	return id;
}

/* What a step asks for beside the right to it: of expert orders the opinion of Home
 * Affairs, and a contract. */
static void prepare(const struct group *g, struct rid id, const char *to)
{
	if (strcmp(g->type, "expert_order") != 0)
		return;
	if (strcmp(to, "verified") == 0)
		assert_int_equal(plan_edit(p, PNV, U, id, "{'type':'expert_order','pnv_opinion':'agree'}"),
				 0);
	if (strcmp(to, "paid") == 0)
		assert_int_equal(plan_edit(p, CLERK, U, id, "{'type':'expert_order','contract_no':"
					   "'01/HĐ'}"), 0);
	if (strcmp(to, "granted") == 0)
		assert_int_equal(plan_edit(p, VP, U, id, "{'type':'expert_order','decision':'%s'}",
					   plan_ref(HOME_AFFAIRS, plan_decision(p, "principle", "1"))), 0);
}

static int person_of(char letter)
{
	int i;

	for (i = 0; i < PERSONS && persons[i].letter != letter; i++)
		;
	assert_true(i < PERSONS);
	return persons[i].who;
}

/* A new record of the group, at the end of the path. */
static struct rid led(const struct group *g, const char *path)
{
	struct rid id = made(g);
	char state[40];
	size_t n;

	for (; *path != '\0'; path += n + (path[n] == ' ')) {
		n = strcspn(path, " ");
		snprintf(state, sizeof state, "%.*s", (int)n - 2, path + 2);
		prepare(g, id, state);
		plan_step(p, person_of(path[0]), U, id, state);
	}
	return id;
}

/* What the table says of a person against what came of it. */
static void expect(const char *who, size_t person, int code, const struct group *g, const char *what)
{
	bool may = strchr(who, persons[person].letter) != NULL;

	if (may && code != 0)
		fail_msg("%s, %s: %c may: %s, rule %u", g->type, what, persons[person].letter,
			 err_name(code), p->verdict.rule);
	if (!may && code != ERR_NOT_ALLOWED)
		fail_msg("%s, %s: %c may not: %s", g->type, what, persons[person].letter, err_name(code));
}

static void who_may_make_one(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof groups / sizeof groups[0]; i++)
		for (k = 0; k < PERSONS; k++) {
			/* Who writes for his own unit alone does so there. */
			uint64_t unit = persons[k].letter == 's' ? OWN : U;

			if (strchr(groups[i].line, '@') == NULL || unit == U)
				expect(groups[i].create, k, try_line(&groups[i], persons[k].who, unit, NULL),
				       &groups[i], "create");
		}
}

static int read_code(struct rid id, size_t person, uint64_t unit, bool history)
{
	struct query_options o = { .stream = ANY_STREAM, .reader_unit = persons[person].unit };
	struct schema *s;
	json_t *j = NULL;
	int code;

	assert_int_equal(replica_schema_now(&p->o.s.replica, &s, &p->o.e), 0);
	o.reader = schema_role_by_code(s, bytes_str(persons[person].role))->number;
	code = history ? query_history(&p->o.s.replica, unit, id, &o, &j, &p->o.e) :
			 query_show(&p->o.s.replica, unit, id, &o, &j, &p->o.e);
	json_decref(j);
	return code;
}

static void who_may_read_one(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		struct rid id = made(&groups[i]);

		for (k = 0; k < PERSONS; k++) {
			expect(groups[i].read, k, read_code(id, k, U, false), &groups[i], "show");
			expect(groups[i].read, k, read_code(id, k, U, true), &groups[i], "history");
		}
	}
}

static void who_may_change_one(void **state)
{
	char line[200];
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		const char *own = strstr(groups[i].line, "'year'") != NULL ? "'year':2026" :
				  strstr(groups[i].line, "'plan_year'") != NULL ? "'plan_year':2027" :
				  strstr(groups[i].line, "'title'") != NULL ? "'title':'Khác'" :
				  strstr(groups[i].line, "'lead'") != NULL ? "'lead':'Khác'" :
				  strstr(groups[i].line, "'amount':1,") != NULL ? "'amount':2" :
				  strstr(groups[i].line, "'violation'") != NULL ? "'violation':'Khác'" :
				  "'description':'Khác'";

		for (k = 0; k < PERSONS; k++) {
			struct rid id = made(&groups[i]);

			snprintf(line, sizeof line, "{'type':'%s',%s}", groups[i].type, own);
			expect(groups[i].edit, k, plan_edit(p, persons[k].who, U, id, "%s", line),
			       &groups[i], "edit");
		}
	}
}

static void who_may_take_each_step(void **state)
{
	const struct step *s;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof groups / sizeof groups[0]; i++)
		for (s = groups[i].steps; s->to != NULL; s++) {
			/* Refused ones leave it where it is. */
			struct rid id = led(&groups[i], s->path);

			for (k = 0; k < PERSONS; k++) {
				bool may = strchr(s->who, persons[k].letter) != NULL;
				struct rid own = may ? led(&groups[i], s->path) : id;

				if (may)
					prepare(&groups[i], own, s->to);
				expect(s->who, k, plan_move(p, persons[k].who, U, own, s->to), &groups[i],
				       s->to);
			}
		}
}

/* ---- Offices of a sector read of its units: schools of Education, the media of Culture ---- */

enum { SCHOOLS = 6, CULTURE = 7, MEDIA = 13, COMMUNE = 14 };

/* The clerk of another unit, in the place of one of the plan's people. */
static void hire(int who, const char *name, uint64_t unit)
{
	const struct keybox_cost cheap = { 1, 8192 };
	struct bytes pass = bytes_str(OFFICE_PASSPHRASE);

	assert_int_equal(officer_add(&p->o.s, bytes_str(name), unit, ROLE_CLERK, pass, &cheap, &p->o.e), 0);
	assert_int_equal(server_officer_open(&p->o.s, bytes_str(name), pass, &p->people[who], &p->o.e), 0);
}

static struct query_options eyes_of(uint64_t office, const char *type)
{
	struct query_options o = { .stream = ANY_STREAM, .reader_unit = office };
	struct schema *s;

	assert_int_equal(replica_schema_now(&p->o.s.replica, &s, &p->o.e), 0);
	o.reader = schema_role_by_code(s, bytes_str("sector"))->number;
	o.type = type == NULL ? BYTES_NONE : bytes_str(type);
	return o;
}

/* How many records of the type somebody of the office finds in a unit: by a list and by the
 * running totals, which must agree. */
static int64_t found(uint64_t office, const char *type, uint64_t unit)
{
	struct query_options o = eyes_of(office, type);
	json_t *list = NULL, *totals = NULL, *j;
	int64_t n, sum = 0;
	size_t i;

	o.stream = unit;
	assert_int_equal(query_list(&p->o.s.replica, &o, &list, &p->o.e), 0);
	n = json_integer_value(json_object_get(list, "total"));
	assert_int_equal(query_totals(&p->o.s.replica, &o, false, &totals, &p->o.e), 0);
	json_array_foreach(totals, i, j)
		sum += json_integer_value(json_object_get(j, "count"));
	assert_int_equal(sum, n);
	json_decref(totals);
	json_decref(list);
	return n;
}

static int sees(uint64_t office, uint64_t unit, struct rid id)
{
	struct query_options o = eyes_of(office, NULL);
	json_t *shown = NULL, *history = NULL;
	int code = query_show(&p->o.s.replica, unit, id, &o, &shown, &p->o.e);

	assert_int_equal(query_history(&p->o.s.replica, unit, id, &o, &history, &p->o.e), code);
	json_decref(shown);
	json_decref(history);
	return code;
}

static void a_sector_office_reads_its_own_sector(void **state)
{
	static const char line[] = "{'type':'dissem','form':'unit','held_from':'2025-03-01','lead':'x'}";
	int64_t schools = found(SCHOOLS, "dissem", U);
	struct rid school, media, commune, bonus;

	(void)state;
	hire(OTHER_CLERK, "Vũ Thị Báo", MEDIA);
	hire(OTHER_CHIEF, "Đặng Văn Xã", COMMUNE);
	school = plan_add(p, CLERK, U, line);
	media = plan_add(p, OTHER_CLERK, MEDIA, line);
	commune = plan_add(p, OTHER_CHIEF, COMMUNE, line);
	bonus = made(&groups[8]);
	assert_int_equal(sees(SCHOOLS, U, school), 0);
	assert_int_equal(sees(SCHOOLS, MEDIA, media), ERR_NOT_ALLOWED);
	assert_int_equal(sees(SCHOOLS, COMMUNE, commune), ERR_NOT_ALLOWED);
	assert_int_equal(sees(CULTURE, U, school), ERR_NOT_ALLOWED);
	assert_int_equal(sees(CULTURE, MEDIA, media), 0);
	assert_int_equal(sees(CULTURE, COMMUNE, commune), ERR_NOT_ALLOWED);
	/* Nothing else of its units. */
	assert_int_equal(sees(SCHOOLS, U, bonus), ERR_NOT_ALLOWED);
	assert_int_equal(found(SCHOOLS, "bonus", ANY_STREAM), 0);
	assert_int_equal(found(SCHOOLS, "dissem", U), schools + 1);
	assert_int_equal(found(SCHOOLS, "dissem", MEDIA), 0);
	assert_int_equal(found(SCHOOLS, "dissem", COMMUNE), 0);
	assert_int_equal(found(CULTURE, "dissem", ANY_STREAM), 1);
	assert_int_equal(found(CULTURE, "dissem", MEDIA), 1);
	assert_int_equal(found(CULTURE, "dissem", U), 0);
	/* Of an office that leads no sector: its own alone. */
	assert_int_equal(found(8, "dissem", ANY_STREAM), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_may_make_one),
		cmocka_unit_test(who_may_read_one),
		cmocka_unit_test(who_may_change_one),
		cmocka_unit_test(who_may_take_each_step),
		cmocka_unit_test(a_sector_office_reads_its_own_sector)
	};

	return cmocka_run_group_tests(tests, begin, end);
}
