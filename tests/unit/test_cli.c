/* Command lines: what a command gets, what is told where, and the exit status. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/cli/cli.h"

/* What the last command saw. */
static struct {
	int argc;
	char argv[4][64];
	char where[2][64], text[64], data[64];
	bool all, json;
	enum lang lang;
	int64_t number, span;
} seen;

static void keep(char out[64], const char *s)
{
	snprintf(out, 64, "%s", s == NULL ? "(null)" : s);
}

static int run(struct cli *c)
{
	int i, code;

	memset(&seen, 0, sizeof seen);
	for (i = 0; i < c->argc && i < 4; i++)
		keep(seen.argv[i], c->argv[i]);
	seen.argc = c->argc;
	keep(seen.where[0], cli_option_at(c, "where", 0));
	keep(seen.where[1], cli_option_at(c, "where", 1));
	keep(seen.text, cli_option(c, "text"));
	keep(seen.data, c->data);
	seen.all = cli_option(c, "all") != NULL;
	seen.json = c->json;
	seen.lang = c->lang;
	code = cli_number(c, "number", 7, 1, 10, &seen.number);
	return code != 0 ? code : cli_span(c, "span", 5, &seen.span);
}

static int run_refused(struct cli *c)
{
	if (cli_option(c, "said") != NULL)
		buf_add(&c->said, bytes_str("A better sentence.\x1b[1m"));
	return err_set(&c->err, ERR_LOCKED, "k3f7q");
}

static int run_two(struct cli *c)
{
	return cli_arguments(c, 1, 2);
}

static int run_table(struct cli *c)
{
	static const char *const headings[] = { "Mã", "Tên", "" };
	static const char *const first[] = { "k3f7q", "Đỗ Thị Huyền", "x" };
	static const char *const second[] = { "a", "B\tC\x1b" "D", NULL };
	struct cli_table *t = cli_table_new(3, headings);
	int code;

	cli_table_row(t, first);
	cli_table_span(t, "Cả một dòng, dài hơn mọi cột");
	cli_table_row(t, second);
	code = cli_table_print(t, &c->err);
	cli_table_free(t);
	return code;
}

static int run_across(struct cli *c)
{
	static const char *const headings[] = { "Tên", "Đơn vị", "Số tiền", "Mã" };
	static const char *const first[] = { "Lê Ánh", "UBND xã", "1.000", "a" };
	static const char *const sum[] = { "Cộng mọi khoản", "", "1.000.000", "" };
	static const char *const named[] = { "Cộng", "", "", "khoản cuối" };
	struct cli_table *t = cli_table_new(4, headings);
	int code;

	cli_table_row(t, first);
	cli_table_across(t, sum);
	cli_table_across(t, named);
	code = cli_table_print(t, &c->err);
	cli_table_free(t);
	return code;
}

static int run_wide(struct cli *c)
{
	static const char *const headings[] = { "Mã", "Nội dung", "Số hồ sơ", "Đúng hạn" };
	static const char *const first[] = { "t4", "Báo cáo kết quả hằng năm của đơn vị", "84",
					     "94,0 % / 90,4 %" };
	static const char *const second[] = { "t10", "", "1.004", "-" };
	struct cli_table *t = cli_table_new(4, headings);
	int code;

	cli_table_row(t, first);
	cli_table_row(t, second);
	code = cli_table_print(t, &c->err);
	cli_table_free(t);
	return code;
}

static const struct cli_command plain = { "plain", "[X]...",
	"where= text= all number= span=", { "Thử", "Try" }, { "", "" }, run };
static const struct cli_command refused = { "refused", "", "said", { "Thử", "Try" }, { "", "" },
	run_refused };
static const struct cli_command two = { "two", "A [B]", "", { "Thử", "Try" },
	{ "Giúp", "Help" }, run_two };
static const struct cli_command table = { "table", "", "", { "Bảng", "Table" }, { "", "" },
	run_table };
static const struct cli_command wide = { "wide", "", "", { "Bảng", "Table" }, { "", "" },
	run_wide };
static const struct cli_command across = { "across", "", "", { "Bảng", "Table" }, { "", "" },
	run_across };
static const struct cli_command *const commands[] = { &plain, &refused, &two, &table, &wide,
						      &across, NULL };

static const char *default_data(void)
{
	return "/default";
}

static const struct cli_meaning meanings[] = {
	{ "where", "FIELD=VALUE", { "lọc theo mục", "only what has this" } },
	{ "text", "WORDS", { "tìm", "find" } },
	{ NULL, NULL, { NULL, NULL } }
};
static const struct cli_program program = {
	"prog", "1.2", { "Chương trình thử.", "A program to try." }, commands, meanings, default_data
};

static char out[8192], err[8192];

