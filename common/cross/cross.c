/* Keys, shares and warnings of the records of one change. */
#include "common/cross/cross_parts.h"

#include <string.h>

#include "common/expr/expr.h"
#include "common/replica/fold_reader.h"
#include "common/text/text.h"
#include "protocol/hash.h"

/* Shares beyond this are no sums of money; counting them could overflow a total. */
#define SHARE_MAX ((int64_t)1 << 52)

static uint64_t hash_of(const void *at, size_t len)
{
	struct bytes part = { at, len };
	uint8_t full[16];
	uint64_t n;

	hash_parts(full, sizeof full, HASH_RECORD, &part, 1);
	memcpy(&n, full, sizeof n);
	return n;
}

/* Fingerprints are added up, in any order, and must not run over: 31 bits each; never
 * nothing. */
static int64_t mark_of(uint64_t stream, struct rid id)
{
	const uint64_t parts[3] = { stream, id.device, id.op };

	return (int64_t)(hash_of(parts, sizeof parts) & 0x7fffffff) | 1;
}

/* Letters and digits alone count: one number written in two ways is one number. */
static int key_of_text(struct bytes text, int64_t *out, struct err *e)
{
	struct buf folded;
	size_t i, n = 0;
	int code;

	buf_init(&folded, 4 * 65536 + 16);
	code = text_fold(text, &folded, e);
	for (i = 0; code == 0 && i < folded.len; i++)
		if (folded.at[i] > ' ' && folded.at[i] != '.' && folded.at[i] != '-' &&
		    folded.at[i] != '/')
			folded.at[n++] = folded.at[i];
	if (code == 0 && folded.failed)
		code = err_set(e, ERR_NOMEM, "key");
	*out = code == 0 && n > 0 ? (int64_t)hash_of(folded.at, n) : 0;
	buf_release(&folded);
	return code;
}

/* 0: no key. */
static int part_of(const struct value *v, int64_t *out, struct err *e)
{
	uint64_t parts[3];

	*out = 0;
	switch (v->kind) {
	case VALUE_TEXT:
		return key_of_text(v->b, out, e);
	case VALUE_INT:
	case VALUE_DATE:
	case VALUE_BOOL:
		*out = (int64_t)hash_of(&v->n, sizeof v->n);
		return 0;
	case VALUE_REF:
		parts[0] = v->ref.stream;
		parts[1] = v->ref.record.device;
		parts[2] = v->ref.record.op;
		*out = (int64_t)hash_of(parts, sizeof parts);
		return 0;
	default:
		return 0;
	}
}

int cross_key(const struct duplicate_key *k, const struct value *values, int64_t *out,
	      struct err *e)
{
	int64_t parts[2] = { 0, 0 };
	size_t i, at = 0;

	*out = 0;
	for (i = 0; i < k->part_count; i++) {
		int code = 0;

		for (parts[1] = 0; at < k->part_ends[i] && parts[1] == 0 && code == 0; at++)
			code = part_of(&values[at], &parts[1], e);
		if (code != 0 || parts[1] == 0)
			return code;
		at = k->part_ends[i];
		parts[0] = (int64_t)hash_of(parts, sizeof parts);
	}
	*out = parts[0];
	return 0;
}

static int key_of(struct fold_reader *rd, const struct record *rec,
		  const struct duplicate_key *k, int64_t *out, struct err *e)
{
	struct value values[EXPR_ROWS_VALUES];
	size_t i;
	int code = 0;

	for (i = 0; i < k->count && code == 0; i++)
		code = fold_reader_value(rd, k->list[i], rec, &values[i], e);
	return code != 0 ? code : cross_key(k, values, out, e);
}

static int add_key(struct fold *f, const struct fold_entry *en, struct fold_reader *rd,
		   const struct duplicate *d, struct crossing *out, struct err *e)
{
	int64_t key;
	size_t i;
	int code;

	for (i = 0; i < d->key_count; i++) {
		if (d->keys[i].type->number != en->rec.type || d->keys[i].late)
			continue;
		code = key_of(rd, &en->rec, &d->keys[i], &key, e);
		if (code != 0 || key == 0)
			return code;
		if (out->keys == NULL)
			out->keys = arena_array(f->a, f->schema->duplicate_count,
						sizeof *out->keys);
		if (out->keys == NULL)
			return err_set(e, ERR_NOMEM, "keys");
		out->keys[out->key_count++] = (struct cross_key){ d->code, key, 0 };
		return 0;
	}
	return 0;
}

static int add_share(struct fold *f, const struct fold_entry *en, struct fold_reader *rd,
		     const struct rollup *r, struct crossing *out, struct err *e)
{
	struct value by = record_value(&en->rec, r->by), v = value_int(0);
	int code = 0;

	if (r->from->number != en->rec.type || by.kind != VALUE_REF)
		return 0;
	if (r->where != NULL && fold_reader_holds(rd, r->where, &en->rec, &code, e) != 1)
		return code;
	if (r->value != NULL)
		code = fold_reader_value(rd, r->value, &en->rec, &v, e);
	if (code != 0 || v.kind != VALUE_INT || v.n > SHARE_MAX || v.n < -SHARE_MAX)
		return code;
	if (out->shares == NULL)
		out->shares = arena_array(f->a, f->schema->rollup_count, sizeof *out->shares);
	if (out->shares == NULL)
		return err_set(e, ERR_NOMEM, "rollups");
	out->shares[out->share_count++] = (struct cross_share){ r->number, by.ref, v.n };
	return 0;
}

