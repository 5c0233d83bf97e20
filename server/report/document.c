/* The model of a document. */
#include "server/report/document.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/report/document_parts.h"

#define MEMORY_MAX ((size_t)128 * 1024 * 1024)

struct document *document_new(void)
{
	struct document *d = calloc(1, sizeof *d);

	if (d != NULL)
		arena_init(&d->arena, MEMORY_MAX);
	return d;
}

void document_free(struct document *d)
{
	if (d == NULL)
		return;
	arena_release(&d->arena);
	free(d);
}

static void *take(struct document *d, size_t n)
{
	void *p = d->code != 0 ? NULL : arena_alloc(&d->arena, n);

	if (p == NULL && d->code == 0)
		d->code = n > MEMORY_MAX - d->arena.used ? ERR_TOO_LARGE : ERR_NOMEM;
	return p;
}

static struct bytes copy(struct document *d, struct bytes s)
{
	uint8_t *p = s.len == 0 ? NULL : take(d, s.len);

	if (p == NULL)
		return BYTES_NONE;
	memcpy(p, s.at, s.len);
	return (struct bytes){ p, s.len };
}

static const char *copy_string(struct document *d, const char *s)
{
	char *p = s == NULL ? NULL : take(d, strlen(s) + 1);

	return p == NULL ? NULL : memcpy(p, s, strlen(s) + 1);
}

static struct block *add(struct document *d, enum block_kind kind)
{
	struct block *b = take(d, sizeof *b);

	if (b == NULL)
		return NULL;
	b->kind = kind;
	if (d->last == NULL)
		d->first = b;
	else
		d->last->next = b;
	d->last = b;
	return b;
}

void document_notice(struct document *d, struct bytes text)
{
	d->notice = copy(d, text);
}

void document_name(struct document *d, struct bytes text)
{
	d->name = copy(d, text);
}

void document_head(struct document *d, const struct document_head *head)
{
	struct block *b = add(d, BLOCK_HEAD);

	if (b == NULL)
		return;
	b->head.superior = copy(d, head->superior);
	b->head.agency = copy(d, head->agency);
	b->head.number = copy(d, head->number);
	b->head.place_date = copy(d, head->place_date);
	b->head.type = copy(d, head->type);
	b->head.summary = copy(d, head->summary);
}

void document_paragraph(struct document *d, enum document_style style, struct bytes text)
{
	struct block *b = add(d, BLOCK_PARAGRAPH);

	if (b == NULL)
		return;
	b->paragraph.style = style;
	b->paragraph.text = copy(d, text);
}

void document_table(struct document *d, const struct document_column *columns, size_t count)
{
	struct block *b = add(d, BLOCK_TABLE);
	struct table *t;
	size_t i;

	if (b == NULL)
		return;
	if (count == 0 || count > DOCUMENT_COLUMNS_MAX) {
		d->code = ERR_TOO_LARGE;
		return;
	}
	t = &b->table;
	t->columns = take(d, count * sizeof *columns);
	if (t->columns == NULL)
		return;
	t->count = count;
	for (i = 0; i < count; i++) {
		t->columns[i] = columns[i];
		t->columns[i].title = copy_string(d, columns[i].title);
		t->columns[i].group = copy_string(d, columns[i].group);
		if (t->columns[i].width == 0)
			t->columns[i].width = 1;
		t->parts += t->columns[i].width;
		t->grouped |= columns[i].group != NULL;
	}
}

void document_row(struct document *d, enum document_row kind, const struct bytes *cells)
{
	struct table_row *row = take(d, sizeof *row);
	size_t i, n;
	struct table *t;

	if (row == NULL)
		return;
	assert(d->last->kind == BLOCK_TABLE);
	t = &d->last->table;
	n = kind == ROW_GROUP ? 1 : t->count;
	row->kind = kind;
	row->cells = take(d, n * sizeof *row->cells);
	if (row->cells == NULL)
		return;
	for (i = 0; i < n; i++)
		row->cells[i] = copy(d, cells[i]);
	if (t->last == NULL)
		t->first = row;
	else
		t->last->next = row;
	t->last = row;
}

void document_signature(struct document *d, const struct document_signature *s)
{
	struct block *b = add(d, BLOCK_SIGNATURE);
	struct bytes *recipients;
	size_t i;

	if (b == NULL)
		return;
	b->signature.authority = copy(d, s->authority);
	b->signature.title = copy(d, s->title);
	b->signature.name = copy(d, s->name);
	recipients = take(d, (s->recipient_count + 1) * sizeof *recipients);
	if (recipients == NULL)
		return;
	for (i = 0; i < s->recipient_count; i++)
		recipients[i] = copy(d, s->recipients[i]);
	b->signature.recipients = recipients;
	b->signature.recipient_count = s->recipient_count;
}

