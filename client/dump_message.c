/* Requests and replies as trees. */
#include "client/dump.h"

#include "protocol/limits.h"

static json_t *text(struct bytes s)
{
	json_t *j = s.len == 0 ? json_string("") : json_stringn((const char *)s.at, s.len);

	return j != NULL ? j : dump_hex(s);
}

static json_t *dump_have(const struct message_have *have, size_t count)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		json_t *j = json_pack("{s:I, s:I, s:o}", "stream", (json_int_t)have[i].stream,
				      "seq", (json_int_t)have[i].seq, "check",
				      dump_hex(BYTES_OF(have[i].check)));

		if (have[i].own_seq > 0) {
			json_object_set_new(j, "own_seq",
					    json_integer((json_int_t)have[i].own_seq));
			json_object_set_new(j, "own_check",
					    dump_hex(BYTES_OF(have[i].own_check)));
		}
		json_array_append_new(list, j);
	}
	return list;
}

static json_t *dump_pieces(const struct message_piece *p, size_t count, bool by_id)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		json_t *j = by_id ? json_pack("{s:o}", "id", dump_hex(BYTES_OF(p[i].id))) :
				    json_pack("{s:I, s:I}", "stream", (json_int_t)p[i].stream,
					      "seq", (json_int_t)p[i].seq);

		if (by_id && p[i].device != 0)
			json_object_set_new(j, "device", dump_device(p[i].device));
		json_object_set_new(j, "total", json_integer((json_int_t)p[i].total));
		json_object_set_new(j, "offset", json_integer((json_int_t)p[i].offset));
		json_object_set_new(j, "bytes", json_integer((json_int_t)p[i].bytes.len));
		json_array_append_new(list, j);
	}
	return list;
}

static json_t *dump_claim(const struct message_claim *c)
{
	return json_pack("{s:o, s:o, s:o}", "enrolment", dump_hex(BYTES_OF(c->enrolment)), "key",
			 dump_hex(BYTES_OF(c->key)), "author", text(c->author));
}

/* What the sender carries for others. */
static void dump_others(const struct dump *d, const struct request *r, json_t *j)
{
	json_t *carried = json_array(), *claims = json_array();
	size_t i;

	for (i = 0; i < r->carried_count; i++)
		json_array_append_new(carried,
				      json_pack("{s:I, s:o, s:o}", "after",
						(json_int_t)r->carried[i].after, "device",
						dump_device(r->carried[i].device), "object",
						dump_object(d, r->carried[i].object,
							    r->carried[i].device)));
	for (i = 0; i < r->claims_count; i++)
		json_array_append_new(claims, dump_claim(&r->claims[i]));
	if (r->carried_count > 0)
		json_object_set(j, "carried", carried);
	if (r->claims_count > 0)
		json_object_set(j, "claims", claims);
	json_decref(carried);
	json_decref(claims);
}

static json_t *dump_ranges(const struct message_range *g, size_t count)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		json_t *j = json_pack("{s:I, s:I, s:I}", "stream", (json_int_t)g[i].stream, "first",
				      (json_int_t)g[i].first, "last", (json_int_t)g[i].last);

		if (g[i].device != 0)
			json_object_set_new(j, "device", dump_device(g[i].device));
		if (g[i].waiting != 0)
			json_object_set_new(j, "waiting", json_integer((json_int_t)g[i].waiting));
		json_array_append_new(list, j);
	}
	return list;
}

static json_t *dump_documents(const struct document *list, size_t count)
{
	json_t *j = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(j, json_pack("{s:o, s:o}", "payload", dump_hex(list[i].payload),
						   "signature", dump_hex(list[i].signature)));
	return j;
}

/* Streams, and up to where each is in a backup of the district's. */
static void dump_safe(const struct message_safe *list, size_t count, json_t *j)
{
	json_t *safe;
	size_t i;

	if (count == 0)
		return;
	safe = json_array();
	for (i = 0; i < count; i++)
		json_array_append_new(safe, json_pack("{s:I, s:I}", "stream",
						      (json_int_t)list[i].stream, "seq",
						      (json_int_t)list[i].seq));
	json_object_set_new(j, "safe", safe);
}

