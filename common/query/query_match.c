/* Finding by words. A word typed without marks finds them all ("hoa" finds
 * Hoà and Hoa, "dong" finds Đồng); one with marks finds only itself, wherever the
 * tone was put ("hoà" finds hòa). Case never matters. */
#include "common/query/query_parts.h"

#include <string.h>

#include "common/text/text.h"

enum { HAYSTACK_MAX = 1 << 20 };

/* What the query asks for. */
struct query_word {
	struct bytes key;
	bool marked;            /* by text_key; else by text_fold */
};

static int add_word(struct query *q, struct query_words *w, struct bytes word)
{
	struct query_word *one = &w->list[w->count];
	struct buf key;
	int code;

	one->marked = text_has_marks(word);
	buf_init(&key, HAYSTACK_MAX);
	code = one->marked ? text_key(word, &key, q->e) : text_fold(word, &key, q->e);
	if (code == 0) {
		one->key = arena_copy(q->a, buf_view(&key));
		if (one->key.at == NULL)
			code = err_set(q->e, ERR_NOMEM, "--text");
	}
	buf_release(&key);
	w->marked |= one->marked;
	w->plain |= !one->marked;
	w->count++;
	return code == ERR_BAD_UTF8 ? err_set(q->e, code, "--text") : code;
}

int query_words(struct query *q)
{
	struct bytes text = q->o->text;
	struct query_words *w = &q->words;
	size_t i = 0, from;
	int code = 0;

	w->list = arena_array(q->a, text.len / 2 + 1, sizeof *w->list);
	if (w->list == NULL)
		return err_set(q->e, ERR_NOMEM, "--text");
	while (i < text.len && code == 0) {
		from = i;
		while (i < text.len && text.at[i] != ' ')
			i++;
		if (i > from)
			code = add_word(q, w, (struct bytes){ text.at + from, i - from });
		i++;
	}
	return code;
}

/* All that can be read in the record: texts, choices, the titles of what it refers
 * to; between line ends, so that no word is found across two of them. */
static void gather(struct query *q, uint64_t stream, const struct record *rec, struct buf *out)
{
	const struct type *t = schema_type(q->schema, rec->type);
	char id[9];
	size_t i;

	query_title(q, stream, rec, out);
	record_short_text(record_short(stream, rec->id), id);
	buf_printf(out, "\n%s", id);
	for (i = 0; t != NULL && i < rec->live_count; i++) {
		const struct live *l = &rec->live[i];
		const struct field *f = type_field(t, l->field);

		if (f == NULL)
			continue;
		buf_byte(out, '\n');
		if (f->kind == FIELD_SET)
			field_show(f, &l->element, q->o->lang, out);
		else if (f->kind == FIELD_TEXT || f->kind == FIELD_CHOICE)
			field_show(f, &l->value, q->o->lang, out);
	}
}

static bool contains(struct bytes all, struct bytes part)
{
	size_t i;

	for (i = 0; i + part.len <= all.len; i++)
		if (memcmp(all.at + i, part.at, part.len) == 0)
			return true;
	return false;
}

bool query_matches(struct query *q, uint64_t stream, const struct record *rec)
{
	const struct query_words *w = &q->words;
	struct buf text, marked, plain;
	bool all = true;
	size_t i;

	if (w->count == 0)
		return true;
	buf_init(&text, HAYSTACK_MAX);
	buf_init(&marked, HAYSTACK_MAX * 2);
	buf_init(&plain, HAYSTACK_MAX * 2);
	gather(q, stream, rec, &text);
	/* What can't be read any more (too large) is not found. */
	if (w->marked)
		text_key(buf_view(&text), &marked, NULL);
	if (w->plain)
		text_fold(buf_view(&text), &plain, NULL);
	for (i = 0; i < w->count && all; i++)
		all = contains(buf_view(w->list[i].marked ? &marked : &plain), w->list[i].key);
	buf_release(&text);
	buf_release(&marked);
	buf_release(&plain);
	return all;
}
