/* II: dissemination. Conferences, what each unit tells its staff, media. */
#include "tests/sample/story.h"

#include <stdio.h>
#include <string.h>

static const char *const documents = "nq06,luat_cbcc,luat_vc,luat_sd,nd140,nd138,nd115,plan";

static struct rid create_media(struct hand *h, struct dossier *p)
{
	static const char *const media[] = { "radio", "portal", "social", "visual" };
	static const char *const channels[] = {
		"Đài truyền thanh huyện", "Cổng thông tin giao tiếp điện tử huyện",
		"Trang Facebook Sông Lô ngày mới", "Pa nô, khẩu hiệu tại trung tâm huyện"
	};
	char day[16];

	return hand_add(h, "dissem", "form=%s|held_from=%s|lead=%s|documents=nq06,plan|"
			"audience=cb,cc,vc,people|medium=%s|channel=%s|minutes=%d|reporter=%s|"
			"result=Đã phát sóng, đăng tải theo kế hoạch.", p->batch->note,
			sample_today(h->s, day), people_unit_name(h->s, p->unit),
			TURN(media, p->n), TURN(channels, p->n), 5 + (int)(p->n % 4) * 5,
			people_next(h->s, p->unit)->name);
}

static struct rid create_meeting(struct hand *h, struct dossier *p)
{
	bool unit = strcmp(p->batch->note, "unit") == 0;
	int expected = unit ? (int)people_of(h->s, p->unit) : 72, attended = expected;
	const char *place = people_unit_is(h->s, p->unit) == IS_SCHOOL ? "Phòng hội đồng nhà trường" :
			    people_unit_is(h->s, p->unit) == IS_COMMUNE ? "Hội trường UBND xã" :
									  "Hội trường UBND huyện";
	char day[16];
	struct rid id;

	attended -= (int)chance_below(&h->s->chance, 3);
	id = hand_add(h, "dissem", "form=%s|held_from=%s|place=%s|lead=%s|documents=%s|audience=%s|"
		      "attended=%d|expected=%d|result=Đã quán triệt, phổ biến đầy đủ nội dung.",
		      p->batch->note, sample_today(h->s, day), place, people_unit_name(h->s, p->unit),
		      documents, people_unit_is(h->s, p->unit) == IS_SCHOOL ? "vc,nld" : "cb,cc,vc,nld",
		      attended, expected);
	if (p->n % 3 == 0)
		hand_edit(h, id, "merged=có|merged_into=Họp giao ban tháng");
	return id;
}

static struct rid create(struct hand *h, struct dossier *p)
{
	bool media = strcmp(p->batch->note, "programme") == 0 ||
		     strcmp(p->batch->note, "article") == 0;

	return media ? create_media(h, p) : create_meeting(h, p);
}

const struct policy policy_dissem = {
	.type = "dissem", .code = "ii", .lead = DESK_PNV, .home = UNIT_PNV, .report = true,
	.subject = "Kết quả tuyên truyền, phổ biến Nghị quyết số 06/2021/NQ-HĐND",
	.body = "ubnd_tinh", .create = create,
	.reason = "attended=Ghi đúng số người tham dự theo biên bản|result=Nêu rõ kết quả",
	.mended = "result=Đã quán triệt đầy đủ; có biên bản, danh sách ký tên kèm theo.",
	.cancel = "Nhập nhầm, hội nghị đã báo cáo trong bản khác.",
};
