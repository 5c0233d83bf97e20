/* dongbod backup: a copy of the whole store, taken while the server runs. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "server/backup/backup.h"
#include "server/cmd/cmd.h"

enum { PASSPHRASE_MAX = 1024, KEEP_MISSING = 30, KEEP_MAX = 100000 };

int desk_backups(struct desk *d, json_t *out)
{
	struct backup_last last;
	json_t *j;
	int code = backup_last(d->server.db, &last, d->e);

	if (code != 0)
		return code;
	j = json_pack("{s:I, s:s, s:I, s:s, s:I, s:I}", "time", (json_int_t)last.time, "place",
		      last.place, "failed", (json_int_t)last.failed, "failure", last.failure,
		      "restored", (json_int_t)last.restored, "restored_from",
		      (json_int_t)last.restored_from);
	return json_object_set_new(out, "backup", j) != 0 ? err_set(d->e, ERR_NOMEM, "backup") : 0;
}

void desk_print_backups(struct desk *d, const json_t *out)
{
	const json_t *j = json_object_get(out, "backup");
	int64_t time = json_integer_value(json_object_get(j, "time"));
	int64_t failed = json_integer_value(json_object_get(j, "failed"));
	int64_t from = json_integer_value(json_object_get(j, "restored_from"));
	char line[2000], text[32], unused[32];

	if (time == 0)
		printf("%s\n", CLI_TEXT(d->cli, "Chưa có bản sao lưu nào: xem dongbod backup --help",
					"There is no backup yet: see dongbod backup --help"));
	else {
		snprintf(line, sizeof line, CLI_TEXT(d->cli, "Bản sao lưu gần nhất: %s, %s",
						     "Last backup: %s, %s"),
			 desk_time(time, text), desk_text(j, "place", unused));
		desk_print(line);
	}
	if (failed != 0) {
		snprintf(line, sizeof line, CLI_TEXT(d->cli, "SAO LƯU HỎNG lúc %s: %s",
						     "BACKUP FAILED at %s: %s"),
			 desk_time(failed, text), desk_text(j, "failure", unused));
		desk_print(line);
	}
	if (from != 0)
		printf(CLI_TEXT(d->cli, "Kho này được khôi phục từ bản sao lưu lúc %s.\n",
				"This store was restored from a backup of %s.\n"),
		       desk_time(from, text));
}

static int progress(void *ctx, enum backup_step step, int64_t done, int64_t total)
{
	struct cli *c = ctx;

	(void)step;
	cli_progress(c, done, total);
	return *c->stop;
}

static void print_keys(const struct cli *c, bool keys)
{
	printf("%s\n", keys ?
	       CLI_TEXT(c, "Khóa làm việc của máy chủ có trong đó, mở bằng mật khẩu vừa cho. Khóa gốc "
			   "không bao giờ có.",
			"The server's working keys are in it, under the passphrase given. The root "
			"key never is.") :
	       CLI_TEXT(c, "KHÔNG có khóa của máy chủ trong đó (working.key, box.key). Thiếu chúng thì "
			   "kho khôi phục\nkhông mở được: cất riêng một bản, hoặc thêm "
			   "--passphrase-file.",
			"The server's keys (working.key, box.key) are NOT in it. Without them a "
			"restored store\ndoes not open: keep a copy of them apart, or add "
			"--passphrase-file."));
}

static void print_result(const struct cli *c, const struct backup_result *r)
{
	char line[4200];

	if (r->nothing_new) {
		snprintf(line, sizeof line, CLI_TEXT(c, "Không có gì mới từ bản sao lưu trước, và bản "
			 "ấy còn nguyên: %s", "Nothing is new since the last backup, and that is "
			 "intact: %s"), r->path);
		desk_print(line);
		return;
	}
	snprintf(line, sizeof line, CLI_TEXT(c, "Đã sao lưu và kiểm tra lại: %s",
					     "Backed up and checked: %s"), r->path);
	desk_print(line);
	printf(CLI_TEXT(c, "%zu sổ, %" PRIu64 " gói, %" PRIu64 " KB.\n",
			"%zu logs, %" PRIu64 " packets, %" PRIu64 " KB.\n"),
	       r->streams, r->items, (r->size + 1023) / 1024);
	if (r->files > 0)
		printf(CLI_TEXT(c, "Tệp đính kèm mới chép: %zu.\n", "Attached files copied: %zu.\n"), r->files);
	if (r->files_lost > 0)
		printf(CLI_TEXT(c, "%zu tệp đính kèm hỏng hoặc mất trong kho, không có trong bản sao lưu: chạy "
				   "dongbod fsck.\n",
				"%zu attached files are damaged or gone in the store and not in the backup: run "
				"dongbod fsck.\n"), r->files_lost);
	print_keys(c, r->keys);
	if (r->removed > 0)
		printf(CLI_TEXT(c, "Đã bỏ %zu bản cũ (--keep).\n", "Removed %zu old ones (--keep).\n"),
		       r->removed);
}

static int backup(struct cli *c, struct backup_options *o)
{
	struct backup_result r;
	json_t *j;
	int code = server_backup(env_os(), o, &r, &c->err);

	if (code != 0)
		return code;
	j = json_pack("{s:s, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:b, s:I, s:I}", "backup", r.path, "new",
		      !r.nothing_new, "keys", r.keys, "time", (json_int_t)r.time, "streams",
		      (json_int_t)r.streams, "items", (json_int_t)r.items, "size",
		      (json_int_t)r.size, "removed", (json_int_t)r.removed, "replayed", o->replay,
		      "files", (json_int_t)r.files, "files_lost", (json_int_t)r.files_lost);
	if (!cli_json(c, j))
		print_result(c, &r);
	json_decref(j);
	return 0;
}

static int run(struct cli *c)
{
	struct backup_options o = { .data = c->data, .progress = progress, .ctx = c };
	struct buf passphrase;
	int code = cli_arguments(c, 1, 1);

	buf_init(&passphrase, PASSPHRASE_MAX);
	if (code == 0)
		code = cli_number(c, "keep", KEEP_MISSING, 0, KEEP_MAX, &o.keep);
	if (code == 0 && cli_option(c, "passphrase-file") != NULL)
		code = cli_passphrase(c, "passphrase-file", "", false, &passphrase);
	if (code == 0) {
		o.to = c->argv[0];
		o.replay = cli_option(c, "fsck") != NULL;
		o.passphrase = buf_view(&passphrase);
		code = backup(c, &o);
	}
	if (passphrase.at != NULL)
		sodium_memzero(passphrase.at, passphrase.len);
	buf_release(&passphrase);
	return code;
}

const struct cli_command dongbod_backup = {
	"backup", "DIR [--passphrase-file FILE] [--keep N] [--fsck]",
	"passphrase-file= keep= fsck",
	{ "Sao lưu kho dữ liệu, máy chủ vẫn chạy", "Back the store up while the server runs" },
	{ "Mỗi lần một thư mục mới trong thư mục này, nên đặt ở ổ đĩa khác. Bản sao được mở ra kiểm tra và so\n"
	  "với kho tại đúng lúc sao rồi mới mang tên chính thức; từ đó các đơn vị được báo là dữ liệu\n"
	  "của mình đã có trong bản sao lưu. Không có gì mới thì không ghi gì. --keep giữ N bản mới\n"
	  "nhất (30; 0 là giữ hết). --fsck tính lại toàn bộ nhật ký của bản sao. Khóa của máy chủ chỉ\n"
	  "vào bản sao khi có --passphrase-file; khóa gốc không bao giờ. Kho trong bản sao không được\n"
	  "mã hóa: giữ kín như chính kho.\n\n"
	  "Ví dụ:\n"
	  "  dongbod backup /media/sao-luu --passphrase-file /root/mat-khau.txt\n"
	  "  dongbod backup /media/sao-luu --keep 8 --fsck\n"
	  "  dongbod serve --listen 127.0.0.1:8080 --backup /media/sao-luu --backup-every 24h",
	  "A new folder in DIR each time; DIR is best on another disk. The copy is opened, checked and\n"
	  "compared with the store as of that moment before it gets its name; from then on the units\n"
	  "are told that what they sent is in a backup. Where nothing is new, nothing is written.\n"
	  "--keep keeps the newest N (30; 0 keeps all). --fsck works the copy's whole log out anew.\n"
	  "The server's keys go into it with --passphrase-file only; the root key never does. The store\n"
	  "in it is not encrypted: keep it as private as the store itself.\n\n"
	  "Examples:\n"
	  "  dongbod backup /media/backup --passphrase-file /root/passphrase.txt\n"
	  "  dongbod backup /media/backup --keep 8 --fsck\n"
	  "  dongbod serve --listen 127.0.0.1:8080 --backup /media/backup --backup-every 24h" },
	run
};
