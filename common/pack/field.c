/* Values of fields: checking, reading, showing. */
#include "common/pack/field.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/replica/record.h"
#include "common/text/date.h"
#include "common/text/number.h"
#include "common/text/text.h"
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

static bool is_one_of(const struct buf *key, const char *const *words)
{
	for (; *words != NULL; words++)
		if (bytes_equal(buf_view(key), bytes_str(*words)))
			return true;
	return false;
}

static bool parse_bool(struct bytes s, int64_t *out)
{
	static const char *const yes[] = { "true", "1", "co", "x", "yes", NULL };
	static const char *const no[] = { "false", "0", "khong", "no", NULL };
	struct buf key;
	bool ok;

	buf_init(&key, 64);
	ok = text_fold(s, &key, NULL) == 0;
	*out = ok && is_one_of(&key, yes);
	ok = *out || (ok && is_one_of(&key, no));
	buf_release(&key);
	return ok;
}

/* Whether they differ in i and y alone, and in marks where a has none: Thạc sĩ, Thạc sỹ,
 * thac sy. */
static bool same_but_y(struct bytes a, struct bytes b)
{
	int (*key)(struct bytes, struct buf *, struct err *) = text_has_marks(a) ? text_key :
										  text_fold;
	struct buf x, y;
	size_t i;
	bool same;

	buf_init(&x, a.len * 4 + 16);
	buf_init(&y, b.len * 4 + 16);
	same = key(a, &x, NULL) == 0 && key(b, &y, NULL) == 0 && x.len == y.len;
	for (i = 0; same && i < x.len; i++)
		same = (x.at[i] == 'y' ? 'i' : x.at[i]) == (y.at[i] == 'y' ? 'i' : y.at[i]);
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* How well a label is meant: as text_fit, and a little. */
static int label_fit(struct bytes s, const char *label)
{
	int fit = text_fit(s, bytes_str(label));

	return fit > 0 ? fit + 1 : same_but_y(s, bytes_str(label));
}

/* Codes are what people shorten labels to: ThS, ĐH. */
static int choice_fit(struct bytes s, const struct choice *c)
{
	int vi = label_fit(s, c->label.vi), en = label_fit(s, c->label.en);
	struct buf folded;

	if (vi > 0 || en > 0)
		return vi > en ? vi : en;
	buf_init(&folded, s.len * 4 + 16);
	vi = text_fold(s, &folded, NULL) == 0 &&
	     bytes_equal(buf_view(&folded), bytes_str(c->code));
	buf_release(&folded);
	return vi;
}

/* By code, else by label: that is what a clerk sees. */
static bool parse_choice(const struct choice_list *l, struct bytes s, int64_t *out)
{
	const struct choice *c = list_choice_by_code(l, s);
	int best = 0;
	size_t i;

	for (i = 0; c == NULL && i < l->count; i++)
		if (bytes_equal(bytes_str(l->choices[i].label.vi), s))
			c = &l->choices[i];
	for (i = 0; (c == NULL || best > 0) && i < l->count; i++) {
		int fit = choice_fit(s, &l->choices[i]);

		if (fit == 0 || fit < best)
			continue;
		/* Two that fit as well are none. */
		c = fit == best ? NULL : &l->choices[i];
		best = fit;
	}
	if (c == NULL)
		return false;
	*out = c->number;
	return true;
}

static int parse_text(const struct field *f, struct bytes text, struct arena *a,
		      struct value *out, struct err *e)
{
	struct bytes kept;
	int code = text_take(text, LIMIT_TEXT, a, &kept, e);

	if (code != 0)
		return err_wrap(e, "%s", f->code);
	*out = value_text(kept);
	return field_check(f, out, e);
}

/* Without blanks at its ends: only in texts they mean anything. */
static struct bytes trimmed(struct bytes s)
{
	while (s.len > 0 && (s.at[0] == ' ' || s.at[0] == '\t')) {
		s.at++;
		s.len--;
	}
	while (s.len > 0 && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
		s.len--;
	return s;
}

int field_parse(const struct field *f, struct bytes text, struct arena *a, struct value *out,
		struct err *e)
{
	struct value v = { .kind = stored[f->kind] };
	bool ok = false;

	if (f->kind != FIELD_TEXT)
		text = trimmed(text);
	if (text.len == 0 && f->kind != FIELD_LIST) {
		*out = VALUE_OF_NULL;
		return 0;
	}
	switch (f->kind) {
	case FIELD_TEXT:
		return parse_text(f, text, a, out, e);
	case FIELD_INT:
	case FIELD_YEAR:
		ok = number_whole(text, &v.n);
		break;
	case FIELD_MONEY:
		ok = number_money(text, &v.n);
		break;
	case FIELD_MONTH:
		ok = date_parse_month(text, &v.n);
		break;
	case FIELD_DECIMAL:
		ok = number_decimal(text, f->scale, &v.n);
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

/* With a point. Three digits behind it could be thousands: a fourth makes it plain. */
static void put_exact(int64_t n, unsigned scale, struct buf *out)
{
	put_decimal(n, scale, '.', out);
	if (scale == 3)
		buf_byte(out, '0');
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
		put_exact(v->n, f->scale, out);
	else
		buf_printf(out, "%" PRId64, v->n);
}

/* "17/2022/TN": the form with its {n} and {year}. */
static void show_number(const struct pack_register *r, int64_t number, struct buf *out)
{
	int64_t n = r->yearly ? number % REGISTER_YEAR : number;
	const char *p;

	for (p = r->form; *p != '\0'; p++)
		if (strncmp(p, "{n}", 3) == 0) {
			buf_printf(out, "%02" PRId64, n);
			p += 2;
		} else if (strncmp(p, "{year}", 6) == 0) {
			buf_printf(out, "%" PRId64, r->yearly ? number / REGISTER_YEAR : 0);
			p += 5;
		} else {
			buf_byte(out, (uint8_t)*p);
		}
}

void field_show(const struct field *f, const struct value *v, enum lang lang, struct buf *out)
{
	const struct choice *c = v->kind == VALUE_INT && f->list != NULL ?
					 list_choice(f->list, v->n) : NULL;

	if (c != NULL) {
		buf_add(out, bytes_str(label_in(&c->label, lang)));
	} else if (v->kind == VALUE_DATE) {
		date_show(v->n, out);
	} else if (v->kind == VALUE_BOOL) {
		const char *word = lang == LANG_EN ? (v->n ? "yes" : "no") :
						     (v->n ? "có" : "không");

		buf_add(out, bytes_str(word));
	} else if (v->kind == VALUE_INT && f->reg != NULL) {
		show_number(f->reg, v->n, out);
	} else if (v->kind == VALUE_INT && f->kind == FIELD_MONEY) {
		number_show(v->n, out);
	} else if (v->kind == VALUE_INT && f->kind == FIELD_MONTH) {
		buf_printf(out, "%02d/%04" PRId64, (int)(v->n % 12 + 1), v->n / 12);
	} else if (v->kind == VALUE_INT && f->kind == FIELD_DECIMAL) {
		put_decimal(v->n, f->scale, lang == LANG_EN ? '.' : ',', out);
	} else if (v->kind == VALUE_ERASED) {
		buf_add(out, bytes_str(lang == LANG_EN ? "(erased)" : "(đã xóa)"));
	} else {
		field_put(f, v, out);
	}
}