/* stdout and stderr of a run, into out and err. */
static int redirect(int fd, FILE *to)
{
	int kept = dup(fd);

	assert_true(kept >= 0);
	assert_true(dup2(fileno(to), fd) >= 0);
	return kept;
}

static void restore(int fd, int kept, FILE *from, char text[8192])
{
	size_t n;

	dup2(kept, fd);
	close(kept);
	rewind(from);
	n = fread(text, 1, 8191, from);
	text[n] = '\0';
	fclose(from);
}

static int call(const char *first, ...)
{
	static char copies[16][64];
	FILE *to[2] = { tmpfile(), tmpfile() };
	char *argv[17] = { copies[0] };
	int argc = 1, kept[2], status;
	const char *arg;
	va_list ap;

	keep(copies[0], "prog");
	va_start(ap, first);
	for (arg = first; arg != NULL; arg = va_arg(ap, const char *)) {
		keep(copies[argc], arg);
		argv[argc] = copies[argc];
		argc++;
	}
	va_end(ap);
	fflush(stdout);
	kept[0] = redirect(STDOUT_FILENO, to[0]);
	kept[1] = redirect(STDERR_FILENO, to[1]);
	status = cli_main(&program, argc, argv);
	fflush(stdout);
	restore(STDOUT_FILENO, kept[0], to[0], out);
	restore(STDERR_FILENO, kept[1], to[1], err);
	return status;
}

static void options_stand_anywhere(void **state)
{
	(void)state;
	assert_int_equal(call("--lang", "en", "plain", "a", "--where", "x=1", "b", "--where=y=2",
			      "--all", "--text=", "--json", "--data", "/d", NULL), 0);
	assert_int_equal(seen.argc, 2);
	assert_string_equal(seen.argv[0], "a");
	assert_string_equal(seen.argv[1], "b");
	assert_string_equal(seen.where[0], "x=1");
	assert_string_equal(seen.where[1], "y=2");
	assert_string_equal(seen.text, "");
	assert_string_equal(seen.data, "/d");
	assert_true(seen.all && seen.json);
	assert_int_equal(seen.lang, LANG_EN);
	assert_int_equal(call("plain", "--", "--all", NULL), 0);
	assert_false(seen.all);
	assert_string_equal(seen.argv[0], "--all");
	assert_string_equal(seen.data, "/default");
	assert_string_equal(seen.where[0], "(null)");
	assert_int_equal(seen.lang, LANG_VI);
}

static void mistakes_are_usage(void **state)
{
	(void)state;
	assert_int_equal(call("plain", "--al", NULL), 2);
	assert_non_null(strstr(err, "--al"));
	assert_int_equal(call("plain", "--wherever", "x", NULL), 2);
	assert_int_equal(call("plain", "--where", NULL), 2);
	assert_int_equal(call("plain", "--all=1", NULL), 2);
	assert_int_equal(call("plain", "--lang", "fr", NULL), 2);
	assert_int_equal(call("nothing", NULL), 2);
	assert_non_null(strstr(err, "nothing"));
	assert_int_equal(call(NULL, NULL), 2);
	assert_int_equal(call("two", NULL), 2);
	assert_int_equal(call("two", "1", NULL), 0);
	assert_int_equal(call("two", "1", "2", "3", NULL), 2);
	assert_non_null(strstr(err, "3"));
}

static void numbers_and_spans_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(call("plain", NULL), 0);
	assert_int_equal(seen.number, 7);
	assert_int_equal(seen.span, 5);
	assert_int_equal(call("plain", "--number", "10", "--span", "15m", NULL), 0);
	assert_int_equal(seen.number, 10);
	assert_int_equal(seen.span, 900);
	assert_int_equal(call("plain", "--span", "2d", NULL), 0);
	assert_int_equal(seen.span, 172800);
	assert_int_equal(call("plain", "--number", "11", NULL), 2);
	assert_int_equal(call("plain", "--number", "0", NULL), 2);
	assert_int_equal(call("plain", "--number", "5x", NULL), 2);
	assert_int_equal(call("plain", "--number", "", NULL), 2);
	assert_int_equal(call("plain", "--span", "15", NULL), 2);
	assert_int_equal(call("plain", "--span", "0m", NULL), 2);
	assert_int_equal(call("plain", "--span", "1mm", NULL), 2);
}

static void errors_are_sentences_on_stderr(void **state)
{
	(void)state;
	assert_int_equal(call("refused", NULL), 1);
	assert_string_equal(out, "");
	assert_non_null(strstr(err, "prog: Mục này của hồ sơ đang khóa"));
	assert_non_null(strstr(err, "k3f7q"));
	assert_int_equal(call("refused", "--lang", "en", NULL), 1);
	assert_non_null(strstr(err, "locked"));
	assert_int_equal(call("refused", "--said", NULL), 1);
	assert_string_equal(err, "prog: A better sentence. [1m\n");
}

