/* III.1 and III.2: orders of experts, in general, by sector, for transfer of technology; urgent
 * ones have no day. The HĐND-UBND office leads, Home Affairs gives its opinion. */
#include "tests/sample/story.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *title, *purpose, *partner, *org, *field;
} orders[] = {
	{ "Đề án phát triển du lịch sinh thái hồ Bò Lạc", "project", "TS. Nguyễn Minh Mẫu",
	  "Viện Nghiên cứu phát triển du lịch", "Du lịch" },
	{ "Quy hoạch vùng trồng thanh long ruột đỏ", "planning", "PGS.TS. Trần Thị Thử",
	  "Học viện Nông nghiệp Việt Nam", "Khoa học cây trồng" },
	{ "Kỹ thuật nuôi thủy sản trong lồng trên sông Lô", "technology", "TS. Lê Văn Nghiệm",
	  "Viện Nghiên cứu nuôi trồng thủy sản I", "Thủy sản" },
	{ "Chương trình chuyển đổi số trong quản lý đất đai", "programme", "TS. Phạm Quang Mẫu",
	  "Trường Đại học Công nghệ", "Công nghệ thông tin" },
	{ "Quy trình chăn nuôi bò thịt an toàn sinh học", "technology", "TS. Hoàng Thị Thí",
	  "Viện Chăn nuôi", "Chăn nuôi" },
	{ "Xây dựng thương hiệu đá mỹ nghệ Hải Lựu", "project", "ThS. Đỗ Văn Mẫu",
	  "Viện Nghiên cứu thương hiệu", "Kinh tế" },
	{ "Tư vấn chính sách thu hút đầu tư cụm công nghiệp Đồng Thịnh", "policy",
	  "TS. Vũ Thị Mẫu", "Trường Đại học Kinh tế Quốc dân", "Kinh tế" },
};

/* Lines that add up to what is asked for. */
static void estimate(struct hand *h, struct rid id, int64_t days, int64_t price, int64_t trips)
{
	hand_row(h, id, "estimate", "item=Thù lao chuyên gia|quantity=%lld|unit_name=ngày|price=%lld",
		 (long long)days, (long long)price);
	hand_row(h, id, "estimate", "item=Đi lại, ăn ở|quantity=%lld|unit_name=chuyến|price=5500000",
		 (long long)trips);
}

static void describe(struct hand *h, struct rid id, struct dossier *p)
{
	bool urgent = strcmp(p->batch->note, "urgent") == 0;

	hand_edit(h, id, "plan_year=%d|legal_basis=Nghị quyết số 06/2021/NQ-HĐND; Kế hoạch của UBND "
		  "huyện.|cooperation_content=Khảo sát, tư vấn, tập huấn tại chỗ và chuyển giao tài "
		  "liệu.|method=Khảo sát 02 tuần; tập huấn 03 lớp; theo dõi, đánh giá 02 tháng.",
		  p->batch->year);
	if (urgent)
		hand_edit(h, id, "urgent=có|urgent_reason=Dịch bệnh phát sinh trên đàn vật nuôi, cần "
			  "chuyên gia hỗ trợ ngay.");
}

static struct rid create(struct hand *h, struct dossier *p)
{
	const char *note = p->batch->note;
	const char *subtype = strcmp(note, "urgent") == 0 ? "transfer" : note;
	bool transfer = strcmp(subtype, "transfer") == 0;
	int64_t days = transfer ? 10 : 40, price = transfer ? 6000000 : 2500000, trips = 2 + p->n % 3;
	size_t k = p->n + 3 * (size_t)(note[0] == 's') + 2 * (size_t)transfer;
	struct rid id;

	p->amount = days * price + trips * 5500000;
	id = hand_add(h, "expert_order", "subtype=%s|purpose=%s|title=%s|partner=%s|partner_org=%s|"
		      "partner_field=%s|partner_country=vn|budget_estimate=%lld|experts=1", subtype,
		      TURN(orders, k).purpose, TURN(orders, k).title, TURN(orders, k).partner,
		      TURN(orders, k).org, TURN(orders, k).field, (long long)p->amount);
	hand_edit(h, id, transfer ? "expert_days=10" : "expert_months=2,0");
	describe(h, id, p);
	estimate(h, id, days, price, trips);
	dossier_signature(h, id, "TTr");
	return id;
}

/* The second gate. */
static void check(struct sample *s, struct dossier *p)
{
	struct hand h;

	hand_officer(&h, s, p->unit == UNIT_PNV ? DESK_PNV : DESK_PNV2, p->unit);
	hand_edit(&h, p->id, "pnv_opinion=agree|pnv_opinion_note=Đúng đối tượng, đủ năm nội dung.");
	hand_save(&h);
}

/* The decision on the principle is there: now the contract may be signed. */
static void carry_out(struct sample *s, struct dossier *p)
{
	char day[16];
	struct hand h;

	if (dossier_is(p, "granted"))
		return;
	sample_today(s, day);
	hand_officer(&h, s, DESK_VP, p->unit);
	hand_edit(&h, p->id, "contract_no=%02u/2022/HĐ-CG|contract_date=%s|contract_value=%lld|"
		  "contract_from=%s|party_b=%s", 1 + p->n, day, (long long)p->amount, day,
		  TURN(orders, p->n).partner);
	hand_save(&h);
}

static void finish(struct sample *s, struct dossier *p)
{
	char day[16];
	struct hand h;

	hand_officer(&h, s, DESK_VP, p->unit);
	hand_edit(&h, p->id, "result=Hoàn thành các nội dung theo hợp đồng; 03 lớp tập huấn, 96 học viên.|"
		  "effect=Đơn vị đã áp dụng, bảo đảm có hiệu quả.|acceptance_date=%s",
		  sample_today(s, day));
	hand_save(&h);
}

const struct policy policy_expert = {
	.type = "expert_order", .code = "iii1", .lead = DESK_VP, .home = UNIT_VP,
	.subject = "Chủ trương đặt hàng chuyên gia", .body = "ubnd_tinh", .decision = "principle",
	.outcome = "granted", .suffix = "UBND-TH4", .create = create, .check = check,
	.carry_out = carry_out, .finish = finish,
	.reason = "method=Nêu rõ từng bước, thời gian thực hiện|partner=Ghi đầy đủ đối tượng hợp tác",
	.mended = "method=Bước 1 khảo sát (02 tuần); bước 2 tập huấn (03 lớp); bước 3 đánh giá (02 tháng).",
	.cancel = "Đơn vị không còn nhu cầu.",
};
