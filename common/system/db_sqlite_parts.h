/* What the files of the SQLite engine share. */
#ifndef DONGBO_DB_SQLITE_PARTS_H
#define DONGBO_DB_SQLITE_PARTS_H

#include <sqlite3.h>

#include "common/system/db.h"

sqlite3 *db_sqlite_handle(struct db *db);
/* The engine's last error as one of ours. */
int db_sqlite_error(sqlite3 *handle, struct err *e);

#endif
