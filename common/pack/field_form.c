/* How the values of a field are entered, in words. */
#include "common/pack/field.h"

#include <inttypes.h>

static void put_bounds(const struct field *f, enum lang lang, struct buf *out)
{
	struct value low = value_int(f->min), high = value_int(f->max);

	if (f->has_min && f->has_max) {
		buf_add(out, bytes_str(lang == LANG_EN ? ", " : ", từ "));
		field_show(f, &low, lang, out);
		buf_add(out, bytes_str(lang == LANG_EN ? " to " : " đến "));
		field_show(f, &high, lang, out);
	} else if (f->has_min) {
		buf_add(out, bytes_str(lang == LANG_EN ? ", at least " : ", ít nhất "));
		field_show(f, &low, lang, out);
	} else if (f->has_max) {
		buf_add(out, bytes_str(lang == LANG_EN ? ", at most " : ", nhiều nhất "));
		field_show(f, &high, lang, out);
	}
}

static void put_text(const struct field *f, enum lang lang, struct buf *out)
{
	if (f->digits > 0)
		buf_printf(out, lang == LANG_EN ? "exactly %u digits" : "đúng %u chữ "
						  "số", f->digits);
	else if (f->has_max)
		buf_printf(out, lang == LANG_EN ? "text, at most %" PRId64 " characters" :
						  "chữ, nhiều nhất %" PRId64 " ký tự", f->max);
	else
		buf_add(out, bytes_str(lang == LANG_EN ? "text" : "chữ"));
}

static void put_choices(const struct field *f, enum lang lang, struct buf *out)
{
	size_t i;

	buf_add(out, bytes_str(f->kind == FIELD_SET ?
				       (lang == LANG_EN ? "any of " : "chọn nhiều trong: ") :
				       (lang == LANG_EN ? "one of " : "chọn một trong: ")));
	for (i = 0; i < f->list->count; i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "", f->list->choices[i].code);
}

/* The labels of the types that a reference or list is of. */
static void put_targets(const struct schema *s, const struct field *f, enum lang lang,
			struct buf *out)
{
	size_t i;

	for (i = 0; i < f->target_count; i++) {
		const struct type *t = schema_type_by_code(s, bytes_str(f->targets[i]));

		buf_printf(out, "%s%s", i > 0 ? "; " : "",
			   t == NULL ? f->targets[i] : label_in(&t->label, lang));
	}
}

void field_form(const struct schema *s, const struct field *f, enum lang lang, struct buf *out)
{
	static const struct label forms[] = {
		[FIELD_INT] = { "số nguyên", "whole number" },
		[FIELD_YEAR] = { "năm, ví dụ 2026", "year such as 2026" },
		[FIELD_MONTH] = { "tháng, ví dụ 03/2026", "month such as 03/2026" },
		[FIELD_MONEY] = { "số tiền bằng đồng, ví dụ 12.000.000",
				  "amount in VND such as 12.000.000 or 12000000" },
		[FIELD_DECIMAL] = { "số thập phân, phần lẻ sau dấu phẩy, ví dụ 2,34",
				    "decimal number such as 2,34" },
		[FIELD_DATE] = { "ngày, ví dụ 01/03/2026", "date such as 01/03/2026 or 2026-03-01" },
		[FIELD_BOOL] = { "có hoặc không", "yes or no" },
		[FIELD_BYTES] = { "dữ liệu", "data" },
	};

	switch (f->kind) {
	case FIELD_TEXT:
		put_text(f, lang, out);
		return;
	case FIELD_CHOICE:
	case FIELD_SET:
		put_choices(f, lang, out);
		return;
	case FIELD_REF:
		buf_add(out, bytes_str(lang == LANG_EN ? "id of a record: " : "mã của một hồ sơ: "));
		put_targets(s, f, lang, out);
		return;
	case FIELD_LIST:
		buf_add(out, bytes_str(lang == LANG_EN ? "rows, of: " : "các dòng, loại: "));
		put_targets(s, f, lang, out);
		return;
	default:
		break;
	}
	buf_add(out, bytes_str(label_in(&forms[f->kind], lang)));
	if (f->kind != FIELD_DATE && f->kind != FIELD_BOOL && f->kind != FIELD_BYTES &&
	    f->kind != FIELD_MONTH && !(f->kind == FIELD_MONEY && f->min == 0 && !f->has_max))
		put_bounds(f, lang, out);
}
