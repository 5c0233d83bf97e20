/* What publishing shares among its files. */
#ifndef DONGBO_SERVER_PUBLISH_PARTS_H
#define DONGBO_SERVER_PUBLISH_PARTS_H

#include <jansson.h>

#include "server/publish.h"

/* JSON of a pack; the caller's to give back. ERR_BAD_PACK with line and column. */
int publish_parse(struct bytes json, json_t **out, struct err *e);
/* What travels of it, appended: without comments, blanks, and the records that come
 * with it (they travel as records). */
int publish_pack(const json_t *root, struct buf *out, struct err *e);
/* Whether its records could be made under the schema that it makes. ERR_BAD_PACK naming
 * the record: asked before anything is published. */
int publish_try_records(struct server *s, const struct schema *schema, const json_t *root,
			struct err *e);
/* Creates the district records of a pack that were not published before, inside the
 * transaction in which the pack was put. ERR_BAD_PACK naming the record. */
int publish_records(struct server *s, const char *pack, const json_t *root, struct arena *a,
		    struct err *e);

/* Whether what stands under the old schema stays what it is under the new one:
 * ERR_BAD_PACK naming what does not. */
int publish_keeps(const struct schema *was, const struct schema *is, struct err *e);

#endif
