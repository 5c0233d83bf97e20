/* DOC-TOI.txt: what somebody reads who finds the stick, or wonders at its files. With a byte
 * order mark and both line ends, so that it reads well wherever it is opened. */
#include "common/system/bundle.h"

#include "common/system/env.h"

#define N "\r\n"

static const char readme[] =
"\xef\xbb\xbf"
"USB NÀY MANG HỒ SƠ GIỮA CÁC ĐƠN VỊ VÀ MÁY CHỦ KHI KHÔNG CÓ MẠNG" N
N
"Tên tệp cho biết: mã đơn vị, máy nào, chuyến số mấy - phần mấy, ngày ghi, đi chiều nào." N
"  ..._gui-di.dongbo                đơn vị gửi lên máy chủ" N
"  ..._tra-loi.reply.dongbo         máy chủ trả lời cho đúng máy đã gửi" N
"  ....part                         ghi dở, USB bị rút sớm: xóa đi, ghi lại" N
N
"1. Ở đơn vị:  dongbo bundle write THƯ-MỤC-USB     rồi đưa USB đến cơ quan tiếp nhận" N
"2. Ở máy chủ: dongbod bundle read THƯ-MỤC-USB     rồi trả USB về đơn vị" N
"3. Ở đơn vị:  dongbo bundle read THƯ-MỤC-USB" N
N
"Một USB dùng chung được cho nhiều đơn vị. Đến muộn, đọc hai lần, lẫn thứ tự đều không sao." N
"Đừng sửa tệp. Mọi tệp đều niêm phong, người khác không đọc được." N
"Nhặt được USB này: xin đưa về đơn vị ghi trong tên tệp, hoặc về cơ quan tiếp nhận." N
N
"----------------------------------------------------------------------" N
N
"THIS STICK CARRIES RECORDS BETWEEN UNITS AND THE DISTRICT WHERE THERE IS NO NETWORK" N
N
"A file's name tells: the unit's code, which computer, number of the bundle - of its part," N
"the date, the direction." N
"  ..._gui-di.dongbo                from the unit to the server" N
"  ..._tra-loi.reply.dongbo         the server's answer, for that computer" N
"  ....part                         not finished, pulled out too early: delete it, write again" N
N
"1. At the unit:      dongbo bundle write FOLDER     then take the stick to the office" N
"2. At the server:    dongbod bundle read FOLDER     then take it back" N
"3. At the unit:      dongbo bundle read FOLDER" N
N
"One stick serves many units. Late, twice or out of order does no harm. Do not change the" N
"files. All of them are sealed; nobody else can read them." N
"If you found this stick: please bring it to the unit that the names tell, or the receiving office." N;

int bundle_put_readme(const char *dir, struct err *e)
{
	struct arena a;
	struct buf there;
	const char *path = NULL;
	int code;

	arena_init(&a, 65536);
	buf_init(&there, 65536);
	code = bundle_path(dir, "DOC-TOI.txt", &a, &path, e);
	if (code == 0 && (env_read_file(path, &there, NULL) != 0 ||
			  !bytes_equal(buf_view(&there), bytes_str(readme))))
		code = env_write_file(path, bytes_str(readme), 0644, e);
	buf_release(&there);
	arena_release(&a);
	return code;
}
