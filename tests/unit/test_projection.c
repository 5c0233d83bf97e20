/* Typed tables and running totals: after whatever has happened they say what a recount
 * of the records says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/replica/projection.h"
#include "tests/lib/district.h"
#include "tests/lib/gen_changeset.h"

enum { ROUNDS = 60, RECORDS_MAX = 40, TOTALS_MAX = 64, STREAM = OFFICE_SCHOOL };

static struct district_fixture d;
static struct rid bonuses[RECORDS_MAX];
static size_t bonus_count;

static int begin(void **state)
{
	(void)state;
	district_make(&d, 2);
	office_staff(&d.office);
	bonus_count = 0;
	return 0;
}

static int end(void **state)
{
	(void)state;
	district_end(&d);
	return 0;
}

struct total {
	int64_t type, state, year, count, sum;
};

/* What the records of the stream add up to, counted anew. */
struct recount {
	struct replica *r;
	struct schema *schema;
	struct total totals[TOTALS_MAX];
	size_t total_count, records, conflicts, deleted;
};

static void add_up(struct recount *n, const struct type *t, const struct record *rec)
{
	int64_t year = record_value(rec, t->total_year).n, sum = record_value(rec, t->total_sum).n;
	size_t i;

	if (t->total_year == 0 || record_value(rec, t->total_year).kind != VALUE_INT)
		year = 0;
	if (t->total_sum == 0 || record_value(rec, t->total_sum).kind != VALUE_INT)
		sum = 0;
	for (i = 0; i < n->total_count; i++)
		if (n->totals[i].type == t->number && n->totals[i].state == rec->state &&
		    n->totals[i].year == year)
			break;
	assert_true(i < TOTALS_MAX);
	if (i == n->total_count)
		n->totals[n->total_count++] = (struct total){ t->number, rec->state, year, 0, 0 };
	n->totals[i].count++;
	n->totals[i].sum += sum;
}

/* One column of the typed row against the record. */
static void expect_column(struct stmt *s, int at, const struct value *v)
{
	switch (v->kind) {
	case VALUE_NULL:
		assert_true(db_is_null(s, at));
		break;
	case VALUE_TEXT:
		assert_true(bytes_equal(db_text(s, at), v->b));
		break;
	case VALUE_REF:
		assert_int_equal(db_int(s, at), v->ref.stream);
		assert_int_equal(db_int(s, at + 1), (int64_t)v->ref.record.device);
		assert_int_equal(db_int(s, at + 2), v->ref.record.op);
		break;
	default:
		assert_false(db_is_null(s, at));
		assert_int_equal(db_int(s, at), v->n);
	}
}

/* ",1,4," against the members that the record has. */
static void expect_members(struct stmt *s, int at, const struct field *f,
			   const struct record *rec)
{
	size_t i, members = 0, commas = 0;

	for (i = 0; i < rec->live_count; i++) {
		const struct live *l = &rec->live[i];
		char part[32], all[256];

		if (l->field != f->number || l->value.n == 0)
			continue;
		members += i == 0 || rec->live[i - 1].field != f->number ||
			   rec->live[i - 1].element.n != l->element.n;
		snprintf(part, sizeof part, ",%lld,", (long long)l->element.n);
		snprintf(all, sizeof all, "%.*s", (int)db_text(s, at).len,
			 (const char *)db_text(s, at).at);
		assert_non_null(strstr(all, part));
	}
	for (i = 0; i < db_text(s, at).len; i++)
		commas += db_text(s, at).at[i] == ',';
	assert_int_equal(commas, members == 0 ? 0 : members + 1);
}

static int column_of(struct stmt *s, const struct field *f)
{
	char name[64];
	int i;

	projection_column(f, 0, name);
	for (i = 8; i < db_column_count(s); i++)
		if (strcmp(db_column_name(s, i), name) == 0)
			return i;
	fail_msg("%s has no column", f->code);
	return -1;
}

