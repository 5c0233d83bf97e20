/* The table of commands, in the order that people meet them. */
#include "server/cmd/cmd.h"

const struct cli_command *const server_commands[] = {
	&dongbod_init, &dongbod_unit, &dongbod_pack, &dongbod_officer, &dongbod_enrol,
	&dongbod_device, &dongbod_link, &dongbod_serve, &dongbod_bundle, &dongbod_held,
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
