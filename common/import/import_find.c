/* Which record a line is. What the store holds of the type is read once, as hashes of its
 * keys; the lines of the file join it as they are taken. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/import/import_parts.h"
#include "common/replica/projection.h"
#include "common/text/text.h"
#include "protocol/hash.h"

/* Domain of hashes that never leave a program's memory. */
#define HASH_MATCH "dongbo/match/1"

enum { KEYS_MAX = 6, TOLD_MAX = 4, KEY_BYTES_MAX = 1 << 20, NOBODY = UINT32_MAX };

struct known {
	struct rid id;
	uint32_t line;           /* of the file, that is this record; 0: none so far */
	uint64_t keys[KEYS_MAX]; /* 0: has none */
};

struct import_index {
	/* Those of the type, and last all columns of the file: of a line in which no key is
	 * whole, what is the same in all of them is the same record. */
	struct match_key keys[KEYS_MAX];
	size_t key_count;
	struct known *list;
	size_t count, cap;
	struct slot {            /* open addressing: size is a power of two */
		uint64_t hash;
		uint32_t known;  /* place + 1; 0: free */
	} *slots;
	size_t size, used;
};

/* Upper and lower case, and where a tone stands, are the same; so are blanks in a row. */
static void put_folded(struct bytes text, struct buf *out)
{
	struct buf key;
	size_t i;

	buf_init(&key, KEY_BYTES_MAX);
	if (text_key(text, &key, NULL) != 0)
		buf_add(&key, text);
	for (i = 0; i < key.len; i++)
		if (key.at[i] > ' ')
			buf_byte(out, key.at[i]);
		else if (i > 0 && key.at[i - 1] > ' ' && i + 1 < key.len)
			buf_byte(out, ' ');
	out->failed |= key.failed;
	buf_release(&key);
}

static void put_value(const struct value *v, bool whole, struct buf *out)
{
	switch (v->kind) {
	case VALUE_TEXT:
		buf_byte(out, 1);
		if (whole)
			buf_add(out, v->b);
		else
			put_folded(v->b, out);
		buf_byte(out, 0);
		return;
	case VALUE_REF:
		buf_byte(out, 2);
		buf_u64(out, v->ref.stream);
		buf_u64(out, v->ref.record.device);
		buf_u64(out, v->ref.record.op);
		return;
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_DATE:
		buf_byte(out, 3);
		buf_u64(out, (uint64_t)v->n);
		return;
	default:
		buf_byte(out, 0);
	}
}

/* Where the values of a key come from: a row of the store, or a line of the file. */
typedef struct value (*value_source)(void *from, const struct field *f);

static bool is_whole(const struct import_index *x, size_t n)
{
	return n + 1 == x->key_count;
}

/* 0 where a part of the key is missing. */
static int hash_key(struct import *im, size_t n, value_source source, void *from, uint64_t *out)
{
	const struct match_key *k = &im->index->keys[n];
	uint8_t full[16], number = (uint8_t)n;
	struct bytes parts[2] = { { &number, 1 }, BYTES_NONE };
	bool any = false, missing = false;
	struct buf b;
	size_t i;

	buf_init(&b, KEY_BYTES_MAX * 2);
	for (i = 0; i < k->count; i++) {
		struct value v = source(from, k->fields[i]);

		any |= v.kind != VALUE_NULL;
		missing |= v.kind == VALUE_NULL || v.kind == VALUE_ERASED;
		put_value(&v, is_whole(im->index, n), &b);
	}
	parts[1] = buf_view(&b);
	hash_parts(full, sizeof full, HASH_MATCH, parts, 2);
	memcpy(out, full, sizeof *out);
	*out = !any || (missing && !is_whole(im->index, n)) ? 0 : *out | 1;
	n = b.failed;
	buf_release(&b);
	return n > 0 ? err_set(im->e, ERR_NOMEM, "keys") : 0;
}

static uint64_t hash_id(struct rid id)
{
	return ((id.device * 0x9e3779b97f4a7c15u) ^ (id.op * 0xc2b2ae3d27d4eb4fu)) & ~(uint64_t)1;
}

static void put_slot(struct import_index *x, uint64_t hash, uint32_t known)
{
	size_t i = (size_t)(hash ^ (hash >> 32)) & (x->size - 1);

	while (x->slots[i].known != 0)
		i = (i + 1) & (x->size - 1);
	x->slots[i] = (struct slot){ hash, known + 1 };
	x->used++;
}

