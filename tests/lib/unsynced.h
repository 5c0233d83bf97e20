/* A SQLite VFS that never waits for the disk: for stores that are made by a program and
 * that nobody would miss, if the power failed while it runs. */
#ifndef DONGBO_TESTS_UNSYNCED_H
#define DONGBO_TESTS_UNSYNCED_H

/* Its name, for struct env; NULL where SQLite has no other VFS to stand on. */
const char *unsynced_vfs(void);

#endif
