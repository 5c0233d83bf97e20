/* Saves at units' computers and at the server. */
#include "tests/sample/hand.h"

#include <stdio.h>
#include <string.h>

#include "client/sync/attach_way.h"
#include "common/edit/edit_parts.h"
#include "common/pack/figures.h"
#include "common/query/query.h"
#include "server/register.h"
#include "tests/sample/scan.h"

enum { ASSIGNMENTS = 64, TEXT = 16384, SAVE_MEMORY = 256 * 1024 * 1024, REFS = 16 };

static void begin(struct hand *h, struct sample *s)
{
	memset(h, 0, sizeof *h);
	h->s = s;
	arena_init(&h->a, SAVE_MEMORY);
	sample_breath(s);
}

static void take_schema(struct hand *h)
{
	sample_need(h->s, replica_schema_now(h->r, &h->schema, &h->e), &h->e, "schema");
}

void hand_at(struct hand *h, struct sample *s, struct machine *m, bool head)
{
	begin(h, s);
	h->m = m;
	h->head = head;
	h->r = &m->client.replica;
	h->stream = m->client.unit;
	take_schema(h);
	sample_need(s, head ? chief_begin(&m->client, &m->chief, m->client.unit, &h->a, &h->d, &h->e) :
			      client_begin(&m->client, h->stream, &h->a, &h->d, &h->e),
		    &h->e, "beginning a save");
}

void hand_clerk(struct hand *h, struct sample *s, uint64_t unit)
{
	hand_at(h, s, &s->machines[unit], false);
}

void hand_head(struct hand *h, struct sample *s, uint64_t unit)
{
	hand_at(h, s, &s->machines[unit], true);
}

void hand_officer(struct hand *h, struct sample *s, enum desk desk, uint64_t stream)
{
	begin(h, s);
	h->o = &s->officers[desk];
	h->r = &s->server.replica;
	h->stream = stream;
	sample_need(s, server_begin(&s->server, stream, &h->o->key, &h->a, &h->d, &h->e), &h->e,
		    "beginning a save");
	take_schema(h);
}

/* Who does it, for what is said at the end. */
static const char *who(const struct hand *h)
{
	return h->o != NULL ? h->o->name : h->head ? h->m->head : h->m->clerk;
}

static void need(struct hand *h, int code, const char *what, const char *of)
{
	if (code != 0)
		sample_die(h->s, "%s, unit %llu, %s %s: %s (%s)", who(h),
			   (unsigned long long)h->stream, what, of, err_name(code), h->e.subject);
}

static size_t split(struct hand *h, const char *fmt, va_list ap, struct assignment *list)
{
	char *text = arena_alloc(&h->a, TEXT), *at, *end;
	size_t n = 0;

	if (text == NULL || vsnprintf(text, TEXT, fmt, ap) >= TEXT)
		sample_die(h->s, "too long: %.60s", fmt);
	for (at = text; *at != '\0' && n < ASSIGNMENTS; at = end) {
		end = at + strcspn(at, "|");
		if (!edit_assignment((struct bytes){ (uint8_t *)at, (size_t)(end - at) }, &list[n++]))
			sample_die(h->s, "no assignment: %.60s", at);
		end += *end == '|';
	}
	return n;
}

struct rid hand_add(struct hand *h, const char *type, const char *fmt, ...)
{
	struct assignment list[ASSIGNMENTS];
	struct rid id = RID_NONE;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = split(h, fmt, ap, list);
	va_end(ap);
	need(h, edit_add(h->r, h->schema, &h->d, bytes_str(type), list, n, &id, &h->e), "add",
	     type);
	return id;
}

static bool of_this_save(const struct hand *h, struct rid id)
{
	return id.device == h->d.device && id.op >= h->d.first;
}

static const struct type *type_of_new(struct hand *h, struct rid id)
{
	size_t i;

	for (i = 0; i < h->d.count; i++)
		if (rid_equal(h->d.ops[i].record, id))
			return schema_type(h->schema, h->d.ops[i].type);
	sample_die(h->s, "nothing is new");
}

/* More of a record that this save creates. */
static int edit_new(struct hand *h, struct rid id, const struct assignment *list, size_t n)
{
	struct editing ed = { h->r, h->schema, &h->d, &h->e };

	return edit_assign(&ed, type_of_new(h, id), id, NULL, list, n);
}

static int add_row_of_new(struct hand *h, struct rid parent, struct bytes list_field,
			  const struct assignment *list, size_t n, struct rid *out)
{
	const struct field *f = type_field_by_code(type_of_new(h, parent), list_field);

	const struct type *row = schema_type_by_code(h->schema, bytes_str(f->targets[0]));

	*out = draft_create(&h->d, row->number, parent, f->number);
	return edit_new(h, *out, list, n);
}

struct rid hand_row(struct hand *h, struct rid parent, const char *list_field, const char *fmt,
		    ...)
{
	struct assignment list[ASSIGNMENTS];
	struct rid id = RID_NONE;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = split(h, fmt, ap, list);
	va_end(ap);
	need(h, of_this_save(h, parent) ?
			add_row_of_new(h, parent, bytes_str(list_field), list, n, &id) :
			edit_add_row(h->r, h->schema, &h->d, parent, bytes_str(list_field), list, n,
				     &id, &h->e),
	     "row", list_field);
	return id;
}

