/* Tables for people. Columns are as wide as their widest cell on a terminal, where
 * a letter with marks is one column, however many bytes it has; columns of numbers stand
 * to the right. What is wider than the terminal is broken at blanks: headings above
 * narrow columns first, then the widest texts. Into a pipe each row is one line, unless
 * COLUMNS says how wide it may be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/cli/cli_program.h"
#include "common/text/text.h"

#define NUMBER "0123456789.,-% "

enum { GAP = 2, NARROWEST = 40, WIDEST = 1000 };

struct column {
	size_t width;      /* as printed */
	size_t cells;      /* of the widest cell */
	size_t least;      /* of the longest word, of what may be broken; else of the cell */
	bool letters, digits; /* what its cells have */
};

/* ACROSS: a cell goes on over the empty ones behind it; SPAN: the first is all there is. */
enum kind { PLAIN, ACROSS, SPAN };

struct cli_table {
	size_t columns, rows, cap;
	const char *const *headings;
	struct column *list;
	char **cells;      /* rows * columns */
	uint8_t *kinds;    /* of each row, enum kind */
	bool failed;
};

/* Bytes to the next blank at which a line may end: not before the sign of a number. */
static size_t word(const char *s)
{
	size_t len = strcspn(s, " ");

	while (s[len] == ' ' && (s[len + 1] == '%' || s[len + 1] == '/'))
		len += 1 + strcspn(s + len + 1, " ");
	return len;
}

/* The widest word. */
static size_t longest_word(const char *s)
{
	size_t widest = 0;

	while (*s != '\0') {
		size_t len = word(s), w = text_width((struct bytes){ (const uint8_t *)s, len });

		if (w > widest)
			widest = w;
		s += len;
		s += strspn(s, " ");
	}
	return widest;
}

struct cli_table *cli_table_new(size_t columns, const char *const *headings)
{
	struct cli_table *t = calloc(1, sizeof *t);
	size_t i;

	if (t == NULL)
		return NULL;
	t->columns = columns;
	t->headings = headings;
	t->list = calloc(columns, sizeof *t->list);
	if (t->list == NULL) {
		free(t);
		return NULL;
	}
	for (i = 0; headings != NULL && i < columns; i++) {
		t->list[i].width = text_width(bytes_str(headings[i]));
		t->list[i].least = longest_word(headings[i]);
	}
	return t;
}

static bool grow(struct cli_table *t)
{
	size_t cap = t->cap == 0 ? 64 : t->cap * 2;
	char **more = realloc(t->cells, cap * t->columns * sizeof *more);
	uint8_t *kinds = more == NULL ? NULL : realloc(t->kinds, cap * sizeof *kinds);

	if (more != NULL)
		t->cells = more;
	if (kinds == NULL)
		return false;
	t->kinds = kinds;
	t->cap = cap;
	return true;
}

/* One record, one line; nor may a text move the cursor about. */
static void clean(char *text)
{
	size_t len;
	char *p;

	for (p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)p[0], next = (unsigned char)p[1];

		if (c < ' ' || c == 0x7f)
			*p = ' ';
		else if (c == 0xc2 && next >= 0x80 && next <= 0x9f)
			p[0] = p[1] = ' ';
	}
	for (len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
		text[len - 1] = '\0';
}

static void measure(struct column *c, const char *cell)
{
	size_t w = text_width(bytes_str(cell)), least = longest_word(cell);

	c->digits |= cell[strcspn(cell, "0123456789")] != '\0';
	c->letters |= cell[strspn(cell, NUMBER)] != '\0';
	if (w > c->cells)
		c->cells = w;
	if (w > c->width)
		c->width = w;
	if (least > c->least)
		c->least = least;
}

/* How many empty cells a cell of such a row goes on over; a number stays in its column. */
static size_t covered(const struct cli_table *t, size_t row, size_t column)
{
	const char *const *cells = (const char *const *)t->cells + row * t->columns;
	size_t n = 0;

	if (t->kinds[row] == ACROSS && cells[column][strspn(cells[column], NUMBER)] != '\0')
		while (column + n + 1 < t->columns && cells[column + n + 1][0] == '\0')
			n++;
	return n;
}

static void add_row(struct cli_table *t, const char *const *cells, enum kind kind)
{
	size_t i, at;

	if (t == NULL || t->failed)
		return;
	if (t->rows == t->cap && !grow(t)) {
		t->failed = true;
		return;
	}
	at = t->rows++ * t->columns;
	t->kinds[t->rows - 1] = (uint8_t)kind;
	for (i = 0; i < t->columns; i++) {
		const char *cell = kind == SPAN && i > 0 ? NULL : cells[i];

		t->cells[at + i] = strdup(cell == NULL ? "" : cell);
		if (t->cells[at + i] == NULL)
			t->failed = true;
		else
			clean(t->cells[at + i]);
	}
	for (i = 0; i < t->columns && kind != SPAN && !t->failed; i++)
		if (covered(t, t->rows - 1, i) == 0)
			measure(&t->list[i], t->cells[at + i]);
}

