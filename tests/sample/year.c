/* The year: who does what when. Every line of the table is a batch of dossiers (dossier.h). */
#include "tests/sample/diary.h"
#include "tests/sample/story.h"

#include <stdlib.h>

/* Money and all that comes before it, as a policy's first batch of the year shows it. */
#define MONEY "granted funded paid_part paid refused supplement sent_up again withdrawn not_eligible"
/* What is still on the way when the sample ends. */
#define EARLY "draft ready signed returned verifying verified cancelled withdrawn not_eligible"
#define EARLY_REPORT "draft ready signed returned verified cancelled"

/* A batch; its days: enter, sign, verify, gather, submit, send, decide, fund, pay, close;
 * units that are late or silent, the day for the former. */
#define B(p, y, n, u, c, f, s, ...) \
	{ .policy = &policy_##p, .year = (y), .note = (n), .unit = (u), .count = (c), \
	  .fates = (f), .spread = (s), __VA_ARGS__ }
#define WHEN(...) .when = { __VA_ARGS__ }
#define ODD(day, l, o, s) .late_day = (day), .late = (l), .offline = (o), .silent = (s)

static const struct batch batches[] = {
	/* ---- II ---- */
	B(dissem, 2021, "district_conference", UNIT_PNV, 1, NULL, 0,
	  WHEN("2021-11-24", "2021-11-25", "2021-12-01")),
	B(dissem, 2021, "principals", UNIT_GDDT, 1, NULL, 0,
	  WHEN("2021-11-26", "2021-11-26", "2021-12-01")),
	B(dissem, 2021, "unit", 0, ALL, "again again", 5,
	  WHEN("2021-11-29", "2021-11-30", "2021-12-15", "2021-12-22", "2021-12-23", NULL, NULL, NULL,
	       NULL, "2022-01-12"), ODD("2021-12-10", 5, 3, 2)),
	B(dissem, 2021, "programme", UNIT_TTVH, 2, NULL, 10, WHEN("2021-12-20", "2021-12-21")),
	B(dissem, 2021, "article", UNIT_VHTT, 1, NULL, 10, WHEN("2021-12-20", "2021-12-21")),
	B(dissem, 2022, "programme", UNIT_TTVH, 1, NULL, 20, WHEN("2022-03-16", "2022-03-17")),
	B(dissem, 2022, "article", UNIT_VHTT, 2, NULL, 30, WHEN("2022-05-16", "2022-05-17")),
	B(dissem, 2022, "unit", 0, 22, "again", 8,
	  WHEN("2022-06-16", "2022-06-20", "2022-06-27", NULL)),
	B(dissem, 2022, "article", UNIT_VHTT, 1, NULL, 10, WHEN("2022-09-13", "2022-09-14")),
	B(dissem, 2022, "programme", UNIT_TTVH, 1, NULL, 10,
	  WHEN("2022-12-06", "2022-12-07", "2022-12-09", "2022-12-13")),
	B(dissem, 2023, "unit", 0, 8, EARLY_REPORT, 2,
	  WHEN("2023-01-10", "2023-01-12", "2023-01-16")),

	/* ---- III.1, III.2 ---- */
	B(expert, 2022, "general", 0, 12, MONEY, 3,
	  WHEN("2021-12-08", "2021-12-15", "2021-12-24", "2022-01-06", "2022-01-10", "2022-01-13",
	       "2022-02-18", "2022-03-10", "2022-05-12", "2022-11-10")),
	B(expert, 2022, "urgent", 0, 2, NULL, 1,
	  WHEN("2022-07-05", "2022-07-06", "2022-07-07", "2022-07-08", "2022-07-08", "2022-07-11",
	       "2022-07-20", "2022-07-26", "2022-09-20", NULL)),
	B(expert, 2023, "sector", 0, 9, NULL, 6,
	  WHEN("2022-10-13", "2022-10-19", "2022-10-26", "2022-11-03", "2022-11-07"), .limit = 4),
	B(expert, 2023, "transfer", 0, 4, NULL, 4,
	  WHEN("2022-10-21", "2022-10-26", "2022-11-08", "2022-11-17"), .limit = 3),
	B(expert, 2023, "general", 0, 10, EARLY, 2,
	  WHEN("2023-01-09", "2023-01-12", "2023-01-17")),

	/* ---- III.3 ---- */
	B(research, 2022, "", 0, 12, MONEY, 5,
	  WHEN("2022-01-14", "2022-01-20", "2022-02-08", "2022-02-15", "2022-02-16", "2022-02-18",
	       "2022-03-25", "2022-04-11", "2022-05-26", "2022-12-02")),
	B(research, 2023, "", 0, 4, NULL, 4,
	  WHEN("2022-10-12", "2022-10-18", "2022-10-24", "2022-10-31", "2022-11-02"), .limit = 2),
	B(research, 2023, "", 0, 2, NULL, 2,
	  WHEN("2022-11-14", "2022-11-16", "2022-11-22", "2022-11-24")),
	B(research, 2023, "", 0, 10, EARLY, 2, WHEN("2023-01-09", "2023-01-12", "2023-01-17")),

	/* ---- III.4 ---- */
	B(pg_need, 2022, "", 0, ALL,
	  "again refused supplement sent_up supplement_again not_eligible withdrawn cancelled", 6,
	  WHEN("2021-11-17", "2021-11-19", "2021-11-26", "2021-12-01", "2021-12-02", "2021-12-03",
	       "2022-01-14"), ODD("2021-11-29", 5, 3, 3)),
	B(pg_need, 2023, "", 0, ALL, EARLY, 7,
	  WHEN("2022-11-15", "2022-11-19", "2022-11-30", "2022-12-05", "2022-12-07"),
	  ODD("2022-11-28", 7, 4, 3), .limit = 5),
	B(pg_need, 2023, "", 0, 0, NULL, 0,
	  WHEN(NULL, NULL, NULL, "2022-12-12"), .limit = 4),
	B(pg_dossier, 2022, "running", 0, 44,
	  MONEY " recovering recovered supplement_again", 6,
	  WHEN("2021-12-16", "2021-12-22", "2022-01-05", "2022-01-17", "2022-01-18", "2022-01-20",
	       "2022-03-04", "2022-03-21", "2022-04-20", "2022-06-06")),
	B(pg_dossier, 2022, "", 0, 9, "again", 5,
	  WHEN("2022-08-10", "2022-08-17", "2022-08-24", "2022-09-06", "2022-09-07", "2022-09-09",
	       "2022-10-14", "2022-11-02", "2022-11-24", NULL)),
	B(pg_dossier, 2023, "", 0, 3, NULL, 3,
	  WHEN("2022-11-09", "2022-11-15", "2022-11-23", "2022-11-29", "2022-12-01"), .limit = 2),
	B(pg_dossier, 2023, "", 0, 2, NULL, 3,
	  WHEN("2022-12-05", "2022-12-08", "2022-12-14", "2022-12-19")),
	B(pg_dossier, 2023, "", 0, 10, EARLY, 2,
	  WHEN("2023-01-09", "2023-01-12", "2023-01-16")),
	B(pg_graduation, 2022, "", 0, 16, MONEY " recovering recovered", 6,
	  WHEN("2022-07-11", "2022-07-18", "2022-07-25", "2022-08-02", "2022-08-03", "2022-08-05",
	       "2022-09-14", "2022-10-05", "2022-11-04", "2022-11-30")),
	B(pg_graduation, 2022, "", 0, 2, NULL, 3,
	  WHEN("2022-11-09", "2022-11-15", "2022-11-23", "2022-11-29", "2022-12-01"), .limit = 1),
	B(pg_graduation, 2022, "", 0, 1, NULL, 3,
	  WHEN("2022-12-05", "2022-12-08", "2022-12-14", "2022-12-19")),
	B(pg_graduation, 2023, "", 0, 10, EARLY, 2,
	  WHEN("2023-01-09", "2023-01-12", "2023-01-16")),

	/* ---- III.5 ---- */
	B(course, 2022, "BD-2022-1", 0, ALL, MONEY " supplement_again", 9,
	  WHEN("2022-03-18", "2022-03-25", "2022-04-05", "2022-04-11", "2022-04-12", "2022-04-14",
	       "2022-05-04", "2022-05-25", "2022-06-14", "2022-07-05"), ODD("2022-04-04", 5, 3, 4)),
	B(course, 2022, "BD-2022-2", 0, ALL, "recovering recovered", 8,
	  WHEN("2022-06-06", "2022-06-10", "2022-06-20", "2022-06-24", "2022-06-27", "2022-06-29",
	       "2022-08-08", "2022-08-22", "2022-09-28", NULL), ODD("2022-06-17", 3, 2, 3)),
	B(course, 2022, "BD-2022-3", 0, ALL, EARLY, 8,
	  WHEN("2022-10-11", "2022-10-14", "2022-10-24", "2022-10-31", "2022-11-01"),
	  ODD("2022-10-21", 4, 3, 5), .limit = 4),
	B(course, 2022, "BD-2022-3", 0, 0, NULL, 0,
	  WHEN(NULL, NULL, NULL, "2022-11-09"), .limit = 3),

	/* ---- III.6 ---- */
	B(attract_need, 2022, "TH-2022", 0, ALL,
	  "again refused supplement sent_up supplement_again not_eligible withdrawn cancelled", 9,
	  WHEN("2022-03-10", "2022-03-15", "2022-03-28", "2022-04-04", "2022-04-05", "2022-04-07",
	       "2022-05-18"), ODD("2022-03-25", 6, 3, 4)),
	B(attract_need, 2023, "TH-2023", 0, ALL, EARLY, 8,
	  WHEN("2022-12-06", "2022-12-10", "2022-12-21", "2022-12-26", "2022-12-28"),
	  ODD("2022-12-19", 5, 3, 3), .limit = 4),
	B(attract_need, 2023, "TH-2023", 0, 0, NULL, 0,
	  WHEN(NULL, NULL, NULL, "2023-01-05"), .limit = 4),
	B(attract_transfer, 2021, "", 0, 3, NULL, 3,
	  WHEN("2021-12-06", "2021-12-09", "2021-12-13", "2021-12-16", "2021-12-16", "2021-12-17",
	       "2021-12-29", "2022-01-07", "2022-01-19")),
	B(attract_transfer, 2022, "", 0, 14,
	  "granted funded paid closed refused supplement sent_up again withdrawn not_eligible "
	  "supplement_again", 5,
	  WHEN("2022-05-19", "2022-05-25", "2022-06-02", "2022-06-08", "2022-06-09", "2022-06-10",
	       "2022-07-14", "2022-08-01", "2022-08-19", "2022-10-12")),
	B(attract_transfer, 2022, "", 0, 3, NULL, 3,
	  WHEN("2022-11-08", "2022-11-14", "2022-11-22", "2022-11-28", "2022-11-30"), .limit = 2),
	B(attract_transfer, 2022, "", 0, 2, NULL, 3,
	  WHEN("2022-12-05", "2022-12-08", "2022-12-13", "2022-12-16")),
	B(attract_transfer, 2023, "", 0, 10, EARLY, 2,
	  WHEN("2023-01-09", "2023-01-12", "2023-01-16")),
	B(attract_recruit, 2022, "", 0, 14,
	  "granted funded paid closed refused supplement sent_up not_eligible cancelled", 4,
	  WHEN("2022-08-23", NULL, "2022-08-29", "2022-09-05", "2022-09-06", "2022-09-08",
	       "2022-10-10", "2022-10-24", "2022-11-16", "2022-12-08")),
	B(attract_recruit, 2022, "", 0, 3, NULL, 3,
	  WHEN("2022-11-23", NULL, "2022-11-28", "2022-12-02", "2022-12-05"), .limit = 2),
	B(attract_recruit, 2022, "", 0, 2, NULL, 3,
	  WHEN("2022-12-07", NULL, "2022-12-12", "2022-12-15")),
	B(attract_recruit, 2023, "", 0, 3, "draft verified", 2,
	  WHEN("2023-01-09", NULL, "2023-01-16")),

	/* ---- III.7 ---- */
	B(evaluation, 2021, "", 0, 84, "again again", 8,
	  WHEN("2021-12-20", "2021-12-28", "2022-01-11", "2022-01-17", "2022-01-18", NULL, NULL, NULL,
	       NULL, "2022-02-14")),
	B(evaluation, 2022, "", 0, 70, EARLY_REPORT " again", 8,
	  WHEN("2022-12-20", "2022-12-29", "2023-01-10", "2023-01-13"), .limit = 25),
	B(evaluation_year, 2021, "DG-2021", 0, ALL, "again cancelled", 8,
	  WHEN("2021-12-23", "2021-12-31", "2022-01-11", "2022-01-18", "2022-01-19", NULL, NULL, NULL,
	       NULL, "2022-02-15"), ODD("2022-01-07", 4, 2, 2)),
	B(evaluation_year, 2022, "DG-2022", 0, ALL, EARLY_REPORT, 8,
	  WHEN("2022-12-23", "2022-12-31", "2023-01-11", "2023-01-13"),
	  ODD("2023-01-09", 5, 3, 3), .limit = 40),
	B(talent_use, 2022, "", 0, 12,
	  "granted refused supplement sent_up again withdrawn not_eligible supplement_again", 4,
	  WHEN("2022-03-23", "2022-03-30", "2022-04-13", "2022-04-20", "2022-04-21", "2022-04-25",
	       "2022-06-15", NULL, NULL, "2022-10-20")),
	B(talent_use, 2022, "", 0, 3, NULL, 3,
	  WHEN("2022-09-06", "2022-09-12", "2022-09-19", "2022-09-26", "2022-09-28"), .limit = 2),
	B(talent_use, 2022, "", 0, 2, NULL, 3,
	  WHEN("2022-11-07", "2022-11-10", "2022-11-15", "2022-11-18")),
	B(talent_use, 2023, "", 0, 10, EARLY, 2,
	  WHEN("2023-01-09", "2023-01-12", "2023-01-17")),
	B(bonus, 2021, "q4", 0, 10, NULL, 5,
	  WHEN("2021-12-14", "2021-12-20", "2021-12-27", "2022-01-04", "2022-01-05", "2022-01-07",
	       "2022-02-16", "2022-03-02", "2022-03-16", "2022-04-04")),
	B(bonus, 2022, "q1", 0, 30, MONEY " not_eligible supplement_again again", 6,
	  WHEN("2022-03-14", "2022-03-20", "2022-03-29", "2022-04-05", "2022-04-06", "2022-04-08",
	       "2022-05-17", "2022-06-02", "2022-06-16", "2022-07-04")),
	B(bonus, 2022, "q2", 0, 28, "again refused", 6,
	  WHEN("2022-06-14", "2022-06-20", "2022-06-28", "2022-07-05", "2022-07-06", "2022-07-08",
	       "2022-08-16", "2022-09-01", "2022-09-15", "2022-10-04")),
	B(bonus, 2022, "q3", 0, 30, "again refused granted funded", 6,
	  WHEN("2022-09-14", "2022-09-20", "2022-09-28", "2022-10-05", "2022-10-06", "2022-10-07",
	       "2022-11-15", "2022-12-01", "2022-12-12", NULL)),
	B(bonus, 2022, "q4", 0, 26, "again", 6,
	  WHEN("2022-12-14", "2022-12-20", "2022-12-28", "2023-01-04", "2023-01-06"), .limit = 12),
	B(bonus, 2022, "q4", 0, 0, NULL, 0,
	  WHEN(NULL, NULL, NULL, "2023-01-11"), .limit = 10),
	B(bonus, 2023, "q1", 0, 10, EARLY, 2, WHEN("2023-01-10", "2023-01-13", "2023-01-17")),

	/* ---- IV ---- */
	B(annual_report, 2021, "", 0, ALL, "again cancelled", 7,
	  WHEN("2021-12-10", "2021-12-14", "2021-12-23", "2022-01-05", "2022-01-06", NULL, NULL, NULL,
	       NULL, "2022-01-24"), ODD("2021-12-20", 5, 3, 2)),
	B(annual_report, 2022, "", 0, ALL, "again signed returned again ready draft", 8,
	  WHEN("2022-12-12", "2022-12-14", "2022-12-23", "2023-01-05"),
	  ODD("2022-12-20", 5, 3, 2),
	  .lost = UNIT_BACHLUU, .limit = 60),
	B(difficulty, 2022, "", 0, 14, "again", 20,
	  WHEN("2022-04-25", "2022-04-27", "2022-05-06", "2022-05-12", "2022-05-13", NULL, NULL, NULL,
	       NULL, "2022-06-21")),
	B(difficulty, 2022, "", 0, 8, NULL, 10,
	  WHEN("2022-11-15", "2022-11-17", "2022-11-24", "2022-11-30")),
	B(difficulty, 2023, "", 0, 8, EARLY_REPORT, 2,
	  WHEN("2023-01-09", "2023-01-11", "2023-01-16")),
};

static void last_sync(struct sample *s, void *arg, int n)
{
	(void)arg;
	(void)n;
	machine_sync_all(s);
}

void year_run(struct sample *s)
{
	size_t i;

	for (i = 0; i < sizeof batches / sizeof batches[0]; i++)
		batch_plan(s, &batches[i]);
	story_master();
	story_money();
	story_inspection();
	story_trouble();
	story_leftover();
	diary_add(sample_when("2023-01-20 15:00"), last_sync, NULL, 0);
	diary_run(s);
}
