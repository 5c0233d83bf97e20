/* The file with the device's secret key, and the one that is to take its place.
 *
 * A key is on disk, whole, before anything rests on it. When a new key takes the place of the
 * old one it waits beside it as device.key.next, until the store says that it is the device's:
 * from then on the next one counts, and takes the name when it is met. */
#ifndef DONGBO_CLIENT_KEY_H
#define DONGBO_CLIENT_KEY_H

#include "common/system/env.h"
#include "protocol/sign.h"

/* A new one, in its file. next: beside the one that is there. */
int key_make(const struct env *env, const char *dir, bool next, struct sign_key *key,
	     struct err *e);
/* The key of this device (0: whichever is in device.key). *found is false where the folder has
 * another one; key is that then. ERR_NO_FILE, ERR_CORRUPT. */
int key_load(const char *dir, uint64_t device, struct sign_key *key, bool *found, struct err *e);
/* Gives the next one its name. */
int key_step(const char *dir, struct err *e);

#endif