/* Where a save begun at a computer, or at the server, keeps what its rows name. */
static const struct attach_kind *keep(struct hand *h, struct bytes content, uint8_t hash[HASH_SIZE])
{
	const struct attach_kind *kind = NULL;
	struct server *s = &h->s->server;

	if (h->m != NULL) {
		need(h, way_keep(&h->m->client, content, hash, &kind, &h->e), "file", "");
		return kind;
	}
	need(h, attach_kind_of(content, &kind, &h->e), "file", "");
	attach_hash(content, hash);
	need(h, attach_keep(s->db, s->dir, hash, content, env_now(s->env), &h->e), "file", "");
	return kind;
}

void hand_scan(struct hand *h, struct rid record, const char *kind, unsigned turn, int pages)
{
	uint8_t hash[HASH_SIZE];
	char text[2 * HASH_SIZE + 1], name[64];
	const struct attach_kind *media;
	struct buf content;

	buf_init(&content, 1 << 16);
	scan_of(kind, turn, &content);
	scan_name(kind, turn, name);
	media = keep(h, buf_view(&content), hash);
	attach_hash_text(hash, text);
	hand_row(h, record, "attachments", "kind=%s|name=%s|hash=%s|size=%zu|media=%s|pages=%d", kind,
		 name, text, content.len, media->media, pages);
	buf_release(&content);
}

struct rid hand_figures(struct hand *h, struct rid report, const char *code)
{
	const struct figures *g = schema_type_by_code(h->schema, bytes_str("annual_report"))->figures;
	struct rid row = RID_NONE;
	json_t *told = NULL;
	int64_t day;
	size_t i;

	need(h, figures_fill(h->r, h->schema, &h->d, report, LANG_VI, &day, &told, &h->e), "figures", code);
	json_decref(told);
	/* The op that says which figure a new row is. */
	for (i = 0; i < h->d.count; i++)
		if (h->d.ops[i].field == g->code->number && h->d.ops[i].value.kind == VALUE_TEXT &&
		    bytes_equal(h->d.ops[i].value.b, bytes_str(code)))
			row = h->d.ops[i].record;
	return row;
}

void hand_edit(struct hand *h, struct rid id, const char *fmt, ...)
{
	struct assignment list[ASSIGNMENTS];
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = split(h, fmt, ap, list);
	va_end(ap);
	need(h, of_this_save(h, id) ? edit_new(h, id, list, n) :
				      edit_change(h->r, h->schema, &h->d, id, list, n, &h->e),
	     "edit", fmt);
}

void hand_move(struct hand *h, struct rid id, const char *state, const char *remark)
{
	struct bytes text = remark == NULL ? BYTES_NONE : bytes_str(remark);
	int code = 0;

	if (h->head)
		code = edit_sign(h->r, h->schema, &h->d, id, bytes_str(state), NULL, &h->e);
	if (code == 0 && h->o != NULL)
		code = register_number(&h->s->server, h->schema, &h->d, id, &h->e);
	if (code == 0)
		code = edit_move(h->r, h->schema, &h->d, id, bytes_str(state), text, &h->e);
	need(h, code, "move to", state);
	h->s->tally.moves++;
}

void hand_return(struct hand *h, struct rid id, const char *remark, const char *fmt)
{
	struct assignment list[ASSIGNMENTS];
	char *text = arena_str(&h->a, bytes_str(fmt)), *at, *end;
	size_t n = 0;

	for (at = text; *at != '\0'; at = end) {
		end = at + strcspn(at, "|");
		if (!edit_assignment((struct bytes){ (uint8_t *)at, (size_t)(end - at) }, &list[n++]))
			sample_die(h->s, "no reason: %s", at);
		end += *end == '|';
	}
	need(h, edit_return(h->r, h->schema, &h->d, id, bytes_str("returned"), list, n, &h->e),
	     "return", fmt);
	hand_move(h, id, "returned", remark);
}

void hand_nil(struct hand *h, struct rid id, const char *type)
{
	const struct type *t = schema_type_by_code(h->schema, bytes_str(type));
	size_t i;

	for (i = 0; i < t->nil_count; i++)
		draft_set(&h->d, t->number, id, t->nil[i].field->number, t->nil[i].value, false);
}

void hand_delete(struct hand *h, struct rid id)
{
	need(h, edit_delete(h->r, h->schema, &h->d, id, false, &h->e), "delete", "");
}

/* The verdict's code; what it is about is then in h->e. */
static int save(struct hand *h)
{
	struct verdict v = { 0 };
	struct machine *m = h->m;

	if (m == NULL)
		return server_save(&h->s->server, &h->o->key, &h->d, &v, &h->e);
	return h->head ? chief_save(&m->client, &m->chief, &h->d, &v, &h->e) :
			 client_save(&m->client, &h->d, &v, &h->e);
}

void hand_save(struct hand *h)
{
	int code = save(h);

	need(h, code, "save", "");
	h->s->tally.saves++;
	arena_release(&h->a);
}

void hand_refused(struct hand *h, int wanted)
{
	int code = save(h);

	if (code != wanted)
		sample_die(h->s, "%s, unit %llu: %s instead of %s (%s)", who(h),
			   (unsigned long long)h->stream, err_name(code), err_name(wanted),
			   h->e.subject);
	h->s->tally.refused++;
	arena_release(&h->a);
}

const char *ref(uint64_t stream, struct rid id)
{
	static char buffers[REFS][64];
	static unsigned turn;
	char *out = buffers[turn++ % REFS];

	record_full_text(stream, id, out);
	return out;
}
