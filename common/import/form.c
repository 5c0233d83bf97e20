/* Types as tables. */
#include "common/import/form.h"

#include <stdlib.h>
#include <string.h>

#include "common/text/text.h"

enum { SHEET_NAME_MAX = 31, CHOICES_SHOWN = 12 };

static bool is_first_state(const struct type *t, uint64_t states)
{
	return t->workflow != NULL && t->workflow->state_count > 0 &&
	       (states & state_bit(t->workflow, t->workflow->states[0].number)) != 0;
}

/* Whether the role fills it in when the record is made. Lists that stay open when the
 * record has been handed in are talk and papers about it, not what it says. */
static bool is_entered(const struct type *t, const struct field *f, uint64_t role)
{
	uint64_t first = t->workflow == NULL || t->workflow->state_count == 0 ? 0 :
			 state_bit(t->workflow, t->workflow->states[0].number);

	if (f->derived != NULL || f->reg != NULL || f->kind == FIELD_BYTES)
		return false;
	if (f->by != 0 && (f->by & role) == 0)
		return false;
	if (f->only_in && !is_first_state(t, f->in))
		return false;
	return f->kind != FIELD_LIST || (f->in & ~first) == 0;
}

static int by_place(const void *a, const void *b)
{
	const struct form_column *x = a, *y = b;

	return x->field->place < y->field->place ? -1 : x->field->place > y->field->place;
}

/* A form in the making. */
struct making {
	const struct schema *s;
	uint64_t role;
	bool personal;
	struct arena *a;
	struct form *out;
	struct err *e;
};

static bool wanted(const struct making *m, const struct type *t, const struct field *f)
{
	if (m->role != 0)
		return is_entered(t, f, m->role);
	return f->kind != FIELD_BYTES && f->derived == NULL && (m->personal || !f->personal);
}

static int add_columns(struct making *m, struct form_table *t, bool numbered)
{
	size_t i, first;

	t->columns = arena_array(m->a, t->type->field_count + 3, sizeof *t->columns);
	if (t->columns == NULL)
		return err_set(m->e, ERR_NOMEM, "form");
	if (t->above != NULL)
		t->columns[t->count++].kind = COLUMN_OF;
	if (numbered)
		t->columns[t->count++].kind = COLUMN_NUMBER;
	first = t->count;
	for (i = 0; i < t->type->field_count; i++)
		if (t->type->fields[i].kind != FIELD_LIST && wanted(m, t->type, &t->type->fields[i]))
			t->columns[t->count++] = (struct form_column){ COLUMN_FIELD,
								       &t->type->fields[i] };
	qsort(t->columns + first, t->count - first, sizeof *t->columns, by_place);
	t->columns[t->count++].kind = COLUMN_ID;
	return 0;
}

static int add_table(struct making *m, const struct type *type, struct form_table *above,
		     const struct field *list, int depth)
{
	struct form_table *t = &m->out->tables[m->out->count];
	bool numbered = false;
	size_t i;
	int code;

	if (m->out->count == FORM_TABLES_MAX)
		return err_set(m->e, ERR_LIMIT, "%s", type->code);
	m->out->count++;
	*t = (struct form_table){ .type = type, .above = above, .list = list };
	for (i = 0; i < type->field_count && depth < FORM_DEPTH; i++)
		numbered |= type->fields[i].kind == FIELD_LIST && wanted(m, type, &type->fields[i]);
	code = add_columns(m, t, numbered);
	for (i = 0; i < type->field_count && code == 0 && numbered; i++)
		if (type->fields[i].kind == FIELD_LIST && wanted(m, type, &type->fields[i]))
			code = add_table(m, schema_type_by_code(m->s,
								bytes_str(type->fields[i].targets[0])),
					 t, &type->fields[i], depth + 1);
	return code;
}

int form_make(const struct schema *s, const struct type *t, uint64_t role, bool personal,
	      struct arena *a, struct form *out, struct err *e)
{
	struct making m = { s, role, personal, a, out, e };
	int code;

	out->count = 0;
	code = add_table(&m, t, NULL, NULL, 0);
	/* Its id alone is nothing to fill in. */
	if (code == 0 && out->tables[0].count <= 1)
		code = err_set(e, ERR_NO_FIELD, "%s", t->code);
	return code;
}

static const char *const names[] = {
	[COLUMN_ID] = "#id", [COLUMN_NUMBER] = "#no", [COLUMN_OF] = "#of"
};

static void put_path(const struct form_table *t, struct buf *out)
{
	if (t->above == NULL) {
		buf_add(out, bytes_str(t->type->code));
		return;
	}
	put_path(t->above, out);
	buf_printf(out, ".%s", t->list->code);
}

void form_code(const struct form_table *t, const struct form_column *c, struct buf *out)
{
	put_path(t, out);
	buf_printf(out, ".%s", c->kind == COLUMN_FIELD ? c->field->code : names[c->kind]);
}

static bool is_alone(const struct form_table *t, const struct field *f, enum lang lang)
{
	size_t i;

	for (i = 0; i < t->type->field_count; i++)
		if (&t->type->fields[i] != f &&
		    text_fit(bytes_str(label_in(&f->label, lang)),
			     bytes_str(label_in(&t->type->fields[i].label, lang))) > 0)
			return false;
	return true;
}

