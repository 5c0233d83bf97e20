/* protocol/enrolment: documents and what their signatures bind, the enrolment and
 * its armour, claims. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sodium.h>

#include "protocol/enrolment.h"
#include "protocol/limits.h"
#include "tests/lib/gen_bytes.h"

static struct sign_key root, other;
static struct buf b, c, text;

static int setup(void **state)
{
	uint8_t seed[32] = { 1 };

	(void)state;
	sign_make(&root, seed);
	seed[0] = 2;
	sign_make(&other, seed);
	buf_init(&b, LIMIT_MESSAGE);
	buf_init(&c, LIMIT_MESSAGE);
	buf_init(&text, 2 * LIMIT_MESSAGE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_release(&b);
	buf_release(&c);
	buf_release(&text);
	return 0;
}

/* A signed root document in b. */
static struct document make_root(uint8_t signature[SIGN_SIZE])
{
	uint8_t salt[16] = { 9 };

	buf_clear(&b);
	root_document_put(bytes_str("Huyện Sông Lô"), root.public_key, 1750000000, salt, &b);
	document_sign(&root, SIGN_ROOT, NULL, buf_view(&b), signature);
	return (struct document){ buf_view(&b), { signature, SIGN_SIZE } };
}

static struct server_keys keys_of(size_t count)
{
	struct server_keys k = { .version = 3, .since = -5, .box_count = count };
	size_t i;

	memset(k.working, 0x77, sizeof k.working);
	for (i = 0; i < count && i < BOX_KEYS_MAX; i++) {
		k.box[i].number = (uint8_t)(200 + i);
		memset(k.box[i].key, (int)i, SEAL_KEY);
	}
	return k;
}

/* A signed keys document in c. */
static struct document make_keys(const struct server_keys *k, const struct district *d,
				 uint8_t signature[SIGN_SIZE])
{
	buf_clear(&c);
	keys_document_put(k, &c);
	document_sign(&root, SIGN_KEYS, d->id, buf_view(&c), signature);
	return (struct document){ buf_view(&c), { signature, SIGN_SIZE } };
}

static void root_round_trip(void **state)
{
	uint8_t signature[SIGN_SIZE], id[32];
	struct document doc = make_root(signature);
	struct district d;

	(void)state;
	assert_int_equal(root_document_read(&doc, &d, NULL), 0);
	assert_true(bytes_equal(d.name, bytes_str("Huyện Sông Lô")));
	assert_memory_equal(d.root, root.public_key, SIGN_PUBLIC);
	assert_true(d.created == 1750000000);
	hash_parts(id, 32, HASH_DISTRICT, &doc.payload, 1);
	assert_memory_equal(d.id, id, 32);
}

