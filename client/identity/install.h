/* The install mark: a file beside the store that says what a copy of the store can't.
 *
 *   install.mark = [1, random(16), machine(32), store's file(32), [[stream, device(8), seq,
 *                   hash(32)]...]]
 *
 * Machine and file are hashed with the random number (env.h says what they are). The list has
 * the last change set that each key of this computer has signed in each stream. It is on disk
 * before a signed byte leaves; saves alone don't touch it, for what was never signed has no
 * number that anybody could know.
 *
 * A store that is behind the list was put back from an older copy. A mark of another machine,
 * or of another file, came with a copy of the folder. A store ahead of the list is one whose
 * power failed between commit and mark. Where the whole disk was copied or put back the mark
 * went along, and the server will tell (settle.h). */
#ifndef DONGBO_CLIENT_INSTALL_H
#define DONGBO_CLIENT_INSTALL_H

#include "client/client.h"

enum install { INSTALL_HERE, INSTALL_COPIED, INSTALL_RESTORED };

/* The last change set of a key in a stream. */
struct install_end {
	uint64_t stream, device, seq;
	uint8_t hash[HASH_SIZE];
};

struct install_mark {
	uint8_t random[16], machine[32], file[32];
	struct install_end *ends; /* in the arena */
	size_t count;
};

/* What the mark says of this store; *mark has its list, or nothing. */
int install_look(struct client *c, struct arena *a, struct install_mark *mark,
		 enum install *out, struct err *e);
/* The end that a mark has for a key in a stream, or NULL. */
const struct install_end *install_end(const struct install_mark *mark, uint64_t stream,
				      uint64_t device);
/* Brings the mark up to what the store has signed. Nothing to do where it is. After the
 * commit. */
int install_note(struct client *c, struct err *e);

#endif
