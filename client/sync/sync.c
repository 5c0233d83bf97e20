/* The numbers of synchronising: pure, so that they can be tested and simulated. */
#include "client/sync/sync.h"

#include "protocol/limits.h"

enum { BACKOFF_FIRST_MS = 1000, BACKOFF_MOST_MS = 300000 };
/* A piece of a file is to take some seconds. */
enum { PIECE_FAST_MS = 3000, PIECE_SLOW_MS = 8000 };

size_t sync_size(size_t size, bool success)
{
	size_t next = success ? size * 2 : size / 2;

	if (next > LIMIT_MESSAGE)
		return LIMIT_MESSAGE;
	return next < LIMIT_MESSAGE_MIN ? LIMIT_MESSAGE_MIN : next;
}

size_t sync_piece(size_t piece, bool success, bool again, int64_t ms)
{
	if (success ? ms > PIECE_SLOW_MS : again)
		piece /= 2;
	else if (success && ms < PIECE_FAST_MS)
		piece *= 2;
	return piece < PIECE_MIN ? PIECE_MIN : piece > PIECE_MAX ? PIECE_MAX : piece;
}

int64_t sync_backoff_ms(unsigned attempt, uint64_t random)
{
	int64_t bound = BACKOFF_FIRST_MS;

	for (; attempt > 1 && bound < BACKOFF_MOST_MS; attempt--)
		bound *= 2;
	if (bound > BACKOFF_MOST_MS)
		bound = BACKOFF_MOST_MS;
	return (int64_t)(random % (uint64_t)(bound + 1));
}

int64_t sync_interval_ms(int64_t seconds, uint64_t random)
{
	int64_t ms = seconds * 1000, spread = ms / 5;

	return ms - spread / 2 + (int64_t)(random % (uint64_t)(spread + 1));
}

bool sync_passes(int code)
{
	switch (code) {
	case ERR_NO_LINK:
	case ERR_STALLED:
	case ERR_HTTP:
	case ERR_NOT_DONGBO:
	case ERR_BUSY:
	case ERR_STALE_REPLY:
	/* Damaged under way; what vouches for a reply is inside its seal. */
	case ERR_BAD_SEAL:
	case ERR_TRUNCATED:
	case ERR_MALFORMED:
		return true;
	default:
		return false;
	}
}
