/* What heals a restored server, as trees. */
#include "client/dump.h"
#include "protocol/generation.h"

static json_t *dump_heads(const struct message_head *list, size_t count)
{
	json_t *out = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(out, json_pack("{s:I, s:I, s:o, s:o}", "stream",
						     (json_int_t)list[i].stream, "seq",
						     (json_int_t)list[i].seq, "head",
						     dump_hex(BYTES_OF(list[i].head)), "time",
						     dump_time(list[i].time)));
	return out;
}

static json_t *dump_item(const struct dump *d, const struct message_healing *h)
{
	json_t *j = json_pack("{s:I, s:I, s:o, s:I, s:o}", "stream", (json_int_t)h->stream, "number",
			      (json_int_t)h->number, "time", dump_time(h->time), "zero",
			      (json_int_t)h->zero, "device", dump_device(h->device));

	if (h->object.len > 0)
		json_object_set_new(j, "object", dump_object(d, h->object, h->device));
	else
		json_object_set_new(j, "hash", dump_hex(BYTES_OF(h->hash)));
	return j;
}

void dump_healing(const struct dump *d, const struct request *r, json_t *j)
{
	json_t *items;
	size_t i;

	if (r->shown_count > 0)
		json_object_set_new(j, "shown", dump_heads(r->shown, r->shown_count));
	if (r->healing_count > 0) {
		items = json_array();
		for (i = 0; i < r->healing_count; i++)
			json_array_append_new(items, dump_item(d, &r->healing[i]));
		json_object_set_new(j, "healing", items);
	}
	if (r->certificate.len > 0)
		json_object_set_new(j, "certificate", dump_hex(r->certificate));
}

static json_t *dump_statement(const struct message_statement *m)
{
	struct generation g;

	if (generation_read(m->statement, &g, NULL) != 0)
		return dump_hex(m->statement);
	return json_pack("{s:I, s:o, s:I, s:o, s:I}", "stream", (json_int_t)g.stream, "old",
			 dump_hex(BYTES_OF(g.old)), "seq", (json_int_t)g.seq, "new",
			 dump_hex(BYTES_OF(g.fresh)), "base", (json_int_t)g.base);
}

static json_t *dump_notes(const struct reply *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->note_count; i++)
		json_array_append_new(list, json_pack("{s:I, s:I, s:I, s:I, s:I}", "stream",
						      (json_int_t)r->notes[i].stream, "at",
						      (json_int_t)r->notes[i].at, "number",
						      (json_int_t)r->notes[i].number, "position",
						      (json_int_t)r->notes[i].position, "count",
						      (json_int_t)r->notes[i].count));
	return list;
}

void dump_healed(const struct reply *r, json_t *j)
{
	json_t *list;
	size_t i;

	if (r->statement_count > 0) {
		list = json_array();
		for (i = 0; i < r->statement_count; i++)
			json_array_append_new(list, dump_statement(&r->statements[i]));
		json_object_set_new(j, "statements", list);
	}
	if (r->note_count > 0)
		json_object_set_new(j, "notes", dump_notes(r));
	if (r->healed_count > 0) {
		list = json_array();
		for (i = 0; i < r->healed_count; i++)
			json_array_append_new(list, json_pack("{s:I, s:I, s:I}", "stream",
							      (json_int_t)r->healed[i].stream,
							      "base", (json_int_t)r->healed[i].base,
							      "number",
							      (json_int_t)r->healed[i].number));
		json_object_set_new(j, "healed", list);
	}
	if (r->head_count > 0)
		json_object_set_new(j, "heads", dump_heads(r->heads, r->head_count));
}
