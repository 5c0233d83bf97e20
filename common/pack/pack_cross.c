/* What a pack says across records: constants, registers, rollups, duplicates; and
 * its reports and documents, which only the server reads. */
#include "common/pack/pack_loader.h"

#include <stdlib.h>
#include <string.h>

#include "common/expr/expr.h"

/* Room for more elements behind those of earlier packs. */
static void *longer(struct loader *l, const void *old, size_t count, size_t more, size_t size)
{
	void *list = arena_array(&l->s->arena, count + more + 1, size);

	if (list == NULL)
		err_set(l->e, ERR_NOMEM, "pack");
	else if (count > 0)
		memcpy(list, old, count * size);
	return list;
}

/* A constant's value: whole numbers, true, false, dates, else text. */
static int load_value(struct loader *l, json_t *j, struct constant *c)
{
	json_t *v = json_object_get(j, "value");
	int64_t days;

	if (json_is_integer(v))
		c->value = value_int(json_integer_value(v));
	else if (json_is_boolean(v))
		c->value = value_bool(json_is_true(v));
	else if (loader_date(j, "value", &days))
		c->value = value_date(days);
	else if (json_is_string(v))
		c->value = value_text(bytes_str(loader_keep(l, json_string_value(v))));
	else
		return loader_bad(l, j, "value", "needs a \"value\": a whole number, true or false, a day or a "
				  "text");
	return 0;
}

int loader_constants(struct loader *l, json_t *root)
{
	json_t *list = json_object_get(root, "constants"), *j;
	struct schema *s = l->s;
	size_t i;
	int code = 0;

	s->constants = longer(l, s->constants, s->constant_count, json_array_size(list),
			      sizeof *s->constants);
	if (s->constants == NULL)
		return ERR_NOMEM;
	json_array_foreach(list, i, j) {
		struct constant *c = &s->constants[s->constant_count];

		code = loader_keys(l, j, "code/s vi/s en/s value source/s unverified/b");
		if (code == 0)
			code = loader_code(l, j, &c->code);
		if (code == 0)
			code = loader_label(l, j, &c->label);
		if (code == 0)
			code = load_value(l, j, c);
		if (code == 0 && schema_constant(s, bytes_str(c->code)) != NULL)
			code = loader_bad(l, j, "code", "\"%s\" is used twice", c->code);
		if (code != 0)
			return code;
		c->source = loader_keep(l, loader_str(j, "source"));
		c->unverified = loader_true(j, "unverified");
		s->constant_count++;
	}
	return 0;
}

int loader_registers(struct loader *l, json_t *root)
{
	json_t *list = json_object_get(root, "registers"), *j;
	struct schema *s = l->s;
	size_t i, k;
	int code;

	s->registers = longer(l, s->registers, s->register_count, json_array_size(list),
			      sizeof *s->registers);
	if (s->registers == NULL)
		return ERR_NOMEM;
	json_array_foreach(list, i, j) {
		struct pack_register *r = &s->registers[s->register_count];

		code = loader_keys(l, j, "code/s vi/s en/s yearly/b form/s lease/i unit/b");
		if (code == 0)
			code = loader_code(l, j, &r->code);
		for (k = 0; code == 0 && k < s->register_count; k++)
			if (strcmp(s->registers[k].code, r->code) == 0)
				code = loader_bad(l, j, "code", "\"%s\" is used twice", r->code);
		if (code == 0)
			code = loader_label(l, j, &r->label);
		if (code != 0)
			return code;
		r->yearly = loader_true(j, "yearly");
		r->form = loader_keep(l, loader_str(j, "form"));
		if (r->form == NULL || strstr(r->form, "{n}") == NULL)
			return loader_bad(l, j, "form", "needs a \"form\" with {n} in it");
		r->unit = loader_true(j, "unit");
		if (json_object_get(j, "lease") != NULL &&
		    (!loader_int(j, "lease", &r->lease) || r->lease < 1 || r->lease > LEASE_MOST))
			return loader_bad(l, j, "lease", "must be from %d to %d", 1, LEASE_MOST);
		if (r->unit && r->lease == 0)
			return loader_bad(l, j, "unit", "\"unit\" goes with \"lease\"");
		s->register_count++;
	}
	return 0;
}

