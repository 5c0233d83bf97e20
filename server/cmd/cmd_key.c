/* dongbod key: the server's keys, and how new ones come into force; dongbod root: what the
 * holder of the root key does, on a machine of his own. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/text/date.h"
#include "protocol/limits.h"
#include "server/cmd/cmd.h"
#include "server/identity/key_change.h"
#include "server/identity/keyfile.h"

enum { PAPER_MAX = 64 * 1024, WEEK = 7 * 86400, VERSION_MAX = 1000000 };

/* What people compare on both machines. */
static json_t *change_json(const struct key_change *k)
{
	char key[FINGERPRINT_SIZE], root[FINGERPRINT_SIZE];

	hash_fingerprint(k->keys.working, key);
	hash_fingerprint(k->district.root, root);
	return json_pack("{s:s%, s:I, s:s, s:s, s:I, s:b}", "district",
			 (const char *)k->district.name.at, k->district.name.len, "version",
			 (json_int_t)k->keys.version, "key", key, "root", root, "since",
			 (json_int_t)k->keys.since, "signed", k->is_signed);
}

static void print_change(struct cli *c, const struct key_change *k)
{
	char key[FINGERPRINT_SIZE], root[FINGERPRINT_SIZE], since[32];

	hash_fingerprint(k->keys.working, key);
	hash_fingerprint(k->district.root, root);
	printf(CLI_TEXT(c, "Máy chủ của: %.*s\nBản khóa: %llu\nKhóa làm việc mới: %s\nKhóa gốc: %s\n"
			   "Khóa cũ hết hiệu lực từ: %s\n",
			"Server of: %.*s\nKeys, version: %llu\nNew working key: %s\nRoot key: %s\n"
			"The old key counts until: %s\n"),
	       (int)k->district.name.len, (const char *)k->district.name.at,
	       (unsigned long long)k->keys.version, key, root, desk_time(k->keys.since, since));
}

static int read_paper(struct cli *c, const char *path, struct buf *encoded,
		      struct key_change *out)
{
	struct buf text;
	int code;

	buf_init(&text, PAPER_MAX);
	code = env_read_file(path, &text, &c->err);
	if (code == 0)
		code = key_change_read(buf_view(&text), encoded, out, &c->err);
	buf_release(&text);
	return code;
}

/* From when on heads of the old key count no more. */
static int find_since(struct desk *d, int64_t *since)
{
	int64_t grace = 0, day = 0;
	int code = cli_span(d->cli, "grace", WEEK, &grace);

	if (code == 0 && cli_option(d->cli, "stolen-on") != NULL &&
	    cli_option(d->cli, "grace") != NULL)
		code = cli_usage(d->cli, CLI_TEXT(d->cli, "--grace và --stolen-on không đi cùng nhau",
						   "--grace and --stolen-on do not go together"));
	*since = env_now(env_os()) + grace;
	if (code == 0 && cli_option(d->cli, "stolen-on") != NULL) {
		code = desk_day(d, "stolen-on", 0, &day);
		*since = date_begins(day);
	}
	return code;
}

