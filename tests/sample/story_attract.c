/* III.6: attraction. Needs by rounds, transfers on the province's list, recruits whom Home
 * Affairs enters in the stream of the unit that recruits and pays. */
#include "tests/sample/story.h"

#include <stdio.h>
#include <string.h>

static struct rid create_need(struct hand *h, struct dossier *p)
{
	static const char *const positions[] = {
		"Giáo viên tiếng Anh", "Giáo viên Tin học", "Công chức Địa chính - xây dựng",
		"Chuyên viên chuyển đổi số", "Giáo viên Âm nhạc"
	};
	bool nil = p->fate == NULL && p->n % 5 != 0;
	int present = (int)people_of(h->s, p->unit);
	struct rid id = hand_add(h, "attract_need", "plan_year=%d|answer=%s|round=%s",
				 p->batch->year, nil ? "nil" : "need",
				 ref(0, story_round(h->s, p->batch->note)));

	if (nil) {
		hand_nil(h, id, "attract_need");
	} else {
		hand_edit(h, id, "situation=Thiếu so với biên chế được giao; khó tuyển người có trình độ "
			  "cao.|necessity=Cần người có chuyên môn sâu để nâng cao chất lượng.|"
			  "posts_assigned=%d|posts_present=%d", present + 2, present);
		hand_row(h, id, "lines", "position=%s|sector=%s|discipline=%s|level=ths|count=1",
			 TURN(positions, p->n), people_unit_is(h->s, p->unit) == IS_SCHOOL ?
			 "Giáo dục" : "Hành chính", p->n % 2 == 0 ? "anh" : "cntt");
	}
	dossier_signature(h, id, "ĐK");
	return id;
}

const struct policy policy_attract_need = {
	.type = "attract_need", .code = "iii6", .lead = DESK_PNV, .home = UNIT_PNV,
	.subject = "Nhu cầu thu hút người có tài năng", .body = "ubnd_tinh", .decision = "list",
	.outcome = "listed", .suffix = "TB-UBND", .choose = story_heard, .create = create_need,
	.reason = "necessity=Nêu rõ sự cần thiết của từng vị trí",
	.mended = "necessity=Vị trí trống từ năm học trước, đã hai lần không tuyển được.",
	.cancel = "Đơn vị đăng ký lại bằng bản khác.",
};

/* Who comes is entered as one of the unit's people. */
static const struct person *newcomer(struct sample *s, uint64_t unit, const char *level,
				     struct person *out)
{
	char more[200];

	*out = (struct person){ .unit = unit, .level = level, .position = "Giáo viên" };
	people_name(s, out->name, &out->woman);
	snprintf(more, sizeof more, "birth=%02d/%02d/%d|post_kind=vc|position=Giáo viên|level=%s|"
		 "discipline=anh|work_state=dang_lam", (int)chance_between(&s->chance, 1, 28),
		 (int)chance_between(&s->chance, 1, 12), (int)chance_between(&s->chance, 1986, 1996),
		 level);
	out->id = people_add(s, unit, out->name, out->woman, more);
	machine_sync(s, &s->machines[unit]);
	return out;
}

static bool choose_person(struct sample *s, struct dossier *p)
{
	static const char *const levels[] = { "ths", "ts", "ths", "ths" };
	struct person *who = arena_alloc(&s->keep, sizeof *who);

	p->person = newcomer(s, p->unit, TURN(levels, p->n), who);
	return true;
}

static const char *category(const struct dossier *p)
{
	if (dossier_is(p, "not_eligible"))
		return "none";
	return strcmp(p->person->level, "ts") == 0 ? "ts" : "ths";
}

static int64_t amount_of(const struct dossier *p)
{
	return strcmp(p->person->level, "ts") == 0 ? 600000000 : 400000000;
}

static struct rid create_transfer(struct hand *h, struct dossier *p)
{
	static const char *const from[] = {
		"Trường THPT Sông Lô", "Trường Đại học Hùng Vương", "UBND thành phố Việt Trì",
		"Trường THCS Lập Thạch"
	};
	struct rid id;

