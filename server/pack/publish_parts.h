/* What publishing shares among its files. */
#ifndef DONGBO_SERVER_PUBLISH_PARTS_H
#define DONGBO_SERVER_PUBLISH_PARTS_H

#include "common/text/json_text.h"
#include "server/pack/publish.h"

/* What travels of it, appended: without comments, blanks, and the records that come
 * with it (they travel as records). */
int publish_pack(const json_t *root, struct buf *out, struct err *e);
/* Whether its records could be made under the schema that it makes. ERR_BAD_PACK naming
 * the record: asked before anything is published. s NULL: what can be told without a store. */
int publish_try_records(struct server *s, const struct schema *schema,
			const struct json_text *pack, struct err *e);
/* Creates the district records of a pack that were not published before, inside the
 * transaction in which the pack was put. ERR_BAD_PACK naming the record. */
int publish_records(struct server *s, const char *code, const struct json_text *pack,
		    struct arena *a, struct err *e);

/* Whether what stands under the old schema stays what it is under the new one, which the
 * pack makes: ERR_BAD_PACK where it does not. */
int publish_keeps(const struct schema *was, const struct schema *is,
		  const struct json_text *pack, struct err *e);

/* What the pack says of a type, of one of its fields (NULL: of the type); where it says
 * nothing of it, what is above that. */
json_t *publish_place(const struct json_text *pack, const char *type, const char *field);

#endif
