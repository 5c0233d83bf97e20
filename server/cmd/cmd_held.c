/* dongbod held: what is missing, what waits for it, and on which stick it is; what waits for a
 * person, and his word on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/text.h"
#include "protocol/limits.h"
#include "server/cmd/cmd.h"
#include "server/exchange/adopt.h"
#include "server/exchange/held.h"

enum { NUMBERS_SHOWN = 40 };

/* " 1..397, 399" from [[1, 397], [399, 399]]. */
static void put_ranges(const json_t *list, struct buf *out)
{
	const json_t *j;
	size_t i;

	json_array_foreach(list, i, j) {
		long long first = (long long)json_integer_value(json_array_get(j, 0));
		long long last = (long long)json_integer_value(json_array_get(j, 1));

		buf_printf(out, first == last ? "%s%lld" : "%s%lld..%lld", i > 0 ? ", " : " ", first,
			   last);
	}
}

static void print_line(struct buf *line)
{
	cli_line(stdout, buf_view(line));
	buf_clear(line);
}

static void print_bundles(struct cli *c, const json_t *bundles, struct buf *line)
{
	const json_t *j;
	size_t i;

	json_array_foreach(bundles, i, j) {
		char number[32], pc[32], first[32], last[32], written[32], seen[32];

		buf_printf(line, CLI_TEXT(c, "  Chuyến USB số %s của máy %.6s mang %s..%s, ghi %s "
					     "(theo đồng hồ máy đó), thấy lần đầu %s",
					  "  Bundle %s of computer %.6s has %s..%s, written %s (by "
					  "its clock), first seen %s"),
			   desk_text(j, "number", number), desk_text(j, "device", pc),
			   desk_text(j, "first", first), desk_text(j, "last", last),
			   desk_time(json_integer_value(json_object_get(j, "written")), written),
			   desk_time(json_integer_value(json_object_get(j, "seen")), seen));
		print_line(line);
	}
}

static void print_one(struct desk *d, const json_t *j)
{
	struct cli *c = d->cli;
	long long have = (long long)json_integer_value(json_object_get(j, "have"));
	char unit[32], device[32], name[32], since[32];
	struct buf line;

	buf_init(&line, 1 << 20);
	buf_printf(&line, CLI_TEXT(c, "%s, máy %.6s (%s):", "%s, computer %.6s (%s):"),
		   desk_text(j, "unit", unit), desk_text(j, "device", device),
		   desk_text(j, "name", name));
	print_line(&line);
	buf_printf(&line, "%s", CLI_TEXT(c, "  đã có", "  holds"));
	if (have > 0)
		buf_printf(&line, " 1..%lld", have);
	if (have > 0 && json_array_size(json_object_get(j, "held")) > 0)
		buf_printf(&line, "%s", CLI_TEXT(c, " và", " and"));
	put_ranges(json_object_get(j, "held"), &line);
	buf_printf(&line, "%s", CLI_TEXT(c, "; thiếu", "; missing"));
	put_ranges(json_object_get(j, "missing"), &line);
	print_line(&line);
	if (json_is_integer(json_object_get(j, "since"))) {
		buf_printf(&line, CLI_TEXT(c, "  chờ từ %s", "  waiting since %s"),
			   desk_time(json_integer_value(json_object_get(j, "since")), since));
		print_line(&line);
	}
	print_bundles(c, json_object_get(j, "bundles"), &line);
	buf_release(&line);
}

/* " 3, 4, 5", the first few. */
static void put_numbers(const json_t *numbers, struct buf *out)
{
	const json_t *j;
	size_t i;

	json_array_foreach(numbers, i, j)
		if (i < NUMBERS_SHOWN)
			buf_printf(out, "%s%lld", i > 0 ? ", " : " ", (long long)json_integer_value(j));
	if (json_array_size(numbers) > NUMBERS_SHOWN)
		buf_printf(out, ", ...");
}

