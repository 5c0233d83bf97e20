/* Vectors of snapshots (SPEC.md 6.16): an .xz file, and the replies in it. Who packs may do it in
 * other ways, so that these are read alone. */
#include "common/replica/snapshot.h"
#include "common/system/solid.h"
#include "protocol/limits.h"
#include "tests/lib/vector.h"

static int read_snapshot(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	json_t *blocks = json_array();
	struct buf plain;
	struct cursor c;
	int code;

	(void)kase;
	buf_init(&plain, LIMIT_SNAPSHOT_LOG + 1);
	code = solid_unpack(in, LIMIT_SNAPSHOT_LOG, &plain, NULL);
	c = cursor_of(buf_view(&plain));
	while (code == 0 && cursor_left(&c) > 0) {
		const uint8_t *at = c.at;
		struct reply r;

		code = snapshot_next(&c, a, &r, NULL);
		json_array_append_new(blocks, vec_hex((struct bytes){ at, (size_t)(c.at - at) }));
	}
	if (code == 0)
		*value = blocks;
	else
		json_decref(blocks);
	buf_release(&plain);
	return code;
}

const struct vec_kind vec_snapshots[] = {
	{ "snapshot", read_snapshot, NULL, NULL },
	{ NULL, NULL, NULL, NULL }
};