/* A rollup is read like a field of what its reference names. */
static int ask_rollup_code(struct loader *l, json_t *j, const struct rollup *r,
			   const struct field *by)
{
	size_t i;

	for (i = 0; l->strict && i < l->s->type_count; i++)
		if (field_targets(by, l->s->types[i]) &&
		    type_field_by_code(l->s->types[i], bytes_str(r->code)) != NULL)
			return loader_bad(l, j, "code", "\"%s\" is a field of %s already", r->code,
					  l->s->types[i]->code);
	return 0;
}

static int load_rollup_name(struct loader *l, json_t *j, struct rollup *r)
{
	int64_t number = 0;
	int code = loader_keys(l, j, "number/i code/s vi/s en/s from/s by/s value/s where/s");

	if (code == 0)
		code = loader_code(l, j, &r->code);
	if (code == 0)
		code = loader_label(l, j, &r->label);
	if (code == 0)
		code = loader_number(l, j, 1, 1000000, &number);
	r->number = (uint32_t)number;
	if (code == 0 && schema_rollup(l->s, r->number) != NULL)
		code = loader_bad(l, j, "number", "number %u is used twice", r->number);
	if (code == 0 && schema_rollup_by_code(l->s, bytes_str(r->code)) != NULL)
		code = loader_bad(l, j, "code", "\"%s\" is used twice", r->code);
	return code;
}

static int load_rollup(struct loader *l, json_t *j, struct rollup *r)
{
	const struct field *by;
	int code = load_rollup_name(l, j, r);

	if (code == 0)
		code = loader_type(l, j, "from", &r->from);
	if (code == 0)
		code = loader_field(l, j, "by", r->from, &by);
	if (code != 0)
		return code;
	if (by == NULL || by->kind != FIELD_REF || r->from->row)
		return loader_bad(l, j, "by", "\"by\" names a reference of a record");
	r->by = by->number;
	code = ask_rollup_code(l, j, r, by);
	if (code == 0)
		code = loader_expr(l, j, "value", r->from, false, false, &r->value);
	if (code == 0)
		code = loader_expr(l, j, "where", r->from, true, false, &r->where);
	if (code == 0 && r->value != NULL && expr_gives(r->value) != EXPR_INT)
		code = loader_bad(l, j, "value", "\"value\" is a whole number");
	if (code == 0 && r->value != NULL && expr_reads_refs(r->value))
		code = loader_bad(l, j, "value", "reads what its references name: only what the record "
				  "itself holds");
	if (code == 0 && r->where != NULL && expr_reads_refs(r->where))
		code = loader_bad(l, j, "where", "reads what its references name: only what the record "
				  "itself holds");
	return code;
}

int loader_rollups(struct loader *l, json_t *root)
{
	json_t *list = json_object_get(root, "rollups"), *j;
	struct schema *s = l->s;
	size_t i;

	s->rollups = longer(l, s->rollups, s->rollup_count, json_array_size(list),
			    sizeof *s->rollups);
	if (s->rollups == NULL)
		return ERR_NOMEM;
	json_array_foreach(list, i, j) {
		int code = load_rollup(l, j, &s->rollups[s->rollup_count]);

		if (code != 0)
			return code;
		s->rollup_count++;
	}
	return 0;
}