static void root_damage(void **state)
{
	uint8_t signature[SIGN_SIZE];
	struct document doc = make_root(signature), bad = doc;
	struct district d;
	size_t bit, n;

	(void)state;
	for (bit = 0; bit < b.len * 8; bit++) {
		b.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(root_document_read(&doc, &d, NULL), 0);
		b.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (n = 0; n < doc.payload.len; n++) {
		bad.payload = gen_exact((struct bytes){ doc.payload.at, n });
		assert_int_equal(root_document_read(&bad, &d, NULL), ERR_TRUNCATED);
		gen_free(bad.payload);
	}
	bad = doc;
	bad.signature.len = 63;
	assert_int_equal(root_document_read(&bad, &d, NULL), ERR_BAD_SIGNATURE);
	bad.signature = BYTES_NONE;
	assert_int_equal(root_document_read(&bad, &d, NULL), ERR_BAD_SIGNATURE);
	document_sign(&other, SIGN_ROOT, NULL, doc.payload, signature);
	assert_int_equal(root_document_read(&doc, &d, NULL), ERR_BAD_SIGNATURE);
	document_sign(&root, SIGN_KEYS, NULL, doc.payload, signature);
	assert_int_equal(root_document_read(&doc, &d, NULL), ERR_BAD_SIGNATURE);
	b.at[1] = 2;
	assert_int_equal(root_document_read(&doc, &d, NULL), ERR_VERSION);
}

static void keys_round_trip(void **state)
{
	uint8_t signature[SIGN_SIZE];
	struct district d = { .id = { 4 } };
	size_t n;

	(void)state;
	memcpy(d.root, root.public_key, SIGN_PUBLIC);
	for (n = 1; n <= BOX_KEYS_MAX; n++) {
		struct server_keys k = keys_of(n), back;
		struct document doc = make_keys(&k, &d, signature);

		assert_int_equal(keys_document_read(&doc, &d, &back, NULL), 0);
		assert_memory_equal(&k, &back, sizeof k);
	}
}

static void keys_damage(void **state)
{
	uint8_t signature[SIGN_SIZE];
	struct district d = { .id = { 4 } };
	struct server_keys k = keys_of(2), back;
	struct document doc, bad;
	size_t bit, n;

	(void)state;
	memcpy(d.root, root.public_key, SIGN_PUBLIC);
	doc = make_keys(&k, &d, signature);
	for (bit = 0; bit < c.len * 8; bit++) {
		c.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(keys_document_read(&doc, &d, &back, NULL), 0);
		c.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (n = 0; n < doc.payload.len; n++) {
		bad = doc;
		bad.payload = gen_exact((struct bytes){ doc.payload.at, n });
		assert_int_equal(keys_document_read(&bad, &d, &back, NULL), ERR_TRUNCATED);
		gen_free(bad.payload);
	}
	d.id[0]++;
	assert_int_equal(keys_document_read(&doc, &d, &back, NULL), ERR_BAD_SIGNATURE);
	d.id[0]--;
	memcpy(d.root, other.public_key, SIGN_PUBLIC);
	assert_int_equal(keys_document_read(&doc, &d, &back, NULL), ERR_BAD_SIGNATURE);
}

/* Properly signed, but wrong inside. */
static void keys_limits(void **state)
{
	uint8_t signature[SIGN_SIZE];
	struct district d = { .id = { 4 } };
	struct server_keys none = keys_of(0), one = keys_of(1), back;
	struct document doc;
	size_t i;

	(void)state;
	memcpy(d.root, root.public_key, SIGN_PUBLIC);
	doc = make_keys(&none, &d, signature);
	assert_int_equal(keys_document_read(&doc, &d, &back, NULL), ERR_MALFORMED);
	/* Numbers are one byte on the envelope: 256 must not pass for 0. */
	one.box[0].number = 255;
	doc = make_keys(&one, &d, signature);
	assert_int_equal(keys_document_read(&doc, &d, &back, NULL), 0);
	buf_clear(&c);
	gen_hex(&c, "84 03 5820");
	buf_put(&c, one.working, 32);
	gen_hex(&c, "81 82 190100 5820");
	buf_put(&c, one.working, 32);
	gen_hex(&c, "00");
	document_sign(&root, SIGN_KEYS, d.id, buf_view(&c), signature);
	doc.payload = buf_view(&c);
	assert_int_equal(keys_document_read(&doc, &d, &back, NULL), ERR_MALFORMED);
	buf_clear(&c);
	gen_hex(&c, "84 03 5820");
	buf_put(&c, one.working, 32);
	gen_hex(&c, "91");
	for (i = 0; i < 17; i++) {
		gen_hex(&c, "82 01 5820");
		buf_put(&c, one.working, 32);
	}
	gen_hex(&c, "00");
	document_sign(&root, SIGN_KEYS, d.id, buf_view(&c), signature);
	doc.payload = buf_view(&c);
	assert_int_equal(keys_document_read(&doc, &d, &back, NULL), ERR_TOO_LARGE);
}

static struct enrolment sample(void)
{
	struct enrolment en = {
		.address = bytes_str("https://songlo.example:8443"),
		.root = { bytes_str("root document"), bytes_str("signature") },
		.keys = { bytes_str("keys document"), bytes_str("") },
		.unit = 1234567, .role = UINT32_MAX, .id = { 1, 2 }, .secret = { 3, 4 },
		.expires = 1760000000, .unit_name = bytes_str("Trường THCS Tứ Yên"),
		.stream_zero = bytes_str("deflated")
	};

	return en;
}

static void enrolment_round_trip(void **state)
{
	struct enrolment en = sample(), back;
	struct bytes exact;
	size_t n;

	(void)state;
	buf_clear(&b);
	enrolment_put(&en, &b);
	assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), 0);
	assert_true(bytes_equal(en.address, back.address));
	assert_true(bytes_equal(en.root.payload, back.root.payload));
	assert_true(bytes_equal(en.root.signature, back.root.signature));
	assert_true(bytes_equal(en.keys.payload, back.keys.payload));
	assert_true(bytes_equal(en.keys.signature, back.keys.signature));
	assert_true(en.unit == back.unit && en.role == back.role && en.expires == back.expires);
	assert_memory_equal(en.id, back.id, sizeof en.id);
	assert_memory_equal(en.secret, back.secret, sizeof en.secret);
	assert_true(bytes_equal(en.unit_name, back.unit_name));
	assert_true(bytes_equal(en.stream_zero, back.stream_zero));
	for (n = 0; n < b.len; n++) {
		exact = gen_exact((struct bytes){ b.at, n });
		assert_int_equal(enrolment_read(exact, &back, NULL), ERR_TRUNCATED);
		gen_free(exact);
	}
	buf_byte(&b, 0);
	assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), ERR_TRAILING);
	b.len--;
	b.at[1] = 2;
	assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), ERR_VERSION);
	b.at[1] = 1;
	b.at[0] = 0x8e;
	buf_byte(&b, 0);
	assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), ERR_MALFORMED);
}

