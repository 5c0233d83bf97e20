/* Who looked at personal values in full, when, and in what: the law lets people ask. */
#ifndef DONGBO_SERVER_READING_H
#define DONGBO_SERVER_READING_H

#include <jansson.h>

#include "server/server.h"

/* Notes it, before anything is shown. Outside any transaction. */
int reading_note(struct server *s, struct bytes who, struct bytes what, struct err *e);
/* The newest, at most `limit`: [{time, who, what}...]. */
int reading_list(struct server *s, int64_t limit, json_t **out, struct err *e);

#endif
