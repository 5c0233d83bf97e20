/* What the cells of a workbook share: strings and styles. */
#include <stdlib.h>
#include <string.h>

#include "common/sheet/xlsx_parts.h"

#define STRINGS_XML_MAX ((uint64_t)128 * 1024 * 1024)
#define STYLES_XML_MAX ((uint64_t)32 * 1024 * 1024)

static bool is(const char *name, const char *wanted)
{
	return strcmp(name, wanted) == 0;
}

static const char *attribute(const char **attributes, const char *name)
{
	const char *value = xml_attribute(attributes, name);

	return value == NULL ? "" : value;
}

uint16_t xlsx_font(struct xlsx_book *book, const char *name)
{
	struct bytes s = bytes_str(name);
	size_t i;

	if (s.len > XLSX_NAME_MAX)
		return 0;
	for (i = 0; i < book->font_count; i++)
		if (bytes_equal(book->fonts[i], s))
			return (uint16_t)i;
	if (i == XLSX_FONTS_MAX)
		return 0;
	s = arena_copy(book->arena, s);
	if (s.at == NULL)
		return 0;
	book->fonts[book->font_count++] = s;
	return (uint16_t)i;
}

/* Shared strings: each is runs of text, joined. Readings beside the text (rPh), for
 * East Asia, are none of it. */
struct strings {
	struct xlsx_book *book;
	const char *part;
	struct buf all;  /* struct xlsx_string */
	struct buf text; /* of the one in hand */
	uint16_t font;
	bool in_text;
	unsigned aside;  /* depth in rPh */
};

static int strings_open(void *ctx, const char *name, const char **attributes, struct err *e)
{
	struct strings *s = ctx;

	(void)e;
	if (is(name, "si")) {
		buf_clear(&s->text);
		s->font = 0;
	} else if (is(name, "rPh")) {
		s->aside++;
	} else if (is(name, "t")) {
		s->in_text = s->aside == 0;
	} else if (is(name, "rFont") && s->font == 0) {
		s->font = xlsx_font(s->book, attribute(attributes, "val"));
	}
	return 0;
}

static int strings_close(void *ctx, const char *name, struct err *e)
{
	struct strings *s = ctx;
	struct xlsx_string one;

	if (is(name, "t"))
		s->in_text = false;
	else if (is(name, "rPh") && s->aside > 0)
		s->aside--;
	if (!is(name, "si"))
		return 0;
	if (s->text.failed)
		return err_set(e, ERR_TOO_LARGE, "%s: %zu", s->part,
			       s->all.len / sizeof one);
	xlsx_unescape(&s->text);
	one = (struct xlsx_string){ arena_copy(s->book->arena, buf_view(&s->text)), s->font };
	if (one.text.len > 0 && one.text.at == NULL)
		return err_set(e, ERR_NOMEM, "%s", s->part);
	buf_put(&s->all, &one, sizeof one);
	return s->all.failed ? err_set(e, ERR_TOO_LARGE, "%s", s->part) : 0;
}

static int strings_text(void *ctx, struct bytes piece, struct err *e)
{
	struct strings *s = ctx;

	(void)e;
	if (s->in_text)
		buf_add(&s->text, piece);
	return 0;
}

int xlsx_read_strings(struct xlsx_book *book, const char *part, struct err *e)
{
	struct strings s = { .book = book, .part = part };
	struct xml_handler handler = { &s, strings_open, strings_close, strings_text };
	struct bytes all;
	int code;

	buf_init(&s.all, SHEET_CELLS_MAX * sizeof(struct xlsx_string));
	buf_init(&s.text, SHEET_TEXT_MAX);
	code = xlsx_part(book->archive, part, STRINGS_XML_MAX, &handler, e);
	if (code == 0) {
		all = arena_copy(book->arena, buf_view(&s.all));
		book->strings = (const void *)all.at;
		book->string_count = all.len / sizeof(struct xlsx_string);
		if (all.len > 0 && all.at == NULL)
			code = err_set(e, ERR_NOMEM, "%s", part);
	}
	buf_release(&s.all);
	buf_release(&s.text);
	return code;
}