static int new_keys(struct desk *d)
{
	const char *path = cli_option(d->cli, "out");
	struct key_change k;
	struct buf text, encoded;
	int64_t since = 0, version = 0;
	json_t *j;
	int code = find_since(d, &since);

	if (code == 0 && path == NULL)
		code = cli_usage(d->cli, CLI_TEXT(d->cli, "cần --out TỆP", "--out FILE is needed"));
	if (code == 0)
		code = cli_number(d->cli, "version", 0, 1, VERSION_MAX, &version);
	if (code != 0)
		return code;
	buf_init(&text, PAPER_MAX);
	buf_init(&encoded, PAPER_MAX);
	code = key_change_new(&d->server, since, (uint64_t)version,
			      cli_option(d->cli, "again") != NULL, &text, d->e);
	if (code == ERR_EXISTS)
		buf_printf(&d->cli->said, "%s", CLI_TEXT(d->cli,
			   "Đang đổi khóa dở: tệp xin ký đã ghi trước đó vẫn dùng được. Muốn bỏ lần ấy "
			   "và làm lại từ đầu, thêm --again.",
			   "A change of keys is under way: the paper that was written is still good. To "
			   "give it up and begin anew, add --again."));
	if (code == 0)
		code = key_change_read(buf_view(&text), &encoded, &k, d->e);
	if (code == 0)
		code = env_write_file(path, buf_view(&text), 0644, d->e);
	if (code == 0) {
		j = change_json(&k);
		json_object_set_new(j, "file", json_string(path));
		if (!cli_json(d->cli, j)) {
			print_change(d->cli, &k);
			printf(CLI_TEXT(d->cli, "Đã ghi %s (không bí mật). Đem đến máy có khóa gốc và "
						"chạy:\n  dongbod root sign %s --root-key root.key "
						"--out TỆP\nrồi đem tệp đã ký về: dongbod key install "
						"TỆP\nTừ nay đến lúc đó máy chủ vẫn chạy như thường.\n",
					"Wrote %s (no secret). Take it to the machine with the root "
					"key and run:\n  dongbod root sign %s --root-key root.key "
					"--out FILE\nthen bring back what is signed: dongbod key "
					"install FILE\nUntil then the server runs as ever.\n"),
			       path, path);
		}
		json_decref(j);
	}
	buf_release(&encoded);
	buf_release(&text);
	return code;
}

/* What is wrong with a paper, for whoever holds it in his hand. */
static void say_refused(struct cli *c, int code)
{
	const char *text = NULL;

	if (code == ERR_BAD_SIGNATURE)
		text = CLI_TEXT(c, "Tệp này chưa được khóa gốc của máy chủ ký, hoặc do một khóa khác ký. "
				   "Không có gì thay đổi. Đem tệp xin ký đến máy có khóa gốc: dongbod root "
				   "sign.",
				"This paper is not signed by the server's root key, or by another key. "
				"Nothing was changed. Take the paper to the machine with the root key: "
				"dongbod root sign.");
	else if (code == ERR_WRONG_DISTRICT)
		text = CLI_TEXT(c, "Tệp này là của hệ thống khác. Không có gì thay đổi. Tìm đúng tệp đã ký.",
				"This paper is another system's. Nothing was changed. Look for the "
				"right one.");
	else if (code == ERR_STALE)
		text = CLI_TEXT(c, "Bản khóa trong tệp không mới hơn bản đang dùng: tệp cũ, hoặc đã cài rồi. "
				   "Không có gì thay đổi; xem dongbod key.",
				"The keys of this paper are not newer than those in force: an old paper, or "
				"installed already. Nothing was changed; see dongbod key.");
	else if (code == ERR_NO_FILE)
		text = CLI_TEXT(c, "Máy chủ này không giữ phần bí mật của khóa trong tệp (next.key): tệp của "
				   "một lần đổi khóa đã bỏ. Không có gì thay đổi; làm lại: dongbod key new.",
				"This server does not have the secrets of these keys (next.key): it is the "
				"paper of a change that was given up. Nothing was changed; begin anew: "
				"dongbod key new.");
	if (text != NULL)
		buf_printf(&c->said, "%s", text);
}

