/* Large files, piece by piece. */
#include "common/system/bigfile.h"
#include "common/text/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PART_DOMAIN "dongbo/backup-part/1"

static int failed(const struct bigfile *f, struct err *e)
{
	int code = errno == ENOENT ? ERR_NO_FILE : errno == ENOSPC ? ERR_FULL : ERR_IO;

	return reason_system(e, code, errno, "%.150s", f->path);
}

static void begin(struct bigfile *f, bool writing, struct buf *parts)
{
	memset(f, 0, sizeof *f);
	f->fd = -1;
	f->writing = writing;
	f->parts = parts;
	buf_init(&f->pending, BIGFILE_PART);
}

static int beside(const struct bigfile *f, char out[4096], struct err *e)
{
	if (snprintf(out, 4096, "%.4080s.part", f->path) >= 4096)
		return err_set(e, ERR_TOO_LARGE, "%.150s", f->path);
	return 0;
}

static int take_path(struct bigfile *f, const char *path, struct err *e)
{
	if (snprintf(f->path, sizeof f->path, "%s", path) >= 4080)
		return err_set(e, ERR_TOO_LARGE, "%.150s", path);
	return 0;
}

int bigfile_create(struct bigfile *f, const char *path, struct buf *parts, struct err *e)
{
	char name[4096];
	int code;

	begin(f, true, parts);
	code = take_path(f, path, e);
	if (code == 0)
		code = beside(f, name, e);
	if (code != 0)
		return code;
	f->fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	return f->fd < 0 ? failed(f, e) : 0;
}

int bigfile_open(struct bigfile *f, const char *path, struct buf *parts, struct err *e)
{
	int code;

	begin(f, false, parts);
	code = take_path(f, path, e);
	if (code != 0)
		return code;
	f->fd = open(path, O_RDONLY | O_CLOEXEC);
	return f->fd < 0 ? failed(f, e) : 0;
}

static void hash_pending(struct bigfile *f)
{
	struct bytes part = buf_view(&f->pending);
	uint8_t hash[HASH_SIZE];

	hash_parts(hash, sizeof hash, PART_DOMAIN, &part, 1);
	buf_put(f->parts, hash, sizeof hash);
	buf_clear(&f->pending);
}

static int count_bytes(struct bigfile *f, struct bytes s, struct err *e)
{
	f->at += s.len;
	if (f->parts == NULL)
		return 0;
	while (s.len > 0 && !f->parts->failed && !f->pending.failed) {
		size_t room = BIGFILE_PART - f->pending.len, n = s.len < room ? s.len : room;

		buf_put(&f->pending, s.at, n);
		s.at += n;
		s.len -= n;
		if (f->pending.len == BIGFILE_PART)
			hash_pending(f);
	}
	return f->parts->failed || f->pending.failed ? err_set(e, ERR_NOMEM, "%.150s", f->path) :
						       0;
}

void bigfile_finish_parts(struct bigfile *f)
{
	if (f->parts != NULL && f->pending.len > 0)
		hash_pending(f);
}

int bigfile_put(struct bigfile *f, struct bytes s, struct err *e)
{
	int code = count_bytes(f, s, e);

	while (s.len > 0 && code == 0) {
		ssize_t n = write(f->fd, s.at, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(f, e);
		s.at += n;
		s.len -= (size_t)n;
	}
	return code;
}

int bigfile_get(struct bigfile *f, uint8_t *out, size_t max, size_t *n, struct err *e)
{
	for (*n = 0; *n < max;) {
		ssize_t got = read(f->fd, out + *n, max - *n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return failed(f, e);
		if (got == 0)
			break;
		*n += (size_t)got;
	}
	return count_bytes(f, (struct bytes){ out, *n }, e);
}

void bigfile_close(struct bigfile *f)
{
	char name[4096];

	buf_release(&f->pending);
	if (f->fd < 0)
		return;
	close(f->fd);
	f->fd = -1;
	if (f->writing && beside(f, name, NULL) == 0)
		unlink(name);
}

int bigfile_keep(struct bigfile *f, struct err *e)
{
	char name[4096];
	int code = beside(f, name, e);

	bigfile_finish_parts(f);
	if (code == 0 && fsync(f->fd) != 0)
		code = failed(f, e);
	if (code == 0)
		code = env_rename(name, f->path, e);
	/* What was renamed is no longer ours to take away. */
	f->writing = code != 0;
	bigfile_close(f);
	return code;
}

int bigfile_hash(const char *path, uint64_t *size, struct buf *parts, struct err *e)
{
	uint8_t chunk[65536];
	struct bigfile f;
	size_t n = sizeof chunk;
	int code = bigfile_open(&f, path, parts, e);

	while (code == 0 && n == sizeof chunk)
		code = bigfile_get(&f, chunk, sizeof chunk, &n, e);
	bigfile_finish_parts(&f);
	*size = f.at;
	bigfile_close(&f);
	return code;
}
