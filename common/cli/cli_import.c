/* Imports on the command line. */
#include "common/cli/cli_import.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/query/query.h"
#include "common/sheet/sheet.h"
#include "common/system/env.h"
#include "common/text/reason.h"

enum { RECORDS_SHOWN = 20 };

static int read_stdin(struct cli *c, struct buf *out)
{
	uint8_t chunk[65536];
	size_t n;

	while ((n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
		buf_put(out, chunk, n);
	if (ferror(stdin))
		return reason_system(&c->err, ERR_IO, errno, "stdin");
	return out->failed ? err_set(&c->err, ERR_TOO_LARGE, "64 MiB") : 0;
}

int cli_import_file(struct cli *c, struct buf *file)
{
	buf_init(file, SHEET_FILE_MAX);
	if (strcmp(c->argv[0], "-") == 0)
		return read_stdin(c, file);
	return env_read_file(c->argv[0], file, &c->err);
}

void cli_import_options(const struct cli *c, struct import_options *out)
{
	*out = (struct import_options){ .type = bytes_str(cli_option(c, "type")),
					.sheet = bytes_str(cli_option(c, "sheet")),
					.lang = c->lang };
}

static const char *text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s == NULL ? "" : s;
}

static long long number(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

static void print_list(FILE *f, const json_t *list, const char *before)
{
	json_t *j;
	size_t i;

	json_array_foreach(list, i, j) {
		fputs(before, f);
		cli_line(f, bytes_str(json_string_value(j)));
	}
}

/* Whether there is nothing to look at: every column tells its field by code or label. */
static bool is_plain(const json_t *found)
{
	json_t *t, *c;
	size_t i, k;

	json_array_foreach(json_object_get(found, "tables"), i, t)
		json_array_foreach(json_object_get(t, "columns"), k, c)
			if (strcmp(text(c, "how"), "code") != 0 &&
			    strcmp(text(c, "heading"), text(c, "field")) != 0)
				return false;
	return true;
}

static int print_columns(struct cli *c, const json_t *table)
{
	const char *const headings[] = { CLI_TEXT(c, "Cột", "Column"),
					 CLI_TEXT(c, "Tiêu đề trong tệp", "Heading in the file"),
					 CLI_TEXT(c, "Mục", "Field") };
	struct cli_table *t = cli_table_new(3, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(json_object_get(table, "columns"), i, j) {
		const char *how = text(j, "how"), *field = text(j, "field");
		const char *cells[] = { text(j, "column"), text(j, "heading"), field };
		char near[200];

		if (strcmp(how, "none") == 0)
			cells[2] = CLI_TEXT(c, "(không dùng)", "(not used)");
		snprintf(near, sizeof near, "%s  %s", field, CLI_TEXT(c, "(? gần giống)", "(? close)"));
		if (strcmp(how, "near") == 0)
			cells[2] = near;
		cli_table_row(t, cells);
	}
	code = cli_table_print(t, &c->err);
	cli_table_free(t);
	return code;
}

static int print_found(struct cli *c, const json_t *found)
{
	json_t *t;
	size_t i;
	int code = 0;

	json_array_foreach(json_object_get(found, "tables"), i, t) {
		struct buf line;

		buf_init(&line, 65536);
		buf_printf(&line, CLI_TEXT(c, "%s (%s)%s%s: %lld dòng", "%s (%s)%s%s: %lld lines"),
			   text(t, "label"), text(t, "type"),
			   *text(t, "sheet") == '\0' ? "" : CLI_TEXT(c, ", trang ", ", sheet "),
			   text(t, "sheet"), number(t, "rows"));
		cli_line(stdout, buf_view(&line));
		buf_release(&line);
		if (code == 0 && (!is_plain(found) || cli_option(c, "dry-run") != NULL))
			code = print_columns(c, t);
	}
	print_list(stdout, json_object_get(found, "notes"), CLI_TEXT(c, "Lưu ý: ", "Note: "));
	print_list(stdout, json_object_get(found, "doubts"), CLI_TEXT(c, "Cần xem lại: ", "Please check: "));
	return code;
}

/* A person at the terminal says yes. */
static bool confirmed(struct cli *c)
{
	char line[64] = "";

	if (!c->terminal || !isatty(STDIN_FILENO))
		return false;
	printf("%s ", CLI_TEXT(c, "Nhập như trên? (c: có, k: không)", "Import like this? (y/n)"));
	fflush(stdout);
	if (fgets(line, sizeof line, stdin) == NULL)
		return false;
	return line[0] == 'c' || line[0] == 'C' || line[0] == 'y' || line[0] == 'Y';
}

int cli_import_ask(struct cli *c, const struct import *im)
{
	json_t *found = json_deep_copy(import_found(im));
	size_t doubts = json_array_size(json_object_get(found, "doubts"));
	int code = 0;

	if (found == NULL)
		return err_set(&c->err, ERR_NOMEM, "import");
	query_clean(found);
	if (!c->json && strcmp(text(found, "format"), "jsonl") != 0)
		code = print_found(c, found);
	if (code == 0 && doubts > 0 && cli_option(c, "yes") == NULL &&
	    cli_option(c, "dry-run") == NULL && !confirmed(c)) {
		buf_clear(&c->said);
		print_list(stderr, c->json ? json_object_get(found, "doubts") : NULL, "");
		buf_add(&c->said, bytes_str(CLI_TEXT(c,
			"Chưa nhập: có điều cần xem lại. Thử bằng --dry-run; nếu đúng, chạy lại với --yes.",
			"Not imported: there is something to check. Try --dry-run; if it is right, run it "
			"again with --yes.")));
		code = err_set(&c->err, ERR_USAGE, "--yes");
	}
	json_decref(found);
	return code;
}

/* Whether it is good enough to be kept, were it no dry run. */
static bool is_good(const struct cli *c, const struct import *im)
{
	return import_bad_count(im) == 0 || cli_option(c, "skip-bad") != NULL;
}

bool cli_import_keeps(const struct cli *c, const struct import *im)
{
	return cli_option(c, "dry-run") == NULL && is_good(c, im);
}

static void print_records(struct cli *c, const json_t *result)
{
	long long changed = number(result, "changed"), shown = 0;
	json_t *j, *f;
	size_t i, k;

	json_array_foreach(json_object_get(result, "records"), i, j) {
		struct buf line;

		if (strcmp(text(j, "what"), "changed") != 0 || shown++ >= RECORDS_SHOWN)
			continue;
		buf_init(&line, 65536);
		buf_printf(&line, CLI_TEXT(c, "dòng %lld, sửa %s: ", "line %lld changes %s: "),
			   number(j, "line"), text(j, "title"));
		json_array_foreach(json_object_get(j, "fields"), k, f)
			buf_printf(&line, "%s%s", k > 0 ? "; " : "", json_string_value(f));
		cli_line(stdout, buf_view(&line));
		buf_release(&line);
	}
	if (shown > 0 && changed > RECORDS_SHOWN)
		printf(CLI_TEXT(c, "... và %lld hồ sơ khác được sửa\n", "... and %lld more are changed\n"),
		       changed - RECORDS_SHOWN);
}

static void print_bad(struct cli *c, const json_t *result)
{
	json_t *list = json_object_get(result, "bad"), *j;
	long long more = number(result, "bad_count") - (long long)json_array_size(list);
	size_t i;

	fflush(stdout);
	json_array_foreach(list, i, j)
		cli_line(stderr, bytes_str(text(j, "sentence")));
	if (more > 0)
		fprintf(stderr, CLI_TEXT(c, "... và %lld lỗi khác\n", "... and %lld more errors\n"), more);
}

static void print_counts(struct cli *c, const json_t *result, const char *saved)
{
	const char *dry = CLI_TEXT(c, "Thử, chưa lưu: %lld hồ sơ mới, %lld thay đổi, %lld không đổi, "
				      "%lld lỗi.\n",
				   "Dry run, nothing saved: %lld new, %lld changed, %lld unchanged, "
				   "%lld errors.\n");
	const char *kept = CLI_TEXT(c, ": %lld hồ sơ mới, %lld thay đổi, %lld không đổi; %lld lỗi.\n",
				    ": %lld new, %lld changed, %lld unchanged; %lld errors.\n");
	const char *none = CLI_TEXT(c, "Chưa lưu gì: tệp có lỗi (%lld hồ sơ mới, %lld thay đổi, %lld không "
				       "đổi, %lld lỗi). Sửa các lỗi trên rồi nhập lại, hoặc thêm "
				       "--skip-bad để lấy các dòng đúng.\n",
				    "Nothing saved: the file has errors (%lld new, %lld changed, %lld "
				    "unchanged, %lld errors). Correct them and import again, or take the "
				    "good lines with --skip-bad.\n");

	if (saved != NULL)
		fputs(saved, stdout);
	printf(saved != NULL ? kept : cli_option(c, "dry-run") != NULL ? dry : none, number(result, "new"),
	       number(result, "changed"), number(result, "unchanged"), number(result, "bad_count"));
}

/* "kept": what is saved, or would be. */
static int print_json(struct cli *c, const struct import *im)
{
	json_t *j = json_deep_copy(import_result(im));

	if (j == NULL ||
	    json_object_set_new(j, "kept", json_integer(is_good(c, im) ? number(j, "new") +
							number(j, "changed") : 0)) != 0 ||
	    json_object_set_new(j, "dry", json_boolean(cli_option(c, "dry-run") != NULL)) != 0 ||
	    json_object_set(j, "found", (json_t *)(uintptr_t)import_found(im)) != 0) {
		json_decref(j);
		return err_set(&c->err, ERR_NOMEM, "import");
	}
	cli_json(c, j);
	json_decref(j);
	return 0;
}

int cli_import_tell(struct cli *c, const struct import *im, const char *saved)
{
	size_t bad = import_bad_count(im);
	json_t *result;
	int code = 0;

	if (c->json) {
		code = print_json(c, im);
	} else {
		result = json_deep_copy(import_result(im));
		if (result == NULL)
			return err_set(&c->err, ERR_NOMEM, "import");
		query_clean(result);
		print_bad(c, result);
		print_records(c, result);
		print_list(stdout, json_object_get(result, "notes"), CLI_TEXT(c, "Lưu ý: ", "Note: "));
		print_counts(c, result, cli_import_keeps(c, im) ? saved : NULL);
		json_decref(result);
	}
	if (code == 0 && bad > 0)
		code = err_set(&c->err, ERR_BAD_INPUT, CLI_TEXT(c, "%zu lỗi", "%zu errors"), bad);
	return code;
}

static int write_template(struct cli *c, const struct type *t, struct bytes book)
{
	const char *path = cli_option(c, "out");
	char name[80];
	json_t *j;
	int code;

	snprintf(name, sizeof name, "%s.xlsx", t->code);
	path = path == NULL ? name : path;
	code = cli_new_file(c, path, book, 0644);
	if (code != 0)
		return code;
	j = json_pack("{s:s, s:s}", "file", path, "type", t->code);
	if (!cli_json(c, j)) {
		struct buf line;

		buf_init(&line, 8192);
		buf_printf(&line, CLI_TEXT(c, "Đã ghi mẫu “%s” vào %s. Điền xong: %s import %s --dry-run",
					   "The template of \"%s\" is in %s. Then: %s import %s --dry-run"),
			   label_in(&t->label, c->lang), path, c->program, path);
		cli_line(stdout, buf_view(&line));
		buf_release(&line);
	}
	json_decref(j);
	return 0;
}

int cli_import_template(struct cli *c, struct replica *r, const struct schema *s,
			const struct template_options *o)
{
	const struct type *t = schema_type_by_code(s, bytes_str(c->argv[0]));
	struct buf book;
	int code;

	if (t == NULL)
		return err_set(&c->err, ERR_NO_TYPE, "%s", c->argv[0]);
	buf_init(&book, SHEET_FILE_MAX);
	code = template_write(r, s, t, o, &book, &c->err);
	if (code == 0)
		code = write_template(c, t, buf_view(&book));
	buf_release(&book);
	return code;
}
