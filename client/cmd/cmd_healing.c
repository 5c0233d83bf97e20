/* What status says when the district's server was restored, or contradicts itself. */
#include <inttypes.h>
#include <stdio.h>

#include "client/cmd/cmd.h"
#include "client/sync/heal.h"

static int print_stopped(struct session *s)
{
	struct stmt *q;
	char time[32];
	int code = db_query(s->client.db, s->e, &q, "SELECT stream, since FROM stopped WHERE since<>0 "
			    "ORDER BY stream", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, s->e)) == 1)
		printf(CLI_TEXT(s->cli,
		       "NGỪNG ĐỒNG BỘ SỔ %lld (từ %s): máy chủ nói khác với chính biên nhận mà nó đã ký. Không mất "
		       "gì trên máy\nnày; biên nhận và câu trả lời trái nhau được giữ làm bằng chứng. Hãy gọi cơ quan "
		       "tiếp nhận.\n",
		       "LOG %lld HAS STOPPED (since %s): the server contradicts a receipt that it has signed. "
		       "Nothing is lost on\nthis computer; the receipt and the word against it are kept as "
		       "proof. Call the receiving office.\n"),
		       (long long)db_int(q, 0), time_text(db_int(q, 1), time));
	db_done(q);
	return code < 0 ? code : 0;
}

int session_healing(struct session *s, json_t *j)
{
	struct heal_news news;
	char time[32];
	int code = heal_news(&s->client, &news, s->e);

	if (code != 0)
		return code;
	if (s->cli->json) {
		json_object_set_new(j, "healing",
				    json_pack("{s:I, s:I, s:I, s:I}", "time", (json_int_t)news.time,
					      "kept", (json_int_t)news.kept, "left",
					      (json_int_t)news.left, "stopped",
					      (json_int_t)news.stopped));
		return 0;
	}
	if (news.time != 0 && (news.left > 0 || news.kept > 0))
		printf(CLI_TEXT(s->cli,
		       "Máy chủ đã khôi phục từ một bản cũ (biết từ %s). Máy này còn giữ %" PRId64 " gói mà bản "
		       "ấy thiếu,\ntự gửi lại; còn %" PRId64 " gói chưa xong. Không phải làm gì, biên nhận cũ vẫn đúng.\n",
		       "The server was restored from an older copy (known since %s). This computer "
		       "held %" PRId64 " packets\nthat it lacked and sends them again by itself; %" PRId64
		       " are still to do. Nothing to be done: old receipts stay true.\n"),
		       time_text(news.time, time), news.kept, news.left);
	return news.stopped > 0 ? print_stopped(s) : 0;
}
