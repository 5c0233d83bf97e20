/* dongbod restore: a backup becomes a store again. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "server/backup/backup.h"
#include "server/cmd/cmd.h"

enum { PASSPHRASE_MAX = 1024 };

static void print_keys(const struct cli *c, const struct restore_result *r)
{
	if (r->keys)
		printf("%s\n", CLI_TEXT(c, "Khóa làm việc của máy chủ đã ở đúng chỗ.",
					"The server's working keys are in their place."));
	else
		printf("%s\n", r->keys_left ?
		       CLI_TEXT(c, "Khóa của máy chủ có trong bản sao lưu nhưng chưa lấy ra: cần "
				   "--passphrase-file; hoặc chép\nworking.key và box.key vào thư mục "
				   "này.",
				"The server's keys are in the backup and were left there: give "
				"--passphrase-file; or copy\nworking.key and box.key into this "
				"folder.") :
		       CLI_TEXT(c, "Bản sao lưu không có khóa của máy chủ: chép working.key và box.key "
				   "vào thư mục này.",
				"The backup has no keys of the server: copy working.key and box.key "
				"into this folder."));
}

static void print_result(const struct cli *c, const struct restore_result *r, bool told_root)
{
	char time[32];

	printf(CLI_TEXT(c, "Đã khôi phục bản sao lưu lúc %s: %zu sổ, %" PRIu64 " gói.\n",
			"Restored the backup of %s: %zu logs, %" PRIu64 " packets.\n"),
	       desk_time(r->time, time), r->streams, r->items);
	printf(CLI_TEXT(c, "Kho của %s, có chữ ký của máy chủ ấy. Khóa gốc: %s\n",
			"The store of %s, signed by its server. Root key: %s\n"), r->district, r->root);
	if (!told_root)
		printf("%s\n", CLI_TEXT(c,
		       "So khóa gốc với dòng ấy ở dongbo key của một máy đơn vị: khác nhau thì đây là kho do người "
		       "khác dựng,\nđừng chạy.",
		       "Compare the root key with that line of dongbo key on a unit's computer: where they differ "
		       "somebody else\nmade this store, and it must not be run."));
	if (r->files + r->files_lost > 0)
		printf(CLI_TEXT(c, "Tệp đính kèm: %zu.\n", "Attached files: %zu.\n"), r->files);
	if (r->files_lost > 0)
		printf(CLI_TEXT(c, "Thiếu %zu tệp đính kèm (thư mục attached bên cạnh bản sao lưu): máy chủ sẽ "
				   "xin lại các đơn vị.\n",
				"%zu attached files are missing (folder attached beside the backup): the server "
				"will ask the units for them.\n"), r->files_lost);
	print_keys(c, r);
	printf("%s\n", CLI_TEXT(c,
	       "Chạy serve là được, không phải làm gì thêm. Những gì máy chủ cũ đã nhận sau lúc ấy thì các máy "
	       "ở đơn vị\ncòn giữ: mỗi máy tự gửi lại, của mình và của người khác, ở lần đồng bộ tới; biên nhận "
	       "đã cấp vẫn đúng.\nTrong lúc chờ, hãy để các máy đồng bộ trước rồi hãy thẩm định. Xem tiến độ: "
	       "dongbod summary. Cán bộ\nđược thêm sau lúc ấy phải được thêm lại (dongbod officer add). "
	       "Không bao giờ cho máy chủ cũ\nvà kho này cùng chạy.",
	       "Just run serve. What the old server received after that moment the units' computers still "
	       "hold: each\nsends it again by itself, its own and others', when it synchronises next; receipts "
	       "that were given\nstay true. Meanwhile let them synchronise before you verify anything. See how "
	       "far it is: dongbod\nsummary. Officers who were added after that moment must be added again "
	       "(dongbod officer add).\nNever run the old server and this store side by side."));
}

static int restore(struct cli *c, const struct restore_options *o)
{
	struct restore_result r;
	json_t *j;
	int code = server_restore(env_os(), o, &r, &c->err);

	if (code != 0)
		return code;
	j = json_pack("{s:I, s:I, s:I, s:b, s:b, s:I, s:I, s:s, s:s}", "time", (json_int_t)r.time, "streams",
		      (json_int_t)r.streams, "items", (json_int_t)r.items, "keys", r.keys,
		      "keys_left", r.keys_left, "files", (json_int_t)r.files, "files_lost",
		      (json_int_t)r.files_lost, "district", r.district, "root", r.root);
	if (!cli_json(c, j))
		print_result(c, &r, o->root != NULL);
	json_decref(j);
	return 0;
}

static int run(struct cli *c)
{
	struct restore_options o = { .data = c->data, .root = cli_option(c, "root") };
	struct buf passphrase;
	int code = cli_arguments(c, 1, 1);

	buf_init(&passphrase, PASSPHRASE_MAX);
	if (code == 0 && cli_option(c, "passphrase-file") != NULL)
		code = cli_passphrase(c, "passphrase-file", "", false, &passphrase);
	if (code == 0) {
		o.from = c->argv[0];
		o.passphrase = buf_view(&passphrase);
		code = restore(c, &o);
	}
	if (passphrase.at != NULL)
		sodium_memzero(passphrase.at, passphrase.len);
	buf_release(&passphrase);
	return code;
}

const struct cli_command dongbod_restore = {
	"restore", "BACKUP [--passphrase-file FILE] [--root FINGERPRINT]", "passphrase-file= root=",
	{ "Dựng lại kho dữ liệu từ một bản sao lưu", "Make a store from a backup" },
	{ "BẢN_SAO là một thư mục dongbod-NĂMTHÁNGNGÀY-GIỜ. Kho được dựng trong thư mục của --data; ở đó\n"
	  "chưa được có kho nào. Bản sao lưu bị sửa hay bị cụt thì không nhận và nói rõ chỗ nào; hoặc\n"
	  "khôi phục trọn, hoặc không để lại gì. Bản cũ cũng được: những gì thiếu thì các đơn vị bù lại khi\n"
	  "đồng bộ. Bản sao lưu có chữ ký của máy chủ đã lập ra nó; --root là dấu vân tay của khóa gốc (dongbo\n"
	  "key ở một máy đơn vị): kho của khóa gốc khác thì không nhận. Không ghi --root thì lệnh in dấu ấy ra\n"
	  "để so.\n\n"
	  "Ví dụ:\n"
	  "  dongbod restore /media/sao-luu/dongbod-20261127-010000 --data /srv/dongbod \\\n"
	  "      --passphrase-file /root/mat-khau.txt\n"
	  "  dongbod fsck --data /srv/dongbod",
	  "BACKUP is a folder dongbod-DATE-TIME. The store is made in the folder of --data, where there\n"
	  "may be none yet. A backup that was altered or cut is refused, with the place; the store is\n"
	  "restored whole or not at all. It may be an old one: units bring back what it lacks when they\n"
	  "synchronise. A backup is signed by the server that made it; --root is the fingerprint of the root\n"
	  "key (dongbo key on a unit's computer): a store of another one is refused. Without --root it is\n"
	  "printed, to be compared.\n\n"
	  "Examples:\n"
	  "  dongbod restore /media/backup/dongbod-20261127-010000 --data /srv/dongbod \\\n"
	  "      --passphrase-file /root/passphrase.txt\n"
	  "  dongbod fsck --data /srv/dongbod" },
	run
};
