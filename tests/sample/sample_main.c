/* Makes the sample year (sample.h) in a folder: server/, the district's store, and
 * units/, those of some of its units' computers. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/sample/people.h"
#include "tests/sample/dossier.h"

/* Whose stores stay: a commune's, an office's, a school's with two computers. */
static const char *const kept[] = { "08824", "GDDT", "THCS-TAMSON", "THCS-TAMSON-2" };

static void remove_folder(const char *path)
{
	struct dirent *entry;
	char file[1400];
	DIR *dir = opendir(path);

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.' && unlink(file) != 0)
			remove_folder(file);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(path);
}

static bool is_kept(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof kept / sizeof kept[0]; i++)
		if (strcmp(kept[i], name) == 0)
			return true;
	return false;
}

static void remove_others(const char *dir)
{
	struct dirent *entry;
	char units[600], path[1024];
	DIR *d;

	snprintf(units, sizeof units, "%s/units", dir);
	d = opendir(units);
	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.' || is_kept(entry->d_name))
			continue;
		snprintf(path, sizeof path, "%s/%s", units, entry->d_name);
		remove_folder(path);
	}
	if (d != NULL)
		closedir(d);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static unsigned make(const char *dir, uint64_t seed)
{
	static struct sample s;
	double begun = seconds();
	unsigned missing;
	size_t i;

	world_open(&s, seed, ".", dir);
	s.people = calloc(1, sizeof *s.people);
	s.dossiers = calloc(1, sizeof *s.dossiers);
	if (s.people == NULL || s.dossiers == NULL)
		sample_die(&s, "no memory");
	people_staff_machines(&s);
	for (i = 1; i <= UNITS; i++)
		machine_open(&s, i);
	machine_open_second(&s);
	for (i = 1; i <= UNITS; i++)
		people_enter(&s, i);
	machine_sync_all(&s);
	year_run(&s);
	missing = check_sample(&s);
	printf("%llu saves, %llu moves, %llu exchanges, %llu refused, in %.1f s\n",
	       (unsigned long long)s.tally.saves, (unsigned long long)s.tally.moves,
	       (unsigned long long)s.tally.exchanges, (unsigned long long)s.tally.refused,
	       seconds() - begun);
	world_close(&s);
	free(s.people);
	free(s.dossiers);
	return missing;
}

int main(int argc, char **argv)
{
	const char *dir = NULL;
	uint64_t seed = 2021;
	unsigned missing;
	int i;

	for (i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--dir") == 0)
			dir = argv[i + 1];
		else if (strcmp(argv[i], "--seed") == 0)
			seed = strtoull(argv[i + 1], NULL, 10);
	}
	if (dir == NULL || i != argc) {
		fprintf(stderr, "sample --dir FOLDER [--seed N]\n");
		return 2;
	}
	missing = make(dir, seed);
	remove_others(dir);
	if (missing > 0)
		fprintf(stderr, "sample: %u things are missing\n", missing);
	return missing > 0;
}
