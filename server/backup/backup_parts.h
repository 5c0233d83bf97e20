/* What taking a backup and putting it back share. */
#ifndef DONGBO_SERVER_BACKUP_PARTS_H
#define DONGBO_SERVER_BACKUP_PARTS_H

#include "common/system/manifest.h"
#include "server/backup/backup.h"

#define BACKUP_STORE "store.db"
#define BACKUP_KEYS "keys.vault"
#define BACKUP_MANIFEST "manifest.json"

/* dir/name. ERR_TOO_LARGE. */
int backup_path(const char *dir, const char *name, char out[4096], struct err *e);
/* The manifest of a backup's folder, in the arena. ERR_BAD_BACKUP where it was altered, or is not
 * signed by the key that it names. */
int backup_manifest(const char *dir, struct arena *a, struct manifest *out, struct err *e);
/* Whether every file of a backup is what its manifest says. */
int backup_check_files(const char *dir, const struct manifest *m, struct err *e);

/* working.key and box.key of a folder into a vault, and out of it again. */
int backup_keys_put(const struct env *env, const char *data, const char *vault,
		    struct bytes passphrase, const struct keybox_cost *cost, struct err *e);
int backup_keys_get(const char *vault, struct bytes passphrase, const char *data,
		    struct err *e);

#endif
