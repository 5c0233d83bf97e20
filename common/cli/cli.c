/* The frame around every command: options, help, errors, exit status.
 *
 * Options may stand anywhere, as --name VALUE or --name=VALUE; what follows "--"
 * is positional. A command declares the names it knows, so a mistyped one is an
 * error and never silently ignored. The first SIGINT asks the command to stop at
 * a good place, the second one ends the program. */
#include "common/cli/cli_program.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "common/system/env.h"
#include "common/text/date.h"
#include "common/text/reason.h"
#include "common/text/sentence.h"
#include "common/text/text.h"

enum { PASSPHRASE_MAX = 1024, OPTIONS_MAX = 32 };

static volatile sig_atomic_t stop_flag;
/* --json means one document: a command that has printed its own has told it all. */
static bool json_printed;

static void on_signal(int number)
{
	(void)number;
	stop_flag = 1;
}

static void watch_signals(void)
{
	/* No SA_RESTART: a prompt or a wait must notice. */
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

int cli_usage(struct cli *c, const char *fmt, ...)
{
	char text[sizeof c->err.subject];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return err_set(&c->err, ERR_USAGE, "%s", text);
}

/* Looks a name up in a list such as "where= text= all". */
static bool known_option(const char *list, const char *name, size_t len, bool *takes_value)
{
	const char *p = list == NULL ? "" : list;

	while (*p != '\0') {
		size_t n = strcspn(p, " ");
		bool value = n > 0 && p[n - 1] == '=';

		if (n - value == len && strncmp(p, name, len) == 0) {
			*takes_value = value;
			return true;
		}
		p += n;
		p += strspn(p, " ");
	}
	return false;
}

static int take_option(struct cli *c, char *arg, char **next, int *used)
{
	static const char everywhere[] = "help version json lang= data=";
	char *name = arg + 2, *equals = strchr(name, '=');
	size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
	const char *own = c->command != NULL ? c->command->options : "";
	bool takes_value = false;

	/* A command's own meaning first: --version has a value where records have one. */
	if (!known_option(own, name, len, &takes_value) &&
	    !known_option(everywhere, name, len, &takes_value))
		return cli_usage(c, CLI_TEXT(c, "không có tùy chọn --%.*s", "there is no --%.*s"),
				 (int)len, name);
	if (c->option_count == OPTIONS_MAX)
		return cli_usage(c, CLI_TEXT(c, "quá nhiều tùy chọn", "too many options"));
	if (takes_value && equals == NULL && *next == NULL)
		return cli_usage(c, CLI_TEXT(c, "--%s cần một giá trị", "--%s needs a value"),
				 name);
	if (!takes_value && equals != NULL)
		return cli_usage(c, CLI_TEXT(c, "--%.*s không có giá trị",
					     "--%.*s takes no value"), (int)len, name);
	if (equals != NULL)
		*equals = '\0';
	*used = takes_value && equals == NULL;
	c->options[c->option_count].name = name;
	c->options[c->option_count].value = !takes_value ? "" :
					    equals != NULL ? equals + 1 : *next;
	c->option_count++;
	return 0;
}

/* Options out, positional arguments to the front. argv ends in NULL. */
static int parse(struct cli *c, int argc, char **argv)
{
	int i, kept = 0, used, code;
	bool options = true;

	for (i = 0; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (options && strncmp(argv[i], "--", 2) == 0) {
			used = 0;
			code = take_option(c, argv[i], &argv[i + 1], &used);
			if (code != 0)
				return code;
			i += used;
		} else {
			argv[kept++] = argv[i];
		}
	}
	c->argc = kept;
	c->argv = argv;
	return 0;
}

const char *cli_option_at(const struct cli *c, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < c->option_count; i++)
		if (strcmp(c->options[i].name, name) == 0 && n-- == 0)
			return c->options[i].value;
	return NULL;
}

const char *cli_option(const struct cli *c, const char *name)
{
	return cli_option_at(c, name, 0);
}

