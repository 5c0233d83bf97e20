/* Fuzz target: tables from CSV.
 *
 * The property: what was read, written and read again is the same, text by text; and
 * rows are what their reader promises. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/sheet/csv.h"
#include "protocol/cbor.h"
#include "tests/fuzz/fuzz.h"

void fuzz_sample(struct gen *g, struct buf *out)
{
	static const char *const parts[] = { ",", ";", "\t", "\"", "\"\"", "\r\n", "\n", "\r", "=",
		"'", "-", "ộ", "Đồng Quế", "1.500.000", "0012", "a b", "\"x;y\"", "=\"07\"", " " };
	static const char *const begins[] = { "", "\xef\xbb\xbf", "\xff\xfe", "\xfe\xff", "sep=;\n",
		"m\xe3,t\xean\n", "mã;tên\n" };
	size_t n = gen_below(g, 60);

	buf_add(out, bytes_str(begins[gen_below(g, sizeof begins / sizeof begins[0])]));
	while (n-- > 0)
		buf_add(out, bytes_str(parts[gen_below(g, sizeof parts / sizeof parts[0])]));
}

static void check(const struct sheet *s)
{
	uint32_t last = 0, c;
	size_t i;

	for (i = 0; i < s->count; i++) {
		const struct sheet_row *row = &s->rows[i];

		if (row->number <= last || row->count == 0 || row->count > s->columns ||
		    row->cells[row->count - 1].kind == CELL_EMPTY)
			abort();
		last = row->number;
		for (c = 0; c < row->count; c++)
			if ((row->cells[c].kind == CELL_TEXT) != (row->cells[c].text.len > 0) ||
			    !cbor_utf8_ok(row->cells[c].text))
				abort();
	}
}

static void compare(const struct sheet *a, const struct sheet *b)
{
	uint32_t c;
	size_t i;

	if (a->count != b->count || b->code_page)
		abort();
	for (i = 0; i < a->count; i++) {
		if (a->rows[i].count != b->rows[i].count)
			abort();
		for (c = 0; c < a->rows[i].count; c++)
			if (!bytes_equal(a->rows[i].cells[c].text, b->rows[i].cells[c].text))
				abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sheet first, second;
	struct arena a;
	struct buf out;
	struct csv w;
	uint32_t c;
	size_t i;

	arena_init(&a, SHEET_MEMORY_MAX);
	buf_init(&out, SHEET_FILE_MAX);
	if (csv_read((struct bytes){ data, size }, &a, &first, NULL) == 0) {
		check(&first);
		csv_begin(&w, &out);
		for (i = 0; i < first.count; i++) {
			for (c = 0; c < first.rows[i].count; c++)
				csv_cell(&w, first.rows[i].cells[c].text);
			csv_end_row(&w);
		}
		if (csv_read(buf_view(&out), &a, &second, NULL) != 0)
			abort();
		compare(&first, &second);
	}
	arena_release(&a);
	buf_release(&out);
	return 0;
}
