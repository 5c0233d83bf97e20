/* Expands grammar rules. A rule that is missing or badly written is our own
 * mistake and stops the program. */
#include "teller.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SENTENCES = 12,		/* of one paragraph */
	ALTERNATIVES = 400,	/* of one choice */
	OPENING = 9,		/* bytes; two sentences that share them sound alike */
};

/* Positions within a text; end is not part of it. */
struct span {
	const char *at, *end;
};

static void expand(struct teller *t, struct span s, struct buf *out);

static const struct rule *rule_named(const char *name, size_t len)
{
	static const struct rule *const tables[] = {
		rules_names, rules_short, rules_report, rules_results, rules_parts,
	};

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		for (const struct rule *r = tables[i]; r->name != NULL; r++) {
			if (strncmp(r->name, name, len) == 0 && r->name[len] == '\0')
				return r;
		}
	}
	return NULL;
}

static const struct rule *rule_for(const struct teller *t, const char *name, size_t len)
{
	static const char *const kinds[] = { "xa", "mn", "th", "thcs", "phong" };
	const struct rule *r;
	char full[48];
	int n;

	if (name[len - 1] != '*')
		return rule_named(name, len);
	len--;
	n = snprintf(full, sizeof full, "%.*s.%s", (int)len, name, kinds[t->kind]);
	r = rule_named(full, (size_t)n);
	if (r == NULL && t->kind != UNIT_XA && t->kind != UNIT_PHONG) {
		n = snprintf(full, sizeof full, "%.*s.truong", (int)len, name);
		r = rule_named(full, (size_t)n);
	}
	return r != NULL ? r : rule_named(name, len);
}

/* Picks one of the alternatives: between "|" outside of braces. */
static void choose(struct teller *t, struct span s, struct buf *out)
{
	const char *ends[ALTERNATIVES];
	size_t n = 0, pick;
	int depth = 0;

	for (const char *p = s.at; p < s.end; p++) {
		if (*p == '{') {
			depth++;
		} else if (*p == '}') {
			depth--;
		} else if (*p == '|' && depth == 0) {
			assert(n < ALTERNATIVES - 1);
			ends[n++] = p;
		}
	}
	assert(depth == 0);
	ends[n++] = s.end;
	pick = (size_t)draw_between(&t->draw, 0, (int64_t)n - 1);
	expand(t, (struct span){ pick == 0 ? s.at : ends[pick - 1] + 1, ends[pick] }, out);
}

static void word(struct teller *t, struct span s, struct buf *out)
{
	char name[48];
	char *end;
	long low = 0, high = 0;
	size_t len = (size_t)(s.end - s.at);
	char *space;

	assert(len < sizeof name);
	memcpy(name, s.at, len);
	name[len] = '\0';
	space = strchr(name, ' ');
	if (space != NULL) {
		*space = '\0';
		low = strtol(space + 1, &end, 10);
		high = strtol(end, NULL, 10);
	}
	if (!teller_word(t, name, low, high, out)) {
		fprintf(stderr, "unknown word <@%s>\n", name);
		abort();
	}
}

static void reference(struct teller *t, struct span s, struct buf *out)
{
	size_t len = (size_t)(s.end - s.at);
	const struct rule *r;

	if (s.at[0] == '@') {
		word(t, (struct span){ s.at + 1, s.end }, out);
		return;
	}
	r = rule_for(t, s.at, len);
	if (r == NULL) {
		fprintf(stderr, "unknown rule <%.*s>\n", (int)len, s.at);
		abort();
	}
	choose(t, (struct span){ r->text, r->text + strlen(r->text) }, out);
}

static const char *closing_brace(const char *at, const char *end)
{
	int depth = 0;

	for (; at < end; at++) {
		if (*at == '{')
			depth++;
		else if (*at == '}' && --depth == 0)
			return at;
	}
	abort();
}

/* Appends plain text. Alternatives may be empty, so that two spaces meet or a
 * space comes before a stop: only one space is kept, and none before a stop. */
static void put_plain(struct span s, struct buf *out)
{
	bool after_space = out->len > 0 && out->at[out->len - 1] == ' ';

	if (after_space && !out->failed && strchr(",;.:)", *s.at) != NULL)
		out->len--;
	else if (after_space && *s.at == ' ')
		s.at++;
	buf_put(out, s.at, (size_t)(s.end - s.at));
}

static void expand(struct teller *t, struct span s, struct buf *out)
{
	const char *p = s.at;

	while (p < s.end) {
		const char *e = p;

		if (*p == '<') {
			e = memchr(p, '>', (size_t)(s.end - p));
			assert(e != NULL);
			reference(t, (struct span){ p + 1, e }, out);
			p = e + 1;
		} else if (*p == '{') {
			e = closing_brace(p, s.end);
			choose(t, (struct span){ p + 1, e }, out);
			p = e + 1;
		} else {
			while (e < s.end && *e != '<' && *e != '{')
				e++;
			put_plain((struct span){ p, e }, out);
			p = e;
		}
	}
}

static void trim(struct buf *out)
{
	while (out->len > 0 && out->at[out->len - 1] == ' ')
		out->len--;
}

void tell(struct teller *t, const char *rule, struct buf *out)
{
	reference(t, (struct span){ rule, rule + strlen(rule) }, out);
	trim(out);
}

void tell_text(struct teller *t, const char *text, struct buf *out)
{
	choose(t, (struct span){ text, text + strlen(text) }, out);
	trim(out);
}

/* Vietnamese letters lie in four ranges, each with its own way to upper case. */
static void upper_first(uint8_t *p, size_t len)
{
	unsigned c;

	if (len > 0 && p[0] >= 'a' && p[0] <= 'z') {
		p[0] = (uint8_t)(p[0] - 32);
	} else if (len > 1 && p[0] == 0xc3 && p[1] >= 0xa0) {
		p[1] = (uint8_t)(p[1] - 32);
	} else if (len > 1 && (p[0] & 0xfe) == 0xc4) {
		c = (unsigned)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		if (c % 2 == 1)
			p[1]--;
	} else if (len > 1 && p[0] == 0xc6 && (p[1] == 0xa1 || p[1] == 0xb0)) {
		p[1]--;
	} else if (len > 2 && p[0] == 0xe1 && (p[1] == 0xba || p[1] == 0xbb) && p[2] % 2 == 1) {
		p[2]--;
	}
}

void tell_upper(struct teller *t, const char *rule, struct buf *out)
{
	size_t from = out->len;

	tell(t, rule, out);
	if (!out->failed)
		upper_first(out->at + from, out->len - from);
}

/* Whether the sentence at `at` begins like one of those before it. */
static bool repeats(const struct buf *out, const size_t *starts, unsigned n, size_t at)
{
	for (unsigned i = 0; i < n; i++) {
		if (at + OPENING <= out->len
				&& memcmp(out->at + starts[i], out->at + at, OPENING) == 0)
			return true;
	}
	return false;
}

void tell_sentences(struct teller *t, const char *rule, unsigned n, struct buf *out)
{
	size_t starts[SENTENCES], end;

	assert(n <= SENTENCES);
	for (unsigned i = 0; i < n; i++) {
		if (out->len > 0)
			buf_byte(out, ' ');
		starts[i] = end = out->len;
		for (int attempt = 0; attempt < 4; attempt++) {
			if (out->failed)
				return;
			out->len = end;
			t->share = 0;
			tell_upper(t, rule, out);
			if (!repeats(out, starts, i, end))
				break;
		}
		trim(out);
		buf_byte(out, '.');
	}
}
