/* XLSX in: from the archive's relationships to the sheet that is wanted. Each part
 * names the next one: _rels/.rels the workbook, the workbook its sheets by number, its
 * own relationships the parts of these numbers. */
#include "common/sheet/xlsx_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/sheet/xlsx_parts.h"

#define SMALL_XML_MAX ((uint64_t)4 * 1024 * 1024)

enum { RELATIONS_MAX = 2000, ID_MAX = 64 };

struct relation {
	char id[ID_MAX], type[ID_MAX]; /* type: what stands behind the last slash */
	char target[XLSX_NAME_MAX];    /* a name of the archive */
};

struct relations {
	struct buf all;     /* struct relation */
	const char *folder; /* of the part they belong to, with a slash, or "" */
};

struct listed_sheet {
	char id[ID_MAX];
	struct bytes name;
	bool hidden;
};

struct workbook {
	struct xlsx_book book;
	char part[XLSX_NAME_MAX];
	char folder[XLSX_NAME_MAX];
	struct relations relations;
	struct listed_sheet sheets[XLSX_SHEETS_MAX];
	size_t sheet_count;
};

static int feed(void *ctx, struct bytes piece, struct err *e)
{
	return xml_feed(ctx, piece, e);
}

int xlsx_part(struct archive *archive, const char *part, uint64_t max,
	      const struct xml_handler *handler, struct err *e)
{
	struct xml *x;
	int code = xml_new(part, handler, &x, e);

	if (code != 0)
		return code;
	code = archive_read(archive, part, max, feed, x, e);
	if (code == 0)
		code = xml_end(x, e);
	xml_free(x);
	return code;
}

static int ignore_close(void *ctx, const char *name, struct err *e)
{
	(void)ctx;
	(void)name;
	(void)e;
	return 0;
}

/* Copies what fits whole; what does not stands for nothing. */
static bool copy(char *out, size_t size, const char *s)
{
	if (s == NULL || strlen(s) >= size)
		return false;
	memcpy(out, s, strlen(s) + 1);
	return true;
}

/* A target is relative to the part's folder, or absolute in the archive. */
static bool resolve(const char *folder, const char *target, char *out, size_t size)
{
	size_t n = strlen(folder);

	if (target[0] == '/')
		return copy(out, size, target + 1);
	while (strncmp(target, "../", 3) == 0 && n > 0) {
		target += 3;
		n--;
		while (n > 0 && folder[n - 1] != '/')
			n--;
	}
	if (n + strlen(target) >= size)
		return false;
	memcpy(out, folder, n);
	memcpy(out + n, target, strlen(target) + 1);
	return true;
}

static int relation_open(void *ctx, const char *name, const char **attributes, struct err *e)
{
	struct relations *r = ctx;
	const char *type = xml_attribute(attributes, "Type");
	const char *target = xml_attribute(attributes, "Target");
	struct relation one;

	if (strcmp(name, "Relationship") != 0 || type == NULL || target == NULL)
		return 0;
	type = strrchr(type, '/') == NULL ? type : strrchr(type, '/') + 1;
	if (copy(one.id, sizeof one.id, xml_attribute(attributes, "Id")) &&
	    copy(one.type, sizeof one.type, type) &&
	    resolve(r->folder, target, one.target, sizeof one.target))
		buf_put(&r->all, &one, sizeof one);
	return r->all.failed ? err_set(e, ERR_TOO_LARGE, "rels") : 0;
}

static int read_relations(struct archive *archive, const char *part, struct relations *r,
			  struct err *e)
{
	struct xml_handler handler = { r, relation_open, ignore_close, NULL };

	buf_clear(&r->all);
	return xlsx_part(archive, part, SMALL_XML_MAX, &handler, e);
}

static const char *target_of(const struct relations *r, const char *id, const char *type)
{
	const struct relation *one = (const void *)r->all.at;
	size_t i, count = r->all.len / sizeof *one;

	for (i = 0; i < count; i++)
		if ((id == NULL || strcmp(one[i].id, id) == 0) && strcmp(one[i].type, type) == 0)
			return one[i].target;
	return NULL;
}

static int workbook_open(void *ctx, const char *name, const char **attributes, struct err *e)
{
	struct workbook *w = ctx;
	struct listed_sheet *s = &w->sheets[w->sheet_count];
	const char *value;

	if (strcmp(name, "workbookPr") == 0) {
		value = xml_attribute(attributes, "date1904");
		w->book.from_1904 = value != NULL && (strcmp(value, "1") == 0 ||
						      strcmp(value, "true") == 0);
	}
	if (strcmp(name, "sheet") != 0)
		return 0;
	if (w->sheet_count == XLSX_SHEETS_MAX)
		return err_set(e, ERR_TOO_LARGE, "%s", w->part);
	value = xml_attribute(attributes, "name");
	if (value == NULL || !copy(s->id, sizeof s->id, xml_attribute(attributes, "id")))
		return 0;
	s->name = arena_copy(w->book.arena, bytes_str(value));
	if (s->name.len > 0 && s->name.at == NULL)
		return err_set(e, ERR_NOMEM, "%s", w->part);
	value = xml_attribute(attributes, "state");
	s->hidden = value != NULL && strcmp(value, "visible") != 0;
	w->sheet_count++;
	return 0;
}

