/* Vectors of messages: requests and replies. */
#include <string.h>

#include "protocol/message.h"
#include "tests/lib/vector.h"

#define HEX(array) vec_hex(BYTES_OF(array))

/* --- requests --- */

static json_t *from_have(const struct message_have *h)
{
	json_t *j = json_pack("{sI,sI,so}", "stream", (json_int_t)h->stream, "seq",
			      (json_int_t)h->seq, "check", HEX(h->check));

	if (h->own_seq > 0) {
		json_object_set_new(j, "own_seq", json_integer((json_int_t)h->own_seq));
		json_object_set_new(j, "own_check", HEX(h->own_check));
	}
	return j;
}

static void to_have(json_t *j, struct message_have *h, struct arena *a)
{
	h->stream = (uint64_t)vec_int(j, "stream");
	h->seq = (uint64_t)vec_int(j, "seq");
	vec_copy(j, "check", h->check, MESSAGE_CHECK, a);
	if (json_object_get(j, "own_seq") == NULL)
		return;
	h->own_seq = (uint64_t)vec_int(j, "own_seq");
	vec_copy(j, "own_check", h->own_check, MESSAGE_CHECK, a);
}

static json_t *from_piece(const struct message_piece *p, bool up)
{
	json_t *j = up ? json_pack("{so}", "id", HEX(p->id)) :
			 json_pack("{sI,sI}", "stream", (json_int_t)p->stream, "seq",
				   (json_int_t)p->seq);

	json_object_set_new(j, "total", json_integer((json_int_t)p->total));
	json_object_set_new(j, "offset", json_integer((json_int_t)p->offset));
	json_object_set_new(j, "bytes", vec_hex(p->bytes));
	if (p->device != 0)
		json_object_set_new(j, "device", vec_from_device(p->device));
	return j;
}

static void to_piece(json_t *j, bool up, struct message_piece *p, struct arena *a)
{
	if (up) {
		vec_copy(j, "id", p->id, MESSAGE_ID, a);
	} else {
		p->stream = (uint64_t)vec_int(j, "stream");
		p->seq = (uint64_t)vec_int(j, "seq");
	}
	p->total = (uint64_t)vec_int(j, "total");
	p->offset = (uint64_t)vec_int(j, "offset");
	p->bytes = vec_bytes(j, "bytes", a);
	if (json_object_get(j, "device") != NULL)
		p->device = vec_device(vec_get(j, "device"));
}

static json_t *from_claim(const struct message_claim *c)
{
	return json_pack("{so,so,so,so,so}", "enrolment", HEX(c->enrolment), "key", HEX(c->key),
			 "author", vec_from_text(c->author), "signature", HEX(c->signature),
			 "mac", HEX(c->mac));
}

static void to_claim(json_t *j, struct message_claim *c, struct arena *a)
{
	vec_copy(j, "enrolment", c->enrolment, MESSAGE_ID, a);
	vec_copy(j, "key", c->key, SIGN_PUBLIC, a);
	c->author = vec_text(j, "author");
	vec_copy(j, "signature", c->signature, SIGN_SIZE, a);
	vec_copy(j, "mac", c->mac, HASH_SIZE, a);
}

/* "carried" and "claims" are there where they are not empty. */
static void from_others(const struct request *r, json_t *j)
{
	json_t *carried = json_array(), *claims = json_array();
	size_t i;

	for (i = 0; i < r->carried_count; i++)
		json_array_append_new(carried,
				      json_pack("{sI,so,so}", "after",
						(json_int_t)r->carried[i].after, "device",
						vec_from_device(r->carried[i].device), "object",
						vec_hex(r->carried[i].object)));
	for (i = 0; i < r->claims_count; i++)
		json_array_append_new(claims, from_claim(&r->claims[i]));
	if (r->carried_count > 0)
		json_object_set(j, "carried", carried);
	if (r->claims_count > 0)
		json_object_set(j, "claims", claims);
	json_decref(carried);
	json_decref(claims);
}

