/* Attached files between this computer and the district: what goes up, what is wanted down.
 *
 * A file goes up when the record that names it has been received: records first, always, and
 * never bytes of files in one message with records. It goes in pieces, from where the server
 * holds it; a reply says how far that is, and what a reply has said never travels again. Where
 * a reply was lost nobody knows what has come: then it is asked before more is sent. Table
 * attach_way has a row for each file that was attached here or is wanted. */
#ifndef DONGBO_CLIENT_ATTACH_WAY_H
#define DONGBO_CLIENT_ATTACH_WAY_H

#include "client/sync/exchange.h"
#include "common/attach/attach.h"

/* Keeps a content that is to be attached, and notes that it has to go up. Inside the
 * transaction of the save that names it (client_begin). ERR_FILE_KIND, ERR_FULL... */
int way_keep(struct client *c, struct bytes content, uint8_t hash[HASH_SIZE],
	     const struct attach_kind **kind, struct err *e);
/* That a file shall come down, or no more; in a transaction of its own. */
int way_want(struct client *c, const struct attached *f, bool wanted, struct err *e);

/* Before a synchronisation: what could not be taken last time is tried again, a server that has
 * begun anew is told of everything, what nothing names any more goes. */
int way_begin(struct client *c, struct err *e);
/* Whether the server has begun anew since it was last asked for: then all is to be sent, or asked
 * after, again. Inside the caller's transaction. */
int way_generation(struct client *c, struct err *e);
/* Puts parts of files and questions into a request that carries no records, and what is
 * wanted; files->piece bytes at most. Inside the transaction of its making. */
int way_ask(struct client *c, struct exchange_files *files, struct arena *a, struct request *r,
	    struct err *e);
/* The same for a part of a bundle, behind its change sets, into `room` bytes. */
int way_ask_part(struct client *c, struct exchange_part *part, size_t room, struct arena *a,
		 struct request *r, struct err *e);
/* What a reply says and brings. Inside the transaction of its taking in. */
int way_take(struct client *c, const struct reply *r, struct exchange_result *out,
	     struct err *e);

struct way_counts {
	int64_t up, up_bytes;      /* to be sent: files, and their bytes that are not there yet */
	int64_t ready;             /* of these, those whose records have been received */
	int64_t wanted, wanted_bytes;
	int64_t stuck;             /* the server would not take them */
	int problem;               /* ERR_*: why not one of them */
};
int way_count(struct client *c, struct way_counts *out, struct err *e);
/* Where a file is: "here" (only here), "sent" (at the district too), "wanted" (asked for), "absent";
 * *held of its bytes are at the other end, or have come. */
int way_standing(struct client *c, const struct attached *f, const char **out, uint64_t *held,
		 struct err *e);

#endif
