/* Codes as people type them: every slip of one or two digits is found, and where it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/code.h"

static const char address[] = "https://dongbo.songlo.example";
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static struct code sample(unsigned n)
{
	struct code c;
	size_t i;

	for (i = 0; i < CODE_SEED; i++) {
		c.seed[i] = (uint8_t)(n * 37 + i * 101 + 7);
		c.print[i] = (uint8_t)(n * 151 + i * 13 + 1);
	}
	return c;
}

static int read(const char *text, const char *where, struct code *out, struct code_fault *f)
{
	return code_read(bytes_str(text), bytes_str(where), out, f);
}

static void round_trip(void **state)
{
	char text[CODE_TEXT], other[CODE_TEXT];
	struct code_fault f;
	unsigned n;

	(void)state;
	for (n = 0; n < 200; n++) {
		struct code c = sample(n), back;

		if (n == 0)
			memset(&c, 0, sizeof c);
		if (n == 1)
			memset(&c, 0xff, sizeof c);
		code_put(&c, bytes_str(address), text);
		assert_int_equal(strlen(text), CODE_TEXT - 1);
		assert_int_equal(read(text, address, &back, &f), 0);
		assert_int_equal(f.kind, CODE_GOOD);
		assert_memory_equal(&back, &c, sizeof c);
		/* Slashes and capitals of the address do not count. */
		code_put(&c, bytes_str("HTTPS://Dongbo.songlo.example//"), other);
		assert_string_equal(text, other);
	}
}

static void as_people_type_it(void **state)
{
	struct code c = sample(3), back;
	struct code_fault f;
	char text[CODE_TEXT], typed[3 * CODE_TEXT];
	size_t i, k;

	(void)state;
	code_put(&c, bytes_str(address), text);
	/* Without dashes, small, with O and l for 0 and 1. */
	for (i = k = 0; text[i] != '\0'; i++)
		if (text[i] != '-')
			typed[k++] = text[i] == '0' ? 'o' : text[i] == '1' ? 'l' :
				     text[i] >= 'A' ? (char)(text[i] + 32) : text[i];
	typed[k] = '\0';
	assert_int_equal(read(typed, address, &back, &f), 0);
	assert_memory_equal(&back, &c, sizeof c);
	/* With blanks and line ends. */
	for (i = k = 0; text[i] != '\0'; i++) {
		typed[k++] = text[i] == '-' ? '\t' : text[i] == '0' ? 'O' : text[i] == '1' ? 'I' :
			     text[i];
		if (text[i] == '-')
			typed[k++] = ' ';
	}
	typed[k++] = '\r';
	typed[k++] = '\n';
	typed[k] = '\0';
	assert_int_equal(read(typed, address, &back, &f), 0);
	assert_memory_equal(&back, &c, sizeof c);
}

/* Place of a digit in the text, and its group. */
static size_t place(size_t digit, unsigned *group)
{
	*group = (unsigned)(digit / CODE_GROUP);
	return digit + digit / CODE_GROUP;
}

static void every_wrong_digit_is_found_and_its_group(void **state)
{
	char text[CODE_TEXT];
	struct code_fault f;
	unsigned n, group;
	size_t i, k;

	(void)state;
	for (n = 0; n < 20; n++) {
		struct code c = sample(n), back;

		code_put(&c, bytes_str(address), text);
		for (i = 0; i < CODE_GROUPS * CODE_GROUP; i++) {
			size_t at = place(i, &group);
			char was = text[at];

			for (k = 0; digits[k] != '\0'; k++) {
				if (digits[k] == was)
					continue;
				text[at] = digits[k];
				assert_int_equal(read(text, address, &back, &f), ERR_BAD_CODE);
				assert_int_equal(f.kind, CODE_WRONG);
				assert_int_equal(f.wrong, 1u << group);
				assert_int_equal(f.group, group + 1);
			}
			text[at] = was;
		}
	}
}

static void every_two_that_changed_places_are_found(void **state)
{
	char text[CODE_TEXT], bent[CODE_TEXT];
	struct code_fault f;
	unsigned n, a, b;
	size_t i, k;

	(void)state;
	for (n = 0; n < 20; n++) {
		struct code c = sample(n), back;

		code_put(&c, bytes_str(address), text);
		for (i = 0; i < CODE_GROUPS * CODE_GROUP; i++)
			for (k = i + 1; k < CODE_GROUPS * CODE_GROUP; k++) {
				size_t x = place(i, &a), y = place(k, &b);

				if (text[x] == text[y])
					continue;
				memcpy(bent, text, sizeof bent);
				bent[x] = text[y];
				bent[y] = text[x];
				assert_int_equal(read(bent, address, &back, &f), ERR_BAD_CODE);
				assert_int_equal(f.wrong, 1u << a | 1u << b);
			}
		/* Whole groups. */
		for (a = 0; a < CODE_GROUPS; a++)
			for (b = a + 1; b < CODE_GROUPS; b++) {
				memcpy(bent, text, sizeof bent);
				memcpy(bent + 6 * a, text + 6 * b, CODE_GROUP);
				memcpy(bent + 6 * b, text + 6 * a, CODE_GROUP);
				assert_int_equal(read(bent, address, &back, &f), ERR_BAD_CODE);
				assert_int_equal(f.wrong, 1u << a | 1u << b);
			}
	}
}