static void to_others(json_t *v, struct request *r, struct arena *a)
{
	json_t *j;
	size_t i;

	r->carried = vec_list(v, "carried", sizeof *r->carried, a, &r->carried_count);
	json_array_foreach(json_object_get(v, "carried"), i, j)
		r->carried[i] = (struct message_carried){
			.device = vec_device(vec_get(j, "device")),
			.after = (uint64_t)vec_int(j, "after"),
			.object = vec_bytes(j, "object", a) };
	r->claims = vec_list(v, "claims", sizeof *r->claims, a, &r->claims_count);
	json_array_foreach(json_object_get(v, "claims"), i, j)
		to_claim(j, &r->claims[i], a);
}

/* "device" is there where it is not 0, "waiting" of what is missing. */
static json_t *from_ranges(const struct message_range *g, size_t count)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		json_t *j = json_pack("{sI,sI,sI}", "stream", (json_int_t)g[i].stream, "first",
				      (json_int_t)g[i].first, "last", (json_int_t)g[i].last);

		if (g[i].device != 0)
			json_object_set_new(j, "device", vec_from_device(g[i].device));
		if (g[i].waiting != 0)
			json_object_set_new(j, "waiting", json_integer((json_int_t)g[i].waiting));
		json_array_append_new(list, j);
	}
	return list;
}

static struct message_range *to_ranges(json_t *object, const char *key, struct arena *a,
				       size_t *count)
{
	struct message_range *list = vec_list(object, key, sizeof *list, a, count);
	json_t *j;
	size_t i;

	json_array_foreach(json_object_get(object, key), i, j) {
		list[i] = (struct message_range){ .stream = (uint64_t)vec_int(j, "stream"),
						  .first = (uint64_t)vec_int(j, "first"),
						  .last = (uint64_t)vec_int(j, "last") };
		if (json_object_get(j, "device") != NULL)
			list[i].device = vec_device(vec_get(j, "device"));
		if (json_object_get(j, "waiting") != NULL)
			list[i].waiting = (uint64_t)vec_int(j, "waiting");
	}
	return list;
}

/* "safe" is there where it is not empty. */
static void from_safe(const struct message_safe *list, size_t count, json_t *j)
{
	json_t *safe = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(safe, json_pack("{sI,sI}", "stream",
						      (json_int_t)list[i].stream, "seq",
						      (json_int_t)list[i].seq));
	if (count > 0)
		json_object_set(j, "safe", safe);
	json_decref(safe);
}

/* "keys" likewise. */
static void from_documents(const struct document *list, size_t count, json_t *j)
{
	json_t *keys = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(keys, json_pack("[oo]", vec_hex(list[i].payload),
						      vec_hex(list[i].signature)));
	if (count > 0)
		json_object_set(j, "keys", keys);
	json_decref(keys);
}

static struct document *to_documents(json_t *object, struct arena *a, size_t *count)
{
	struct document *list = vec_list(object, "keys", sizeof *list, a, count);
	json_t *j;
	size_t i;

	json_array_foreach(json_object_get(object, "keys"), i, j)
		list[i] = (struct document){ vec_hex_bytes(json_array_get(j, 0), a),
					     vec_hex_bytes(json_array_get(j, 1), a) };
	return list;
}

static struct message_safe *to_safe(json_t *object, struct arena *a, size_t *count)
{
	struct message_safe *list = vec_list(object, "safe", sizeof *list, a, count);
	json_t *j;
	size_t i;

	json_array_foreach(json_object_get(object, "safe"), i, j)
		list[i] = (struct message_safe){ (uint64_t)vec_int(j, "stream"),
						 (uint64_t)vec_int(j, "seq") };
	return list;
}

