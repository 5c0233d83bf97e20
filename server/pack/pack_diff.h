/* What a newer version of a pack would mean for records that stand under the old one. */
#ifndef DONGBO_SERVER_PACK_DIFF_H
#define DONGBO_SERVER_PACK_DIFF_H

#include <jansson.h>

#include "common/pack/field.h"

/* [{place "bonus.amount", kind "added"|"stricter"|"looser"|"rule", sentence}...] in the
 * language asked for. Both are JSON of packs; ERR_BAD_PACK where one does not load, or
 * where the new one takes away or changes what records rest on: place and reason. */
int pack_diff(struct bytes was, struct bytes is, enum lang lang, json_t **out, struct err *e);

#endif
