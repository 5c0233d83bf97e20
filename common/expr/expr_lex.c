/* Tokens of expressions, and how complaints name their place. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/expr/expr_parts.h"
#include "common/text/text.h"

static bool letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(int c)
{
	return c >= '0' && c <= '9';
}

/* The byte at p->at + ahead; 0 beyond the end, where no byte of an expression is 0. */
static int peek(const struct parser *p, size_t ahead)
{
	return p->at + ahead < p->text.len ? p->text.at[p->at + ahead] : 0;
}

/* In characters, from 1. */
static unsigned column_of(const struct parser *p, size_t at)
{
	return (unsigned)text_length((struct bytes){ p->text.at, at }) + 1;
}

int expr_cut(struct bytes s)
{
	size_t n = 0, characters = 0;

	while (n < s.len && (characters < 40 || (s.at[n] & 0xc0) == 0x80))
		characters += (s.at[n++] & 0xc0) != 0x80;
	return (int)n;
}

struct node *expr_fail(struct parser *p, unsigned column, const char *fmt, ...)
{
	va_list ap;

	if (p->code != 0)
		return NULL;
	va_start(ap, fmt);
	p->code = err_because_v(p->e, ERR_BAD_PACK, fmt, ap);
	va_end(ap);
	err_at(p->e, 0, column, "");
	p->t.kind = T_END;
	return NULL;
}

bool token_is(const struct parser *p, const char *name)
{
	return p->t.kind == T_NAME && bytes_equal(p->t.text, bytes_str(name));
}

bool token_sign(const struct parser *p, int sign)
{
	return p->t.kind == T_SIGN && p->t.sign == sign;
}

static struct bytes take_name(struct parser *p)
{
	size_t start = p->at;

	while (letter(peek(p, 0)) || digit(peek(p, 0)))
		p->at++;
	return (struct bytes){ p->text.at + start, p->at - start };
}

static void take_number(struct parser *p)
{
	int64_t n = 0;

	p->t.kind = T_NUMBER;
	for (; digit(peek(p, 0)); p->at++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, peek(p, 0) - '0', &n)) {
			expr_fail(p, p->t.column, "the number is too large");
			return;
		}
	p->t.n = n;
	if (peek(p, 0) == '.' && digit(peek(p, 1)))
		expr_fail(p, p->t.column, "numbers are whole; of decimals they are the stored ones");
	else if (letter(peek(p, 0)))
		expr_fail(p, p->t.column, "a number that goes on with a letter");
}

/* 'it''s': a quote inside is written twice. */
static void take_text(struct parser *p)
{
	size_t start = ++p->at, len = 0, i;
	uint8_t *copy;

	p->t.kind = T_TEXT;
	for (; peek(p, 0) != '\'' || peek(p, 1) == '\''; len++) {
		if (p->at >= p->text.len) {
			expr_fail(p, p->t.column, "the quote has no end");
			return;
		}
		p->at += peek(p, 0) == '\'' ? 2 : 1;
	}
	copy = arena_alloc(p->a, len + 1);
	if (copy == NULL) {
		p->code = p->code != 0 ? p->code : err_set(p->e, ERR_NOMEM, "expression");
		p->t.kind = T_END;
		return;
	}
	for (i = 0; i < len; i++) {
		copy[i] = p->text.at[start++];
		start += copy[i] == '\'';
	}
	p->at++;
	p->t.text = (struct bytes){ copy, len };
}

static void take_sign(struct parser *p)
{
	static const struct {
		char text[3];
		int sign;
	} pairs[] = { { "!=", SIGN_NE }, { "<=", SIGN_LE }, { ">=", SIGN_GE } };
	int c = peek(p, 0), next = peek(p, 1);
	size_t i;

	p->t.kind = T_SIGN;
	p->t.sign = c;
	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (c == pairs[i].text[0] && next == pairs[i].text[1]) {
			p->t.sign = pairs[i].sign;
			p->at += 2;
			return;
		}
	if (c == '<' && next == '>')
		expr_fail(p, p->t.column, "'<>' is written '!='");
	else if (c == '=' && next == '=')
		expr_fail(p, p->t.column, "'==' is written '='");
	else if (strchr("().,+-*/%=<>", c) == NULL)
		expr_fail(p, p->t.column, c > ' ' && c < 0x7f ?
			  "'%c' means nothing here" : "a character that means nothing here", c);
	p->at++;
}

void expr_next(struct parser *p)
{
	int c = peek(p, 0);

	if (p->code != 0)
		return;
	while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		p->at++;
		c = peek(p, 0);
	}
	p->t = (struct token){ .kind = T_END, .column = column_of(p, p->at) };
	if (p->at >= p->text.len)
		return;
	if (letter(c)) {
		p->t.kind = T_NAME;
		p->t.text = take_name(p);
	} else if (digit(c)) {
		take_number(p);
	} else if (c == '\'') {
		take_text(p);
	} else if (c == '$') {
		p->at++;
		p->t.kind = T_CONSTANT;
		p->t.text = take_name(p);
	} else {
		take_sign(p);
	}
}
