#define _XOPEN_SOURCE 700 /* realpath, without the hardened headers too */
/* The real world behind struct env: the only file that asks the machine for time,
 * randomness and files. */
#include "common/system/env.h"
#include "common/text/reason.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

static int64_t os_now(void *ctx)
{
	(void)ctx;
	return (int64_t)time(NULL);
}

static int64_t os_monotonic_ms(void *ctx)
{
	struct timespec ts = { 0, 0 };

	(void)ctx;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void os_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	randombytes_buf(out, n);
}

static int os_fault(void *ctx, const char *where)
{
	(void)ctx;
	(void)where;
	return 0;
}

const struct env *env_os(void)
{
	static const struct env os = { NULL, os_now, os_monotonic_ms, os_random, os_fault,
				       NULL, NULL };

	return &os;
}

int64_t env_now(const struct env *env)
{
	return env->now(env->ctx);
}

int64_t env_monotonic_ms(const struct env *env)
{
	return env->monotonic_ms(env->ctx);
}

void env_random(const struct env *env, void *out, size_t n)
{
	env->random(env->ctx, out, n);
}

int env_fault(const struct env *env, const char *where, struct err *e)
{
	if (env->fault(env->ctx, where) != 0)
		return err_set(e, ERR_STOPPED, "%s", where);
	return 0;
}

static int io_error(struct err *e, const char *path)
{
	int code = errno == ENOENT ? ERR_NO_FILE : errno == ENOSPC ? ERR_FULL : ERR_IO;

	return reason_system(e, code, errno, "%s", path);
}

int env_read_file(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), code = 0;

	if (fd < 0)
		return io_error(e, path);
	for (;;) {
		uint8_t chunk[65536];
		ssize_t n = read(fd, chunk, sizeof chunk);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			code = io_error(e, path);
		if (n <= 0)
			break;
		buf_put(out, chunk, (size_t)n);
		if (out->failed) {
			code = err_set(e, ERR_TOO_LARGE, "%s", path);
			break;
		}
	}
	close(fd);
	return code;
}

int env_read_part(const char *path, uint64_t offset, size_t n, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), code = 0;
	uint8_t *to;

	if (fd < 0)
		return io_error(e, path);
	while (n > 0 && code == 0) {
		size_t step = n < 65536 ? n : 65536;
		ssize_t got;

		to = buf_grow(out, step);
		if (to == NULL) {
			code = err_set(e, ERR_TOO_LARGE, "%.150s", path);
			break;
		}
		got = pread(fd, to, step, (off_t)offset);
		out->len -= step - (got > 0 ? (size_t)got : 0);
		if (got < 0 && errno != EINTR)
			code = io_error(e, path);
		if (got == 0)
			break;
		offset += got > 0 ? (uint64_t)got : 0;
		n -= got > 0 ? (size_t)got : 0;
	}
	close(fd);
	return code;
}

uint64_t env_space(const char *path)
{
	struct statvfs fs;

	return statvfs(path, &fs) != 0 ? 0 : (uint64_t)fs.f_bavail * fs.f_frsize;
}