static void pins_round_trip(void **state)
{
	struct enrolment en = sample(), back;
	size_t n, i;

	(void)state;
	for (n = 0; n <= PINS_MAX; n++) {
		en.pin_count = n;
		for (i = 0; i < n; i++)
			memset(en.pins[i], (int)(i + 1), PIN_SIZE);
		buf_clear(&b);
		enrolment_put(&en, &b);
		assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), 0);
		assert_int_equal(back.pin_count, n);
		assert_memory_equal(back.pins, en.pins, n * PIN_SIZE);
	}
	/* What is not known is passed over; no pins, too many, a short one are not. */
	en.pin_count = 0;
	buf_clear(&b);
	enrolment_put(&en, &b);
	b.at[0] = 0x8e;
	n = b.len;
	gen_hex(&b, "a1 09 82 01 02");
	assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), 0);
	assert_int_equal(back.pin_count, 0);
	b.len = n;
	gen_hex(&b, "a1 01 80");
	assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), ERR_MALFORMED);
	b.len = n;
	gen_hex(&b, "a1 01 85 40 40 40 40 40");
	assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), ERR_TOO_LARGE);
	b.len = n;
	gen_hex(&b, "a1 01 81 41 00");
	assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), ERR_MALFORMED);
}

static void key_papers(void **state)
{
	uint8_t signature[SIGN_SIZE], root_signature[SIGN_SIZE];
	struct server_keys k = keys_of(2), back;
	struct key_paper p = { { BYTES_NONE, BYTES_NONE }, { BYTES_NONE, BYTES_NONE } }, q;
	struct district d, e;
	struct buf keys;
	size_t n;

	(void)state;
	p.root = make_root(root_signature);
	assert_int_equal(root_document_read(&p.root, &d, NULL), 0);
	buf_init(&keys, 4096);
	keys_document_put(&k, &keys);
	p.keys.payload = buf_view(&keys);
	buf_clear(&text);
	key_paper_put(&p, &text);
	assert_int_equal(key_paper_read(buf_view(&text), &q, &e, &back, NULL), 0);
	assert_int_equal(q.keys.signature.len, 0);
	assert_int_equal(back.version, k.version);
	document_sign(&root, SIGN_KEYS, d.id, p.keys.payload, signature);
	p.keys.signature = BYTES_OF(signature);
	buf_clear(&text);
	key_paper_put(&p, &text);
	assert_int_equal(key_paper_read(buf_view(&text), &q, &e, &back, NULL), 0);
	assert_memory_equal(e.id, d.id, HASH_SIZE);
	for (n = 0; n < text.len; n++)
		assert_int_not_equal(key_paper_read((struct bytes){ text.at, n }, &q, &e, &back, NULL),
				     0);
	/* Every byte of it counts. */
	for (n = 0; n < text.len; n++) {
		text.at[n] ^= 0x40;
		assert_int_not_equal(key_paper_read(buf_view(&text), &q, &e, &back, NULL), 0);
		text.at[n] ^= 0x40;
	}
	buf_release(&keys);
}

