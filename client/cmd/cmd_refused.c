/* dongbo refused: what the server did not accept, and why. */
#include <stdio.h>

#include "client/cmd/cmd.h"

static const char *text_in(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : s;
}

static void print_one(struct session *s, const json_t *j)
{
	struct cli *c = s->cli;
	const json_t *shown = json_object_get(j, "shown"), *v;
	const struct type *t = schema_type_by_code(s->schema, bytes_str(text_in(j, "type")));
	char time[32];
	size_t i;

	printf("%lld. %s: %s\n", (long long)json_integer_value(json_object_get(j, "n")),
	       text_in(j, "label"),
	       text_in(j, "title")[0] != '\0' ? text_in(j, "title") : text_in(j, "short"));
	printf("   %s\n", text_in(j, "sentence"));
	if (json_is_true(json_object_get(j, "signs")))
		printf("   %s\n", CLI_TEXT(c, "(chữ ký của thủ trưởng: ký lại bằng dongbo sign, không "
					      "dùng resend)",
					   "(a chief's signature: sign again with dongbo sign, not "
					   "resend)"));
	printf("   %s %s, %s\n", CLI_TEXT(c, "do", "by"), text_in(j, "author"),
	       time_text(json_integer_value(json_object_get(j, "time")), time));
	for (i = 0; t != NULL && i < t->field_count; i++) {
		v = json_object_get(shown, t->fields[i].code);
		if (v != NULL)
			printf("     %s = %s\n", t->fields[i].code, json_string_value(v));
	}
}

int session_no_refused(struct session *s, const char *number)
{
	buf_printf(&s->cli->said, CLI_TEXT(s->cli, "Không có gì bị từ chối mang số %s. Xem các số: dongbo refused.",
					   "Nothing that was refused has the number %s. See them with dongbo refused."),
		   number);
	return err_set(s->e, ERR_NO_RECORD, "%s", number);
}

static int drop(struct session *s, const json_t *list, int64_t n)
{
	const json_t *j = json_array_get(list, (size_t)n - 1);
	int code;

	if (j == NULL)
		return session_no_refused(s, cli_option(s->cli, "drop"));
	code = session_begin(s);
	if (code == 0)
		code = client_settle_refused(&s->client,
				(uint64_t)json_integer_value(json_object_get(j, "stream")),
				(uint64_t)json_integer_value(json_object_get(j, "seq")),
				(uint32_t)json_integer_value(json_object_get(j, "tx")), s->e);
	if (code == 0)
		code = session_save(s, RID_NONE);
	if (code == 0 && !s->cli->json)
		printf("%s\n", CLI_TEXT(s->cli, "Đã bỏ.", "Given up."));
	return code;
}

static int list_refused(struct session *s)
{
	struct cli *c = s->cli;
	json_t *list = NULL, *j;
	int64_t n = 0;
	size_t i;
	int code = cli_number(c, "drop", 0, 1, 1000000, &n);

	s->options.personal = cli_option(c, "personal") != NULL;
	if (code == 0)
		code = session_made_here(s);
	if (code == 0)
		code = query_refused(s->replica, &s->options, &list, s->e);
	if (code == 0 && n > 0) {
		code = drop(s, list, n);
	} else if (code == 0 && !cli_json(c, list)) {
		query_clean(list);
		json_array_foreach(list, i, j)
			print_one(s, j);
		if (json_array_size(list) == 0)
			printf("%s\n", CLI_TEXT(c, "Không có gì bị từ chối.",
						"Nothing was refused."));
		else
			printf("%s\n", CLI_TEXT(c, "\nSửa rồi gửi lại: dongbo resend SỐ "
			       "mục=giá_trị\n"
						   "Bỏ hẳn: dongbo refused --drop SỐ",
						"\nCorrect and resend: dongbo resend N "
						"field=value\n"
						"Give up: dongbo refused --drop N"));
	}
	json_decref(list);
	return code;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = list_refused(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_refused = {
	"refused", "[--personal] [--drop N]", "personal drop=",
	{ "Xem những gì máy chủ không nhận và vì sao",
	  "Show what the server did not accept, and why" },
	{ "Không có gì mất: những gì đã nhập được giữ lại đến khi sửa và gửi lại (dongbo resend)\n"
	  "hoặc bỏ hẳn (--drop SỐ).\n\n"
	  "Ví dụ:\n  dongbo refused\n  dongbo resend 1 amount=50000000",
	  "Nothing is lost: what was entered is kept until it is corrected and resent (dongbo\n"
	  "resend) or given up (--drop N).\n\n"
	  "Examples:\n  dongbo refused\n  dongbo resend 1 amount=50000000" },
	run
};
