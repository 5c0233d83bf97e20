/* What the import commands of both programs share: the file, what is asked before it is
 * taken, and how it is told. */
#ifndef DONGBO_CLI_IMPORT_H
#define DONGBO_CLI_IMPORT_H

#include "common/cli/cli.h"
#include "common/import/import.h"
#include "common/import/template.h"

/* Options of such commands, for their tables. */
#define CLI_IMPORT_OPTIONS "dry-run skip-bad yes type= sheet="

/* The whole file that the first argument names (- is the standard input), and the options. */
int cli_import_file(struct cli *c, struct buf *file);
void cli_import_options(const struct cli *c, struct import_options *out);
/* Shows what was found, and asks where there is a doubt: ERR_USAGE where nobody says yes,
 * at the terminal or with --yes. A dry run asks nothing. */
int cli_import_ask(struct cli *c, const struct import *im);
/* Whether what was made is to be kept: not in a dry run, nor where something is wrong and
 * there is no --skip-bad. */
bool cli_import_keeps(const struct cli *c, const struct import *im);
/* Tells what became of it; saved says where it is, if it was kept. ERR_BAD_INPUT where
 * something is wrong. */
int cli_import_tell(struct cli *c, const struct import *im, const char *saved);

/* Writes the template of the type that the first argument names into --out. */
int cli_import_template(struct cli *c, struct replica *r, const struct schema *s,
			const struct template_options *o);

#endif
