/* XML in, as events, and what XML and HTML need to be written. The only file that
 * knows expat.
 *
 * Names come without namespaces and prefixes, since the two dialects of office files
 * differ by nothing else. A DTD is refused, so there are no entities to grow; depth,
 * attributes and the parser's own memory are bounded. */
#ifndef DONGBO_XML_H
#define DONGBO_XML_H

#include "protocol/bytes.h"
#include "protocol/err.h"

enum { XML_DEPTH_MAX = 64 };

/* attributes: name, value, name, value..., NULL. A handler's nonzero code ends the
 * reading and is returned from it. open and close must be there, text may be NULL. */
struct xml_handler {
	void *ctx;
	int (*open)(void *ctx, const char *name, const char **attributes, struct err *e);
	int (*close)(void *ctx, const char *name, struct err *e);
	/* Text comes in pieces. */
	int (*text)(void *ctx, struct bytes piece, struct err *e);
};

/* The value of an attribute by its name without prefix, or NULL. */
const char *xml_attribute(const char **attributes, const char *name);

struct xml;

/* name is for errors of form, whose subject is "NAME line 3", and stays the caller's.
 * ERR_NOMEM. */
int xml_new(const char *name, const struct xml_handler *handler, struct xml **out,
	    struct err *e);
void xml_free(struct xml *x);
/* ERR_MALFORMED, ERR_TOO_DEEP, ERR_TOO_LARGE, or what the handler returned. */
int xml_feed(struct xml *x, struct bytes piece, struct err *e);
/* Tells that there is no more. */
int xml_end(struct xml *x, struct err *e);

/* Text and attribute values, escaped, for XML and HTML. What XML 1.0 cannot hold
 * (control characters, U+FFFE, U+FFFF) is left out. s is UTF-8. */
void xml_put(struct buf *out, struct bytes s);

#endif
