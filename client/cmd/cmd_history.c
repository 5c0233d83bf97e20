/* dongbo history: who did what to a record, when, and whether it counts. */
#include <stdio.h>
#include <string.h>

#include "client/cmd/cmd.h"

static const char *text_in(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : s;
}

static const char *kind_text(const char *kind, enum lang lang)
{
	static const struct {
		const char *code, *vi, *en;
	} words[] = {
		{ "create", "tạo", "created" }, { "set", "nhập", "set" },
		{ "add", "thêm", "added" }, { "remove", "bớt", "removed" },
		{ "delete", "xóa", "deleted" }, { "undelete", "khôi phục", "brought back" },
		{ "move", "chuyển sang", "moved to" }, { "sign", "ký bản", "signed version" },
		{ "adopt", "nhận lại", "adopted" },
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(kind, words[i].code) == 0)
			return lang == LANG_EN ? words[i].en : words[i].vi;
	return kind;
}

static const char *signature_text(const char *word, enum lang lang)
{
	if (strcmp(word, "ok") == 0)
		return lang == LANG_EN ? "signature right" : "chữ ký đúng";
	if (strcmp(word, "bad") == 0)
		return lang == LANG_EN ? "SIGNATURE WRONG" : "CHỮ KÝ SAI";
	return lang == LANG_EN ? "not received yet" : "chưa được máy chủ nhận";
}

/* Ops of one save by one author stand under one heading. */
static bool same_save(const json_t *a, const json_t *b)
{
	static const char *const keys[] = { "seq", "device", "save" };
	size_t i;

	for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (!json_equal(json_object_get(a, keys[i]), json_object_get(b, keys[i])))
			return false;
	return true;
}

static void print_heading(struct cli *c, const json_t *j)
{
	char made[32], received[32];
	const json_t *seq = json_object_get(j, "seq");

	time_text(json_integer_value(json_object_get(j, "time")), made);
	time_text(json_integer_value(json_object_get(j, "received")), received);
	if (json_is_integer(seq))
		printf("#%lld  ", (long long)json_integer_value(seq));
	else
		printf("#-  ");
	printf("%s  %s", made, text_in(j, "author"));
	if (text_in(j, "role_label")[0] != '\0')
		printf(" (%s)", text_in(j, "role_label"));
	if (received[0] != '\0')
		printf("  %s %s", CLI_TEXT(c, "máy chủ nhận", "received"), received);
	printf("  %s\n", signature_text(text_in(j, "signature"), c->lang));
	if (json_is_false(json_object_get(j, "applied")))
		printf("    %s: %s\n", CLI_TEXT(c, "BỊ TỪ "
		       "CHỐI", "REFUSED"), text_in(j, "sentence"));
}

static void print_op(struct session *s, const json_t *j, const char *root)
{
	struct cli *c = s->cli;
	const char *kind = text_in(j, "kind"), *label = text_in(j, "label");
	char id[9] = "";
	uint64_t stream;
	struct rid rid;

	printf("    ");
	if (strcmp(text_in(j, "record"), root) != 0 &&
	    record_full_parse(bytes_str(text_in(j, "record")), &stream, &rid)) {
		record_short_text(record_short(stream, rid), id);
		printf("[%.5s] ", id);
	}
	printf("%s", kind_text(kind, c->lang));
	if (strcmp(kind, "create") == 0)
		printf(" %s", text_in(j, "type_label"));
	if (label[0] != '\0')
		printf(" %s:", label);
	if (text_in(j, "shown")[0] != '\0')
		printf(" %s", text_in(j, "shown"));
	else if (strcmp(kind, "set") == 0)
		printf(" %s", CLI_TEXT(c, "(để trống)", "(nothing)"));
	if (text_in(j, "remark")[0] != '\0')
		printf(" – %s", text_in(j, "remark"));
	printf("\n");
}

static int history(struct session *s)
{
	json_t *list = NULL, *j;
	const json_t *before = NULL;
	char root[64];
	uint64_t stream;
	struct rid id;
	size_t i;
	int code = session_read(s);

	s->options.personal = cli_option(s->cli, "personal") != NULL;
	if (code == 0)
		code = session_find(s, s->cli->argv[0], &stream, &id);
	if (code == 0)
		code = query_history(s->replica, stream, id, &s->options, &list, s->e);
	if (code != 0)
		return code;
	record_full_text(stream, id, root);
	if (!cli_json(s->cli, list)) {
		query_clean(list);
		json_array_foreach(list, i, j) {
			if (before == NULL || !same_save(before, j))
				print_heading(s->cli, j);
			print_op(s, j, root);
			before = j;
		}
	}
	json_decref(list);
	return 0;
}

static int run(struct cli *c)
{
	return session_run(c, 1, 1, history);
}

const struct cli_command cmd_history = {
	"history", "ID [--personal]", "personal",
	{ "Xem ai đã làm gì với hồ sơ, kiểm tra lại chữ ký", "Show who did what to a record" },
	{ "Mỗi lần lưu có: thứ tự trong sổ của máy chủ, giờ của máy nhập, người nhập, giờ máy chủ\n"
	  "nhận, chữ ký. [mã] đứng trước thay đổi trên một dòng của hồ sơ.\n\n"
	  "Ví dụ:\n  dongbo history k3f7q",
	  "Each save has: its place in the server's log, the computer's time, the author, when "
	  "the\n"
	  "server received it, the signature. [id] marks changes of a row.\n\n"
	  "Example:\n  dongbo history k3f7q" },
	run
};
