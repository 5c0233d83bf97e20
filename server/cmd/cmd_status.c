/* dongbod status: what is not as it should be, and what became of the bad days: what waits, is
 * missing or kept for a person, attached files, backups, restores, computers with new keys. Its
 * figures are those of summary, without the tables. */
#include <inttypes.h>
#include <stdio.h>

#include "server/cmd/cmd.h"

/* Keys that an enrolment did not let in. */
static int count_refused(struct desk *d, json_t *out)
{
	int64_t n = 0;
	int code = db_number(d->server.db, d->e, 0, &n, "SELECT count(*) FROM claim_refused", "");

	return code != 0 || json_object_set_new(out, "refused_keys", json_integer(n)) == 0 ?
		       code : err_set(d->e, ERR_NOMEM, "status");
}

static void print_refused(const struct desk *d, const json_t *out)
{
	int64_t n = json_integer_value(json_object_get(out, "refused_keys"));

	if (n > 0)
		printf(CLI_TEXT(d->cli, "Máy dùng giấy ghi danh đã hết hạn hoặc đã dùng, chưa được công nhận: %" PRId64
					": dongbod device list\n",
				"Computers whose enrolment had expired or was used, not let in: %" PRId64
				": dongbod device list\n"), n);
}

static int gather(struct desk *d, json_t *out)
{
	json_t *held = NULL;
	int code = desk_read(d);

	if (code == 0)
		code = desk_held(d, &held);
	if (json_object_set_new(out, "held", held) != 0 && code == 0)
		code = err_set(d->e, ERR_NOMEM, "status");
	if (code == 0)
		code = count_refused(d, out);
	if (code == 0)
		code = desk_attached(d, out);
	if (code == 0)
		code = desk_backups(d, out);
	if (code == 0)
		code = desk_healing(d, out);
	return code == 0 ? desk_renewals(d, out) : code;
}

static int status(struct desk *d)
{
	json_t *out = json_object();
	int code = gather(d, out);

	if (code == 0 && !cli_json(d->cli, out)) {
		desk_print_held(d, json_object_get(out, "held"));
		print_refused(d, out);
		desk_print_attached(d, out);
		desk_print_backups(d, out);
		desk_print_healing(d, out);
		desk_print_renewals(d, out);
	}
	json_decref(out);
	return code;
}

static int run(struct cli *c)
{
	return desk_run(c, 0, 0, status);
}

const struct cli_command dongbod_status = {
	"status", "", "",
	{ "Xem gói nào đang chờ, còn thiếu gì, sao lưu, khôi phục, máy đổi khóa",
	  "Show what waits and what is missing, backups, restores, new keys" },
	{ "Gói nào đang chờ gói đứng trước hoặc chờ người xét, ở chuyến USB nào, từ bao giờ (như dongbod held);\n"
	  "tệp đính kèm chưa tới; bản sao lưu gần nhất; kho đã khôi phục thì các máy gửi lại đến đâu; máy nào\n"
	  "phải chuyển sang khóa mới và vì sao.\n\n"
	  "Ví dụ:\n  dongbod status",
	  "Which packets wait for those before them, or for a person, on which stick, since when (as dongbod\n"
	  "held); attached files that have not come; the last backup; how far computers have healed a store\n"
	  "that was restored; which computers got a new key, and why.\n\n"
	  "Example:\n  dongbod status" },
	run
};
