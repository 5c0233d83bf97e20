/* dongbo import: records from lines of JSON. A bad line is told and left out, the
 * good ones are kept; each line is a transaction of its own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "client/cmd.h"
#include "common/sentence.h"
#include "protocol/limits.h"

/* Lines between two commits: few commits, and little lost to a power cut. */
enum { BATCH = 200, LINE_MAX_BYTES = 4 * 1024 * 1024, MACHINE_FAILURE = 6 };

struct importing {
	struct session s;
	struct edit_keys *keys;
	struct buf author;
	json_t *bad;
	int64_t line, kept, unchanged, in_batch, bytes, total;
	bool dry;
};

/* Notes a bad line, and begins the draft anew. */
static void note_bad(struct importing *im, const struct type *t)
{
	struct session *s = &im->s;
	struct cli *c = s->cli;
	struct buf text;

	buf_init(&text, 8192);
	if (c->said.len == 0)
		session_edit_error(s, c->err.code, t);
	if (c->said.len > 0)
		buf_add(&text, buf_view(&c->said));
	else
		sentence_error(&c->err, c->lang, &text);
	json_array_append_new(im->bad,
			      json_pack("{s:I, s:s, s:s, s:s%}", "line", (json_int_t)im->line,
					"code", err_name(c->err.code), "subject", c->err.subject,
					"sentence", (char *)text.at, text.len));
	if (!c->json) {
		fprintf(stderr, "%s %lld: ", CLI_TEXT(c, "Dòng", "Line"), (long long)im->line);
		cli_line(stderr, buf_view(&text));
	}
	buf_release(&text);
	buf_clear(&c->said);
	c->err = (struct err){ 0 };
}

static void fresh_draft(struct importing *im)
{
	struct draft *d = &im->s.draft;
	uint64_t first = d->first;

	arena_clear(&im->s.arena);
	draft_init(d, &im->s.arena, im->s.client.unit, im->s.client.key.id, first);
	d->author = buf_view(&im->author);
}

static int take_json(struct importing *im, json_t *j)
{
	struct session *s = &im->s;
	const char *type = json_string_value(json_object_get(j, "type"));
	const struct type *t = type == NULL ? NULL :
			       schema_type_by_code(s->schema, bytes_str(type));
	struct rid id = RID_NONE;
	bool changed;
	int code;

	fresh_draft(im);
	code = edit_json(s->replica, s->schema, &s->draft, j, im->keys, &id, s->e);
	changed = s->draft.count > 0;
	if (code == 0)
		code = session_save_more(s, id);
	if (code == 0) {
		im->kept += changed;
		im->unchanged += !changed;
		return 0;
	}
	if (sentence_exit(code) == MACHINE_FAILURE)
		return code;
	edit_keys_undo(im->keys);
	note_bad(im, t);
	return 0;
}

