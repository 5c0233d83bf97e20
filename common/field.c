/* Values of fields: checking, reading, showing. */
#include "common/field.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/date.h"
#include "common/record.h"
#include "common/text.h"
#include "protocol/limits.h"

/* The value kind that each field kind stores. */
static const enum value_kind stored[] = {
	[FIELD_TEXT] = VALUE_TEXT, [FIELD_INT] = VALUE_INT, [FIELD_YEAR] = VALUE_INT,
	[FIELD_MONTH] = VALUE_INT, [FIELD_MONEY] = VALUE_INT, [FIELD_DECIMAL] = VALUE_INT,
	[FIELD_DATE] = VALUE_DATE, [FIELD_BOOL] = VALUE_BOOL, [FIELD_CHOICE] = VALUE_INT,
	[FIELD_SET] = VALUE_INT, [FIELD_REF] = VALUE_REF, [FIELD_LIST] = VALUE_NONE,
	[FIELD_BYTES] = VALUE_BYTES
};

static int check_text(const struct field *f, struct bytes s, struct err *e)
{
	size_t i;

	if (s.len > LIMIT_TEXT)
		return err_set(e, ERR_OUT_OF_RANGE, "%s", f->code);
	if (f->digits > 0) {
		for (i = 0; i < s.len; i++)
			if (s.at[i] < '0' || s.at[i] > '9')
				return err_set(e, ERR_BAD_VALUE, "%s", f->code);
		if (s.len != f->digits)
			return err_set(e, ERR_BAD_VALUE, "%s", f->code);
	}
	if (f->has_max && s.len > (size_t)f->max && text_length(s) > (size_t)f->max)
		return err_set(e, ERR_OUT_OF_RANGE, "%s", f->code);
	if (!text_is_nfc(s))
		return err_set(e, ERR_NOT_NFC, "%s", f->code);
	return 0;
}

int field_check(const struct field *f, const struct value *v, struct err *e)
{
	if (v->kind == VALUE_NULL)
		return f->kind == FIELD_LIST ? err_set(e, ERR_BAD_VALUE, "%s", f->code) : 0;
	if (v->kind != stored[f->kind])
		return err_set(e, ERR_BAD_VALUE, "%s", f->code);
	switch (f->kind) {
	case FIELD_TEXT:
		return check_text(f, v->b, e);
	case FIELD_CHOICE:
	case FIELD_SET:
		if (list_choice(f->list, v->n) == NULL)
			return err_set(e, ERR_BAD_CHOICE, "%s", f->code);
		return 0;
	case FIELD_INT:
	case FIELD_YEAR:
	case FIELD_MONTH:
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		if ((f->has_min && v->n < f->min) || (f->has_max && v->n > f->max))
			return err_set(e, ERR_OUT_OF_RANGE, "%s", f->code);
		return 0;
	default:
		return 0;
	}
}

/* A whole number; thousands may be set off with dots, as in 1.500.000. */
static bool parse_int(struct bytes s, int64_t *out)
{
	bool negative = s.len > 0 && s.at[0] == '-';
	size_t i = negative, digits = 0, group = 0;
	int64_t n = 0;
	bool dots = false;

	for (; i < s.len; i++) {
		if (s.at[i] == '.') {
			if (digits == 0 || (dots && group != 3) || (!dots && digits > 3))
				return false;
			dots = true;
			group = 0;
			continue;
		}
		if (s.at[i] < '0' || s.at[i] > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, s.at[i] - '0', &n))
			return false;
		digits++;
		group++;
	}
	if (digits == 0 || (dots && group != 3))
		return false;
	*out = negative ? -n : n;
	return true;
}

/* "2,34" or "2.34" with at most scale digits behind; stored times 10^scale. */
static bool parse_decimal(struct bytes s, unsigned scale, int64_t *out)
{
	bool negative = s.len > 0 && s.at[0] == '-', point = false;
	unsigned behind = 0;
	size_t i = negative, digits = 0;
	int64_t n = 0;

	for (; i < s.len; i++) {
		if ((s.at[i] == ',' || s.at[i] == '.') && !point && digits > 0) {
			point = true;
			continue;
		}
		if (s.at[i] < '0' || s.at[i] > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, s.at[i] - '0', &n))
			return false;
		digits++;
		behind += point;
	}
	if (digits == 0 || behind > scale || (point && behind == 0))
		return false;
	for (; behind < scale; behind++)
		if (__builtin_mul_overflow(n, 10, &n))
			return false;
	*out = negative ? -n : n;
	return true;
}

static bool parse_bool(struct bytes s, int64_t *out)
{
	static const char *const yes[] = { "true", "1", "có", "co", "x", "yes" };
	static const char *const no[] = { "false", "0", "không", "khong", "no" };
	size_t i;

	for (i = 0; i < sizeof yes / sizeof yes[0]; i++)
		if (bytes_equal(s, bytes_str(yes[i])))
			return *out = 1, true;
	for (i = 0; i < sizeof no / sizeof no[0]; i++)
		if (bytes_equal(s, bytes_str(no[i])))
			return *out = 0, true;
	return false;
}

static bool parse_choice(const struct choice_list *l, struct bytes s, int64_t *out)
{
	const struct choice *c = list_choice_by_code(l, s);
	size_t i;

	/* The label does as well: that is what a clerk sees. */
	for (i = 0; c == NULL && i < l->count; i++)
		if (bytes_equal(bytes_str(l->choices[i].label.vi), s) ||
		    bytes_equal(bytes_str(l->choices[i].label.en), s))
			c = &l->choices[i];
	if (c == NULL)
		return false;
	*out = c->number;
	return true;
}

