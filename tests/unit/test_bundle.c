/* Bundles as files: what they are called, how a folder of them is read, what is made of a file
 * that is not whole. The journeys are in test_stick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/system/bundle.h"
#include "common/system/env.h"
#include "protocol/limits.h"
#include "protocol/seal.h"

static char dir[64];
static struct arena arena;
static struct err e;

static int begin(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/dongbo-bundle-XXXXXX");
	arena_init(&arena, (size_t)16 << 20);
	return mkdtemp(dir) == NULL;
}

static int end(void **state)
{
	char **names;
	size_t count, i;

	(void)state;
	assert_int_equal(env_list(dir, 1000, &arena, &names, &count, &e), 0);
	for (i = 0; i < count; i++) {
		char path[400];

		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		remove(path);
	}
	rmdir(dir);
	arena_release(&arena);
	return 0;
}

static const char *in(const char *name)
{
	const char *path = NULL;

	assert_int_equal(bundle_path(dir, name, &arena, &path, &e), 0);
	return path;
}

static void names_tell_whose_they_are(void **state)
{
	struct bundle_name n = { bytes_str("TH_THCS-NHAOSON"), 0x72460571ca75260f, 7, 1, 20513 };
	struct bundle_name back;
	char name[BUNDLE_NAME];

	(void)state;
	bundle_name(&n, name);
	assert_string_equal(name, "TH_THCS-NHAOSON_may-724605_0007-01_2026-03-01_gui-di.dongbo");
	assert_true(bundle_name_read(name, &back));
	assert_int_equal(back.number, 7);
	assert_int_equal(back.part, 1);
	assert_true(bundle_is_of(&back, n.device));
	assert_true(bundle_is_of(&back, 0x724605ffffffffff));
	assert_false(bundle_is_of(&back, 0x724606ffffffffff));
	n.number = 123456;
	n.part = 1000;
	bundle_name(&n, name);
	assert_true(bundle_name_read(name, &back));
	assert_true(back.number == 123456 && back.part == 1000);
}

/* Whatever a unit is called, and whatever the clock says. */
static void names_suit_any_stick(void **state)
{
	static const char *const units[] = {
		"", "Xã Sông Lô", "a/b\\c:d*e?f\"g<h>i|j", "..", "con", "\n\t",
		"a-code-of-more-than-forty-eight-characters-that-somebody-thought-of",
	};
	static const int64_t days[] = { 0, -1000000, 12000, 90000000 };
	size_t u, k, i;

	(void)state;
	for (u = 0; u < sizeof units / sizeof units[0]; u++)
		for (k = 0; k < sizeof days / sizeof days[0]; k++) {
			struct bundle_name n = { bytes_str(units[u]), 0xabc, INT64_MAX, INT64_MAX,
						 days[k] }, back;
			char name[BUNDLE_NAME];

			bundle_name(&n, name);
			for (i = 0; name[i] != '\0'; i++)
				assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz"
						       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.",
						       name[i]));
			assert_true(i > 20 && i < BUNDLE_NAME - 1 && name[0] != '.');
			assert_true(bundle_may_be(name));
			assert_true(bundle_name_read(name, &back));
			assert_true(back.number == INT64_MAX && bundle_is_of(&back, 0xabc));
		}
}

static void answers_are_named_after_requests(void **state)
{
	static const char *const cases[][3] = {
		{ "X_may-724605_0007-01_2026-03-01_gui-di.dongbo",
		  "X_may-724605_0007-01_2026-03-01_tra-loi.reply.dongbo",
		  "X_may-724605_0007-01_2026-03-01_tra-loi_12.reply.dongbo" },
		{ "thu.dongbo", "thu.reply.dongbo", "thu_12.reply.dongbo" },
		{ "THU.DONGBO", "THU.reply.dongbo", "THU_12.reply.dongbo" },
		{ "request.7", "request.7.reply.dongbo", "request.7_12.reply.dongbo" },
		{ ".dongbo", ".dongbo.reply.dongbo", ".dongbo_12.reply.dongbo" },
	};
	char name[BUNDLE_NAME], longest[600];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		bundle_reply_name(cases[i][0], 1, name);
		assert_string_equal(name, cases[i][1]);
		bundle_reply_name(cases[i][0], 12, name);
		assert_string_equal(name, cases[i][2]);
	}
	memset(longest, 'x', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	bundle_reply_name(longest, UINT32_MAX, name);
	assert_true(strlen(name) < BUNDLE_NAME);
	assert_true(bundle_may_be(name));
}

