/* Writes protocol/vectors: make_vectors FOLDER. Once written the files are the
 * truth; this program is how they came about, not what tests run. */
#include "tests/vectors/make_vectors.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"

struct fixture fx;
struct arena memory;
static json_t *cases;

const char *fmt(const char *format, ...)
{
	struct buf b;
	va_list ap;
	char *text;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	buf_init(&b, (size_t)n + 1);
	va_start(ap, format);
	vsnprintf((char *)buf_grow(&b, (size_t)n + 1), (size_t)n + 1, format, ap);
	va_end(ap);
	text = arena_str(&memory, buf_view(&b));
	buf_release(&b);
	return text;
}

const char *hex_of(struct bytes s)
{
	json_t *j = vec_hex(s);
	const char *text = fmt("%s", json_string_value(j));

	json_decref(j);
	return text;
}

struct bytes bytes_of(const char *hex)
{
	struct buf b;
	json_t *j;
	struct bytes s;

	buf_init(&b, 1 << 24);
	for (; *hex != '\0'; hex++)
		if (*hex != ' ')
			buf_byte(&b, (uint8_t)*hex);
	j = json_stringn(b.len == 0 ? "" : (const char *)b.at, b.len);
	s = vec_hex_bytes(j, &memory);
	json_decref(j);
	buf_release(&b);
	return s;
}

const char *hex_run(unsigned byte, size_t n)
{
	struct buf b;
	const char *text;

	buf_init(&b, 1 << 24);
	while (n-- > 0)
		buf_byte(&b, (uint8_t)byte);
	text = hex_of(buf_view(&b));
	buf_release(&b);
	return text;
}

const char *seed(unsigned byte)
{
	return hex_run(byte, 32);
}

const char *plain_of(const char *payload, const char *personal)
{
	struct bytes p = bytes_of(payload), rest = bytes_of(personal);
	struct buf b;
	const char *text;

	buf_init(&b, 1 << 24);
	buf_varint(&b, p.len);
	buf_add(&b, p);
	buf_add(&b, rest);
	text = hex_of(buf_view(&b));
	buf_release(&b);
	return text;
}

const char *cut(const char *hex, size_t n)
{
	return fmt("%.*s", (int)(strlen(hex) - 2 * n), hex);
}

const char *flip(const char *hex, long at, unsigned with)
{
	struct bytes s = bytes_of(hex);
	uint8_t *p = arena_alloc(&memory, s.len);

	memcpy(p, s.at, s.len);
	p[at < 0 ? (long)s.len + at : at] ^= (uint8_t)with;
	return hex_of((struct bytes){ p, s.len });
}

/* JSON with ' for ". */
static json_t *parse(const char *text)
{
	char *copy = arena_str(&memory, bytes_str(text)), *p;
	json_error_t why;
	json_t *j;

	for (p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	j = json_loads(copy, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
	if (j == NULL) {
		fprintf(stderr, "%s\n%d: %s\n", copy, why.column, why.text);
		exit(1);
	}
	return j;
}

static json_t *begin(const char *kind, const char *name, const char *inputs)
{
	json_t *kase = json_pack("{ss,ss}", "name", name, "kind", kind), *other, *j;
	size_t i;

	if (inputs[0] != '\0') {
		j = parse(inputs);
		json_object_update(kase, j);
		json_decref(j);
	}
	json_array_foreach(cases, i, other)
		if (strcmp(json_string_value(json_object_get(other, "name")), name) == 0)
			vec_die(kase, "the name is taken");
	json_array_append_new(cases, kase);
	return kase;
}

/* Whether all that `given` says stands in `full` too. */
static bool covers(json_t *given, json_t *full)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_object(given)) {
		json_object_foreach(given, key, member)
			if (!covers(member, json_object_get(full, key)))
				return false;
		return true;
	}
	if (!json_is_array(given))
		return json_equal(given, full);
	json_array_foreach(given, i, member)
		if (!covers(member, json_array_get(full, i)))
			return false;
	return json_array_size(given) == json_array_size(full);
}

const char *good(const char *kind, const char *name, const char *inputs, const char *value,
		 const char *why)
{
	const struct vec_kind *k = vec_kind(kind);
	json_t *kase = begin(kind, name, inputs), *given = parse(value), *full = NULL;
	const char *hex;
	struct buf out;
	int code = 0;

	buf_init(&out, LIMIT_MESSAGE * 2);
	json_object_set(kase, "value", given);
	if (k->write != NULL)
		code = k->write(kase, &memory, &out);
	else
		vec_die(kase, "is read only");
	if (code != 0 || out.failed)
		vec_die(kase, err_name(code));
	hex = hex_of(buf_view(&out));
	code = k->read(kase, bytes_of(hex), &memory, &full);
	if (code != 0)
		vec_die(kase, err_name(code));
	if (!covers(given, full))
		vec_die(kase, json_dumps(full, 0));
	json_object_del(kase, "value");
	json_object_set_new(kase, "hex", json_string(hex));
	json_object_set_new(kase, "value", full);
	json_object_set_new(kase, "why", json_string(why));
	json_decref(given);
	buf_release(&out);
	return hex;
}