static void role_is_32_bits(void **state)
{
	struct enrolment back;

	(void)state;
	buf_clear(&b);
	gen_hex(&b, "8d 01 60 40 40 40 40 00 1b0000000100000000 48 0000000000000000"
		    " 50 00000000000000000000000000000000 00 60 40");
	assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), ERR_MALFORMED);
	b.at[8] = 0x1a;
	memmove(b.at + 9, b.at + 13, b.len - 13);
	b.len -= 4;
	b.at[9] = 0xff;
	assert_int_equal(enrolment_read(buf_view(&b), &back, NULL), 0);
	assert_true(back.role == 0xff000000);
}

static int unarmour(struct bytes in)
{
	struct bytes exact = gen_exact(in);
	int code;

	buf_clear(&c);
	buf_put(&c, "before", 6);
	code = enrolment_unarmour(exact, &c, NULL);
	if (code != 0)
		assert_int_equal(c.len, 6);
	gen_free(exact);
	return code;
}

static void armour_round_trip(void **state)
{
	size_t n, i;

	(void)state;
	buf_clear(&b);
	for (n = 1; n < 200; n++) {
		buf_byte(&b, (uint8_t)(n * 37));
		buf_clear(&text);
		enrolment_armour(buf_view(&b), &text);
		assert_int_equal(unarmour(buf_view(&text)), 0);
		assert_int_equal(c.len, 6 + n);
		assert_memory_equal(c.at + 6, b.at, n);
		/* Lines that any mail program leaves alone. */
		for (i = 0; i < text.len; i += strcspn((char *)text.at + i, "\n") + 1)
			assert_true(memchr(text.at + i, '\n',
					   text.len - i < 65 ? text.len - i : 65) != NULL);
		assert_int_equal(text.at[text.len - 1], '\n');
	}
}

#define BEGIN "-----BEGIN DONGBO ENROLMENT-----"
#define END "-----END DONGBO ENROLMENT-----"

