/* What files are, by what is in them; names that do no harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/attach/attach_kind.h"
#include "common/sheet/archive.h"
#include "protocol/limits.h"
#include "tests/lib/gen_bytes.h"

static void expect(struct bytes content, const char *code)
{
	const struct attach_kind *kind = NULL;
	struct bytes exact = gen_exact(content);

	assert_int_equal(attach_kind_of(exact, &kind, NULL), code == NULL ? ERR_FILE_KIND : 0);
	if (code != NULL) {
		assert_string_equal(kind->code, code);
		assert_ptr_equal(attach_kind_named(bytes_str(kind->media)), kind);
	}
	gen_free(exact);
}

#define LITERAL(s) ((struct bytes){ (const uint8_t *)(s), sizeof(s) - 1 })

static void scans_and_photographs(void **state)
{
	(void)state;
	expect(LITERAL("%PDF-1.4\n..."), "pdf");
	expect(LITERAL("%PDF-2.0\n"), "pdf");
	expect(LITERAL("\xff\xd8\xff\xe0\0\x10JFIF"), "jpg");
	expect(LITERAL("\xff\xd8\xff\xe1"), "jpg");
	expect(LITERAL("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0"), "png");
	/* Nearly. */
	expect(LITERAL("%PDF-"), NULL);
	expect(LITERAL(" %PDF-1.4"), NULL);
	expect(LITERAL("\xff\xd8\xff"), NULL);
	expect(LITERAL("\xff\xd8\xff\xff"), NULL);
	expect(LITERAL("\x89PNG\r\n\x1a\n\0\0\0\x0dIDAT\0\0"), NULL);
	expect(LITERAL("GIF89a"), NULL);
	expect(LITERAL("<html><script>"), NULL);
}

static void office_files(void **state)
{
	static const struct {
		const char *names[3], *code;
	} all[] = {
		{ { "[Content_Types].xml", "word/document.xml" }, "docx" },
		{ { "[Content_Types].xml", "xl/workbook.xml" }, "xlsx" },
		{ { "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin" }, NULL },
		{ { "[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin" }, NULL },
		{ { "[Content_Types].xml", "word/document.xml", "xl/workbook.xml" }, NULL },
		{ { "word/document.xml" }, NULL },
		{ { "[Content_Types].xml", "ppt/presentation.xml" }, NULL },
		{ { "mimetype", "content.xml" }, NULL },
	};
	struct buf out;
	size_t i, n;

	(void)state;
	buf_init(&out, 1 << 20);
	for (i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct archive_entry entries[3];

		for (n = 0; n < 3 && all[i].names[n] != NULL; n++)
			entries[n] = (struct archive_entry){ all[i].names[n], bytes_str("<x/>"), false };
		buf_clear(&out);
		assert_int_equal(archive_write(entries, n, 1669512146, &out, NULL), 0);
		expect(buf_view(&out), all[i].code);
		/* Cut short it is none. */
		out.len -= 10;
		expect(buf_view(&out), NULL);
	}
	buf_release(&out);
	expect(LITERAL("PK\x03\x04 and then nothing"), NULL);
}

static void empty_and_too_large(void **state)
{
	const struct attach_kind *kind;
	struct err e = { 0 };
	uint8_t *large = calloc(1, LIMIT_ATTACHMENT + 1);

	(void)state;
	assert_non_null(large);
	memcpy(large, "%PDF-1.4", 8);
	assert_int_equal(attach_kind_of(BYTES_NONE, &kind, &e), ERR_FILE_EMPTY);
	assert_int_equal(attach_kind_of((struct bytes){ large, LIMIT_ATTACHMENT }, &kind, &e), 0);
	assert_int_equal(attach_kind_of((struct bytes){ large, LIMIT_ATTACHMENT + 1 }, &kind, &e),
			 ERR_TOO_LARGE);
	free(large);
	/* What people take for one is said. */
	assert_int_equal(attach_kind_of(LITERAL("\xd0\xcf\x11\xe0\xa1\xb1"), &kind, &e), ERR_FILE_KIND);
	assert_string_equal(e.subject, "DOC, XLS");
	assert_int_equal(attach_kind_of(LITERAL("\0\0\0\x18" "ftypheic...."), &kind, &e), ERR_FILE_KIND);
	assert_string_equal(e.subject, "HEIC");
}

static void names(void **state)
{
	const struct attach_kind *pdf = attach_kind_named(bytes_str("application/pdf"));
	const struct attach_kind *jpg = attach_kind_named(bytes_str("image/jpeg"));
	static const char *const cases[][2] = {
		{ "Giấy báo.pdf", "Giấy báo.pdf" }, { "Giấy báo.PDF", "Giấy báo.PDF" },
		{ "../../etc/passwd", "_.._etc_passwd.pdf" }, { "/etc/passwd", "_etc_passwd.pdf" },
		{ "..", "tep.pdf" }, { "", "tep.pdf" }, { ".bashrc", "bashrc.pdf" },
		{ "-rf", "rf.pdf" }, { "a\nb\tc", "a_b_c.pdf" }, { "C:\\x", "C__x.pdf" },
		{ "hoa-don\u202efdp.exe", "hoa-donfdp.exe.pdf" }, { "a\u200bb", "ab.pdf" },
		{ "x. . ", "x.pdf" }, { "~nhà", "nhà.pdf" },
	};
	char out[ATTACH_KIND_NAMES], longest[1000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		attach_safe_name(bytes_str(cases[i][0]), pdf, out);
		assert_string_equal(out, cases[i][1]);
	}
	attach_safe_name(bytes_str("ảnh.jpeg"), jpg, out);
	assert_string_equal(out, "ảnh.jpeg");
	/* Cut between letters. */
	for (i = 0; i + 3 < sizeof longest; i += 3)
		memcpy(longest + i, "ế", 3);
	attach_safe_name((struct bytes){ (const uint8_t *)longest, i }, pdf, out);
	assert_true(strlen(out) < ATTACH_KIND_NAMES);
	assert_memory_equal(out + strlen(out) - 7, "ế.pdf", 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scans_and_photographs), cmocka_unit_test(office_files),
		cmocka_unit_test(empty_and_too_large), cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
