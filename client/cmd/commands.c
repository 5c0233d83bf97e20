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
