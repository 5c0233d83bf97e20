/* protocol/seal: every suite there and back; whatever is touched, cut or meant for
 * another does not open; refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sodium.h>

#include "protocol/limits.h"
#include "protocol/seal.h"
#include "protocol/sign.h"
#include "tests/lib/gen_bytes.h"

static const uint8_t nonce[SEAL_NONCE] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
static const enum seal_suite suites[] = { SEAL_KNOWN, SEAL_FIRST, SEAL_REPLY };
static const size_t headers[] = { 24, 36, 16 };
static struct seal_pair alice, bob, eve;
static struct buf envelope, content;

static int setup(void **state)
{
	uint8_t seed[32] = { 1 };

	(void)state;
	seal_make(&alice, seed);
	seed[0] = 2;
	seal_make(&bob, seed);
	seed[0] = 3;
	seal_make(&eve, seed);
	buf_init(&envelope, 2 * LIMIT_MESSAGE);
	buf_init(&content, 2 * LIMIT_MESSAGE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_release(&envelope);
	buf_release(&content);
	return 0;
}

static void seal_text(enum seal_suite suite, struct bytes text)
{
	buf_clear(&envelope);
	assert_int_equal(seal_close(suite, 5, 0x0102030405060708, nonce, &alice, bob.public_key,
				    text, &envelope, NULL), 0);
}

/* Reads the header and opens, for `to`, from the sender or the ephemeral key. */
static int open_as(struct bytes in, const struct seal_pair *to, const struct seal_pair *from)
{
	struct seal_header h;
	struct err e = { 0 };
	int code = seal_read_header(in, &h, &e);

	buf_clear(&content);
	buf_put(&content, "before", 6);
	if (code == 0)
		code = seal_open(&h, to, h.suite == SEAL_FIRST ? h.ephemeral : from->public_key,
				 &content, &e);
	assert_int_equal(e.code, code);
	if (code != 0)
		assert_int_equal(content.len, 6);
	return code;
}

static void round_trip(void **state)
{
	struct bytes texts[] = { BYTES_NONE, bytes_str("x"), bytes_str("một phong bì") };
	struct seal_header h;
	size_t s, t;

	(void)state;
	for (s = 0; s < 3; s++)
		for (t = 0; t < 3; t++) {
			seal_text(suites[s], texts[t]);
			assert_int_equal(envelope.len, headers[s] + 16 + texts[t].len);
			assert_true(envelope.len - texts[t].len <= SEAL_OVERHEAD);
			assert_int_equal(open_as(buf_view(&envelope), &bob, &alice), 0);
			assert_int_equal(content.len, 6 + texts[t].len);
			if (texts[t].len > 0)
				assert_memory_equal(content.at + 6, texts[t].at, texts[t].len);
			assert_int_equal(seal_read_header(buf_view(&envelope), &h, NULL), 0);
			assert_int_equal(h.suite, suites[s]);
			assert_int_equal(h.key_number, 5);
			assert_true(h.device == (s == 0 ? 0x0102030405060708u : 0));
			assert_int_equal(h.raw.len, headers[s]);
		}
}

/* The box against libsodium called by hand. */
static void known_construction(void **state)
{
	uint8_t key[32] = "dongbo/nonce/1", box_nonce[24], box[16 + 3];
	crypto_generichash_state hash;

	(void)state;
	seal_text(SEAL_KNOWN, bytes_str("abc"));
	assert_memory_equal(envelope.at, "\xd6\xb6\x11\x05\1\2\3\4\5\6\7\x08", 12);
	assert_memory_equal(envelope.at + 12, nonce, SEAL_NONCE);
	crypto_generichash_init(&hash, key, 32, 24);
	crypto_generichash_update(&hash, envelope.at, 24);
	crypto_generichash_update(&hash, bob.public_key, 32);
	crypto_generichash_final(&hash, box_nonce, 24);
	assert_int_equal(crypto_box_easy(box, (const uint8_t *)"abc", 3, box_nonce,
					 bob.public_key, alice.secret), 0);
	assert_memory_equal(envelope.at + 24, box, sizeof box);
}

