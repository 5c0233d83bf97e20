/* The district's store: the replica of every stream, the server's keys, the
 * enrolments and the officers.
 *
 * Folder: store.db, generation (generation.h), root.key (to be taken offline), working.key, box.key, each
 * 0600. Tables beyond the replica's:
 *
 *   enrolment  who may enrol a device for which unit, and who did
 *   officer    people's keys, sealed under their passphrases
 *   partial    objects that arrive in pieces
 *   held, bundle  change sets that wait for one before them or for a person's word, and what
 *              bundles say to hold that is not here yet (held.h)
 *   attach_lost  attached files that are not what they were, and are asked for again
 *   contact    when each device was last heard of
 *   healed, shown, note_due  what clients have brought back to a restored store, by the
 *              numbers that it had; receipts that they showed; notes for the next item (heal.h)
 *   safe       up to where a verified backup holds each stream (backup.h)
 *   safe_told  how far each device has said that it knows
 *   reading    who looked at personal values in full
 *   forked     change sets that were second under their number (fork.h)
 *   succession  keys in the place of others (succession.h)
 *   claim_refused  keys that claimed an enrolment which was used or had expired
 *
 * All writes go through one struct server per process, under the store's lock. */
#ifndef DONGBO_SERVER_H
#define DONGBO_SERVER_H

#include "common/replica/draft.h"
#include "common/replica/replica.h"
#include "common/unit/unit.h"

struct server {
	const struct env *env;
	char *dir;
	struct db *db;
	struct replica replica;
	struct sign_key working;
	struct seal_pair box[BOX_KEYS_MAX]; /* as replica.keys.box */
};

/* Makes root, working and box key and an empty store. ERR_STORE_EXISTS. */
int server_init(const struct env *env, const char *dir, struct bytes district_name,
		struct err *e);
int server_open(struct server *s, const struct env *env, const char *dir, struct err *e);
void server_close(struct server *s);
/* The box key with this number, NULL where there is none. */
const struct seal_pair *server_box(const struct server *s, uint8_t number);
/* A further connection to the same store, for reading, as another thread needs one.
 * The caller closes replica, then db. */
int server_view(const struct server *s, struct db **db, struct replica *view, struct err *e);

/* A draft by `key` (the server's own or an officer's) in a stream. Takes the write
 * lock until server_save or server_drop. */
int server_begin(struct server *s, uint64_t stream, const struct sign_key *key,
		 struct arena *a, struct draft *d, struct err *e);
/* Signs, judges, appends and commits. Refused: nothing is kept, the verdict's code
 * is returned, its parts are in *verdict (may be NULL). An empty draft is fine. */
int server_save(struct server *s, const struct sign_key *key, struct draft *d,
		struct verdict *verdict, struct err *e);
void server_drop(struct server *s);
/* The parts of server_save, where several drafts go together: each is put, then all are
 * committed; or, where one is refused (*verdict says why) or fails, dropped. */
int server_put(struct server *s, const struct sign_key *key, struct draft *d,
	       struct verdict *verdict, struct err *e);
int server_commit(struct server *s, struct err *e);
/* A draft by the working key in a stream, where the caller's transaction is open already. */
int server_draft(struct server *s, uint64_t stream, struct arena *a, struct draft *d,
		 struct err *e);
/* The same for one of many (imports): readies the draft for the next. Refused, it leaves
 * nothing, and those before it stay. Not for units and packs, which are read by then. */
int server_save_more(struct server *s, const struct sign_key *key, struct draft *d,
		     struct verdict *verdict, struct err *e);

/* Sees to it that this key may write in a stream: a certificate by the working key,
 * in a change set of its own, inside the caller's transaction. Nothing to do where
 * it stands already, for this unit and role. */
int server_certify(struct server *s, uint64_t stream, const uint8_t key[SIGN_PUBLIC],
		   uint64_t unit, uint32_t role, struct bytes name, struct err *e);

/* The same, of a key that is revoked: it comes with a certificate that says so. */
int server_certify_revoked(struct server *s, uint64_t stream, const struct cert *who,
			   struct bytes name, struct err *e);

/* The unit that a stream belongs to, as it is today; out may be NULL. ERR_NO_UNIT. Its
 * texts are good until stream 0 moves on. */
int server_unit(struct server *s, uint64_t number, struct unit *out, struct err *e);
/* The same of one that is or was or will be there: ERR_UNIT_INACTIVE for what nobody has
 * approved yet, or was entered by mistake. */
int server_unit_used(struct server *s, uint64_t number, struct unit *out, struct err *e);
/* Number of the unit that a person names today (units_find). ERR_NO_UNIT,
 * ERR_UNIT_AMBIGUOUS. */
int server_unit_find(struct server *s, struct bytes text, uint64_t *number, struct err *e);

struct pins;
struct code;
/* What an enrolment is to be for. address is where the server will be found, such as
 * "http://10.0.0.5:8080", pins its TLS keys; none, and NULL: as the district has said
 * (link.h). */
struct enrol_order {
	uint64_t unit;
	uint32_t role;
	struct bytes address;
	const struct pins *pins;
	int64_t seconds;           /* for how long it is good */
	struct code *code;         /* NULL; else set: what can be typed instead (code.h) */
};
/* A new enrolment for a unit; appends its text form. */
int server_enrol_order(struct server *s, const struct enrol_order *o, struct buf *text,
		       struct err *e);
/* The same without pins. */
int server_enrol(struct server *s, uint64_t unit, uint32_t role, struct bytes address,
		 int64_t seconds, struct buf *text, struct err *e);

/* Publishes a pack (JSON, with prose for its dictionary): stream 0. Refused with
 * ERR_BAD_PACK where it does not load or its version is not the next. */
int server_publish(struct server *s, struct bytes json, struct bytes prose, struct err *e);

/* A person's key, sealed under a passphrase (Argon2id); unit: the office. */
int server_officer_add(struct server *s, struct bytes name, uint64_t unit, uint32_t role,
		       struct bytes passphrase, struct err *e);
/* Opens it. ERR_NO_OFFICER, ERR_PASSPHRASE. The caller wipes the key. */
int server_officer_open(struct server *s, struct bytes name, struct bytes passphrase,
			struct sign_key *out, struct err *e);

#endif
