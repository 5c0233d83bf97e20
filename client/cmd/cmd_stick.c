/* What dongbo status says of sticks: which are under way, and what the district lacks. */
#include <inttypes.h>
#include <stdio.h>

#include "client/sync/stick.h"
#include "client/cmd/cmd.h"

/* What is on its way on sticks, and what the district lacks. */
struct on_sticks {
	struct stick_open *list;
	size_t count;
	json_t *missing;     /* [[stream, first, last, waiting]...] */
};

static int find_missing(struct session *s, json_t *out)
{
	struct stmt *q;
	int code = db_query(s->client.db, s->e, &q, "SELECT stream, first, last, waiting FROM missing "
			    "ORDER BY stream, device, first", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, s->e)) == 1)
		json_array_append_new(out, json_pack("[I, I, I, I]", (json_int_t)db_int(q, 0),
						     (json_int_t)db_int(q, 1),
						     (json_int_t)db_int(q, 2),
						     (json_int_t)db_int(q, 3)));
	db_done(q);
	return code;
}

static json_t *bundles_json(const struct on_sticks *o)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < o->count; i++) {
		const struct stick_open *b = &o->list[i];

		json_array_append_new(list,
			json_pack("{s:I, s:I, s:s%, s:I, s:I, s:I}", "bundle",
				  (json_int_t)b->number, "written", (json_int_t)b->written, "place",
				  (const char *)b->place.at, b->place.len, "files",
				  (json_int_t)b->parts, "changesets", (json_int_t)b->changesets,
				  "waiting", (json_int_t)b->waiting));
	}
	return list;
}

static void print_on_sticks(struct cli *c, const struct on_sticks *o)
{
	struct buf line;
	json_t *j;
	size_t i;

	buf_init(&line, 16384);
	for (i = 0; i < o->count; i++) {
		const struct stick_open *b = &o->list[i];
		char written[32];

		buf_clear(&line);
		buf_printf(&line, CLI_TEXT(c, "Trên USB: chuyến số %" PRIu64 ", ghi %s vào %.*s, %"
					      PRIu64 " tệp; %" PRIu64 " gói chưa có biên nhận",
					   "On a stick: bundle %" PRIu64 ", written %s to %.*s, %"
					   PRIu64 " files; %" PRIu64 " packets without a receipt"),
			   b->number, time_text(b->written, written), (int)b->place.len,
			   (const char *)b->place.at, b->parts, b->waiting);
		cli_line(stdout, buf_view(&line));
	}
	buf_release(&line);
	json_array_foreach(o->missing, i, j) {
		long long n[4];
		int k;

		for (k = 0; k < 4; k++)
			n[k] = (long long)json_integer_value(json_array_get(j, (size_t)k));
		if (n[2] < n[1])
			printf(CLI_TEXT(c, "Máy chủ giữ các gói %lld..%lld, chờ cán bộ xét.\n",
					"The server keeps packets %lld..%lld; an officer decides on "
					"them.\n"), n[1], n[3]);
		else
			printf(CLI_TEXT(c, "Máy chủ còn thiếu gói %lld..%lld của máy này; đã giữ đến gói "
					   "%lld, chờ chúng.\n",
					"The server lacks packets %lld..%lld of this computer; it keeps "
					"those up to %lld until they come.\n"), n[1], n[2], n[3]);
	}
}

int session_sticks(struct session *s, json_t *j)
{
	struct on_sticks o = { .missing = json_array() };
	int code = stick_under_way(&s->client, &s->arena, &o.list, &o.count, s->e);

	if (code == 0)
		code = find_missing(s, o.missing);
	if (code == 0 && s->cli->json) {
		json_object_set_new(j, "bundles", bundles_json(&o));
		json_object_set(j, "missing", o.missing);
	} else if (code == 0) {
		print_on_sticks(s->cli, &o);
	}
	json_decref(o.missing);
	return code;
}
