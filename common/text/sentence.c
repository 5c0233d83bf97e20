/* One table: what each code means to a person, and what to do about it.
 *
 * In a template, % stands for the subject, and what stands in [] is left out
 * where there is none. Nothing here names a part of the program: the readers are
 * clerks of communes and schools. */
#include "common/text/sentence.h"

#include <stdio.h>
#include <string.h>

#include "common/text/reason.h"

enum { SUBJECT_MAX = 4096 };

struct sentence {
	int code;
	const char *vi, *en;
};

static const struct sentence sentences[] = {
	/* the machine and the store */
	{ ERR_NOMEM, "Máy không đủ bộ nhớ[ (%)]. Đóng bớt chương trình khác rồi làm lại.",
	  "This computer is out of memory[ (%)]. Close other programs and try again." },
	{ ERR_IO, "Không đọc hoặc ghi được tệp[: %]. Kiểm tra ổ đĩa và quyền truy cập rồi làm lại.",
	  "A file cannot be read or written[: %]. Check the disk and your rights, then try "
	  "again." },
	{ ERR_FULL, "Ổ đĩa đã đầy[ (%)]. Xóa bớt tệp không cần rồi làm lại; những gì đã lưu trước "
	  "đó vẫn còn nguyên.",
	  "The disk is full[ (%)]. Free some space and try again; what was saved before is "
	  "safe." },
	{ ERR_DB, "Kho dữ liệu trên máy báo lỗi[: %]. Làm lại; nếu vẫn lỗi, báo cán bộ kỹ thuật.",
	  "The store on this computer reports an error[: %]. Try again; if it stays, tell the "
	  "technician." },
	{ ERR_CORRUPT, "Dữ liệu trên máy này bị hỏng[: %]. Đừng nhập tiếp; báo cán bộ kỹ thuật để khôi phục.",
	  "The data on this computer is damaged[: %]. Stop entering and ask the technician to restore it." },
	{ ERR_UNKNOWN, "Không rõ lần lưu vừa rồi có xong hay chưa[ (%)]. Mở lại hồ sơ để xem trước "
	  "khi nhập lại.",
	  "It is not known whether the last save took place[ (%)]. Look at the record before "
	  "entering it again." },
	{ ERR_BUSY, "Kho dữ liệu đang được chương trình khác dùng[ (%)]. Chờ một lát rồi làm lại.",
	  "The store is in use by another program[ (%)]. Wait a moment and try again." },
	{ ERR_LIMIT, "Vượt giới hạn cho phép[: %]. Chia nhỏ việc cần làm rồi làm lại.",
	  "This is over a limit[: %]. Split the work into smaller parts and try again." },
	{ ERR_STOPPED, "Đã dừng theo yêu cầu[ (%)]. Những gì đã lưu vẫn còn; chạy lại lệnh để làm "
	  "tiếp.",
	  "Stopped as asked[ (%)]. What was saved is kept; run the command again to go on." },

	/* bytes from outside */
	{ ERR_TRUNCATED, "Dữ liệu bị cụt giữa chừng[: %]. Chép lại tệp hoặc đồng bộ lại.",
	  "The data ends too early[: %]. Copy the file or synchronise again." },
	{ ERR_MALFORMED, "Dữ liệu không đúng dạng của chương trình[: %]. Kiểm tra xem có chọn nhầm "
	  "tệp không; nếu không, báo cán bộ kỹ thuật.",
	  "The data does not have this program's form[: %]. Check that it is the right file; if "
	  "it is, tell the technician." },
	{ ERR_NOT_CANONICAL, "Dữ liệu viết sai quy cách[: %]. Báo cán bộ kỹ thuật: có "
	  "chương trình lạ đã tạo ra nó.",
	  "The data is not written in the one allowed form[: %]. Tell the technician: a foreign program made it." },
	{ ERR_BAD_UTF8, "Chữ không đúng bảng mã Unicode UTF-8[: %]. Lưu lại tệp dưới dạng UTF-8, "
	  "hoặc gõ lại với bảng mã Unicode.",
	  "The text is not in UTF-8[: %]. Save the file as UTF-8, or type the text again in "
	  "Unicode." },
	{ ERR_TRAILING, "Dữ liệu có phần thừa ở cuối[: %]. Chép lại tệp hoặc đồng bộ lại.",
	  "There is something extra behind the data[: %]. Copy the file or synchronise again." },
	{ ERR_TOO_DEEP, "Dữ liệu lồng nhau quá sâu[: %]. Báo cán bộ kỹ thuật.",
	  "The data is nested too deeply[: %]. Tell the technician." },
	{ ERR_TOO_LARGE, "Dữ liệu quá lớn[: %]. Chia nhỏ tệp hoặc rút ngắn nội dung rồi làm lại.",
	  "The data is too large[: %]. Split the file or shorten the text, then try again." },
	{ ERR_BOMB, "Dữ liệu nén bung ra quá lớn, bị từ chối để bảo vệ máy[: %]. Báo cán bộ kỹ thuật.",
	  "Compressed data would become too large and was refused to protect this computer[: %]. "
	  "Tell the technician." },
	{ ERR_VERSION, "Dữ liệu do phiên bản mới hơn tạo ra[: %]. Cập nhật chương trình trên máy "
	  "này "
	  "rồi làm lại.",
	  "The data was made by a newer version[: %]. Update the program on this computer and "
	  "try again." },
	{ ERR_NO_DICTIONARY, "Chưa có bộ biểu mẫu cần để đọc dữ liệu này[ (từ điển %)]. Đồng bộ "
	  "lại "
	  "với máy chủ rồi làm lại.",
	  "The form pack needed to read this is not here yet[ (dictionary %)]. Synchronise with "
	  "the server and try again." },
	{ ERR_NOT_SEALED_TO_US, "Thông điệp này không gửi cho máy này[: %]. Kiểm tra xem có chọn "
	  "nhầm tệp hoặc nhầm máy không.",
	  "This message is not meant for this computer[: %]. Check that file and computer are "
	  "the right ones." },
	{ ERR_BAD_SEAL, "Thông điệp không mở được: bị sửa hoặc hỏng trên đường đi[ (%)]. Đồng bộ "
	  "lại; nếu vẫn lỗi, báo cán bộ kỹ thuật.",
	  "The message does not open: it was changed or damaged on its way[ (%)]. Synchronise "
	  "again; if it stays, tell the technician." },
	{ ERR_BAD_SIGNATURE, "Chữ ký không đúng[: %]. Không dùng dữ liệu này; báo cán bộ kỹ thuật.",
	  "A signature is wrong[: %]. Do not use this data; tell the technician." },
	{ ERR_UNKNOWN_DEVICE, "Máy chưa được biết đến[: %]. Đồng bộ lại; nếu vẫn lỗi, xin cơ "
	  "quan tiếp nhận cấp lại giấy ghi danh.",
	  "The device is not known[: %]. Synchronise again; if it stays, ask the "
	  "receiving office for a new enrolment file." },
	{ ERR_WRONG_DISTRICT, "Dữ liệu này của hệ thống khác[: %]. Kiểm tra lại tệp và địa chỉ máy "
	  "chủ.",
	  "This belongs to another system[: %]. Check the file and the server's address." },
	{ ERR_BAD_CHAIN, "Các lần gửi của một máy không nối tiếp nhau[: %]. Báo cán bộ kỹ thuật.",
	  "What a device has sent does not follow on[: %]. Tell the technician." },
	{ ERR_GAP, "Thiếu dữ liệu ở giữa[: %]. Đồng bộ lại để lấy phần còn thiếu.",
	  "Something in between is missing[: %]. Synchronise again to fetch it." },
	{ ERR_FORKED, "Máy này đã gửi hai bản khác nhau cùng một số thứ tự, có thể do khôi phục từ "
	  "bản sao lưu cũ[ (%)]. Đừng nhập tiếp; báo cán bộ kỹ thuật.",
	  "This computer has sent two different things under one number, perhaps after an old "
	  "backup was restored[ (%)]. Stop entering and tell the technician." },
	{ ERR_HEAD_MISMATCH, "Sổ dữ liệu trên máy này khác với máy chủ[: %]. Đừng nhập tiếp; "
	  "báo cán bộ kỹ thuật.",
	  "The log here differs from the server's[: %]. Stop entering and tell the "
	  "technician." },
	{ ERR_NO_STREAM, "Máy chủ không có dữ liệu của đơn vị này[: %]. Kiểm tra mã đơn vị, hoặc "
	  "hỏi "
	  "cơ quan tiếp nhận.",
	  "The server holds nothing for this unit[: %]. Check the unit's code, or ask the "
	  "receiving office." },
	{ ERR_OUT_OF_SCOPE, "Máy này không được xem hoặc gửi dữ liệu của đơn vị đó[: %]. Nếu cần, "
	  "xin cơ quan tiếp nhận cấp quyền.",
	  "This device may not read or send data of that unit[: %]. If you need to, ask the "
	  "receiving office for the right." },
	{ ERR_STALE_REPLY, "Trả lời của máy chủ đã cũ[: %]. Không mất gì; đồng bộ lại.",
	  "The server's reply is an old one[: %]. Nothing is lost; synchronise again." },

	/* enrolment */
	{ ERR_NOT_ENROLLED, "Máy này chưa ghi danh với máy chủ[: %]. Xin cơ quan tiếp nhận giấy ghi danh "
	  "rồi "
	  "chạy: dongbo init --enrol TỆP.",
	  "This computer is not enrolled[: %]. Ask the receiving office for an enrolment file "
	  "and run: dongbo init --enrol FILE." },
	{ ERR_ENROL_UNKNOWN, "Máy chủ không biết giấy ghi danh này[: %]. Xin cơ quan tiếp nhận tệp mới.",
	  "The server does not know this enrolment[: %]. Ask the receiving office for a new "
	  "file." },
	{ ERR_ENROL_USED, "Giấy ghi danh này đã dùng cho máy khác[: %]. Những gì đã nhập vẫn còn nguyên. Gọi "
	  "cơ quan tiếp nhận: đọc dấu vân tay của khóa (dongbo whoami) để được công nhận, hoặc xin giấy "
	  "mới rồi chạy dongbo enrol TỆP.",
	  "This enrolment was used by another computer[: %]. All that was entered is kept. Call the "
	  "receiving office: read out the key's fingerprint (dongbo whoami) so that it can accept it, or "
	  "ask for a new file and run dongbo enrol FILE." },
	{ ERR_ENROL_EXPIRED, "Giấy ghi danh đã hết hạn[: %]. Những gì đã nhập vẫn còn nguyên. Gọi cơ quan "
	  "tiếp nhận: đọc dấu vân tay của khóa (dongbo whoami) để được công nhận, hoặc xin giấy mới rồi "
	  "chạy dongbo enrol TỆP.",
	  "The enrolment has expired[: %]. All that was entered is kept. Call the receiving office: read out "
	  "the key's fingerprint (dongbo whoami) so that it can accept it, or ask for a new file and run "
	  "dongbo enrol FILE." },
	{ ERR_ENROL_MAC, "Giấy ghi danh không đúng, có thể bị sửa[: %]. Chép lại tệp gốc, hoặc xin "
	  "cơ quan tiếp nhận tệp mới.",
	  "The enrolment file is wrong, perhaps changed[: %]. Copy the original again, or ask "
	  "the receiving office for a new one." },
	{ ERR_REVOKED, "Cơ quan tiếp nhận đã thu hồi quyền của máy (khóa) này[: %]. Những gì đã nhập vẫn "
	  "còn nguyên, chỉ là chưa gửi được. Gọi cơ quan tiếp nhận; được cấp giấy ghi danh mới thì chạy "
	  "dongbo enrol TỆP.",
	  "The receiving office has revoked this computer (its key)[: %]. All that was entered is kept, it just "
	  "can't be sent. Call the receiving office; with a new enrolment run dongbo enrol FILE." },
	{ ERR_PASSPHRASE, "Mật khẩu không đúng[: %]. Gõ lại; chú ý phím Caps Lock và bộ gõ tiếng "
	  "Việt.",
	  "The passphrase is wrong[: %]. Type it again; mind Caps Lock and the Vietnamese "
	  "keyboard." },

	/* verdicts and the same checks offline */
	{ ERR_ALREADY, "Dữ liệu này máy chủ đã nhận từ trước[: %]. Không cần làm gì thêm.",
	  "The server has this already[: %]. Nothing needs to be done." },
	{ ERR_RENUMBER, "Máy chủ giữ số thứ tự khác với máy này[: %]. Đồng bộ lại; nếu vẫn lỗi, "
	  "báo "
	  "cán bộ kỹ thuật.",
	  "The server counts differently from this computer[: %]. Synchronise again; if it "
	  "stays, tell the technician." },
	{ ERR_UNREADABLE, "Máy chủ không đọc được nội dung đã gửi[: %]. Cập nhật chương trình, rồi "
	  "nhập lại những thay đổi này.",
	  "The server cannot read what was sent[: %]. Update the program, then enter these "
	  "changes again." },
	{ ERR_DEPENDS_ON, "Thay đổi này dựa trên một hồ sơ chưa được nhận[: %]. Sửa và gửi lại hồ "
	  "sơ "
	  "đó trước (dongbo refused).",
	  "This change rests on a record that was not accepted[: %]. Correct and resend that one "
	  "first (dongbo refused)." },
	{ ERR_STALE, "Hồ sơ đã có thay đổi mà bạn chưa thấy khi chuyển trạng thái[: %]. Xem lại hồ "
	  "sơ rồi làm lại.",
	  "The record has changes that you had not seen when you moved it on[: %]. Look at it "
	  "again and repeat." },
	{ ERR_NOT_ALLOWED, "Bạn không có quyền làm việc này[: %]. Việc này dành cho người có vai "
	  "trò "
	  "khác; hỏi thủ trưởng đơn vị hoặc cơ quan tiếp nhận.",
	  "You are not allowed to do this[: %]. It takes another role; ask the head of the unit "
	  "or the receiving office." },
	{ ERR_LOCKED, "Mục này của hồ sơ đang khóa[: %]. Chưa gửi thì đưa về bản nháp (dongbo show MÃ cho "
	  "biết các bước); gửi rồi thì đề nghị cơ quan tiếp nhận trả lại.",
	  "This is locked[: %]. If the record was not sent, take it back to a draft (dongbo show ID "
	  "has the steps); else ask the receiving office to return it." },
	{ ERR_NO_RECORD, "Không tìm thấy hồ sơ[: %]. Kiểm tra lại mã; dùng dongbo list để xem các "
	  "hồ sơ.",
	  "There is no such record[: %]. Check the id; dongbo list shows the records." },
	{ ERR_EXISTS, "Hồ sơ này đã có[: %]. Sửa hồ sơ đã có thay vì tạo mới.",
	  "This record exists already[: %]. Edit it instead of adding a new one." },
	{ ERR_DELETED, "Hồ sơ đã xóa[: %]. Khôi phục trước khi sửa: dongbo undelete MÃ.",
	  "The record is deleted[: %]. Bring it back before you change it: dongbo undelete "
	  "ID." },
	{ ERR_NO_TYPE, "Không có loại hồ sơ này[: %]. Xem các loại: dongbo types.",
	  "There is no such type of record[: %]. See the types: dongbo types." },
	{ ERR_NO_FIELD, "Biểu mẫu không có mục này[: %]. Xem các mục: dongbo types LOẠI.",
	  "The form has no such field[: %]. See the fields: dongbo types TYPE." },
	{ ERR_BAD_VALUE, "Giá trị nhập không đúng dạng[: %]. Xem cách nhập từng mục: dongbo types "
	  "LOẠI.",
	  "The value does not have the right form[: %]. See how each field is entered: dongbo "
	  "types TYPE." },
	{ ERR_BAD_CHOICE, "Không có lựa chọn này[: %]. Xem các lựa chọn: dongbo types LOẠI.",
	  "There is no such choice[: %]. See the choices: dongbo types TYPE." },
	{ ERR_OUT_OF_RANGE, "Giá trị nằm ngoài khoảng cho phép hoặc quá dài[: %]. Xem giới hạn của "
	  "từng mục: dongbo types LOẠI.",
	  "The value is out of range or too long[: %]. See each field's bounds: dongbo types "
	  "TYPE." },
	{ ERR_REQUIRED, "Còn thiếu mục bắt buộc[: %]. Nhập mục này rồi làm lại.",
	  "A required field is missing[: %]. Fill it in and try again." },
	{ ERR_CHECK, "Số liệu không khớp nhau[: %]. Xem lại các mục liên quan.",
	  "The values do not agree with each other[: %]. Check the fields concerned." },
	{ ERR_NO_MOVE, "Hồ sơ không chuyển được sang trạng thái đó từ trạng thái hiện tại[: %]. "
	  "Xem "
	  "trạng thái của hồ sơ: dongbo show MÃ.",
	  "The record can't move to that state from where it is[: %]. See its state: dongbo show "
	  "ID." },
	{ ERR_IN_CONFLICT, "Hồ sơ có mục hai người nhập khác nhau[: %]. Chọn giá trị đúng trước "
	  "(dongbo conflicts, dongbo settle).",
	  "Two people entered different values in this record[: %]. Choose the right ones first "
	  "(dongbo conflicts, dongbo settle)." },
	{ ERR_NOT_NFC, "Chữ có dấu viết theo kiểu Unicode tổ hợp[: %]. Chuyển bộ gõ sang Unicode "
	  "dựng sẵn rồi gõ lại.",
	  "Accented letters are in decomposed Unicode[: %]. Switch the keyboard to precomposed "
	  "Unicode and type them again." },
	{ ERR_REMARK_REQUIRED, "Cần ghi lý do khi trả lại hồ sơ[: %]. Thêm --remark \"lý do\".",
	  "Returning a record needs a reason[: %]. Add --remark \"reason\"." },
	{ ERR_WRONG_TYPE, "Hồ sơ này không thuộc loại cần chọn[: %]. Kiểm tra lại mã hồ sơ.",
	  "The record is of another type than is asked for[: %]. Check its id." },
	{ ERR_AMBIGUOUS, "Mã ngắn này ứng với nhiều hồ sơ[: %]. Gõ thêm ký tự của mã.",
	  "More than one record has this short id[: %]. Type more of its characters." },
	{ ERR_NOT_SIGNED, "Bước này cần chữ ký của thủ trưởng đơn vị trên đúng bản đang có[: %]. Trình thủ "
	  "trưởng ký: dongbo sign.",
	  "This step needs the signature of the head of the unit on the record as it stands[: %]. "
	  "Have it signed: dongbo sign." },
	{ ERR_SAME_PERSON, "Người đã nhập hoặc đã đề nghị thì không được tự thẩm định, tự duyệt[: %]. Nhờ "
	  "chuyên viên khác làm bước này.",
	  "Who entered or proposed it may not take this step[: %]. Ask another officer." },
	{ ERR_NOT_APPROVED, "Văn bản này chưa được người thứ hai đối chiếu, duyệt, nên chưa áp dụng được[: %]. "
	  "Nhờ cán bộ khác xem và duyệt: dongbod verify MÃ --as TÊN.",
	  "No second person has compared and approved this paper, so it can't be applied yet[: %]. Ask "
	  "another officer: dongbod verify ID --as NAME." },
	{ ERR_CHANGED, "Hồ sơ đã đổi so với bản đưa vào văn bản này[: %]. Mở lại văn bản và chạy lại dongbod "
	  "gather để lấy bản mới.",
	  "The record has changed since it was put into this paper[: %]. Open the paper again and run "
	  "dongbod gather, which takes it as it is now." },
	{ ERR_RECEIVED, "Máy chủ đã tiếp nhận hồ sơ nên đơn vị không tự hủy được nữa[: %]. Ghi lý do đề nghị rút "
	  "(mục withdraw_reason) hoặc báo cơ quan tiếp nhận.",
	  "The server has received the record, so the unit can't cancel it by itself any more[: %]. "
	  "Give a reason for withdrawing it (field withdraw_reason), or tell the office that has it." },
	{ ERR_NOT_LEASED, "Số này không thuộc khối số của máy đã ghi nó[: %]. Lấy số mới: dongbo number.",
	  "This number is from no block of the computer that gave it[: %]. Take a new one: dongbo "
	  "number." },
	{ ERR_NO_CONFLICT, "Mục này không có gì phải chọn[: %]. Xem các mục cần chọn: dongbo "
	  "conflicts.",
	  "There is nothing to settle in this field[: %]. See what there is: dongbo "
	  "conflicts." },

	/* links and programs */
	{ ERR_NO_LINK, "Không kết nối được với máy chủ[: %]. Dữ liệu vẫn an toàn trên máy "
	  "này "
	  "và sẽ được gửi khi có mạng.",
	  "The server cannot be reached[: %]. Your data is safe here and will be sent "
	  "when there is a connection." },
	{ ERR_NO_SERVER, "Máy này chưa biết địa chỉ của máy chủ[: %]. Gửi bằng USB (dongbo bundle write), "
	  "hoặc hỏi cơ quan tiếp nhận địa chỉ rồi dùng dongbo sync --server.",
	  "This computer has not been told the server's address yet[: %]. Send by stick (dongbo bundle "
	  "write), or ask the receiving office for the address and use dongbo sync --server." },
	{ ERR_STALLED, "Đường truyền đứng yên quá lâu[: %]. Dữ liệu vẫn an toàn trên máy này; thử "
	  "lại khi mạng khá hơn.",
	  "The connection stood still for too long[: %]. Your data is safe here; try again when "
	  "the link is better." },
	{ ERR_HTTP, "Máy chủ trả lời bằng mã lỗi[ %]. Thử lại sau; nếu vẫn lỗi, báo cán bộ kỹ thuật.",
	  "The server answered with an error status[ %]. Try later; if it stays, tell the "
	  "technician." },
	{ ERR_NOT_DONGBO, "Có nơi trả lời nhưng không phải máy chủ[: %]. Nếu dùng Wi-Fi công "
	  "cộng thì đăng nhập Wi-Fi trước; kiểm tra địa chỉ máy chủ.",
	  "Something answered that is not the server[: %]. On public Wi-Fi sign in "
	  "first; check the server's address." },
	{ ERR_USAGE, "Lệnh gõ chưa đúng[: %]. Thêm --help để xem cách dùng.",
	  "The command is not right[: %]. Add --help to see how it is used." },
	{ ERR_NO_FILE, "Không tìm thấy tệp[: %]. Kiểm tra lại tên tệp và thư mục.",
	  "There is no such file[: %]. Check the file's name and folder." },
	{ ERR_BAD_PACK, "Bộ biểu mẫu có lỗi[: %]. Sửa chỗ nêu trên rồi công bố lại.",
	  "The form pack has a mistake[: %]. Correct the place named and publish it again." },
	{ ERR_BAD_INPUT, "Dữ liệu nhập vào không đúng[: %]. Sửa lại rồi nhập lại.",
	  "The input is not right[: %]. Correct it and try again." },
	{ ERR_NO_STORE, "Chưa có kho dữ liệu ở đây[: %]. Kiểm tra --data, hoặc tạo kho trước bằng "
	  "lệnh init.",
	  "There is no store here[: %]. Check --data, or make the store with init first." },
	{ ERR_STORE_EXISTS, "Ở đây đã có kho dữ liệu[: %]. Không ghi đè; chọn thư mục khác bằng "
	  "--data.",
	  "There is a store here already[: %]. It is left alone; choose another folder with "
	  "--data." },
	{ ERR_BAD_BACKUP, "Đây không phải bản sao lưu nguyên vẹn[: %]. Đừng dùng nó; lấy một bản sao "
	  "lưu khác.",
	  "This is no intact backup[: %]. Do not use it; take another one." },
	{ ERR_BACKUP_SIGNER, "Bản sao lưu này do một khóa lạ ký[: %], không phải khóa của máy chủ mà khóa gốc của "
	  "đơn vị đã công nhận: có thể người khác đã sửa hay dựng ra nó. Đừng dùng; lấy một bản khác, hoặc hỏi "
	  "người giữ khóa gốc.",
	  "This backup was signed by a key[: %] that is not the server's as the root key vouches for it: "
	  "somebody may have altered or made it. Do not use it; take another one, or ask the holder of the "
	  "root key." },
	{ ERR_RESTORED, "Kho này được khôi phục từ bản sao lưu[ (%)] nên chỉ xem và xuất được: khóa của "
	  "máy không có trong bản sao lưu. Muốn nhập và gửi, xin cơ quan tiếp nhận giấy ghi danh mới.",
	  "This store was restored from a backup[ (%)] and can only be read and exported: the "
	  "computer's key is in no backup. To enter and send, ask the receiving office for a new "
	  "enrolment." },
	{ ERR_FILE_KIND, "Tệp này không phải PDF, JPEG, PNG, DOCX hay XLSX[ (có vẻ là %)] nên không đính "
	  "kèm được. Hãy quét hoặc lưu lại thành một trong các dạng ấy.",
	  "This file is no PDF, JPEG, PNG, DOCX or XLSX[ (it looks like %)], so it can't be attached. Scan "
	  "or save it as one of these." },
	{ ERR_FILE_EMPTY, "Tệp này trống[: %]. Hãy quét lại.", "This file is empty[: %]. Scan it again." },
	{ ERR_FILE_ABSENT, "Tệp này chưa có trên máy này[: %].", "This file is not on this computer[: %]." },
	{ ERR_FILE_DAMAGED, "Nội dung tệp không còn đúng như khi đính kèm[: %]. Hãy lấy lại tệp gốc.",
	  "The content of the file is not what was attached[: %]. Get the original again." },
	{ ERR_FILE_UNNAMED, "Không có hồ sơ nào ở máy chủ nêu tệp này[: %].",
	  "No record at the server names this file[: %]." },
	{ ERR_SNAPSHOT, "Bản hồ sơ đóng gói nhận từ máy chủ không dùng được[: %]. Không ghi gì từ phần hỏng; "
	  "lần đồng bộ sau sẽ nhận từng gói như bình thường.",
	  "The packed records that came from the server can't be used[: %]. Nothing of the bad part was "
	  "kept; the next synchronisation gets them packet by packet." },
	{ ERR_NO_HELD, "Không có gói nào mang số này đang chờ xét[: %]. Xem dongbod held.",
	  "No packet of this number waits for a decision[: %]. See dongbod held." },
	{ ERR_HELD_ORDER, "Gói này[ (số %)] đứng sau một gói cùng máy chưa được xét. Xét các gói theo đúng thứ "
	  "tự.",
	  "A packet of the same computer before this one[ (%)] was not judged yet. Judge them in "
	  "order." },
	{ ERR_NO_DEVICE, "Không có máy hay khóa này[: %]. Xem dongbod device list.",
	  "There is no such computer or key[: %]. See dongbod device list." },
	{ ERR_OTHER_UNIT, "Giấy ghi danh này là của đơn vị hay máy chủ khác[ (%)], không dùng được cho kho "
	  "dữ liệu này.",
	  "This enrolment is of another unit or server[ (%)] and is not for this store." },
	{ ERR_NO_UNIT, "Không có đơn vị này[: %]. Kiểm tra mã đơn vị trong danh sách đơn vị.",
	  "There is no such unit[: %]. Check its code in the list of units." },
	{ ERR_NO_DEADLINE, "Không có thời hạn hay đợt nào mã này[: %]. Xem các mã: dongbo deadlines.",
	  "There is no deadline or call with this code[: %]. See the codes with dongbo deadlines." },
	{ ERR_NO_OFFICER, "Không có cán bộ này[: %]. Xem tên các cán bộ: dongbod officer list.",
	  "There is no such officer[: %]. See the names with dongbod officer list." },

	/* units with dates */
	{ ERR_UNIT_AMBIGUOUS, "Có nhiều đơn vị ứng với mã hoặc tên này[: %]. Gõ số hoặc mã của đơn "
	  "vị cần chọn, hoặc thêm ngày.",
	  "More than one unit has this code or name[: %]. Give the number or code of the one "
	  "meant, or a date." },
	{ ERR_UNIT_INACTIVE, "Đơn vị chưa có hoặc không còn vào ngày này[: %]. Xem lịch sử của đơn "
	  "vị (dongbod unit show) và ngày hiệu lực.",
	  "The unit is not yet or no longer there on that day[: %]. See its history (dongbod unit "
	  "show) and the date." },
	{ ERR_UNIT_CYCLE, "Đơn vị không thể trực thuộc hoặc nhập vào chính nó[: %]. Kiểm tra đơn "
	  "vị cấp trên và đơn vị kế thừa.",
	  "A unit can't stand below itself or go into itself[: %]. Check its parent and its "
	  "successor." },
	{ ERR_UNIT_SHARES, "Chia tách cần ít nhất hai phần, cộng lại đúng 100 phần trăm[: %]. Kiểm tra "
	  "các tỷ lệ.",
	  "A split needs two parts or more that add up to 100 per cent[: %]. Check the shares." },
	{ ERR_UNIT_EARLY, "Ngày hiệu lực trước ngày của văn bản[: %]. Kiểm tra hai ngày này.",
	  "It takes effect before the date of its act[: %]. Check the two dates." },
	{ ERR_UNIT_OUTSIDE, "Đơn vị này ở ngoài địa bàn, không gửi dữ liệu về đây[: %]. Kiểm tra mã "
	  "đơn vị.",
	  "This unit is outside and sends nothing here[: %]. Check its code." },
	{ ERR_UNIT_CODE, "Mã này có hai đơn vị dùng trong cùng một thời gian[: %]. Chọn mã khác, "
	  "hoặc xem lại ngày.",
	  "Two units have this code at one time[: %]. Choose another code, or check the dates." },
	{ ERR_UNIT_WITHDRAWN, "Sự kiện này đã được rút lại[: %]. Xem lý do: dongbod unit events.",
	  "This event has been withdrawn already[: %]. See why: dongbod unit events." },

	/* chiefs' keys */
	{ ERR_NUMBER_TAKEN, "Số này trong sổ đã cấp cho hồ sơ khác[: %]. Bỏ trống mục ấy: máy chủ tự cấp "
	  "số kế tiếp.",
	  "This number of the register belongs to another record[: %]. Leave it empty: the server gives "
	  "the next one." },
	{ ERR_NO_NUMBERS, "Máy này đã hết số của sổ[: %]. Đồng bộ khi có mạng (dongbo sync) để được cấp tiếp, rồi "
	  "lấy số: dongbo number.",
	  "This computer has no number of this register left[: %]. Synchronise (dongbo sync), which brings "
	  "more, then take one: dongbo number." },
	{ ERR_NUMBER_TYPED, "Số này do máy tự cấp, không nhập tay[: %]. Bỏ mục ấy đi; lấy số bằng dongbo number.",
	  "The computer gives this number, nobody types it[: %]. Leave it out; take one with dongbo "
	  "number." },
	{ ERR_NO_CHIEF, "Trên máy này không có khóa ký của người này[: %]. Xem các khóa: dongbo "
	  "chief list.",
	  "There is no signing key of this person on this computer[: %]. See the keys: dongbo "
	  "chief list." },

	/* tables made elsewhere */
	{ ERR_OLD_SHEET, "Tệp Excel kiểu cũ (.xls) hoặc có đặt mật khẩu[: %]. Mở bằng Excel, bỏ mật "
	  "khẩu nếu có, rồi lưu lại dưới dạng .xlsx.",
	  "This is an old Excel file (.xls) or one under a password[: %]. Open it in Excel, take "
	  "the password off if there is one, and save it as .xlsx." },
	{ ERR_NOT_SHEET, "Tệp này không phải bảng tính Excel (.xlsx), hoặc bị thiếu phần bên "
	  "trong[: %]. Kiểm tra xem có chọn nhầm tệp không.",
	  "This is no Excel workbook (.xlsx), or a part of it is missing[: %]. Check that it is "
	  "the right file." },
	{ ERR_NO_SHEET, "Tệp không có trang tính này[: %]. Kiểm tra tên trang tính ở dưới cùng cửa "
	  "sổ Excel.",
	  "The file has no such sheet[: %]. Check the names at the bottom of Excel's window." },
	{ ERR_QUOTE, "Dấu nháy kép không khép lại, hoặc còn chữ ngay sau dấu nháy kép[: ô %]. Sửa ô "
	  "đó rồi nhập lại.",
	  "A quotation mark is not closed, or has text right behind it[: cell %]. Correct that "
	  "cell and try again." },

	/* reports */
	{ ERR_NO_REPORT, "Không có báo cáo này[: %]. Xem các báo cáo: dongbod report list.",
	  "There is no such report[: %]. See them with dongbod report list." },
	{ ERR_NOT_PROVED, "Số liệu chưa khớp nên không ký được[: %]. Xem bằng --check, sửa hồ sơ "
	  "hoặc bộ biểu mẫu rồi ký lại.",
	  "The figures do not agree, so this can't be signed[: %]. Look with --check, correct the "
	  "records or the pack, and sign again." },
	{ ERR_UNITS_MISSING, "Còn đơn vị chưa nộp báo cáo nên không ký được[: %].",
	  "Units have not reported yet, so this can't be signed[: %]." },

	/* messages in files */
	{ ERR_UNFINISHED, "Tệp chép dở, có lẽ USB bị rút ra khi đang ghi[: %]. Ghi lại từ máy gửi; tệp "
	  "này xóa được.",
	  "The file is not finished, the stick was perhaps pulled out too early[: %]. Write it again "
	  "on the computer that sent it; this one can be deleted." },
	{ ERR_CUT_FILE, "Tệp bị cụt hoặc hỏng nên không mở được[: %]. Chép lại, hoặc nhờ nơi gửi ghi "
	  "lại: những gì trong tệp vẫn còn ở đó.",
	  "The file is cut short or damaged and does not open[: %]. Copy it again, or have its "
	  "sender write it again: what it holds is still there." },
	{ ERR_FOR_ANOTHER, "Tệp này không phải cho nơi đang đọc: của máy khác, hệ thống khác, hoặc đi "
	  "chiều ngược lại[: %]. Chuyển đến đúng nơi ghi trong tên tệp.",
	  "This file is for another place: another computer, another system, or the other "
	  "direction[: %]. Take it to where its name says." },
	{ ERR_FILES_BAD, "Có tệp không nhận được[: %]. Xem từng dòng ở trên; các tệp khác đã nhận xong.",
	  "Some files could not be taken in[: %]. See the lines above; the others are done." },
	/* the server's keys, TLS, typed codes */
	{ ERR_KEYS_REFUSED, "Máy chủ đưa ra khóa mới nhưng khóa gốc của máy chủ không ký khóa đó[ (%)], nên "
	  "máy này không nhận. Dữ liệu trên máy vẫn nguyên, cứ nhập tiếp; gọi điện hỏi cơ quan tiếp nhận có vừa đổi "
	  "khóa hay địa chỉ máy chủ không.",
	  "The server showed new keys that the server's root key has not signed[ (%)], so this computer "
	  "does not follow. Everything here is kept, go on entering; telephone the receiving office and ask "
	  "whether it has changed its keys or its address." },
	{ ERR_KEY_REPLACED, "Biên nhận được ký bằng khóa máy chủ đã thay[: %]. Đồng bộ lại để có biên nhận "
	  "mới; nếu vẫn báo như vậy, gọi điện cho cơ quan tiếp nhận.",
	  "The receipt is signed with a key that the server has replaced[: %]. Synchronise again to get "
	  "a new one; if this stays, telephone the receiving office." },
	{ ERR_TLS_PIN, "Nơi trả lời không có khóa TLS của máy chủ[: %]. Có thể là Wi-Fi đòi đăng nhập, "
	  "hoặc có người chặn đường truyền: chưa gửi gì. Thử mạng khác; nếu vẫn vậy, gọi cơ quan tiếp nhận "
	  "hỏi máy chủ có đổi khóa TLS không, và nhập mã được đọc cho bằng dongbo sync --pin.",
	  "What answered does not have the TLS key of the server[: %]. It may be a Wi-Fi that "
	  "wants a login, or somebody in between: nothing was sent. Try another network; if this stays, ask "
	  "the receiving office whether its TLS key has changed, and give what it tells you to dongbo sync --pin." },
	{ ERR_TLS_CERT, "Chứng chỉ của máy chủ không đáng tin[: %]. Chưa gửi gì. Kiểm tra ngày giờ của máy; nếu "
	  "đúng, xin cơ quan tiếp nhận mã khóa TLS rồi dùng dongbo sync --pin.",
	  "The server's certificate is not trusted[: %]. Nothing was sent. Check this computer's date; if it "
	  "is right, ask the receiving office for its TLS key and use dongbo sync --pin." },
	{ ERR_BAD_CODE, "Mã ghi danh gõ chưa đúng[: %]. Xem lại trên giấy rồi gõ lại.",
	  "The enrolment code is not typed right[: %]. Look at the letter and type it again." },
};

