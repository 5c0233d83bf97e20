/* Backups of a server's store: they hold what it held at one moment, every kind of damage
 * is found before a store is made of them, and a failure leaves nothing half done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/system/keybox.h"
#include "server/backup/backup_parts.h"
#include "server/fsck.h"
#include "tests/lib/office.h"

static const struct keybox_cost cheap = { 1, 8192 };

struct bench {
	struct office o;
	char to[80], other[80];  /* where backups go; where a store is restored */
	struct backup_options options;
	struct backup_result r;
};

static int make(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	office_make(&b->o);
	office_equip(&b->o);
	office_staff(&b->o);
	office_bonus(&b->o, 5000000);
	snprintf(b->to, sizeof b->to, "%s/backups", b->o.dir);
	snprintf(b->other, sizeof b->other, "%s/other", b->o.dir);
	b->options = (struct backup_options){ .data = b->o.dir, .to = b->to,
					      .passphrase = bytes_str("mật khẩu"),
					      .cost = &cheap };
	*state = b;
	return 0;
}

static void remove_tree(const char *dir)
{
	char **names, path[4096];
	struct arena a;
	size_t count = 0, i;

	arena_init(&a, 1 << 20);
	if (env_list(dir, 1000, &a, &names, &count, NULL) == 0)
		for (i = 0; i < count; i++) {
			snprintf(path, sizeof path, "%s/%s", dir, names[i]);
			if (env_kind(path) == ENV_FOLDER)
				env_remove_folder(path, NULL);
		}
	env_remove_folder(dir, NULL);
	arena_release(&a);
}

static int end(void **state)
{
	struct bench *b = *state;

	remove_tree(b->to);
	remove_tree(b->other);
	office_end(&b->o);
	free(b);
	return 0;
}

static void take(struct bench *b)
{
	if (server_backup(&b->o.env, &b->options, &b->r, &b->o.e) != 0)
		fail_msg("%s: %s", err_name(b->o.e.code), b->o.e.subject);
}

static int restore_from(struct bench *b, const char *from, const char *passphrase)
{
	struct restore_options o = { .from = from, .data = b->other,
				     .passphrase = bytes_str(passphrase) };
	struct restore_result r;

	return server_restore(&b->o.env, &o, &r, &b->o.e);
}

static void not_found(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	fail_msg("%s: %s", place, what);
}

static int64_t count_in(struct bench *b, const char *name)
{
	char path[4096];
	struct arena a;
	char **names;
	size_t count = 0;

	snprintf(path, sizeof path, "%s", name);
	arena_init(&a, 1 << 20);
	if (env_list(path, 1000, &a, &names, &count, &b->o.e) != 0)
		count = 0;
	arena_release(&a);
	return (int64_t)count;
}

static void a_backup_becomes_a_store_again(void **state)
{
	struct bench *b = *state;
	struct fsck f = { .env = &b->o.env, .scratch = ":memory:", .found = not_found };
	struct backup_last last;
	struct server s;
	char name[4096];

	b->options.replay = true;
	take(b);
	assert_false(b->r.nothing_new);
	assert_int_equal(count_in(b, b->r.path), 3);
	/* What comes later is not in it. */
	office_bonus(&b->o, 7000000);
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), 0);
	assert_int_equal(server_open(&s, &b->o.env, b->other, &b->o.e), 0);
	assert_memory_equal(&s.working, &b->o.s.working, sizeof s.working);
	assert_memory_equal(s.replica.generation, b->o.s.replica.generation, GENERATION_SIZE);
	assert_int_equal(backup_last(s.db, &last, &b->o.e), 0);
	assert_int_equal(last.restored, OFFICE_NOW);
	assert_int_equal(last.restored_from, OFFICE_NOW);
	server_close(&s);
	assert_int_equal(server_fsck(&f, b->other, &b->o.e), 0);
	assert_int_equal(f.count, 0);
	assert_true(f.items > 0);
	snprintf(name, sizeof name, "%s/root.key", b->other);
	assert_int_equal(env_kind(name), ENV_NONE);
	/* There is one there now. */
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), ERR_STORE_EXISTS);
}

