/* A report of a district's office, as documents are tested with. */
#include "tests/lib/document_sample.h"

static struct bytes B(const char *s)
{
	return bytes_str(s);
}

void document_sample_head(struct document *d)
{
	const struct document_head head = {
		.superior = B("ỦY BAN NHÂN DÂN\nTỈNH VĨNH PHÚC"),
		.agency = B("ỦY BAN NHÂN DÂN\nHUYỆN SÔNG LÔ"),
		.number = B("Số:       /BC-UBND"),
		.place_date = B("Sông Lô, ngày     tháng 12 năm 2022"),
		.type = B("BÁO CÁO"),
		.summary = B("Kết quả triển khai, thực hiện Nghị quyết số 06/2021/NQ-HĐND năm 2022"),
	};

	document_name(d, B("Báo cáo <năm> 2022"));
	document_head(d, &head);
}

static void put_body(struct document *d)
{
	int i;

	document_paragraph(d, DOCUMENT_CENTRED, B("Kính gửi: Ủy ban nhân dân tỉnh Vĩnh Phúc"));
	document_paragraph(d, DOCUMENT_BASIS, B("Căn cứ Nghị quyết số 06/2021/NQ-HĐND của Hội "
		"đồng nhân dân tỉnh về chính sách đào tạo, bồi dưỡng, thu hút, trọng dụng người "
		"có tài năng;"));
	document_paragraph(d, DOCUMENT_BASIS, B("Theo đề nghị của Trưởng phòng Nội vụ."));
	document_paragraph(d, DOCUMENT_HEADING_1, B("I. CÔNG TÁC CHỈ ĐẠO, TUYÊN TRUYỀN"));
	document_paragraph(d, DOCUMENT_BODY, B("Ủy ban nhân dân huyện đã chỉ đạo các phòng, ban, "
		"ngành và Ủy ban nhân dân các xã, thị trấn tổ chức tuyên truyền, phổ biến chính "
		"sách đến toàn thể cán bộ, công chức, viên chức; trong năm có 84 đơn vị tổ chức "
		"126 hội nghị với 3.412 lượt người tham dự."));
	document_paragraph(d, DOCUMENT_HEADING_1, B("II. KẾT QUẢ THỰC HIỆN CÁC CHÍNH SÁCH"));
	for (i = 0; i < 4; i++) {
		document_paragraph(d, DOCUMENT_HEADING_2, B("1. Đào tạo sau đại học"));
		document_paragraph(d, DOCUMENT_HEADING_3, B("a) Cử đi đào tạo"));
		document_paragraph(d, DOCUMENT_BODY, B("Số người được cử đi đào tạo thạc sĩ là 12, "
			"trong đó có 7 giáo viên, 3 công chức cấp xã và 2 viên chức; kinh phí hỗ "
			"trợ là 540.000.000 đồng."));
		document_paragraph(d, DOCUMENT_BULLET, B("Nhu cầu đăng ký: 18 người;"));
		document_paragraph(d, DOCUMENT_BULLET, B("Đã tốt nghiệp: 5 người & <3> bảo lưu."));
	}
}

void document_sample_table(struct document *d)
{
	static const struct document_column columns[] = {
		{ .title = "TT", .width = 6, .align = ALIGN_CENTRE },
		{ .title = "Chính sách thưởng", .width = 30 },
		{ .title = "Quý I", .group = "Số người", .width = 9, .align = ALIGN_RIGHT },
		{ .title = "Quý II", .group = "Số người", .width = 9, .align = ALIGN_RIGHT },
		{ .title = "Quý III", .group = "Số người", .width = 9, .align = ALIGN_RIGHT },
		{ .title = "Quý IV", .group = "Số người", .width = 9, .align = ALIGN_RIGHT },
		{ .title = "Số tiền", .width = 18, .align = ALIGN_RIGHT },
	};
	const struct bytes plain[] = { B("1"), B("Giáo viên có học sinh đạt giải quốc gia"), B("2"),
				       B("0"), B("1"), B("4"), B("140.000.000") };
	const struct bytes total[] = { B(""), B("Tổng cộng"), B("8"), B("0"), B("4"), B("16"),
				       B("560.000.000") };
	const struct bytes group[] = { B("A. Ngành giáo dục") };
	int i;

	document_paragraph(d, DOCUMENT_CAPTION, B("Bảng 1. Thưởng theo quý"));
	document_paragraph(d, DOCUMENT_NOTE, B("Đơn vị tính: đồng"));
	document_table(d, columns, 7);
	document_row(d, ROW_GROUP, group);
	for (i = 0; i < 4; i++)
		document_row(d, ROW_PLAIN, plain);
	document_row(d, ROW_TOTAL, total);
}

void document_sample_signature(struct document *d)
{
	const struct bytes recipients[] = { B("- UBND tỉnh (b/c);"), B("- Sở Nội vụ (b/c);"),
		B("- TT Huyện ủy, TT HĐND huyện;"), B("- Các phòng, ban, ngành;"),
		B("- UBND các xã, thị trấn;"), B("- Lưu: VT, NV.") };
	const struct document_signature s = { recipients, 6, B("TM. ỦY BAN NHÂN DÂN"),
					      B("CHỦ TỊCH"), B("Nguyễn Văn Mẫu") };

	document_signature(d, &s);
}

static void put_annex(struct document *d)
{
	static const char *const titles[] = { "TT", "Đơn vị", "Nhu cầu SĐH", "Cử đi",
		"Tốt nghiệp", "Bồi dưỡng", "Nhu cầu thu hút", "Tiếp nhận", "Tuyển dụng",
		"Đề nghị thưởng", "Được thưởng", "Kinh phí chi trả", "Nộp báo cáo" };
	struct document_column columns[13];
	struct bytes cells[13];
	int i, k;

	for (i = 0; i < 13; i++) {
		columns[i] = (struct document_column){ titles[i], NULL, 6, ALIGN_RIGHT };
		cells[i] = B("12");
	}
	columns[0].width = 4;
	columns[0].align = ALIGN_CENTRE;
	columns[1].width = 20;
	columns[1].align = columns[12].align = ALIGN_LEFT;
	columns[11].width = columns[12].width = 6;
	document_section(d, true, true);
	document_annex(d, B("Phụ lục I"), B("TỔNG HỢP THEO ĐƠN VỊ"),
		       B("(Kèm theo Báo cáo số     /BC-UBND ngày     tháng 12 năm 2022 của Ủy ban "
			 "nhân dân huyện Sông Lô)"));
	document_table(d, columns, 13);
	for (k = 0; k < 60; k++) {
		cells[1] = B(k % 2 ? "Trường THCS Tam Sơn" : "UBND xã Đồng Quế");
		cells[11] = B("1.140.000.000");
		cells[12] = B("Đúng hạn");
		document_row(d, k == 59 ? ROW_TOTAL : ROW_PLAIN, cells);
	}
	document_section(d, false, true);
	document_annex(d, B("Phụ lục II"), B("KHÓ KHĂN, VƯỚNG MẮC"), BYTES_NONE);
	document_paragraph(d, DOCUMENT_BODY, B("Không có."));
}

void document_sample(struct document *d)
{
	document_notice(d, B("TẠM TÍNH - còn 3 đơn vị chưa nộp"));
	document_sample_head(d);
	put_body(d);
	document_sample_table(d);
	document_sample_signature(d);
	put_annex(d);
}