static int install(struct desk *d)
{
	bool lost = cli_option(d->cli, "lost") != NULL;
	struct key_change k;
	struct buf encoded;
	json_t *j;
	int code;

	buf_init(&encoded, PAPER_MAX);
	code = read_paper(d->cli, d->cli->argv[1], &encoded, &k);
	if (code == 0)
		code = lost ? key_change_remember(&d->server, &k, d->e) :
			      key_change_install(&d->server, &k, d->e);
	if (code == 0) {
		j = change_json(&k);
		if (!cli_json(d->cli, j)) {
			print_change(d->cli, &k);
			printf("%s", lost ? CLI_TEXT(d->cli, "Đã ghi nhớ để kiểm tra những gì khóa này đã "
							     "ký. Khởi động lại máy chủ.\n",
						     "It is remembered, to check what it has signed. "
						     "Restart the server.\n") :
				     CLI_TEXT(d->cli, "Đã dùng khóa mới; khóa làm việc cũ đã xóa. Máy chủ "
						      "đang chạy tự chuyển, các máy tự theo khi đồng bộ. "
						      "Hãy sao lưu ngay: dongbod backup.\n",
					      "The new key is in force, the old working key is deleted. A "
					      "running server changes over by itself, the computers follow "
					      "when they synchronise. Back up now: dongbod backup.\n"));
		}
		json_decref(j);
	} else if (env_kind(d->cli->argv[1]) != ENV_NONE) {
		say_refused(d->cli, code);
	}
	buf_release(&encoded);
	return code;
}

static json_t *known_json(const struct working *w, int64_t until)
{
	char key[FINGERPRINT_SIZE];

	hash_fingerprint(w->key, key);
	return json_pack("{s:I, s:s, s:I, s:o}", "version", (json_int_t)w->version, "key", key,
			 "since", (json_int_t)w->since, "until",
			 until == INT64_MAX ? json_null() : json_integer(until));
}

static int show(struct desk *d)
{
	static const char *const vi[] = { "BẢN", "KHÓA LÀM VIỆC", "TỪ", "HIỆU LỰC ĐẾN" };
	static const char *const en[] = { "VERSION", "WORKING KEY", "SINCE", "COUNTS UNTIL" };
	const struct replica *r = d->replica;
	struct cli_table *t = cli_table_new(4, CLI_TEXT(d->cli, vi, en));
	bool pending = keyfile_exists(d->server.dir, "next");
	json_t *j;
	char root[FINGERPRINT_SIZE];
	int64_t until = INT64_MAX;
	size_t i;
	int code = 0;

	hash_fingerprint(r->district.root, root);
	j = json_pack("{s:[], s:s, s:b, s:b}", "keys", "root", root, "pending", pending, "root_key_here",
		      keyfile_exists(d->server.dir, "root"));
	for (i = r->working_count; i > 0; i--) {
		const struct working *w = &r->workings[i - 1];
		char version[24], key[FINGERPRINT_SIZE], since[32], end[32];

		snprintf(version, sizeof version, "%llu", (unsigned long long)w->version);
		hash_fingerprint(w->key, key);
		cli_table_row(t, (const char *const[]){
				version, key, desk_time(w->since, since),
				until == INT64_MAX ? "" : desk_time(until, end) });
		json_array_append_new(json_object_get(j, "keys"), known_json(w, until));
		until = w->since < until ? w->since : until;
	}
	if (!cli_json(d->cli, j)) {
		code = cli_table_print(t, d->e);
		printf("%s: %s\n", CLI_TEXT(d->cli, "Khóa gốc", "Root key"), root);
		if (pending)
			printf("%s", CLI_TEXT(d->cli, "Đang đổi khóa: chờ tệp đã ký (dongbod key install).\n",
					      "A change of keys waits for its signed paper (dongbod key "
					      "install).\n"));
		if (json_is_true(json_object_get(j, "root_key_here")))
			printf("%s", CLI_TEXT(d->cli, "CHÚ Ý: root.key còn nằm trên máy chủ. Chuyển ra USB "
						      "và cất đi.\n",
					      "NOTE: root.key is still on the server. Move it to a stick "
					      "and lock it away.\n"));
	}
	cli_table_free(t);
	json_decref(j);
	return code;
}

static int run(struct cli *c)
{
	const char *verb = c->argc > 0 ? c->argv[0] : "show";

	if (strcmp(verb, "show") == 0)
		return desk_run(c, 0, 1, show);
	if (strcmp(verb, "new") == 0)
		return desk_run(c, 1, 1, new_keys);
	if (strcmp(verb, "install") == 0)
		return desk_run(c, 2, 2, install);
	return cli_unknown(c, verb);
}

