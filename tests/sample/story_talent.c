/* III.7: ratings of the year, use of talent, bonuses for achievements by quarter. */
#include "tests/sample/story.h"

#include <stdio.h>
#include <string.h>

static struct rid create_year(struct hand *h, struct dossier *p)
{
	int heads = (int)people_of(h->s, p->unit), excellent = 1 + (int)(p->n % 2), done = heads / 5;
	struct rid id = hand_add(h, "evaluation_year", "year=%d|head_count=%d|excellent=%d|good=%d|"
				 "completed=%d|failed=0|unrated=0|proposed=%d|round=%s", p->batch->year,
				 heads, excellent, heads - excellent - done, done,
				 p->n % 3 == 0 ? 1 : 0, ref(0, story_round(h->s, p->batch->note)));

	dossier_signature(h, id, "BC");
	return id;
}

const struct policy policy_evaluation_year = {
	.type = "evaluation_year", .code = "iii7", .lead = DESK_PNV, .home = UNIT_PNV, .report = true,
	.subject = "Kết quả đánh giá, xếp loại hằng năm", .body = "ubnd_tinh",
	.choose = story_heard, .create = create_year,
	.reason = "head_count=Đối chiếu với biên chế có mặt|content_note=Bổ sung thuyết minh",
	.mended = "content_note=Đã đối chiếu danh sách trả lương tháng 12.",
	.cancel = "Đơn vị lập lại bản tổng hợp.",
};

static struct rid create_evaluation(struct hand *h, struct dossier *p)
{
	static const char *const ratings[] = { "xuat_sac", "tot", "xuat_sac", "tot", "hoan_thanh" };
	bool talent = p->n % 3 == 0;
	struct rid id;

	p->person = people_next(h->s, p->unit);
	id = hand_add(h, "evaluation", "year=%d|person=%s|rating=%s|result=Hoàn thành các nhiệm vụ được "
		      "giao trong năm.", p->batch->year, people_ref(p->person), TURN(ratings, p->n));
	if (talent)
		hand_edit(h, id, "rating=xuat_sac|talent_proposed=có|strengths=Có sáng kiến được áp dụng "
			  "rộng rãi.|grounds=Hai năm liền hoàn thành xuất sắc nhiệm vụ.");
	dossier_signature(h, id, "ĐG");
	return id;
}

const struct policy policy_evaluation = {
	.type = "evaluation", .code = "iii7", .lead = DESK_PNV, .home = UNIT_PNV, .report = true,
	.subject = "Danh sách người có tài năng đề nghị Hội đồng xem xét", .body = "hd_huyen",
	.create = create_evaluation,
	.reason = "result=Nêu kết quả, hiệu quả cụ thể",
	.mended = "result=Chủ trì 02 chuyên đề cấp huyện, học sinh đạt giải cấp tỉnh.",
	.cancel = "Người được đánh giá đã chuyển công tác.",
};

/* Somebody of an evaluation of this unit who was proposed. */
static bool choose_talent(struct sample *s, struct dossier *p)
{
	size_t i;

	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *d = &s->dossiers->list[i];

		if (d->batch->policy != &policy_evaluation || d->used || d->n % 3 != 0 ||
		    d->batch->year != 2021 ||
		    (strcmp(dossier_state(s, d), "consolidated") != 0 &&
		     strcmp(dossier_state(s, d), "closed") != 0))
			continue;
		d->used = true;
		p->about = d;
		p->unit = d->unit;
		p->person = d->person;
		return true;
	}
	return false;
}

static struct rid create_talent(struct hand *h, struct dossier *p)
{
	static const char *const measures[] = { "planning", "appointment", "environment" };
	static const char *const bodies[] = { "ubnd", "huyen_uy", "ubnd", "hdnd" };
	static const char *const bases[] = { "k1d7", "k2d7", "d70" };
	struct rid id = hand_add(h, "talent_use", "year=%d|person=%s|evaluation=%s|measure=%s|basis=%s|"
				 "by_body=%s", p->batch->year, people_ref(p->person),
				 dossier_ref(p->about), TURN(measures, p->n), TURN(bases, p->n),
				 TURN(bodies, p->n));

	dossier_signature(h, id, "TTr");
	return id;
}

static void check_talent(struct sample *s, struct dossier *p)
{
	char day[16];
	struct hand h;

	dossier_move(s, p, DESK_PNV, "verifying", NULL);
	hand_officer(&h, s, DESK_PNV, p->unit);
	hand_edit(&h, p->id, "council_date=%s|council_minutes=%02u/BB-HĐ|council_result=Hội đồng huyện "
		  "nhất trí đề nghị.", sample_today(s, day), 1 + p->n);
	hand_save(&h);
}

static void finish_talent(struct sample *s, struct dossier *p)
{
	char day[16];
	struct hand h;

	hand_officer(&h, s, DESK_PNV, p->unit);
	hand_edit(&h, p->id, "outcome_doc=%u/QĐ-UBND|outcome_date=%s|outcome=Đã đưa vào quy hoạch, bố trí "
		  "công việc phù hợp.", 700 + p->n, sample_today(s, day));
	hand_save(&h);
}

const struct policy policy_talent_use = {
	.type = "talent_use", .code = "iii7", .lead = DESK_PNV, .home = UNIT_PNV,
	.subject = "Trọng dụng người có tài năng", .body = "hd_tinh", .decision = "council",
	.outcome = "granted", .suffix = "KL-HĐ", .choose = choose_talent, .create = create_talent,
	.check = check_talent, .finish = finish_talent, .first_granted = true,
	.reason = "basis=Ghi đúng khoản, điều làm căn cứ|content_note=Bổ sung thuyết minh",
	.mended = "content_note=Đã đối chiếu căn cứ với hướng dẫn.",
	.cancel = "Đã chuyển sang hình thức khác.",
};

