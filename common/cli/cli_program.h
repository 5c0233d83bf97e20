/* What cli.c asks of the program that it is part of. Private to cli*.c. */
#ifndef DONGBO_CLI_PROGRAM_H
#define DONGBO_CLI_PROGRAM_H

#include "common/cli/cli.h"

/* A command of the program's table; NULL where there is none. */
const struct cli_command *cli_find(const struct cli_command *const *commands, struct bytes name);
/* Sentences name commands as units have them ("dongbo show"). What this program has too is
 * meant of this one. */
void cli_name_program(const char *program, const struct cli_command *const *commands,
		      struct buf *text);

#endif
