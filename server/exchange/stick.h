/* Reading a stick: requests of many units in files, and the files that answer them.
 *
 * All is merged before anything is answered, so that every answer has what the same stick
 * brought from others. Of several requests by one computer the newest is answered, for all of
 * them, in as many files as it takes: nothing bounds an answer to a request on a stick. A file
 * that can't be taken in is told of and keeps no other from its way. */
#ifndef DONGBO_SERVER_STICK_H
#define DONGBO_SERVER_STICK_H

#include "server/exchange/exchange.h"

struct stick_file {
	const char *path;
	int code;                /* 0, or why it could not be read (bundle_error) */
	struct err err;
	bool taken;              /* all it brings is in, whatever became of its answer */
	bool reply;              /* in a folder: an answer on its way back, left alone */
	bool asked;              /* this server was restored and does not know its sender: the answer
				    asks who that is */
	uint64_t device, unit;   /* its sender; 0: not known */
	uint64_t counter;        /* of the request */
	uint64_t number, part;   /* of the sender's bundle; 0: it does not say */
	/* Its change sets: new, known before, waiting for one before them, not taken; those that its
	 * sender sends again, once it has heard that the server was restored. */
	uint64_t came, known, waits, refused, again;
	uint64_t early;          /* parts of a change set that did nothing: what is before is not here */
	uint64_t attached, attached_bytes; /* attached files that are whole by it; bytes of them */
	uint64_t saves_refused;  /* of the new ones: transactions that a rule refused */
	struct message_problem *problems;
	size_t problem_count;
	const char *answer;      /* first file of the answer, where this one is answered */
	uint64_t answers;        /* how many files that took */
};

/* Takes in all files in order and writes the answers beside them, or into a folder `out`.
 * many: the files are those of a folder. Strings and lists live in the arena. Errors of the
 * store end it; what is wrong with a file, or with writing its answer, is in its place. */
int stick_read(struct server *s, struct stick_file *files, size_t count, bool many,
		const char *out, struct arena *a, struct err *e);

#endif