/* Finds the workbook, its relations and its list of sheets. */
static int read_workbook(struct workbook *w, struct err *e)
{
	struct xml_handler handler = { w, workbook_open, ignore_close, NULL };
	struct archive *archive = w->book.archive;
	char part[2 * XLSX_NAME_MAX];
	const char *target, *slash;
	int code, at;

	w->relations.folder = "";
	code = read_relations(archive, "_rels/.rels", &w->relations, e);
	if (code != 0)
		return code;
	target = target_of(&w->relations, NULL, "officeDocument");
	if (target == NULL || !copy(w->part, sizeof w->part, target))
		return err_set(e, ERR_NOT_SHEET, "officeDocument");
	slash = strrchr(w->part, '/');
	at = slash == NULL ? 0 : (int)(slash - w->part) + 1;
	memcpy(w->folder, w->part, (size_t)at);
	snprintf(part, sizeof part, "%s_rels/%s.rels", w->folder, w->part + at);
	w->relations.folder = w->folder;
	code = read_relations(archive, part, &w->relations, e);
	if (code == 0)
		code = xlsx_part(archive, w->part, SMALL_XML_MAX, &handler, e);
	return code;
}

static int open_workbook(struct bytes file, struct arena *a, struct workbook **out,
			 struct err *e)
{
	struct workbook *w = calloc(1, sizeof *w);
	int code;

	if (w == NULL)
		return err_set(e, ERR_NOMEM, "xlsx");
	buf_init(&w->relations.all, RELATIONS_MAX * sizeof(struct relation));
	w->book.arena = a;
	w->book.font_count = 1;
	*out = w;
	code = archive_open(file, &w->book.archive, e);
	return code != 0 ? code : read_workbook(w, e);
}

static void close_workbook(struct workbook *w)
{
	if (w == NULL)
		return;
	archive_close(w->book.archive);
	buf_release(&w->relations.all);
	free(w);
}

/* The part of the sheet with this name; of the first that is shown without one. Sheets
 * that are charts are none. */
static const char *find_sheet(struct workbook *w, struct bytes wanted, struct bytes *name)
{
	size_t i;

	for (i = 0; i < w->sheet_count; i++) {
		const struct listed_sheet *s = &w->sheets[i];
		const char *part = target_of(&w->relations, s->id, "worksheet");

		if (part == NULL || (wanted.len > 0 ? !bytes_equal(s->name, wanted) : s->hidden))
			continue;
		*name = s->name;
		return part;
	}
	return NULL;
}

static int read_sheet(struct workbook *w, struct bytes wanted, struct sheet_build *build,
		      struct err *e)
{
	const char *part = find_sheet(w, wanted, &build->out->name);
	const char *strings = target_of(&w->relations, NULL, "sharedStrings");
	const char *styles = target_of(&w->relations, NULL, "styles");
	struct bytes fonts;
	int code = 0;

	if (part == NULL)
		return err_set(e, ERR_NO_SHEET, "%.*s", (int)wanted.len, (const char *)wanted.at);
	if (strings != NULL)
		code = xlsx_read_strings(&w->book, strings, e);
	if (code == 0 && styles != NULL)
		code = xlsx_read_styles(&w->book, styles, e);
	if (code == 0)
		code = xlsx_read_cells(&w->book, part, build, e);
	if (code == 0)
		code = sheet_build_end(build, e);
	if (code != 0)
		return code;
	fonts = arena_copy(w->book.arena,
			   (struct bytes){ (const uint8_t *)w->book.fonts,
					   w->book.font_count * sizeof w->book.fonts[0] });
	build->out->fonts = (const void *)fonts.at;
	build->out->font_count = w->book.font_count;
	return fonts.at == NULL ? err_set(e, ERR_NOMEM, "xlsx") : 0;
}

int xlsx_read(struct bytes file, struct bytes name, struct arena *a, struct sheet *out,
	      struct err *e)
{
	struct workbook *w = NULL;
	struct sheet_build build;
	struct sheet sheet;
	int code = sheet_build_init(&build, a, &sheet, e);

	if (code == 0)
		code = open_workbook(file, a, &w, e);
	if (code == 0)
		code = read_sheet(w, name, &build, e);
	close_workbook(w);
	sheet_build_release(&build);
	if (code == 0)
		*out = sheet;
	return code;
}

int xlsx_read_names(struct bytes file, struct arena *a, struct bytes **names, size_t *count,
		    struct err *e)
{
	struct workbook *w = NULL;
	int code = open_workbook(file, a, &w, e);
	size_t i;

	if (code == 0) {
		*count = w->sheet_count;
		*names = arena_array(a, w->sheet_count + 1, sizeof **names);
		if (*names == NULL)
			code = err_set(e, ERR_NOMEM, "xlsx");
		for (i = 0; i < w->sheet_count && code == 0; i++)
			(*names)[i] = w->sheets[i].name;
	}
	close_workbook(w);
	return code;
}
