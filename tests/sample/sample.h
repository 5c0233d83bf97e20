/* The sample year: a district at work from November 2021 to January 2023.
 *
 * Real server and client code in one process, one clock, one seed: the same records with
 * the same signatures whenever it is made. What is made up is struct env, the bytes' way
 * between the two, and the people. What happens when stands in year.c; the rest of the
 * folder, from the bottom up:
 *
 *   sample.h  world.c      the district: its clock, machines, officers
 *   hand.h                 one save in the making, at a unit's computer or at an office
 *   people.h  scan.h       who works where; what is on their papers
 *   dossier.h batch.c     dossiers and their way through the offices, by batches;
 *   submission.c          what goes up to the province and comes back
 *   diary.h               things to do, in the order of their times
 *   story_*.c              what is in the dossiers, one file for each part of the plan
 *   check.c                that everything there is to show is there
 *
 * A step that does not end as it should ends the program: nothing here is left to
 * chance but names and numbers. */
#ifndef DONGBO_SAMPLE_H
#define DONGBO_SAMPLE_H

#include "client/client.h"
#include "client/identity/chief.h"
#include "server/server.h"
#include "server/unit/unit.h"
#include "tests/lib/chance.h"
#include "tests/lib/node.h"

enum { UNITS = 85, PEOPLE = 1200, CASES = 2400 };
/* Units that the stories name, by their numbers in common/packs/songlo-units.csv. */
enum {
	UNIT_UBND = 1, UNIT_VP, UNIT_PNV, UNIT_KTHT, UNIT_TCKH, UNIT_GDDT, UNIT_VHTT,
	UNIT_TTVH = 13, UNIT_COMMUNES = 14, UNIT_HAILUU = 17, UNIT_TAMSON = 24,
	UNIT_SCHOOLS = 31, UNIT_THCS_TAMSON = 43, UNIT_BACHLUU = 48
};

/* People who sign on the server. Two of the Home Affairs office: who has entered
 * something does not verify it. */
enum desk { DESK_PNV, DESK_PNV2, DESK_VP, DESK_KTHT, DESK_TCKH, DESK_LEADER, DESK_SECTOR, DESKS };

struct official {
	const char *name, *role;
	uint64_t unit;
	struct sign_key key;
};

/* A unit's computer, with the key of the unit's head on it. */
struct machine {
	struct node node;
	struct client client;
	struct chief_key chief;
	const struct unit_row *unit;
	char clerk[64], head[64];
	const char *title;         /* of the head */
	bool open, offline;
};

struct people;
struct dossiers;

struct sample {
	int64_t time;              /* everywhere, but for what a machine's clock is wrong */
	struct chance chance;
	const char *dir, *root;    /* root: of the repository */
	struct node node;          /* the server's */
	struct server server;
	struct machine machines[UNITS + 1]; /* by the unit's number */
	struct machine second;     /* another one of UNIT_THCS_TAMSON */
	struct official officers[DESKS];
	struct unit_row *units;
	struct people *people;
	struct dossiers *dossiers;
	struct arena keep;         /* as long as the sample */
	unsigned papers;           /* attached so far */
	struct {
		uint64_t saves, moves, exchanges, refused;
	} tally;
};

#define SAMPLE_PASSPHRASE "mat khau de thu"

/* Ends the program with a sentence. */
void sample_die(const struct sample *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), noreturn));
void sample_need(const struct sample *s, int code, const struct err *e, const char *what);

/* "2022-03-15", or with " 08:30" behind it, in Asia/Ho_Chi_Minh: seconds since 1970. */
int64_t sample_when(const char *text);
/* The day of the clock, as "15/03/2022". */
const char *sample_today(const struct sample *s, char out[16]);
/* Goes on to a time, which must not lie behind. */
void sample_go(struct sample *s, int64_t time);
/* Between two actions. */
void sample_breath(struct sample *s);

/* A district with units, pack and officers in dir/server; no machine yet. */
void world_open(struct sample *s, uint64_t seed, const char *root, const char *dir);
void world_close(struct sample *s);
/* Enrols a unit's computer and its head, and synchronises once. */
void machine_open(struct sample *s, uint64_t unit);
void machine_open_second(struct sample *s);
/* Nothing where it is offline. */
void machine_sync(struct sample *s, struct machine *m);
void machine_sync_all(struct sample *s);
/* Where a unit's store is. */
void machine_dir(const struct sample *s, uint64_t unit, char out[512]);

/* (year.c) All that happens. */
void year_run(struct sample *s);
/* (check.c) What should be there and is not, to standard error; how many. */
unsigned check_sample(struct sample *s);

#endif
