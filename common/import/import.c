/* An import from end to end. */
#include "common/import/import.h"

#include <stdlib.h>
#include <string.h>

#include "common/import/import_parts.h"
#include "protocol/limits.h"

enum { ROW_MEMORY = LIMIT_MEMORY };

static enum import_format format_of(struct bytes file)
{
	size_t i = file.len >= 3 && memcmp(file.at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	if (file.len >= 4 && memcmp(file.at, "PK\x03\x04", 4) == 0)
		return IMPORT_XLSX;
	while (i < file.len && (file.at[i] == ' ' || file.at[i] == '\n' || file.at[i] == '\r' ||
				file.at[i] == '\t'))
		i++;
	return i < file.len && file.at[i] == '{' ? IMPORT_JSONL : IMPORT_CSV;
}

static int make_reports(struct import *im)
{
	static const char *const formats[] = { "xlsx", "csv", "jsonl" };

	im->found = json_pack("{s:s, s:[], s:[], s:[]}", "format", formats[im->format], "tables",
			      "notes", "doubts");
	im->result = json_pack("{s:[], s:[], s:[]}", "bad", "records", "notes");
	return im->found == NULL || im->result == NULL ? err_set(im->e, ERR_NOMEM, "import") : 0;
}

int import_open(struct replica *r, const struct schema *s, const struct import_options *o,
		struct bytes file, struct import **out, struct buf *said, struct err *e)
{
	struct import *im = calloc(1, sizeof *im);
	int code;

	if (im == NULL)
		return err_set(e, ERR_NOMEM, "import");
	im->r = r;
	im->s = s;
	im->o = *o;
	im->file = file;
	im->e = e;
	im->format = format_of(file);
	arena_init(&im->arena, SHEET_MEMORY_MAX);
	arena_init(&im->row, ROW_MEMORY);
	code = make_reports(im);
	if (code == 0 && im->format == IMPORT_JSONL) {
		im->keys = edit_keys_new();
		code = im->keys == NULL ? err_set(e, ERR_NOMEM, "import") : 0;
	} else if (code == 0) {
		code = import_map(im, said);
		if (code == 0)
			code = import_tell_found(im);
	}
	if (code != 0) {
		import_free(im);
		return code;
	}
	*out = im;
	return 0;
}

void import_free(struct import *im)
{
	if (im == NULL)
		return;
	edit_keys_free(im->keys);
	json_decref(im->found);
	json_decref(im->result);
	arena_release(&im->arena);
	arena_release(&im->row);
	free(im);
}

const json_t *import_found(const struct import *im)
{
	return im->found;
}

const json_t *import_result(const struct import *im)
{
	return im->result;
}

size_t import_bad_count(const struct import *im)
{
	return im->bad_count;
}

void import_fresh_draft(struct import *im)
{
	struct draft *d = im->d;

	arena_clear(&im->row);
	draft_init(d, &im->row, d->stream, d->device, d->first);
	d->author = im->author;
}

static int take_records(struct import *im)
{
	struct import_table *t = &im->tables[0];
	size_t i, n = t->sheet.count - t->first;
	int code = import_index(im, t);

	if (code == 0)
		code = import_link_all(im);
	for (i = 0; i < n && code == 0; i++) {
		if (im->store->stopped != NULL && im->store->stopped(im->store->ctx))
			return err_set(im->e, ERR_STOPPED, "%u", t->sheet.rows[t->first + i].number);
		code = import_record(im, t, t->first + i);
		if (im->store->progress != NULL)
			im->store->progress(im->store->ctx, (int64_t)i + 1, (int64_t)n);
	}
	for (i = 0; i < im->table_count && code == 0; i++)
		import_tell_orphans(im, &im->tables[i]);
	return code;
}

/* The caller's draft lives on in its own arena, ready for one more save. */
static int finish(struct import *im, struct arena *a, int code)
{
	import_fresh_draft(im);
	im->d->a = a;
	if (code != 0)
		return code;
	import_tell_cells(im);
	if (json_object_set_new(im->result, "new", json_integer(im->made)) != 0 ||
	    json_object_set_new(im->result, "changed", json_integer(im->changed)) != 0 ||
	    json_object_set_new(im->result, "unchanged", json_integer(im->unchanged)) != 0 ||
	    json_object_set_new(im->result, "bad_count",
				json_integer((json_int_t)im->bad_count)) != 0 || im->failed)
		return err_set(im->e, ERR_NOMEM, "import");
	return 0;
}

int import_run(struct import *im, struct draft *d, const struct import_store *store,
	       struct err *e)
{
	struct arena *a = d->a;
	int code;

	im->e = e;
	im->d = d;
	im->store = store;
	im->stream = d->stream;
	im->ed = (struct editing){ im->r, im->s, d, e };
	im->author = arena_copy(&im->arena, d->author);
	if (d->author.len > 0 && im->author.at == NULL)
		return err_set(e, ERR_NOMEM, "import");
	code = im->format == IMPORT_JSONL ? import_lines(im) : take_records(im);
	return finish(im, a, code);
}
