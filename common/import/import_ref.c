/* Records that a cell names: by their titles or a key, as people write them, or by id.
 * Looked for among those of the unit and of the district. The titles of a type are read
 * once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/import/import_parts.h"
#include "common/replica/projection.h"
#include "common/text/text.h"

enum { CANDIDATES_TOLD = 4, NAME_MAX_BYTES = 8192 };

struct name {
	struct bytes fold, shown;
	struct ref ref;
};

struct import_names {
	const struct type *type;
	struct name *list;       /* by fold */
	size_t count, cap;
	struct import_names *next;
};

static int add_name(struct import *im, struct import_names *n, struct bytes shown,
		    const struct ref *ref)
{
	struct name one = { .ref = *ref };
	struct buf fold;
	int code;

	if (shown.len == 0)
		return 0;
	if (n->count == n->cap) {
		size_t cap = n->cap == 0 ? 256 : n->cap * 2;
		struct name *more = arena_array(&im->arena, cap, sizeof *more);

		if (more == NULL)
			return err_set(im->e, ERR_NOMEM, "names");
		if (n->count > 0)
			memcpy(more, n->list, n->count * sizeof *more);
		n->list = more;
		n->cap = cap;
	}
	buf_init(&fold, shown.len * 4 + 64);
	code = text_fold(shown, &fold, im->e);
	one.fold = arena_copy(&im->arena, buf_view(&fold));
	one.shown = arena_copy(&im->arena, shown);
	buf_release(&fold);
	if (code == 0 && (one.shown.at == NULL || one.fold.at == NULL))
		code = err_set(im->e, ERR_NOMEM, "names");
	if (code == 0)
		n->list[n->count++] = one;
	return code;
}

/* The title of a record, and what it is known by where one field says it. */
static int add_record(struct import *im, struct import_names *n, struct query *q,
		      const struct ref *ref)
{
	struct record rec;
	struct buf text;
	size_t i;
	int code = query_record(im->r, ref->stream, ref->record, q->a, &rec, im->e);

	buf_init(&text, NAME_MAX_BYTES);
	if (code == 0) {
		query_title(q, ref->stream, &rec, &text);
		code = add_name(im, n, buf_view(&text), ref);
	}
	for (i = 0; i < n->type->match_count && code == 0; i++) {
		const struct match_key *k = &n->type->match[i];
		struct value v = record_value(&rec, k->fields[0]->number);

		if (k->count != 1 || v.kind != VALUE_TEXT)
			continue;
		code = add_name(im, n, v.b, ref);
	}
	buf_release(&text);
	return code;
}

static int compare_names(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return bytes_compare(x->fold, y->fold);
}

static int load_names(struct import *im, struct import_names *n)
{
	struct query_options o = { .lang = im->o.lang };
	char table[64], sql[160];
	struct arena one;
	struct query q = { .r = im->r, .schema = im->s, .o = &o, .a = &one, .e = im->e };
	struct stmt *s;
	int code;

	projection_table(n->type, table);
	snprintf(sql, sizeof sql, "SELECT stream, device, op FROM %s WHERE deleted=0 AND "
		 "(stream=$1 OR stream=0)", table);
	code = db_query_text(im->r->db, im->e, &s, sql);
	if (code != 0)
		return code;
	arena_init(&one, QUERY_MEMORY);
	db_bind_int(s, 1, (int64_t)im->stream);
	while ((code = db_step(s, im->e)) == 1) {
		struct ref ref = { (uint64_t)db_int(s, 0),
				   { (uint64_t)db_int(s, 1), (uint64_t)db_int(s, 2) } };

		arena_clear(&one);
		code = add_record(im, n, &q, &ref);
		if (code != 0)
			break;
	}
	db_done(s);
	arena_release(&one);
	if (code == 0 && n->count > 0)
		qsort(n->list, n->count, sizeof *n->list, compare_names);
	return code;
}

static int names_of(struct import *im, const struct type *t, struct import_names **out)
{
	struct import_names *n;
	int code;

	for (n = im->names; n != NULL; n = n->next)
		if (n->type == t) {
			*out = n;
			return 0;
		}
	n = arena_alloc(&im->arena, sizeof *n);
	if (n == NULL)
		return err_set(im->e, ERR_NOMEM, "names");
	n->type = t;
	code = load_names(im, n);
	if (code == 0) {
		n->next = im->names;
		im->names = n;
		*out = n;
	}
	return code;
}

/* Those that fit a name best; of one record once. */
struct candidates {
	const struct name *list[CANDIDATES_TOLD];
	size_t count;
	int fit;
};

