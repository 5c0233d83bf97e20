/* dongbo files, fetch, open: where attached files are, getting them, looking at them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/cmd/cmd.h"
#include "client/sync/attach_way.h"
#include "common/cli/cli_attach.h"

enum { CHECK_MEMORY = 256 * 1024 * 1024 };

static const char *where(struct cli *c, const char *standing, bool pending, uint64_t held,
			 uint64_t size, char out[120])
{
	int percent = size == 0 ? 0 : (int)(held * 100 / size);

	if (strcmp(standing, "sent") == 0)
		snprintf(out, 120, "%s", CLI_TEXT(c, "ở máy này và ở máy chủ", "here and at the server"));
	else if (strcmp(standing, "here") == 0 && pending)
		snprintf(out, 120, "%s", CLI_TEXT(c, "ở máy này, gửi sau hồ sơ", "here, to go after the record"));
	else if (strcmp(standing, "here") == 0)
		snprintf(out, 120, CLI_TEXT(c, "ở máy này, máy chủ đã nhận %d%%", "here, %d%% at the server"),
			 percent);
	else if (strcmp(standing, "wanted") == 0)
		snprintf(out, 120, CLI_TEXT(c, "đang lấy về, %d%%", "being fetched, %d%%"), percent);
	else
		snprintf(out, 120, "%s", CLI_TEXT(c, "không ở máy này (dongbo fetch)", "not here (dongbo fetch)"));
	return out;
}

/* The files of the record that the first argument names, or the one of a row. */
static int find_files(struct session *s, uint64_t *stream, struct attached **list, size_t *count)
{
	struct rid record = RID_NONE;
	int code = session_find(s, s->cli->argv[0], stream, &record);

	return code != 0 ? code : attach_of(s->replica, *stream, record, &s->arena, list, count, s->e);
}

static int list_files(struct session *s)
{
	struct attached *list = NULL;
	uint64_t stream = 0;
	size_t count = 0, i;
	const char **places;
	json_t *out = json_array();
	int code = find_files(s, &stream, &list, &count);

	places = arena_array(&s->arena, count + 1, sizeof *places);
	if (code == 0 && places == NULL)
		code = err_set(s->e, ERR_NOMEM, "files");
	for (i = 0; i < count && code == 0; i++) {
		const char *standing = "";
		char *text = arena_alloc(&s->arena, 120);
		uint64_t held = 0;
		json_t *j;

		code = text == NULL ? err_set(s->e, ERR_NOMEM, "files") :
				      way_standing(&s->client, &list[i], &standing, &held, s->e);
		if (code != 0)
			break;
		places[i] = where(s->cli, standing, list[i].pending, held, list[i].size, text);
		j = attach_json(stream, &list[i], s->cli->lang);
		json_object_set_new(j, "standing", json_string(standing));
		json_object_set_new(j, "held", json_integer((json_int_t)held));
		json_array_append_new(out, j);
	}
	if (code == 0 && !cli_json(s->cli, out)) {
		if (count == 0)
			printf("%s\n", CLI_TEXT(s->cli, "Hồ sơ này không có tệp đính kèm.",
						"This record has no attached files."));
		else
			code = cli_attach_table(s->cli, stream, list, count, places);
	}
	json_decref(out);
	return code;
}

static void found(void *ctx, const char *place, const char *what)
{
	json_array_append_new(ctx, json_pack("{s:s, s:s}", "place", place, "what", what));
}

/* --check: whether every file here is what it was. */
static int check(struct session *s)
{
	struct cli *c = s->cli;
	json_t *list = json_array(), *result, *j;
	struct fsck f = { .found = found, .ctx = list };
	uint8_t (*damaged)[HASH_SIZE];
	size_t bad = 0, i;
	struct arena a;
	int64_t n = 0;
	int code = db_number(s->client.db, s->e, 0, &n, "SELECT count(*) FROM attach_file", "");

	arena_init(&a, CHECK_MEMORY);
	if (code == 0)
		code = attach_fsck(&f, s->client.db, s->client.dir, &a, &damaged, &bad, s->e);
	arena_release(&a);
	if (code == 0) {
		result = json_pack("{s:I, s:b, s:O}", "files", (json_int_t)n, "ok", bad == 0, "found",
				   list);
		if (!cli_json(c, result)) {
			printf(CLI_TEXT(c, "Đã kiểm tra %" PRId64 " tệp: %zu hỏng hoặc mất.\n",
					"Checked %" PRId64 " files: %zu damaged or gone.\n"), n, bad);
			json_array_foreach(list, i, j)
				printf("  %s %s\n", json_string_value(json_object_get(j, "place")),
				       json_string_value(json_object_get(j, "what")));
		}
		json_decref(result);
	}
	json_decref(list);
	return code != 0 || bad == 0 ? code : err_set(s->e, ERR_FILE_DAMAGED, "%zu", bad);
}