void cli_table_row(struct cli_table *t, const char *const *cells)
{
	add_row(t, cells, PLAIN);
}

void cli_table_across(struct cli_table *t, const char *const *cells)
{
	add_row(t, cells, ACROSS);
}

void cli_table_span(struct cli_table *t, const char *text)
{
	add_row(t, &text, SPAN);
}

static bool is_number(const struct column *c)
{
	return c->digits && !c->letters;
}

size_t cli_columns(size_t missing)
{
	const char *given = getenv("COLUMNS");
	unsigned long n = given == NULL ? 0 : strtoul(given, NULL, 10);
	struct winsize size;

	if (n == 0 && isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	if (n == 0)
		return missing;
	return n > WIDEST ? 0 : n < NARROWEST ? NARROWEST : n;
}

/* The column to make narrower: of those whose heading is what is wide, else of all that
 * can be, the widest one. NULL: none can. */
static struct column *widest(const struct cli_table *t, bool headings)
{
	struct column *found = NULL;
	size_t i;

	for (i = 0; i < t->columns; i++) {
		struct column *c = &t->list[i];
		size_t least = headings || is_number(c) ? c->cells : 0;

		if (least < c->least)
			least = c->least;
		if (c->width > least && (found == NULL || c->width > found->width))
			found = c;
	}
	return found;
}

static void fit(struct cli_table *t)
{
	size_t limit = cli_columns(0), width = 0, i;
	struct column *c;

	for (i = 0; i < t->columns; i++)
		width += t->list[i].width + (i > 0 ? GAP : 0);
	while (limit > 0 && width > limit) {
		c = widest(t, true);
		if (c == NULL)
			c = widest(t, false);
		if (c == NULL)
			return;
		c->width--;
		width--;
	}
}

struct bytes cli_piece(const char *s, size_t width, const char **rest)
{
	size_t used = 0, next;

	do {
		next = used + strspn(s + used, " ");
		next += word(s + next);
		if (used > 0 && text_width((struct bytes){ (const uint8_t *)s, next }) > width)
			break;
		used = next;
	} while (s[used] != '\0');
	*rest = s + used + strspn(s + used, " ");
	return (struct bytes){ (const uint8_t *)s, used };
}

static void blanks(size_t n)
{
	while (n-- > 0)
		fputc(' ', stdout);
}

/* What stands in the columns, into one line; each goes on to what is left of it. Blanks
 * are owed until something follows: none at the end of a line. row: SIZE_MAX of headings. */
static bool print_pieces(const struct cli_table *t, size_t row, const char **cells)
{
	size_t i, owed = 0;
	bool more = false;

	for (i = 0; i < t->columns; i++) {
		const struct column *c = &t->list[i];
		size_t over = row == SIZE_MAX ? 0 : covered(t, row, i), width = c->width, k, w, left;
		const char **cell = &cells[i];
		bool right = is_number(c) && over == 0;
		struct bytes p;

		for (k = 0; k < over; k++)
			width += GAP + t->list[++i].width;
		p = cli_piece(*cell, width, cell);
		w = text_width(p);
		left = width > w ? width - w : 0;
		if (p.len > 0) {
			blanks(owed + (right ? left : 0));
			fwrite(p.at, 1, p.len, stdout);
			owed = (right ? 0 : left) + GAP;
		} else {
			owed += width + GAP;
		}
		more |= **cell != '\0';
	}
	fputc('\n', stdout);
	return more;
}

static void print_span(const char *text)
{
	size_t limit = cli_columns(0);

	do {
		struct bytes p = cli_piece(text, limit == 0 ? SIZE_MAX : limit, &text);

		fwrite(p.at, 1, p.len, stdout);
		fputc('\n', stdout);
	} while (*text != '\0');
}

static void print_line(const struct cli_table *t, size_t row, const char **cells)
{
	while (print_pieces(t, row, cells))
		;
}

int cli_table_print(struct cli_table *t, struct err *e)
{
	const char **cells;
	size_t i;

	if (t == NULL || t->failed)
		return err_set(e, ERR_NOMEM, "table");
	cells = calloc(t->columns, sizeof *cells);
	if (cells == NULL)
		return err_set(e, ERR_NOMEM, "table");
	fit(t);
	if (t->headings != NULL) {
		memcpy(cells, t->headings, t->columns * sizeof *cells);
		print_line(t, SIZE_MAX, cells);
	}
	for (i = 0; i < t->rows; i++) {
		memcpy(cells, t->cells + i * t->columns, t->columns * sizeof *cells);
		if (t->kinds[i] == SPAN)
			print_span(cells[0]);
		else
			print_line(t, i, cells);
	}
	free(cells);
	return 0;
}

int cli_table_or(struct cli_table *t, const char *none, struct err *e)
{
	if (t == NULL || t->failed || t->rows > 0)
		return cli_table_print(t, e);
	printf("%s\n", none);
	return 0;
}

void cli_table_free(struct cli_table *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->rows * t->columns; i++)
		free(t->cells[i]);
	free(t->cells);
	free(t->kinds);
	free(t->list);
	free(t);
}