/* Official numbers that are asked for. */
static void dump_leases(const struct request *r, json_t *j)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->lease_count; i++)
		json_array_append_new(list, json_pack("{s:s%, s:I, s:I}", "register",
						      r->leases[i].reg.at, r->leases[i].reg.len,
						      "year", (json_int_t)r->leases[i].year,
						      "count", (json_int_t)r->leases[i].count));
	if (r->lease_count > 0)
		json_object_set(j, "leases", list);
	json_decref(list);
}

/* Parts of attached files, or how far they have come. */
static void dump_attachments(const struct message_attachment *list, size_t count, const char *name,
			     json_t *j)
{
	json_t *files = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		json_t *f = json_pack("{s:o, s:I}", "hash", dump_hex(BYTES_OF(list[i].hash)), "offset",
				      (json_int_t)list[i].offset);

		if (list[i].total > 0) {
			json_object_set_new(f, "total", json_integer((json_int_t)list[i].total));
			json_object_set_new(f, "bytes", json_integer((json_int_t)list[i].bytes.len));
		}
		if (list[i].code != 0)
			json_object_set_new(f, "code", json_string(err_name(list[i].code)));
		json_array_append_new(files, f);
	}
	if (count > 0)
		json_object_set(j, name, files);
	json_decref(files);
}

/* What files tell beside. */
static void dump_file(const struct request *r, json_t *j)
{
	json_t *befores = json_array();
	size_t i;

	for (i = 0; i < r->before_count; i++)
		json_array_append_new(befores,
				      json_pack("{s:I, s:o}", "at", (json_int_t)r->befores[i].at,
						"hash", dump_hex(BYTES_OF(r->befores[i].hash))));
	if (r->before_count > 0)
		json_object_set(j, "befores", befores);
	json_decref(befores);
	if (r->has_bundle)
		json_object_set_new(j, "bundle",
				    json_pack("{s:I, s:I, s:o, s:o}", "number",
					      (json_int_t)r->bundle.number, "part",
					      (json_int_t)r->bundle.part, "written",
					      dump_time(r->bundle.written), "ranges",
					      dump_ranges(r->bundle.ranges,
							  r->bundle.range_count)));
}

/* A part of one, or how much of it has come. */
static json_t *dump_snapshot(const struct message_snapshot *s, bool any)
{
	json_t *j = json_object();

	if (!any)
		return j;
	json_object_set_new(j, "stream", json_integer((json_int_t)s->stream));
	json_object_set_new(j, "hash", dump_hex(BYTES_OF(s->hash)));
	json_object_set_new(j, "offset", json_integer((json_int_t)s->offset));
	if (s->total == 0)
		return j;
	json_object_set_new(j, "seq", json_integer((json_int_t)s->seq));
	json_object_set_new(j, "bytes", json_integer((json_int_t)s->bytes.len));
	json_object_set_new(j, "total", json_integer((json_int_t)s->total));
	return j;
}

json_t *dump_request(const struct dump *d, const struct request *r)
{
	json_t *j = json_pack("{s:s, s:I, s:I}", "kind", "request", "counter",
			      (json_int_t)r->counter, "limit", (json_int_t)r->limit);
	json_t *objects = json_array();
	uint64_t device = d->client == NULL ? 0 : d->client->key.id;
	size_t i;

	json_object_set_new(j, "have", dump_have(r->have, r->have_count));
	for (i = 0; i < r->object_count; i++)
		json_array_append_new(objects, dump_object(d, r->objects[i], device));
	json_object_set_new(j, "objects", objects);
	if (r->piece_count > 0)
		json_object_set_new(j, "pieces", dump_pieces(r->pieces, r->piece_count, true));
	if (r->resume_count > 0)
		json_object_set_new(j, "resume", dump_pieces(r->resume, r->resume_count, false));
	if (r->has_claim)
		json_object_set_new(j, "claim", dump_claim(&r->claim));
	dump_others(d, r, j);
	dump_file(r, j);
	dump_attachments(r->files, r->file_count, "files", j);
	dump_attachments(r->wanted, r->wanted_count, "wanted", j);
	dump_safe(r->safe, r->safe_count, j);
	if (r->reads_snapshots)
		json_object_set_new(j, "snapshot", dump_snapshot(&r->snapshot, r->has_snapshot));
	dump_healing(d, r, j);
	dump_leases(r, j);
	return j;
}

