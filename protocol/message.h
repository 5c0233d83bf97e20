/* Requests and replies: the content of envelopes.
 *
 * Both are CBOR arrays whose empty last elements are left out; they may end in a
 * map, the extensions, of which a reader ignores what it does not know.
 *
 *   request = [counter, limit, have, objects, pieces, resume, claim,
 *              {1: befores, 2: successions, 5: snapshot, 6: carried, 7: claims, 8: bundle, 9: safe,
 *               10: files, 11: wanted, 12: leases}]
 *   have    = [[stream, seq, check(4), own seq, own check(4)]...]; the last two are left
 *             out where objects of the stream are in the message: their chain tells
 *   objects = [object...]
 *   pieces  = [[id(8), total, offset, bytes, device(8)]...]; the device is left out where
 *             the object is the sender's own
 *   resume  = [[stream, seq, bytes held]...]
 *   claim   = [enrolment id(8), key(32), author, signature(64), mac(32)]
 *   carried = [[after, device(8), [object...]]...]: change sets of others; after: how many
 *             of the sender's own objects stand before them
 *   claims  = [claim...]: of others
 *   befores = [[place, hash(32)]...]: the change set before the one at a place of the message,
 *             for a reader that may lack it
 *   successions = [[statement, signature(64) or null, signature(64)]...]: keys in the place of
 *             others (succession.h)
 *   bundle  = [number, part, written, [[stream, first, last, device(8)]...]]: the bundle of
 *             files that this message is a part of; the device is left out where it is the
 *             sender
 *
 *   files   = [[hash(32), total, offset, bytes]...]: parts of attached files; none: what is held?
 *   wanted  = [[hash(32), held]...]: files to be sent down, from there on
 *
 *   snapshot = [] or [stream, hash(32), held]: the sender reads snapshots (SPEC.md 6.16), and has
 *             so many bytes of this one
 *
 *   reply   = [counter, time, streams, problems, held, pieces,
 *              {1: missing, 2: forks, 3: keys, 4: part, 6: safe, 7: standings, 8: files}]
 *   streams = [[stream, from, devices(8 each), items, signature(64) or null, generation(16)]...]
 *   item    = [age, zero ahead, verdicts, device index, object]
 *   held    = [[id(8), bytes held]...]
 *   pieces  = [[stream, seq, total, offset, bytes]...]
 *   missing = [[stream, device(8), first, last, waiting]...]: change sets that are not here,
 *             while the ones behind them, up to `waiting`, are
 *   forks   = [[stream, device(8), seq, hash(32), last op]...]: beside problem forked, what the
 *             server has under that number
 *   keys    = [[keys document, signature(64)]...]: newer than the reader's
 *   leases  = [[register, year, numbers]...]: so many are asked for (SPEC.md 6.13)
 *   part    = [stream, position, hash(32), total, offset, bytes]: of a snapshot of the stream up
 *             to the position
 *   safe    = [[stream, position]...]: up to there a stream is in a verified backup of the
 *             server; in a request: so it has been heard
 *   standings = [[hash(32), held, error number]...]: of files that go up, or were wanted; the
 *             error is left out where there is none
 *
 * What heals a server that was restored from a backup (SPEC.md 6.15):
 *
 *   request {3: shown, 4: healing, 13: certificate}
 *   shown   = [[stream, generation(16), seq, head(32), time, signature(64)]...]: receipts
 *   healing = [[stream, number, time, zero, verdicts, device(8), hash(32) | varint number of
 *             the device's, object, notes]...]: items, by the numbers that they had; the object
 *             may be left out, or without bytes where notes follow; so are no notes
 *   certificate = [hash(32) before it, object]: the change set that certifies the sender
 *   reply {5: statements, 9: notes, 10: healed, 11: heads}
 *   statements = [[statement, signature(64)]...] (generation.h)
 *   notes   = [[stream, at, number, position, count]...]: the item at `at` has a note that the
 *             change set at `position` had `number`; and so on, all three one more each time
 *   healed  = [[stream, base, number]...]: how much of the old generation that ended at `base`
 *             is here
 *   heads   = [[stream, seq, head(32), time, signature(64)]...]: beside problem head_mismatch,
 *             what the server has signed
 *
 * An item of three elements or fewer is one of the reader's own change sets, the
 * next in its order; one of four is an object that the reader is known to hold: its
 * pieces, or carried by this very request. SPEC.md section 6 says what each part
 * means. */
#ifndef DONGBO_MESSAGE_H
#define DONGBO_MESSAGE_H

#include "err.h"
#include "hash.h"
#include "sign.h"

enum { MESSAGE_CHECK = 4, MESSAGE_ID = 8, GENERATION_SIZE = 16, CLAIM_SECRET = 16 };

/* A document of the district (enrolment.h): payload and signature, both borrowed. */
struct document {
	struct bytes payload;
	struct bytes signature; /* 64 */
};