int session_files(struct session *s, json_t *j)
{
	struct cli *c = s->cli;
	struct way_counts n;
	char up[32], down[32];
	int code = way_count(&s->client, &n, s->e);

	if (code != 0)
		return code;
	if (c->json) {
		json_object_set_new(j, "files", json_pack("{s:I, s:I, s:I, s:I, s:I, s:s}", "to_send",
			(json_int_t)n.up, "to_send_bytes", (json_int_t)n.up_bytes, "wanted",
			(json_int_t)n.wanted, "wanted_bytes", (json_int_t)n.wanted_bytes, "stuck",
			(json_int_t)n.stuck, "problem", n.problem == 0 ? "" : err_name(n.problem)));
		return 0;
	}
	if (n.up > 0)
		printf(CLI_TEXT(c, "Tệp đính kèm chờ gửi: %" PRId64 " tệp, còn %s\n",
				"Attached files to be sent: %" PRId64 ", %s left\n"), n.up,
		       cli_attach_size((uint64_t)n.up_bytes, c->lang, up));
	if (n.wanted > 0)
		printf(CLI_TEXT(c, "Tệp đính kèm đang lấy về: %" PRId64 " tệp, %s\n",
				"Attached files being fetched: %" PRId64 ", %s\n"), n.wanted,
		       cli_attach_size((uint64_t)n.wanted_bytes, c->lang, down));
	if (n.stuck > 0)
		printf(CLI_TEXT(c, "Máy chủ chưa nhận được %" PRId64 " tệp trong số đó (%s); lần đồng bộ sau "
				   "thử lại.\n",
				"The server could not take %" PRId64 " of them (%s); it is tried again at "
				"the next synchronisation.\n"), n.stuck, err_name(n.problem));
	return 0;
}

/* Where nothing waits that is said, too. */
static int say_none(struct session *s)
{
	struct way_counts n;
	int code = way_count(&s->client, &n, s->e);

	if (code == 0 && n.up + n.wanted == 0)
		printf("%s\n", CLI_TEXT(s->cli, "Không có tệp đính kèm nào chờ gửi hay đang lấy về.",
					"No attached file waits to be sent or fetched."));
	return code;
}

static int files(struct session *s)
{
	json_t *j;
	int code;

	if (cli_option(s->cli, "check") != NULL)
		return check(s);
	if (s->cli->argc > 0)
		return list_files(s);
	j = json_object();
	code = session_files(s, j);
	if (code == 0 && !cli_json(s->cli, j))
		code = say_none(s);
	json_decref(j);
	return code;
}

static int run_files(struct cli *c)
{
	return session_run(c, 0, 1, files);
}

const struct cli_command cmd_files = {
	"files", "[ID] [--check]", "check",
	{ "Xem tệp đính kèm của một hồ sơ", "Show the attached files of a record" },
	{ "Không có MÃ: những tệp đang chờ gửi hay đang lấy về. --check đọc lại mọi tệp trên máy này, so "
	  "với\nmã kiểm tra.\n\nVí dụ:\n  dongbo files k3f7q\n  dongbo files --check",
	  "Without an ID: what waits to be sent or fetched. --check reads every file on this computer "
	  "again and\ncompares it with its hash.\n\nExamples:\n  dongbo files k3f7q\n  dongbo files --check" },
	run_files
};

/* Marks them; the next synchronisation, or stick, brings them. */
static int want(struct session *s, struct attached *list, size_t count, size_t *marked)
{
	bool stop = cli_option(s->cli, "stop") != NULL;
	size_t i;
	int code = 0;

	for (i = 0, *marked = 0; i < count && code == 0; i++) {
		if (list[i].here)
			continue;
		code = way_want(&s->client, &list[i], !stop, s->e);
		*marked += code == 0;
	}
	return code;
}

