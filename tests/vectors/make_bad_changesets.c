/* Plain change sets that must be rejected, each beside its nearest neighbour that is
 * right. A payload is head | devices | authors | transactions | layouts | shapes |
 * groups | heads | distances | columns. */
#include "tests/vectors/make_vectors.h"

#define HEAD "01 07 01 0a 02 "
#define NONE "00 00 "
#define TX "01 00 00 "
#define OPEN HEAD NONE TX
#define SHAPE "01 0c 01 13 01 00 "
#define OP "00 00 0c "
#define SALT "00112233445566778899aabbccddeeff "
#define HIGH "808080808080808040 "
/* Field 1 is a personal text, or personal digits. */
#define PTEXT OPEN "01 0c 01 1b 01 00 " OP
#define PDIGITS OPEN "01 0c 01 1c 01 00 " OP

struct row {
	const char *name, *payload, *personal, *error, *why;
};

static const struct row heads[] = {
	{ "payload of nothing", "", "", "truncated", "" },
	{ "version 2", "02 07 01 0a 02", "", "unknown_version", "" },
	{ "version 0", "00 07 01 0a 02", "", "unknown_version", "" },
	{ "long version", "8100 07 01 0a 02", "", "not_canonical", "" },
	{ "head cut", "01 07 01", "", "truncated", "" },
	{ "seq 0", "01 07 00 0a 02 " NONE TX SHAPE OP "02", "", "malformed", "change sets count from 1" },
	{ "first 0", "01 07 01 00 02 " NONE TX SHAPE OP "02", "", "malformed", "ops count from 1" },
	{ "stream 2^62", "01 " HIGH "01 0a 02 " NONE TX SHAPE OP "02", "", "malformed",
	  "numbers end at 2^62 - 1" },
	{ "zero 2^62", "01 07 01 0a " HIGH NONE TX SHAPE OP "02", "", "malformed", "" },
	{ "devices cut", HEAD "02 0000000000000005 00", "", "truncated", "" },
	{ "100,001 devices", HEAD "a18d06 00", "", "too_large", "" },
	{ "device not in the table", HEAD NONE TX SHAPE "00 01 04 02", "", "malformed",
	  "index 1, and there is none" },
	{ "author of no bytes", HEAD "00 01 00 01 04 00 01 " SHAPE OP "02", "", "malformed", "" },
	{ "author not UTF-8", HEAD "00 01 02 41ff 01 04 00 01 " SHAPE OP "02", "", "bad_utf8", "" },
	{ "author of 201 bytes", HEAD "00 01 c901 41", "", "too_large", "" },
	{ "65 authors", HEAD "00 41 01 41", "", "too_large", "" },
	{ "more transactions than bytes", HEAD NONE "7f 00", "", "truncated", "" },
	{ "100,001 transactions", HEAD NONE "a18d06 00", "", "too_large", "" },
	{ "unknown flag", HEAD NONE "01 20 00 " SHAPE OP "02", "", "unknown_version", "" },
	{ "carried for a device not in the table", HEAD NONE "01 10 00 01 05 " SHAPE OP "02", "",
	  "malformed", "" },
	{ "carried for the signer", HEAD NONE "01 10 00 00 05 " SHAPE OP "02", "", "malformed",
	  "index 0" },
	{ "carried from op 0", HEAD "01 0000000000000005 00 01 10 00 01 00 " SHAPE OP "02", "",
	  "malformed", "" },
	{ "time beyond 2^61", HEAD NONE "01 00 80fca09ff4ffffff3f " SHAPE OP "02", "", "malformed", "" },
	{ "seen below zero", HEAD NONE "01 01 00 01 " SHAPE OP "02", "", "malformed", "" },
	{ "own seen below zero", HEAD NONE "01 02 00 0a " SHAPE OP "02", "", "malformed", "" },
	{ "author not in the table", HEAD NONE "01 04 00 01 " SHAPE OP "02", "", "malformed", "" },
	{ "no groups", HEAD NONE "01 08 00 00 " SHAPE OP "02", "", "malformed",
	  "a transaction has at least one" },
	{ "10,001 groups", HEAD NONE "01 08 00 914e " SHAPE OP "02", "", "malformed", "" },
	{ "more groups than bytes", HEAD NONE "01 08 00 904e " SHAPE OP "02", "", "truncated", "" },
};