static const struct sentence *find(int code)
{
	size_t i;

	for (i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
		if (sentences[i].code == code)
			return &sentences[i];
	return NULL;
}

bool sentence_known(int code)
{
	return find(code) != NULL;
}

static void put(const struct sentence *s, const char *subject, enum lang lang, struct buf *out)
{
	const char *p = lang == LANG_EN ? s->en : s->vi;
	bool skip = false;

	for (; *p != '\0'; p++) {
		if (*p == '[')
			skip = subject[0] == '\0';
		else if (*p == ']')
			skip = false;
		else if (*p == '%' && !skip)
			buf_add(out, bytes_str(subject));
		else if (!skip)
			buf_byte(out, (uint8_t)*p);
	}
}

/* Of an error that is the reason of another one, as a part of its sentence: without a full
 * stop. */
static void put_cause(const struct err *e, enum lang lang, struct buf *out)
{
	const struct sentence *s = find(e->cause);
	size_t from = out->len;

	if (s == NULL) {
		buf_add(out, bytes_str(err_name(e->cause)));
		return;
	}
	put(s, e->detail, lang, out);
	if (out->len > from && out->at[out->len - 1] == '.')
		out->len--;
}

void sentence_error(const struct err *e, enum lang lang, struct buf *out)
{
	const struct sentence *s = find(e->code);
	struct buf subject;

	buf_init(&subject, SUBJECT_MAX);
	reason_subject(e, lang, &subject);
	if (e->cause != 0)
		put_cause(e, lang, &subject);
	buf_byte(&subject, '\0');
	/* A newer server may know codes that this program does not. */
	if (s == NULL)
		buf_printf(out, "%s %d%s%s.", lang == LANG_EN ? "Error" : "Lỗi", -e->code,
			   subject.len <= 1 ? "" : ": ", (const char *)subject.at);
	else
		put(s, subject.failed ? e->subject : (const char *)subject.at, lang, out);
	buf_release(&subject);
}
