/* --help, of a program and of its commands.
 *
 * Texts stand in the tables of commands, once in each language. Lines that begin at the
 * margin make a paragraph, as wide as the terminal; a word with two blanks behind it has a
 * column of its own beside one; lines that are indented a little are examples, and stay. Options that
 * mean the same everywhere are explained by the program's own list. common/cli/man.sh makes
 * the manual pages out of what is printed here. */
#include "common/cli/cli_program.h"

#include <stdio.h>
#include <string.h>

#include "common/text/sentence.h"
#include "common/text/text.h"

enum { COLUMNS_USUAL = 80, COLUMNS_MOST = 100, PARAGRAPH_MAX = 16384 };
/* What is indented less is an example, and stays as it is. */
enum { COLUMN_LEAST = 8 };

/* What stands for a value in the arguments of commands. */
static const struct {
	const char *en, *vi;
} placeholders[] = {
	{ "ADDR", "ĐỊA_CHỈ" }, { "BACKUP", "BẢN_SAO" }, { "CHOICE", "LỰA_CHỌN" }, { "CODE", "MÃ" },
	{ "DATE", "NGÀY" }, { "DEADLINE", "THỜI_HẠN" }, { "DEVICE", "MÁY" }, { "DIR", "THƯ_MỤC" },
	{ "EVENT", "SỰ_KIỆN" }, { "FIELD", "MỤC" }, { "FILE", "TỆP" }, { "FINGERPRINT", "DẤU" },
	{ "ID", "MÃ" }, { "LIST", "DANH_SÁCH" }, { "N", "N" }, { "NAME", "TÊN" }, { "NEW", "MỚI" },
	{ "OLD", "CŨ" }, { "PAPER", "TỆP" }, { "PART", "PHẦN" }, { "PATH", "NƠI" },
	{ "PERIOD", "KỲ" }, { "PIN", "KHÓA_TLS" }, { "PORT", "CỔNG" }, { "QUARTER", "QUÝ" },
	{ "REASON", "LÝ_DO" }, { "ROLE", "VAI_TRÒ" }, { "SPAN", "KHOẢNG" },
	{ "STATE", "TRẠNG_THÁI" }, { "TASK", "VIỆC" }, { "TEXT", "CÂU_CHỮ" }, { "TYPE", "LOẠI" },
	{ "UNIT", "ĐƠN_VỊ" }, { "UNITS", "ĐƠN_VỊ" }, { "URL", "ĐỊA_CHỈ" }, { "VALUE", "GIÁ_TRỊ" },
	{ "VERSION", "PHIÊN_BẢN" }, { "WORDS", "TỪ" }, { "YEAR", "NĂM" },
	{ "field", "mục" }, { "value", "giá_trị" }, { "member", "mã" }
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *placeholder(struct bytes word)
{
	size_t i;

	for (i = 0; i < sizeof placeholders / sizeof placeholders[0]; i++)
		if (bytes_equal(word, bytes_str(placeholders[i].en)))
			return placeholders[i].vi;
	return NULL;
}

/* A word behind -, . or a figure is part of an option, an ending or a size. */
static void put_arguments(const char *s, enum lang lang, struct buf *out)
{
	char before = ' ';

	while (*s != '\0') {
		struct bytes word = { (const uint8_t *)s, 0 };
		const char *vi = NULL;

		while (is_letter(s[word.len]))
			word.len++;
		if (lang == LANG_VI && word.len > 0 && strchr("-.0123456789", before) == NULL)
			vi = placeholder(word);
		word.len += word.len == 0;
		buf_add(out, vi != NULL ? bytes_str(vi) : word);
		before = s[word.len - 1];
		s += word.len;
	}
}

void cli_help_arguments(const struct cli *c, struct buf *out)
{
	put_arguments(c->command->arguments, c->lang, out);
}

static size_t columns(void)
{
	size_t n = cli_columns(COLUMNS_USUAL);

	return n > COLUMNS_MOST ? COLUMNS_MOST : n == 0 ? SIZE_MAX : n;
}

/* Text that begins at `used` of a line, its further lines at `indent`. */
static void wrap(const char *text, size_t used, size_t indent)
{
	size_t width = columns();

	for (;;) {
		size_t left = width > used + 20 ? width - used : 20;
		struct bytes p = cli_piece(text, left, &text);

		printf("%.*s\n", (int)p.len, (const char *)p.at);
		if (*text == '\0')
			break;
		printf("%*s", (int)indent, "");
		used = indent;
	}
}

/* What is gathered until its last line is known: a paragraph, with a word before it in a
 * column of its own or not. */
struct block {
	struct buf text;
	size_t indent;
};

static void print_block(struct block *b)
{
	buf_byte(&b->text, '\0');
	if (b->text.len > 1 && !b->text.failed)
		wrap((const char *)b->text.at, b->indent, b->indent);
	buf_clear(&b->text);
}

static void add_line(struct block *b, size_t indent, const char *line, size_t len)
{
	if (b->text.len > 0 && b->indent != indent)
		print_block(b);
	if (b->text.len > 0)
		buf_byte(&b->text, ' ');
	else if (indent >= COLUMN_LEAST && line[0] == ' ')
		printf("%*s", (int)indent, "");
	b->indent = indent;
	buf_put(&b->text, line + strspn(line, " "), len - strspn(line, " "));
}

/* Where the text begins behind a word that stands in a column of its own; 0: there is none. */
static size_t second_column(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i + 2 < len; i++)
		if (line[i] == ' ' && line[i + 1] == ' ')
			return i + strspn(line + i, " ");
	return 0;
}

