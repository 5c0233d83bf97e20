/* Short texts of forms: reasons, achievements, remarks on a person's year. */
#include "teller.h"

const struct rule rules_short[] = {
{ "staff.note",
	"Đang học {thạc sĩ|cao cấp lý luận chính trị|trung cấp lý luận chính trị|"
	"lớp chức danh nghề nghiệp hạng II} tại <institution*>|Biệt phái {sang|"
	"đến} <place> từ <@month>|Chưa nộp {bản sao bằng tốt nghiệp|sơ yếu lý lịch 2C|"
	"bản kê khai tài sản năm <@year -1 0>|chứng chỉ tin học|phiếu bổ sung lý lịch}|"
	"Hồ sơ gốc lưu tại <place>|Kiêm nhiệm <extra>{, phụ cấp 0,<@n 1 3>|}|"
	"Tăng lương trước thời hạn {do lập thành tích|trước khi nghỉ hưu}, quyết định ngày "
	"<@date>|Tên trong bằng ghi là <@person>|Chuyển từ <place> về theo QĐ số <@no 120 "
	"3400>/QĐ-UBND ngày <@old>|Hết hạn hợp đồng tháng <@ahead>|"
	"Đã đối chiếu với Cơ sở dữ liệu quốc gia về dân cư ngày <@date>|"
	"Đảng viên sinh hoạt tại chi bộ <place>|Số điện thoại cũ không liên lạc được|"
	"Xin nghỉ hưu trước tuổi từ <@ahead>" },
{ "extra",
	"thủ quỹ|công tác văn thư|chủ tịch công đoàn cơ sở|bí thư chi đoàn|công tác thư viện|"
	"công tác phổ cập|tổ trưởng tổ hòa giải thôn <hamlet>|công tác thủ quỹ Đảng ủy|"
	"công tác giảm nghèo|công tác gia đình và trẻ em|quản lý phòng máy|"
	"cổng thông tin điện tử|công tác dân tộc, tôn giáo|tiếp công dân|"
	"quản lý phần mềm một cửa" },
{ "place",
	"xã <@commune>|UBND xã <@commune>|Trường {Mầm non|Tiểu học|THCS} <@commune>|"
	"Phòng {Nội vụ|Giáo dục và Đào tạo|Tư pháp|Tài chính - Kế hoạch|Kinh tế và Hạ tầng}|"
	"Trường TH&THCS {Bạch Lưu|Nhạo Sơn|Quang Yên|Tứ Yên}|Huyện đoàn|Hội Nông dân huyện|"
	"Trung tâm Chính trị huyện|huyện {Lập Thạch|Tam Dương|Tam Đảo|Bình Xuyên|Vĩnh Tường}" },
{ "need.reason",
	"<need.why>; <need.then>|<need.why>. <need.more>|<need.why>, <need.then>|<need.more>" },
{ "need.why",
	"Hiện {thiếu|còn thiếu} <@nn 1 6> {biên chế|vị trí|người} so với {định mức|"
	"đề án vị trí việc làm|kế hoạch năm <@year 0 1>}|{Có|Sắp có} <@nn 1 4> {đồng chí|người|"
	"trường hợp} {nghỉ hưu|chuyển công tác|nghỉ thai sản|thôi việc} {từ|"
	"trong} {tháng <@month>|quý <@n 1 4>}|Chỉ có <@share 4 38> {người|cán bộ|"
	"giáo viên} đạt {chuẩn trình độ|trình độ thạc sĩ|chuẩn ngoại ngữ|"
	"chứng chỉ theo hạng} ({đạt |}<@pct>)|{Khối lượng|Lượng} {hồ sơ|công việc|"
	"học sinh} tăng {khoảng |}<@n 8 45>% {so với năm <@year -2 -1>|sau sáp nhập thôn|"
	"do tách lớp}|{Đơn vị|Tổ chuyên môn|Bộ phận} chưa có người {được đào tạo|"
	"chuyên sâu} về <discipline*>|Người đang {đảm nhiệm|phụ trách} {học trái ngành|"
	"kiêm nhiệm hai việc|sắp nghỉ chế độ tháng <@ahead>}|{Thực hiện|"
	"Triển khai} {chương trình GDPT 2018|chuyển đổi số|đề án 06|nông thôn mới nâng cao|"
	"chuẩn quốc gia mức độ 2} từ năm <@year 0 1>" },
{ "need.then",
	"{đề nghị|đăng ký|xin} {bố trí|tuyển|cử đi học|thu hút} <@nn 1 4> {người|"
	"chỉ tiêu} {trong|vào} {quý <@n 1 4>|năm <@year 1 2>|đợt <@n 1 2> năm <@year 1 1>}|"
	"ưu tiên người {có hộ khẩu|đã hợp đồng|cam kết làm việc} tại {xã <@own>|địa phương|"
	"đơn vị} {từ|trên} <@nn 3 10> năm|{đồng chí|đ/c} <@person> có nguyện vọng {và đủ điều "
	"kiện|đi học|đăng ký dự tuyển} {từ năm <@year -1 0>|tại <institution*>}|"
	"nếu không bổ sung {sẽ|thì} {phải hợp đồng thỉnh giảng|"
	"không mở được lớp tại thôn <hamlet>|chậm trả kết quả hồ sơ|"
	"khó giữ chuẩn nông thôn mới}" },
{ "need.more",
	"{Tập thể lãnh đạo|Chi bộ|Hội đồng trường|Cấp ủy} đã {thống nhất|họp bàn|"
	"có nghị quyết} ngày <@date>{, <@share 5 24> phiếu tán thành|}|Sau đào tạo {dự kiến|"
	"sẽ} {bố trí|giao} {làm|phụ trách} <extra>|Nhu cầu đã {đăng ký|"
	"báo cáo} năm <@year -2 -1> nhưng {chưa được phân bổ|không có người dự tuyển|"
	"hồ sơ nộp muộn <@n 2 15> ngày}|{Kinh phí|Học phí} tạm tính <@money 90 700> "
	"đồng/{người|khóa|học kỳ}, {đơn vị|cá nhân} tự lo <@n 1 5>0%" },
{ "product",
	"{Giải pháp|Một số biện pháp|Kinh nghiệm|Ứng dụng phần mềm|Quy trình|Mô hình|"
	"Phương pháp} {nâng cao|cải thiện|quản lý|rút ngắn|đổi mới|số hóa|"
	"theo dõi} {chất lượng|hiệu quả|thời gian|việc|kết quả} {<product.what*>|"
	"<product.what*> {tại|ở} {xã <@own>|thôn <hamlet>|huyện Sông Lô|đơn vị}|"
	"<product.what*> cho {<product.whom*>}}" },
{ "product.what",
	"thu gom rác thải|trồng thanh long ruột đỏ|tiếp nhận hồ sơ một cửa|đăng ký khai sinh|"
	"phòng cháy rừng|nuôi cá lồng trên sông|chấm điểm thi đua|lưu trữ tài liệu|"
	"thu quỹ vệ sinh môi trường|hòa giải tranh chấp đất|sản xuất lúa hữu cơ|"
	"chăn nuôi gà đồi|giám sát đầu tư cộng đồng|chế biến chè|bảo quản na dai|"
	"chi trả an sinh qua tài khoản|trả kết quả tại nhà|quản lý hộ khẩu|"
	"thẩm định quyết toán|họp không giấy|theo dõi nghĩa vụ quân sự|tưới tiết kiệm|"
	"khai thác cát sỏi|thu thuế nhà đất|truyền thanh thông minh|quản lý đoàn viên|"
	"phân loại đơn thư|cấp giấy chứng nhận đất" },
{ "project",
	"đường tỉnh 307|đường nối cầu Phú Hậu|đê tả sông Lô|khu tái định cư <hamlet>|"
	"hồ {Bò Lạc|Suối Sải|Khuôn}|trạm bơm <hamlet>|đường giao thông thôn <hamlet>|"
	"chợ <@own>|nhà văn hóa <hamlet>|cụm công nghiệp Đồng Thịnh|đường vành đai thị trấn" },
{ "bonus.note",
	"Đã {gửi|nộp} bản {gốc|sao chứng thực} ngày <@date>|Bổ sung {quyết định công nhận|"
	"biên bản họp xét|giấy chứng nhận} trước ngày <@soon>|{Đã hưởng|"
	"Chưa hưởng} mức thưởng {cấp huyện|theo NQ cũ}|Trùng thành tích với {đồng chí|"
	"đ/c} <@person>, {chia đôi mức thưởng|chờ ý kiến Phòng Nội vụ}|{Phòng Nội vụ|"
	"Bộ phận thẩm định} đề nghị làm rõ {cấp công nhận|ngày cấp|hạn sử dụng chứng chỉ}|"
	"Chuyển xét quý <@no 1 4>/<@year 0 1> do nộp sau ngày 20" },
{ "eval.result",
	"<eval.did*>; <eval.did*>|<eval.did*>. <eval.did2>|<eval.did*>|<eval.did2>" },
{ "eval.did2",
	"{Có sáng kiến|Sáng kiến} “<product>” {xếp loại {A|B|C}|được áp dụng tại đơn vị|"
	"công nhận cấp huyện}|Tham gia {lớp bồi dưỡng|tập huấn} <topic.word*> từ {ngày <@date>|"
	"tháng <@month>}, {đạt loại giỏi|có chứng chỉ|hoàn thành}|{Nghỉ ốm|"
	"Nghỉ phép} <@n 2 30> ngày{, vẫn bảo đảm công việc|}|{Được|"
	"Đã được} {Chủ tịch UBND huyện|Phòng GD&ĐT|Huyện ủy|Công đoàn ngành} {tặng giấy khen|"
	"biểu dương} {ngày <@date>|đợt <@n 1 2>}" },
{ "eval.strong",
	"{Nắm chắc|Am hiểu|Vững} {chuyên môn|địa bàn|quy định|nghiệp vụ}, {<eval.trait*>|"
	"<eval.trait*>, <eval.trait*>}|<eval.trait*>; <eval.trait*>|{Có|"
	"Luôn có} {tinh thần trách nhiệm|ý thức tự học|uy tín với phụ huynh|"
	"tinh thần đoàn kết}, <eval.trait*>" },
{ "eval.trait",
	"sử dụng thành thạo {phần mềm một cửa|bảng tính|phần mềm kế toán|bản đồ số}|"
	"gần gũi {nhân dân|đồng nghiệp|cơ sở}|chịu khó đi cơ sở|nói đi đôi với làm|"
	"giữ đúng giờ giấc|thẳng thắn góp ý|mạnh dạn đề xuất cách làm mới|"
	"trình bày văn bản sạch đẹp|tổng hợp báo cáo nhanh|biết giữ đoàn kết nội bộ|"
	"xử lý tình huống bình tĩnh|giao tiếp tiếng {Cao Lan|Sán Dìu} tốt|không ngại việc khó|"
	"cẩn thận trong chứng từ|nhớ rõ từng {hộ|thửa đất|hồ sơ}|tiếp dân hòa nhã" },
{ "eval.weak",
	"{Còn|Đôi khi|Có lúc|Đôi lúc} <eval.lack*>{; <eval.lack*>|}|<@nn 1 7> {báo cáo|hồ sơ|"
	"giáo án} {nộp chậm|phải làm lại|thiếu thể thức}{, {chủ yếu|nhất là} {quý <@n 1 4>|"
	"tháng <@month>}|}|Chưa <eval.yet>" },
{ "eval.lack",
	"nóng vội|ngại va chạm|nể nang trong góp ý|chậm cập nhật văn bản mới|"
	"trình bày báo cáo còn dài|chưa quyết liệt|thiếu chủ động phối hợp|đi muộn|"
	"ghi chép sổ sách chưa khoa học|lúng túng với phần mềm mới|giao việc chưa rõ|"
	"để tồn văn bản đến" },
{ "eval.yet",
	"có chứng chỉ {tin học|ngoại ngữ|quản lý nhà nước} theo hạng|tham gia {hội giảng|"
	"viết sáng kiến|thi giáo viên giỏi}|hoàn thành lớp {trung cấp lý luận chính trị|"
	"bồi dưỡng chức danh}|thường xuyên xuống thôn <hamlet>" },
{ "eval.grounds",
	"{Có|Lập} thành tích: <bonus.any>; {được|có} <@share 12 48> phiếu {giới thiệu|"
	"tín nhiệm}|{Liên tục|Trong} <@n 2 6> năm {xếp loại xuất sắc|"
	"là chiến sĩ thi đua}, <bonus.any>|<bonus.any>; {có khả năng đảm nhận|"
	"nguồn quy hoạch} <post>" },
{ "eval.remark",
	"{Đề nghị|Nhất trí} {giữ nguyên|xếp lại} mức {tự nhận|của tổ}|{Thiếu|"
	"Cần bổ sung} {phiếu nhận xét của chi ủy nơi cư trú|minh chứng sáng kiến|"
	"chữ ký tổ trưởng|biên bản họp ngày <@date>}|Vắng họp xét ngày <@date>, {gửi phiếu sau|"
	"xin ý kiến qua điện thoại}|Lưu ý: {nghỉ ốm <@n 20 90> ngày|mới tuyển dụng từ <@month>|"
	"chuyển đến từ <place>}|{Đối chiếu|So} với năm <@year -2 -1>: {tăng|giảm} một bậc" },
{ "staff.note.female",
	"{Nghỉ thai sản|Nghỉ chế độ thai sản} từ {ngày <@date>|"
	"tháng <@month>}{, dự kiến đi làm lại tháng <@ahead>|}|Có con nhỏ dưới {12|"
	"36} tháng{, {không bố trí trực đêm|miễn công tác xa|giảm <@n 1 3> {tiết|buổi}/tuần}|}|"
	"<staff.note>|<staff.note>|<staff.note>" },
{ "bonus.en",
	"{Đạt chứng chỉ|Chứng chỉ} {IELTS <@n 5 8>.{0|5}|TOEIC <@n 50 92>0|"
	"TOEFL ITP <@n 47 61>0|VSTEP bậc <@n 4 5>|Aptis {B2|C1}|PET <@n 140 169> điểm}" },
{ "bonus.ja",
	"{Đạt chứng chỉ|Chứng chỉ} tiếng Nhật {JLPT N<@n 1 3>|NAT-TEST cấp <@n 2 3>}{, <@n 96 "
	"168>/180 điểm|}" },
{ "bonus.ko",
	"{Đạt chứng chỉ|Chứng chỉ} tiếng Hàn TOPIK cấp <@n 3 6>{, <@n 120 260> điểm|}" },
{ "bonus.zh",
	"{Đạt chứng chỉ|Chứng chỉ} tiếng Trung HSK <@n 4 6>{, <@n 180 281>/300 điểm|}" },
{ "bonus.pupil",
	"{Bồi dưỡng|Hướng dẫn|Ôn luyện} {học sinh|em <@person>, lớp <@n 4 9>{A|B|C},} {đạt|"
	"giành} giải {Nhất|Nhì|Ba|Khuyến khích} <pupil.contest*>|{Bồi dưỡng|"
	"Ôn luyện} đội tuyển <@nn 2 8> em, {có <@nn 1 6> giải|đạt <@nn 1 3> giải Nhất, <@nn 1 "
	"4> giải Ba} <pupil.contest*>" },
{ "pupil.contest",
	"môn <subject> {kỳ thi|cuộc thi} học sinh giỏi {cấp huyện|cấp tỉnh|lớp 9|"
	"giao lưu tiểu học} năm học <@schoolyear>|cuộc thi {sáng tạo thanh thiếu niên nhi đồng|"
	"khoa học kỹ thuật|Tin học trẻ|viết thư quốc tế UPU|kể chuyện theo sách|"
	"Trạng nguyên Tiếng Việt|hùng biện tiếng Anh} {lần thứ <@n 9 48>|cấp {huyện|tỉnh}|"
	"năm <@year -1 0>}" },
{ "pupil.contest.mn",
	"hội thi “{Bé khỏe, bé ngoan|Bé với an toàn giao thông|Bé yêu ca hát|Bé khéo tay|"
	"Tiếng hát tuổi thơ}” {cấp {huyện|cụm}|năm <@year -1 0>}" },
{ "bonus.teaching",
	"Giáo viên dạy giỏi cấp {huyện|tỉnh} {môn <subject>|năm học <@schoolyear>}{, xếp thứ "
	"<@share 12 90>|}|Giáo viên chủ nhiệm giỏi cấp {huyện|tỉnh}{, <@dec 16 19> điểm|}|"
	"Giải {Nhất|Nhì|Ba|Khuyến khích} {thiết kế bài giảng điện tử|đồ dùng dạy học tự làm|"
	"hội giảng cụm <@n 1 5>} với {bài|sản phẩm} “<product>”" },
{ "bonus.contest",
	"Đạt giải {Nhất|Nhì|Ba|Khuyến khích} hội thi {cải cách hành chính|"
	"tuyên truyền viên giỏi|dân vận khéo|hòa giải viên giỏi|báo cáo viên giỏi|"
	"công chức tư pháp giỏi|tìm hiểu Luật {Đất đai|Phòng, chống ma túy|Bảo vệ môi trường}|"
	"cán bộ đoàn giỏi} cấp {huyện|tỉnh}{ ngày <@date>|, <@dec 80 97> điểm|}" },
{ "bonus.initiative",
	"Sáng kiến “<product>” được công nhận cấp {huyện|tỉnh} {tại QĐ <@no 150 3900>/QĐ-UBND "
	"ngày <@date>|năm <@year -1 0>, loại {A|B|C}}" },
{ "bonus.science",
	"Chủ nhiệm đề tài “<product>” nghiệm thu loại {xuất sắc|khá|đạt}{ ngày <@date>|}|"
	"Thành viên đề tài “<product>” do <persons> chủ nhiệm, {chuyển giao cho <@nn 2 14> hộ|"
	"nghiệm thu ngày <@date>}" },
{ "bonus.medal",
	"Bằng khen của {Chủ tịch UBND tỉnh|Bộ Nội vụ|Bộ Tư pháp|Trung ương Hội|"
	"Bộ Giáo dục và Đào tạo} về {chuyển đổi số|phòng, chống dịch|xây dựng nông thôn mới|"
	"công tác hòa giải|<topic.word*>|giải phóng mặt bằng dự án <project>} {giai đoạn "
	"<@year -4 -2>-<@year -1 0>|năm <@year -1 0>}|Chiến sĩ thi đua {cấp tỉnh|"
	"cơ sở <@n 3 6> năm liền} {năm <@year -1 0>|theo QĐ <@no 90 2400>/QĐ-UBND}" },
{ "bonus.degree",
	"{Bảo vệ thành công|Hoàn thành} {luận án tiến sĩ|luận văn thạc sĩ|"
	"luận văn thạc sĩ} ngành <discipline*> tại <institution*>" },
{ "bonus.sport",
	"{Bồi dưỡng|Huấn luyện} đội tuyển {điền kinh|bơi|cờ vua|đá cầu|bóng bàn|cầu lông|"
	"đẩy gậy|kéo co} đạt <@nn 1 5> huy chương {vàng|bạc|đồng} {Hội khỏe Phù Đổng|"
	"đại hội thể dục thể thao} {huyện|tỉnh}{ (<persons>)|, {xếp thứ|"
	"đứng thứ} <@n 1 9> toàn đoàn|}" },
{ "bonus.any", "<bonus.initiative>|<bonus.contest>|<bonus.medal>|<bonus.science>" },
{ "bonus.any.truong",
	"<bonus.initiative>|<bonus.pupil>|<bonus.teaching>|<bonus.medal>" },
{ "issuer.en",
	"British Council|IDP Education|IIG Việt Nam|Trường ĐH Ngoại ngữ - ĐHQG Hà Nội|ETS|"
	"Cambridge English|Trường Đại học Sư phạm Hà Nội 2" },
{ "issuer.ja", "Japan Foundation|Trường Đại học Hà Nội" },
{ "issuer.ko", "NIIED Hàn Quốc|Viện Giáo dục quốc tế Quốc gia Hàn Quốc" },
{ "issuer.zh", "Hanban|Trường Đại học Hà Nội|Viện Khổng Tử - Đại học Hà Nội" },
{ "product.what.truong",
	"đọc hiểu|giải toán có lời văn|bữa ăn bán trú|phát âm tiếng Anh|kỹ năng tự phục vụ|"
	"dạy hát dân ca|chấm điểm thi đua|luyện chữ đẹp|quản lý thư viện xanh|dạy học phân số|"
	"thí nghiệm ảo|sinh hoạt lớp|học nhóm|viết đoạn văn nghị luận|ôn thi vào 10|"
	"trò chơi dân gian|tạo hình từ vật liệu tái chế|dạy bơi|kể chuyện|làm quen chữ cái|"
	"trải nghiệm nông trại|dự giờ|giáo dục hòa nhập|tư vấn học đường|"
	"phòng chống bạo lực học đường|dạy bài toán chuyển động|bản đồ tư duy|góc khoa học|"
	"tăng cường tiếng Việt|quản lý hồ sơ chuyên môn|phối hợp với phụ huynh" },
{ "product.whom",
	"hộ nghèo|cán bộ thôn|phụ nữ dân tộc|người cao tuổi|thanh niên|công chức mới" },
{ "product.whom.truong",
	"học sinh lớp <@n 6 9>|học sinh yếu|học sinh dân tộc|giáo viên trẻ" },
{ "product.whom.mn", "trẻ <@n 3 5> tuổi|trẻ nhà trẻ|trẻ chậm nói|trẻ dân tộc" },
{ "product.whom.th",
	"học sinh lớp <@n 1 5>|học sinh khuyết tật|học sinh lớp ghép|giáo viên trẻ" },
{ "eval.did",
	"{Hoàn thành|Hoàn thành tốt|Thực hiện xong|Giải quyết} <@share 9 260> {nhiệm vụ được "
	"giao|hồ sơ|việc|đơn thư|thủ tục <topic.word*>}{ (<@pct>)|, {đúng hạn|"
	"chậm <@n 1 6> việc}|}|Tham mưu {ban hành|trình} <@nn 2 40> văn bản{ về <topic.word*>|"
	" trong năm|, không phải thu hồi}|{Phụ trách|Theo dõi} <topic.word*> {thôn <hamlet>|"
	"<@nn 2 9> thôn|toàn xã|các xã phía {bắc|nam|tây}}, {đạt <@n 88 100>%|"
	"vượt <@n 2 28>%} {kế hoạch|chỉ tiêu}|{Hướng dẫn|Kèm cặp} <@nn 1 3> {công chức tập sự|"
	"đồng nghiệp mới|cán bộ thôn}|{Vận động|Huy động} <@money 60 900> đồng {xã hội hóa|"
	"ủng hộ quỹ|làm <project>}|{Hòa giải thành|Tiếp} <@share 3 27> {vụ|lượt công dân}|"
	"{Trực|Làm} <@n 8 46> {buổi|ngày} {một cửa|thứ Bảy|phòng chống lụt bão}, {xử lý|"
	"trả} <@n 40 900> {hồ sơ|lượt việc}|<verb> <thing*> <of>, {xong|"
	"hoàn thành} {trước hạn <@n 2 15> ngày|tháng <@month>}" },
{ "eval.did.truong",
	"Lớp <class*> có <@share 24 44> {học sinh hoàn thành tốt|em đạt từ khá trở lên|"
	"em chăm ngoan}{ (<@pct>)|, {cao hơn|bằng} năm trước|}|{Chủ nhiệm|"
	"Phụ trách} {lớp <class*>|đội tuyển|câu lạc bộ} {<subject>|"
	"<topic.word*>}{, có <@nn 1 8> giải cấp {huyện|tỉnh}|}|{Hướng dẫn|"
	"Kèm cặp} <@nn 1 3> {giáo viên tập sự|đồng nghiệp mới|sinh viên thực tập}|{Dạy|"
	"Đảm nhận} <@n 17 23> tiết/tuần{, dạy thay <@n 4 36> tiết|}|{Vận động|"
	"Huy động} <@money 20 400> đồng {xã hội hóa|mua <asset*>|sửa <asset*>}|"
	"Dự giờ <@nn 6 40> tiết, {thao giảng|dạy chuyên đề} <@nn 1 6> tiết{ xếp loại {giỏi|"
	"tốt}|}|Soạn <@n 30 180> {giáo án|bài giảng} {điện tử|theo sách mới|"
	"có ứng dụng tin học}|{Tham gia|Phụ trách} {phổ cập|điều tra trẻ} thôn <hamlet>, {đủ|"
	"đạt} <@share 30 160> {hộ|em}|{Duy trì|Giữ} sĩ số <@share 24 42>{, {thăm|"
	"gọi} <@nn 2 19> gia đình|}" },
{ "class", "<@n 6 9>{A|B|C|D}" },
{ "class.mn", "<@n 3 5> tuổi {A|B|C}<@n 1 3>|nhà trẻ {A|B}" },
{ "class.th", "<@n 1 5>{A|B|C|D}" },
{ "eval.trait.truong",
	"sử dụng thành thạo {phòng học thông minh|bài giảng điện tử|phần mềm quản lý điểm}|"
	"gần gũi {học sinh|phụ huynh|đồng nghiệp}|soạn giảng kỹ|nói đi đôi với làm|"
	"giữ đúng giờ giấc|thẳng thắn góp ý|mạnh dạn đổi mới cách dạy|chữ viết bảng đẹp|"
	"nhiệt tình với phong trào|biết giữ đoàn kết nội bộ|xử lý tình huống sư phạm khéo|"
	"giọng nói truyền cảm|không ngại việc khó|quan tâm học sinh {yếu|nghèo|dân tộc}|"
	"biết đàn, hát|làm đồ dùng khéo" },
{ "eval.lack.truong",
	"nóng vội|ngại va chạm|nể nang trong góp ý|nói nhanh|chưa kiểm soát hết học sinh cuối "
	"lớp|ghi sổ đầu bài chưa kịp|lúng túng với phần mềm mới|vào lớp muộn|"
	"ít dự giờ đồng nghiệp|giáo án còn sơ sài|trả bài chậm|câu hỏi chưa phân hóa" },
{ NULL, NULL },
};
