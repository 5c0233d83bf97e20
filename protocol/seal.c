/* Envelopes over libsodium's crypto_box. */
#include "seal.h"

#include <sodium.h>
#include <string.h>

#include "hash.h"
#include "limits.h"

static const uint8_t magic[2] = { 0xd6, 0xb6 };

void seal_make(struct seal_pair *pair, const uint8_t seed[32])
{
	crypto_box_seed_keypair(pair->public_key, pair->secret, seed);
}

int seal_from_sign(struct seal_pair *pair, const uint8_t sign_secret[64])
{
	if (crypto_sign_ed25519_sk_to_curve25519(pair->secret, sign_secret) != 0 ||
	    crypto_scalarmult_base(pair->public_key, pair->secret) != 0)
		return ERR_BAD_SIGNATURE;
	return 0;
}

int seal_public_from_sign(uint8_t out[SEAL_KEY], const uint8_t sign_public[32], struct err *e)
{
	if (crypto_sign_ed25519_pk_to_curve25519(out, sign_public) != 0)
		return err_set(e, ERR_BAD_SIGNATURE, "key");
	return 0;
}

int seal_read_header(struct bytes envelope, struct seal_header *out, struct err *e)
{
	struct cursor c = cursor_of(envelope);
	struct bytes first = cursor_take(&c, sizeof magic);
	struct seal_header h = { 0 };

	if (c.failed || memcmp(first.at, magic, sizeof magic) != 0)
		return err_set(e, ERR_NOT_DONGBO, "message");
	if (envelope.len > LIMIT_MESSAGE)
		return err_set(e, ERR_TOO_LARGE, "message");
	h.suite = (enum seal_suite)cursor_byte(&c);
	h.key_number = cursor_byte(&c);
	if (c.failed)
		return err_set(e, ERR_TRUNCATED, "message");
	if (h.suite == SEAL_KNOWN)
		h.device = cursor_u64(&c);
	else if (h.suite == SEAL_FIRST)
		h.ephemeral = cursor_take(&c, SEAL_KEY).at;
	else if (h.suite != SEAL_REPLY)
		return err_set(e, ERR_VERSION, "message");
	if (h.suite != SEAL_FIRST)
		cursor_take(&c, SEAL_NONCE);
	if (c.failed || cursor_left(&c) < crypto_box_MACBYTES)
		return err_set(e, ERR_TRUNCATED, "message");
	h.raw = (struct bytes){ envelope.at, (size_t)(c.at - envelope.at) };
	h.box = cursor_take(&c, cursor_left(&c));
	*out = h;
	return 0;
}

void seal_refuse(int code, struct buf *out)
{
	buf_put(out, magic, sizeof magic);
	buf_byte(out, SEAL_REFUSAL);
	buf_varint(out, (uint64_t)-(int64_t)code);
}

int seal_read_refusal(struct bytes envelope, struct err *e)
{
	struct cursor c = cursor_of(envelope);
	struct bytes head = cursor_take(&c, 3);
	uint64_t number;

	if (c.failed || memcmp(head.at, magic, sizeof magic) != 0 || head.at[2] != SEAL_REFUSAL)
		return 0;
	number = cursor_varint(&c);
	if (c.failed || number == 0 || number > 9999)
		return err_set(e, ERR_MALFORMED, "refusal");
	return err_set(e, -(int)number, "server");
}

/* The box's nonce: hash of header and recipient. */
static void make_nonce(uint8_t out[crypto_box_NONCEBYTES], struct bytes header,
		       const uint8_t to[SEAL_KEY])
{
	struct bytes parts[] = { header, { to, SEAL_KEY } };

	hash_parts(out, crypto_box_NONCEBYTES, HASH_NONCE, parts, 2);
}

int seal_close(enum seal_suite suite, uint8_t key_number, uint64_t device,
	       const uint8_t nonce[SEAL_NONCE], const struct seal_pair *from,
	       const uint8_t to[SEAL_KEY], struct bytes content, struct buf *out,
	       struct err *e)
{
	uint8_t box_nonce[crypto_box_NONCEBYTES];
	size_t start = out->len, head;
	uint8_t *box;

	buf_put(out, magic, sizeof magic);
	buf_byte(out, (uint8_t)suite);
	buf_byte(out, key_number);
	if (suite == SEAL_KNOWN)
		buf_u64(out, device);
	if (suite == SEAL_FIRST)
		buf_put(out, from->public_key, SEAL_KEY);
	else
		buf_put(out, nonce, SEAL_NONCE);
	head = out->len - start;
	box = buf_grow(out, content.len + crypto_box_MACBYTES);
	if (box == NULL || out->len - start > LIMIT_MESSAGE) {
		out->len = start;
		return err_set(e, ERR_TOO_LARGE, "message");
	}
	make_nonce(box_nonce, (struct bytes){ out->at + start, head }, to);
	if (crypto_box_easy(box, content.at, content.len, box_nonce, to, from->secret) != 0) {
		out->len = start;
		return err_set(e, ERR_BAD_SEAL, "message");
	}
	return 0;
}

int seal_open(const struct seal_header *h, const struct seal_pair *to,
	      const uint8_t from[SEAL_KEY], struct buf *content, struct err *e)
{
	uint8_t box_nonce[crypto_box_NONCEBYTES];
	size_t n = h->box.len - crypto_box_MACBYTES;
	uint8_t *plain = buf_grow(content, n > 0 ? n : 1);

	if (plain == NULL)
		return err_set(e, ERR_TOO_LARGE, "message");
	content->len -= n > 0 ? 0 : 1;
	make_nonce(box_nonce, h->raw, to->public_key);
	if (crypto_box_open_easy(plain, h->box.at, h->box.len, box_nonce, from, to->secret) == 0)
		return 0;
	content->len -= n;
	return err_set(e, ERR_BAD_SEAL, "message");
}
