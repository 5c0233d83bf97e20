/* Batches of dossiers on their way. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sample/batch_parts.h"
#include "tests/sample/diary.h"

enum { HOUR = 3600, DAY = 86400 };

/* ---- Units' steps ---- */

/* What the district has decided meanwhile is known at the unit, if it has a link. */
static struct machine *at_unit(struct sample *s, const struct dossier *p)
{
	struct machine *m = &s->machines[p->unit];

	machine_sync(s, m);
	return m;
}

static void cancel(struct sample *s, struct dossier *p)
{
	struct hand h;

	hand_clerk(&h, s, p->unit);
	hand_move(&h, p->id, "cancelled", p->batch->policy->cancel);
	hand_save(&h);
}

/* The district writes about people it knows: of a unit that has a link. */
static void find_reachable(struct sample *s, struct dossier *p)
{
	while (s->machines[p->unit].offline)
		p->unit = p->unit == ALL + 1 ? 2 : p->unit + 1;
}

static void enter(struct sample *s, void *arg, int n)
{
	struct dossier *p = arg;
	const struct policy *policy = p->batch->policy;
	struct hand h;

	(void)n;
	if (policy->office)
		find_reachable(s, p);
	if (policy->choose != NULL && !policy->choose(s, p))
		return;
	if (policy->office)
		hand_officer(&h, s, policy->lead, p->unit);
	else
		hand_clerk(&h, s, p->unit);
	p->id = policy->create(&h, p);
	hand_save(&h);
	if (policy->entered != NULL)
		policy->entered(s, p);
	if (policy->office || dossier_is(p, "draft"))
		return;
	/* Some heads sign without being asked to by a clerk. */
	if (p->n % 7 != 6 || dossier_is(p, "ready")) {
		hand_clerk(&h, s, p->unit);
		hand_move(&h, p->id, "ready", NULL);
		hand_save(&h);
	}
	if (dossier_is(p, "cancelled"))
		cancel(s, p);
	if (p->n % 3 == 0)
		machine_sync(s, &s->machines[p->unit]);
}

static bool stays_at_home(const struct dossier *p)
{
	return dossier_is(p, "draft") || dossier_is(p, "ready") || dossier_is(p, "cancelled");
}

static void sign(struct sample *s, struct dossier *p)
{
	struct hand h;

	hand_head(&h, s, p->unit);
	hand_move(&h, p->id, "signed", NULL);
	hand_save(&h);
}

/* n == 1: the link is cut first. */
static void sign_step(struct sample *s, void *arg, int n)
{
	struct dossier *p = arg;
	struct machine *m = &s->machines[p->unit];

	m->offline |= n == 1;
	if (!stays_at_home(p) && p->id.op != 0)
		sign(s, p);
	machine_sync(s, m);
}

static void back_online(struct sample *s, void *arg, int n)
{
	struct machine *m = arg;

	(void)n;
	m->offline = false;
	machine_sync(s, m);
}

/* What was sent back is mended and signed again. */
void batch_mend(struct sample *s, void *arg, int n)
{
	struct dossier *p = arg;
	struct machine *m = at_unit(s, p);
	struct hand h;

	(void)n;
	if (m->offline || strcmp(dossier_state(s, p), "returned") != 0)
		return;
	hand_clerk(&h, s, p->unit);
	hand_edit(&h, p->id, "%s", p->batch->policy->mended);
	hand_row(&h, p->id, "comments", "text=Đơn vị đã chỉnh sửa theo yêu cầu.|by=%s", m->clerk);
	hand_save(&h);
	sign(s, p);
	machine_sync(s, m);
}

/* ---- Verification ---- */

static void send_back(struct sample *s, struct dossier *p)
{
	const struct policy *policy = p->batch->policy;
	struct hand h;

	hand_officer(&h, s, policy->lead, p->unit);
	hand_return(&h, p->id, "Đề nghị bổ sung, chỉnh sửa rồi trình ký lại.", policy->reason);
	hand_save(&h);
	p->returned++;
}

static void withdraw(struct sample *s, struct dossier *p)
{
	struct machine *m = at_unit(s, p);
	struct hand h;

	if (m->offline)
		return;
	hand_clerk(&h, s, p->unit);
	hand_edit(&h, p->id, "withdraw_reason=Người được đề nghị xin thôi, đơn vị rút hồ sơ.");
	hand_save(&h);
	machine_sync(s, m);
	dossier_move(s, p, p->batch->policy->lead, "withdrawn", "Theo đề nghị của đơn vị.");
}

