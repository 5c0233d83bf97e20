/* Expressions: what a pack says with conditions and derived values.
 *
 * A small typed language that cannot loop, name a table or reach the outside, so
 * whatever a pack holds, an evaluation ends and depends on the record alone. It is
 * read and checked once, when the pack is loaded (a wrong name, a choice that is
 * not in its list, a date beside a text: refused with the place), and then serves
 * twice: evaluated in memory where changes are judged, and written as SQL where
 * reports run over the typed tables. Both give the same answer; a test holds them
 * together. SQLite's own evaluator was the other choice; this one is the same on
 * every engine and version, can be specified (protocol/SPEC.md), and knows the
 * fields' types.
 *
 * common/packs/EXPRESSIONS.md is its reference. In short:
 *
 *   or, and, not        three-valued, as in SQL: what is not known is null
 *   = != < <= > >=      of two numbers, dates, texts, choices; = and != of all
 *   is null, is not null, in ('a', 'b'), not in (1, 2)
 *   + - * / %           whole numbers; / cuts off; by zero, or beyond 64 bits: null;
 *                       a date + or - days, date - date in days
 *   1500000 'text' true false null
 *   amount              a field of the record; a row's fields, then its root's
 *   person.birth        a field of the record that a reference names; null where it
 *                       is not at hand (in another stream, while changes are judged)
 *                       or deleted; of several types, all must have it
 *   state, unit         of the record: state = 'signed'; the number of its stream
 *   $factor             a constant of the pack
 *   count(list) count(list, condition) exists(list) exists(list, condition)
 *   sum(list, e) min(list, e) max(list, e), each with a third argument: a condition;
 *                       e's names are the row's, then those of the record above; a sum
 *                       of nothing is 0
 *   count(set) has(set, 'code')
 *   coalesce(a, b...) if(condition, a, b) abs(n)
 *   year(d) month(d) quarter(d) day(d) date(y, m, d)     of dates; year, month, quarter
 *                       of a month field too; null beyond the years 1 to 9999
 *   length(text)        in characters
 *   digits(text, from, count)   that part of it as a number, from 1; null unless digits
 *   received(field)     the day on which the district received the value that the field has,
 *                       or a signature over it that came later; in warnings only
 *
 * A quoted text takes the type of what it is compared with: a choice's or state's
 * code, a date '2021-08-15', a month '2021-08', a text. Decimals are their stored whole
 * numbers (times 10^scale). Rollups (pack.h) are read like fields, by their code, in
 * warnings and reports only. */
#ifndef DONGBO_EXPR_H
#define DONGBO_EXPR_H

#include "common/pack/pack.h"
#include "common/replica/record.h"

enum expr_type {
	EXPR_NULL, EXPR_BOOL, EXPR_INT, EXPR_DATE, EXPR_TEXT, EXPR_CHOICE, EXPR_STATE, EXPR_REF
};

enum { EXPR_TEXT_MAX = 2000, EXPR_NODES_MAX = 400, EXPR_DEPTH_MAX = 40 };

/* Where an expression stands: what its names mean. */
struct expr_scope {
	const struct schema *schema;
	const struct type *type;     /* the record's */
	const struct type *root;     /* of a row type: its root's, or NULL */
	bool rollups;                /* may rollups be read? */
	bool received;               /* may received() be asked? */
	const struct choice_list *list; /* where a choice is wanted: of this list; or NULL */
	const struct type *const *rows; /* names are first those of rows of these types, each in */
	size_t depth;                /* a list of the one before it, the first of the record's */
};

/* How deep rows of rows can be gone through, and how much can be asked of each. */
enum { EXPR_ROWS_DEPTH = 3, EXPR_ROWS_VALUES = 16 };

struct expr; /* compiled; lives in the arena it was read into */

/* Reads and checks. want EXPR_NULL: any type, else what it must give (EXPR_BOOL for
 * conditions). ERR_BAD_PACK, the subject saying where and why: "column 12: 'x' is
 * not a field of bonus". */
int expr_parse(struct bytes text, const struct expr_scope *scope, enum expr_type want,
	       struct arena *a, struct expr **out, struct err *e);
