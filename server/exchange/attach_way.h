/* Attached files between the district and its units: taken in as they come, sent down to who
 * may read a record that names them.
 *
 * Nothing is taken that no record names, of a stream that the sender reads; of one device at most
 * so many bytes of files that are not whole; and never so much that the disk runs full, for
 * records need it. What is wrong with a file is told of that file, and keeps nothing else from
 * its way. */
#ifndef DONGBO_SERVER_ATTACH_WAY_H
#define DONGBO_SERVER_ATTACH_WAY_H

#include "common/attach/attach.h"
#include "server/exchange/exchange_internal.h"

/* Takes in the files of a request, behind its records, and finds what is to be said of them and
 * of those that these records name. Inside the batch's transaction. */
int way_take_in(struct server *s, struct exchange *x, struct err *e);

/* What a reply says of files, and, where no records are in it (`alone`), parts of what is
 * wanted. Takes from *room what it needs. */
int way_answer(struct exchange *x, struct replica *view, const char *dir, bool alone,
	       struct arena *a, size_t *room, struct reply *reply, struct err *e);
/* The next reply to the same request goes on where the last one ended; whether it has anything
 * of files to bring. */
bool way_next(struct exchange *x);

/* Files that turned out not to be what they were: units that have them are asked for them with
 * every reply, until they are back. In a transaction of its own. */
int way_lost(struct server *s, uint8_t (*hashes)[HASH_SIZE], size_t count, struct err *e);

/* The same of all that records name and that is not here: for a server that was put back from a
 * backup, or healed, and may have had them. Inside the caller's transaction. */
int way_doubt(struct server *s, struct err *e);

#endif
