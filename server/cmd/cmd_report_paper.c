/* dongbod report of a document: written, proved, signed. */
#include <stdio.h>
#include <string.h>

#include "common/text/number.h"
#include "server/cmd/cmd_report.h"
#include "server/report/report_paper.h"

enum { PAPER_FILE_MAX = 256 * 1024 * 1024 };

static int print_proofs(struct desk *d, const struct proof *list, size_t count)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "ĐỐI CHIẾU", "MUST BE EQUAL"), CLI_TEXT(d->cli, "VẾ TRÁI", "LEFT"),
		CLI_TEXT(d->cli, "VẾ PHẢI", "RIGHT"), CLI_TEXT(d->cli, "KẾT QUẢ", "OUTCOME")
	};
	struct cli_table *t = cli_table_new(4, headings);
	struct buf left, right;
	size_t i;
	int code;

	buf_init(&left, 64);
	buf_init(&right, 64);
	for (i = 0; i < count; i++) {
		const char *cells[4] = { list[i].text, "", "",
					 list[i].left == list[i].right ?
						 CLI_TEXT(d->cli, "khớp", "equal") :
						 CLI_TEXT(d->cli, "KHÔNG KHỚP", "NOT EQUAL") };

		buf_clear(&left);
		buf_clear(&right);
		number_show(list[i].left, &left);
		number_show(list[i].right, &right);
		buf_byte(&left, 0);
		buf_byte(&right, 0);
		if (!left.failed && !right.failed) {
			cells[1] = (const char *)left.at;
			cells[2] = (const char *)right.at;
		}
		cli_table_row(t, cells);
	}
	code = left.failed || right.failed ? err_set(d->e, ERR_NOMEM, "identities") :
					     cli_table_print(t, d->e);
	cli_table_free(t);
	buf_release(&left);
	buf_release(&right);
	return code;
}

static json_t *json_proofs(const struct proof *list, size_t count)
{
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(all, json_pack("{s:s, s:I, s:I, s:b}", "text", list[i].text,
						     "left", (json_int_t)list[i].left, "right",
						     (json_int_t)list[i].right, "equal",
						     list[i].left == list[i].right));
	return all;
}

/* Units by name, in the arena; "" where there are none. */
static const char *names(struct desk *d, struct paper_run *p, bool nil)
{
	const char *kept;
	struct buf b;

	buf_init(&b, (size_t)1 << 20);
	paper_names(p, nil, &b);
	kept = arena_str(&d->arena, buf_view(&b));
	buf_release(&b);
	return kept == NULL ? "" : kept;
}

static int tell_proofs(struct desk *d, struct paper_run *p, const struct proof *list,
		       size_t count, size_t failed)
{
	json_t *j = json_pack("{s:s, s:i, s:o, s:i, s:i, s:i, s:i, s:s}", "report",
			      p->run->report->code, "failed", (int)failed, "identities",
			      json_proofs(list, count), "units", (int)p->counts[UNITS_EXPECTED],
			      "reported", (int)p->counts[UNITS_REPORTED], "nil",
			      (int)p->counts[UNITS_NIL], "missing", (int)p->counts[UNITS_MISSING],
			      "missing_names", names(d, p, false));
	int code = 0;

	if (!cli_json(d->cli, j)) {
		code = print_proofs(d, list, count);
		printf(CLI_TEXT(d->cli, "\n%zu đối chiếu, %zu không khớp.\n",
				"\n%zu identities, %zu not equal.\n"), count, failed);
		if (p->counts[UNITS_EXPECTED] > 0)
			printf(CLI_TEXT(d->cli, "%zu đơn vị phải báo cáo, %zu đã nộp (%zu không phát "
					"sinh), %zu chưa nộp.\n",
					"%zu units must report, %zu have (%zu have nothing to report), "
					"%zu are missing.\n"), p->counts[UNITS_EXPECTED],
			       p->counts[UNITS_REPORTED], p->counts[UNITS_NIL],
			       p->counts[UNITS_MISSING]);
		if (p->counts[UNITS_MISSING] > 0)
			desk_print(names(d, p, false));
	}
	json_decref(j);
	return code;
}

/* Where the file goes: --out, else the code and the year. */
static void file_name(const struct desk *d, const struct report_run *run, const char *ending,
		      char out[4096])
{
	const char *given = cli_option(d->cli, "out");
	const char *dot = given == NULL ? NULL : strrchr(given, '.');

	if (given == NULL)
		snprintf(out, 4096, "%s-%lld.%s", run->report->code, (long long)run->ask->year,
			 ending);
	else
		snprintf(out, 4096, "%.*s.%s", dot == NULL ? (int)strlen(given) : (int)(dot - given),
			 given, ending);
}

