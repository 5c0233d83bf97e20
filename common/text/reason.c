/* Reasons in both languages: looking them up, filling them in, those of the system. */
#include "common/text/reason.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/text/reason_parts.h"

/* What the system says of a file, a folder, a connection. */
static const struct {
	int number;
	struct reason words;
} systems[] = {
	{ ENOENT, { "there is no such file or folder", "không có tệp hay thư mục này" } },
	{ EACCES, { "there is no right to it", "không có quyền truy cập" } },
	{ EPERM, { "this is not allowed", "không được phép làm việc này" } },
	{ EEXIST, { "it is there already", "đã có sẵn" } },
	{ EISDIR, { "it is a folder, not a file", "đây là thư mục, không phải tệp" } },
	{ ENOTDIR, { "a part of the path is no folder", "trong đường dẫn có chỗ không phải thư mục" } },
	{ ENOTEMPTY, { "the folder is not empty", "thư mục không trống" } },
	{ ENOSPC, { "the disk is full", "ổ đĩa đã đầy" } },
	{ EDQUOT, { "the space allowed on the disk is used up", "đã dùng hết phần ổ đĩa được cấp" } },
	{ EROFS, { "the disk can only be read", "ổ đĩa chỉ cho đọc" } },
	{ EIO, { "the disk or stick does not answer", "ổ đĩa hoặc USB không phản hồi" } },
	{ ENODEV, { "the disk or stick is not there", "không thấy ổ đĩa hoặc USB" } },
	{ ENXIO, { "the disk or stick is not there", "không thấy ổ đĩa hoặc USB" } },
	{ EFBIG, { "the file is too large for this disk", "tệp quá lớn so với ổ đĩa này" } },
	{ ENAMETOOLONG, { "the name is too long", "tên quá dài" } },
	{ EMFILE, { "too many files are open", "đang mở quá nhiều tệp" } },
	{ ENFILE, { "too many files are open", "đang mở quá nhiều tệp" } },
	{ EBUSY, { "another program uses it", "chương trình khác đang dùng" } },
	{ ETXTBSY, { "another program uses it", "chương trình khác đang dùng" } },
	{ EAGAIN, { "another program uses it", "chương trình khác đang dùng" } },
	{ EPIPE, { "the reader has gone away", "nơi nhận đã đóng" } },
	{ ELOOP, { "the path leads back to itself", "đường dẫn quay vòng về chính nó" } },
	{ EADDRINUSE, { "another program listens there", "chương trình khác đang dùng cổng này" } },
	{ EADDRNOTAVAIL, { "this computer has no such address", "máy này không có địa chỉ đó" } },
	{ EAFNOSUPPORT, { "this computer has no such kind of address",
			  "máy này không dùng loại địa chỉ đó" } },
	{ EINVAL, { "the system takes no such thing", "hệ điều hành không nhận giá trị này" } },
	{ ENOMEM, { "the computer is out of memory", "máy không đủ bộ nhớ" } },
	{ 0, { "the system reports error %d", "hệ điều hành báo lỗi %d" } }
};

enum { SYSTEMS = sizeof systems / sizeof systems[0] };

static const char *find(const struct reason *list, const char *english)
{
	for (; list->en != NULL; list++)
		if (strcmp(list->en, english) == 0)
			return list->vi;
	return NULL;
}

const char *reason_in(const char *english, enum lang lang)
{
	const struct reason *const lists[] = { reasons_of_packs, reasons_of_expressions,
					       reasons_of_reports, reasons_of_libraries };
	const char *vi = NULL;
	size_t i;

	if (lang == LANG_EN)
		return english;
	for (i = 0; i < sizeof lists / sizeof lists[0] && vi == NULL; i++)
		vi = find(lists[i], english);
	for (i = 0; i < SYSTEMS && vi == NULL; i++)
		if (strcmp(systems[i].words.en, english) == 0)
			vi = systems[i].words.vi;
	return vi != NULL ? vi : english;
}

/* The lines of a detail, each that is a word put into the language. */
static void translate_detail(const char *detail, enum lang lang, char *out, size_t size)
{
	char line[sizeof ((struct err *)0)->detail];
	size_t used = 0;

	out[0] = '\0';
	while (*detail != '\0' && used < size) {
		size_t n = strcspn(detail, "\n");

		snprintf(line, sizeof line, "%.*s", (int)n, detail);
		snprintf(out + used, size - used, "%s%s", reason_in(line, lang),
			 detail[n] == '\n' ? "\n" : "");
		used += strlen(out + used);
		detail += n + (detail[n] == '\n');
	}
}

static void put_place(const struct err *e, enum lang lang, struct buf *out)
{
	bool en = lang == LANG_EN;

	if (e->line != 0)
		buf_printf(out, en ? "line %u" : "dòng %u", e->line);
	if (e->column != 0)
		buf_printf(out, "%s%s %u", e->line != 0 ? ", " : "", en ? "column" : "cột", e->column);
	if (e->line != 0 || e->column != 0)
		buf_add(out, bytes_str(": "));
}

/* What stands before the reason: the place may have a file's name before it. */
static void put_head(const struct err *e, enum lang lang, struct bytes head, const char *place,
		     struct buf *out)
{
	size_t n = strlen(place), i;

	for (i = 0; n > 0 && i + n <= head.len; i++)
		if (memcmp(head.at + i, place, n) == 0) {
			buf_add(out, (struct bytes){ head.at, i });
			put_place(e, lang, out);
			head = (struct bytes){ head.at + i + n, head.len - i - n };
			break;
		}
	buf_add(out, head);
}

void reason_subject(const struct err *e, enum lang lang, struct buf *out)
{
	char place[40], why[sizeof e->subject], detail[sizeof e->detail + 200];
	struct bytes left = bytes_str(e->subject);
	size_t n;

	/* The subject is the place, in English, and the reason, which err_at put together. */
	err_why(e, why, sizeof why);
	n = strlen(why);
	if ((lang == LANG_EN && e->cause == 0) || left.len < n || memcmp(left.at + left.len - n, why, n) != 0) {
		buf_add(out, left);
		return;
	}
	left.len -= n;
	err_place(e, place, sizeof place);
	put_head(e, lang, left, place, out);
	if (e->why == NULL)
		return;
	translate_detail(e->detail, lang, detail, sizeof detail);
	err_fill(reason_in(e->why, lang), detail, why, sizeof why);
	buf_add(out, bytes_str(why));
}

int reason_system(struct err *e, int code, int number, const char *fmt, ...)
{
	char what[200];
	size_t i;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	for (i = 0; i < SYSTEMS - 1 && systems[i].number != number; i++)
		continue;
	err_because(e, code, systems[i].words.en, number);
	if (e != NULL)
		err_at(e, 0, 0, what);
	return code;
}
