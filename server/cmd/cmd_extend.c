/* dongbod extend: a new last good day, or taking signatures for receipts, with a reason
 * that all see. */
#include <stdio.h>

#include "common/text/date.h"
#include "server/cmd/cmd_calendar.h"

enum { FIELDS_MAX = 8, WORDS_MAX = 1 << 12 };

/* What is extended, in which period, and where that is written down. */
struct extending {
	struct agenda_item it;
	struct period period;
	const struct type *kept;
};

static int check(struct desk *d, struct desk_calendar *v, struct extending *x)
{
	struct cli *c = d->cli;
	struct timely_table table;
	int64_t today = date_of(v->t.now), day;
	int code = desk_day(d, "to", DEADLINE_NO_DAY, &day);

	if (code == 0 && day == DEADLINE_NO_DAY && cli_option(c, "accept") == NULL)
		code = cli_usage(c, CLI_TEXT(c, "cần --to NGÀY hoặc --accept",
					     "--to DATE or --accept is needed"));
	if (code == 0 && cli_option(c, "reason") == NULL)
		code = cli_usage(c, CLI_TEXT(c, "cần --reason LÝ_DO", "--reason TEXT is needed"));
	if (code == 0)
		code = desk_calendar_period(d, day == DEADLINE_NO_DAY ? today : day, c->argv[0],
					    &x->period);
	if (code == 0)
		code = desk_calendar_find(d, v, c->argv[0], &x->period, &x->it, &table);
	if (code != 0)
		return code;
	if (table.due.quoted == DEADLINE_NO_DAY)
		return cli_usage(c, CLI_TEXT(c, "%s không có ngày", "%s has no date"), c->argv[0]);
	x->kept = desk_calendar_kept(d->schema, x->it.round != NULL ? x->it.round->type->pack :
						x->it.deadline->type->pack, false);
	if (x->kept == NULL)
		return err_set(d->e, ERR_NO_TYPE, "extensions");
	return desk_calendar_units(d, v, day == DEADLINE_NO_DAY ? table.due.quoted : day);
}

static int save(struct desk *d, const struct extending *x, struct rid *id)
{
	struct cli *c = d->cli;
	struct assignment list[FIELDS_MAX];
	struct buf period;
	size_t count = 0;
	int code;

	buf_init(&period, 64);
	period_put(x->period, &period);
	buf_byte(&period, 0);
	if (period.failed)
		return err_set(d->e, ERR_NOMEM, "period");
	desk_calendar_put(list, &count, "deadline", c->argv[0]);
	desk_calendar_put(list, &count, "period", period.len > 1 ? (const char *)period.at : NULL);
	desk_calendar_put(list, &count, "units", cli_option(c, "units"));
	desk_calendar_put(list, &count, "new_day", cli_option(c, "to"));
	desk_calendar_put(list, &count, "reason", cli_option(c, "reason"));
	desk_calendar_put(list, &count, "accept", cli_option(c, "accept") != NULL ? "true" : NULL);
	code = desk_calendar_save(d, x->kept, list, count, id);
	buf_release(&period);
	return code;
}

/* The day that is told is that of all; of those who have another one: which, and who. */
static int tell(struct desk *d, const struct extending *x, struct rid id)
{
	struct cli *c = d->cli;
	const char *units = cli_option(c, "units"), *to = cli_option(c, "to");
	char said[300];

	if (units == NULL || to == NULL)
		return desk_calendar_tell(d, c->argv[0], &x->period, id,
					  CLI_TEXT(c, "Đã ghi gia hạn", "Extension written"));
	snprintf(said, sizeof said,
		 CLI_TEXT(c, "Đã ghi gia hạn riêng cho %.120s: hết ngày %.20s. Chung cho các đơn vị",
			  "Extension for %.120s alone written: until the end of %.20s. For all"),
		 units, to);
	return desk_calendar_tell(d, c->argv[0], &x->period, id, said);
}

static int extend(struct desk *d)
{
	struct desk_calendar v;
	struct extending x;
	struct rid id;
	int code = desk_calendar_open(d, &v);

	if (code == 0)
		code = check(d, &v, &x);
	desk_calendar_close(&v);
	if (code == 0)
		code = save(d, &x, &id);
	return code != 0 ? code : tell(d, &x, id);
}

static int run(struct cli *c)
{
	return desk_run(c, 1, 1, extend);
}

const struct cli_command dongbod_extend = {
	"extend", "DEADLINE --to DATE --reason TEXT [--units UNITS] [--period PERIOD] [--accept]",
	"to= reason= units= period= accept as= passphrase-file=",
	{ "Gia hạn, điều chỉnh một thời hạn, có lý do", "Move a deadline, with a reason" },
	{ "Mã thời hạn hoặc mã đợt, xem dongbod deadlines. --to: ngày cuối cùng còn kịp. --units: mã\n"
	  "hoặc loại đơn vị, cách nhau bằng dấu phẩy (không có: tất cả). --period: 2024 hoặc Q2/2024\n"
	  "(không có: kỳ gần ngày ấy nhất). --accept: ký đúng hạn mà nhận sau hạn cũng là đúng hạn.\n"
	  "Gia hạn riêng cho một đơn vị đứng trước gia hạn chung; ghi sau thay ghi trước.\n"
	  "Khi bộ biểu mẫu đòi hai người, thời hạn chỉ đổi khi cán bộ khác duyệt: dongbod verify MÃ.\n\n"
	  "Ví dụ:\n"
	  "  dongbod extend t4 --to 20/12/2024 --reason \"Bão số 3\" --as \"Nguyễn Thị Mẫu\"\n"
	  "  dongbod extend t3 --period Q2/2024 --accept --units 08776 --reason \"Mất mạng\" \\\n"
	  "      --as \"Nguyễn Thị Mẫu\"",
	  "The code of a deadline or a call, see dongbod deadlines. --to: the last good day.\n"
	  "--units: codes or kinds, with commas (none: all). --period: 2024 or Q2/2024 (none: the\n"
	  "one nearest to that day). --accept: signed in time and received late is on time.\n"
	  "What is for one unit goes before what is for all; a later one before an earlier one.\n"
	  "Where the pack asks for two persons it counts once another officer approves: dongbod\n"
	  "verify ID.\n\n"
	  "Examples:\n"
	  "  dongbod extend t4 --to 20/12/2024 --reason \"Bão số 3\" --as \"Nguyễn Thị Mẫu\"\n"
	  "  dongbod extend t3 --period Q2/2024 --accept --units 08776 --reason \"Mất mạng\" \\\n"
	  "      --as \"Nguyễn Thị Mẫu\"" },
	run
};
