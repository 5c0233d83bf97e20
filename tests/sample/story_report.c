/* IV: annual reports, difficulties. */
#include "tests/sample/story.h"

#include <stdio.h>
#include <string.h>

/* Worked out by the program; one unit has counted otherwise, and says why: both are kept. */
static void figures(struct sample *s, struct dossier *p)
{
	struct rid row;
	struct hand h;

	if (p->fate == NULL && p->n % 8 == 5)
		return;
	hand_clerk(&h, s, p->unit);
	row = hand_figures(&h, p->id, "bonus");
	hand_save(&h);
	if (p->n != 11)
		return;
	hand_clerk(&h, s, p->unit);
	hand_edit(&h, row, "stated=7|reason=Một hồ sơ gửi trước ngày hội ý, chưa có biên nhận");
	hand_save(&h);
}

/* Heads write what they see; many see the same. */
static void tell(struct hand *h, struct rid id, struct dossier *p)
{
	static const char *const leadership[] = {
		"Đã xây dựng kế hoạch, phân công một lãnh đạo phụ trách",
		"Lồng ghép vào nghị quyết, chương trình công tác năm",
		"Giao bộ phận văn phòng theo dõi, đôn đốc",
		"Đưa nội dung vào nhiệm vụ năm học, quy chế chi tiêu nội bộ",
		"Chỉ đạo rà soát đối tượng ngay từ đầu năm",
	};
	static const char *const told[] = {
		"Phổ biến tại hội nghị toàn thể cán bộ, viên chức",
		"Phổ biến trong họp giao ban, niêm yết tại trụ sở",
		"Phát trên đài truyền thanh, gửi qua nhóm công việc",
		"Phổ biến đến từng người thuộc đối tượng",
	};
	static const char *const good[] = {
		"Cán bộ, viên chức đồng tình, hưởng ứng",
		"Hồ sơ gửi đúng hạn, ít phải trả lại",
		"Số người học tập nâng cao trình độ tăng so với năm trước",
		"Việc đánh giá, xếp loại gắn với kết quả công việc",
	};
	static const char *const limits[] = {
		"Số người đủ điều kiện thụ hưởng còn ít",
		"Còn hồ sơ thiếu giấy tờ, phải bổ sung",
		"Chưa có nguồn tuyển đối với một số môn",
		"Đường truyền chập chờn, có báo cáo nhận sau hạn",
		"Đăng ký nhu cầu chưa sát thực tế",
	};
	static const char *const causes[] = {
		"Chính sách mới, điều kiện cao", "Biên chế được giao hạn chế",
		"Cán bộ làm hồ sơ kiêm nhiệm nhiều việc",
	};
	static const char *const next[] = {
		"Rà soát, đăng ký nhu cầu đúng hạn", "Bồi dưỡng ngoại ngữ, tin học cho giáo viên trẻ",
		"Hướng dẫn người đủ điều kiện lập hồ sơ", "Tiếp tục tuyên truyền, phổ biến nghị quyết",
	};
	static const char *const wanted[] = {
		"Hướng dẫn cụ thể hồ sơ thưởng theo thành tích", "Sớm cấp kinh phí sau khi có quyết định",
		"Mở thêm lớp bồi dưỡng vào dịp hè", "Không có kiến nghị",
	};
	size_t n = p->n;

	hand_edit(h, id, "leadership=%s.|dissemination=%s.|results=Thực hiện đúng đối tượng, đúng quy "
		  "trình; số liệu kèm theo.|strengths=%s.|limits=%s.|causes=%s.|next_year=%s.|"
		  "proposals=%s.", TURN(leadership, n), TURN(told, n / 2), TURN(good, n / 3),
		  TURN(limits, n), TURN(causes, n), TURN(next, n), TURN(wanted, n));
}

static struct rid create_annual(struct hand *h, struct dossier *p)
{
	bool nil = p->fate == NULL && p->n % 8 == 5;
	struct rid id = hand_add(h, "annual_report", "year=%d", p->batch->year);

	if (nil) {
		hand_nil(h, id, "annual_report");
		dossier_signature(h, id, "BC");
		return id;
	}
	hand_edit(h, id, "cutoff=30/11/%d", p->batch->year);
	tell(h, id, p);
	dossier_signature(h, id, "BC");
	return id;
}

const struct policy policy_annual_report = {
	.type = "annual_report", .code = "iv", .lead = DESK_PNV, .home = UNIT_PNV, .report = true,
	.subject = "Báo cáo kết quả thực hiện Nghị quyết số 06/2021/NQ-HĐND", .body = "ubnd_tinh",
	.create = create_annual, .entered = figures,
	.reason = "results=Ghi rõ số lượng, kinh phí từng chính sách|limits=Nêu hạn chế cụ thể",
	.mended = "results=Thực hiện đúng đối tượng; số lượng và kinh phí theo biểu kèm theo.",
	.cancel = "Đơn vị lập lại báo cáo.",
};

static struct rid create_difficulty(struct hand *h, struct dossier *p)
{
	static const struct {
		const char *policy, *what, *proposal;
	} list[] = {
		{ "iii7", "Chưa rõ hồ sơ kèm theo đề nghị thưởng sáng kiến.", "Hướng dẫn thành phần hồ sơ." },
		{ "iii4", "Học phí tăng giữa khóa so với thông báo ban đầu.", "Cho bổ sung dự toán." },
		{ "iii6", "Khó tuyển giáo viên tiếng Anh trình độ thạc sĩ.", "Kéo dài thời gian thông báo." },
		{ "iii5", "Lịch bồi dưỡng trùng kỳ thi học kỳ.", "Bố trí vào hè." },
		{ "iii1", "Chưa có định mức chi cho chuyên gia trong nước.", "Ban hành định mức." },
		{ "iv", "Mạng chập chờn, gửi báo cáo chậm biên nhận.", "Tính theo ngày ký trên máy." },
	};
	struct rid id = hand_add(h, "difficulty", "policy=%s|description=%s|proposal=%s|urgency=%s",
				 TURN(list, p->n).policy, TURN(list, p->n).what,
				 TURN(list, p->n).proposal, p->n % 4 == 0 ? "soon" : "normal");

	dossier_signature(h, id, "CV");
	return id;
}

static void answer(struct sample *s, struct dossier *p)
{
	char day[16];
	struct hand h;

	hand_officer(&h, s, DESK_PNV, p->unit);
	hand_edit(&h, p->id, "to_body=so_nv|answer=Sở Nội vụ đã có hướng dẫn chung; Phòng Nội vụ sao gửi "
		  "các đơn vị.|answered_on=%s|answer_doc=%u/SNV-CCVC", sample_today(s, day), 900 + p->n);
	hand_save(&h);
}

const struct policy policy_difficulty = {
	.type = "difficulty", .code = "iv", .lead = DESK_PNV, .home = UNIT_PNV, .report = true,
	.subject = "Khó khăn, vướng mắc; kiến nghị, đề xuất", .body = "ubnd_tinh",
	.create = create_difficulty, .finish = answer,
	.reason = "description=Nêu rõ trường hợp cụ thể",
	.mended = "description=Ba trường hợp cụ thể, có danh sách gửi kèm công văn.",
	.cancel = "Đã được giải đáp qua điện thoại.",
};
