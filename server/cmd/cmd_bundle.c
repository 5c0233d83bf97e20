/* dongbod bundle: a stick with the bundles of many units, in one command. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/system/bundle.h"
#include "common/text/sentence.h"
#include "server/exchange/stick.h"
#include "server/cmd/cmd.h"

struct sum {
	uint64_t attached, attached_bytes;
	const struct stick_file *unanswered; /* the first of those that are in without an answer */
	uint64_t bad, came, known, waits, saves_refused, answers, replies, again;
};

static json_t *problems_json(const struct stick_file *f)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < f->problem_count; i++)
		json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "code",
						      err_name(f->problems[i].code), "stream",
						      (json_int_t)f->problems[i].stream, "seq",
						      (json_int_t)f->problems[i].seq));
	return list;
}

/* desk_add_units makes a code of the stream. */
static json_t *file_json(const struct stick_file *f)
{
	char device[17] = "";
	json_t *j;

	if (f->device != 0)
		snprintf(device, sizeof device, "%016" PRIx64, f->device);
	j = json_pack("{s:o, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:I, s:I, s:I, s:b}",
		      "file", cli_path(f->path), "outcome", err_name(f->code), "device", device, "bundle",
		      (json_int_t)f->number, "part", (json_int_t)f->part, "new",
		      (json_int_t)f->came, "known", (json_int_t)f->known, "waiting",
		      (json_int_t)f->waits, "refused", (json_int_t)f->refused, "saves_refused",
		      (json_int_t)f->saves_refused, "attached", (json_int_t)f->attached,
		      "attached_bytes", (json_int_t)f->attached_bytes, "problems", problems_json(f),
		      "answer", f->answer == NULL ? json_null() : cli_path(f->answer), "answers", (json_int_t)f->answers,
		      "again", (json_int_t)f->again, "early", (json_int_t)f->early, "asked", f->asked);
	if (f->unit != 0)
		json_object_set_new(j, "stream", json_integer((json_int_t)f->unit));
	return j;
}

static void add_up(struct sum *sum, const struct stick_file *f)
{
	sum->replies += f->reply;
	if (f->code != 0 && f->taken && sum->unanswered == NULL)
		sum->unanswered = f;
	else if (f->code != 0 || f->problem_count > 0)
		sum->bad++;
	sum->came += f->came;
	sum->known += f->known;
	sum->waits += f->waits;
	sum->again += f->again + f->asked;
	sum->saves_refused += f->saves_refused;
	sum->attached += f->attached;
	sum->attached_bytes += f->attached_bytes;
	sum->answers += f->answers;
}

/* In a word; sentences stand below the table. */
static const char *outcome(const struct cli *c, const struct stick_file *f)
{
	if (f->code != 0 && f->taken)
		return CLI_TEXT(c, "đã nhận, CHƯA TRẢ LỜI, xem dưới", "taken in, NOT ANSWERED, see below");
	if (f->code != 0)
		return CLI_TEXT(c, "LỖI, xem dưới", "ERROR, see below");
	if (f->early > 0)
		return CLI_TEXT(c, "CHƯA DÙNG ĐƯỢC, xem dưới", "OF NO USE YET, see below");
	if (f->problem_count > 0)
		return CLI_TEXT(c, "có gói không nhận, xem dưới", "some not taken, see below");
	if (f->asked)
		return CLI_TEXT(c, "đã khôi phục, hỏi máy này là ai", "restored: asks who this is");
	return f->answers > 0 ? CLI_TEXT(c, "đã trả lời", "answered") :
				CLI_TEXT(c, "trả lời ở tệp khác của máy này",
					 "answered with another file of that computer");
}

