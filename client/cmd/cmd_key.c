/* dongbo key: the server's keys as this computer knows them, and new ones out of a paper. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/cmd/cmd.h"
#include "protocol/armour.h"
#include "protocol/limits.h"

enum { PAPER_MAX = 64 * 1024 };

static int learn(struct session *s, const struct document *doc)
{
	struct replica *r = &s->client.replica;
	int code = db_begin(r->db, s->e);

	if (code != 0)
		return code;
	code = replica_keys_learn(r, doc, s->e);
	if (code != 0) {
		replica_rollback(r);
		return code;
	}
	code = db_commit(r->db, s->e);
	if (code == 0)
		replica_keys_keep(r);
	return code;
}

static int take(struct session *s, const char *path)
{
	struct district district;
	struct server_keys keys;
	struct key_paper paper;
	struct buf text, encoded;
	int code;

	buf_init(&text, PAPER_MAX);
	buf_init(&encoded, PAPER_MAX);
	code = env_read_file(path, &text, s->e);
	if (code == 0)
		code = armour_get(ARMOUR_KEYS, buf_view(&text), &encoded, s->e);
	if (code == 0)
		code = key_paper_read(buf_view(&encoded), &paper, &district, &keys, s->e);
	if (code == 0 && memcmp(district.id, s->replica->district.id, HASH_SIZE) != 0)
		code = err_set(s->e, ERR_WRONG_DISTRICT, "%.*s", (int)district.name.len,
			       (const char *)district.name.at);
	/* An unsigned one fails here, too. */
	if (code == 0)
		code = learn(s, &paper.keys);
	buf_release(&encoded);
	buf_release(&text);
	return code;
}

static int key(struct session *s)
{
	const struct replica *r = s->replica;
	uint64_t before = r->keys.version;
	char root[FINGERPRINT_SIZE];
	json_t *j;
	int code = s->cli->argc == 0 ? 0 : take(s, s->cli->argv[0]);

	if (code != 0)
		return code;
	hash_fingerprint(r->district.root, root);
	j = json_pack("{s:I, s:I, s:b, s:s}", "version", (json_int_t)r->keys.version, "known",
		      (json_int_t)r->working_count, "new", r->keys.version > before, "root", root);
	code = session_own_keys(s, j);
	if (code == 0 && !cli_json(s->cli, j)) {
		printf(CLI_TEXT(s->cli, "Khóa máy chủ: bản %" PRIu64 ", có chữ ký của khóa gốc %s.\n",
				"The server's keys: version %" PRIu64 ", signed by the root key %s.\n"),
		       r->keys.version, root);
		if (r->keys.version > before)
			printf("%s", CLI_TEXT(s->cli, "Đã nhận khóa mới. Chạy tiếp: dongbo sync\n",
					      "The new keys are taken. Go on with: dongbo sync\n"));
	}
	json_decref(j);
	return code;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 0, 1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = c->argc == 1 && strcmp(c->argv[0], "change") == 0 ? session_change_key(&s) : key(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_key = {
	"key", "[change | PAPER]", "",
	{ "Khóa của máy này và của máy chủ; đổi khóa của máy, nhận khóa mới của máy chủ",
	  "This computer's key and the server's; a new one here, new ones out of a paper" },
	{ "change làm khóa mới cho máy này ngay, không cần mạng; khóa cũ làm chứng cho khóa mới rồi hết hiệu "
	  "lực: ai còn\n"
	  "giữ nó mà ký thì máy chủ giữ lại chờ xét. Dùng khi nghi có người đã chép khóa. Khóa đã bị thu hồi "
	  "thì xin giấy\n"
	  "ghi danh mới: dongbo enrol.\n\n"
	  "Khóa mới của máy chủ thường tự đến khi đồng bộ. Chỉ khi máy chủ mất hết khóa cũ (mất cả bản sao "
	  "lưu khóa) mới\ncần tệp đã ký: "
	  "nơi tiếp nhận gửi tệp ấy đến, tệp không bí mật, máy chỉ nhận nếu có chữ ký của khóa gốc.\n\n"
	  "Ví dụ:\n  dongbo key\n  dongbo key change\n  dongbo key da-ky.txt",
	  "change makes a new key for this computer at once, without a network; the old one vouches for it and "
	  "ends: what\n"
	  "somebody who still has it signs is kept by the server for a decision. For when a key may have been "
	  "copied. A key\n"
	  "that was revoked needs a new enrolment: dongbo enrol.\n\n"
	  "New keys of the server come by themselves with a synchronisation. Only where the server has lost "
	  "all its old\nkeys, and their backup, the signed paper is needed: the receiving office sends it; it is "
	  "no secret, and\nis taken only under the root key's signature.\n\n"
	  "Examples:\n  dongbo key\n  dongbo key change\n  dongbo key signed.txt" },
	run
};
