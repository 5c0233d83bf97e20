/* Names, places, posts, branches of study and schools of a rural district. */
#include "teller.h"

const struct rule rules_names[] = {
{ "family",
	"Nguyễn|Nguyễn|Nguyễn|Nguyễn|Nguyễn|Nguyễn|Nguyễn|Nguyễn|Trần|Trần|Trần|Lê|Lê|Phạm|"
	"Phạm|Hoàng|Hoàng|Vũ|Vũ|Đỗ|Đỗ|Bùi|Đặng|Hà|Hà|Triệu|Triệu|Khổng|Khổng|Dương|Lương|"
	"Trương|Tạ|Lưu|Đào|Đinh|Phùng|Ngô|Kim|Cao|Chu|Mai|Lý|Phan|Tống|Quách|Nịnh|Lãnh|Ân|Hán|"
	"Thiều|Vi|La|Lã|Đoàn|Trịnh|Quyền|Bạch|Tô|Vương" },
{ "middle.female",
	"Thị|Thị|Thị|Thị|Thị|Thị|Thị|Thị|Thị Thu|Thị Thanh|Thị Hồng|Thị Ngọc|Thị Minh|Thị Kim|"
	"Thị Bích|Thị Thúy|Thị Phương|Thị Lan|Thị Mai|Thị Hải|Thị Khánh|Thị Như|Thu|Thanh|Ngọc|"
	"Hồng|Minh|Phương|Bích|Thùy|Khánh|Kim|Diệu|Mai|Hoài|Lan|Quỳnh|Thanh" },
{ "given.female",
	"Hương|Hương|Hằng|Hằng|Hà|Hà|Lan|Thủy|Thủy|Hoa|Hoa|Hiền|Hiền|Hạnh|Nga|Nhung|Phương|"
	"Thảo|Thu|Trang|Tuyết|Vân|Yến|Anh|Bình|Chi|Dung|Duyên|Giang|Hải|Hồng|Huệ|Huyền|Khuyên|"
	"Lành|Liên|Liễu|Linh|Loan|Luyến|Lý|Mai|Mận|Minh|My|Ngà|Ngân|Ngọc|Nguyệt|Nhâm|Oanh|"
	"Phượng|Quyên|Sen|Tâm|Thanh|Thắm|Thêu|Thoa|Thơm|Thúy|Tình|Trâm|Tươi|Tuyên|Uyên|Xuân|"
	"Bích|Cúc|Đào|Hậu|Hòa|Hảo|Hợi|Lệ|Lụa|Mơ|Nụ|Quế|Quỳnh|Sáu|Thái|Thịnh|Vui|Xoan" },
{ "middle.male",
	"Văn|Văn|Văn|Văn|Văn|Văn|Văn|Đức|Đức|Hữu|Hữu|Quang|Quang|Minh|Xuân|Xuân|Công|Đình|Ngọc|"
	"Mạnh|Anh|Quốc|Thành|Trọng|Hoàng|Duy|Việt|Bá|Tiến|Hồng|Thế|Huy|Khắc|Danh|Gia|Kim|Trung|"
	"Viết|Hải|Nhật|Tuấn|Đăng" },
{ "given.male",
	"Anh|Ba|Bằng|Bảo|Bắc|Bình|Chiến|Chính|Chung|Cường|Cường|Cương|Dũng|Dũng|Duy|Dương|Đại|"
	"Đạt|Điệp|Định|Đông|Đức|Giang|Hà|Hải|Hải|Hân|Hào|Hiếu|Hiệp|Hòa|Hoàn|Học|Hội|Hùng|Hùng|"
	"Hưng|Huy|Khải|Khánh|Khoa|Kiên|Lâm|Lập|Long|Lộc|Lợi|Luân|Lực|Mạnh|Minh|Nam|Nam|Nghĩa|"
	"Ngọc|Nhật|Ninh|Phong|Phú|Phúc|Phương|Quân|Quang|Quyết|Quý|Sáng|Sinh|Sơn|Sơn|Tài|Tân|"
	"Thái|Thanh|Thành|Thắng|Thắng|Thế|Thiện|Thịnh|Thuận|Thức|Tiến|Toàn|Toản|Trọng|Trung|"
	"Trường|Tú|Tuấn|Tuấn|Tùng|Tuyên|Việt|Vinh|Vượng|Vĩ|Xuân|Yên" },
{ "hamlet",
	"Đồng Tâm|Thành Công|Hoàng Trung|Đá Trắng|Minh Tân|Trung Kiên|Xóm Mới|Làng Chanh|"
	"Bờ Đáy|Đồng Dong|Gò Dài|Hùng Mạnh|Tiền Phong|Phú Cường|Quảng Cư|Quang Viễn|Xuân Lôi|"
	"Thượng|Hạ|Giữa|Cầu Gạo|Đồng Giềng|Ngọc Đèn|Nhân Lạc|Yên Kiều|Thụy Điền|Bình Sơn|"
	"Cẩm Bình|Dân Chủ|Đoàn Kết|Hòa Bình|Liên Kết|Khoái Trung|Khoái Thượng|Then|Đọ|Sậu|Nội|"
	"Phan Dư|Giáp Thượng|Lũng Gạo|Hồng Sen|Lạc Kiều|Sơn Cầu|Vĩnh Quang|Tân Tiến|Đồng Mơ|"
	"Gốc Gạo|Rừng Chùa|Đồi Mộ|Bãi Sải|Lập Thịnh|Mới|Trại Mít|Dộc Vừng|Suối Cạn|Cây Sy|"
	"Gò Đình|Đồng Văn|Nương Rậm|Vườn Đình|Đầm Sen|Bến Gạo|Đồng Cỏ|Hồng Phong|Cộng Hòa|"
	"Đông Mật|Tây Hạ|Phú Bình|Khoang Dưới|Khoang Trên|Cầu Đá|Xuân Đán|Ngọc Sơn|Tân Phong|"
	"Phố Láng|Bình Yên|Đại Nghĩa|Hưng Thịnh|Lũng Cả|Gò Mít|Trung Thành|Đồng Sậy|Mỏ Két|"
	"Đồi Thông|Làng Sen|Thạch Trục|Kim Sơn|Phúc Thọ|Đức Thịnh|An Khang|Đồng Chùa|Giáp Hạ|"
	"Ấp Mới|Việt Tiến" },
{ "home",
	"thôn <hamlet>, xã <@own>|thôn <hamlet>, xã <@own>|thôn <hamlet>, xã <@own>, huyện "
	"Sông Lô|thôn <hamlet>, xã <@commune>|thôn <hamlet>, xã <@commune>, Sông Lô|"
	"thôn <hamlet>, xã <@commune>, huyện Sông Lô, tỉnh Vĩnh Phúc|"
	"tổ dân phố <hamlet>, thị trấn Tam Sơn|số nhà <@n 3 260>, tổ dân phố <hamlet>, thị "
	"trấn {Tam Sơn|Lập Thạch|Xuân Hòa}|khu <@n 1 9>, phường {Tích Sơn|Liên Bảo|Ngô Quyền|"
	"Đống Đa|Khai Quang|Hội Hợp}, TP Vĩnh Yên|thôn <hamlet>, xã {Bình Phú|Hợp Nhất|"
	"Phương Xá|Tiên Du|Trị Quận}, {Đoan Hùng|Phù Ninh}, Phú Thọ|"
	"thôn <hamlet>, xã {Xuân Lôi|Liễn Sơn|Ngọc Mỹ|Quang Sơn|Thái Hòa|Bắc Bình|Văn Quán|"
	"Tử Du}, huyện Lập Thạch" },
{ "position.xa",
	"<position.official>|<position.civil>|<position.civil>|<position.parttime>" },
{ "position.mn",
	"Giáo viên mầm non hạng III|Giáo viên mầm non hạng II|Giáo viên mầm non hạng III, lớp "
	"{mẫu giáo bé|mẫu giáo nhỡ|mẫu giáo lớn|nhà trẻ} <@n 1 4>|Hiệu trưởng|"
	"Phó Hiệu trưởng phụ trách {chuyên môn|nuôi dưỡng|cơ sở vật chất}|Nhân viên nấu ăn|"
	"Tổ trưởng chuyên môn tổ {mẫu giáo|nhà trẻ|5 tuổi|4 tuổi}|Nhân viên kế toán|"
	"Nhân viên y tế trường học|Giáo viên hợp đồng theo NQ 102|Nhân viên bảo vệ" },
{ "position.th",
	"Giáo viên tiểu học hạng III|Giáo viên tiểu học hạng II|"
	"Giáo viên chủ nhiệm lớp <@n 1 5>{A|B|C|D}|Giáo viên {Tiếng Anh|Tin học|Âm nhạc|"
	"Mỹ thuật|Giáo dục thể chất}|Hiệu trưởng|Phó Hiệu trưởng|Tổng phụ trách Đội|"
	"Tổ trưởng tổ {1|2+3|4+5|2|3}|Nhân viên {kế toán|thư viện - thiết bị|y tế học đường|"
	"văn thư}" },
{ "position.thcs",
	"Giáo viên <subject> hạng III|Giáo viên <subject> hạng II|Giáo viên <subject>|"
	"Tổ trưởng tổ {Khoa học tự nhiên|Khoa học xã hội|Toán - Lý|Ngữ văn - Ngoại ngữ}|"
	"Hiệu trưởng|Phó Hiệu trưởng|Tổng phụ trách Đội|Tổ phó tổ <subject>|Nhân viên {kế toán|"
	"thư viện|thiết bị thí nghiệm|y tế học đường|văn thư}" },
{ "position.phong",
	"Trưởng phòng|Phó Trưởng phòng|Chuyên viên|Chuyên viên theo dõi {cải cách hành chính|"
	"công tác cán bộ|thi đua - khen thưởng|xây dựng nông thôn mới|giáo dục mầm non|"
	"giáo dục phổ thông|đầu tư công|ngân sách xã|đất đai|khoáng sản|trồng trọt|chăn nuôi|"
	"bảo trợ xã hội|người có công|hộ tịch, chứng thực|di sản văn hóa|thể dục thể thao}|"
	"Kế toán trưởng|Kế toán viên|Văn thư|Kỹ sư phụ trách {giao thông|thủy lợi|"
	"bảo vệ thực vật}|Viên chức {kỹ thuật|khuyến nông|phát thanh|quản lý dự án}|Giám đốc|"
	"Phó Giám đốc|Thanh tra viên|Lái xe cơ quan" },
{ "post", "<position*>" },
{ "subject",
	"Toán|Ngữ văn|Vật lý|Hóa học|Sinh học|Lịch sử|Địa lý|Tiếng Anh|Tin học|Công nghệ|"
	"Giáo dục công dân|Âm nhạc|Mỹ thuật|Khoa học tự nhiên|Lịch sử và Địa lý|"
	"Giáo dục thể chất" },
{ "discipline", "<discipline.phong>" },
{ "discipline.xa",
	"Luật|Luật kinh tế|Quản lý đất đai|Kế toán|Quản lý nhà nước|Hành chính học|"
	"Tài chính - Ngân hàng|Công tác xã hội|Quản lý văn hóa|Khoa học cây trồng|"
	"Chăn nuôi - Thú y|Kỹ thuật xây dựng|Quân sự cơ sở|Văn thư - Lưu trữ|"
	"Công nghệ thông tin|Khuyến nông|Xây dựng Đảng và chính quyền nhà nước|"
	"Kinh tế nông nghiệp|Quản trị kinh doanh|Lâm nghiệp|Quản trị văn phòng|Địa chính" },
{ "discipline.mn",
	"Giáo dục mầm non|Giáo dục mầm non|Giáo dục mầm non|Sư phạm mầm non|Quản lý giáo dục|"
	"Kế toán|Điều dưỡng|Giáo dục đặc biệt|Kỹ thuật chế biến món ăn|Tâm lý học giáo dục" },
{ "discipline.th",
	"Giáo dục tiểu học|Giáo dục tiểu học|Giáo dục tiểu học|Sư phạm Tiếng Anh|"
	"Sư phạm Âm nhạc|Sư phạm Mỹ thuật|Giáo dục thể chất|Sư phạm Tin học|Quản lý giáo dục|"
	"Kế toán|Thư viện - Thông tin|Lý luận và phương pháp dạy học tiểu học|"
	"Điều dưỡng đa khoa" },
{ "discipline.thcs",
	"Sư phạm Toán|Sư phạm Ngữ văn|Sư phạm Vật lý|Sư phạm Hóa học|Sư phạm Sinh học|"
	"Sư phạm Lịch sử|Sư phạm Địa lý|Sư phạm Tiếng Anh|Sư phạm Tin học|Giáo dục thể chất|"
	"Sư phạm Toán - Lý|Sư phạm Hóa - Sinh|Sư phạm Văn - Sử|Quản lý giáo dục|"
	"Phương pháp toán sơ cấp|Lý luận và phương pháp dạy học bộ môn <subject>|"
	"Văn học Việt Nam|Ngôn ngữ Anh|Kế toán|Giáo dục công dân" },
{ "discipline.phong",
	"Luật|Chính sách công|Quản lý công|Quản lý kinh tế|Kế toán|Tài chính - Ngân hàng|"
	"Quản lý đất đai|Khoa học môi trường|Kỹ thuật xây dựng công trình giao thông|"
	"Bảo vệ thực vật|Kỹ thuật hạ tầng đô thị|Nông học|Thú y|Quản lý giáo dục|"
	"Quản lý văn hóa|Báo chí|Công nghệ thông tin|Hệ thống thông tin|An toàn thông tin|"
	"Lưu trữ học|Công tác xã hội|Kinh tế đầu tư|Quản trị nhân lực|Kiến trúc|Thủy lợi|"
	"Quản lý tài nguyên và môi trường|Luật hiến pháp và luật hành chính|Kinh tế phát triển" },
{ "institution",
	"Đại học Thái Nguyên|Trường ĐH Khoa học Thái Nguyên|Trường ĐH Nông Lâm Thái Nguyên|"
	"Học viện Hành chính Quốc gia|Học viện Nông nghiệp Việt Nam|Trường Đại học Luật Hà Nội|"
	"Trường Đại học Hùng Vương|Trường Cao đẳng Vĩnh Phúc|Trường Đại học Nội vụ Hà Nội|"
	"Viện Đại học Mở Hà Nội|Trường Đại học Giao thông vận tải|Đại học Kinh tế Quốc dân|"
	"Trường Đại học Lâm nghiệp|Trường Đại học Công đoàn|Học viện Báo chí và Tuyên truyền|"
	"Trường ĐH Khoa học Xã hội và Nhân văn|Trường Đại học Giáo dục - ĐHQG Hà Nội|"
	"Trường ĐH Ngoại ngữ - ĐHQG Hà Nội|Trường Đại học Vinh|"
	"Trường Đại học Tài chính - Quản trị kinh doanh|Học viện Tài chính|"
	"Trường Đại học Xây dựng Hà Nội|Trường Đại học Thủy lợi|"
	"Trường Chính trị tỉnh Vĩnh Phúc|Trường Cao đẳng Sư phạm Trung ương|Đại học Tây Bắc|"
	"Trường Đại học Điện lực|Học viện Quản lý giáo dục|Trường ĐH Tài nguyên và Môi trường|"
	"Trường Đại học Phương Đông|Trường Cao đẳng Kinh tế - Kỹ thuật Vĩnh Phúc" },
{ "symbol.xa", "UBND" },
{ "symbol.mn", "MN" },
{ "symbol.th", "TH" },
{ "symbol.thcs", "THCS" },
{ "symbol.phong", "NV" },
{ "position.official",
	"Chủ tịch UBND|Phó Chủ tịch UBND|Phó Chủ tịch HĐND|Phó Bí thư Thường trực Đảng ủy|"
	"Bí thư Đảng ủy|Bí thư Đoàn TNCS Hồ Chí Minh|Chủ tịch Hội Nông dân|"
	"Chủ tịch Hội Liên hiệp Phụ nữ|Chủ tịch Hội Cựu chiến binh|Chủ tịch Ủy ban MTTQ" },
{ "position.civil",
	"Công chức Văn phòng - Thống kê|Công chức Tư pháp - Hộ tịch|"
	"Công chức Tài chính - Kế toán|Công chức Địa chính - Xây dựng - Nông nghiệp và Môi "
	"trường|Công chức Văn hóa - Xã hội|Công chức Địa chính - Xây dựng ({đất đai|xây dựng|"
	"nông nghiệp, môi trường})|Công chức Văn hóa - Xã hội ({chính sách|thông tin})|"
	"Chỉ huy trưởng Ban Chỉ huy Quân sự xã" },
{ "position.parttime",
	"Phó Chỉ huy trưởng Ban Chỉ huy Quân sự|Cán bộ thú y - khuyến nông|"
	"Cán bộ thủ quỹ - văn thư - lưu trữ|Cán bộ đài truyền thanh|Trưởng thôn <hamlet>|"
	"Bí thư chi bộ thôn <hamlet>|Cán bộ Văn phòng Đảng ủy|Nhân viên y tế thôn <hamlet>|"
	"Cán bộ quản lý nhà văn hóa|Phó Chủ tịch Hội {Nông dân|Phụ nữ|Cựu chiến binh}|"
	"Phó Bí thư Đoàn xã|Trưởng ban công tác mặt trận thôn <hamlet>|"
	"Công an viên thôn <hamlet>" },
{ "institution.truong",
	"Trường Đại học Sư phạm Hà Nội 2|Trường Đại học Sư phạm Hà Nội 2|"
	"Đại học Sư phạm Hà Nội|Trường Đại học Sư phạm - ĐH Thái Nguyên|"
	"Trường Đại học Hùng Vương|Trường Cao đẳng Vĩnh Phúc|Trường Đại học Vinh|"
	"Trường Đại học Giáo dục - ĐHQG Hà Nội|Trường Cao đẳng Sư phạm Trung ương|"
	"Đại học Tây Bắc|Học viện Quản lý giáo dục|Viện Đại học Mở Hà Nội|"
	"Trường Đại học Hải Phòng|Trường Cao đẳng Sư phạm Vĩnh Phúc|"
	"Trường Đại học Thủ đô Hà Nội|ĐHSP Hà Nội 2|Trường Đại học Tân Trào|"
	"Trường Cao đẳng Sư phạm Phú Thọ|Trường Đại học Hồng Đức" },
{ NULL, NULL },
};
