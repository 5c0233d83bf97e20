/* Vectors of envelopes, the district's documents, enrolments, claims. */
#include "tests/vectors/make_vectors.h"

#include <string.h>

static const char *ends(unsigned device, unsigned box)
{
	return fmt("{'keys':{'device_seed':'%s','box_seed':'%s','ephemeral_seed':'%s'},"
		   "'key_number':3}", seed(device), seed(box), seed(SEED_EPHEMERAL));
}

void make_envelopes(void)
{
	const char *in = ends(SEED_DEVICE, SEED_BOX), *known, *first, *reply;
	const char *nonce = hex_run(0x4e, SEAL_NONCE);

	known = good("envelope", "envelope of a known device", in,
		     fmt("{'suite':'known','key_number':3,'device':'%s','nonce':'%s',"
			 "'content':'820112'}", fx.self, nonce),
		     "box key 3 is the server's; the nonce of the box is a hash of the header");
	first = good("envelope", "envelope of an unknown device", in,
		     "{'suite':'first','key_number':3,'content':'820112'}",
		     "the ephemeral key travels, and serves once");
	reply = good("envelope", "envelope of a reply", in,
		     fmt("{'suite':'reply','key_number':3,'nonce':'%s','content':'820500'}", nonce),
		     "sealed to the device");
	good("envelope", "envelope of nothing", in,
	     fmt("{'suite':'reply','key_number':3,'nonce':'%s','content':''}", nonce), "");
	good("refusal", "refusal", "", "31", "in clear, and worth as much");
	good("refusal", "refusal above 127", "", "200", "a varint");
	bad("refusal", "refusal 0", "", "d6b61400", "malformed", "");
	bad("refusal", "refusal 10000", "", "d6b614904e", "malformed", "numbers end at 9999");
	bad("refusal", "refusal cut", "", "d6b614", "malformed", "");
	bad("envelope", "envelope of no bytes", in, "", "not_a_dongbo_answer", "");
	bad("envelope", "envelope with another magic", in, flip(known, 1, 1), "not_a_dongbo_answer",
	    "a page of a proxy, say");
	bad("envelope", "envelope that is a page", in, "3c68746d6c3e", "not_a_dongbo_answer", "<html>");
	bad("envelope", "envelope of suite 15", in, flip(known, 2, 4), "unknown_version", "");
	bad("envelope", "envelope cut in its header", in, fmt("%.20s", known), "truncated", "");
	bad("envelope", "envelope cut in its tag", in, cut(known, 4), "truncated",
	    "less than a tag's 16 bytes after the header");
	bad("envelope", "envelope cut in its box", in, cut(reply, 1), "bad_seal", "");
	bad("envelope", "envelope with another key number", in, flip(known, 3, 1),
	    "not_sealed_to_us", "nobody has key 2");
	bad("envelope", "envelope with another device", in, flip(known, 5, 1), "unknown_device", "");
	bad("envelope", "envelope with another nonce", in, flip(known, 13, 1), "bad_seal",
	    "the whole header goes into the nonce of the box");
	bad("envelope", "envelope with another tag", in, flip(reply, -4, 1), "bad_seal", "");
	bad("envelope", "envelope with another content", in, flip(known, -1, 1), "bad_seal", "");
	bad("envelope", "envelope with a trailing byte", in, fmt("%s00", known), "bad_seal", "");
	bad("envelope", "envelope with another ephemeral key", in, flip(first, 8, 1), "bad_seal", "");
	bad("envelope", "envelope to another server", ends(SEED_DEVICE, SEED_OTHER), known, "bad_seal", "");
	bad("envelope", "envelope by another device", ends(SEED_OTHER, SEED_BOX), known,
	    "unknown_device", "its id is another");
	bad("envelope", "reply to another device", ends(SEED_OTHER, SEED_BOX), reply, "bad_seal", "");
	bad("envelope", "refusal instead of a reply", in, "d6b61421", "unknown_device",
	    "33: what the server says is what the caller gets");
}

static const char *with_signature(const char *inputs, const char *signature)
{
	return fmt("{%s%s'signature':'%s'}", inputs, inputs[0] == '\0' ? "" : ",", signature);
}

static void roots(void)
{
	const char *keys = fmt("'keys':{'root_seed':'%s'}", seed(SEED_ROOT)), *made, *signature;

	made = good("root", "root document", fmt("{%s}", keys),
		    fmt("{'name':'Huyện Sông Lô','created':1767225600,'salt':'%s'}",
			hex_run(0xa5, 16)), "signed by the key inside; its hash names the district");
	signature = json_string_value(newest("signature"));
	bad("root", "root document with another signature",
	    with_signature(keys, flip(signature, 9, 1)), made, "bad_signature", "");
	bad("root", "root document without a signature", with_signature(keys, ""), made,
	    "bad_signature", "");
	bad("root", "root document with another salt", with_signature(keys, signature),
	    flip(made, -1, 1), "bad_signature", "");
	bad("root", "root document of format 2", with_signature(keys, signature),
	    flip(made, 1, 3), "unknown_version", "");
	bad("root", "root document cut", with_signature(keys, signature), cut(made, 1), "truncated", "");
	bad("root", "root document with a trailing byte", with_signature(keys, signature),
	    fmt("%s00", made), "trailing_bytes", "");
	bad("root", "root document of four", with_signature(keys, signature),
	    fmt("84%s", cut(made, 17) + 2), "malformed", "");
}

