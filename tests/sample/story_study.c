/* III.4: postgraduate study. Needs of every unit, dossiers of those who are sent, support
 * after the degree. */
#include "tests/sample/story.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *discipline, *level, *major;
} studies[] = {
	{ "qlgd", "ths", "Quản lý giáo dục" },
	{ "toan", "ths", "Lý luận và phương pháp dạy học Toán" },
	{ "qlc", "ths", "Quản lý công" },
	{ "van", "ths", "Lý luận và phương pháp dạy học Ngữ văn" },
	{ "luat", "ths", "Luật Hiến pháp và Luật Hành chính" },
	{ "qlkt", "ts", "Quản lý kinh tế" },
	{ "anh", "ths", "Lý luận và phương pháp dạy học Tiếng Anh" },
};
static const char *const institutions[] = {
	"Trường Đại học Sư phạm Hà Nội 2", "Học viện Hành chính Quốc gia",
	"Trường Đại học Giáo dục", "Trường Đại học Hùng Vương"
};

static struct rid create_need(struct hand *h, struct dossier *p)
{
	/* Of five units four need nobody, and say so. */
	bool nil = p->fate == NULL && p->n % 5 != 0;
	size_t k = p->n + (size_t)p->unit;
	const struct person *who;
	struct rid id, line;

	id = hand_add(h, "pg_need", "plan_year=%d|answer=%s", p->batch->year, nil ? "nil" : "need");
	if (nil) {
		hand_nil(h, id, "pg_need");
	} else {
		line = hand_row(h, id, "lines", "discipline=%s|major=%s|level=%s|count=%d|start_month="
				"09/%d|necessity=Đáp ứng chuẩn trình độ của vị trí việc làm.%s",
				TURN(studies, k).discipline, TURN(studies, k).major,
				TURN(studies, k).level, 1 + (int)(p->n % 2), p->batch->year,
				p->n % 2 == 0 ? "" : "|fewer_note=Đang xét chọn thêm một người.");
		who = people_next(h->s, p->unit);
		hand_row(h, line, "people", "person=%s|note=Đủ điều kiện dự tuyển", people_ref(who));
	}
	dossier_signature(h, id, "ĐK");
	return id;
}

const struct policy policy_pg_need = {
	.type = "pg_need", .code = "iii4", .lead = DESK_PNV, .home = UNIT_PNV,
	.subject = "Nhu cầu đào tạo sau đại học", .body = "ubnd_tinh", .decision = "list",
	.outcome = "listed", .suffix = "TB-UBND", .create = create_need,
	.reason = "lines=Ghi rõ sự cần thiết của từng ngành|"
		  "content_note=Bổ sung thuyết minh",
	.mended = "content_note=Đã bổ sung thuyết minh sự cần thiết theo vị trí việc làm.",
	.cancel = "Đơn vị đăng ký lại bằng bản khác.",
};

/* A need of this unit that stands at the server; "" where there is none. */
static const char *need_of(struct sample *s, uint64_t unit)
{
	size_t i;

	for (i = 0; i < s->dossiers->count; i++) {
		struct dossier *p = &s->dossiers->list[i];

		if (p->unit == unit && p->batch->policy == &policy_pg_need && p->id.op != 0 &&
		    strcmp(dossier_state(s, p), "cancelled") != 0)
			return dossier_ref(p);
	}
	return "";
}

static void study_costs(struct hand *h, struct rid id, struct dossier *p)
{
	int64_t term = 12500000;

	p->amount = 3 * term;
	hand_row(h, id, "costs", "year=%d|item=Học phí năm thứ nhất|amount=%lld", p->batch->year,
		 (long long)(2 * term));
	hand_row(h, id, "costs", "year=%d|item=Học phí năm thứ hai|amount=%lld", p->batch->year + 1,
		 (long long)term);
	dossier_attach(h, id, "admission");
	dossier_attach(h, id, "fee_notice");
	/* One dossier in nine lacks a paper: a task for the officer. */
	if (p->n % 9 != 8)
		dossier_attach(h, id, "cost_estimate");
}

