/* dongbod held: what is missing, what waits for it, and on which stick it is. */
#include <stdio.h>

#include "server/cmd.h"
#include "server/held.h"

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

static int held(struct desk *d)
{
	json_t *list = NULL, *j;
	size_t i;
	int code = desk_read(d);

	if (code == 0)
		code = held_list(d->replica, &list, d->e);
	if (code == 0)
		code = desk_add_units(d, list);
	if (code == 0 && !cli_json(d->cli, list)) {
		json_array_foreach(list, i, j)
			print_one(d, j);
		if (json_array_size(list) == 0)
			printf("%s\n", CLI_TEXT(d->cli, "Không thiếu gì, không có gì phải chờ.",
						"Nothing is missing, nothing waits."));
	}
	json_decref(list);
	return code;
}

static int run(struct cli *c)
{
	return desk_run(c, 0, 0, held);
}

const struct cli_command dongbod_held = {
	"held", "", "",
	{ "Xem những gói còn thiếu và những gói đang chờ chúng",
	  "Show which packets are missing and which wait for them" },
	{ "Mỗi máy đánh số gói của mình liên tục. Gói đến trước gói đứng trước nó (một phần của chuyến\n"
	  "USB bị hỏng hay đến muộn) được giữ, chưa có hiệu lực, cho đến khi gói thiếu đến bằng bất\n"
	  "cứ đường nào.\n\nVí dụ:\n  dongbod held",
	  "Each computer numbers its packets without gaps. One that comes before the one before it\n"
	  "(a part of a bundle was damaged, or is late) is kept, without effect, until the missing\n"
	  "one has come by whatever way.\n\nExample:\n  dongbod held" },
	run
};
