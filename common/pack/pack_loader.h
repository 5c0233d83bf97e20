/* Reading a pack's JSON: what its parts share. Private to pack*.c.
 *
 * First everything that has a name is read (roles, lists, constants, workflows,
 * types with their fields, rollups), then what speaks of names: expressions and
 * all that hangs on them. Every complaint names the place in the pack. */
#ifndef DONGBO_PACK_LOADER_H
#define DONGBO_PACK_LOADER_H

#include <jansson.h>

#include "common/pack/pack.h"
#include "common/text/json_text.h"

/* What is being read. */
struct loader {
	struct schema *s;
	struct choice_list *lists;
	size_t list_count;
	struct workflow *workflows;
	size_t workflow_count;
	const char *pack;
	struct json_text doc;      /* the JSON, to tell lines from */
	/* Somebody has just written it: what means nothing is refused. Of a pack that is
	 * published it is passed over, because a newer server may know what it means. */
	bool strict;
	const struct choice_list *wanted; /* expressions are to give a choice of it; or NULL */
	const struct type *const *rows; /* whose names expressions may read first (expr_scope) */
	size_t depth;
	struct err *e;
};

/* ERR_BAD_PACK at a member of an object (key NULL: at the value itself), with a reason of
 * common/text/reason.c and what it speaks of. */
#define loader_bad(l, j, key, ...) json_text_bad(&(l)->doc, j, key, (l)->e, __VA_ARGS__)

/* That it is an object; strict: of these keys and kinds (json_text_keys). */
int loader_keys(struct loader *l, json_t *j, const char *keys);
/* A copy in the schema, or NULL. */
const char *loader_keep(struct loader *l, const char *s);
/* Members of an object; NULL or false where there is none of that kind. */
const char *loader_str(json_t *j, const char *key);
bool loader_int(json_t *j, const char *key, int64_t *out);
bool loader_true(json_t *j, const char *key);
/* A whole number that must be there, from min to max. */
int loader_number(struct loader *l, json_t *j, int64_t min, int64_t max, int64_t *out);
/* One that may be there; *there: it is, and within. Strict: refused where it is not. */
int loader_bound(struct loader *l, json_t *j, const char *key, int64_t min, int64_t max,
		 int64_t *out, bool *there);
/* "vi" and "en"; "code". */
int loader_label(struct loader *l, json_t *j, struct label *out);
int loader_code(struct loader *l, json_t *j, const char **out);
/* That what a key of a map names is an object; strict: and the key has the form of a code. */
int loader_name(struct loader *l, json_t *map, const char *key);
/* Room for the elements of an array member (and one more), and the array. */
void *loader_array(struct loader *l, json_t *j, const char *key, size_t size, json_t **array);
/* Texts of an array member, or one text, copied; out NULL and 0 where there is none. */
int loader_texts(struct loader *l, json_t *j, const char *key, const char ***out,
		 size_t *count);
/* A date "2021-08-15" of a member; false where there is none. */
bool loader_date(json_t *j, const char *key, int64_t *days);
/* The same; strict: written so and in no other way. */
bool loader_plain_date(const struct loader *l, json_t *j, const char *key, int64_t *days);
/* The same as day; `missing` where there is none. ERR_BAD_PACK where it is no date. */
int loader_day(struct loader *l, json_t *j, const char *key, int64_t missing, int64_t *days);
/* A list of role codes, of state codes, as bits. */
int loader_roles(struct loader *l, json_t *j, const char *key, uint64_t *out);
int loader_state_bits(struct loader *l, json_t *j, const char *key, const struct workflow *w,
		      uint64_t *out);
/* An expression over a type's records, of a text member; NULL where there is none. */
int loader_expr(struct loader *l, json_t *j, const char *key, const struct type *t,
		bool condition, bool rollups, const struct expr **out);
/* The same of an element of an array. */
int loader_expr_text(struct loader *l, json_t *text, const struct type *t, bool condition,
		     bool rollups, const struct expr **out);
/* The one type that the roots of a row type's rows are of; NULL where there are several,
 * or it is none. */
const struct type *loader_root(const struct schema *s, const struct type *t);
/* A field of the type that a member names; NULL where there is none. */
int loader_field(struct loader *l, json_t *j, const char *key, const struct type *t,
		 const struct field **out);
/* A type that a member names. ERR_BAD_PACK where there is none. */
int loader_type(struct loader *l, json_t *j, const char *key, const struct type **out);
/* Values of plain fields, as people type them: {"answer": "none"}. */
int loader_presets(struct loader *l, json_t *object, const struct type *t, struct preset **out,
		   size_t *count);
/* What the pack itself says of a type, of a field; NULL where they are another pack's. */
json_t *loader_of_type(struct loader *l, const struct type *t);
json_t *loader_of_field(struct loader *l, const struct type *t, const struct field *f);

/* Parts of a pack, in the order in which they must be read. */
int loader_load_roles(struct loader *l, json_t *root);
int loader_reads(struct loader *l, json_t *root);
int loader_lists(struct loader *l, json_t *root);
int loader_constants(struct loader *l, json_t *root);
int loader_registers(struct loader *l, json_t *root);
int loader_workflows(struct loader *l, json_t *root);
int loader_types(struct loader *l, json_t *root);
int loader_rollups(struct loader *l, json_t *root);
int loader_rules(struct loader *l, json_t *root);
int loader_duplicates(struct loader *l, json_t *root);
/* Through which references warnings and keys look at other records: after both. */
int loader_watchers(struct loader *l, json_t *root);
int loader_deadlines(struct loader *l, json_t *root);
int loader_calendar(struct loader *l, json_t *root);
int loader_units(struct loader *l, json_t *root);
int loader_parts(struct loader *l, json_t *root);

/* That some state of the workflow counts. */
int loader_ask_good(struct loader *l, json_t *j, const char *key, const struct workflow *w);
/* What a type's rows do to other records (pack_apply.c). */
int loader_apply(struct loader *l, json_t *j, struct type *t);
/* What of a type's rows names a file (pack_file.c). */
int loader_file(struct loader *l, json_t *j, struct type *t);
/* What a type has figures of (pack_figures.c). */
int loader_figures(struct loader *l, json_t *j, struct type *t);
/* The fields of a type, from its object. */
int loader_fields(struct loader *l, json_t *j, struct type *t);

#endif
