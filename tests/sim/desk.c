/* Things to type: made from the pack, so that new fields are used at once. */
#include "tests/sim/desk.h"

#include <stdio.h>
#include <string.h>

static const char *const words[] = {
	"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đỗ", "Bùi", "Văn", "Thị", "Hữu", "Minh",
	"Công chức", "Giáo viên", "đào tạo", "thạc sĩ", "quản lý", "Sông Lô", "quyết định",
	"số", "ngày", "năm", "học", "khen thưởng", "báo cáo", "nghị quyết", "UBND xã",
};

/* Days and numbers that keep the pack's checks. */
static const struct {
	uint32_t field;
	int64_t low, high;
} ranges[] = {
	{ 1003, -3650, 9000 },    /* birth */
	{ 1022, 11000, 19000 },   /* joined */
	{ 1031, 2021, 2035 }, { 1061, 2021, 2035 }, /* plan_year */
	{ 1045, 2, 200 },         /* count */
	{ 1069, 18000, 18500 }, { 1077, 18000, 18500 }, /* achieved_on, issued_on */
	{ 1078, 19500, 20000 },   /* expires_on */
	{ 1079, 1, 50000000 },    /* amount */
	{ 1034, 18600, 19000 }, { 1082, 18600, 19000 }, /* doc_date */
};

static struct value number_value(struct desk *k, const struct field *f)
{
	int64_t low = f->has_min ? f->min : 0, high = f->has_max ? f->max : low + 3000;
	size_t i;

	for (i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (ranges[i].field == f->number) {
			low = ranges[i].low;
			high = ranges[i].high;
		}
	low = chance_between(k->chance, low, high);
	return f->kind == FIELD_DATE ? value_date(low) : value_int(low);
}

static struct value text_value(struct desk *k, const struct field *f)
{
	char text[1024];
	size_t n = 0, room = 100, i;

	if (f->digits > 0) {
		for (i = 0; i < f->digits; i++)
			text[n++] = (char)(i < 3 ? '0' : '0' + chance_below(k->chance, 10));
		return value_text(arena_copy(k->a, (struct bytes){ (uint8_t *)text, n }));
	}
	if (f->has_max && f->max < 100)
		room = (size_t)f->max;
	/* Some are long and do not pack, so that objects outgrow small messages. */
	if (f->has_max && f->max >= 500 && chance_percent(k->chance, 15)) {
		for (n = 0; n < (size_t)f->max && n < 900; n++)
			text[n] = (char)('A' + chance_below(k->chance, 58));
		return value_text(arena_copy(k->a, (struct bytes){ (uint8_t *)text, n }));
	}
	do {
		const char *word = words[chance_below(k->chance, sizeof words / sizeof *words)];

		if (n + strlen(word) + 1 > room)
			break;
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n > 0 ? " " : "", word);
	} while (chance_percent(k->chance, 60));
	return value_text(arena_copy(k->a, (struct bytes){ (uint8_t *)text, n }));
}

static struct value ref_value(struct desk *k)
{
	struct ref ref = { .stream = k->d->stream };
	struct picked p;

	if (desk_pick(k, 100, 0, &p))
		ref.record = p.id;
	else
		ref.record = (struct rid){ k->d->device, 1 };
	return value_ref(ref);
}

struct value desk_value(struct desk *k, const struct field *f)
{
	switch (f->kind) {
	case FIELD_TEXT:
		return text_value(k, f);
	case FIELD_BOOL:
		return value_bool(chance_percent(k->chance, 50));
	case FIELD_CHOICE:
	case FIELD_SET:
		return value_int(f->list->choices[chance_below(k->chance, f->list->count)].number);
	case FIELD_REF:
		return ref_value(k);
	default:
		return number_value(k, f);
	}
}

void desk_fill(struct desk *k, const struct type *t, struct rid record, const struct field *f)
{
	size_t n;

	if (f->kind == FIELD_LIST)
		return;
	if (f->kind != FIELD_SET) {
		draft_set(k->d, t->number, record, f->number, desk_value(k, f), f->personal);
		return;
	}
	for (n = 1 + chance_below(k->chance, 3); n > 0; n--)
		draft_member(k->d, t->number, record, f->number, desk_value(k, f),
			     chance_percent(k->chance, 75));
}

bool desk_list(const struct field *f)
{
	return f->kind == FIELD_LIST && f->by == 0;
}

struct rid desk_create(struct desk *k, const struct type *t, struct rid parent, uint32_t list,
		       bool all)
{
	struct rid id = draft_create(k->d, t->number, parent, list);
	size_t i, rows;

	k->last = id;
	k->last_type = t;
	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		if (chance_percent(k->chance, f->required && all ? 100 : f->required ? 90 : 40))
			desk_fill(k, t, id, f);
	}
	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		if (!desk_list(f))
			continue;
			/* "count" people at most are allowed, and it is 2 at least. */
		rows = (f->required && all) + chance_below(k->chance, 2);
		while (rows-- > 0)
			desk_create(k, schema_type_by_code(k->schema, bytes_str(f->targets[0])), id,
				    f->number, all);
	}
	return id;
}

/* Mostly one of the same few records, so that people meet. */
static int64_t crowd(struct desk *k, int64_t n)
{
	int64_t among = n > 8 && chance_percent(k->chance, 65) ? 8 : n;

	return chance_between(k->chance, 0, among - 1);
}

/* The parts of the two queries: types from $2 to $3, states from $4 to $5, $6
 * conflicts at least. */
#define MATCHING "FROM record WHERE stream=$1 AND type >= $2 AND type <= $3 AND " \
		 "state >= $4 AND state <= $5 AND conflict >= $6"

static bool pick(struct desk *k, int64_t type, int64_t state, int64_t conflict,
		 struct picked *out)
{
	int64_t low = type == 0 ? 100 : type, high = type == 0 ? 9999 : type, n = 0;
	int64_t to = state == 0 ? 99 : state;
	struct db *db = k->replica->db;
	struct stmt *s;
	bool found = false;

	if (db_number(db, NULL, 0, &n, "SELECT count(*) " MATCHING, "uiiiii", k->d->stream, low,
		      high, state, to, conflict) != 0 || n == 0 ||
	    db_query(db, NULL, &s, "SELECT device, op, type, state " MATCHING
		     " ORDER BY device, op LIMIT 1 OFFSET $7", "uiiiiii", k->d->stream, low, high,
		     state, to, conflict, crowd(k, n)) != 0)
		return false;
	if (db_step(s, NULL) == 1) {
		out->id = (struct rid){ (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1) };
		out->type = schema_type(k->schema, (uint32_t)db_int(s, 2));
		out->state = db_int(s, 3);
		found = out->type != NULL;
	}
	db_done(s);
	return found;
}

bool desk_pick(struct desk *k, uint32_t type, int64_t state, struct picked *out)
{
	return pick(k, type, state, 0, out);
}

bool desk_pick_conflict(struct desk *k, struct picked *out)
{
	return pick(k, 0, 0, 1, out);
}
