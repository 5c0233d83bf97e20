/* The log of a replica: appending items, folding them, reading them back. */
#include <string.h>

#include "common/calendar/filing.h"
#include "common/cross/cross.h"
#include "common/replica/generation.h"
#include "common/replica/judge.h"
#include "common/replica/lease.h"
#include "common/replica/projection.h"
#include "common/replica/refold.h"
#include "common/replica/replica.h"
#include "common/replica/taken.h"
#include "protocol/limits.h"

/* An item on its way into the log. */
struct appending {
	struct replica *r;
	struct append *ap;
	struct arena *a;
	struct fold fold;
	const struct changeset *cs;
	struct verdict *list;   /* refusals */
	size_t count;
	uint64_t seq;
	struct err *e;
};

static struct bytes value_or_empty(const struct record *r, uint32_t field)
{
	struct value v = record_value(r, field);

	return v.kind == VALUE_TEXT || v.kind == VALUE_BYTES ? v.b : BYTES_NONE;
}

static int64_t number_or_zero(const struct record *r, uint32_t field)
{
	struct value v = record_value(r, field);

	return v.kind == VALUE_INT ? v.n : 0;
}

/* A certificate that was applied lets its key write in this stream. */
static int note_cert(struct appending *w, const struct record *rec)
{
	struct bytes key = value_or_empty(rec, FIELD_CERT_KEY);
	struct bytes name = value_or_empty(rec, FIELD_CERT_NAME);
	struct bytes status = value_or_empty(rec, FIELD_CERT_STATUS), old;
	struct stmt *s;
	int code;

	if (key.len != SIGN_PUBLIC)
		return 0;
	code = db_query(w->r->db, w->e, &s,
			"INSERT INTO device(stream,device,key,unit,role,cert_device,cert_op,name,status)"
			" VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9) ON CONFLICT(stream,device) DO UPDATE SET "
			"unit=$4, role=$5, cert_device=$6, cert_op=$7, name=$8, status=$9", "uubiiuu",
			w->cs->stream, hash_device(key.at), key,
			number_or_zero(rec, FIELD_CERT_UNIT), number_or_zero(rec, FIELD_CERT_ROLE),
			rec->id.device, rec->id.op);
	if (code != 0)
		return code;
	db_bind_text(s, 8, name);
	db_bind_text(s, 9, status);
	code = db_step(s, w->e);
	db_done(s);
	old = value_or_empty(rec, FIELD_CERT_OLD_KEY);
	if (code == 0 && old.len == SIGN_PUBLIC)
		code = replica_note_lineage(w->r, w->cs->stream, hash_device(key.at),
					    hash_device(old.at),
					    (uint64_t)number_or_zero(rec, FIELD_CERT_OLD_LAST), w->e);
	return code;
}

static int forget_old_pack(struct appending *w, const struct record *rec)
{
	struct stmt *s;
	int code = db_query(w->r->db, w->e, &s, "DELETE FROM pack WHERE code=$1 AND version=$2 AND "
			    "seq>0 AND seq<>$3", "");

	if (code != 0)
		return code;
	db_bind_text(s, 1, value_or_empty(rec, FIELD_PACK_CODE));
	db_bind_int(s, 2, number_or_zero(rec, FIELD_PACK_VERSION));
	db_bind_int(s, 3, (int64_t)w->seq);
	code = db_step(s, w->e);
	db_done(s);
	return code;
}

int replica_take_packs(struct replica *r, uint64_t zero, struct err *e)
{
	struct schema *schema;
	int code = replica_schema(r, zero, &schema, e);

	if (code == 0)
		code = projection_prepare(r, schema, e);
	if (code == 0)
		code = filing_prepare(r, schema, e);
	return code != 0 ? code : cross_rebuild(r, e);
}

/* A pack that was applied is in force from here on. */
static int note_pack(struct appending *w, const struct record *rec)
{
	struct stmt *s;
	int code = db_query(w->r->db, w->e, &s,
			    "INSERT INTO pack(seq,code,version,json,dictionary_number,dictionary)"
			    " VALUES($1,$2,$3,$4,$5,$6) ON CONFLICT DO NOTHING", "u", w->seq);

	if (code != 0)
		return code;
	db_bind_text(s, 2, value_or_empty(rec, FIELD_PACK_CODE));
	db_bind_int(s, 3, number_or_zero(rec, FIELD_PACK_VERSION));
	db_bind_bytes(s, 4, value_or_empty(rec, FIELD_PACK_JSON));
	db_bind_int(s, 5, number_or_zero(rec, FIELD_PACK_DICTIONARY_NUMBER));
	db_bind_bytes(s, 6, value_or_empty(rec, FIELD_PACK_DICTIONARY));
	code = db_step(s, w->e);
	db_done(s);
	/* Folded once more. */
	if (code == 0 && db_changes(w->r->db) == 0)
		return 0;
	/* A store that was taken back has kept it, under an old number. */
	if (code == 0 && w->seq > GENERATION_STEP)
		code = forget_old_pack(w, rec);
	return code != 0 ? code : replica_take_packs(w->r, w->seq, w->e);
}

