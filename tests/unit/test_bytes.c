/* protocol/bytes: ceilings, failures that stick, varints at their edges, and
 * memory of an arena. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/bytes.h"

static bool is(struct bytes s, const void *want, size_t len)
{
	return bytes_equal(s, (struct bytes){ want, len });
}

/* --- bytes --- */

static void comparing_bytes(void **state)
{
	struct bytes a = bytes_str("an"), b = bytes_str("ao"), c = bytes_str("anh");

	(void)state;
	assert_int_equal(a.len, 2);
	assert_null(bytes_str(NULL).at);
	assert_int_equal(bytes_str(NULL).len, 0);
	assert_true(bytes_equal(BYTES_NONE, bytes_str("")));
	assert_true(bytes_equal(a, bytes_str("an")));
	assert_false(bytes_equal(a, b));
	assert_false(bytes_equal(a, c));
	assert_false(bytes_equal(a, BYTES_NONE));
	assert_true(bytes_compare(a, bytes_str("an")) == 0);
	assert_true(bytes_compare(a, b) < 0 && bytes_compare(b, a) > 0);
	assert_true(bytes_compare(a, c) < 0 && bytes_compare(c, a) > 0);
	assert_true(bytes_compare(c, b) < 0 && bytes_compare(b, c) > 0);
	assert_true(bytes_compare(BYTES_NONE, a) < 0 && bytes_compare(a, BYTES_NONE) > 0);
	assert_true(bytes_compare(BYTES_NONE, bytes_str("")) == 0);
	/* by unsigned bytes */
	assert_true(bytes_compare(bytes_str("\x7f"), bytes_str("\x80")) < 0);
}

/* --- buf --- */

static void buf_stops_at_its_ceiling(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	buf_add(&b, bytes_str("abc"));
	buf_byte(&b, 'd');
	buf_byte(&b, 'e');
	assert_false(b.failed);
	assert_true(is(buf_view(&b), "abcde", 5));
	/* Nothing is no excess. */
	buf_add(&b, BYTES_NONE);
	assert_false(b.failed);
	buf_byte(&b, 'f');
	assert_true(b.failed);
	assert_true(is(buf_view(&b), "abcde", 5));

	buf_clear(&b);
	assert_false(b.failed);
	assert_int_equal(b.len, 0);
	buf_put(&b, "123456", 6);
	assert_true(b.failed);
	assert_int_equal(b.len, 0);
	/* A failure sticks although this would fit. */
	buf_byte(&b, 'x');
	buf_varint(&b, 1);
	buf_printf(&b, "y");
	assert_null(buf_grow(&b, 1));
	assert_true(b.failed);
	assert_int_equal(b.len, 0);

	buf_release(&b);
	assert_false(b.failed);
	assert_null(b.at);
	buf_put(&b, "12345", 5);
	assert_false(b.failed);
	buf_byte(&b, '6');
	assert_true(b.failed);
	buf_release(&b);
}

static void buf_of_no_room(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	buf_put(&b, "", 0);
	assert_false(b.failed);
	buf_byte(&b, 1);
	assert_true(b.failed);
	assert_null(b.at);
	/* A length near the end of size_t does not wrap around. */
	buf_release(&b);
	buf_init(&b, 100);
	buf_byte(&b, 1);
	assert_null(buf_grow(&b, SIZE_MAX));
	assert_true(b.failed);
	assert_int_equal(b.len, 1);
	buf_release(&b);
}