static int grow_slots(struct import *im)
{
	struct import_index *x = im->index;
	struct slot *old = x->slots;
	size_t size = x->size, i;

	x->size = size == 0 ? 1024 : size * 2;
	x->slots = arena_array(&im->arena, x->size, sizeof *x->slots);
	if (x->slots == NULL)
		return err_set(im->e, ERR_NOMEM, "index");
	x->used = 0;
	for (i = 0; i < size; i++)
		if (old[i].known != 0)
			put_slot(x, old[i].hash, old[i].known - 1);
	return 0;
}

static int add_slot(struct import *im, uint64_t hash, uint32_t known)
{
	if (im->index->used * 2 >= im->index->size && grow_slots(im) != 0)
		return ERR_NOMEM;
	put_slot(im->index, hash, known);
	return 0;
}

/* The next one with this hash; *at is where to look, from the hash itself at first. */
static uint32_t next_known(const struct import_index *x, uint64_t hash, size_t *at)
{
	while (x->size > 0 && x->slots[*at].known != 0) {
		const struct slot *s = &x->slots[*at];

		*at = (*at + 1) & (x->size - 1);
		if (s->hash == hash)
			return s->known - 1;
	}
	return NOBODY;
}

static size_t first_slot(const struct import_index *x, uint64_t hash)
{
	return x->size == 0 ? 0 : (size_t)(hash ^ (hash >> 32)) & (x->size - 1);
}

static uint32_t known_by_id(const struct import_index *x, struct rid id)
{
	uint64_t hash = hash_id(id);
	size_t at = first_slot(x, hash);
	uint32_t n;

	while ((n = next_known(x, hash, &at)) != NOBODY)
		if (rid_equal(x->list[n].id, id))
			return n;
	return NOBODY;
}

static int add_known(struct import *im, struct rid id, uint32_t *out)
{
	struct import_index *x = im->index;

	if (x->count == x->cap) {
		size_t cap = x->cap == 0 ? 256 : x->cap * 2;
		struct known *more = arena_array(&im->arena, cap, sizeof *more);

		if (more == NULL)
			return err_set(im->e, ERR_NOMEM, "index");
		if (x->count > 0)
			memcpy(more, x->list, x->count * sizeof *more);
		x->list = more;
		x->cap = cap;
	}
	*out = (uint32_t)x->count;
	x->list[x->count++] = (struct known){ .id = id };
	return add_slot(im, hash_id(id), *out);
}

static int set_key(struct import *im, uint32_t known, size_t n, uint64_t hash)
{
	if (hash == 0 || im->index->list[known].keys[n] == hash)
		return 0;
	im->index->list[known].keys[n] = hash;
	return add_slot(im, hash, known);
}

/* A row of the typed table: the fields of all keys, each with its columns. */
struct stored {
	struct stmt *s;
	const struct field **fields;
	size_t count;
};

static struct value stored_value(void *from, const struct field *f)
{
	const struct stored *st = from;
	int column = 2;
	size_t i;

	for (i = 0; st->fields[i] != f; i++)
		column += (int)projection_columns(st->fields[i]);
	if (db_is_null(st->s, column))
		return VALUE_OF_NULL;
	if (f->kind == FIELD_TEXT || f->kind == FIELD_SET)
		return value_text(db_text(st->s, column));
	if (f->kind == FIELD_REF)
		return value_ref((struct ref){ (uint64_t)db_int(st->s, column),
					       { (uint64_t)db_int(st->s, column + 1),
						 (uint64_t)db_int(st->s, column + 2) } });
	return value_int(db_int(st->s, column));
}

/* Notes the fields of a key among those that are read. */
static void add_fields(struct stored *st, const struct match_key *k)
{
	size_t i, n;

	for (i = 0; i < k->count; i++) {
		for (n = 0; n < st->count; n++)
			if (st->fields[n] == k->fields[i])
				break;
		if (n == st->count)
			st->fields[st->count++] = k->fields[i];
	}
}

