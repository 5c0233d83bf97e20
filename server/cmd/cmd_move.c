/* dongbod move, return, verify: an officer's word on records. Each needs what he looked
 * at to be the newest: without --version, that is the record as it stands. */
#include <stddef.h>

#include "server/cmd/cmd.h"
#include "server/identity/officer.h"
#include "server/register.h"

/* A step as its command names it: a state, or a word whose state the workflow knows. */
struct step {
	const char *state;
	const struct state *(*find)(const struct workflow *w, int64_t state, uint64_t role_bits);
};

/* The state that the step leads to from where the record stands, for this officer; where
 * there is none for him, that of others, so that he is told that it is not his to take. */
static int find_state(struct desk *d, uint64_t stream, struct rid id, const struct step *step,
		      const char **out)
{
	const struct state *to = NULL;
	const char *as = cli_option(d->cli, "as");
	const struct type *t;
	struct officer who;
	struct record rec;
	int code;

	*out = step->state;
	if (step->find == NULL)
		return 0;
	code = query_record(d->replica, stream, id, &d->arena, &rec, d->e);
	if (code == 0)
		code = officer_find(&d->server, bytes_str(as), &who, d->e);
	if (code != 0)
		return code;
	t = schema_type(d->schema, rec.type);
	if (t != NULL && t->workflow != NULL)
		to = step->find(t->workflow, rec.state, schema_role_bit(d->schema, who.role));
	if (t != NULL && t->workflow != NULL && to == NULL)
		to = step->find(t->workflow, rec.state, UINT64_MAX);
	if (to == NULL)
		return err_set(d->e, ERR_NO_MOVE, "%s", t == NULL ? "" : t->code);
	*out = to->code;
	return 0;
}

/* One record, one transaction in its unit's stream. */
static int move_one(struct desk *d, const char *name, const struct step *step)
{
	struct assignment *reasons;
	const char *state = NULL;
	uint64_t stream = 0;
	struct rid id;
	size_t count;
	int code = desk_pairs(d, "reason", &reasons, &count);

	if (code == 0)
		code = desk_find(d, name, &stream, &id);
	if (code == 0)
		code = desk_begin(d, stream);
	if (code == 0)
		code = find_state(d, stream, id, step, &state);
	if (code == 0)
		code = register_number(&d->server, d->schema, &d->draft, id, d->e);
	if (code == 0)
		code = edit_return(d->replica, d->schema, &d->draft, id,
				   bytes_str(state), reasons, count, d->e);
	if (code == 0)
		code = edit_sign(d->replica, d->schema, &d->draft, id, bytes_str(state), NULL,
				 d->e);
	if (code == 0)
		code = edit_move(d->replica, d->schema, &d->draft, id, bytes_str(state),
				 bytes_str(cli_option(d->cli, "remark")), d->e);
	if (code == 0)
		code = desk_save(d);
	return code == 0 ? desk_tell(d, stream, id) : code;
}

/* Records from argument `from` on; stops at the first that can't be moved. */
static int move_all(struct desk *d, const struct step *step, int from)
{
	struct cli *c = d->cli;
	int code = desk_options(d), i;

	if (code == 0 && c->argc - from > 1 && cli_option(c, "version") != NULL)
		code = cli_usage(c, CLI_TEXT(c, "--version chỉ đi với một hồ sơ",
					     "--version goes with one record"));
	for (i = from; i < c->argc && code == 0; i++) {
		code = move_one(d, c->argv[i], step);
		if (d->reading)
			db_end_read(d->server.db);
		d->reading = false;
	}
	return code;
}

static int move(struct desk *d)
{
	return move_all(d, &(struct step){ .state = d->cli->argv[0] }, 1);
}

static int give_back(struct desk *d)
{
	return move_all(d, &(struct step){ .find = workflow_return }, 0);
}

static int verify(struct desk *d)
{
	return move_all(d, &(struct step){ .find = workflow_verify }, 0);
}

static int run_move(struct cli *c)
{
	return desk_run(c, 2, -1, move);
}

static int run_return(struct cli *c)
{
	return desk_run(c, 1, -1, give_back);
}

static int run_verify(struct cli *c)
{
	return desk_run(c, 1, -1, verify);
}

const struct cli_command dongbod_move = {
	"move", "STATE ID... --as NAME [--remark TEXT] [--version VERSION]",
	"remark= reason= as= passphrase-file= version= unit=",
	{ "Chuyển hồ sơ sang một trạng thái khác", "Move records to another state" },
	{ "Trạng thái ghi bằng mã (dongbod show cho biết đi tiếp được tới đâu). Nhiều hồ sơ thì lần "
	  "lượt\n"
	  "từng hồ sơ, dừng ở hồ sơ đầu tiên không chuyển được. --reason MỤC=CÂU_CHỮ: như dongbod return.\n\n"
	  "Ví dụ:\n  dongbod move verifying k3f7q m2x9d --as \"Nguyễn Thị Mẫu\"",
	  "States by their codes. Several records are moved one after the other, up to the first "
	  "that\n"
	  "can't be. --reason FIELD=TEXT: as with dongbod return.\n\n"
	  "Example:\n  dongbod move verifying k3f7q m2x9d --as \"Nguyễn Thị Mẫu\"" },
	run_move
};

const struct cli_command dongbod_return = {
	"return", "ID... --remark TEXT [--reason FIELD=TEXT]... --as NAME [--version VERSION]",
	"remark= reason= as= passphrase-file= version= unit=",
	{ "Trả hồ sơ về đơn vị để bổ sung", "Send a record back to its unit" },
	{ "Với --reason, chỉ những mục được nêu mới mở lại cho đơn vị sửa; không có thì mở cả hồ "
	  "sơ.\n\n"
	  "Ví dụ:\n"
	  "  dongbod return k3f7q --remark \"Thiếu bản sao quyết định\" --as \"Nguyễn Thị Mẫu\"\n"
	  "  dongbod return k3f7q --remark \"Xem lại mức thưởng\" --reason amount=\"Cao hơn mức quy "
	  "định\" \\\n"
	  "      --as \"Nguyễn Thị Mẫu\"",
	  "With --reason only the fields that are named open for the unit; without, the whole "
	  "record.\n\n"
	  "Examples:\n"
	  "  dongbod return k3f7q --remark \"Thiếu bản sao quyết định\" --as \"Nguyễn Thị Mẫu\"\n"
	  "  dongbod return k3f7q --remark \"Xem lại mức thưởng\" --reason amount=\"Cao hơn mức quy "
	  "định\" \\\n"
	  "      --as \"Nguyễn Thị Mẫu\"" },
	run_return
};

const struct cli_command dongbod_verify = {
	"verify", "ID... --as NAME [--version VERSION]", "as= passphrase-file= version= unit=",
	{ "Công nhận hồ sơ đạt thẩm định", "Verify a record" },
	{ "Với --version (in ở cuối lệnh show), chỉ công nhận đúng bản đã xem: nếu sau đó có "
	  "người sửa\n"
	  "thì lệnh không được nhận.\n\n"
	  "Ví dụ:\n  dongbod verify k3f7q --version 12+0 --as \"Nguyễn Thị Mẫu\"",
	  "With --version (at the end of show) only what was looked at is verified: if somebody "
	  "has\n"
	  "changed it since, the command is refused.\n\n"
	  "Example:\n  dongbod verify k3f7q --version 12+0 --as \"Nguyễn Thị Mẫu\"" },
	run_verify
};
