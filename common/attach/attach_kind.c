/* Telling files by their first bytes, and what is in an archive; names that do no harm. */
#include "common/attach/attach_kind.h"

#include <stdio.h>
#include <string.h>

#include "common/sheet/archive.h"
#include "protocol/limits.h"

static const struct attach_kind kinds[] = {
	{ "pdf", "application/pdf" },
	{ "jpg", "image/jpeg" },
	{ "png", "image/png" },
	{ "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
};
enum { PDF, JPEG, PNG, DOCX, XLSX, KINDS };

static bool begins(struct bytes s, const char *with, size_t n)
{
	return s.len >= n && memcmp(s.at, with, n) == 0;
}

/* A PNG says next how large its picture is, a JPEG goes on with a marker. */
static int plain_kind(struct bytes s)
{
	if (begins(s, "%PDF-1.", 7) || begins(s, "%PDF-2.", 7))
		return PDF;
	if (begins(s, "\xff\xd8\xff", 3) && s.len > 3 && s.at[3] >= 0xc0 && s.at[3] != 0xff)
		return JPEG;
	if (begins(s, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16))
		return PNG;
	return KINDS;
}

/* What an office program finds in it. */
static int archive_kind(const struct archive *a)
{
	bool types = archive_has(a, "[Content_Types].xml");
	int kind = KINDS;

	if (types && archive_has(a, "word/document.xml"))
		kind = DOCX;
	if (types && archive_has(a, "xl/workbook.xml"))
		kind = kind == KINDS ? XLSX : KINDS;
	if (archive_has(a, "word/vbaProject.bin") || archive_has(a, "xl/vbaProject.bin"))
		kind = KINDS;
	return kind;
}

/* What people take for one of these. */
static const char *seems(struct bytes s)
{
	if (begins(s, "\xd0\xcf\x11\xe0", 4))
		return "DOC, XLS";
	if (begins(s, "PK", 2))
		return "ZIP";
	if (begins(s, "MZ", 2) || begins(s, "\x7f" "ELF", 4))
		return "EXE";
	if (s.len > 12 && memcmp(s.at + 4, "ftyp", 4) == 0)
		return memcmp(s.at + 8, "hei", 3) == 0 ? "HEIC" : "MP4";
	return "";
}

int attach_kind_of(struct bytes content, const struct attach_kind **out, struct err *e)
{
	int kind = plain_kind(content), code;
	struct archive *a;

	if (content.len == 0)
		return err_set(e, ERR_FILE_EMPTY, "%s", "");
	if (content.len > LIMIT_ATTACHMENT)
		return err_set(e, ERR_TOO_LARGE, "64 MB");
	if (kind == KINDS && begins(content, "PK\x03\x04", 4)) {
		code = archive_open(content, &a, NULL);
		if (code == ERR_NOMEM)
			return err_set(e, code, "file");
		if (code == 0) {
			kind = archive_kind(a);
			archive_close(a);
		}
	}
	if (kind == KINDS)
		return err_set(e, ERR_FILE_KIND, "%s", seems(content));
	*out = &kinds[kind];
	return 0;
}

const struct attach_kind *attach_kind_named(struct bytes media)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (bytes_equal(media, bytes_str(kinds[i].media)))
			return &kinds[i];
	return NULL;
}

/* Bytes of the character at the front: 0 where it is to be left out. */
static size_t take_character(struct bytes s, const char **instead)
{
	uint8_t b = s.at[0];
	size_t n = b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4, i;

	*instead = NULL;
	/* What is no letter must not hide one that matters behind it. */
	for (i = 1; i < n; i++)
		if (i >= s.len || (s.at[i] & 0xc0) != 0x80 || b < 0xc2) {
			*instead = "";
			return 1;
		}
	if (b < 0x20 || b == 0x7f || strchr("/\\:*?\"<>|$`", b) != NULL)
		*instead = "_";
	/* C1 controls; what turns the direction of writing or can't be seen (U+200B to 200F, 2028
	 * to 202E, 2060 to 206F, FEFF). */
	if ((b == 0xc2 && s.at[1] < 0xa0) ||
	    (n == 3 && b == 0xe2 && s.at[1] == 0x80 &&
	     ((s.at[2] >= 0x8b && s.at[2] <= 0x8f) || (s.at[2] >= 0xa8 && s.at[2] <= 0xae))) ||
	    (n == 3 && b == 0xe2 && s.at[1] == 0x81 && s.at[2] >= 0xa0 && s.at[2] <= 0xaf) ||
	    (n == 3 && b == 0xef && s.at[1] == 0xbb && s.at[2] == 0xbf))
		*instead = "";
	return n;
}

static bool ends_in(const char *s, size_t len, const char *ending)
{
	size_t n = strlen(ending), i;

	if (len <= n || s[len - n - 1] != '.')
		return false;
	for (i = 0; i < n; i++)
		if ((s[len - n + i] | 0x20) != ending[i])
			return false;
	return true;
}

void attach_safe_name(struct bytes name, const struct attach_kind *kind,
		      char out[ATTACH_KIND_NAMES])
{
	size_t n = 0, most = ATTACH_KIND_NAMES - 8;

	while (name.len > 0) {
		const char *instead;
		size_t step = take_character(name, &instead);
		struct bytes put = instead == NULL ? (struct bytes){ name.at, step } :
						     bytes_str(instead);

		if (n + put.len > most)
			break;
		/* Neither hidden, nor an option, nor a name of this folder or the one above. */
		if (n > 0 || put.len == 0 || strchr(".- ~", put.at[0]) == NULL) {
			if (put.len > 0)
				memcpy(out + n, put.at, put.len);
			n += put.len;
		}
		name.at += step;
		name.len -= step;
	}
	while (n > 0 && (out[n - 1] == '.' || out[n - 1] == ' '))
		n--;
	if (n == 0)
		n = (size_t)snprintf(out, ATTACH_KIND_NAMES, "tep");
	out[n] = '\0';
	if (kind != NULL && !ends_in(out, n, kind->code) &&
	    !(strcmp(kind->code, "jpg") == 0 && ends_in(out, n, "jpeg")))
		snprintf(out + n, ATTACH_KIND_NAMES - n, ".%s", kind->code);
}