/* ---- Bonuses ---- */

static const struct {
	const char *kind, *achievement, *level, *issuer;
	int64_t amount;
} achievements[] = {
	{ "contest", "Giải Nhất hội thi giáo viên dạy giỏi", "tinh", "Sở Giáo dục và Đào tạo", 15000000 },
	{ "initiative", "Sáng kiến được công nhận phạm vi ảnh hưởng cấp tỉnh", "tinh", "UBND tỉnh", 10000000 },
	{ "coaching", "Bồi dưỡng học sinh đạt giải Nhì quốc gia", "quoc_gia", "Bộ Giáo dục và Đào tạo",
	  20000000 },
	{ "emulation", "Chiến sĩ thi đua cấp tỉnh", "tinh", "UBND tỉnh", 8000000 },
	{ "title", "Nhà giáo Ưu tú", "quoc_gia", "Chủ tịch nước", 30000000 },
	{ "science", "Giải Ba hội thi sáng tạo kỹ thuật", "tinh", "Liên hiệp các hội KHKT", 12000000 },
};

static const struct {
	const char *lang, *issuer, *level, *prefix;
	int64_t amount;
} certificates[] = {
	{ "en", "bc", "6.5", "IELTS", 50000000 },
	{ "en", "idp", "6.0", "IELTS", 50000000 },
	{ "ja", "jf", "N2", "JLPT", 30000000 },
	{ "zh", "clec", "HSK 5", "HSK", 30000000 },
	{ "ko", "niied", "TOPIK 4", "TOPIK", 30000000 },
};

/* A day of the dossier's own year, before it is signed. */
static void achieved(struct sample *s, int back, char out[16])
{
	int64_t now = s->time;

	s->time -= (int64_t)back * 86400;
	sample_today(s, out);
	s->time = now;
}

static void language(struct hand *h, struct rid id, struct dossier *p)
{
	size_t k = p->n + (size_t)p->unit;
	/* B1, with the plan's numbers: what expired before the resolution came into force,
	 * what did on its first day, what never does; what a centre at home has issued. */
	static const char *const issued[] = { "10/05/2019", "15/08/2019", "02/03/2021" };
	static const char *const expires[] = { "|expires_on=10/05/2021", "|expires_on=15/08/2021", "" };
	bool bad = dossier_is(p, "not_eligible");
	size_t which = bad ? (p->n % 2 == 0 ? 0 : 2) : 1 + p->n % 2;

	p->amount = TURN(certificates, k).amount;
	hand_edit(h, id, "lang=%s|cert_issuer=%s|issuer_international=%s|cert_no=%s-%06u|cert_level=%s|"
		  "issued_on=%s%s", TURN(certificates, k).lang,
		  bad && p->n % 2 != 0 ? "trong_nuoc" : TURN(certificates, k).issuer,
		  bad && p->n % 2 != 0 ? "không" : "có", TURN(certificates, k).prefix,
		  480000 + (unsigned)p->unit * 100 + p->n, TURN(certificates, k).level,
		  issued[which], expires[which]);
}

static struct rid create_bonus(struct hand *h, struct dossier *p)
{
	bool lang = p->n % 3 == 0 || dossier_is(p, "not_eligible");
	size_t k = p->n + (size_t)p->unit;
	char day[16], title[80];
	struct rid id;

	p->person = people_next(h->s, p->unit);
	p->amount = TURN(achievements, k).amount;
	achieved(h->s, 12 + (int)(p->n % 30), day);
	snprintf(title, sizeof title, "Chứng chỉ %s", TURN(certificates, k).level);
	id = hand_add(h, "bonus", "plan_year=%d|quarter=%s|person=%s|kind=%s|achievement=%s|"
		      "achieved_on=%s", p->batch->year, p->batch->note, people_ref(p->person),
		      lang ? "language" : TURN(achievements, k).kind,
		      lang ? title : TURN(achievements, k).achievement, day);
	if (lang)
		language(h, id, p);
	else
		hand_edit(h, id, "award_level=%s|award_issuer=%s|award_number=%u/QĐ-KT",
			  TURN(achievements, k).level, TURN(achievements, k).issuer,
			  100 + (unsigned)p->unit * 7 + p->n);
	hand_edit(h, id, "amount=%lld|amount_reason=Mức dự kiến, chờ bản gốc nghị quyết",
		  (long long)p->amount);
	if (p->n % 8 != 7)
		dossier_attach(h, id, lang ? "certificate" : "award");
	dossier_signature(h, id, "TTr");
	return id;
}

const struct policy policy_bonus = {
	.type = "bonus", .code = "iii7", .lead = DESK_PNV, .home = UNIT_PNV,
	.subject = "Đề nghị thưởng theo thành tích", .body = "ubnd_tinh", .decision = "funding",
	.outcome = "granted", .suffix = "QĐ-UBND", .create = create_bonus,
	.reason = "amount_reason=Nêu căn cứ của mức đề nghị|achievement=Ghi đúng theo quyết định",
	.mended = "amount_reason=Mức theo danh mục kèm theo nghị quyết, chờ đối chiếu bản gốc.",
	.cancel = "Trùng với hồ sơ đã gửi quý trước.",
};
