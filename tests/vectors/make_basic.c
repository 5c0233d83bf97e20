/* Vectors of what all else is made of. */
#include "tests/vectors/make_vectors.h"

#include <string.h>

static void cbor_good(void)
{
	static const char *const list[][3] = {
		{ "zero", "0", "the shortest item" },
		{ "23", "23", "the last in one byte" },
		{ "24", "24", "the first in two" },
		{ "255", "255", "the last in two" },
		{ "256", "256", "the first in three" },
		{ "65535", "65535", "the last in three" },
		{ "65536", "65536", "the first in five" },
		{ "2^32-1", "4294967295", "the last in five" },
		{ "2^32", "4294967296", "the first in nine" },
		{ "2^64-1", "{'uint':'18446744073709551615'}", "the greatest" },
		{ "-1", "-1", "a negative one" },
		{ "-2^63", "-9223372036854775808", "the least" },
		{ "text", "'Xã Tứ Yên'", "UTF-8" },
		{ "empty text", "''", "" },
		{ "bytes", "{'bytes':'00ff'}", "" },
		{ "array", "[1,[2,3],[]]", "" },
		{ "map", "{'map':[[0,1],[1,'a'],[-1,null]]}", "keys in the order of their bytes" },
		{ "simple values", "[false,true,null]", "the three that there are" },
		{ "depth 8", "[[[[[[[[]]]]]]]]", "as deep as it goes" },
	};
	size_t i;

	for (i = 0; i < sizeof list / sizeof list[0]; i++)
		good("cbor", fmt("cbor %s", list[i][0]), "", list[i][1], list[i][2]);
}

static void cbor_bad(void)
{
	static const char *const list[][4] = {
		{ "empty input", "", "truncated", "no item" },
		{ "missing argument", "18", "truncated", "its byte is missing" },
		{ "cut text", "6461", "truncated", "three bytes are missing" },
		{ "cut array", "8201", "truncated", "the second member is missing" },
		{ "huge array", "9affffffff", "truncated", "more members than bytes: no memory for it" },
		{ "huge text", "7bffffffffffffffff", "truncated", "more bytes than there are" },
		{ "huge map", "bbffffffffffffffff00", "truncated", "more pairs than bytes" },
		{ "long zero", "1800", "not_canonical", "one byte would do" },
		{ "long 23", "1817", "not_canonical", "one byte would do" },
		{ "long 255", "1900ff", "not_canonical", "two bytes would do" },
		{ "long 65535", "1a0000ffff", "not_canonical", "three bytes would do" },
		{ "long 2^32-1", "1b00000000ffffffff", "not_canonical", "five bytes would do" },
		{ "long text length", "780161", "not_canonical", "a length too has one form" },
		{ "indefinite array", "9f01ff", "not_canonical", "no indefinite lengths" },
		{ "indefinite text", "7f6161ff", "not_canonical", "no indefinite lengths" },
		{ "keys descend", "a201000000", "not_canonical", "1 before 0" },
		{ "key twice", "a201000100", "not_canonical", "" },
		{ "negative key first", "a220000000", "not_canonical", "-1 comes after 0" },
		{ "text key", "a1616100", "malformed", "keys are integers" },
		{ "tag", "c000", "malformed", "no tags" },
		{ "float", "f93c00", "malformed", "no floats" },
		{ "undefined", "f7", "malformed", "no other simple values" },
		{ "simple 32", "f820", "malformed", "no other simple values" },
		{ "break alone", "ff", "malformed", "" },
		{ "reserved length", "1c", "malformed", "28 to 30 mean nothing" },
		{ "below -2^63", "3b8000000000000000", "malformed", "does not fit 64 signed bits" },
		{ "trailing byte", "0000", "trailing_bytes", "one item, and no more" },
		{ "depth 9", "818181818181818180", "too_deep", "" },
		{ "text with zero", "6100", "bad_utf8", "U+0000 does not occur" },
		{ "overlong", "62c080", "bad_utf8", "" },
		{ "surrogate", "63eda080", "bad_utf8", "" },
		{ "above U+10FFFF", "64f4908080", "bad_utf8", "" },
		{ "lone byte", "6180", "bad_utf8", "" },
		{ "latin 1", "61e9", "bad_utf8", "é alone is not UTF-8" },
	};
	size_t i;

	for (i = 0; i < sizeof list / sizeof list[0]; i++)
		bad("cbor", fmt("cbor %s", list[i][0]), "", list[i][1], list[i][2], list[i][3]);
}

