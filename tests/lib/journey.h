/* A school with two computers, a district, and a stick that goes between them. */
#ifndef DONGBO_TESTS_JOURNEY_H
#define DONGBO_TESTS_JOURNEY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/sync/stick.h"
#include "common/system/bundle.h"
#include "server/exchange/stick.h"
#include "tests/lib/district.h"

enum { SMALL = STICK_SIZE_MIN, NOISE = 400000 };

extern struct district_fixture d;
extern struct school *s, *other; /* its computers, synchronised */
extern char usb[64];             /* the stick: a folder */
extern struct arena a;           /* of paths and reports */

#define OK(call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name(d.e.code), d.e.subject); \
	} while (0)

/* Before and after a test. */
int journey_begin(void **state);
int journey_end(void **state);

/* The same sequence for the same seed; 0 to n - 1. */
void luck_set(uint64_t seed);
size_t chance(size_t n);

/* Saves that do not get smaller: about `size` bytes in records of 100. */
void save_noise(struct school *who, size_t size);
struct stick_written write_usb(struct school *who, size_t size, bool only_new);
/* Requests or answers on the stick, in their order. */
char **files(enum bundle_kind kind, size_t *count);
/* The district reads these files, or all on the stick; the sums of their reports. */
struct stick_file serve(char **paths, size_t count, bool many);
struct stick_file serve_usb(void);
/* A computer reads these files, or all on the stick; the sums. A bad one fails the test. */
struct exchange_result take(struct school *who, char **paths, size_t count, bool many);
struct exchange_result take_usb(struct school *who);

/* The school's stream here and at the district. */
void expect_same(struct school *who);
/* Bundles that are not answered for good. */
size_t under_way(struct school *who);
int64_t client_number(struct school *who, const char *sql);

#endif