static void expect_row(struct recount *n, const struct type *t, const struct record *rec)
{
	char table[64], sql[160];
	struct stmt *s;
	int i, columns = 0;

	projection_table(t, table);
	snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE stream=$1 AND device=$2 AND op=$3", table);
	assert_int_equal(db_query_text(n->r->db, &d.e, &s, sql), 0);
	db_bind_int(s, 1, STREAM);
	db_bind_int(s, 2, (int64_t)rec->id.device);
	db_bind_int(s, 3, (int64_t)rec->id.op);
	assert_int_equal(db_step(s, &d.e), 1);
	assert_int_equal(db_int(s, 5), rec->state);
	assert_int_equal(db_int(s, 6), record_deleted(rec));
	assert_int_equal(db_int(s, 7), record_conflicts(rec));
	if (rec->list == 0) {
		assert_true(db_is_null(s, 3) && db_is_null(s, 4));
	} else {
		assert_int_equal(db_int(s, 3), (int64_t)rec->parent.device);
		assert_int_equal(db_int(s, 4), rec->parent.op);
	}
	for (i = 0; i < (int)t->field_count; i++) {
		const struct field *f = &t->fields[i];
		struct value v = record_value(rec, f->number);

		if (projection_columns(f) == 0)
			continue;
		columns = column_of(s, f);
		if (f->kind == FIELD_SET)
			expect_members(s, columns, f, rec);
		else
			expect_column(s, columns, &v);
	}
	db_done(s);
}

static void expect_totals(const struct recount *n)
{
	struct stmt *s;
	size_t found = 0, i;

	assert_int_equal(db_query_text(n->r->db, &d.e, &s, "SELECT type,state,year,count,sum FROM "
				       "total WHERE stream=31 AND (count<>0 OR sum<>0)"), 0);
	while (db_step(s, &d.e) == 1) {
		for (i = 0; i < n->total_count; i++)
			if (n->totals[i].type == db_int(s, 0) &&
			    n->totals[i].state == db_int(s, 1) && n->totals[i].year == db_int(s, 2))
				break;
		assert_true(i < n->total_count);
		assert_int_equal(db_int(s, 3), n->totals[i].count);
		assert_int_equal(db_int(s, 4), n->totals[i].sum);
		found++;
	}
	db_done(s);
	assert_int_equal(found, n->total_count);
}

static int64_t rows_in_tables(struct recount *n)
{
	int64_t all = 0;
	size_t i;

	for (i = 0; i < n->schema->type_count; i++) {
		char table[64], sql[160];
		struct stmt *s;

		projection_table(n->schema->types[i], table);
		snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE stream=31", table);
		assert_int_equal(db_query_text(n->r->db, &d.e, &s, sql), 0);
		assert_int_equal(db_step(s, &d.e), 1);
		all += db_int(s, 0);
		db_done(s);
	}
	return all;
}

static struct recount recount(struct replica *r)
{
	struct recount n = { .r = r };
	struct stmt *s;

	assert_int_equal(replica_schema_now(r, &n.schema, &d.e), 0);
	assert_int_equal(db_query_text(r->db, &d.e, &s, "SELECT device, op, cells FROM record "
				       "WHERE stream=31"), 0);
	while (db_step(s, &d.e) == 1) {
		struct record rec = { .id = { (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1) } };
		const struct type *t;

		assert_int_equal(record_take(arena_copy(&d.a, db_bytes(s, 2)), &d.a, &rec, &d.e),
				 0);
		t = schema_type(n.schema, rec.type);
		assert_non_null(t);
		expect_row(&n, t, &rec);
		if (!t->row && !record_deleted(&rec))
			add_up(&n, t, &rec);
		n.records++;
		n.conflicts += record_conflicts(&rec);
		n.deleted += record_deleted(&rec);
	}
	db_done(s);
	expect_totals(&n);
	assert_int_equal(rows_in_tables(&n), n.records);
	return n;
}

