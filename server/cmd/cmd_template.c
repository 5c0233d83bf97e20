/* dongbod template: a workbook for an office to fill in, for dongbod import. */
#include "common/cli/cli_import.h"
#include "server/cmd/cmd.h"

static int make(struct desk *d)
{
	struct cli *c = d->cli;
	struct template_options o = { .lang = c->lang, .created = env_now(env_os()) };
	int code = cli_option(c, "as") != NULL ? desk_options(d) :
		   cli_usage(c, CLI_TEXT(c, "cần --as TÊN của cán bộ", "--as NAME is needed"));

	/* Without --unit nobody is offered by name. */
	o.stream = cli_option(c, "unit") != NULL ? d->options.stream : 0;
	o.role = schema_role_bit(d->schema, d->options.reader);
	o.reader = d->options.reader;
	o.reader_unit = d->options.reader_unit;
	if (code == 0)
		code = desk_read(d);
	return code != 0 ? code : cli_import_template(c, d->replica, d->schema, &o);
}

static int run(struct cli *c)
{
	return desk_run(c, 1, 1, make);
}

const struct cli_command dongbod_template = {
	"template", "TYPE --as NAME [--unit CODE] [--out FILE.xlsx]", "as= unit= out=",
	{ "Tạo tệp Excel mẫu để phòng điền", "Make an Excel file for an office to fill in" },
	{ "Có các mục mà người này (--as) được nhập; người của đơn vị (--unit) chọn được theo tên.\n"
	  "Điền xong thì nhập bằng dongbod import.\n\n"
	  "Ví dụ:\n"
	  "  dongbod template payment --as \"Nguyễn Thị Mẫu\" --unit THCS-TAMSON --out chi-tra.xlsx",
	  "Has the fields that this person (--as) enters; people of the unit (--unit) can be chosen by\n"
	  "name. Enter it with dongbod import.\n\n"
	  "Example:\n"
	  "  dongbod template payment --as \"Nguyễn Thị Mẫu\" --unit THCS-TAMSON --out payments.xlsx" },
	run
};
