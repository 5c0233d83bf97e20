/* dongbod unit: its parts. */
#ifndef DONGBO_SERVER_CMD_UNIT_H
#define DONGBO_SERVER_CMD_UNIT_H

#include "server/cmd/cmd.h"

enum { UNIT_FILE_MAX = 4 * 1024 * 1024 };

/* Each takes d->cli's arguments, its own name being the first. */
int cmd_unit_list(struct desk *d);
int cmd_unit_show(struct desk *d);
int cmd_unit_events(struct desk *d);
/* rename, merge, split, move, dissolve: by the first argument. */
int cmd_unit_change(struct desk *d);
int cmd_unit_withdraw(struct desk *d);

/* Who writes: the officer --as, else the district's working key. */
int cmd_unit_author(struct desk *d, const struct sign_key **by);
/* A unit as JSON, as on d->day: number, code, name, full_name, kind, parent, parent_code,
 * status ("active", "ended", "not_yet", "void"), outside, from, until. */
json_t *cmd_unit_json(struct desk *d, const struct units *u, const struct unit *unit);
/* {event (its number), short (its record), kind, from, act, act_date, issuer, withdrawn,
 * units: [{unit, unit_code, to, to_code, share (per cent), founds, code, name, kind, parent,
 * parent_code}...], misfit, state and state_label where events have such}; in units only
 * what there is. */
json_t *cmd_unit_event_json(struct desk *d, const struct units *u, const struct unit_event *ev);
/* Prints an array of those. */
int cmd_unit_print_events(struct desk *d, const json_t *list);
/* A member "yyyy-mm-dd" as "dd/mm/yyyy", "" where it is null. */
const char *cmd_unit_date(const json_t *object, const char *key, char out[32]);

#endif