static json_t *dump_verdicts(struct bytes in, struct arena *a)
{
	struct verdict *list;
	json_t *out = json_array();
	size_t count, i;
	struct err e;

	if (verdicts_decode(in, a, &list, &count, &e) != 0) {
		json_array_append_new(out, json_string(err_name(e.code)));
		return out;
	}
	for (i = 0; i < count; i++)
		json_array_append_new(out, json_pack("{s:I, s:s, s:I}", "tx",
						     (json_int_t)list[i].tx, "code",
						     err_name(list[i].code), "rule",
						     (json_int_t)list[i].rule));
	return out;
}

static json_t *dump_item(const struct dump *d, const struct message_item *it, uint64_t seq)
{
	json_t *j = json_pack("{s:I, s:o}", "seq", (json_int_t)seq, "time",
			      dump_time(it->time));

	if (it->zero_ahead != 0)
		json_object_set_new(j, "zero_ahead", json_integer(it->zero_ahead));
	if (it->verdicts.len > 0)
		json_object_set_new(j, "verdicts", dump_verdicts(it->verdicts, d->arena));
	if (it->own) {
		json_object_set_new(j, "own", json_true());
		return j;
	}
	json_object_set_new(j, "device", dump_device(it->device));
	json_object_set_new(j, "object", it->held ? json_string("held") :
						    dump_object(d, it->object, it->device));
	return j;
}

static json_t *dump_stream(const struct dump *d, const struct message_stream *s)
{
	json_t *j = json_pack("{s:I, s:I}", "stream", (json_int_t)s->stream, "from",
			      (json_int_t)s->from);
	json_t *items = json_array();
	size_t i;

	if (s->has_generation)
		json_object_set_new(j, "generation", dump_hex(BYTES_OF(s->generation)));
	for (i = 0; i < s->item_count; i++)
		json_array_append_new(items, dump_item(d, &s->items[i], s->from + i + 1));
	json_object_set_new(j, "items", items);
	if (s->has_signature)
		json_object_set_new(j, "signature", dump_hex(BYTES_OF(s->signature)));
	return j;
}

json_t *dump_reply(const struct dump *d, const struct reply *r)
{
	json_t *j = json_pack("{s:s, s:I, s:o}", "kind", "reply", "counter",
			      (json_int_t)r->counter, "time", dump_time(r->time));
	json_t *streams = json_array(), *problems = json_array();
	size_t i;

	for (i = 0; i < r->stream_count; i++)
		json_array_append_new(streams, dump_stream(d, &r->streams[i]));
	json_object_set_new(j, "streams", streams);
	for (i = 0; i < r->problem_count; i++)
		json_array_append_new(problems,
				      json_pack("{s:s, s:I, s:I}", "code",
						err_name(r->problems[i].code), "stream",
						(json_int_t)r->problems[i].stream, "seq",
						(json_int_t)r->problems[i].seq));
	json_object_set_new(j, "problems", problems);
	if (r->held_count > 0)
		json_object_set_new(j, "held", dump_pieces(r->held, r->held_count, true));
	if (r->piece_count > 0)
		json_object_set_new(j, "pieces", dump_pieces(r->pieces, r->piece_count, false));
	if (r->missing_count > 0)
		json_object_set_new(j, "missing", dump_ranges(r->missing, r->missing_count));
	dump_attachments(r->standings, r->standing_count, "standings", j);
	dump_attachments(r->files, r->file_count, "files", j);
	dump_safe(r->safe, r->safe_count, j);
	if (r->has_snapshot)
		json_object_set_new(j, "snapshot", dump_snapshot(&r->snapshot, true));
	dump_healed(r, j);
	if (r->keys_count > 0)
		json_object_set_new(j, "keys", dump_documents(r->keys, r->keys_count));
	return j;
}
