/* dongbod report: what the pack says is to come out, as tables and papers. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/cmd/cmd_report.h"
#include "common/text/reason.h"
#include "server/report/reading.h"

enum { SCREEN = 200, READINGS = 1000 };

/* Where the bytes go: the screen, or a file beside its place until it is whole. */
struct target_file {
	FILE *f;
	char path[4096];           /* "": standard output */
};

static int write_piece(void *ctx, struct bytes piece, struct err *e)
{
	struct target_file *t = ctx;

	if (fwrite(piece.at, 1, piece.len, t->f) != piece.len)
		return reason_system(e, ERR_IO, errno, "%.150s", t->path);
	return 0;
}

static int open_target(struct cli *c, struct target_file *t)
{
	const char *out = cli_option(c, "out");

	t->f = stdout;
	t->path[0] = '\0';
	if (out == NULL)
		return 0;
	if (snprintf(t->path, sizeof t->path, "%s.part", out) >= (int)sizeof t->path)
		return err_set(&c->err, ERR_IO, "%s", out);
	t->f = fopen(t->path, "w");
	return t->f == NULL ? reason_system(&c->err, ERR_IO, errno, "%.150s", t->path) : 0;
}

/* The file takes its name once it is whole; what failed leaves nothing. */
static int close_target(struct cli *c, struct target_file *t, int code)
{
	if (t->path[0] == '\0')
		return code;
	if (t->f != NULL) {
		if (code == 0 && (fflush(t->f) != 0 || fsync(fileno(t->f)) != 0))
			code = reason_system(&c->err, ERR_IO, errno, "%.150s", t->path);
		fclose(t->f);
		if (code == 0 && rename(t->path, cli_option(c, "out")) != 0)
			code = reason_system(&c->err, ERR_IO, errno, "%.150s", t->path);
		if (code != 0)
			unlink(t->path);
	}
	if (code == 0 && !c->json)
		printf(CLI_TEXT(c, "Đã ghi %s\n", "Written: %s\n"), cli_option(c, "out"));
	return code;
}

/* Tables on the screen. */
struct screen {
	struct desk *d;
	struct report_layout layout;
	struct cli_table *table;
	const char *titles[RENDER_COLUMNS_MAX];
	struct buf text;
	struct arena line;
};

static int screen_table(void *ctx, const struct report_run *run, const struct report_table *t,
			const struct report_column *const *columns, size_t count, struct err *e)
{
	struct screen *s = ctx;
	size_t i;

	report_layout_init(&s->layout, run, t, columns, count);
	desk_print(label_in(&t->label, run->ask->lang));
	if (t->note.vi != NULL)
		desk_print(label_in(&t->note, run->ask->lang));
	for (i = 0; i < s->layout.lead + count; i++) {
		s->titles[i] = report_layout_full(&s->layout, i, run->a);
		if (s->titles[i] == NULL)
			return err_set(e, ERR_NOMEM, "%s", t->code);
	}
	s->table = cli_table_new(i, s->titles);
	return 0;
}

static int screen_line(void *ctx, const struct report_line *line, struct err *e)
{
	struct screen *s = ctx;
	struct bytes views[RENDER_COLUMNS_MAX];
	const char *cells[RENDER_COLUMNS_MAX];
	size_t i, n = s->layout.lead + s->layout.count;

	buf_clear(&s->text);
	arena_clear(&s->line);
	report_layout_texts(&s->layout, line, &s->text, views);
	for (i = 0; i < n; i++) {
		cells[i] = views[i].len == 0 ? "" : arena_str(&s->line, views[i]);
		if (cells[i] == NULL)
			return err_set(e, ERR_NOMEM, "table");
	}
	if (line->kind == LINE_HEADING)
		cli_table_span(s->table, cells[0]);
	else if (line->kind == LINE_SUBTOTAL || line->kind == LINE_TOTAL)
		cli_table_across(s->table, cells);
	else
		cli_table_row(s->table, cells);
	return 0;
}

static int screen_end(void *ctx, const struct report_sums *sums, struct err *e)
{
	struct screen *s = ctx;
	int code = cli_table_print(s->table, e);

	cli_table_free(s->table);
	s->table = NULL;
	if (sums->hidden > 0)
		printf(CLI_TEXT(s->d->cli, "... còn %lld dòng: --limit, hoặc --format csv\n",
				"... and %lld lines: --limit, or --format csv\n"),
		       (long long)sums->hidden);
	printf("\n");
	return code;
}

