/* The compression dictionary of a pack. Deflate reaches back 32 KiB and pays less
 * for what is near, so the rarest goes first and, where all is too much, falls off
 * first: the pack's words, then general prose, then a sample record of every type,
 * whose layout nearly every small change set repeats. Texts stand as they do in
 * change sets: VISCII, ended by zero bytes. */
#include "common/pack/pack.h"
#include "common/replica/draft.h"
#include "protocol/limits.h"
#include "protocol/viscii.h"

/* What a deflate window can still reach when it looks at its first byte. */
enum { REACH = LIMIT_DICTIONARY - 262, PROSE_MAX = 4 * 1024 * 1024 };

static bool of_pack(const struct type *t, struct bytes pack)
{
	return bytes_equal(bytes_str(t->pack), pack);
}

static void put_word(struct buf *out, const char *s)
{
	viscii_put(out, bytes_str(s));
	buf_byte(out, 0);
}

static void put_words(struct buf *out, const struct schema *s, struct bytes pack)
{
	size_t i, k, c;

	for (i = 0; i < s->type_count; i++) {
		const struct type *t = s->types[i];

		if (!of_pack(t, pack))
			continue;
		put_word(out, t->label.vi);
		for (k = 0; k < t->field_count; k++) {
			const struct choice_list *list = t->fields[k].list;

			put_word(out, t->fields[k].label.vi);
			for (c = 0; list != NULL && c < list->count; c++)
				put_word(out, list->choices[c].label.vi);
		}
	}
}

/* The prose, a text a line. */
static void put_prose(struct buf *out, struct bytes prose)
{
	size_t at = 0, i;

	for (i = 0; i <= prose.len; i++)
		if (i == prose.len || prose.at[i] == '\n') {
			if (i > at) {
				viscii_put(out, (struct bytes){ prose.at + at, i - at });
				buf_byte(out, 0);
			}
			at = i + 1;
		}
}

/* A value of the kind that the field usually has on the wire. */
static struct value sample_value(const struct field *f, struct rid self)
{
	static const char digits[] = "100000000000000000";

	switch (f->kind) {
	case FIELD_TEXT:
		if (f->digits >= 4 && f->digits <= 18)
			return value_text((struct bytes){ (const uint8_t *)digits, f->digits });
		return value_text(bytes_str("a"));
	case FIELD_MONEY:
		return value_int(1000000);
	case FIELD_DATE:
		return value_date(20000);
	case FIELD_BOOL:
		return value_bool(true);
	case FIELD_REF:
		return value_ref((struct ref){ 1, self });
	default:
		return value_int(1);
	}
}

static int put_sample(struct buf *out, const struct type *t, struct err *e)
{
	const uint8_t salt[CHANGESET_SALT] = { 0 };
	struct changeset cs;
	struct arena a;
	struct draft d;
	struct rid self;
	size_t i;
	int code;

	arena_init(&a, LIMIT_CHANGESET);
	draft_init(&d, &a, 1, 1, 1);
	self = draft_create(&d, t->number, t->row ? (struct rid){ 1, 1 } : RID_NONE, t->row);
	for (i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		if (f->kind == FIELD_LIST || f->kind == FIELD_BYTES)
			continue;
		if (f->kind == FIELD_SET)
			draft_member(&d, t->number, self, f->number, value_int(1), true);
		else
			draft_set(&d, t->number, self, f->number, sample_value(f, self),
				  f->personal);
	}
	code = draft_changeset(&d, 1, 20000 * 86400LL, &cs, e);
	if (code == 0)
		code = changeset_encode(&cs, salt, out, e);
	arena_release(&a);
	return code;
}

int pack_dictionary(const struct schema *s, struct bytes pack, struct bytes prose,
		    struct buf *out, struct err *e)
{
	struct buf all;
	struct bytes text;
	size_t i;
	int code = 0;

	buf_init(&all, PROSE_MAX);
	put_words(&all, s, pack);
	put_prose(&all, prose);
	for (i = 0; i < s->type_count && code == 0; i++)
		if (of_pack(s->types[i], pack))
			code = put_sample(&all, s->types[i], e);
	text = buf_view(&all);
	if (text.len > REACH) {
		text.at += text.len - REACH;
		text.len = REACH;
	}
	buf_add(out, text);
	if (code == 0 && (all.failed || out->failed))
		code = err_set(e, ERR_NOMEM, "dictionary");
	buf_release(&all);
	return code;
}
