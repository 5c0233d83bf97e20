/* What the commands of the server share: the open store, an officer at work, units
 * by their codes, results put before people. */
#ifndef DONGBO_SERVER_CMD_H
#define DONGBO_SERVER_CMD_H

#include "common/cli/cli.h"
#include "common/edit/edit.h"
#include "common/query/query.h"
#include "server/server.h"

/* A command at work on the store. */
struct desk {
	struct cli *cli;
	struct err *e;           /* &cli->err */
	struct server server;
	struct replica *replica; /* of server */
	struct schema *schema;
	struct arena arena;
	struct draft draft;
	struct query_options options; /* language, --unit, --type, --limit... */
	struct sign_key officer; /* --as */
	int64_t day;             /* today; commands with --on: that day */
	bool open, reading, writing, has_officer;
};

/* Opens the store of --data. Call desk_close whatever it returns. */
int desk_open(struct desk *d, struct cli *c);
void desk_close(struct desk *d);
/* The frame of a command: counts the arguments, opens, calls, closes. */
int desk_run(struct cli *c, int min, int max, int (*fn)(struct desk *d));
/* The same for a command that makes one JSON value: it is freed here, also after an error. */
int desk_run_json(struct cli *c, int min, int max, int (*fn)(struct desk *d, json_t **out));
/* Takes --as (whose eyes the queries have), --unit, --type, --state, --text, --where,
 * --sort, --limit, --after, --deleted, --personal where they were given. */
int desk_options(struct desk *d);
/* A consistent view for several reads. */
int desk_read(struct desk *d);
/* The record that an argument names, in --unit's stream if given. */
int desk_find(struct desk *d, const char *text, uint64_t *stream, struct rid *id);
/* Opens the key of --as NAME, once for a command. */
int desk_officer(struct desk *d);
/* The same, and begins a draft in a stream, made on --version where that is given. */
int desk_begin(struct desk *d, uint64_t stream);
/* Judges and saves; a rule that is broken becomes the command's sentence. */
int desk_save(struct desk *d);
/* What a save is told with: id, title and state of the record. */
int desk_tell(struct desk *d, uint64_t stream, struct rid id);
/* Whether a record in this state waits for a second person, as those of the district do; says
 * so, who it may be and with which command. The other one: how many wait in all. */
bool desk_waits(struct desk *d, uint64_t stream, const struct type *t, int64_t state);
void desk_say_waits(struct desk *d, const struct type *t, int64_t state, const char *short_id);
int desk_say_waiting(struct desk *d);
/* Assignments from arguments `from` on, in the arena. ERR_USAGE. */
int desk_assignments(struct desk *d, int from, struct assignment **list, size_t *count);
/* Every value of an option that may be given several times, as assignments. */
int desk_pairs(struct desk *d, const char *option, struct assignment **list, size_t *count);
/* --role, by code or number, or the role with this code. */
int desk_role(struct desk *d, const char *missing, uint32_t *role);
/* A whole file, named by an argument or option, at most max bytes. */
int desk_file(struct desk *d, const char *path, size_t max, struct buf *out);

/* Every object of the array that has a "stream" gets "unit": its code on d->day. */
int desk_add_units(struct desk *d, json_t *array);
/* The day of an option, or `missing`. ERR_USAGE. */
int desk_day(struct desk *d, const char *option, int64_t missing, int64_t *day);
/* "dd/mm/yyyy", "" for UNIT_ALWAYS and UNIT_NEVER; in JSON "yyyy-mm-dd", null. */
const char *desk_date(int64_t day, char out[32]);
json_t *desk_json_date(int64_t day);
/* A member as text, "" where there is none; numbers into `number`. */
const char *desk_text(const json_t *object, const char *key, char number[32]);
/* "dd/mm/yyyy hh:mm" of a time, "" for 0. */
const char *desk_time(int64_t seconds, char out[32]);
/* Prints one line of text, in which nothing moves the cursor. */
void desk_print(const char *text);

struct pins;
/* TLS keys of --tls-cert and --pin, each as often as it was given. */
int desk_pins(struct cli *c, struct pins *out);
/* Says what an address must be, where that is what failed; returns the code. */
int desk_address_error(struct cli *c, int code);

/* What waits, for a packet before it or for a person: the caller's; and onto the screen. */
int desk_held(struct desk *d, json_t **out);
void desk_print_held(struct desk *d, const json_t *list);
/* Attached files, here and not here yet: into out["files"], and from there onto the screen. */
int desk_attached(struct desk *d, json_t *out);
void desk_print_attached(struct desk *d, const json_t *out);
/* What is known of backups: into out["backup"], and from there onto the screen. */
int desk_backups(struct desk *d, json_t *out);
void desk_print_backups(struct desk *d, const json_t *out);
/* What became of a store that was restored, as "healing"; nothing where it never was. */
int desk_healing(struct desk *d, json_t *out);
void desk_print_healing(struct desk *d, const json_t *out);
/* The same of computers that go on under a new key: out["renewals"]. */
int desk_renewals(struct desk *d, json_t *out);
void desk_print_renewals(struct desk *d, const json_t *out);

/* All commands, ending in NULL, and the options that mean the same in all (commands.c). */
extern const struct cli_command *const server_commands[];
extern const struct cli_meaning server_options[];

extern const struct cli_command dongbod_init, dongbod_backup, dongbod_restore,
	dongbod_unit, dongbod_enrol, dongbod_device,
	dongbod_officer, dongbod_pack, dongbod_serve, dongbod_summary, dongbod_list, dongbod_show,
	dongbod_history, dongbod_conflicts, dongbod_settle, dongbod_return, dongbod_verify,
	dongbod_refused, dongbod_bundle, dongbod_held, dongbod_fsck, dongbod_add, dongbod_edit,
	dongbod_import, dongbod_template, dongbod_types,
	dongbod_row, dongbod_move, dongbod_apply, dongbod_gather, dongbod_tasks, dongbod_report,
	dongbod_attach, dongbod_detach, dongbod_files, dongbod_open,
	dongbod_deadlines, dongbod_timeliness, dongbod_round, dongbod_extend, dongbod_key,
	dongbod_root, dongbod_link, dongbod_status;

#endif
