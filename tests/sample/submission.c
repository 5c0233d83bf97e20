/* What the district sends up and what comes back: lists gathered and frozen, their way to
 * the province, decisions that answer many dossiers at once. */
#include <string.h>

#include "server/apply.h"
#include "tests/sample/batch_parts.h"
#include "tests/sample/diary.h"

enum { DAY = 86400 };

static void apply(struct sample *s, enum desk desk, const struct policy *policy, struct rid id)
{
	struct apply_report report = { 0 };
	struct err e = { 0 };

	sample_need(s, server_apply(&s->server, &s->officers[desk].key, policy->home, id,
				    &report, &e), &e, "applying");
	if (report.refused > 0)
		sample_die(s, "%s: %zu of %zu not applied: %s", policy->type, report.refused,
			   report.rows, e.subject);
	s->tally.moves += report.changed;
}

static size_t gather(struct sample *s, const struct batch *b, struct rid id)
{
	struct bytes where[1] = { bytes_str("answer=need") };
	struct query_options o = { .stream = ANY_STREAM, .type = bytes_str(b->policy->type),
				   .state = bytes_str("verified"), .limit = b->limit };
	const struct type *t;
	struct schema *schema;
	struct err e = { 0 };
	struct gathered got = { 0 };

	/* Who needs nothing asks for nothing. */
	sample_need(s, replica_schema_now(&s->server.replica, &schema, &e), &e, "schema");
	t = schema_type_by_code(schema, o.type);
	if (t->nil_count > 0 && type_field_by_code(t, bytes_str("answer")) != NULL) {
		o.where = where;
		o.where_count = 1;
	}
	sample_need(s, server_gather(&s->server, &s->officers[b->policy->lead].key, b->policy->home,
				     id, &o, &got, &e), &e, "gathering");
	if (got.added == 0)
		sample_die(s, "%s: nothing to gather", b->policy->type);
	return got.added;
}

/* Which dossiers are in: those that it has moved. */
static void mark_members(struct sample *s, const struct batch *b, size_t submission)
{
	size_t i;

	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *p = &s->dossiers->list[i];

		if (p->batch->policy == b->policy && p->submission == 0 &&
		    strcmp(dossier_state(s, p), "consolidated") == 0)
			p->submission = submission;
	}
}

/* What its rows add up to, as an officer reads it off the list; -1: they have no amounts. */
static int64_t sum_of(struct sample *s, struct rid submission)
{
	struct err e = { 0 };
	struct stmt *q;
	int64_t sum = -1;

	sample_need(s, db_query(s->server.db, &e, &q, "SELECT sum(f_amount) FROM t_submission_member "
				"WHERE parent_device=$1 AND parent_op=$2", "uu", submission.device,
				submission.op), &e, "sum");
	if (db_step(q, &e) == 1 && !db_is_null(q, 0))
		sum = db_int(q, 0);
	db_done(q);
	return sum;
}

void submission_gather(struct sample *s, void *arg, int n)
{
	const struct batch *b = arg;
	const struct policy *policy = b->policy;
	size_t place = s->dossiers->submission_count, added;
	struct hand h;
	struct rid id;
	int64_t sum;

	(void)n;
	batch_verify(s, arg, 0);
	hand_officer(&h, s, policy->lead, policy->home);
	id = hand_add(&h, "submission", "policy=%s|record_type=%s|year=%d|subject=%s|prepared_by=%s",
		      policy->code, policy->type, b->year, policy->subject,
		      s->officers[policy->lead].name);
	if (b->note[0] == 'q')
		hand_edit(&h, id, "quarter=%s", b->note);
	hand_save(&h);
	added = gather(s, b, id);
	sum = sum_of(s, id);
	hand_officer(&h, s, policy->lead, policy->home);
	hand_edit(&h, id, "count=%zu|frozen=true", added);
	if (sum >= 0)
		hand_edit(&h, id, "sum=%lld", (long long)sum);
	hand_move(&h, id, "consolidated", NULL);
	hand_save(&h);
	apply(s, policy->lead, policy, id);
	s->dossiers->submissions[place].id = id;
	s->dossiers->submissions[place].batch = b;
	s->dossiers->submissions[place].members = (unsigned)added;
	s->dossiers->submission_count++;
	mark_members(s, b, place + 1);
}

