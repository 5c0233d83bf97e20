/* The cells of one sheet. Row by row, so the size of the part does not matter. */
#include <string.h>

#include "common/sheet/xlsx_parts.h"
#include "common/text/date.h"

#define CELLS_XML_MAX ((uint64_t)512 * 1024 * 1024)

enum cell_type { TYPE_NUMBER, TYPE_SHARED, TYPE_INLINE, TYPE_FORMULA_TEXT, TYPE_BOOL, TYPE_ERROR,
		 TYPE_ISO_DATE };

struct cells {
	struct xlsx_book *book;
	struct sheet_build *build;
	uint32_t row;    /* number of the row in hand, or of the last one */
	uint32_t column; /* of the cell in hand */
	uint32_t next;   /* column of a cell that does not say where it is */
	enum cell_type type;
	struct xlsx_style style;
	bool in_cell, formula;
	unsigned aside;         /* depth in rPh */
	struct buf *into;       /* where text goes, or NULL */
	struct buf value, code; /* contents of the cell; its formula */
};

static bool is(const char *name, const char *wanted)
{
	return strcmp(name, wanted) == 0;
}

static int at_cell(const struct cells *c, int code, struct err *e)
{
	return sheet_error(e, code, c->build->out->name, c->column, c->row);
}

/* Digits at s, up to 9 of them; *s is moved behind. 0 where there are none. */
static uint32_t take_number(const char **s)
{
	uint32_t n = 0;
	int i;

	for (i = 0; i < 9 && **s >= '0' && **s <= '9'; i++, (*s)++)
		n = n * 10 + (uint32_t)(**s - '0');
	return n;
}

/* "AB12". Only the column is of interest: the row tells its own number. */
static bool take_place(const char *s, uint32_t *column)
{
	uint32_t n = 0;
	int i;

	for (i = 0; i < 3 && *s >= 'A' && *s <= 'Z'; i++, s++)
		n = n * 26 + (uint32_t)(*s - 'A') + 1;
	if (n == 0 || take_number(&s) == 0 || *s != '\0')
		return false;
	*column = n - 1;
	return true;
}

static int open_row(struct cells *c, const char **attributes, struct err *e)
{
	const char *r = xml_attribute(attributes, "r");
	uint32_t number = r == NULL ? c->row + 1 : take_number(&r);

	c->next = c->column = 0;
	/* Rows must rise, or one would be read twice and another lost. */
	if (number <= c->row || (r != NULL && *r != '\0')) {
		c->row++;
		return at_cell(c, ERR_MALFORMED, e);
	}
	c->row = number;
	return 0;
}

static enum cell_type type_of(const char *t)
{
	static const struct {
		const char *name;
		enum cell_type type;
	} types[] = {
		{ "n", TYPE_NUMBER }, { "s", TYPE_SHARED }, { "inlineStr", TYPE_INLINE },
		{ "str", TYPE_FORMULA_TEXT }, { "b", TYPE_BOOL }, { "e", TYPE_ERROR },
		{ "d", TYPE_ISO_DATE },
	};
	size_t i;

	for (i = 0; t != NULL && i < sizeof types / sizeof types[0]; i++)
		if (is(t, types[i].name))
			return types[i].type;
	return TYPE_NUMBER;
}

static int open_cell(struct cells *c, const char **attributes, struct err *e)
{
	const char *r = xml_attribute(attributes, "r"), *s = xml_attribute(attributes, "s");
	uint32_t style = s == NULL ? 0 : take_number(&s);

	c->column = c->next;
	if (c->row == 0 || (r != NULL && !take_place(r, &c->column)))
		return at_cell(c, ERR_MALFORMED, e);
	c->next = c->column + 1;
	c->type = type_of(xml_attribute(attributes, "t"));
	c->style = style < c->book->style_count ? c->book->styles[style] :
						  (struct xlsx_style){ false, 0 };
	c->in_cell = true;
	c->formula = false;
	c->into = NULL;
	buf_clear(&c->value);
	buf_clear(&c->code);
	return 0;
}

static int cells_open(void *ctx, const char *name, const char **attributes, struct err *e)
{
	struct cells *c = ctx;

	if (is(name, "row"))
		return open_row(c, attributes, e);
	if (is(name, "c"))
		return open_cell(c, attributes, e);
	if (!c->in_cell)
		return 0;
	if (is(name, "rPh"))
		c->aside++;
	else if (is(name, "v") || (is(name, "t") && c->aside == 0))
		c->into = &c->value;
	else if (is(name, "rFont") && xml_attribute(attributes, "val") != NULL)
		c->style.font = xlsx_font(c->book, xml_attribute(attributes, "val"));
	else if (is(name, "f")) {
		c->formula = true;
		c->into = &c->code;
	}
	return 0;
}

static int cells_text(void *ctx, struct bytes piece, struct err *e)
{
	struct cells *c = ctx;

	(void)e;
	if (c->into != NULL)
		buf_add(c->into, piece);
	return 0;
}

/* Copies what value holds into the cell. */
static int keep(struct cells *c, struct cell *cell, enum cell_kind kind, struct err *e)
{
	cell->text = arena_copy(c->book->arena, buf_view(&c->value));
	if (cell->text.len > 0 && cell->text.at == NULL)
		return err_set(e, ERR_NOMEM, "sheet");
	cell->kind = cell->text.len > 0 ? kind : CELL_EMPTY;
	return 0;
}

