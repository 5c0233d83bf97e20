/* The client's half of an exchange: two pure steps around a dumb driver. */
#ifndef DONGBO_CLIENT_EXCHANGE_H
#define DONGBO_CLIENT_EXCHANGE_H

#include "client/client.h"

struct exchange_result {
	uint64_t file_up, file_down;   /* bytes of attached files: now held there, come here */
	uint64_t files_up, files_down; /* whole by that */
	uint64_t snapshot;        /* bytes of a snapshot that came (snapshot.h) */
	uint64_t items_in;        /* change sets of others that arrived */
	uint64_t changesets_out;  /* own ones that now have a receipt */
	uint64_t refused;         /* own transactions refused in this reply */
	uint64_t pieces;          /* parts of large ones that fitted on what is here */
	uint64_t problems;        /* parts of the request the server could not take */
	struct message_problem first_problem;
	bool more;                /* another exchange has something to carry */
	bool stale;               /* an old reply: what it brought was known */
	bool shows;               /* a restored server does not know this computer: the next request
				     shows its certificate */
	bool aside;               /* what a chief has signed waits for him (heir.h) */
	bool renewed;             /* the store goes on under a new key (incarnation.h) */
	bool gap;                 /* one before it has not been taken in: keep it for later */
	uint64_t counter;         /* of the request that it answers */
};

/* Signs what is saved, writes it to the outbox, and appends a sealed request of
 * about size bytes at most (LIMIT_MESSAGE_MIN to LIMIT_MESSAGE). All of it is on
 * disk before the bytes are there. */
int exchange_prepare(struct client *c, size_t size, struct buf *request, struct err *e);

/* Files in a request that carries no records: those wait until all records are there. */
struct exchange_files {
	size_t piece;             /* in: bytes of them at most, and of what may come down */
	size_t up;                /* out: bytes that go up */
	bool asked;               /* some were asked for */
};
/* The same, with another size for what is of files. */
int exchange_prepare_files(struct client *c, size_t size, struct exchange_files *files,
			   struct buf *request, struct err *e);

/* Where the parts of a bundle have got to. Each is a request of its own, good by itself; what
 * it carries begins where the part before it ended. Zeros but for the first three (and begin)
 * at the start; then left as it is from part to part, but for `part`. */
struct exchange_part {
	uint64_t bundle, part;    /* numbers, from 1 */
	int64_t written;          /* by this computer's clock */
	int64_t begin, until;     /* the bundle has what stands behind the one in the outbox, up to
				   * the other */
	int64_t after;            /* up to here it is in the parts so far; at the start: begin */
	uint64_t offset;          /* ... and so many bytes of the next */
	uint64_t changesets;      /* whole in the parts so far */
	uint64_t counter;         /* of the last part */
	/* Attached files behind the change sets: bytes that they may take, and have taken; how many
	 * are whole in the parts so far; the last of these, and so many bytes of the next. */
	uint64_t file_room, file_bytes, files;
	int64_t file_place;
	uint64_t file_offset;
	bool single;              /* there will be no other part: files as far as this one has room */
	bool more;                /* one more part has something to carry */
};

/* The same for one part of a bundle (NULL: none). A reader may lack what comes before, so the
 * part tells how to check it all the same, and what the whole bundle holds. */
int exchange_prepare_part(struct client *c, size_t size, struct exchange_part *part,
			  struct buf *request, struct err *e);

/* Checks a reply and folds it in, all or nothing. ERR_BAD_SEAL, ERR_BAD_SIGNATURE,
 * ERR_HEAD_MISMATCH, ERR_STALE_REPLY..., or the code of a refusal in clear. */
int exchange_apply(struct client *c, struct bytes reply, struct exchange_result *out,
		   struct err *e);
/* The same for a reply that came as a file, late perhaps: its time says nothing of now. */
int exchange_apply_late(struct client *c, struct bytes reply, struct exchange_result *out,
			struct err *e);

#endif
