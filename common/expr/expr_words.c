/* Conditions in words, from their text: names of fields become labels, codes of choices those
 * of the choices, operators words. What is not in these tables is left to whoever asks. */
#include "common/expr/expr_words.h"

#include <string.h>

#include "common/expr/expr.h"

static const struct {
	const char *sign, *vi, *en;
} signs[] = {
	{ "is not null", "có ghi", "is given" }, { "is null", "để trống", "is empty" },
	{ "not in", "không thuộc", "is none of" }, { "!=", "không phải là", "is not" },
	{ "<>", "không phải là", "is not" }, { "<=", "không quá", "is at most" },
	{ ">=", "ít nhất là", "is at least" }, { "<", "dưới", "is below" },
	{ ">", "trên", "is above" }, { "=", "là", "is" }, { "in", "thuộc", "is one of" },
	{ "and", "và", "and" }, { "or", "hoặc", "or" }, { "not", "không chọn", "without" },
	{ "true", "có", "yes" }, { "false", "không", "no" },
	{ "(", "(", "(" }, { ")", ")", ")" }, { ",", ",", "," },
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t name_length(const char *p)
{
	size_t n = 0;

	while (is_letter(p[n]))
		n++;
	return n;
}

/* How much of the text is the sign: whole words, one blank between; 0: another. */
static size_t sign_length(const char *p, const char *sign)
{
	size_t n = strlen(sign);

	if (strncmp(p, sign, n) != 0 || (is_letter(sign[n - 1]) && is_letter(p[n])))
		return 0;
	return n;
}

struct words {
	const struct type *t;
	enum lang lang;
	struct buf *out;
	const struct field *last;  /* whose choices a code in quotes is of */
};

/* Words stand apart, but for brackets and commas. */
static void put(struct words *w, const char *text)
{
	const struct buf *b = w->out;
	bool close = *text == ')' || *text == ',';

	if (b->len > 0 && b->at[b->len - 1] != '(' && !close)
		buf_byte(w->out, ' ');
	buf_add(w->out, bytes_str(text));
}

/* What is ticked or not stands in quotation marks, for it is mostly a sentence. */
static void put_field(struct words *w, const struct field *f)
{
	w->last = f;
	if (f->kind != FIELD_BOOL) {
		put(w, label_in(&f->label, w->lang));
		return;
	}
	put(w, "“");
	buf_add(w->out, bytes_str(label_in(&f->label, w->lang)));
	buf_add(w->out, bytes_str("”"));
}

static bool put_choice(struct words *w, struct bytes code)
{
	size_t i;

	for (i = 0; w->last != NULL && w->last->list != NULL && i < w->last->list->count; i++)
		if (bytes_equal(bytes_str(w->last->list->choices[i].code), code)) {
			put(w, label_in(&w->last->list->choices[i].label, w->lang));
			return true;
		}
	return false;
}

/* "coalesce(x, false)" is x to a reader. *p behind it. */
static bool put_coalesced(struct words *w, const char **p)
{
	const char *name = *p + strlen("coalesce("), *end;
	const struct field *f;
	size_t n;

	if (strncmp(*p, "coalesce(", strlen("coalesce(")) != 0)
		return false;
	n = name_length(name);
	end = name + n;
	if (strncmp(end, ", false)", strlen(", false)")) != 0)
		return false;
	f = type_field_by_code(w->t, (struct bytes){ (const uint8_t *)name, n });
	*p = end + strlen(", false)");
	if (f != NULL)
		put_field(w, f);
	return f != NULL;
}

static bool put_sign(struct words *w, const char **p)
{
	size_t i, n;

	for (i = 0; i < sizeof signs / sizeof signs[0]; i++) {
		n = sign_length(*p, signs[i].sign);
		/* Of brackets it would say something else. */
		if (n == 0 || (strcmp(signs[i].sign, "not") == 0 && (*p)[n + 1] == '('))
			continue;
		put(w, w->lang == LANG_EN ? signs[i].en : signs[i].vi);
		*p += n;
		return true;
	}
	return false;
}

static bool put_name(struct words *w, const char **p)
{
	size_t n = name_length(*p);
	const struct field *f = type_field_by_code(w->t, (struct bytes){ (const uint8_t *)*p, n });

	/* What follows a reference, or calls a function, is none of ours. */
	if (n == 0 || (*p)[n] == '.' || (*p)[n] == '(')
		return false;
	if (f != NULL) {
		put_field(w, f);
	} else if (strspn(*p, "0123456789") >= n) {
		char digits[32];

		if (n >= sizeof digits)
			return false;
		memcpy(digits, *p, n);
		digits[n] = '\0';
		put(w, digits);
	} else {
		return false;
	}
	*p += n;
	return true;
}

static bool put_next(struct words *w, const char **p)
{
	const char *end;

	if (**p == '\'') {
		end = strchr(*p + 1, '\'');
		if (end == NULL || !put_choice(w, (struct bytes){ (const uint8_t *)*p + 1,
								 (size_t)(end - *p) - 1 }))
			return false;
		*p = end + 1;
		return true;
	}
	return put_sign(w, p) || put_coalesced(w, p) || put_name(w, p);
}

bool expr_words(const struct expr *x, const struct type *t, enum lang lang, struct buf *out)
{
	const char *p = expr_text(x);
	struct words w = { .t = t, .lang = lang };
	struct buf said;
	bool known = true;

	buf_init(&said, 1 << 16);
	w.out = &said;
	while (known && *p != '\0') {
		while (*p == ' ' || *p == '\n' || *p == '\t')
			p++;
		known = *p == '\0' || put_next(&w, &p);
	}
	known &= !said.failed;
	if (known)
		buf_add(out, buf_view(&said));
	buf_release(&said);
	return known;
}
