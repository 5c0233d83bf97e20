/* The fold: what a refused transaction did in memory is taken back, whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/replica/judge.h"
#include "tests/lib/district.h"

enum { LINE = 101, NEED = 102, PERSON = 103 };
enum { LINES = 1006, COUNT = 1045, PEOPLE = 1047, PLAN_YEAR = 1031 };

static struct district_fixture d;
static struct client *c;
static struct draft draft;
static struct verdict v;

static int begin(void **state)
{
	(void)state;
	district_make(&d, 1);
	c = &d.clients[0].c;
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

static struct draft *open_draft(void)
{
	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	return &draft;
}

static void set_int(uint32_t type, struct rid r, uint32_t field, int64_t n)
{
	draft_set(&draft, type, r, field, value_int(n), false);
}

/* A need with one line. */
static struct rid new_need(struct rid *line)
{
	struct rid r;

	open_draft();
	r = draft_create(&draft, NEED, RID_NONE, 0);
	*line = draft_create(&draft, LINE, r, LINES);
	set_int(LINE, *line, COUNT, 1);
	assert_int_equal(client_save(c, &draft, NULL, &d.e), 0);
	return r;
}

/* Judges the open draft by hand, in a fold; the code of the verdict. */
static int judge_in(struct fold *fold)
{
	struct judge j = { .fold = fold, .schema = fold->schema, .stream = c->unit,
			   .device = c->key.id, .seq = SEQ_PENDING };
	struct changeset cs;

	j.role = schema_role(fold->schema, ROLE_CLERK);
	j.role_bit = schema_role_bit(fold->schema, ROLE_CLERK);
	draft.seen_own = draft.first - 1;
	assert_int_equal(draft_changeset(&draft, 0, 0, &cs, &d.e), 0);
	assert_int_equal(judge_transaction(&j, &cs, 0, &v, &d.e), 0);
	return v.code;
}

static void blob_of(struct fold *fold, struct rid id, struct buf *out)
{
	struct fold_entry *en;

	buf_init(out, 1 << 20);
	assert_int_equal(fold_get(fold, c->unit, id, &en, &d.e), 0);
	assert_false(en->gone);
	record_put(&en->rec, out);
}

static void a_refusal_leaves_the_fold_as_it_was(void **state)
{
	struct rid line, made, need = new_need(&line);
	struct buf before[2], after[2];
	struct fold_entry *en;
	struct fold fold;

	(void)state;
	open_draft();
	assert_int_equal(fold_init(&fold, &c->replica, &d.a, &d.e), 0);
	/* One that is kept, so that there is something in memory only. */
	set_int(NEED, need, PLAN_YEAR, 2027);
	assert_int_equal(judge_in(&fold), 0);
	fold_keep(&fold);
	blob_of(&fold, need, &before[0]);
	blob_of(&fold, line, &before[1]);
	/* Changes everywhere, refused at the very end. */
	draft_init(&draft, &d.a, c->unit, c->key.id, draft.first + 1);
	made = draft_create(&draft, LINE, need, LINES);
	set_int(LINE, line, COUNT, 9);
	draft_create(&draft, PERSON, line, PEOPLE);
	set_int(NEED, need, PLAN_YEAR, 2028);
	draft_delete(&draft, LINE, line, false);
	set_int(NEED, need, 4242, 1);
	assert_int_equal(judge_in(&fold), ERR_NO_FIELD);
	fold_undo(&fold);
	blob_of(&fold, need, &after[0]);
	blob_of(&fold, line, &after[1]);
	assert_true(bytes_equal(buf_view(&before[0]), buf_view(&after[0])));
	assert_true(bytes_equal(buf_view(&before[1]), buf_view(&after[1])));
	assert_int_equal(fold_get(&fold, c->unit, made, &en, &d.e), 0);
	assert_true(en->gone);
	assert_int_equal(fold_flush(&fold, SEQ_PENDING, &d.e), 0);
	client_drop(c);
	for (size_t i = 0; i < 2; i++) {
		buf_release(&before[i]);
		buf_release(&after[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_refusal_leaves_the_fold_as_it_was, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
