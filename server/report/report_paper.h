/* Papers: what a document has besides the tables of a report (common/packs/REPORTS.md), and
 * how it is made, proved and kept.
 *
 * Making one goes over its tables twice: once line by line for the sums that its texts
 * quote, then into the document. What it says is proved by other ways to the same
 * numbers; only then it can be signed, which keeps the version of every record that it
 * rests on. */
#ifndef DONGBO_SERVER_REPORT_PAPER_H
#define DONGBO_SERVER_REPORT_PAPER_H

#include "server/report/document.h"
#include "server/report/report_run.h"
#include "server/server.h"

enum { PAPER_BLOCKS_MAX = 400, PAPER_LINES_MAX = 40, PAPER_PROOFS_MAX = 100,
       PAPER_TERMS_MAX = 6 };

/* A number of a table: the sum of a column, or a count of lines; or how many units. */
enum paper_units { UNITS_EXPECTED, UNITS_REPORTED, UNITS_NIL, UNITS_MISSING };
struct paper_number {
	const struct report_table *table; /* NULL: units */
	size_t column;             /* or column_count: how many lines; of paper_units */
};

enum paper_kind { PAPER_HEADING, PAPER_TEXT, PAPER_TABLE, PAPER_COLLECT };

struct paper_block {
	enum paper_kind kind;
	enum document_style style;
	const char *text;          /* with {placeholders}; of COLLECT what stands where
	                            * nobody wrote anything, or NULL */
	const struct report_table *table;
	const struct report_source *source; /* COLLECT */
	const struct expr *field;
	bool has_condition, unless;
	struct paper_number condition; /* not 0; `unless`: 0 */
};

struct paper_annex {
	const struct report_table *table;
	const char *number, *belongs;
};

/* Sums of numbers that must be equal. */
struct paper_proof {
	struct label label;
	struct paper_number left[PAPER_TERMS_MAX], right[PAPER_TERMS_MAX];
	size_t left_count, right_count;
};

/* What is kept when it is signed: a record of a type that carries others on. */
struct paper_submission {
	const struct type *type;   /* NULL: nothing is kept */
	int64_t state;             /* that it is moved to in the end; 0: stays in the first */
	struct paper_set {
		const struct field *field;
		const char *text;
	} *sets;
	size_t set_count;
	const struct field *year, *cutoff; /* of the sets, where {year} and {cutoff} alone stand;
	                                    * or NULL */
};

struct report_paper {
	struct {
		const char *superior, *agency, *number, *place, *type, *subject;
	} head;
	struct paper_block *blocks;
	size_t block_count;
	struct paper_annex *annexes;
	size_t annex_count;
	const char **recipients;
	size_t recipient_count;
	struct {
		const char *authority, *title, *name;
	} signer;
	const struct deadline *deadline; /* whose units must all have reported; or NULL */
	const char *draft;
	struct paper_proof *proofs;
	size_t proof_count;
	struct paper_submission submission;
};

/* A paper in the making. */
struct paper_run {
	struct report_run *run;
	const struct report_paper *paper;
	struct report_unit *units;  /* of the deadline */
	size_t unit_count;
	size_t counts[UNITS_MISSING + 1];
	size_t members;             /* records that it rests on, once they are known */
	/* By table, where it is to be proved (else NULL): lines of lists, and those whose moves
	 * had led to a state that was asked for. */
	struct paper_lines {
		int64_t all, good;
	} *lines;
};

/* Works out all sums and who has reported. The run is begun. prove: paper_prove follows. */
int paper_begin(struct paper_run *p, struct report_run *run, bool prove, struct err *e);
/* Writes it; signed: without the notice of a draft. */
int paper_write(struct paper_run *p, struct document *d, struct err *e);
/* A number that a text of the pack names: "table.column", "table.count", "missing". */
bool paper_find(const struct report *r, struct bytes name, struct paper_number *out);
/* A text with its placeholders filled in. */
void paper_expand(const struct paper_run *p, const char *text, struct buf *out);
int64_t paper_number(const struct paper_run *p, struct paper_number n);
/* Names of units, with commas between. */
void paper_names(const struct paper_run *p, bool nil, struct buf *out);

/* The day of the cut-off of the paper that was signed for a year; false in *found: none
 * was, or it is not kept. */
int paper_signed(struct report_run *run, int64_t year, int64_t *day, bool *found,
		 struct err *e);

/* A record that a paper rests on, and the position of its stream at which it was read. */
struct paper_member {
	uint64_t stream;
	struct rid record;
	uint32_t type;
	uint64_t version;
};

/* The records of all its lists, and the units' reports, each once: those that the rows
 * of the submission may name. Into the run's arena. */
int paper_members(struct paper_run *p, struct paper_member **out, size_t *count,
		  struct err *e);
/* Keeps what was signed: a record in `stream` with a row for each member. d is an open draft
 * there, begun before the paper was, so that nothing came between; many rows take further
 * transactions. */
int paper_keep(struct paper_run *p, struct server *s, const struct sign_key *officer,
	       struct draft *d, const struct paper_member *list, size_t count, struct rid *out,
	       struct err *e);

/* What must be equal, and the two numbers. */
struct proof {
	const char *text;          /* in the language asked for */
	int64_t left, right;
};
/* One list, its sums added up, its lines looked at for the proofs. (report_proof.c) */
int paper_walk(struct paper_run *p, const struct report_table *t, struct err *e);
/* Proves everything: the list, into the run's arena. *failed counts. */
int paper_prove(struct paper_run *p, struct proof **out, size_t *count, size_t *failed,
		struct err *e);

#endif