static void errors_are_json_for_programs(void **state)
{
	json_t *j, *e;

	(void)state;
	assert_int_equal(call("refused", "--json", NULL), 1);
	j = json_loads(out, 0, NULL);
	assert_non_null(j);
	e = json_object_get(j, "error");
	assert_string_equal(json_string_value(json_object_get(e, "code")), "locked");
	assert_string_equal(json_string_value(json_object_get(e, "subject")), "k3f7q");
	json_decref(j);
}

static void help_and_version_need_no_command_line(void **state)
{
	(void)state;
	assert_int_equal(call("--version", NULL), 0);
	assert_string_equal(out, "prog 1.2\n");
	assert_int_equal(call("--help", NULL), 0);
	assert_non_null(strstr(out, "plain"));
	assert_non_null(strstr(out, "Chương trình thử."));
	assert_int_equal(call("two", "--help", "--lang", "en", NULL), 0);
	assert_non_null(strstr(out, "Help"));
	assert_non_null(strstr(out, "two A [B]"));
}

static void tables_align_by_letters_seen(void **state)
{
	(void)state;
	assert_int_equal(call("table", NULL), 0);
	/* A text across the table makes no column wider. */
	assert_string_equal(out, "Mã     Tên\nk3f7q  Đỗ Thị Huyền  x\nCả một dòng, dài hơn mọi cột\n"
			    "a      B C D\n");
}

/* What is too wide is broken at blanks, headings first; a sign stays with its number. Into
 * a pipe nothing is. */
static void tables_fit_the_terminal(void **state)
{
	(void)state;
	assert_int_equal(call("wide", NULL), 0);
	assert_string_equal(out, "Mã   Nội dung                             Số hồ sơ  Đúng hạn\n"
				 "t4   Báo cáo kết quả hằng năm của đơn vị        84  94,0 % / 90,4 %\n"
				 "t10                                          1.004  -\n");
	assert_int_equal(setenv("COLUMNS", "50", 1), 0);
	assert_int_equal(call("wide", NULL), 0);
	assert_string_equal(out, "Mã   Nội dung               Số hồ  Đúng hạn\n"
				 "                               sơ\n"
				 "t4   Báo cáo kết quả hằng      84  94,0 % / 90,4 %\n"
				 "     năm của đơn vị\n"
				 "t10                         1.004  -\n");
	/* Nothing is read in less than 40. */
	assert_int_equal(setenv("COLUMNS", "1", 1), 0);
	assert_int_equal(call("wide", NULL), 0);
	assert_string_equal(out, "Mã   Nội dung       Số hồ  Đúng hạn\n"
				 "                       sơ\n"
				 "t4   Báo cáo kết       84  94,0 % /\n"
				 "     quả hằng năm          90,4 %\n"
				 "     của đơn vị\n"
				 "t10                 1.004  -\n");
	assert_int_equal(unsetenv("COLUMNS"), 0);
}

/* The name of a sum goes on over the empty cells behind it; a number stays in its column,
 * and what stands there is as wide as it must be. */
static void a_sum_s_name_widens_no_column(void **state)
{
	(void)state;
	assert_int_equal(call("across", NULL), 0);
	assert_string_equal(out, "Tên     Đơn vị     Số tiền  Mã\n"
				 "Lê Ánh  UBND xã      1.000  a\n"
				 "Cộng mọi khoản   1.000.000\n"
				 "Cộng                        khoản cuối\n");
}

/* Typed on two keyboards it is the same. */
static void a_passphrase_is_what_it_reads_as(void **state)
{
	static const char *const typed[] = { "mật khẩu\n", "mâ\xcc\xa3t kha\xcc\x82\xcc\x89u\r\n" };
	char path[] = "/tmp/dongbo-cli-XXXXXX";
	size_t i;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	for (i = 0; i < 2; i++) {
		struct cli c = { .options = { { "passphrase-file", path } }, .option_count = 1 };
		size_t len = strlen(typed[i]);
		struct buf read;

		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, typed[i], len, 0), len);
		buf_init(&read, 1024);
		buf_byte(&read, '>');
		assert_int_equal(cli_passphrase(&c, "passphrase-file", "?", false, &read), 0);
		assert_true(bytes_equal(buf_view(&read), bytes_str(">mật khẩu")));
		buf_release(&read);
	}
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(mistakes_are_usage),
		cmocka_unit_test(numbers_and_spans_are_bounded),
		cmocka_unit_test(errors_are_sentences_on_stderr),
		cmocka_unit_test(errors_are_json_for_programs),
		cmocka_unit_test(help_and_version_need_no_command_line),
		cmocka_unit_test(tables_align_by_letters_seen),
		cmocka_unit_test(tables_fit_the_terminal),
		cmocka_unit_test(a_sum_s_name_widens_no_column),
		cmocka_unit_test(a_passphrase_is_what_it_reads_as),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
