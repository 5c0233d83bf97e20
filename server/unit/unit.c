/* Units: looking them up, and putting them into stream 0. What is asked for is
 * laid over what is there, replayed with all events, and only the differences become
 * ops. */
#include "server/unit/unit.h"

#include <stddef.h>
#include <string.h>

#include "common/text/date.h"
#include "common/text/text.h"
#include "common/unit/unit_parts.h"
#include "protocol/limits.h"

enum { UNIT_MEMORY = 64 * 1024 * 1024, CODE_MAX = 40, ADMIN_ID_MAX = 35, NAMED = 60 };

int server_unit(struct server *s, uint64_t number, struct unit *out, struct err *e)
{
	const struct units *u;
	struct unit unit;
	int code = units_now(&s->replica, &u, e);

	if (code != 0)
		return code;
	if (!units_on(u, number, date_of(env_now(s->env)), &unit))
		return err_set(e, ERR_NO_UNIT, "%llu", (unsigned long long)number);
	if (out != NULL)
		*out = unit;
	return 0;
}

int server_unit_used(struct server *s, uint64_t number, struct unit *out, struct err *e)
{
	int code = server_unit(s, number, out, e);

	return code != 0 || out->from < out->until ? code :
	       err_set(e, ERR_UNIT_INACTIVE, "%llu %.*s", (unsigned long long)number,
		       (int)(out->name.len < NAMED ? out->name.len : NAMED),
		       out->name.len == 0 ? "" : (const char *)out->name.at);
}

int server_unit_find(struct server *s, struct bytes text, uint64_t *number, struct err *e)
{
	const struct units *u;
	int code = units_now(&s->replica, &u, e);

	return code != 0 ? code : units_find(u, text, date_of(env_now(s->env)), number, e);
}

/* The texts of a unit: where they stand in a row, which field they are. */
static const struct text_field {
	size_t at;
	uint32_t field;
	bool personal;
} text_fields[] = {
	{ offsetof(struct unit_row, code), FIELD_UNIT_CODE, false },
	{ offsetof(struct unit_row, name), FIELD_UNIT_NAME, false },
	{ offsetof(struct unit_row, kind), FIELD_UNIT_KIND, false },
	{ offsetof(struct unit_row, status), FIELD_UNIT_STATUS, false },
	{ offsetof(struct unit_row, admin_id), FIELD_UNIT_ADMIN_ID, false },
	{ offsetof(struct unit_row, address), FIELD_UNIT_ADDRESS, false },
	{ offsetof(struct unit_row, head), FIELD_UNIT_HEAD, false },
	{ offsetof(struct unit_row, phone), FIELD_UNIT_PHONE, true },
};

enum { TEXT_FIELDS = sizeof text_fields / sizeof text_fields[0] };

static struct bytes text_of(const struct unit_row *u, size_t i)
{
	return *(const struct bytes *)(const void *)((const char *)u + text_fields[i].at);
}

static void set_text(struct unit_row *u, size_t i, struct bytes s)
{
	*(struct bytes *)(void *)((char *)u + text_fields[i].at) = s;
}

