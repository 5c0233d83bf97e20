/* dongbod tasks: what does not fit together across records, and an officer's word on it. */
#include <stdio.h>
#include <string.h>

#include "common/replica/record.h"
#include "common/text/text.h"
#include "protocol/limits.h"
#include "server/cmd/cmd.h"

static int print_tasks(struct desk *d, const json_t *tasks)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "VIỆC", "TASK"), CLI_TEXT(d->cli, "HỒ SƠ", "RECORDS"),
		CLI_TEXT(d->cli, "ĐƠN VỊ", "UNITS"), CLI_TEXT(d->cli, "NỘI DUNG", "WHAT")
	};
	struct cli_table *t = cli_table_new(4, headings);
	json_t *j, *r;
	size_t i, k;
	int code;

	json_array_foreach(tasks, i, j) {
		char unused[32], more[32];

		json_array_foreach(json_object_get(j, "records"), k, r) {
			char what[256];
			const char *cells[4] = { k == 0 ? desk_text(j, "id", unused) : "", what,
						 desk_text(r, "unit", unused),
						 k == 0 ? desk_text(j, "label", unused) : "" };

			snprintf(what, sizeof what, "%s  %s: %s", desk_text(r, "short", more),
				 desk_text(r, "label", more), desk_text(r, "title", more));
			cli_table_row(t, cells);
		}
	}
	if (json_array_size(tasks) == 0)
		printf("%s\n", CLI_TEXT(d->cli, "Không còn việc nào chờ xử lý.", "No open tasks."));
	code = json_array_size(tasks) == 0 ? 0 : cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}

static int list_tasks(struct desk *d, struct bytes only, json_t **out)
{
	json_t *j;
	size_t i;
	int code = desk_options(d);

	if (code == 0)
		code = desk_read(d);
	if (code == 0)
		code = query_tasks(d->replica, &d->options, only, out, d->e);
	json_array_foreach(*out, i, j)
		if (code == 0)
			code = desk_add_units(d, json_object_get(j, "records"));
	if (d->reading)
		db_end_read(d->server.db);
	d->reading = false;
	return code;
}

/* The open task with this id: by its code, and by any of its records. */
static int find_task(struct desk *d, const char *id, json_t **found)
{
	const char *colon = strchr(id, ':');
	json_t *list = NULL, *j, *r;
	size_t i, k;
	int code;

	if (colon == NULL)
		return cli_usage(d->cli, CLI_TEXT(d->cli, "\"%s\": viết VIỆC:MÃ_HỒ_SƠ như trong danh sách",
						  "\"%s\": write TASK:ID as in the list"), id);
	*found = NULL;
	code = list_tasks(d, (struct bytes){ (const uint8_t *)id, (size_t)(colon - id) }, &list);
	if (code == 0)
		json_array_foreach(list, i, j)
			json_array_foreach(json_object_get(j, "records"), k, r)
				if (strcmp(json_string_value(json_object_get(r, "short")),
					   colon + 1) == 0)
					*found = j;
	json_incref(*found);
	json_decref(list);
	return code != 0 || *found != NULL ? code : err_set(d->e, ERR_NO_RECORD, "%s", id);
}

static void put(struct desk *d, const struct type *t, struct rid id, const char *code,
		struct value v)
{
	const struct field *f = type_field_by_code(t, bytes_str(code));

	draft_set(&d->draft, t->number, id, f->number, v, f->personal);
}

