/* Papers of the district itself that are still on the way, or were given up. */
#include "tests/sample/diary.h"
#include "tests/sample/story.h"

/* A decision that came today, one whose records are all done, one entered by mistake. */
static void decisions(struct sample *s, void *arg, int n)
{
	static const char *const subjects[] = {
		"Kế hoạch đào tạo, bồi dưỡng năm 2023", "Kế hoạch đào tạo, bồi dưỡng năm 2022",
		"Thông báo lịch họp (không phải văn bản trả lời)"
	};
	static const struct policy plan = { .lead = DESK_PNV, .home = UNIT_PNV, .body = "ubnd_tinh",
					    .suffix = "KH-UBND" };
	struct rid id = decision_make(s, &plan, n == 2 ? "other" : "plan", subjects[n]);
	struct hand h;

	(void)arg;
	if (n == 0)
		return;
	hand_officer(&h, s, DESK_PNV2, UNIT_PNV);
	hand_move(&h, id, n == 1 ? "closed" : "cancelled", n == 1 ? NULL : "Nhập nhầm.");
	hand_save(&h);
}

/* A list that is being gathered, one given up. */
static void submissions(struct sample *s, void *arg, int n)
{
	struct hand h;
	struct rid id;

	(void)arg;
	hand_officer(&h, s, DESK_PNV, UNIT_PNV);
	id = hand_add(&h, "submission", "policy=iii7|record_type=bonus|year=2023|quarter=q1|subject=Đề nghị thưởng "
		      "quý I năm 2023|prepared_by=%s", s->officers[DESK_PNV].name);
	hand_save(&h);
	if (n == 0)
		return;
	hand_officer(&h, s, DESK_PNV, UNIT_PNV);
	hand_move(&h, id, "cancelled", "Gộp vào danh sách quý II.");
	hand_save(&h);
}

/* What the first submission of all has led to is done. */
static void close_submission(struct sample *s, void *arg, int n)
{
	size_t i, closed = 0;

	(void)arg;
	(void)n;
	for (i = 0; i < s->dossiers->submission_count && closed < 6; i++) {
		const struct batch *b = s->dossiers->submissions[i].batch;
		struct hand h;

		if (s->dossiers->submissions[i].decision.op == 0)
			continue;
		hand_officer(&h, s, b->policy->lead, b->policy->home);
		hand_move(&h, s->dossiers->submissions[i].id, "closed", NULL);
		hand_save(&h);
		closed++;
	}
}

/* The sector office helps: it enters for its own unit, at the server; the head signs. */
static void sector(struct sample *s, void *arg, int n)
{
	char day[16];
	struct hand h;
	struct rid id;

	(void)arg;
	(void)n;
	hand_officer(&h, s, DESK_SECTOR, UNIT_GDDT);
	id = hand_add(&h, "dissem", "form=other|held_from=%s|lead=Phòng Giáo dục và Đào tạo|documents=nq06|"
		      "audience=vc|result=Đã đưa nội dung nghị quyết vào tài liệu bồi dưỡng hè.",
		      sample_today(s, day));
	hand_save(&h);
	machine_sync(s, &s->machines[UNIT_GDDT]);
	hand_head(&h, s, UNIT_GDDT);
	hand_move(&h, id, "signed", NULL);
	hand_save(&h);
	machine_sync(s, &s->machines[UNIT_GDDT]);
}

void story_leftover(void)
{
	diary_add(sample_when("2023-01-18 10:00"), decisions, NULL, 0);
	diary_add(sample_when("2022-01-20 10:00"), decisions, NULL, 1);
	diary_add(sample_when("2022-03-03 10:00"), decisions, NULL, 2);
	diary_add(sample_when("2023-01-18 14:00"), submissions, NULL, 0);
	diary_add(sample_when("2022-07-20 14:00"), submissions, NULL, 1);
	diary_add(sample_when("2022-10-10 14:00"), close_submission, NULL, 0);
	diary_add(sample_when("2022-07-18 09:00"), sector, NULL, 0);
}
