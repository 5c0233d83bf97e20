/* Headings by their words. */
#include "common/import/import_words.h"

#include "common/text/text.h"

static bool in_word(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

static void split(struct bytes s, struct import_words *out)
{
	size_t i = 0, from;
	int depth = 0;

	while (i < s.len) {
		if (!in_word(s.at[i])) {
			depth += s.at[i] == '(' || s.at[i] == '[';
			depth -= s.at[i] == ')' || s.at[i] == ']';
			depth = depth < 0 ? 0 : depth;
			i++;
			continue;
		}
		from = i;
		while (i < s.len && in_word(s.at[i]))
			i++;
		if (depth > 0 && out->more_count < IMPORT_WORDS_MAX)
			out->more[out->more_count++] = (struct bytes){ s.at + from, i - from };
		else if (depth == 0 && out->count < IMPORT_WORDS_MAX)
			out->list[out->count++] = (struct bytes){ s.at + from, i - from };
	}
}

void import_words(struct bytes text, struct arena *a, struct import_words *out)
{
	struct buf folded;

	out->count = out->more_count = 0;
	buf_init(&folded, text.len * 4 + 64);
	if (text_fold(text, &folded, NULL) == 0)
		split(arena_copy(a, buf_view(&folded)), out);
	buf_release(&folded);
}

static bool same(const struct bytes *a, size_t n, const struct bytes *b, size_t m)
{
	size_t i;

	for (i = 0; i < n && n == m; i++)
		if (!bytes_equal(a[i], b[i]))
			return false;
	return n == m;
}

static bool among(const struct bytes *list, size_t n, struct bytes word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (bytes_equal(list[i], word))
			return true;
	return false;
}

int import_words_fit(const struct import_words *h, const struct import_words *name)
{
	size_t i, common = 0, near;

	if (h->count == 0 || name->count == 0)
		return 0;
	if (same(h->list, h->count, name->list, name->count)) {
		if (same(h->more, h->more_count, name->more, name->more_count))
			return IMPORT_SAME;
		/* What else it says in () could be another unit. */
		return h->more_count == 0 ? IMPORT_FIT : 100;
	}
	for (i = 0; i < h->count; i++)
		common += among(name->list, name->count, h->list[i]);
	if (common != h->count && common != name->count)
		return 0;
	near = 200 * common / (h->count + name->count);
	return near >= IMPORT_NEAR && near <= 100 ? (int)near : 0;
}

bool import_words_have(const struct import_words *w, const char *word)
{
	return among(w->list, w->count, bytes_str(word)) || import_words_beside(w, word);
}

bool import_words_beside(const struct import_words *w, const char *word)
{
	return among(w->more, w->more_count, bytes_str(word));
}
