/* dongbod summary --sections: one line for each type of record, by the sections of the
 * plan. Workflows differ in their states; what the pack says of each of them (handed in,
 * found right, nothing more waited for) is the same for all. */
#include <stdlib.h>
#include <string.h>

#include "common/text/number.h"
#include "server/cmd/cmd_summary.h"

enum { STAGES = 6 };
static const char *const stages[STAGES] = { "making", "waiting", "good", "done", "rejected",
					    "dropped" };

static const char *stage_of(const struct state *st)
{
	if (st->good)
		return st->final ? "done" : "good";
	if (!st->filed)
		return st->final ? "dropped" : "making";
	return st->final ? "rejected" : "waiting";
}

static void add(json_t *to, const char *key, json_int_t n)
{
	json_object_set_new(to, key, json_integer(json_integer_value(json_object_get(to, key)) + n));
}

static json_t *line_of(json_t *list, const struct type *t, enum lang lang)
{
	json_t *j;
	size_t i;

	json_array_foreach(list, i, j)
		if (strcmp(json_string_value(json_object_get(j, "type")), t->code) == 0)
			return j;
	j = json_pack("{s:s, s:s, s:s, s:i, s:i}", "section", t->section == NULL ? "" : t->section,
		      "type", t->code, "label", label_in(&t->label, lang), "count", 0, "sum", 0);
	for (i = 0; i < STAGES && t->workflow != NULL; i++)
		json_object_set_new(j, stages[i], json_integer(0));
	return json_array_append_new(list, j) == 0 ? j : NULL;
}

/* By section, then in the order of the forms' numbers, which is that of the totals. */
static json_t *in_order(const json_t *list)
{
	json_t *sorted = json_array(), *j, *other;
	size_t i, at;

	json_array_foreach(list, i, j) {
		const char *section = json_string_value(json_object_get(j, "section"));

		for (at = json_array_size(sorted); at > 0; at--) {
			other = json_array_get(sorted, at - 1);
			if (strcmp(json_string_value(json_object_get(other, "section")), section) <= 0)
				break;
		}
		json_array_insert(sorted, at, j);
	}
	return sorted;
}

int cmd_summary_sections(struct desk *d, const json_t *totals, json_t **out)
{
	json_t *list = json_array(), *j, *line;
	size_t i;

	json_array_foreach(totals, i, j) {
		const char *type = json_string_value(json_object_get(j, "type"));
		const char *state = json_string_value(json_object_get(j, "state"));
		const struct type *t = schema_type_by_code(d->schema, bytes_str(type));
		json_int_t n = json_integer_value(json_object_get(j, "count"));
		const struct state *st;

		line = t == NULL ? NULL : line_of(list, t, d->cli->lang);
		if (line == NULL)
			continue;
		add(line, "count", n);
		add(line, "sum", json_integer_value(json_object_get(j, "sum")));
		st = t->workflow == NULL || state == NULL ?
			     NULL : workflow_state_by_code(t->workflow, bytes_str(state));
		if (st != NULL)
			add(line, stage_of(st), n);
	}
	*out = in_order(list);
	json_decref(list);
	return *out == NULL ? err_set(d->e, ERR_NOMEM, "summary") : 0;
}

/* A count, nothing where it is 0; where the type has no states neither. */
static const char *shown(struct desk *d, const json_t *j, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(j, key));
	const char *kept = NULL;
	struct buf b;

	buf_init(&b, 64);
	if (n != 0)
		number_show(n, &b);
	if (!b.failed)
		kept = arena_str(&d->arena, buf_view(&b));
	buf_release(&b);
	return kept == NULL ? "" : kept;
}

int cmd_summary_print_sections(struct desk *d, const json_t *sections)
{
	struct cli *c = d->cli;
	const char *const headings[] = {
		CLI_TEXT(c, "MỤC", "SECTION"), CLI_TEXT(c, "LOẠI HỒ SƠ", "RECORDS"),
		CLI_TEXT(c, "SỐ HỒ SƠ", "IN ALL"), CLI_TEXT(c, "ĐANG LẬP", "IN THE MAKING"),
		CLI_TEXT(c, "CHỜ XỬ LÝ", "WAITING"), CLI_TEXT(c, "ĐẠT", "GOOD"),
		CLI_TEXT(c, "XONG", "DONE"), CLI_TEXT(c, "KHÔNG ĐẠT", "REJECTED"),
		CLI_TEXT(c, "HỦY, RÚT", "DROPPED"), CLI_TEXT(c, "SỐ TIỀN (đồng)", "SUM (VND)")
	};
	struct cli_table *t = cli_table_new(10, headings);
	const char *before = "";
	json_t *j;
	size_t i, k;
	int code;

	json_array_foreach(sections, i, j) {
		const char *section = json_string_value(json_object_get(j, "section"));
		const char *cells[10] = { strcmp(section, before) == 0 ? "" : section,
					  json_string_value(json_object_get(j, "label")),
					  shown(d, j, "count") };

		for (k = 0; k < STAGES; k++)
			cells[3 + k] = shown(d, j, stages[k]);
		cells[9] = shown(d, j, "sum");
		cli_table_row(t, cells);
		before = section;
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}