static int to_screen(struct desk *d, struct report_run *run, const struct report_table *only)
{
	struct screen s = { .d = d };
	struct report_sink sink = { &s, screen_table, screen_line, screen_end, false };
	struct buf head;
	int code;

	buf_init(&head, 4096);
	buf_add(&head, bytes_str(label_in(&run->report->label, run->ask->lang)));
	buf_byte(&head, '\n');
	report_subtitle(run, &head);
	buf_byte(&head, 0);
	buf_init(&s.text, (size_t)4 << 20);
	arena_init(&s.line, (size_t)8 << 20);
	if (!head.failed)
		printf("%s\n\n", (const char *)head.at);
	code = only != NULL ? report_run_table(run, only, &sink, d->e) :
			      report_run_all(run, &sink, d->e);
	cli_table_free(s.table);
	arena_release(&s.line);
	buf_release(&s.text);
	buf_release(&head);
	return code;
}

static int to_writer(struct desk *d, struct report_run *run, const struct report_table *only,
		     enum report_format format)
{
	struct report_writer *w = NULL;
	struct target_file file;
	struct report_target target = { &file, write_piece };
	int code = open_target(d->cli, &file);

	if (code != 0)
		return code;
	code = report_writer_new(format, run, only != NULL || run->report->table_count == 1,
				 &target, &w, d->e);
	if (code == 0)
		code = only != NULL ? report_run_table(run, only, report_writer_sink(w), d->e) :
				      report_run_all(run, report_writer_sink(w), d->e);
	if (code == 0)
		code = report_writer_finish(w, d->e);
	report_writer_free(w);
	return close_target(d->cli, &file, code);
}

int cmd_report_format(struct cli *c, bool *screen, enum report_format *format)
{
	const char *name = cli_option(c, "format"), *out = cli_option(c, "out"), *dot;

	*screen = false;
	if (c->json) {
		*format = FORMAT_JSON;
		return 0;
	}
	if (name == NULL && out != NULL && (dot = strrchr(out, '.')) != NULL)
		name = dot + 1;
	*screen = (name == NULL || strcmp(name, "text") == 0) && out == NULL;
	if (*screen)
		return 0;
	if (name != NULL && strcmp(name, "doc") == 0)
		name = "docx";
	return name != NULL && report_format_find(name, format) ? 0 :
		cli_usage(c, CLI_TEXT(c, "%s: chỉ có text, csv, xlsx, html, docx",
				      "%s: only text, csv, xlsx, html, docx"), name == NULL ? "--format" : name);
}

int cmd_report_ask(struct desk *d, struct report_ask *ask)
{
	struct cli *c = d->cli;
	const char *units = cli_option(c, "units"), *text;
	int code = desk_options(d);
	size_t i;

	*ask = (struct report_ask){ .lang = c->lang, .personal = d->options.personal,
				    .limit = d->options.limit };
	ask->reader = d->options.reader;
	ask->reader_unit = d->options.reader_unit;
	ask->has_unit = d->options.stream != ANY_STREAM;
	ask->unit = d->options.stream;
	if (code == 0)
		code = cli_number(c, "year", 0, 1900, 2999, &ask->year);
	if (code == 0)
		code = cli_number(c, "quarter", 0, 1, 4, &ask->quarter);
	ask->has_cutoff = cli_option(c, "cutoff") != NULL;
	if (code == 0)
		code = desk_day(d, "cutoff", 0, &ask->cutoff);
	if (code != 0)
		return code;
	ask->successor = units != NULL && strcmp(units, "successor") == 0;
	if (units != NULL && !ask->successor && strcmp(units, "as-was") != 0)
		return cli_usage(c, "--units as-was|successor");
	for (i = 0; (text = cli_option_at(c, "match", i)) != NULL; i++) {
		const char *eq = strchr(text, '=');

		if (eq == NULL || i == REPORT_MATCHES_MAX)
			return cli_usage(c, CLI_TEXT(c, "--match %s: ghi MỤC=GIÁ_TRỊ",
						     "--match %s: write FIELD=VALUE"), text);
		ask->matches[i].name = arena_str(&d->arena, (struct bytes){ (const uint8_t *)text,
									    (size_t)(eq - text) });
		ask->matches[i].text = bytes_str(eq + 1);
		ask->match_count++;
		if (ask->matches[i].name == NULL)
			return err_set(d->e, ERR_NOMEM, "--match");
	}
	return 0;
}

static int make(struct desk *d, const struct report *r, struct report_ask *ask,
		struct arena *a)
{
	const char *table = cli_option(d->cli, "table");
	const struct report_table *only = NULL;
	enum report_format format;
	struct report_run run = { .calendar = NULL };
	bool screen;
	int code = cmd_report_format(d->cli, &screen, &format);