/* What built-in records do beyond being records. A certificate's own words are the server's:
 * that others judge by it changes nothing. */
static int note_builtin(struct appending *w)
{
	struct fold_entry *en;
	int code = 0;

	for (en = w->fold.tx; en != NULL && code == 0; en = en->next_tx) {
		if (en->gone)
			continue;
		if (en->rec.type == TYPE_CERT && w->ap->opened->cert.role == ROLE_SERVER)
			code = note_cert(w, &en->rec);
		else if (en->rec.type == TYPE_PACK && w->cs->stream == 0)
			code = note_pack(w, &en->rec);
		else if (en->rec.type == TYPE_LEASE)
			code = lease_note(w->r, w->cs->stream, &en->rec, w->seq, w->e);
	}
	return code;
}

static int note_refused(struct appending *w, const struct verdict *v)
{
	uint64_t first = v->tx == VERDICT_ALL ? w->cs->first : w->cs->tx[v->tx].first_op;

	/* Nothing is refused that is there. */
	if (v->code == ERR_ALREADY)
		return 0;
	return db_exec(w->r->db, w->e,
		       "INSERT INTO refused(stream,seq,tx,device,first_op,code,rule,record_device,"
		       "record_op,settled) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,0)", "uuiuuiiuu",
		       w->cs->stream, w->seq, (int64_t)v->tx, w->cs->device, first,
		       (int64_t)v->code, (int64_t)v->rule, v->record.device, v->record.op);
}

/* What a person has refused on the whole is there save by save, to be corrected. */
static int note_each(struct appending *w, const struct verdict *v)
{
	struct verdict one = { .code = v->code };
	int code = 0;

	if (v->tx != VERDICT_ALL || v->code != ERR_REVOKED || w->cs->tx_count == 0)
		return note_refused(w, v);
	for (; one.tx < w->cs->tx_count && code == 0; one.tx++)
		code = note_refused(w, &one);
	return code;
}

/* An applied move, with both times: what deadlines are measured by. */
static int note_move(struct appending *w, const struct transaction *tx, const struct op *op)
{
	const struct type *t = schema_type(w->fold.schema, op->type);
	struct filing_move m = { w->cs->stream, op->record, op->value.n, tx->time, w->ap->time };
	struct fold_entry *en;
	int code = fold_get(&w->fold, m.stream, m.record, &en, w->e);

	if (code == 0 && !en->gone)
		en->moved = m.received;
	if (code == 0)
		code = db_exec(w->r->db, w->e,
			       "INSERT INTO transition(stream,device,op,seq,number,state,mover,"
			       "claimed,received) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9)", "uuuuuiuii",
			       m.stream, m.record.device, m.record.op, w->seq, op->number, m.state,
			       changeset_author(w->cs, tx), m.claimed, m.received);
	return code != 0 || t == NULL ? code : filing_note(w->r, t, &m, w->e);
}

/* The first word on a change set counts. */
static int note_adoption(struct appending *w, const struct op *op)
{
	return db_exec(w->r->db, w->e, "INSERT INTO adopted(stream,hash,seq,refused) "
		       "VALUES($1,$2,$3,$4) ON CONFLICT DO NOTHING", "ubui", w->cs->stream,
		       op->value.b, w->seq, (int64_t)op->field);
}

static int note_deeds(struct appending *w, const struct transaction *tx)
{
	size_t i;
	int code = 0;

	for (i = 0; i < tx->op_count && code == 0; i++) {
		const struct op *op = &w->cs->ops[tx->op_at + i];

		if (op->kind == OP_MOVE)
			code = note_move(w, tx, op);
		else if (op->kind == OP_ADOPT)
			code = note_adoption(w, op);
	}
	return code;
}

