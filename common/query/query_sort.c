/* Results by name. No database has the order of Vietnamese everywhere: keys are made
 * here (collate.h), of what was found, and they alone are held until all of it is. */
#include <stdlib.h>
#include <string.h>

#include "common/query/query_parts.h"
#include "common/text/collate.h"

enum { KEY_MAX = 4 * 1024 * 1024, SHOWN_MAX = 1 << 20, FIRST_ROOM = 256 };

/* A value that is no reference: numbers and dates by their size, all else by what is
 * shown of it; of people the name. */
static int value_key(struct query *q, const struct field *f, const struct value *v, bool name,
		     struct buf *key)
{
	struct buf shown;
	int code;

	if (v->kind == VALUE_DATE || (v->kind == VALUE_INT && f->list == NULL)) {
		collate_number(v->n, key);
		return 0;
	}
	buf_init(&shown, SHOWN_MAX);
	field_show(f, v, q->o->lang, &shown);
	code = name ? collate_name(buf_view(&shown), key, q->e) :
		      collate_text(buf_view(&shown), key, q->e);
	buf_release(&shown);
	return code;
}

/* As query_title shows it, field by field. A reference counts as the title of what it
 * names, for so many steps. */
static int title_key(struct query *q, const struct record *rec, int steps, struct buf *key)
{
	const struct type *t = schema_type(q->schema, rec->type);
	bool named = t == NULL || !t->people;
	struct record other;
	size_t i, before = key->len;
	int code = 0;

	for (i = 0; t != NULL && i < t->title_count && code == 0; i++) {
		const struct field *f = type_field_by_code(t, bytes_str(t->titles[i]));
		struct value v = f == NULL ? VALUE_OF_NULL : record_value(rec, f->number);

		if (v.kind == VALUE_NULL || f->personal)
			continue;
		if (v.kind == VALUE_REF && steps > 0 &&
		    query_record(q->r, v.ref.stream, v.ref.record, q->a, &other, NULL) == 0) {
			code = title_key(q, &other, steps - 1, key);
			continue;
		}
		code = value_key(q, f, &v, !named && f->kind == FIELD_TEXT, key);
		/* A person's first text is the name. */
		named |= f->kind == FIELD_TEXT;
	}
	if (code == 0 && key->len == before && t != NULL)
		code = collate_text(bytes_str(label_in(&t->label, q->o->lang)), key, q->e);
	return code;
}

static bool grow(struct query_sorted *s)
{
	size_t cap = s->cap == 0 ? FIRST_ROOM : s->cap * 2;
	struct query_found *more = realloc(s->list, cap * sizeof *more);

	if (more == NULL)
		return false;
	s->list = more;
	s->cap = cap;
	return true;
}

int query_sorted_add(struct query *q, struct query_sorted *s, struct arena *keep,
		     uint64_t stream, const struct record *rec, int64_t since)
{
	struct query_found *found;
	struct buf key;
	int code;

	if (s->count == s->cap && !grow(s))
		return err_set(q->e, ERR_NOMEM, "--sort");
	found = &s->list[s->count];
	*found = (struct query_found){ .stream = stream, .id = rec->id, .place = s->count,
				       .since = since };
	buf_init(&key, KEY_MAX);
	if (q->o->by_age)
		collate_number(since, &key);
	code = q->o->by_age ? 0 : title_key(q, rec, 2, &key);
	if (code == 0 && !key.failed)
		found->key = arena_copy(keep, buf_view(&key));
	if (code == 0 && (key.failed || (key.len > 0 && found->key.at == NULL)))
		code = err_set(q->e, ERR_NOMEM, "--sort");
	buf_release(&key);
	s->count += code == 0;
	return code;
}

/* What is called the same stands in the order in which it was found. */
static int by_key(const void *a, const void *b)
{
	const struct query_found *x = a, *y = b;
	int order = bytes_compare(x->key, y->key);

	return order != 0 ? order : x->place < y->place ? -1 : 1;
}

void query_sorted_sort(struct query_sorted *s)
{
	if (s->count > 0)
		qsort(s->list, s->count, sizeof *s->list, by_key);
}

void query_sorted_release(struct query_sorted *s)
{
	free(s->list);
	*s = (struct query_sorted){ .list = NULL };
}

/* An object in an array and its key. */
struct keyed {
	json_t *object;
	struct buf key;
	size_t place;
};

static int by_object(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = bytes_compare(buf_view(&x->key), buf_view(&y->key));

	return order != 0 ? order : x->place < y->place ? -1 : 1;
}

int query_sort(json_t *array, const char *member, bool people, struct err *e)
{
	size_t count = json_array_size(array), i;
	struct keyed *list = calloc(count + 1, sizeof *list);
	int code = list == NULL ? err_set(e, ERR_NOMEM, "%s", member) : 0;

	for (i = 0; i < count && code == 0; i++) {
		const char *text;

		list[i].object = json_incref(json_array_get(array, i));
		list[i].place = i;
		text = json_string_value(json_object_get(list[i].object, member));
		buf_init(&list[i].key, KEY_MAX);
		code = people ? collate_name(bytes_str(text), &list[i].key, e) :
				collate_text(bytes_str(text), &list[i].key, e);
	}
	if (code == 0)
		qsort(list, count, sizeof *list, by_object);
	for (i = 0; i < count && list != NULL; i++) {
		if (code == 0)
			json_array_set(array, i, list[i].object);
		json_decref(list[i].object);
		buf_release(&list[i].key);
	}
	free(list);
	return code;
}
