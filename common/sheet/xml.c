/* XML over expat. */
#include "common/sheet/xml.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

enum { ATTRIBUTES_MAX = 64 };

/* More than any office file's names and longest tag need. */
#define MEMORY_MAX ((size_t)16 * 1024 * 1024)

/* Expat keeps each new name that it meets and the whole of a tag that does not end, and
 * asks for memory through functions that get no context. So the count of the one
 * parser that a thread has is the thread's. */
static _Thread_local size_t memory_used;

struct block {
	size_t size;
	_Alignas(max_align_t) uint8_t data[];
};

static void memory_free(void *p)
{
	struct block *b;

	if (p == NULL)
		return;
	b = (void *)((uint8_t *)p - offsetof(struct block, data));
	memory_used -= b->size;
	free(b);
}

static void *memory_realloc(void *p, size_t n)
{
	struct block *b = p == NULL ? NULL : (void *)((uint8_t *)p - offsetof(struct block, data));
	size_t old = b == NULL ? 0 : b->size;

	if (n > MEMORY_MAX || memory_used - old > MEMORY_MAX - n)
		return NULL;
	b = realloc(b, sizeof *b + n);
	if (b == NULL)
		return NULL;
	b->size = n;
	memory_used += n - old;
	return b->data;
}

static void *memory_alloc(size_t n)
{
	return memory_realloc(NULL, n);
}

struct xml {
	XML_Parser parser;
	struct xml_handler handler;
	const char *name;
	unsigned depth;
	int code;
	struct err *e;
};

static const char *local_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon == NULL ? name : colon + 1;
}

const char *xml_attribute(const char **attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2)
		if (strcmp(local_name(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

static void stop(struct xml *x, int code)
{
	x->code = code;
	XML_StopParser(x->parser, XML_FALSE);
}

static int at_line(struct xml *x, int code)
{
	return err_set(x->e, code, "%s line %lu", x->name,
		       (unsigned long)XML_GetCurrentLineNumber(x->parser));
}

static void XMLCALL open_element(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
	struct xml *x = ctx;
	int code = 0;

	if (x->code != 0)
		return;
	if (++x->depth > XML_DEPTH_MAX)
		code = at_line(x, ERR_TOO_DEEP);
	else if (XML_GetSpecifiedAttributeCount(x->parser) > 2 * ATTRIBUTES_MAX)
		code = at_line(x, ERR_TOO_LARGE);
	else
		code = x->handler.open(x->handler.ctx, local_name(name), attributes, x->e);
	if (code != 0)
		stop(x, code);
}

static void XMLCALL close_element(void *ctx, const XML_Char *name)
{
	struct xml *x = ctx;
	int code;

	if (x->code != 0)
		return;
	x->depth--;
	code = x->handler.close(x->handler.ctx, local_name(name), x->e);
	if (code != 0)
		stop(x, code);
}

static void XMLCALL character_data(void *ctx, const XML_Char *s, int len)
{
	struct xml *x = ctx;
	int code = x->code != 0 || x->handler.text == NULL ? 0 :
		   x->handler.text(x->handler.ctx, (struct bytes){ (const uint8_t *)s, (size_t)len },
				   x->e);

	if (code != 0)
		stop(x, code);
}

static void XMLCALL doctype(void *ctx, const XML_Char *name, const XML_Char *system_id,
			    const XML_Char *public_id, int internal)
{
	struct xml *x = ctx;

	(void)name;
	(void)system_id;
	(void)public_id;
	(void)internal;
	if (x->code == 0)
		stop(x, at_line(x, ERR_MALFORMED));
}

int xml_new(const char *name, const struct xml_handler *handler, struct xml **out,
	    struct err *e)
{
	static const XML_Memory_Handling_Suite memory = { memory_alloc, memory_realloc,
							  memory_free };
	struct xml *x = calloc(1, sizeof *x);

	if (x != NULL)
		x->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
	if (x == NULL || x->parser == NULL) {
		free(x);
		return err_set(e, ERR_NOMEM, "xml");
	}
	x->handler = *handler;
	x->name = name;
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, open_element, close_element);
	XML_SetCharacterDataHandler(x->parser, character_data);
	XML_SetStartDoctypeDeclHandler(x->parser, doctype);
	*out = x;
	return 0;
}

void xml_free(struct xml *x)
{
	if (x == NULL)
		return;
	XML_ParserFree(x->parser);
	free(x);
}

static int parse(struct xml *x, struct bytes piece, bool last, struct err *e)
{
	enum XML_Status status;

	if (x->code != 0)
		return x->code;
	x->e = e;
	status = XML_Parse(x->parser, (const char *)piece.at, (int)piece.len, last);
	if (x->code == 0 && status != XML_STATUS_OK) {
		/* Memory is bounded above: out of it means that too much was wanted. */
		bool memory = XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY;

		x->code = at_line(x, memory ? ERR_TOO_LARGE : ERR_MALFORMED);
	}
	return x->code;
}

int xml_feed(struct xml *x, struct bytes piece, struct err *e)
{
	return parse(x, piece, false, e);
}

int xml_end(struct xml *x, struct err *e)
{
	return parse(x, BYTES_NONE, true, e);
}

void xml_put(struct buf *out, struct bytes s)
{
	size_t i, from = 0;

	for (i = 0; i < s.len; i++) {
		uint8_t c = s.at[i];
		const char *as = c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" :
				 c == '"' ? "&quot;" : c == '\'' ? "&#39;" : NULL;
		size_t skip = 1;

		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
			as = "";
		if (s.len - i >= 3 && c == 0xef && s.at[i + 1] == 0xbf && s.at[i + 2] >= 0xbe) {
			as = "";
			skip = 3;
		}
		if (as == NULL)
			continue;
		buf_put(out, s.at + from, i - from);
		buf_add(out, bytes_str(as));
		i += skip - 1;
		from = i + 1;
	}
	buf_put(out, s.at == NULL ? NULL : s.at + from, s.len - from);
}
