/* Enrolment codes: digits, sums, and the two messages that go with them. */
#include "code.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cbor.h"
#include "limits.h"

enum {
	SUITE_REQUEST = 0x16, SUITE_REPLY = 0x17, MAGIC_0 = 0xd6, MAGIC_1 = 0xb6,
	DIGITS = CODE_GROUPS * CODE_GROUP, NO_DIGIT = 32, DOCUMENTS_MAX = 16 * 1024,
	ELSEWHERE = 4 /* wrong groups from which on it is no slip of the finger */
};

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* In GF(32), modulo x^5 + x^2 + 1; b is a power of two. */
static unsigned times(unsigned a, unsigned b)
{
	for (; b > 1; b >>= 1)
		a = a & 16 ? (a << 1 ^ 0x25) : a << 1;
	return a;
}

/* What a group's sum begins with. */
static void constants(struct bytes address, uint8_t out[CODE_GROUPS])
{
	uint8_t lower[512], hash[16];
	struct bytes s = address;
	size_t i;

	while (s.len > 0 && s.at[s.len - 1] == '/')
		s.len--;
	if (s.len > sizeof lower)
		s.len = sizeof lower;
	for (i = 0; i < s.len; i++)
		lower[i] = s.at[i] >= 'A' && s.at[i] <= 'Z' ? (uint8_t)(s.at[i] + 32) : s.at[i];
	s.at = lower;
	hash_parts(hash, sizeof hash, HASH_CODE, &s, 1);
	for (i = 0; i < CODE_GROUPS; i++)
		out[i] = (uint8_t)(i | (hash[i] & 3u) << 3);
}

static unsigned sum(const uint8_t *d, unsigned start)
{
	return start ^ times(d[0], 16) ^ times(d[1], 8) ^ times(d[2], 4) ^ times(d[3], 2) ^ d[4];
}

void code_put(const struct code *c, struct bytes address, char out[CODE_TEXT])
{
	uint8_t data[CODE_SEED + CODE_PRINT], d[CODE_GROUP] = { 0 }, start[CODE_GROUPS];
	size_t g, i, bit = 0, at = 0;

	memcpy(data, c->seed, CODE_SEED);
	memcpy(data + CODE_SEED, c->print, CODE_PRINT);
	constants(address, start);
	for (g = 0; g < CODE_GROUPS; g++) {
		for (i = 0; i + 1 < CODE_GROUP; i++, bit += 5) {
			unsigned two = (unsigned)data[bit / 8] << 8;

			if (bit / 8 + 1 < sizeof data)
				two |= data[bit / 8 + 1];
			d[i] = (uint8_t)(two >> (11 - bit % 8) & 31);
		}
		d[CODE_GROUP - 1] = 0;
		d[CODE_GROUP - 1] = (uint8_t)sum(d, start[g]);
		if (g > 0)
			out[at++] = '-';
		for (i = 0; i < CODE_GROUP; i++)
			out[at++] = digits[d[i]];
	}
	out[at] = '\0';
	sodium_memzero(data, sizeof data);
	sodium_memzero(d, sizeof d);
}

static unsigned digit_of(uint8_t c)
{
	const char *found;

	if (c >= 'a' && c <= 'z')
		c = (uint8_t)(c - 32);
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	found = c == 0 ? NULL : strchr(digits, c);
	return found == NULL ? NO_DIGIT : (unsigned)(found - digits);
}

static int letter_fault(struct bytes rest, size_t n, struct code_fault *fault)
{
	size_t len = 1;

	/* The whole of a letter of several bytes, as far as it goes. */
	while (len < rest.len && len < 4 && rest.at[0] >= 0xc0 && (rest.at[len] & 0xc0) == 0x80)
		len++;
	*fault = (struct code_fault){ .kind = CODE_LETTER,
				      .group = (unsigned)(n / CODE_GROUP) + 1 };
	if (rest.at[0] >= ' ' && (rest.at[0] < 0x7f || len > 1))
		memcpy(fault->letter, rest.at, len);
	return ERR_BAD_CODE;
}