static void buf_grows_and_keeps_contents(void **state)
{
	uint8_t block[1000];
	uint8_t *room;
	struct buf b;
	unsigned i;

	(void)state;
	buf_init(&b, 101001);
	for (i = 0; i < 1000; i++)
		buf_byte(&b, (uint8_t)(i * 7));
	for (i = 0; i < 100; i++) {
		memset(block, (int)i, sizeof block);
		buf_put(&b, block, sizeof block);
		assert_true(b.cap <= b.max && b.cap >= b.len);
	}
	room = buf_grow(&b, 1);
	assert_non_null(room);
	*room = 'z';
	assert_int_equal(b.len, 101001);
	for (i = 0; i < 1000; i++)
		assert_int_equal(b.at[i], (uint8_t)(i * 7));
	for (i = 0; i < 100; i++) {
		assert_int_equal(b.at[1000 + 1000 * i], i);
		assert_int_equal(b.at[1999 + 1000 * i], i);
	}
	assert_int_equal(b.at[101000], 'z');
	assert_null(buf_grow(&b, 1));
	buf_release(&b);
}

static void buf_prints(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	buf_printf(&b, "%s-%d", "a", 12);
	assert_true(is(buf_view(&b), "a-12", 4));
	/* around the size that needs memory of its own */
	buf_clear(&b);
	buf_printf(&b, "%255d", 1);
	buf_printf(&b, "%256d", 2);
	buf_printf(&b, "%257d", 3);
	assert_false(b.failed);
	assert_int_equal(b.len, 768);
	assert_int_equal(b.at[254], '1');
	assert_int_equal(b.at[510], '2');
	assert_int_equal(b.at[511], ' ');
	assert_int_equal(b.at[767], '3');
	buf_printf(&b, "%300d", 4);
	assert_true(b.failed);
	assert_int_equal(b.len, 768);
	buf_release(&b);
}

/* --- varints --- */

static uint64_t varint_of(const void *p, size_t len, bool *failed)
{
	/* The exact size on the heap, so that reading on is seen. */
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	struct cursor c;
	uint64_t n;

	assert_non_null(copy);
	memcpy(copy, p, len);
	c = cursor_of((struct bytes){ copy, len });
	n = cursor_varint(&c);
	*failed = c.failed;
	if (!c.failed)
		assert_int_equal(cursor_left(&c), 0);
	free(copy);
	return n;
}

#define MAX_9 "\xff\xff\xff\xff\xff\xff\xff\xff\xff"

static void varints_both_ways(void **state)
{
	static const struct { uint64_t n; const char *bytes; size_t len; } list[] = {
		{ 0, "\x00", 1 }, { 1, "\x01", 1 }, { 127, "\x7f", 1 },
		{ 128, "\x80\x01", 2 }, { 300, "\xac\x02", 2 }, { 16383, "\xff\x7f", 2 },
		{ 16384, "\x80\x80\x01", 3 },
		{ UINT32_MAX, "\xff\xff\xff\xff\x0f", 5 },
		{ INT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9 },
		{ (uint64_t)1 << 63, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 10 },
		{ UINT64_MAX, MAX_9 "\x01", 10 },
	};
	bool failed;
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 100);
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		buf_clear(&b);
		buf_varint(&b, list[i].n);
		assert_true(is(buf_view(&b), list[i].bytes, list[i].len));
		assert_true(varint_of(list[i].bytes, list[i].len, &failed) == list[i].n);
		assert_false(failed);
	}
	buf_release(&b);
}

static void bad_varints(void **state)
{
	static const struct { const char *bytes; size_t len; } list[] = {
		/* nothing, and cut off */
		{ "", 0 }, { "\x80", 1 }, { "\xff\xff", 2 }, { MAX_9, 9 },
		/* not the shortest */
		{ "\x80\x00", 2 }, { "\xff\x00", 2 }, { "\x80\x80\x00", 3 },
		{ MAX_9 "\x00", 10 },
		/* over 64 bits */
		{ MAX_9 "\x02", 10 }, { MAX_9 "\x7f", 10 }, { MAX_9 "\x03", 10 },
		{ MAX_9 "\x80\x00", 11 }, { MAX_9 "\x81\x00", 11 }, { MAX_9 "\xff\x01", 11 },
		{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11 },
	};
	bool failed;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		assert_true(varint_of(list[i].bytes, list[i].len, &failed) == 0);
		if (!failed)
			fail_msg("bad varint %zu is accepted", i);
	}
}

