/* dongbo chief: the keys with which the unit's chiefs sign on this computer. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "client/cmd/cmd.h"
#include "client/identity/chief.h"
#include "common/text/sentence.h"
#include "protocol/limits.h"

static void wipe(struct buf *b)
{
	if (b->at != NULL)
		sodium_memzero(b->at, b->cap);
	buf_release(b);
}

static int add(struct session *s)
{
	struct cli *c = s->cli;
	const char *name = cli_option(c, "name");
	struct buf text, pass;
	bool by_code = false;
	json_t *j;
	int code = cli_arguments(c, 1, 1);

	if (code == 0 && name == NULL)
		code = cli_usage(c, CLI_TEXT(c, "cần --name \"HỌ TÊN\"", "--name NAME is needed"));
	if (code != 0)
		return code;
	buf_init(&text, 2 * LIMIT_MESSAGE);
	buf_init(&pass, KEYBOX_PASSPHRASE_MAX);
	code = cmd_enrolment(c, &text, &by_code);
	if (code == 0)
		code = cli_passphrase(c, "passphrase-file",
				      CLI_TEXT(c, "Mật khẩu để ký", "Passphrase for signing"), true,
				      &pass);
	if (code == 0)
		code = chief_add(&s->client, buf_view(&text), bytes_str(name), buf_view(&pass),
				 NULL, s->e);
	wipe(&pass);
	wipe(&text);
	if (code == ERR_EXISTS)
		buf_printf(&c->said, CLI_TEXT(c, "%s đã có khóa ký trên máy này và máy chủ đã "
						 "công nhận khóa đó.",
					      "%s has a signing key on this computer already, and the "
					      "server has accepted it."), name);
	if (code == ERR_NOT_ALLOWED)
		buf_printf(&c->said, CLI_TEXT(c, "Giấy ghi danh này của vai trò \"%s\": không biểu mẫu "
						 "nào cần vai trò đó ký. Xin giấy của thủ trưởng.",
					      "This enrolment is for the role \"%s\": no form wants "
					      "its signature. Ask for one for the chief."),
			   s->e->subject);
	if (code != 0)
		return code;
	j = json_pack("{s:s}", "name", name);
	if (!cli_json(c, j))
		printf(CLI_TEXT(c, "Đã tạo khóa ký của %s trên máy này. Mật khẩu không lấy lại được: "
				   "hãy giữ kỹ.\nKý được ngay, cả khi không có mạng: dongbo sign "
				   "MÃ --chief \"%s\"\n",
				"%s has a signing key on this computer. The passphrase cannot be "
				"recovered: keep it safe.\nSigning works at once, without a "
				"network too: dongbo sign ID --chief \"%s\"\n"), name, name);
	json_decref(j);
	return 0;
}

/* What the server says of a key. */
static const char *standing(struct cli *c, const struct chief *k)
{
	if (k->stale != 0)
		return CLI_TEXT(c, "lần ký tới có khóa mới", "a new key at the next signature");
	if (k->certified)
		return CLI_TEXT(c, "máy chủ đã công nhận", "accepted by the server");
	return k->problem != 0 ? CLI_TEXT(c, "không được công nhận", "not accepted") :
				 CLI_TEXT(c, "chờ đồng bộ", "to be synchronised");
}

json_t *session_chiefs(struct session *s)
{
	struct chief *list;
	size_t count = 0, i;
	json_t *j = json_array();

	if (chief_list(&s->client, &s->arena, &list, &count, s->e) != 0)
		count = 0;
	for (i = 0; i < count; i++) {
		const struct role *role = schema_role(s->schema, list[i].role);
		char device[24];

		snprintf(device, sizeof device, "%016" PRIx64, list[i].device);
		json_array_append_new(j, json_pack("{s:s%, s:s, s:s, s:b, s:s, s:I, s:b, s:I}", "name",
						   (const char *)list[i].name.at, list[i].name.len,
						   "device", device, "role",
						   role == NULL ? "" : role->code, "certified",
						   list[i].certified, "problem",
						   list[i].problem == 0 ? "" :
									  err_name(list[i].problem),
						   "waiting", (json_int_t)list[i].waiting, "stale",
						   list[i].stale != 0, "again",
						   (json_int_t)list[i].again));
	}
	return j;
}

static void print_problem(struct session *s, const struct chief *k)
{
	struct err e = { .code = k->problem };
	struct buf text;

	buf_init(&text, 8192);
	sentence_error(&e, s->cli->lang, &text);
	printf(CLI_TEXT(s->cli, "Khóa ký của %.*s không được công nhận: %.*s\n  Giấy mới: "
				"dongbo chief add --enrol TỆP --name \"%.*s\" (cùng mật "
				"khẩu)\n",
			"The key of %.*s was not accepted: %.*s\n  With a new file: dongbo "
			"chief add --enrol FILE --name \"%.*s\" (same passphrase)\n"),
	       (int)k->name.len, (const char *)k->name.at, (int)text.len,
	       (const char *)text.at, (int)k->name.len, (const char *)k->name.at);
	buf_release(&text);
}

