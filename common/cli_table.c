/* Tables for people. Columns are as wide as their widest cell on a terminal, where
 * a letter with marks is one column, however many bytes it has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cli.h"
#include "common/text.h"

struct cli_table {
	size_t columns, rows, cap;
	const char *const *headings;
	size_t *widths;
	char **cells;      /* rows * columns */
	bool failed;
};

struct cli_table *cli_table_new(size_t columns, const char *const *headings)
{
	struct cli_table *t = calloc(1, sizeof *t);
	size_t i;

	if (t == NULL)
		return NULL;
	t->columns = columns;
	t->headings = headings;
	t->widths = calloc(columns, sizeof *t->widths);
	if (t->widths == NULL) {
		free(t);
		return NULL;
	}
	for (i = 0; headings != NULL && i < columns; i++)
		t->widths[i] = text_width(bytes_str(headings[i]));
	return t;
}

static bool grow(struct cli_table *t)
{
	size_t cap = t->cap == 0 ? 64 : t->cap * 2;
	char **more = realloc(t->cells, cap * t->columns * sizeof *more);

	if (more == NULL)
		return false;
	t->cells = more;
	t->cap = cap;
	return true;
}

void cli_table_row(struct cli_table *t, const char *const *cells)
{
	size_t i;

	if (t == NULL || t->failed)
		return;
	if (t->rows == t->cap && !grow(t)) {
		t->failed = true;
		return;
	}
	for (i = 0; i < t->columns; i++) {
		char *copy = strdup(cells[i] == NULL ? "" : cells[i]), *p;

		t->cells[t->rows * t->columns + i] = copy;
		if (copy == NULL) {
			t->failed = true;
			continue;
		}
		/* One record, one line; nor may a text move the cursor about. */
		for (p = copy; *p != '\0'; p++) {
			unsigned char c = (unsigned char)p[0], next = (unsigned char)p[1];

			if (c < ' ' || c == 0x7f)
				*p = ' ';
			else if (c == 0xc2 && next >= 0x80 && next <= 0x9f)
				p[0] = p[1] = ' ';
		}
		if (text_width(bytes_str(copy)) > t->widths[i])
			t->widths[i] = text_width(bytes_str(copy));
	}
	t->rows++;
}

static void print_line(const struct cli_table *t, const char *const *cells)
{
	size_t i, k, last = 0;

	/* Without blanks at the end of a line. */
	for (i = 0; i < t->columns; i++)
		if (cells[i][0] != '\0')
			last = i;
	for (i = 0; i <= last; i++) {
		fputs(cells[i], stdout);
		for (k = text_width(bytes_str(cells[i])); i < last && k < t->widths[i] + 2; k++)
			fputc(' ', stdout);
	}
	fputc('\n', stdout);
}

int cli_table_print(struct cli_table *t, struct err *e)
{
	size_t i;

	if (t == NULL || t->failed)
		return err_set(e, ERR_NOMEM, "table");
	if (t->headings != NULL)
		print_line(t, t->headings);
	for (i = 0; i < t->rows; i++)
		print_line(t, (const char *const *)t->cells + i * t->columns);
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
	free(t->widths);
	free(t);
}
