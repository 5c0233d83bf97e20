/* dongbod: the program of the district's server. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "common/text/sentence.h"
#include "server/cmd/cmd.h"

#define DONGBO_VERSION "0.1.0"

/* Keys are in memory: they must not end up in a core file, nor be read by another
 * process of the same user. */
static void guard_memory(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		fprintf(stderr, "dongbod: core dumps cannot be turned off\n");
}

static const char *default_data(void)
{
	static char path[4096];
	const char *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (base != NULL && base[0] == '/')
		snprintf(path, sizeof path, "%s/dongbod", base);
	else if (home != NULL && home[0] != '\0')
		snprintf(path, sizeof path, "%s/.local/share/dongbod", home);
	else
		snprintf(path, sizeof path, "dongbod-data");
	return path;
}

int main(int argc, char **argv)
{
	static const struct cli_program program = {
		"dongbod", DONGBO_VERSION,
		{ "Máy chủ: nhận, hợp nhất, thẩm định hồ sơ của các đơn vị.",
		  "The server: receives, merges and verifies the units' records." },
		server_commands, server_options, default_data
	};

	guard_memory();
	/* The store is as private as the keys beside it. */
	umask(0077);
	signal(SIGPIPE, SIG_IGN);
	if (sodium_init() < 0) {
		fprintf(stderr, "dongbod: libsodium\n");
		return sentence_exit(ERR_IO);
	}
	return cli_main(&program, argc, argv);
}