void session_chief_news(struct session *s, bool all)
{
	struct chief *list;
	size_t count = 0, i;

	if (chief_list(&s->client, &s->arena, &list, &count, NULL) != 0)
		return;
	for (i = 0; i < count; i++) {
		const struct chief *k = &list[i];
		int n = (int)k->name.len;
		const char *name = (const char *)k->name.at;

		if (k->problem != 0)
			print_problem(s, k);
		if (k->again > 0)
			printf(CLI_TEXT(s->cli, "%" PRId64 " lần ký của %.*s chưa gửi được, vì kho dữ liệu đã bị "
						"chép hay đưa về bản cũ.\n  Ký lại tất cả bằng mật khẩu: dongbo "
						"chief renew \"%.*s\"\n",
					"%" PRId64 " saves that %.*s signed can't be sent, for the store was copied "
					"or put back.\n  Signed anew with the passphrase, all of them: dongbo "
					"chief renew \"%.*s\"\n"), k->again, n, name, n, name);
		else if (all && k->stale != 0)
			printf(CLI_TEXT(s->cli, "Khóa ký của %.*s trên máy này tự được thay ở lần ký tới; không cần "
						"giấy ghi danh mới.\n",
					"The key of %.*s on this computer is replaced by itself at the next "
					"signature; no new enrolment is needed.\n"), n, name);
	}
}

void session_chief_opened(struct session *s, const struct chief_key *k)
{
	const struct cli *c = s->cli;

	if (c->json || (!k->renewed && k->again + k->left == 0))
		return;
	if (k->renewed)
		printf("%s\n", CLI_TEXT(c, "Khóa ký đã được thay bằng khóa mới, cùng mật khẩu; lần đồng bộ tới báo "
					   "máy chủ.",
					"The key was replaced by a new one under the same passphrase; the next "
					"synchronisation tells the server."));
	if (k->again > 0)
		printf(CLI_TEXT(c, "Đã ký lại %" PRIu64 " lần ký, đúng nội dung đã ký trước đây.\n",
				"%" PRIu64 " saves were signed anew, with just what was signed before.\n"),
		       k->again);
	if (k->left > 0)
		printf(CLI_TEXT(c, "%" PRIu64 " lần ký không làm lại được, vì hồ sơ đã khác hoặc đã có người ký: "
				   "xem lại, rồi dongbo sign.\n",
				"%" PRIu64 " were not, for the records have changed or somebody has signed them: "
				"look at them,\nthen dongbo sign.\n"), k->left);
}

static int print_list(struct session *s, const struct chief *list, size_t count)
{
	struct cli *c = s->cli;
	const char *const headings[] = {
		CLI_TEXT(c, "Họ tên", "Name"), CLI_TEXT(c, "Vai trò", "Role"),
		CLI_TEXT(c, "Khóa", "Key"), CLI_TEXT(c, "Tình trạng", "Standing"),
		CLI_TEXT(c, "Gói chờ gửi", "Packets to send"),
	};
	struct cli_table *t = cli_table_new(5, headings);
	size_t i;
	int code;

	for (i = 0; i < count; i++) {
		const struct role *role = schema_role(s->schema, list[i].role);
		char device[24], waiting[24];
		const char *name = arena_str(&s->arena, list[i].name);
		const char *const cells[5] = {
			name, role == NULL ? "?" : label_in(&role->label, c->lang), device,
			standing(c, &list[i]), waiting
		};

		snprintf(device, sizeof device, "%016" PRIx64, list[i].device);
		snprintf(waiting, sizeof waiting, "%" PRId64, list[i].waiting);
		cli_table_row(t, cells);
	}
	code = cli_table_print(t, s->e);
	cli_table_free(t);
	if (code == 0)
		session_chief_news(s, true);
	return code;
}

static int show_list(struct session *s)
{
	struct chief *list;
	size_t count = 0;
	json_t *j;
	int code = cli_arguments(s->cli, 1, 1);

	if (code == 0)
		code = chief_list(&s->client, &s->arena, &list, &count, s->e);
	if (code != 0)
		return code;
	j = session_chiefs(s);
	if (cli_json(s->cli, j))
		code = 0;
	else if (count == 0)
		printf("%s\n", CLI_TEXT(s->cli, "Trên máy này chưa có khóa ký nào: xem dongbo chief "
						"--help.",
					"There is no signing key on this computer: see dongbo chief "
					"--help."));
	else
		code = print_list(s, list, count);
	json_decref(j);
	return code;
}