static void print_text_line(struct block *b, const char *line, size_t len)
{
	size_t blanks = strspn(line, " "), column = blanks == 0 ? second_column(line, len) : 0;

	if (len > 0 && blanks >= COLUMN_LEAST) {
		add_line(b, blanks, line, len);
	} else if (column > 0) {
		print_block(b);
		printf("%.*s", (int)column, line);
		add_line(b, column, line + column, len - column);
	} else if (len > 0 && blanks == 0) {
		add_line(b, 0, line, len);
	} else {
		print_block(b);
		printf("%.*s\n", (int)len, line);
	}
}

static int print_text(const char *s, struct err *e)
{
	struct block b = { .indent = 0 };
	int code;

	buf_init(&b.text, PARAGRAPH_MAX);
	while (*s != '\0') {
		size_t len = strcspn(s, "\n");

		print_text_line(&b, s, len);
		s += len + (s[len] == '\n');
	}
	print_block(&b);
	code = b.text.failed ? err_set(e, ERR_TOO_LARGE, "--help") : 0;
	buf_release(&b.text);
	return code;
}

static void print_meaning(const struct cli *c, const char *name, const char *value,
			  const char *text, size_t width)
{
	struct buf head;
	size_t used;

	buf_init(&head, 256);
	buf_printf(&head, "--%s", name);
	if (value[0] != '\0') {
		buf_byte(&head, ' ');
		put_arguments(value, c->lang, &head);
	}
	used = text_width(buf_view(&head));
	printf("  %.*s%*s", (int)head.len, (const char *)head.at,
	       (int)(used < width ? width - used : 0) + 2, "");
	wrap(text, 2 + (used < width ? width : used) + 2, 2 + width + 2);
	buf_release(&head);
}

/* Whether a text speaks of an option. */
static bool speaks_of(const char *text, const char *name)
{
	size_t len = strlen(name);

	while ((text = strstr(text, "--")) != NULL) {
		text += 2;
		if (strncmp(text, name, len) == 0 && !is_letter(text[len]) && text[len] != '-')
			return true;
	}
	return false;
}

static bool takes(const struct cli_command *cmd, const char *name)
{
	const char *p = cmd->options == NULL ? "" : cmd->options;
	size_t len = strlen(name);

	for (; *p != '\0'; p += strcspn(p, " "), p += strspn(p, " "))
		if (strncmp(p, name, len) == 0 && strchr("= ", p[len]) != NULL)
			return true;
	return false;
}