static void every_bit_counts(void **state)
{
	size_t s, bit;

	(void)state;
	for (s = 0; s < 3; s++) {
		seal_text(suites[s], bytes_str("abc"));
		for (bit = 0; bit < envelope.len * 8; bit++) {
			envelope.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_not_equal(open_as(buf_view(&envelope), &bob, &alice), 0);
			envelope.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_int_equal(open_as(buf_view(&envelope), &bob, &alice), 0);
	}
}

static void every_cut_fails(void **state)
{
	size_t s, n;

	(void)state;
	for (s = 0; s < 3; s++) {
		seal_text(suites[s], bytes_str("abc"));
		for (n = 0; n < envelope.len; n++) {
			struct bytes cut = gen_exact((struct bytes){ envelope.at, n });
			int want = n < 2 ? ERR_NOT_DONGBO :
				   n < headers[s] + 16 ? ERR_TRUNCATED : ERR_BAD_SEAL;

			assert_int_equal(open_as(cut, &bob, &alice), want);
			gen_free(cut);
		}
		buf_byte(&envelope, 0);
		assert_int_equal(open_as(buf_view(&envelope), &bob, &alice), ERR_BAD_SEAL);
	}
}

static void wrong_keys(void **state)
{
	(void)state;
	seal_text(SEAL_KNOWN, bytes_str("abc"));
	assert_int_equal(open_as(buf_view(&envelope), &eve, &alice), ERR_BAD_SEAL);
	assert_int_equal(open_as(buf_view(&envelope), &bob, &eve), ERR_BAD_SEAL);
	seal_text(SEAL_FIRST, bytes_str("abc"));
	assert_int_equal(open_as(buf_view(&envelope), &eve, &alice), ERR_BAD_SEAL);
	/* A request can't be shown as a reply: the key is the same both ways. */
	seal_text(SEAL_REPLY, bytes_str("abc"));
	assert_int_equal(open_as(buf_view(&envelope), &alice, &bob), ERR_BAD_SEAL);
}

/* A recipient's key on which every shared secret is the same. */
static void weak_recipient(void **state)
{
	uint8_t zero[SEAL_KEY] = { 0 };

	(void)state;
	buf_clear(&envelope);
	buf_put(&envelope, "before", 6);
	assert_int_equal(seal_close(SEAL_REPLY, 0, 0, nonce, &alice, zero, bytes_str("abc"),
				    &envelope, NULL), ERR_BAD_SEAL);
	assert_int_equal(envelope.len, 6);
}

static void what_is_no_envelope(void **state)
{
	static const struct { int code; const char *hex; } list[] = {
		{ ERR_NOT_DONGBO, "" }, { ERR_NOT_DONGBO, "d6" }, { ERR_NOT_DONGBO, "3c68" },
		{ ERR_NOT_DONGBO, "3c68746d6c3e" }, { ERR_NOT_DONGBO, "d6b7110000" },
		{ ERR_TRUNCATED, "d6b6" }, { ERR_TRUNCATED, "d6b611" },
		{ ERR_TRUNCATED, "d6b61100" }, { ERR_VERSION, "d6b61000" },
		{ ERR_VERSION, "d6b61500" }, { ERR_VERSION, "d6b6ff00" },
		{ ERR_VERSION, "d6b61401" },
	};
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 100);
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		buf_clear(&b);
		gen_hex(&b, list[i].hex);
		assert_int_equal(open_as(buf_view(&b), &bob, &alice), list[i].code);
	}
	buf_release(&b);
}