static int choose_keys(struct import *im, const struct import_table *t, struct stored *st)
{
	struct import_index *x = im->index;
	const struct field **all = arena_array(&im->arena, t->field_columns + 1, sizeof *all);
	size_t i, total = t->field_columns;
	struct match_key *whole;

	for (i = 0; i < t->type->match_count && i + 1 < KEYS_MAX; i++) {
		x->keys[x->key_count++] = t->type->match[i];
		total += t->type->match[i].count;
	}
	st->fields = arena_array(&im->arena, total + 1, sizeof *st->fields);
	if (all == NULL || st->fields == NULL)
		return err_set(im->e, ERR_NOMEM, "keys");
	whole = &x->keys[x->key_count++];
	whole->fields = all;
	for (i = 0; i < t->field_columns; i++) {
		const struct field *f = t->columns[t->by_field[i]].field;

		if (f->derived == NULL)
			all[whole->count++] = f;
	}
	for (i = 0; i < x->key_count; i++)
		add_fields(st, &x->keys[i]);
	return 0;
}

static int take_stored(struct import *im, struct stored *st)
{
	struct rid id = { (uint64_t)db_int(st->s, 0), (uint64_t)db_int(st->s, 1) };
	uint32_t known;
	uint64_t hash;
	size_t i;
	int code = add_known(im, id, &known);

	for (i = 0; i < im->index->key_count && code == 0; i++) {
		code = hash_key(im, i, stored_value, st, &hash);
		if (code == 0)
			code = set_key(im, known, i, hash);
	}
	return code;
}

int import_index(struct import *im, const struct import_table *t)
{
	struct stored st = { .count = 0 };
	char name[64];
	struct buf sql;
	size_t i, k;
	int code;

	im->index = arena_alloc(&im->arena, sizeof *im->index);
	if (im->index == NULL)
		return err_set(im->e, ERR_NOMEM, "index");
	code = choose_keys(im, t, &st);
	if (code != 0)
		return code;
	buf_init(&sql, 1 << 16);
	buf_printf(&sql, "SELECT device, op");
	for (i = 0; i < st.count; i++)
		for (k = 0; k < projection_columns(st.fields[i]); k++) {
			projection_column(st.fields[i], k, name);
			buf_printf(&sql, ", %s", name);
		}
	projection_table(t->type, name);
	buf_printf(&sql, " FROM %s WHERE stream=$1 AND deleted=0 ORDER BY op, device", name);
	buf_byte(&sql, 0);
	code = sql.failed ? err_set(im->e, ERR_NOMEM, "index") :
			    db_query_text(im->r->db, im->e, &st.s, (char *)sql.at);
	buf_release(&sql);
	if (code != 0)
		return code;
	db_bind_int(st.s, 1, (int64_t)im->stream);
	while ((code = db_step(st.s, im->e)) == 1) {
		code = take_stored(im, &st);
		if (code != 0)
			break;
	}
	db_done(st.s);
	return code;
}

const struct import_value *import_line_value(const struct import_line *l, const struct field *f)
{
	size_t i;

	for (i = 0; i < l->table->field_columns; i++)
		if (l->table->columns[l->table->by_field[i]].field == f)
			return &l->values[l->table->by_field[i]];
	return NULL;
}

/* The value of a set as its column in the store has it: ",1,4,". */
struct line_source {
	struct import *im;
	const struct import_line *l;
};

static int compare_members(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	return x->n < y->n ? -1 : x->n > y->n;
}

static struct value set_value(struct import *im, const struct import_value *v)
{
	struct buf text;
	struct bytes kept;
	size_t i;

	if (v->count == 0)
		return VALUE_OF_NULL;
	qsort(v->members, v->count, sizeof *v->members, compare_members);
	buf_init(&text, 1 << 16);
	for (i = 0; i < v->count; i++)
		if (i == 0 || v->members[i].n != v->members[i - 1].n)
			buf_printf(&text, "%s%lld,", i == 0 ? "," : "", (long long)v->members[i].n);
	kept = arena_copy(&im->row, buf_view(&text));
	buf_release(&text);
	return value_text(kept);
}

static struct value line_value(void *from, const struct field *f)
{
	const struct line_source *s = from;
	const struct import_value *v = import_line_value(s->l, f);

	if (v == NULL || !v->given || v->bad)
		return VALUE_OF_NULL;
	return f->kind == FIELD_SET ? set_value(s->im, v) : v->v;
}

/* What a surer key says against it. */
static bool contradicts(const struct known *k, const uint64_t *hashes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (hashes[i] != 0 && k->keys[i] != 0 && hashes[i] != k->keys[i])
			return true;
	return false;
}

