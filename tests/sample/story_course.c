/* III.5: courses. Home Affairs calls by rounds; every unit answers, most with nobody. */
#include "tests/sample/story.h"

#include <stdio.h>
#include <string.h>

static const struct round_course {
	const char *round, *course, *institution, *country, *request, *day, *from, *to;
	int64_t support;
} courses[] = {
	{ "BD-2022-1", "Bồi dưỡng chuyển đổi số cho cán bộ, công chức, viên chức",
	  "Học viện Hành chính Quốc gia", "vn", "412/SNV-ĐT", "25/02/2022", "10/05/2022", "20/05/2022",
	  12000000 },
	{ "BD-2022-2", "Bồi dưỡng quản lý giáo dục hiện đại tại Nhật Bản",
	  "Đại học Osaka", "jp", "988/SNV-ĐT", "16/05/2022", "05/09/2022", "30/09/2022", 180000000 },
	{ "BD-2022-3", "Bồi dưỡng kỹ năng lãnh đạo cấp phòng", "Trường Chính trị tỉnh", "vn",
	  "1702/SNV-ĐT", "20/09/2022", "07/11/2022", "18/11/2022", 6500000 },
};

static const struct round_course *course_of(const struct sample *s, const char *round)
{
	size_t i;

	for (i = 0; i < sizeof courses / sizeof courses[0]; i++)
		if (strcmp(courses[i].round, round) == 0)
			return &courses[i];
	sample_die(s, "no course of %s", round);
}

static struct rid create(struct hand *h, struct dossier *p)
{
	const struct round_course *c = course_of(h->s, p->batch->note);
	bool nil = p->fate == NULL && p->n % 6 != 0;
	struct rid round = story_round(h->s, c->round), id;

	id = hand_add(h, "course", "plan_year=%d|answer=%s|round=%s|request_no=%s|request_date=%s",
		      p->batch->year, nil ? "nil" : "need", ref(0, round), c->request, c->day);
	if (nil) {
		hand_nil(h, id, "course");
	} else {
		p->person = people_next(h->s, p->unit);
		p->amount = c->support;
		hand_edit(h, id, "course=%s|institution=%s|country=%s|from=%s|to=%s", c->course,
			  c->institution, c->country, c->from, c->to);
		hand_row(h, id, "people", "person=%s|position=%s|reason=Đúng vị trí việc làm",
			 people_ref(p->person), p->person->position);
		if (p->n % 4 == 0)
			hand_row(h, id, "people", "person=%s|reserve=có|reason=Dự bị",
				 people_ref(people_next(h->s, p->unit)));
	}
	dossier_signature(h, id, "DS");
	return id;
}

static void finish(struct sample *s, struct dossier *p)
{
	struct hand h;

	hand_officer(&h, s, DESK_PNV, p->unit);
	hand_edit(&h, p->id, "attended=có|certificate=Giấy chứng nhận số %u/2022", 500 + p->n);
	hand_save(&h);
}

const struct policy policy_course = {
	.type = "course", .code = "iii5", .lead = DESK_PNV, .home = UNIT_PNV,
	.subject = "Danh sách tham gia bồi dưỡng chuyên môn, nghiệp vụ", .body = "ubnd_tinh",
	.decision = "send", .outcome = "granted", .suffix = "QĐ-UBND", .choose = story_heard, .create = create,
	.finish = finish,
	.reason = "people=Xem lại đối tượng: đúng vị trí việc làm theo yêu cầu của Sở Nội vụ|"
		  "content_note=Bổ sung thuyết minh",
	.mended = "content_note=Đã rà soát, đúng đối tượng.",
	.cancel = "Đơn vị lập lại danh sách.",
};
