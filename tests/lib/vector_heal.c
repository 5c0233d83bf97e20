/* Vectors of messages: what heals a restored server, in requests and in replies. */
#include "protocol/message.h"
#include "tests/lib/vector.h"

#define HEX(array) vec_hex(BYTES_OF(array))
#define INT(n) json_integer((json_int_t)(n))

static void set_list(json_t *j, const char *key, json_t *list)
{
	if (json_array_size(list) > 0)
		json_object_set(j, key, list);
	json_decref(list);
}

/* Receipts that are shown have a generation, heads have none. */
static void from_heads(const struct message_head *list, size_t count, bool shown,
		       const char *key, json_t *j)
{
	json_t *heads = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		json_t *h = json_pack("{so,so,so,so,so}", "stream", INT(list[i].stream), "seq",
				      INT(list[i].seq), "head", HEX(list[i].head), "time",
				      INT(list[i].time), "signature", HEX(list[i].signature));

		if (shown)
			json_object_set_new(h, "generation", HEX(list[i].generation));
		json_array_append_new(heads, h);
	}
	set_list(j, key, heads);
}

static struct message_head *to_heads(json_t *object, const char *key, bool shown,
				     struct arena *a, size_t *count)
{
	struct message_head *list = vec_list(object, key, sizeof *list, a, count);
	json_t *j;
	size_t i;

	json_array_foreach(json_object_get(object, key), i, j) {
		list[i].stream = (uint64_t)vec_int(j, "stream");
		list[i].seq = (uint64_t)vec_int(j, "seq");
		vec_copy(j, "head", list[i].head, HASH_SIZE, a);
		list[i].time = vec_int(j, "time");
		vec_copy(j, "signature", list[i].signature, SIGN_SIZE, a);
		if (shown)
			vec_copy(j, "generation", list[i].generation, GENERATION_SIZE, a);
	}
	return list;
}

/* "object" and "notes" are there where they are not empty. */
static json_t *from_item(const struct message_healing *h)
{
	json_t *j = json_pack("{so,so,so,so,so,so,so,so}", "stream", INT(h->stream), "number",
			      INT(h->number), "time", INT(h->time), "zero", INT(h->zero),
			      "verdicts", vec_hex(h->verdicts), "device",
			      vec_from_device(h->device), "hash", HEX(h->hash), "device_seq",
			      INT(h->device_seq));

	if (h->object.len > 0)
		json_object_set_new(j, "object", vec_hex(h->object));
	if (h->notes.len > 0)
		json_object_set_new(j, "notes", vec_hex(h->notes));
	return j;
}

static void to_item(json_t *j, struct message_healing *h, struct arena *a)
{
	h->stream = (uint64_t)vec_int(j, "stream");
	h->number = (uint64_t)vec_int(j, "number");
	h->time = vec_int(j, "time");
	h->zero = (uint64_t)vec_int(j, "zero");
	h->verdicts = vec_bytes(j, "verdicts", a);
	h->device = vec_device(vec_get(j, "device"));
	vec_copy(j, "hash", h->hash, HASH_SIZE, a);
	h->device_seq = (uint64_t)vec_int(j, "device_seq");
	if (json_object_get(j, "object") != NULL)
		h->object = vec_bytes(j, "object", a);
	if (json_object_get(j, "notes") != NULL)
		h->notes = vec_bytes(j, "notes", a);
}

void vec_from_healing(const struct request *r, json_t *j)
{
	json_t *items = json_array();
	size_t i;

	from_heads(r->shown, r->shown_count, true, "shown", j);
	for (i = 0; i < r->healing_count; i++)
		json_array_append_new(items, from_item(&r->healing[i]));
	set_list(j, "healing", items);
	if (r->certificate.len > 0)
		json_object_set_new(j, "certificate",
				    json_pack("{so,so}", "prev", vec_hex(r->certificate_prev),
					      "object", vec_hex(r->certificate)));
}

void vec_to_healing(json_t *v, struct request *r, struct arena *a)
{
	json_t *certificate = json_object_get(v, "certificate"), *j;
	size_t i;

	r->shown = to_heads(v, "shown", true, a, &r->shown_count);
	r->healing = vec_list(v, "healing", sizeof *r->healing, a, &r->healing_count);
	json_array_foreach(json_object_get(v, "healing"), i, j)
		to_item(j, &r->healing[i], a);
	if (certificate == NULL)
		return;
	r->certificate_prev = vec_bytes(certificate, "prev", a);
	r->certificate = vec_bytes(certificate, "object", a);
}

void vec_from_healed(const struct reply *r, json_t *j)
{
	json_t *statements = json_array(), *notes = json_array(), *healed = json_array();
	size_t i;

	for (i = 0; i < r->statement_count; i++)
		json_array_append_new(statements,
				      json_pack("[oo]", vec_hex(r->statements[i].statement),
						vec_hex(r->statements[i].signature)));
	for (i = 0; i < r->note_count; i++) {
		const struct message_notes *n = &r->notes[i];

		json_array_append_new(notes, json_pack("{so,so,so,so,so}", "stream",
						       INT(n->stream), "at", INT(n->at),
						       "number", INT(n->number), "position",
						       INT(n->position), "count", INT(n->count)));
	}
	for (i = 0; i < r->healed_count; i++)
		json_array_append_new(healed, json_pack("{so,so,so}", "stream",
							INT(r->healed[i].stream), "base",
							INT(r->healed[i].base), "number",
							INT(r->healed[i].number)));
	set_list(j, "statements", statements);
	set_list(j, "notes", notes);
	set_list(j, "healed", healed);
	from_heads(r->heads, r->head_count, false, "heads", j);
}

void vec_to_healed(json_t *v, struct reply *r, struct arena *a)
{
	json_t *j;
	size_t i;

	r->statements = vec_list(v, "statements", sizeof *r->statements, a, &r->statement_count);
	json_array_foreach(json_object_get(v, "statements"), i, j)
		r->statements[i] = (struct message_statement){
			vec_hex_bytes(json_array_get(j, 0), a),
			vec_hex_bytes(json_array_get(j, 1), a) };
	r->notes = vec_list(v, "notes", sizeof *r->notes, a, &r->note_count);
	json_array_foreach(json_object_get(v, "notes"), i, j)
		r->notes[i] = (struct message_notes){ (uint64_t)vec_int(j, "stream"),
						      (uint64_t)vec_int(j, "at"),
						      (uint64_t)vec_int(j, "number"),
						      (uint64_t)vec_int(j, "position"),
						      (uint64_t)vec_int(j, "count") };
	r->healed = vec_list(v, "healed", sizeof *r->healed, a, &r->healed_count);
	json_array_foreach(json_object_get(v, "healed"), i, j)
		r->healed[i] = (struct message_healed){ (uint64_t)vec_int(j, "stream"),
							(uint64_t)vec_int(j, "base"),
							(uint64_t)vec_int(j, "number") };
	r->heads = to_heads(v, "heads", false, a, &r->head_count);
}
