/* Snapshots for new computers (snapshot.h of common/): made when one is asked for, kept as files
 * beside the store, sent in parts.
 *
 * A file is a cache and nothing else: what is in it can be made anew from the log at any time, it
 * is in no backup, and one that is damaged, or of a log that was taken back, or signed with a
 * key that was replaced, is as good as none. The one before the newest is kept for who has begun
 * to receive it. */
#ifndef DONGBO_SERVER_SNAPSHOT_H
#define DONGBO_SERVER_SNAPSHOT_H

#include "server/exchange/exchange_internal.h"

/* Packs a stream's log, or as much of it from its start as a snapshot holds: *seq is where that
 * ends. Inside a read transaction. */
int snapshot_make(struct server *s, struct replica *view, uint64_t stream, struct buf *packed,
		  uint64_t *seq, struct err *e);

/* Puts the next part of a snapshot into a reply, if the reader reads them and has nothing of the
 * stream (h: what it has), and takes from *room what it needs. 1: the stream's items are left out;
 * 0: they go as they are, for the log is short, or there is no snapshot to be had. */
int snapshot_answer(struct exchange *x, struct server *s, struct replica *view,
		    const struct message_have *h, uint64_t stream, struct arena *a, size_t *room,
		    struct reply *reply, struct err *e);

#endif
