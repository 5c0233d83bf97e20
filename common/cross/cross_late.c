/* Keys that hang on rows, or on what references name: whoever the person of a bonus is, and
 * who is proposed in a line of a need. They are made with the warnings, when everything
 * else is written, and compared with what the tables have; a record may have the same one
 * several times. */
#include "common/cross/cross_parts.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 20000 };

/* Keys in the making, in the arena of the fold. */
struct keys {
	struct fold *f;
	const struct duplicate *d; /* those of this one, */
	const struct duplicate_key *k; /* by this rule */
	struct cross_key *list;
	size_t count, room;
	struct err *e;
};

static int add(struct keys *all, const char *code, int64_t key, int64_t copy)
{
	struct cross_key *more;

	if (all->count == all->room) {
		all->room = all->room == 0 ? 8 : 2 * all->room;
		more = arena_array(all->f->a, all->room, sizeof *more);
		if (more == NULL)
			return err_set(all->e, ERR_NOMEM, "keys");
		if (all->count > 0)
			memcpy(more, all->list, all->count * sizeof *more);
		all->list = more;
	}
	all->list[all->count++] = (struct cross_key){ code, key, copy };
	return 0;
}

static int take(void *arg, const struct value *values)
{
	struct keys *all = arg;
	int64_t key;
	int code = cross_key(all->k, values, &key, all->e);

	return code != 0 || key == 0 || all->count == KEYS_MAX ? code :
	       add(all, all->d->code, key, 0);
}

static int compare(const void *a, const void *b)
{
	const struct cross_key *x = a, *y = b;
	int n = strcmp(x->code, y->code);

	if (n != 0)
		return n;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->copy > y->copy) - (x->copy < y->copy);
}

/* What the record gives now, sorted, same ones numbered. */
static int make(struct keys *all, struct fold_reader *rd, const struct record *rec)
{
	const struct schema *s = all->f->schema;
	size_t i, k;
	int code = 0;

	for (i = 0; i < s->duplicate_count; i++)
		for (k = 0; k < s->duplicates[i].key_count && code == 0; k++) {
			all->d = &s->duplicates[i];
			all->k = &all->d->keys[k];
			if (all->k->late && all->k->type->number == rec->type)
				code = expr_eval_rows(all->k->list, all->k->count, all->k->rows,
						      all->k->depth, &rd->rd, rec, take, all, all->e);
		}
	if (code == 0 && all->count > 0)
		qsort(all->list, all->count, sizeof *all->list, compare);
	for (i = 1; i < all->count; i++)
		if (all->list[i].key == all->list[i - 1].key &&
		    strcmp(all->list[i].code, all->list[i - 1].code) == 0)
			all->list[i].copy = all->list[i - 1].copy + 1;
	return code;
}

/* The duplicate's own text of a code, where the record's type has late keys of it. Of a
 * record that is gone (type 0): where some type has. */
static const char *late_code(const struct schema *s, uint32_t type, struct bytes code)
{
	size_t i, k;

	for (i = 0; i < s->duplicate_count; i++)
		for (k = 0; k < s->duplicates[i].key_count; k++)
			if (s->duplicates[i].keys[k].late &&
			    (type == 0 || s->duplicates[i].keys[k].type->number == type) &&
			    bytes_equal(code, bytes_str(s->duplicates[i].code)))
				return s->duplicates[i].code;
	return NULL;
}

/* What the tables have of it, sorted. */
static int load(struct keys *all, const struct fold_entry *en)
{
	struct stmt *s;
	int code = db_query(all->f->r->db, all->e, &s, "SELECT code, key, copy FROM twin_member WHERE "
			    "stream=$1 AND device=$2 AND op=$3", "uuu", en->stream, en->rec.id.device,
			    en->rec.id.op);

	if (code != 0)
		return code;
	while ((code = db_step(s, all->e)) == 1) {
		const char *late = late_code(all->f->schema, en->rec.type, db_text(s, 0));

		code = late == NULL ? 0 : add(all, late, db_int(s, 1), db_int(s, 2));
		if (code != 0)
			break;
	}
	db_done(s);
	if (code == 0 && all->count > 0)
		qsort(all->list, all->count, sizeof *all->list, compare);
	return code;
}

int cross_late(struct fold *f, struct fold_reader *rd, const struct fold_entry *en,
	       struct err *e)
{
	struct keys before = { .f = f, .e = e }, after = before;
	size_t i = 0, k = 0;
	int code = load(&before, en);

	if (code == 0 && !en->gone && !record_deleted(&en->rec))
		code = make(&after, rd, &en->rec);
	while (code == 0 && (i < before.count || k < after.count)) {
		int n = i == before.count ? 1 : k == after.count ? -1 :
			compare(&before.list[i], &after.list[k]);

		if (n < 0)
			code = cross_drop_member(f, en, &before.list[i++], e);
		else if (n > 0)
			code = cross_add_member(f, en, &after.list[k++], e);
		else
			i++, k++;
	}
	return code;
}
