/* Steps of a batch that stand in different files: arg is the batch, of batch_mend the
 * dossier. For batch.c and submission.c only. */
#ifndef DONGBO_SAMPLE_BATCH_PARTS_H
#define DONGBO_SAMPLE_BATCH_PARTS_H

#include "tests/sample/dossier.h"

void batch_verify(struct sample *s, void *arg, int n);
void batch_mend(struct sample *s, void *arg, int n);
void submission_gather(struct sample *s, void *arg, int n);
void submission_submit(struct sample *s, void *arg, int n);
void submission_send(struct sample *s, void *arg, int n);
void submission_decide(struct sample *s, void *arg, int n);

#endif
