/* The compression dictionary of a pack. Deflate reaches back 32 KiB and pays less
 * for what is near, so the rarest goes first and, where all is too much, falls off
 * first. Labels and codes follow the prose, type by type, each with its choices. */
#include <jansson.h>
#include <string.h>

#include "common/pack.h"
#include "protocol/limits.h"

/* What a deflate window can still reach when it looks at its first byte. */
enum { REACH = LIMIT_DICTIONARY - 262, PROSE_MAX = 4 * 1024 * 1024 };

static void put_line(struct buf *out, const char *s)
{
	if (s == NULL)
		return;
	buf_add(out, bytes_str(s));
	buf_byte(out, '\n');
}

static void put_named(struct buf *out, json_t *j)
{
	put_line(out, json_string_value(json_object_get(j, "code")));
	put_line(out, json_string_value(json_object_get(j, "vi")));
}

static void put_choices(struct buf *out, json_t *list)
{
	json_t *c;
	size_t i;

	json_array_foreach(json_object_get(list, "choices"), i, c)
		put_named(out, c);
}

static void put_type(struct buf *out, json_t *lists, json_t *type)
{
	json_t *f;
	size_t i;

	put_named(out, type);
	json_array_foreach(json_object_get(type, "fields"), i, f) {
		const char *list = json_string_value(json_object_get(f, "list"));

		if (list != NULL)
			put_choices(out, json_object_get(lists, list));
		put_named(out, f);
	}
}

int pack_dictionary(struct bytes json, struct bytes prose, struct buf *out, struct err *e)
{
	json_error_t why;
	json_t *root, *lists, *type;
	struct buf all;
	struct bytes text;
	size_t i;
	int code = 0;

	root = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, &why);
	if (root == NULL)
		return err_set(e, ERR_BAD_PACK, "%d:%d: %s", why.line, why.column, why.text);
	lists = json_object_get(root, "lists");
	buf_init(&all, PROSE_MAX);
	buf_add(&all, prose);
	json_array_foreach(json_object_get(root, "types"), i, type)
		put_type(&all, lists, type);
	text = buf_view(&all);
	if (text.len > REACH) {
		text.at += text.len - REACH;
		text.len = REACH;
	}
	buf_add(out, text);
	if (all.failed || out->failed)
		code = err_set(e, all.failed ? ERR_TOO_LARGE : ERR_NOMEM, "dictionary");
	buf_release(&all);
	json_decref(root);
	return code;
}