static void armour_of_others(void **state)
{
	static const struct { int code; const char *text; } list[] = {
		{ 0, BEGIN "\nYWJj\n" END "\n" },
		{ 0, BEGIN "\r\nYWJj\r\n" END "\r\n" },
		{ 0, BEGIN "\n\n YW\tJj  \n" END },
		{ 0, BEGIN "YWJj" END },
		{ 0, BEGIN "\nYWJj\n" END "\nSent from an office\n" },
		{ ERR_MALFORMED, "" },
		{ ERR_MALFORMED, "junk\n" BEGIN "\nYWJj\n" END "\n" },
		{ ERR_MALFORMED, "-----BEGIN DONGBO ENROLMENT----" },
		{ ERR_MALFORMED, "-----BEGIN DONGBO ENROLMENT---- \nYWJj\n" END "\n" },
		{ ERR_TRUNCATED, BEGIN }, { ERR_TRUNCATED, BEGIN "\nYWJj\n" },
		{ ERR_TRUNCATED, BEGIN "\nYWJj\n-----END DONGBO ENROLMENT----" },
		{ ERR_MALFORMED, BEGIN "\nYWJj\n-----END PGP DONGBO MESSAGE-----\n" },
		{ ERR_MALFORMED, BEGIN END },
		{ ERR_MALFORMED, BEGIN "\nYWJ\n" END "\n" },
		{ ERR_MALFORMED, BEGIN "\nYW!Jj\n" END "\n" },
		{ ERR_MALFORMED, BEGIN "\nYWJj=\n" END "\n" },
		{ ERR_MALFORMED, BEGIN "\nYW_j\n" END "\n" },
		{ ERR_MALFORMED, BEGIN "\nYW\xc2\xa0Jj\n" END "\n" },
		{ ERR_MALFORMED, BEGIN "\nYWJj\nVersion: 1\n" END "\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		int code = unarmour(bytes_str(list[i].text));

		if (code != list[i].code)
			fail_msg("%d for <%s>", code, list[i].text);
		if (code == 0) {
			assert_int_equal(c.len, 9);
			assert_memory_equal(c.at + 6, "abc", 3);
		}
	}
}

static void armour_cuts_and_size(void **state)
{
	struct bytes large = { calloc(1, LIMIT_MESSAGE + 1), LIMIT_MESSAGE + 1 };
	size_t n;

	(void)state;
	buf_clear(&text);
	enrolment_armour(bytes_str("more than one line of it, so that there are two lines"), &text);
	/* The last byte is the line's end and carries nothing. */
	for (n = 0; n < text.len - 1; n++)
		assert_int_not_equal(unarmour((struct bytes){ text.at, n }), 0);
	assert_int_equal(unarmour((struct bytes){ text.at, n }), 0);
	assert_non_null(large.at);
	assert_int_equal(unarmour(large), ERR_TOO_LARGE);
	gen_free(large);
}

static void claims(void **state)
{
	uint8_t district[32] = { 1 }, id[MESSAGE_ID] = { 2 }, secret[CLAIM_SECRET] = { 3 };
	struct message_claim claim, bad;
	struct err e = { 0 };
	int i;

	(void)state;
	claim_make(&root, district, id, 77, bytes_str("Lê Thị Ví Dụ"), secret, &claim);
	assert_memory_equal(claim.key, root.public_key, 32);
	assert_int_equal(claim_check(&claim, district, 77, secret, &e), 0);
	for (i = 0; i < CLAIM_SECRET; i++) {
		secret[i] ^= 1;
		assert_int_equal(claim_check(&claim, district, 77, secret, &e), ERR_ENROL_MAC);
		secret[i] ^= 1;
	}
	assert_int_equal(claim_check(&claim, district, 78, secret, &e), ERR_ENROL_MAC);
	district[31] ^= 1;
	assert_int_equal(claim_check(&claim, district, 77, secret, &e), ERR_BAD_SIGNATURE);
	district[31] ^= 1;
	bad = claim;
	bad.author = bytes_str("Lê Thị Ví Dụ ");
	assert_int_equal(claim_check(&bad, district, 77, secret, &e), ERR_ENROL_MAC);
	bad = claim;
	bad.enrolment[7] ^= 1;
	assert_int_equal(claim_check(&bad, district, 77, secret, &e), ERR_ENROL_MAC);
	bad = claim;
	memcpy(bad.key, other.public_key, 32);
	assert_int_equal(claim_check(&bad, district, 77, secret, &e), ERR_ENROL_MAC);
	bad = claim;
	bad.signature[63] ^= 1;
	assert_int_equal(claim_check(&bad, district, 77, secret, &e), ERR_ENROL_MAC);
	bad = claim;
	bad.mac[31] ^= 1;
	assert_int_equal(claim_check(&bad, district, 77, secret, &e), ERR_ENROL_MAC);
	assert_int_equal(e.code, ERR_ENROL_MAC);
}

/* Who has the secret still can't claim a key that is another's. */
static void claim_of_a_foreign_key(void **state)
{
	uint8_t district[32] = { 1 }, id[MESSAGE_ID] = { 2 }, secret[CLAIM_SECRET] = { 3 };
	struct sign_key thief = other;
	struct message_claim claim;

	(void)state;
	memcpy(thief.public_key, root.public_key, 32);
	claim_make(&thief, district, id, 77, bytes_str("An"), secret, &claim);
	assert_int_equal(claim_check(&claim, district, 77, secret, NULL), ERR_BAD_SIGNATURE);
}

static void claim_of_a_long_author(void **state)
{
	uint8_t district[32] = { 1 }, id[MESSAGE_ID] = { 2 }, secret[CLAIM_SECRET] = { 3 };
	struct bytes author = { calloc(1, 5000), 5000 };
	struct message_claim claim;

	(void)state;
	assert_non_null(author.at);
	claim_make(&root, district, id, UINT64_MAX, author, secret, &claim);
	assert_int_equal(claim_check(&claim, district, UINT64_MAX, secret, NULL), 0);
	claim.author.len--;
	assert_int_equal(claim_check(&claim, district, UINT64_MAX, secret, NULL), ERR_ENROL_MAC);
	gen_free(author);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_round_trip),
		cmocka_unit_test(root_damage),
		cmocka_unit_test(keys_round_trip),
		cmocka_unit_test(keys_damage),
		cmocka_unit_test(keys_limits),
		cmocka_unit_test(enrolment_round_trip),
		cmocka_unit_test(pins_round_trip),
		cmocka_unit_test(key_papers),
		cmocka_unit_test(role_is_32_bits),
		cmocka_unit_test(armour_round_trip),
		cmocka_unit_test(armour_of_others),
		cmocka_unit_test(armour_cuts_and_size),
		cmocka_unit_test(claims),
		cmocka_unit_test(claim_of_a_foreign_key),
		cmocka_unit_test(claim_of_a_long_author),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}
