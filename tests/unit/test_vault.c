/* Vaults: what goes in comes out, of every size around a chunk's edge; cut anywhere,
 * altered anywhere, made longer, or opened with another passphrase, they do not open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/system/bigfile.h"
#include "common/system/vault.h"

static const struct keybox_cost cheap = { 1, 8192 };
static char dir[64], path[96];
static struct err e;

static int begin(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/dongbo-vault-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/v", dir);
	return 0;
}

static int end(void **state)
{
	(void)state;
	assert_int_equal(env_remove_folder(dir, NULL), 0);
	return 0;
}

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 7 + i / 251);
}

static void write_vault(size_t size)
{
	struct vault *v;
	size_t i;
	uint8_t b[1000];

	assert_int_equal(vault_create(&v, env_os(), path, bytes_str("mật khẩu"), &cheap, &e), 0);
	for (i = 0; i < size;) {
		size_t n = 0;

		for (; n < sizeof b && i < size; n++, i++)
			b[n] = byte_at(i);
		assert_int_equal(vault_put(v, (struct bytes){ b, n }, &e), 0);
	}
	assert_int_equal(vault_keep(v, &e), 0);
}

/* Reads `size` bytes and the end. */
static int read_vault(size_t size, const char *passphrase)
{
	uint8_t *got = malloc(size + 1);
	struct vault *v = NULL;
	size_t i;
	int code = vault_open(&v, path, bytes_str(passphrase), &e);

	assert_non_null(got);
	if (code == 0)
		code = vault_get(v, got, size, &e);
	for (i = 0; i < size && code == 0; i++)
		assert_int_equal(got[i], byte_at(i));
	if (code == 0)
		code = vault_end(v, &e);
	vault_close(v);
	free(got);
	return code;
}

static void sizes_around_the_edges(void **state)
{
	static const size_t sizes[] = { 0, 1, VAULT_CHUNK - 1, VAULT_CHUNK, VAULT_CHUNK + 1,
					2 * VAULT_CHUNK, 3 * VAULT_CHUNK + 17 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct buf all;

		write_vault(sizes[i]);
		assert_int_equal(read_vault(sizes[i], "mật khẩu"), 0);
		buf_init(&all, 1 << 20);
		assert_int_equal(env_read_file(path, &all, NULL), 0);
		assert_int_equal(all.len, VAULT_HEADER + sizes[i] + VAULT_OVERHEAD *
				 (sizes[i] == 0 ? 1 : (sizes[i] - 1) / VAULT_CHUNK + 1));
		buf_release(&all);
		/* Less or more than is there. */
		assert_int_equal(read_vault(sizes[i] + 1, "mật khẩu"), ERR_BAD_BACKUP);
		if (sizes[i] > 0)
			assert_int_equal(read_vault(sizes[i] - 1, "mật khẩu"), ERR_TRAILING);
	}
}

static void another_passphrase(void **state)
{
	(void)state;
	write_vault(100);
	assert_int_equal(read_vault(100, "mật khẩu "), ERR_PASSPHRASE);
	assert_int_equal(read_vault(100, ""), ERR_PASSPHRASE);
}

/* The first bytes of the vault, as a vault. */
static void cut(struct bytes all, size_t n)
{
	assert_int_equal(env_write_file(path, (struct bytes){ all.at, n }, 0600, NULL), 0);
}

static void cut_anywhere(void **state)
{
	enum { SIZE = 3 * VAULT_CHUNK + 100, SEALED = VAULT_CHUNK + VAULT_OVERHEAD };
	struct buf all;
	size_t i, n;

	(void)state;
	write_vault(SIZE);
	buf_init(&all, 1 << 20);
	assert_int_equal(env_read_file(path, &all, NULL), 0);
	/* At each edge of a chunk it is told that it is cut, and where. */
	for (i = 0; i <= 3; i++) {
		char where[24];

		n = VAULT_HEADER + i * SEALED;
		cut(buf_view(&all), n);
		assert_int_equal(read_vault(SIZE, "mật khẩu"), ERR_TRUNCATED);
		snprintf(where, sizeof where, ": %zu", n);
		assert_non_null(strstr(e.subject, where));
		cut(buf_view(&all), n + 1);
		assert_int_equal(read_vault(SIZE, "mật khẩu"), ERR_TRUNCATED);
		cut(buf_view(&all), n + 60);
		assert_int_equal(read_vault(SIZE, "mật khẩu"), ERR_BAD_BACKUP);
		cut(buf_view(&all), n - 1);
		assert_int_not_equal(read_vault(SIZE, "mật khẩu"), 0);
	}
	for (n = 0; n < all.len; n += 911) {
		cut(buf_view(&all), n);
		assert_int_not_equal(read_vault(SIZE, "mật khẩu"), 0);
	}
	/* Longer by a byte, or by a chunk of its own. */
	buf_byte(&all, 0);
	cut(buf_view(&all), all.len);
	assert_int_equal(read_vault(SIZE, "mật khẩu"), ERR_BAD_BACKUP);
	all.len--;
	/* Two chunks in each other's place. */
	for (i = 0; i < SEALED; i++) {
		uint8_t b = all.at[VAULT_HEADER + i];

		all.at[VAULT_HEADER + i] = all.at[VAULT_HEADER + SEALED + i];
		all.at[VAULT_HEADER + SEALED + i] = b;
	}
	cut(buf_view(&all), all.len);
	assert_int_equal(read_vault(SIZE, "mật khẩu"), ERR_BAD_BACKUP);
	buf_release(&all);
}

