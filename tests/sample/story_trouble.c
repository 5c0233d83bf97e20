/* What goes wrong, and what becomes of it: two people at two computers, rules that refuse,
 * the same thing entered twice, people who move, tasks that an officer settles. */
#include "tests/sample/diary.h"
#include "tests/sample/story.h"

#include <stdio.h>
#include <string.h>

#include "common/edit/edit.h"
#include "common/query/query.h"

/* ---- Two computers of one school ---- */

static struct machine *first_pc(struct sample *s)
{
	return &s->machines[UNIT_THCS_TAMSON];
}

static void sync_both(struct sample *s)
{
	machine_sync(s, first_pc(s));
	machine_sync(s, &s->second);
	machine_sync(s, first_pc(s));
}

static void edit_at(struct sample *s, struct machine *m, struct rid id, const char *text)
{
	struct hand h;

	hand_at(&h, s, m, false);
	hand_edit(&h, id, "%s", text);
	hand_save(&h);
}

/* Different values for one field: the head chooses; another one is left open. */
static void conflict(struct sample *s, void *arg, int n)
{
	const struct person *p = people_at(s, UNIT_THCS_TAMSON, 2 + (size_t)n);
	struct hand h;

	(void)arg;
	sync_both(s);
	edit_at(s, first_pc(s), p->id, "position=Giáo viên, Tổ trưởng chuyên môn");
	edit_at(s, &s->second, p->id, "position=Giáo viên, Tổ phó chuyên môn");
	sync_both(s);
	if (n > 0)
		return;
	hand_head(&h, s, UNIT_THCS_TAMSON);
	sample_need(s, edit_settle(h.r, h.schema, &h.d, p->id, bytes_str("position"), BYTES_NONE, 1,
				   BYTES_NONE, &h.e), &h.e, "settling");
	hand_save(&h);
	sync_both(s);
}

static struct rid dated_bonus(struct sample *s, const char *number)
{
	struct hand h;
	char day[16];
	struct rid id;

	hand_clerk(&h, s, UNIT_THCS_TAMSON);
	id = hand_add(&h, "bonus", "plan_year=2023|quarter=q1|person=%s|kind=language|achievement=Chứng "
		      "chỉ B2|achieved_on=10/06/2022|lang=en|cert_issuer=cambridge|issuer_international=có|"
		      "cert_no=%s|cert_level=B2|issued_on=10/06/2021|expires_on=10/06/2023|"
		      "amount=50000000|doc_date=%s", people_ref(people_next(s, UNIT_THCS_TAMSON)), number,
		      sample_today(s, day));
	hand_save(&h);
	sync_both(s);
	return id;
}

/* Each edit is valid, both together are not: the server takes the first and refuses the
 * second, which is corrected and sent again, or left lying. */
static void refusal(struct sample *s, void *arg, int n)
{
	struct rid id = dated_bonus(s, n == 0 ? "CAM-700001" : "CAM-700002"), again;
	const struct assignment better = { bytes_str("issued_on"), bytes_str("10/06/2022"), ASSIGN_SET };
	struct query_options o = { .stream = UNIT_THCS_TAMSON };
	struct machine *m = &s->second;
	struct err e = { 0 };
	json_t *list = NULL, *j;
	struct hand h;

	(void)arg;
	edit_at(s, first_pc(s), id, "expires_on=01/01/2022");
	edit_at(s, m, id, "issued_on=10/06/2022");
	sync_both(s);
	sample_need(s, query_refused(&m->client.replica, &o, &list, &e), &e, "refused");
	if (json_array_size(list) != 1)
		sample_die(s, "%zu saves are refused", json_array_size(list));
	s->tally.refused++;
	if (n == 0) {
		j = json_array_get(list, 0);
		hand_at(&h, s, m, false);
		hand_edit(&h, id, "expires_on=10/06/2024");
		sample_need(s, client_save_more(&m->client, &h.d, NULL, &h.e), &h.e, "mending");
		sample_need(s, edit_resend(h.r, h.schema, &h.d, (uint64_t)json_integer_value(
				json_object_get(j, "seq")),
				(uint32_t)json_integer_value(json_object_get(j, "tx")), id, &better, 1,
				&again, &h.e), &h.e, "sending again");
		sample_need(s, client_settle_refused(&m->client, h.stream, (uint64_t)json_integer_value(
				json_object_get(j, "seq")),
				(uint32_t)json_integer_value(json_object_get(j, "tx")), &h.e), &h.e,
			    "settling");
		hand_save(&h);
		sync_both(s);
	}
	json_decref(list);
}

