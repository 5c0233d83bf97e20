/* dongbo attach, detach: papers of a record, as files. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/cmd/cmd.h"
#include "client/sync/attach_way.h"
#include "common/cli/cli_attach.h"
#include "protocol/limits.h"

/* --as that says nothing, or nothing known: which ones there are. */
static int choice_error(struct session *s, int code, const struct type *t)
{
	struct cli *c = s->cli;
	struct buf list;

	buf_init(&list, 8192);
	attach_choices(s->schema, t, cli_option(c, "list"), &list);
	if (code == ERR_NO_FIELD && list.len == 0)
		buf_printf(&c->said, "%s", CLI_TEXT(c, "Loại hồ sơ này không đính kèm tệp (hoặc có nhiều danh "
						       "sách tệp: thêm --list).",
						    "Records of this type take no files (or have several lists "
						    "of them: add --list)."));
	else if (list.len > 0 && (code == ERR_BAD_CHOICE || code == ERR_REQUIRED || code == ERR_BAD_VALUE))
		buf_printf(&c->said, CLI_TEXT(c, "Cho biết tệp là giấy tờ gì: --as %.*s",
					      "Say which paper the file is: --as %.*s"),
			   (int)list.len, (const char *)list.at);
	buf_release(&list);
	return code;
}

static int attach_one(struct session *s, struct rid record, const char *path, json_t *out)
{
	struct attach_entry entry = { .list = cli_option(s->cli, "list"),
				      .as = cli_option(s->cli, "as") };
	uint8_t hash[HASH_SIZE];
	struct buf content;
	struct rid row = RID_NONE;
	struct attached made;
	int code;

	buf_init(&content, LIMIT_ATTACHMENT);
	code = cli_attach_read(s->cli, path, &s->arena, &content, &entry.name);
	if (code == 0) {
		code = way_keep(&s->client, buf_view(&content), hash, &entry.kind, s->e);
		if (code != 0)
			cli_attach_refused(s->cli, path);
	}
	entry.hash = hash;
	entry.size = content.len;
	buf_release(&content);
	if (code == 0)
		code = attach_add_row(s->replica, s->schema, &s->draft, record, &entry, &row, s->e);
	if (code == 0) {
		made = (struct attached){ .row = row, .size = entry.size, .name = entry.name,
					  .media = bytes_str(entry.kind->media), .here = true };
		memcpy(made.hash, hash, sizeof hash);
		json_array_append_new(out, attach_json(s->stream, &made, s->cli->lang));
	}
	return code;
}

static void print_attached(struct session *s, const json_t *list)
{
	char size[32];
	json_t *j;
	size_t i;

	json_array_foreach(list, i, j)
		printf("%s  %s (%s)\n", json_string_value(json_object_get(j, "short")),
		       json_string_value(json_object_get(j, "name")),
		       cli_attach_size((uint64_t)json_integer_value(json_object_get(j, "size")),
				       s->cli->lang, size));
	printf("%s\n", CLI_TEXT(s->cli, "Đã lưu trên máy này; tệp gửi sau khi hồ sơ đã tới máy chủ.",
				"Saved on this computer; files go when the record has reached the "
				"district."));
}

/* All of them in one save: what names a file is committed after the file is on the disk. */
static int attach(struct session *s)
{
	struct cli *c = s->cli;
	struct rid record = RID_NONE;
	json_t *list = json_array();
	int code = session_begin(s), i;

	if (code == 0)
		code = session_find_own(s, c->argv[0], &record);
	for (i = 1; i < c->argc && code == 0; i++)
		code = attach_one(s, record, c->argv[i], list);
	if (code != 0) {
		choice_error(s, code, session_type(s, s->stream, record));
		json_decref(list);
		return code;
	}
	code = session_save(s, record);
	if (code == ERR_REQUIRED)
		choice_error(s, code, session_type(s, s->stream, record));
	if (code == 0 && !cli_json(c, list))
		print_attached(s, list);
	json_decref(list);
	return code;
}

static int run_attach(struct cli *c)
{
	return session_run(c, 2, -1, attach);
}

const struct cli_command cmd_attach = {
	"attach", "ID FILE... --as TYPE [--list LIST]", "as= list= author=",
	{ "Đính kèm tệp quét, ảnh chụp vào hồ sơ", "Attach scans and photographs to a record" },
	{ "PDF, JPEG, PNG, DOCX, XLSX, mỗi tệp đến 64 MB; dạng tệp xét theo nội dung, không theo tên. "
	  "Tệp nằm\nchắc trên đĩa rồi hồ sơ mới ghi tên nó. Khi đồng bộ, hồ sơ luôn đi trước, tệp đi "
	  "sau từng phần; mạng\nđứt thì đi tiếp từ chỗ máy chủ đã nhận. Không đính kèm ảnh căn cước.\n\n"
	  "Ví dụ:\n  dongbo attach k3f7q giay-bao.pdf --as admission\n"
	  "  dongbo attach k3f7q trang1.jpg trang2.jpg --as degree",
	  "PDF, JPEG, PNG, DOCX, XLSX, up to 64 MB each; what a file is is told by its content, not its "
	  "name.\nThe file is safely on the disk before the record names it. When synchronising records "
	  "always go\nfirst, then files, piece by piece; after a cut they go on from where the server "
	  "holds them. No\npictures of identity cards.\n\n"
	  "Examples:\n  dongbo attach k3f7q notice.pdf --as admission\n"
	  "  dongbo attach k3f7q page1.jpg page2.jpg --as degree" },
	run_attach
};

static int detach(struct session *s)
{
	struct cli *c = s->cli;
	struct rid record = RID_NONE;
	struct attached *list = NULL;
	size_t count = 0, i;
	int code = session_begin(s);

	if (code == 0)
		code = session_find_own(s, c->argv[0], &record);
	if (code == 0)
		code = attach_of(s->replica, s->stream, record, &s->arena, &list, &count, s->e);
	if (code == 0 && count > 1 && c->argc == 1)
		return cli_usage(c, CLI_TEXT(c, "hồ sơ có %zu tệp: cho biết số thứ tự (dongbo files %s)",
					     "the record has %zu files: say which (dongbo files %s)"),
				 count, c->argv[0]);
	if (code == 0)
		code = cli_attach_pick(c, 1, list, &count);
	for (i = 0; i < count && code == 0; i++)
		code = edit_delete(s->replica, s->schema, &s->draft, list[i].row, false, s->e);
	if (code == 0)
		code = session_save(s, record);
	return code == 0 ? session_tell(s, record, true) : code;
}

static int run_detach(struct cli *c)
{
	return session_run(c, 1, -1, detach);
}

const struct cli_command cmd_detach = {
	"detach", "ID [N...]", "author=",
	{ "Gỡ tệp đã đính kèm khỏi hồ sơ", "Take an attached file from a record" },
	{ "MÃ là mã của dòng tệp, hay của hồ sơ cùng số thứ tự tệp (dongbo files). Tệp còn giữ khi "
	  "còn nơi nào\nnêu nó, hoặc hồ sơ đã từng được ký, thẩm định cùng nó.\n\n"
	  "Ví dụ:\n  dongbo detach k3f7q 2",
	  "ID is that of the file's row, or of the record with the file's number (dongbo files). The file "
	  "is kept\nas long as anything names it, and where the record has been signed or judged with "
	  "it.\n\nExample:\n  dongbo detach k3f7q 2" },
	run_detach
};