void form_heading(const struct form_table *t, const struct form_column *c, enum lang lang,
		  struct buf *out)
{
	static const struct label words[] = {
		[COLUMN_ID] = { "Mã hồ sơ", "Record id" },
		[COLUMN_NUMBER] = { "STT", "No." },
		[COLUMN_OF] = { "Thuộc STT", "Belongs to no." },
	};

	if (c->kind != COLUMN_FIELD) {
		buf_add(out, bytes_str(label_in(&words[c->kind], lang)));
		return;
	}
	buf_add(out, bytes_str(label_in(&c->field->label, lang)));
	if (!is_alone(t, c->field, lang))
		buf_printf(out, " [%s]", c->field->code);
}

/* What Excel allows in the name of a sheet, of so many characters: whole words. */
static void put_name(struct bytes label, size_t max, struct buf *out)
{
	size_t i, n = 0, word = 0;

	for (i = 0; i < label.len; i++) {
		uint8_t c = label.at[i];

		if ((c & 0xc0) != 0x80 && n++ == max)
			break;
		word = c == ' ' ? out->len : word;
		buf_byte(out, strchr("[]:*?/\\'", c) != NULL ? ' ' : c);
	}
	if (i < label.len && label.at[i] != ' ' && word > 0)
		out->len = word;
	while (out->len > 0 && (out->at[out->len - 1] == ' ' || out->at[out->len - 1] == ','))
		out->len--;
}

void form_sheet(const struct form *f, const struct form_table *t, enum lang lang,
		struct buf *out)
{
	const struct label *l = t->list == NULL ? &t->type->label : &t->list->label;
	size_t i, same = 0;

	for (i = 0; i < (size_t)(t - f->tables); i++) {
		const struct form_table *o = &f->tables[i];

		same += text_fit(bytes_str(label_in(l, lang)),
				 bytes_str(label_in(o->list == NULL ? &o->type->label :
							&o->list->label, lang))) > 0;
	}
	put_name(bytes_str(label_in(l, lang)), SHEET_NAME_MAX - (same > 0 ? 3 : 0), out);
	if (same > 0)
		buf_printf(out, " %zu", same + 1);
}

void form_hint(const struct schema *s, const struct field *f, enum lang lang, struct buf *out)
{
	const struct choice_list *l = f->list;
	size_t i;

	if (l == NULL) {
		if (f->kind == FIELD_REF)
			buf_add(out, bytes_str(lang == LANG_EN ? "name or short id of the record" :
								 "tên hoặc mã ngắn của hồ sơ"));
		else
			field_form(s, f, lang, out);
		return;
	}
	buf_add(out, bytes_str(f->kind == FIELD_SET ?
				       (lang == LANG_EN ? "any of, with ; between them: " :
							  "chọn nhiều, cách nhau bằng dấu ; trong: ") :
				       (lang == LANG_EN ? "one of: " : "chọn một trong: ")));
	for (i = 0; i < l->count && i < CHOICES_SHOWN; i++)
		buf_printf(out, "%s%s", i > 0 ? "; " : "", label_in(&l->choices[i].label, lang));
	if (l->count > CHOICES_SHOWN)
		buf_printf(out, lang == LANG_EN ? "... (%zu in all)" : "... (tất cả %zu lựa chọn)",
			   l->count);
}

/* The next part of a code, up to a dot. */
static struct bytes next_part(struct bytes *rest)
{
	struct bytes part = { rest->at, 0 };

	while (part.len < rest->len && rest->at[part.len] != '.')
		part.len++;
	rest->at += part.len + (part.len < rest->len);
	rest->len -= part.len + (part.len < rest->len);
	return part;
}

static bool parse_last(struct bytes part, struct form_place *out)
{
	const uint8_t *at = part.len == 0 ? NULL : memchr(part.at, '@', part.len);
	int k;

	if (at != NULL) {
		out->version = (struct bytes){ at + 1, part.len - (size_t)(at + 1 - part.at) };
		part.len = (size_t)(at - part.at);
	}

	out->kind = COLUMN_FIELD;
	out->field = type_field_by_code(out->type, part);
	for (k = COLUMN_ID; k <= COLUMN_OF; k++)
		if (bytes_equal(part, bytes_str(names[k])))
			out->kind = (enum column_kind)k;
	if (at != NULL && out->kind != COLUMN_ID)
		return false;
	return out->kind != COLUMN_FIELD || (out->field != NULL && out->field->kind != FIELD_LIST);
}

bool form_parse(const struct schema *s, struct bytes code, struct form_place *out)
{
	struct bytes part;

	memset(out, 0, sizeof *out);
	if (code.len == 0 || code.len > FORM_CODE_MAX)
		return false;
	part = next_part(&code);
	out->root = out->type = schema_type_by_code(s, part);
	if (out->root == NULL || out->root->row || code.len == 0)
		return false;
	for (;;) {
		const struct field *f;

		part = next_part(&code);
		if (code.len == 0)
			return parse_last(part, out);
		f = type_field_by_code(out->type, part);
		if (f == NULL || f->kind != FIELD_LIST || out->depth == FORM_DEPTH)
			return false;
		out->lists[out->depth++] = f;
		out->type = schema_type_by_code(s, bytes_str(f->targets[0]));
	}
}
