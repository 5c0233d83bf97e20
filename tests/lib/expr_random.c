/* Expressions made from their grammar, typed, so that each can be read. */
#include "tests/lib/expr_random.h"

#include <stdlib.h>
#include <string.h>

enum { IN_DOSSIER = 1, IN_LINE = 2, IN_PART = 4, LEVELS = 5 };

struct maker {
	struct gen *g;
	struct buf *out;
	unsigned scope;            /* whose names are known */
	unsigned inner;            /* whose lists may be gone through */
};

static void put_int(struct maker *m, unsigned level);
static void put_bool(struct maker *m, unsigned level);
static void put_date(struct maker *m, unsigned level);
static void put_text(struct maker *m, unsigned level);
static void put_choice(struct maker *m, unsigned level, bool kinds);

static void put(struct maker *m, const char *s)
{
	buf_add(m->out, bytes_str(s));
}

static uint64_t below(struct maker *m, uint64_t n)
{
	return gen_below(m->g, n);
}

/* One name of those that the scope knows. */
static void put_name(struct maker *m, const char *const dossier[], const char *const line[])
{
	const char *names[40];
	size_t count = 0;

	for (; *dossier != NULL && (m->scope & IN_DOSSIER); dossier++)
		names[count++] = *dossier;
	for (; *line != NULL && (m->scope & IN_LINE); line++)
		names[count++] = *line;
	put(m, names[below(m, count)]);
}

/* Over the innermost scope's list; sum, min and max with a value that `value` makes. */
static bool put_rows(struct maker *m, const char *function, unsigned level,
		     void (*value)(struct maker *, unsigned))
{
	struct maker rows = *m;
	bool lines = m->inner == IN_DOSSIER || (m->inner == IN_LINE && below(m, 3) == 0 &&
						m->scope == (IN_DOSSIER | IN_LINE) &&
						level == LEVELS);

	if (m->inner == IN_PART)
		return false;
	rows.inner = lines ? IN_LINE : IN_PART;
	rows.scope |= rows.inner;
	put(m, function);
	put(m, lines ? "(lines" : "(parts");
	if (value != NULL) {
		put(m, ", ");
		value(&rows, level - 1);
	}
	if (below(m, 2)) {
		put(m, ", ");
		put_bool(&rows, level - 1);
	}
	put(m, ")");
	return true;
}

static void put_int_name(struct maker *m)
{
	static const char *const dossier[] = {
		"count", "amount", "rate", "year", "round", "total", "left", "paid", "payments",
		"person.salary", "person.next", "before.amount", "before.total", "before.paid",
		"unit", "person.unit", "holder.unit", "$factor", "count(skills)",
		"count(person.tags)", "before.left", NULL
	};
	static const char *const line[] = { "cost", "twice", "share", "who.salary", NULL };

	if ((m->scope & IN_PART) && below(m, 3) == 0)
		put(m, "n");
	else if (below(m, 4) == 0)
		buf_printf(m->out, "%d", (int)below(m, 30) - 5);
	else
		put_name(m, dossier, line);
}

static void put_pair(struct maker *m, unsigned level, const char *between,
		     void (*one)(struct maker *, unsigned))
{
	put(m, "(");
	one(m, level);
	put(m, between);
	one(m, level);
	put(m, ")");
}

static void put_if(struct maker *m, unsigned level, void (*one)(struct maker *, unsigned))
{
	put(m, "if(");
	put_bool(m, level);
	put(m, ", ");
	one(m, level);
	put(m, ", ");
	if (below(m, 4) == 0)
		put(m, "null");
	else
		one(m, level);
	put(m, ")");
}

static void put_coalesce(struct maker *m, unsigned level,
			 void (*one)(struct maker *, unsigned))
{
	put(m, "coalesce(");
	one(m, level);
	put(m, ", ");
	one(m, level);
	if (below(m, 4) == 0)
		put(m, ", null");
	put(m, ")");
}

