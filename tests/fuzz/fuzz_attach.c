/* Fuzz target: what attached files are, and what they may be called. An input is a content, or a
 * name behind a zero byte.
 *
 * The properties: the same content is the same kind; a name is one that a folder takes, never a
 * path, never hidden, short, and safe names stay as they are. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/attach/attach.h"
#include "common/sheet/archive.h"
#include "tests/fuzz/fuzz.h"

static void sample_archive(struct gen *g, struct buf *out)
{
	static const char *const names[] = { "[Content_Types].xml", "word/document.xml",
					     "xl/workbook.xml", "word/vbaProject.bin" };
	struct archive_entry entries[4];
	size_t n = 1 + gen_below(g, 4), i;

	for (i = 0; i < n; i++)
		entries[i] = (struct archive_entry){ names[i], bytes_str("<x/>"), false };
	archive_write(entries, n, 1669512146, out, NULL);
}

void fuzz_sample(struct gen *g, struct buf *out)
{
	static const char *const starts[] = { "%PDF-1.7", "\xff\xd8\xff\xe0", "\x89PNG\r\n\x1a\n" };
	static const char *const parts[] = { "Giấy báo", "../", ".pdf", "\u202e", "-", "\\", "\x01" };
	size_t n;

	switch (gen_below(g, 3)) {
	case 0:
		sample_archive(g, out);
		break;
	case 1:
		buf_add(out, bytes_str(starts[gen_below(g, 3)]));
		break;
	default:
		buf_byte(out, 0);
		for (n = gen_below(g, 6); n > 0; n--)
			buf_add(out, bytes_str(parts[gen_below(g, sizeof parts / sizeof parts[0])]));
	}
}

static void check_name(struct bytes name, const struct attach_kind *kind)
{
	char once[ATTACH_KIND_NAMES], twice[ATTACH_KIND_NAMES];
	size_t i;

	attach_safe_name(name, kind, once);
	if (once[0] == '\0' || once[0] == '.' || once[0] == '-' || strchr(once, '/') != NULL ||
	    strlen(once) >= ATTACH_KIND_NAMES)
		abort();
	for (i = 0; once[i] != '\0'; i++)
		if ((unsigned char)once[i] < 0x20)
			abort();
	/* Shorter than the bound it has nothing more to lose. */
	attach_safe_name(bytes_str(once), kind, twice);
	if (strlen(once) < ATTACH_KIND_NAMES - 20 && strcmp(once, twice) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	const struct attach_kind *kind = NULL, *again = NULL;
	uint8_t hash[HASH_SIZE];
	char text[2 * HASH_SIZE + 1];
	int code = attach_kind_of(in, &kind, NULL);

	if (attach_kind_of(in, &again, NULL) != code || kind != again)
		abort();
	check_name(size > 0 && data[0] == 0 ? (struct bytes){ data + 1, size - 1 } : in, kind);
	if (attach_hash_read(in, hash)) {
		attach_hash_text(hash, text);
		if (!bytes_equal(bytes_str(text), in))
			abort();
	}
	return 0;
}