static const struct row shapes[] = {
	{ "no shapes", OPEN "00 00 00 00 0c 02", "", "malformed", "a group needs one" },
	{ "4,097 layouts", OPEN "8120 0c 01 13", "", "too_large", "" },
	{ "layout with field 0", OPEN "01 0c 01 03 01 00 " OP "02", "", "malformed",
	  "fields count from 1" },
	{ "field beyond 32 bits", OPEN "01 0c 02 13 f3ffffffff01 01 00 " OP "02 02", "", "malformed", "" },
	{ "type beyond 32 bits", OPEN "01 8080808040 01 13 01 00 " OP "02", "", "malformed", "" },
	{ "member neither added nor removed", OPEN "01 0c 01 1f 02 01 00 " OP "61 00", "",
	  "malformed", "0 or 1" },
	{ "shape of no layout", OPEN "01 0c 01 13 01 08 " OP "02", "", "malformed", "" },
	{ "shape of another lane", OPEN "01 0c 01 13 01 05 " OP "02", "", "malformed",
	  "a move over a layout of fields" },
	{ "65,537 shapes", OPEN "01 0c 01 13 818004 00", "", "too_large", "" },
	{ "set of nothing", OPEN "01 0c 00 01 00 00 00 0c", "", "malformed",
	  "such a group would have no op" },
	{ "deletion with a field", OPEN "01 0c 01 13 01 03 " OP "02", "", "malformed", "" },
	{ "move without a state", OPEN "01 0d 01 24 01 05 " OP "61 00", "", "malformed",
	  "its first entry is field 1, an integer" },
	{ "move with a text for a state", OPEN "01 0d 01 14 01 05 " OP "61 00", "", "malformed", "" },
	{ "signature without a digest", OPEN "01 0e 00 01 06 00 00 0c", "", "malformed", "" },
	{ "adoption of nothing", OPEN "01 0f 01 32 01 07 00 00 0c", "", "malformed",
	  "refused, but which" },
	{ "adoption that is false", OPEN "01 0f 02 15 21 01 07 00 00 0c", "", "malformed",
	  "its third entry is true, or not there" },
	{ "spare bits of a mask", OPEN "01 0c 01 13 02 00 00 02 01 " OP "02", "", "malformed",
	  "one entry, and bit 1 is set" },
	{ "masks cut", OPEN "01 0c 01 13 02 00 00 01", "", "truncated", "" },
	{ "next shape where there is none", HEAD NONE "01 08 00 02 " SHAPE "00 00 0000 0c0c 02 02",
	  "", "malformed", "" },
	{ "shape before its first use", OPEN SHAPE "01 00 0c 02", "", "malformed",
	  "0 introduces it, 1 names it again" },
	{ "group cut", OPEN SHAPE, "", "truncated", "" },
	{ "own record 0", OPEN SHAPE "00 00 14 02", "", "malformed", "op 10, ten back" },
	{ "foreign record 0", HEAD "01 0000000000000005 00 " TX SHAPE "00 01 00 02", "", "malformed", "" },
	{ "payload goes on", OPEN SHAPE OP "02 00", "", "trailing_bytes", "" },
};

