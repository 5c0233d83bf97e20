/* A list of things to do, sorted when they are due. */
#include "tests/sample/diary.h"

#include <stdlib.h>

enum { ITEMS = 20000, LATEST = 20 * 3600 };

struct item {
	int64_t time;
	size_t order;
	void (*fn)(struct sample *s, void *arg, int n);
	void *arg;
	int n;
};

/* A binary heap: the next thing is at 1. */
static struct item heap[ITEMS + 1];
static size_t count, added;

static bool before(const struct item *a, const struct item *b)
{
	return a->time != b->time ? a->time < b->time : a->order < b->order;
}

void diary_add(int64_t time, void (*fn)(struct sample *s, void *arg, int n), void *arg, int n)
{
	struct item it = { time, added++, fn, arg, n };
	size_t at;

	if (count == ITEMS)
		abort();
	for (at = ++count; at > 1 && before(&it, &heap[at / 2]); at /= 2)
		heap[at] = heap[at / 2];
	heap[at] = it;
}

static struct item take(void)
{
	struct item first = heap[1], last = heap[count--];
	size_t at = 1, next;

	while ((next = 2 * at) <= count) {
		if (next < count && before(&heap[next + 1], &heap[next]))
			next++;
		if (!before(&heap[next], &last))
			break;
		heap[at] = heap[next];
		at = next;
	}
	heap[at] = last;
	return first;
}

void diary_run(struct sample *s)
{
	while (count > 0) {
		struct item it = take();

		/* A full day is no reason to be late by one. */
		if (s->time > it.time + LATEST)
			sample_die(s, "the day is too full");
		if (s->time < it.time)
			sample_go(s, it.time);
		it.fn(s, it.arg, it.n);
	}
}
