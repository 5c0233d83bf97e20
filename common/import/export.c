/* Exports. A workbook takes its sheets one after the other, so the records are gone
 * through once for each; the running numbers come out the same each time. */
#include "common/import/export.h"

#include <string.h>

#include "common/import/form.h"
#include "common/query/query_parts.h"
#include "common/sheet/csv.h"
#include "common/sheet/xlsx_write.h"

enum { TEXT_MAX = 1 << 20, WIDTH_ID = 14, FORM_MEMORY = 16 * 1024 * 1024 };

struct exporting {
	struct replica *r;
	const struct schema *s;
	const struct export_options *o;
	struct form form;
	struct arena a;             /* the form */
	struct arena one;           /* the record in hand */
	struct csv *csv;            /* either of them */
	struct xlsx_writer *w;
	const struct form_table *table; /* that is written now */
	int64_t numbers[FORM_TABLES_MAX];
	uint64_t seq, own;          /* what the records are as of */
	struct err *e;
};

static void put_text(struct exporting *x, struct bytes text)
{
	if (x->csv != NULL)
		csv_cell(x->csv, text);
	else
		xlsx_write_text(x->w, text);
}

/* "Trần Thị Mẫu [k3f7q]"; what is not here by its whole id. */
static void put_ref(struct query *q, const struct ref *ref, struct buf *out)
{
	struct record rec;
	char id[64];

	if (query_record(q->r, ref->stream, ref->record, q->a, &rec, NULL) != 0 ||
	    query_short(q->r, ref->stream, ref->record, id, NULL) != 0) {
		record_full_text(ref->stream, ref->record, id);
		buf_add(out, bytes_str(id));
		return;
	}
	query_title(q, ref->stream, &rec, out);
	buf_printf(out, " [%s]", id);
}

/* Labels of a set may have commas. */
static void put_set(struct query *q, const struct field *f, const struct record *rec,
		    struct buf *out)
{
	size_t i, n, shown = 0;

	for (i = 0; i < rec->live_count; i += n) {
		const struct live *l = &rec->live[i];

		n = record_cell(rec, i);
		if (l->field != f->number || l->value.kind != VALUE_BOOL || l->value.n == 0)
			continue;
		if (shown++ > 0)
			buf_add(out, bytes_str("; "));
		field_show(f, &l->element, q->o->lang, out);
	}
}

static void put_shown(struct exporting *x, struct query *q, const struct field *f,
		      const struct record *rec, const struct value *v)
{
	struct buf text;

	buf_init(&text, TEXT_MAX);
	if (f->kind == FIELD_SET)
		put_set(q, f, rec, &text);
	else if (v->kind == VALUE_REF)
		put_ref(q, &v->ref, &text);
	else if (f->kind == FIELD_MONEY || f->kind == FIELD_INT)
		field_put(f, v, &text);
	else
		/* Decimals with a comma: with a point they could be thousands. */
		field_show(f, v, f->kind == FIELD_CHOICE ? q->o->lang : LANG_VI, &text);
	put_text(x, buf_view(&text));
	buf_release(&text);
}

static void put_field(struct exporting *x, struct query *q, const struct field *f,
		      const struct record *rec)
{
	struct value v = record_value(rec, f->number);

	if (v.kind == VALUE_ERASED)
		v = VALUE_OF_NULL;
	if (x->w != NULL && v.kind == VALUE_INT && (f->kind == FIELD_MONEY || f->kind == FIELD_INT))
		xlsx_write_whole(x->w, v.n);
	else if (x->w != NULL && v.kind == VALUE_INT && f->kind == FIELD_DECIMAL)
		xlsx_write_decimal(x->w, v.n, f->scale);
	else if (x->w != NULL && v.kind == VALUE_DATE)
		xlsx_write_date(x->w, v.n);
	else if (v.kind == VALUE_NULL && f->kind != FIELD_SET)
		put_text(x, BYTES_NONE);
	else
		put_shown(x, q, f, rec, &v);
}