/* "snapshot" is there where there is one: what is held of it, or a part. */
static void from_snapshot(const struct message_snapshot *s, bool any, bool part, json_t *j)
{
	json_t *o = json_object();

	if (any) {
		json_object_set_new(o, "stream", json_integer((json_int_t)s->stream));
		json_object_set_new(o, "hash", HEX(s->hash));
		json_object_set_new(o, part ? "offset" : "held", json_integer((json_int_t)s->offset));
	}
	if (part) {
		json_object_set_new(o, "seq", json_integer((json_int_t)s->seq));
		json_object_set_new(o, "total", json_integer((json_int_t)s->total));
		json_object_set_new(o, "bytes", vec_hex(s->bytes));
	}
	json_object_set_new(j, "snapshot", o);
}

static bool to_snapshot(json_t *object, bool part, struct message_snapshot *s, struct arena *a)
{
	json_t *o = json_object_get(object, "snapshot");

	if (o == NULL || json_object_size(o) == 0)
		return false;
	s->stream = (uint64_t)vec_int(o, "stream");
	vec_copy(o, "hash", s->hash, HASH_SIZE, a);
	s->offset = (uint64_t)vec_int(o, part ? "offset" : "held");
	if (part) {
		s->seq = (uint64_t)vec_int(o, "seq");
		s->total = (uint64_t)vec_int(o, "total");
		s->bytes = vec_bytes(o, "bytes", a);
	}
	return true;
}

/* "files", "wanted" and "standings" are there where they are not empty. */
static void from_files(const struct message_attachment *list, size_t count, const char *name,
		       json_t *j)
{
	json_t *files = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		json_t *f = json_pack("{so}", "hash", HEX(list[i].hash));
		bool part = list[i].total > 0;

		json_object_set_new(f, part ? "offset" : "held", json_integer((json_int_t)list[i].offset));
		if (part)
			json_object_set_new(f, "total", json_integer((json_int_t)list[i].total));
		if (part)
			json_object_set_new(f, "bytes", vec_hex(list[i].bytes));
		if (list[i].code != 0)
			json_object_set_new(f, "code", json_integer(-list[i].code));
		json_array_append_new(files, f);
	}
	if (count > 0)
		json_object_set(j, name, files);
	json_decref(files);
}

static struct message_attachment *to_files(json_t *object, const char *name, struct arena *a,
					   size_t *count)
{
	struct message_attachment *list = vec_list(object, name, sizeof *list, a, count);
	json_t *j;
	size_t i;

	json_array_foreach(json_object_get(object, name), i, j) {
		bool part = json_object_get(j, "total") != NULL;

		vec_copy(j, "hash", list[i].hash, HASH_SIZE, a);
		list[i].offset = (uint64_t)vec_int(j, part ? "offset" : "held");
		if (part) {
			list[i].total = (uint64_t)vec_int(j, "total");
			list[i].bytes = vec_bytes(j, "bytes", a);
		}
		if (json_object_get(j, "code") != NULL)
			list[i].code = -(int)vec_int(j, "code");
	}
	return list;
}

/* "leases" is there where it is not empty. */
static void from_leases(const struct request *r, json_t *j)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->lease_count; i++)
		json_array_append_new(list, json_pack("{ss%,sI,sI}", "register",
						      r->leases[i].reg.at, r->leases[i].reg.len,
						      "year", (json_int_t)r->leases[i].year,
						      "count", (json_int_t)r->leases[i].count));
	if (r->lease_count > 0)
		json_object_set(j, "leases", list);
	json_decref(list);
}

static void to_leases(json_t *object, struct request *r, struct arena *a)
{
	json_t *j;
	size_t i;

	r->leases = vec_list(object, "leases", sizeof *r->leases, a, &r->lease_count);
	json_array_foreach(json_object_get(object, "leases"), i, j)
		r->leases[i] = (struct message_lease){
			bytes_str(json_string_value(vec_get(j, "register"))),
			(uint64_t)vec_int(j, "year"), (uint64_t)vec_int(j, "count") };
}

