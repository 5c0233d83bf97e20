/* Vectors of snapshots: packed here once, and kept. */
#include "tests/vectors/make_vectors.h"

#include <stdlib.h>

#include "common/system/solid.h"

/* Length and reply: a stream from there on, an item of this form, a receipt or none. */
static const char *block(unsigned stream, unsigned from, const char *item, const char *receipt)
{
	const char *reply = fmt("83" "00" "1a69a38500" "81" "85" "%02x%02x" "48" "0102030405060708"
				"81" "%s" "%s", stream, from, item, receipt);
	struct buf length;
	const char *out;

	buf_init(&length, 16);
	buf_varint(&length, bytes_of(reply).len);
	out = fmt("%s%s", hex_of(buf_view(&length)), reply);
	buf_release(&length);
	return out;
}

static const char *packed(const char *plain)
{
	struct buf b;
	const char *out;

	buf_init(&b, 1 << 20);
	if (solid_pack(bytes_of(plain), &b, NULL) != 0)
		abort();
	out = hex_of(buf_view(&b));
	buf_release(&b);
	return out;
}

void make_snapshots(void)
{
	/* Dictionary 0, a signature, an open change set of three bytes. */
	const char *object = fmt("5844" "00" "%s" "0101aa", hex_run(0xdd, 64));
	const char *item = fmt("85" "00" "00" "40" "00" "%s", object);
	const char *receipt = fmt("5840%s", hex_run(0xee, 64));
	const char *one = block(7, 0, item, receipt), *two = block(7, 1, item, receipt);
	const char *whole = packed(fmt("%s%s", one, two));

	odd("snapshot", "snapshot of two replies", "", whole, "their objects are not deflated");
	odd("snapshot", "snapshot of nothing", "", packed(""), "");
	bad("snapshot", "snapshot cut", "", cut(whole, 9), "truncated", "");
	bad("snapshot", "snapshot with a trailing byte", "", fmt("%s00", whole), "trailing_bytes", "");
	bad("snapshot", "snapshot that is no .xz file", "", one, "malformed", "");
	bad("snapshot", "snapshot with a flipped byte", "", flip(whole, 60, 1), "malformed",
	    "the file's own sum");
	bad("snapshot", "snapshot whose last reply is cut", "", packed(fmt("%s%s", one, cut(two, 1))),
	    "truncated", "");
	bad("snapshot", "snapshot with an own item", "", packed(block(7, 0, "8100", receipt)),
	    "malformed", "who has nothing has none of its own");
	bad("snapshot", "snapshot with an item held", "", packed(block(7, 0, "8400004000", receipt)),
	    "malformed", "nor anybody's");
	bad("snapshot", "snapshot without a receipt", "", packed(block(7, 0, item, "f6")),
	    "malformed", "");
	bad("snapshot", "snapshot of no replies", "", packed("0102"), "malformed", "");
}
