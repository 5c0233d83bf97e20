/* IV: guidance, inspections. What offices write about a unit stands in the unit's stream. */
#include "tests/sample/diary.h"
#include "tests/sample/story.h"

#include <stdio.h>

static struct rid write_one(struct sample *s, enum desk desk, uint64_t unit, const char *text)
{
	char day[16];
	struct hand h;
	struct rid id;

	hand_officer(&h, s, desk, unit);
	id = hand_add(&h, "inspection", "%s|date=%s|by=%s", text, sample_today(s, day),
		      s->officers[desk].name);
	hand_save(&h);
	return id;
}

static void move(struct sample *s, enum desk desk, uint64_t unit, struct rid id,
		 const char *state, const char *remark)
{
	struct hand h;

	hand_officer(&h, s, desk, unit);
	hand_move(&h, id, state, remark);
	hand_save(&h);
}

/* Found, written down, mended by the unit, closed. */
static void inspect(struct sample *s, void *arg, int n)
{
	static const uint64_t units[] = { 15, 27, 44, 62, 70, 33 };
	uint64_t unit = units[n % 6];
	struct machine *m = &s->machines[unit];
	char day[16];
	struct rid id = write_one(s, DESK_PNV, unit, "kind=check|policy=iii7|about=Hồ sơ đề nghị thưởng|"
				  "findings=Lưu hồ sơ đầy đủ; một hồ sơ thiếu bản sao có chứng thực.|"
				  "actions=Bổ sung bản sao có chứng thực");
	struct hand h;

	(void)arg;
	move(s, DESK_PNV2, unit, id, "verified", NULL);
	if (n == 1)
		return; /* not mended yet */
	machine_sync(s, m);
	hand_clerk(&h, s, unit);
	hand_edit(&h, id, "done=%s|done_note=Đã bổ sung đủ.", sample_today(s, day));
	hand_save(&h);
	machine_sync(s, m);
	move(s, DESK_PNV, unit, id, "closed", NULL);
}

static void guide(struct sample *s, void *arg, int n)
{
	static const enum desk desks[] = { DESK_VP, DESK_KTHT, DESK_TCKH, DESK_PNV };
	static const char *const texts[] = {
		"kind=guide|policy=iii2|about=Lập dự toán đặt hàng chuyên gia|actions=Theo mẫu gửi kèm",
		"kind=supervise|policy=iii3|about=Tiến độ đề tài|findings=Đúng tiến độ",
		"kind=guide|policy=iii4|about=Chứng từ chi trả học phí|actions=Lưu đủ biên lai",
		"kind=check|policy=ii|about=Phổ biến nghị quyết|findings=Chưa kiểm tra xong",
	};
	uint64_t unit = (uint64_t)(14 + 5 * n);
	struct rid id = write_one(s, desks[n], unit, texts[n]);

	(void)arg;
	if (n < 2)
		move(s, desks[n], unit, id, "closed", NULL);
	if (n == 2)
		move(s, desks[n], unit, id, "cancelled", "Ghi nhầm đơn vị.");
	/* The last one is still being written. */
}

void story_inspection(void)
{
	int i;

	for (i = 0; i < 6; i++)
		diary_add(sample_when("2022-05-10 09:00") + i * 30 * 86400, inspect, NULL, i);
	for (i = 0; i < 4; i++)
		diary_add(sample_when("2022-03-21 14:00") + i * 85 * 86400, guide, NULL, i);
}