void document_page_break(struct document *d)
{
	add(d, BLOCK_PAGE_BREAK);
}

void document_section(struct document *d, bool landscape, bool from_one)
{
	struct block *b = add(d, BLOCK_SECTION);

	if (b == NULL)
		return;
	b->section.landscape = landscape;
	b->section.from_one = from_one;
}

void document_annex(struct document *d, struct bytes number, struct bytes title,
		    struct bytes belongs_to)
{
	struct block *b = add(d, BLOCK_ANNEX);

	if (b == NULL)
		return;
	b->annex.number = copy(d, number);
	b->annex.title = copy(d, title);
	b->annex.belongs_to = copy(d, belongs_to);
}

size_t document_group(const struct table *t, size_t column)
{
	const char *group = t->columns[column].group;
	size_t n = 1;

	while (group != NULL && column + n < t->count && t->columns[column + n].group != NULL &&
	       strcmp(group, t->columns[column + n].group) == 0)
		n++;
	return n;
}

/* Thousandths of the size, of Times Bold: letters of one kind differ little. */
static unsigned letter_width(struct bytes text, size_t i)
{
	enum { SIGN = 260, SMALL = 500, CAPITAL = 720 };
	uint8_t c = text.at[i], before = i > 0 ? text.at[i - 1] : 0;
	uint8_t behind = i + 2 < text.len ? text.at[i + 2] : 0;

	if (c <= '/')
		return SIGN;
	if (c >= 'A' && c <= 'Z')
		return CAPITAL;
	if (c < 0x80)
		return SMALL;
	if (c < 0xc0)
		return 0; /* goes on */
	/* By its neighbours: a word is in capitals or not. */
	return (before >= 'A' && before <= 'Z') || (behind >= 'A' && behind <= 'Z') ? CAPITAL :
										      SMALL;
}

/* The widest piece of a text between bytes that are in breaks. */
static unsigned widest_piece(struct bytes text, unsigned points, const char *breaks)
{
	enum { MICRONS_PER_POINT = 353 };
	unsigned long width = 0, widest = 0;
	size_t i;

	for (i = 0; i < text.len; i++) {
		bool ends = text.at[i] != 0 && strchr(breaks, text.at[i]) != NULL;

		width = ends ? 0 : width + letter_width(text, i);
		widest = width > widest ? width : widest;
	}
	return (unsigned)(widest * points * MICRONS_PER_POINT / 1000 / 100);
}

unsigned document_text_width(struct bytes text, unsigned points)
{
	return widest_piece(text, points, "\n");
}

/* What each column needs for its longest word, with room beside it, but no more than a
 * third of the table: longer ones are broken. */
static void needed_widths(const struct table *t, unsigned total, unsigned *need)
{
	enum { ROOM = 40 };
	unsigned points = t->count > TABLE_MANY_COLUMNS ? TABLE_POINTS_SMALL : TABLE_POINTS;
	const struct table_row *row;
	size_t i;

	for (i = 0; i < t->count; i++)
		need[i] = widest_piece(bytes_str(t->columns[i].title), points, " \n");
	for (row = t->first; row != NULL; row = row->next)
		for (i = 0; row->kind != ROW_GROUP && i < t->count; i++) {
			unsigned width = widest_piece(row->cells[i], points, " \n");

			need[i] = width > need[i] ? width : need[i];
		}
	for (i = 0; i < t->count; i++)
		need[i] = need[i] + ROOM < total / 3 ? need[i] + ROOM : total / 3;
}

void document_widths(const struct table *t, unsigned total,
		     unsigned out[DOCUMENT_COLUMNS_MAX])
{
	unsigned need[DOCUMENT_COLUMNS_MAX];
	bool fixed[DOCUMENT_COLUMNS_MAX] = { false }, again = true;
	unsigned long rest = total, parts = t->parts, sum = 0;
	size_t i;

	needed_widths(t, total, need);
	for (i = 0; i < t->count; i++)
		sum += need[i];
	/* Those that get too little get what they need; the others share the rest. */
	while (again && sum <= total) {
		again = false;
		for (i = 0; i < t->count; i++) {
			if (fixed[i] || rest * t->columns[i].width / parts >= need[i])
				continue;
			fixed[i] = again = true;
			rest -= need[i];
			parts -= t->columns[i].width;
		}
	}
	for (i = 0; i < t->count; i++)
		out[i] = sum > total ? (unsigned)(total * (unsigned long)need[i] / sum) :
			 fixed[i] ? need[i] :
				    (unsigned)(rest * t->columns[i].width / parts);
}
