/* dongbo init: makes the store of this computer from an enrolment, a file or a letter. */
#include <sodium.h>
#include <stdio.h>

#include "client/cmd/cmd.h"
#include "common/text/text.h"
#include "protocol/limits.h"

static void tell(struct cli *c)
{
	if (c->json)
		printf("{\"created\":true}\n");
	else
		printf(CLI_TEXT(c, "Đã tạo kho dữ liệu trong %s.\n"
				   "Giấy ghi danh là bí mật cho đến lần đồng bộ đầu tiên; sau đó "
				   "hãy "
				   "xóa tệp này.\nKhi có mạng, chạy: dongbo sync\n",
				"The store is in %s.\nThe enrolment file is a secret until the "
				"first "
				"synchronisation; delete it after that.\nWith a network, run: "
				"dongbo "
				"sync\n"), c->data);
}

/* A store that came out of a backup without its key is to be taken up. */
static bool stands(const char *dir)
{
	struct client c;
	bool restored;

	if (client_open(&c, env_os(), dir, NULL) != 0)
		return false;
	restored = c.restored != 0;
	client_close(&c);
	return !restored;
}

/* A letter brings no forms; but the link is there. */
static int go_on(struct cli *c)
{
	if (!c->json)
		printf(CLI_TEXT(c, "Đã tạo kho dữ liệu trong %s. Đang lấy biểu mẫu từ máy chủ; đứt giữa chừng "
				   "thì chạy tiếp: dongbo sync\n",
				"The store is in %s. Fetching the server's forms; if the link breaks, go on "
				"with: dongbo sync\n"), c->data);
	fflush(stdout);
	return cmd_sync.run(c);
}

static int run(struct cli *c)
{
	const char *author = cli_option(c, "author");
	struct buf text, nfc;
	bool by_code = false;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	buf_init(&text, 2 * LIMIT_MESSAGE);
	buf_init(&nfc, LIMIT_AUTHOR);
	if (author != NULL && text_nfc(bytes_str(author), &nfc, &c->err) != 0)
		code = err_set(&c->err, ERR_BAD_INPUT, "--author");
	/* Nobody is to type a code in vain. */
	if (code == 0 && stands(c->data))
		code = err_set(&c->err, ERR_STORE_EXISTS, "%s", c->data);
	if (code == 0)
		code = cmd_enrolment(c, &text, &by_code);
	if (code == 0)
		code = client_init(env_os(), c->data, buf_view(&text), buf_view(&nfc), &c->err);
	if (text.at != NULL)
		sodium_memzero(text.at, text.len);
	buf_release(&nfc);
	buf_release(&text);
	if (code != 0)
		return code;
	if (by_code)
		return go_on(c);
	tell(c);
	return 0;
}

const struct cli_command cmd_init = {
	"init", "--enrol FILE | [--code CODE --address URL] [--author NAME]",
	"enrol= code= address= author=",
	{ "Tạo kho dữ liệu trên máy này từ giấy ghi danh",
	  "Make this computer's store from an enrolment" },
	{ "Tệp giấy ghi danh (--enrol) không cần mạng. Giấy in có mã thì cần mạng một lần: chạy dongbo init rồi gõ "
	  "địa chỉ và\n"
	  "mã trên giấy; gõ sai thì máy báo sai ở nhóm nào. --code nhận cả nội dung mã QR.\n"
	  "--author là tên người thường dùng máy này; nhiều người dùng chung một máy thì ghi --author ở từng "
	  "lệnh nhập.\n\n"
	  "Ví dụ:\n"
	  "  dongbo init --enrol thcs-nhao.enrol --author \"Nguyễn Thị Mẫu\"\n"
	  "  dongbo init --author \"Nguyễn Thị Mẫu\"            # hỏi địa chỉ và mã",
	  "An enrolment file (--enrol) needs no network. A letter with a code needs it once: run dongbo init and "
	  "type the\n"
	  "address and the code; what is mistyped is told by its group. --code takes what a QR code holds, too.\n"
	  "--author is who mostly uses this computer; where several people share it, give --author with each "
	  "command that\n"
	  "writes.\n\n"
	  "Examples:\n"
	  "  dongbo init --enrol thcs-nhao.enrol --author \"Nguyễn Thị Mẫu\"\n"
	  "  dongbo init --author \"Nguyễn Thị Mẫu\"            # asks for address and code" },
	run
};