static int fetch(struct session *s)
{
	struct cli *c = s->cli;
	struct attached *list = NULL;
	uint64_t stream = 0;
	size_t count = 0, marked = 0;
	json_t *j;
	int code = find_files(s, &stream, &list, &count);

	if (code == 0)
		code = cli_attach_pick(c, 1, list, &count);
	if (code == 0)
		code = want(s, list, count, &marked);
	if (code != 0)
		return code;
	j = json_pack("{s:I, s:I}", "files", (json_int_t)count, "wanted", (json_int_t)marked);
	if (!cli_json(c, j) && cli_option(c, "stop") != NULL)
		printf("%s\n", CLI_TEXT(c, "Thôi không lấy nữa.", "No longer fetched."));
	else if (!c->json && marked == 0)
		printf("%s\n", CLI_TEXT(c, "Tệp đã ở máy này: xem bằng dongbo open.",
					"The file is here: look at it with dongbo open."));
	else if (!c->json)
		printf("%s\n", CLI_TEXT(c, "Sẽ lấy về ở lần đồng bộ (dongbo sync) hoặc chuyến USB tới.",
					"It comes with the next synchronisation (dongbo sync) or stick."));
	json_decref(j);
	return 0;
}

static int run_fetch(struct cli *c)
{
	return session_run(c, 1, -1, fetch);
}

const struct cli_command cmd_fetch = {
	"fetch", "ID [N...] [--stop]", "stop",
	{ "Lấy về tệp đính kèm ở nơi khác", "Get attached files that are elsewhere" },
	{ "Tệp do máy khác đính kèm chỉ về máy này khi cần. N là số thứ tự (dongbo files); không có thì "
	  "lấy\nhết. --stop thôi không lấy nữa.\n\nVí dụ:\n  dongbo fetch k3f7q && dongbo sync",
	  "Files that were attached elsewhere come to this computer only when they are needed. N is their "
	  "number\n(dongbo files), all of them without one. --stop fetches them no longer.\n\n"
	  "Example:\n  dongbo fetch k3f7q && dongbo sync" },
	run_fetch
};

static int open_one(struct session *s, const struct attached *f, json_t *paths)
{
	char path[4096];
	int code = f->here ? cli_attach_open(s->cli, s->client.dir, f, path) :
			     err_set(s->e, ERR_FILE_ABSENT, "%.*s", (int)(f->name.len > 120 ? 120 : f->name.len),
				     (const char *)f->name.at);

	if (code == 0 && !s->cli->json)
		printf("%s\n", path);
	if (code == 0)
		json_array_append_new(paths, json_string(path));
	return code;
}

static int open_files(struct session *s)
{
	struct cli *c = s->cli;
	struct attached *list = NULL;
	uint64_t stream = 0;
	size_t count = 0, marked = 0, i;
	json_t *paths = json_array();
	int code = find_files(s, &stream, &list, &count);

	if (code == 0)
		code = cli_attach_pick(c, 1, list, &count);
	for (i = 0; i < count && code == 0; i++)
		code = open_one(s, &list[i], paths);
	if (code == ERR_FILE_ABSENT && s->client.restored == 0) {
		struct err kept = *s->e;

		/* Whoever wants to see it wants it here. */
		if (want(s, list, count, &marked) == 0 && marked > 0)
			buf_printf(&c->said, "%s", CLI_TEXT(c,
				"Tệp chưa có trên máy này; sẽ lấy về ở lần đồng bộ (dongbo sync) tới, rồi mở lại.",
				"The file is not on this computer; the next synchronisation (dongbo sync) brings "
				"it, then open it again."));
		*s->e = kept;
	}
	if (code == 0)
		cli_json(c, paths);
	json_decref(paths);
	return code;
}

static int run_open(struct cli *c)
{
	return session_run(c, 1, -1, open_files);
}

const struct cli_command cmd_open = {
	"open", "ID [N...] [--out PATH]", "out=",
	{ "Mở tệp đính kèm để xem", "Look at an attached file" },
	{ "Xem một bản chép bằng chương trình của máy. --out chép ra thư mục, hay thành tệp mới. MÃ là mã "
	  "của\nhồ sơ hay của dòng tệp. Tệp chưa có trên máy này thì lần đồng bộ sau lấy về.\n\n"
	  "Ví dụ:\n  dongbo open k3f7q 1\n  dongbo open k3f7q --out /media/usb",
	  "Shows a copy with the machine's own program. --out copies it into a folder, or to a new file. ID "
	  "is the\nrecord's or the file's row's. What is not here is brought by the next "
	  "synchronisation.\n\n"
	  "Examples:\n  dongbo open k3f7q 1\n  dongbo open k3f7q --out /media/usb" },
	run_open
};
