/* The table of commands, in the order that people meet them. */
#include "client/cmd/cmd.h"

const struct cli_command *const client_commands[] = {
	&cmd_init, &cmd_enrol, &cmd_whoami, &cmd_chief, &cmd_types,
	&cmd_add, &cmd_row, &cmd_edit, &cmd_delete, &cmd_undelete, &cmd_check,
	&cmd_nil, &cmd_figures, &cmd_number, &cmd_submit, &cmd_sign,
	&cmd_attach, &cmd_detach, &cmd_files, &cmd_fetch, &cmd_open,
	&cmd_list, &cmd_show, &cmd_history,
	&cmd_template, &cmd_import, &cmd_export,
	&cmd_sync, &cmd_key, &cmd_bundle, &cmd_status, &cmd_deadlines, &cmd_conflicts, &cmd_settle,
	&cmd_refused, &cmd_resend,
	&cmd_receipts, &cmd_backup, &cmd_restore, &cmd_dump, NULL
};

const struct cli_meaning client_options[] = {
	{ "author", "NAME", { "ai nhập, nếu không phải người thường dùng máy này",
			      "who enters this, where it is not who mostly uses this computer" } },
	{ "unit", "CODE", { "hồ sơ về đơn vị đã sáp nhập vào đơn vị này",
			    "about a unit that was merged into this one" } },
	{ "personal", "", { "cho xem cả mục riêng tư, như số CCCD",
			    "show personal fields too, such as identity numbers" } },
	{ "passphrase-file", "FILE", { "lấy mật khẩu từ tệp này, không hỏi",
				       "take the passphrase from this file, without asking" } },
	{ NULL, NULL, { NULL, NULL } }
};