/* "befores" and "bundle" are there where they are not empty. */
static void from_file(const struct request *r, json_t *j)
{
	json_t *befores = json_array();
	size_t i;

	for (i = 0; i < r->before_count; i++)
		json_array_append_new(befores, json_pack("{sI,so}", "at",
							 (json_int_t)r->befores[i].at, "hash",
							 HEX(r->befores[i].hash)));
	if (r->before_count > 0)
		json_object_set(j, "befores", befores);
	json_decref(befores);
	if (r->has_bundle)
		json_object_set_new(j, "bundle",
				    json_pack("{sI,sI,sI,so}", "number",
					      (json_int_t)r->bundle.number, "part",
					      (json_int_t)r->bundle.part, "written",
					      (json_int_t)r->bundle.written, "ranges",
					      from_ranges(r->bundle.ranges,
							  r->bundle.range_count)));
}

static void to_file(json_t *v, struct request *r, struct arena *a)
{
	json_t *bundle = json_object_get(v, "bundle"), *j;
	size_t i;

	r->befores = vec_list(v, "befores", sizeof *r->befores, a, &r->before_count);
	json_array_foreach(json_object_get(v, "befores"), i, j) {
		r->befores[i].at = (uint64_t)vec_int(j, "at");
		vec_copy(j, "hash", r->befores[i].hash, HASH_SIZE, a);
	}
	r->has_bundle = bundle != NULL;
	if (bundle == NULL)
		return;
	r->bundle.number = (uint64_t)vec_int(bundle, "number");
	r->bundle.part = (uint64_t)vec_int(bundle, "part");
	r->bundle.written = vec_int(bundle, "written");
	r->bundle.ranges = to_ranges(bundle, "ranges", a, &r->bundle.range_count);
}

static json_t *from_request(const struct request *r)
{
	json_t *j = json_pack("{sI,sI}", "counter", (json_int_t)r->counter, "limit",
			      (json_int_t)r->limit);
	json_t *have = json_array(), *objects = json_array(), *pieces = json_array();
	json_t *resume = json_array();
	size_t i;

	for (i = 0; i < r->have_count; i++)
		json_array_append_new(have, from_have(&r->have[i]));
	for (i = 0; i < r->object_count; i++)
		json_array_append_new(objects, vec_hex(r->objects[i]));
	for (i = 0; i < r->piece_count; i++)
		json_array_append_new(pieces, from_piece(&r->pieces[i], true));
	for (i = 0; i < r->resume_count; i++)
		json_array_append_new(resume, json_pack("{sI,sI,sI}", "stream",
							(json_int_t)r->resume[i].stream, "seq",
							(json_int_t)r->resume[i].seq, "held",
							(json_int_t)r->resume[i].offset));
	json_object_set_new(j, "have", have);
	json_object_set_new(j, "objects", objects);
	json_object_set_new(j, "pieces", pieces);
	json_object_set_new(j, "resume", resume);
	json_object_set_new(j, "claim", r->has_claim ? from_claim(&r->claim) : json_null());
	from_others(r, j);
	from_file(r, j);
	return j;
}

static int read_request(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	struct request r;
	int code = request_decode(in, a, &r, NULL);

	(void)kase;
	if (code == 0)
		*value = from_request(&r);
	if (code == 0)
		from_safe(r.safe, r.safe_count, *value);
	if (code == 0) {
		from_leases(&r, *value);
		from_files(r.files, r.file_count, "files", *value);
		from_files(r.wanted, r.wanted_count, "wanted", *value);
		if (r.reads_snapshots)
			from_snapshot(&r.snapshot, r.has_snapshot, false, *value);
		vec_from_healing(&r, *value);
	}
	return code;
}

