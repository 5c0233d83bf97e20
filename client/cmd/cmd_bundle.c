/* dongbo bundle: exchanging with the district by files, where there is no network. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/sync/stick.h"
#include "client/cmd/cmd.h"
#include "common/system/bundle.h"
#include "common/text/sentence.h"
#include "protocol/limits.h"

/* A file that was written, as it happens. */
static void tell_file(void *ctx, const char *path, size_t bytes, uint64_t changesets)
{
	json_t *files = ctx;

	json_array_append_new(files, json_pack("{s:o, s:I, s:I}", "file", cli_path(path), "bytes",
					       (json_int_t)bytes, "changesets",
					       (json_int_t)changesets));
}

static void print_written(struct session *s, const struct stick_written *w, const json_t *files)
{
	struct cli *c = s->cli;
	json_t *j;
	size_t i;

	printf(CLI_TEXT(c, "Chuyến số %" PRIu64 ": %" PRIu64 " gói trong %" PRIu64 " tệp (%" PRIu64
			   " byte):\n",
			"Bundle %" PRIu64 ": %" PRIu64 " packets in %" PRIu64 " files (%" PRIu64
			" bytes):\n"), w->number, w->changesets, w->parts, w->bytes);
	if (w->attached_bytes > 0)
		printf(CLI_TEXT(c, "  Tệp đính kèm trong đó: %" PRIu64 " trọn vẹn (%" PRIu64 " byte)\n",
				"  Attached files in it: %" PRIu64 " whole (%" PRIu64 " bytes)\n"),
		       w->attached, w->attached_bytes);
	json_array_foreach(files, i, j)
		printf("  %s\n", json_string_value(json_object_get(j, "file")));
	printf("%s\n", CLI_TEXT(c, "Đợi đèn USB tắt hẳn rồi rút ra, đưa đến cơ quan tiếp nhận. Khi USB trở về: "
				   "dongbo bundle read THƯ-MỤC",
				"Pull the stick out when its light is off, and take it to the receiving office. "
				"When it comes back: dongbo bundle read FOLDER"));
}

static int write_it(struct session *s)
{
	struct cli *c = s->cli;
	json_t *files = json_array(), *j;
	struct stick_options o = { .only_new = cli_option(c, "new") != NULL,
				   .no_files = cli_option(c, "no-files") != NULL };
	struct stick_written w = { .told = tell_file, .ctx = files };
	int64_t size = 0;
	int code = cli_arguments(c, 2, 2);

	if (code == 0)
		code = cli_size(c, "size", LIMIT_MESSAGE, STICK_SIZE_MIN, &size);
	if (code == 0) {
		o.place = c->argv[1];
		o.size = size < LIMIT_MESSAGE ? (size_t)size : LIMIT_MESSAGE;
		code = stick_write(&s->client, &o, &w, s->e);
	}
	if (code == ERR_NO_FILE && !bundle_may_be(c->argv[1]))
		buf_printf(&c->said, CLI_TEXT(c, "Không có thư mục này: %s (muốn ghi vào một tệp thì tên tệp phải có đuôi "
						 ".dongbo)",
					      "No such folder: %s (a file to write to is named .dongbo at its end)"),
			   c->argv[1]);
	if (code == ERR_LIMIT)
		code = cli_usage(c, CLI_TEXT(c, "một tệp không chứa hết những gì chờ gửi; hãy cho tên một "
						"thư mục thay cho %s",
					     "what waits does not fit into one file; name a folder in the "
					     "place of %s"), c->argv[1]);
	/* A stick that was full, or pulled out: what stands on it counts. */
	if (code == 0 || w.parts > 0) {
		j = json_pack("{s:I, s:I, s:I, s:I, s:I, s:O, s:b}", "bundle", (json_int_t)w.number,
			      "changesets", (json_int_t)w.changesets, "bytes", (json_int_t)w.bytes,
			      "attached", (json_int_t)w.attached, "attached_bytes",
			      (json_int_t)w.attached_bytes, "files", files, "whole", code == 0);
		if (!cli_json(c, j))
			print_written(s, &w, files);
		json_decref(j);
	}
	json_decref(files);
	return code;
}

/* --- reading --- */

