/* What summary says of a server that was restored. */
#include <inttypes.h>
#include <stdio.h>

#include "server/cmd/cmd.h"
#include "server/heal/generation.h"

int desk_healing(struct desk *d, json_t *out)
{
	struct generation_news news;
	json_t *j;
	int code = generation_news(d->server.db, &news, d->e);

	if (code != 1)
		return code;
	j = json_pack("{s:I, s:I, s:I, s:I, s:I}", "time", (json_int_t)news.time, "why",
		      (json_int_t)news.why, "brought_back", (json_int_t)news.healed, "receipts",
		      (json_int_t)news.shown, "receipts_open", (json_int_t)news.open);
	return json_object_set_new(out, "healing", j) != 0 ? err_set(d->e, ERR_NOMEM, "healing") : 0;
}

static const char *why_text(const struct cli *c, int64_t why)
{
	if (why == GENERATION_RESTORED)
		return CLI_TEXT(c, "đã khôi phục từ bản sao lưu", "restored from a backup");
	if (why == GENERATION_BEHIND_FILE)
		return CLI_TEXT(c, "kho đã bị thay bằng một bản cũ hơn",
				"the store was replaced by an older copy");
	return CLI_TEXT(c, "một máy đưa ra biên nhận mà kho này không còn",
			"a computer showed a receipt that this store no longer has");
}

void desk_print_healing(struct desk *d, const json_t *out)
{
	const json_t *j = json_object_get(out, "healing");
	int64_t open = json_integer_value(json_object_get(j, "receipts_open"));
	int64_t shown = json_integer_value(json_object_get(j, "receipts"));
	char time[32];

	if (j == NULL)
		return;
	printf(CLI_TEXT(d->cli,
	       "Máy chủ đi tiếp từ một kho cũ (từ %s): %s.\nCác máy đã tự gửi lại %" PRId64 " gói; biên "
	       "nhận cũ: %" PRId64 ", trong đó %" PRId64 " cái chưa đủ gói.\n",
	       "The server goes on from an older store (since %s): %s.\nComputers have sent %" PRId64
	       " packets again by themselves; receipts of before: %" PRId64 ", of which %" PRId64
	       " still lack packets.\n"),
	       desk_time(json_integer_value(json_object_get(j, "time")), time),
	       why_text(d->cli, json_integer_value(json_object_get(j, "why"))),
	       (int64_t)json_integer_value(json_object_get(j, "brought_back")), shown, open);
}
