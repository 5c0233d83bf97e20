/* dongbo settle: chooses among the values that a field has. */
#include "client/cmd/cmd.h"

static int settle(struct session *s)
{
	struct cli *c = s->cli;
	const char *element = cli_option(c, "element"), *value = cli_option(c, "value");
	struct rid id = RID_NONE;
	int64_t take = 0;
	int code = cli_number(c, "take", 0, 1, 1000, &take);

	if (code == 0 && (take == 0) == (value == NULL))
		code = cli_usage(c, CLI_TEXT(c, "cần --take N hoặc --value GIÁ_TRỊ",
					     "--take N or --value VALUE is needed"));
	if (code == 0)
		code = session_begin(s);
	if (code == 0)
		code = session_find_own(s, c->argv[0], &id);
	if (code != 0)
		return code;
	code = edit_settle(s->replica, s->schema, &s->draft, id, bytes_str(c->argv[1]),
			   bytes_str(element), (int)take, bytes_str(value), s->e);
	if (code != 0)
		return session_edit_error(s, code, session_type(s, s->stream, id));
	code = session_save(s, id);
	return code != 0 ? code : session_tell(s, id, true);
}

static int run(struct cli *c)
{
	return session_run(c, 2, 2, settle);
}

const struct cli_command cmd_settle = {
	"settle", "ID FIELD --take N | --value VALUE [--element CHOICE]", "take= value= element= author=",
	{ "Chọn giá trị đúng khi hai người nhập khác nhau",
	  "Choose the right value where two people entered different ones" },
	{ "N là số thứ tự trong dongbo conflicts. --value nhập một giá trị khác hẳn. Mục "
	  "\"deleted\":\n"
	  "1 là giữ xóa, 2 là khôi phục. Danh sách chọn nhiều cần thêm --element MÃ_LỰA_CHỌN.\n\n"
	  "Ví dụ:\n"
	  "  dongbo settle k3f7q amount --take 2\n"
	  "  dongbo settle k3f7q amount --value 48000000",
	  "N counts as in dongbo conflicts. --value gives another value altogether. Field "
	  "\"deleted\":\n"
	  "1 keeps it deleted, 2 brings it back. Sets need --element CHOICE.\n\n"
	  "Examples:\n"
	  "  dongbo settle k3f7q amount --take 2\n"
	  "  dongbo settle k3f7q amount --value 48000000" },
	run
};