static void key_documents(void)
{
	const char *in = fmt("'keys':{'root_seed':'%s'},'district':'%s','root':'%s'",
			     seed(SEED_ROOT), fx.id, HEX_OF(fx.root.public_key));
	const char *value = fmt("{'version':1,'working':'%s','box':[[1,'%s'],[3,'%s']],"
				"'since':1767225600}", HEX_OF(fx.working.public_key),
				hex_run(0x31, 32), HEX_OF(fx.box.public_key));
	const char *made = good("keys", "keys document", fmt("{%s}", in), value,
				"the last box key is in use, the first opens late sticks");
	const char *signature = json_string_value(newest("signature"));

	bad("keys", "keys document with another signature", with_signature(in, flip(signature, 0, 1)),
	    made, "bad_signature", "");
	bad("keys", "keys document of another district",
	    with_signature(fmt("'keys':{'root_seed':'%s'},'district':'%s','root':'%s'",
			       seed(SEED_ROOT), hex_run(7, 32), HEX_OF(fx.root.public_key)),
			   signature), made, "bad_signature", "");
	bad("keys", "keys document under another root",
	    with_signature(fmt("'keys':{'root_seed':'%s'},'district':'%s','root':'%s'",
			       seed(SEED_ROOT), fx.id, HEX_OF(fx.other.public_key)), signature),
	    made, "bad_signature", "");
	bad("keys", "keys document with another working key", with_signature(in, signature),
	    flip(made, 10, 1), "bad_signature", "");
	bad("keys", "keys document without box keys", with_signature(in, signature),
	    fmt("84015820%s8000", HEX_OF(fx.working.public_key)), "malformed", "");
	bad("keys", "keys document with 17 box keys", with_signature(in, signature),
	    fmt("84015820%s91%s00", HEX_OF(fx.working.public_key), hex_run(0x80, 17)), "too_large", "");
	bad("keys", "keys document with box key 256", with_signature(in, signature),
	    fmt("84015820%s81821901005820%s00", HEX_OF(fx.working.public_key), hex_run(0x31, 32)),
	    "malformed", "numbers are one byte");
	bad("keys", "keys document cut", with_signature(in, signature), cut(made, 3), "truncated", "");
}

void make_documents(void)
{
	roots();
	key_documents();
}

static void claims(void)
{
	const char *secret = "0f0e0d0c0b0a09080706050403020100";
	const char *in = fmt("{'keys':{'device_seed':'%s'},'district':'%s','unit':7,'secret':'%s'}",
			     seed(SEED_DEVICE), fx.id, secret);
	const char *made = good("claim", "claim", in,
				fmt("{'enrolment':'%s','author':'Lê Thị Ví Dụ'}", hex_run(0xe1, 8)),
				"signed by the key it claims; the secret proves who was handed it");
	const char *unit = fmt("{'keys':{'device_seed':'%s'},'district':'%s','unit':8,'secret':'%s'}",
			       seed(SEED_DEVICE), fx.id, secret);
	const char *other = fmt("{'keys':{'device_seed':'%s'},'district':'%s','unit':7,'secret':'%s'}",
				seed(SEED_DEVICE), fx.id, hex_run(0, 16));
	const char *district = fmt("{'keys':{'device_seed':'%s'},'district':'%s','unit':7,"
				   "'secret':'%s'}", seed(SEED_DEVICE), hex_run(1, 32), secret);

	bad("claim", "claim with another secret", other, made, "enrolment_secret_wrong", "");
	bad("claim", "claim of another unit", unit, made, "enrolment_secret_wrong", "");
	bad("claim", "claim of another key", in, flip(made, 15, 1), "enrolment_secret_wrong", "");
	bad("claim", "claim with another author", in, flip(made, 46, 1), "enrolment_secret_wrong", "");
	bad("claim", "claim with another signature", in, flip(made, -70, 1), "enrolment_secret_wrong",
	    "the MAC covers it");
	bad("claim", "claim with another MAC", in, flip(made, -1, 1), "enrolment_secret_wrong", "");
	bad("claim", "claim of another district", district, made, "bad_signature",
	    "the MAC does not name the district, the signature does");
	bad("claim", "claim cut", in, cut(made, 1), "truncated", "");
	bad("claim", "claim of four", in, fmt("84%s", cut(made, 34) + 2), "malformed", "");
	bad("claim", "claim with a short enrolment id", in, fmt("8547%s", cut(made, 0) + 6),
	    "malformed", "8 bytes");
}

