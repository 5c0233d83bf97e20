#!/usr/bin/env python3
"""Writes people.jsonl, the input of the import test: 250 invented staff
members, 20 postgraduate training needs and 30 bonus requests, valid under
tests/data/songlo-nq06-v1.json. The seed is fixed and only random.random() is
drawn from, so that every Python 3 writes the same bytes. Nobody in it can be
real: identity numbers carry the place code 000, which no province has, and
telephone numbers the prefix 0000, which no network has.

	python3 tests/e2e/data/make_people.py > tests/e2e/data/people.jsonl
"""
import datetime
import json
import random
import sys

STAFF, NEEDS, BONUSES = 250, 20, 30
RNG = random.Random(20211015)

FAMILY = ("Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Hoàng Vũ Đỗ Bùi Đặng "
	"Hà Khổng Triệu Dương Phùng Lưu Đào Tạ Ngô Lương").split()
MALE = ("Văn Hùng|Văn Tuấn|Đức Thắng|Xuân Trường|Mạnh Cường|Quang Huy|Hữu Nghĩa|"
	"Ngọc Sơn|Trung Kiên|Anh Dũng|Tiến Đạt|Quốc Khánh|Minh Quân|Thanh Bình|"
	"Văn Thịnh|Công Lý|Đình Phúc|Văn Đoàn|Bá Ước|Việt Hưng").split("|")
FEMALE = ("Thị Thu Hà|Thị Hương|Thị Thanh Huyền|Thị Ngọc Ánh|Thị Bích Liên|"
	"Thị Hồng Nhung|Thị Kim Oanh|Thị Lan|Thị Minh Nguyệt|Phương Thảo|Khánh Linh|"
	"Thị Thúy Quỳnh|Thị Mai|Thị Yến|Thị Hằng|Thị Tuyết|Thùy Dương|Thị Xuân|"
	"Hoài Thu|Thị Như Ý").split("|")
COMMUNES = ("Lãng Công|Quang Yên|Bạch Lưu|Hải Lựu|Đồng Quế|Nhân Đạo|Đôn Nhân|"
	"Phương Khoan|Tân Lập|Nhạo Sơn|Tam Sơn|Như Thụy|Yên Thạch|Đồng Thịnh|Tứ Yên|"
	"Đức Bác|Cao Phong").split("|")

# position, kind of post, discipline, major
POSTS = (
	("Giáo viên", "vc", "gdmn", "Giáo dục mầm non"),
	("Giáo viên", "vc", "gdth", "Giáo dục tiểu học"),
	("Giáo viên Toán", "vc", "toan", "Toán - Tin"),
	("Giáo viên Ngữ văn", "vc", "van", "Văn - Sử"),
	("Giáo viên Tiếng Anh", "vc", "anh", "Ngôn ngữ Anh"),
	("Giáo viên Tin học", "vc", "tin", "Sư phạm Tin học"),
	("Giáo viên Khoa học tự nhiên", "vc", "khtn", "Hóa - Sinh"),
	("Giáo viên Thể dục", "vc", "gdtc", "Giáo dục thể chất"),
	("Tổng phụ trách Đội", "vc", "nhac", "Sư phạm Âm nhạc"),
	("Nhân viên kế toán", "vc", "ketoan", "Kế toán doanh nghiệp"),
	("Nhân viên y tế", "vc", "dd", "Điều dưỡng đa khoa"),
	("Nhân viên nuôi dưỡng", "hd", "khac", "Kỹ thuật chế biến món ăn"),
	("Công chức Tư pháp - Hộ tịch", "cc", "luat", "Luật Kinh tế"),
	("Công chức Văn phòng - Thống kê", "cc", "hc", "Quản lý nhà nước"),
	("Công chức Tài chính - Kế toán", "cc", "tcnh", "Tài chính công"),
	("Công chức Địa chính - Xây dựng", "cc", "qldd", "Quản lý đất đai"),
	("Công chức Văn hóa - Xã hội", "cc", "qlvh", "Quản lý văn hóa"),
	("Chủ tịch Hội Nông dân xã", "cb", "trongtrot", "Nông học"),
	("Bí thư Đoàn xã", "kct", "ctxh", "Công tác xã hội"),
)
LEADERS = (
	("Hiệu trưởng", "vc", "qlgd", "Quản lý giáo dục"),
	("Phó Hiệu trưởng", "vc", "gdth", "Giáo dục tiểu học"),
	("Chủ tịch UBND xã", "cb", "qlkt", "Quản lý kinh tế"),
	("Phó Chủ tịch UBND xã", "cb", "luat", "Luật Hành chính"),
	("Phó Trưởng phòng", "cc", "qlc", "Chính sách công"),
)
SCHOOLS = ("Trường Đại học Sư phạm Hà Nội 2", "Đại học Thái Nguyên",
	"Trường Đại học Hùng Vương", "Học viện Nông nghiệp Việt Nam",
	"Trường Đại học Luật Hà Nội", "Trường Cao đẳng Vĩnh Phúc")
