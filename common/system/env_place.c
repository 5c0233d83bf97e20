#define _GNU_SOURCE /* statx: when a file was made */
/* Which machine this is, and which file: what a copy of a folder does not bring along.
 *
 * The machine by the id that its system was given at installation. The file by its number on
 * its file system and the moment it was made there: both stay while the file is written and
 * moved about in its file system, and neither is copied, with whatever care. A copy of the
 * whole disk has both; only who hears of both twins can tell those apart. */
#include "common/system/env.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "protocol/hash.h"

/* File systems that make up numbers for their files as they meet them (linux/magic.h). */
enum { FAT = 0x4d44, EXFAT = 0x2011bab0, FUSE = 0x65735546 };

static void look_at_machine(uint8_t out[32])
{
	static const char *const ids[] = { "/etc/machine-id", "/var/lib/dbus/machine-id" };
	struct bytes id;
	struct buf b;
	size_t i;

	buf_init(&b, 4096);
	for (i = 0; i < 2 && b.len == 0; i++)
		if (env_read_file(ids[i], &b, NULL) != 0)
			buf_clear(&b);
	id = buf_view(&b);
	if (b.len > 0)
		hash_parts(out, 32, "dongbo/machine/1", &id, 1);
	buf_release(&b);
}

static void look_at_file(const char *path, uint8_t out[32])
{
	struct statfs fs;
	struct statx st;
	struct bytes mark;
	struct buf b;

	if (statfs(path, &fs) != 0 || (unsigned)fs.f_type == (unsigned)FAT ||
	    (unsigned)fs.f_type == (unsigned)EXFAT || (unsigned)fs.f_type == (unsigned)FUSE ||
	    statx(AT_FDCWD, path, 0, STATX_INO | STATX_BTIME, &st) != 0)
		return;
	buf_init(&b, 64);
	buf_u64(&b, st.stx_ino);
	if (st.stx_mask & STATX_BTIME) {
		buf_u64(&b, (uint64_t)st.stx_btime.tv_sec);
		buf_u64(&b, st.stx_btime.tv_nsec);
	}
	mark = buf_view(&b);
	if (!b.failed)
		hash_parts(out, 32, "dongbo/file/1", &mark, 1);
	buf_release(&b);
}

void env_place(const struct env *env, const char *path, struct env_place *out)
{
	memset(out, 0, sizeof *out);
	if (env->place != NULL) {
		env->place(env->ctx, path, out);
		return;
	}
	look_at_machine(out->machine);
	look_at_file(path, out->file);
}