static void print_meanings(const struct cli *c, const struct cli_program *p)
{
	const struct cli_meaning *m;
	const char *help = label_in(&c->command->help, c->lang);

	printf("\n%s\n", CLI_TEXT(c, "Tùy chọn chung:", "Common options:"));
	for (m = p->options; m->name != NULL; m++)
		if (takes(c->command, m->name) && !speaks_of(help, m->name))
			print_meaning(c, m->name, m->value, label_in(&m->text, c->lang), 22);
	print_meaning(c, "json", "", CLI_TEXT(c, "kết quả là JSON, cho chương trình khác đọc",
					      "the result as JSON, for other programs"), 22);
	putchar('\n');
	wrap(CLI_TEXT(c, "Lệnh nào cũng nhận --data, --lang. Mã kết thúc: xem --help của chương trình.",
		      "Every command takes --data and --lang. Exit statuses: see --help of the "
		      "program."), 0, 0);
}

int cli_help_command(struct cli *c, const struct cli_program *p)
{
	const struct cli_command *cmd = c->command;
	struct buf usage;
	int code;

	buf_init(&usage, 1024);
	buf_printf(&usage, "%s %s%s", p->name, cmd->name, cmd->arguments[0] == '\0' ? "" : " ");
	cli_help_arguments(c, &usage);
	buf_byte(&usage, '\0');
	if (usage.failed) {
		buf_release(&usage);
		return err_set(&c->err, ERR_TOO_LARGE, "--help");
	}
	wrap((const char *)usage.at, 0, strlen(p->name) + 1 + strlen(cmd->name) + 1);
	buf_release(&usage);
	printf("\n%s\n\n", label_in(&cmd->summary, c->lang));
	code = print_text(label_in(&cmd->help, c->lang), &c->err);
	print_meanings(c, p);
	return code;
}

static void print_statuses(const struct cli *c)
{
	int status;

	printf("\n%s\n", CLI_TEXT(c, "Mã kết thúc:", "Exit statuses:"));
	for (status = 0; status <= SENTENCE_MACHINE; status++) {
		printf("  %d  ", status);
		wrap(label_in(sentence_status(status), c->lang), 5, 5);
	}
}

void cli_help_program(const struct cli *c, const struct cli_program *p)
{
	const struct cli_command *const *cmd;
	char folder[256];
	size_t width = 0;

	printf("%s %s\n%s\n\n", p->name, p->version, label_in(&p->about, c->lang));
	printf(CLI_TEXT(c, "Cách dùng: %s LỆNH [tham số] [--data THƯ_MỤC] [--lang vi|en] [--json]\n\n",
			"Usage: %s COMMAND [arguments] [--data DIR] [--lang vi|en] [--json]\n\n"), p->name);
	for (cmd = p->commands; *cmd != NULL; cmd++)
		if (strlen((*cmd)->name) > width)
			width = strlen((*cmd)->name);
	for (cmd = p->commands; *cmd != NULL; cmd++) {
		printf("  %-*s  ", (int)width, (*cmd)->name);
		wrap(label_in(&(*cmd)->summary, c->lang), width + 4, width + 4);
	}
	printf(CLI_TEXT(c, "\nXem chi tiết một lệnh: %s LỆNH --help\n",
			"\nMore on one command: %s COMMAND --help\n"), p->name);
	printf("\n%s\n", CLI_TEXT(c, "Tùy chọn chung:", "Common options:"));
	snprintf(folder, sizeof folder,
		 CLI_TEXT(c, "kho dữ liệu; không có thì $XDG_DATA_HOME/%s, thường là ~/.local/share/%s",
			  "the store; else $XDG_DATA_HOME/%s, which is usually ~/.local/share/%s"),
		 p->name, p->name);
	print_meaning(c, "data", "DIR", folder, 12);
	print_meaning(c, "lang", "vi|en", CLI_TEXT(c, "tiếng Việt (thường lệ) hoặc tiếng Anh",
						   "Vietnamese (the default) or English"), 12);
	print_meaning(c, "json", "", CLI_TEXT(c, "kết quả, và lỗi, là JSON cho chương trình khác đọc",
					      "results, and errors, as JSON for other programs"), 12);
	print_meaning(c, "help", "", CLI_TEXT(c, "lời giải thích này, hay của một lệnh",
					      "this, or the same of a command"), 12);
	print_meaning(c, "version", "", CLI_TEXT(c, "phiên bản của chương trình",
						 "the program's version"), 12);
	print_statuses(c);
}
