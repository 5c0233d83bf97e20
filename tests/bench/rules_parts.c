/* The small change of office prose: things done, people, times, places,
 * documents. Report sentences are put together from these. */
#include "teller.h"

const struct rule rules_parts[] = {
{ "verb",
	"lập|hoàn thiện|rà soát|bổ sung|đối chiếu|thẩm định|niêm yết|số hóa|tổng hợp|ký số|"
	"chỉnh lý|trình duyệt|thu thập|lưu trữ|bàn giao|thống kê|cập nhật|sửa|gửi|nộp|thẩm tra|"
	"công khai|phân loại|xác nhận|chứng thực|kiểm đếm|đánh số|nhập liệu|in lại|sao lưu|"
	"điều chỉnh|lấy ý kiến về|kết xuất|đính chính|thu hồi|đăng tải|xin lại|tiếp nhận|"
	"thanh lý|quét|giải trình|mã hóa|tra cứu|duyệt|dự thảo|làm lại|chốt|đóng quyển|"
	"bóc tách|đề nghị cấp lại" },
{ "thing", "<thing.common>|<thing.common>|<thing.own>" },
{ "staff.verb",
	"tuyển dụng|điều động|bố trí|luân chuyển|cử|kèm cặp|đánh giá|xếp loại|quy hoạch|"
	"bổ nhiệm|khen thưởng|nhắc nhở|kiểm điểm|động viên|thăm hỏi|tập huấn|phân công|"
	"tinh giản|bồi dưỡng|sát hạch|biệt phái|tiếp nhận|thuyên chuyển|nâng lương cho|"
	"giới thiệu|lấy phiếu tín nhiệm|đề bạt|hợp đồng thêm|giải quyết chế độ cho|"
	"chuyển ngạch|nâng hạng|thay thế|gặp gỡ|khảo sát trình độ|vinh danh|sắp xếp" },
{ "field.verb",
	"tuyên truyền|quản lý|giám sát|kiểm tra|đẩy mạnh|chấn chỉnh|chỉ đạo|sơ kết|tổng kết|"
	"thí điểm|đổi mới|củng cố|phát động|theo dõi|hướng dẫn|duy trì|mở rộng|chấm điểm|khoán|"
	"đôn đốc|tự kiểm tra|bàn chuyên đề về|phân cấp|phối hợp làm|tháo gỡ|nhân rộng|đánh giá|"
	"khảo sát|xã hội hóa|lồng ghép|rút kinh nghiệm về|giao ban|cam kết về|tăng cường|"
	"sắp xếp lại|thi đua về" },
{ "asset.verb",
	"sửa|mua|lắp|kiểm kê|thay|bảo dưỡng|tu bổ|thuê|xin cấp|nhận bàn giao|đấu thầu|"
	"di chuyển|cải tạo|nghiệm thu|quét vôi|cơi nới|khảo sát|chống dột|lợp lại|mượn|"
	"nâng cấp|thanh lý|xây|kẻ biển|đo đạc" },
{ "asset",
	"máy tính|máy quét|máy in|tủ hồ sơ|bàn ghế|tường rào|sân|loa truyền thanh|camera|"
	"đường truyền|nhà vệ sinh|giếng khoan|kho lưu trữ|mái tôn|cổng|giá sách|máy phát điện|"
	"trạm bơm|kênh|cống|nhà văn hóa|rãnh thoát nước|bồn hoa|nhà để xe|ti vi|"
	"điện chiếu sáng|hội trường|biển chỉ dẫn|bình cứu hỏa|quạt trần|xe rác|máy chiếu|"
	"bảng tin|bộ lưu điện|cột cờ|máy lạnh" },
{ "of",
	"năm <@year -1 1>|quý <@n 1 4>|tháng <@month>|của thôn <hamlet>|"
	"của <@nn 2 19> {trường hợp|người|hộ}|đợt <@n 1 4>|theo <lawdoc>|<topic.word*>|"
	"về <topic.word*>|tại <where>|cho <people*>|của <people*>|của <persons>|của {ông|"
	"anh} <@man>|của {bà|chị} <@woman>|ở <where>|gửi <superior>|do <superior> giao|"
	"còn tồn từ {<@month>|năm <@year -3 -1>}|trước {ngày <@soon>|đại hội|khi sáp nhập|Tết|"
	"kỳ họp}|mẫu số <@nn 1 18>|giai đoạn <@year -3 -1>-<@year 1 3>|về <asset*> <where>|"
	"cho {năm tới|năm học <@schoolyear>|cả nhiệm kỳ}|liên quan <project>|số <@n 12 980>|"
	"quyển <@nn 1 44>" },
{ "object",
	"<thing*> <of>|<thing*> <of>|<thing*> và <thing*> <of>|<thing*>, <thing*> <of>" },
{ "task",
	"<verb> <object>|<verb> <object>|<verb>, <verb> <thing*> <of>|"
	"<staff.verb> <people*> {ở <where>|theo <lawdoc>|phụ trách <topic.word*>|<when>|"
	"có <thing*>}|<staff.verb> <@nn 1 9> <people*> {về|phụ trách|theo dõi} <topic.word*>|"
	"<field.verb> <topic.word*>{ và <topic.word*>|} {ở|tại} <where>|"
	"<field.verb> <topic.word*> <when>|<asset.verb> {<@nn 1 24> |}<asset*> {ở|tại|"
	"cho} <where>" },
{ "adv",
	"kịp thời|nghiêm túc|chủ động|thường xuyên|khẩn trương|đồng bộ|từng bước|quyết liệt|"
	"cơ bản|linh hoạt|đúng quy trình|nhanh chóng|sớm|chặt chẽ|công khai|bước đầu|trực tiếp|"
	"tích cực|sát thực tế|kiên trì|đúng đối tượng|dứt điểm|nền nếp|cụ thể|lần lượt|"
	"thận trọng" },
{ "topic.word",
	"chuyển đổi số|cải cách hành chính|tuyển sinh|phổ cập|đất đai|hộ tịch|dân số|"
	"giảm nghèo|môi trường|văn thư|lưu trữ|nông thôn mới|người có công|bảo hiểm y tế|"
	"tín ngưỡng, tôn giáo|dân tộc|hòa giải|tiếp công dân|an toàn thực phẩm|phòng cháy rừng|"
	"thi đua|quốc phòng|khuyến học|thư viện|y tế học đường|bán trú|ngoại ngữ|tin học|"
	"công đoàn|chứng thực|thủy lợi|thú y|quy hoạch cán bộ|tinh giản biên chế|"
	"đào tạo sau đại học|thu hút nhân tài|khoa học kỹ thuật|định mức tiết dạy|"
	"vị trí việc làm|ngân sách|đầu tư công|giải phóng mặt bằng|du lịch|di tích|nước sạch|"
	"khoáng sản|hội giảng|dân quân|trẻ em|bình đẳng giới|an toàn giao thông|"
	"kê khai tài sản|chống lãng phí|tự chủ tài chính|thu quỹ|xã hội hóa|sách giáo khoa mới|"
	"giáo dục STEM|kỹ năng sống|phòng chống đuối nước|bạo lực học đường|trồng rừng|"
	"nuôi thủy sản|chăn nuôi đồi|cây ăn quả|vật tư nông nghiệp|dồn thửa|thuế nhà đất|"
	"chợ nông thôn|cát sỏi|đê điều|phòng chống thiên tai|xuất khẩu lao động|"
	"việc làm thanh niên|dạy nghề|vay vốn chính sách|trợ cấp xã hội|người khuyết tật|"
	"trẻ mồ côi|hội người cao tuổi|nghĩa trang liệt sĩ|chữ thập đỏ|hiến máu|tiêm chủng|"
	"sốt xuất huyết|dân ca Cao Lan|lễ hội|thể thao quần chúng|gia đình văn hóa|"
	"đám cưới, đám tang|rác thải|điện chiếu sáng|định danh điện tử|"
	"thanh toán không tiền mặt|chữ ký số|an toàn thông tin|trang thông tin điện tử|"
	"kiểm định chất lượng|trường chuẩn|đánh giá học sinh|dạy thêm|ôn thi vào 10|"
	"học liệu số|đồ dùng dạy học|giáo dục hòa nhập|tiếng Việt cho trẻ dân tộc|dinh dưỡng|"
	"vệ sinh bếp|luân chuyển sách|nghề truyền thống|sản phẩm OCOP|hợp tác xã|quy hoạch xã|"
	"cấp phép xây dựng|hộ kinh doanh|đo đạc|đấu giá đất|tái định cư|kiến nghị cử tri|"
	"giám sát cộng đồng|dân chủ cơ sở|kỷ cương giờ giấc|văn hóa công sở|thi nâng hạng|"
	"biệt phái giáo viên|chuyên gia nông nghiệp|học bổng|lý luận chính trị" },
{ "people",
	"cán bộ, công chức|công chức|viên chức|người lao động|cán bộ không chuyên trách|"
	"trưởng thôn|đảng viên|người hoạt động ở thôn|CBCCVC|cán bộ nguồn|"
	"công chức dưới 40 tuổi|cán bộ nữ|trưởng ban công tác mặt trận|đoàn viên|hội viên|"
	"bí thư chi bộ|phó trưởng thôn|công an viên|cán bộ hợp đồng|công chức mới|"
	"người sắp nghỉ hưu|cán bộ trẻ|cán bộ đoàn thể|cấp ủy viên|tổ trưởng liên gia" },
{ "people.truong",
	"giáo viên|nhân viên|cán bộ quản lý|giáo viên hợp đồng|tổ trưởng chuyên môn|đảng viên|"
	"giáo viên dạy giỏi|giáo viên tập sự|giáo viên dưới 35 tuổi|CBGVNV|giáo viên cốt cán|"
	"đoàn viên công đoàn|giáo viên dạy liên trường|giáo viên chủ nhiệm|"
	"nhân viên nuôi dưỡng|giáo viên <subject>|giáo viên nữ|tổ phó|giáo viên mới|"
	"người sắp nghỉ hưu|giáo viên hạng II|giáo viên phụ trách đội tuyển|"
	"nhân viên hành chính" },
{ "where",
	"thôn <hamlet>|thôn <hamlet>|xã <@commune>|<@unit>|bộ phận một cửa|"
	"điểm trường <hamlet>|nhà văn hóa <hamlet>|cụm <@n 1 5>|chi bộ <hamlet>|"
	"Trường {Mầm non|Tiểu học|THCS} <@commune>|khu <hamlet>|thôn <hamlet> và <hamlet>|"
	"đội <@n 1 14>|<@n 2 6> thôn|chợ <@commune>|trạm y tế <@commune>|hợp tác xã <hamlet>|"
	"đình <hamlet>|dãy nhà {A|B|C}|tầng <@n 1 3>|xứ đồng {Cửa Chùa|Đồng Ngõ|Bờ Hồ|Rộc Sâu|"
	"Cây Gạo|Vườn Quan|Nương Dâu}|hồ <hamlet>|xóm <hamlet>, <@commune>|nhà ông <@man>|"
	"kho {A|B|số <@n 1 4>}" },
{ "superior",
	"Phòng Nội vụ|UBND huyện|Sở Nội vụ|Huyện ủy|Phòng Tài chính - Kế hoạch|Phòng GD&ĐT|"
	"Ban Tổ chức Huyện ủy|Phòng Tư pháp|Kho bạc|Bảo hiểm xã hội huyện|"
	"Ủy ban Kiểm tra Huyện ủy|Thường trực HĐND huyện|Văn phòng HĐND&UBND huyện|"
	"Trung tâm Chính trị huyện|Sở Giáo dục và Đào tạo|Chi cục Thống kê|"
	"Liên đoàn Lao động huyện|Sở Khoa học và Công nghệ|Thanh tra huyện|Công an huyện|"
	"Chi cục Thuế|Phòng Kinh tế và Hạ tầng|Ban Tuyên giáo|Huyện đoàn|Trung tâm Y tế|"
	"Ngân hàng Chính sách|Hạt Kiểm lâm|Ban Dân vận|MTTQ huyện" },
{ "agent",
	"UBND xã|UBND xã <@own>|Ủy ban nhân dân xã|Thường trực Đảng ủy|Đảng ủy xã|"
	"Chủ tịch UBND xã|địa phương|xã|Văn phòng - Thống kê|bộ phận Nội vụ|"
	"Hội đồng thi đua xã|HĐND xã|Ban chỉ đạo|Thường trực HĐND xã|Đoàn Thanh niên|"
	"Hội Phụ nữ|Hội Nông dân|MTTQ xã|chi bộ <hamlet>|Ban Chỉ huy Quân sự|"
	"Hội Cựu chiến binh|thôn <hamlet>|bộ phận Tư pháp|Địa chính xã" },
{ "agent.truong",
	"nhà trường|<@unit>|Ban Giám hiệu|chi bộ|Hội đồng trường|Công đoàn trường|"
	"tổ chuyên môn|đồng chí Hiệu trưởng|lãnh đạo nhà trường|tổ văn phòng|hội đồng thi đua|"
	"Ban đại diện cha mẹ học sinh|Chi đoàn|trường|tổ <@n 1 5>|Tổng phụ trách Đội|"
	"khối <@n 1 9>|Ban nữ công" },
{ "agent.phong",
	"<@unit>|phòng|cơ quan|lãnh đạo phòng|chi bộ|đơn vị|bộ phận chuyên môn|tổ công tác|"
	"tổ thẩm định|Công đoàn cơ quan|hội đồng thẩm định|bộ phận tổng hợp|"
	"đồng chí Trưởng phòng|kế toán|bộ phận văn thư" },
{ "lawdoc",
	"Nghị quyết số 06/2021/NQ-HĐND|NQ 06|Kế hoạch 255/KH-UBND|"
	"Nghị định <@no 15 140>/<@year -6 0>/NĐ-CP|NĐ <@no 24 138>/<@year -4 0>|"
	"Thông tư số <@nn 1 32>/<@year -4 0>/TT-{BNV|BGDĐT|BTC|BTNMT}|"
	"Quyết định <@no 12 3900>/QĐ-UBND|Công văn số <@no 90 2900>/{UBND-NV|SNV-CCVC|PGDĐT|"
	"UBND-VP|PNV}|Chỉ thị <@nn 1 24>-CT/HU|Kết luận số <@nn 3 88>-KL/{TU|HU}|"
	"Nghị quyết <@nn 2 20>-NQ/{TU|HU|ĐU}|Đề án <@n 2 12>/ĐA-UBND|"
	"Thông báo <@no 20 410>/TB-UBND|Hướng dẫn <@nn 2 60>/HD-{SNV|LĐLĐ|BTCTU}|"
	"CV <@no 18 1900>|Luật {Viên chức|Cán bộ, công chức|Giáo dục|Đất đai|"
	"Thi đua, khen thưởng}|TT <@nn 1 30>/<@year -3 0>" },
{ "owndoc",
	"Kế hoạch số <@nn 3 190>/KH-<symbol*>|Quyết định số <@nn 4 420>/QĐ-<symbol*>|"
	"Công văn số <@no 11 560>/<symbol*>|KH <@nn 3 99>|Thông báo số <@nn 2 "
	"150>/TB-<symbol*>|<@nn 2 28> {kế hoạch|công văn|quyết định|thông báo, kết luận}|"
	"Tờ trình <@no 5 240>/TTr-<symbol*>|Báo cáo số <@no 8 330>/BC-<symbol*> ngày <@date>|"
	"Quy chế kèm QĐ <@no 10 190>|Chương trình số <@nn 1 40>|QĐ <@no 21 400> ngày <@date>|"
	"CV <@no 6 300>" },
{ "when",
	"ngày <@date>|từ ngày <@date>|trong tháng <@month>|quý <@no 1 4>/<@year -1 0>|đầu năm|"
	"sau Tết|cuối tháng <@month>|<@n 3 11> tháng đầu năm|từ {nhiệm kỳ trước|"
	"năm học <@schoolyear>}|đầu tháng <@month>|sau khi có <lawdoc>|kỳ này|trong {đợt|"
	"kỳ} thi tuyển|đến ngày <@date>|hai ngày <@n 3 12> và <@n 13 27>/<@n 1 12>|"
	"sáng <@date>|chiều <@date>|tuần <@n 1 35>|dịp {khai giảng|Quốc khánh|20/11|27/7|"
	"đại hội chi bộ}" },
{ "deadline",
	"trước ngày <@soon>|trước <@soon>|trong quý <@n 1 4>|chậm nhất ngày <@soon>|"
	"trong tháng <@ahead>|trong <@nn 3 30> ngày|trước ngày <@n 5 28>|hết năm <@year 0 2>|"
	"cùng kỳ họp HĐND|vào {thứ Hai|thứ Sáu|sáng thứ Ba} hằng tuần|ngay khi nhận <lawdoc>|"
	"từ ngày <@soon>|sau <@n 2 9> tuần|đầu tháng <@ahead>|báo cáo <superior> ngày <@soon>" },
{ "meeting",
	"hội nghị|cuộc họp|phiên họp|buổi sinh hoạt|lớp tập huấn|buổi đối thoại|kỳ họp|"
	"hội nghị trực tuyến|buổi giao ban|tọa đàm|buổi làm việc|hội thi|buổi ngoại khóa|"
	"cuộc giám sát|đợt sinh hoạt chính trị|hội thảo|họp dân|chuyên đề|buổi bốc thăm|"
	"lễ phát động" },
{ "compare",
	"tăng <@nn 2 48> so với {cùng kỳ|năm <@year -2 -1>|quý trước|đầu nhiệm kỳ}|"
	"giảm <@dec 1 14>% so với {cùng kỳ|năm <@year -2 -1>}|bằng <@dec 61 140>% {kế hoạch|"
	"cùng kỳ|dự toán}|{vượt|cao hơn|thấp hơn} <@dec 1 19> điểm phần trăm|"
	"đứng thứ <@n 2 17>/17 xã|xếp thứ <@n 2 25> {toàn huyện|trong cụm}|"
	"chưa đạt mức <@n 50 95>%|tương đương năm <@year -3 -1>|cao nhất từ <@year -9 -4>|"
	"năm <@year -3 -1> là <@n 11 98>|kế hoạch <@n 12 240>|{riêng|"
	"trong đó} <where> <@n 3 66>" },
{ "why",
	"mưa bão|trùng lịch {thi|họp HĐND|trực lúa}|máy tính hỏng|mạng yếu|thiếu phòng học|"
	"một người kiêm <@n 2 4> việc|chờ <superior> trả lời|sáp nhập thôn|"
	"đường truyền chập chờn|<persons> nghỉ thai sản|dịch {cúm|sởi|tả lợn châu Phi|"
	"tay chân miệng}|kinh phí cấp muộn|hướng dẫn thay đổi|sai {mẫu|thể thức|ngày sinh|"
	"số căn cước}|chưa có người thay|người dân đi làm xa|văn bằng thất lạc|"
	"phải xin ý kiến <superior>|hồ sơ gốc ở <place>|biên chế giảm <@n 1 5> người|"
	"lỗi phần mềm ngày <@date>|nắng nóng kéo dài|<thing*> mâu thuẫn <thing*>|"
	"<thing*> chưa khớp|<asset*> hỏng|thiếu <asset*>|vướng <topic.word*>|"
	"<superior> đổi mẫu <thing*>|<people*> ngại <topic.word*>|chồng chéo với <topic.word*>|"
	"giá vật liệu tăng|đơn thư ở thôn <hamlet>|nước lũ về <@date>|thủ tục đấu thầu|"
	"đất lấn chiếm|giáp hạt|mất điện <@n 2 9> buổi" },
{ "persons",
	"đồng chí <@person>|đ/c <@person>|ông <@man>|bà <@woman>|thầy <@man>|cô <@woman>|"
	"đồng chí <@person> - <post>|anh <@man>|chị <@woman>|<@person> ({thôn|ở} <hamlet>)|"
	"<@person> và <@person>|các đồng chí <@person>, <@person>|"
	"đ/c <@person> (<topic.word*>)|<@person>" },
{ "topic.word.truong",
	"chuyển đổi số|tuyển sinh|phổ cập|văn thư|lưu trữ|bảo hiểm y tế|an toàn thực phẩm|"
	"thi đua|khuyến học|thư viện|y tế học đường|bán trú|ngoại ngữ|tin học|công đoàn|"
	"quy hoạch cán bộ|tinh giản biên chế|đào tạo sau đại học|thu hút nhân tài|"
	"khoa học kỹ thuật|định mức tiết dạy|vị trí việc làm|hội giảng|bình đẳng giới|"
	"an toàn giao thông|kê khai tài sản|chống lãng phí|tự chủ tài chính|thu chi đầu năm|"
	"xã hội hóa|sách giáo khoa mới|giáo dục STEM|kỹ năng sống|phòng chống đuối nước|"
	"bạo lực học đường|dạy nghề|người khuyết tật|hiến máu|tiêm chủng|sốt xuất huyết|"
	"dân ca Cao Lan|gia đình văn hóa|thanh toán không tiền mặt|chữ ký số|an toàn thông tin|"
	"trang thông tin điện tử|kiểm định chất lượng|trường chuẩn|đánh giá học sinh|dạy thêm|"
	"ôn thi vào 10|học liệu số|đồ dùng dạy học|giáo dục hòa nhập|"
	"tiếng Việt cho trẻ dân tộc|dinh dưỡng|vệ sinh bếp|luân chuyển sách|dân chủ cơ sở|"
	"kỷ cương giờ giấc|văn hóa công sở|thi nâng hạng|biệt phái giáo viên|học bổng|"
	"lý luận chính trị|sinh hoạt chuyên môn|bồi dưỡng thường xuyên|phụ đạo học sinh yếu|"
	"đội tuyển|Đội Thiếu niên|đọc sách|trải nghiệm hướng nghiệp|phòng cháy|"
	"vệ sinh môi trường|cây xanh|nước sạch|nha học đường|tư vấn tâm lý|"
	"tiếng Anh tăng cường|thể dục giữa giờ|văn nghệ|từ thiện|học sinh dân tộc|"
	"chuyển trường|sáp nhập điểm trường|an ninh trường học|ứng xử|giáo dục địa phương|"
	"bóng đá|cờ vua|bơi|trò chơi dân gian|ngày hội đọc|ban đại diện cha mẹ|"
	"Tết vì người nghèo" },
{ "thing.truong", "<thing.common>|<thing.common>|<thing.school>" },
{ "thing.common",
	"danh sách|hồ sơ|kế hoạch|phương án|bảng lương|dự toán|chứng từ|biên bản|văn bằng|"
	"chứng chỉ|quy chế|đề án|sổ theo dõi|phiếu đánh giá|lịch trực|quyết toán|sáng kiến|"
	"hợp đồng|nội quy|mẫu biểu|đơn nguyện vọng|bản đăng ký|bản cam kết|tờ trình|"
	"phiếu lý lịch|giấy giới thiệu|bản kê khai tài sản|phiếu bổ sung lý lịch|sổ bảo hiểm|"
	"sổ chi tiêu|hóa đơn|giấy báo trúng tuyển|thông báo học phí|quyết định nâng lương|"
	"bảng chấm công|sổ tiền mặt|phiếu thu|lý lịch khoa học|bản nhận xét|phiếu tín nhiệm|"
	"danh mục vị trí|bản mô tả việc|sơ yếu lý lịch|phiếu khảo sát|giấy mời|bản tin|"
	"phụ lục hợp đồng|bản kiểm điểm|sổ sinh hoạt chi bộ|bản thuyết minh đề tài|"
	"bảng phân công|sổ công văn|phiếu trình|bảng đối chiếu công nợ|giấy đi đường|sổ tài sản" },
{ "thing.own",
	"kết luận thanh tra|hương ước|sổ hộ tịch|bản đồ địa chính|sổ mục kê|trích lục|"
	"nhật ký công trình|bản vẽ|bảng chiết tính|tờ khai|giấy ủy quyền|đơn kiến nghị|"
	"sổ hộ nghèo|bảng kê đền bù|biên bản hòa giải|hồ sơ người có công|danh sách cử tri|"
	"sổ đăng ký khai sinh|giấy phép xây dựng|bộ thủ tục hành chính|sổ tiếp dân|"
	"kế hoạch sử dụng đất|hồ sơ nông thôn mới|phiếu hẹn trả|sổ thuế|phiếu xin lỗi" },
{ "thing.school",
	"thời khóa biểu|bảng điểm|học bạ|giáo án|sổ đầu bài|hồ sơ chuẩn quốc gia|"
	"bảng tổng hợp tiết dạy|sổ kho|sổ chủ nhiệm|phiếu dự giờ|đề kiểm tra|ma trận đề|"
	"sổ gọi tên|thực đơn|sổ mượn thiết bị|danh sách học sinh khuyết tật|kế hoạch bài dạy|"
	"phiếu liên lạc|hồ sơ tuyển sinh|sổ theo dõi sức khỏe|chương trình ngoại khóa|"
	"bảng lượng hóa thi đua|sổ nghị quyết tổ|lịch báo giảng|phiếu điều tra phổ cập" },
{ "asset.truong",
	"máy tính|máy in|tủ hồ sơ|bàn ghế|phòng học|nhà bếp|tường rào|sân|camera|đường truyền|"
	"nhà vệ sinh|giếng khoan|bảng tương tác|mái tôn|cổng|phòng tin học|giá sách|"
	"đồ chơi ngoài trời|bồn hoa|nhà để xe|ti vi|máy lọc nước|tủ lạnh lưu mẫu|"
	"thiết bị thí nghiệm|biển chỉ dẫn|bình cứu hỏa|quạt trần|máy chiếu|bảng từ|"
	"loa trợ giảng|giường gấp|tủ cơm ga|lan can|cột bóng rổ|phông màn|trống Đội" },
{ NULL, NULL },
};