static void other_names_say_nothing(void **state)
{
	static const char *const names[] = {
		"", "thu.dongbo", "_may-", "_may-72460", "_may-724605", "_may-724605_", "_may-724605_7",
		"_may-724605_7-", "_may-724605_7-1", "_may-72460g_7-1_", "_may-724605_-7-1_",
		"_may-724605_ 7-1_", "_may-724605_7- 1_",
	};
	struct bundle_name n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (bundle_name_read(names[i], &n))
			fail_msg("%s", names[i]);
	assert_true(bundle_name_read("X_may-724605_7-1_x (1).dongbo", &n));
}

static void put(const char *name)
{
	assert_int_equal(bundle_put(in(name), bytes_str(name), &e), 0);
}

static void folders_are_read_in_order(void **state)
{
	static const char *const order[] = {
		"A_may-000001_0002-01_2005-01-01_gui-di.dongbo",
		"A_may-000001_0002-02_2005-01-01_gui-di.dongbo",
		"A_may-000001_0002-10_2005-01-01_gui-di.dongbo",
		"A_may-000001_0010-01_2004-01-01_gui-di.dongbo",
		"A_may-000001_10000-01_2004-01-01_gui-di.dongbo.part",
		"B.DONGBO",
	};
	char **paths;
	size_t count, i, n = sizeof order / sizeof order[0];

	(void)state;
	for (i = n; i-- > 0;)
		put(order[i]);
	put("DOC-TOI.txt");
	put("anh.jpg");
	put("dongbo");
	put(".dongbo");
	put("x.part");
	assert_int_equal(mkdir(in("folder.dongbo"), 0700), 0);
	assert_int_equal(mkfifo(in("pipe.dongbo"), 0600), 0);
	assert_int_equal(bundle_list(dir, &arena, &paths, &count, &e), 0);
	assert_int_equal(count, n);
	for (i = 0; i < n; i++)
		assert_string_equal(bundle_base(paths[i]), order[i]);
	assert_true(bundle_unfinished(paths[4]));
	assert_false(bundle_unfinished(paths[5]));
	assert_int_equal(bundle_list(in("none"), &arena, &paths, &count, &e), ERR_NO_FILE);
	assert_int_equal(bundle_list(in("B.DONGBO"), &arena, &paths, &count, &e), ERR_IO);
}

static void files_are_read_whole_or_not(void **state)
{
	static uint8_t large[LIMIT_MESSAGE + 1];
	struct buf b;

	(void)state;
	buf_init(&b, LIMIT_MESSAGE);
	put("a.dongbo.part");
	assert_int_equal(bundle_get(in("a.dongbo.part"), &b, &e), ERR_UNFINISHED);
	assert_int_equal(bundle_get(in("none.dongbo"), &b, &e), ERR_NO_FILE);
	assert_int_equal(bundle_put(in("l.dongbo"), (struct bytes){ large, LIMIT_MESSAGE }, &e), 0);
	assert_int_equal(bundle_get(in("l.dongbo"), &b, &e), 0);
	assert_int_equal(b.len, LIMIT_MESSAGE);
	buf_clear(&b);
	assert_int_equal(bundle_put(in("l.dongbo"), BYTES_OF(large), &e), 0);
	assert_int_equal(bundle_get(in("l.dongbo"), &b, &e), ERR_MALFORMED);
	assert_int_equal(env_kind(in("l.dongbo.part")), ENV_NONE);
	buf_release(&b);
}