void odd(const char *kind, const char *name, const char *inputs, const char *hex,
	 const char *why)
{
	json_t *kase = begin(kind, name, inputs), *value = NULL;
	struct bytes in = bytes_of(hex);
	int code = vec_kind(kind)->read(kase, in, &memory, &value);

	if (code != 0)
		vec_die(kase, err_name(code));
	if (vec_kind(kind)->write != NULL)
		json_object_set_new(kase, "one_way", json_true());
	json_object_set_new(kase, "hex", vec_hex(in));
	json_object_set_new(kase, "value", value);
	json_object_set_new(kase, "why", json_string(why));
}

void bad(const char *kind, const char *name, const char *inputs, const char *hex,
	 const char *error, const char *why)
{
	json_t *kase = begin(kind, name, inputs);

	json_object_set_new(kase, "hex", vec_hex(bytes_of(hex)));
	json_object_set_new(kase, "error", json_string(error));
	json_object_set_new(kase, "why", json_string(why));
}

json_t *newest(const char *key)
{
	return vec_get(json_array_get(cases, json_array_size(cases) - 1), key);
}

static void key_of(struct sign_key *key, uint8_t byte)
{
	uint8_t s[SIGN_SEED];

	memset(s, byte, sizeof s);
	sign_make(key, s);
}

static void make_fixture(void)
{
	uint8_t s[32];
	uint8_t salt[16];
	struct buf payload;
	struct document doc;

	memset(s, SEED_BOX, sizeof s);
	seal_make(&fx.box, s);
	key_of(&fx.root, SEED_ROOT);
	key_of(&fx.working, SEED_WORKING);
	key_of(&fx.device, SEED_DEVICE);
	key_of(&fx.other, SEED_OTHER);
	memset(salt, 0xa5, sizeof salt);
	buf_init(&payload, 1 << 12);
	root_document_put(bytes_str("Huyện Sông Lô"), fx.root.public_key, 1767225600, salt,
			  &payload);
	fx.root_payload = arena_copy(&memory, buf_view(&payload));
	buf_release(&payload);
	document_sign(&fx.root, SIGN_ROOT, NULL, fx.root_payload, fx.root_signature);
	doc = (struct document){ fx.root_payload, BYTES_OF(fx.root_signature) };
	if (root_document_read(&doc, &fx.district, NULL) != 0)
		abort();
	fx.id = HEX_OF(fx.district.id);
	fx.self = fmt("%016llx", (unsigned long long)fx.device.id);
	fx.else_ = fmt("%016llx", (unsigned long long)fx.other.id);
}

/* A case a line, so that a change shows as one. */
static void write_file(const char *folder, const char *name)
{
	FILE *f = fopen(fmt("%s/%s.json", folder, name), "w");
	json_t *kase;
	size_t i;

	if (f == NULL) {
		perror(folder);
		exit(1);
	}
	fputs("[\n", f);
	json_array_foreach(cases, i, kase) {
		if (i > 0)
			fputs(",\n", f);
		json_dumpf(kase, f, JSON_COMPACT);
	}
	fputs("\n]\n", f);
	if (fclose(f) != 0) {
		perror(folder);
		exit(1);
	}
	json_array_clear(cases);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*make)(void);
	} files[] = {
		{ "basic", make_basic }, { "signature", make_signatures },
		{ "changeset", make_changesets }, { "changeset-bad", make_bad_changesets },
		{ "object", make_objects }, { "request", make_requests },
		{ "reply", make_replies }, { "verdicts", make_verdicts },
		{ "envelope", make_envelopes }, { "documents", make_documents },
		{ "enrolment", make_enrolments }, { "snapshot", make_snapshots },
		{ "later", make_later }, { "heal", make_heal },
	};
	size_t i;

	if (argc != 2 || sodium_init() < 0) {
		fprintf(stderr, "make_vectors FOLDER\n");
		return 2;
	}
	arena_init(&memory, (size_t)1 << 30);
	cases = json_array();
	make_fixture();
	for (i = 0; i < sizeof files / sizeof files[0]; i++) {
		files[i].make();
		write_file(argv[1], files[i].name);
	}
	json_decref(cases);
	arena_release(&memory);
	return 0;
}