static void put_number(struct exporting *x, int64_t n)
{
	struct buf text;

	if (x->w != NULL) {
		xlsx_write_whole(x->w, n);
		return;
	}
	buf_init(&text, 64);
	buf_printf(&text, "%lld", (long long)n);
	put_text(x, buf_view(&text));
	buf_release(&text);
}

static bool is_left_out(const struct exporting *x, const struct form_column *c)
{
	return x->csv != NULL && c->kind == COLUMN_NUMBER;
}

static void put_line(struct exporting *x, struct query *q, const struct record *rec, int64_t of,
		     int64_t number)
{
	char id[64];
	size_t i;

	if (x->w != NULL)
		xlsx_write_row(x->w, false);
	for (i = 0; i < x->table->count; i++) {
		const struct form_column *c = &x->table->columns[i];

		if (is_left_out(x, c))
			continue;
		switch (c->kind) {
		case COLUMN_FIELD:
			put_field(x, q, c->field, rec);
			break;
		case COLUMN_ID:
			record_full_text(x->o->stream, rec->id, id);
			put_text(x, bytes_str(id));
			break;
		case COLUMN_NUMBER:
			put_number(x, number);
			break;
		case COLUMN_OF:
			put_number(x, of);
			break;
		}
	}
	if (x->csv != NULL)
		csv_end_row(x->csv);
}

/* A line and all below it, counted; those of the table in hand are written. */
static void walk(struct exporting *x, struct query *q, const struct family *family,
		 const struct record *rec, const struct form_table *t, int64_t of)
{
	int64_t number = ++x->numbers[t - x->form.tables];
	size_t i, k;

	if (t == x->table)
		put_line(x, q, rec, of, number);
	for (i = 0; i < x->form.count; i++) {
		const struct form_table *below = &x->form.tables[i];

		if (below->above != t)
			continue;
		for (k = 1; k < family->count; k++)
			if (family->list[k].list == below->list->number &&
			    rid_equal(family->list[k].parent, rec->id) &&
			    !record_deleted(&family->list[k]))
				walk(x, q, family, &family->list[k], below, number);
	}
}

static int take_record(struct exporting *x, struct rid id)
{
	struct query_options o = { .lang = x->o->lang };
	struct query q = { .r = x->r, .schema = x->s, .o = &o, .a = &x->one, .e = x->e };
	struct family family = { .count = 0 };
	int code;

	arena_clear(&x->one);
	if (x->o->stopped != NULL && x->o->stopped(x->o->ctx))
		return err_set(x->e, ERR_STOPPED, "export");
	code = query_family(&q, x->o->stream, id, &family);
	if (code == 0)
		walk(x, &q, &family, &family.list[0], &x->form.tables[0], 0);
	return code;
}

static int take_records(struct exporting *x)
{
	struct stmt *st;
	int code = db_query(x->r->db, x->e, &st, "SELECT device, op FROM record WHERE stream=$1 AND "
			    "type=$2 AND deleted=0 AND root_op IS NULL ORDER BY op, device", "ui",
			    x->o->stream, (int64_t)x->form.tables[0].type->number);

	memset(x->numbers, 0, sizeof x->numbers);
	if (code != 0)
		return code;
	while ((code = db_step(st, x->e)) == 1) {
		code = take_record(x, (struct rid){ (uint64_t)db_int(st, 0),
						    (uint64_t)db_int(st, 1) });
		if (code != 0)
			break;
	}
	db_done(st);
	return code;
}

/* The id's code tells the type, and how much of the stream stands in the file. */
static void put_code(struct exporting *x, const struct form_column *c, struct buf *out)
{
	form_code(x->table, c, out);
	if (c->kind == COLUMN_ID)
		buf_printf(out, "@%llu+%llu", (unsigned long long)x->seq, (unsigned long long)x->own);
}

static void put_headings(struct exporting *x)
{
	struct buf text;
	size_t i;

	buf_init(&text, TEXT_MAX);
	for (i = 0; i < x->table->count; i++) {
		const struct form_column *c = &x->table->columns[i];

		if (is_left_out(x, c))
			continue;
		buf_clear(&text);
		form_heading(x->table, c, x->o->lang, &text);
		if (c->kind == COLUMN_ID) {
			buf_add(&text, bytes_str(" ["));
			put_code(x, c, &text);
			buf_byte(&text, ']');
		}
		csv_cell(x->csv, buf_view(&text));
	}
	csv_end_row(x->csv);
	buf_release(&text);
}