static void codes(void)
{
	const char *in = "{'address':'https://dongbo.songlo.example'}";
	const char *value = fmt("{'seed':'00112233445566778899','print':'%.20s'}", fx.id);
	const char *made = good("code", "code", in, value, "eight groups of five, in ASCII");
	const char *mac = fmt("{'secret':'%s'}", "0f0e0d0c0b0a09080706050403020100");
	const char *request;

	odd("code", "code of an address in capitals", "{'address':'HTTPS://DONGBO.songlo.example/'}",
	    made, "case and slashes at the end do not count");
	bad("code", "code of another address", "{'address':'https://dongbo.songlo.examples'}", made,
	    "code_mistyped", "");
	bad("code", "code with a wrong digit", in, flip(made, 8, 1), "code_mistyped", "");
	bad("code", "code with a U", in, fmt("55%s", made + 2), "code_mistyped", "no code has it");
	bad("code", "code cut", in, cut(made, 1), "code_mistyped", "");
	request = good("code_request", "request by code", mac,
		       fmt("{'id':'%s','ephemeral':'%s'}", hex_run(0xe1, 8), hex_run(0x42, 32)),
		       "in clear: the server's keys are not known yet");
	bad("code_request", "request by code with another MAC", mac, flip(request, -1, 1),
	    "enrolment_secret_wrong", "");
	bad("code_request", "request by code for another key", mac, flip(request, 12, 1),
	    "enrolment_secret_wrong", "");
	good("code_reply", "reply to a code", "",
	     fmt("{'root':'%s','root_signature':'%s','keys':'84','keys_signature':'%s',"
		 "'envelope':'d6b613'}", hex_of(fx.root_payload), HEX_OF(fx.root_signature),
		 hex_run(5, 64)), "documents, then an envelope to the ephemeral key");
	bad("code_reply", "reply to a code, cut", "", "d6b6170584404040", "truncated", "");
}

void make_enrolments(void)
{
	static const char *const wrong[][3] = {
		{ "enrolment text of nothing", "", "malformed" },
		{ "enrolment text of another kind", "2d2d2d2d2d424547494e205047502d2d2d2d2d0a", "malformed" },
	};
	const char *value = fmt("{'address':'http://nv.songlo.example:8080','root':'%s',"
				"'root_signature':'%s','keys':'84','keys_signature':'%s','unit':7,"
				"'role':1,'id':'%s','secret':'%s','expires':1780000000,"
				"'unit_name':'Trường THCS Tứ Yên','stream_zero':'0300'}",
				hex_of(fx.root_payload), HEX_OF(fx.root_signature), hex_run(5, 64),
				hex_run(0xe1, 8), "0f0e0d0c0b0a09080706050403020100");
	const char *made = good("enrolment", "enrolment", "", value,
				"thirteen parts; documents are carried, and checked by who uses them");
	const char *text;
	size_t i;

	good("enrolment", "enrolment with pins", "",
	     fmt("%.*s,'pins':['%s','%s']}", (int)strlen(value) - 1, value, hex_run(0x11, 32),
		 hex_run(0x22, 32)), "the TLS keys that the server may show");
	odd("enrolment", "enrolment with a map", "", fmt("8e%sa10901", made + 2),
	    "extensions are passed over");
	bad("enrolment", "enrolment with five pins", "", fmt("8e%sa101854040404040", made + 2),
	    "too_large", "");
	bad("enrolment", "enrolment of format 2", "", flip(made, 1, 3), "unknown_version", "");
	bad("enrolment", "enrolment cut", "", cut(made, 1), "truncated", "");
	bad("enrolment", "enrolment with a trailing byte", "", fmt("%s00", made), "trailing_bytes", "");
	bad("enrolment", "enrolment of twelve", "", fmt("8c%s", cut(made, 3) + 2), "malformed", "");
	bad("enrolment", "enrolment of nothing", "", "", "truncated", "");
	text = good("enrolment_text", "enrolment text", "", fmt("'%s'", hex_run(0xe7, 100)),
		    "base64, 64 letters a line, between two marker lines");
	odd("enrolment_text", "enrolment text with other line ends", "",
	    hex_of(bytes_str("-----BEGIN DONGBO ENROLMENT-----\r\n 5+fn\r\n5+c=\t\r\n"
			     "-----END DONGBO ENROLMENT-----\r\nnhé\n")),
	    "blanks count nowhere; what follows the end is not looked at");
	bad("enrolment_text", "enrolment text cut", "", cut(text, 20), "truncated", "");
	bad("enrolment_text", "enrolment text without an end", "",
	    hex_of(bytes_str("-----BEGIN DONGBO ENROLMENT-----\n5+fn\n")), "truncated", "");
	bad("enrolment_text", "enrolment text of no letters", "",
	    hex_of(bytes_str("-----BEGIN DONGBO ENROLMENT----------END DONGBO ENROLMENT-----")),
	    "malformed", "");
	bad("enrolment_text", "enrolment text with a strange letter", "", flip(text, 41, 0x14),
	    "malformed", "");
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		bad("enrolment_text", wrong[i][0], "", wrong[i][1], wrong[i][2], "");
	codes();
	claims();
}