static int length_fault(size_t group, size_t count, struct code_fault *fault)
{
	*fault = (struct code_fault){ .kind = CODE_LENGTH, .group = (unsigned)group,
				      .count = count };
	return ERR_BAD_CODE;
}

/* The digits; where they stand in groups, each has five, or several times that. */
static int take_digits(struct bytes text, uint8_t d[DIGITS], struct code_fault *fault)
{
	size_t i, n = 0, begun = 0;

	for (i = 0; i <= text.len; i++) {
		uint8_t c = i < text.len ? text.at[i] : ' ';
		unsigned value = digit_of(c);

		if (value < NO_DIGIT) {
			if (n < DIGITS)
				d[n] = (uint8_t)value;
			n++;
			continue;
		}
		if (strchr("-. \t\r\n", c) == NULL || c == 0)
			return letter_fault((struct bytes){ text.at + i, text.len - i }, n, fault);
		/* Of a long row nobody can say where one is missing. */
		if ((n - begun) % CODE_GROUP != 0 && n - begun < 2 * CODE_GROUP)
			return length_fault(begun / CODE_GROUP + 1, n - begun, fault);
		begun = n;
	}
	return n == DIGITS ? 0 : length_fault(0, n, fault);
}

static unsigned count_bits(unsigned n)
{
	unsigned count = 0;

	for (; n != 0; n &= n - 1)
		count++;
	return count;
}

int code_read(struct bytes text, struct bytes address, struct code *out,
	      struct code_fault *fault)
{
	uint8_t d[DIGITS], data[CODE_SEED + CODE_PRINT] = { 0 }, start[CODE_GROUPS];
	size_t g, i, bit = 0;
	int code;

	*fault = (struct code_fault){ .kind = CODE_GOOD };
	code = take_digits(text, d, fault);
	if (code != 0)
		return code;
	constants(address, start);
	for (g = 0; g < CODE_GROUPS; g++) {
		if (sum(d + g * CODE_GROUP, start[g]) != 0)
			fault->wrong |= 1u << g;
		for (i = 0; i + 1 < CODE_GROUP; i++, bit += 5) {
			unsigned two = (unsigned)d[g * CODE_GROUP + i] << (11 - bit % 8);

			data[bit / 8] = (uint8_t)(data[bit / 8] | two >> 8);
			if (bit / 8 + 1 < sizeof data)
				data[bit / 8 + 1] = (uint8_t)(data[bit / 8 + 1] | (two & 0xff));
		}
	}
	if (fault->wrong != 0) {
		fault->kind = count_bits(fault->wrong) < ELSEWHERE ? CODE_WRONG : CODE_ELSEWHERE;
		fault->group = 1;
		while ((fault->wrong >> (fault->group - 1) & 1) == 0)
			fault->group++;
		code = ERR_BAD_CODE;
	} else {
		memcpy(out->seed, data, CODE_SEED);
		memcpy(out->print, data + CODE_SEED, CODE_PRINT);
	}
	sodium_memzero(data, sizeof data);
	sodium_memzero(d, sizeof d);
	return code;
}

void code_enrolment(const uint8_t seed[CODE_SEED], uint8_t id[MESSAGE_ID],
		    uint8_t secret[CLAIM_SECRET])
{
	const struct bytes part = { seed, CODE_SEED };
	uint8_t both[MESSAGE_ID + CLAIM_SECRET];

	hash_parts(both, sizeof both, HASH_CODE_SEED, &part, 1);
	memcpy(id, both, MESSAGE_ID);
	memcpy(secret, both + MESSAGE_ID, CLAIM_SECRET);
	sodium_memzero(both, sizeof both);
}