static void another_address_is_found(void **state)
{
	static const char *const others[] = {
		"https://dongbo.songlo.examples", "https://dongb0.songlo.example",
		"http://dongbo.songlo.example", "https://dongbo.songlo.example:8443", "",
	};
	char text[CODE_TEXT];
	struct code c = sample(5), back;
	struct code_fault f;
	size_t i;

	(void)state;
	code_put(&c, bytes_str(address), text);
	for (i = 0; i < sizeof others / sizeof others[0]; i++)
		assert_int_equal(read(text, others[i], &back, &f), ERR_BAD_CODE);
	assert_int_equal(read(text, others[0], &back, &f), ERR_BAD_CODE);
	assert_int_equal(f.kind, CODE_ELSEWHERE);
}

static void what_is_no_code(void **state)
{
	static const struct {
		const char *text;
		enum code_fault_kind kind;
		unsigned group;
		size_t count;
		const char *letter;
	} cases[] = {
		{ "", CODE_LENGTH, 0, 0, "" },
		{ "-- --", CODE_LENGTH, 0, 0, "" },
		{ "00000", CODE_LENGTH, 0, 5, "" },
		{ "00000-0000-00000", CODE_LENGTH, 2, 4, "" },
		{ "00000-00000-000000", CODE_LENGTH, 3, 6, "" },
		{ "000000000000000000000000000000000000000", CODE_LENGTH, 0, 39, "" },
		{ "000000000000000000000000000000000000000\n", CODE_LENGTH, 0, 39, "" },
		{ "00000000000000000000000000000000000000000", CODE_LENGTH, 0, 41, "" },
		{ "0000U", CODE_LETTER, 1, 0, "U" },
		{ "00000-0u", CODE_LETTER, 2, 0, "u" },
		/* An input method that makes AS an A with an accent. */
		{ "00000-00000-0Á000", CODE_LETTER, 3, 0, "Á" },
		{ "ệ", CODE_LETTER, 1, 0, "ệ" },
		{ "0\xe1", CODE_LETTER, 1, 0, "" },
		{ "0\x01", CODE_LETTER, 1, 0, "" },
		{ "00000_00000", CODE_LETTER, 2, 0, "_" },
	};
	struct code back;
	struct code_fault f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (read(cases[i].text, address, &back, &f) != ERR_BAD_CODE ||
		    f.kind != cases[i].kind || f.group != cases[i].group ||
		    f.count != cases[i].count || strcmp(f.letter, cases[i].letter) != 0)
			fail_msg("%s: %d, group %u, %zu, '%s'", cases[i].text, (int)f.kind,
				 f.group, f.count, f.letter);
	}
	/* A NUL is a letter that no code has. */
	assert_int_equal(code_read((struct bytes){ (const uint8_t *)"0\0", 2 }, bytes_str(address),
				   &back, &f), ERR_BAD_CODE);
	assert_int_equal(f.kind, CODE_LETTER);
}

static void requests(void **state)
{
	struct code c = sample(1);
	uint8_t id[MESSAGE_ID], secret[CLAIM_SECRET], ephemeral[32] = { 5 };
	const uint8_t *got_id, *got_key;
	struct buf b;
	size_t i;

	(void)state;
	code_enrolment(c.seed, id, secret);
	buf_init(&b, 4096);
	code_request_put(id, secret, ephemeral, &b);
	assert_int_equal(b.len, CODE_REQUEST);
	assert_true(code_request_read(buf_view(&b), &got_id, &got_key));
	assert_memory_equal(got_id, id, MESSAGE_ID);
	assert_memory_equal(got_key, ephemeral, 32);
	assert_true(code_request_ok(buf_view(&b), secret));
	for (i = 0; i < b.len; i++) {
		b.at[i] ^= 1;
		assert_false(code_request_ok(buf_view(&b), secret));
		b.at[i] ^= 1;
		assert_false(code_request_read((struct bytes){ b.at, i }, &got_id, &got_key));
	}
	secret[15] ^= 1;
	assert_false(code_request_ok(buf_view(&b), secret));
	buf_byte(&b, 0);
	assert_false(code_request_read(buf_view(&b), &got_id, &got_key));
	buf_release(&b);
}

static void replies(void **state)
{
	const struct document root = { bytes_str("root"), bytes_str("its signature") };
	const struct document keys = { bytes_str("keys"), bytes_str("") };
	struct document r, k;
	struct bytes envelope;
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 4096);
	code_reply_put(&root, &keys, bytes_str("envelope"), &b);
	assert_int_equal(code_reply_read(buf_view(&b), &r, &k, &envelope, NULL), 0);
	assert_true(bytes_equal(r.payload, root.payload) && bytes_equal(r.signature, root.signature));
	assert_true(bytes_equal(k.payload, keys.payload) && bytes_equal(k.signature, keys.signature));
	assert_true(bytes_equal(envelope, bytes_str("envelope")));
	for (i = 0; i < b.len - strlen("envelope"); i++)
		assert_int_not_equal(code_reply_read((struct bytes){ b.at, i }, &r, &k, &envelope,
						     NULL), 0);
	b.at[2] = 0x13;
	assert_int_equal(code_reply_read(buf_view(&b), &r, &k, &envelope, NULL), ERR_VERSION);
	b.at[0] = '<';
	assert_int_equal(code_reply_read(buf_view(&b), &r, &k, &envelope, NULL), ERR_NOT_DONGBO);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(as_people_type_it),
		cmocka_unit_test(every_wrong_digit_is_found_and_its_group),
		cmocka_unit_test(every_two_that_changed_places_are_found),
		cmocka_unit_test(another_address_is_found),
		cmocka_unit_test(what_is_no_code),
		cmocka_unit_test(requests),
		cmocka_unit_test(replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
