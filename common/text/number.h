/* Numbers as people type them, and as they stand in the cells of their workbooks.
 *
 * Vietnamese custom has "." (or a blank) between thousands and "," before decimals:
 * 1.500.000 and 1 500 000 are whole numbers, 3,5 is three and a half. English custom is
 * the reverse. What has one meaning only is taken in either. Where both are possible,
 * whole numbers go by Vietnamese custom ("1.500" is 1500), but for a decimal, which
 * people also write with a dot, "1.500" is refused: a wrong guess is off by a thousand.
 * What a program wrote (1.125) goes in with "," for its point. */
#ifndef DONGBO_NUMBER_H
#define DONGBO_NUMBER_H

#include "protocol/bytes.h"

/* A whole number; ",00" behind it does no harm. false: it is none, or too large. */
bool number_whole(struct bytes text, int64_t *out);
/* The same with đ, đồng, VND or ₫ behind it, or without. */
bool number_money(struct bytes text, int64_t *out);
/* Times 10^scale; no digits but zeros beyond those. */
bool number_decimal(struct bytes text, unsigned scale, int64_t *out);
/* For reading: 1.500.000. */
void number_show(int64_t n, struct buf *out);

#endif
