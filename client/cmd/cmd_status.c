/* dongbo status: what waits here, and when the district was last heard of. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cmd/cmd.h"
#include "client/identity/incarnation.h"
#include "client/numbers.h"
#include "client/owed.h"
#include "common/text/date.h"
#include "common/unit/unit.h"

enum { CLOCK_TOLERANCE = 300 };

static void print_waiting(struct cli *c, const struct client_waiting *w)
{
	if (w->transactions == 0 && w->changesets == 0)
		printf("%s\n", w->last_receipt == 0 || w->refused > 0 ?
			       CLI_TEXT(c, "Không có gì chờ gửi.", "Nothing waits to be sent.") :
			       CLI_TEXT(c, "Mọi thay đổi đã được máy chủ nhận.",
					"The server has received every change."));
	else
		printf(CLI_TEXT(c, "Chờ gửi: %" PRId64 " thay đổi (%" PRId64 " lần lưu chưa ký, %"
				   PRId64 " gói đã ký chờ biên nhận)\n",
				"To be sent: %" PRId64 " changes (%" PRId64 " saves not signed "
				"yet, %"
				PRId64 " packets without a receipt)\n"),
		       w->edits, w->transactions, w->changesets);
	if (w->received > 0)
		printf(CLI_TEXT(c, "Đã có trong bản sao lưu của máy chủ: %" PRId64 "/%" PRId64
				   " gói của máy này\n",
				"In a backup of the server's: %" PRId64 " of %" PRId64
				" packets of this computer\n"), w->safe, w->received);
	if (w->signatures > 0)
		printf(CLI_TEXT(c, "Trong đó có %" PRId64 " gói thủ trưởng đã ký.\n",
				"Of these %" PRId64 " were signed by a chief.\n"), w->signatures);
}

static void print_cares(struct cli *c, const struct client_waiting *w)
{
	if (w->refused > 0)
		printf(CLI_TEXT(c, "Bị từ chối: %" PRId64 " lần nhập, xem dongbo refused\n",
				"Refused: %" PRId64 ", see dongbo refused\n"), w->refused);
	if (w->conflicts > 0)
		printf(CLI_TEXT(c, "Cần chọn giá trị: %" PRId64 " hồ sơ, xem dongbo conflicts\n",
				"To be settled: %" PRId64 " records, see dongbo conflicts\n"),
		       w->conflicts);
	if (llabs((long long)w->clock_ahead) > CLOCK_TOLERANCE)
		printf(CLI_TEXT(c, "Đồng hồ máy này %s %lld phút so với máy chủ; hãy chỉnh "
				   "lại.\n",
				"This computer's clock is %s by %lld minutes; set it right.\n"),
		       w->clock_ahead > 0 ? CLI_TEXT(c, "nhanh", "ahead") :
					    CLI_TEXT(c, "chậm", "behind"),
		       llabs((long long)w->clock_ahead) / 60);
}

static void print_times(struct cli *c, const struct client_waiting *w)
{
	char sync[32], receipt[32];

	time_text(w->last_sync, sync);
	time_text(w->last_receipt, receipt);
	printf("%s: %s\n", CLI_TEXT(c, "Đồng bộ lần cuối", "Last synchronised"),
	       sync[0] != '\0' ? sync : CLI_TEXT(c, "chưa lần nào", "never"));
	printf("%s: %s\n", CLI_TEXT(c, "Biên nhận mới nhất", "Newest receipt"),
	       receipt[0] != '\0' ? receipt : CLI_TEXT(c, "chưa có", "none"));
}

/* The next deadline that is not done, and how many are overdue. */
static int print_next(struct session *s, json_t *j)
{
	struct cli *c = s->cli;
	struct owed_list owed;
	const struct owed *next;
	struct buf line;
	json_t *one = json_null();
	size_t overdue;
	int code = owed_next(&s->client, &s->arena, &owed, &next, &overdue, s->e);

	buf_init(&line, 4096);
	if (code == 0 && next != NULL)
		code = timely_json(&next->table, owed.now, c->lang, true, &one, s->e);
	if (code == 0)
		json_object_set_new(j, "next_deadline", one);
	if (code == 0)
		json_object_set_new(j, "overdue", json_integer((json_int_t)overdue));
	if (code == 0 && !c->json && next != NULL) {
		buf_printf(&line, "%s: ", CLI_TEXT(c, "Hạn sắp tới", "Next deadline"));
		agenda_title(&next->item, c->lang, &line);
		buf_printf(&line, ", ");
		timely_day_text(&next->table.lines[0].due, c->lang, &line);
		buf_printf(&line, " (");
		timely_margin_text(&next->table.lines[0], owed.now, c->lang, &line);
		buf_byte(&line, ')');
		cli_line(stdout, buf_view(&line));
	}
	if (code == 0 && !c->json && overdue > 0)
		printf(CLI_TEXT(c, "Quá hạn chưa nộp: %zu, xem dongbo deadlines\n",
				"Overdue: %zu, see dongbo deadlines\n"), overdue);
	buf_release(&line);
	owed_close(&owed);
	return code;
}

