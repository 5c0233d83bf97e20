/* III.3: orders of research. The Economy and Infrastructure office guides, checks progress
 * and quality, and reports to the province's Science office. */
#include "tests/sample/story.h"

#include <string.h>

static const struct {
	const char *title, *field, *product;
} topics[] = {
	{ "Nghiên cứu mô hình trồng rau an toàn ven sông Lô", "agriculture", "02 mô hình, quy trình kỹ thuật" },
	{ "Bảo tồn và phát huy giá trị tháp Bình Sơn", "humanities", "Báo cáo khoa học, bộ tư liệu" },
	{ "Nâng cao chất lượng dạy học tiếng Anh ở trường THCS", "education", "Bộ tài liệu, 03 chuyên đề" },
	{ "Ứng dụng công nghệ số trong truyền thanh cơ sở", "technical", "Phần mềm thử nghiệm" },
	{ "Giải pháp giảm ô nhiễm trong chế tác đá", "technical", "Giải pháp kỹ thuật, 01 mô hình" },
	{ "Phục tráng giống lạc địa phương", "agriculture", "Giống phục tráng, quy trình" },
};

static struct rid create(struct hand *h, struct dossier *p)
{
	size_t k = p->n + (size_t)p->unit;
	struct rid id;

	p->amount = 120000000 + (int64_t)(p->n % 5) * 35000000;
	id = hand_add(h, "research_order", "plan_year=%d|title=%s|field=%s|level=%s|need=Thực tiễn của "
		      "đơn vị đặt ra, chưa có kết quả áp dụng.|objective=Có kết quả áp dụng được tại huyện.|"
		      "expected_product=%s|use_at=%s|host_org=%s|leader=%s|from=03/%d|to=12/%d|"
		      "budget_estimate=%lld", p->batch->year, TURN(topics, k).title,
		      TURN(topics, k).field, p->n % 3 == 0 ? "province" : "unit",
		      TURN(topics, k).product, people_unit_name(h->s, p->unit),
		      people_unit_name(h->s, p->unit), people_next(h->s, p->unit)->name, p->batch->year,
		      p->batch->year, (long long)p->amount);
	dossier_signature(h, id, "ĐX");
	return id;
}

static void carry_out(struct sample *s, struct dossier *p)
{
	char day[16];
	struct hand h;

	sample_today(s, day);
	hand_officer(&h, s, DESK_KTHT, p->unit);
	hand_row(&h, p->id, "checks", "date=%s|by=Phòng Kinh tế và Hạ tầng|progress=%d|quality=%s|"
		 "remark=Đúng tiến độ thuyết minh.", day, 20 + (int)(p->n % 3) * 15,
		 p->n % 4 == 3 ? "partly" : "good");
	hand_save(&h);
}

static void finish(struct sample *s, struct dossier *p)
{
	char day[16];
	struct hand h;

	sample_today(s, day);
	hand_officer(&h, s, DESK_KTHT, p->unit);
	hand_row(&h, p->id, "checks", "date=%s|by=Hội đồng nghiệm thu|progress=100|quality=good|"
		 "remark=Đủ sản phẩm.", day);
	hand_row(&h, p->id, "reported", "doc=%u/BC-KTHT|date=%s", 30 + p->n, day);
	hand_edit(&h, p->id, "acceptance=%s|rating=%s", day, p->n % 2 == 0 ? "pass" : "excellent");
	hand_save(&h);
}

const struct policy policy_research = {
	.type = "research_order", .code = "iii3", .lead = DESK_KTHT, .home = UNIT_KTHT,
	.subject = "Danh mục đề tài nghiên cứu khoa học đặt hàng", .body = "so_khcn",
	.decision = "principle", .outcome = "granted", .suffix = "QĐ-SKHCN", .create = create,
	.carry_out = carry_out, .finish = finish,
	.reason = "objective=Nêu mục tiêu cụ thể, đo được|expected_product=Ghi rõ số lượng sản phẩm",
	.mended = "objective=Xây dựng 02 mô hình, tập huấn 60 người trong năm thực hiện.",
	.cancel = "Trùng đề tài đã đăng ký với Sở.",
};
