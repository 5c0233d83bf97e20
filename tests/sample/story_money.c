/* Money that goes another way: instalments of the second year, vouchers on their way, more
 * than was granted, and what has to be paid back twice over. The numbers are those that
 * the plan's rules are worked out with. */
#include "tests/sample/diary.h"
#include "tests/sample/story.h"

#include <stdio.h>
#include <string.h>

/* ---- Recoveries: the Finance office leads, in the stream of the unit concerned ---- */

/* Who finds a breach says so in writing; only then the Finance office begins. */
static struct rid finding(struct sample *s, uint64_t unit, const char *what)
{
	static const struct policy from_district = { .lead = DESK_PNV, .home = UNIT_PNV,
						     .body = "ubnd_huyen", .suffix = "KL-UBND" };
	struct rid id = decision_make(s, &from_district, "violation", what);
	struct hand h;

	(void)unit;
	hand_officer(&h, s, DESK_PNV2, UNIT_PNV);
	hand_move(&h, id, "verified", NULL);
	hand_save(&h);
	return id;
}

static struct rid open_recovery(struct hand *h, struct dossier *p, struct rid why)
{
	char day[16];

	return hand_add(h, "recovery", "person=%s|source=%s|violation=Không thực hiện đúng cam kết sau khi "
			"được hỗ trợ|found_on=%s|finding=%s|supported=%lld", people_ref(p->person),
			dossier_ref(p), sample_today(h->s, day), ref(UNIT_PNV, why),
			(long long)p->paid);
}

static void pay_back(struct sample *s, struct dossier *p, struct rid id, int64_t amount)
{
	char day[16];
	struct hand h;

	hand_officer(&h, s, DESK_TCKH, p->unit);
	hand_row(&h, id, "paid_back", "date=%s|amount=%lld|voucher=GNT-%04u", sample_today(s, day),
		 (long long)amount, ++s->dossiers->vouchers);
	hand_save(&h);
}

static void move(struct sample *s, struct dossier *p, struct rid id, const char *state,
		 const char *remark)
{
	struct hand h;

	hand_officer(&h, s, DESK_TCKH, p->unit);
	hand_move(&h, id, state, remark);
	hand_save(&h);
}

static struct rid recover(struct sample *s, struct dossier *p)
{
	struct rid why = finding(s, p->unit, "Kết luận về việc không thực hiện đúng quy định"), id;
	struct hand h;

	hand_officer(&h, s, DESK_TCKH, p->unit);
	id = open_recovery(&h, p, why);
	hand_save(&h);
	move(s, p, id, "recovering", NULL);
	dossier_move(s, p, DESK_TCKH, "recovering", "Theo kết luận vi phạm.");
	return id;
}

/* All of it, in two parts; what is waived needs its document and reason. */
static void recover_all(struct sample *s, struct dossier *p, int64_t waived)
{
	int64_t due = 2 * p->paid - waived;
	struct rid id = recover(s, p);
	struct hand h;

	pay_back(s, p, id, due / 2);
	pay_back(s, p, id, due - due / 2);
	if (waived > 0) {
		hand_officer(&h, s, DESK_TCKH, p->unit);
		hand_edit(&h, id, "waived=%lld|waiver_doc=88/QĐ-UBND|waiver_reason=Ốm đau dài ngày, có xác "
			  "nhận của cơ sở y tế", (long long)waived);
		hand_save(&h);
	}
	move(s, p, id, "recovered", NULL);
	dossier_move(s, p, DESK_TCKH, "recovered", NULL);
	if (waived == 0)
		move(s, p, id, "closed", NULL);
}

static void recoveries(struct sample *s, void *arg, int n)
{
	size_t i;

	(void)n;
	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *p = &s->dossiers->list[i];

		if (strcmp(p->batch->policy->type, arg) != 0 || strcmp(dossier_state(s, p), "paid") != 0)
			continue;
		if (dossier_is(p, "recovered"))
			recover_all(s, p, strcmp(arg, "course") == 0 ? 60000000 : 0);
		if (dossier_is(p, "recovering")) {
			struct rid id = recover(s, p);

			/* Of 75.000.000 two times 25.000.000: as many remain. */
			pay_back(s, p, id, strcmp(arg, "pg_dossier") == 0 ? 25000000 : 5000000);
			pay_back(s, p, id, strcmp(arg, "pg_dossier") == 0 ? 25000000 : 5000000);
		}
	}
}