/* An attached file on its way (attach.h of common/): a part of it, or how far it has come
 * (offset), or why not (code). */
struct message_attachment {
	uint8_t hash[HASH_SIZE];
	uint64_t total, offset;
	struct bytes bytes;
	int code;                /* ERR_*, 0 */
};

/* What the sender holds of a stream. check is the start of the head at seq;
 * own_seq and own_check speak of its own last change set there (0: none). */
struct message_have {
	uint64_t stream, seq, own_seq;
	uint8_t check[MESSAGE_CHECK], own_check[MESSAGE_CHECK];
};

/* Part of an object too large for a message. Upwards id is the start of the
 * change set's chain hash; downwards (stream, seq) names it. */
struct message_piece {
	uint8_t id[MESSAGE_ID];
	uint64_t device;         /* upwards: whose it is; 0: the sender's */
	uint64_t stream, seq, total, offset;
	struct bytes bytes;
};

/* A stream's log up to seq, packed (snapshot.h of common/): a part of it, or in a request how far
 * it has come (offset). */
struct message_snapshot {
	uint64_t stream, seq;
	uint8_t hash[HASH_SIZE]; /* of the whole */
	uint64_t total, offset;
	struct bytes bytes;
};

struct message_claim {
	uint8_t enrolment[MESSAGE_ID];
	uint8_t key[SIGN_PUBLIC];
	struct bytes author;
	uint8_t signature[SIGN_SIZE];
	uint8_t mac[HASH_SIZE];
};

/* A signature of the server's over a head. */
struct message_head {
	uint64_t stream, seq;
	uint8_t generation[GENERATION_SIZE]; /* of shown receipts only */
	uint8_t head[HASH_SIZE];
	int64_t time;
	uint8_t signature[SIGN_SIZE];
};

/* An item of an old generation. */
struct message_healing {
	uint64_t stream, number, zero, device;
	int64_t time;
	struct bytes verdicts, notes;
	uint8_t hash[HASH_SIZE];
	uint64_t device_seq;
	struct bytes object;     /* or none, where the other side may have it */
};

struct message_statement {
	struct bytes statement, signature;
};

/* Notes of consecutive items. */
struct message_notes {
	uint64_t stream, at, number, position, count;
};

/* How far an old generation is there again. */
struct message_healed {
	uint64_t stream, base, number;
};

/* A statement of succession and who vouches for it. */
struct message_succession {
	struct bytes statement;
	bool vouched;            /* signed by the old key too */
	uint8_t old_signature[SIGN_SIZE], new_signature[SIGN_SIZE];
};

/* A change set of another device than the sender's. */
struct message_carried {
	uint64_t device;
	uint64_t after;          /* own objects of the message that come before it */
	struct bytes object;
};

/* The chain hash of the change set before one of the message. `at` counts the message's
 * change sets in the order in which they are taken; the number of all of them stands for
 * the one that a piece is of. */
struct message_before {
	uint64_t at;
	uint8_t hash[HASH_SIZE];
};

/* Change sets first to last of a device in a stream. */
struct message_range {
	uint64_t stream;
	uint64_t device;         /* in a bundle 0: the sender's */
	uint64_t first, last;
	uint64_t waiting;        /* missing: those from last + 1 up to this one are here */
};

/* Up to where verified backups of the server hold a stream. */
struct message_safe {
	uint64_t stream, seq;
};

/* Official numbers that the sender asks for; year 0: a register that is not yearly. */
struct message_lease {
	struct bytes reg;        /* the register's code */
	uint64_t year, count;
};

/* What a message in a file is a part of: all of it is told in every part, so that a reader
 * knows what else there should be. */
struct message_bundle {
	uint64_t number, part;   /* of the sender, from 1 */
	int64_t written;         /* by the sender's clock */
	struct message_range *ranges;
	size_t range_count;
};

struct request {
	uint64_t counter;
	uint64_t limit; /* the reply may have 2^limit bytes, sealed */
	struct message_have *have;
	size_t have_count;
	struct bytes *objects;
	size_t object_count;
	struct message_piece *pieces;
	size_t piece_count;
	struct message_piece *resume; /* stream, seq, offset = bytes held */
	size_t resume_count;
	bool has_claim;
	struct message_claim claim;
	struct message_carried *carried; /* by `after`, ascending */
	size_t carried_count;
	struct message_claim *claims;
	size_t claims_count;
	struct message_succession *successions; /* in the order in which they were made */
	size_t succession_count;
	struct message_before *befores; /* by `at`, ascending */
	size_t before_count;
	bool has_bundle;
	struct message_bundle bundle;
	struct message_safe *safe;  /* said by the server, and heard: not to be said again */
	size_t safe_count;
	struct message_attachment *files; /* parts that go up; no bytes: a question */
	size_t file_count;
	struct message_attachment *wanted; /* to be sent down, from offset on */
	size_t wanted_count;
	struct message_lease *leases;
	size_t lease_count;
	bool reads_snapshots;
	bool has_snapshot;          /* ... and has begun to receive one */
	struct message_snapshot snapshot; /* stream, hash, offset */
	struct message_head *shown;
	size_t shown_count;
	struct message_healing *healing;
	size_t healing_count;
	struct bytes certificate, certificate_prev; /* object; the hash before it; or none */
};

