/* A replica: the log of signed change sets and the state folded from them.
 *
 * Client and server hold the same tables and fold with the same code. What they
 * add to them is their own: the client an outbox, the server order and verdicts.
 *
 *   meta       what this store is
 *   keys_document  what the root has signed of the server's keys, by version
 *   stream     head of each stream
 *   item       the log: change sets with verdicts, in stream order
 *   author     last change set and op number of each device in each stream
 *   device     who may write in a stream: keys, units, roles, from certificates
 *   carried    transactions that an item has of a key before its signer's
 *   lineage    which key came in the place of which (SPEC.md 6.11), from certificates
 *   adopted    change sets of revoked keys that a person has taken in, or refused
 *   lease      blocks of official numbers (lease.h)
 *   generation, place, opened  where a restored server went on, and what became of positions
 *              that it had lost (generation.h)
 *   pack       published packs and dictionaries, from stream 0
 *   record     identity, state and cells of every record
 *   touch      which items touched a record after it was created: its history
 *   transition every applied move of a record: to which state, by which device, when by
 *              that device's clock, when received
 *   filing     when each record was handed in (filing.h)
 *   refused    transactions that were not applied, and why
 *   total      running counts and sums per stream, type, state and year
 *   rollup, twin, twin_member, finding   what records say about each other (cross.h)
 *   attach_use, attach_file, attach_piece   files that hang on records (attach.h)
 *   t_<type>   a table per record type (projection.h)
 */
#ifndef DONGBO_REPLICA_H
#define DONGBO_REPLICA_H

#include "common/pack/pack.h"
#include "common/replica/record.h"
#include "common/system/db.h"
#include "protocol/changeset.h"
#include "protocol/enrolment.h"
#include "protocol/limits.h"
#include "protocol/verdict.h"

enum { SCHEMA_CACHE = 8, UPSERT_CACHE = 64 };

/* Transactions made at this store that are not yet in their stream: its own device's, and
 * those of others whose keys it keeps. A client gives one; the server has none. */
struct pending_source {
	void *ctx;
	uint64_t device; /* the store's own */
	/* Calls fn with each pending change set of the stream, in the order of making. */
	int (*each)(void *ctx, uint64_t stream, struct arena *a,
		    int (*fn)(void *arg, const struct changeset *cs, struct err *e), void *arg,
		    struct err *e);
};

/* A working key of the server, as a keys document of the root names it. */
struct working {
	uint64_t version, device;
	uint8_t key[SIGN_PUBLIC];
	int64_t since;         /* from this time on no older one signs heads */
	uint8_t box;           /* number of the box key that went with it */
	struct document doc;
};

struct replica {
	struct db *db;
	const struct env *env;
	struct district district;
	struct server_keys keys;      /* the newest known */
	uint64_t server_device;       /* hash_device(keys.working) */
	uint8_t generation[GENERATION_SIZE];
	struct arena arena;           /* district name, documents */
	struct document root_doc, keys_doc;
	struct working workings[LIMIT_KEYS]; /* all of them, by version */
	size_t working_count, working_kept; /* kept: as committed */
	struct {
		int64_t at;           /* pack position it was made for */
		struct schema *schema;
		uint64_t used;
	} schemas[SCHEMA_CACHE];
	uint64_t schema_clock;
	struct units *units;          /* as last asked for (unit.h), or NULL */
	struct {                      /* SQL that writes a type's row (projection.c) */
		const struct type *type;
		const char *sql;
	} upserts[UPSERT_CACHE];
	const struct pending_source *pending; /* or NULL */
};

/* Makes the tables in an open, empty store, inside a transaction of the caller. */
int replica_create(struct db *db, const struct document *root, const struct document *keys,
		   const uint8_t generation[GENERATION_SIZE], struct err *e);
