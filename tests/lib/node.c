/* The world as one machine sees it. */
#include "tests/lib/node.h"

#include <stdio.h>
#include <string.h>

static int64_t node_now(void *ctx)
{
	const struct node *n = ctx;

	return *n->time + n->skew;
}

static int64_t node_monotonic(void *ctx)
{
	const struct node *n = ctx;

	return *n->time * 1000;
}

static void node_random(void *ctx, void *out, size_t size)
{
	struct node *n = ctx;

	chance_fill(&n->chance, out, size);
}

static int node_fault(void *ctx, const char *where)
{
	struct node *n = ctx;
	bool after = strcmp(where, "committed") == 0;

	if (n->stopped) {
		n->went_on = true;
		return 1;
	}
	n->commits += after;
	if (n->fuse == 0 && n->late == after) {
		n->stopped = true;
		n->stood = after;
		return 1;
	}
	if (after && n->fuse > 0)
		n->fuse--;
	return 0;
}

static void node_place(void *ctx, const char *path, struct env_place *out)
{
	const struct node *n = ctx;

	(void)path;
	memset(out, 0, sizeof *out);
	memcpy(out->machine, &n->place, sizeof n->place);
	memcpy(out->file, &n->place, sizeof n->place);
}

void node_init(struct node *n, uint64_t seed, uint64_t lane, const int64_t *time,
	       const char *dir)
{
	memset(n, 0, sizeof *n);
	n->env = (struct env){ n, node_now, node_monotonic, node_random, node_fault, NULL, node_place };
	n->place = lane;
	chance_init(&n->chance, seed, lane);
	n->time = time;
	n->fuse = -1;
	snprintf(n->dir, sizeof n->dir, "%s", dir);
}

void node_doom(struct node *n, struct chance *c, size_t within)
{
	n->fuse = (int)chance_below(c, within);
	n->late = chance_percent(c, 50);
}

void node_repair(struct node *n)
{
	n->fuse = -1;
	n->stopped = n->stood = n->went_on = false;
}