static void what_is_safe_is_known_and_only_then(void **state)
{
	struct bench *b = *state;
	struct backup_last last;

	assert_int_equal(office_number(&b->o, "SELECT count(*) FROM safe"), 0);
	take(b);
	assert_int_equal(office_number(&b->o, "SELECT count(*) FROM safe f, stream s WHERE "
				       "s.stream=f.stream AND s.seq=f.seq"),
			 office_number(&b->o, "SELECT count(*) FROM stream"));
	office_bonus(&b->o, 7000000);
	assert_int_equal(office_number(&b->o, "SELECT count(*) FROM safe f, stream s WHERE "
				       "s.stream=f.stream AND s.seq>f.seq"), 1);
	assert_int_equal(backup_last(b->o.s.db, &last, &b->o.e), 0);
	assert_int_equal(last.time, OFFICE_NOW);
	assert_string_equal(last.place, b->r.path);
	assert_int_equal(last.failed, 0);
}

static void nothing_new_writes_nothing(void **state)
{
	struct bench *b = *state;
	char first[4096], store[4200];
	struct buf file;

	take(b);
	snprintf(first, sizeof first, "%s", b->r.path);
	b->o.now += 60;
	take(b);
	assert_true(b->r.nothing_new);
	assert_string_equal(b->r.path, first);
	/* An officer more is in no log, and is something new. */
	assert_int_equal(server_officer_add(&b->o.s, bytes_str("Trần Thị Mẫu"), OFFICE_UNIT,
					    ROLE_OFFICER, bytes_str("một mật khẩu"), &b->o.e), 0);
	take(b);
	assert_false(b->r.nothing_new);
	/* One that is no longer what it was is no backup. */
	snprintf(store, sizeof store, "%s/store.db", b->r.path);
	buf_init(&file, 64 << 20);
	assert_int_equal(env_read_file(store, &file, NULL), 0);
	file.at[5000] ^= 1;
	assert_int_equal(env_write_file(store, buf_view(&file), 0600, NULL), 0);
	buf_release(&file);
	take(b);
	assert_false(b->r.nothing_new);
}

static void the_newest_are_kept(void **state)
{
	struct bench *b = *state;
	char left[4096];
	int i;

	b->options.keep = 2;
	snprintf(left, sizeof left, "%s/dongbod-20200101-000000.part", b->to);
	assert_int_equal(env_make_dirs(left, NULL), 0);
	for (i = 0; i < 4; i++) {
		office_bonus(&b->o, 1000000 + i);
		take(b);
	}
	/* Two, and the lock; what another run has left unfinished is gone. */
	assert_int_equal(count_in(b, b->to), 3);
	assert_int_equal(restore_from(b, b->r.path, ""), 0);
}

static void keys_need_their_passphrase(void **state)
{
	struct bench *b = *state;
	struct restore_options o = { .data = b->other };
	struct restore_result r;
	struct server s;

	take(b);
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu khác"), ERR_PASSPHRASE);
	assert_int_equal(count_in(b, b->other), 0);
	o.from = b->r.path;
	assert_int_equal(server_restore(&b->o.env, &o, &r, &b->o.e), 0);
	assert_true(r.keys_left);
	assert_false(r.keys);
	assert_int_equal(server_open(&s, &b->o.env, b->other, NULL), ERR_NO_FILE);
}

static void keys_are_left_out_without_one(void **state)
{
	struct bench *b = *state;

	b->options.passphrase = BYTES_NONE;
	take(b);
	assert_false(b->r.keys);
	assert_int_equal(count_in(b, b->r.path), 2);
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), 0);
	/* With keys asked for, one without them is not enough. */
	b->options.passphrase = bytes_str("mật khẩu");
	take(b);
	assert_false(b->r.nothing_new);
	assert_true(b->r.keys);
}