static void add_candidate(struct candidates *c, const struct name *n, int fit)
{
	size_t i;

	if (fit == 0 || fit < c->fit)
		return;
	if (fit > c->fit)
		c->count = 0;
	c->fit = fit;
	for (i = 0; i < c->count && i < CANDIDATES_TOLD; i++)
		if (c->list[i]->ref.stream == n->ref.stream &&
		    rid_equal(c->list[i]->ref.record, n->ref.record))
			return;
	if (c->count < CANDIDATES_TOLD)
		c->list[c->count] = n;
	c->count++;
}

static void gather(const struct import_names *n, struct bytes fold, struct bytes text,
		   struct candidates *c)
{
	size_t low = 0, high = n->count, i;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (bytes_compare(n->list[mid].fold, fold) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (i = low; i < n->count && bytes_equal(n->list[i].fold, fold); i++)
		add_candidate(c, &n->list[i], text_fit(text, n->list[i].shown));
}

/* Nobody learns here who there is. */
static bool may_read(const struct import *im, const struct type *t)
{
	const struct role *r = schema_role(im->s, im->o.reader);

	return im->o.reader == 0 ||
	       (r != NULL && role_reads(r, t, im->stream, im->o.reader_unit));
}

static int find_names(struct import *im, const struct field *f, struct bytes text,
		      struct candidates *c)
{
	struct buf fold;
	size_t i;
	int code;

	buf_init(&fold, text.len * 4 + 64);
	code = text_fold(text, &fold, im->e);
	for (i = 0; i < f->target_count && code == 0; i++) {
		const struct type *t = schema_type_by_code(im->s, bytes_str(f->targets[i]));
		struct import_names *n = NULL;

		if (t == NULL || !may_read(im, t))
			continue;
		code = names_of(im, t, &n);
		if (code == 0)
			gather(n, buf_view(&fold), text, c);
	}
	buf_release(&fold);
	return code;
}

/* What stands in the brackets at the end: "Trần Thị Mẫu [k3f7q]". */
static struct bytes in_brackets(struct bytes text)
{
	size_t from = text.len;

	if (text.len < 3 || (text.at[text.len - 1] != ']' && text.at[text.len - 1] != ')'))
		return BYTES_NONE;
	while (from > 0 && text.at[from - 1] != '[' && text.at[from - 1] != '(')
		from--;
	return from == 0 ? BYTES_NONE : (struct bytes){ text.at + from, text.len - from - 1 };
}

static bool by_id(struct import *im, const struct field *f, struct bytes text,
		  struct import_value *out)
{
	struct err kept = *im->e;
	bool found = text.len >= 5 && text.len <= 60 &&
		     edit_value(&im->ed, f, text, &out->v) == 0;

	*im->e = kept;
	return found;
}

static void tell(struct import *im, struct import_table *t, const struct sheet_row *row,
		 const struct import_column *c, struct bytes text, const struct candidates *found)
{
	struct buf names;
	char id[9];
	size_t i;

	if (found->count == 0) {
		import_bad(im, t, row->number, c, ERR_NO_RECORD,
			   IMPORT_TEXT(im, "không có hồ sơ nào mang tên hoặc mã “%.*s”. Nhập hồ sơ ấy trước, "
					   "hoặc ghi mã ngắn của nó.",
				       "no record has the name or id \"%.*s\". Enter that record first, or "
				       "write its short id."),
			   (int)(text.len > 100 ? 100 : text.len), (const char *)text.at);
		return;
	}
	buf_init(&names, 4096);
	for (i = 0; i < found->count && i < CANDIDATES_TOLD; i++) {
		const struct name *n = found->list[i];

		if (query_short(im->r, n->ref.stream, n->ref.record, id, NULL) == 0)
			buf_printf(&names, "%s%.*s [%s]", i > 0 ? ", " : "",
				   (int)(n->shown.len > 80 ? 80 : n->shown.len),
				   (const char *)n->shown.at, id);
	}
	if (found->count > CANDIDATES_TOLD)
		buf_add(&names, bytes_str(", ..."));
	import_bad(im, t, row->number, c, ERR_AMBIGUOUS,
		   IMPORT_TEXT(im, "có %zu hồ sơ cùng tên: %.*s. Ghi kèm mã trong ngoặc vuông.",
			       "%zu records have this name: %.*s. Write the id in brackets, too."),
		   found->count, (int)names.len, (const char *)names.at);
	buf_release(&names);
}

int import_ref(struct import *im, struct import_table *t, const struct sheet_row *row,
	       struct import_column *c, struct bytes text, struct import_value *out)
{
	struct candidates found = { .count = 0 };
	int code;

	if (by_id(im, c->field, in_brackets(text), out))
		return 0;
	code = find_names(im, c->field, text, &found);
	if (code != 0)
		return code;
	if (found.count == 1) {
		out->v = value_ref(found.list[0]->ref);
		return 0;
	}
	if (found.count == 0 && by_id(im, c->field, text, out))
		return 0;
	out->bad = true;
	tell(im, t, row, c, text, &found);
	return 0;
}