static void svarints_both_ways(void **state)
{
	static const struct { int64_t n; const char *bytes; size_t len; } list[] = {
		{ 0, "\x00", 1 }, { -1, "\x01", 1 }, { 1, "\x02", 1 }, { -2, "\x03", 1 },
		{ 63, "\x7e", 1 }, { -64, "\x7f", 1 }, { 64, "\x80\x01", 2 },
		{ INT64_MAX, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10 },
		{ INT64_MIN, MAX_9 "\x01", 10 },
	};
	struct cursor c;
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 100);
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		buf_clear(&b);
		buf_svarint(&b, list[i].n);
		assert_true(is(buf_view(&b), list[i].bytes, list[i].len));
		c = cursor_of(buf_view(&b));
		assert_true(cursor_svarint(&c) == list[i].n);
		assert_false(c.failed);
	}
	c = cursor_of(bytes_str("\x81"));
	assert_true(cursor_svarint(&c) == 0);
	assert_true(c.failed);
	buf_release(&b);
}

static void varint_at_the_ceiling(void **state)
{
	struct buf b;

	(void)state;
	/* All of it or nothing. */
	buf_init(&b, 9);
	buf_varint(&b, UINT64_MAX);
	assert_true(b.failed);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

/* --- cursor --- */

static void cursor_takes_and_sticks(void **state)
{
	struct cursor c = cursor_of(bytes_str("abcdef"));
	struct bytes s;

	(void)state;
	assert_int_equal(cursor_left(&c), 6);
	assert_int_equal(cursor_byte(&c), 'a');
	s = cursor_take(&c, 2);
	assert_true(is(s, "bc", 2));
	assert_int_equal(cursor_take(&c, 0).len, 0);
	assert_false(c.failed);
	s = cursor_take(&c, 4);
	assert_true(c.failed && s.at == NULL && s.len == 0);
	assert_int_equal(cursor_left(&c), 0);
	/* Three are there, but the failure sticks. */
	assert_int_equal(cursor_byte(&c), 0);
	assert_null(cursor_take(&c, 1).at);
	assert_true(cursor_varint(&c) == 0);
	assert_true(c.failed);

	c = cursor_of(bytes_str("xyz"));
	assert_null(cursor_take(&c, SIZE_MAX).at);
	assert_true(c.failed);

	c = cursor_of(BYTES_NONE);
	assert_int_equal(cursor_left(&c), 0);
	assert_int_equal(cursor_take(&c, 0).len, 0);
	assert_false(c.failed);
	assert_int_equal(cursor_byte(&c), 0);
	assert_true(c.failed);
}

/* --- arena --- */

static bool zeroed(const uint8_t *p, size_t n)
{
	while (n > 0 && p[n - 1] == 0)
		n--;
	return n == 0;
}

static void arena_aligns_and_zeroes(void **state)
{
	uint8_t *p, *last = NULL;
	struct arena a;
	size_t n;
	unsigned round;

	(void)state;
	arena_init(&a, 1 << 24);
	for (round = 0; round < 2; round++) {
		for (n = 1; n < 400; n++) {
			p = arena_alloc(&a, n);
			assert_non_null(p);
			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			assert_true(zeroed(p, n));
			/* What came before is not touched by this. */
			assert_true(last == NULL || last[n - 2] == 0xee);
			memset(p, 0xee, n);
			last = p;
		}
		/* Old memory comes zeroed again. */
		arena_clear(&a);
		assert_int_equal(a.used, 0);
		last = NULL;
	}
	/* Larger than any block so far. */
	p = arena_alloc(&a, 5 << 20);
	assert_true(p != NULL && zeroed(p, 5 << 20));
	arena_release(&a);
}

static void arena_stops_at_its_ceiling(void **state)
{
	struct arena a;
	unsigned i;

	(void)state;
	arena_init(&a, 1 << 16);
	assert_null(arena_alloc(&a, (1 << 16) + 1));
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX - 8));
	assert_int_equal(a.used, 0);
	for (i = 0; i < (1 << 16) && arena_alloc(&a, 100) != NULL; i++)
		assert_true(a.used <= a.max);
	/* 112 bytes each: the rounding counts, and little is left over. */
	assert_in_range(i, (1 << 16) / 112 - 1, (1 << 16) / 112);
	assert_null(arena_alloc(&a, 1000));
	/* A ceiling is not a failure that sticks: clearing makes room. */
	arena_clear(&a);
	assert_non_null(arena_alloc(&a, 1000));
	arena_release(&a);
	assert_int_equal(a.used, 0);
	assert_null(a.head);
	assert_non_null(arena_alloc(&a, 1000));
	assert_null(arena_alloc(&a, 1 << 16));
	arena_release(&a);
}

