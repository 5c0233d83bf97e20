/* What writing and reading share between requests and replies: protocol/message*.c only. */
#ifndef DONGBO_MESSAGE_PARTS_H
#define DONGBO_MESSAGE_PARTS_H

#include "cbor.h"
#include "message.h"

/* Puts an array header for the first n elements that are needed: everything up
 * to the last non-empty one, and `behind` more. present[i] tells which are. */
size_t message_put_trimmed(struct buf *out, const bool *present, size_t n, size_t behind);

/* Opens an array and takes room for its elements (one more, never none). The arrays
 * of a message are short of what follows them by nothing, so cbor_open_array has
 * already bounded their counts by the bytes that are there. */
void *message_array(struct cbor *c, struct arena *a, size_t size, size_t *count);
/* A byte string of n bytes. */
void message_fixed(struct cbor *c, uint8_t *out, size_t n);
/* A number that still counts when one is added to it, in signed 64 bits too. */
uint64_t message_number(struct cbor *c);
/* A device's id, 8 bytes; to read 0 is malformed. */
void message_put_device(struct buf *out, uint64_t device);
uint64_t message_device(struct cbor *c);
/* Fails the reading, unless it has failed already. */
void message_refuse(struct cbor *c, int code);
/* Lists of message_safe: [[stream, position]...], never empty. */
void message_put_safe(struct buf *out, const struct message_safe *list, size_t count);
struct message_safe *message_safe(struct cbor *c, struct arena *a, size_t *count);
/* Lists of files, never empty: [[hash, total, offset, bytes]...]. */
void message_put_attachments(struct buf *out, const struct message_attachment *list,
			     size_t count);
struct message_attachment *message_attachments(struct cbor *c, struct arena *a, size_t *count);
/* How far they have come: [[hash, held]...], with `errors` [hash, held, error] too. */
void message_put_standings(struct buf *out, const struct message_attachment *list, size_t count);
struct message_attachment *message_standings(struct cbor *c, struct arena *a, bool errors,
					     size_t *count);
/* What heals a restored server (message_heal.c): how many keys there are; those below the
 * other keys and those above them; reading one, or false where it is another's key. */
size_t message_heal_count(const struct request *r);
void message_heal_put(struct buf *out, const struct request *r);
void message_heal_put_last(struct buf *out, const struct request *r);
bool message_heal_get(struct cbor *c, struct arena *a, int64_t key, struct request *r);
size_t message_healed_count(const struct reply *r);
void message_healed_put(struct buf *out, const struct reply *r);
void message_healed_put_last(struct buf *out, const struct reply *r);
bool message_healed_get(struct cbor *c, struct arena *a, int64_t key, struct reply *r);
/* Snapshots (message_snapshot.c): in a request what the sender has of one, in a reply a part. */
enum { EXTENSION_SNAPSHOTS = 5, EXTENSION_SNAPSHOT_PART = 4 };
size_t message_snapshot_count(const struct request *r);
void message_snapshot_put(struct buf *out, const struct request *r);
void message_snapshot_get(struct cbor *c, struct request *r);
void message_part_put(struct buf *out, const struct message_snapshot *s);
void message_part_get(struct cbor *c, struct reply *r);
/* Whether an element follows that is no map of extensions. */
bool message_more(struct cbor *c);

#endif