static int begin(struct exporting *x, const struct type *t)
{
	int code;

	arena_init(&x->a, FORM_MEMORY);
	arena_init(&x->one, QUERY_MEMORY);
	code = query_seen(x->r, x->o->stream, &x->seq, &x->own, x->e);
	return code != 0 ? code : form_make(x->s, t, 0, x->o->personal, &x->a, &x->form, x->e);
}

static void end(struct exporting *x)
{
	arena_release(&x->a);
	arena_release(&x->one);
}

int export_csv(struct replica *r, const struct schema *s, const struct type *t,
	       const struct export_options *o, struct buf *out, int64_t *count, struct err *e)
{
	struct csv csv;
	struct exporting x = { .r = r, .s = s, .o = o, .csv = &csv, .e = e };
	int code = begin(&x, t);

	if (code == 0) {
		csv_begin(&csv, out);
		x.table = &x.form.tables[0];
		put_headings(&x);
		code = take_records(&x);
	}
	if (code == 0 && out->failed)
		code = err_set(e, ERR_TOO_LARGE, "%s", t->code);
	*count = x.numbers[0];
	end(&x);
	return code;
}

static enum xlsx_kind kind_of(const struct form_column *c)
{
	if (c->kind == COLUMN_NUMBER || c->kind == COLUMN_OF)
		return XLSX_WHOLE;
	if (c->kind == COLUMN_ID)
		return XLSX_TEXT;
	return c->field->kind == FIELD_DATE ? XLSX_DATE :
	       c->field->kind == FIELD_DECIMAL ? XLSX_DECIMAL :
	       c->field->kind == FIELD_MONEY || c->field->kind == FIELD_INT ? XLSX_WHOLE : XLSX_TEXT;
}

static const char *kept(struct exporting *x, struct buf *b)
{
	const char *s = b->failed ? NULL : arena_str(&x->a, buf_view(b));

	buf_release(b);
	return s != NULL ? s : "?";
}

static int begin_sheet(struct exporting *x)
{
	struct xlsx_column *columns = arena_array(&x->a, x->table->count, sizeof *columns);
	struct xlsx_sheet sheet = { .count = x->table->count, .columns = columns,
				    .landscape = true };
	struct buf b;
	size_t i;

	if (columns == NULL)
		return err_set(x->e, ERR_NOMEM, "export");
	for (i = 0; i < x->table->count; i++) {
		const struct form_column *c = &x->table->columns[i];

		columns[i].kind = kind_of(c);
		columns[i].width = c->kind == COLUMN_ID ? WIDTH_ID : 0;
		buf_init(&b, TEXT_MAX);
		form_heading(x->table, c, x->o->lang, &b);
		columns[i].title = kept(x, &b);
		buf_init(&b, TEXT_MAX);
		put_code(x, c, &b);
		columns[i].code = kept(x, &b);
	}
	buf_init(&b, TEXT_MAX);
	form_sheet(&x->form, x->table, x->o->lang, &b);
	sheet.name = kept(x, &b);
	xlsx_write_sheet(x->w, &sheet);
	return 0;
}

int export_xlsx(struct replica *r, const struct schema *s, const struct type *t,
		const struct export_options *o, struct buf *out, int64_t *count, struct err *e)
{
	struct exporting x = { .r = r, .s = s, .o = o, .e = e };
	size_t i;
	int code = begin(&x, t);

	if (code == 0)
		code = xlsx_write_new(o->created, NULL, &x.w, e);
	for (i = 0; i < x.form.count && code == 0; i++) {
		x.table = &x.form.tables[i];
		code = begin_sheet(&x);
		if (code == 0)
			code = take_records(&x);
	}
	if (code == 0)
		code = xlsx_write_finish(x.w, out, e);
	*count = x.numbers[0];
	xlsx_write_free(x.w);
	end(&x);
	return code;
}
