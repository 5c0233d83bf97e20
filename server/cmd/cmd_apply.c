/* dongbod apply, dongbod gather: one paper that answers many records, or carries many on. */
#include <stdio.h>

#include "common/text/sentence.h"
#include "server/apply.h"
#include "server/cmd/cmd.h"

struct telling {
	struct desk *d;
	json_t *rows;
};

/* One record: its short id, and what became of it. */
static void tell_row(void *ctx, uint64_t stream, struct rid record, bool changed, int code,
		     const struct verdict *v)
{
	struct telling *t = ctx;
	const struct type *type = NULL;
	struct record rec;
	struct buf why;
	char id[9] = "";
	json_t *j;

	buf_init(&why, 4096);
	query_short(t->d->replica, stream, record, id, NULL);
	/* A refusal undid the transaction, and with it the schema that was at hand. */
	if (code != 0 && replica_schema_now(t->d->replica, &t->d->schema, NULL) == 0) {
		if (query_record(t->d->replica, stream, record, &t->d->arena, &rec, NULL) == 0)
			type = schema_type(t->d->schema, rec.type);
		if (v->code != 0)
			sentence_verdict(v, t->d->schema, type, t->d->cli->lang, &why);
		else
			sentence_error(t->d->e, t->d->cli->lang, &why);
	}
	j = json_pack("{s:s, s:I, s:b, s:o}", "short", id, "stream", (json_int_t)stream, "changed",
		      changed && code == 0, "refused",
		      code == 0 ? json_null() : json_stringn((char *)why.at, why.len));
	json_array_append_new(t->rows, j);
	buf_release(&why);
}

static int print_rows(struct desk *d, const json_t *rows)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "HỒ SƠ", "RECORD"), CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT"),
		CLI_TEXT(d->cli, "KẾT QUẢ", "OUTCOME")
	};
	struct cli_table *t = cli_table_new(3, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(rows, i, j) {
		const char *refused = json_string_value(json_object_get(j, "refused"));
		char unused[32], more[32];
		const char *cells[3] = {
			desk_text(j, "short", unused), desk_text(j, "unit", more),
			refused != NULL ? refused :
			json_is_true(json_object_get(j, "changed")) ?
				CLI_TEXT(d->cli, "đã chuyển", "done") :
				CLI_TEXT(d->cli, "đã xong từ trước", "done before")
		};

		cli_table_row(t, cells);
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}

static int apply(struct desk *d)
{
	struct telling t = { d, json_array() };
	struct apply_report report = { .ctx = &t, .row = tell_row };
	uint64_t stream = 0;
	struct rid id;
	int code = desk_options(d);

	if (code == 0)
		code = desk_find(d, d->cli->argv[0], &stream, &id);
	if (code == 0)
		code = desk_officer(d);
	if (code == 0)
		code = server_apply(&d->server, &d->officer, stream, id, &report, d->e);
	if (code == 0)
		code = desk_add_units(d, t.rows);
	if (code == 0 && !cli_json(d->cli, t.rows))
		code = print_rows(d, t.rows);
	if (code == 0 && report.refused > 0) {
		code = err_set(d->e, report.first, "%zu/%zu", report.refused, report.rows);
		buf_printf(&d->cli->said, CLI_TEXT(d->cli, "%zu trong %zu hồ sơ chưa chuyển được: xem lý do "
						   "ở bảng trên, xử lý rồi chạy lại lệnh này.",
						   "%zu of %zu records were not moved: see why in the "
						   "table, put it right and run this again."),
			   report.refused, report.rows);
	}
	json_decref(t.rows);
	return code;
}

static int gather(struct desk *d)
{
	struct query_options own;
	uint64_t stream = 0;
	struct rid id;
	struct gathered done = { 0, 0 };
	json_t *j;
	int code = desk_find(d, d->cli->argv[0], &stream, &id);

	if (code == 0)
		code = desk_options(d);
	own = d->options;
	if (code == 0)
		code = desk_officer(d);
	if (code == 0 && own.type.len == 0)
		code = cli_usage(d->cli, CLI_TEXT(d->cli, "cần --type LOẠI", "--type is needed"));
	if (code == 0)
		code = server_gather(&d->server, &d->officer, stream, id, &own, &done, d->e);
	if (code != 0)
		return code;
	j = json_pack("{s:I, s:I}", "added", (json_int_t)done.added, "renewed",
		      (json_int_t)done.renewed);
	if (!cli_json(d->cli, j))
		printf(CLI_TEXT(d->cli, "Đã đưa thêm %zu hồ sơ, lấy lại bản mới của %zu hồ sơ đã đổi.\n",
				"%zu records added, %zu renewed that had changed.\n"), done.added,
		       done.renewed);
	json_decref(j);
	return 0;
}

static int run_apply(struct cli *c)
{
	return desk_run(c, 1, 1, apply);
}

static int run_gather(struct cli *c)
{
	return desk_run(c, 1, 1, gather);
}

const struct cli_command dongbod_apply = {
	"apply", "ID --as NAME", "as= passphrase-file= unit=",
	{ "Áp dụng một văn bản cho các hồ sơ nêu trong đó",
	  "Apply a paper to the records that it names" },
	{ "Quyết định trả lời nhiều hồ sơ, văn bản tổng hợp trình nhiều hồ sơ: mỗi hồ sơ được chuyển\n"
	  "trạng thái và ghi kết quả. Dừng giữa chừng thì chạy lại; hồ sơ đã xong không đổi nữa.\n\n"
	  "Ví dụ:\n  dongbod apply q7d2m --as \"Nguyễn Thị Mẫu\"",
	  "A decision answers many records, a submission carries many on: each is moved and filled\n"
	  "in. If it stops half-way, run it again; what is done stays as it is.\n\n"
	  "Example:\n  dongbod apply q7d2m --as \"Nguyễn Thị Mẫu\"" },
	run_apply
};

const struct cli_command dongbod_gather = {
	"gather", "ID --type TYPE [--state STATE] [--where field=value]... --as NAME",
	"type= state= where= unit= text= limit= as= passphrase-file=",
	{ "Đưa các hồ sơ phù hợp vào văn bản tổng hợp, đúng phiên bản đang có",
	  "Put all records that match into a submission, as they stand" },
	{ "Văn bản nhận mọi hồ sơ của loại ấy ở trạng thái ấy; --where, --text lọc bớt như dongbod list,\n"
	  "--limit: nhiều nhất chừng ấy hồ sơ. Văn bản ghi phiên bản của từng hồ sơ.\n\n"
	  "Ví dụ:\n"
	  "  dongbod gather q7d2m --type bonus --state verified --where plan_year=2026 \\\n"
	  "      --where quarter=q1 --as \"Nguyễn Thị Mẫu\"",
	  "All records of that type and state go into the paper; --where and --text choose as in dongbod\n"
	  "list, --limit takes at most so many. The paper names the version of each record.\n\n"
	  "Example:\n"
	  "  dongbod gather q7d2m --type bonus --state verified --where plan_year=2026 \\\n"
	  "      --where quarter=q1 --as \"Nguyễn Thị Mẫu\"" },
	run_gather
};
