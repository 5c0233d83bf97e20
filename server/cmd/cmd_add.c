/* dongbod add: a record that an office makes, about a unit or for the whole district. */
#include "server/cmd/cmd.h"

/* The stream it belongs to: 0 for what all read, else --unit. */
static int find_stream(struct desk *d, const struct type *t, uint64_t *stream)
{
	struct cli *c = d->cli;

	*stream = 0;
	if (t->district)
		return 0;
	if (cli_option(c, "unit") == NULL)
		return cli_usage(c, CLI_TEXT(c, "cần --unit MÃ_ĐƠN_VỊ: hồ sơ này của đơn vị nào",
					     "--unit CODE is needed: whose record it is"));
	*stream = d->options.stream;
	return 0;
}

static int add(struct desk *d)
{
	struct bytes code_of = bytes_str(d->cli->argv[0]);
	const struct type *t = schema_type_by_code(d->schema, code_of);
	struct assignment *list;
	struct rid id = RID_NONE;
	uint64_t stream = 0;
	size_t count;
	int code = desk_options(d);

	if (code == 0 && t == NULL)
		code = err_set(d->e, ERR_NO_TYPE, "%s", d->cli->argv[0]);
	if (code == 0)
		code = desk_assignments(d, 1, &list, &count);
	if (code == 0)
		code = find_stream(d, t, &stream);
	if (code == 0)
		code = desk_begin(d, stream);
	if (code == 0)
		code = edit_add(d->replica, d->schema, &d->draft, code_of, list, count, &id, d->e);
	if (code == 0)
		code = desk_save(d);
	return code == 0 ? desk_tell(d, stream, id) : code;
}

static int run(struct cli *c)
{
	return desk_run(c, 1, -1, add);
}

const struct cli_command dongbod_add = {
	"add", "TYPE field=value... --as NAME [--unit CODE]", "unit= as= passphrase-file=",
	{ "Lập một hồ sơ của phòng, về một đơn vị hoặc dùng chung",
	  "Enter a record of an office, about a unit or for all" },
	{ "Hồ sơ về một đơn vị nằm trong sổ của đơn vị ấy (--unit); loại dùng chung cho mọi đơn vị\n"
	  "thì không cần. Các mục nhập như dongbo add.\n\n"
	  "Ví dụ:\n"
	  "  dongbod add decision --unit PNV number=12/QĐ-UBND date=05/03/2025 --as \"Nguyễn Thị Mẫu\"",
	  "A record about a unit stands in that unit's stream (--unit); types that all units\n"
	  "shares need none. Fields are entered as with dongbo add.\n\n"
	  "Example:\n"
	  "  dongbod add decision --unit PNV number=12/QĐ-UBND date=2025-03-05 --as \"Nguyễn Thị Mẫu\"" },
	run
};