static void put_int_call(struct maker *m, unsigned level)
{
	static const char *const calendar[] = { "year(", "month(", "quarter(", "day(" };

	switch (below(m, 7)) {
	case 0:
		put(m, "abs(");
		put_int(m, level);
		break;
	case 1:
		put(m, "length(");
		put_text(m, level);
		break;
	case 2:
		put(m, "digits(");
		put_text(m, level);
		buf_printf(m->out, ", %d, %d", 1 + (int)below(m, 3), 1 + (int)below(m, 3));
		break;
	case 3:
		put(m, calendar[below(m, 3)]);
		put(m, below(m, 2) ? "round" : "round + 7");
		break;
	default:
		put(m, calendar[below(m, 4)]);
		put_date(m, level);
	}
	put(m, ")");
}

static void put_int(struct maker *m, unsigned level)
{
	static const char *const signs[] = { " + ", " - ", " / ", " % " };

	if (level == 0) {
		put_int_name(m);
		return;
	}
	switch (below(m, 9)) {
	case 0:
		put_pair(m, level - 1, signs[below(m, 4)], put_int);
		break;
	case 1:
		put(m, "(");
		put_int(m, level - 1);
		buf_printf(m->out, " %s %d)", below(m, 2) ? "*" : "/", (int)below(m, 6) - 2);
		break;
	case 2:
		put(m, "-");
		put_int(m, level - 1);
		break;
	case 3:
		put_pair(m, level - 1, " - ", put_date);
		break;
	case 4:
		put_if(m, level - 1, put_int);
		break;
	case 5:
		put_coalesce(m, level - 1, put_int);
		break;
	case 6:
		if (!put_rows(m, "count", level, NULL))
			put_int_name(m);
		break;
	case 7:
		if (!put_rows(m, below(m, 3) == 0 ? "min" : below(m, 2) ? "max" : "sum", level,
			      put_int))
			put_int_name(m);
		break;
	default:
		put_int_call(m, level - 1);
	}
}

static void put_date(struct maker *m, unsigned level)
{
	static const char *const dossier[] = { "issued", "expires", "person.birth", "$start", NULL };
	static const char *const line[] = { "day", NULL };

	switch (level == 0 ? 0 : below(m, 7)) {
	case 1:
		put(m, "(");
		put_date(m, level - 1);
		put(m, below(m, 2) ? " + " : " - ");
		put_int(m, level - 1);
		put(m, ")");
		break;
	case 2:
		put_if(m, level - 1, put_date);
		break;
	case 3:
		put_coalesce(m, level - 1, put_date);
		break;
	case 4:
		put(m, "date(");
		put_int(m, level - 1);
		buf_printf(m->out, " + %d, ", (int)below(m, 2) * 2000);
		put_int(m, 0);
		put(m, ", ");
		put_int(m, 0);
		put(m, ")");
		break;
	case 5:
		if (put_rows(m, below(m, 2) ? "min" : "max", level, put_date))
			break;
		/* fallthrough */
	default:
		put_name(m, dossier, line);
	}
}

static void put_text(struct maker *m, unsigned level)
{
	static const char *const dossier[] = { "title", "person.name", "holder.name",
					       "person.cccd", "'ab'", "'Đường 1'", "$word",
					       "'2'", "''", NULL };
	static const char *const line[] = { "note", NULL };

	switch (level == 0 ? 0 : below(m, 4)) {
	case 1:
		put_if(m, level - 1, put_text);
		break;
	case 2:
		put_coalesce(m, level - 1, put_text);
		break;
	default:
		put_name(m, dossier, line);
	}
}

static void put_a_kind(struct maker *m, unsigned level)
{
	put_choice(m, level, true);
}

static void put_a_level(struct maker *m, unsigned level)
{
	put_choice(m, level, false);
}

static void put_choice(struct maker *m, unsigned level, bool kinds)
{
	static const char *const of_kinds[] = { "kind", "other_kind", NULL };
	static const char *const of_levels[] = { "level", "grade", "before.grade", NULL };
	static const char *const line[] = { "what", NULL }, *const none[] = { NULL };

	switch (level == 0 ? 0 : below(m, 4)) {
	case 1:
		put_if(m, level - 1, kinds ? put_a_kind : put_a_level);
		break;
	case 2:
		put_coalesce(m, level - 1, kinds ? put_a_kind : put_a_level);
		break;
	default:
		put_name(m, kinds ? of_kinds : of_levels, kinds ? none : line);
	}
}