/* A unit as it is and as it shall be. */
struct entry {
	bool stored, off;          /* off: its state does not count (type_counts) */
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

static int bad(struct unit_list *w, int code, struct bytes what)
{
	return err_set(w->e, code, "%.*s", (int)(what.len < NAMED ? what.len : NAMED),
		       (const char *)what.at);
}

/* All units that are there, with room for `more`. */
static int load(struct unit_list *w, size_t more)
{
	const struct type *t;
	struct schema *schema;
	int64_t n = 0;
	struct stmt *q;
	int code = db_number(w->s->db, w->e, 0, &n, "SELECT count(*) FROM t_unit", "");

	if (code == 0)
		code = replica_schema_now(&w->s->replica, &schema, w->e);
	if (code != 0)
		return code;
	t = schema_type(schema, TYPE_UNIT);
	w->list = arena_array(&w->a, (size_t)n + more + 1, sizeof *w->list);
	if (w->list == NULL)
		return err_set(w->e, ERR_NOMEM, "units");
	/* The texts in the order of text_fields. */
	code = db_query(w->s->db, w->e, &q, "SELECT f_code, f_name, f_kind, f_status, f_admin_id, "
			"f_address, f_head, f_phone, device, op, f_number, f_parent, f_since, "
			"f_outside, state FROM t_unit WHERE stream=0 AND deleted=0", "");
	if (code != 0)
		return code;
	while ((code = db_step(q, w->e)) == 1 && w->count < (size_t)n) {
		struct entry *en = &w->list[w->count++];
		size_t i;

		en->stored = true;
		en->off = !type_counts(t, db_int(q, 14));
		for (i = 0; i < TEXT_FIELDS; i++)
			if (!db_is_null(q, (int)i))
				set_text(&en->is, i, arena_copy(&w->a, db_text(q, (int)i)));
		en->record = (struct rid){ (uint64_t)db_int(q, 8), (uint64_t)db_int(q, 9) };
		en->is.number = (uint64_t)db_int(q, 10);
		en->is.parent = (uint64_t)db_int(q, 11);
		en->is.since = db_is_null(q, 12) ? UNIT_ALWAYS : db_int(q, 12);
		en->is.outside = db_int(q, 13) != 0;
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

/* The stored entry that u speaks of, or a new one. A code goes from unit to unit: where
 * several began with it, only the number tells which. */
static int entry_for(struct unit_list *w, const struct unit_row *u, struct entry **out)
{
	struct entry *found = NULL;
	size_t i;

	for (i = 0; i < w->stored; i++) {
		if (u->number != 0 ? w->list[i].is.number != u->number :
				     !bytes_equal(w->list[i].is.code, u->code))
			continue;
		if (found != NULL)
			return err_set(w->e, ERR_UNIT_AMBIGUOUS, "%.*s: %llu, %llu",
				       (int)(u->code.len < NAMED ? u->code.len : NAMED),
				       (const char *)u->code.at,
				       (unsigned long long)found->is.number,
				       (unsigned long long)w->list[i].is.number);
		found = &w->list[i];
	}
	if (found == NULL) {
		found = &w->list[w->count];
		*found = (struct entry){ .is.since = UNIT_ALWAYS,
					 .shall = { .number = u->number, .since = UNIT_ALWAYS,
						    .status = bytes_str("active") } };
		if (found->shall.number == 0)
			found->shall.number = next_number(w);
		w->count++;
	}
	*out = found;
	return 0;
}

static int lay_text(struct unit_list *w, const struct unit_row *u, size_t i,
		    struct unit_row *shall)
{
	struct bytes from = text_of(u, i), to;
	struct buf normal;
	int code;

	if (from.at == NULL || (from.len == 0 && text_fields[i].field == FIELD_UNIT_STATUS))
		return 0;
	buf_init(&normal, LIMIT_AUTHOR * 2);
	code = text_nfc(from, &normal, w->e);
	if (code == 0 && normal.failed)
		code = bad(w, ERR_BAD_VALUE, u->code);
	if (code == 0) {
		to = arena_copy(&w->a, buf_view(&normal));
		set_text(shall, i, to);
		if (normal.len > 0 && to.at == NULL)
			code = err_set(w->e, ERR_NOMEM, "units");
	}
	buf_release(&normal);
	return code;
}

static int lay(struct unit_list *w, const struct unit_row *u)
{
	struct entry *en = NULL;
	size_t i;
	int code = entry_for(w, u, &en);

	for (i = 0; i < TEXT_FIELDS && code == 0; i++)
		code = lay_text(w, u, i, &en->shall);
	if (code != 0)
		return code;
	if (u->has_parent)
		en->shall.parent = u->parent;
	if (u->has_since)
		en->shall.since = u->since;
	if (u->has_outside)
		en->shall.outside = u->outside;
	return 0;
}

bool unit_good_code(struct bytes s)
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

/* Decision 20/2020/QĐ-TTg: groups of capitals and digits with points between. */
static bool good_admin_id(struct bytes s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!((s.at[i] >= 'A' && s.at[i] <= 'Z') || (s.at[i] >= '0' && s.at[i] <= '9') ||
		      s.at[i] == '.'))
			return false;
	return s.len <= ADMIN_ID_MAX;
}

/* All units as they shall be, replayed with the events that there are. */
static int replay(struct unit_list *w, struct units *u)
{
	size_t i;

	for (i = 0; i < w->count; i++) {
		const struct unit_row *shall = &w->list[i].shall;
		struct unit_entry *en = w->list[i].stored ? units_entry(u, shall->number) :
							    units_add(u, shall->number);

		if (en == NULL)
			return err_set(w->e, ERR_NOMEM, "units");
		en->first.code = shall->code;
		en->first.name = shall->name;
		en->first.kind = shall->kind;
		en->first.parent = shall->parent;
		en->first.from = shall->since;
		en->outside = shall->outside;
		/* What waits for approval, or has been retired, is as it was. */
		en->void_status = !bytes_equal(shall->status, bytes_str("active")) || w->list[i].off;
	}
	return units_replay(u, true, w->e);
}

static int check(struct unit_list *w)
{
	struct units *u;
	size_t i, k;
	int code = 0;

	for (i = 0; i < w->count; i++) {
		const struct unit_row *shall = &w->list[i].shall;

		if (!unit_good_code(shall->code) || shall->name.len == 0 || shall->number == 0 ||
		    shall->number > INT32_MAX || !good_admin_id(shall->admin_id))
			return bad(w, ERR_BAD_VALUE, shall->code);
		for (k = 0; k < i; k++)
			if (w->list[k].shall.number == shall->number)
				return bad(w, ERR_EXISTS, shall->code);
	}
	code = units_load(&w->s->replica, &u, w->e);
	if (code == 0)
		code = replay(w, u);
	units_free(u);
	return code;
}

static bool put_text(struct draft *d, struct rid record, size_t i, struct bytes is,
		     struct bytes shall)
{
	if (bytes_equal(is, shall))
		return false;
	draft_set(d, TYPE_UNIT, record, text_fields[i].field,
		  shall.len == 0 ? VALUE_OF_NULL : value_text(shall), text_fields[i].personal);
	return true;
}

/* The ops that make `is` into `shall`; whether there were any. */
static bool put_differences(struct draft *d, struct rid r, const struct unit_row *is,
			    const struct unit_row *shall)
{
	bool changed = false;
	size_t i;

	for (i = 0; i < TEXT_FIELDS; i++)
		changed |= put_text(d, r, i, text_of(is, i), text_of(shall, i));
	if (is->parent != shall->parent) {
		draft_set(d, TYPE_UNIT, r, FIELD_UNIT_PARENT,
			  shall->parent == 0 ? VALUE_OF_NULL : value_int((int64_t)shall->parent),
			  false);
		changed = true;
	}
	if (is->since != shall->since) {
		draft_set(d, TYPE_UNIT, r, FIELD_UNIT_SINCE,
			  shall->since == UNIT_ALWAYS ? VALUE_OF_NULL : value_date(shall->since),
			  false);
		changed = true;
	}
	if (is->outside != shall->outside) {
		draft_set(d, TYPE_UNIT, r, FIELD_UNIT_OUTSIDE, value_bool(shall->outside), false);
		changed = true;
	}
	return changed;
}

void unit_create(struct draft *d, const struct unit_row *unit)
{
	const struct unit_row nothing = { .since = UNIT_ALWAYS };
	struct rid r = draft_create(d, TYPE_UNIT, RID_NONE, 0);

	draft_set(d, TYPE_UNIT, r, FIELD_UNIT_NUMBER, value_int((int64_t)unit->number), false);
	put_differences(d, r, &nothing, unit);
}

static bool put_entry(struct draft *d, const struct entry *en)
{
	if (en->stored)
		return put_differences(d, en->record, &en->is, &en->shall);
	unit_create(d, &en->shall);
	return true;
}

int unit_put(struct server *s, const struct unit_row *units, size_t count, size_t *changed,
	     struct err *e)
{
	return unit_put_as(s, &s->working, units, count, changed, e);
}

int unit_put_as(struct server *s, const struct sign_key *by, const struct unit_row *units,
		size_t count, size_t *changed, struct err *e)
{
	struct unit_list w = { .s = s, .e = e };
	struct draft d;
	size_t i, n = 0;
	int code;

	if (count > UNITS_MAX)
		return err_set(e, ERR_LIMIT, "%zu > %d", count, UNITS_MAX);
	arena_init(&w.a, UNIT_MEMORY);
	code = server_begin(s, 0, by, &w.a, &d, e);
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
		code = server_save(s, by, &d, NULL, e);
	else
		server_drop(s);
	arena_release(&w.a);
	if (code == 0)
		*changed = n;
	return code;
}
