/* Units and their events from tables that people made: CSV or XLSX, a heading line, then
 * a line for each. What is wrong is named by its cell. Codes must be entered as text: a
 * number has lost its leading zeros, and is refused rather than guessed. */
#include <string.h>

#include "common/sheet/sheet.h"
#include "common/text/date.h"
#include "server/unit/unit.h"
#include "server/unit/unit_event.h"

enum { HEADINGS_MAX = 32 };

struct table {
	struct sheet sheet;
	struct bytes headings[HEADINGS_MAX];
	size_t columns;
	struct err *e;
};

static int bad_cell(struct table *t, const struct sheet_row *row, size_t column, int code)
{
	return sheet_error(t->e, code, t->sheet.name, (uint32_t)column, row->number);
}

static bool known(const char *const *names, struct bytes heading)
{
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		if (bytes_equal(bytes_str(names[i]), heading))
			return true;
	return false;
}

static bool has_heading(const struct table *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->columns; i++)
		if (bytes_equal(t->headings[i], bytes_str(name)))
			return true;
	return false;
}

/* Reads the table; its headings must be among `names`, those in `needed` be there. */
static int open_table(struct table *t, struct bytes file, struct arena *a,
		      const char *const *names, const char *const *needed)
{
	size_t i;
	int code = sheet_read(file, BYTES_NONE, a, &t->sheet, t->e);

	if (code != 0)
		return code;
	t->columns = t->sheet.count == 0 ? 0 : t->sheet.rows[0].count;
	if (t->columns > HEADINGS_MAX)
		return err_set(t->e, ERR_BAD_INPUT, "%zu > %d", t->columns, HEADINGS_MAX);
	for (i = 0; i < t->columns; i++) {
		t->headings[i] = sheet_cell(&t->sheet.rows[0], (uint32_t)i).text;
		if (!known(names, t->headings[i]))
			return bad_cell(t, &t->sheet.rows[0], i, ERR_BAD_INPUT);
	}
	for (i = 0; needed[i] != NULL; i++)
		if (!has_heading(t, needed[i]))
			return err_set(t->e, ERR_BAD_INPUT, "1: %s", needed[i]);
	return 0;
}

/* A cell and what it is asked for as. */
struct place {
	struct table *t;
	const struct sheet_row *row;
	size_t column;
	struct cell cell;
};

static int bad(struct place *p)
{
	return bad_cell(p->t, p->row, p->column, ERR_BAD_INPUT);
}

static int as_text(struct place *p, struct bytes *out)
{
	if (p->cell.kind != CELL_TEXT && p->cell.kind != CELL_EMPTY)
		return bad(p);
	/* An empty cell empties the field. */
	*out = p->cell.text.at == NULL ? bytes_str("") : p->cell.text;
	return 0;
}

static int as_number(struct place *p, uint64_t *out)
{
	struct bytes s = p->cell.text;
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9' || i == 9)
			return bad(p);
		n = n * 10 + (uint64_t)(s.at[i] - '0');
	}
	*out = n;
	return 0;
}

static int as_date(struct place *p, int64_t *out)
{
	if (p->cell.kind == CELL_DATE)
		*out = p->cell.day;
	else if (p->cell.text.len > 0 && !date_parse(p->cell.text, out))
		return bad(p);
	return 0;
}

static int as_yes(struct place *p, bool *out)
{
	static const char *const yes[] = { "1", "true", "x", "có", "yes", NULL };
	static const char *const no[] = { "", "0", "false", "không", "no", NULL };

	*out = known(yes, p->cell.text);
	return *out || known(no, p->cell.text) ? 0 : bad(p);
}

static const char *const unit_headings[] = {
	"number", "code", "name", "kind", "parent", "status", "since", "outside", "admin_id",
	"address", "head", "phone", NULL
};

static int unit_cell(struct place *p, struct bytes heading, struct unit_row *u)
{
	const struct {
		const char *heading;
		struct bytes *text;
	} texts[] = {
		{ "code", &u->code }, { "name", &u->name }, { "kind", &u->kind },
		{ "status", &u->status }, { "admin_id", &u->admin_id },
		{ "address", &u->address }, { "head", &u->head }, { "phone", &u->phone },
	};
	size_t i;

	for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (bytes_equal(heading, bytes_str(texts[i].heading)))
			return as_text(p, texts[i].text);
	if (bytes_equal(heading, bytes_str("number")))
		return as_number(p, &u->number);
	if (bytes_equal(heading, bytes_str("parent"))) {
		u->has_parent = true;
		return as_number(p, &u->parent);
	}
	if (bytes_equal(heading, bytes_str("since"))) {
		u->has_since = true;
		u->since = UNIT_ALWAYS;
		return as_date(p, &u->since);
	}
	u->has_outside = true;
	return as_yes(p, &u->outside);
}

int unit_read(struct bytes file, struct arena *a, struct unit_row **out, size_t *count,
	      struct err *e)
{
	static const char *const needed[] = { "code", "name", NULL };
	struct table t = { .e = e };
	struct unit_row *units;
	size_t i, k;
	int code = open_table(&t, file, a, unit_headings, needed);

	if (code != 0)
		return code;
	units = arena_array(a, t.sheet.count, sizeof *units);
	if (units == NULL)
		return err_set(e, ERR_NOMEM, "units");
	for (i = 1; i < t.sheet.count; i++)
		for (k = 0; k < t.columns && code == 0; k++) {
			struct place p = { &t, &t.sheet.rows[i], k,
					   sheet_cell(&t.sheet.rows[i], (uint32_t)k) };

			code = unit_cell(&p, t.headings[k], &units[i - 1]);
		}
	if (code != 0)
		return code;
	*out = units;
	*count = t.sheet.count - 1;
	return 0;
}