/* What is left of the blocks of official numbers. */
static int print_numbers(struct session *s, json_t *j)
{
	struct cli *c = s->cli;
	json_t *all = json_array();
	struct numbers *list;
	size_t count, i;
	int code = numbers_list(&s->client, s->schema, &s->arena, &list, &count, s->e);

	for (i = 0; i < count && code == 0; i++) {
		json_array_append_new(all, json_pack("{s:s, s:I, s:I, s:I}", "register",
						     list[i].reg->code, "year",
						     (json_int_t)list[i].year, "left",
						     (json_int_t)list[i].left, "without",
						     (json_int_t)list[i].without));
		if (c->json)
			continue;
		printf(CLI_TEXT(c, "%s: máy này còn %" PRId64 " số", "%s: this computer has %" PRId64
								    " numbers left"),
		       label_in(&list[i].reg->label, c->lang), list[i].left);
		if (list[i].without > 0)
			printf(CLI_TEXT(c, ", %" PRId64 " hồ sơ chưa có số, xem dongbo number --help",
					", %" PRId64 " records have none, see dongbo number --help"),
			       list[i].without);
		printf("\n");
	}
	json_object_set_new(j, "numbers", all);
	return code;
}

/* What a store out of a backup is good for, before all else. */
static void print_restored(const struct session *s)
{
	const struct cli *c = s->cli;

	if (s->client.restored == 0)
		return;
	printf("%s\n", CLI_TEXT(c,
	       "KHO NÀY ĐƯỢC KHÔI PHỤC TỪ BẢN SAO LƯU: xem, in, xuất được; không nhập và không gửi được, vì "
	       "khóa của\nmáy không có trong bản sao lưu. Muốn làm tiếp, xin cơ quan tiếp nhận "
	       "giấy ghi danh mới rồi chạy\ndongbo init --enrol TỆP với chính thư mục này. Những gì ghi dưới đây "
	       "là chờ gửi thì vẫn giữ ở đây, chưa tới máy chủ nếu máy cũ chưa gửi.",
	       "THIS STORE WAS RESTORED FROM A BACKUP: it can be looked at, printed and exported. Nothing "
	       "can be\nentered or sent, for the computer's key is in no backup. To go on, ask the receiving office "
	       "for a new\nenrolment, and run dongbo init --enrol FILE on this folder. What is told as "
	       "waiting below is kept here, and\nhas not reached the server unless the old computer sent it."));
}

