/* A district whose school has a log of some 50 KB, and new computers of that school. Any failure
 * fails the test. */
#ifndef DONGBO_TESTS_NEWCOMER_H
#define DONGBO_TESTS_NEWCOMER_H

#include "tests/lib/chance.h"
#include "tests/lib/district.h"

enum { OLD, NEW, THIRD };               /* its computers; OLD has written all of it */
enum { NEWCOMER_ROUNDS = 30, NEWCOMER_SAVES = 40, NEWCOMER_RECORDS = NEWCOMER_ROUNDS * NEWCOMER_SAVES };

extern struct district_fixture newcomer;

#define NEWCOMER_OK(call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name(newcomer.e.code), newcomer.e.subject); \
	} while (0)

/* Set-up and tear-down of a test. */
int newcomer_begin(void **state);
int newcomer_end(void **state);

/* A computer saves n records, whose names nothing makes short. */
void newcomer_save(size_t client, size_t n);
/* A new computer, in the place of that number. */
void newcomer_join(size_t client);

/* Takes away what is in a computer's folder. */
void newcomer_empty(const char *dir);

struct newcomer_traffic {
	size_t up, down, exchanges;
	uint64_t parts;                 /* bytes of snapshots */
	uint64_t items;
};
/* Exchanges until nothing is left; of a hundred replies `lost` never come. */
struct newcomer_traffic newcomer_sync(size_t client, size_t size, unsigned lost);

int64_t newcomer_number(size_t client, const char *sql);
/* Bytes of the objects of the school's log. */
int64_t newcomer_log_bytes(void);
/* The computer has the log that the server has. */
void newcomer_same_log(size_t client);
/* All that it holds follows from what is signed in its log (fsck.h). */
void newcomer_sound(size_t client);

#endif
