/* Vectors of what is fixed now and coded later (SPEC.md section 11). */
#include "tests/vectors/make_vectors.h"

#include <string.h>

#include "protocol/changeset.h"

static const char *under(const char *domain, unsigned who)
{
	return fmt("{'keys':{'seed':'%s'},'domain':'dongbo/%s','district':'%s'}", seed(who), domain,
		   fx.id);
}

static const char *as_bytes(const char *hex)
{
	return fmt("{'bytes':'%s'}", hex);
}

static const char *key(const struct sign_key *k)
{
	return as_bytes(HEX_OF(k->public_key));
}

/* A bad case: the signature of the newest good one, under another domain or key. */
static void forged(const char *name, const char *domain, unsigned who, const char *hex,
		   const char *signature)
{
	bad("statement", name,
	    fmt("{'keys':{'seed':'%s'},'domain':'dongbo/%s','district':'%s','signature':'%s'}",
		seed(who), domain, fx.id, signature), hex, "bad_signature", "");
}

static void succession(void)
{
	const char *value = fmt("[1,%s,%s,3,1772323200,[[7,9,%s,40]]]", key(&fx.device),
				key(&fx.other), as_bytes(hex_run(0xc1, 32)));
	const char *made, *signature;

	good("statement", "succession by the new key", under("succession/1", SEED_OTHER), value,
	     "11.5: it has what it claims");
	made = good("statement", "succession by the old key", under("succession/1", SEED_DEVICE),
		    value, "11.5: after a fork; in stream 7, change set 9 and op 40 are its last");
	signature = json_string_value(newest("signature"));
	forged("succession by a third key", "succession/1", SEED_WORKING, made, signature);
	forged("succession as a claim", "claim/1", SEED_DEVICE, made, signature);
}

static void generations(void)
{
	const char *value = fmt("[1,7,%s,40,%s,%s]", as_bytes(hex_run(0x6e, 16)),
				as_bytes(hex_run(0xaa, 32)), as_bytes(hex_run(0x6f, 16)));
	const char *made = good("statement", "generation", under("generation/1", SEED_WORKING), value,
				"11.11: after position 40 the stream goes on under another");

	forged("generation by a device", "generation/1", SEED_DEVICE, made,
	       json_string_value(newest("signature")));
	good("hash", "head of a new generation", "",
	     fmt("{'domain':'dongbo/head/1','size':32,'parts':['%s','%s']}", hex_run(0xaa, 32),
		 hex_run(0x6f, 16)), "11.11: head(40) and the new generation, 48 bytes");
}

/* What a chief signs: test_version.c makes the same records and must come to this. */
static void versions(void)
{
	const char *self = as_bytes(fx.self), *other = as_bytes(fx.else_);
	const char *state, *root, *row;

	state = good("cbor", "version: the move into its state", "", fmt("[%s,9]", other),
		     "5.7: null where it was never moved");
	root = good("cbor", "version: the record", "",
		    fmt("[[%s,1],900,0,null,[[9001,'Xin kinh phí'],[9002,5000000],[9003,[4,%s,4]],"
			"[9004,1],[9004,3],[9005,[0,20513]],[9006,[1,7,%s,12]],[9007,true]]]", self,
			self, other),
		    "5.7: a personal text by its op; two members of a set; a reference");
	row = good("cbor", "version: a row", "",
		   fmt("[[%s,6],901,9008,[%s,1],[[9011,'Học phí']]]", self, self), "5.7");
	good("hash", "digest of a version", "",
	     fmt("{'domain':'dongbo/version/1','size':32,'parts':['%s','%s','%s']}", state, root,
		 row), "5.7: state, record, rows by id: the digest that a sign op has");
}

