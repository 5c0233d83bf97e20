/* ZIP archives over libzip. */
#include "common/sheet/archive.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "common/text/date.h"

/* LEVEL: of deflate. The 9th takes twice the time of the 6th for a hundredth of the size. */
enum { END_SIZE = 22, COMMENT_MAX = 65535, LOCATOR_SIZE = 20, PIECE = 64 * 1024, LEVEL = 6 };

struct archive {
	zip_t *zip;
};

/* A directory of ZIP64 can claim any number of entries, and libzip takes memory for
 * them at once; the older one holds 65,535. So a ZIP64 locator before a record that
 * ends the archive is refused. */
static bool is_zip64(struct bytes file)
{
	size_t span = END_SIZE + COMMENT_MAX + LOCATOR_SIZE, at;

	for (at = file.len > span ? file.len - span : 0; at + LOCATOR_SIZE + 4 <= file.len; at++)
		if (memcmp(file.at + at, "PK\x06\x07", 4) == 0 &&
		    memcmp(file.at + at + LOCATOR_SIZE, "PK\x05\x06", 4) == 0)
			return true;
	return false;
}

static int zip_code(struct err *e, const zip_error_t *error, const char *what)
{
	switch (zip_error_code_zip(error)) {
	case ZIP_ER_MEMORY:
		return err_set(e, ERR_NOMEM, "%s", what);
	default:
		return err_set(e, ERR_MALFORMED, "%s", what);
	}
}

int archive_open(struct bytes file, struct archive **out, struct err *e)
{
	struct archive *a;
	zip_source_t *source;
	zip_error_t error;
	int code;

	if (file.len < END_SIZE)
		return err_set(e, ERR_MALFORMED, "zip");
	if (is_zip64(file))
		return err_set(e, ERR_MALFORMED, "ZIP64");
	a = calloc(1, sizeof *a);
	if (a == NULL)
		return err_set(e, ERR_NOMEM, "zip");
	zip_error_init(&error);
	source = zip_source_buffer_create(file.at, file.len, 0, &error);
	if (source != NULL)
		a->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	code = a->zip == NULL ? zip_code(e, &error, "zip") : 0;
	if (code != 0) {
		zip_source_free(source);
		free(a);
	} else {
		*out = a;
	}
	zip_error_fini(&error);
	return code;
}

void archive_close(struct archive *a)
{
	if (a == NULL)
		return;
	zip_discard(a->zip);
	free(a);
}

bool archive_has(const struct archive *a, const char *name)
{
	return zip_name_locate(a->zip, name, 0) >= 0;
}

int archive_read(struct archive *a, const char *name, uint64_t max, archive_sink *sink,
		 void *ctx, struct err *e)
{
	uint8_t *piece = malloc(PIECE);
	zip_file_t *f = NULL;
	uint64_t total = 0;
	int code = 0;

	if (piece == NULL)
		return err_set(e, ERR_NOMEM, "%s", name);
	if (!archive_has(a, name))
		code = err_set(e, ERR_NOT_SHEET, "%s", name);
	if (code == 0)
		f = zip_fopen(a->zip, name, 0);
	if (code == 0 && f == NULL)
		code = zip_code(e, zip_get_error(a->zip), name);
	while (code == 0) {
		zip_int64_t n = zip_fread(f, piece, PIECE);

		if (n < 0)
			code = zip_code(e, zip_file_get_error(f), name);
		if (n <= 0)
			break;
		total += (uint64_t)n;
		code = total > max ? err_set(e, ERR_BOMB, "%s", name) :
				     sink(ctx, (struct bytes){ piece, (size_t)n }, e);
	}
	if (f != NULL)
		zip_fclose(f);
	free(piece);
	return code;
}

/* A time as ZIP has it, without a time zone; libzip's own way asks the machine's. */
static void dos_time(int64_t seconds, uint16_t *time, uint16_t *date)
{
	const int64_t day_seconds = 86400, local = seconds + 7 * 3600;
	int64_t day = local / day_seconds, rest = local % day_seconds, year;
	unsigned month, d;

	*time = 0;
	*date = 1 << 5 | 1;
	date_civil(day, &year, &month, &d);
	if (seconds < 0 || year < 1980 || year > 2107)
		return;
	*time = (uint16_t)(rest / 3600 << 11 | rest / 60 % 60 << 5 | rest % 60 / 2);
	*date = (uint16_t)((unsigned)(year - 1980) << 9 | month << 5 | d);
}

static int add(zip_t *zip, const struct archive_entry *entry, uint16_t time, uint16_t date)
{
	zip_source_t *source = zip_source_buffer(zip, entry->content.at, entry->content.len, 0);
	zip_int64_t i;

	if (source == NULL)
		return -1;
	i = zip_file_add(zip, entry->name, source, ZIP_FL_ENC_UTF_8);
	if (i < 0) {
		zip_source_free(source);
		return -1;
	}
	if (zip_set_file_compression(zip, (zip_uint64_t)i,
				     entry->stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, LEVEL) != 0 ||
	    zip_file_set_dostime(zip, (zip_uint64_t)i, time, date, 0) != 0)
		return -1;
	return 0;
}

/* What the source of a closed archive holds. */
static int copy_out(zip_source_t *source, struct buf *out)
{
	uint8_t *piece = malloc(PIECE);
	zip_int64_t n = -1;

	if (piece != NULL && zip_source_open(source) == 0) {
		while ((n = zip_source_read(source, piece, PIECE)) > 0)
			buf_put(out, piece, (size_t)n);
		zip_source_close(source);
	}
	free(piece);
	return n == 0 ? 0 : -1;
}

static int close_failed(zip_t *zip, struct err *e)
{
	int code = err_because(e, ERR_IO, "the archive could not be put together (code %d)",
			       zip_error_code_zip(zip_get_error(zip)));

	err_library(e, zip_strerror(zip));
	return code;
}

int archive_write(const struct archive_entry *entries, size_t count, int64_t time,
		  struct buf *out, struct err *e)
{
	uint16_t dos, date;
	zip_source_t *source;
	zip_error_t error;
	zip_t *zip = NULL;
	size_t i;
	int code = 0;

	dos_time(time, &dos, &date);
	zip_error_init(&error);
	source = zip_source_buffer_create(NULL, 0, 0, &error);
	if (source != NULL) {
		zip_source_keep(source);
		zip = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error);
	}
	if (zip == NULL)
		code = err_set(e, ERR_NOMEM, "zip");
	for (i = 0; i < count && code == 0; i++)
		if (add(zip, &entries[i], dos, date) != 0)
			code = err_set(e, ERR_NOMEM, "%s", entries[i].name);
	if (code == 0 && zip_close(zip) != 0)
		code = close_failed(zip, e);
	else if (code == 0)
		zip = NULL;
	if (code == 0 && copy_out(source, out) != 0)
		code = err_set(e, ERR_IO, "zip");
	if (code == 0 && out->failed)
		code = err_set(e, ERR_TOO_LARGE, "zip");
	if (zip != NULL)
		zip_discard(zip);
	if (source != NULL)
		zip_source_free(source);
	zip_error_fini(&error);
	return code;
}
