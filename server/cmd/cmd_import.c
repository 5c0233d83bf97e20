/* dongbod import: records that an office enters from a workbook, CSV or lines of JSON,
 * about one unit or for all units; all of them or none. */
#include "common/cli/cli_import.h"
#include "server/cmd/cmd.h"

static int save(void *ctx, struct draft *draft, struct verdict *v, struct err *e)
{
	struct desk *d = ctx;

	return server_save_more(&d->server, &d->officer, draft, v, e);
}

static void progress(void *ctx, int64_t done, int64_t total)
{
	cli_progress(((struct desk *)ctx)->cli, done, total);
}

static bool stopped(void *ctx)
{
	return *((struct desk *)ctx)->cli->stop != 0;
}

/* The stream that the records belong to: 0 for types that the whole district shares. */
static int find_stream(struct desk *d, const struct import *im, uint64_t *stream)
{
	struct cli *c = d->cli;
	const char *code = json_string_value(json_object_get(import_found(im), "type"));
	const struct type *t = schema_type_by_code(d->schema, bytes_str(code));
	const struct role *r = schema_role(d->schema, d->options.reader);

	*stream = d->options.stream;
	if (t != NULL && t->district) {
		*stream = 0;
		return 0;
	}
	if (cli_option(c, "unit") == NULL)
		return cli_usage(c, CLI_TEXT(c, "cần --unit MÃ_ĐƠN_VỊ: hồ sơ của đơn vị nào",
					     "--unit CODE is needed: whose records they are"));
	/* Who is there already is told by an import. */
	if (t != NULL && (r == NULL || !role_reads(r, t, *stream, d->options.reader_unit)))
		return err_set(d->e, ERR_NOT_ALLOWED, "%s", t->code);
	return 0;
}

static int run_import(struct desk *d, struct import *im)
{
	const struct import_store store = { d, save, progress, stopped };
	uint64_t stream = 0;
	int code = find_stream(d, im, &stream);

	if (code == 0)
		code = cli_import_ask(d->cli, im);
	if (code == 0)
		code = desk_begin(d, stream);
	if (code == 0)
		code = import_run(im, &d->draft, &store, d->e);
	/* What is not kept goes when the desk is closed. */
	if (code == 0 && cli_import_keeps(d->cli, im)) {
		code = server_commit(&d->server, d->e);
		d->writing = false;
	}
	return code != 0 ? code : cli_import_tell(d->cli, im,
						 CLI_TEXT(d->cli, "Đã lưu", "Saved"));
}

static int import(struct desk *d)
{
	struct import_options o;
	struct import *im;
	struct buf file;
	int code = desk_options(d);

	if (code != 0)
		return code;
	cli_import_options(d->cli, &o);
	o.role = schema_role_bit(d->schema, d->options.reader);
	o.reader = d->options.reader;
	o.reader_unit = d->options.reader_unit;
	code = cli_import_file(d->cli, &file);
	if (code == 0)
		code = import_open(d->replica, d->schema, &o, buf_view(&file), &im, &d->cli->said, d->e);
	if (code == 0) {
		code = run_import(d, im);
		import_free(im);
	}
	buf_release(&file);
	return code;
}

static int run(struct cli *c)
{
	return desk_run(c, 1, 1, import);
}

const struct cli_command dongbod_import = {
	"import", "FILE --as NAME [--unit CODE] [--type TYPE] [--dry-run] [--skip-bad] [--yes]",
	CLI_IMPORT_OPTIONS " unit= as= passphrase-file=",
	{ "Nhập nhiều hồ sơ của phòng từ tệp Excel, CSV hoặc JSONL",
	  "Enter many records of an office from an Excel, CSV or JSONL file" },
	{ "Như dongbo import, vào sổ của một đơn vị (--unit) hoặc dùng chung cho mọi đơn vị. Mẫu để điền:\n"
	  "dongbod template.\n\n"
	  "Ví dụ:\n"
	  "  dongbod import chi-tra.xlsx --unit THCS-TAMSON --as \"Nguyễn Thị Mẫu\" --dry-run",
	  "As dongbo import, into the stream of a unit (--unit) or for all units. Files to fill in:\n"
	  "dongbod template.\n\n"
	  "Example:\n"
	  "  dongbod import payments.xlsx --unit THCS-TAMSON --as \"Nguyễn Thị Mẫu\" --dry-run" },
	run
};