/* Reads what the store is. The db stays the caller's. */
int replica_open(struct replica *r, struct db *db, const struct env *env, struct err *e);
void replica_close(struct replica *r);
/* Undoes the open transaction, and forgets what was cached inside it. */
void replica_rollback(struct replica *r);
/* Forgets what was cached: after a part of a transaction was undone. */
void replica_forget(struct replica *r);

/* The server's keys (replica_keys.c). load reads them anew: another process may have
 * installed new ones. learn takes a document of the root, inside the caller's transaction:
 * one that is known already does nothing; ERR_KEYS_REFUSED where the root has not signed it,
 * or its version is not higher than all that are known. The transaction's end is told with
 * replica_keys_keep, or with replica_rollback. put is the row alone. */
int replica_keys_load(struct replica *r, struct err *e);
int replica_keys_put(struct db *db, const struct document *doc, uint64_t version,
		     struct err *e);
int replica_keys_learn(struct replica *r, const struct document *doc, struct err *e);
void replica_keys_keep(struct replica *r);
void replica_keys_undo(struct replica *r);
/* The working key with this id, of any time; NULL where it is none. */
const struct working *replica_working(const struct replica *r, uint64_t device);

/* Values of `meta`. get appends and returns 1, or 0 if there is none. */
int replica_meta_get(struct db *db, const char *key, struct buf *out, struct err *e);
int replica_meta_put(struct db *db, const char *key, struct bytes value, struct err *e);
int replica_meta_number(struct db *db, const char *key, int64_t missing, int64_t *out,
			struct err *e);
int replica_meta_put_number(struct db *db, const char *key, int64_t value, struct err *e);

struct stream_head {
	uint64_t stream, seq;
	uint8_t head[HASH_SIZE];
	int64_t time; /* of item seq; 0 where there is none */
};

/* The head of a stream; an unknown stream has its start, head(0). */
int replica_head(struct replica *r, uint64_t stream, struct stream_head *out, struct err *e);

/* Whether the server has signed this head: the newest working key, or an older one if the
 * head's time is before every later one's since (SPEC 11.11). ERR_KEY_REPLACED where it is of
 * an older one past that, ERR_HEAD_MISMATCH where it is of none. */
int replica_head_signed(const struct replica *r, const struct stream_head *h,
			const uint8_t signature[SIGN_SIZE], struct err *e);

/* A device's last place in a stream; zeros where it has written nothing. */
struct author {
	uint64_t seq, last_op;
	uint8_t hash[HASH_SIZE];
};
int replica_author(struct replica *r, uint64_t stream, uint64_t device, struct author *out,
		   struct err *e);

/* Who a device is in a stream. ERR_UNKNOWN_DEVICE. */
struct cert {
	uint64_t device;
	uint8_t key[SIGN_PUBLIC];
	uint64_t unit;
	uint32_t role;
	bool revoked; /* what it signs from now on is held for a person (SPEC.md 6.12) */
};
int replica_cert(struct replica *r, uint64_t stream, uint64_t device, struct cert *out,
		 struct err *e);

/* The keys in whose place a device came, as far as LINEAGE_MAX goes. */
int replica_lineage(struct replica *r, uint64_t stream, uint64_t device, struct lineage *out,
		    struct err *e);
/* Notes that a device came in the place of another. Once noted it stays. */
int replica_note_lineage(struct replica *r, uint64_t stream, uint64_t device, uint64_t old,
			 uint64_t last, struct err *e);

/* Who a device is, from whichever stream certifies it: who it is at all. Revoked as soon as it
 * is anywhere. */
int replica_home(struct replica *r, uint64_t device, struct cert *out, struct err *e);

/* The schema at a position of stream 0; the replica keeps it. */
int replica_schema(struct replica *r, uint64_t zero, struct schema **out, struct err *e);
/* That of a change set which names `zero`, of an item that was judged at `at`. */
int replica_schema_of(struct replica *r, uint64_t zero, uint64_t at, struct schema **out,
		      struct err *e);
/* ... at the newest position this replica holds. */
int replica_schema_now(struct replica *r, struct schema **out, struct err *e);