/* A course at home: nothing can be opened. */
static void not_at_home(struct sample *s, void *arg, int n)
{
	struct dossier *p = dossier_find(s, "course", "paid", 0);
	struct rid why;
	struct hand h;

	(void)arg;
	(void)n;
	if (p == NULL || p->paid != 12000000)
		sample_die(s, "no course of 12.000.000");
	why = finding(s, p->unit, "Kết luận về việc bỏ dở khóa bồi dưỡng");
	hand_officer(&h, s, DESK_TCKH, p->unit);
	open_recovery(&h, p, why);
	hand_refused(&h, ERR_CHECK);
}

/* One being written, one given up. */
static void unfinished(struct sample *s, void *arg, int n)
{
	struct dossier *p = dossier_find(s, "pg_dossier", "closed", (size_t)n);
	struct rid why, id;
	struct hand h;

	(void)arg;
	if (p == NULL)
		sample_die(s, "no study is closed");
	why = finding(s, p->unit, "Kết luận về thời gian công tác sau đào tạo");
	hand_officer(&h, s, DESK_TCKH, p->unit);
	id = open_recovery(&h, p, why);
	hand_save(&h);
	if (n == 1)
		move(s, p, id, "cancelled", "Người này được điều động theo quyết định, không phải vi phạm.");
}

/* ---- Instalments, vouchers ---- */

/* The second year: after the yearly evaluation. */
static void second_year(struct sample *s, void *arg, int n)
{
	size_t i;

	(void)arg;
	(void)n;
	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *p = &s->dossiers->list[i];
		struct hand h;
		struct rid id;

		if (p->batch->policy != &policy_attract_transfer || p->batch->year != 2021 ||
		    strcmp(dossier_state(s, p), "paid_part") != 0)
			continue;
		id = payment_out(s, p, p->amount * 30 / 100, 2, 3, 30, "draft");
		hand_clerk(&h, s, p->unit);
		hand_edit(&h, id, "condition_met=có|note=Xếp loại năm 2022: hoàn thành tốt nhiệm vụ");
		hand_save(&h);
		hand_head(&h, s, p->unit);
		hand_move(&h, id, "signed", NULL);
		hand_save(&h);
		machine_sync(s, &s->machines[p->unit]);
		hand_officer(&h, s, DESK_TCKH, p->unit);
		hand_move(&h, id, "verified", NULL);
		hand_save(&h);
	}
}

/* Vouchers that are still on their way, and one entered twice. */
static void vouchers(struct sample *s, void *arg, int n)
{
	static const char *const states[] = { "draft", "signed", "returned", "cancelled" };
	size_t i;

	(void)arg;
	(void)n;
	for (i = 0; i < 4; i++) {
		struct dossier *p = dossier_find(s, "attract_transfer", "paid_part", i);

		if (p == NULL)
			sample_die(s, "nothing is paid in part");
		machine_sync(s, &s->machines[p->unit]);
		payment_out(s, p, p->amount * 30 / 100, 2, 3, 30, states[i]);
		machine_sync(s, &s->machines[p->unit]);
		p->paid -= p->amount * 30 / 100;
	}
}

/* More than was granted; and before it was funded. Tasks, no refusals. */
static void too_much(struct sample *s, void *arg, int n)
{
	struct dossier *p = dossier_find(s, "bonus", "funded", 0);
	struct dossier *early = dossier_find(s, "bonus", "granted", 0);

	(void)arg;
	(void)n;
	if (p == NULL || early == NULL)
		sample_die(s, "no bonus is funded or granted");
	payment_in(s, p, 2000000);
	machine_sync(s, &s->machines[early->unit]);
	payment_out(s, early, early->amount, 1, 1, 100, "verified");
}

void story_money(void)
{
	diary_add(sample_when("2022-10-03 09:00"), recoveries, (void *)(uintptr_t)"pg_dossier", 0);
	diary_add(sample_when("2022-11-21 09:00"), recoveries, (void *)(uintptr_t)"course", 0);
	diary_add(sample_when("2022-12-09 09:00"), recoveries, (void *)(uintptr_t)"pg_graduation", 0);
	diary_add(sample_when("2022-08-15 09:00"), not_at_home, NULL, 0);
	diary_add(sample_when("2023-01-17 09:00"), unfinished, NULL, 0);
	diary_add(sample_when("2022-11-28 09:00"), unfinished, NULL, 1);
	diary_add(sample_when("2023-01-12 09:00"), second_year, NULL, 0);
	diary_add(sample_when("2023-01-10 14:00"), vouchers, NULL, 0);
	diary_add(sample_when("2022-12-08 14:00"), too_much, NULL, 0);
}