static void varints(void)
{
	static const char *const numbers[] = { "0", "1", "127", "128", "16383", "16384",
					       "4611686018427387903", "9223372036854775808",
					       "18446744073709551615" };
	static const char *const integers[] = { "0", "-1", "1", "-64", "64", "-65",
						"9223372036854775807", "-9223372036854775808" };
	size_t i;

	for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		good("varint", fmt("varint %s", numbers[i]), "", fmt("'%s'", numbers[i]), "");
	for (i = 0; i < sizeof integers / sizeof integers[0]; i++)
		good("zigzag", fmt("zigzag %s", integers[i]), "", fmt("'%s'", integers[i]), "");
	bad("varint", "varint of nothing", "", "", "truncated", "");
	bad("varint", "varint cut", "", "ff", "truncated", "bit 7 says that more follows");
	bad("varint", "varint long zero", "", "8000", "not_canonical", "00 would do");
	bad("varint", "varint long 127", "", "ff00", "not_canonical", "7f would do");
	bad("varint", "varint of 65 bits", "", "ffffffffffffffffff02", "not_canonical",
	    "its tenth byte is 00 or 01");
	bad("varint", "varint of eleven bytes", "", "ffffffffffffffffffff01", "not_canonical", "");
	bad("zigzag", "zigzag long -1", "", "8100", "not_canonical", "01 would do");
}

static void viscii(void)
{
	good("viscii", "viscii ascii", "", "'Song Lo 123'", "ASCII stands for itself");
	good("viscii", "viscii prose", "", "'Trường THCS Tứ Yên, xã Tứ Yên, huyện Sông Lô'",
	     "one byte a letter");
	good("viscii", "viscii low letters", "", "'ẲẴẪỶỸỴ'",
	     "letters that RFC 1456 puts among the control codes");
	good("viscii", "viscii line end", "", "'a\\nb\\tc'", "the other control codes stand for themselves");
	good("viscii", "viscii escaped controls", "",
	     "'\\u0001\\u0002\\u0005\\u0006\\u0014\\u0019\\u001e'",
	     "control codes whose bytes are letters, and the mark itself, are escaped");
	good("viscii", "viscii other scripts", "", "'½ — “ngoặc” … 中 \xf0\x9f\x93\x84'",
	     "what VISCII has not is escaped, one by one");
	good("viscii", "viscii decomposed", "", "'e\xcc\x82\xcc\xa3'",
	     "combining marks are escaped: this form normalises nothing");
	bad("viscii", "viscii mark at the end", "", "6101", "bad_utf8", "nothing follows the mark");
	bad("viscii", "viscii needless escape", "", "0161", "bad_utf8", "a has a byte");
	bad("viscii", "viscii needless letter", "", "01c38a", "bad_utf8", "Ê has a byte");
	bad("viscii", "viscii escaped surrogate", "", "01eda080", "bad_utf8", "");
	bad("viscii", "viscii escaped overlong", "", "01c081", "bad_utf8", "U+0001 takes one byte");
	bad("viscii", "viscii cut escape", "", "01e4b8", "bad_utf8", "");
	bad("viscii", "viscii lone byte escaped", "", "0180", "bad_utf8", "");
}