/* Leaf, or its salt, of value `place` of the part that starts with this salt. */
static const char *proof(const char *salt, unsigned place, const char *text_hex, bool leaf)
{
	uint8_t number[8] = { 0 }, key32[32] = { 0 }, out[HASH_SIZE], one[CHANGESET_SALT];
	struct bytes parts[2] = { BYTES_OF(number) };

	memcpy(key32, bytes_of(salt).at, CHANGESET_SALT);
	number[7] = (uint8_t)place;
	hash_keyed(one, sizeof one, key32, HASH_SALT, parts, 1);
	if (!leaf)
		return HEX_OF(one);
	parts[0] = BYTES_OF(one);
	parts[1] = bytes_of(text_hex);
	hash_parts(out, sizeof out, HASH_LEAF, parts, 2);
	return HEX_OF(out);
}

/* Two numbers in one column, two names in the other; the second number and the
 * first name are erased. */
static void erasures(void)
{
	static const char salt[] = "00112233445566778899aabbccddeeff";
	const char *numbers[] = { hex_of(bytes_str("0912000000")), hex_of(bytes_str("0912999999")) };
	const char *names[] = { hex_of(bytes_str("Mẫu")), hex_of(bytes_str("Thử")) };
	const char *leaves = fmt("%s%s%s%s", proof(salt, 0, numbers[0], true),
				 proof(salt, 1, numbers[1], true), proof(salt, 2, names[0], true),
				 proof(salt, 3, names[1], true));
	uint8_t root[HASH_SIZE];
	struct bytes all = bytes_of(leaves);
	const char *in, *whole, *column;

	hash_parts(root, sizeof root, HASH_LEAVES, &all, 1);
	in = fmt("{'root':'%s','before':'%s'}", HEX_OF(root),
		 fmt("%s0c020a000036365c6b0446003f" "0b02" "4de77500" "5468d800", salt));
	column = fmt("0c0202%s%s" "0a" "00365c0400", proof(salt, 0, "", false),
		     proof(salt, 1, numbers[1], true));
	whole = fmt("%s" "0b0201%s%s" "5468d800", column, proof(salt, 2, names[0], true),
		    proof(salt, 3, "", false));
	odd("erased", "erased personal part", in, whole,
	    "11.7: leaves of what is gone, salts and values of what is left; the root is as before");
	odd("erased", "personal part with nothing left", in,
	    fmt("0c0203%s%s0b0203%s%s", proof(salt, 0, numbers[0], true),
		proof(salt, 1, numbers[1], true), proof(salt, 2, names[0], true),
		proof(salt, 3, names[1], true)), "11.7: four leaves");
	bad("erased", "erased part with another value", in, flip(whole, -2, 1), "bad_signature",
	    "the root is another, so no signature fits");
	bad("erased", "erased part with another leaf", in, flip(whole, 3 + 16 + 4, 1), "bad_signature", "");
	bad("erased", "erased part with spare bits", in, flip(whole, 2, 4), "malformed",
	    "two values, and bit 2 is set");
	bad("erased", "erased part cut", in, cut(whole, 1), "truncated", "");
	bad("erased", "erased part cut in a leaf", in, cut(column, 20), "truncated", "");
	bad("erased", "erased part of integers", in, flip(whole, 0, 0x0f), "malformed", "kind 3");
}

static void extensions(void)
{
	const char *value = fmt("{'map':[[2,[[%s,null,%s]]]]}", as_bytes("8601"),
				as_bytes(hex_run(2, 64)));
	const char *made = good("cbor", "request extensions", "", value,
				"11.1: a succession");

	odd("request", "request with extensions of later", "", fmt("830112%s", made),
	    "who does not know them reads on");
	value = fmt("{'map':[[2,[[7,%s,9,%s,40]]],[6,[[7,38]]]]}", as_bytes(hex_run(0xdd, 8)),
		    as_bytes(hex_run(0xc1, 32)));
	made = good("cbor", "reply extensions", "", value,
		    "11.1: a fork, how far backups reach");
	odd("reply", "reply with extensions of later", "", fmt("830500%s", made), "");
}

void make_later(void)
{
	succession();
	generations();
	versions();
	erasures();
	extensions();
}
