/* What an attached file is, by what is in it: its name says nothing.
 *
 * Scans and photographs (PDF, JPEG, PNG), texts and tables of an office (DOCX, XLSX). All
 * else is refused, programs and old formats too, and so are office files with macros: an
 * officer opens what a school has sent. */
#ifndef DONGBO_ATTACH_KIND_H
#define DONGBO_ATTACH_KIND_H

#include "protocol/bytes.h"
#include "protocol/err.h"

enum { ATTACH_KIND_NAMES = 100 };

struct attach_kind {
	const char *code;        /* "pdf": also what its name is to end in */
	const char *media;       /* "application/pdf" */
};

/* ERR_FILE_EMPTY, ERR_FILE_KIND (subject: what it seems to be, or nothing), ERR_TOO_LARGE,
 * ERR_NOMEM. */
int attach_kind_of(struct bytes content, const struct attach_kind **out, struct err *e);
/* The same from its media type; NULL where there is none. */
const struct attach_kind *attach_kind_named(struct bytes media);

/* A name under which it can be put into a folder, whatever the record says that it is called:
 * no path, nothing that a file system or a shell minds, no invisible characters, not hidden,
 * short, ending as its kind does. kind may be NULL. */
void attach_safe_name(struct bytes name, const struct attach_kind *kind,
		      char out[ATTACH_KIND_NAMES]);

#endif
