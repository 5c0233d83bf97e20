/* How far a long command has got, on a terminal. */
#include <stdio.h>
#include <unistd.h>

#include "common/cli/cli.h"
#include "common/system/env.h"

void cli_progress(struct cli *c, int64_t done, int64_t total)
{
	static int64_t begun, told;
	int64_t now = env_monotonic_ms(env_os());

	if (!isatty(STDERR_FILENO) || c->json)
		return;
	if (begun == 0)
		begun = now;
	if (total > 0 && done >= total) {
		if (told != 0)
			fprintf(stderr, "\r\033[K");
		begun = told = 0;
		return;
	}
	if (now - begun < 1000 || now - told < 250)
		return;
	told = now;
	if (total > 0)
		fprintf(stderr, "\r%lld / %lld (%lld%%)\033[K", (long long)done,
			(long long)total, (long long)(done * 100 / total));
	else
		fprintf(stderr, "\r%lld\033[K", (long long)done);
	fflush(stderr);
}