/* One key whose change sets a person must judge. */
static void print_judged(struct desk *d, const json_t *j)
{
	struct cli *c = d->cli;
	char unit[32], device[32], name[32], since[32], reason[32], why[32];
	bool late = strcmp(desk_text(j, "why", why), err_name(ERR_ENROL_EXPIRED)) == 0;
	struct buf line;

	buf_init(&line, 1 << 20);
	buf_printf(&line, CLI_TEXT(c, "%s, máy %.6s (%s): ", "%s, computer %.6s (%s): "),
		   desk_text(j, "unit", unit), desk_text(j, "device", device),
		   desk_text(j, "name", name));
	if (late)
		buf_printf(&line, "%s", CLI_TEXT(c, "giấy ghi danh đã hết hạn", "its enrolment had expired"));
	else
		buf_printf(&line, CLI_TEXT(c, "đã bị thu hồi%s%s", "revoked%s%s"),
			   desk_text(j, "reason", reason)[0] != '\0' ? ", " : "",
			   desk_text(j, "reason", reason));
	print_line(&line);
	buf_printf(&line, CLI_TEXT(c, "  %lld gói chờ người xét từ %s:",
				   "  %lld packets wait for a decision since %s:"),
		   (long long)json_integer_value(json_object_get(j, "count")),
		   desk_time(json_integer_value(json_object_get(j, "since")), since));
	put_numbers(json_object_get(j, "numbers"), &line);
	print_line(&line);
	if (late)
		buf_printf(&line, CLI_TEXT(c, "  Công nhận máy thì chúng được nhận: dongbod device accept %s",
					   "  They go in when the computer is accepted: dongbod device accept %s"),
			   desk_text(j, "fingerprint", name));
	else
		buf_printf(&line, "%s", CLI_TEXT(c, "  Xem: dongbod held show SỐ; rồi dongbod held accept hay refuse",
						 "  See dongbod held show N; then dongbod held accept or refuse"));
	print_line(&line);
	buf_release(&line);
}

int desk_held(struct desk *d, json_t **out)
{
	json_t *gaps = NULL, *judged = NULL, *j;
	size_t i;
	int code = held_list(d->replica, &gaps, d->e);

	if (code == 0)
		code = adopt_list(d->replica, &judged, d->e);
	json_array_foreach(gaps, i, j)
		json_object_set_new(j, "waits_for", json_string("packet"));
	json_array_foreach(judged, i, j)
		json_object_set_new(j, "waits_for", json_string("person"));
	if (code == 0)
		code = desk_add_units(d, judged);
	if (code == 0)
		code = desk_add_units(d, gaps);
	if (code == 0 && json_array_extend(judged, gaps) != 0)
		code = err_set(d->e, ERR_NOMEM, "held");
	json_decref(gaps);
	*out = judged;
	return code;
}

void desk_print_held(struct desk *d, const json_t *list)
{
	char what[32];
	const json_t *j;
	size_t i;

	json_array_foreach(list, i, j) {
		if (strcmp(desk_text(j, "waits_for", what), "person") == 0)
			print_judged(d, j);
		else
			print_one(d, j);
	}
	if (json_array_size(list) == 0)
		printf("%s\n", CLI_TEXT(d->cli, "Không thiếu gì, không có gì phải chờ.",
					"Nothing is missing, nothing waits."));
}

static int list(struct desk *d)
{
	json_t *waits = NULL;
	int code = desk_read(d);

	if (code == 0)
		code = desk_held(d, &waits);
	if (code == 0 && !cli_json(d->cli, waits))
		desk_print_held(d, waits);
	json_decref(waits);
	return code;
}

static int take_number(struct desk *d, const char *text, uint64_t *out)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || n == 0)
		return cli_usage(d->cli, CLI_TEXT(d->cli, "\"%s\": cần số của gói như trong dongbod held",
						  "\"%s\": a packet's number is needed, as in dongbod held"),
				 text);
	*out = n;
	return 0;
}