static size_t submission_of(const struct sample *s, const struct batch *b)
{
	size_t i;

	for (i = 0; i < s->dossiers->submission_count; i++)
		if (s->dossiers->submissions[i].batch == b)
			return i;
	sample_die(s, "%s: no submission", b->policy->type);
}

void submission_submit(struct sample *s, void *arg, int n)
{
	const struct batch *b = arg;
	struct rid id = s->dossiers->submissions[submission_of(s, b)].id;
	struct hand h;

	(void)n;
	hand_officer(&h, s, b->policy->lead, b->policy->home);
	hand_move(&h, id, "submitted", NULL);
	hand_save(&h);
	if (!b->policy->report)
		apply(s, b->policy->lead, b->policy, id);
}

void submission_send(struct sample *s, void *arg, int n)
{
	const struct batch *b = arg;
	size_t place = submission_of(s, b);
	struct rid id = s->dossiers->submissions[place].id;
	char day[16];
	struct hand h;

	(void)n;
	hand_officer(&h, s, DESK_LEADER, b->policy->home);
	hand_edit(&h, id, "number=%zu/TTr-UBND|date=%s|signed_by=%s|sent_to=%s|sent_how=axis",
		  210 + 7 * place, sample_today(s, day), s->officers[DESK_LEADER].name,
		  strcmp(b->policy->body, "so_nv") == 0 ? "Sở Nội vụ" : "UBND tỉnh Vĩnh Phúc");
	hand_save(&h);
	hand_officer(&h, s, DESK_LEADER, b->policy->home);
	hand_move(&h, id, "sent_up", NULL);
	hand_save(&h);
	/* To send up is the leader's, of each record. */
	if (!b->policy->report)
		apply(s, DESK_LEADER, b->policy, id);
}

/* ---- Decisions ---- */

static const char *outcome(const struct dossier *p)
{
	if (dossier_is(p, "refused"))
		return "refused";
	if (dossier_is(p, "supplement") || (dossier_is(p, FATE_SUPPLEMENT_AGAIN) && p->returned == 0))
		return "supplement";
	return p->batch->policy->outcome;
}

static void answer(struct sample *s, struct hand *h, struct rid decision, struct dossier *p)
{
	const char *how = outcome(p);

	(void)s;
	if (strcmp(how, "granted") == 0 && p->amount > 0)
		hand_row(h, decision, "answers", "record=%s|outcome=%s|amount=%lld", dossier_ref(p), how,
			 (long long)p->amount);
	else
		hand_row(h, decision, "answers", "record=%s|outcome=%s", dossier_ref(p), how);
}

/* The province wants more: back to the unit, and up again. */
static void supplement(struct sample *s, struct dossier *p)
{
	const struct policy *policy = p->batch->policy;
	struct hand h;

	hand_officer(&h, s, policy->lead, p->unit);
	hand_return(&h, p->id, "Cấp tỉnh yêu cầu bổ sung hồ sơ.", policy->reason);
	hand_save(&h);
	p->returned++;
	p->submission = 0;
	diary_add(s->time + 4 * DAY, batch_mend, p, 0);
}

void submission_decide(struct sample *s, void *arg, int n)
{
	const struct batch *b = arg;
	const struct policy *policy = b->policy;
	size_t place = submission_of(s, b), i;
	struct rid id = decision_make(s, policy, policy->decision, policy->subject);
	struct hand h;

	(void)n;
	hand_officer(&h, s, policy->lead, policy->home);
	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *p = &s->dossiers->list[i];

		if (p->submission == place + 1 && !dossier_is(p, "sent_up") &&
		    strcmp(dossier_state(s, p), "sent_up") == 0)
			answer(s, &h, id, p);
	}
	hand_save(&h);
	hand_officer(&h, s, DESK_PNV2, policy->home);
	hand_move(&h, id, "verified", NULL);
	hand_save(&h);
	apply(s, policy->lead, policy, id);
	s->dossiers->submissions[place].decision = id;
	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *p = &s->dossiers->list[i];
		const char *state = p->submission == place + 1 ? dossier_state(s, p) : "";

		if (strcmp(state, "supplement") == 0 && !dossier_is(p, "supplement"))
			supplement(s, p);
		if (strcmp(state, "granted") == 0 && policy->carry_out != NULL)
			policy->carry_out(s, p);
	}
}
