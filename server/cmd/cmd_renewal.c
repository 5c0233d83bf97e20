/* What became of computers, in dongbod summary: restored, copied, forked, with a new key. Notes
 * for the officer; nothing need be done about them. */
#include <stdio.h>
#include <string.h>

#include "server/cmd/cmd.h"
#include "server/exchange/fork.h"

enum { TOLD = 10 };

int desk_renewals(struct desk *d, json_t *out)
{
	json_t *list = NULL;
	int code = fork_list(d->replica, TOLD, &list, d->e);

	return json_object_set_new(out, "renewals", list) != 0 && code == 0 ?
		       err_set(d->e, ERR_NOMEM, "renewals") : code;
}

static const char *what_text(const struct desk *d, const char *kind)
{
	if (strcmp(kind, "restored") == 0)
		return CLI_TEXT(d->cli, "kho trên máy được đưa về bản cũ; máy đã làm tiếp với khóa mới",
				"its store was put back to an older copy; it goes on under a new key");
	if (strcmp(kind, "copied") == 0)
		return CLI_TEXT(d->cli, "kho được chép sang máy hoặc thư mục khác; bản chép có khóa riêng, "
					"cả hai cùng dùng được",
				"its store was copied; the copy has a key of its own, and both go on");
	if (strcmp(kind, "forked") == 0)
		return CLI_TEXT(d->cli, "hai máy đã ký bằng một khóa; máy sau đã có khóa riêng và gửi lại đủ",
				"two computers signed with one key; the second has a key of its own now, "
				"and has sent its edits again");
	if (strcmp(kind, "enrolled") == 0)
		return CLI_TEXT(d->cli, "máy nhận khóa mới bằng giấy ghi danh mới",
				"it was given a new key by a new enrolment");
	if (strcmp(kind, "replaced") == 0)
		return CLI_TEXT(d->cli, "khóa được thay theo ý người dùng", "its key was replaced on purpose");
	return CLI_TEXT(d->cli, "hai máy đã ký bằng một khóa; máy sau chưa đồng bộ lại, những gì nó gửi "
				"được giữ riêng",
			"two computers signed with one key; the second has not synchronised again, what it "
			"sent is kept aside");
}

void desk_print_renewals(struct desk *d, const json_t *out)
{
	const json_t *list = json_object_get(out, "renewals"), *one;
	char line[2000], time[32], unused[32];
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		struct unit unit = { .name = BYTES_NONE };

		one = json_array_get(list, i);
		server_unit(&d->server, (uint64_t)json_integer_value(json_object_get(one, "stream")),
			    &unit, NULL);
		snprintf(line, sizeof line, CLI_TEXT(d->cli, "Máy của %s (%.*s), %s: %s.",
						     "Computer of %s (%.*s), %s: %s."),
			 desk_text(one, "name", unused), (int)unit.name.len,
			 unit.name.len == 0 ? "" : (const char *)unit.name.at,
			 desk_time(json_integer_value(json_object_get(one, "time")), time),
			 what_text(d, json_string_value(json_object_get(one, "kind"))));
		desk_print(line);
	}
}
