/* dongbo backup, restore: the store in one file under a passphrase. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "client/backup.h"
#include "client/cmd/cmd.h"
#include "common/system/vault.h"

enum { PASSPHRASE_MAX = 1024 };

static int progress(void *ctx, int64_t done, int64_t total)
{
	struct cli *c = ctx;

	cli_progress(c, done, total);
	return *c->stop;
}

static int tell(struct cli *c, const struct client_backup *b, bool restored)
{
	const struct client_waiting *w = &b->waiting;
	json_t *j = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "file", b->file, "time",
			      (json_int_t)b->time, "size", (json_int_t)b->size, "transactions",
			      (json_int_t)w->transactions, "changesets", (json_int_t)w->changesets,
			      "edits", (json_int_t)w->edits, "files",
			      (json_int_t)b->files);
	bool json = cli_json(c, j);
	char time[32];

	json_decref(j);
	if (json)
		return 0;
	if (restored)
		printf(CLI_TEXT(c, "Đã khôi phục bản sao lưu lúc %s.\n",
				"Restored the backup of %s.\n"), time_text(b->time, time));
	else
		printf(CLI_TEXT(c, "Đã sao lưu vào %s (%" PRIu64 " KB) và đọc lại kiểm tra.\n"
				   "Quên mật khẩu thì không ai mở được tệp này. Khóa của máy không "
				   "có trong đó.\n",
				"Backed up to %s (%" PRIu64 " KB), and read back.\n"
				"Without the passphrase nobody can open this file. The computer's "
				"key is not in it.\n"), b->file, (b->size + 1023) / 1024);
	if (b->files > 0)
		printf(CLI_TEXT(c, "Tệp đính kèm trong đó: %" PRIu64 ".\n", "Attached files in it: %" PRIu64
				".\n"), b->files);
	if (w->edits > 0)
		printf(CLI_TEXT(c, "Trong đó %" PRId64 " thay đổi chưa có biên nhận của máy chủ.\n",
				"%" PRId64 " changes in it have no receipt of the server's yet.\n"),
		       w->edits);
	if (restored && b->usable)
		printf("%s\n", CLI_TEXT(c,
		       "Kho dùng tiếp được ngay: khóa của máy vẫn còn ở đây, nên máy tự chuyển sang khóa mới. Những gì "
		       "máy chủ đã\nnhận sau bản sao lưu sẽ tự về khi đồng bộ; những gì chưa gửi vẫn được gửi.",
		       "The store can be used at once: the computer's key is still here, so it goes on under a "
		       "new one by\nitself. What the server has received since the backup comes back when it "
		       "synchronises; what waits is sent."));
	else if (restored)
		printf("%s\n", CLI_TEXT(c,
		       "Kho này để xem, in và xuất: muốn nhập và gửi thì xin cơ quan tiếp nhận giấy ghi danh mới rồi "
		       "chạy\ndongbo init --enrol TỆP với thư mục này. Những gì chờ gửi vẫn được giữ và liệt kê "
		       "ở đây: xem dongbo status. KHÔNG ĐƯỢC chép\ndevice.key của máy cũ vào đây: hai máy cùng một "
		       "khóa sẽ ký đè số của nhau.",
		       "This store is to be looked at, printed and exported. To enter and send, ask the "
		       "receiving office for a\nnew enrolment, and run dongbo init --enrol FILE on this folder. What "
		       "waits to be sent is kept and listed here: see\ndongbo status. DO NOT copy the old computer's "
		       "device.key to it: two computers with one key sign\nover each other's numbers."));
	return 0;
}

static int run_either(struct cli *c, bool restore)
{
	struct client_backup b = { .data = c->data, .progress = progress, .ctx = c,
				   .no_files = !restore && cli_option(c, "no-files") != NULL };
	struct buf passphrase;
	int code = cli_arguments(c, 1, 1);

	buf_init(&passphrase, PASSPHRASE_MAX);
	if (code == 0) {
		b.file = c->argv[0];
		if (!restore && env_kind(b.file) != ENV_NONE && !vault_looks(b.file))
			code = cli_usage(c, CLI_TEXT(c, "%s đã có và không phải bản sao lưu",
						     "%s is there and is no backup"), b.file);
	}
	if (code == 0)
		code = cli_passphrase(c, "passphrase-file",
				      CLI_TEXT(c, "Mật khẩu của bản sao lưu", "Passphrase of the backup"),
				      !restore, &passphrase);
	if (code == 0) {
		b.passphrase = buf_view(&passphrase);
		code = restore ? client_restore(env_os(), &b, &c->err) :
				 client_backup(env_os(), &b, &c->err);
	}
	if (code == 0)
		code = tell(c, &b, restore);
	if (passphrase.at != NULL)
		sodium_memzero(passphrase.at, passphrase.len);
	buf_release(&passphrase);
	return code;
}

static int run_backup(struct cli *c)
{
	return run_either(c, false);
}

static int run_restore(struct cli *c)
{
	return run_either(c, true);
}

const struct cli_command cmd_backup = {
	"backup", "FILE [--no-files] [--passphrase-file FILE]", "passphrase-file= no-files",
	{ "Sao lưu kho của máy này vào một tệp có mật khẩu",
	  "Back this computer's store up into one file under a passphrase" },
	{ "Mọi hồ sơ, cả những gì chưa gửi, vào một tệp mã hóa; chép lên USB hay máy khác. Khóa của máy\n"
	  "không vào tệp. Ghi lại vào cùng một tệp thì bản cũ được thay sau khi bản mới đã đọc lại đúng.\n"
	  "--no-files bỏ tệp đính kèm ra ngoài, khi chúng quá lớn.\n\n"
	  "Ví dụ:\n  dongbo backup /media/usb/truong.saoluu",
	  "All records, and what has not been sent, into one encrypted file, for a stick or another\n"
	  "computer. The computer's key is not in it. Over an older backup: that is replaced once the\n"
	  "new one has been read back. --no-files leaves attached files out, where they are too large.\n\n"
	  "Example:\n  dongbo backup /media/usb/school.backup" },
	run_backup
};

const struct cli_command cmd_restore = {
	"restore", "FILE --data DIR [--passphrase-file FILE]", "passphrase-file=",
	{ "Dựng lại kho từ một bản sao lưu", "Make a store from a backup" },
	{ "Dựng kho trong thư mục của --data, ở đó chưa được có kho nào. Sai mật khẩu, tệp bị cụt hay bị\n"
	  "sửa thì báo rõ và không để lại gì. Nếu khóa của máy (device.key) còn trong thư mục ấy thì kho\n"
	  "dùng tiếp được ngay, dưới khóa mới. Nếu không thì xem và xuất được; muốn nhập và gửi thì xin\n"
	  "giấy ghi danh mới rồi dongbo init --enrol TỆP với chính thư mục ấy. Cách nào cũng không mất gì\n"
	  "đã lưu trong bản sao lưu hay đã gửi sau đó, và không có gì bị ghi hai lần.\n\n"
	  "Ví dụ:\n  dongbo restore /media/usb/truong.saoluu --data ~/kho-cu\n"
	  "  dongbo init --enrol moi.enrol --data ~/kho-cu",
	  "Makes the store in the folder of --data, where there may be none. A wrong passphrase, a file\n"
	  "that was cut or altered: that is said, and nothing is left. Where the computer's key (device.key)\n"
	  "is still in that folder, the store goes on at once, under a new key. Else it can be looked at\n"
	  "and exported; to enter and send, get a new enrolment, and dongbo init --enrol FILE on the same\n"
	  "folder. Either way nothing is lost that is in the backup or was sent after it, and nothing\n"
	  "counts twice.\n\n"
	  "Examples:\n  dongbo restore /media/usb/school.backup --data ~/old-store\n"
	  "  dongbo init --enrol new.enrol --data ~/old-store" },
	run_restore
};
