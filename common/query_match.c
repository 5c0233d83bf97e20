/* Finding by words. A word typed without marks finds them all ("huyen" finds
 * Huyền and Huyện); one with marks finds only itself. Case never matters. */
#include "common/query_parts.h"

#include <string.h>

#include "common/text.h"

enum { HAYSTACK_MAX = 1 << 20 };

/* Lower case of NFC text in place. Every Vietnamese capital and its small letter
 * have the same length in UTF-8: they stand in pairs in their blocks. */
static void lower(uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] >= 'A' && p[i] <= 'Z') {
			p[i] = (uint8_t)(p[i] + 32);
		} else if (p[i] == 0xc3 && i + 1 < n && p[i + 1] >= 0x80 && p[i + 1] <= 0x9e) {
			p[i + 1] = (uint8_t)(p[i + 1] + 32); /* À to Ý */
		} else if ((p[i] == 0xc4 || p[i] == 0xc5) && i + 1 < n &&
			   (p[i + 1] == 0x82 || p[i + 1] == 0x90 || p[i + 1] == 0xa8)) {
			p[i + 1]++; /* Ă Đ Ĩ Ũ */
		} else if (p[i] == 0xc6 && i + 1 < n && p[i + 1] == 0xa0) {
			p[i + 1]++; /* Ơ */
		} else if (p[i] == 0xc6 && i + 1 < n && p[i + 1] == 0xaf) {
			p[i + 1] = 0xb0; /* Ư */
		} else if (p[i] == 0xe1 && i + 2 < n && p[i + 1] >= 0xba && p[i + 1] <= 0xbb) {
			p[i + 2] |= 1; /* Ạ to Ỹ: even is a capital */
		}
	}
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

static bool has_word(struct bytes word, struct bytes plain, struct bytes folded)
{
	struct buf nfc, fold;
	bool found = false;

	buf_init(&nfc, 4096);
	buf_init(&fold, 4096);
	if (text_nfc(word, &nfc, NULL) == 0 && text_fold(word, &fold, NULL) == 0) {
		lower(nfc.at, nfc.len);
		found = bytes_equal(buf_view(&nfc), buf_view(&fold)) ?
				contains(folded, buf_view(&fold)) :
				contains(plain, buf_view(&nfc));
	}
	buf_release(&fold);
	buf_release(&nfc);
	return found;
}

bool query_matches(struct query *q, uint64_t stream, const struct record *rec)
{
	struct bytes words = q->o->text;
	struct buf plain, folded;
	bool all = true;
	size_t i = 0;

	if (words.len == 0)
		return true;
	buf_init(&plain, HAYSTACK_MAX);
	buf_init(&folded, HAYSTACK_MAX);
	gather(q, stream, rec, &plain);
	if (plain.len > 0) {
		text_fold(buf_view(&plain), &folded, NULL);
		lower(plain.at, plain.len);
	}
	while (i < words.len && all) {
		size_t from = i;

		while (i < words.len && words.at[i] != ' ')
			i++;
		if (i > from)
			all = has_word((struct bytes){ words.at + from, i - from },
				       buf_view(&plain), buf_view(&folded));
		i++;
	}
	buf_release(&folded);
	buf_release(&plain);
	return all;
}
