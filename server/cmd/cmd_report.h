/* What the commands that make reports and documents share. */
#ifndef DONGBO_SERVER_CMD_REPORT_H
#define DONGBO_SERVER_CMD_REPORT_H

#include "server/cmd/cmd.h"
#include "server/report/report_render.h"

/* What is asked for, from --year, --quarter, --unit, --cutoff, --units, --match, --limit. */
int cmd_report_ask(struct desk *d, struct report_ask *ask);
/* The form, from --format and the ending of --out; the screen where neither says one. */
int cmd_report_format(struct cli *c, bool *screen, enum report_format *format);

/* A document: its files, its proofs (--check), its signature (--sign). */
int cmd_report_paper(struct desk *d, const struct report *r, struct report_ask *ask,
		     struct arena *a);

#endif