/* ---- Rules that refuse at once ---- */

/* Lines of 47.000.000 under a header of 46.000.000. */
static void wrong_sum(struct sample *s, void *arg, int n)
{
	char day[16];
	struct hand h;
	struct rid id;

	(void)arg;
	(void)n;
	hand_clerk(&h, s, UNIT_HAILUU);
	id = hand_add(&h, "expert_order", "subtype=general|plan_year=2023|purpose=project|title=Bảo tồn làng "
		      "nghề đá Hải Lựu|budget_estimate=46000000|doc_number=07/TTr-UBND|doc_date=%s|"
		      "signer_name=%s|signer_title=Chủ tịch", sample_today(s, day),
		      s->machines[UNIT_HAILUU].head);
	hand_row(&h, id, "estimate", "item=Thù lao|quantity=3|unit_name=tháng|price=12000000");
	hand_row(&h, id, "estimate", "item=Đi lại|quantity=2|unit_name=chuyến|price=5500000");
	hand_save(&h);
	hand_clerk(&h, s, UNIT_HAILUU);
	hand_move(&h, id, "ready", NULL);
	hand_refused(&h, ERR_CHECK);
	hand_clerk(&h, s, UNIT_HAILUU);
	hand_edit(&h, id, "budget_estimate=47000000");
	hand_save(&h);
	hand_clerk(&h, s, UNIT_HAILUU);
	hand_move(&h, id, "ready", NULL);
	hand_save(&h);
	machine_sync(s, &s->machines[UNIT_HAILUU]);
}

/* What is verified is closed to its unit; who has entered something does not verify it. */
static void locked(struct sample *s, void *arg, int n)
{
	struct dossier *p = dossier_find(s, "bonus", "consolidated", 0);
	struct hand h;

	(void)arg;
	(void)n;
	if (p == NULL)
		sample_die(s, "no bonus is consolidated");
	machine_sync(s, &s->machines[p->unit]);
	hand_clerk(&h, s, p->unit);
	hand_edit(&h, p->id, "amount=90000000");
	hand_refused(&h, ERR_LOCKED);
	p = dossier_find(s, "attract_recruit", "draft", 0);
	if (p == NULL)
		sample_die(s, "no recruit is a draft");
	hand_officer(&h, s, DESK_PNV, p->unit);
	hand_move(&h, p->id, "verified", NULL);
	hand_refused(&h, ERR_SAME_PERSON);
}

/* ---- The same thing twice ---- */

static struct rid add_person(struct sample *s, uint64_t unit, const struct person *p,
			     const char *cccd)
{
	char more[240];
	struct rid id;

	snprintf(more, sizeof more, "birth=15/05/%d|cccd=%s|post_kind=vc|position=%s|level=%s|"
		 "work_state=dang_lam", p->birth_year, cccd, p->position, p->level);
	id = people_add(s, unit, p->name, p->woman, more);
	machine_sync(s, &s->machines[unit]);
	return id;
}

/* Somebody moves: the old unit says so, Home Affairs says that both are one. */
static void person_moves(struct sample *s, void *arg, int n)
{
	const struct person *p = people_at(s, UNIT_TAMSON, 4);
	struct machine *m = &s->machines[UNIT_TAMSON];
	uint64_t to = UNIT_HAILUU;
	char day[16];
	struct rid id;
	struct hand h;

	(void)arg;
	(void)n;
	machine_sync(s, m);
	hand_clerk(&h, s, UNIT_TAMSON);
	hand_edit(&h, p->id, "work_state=chuyen|moved_on=%s|moved_unit=UBND xã Hải Lựu",
		  sample_today(s, day));
	hand_save(&h);
	machine_sync(s, m);
	id = add_person(s, to, p, p->cccd);
	hand_officer(&h, s, DESK_PNV, to);
	hand_edit(&h, id, "same_as=%s", people_ref(p));
	hand_save(&h);
}

/* Entered in two units, and nobody has said that she moved; a number that does not fit. */
static void person_twice(struct sample *s, void *arg, int n)
{
	const struct person *p = people_at(s, 46, 3), *q = people_at(s, 60, 2);
	char wrong[16];

	(void)arg;
	(void)n;
	add_person(s, 44, p, p->cccd);
	snprintf(wrong, sizeof wrong, "000%c%s", q->woman ? '0' : '1', q->cccd + 4);
	wrong[11] = '7';
	add_person(s, 61, q, wrong);
}

