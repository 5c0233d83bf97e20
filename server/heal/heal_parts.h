/* What the files of healing share. */
#ifndef DONGBO_SERVER_HEAL_PARTS_H
#define DONGBO_SERVER_HEAL_PARTS_H

#include "server/heal/heal.h"

/* Takes in the items of the request, as far as receipts that were found good prove them. */
int heal_items(struct server *s, struct exchange *x, struct err *e);

#endif