/* One place in a stream, as it travels. */
struct message_item {
	int64_t time;           /* received, seconds since 1970 */
	int64_t zero_ahead;     /* stream-0 position judged at, beyond the change set's */
	struct bytes verdicts;  /* encoded (verdict.h); none: all applied */
	bool own;
	bool held;              /* object left out: the reader is known to have it */
	uint64_t device;        /* not own */
	struct bytes object;    /* not own, not held */
};

struct message_stream {
	uint64_t stream;
	uint64_t from;          /* items follow this position */
	struct message_item *items;
	size_t item_count;
	bool has_signature;
	uint8_t signature[SIGN_SIZE]; /* of the head after the last item */
	bool has_generation;    /* where from is 0 */
	uint8_t generation[GENERATION_SIZE];
};

/* The change set that the server has in the place of one that was sent. */
struct message_fork {
	uint64_t stream, device, seq, last_op;
	uint8_t hash[HASH_SIZE];
};

/* What the server could not do with a part of the request. */
struct message_problem {
	int code;               /* ERR_* */
	uint64_t stream, seq;   /* 0 where not apt */
};

struct reply {
	uint64_t counter;
	int64_t time;           /* server's, seconds since 1970 */
	struct message_stream *streams;
	size_t stream_count;
	struct message_problem *problems;
	size_t problem_count;
	struct message_piece *held; /* id, offset = bytes held */
	size_t held_count;
	struct message_piece *pieces;
	size_t piece_count;
	struct message_range *missing;
	size_t missing_count;
	struct message_fork *forks;
	size_t fork_count;
	struct message_safe *safe;  /* what is new of backups */
	size_t safe_count;
	struct document *keys;      /* keys documents, the oldest first */
	size_t keys_count;
	bool has_snapshot;
	struct message_snapshot snapshot; /* a part of one */
	struct message_attachment *standings;
	size_t standing_count;
	struct message_attachment *files; /* parts that come down */
	size_t file_count;
	struct message_statement *statements; /* by stream, then base */
	size_t statement_count;
	struct message_notes *notes;
	size_t note_count;
	struct message_healed *healed;
	size_t healed_count;
	struct message_head *heads;
	size_t head_count;
};

/* Append the encoded form; failure sticks in out. */
void request_encode(const struct request *r, struct buf *out);
void reply_encode(const struct reply *r, struct buf *out);

/* Strict readers; all memory from the arena, bytes borrowed from the input. Numbers
 * are at most INT64_MAX / 2, so that counting on from them can't run over. */
int request_decode(struct bytes in, struct arena *a, struct request *out, struct err *e);
int reply_decode(struct bytes in, struct arena *a, struct reply *out, struct err *e);

/* The hash chain of a stream.
 *   head(0) = H(head; district | stream | generation)
 *   head(n) = H(head; head(n-1) | change set hash | H(verdicts; verdicts) | time | zero)
 * A receipt is the server's signature over a head: with the items behind it, it
 * proves each change set, its verdicts, its place and its time. */
void head_start(const uint8_t district[HASH_SIZE], uint64_t stream,
		const uint8_t generation[GENERATION_SIZE], uint8_t out[HASH_SIZE]);
void head_next(const uint8_t prev[HASH_SIZE], const uint8_t changeset[HASH_SIZE],
	       struct bytes verdicts, int64_t time, uint64_t zero, uint8_t out[HASH_SIZE]);
/* The same of an item with notes (generation.h). */
void head_noted(const uint8_t prev[HASH_SIZE], const uint8_t changeset[HASH_SIZE],
		struct bytes verdicts, int64_t time, uint64_t zero, struct bytes notes,
		uint8_t out[HASH_SIZE]);
/* Signature over [stream, seq, head, time], time being that of item seq. */
void head_sign(const struct sign_key *server, const uint8_t district[HASH_SIZE],
	       uint64_t stream, uint64_t seq, const uint8_t head[HASH_SIZE], int64_t time,
	       uint8_t signature[SIGN_SIZE]);
bool head_signature_ok(const uint8_t server_key[SIGN_PUBLIC], const uint8_t district[HASH_SIZE],
		       uint64_t stream, uint64_t seq, const uint8_t head[HASH_SIZE],
		       int64_t time, const uint8_t signature[SIGN_SIZE]);

#endif