static void put_comparison(struct maker *m, unsigned level)
{
	static const char *const signs[] = { " = ", " != ", " < ", " <= ", " > ", " >= " };
	static const char *const refs[] = { "person", "person.boss", "before.person",
					    "before.holder", "holder", NULL };
	static const char *const line_refs[] = { "who", NULL };
	const char *sign = signs[below(m, 6)];

	switch (below(m, 8)) {
	case 0:
		put_pair(m, level, sign, put_date);
		break;
	case 1:
		put_pair(m, level, sign, put_text);
		break;
	case 2:
		put_pair(m, level, sign, below(m, 2) ? put_a_kind : put_a_level);
		break;
	case 3:
		put_choice(m, level, true);
		put(m, below(m, 2) ? " = 'doctor'" : " in ('master', 'language', other_kind)");
		break;
	case 4:
		put_name(m, refs, line_refs);
		put(m, signs[below(m, 2)]);
		put_name(m, refs, line_refs);
		break;
	case 5:
		put_pair(m, level, signs[below(m, 2)], put_bool);
		break;
	default:
		put_pair(m, level, sign, put_int);
	}
}

static void put_leaf_bool(struct maker *m)
{
	static const char *const dossier[] = {
		"urgent", "$active", "true", "false", "has(skills, 'doctor')",
		"has(person.tags, 'master')", "state = 'signed'", "person.state = 'draft'",
		"before.state != 'paid'", "state in ('draft', 'paid')", "person is null",
		"person.boss is not null", "holder.state = 'signed'", "unit = 7",
		"issued < '2022-03-01'", "round >= '2022-03'", NULL
	};
	static const char *const line[] = { "ok", "who is null", "note = 'ab'", NULL };

	put(m, "(");
	put_name(m, dossier, line);
	put(m, ")");
}

static void put_question(struct maker *m, unsigned level)
{
	void (*const makers[])(struct maker *, unsigned) = { put_int, put_date, put_text,
							     put_bool, put_a_kind };

	put(m, "(");
	makers[below(m, 5)](m, level);
	put(m, below(m, 2) ? ") is null" : ") is not null");
}

static void put_among(struct maker *m, unsigned level)
{
	void (*const one)(struct maker *, unsigned) = below(m, 2) ? put_int : put_date;

	put(m, "(");
	one(m, level);
	put(m, below(m, 2) ? " in (" : " not in (");
	one(m, 0);
	put(m, ", ");
	one(m, level);
	put(m, "))");
}

static void put_bool(struct maker *m, unsigned level)
{
	if (level == 0) {
		put_leaf_bool(m);
		return;
	}
	put(m, "(");
	switch (below(m, 9)) {
	case 0:
		put_pair(m, level - 1, " and ", put_bool);
		break;
	case 1:
		put_pair(m, level - 1, " or ", put_bool);
		break;
	case 2:
		put(m, "not ");
		put_bool(m, level - 1);
		break;
	case 3:
		put_question(m, level - 1);
		break;
	case 4:
		put_among(m, level - 1);
		break;
	case 5:
		put_if(m, level - 1, put_bool);
		break;
	case 6:
		if (!put_rows(m, "exists", level, NULL))
			put_coalesce(m, level - 1, put_bool);
		break;
	default:
		put_comparison(m, level - 1);
	}
	put(m, ")");
}

void random_expr(struct gen *g, uint32_t type, enum expr_type want, struct buf *out)
{
	struct maker m = { g, out, IN_DOSSIER, IN_DOSSIER };
	unsigned level = 1 + (unsigned)gen_below(g, LEVELS);

	if (type == T_LINE) {
		m.scope = IN_DOSSIER | IN_LINE;
		m.inner = IN_LINE;
	}
	switch (want) {
	case EXPR_BOOL:
		put_bool(&m, level);
		break;
	case EXPR_DATE:
		put_date(&m, level);
		break;
	case EXPR_TEXT:
		put_text(&m, level);
		break;
	case EXPR_CHOICE:
		put_choice(&m, level, true);
		break;
	default:
		put_int(&m, level);
	}
}