static int passphrase(struct session *s)
{
	struct cli *c = s->cli;
	struct buf old, fresh;
	int code = cli_arguments(c, 2, 2);

	if (code != 0)
		return code;
	buf_init(&old, KEYBOX_PASSPHRASE_MAX);
	buf_init(&fresh, KEYBOX_PASSPHRASE_MAX);
	code = cli_passphrase(c, "passphrase-file", CLI_TEXT(c, "Mật khẩu đang dùng",
							     "Present passphrase"), false, &old);
	if (code == 0)
		code = cli_passphrase(c, "new-passphrase-file", CLI_TEXT(c, "Mật khẩu mới",
									 "New passphrase"), true,
				      &fresh);
	if (code == 0)
		code = chief_passphrase(&s->client, bytes_str(c->argv[1]), buf_view(&old),
					buf_view(&fresh), NULL, s->e);
	wipe(&old);
	wipe(&fresh);
	if (code == 0 && !c->json)
		printf("%s\n", CLI_TEXT(c, "Đã đổi mật khẩu.", "The passphrase is changed."));
	else if (code == 0)
		printf("{\"changed\":true}\n");
	return code;
}

/* What waits for the chief's passphrase, and nothing new. */
static int renew(struct session *s)
{
	struct cli *c = s->cli;
	struct chief_key key;
	struct buf pass;
	json_t *j;
	int code = cli_arguments(c, 2, 2);

	if (code != 0)
		return code;
	buf_init(&pass, KEYBOX_PASSPHRASE_MAX);
	code = cli_passphrase(c, "passphrase-file", CLI_TEXT(c, "Mật khẩu để ký",
							     "Passphrase for signing"), false, &pass);
	if (code == 0)
		code = client_writable(&s->client, s->e);
	if (code == 0)
		code = chief_open(&s->client, bytes_str(c->argv[1]), buf_view(&pass), &key, s->e);
	wipe(&pass);
	if (code != 0)
		return code;
	session_chief_opened(s, &key);
	if (!c->json && !key.renewed && key.again + key.left == 0)
		printf("%s\n", CLI_TEXT(c, "Không có gì phải thay hay ký lại.",
					"There is nothing to replace or to sign anew."));
	j = json_pack("{s:b, s:I, s:I}", "renewed", key.renewed, "again", (json_int_t)key.again,
		      "left", (json_int_t)key.left);
	chief_close(&key);
	cli_json(c, j);
	json_decref(j);
	return 0;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 1, 2);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0 && strcmp(c->argv[0], "add") == 0)
		code = add(&s);
	else if (code == 0 && strcmp(c->argv[0], "list") == 0)
		code = show_list(&s);
	else if (code == 0 && strcmp(c->argv[0], "passphrase") == 0)
		code = passphrase(&s);
	else if (code == 0 && strcmp(c->argv[0], "renew") == 0)
		code = renew(&s);
	else if (code == 0)
		code = cli_unknown(c, c->argv[0]);
	session_close(&s);
	return code;
}

const struct cli_command cmd_chief = {
	"chief", "add --name NAME [--enrol FILE | --code CODE --address URL] | list | passphrase NAME | renew NAME",
	"enrol= code= address= name= passphrase-file= new-passphrase-file=",
	{ "Khóa ký của thủ trưởng đơn vị trên máy này",
	  "Signing keys of the unit's chiefs on this computer" },
	{ "Cơ quan tiếp nhận cấp cho thủ trưởng một giấy ghi danh riêng, cùng đơn vị với máy này. Khóa nằm trên\n"
	  "máy này, chỉ mở được bằng mật khẩu của thủ trưởng; lần đồng bộ tới máy chủ công nhận khóa.\n"
	  "Giấy bị từ chối (quá hạn, đã dùng): làm lại add với giấy mới, cùng tên, cùng mật khẩu.\n"
	  "Giấy in có mã: không ghi --enrol, máy hỏi địa chỉ và mã (cần mạng).\n"
	  "passphrase đổi mật khẩu của khóa; --new-passphrase-file lấy mật khẩu mới từ tệp, không hỏi.\n\n"
	  "Ví dụ:\n"
	  "  dongbo chief add --enrol hieu-truong.enrol --name \"Trần Văn Mẫu\"\n"
	  "  dongbo chief list\n"
	  "  dongbo chief passphrase \"Trần Văn Mẫu\"\n"
	  "  dongbo chief renew \"Trần Văn Mẫu\"",
	  "The receiving office gives the chief an enrolment file of his own, for the unit of this computer.\n"
	  "The key stays here and opens with the chief's passphrase only; the server accepts it at\n"
	  "the next synchronisation. If a file is refused (late, used), add again with a new one\n"
	  "under the same name and passphrase. Of a letter with a code: leave --enrol out, address and\n"
	  "code are asked for (with a network). passphrase changes a key's passphrase;\n"
	  "--new-passphrase-file takes the new one from a file, without asking.\n\n"
	  "Examples:\n"
	  "  dongbo chief add --enrol headmaster.enrol --name \"Trần Văn Mẫu\"\n"
	  "  dongbo chief list\n"
	  "  dongbo chief passphrase \"Trần Văn Mẫu\"\n"
	  "  dongbo chief renew \"Trần Văn Mẫu\"" },
	run
};
