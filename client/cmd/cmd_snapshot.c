/* What dongbo status says of a snapshot on its way (snapshot.h). */
#include <stdio.h>

#include "client/cmd/cmd.h"
#include "client/sync/snapshot.h"
#include "common/cli/cli_attach.h"

int session_snapshot(struct session *s, json_t *j)
{
	struct cli *c = s->cli;
	struct snapshot_way way;
	char held[32], total[32];
	int code = snapshot_way(&s->client, &way, s->e);

	if (code != 0 || way.total == 0)
		return code;
	if (c->json) {
		json_object_set_new(j, "snapshot", json_pack("{s:I, s:I, s:I}", "stream",
			(json_int_t)way.stream, "held", (json_int_t)way.held, "total",
			(json_int_t)way.total));
		return 0;
	}
	printf(CLI_TEXT(c, "Hồ sơ đã có ở máy chủ đang về: %s trong %s; mạng đứt thì lần sau nhận tiếp từ đó. Vẫn "
			   "nhập được.\n",
			"Records that the server has are on their way: %s of %s; after a cut it goes on from "
			"there. You can\nwork meanwhile.\n"),
	       cli_attach_size(way.held, c->lang, held), cli_attach_size(way.total, c->lang, total));
	return 0;
}