	p->amount = amount_of(p);
	id = hand_add(h, "attract_transfer", "plan_year=%d|person=%s|from_org=%s|position=Giáo viên|"
		      "list_note=Thông báo danh mục thu hút năm 2022|degree=%s|category=%s",
		      p->batch->year, people_ref(p->person), TURN(from, p->n), p->person->level,
		      category(p));
	if (p->n % 6 != 5)
		dossier_attach(h, id, "transfer_file");
	dossier_signature(h, id, "TTr");
	return id;
}

/* A1: only for the province's list. */
static void check_transfer(struct sample *s, struct dossier *p)
{
	static struct rid list;
	struct hand h;

	if (list.op == 0) {
		list = decision_make(s, &policy_attract_transfer, "list",
				     "Thông báo danh mục vị trí thu hút năm 2022");
		hand_officer(&h, s, DESK_PNV2, UNIT_PNV);
		hand_move(&h, list, "verified", NULL);
		hand_save(&h);
	}
	hand_officer(&h, s, p->unit == UNIT_PNV ? DESK_PNV : DESK_PNV2, p->unit);
	hand_edit(&h, p->id, "list_item=%s", ref(UNIT_PNV, list));
	hand_save(&h);
}

static const int instalments[] = { 40, 30, 30, 0 };

static void ask_funds(struct sample *s, struct dossier *p)
{
	char day[16];
	struct hand h;

	hand_officer(&h, s, DESK_PNV, p->unit);
	hand_edit(&h, p->id, "funds_no=%u/UBND-NV|funds_date=%s|funds_amount=%lld", 600 + p->n,
		  sample_today(s, day), (long long)p->amount);
	hand_save(&h);
}

const struct policy policy_attract_transfer = {
	.type = "attract_transfer", .code = "iii6", .lead = DESK_PNV, .home = UNIT_PNV,
	.subject = "Tiếp nhận người có tài năng", .body = "ubnd_tinh", .decision = "receive",
	.outcome = "granted", .suffix = "QĐ-UBND", .choose = choose_person,
	.create = create_transfer, .check = check_transfer, .carry_out = ask_funds,
	.shares = instalments,
	.reason = "from_org=Ghi đúng tên cơ quan đang công tác|attachments=Bổ sung hồ sơ chuyển công tác|"
		  "content_note=Bổ sung thuyết minh",
	.mended = "content_note=Đã bổ sung hồ sơ có xác nhận của cơ quan cũ.",
	.cancel = "Người được đề nghị không chuyển nữa.",
};

static struct rid create_recruit(struct hand *h, struct dossier *p)
{
	struct rid id;

	p->amount = amount_of(p);
	id = hand_add(h, "attract_recruit", "plan_year=%d|person=%s|position=Giáo viên|recruit_plan="
		      "Kế hoạch 88/KH-UBND|recruit_result=Quyết định %u/QĐ-UBND|recruit_date=15/08/2022|"
		      "method=exam|score=%u,50|rank=%u|category=%s", p->batch->year,
		      people_ref(p->person), 2100 + p->n, 71 + p->n % 20, 1 + p->n, category(p));
	hand_edit(h, id, "doc_number=%02u/TTr-PNV|doc_date=20/08/2022|signer_name=%s|signer_title=Trưởng "
		  "phòng", 40 + p->n, h->s->machines[UNIT_PNV].head);
	if (p->n % 5 != 4)
		dossier_attach(h, id, "recruit_result");
	return id;
}


const struct policy policy_attract_recruit = {
	.type = "attract_recruit", .code = "iii6", .lead = DESK_PNV, .home = UNIT_PNV, .office = true,
	.subject = "Thẩm định, cấp kinh phí thu hút qua tuyển dụng", .body = "so_nv",
	.decision = "appraisal", .outcome = "granted", .suffix = "TB-SNV", .choose = choose_person,
	.create = create_recruit, .carry_out = ask_funds,
	.shares = instalments,
	.reason = "", .mended = "", .cancel = "Người trúng tuyển không nhận việc.",
};