static int write_request(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value"), *j;
	struct request r = { .counter = (uint64_t)vec_int(v, "counter"),
			     .limit = (uint64_t)vec_int(v, "limit") };
	size_t i;

	r.have = vec_list(v, "have", sizeof *r.have, a, &r.have_count);
	json_array_foreach(vec_get(v, "have"), i, j)
		to_have(j, &r.have[i], a);
	r.objects = vec_list(v, "objects", sizeof *r.objects, a, &r.object_count);
	json_array_foreach(vec_get(v, "objects"), i, j)
		r.objects[i] = vec_hex_bytes(j, a);
	r.pieces = vec_list(v, "pieces", sizeof *r.pieces, a, &r.piece_count);
	json_array_foreach(vec_get(v, "pieces"), i, j)
		to_piece(j, true, &r.pieces[i], a);
	r.resume = vec_list(v, "resume", sizeof *r.resume, a, &r.resume_count);
	json_array_foreach(vec_get(v, "resume"), i, j)
		r.resume[i] = (struct message_piece){ .stream = (uint64_t)vec_int(j, "stream"),
						      .seq = (uint64_t)vec_int(j, "seq"),
						      .offset = (uint64_t)vec_int(j, "held") };
	r.has_claim = !json_is_null(vec_get(v, "claim"));
	if (r.has_claim)
		to_claim(vec_get(v, "claim"), &r.claim, a);
	to_others(v, &r, a);
	to_file(v, &r, a);
	r.safe = to_safe(v, a, &r.safe_count);
	to_leases(v, &r, a);
	r.files = to_files(v, "files", a, &r.file_count);
	r.wanted = to_files(v, "wanted", a, &r.wanted_count);
	r.reads_snapshots = json_object_get(v, "snapshot") != NULL;
	r.has_snapshot = to_snapshot(v, false, &r.snapshot, a);
	vec_to_healing(v, &r, a);
	request_encode(&r, out);
	return 0;
}

/* --- replies --- */

static json_t *from_item(const struct message_item *it)
{
	json_t *j = json_pack("{sI,sI,so}", "time", (json_int_t)it->time, "zero_ahead",
			      (json_int_t)it->zero_ahead, "verdicts", vec_hex(it->verdicts));

	if (it->own) {
		json_object_set_new(j, "own", json_true());
		return j;
	}
	json_object_set_new(j, "device", vec_from_device(it->device));
	if (!it->held)
		json_object_set_new(j, "object", vec_hex(it->object));
	return j;
}

static void to_item(json_t *j, struct message_item *it, struct arena *a)
{
	it->time = vec_int(j, "time");
	it->zero_ahead = vec_int(j, "zero_ahead");
	it->verdicts = vec_bytes(j, "verdicts", a);
	it->own = json_is_true(json_object_get(j, "own"));
	if (it->own)
		return;
	it->device = vec_device(vec_get(j, "device"));
	it->held = json_object_get(j, "object") == NULL;
	if (!it->held)
		it->object = vec_bytes(j, "object", a);
}

static json_t *from_stream(const struct message_stream *s)
{
	json_t *items = json_array();
	size_t i;

	for (i = 0; i < s->item_count; i++)
		json_array_append_new(items, from_item(&s->items[i]));
	return json_pack("{sI,sI,so,so,so}", "stream", (json_int_t)s->stream, "from",
			 (json_int_t)s->from, "items", items, "signature",
			 s->has_signature ? HEX(s->signature) : json_null(), "generation",
			 s->has_generation ? HEX(s->generation) : json_null());
}

static void to_stream(json_t *j, struct message_stream *s, struct arena *a)
{
	json_t *item;
	size_t i;

	s->stream = (uint64_t)vec_int(j, "stream");
	s->from = (uint64_t)vec_int(j, "from");
	s->items = vec_list(j, "items", sizeof *s->items, a, &s->item_count);
	json_array_foreach(vec_get(j, "items"), i, item)
		to_item(item, &s->items[i], a);
	s->has_signature = !json_is_null(vec_get(j, "signature"));
	if (s->has_signature)
		vec_copy(j, "signature", s->signature, SIGN_SIZE, a);
	s->has_generation = !json_is_null(vec_get(j, "generation"));
	if (s->has_generation)
		vec_copy(j, "generation", s->generation, GENERATION_SIZE, a);
}

