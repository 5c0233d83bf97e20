/* Exchanging by files: what is written on a stick, and what comes back on it.
 *
 * A bundle is what is written at one time: as many files as the change sets take that have no
 * receipt. Each file is a request like any other; it may be lost, read twice, read after what
 * was sent over the network since. Table `bundle` remembers where each was written and which
 * places of the outbox it has, so that people can be told what is under way and since when. */
#ifndef DONGBO_CLIENT_STICK_H
#define DONGBO_CLIENT_STICK_H

#include "client/sync/exchange.h"

/* Messages in files are at least this large, at most LIMIT_MESSAGE. */
enum { STICK_SIZE_MIN = 64 * 1024 };

struct stick_options {
	const char *place;       /* a folder; or the file to write, NAME.dongbo, if one will do */
	size_t size;             /* of a file, at most; 0: as large as a message can be */
	bool only_new;           /* leave out what an earlier bundle has */
	bool no_files;           /* no attached files: else as many as there is room for */
};

struct stick_written {
	uint64_t number;
	uint64_t parts, bytes, changesets;
	uint64_t attached, attached_bytes; /* attached files that are whole in it; bytes of them */
	/* Told of each file as it stands on the stick; may be NULL. */
	void (*told)(void *ctx, const char *path, size_t bytes, uint64_t changesets);
	void *ctx;
};

/* Signs what is saved and writes it all. What was written before an error counts; *out tells
 * of it. ERR_NO_FILE where there is no such folder, ERR_LIMIT where one file will not do,
 * ERR_FULL, ERR_IO. */
int stick_write(struct client *c, const struct stick_options *o, struct stick_written *out,
		 struct err *e);

/* One file that was read. */
struct stick_taken {
	const char *path;
	int code;                /* 0, or why not; subject in err */
	struct err err;
	bool refused;            /* code is what the district said of the file that was sent */
	bool other;              /* none of this computer's: left alone */
	struct exchange_result result;
};

/* Takes in the replies among these files, in order; those that came before one they rest on
 * once more. Of a folder (`many`) what is for others is passed over. Errors of the store end
 * it; what is wrong with a file is in its place. */
int stick_take(struct client *c, struct stick_taken *files, size_t count, bool many,
		struct err *e);

/* Takes from a folder the files of this computer that are done with: requests of bundles that
 * were answered for good, and their replies. */
int stick_clean(struct client *c, const char *dir, uint64_t *removed, struct err *e);

/* A bundle that was written and is not answered for good. */
struct stick_open {
	uint64_t number, parts, changesets; /* as written */
	uint64_t waiting;        /* of its change sets, those without a receipt */
	int64_t written;
	struct bytes place;      /* where; in the arena */
};
int stick_under_way(struct client *c, struct arena *a, struct stick_open **out,
		     size_t *count, struct err *e);

#endif