int cross_of(struct fold *f, const struct fold_entry *en, struct crossing *out, struct err *e)
{
	const struct schema *s = f->schema;
	struct fold_reader rd;
	size_t i;
	int code = 0;

	*out = (struct crossing){ 0 };
	if (en->gone || en->rec.list != 0 || record_deleted(&en->rec))
		return 0;
	fold_reader_init(&rd, f, en->stream);
	for (i = 0; i < s->duplicate_count && code == 0; i++)
		code = add_key(f, en, &rd, &s->duplicates[i], out, e);
	for (i = 0; i < s->rollup_count && code == 0; i++)
		code = add_share(f, en, &rd, &s->rollups[i], out, e);
	return code;
}

/* The first other record under a key: its mark, 0 where there is none. */
static int other_mark(struct fold *f, const struct cross_key *k, int64_t *out, struct err *e)
{
	struct stmt *s;
	int code = db_query(f->r->db, e, &s, "SELECT stream, device, op FROM twin_member WHERE "
			    "code=$1 AND key=$2 LIMIT 1", "ti", k->code, k->key);

	*out = 0;
	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1)
		*out = mark_of((uint64_t)db_int(s, 0), (struct rid){ (uint64_t)db_int(s, 1),
								     (uint64_t)db_int(s, 2) });
	db_done(s);
	return code < 0 ? code : 0;
}

/* Most keys are met once: only what is there twice has a row in twin. */
int cross_add_member(struct fold *f, const struct fold_entry *en, const struct cross_key *k,
		     struct err *e)
{
	int64_t other, own = mark_of(en->stream, en->rec.id);
	int code = other_mark(f, k, &other, e);

	if (code == 0 && other != 0)
		code = db_exec(f->r->db, e, "INSERT INTO twin(code,key,count,fingerprint) "
			       "VALUES($1,$2,2,$3+$4) ON CONFLICT(code,key) DO UPDATE SET "
			       "count=twin.count+1, fingerprint=twin.fingerprint+$4", "tiii",
			       k->code, k->key, other, own);
	return code != 0 ? code :
		db_exec(f->r->db, e, "INSERT INTO twin_member(code,key,stream,device,op,copy) "
			"VALUES($1,$2,$3,$4,$5,$6)", "tiuuui", k->code, k->key, en->stream,
			en->rec.id.device, en->rec.id.op, k->copy);
}

int cross_drop_member(struct fold *f, const struct fold_entry *en, const struct cross_key *k,
		      struct err *e)
{
	int code = db_exec(f->r->db, e, "DELETE FROM twin_member WHERE code=$1 AND key=$2 AND "
			   "stream=$3 AND device=$4 AND op=$5 AND copy=$6", "tiuuui", k->code, k->key,
			   en->stream, en->rec.id.device, en->rec.id.op, k->copy);

	if (code == 0)
		code = db_exec(f->r->db, e, "UPDATE twin SET count=count-1, "
			       "fingerprint=fingerprint-$3 WHERE code=$1 AND key=$2", "tii", k->code,
			       k->key, mark_of(en->stream, en->rec.id));
	return code != 0 ? code :
		db_exec(f->r->db, e, "DELETE FROM twin WHERE code=$1 AND key=$2 AND count<2", "ti",
			k->code, k->key);
}

static bool has_key(const struct crossing *c, const struct cross_key *k)
{
	size_t i;

	for (i = 0; i < c->key_count; i++)
		if (c->keys[i].key == k->key && strcmp(c->keys[i].code, k->code) == 0)
			return true;
	return false;
}

static int put_keys(struct fold *f, const struct fold_entry *en, const struct crossing *after,
		    struct err *e)
{
	const struct crossing *before = &en->crossed;
	size_t i;
	int code = 0;

	for (i = 0; i < before->key_count && code == 0; i++)
		if (!has_key(after, &before->keys[i]))
			code = cross_drop_member(f, en, &before->keys[i], e);
	for (i = 0; i < after->key_count && code == 0; i++)
		if (!has_key(before, &after->keys[i]))
			code = cross_add_member(f, en, &after->keys[i], e);
	return code;
}

/* A share given or taken back; the record that it goes to is asked again, and so are
 * those that look at it. */
static int add_up(struct fold *f, const struct cross_share *s, int sign, struct err *e)
{
	struct fold_entry *target;
	int code = db_exec(f->r->db, e,
			   "INSERT INTO rollup(number,stream,device,op,count,sum) "
			   "VALUES($1,$2,$3,$4,$5,$6) ON CONFLICT(number,stream,device,op) "
			   "DO UPDATE SET count=rollup.count+$5, sum=rollup.sum+$6", "iuuuii",
			   (int64_t)s->number, s->to.stream, s->to.record.device,
			   s->to.record.op, (int64_t)sign, sign * s->sum);

	if (code == 0)
		code = fold_get(f, s->to.stream, s->to.record, &target, e);
	if (code == 0)
		target->ask = target->changed = true;
	return code;
}

static int put_shares(struct fold *f, const struct fold_entry *en, const struct crossing *after,
		      struct err *e)
{
	const struct crossing *before = &en->crossed;
	size_t i;
	int code = 0;

	if (before->share_count == after->share_count &&
	    (before->share_count == 0 ||
	     memcmp(before->shares, after->shares,
		    before->share_count * sizeof *before->shares) == 0))
		return 0;
	for (i = 0; i < before->share_count && code == 0; i++)
		code = add_up(f, &before->shares[i], -1, e);
	for (i = 0; i < after->share_count && code == 0; i++)
		code = add_up(f, &after->shares[i], 1, e);
	return code;
}

int cross_put(struct fold *f, struct fold_entry *en, struct err *e)
{
	struct crossing after;
	int code = cross_of(f, en, &after, e);

	if (code == 0)
		code = put_keys(f, en, &after, e);
	if (code == 0)
		code = put_shares(f, en, &after, e);
	en->crossed = after;
	en->ask = true;
	return code;
}
