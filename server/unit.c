/* Units: looking them up, and putting them into stream 0. What is asked for is
 * laid over what is there, checked as a whole, and only the differences become
 * ops. */
#include "server/unit.h"

#include <string.h>

#include "common/text.h"
#include "protocol/limits.h"

enum { UNIT_MEMORY = 64 * 1024 * 1024, CODE_MAX = 40 };

int server_unit(struct server *s, uint64_t number, struct rid *record, struct buf *name,
		struct err *e)
{
	struct stmt *q;
	int code = db_query(s->db, e, &q, "SELECT device, op, f_name FROM t_unit WHERE "
			    "stream=0 AND deleted=0 AND f_number=$1", "u", number);

	if (code != 0)
		return code;
	code = db_step(q, e);
	if (code == 1) {
		if (record != NULL)
			*record = (struct rid){ (uint64_t)db_int(q, 0), (uint64_t)db_int(q, 1) };
		if (name != NULL)
			buf_add(name, db_text(q, 2));
		code = name != NULL && name->failed ? err_set(e, ERR_NOMEM, "name") : 0;
	} else if (code == 0) {
		code = err_set(e, ERR_NO_UNIT, "%llu", (unsigned long long)number);
	}
	db_done(q);
	return code;
}

static bool digits_only(struct bytes s, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(s.at[i] - '0');
	}
	*out = n;
	return s.len > 0 && s.len <= 18;
}

/* Codes may be made of digits, as those of communes are: the code goes first. */
int server_unit_find(struct server *s, struct bytes code, uint64_t *number, struct err *e)
{
	struct stmt *q;
	uint64_t n = 0;
	int rc = db_query(s->db, e, &q, "SELECT f_number FROM t_unit WHERE stream=0 AND "
			  "deleted=0 AND f_code=$1", "");

	if (rc != 0)
		return rc;
	db_bind_text(q, 1, code);
	rc = db_step(q, e);
	if (rc == 1)
		n = (uint64_t)db_int(q, 0);
	db_done(q);
	if (rc < 0)
		return rc;
	if (rc == 0) {
		if (!digits_only(code, &n) || server_unit(s, n, NULL, NULL, NULL) != 0)
			return err_set(e, ERR_NO_UNIT, "%.*s", (int)code.len,
				       (const char *)code.at);
	}
	*number = n;
	return 0;
}

/* A unit as it is and as it shall be. */
struct entry {
	bool stored;
	struct rid record;
	struct unit_row is, shall;
};

struct unit_list {
	struct server *s;
	struct arena a;
	struct entry *list;
	size_t count, stored;
	struct err *e;
};

static struct bytes text_column(struct unit_list *w, struct stmt *q, int column)
{
	return db_is_null(q, column) ? BYTES_NONE : arena_copy(&w->a, db_text(q, column));
}

/* All units that are there, with room for `more`. */
static int load(struct unit_list *w, size_t more)
{
	int64_t n = 0;
	struct stmt *q;
	int code = db_number(w->s->db, w->e, 0, &n, "SELECT count(*) FROM t_unit", "");

	if (code != 0)
		return code;
	w->list = arena_array(&w->a, (size_t)n + more + 1, sizeof *w->list);
	if (w->list == NULL)
		return err_set(w->e, ERR_NOMEM, "units");
	code = db_query(w->s->db, w->e, &q, "SELECT device, op, f_number, f_code, f_name, f_kind,"
			"f_status, f_parent FROM t_unit WHERE stream=0 AND deleted=0", "");
	if (code != 0)
		return code;
	while ((code = db_step(q, w->e)) == 1 && w->count < (size_t)n) {
		struct entry *en = &w->list[w->count++];

		en->stored = true;
		en->record = (struct rid){ (uint64_t)db_int(q, 0), (uint64_t)db_int(q, 1) };
		en->is.number = (uint64_t)db_int(q, 2);
		en->is.code = text_column(w, q, 3);
		en->is.name = text_column(w, q, 4);
		en->is.kind = text_column(w, q, 5);
		en->is.status = text_column(w, q, 6);
		en->is.parent = (uint64_t)db_int(q, 7);
		en->shall = en->is;
	}
	db_done(q);
	w->stored = w->count;
	return code < 0 ? code : 0;
}

static uint64_t next_number(const struct unit_list *w)
{
	uint64_t highest = 0;
	size_t i;

	for (i = 0; i < w->count; i++)
		if (w->list[i].shall.number > highest)
			highest = w->list[i].shall.number;
	return highest + 1;
}

/* The stored entry that u speaks of, or a new one. */
static struct entry *entry_for(struct unit_list *w, const struct unit_row *u)
{
	struct entry *en;
	size_t i;

	for (i = 0; i < w->stored; i++)
		if (u->number != 0 ? w->list[i].is.number == u->number :
				     bytes_equal(w->list[i].is.code, u->code))
			return &w->list[i];
	en = &w->list[w->count];
	*en = (struct entry){ .shall = { .number = u->number, .status = bytes_str("active") } };
	if (en->shall.number == 0)
		en->shall.number = next_number(w);
	w->count++;
	return en;
}