static struct rid create_dossier(struct hand *h, struct dossier *p)
{
	size_t k = p->n + (size_t)p->unit;
	const char *need = need_of(h->s, p->unit);
	/* Some were studying when the resolution came. */
	int from = strcmp(p->batch->note, "running") == 0 ? 2020 : p->batch->year;
	char day[16];
	struct rid id;

	p->person = people_next(h->s, p->unit);
	sample_today(h->s, day);
	id = hand_add(h, "pg_dossier", "plan_year=%d|person=%s|level=%s|discipline=%s|major=%s|"
		      "institution=%s|country=vn|mode=part|admission_no=%u/GB-ĐT|admission_date=%s|"
		      "fee_no=%u/TB-TV|fee_date=%s|fee_per_term=12500000|study_from=09/%d|study_to=09/%d|"
		      "commitment_years=5|managed_by=district", p->batch->year, people_ref(p->person),
		      TURN(studies, k).level, TURN(studies, k).discipline, TURN(studies, k).major,
		      TURN(institutions, k), 300 + p->n, day, 40 + p->n, day, from, from + 2);
	if (need[0] != '\0')
		hand_edit(h, id, "need=%s", need);
	study_costs(h, id, p);
	dossier_signature(h, id, "TTr");
	return id;
}

const struct policy policy_pg_dossier = {
	.type = "pg_dossier", .code = "iii4", .lead = DESK_PNV, .home = UNIT_PNV,
	.subject = "Cử đi đào tạo sau đại học, hỗ trợ học phí", .body = "ubnd_tinh",
	.decision = "send", .outcome = "granted", .suffix = "QĐ-UBND", .create = create_dossier,
	.reason = "fee_no=Ghi số của thông báo thu học phí|attachments=Kèm dự toán kinh phí có dấu|"
		  "content_note=Bổ sung thuyết minh",
	.mended = "content_note=Đã bổ sung dự toán có xác nhận của nhà trường.",
	.cancel = "Người được cử không theo học.",
};

/* Of somebody who was sent and has no graduation yet. */
static bool choose_dossier(struct sample *s, struct dossier *p)
{
	static const char *const states[] = { "paid", "closed", "paid_part", "funded", "granted" };
	size_t i, k;

	for (k = 0; k < sizeof states / sizeof states[0]; k++)
		for (i = 0; i < s->dossiers->count; i++) {
			struct dossier *d = &s->dossiers->list[i];

			if (d->batch->policy != &policy_pg_dossier || d->used ||
			    strcmp(d->batch->note, "running") != 0 ||
			    strcmp(dossier_state(s, d), states[k]) != 0)
				continue;
			d->used = true;
			p->about = d;
			p->unit = d->unit;
			p->person = d->person;
			return true;
		}
	return false;
}

static struct rid create_graduation(struct hand *h, struct dossier *p)
{
	bool with_degree = p->n % 4 == 0;
	char day[16];
	struct rid id;

	p->amount = 12500000 + (with_degree ? 100000000 : 0);
	sample_today(h->s, day);
	id = hand_add(h, "pg_graduation", "plan_year=%d|dossier=%s|degree_no=VB-%05u|degree_date=%s|"
		      "classification=%s|back_at_work=%s|support_tuition=12500000|support_degree=%d",
		      p->batch->year, dossier_ref(p->about), 10230 + (unsigned)p->unit * 7 + p->n, day,
		      p->n % 3 == 0 ? "Giỏi" : "Khá", day, with_degree ? 100000000 : 0);
	if (p->n % 5 != 4)
		dossier_attach(h, id, "degree");
	dossier_signature(h, id, "TTr");
	return id;
}

const struct policy policy_pg_graduation = {
	.type = "pg_graduation", .code = "iii4", .lead = DESK_PNV, .home = UNIT_PNV,
	.subject = "Hỗ trợ sau tốt nghiệp sau đại học", .body = "ubnd_tinh", .decision = "funding",
	.outcome = "granted", .suffix = "QĐ-UBND", .choose = choose_dossier,
	.create = create_graduation,
	.reason = "degree_no=Đối chiếu số hiệu văn bằng|classification=Ghi theo bằng",
	.mended = "classification=Khá (theo bảng điểm kèm theo)",
	.cancel = "Chưa có bằng chính thức.",
};