static void verify(struct sample *s, struct dossier *p)
{
	const struct policy *policy = p->batch->policy;
	/* Who has entered it does not verify it. */
	bool own = policy->lead == DESK_PNV && p->unit == UNIT_PNV;
	enum desk desk = policy->office || own ? DESK_PNV2 : policy->lead;

	if (policy->check != NULL)
		policy->check(s, p);
	if (p->n % 4 == 1 && !policy->office && !policy->report &&
	    strcmp(dossier_state(s, p), "signed") == 0)
		dossier_move(s, p, desk, "verifying", NULL);
	dossier_move(s, p, desk, "verified", NULL);
}

/* One that lies signed on the lead's table. */
static void judge(struct sample *s, struct dossier *p)
{
	enum desk lead = p->batch->policy->lead;

	if (dossier_is(p, "signed"))
		return;
	if (dossier_is(p, "returned") ||
	    (dossier_is(p, FATE_AGAIN) && p->returned == 0)) {
		send_back(s, p);
		if (!dossier_is(p, "returned"))
			diary_add(s->time + 3 * DAY, batch_mend, p, 0);
	} else if (dossier_is(p, "verifying")) {
		dossier_move(s, p, lead, "verifying", NULL);
	} else if (dossier_is(p, "not_eligible")) {
		dossier_move(s, p, lead, "not_eligible", "Không thuộc đối tượng, điều kiện của chính sách.");
	} else if (dossier_is(p, "withdrawn")) {
		withdraw(s, p);
	} else {
		verify(s, p);
	}
}

static void judge_at_office(struct sample *s, struct dossier *p)
{
	if (dossier_is(p, "draft"))
		return;
	if (dossier_is(p, "not_eligible") || dossier_is(p, "cancelled"))
		dossier_move(s, p, DESK_PNV2, p->fate, "Rà soát lại: không đủ căn cứ.");
	else
		verify(s, p);
}

/* All that has come in by now, of this batch or an earlier one. */
void batch_verify(struct sample *s, void *arg, int n)
{
	const struct policy *policy = ((const struct batch *)arg)->policy;
	size_t i;

	(void)n;
	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *p = &s->dossiers->list[i];

		if (p->batch->policy != policy)
			continue;
		if (strcmp(dossier_state(s, p), policy->office ? "draft" : "signed") == 0)
			policy->office ? judge_at_office(s, p) : judge(s, p);
	}
}

/* ---- Money, and the end ---- */

static void fund_step(struct sample *s, void *arg, int n)
{
	const struct batch *b = arg;
	size_t i;

	(void)n;
	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *p = &s->dossiers->list[i];

		if (p->batch->policy != b->policy || p->amount == 0 || dossier_is(p, "granted") ||
		    strcmp(dossier_state(s, p), "granted") != 0)
			continue;
		payment_in(s, p, p->amount);
		dossier_move(s, p, DESK_TCKH, "funded", NULL);
	}
}

static const int at_once[] = { 100, 0 };

/* The clerk says how far it is paid. */
static void say_paid(struct sample *s, struct dossier *p, const char *state)
{
	struct hand h;

	hand_clerk(&h, s, p->unit);
	hand_move(&h, p->id, state, NULL);
	hand_save(&h);
	machine_sync(s, &s->machines[p->unit]);
}

static void pay_step(struct sample *s, void *arg, int n)
{
	struct dossier *p = arg;
	const int *shares = p->batch->policy->shares != NULL ? p->batch->policy->shares : at_once;
	struct machine *m = at_unit(s, p);
	int of = 0, i;
	bool whole;

	(void)n;
	if (m->offline || dossier_is(p, "funded") || strcmp(dossier_state(s, p), "funded") != 0)
		return;
	while (shares[of] != 0)
		of++;
	/* Who is to be paid whole gets all instalments at once, though that is not how it
	 * should be. */
	whole = dossier_is(p, "paid") || dossier_is(p, "closed") || of == 1;
	for (i = 0; i < of && (i == 0 || whole); i++)
		payment_out(s, p, p->amount * shares[i] / 100, i + 1, of, shares[i], "verified");
	say_paid(s, p, whole && !dossier_is(p, "paid_part") ? "paid" : "paid_part");
}

static void close_step(struct sample *s, void *arg, int n)
{
	const struct batch *b = arg;
	const char *from = b->policy->report ? "consolidated" : b->policy->first_granted ?
							"granted" : "paid";
	size_t i;

	(void)n;
	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *p = &s->dossiers->list[i];

		if (p->batch->policy != b->policy || dossier_is(p, from) ||
		    dossier_is(p, "recovering") || dossier_is(p, "recovered") ||
		    strcmp(dossier_state(s, p), from) != 0)
			continue;
		if (b->policy->finish != NULL)
			b->policy->finish(s, p);
		dossier_move(s, p, b->policy->lead, "closed",
			   strcmp(from, "granted") == 0 ? "Đã thực hiện xong." : NULL);
	}
}

/* ---- Planning ---- */

