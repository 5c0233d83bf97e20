/* "units" of a pack: who may enter units and what the law makes of them, and by which
 * workflow, so that a district can ask for two persons. Units themselves are built in
 * (pack_builtin.c): what is entered before a pack says so is the server's own, and counts. */
#include "common/pack/pack_loader.h"

#include <string.h>

static int find_workflow(struct loader *l, json_t *j, const struct workflow **out)
{
	const char *code = loader_str(j, "workflow");
	const struct workflow *w = NULL;
	size_t i;

	for (i = 0; code != NULL && i < l->workflow_count; i++)
		if (strcmp(l->workflows[i].code, code) == 0)
			w = &l->workflows[i];
	if (w == NULL)
		return loader_bad(l, j, "workflow", "there is no workflow \"%.40s\"",
				  code == NULL ? "" : code);
	*out = w;
	return loader_ask_good(l, j, "workflow", w);
}

int loader_ask_good(struct loader *l, json_t *j, const char *key, const struct workflow *w)
{
	size_t i;

	for (i = 0; i < w->state_count; i++)
		if (w->states[i].good)
			return 0;
	return loader_bad(l, j, key, "its workflow needs a state that is \"good\": what is in none "
			  "counts nowhere");
}

/* These are open in every state. */
static int open_fields(struct loader *l, json_t *j, struct type *t)
{
	const char **codes;
	size_t count, i;
	int code = loader_texts(l, j, "open", &codes, &count);

	for (i = 0; i < count && code == 0; i++) {
		const struct field *f = type_field_by_code(t, bytes_str(codes[i]));

		if (f == NULL)
			code = loader_bad(l, j, "open", "%s has no field \"%.40s\"", t->code, codes[i]);
		else
			t->fields[f - t->fields].in = UINT64_MAX;
	}
	return code;
}

int loader_units(struct loader *l, json_t *root)
{
	static const uint32_t numbers[] = { TYPE_UNIT, TYPE_UNIT_EVENT };
	json_t *j = json_object_get(root, "units");
	const struct workflow *w = NULL;
	uint64_t edit = 0;
	size_t i, k;
	int code;

	if (j == NULL)
		return 0;
	code = loader_keys(l, j, "edit workflow/s open/a");
	if (code == 0)
		code = loader_roles(l, j, "edit", &edit);
	if (code == 0)
		code = find_workflow(l, j, &w);
	for (i = 0; i < 2 && code == 0; i++)
		for (k = 0; k < l->s->type_count && code == 0; k++) {
			struct type *t = l->s->types[k];

			if (t->number != numbers[i])
				continue;
			if (t->workflow != NULL)
				return loader_bad(l, root, "units", "another pack says already how units are entered");
			t->edit |= edit;
			t->workflow = w;
			if (t->number == TYPE_UNIT)
				code = open_fields(l, j, t);
		}
	return code;
}
