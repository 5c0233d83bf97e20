/* dongbo resend: makes a refused transaction anew, with corrections. */
#include <stdlib.h>

#include "client/cmd/cmd.h"

/* The n-th refusal of this device. */
static int find_refusal(struct session *s, json_t **list, const json_t **out)
{
	char *end;
	long n = strtol(s->cli->argv[0], &end, 10);
	int code;

	if (*end != '\0' || n < 1)
		return cli_usage(s->cli, CLI_TEXT(s->cli, "%s: cần một số trong dongbo refused",
						  "%s: a number of dongbo refused is needed"),
				 s->cli->argv[0]);
	code = session_made_here(s);
	if (code == 0)
		code = query_refused(s->replica, &s->options, list, s->e);
	if (code != 0)
		return code;
	*out = json_array_get(*list, (size_t)n - 1);
	return *out != NULL ? 0 : session_no_refused(s, s->cli->argv[0]);
}

static uint64_t number_in(const json_t *j, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(j, key));
}

/* Its official number was of what was refused: it gets the next one, if there is any. */
static int number_again(struct session *s, struct rid id, const char *type)
{
	const struct type *t = type == NULL ? NULL : schema_type_by_code(s->schema,
									 bytes_str(type));
	struct record rec;
	int code = query_record(s->replica, s->stream, id, &s->arena, &rec, s->e);

	if (code == ERR_NO_RECORD && t != NULL)
		return session_number(s, t, id, NULL, false);
	return code != 0 || t == NULL || rec.type != t->number ?
		       (code == ERR_NO_RECORD ? 0 : code) :
		       session_number(s, t, id, &rec, false);
}

static int resend_one(struct session *s, const json_t *j, const struct assignment *list,
		      size_t count)
{
	const char *full = json_string_value(json_object_get(j, "record"));
	const char *type = json_string_value(json_object_get(j, "type"));
	struct rid about = RID_NONE, id = RID_NONE;
	uint64_t stream;
	bool changed;
	int code;

	/* It is somebody's word on what he saw: nobody can repeat it for him. */
	if (json_is_true(json_object_get(j, "signs"))) {
		buf_printf(&s->cli->said, "%s",
			   CLI_TEXT(s->cli, "Đây là chữ ký của thủ trưởng: thủ trưởng xem lại hồ sơ rồi "
					    "ký lại bằng dongbo sign.",
				    "This is a chief's signature: the chief looks at the record again "
				    "and signs with dongbo sign."));
		return err_set(s->e, ERR_NOT_SIGNED, "%s", s->cli->argv[0]);
	}
	if (full != NULL)
		record_full_parse(bytes_str(full), &stream, &about);
	code = session_enter(s, number_in(j, "stream"));
	if (code != 0)
		return code;
	code = edit_resend(s->replica, s->schema, &s->draft, number_in(j, "seq"),
			   (uint32_t)number_in(j, "tx"), about, list, count, &id, s->e);
	if (code != 0)
		return session_edit_error(s, code, type == NULL ? NULL :
					  schema_type_by_code(s->schema, bytes_str(type)));
	code = number_again(s, id, type);
	if (code != 0)
		return code;
	changed = s->draft.count > 0;
	code = client_settle_refused(&s->client, number_in(j, "stream"), number_in(j, "seq"),
				     (uint32_t)number_in(j, "tx"), s->e);
	if (code == 0)
		code = session_save(s, id);
	return code != 0 ? code : session_tell(s, id, changed);
}

static int run(struct cli *c)
{
	struct assignment *list;
	json_t *refused = NULL;
	const json_t *j = NULL;
	struct session s;
	size_t count;
	int code = cli_arguments(c, 1, -1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = session_assignments(&s, 1, &list, &count);
	/* Inside the transaction: nobody else settles it meanwhile. */
	if (code == 0)
		code = session_begin(&s);
	if (code == 0)
		code = find_refusal(&s, &refused, &j);
	if (code == 0)
		code = resend_one(&s, j, list, count);
	json_decref(refused);
	session_close(&s);
	return code;
}

const struct cli_command cmd_resend = {
	"resend", "N field=value...", "author=",
	{ "Sửa và gửi lại một lần nhập bị từ chối", "Correct and resend what was refused" },
	{ "N là số thứ tự trong dongbo refused. Những gì đã nhập được làm lại trên hồ sơ hiện "
	  "tại,\n"
	  "với các mục ghi ở đây thay cho giá trị cũ. Hồ sơ mới có mã mới.\n\n"
	  "Ví dụ:\n  dongbo resend 1 amount=50000000",
	  "N counts as in dongbo refused. What was entered is made anew on the record as it is\n"
	  "now, with the fields given here in place of the old values. A new record gets a new "
	  "id.\n\n"
	  "Example:\n  dongbo resend 1 amount=50000000" },
	run
};