/* Styles: a cell names a style of cellXfs, which names a number format and a font. */
struct format {
	unsigned id;
	bool date;
};

struct styles {
	struct xlsx_book *book;
	const char *part;
	struct buf formats; /* struct format: those that are not Excel's own */
	struct buf fonts;   /* uint16_t: numbers of names, by their place in the part */
	struct buf styles;  /* struct xlsx_style */
	bool in_fonts, in_styles;
};

static unsigned number(const char *s)
{
	unsigned long n = strtoul(s, NULL, 10);

	return n > 1000000 ? 1000000 : (unsigned)n;
}

static bool is_date(const struct styles *s, unsigned id)
{
	const struct format *f = (const void *)s->formats.at;
	size_t i, count = s->formats.len / sizeof *f;

	for (i = 0; i < count; i++)
		if (f[i].id == id)
			return f[i].date;
	return xlsx_format_is_date(id, NULL);
}

static void add_style(struct styles *s, const char **attributes)
{
	const uint16_t *fonts = (const void *)s->fonts.at;
	unsigned font = number(attribute(attributes, "fontId"));
	struct xlsx_style style = {
		is_date(s, number(attribute(attributes, "numFmtId"))),
		font < s->fonts.len / sizeof *fonts ? fonts[font] : 0,
	};

	buf_put(&s->styles, &style, sizeof style);
}

static int styles_open(void *ctx, const char *name, const char **attributes, struct err *e)
{
	struct styles *s = ctx;
	uint16_t none = 0;

	if (is(name, "numFmt")) {
		const char *code = attribute(attributes, "formatCode");
		struct format f = { number(attribute(attributes, "numFmtId")),
				    xlsx_format_is_date(0, code) };

		buf_put(&s->formats, &f, sizeof f);
	} else if (is(name, "fonts")) {
		s->in_fonts = true;
	} else if (is(name, "cellXfs")) {
		s->in_styles = true;
	} else if (is(name, "font") && s->in_fonts) {
		buf_put(&s->fonts, &none, sizeof none);
	} else if (is(name, "name") && s->in_fonts && s->fonts.len >= sizeof none) {
		none = xlsx_font(s->book, attribute(attributes, "val"));
		memcpy(s->fonts.at + s->fonts.len - sizeof none, &none, sizeof none);
	} else if (is(name, "xf") && s->in_styles) {
		add_style(s, attributes);
	}
	if (s->formats.failed || s->fonts.failed || s->styles.failed)
		return err_set(e, ERR_TOO_LARGE, "%s", s->part);
	return 0;
}

static int styles_close(void *ctx, const char *name, struct err *e)
{
	struct styles *s = ctx;

	(void)e;
	if (is(name, "fonts"))
		s->in_fonts = false;
	else if (is(name, "cellXfs"))
		s->in_styles = false;
	return 0;
}

int xlsx_read_styles(struct xlsx_book *book, const char *part, struct err *e)
{
	struct styles s = { .book = book, .part = part };
	struct xml_handler handler = { &s, styles_open, styles_close, NULL };
	struct bytes all;
	int code;

	/* Formats are few (Excel has 250 of one's own), and each style looks for its. */
	buf_init(&s.formats, 1000 * sizeof(struct format));
	buf_init(&s.fonts, XLSX_STYLES_MAX * sizeof(uint16_t));
	buf_init(&s.styles, XLSX_STYLES_MAX * sizeof(struct xlsx_style));
	code = xlsx_part(book->archive, part, STYLES_XML_MAX, &handler, e);
	if (code == 0) {
		all = arena_copy(book->arena, buf_view(&s.styles));
		book->styles = (const void *)all.at;
		book->style_count = all.len / sizeof(struct xlsx_style);
		if (all.len > 0 && all.at == NULL)
			code = err_set(e, ERR_NOMEM, "%s", part);
	}
	buf_release(&s.formats);
	buf_release(&s.fonts);
	buf_release(&s.styles);
	return code;
}
