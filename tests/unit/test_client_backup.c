/* A unit's store in one file: all of it comes out again, for reading; a file that was cut
 * or altered anywhere, or opened with another passphrase, leaves nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/backup.h"
#include "client/identity/chief.h"
#include "client/sync/exchange.h"
#include "common/system/vault.h"
#include "tests/lib/district.h"

static const struct keybox_cost cheap = { 1, 8192 };
static const char person[] = "{\"type\":\"staff\",\"full_name\":\"Trần Thị Mẫu\"}";

struct bench {
	struct district_fixture d;
	char file[128], other[128];
	struct client_backup b;
	struct err e;
	struct rid sent, saved;
};

static int make(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	const char *dir = (district_make(&b->d, 1), b->d.clients[0].dir);

	snprintf(b->file, sizeof b->file, "%s/file", dir);
	snprintf(b->other, sizeof b->other, "%s/other", dir);
	b->sent = district_add(&b->d, 0, person);
	district_sync(&b->d, 0, NULL);
	b->saved = district_add(&b->d, 0, person);
	b->b = (struct client_backup){ .file = b->file, .data = dir,
				       .passphrase = bytes_str("mật khẩu"), .cost = &cheap };
	if (client_backup(env_os(), &b->b, &b->e) != 0)
		fail_msg("%s: %s", err_name(b->e.code), b->e.subject);
	*state = b;
	return 0;
}

static int end(void **state)
{
	struct bench *b = *state;

	env_remove_folder(b->other, NULL);
	env_remove(b->file, NULL);
	district_end(&b->d);
	free(b);
	return 0;
}

static int restore(struct bench *b, const char *passphrase)
{
	struct client_backup r = { .file = b->file, .data = b->other,
				   .passphrase = bytes_str(passphrase) };

	return client_restore(env_os(), &r, &b->e);
}

static size_t left_in(const char *dir)
{
	struct arena a;
	char **names;
	size_t count = 0;

	arena_init(&a, 1 << 20);
	if (env_list(dir, 1000, &a, &names, &count, NULL) != 0)
		count = 0;
	arena_release(&a);
	return count;
}

static void all_of_it_comes_out_for_reading(void **state)
{
	struct bench *b = *state;
	const struct sign_key *key = &b->d.clients[0].c.key;
	static const uint8_t none[SIGN_SECRET];
	struct client c;
	struct client_waiting w;
	struct draft d;
	struct arena a;
	struct buf request;
	const char *standing;

	assert_int_equal(b->b.waiting.transactions, 1);
	assert_int_equal(restore(b, "mật khẩu"), 0);
	assert_int_equal(client_open(&c, env_os(), b->other, &b->e), 0);
	assert_true(c.restored > 0);
	assert_memory_equal(c.key.public_key, key->public_key, SIGN_PUBLIC);
	assert_true(c.key.id == key->id);
	assert_memory_equal(c.key.secret, none, SIGN_SECRET);
	assert_int_equal(client_waiting(&c, &w, &b->e), 0);
	assert_int_equal(w.transactions, 1);
	assert_int_equal(w.received, 1);
	assert_int_equal(client_standing(&c, OFFICE_SCHOOL, b->saved, &standing, &b->e), 0);
	assert_string_equal(standing, "local");
	assert_int_equal(client_standing(&c, OFFICE_SCHOOL, b->sent, &standing, &b->e), 0);
	assert_string_equal(standing, "received");
	/* Nothing may be signed here, entered, or asked for. */
	arena_init(&a, 1 << 24);
	buf_init(&request, 4 << 20);
	assert_int_equal(client_begin(&c, OFFICE_SCHOOL, &a, &d, &b->e), ERR_RESTORED);
	assert_int_equal(exchange_prepare(&c, 1 << 16, &request, &b->e), ERR_RESTORED);
	assert_int_equal(exchange_apply(&c, BYTES_NONE, NULL, &b->e), ERR_RESTORED);
	assert_int_equal(client_waiting(&c, &w, &b->e), 0);
	assert_int_equal(w.transactions, 1);
	client_close(&c);
	buf_release(&request);
	arena_release(&a);
	/* There is one now. */
	assert_int_equal(restore(b, "mật khẩu"), ERR_STORE_EXISTS);
}

/* The one it is from goes on as if nothing had been. */
static void the_store_itself_goes_on(void **state)
{
	struct bench *b = *state;
	struct client_waiting w;

	district_sync(&b->d, 0, NULL);
	assert_int_equal(client_waiting(&b->d.clients[0].c, &w, &b->e), 0);
	assert_int_equal(w.transactions + w.changesets, 0);
	assert_int_equal(w.received, 2);
	/* A later backup takes the place of this one; nothing else is left. */
	assert_int_equal(client_backup(env_os(), &b->b, &b->e), 0);
	assert_int_equal(b->b.waiting.edits, 0);
}

static void damage_and_other_passphrases(void **state)
{
	struct bench *b = *state;
	struct buf all;
	size_t i, at, edge = VAULT_CHUNK + VAULT_OVERHEAD;
	int code;

	assert_int_equal(restore(b, "mật khẩu khác"), ERR_PASSPHRASE);
	buf_init(&all, 64 << 20);
	assert_int_equal(env_read_file(b->file, &all, NULL), 0);
	assert_true(all.len > VAULT_HEADER + 3 * edge);
	/* Cut between any two chunks: a store that was half written is gone again. */
	for (at = VAULT_HEADER; at < all.len; at += edge) {
		assert_int_equal(env_write_file(b->file, (struct bytes){ all.at, at }, 0600, NULL),
				 0);
		assert_int_equal(restore(b, "mật khẩu"), ERR_TRUNCATED);
		assert_int_equal(left_in(b->other), 0);
	}
	for (i = 0; i <= 20; i++) {
		at = (all.len - 1) * i / 20;
		all.at[at] ^= 4;
		assert_int_equal(env_write_file(b->file, buf_view(&all), 0600, NULL), 0);
		code = restore(b, "mật khẩu");
		assert_true(code == ERR_BAD_BACKUP || (at < VAULT_HEADER && code != 0));
		all.at[at] ^= 4;
		assert_int_equal(left_in(b->other), 0);
	}
	buf_byte(&all, 0);
	assert_int_equal(env_write_file(b->file, buf_view(&all), 0600, NULL), 0);
	assert_int_not_equal(restore(b, "mật khẩu"), 0);
	assert_int_equal(left_in(b->other), 0);
	all.len--;
	assert_int_equal(env_write_file(b->file, buf_view(&all), 0600, NULL), 0);
	assert_int_equal(restore(b, "mật khẩu"), 0);
	buf_release(&all);
}

static int stop(void *ctx, int64_t done, int64_t total)
{
	(void)ctx;
	(void)done;
	(void)total;
	return 1;
}

static void one_that_is_stopped_or_fails_leaves_the_old_one(void **state)
{
	struct bench *b = *state;
	size_t before = left_in(b->b.data);

	b->b.progress = stop;
	assert_int_equal(client_backup(env_os(), &b->b, &b->e), ERR_STOPPED);
	b->b.progress = NULL;
	b->b.passphrase = BYTES_NONE;
	assert_int_equal(client_backup(env_os(), &b->b, &b->e), ERR_PASSPHRASE);
	assert_int_equal(left_in(b->b.data), before);
	assert_int_equal(restore(b, "mật khẩu"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)
	const struct CMUnitTest tests[] = {
		TEST(all_of_it_comes_out_for_reading),
		TEST(the_store_itself_goes_on),
		TEST(damage_and_other_passphrases),
		TEST(one_that_is_stopped_or_fails_leaves_the_old_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