static int list_files(struct session *s, struct stick_taken **files, size_t *count, bool *many)
{
	struct cli *c = s->cli;
	const char *place = c->argv[1];
	char **paths = &c->argv[1];
	size_t i;
	int code = 0;

	*many = c->argc == 2 && env_kind(place) == ENV_FOLDER;
	*count = (size_t)c->argc - 1;
	if (*many)
		code = bundle_list(place, &s->arena, &paths, count, s->e);
	if (code == 0)
		*files = arena_array(&s->arena, *count + 1, sizeof **files);
	if (code == 0 && *files == NULL)
		code = err_set(s->e, ERR_NOMEM, "files");
	for (i = 0; i < *count && code == 0; i++) {
		(*files)[i].path = paths[i];
		if (env_kind(paths[i]) == ENV_NONE)
			code = err_set(s->e, ERR_NO_FILE, "%s", paths[i]);
	}
	return code;
}

/* What became of one file, in words. */
static void put_outcome(struct cli *c, const struct stick_taken *f, struct buf *out)
{
	const struct exchange_result *r = &f->result;
	struct err e = f->err;

	if (f->code != 0) {
		/* The file stands at the line's beginning already. */
		if (!f->refused)
			e.subject[0] = '\0';
		if (f->refused)
			buf_printf(out, "%s: ", CLI_TEXT(c, "trả lời", "the answer"));
		sentence_error(&e, c->lang, out);
		return;
	}
	if (r->shows) {
		buf_printf(out, "%s", CLI_TEXT(c, "máy chủ đã khôi phục từ bản cũ, chưa biết máy này: hãy ghi "
						  "thêm một chuyến, dongbo bundle write",
					       "the server was restored and does not know this computer yet: "
					       "write one more, dongbo bundle write"));
		return;
	}
	if (r->gap)
		buf_printf(out, "%s", CLI_TEXT(c, "thiếu tệp trả lời trước nó; giữ lại, đọc sau. ",
					       "an answer before it is missing; keep it for "
					       "later. "));
	if (r->items_in + r->changesets_out + r->file_up + r->file_down == 0 && !r->gap &&
	    r->problems > 0)
		buf_printf(out, "%s", CLI_TEXT(c, "chưa có biên nhận mới", "no new receipts"));
	else if (r->items_in + r->changesets_out + r->file_up + r->file_down == 0 && !r->gap)
		buf_printf(out, "%s", CLI_TEXT(c, "không có gì mới, đã biết từ trước",
					       "nothing new, all of it was known"));
	else
		buf_printf(out, CLI_TEXT(c, "biên nhận cho %" PRIu64 " gói của máy này, %" PRIu64
					    " gói mới của nơi khác",
					 "receipts for %" PRIu64 " packets of this computer, %" PRIu64
					 " new ones of others"), r->changesets_out, r->items_in);
	if (r->file_up + r->file_down > 0)
		buf_printf(out, CLI_TEXT(c, "; tệp đính kèm: máy chủ nhận xong %" PRIu64 ", về đủ %" PRIu64,
					 "; attached files: %" PRIu64 " at the server, %" PRIu64
					 " whole here"), r->files_up, r->files_down);
	if (r->refused > 0)
		buf_printf(out, CLI_TEXT(c, "; %" PRIu64 " lần nhập bị từ chối: dongbo refused",
					 "; %" PRIu64 " saves were refused: dongbo refused"),
			   r->refused);
	if (r->problems > 0) {
		buf_printf(out, CLI_TEXT(c, "; %" PRIu64 " gói máy chủ chưa nhận. ",
					 "; the server has not taken %" PRIu64 ". "), r->problems);
		e = (struct err){ .code = r->first_problem.code };
		sentence_error(&e, c->lang, out);
	}
}

static void print_files(struct cli *c, const struct stick_taken *files, size_t count)
{
	struct buf line;
	size_t i;

	buf_init(&line, 16384);
	for (i = 0; i < count; i++) {
		if (files[i].other)
			continue;
		buf_clear(&line);
		buf_printf(&line, "%s: ", bundle_base(files[i].path));
		put_outcome(c, &files[i], &line);
		cli_line(stdout, buf_view(&line));
	}
	buf_release(&line);
}

static json_t *files_json(const struct stick_taken *files, size_t count)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		const struct stick_taken *f = &files[i];

		if (!f->other)
			json_array_append_new(list,
				json_pack("{s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:b}", "file",
					  cli_path(f->path),
					  "outcome", err_name(f->code), "changesets_out",
					  (json_int_t)f->result.changesets_out, "items_in",
					  (json_int_t)f->result.items_in, "files_up",
					  (json_int_t)f->result.files_up, "files_down",
					  (json_int_t)f->result.files_down, "refused",
					  (json_int_t)f->result.refused, "gap", f->result.gap,
					  "from_district", f->refused,
					  "shows", f->result.shows));
	}
	return list;
}