static void kinds_are_told_by_content(void **state)
{
	static const uint8_t nonce[SEAL_NONCE] = { 1 }, seed[32] = { 2 };
	struct seal_pair pair;
	struct buf b;
	size_t n;

	(void)state;
	buf_init(&b, LIMIT_MESSAGE);
	seal_make(&pair, seed);
	assert_int_equal(seal_close(SEAL_KNOWN, 1, 5, nonce, &pair, pair.public_key,
				    bytes_str("x"), &b, &e), 0);
	assert_int_equal(bundle_kind(buf_view(&b)), BUNDLE_REQUEST);
	/* Cut in its header it is nothing, behind that what it was. */
	for (n = 0; n < b.len; n++)
		assert_int_equal(bundle_kind((struct bytes){ b.at, n }),
				 n < b.len - 1 ? BUNDLE_NEITHER : BUNDLE_REQUEST);
	buf_clear(&b);
	assert_int_equal(seal_close(SEAL_FIRST, 1, 0, NULL, &pair, pair.public_key, bytes_str("x"),
				    &b, &e), 0);
	assert_int_equal(bundle_kind(buf_view(&b)), BUNDLE_REQUEST);
	buf_clear(&b);
	assert_int_equal(seal_close(SEAL_REPLY, 1, 0, nonce, &pair, pair.public_key, bytes_str("x"),
				    &b, &e), 0);
	assert_int_equal(bundle_kind(buf_view(&b)), BUNDLE_REPLY);
	buf_clear(&b);
	seal_refuse(ERR_CUT_FILE, &b);
	assert_int_equal(bundle_kind(buf_view(&b)), BUNDLE_REPLY);
	buf_clear(&b);
	buf_add(&b, bytes_str("Kính gửi"));
	assert_int_equal(bundle_kind(buf_view(&b)), BUNDLE_NEITHER);
	buf_release(&b);
}

static void errors_are_those_of_files(void **state)
{
	static const uint8_t zeros[4096];
	const struct bytes some = bytes_str("Kính gửi");

	(void)state;
	assert_int_equal(bundle_error(ERR_NOT_DONGBO, BYTES_NONE), ERR_CUT_FILE);
	assert_int_equal(bundle_error(ERR_NOT_DONGBO, BYTES_OF(zeros)), ERR_CUT_FILE);
	assert_int_equal(bundle_error(ERR_NOT_DONGBO, some), ERR_MALFORMED);
	assert_int_equal(bundle_error(ERR_BAD_SEAL, some), ERR_CUT_FILE);
	assert_int_equal(bundle_error(ERR_TRUNCATED, some), ERR_CUT_FILE);
	assert_int_equal(bundle_error(ERR_UNKNOWN_DEVICE, some), ERR_FOR_ANOTHER);
	assert_int_equal(bundle_error(ERR_NOT_SEALED_TO_US, some), ERR_FOR_ANOTHER);
	assert_int_equal(bundle_error(ERR_VERSION, some), ERR_VERSION);
	assert_int_equal(bundle_error(0, some), 0);
}

static void the_readme_is_put_once(void **state)
{
	struct buf first, again;

	(void)state;
	buf_init(&first, 65536);
	buf_init(&again, 65536);
	assert_int_equal(bundle_put_readme(dir, &e), 0);
	assert_int_equal(env_read_file(in("DOC-TOI.txt"), &first, &e), 0);
	/* Vietnamese first, English below, for any editor. */
	assert_memory_equal(first.at, "\xef\xbb\xbfUSB", 6);
	buf_byte(&first, 0);
	assert_non_null(strstr((char *)first.at, "\r\nTHIS STICK"));
	assert_null(strstr((char *)first.at, "\r\r"));
	/* A folder that can't be written to, but has it. */
	assert_int_equal(chmod(in("DOC-TOI.txt"), 0400), 0);
	assert_int_equal(mkdir(in("DOC-TOI.txt.part"), 0700), 0);
	assert_int_equal(bundle_put_readme(dir, &e), 0);
	rmdir(in("DOC-TOI.txt.part"));
	assert_int_equal(remove(in("DOC-TOI.txt")), 0);
	assert_int_equal(env_write_file(in("DOC-TOI.txt"), bytes_str("?"), 0600, &e), 0);
	assert_int_equal(bundle_put_readme(dir, &e), 0);
	assert_int_equal(env_read_file(in("DOC-TOI.txt"), &again, &e), 0);
	assert_int_equal(again.len + 1, first.len);
	buf_release(&first);
	buf_release(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_tell_whose_they_are, begin, end),
		cmocka_unit_test_setup_teardown(names_suit_any_stick, begin, end),
		cmocka_unit_test_setup_teardown(answers_are_named_after_requests, begin, end),
		cmocka_unit_test_setup_teardown(other_names_say_nothing, begin, end),
		cmocka_unit_test_setup_teardown(folders_are_read_in_order, begin, end),
		cmocka_unit_test_setup_teardown(files_are_read_whole_or_not, begin, end),
		cmocka_unit_test_setup_teardown(kinds_are_told_by_content, begin, end),
		cmocka_unit_test_setup_teardown(errors_are_those_of_files, begin, end),
		cmocka_unit_test_setup_teardown(the_readme_is_put_once, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
