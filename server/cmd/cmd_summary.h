/* The parts of dongbod summary. */
#ifndef DONGBO_SERVER_CMD_SUMMARY_H
#define DONGBO_SERVER_CMD_SUMMARY_H

#include "server/cmd/cmd.h"

/* Totals (query_totals) put together by the sections of the plan, how far the records are
 * in place of their states: [{section, type, label, making, waiting, good, done, rejected,
 * dropped, count, sum}...]. */
int cmd_summary_sections(struct desk *d, const json_t *totals, json_t **out);
int cmd_summary_print_sections(struct desk *d, const json_t *sections);

#endif
