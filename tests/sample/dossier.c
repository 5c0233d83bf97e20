/* What stories ask of single dossiers. */
#include "tests/sample/dossier.h"

#include <stdio.h>
#include <string.h>

#include "common/query/query.h"
#include "tests/sample/scan.h"

bool dossier_is(const struct dossier *p, const char *fate)
{
	return p->fate != NULL && strcmp(p->fate, fate) == 0;
}

const char *dossier_state(struct sample *s, const struct dossier *p)
{
	struct replica *r = &s->server.replica;
	struct schema *schema;
	struct record rec;
	struct arena a;
	struct err e = { 0 };
	const struct type *t;
	const char *out = "";

	if (p->id.op == 0)
		return out;
	arena_init(&a, (size_t)16 << 20);
	sample_need(s, replica_schema_now(r, &schema, &e), &e, "schema");
	if (query_record(r, p->unit, p->id, &a, &rec, &e) == 0) {
		t = schema_type(schema, rec.type);
		out = workflow_state(t->workflow, rec.state)->code;
	}
	arena_release(&a);
	return out;
}

const char *dossier_ref(const struct dossier *p)
{
	return ref(p->unit, p->id);
}

void dossier_signature(struct hand *h, struct rid id, const char *kind)
{
	struct sample *s = h->s;
	const struct machine *m = &s->machines[h->stream];
	char day[16];

	hand_edit(h, id, "doc_number=%02u/%s-%s|doc_date=%s|signer_name=%s|signer_title=%s",
		  1 + (unsigned)chance_below(&s->chance, 180), kind, people_symbol(s, h->stream),
		  sample_today(s, day), m->head, m->title);
}

/* Every tenth paper was handed in as it is; of every thirtieth only the name was entered. */
enum { ON_PAPER = 10, FORGOTTEN = 30 };

void dossier_attach(struct hand *h, struct rid id, const char *kind)
{
	unsigned turn = h->s->papers++;
	int pages = (int)chance_between(&h->s->chance, 1, 6);
	char name[64];

	scan_name(kind, turn, name);
	if (turn % FORGOTTEN == FORGOTTEN - 1)
		hand_row(h, id, "attachments", "kind=%s|name=%s|pages=%d", kind, name, pages);
	else if (turn % ON_PAPER == ON_PAPER - 1)
		hand_row(h, id, "attachments", "kind=%s|pages=%d|on_paper=có", kind, pages);
	else
		hand_scan(h, id, kind, turn, pages);
}

struct dossier *dossier_find(struct sample *s, const char *type, const char *state, size_t n)
{
	size_t i;

	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *p = &s->dossiers->list[i];

		if (strcmp(p->batch->policy->type, type) == 0 &&
		    strcmp(dossier_state(s, p), state) == 0 && n-- == 0)
			return p;
	}
	return NULL;
}

void dossier_move(struct sample *s, const struct dossier *p, enum desk desk, const char *state,
		const char *remark)
{
	struct hand h;

	hand_officer(&h, s, desk, p->unit);
	hand_move(&h, p->id, state, remark);
	hand_save(&h);
}

/* ---- Decisions ---- */

struct rid decision_make(struct sample *s, const struct policy *p, const char *type,
			 const char *subject)
{
	struct hand h;
	struct rid id;
	char day[16];

	sample_today(s, day);
	hand_officer(&h, s, p->lead, p->home);
	id = hand_add(&h, "decision", "body=%s|decision_type=%s|number=%u/%s|date=%s|received_on=%s|"
		      "subject=%s", p->body, type, 100 + 17 * s->dossiers->decisions++, p->suffix, day,
		      day, subject);
	hand_save(&h);
	return id;
}

/* ---- Money ---- */

static void voucher(struct sample *s, const char *kind, char out[40])
{
	snprintf(out, 40, "%s-%04u", kind, ++s->dossiers->vouchers);
}

struct rid payment_in(struct sample *s, struct dossier *p, int64_t amount)
{
	char day[16], number[40];
	struct hand h;
	struct rid id;

	voucher(s, "LCT", number);
	hand_officer(&h, s, DESK_TCKH, p->unit);
	id = hand_add(&h, "payment", "for=%s|line=in|amount=%lld|date=%s|voucher=%s|"
		      "payer=Phòng Tài chính - Kế hoạch|payee=%s", dossier_ref(p), (long long)amount,
		      sample_today(s, day), number, people_unit_name(s, p->unit));
	hand_save(&h);
	hand_officer(&h, s, DESK_PNV2, p->unit);
	hand_move(&h, id, "verified", NULL);
	hand_save(&h);
	p->funded += amount;
	return id;
}

/* The clerk enters it, the head signs it, the Finance office compares it. */
struct rid payment_out(struct sample *s, struct dossier *p, int64_t amount, int n, int of,
		       int share, const char *state)
{
	struct machine *m = &s->machines[p->unit];
	char day[16], number[40];
	struct hand h;
	struct rid id;

	voucher(s, "PC", number);
	hand_clerk(&h, s, p->unit);
	id = hand_add(&h, "payment", "for=%s|line=out|amount=%lld|date=%s|voucher=%s|payer=%s|"
		      "payee=%s", dossier_ref(p), (long long)amount, sample_today(s, day), number,
		      people_unit_name(s, p->unit),
		      p->person != NULL ? p->person->name : "Theo danh sách kèm theo");
	if (of > 1)
		hand_edit(&h, id, "instalment=%d|of=%d|share=%d", n, of, share);
	hand_save(&h);
	p->paid += amount;
	if (strcmp(state, "draft") == 0)
		return id;
	hand_head(&h, s, p->unit);
	hand_move(&h, id, "signed", NULL);
	hand_save(&h);
	machine_sync(s, m);
	if (m->offline || strcmp(state, "signed") == 0)
		return id;
	hand_officer(&h, s, DESK_TCKH, p->unit);
	if (strcmp(state, "returned") == 0)
		hand_return(&h, id, "Số chứng từ không khớp sổ quỹ.",
			    "voucher=Ghi lại số phiếu chi theo sổ quỹ của đơn vị");
	else
		hand_move(&h, id, state, strcmp(state, "cancelled") == 0 ?
						   "Đơn vị nhập trùng, đã thống nhất hủy." : NULL);
	hand_save(&h);
	return id;
}
