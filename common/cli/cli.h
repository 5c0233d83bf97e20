/* Command lines, the same for both programs: a table of commands, options by
 * name, languages, JSON or text, exit codes. */
#ifndef DONGBO_CLI_H
#define DONGBO_CLI_H

#include <jansson.h>
#include <signal.h>
#include <stdio.h>

#include "common/pack/field.h"
#include "protocol/err.h"

/* What a command gets: options taken out, the rest in order. */
struct cli {
	const char *program;
	const struct cli_command *command;
	enum lang lang;
	bool json;
	const char *data;          /* --data DIR, or the default folder */
	int argc;                  /* positional arguments */
	char **argv;
	struct cli_option {
		const char *name, *value;
	} options[32];
	size_t option_count;
	bool terminal;             /* stdout is one: progress may be shown */
	struct err err;            /* what a failing command leaves */
	struct buf said;           /* a sentence that says it better, such as a verdict's */
	const volatile sig_atomic_t *stop; /* set by SIGINT and SIGTERM */
};

struct cli_command {
	const char *name;
	const char *arguments;     /* "TYPE field=value..." */
	const char *options;       /* names that take a value end in =: "where= text= all" */
	struct label summary;      /* one line */
	struct label help;         /* what it does, with examples */
	int (*run)(struct cli *c); /* 0 or an ERR_* with c->err filled in */
};

/* What an option means in every command that takes it and whose help does not speak of it. */
struct cli_meaning {
	const char *name, *value;  /* "author", "NAME"; "" for one without a value */
	struct label text;
};

struct cli_program {
	const char *name, *version;
	struct label about;        /* one sentence */
	const struct cli_command *const *commands; /* ends in NULL */
	const struct cli_meaning *options; /* ends in a name of NULL */
	const char *(*default_data)(void); /* the folder where --data is not there */
};

/* Parses, runs, prints the error's sentence to stderr, returns the exit status.
 * Handles --help, --version, --lang, --json, --data by itself. */
int cli_main(const struct cli_program *program, int argc, char **argv);

/* Value of an option ("" for one without a value), NULL where it was not given.
 * For one that may be given several times: the n-th, from 0. */
const char *cli_option(const struct cli *c, const char *name);
const char *cli_option_at(const struct cli *c, const char *name, size_t n);
/* ERR_USAGE unless between min and max positional arguments are there (max < 0: any). */
int cli_arguments(struct cli *c, int min, int max);

/* Both languages at the place of use. */
#define CLI_TEXT(c, vi, en) ((c)->lang == LANG_EN ? (en) : (vi))

/* A file's name as JSON; bytes of it that are no UTF-8 become "?", one each. */
json_t *cli_path(const char *path);
/* Prints a JSON result as it is under --json (one line), else nothing: false. */
bool cli_json(const struct cli *c, const json_t *v);
/* A table for people: columns aligned by text width; rows of strings, copied; NULL
 * is an empty cell. headings may be NULL, and live as long as the table. Memory that
 * runs out is told by print: ERR_NOMEM. NULL is a fine table to all but row. */
struct cli_table;
struct cli_table *cli_table_new(size_t columns, const char *const *headings);
void cli_table_row(struct cli_table *t, const char *const *cells);
/* A row whose texts go on over the empty cells behind them, and widen no column. */
void cli_table_across(struct cli_table *t, const char *const *cells);
/* A row of one text, across all columns, which it makes no wider. */
void cli_table_span(struct cli_table *t, const char *text);
int cli_table_print(struct cli_table *t, struct err *e);
/* The same; where it has no row the sentence stands for it. */
int cli_table_or(struct cli_table *t, const char *none, struct err *e);
void cli_table_free(struct cli_table *t);

/* Asks for a passphrase: from the file of an option (passphrase-file), else at the
 * terminal without echo. Twice where confirm. Wipe the buf after use. */
int cli_passphrase(struct cli *c, const char *option, const char *prompt, bool confirm,
		   struct buf *out);

/* Asks a question at the terminal, to be answered with có or yes. *yes stays false at any
 * other answer. ERR_USAGE, naming --yes, where there is no terminal. */
int cli_confirm(struct cli *c, const char *question, bool *yes);

/* Asks for a line at the terminal, and appends it. It may be a secret: wipe it. ERR_USAGE where
 * there is none. */
int cli_ask(struct cli *c, const char *question, struct buf *out);

/* Writes a file that people will work in: one that is there may hold what was typed, and
 * is never written over. ERR_USAGE where there is one. */
int cli_new_file(struct cli *c, const char *path, struct bytes content, unsigned mode);

/* Progress on stderr, only on a terminal and only after a second; at most a few
 * times a second. total 0: not known. done == total ends the line. */
void cli_progress(struct cli *c, int64_t done, int64_t total);

/* One line, in which no control character is left: what it quotes may come from a
 * file or from another computer. */
void cli_line(FILE *f, struct bytes line);

/* ERR_USAGE with a formatted subject, into c->err. */
int cli_usage(struct cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* ERR_USAGE: this word is none that the command knows; says which are. */
int cli_unknown(struct cli *c, const char *word);
/* A whole number of an option from min to max, or `missing`. ERR_USAGE. */
int cli_number(struct cli *c, const char *option, int64_t missing, int64_t min, int64_t max,
	       int64_t *out);
/* Whether --sort name or --sort age is there (by_age NULL: it may not be); --sort anything
 * else is ERR_USAGE. */
int cli_order(struct cli *c, bool *by_name, bool *by_age);
/* Since when, as a day, and how many days; empty where it is no number. */
void cli_since(const json_t *seconds, char since[40], char days[24]);
/* A span such as 90s, 15m, 2h or 30d, in seconds; ERR_USAGE as above. */
int cli_span(struct cli *c, const char *option, int64_t missing, int64_t *out);
/* A size such as 500K or 10M, in bytes (K is 1024); at least `min`. ERR_USAGE as above. */
int cli_size(struct cli *c, const char *option, int64_t missing, int64_t min, int64_t *out);

#endif
