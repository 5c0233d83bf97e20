/* dongbo add: a new record. */
#include "client/cmd/cmd.h"

static int add(struct session *s)
{
	struct assignment *list;
	struct rid id = RID_NONE;
	size_t count;
	int code = session_assignments(s, 1, &list, &count);

	if (code == 0)
		code = session_unit(s);
	if (code == 0)
		code = session_begin(s);
	if (code != 0)
		return code;
	code = edit_add(s->replica, s->schema, &s->draft, bytes_str(s->cli->argv[0]), list, count,
			&id, s->e);
	if (code != 0)
		return session_edit_error(s, code, schema_type_by_code(s->schema,
							bytes_str(s->cli->argv[0])));
	code = session_number(s, schema_type_by_code(s->schema, bytes_str(s->cli->argv[0])), id, NULL,
			      false);
	if (code == 0)
		code = session_save(s, id);
	return code != 0 ? code : session_tell(s, id, true);
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 1, -1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = add(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_add = {
	"add", "TYPE field=value...", "author= unit=",
	{ "Nhập một hồ sơ mới", "Enter a new record" },
	{ "Chưa cần nhập đủ ngay: hồ sơ được lưu trên máy này, bổ sung sau bằng dongbo edit.\n"
	  "Danh sách chọn nhiều: các mã cách nhau bằng dấu phẩy. Hồ sơ khác: ghi mã ngắn của nó.\n"
	  "Các loại và các mục: dongbo types. --unit: hồ sơ về đơn vị đã sáp nhập vào đơn vị này.\n\n"
	  "Ví dụ:\n"
	  "  dongbo add staff full_name=\"Trần Thị Mẫu\" birth=20/10/1985 sex=nu langs=en,zh\n"
	  "  dongbo add bonus plan_year=2026 quarter=q2 person=k3f7q amount=50000000",
	  "Not everything is needed at once: the record is saved here and completed later with\n"
	  "dongbo edit. Several choices: codes with commas between. Another record: its short id.\n"
	  "Types and fields: dongbo types. --unit: about a unit that was merged into this one.\n\n"
	  "Examples:\n"
	  "  dongbo add staff full_name=\"Trần Thị Mẫu\" birth=1985-10-20 sex=nu langs=en,zh\n"
	  "  dongbo add bonus plan_year=2026 quarter=q2 person=k3f7q amount=50000000" },
	run
};