# last part of a document's number, title of the signer
OFFICES = (
	("UBND", "Chủ tịch UBND xã"),
	("MN", "Hiệu trưởng"),
	("TH", "Phó Hiệu trưởng phụ trách"),
	("THCS", "Hiệu trưởng"),
	("TH&THCS", "Hiệu trưởng"),
	("PNV", "Trưởng phòng"),
)
NOTES = (
	"Được cử dự lớp bồi dưỡng thường xuyên hè; kiêm thủ quỹ của đơn vị.",
	"Chuyển về từ xã Cao Phong theo nguyện vọng cá nhân.",
	"Hồ sơ gốc thiếu bảng điểm đại học, đã hẹn nộp bổ sung.",
	"Dạy liên trường hai buổi mỗi tuần.",
	"Dòng một\nDòng hai: có dấu \"nháy\" và gạch chéo \\ trong ghi chú.",
)
NEED_LINES = (
	("qlgd", "Quản lý giáo dục", "ths", "Cán bộ quản lý trong quy hoạch chưa có bằng thạc sĩ."),
	("toan", "Phương pháp dạy học môn Toán", "ths", "Cần giáo viên nòng cốt bồi dưỡng đội tuyển."),
	("anh", "Ngôn ngữ Anh", "ths", "Trường dạy thí điểm song ngữ từ năm học tới."),
	("qlkt", "Quản lý kinh tế", "ths", "Lãnh đạo xã cần trình độ phù hợp với nông thôn mới nâng cao."),
	("luat", "Luật Hiến pháp và hành chính", "ts", "Tham mưu văn bản của huyện cần chuyên môn sâu."),
	("yk", "Y học gia đình", "ck1", "Trạm y tế chưa có bác sĩ chuyên khoa."),
	("cntt", "Khoa học dữ liệu", "ths", "Phục vụ chuyển đổi số của đơn vị."),
)
# kind, achievement, level, issuer, award number, amount
AWARDS = (
	("title", "Danh hiệu Nhà giáo Ưu tú", "quoc_gia", "Chủ tịch nước",
		"%d/QĐ-CTN", 60000000),
	("emulation", "Chiến sĩ thi đua cấp tỉnh", "tinh", "UBND tỉnh Vĩnh Phúc",
		"%d/QĐ-UBND", 10000000),
	("science", "Giải Ba Hội thi sáng tạo kỹ thuật tỉnh", "tinh",
		"Liên hiệp các Hội Khoa học và Kỹ thuật tỉnh", "%d/QĐ-LHH", 15000000),
	("initiative", "Sáng kiến số hóa sổ theo dõi nuôi dưỡng trẻ", "tinh",
		"Hội đồng sáng kiến tỉnh", "%d/QĐ-HĐSK", 8000000),
	("coaching", "Học sinh đạt giải Nhì môn Vật lý cấp quốc gia", "quoc_gia",
		"Bộ Giáo dục và Đào tạo", "%d/QĐ-BGDĐT", 30000000),
	("contest", "Giải Nhất Hội thi giáo viên dạy giỏi cấp tỉnh", "tinh",
		"Sở Giáo dục và Đào tạo", "%d/QĐ-SGDĐT", 12000000),
)
# language, issuer, international, level, scores, years it is good for
CERTIFICATES = (
	("en", "bc", True, "IELTS Academic", ("6.0", "6.5", "7.0", "7.5"), 2),
	("en", "ets", True, "TOEFL iBT", ("72.0", "85.0", "94.0"), 2),
	("ja", "jf", True, "JLPT N2", ("98.0", "121.0"), 0),
	("ko", "niied", True, "TOPIK II, cấp 4", ("155.0", "168.0"), 2),
	("zh", "clec", True, "HSK 5", ("214.0", "236.0"), 0),
	("en", "trong_nuoc", False, "Bậc 4/6", ("6.5",), 0),
	("en", "khac", True, "Bậc B2", (), 0),
)