/* What the computer went through last, and that nothing need be done about it. */
static const char *renewal_text(const struct cli *c, const char *reason)
{
	if (strcmp(reason, "restored") == 0)
		return CLI_TEXT(c, "kho dữ liệu trên máy này đã được đưa về một bản cũ hơn",
				"the store here was put back to an older copy");
	if (strcmp(reason, "copied") == 0)
		return CLI_TEXT(c, "kho dữ liệu này là bản chép từ máy hoặc thư mục khác",
				"this store is a copy of another computer's or folder's");
	if (strcmp(reason, "forked") == 0)
		return CLI_TEXT(c, "có hai máy cùng dùng một khóa, vì ổ đĩa hay kho dữ liệu đã bị chép",
				"two computers used one key, for the disk or the store was copied");
	if (strcmp(reason, "enrolled") == 0)
		return CLI_TEXT(c, "máy này nhận khóa mới bằng giấy ghi danh mới",
				"this computer was given a new key by a new enrolment");
	return CLI_TEXT(c, "khóa của máy đã được thay", "the computer's key was replaced");
}

static int print_renewal(struct session *s, json_t *j)
{
	const struct cli *c = s->cli;
	json_t *list = NULL, *last;
	char when[32];
	int code = incarnation_list(&s->client, &list, s->e);

	json_object_set_new(j, "renewals", list);
	last = json_array_get(list, json_array_size(list) - 1);
	if (code != 0 || c->json || json_array_size(list) == 0)
		return code;
	printf(CLI_TEXT(c, "Ngày %s: %s.\nMáy làm tiếp bằng khóa mới; không mất gì, không phải làm gì thêm.\n",
			"%s: %s.\nThe computer goes on under the new key; nothing is lost, and "
			"nothing need be done.\n"),
	       time_text(json_integer_value(json_object_get(last, "time")), when),
	       renewal_text(c, json_string_value(json_object_get(last, "reason"))));
	if (!json_is_true(json_object_get(last, "certified")))
		printf("%s\n", CLI_TEXT(c, "Máy chủ chưa biết khóa mới: lần đồng bộ tới sẽ báo.",
				       "The server does not know the new key yet; the next "
				       "synchronisation tells it."));
	return 0;
}

/* A unit that the law has ended, and who goes on with what is here. */
static int print_unit(struct session *s, json_t *j)
{
	const struct cli *c = s->cli;
	int64_t today = date_of(env_now(s->client.env));
	const struct units *u;
	struct unit unit, heir;
	struct buf day;
	int code = units_now(s->replica, &u, s->e);

	if (code != 0 || !units_on(u, s->client.unit, today, &unit) || today < unit.until)
		return code;
	if (!units_on(u, units_heir(u, s->client.unit, today), today, &heir))
		heir = unit;
	json_object_set_new(j, "ended", json_true());
	json_object_set_new(j, "successor", heir.number == unit.number ? json_null() :
					    json_stringn((const char *)heir.code.at, heir.code.len));
	if (c->json)
		return 0;
	buf_init(&day, 64);
	date_show(unit.until, &day);
	printf(CLI_TEXT(c, "Đơn vị này đã kết thúc từ ngày %.*s", "This unit has ended on %.*s"),
	       (int)day.len, day.len > 0 ? (const char *)day.at : "");
	if (heir.number != unit.number)
		printf(CLI_TEXT(c, ", nay là %.*s", "; it is %.*s now"), (int)heir.name.len,
		       (const char *)heir.name.at);
	printf("%s\n", CLI_TEXT(c, ". Hồ sơ ở đây vẫn giữ, vẫn gửi được; hạn nộp sau đó là của đơn vị kế thừa.",
				". Records here stay, and can still be sent; what falls due later is its "
				"successor's."));
	buf_release(&day);
	return 0;
}