static const struct row columns[] = {
	{ "long integer", OPEN SHAPE OP "8200", "", "not_canonical", "" },
	{ "integer missing", OPEN SHAPE OP, "", "truncated", "" },
	{ "text without its end", OPEN "01 0c 01 14 01 00 " OP "61", "", "truncated", "" },
	{ "text with a needless escape", OPEN "01 0c 01 14 01 00 " OP "0161 00", "", "bad_utf8", "" },
	{ "text with a mark at its end", OPEN "01 0c 01 14 01 00 " OP "01 00", "", "bad_utf8", "" },
	{ "bytes cut", OPEN "01 0c 01 15 01 00 " OP "02 00", "", "truncated", "" },
	{ "digest of 2 bytes", OPEN "01 0e 01 15 01 06 " OP "02 0000", "", "malformed",
	  "a digest has 32" },
	{ "dates of mode 2", OPEN "01 0c 01 16 01 00 " OP "02 12 34", "", "malformed", "" },
	{ "dates cut", OPEN "01 0c 01 16 01 00 " OP "00 12", "", "truncated", "" },
	{ "date too far back", OPEN "01 0c 01 16 01 00 " OP "01 ffffffffffffffffff01", "", "malformed", "" },
	{ "scaled by two zeros", OPEN "01 0c 01 1a 01 00 " OP "22", "", "malformed", "3 at least" },
	{ "scaled zero", OPEN "01 0c 01 1a 01 00 " OP "03", "", "malformed", "" },
	{ "scaled beyond 64 bits", OPEN "01 0c 01 1a 01 00 " OP "8f8080808080808001", "", "malformed", "" },
	{ "reference to no device", OPEN "01 0c 01 17 01 00 " OP "00 01 0c", "", "malformed", "" },
	{ "reference to op 0", OPEN "01 0c 01 17 01 00 " OP "00 00 14", "", "malformed", "" },
	{ "reference to stream 2^62", OPEN "01 0c 01 17 01 00 " OP "818080808080808040 00 0c", "",
	  "malformed", "" },
	{ "three digits", OPEN "01 0c 01 19 01 00 " OP "03 0001", "", "malformed", "4 to 18" },
	{ "nineteen digits", OPEN "01 0c 01 19 01 00 " OP "13 0001", "", "malformed", "" },
	{ "10000 in four digits", OPEN "01 0c 01 19 01 00 " OP "04 2710", "", "malformed", "" },
	{ "digits cut", OPEN "01 0c 01 19 01 00 " OP "04 27", "", "truncated", "" },
	{ "own length of three digits", OPEN "01 0c 01 19 01 00 " OP "00 03 0001", "", "malformed", "" },
	{ "personal part cut in its salt", PTEXT, "0011223344", "truncated", "" },
	{ "personal part of a salt alone", PTEXT, SALT, "truncated", "it is there for columns" },
	{ "personal part missing", PTEXT, "", "malformed", "the payload announces a column" },
	{ "personal part not wanted", OPEN SHAPE OP "02", SALT "0b 01 61 00", "trailing_bytes", "" },
	{ "personal column of integers", PTEXT, SALT "03 01 02", "malformed",
	  "texts and digits only" },
	{ "personal column of nothing", PTEXT, SALT "0b 00", "malformed", "" },
	{ "personal column of another kind", PTEXT, SALT "0c 01 04 0001", "malformed", "" },
	{ "personal column too long", PTEXT, SALT "0b 02 61 00 62 00", "malformed",
	  "two values, and the payload has one" },
	{ "personal columns too many", PTEXT, SALT "0b 01 61 00 0b 01 61 00", "trailing_bytes", "" },
	{ "personal text without its end", PTEXT, SALT "0b 01 61", "truncated", "" },
	{ "personal digits above their length", PDIGITS, SALT "0c 01 04 2710", "malformed", "" },
	{ "personal text with a bad escape", PTEXT, SALT "0b 01 0161 00", "bad_utf8", "" },
};

static void put(const struct row *rows, size_t n)
{
	const char *in = fmt("{'device':'%s'}", fx.self);
	size_t i;

	for (i = 0; i < n; i++)
		bad("changeset", rows[i].name, in, plain_of(rows[i].payload, rows[i].personal),
		    rows[i].error, rows[i].why);
}

void make_bad_changesets(void)
{
	const char *in = fmt("{'device':'%s'}", fx.self);

	put(heads, sizeof heads / sizeof heads[0]);
	put(shapes, sizeof shapes / sizeof shapes[0]);
	put(columns, sizeof columns / sizeof columns[0]);
	bad("changeset", "no bytes", in, "", "truncated", "");
	bad("changeset", "long payload length", in, "8000", "not_canonical", "");
	bad("changeset", "payload longer than what is there", in, "ffffffff0f 01", "truncated", "");
	bad("changeset", "remark of 4 KiB and one", in,
	    plain_of(fmt(OPEN "01 0d 02 13 14 01 05 " OP "02 %s00", hex_run('a', 4097)), ""),
	    "too_large", "");
	bad("changeset", "erased form", in,
	    fmt("00%s", plain_of(PTEXT, fmt("0b 01 01 %s", hex_run(0, 32)))), "malformed",
	    "of a later format (section 11.7): who does not know it can't read it");
}
