/* dongbo: the program of a unit's computer. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "client/cmd/cmd.h"
#include "common/text/sentence.h"

#define DONGBO_VERSION "0.1.0"

/* The device's key is in memory: it must not end up in a core file, nor be read by
 * another process of the same user. */
static void guard_memory(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		fprintf(stderr, "dongbo: core dumps cannot be turned off\n");
}

static const char *default_data(void)
{
	static char path[4096];
	const char *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (base != NULL && base[0] == '/')
		snprintf(path, sizeof path, "%s/dongbo", base);
	else if (home != NULL && home[0] != '\0')
		snprintf(path, sizeof path, "%s/.local/share/dongbo", home);
	else
		snprintf(path, sizeof path, "dongbo-data");
	return path;
}

int main(int argc, char **argv)
{
	static const struct cli_program program = {
		"dongbo", DONGBO_VERSION,
		{ "Nhập và gửi hồ sơ của đơn vị lên máy chủ, kể cả khi không có mạng.",
		  "Enters a unit's records and sends them to the server, with or without a network." },
		client_commands, client_options, default_data
	};

	guard_memory();
	/* Personal data: what is made here is for this user alone. */
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	if (sodium_init() < 0) {
		fprintf(stderr, "dongbo: libsodium\n");
		return sentence_exit(ERR_IO);
	}
	return cli_main(&program, argc, argv);
}
