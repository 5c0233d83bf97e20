/* Every bound in one place. What is larger is refused with ERR_TOO_LARGE before
 * memory is taken for it; the numbers are part of SPEC.md section 8. */
#ifndef DONGBO_LIMITS_H
#define DONGBO_LIMITS_H

enum {
	LIMIT_TEXT = 64 * 1024,            /* bytes of one text value */
	LIMIT_BYTES = 512 * 1024,          /* bytes of one bytes value (packs) */
	LIMIT_CHANGESET = 1024 * 1024,     /* plain bytes of one change set */
	LIMIT_MESSAGE = 4 * 1024 * 1024,   /* envelope, sealed */
	LIMIT_MESSAGE_MIN = 2 * 1024,      /* adaptive messages shrink to this */
	LIMIT_MESSAGE_FIRST = 256 * 1024,  /* and start at this */
	LIMIT_OBJECT = 1024 * 1024 + 65536,/* change set object, deflated */
	LIMIT_TX_OPS = 10000,              /* ops of one transaction */
	LIMIT_CHANGESET_OPS = 100000,      /* ops of one change set */
	LIMIT_CBOR_DEPTH = 8,
	LIMIT_CBOR_ITEMS = 200000,         /* items of one message */
	LIMIT_DICTIONARY = 32 * 1024,
	LIMIT_AUTHOR = 200,                /* bytes of an author's name */
	LIMIT_REMARK = 4096,               /* bytes of a move's remark */
	LIMIT_STREAMS = 20000,             /* streams one message may name */
	LIMIT_CLAIMS = 64,                 /* claims of others in one message */
	LIMIT_KEYS = 64,                   /* keys documents in one message */
	LIMIT_RANGES = 4096,               /* ranges of change sets that a message tells of */
	LIMIT_LEASES = 64,                 /* blocks of numbers asked for in one message */
	LIMIT_LEASE_YEAR = 9999,
	LIMIT_HELD = 1000,                 /* change sets of a device in a stream that wait */
	LIMIT_HELD_BYTES = 32 * 1024 * 1024, /* their objects, of a device in all streams */
	LIMIT_ATTACHMENT = 64 * 1024 * 1024, /* bytes of one attached file */
	LIMIT_ATTACHMENTS = 64,            /* files that one list of a message names */
	LIMIT_FILE_NAME = 200,             /* characters of an attached file's name */
	LIMIT_SNAPSHOT_LOG = 32 * 1024 * 1024, /* a snapshot unpacked */
	LIMIT_SNAPSHOT = LIMIT_SNAPSHOT_LOG + 1024 * 1024, /* and packed */
	LIMIT_MEMORY = 128 * 1024 * 1024   /* decoded form of one message */
};

#endif