int cli_arguments(struct cli *c, int min, int max)
{
	struct buf form;
	int code;

	if (c->argc >= min && (max < 0 || c->argc <= max))
		return 0;
	if (c->argc > max && max >= 0)
		return cli_usage(c, CLI_TEXT(c, "thừa \"%s\"", "\"%s\" is too much"),
				 c->argv[max]);
	buf_init(&form, 1024);
	cli_help_arguments(c, &form);
	code = cli_usage(c, CLI_TEXT(c, "còn thiếu; cần gõ \"%s %.*s\"",
				     "something is missing of \"%s %.*s\""),
			 c->command->name, (int)form.len, (const char *)form.at);
	buf_release(&form);
	return code;
}

int cli_unknown(struct cli *c, const char *word)
{
	struct buf form;
	int code;

	buf_init(&form, 1024);
	cli_help_arguments(c, &form);
	code = cli_usage(c, CLI_TEXT(c, "không hiểu \"%s\"; cần gõ \"%s %.*s\"",
				     "\"%s\" is not understood; needed is \"%s %.*s\""), word,
			 c->command->name, (int)form.len, (const char *)form.at);
	buf_release(&form);
	return code;
}

int cli_number(struct cli *c, const char *option, int64_t missing, int64_t min, int64_t max,
	       int64_t *out)
{
	const char *text = cli_option(c, option);
	char *end;
	long long n;

	*out = missing;
	if (text == NULL)
		return 0;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < min || n > max)
		return cli_usage(c, CLI_TEXT(c, "--%s %s: cần một số từ %lld đến %lld",
					     "--%s %s: a number from %lld to %lld is needed"),
				 option, text, (long long)min, (long long)max);
	*out = n;
	return 0;
}

int cli_order(struct cli *c, bool *by_name, bool *by_age)
{
	const char *text = cli_option(c, "sort");
	bool unused;

	by_age = by_age == NULL ? &unused : by_age;
	*by_name = text != NULL && strcmp(text, "name") == 0;
	*by_age = text != NULL && strcmp(text, "age") == 0 && by_age != &unused;
	return text == NULL || *by_name || *by_age ? 0 : by_age == &unused ?
		cli_usage(c, CLI_TEXT(c, "--sort %s: chỉ có name", "--sort %s: only name"), text) :
		cli_usage(c, CLI_TEXT(c, "--sort %s: chỉ có name, age", "--sort %s: only name, age"), text);
}

void cli_since(const json_t *seconds, char since[40], char days[24])
{
	int64_t day = date_of(json_integer_value(seconds));
	struct buf text;

	since[0] = days[0] = '\0';
	if (!json_is_integer(seconds))
		return;
	buf_init(&text, 39);
	date_show(day, &text);
	snprintf(since, 40, "%.*s", (int)text.len, (const char *)text.at);
	buf_release(&text);
	snprintf(days, 24, "%lld", (long long)(date_of(env_now(env_os())) - day));
}

int cli_size(struct cli *c, const char *option, int64_t missing, int64_t min, int64_t *out)
{
	const char *text = cli_option(c, option);
	int64_t unit;
	char *end;
	long long n;

	*out = missing;
	if (text == NULL)
		return 0;
	errno = 0;
	n = strtoll(text, &end, 10);
	unit = *end == 'K' || *end == 'k' ? 1024 : *end == 'M' || *end == 'm' ? 1024 * 1024 : 0;
	if (end != text && unit > 0 && end[1] == '\0' && errno == 0 && n > 0 && n < 1000000 &&
	    n * unit >= min) {
		*out = n * unit;
		return 0;
	}
	return cli_usage(c, CLI_TEXT(c, "--%s %s: viết như 500K hoặc 10M, ít nhất %lldK",
				     "--%s %s: write it like 500K or 10M, at least %lldK"), option,
			 text, (long long)min / 1024);
}