const struct cli_command dongbod_key = {
	"key", "[show] | new --out FILE [--grace 7d | --stolen-on DATE] [--again] | install FILE [--lost]",
	"out= grace= stolen-on= version= again lost",
	{ "Khóa của máy chủ: xem, xin khóa mới, đưa vào dùng",
	  "The server's keys: see them, ask for new ones, put them into force" },
	{ "Đổi khóa khi nghi bị lộ, khi thay máy chủ, hoặc mỗi năm một lần. new tạo khóa mới và một tệp để "
	  "người giữ khóa\n"
	  "gốc ký trên máy của mình (dongbod root sign); install đưa tệp đã ký vào dùng, máy chủ không phải "
	  "dừng. Các máy\n"
	  "tự theo, biên nhận cũ vẫn đúng, USB gửi từ trước vẫn đọc được.\n"
	  "--grace: khóa cũ còn hiệu lực bao lâu nữa, đủ để đem tệp đi ký rồi về (7d).\n"
	  "--stolen-on: ngày khóa cũ bị lộ; biên nhận ký từ ngày đó không còn giá trị, máy chủ ký lại khi "
	  "đồng bộ.\n"
	  "--version: nhảy đến bản này, khi máy chủ được khôi phục từ trước lần đổi khóa gần nhất và khóa "
	  "mới đã mất;\n"
	  "các máy khi đó cần tệp đã ký (dongbo key). --lost: tệp đã ký của những khóa đã mất ấy, để còn kiểm tra "
	  "được những\n"
	  "gì chúng đã ký.\n\n"
	  "Ví dụ:\n"
	  "  dongbod key new --out /media/usb/xin-ky.txt\n"
	  "  dongbod key install /media/usb/da-ky.txt",
	  "Change the keys when they may have leaked, when the server is replaced, or once a year. new makes "
	  "keys and a paper\n"
	  "that the holder of the root key signs on a machine of his own (dongbod root sign); install puts the "
	  "signed paper\n"
	  "into force, while the server runs. The computers follow by themselves, old receipts stay good, "
	  "sticks that are under\n"
	  "way can be read.\n"
	  "--grace: how long the old key counts yet, enough for the way there and back (7d).\n"
	  "--stolen-on: the day on which the old key leaked; receipts from that day on count no more, and are "
	  "given anew.\n"
	  "--version: go to this version, on a server that was restored from before the last change, whose "
	  "keys are lost;\n"
	  "computers then need the signed paper (dongbo key). --lost: the signed paper of keys that are lost, so "
	  "that what they\n"
	  "have signed can be checked.\n\n"
	  "Examples:\n"
	  "  dongbod key new --out /media/usb/to-sign.txt\n"
	  "  dongbod key install /media/usb/signed.txt" },
	run
};

/* The folder and name of a key file, for keyfile_read, which adds ".key". */
static int read_root(struct cli *c, const char *path, struct sign_key *root)
{
	struct keyfile_key key;
	const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
	size_t len = strlen(name), count = 0;
	char dir[4096], file[256];
	int code = 0;

	if (len < 5 || len - 4 >= sizeof file || strcmp(name + len - 4, ".key") != 0 ||
	    snprintf(dir, sizeof dir, "%.*s", slash == NULL ? 1 : (int)(slash - path + 1),
		     slash == NULL ? "." : path) >= (int)sizeof dir)
		return cli_usage(c, "%s", path);
	snprintf(file, sizeof file, "%.*s", (int)(len - 4), name);
	code = keyfile_read(dir, file, &key, 1, &count, &c->err);
	if (code == 0)
		sign_make(root, key.seed);
	sodium_memzero(&key, sizeof key);
	return code;
}

