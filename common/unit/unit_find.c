/* The unit that a person means. Codes come and go, names repeat: the present holder of
 * a code is meant before a former one, and where several are left, nobody is guessed. */
#include <stdlib.h>
#include <string.h>

#include "common/text/text.h"
#include "common/unit/unit_parts.h"

enum { FOLD_MAX = 4096, NAMED_AT_MOST = 4 };

/* One way of looking, over all units. */
struct search {
	const struct units *u;
	struct bytes text;         /* what is looked for, folded for names */
	int64_t day;
	bool present, whole;       /* there on the day; the whole name */
	struct buf folded;
	struct err *e;
};

static bool same_code(struct search *s, const struct unit_version *v)
{
	return bytes_equal(v->code, s->text);
}

static bool contains(struct bytes all, struct bytes part)
{
	size_t i;

	for (i = 0; i + part.len <= all.len; i++)
		if (memcmp(all.at + i, part.at, part.len) == 0)
			return true;
	return false;
}

static bool same_name(struct search *s, const struct unit_version *v)
{
	buf_clear(&s->folded);
	if (text_fold(v->name, &s->folded, NULL) != 0 || s->folded.failed)
		return false;
	return s->whole ? bytes_equal(buf_view(&s->folded), s->text) :
			  contains(buf_view(&s->folded), s->text);
}

static bool matches(struct search *s, const struct unit_entry *en,
		    bool (*like)(struct search *s, const struct unit_version *v))
{
	const struct unit_version *v = units_entry_on(en, s->day);
	size_t i;

	if (s->present)
		return v != NULL && v->active && like(s, v);
	if (en->count == 0)
		return like(s, &en->first);
	for (i = 0; i < en->count; i++)
		if (like(s, &en->versions[i]))
			return true;
	return false;
}

static int ambiguous(const struct search *s, struct bytes asked, const uint64_t *found,
		     size_t count)
{
	struct unit unit;
	struct buf b;
	size_t i;
	int code;

	buf_init(&b, 1024);
	for (i = 0; i < count && i < NAMED_AT_MOST; i++)
		if (units_on(s->u, found[i], s->day, &unit))
			buf_printf(&b, "%s%llu %.*s", i == 0 ? "" : "; ",
				   (unsigned long long)unit.number, (int)unit.name.len,
				   (const char *)unit.name.at);
	if (count > NAMED_AT_MOST)
		buf_printf(&b, "; ...");
	code = err_set(s->e, ERR_UNIT_AMBIGUOUS, "%.*s: %.*s",
		       (int)(asked.len < 60 ? asked.len : 60), (const char *)asked.at,
		       (int)b.len, (const char *)b.at);
	buf_release(&b);
	return code;
}

/* 1 where there is one, 0 where there is none. */
static int look(struct search *s, struct bytes asked,
		bool (*like)(struct search *s, const struct unit_version *v), uint64_t *number)
{
	uint64_t found[NAMED_AT_MOST + 1];
	size_t i, n = 0;

	for (i = 0; i < s->u->count && n <= NAMED_AT_MOST; i++)
		if (matches(s, &s->u->list[i], like))
			found[n++] = s->u->list[i].number;
	if (n > 1)
		return ambiguous(s, asked, found, n);
	if (n == 1)
		*number = found[0];
	return (int)n;
}

static bool digits_only(struct bytes s, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(s.at[i] - '0');
	}
	*out = n;
	return s.len > 0 && s.len <= 18;
}

static int by_name(struct search *s, struct bytes asked, uint64_t *number)
{
	struct buf wanted;
	int way, code = 0;

	buf_init(&wanted, FOLD_MAX);
	if (text_fold(asked, &wanted, NULL) != 0 || wanted.failed || wanted.len == 0) {
		buf_release(&wanted);
		return 0;
	}
	s->text = buf_view(&wanted);
	for (way = 0; way < 4 && code == 0; way++) {
		s->whole = way % 2 == 0;
		s->present = way < 2;
		code = look(s, asked, same_name, number);
	}
	buf_release(&wanted);
	return code;
}

int units_find(const struct units *u, struct bytes text, int64_t day, uint64_t *number,
	       struct err *e)
{
	struct search s = { .u = u, .text = text, .day = day, .present = true, .e = e };
	uint64_t n;
	int code = text.len == 0 ? 0 : look(&s, text, same_code, number);

	buf_init(&s.folded, FOLD_MAX);
	s.present = false;
	if (code == 0 && text.len > 0)
		code = look(&s, text, same_code, number);
	/* Codes may be made of digits, as those of communes are: they go first. */
	if (code == 0 && digits_only(text, &n) && units_entry(u, n) != NULL) {
		*number = n;
		code = 1;
	}
	if (code == 0)
		code = by_name(&s, text, number);
	buf_release(&s.folded);
	if (code == 0)
		return err_set(e, ERR_NO_UNIT, "%.*s", (int)(text.len < 100 ? text.len : 100),
			       (const char *)text.at);
	return code < 0 ? code : 0;
}