int cli_span(struct cli *c, const char *option, int64_t missing, int64_t *out)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	const char *text = cli_option(c, option);
	char *end;
	long long n;
	size_t i;

	*out = missing;
	if (text == NULL)
		return 0;
	errno = 0;
	n = strtoll(text, &end, 10);
	for (i = 0; i < sizeof units / sizeof units[0]; i++)
		if (end != text && end[0] == units[i].unit && end[1] == '\0' && errno == 0 &&
		    n > 0 && n < 1000000) {
			*out = n * units[i].seconds;
			return 0;
		}
	return cli_usage(c, CLI_TEXT(c, "--%s %s: viết như 90s, 15m, 2h hoặc 30d",
				     "--%s %s: write it like 90s, 15m, 2h or 30d"),
			 option, text);
}

bool cli_json(const struct cli *c, const json_t *v)
{
	if (!c->json)
		return false;
	json_dumpf(v, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
	fputc('\n', stdout);
	json_printed = true;
	return true;
}

/* One line from the terminal, without echo. */
static int read_silently(struct cli *c, FILE *terminal, const char *prompt, struct buf *out)
{
	struct termios shown, hidden;
	bool silent = tcgetattr(fileno(terminal), &shown) == 0;
	int byte, code = 0;

	fprintf(stderr, "%s: ", prompt);
	fflush(stderr);
	if (silent) {
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(fileno(terminal), TCSAFLUSH, &hidden);
	}
	while ((byte = fgetc(terminal)) != EOF && byte != '\n')
		buf_byte(out, (uint8_t)byte);
	if (silent)
		tcsetattr(fileno(terminal), TCSAFLUSH, &shown);
	fputc('\n', stderr);
	if (stop_flag)
		code = err_set(&c->err, ERR_STOPPED, "%s", prompt);
	else if (out->failed)
		code = err_set(&c->err, ERR_TOO_LARGE, "%s", prompt);
	return code;
}

static int ask_twice(struct cli *c, const char *option, const char *prompt, bool confirm,
		     struct buf *out)
{
	FILE *terminal = fopen("/dev/tty", "r");
	struct buf again;
	int code;

	if (terminal == NULL)
		return cli_usage(c, CLI_TEXT(c, "không có màn hình để hỏi mật khẩu; dùng --%s TỆP",
					     "no terminal to ask for the passphrase; use --%s "
					     "FILE"), option);
	setvbuf(terminal, NULL, _IONBF, 0);
	buf_init(&again, PASSPHRASE_MAX);
	code = read_silently(c, terminal, prompt, out);
	if (code == 0 && confirm) {
		code = read_silently(c, terminal, CLI_TEXT(c, "Nhập lại lần nữa", "Once more"),
				     &again);
		if (code == 0 && !bytes_equal(buf_view(out), buf_view(&again)))
			code = err_set(&c->err, ERR_PASSPHRASE, "%s",
				       CLI_TEXT(c, "hai lần nhập khác nhau",
						"the two are not the same"));
	}
	if (again.at != NULL)
		sodium_memzero(again.at, again.len);
	buf_release(&again);
	fclose(terminal);
	return code;
}

/* Keyboards differ in how they write the same letters: a passphrase is what it reads as.
 * What is no text stays as it is. */
static int normalise_from(struct buf *out, size_t before, struct err *e)
{
	struct buf nfc;

	buf_init(&nfc, PASSPHRASE_MAX);
	if (text_nfc((struct bytes){ out->at + before, out->len - before }, &nfc, NULL) == 0) {
		out->len = before;
		buf_add(out, buf_view(&nfc));
	}
	if (nfc.at != NULL)
		sodium_memzero(nfc.at, nfc.cap);
	buf_release(&nfc);
	return out->failed ? err_set(e, ERR_TOO_LARGE, "passphrase") : 0;
}

int cli_passphrase(struct cli *c, const char *option, const char *prompt, bool confirm,
		   struct buf *out)
{
	const char *file = cli_option(c, option);
	size_t before = out->len;
	int code;

	code = file != NULL ? env_read_file(file, out, &c->err) :
			      ask_twice(c, option, prompt, confirm, out);
	if (code != 0)
		return code;
	while (out->len > before &&
	       (out->at[out->len - 1] == '\n' || out->at[out->len - 1] == '\r'))
		out->len--;
	if (out->len == before)
		return err_set(&c->err, ERR_PASSPHRASE, "%s",
			       CLI_TEXT(c, "mật khẩu trống", "it is empty"));
	return normalise_from(out, before, &c->err);
}

int cli_confirm(struct cli *c, const char *question, bool *yes)
{
	FILE *terminal = fopen("/dev/tty", "r");
	char line[64] = "";
	struct bytes answer;

	if (terminal == NULL)
		return cli_usage(c, CLI_TEXT(c, "không có màn hình để hỏi; thêm --yes",
					     "no terminal to ask at; add --yes"));
	fflush(stdout);
	fprintf(stderr, "%s [%s] ", question, CLI_TEXT(c, "có/không", "yes/no"));
	fflush(stderr);
	if (fgets(line, sizeof line, terminal) == NULL)
		line[0] = '\0';
	fclose(terminal);
	if (stop_flag)
		return err_set(&c->err, ERR_STOPPED, "%s", question);
	answer = (struct bytes){ (uint8_t *)line, strcspn(line, "\r\n") };
	*yes = bytes_equal(answer, bytes_str("có")) || bytes_equal(answer, bytes_str("co")) ||
	       bytes_equal(answer, bytes_str("yes"));
	return 0;
}

void cli_line(FILE *f, struct bytes line)
{
	size_t i;

	for (i = 0; i < line.len; i++)
		fputc(line.at[i] < ' ' || line.at[i] == 0x7f ? ' ' : line.at[i], f);
	fputc('\n', f);
}

/* For programs: what the subject says in words stands apart, too. */
static json_t *error_json(const struct cli *c, struct bytes sentence)
{
	json_t *j = json_pack("{s:{s:s, s:s, s:s%}}", "error", "code", err_name(c->err.code), "subject",
			      c->err.subject, "sentence", (const char *)sentence.at, sentence.len);
	json_t *error = json_object_get(j, "error");

	if (c->err.line != 0)
		json_object_set_new(error, "line", json_integer(c->err.line));
	if (c->err.column != 0)
		json_object_set_new(error, "column", json_integer(c->err.column));
	if (c->err.library[0] != '\0')
		json_object_set_new(error, "library", json_string(c->err.library));
	return j;
}

/* The sentence to stderr; with --json the code to stdout as well, for programs, unless
 * the command's own document is there. */
static void print_error(struct cli *c, const struct cli_command *const *commands)
{
	struct buf text;

	if (isatty(STDERR_FILENO))
		fflush(stdout);
	buf_init(&text, 8192);
	if (c->said.len > 0)
		buf_add(&text, buf_view(&c->said));
	else
		sentence_error(&c->err, c->lang, &text);
	cli_name_program(c->program, commands, &text);
	fprintf(stderr, "%s: ", c->program);
	cli_line(stderr, buf_view(&text));
	if (c->json && !json_printed) {
		json_t *j = error_json(c, buf_view(&text));

		if (j != NULL)
			cli_json(c, j);
		json_decref(j);
	}
	buf_release(&text);
}

static int run(struct cli *c)
{
	const char *lang = cli_option(c, "lang");
	int code;

	if (lang != NULL && strcmp(lang, "vi") != 0 && strcmp(lang, "en") != 0)
		return cli_usage(c, CLI_TEXT(c, "--lang %s: chỉ có vi, en", "--lang %s: only vi, en"),
				 lang);
	watch_signals();
	code = c->command->run(c);
	if (code != 0 && c->err.code != code)
		c->err.code = code;
	/* A full disk behind a pipe or file shows only here. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == 0 && errno != EPIPE)
		code = reason_system(&c->err, ERR_IO, errno, "stdout");
	return code;
}

/* The first argument that is no option, taken out of argv: the command's name. */
static char *take_name(int *argc, char **argv)
{
	int i, k;
	char *name;

	for (i = 0; i < *argc; i++) {
		if (strcmp(argv[i], "--lang") == 0 || strcmp(argv[i], "--data") == 0)
			i++;
		else if (argv[i][0] != '-')
			break;
	}
	if (i >= *argc)
		return NULL;
	name = argv[i];
	for (k = i; k < *argc; k++)
		argv[k] = argv[k + 1];
	(*argc)--;
	return name;
}

/* What is asked of the program itself, or of its help; *done: nothing is left to run. */
static int answer(struct cli *c, const struct cli_program *p, const char *name, bool *done)
{
	bool help = cli_option(c, "help") != NULL;

	*done = true;
	/* Behind a command --version is the command's own, if it has one. */
	if (name == NULL && cli_option(c, "version") != NULL) {
		printf("%s %s\n", p->name, p->version);
		return 0;
	}
	if (name == NULL || (c->command == NULL && strcmp(name, "help") == 0)) {
		cli_help_program(c, p);
		return name != NULL || help ? 0 :
			err_set(&c->err, ERR_USAGE, "%s", CLI_TEXT(c, "chưa có lệnh", "no command"));
	}
	if (c->command == NULL)
		return cli_usage(c, CLI_TEXT(c, "không có lệnh \"%s\"",
					     "there is no command \"%s\""), name);
	*done = help;
	return help ? cli_help_command(c, p) : 0;
}

int cli_main(const struct cli_program *program, int argc, char **argv)
{
	struct cli c = { .program = program->name, .stop = &stop_flag };
	int count = argc > 0 ? argc - 1 : 0, code;
	char *name = take_name(&count, argv + 1);
	const char *lang;
	bool done = false;

	buf_init(&c.said, 8192);
	c.terminal = isatty(STDOUT_FILENO);
	c.command = name == NULL ? NULL : cli_find(program->commands, bytes_str(name));
	code = parse(&c, count, argv + 1);
	lang = cli_option(&c, "lang");
	c.lang = lang != NULL && strcmp(lang, "en") == 0 ? LANG_EN : LANG_VI;
	c.json = cli_option(&c, "json") != NULL;
	c.data = cli_option(&c, "data");
	if (c.data == NULL)
		c.data = program->default_data();
	if (code == 0 || (name != NULL && c.command == NULL))
		code = answer(&c, program, name, &done);
	if (code == 0 && !done)
		code = run(&c);
	if (code != 0)
		print_error(&c, program->commands);
	buf_release(&c.said);
	return sentence_exit(code);
}

int cli_ask(struct cli *c, const char *question, struct buf *out)
{
	FILE *terminal = fopen("/dev/tty", "r");
	char line[1024] = "";

	if (terminal == NULL)
		return cli_usage(c, CLI_TEXT(c, "không có màn hình để hỏi", "no terminal to ask at"));
	fflush(stdout);
	fprintf(stderr, "%s", question);
	fflush(stderr);
	if (fgets(line, sizeof line, terminal) == NULL)
		line[0] = '\0';
	fclose(terminal);
	buf_put(out, line, strcspn(line, "\r\n"));
	sodium_memzero(line, sizeof line);
	if (stop_flag)
		return err_set(&c->err, ERR_STOPPED, "%s", "");
	return out->failed ? err_set(&c->err, ERR_TOO_LARGE, "%s", question) : 0;
}

int cli_new_file(struct cli *c, const char *path, struct bytes content, unsigned mode)
{
	if (env_kind(path) != ENV_NONE)
		return cli_usage(c, CLI_TEXT(c, "%s đã có, không ghi đè: chọn tên khác bằng --out, hoặc tự xóa "
						"tệp ấy trước",
					     "%s is there and is not written over: choose another name with "
					     "--out, or delete it first"), path);
	return env_write_file(path, content, mode, &c->err);
}
