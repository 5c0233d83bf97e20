/* The machine's own VFS, but for one call. */
#include "tests/lib/unsynced.h"

#include <sqlite3.h>
#include <stddef.h>

static sqlite3_vfs vfs;
static sqlite3_io_methods methods;
static const sqlite3_io_methods *machine_methods;
static int (*machine_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);

static int no_sync(sqlite3_file *file, int flags)
{
	(void)file;
	(void)flags;
	return SQLITE_OK;
}

static int open_file(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out)
{
	int code = machine_open(self, name, file, flags, out);

	if (code != SQLITE_OK || file->pMethods == NULL)
		return code;
	if (machine_methods == NULL) {
		machine_methods = file->pMethods;
		methods = *machine_methods;
		methods.xSync = no_sync;
	}
	/* Files of another kind keep theirs. */
	if (file->pMethods == machine_methods)
		file->pMethods = &methods;
	return code;
}

const char *unsynced_vfs(void)
{
	const sqlite3_vfs *machine = sqlite3_vfs_find(NULL);

	if (vfs.zName != NULL)
		return vfs.zName;
	if (machine == NULL)
		return NULL;
	vfs = *machine;
	vfs.zName = "unsynced";
	machine_open = vfs.xOpen;
	vfs.xOpen = open_file;
	return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? vfs.zName : NULL;
}
