/* Reading a pack's JSON: what its parts share. Private to pack.c and
 * pack_workflow.c. Every complaint names the place in the pack. */
#ifndef DONGBO_PACK_LOADER_H
#define DONGBO_PACK_LOADER_H

#include <jansson.h>

#include "common/pack.h"

/* What is being read; errors are wrapped with the type's and field's code. */
struct loader {
	struct schema *s;
	struct choice_list *lists;
	size_t list_count;
	struct workflow *workflows;
	size_t workflow_count;
	const char *pack;
	struct err *e;
};

/* ERR_BAD_PACK at a place. */
int loader_bad(struct loader *l, const char *place, const char *what);
/* A copy in the schema, or NULL. */
const char *loader_keep(struct loader *l, const char *s);
/* Members of an object; NULL or false where there is none of that kind. */
const char *loader_str(json_t *j, const char *key);
bool loader_int(json_t *j, const char *key, int64_t *out);
/* "vi" and "en"; "code". */
int loader_label(struct loader *l, json_t *j, const char *place, struct label *out);
int loader_code(struct loader *l, json_t *j, const char *place, const char **out);
/* Room for the elements of an array member (and one more), and the array. */
void *loader_array(struct loader *l, json_t *j, const char *key, size_t size, json_t **array);
/* A list of role codes as bits. */
int loader_roles(struct loader *l, json_t *j, const char *key, const char *place,
		 uint64_t *out);

/* Parts of a pack, in the order in which they must be read. */
int loader_load_roles(struct loader *l, json_t *root);
int loader_lists(struct loader *l, json_t *root);
int loader_workflows(struct loader *l, json_t *root);

#endif