static int parse_text(const struct field *f, struct bytes text, struct arena *a,
		      struct value *out, struct err *e)
{
	struct buf nfc;
	struct bytes kept;
	int code;

	buf_init(&nfc, LIMIT_TEXT);
	code = text_nfc(text, &nfc, e);
	kept = code == 0 ? arena_copy(a, buf_view(&nfc)) : BYTES_NONE;
	buf_release(&nfc);
	if (code != 0)
		return err_wrap(e, "%s", f->code);
	if (kept.at == NULL)
		return err_set(e, ERR_NOMEM, "%s", f->code);
	*out = value_text(kept);
	return field_check(f, out, e);
}

int field_parse(const struct field *f, struct bytes text, struct arena *a, struct value *out,
		struct err *e)
{
	struct value v = { .kind = stored[f->kind] };
	bool ok = false;

	if (text.len == 0 && f->kind != FIELD_LIST) {
		*out = VALUE_OF_NULL;
		return 0;
	}
	switch (f->kind) {
	case FIELD_TEXT:
		return parse_text(f, text, a, out, e);
	case FIELD_INT:
	case FIELD_YEAR:
	case FIELD_MONEY:
		ok = parse_int(text, &v.n);
		break;
	case FIELD_MONTH:
		ok = date_parse_month(text, &v.n);
		break;
	case FIELD_DECIMAL:
		ok = parse_decimal(text, f->scale, &v.n);
		break;
	case FIELD_DATE:
		ok = date_parse(text, &v.n);
		break;
	case FIELD_BOOL:
		ok = parse_bool(text, &v.n);
		break;
	case FIELD_CHOICE:
	case FIELD_SET:
		if (!parse_choice(f->list, text, &v.n))
			return err_set(e, ERR_BAD_CHOICE, "%s", f->code);
		ok = true;
		break;
	case FIELD_REF:
		ok = record_full_parse(text, &v.ref.stream, &v.ref.record);
		break;
	default:
		break;
	}
	if (!ok)
		return err_set(e, ERR_BAD_VALUE, "%s", f->code);
	*out = v;
	return field_check(f, out, e);
}

static void put_decimal(int64_t n, unsigned scale, char point, struct buf *out)
{
	uint64_t abs = n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n, unit = 1;
	unsigned i;

	for (i = 0; i < scale; i++)
		unit *= 10;
	if (n < 0)
		buf_byte(out, '-');
	buf_printf(out, "%" PRIu64, abs / unit);
	if (scale > 0)
		buf_printf(out, "%c%0*" PRIu64, point, (int)scale, abs % unit);
}

void field_put(const struct field *f, const struct value *v, struct buf *out)
{
	const struct choice *c;
	char id[64];

	switch (v->kind) {
	case VALUE_TEXT:
		buf_add(out, v->b);
		return;
	case VALUE_BOOL:
		buf_add(out, bytes_str(v->n ? "true" : "false"));
		return;
	case VALUE_DATE:
		date_put(v->n, out);
		return;
	case VALUE_REF:
		record_full_text(v->ref.stream, v->ref.record, id);
		buf_add(out, bytes_str(id));
		return;
	case VALUE_BYTES:
		buf_printf(out, "(%zu byte)", v->b.len);
		return;
	case VALUE_INT:
		break;
	default:
		return;
	}
	c = f->list != NULL ? list_choice(f->list, v->n) : NULL;
	if (c != NULL)
		buf_add(out, bytes_str(c->code));
	else if (f->kind == FIELD_MONTH)
		date_put_month(v->n, out);
	else if (f->kind == FIELD_DECIMAL)
		put_decimal(v->n, f->scale, '.', out);
	else
		buf_printf(out, "%" PRId64, v->n);
}

/* 1.500.000 */
static void show_grouped(int64_t n, struct buf *out)
{
	char digits[24];
	size_t len, i;

	snprintf(digits, sizeof digits, "%" PRIu64,
		 n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n);
	len = strlen(digits);
	if (n < 0)
		buf_byte(out, '-');
	for (i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf_byte(out, '.');
		buf_byte(out, (uint8_t)digits[i]);
	}
}

void field_show(const struct field *f, const struct value *v, enum lang lang, struct buf *out)
{
	const struct choice *c = v->kind == VALUE_INT && f->list != NULL ?
					 list_choice(f->list, v->n) : NULL;
	int64_t year;
	unsigned month, day;

	if (c != NULL) {
		buf_add(out, bytes_str(label_in(&c->label, lang)));
	} else if (v->kind == VALUE_DATE) {
		date_civil(v->n, &year, &month, &day);
		buf_printf(out, "%02u/%02u/%04" PRId64, day, month, year);
	} else if (v->kind == VALUE_BOOL) {
		const char *word = lang == LANG_EN ? (v->n ? "yes" : "no") :
						     (v->n ? "có" : "không");

		buf_add(out, bytes_str(word));
	} else if (v->kind == VALUE_INT && f->kind == FIELD_MONEY) {
		show_grouped(v->n, out);
	} else if (v->kind == VALUE_INT && f->kind == FIELD_DECIMAL) {
		put_decimal(v->n, f->scale, lang == LANG_EN ? '.' : ',', out);
	} else if (v->kind == VALUE_ERASED) {
		buf_add(out, bytes_str(lang == LANG_EN ? "(erased)" : "(đã xóa)"));
	} else {
		field_put(f, v, out);
	}
}

bool check_holds(enum check_op op, int64_t left, int64_t right)
{
	switch (op) {
	case CHECK_LT:
		return left < right;
	case CHECK_LE:
		return left <= right;
	case CHECK_EQ:
		return left == right;
	case CHECK_GE:
		return left >= right;
	case CHECK_GT:
		return left > right;
	case CHECK_NE:
		return left != right;
	}
	return false;
}
