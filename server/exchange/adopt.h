/* Keys whose word no longer counts by itself, and people's words on what they sign: a key is
 * revoked; what it signs later is taken in or refused, change set by change set; a key whose
 * claim came too late, or on an enrolment that another had used, is let in (SPEC.md 6.12). */
#ifndef DONGBO_SERVER_ADOPT_H
#define DONGBO_SERVER_ADOPT_H

#include <jansson.h>

#include "server/server.h"

enum { REVOKED_MAX = 256 };

/* Revokes a key, and those that came in its place, but for `keep` and what came in theirs, in
 * every stream that they write in. The keys that were active until now are in *out, the first
 * one first. ERR_NO_DEVICE, ERR_REVOKED: none was. */
struct revoked {
	uint64_t list[REVOKED_MAX];
	size_t count;
	uint64_t held;          /* change sets that wait from now on */
};
int revoke_key(struct server *s, uint64_t device, struct bytes reason, const uint64_t *keep,
	       size_t keep_count, struct revoked *out, struct err *e);

/* What waits for a person, by device and stream: a new array of {stream, device, fingerprint,
 * name, why ("revoked" or "enrolment_expired"), reason, count, bytes, numbers: [...], since}. */
int adopt_list(struct replica *r, json_t **out, struct err *e);
/* One of it, by its number: {number, stream, device, seq, received, bytes, readable}, and the
 * change set itself, in the arena. ERR_NO_HELD. */
int adopt_show(struct replica *r, uint64_t number, struct arena *a, json_t **out,
	       struct opened *opened, struct err *e);

/* An officer's word on some of them, by their numbers; all of it or nothing of it for each
 * stream. Those of one key go in the order of their making: ERR_HELD_ORDER where one before
 * was not judged, ERR_NO_HELD where there is no such number, or it waits for no person's word
 * (a claim is confirmed instead, adopt_claim). */
struct adopted {
	size_t changesets;
	size_t applied, refused; /* transactions, by the rules that hold for all */
};
int adopt_judge(struct server *s, const struct sign_key *officer, uint64_t *numbers, size_t count,
		bool refuse, struct bytes reason, struct adopted *out, struct err *e);

/* Lets in a key whose claim was refused, by its fingerprint (hash_fingerprint) or device id in
 * hex; what it has sent and is kept follows. ERR_NO_DEVICE, ERR_AMBIGUOUS, ERR_REVOKED. */
int adopt_claim(struct server *s, struct bytes fingerprint, uint64_t *device, size_t *changesets,
		struct err *e);

#endif
