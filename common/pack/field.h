/* Values of fields: what a field allows, and how a value is typed and shown. */
#ifndef DONGBO_FIELD_H
#define DONGBO_FIELD_H

#include "common/pack/pack.h"

/* Whether v may stand in f. Null may always. 0, ERR_BAD_VALUE (kind, digits),
 * ERR_NOT_NFC, ERR_OUT_OF_RANGE, ERR_BAD_CHOICE. The subject is the field's code. */
int field_check(const struct field *f, const struct value *v, struct err *e);

/* The value that a person typed, or that stood in the cell of a workbook: numbers as
 * number.h has them, dates as date.h; choices by code or label, or nearly (Thạc sỹ, ThS); yes and
 * no in a few words. Empty text is null. Texts are put into NFC, in the arena. REF takes the full
 * form "stream.device.op" only; SET and LIST are not single values: ERR_BAD_VALUE. */
int field_parse(const struct field *f, struct bytes text, struct arena *a, struct value *out,
		struct err *e);

/* The typed form again: what field_parse gives v for. */
void field_put(const struct field *f, const struct value *v, struct buf *out);

/* For reading: choices by label, money as 1.500.000, dates as 01/03/2026, months as
 * 03/2026. */
enum lang { LANG_VI, LANG_EN };
void field_show(const struct field *f, const struct value *v, enum lang lang, struct buf *out);

/* How values of a field are entered, appended: "ngày, ví dụ 01/03/2026". The schema has the
 * names of what it refers to. */
void field_form(const struct schema *s, const struct field *f, enum lang lang, struct buf *out);

static inline const char *label_in(const struct label *l, enum lang lang)
{
	return lang == LANG_EN ? l->en : l->vi;
}

#endif
