/* dongbo init: makes the store of this computer from an enrolment file. */
#include <stdio.h>

#include "client/cmd.h"
#include "common/text.h"
#include "protocol/limits.h"

static int run(struct cli *c)
{
	const char *file = cli_option(c, "enrol"), *author = cli_option(c, "author");
	struct buf text, nfc;
	int code = cli_arguments(c, 0, 0);

	if (code == 0 && file == NULL)
		code = cli_usage(c, CLI_TEXT(c, "cần --enrol TỆP", "--enrol FILE is needed"));
	if (code != 0)
		return code;
	buf_init(&text, 2 * LIMIT_MESSAGE);
	buf_init(&nfc, LIMIT_AUTHOR);
	code = env_read_file(file, &text, &c->err);
	if (code == 0 && author != NULL && text_nfc(bytes_str(author), &nfc, &c->err) != 0)
		code = err_set(&c->err, ERR_BAD_INPUT, "--author");
	if (code == 0)
		code = client_init(env_os(), c->data, buf_view(&text), buf_view(&nfc), &c->err);
	buf_release(&nfc);
	buf_release(&text);
	if (code != 0)
		return code;
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
	return 0;
}

const struct cli_command cmd_init = {
	"init", "--enrol FILE [--author NAME]", "enrol= author=",
	{ "Tạo kho dữ liệu trên máy này từ giấy ghi danh của huyện",
	  "Make this computer's store from the district's enrolment file" },
	{ "Không cần mạng. --author là tên người thường dùng máy này; nhiều người dùng chung\n"
	  "một máy thì ghi --author ở từng lệnh nhập.\n\n"
	  "Ví dụ:\n  dongbo init --enrol thcs-nhao.enrol --author \"Nguyễn Thị Mẫu\"",
	  "Needs no network. --author is who mostly uses this computer; where several people\n"
	  "share it, give --author with each command that writes.\n\n"
	  "Example:\n  dongbo init --enrol thcs-nhao.enrol --author \"Nguyễn Thị Mẫu\"" },
	run
};