/* Both forms of the paper: the one to edit, and the one to read and print. */
static int write_files(struct desk *d, struct paper_run *p)
{
	const char *format = cli_option(d->cli, "format");
	bool html = format == NULL || strcmp(format, "html") == 0;
	bool docx = format == NULL || strcmp(format, "html") != 0;
	struct document *doc = document_new();
	char path[4096];
	struct buf out;
	json_t *files = json_array(), *j;
	int code = doc == NULL ? err_set(d->e, ERR_NOMEM, "document") : paper_write(p, doc, d->e);

	buf_init(&out, PAPER_FILE_MAX);
	if (code == 0 && docx) {
		file_name(d, p->run, "docx", path);
		code = document_docx(doc, p->run->now, &out, d->e);
		if (code == 0)
			code = env_write_file(path, buf_view(&out), 0644, d->e);
		json_array_append_new(files, json_string(path));
	}
	buf_clear(&out);
	if (code == 0 && html) {
		file_name(d, p->run, "html", path);
		code = document_html(doc, &out, d->e);
		if (code == 0)
			code = env_write_file(path, buf_view(&out), 0644, d->e);
		json_array_append_new(files, json_string(path));
	}
	j = json_pack("{s:O, s:i}", "files", files, "missing", (int)p->counts[UNITS_MISSING]);
	if (code == 0 && !cli_json(d->cli, j)) {
		size_t i;
		json_t *one;

		json_array_foreach(files, i, one)
			printf(CLI_TEXT(d->cli, "Đã ghi %s\n", "Written: %s\n"), json_string_value(one));
		if (p->counts[UNITS_MISSING] > 0)
			printf(CLI_TEXT(d->cli, "Bản tạm tính: còn %zu đơn vị chưa nộp.\n",
					"A draft: %zu units are missing.\n"), p->counts[UNITS_MISSING]);
	}
	json_decref(j);
	json_decref(files);
	buf_release(&out);
	document_free(doc);
	return code;
}

/* Begun, with all sums, and proved where that is asked for. */
static int begin(struct desk *d, const struct report *r, const struct report_ask *ask,
		 bool prove, struct arena *a, struct report_run *run, struct paper_run *p)
{
	int code = report_begin(run, d->replica, r, ask, env_now(env_os()), a, d->e);

	return code == 0 ? paper_begin(p, run, prove, d->e) : code;
}

static int check(struct desk *d, struct paper_run *p)
{
	struct proof *list;
	size_t count, failed;
	int code = paper_prove(p, &list, &count, &failed, d->e);

	if (code == 0)
		code = tell_proofs(d, p, list, count, failed);
	return code == 0 && failed > 0 ?
		       err_set(d->e, ERR_NOT_PROVED, "%zu/%zu", failed, count) : code;
}

/* The officer's own unit: what he signs stands in its stream. */
static int officer_unit(struct desk *d, uint64_t *unit)
{
	int64_t n = 0;
	int code = desk_officer(d);

	if (code == 0)
		code = db_number(d->server.db, d->e, 0, &n, "SELECT unit FROM officer WHERE key=$1",
				 "b", BYTES_OF(d->officer.public_key));
	*unit = (uint64_t)n;
	return code;
}

/* Who signs for the whole district must see all of it. */
static int ask_reader(struct desk *d)
{
	const struct role *r = schema_role(d->schema, d->options.reader);

	return r != NULL && r->reads_all ? 0 :
		err_set(d->e, ERR_NOT_ALLOWED, "%s", cli_option(d->cli, "as"));
}

/* All under one lock: what is proved is what is kept. */
static int sign(struct desk *d, const struct report *r, const struct report_ask *ask,
		struct arena *a, struct report_run *run, struct paper_run *p)
{
	struct paper_member *members;
	struct proof *list;
	size_t count, failed;
	uint64_t unit = 0;
	struct rid id;
	int code = officer_unit(d, &unit);

	if (code == 0)
		code = ask_reader(d);
	if (code == 0)
		code = desk_begin(d, unit);
	if (code == 0)
		code = begin(d, r, ask, true, a, run, p);
	if (code == 0)
		code = paper_prove(p, &list, &count, &failed, d->e);
	if (code == 0 && failed > 0)
		code = err_set(d->e, ERR_NOT_PROVED, "%zu/%zu", failed, count);
	if (code == 0 && p->counts[UNITS_MISSING] > 0)
		code = err_set(d->e, ERR_UNITS_MISSING, "%zu: %.160s", p->counts[UNITS_MISSING],
			       names(d, p, false));
	if (code == 0)
		code = paper_members(p, &members, &count, d->e);
	if (code != 0)
		return code;
	d->writing = false;
	code = paper_keep(p, &d->server, &d->officer, &d->draft, members, count, &id, d->e);
	if (code == 0)
		code = desk_tell(d, unit, id);
	return code == 0 ? write_files(d, p) : code;
}

int cmd_report_paper(struct desk *d, const struct report *r, struct report_ask *ask,
		     struct arena *a)
{
	bool prove = cli_option(d->cli, "check") != NULL;
	struct report_run run = { .calendar = NULL };
	struct paper_run p;
	int code;

	ask->limit = 0;
	if (cli_option(d->cli, "sign") != NULL) {
		code = sign(d, r, ask, a, &run, &p);
	} else {
		code = desk_read(d);
		if (code == 0)
			code = begin(d, r, ask, prove, a, &run, &p);
		if (code == 0)
			code = prove ? check(d, &p) : write_files(d, &p);
	}
	report_end(&run);
	return code;
}
