/* Types whose rows name files: "file" of a pack. */
#include "common/pack/pack_loader.h"

int loader_file(struct loader *l, json_t *j, struct type *t)
{
	json_t *given = json_object_get(j, "file");
	struct type_file *f = arena_alloc(&l->s->arena, sizeof *f);
	int code;

	if (given == NULL)
		return 0;
	if (f == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	code = loader_keys(l, given, "hash/s size/s name/s media/s kind/s");
	if (code == 0)
		code = loader_field(l, given, "hash", t, &f->hash);
	if (code == 0)
		code = loader_field(l, given, "size", t, &f->size);
	if (code == 0)
		code = loader_field(l, given, "name", t, &f->name);
	if (code == 0)
		code = loader_field(l, given, "media", t, &f->media);
	if (code == 0)
		code = loader_field(l, given, "kind", t, &f->kind);
	if (code != 0)
		return code;
	if (!t->row)
		return loader_bad(l, j, "file", "only rows name files");
	if (f->hash == NULL || f->hash->kind != FIELD_TEXT || f->hash->personal ||
	    f->size == NULL || f->size->kind != FIELD_INT || f->name == NULL ||
	    f->name->kind != FIELD_TEXT)
		return loader_bad(l, j, "file", "needs \"hash\" and \"name\", texts, and \"size\", an int");
	if ((f->media != NULL && f->media->kind != FIELD_TEXT) ||
	    (f->kind != NULL && f->kind->kind != FIELD_CHOICE))
		return loader_bad(l, j, "file", "\"media\" is a text, \"kind\" a choice");
	t->file = f;
	return 0;
}