/* One certificate, two schools, two quarters. */
static void certificate_twice(struct sample *s, void *arg, int n)
{
	static const uint64_t units[] = { 44, 46 };
	char day[16];
	size_t i;

	(void)arg;
	(void)n;
	for (i = 0; i < 2; i++) {
		struct machine *m = &s->machines[units[i]];
		struct hand h;
		struct rid id;

		machine_sync(s, m);
		hand_clerk(&h, s, units[i]);
		id = hand_add(&h, "bonus", "plan_year=2022|quarter=q4|person=%s|kind=language|achievement="
			      "Chứng chỉ IELTS 7.0|achieved_on=12/09/2022|lang=en|cert_issuer=bc|"
			      "issuer_international=có|cert_no=IELTS-555001|cert_level=7.0|issued_on=12/09/2022|"
			      "expires_on=12/09/2024|amount=50000000|amount_reason=Theo danh mục",
			      people_ref(people_at(s, units[i], 4)));
		dossier_attach(&h, id, "certificate");
		hand_edit(&h, id, "doc_number=5%zu/TTr-THCS|doc_date=%s|signer_name=%s|signer_title=%s", i,
			  sample_today(s, day), m->head, m->title);
		hand_save(&h);
		hand_head(&h, s, units[i]);
		hand_move(&h, id, "signed", NULL);
		hand_save(&h);
		machine_sync(s, m);
	}
}

/* Taken back by the clerk who typed it. */
static void deleted(struct sample *s, void *arg, int n)
{
	const struct person *p = people_at(s, 50, 1);
	struct rid id = add_person(s, 50, p, "000199900001");
	struct hand h;

	(void)arg;
	(void)n;
	hand_clerk(&h, s, 50);
	hand_delete(&h, id);
	hand_save(&h);
	machine_sync(s, &s->machines[50]);
}

/* ---- Tasks ---- */

/* An officer's word on the first open task of a kind (server/cmd/cmd_tasks.c). */
static void settle(struct sample *s, void *arg, int n)
{
	struct query_options o = { .stream = ANY_STREAM };
	struct err e = { 0 };
	json_t *list = NULL, *task, *record;
	uint64_t stream;
	struct rid id, word;
	struct hand h;
	json_int_t key;

	(void)n;
	sample_need(s, query_tasks(&s->server.replica, &o, bytes_str(arg), &list, &e), &e, arg);
	task = json_array_get(list, 0);
	record = json_array_get(json_object_get(task, "records"), 0);
	if (record == NULL || !record_full_parse(bytes_str(json_string_value(json_object_get(record,
			"id"))), &stream, &id))
		sample_die(s, "no task %s", (const char *)arg);
	key = json_integer_value(json_object_get(task, "key"));
	hand_officer(&h, s, DESK_PNV, stream);
	word = hand_add(&h, "settlement", "task=%s|record=%s|fingerprint=%lld|note=Đã đối chiếu bản gốc và "
			"làm việc với đơn vị: để nguyên.", (const char *)arg, ref(stream, id),
			(long long)json_integer_value(json_object_get(task, "fingerprint")));
	if (key != 0)
		hand_edit(&h, word, "key=%lld", (long long)key);
	hand_save(&h);
	json_decref(list);
}

void story_trouble(void)
{
	diary_add(sample_when("2022-02-22 09:00"), conflict, NULL, 0);
	diary_add(sample_when("2023-01-11 09:00"), conflict, NULL, 1);
	diary_add(sample_when("2022-06-27 09:00"), refusal, NULL, 0);
	diary_add(sample_when("2023-01-12 15:00"), refusal, NULL, 1);
	diary_add(sample_when("2022-09-27 09:00"), wrong_sum, NULL, 0);
	diary_add(sample_when("2023-01-19 09:00"), locked, NULL, 0);
	diary_add(sample_when("2022-08-29 09:00"), person_moves, NULL, 0);
	diary_add(sample_when("2022-09-05 09:00"), person_twice, NULL, 0);
	diary_add(sample_when("2022-12-15 09:00"), certificate_twice, NULL, 0);
	diary_add(sample_when("2022-04-12 09:00"), deleted, NULL, 0);
	diary_add(sample_when("2023-01-19 14:00"), settle, (void *)(uintptr_t)"payment_condition", 0);
	diary_add(sample_when("2023-01-19 15:00"), settle, (void *)(uintptr_t)"graduation_papers", 0);
}
