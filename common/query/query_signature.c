/* Signatures over records, as people are told of them. */
#include <inttypes.h>
#include <stdio.h>

#include "common/query/query_parts.h"
#include "common/replica/version.h"
#include "common/text/date.h"
#include "common/text/sentence.h"

bool query_signs(const struct changeset *cs, const struct transaction *tx)
{
	size_t i;

	for (i = 0; i < tx->op_count; i++)
		if (cs->ops[tx->op_at + i].kind == OP_SIGN)
			return true;
	return false;
}

void query_verdict(struct query *q, const struct verdict *v, const struct type *type, bool signs,
		   struct buf *out)
{
	if (!signs || v->code != ERR_STALE) {
		sentence_verdict(v, q->schema, type, q->o->lang, out);
		return;
	}
	/* What was signed is not what stands there: who signed must look, nobody else. */
	buf_add(out, bytes_str(q->o->lang == LANG_EN ?
			"The record was changed after it was looked at and signed, so the signature "
			"does not count. Look at it again and sign again: dongbo sign." :
			"Hồ sơ đã có thay đổi sau khi người ký xem và ký, nên chữ ký không được nhận. "
			"Người ký xem lại hồ sơ rồi ký lại: dongbo sign."));
}

void query_digest(const uint8_t *digest, size_t n, char *out)
{
	size_t i;

	out[0] = '\0';
	for (i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* Whether anything was done to this record after a position of its stream. */
static bool touched_after(const struct record *r, uint64_t seq)
{
	size_t i;

	for (i = 0; i < r->touch_count; i++)
		if (r->touches[i].seq > seq)
			return true;
	return false;
}

/* The fields of the root, and its lists, that changed after the signature. */
static json_t *changed(struct query *q, const struct family *family, const struct record *root)
{
	const struct type *t = schema_type(q->schema, root->type);
	uint64_t seq = root->signature.op.seq;
	json_t *list = json_array();
	size_t i, k;

	for (i = 0; t != NULL && i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		bool yes = false;

		if (!version_has(t, f->number))
			continue;
		for (k = 0; k < root->live_count && f->kind != FIELD_LIST; k++)
			yes |= root->live[k].field == f->number && root->live[k].seq > seq;
		for (k = 0; k < family->count && f->kind == FIELD_LIST; k++)
			yes |= family->list[k].list == f->number &&
			       rid_equal(family->list[k].parent, root->id) &&
			       touched_after(&family->list[k], seq);
		if (yes)
			query_add(q, list, json_string(label_in(&f->label, q->o->lang)));
	}
	return list;
}

/* Whether the record is still what was signed. */
static bool unchanged(struct query *q, const struct family *family, const struct record *root)
{
	const struct record **rows = arena_array(q->a, family->count + 1, sizeof(struct record *));
	uint8_t digest[HASH_SIZE];
	size_t i, n = 0;

	if (rows == NULL) {
		q->failed = true;
		return false;
	}
	for (i = 0; i < family->count; i++)
		if (family->list[i].list != 0)
			rows[n++] = &family->list[i];
	if (version_digest(q->schema, root, &root->signature.state, rows, n, digest, q->e) != 0)
		q->failed = true;
	return bytes_equal(BYTES_OF(digest), BYTES_OF(root->signature.digest));
}

json_t *query_signature(struct query *q, uint64_t stream, const struct family *family,
			const struct record *root)
{
	const struct record_signature *g = &root->signature;
	struct origin o = { .seq = 0 };
	const struct role *role = NULL;
	bool pending = g->op.seq == SEQ_PENDING, same;
	struct cert cert;
	char device[24], digest[2 * HASH_SIZE + 1];
	json_t *j;

	if (root->list != 0 || g->op.number == 0)
		return json_null();
	if (query_origin(q, stream, g->op.device, g->op.number, g->op.seq, &o) != 0)
		q->failed = true;
	if (replica_cert(q->r, stream, g->op.device, &cert, NULL) == 0)
		role = schema_role(q->schema, cert.role);
	snprintf(device, sizeof device, "%016" PRIx64, g->op.device);
	query_digest(g->digest, HASH_SIZE, digest);
	same = unchanged(q, family, root);
	j = json_object();
	query_put(q, j, "author", query_text(o.author));
	query_put(q, j, "device", json_string(device));
	query_put(q, j, "role", role == NULL ? json_null() : json_string(role->code));
	query_put(q, j, "role_label",
		  json_string(role == NULL ? "" : label_in(&role->label, q->o->lang)));
	query_put(q, j, "time", json_integer(o.time));
	query_put(q, j, "received", pending ? json_null() : json_integer(o.received));
	query_put(q, j, "seq", pending ? json_null() : json_integer((json_int_t)g->op.seq));
	query_put(q, j, "digest", json_string(digest));
	query_put(q, j, "unchanged", json_boolean(same));
	/* While it waits its place among the others' changes is not known. */
	query_put(q, j, "changed", same || pending ? json_array() : changed(q, family, root));
	return j;
}

static const char *text_in(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : s;
}

/* "; since then: ..." */
static void put_since(const json_t *g, bool english, struct buf *out)
{
	const json_t *list = json_object_get(g, "changed");
	json_t *label;
	size_t i;

	if (json_is_true(json_object_get(g, "unchanged"))) {
		buf_printf(out, "%s", english ? "; unchanged since" : "; từ đó chưa có gì thay đổi");
		return;
	}
	buf_printf(out, "%s", english ? "; CHANGED SINCE" : "; TỪ ĐÓ ĐÃ THAY ĐỔI");
	json_array_foreach(list, i, label)
		buf_printf(out, "%s%s", i == 0 ? ": " : ", ", json_string_value(label));
}

void query_signature_text(const json_t *g, enum lang lang, struct buf *out)
{
	bool english = lang == LANG_EN;

	if (!json_is_object(g))
		return;
	buf_printf(out, "%s: %s", english ? "Signed by" : "Chữ ký", text_in(g, "author"));
	if (text_in(g, "role_label")[0] != '\0')
		buf_printf(out, " (%s)", text_in(g, "role_label"));
	buf_printf(out, ", ");
	date_put_time(json_integer_value(json_object_get(g, "time")), out);
	buf_printf(out, "%s %.16s", english ? ", version" : ", bản", text_in(g, "digest"));
	if (json_is_null(json_object_get(g, "received")))
		buf_printf(out, "%s", english ? ", not received yet" : ", máy chủ chưa nhận");
	put_since(g, english, out);
}
