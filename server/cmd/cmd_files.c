/* dongbod files, open, attach, detach: what units have attached, and an office's own papers. */
#include <stdio.h>
#include <string.h>

#include "common/cli/cli_attach.h"
#include "protocol/limits.h"
#include "server/cmd/cmd.h"
#include "server/report/reading.h"

/* The files of the record that the first argument names, as far as --as may read it. */
static int find_files(struct desk *d, uint64_t *stream, struct rid *record,
		      struct attached **list, size_t *count)
{
	json_t *shown = NULL;
	int code = desk_options(d);

	if (code == 0)
		code = desk_find(d, d->cli->argv[0], stream, record);
	if (code == 0)
		code = query_show(d->replica, *stream, *record, &d->options, &shown, d->e);
	json_decref(shown);
	return code != 0 ? code : attach_of(d->replica, *stream, *record, &d->arena, list, count, d->e);
}

int desk_attached(struct desk *d, json_t *out)
{
	int64_t n[4] = { 0 };
	int code = db_number(d->server.db, d->e, 0, &n[0], "SELECT count(*) FROM attach_file", "");

	if (code == 0)
		code = db_number(d->server.db, d->e, 0, &n[1], "SELECT sum(size) FROM attach_file", "");
	if (code == 0)
		code = attach_missing(d->server.db, ATTACH_ANY, &n[2], &n[3], d->e);
	if (code == 0)
		json_object_set_new(out, "files", json_pack("{s:I, s:I, s:I, s:I}", "here",
			(json_int_t)n[0], "bytes", (json_int_t)n[1], "missing", (json_int_t)n[2],
			"missing_bytes", (json_int_t)n[3]));
	return code;
}

void desk_print_attached(struct desk *d, const json_t *out)
{
	const json_t *j = json_object_get(out, "files");
	char here[32], missing[32];

	if (json_integer_value(json_object_get(j, "here")) +
	    json_integer_value(json_object_get(j, "missing")) == 0)
		return;
	printf(CLI_TEXT(d->cli, "Tệp đính kèm: %lld (%s), chưa tới %lld (%s)\n",
			"Attached files: %lld (%s), not here yet %lld (%s)\n"),
	       (long long)json_integer_value(json_object_get(j, "here")),
	       cli_attach_size((uint64_t)json_integer_value(json_object_get(j, "bytes")), d->cli->lang,
			       here),
	       (long long)json_integer_value(json_object_get(j, "missing")),
	       cli_attach_size((uint64_t)json_integer_value(json_object_get(j, "missing_bytes")),
			       d->cli->lang, missing));
}

/* Without an ID: which units still owe files that their records name. */
static const char missing_sql[] =
	"SELECT stream, count(*), sum(size) FROM (SELECT stream, hash, max(size) AS size FROM attach_use u "
	"WHERE live=1 AND NOT EXISTS (SELECT 1 FROM attach_file f WHERE f.hash=u.hash) GROUP BY stream, "
	"hash) x GROUP BY stream ORDER BY stream";

