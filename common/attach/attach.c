/* Which records name which file. */
#include "common/attach/attach.h"

#include <sodium.h>
#include <string.h>

#include "common/query/query.h"
#include "protocol/limits.h"

void attach_hash(struct bytes content, uint8_t out[HASH_SIZE])
{
	hash_parts(out, HASH_SIZE, HASH_FILE, &content, 1);
}

void attach_hash_text(const uint8_t hash[HASH_SIZE], char out[2 * HASH_SIZE + 1])
{
	sodium_bin2hex(out, 2 * HASH_SIZE + 1, hash, HASH_SIZE);
}

/* Lower case alone: one form for one file. */
bool attach_hash_read(struct bytes text, uint8_t out[HASH_SIZE])
{
	size_t i, n = 0;

	for (i = 0; i < text.len; i++)
		if (text.at[i] >= 'A' && text.at[i] <= 'F')
			return false;
	return text.len == 2 * HASH_SIZE &&
	       sodium_hex2bin(out, HASH_SIZE, (const char *)text.at, text.len, NULL, &n, NULL) == 0 &&
	       n == HASH_SIZE;
}

/* All live values count, where people have entered different ones. */
static int put_uses(struct fold *f, const struct type *t, const struct fold_entry *en,
		    struct err *e)
{
	const struct record *rec = &en->rec;
	struct value size = record_value(rec, t->file->size->number);
	uint8_t hash[HASH_SIZE];
	size_t i;
	int code = 0;

	for (i = 0; i < rec->live_count && code == 0; i++) {
		const struct live *l = &rec->live[i];

		if (l->field != t->file->hash->number || l->value.kind != VALUE_TEXT ||
		    !attach_hash_read(l->value.b, hash))
			continue;
		code = db_exec(f->r->db, e,
			       "INSERT INTO attach_use(stream,device,op,hash,root_device,root_op,size,"
			       "seq,live) VALUES($1,$2,$3,$4,$5,$6,$7,$8,1) ON CONFLICT(stream,device,"
			       "op,hash) DO UPDATE SET size=$7, seq=$8, live=1", "uuubuuiu",
			       en->stream, rec->id.device, rec->id.op, BYTES_OF(hash),
			       rec->root.device, rec->root.op,
			       size.kind == VALUE_INT && size.n > 0 ? size.n : 0, l->seq);
	}
	return code;
}

int attach_fold(struct fold *f, const struct type *t, const struct fold_entry *en,
		struct err *e)
{
	int code = 0;

	if (t->file == NULL)
		return 0;
	/* What was made just now has named nothing yet. */
	if (en->loaded || en->stored)
		code = db_exec(f->r->db, e, "UPDATE attach_use SET live=0 WHERE stream=$1 AND "
			       "device=$2 AND op=$3", "uuu", en->stream, en->rec.id.device,
			       en->rec.id.op);
	if (code == 0 && !en->gone && !record_deleted(&en->rec))
		code = put_uses(f, t, en, e);
	return code;
}

const struct field *attach_list(const struct schema *s, const struct type *t, const char *code)
{
	const struct field *only = NULL;
	size_t i;

	for (i = 0; t != NULL && i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const struct type *row = f->kind != FIELD_LIST ? NULL :
					 schema_type_by_code(s, bytes_str(f->targets[0]));

		if (row == NULL || row->file == NULL)
			continue;
		if (code != NULL && strcmp(code, f->code) == 0)
			return f;
		if (code == NULL && only != NULL)
			return NULL;
		only = f;
	}
	return code == NULL ? only : NULL;
}

static struct bytes text_of(const struct record *rec, const struct field *f)
{
	struct value v = f == NULL ? VALUE_OF_NONE : record_value(rec, f->number);

	return v.kind == VALUE_TEXT ? v.b : BYTES_NONE;
}

/* What the row says of it. */
static int fill(struct replica *r, const struct schema *s, uint64_t stream, struct attached *f,
		struct arena *a, struct err *e)
{
	struct record rec;
	struct value kind;
	int code = query_record(r, stream, f->row, a, &rec, e);

	if (code != 0)
		return code;
	f->type = schema_type(s, rec.type);
	if (f->type == NULL || f->type->file == NULL)
		return 0;
	f->name = text_of(&rec, f->type->file->name);
	f->media = text_of(&rec, f->type->file->media);
	kind = f->type->file->kind == NULL ? VALUE_OF_NONE :
					     record_value(&rec, f->type->file->kind->number);
	f->kind = kind.kind == VALUE_INT ? kind.n : 0;
	code = attach_have(r->db, f->hash, NULL, e);
	f->here = code == 1;
	return code < 0 ? code : 0;
}

static const char uses_sql[] =
	"SELECT device, op, hash, size, seq FROM attach_use WHERE stream=$1 AND live=1 AND "
	"((root_device=$2 AND root_op=$3) OR (device=$2 AND op=$3)) ORDER BY seq, op, device, hash";

int attach_of(struct replica *r, uint64_t stream, struct rid record, struct arena *a,
	      struct attached **out, size_t *count, struct err *e)
{
	struct schema *schema;
	struct stmt *s;
	int64_t n = 0;
	size_t i;
	int code = replica_schema_now(r, &schema, e);

	*count = 0;
	if (code == 0)
		code = db_number(r->db, e, 0, &n, "SELECT count(*) FROM attach_use WHERE stream=$1 "
				 "AND live=1 AND ((root_device=$2 AND root_op=$3) OR (device=$2 AND "
				 "op=$3))", "uuu", stream, record.device, record.op);
	*out = arena_array(a, (size_t)n + 1, sizeof **out);
	if (code == 0 && *out == NULL)
		code = err_set(e, ERR_NOMEM, "files");
	if (code == 0)
		code = db_query(r->db, e, &s, uses_sql, "uuu", stream, record.device, record.op);
	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1 && *count < (size_t)n) {
		struct attached *f = &(*out)[(*count)++];

		*f = (struct attached){ .row = { (uint64_t)db_int(s, 0), (uint64_t)db_int(s, 1) },
					.size = (uint64_t)db_int(s, 3),
					.pending = (uint64_t)db_int(s, 4) == SEQ_PENDING };
		if (db_bytes(s, 2).len == HASH_SIZE)
			memcpy(f->hash, db_bytes(s, 2).at, HASH_SIZE);
	}
	db_done(s);
	for (i = 0; i < *count && code >= 0; i++)
		code = fill(r, schema, stream, &(*out)[i], a, e);
	return code < 0 ? code : 0;
}

int attach_missing(struct db *db, uint64_t stream, int64_t *files, int64_t *bytes,
		   struct err *e)
{
	struct stmt *s;
	int code = db_query(db, e, &s, "SELECT count(*), coalesce(sum(size),0) FROM (SELECT hash, "
			    "max(size) AS size FROM attach_use u WHERE live=1 AND (stream=$1 OR $2=1) "
			    "AND NOT EXISTS (SELECT 1 FROM attach_file f WHERE f.hash=u.hash) GROUP BY "
			    "hash) x", "ui", stream, (int64_t)(stream == ATTACH_ANY));

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		*files = db_int(s, 0);
		*bytes = db_int(s, 1);
	}
	db_done(s);
	return code < 0 ? code : 0;
}