enum expr_type expr_gives(const struct expr *x);
/* The text it was read from. */
const char *expr_text(const struct expr *x);
/* A field whose values are shown as its own are (a choice's list, a decimal's scale):
 * the one that it names, sums, or chooses; NULL where there is none. */
const struct field *expr_field(const struct expr *x);
/* What its value rests on: what it names, and what the derived fields among that do. A
 * field: of its own record, of rows, of what references name, for numbers are unique. */
bool expr_reads(const struct expr *x, uint32_t field);
bool expr_reads_rows(const struct expr *x);
bool expr_reads_refs(const struct expr *x);
bool expr_reads_state(const struct expr *x);
/* Whether it asks when something was received. */
bool expr_reads_receipt(const struct expr *x);
/* number 0: any. */
bool expr_reads_rollup(const struct expr *x, uint32_t number);

/* Where values come from. A callback may be NULL: what it would give is then null, or
 * no rows. A negative return stops the evaluation. stream: of the record that is asked
 * for, which may be one that a reference led to. */
struct expr_reader {
	void *ctx;
	uint64_t stream;           /* of the record that is evaluated */
	/* Calls fn for every live row of the record's list, in any order; fn's nonzero
	 * return ends that, and is returned. Not asked where only the number of rows
	 * matters: record_rows() has it. */
	int (*rows)(void *ctx, uint64_t stream, const struct record *r, uint32_t list,
		    int (*fn)(void *arg, const struct record *row), void *arg, struct err *e);
	/* The record that a reference names, or NULL where it is not at hand; it must live
	 * as long as the value that expr_eval gives. */
	int (*follow)(void *ctx, struct ref ref, const struct record **out, struct err *e);
	/* The value of a rollup of the record; null (no row is kept) counts as 0. */
	int (*rollup)(void *ctx, uint64_t stream, const struct record *r, uint32_t number,
		      struct value *out, struct err *e);
	/* The day on which the district received what stands at a position of the stream
	 * (SEQ_PENDING: is not there yet); null where that is not known. */
	int (*received)(void *ctx, uint64_t stream, uint64_t seq, struct value *out,
			struct err *e);
};

/* The value for a record: VALUE_NULL, BOOL, INT (choices and states by number), DATE,
 * TEXT (borrowed from the record, or the expression), REF. root: of a row, its root,
 * else NULL. Bounded by the size of the expression times the rows it goes through; what
 * passes 20 million of these, through derived fields, is null. ERR_*: of the reader
 * only. */
int expr_eval(const struct expr *x, const struct expr_reader *rd, const struct record *r,
	      const struct record *root, struct value *out, struct err *e);

/* The values of several (at most EXPR_ROWS_VALUES), read with scope.rows, for every row of
 * a list in a list ..., `depth` of them; depth 0: for the record. fn's nonzero return ends
 * that, and is returned. */
int expr_eval_rows(const struct expr *const *list, size_t count,
		   const struct field *const *lists, size_t depth, const struct expr_reader *rd,
		   const struct record *r, int (*fn)(void *arg, const struct value *values),
		   void *arg, struct err *e);

/* The same as SQL over the typed tables (projection.h), appended, for the subset that
 * every engine understands. alias is the record's table in the query; root that of a
 * row's root, or NULL; x1, x2... are the tables within. Booleans are 1, 0 and NULL.
 *
 * A reference is three columns, <column>_stream, _device, _op; a set is ",1,4," or NULL
 * where empty; rollups are read of table rollup. Derived fields are read of their own
 * columns. Beyond 64 bits an engine may fail, or give something else than null; texts
 * are ordered by bytes if the database is. ERR_BAD_PACK for what cannot be said there:
 * files, a reference as the whole value, rows of a type that several lists have. */
int expr_sql(const struct expr *x, const char *alias, const char *root, struct buf *out,
	     struct err *e);
/* A condition in the form that WHERE, CASE and ON take. */
int expr_sql_where(const struct expr *x, const char *alias, const char *root, struct buf *out,
		   struct err *e);

#endif