def number(low, high):
	return low + int(RNG.random() * (high - low + 1))


def pick(choices):
	return choices[number(0, len(choices) - 1)]


def chance(percent):
	return RNG.random() * 100 < percent


def day(first_year, last_year):
	start = datetime.date(first_year, 1, 1).toordinal()
	end = datetime.date(last_year, 12, 31).toordinal()
	return datetime.date.fromordinal(number(start, end))


def text(date):
	"""Both forms that a clerk's file may hold."""
	return date.strftime("%d/%m/%Y") if chance(20) else date.isoformat()


def name(woman):
	return pick(FAMILY) + " " + pick(FEMALE if woman else MALE)


def paper(row, form, signed):
	office, title = pick(OFFICES)
	row["doc_number"] = "%02d/%s-%s" % (number(1, 180), form, office)
	row["doc_date"] = text(signed)
	row["signer_name"] = name(chance(50))
	row["signer_title"] = title


def staff(index):
	woman = chance(62)
	born = day(1964, 2001)
	leader = chance(12)
	position, post, discipline, major = pick(LEADERS if leader else POSTS)
	level = pick(("ths", "dh")) if leader else pick(("dh", "dh", "dh", "cd", "tc", "ths"))
	century = 0 if born.year < 2000 else 2
	joined = datetime.date(born.year + number(22, 30), number(1, 12), number(1, 28))
	joined = min(joined, datetime.date(2025, 9, 1))
	row = {
		"type": "staff",
		"key": "s%d" % index,
		"full_name": name(woman),
		"birth": text(born),
		"sex": "nu" if woman else "nam",
		"post_kind": post,
		"position": position,
		"level": level,
		"work_state": "dang_lam" if chance(92) else pick(
			("di_hoc", "tam_nghi", "chuyen", "nghi_huu", "thoi_viec")),
	}
	if chance(85):
		row["cccd"] = "000%d%02d%06d" % (
			century + woman, born.year % 100, 100000 + index)
	if chance(70):
		row["phone"] = "0000%06d" % number(0, 999999)
	if chance(8):
		row["other_name"] = pick(FEMALE if woman else MALE).split()[-1]
	if leader or chance(50):
		row["leader"] = leader
	if chance(90):
		row["discipline"] = discipline
		row["major"] = major
	if chance(75):
		row["school"] = pick(SCHOOLS)
		row["degree_year"] = joined.year - number(0, 1)
	if leader or chance(30):
		row["politics"] = pick(("sc", "tc", "tc", "cc")) if leader else "sc"
	if chance(45):
		row["langs"] = ["en"] + [c for c in ("ja", "ko", "zh") if chance(10)]
	elif chance(10):
		row["langs"] = []
	if chance(90):
		row["joined"] = text(joined)
	if post != "kct":
		step = number(0, 8)
		coefficient = (234 + 33 * step) if level in ("dh", "ths") else (186 + 20 * step)
		row["salary_coef"] = "%d.%02d" % divmod(coefficient, 100)
		row["raise_month"] = "%d-%02d" % (number(2022, 2025), number(1, 12))
	if chance(18):
		row["note"] = pick(NOTES)
	return row


