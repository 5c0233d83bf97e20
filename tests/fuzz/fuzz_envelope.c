/* Fuzz target: what is read before anything is trusted: headers of envelopes,
 * refusals, the parts of an object, and inflating under a small ceiling. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "protocol/changeset.h"
#include "protocol/seal.h"
#include "protocol/zip.h"
#include "tests/fuzz/fuzz.h"

enum { MAX = 5000 };

static void open_envelope(struct bytes in)
{
	static const uint8_t seed[32] = { 1 };
	struct seal_header h;
	struct seal_pair pair;
	struct buf content;

	if (seal_read_header(in, &h, NULL) != 0)
		return;
	if (h.raw.len + h.box.len != in.len)
		abort();
	seal_make(&pair, seed);
	buf_init(&content, in.len + 1);
	/* Nobody seals to this key with that header. */
	if (seal_open(&h, &pair, pair.public_key, &content, NULL) != ERR_BAD_SEAL ||
	    content.len != 0)
		abort();
	buf_release(&content);
}

static void inflate(struct bytes in)
{
	static const uint8_t words[] = "Nguyễn Thị Mẫu, Trường THCS Tứ Yên";
	struct bytes dictionaries[] = { BYTES_NONE, BYTES_OF(words) };
	struct buf out, packed;
	size_t i;

	buf_init(&out, MAX);
	buf_init(&packed, 2 * MAX);
	for (i = 0; i < 2; i++) {
		buf_clear(&out);
		if (zip_inflate(in, dictionaries[i], MAX, &out, NULL) != 0) {
			if (out.len != 0)
				abort();
			continue;
		}
		buf_clear(&packed);
		if (zip_deflate(buf_view(&out), dictionaries[i], &packed, NULL) != 0)
			abort();
	}
	buf_release(&out);
	buf_release(&packed);
}

/* What is sealed, refused, deflated, or an object around that. */
void fuzz_sample(struct gen *g, struct buf *out)
{
	static const enum seal_suite suites[] = { SEAL_KNOWN, SEAL_FIRST, SEAL_REPLY };
	uint8_t noise[SIGN_SIZE];
	struct bytes text = bytes_str("Trường THCS Tứ Yên, Trường THCS Nhân Đạo");
	struct seal_pair from, to;
	uint64_t pick = gen_below(g, 6);

	gen_fill(g, noise, sizeof noise);
	seal_make(&from, noise);
	seal_make(&to, noise + 32);
	if (pick < 3) {
		seal_close(suites[pick], 1, gen_next(g), noise, &from, to.public_key, text, out,
			   NULL);
		return;
	}
	if (pick == 3) {
		seal_refuse(-(int)gen_below(g, 130), out);
		return;
	}
	if (pick == 4) {
		buf_varint(out, gen_below(g, 300));
		buf_put(out, noise, sizeof noise);
	}
	if (zip_deflate(text, BYTES_NONE, out, NULL) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct object object;
	int code;

	open_envelope(in);
	code = seal_read_refusal(in, NULL);
	if (code > 0 || code < -9999)
		abort();
	if (object_split(in, &object, NULL) == 0) {
		if (object.signature < data || object.deflated.len > size)
			abort();
		inflate(object.deflated);
	}
	inflate(in);
	return 0;
}
