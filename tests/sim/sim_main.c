/* sim --seed N [--steps N] [--restore] [--copies] [--keys] [--verbose] | --seeds FROM-TO [-I repository]
 *
 * Runs seeds one after another, each in a folder of its own in memory, and prints
 * a line for every violation. Exits nonzero if there was any. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/limits.h"
#include "tests/sim/world.h"

enum { STEPS = 140, ROUNDS_MAX = 3000, PATIENCE = 300 };

void sim_remove_tree(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	char inner[512];

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
		if (unlink(inner) != 0)
			sim_remove_tree(inner);
	}
	if (d != NULL)
		closedir(d);
	rmdir(path);
}

/* What a person has to do is done, and all hear of it. */
static void people_settle(struct world *w)
{
	bool any = w->keys, quiet;
	size_t i, n;

	while (any && !w->failed) {
		for (i = 0; i < w->machine_count && !w->failed; i++)
			for (n = 0, quiet = false; n < ROUNDS_MAX && !quiet && !w->failed &&
				    w->machines[i].client.revoked == 0; n++, w->step++)
				if (!net_exchange(w, &w->machines[i], net_size(w), &quiet))
					break;
		any = keys_settle(w);
	}
}

/* All exchange until nothing moves any more, twice round. What one carries of another may have
 * to wait until that one has said to a server that was put back who it is: a round before that. */
static void heal(struct world *w)
{
	size_t i, round, n, first = w->disasters ? 0 : 1;
	bool quiet;

	node_repair(&w->server_node);
	w->taint = w->loss = 0;
	for (n = 0; n < 200 && !w->failed; n++, w->step++)
		net_deliver(w);
	for (i = 0; i < w->machine_count && !w->failed; i++) {
		node_repair(&w->machines[i].node);
		if (!w->machines[i].open)
			machine_start(w, &w->machines[i]);
	}
	people_settle(w);
	for (round = first; round < 3; round++)
		for (i = 0; i < w->machine_count && !w->failed; i++) {
			quiet = false;
			for (n = 0; !quiet && !w->failed && n < (round == 0 ? PATIENCE : ROUNDS_MAX);
			     n++) {
				w->step++;
				if (!net_exchange(w, &w->machines[i], net_size(w), &quiet))
					break;
			}
			if (!quiet && round > 0)
				sim_fail(w, "%s does not come to rest", w->machines[i].label);
		}
}

static void print_tally(const struct world *w)
{
	const struct tally *t = &w->tally;
	uint8_t digest[DIGEST];
	size_t i;

	world_digest((struct world *)w, digest);
	printf("seed %llu: ", (unsigned long long)w->seed);
	for (i = 0; i < DIGEST; i++)
		printf("%02x", digest[i]);
	printf(" saved %llu, refused %llu, refused at once %llu, exchanges %llu, lost %llu, "
	       "doubled %llu, damaged %llu, forged %llu, in pieces %llu, stops %llu, "
	       "officer's %llu, packs %llu, models %llu, signed %llu, void %llu, files %llu, "
	       "waited %llu, copied %llu, put back %llu, new keys %llu, anew %llu, revoked %llu, judged %llu\n",
	       (unsigned long long)t->saved, (unsigned long long)t->refused,
	       (unsigned long long)t->invalid, (unsigned long long)t->exchanges,
	       (unsigned long long)t->lost, (unsigned long long)t->doubled,
	       (unsigned long long)t->damaged, (unsigned long long)t->forged,
	       (unsigned long long)t->pieces,
	       (unsigned long long)t->stops,
	       (unsigned long long)t->returned, (unsigned long long)t->published,
	       (unsigned long long)t->models, (unsigned long long)t->signed_,
	       (unsigned long long)t->void_, (unsigned long long)t->files,
	       (unsigned long long)t->waited, (unsigned long long)t->clones,
	       (unsigned long long)t->put_back, (unsigned long long)t->renewed,
	       (unsigned long long)t->anew, (unsigned long long)t->revoked,
	       (unsigned long long)t->judged);
}

struct options {
	uint64_t from, to, steps;
	const char *root;
	bool verbose, one, disasters, copies, keys;
	char base[64];
};

static bool run_seed(const struct options *o, uint64_t seed)
{
	struct world *w = calloc(1, sizeof *w);
	char dir[96];
	bool passed;

	if (w == NULL)
		abort();
	snprintf(dir, sizeof dir, "%s/%llu", o->base, (unsigned long long)seed);
	mkdir(dir, 0700);
	w->verbose = o->verbose;
	w->disasters = o->disasters;
	w->copies = o->copies;
	w->keys = o->keys;
	if (world_open(w, seed, o->steps, o->root, dir))
		for (w->step = 1; w->step <= w->steps && !w->failed; w->step++) {
			net_deliver(w);
			if (!w->failed)
				work_step(w);
			disaster_step(w);
			lives_step(w);
			keys_step(w);
		}
	if (!w->failed)
		heal(w);
	if (!w->failed)
		check_end(w);
	passed = !w->failed;
	if (o->one && w->server_up)
		print_tally(w);
	world_close(w);
	free(w);
	sim_remove_tree(dir);
	return passed;
}

static bool parse(int argc, char **argv, struct options *o)
{
	int i;

	for (i = 1; i < argc; i++) {
		unsigned long long a = 0, b = 0;

		if (strcmp(argv[i], "--verbose") == 0) {
			o->verbose = true;
		} else if (strcmp(argv[i], "--restore") == 0) {
			o->disasters = true;
		} else if (strcmp(argv[i], "--copies") == 0) {
			o->copies = true;
		} else if (strcmp(argv[i], "--keys") == 0) {
			o->keys = true;
		} else if (i + 1 == argc) {
			return false;
		} else if (strcmp(argv[i], "--seed") == 0) {
			o->from = o->to = strtoull(argv[++i], NULL, 10);
			o->one = true;
		} else if (strcmp(argv[i], "--seeds") == 0) {
			if (sscanf(argv[++i], "%llu-%llu", &a, &b) != 2)
				return false;
			o->from = a;
			o->to = b;
		} else if (strcmp(argv[i], "--steps") == 0) {
			o->steps = strtoull(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "-I") == 0) {
			o->root = argv[++i];
		} else {
			return false;
		}
	}
	return o->from <= o->to && o->steps > 0;
}

/* Memory where there is some to be had as files. */
static bool make_base(struct options *o)
{
	const char *tmp = getenv("TMPDIR");

	if (access("/dev/shm", W_OK) == 0)
		tmp = "/dev/shm";
	if (snprintf(o->base, sizeof o->base, "%s/dongbo-sim-XXXXXX", tmp == NULL ? "/tmp" : tmp) >=
	    (int)sizeof o->base)
		return false;
	return mkdtemp(o->base) != NULL;
}

int main(int argc, char **argv)
{
	struct options o = { .from = 1, .to = 200, .steps = STEPS, .root = "." };
	unsigned passed = 0, failed = 0;
	uint64_t seed;

	if (!parse(argc, argv, &o)) {
		fprintf(stderr, "sim --seed N | --seeds FROM-TO [--steps N] [--restore] [--copies] [--keys] [--verbose] "
				"[-I repository]\n");
		return 2;
	}
	if (!make_base(&o)) {
		perror("temporary folder");
		return 2;
	}
	for (seed = o.from; seed <= o.to; seed++)
		if (run_seed(&o, seed))
			passed++;
		else
			failed++;
	sim_remove_tree(o.base);
	printf("%u passed, %u failed\n", passed, failed);
	return failed > 0;
}
