/* Changing the server's keys, and telling clients of it.
 *
 * Two machines take part. The server makes new secrets and writes down what is to be signed
 * (new); the holder of the root key signs it on a machine of his own, which needs no store
 * and no network (sign); the server puts it into force (install). The paper travels both
 * ways on a stick and is no secret. Clients follow by themselves: the box key that a request
 * is sealed to tells which keys its sender knows, and the reply brings what is newer.
 *
 * Between the steps the secrets lie in next.key. While they are put into force working.key
 * has the old and the new one and box.key more than are named: whatever moment the machine
 * stops at, the store opens, under the old keys or the new ones. */
#ifndef DONGBO_SERVER_KEY_CHANGE_H
#define DONGBO_SERVER_KEY_CHANGE_H

#include "server/exchange/exchange_internal.h"

/* A paper, read. */
struct key_change {
	struct key_paper paper; /* borrowed from the buffer that it was read into */
	struct district district;
	struct server_keys keys;
	bool is_signed;
};

/* ERR_MALFORMED..., ERR_BAD_SIGNATURE where it is signed by another root than it names. */
int key_change_read(struct bytes text, struct buf *encoded, struct key_change *out,
		    struct err *e);

/* Makes new keys and appends the paper to be signed. Heads from `since` on count under the
 * new key alone; version 0: the next one. ERR_EXISTS where a change is under way already
 * and `again` is not said; then that one is given up. */
int key_change_new(struct server *s, int64_t since, uint64_t version, bool again,
		   struct buf *text, struct err *e);
/* Signs what was read, and appends the paper. ERR_KEYS_REFUSED where this is not the root of
 * the district that it names. */
int key_change_sign(const struct key_change *k, const struct sign_key *root, struct buf *text,
		    struct err *e);
/* Puts it into force. ERR_WRONG_DISTRICT, ERR_BAD_SIGNATURE (not signed, or not by the root),
 * ERR_STALE (its version is not higher than the one in force), ERR_NO_FILE (the secrets that
 * go with it are not here). */
int key_change_install(struct server *s, const struct key_change *k, struct err *e);
/* Keys that were in force and whose secrets are lost with a later store: they sign nothing
 * more, but what they have signed can be checked. ERR_STALE where the paper is not older than
 * the keys in force, or known; else as above. */
int key_change_remember(struct server *s, const struct key_change *k, struct err *e);
/* The secrets of a change that was begun; ERR_NO_FILE. Wipe them. */
int key_change_pending(const struct server *s, struct sign_key *working, struct seal_pair *box,
		       struct err *e);

/* Whether another process has put newer keys into force since this store was opened. */
int key_change_behind(struct server *s, bool *behind, struct err *e);

/* The keys documents that a sender lacks who seals to this box key, the oldest first; none
 * where it is the newest. *until: heads from this time on that an older key has signed count
 * no more (INT64_MAX where it lacks none). */
void key_change_news(const struct replica *r, uint8_t box, struct document *out, size_t *count,
		     int64_t *until);

#endif