static void put_key_names(const struct import *im, size_t n, struct buf *out)
{
	const struct match_key *k = &im->index->keys[n];
	size_t i;

	for (i = 0; i < k->count; i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "", label_in(&k->fields[i]->label,
								    im->o.lang));
}

static void tell_many(struct import *im, const struct import_line *l, size_t key,
		      const uint32_t *list, size_t count)
{
	struct buf text;
	char id[9];
	size_t i;

	buf_init(&text, 4096);
	put_key_names(im, key, &text);
	buf_add(&text, bytes_str(": "));
	for (i = 0; i < count && i < TOLD_MAX; i++)
		if (query_short(im->r, im->stream, im->index->list[list[i]].id, id, NULL) == 0)
			buf_printf(&text, "%s%s", i > 0 ? ", " : "", id);
	if (count > TOLD_MAX)
		buf_add(&text, bytes_str(", ..."));
	import_bad(im, l->table, l->row->number, NULL, ERR_AMBIGUOUS,
		   IMPORT_TEXT(im, "trên máy có %zu hồ sơ cùng %.*s. Ghi mã của hồ sơ cần sửa vào cột Mã hồ sơ, "
				   "hoặc xóa hồ sơ nhập trùng.",
			       "%zu records here have the same %.*s. Write the id of the one that is meant into "
			       "the column of ids, or delete the double."),
		   count, (int)text.len, (const char *)text.at);
	buf_release(&text);
}

static void tell_twice(struct import *im, const struct import_line *l, const struct known *k)
{
	import_bad(im, l->table, l->row->number, NULL, ERR_EXISTS,
		   IMPORT_TEXT(im, "cùng một hồ sơ với dòng %u. Để lại một dòng.",
			       "the same record as line %u. Keep one of them."), k->line);
}

/* Those that have one key of the line; of whole lines, those that are nobody's yet. */
static size_t gather(const struct import_index *x, const uint64_t *hashes, size_t key,
		     uint32_t list[TOLD_MAX])
{
	size_t at = first_slot(x, hashes[key]), count = 0;
	uint32_t n;

	while ((n = next_known(x, hashes[key], &at)) != NOBODY) {
		const struct known *k = &x->list[n];

		if (k->keys[key] != hashes[key] || contradicts(k, hashes, key))
			continue;
		if (is_whole(x, key) && (k->line != 0 || count > 0))
			continue;
		if (count < TOLD_MAX)
			list[count] = n;
		count++;
	}
	return count;
}

int import_find(struct import *im, const struct import_line *l, struct rid named, bool *found,
		struct rid *id, bool *bad)
{
	struct line_source source = { im, l };
	struct import_index *x = im->index;
	uint64_t hashes[KEYS_MAX] = { 0 };
	uint32_t list[TOLD_MAX], n = NOBODY;
	size_t i, count = 0;
	int code = 0;

	*found = *bad = false;
	for (i = 0; i < x->key_count && code == 0; i++)
		code = hash_key(im, i, line_value, &source, &hashes[i]);
	if (code != 0)
		return code;
	if (!rid_equal(named, RID_NONE)) {
		*found = true;
		*id = named;
		n = known_by_id(x, named);
	}
	for (i = 0; i < x->key_count && !*found && count == 0; i++) {
		count = hashes[i] == 0 ? 0 : gather(x, hashes, i, list);
		if (count > 1)
			tell_many(im, l, i, list, count);
		if (count == 1)
			n = list[0];
	}
	*bad = count > 1;
	if (n != NOBODY && x->list[n].line != 0) {
		tell_twice(im, l, &x->list[n]);
		*bad = true;
	}
	if (n != NOBODY && !*bad) {
		*found = true;
		*id = x->list[n].id;
	}
	return 0;
}

int import_claim(struct import *im, const struct import_line *l, struct rid id)
{
	struct line_source source = { im, l };
	uint32_t n = known_by_id(im->index, id);
	uint64_t hash;
	size_t i;
	int code = n == NOBODY ? add_known(im, id, &n) : 0;

	for (i = 0; i < im->index->key_count && code == 0; i++) {
		code = hash_key(im, i, line_value, &source, &hash);
		if (code == 0)
			code = set_key(im, n, i, hash);
	}
	if (code == 0)
		im->index->list[n].line = l->row->number;
	return code;
}
