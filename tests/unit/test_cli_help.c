/* The help of every command of both programs: in both languages, with examples, and no option
 * that is spoken of nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/cli/cli.h"
#include "common/text/text.h"

/* client/cmd.h and server/cmd.h do not go together. */
extern const struct cli_command *const client_commands[], *const server_commands[];
extern const struct cli_meaning client_options[], server_options[];

static const char *no_data(void)
{
	return "/nowhere";
}

static const struct cli_program programs[] = {
	{ "dongbo", "1", { "Một.", "One." }, client_commands, client_options, no_data },
	{ "dongbod", "1", { "Hai.", "Two." }, server_commands, server_options, no_data }
};

static char out[65536];

/* What it prints on stdout, in `columns` columns. */
static void help(const struct cli_program *p, const char *command, const char *lang, const char *columns)
{
	char copies[5][32], *argv[6];
	const char *words[] = { p->name, command, "--help", "--lang", lang };
	FILE *to = tmpfile();
	int i, kept, argc = 0;
	size_t n;

	assert_non_null(to);
	for (i = 0; i < 5; i++) {
		if (words[i] == NULL)
			continue;
		snprintf(copies[i], sizeof copies[i], "%s", words[i]);
		argv[argc++] = copies[i];
	}
	argv[argc] = NULL;
	assert_int_equal(setenv("COLUMNS", columns, 1), 0);
	fflush(stdout);
	kept = dup(STDOUT_FILENO);
	assert_true(kept >= 0 && dup2(fileno(to), STDOUT_FILENO) >= 0);
	assert_int_equal(cli_main(p, argc, argv), 0);
	fflush(stdout);
	assert_true(dup2(kept, STDOUT_FILENO) >= 0);
	close(kept);
	rewind(to);
	n = fread(out, 1, sizeof out - 1, to);
	out[n] = '\0';
	fclose(to);
}

static bool continues(char c)
{
	return (c >= 'a' && c <= 'z') || c == '-';
}

/* Whether the text has --name as a whole word. */
static bool names(const char *text, const char *name, size_t len)
{
	for (; (text = strstr(text, "--")) != NULL; text += 2)
		if (strncmp(text + 2, name, len) == 0 && !continues(text[2 + len]))
			return true;
	return false;
}

static void check_options(const struct cli_program *p, const struct cli_command *c, const char *lang)
{
	const char *o = c->options == NULL ? "" : c->options;

	while (*o != '\0') {
		size_t len = strcspn(o, "= ");

		if (!names(out, o, len))
			fail_msg("%s %s --lang %s: nothing of --%.*s", p->name, c->name, lang, (int)len, o);
		o += strcspn(o, " ");
		o += strspn(o, " ");
	}
}

/* Examples are lines that begin with two blanks, below their heading. */
static void check_examples(const struct cli_program *p, const struct cli_command *c, bool vi)
{
	const char *one = vi ? "\nVí dụ:\n" : "\nExample:\n", *many = vi ? one : "\nExamples:\n";
	const char *single = strstr(out, one), *at = single == NULL ? strstr(out, many) : single;
	size_t n = 0;

	if (at == NULL)
		fail_msg("%s %s: no examples", p->name, c->name);
	for (at = strchr(at + 1, '\n') + 1; at[0] == ' ' && at[1] == ' '; at = strchr(at, '\n') + 1)
		n += at[2] != ' ';
	if (n == 0 || (!vi && (n == 1) != (single != NULL)))
		fail_msg("%s %s: %zu examples", p->name, c->name, n);
}

static void every_option_is_spoken_of(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < 2; i++)
		for (k = 0; programs[i].commands[k] != NULL; k++) {
			const struct cli_command *c = programs[i].commands[k];

			help(&programs[i], c->name, "vi", "5000");
			check_options(&programs[i], c, "vi");
			check_examples(&programs[i], c, true);
			help(&programs[i], c->name, "en", "5000");
			check_options(&programs[i], c, "en");
			check_examples(&programs[i], c, false);
		}
}

/* FILE, NAME and their like have a Vietnamese word each; after a . stands a file's ending. */
static void what_stands_for_a_value_is_translated(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < 2; i++)
		for (k = 0; programs[i].commands[k] != NULL; k++) {
			const char *s;

			help(&programs[i], programs[i].commands[k]->name, "vi", "5000");
			for (s = out; *s != '\n'; s++) {
				const char *word = s;

				while (*s >= 'A' && *s <= 'Z')
					s++;
				/* A letter beyond ASCII, or _, makes it a word of ours. */
				if (s - word > 1 && (s[0] & 0x80) == 0 && s[0] != '_' &&
				    (word == out || ((word[-1] & 0x80) == 0 && word[-1] != '_')) &&
				    strncmp(word, "PIN", 3) != 0)
					fail_msg("%s: %.*s", programs[i].commands[k]->name, (int)(s - word),
						 word);
				if (*s == '\n')
					break;
			}
		}
}

static void check_width(const char *what, size_t width)
{
	const char *line = out;

	while (*line != '\0') {
		size_t len = strcspn(line, "\n");

		/* What is indented a little is to be typed, in one piece. */
		if (line[0] != ' ' && text_width((struct bytes){ (const uint8_t *)line, len }) > width)
			fail_msg("%s: wider than %zu: %.*s", what, width, (int)len, line);
		line += len + (line[len] == '\n');
	}
}

static void paragraphs_are_as_wide_as_the_terminal(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		help(&programs[i], NULL, "vi", "80");
		check_width(programs[i].name, 80);
		for (k = 0; programs[i].commands[k] != NULL; k++) {
			help(&programs[i], programs[i].commands[k]->name, "vi", "80");
			check_width(programs[i].commands[k]->name, 80);
		}
	}
	help(&programs[1], "round", "en", "70");
	assert_non_null(strstr(out, "\nremark") == NULL ? strstr(out, "\nremind   writes") : NULL);
	assert_non_null(strstr(out, "\n         "));
}

static void the_program_tells_folder_and_exit_statuses(void **state)
{
	(void)state;
	help(&programs[1], NULL, "vi", "80");
	assert_non_null(strstr(out, "~/.local/share/dongbod"));
	assert_non_null(strstr(out, "\n  4  không tới được máy chủ\n"));
	help(&programs[0], NULL, "en", "80");
	assert_non_null(strstr(out, "\n  0  done\n"));
	assert_non_null(strstr(out, "\n  6  the machine"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_is_spoken_of),
		cmocka_unit_test(what_stands_for_a_value_is_translated),
		cmocka_unit_test(paragraphs_are_as_wide_as_the_terminal),
		cmocka_unit_test(the_program_tells_folder_and_exit_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
