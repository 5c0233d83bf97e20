/* What happens when: things to do, in the order of their times. */
#ifndef DONGBO_SAMPLE_DIARY_H
#define DONGBO_SAMPLE_DIARY_H

#include "tests/sample/dossier.h"

/* Of things for the same time the first one put in comes first. */
void diary_add(int64_t time, void (*fn)(struct sample *s, void *arg, int n), void *arg, int n);
/* All of them, until there are no more; they may add others. */
void diary_run(struct sample *s);

#endif
