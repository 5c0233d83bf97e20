/* Sentences that need to know of a pack: what a field or a check is called. */
#include <stdio.h>
#include <string.h>

#include "common/text/sentence.h"

/* Leaves the advice of a sentence out: what stands behind its subject. */
static void cut_advice(struct buf *said, size_t from, const char *subject)
{
	size_t n = strlen(subject), i;

	for (i = from; i + n + 1 < said->len; i++)
		if (memcmp(said->at + i, subject, n) == 0 && said->at[i + n] == '.') {
			said->len = i + n + 1;
			return;
		}
}

void sentence_entry(const struct err *e, struct bytes form, enum lang lang, struct buf *out)
{
	size_t from = out->len;

	sentence_error(e, lang, out);
	if (e->code != ERR_BAD_VALUE && e->code != ERR_BAD_CHOICE && e->code != ERR_OUT_OF_RANGE)
		return;
	cut_advice(out, from, e->subject);
	buf_add(out, bytes_str(lang == LANG_EN ? " Entered as: " : " Cách nhập: "));
	buf_add(out, form);
	buf_byte(out, '.');
}

static const struct check *find_check(const struct type *type, uint32_t number)
{
	size_t i;

	for (i = 0; type != NULL && i < type->check_count; i++)
		if (type->checks[i].number == number)
			return &type->checks[i];
	return NULL;
}

/* A field's label. Numbers are unique in the district, so it is found even where
 * the type of the record is not known. */
static const char *field_name(const struct schema *s, const struct type *type, uint32_t number,
			      enum lang lang)
{
	const struct field *f = type == NULL ? NULL : type_field(type, number);
	size_t i;

	for (i = 0; f == NULL && s != NULL && i < s->type_count; i++)
		f = type_field(s->types[i], number);
	return f == NULL ? NULL : label_in(&f->label, lang);
}

void sentence_verdict(const struct verdict *v, const struct schema *s, const struct type *type,
		      enum lang lang, struct buf *out)
{
	const struct check *check = v->code == ERR_CHECK ? find_check(type, v->rule) : NULL;
	const char *label;
	struct err e = { .code = v->code };

	if (check != NULL) {
		buf_add(out, bytes_str(label_in(&check->label, lang)));
		return;
	}
	if (v->rule != 0) {
		label = v->code == ERR_CHECK ? NULL : field_name(s, type, v->rule, lang);
		if (label != NULL)
			snprintf(e.subject, sizeof e.subject, "%s", label);
		else
			snprintf(e.subject, sizeof e.subject, "%u", v->rule);
	}
	sentence_error(&e, lang, out);
}