static const char *fate_of(struct sample *s, const struct batch *b, unsigned n)
{
	const char *at = b->fates == NULL ? "" : b->fates;
	size_t len;

	for (; *at != '\0'; at += len) {
		at += strspn(at, " ");
		len = strcspn(at, " ");
		if (n-- == 0 && len > 0 && at[0] != '-')
			return arena_str(&s->keep, (struct bytes){ (const uint8_t *)at, len });
	}
	return NULL;
}

/* The units of a batch in an order of its own; the district itself is none. */
static void shuffle(struct sample *s, uint64_t units[ALL])
{
	size_t i, k;

	for (i = 0; i < ALL; i++)
		units[i] = i + 2;
	for (i = ALL - 1; i > 0; i--) {
		uint64_t u = units[i];

		k = chance_below(&s->chance, i + 1);
		units[i] = units[k];
		units[k] = u;
	}
}

/* Some hour of a step's day, or of so many days before it. */
static int64_t some_time(struct sample *s, const struct batch *b, enum step step, int64_t back)
{
	return sample_when(b->when[step]) - back * DAY + 8 * HOUR +
	       (int64_t)chance_below(&s->chance, 7 * HOUR);
}

static void plan_sign(struct sample *s, const struct batch *b, struct dossier *p, int64_t back,
		      int64_t entered)
{
	int64_t time = some_time(s, b, STEP_SIGN, back);

	if (time < entered + HOUR)
		time = entered + HOUR;
	if (p->late)
		time = sample_when(b->late_day) + 9 * HOUR;
	diary_add(time, sign_step, p, p->offline);
	if (p->offline)
		diary_add(sample_when(b->late_day) + 10 * HOUR, back_online, &s->machines[p->unit],
			  0);
}

static void plan_one(struct sample *s, const struct batch *b, struct dossier *p)
{
	int64_t back = b->spread == 0 ? 0 : (int64_t)chance_below(&s->chance, b->spread);
	int64_t entered = 0;

	if (b->when[STEP_ENTER] != NULL) {
		entered = some_time(s, b, STEP_ENTER, back);
		diary_add(entered, enter, p, 0);
	}
	if (b->when[STEP_SIGN] != NULL && !b->policy->office)
		plan_sign(s, b, p, back, entered);
	if (b->when[STEP_PAY] != NULL)
		diary_add(some_time(s, b, STEP_PAY, back), pay_step, p, 0);
}

/* Units whose stories need them to be punctual are no good for these. */
static bool has_story(uint64_t unit)
{
	return unit == UNIT_TAMSON || unit == UNIT_THCS_TAMSON || unit == UNIT_GDDT ||
	       unit == UNIT_PNV;
}

/* Whether it is one of those that go another way; silent: there is none. */
static bool goes_wrong(const struct batch *b, struct dossier *p, unsigned *odd, bool *silent)
{
	*silent = false;
	if (p->unit == b->lost) {
		p->offline = true;
		return true;
	}
	if (b->count != ALL || has_story(p->unit) || *odd == b->silent + b->late + b->offline)
		return false;
	*silent = *odd < b->silent;
	p->late = !*silent && *odd < b->silent + b->late;
	p->offline = !*silent && !p->late;
	++*odd;
	return true;
}

static void plan_dossiers(struct sample *s, const struct batch *b)
{
	unsigned i, odd = 0, fates = 0;
	uint64_t units[ALL];
	bool silent;

	shuffle(s, units);
	for (i = 0; i < b->count; i++) {
		struct dossier *p = &s->dossiers->list[s->dossiers->count];

		if (s->dossiers->count == CASES)
			sample_die(s, "too many dossiers");
		*p = (struct dossier){ .batch = b, .n = i,
				       .unit = b->unit != 0 ? b->unit : units[i % ALL] };
		if (!goes_wrong(b, p, &odd, &silent))
			p->fate = fate_of(s, b, fates++);
		if (silent)
			continue;
		s->dossiers->count++;
		plan_one(s, b, p);
	}
}

void batch_plan(struct sample *s, const struct batch *b)
{
	static void (*const steps[STEPS])(struct sample *s, void *arg, int n) = {
		[STEP_VERIFY] = batch_verify, [STEP_GATHER] = submission_gather,
		[STEP_SUBMIT] = submission_submit, [STEP_SEND] = submission_send,
		[STEP_DECIDE] = submission_decide, [STEP_FUND] = fund_step, [STEP_CLOSE] = close_step,
	};
	size_t i;

	plan_dossiers(s, b);
	for (i = 0; i < STEPS; i++)
		if (steps[i] != NULL && b->when[i] != NULL)
			diary_add(sample_when(b->when[i]) + 8 * HOUR + (int64_t)i * HOUR / 2,
				   steps[i], (void *)(uintptr_t)b, 0);
}