/* The settlement stands with the first record that the task is about. */
static int settle(struct desk *d, const json_t *task, const char *note)
{
	json_t *first = json_array_get(json_object_get(task, "records"), 0);
	const char *full = json_string_value(json_object_get(first, "id"));
	const struct type *t = schema_settlement(d->schema, schema_type_by_code(d->schema,
				bytes_str(json_string_value(json_object_get(first, "type")))));
	json_int_t key = json_integer_value(json_object_get(task, "key"));
	struct bytes text = BYTES_NONE;
	uint64_t stream;
	struct rid record, id;
	int code;

	if (strcmp(json_string_value(json_object_get(task, "task")), TASK_APPROVAL) == 0)
		return cli_usage(d->cli, CLI_TEXT(d->cli, "việc này chờ duyệt: dongbod verify %s",
						  "this waits for approval: dongbod verify %s"),
				 json_string_value(json_object_get(first, "short")));
	if (!record_full_parse(bytes_str(full), &stream, &record))
		return err_set(d->e, ERR_CORRUPT, "task");
	if (t == NULL)
		return err_set(d->e, ERR_NO_TYPE, "settlement");
	code = desk_begin(d, stream);
	if (code == 0)
		code = text_take(bytes_str(note), LIMIT_REMARK, &d->arena, &text, d->e);
	if (code != 0)
		return code;
	id = draft_create(&d->draft, t->number, RID_NONE, 0);
	put(d, t, id, "task", value_text(bytes_str(json_string_value(json_object_get(task, "task")))));
	put(d, t, id, "record", value_ref((struct ref){ stream, record }));
	if (key != 0)
		put(d, t, id, "key", value_int(key));
	put(d, t, id, "fingerprint",
	    value_int(json_integer_value(json_object_get(task, "fingerprint"))));
	put(d, t, id, "note", value_text(text));
	code = desk_save(d);
	return code == 0 ? desk_tell(d, stream, id) : code;
}

static int tasks(struct desk *d)
{
	struct cli *c = d->cli;
	json_t *found = NULL;
	const char *note = cli_option(c, "note");
	int code;

	if (c->argc == 0) {
		code = list_tasks(d, bytes_str(cli_option(c, "task")), &found);
		if (code == 0 && !cli_json(c, found))
			code = print_tasks(d, found);
		json_decref(found);
		return code;
	}
	if (strcmp(c->argv[0], "settle") != 0 || c->argc != 2)
		return cli_usage(c, CLI_TEXT(c, "cần gõ \"tasks settle VIỆC:MÃ\", như cột VIỆC của dongbod tasks",
					     "needed is \"tasks settle TASK:ID\", as in the column TASK of dongbod tasks"));
	if (note == NULL || note[0] == '\0')
		return cli_usage(c, CLI_TEXT(c, "cần --note LÝ_DO", "--note REASON is needed"));
	code = find_task(d, c->argv[1], &found);
	if (code == 0)
		code = settle(d, found, note);
	json_decref(found);
	return code;
}

static int run(struct cli *c)
{
	return desk_run(c, 0, 2, tasks);
}

const struct cli_command dongbod_tasks = {
	"tasks", "[settle TASK:ID --note REASON] [--unit CODE] [--task CODE] [--as NAME]",
	"unit= task= note= as= passphrase-file=",
	{ "Việc cần xử lý: trùng, lệch, thiếu giữa các hồ sơ; việc chờ duyệt",
	  "What does not fit together: twice, too much, missing; what waits for approval" },
	{ "Việc \"approval\" là điều một cán bộ đã đề nghị (đợt, gia hạn, mức chi, đơn vị...) và người\n"
	  "khác phải duyệt: dongbod verify MÃ --as TÊN; đến khi đó chưa có hiệu lực ở đâu.\n\n"
	  "Việc khác tự mất khi nguyên nhân được sửa. Nếu sự việc là đúng thì ghi lý do để khép lại; khi số "
	  "liệu\n"
	  "liên quan đổi thì việc mở lại.\n\n"
	  "Ví dụ:\n  dongbod tasks --unit THCS-TAMSON\n"
	  "  dongbod tasks settle same_cccd:k3f7q --note \"Đã chuyển công tác\" --as \"Nguyễn Thị Mẫu\"",
	  "Tasks \"approval\" are what one officer has proposed (a call, an extension, a rate, a unit...)\n"
	  "and another must approve: dongbod verify ID --as NAME. Until then it counts nowhere.\n\n"
	  "Another task goes away by itself when its cause is mended. Where all is as it should be, settle it\n"
	  "with a reason; it opens again when what it rests on changes.\n\n"
	  "Examples:\n  dongbod tasks --unit THCS-TAMSON\n"
	  "  dongbod tasks settle same_cccd:k3f7q --note \"Đã chuyển công tác\" --as \"Nguyễn Thị Mẫu\"" },
	run
};
