/* Making rows that name files, and telling of them. */
#include "common/attach/attach_row.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/edit/edit_parts.h"
#include "common/query/query_parts.h"

static const struct type *row_type(const struct schema *s, const struct field *list)
{
	return list == NULL ? NULL : schema_type_by_code(s, bytes_str(list->targets[0]));
}

static void assign(struct assignment *list, size_t *n, const struct field *f, struct bytes value)
{
	if (f != NULL)
		list[(*n)++] = (struct assignment){ bytes_str(f->code), value, ASSIGN_SET };
}

int attach_add_row(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		   const struct attach_entry *entry, struct rid *out, struct err *e)
{
	struct editing ed = { r, s, d, e };
	char *hash = arena_alloc(d->a, 2 * HASH_SIZE + 1), *size = arena_alloc(d->a, 24);
	const struct type *above, *t;
	const struct field *list;
	struct assignment fields[5];
	struct record rec;
	size_t n = 0;
	int code = hash == NULL || size == NULL ? err_set(e, ERR_NOMEM, "file") :
						  edit_load(&ed, record, &rec, &above);

	if (code != 0)
		return code;
	list = attach_list(s, above, entry->list);
	t = row_type(s, list);
	if (t == NULL)
		return err_set(e, ERR_NO_FIELD, "%s", entry->list != NULL ? entry->list : "file");
	if (entry->as != NULL && t->file->kind == NULL)
		return err_set(e, ERR_NO_FIELD, "%s", entry->as);
	/* A draft may lack what a form asks for; a file without a word on what it is helps nobody. */
	if (entry->as == NULL && t->file->kind != NULL && t->file->kind->required)
		return err_set(e, ERR_REQUIRED, "%s", t->file->kind->code);
	attach_hash_text(entry->hash, hash);
	snprintf(size, 24, "%" PRIu64, entry->size);
	assign(fields, &n, t->file->hash, bytes_str(hash));
	assign(fields, &n, t->file->size, bytes_str(size));
	assign(fields, &n, t->file->name, entry->name);
	assign(fields, &n, t->file->media, bytes_str(entry->kind->media));
	if (entry->as != NULL)
		assign(fields, &n, t->file->kind, bytes_str(entry->as));
	return edit_add_row(r, s, d, record, bytes_str(list->code), fields, n, out, e);
}

void attach_choices(const struct schema *s, const struct type *t, const char *list,
		    struct buf *out)
{
	const struct type *row = row_type(s, attach_list(s, t, list));
	const struct choice_list *l = row == NULL || row->file->kind == NULL ? NULL :
									       row->file->kind->list;
	size_t i;

	for (i = 0; l != NULL && i < l->count; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : ", ", l->choices[i].code);
}

json_t *attach_json(uint64_t stream, const struct attached *f, enum lang lang)
{
	const struct choice *kind = f->type == NULL || f->type->file->kind == NULL ? NULL :
				    list_choice(f->type->file->kind->list, f->kind);
	char hash[2 * HASH_SIZE + 1], brief[9], full[64];

	attach_hash_text(f->hash, hash);
	record_short_text(record_short(stream, f->row), brief);
	record_full_text(stream, f->row, full);
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:I, s:o, s:s, s:b}", "row", full, "short", brief,
			 "kind", kind == NULL ? "" : kind->code, "kind_label",
			 kind == NULL ? "" : label_in(&kind->label, lang), "name",
			 query_text(f->name), "size", (json_int_t)f->size, "media",
			 query_text(f->media), "hash", hash, "here", (int)f->here);
}