/* "rows": lists whose rows have a key each, one list within the other. */
static int load_key_rows(struct loader *l, json_t *j, struct duplicate_key *k,
			 const struct type **types)
{
	const struct type *t = k->type;
	json_t *list = json_object_get(j, "rows"), *one;
	size_t i;

	k->rows = arena_array(&l->s->arena, EXPR_ROWS_DEPTH, sizeof *k->rows);
	if (k->rows == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(list, i, one) {
		const struct field *f = !json_is_string(one) || i == EXPR_ROWS_DEPTH ? NULL :
			type_field_by_code(t, bytes_str(json_string_value(one)));

		t = f == NULL || f->kind != FIELD_LIST || f->target_count == 0 ? NULL :
			schema_type_by_code(l->s, bytes_str(f->targets[0]));
		if (t == NULL)
			return loader_bad(l, j, "rows", "\"rows\" are lists, each of rows of the one before");
		k->rows[k->depth] = f;
		types[k->depth++] = t;
	}
	return 0;
}

/* One expression of a key. */
static int load_key_expr(struct loader *l, json_t *j, json_t *text, struct duplicate_key *k)
{
	const struct expr **x = &k->list[k->count];
	int code;

	if (k->count++ == EXPR_ROWS_VALUES)
		return loader_bad(l, j, "key", "\"key\" has more than %d expressions", EXPR_ROWS_VALUES);
	code = loader_expr_text(l, text, k->type, false, false, x);
	k->late |= code == 0 && expr_reads_refs(*x);
	return code;
}

/* One part of a key: an expression, or several of which the first that is not null counts. */
static int load_key_part(struct loader *l, json_t *j, json_t *part, struct duplicate_key *k)
{
	size_t i;
	int code = 0;

	if (!json_is_array(part))
		code = load_key_expr(l, j, part, k);
	else if (json_array_size(part) == 0)
		code = loader_bad(l, part, NULL, "needs \"key\", an expression or several");
	for (i = 0; i < json_array_size(part) && code == 0; i++)
		code = load_key_expr(l, j, json_array_get(part, i), k);
	k->part_ends[k->part_count++] = k->count;
	return code;
}

/* "key": one part, or several that make it together. */
static int load_key(struct loader *l, json_t *j, struct duplicate_key *k)
{
	const struct type *types[EXPR_ROWS_DEPTH];
	json_t *key = json_object_get(j, "key");
	size_t n = json_is_array(key) ? json_array_size(key) : key != NULL, i;
	int code;

	if (k->type->row)
		return loader_bad(l, j, "type", "\"%.40s\" is a row type: records are wanted here",
				  k->type->code);
	if (n == 0)
		return loader_bad(l, j, "key", "needs \"key\", an expression or several");
	if (n > EXPR_ROWS_VALUES)
		return loader_bad(l, j, "key", "\"key\" has more than %d expressions", EXPR_ROWS_VALUES);
	k->list = arena_array(&l->s->arena, EXPR_ROWS_VALUES + 1, sizeof *k->list);
	k->part_ends = arena_array(&l->s->arena, n, sizeof *k->part_ends);
	if (k->list == NULL || k->part_ends == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	code = load_key_rows(l, j, k, types);
	l->rows = types;
	l->depth = k->depth;
	k->late = k->depth > 0;
	for (i = 0; i < n && code == 0; i++)
		code = load_key_part(l, j, json_is_array(key) ? json_array_get(key, i) : key, k);
	l->rows = NULL;
	l->depth = 0;
	return code;
}

/* Tasks are told and settled by their code. */
static int ask_new_task(struct loader *l, json_t *j, const char *code)
{
	const struct schema *s = l->s;
	size_t i, k;

	for (i = 0; i < s->duplicate_count; i++)
		if (strcmp(s->duplicates[i].code, code) == 0)
			return loader_bad(l, j, "code", "\"%s\" is used twice", code);
	for (i = 0; i < s->type_count; i++)
		for (k = 0; k < s->types[i]->warning_count; k++)
			if (strcmp(s->types[i]->warnings[k].code, code) == 0)
				return loader_bad(l, j, "code", "\"%s\" is a warning's code", code);
	return 0;
}

static int load_keys(struct loader *l, json_t *j, struct duplicate *d)
{
	json_t *keys, *v;
	size_t i;

	d->keys = loader_array(l, j, "keys", sizeof *d->keys, &keys);
	if (d->keys == NULL)
		return err_set(l->e, ERR_NOMEM, "pack");
	json_array_foreach(keys, i, v) {
		struct duplicate_key *k = &d->keys[i];
		int code = loader_keys(l, v, "type/s rows/a key");

		if (code == 0)
			code = loader_type(l, v, "type", &k->type);
		if (code == 0)
			code = load_key(l, v, k);
		if (code != 0)
			return code;
		d->key_count++;
	}
	return d->key_count == 0 ? loader_bad(l, j, "keys", "needs \"keys\"") : 0;
}

static int load_duplicate(struct loader *l, json_t *j, struct duplicate *d)
{
	int code = loader_keys(l, j, "code/s vi/s en/s keys/a");

	if (code == 0)
		code = loader_code(l, j, &d->code);
	if (code == 0)
		code = ask_new_task(l, j, d->code);
	if (code == 0)
		code = loader_label(l, j, &d->label);
	return code == 0 ? load_keys(l, j, d) : code;
}

int loader_duplicates(struct loader *l, json_t *root)
{
	json_t *list = json_object_get(root, "duplicates"), *j;
	struct schema *s = l->s;
	size_t i;

	s->duplicates = longer(l, s->duplicates, s->duplicate_count, json_array_size(list),
			       sizeof *s->duplicates);
	if (s->duplicates == NULL)
		return ERR_NOMEM;
	json_array_foreach(list, i, j) {
		int code = load_duplicate(l, j, &s->duplicates[s->duplicate_count]);

		if (code != 0)
			return code;
		s->duplicate_count++;
	}
	return 0;
}

/* Kept as the text that it is in the pack, with its place there: what reads it (and
 * complains) is the server's. */
static int load_part(struct loader *l, json_t *j, struct pack_part *p)
{
	struct json_place place;
	int code = json_is_object(j) ? loader_code(l, j, &p->code) : loader_keys(l, j, "");

	if (code == 0)
		code = loader_label(l, j, &p->label);
	if (code != 0)
		return code;
	if (!json_text_place(&l->doc, j, NULL, &place))
		return loader_bad(l, j, NULL, "brackets are nested too deeply");
	p->json = arena_str(&l->s->arena, (struct bytes){ l->doc.text.at + place.at,
							  place.end - place.at });
	p->path = loader_keep(l, place.path);
	p->line = place.line;
	p->column = place.column;
	p->pack = l->pack;
	return p->json == NULL || p->path == NULL ? err_set(l->e, ERR_NOMEM, "pack") : 0;
}

static int load_parts(struct loader *l, json_t *root, const char *key, struct pack_part **parts,
		      size_t *count)
{
	json_t *list = json_object_get(root, key), *j;
	size_t i;

	*parts = longer(l, *parts, *count, json_array_size(list), sizeof **parts);
	if (*parts == NULL)
		return ERR_NOMEM;
	json_array_foreach(list, i, j) {
		int code = load_part(l, j, &(*parts)[*count]);

		if (code != 0)
			return code;
		++*count;
	}
	return 0;
}

/* The type in which officers say that a task is settled: with what it rests on. */
static int load_settlement(struct loader *l, json_t *root)
{
	static const struct {
		const char *code;
		enum field_kind kind;
	} wanted[] = { { "task", FIELD_TEXT }, { "record", FIELD_REF }, { "key", FIELD_INT },
		       { "fingerprint", FIELD_INT }, { "note", FIELD_TEXT } };
	struct schema *s = l->s;
	const struct type *t;
	const struct field *f;
	size_t i;
	int code;

	if (json_object_get(root, "settlement") == NULL)
		return 0;
	code = loader_type(l, root, "settlement", &t);
	for (i = 0; i < sizeof wanted / sizeof wanted[0] && code == 0; i++) {
		f = type_field_by_code(t, bytes_str(wanted[i].code));
		if (f == NULL || f->kind != wanted[i].kind)
			code = loader_bad(l, root, "settlement", "%s needs task (text), record (ref), key "
					  "and fingerprint (int), note (text)", t->code);
	}
	if (code == 0 && (t->row || t->workflow != NULL))
		code = loader_bad(l, root, "settlement", "must be a type of records without states");
	if (code != 0)
		return code;
	s->settlements = longer(l, s->settlements, s->settlement_count, 1, sizeof *s->settlements);
	if (s->settlements == NULL)
		return ERR_NOMEM;
	s->settlements[s->settlement_count++] = t;
	return 0;
}

int loader_parts(struct loader *l, json_t *root)
{
	int code = load_settlement(l, root);

	if (code == 0)
		code = load_parts(l, root, "reports", &l->s->reports, &l->s->report_count);
	return code != 0 ? code :
		load_parts(l, root, "documents", &l->s->documents, &l->s->document_count);
}