static void bytes_behind_a_full_last_chunk(void **state)
{
	struct buf all;

	(void)state;
	write_vault(VAULT_CHUNK);
	buf_init(&all, 1 << 20);
	assert_int_equal(env_read_file(path, &all, NULL), 0);
	buf_byte(&all, 0);
	cut(buf_view(&all), all.len);
	assert_int_equal(read_vault(VAULT_CHUNK, "mật khẩu"), ERR_TRAILING);
	buf_release(&all);
}

static void every_byte_altered(void **state)
{
	struct buf all;
	size_t i;
	int code;

	(void)state;
	write_vault(50);
	buf_init(&all, 1 << 20);
	assert_int_equal(env_read_file(path, &all, NULL), 0);
	for (i = 0; i < all.len; i++) {
		all.at[i] ^= 0x10;
		cut(buf_view(&all), all.len);
		code = read_vault(50, "mật khẩu");
		if (code == 0)
			fail_msg("byte %zu", i);
		if (i < 13 || i >= VAULT_HEADER)
			assert_int_equal(code, ERR_BAD_BACKUP);
		all.at[i] ^= 0x10;
	}
	all.at[13] = '2';
	cut(buf_view(&all), all.len);
	assert_int_equal(read_vault(50, "mật khẩu"), ERR_VERSION);
	buf_release(&all);
}

static void nothing_is_left_of_one_that_was_not_kept(void **state)
{
	struct vault *v;
	char part[128];

	(void)state;
	snprintf(part, sizeof part, "%s.part", path);
	assert_int_equal(vault_create(&v, env_os(), path, bytes_str("x"), &cheap, &e), 0);
	assert_int_equal(env_kind(part), ENV_FILE);
	vault_close(v);
	assert_int_equal(env_kind(part), ENV_NONE);
	assert_int_equal(env_kind(path), ENV_NONE);
	assert_int_equal(vault_create(&v, env_os(), path, BYTES_NONE, &cheap, &e), ERR_PASSPHRASE);
	assert_int_equal(env_kind(part), ENV_NONE);
}

/* A list of hashes, one for each MiB: the last is of what is left. */
static void parts_of_a_file(void **state)
{
	struct bigfile f;
	struct buf written, read;
	uint64_t size;
	uint8_t b[4096];
	size_t i;

	(void)state;
	memset(b, 7, sizeof b);
	buf_init(&written, 4096);
	buf_init(&read, 4096);
	assert_int_equal(bigfile_create(&f, path, &written, &e), 0);
	for (i = 0; i < BIGFILE_PART / sizeof b; i++)
		assert_int_equal(bigfile_put(&f, BYTES_OF(b), &e), 0);
	assert_int_equal(written.len, HASH_SIZE);
	assert_int_equal(bigfile_put(&f, bytes_str("x"), &e), 0);
	assert_int_equal(bigfile_keep(&f, &e), 0);
	assert_int_equal(written.len, 2 * HASH_SIZE);
	assert_int_equal(bigfile_hash(path, &size, &read, &e), 0);
	assert_int_equal(size, BIGFILE_PART + 1);
	assert_true(bytes_equal(buf_view(&written), buf_view(&read)));
	buf_release(&written);
	buf_release(&read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sizes_around_the_edges, begin, end),
		cmocka_unit_test_setup_teardown(another_passphrase, begin, end),
		cmocka_unit_test_setup_teardown(cut_anywhere, begin, end),
		cmocka_unit_test_setup_teardown(bytes_behind_a_full_last_chunk, begin, end),
		cmocka_unit_test_setup_teardown(every_byte_altered, begin, end),
		cmocka_unit_test_setup_teardown(nothing_is_left_of_one_that_was_not_kept, begin,
						end),
		cmocka_unit_test_setup_teardown(parts_of_a_file, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
