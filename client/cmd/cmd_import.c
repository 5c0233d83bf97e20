/* dongbo import: records from a workbook, CSV or lines of JSON; all of them or none. */
#include <string.h>

#include "client/cmd/cmd.h"
#include "common/cli/cli_import.h"

static int save(void *ctx, struct draft *d, struct verdict *v, struct err *e)
{
	struct session *s = ctx;

	return client_save_more(&s->client, d, v, e);
}

static void progress(void *ctx, int64_t done, int64_t total)
{
	cli_progress(((struct session *)ctx)->cli, done, total);
}

static bool stopped(void *ctx)
{
	return *((struct session *)ctx)->cli->stop != 0;
}

static int run_import(struct session *s, struct import *im)
{
	const struct import_store store = { s, save, progress, stopped };
	int code = cli_import_ask(s->cli, im);

	if (code == 0)
		code = session_begin(s);
	if (code == 0)
		code = import_run(im, &s->draft, &store, s->e);
	/* What is not kept goes when the session is closed. */
	if (code == 0 && cli_import_keeps(s->cli, im))
		code = session_save(s, RID_NONE);
	return code != 0 ? code : cli_import_tell(s->cli, im,
						 CLI_TEXT(s->cli, "Đã lưu trên máy này, chờ gửi",
							  "Saved on this computer, to be sent"));
}

static int import(struct session *s, struct bytes file)
{
	struct import_options o;
	struct import *im;
	int code;

	cli_import_options(s->cli, &o);
	o.role = schema_role_bit(s->schema, s->client.role);
	code = import_open(s->replica, s->schema, &o, file, &im, &s->cli->said, s->e);
	if (code != 0)
		return code;
	code = run_import(s, im);
	import_free(im);
	return code;
}

static int run(struct cli *c)
{
	struct session s;
	struct buf file;
	int code = cli_arguments(c, 1, 1);

	if (code != 0)
		return code;
	code = cli_import_file(c, &file);
	if (code == 0) {
		code = session_open(&s, c);
		if (code == 0)
			code = import(&s, buf_view(&file));
		session_close(&s);
	}
	buf_release(&file);
	return code;
}

const struct cli_command cmd_import = {
	"import", "FILE [--type TYPE] [--sheet NAME] [--dry-run] [--skip-bad] [--yes]",
	CLI_IMPORT_OPTIONS " author=",
	{ "Nhập nhiều hồ sơ từ tệp Excel, CSV hoặc JSONL",
	  "Enter many records from an Excel, CSV or JSONL file" },
	{ "Tệp Excel hoặc CSV: mỗi dòng một hồ sơ, đầu cột là tên mục; tốt nhất là tệp do dongbo "
	  "template\n"
	  "tạo ra. Loại hồ sơ theo tệp mẫu, không có thì ghi --type. Hồ sơ đã có thì được sửa, nhập lại\n"
	  "cùng một tệp không đổi gì. Mọi lỗi được báo theo dòng và cột. Có lỗi thì không lưu gì;\n"
	  "--skip-bad lấy các dòng đúng. --dry-run chỉ thử và cho xem cột nào là mục nào. --yes: đã xem\n"
	  "những điều cần xem lại. Phông cũ (.VnTime, VNI) được chuyển sang Unicode.\n\n"
	  "JSONL: mỗi dòng một hồ sơ dạng JSON; \"key\" đặt tên cho một dòng để dòng sau nhắc tới; có\n"
	  "\"id\" thì sửa hồ sơ đã có. Tên tệp - là đọc từ đầu vào chuẩn.\n\n"
	  "Ví dụ:\n"
	  "  dongbo import can-bo.xlsx --dry-run\n"
	  "  dongbo import can-bo.xlsx\n"
	  "  dongbo import danh-sach-cu.csv --type staff --dry-run\n"
	  "  {\"type\":\"staff\",\"key\":\"s1\",\"full_name\":\"Trần Thị "
	  "Mẫu\",\"birth\":\"20/10/1985\"}\n"
	  "  {\"type\":\"bonus\",\"person\":{\"key\":\"s1\"},\"amount\":50000000}",
	  "Excel or CSV: one record a line, the names of fields above; best what dongbo template\n"
	  "makes. The type is that of the template, else --type. Records that are there are changed;\n"
	  "the same file again changes nothing. Everything wrong is told by line and column. Where\n"
	  "something is wrong nothing is saved; --skip-bad takes the good lines. --dry-run only tries,\n"
	  "and shows which column is which field. --yes: what had to be checked was checked. Fonts of\n"
	  "old (.VnTime, VNI) become Unicode.\n\n"
	  "JSONL: one record as JSON a line; \"key\" names a line for later lines to refer to; with\n"
	  "\"id\" a record is changed. File - is the standard input.\n\n"
	  "Examples:\n"
	  "  dongbo import staff.xlsx --dry-run\n"
	  "  dongbo import staff.xlsx\n"
	  "  dongbo import old-list.csv --type staff --dry-run\n"
	  "  {\"type\":\"staff\",\"key\":\"s1\",\"full_name\":\"Trần Thị "
	  "Mẫu\",\"birth\":\"1985-10-20\"}\n"
	  "  {\"type\":\"bonus\",\"person\":{\"key\":\"s1\"},\"amount\":50000000}" },
	run
};
