/* Receipts that are shown, and certificates; what a sender holds. */
#include "server/heal/heal.h"

#include <string.h>

#include "protocol/limits.h"
#include "server/heal/generation.h"
#include "server/heal/heal_parts.h"

/* The certificate of a key, of all that a change set of the working key has set. */
static bool find_cert(const struct changeset *cs, const uint8_t *key, struct cert *out)
{
	struct rid id = { 0 };
	bool any = false;
	size_t i;

	for (i = 0; i < cs->op_count; i++)
		if (cs->ops[i].kind == OP_SET && cs->ops[i].field == FIELD_CERT_KEY &&
		    bytes_equal(cs->ops[i].value.b, (struct bytes){ key, SIGN_PUBLIC })) {
			id = cs->ops[i].record;
			any = true;
		}
	for (i = 0; any && i < cs->op_count; i++) {
		const struct op *op = &cs->ops[i];

		if (op->kind != OP_SET || !rid_equal(op->record, id))
			continue;
		if (op->field == FIELD_CERT_UNIT)
			out->unit = (uint64_t)op->value.n;
		if (op->field == FIELD_CERT_ROLE)
			out->role = (uint32_t)op->value.n;
	}
	memcpy(out->key, key, SIGN_PUBLIC);
	out->device = hash_device(key);
	return any && out->unit != 0;
}

static int take_shown_by(struct exchange *x, struct replica *view, const struct cert *cert)
{
	/* A certificate is no secret: that the key's owner speaks the claim's signature says. */
	if (!claim_signed(&x->request.claim, view->district.id, cert->unit))
		return 0;
	x->sender = *cert;
	x->refusal = 0;
	x->shown_by = true;
	memset(&x->claim, 0, sizeof x->claim);
	x->request.has_claim = false;
	return 0;
}

int heal_identify(struct exchange *x, struct replica *view, struct err *e)
{
	const struct request *r = &x->request;
	struct cert here, cert = { 0 };
	struct bytes payload;
	struct object parts;
	struct opened o;
	int code;

	if (r->certificate.len == 0 || !r->has_claim)
		return 0;
	code = replica_home(view, hash_device(r->claim.key), &here, NULL);
	if (exchange_fatal(code))
		return err_set(e, code, "certificate");
	/* Its certificate is back, and it has not heard of that: the reply to this very request may
	 * have been lost. Whoever is known otherwise has another way. */
	if (code == 0 && (x->refusal != ERR_ENROL_UNKNOWN ||
			  memcmp(here.key, r->claim.key, SIGN_PUBLIC) != 0))
		return 0;
	if (code == 0)
		return take_shown_by(x, view, &here);
	/* What was lost is from after the backup: the newest key has signed it. */
	code = replica_read_object(view, r->certificate, view->server_device, &x->arena, &o,
				   &payload, NULL);
	if (code == 0)
		code = object_split(r->certificate, &parts, NULL);
	if (code == 0)
		code = changeset_verify(view->keys.working, view->district.id,
					r->certificate_prev.at, o.cs.root, payload,
					parts.signature, NULL);
	if (exchange_fatal(code))
		return err_set(e, code, "certificate");
	if (code != 0 || !find_cert(&o.cs, r->claim.key, &cert) || o.cs.stream != cert.unit)
		return 0;
	return take_shown_by(x, view, &cert);
}

static int may_read(struct server *s, const struct exchange *x, uint64_t stream, bool *may,
		    struct err *e)
{
	const struct role *role;
	struct schema *schema;
	int code = 0;

	*may = stream == 0 || stream == x->sender.unit;
	if (*may)
		return 0;
	code = replica_schema_now(&s->replica, &schema, e);
	role = code == 0 ? schema_role(schema, x->sender.role) : NULL;
	*may = role != NULL && role->reads_all;
	return code;
}

/* The head that the log has at a position. 1, or 0. */
static int head_at(struct replica *r, uint64_t stream, uint64_t seq, uint8_t out[HASH_SIZE],
		   struct err *e)
{
	struct stmt *s;
	int code = db_query(r->db, e, &s, "SELECT head FROM item WHERE stream=$1 AND seq=$2 UNION ALL "
			    "SELECT head FROM healed WHERE stream=$1 AND number=$2", "uu", stream, seq);

	if (code != 0)
		return code;
	code = db_step(s, e);
	if (code == 1)
		memcpy(out, db_bytes(s, 0).at, HASH_SIZE);
	db_done(s);
	return code;
}

/* A receipt that the server has signed, for a place that is not here, or is another's. */
static int take_unknown(struct server *s, struct exchange *x, const struct message_head *h,
			struct err *e)
{
	struct stream_head end;
	struct generation g;
	size_t i;
	uint64_t beyond = 0;
	int code = generation_of(&s->replica, h->stream, h->seq, &g, e);

	if (code != 0)
		return code < 0 ? code : 0;
	code = replica_head(&s->replica, h->stream, &end, e);
	if (code != 0)
		return code;
	/* Another change set stands there: that its log is older is not what this tells. */
	if (h->seq <= end.seq)
		return 0;
	/* Its own word, and its log has forgotten it. */
	for (i = 0; i < x->request.shown_count; i++)
		if (x->request.shown[i].seq > beyond &&
		    x->request.shown[i].seq < UINT64_MAX / 4)
			beyond = x->request.shown[i].seq;
	return generation_begin(&s->replica, GENERATION_RECEIPT, h->seq > beyond ? h->seq : beyond,
				e);
}

static int note_shown(struct server *s, struct exchange *x, const struct message_head *h,
		      struct err *e)
{
	struct heal_hold *hold = &x->holds[x->hold_count];
	struct generation g;
	int code = generation_of(&s->replica, h->stream, h->seq, &g, e);

