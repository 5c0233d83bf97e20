/* The real world: files that are whole or not there, folders, time, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/system/env.h"

static char dir[64];
static struct err e;

static int begin(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/dongbo-env-XXXXXX");
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int end(void **state)
{
	static const char *const names[] = { "f", "f.part", "a/b/c", "a/b", "a", "d/x", "d", NULL };
	char path[128];
	int i;

	(void)state;
	for (i = 0; names[i] != NULL; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		remove(path);
	}
	return rmdir(dir);
}

static const char *in(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static void expect_file(const char *name, struct bytes wanted)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	assert_int_equal(env_read_file(in(name), &b, &e), 0);
	assert_true(bytes_equal(buf_view(&b), wanted));
	buf_release(&b);
}

static void what_is_written_is_read(void **state)
{
	static uint8_t large[300000];
	struct stat st;

	(void)state;
	env_random(env_os(), large, sizeof large);
	assert_int_equal(env_write_file(in("f"), BYTES_OF(large), 0600, &e), 0);
	expect_file("f", BYTES_OF(large));
	assert_int_equal(stat(in("f"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* A new one takes the whole place, and leaves nothing beside it. */
	assert_int_equal(env_write_file(in("f"), bytes_str("ngắn"), 0600, &e), 0);
	expect_file("f", bytes_str("ngắn"));
	assert_int_equal(env_write_file(in("f"), BYTES_NONE, 0600, &e), 0);
	expect_file("f", BYTES_NONE);
	assert_int_not_equal(access(in("f.part"), F_OK), 0);
}

static void reading_appends(void **state)
{
	struct buf b;

	(void)state;
	assert_int_equal(env_write_file(in("f"), bytes_str("sau"), 0600, &e), 0);
	buf_init(&b, 100);
	buf_add(&b, bytes_str("trước "));
	assert_int_equal(env_read_file(in("f"), &b, &e), 0);
	assert_true(bytes_equal(buf_view(&b), bytes_str("trước sau")));
	buf_release(&b);
}

static void a_failed_write_leaves_the_old_file(void **state)
{
	struct stat st;

	(void)state;
	/* A folder stands in the way of the rename. */
	assert_int_equal(mkdir(in("d"), 0700), 0);
	assert_int_equal(env_write_file(in("d/x"), bytes_str("cũ"), 0600, &e), 0);
	assert_int_equal(env_write_file(in("d"), bytes_str("mới"), 0600, &e), ERR_IO);
	assert_int_equal(stat(in("d"), &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	expect_file("d/x", bytes_str("cũ"));
	assert_int_not_equal(access(in("d.part"), F_OK), 0);
}

/* What lies where the new file is made is not written to, nor what it leads to. */
static void links_are_not_followed(void **state)
{
	(void)state;
	assert_int_equal(env_write_file(in("f"), bytes_str("đích"), 0600, &e), 0);
	assert_int_equal(symlink("f", in("g.part")), 0);
	assert_int_equal(env_write_file(in("g"), bytes_str("mới"), 0600, &e), 0);
	expect_file("f", bytes_str("đích"));
	expect_file("g", bytes_str("mới"));
	/* A link in the file's own place is replaced. */
	assert_int_equal(remove(in("g")), 0);
	assert_int_equal(symlink("f", in("g")), 0);
	assert_int_equal(env_write_file(in("g"), bytes_str("mới"), 0600, &e), 0);
	expect_file("f", bytes_str("đích"));
	expect_file("g", bytes_str("mới"));
	assert_int_equal(remove(in("g")), 0);
}

static void a_missing_place_is_named(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	assert_int_equal(env_read_file(in("none"), &b, &e), ERR_NO_FILE);
	assert_non_null(strstr(e.subject, "none"));
	assert_int_equal(env_read_file(dir, &b, &e), ERR_IO);
	assert_int_equal(b.len, 0);
	assert_int_equal(env_write_file(in("none/f"), bytes_str("x"), 0600, &e), ERR_NO_FILE);
	assert_non_null(strstr(e.subject, "none/f"));
	buf_release(&b);
}

static void a_ceiling_holds(void **state)
{
	struct buf b;

	(void)state;
	assert_int_equal(env_write_file(in("f"), bytes_str("0123456789"), 0600, &e), 0);
	buf_init(&b, 10);
	assert_int_equal(env_read_file(in("f"), &b, &e), 0);
	buf_release(&b);
	buf_init(&b, 9);
	assert_int_equal(env_read_file(in("f"), &b, &e), ERR_TOO_LARGE);
	buf_release(&b);
}

static void a_path_has_an_end(void **state)
{
	static char path[5000];

	(void)state;
	memset(path, 'a', sizeof path - 1);
	assert_int_equal(env_write_file(path, bytes_str("x"), 0600, &e), ERR_TOO_LARGE);
	assert_int_equal(env_make_dirs(path, &e), ERR_IO);
	assert_int_equal(env_make_dirs("", &e), ERR_IO);
}

static void folders_are_made_with_those_above(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(env_make_dirs(in("a/b/c"), &e), 0);
	assert_int_equal(stat(in("a/b/c"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(env_make_dirs(in("a/b/c"), &e), 0);
	assert_int_equal(env_make_dirs(in("a/b/c/"), &e), 0);
	assert_int_equal(env_write_file(in("f"), bytes_str("x"), 0600, &e), 0);
	assert_int_equal(env_make_dirs(in("f/g"), &e), ERR_IO);
}

static int stop_at(void *ctx, const char *where)
{
	return strcmp(where, ctx) == 0;
}

static void a_fault_stops_at_its_place(void **state)
{
	struct env env = *env_os();
	char where[] = "commit";

	(void)state;
	assert_int_equal(env_fault(&env, "commit", &e), 0);
	env.ctx = where;
	env.fault = stop_at;
	assert_int_equal(env_fault(&env, "committed", &e), 0);
	assert_int_equal(env_fault(&env, "commit", &e), ERR_STOPPED);
	assert_string_equal(e.subject, "commit");
}

static void clocks_and_chance(void **state)
{
	uint8_t one[32] = { 0 }, two[32] = { 0 };
	int64_t before = env_monotonic_ms(env_os());

	(void)state;
	assert_true(env_now(env_os()) > 1700000000);
	assert_true(env_monotonic_ms(env_os()) >= before);
	env_random(env_os(), one, sizeof one);
	env_random(env_os(), two, sizeof two);
	assert_memory_not_equal(one, two, sizeof one);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_written_is_read),
		T(reading_appends),
		T(a_failed_write_leaves_the_old_file),
		T(links_are_not_followed), T(a_missing_place_is_named),
		T(a_ceiling_holds),
		T(a_path_has_an_end),
		T(folders_are_made_with_those_above),
		T(a_fault_stops_at_its_place),
		T(clocks_and_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