/* Every file of a backup: a byte altered, the file cut, made longer, taken away. */
static void damage_is_found(void **state)
{
	static const char *const files[] = { "store.db", "keys.vault", "manifest.json" };
	struct bench *b = *state;
	size_t i, k;

	take(b);
	for (i = 0; i < 3; i++) {
		char path[4200];
		struct buf file;

		snprintf(path, sizeof path, "%s/%s", b->r.path, files[i]);
		buf_init(&file, 64 << 20);
		assert_int_equal(env_read_file(path, &file, NULL), 0);
		for (k = 0; k < 20; k++) {
			size_t at = (file.len - 1) * k / 19;

			file.at[at] ^= 1;
			assert_int_equal(env_write_file(path, buf_view(&file), 0600, NULL), 0);
			assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), ERR_BAD_BACKUP);
			assert_non_null(strstr(b->o.e.subject, files[i]));
			file.at[at] ^= 1;
		}
		for (k = 0; k < 10; k++) {
			struct bytes part = { file.at, file.len * k / 10 };

			assert_int_equal(env_write_file(path, part, 0600, NULL), 0);
			assert_int_equal(restore_from(b, b->r.path, "mật khẩu"),
					 i == 2 ? ERR_BAD_BACKUP : ERR_TRUNCATED);
			assert_non_null(strstr(b->o.e.subject, files[i]));
		}
		buf_byte(&file, '\n');
		assert_int_equal(env_write_file(path, buf_view(&file), 0600, NULL), 0);
		assert_int_equal(restore_from(b, b->r.path, "mật khẩu"),
				 ERR_BAD_BACKUP);
		assert_int_equal(env_remove(path, NULL), 0);
		assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), ERR_BAD_BACKUP);
		file.len--;
		assert_int_equal(env_write_file(path, buf_view(&file), 0600, NULL), 0);
		buf_release(&file);
		assert_int_equal(count_in(b, b->other), 0);
	}
	assert_int_equal(restore_from(b, b->to, ""), ERR_BAD_BACKUP);
	assert_int_equal(restore_from(b, "/nowhere", ""), ERR_NO_FILE);
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), 0);
}

/* Writes the manifest of the backup anew. */
static void rewrite(struct bench *b, const struct manifest *m, const struct sign_key *signer)
{
	char path[4200];
	struct buf text;

	buf_init(&text, 1 << 20);
	assert_int_equal(manifest_put(m, signer, &text, &b->o.e), 0);
	snprintf(path, sizeof path, "%s/manifest.json", b->r.path);
	assert_int_equal(env_write_file(path, buf_view(&text), 0600, NULL), 0);
	buf_release(&text);
}

/* Right hashes over a store that is not what the manifest says. */
static void a_store_that_is_another_is_found(void **state)
{
	struct bench *b = *state;
	struct manifest m;
	struct arena a;

	take(b);
	arena_init(&a, 1 << 24);
	assert_int_equal(backup_manifest(b->r.path, &a, &m, &b->o.e), 0);
	assert_int_equal(m.head_count, 2);
	m.heads[1].seq++;
	rewrite(b, &m, &b->o.s.working);
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), ERR_BAD_BACKUP);
	assert_string_equal(b->o.e.subject, "store.db: 31");
	assert_int_equal(count_in(b, b->other), 0);
	arena_release(&a);
}

/* Who alters a backup can make every hash anew, but not the signature. */
static void only_the_server_makes_backups(void **state)
{
	struct bench *b = *state;
	const uint8_t seed[SIGN_SEED] = { 7 };
	char finger[FINGERPRINT_SIZE];
	struct sign_key stranger;
	struct manifest m;
	struct arena a;

	take(b);
	arena_init(&a, 1 << 24);
	assert_int_equal(backup_manifest(b->r.path, &a, &m, &b->o.e), 0);
	sign_make(&stranger, seed);
	rewrite(b, &m, NULL);
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), ERR_BAD_BACKUP);
	assert_string_equal(b->o.e.subject, "manifest.json");
	rewrite(b, &m, &stranger);
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), ERR_BAD_BACKUP);
	assert_string_equal(b->o.e.subject, "manifest.json");
	/* Under his own name his signature is right, but no root key knows him. */
	memcpy(m.key, stranger.public_key, SIGN_PUBLIC);
	rewrite(b, &m, &stranger);
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), ERR_BACKUP_SIGNER);
	hash_fingerprint(stranger.public_key, finger);
	assert_string_equal(b->o.e.subject, finger);
	assert_int_equal(count_in(b, b->other), 0);
	/* The signature is for one district, too. */
	memcpy(m.key, b->o.s.working.public_key, SIGN_PUBLIC);
	m.district[0] ^= 1;
	rewrite(b, &m, &b->o.s.working);
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), ERR_BAD_BACKUP);
	m.district[0] ^= 1;
	rewrite(b, &m, &b->o.s.working);
	assert_int_equal(restore_from(b, b->r.path, "mật khẩu"), 0);
	arena_release(&a);
}