/* Numbers that stand for ops already: a copied store's work, or carried by another. */
static int ask_taken(struct appending *w, size_t t, struct verdict *v)
{
	int code = replica_taken(w->r, w->cs, &w->cs->tx[t], w->a, &v->code, w->e);

	v->tx = (uint32_t)t;
	return code != 0 || v->code != 0 ? code :
			taken_meant(w->r, w->cs, t, w->list, w->count, w->a, v, w->e);
}

/* Transactions one by one, judged or as given. */
static int fold_transactions(struct appending *w)
{
	const struct append *ap = w->ap;
	struct judge j = { .fold = &w->fold, .stream = w->cs->stream, .seq = w->seq,
			   .trusted = ap->mode != APPEND_JUDGE,
			   .hopeful = ap->mode == APPEND_HOPE };
	struct schema *schema;
	size_t t;
	int code = replica_schema_of(w->r, w->cs->zero, ap->zero, &schema, w->e);

	if (code != 0)
		return code;
	j.schema = schema;
	j.role = schema_role(schema, ap->opened->cert.role);
	j.role_bit = schema_role_bit(schema, ap->opened->cert.role);
	for (t = 0; t < w->cs->tx_count; t++) {
		struct verdict v = { 0 };

		if (j.trusted && verdict_on(w->list, w->count, (uint32_t)t) != NULL)
			continue;
		code = j.trusted ? 0 : ask_taken(w, t, &v);
		if (code == 0 && v.code == 0)
			code = judge_transaction(&j, w->cs, t, &v, w->e);
		if (code != 0)
			return code;
		if (v.code != 0) {
			w->list[w->count++] = v;
			fold_undo(&w->fold);
			continue;
		}
		code = note_builtin(w);
		if (code == 0 && !j.hopeful)
			code = note_deeds(w, &w->cs->tx[t]);
		if (code != 0)
			return code;
		fold_keep(&w->fold);
	}
	return 0;
}

/* Own ops that were folded when they were saved: they get their position. */
static int confirm_transaction(struct appending *w, const struct transaction *tx)
{
	const struct changeset *cs = w->cs;
	uint64_t author = changeset_author(cs, tx);
	size_t i;
	int code = 0;

	for (i = 0; i < tx->op_count && code == 0; i++) {
		const struct op *op = &cs->ops[tx->op_at + i];
		struct fold_entry *en, *root, *parent;

		code = fold_get(&w->fold, cs->stream, op->record, &en, w->e);
		if (code != 0 || en->gone)
			continue;
		root = parent = en;
		if (en->rec.list != 0)
			code = fold_get(&w->fold, cs->stream, en->rec.root, &root, w->e);
		/* As judging them touched it: its rows were counted. */
		if (code == 0 && en->rec.list != 0 && op->kind != OP_SET)
			code = fold_get(&w->fold, cs->stream, en->rec.parent, &parent, w->e);
		if (code == 0)
			code = fold_change(&w->fold, en, w->e);
		if (code == 0)
			code = fold_change(&w->fold, parent, w->e);
		if (code == 0)
			code = fold_change(&w->fold, root, w->e);
		if (code != 0)
			return code;
		merge_confirm(&en->rec, author, tx->first_op,
			      tx->first_op + tx->op_count - 1, w->seq);
		merge_confirm(&root->rec, author, tx->first_op,
			      tx->first_op + tx->op_count - 1, w->seq);
	}
	fold_keep(&w->fold);
	return code == 0 ? note_deeds(w, tx) : code;
}

static int confirm_transactions(struct appending *w)
{
	size_t t;
	int code = 0;

	for (t = 0; t < w->cs->tx_count && code == 0; t++)
		if (verdict_on(w->list, w->count, (uint32_t)t) == NULL)
			code = confirm_transaction(w, &w->cs->tx[t]);
	return code;
}

/* Where a carried one is found again by its op numbers; the first counts. */
static int note_carried(struct appending *w, const struct transaction *tx)
{
	return db_exec(w->r->db, w->e,
		       "INSERT INTO carried(stream,device,first_op,last_op,seq) "
		       "VALUES($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING", "uuuuu", w->cs->stream,
		       tx->carried, tx->first_op, tx->first_op + tx->op_count - 1, w->seq);
}