static void arena_clear_keeps_memory(void **state)
{
	struct arena a;
	void *first, *head;

	(void)state;
	arena_init(&a, 1 << 20);
	arena_clear(&a);
	assert_null(a.head);
	first = arena_alloc(&a, 100);
	assert_non_null(first);
	arena_clear(&a);
	assert_ptr_equal(arena_alloc(&a, 100), first);
	/* A second, larger block is the one that stays. */
	assert_non_null(arena_alloc(&a, 100000));
	head = a.head;
	arena_clear(&a);
	assert_ptr_equal(a.head, head);
	assert_non_null(arena_alloc(&a, 100000));
	assert_ptr_equal(a.head, head);
	arena_release(&a);
}

static void arena_arrays_and_copies(void **state)
{
	char text[] = "Th\xc3\xb4n 3";
	struct arena a;
	struct bytes s;
	char *copy;

	(void)state;
	arena_init(&a, 1 << 12);
	assert_non_null(arena_array(&a, 10, 8));
	assert_true(a.used >= 80);
	/* 2 in 64 bits if it wrapped */
	assert_null(arena_array(&a, SIZE_MAX / 2 + 2, 2));
	assert_null(arena_array(&a, 1000, 1000));

	s = arena_copy(&a, bytes_str(text));
	copy = arena_str(&a, bytes_str(text));
	memset(text, 'x', sizeof text - 1);
	assert_true(is(s, "Th\xc3\xb4n 3", 7));
	assert_string_equal(copy, "Th\xc3\xb4n 3");
	assert_string_equal(arena_str(&a, BYTES_NONE), "");
	assert_int_equal(arena_copy(&a, BYTES_NONE).len, 0);
	/* of a part, whose end is not a NUL */
	copy = arena_str(&a, (struct bytes){ (const uint8_t *)text, 3 });
	assert_string_equal(copy, "xxx");
	arena_release(&a);

	arena_init(&a, 8);
	s = arena_copy(&a, bytes_str("longer than 8"));
	assert_null(s.at);
	assert_int_equal(s.len, 13);
	assert_null(arena_str(&a, bytes_str("longer than 8")));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparing_bytes),
		cmocka_unit_test(buf_stops_at_its_ceiling),
		cmocka_unit_test(buf_of_no_room),
		cmocka_unit_test(buf_grows_and_keeps_contents),
		cmocka_unit_test(buf_prints),
		cmocka_unit_test(varints_both_ways),
		cmocka_unit_test(bad_varints),
		cmocka_unit_test(svarints_both_ways),
		cmocka_unit_test(varint_at_the_ceiling),
		cmocka_unit_test(cursor_takes_and_sticks),
		cmocka_unit_test(arena_aligns_and_zeroes),
		cmocka_unit_test(arena_stops_at_its_ceiling),
		cmocka_unit_test(arena_clear_keeps_memory),
		cmocka_unit_test(arena_arrays_and_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
