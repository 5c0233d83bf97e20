/* Scans of papers for the sample year: small and few, so that many records name the same ones
 * and each is sent and kept once. */
#ifndef DONGBO_SAMPLE_SCAN_H
#define DONGBO_SAMPLE_SCAN_H

#include "tests/sample/hand.h"

/* The name of a kind of paper's file, its extension by what scan_of gives. */
void scan_name(const char *kind, unsigned turn, char out[64]);
/* The content: a page as PDF, every fifth turn a photograph (JPEG). Appended. */
void scan_of(const char *kind, unsigned turn, struct buf *out);

#endif