def need(index):
	commune = pick(COMMUNES)
	row = {
		"type": "pg_need",
		"key": "n%d" % index,
		"plan_year": number(2022, 2026),
	}
	if index % 6 == 0:
		row["answer"] = "nil"
		row["content_note"] = "Năm nay đơn vị tại %s không đăng ký." % commune
	else:
		row["answer"] = "need"
		row["lines"] = []
		for _ in range(number(1, 3)):
			discipline, major, level, necessity = pick(NEED_LINES)
			line = {
				"discipline": discipline,
				"major": major,
				"level": level,
				"necessity": necessity,
				"count": number(1, 4),
			}
			if chance(50):
				line["start_month"] = "%d-09" % row["plan_year"]
			people = []
			for _ in range(number(0, line["count"])):
				people.append({"name": name(chance(60))})
				if chance(40):
					people[-1]["note"] = "Đã có đơn, công tác tại %s." % commune
			if people:
				line["people"] = people
			row["lines"].append(line)
	paper(row, pick(("CV", "ĐK")),
		datetime.date(row["plan_year"] - 1, 11, number(1, 19)))
	return row


def language(row, signed):
	lang, issuer, international, level, scores, years = pick(CERTIFICATES)
	issued = datetime.date(signed.year - 1, number(1, 12), number(1, 28))
	row["kind"] = "language"
	row["achievement"] = "Chứng chỉ " + level
	row["achieved_on"] = text(issued)
	row["lang"] = lang
	row["cert_issuer"] = issuer
	if issuer == "khac":
		row["cert_issuer_other"] = "LanguageCert"
	row["issuer_international"] = international
	row["cert_no"] = "%s-%06d" % (lang.upper(), number(1, 999999))
	row["cert_level"] = level
	if scores:
		row["score"] = pick(scores)
	row["issued_on"] = text(issued)
	if years:
		row["expires_on"] = text(issued.replace(year=issued.year + years))
	row["amount"] = 50000000 if lang == "en" else 40000000


def bonus(index):
	quarter = number(1, 4)
	signed = datetime.date(number(2022, 2025), quarter * 3, number(1, 20))
	row = {
		"type": "bonus",
		"key": "b%d" % index,
		"plan_year": signed.year,
		"quarter": "q%d" % quarter,
		"person": {"key": "s%d" % number(1, STAFF)},
	}
	if index % 2:
		language(row, signed)
	else:
		kind, achievement, level, issuer, symbol, amount = pick(AWARDS)
		row["kind"] = kind
		row["achievement"] = achievement
		row["award_level"] = level
		row["award_issuer"] = issuer
		row["award_number"] = symbol % number(100, 2900)
		row["achieved_on"] = text(signed - datetime.timedelta(days=number(10, 300)))
		row["amount"] = amount
	if chance(25):
		row["amount_reason"] = "Lấy mức cao nhất của nhóm; đã trừ khoản huyện thưởng."
	if chance(20):
		row["content_note"] = "Hồ sơ giấy gửi kèm theo đường công văn."
	paper(row, "TTr", signed)
	return row


def main():
	rows = [staff(i) for i in range(1, STAFF + 1)]
	rows += [need(i) for i in range(1, NEEDS + 1)]
	rows += [bonus(i) for i in range(1, BONUSES + 1)]
	for row in rows:
		line = json.dumps(row, ensure_ascii=False) + "\n"
		sys.stdout.buffer.write(line.encode("utf-8"))


if __name__ == "__main__":
	main()
