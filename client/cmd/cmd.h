/* What the commands of the client share: an open store, a save, how a record is
 * named and where it stands. */
#ifndef DONGBO_CLIENT_CMD_H
#define DONGBO_CLIENT_CMD_H

#include "client/client.h"
#include "common/cli/cli.h"
#include "common/edit/edit.h"
#include "common/query/query.h"

/* A command at work on the store. */
struct session {
	struct cli *cli;
	struct err *e;           /* &cli->err */
	struct client client;
	struct replica *replica; /* of client */
	struct schema *schema;
	struct arena arena;
	struct draft draft;
	struct query_options options; /* language and own stream filled in */
	uint64_t stream;         /* of the record that is worked on: the unit's, at first */
	bool open, reading, writing;
};

/* Opens the store of --data. Call session_close whatever it returns. */
int session_open(struct session *s, struct cli *c);
void session_close(struct session *s);
/* Opens the store for a command with min to max arguments, runs it, closes again. */
int session_run(struct cli *c, int min, int max, int (*command)(struct session *s));
/* A consistent view for several reads. */
int session_read(struct session *s);
/* Takes --unit: the unit that a new record is about. ERR_OUT_OF_SCOPE. */
int session_unit(struct session *s);
/* Begins a draft in the session's stream, with --author. */
int session_begin(struct session *s);
/* Judges and saves the draft. A rule that is broken becomes the command's sentence;
 * about: the record that the command is on. */
int session_save(struct session *s, struct rid about);
/* The same for one of several transactions of one begin. */
int session_save_more(struct session *s, struct rid about);
/* Narrows the options to what was made on this computer: under its keys, or by its chiefs. */
int session_made_here(struct session *s);
/* No such number in dongbo refused: says so; ERR_NO_RECORD. */
int session_no_refused(struct session *s, const char *number);
/* Says a rule that was broken in words; returns code. */
int session_refusal(struct session *s, int code, const struct verdict *v, struct rid about);
/* After an edit failed with a field's code as the subject: says it with the field's
 * name and how it is entered. Returns code. */
int session_edit_error(struct session *s, int code, const struct type *t);

/* The record that an argument names, in the unit's stream first. */
int session_find(struct session *s, const char *text, uint64_t *stream, struct rid *id);
/* The same, to be written to: in the unit's stream, or of a unit that it stands for after a
 * merger. The session goes over to that stream (session_enter). */
int session_find_own(struct session *s, const char *text, struct rid *id);
/* Goes over to another stream, with the draft, in which nothing is yet. ERR_OUT_OF_SCOPE where
 * this computer may not write there. */
int session_enter(struct session *s, uint64_t stream);
/* Type of a stored record, NULL where it has none. */
const struct type *session_type(struct session *s, uint64_t stream, struct rid id);
/* Assignments from arguments `from` on, in the arena. ERR_USAGE. */
int session_assignments(struct session *s, int from, struct assignment **list, size_t *count);
/* Draws the official numbers that the record wants (numbers.h), into the draft; rec NULL: it
 * is new there. ERR_NO_NUMBERS where there are none and `must`. */
int session_number(struct session *s, const struct type *t, struct rid id,
		   const struct record *rec, bool must);
/* What a save is told with: the record's id, name, numbers, and where it stands. */
int session_tell(struct session *s, struct rid id, bool changed);

/* The chiefs of this computer: [{name, device, role, certified, problem, waiting,
 * stale, again}...]. */
json_t *session_chiefs(struct session *s);
/* Says which of their keys the server would not accept, and why; what waits for a passphrase;
 * all: also which keys will be replaced. */
void session_chief_news(struct session *s, bool all);
/* What came of opening a chief's key, beside that it is open. */
struct chief_key;
void session_chief_opened(struct session *s, const struct chief_key *k);

/* The text of an enrolment: of --enrol FILE, or fetched from the server with --code and
 * --address; or both are asked for at the terminal, but not under --json. Wipe it. */
int cmd_enrolment(struct cli *c, struct buf *text, bool *by_code);

/* What is on its way on sticks, and what the district lacks: into j under --json as "bundles" and
 * "missing", else printed. */
int session_sticks(struct session *s, json_t *j);

/* A long log that is coming down (cmd_snapshot.c): printed, or into j. */
int session_snapshot(struct session *s, json_t *j);
/* Attached files that wait: into j under --json as "files", else printed. */
int session_files(struct session *s, json_t *j);
/* What is to be said of a restored server: printed, or into j for --json. */
int session_healing(struct session *s, json_t *j);

/* dongbo key: this computer's keys into `out`, printed without --json; a new one. */
int session_own_keys(struct session *s, json_t *out);
int session_change_key(struct session *s);

/* Where a record stands, in words. */
const char *standing_text(const char *standing, enum lang lang);
/* "dd/mm/yyyy hh:mm" of a time, "" for 0. */
const char *time_text(int64_t seconds, char out[32]);

/* All commands, ending in NULL, and the options that mean the same in all (commands.c). */
extern const struct cli_command *const client_commands[];
extern const struct cli_meaning client_options[];

extern const struct cli_command cmd_init, cmd_enrol, cmd_whoami, cmd_types, cmd_add, cmd_row,
	cmd_edit, cmd_delete, cmd_undelete, cmd_show, cmd_list, cmd_history, cmd_submit, cmd_import,
	cmd_export, cmd_sync, cmd_key, cmd_status, cmd_conflicts, cmd_settle, cmd_refused, cmd_resend,
	cmd_receipts, cmd_template, cmd_deadlines, cmd_bundle, cmd_dump, cmd_check, cmd_nil,
	cmd_chief, cmd_sign, cmd_number, cmd_backup, cmd_restore, cmd_attach, cmd_detach, cmd_files, cmd_fetch,
	cmd_open, cmd_figures;

#endif
