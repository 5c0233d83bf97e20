/* Names of files in results: they need not be text. */
#include <stdlib.h>
#include <string.h>

#include "common/cli/cli.h"

json_t *cli_path(const char *path)
{
	json_t *j = json_string(path);
	char *copy, *p;

	/* Which bytes are at fault does not matter to a program: it can't name the file so. */
	if (j != NULL || (copy = strdup(path)) == NULL)
		return j;
	for (p = copy; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	j = json_string(copy);
	free(copy);
	return j;
}