/* Whoever has written it down, or asks a unit, needs no trust in the folder. */
static void the_root_key_can_be_asked_for(void **state)
{
	struct bench *b = *state;
	struct restore_options o = { .data = b->other };
	struct restore_result r;
	char finger[FINGERPRINT_SIZE], spaced[FINGERPRINT_SIZE];
	size_t i;

	take(b);
	o.from = b->r.path;
	hash_fingerprint(b->o.s.replica.district.root, finger);
	for (i = 0; i < sizeof finger; i++)
		spaced[i] = finger[i] == '-' ? ' ' : finger[i] >= 'a' && finger[i] <= 'f' ?
			    (char)(finger[i] - 0x20) : finger[i];
	o.root = "1b2c-33d4-9e0f-7a61-52c8-0d3e-f41a-88b7";
	assert_int_equal(server_restore(&b->o.env, &o, &r, &b->o.e), ERR_BACKUP_SIGNER);
	assert_string_equal(b->o.e.subject, finger);
	assert_int_equal(count_in(b, b->other), 0);
	o.root = "";
	assert_int_equal(server_restore(&b->o.env, &o, &r, &b->o.e), ERR_BACKUP_SIGNER);
	o.root = spaced;
	assert_int_equal(server_restore(&b->o.env, &o, &r, &b->o.e), 0);
	assert_string_equal(r.root, finger);
	assert_true(r.district[0] != '\0');
}

static int stop_soon(void *ctx, enum backup_step step, int64_t done, int64_t total)
{
	(void)step;
	(void)done;
	(void)total;
	return ++*(int *)ctx;
}

static void one_that_is_stopped_leaves_nothing(void **state)
{
	struct bench *b = *state;
	int calls = 0;

	b->options.progress = stop_soon;
	b->options.ctx = &calls;
	assert_int_equal(server_backup(&b->o.env, &b->options, &b->r, &b->o.e), ERR_STOPPED);
	assert_int_equal(calls, 1);
	assert_int_equal(count_in(b, b->to), 1);
	assert_int_equal(office_number(&b->o, "SELECT count(*) FROM safe"), 0);
}

static void a_failure_is_noted(void **state)
{
	struct bench *b = *state;
	struct backup_last last;
	char blocked[128];

	snprintf(blocked, sizeof blocked, "%s/working.key", b->o.dir);
	b->options.to = blocked;
	assert_int_not_equal(server_backup(&b->o.env, &b->options, &b->r, &b->o.e), 0);
	assert_int_equal(backup_last(b->o.s.db, &last, &b->o.e), 0);
	assert_int_equal(last.time, 0);
	assert_int_equal(last.failed, OFFICE_NOW);
	assert_non_null(strstr(last.failure, "working.key"));
	b->options.to = b->to;
	take(b);
	assert_int_equal(backup_last(b->o.s.db, &last, &b->o.e), 0);
	assert_int_equal(last.failed, 0);
	assert_int_equal(last.time, OFFICE_NOW);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)
	const struct CMUnitTest tests[] = {
		TEST(a_backup_becomes_a_store_again),
		TEST(what_is_safe_is_known_and_only_then),
		TEST(nothing_new_writes_nothing),
		TEST(the_newest_are_kept),
		TEST(keys_need_their_passphrase),
		TEST(keys_are_left_out_without_one),
		TEST(damage_is_found),
		TEST(a_store_that_is_another_is_found),
		TEST(only_the_server_makes_backups),
		TEST(the_root_key_can_be_asked_for),
		TEST(one_that_is_stopped_leaves_nothing),
		TEST(a_failure_is_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