static int read_reply(json_t *kase, struct bytes in, struct arena *a, json_t **value)
{
	json_t *streams, *problems, *held, *pieces;
	struct reply r;
	size_t i;
	int code = reply_decode(in, a, &r, NULL);

	(void)kase;
	if (code != 0)
		return code;
	streams = json_array();
	problems = json_array();
	held = json_array();
	pieces = json_array();
	for (i = 0; i < r.stream_count; i++)
		json_array_append_new(streams, from_stream(&r.streams[i]));
	for (i = 0; i < r.problem_count; i++)
		json_array_append_new(problems,
				      json_pack("{si,sI,sI}", "code", -r.problems[i].code,
						"stream", (json_int_t)r.problems[i].stream, "seq",
						(json_int_t)r.problems[i].seq));
	for (i = 0; i < r.held_count; i++)
		json_array_append_new(held, json_pack("{so,sI}", "id", HEX(r.held[i].id), "held",
						      (json_int_t)r.held[i].offset));
	for (i = 0; i < r.piece_count; i++)
		json_array_append_new(pieces, from_piece(&r.pieces[i], false));
	*value = json_pack("{sI,sI,so,so,so,so}", "counter", (json_int_t)r.counter, "time",
			   (json_int_t)r.time, "streams", streams, "problems", problems, "held",
			   held, "pieces", pieces);
	if (r.missing_count > 0)
		json_object_set_new(*value, "missing", from_ranges(r.missing, r.missing_count));
	from_safe(r.safe, r.safe_count, *value);
	from_files(r.files, r.file_count, "files", *value);
	from_files(r.standings, r.standing_count, "standings", *value);
	from_documents(r.keys, r.keys_count, *value);
	if (r.has_snapshot)
		from_snapshot(&r.snapshot, true, true, *value);
	vec_from_healed(&r, *value);
	return 0;
}

static int write_reply(json_t *kase, struct arena *a, struct buf *out)
{
	json_t *v = vec_get(kase, "value"), *j;
	struct reply r = { .counter = (uint64_t)vec_int(v, "counter"),
			   .time = vec_int(v, "time") };
	size_t i;

	r.streams = vec_list(v, "streams", sizeof *r.streams, a, &r.stream_count);
	json_array_foreach(vec_get(v, "streams"), i, j)
		to_stream(j, &r.streams[i], a);
	r.problems = vec_list(v, "problems", sizeof *r.problems, a, &r.problem_count);
	json_array_foreach(vec_get(v, "problems"), i, j)
		r.problems[i] = (struct message_problem){ -(int)vec_int(j, "code"),
							  (uint64_t)vec_int(j, "stream"),
							  (uint64_t)vec_int(j, "seq") };
	r.held = vec_list(v, "held", sizeof *r.held, a, &r.held_count);
	json_array_foreach(vec_get(v, "held"), i, j) {
		vec_copy(j, "id", r.held[i].id, MESSAGE_ID, a);
		r.held[i].offset = (uint64_t)vec_int(j, "held");
	}
	r.pieces = vec_list(v, "pieces", sizeof *r.pieces, a, &r.piece_count);
	json_array_foreach(vec_get(v, "pieces"), i, j)
		to_piece(j, false, &r.pieces[i], a);
	r.missing = to_ranges(v, "missing", a, &r.missing_count);
	r.files = to_files(v, "files", a, &r.file_count);
	r.standings = to_files(v, "standings", a, &r.standing_count);
	r.safe = to_safe(v, a, &r.safe_count);
	r.keys = to_documents(v, a, &r.keys_count);
	r.has_snapshot = to_snapshot(v, true, &r.snapshot, a);
	vec_to_healed(v, &r, a);
	reply_encode(&r, out);
	return 0;
}

const struct vec_kind vec_messages[] = {
	{ "request", read_request, write_request, NULL },
	{ "reply", read_reply, write_reply, NULL },
	{ NULL, NULL, NULL, NULL }
};