	if (code != 0)
		return code;
	if (table != NULL && (only = report_table(r, bytes_str(table))) == NULL)
		return cli_usage(d->cli, CLI_TEXT(d->cli, "báo cáo này không có bảng %s",
						  "this report has no table %s"), table);
	if (screen && ask->limit == 0)
		ask->limit = SCREEN;
	code = desk_read(d);
	if (code == 0)
		code = report_begin(&run, d->replica, r, ask, env_now(env_os()), a, d->e);
	if (code == 0)
		code = screen ? to_screen(d, &run, only) : to_writer(d, &run, only, format);
	report_end(&run);
	return code;
}

static int add_part(struct desk *d, json_t *list, const struct pack_part *part, bool document)
{
	struct report *r;
	struct arena a;
	int code;

	arena_init(&a, REPORT_MEMORY);
	code = report_find(d->schema, bytes_str(part->code), &a, &r, d->e);
	if (code == 0)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:b}", "code", part->code,
			"label", label_in(&part->label, d->cli->lang), "pack", part->pack, "plan",
			r->plan == NULL ? "" : r->plan, "document", document));
	arena_release(&a);
	return code;
}

static int list(struct desk *d)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "MÃ", "CODE"), CLI_TEXT(d->cli, "BÁO CÁO", "REPORT"),
		CLI_TEXT(d->cli, "MỤC", "SECTION"), CLI_TEXT(d->cli, "BỘ BIỂU MẪU", "PACK")
	};
	json_t *all = json_array(), *j;
	struct cli_table *t;
	char unused[32];
	size_t i;
	int code = 0;

	for (i = 0; i < d->schema->report_count && code == 0; i++)
		code = add_part(d, all, &d->schema->reports[i], false);
	for (i = 0; i < d->schema->document_count && code == 0; i++)
		code = add_part(d, all, &d->schema->documents[i], true);
	if (code == 0 && !cli_json(d->cli, all)) {
		t = cli_table_new(4, headings);
		json_array_foreach(all, i, j) {
			const char *cells[4] = { desk_text(j, "code", unused),
						 desk_text(j, "label", unused),
						 desk_text(j, "plan", unused),
						 desk_text(j, "pack", unused) };

			cli_table_row(t, cells);
		}
		code = cli_table_or(t, CLI_TEXT(d->cli, "Bộ biểu mẫu chưa có báo cáo nào.",
						"The packs have no report."), d->e);
		cli_table_free(t);
	}
	json_decref(all);
	return code;
}

/* Whether a table of the report shows personal values. */
static bool shows_personal(const struct report *r)
{
	size_t i, k;

	for (i = 0; i < r->table_count; i++)
		for (k = 0; k < r->tables[i].column_count; k++)
			if (r->tables[i].columns[k].personal)
				return true;
	return false;
}

/* Before anything of it is seen. Without --as it is whoever is logged in on the machine. */
static int note_reading(struct desk *d, const struct report *r, const struct report_ask *ask)
{
	const struct passwd *user = getpwuid(getuid());
	const char *who = cli_option(d->cli, "as");
	char what[200];

	if (!ask->personal || !shows_personal(r))
		return 0;
	if (who == NULL)
		who = user != NULL ? user->pw_name : "?";
	snprintf(what, sizeof what, "report %s %lld", r->code, (long long)ask->year);
	return reading_note(&d->server, bytes_str(who), bytes_str(what), d->e);
}

static int print_readings(struct desk *d)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "LÚC", "WHEN"), CLI_TEXT(d->cli, "NGƯỜI XEM", "WHO"),
		CLI_TEXT(d->cli, "ĐÃ XEM", "WHAT")
	};
	json_t *all = NULL, *j;
	struct cli_table *t;
	char unused[32], time[32];
	size_t i;
	int code = reading_list(&d->server, READINGS, &all, d->e);

	if (code == 0 && !cli_json(d->cli, all)) {
		t = cli_table_new(3, headings);
		json_array_foreach(all, i, j) {
			const char *cells[3] = {
				desk_time(json_integer_value(json_object_get(j, "time")), time),
				desk_text(j, "who", unused), desk_text(j, "what", unused)
			};

			cli_table_row(t, cells);
		}
		code = cli_table_or(t, CLI_TEXT(d->cli, "Chưa ai xem mục riêng tư.",
						"Nobody has looked at personal values."), d->e);
		cli_table_free(t);
	}
	json_decref(all);
	return code;
}

/* A document is made as one, unless its tables are asked for: with --table, or in a form
 * that only tables have. */