static int tell_read(struct session *s, const struct stick_taken *files, size_t count,
		     uint64_t removed)
{
	struct cli *c = s->cli;
	size_t i, bad = 0, other = 0;
	json_t *j;

	for (i = 0; i < count; i++) {
		bad += files[i].code != 0;
		other += files[i].other;
	}
	j = json_pack("{s:o, s:I, s:I, s:I}", "files", files_json(files, count), "others",
		      (json_int_t)other, "bad", (json_int_t)bad, "removed", (json_int_t)removed);
	if (!cli_json(c, j)) {
		print_files(c, files, count);
		if (other > 0)
			printf(CLI_TEXT(c, "%zu tệp khác không phải trả lời cho máy này.\n",
					"%zu other files are no answers to this computer.\n"), other);
		if (removed > 0)
			printf(CLI_TEXT(c, "Đã xóa %" PRIu64 " tệp xong việc.\n",
					"%" PRIu64 " files that are done with were deleted.\n"), removed);
	}
	json_decref(j);
	if (bad > 0)
		return err_set(s->e, ERR_FILES_BAD, "%zu", bad);
	if (other < count)
		return 0;
	buf_printf(&c->said, CLI_TEXT(c, "Ở đây chưa có trả lời nào của máy chủ cho máy này: %s",
				      "There is no answer to this computer here: %s"), c->argv[1]);
	return err_set(s->e, ERR_NO_FILE, "%s", c->argv[1]);
}

static int read_it(struct session *s)
{
	struct stick_taken *files = NULL;
	size_t count = 0;
	uint64_t removed = 0;
	bool many = false;
	int code = cli_arguments(s->cli, 2, -1);

	if (code == 0)
		code = list_files(s, &files, &count, &many);
	if (code == 0)
		code = stick_take(&s->client, files, count, many, s->e);
	if (code == 0 && many && cli_option(s->cli, "clean") != NULL)
		code = stick_clean(&s->client, s->cli->argv[1], &removed, s->e);
	return code == 0 ? tell_read(s, files, count, removed) : code;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 1, -1);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0 && strcmp(c->argv[0], "write") == 0)
		code = write_it(&s);
	else if (code == 0 && strcmp(c->argv[0], "read") == 0)
		code = read_it(&s);
	else if (code == 0)
		code = cli_unknown(c, c->argv[0]);
	session_close(&s);
	return code;
}

const struct cli_command cmd_bundle = {
	"bundle", "write DIR|FILE.dongbo [--size 500K] [--new] [--no-files] | read DIR|FILE... [--clean]",
	"size= new no-files clean",
	{ "Gửi và nhận bằng USB (hoặc thư điện tử) khi không có mạng",
	  "Exchange by stick (or mail) where there is no network" },
	{ "write ghi vào thư mục mọi thứ chưa có biên nhận, niêm phong, chia thành các tệp không quá\n"
	  "--size (nhiều nhất 4M); --new chỉ ghi những gì chưa chuyến nào mang. Một USB dùng chung\n"
	  "được cho nhiều đơn vị. Tệp đính kèm đi sau hồ sơ, trong chỗ còn trống của USB (--no-files: không\n"
	  "mang). read nhận các tệp trả lời của máy chủ; --clean xóa các tệp đã xong\n"
	  "việc của máy này. Ghi lại, đọc lại, có mạng giữa chừng đều không sao.\n\n"
	  "Ví dụ:\n  dongbo bundle write /media/usb\n  dongbo bundle write /media/usb --size 1M\n"
	  "  dongbo bundle write ~/gui-thu.dongbo\n  dongbo bundle read /media/usb --clean",
	  "write puts all that has no receipt into a folder, sealed, in files of at most --size (4M\n"
	  "at most); --new leaves out what an earlier bundle has. One stick serves many units. Attached\n"
	  "files go behind the records, as far as the stick has room (--no-files: none). read\n"
	  "takes in the server's answers; --clean deletes this computer's files that are done\n"
	  "with. Writing again, reading again, a network in between: none of it does harm.\n\n"
	  "Examples:\n  dongbo bundle write /media/usb\n  dongbo bundle write /media/usb --size 1M\n"
	  "  dongbo bundle write ~/by-mail.dongbo\n  dongbo bundle read /media/usb --clean" },
	run
};