static int print_table(struct desk *d, const struct stick_file *files, size_t count,
		       const json_t *list)
{
	struct cli *c = d->cli;
	const char *const headings[] = {
		CLI_TEXT(c, "ĐƠN VỊ", "UNIT"), CLI_TEXT(c, "MÁY", "COMPUTER"),
		CLI_TEXT(c, "CHUYẾN", "BUNDLE"), CLI_TEXT(c, "MỚI", "NEW"),
		CLI_TEXT(c, "ĐÃ CÓ", "KNOWN"), CLI_TEXT(c, "CHỜ", "WAITING"),
		CLI_TEXT(c, "KẾT QUẢ", "OUTCOME"), CLI_TEXT(c, "TỆP", "FILE")
	};
	struct cli_table *t = cli_table_new(8, headings);
	size_t i, row = 0;
	int code;

	for (i = 0; i < count; i++) {
		const struct stick_file *f = &files[i];
		char a[32], pc[8], number[48] = "", came[32], known[32], waits[32];
		const json_t *j;

		if (f->reply)
			continue;
		j = json_array_get(list, row++);
		snprintf(pc, sizeof pc, "%.6s", desk_text(j, "device", a));
		if (f->number > 0)
			snprintf(number, sizeof number, "%" PRIu64 "-%" PRIu64, f->number, f->part);
		snprintf(came, sizeof came, "%" PRIu64, f->came);
		snprintf(known, sizeof known, "%" PRIu64, f->known);
		snprintf(waits, sizeof waits, "%" PRIu64, f->waits);
		cli_table_row(t, (const char *[8]){ desk_text(j, "unit", a), pc, number, came, known,
						    waits, outcome(c, f), bundle_base(f->path) });
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}

/* What went wrong with a file, a line for each thing. */
static void print_troubles(struct cli *c, const struct stick_file *f)
{
	struct buf line;
	size_t i;

	buf_init(&line, 16384);
	if (f->code != 0) {
		sentence_error(&f->err, c->lang, &line);
		if (f->taken)
			buf_printf(&line, " %s", CLI_TEXT(c, "Những gì trong tệp đã nhận đủ; ghi trả lời vào nơi "
							     "khác: --out THƯ_MỤC.",
							  "All that it brings is in; write the answer elsewhere: "
							  "--out DIR."));
		cli_line(stdout, buf_view(&line));
	}
	if (f->early > 0) {
		buf_clear(&line);
		buf_printf(&line, "%s: %s", bundle_base(f->path),
			   CLI_TEXT(c, "nối sau một phần chưa đến. Giữ tệp này, đọc tệp của phần trước, rồi đọc lại.",
				    "goes on from a part that has not come. Keep it, read the part before it, then "
				    "read it again."));
		cli_line(stdout, buf_view(&line));
	}
	for (i = 0; i < f->problem_count; i++) {
		struct err e = { .code = f->problems[i].code };

		buf_clear(&line);
		snprintf(e.subject, sizeof e.subject, "%" PRIu64 "/%" PRIu64, f->problems[i].stream,
			 f->problems[i].seq);
		buf_printf(&line, "%s: ", bundle_base(f->path));
		sentence_error(&e, c->lang, &line);
		cli_line(stdout, buf_view(&line));
	}
	buf_release(&line);
}

static void print_sum(struct cli *c, size_t count, const struct sum *sum)
{
	printf(CLI_TEXT(c, "\n%zu tệp, %" PRIu64 " có lỗi. Gói mới: %" PRIu64 ", đã có: %" PRIu64
			   ", đang chờ: %" PRIu64 ". Tệp trả lời: %" PRIu64 ".\n",
			"\n%zu files, %" PRIu64 " with errors. New packets: %" PRIu64 ", known: %"
			PRIu64 ", waiting: %" PRIu64 ". Answers: %" PRIu64
			" files.\n"),
	       count - (size_t)sum->replies, sum->bad, sum->came, sum->known, sum->waits,
	       sum->answers);
	if (sum->attached_bytes > 0)
		printf(CLI_TEXT(c, "Tệp đính kèm: %" PRIu64 " đã đủ (%" PRIu64 " byte).\n",
				"Attached files: %" PRIu64 " whole by this (%" PRIu64 " bytes).\n"),
		       sum->attached, sum->attached_bytes);
	if (sum->saves_refused > 0)
		printf(CLI_TEXT(c, "%" PRIu64 " lần nhập bị từ chối: dongbod refused.\n",
				"%" PRIu64 " saves were refused: dongbod refused.\n"),
		       sum->saves_refused);
	if (sum->again > 0)
		printf("%s\n", CLI_TEXT(c, "Máy chủ này đã khôi phục từ bản sao lưu; có máy chưa biết: đọc trả lời "
					   "rồi ghi thêm một chuyến nữa.",
					"This server was restored from a backup, and some computers have not heard "
					"of it: they\nread the answers, and write one more bundle."));
	if (sum->waits > 0)
		printf("%s\n", CLI_TEXT(c, "Chờ gì, chờ ai: dongbod held.",
					"What they wait for: dongbod held."));
}

static int tell_files(struct desk *d, const struct stick_file *files, size_t count, json_t *out)
{
	json_t *list = json_array();
	struct sum sum = { 0 };
	size_t i;
	int code;

	for (i = 0; i < count; i++) {
		add_up(&sum, &files[i]);
		if (!files[i].reply)
			json_array_append_new(list, file_json(&files[i]));
	}
	json_object_set_new(out, "files", list);
	json_object_set_new(out, "bad", json_integer((json_int_t)sum.bad));
	json_object_set_new(out, "new", json_integer((json_int_t)sum.came));
	json_object_set_new(out, "known", json_integer((json_int_t)sum.known));
	json_object_set_new(out, "waiting", json_integer((json_int_t)sum.waits));
	json_object_set_new(out, "attached", json_integer((json_int_t)sum.attached));
	json_object_set_new(out, "answers", json_integer((json_int_t)sum.answers));
	code = desk_add_units(d, list);
	if (code == 0 && !cli_json(d->cli, out)) {
		code = print_table(d, files, count, list);
		for (i = 0; i < count; i++)
			print_troubles(d->cli, &files[i]);
		print_sum(d->cli, count, &sum);
	}
	if (code == 0 && sum.bad > 0)
		code = err_set(d->e, ERR_FILES_BAD, "%" PRIu64, sum.bad);
	else if (code == 0 && sum.unanswered != NULL)
		code = err_set(d->e, sum.unanswered->code, "%s", sum.unanswered->err.subject);
	return code;
}

/* Nothing, or answers alone. */
static int no_files(struct desk *d)
{
	buf_printf(&d->cli->said, CLI_TEXT(d->cli, "Ở đây không có tệp nào gửi lên máy chủ: %s",
					   "There is no file for the server here: %s"),
		   d->cli->argv[1]);
	return err_set(d->e, ERR_NO_FILE, "%s", d->cli->argv[1]);
}

static int list_files(struct desk *d, struct stick_file **files, size_t *count, bool *many)
{
	struct cli *c = d->cli;
	char **paths = &c->argv[1];
	size_t i;
	int code = 0;

	*many = c->argc == 2 && env_kind(c->argv[1]) == ENV_FOLDER;
	*count = (size_t)c->argc - 1;
	if (*many)
		code = bundle_list(c->argv[1], &d->arena, &paths, count, d->e);
	if (code == 0)
		*files = arena_array(&d->arena, *count + 1, sizeof **files);
	if (code == 0 && *files == NULL)
		code = err_set(d->e, ERR_NOMEM, "files");
	for (i = 0; i < *count && code == 0; i++) {
		(*files)[i].path = paths[i];
		if (env_kind(paths[i]) == ENV_NONE)
			code = err_set(d->e, ERR_NO_FILE, "%s", paths[i]);
	}
	return code;
}

static int read_it(struct desk *d)
{
	const char *out = cli_option(d->cli, "out");
	struct stick_file *files = NULL;
	json_t *j = json_object();
	size_t count = 0, replies = 0, i;
	bool many = false;
	int code = 0;

	if (strcmp(d->cli->argv[0], "read") != 0)
		code = cli_unknown(d->cli, d->cli->argv[0]);
	if (code == 0 && out != NULL && env_kind(out) != ENV_FOLDER)
		code = err_set(d->e, ERR_NO_FILE, "%s", out);
	if (code == 0)
		code = list_files(d, &files, &count, &many);
	if (code == 0)
		code = stick_read(&d->server, files, count, many, out, &d->arena, d->e);
	for (i = 0; i < count; i++)
		replies += files[i].reply;
	if (code == 0)
		code = replies == count ? no_files(d) : tell_files(d, files, count, j);
	/* Where there are answers now; that they are there is what counts. */
	if (many || out != NULL)
		(void)bundle_put_readme(out != NULL ? out : d->cli->argv[1], NULL);
	json_decref(j);
	return code;
}

static int run(struct cli *c)
{
	return desk_run(c, 2, -1, read_it);
}

const struct cli_command dongbod_bundle = {
	"bundle", "read DIR|FILE... [--out DIR]", "out=",
	{ "Nhận các tệp đồng bộ mang đến bằng USB và ghi tệp trả lời",
	  "Take in messages from a stick and write the answers" },
	{ "Nhận mọi tệp *.dongbo trong thư mục (của nhiều đơn vị một lúc) rồi ghi bên cạnh các tệp\n"
	  "*.reply.dongbo cho từng máy; --out ghi vào thư mục khác. Tệp hỏng được nêu tên, các tệp\n"
	  "khác vẫn nhận đủ; mã kết thúc 5 nếu có tệp hỏng. Đọc lại không sao.\n\n"
	  "Ví dụ:\n  dongbod bundle read /media/usb\n"
	  "  dongbod bundle read thu.dongbo --out /tmp/tra-loi",
	  "Takes in every *.dongbo of the folder (of many units at once) and writes a *.reply.dongbo\n"
	  "beside it for each computer; --out puts them into another folder. A bad file is named,\n"
	  "the others are taken in all the same; the status is 5 if there was one. Reading again\n"
	  "does no harm.\n\n"
	  "Examples:\n  dongbod bundle read /media/usb\n"
	  "  dongbod bundle read mail.dongbo --out /tmp/answers" },
	run
};