	/* One of a generation that was lost since may have such numbers as well. */
	if (code != 1 || memcmp(g.old, h->generation, GENERATION_SIZE) != 0)
		return code < 0 ? code : 0;
	*hold = (struct heal_hold){ h->stream, g.base, h->seq };
	x->hold_count++;
	return db_exec(s->db, e, "INSERT INTO shown(stream,seq,base,head,time,signature,device) "
		       "VALUES($1,$2,$3,$4,$5,$6,$7) ON CONFLICT DO NOTHING", "uuubibu", h->stream,
		       h->seq, g.base, BYTES_OF(h->head), h->time, BYTES_OF(h->signature),
		       x->sender.device);
}

static int shown_signed(struct server *s, const struct message_head *h)
{
	struct stream_head head = { .stream = h->stream, .seq = h->seq, .time = h->time };

	memcpy(head.head, h->head, HASH_SIZE);
	return replica_head_signed(&s->replica, &head, h->signature, NULL);
}

/* One receipt. *stop: it is forged; the others are not looked at. */
static int take_shown(struct server *s, struct exchange *x, struct message_head *h, bool *stop,
		      struct err *e)
{
	uint8_t here[HASH_SIZE];
	bool may = false;
	int code = may_read(s, x, h->stream, &may, e);

	if (code != 0 || !may)
		return code;
	code = head_at(&s->replica, h->stream, h->seq, here, e);
	if (code < 0)
		return code;
	if (code == 0 || memcmp(here, h->head, HASH_SIZE) != 0) {
		code = shown_signed(s, h);
		/* Of a key past its time it proves nothing, but nobody has forged it. */
		if (code == ERR_KEY_REPLACED)
			return 0;
		if (code != 0) {
			exchange_problem(x, ERR_BAD_SIGNATURE, h->stream, h->seq);
			*stop = true;
			return 0;
		}
		code = take_unknown(s, x, h, e);
		if (code != 0)
			return code;
	}
	return note_shown(s, x, h, e);
}

int heal_run(struct server *s, struct exchange *x, struct err *e)
{
	const struct request *r = &x->request;
	bool stop = false;
	size_t i;
	int code = 0;

	if (r->shown_count == 0)
		return 0;
	x->holds = arena_array(&x->arena, r->shown_count, sizeof *x->holds);
	if (x->holds == NULL)
		return err_set(e, ERR_NOMEM, "receipts");
	for (i = 0; i < r->shown_count && code == 0 && !stop; i++)
		code = take_shown(s, x, &r->shown[i], &stop, e);
	return code != 0 || stop ? code : heal_items(s, x, e);
}

uint64_t heal_held(const struct exchange *x, uint64_t stream, uint64_t base)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < x->hold_count; i++)
		if (x->holds[i].stream == stream && x->holds[i].base == base &&
		    x->holds[i].number > number)
			number = x->holds[i].number;
	return number;
}

static bool told_already(const struct message_healed *list, size_t count,
			 const struct heal_hold *h)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (list[i].stream == h->stream && list[i].base == h->base)
			return true;
	return false;
}

int heal_told(struct exchange *x, struct replica *view, struct arena *a,
	      struct message_healed **out, size_t *count, struct err *e)
{
	struct message_healed *list = arena_array(a, x->hold_count + 1, sizeof *list);
	size_t i, n = 0;
	int code = list == NULL ? err_set(e, ERR_NOMEM, "healed") : 0;

	for (i = 0; i < x->hold_count && code == 0; i++) {
		int64_t number = 0;

		/* They come by stream. */
		if (told_already(list + (n > 4 ? n - 4 : 0), n > 4 ? 4 : n, &x->holds[i]))
			continue;
		code = db_number(view->db, e, 0, &number, "SELECT healed FROM generation WHERE "
				 "stream=$1 AND base=$2", "uu", x->holds[i].stream,
				 x->holds[i].base);
		list[n++] = (struct message_healed){ x->holds[i].stream, x->holds[i].base,
						     (uint64_t)number };
	}
	*out = list;
	*count = n;
	return code;
}

static int stream_lags(const struct exchange *x, struct replica *view, uint64_t stream,
		       bool *lags, struct err *e)
{
	struct stream_head end;
	struct generation g;
	size_t i;
	int code = 0;

	for (i = 0; i < x->request.have_count && code == 0; i++) {
		const struct message_have *h = &x->request.have[i];

		if (h->stream != stream)
			continue;
		code = generation_next(view, stream, h->seq, &g, e);
		if (code == 1) {
			*lags |= h->seq > g.seq;
			code = 0;
		} else if (code == 0) {
			/* More than there is: it will show why. */
			code = replica_head(view, stream, &end, e);
			*lags |= code == 0 && h->seq > end.seq;
		}
	}
	return code;
}

int heal_lags(struct exchange *x, struct replica *view, uint64_t stream, bool *lags,
	      struct err *e)
{
	int code = 0;

	*lags = false;
	code = stream_lags(x, view, 0, lags, e);
	return code != 0 ? code : stream_lags(x, view, stream, lags, e);
}

int heal_statement(struct server *s, const struct generation *g, struct arena *a,
		   struct message_statement *out, struct err *e)
{
	uint8_t signature[SIGN_SIZE];
	struct buf b;

	buf_init(&b, 256);
	generation_put(g, &b);
	out->statement = arena_copy(a, buf_view(&b));
	if (!b.failed && out->statement.at != NULL) {
		generation_sign(&s->working, s->replica.district.id, out->statement, signature);
		out->signature = arena_copy(a, BYTES_OF(signature));
	}
	buf_release(&b);
	return out->statement.at == NULL || out->signature.at == NULL ?
		       err_set(e, ERR_NOMEM, "statement") : 0;
}
