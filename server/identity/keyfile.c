/* Key files, written and read. */
#include "server/identity/keyfile.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 4096, HEX = KEYFILE_SEED * 2 };

static int path_of(const char *dir, const char *name, char out[4096], struct err *e)
{
	if (snprintf(out, 4096, "%s/%s.key", dir, name) >= 4096)
		return err_set(e, ERR_IO, "%s", dir);
	return 0;
}

int keyfile_write(const char *dir, const char *name, const struct keyfile_key *keys,
		  size_t count, struct err *e)
{
	char path[4096], hex[HEX + 1];
	struct buf text;
	size_t i;
	int code = path_of(dir, name, path, e);

	if (code != 0)
		return code;
	buf_init(&text, FILE_MAX);
	buf_printf(&text, "dongbo key file 1: %s\n", name);
	for (i = 0; i < count; i++) {
		sodium_bin2hex(hex, sizeof hex, keys[i].seed, KEYFILE_SEED);
		buf_printf(&text, "%u %s\n", keys[i].number, hex);
	}
	code = text.failed ? err_set(e, ERR_NOMEM, "%s", path) :
			     env_write_file(path, buf_view(&text), 0600, e);
	sodium_memzero(hex, sizeof hex);
	if (text.at != NULL)
		sodium_memzero(text.at, text.len);
	buf_release(&text);
	return code;
}

/* One line "number hex"; false if it is none. */
static bool read_line(const char *line, size_t len, struct keyfile_key *out)
{
	unsigned number = 0;
	size_t i = 0, n = 0;

	for (; i < len && line[i] >= '0' && line[i] <= '9' && i < 3; i++)
		number = number * 10 + (unsigned)(line[i] - '0');
	if (i == 0 || i >= len || line[i] != ' ' || number > UINT8_MAX || len - i - 1 != HEX)
		return false;
	if (sodium_hex2bin(out->seed, KEYFILE_SEED, line + i + 1, HEX, NULL, &n, NULL) != 0)
		return false;
	out->number = (uint8_t)number;
	return n == KEYFILE_SEED;
}

static int parse(const char *text, const char *name, struct keyfile_key *out, size_t max,
		 size_t *count)
{
	char header[64];
	const char *line = text, *end;
	size_t n = 0;

	snprintf(header, sizeof header, "dongbo key file 1: %s\n", name);
	if (strncmp(text, header, strlen(header)) != 0)
		return ERR_CORRUPT;
	for (line += strlen(header); (end = strchr(line, '\n')) != NULL; line = end + 1) {
		if (n == max || !read_line(line, (size_t)(end - line), &out[n]))
			return ERR_CORRUPT;
		n++;
	}
	*count = n;
	return n == 0 || *line != '\0' ? ERR_CORRUPT : 0;
}

int keyfile_read(const char *dir, const char *name, struct keyfile_key *out, size_t max,
		 size_t *count, struct err *e)
{
	char path[4096];
	struct buf text;
	int code = path_of(dir, name, path, e);

	if (code != 0)
		return code;
	buf_init(&text, FILE_MAX);
	code = env_read_file(path, &text, e);
	if (code == 0) {
		buf_byte(&text, 0);
		code = text.failed ? ERR_CORRUPT :
				     parse((const char *)text.at, name, out, max, count);
		if (code != 0)
			err_set(e, code, "%s", path);
	}
	if (text.at != NULL)
		sodium_memzero(text.at, text.len);
	buf_release(&text);
	return code;
}

bool keyfile_exists(const char *dir, const char *name)
{
	char path[4096];

	return path_of(dir, name, path, NULL) == 0 && access(path, F_OK) == 0;
}

void keyfile_remove(const char *dir, const char *name)
{
	char path[4096];

	if (path_of(dir, name, path, NULL) == 0)
		unlink(path);
}