bool unit_event_share(struct bytes s, int64_t *share)
{
	int64_t n = 0;
	size_t i, decimals = 0;
	bool point = false;

	for (i = 0; i < s.len; i++) {
		if ((s.at[i] == ',' || s.at[i] == '.') && !point && i > 0) {
			point = true;
			continue;
		}
		if (s.at[i] < '0' || s.at[i] > '9' || n > 10000 || decimals == 2)
			return false;
		n = n * 10 + (s.at[i] - '0');
		decimals += point;
	}
	if (s.len == 0 || (point && decimals == 0))
		return false;
	for (; decimals < 2; decimals++)
		n *= 10;
	*share = n;
	return true;
}

static const char *const event_headings[] = {
	"event", "kind", "from", "act", "act_date", "issuer", "unit", "to", "share", "code",
	"name", "type", "parent", "outside", NULL
};

static const char *const event_kinds[] = {
	[UNIT_RENAME] = "rename", [UNIT_MERGE] = "merge", [UNIT_SPLIT] = "split",
	[UNIT_MOVE] = "move", [UNIT_DISSOLVE] = "dissolve"
};

/* One line: the event as it stands there, and its row. */
struct event_line {
	struct bytes event;
	struct event_entry entry;
	struct event_row row;
};

static int as_kind(struct place *p, enum unit_event_kind *out)
{
	int i;

	for (i = UNIT_RENAME; i <= UNIT_DISSOLVE; i++)
		if (bytes_equal(p->cell.text, bytes_str(event_kinds[i]))) {
			*out = (enum unit_event_kind)i;
			return 0;
		}
	return bad(p);
}

static int event_cell(struct place *p, struct bytes heading, struct event_line *l)
{
	const struct {
		const char *heading;
		struct bytes *text;
	} texts[] = {
		{ "act", &l->entry.act }, { "issuer", &l->entry.issuer }, { "unit", &l->row.unit },
		{ "to", &l->row.to }, { "code", &l->row.code }, { "name", &l->row.name },
		{ "type", &l->row.kind }, { "parent", &l->row.parent },
	};
	size_t i;

	for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (bytes_equal(heading, bytes_str(texts[i].heading)))
			return as_text(p, texts[i].text);
	if (bytes_equal(heading, bytes_str("event"))) {
		l->event = p->cell.text;
		return p->cell.text.len == 0 ? bad(p) : 0;
	}
	if (bytes_equal(heading, bytes_str("kind")))
		return as_kind(p, &l->entry.kind);
	if (bytes_equal(heading, bytes_str("from")))
		return p->cell.text.len == 0 ? bad(p) : as_date(p, &l->entry.from);
	if (bytes_equal(heading, bytes_str("act_date")))
		return p->cell.text.len == 0 ? bad(p) : as_date(p, &l->entry.act_date);
	if (bytes_equal(heading, bytes_str("outside")))
		return as_yes(p, &l->row.outside);
	if (p->cell.text.len > 0 && !unit_event_share(p->cell.text, &l->row.share))
		return bad(p);
	return 0;
}

static int read_line(struct table *t, const struct sheet_row *row, struct event_line *l)
{
	size_t k;
	int code = 0;

	*l = (struct event_line){ .row.line = row->number };
	for (k = 0; k < t->columns && code == 0; k++) {
		struct place p = { t, row, k, sheet_cell(row, (uint32_t)k) };

		code = event_cell(&p, t->headings[k], l);
	}
	return code;
}

/* All lines of one event say the same of it. */
static bool same_event(const struct event_entry *a, const struct event_entry *b)
{
	return a->kind == b->kind && a->from == b->from && a->act_date == b->act_date &&
	       bytes_equal(a->act, b->act) && bytes_equal(a->issuer, b->issuer);
}

int unit_event_read(struct bytes file, struct arena *a, struct event_entry **out, size_t *count,
		    struct err *e)
{
	static const char *const needed[] = { "event", "kind", "from", "act", "act_date",
					      "issuer", "unit", NULL };
	struct table t = { .e = e };
	struct event_entry *list;
	struct event_row *rows;
	struct bytes event = BYTES_NONE;
	size_t i, n = 0;
	int code = open_table(&t, file, a, event_headings, needed);

	if (code != 0)
		return code;
	list = arena_array(a, t.sheet.count, sizeof *list);
	rows = arena_array(a, t.sheet.count, sizeof *rows);
	if (list == NULL || rows == NULL)
		return err_set(e, ERR_NOMEM, "events");
	for (i = 1; i < t.sheet.count; i++) {
		struct event_line l;

		code = read_line(&t, &t.sheet.rows[i], &l);
		if (code != 0)
			return code;
		if (n == 0 || !bytes_equal(l.event, event)) {
			list[n] = l.entry;
			list[n++].rows = &rows[i - 1];
			event = l.event;
		} else if (!same_event(&l.entry, &list[n - 1])) {
			return bad_cell(&t, &t.sheet.rows[i], 0, ERR_BAD_INPUT);
		}
		rows[i - 1] = l.row;
		list[n - 1].count++;
	}
	*out = list;
	*count = n;
	return 0;
}
