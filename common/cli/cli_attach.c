/* Reading files to be attached, putting them before people. */
#include "common/cli/cli_attach.h"

#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "common/text/sentence.h"
#include "common/text/text.h"
#include "protocol/limits.h"

extern char **environ;

int cli_attach_read(struct cli *c, const char *path, struct arena *a, struct buf *content,
		    struct bytes *name)
{
	const char *slash = strrchr(path, '/');
	int code = 0;

	if (env_kind(path) != ENV_FILE)
		code = env_kind(path) == ENV_NONE ? err_set(&c->err, ERR_NO_FILE, "%.150s", path) :
						    err_set(&c->err, ERR_BAD_INPUT, "%.150s", path);
	if (code == 0)
		code = env_read_file(path, content, &c->err);
	if (code == ERR_TOO_LARGE)
		buf_printf(&c->said, CLI_TEXT(c, "%s lớn hơn 64 MB. Quét lại với độ phân giải thấp hơn, "
						 "hoặc chia ra.",
					      "%s is larger than 64 MB. Scan it at a lower resolution, "
					      "or split it."), path);
	if (code == 0 && text_take(bytes_str(slash == NULL ? path : slash + 1), LIMIT_TEXT, a, name,
				   NULL) != 0)
		code = err_set(&c->err, ERR_BAD_INPUT, "%.150s", path);
	/* People's names for files have no end. */
	while (code == 0 && name->len > LIMIT_FILE_NAME) {
		name->len--;
		while (name->len > 0 && (name->at[name->len] & 0xc0) == 0x80)
			name->len--;
	}
	return code;
}

void cli_attach_refused(struct cli *c, const char *path)
{
	buf_clear(&c->said);
	buf_printf(&c->said, "%s: ", path);
	sentence_error(&c->err, c->lang, &c->said);
}

int cli_attach_pick(struct cli *c, int from, struct attached *list, size_t *count)
{
	struct attached *all;
	size_t n = 0;
	int i;

	if (*count == 0)
		return err_set(&c->err, ERR_FILE_ABSENT, "%s", c->argv[0]);
	if (c->argc <= from)
		return 0;
	all = calloc(*count, sizeof *all);
	if (all == NULL)
		return err_set(&c->err, ERR_NOMEM, "files");
	memcpy(all, list, *count * sizeof *all);
	for (i = from; i < c->argc; i++) {
		char *end;
		unsigned long k = strtoul(c->argv[i], &end, 10);

		if (*end != '\0' || k < 1 || k > *count || n == *count) {
			free(all);
			return cli_usage(c, CLI_TEXT(c, "%s: số thứ tự tệp từ 1 đến %zu (xem lệnh files)",
						     "%s: the number of a file, 1 to %zu (see files)"),
					 c->argv[i], *count);
		}
		list[n++] = all[k - 1];
	}
	free(all);
	*count = n;
	return 0;
}

/* A free name in a folder: "giay.pdf", "giay (2).pdf". */
static int free_path(struct cli *c, const char *folder, const char *name, char path[4096])
{
	const char *dot = strrchr(name, '.');
	int stem = (int)(dot == NULL ? strlen(name) : (size_t)(dot - name)), i;

	for (i = 1; i < 10000; i++) {
		if (i == 1)
			snprintf(path, 4096, "%.3900s/%s", folder, name);
		else
			snprintf(path, 4096, "%.3900s/%.*s (%d)%s", folder, stem, name, i,
				 dot == NULL ? "" : dot);
		if (env_kind(path) == ENV_NONE)
			return 0;
	}
	return err_set(&c->err, ERR_EXISTS, "%.150s", path);
}

/* Detached: what people look at stays open when this program ends. */
static bool show(const char *path)
{
	char *argv[] = { (char *)(uintptr_t)"xdg-open", (char *)(uintptr_t)path, NULL };
	int status = 0;
	pid_t pid;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0)
		return false;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int cli_attach_open(struct cli *c, const char *dir, const struct attached *f, char path[4096])
{
	const struct attach_kind *kind = NULL;
	const char *out = cli_option(c, "out");
	char name[ATTACH_KIND_NAMES], folder[4096];
	struct buf content;
	int code;

	buf_init(&content, LIMIT_ATTACHMENT);
	code = attach_load(dir, f->hash, &content, &c->err);
	if (code == 0)
		code = attach_kind_of(buf_view(&content), &kind, &c->err);
	attach_safe_name(f->name, kind, name);
	snprintf(folder, sizeof folder, "%.3900s/open", dir);
	if (code == 0 && out == NULL)
		code = env_make_dirs(folder, &c->err);
	if (code == 0 && out != NULL && env_kind(out) != ENV_FOLDER) {
		snprintf(path, 4096, "%.4000s", out);
		if (env_kind(out) != ENV_NONE)
			code = cli_usage(c, CLI_TEXT(c, "%s đã có", "%s is there already"), out);
	} else if (code == 0) {
		code = free_path(c, out != NULL ? out : folder, name, path);
	}
	if (code == 0)
		code = env_write_file(path, buf_view(&content), out != NULL ? 0600 : 0400, &c->err);
	buf_release(&content);
	if (code == 0 && out == NULL && !c->json && !show(path))
		fprintf(stderr, "%s\n", CLI_TEXT(c, "Máy này không có chương trình xem; tệp ở chỗ ghi dưới đây.",
						 "This machine has no program to show it; the file is where "
						 "it says below."));
	return code;
}

const char *cli_attach_size(uint64_t size, enum lang lang, char out[32])
{
	if (size < 1024)
		snprintf(out, 32, "%" PRIu64 " byte", size);
	else if (size < 1024 * 1024)
		snprintf(out, 32, "%" PRIu64 " KB", (size + 512) / 1024);
	else
		snprintf(out, 32, "%" PRIu64 "%c%" PRIu64 " MB", size / 1048576,
			 lang == LANG_EN ? '.' : ',', size % 1048576 * 10 / 1048576);
	return out;
}

int cli_attach_table(struct cli *c, uint64_t stream, const struct attached *list, size_t count,
		     const char *const *standing)
{
	const char *headings[] = { "TT", CLI_TEXT(c, "Mã", "Id"), CLI_TEXT(c, "Giấy tờ", "Paper"),
				   CLI_TEXT(c, "Tên tệp", "File"), CLI_TEXT(c, "Cỡ", "Size"),
				   CLI_TEXT(c, "Ở đâu", "Where") };
	struct cli_table *t = cli_table_new(6, headings);
	size_t i;
	int code;

	for (i = 0; i < count; i++) {
		json_t *j = attach_json(stream, &list[i], c->lang);
		char n[24], size[32];
		const char *cells[6] = { n, json_string_value(json_object_get(j, "short")),
					 json_string_value(json_object_get(j, "kind_label")),
					 json_string_value(json_object_get(j, "name")),
					 cli_attach_size(list[i].size, c->lang, size), standing[i] };

		snprintf(n, sizeof n, "%zu", i + 1);
		cli_table_row(t, cells);
		json_decref(j);
	}
	code = cli_table_print(t, &c->err);
	cli_table_free(t);
	return code;
}
