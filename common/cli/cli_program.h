/* What cli.c asks of the program that it is part of. Private to cli*.c. */
#ifndef DONGBO_CLI_PROGRAM_H
#define DONGBO_CLI_PROGRAM_H

#include "common/cli/cli.h"

/* Columns of the terminal, or what COLUMNS says; `missing` where neither is there. 0: no limit. */
size_t cli_columns(size_t missing);
/* As much of a text as fits into a width, at least a word; *rest: what is left. */
struct bytes cli_piece(const char *s, size_t width, const char **rest);

/* What --help prints, of the program and of a command (cli_help.c). */
void cli_help_program(const struct cli *c, const struct cli_program *p);
int cli_help_command(struct cli *c, const struct cli_program *p);
/* The arguments of the command, with their names in the language. */
void cli_help_arguments(const struct cli *c, struct buf *out);

/* A command of the program's table; NULL where there is none. */
const struct cli_command *cli_find(const struct cli_command *const *commands, struct bytes name);
/* Sentences name commands as units have them ("dongbo show"). What this program has too is
 * meant of this one. */
void cli_name_program(const char *program, const struct cli_command *const *commands,
		      struct buf *text);

#endif
