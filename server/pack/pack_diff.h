/* What a newer version of a pack would mean for records that stand under the old one. */
#ifndef DONGBO_SERVER_PACK_DIFF_H
#define DONGBO_SERVER_PACK_DIFF_H

#include <jansson.h>

#include "common/pack/field.h"

/* A version, and what complaints about it call it: its file's name, or NULL. */
struct pack_version {
	const char *name;
	struct bytes json;
};

/* [{place "bonus.amount", kind "added"|"stricter"|"looser"|"rule", sentence}...] in the
 * language asked for. ERR_BAD_PACK where one does not load, or where the new one takes away
 * or changes what records rest on: which of them, place and reason. */
int pack_diff(const struct pack_version *was, const struct pack_version *is, enum lang lang,
	      json_t **out, struct err *e);

#endif
