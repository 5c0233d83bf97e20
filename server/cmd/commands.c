/* The table of commands, in the order that people meet them. */
#include "server/cmd/cmd.h"

const struct cli_command *const server_commands[] = {
	&dongbod_init, &dongbod_unit, &dongbod_pack, &dongbod_officer, &dongbod_enrol,
	&dongbod_device, &dongbod_link, &dongbod_serve, &dongbod_bundle, &dongbod_status, &dongbod_held,
	&dongbod_summary, &dongbod_report,
	&dongbod_deadlines, &dongbod_timeliness, &dongbod_round, &dongbod_extend,
	&dongbod_list, &dongbod_show, &dongbod_history, &dongbod_add, &dongbod_edit,
	&dongbod_attach, &dongbod_detach, &dongbod_files, &dongbod_open, &dongbod_types, &dongbod_template,
	&dongbod_import,
	&dongbod_row, &dongbod_move, &dongbod_apply, &dongbod_gather, &dongbod_tasks,
	&dongbod_return, &dongbod_verify, &dongbod_conflicts, &dongbod_settle,
	&dongbod_refused, &dongbod_fsck, &dongbod_backup, &dongbod_restore, &dongbod_key,
	&dongbod_root, NULL
};

const struct cli_meaning server_options[] = {
	{ "as", "NAME", { "cán bộ làm việc này: chỉ thấy những gì vai trò được xem, ký bằng khóa của mình",
			  "the officer at work: sees what the role may, signs with a key of his own" } },
	{ "unit", "CODE", { "chỉ trong đơn vị này (khi mã hồ sơ chưa đủ rõ, hoặc để lọc)",
			    "of this unit only (where an id is not enough, or to see less)" } },
	{ "version", "VERSION", { "phiên bản đã xem (cuối lệnh show): ai sửa sau đó thì lệnh không được nhận",
				  "the version that was looked at (at the end of show): where somebody has "
				  "changed it since, the command is refused" } },
	{ "personal", "", { "cho xem cả mục riêng tư, như số CCCD",
			    "show personal fields too, such as identity numbers" } },
	{ "deleted", "", { "kể cả những gì đã xóa", "deleted ones too" } },
	{ "limit", "N", { "nhiều nhất N dòng (0: tất cả)", "at most N lines (0: all)" } },
	{ "sheet", "NAME", { "trang nào của tệp Excel", "which sheet of an Excel file" } },
	{ "passphrase-file", "FILE", { "lấy mật khẩu từ tệp này, không hỏi",
				       "take the passphrase from this file, without asking" } },
	{ NULL, NULL, { NULL, NULL } }
};
