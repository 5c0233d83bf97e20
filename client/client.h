/* A unit's store: the replica, the device's key, and an outbox.
 *
 * Folder: store.db (and its -wal, .lock), device.key (0600; never in a backup of
 * the store; key.h), install.mark (what tells a copy; install.h), files (what is attached,
 * attach.h of common/). Saving is one transaction in the store and works with no network;
 * syncing is two pure steps around whatever carries the bytes. Tables beyond the replica's:
 *
 *   pending   saved transactions not yet signed, in order
 *   outbox    signed change sets without a receipt, in order
 *   incarnation, stash, carrying  keys of this store before its own (incarnation.h, settle.h)
 *   receipt   the server's signatures over stream heads
 *   missing   own change sets that the server lacks while it holds later ones
 *   bundle    what was written on sticks, when and where (stick.h)
 *   attach_way  attached files on their way, up or down (attach.h)
 *   snapshot, snapshot_part  a long log on its way down (snapshot.h)
 *   safe      up to where the server's backups hold each stream (safe.h)
 *   drawn     the last number drawn from each register (numbers.h)
 *   chief     keys of the unit's chiefs, under their passphrases (chief.h)
 */
#ifndef DONGBO_CLIENT_H
#define DONGBO_CLIENT_H

#include "common/replica/draft.h"
#include "common/replica/replica.h"

struct client {
	const struct env *env;
	char *dir;                 /* the store's folder */
	struct db *db;
	struct replica replica;
	struct pending_source pending;
	struct sign_key key;
	struct seal_pair box;
	uint64_t unit;             /* also the number of its stream */
	uint32_t role;
	struct buf author, address, unit_name;
	bool enrolled;             /* the server has answered the claim */
	int64_t revoked;           /* when the server first said that this key may send nothing
				      more; 0: it may. Work goes on, unsigned, until there is a new
				      one */
	int64_t restored;          /* when this store was made from a backup; 0: never. It has no
				      secret key then, and is for reading */
};

/* Makes a store from an enrolment in its text form: keys, stream 0, nothing else
 * is needed; no network. A store that was restored without its key is taken up again.
 * ERR_STORE_EXISTS; ERR_ENROL_EXPIRED is not checked here (the clock may be wrong). */
int client_init(const struct env *env, const char *dir, struct bytes enrolment,
		struct bytes author, struct err *e);
/* What an enrolment says of the place of a store, into it. */
int client_write_facts(struct db *db, const struct enrolment *en, struct bytes author,
		       struct err *e);
/* An enrolment in its text form, its documents checked; what it borrows is in `encoded`. */
int client_read_enrolment(struct bytes text, struct buf *encoded, struct enrolment *out,
			  struct err *e);
/* Folds the stream 0 that an enrolment carries, as far as it is new. Inside the caller's
 * transaction. */
int client_take_zero(struct client *c, struct bytes deflated, struct err *e);
/* ERR_NO_STORE, ERR_NOT_ENROLLED where the folder holds none. */
int client_open(struct client *c, const struct env *env, const char *dir, struct err *e);
void client_close(struct client *c);

/* 0; ERR_OUT_OF_SCOPE where this computer may not write in the stream under that role: it is
 * another unit's, and its own does not stand for that one. */
int client_may_write(struct client *c, uint64_t stream, uint32_t role, struct err *e);
/* ERR_RESTORED where the store is for reading only. */
int client_writable(const struct client *c, struct err *e);

/* Begins a draft in the stream: takes the store's write lock until client_save or
 * client_drop. Queries of the replica may be made between. ERR_OUT_OF_SCOPE where
 * this device may not write. */
int client_begin(struct client *c, uint64_t stream, struct arena *a, struct draft *d,
		 struct err *e);
/* The part of it that a key's own begin shares (chief.h), inside the transaction. */
int client_draft(struct client *c, uint64_t stream, uint64_t device, struct arena *a,
		 struct draft *d, struct err *e);
/* Judges the draft as the server will, saves it durably, ends the transaction.
 * A draft without ops saves nothing. *verdict (if not NULL) tells what rule was
 * broken: the return is then that verdict's code, the subject in e names field or
 * check, and nothing was saved. */
int client_save(struct client *c, struct draft *d, struct verdict *verdict, struct err *e);
void client_drop(struct client *c);

/* One more transaction of the same begin: judges and folds the draft, and readies
 * it for the next one, without ending the database transaction (imports). */
int client_save_more(struct client *c, struct draft *d, struct verdict *verdict,
		     struct err *e);

/* What waits. */
struct client_waiting {
	int64_t transactions;  /* saved, not yet signed */
	int64_t changesets;    /* signed, no receipt yet */
	int64_t edits;         /* ops in both */
	int64_t signatures;    /* of the change sets, those under a chief's key */
	int64_t refused;       /* refused and not yet settled */
	int64_t conflicts;     /* records in conflict */
	int64_t last_receipt;  /* time of the newest, 0 where none */
	int64_t last_sync;     /* local time of the last reply, 0 where none */
	int64_t received;      /* own change sets in the log here */
	int64_t safe;          /* of these, those in a backup of the server's */
	int64_t clock_ahead;   /* this machine's clock against the server's, seconds */
};
int client_waiting(struct client *c, struct client_waiting *out, struct err *e);

/* Where a record of a stream stands: "local" (saved here only), "sent" (signed,
 * on its way), "received" (all its changes have receipts). */
int client_standing(struct client *c, uint64_t stream, struct rid id, const char **out,
		    struct err *e);

/* Whether a device's change sets come from this computer: its own, or a chief's. 1, 0. */
int client_is_local(struct client *c, uint64_t device, struct err *e);

/* Marks a refused transaction as settled (resent or given up), inside the caller's
 * transaction. */
int client_settle_refused(struct client *c, uint64_t stream, uint64_t seq, uint32_t tx,
			  struct err *e);

#endif
