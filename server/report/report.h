/* Reports: tables that a pack defines (common/packs/REPORTS.md), made from the records.
 *
 * A definition is read once (report_load) into the structures below: names resolved,
 * expressions compiled, every complaint with its place. report_run turns each source
 * into SQL over the typed tables, once, and hands the lines to a sink one by one as
 * the database gives them; nothing that a person gave is ever part of the SQL's text.
 * What is kept while it runs are sums, and lines where Vietnamese order asks for it. */
#ifndef DONGBO_SERVER_REPORT_H
#define DONGBO_SERVER_REPORT_H

#include <jansson.h>

#include "common/expr/expr.h"
#include "common/pack/field.h"
#include "common/replica/replica.h"
#include "common/unit/unit.h"

enum {
	REPORT_TABLES_MAX = 40, REPORT_COLUMNS_MAX = 40, REPORT_SOURCES_MAX = 20,
	REPORT_EXPRS_MAX = 4,      /* of one column, of one source's conditions */
	REPORT_MATCHES_MAX = 8, REPORT_ORDER_MAX = 6, REPORT_PATH_MAX = 4,
	REPORT_CARRY_YEARS = 5,    /* how far back what came late is looked for */
	REPORT_GROUPS_MAX = 20000, /* lines of a table that counts */
	REPORT_SORT_MAX = 50000,   /* lines that are sorted here, not by the database */
	REPORT_MEMORY = 256 * 1024 * 1024
};

/* What is asked for, and where it is compared. */
struct report_match {
	const char *name;
	const struct expr *x;
};

/* Only what names a record of these types. */
struct report_to {
	const struct field *field;
	const struct type **types;
	size_t count;
};

/* Where lines come from. */
struct report_source {
	const struct type *type;
	const struct type *root;   /* of rows: whose; else NULL */
	const struct type *path[REPORT_PATH_MAX]; /* of rows: from below the root down to type */
	size_t path_count;
	const struct expr *wheres[REPORT_EXPRS_MAX];
	size_t where_count;
	uint64_t states;           /* state_bit of the record's or root's workflow; 0: any */
	struct report_match matches[REPORT_MATCHES_MAX];
	size_t match_count;
	const struct expr *year;   /* of the matches; NULL: counts in every year */
	bool parted;               /* its year is reported in parts, by when it was filed */
	struct report_to tos[REPORT_EXPRS_MAX];
	size_t to_count;
};

/* When a record came, against the cut-offs of its year. */
enum report_part { PART_OWN = 1, PART_CARRIED = 2, PART_AFTER = 4 };

enum report_what {
	REPORT_NOTHING,            /* an empty cell */
	REPORT_VALUE,              /* of a record: expressions, put together with "; " */
	REPORT_UNIT, REPORT_ID,
	REPORT_COUNT, REPORT_SUM,  /* measures */
	REPORT_DEADLINE
};

/* What stands in a cell. */
struct report_value {
	enum report_what what;
	const struct expr *x[REPORT_EXPRS_MAX]; /* VALUE; SUM has one */
	size_t x_count;
	const struct report_source *source; /* a measure's own; NULL: the table's */
	const struct field *through; /* reference of the source that names the line's record */
	unsigned parts;            /* of report_part: which count */
	const struct deadline *deadline;
};

/* How a cell is shown. */
enum report_kind { REPORT_TEXT, REPORT_NUMBER, REPORT_MONEY, REPORT_DECIMAL, REPORT_DATE };

struct report_column {
	const char *code;
	struct label label, over;  /* over: of neighbours; NULL: none */
	unsigned width;            /* 0: not said */
	enum report_kind kind;
	unsigned scale;            /* of DECIMAL */
	bool hidden, summed;
	bool personal;
};

struct report_order {
	const struct expr *x;
	bool down, name;           /* name: of a person, by the given name */
};

/* One of a table's sources, and what it puts into the columns. */
struct report_feed {
	struct label label;        /* NULL where the table has but one */
	const struct report_source *source; /* NULL: only its measures have one */
	struct report_value *values; /* one for each column */
	struct report_order order[REPORT_ORDER_MAX];
	size_t order_count;
	const struct expr *group;  /* a heading and sums for each value; or NULL */
	bool group_units;          /* ... for each unit */
};

enum report_by { BY_RECORD, BY_UNIT, BY_SOURCE, BY_ALL, BY_VALUE };

struct report_table {
	const char *code;
	struct label label, note;  /* note: NULL where there is none */
	struct label name;         /* heading above what lines that count are called */
	enum report_by by;
	struct report_feed *feeds;
	size_t feed_count;
	struct report_column *columns;
	size_t column_count;
	const struct expr *key;    /* BY_VALUE */
	const struct deadline *deadline; /* BY_UNIT: whose units have a line in any case */
	bool every, hidden, numbered;
	bool total;                /* a line of sums at its end */
};

struct report_paper;               /* report_paper.h: what documents have besides */

struct report {
	const char *code, *pack;
	const char *plan, *alias;  /* NULL where not said; alias: another code for it */
	struct label label;
	const char *needs[REPORT_MATCHES_MAX];
	size_t need_count;
	const struct deadline *cutoff; /* or NULL */
	struct report_table *tables;
	size_t table_count;
	struct report_paper *paper; /* documents only */
};

/* Reads a definition into the arena. ERR_BAD_PACK: "o3.list.name: why". */
int report_load(const struct schema *s, const struct pack_part *part, bool document,
		struct arena *a, struct report **out, struct err *e);
/* Reads every definition of a pack (NULL: of all), for what is wrong with one. */
int report_check(const struct schema *s, const char *pack, struct err *e);
/* A report or document by its code or alias, loaded. ERR_NO_REPORT. */
int report_find(const struct schema *s, struct bytes code, struct arena *a,
		struct report **out, struct err *e);
const struct report_table *report_table(const struct report *r, struct bytes code);
/* Place of a column, or column_count. */
size_t report_column(const struct report_table *t, struct bytes code);

#endif