static int take_line(struct importing *im, const char *text, size_t len)
{
	json_error_t why;
	json_t *j;
	int code;

	if (im->line == 1 && len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	if (strspn(text, " \t\r\n") >= len)
		return 0;
	j = len > LINE_MAX_BYTES ? NULL : json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (j == NULL) {
		err_set(im->s.e, ERR_BAD_INPUT, "%s", len > LINE_MAX_BYTES ? "4 MiB" : why.text);
		note_bad(im, NULL);
		return 0;
	}
	code = take_json(im, j);
	json_decref(j);
	return code;
}

static int begin(struct importing *im)
{
	int code = session_begin(&im->s);

	if (code == 0 && im->author.len == 0)
		buf_add(&im->author, im->s.draft.author);
	im->in_batch = 0;
	return code;
}

/* Commits what the batch has; a dry run keeps it open and lets it go at the end. */
static int commit(struct importing *im)
{
	if (im->dry)
		return 0;
	fresh_draft(im);
	return session_save(&im->s, RID_NONE);
}

static int take_lines(struct importing *im, FILE *f)
{
	struct cli *c = im->s.cli;
	char *text = NULL;
	size_t room = 0;
	ssize_t len;
	int code = begin(im);

	while (code == 0 && !*c->stop && (len = getline(&text, &room, f)) >= 0) {
		im->line++;
		im->bytes += len;
		code = take_line(im, text, (size_t)len);
		if (code == 0 && ++im->in_batch >= BATCH && !im->dry) {
			code = commit(im);
			if (code == 0)
				code = begin(im);
		}
		cli_progress(c, im->bytes, im->total);
	}
	if (code == 0 && ferror(f))
		code = err_set(&c->err, ERR_IO, "%s", strerror(errno));
	/* What was taken before a read error or a stop is good. */
	if (im->s.writing && (code == 0 || code == ERR_IO)) {
		struct err kept = c->err;
		int last = commit(im);

		c->err = code == 0 ? c->err : kept;
		code = code == 0 ? last : code;
	}
	cli_progress(c, 1, 1);
	free(text);
	return code;
}

static int report(struct importing *im)
{
	struct cli *c = im->s.cli;
	size_t bad = json_array_size(im->bad);

	if (c->json) {
		json_t *j = json_pack("{s:I, s:I, s:O, s:b, s:b}", "kept", (json_int_t)im->kept,
				      "unchanged", (json_int_t)im->unchanged, "bad", im->bad, "dry",
				      im->dry, "stopped", *c->stop != 0);

		cli_json(c, j);
		json_decref(j);
	} else {
		printf(im->dry ? CLI_TEXT(c, "Thử, chưa lưu: %lld hồ sơ nhập được, %lld không đổi, "
					     "%zu dòng lỗi.\n",
					  "Dry run, nothing saved: %lld records are good, %lld "
					  "unchanged, %zu bad lines.\n") :
				 CLI_TEXT(c, "Đã lưu trên máy này, chờ gửi: %lld hồ sơ; %lld không "
					     "đổi, %zu dòng lỗi.\n",
					  "Saved on this computer, to be sent: %lld records; %lld "
					  "unchanged, %zu bad lines.\n"),
		       (long long)im->kept, (long long)im->unchanged, bad);
	}
	if (*c->stop)
		return err_set(&c->err, ERR_STOPPED, CLI_TEXT(c, "dòng %lld", "line %lld"),
			       (long long)im->line);
	return bad == 0 ? 0 : err_set(&c->err, ERR_BAD_INPUT,
				      CLI_TEXT(c, "%zu dòng lỗi", "%zu bad lines"), bad);
}

static int import(struct importing *im)
{
	struct cli *c = im->s.cli;
	bool in = strcmp(c->argv[0], "-") == 0;
	FILE *f = in ? stdin : fopen(c->argv[0], "r");
	struct stat st;
	int code;

	if (f == NULL)
		return err_set(&c->err, errno == ENOENT ? ERR_NO_FILE : ERR_IO, "%s: %s",
			       c->argv[0], strerror(errno));
	if (!in && fstat(fileno(f), &st) == 0)
		im->total = st.st_size;
	code = take_lines(im, f);
	if (!in)
		fclose(f);
	return code != 0 ? code : report(im);
}

static int run(struct cli *c)
{
	struct importing im = { .dry = cli_option(c, "dry-run") != NULL };
	int code = cli_arguments(c, 1, 1);

	if (code != 0)
		return code;
	buf_init(&im.author, LIMIT_AUTHOR);
	im.bad = json_array();
	im.keys = edit_keys_new();
	code = session_open(&im.s, c);
	if (code == 0 && (im.bad == NULL || im.keys == NULL))
		code = err_set(&c->err, ERR_NOMEM, "import");
	if (code == 0)
		code = import(&im);
	session_close(&im.s);
	edit_keys_free(im.keys);
	json_decref(im.bad);
	buf_release(&im.author);
	return code;
}

const struct cli_command cmd_import = {
	"import", "FILE.jsonl [--dry-run]", "dry-run author=",
	{ "Nhập nhiều hồ sơ từ tệp JSONL", "Enter many records from a JSONL file" },
	{ "Mỗi dòng là một hồ sơ dạng JSON. Dòng lỗi được báo số dòng và lý do, các dòng đúng vẫn\n"
	  "được lưu. --dry-run chỉ thử, không lưu gì. \"key\" đặt tên cho một dòng để dòng sau "
	  "nhắc\n"
	  "tới; có \"id\" thì sửa hồ sơ đã có. Tên tệp - là đọc từ đầu vào chuẩn.\n\n"
	  "Ví dụ một dòng:\n"
	  "  {\"type\":\"staff\",\"key\":\"s1\",\"full_name\":\"Trần Thị "
	  "Mẫu\",\"birth\":\"20/10/1985\"}\n"
	  "  {\"type\":\"bonus\",\"person\":{\"key\":\"s1\"},\"amount\":50000000}\n\n"
	  "Ví dụ:\n  dongbo import can-bo.jsonl --dry-run\n  dongbo import can-bo.jsonl",
	  "One record as JSON a line. Bad lines are told with number and reason, good ones are\n"
	  "saved. --dry-run only tries. \"key\" names a line for later lines to refer to; with\n"
	  "\"id\" a record is changed. File - is the standard input.\n\n"
	  "Lines such as:\n"
	  "  {\"type\":\"staff\",\"key\":\"s1\",\"full_name\":\"Trần Thị "
	  "Mẫu\",\"birth\":\"1985-10-20\"}\n"
	  "  {\"type\":\"bonus\",\"person\":{\"key\":\"s1\"},\"amount\":50000000}\n\n"
	  "Examples:\n  dongbo import staff.jsonl --dry-run\n  dongbo import staff.jsonl" },
	run
};
