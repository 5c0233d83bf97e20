/* Fuzz target: enrolments and documents, as text and as bytes.
 *
 * The property: what was read and written is read and written the same, nothing signs itself,
 * and armour round trips. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "protocol/enrolment.h"
#include "protocol/limits.h"
#include "tests/fuzz/fuzz.h"

/* Reads and writes; false where it can't be read. */
static bool turn(struct bytes in, struct buf *out)
{
	struct enrolment en;

	if (enrolment_read(in, &en, NULL) != 0)
		return false;
	enrolment_put(&en, out);
	return true;
}

static void read_encoded(struct bytes in)
{
	struct document doc = { in, { in.at, in.len < SIGN_SIZE ? in.len : SIGN_SIZE } };
	struct server_keys keys;
	struct district district = { .created = 0 };
	struct key_paper paper;
	struct buf once, twice;

	/* No input signs itself. */
	if (root_document_read(&doc, &district, NULL) == 0 ||
	    keys_document_read(&doc, &district, &keys, NULL) == 0 ||
	    (key_paper_read(in, &paper, &district, &keys, NULL) == 0 &&
	     paper.keys.signature.len > 0))
		abort();
	buf_init(&once, in.len + 16);
	buf_init(&twice, in.len + 16);
	/* What is not known of its last map is passed over. */
	if (turn(in, &once) && (once.failed || !turn(buf_view(&once), &twice) ||
				!bytes_equal(buf_view(&once), buf_view(&twice))))
		abort();
	buf_release(&twice);
	buf_release(&once);
}

void fuzz_sample(struct gen *g, struct buf *out)
{
	uint8_t noise[SIGN_SIZE];
	struct bytes signature = BYTES_OF(noise), text = bytes_str("Huyện Sông Lô");
	struct server_keys keys = { .version = gen_below(g, 9), .box_count = 1 + gen_below(g, 3) };
	struct enrolment en = { .address = bytes_str("https://dongbo.example:8443"),
				.unit = gen_below(g, 500), .role = (uint32_t)gen_below(g, 9),
				.expires = (int64_t)gen_below(g, 2000000000), .unit_name = text };
	struct buf root, key, whole;

	buf_init(&root, 10000);
	buf_init(&key, 10000);
	buf_init(&whole, 100000);
	gen_fill(g, noise, sizeof noise);
	root_document_put(text, noise, 1750000000, noise, &root);
	keys_document_put(&keys, &key);
	en.root = (struct document){ buf_view(&root), signature };
	en.keys = (struct document){ buf_view(&key), signature };
	en.stream_zero = (struct bytes){ noise, gen_below(g, sizeof noise) };
	en.pin_count = gen_below(g, PINS_MAX + 1);
	enrolment_put(&en, &whole);
	if (gen_below(g, 2) == 0)
		buf_add(out, buf_view(&whole));
	else
		enrolment_armour(buf_view(&whole), out);
	buf_release(&root);
	buf_release(&key);
	buf_release(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct buf out, text;

	buf_init(&out, LIMIT_MESSAGE);
	buf_init(&text, 2 * LIMIT_MESSAGE);
	read_encoded(in);
	if (enrolment_unarmour(in, &out, NULL) == 0)
		read_encoded(buf_view(&out));
	buf_clear(&out);
	enrolment_armour(in, &text);
	if (enrolment_unarmour(buf_view(&text), &out, NULL) != 0 ? size > 0 :
	    !bytes_equal(in, buf_view(&out)))
		abort();
	buf_release(&out);
	buf_release(&text);
	return 0;
}
