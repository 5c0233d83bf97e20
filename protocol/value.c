/* Values: making, comparing, the compact local form. */
#include "value.h"

struct value value_bool(bool v)
{
	return (struct value){ .kind = VALUE_BOOL, .n = v };
}

struct value value_int(int64_t n)
{
	return (struct value){ .kind = VALUE_INT, .n = n };
}

struct value value_date(int64_t days)
{
	return (struct value){ .kind = VALUE_DATE, .n = days };
}

struct value value_text(struct bytes s)
{
	return (struct value){ .kind = VALUE_TEXT, .b = s };
}

struct value value_bytes(struct bytes s)
{
	return (struct value){ .kind = VALUE_BYTES, .b = s };
}

struct value value_ref(struct ref r)
{
	return (struct value){ .kind = VALUE_REF, .ref = r };
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VALUE_NONE:
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_DATE:
		return a->n == b->n;
	case VALUE_TEXT:
	case VALUE_BYTES:
		return bytes_equal(a->b, b->b);
	case VALUE_REF:
		return a->ref.stream == b->ref.stream &&
		       rid_equal(a->ref.record, b->ref.record);
	case VALUE_ERASED:
		return false;
	}
	return false;
}

void value_put(struct buf *b, const struct value *v)
{
	buf_byte(b, (uint8_t)v->kind);
	switch (v->kind) {
	case VALUE_NONE:
	case VALUE_NULL:
	case VALUE_ERASED:
		return;
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_DATE:
		buf_svarint(b, v->n);
		return;
	case VALUE_TEXT:
	case VALUE_BYTES:
		buf_varint(b, v->b.len);
		buf_add(b, v->b);
		return;
	case VALUE_REF:
		buf_varint(b, v->ref.stream);
		buf_u64(b, v->ref.record.device);
		buf_varint(b, v->ref.record.op);
		return;
	}
}

struct value value_take(struct cursor *c)
{
	struct value v = { .kind = (enum value_kind)cursor_byte(c) };

	switch (v.kind) {
	case VALUE_NONE:
	case VALUE_NULL:
	case VALUE_ERASED:
		return v;
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_DATE:
		v.n = cursor_svarint(c);
		return v;
	case VALUE_TEXT:
	case VALUE_BYTES:
		v.b = cursor_take(c, cursor_varint(c));
		return v;
	case VALUE_REF:
		v.ref.stream = cursor_varint(c);
		v.ref.record.device = cursor_u64(c);
		v.ref.record.op = cursor_varint(c);
		return v;
	}
	c->failed = true;
	return VALUE_OF_NULL;
}
