/* Fuzz target: what is done with a text that somebody brings along.
 *
 * The properties: whatever the bytes, nothing dies. What is UTF-8 has a normal form that
 * is its own; keys are the same before and after it; conversions from the fonts of old
 * give UTF-8 in NFC; ASCII is never taken for an old font; sort keys have no zero byte
 * but the three that end their levels. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/text/collate.h"
#include "common/text/number.h"
#include "common/text/oldfont.h"
#include "common/text/text.h"
#include "protocol/cbor.h"
#include "tests/fuzz/fuzz.h"

enum { OUT_MAX = 1 << 24 };

static void must(bool held)
{
	if (!held)
		abort();
}

typedef int maker(struct bytes s, struct buf *out, struct err *e);

static struct buf made(maker *make, struct bytes s)
{
	struct buf b;

	buf_init(&b, OUT_MAX);
	must(make(s, &b, NULL) == 0);
	return b;
}

/* The same of the text and of its normal form. */
static void same_of_both(maker *make, struct bytes s, struct bytes nfc)
{
	struct buf a = made(make, s), b = made(make, nfc);

	must(bytes_equal(buf_view(&a), buf_view(&b)));
	buf_release(&a);
	buf_release(&b);
}

static void check_key(maker *make, struct bytes s, size_t levels)
{
	struct buf key = made(make, s);
	size_t i, zeros = 0;

	for (i = 0; i < key.len; i++)
		zeros += key.at[i] == 0;
	must(zeros == levels && key.at[key.len - 1] == 0);
	buf_release(&key);
}

static void check_oldfont(struct bytes s)
{
	struct oldfont_column column = { { 0 }, { 0 } };
	bool ascii = true;
	size_t i;
	int kind = oldfont_guess(s);

	for (i = 0; i < s.len; i++)
		ascii = ascii && s.at[i] < 0x80;
	must(!ascii || kind == OLDFONT_NONE);
	oldfont_note(&column, s);
	/* A text is its own column. */
	must(kind == OLDFONT_NONE || oldfont_cell(&column, s) == kind);
	for (kind = OLDFONT_NONE; kind < OLDFONT_COUNT; kind++) {
		struct buf out;

		buf_init(&out, OUT_MAX);
		if (cbor_utf8_ok(s)) {
			must(oldfont_convert(kind, s, &out, NULL) == 0);
			must(cbor_utf8_ok(buf_view(&out)) && text_is_nfc(buf_view(&out)));
		} else {
			must(oldfont_convert(kind, s, &out, NULL) == ERR_BAD_UTF8);
		}
		buf_release(&out);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes s = { data, size };
	struct buf nfc;
	int64_t n;

	number_whole(s, &n);
	number_money(s, &n);
	number_decimal(s, 3, &n);
	check_oldfont(s);
	if (!cbor_utf8_ok(s))
		return 0;
	nfc = made(text_nfc, s);
	must(text_is_nfc(buf_view(&nfc)));
	same_of_both(text_nfc, s, buf_view(&nfc));
	same_of_both(text_key, s, buf_view(&nfc));
	same_of_both(text_fold, s, buf_view(&nfc));
	same_of_both(collate_text, s, buf_view(&nfc));
	same_of_both(collate_name, s, buf_view(&nfc));
	check_key(collate_text, s, 3);
	check_key(collate_name, s, 12);
	buf_release(&nfc);
	return 0;
}

void fuzz_sample(struct gen *g, struct buf *out)
{
	static const char *const parts[] = { "Nguyễn ", "Thị ", "Hòa", "hoà ", "Đức", "NguyÔn ", "ThÞ ",
		"Tr­êng ", "Nguyeãn ", "Thò ", "Ñoàng ", "e\xcc\x82\xcc\x81", "1.500",
		",00", " đ", "a", "Ω", "ü", "中", "\xf0\x9f\x98\x80", "12/Q§-UBND", "µm", "Ð", " ", "-", "(" };
	size_t n = gen_below(g, 12);

	while (n-- > 0)
		buf_add(out, bytes_str(parts[gen_below(g, sizeof parts / sizeof parts[0])]));
}