static int sign_paper(struct cli *c, const struct key_change *k, const struct sign_key *root)
{
	const char *out = cli_option(c, "out");
	bool yes = cli_option(c, "yes") != NULL;
	struct buf text;
	json_t *j;
	int code = 0;

	if (!c->json)
		print_change(c, k);
	if (!yes && c->json)
		code = cli_usage(c, CLI_TEXT(c, "cần --yes", "--yes is needed"));
	else if (!yes)
		code = cli_confirm(c, CLI_TEXT(c, "Khóa mới có đúng như máy chủ đã in ra? Ký?",
					       "Is the new key what the server printed? Sign it?"), &yes);
	if (code == 0 && !yes)
		code = err_set(&c->err, ERR_STOPPED, "%s", out);
	if (code != 0)
		return code;
	buf_init(&text, PAPER_MAX);
	code = key_change_sign(k, root, &text, &c->err);
	if (code == ERR_KEYS_REFUSED)
		buf_printf(&c->said, CLI_TEXT(c, "Khóa này không phải khóa gốc của %.*s. Chưa ký gì; tìm đúng "
						 "root.key của máy chủ.",
					      "This is not the root key of %.*s. Nothing was signed; look for "
					      "that server's root.key."),
			   (int)k->district.name.len, (const char *)k->district.name.at);
	if (code == 0)
		code = env_write_file(out, buf_view(&text), 0644, &c->err);
	buf_release(&text);
	if (code != 0)
		return code;
	j = change_json(k);
	json_object_set_new(j, "file", json_string(out));
	if (!cli_json(c, j))
		printf(CLI_TEXT(c, "Đã ký: %s. Đem về máy chủ: dongbod key install %s\n",
				"Signed: %s. Take it to the server: dongbod key install %s\n"), out, out);
	json_decref(j);
	return 0;
}

static int run_root(struct cli *c)
{
	const char *path = cli_option(c, "root-key");
	struct key_change k;
	struct sign_key root;
	struct buf encoded;
	int code = cli_arguments(c, 2, 2);

	if (code == 0 && strcmp(c->argv[0], "sign") != 0)
		code = cli_unknown(c, c->argv[0]);
	if (code == 0 && (path == NULL || cli_option(c, "out") == NULL))
		code = cli_usage(c, CLI_TEXT(c, "cần --root-key TỆP và --out TỆP",
					     "--root-key FILE and --out FILE are needed"));
	if (code != 0)
		return code;
	buf_init(&encoded, PAPER_MAX);
	code = read_paper(c, c->argv[1], &encoded, &k);
	if (code == 0)
		code = read_root(c, path, &root);
	if (code == 0) {
		code = sign_paper(c, &k, &root);
		sign_wipe(&root);
	}
	buf_release(&encoded);
	return code;
}

const struct cli_command dongbod_root = {
	"root", "sign PAPER --root-key root.key --out FILE [--yes]", "root-key= out= yes",
	{ "Người giữ khóa gốc ký khóa mới của máy chủ", "The holder of the root key signs the server's "
	  "new keys" },
	{ "Chạy trên máy giữ khóa gốc, không cần mạng, không cần kho dữ liệu. Trước khi ký, so \"Khóa làm việc "
	  "mới\" với những\n"
	  "gì máy chủ đã in ra (gọi điện): ai có tệp này được ký thì làm máy chủ.\n\n"
	  "Ví dụ:\n"
	  "  dongbod root sign /media/usb/xin-ky.txt --root-key /media/khoa/root.key --out "
	  "/media/usb/da-ky.txt",
	  "Runs where the root key is kept, without network or store. Before you sign, compare \"New working "
	  "key\" with what the\n"
	  "server printed (by telephone): whose paper is signed becomes the server.\n\n"
	  "Example:\n"
	  "  dongbod root sign /media/usb/to-sign.txt --root-key /media/key/root.key --out "
	  "/media/usb/signed.txt" },
	run_root
};
