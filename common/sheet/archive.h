/* ZIP archives in memory: what XLSX is read from and DOCX is written to. The only file
 * that knows libzip. (zip.h of protocol/ is deflate for messages, no archive.) */
#ifndef DONGBO_ARCHIVE_H
#define DONGBO_ARCHIVE_H

#include "protocol/bytes.h"
#include "protocol/err.h"

struct archive;

/* Over borrowed bytes, which must outlive it. ERR_MALFORMED (no archive, or a ZIP64
 * one, which no file needs that is read here), ERR_NOMEM. */
int archive_open(struct bytes file, struct archive **out, struct err *e);
void archive_close(struct archive *a);

bool archive_has(const struct archive *a, const char *name);

/* Hands an entry's bytes on, piece by piece, until the sink returns nonzero, which is
 * then returned. Nothing is believed of the sizes that the archive tells: more than max
 * bytes are ERR_BOMB. ERR_NOT_SHEET (no such entry), ERR_MALFORMED (damaged, or
 * encrypted); the subject is the entry's name. */
typedef int archive_sink(void *ctx, struct bytes piece, struct err *e);
int archive_read(struct archive *a, const char *name, uint64_t max, archive_sink *sink,
		 void *ctx, struct err *e);

struct archive_entry {
	const char *name;
	struct bytes content;
	bool stored; /* not compressed: ODF's "mimetype" must not be */
};

/* Appends an archive of entries in this order, all of them of one time (seconds since
 * 1970, in UTC+7; not before 1980). The same input gives the same bytes. ERR_NOMEM,
 * ERR_TOO_LARGE (the buffer's ceiling), ERR_IO. */
int archive_write(const struct archive_entry *entries, size_t count, int64_t time,
		  struct buf *out, struct err *e);

#endif
