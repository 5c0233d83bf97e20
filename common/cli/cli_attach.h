/* What both programs do with attached files at the command line. */
#ifndef DONGBO_CLI_ATTACH_H
#define DONGBO_CLI_ATTACH_H

#include "common/attach/attach_row.h"
#include "common/cli/cli.h"

/* Reads a file that is to be attached, whole, and its name as a record has it: the last part of
 * the path, NFC, in the arena. ERR_NO_FILE, ERR_TOO_LARGE, ERR_BAD_INPUT (a name that is no
 * UTF-8, or no file). */
int cli_attach_read(struct cli *c, const char *path, struct arena *a, struct buf *content,
		    struct bytes *name);
/* Says what is wrong with it, by the error that the command has: which file, and why. */
void cli_attach_refused(struct cli *c, const char *path);
/* Of the files of a record those that arguments `from` on name: numbers as `files` counts them;
 * all where there are none. count becomes theirs. ERR_USAGE, ERR_FILE_ABSENT where the record has
 * no file. */
int cli_attach_pick(struct cli *c, int from, struct attached *list, size_t *count);
/* A copy of a file at --out (a folder, or a name that is free), or in a folder of the store's,
 * where it is shown with the machine's own program. The path is then in path. */
int cli_attach_open(struct cli *c, const char *dir, const struct attached *f, char path[4096]);
/* A table; standing[i] says where each is. */
int cli_attach_table(struct cli *c, uint64_t stream, const struct attached *list, size_t count,
		     const char *const *standing);
/* "1,2 MB". */
const char *cli_attach_size(uint64_t size, enum lang lang, char out[32]);

#endif