static int write_all(int fd, struct bytes s)
{
	while (s.len > 0) {
		ssize_t n = write(fd, s.at, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		s.at += n;
		s.len -= (size_t)n;
	}
	return 0;
}

/* Makes the renaming itself durable. */
static int sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];
	int fd, rc;

	if (slash == NULL)
		snprintf(folder, sizeof folder, ".");
	else
		snprintf(folder, sizeof folder, "%.*s", (int)(slash - path + 1), path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

int env_write_file(const char *path, struct bytes content, unsigned mode, struct err *e)
{
	char beside[4096];
	int fd, code = 0;

	if (snprintf(beside, sizeof beside, "%s.part", path) >= (int)sizeof beside)
		return err_set(e, ERR_TOO_LARGE, "%s", path);
	/* Never through a link that somebody has put there: on a stick anybody can. */
	(void)unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode);
	if (fd < 0)
		return io_error(e, beside);
	/* What the mode says, whatever this program's mask is; some sticks know no modes. */
	(void)fchmod(fd, (mode_t)mode);
	if (write_all(fd, content) != 0 || fsync(fd) != 0)
		code = io_error(e, beside);
	if (close(fd) != 0 && code == 0)
		code = io_error(e, beside);
	if (code == 0 && rename(beside, path) != 0)
		code = io_error(e, path);
	if (code == 0 && sync_folder(path) != 0)
		code = io_error(e, path);
	if (code != 0)
		unlink(beside);
	return code;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_names(DIR *d, size_t max, struct arena *a, char **names, size_t *count,
		      const char *path, struct err *e)
{
	const struct dirent *entry;

	for (*count = 0; (errno = 0, entry = readdir(d)) != NULL;) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (*count == max)
			return err_set(e, ERR_TOO_LARGE, "%s", path);
		names[*count] = arena_str(a, bytes_str(entry->d_name));
		if (names[(*count)++] == NULL)
			return err_set(e, ERR_NOMEM, "%s", path);
	}
	return errno != 0 ? io_error(e, path) : 0;
}

int env_list(const char *path, size_t max, struct arena *a, char ***names, size_t *count,
	     struct err *e)
{
	DIR *d = opendir(path);
	int code;

	*count = 0;
	if (d == NULL)
		return io_error(e, path);
	*names = arena_array(a, max, sizeof **names);
	code = *names == NULL ? err_set(e, ERR_NOMEM, "%s", path) :
				read_names(d, max, a, *names, count, path, e);
	closedir(d);
	if (code == 0)
		qsort(*names, *count, sizeof **names, compare_names);
	return code;
}

enum env_kind env_kind(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT || errno == ENOTDIR ? ENV_NONE : ENV_OTHER;
	return S_ISREG(st.st_mode) ? ENV_FILE : S_ISDIR(st.st_mode) ? ENV_FOLDER : ENV_OTHER;
}

int env_full_path(const char *path, struct arena *a, const char **out, struct err *e)
{
	char *full = realpath(path, NULL);

	if (full == NULL)
		return io_error(e, path);
	*out = arena_str(a, bytes_str(full));
	free(full);
	return *out == NULL ? err_set(e, ERR_NOMEM, "%s", path) : 0;
}

int env_write_over(const char *path, struct bytes content, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : pwrite(fd, content.at, content.len, 0);
	int code = n == (ssize_t)content.len ? 0 : io_error(e, path);

	if (fd >= 0)
		close(fd);
	return code;
}

int env_remove(const char *path, struct err *e)
{
	return unlink(path) == 0 || errno == ENOENT ? 0 : io_error(e, path);
}

int env_rename(const char *from, const char *to, struct err *e)
{
	return rename(from, to) == 0 && sync_folder(to) == 0 ? 0 : io_error(e, to);
}

int env_remove_folder(const char *path, struct err *e)
{
	char file[4096];
	struct arena a;
	char **names;
	size_t count = 0, i;
	int code;

	if (env_kind(path) == ENV_NONE)
		return 0;
	arena_init(&a, 16 * 1024 * 1024);
	code = env_list(path, 100000, &a, &names, &count, e);
	for (i = 0; i < count && code == 0; i++) {
		snprintf(file, sizeof file, "%.3000s/%.1000s", path, names[i]);
		code = env_remove(file, e);
	}
	if (code == 0 && rmdir(path) != 0)
		code = io_error(e, path);
	arena_release(&a);
	return code;
}

int env_make_dirs(const char *path, struct err *e)
{
	char part[4096];
	size_t i, n = strlen(path);

	if (n == 0 || n >= sizeof part)
		return err_set(e, ERR_IO, "%s", path);
	memcpy(part, path, n + 1);
	for (i = 1; i <= n; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0700) == 0 ? sync_folder(part) != 0 : errno != EEXIST)
			return io_error(e, part);
		part[i] = i < n ? '/' : '\0';
	}
	return 0;
}