/* What a clerk can do about it stands with it. */
static void print_revoked(const struct session *s)
{
	const struct cli *c = s->cli;
	char when[32];

	if (s->client.revoked == 0)
		return;
	printf(CLI_TEXT(c,
	       "QUYỀN GỬI CỦA MÁY NÀY ĐÃ BỊ THU HỒI (biết từ %s). Những gì đã nhập vẫn còn nguyên; vẫn "
	       "nhập\nđược, nhưng chưa gửi được và không nhận được gì mới. Gọi cơ quan tiếp nhận. Được cấp giấy "
	       "ghi danh mới\nthì chạy dongbo enrol TỆP trên máy này: những gì chưa gửi sẽ được gửi bằng "
	       "khóa mới.\n",
	       "THIS COMPUTER WAS REVOKED (known since %s). All that was entered is kept, and "
	       "more\ncan be entered, but nothing can be sent, and nothing new comes. Call "
	       "the receiving office. With a new\nenrolment run dongbo "
	       "enrol FILE here: what was not sent then goes under the new key.\n"),
	       time_text(s->client.revoked, when));
}

/* For other programs: what else is on the screen. */
static int gather(struct session *s, json_t *j)
{
	int code = print_next(s, j);

	if (code == 0)
		code = session_sticks(s, j);
	if (code == 0)
		code = session_files(s, j);
	if (code == 0)
		code = session_snapshot(s, j);
	if (code == 0)
		code = session_healing(s, j);
	if (code == 0)
		code = print_numbers(s, j);
	if (code == 0)
		json_object_set_new(j, "chiefs", session_chiefs(s));
	if (code == 0)
		code = print_unit(s, j);
	return code != 0 ? code : print_renewal(s, j);
}

static int status(struct session *s)
{
	struct client_waiting w;
	json_t *j;
	int code = session_read(s);

	if (code == 0)
		code = client_waiting(&s->client, &w, s->e);
	if (code != 0)
		return code;
	j = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "transactions",
		      (json_int_t)w.transactions, "changesets", (json_int_t)w.changesets, "edits",
		      (json_int_t)w.edits, "signatures", (json_int_t)w.signatures, "refused",
		      (json_int_t)w.refused, "conflicts",
		      (json_int_t)w.conflicts, "last_receipt", (json_int_t)w.last_receipt,
		      "last_sync", (json_int_t)w.last_sync, "clock_ahead",
		      (json_int_t)w.clock_ahead, "received", (json_int_t)w.received, "safe",
		      (json_int_t)w.safe, "enrolled", s->client.enrolled);
	if (j == NULL)
		return err_set(s->e, ERR_NOMEM, "status");
	code = s->cli->json ? gather(s, j) : 0;
	json_object_set_new(j, "restored", json_integer(s->client.restored));
	json_object_set_new(j, "revoked", json_integer(s->client.revoked));
	if (code == 0 && !cli_json(s->cli, j)) {
		print_restored(s);
		print_revoked(s);
		code = print_unit(s, j);
		if (code == 0)
			code = print_renewal(s, j);
		if (!s->client.enrolled && s->client.restored == 0 &&
		    json_array_size(json_object_get(j, "renewals")) == 0)
			printf("%s\n", CLI_TEXT(s->cli, "Máy này chưa đồng bộ lần đầu với máy chủ: "
							"chạy dongbo sync, hoặc dongbo bundle write "
							"nếu không có mạng.",
						"This computer has not synchronised yet: run "
						"dongbo sync, or dongbo bundle write without a "
						"network."));
		print_waiting(s->cli, &w);
		if (code == 0)
			code = session_snapshot(s, j);
		if (code == 0)
			code = session_healing(s, j);
		if (code == 0)
			code = session_sticks(s, j);
		if (code == 0)
			code = session_files(s, j);
		print_cares(s->cli, &w);
		session_chief_news(s, true);
		print_times(s->cli, &w);
		if (code == 0)
			code = print_numbers(s, j);
		if (code == 0)
			code = print_next(s, j);
	}
	json_decref(j);
	return code;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = status(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_status = {
	"status", "", "",
	{ "Xem những gì đang chờ gửi và lần đồng bộ cuối", "Show what waits to be sent" },
	{ "Ví dụ:\n  dongbo status", "Example:\n  dongbo status" },
	run
};