static void size_limits(void **state)
{
	size_t room = LIMIT_MESSAGE - headers[0] - 16;
	struct bytes text = { calloc(1, room + 1), room };
	struct buf small;

	(void)state;
	assert_non_null(text.at);
	seal_text(SEAL_KNOWN, text);
	assert_int_equal(envelope.len, LIMIT_MESSAGE);
	assert_int_equal(open_as(buf_view(&envelope), &bob, &alice), 0);
	buf_byte(&envelope, 0);
	assert_int_equal(open_as(buf_view(&envelope), &bob, &alice), ERR_TOO_LARGE);
	text.len++;
	buf_clear(&envelope);
	assert_int_equal(seal_close(SEAL_KNOWN, 5, 1, nonce, &alice, bob.public_key, text,
				    &envelope, NULL), ERR_TOO_LARGE);
	assert_int_equal(envelope.len, 0);
	text.len = 100;
	buf_init(&small, 100);
	assert_int_equal(seal_close(SEAL_KNOWN, 5, 1, nonce, &alice, bob.public_key, text,
				    &small, NULL), ERR_TOO_LARGE);
	assert_int_equal(small.len, 0);
	buf_release(&small);
	gen_free(text);
}

static void content_without_room(void **state)
{
	struct seal_header h;
	struct buf small;

	(void)state;
	seal_text(SEAL_REPLY, bytes_str("abc"));
	assert_int_equal(seal_read_header(buf_view(&envelope), &h, NULL), 0);
	buf_init(&small, 2);
	assert_int_equal(seal_open(&h, &bob, alice.public_key, &small, NULL), ERR_TOO_LARGE);
	assert_int_equal(small.len, 0);
	buf_release(&small);
}

static void refusals(void **state)
{
	static const struct { int code; const char *hex; } list[] = {
		{ 0, "" }, { 0, "d6b6" }, { 0, "d6b61300" }, { 0, "d6b71401" },
		{ ERR_MALFORMED, "d6b614" }, { ERR_MALFORMED, "d6b61400" },
		{ ERR_MALFORMED, "d6b61480" }, { ERR_MALFORMED, "d6b6148100" },
		{ -1, "d6b61401" }, { -9999, "d6b6148f4e" }, { ERR_MALFORMED, "d6b614904e" },
	};
	struct err e = { 0 };
	size_t i;

	(void)state;
	buf_clear(&envelope);
	seal_refuse(ERR_UNKNOWN_DEVICE, &envelope);
	assert_int_equal(seal_read_refusal(buf_view(&envelope), &e), ERR_UNKNOWN_DEVICE);
	assert_int_equal(e.code, ERR_UNKNOWN_DEVICE);
	assert_string_equal(e.subject, "server");
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		struct bytes exact;

		buf_clear(&envelope);
		gen_hex(&envelope, list[i].hex);
		exact = gen_exact(buf_view(&envelope));
		assert_int_equal(seal_read_refusal(exact, NULL), list[i].code);
		gen_free(exact);
	}
	seal_text(SEAL_REPLY, bytes_str("abc"));
	assert_int_equal(seal_read_refusal(buf_view(&envelope), NULL), 0);
}

static void converted_keys(void **state)
{
	uint8_t seed[32] = { 8 }, public_key[SEAL_KEY], weak[32] = { 1 };
	struct sign_key key;
	struct seal_pair pair;

	(void)state;
	sign_make(&key, seed);
	assert_int_equal(seal_from_sign(&pair, key.secret), 0);
	assert_int_equal(seal_public_from_sign(public_key, key.public_key, NULL), 0);
	assert_memory_equal(pair.public_key, public_key, SEAL_KEY);
	buf_clear(&envelope);
	assert_int_equal(seal_close(SEAL_REPLY, 5, 0, nonce, &alice, public_key,
				    bytes_str("abc"), &envelope, NULL), 0);
	assert_int_equal(open_as(buf_view(&envelope), &pair, &alice), 0);
	assert_int_equal(seal_public_from_sign(public_key, weak, NULL), ERR_BAD_SIGNATURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(known_construction),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(every_cut_fails),
		cmocka_unit_test(wrong_keys),
		cmocka_unit_test(weak_recipient),
		cmocka_unit_test(what_is_no_envelope),
		cmocka_unit_test(size_limits),
		cmocka_unit_test(content_without_room),
		cmocka_unit_test(refusals),
		cmocka_unit_test(converted_keys),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}