/* The bytes of a dictionary, into the arena; number 0 is none. ERR_NO_DICTIONARY. */
int replica_dictionary(struct replica *r, uint64_t number, struct arena *a, struct bytes *out,
		       struct err *e);
/* The packs in force at a position of stream 0 are others than before: what their rules say of
 * all records is made anew, typed rows too. Inside the caller's transaction. */
int replica_take_packs(struct replica *r, uint64_t zero, struct err *e);
/* The number of the dictionary that a writer at `zero` uses; 0 where there is none. */
int replica_dictionary_number(struct replica *r, uint64_t zero, uint64_t *out, struct err *e);

/* A change set opened up: its object inflated, read, checked against its device.
 * Everything lives in the arena. */
struct opened {
	struct bytes object;
	struct cert cert;
	struct changeset cs;   /* ops empty where unreadable */
	bool readable;
	uint8_t hash[HASH_SIZE];
};

/* Opens an object by `device`. prev is the hash of the device's change set before
 * it, or NULL to look for it in the log. Checks the signature. Unreadable ops are not
 * an error: `readable` is false. Errors: ERR_UNKNOWN_DEVICE, ERR_NO_DICTIONARY,
 * ERR_BOMB, ERR_BAD_SIGNATURE (a broken chain too)... */
int replica_open_object(struct replica *r, struct bytes object, uint64_t device,
			const uint8_t *prev, struct arena *a, struct opened *out,
			struct err *e);
/* The first half alone: inflate and read, without certificate and signature. */
int replica_read_object(struct replica *r, struct bytes object, uint64_t device,
			struct arena *a, struct opened *out, struct bytes *payload,
			struct err *e);

/* How an item joins the log. */
enum append_mode {
	APPEND_JUDGE,   /* decide the verdicts: the server, and fsck */
	APPEND_JUDGED,  /* verdicts are given: a client's pull */
	APPEND_CONFIRM, /* given, and the ops are folded already as pending */
	APPEND_HOPE     /* given at a place that was lost: it is to come back */
};

struct append {
	enum append_mode mode;
	const struct opened *opened;
	int64_t time;           /* received */
	uint64_t zero;          /* stream-0 position it is judged at */
	struct bytes verdicts;  /* given, or set by JUDGE (in the arena) */
	struct bytes notes;     /* old numbers that come with it (generation.h) */
	struct stream_head head;/* set: the head after it */
};

/* Appends the item behind the stream's head and folds it, inside the caller's
 * transaction. The arena must outlive the call only. */
int replica_append(struct replica *r, struct append *ap, struct arena *a, struct err *e);

struct logged;
/* Folds an item that the log has, as it was judged, once more; hope: that it had, and will have
 * again, for people to see meanwhile. What it rests on may be missing then. */
int replica_fold_item(struct replica *r, const struct logged *item, bool hope, struct arena *a,
		      struct err *e);

/* The items that may hold ops on a record, in order: a query for their seq. The one
 * that created it is known by its id, the later ones by `touch`. */
int replica_touches(struct replica *r, uint64_t stream, struct rid id, struct stmt **out,
		    struct err *e);

/* Whether the log has op numbers of this transaction already: 0; else ERR_ALREADY where it
 * has the very transaction, ERR_RENUMBER where another one has them, in *verdict. Returns
 * nonzero for failures of the machine alone. */
int replica_taken(struct replica *r, const struct changeset *cs, const struct transaction *tx,
		  struct arena *a, int *verdict, struct err *e);

/* Reads an item back from the log, opened without checking its signature again. */
struct logged {
	struct opened opened;
	struct bytes verdicts;
	struct verdict *list;
	size_t count;
	int64_t time;
	uint64_t zero, seq;
	struct bytes notes;
	uint8_t head[HASH_SIZE]; /* of the stream, behind it */
};
int replica_item(struct replica *r, uint64_t stream, uint64_t seq, struct arena *a,
		 struct logged *out, struct err *e);

#endif