static int print_missing(struct desk *d, const json_t *list)
{
	const char *headings[] = { CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT"),
				   CLI_TEXT(d->cli, "TỆP CHƯA TỚI", "FILES NOT HERE"),
				   CLI_TEXT(d->cli, "CỠ", "SIZE") };
	struct cli_table *t = cli_table_new(3, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(list, i, j) {
		char unit[32], n[32], size[32];
		int64_t bytes = json_integer_value(json_object_get(j, "bytes"));

		cli_table_row(t, (const char *[3]){ desk_text(j, "unit", unit), desk_text(j, "files", n),
						    cli_attach_size((uint64_t)bytes, d->cli->lang, size) });
	}
	code = cli_table_or(t, CLI_TEXT(d->cli, "Không đơn vị nào còn tệp chưa tới.",
					"No unit has files that are not here."), d->e);
	cli_table_free(t);
	return code;
}

static int missing_files(struct desk *d)
{
	json_t *out = json_object(), *list = json_array();
	struct stmt *s;
	int code = desk_attached(d, out);

	json_object_set_new(out, "missing", list);
	if (code == 0)
		code = db_query(d->server.db, d->e, &s, missing_sql, "");
	if (code == 0) {
		while ((code = db_step(s, d->e)) == 1)
			json_array_append_new(list, json_pack("{s:I, s:I, s:I}", "stream",
				(json_int_t)db_int(s, 0), "files", (json_int_t)db_int(s, 1), "bytes",
				(json_int_t)db_int(s, 2)));
		db_done(s);
	}
	if (code == 0)
		code = desk_add_units(d, list);
	if (code == 0 && !cli_json(d->cli, out)) {
		desk_print_attached(d, out);
		code = print_missing(d, list);
	}
	json_decref(out);
	return code;
}

static const char *where(struct cli *c, const struct attached *f)
{
	return f->here ? CLI_TEXT(c, "ở đây", "here") : CLI_TEXT(c, "chưa tới", "not here yet");
}

static int files(struct desk *d)
{
	struct attached *list = NULL;
	struct rid record;
	uint64_t stream = 0;
	size_t count = 0, i;
	const char **places;
	json_t *out;
	int code;

	if (d->cli->argc == 0)
		return missing_files(d);
	out = json_array();
	code = find_files(d, &stream, &record, &list, &count);
	places = arena_array(&d->arena, count + 1, sizeof *places);
	if (code == 0 && places == NULL)
		code = err_set(d->e, ERR_NOMEM, "files");
	for (i = 0; i < count && code == 0; i++) {
		places[i] = where(d->cli, &list[i]);
		json_array_append_new(out, attach_json(stream, &list[i], d->cli->lang));
	}
	if (code == 0 && !cli_json(d->cli, out)) {
		if (count == 0)
			desk_print(CLI_TEXT(d->cli, "Hồ sơ này không có tệp đính kèm.",
					    "This record has no attached files."));
		else
			code = cli_attach_table(d->cli, stream, list, count, places);
	}
	json_decref(out);
	return code;
}

static int run_files(struct cli *c)
{
	return desk_run(c, 0, 1, files);
}

const struct cli_command dongbod_files = {
	"files", "[ID] [--unit CODE] [--as NAME]", "unit= as=",
	{ "Xem tệp đính kèm của một hồ sơ", "Show the attached files of a record" },
	{ "Tệp tới sau hồ sơ, từng phần; \"chưa tới\" là máy của đơn vị còn gửi.\n"
	  "Không có MÃ: đơn vị nào còn tệp chưa tới.\n\n"
	  "Ví dụ:\n  dongbod files k3f7q",
	  "Files come after their record, piece by piece; \"not here yet\": the unit's computer is still to "
	  "send it.\nWithout an ID: which units have files that are not here.\n\nExample:\n  dongbod files k3f7q" },
	run_files
};

/* Scans show people's papers: who looked is noted, before. */
static int note_reading(struct desk *d)
{
	const char *who = cli_option(d->cli, "as");
	char what[160];

	snprintf(what, sizeof what, "open %.100s", d->cli->argv[0]);
	return reading_note(&d->server, bytes_str(who != NULL ? who : ""), bytes_str(what), d->e);
}

static int open_files(struct desk *d)
{
	struct attached *list = NULL;
	struct rid record;
	uint64_t stream = 0;
	size_t count = 0, i;
	char path[4096];
	json_t *paths = json_array();
	int code = find_files(d, &stream, &record, &list, &count);

	if (code == 0)
		code = cli_attach_pick(d->cli, 1, list, &count);
	if (code == 0)
		code = note_reading(d);
	for (i = 0; i < count && code == 0; i++) {
		code = list[i].here ? cli_attach_open(d->cli, d->cli->data, &list[i], path) :
			err_set(d->e, ERR_FILE_ABSENT, "%.*s",
				(int)(list[i].name.len > 120 ? 120 : list[i].name.len),
				(const char *)list[i].name.at);
		if (code == 0)
			json_array_append_new(paths, json_string(path));
		if (code == 0 && !d->cli->json)
			desk_print(path);
	}
	if (code == 0)
		cli_json(d->cli, paths);
	json_decref(paths);
	return code;
}

static int run_open(struct cli *c)
{
	return desk_run(c, 1, -1, open_files);
}

const struct cli_command dongbod_open = {
	"open", "ID [N...] [--out PATH] [--as NAME]", "out= unit= as=",
	{ "Mở tệp đính kèm để xem", "Look at an attached file" },
	{ "Xem một bản chép bằng chương trình của máy; --out chép ra thư mục hay thành tệp mới. Ai mở thì "
	  "được\nghi lại (dongbod report readings).\n\nVí dụ:\n  dongbod open k3f7q 1 --out /tmp",
	  "Shows a copy with the machine's own program; --out copies it into a folder or to a new file. Who "
	  "opens\nis noted (dongbod report readings).\n\nExample:\n  dongbod open k3f7q 1 --out /tmp" },
	run_open
};

static int attach_one(struct desk *d, uint64_t stream, struct rid record, const char *path,
		      json_t *out)
{
	struct attach_entry entry = { .list = cli_option(d->cli, "list"),
				      .as = cli_option(d->cli, "kind") };
	struct attached made = { .here = true };
	struct buf content;
	int code;

	buf_init(&content, LIMIT_ATTACHMENT);
	code = cli_attach_read(d->cli, path, &d->arena, &content, &entry.name);
	if (code == 0)
		code = attach_kind_of(buf_view(&content), &entry.kind, d->e);
	if (code == ERR_FILE_KIND || code == ERR_FILE_EMPTY)
		cli_attach_refused(d->cli, path);
	if (code == 0) {
		attach_hash(buf_view(&content), made.hash);
		code = attach_keep(d->server.db, d->cli->data, made.hash, buf_view(&content),
				   env_now(d->server.env), d->e);
	}
	entry.hash = made.hash;
	entry.size = made.size = content.len;
	buf_release(&content);
	if (code == 0)
		code = attach_add_row(d->replica, d->schema, &d->draft, record, &entry, &made.row,
				      d->e);
	if (code == 0) {
		made.name = entry.name;
		made.media = bytes_str(entry.kind->media);
		json_array_append_new(out, attach_json(stream, &made, d->cli->lang));
	}
	return code;
}

static int attach(struct desk *d)
{
	struct rid record = RID_NONE;
	uint64_t stream = 0;
	json_t *list = json_array(), *j;
	size_t k;
	int code = desk_options(d), i;

	if (code == 0)
		code = desk_find(d, d->cli->argv[0], &stream, &record);
	if (code == 0)
		code = desk_begin(d, stream);
	for (i = 1; i < d->cli->argc && code == 0; i++)
		code = attach_one(d, stream, record, d->cli->argv[i], list);
	if (code == 0)
		code = desk_save(d);
	if (code == 0 && !cli_json(d->cli, list))
		json_array_foreach(list, k, j)
			printf("%s  %s\n", json_string_value(json_object_get(j, "short")),
			       json_string_value(json_object_get(j, "name")));
	json_decref(list);
	return code;
}

static int run_attach(struct cli *c)
{
	return desk_run(c, 2, -1, attach);
}

const struct cli_command dongbod_attach = {
	"attach", "ID FILE... --kind TYPE [--list LIST] --as NAME",
	"kind= list= unit= as= passphrase-file= version=",
	{ "Đính kèm tệp vào hồ sơ của phòng", "Attach files to an office's record" },
	{ "PDF, JPEG, PNG, DOCX, XLSX, mỗi tệp đến 64 MB. --kind là loại giấy tờ.\n\n"
	  "Ví dụ:\n  dongbod attach k3f7q quyet-dinh.pdf --kind decision --as \"Nguyễn Thị Mẫu\"",
	  "PDF, JPEG, PNG, DOCX, XLSX, up to 64 MB each. --kind: which paper it is.\n\n"
	  "Example:\n  dongbod attach k3f7q decision.pdf --kind decision --as \"Nguyễn Thị Mẫu\"" },
	run_attach
};

static int detach(struct desk *d)
{
	struct attached *list = NULL;
	struct rid record = RID_NONE;
	uint64_t stream = 0;
	size_t count = 0, i;
	int code = find_files(d, &stream, &record, &list, &count);

	if (code == 0 && count > 1 && d->cli->argc == 1)
		code = cli_usage(d->cli, CLI_TEXT(d->cli, "hồ sơ có %zu tệp: cho biết số thứ tự",
						  "the record has %zu files: say which"), count);
	if (code == 0)
		code = cli_attach_pick(d->cli, 1, list, &count);
	if (code == 0)
		code = desk_begin(d, stream);
	for (i = 0; i < count && code == 0; i++)
		code = edit_delete(d->replica, d->schema, &d->draft, list[i].row, false, d->e);
	if (code == 0)
		code = desk_save(d);
	return code == 0 ? desk_tell(d, stream, record) : code;
}

static int run_detach(struct cli *c)
{
	return desk_run(c, 1, -1, detach);
}

const struct cli_command dongbod_detach = {
	"detach", "ID [N...] --as NAME", "unit= as= passphrase-file= version=",
	{ "Gỡ tệp đã đính kèm khỏi hồ sơ", "Take an attached file from a record" },
	{ "N là số thứ tự tệp (dongbod files).\n\nVí dụ:\n  dongbod detach k3f7q 2 --as \"Nguyễn Thị Mẫu\"",
	  "N is the file's number (dongbod files).\n\nExample:\n  dongbod detach k3f7q 2 --as \"Nguyễn Thị Mẫu\"" },
	run_detach
};