static int lay_text(struct unit_list *w, const struct unit_row *u, struct bytes from,
		    struct bytes *to)
{
	struct buf normal;
	int code;

	if (from.at == NULL)
		return 0;
	buf_init(&normal, LIMIT_AUTHOR);
	code = text_nfc(from, &normal, w->e);
	if (code == 0 && normal.failed)
		code = err_set(w->e, ERR_BAD_VALUE, "%.*s",
			       (int)(u->code.len < 60 ? u->code.len : 60),
			       (const char *)u->code.at);
	if (code == 0) {
		*to = arena_copy(&w->a, buf_view(&normal));
		if (normal.len > 0 && to->at == NULL)
			code = err_set(w->e, ERR_NOMEM, "units");
	}
	buf_release(&normal);
	return code;
}

static int lay(struct unit_list *w, const struct unit_row *u)
{
	struct entry *en = entry_for(w, u);
	int code = lay_text(w, u, u->code, &en->shall.code);

	if (code == 0)
		code = lay_text(w, u, u->name, &en->shall.name);
	if (code == 0)
		code = lay_text(w, u, u->kind, &en->shall.kind);
	if (code == 0 && u->status.len > 0)
		code = lay_text(w, u, u->status, &en->shall.status);
	if (u->has_parent)
		en->shall.parent = u->parent;
	return code;
}

/* Letters, digits and -_. : a code is typed on command lines. */
static bool good_code(struct bytes s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		uint8_t c = s.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
			return false;
	}
	return s.len > 0 && s.len <= CODE_MAX;
}

static bool has_number(const struct unit_list *w, uint64_t number)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		if (w->list[i].shall.number == number)
			return true;
	return false;
}

static int check(struct unit_list *w)
{
	size_t i, k;

	for (i = 0; i < w->count; i++) {
		const struct unit_row *u = &w->list[i].shall;
		int len = (int)(u->code.len < 60 ? u->code.len : 60);

		if (!good_code(u->code) || u->name.len == 0 || u->number == 0 ||
		    u->number > INT32_MAX)
			return err_set(w->e, ERR_BAD_VALUE, "%.*s", len,
				       (const char *)u->code.at);
		if (u->parent != 0 && (u->parent == u->number || !has_number(w, u->parent)))
			return err_set(w->e, ERR_NO_UNIT, "%llu", (unsigned long long)u->parent);
		for (k = 0; k < i; k++)
			if (w->list[k].shall.number == u->number ||
			    bytes_equal(w->list[k].shall.code, u->code))
				return err_set(w->e, ERR_EXISTS, "%.*s", len,
					       (const char *)u->code.at);
	}
	return 0;
}

static bool put_text(struct draft *d, struct rid record, uint32_t field, struct bytes is,
		     struct bytes shall)
{
	if (bytes_equal(is, shall))
		return false;
	draft_set(d, TYPE_UNIT, record, field,
		  shall.len == 0 ? VALUE_OF_NULL : value_text(shall), false);
	return true;
}

/* The ops that make `is` into `shall`; whether there were any. */
static bool put_entry(struct draft *d, const struct entry *en)
{
	const struct unit_row *is = &en->is, *shall = &en->shall;
	struct rid r = en->record;
	bool changed = !en->stored;

	if (!en->stored) {
		r = draft_create(d, TYPE_UNIT, RID_NONE, 0);
		draft_set(d, TYPE_UNIT, r, FIELD_UNIT_NUMBER, value_int((int64_t)shall->number),
			  false);
	}
	changed |= put_text(d, r, FIELD_UNIT_CODE, is->code, shall->code);
	changed |= put_text(d, r, FIELD_UNIT_NAME, is->name, shall->name);
	changed |= put_text(d, r, FIELD_UNIT_KIND, is->kind, shall->kind);
	if (is->parent != shall->parent) {
		draft_set(d, TYPE_UNIT, r, FIELD_UNIT_PARENT,
			  shall->parent == 0 ? VALUE_OF_NULL : value_int((int64_t)shall->parent),
			  false);
		changed = true;
	}
	changed |= put_text(d, r, FIELD_UNIT_STATUS, is->status, shall->status);
	return changed;
}

int unit_put(struct server *s, const struct unit_row *units, size_t count, size_t *changed,
	     struct err *e)
{
	struct unit_list w = { .s = s, .e = e };
	struct draft d;
	size_t i, n = 0;
	int code;

	if (count > UNITS_MAX)
		return err_set(e, ERR_LIMIT, "%zu > %d", count, UNITS_MAX);
	arena_init(&w.a, UNIT_MEMORY);
	code = server_begin(s, 0, &s->working, &w.a, &d, e);
	if (code != 0) {
		arena_release(&w.a);
		return code;
	}
	code = load(&w, count);
	for (i = 0; i < count && code == 0; i++)
		code = lay(&w, &units[i]);
	if (code == 0)
		code = check(&w);
	for (i = 0; i < w.count && code == 0; i++)
		n += put_entry(&d, &w.list[i]);
	if (code == 0)
		code = server_save(s, &s->working, &d, NULL, e);
	else
		server_drop(s);
	arena_release(&w.a);
	if (code == 0)
		*changed = n;
	return code;
}