/* What was done to one record, a line, and a line for each field. */
static void print_record(struct desk *d, const json_t *j)
{
	struct cli *c = d->cli;
	const json_t *change;
	char a[32], when[32], line[1400];
	size_t i;

	snprintf(line, sizeof line, "%s  %s  %s%s%s%s  %s  %s %s%s",
		 desk_time(json_integer_value(json_object_get(j, "time")), when),
		 desk_text(j, "author", a),
		 json_is_true(json_object_get(j, "created")) ? CLI_TEXT(c, "tạo ", "created ") : "",
		 json_is_true(json_object_get(j, "deleted")) ? CLI_TEXT(c, "xóa ", "deleted ") : "",
		 json_is_false(json_object_get(j, "deleted")) ? CLI_TEXT(c, "khôi phục ", "brought back ") : "",
		 json_is_true(json_object_get(j, "signed")) ? CLI_TEXT(c, "ký ", "signed ") : "",
		 desk_text(j, "short", a), desk_text(j, "label", a), desk_text(j, "title", a),
		 desk_text(j, "moved", a)[0] != '\0' ? CLI_TEXT(c, ", chuyển sang ", ", moved to ") : "");
	if (desk_text(j, "moved", a)[0] != '\0')
		strncat(line, desk_text(j, "moved", a), sizeof line - strlen(line) - 1);
	desk_print(line);
	json_array_foreach(json_object_get(j, "changes"), i, change) {
		const char *kind = desk_text(change, "kind", a);

		snprintf(line, sizeof line, "    %s %s %s", desk_text(change, "label", a),
			 strcmp(kind, "set") == 0 ? "=" : strcmp(kind, "add") == 0 ? "+" : "-",
			 desk_text(change, "shown", a));
		desk_print(line);
	}
}

static int show_one(struct desk *d, uint64_t number, json_t *all)
{
	struct opened opened;
	json_t *j = NULL, *records = NULL;
	int code = adopt_show(d->replica, number, &d->arena, &j, &opened, d->e);

	if (code == 0 && opened.readable)
		code = query_changeset(d->replica, &opened.cs, &d->options, &records, d->e);
	if (code != 0) {
		json_decref(j);
		return code;
	}
	json_object_set_new(j, "records", records == NULL ? json_array() : records);
	return json_array_append_new(all, j) != 0 ? err_set(d->e, ERR_NOMEM, "held") : 0;
}

static void print_shown(struct desk *d, const json_t *j)
{
	struct cli *c = d->cli;
	const json_t *record;
	char a[32], n[32], when[32];
	size_t i;

	printf(CLI_TEXT(c, "Gói %s, %s, máy %s, nhận lúc %s, %lld byte\n",
			"Packet %s, %s, computer %s, received %s, %lld bytes\n"),
	       desk_text(j, "number", n), desk_text(j, "unit", a), desk_text(j, "device", a),
	       desk_time(json_integer_value(json_object_get(j, "received")), when),
	       (long long)json_integer_value(json_object_get(j, "bytes")));
	if (!json_is_true(json_object_get(j, "readable")))
		printf("%s\n", CLI_TEXT(c, "  Không đọc được nội dung.", "  Its content can't be read."));
	json_array_foreach(json_object_get(j, "records"), i, record)
		print_record(d, record);
}

static int show(struct desk *d)
{
	json_t *all = json_array(), *j;
	uint64_t number = 0;
	size_t i;
	int n, code = desk_options(d);

	if (code == 0)
		code = desk_read(d);
	for (n = 1; n < d->cli->argc && code == 0; n++) {
		code = take_number(d, d->cli->argv[n], &number);
		if (code == 0)
			code = show_one(d, number, all);
	}
	if (code == 0)
		code = desk_add_units(d, all);
	if (code == 0 && !cli_json(d->cli, all))
		json_array_foreach(all, i, j)
			print_shown(d, j);
	json_decref(all);
	return code;
}

static int tell_judged(struct desk *d, bool refuse, const struct adopted *done)
{
	struct cli *c = d->cli;
	json_t *j = json_pack("{s:b, s:I, s:I, s:I}", "refused_by_person", refuse, "changesets",
			      (json_int_t)done->changesets, "applied", (json_int_t)done->applied,
			      "refused", (json_int_t)done->refused);

	if (j == NULL)
		return err_set(d->e, ERR_NOMEM, "held");
	if (cli_json(c, j))
		;
	else if (refuse)
		printf(CLI_TEXT(c, "Không nhận %zu gói. Chúng được giữ nguyên trong sổ, không có hiệu lực; đơn vị "
				   "xem lại bằng dongbo refused.\n",
				"Refused %zu packets. They are kept in the log, without effect; the unit sees "
				"them in dongbo refused.\n"), done->changesets);
	else
		printf(CLI_TEXT(c, "Đã nhận %zu gói: %zu lần lưu có hiệu lực, %zu không qua được quy tắc.\n",
				"Took in %zu packets: %zu saves are applied, %zu break a rule.\n"),
		       done->changesets, done->applied, done->refused);
	json_decref(j);
	return 0;
}

