/* Text of cells, whatever font it was typed in. Short cells say little, so the column
 * decides, and the sheet where the column says nothing. */
#include "common/import/import_parts.h"

#include "common/text/text.h"

void import_fonts_sheet(struct import_table *t)
{
	size_t i, k;

	for (i = 0; i < t->sheet.count; i++)
		for (k = 0; k < t->sheet.rows[i].count; k++)
			if (t->sheet.rows[i].cells[k].kind == CELL_TEXT)
				oldfont_note(&t->says, t->sheet.rows[i].cells[k].text);
}

static bool says_something(const struct oldfont_column *c)
{
	uint32_t any = 0;
	int kind;

	for (kind = 0; kind < OLDFONT_COUNT; kind++)
		any |= c->speaks[kind];
	return any != 0;
}

void import_fonts_columns(struct import_table *t)
{
	size_t i, k;

	for (k = 0; k < t->count; k++) {
		struct import_column *c = &t->columns[k];

		for (i = t->first; i < t->sheet.count; i++) {
			struct cell cell = sheet_cell(&t->sheet.rows[i], c->at);

			c->filled |= cell.kind != CELL_EMPTY;
			if (cell.kind == CELL_TEXT)
				oldfont_note(&c->says, cell.text);
		}
		c->font = oldfont_column(&c->says);
	}
}

static bool is_blank(const uint8_t *at, size_t left, size_t *len)
{
	*len = left >= 2 && at[0] == 0xc2 && at[1] == 0xa0 ? 2 : 1; /* a blank that is kept */
	return *len == 2 || *at == ' ' || *at == '\t' || *at == '\n' || *at == '\r';
}

static struct bytes trimmed(struct bytes s)
{
	size_t len;

	while (s.len > 0 && is_blank(s.at, s.len, &len)) {
		s.at += len;
		s.len -= len;
	}
	while (s.len > 0) {
		if (s.len >= 2 && is_blank(s.at + s.len - 2, 2, &len) && len == 2)
			s.len -= 2;
		else if (is_blank(s.at + s.len - 1, 1, &len))
			s.len--;
		else
			break;
	}
	return s;
}

/* As what to read a cell: the name of its own font decides where its text does not. */
static int reading(const struct import_table *t, const struct import_column *c,
		   const struct cell *cell)
{
	const struct oldfont_column *says = c != NULL && says_something(&c->says) ? &c->says :
									       &t->says;
	int kind = oldfont_cell(says, cell->text), named;

	if (kind != OLDFONT_UNSURE)
		return kind;
	named = cell->font < t->sheet.font_count ? oldfont_by_font(t->sheet.fonts[cell->font]) :
						   OLDFONT_NONE;
	/* A heading is only compared: as it stands, then. */
	return named != OLDFONT_NONE ? named : c == NULL ? OLDFONT_NONE : OLDFONT_UNSURE;
}

static int converted(int kind, struct bytes text, struct arena *a, struct bytes *out,
		     struct err *e)
{
	struct buf b;
	int code;

	buf_init(&b, SHEET_TEXT_MAX * 3);
	code = oldfont_convert(kind, text, &b, e);
	if (code == 0) {
		*out = arena_copy(a, buf_view(&b));
		if (b.len > 0 && out->at == NULL)
			code = err_set(e, ERR_NOMEM, "text");
	}
	buf_release(&b);
	return code;
}

int import_text(struct import *im, struct import_table *t, struct import_column *c,
		const struct cell *cell, struct arena *a, struct bytes *out)
{
	struct bytes text = trimmed(cell->text);
	int kind;

	*out = BYTES_NONE;
	if (text.len == 0)
		return 0;
	kind = reading(t, c, cell);
	if (kind == OLDFONT_UNSURE)
		return err_set(im->e, ERR_BAD_VALUE, "font");
	if (kind == OLDFONT_NONE) {
		if (c != NULL)
			c->composed += !text_is_nfc(text);
		return text_take(text, SHEET_TEXT_MAX * 3, a, out, im->e);
	}
	if (c != NULL)
		c->converted++;
	return converted(kind, text, a, out, im->e);
}