static int keep_date(struct cells *c, struct cell *cell, struct err *e)
{
	uint32_t s = cell->second;

	buf_clear(&c->value);
	date_put(cell->day, &c->value);
	if (s != 0)
		buf_printf(&c->value, " %02u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
	return keep(c, cell, CELL_DATE, e);
}

static int keep_number(struct cells *c, struct cell *cell, struct err *e)
{
	struct buf plain;
	bool good, date;

	buf_init(&plain, 1000);
	good = xlsx_number(buf_view(&c->value), &plain) && !plain.failed;
	date = good && c->style.date &&
	       xlsx_day(buf_view(&plain), c->book->from_1904, &cell->day, &cell->second);
	buf_clear(&c->value);
	buf_add(&c->value, buf_view(&plain));
	buf_release(&plain);
	if (!good)
		return at_cell(c, ERR_MALFORMED, e);
	return date ? keep_date(c, cell, e) : keep(c, cell, CELL_NUMBER, e);
}

static int keep_shared(struct cells *c, struct cell *cell, struct err *e)
{
	const struct xlsx_string *s;
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < c->value.len && n <= c->book->string_count; i++) {
		if (c->value.at[i] < '0' || c->value.at[i] > '9')
			return at_cell(c, ERR_MALFORMED, e);
		n = n * 10 + (uint64_t)(c->value.at[i] - '0');
	}
	if (n >= c->book->string_count)
		return at_cell(c, ERR_MALFORMED, e);
	s = &c->book->strings[n];
	cell->text = s->text;
	cell->kind = s->text.len > 0 ? CELL_TEXT : CELL_EMPTY;
	if (s->font != 0)
		cell->font = s->font;
	return 0;
}

/* "2023-03-15" and, behind it, perhaps "T08:30:00". */
static int keep_iso_date(struct cells *c, struct cell *cell, struct err *e)
{
	struct bytes v = buf_view(&c->value);
	struct bytes date = { v.at, v.len < 10 ? v.len : 10 };
	unsigned digit[8], i, n = 0;

	if (!date_parse(date, &cell->day))
		return at_cell(c, ERR_MALFORMED, e);
	for (i = 11; i < v.len && n < 6; i++)
		if (v.at[i] >= '0' && v.at[i] <= '9')
			digit[n++] = (unsigned)(v.at[i] - '0');
	if (n == 6)
		cell->second = (digit[0] * 10 + digit[1]) * 3600 +
			       (digit[2] * 10 + digit[3]) * 60 + digit[4] * 10 + digit[5];
	if (cell->second >= 86400)
		return at_cell(c, ERR_MALFORMED, e);
	return keep_date(c, cell, e);
}

static int keep_by_type(struct cells *c, struct cell *cell, struct err *e)
{
	bool one = c->value.len == 1 && c->value.at[0] == '1';

	switch (c->type) {
	case TYPE_SHARED:
		return keep_shared(c, cell, e);
	case TYPE_INLINE:
	case TYPE_FORMULA_TEXT:
		xlsx_unescape(&c->value);
		return keep(c, cell, CELL_TEXT, e);
	case TYPE_BOOL:
		buf_clear(&c->value);
		buf_add(&c->value, bytes_str(one ? "true" : "false"));
		return keep(c, cell, CELL_BOOL, e);
	case TYPE_ERROR:
		return keep(c, cell, CELL_ERROR, e);
	case TYPE_ISO_DATE:
		return keep_iso_date(c, cell, e);
	case TYPE_NUMBER:
		break;
	}
	return keep_number(c, cell, e);
}

static int close_cell(struct cells *c, struct err *e)
{
	struct cell cell = { .kind = CELL_EMPTY, .font = c->style.font };
	int code = 0;

	c->in_cell = false;
	c->into = NULL;
	c->aside = 0;
	if (c->value.failed || c->code.failed)
		return at_cell(c, ERR_TOO_LARGE, e);
	if (c->value.len > 0) {
		code = keep_by_type(c, &cell, e);
	} else if (c->formula && c->type == TYPE_NUMBER) {
		/* A program wrote the formula and no result: this is not empty. */
		buf_byte(&c->value, '=');
		buf_add(&c->value, buf_view(&c->code));
		code = keep(c, &cell, CELL_ERROR, e);
	}
	return code != 0 ? code : sheet_build_cell(c->build, c->column, c->row, cell, e);
}

static int cells_close(void *ctx, const char *name, struct err *e)
{
	struct cells *c = ctx;

	if (is(name, "row"))
		return sheet_build_row(c->build, c->row, e);
	if (is(name, "c"))
		return close_cell(c, e);
	if (is(name, "rPh") && c->aside > 0)
		c->aside--;
	c->into = NULL;
	return 0;
}

int xlsx_read_cells(struct xlsx_book *book, const char *part, struct sheet_build *build,
		    struct err *e)
{
	struct cells c = { .book = book, .build = build };
	struct xml_handler handler = { &c, cells_open, cells_close, cells_text };
	int code;

	buf_init(&c.value, SHEET_TEXT_MAX);
	buf_init(&c.code, SHEET_TEXT_MAX);
	code = xlsx_part(book->archive, part, CELLS_XML_MAX, &handler, e);
	buf_release(&c.value);
	buf_release(&c.code);
	return code;
}