static bool is_paper(const struct cli *c, const struct report *r)
{
	const char *format = cli_option(c, "format"), *out = cli_option(c, "out");
	const char *dot = out == NULL ? NULL : strrchr(out, '.');

	if (format == NULL && dot != NULL && strchr(dot, '/') == NULL)
		format = dot + 1;
	return r->paper != NULL && cli_option(c, "table") == NULL &&
	       (format == NULL || strcmp(format, "doc") == 0 || strcmp(format, "docx") == 0 ||
		strcmp(format, "html") == 0) &&
	       (!c->json || (out != NULL && format != NULL) || cli_option(c, "check") != NULL ||
		cli_option(c, "sign") != NULL);
}

static int report(struct desk *d)
{
	struct report_ask ask;
	struct report *r;
	struct arena a;
	int code;

	if (strcmp(d->cli->argv[0], "list") == 0)
		return list(d);
	if (strcmp(d->cli->argv[0], "readings") == 0)
		return print_readings(d);
	arena_init(&a, REPORT_MEMORY);
	code = cmd_report_ask(d, &ask);
	if (code == 0)
		code = report_find(d->schema, bytes_str(d->cli->argv[0]), &a, &r, d->e);
	if (code == 0)
		code = note_reading(d, r, &ask);
	if (code == 0)
		code = is_paper(d->cli, r) ? cmd_report_paper(d, r, &ask, &a) : make(d, r, &ask, &a);
	arena_release(&a);
	return code;
}

static int run(struct cli *c)
{
	return desk_run(c, 1, 1, report);
}

const struct cli_command dongbod_report = {
	"report", "list | readings | CODE [--year YEAR] [--quarter QUARTER] [--unit CODE] [--cutoff DATE]",
	"year= quarter= unit= cutoff= units= match= table= format= out= limit= personal check sign as= "
	"passphrase-file=",
	{ "Lập báo cáo theo bộ biểu mẫu", "Make the reports of the packs" },
	{ "Các báo cáo do bộ biểu mẫu quy định (report list). --cutoff: ngày cuối của số liệu; hồ "
	  "sơ\n"
	  "được tính theo trạng thái cuối ngày đó, phần nhận sau được liệt kê riêng. --units "
	  "successor\n"
	  "gộp theo đơn vị kế thừa. --match MỤC=GIÁ_TRỊ lọc hồ sơ, --table MÃ chỉ lấy một bảng, --limit số\n"
	  "dòng hiện ra màn hình. --format text, csv, xlsx, html, docx, hoặc theo đuôi tệp của "
	  "--out.\n"
	  "Với văn bản (annual): ghi bản DOCX để sửa và bản HTML; --check in các đối chiếu số liệu; "
	  "--sign\n"
	  "ký và chốt phiên bản từng hồ sơ, không được nếu số liệu không khớp hoặc còn đơn vị chưa "
	  "nộp.\n"
	  "Mục cá nhân được che, trừ khi có --personal; ai xem, lúc nào thì được ghi lại (report "
	  "readings).\n\n"
	  "Ví dụ:\n"
	  "  dongbod report list\n"
	  "  dongbod report o3 --year 2022 --quarter 3\n"
	  "  dongbod report o13 --year 2022 --cutoff 14/12/2022 --out kinh-phi.xlsx\n"
	  "  dongbod report annual --year 2022 --out bao-cao-2022.docx\n"
	  "  dongbod report annual --year 2022 --sign --as \"Nguyễn Thị Mẫu\"",
	  "Reports are what the packs say (report list). --cutoff: the last day that counts; records "
	  "are\n"
	  "in the state that they were in at its end, and what came later is listed apart. --units\n"
	  "successor adds up under the unit that stands for another now. --match FIELD=VALUE takes some\n"
	  "records only, --table one table, --limit so many lines on the screen. --format text, csv, xlsx, "
	  "html,\n"
	  "docx, or by the ending of --out. Of documents (annual) a DOCX to edit and an HTML are "
	  "written;\n"
	  "--check prints what must be equal; --sign keeps the version of every record, unless "
	  "figures do\n"
	  "not agree or units are missing. Personal values are masked unless --personal is given; who "
	  "saw them\n"
	  "is noted (report readings).\n\n"
	  "Examples:\n"
	  "  dongbod report list\n"
	  "  dongbod report o3 --year 2022 --quarter 3\n"
	  "  dongbod report o13 --year 2022 --cutoff 14/12/2022 --out kinh-phi.xlsx\n"
	  "  dongbod report annual --year 2022 --out bao-cao-2022.docx\n"
	  "  dongbod report annual --year 2022 --sign --as \"Nguyễn Thị Mẫu\"" },
	run
};