static int write_item(struct appending *w)
{
	const struct append *ap = w->ap;
	const struct changeset *cs = w->cs;
	const struct opened *o = ap->opened;
	uint64_t last = changeset_last(cs);
	size_t t;
	int code;

	code = db_exec(w->r->db, w->e,
		       "INSERT INTO item(stream,seq,device,device_seq,first_op,last_op,hash,object,"
		       "verdicts,time,zero_ahead,head,notes) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,"
		       "$11,$12,$13)", "uuuuuubbbiibb", cs->stream, w->seq, cs->device, cs->seq, cs->first, last,
		       BYTES_OF(o->hash), o->object, ap->verdicts, ap->time,
		       (int64_t)(ap->zero - cs->zero), BYTES_OF(ap->head.head), ap->notes);
	/* One that was brought back may stand behind later ones of its device. */
	if (code == 0)
		code = db_exec(w->r->db, w->e,
			       "INSERT INTO author(stream,device,seq,hash,last_op) "
			       "VALUES($1,$2,$3,$4,$5) ON CONFLICT(stream,device) DO UPDATE SET "
			       "seq=CASE WHEN $3 > author.seq THEN $3 ELSE author.seq END, "
			       "hash=CASE WHEN $3 > author.seq THEN $4 ELSE author.hash END, "
			       "last_op=CASE WHEN $5 > author.last_op THEN $5 "
			       "ELSE author.last_op END", "uuubu", cs->stream, cs->device,
			       cs->seq, BYTES_OF(o->hash), last);
	if (code == 0)
		code = db_exec(w->r->db, w->e,
			       "INSERT INTO stream(stream,seq,head,time) VALUES($1,$2,$3,$4) "
			       "ON CONFLICT(stream) DO UPDATE SET seq=$2, head=$3, time=$4", "uubi",
			       cs->stream, w->seq, BYTES_OF(ap->head.head), ap->time);
	for (t = 0; t < cs->tx_count && code == 0; t++)
		if (cs->tx[t].carried != 0)
			code = note_carried(w, &cs->tx[t]);
	return code;
}

static void refuse_all(struct appending *w, int code)
{
	w->list[w->count++] = (struct verdict){ .tx = VERDICT_ALL, .code = code };
}

/* A revoked key's change set has a place only where a person's word on it stands before. */
static int ask_adopted(struct appending *w, bool *refused)
{
	int64_t found = -1;
	int code;

	*refused = false;
	if (!w->ap->opened->cert.revoked)
		return 0;
	code = db_number(w->r->db, w->e, -1, &found, "SELECT refused FROM adopted WHERE stream=$1 "
			 "AND hash=$2", "ub", w->cs->stream, BYTES_OF(w->ap->opened->hash));
	if (code == 0 && found < 0)
		code = err_set(w->e, ERR_REVOKED, "%016llx", (unsigned long long)w->cs->device);
	*refused = found > 0;
	return code;
}

/* The verdicts: read, if given; made, if this replica judges. */
static int settle_verdicts(struct appending *w)
{
	struct append *ap = w->ap;
	struct buf encoded;
	bool refused = false;
	int code = ask_adopted(w, &refused);

	if (code != 0)
		return code;
	if (ap->mode != APPEND_JUDGE)
		return verdicts_decode(ap->verdicts, w->a, &w->list, &w->count, w->e);
	w->list = arena_array(w->a, w->cs->tx_count + 1, sizeof *w->list);
	if (w->list == NULL)
		return err_set(w->e, ERR_NOMEM, "verdicts");
	if (refused)
		refuse_all(w, ERR_REVOKED);
	else if (!ap->opened->readable)
		refuse_all(w, ERR_UNREADABLE);
	else
		code = fold_transactions(w);
	if (code != 0)
		return code;
	buf_init(&encoded, LIMIT_MESSAGE);
	verdicts_encode(w->list, w->count, &encoded);
	ap->verdicts = arena_copy(w->a, buf_view(&encoded));
	code = encoded.failed || (ap->verdicts.len > 0 && ap->verdicts.at == NULL) ?
		       err_set(w->e, ERR_NOMEM, "verdicts") : 0;
	buf_release(&encoded);
	return code;
}