static int judge(struct desk *d, bool refuse)
{
	struct cli *c = d->cli;
	const char *reason = cli_option(c, "reason");
	size_t count = (size_t)c->argc - 1, i;
	struct bytes text = BYTES_NONE;
	struct adopted done;
	uint64_t *numbers = arena_array(&d->arena, count + 1, sizeof *numbers);
	int code = numbers == NULL ? err_set(d->e, ERR_NOMEM, "held") : 0;

	if (code == 0 && count == 0)
		code = cli_usage(c, CLI_TEXT(c, "cần số của gói", "packets' numbers are needed"));
	if (code == 0 && (reason == NULL || reason[0] == '\0'))
		code = cli_usage(c, CLI_TEXT(c, "cần --reason LÝ_DO", "--reason REASON is needed"));
	if (code == 0)
		code = text_take(bytes_str(reason), LIMIT_REMARK, &d->arena, &text, d->e);
	for (i = 0; i < count && code == 0; i++)
		code = take_number(d, c->argv[i + 1], &numbers[i]);
	if (code == 0)
		code = desk_officer(d);
	if (code == 0)
		code = adopt_judge(&d->server, &d->officer, numbers, count, refuse, text, &done, d->e);
	return code == 0 ? tell_judged(d, refuse, &done) : code;
}

static int held(struct desk *d)
{
	const char *what = d->cli->argc > 0 ? d->cli->argv[0] : "list";

	if (strcmp(what, "list") == 0)
		return list(d);
	if (strcmp(what, "show") == 0 && d->cli->argc > 1)
		return show(d);
	if (strcmp(what, "accept") == 0 || strcmp(what, "refuse") == 0)
		return judge(d, what[0] == 'r');
	return cli_unknown(d->cli, what);
}

static int run(struct cli *c)
{
	return desk_run(c, 0, -1, held);
}

const struct cli_command dongbod_held = {
	"held", "[list] | show N... | accept N... --reason TEXT --as NAME | refuse N... --reason TEXT --as NAME",
	"reason= as= passphrase-file= personal",
	{ "Xem những gói đang chờ; xét những gói ký sau khi quyền của máy bị thu hồi",
	  "Show which packets wait; decide on those signed after a computer was revoked" },
	{ "Mỗi máy đánh số gói của mình liên tục. Gói đến trước gói đứng trước nó (một phần của chuyến\n"
	  "USB bị hỏng hay đến muộn) được giữ, chưa có hiệu lực, cho đến khi gói thiếu đến bằng bất\n"
	  "cứ đường nào.\n\n"
	  "Gói ký sau khi máy bị thu hồi (dongbod device revoke) chờ người xét: show cho xem bên trong, accept\n"
	  "nhận vào như mọi gói khác, refuse không nhận. Quyết định được ký, gói nào cũng giữ lại mãi; các gói\n"
	  "của một máy xét theo thứ tự.\n\n"
	  "Ví dụ:\n  dongbod held\n  dongbod held show 3\n"
	  "  dongbod held accept 3 4 --reason \"Nhập trước khi mất máy\" --as \"Nguyễn Thị Mẫu\"",
	  "Each computer numbers its packets without gaps. One that comes before the one before it\n"
	  "(a part of a bundle was damaged, or is late) is kept, without effect, until the missing\n"
	  "one has come by whatever way.\n\n"
	  "Packets signed after their computer was revoked (dongbod device revoke) wait for a decision: show\n"
	  "what is in them, accept takes them in like any other, refuse does not. The decision is signed, and\n"
	  "every packet is kept for ever; those of one computer are decided in order.\n\n"
	  "Examples:\n  dongbod held\n  dongbod held show 3\n"
	  "  dongbod held accept 3 4 --reason \"Entered before the theft\" --as \"Nguyễn Thị Mẫu\"" },
	run
};
