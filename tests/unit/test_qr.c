/* QR codes: what another program reads from them, and how they are drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "server/identity/letter.h"
#include "server/identity/qr.h"

static struct qr qr;

static void the_same_size_for_the_same_text(void **state)
{
	struct buf long_text;
	size_t i;

	(void)state;
	assert_int_equal(qr_make(bytes_str("DONGBO1 https://a ABCDE"), &qr, NULL), 0);
	assert_int_equal(qr.size, 25);
	/* The three eyes. */
	for (i = 0; i < 7; i++) {
		assert_int_equal(qr.dark[i], 1);
		assert_int_equal(qr.dark[qr.size - 1 - i], 1);
		assert_int_equal(qr.dark[(qr.size - 1) * qr.size + i], 1);
	}
	assert_int_equal(qr_make(BYTES_NONE, &qr, NULL), ERR_TOO_LARGE);
	buf_init(&long_text, 4000);
	for (i = 0; i < 3000; i++)
		buf_byte(&long_text, 'x');
	assert_int_equal(qr_make(buf_view(&long_text), &qr, NULL), ERR_TOO_LARGE);
	buf_release(&long_text);
}

/* Modules out of the path, back into a picture. */
static void svg_has_every_module(void **state)
{
	static uint8_t seen[QR_MAX * QR_MAX];
	struct buf out;
	const char *at;
	size_t i, dark = 0;

	(void)state;
	assert_int_equal(qr_make(bytes_str("DONGBO1 https://a ABCDE"), &qr, NULL), 0);
	memset(seen, 0, sizeof seen);
	buf_init(&out, 1 << 20);
	qr_svg(&qr, 50, &out);
	buf_byte(&out, 0);
	for (at = strstr((char *)out.at, "d=\""); (at = strchr(at + 1, 'M')) != NULL;) {
		unsigned x, y, run;

		assert_int_equal(sscanf(at, "M%u %uh%uv1", &x, &y, &run), 3);
		assert_true(x >= 4 && y >= 4 && x + run <= qr.size + 4 && y < qr.size + 4);
		while (run-- > 0)
			seen[(y - 4) * qr.size + (x++ - 4)]++;
	}
	assert_memory_equal(seen, qr.dark, (size_t)qr.size * qr.size);
	for (i = 0; i < (size_t)qr.size * qr.size; i++)
		dark += qr.dark[i];
	assert_true(dark > 100);
	buf_release(&out);
}

static void blocks_for_any_screen(void **state)
{
	struct buf plain, colour;
	size_t lines = 0;
	const char *at;

	(void)state;
	assert_int_equal(qr_make(bytes_str("DONGBO1 https://a ABCDE"), &qr, NULL), 0);
	buf_init(&plain, 1 << 20);
	buf_init(&colour, 1 << 20);
	qr_blocks(&qr, false, &plain);
	qr_blocks(&qr, true, &colour);
	buf_byte(&plain, 0);
	buf_byte(&colour, 0);
	for (at = (char *)plain.at; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	assert_int_equal(lines, (qr.size + 8 + 1) / 2);
	assert_null(strchr((char *)plain.at, '\033'));
	/* The quiet zone is light: full blocks on a dark screen, blanks on white. */
	assert_memory_equal(plain.at, "\u2588", 3);
	assert_memory_equal(colour.at, "\033[30;47m ", 9);
	buf_release(&colour);
	buf_release(&plain);
}

/* zbarimg as a second opinion. */
static void another_program_reads_it(void **state)
{
	static const struct code code = { { 1, 2, 3 }, { 4, 5, 6 } };
	const struct letter l = { .address = bytes_str("https://dongbo.songlo.example:8443"),
				  .code = &code };
	char path[] = "/tmp/dongbo-qr-XXXXXX", command[100], line[300] = "";
	struct buf scan;
	unsigned x, y, k, whole;
	FILE *f;
	int fd;

	(void)state;
	if (access("/usr/bin/zbarimg", X_OK) != 0) {
		printf("SKIPPED: zbarimg is not installed\n");
		skip();
	}
	buf_init(&scan, 1024);
	letter_scan(&l, &scan);
	assert_int_equal(qr_make(buf_view(&scan), &qr, NULL), 0);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	whole = (qr.size + 8) * 4;
	fprintf(f, "P5 %u %u 255\n", whole, whole);
	for (y = 0; y < whole; y++)
		for (x = 0; x < whole; x++) {
			unsigned i = x / 4, j = y / 4;

			k = i >= 4 && j >= 4 && i < qr.size + 4 && j < qr.size + 4 &&
			    qr.dark[(j - 4) * qr.size + (i - 4)];
			fputc(k ? 0 : 255, f);
		}
	fclose(f);
	snprintf(command, sizeof command, "zbarimg --quiet --raw %s 2>/dev/null", path);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof line, f));
	pclose(f);
	unlink(path);
	line[strcspn(line, "\n")] = '\0';
	assert_true(bytes_equal(bytes_str(line), buf_view(&scan)));
	buf_release(&scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_size_for_the_same_text),
		cmocka_unit_test(svg_has_every_module),
		cmocka_unit_test(blocks_for_any_screen),
		cmocka_unit_test(another_program_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
