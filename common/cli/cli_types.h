/* The command `types` of both programs: what can be entered, and how. */
#ifndef DONGBO_CLI_TYPES_H
#define DONGBO_CLI_TYPES_H

#include "common/cli/cli.h"
#include "common/pack/pack.h"

/* The types that a role (its bit) enters by itself, or all of them; with an argument the
 * fields and choices of that type. ERR_NO_TYPE. */
int cli_types(struct cli *c, const struct schema *s, uint64_t role, bool all);

#endif
