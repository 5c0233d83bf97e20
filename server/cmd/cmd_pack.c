/* dongbod pack: form packs, checked and published. */
#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/cmd/cmd.h"
#include "server/pack/pack_diff.h"
#include "server/pack/publish.h"

enum { PROSE_MAX = 1024 * 1024 };

static int tell(struct cli *c, struct bytes json, bool published)
{
	struct buf code;
	int64_t version = 0;
	json_t *j;
	int rc;

	buf_init(&code, 200);
	rc = pack_identity(json, &code, &version, &c->err);
	if (rc == 0) {
		j = json_pack("{s:s%, s:I, s:b}", "pack", (char *)code.at, code.len, "version",
			      (json_int_t)version, "published", published);
		if (!cli_json(c, j))
			printf(published ? CLI_TEXT(c, "Đã công bố %.*s, phiên bản %lld.\n",
						    "Published %.*s, version %lld.\n") :
					   CLI_TEXT(c, "%.*s, phiên bản %lld: không có lỗi.\n",
						    "%.*s, version %lld: no mistakes.\n"),
			       (int)code.len, (char *)code.at, (long long)version);
		json_decref(j);
	}
	buf_release(&code);
	return rc;
}

static int print_diff(struct cli *c, const json_t *list)
{
	const char *const headings[] = { CLI_TEXT(c, "CHỖ", "PLACE"),
					 CLI_TEXT(c, "ĐIỀU SẼ XẢY RA", "WHAT WOULD HAPPEN") };
	struct cli_table *t = cli_table_new(2, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(list, i, j) {
		const char *cells[2] = { json_string_value(json_object_get(j, "place")),
					 json_string_value(json_object_get(j, "sentence")) };

		cli_table_row(t, cells);
	}
	if (json_array_size(list) == 0)
		printf("%s\n", CLI_TEXT(c, "Không có gì khác với hồ sơ.", "Nothing changes for records."));
	code = json_array_size(list) == 0 ? 0 : cli_table_print(t, &c->err);
	cli_table_free(t);
	return code;
}

/* Two versions, and what the newer one would mean for records under the older. */
static int compare(struct cli *c)
{
	struct buf was, is;
	json_t *list = NULL;
	int code;

	buf_init(&was, LIMIT_BYTES);
	buf_init(&is, LIMIT_BYTES);
	code = env_read_file(c->argv[1], &was, &c->err);
	if (code == 0)
		code = env_read_file(c->argv[2], &is, &c->err);
	if (code == 0)
		code = pack_diff(&(struct pack_version){ c->argv[1], buf_view(&was) },
				 &(struct pack_version){ c->argv[2], buf_view(&is) }, c->lang, &list,
				 &c->err);
	if (code == 0 && !cli_json(c, list))
		code = print_diff(c, list);
	json_decref(list);
	buf_release(&was);
	buf_release(&is);
	return code;
}

/* A pack's author may have no server at hand: then it is looked at alone. */
static int check(struct cli *c)
{
	struct desk d;
	struct buf json;
	int code = cli_arguments(c, 2, 3), opened;

	if (code != 0)
		return code;
	if (c->argc == 3)
		return compare(c);
	opened = desk_open(&d, c);
	if (opened != 0 && opened != ERR_NO_STORE && opened != ERR_NO_FILE) {
		desk_close(&d);
		return opened;
	}
	code = desk_file(&d, c->argv[1], LIMIT_BYTES, &json);
	if (code == 0)
		code = publish_check(opened == 0 ? &d.server : NULL, buf_view(&json), d.e);
	if (code == 0)
		code = tell(c, buf_view(&json), false);
	buf_release(&json);
	desk_close(&d);
	return code;
}

static int publish(struct cli *c)
{
	const char *prose_path = cli_option(c, "prose");
	struct buf json, prose;
	struct desk d;
	int code = cli_arguments(c, 2, 2);

	if (code != 0)
		return code;
	buf_init(&json, LIMIT_BYTES);
	buf_init(&prose, PROSE_MAX);
	code = desk_open(&d, c);
	if (code == 0)
		code = env_read_file(c->argv[1], &json, d.e);
	if (code == 0 && prose_path != NULL)
		code = env_read_file(prose_path, &prose, d.e);
	if (code == 0)
		code = server_publish(&d.server, buf_view(&json), buf_view(&prose), d.e);
	if (code == 0)
		code = tell(c, buf_view(&json), true);
	buf_release(&json);
	buf_release(&prose);
	desk_close(&d);
	return code;
}

static int run(struct cli *c)
{
	int code = cli_arguments(c, 1, 3);

	if (code == 0 && strcmp(c->argv[0], "check") == 0)
		return check(c);
	if (code == 0 && strcmp(c->argv[0], "publish") == 0)
		return publish(c);
	return code != 0 ? code : cli_unknown(c, c->argv[0]);
}

const struct cli_command dongbod_pack = {
	"pack", "check FILE | check OLD NEW | publish FILE [--prose FILE]", "prose=",
	{ "Kiểm tra, công bố bộ biểu mẫu", "Check and publish form packs" },
	{ "Phiên bản mới chỉ được thêm, không được đổi hay bỏ những gì đã có; check với hai tệp cho "
	  "biết\n"
	  "điều gì sẽ xảy ra với hồ sơ lập theo bản cũ. Tệp --prose chứa những\n"
	  "câu chữ hay gặp, để nén tốt hơn khi gửi.\n\n"
	  "Ví dụ:\n"
	  "  dongbod pack check songlo-nq06.json\n"
	  "  dongbod pack check old.json new.json\n"
	  "  dongbod pack publish songlo-nq06.json --prose songlo-nq06.dict.txt",
	  "A new version may only add, never change or drop what is there; check with two files says\n"
	  "what would happen to records under the old one. The file of --prose holds\n"
	  "phrases that are often typed, for better compression.\n\n"
	  "Examples:\n"
	  "  dongbod pack check songlo-nq06.json\n"
	  "  dongbod pack check old.json new.json\n"
	  "  dongbod pack publish songlo-nq06.json --prose songlo-nq06.dict.txt" },
	run
};
