/* JSON that people write: read with complaints that say where and why.
 *
 * jansson keeps no positions. They are looked for again only when there is something to
 * complain of: first the way from the root to the value, then that way through the text. */
#ifndef DONGBO_JSON_TEXT_H
#define DONGBO_JSON_TEXT_H

#include <jansson.h>
#include <stdbool.h>

#include "protocol/bytes.h"
#include "protocol/err.h"

/* A document and the text that it was read from. */
struct json_text {
	struct bytes text;
	json_t *root;
	/* Of a part that was cut out of another text: where it stood there, from 1, and what
	 * leads there. 0 and NULL for a whole. */
	unsigned line, column;
	const char *path;
};

/* Where a value stands. The path names elements of arrays by their "code", else their
 * "number", else by their place from 1 (records
 * by their "key"): types.bonus.fields.cert_no, checks.3, moves[2]. */
struct json_place {
	size_t at, end;            /* in the text: the value */
	size_t key;                /* ... and what gives it its name, or the value again */
	unsigned line, column;     /* of the key; characters from 1 */
	char path[160];
};

/* Reads a text into t, whose root is then the caller's to give back; a byte order mark is
 * passed over, and members "$comment", which are for authors, are left out. ERR_BAD_PACK
 * with line, column and reason. */
int json_text_read(struct json_text *t, struct bytes text, struct err *e);

/* Where the member `key` of an object stands; where it has none, or key is NULL, the object
 * (or other value) itself. false: it is nowhere in this document. */
bool json_text_place(const struct json_text *t, const json_t *of, const char *key,
		     struct json_place *out);

/* ERR_BAD_PACK at that place, for a reason of common/text/reason.c. */
int json_text_bad(const struct json_text *t, const json_t *of, const char *key, struct err *e,
		  const char *why, ...) __attribute__((format(printf, 5, 6)));

/* Puts the place before a reason that is in e already. Its column, if any, is one in the
 * text of that value, and becomes one of its line. Returns e's code. */
int json_text_at(const struct json_text *t, const json_t *of, const char *key, struct err *e);

/* The element of an array that has this "code", and the member of an object: NULL where
 * there is none. */
json_t *json_coded(const json_t *array, const char *code);

/* Whether an object has no other members than these: ERR_BAD_PACK at the first that is not
 * among them, or of another kind. Keys stand with blanks between, a / and a letter behind:
 *   s text, i whole number, b true or false, a list, o object; none: what it likes;
 *   x what it likes, of old documents: nobody is told of it. */
int json_text_keys(const struct json_text *t, const json_t *object, const char *keys,
		   struct err *e);

#endif