int replica_append(struct replica *r, struct append *ap, struct arena *a, struct err *e)
{
	struct appending w = { .r = r, .ap = ap, .a = a, .cs = &ap->opened->cs, .e = e };
	struct stream_head head;
	size_t i;
	int code = replica_head(r, w.cs->stream, &head, e);

	if (code == 0 && head.time == 0)
		code = generation_ensure(r, w.cs->stream, e);
	if (code == 0)
		code = fold_init(&w.fold, r, a, e);
	if (code != 0)
		return code;
	w.seq = head.seq + 1;
	w.fold.item_device = w.cs->device;
	w.fold.item_first = w.cs->first;
	w.fold.item_last = changeset_last(w.cs);
	/* What its author had seen is told by them. */
	if (ap->notes.len > 0)
		code = generation_note(r, w.cs->stream, w.seq, ap->notes, e);
	if (code == 0)
		code = settle_verdicts(&w);
	if (code == 0 && ap->mode == APPEND_JUDGED)
		code = fold_transactions(&w);
	if (code == 0 && ap->mode == APPEND_CONFIRM)
		code = confirm_transactions(&w);
	if (code != 0)
		return code;
	ap->head = (struct stream_head){ .stream = head.stream, .seq = w.seq, .time = ap->time };
	head_noted(head.head, ap->opened->hash, ap->verdicts, ap->time, ap->zero, ap->notes,
		   ap->head.head);
	code = write_item(&w);
	for (i = 0; i < w.count && code == 0; i++)
		code = note_each(&w, &w.list[i]);
	if (code == 0)
		code = fold_flush(&w.fold, w.seq, e);
	/* What was folded in hope and then refused comes out again. */
	if (code == 0 && ap->mode == APPEND_CONFIRM && w.count > 0)
		code = refold_refused(r, w.cs, w.list, w.count, a, e);
	return code;
}

int replica_fold_item(struct replica *r, const struct logged *item, bool hope, struct arena *a,
		      struct err *e)
{
	struct opened opened = item->opened;
	struct append ap = { .mode = hope ? APPEND_HOPE : APPEND_JUDGED, .opened = &opened,
			     .time = item->time, .zero = item->zero };
	struct appending w = { .r = r, .ap = &ap, .a = a, .cs = &item->opened.cs,
			       .list = item->list, .count = item->count, .seq = item->seq, .e = e };
	int code = fold_init(&w.fold, r, a, e);

	w.fold.item_device = w.cs->device;
	w.fold.item_first = w.cs->first;
	w.fold.item_last = w.cs->first + w.cs->op_count - 1;
	/* Whose it is: the server's own has words of its own. */
	if (code == 0)
		code = replica_cert(r, w.cs->stream, w.cs->device, &opened.cert, NULL);
	if (code == ERR_UNKNOWN_DEVICE)
		code = 0;
	if (code == 0)
		code = fold_transactions(&w);
	return code != 0 ? code : fold_flush(&w.fold, w.seq, e);
}

int replica_touches(struct replica *r, uint64_t stream, struct rid id, struct stmt **out,
		    struct err *e)
{
	return db_query(r->db, e, out,
			"SELECT seq FROM touch WHERE stream=$1 AND device=$2 AND op=$3 UNION "
			"SELECT seq FROM item WHERE stream=$1 AND device=$2 AND first_op <= $3 AND "
			"last_op >= $3 ORDER BY 1", "uuu", stream, id.device, id.op);
}

int replica_item(struct replica *r, uint64_t stream, uint64_t seq, struct arena *a,
		 struct logged *out, struct err *e)
{
	struct logged l = { .seq = seq };
	struct bytes object = BYTES_NONE, payload;
	uint64_t device = 0;
	struct stmt *s;
	int code = db_query(r->db, e, &s, "SELECT device, hash, object, verdicts, time, zero_ahead, "
			    "notes, head FROM item WHERE stream=$1 AND seq=$2", "uu", stream, seq);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1) {
		device = (uint64_t)db_int(s, 0);
		object = arena_copy(a, db_bytes(s, 2));
		l.verdicts = arena_copy(a, db_bytes(s, 3));
		l.time = db_int(s, 4);
		l.zero = (uint64_t)db_int(s, 5);
		l.notes = arena_copy(a, db_bytes(s, 6));
		code = object.at == NULL ? err_set(e, ERR_NOMEM, "item") : 0;
	} else if (code == 0) {
		code = err_set(e, ERR_GAP, "%llu/%llu", (unsigned long long)stream,
			       (unsigned long long)seq);
	}
	if (code == 0)
		code = replica_read_object(r, object, device, a, &l.opened, &payload, e);
	if (code == 0) {
		memcpy(l.opened.hash, db_bytes(s, 1).at, HASH_SIZE);
		memcpy(l.head, db_bytes(s, 7).at, HASH_SIZE);
		l.zero += l.opened.cs.zero;
	}
	db_done(s);
	if (code == 0)
		code = verdicts_decode(l.verdicts, a, &l.list, &l.count, e);
	if (code == 0)
		*out = l;
	return code;
}