static void hashes(void)
{
	static const char *const domains[] = {
		"district/1", "device/1", "changeset/1", "head/1", "verdicts/1", "nonce/1",
		"leaf/1", "leaves/1", "record/1", "dictionary/1", "version/1", "snapshot/1"
	};
	size_t i;

	for (i = 0; i < sizeof domains / sizeof domains[0]; i++)
		good("hash", fmt("hash %s", domains[i]), "",
		     fmt("{'domain':'dongbo/%s','size':32,'parts':['616263']}", domains[i]),
		     "BLAKE2b-256 of abc, keyed with the domain");
	good("hash", "hash of parts", "",
	     "{'domain':'dongbo/head/1','size':32,'parts':['61','','6263']}",
	     "parts are put one after another: the same as for abc");
	good("hash", "hash of 24 bytes", "",
	     "{'domain':'dongbo/nonce/1','size':24,'parts':['616263']}",
	     "a shorter BLAKE2b is another hash, not the start of the longer one");
	good("hash", "hash keyed salt", "",
	     fmt("{'key':'%s%s','domain':'dongbo/salt/1','size':16,'parts':['0000000000000000']}",
		 "00112233445566778899aabbccddeeff", hex_run(0, 16)),
	     "a secret as the key: the domain's name goes in front of the parts");
	good("hash", "hash keyed claim", "",
	     fmt("{'key':'%s%s','domain':'dongbo/claim-mac/1','size':32,'parts':['616263']}",
		 "0f0e0d0c0b0a09080706050403020100", hex_run(0, 16)), "the same for claims");
	odd("device", "device id", "", HEX_OF(fx.device.public_key),
	    "the first 8 bytes of the key's hash");
	odd("device", "device id of another", "", HEX_OF(fx.other.public_key), "");
	odd("short_id", "short id", "", fmt("%016x%s%016x", 7, fx.self, 1),
	    "40 bits of the hash of stream, device, op (8 bytes each) in base 32");
	odd("short_id", "short id of stream 0", "", fmt("%016x%s%016x", 0, fx.else_, 300), "");
}

void make_basic(void)
{
	cbor_good();
	cbor_bad();
	varints();
	viscii();
	hashes();
}

static const char *signed_value(const char *domain, bool district, const char *bound)
{
	return fmt("{'domain':'dongbo/%s','district':%s,'bound':[%s],'payload':'8101'}", domain,
		   district ? fmt("'%s'", fx.id) : "null", bound);
}

void make_signatures(void)
{
	static const char *const domains[] = { "changeset/1", "head/1", "keys/1", "claim/1",
					       "succession/1", "generation/1" };
	const char *keys = fmt("{'keys':{'seed':'%s'}}", seed(SEED_DEVICE)), *made[6], *root;
	const char *bound = fmt("'%s','%s'", hex_run(0x11, 32), hex_run(0x22, 32));
	const size_t n = sizeof domains / sizeof domains[0];
	size_t i, k;

	for (i = 0; i < n; i++)
		made[i] = good("signature", fmt("signature %s", domains[i]), keys,
			       signed_value(domains[i], true, i == 0 ? bound : ""),
			       i == 0 ? "what binds comes after the key" : "");
	root = good("signature", "signature root/1", keys, signed_value("root/1", false, ""),
		    "no district yet: null");
	for (i = 0; i < n; i++)
		for (k = 0; k < n; k++)
			if (i != k)
				bad("signature", fmt("signature %s as %s", domains[i], domains[k]),
				    fmt("{'keys':{'seed':'%s'},'claimed':%s}", seed(SEED_DEVICE),
					signed_value(domains[k], true, i == 0 ? bound : "")),
				    made[i], "bad_signature",
				    "a signature is good for one purpose");
	bad("signature", "signature of another district",
	    fmt("{'keys':{'seed':'%s'},'claimed':%s}", seed(SEED_DEVICE),
		signed_value("head/1", false, "")), made[1], "bad_signature", "");
	bad("signature", "signature by another key",
	    fmt("{'keys':{'seed':'%s'},'claimed':%s}", seed(SEED_OTHER),
		signed_value("head/1", true, "")), made[1], "bad_signature", "");
	bad("signature", "signature with another predecessor",
	    fmt("{'keys':{'seed':'%s'},'claimed':%s}", seed(SEED_DEVICE),
		signed_value("changeset/1", true,
			     fmt("'%s','%s'", hex_run(0x12, 32), hex_run(0x22, 32)))), made[0],
	    "bad_signature", "what is bound counts");
	bad("signature", "signature flipped",
	    fmt("{'keys':{'seed':'%s'},'claimed':%s}", seed(SEED_DEVICE),
		signed_value("root/1", false, "")), flip(root, 5, 1), "bad_signature", "");
}
