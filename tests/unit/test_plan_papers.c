/* The plan's papers: their dates, the files that are wanted, and what every record tells of who
 * did what (P1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/query/query.h"
#include "common/text/date.h"
#include "server/fsck.h"
#include "tests/lib/plan.h"

static struct plan plan;
static struct plan *const p = &plan;

enum { U = OFFICE_SCHOOL };

#define ME plan_ref(U, p->person)

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

/* --- dates of papers --- */

/* A bonus whose paper is dated `days` after today. */
static struct rid dated(int64_t days, const char *achievement)
{
	struct buf day;
	struct rid id;

	buf_init(&day, 32);
	date_put(date_of(p->o.now) + days, &day);
	buf_byte(&day, 0);
	id = plan_add(p, CLERK, U, "{'type':'bonus','plan_year':2025,'quarter':'q1','person':'%s',"
		      "'kind':'title','achievement':'%s','achieved_on':'2025-01-10','amount':1,"
		      "'doc_number':'1','doc_date':'%s','signer_name':'A','signer_title':'B'}", ME,
		      achievement, (char *)day.at);
	buf_release(&day);
	return id;
}

static void complain(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	print_message("%s: %s\n", place, what);
}

/* Against the day of receipt, which the log has, and by no clock: whenever the log is gone
 * through again, the same comes out. */
static void documents_are_not_of_the_future(void **state)
{
	struct fsck f = { .env = &p->o.env, .scratch = ":memory:", .found = complain };
	int64_t first = p->o.now;
	struct rid good = dated(1, "A"), bad = dated(2, "B"), early = dated(4, "C");

	(void)state;
	/* Nothing is refused; a draft is nobody's business. */
	assert_false(plan_warned(p, U, bad, "bonus_doc_date"));
	plan_step(p, CHIEF, U, good, "signed");
	plan_step(p, CHIEF, U, bad, "signed");
	assert_false(plan_warned(p, U, good, "bonus_doc_date"));
	assert_true(plan_warned(p, U, bad, "bonus_doc_date"));
	/* Entered beforehand, and signed on its day. */
	p->o.now = first + 4 * 86400;
	plan_step(p, CHIEF, U, early, "signed");
	assert_false(plan_warned(p, U, early, "bonus_doc_date"));
	/* Time heals nothing: it was of the future when it came; whoever mends it is believed. */
	plan_step(p, PNV, U, bad, "returned");
	assert_int_equal(plan_edit(p, CLERK, U, bad, "{'type':'bonus','content_note':'x'}"), 0);
	assert_int_equal(server_fsck(&f, p->o.dir, &p->o.e), 0);
	assert_int_equal(f.count, 0);
	plan_step(p, CHIEF, U, bad, "signed");
	assert_false(plan_warned(p, U, bad, "bonus_doc_date"));
	bad = dated(3, "D");
	plan_step(p, CHIEF, U, bad, "signed");
	p->o.now += 10 * 86400;
	plan_step(p, PNV, U, bad, "verifying");
	assert_true(plan_warned(p, U, bad, "bonus_doc_date"));
	assert_int_equal(server_fsck(&f, p->o.dir, &p->o.e), 0);
	assert_int_equal(f.count, 0);
	p->o.now = first;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_are_not_of_the_future),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
