/* dongbo enrol: a new enrolment for the store that stands here. */
#include <sodium.h>
#include <stdio.h>

#include "client/cmd/cmd.h"
#include "client/identity/renew.h"
#include "common/text/text.h"
#include "protocol/limits.h"

static int tell(struct session *s)
{
	struct client_waiting w;
	char device[17];
	json_t *j;
	int code = client_waiting(&s->client, &w, s->e);

	if (code != 0)
		return code;
	snprintf(device, sizeof device, "%016llx", (unsigned long long)s->client.key.id);
	j = json_pack("{s:s, s:I}", "device", device, "edits", (json_int_t)w.edits);
	if (j == NULL)
		return err_set(s->e, ERR_NOMEM, "enrol");
	if (!cli_json(s->cli, j))
		printf(CLI_TEXT(s->cli, "Máy này dùng khóa mới (%s). Mọi thứ đã nhập vẫn còn; %lld thay đổi chưa gửi sẽ "
					"đi bằng khóa mới.\nĐồng bộ xong thì xóa tệp giấy ghi danh. Khi có mạng: "
					"dongbo sync\n",
				"This computer has a new key (%s). All that was entered is here; %lld changes "
				"that were not sent\ngo under it. Delete the enrolment file after the "
				"synchronisation. With a network: dongbo sync\n"), device,
		       (long long)w.edits);
	json_decref(j);
	return 0;
}

static int renew(struct session *s, struct bytes text)
{
	const char *author = cli_option(s->cli, "author");
	struct client *c = &s->client;
	struct enrolment en;
	struct buf encoded, name;
	int code;

	buf_init(&encoded, LIMIT_MESSAGE);
	buf_init(&name, LIMIT_AUTHOR);
	if (author == NULL)
		buf_add(&name, buf_view(&c->author));
	else if (text_nfc(bytes_str(author), &name, s->e) != 0 || name.failed)
		name.failed = true;
	code = name.failed ? err_set(s->e, ERR_BAD_INPUT, "--author") :
			     client_read_enrolment(text, &encoded, &en, s->e);
	if (code == 0)
		code = renew_enrol(c, &en, buf_view(&name), s->e);
	if (encoded.at != NULL)
		sodium_memzero(encoded.at, encoded.len);
	buf_release(&encoded);
	buf_release(&name);
	return code;
}

static int run(struct cli *c)
{
	struct session s;
	struct buf text;
	bool by_code = false;
	int code = cli_arguments(c, 0, 1);

	if (code != 0)
		return code;
	buf_init(&text, 2 * LIMIT_MESSAGE);
	code = session_open(&s, c);
	if (code == 0)
		code = c->argc == 1 ? env_read_file(c->argv[0], &text, &c->err) :
				      cmd_enrolment(c, &text, &by_code);
	if (code == 0)
		code = renew(&s, buf_view(&text));
	if (code == 0)
		code = tell(&s);
	session_close(&s);
	if (text.at != NULL)
		sodium_memzero(text.at, text.len);
	buf_release(&text);
	return code;
}

const struct cli_command cmd_enrol = {
	"enrol", "[--enrol] FILE | [--code CODE --address URL] [--author NAME]",
	"enrol= code= address= author=",
	{ "Cho kho dữ liệu này một khóa mới bằng giấy ghi danh mới",
	  "Give this store a new key by a new enrolment" },
	{ "Dùng khi quyền của máy đã bị thu hồi, giấy ghi danh cũ hết hạn hay đã có máy khác dùng, hoặc khóa\n"
	  "của máy đã mất (kho khôi phục từ bản sao lưu). Giấy mới phải là của đúng đơn vị này. Những gì đã\n"
	  "nhập mà chưa gửi không mất: khóa mới gửi chúng, mỗi lần lưu chỉ tính một lần.\n\n"
	  "Ví dụ:\n  dongbo enrol thcs-nhao-2.enrol\n  dongbo sync",
	  "For a computer that was revoked, whose enrolment had expired or was used by another one, or whose\n"
	  "key is lost (a store out of a backup). It must be an enrolment of the same unit. What was entered\n"
	  "and not sent is not lost: the new key sends it, and each save counts once.\n\n"
	  "Examples:\n  dongbo enrol thcs-nhao-2.enrol\n  dongbo sync" },
	run
};
