/* dongbod fsck: checks the whole store against its own log. */
#include <stdio.h>
#include <sys/stat.h>

#include "server/cmd/cmd.h"
#include "server/fsck.h"

/* A replay that is larger than this goes to a file, not into memory. */
enum { IN_MEMORY_MAX = 256 * 1024 * 1024 };

struct printing {
	struct cli *cli;
	json_t *list;
};

static void found(void *ctx, const char *place, const char *what)
{
	struct printing *p = ctx;
	char line[800];

	if (p->cli->json) {
		json_array_append_new(p->list, json_pack("{s:s, s:s}", "place", place, "what",
							 what));
		return;
	}
	snprintf(line, sizeof line, "%s: %s", place, what);
	desk_print(line);
}

static void progress(void *ctx, int64_t done, int64_t total)
{
	struct printing *p = ctx;

	cli_progress(p->cli, done, total);
}

static const char *scratch_path(const struct cli *c, char path[4200])
{
	struct stat st;

	snprintf(path, 4200, "%.4000s/store.db", c->data);
	if (stat(path, &st) != 0 || st.st_size <= IN_MEMORY_MAX)
		return ":memory:";
	snprintf(path, 4200, "%.4000s/fsck.db", c->data);
	return path;
}

static int run(struct cli *c)
{
	struct printing p = { c, NULL };
	struct fsck f = { .env = env_os(), .found = found, .progress = progress, .ctx = &p };
	char path[4200];
	json_t *j;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	p.list = json_array();
	f.scratch = scratch_path(c, path);
	code = server_fsck(&f, c->data, &c->err);
	if (code == 0) {
		j = json_pack("{s:b, s:I, s:I, s:I, s:O}", "ok", f.count == 0, "items",
			      (json_int_t)f.items, "records", (json_int_t)f.records, "count",
			      (json_int_t)f.count, "found", p.list);
		if (!cli_json(c, j))
			printf(CLI_TEXT(c, "Đã kiểm tra %lld mục nhật ký, %lld hồ sơ: %zu chỗ "
			  "sai.\n",
					"Checked %lld log items, %lld records: %zu wrong.\n"),
			       (long long)f.items, (long long)f.records, f.count);
		json_decref(j);
		if (f.count > 0)
			code = err_set(&c->err, ERR_CORRUPT, "%zu", f.count);
	}
	json_decref(p.list);
	return code;
}

const struct cli_command dongbod_fsck = {
	"fsck", "", "",
	{ "Kiểm tra toàn bộ kho dữ liệu", "Check the whole store" },
	{ "Mọi chữ ký, mọi chuỗi băm, mọi kết luận được tính lại từ nhật ký rồi so với kho. Mã "
	  "thoát 6\n"
	  "nếu có chỗ sai. Máy chủ đang chạy vẫn kiểm tra được.\n\nVí dụ:\n  dongbod fsck",
	  "Every signature, hash chain and verdict is made anew from the log and compared with "
	  "the\n"
	  "store. Exit status 6 where something is wrong. The server may go on running.\n\n"
	  "Example:\n  dongbod fsck" },
	run
};