/* Anything a clerk might do; what is refused is refused. */
static void act(struct gen *g, size_t client)
{
	struct client *c = &d.clients[client].c;
	struct rid r = bonus_count == 0 ? RID_NONE : bonuses[gen_below(g, bonus_count)];
	uint64_t what = bonus_count == 0 ? 0 : gen_below(g, 8);
	struct draft draft;
	int code;

	assert_int_equal(client_begin(c, c->unit, &d.a, &draft, &d.e), 0);
	if (what == 0 && bonus_count < RECORDS_MAX) {
		bonuses[bonus_count++] = office_bonus_draft(&draft, 1 +
						(int64_t)gen_below(g, 9) * 1000000);
		draft.count -= gen_below(g, 2);
	} else if (what < 5) {
		draft_set(&draft, BONUS, r, BONUS_AMOUNT, gen_below(g, 6) == 0 ? VALUE_OF_NULL :
			  value_int(1 + (int64_t)gen_below(g, 1000)), false);
		draft_set(&draft, BONUS, r, 1061, value_int(2024 + (int64_t)gen_below(g, 3)),
			  false);
	} else if (what < 7) {
		draft_delete(&draft, BONUS, r, gen_below(g, 2));
	} else {
		draft_move(&draft, BONUS, r, STATE_SIGNED, BYTES_NONE);
	}
	code = client_save(c, &draft, NULL, &d.e);
	assert_true(code == 0 || code <= ERR_ALREADY);
}

static void officer_acts(struct gen *g)
{
	struct office *o = &d.office;
	struct draft draft;

	if (bonus_count == 0)
		return;
	assert_int_equal(server_begin(&o->s, STREAM, &o->officer, &o->a, &draft, &d.e), 0);
	draft_move(&draft, BONUS, bonuses[gen_below(g, bonus_count)],
		   gen_below(g, 2) ? STATE_VERIFIED : STATE_RETURNED, bytes_str("đã xem"));
	(void)server_save(&o->s, &o->officer, &draft, NULL, &d.e);
}

static void a_recount_agrees_after_anything(void **state)
{
	struct gen g = gen_of(20260301, NULL);
	size_t conflicts = 0, deleted = 0, i;
	struct recount n;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		act(&g, gen_below(&g, 2));
		if (gen_below(&g, 4) == 0)
			officer_acts(&g);
		if (gen_below(&g, 3) == 0)
			district_sync(&d, gen_below(&g, 2), NULL);
		if (i % 10 != 9)
			continue;
		recount(&d.clients[0].c.replica);
		recount(&d.clients[1].c.replica);
		n = recount(&d.office.s.replica);
		conflicts += n.conflicts;
		deleted += n.deleted;
	}
	/* It was not for nothing. */
	assert_true(conflicts > 0);
	assert_true(deleted > 0);
	assert_true(n.total_count > 3);
	assert_true(office_number(&d.office, "SELECT count(*) FROM refused") > 0);
}

static void both_replicas_have_the_same_rows_in_the_end(void **state)
{
	struct gen g = gen_of(7, NULL);
	struct recount here, there;
	size_t i;

	(void)state;
	for (i = 0; i < ROUNDS / 2; i++)
		act(&g, gen_below(&g, 2));
	for (i = 0; i < 4; i++)
		district_sync(&d, i % 2, NULL);
	there = recount(&d.office.s.replica);
	for (i = 0; i < 2; i++) {
		here = recount(&d.clients[i].c.replica);
		assert_int_equal(here.records, there.records);
		assert_int_equal(here.conflicts, there.conflicts);
		assert_int_equal(here.total_count, there.total_count);
	}
}

static void names_fit_the_engine(void **state)
{
	const struct type t = { .code = "pg-need-line" };
	const struct field f = { .code = "full-name", .kind = FIELD_TEXT };
	char name[64];
	struct field ref = { .code = "nguoi", .kind = FIELD_REF };
	size_t with = 0;
	int kind;

	(void)state;
	projection_table(&t, name);
	assert_string_equal(name, "t_pg_need_line");
	projection_column(&f, 0, name);
	assert_string_equal(name, "f_full_name");
	projection_column(&ref, 2, name);
	assert_string_equal(name, "f_nguoi_op");
	for (kind = FIELD_TEXT; kind <= FIELD_BYTES; kind++)
		with += projection_columns(&(struct field){ .kind = (enum field_kind)kind });
	assert_int_equal(with, 13);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_recount_agrees_after_anything),
		T(both_replicas_have_the_same_rows_in_the_end),
		cmocka_unit_test(names_fit_the_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