static void request_mac(const uint8_t id[MESSAGE_ID], const uint8_t secret[CLAIM_SECRET],
			const uint8_t ephemeral[32], uint8_t out[HASH_SIZE])
{
	const struct bytes parts[] = { { id, MESSAGE_ID }, { ephemeral, 32 } };
	uint8_t key[32] = { 0 };

	memcpy(key, secret, CLAIM_SECRET);
	hash_keyed(out, HASH_SIZE, key, HASH_CODE_MAC, parts, 2);
	sodium_memzero(key, sizeof key);
}

static void put_head(struct buf *out, uint8_t suite)
{
	const uint8_t head[] = { MAGIC_0, MAGIC_1, suite };

	buf_put(out, head, sizeof head);
}

void code_request_put(const uint8_t id[MESSAGE_ID], const uint8_t secret[CLAIM_SECRET],
		      const uint8_t ephemeral[32], struct buf *out)
{
	uint8_t mac[HASH_SIZE];

	request_mac(id, secret, ephemeral, mac);
	put_head(out, SUITE_REQUEST);
	buf_put(out, id, MESSAGE_ID);
	buf_put(out, ephemeral, 32);
	buf_put(out, mac, sizeof mac);
}

bool code_request_read(struct bytes in, const uint8_t **id, const uint8_t **ephemeral)
{
	if (in.len != CODE_REQUEST || in.at[0] != MAGIC_0 || in.at[1] != MAGIC_1 ||
	    in.at[2] != SUITE_REQUEST)
		return false;
	*id = in.at + 3;
	*ephemeral = in.at + 3 + MESSAGE_ID;
	return true;
}

bool code_request_ok(struct bytes in, const uint8_t secret[CLAIM_SECRET])
{
	const uint8_t *id, *ephemeral;
	uint8_t mac[HASH_SIZE];

	if (!code_request_read(in, &id, &ephemeral))
		return false;
	request_mac(id, secret, ephemeral, mac);
	return sodium_memcmp(mac, ephemeral + 32, sizeof mac) == 0;
}

void code_reply_put(const struct document *root, const struct document *keys,
		    struct bytes envelope, struct buf *out)
{
	struct buf documents;

	buf_init(&documents, DOCUMENTS_MAX);
	cbor_put_array(&documents, 4);
	cbor_put_bytes(&documents, root->payload);
	cbor_put_bytes(&documents, root->signature);
	cbor_put_bytes(&documents, keys->payload);
	cbor_put_bytes(&documents, keys->signature);
	put_head(out, SUITE_REPLY);
	buf_varint(out, documents.len);
	buf_add(out, buf_view(&documents));
	buf_add(out, envelope);
	out->failed |= documents.failed;
	buf_release(&documents);
}

int code_reply_read(struct bytes in, struct document *root, struct document *keys,
		    struct bytes *envelope, struct err *e)
{
	struct cursor at = cursor_of(in);
	struct bytes head = cursor_take(&at, 3), documents;
	struct cbor c;
	uint64_t len;

	if (at.failed || head.at[0] != MAGIC_0 || head.at[1] != MAGIC_1)
		return err_set(e, ERR_NOT_DONGBO, "reply");
	if (head.at[2] != SUITE_REPLY)
		return err_set(e, ERR_VERSION, "reply");
	len = cursor_varint(&at);
	if (!at.failed && len > DOCUMENTS_MAX)
		return err_set(e, ERR_TOO_LARGE, "reply");
	documents = cursor_take(&at, (size_t)len);
	if (at.failed)
		return err_set(e, ERR_TRUNCATED, "reply");
	*envelope = cursor_take(&at, cursor_left(&at));
	cbor_init(&c, documents);
	cbor_open_array(&c);
	root->payload = cbor_get_bytes(&c);
	root->signature = cbor_get_bytes(&c);
	keys->payload = cbor_get_bytes(&c);
	keys->signature = cbor_get_bytes(&c);
	cbor_close(&c);
	return cbor_finish(&c, "reply", e);
}
