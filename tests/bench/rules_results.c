/* Sentences of a report: what was done, with people, figures and money. Each kind
 * of unit has sentences of its own beside the common ones. */
#include "teller.h"

const struct rule rules_results[] = {
{ "result",
	"<result.common>|<result.common>|<result.study>|<result.home>|<result.office>" },
{ "result.xa",
	"<result.common>|<result.study>|<result.home>|<result.home>|<result.village>|"
	"<result.village>" },
{ "result.truong",
	"<result.common>|<result.study>|<result.class>|<result.class>|<result.class>" },
{ "result.common",
	"{đã |}<task>, {đạt|được} <@share 14 320> {việc|hồ sơ|trường hợp} (<@pct>), <compare>|"
	"<persons> {được|đã} {bổ nhiệm|điều động|luân chuyển|biệt phái} {làm <post>|"
	"đến <place>} {từ|theo QĐ} {ngày <@date>|<@no 90 2400>/QĐ-UBND}|{xếp loại|"
	"kết quả xếp loại} năm <@year -1 0>: <@total 19 74> người, gồm <@cut 10 20> xuất sắc, "
	"<@cut 60 85> hoàn thành tốt, <@rest> hoàn thành{ ({do|vì} <why>)|}|{đề nghị|"
	"xét} thưởng <@nn 1 8> {trường hợp|người} quý <@n 1 4>, {gồm|"
	"trong đó} <persons> ({chứng chỉ|giải|sáng kiến}) <@money 40 1000> đồng{; <persons> "
	"<@money 20 600> đồng|}|chi {trả|cho} <topic.word*> <@money 150 19000> đồng, {đạt|"
	"bằng} <@dec 71 128>% dự toán; còn {dư|nợ} <@money 5 900> đồng|{nâng lương|"
	"xét nâng lương} {thường xuyên|trước hạn} <@nn 2 24> {người|lượt}, {bậc|"
	"hệ số} {cao nhất|thấp nhất} <@dec 2 5><@n 0 9> (<persons>)|<agent*> {cùng|"
	"phối hợp} <superior> <task> {tại|ở} <where> {ngày <@date>|"
	"trong <@n 2 9> ngày}{; {phát hiện|có} <@n 1 13> lỗi về <thing*>|}|"
	"sáng kiến “<product>” của <persons> {được|đạt} {công nhận|loại {A|B|C}|"
	"<@dec 71 98> điểm}{, {làm lợi|tiết kiệm} <@money 10 900> đồng|, {đang|"
	"đã} nhân ra <@n 2 9> đơn vị|}" },
{ "result.study",
	"{cử|có} <@nn 1 7> <people*> {học|đi học|theo học} {thạc sĩ|đại học|"
	"trung cấp lý luận chính trị|cao cấp lý luận chính trị|"
	"chuyên khoa I} {ngành <discipline*>|tại <institution*>}{, trong đó có <persons>|"
	", {tự túc|hỗ trợ} <@money 60 900> đồng|}|<persons> {tốt nghiệp|bảo vệ luận văn|"
	"nhận bằng} <discipline*> {ngày <@date>|loại {giỏi|khá|xuất sắc}}, {bố trí|giao|"
	"về} {làm|phụ trách} <extra>|{bồi dưỡng|tập huấn} <topic.word*> {từ <@date>|"
	"<@n 2 15> ngày} tại <where>: <@share 11 120> <people*> {đạt|"
	"có chứng chỉ} (<@pct>){; {giảng viên|báo cáo viên} là <persons>|}|{tổng số|"
	"có} <@total 16 74> <people*>: nữ <@within 30 90>, {đảng viên|"
	"dân tộc thiểu số} <@within 10 70>; <@cut 5 20> thạc sĩ, <@cut 60 88> đại học, <@rest> "
	"{cao đẳng|trung cấp}; <compare>|{chứng chỉ|trình độ} {ngoại ngữ|tin học|tiếng dân tộc|"
	"quản lý nhà nước}: <@share 8 66> người {đạt|có} (<@pct>), {còn <persons> đang học|"
	"<@n 1 8> người thi tháng <@ahead>}|đăng ký năm <@year 1 1>: <@nn 1 6> chỉ tiêu {thạc "
	"sĩ|bồi dưỡng|thu hút} <discipline*>{, kinh phí <@money 100 3000> đồng|, {dự kiến|"
	"chọn} <persons>}" },
{ "result.home",
	"{bộ phận một cửa|một cửa} {tiếp nhận|nhận} <@n 140 6900> hồ sơ, {trả|"
	"giải quyết} {đúng hạn|trước hạn} <@dec 91 99>%; {lĩnh vực|"
	"riêng} <topic.word*> {quá hạn|chậm} <@nn 1 17> {hồ sơ|việc} do <why>|{mức độ|"
	"dịch vụ công} {3, 4|trực tuyến} {đạt|có} <@share 90 940> hồ sơ (<@pct>), <compare>{; "
	"<persons> hỗ trợ tại <where>|}|{số hóa|quét} <@n 220 9600> {trang|sổ|hồ sơ} {hộ tịch|"
	"đất đai|lưu trữ} từ {năm|} <@year -40 -9> đến <@year -8 -1>, {xong|"
	"còn} <@nn 2 29> {hộp|tủ|thôn}|{vận động|huy động} {nhân dân|doanh nghiệp|"
	"con em xa quê} {ủng hộ|góp} <@money 80 9000> đồng, <@n 30 980> {ngày công|"
	"m2 đất} {làm|cho} <project>" },
{ "result.village",
	"{mô hình|điểm} {trồng|nuôi} {lúa J02|na dai|thanh long ruột đỏ|gà đồi|cá lồng|bò lai|"
	"chè|bưởi|dưa chuột|ong mật} {ở|tại} thôn <hamlet> {quy mô|có} <@dec 1 32> {ha|sào|"
	"nghìn con|lồng}, {hộ|gia đình} {ông <@man>|bà <@woman>} {thu|"
	"lãi} <@money 200 6000> đồng{; <compare>|}|{hộ nghèo|hộ cận nghèo} còn <@n 9 96> "
	"({<@dec 1 5>%|<compare>}); {hỗ trợ|xóa} <@nn 1 11> nhà {dột nát|tạm} {thôn|"
	"ở} <hamlet>, <hamlet>, {mỗi nhà|mức} <@money 600 1400> đồng|{làm|bê tông hóa|mở rộng|"
	"cứng hóa} <@n 120 3900> m {đường|kênh mương|rãnh} thôn <hamlet>{, rộng <@dec 2 5> m|"
	", dày <@no 12 20> cm|}, {tổng|vốn} <@money 900 19000> đồng; {hiến|"
	"giải tỏa} <@n 40 2600> m2 {của|từ} <@n 2 41> hộ|{hòa giải|"
	"giải quyết} <@share 3 21> {vụ|đơn} {tranh chấp|kiến nghị} ở <where>{; {vụ|"
	"việc} giữa {ông <@man>|bà <@woman>} và {ông <@man>|bà <@woman>} chuyển <superior>|"
	", <compare>}|{tuyển quân|gọi khám|huấn luyện}: <@share 12 90> {thanh niên|"
	"dân quân} {đạt|có mặt} (<@pct>), {giao|đưa quân} <@nn 3 14> ngày <@date>|{tiêm phòng|"
	"phun khử trùng} <@n 180 9400> {liều|con|lượt hộ} {từ|đợt} {<@date>|<@n 1 3>}, {đạt|"
	"bằng} <@dec 62 99>% ở <where>{; <persons> {phụ trách|trực}|}" },
{ "result.class",
	"{học sinh giỏi|đội tuyển} môn <subject>: <@share 4 30> em {đạt giải|"
	"vào vòng tỉnh}, {có|gồm} <@n 1 4> Nhất, <@n 1 6> Nhì{, em <@person> lớp <@n 4 9>{A|B|"
	"C} cao nhất <@dec 14 19> điểm|; <compare>}|{lớp|khối} <@n 1 9>{A|B|C|"
	"D} sĩ số <@n 24 46>, {lên lớp|hoàn thành} <@dec 93 99>%, {vắng|nghỉ học} <@n 1 9> {em|"
	"buổi} do <why>{; chủ nhiệm {cô <@woman>|thầy <@man>}|}|{dự giờ|thao giảng|"
	"hội giảng} <@total 8 160> tiết <subject>, {xếp|trong đó} <@cut 35 80> {giỏi|"
	"tốt}, <@cut 50 95> khá{; <persons> {nhất khối|được chọn thi huyện}|}|{bếp ăn|"
	"bán trú} {phục vụ|nuôi} <@share 90 460> {trẻ|học sinh} (<@pct>), {mức|"
	"suất} <@n 14 32>.000 đồng; {suy dinh dưỡng|thấp còi} {giảm còn|còn} <@dec 1 6>%|"
	"{phụ huynh|Hội khuyến học|cựu học sinh khóa <@year -30 -9>} {tặng|"
	"ủng hộ} {<@nn 2 40> suất học bổng|<@money 40 2000> đồng|<@n 2 20> máy tính} {cho|"
	"ở} {lớp <@n 1 9>{A|B}|điểm trường <hamlet>|học sinh thôn <hamlet>}|"
	"{giáo viên dạy giỏi|giáo viên chủ nhiệm giỏi} cấp {trường|huyện|"
	"tỉnh}: <@share 3 26> {người|đồng chí} {đạt|được công nhận} (<@pct>), {gồm|"
	"có} <persons>, <persons>|{tuyển sinh|huy động} {lớp <@n 1 6>|"
	"trẻ <@n 2 5> tuổi} <@share 46 190> (<@pct>), {thôn|riêng} <hamlet> {thiếu|"
	"còn} <@n 1 12> {em|cháu} do <why>" },
{ "result.office",
	"{thẩm định|thụ lý|trình} <@share 18 260> hồ sơ của {<@n 4 17> xã|<place>|"
	"<place>, <place>} (<@pct>), {trả lại|yêu cầu bổ sung} <@nn 1 24> do <why>|{tham mưu|"
	"trình} UBND huyện {ban hành|ký} <owndoc>{, <owndoc>|} về <topic.word*> {và|"
	",} <topic.word*>|{dự án|công trình} <project> {giải ngân|"
	"khối lượng} <@dec 21 98>%, {tổng mức|vốn} <@n 2 84>,<@n 1 9> tỷ đồng; {vướng|"
	"còn} <@n 2 60> hộ {ở|thuộc} <where> do <why>|{kiểm tra|thanh tra} {công vụ|"
	"<topic.word*>} tại {<place>, <place>|<@n 3 14> đơn vị} từ <@date>: {nhắc nhở|"
	"kiến nghị thu hồi <@money 20 1900> đồng|chấn chỉnh} <persons>" },
{ NULL, NULL },
};
