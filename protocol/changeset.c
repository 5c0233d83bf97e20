/* Change sets as objects: hash, signature, deflate. The plain form is made and
 * read by changeset_encode.c and changeset_decode.c. */
#include "changeset.h"

#include "limits.h"
#include "zip.h"

void changeset_hash(const uint8_t prev[HASH_SIZE], const uint8_t root[HASH_SIZE],
		    struct bytes payload, uint8_t out[HASH_SIZE])
{
	struct bytes parts[] = { { prev, HASH_SIZE }, { root, HASH_SIZE }, payload };

	hash_parts(out, HASH_SIZE, HASH_CHANGESET, parts, 3);
}

uint64_t changeset_last(const struct changeset *cs)
{
	uint64_t last = cs->first - 1;
	size_t t;

	for (t = 0; t < cs->tx_count; t++)
		if (cs->tx[t].carried == 0)
			last += cs->tx[t].op_count;
	return last;
}

static bool same_op(const struct op *x, const struct op *y)
{
	return x->kind == y->kind && x->number == y->number && x->type == y->type &&
	       rid_equal(x->record, y->record) && rid_equal(x->parent, y->parent) &&
	       x->field == y->field && x->personal == y->personal &&
	       value_equal(&x->element, &y->element) && value_equal(&x->value, &y->value);
}

bool changeset_same(const struct changeset *a, const struct transaction *x,
		    const struct changeset *b, const struct transaction *y)
{
	size_t i;

	if (changeset_author(a, x) != changeset_author(b, y) || x->first_op != y->first_op ||
	    x->op_count != y->op_count || x->time != y->time || x->seen_seq != y->seen_seq ||
	    x->seen_own != y->seen_own)
		return false;
	for (i = 0; i < x->op_count; i++)
		if (!same_op(&a->ops[x->op_at + i], &b->ops[y->op_at + i]))
			return false;
	return true;
}

struct bytes changeset_payload(struct bytes plain)
{
	struct cursor c = cursor_of(plain);

	return cursor_take(&c, cursor_varint(&c));
}

int changeset_seal(const struct sign_key *key, const uint8_t district[HASH_SIZE],
		   const uint8_t prev[HASH_SIZE], const uint8_t root[HASH_SIZE],
		   struct bytes plain, uint64_t dictionary_number, struct bytes dictionary,
		   struct buf *object, uint8_t hash[HASH_SIZE], struct err *e)
{
	struct bytes bound[] = { { prev, HASH_SIZE }, { root, HASH_SIZE } };
	struct sign_context ctx = { SIGN_CHANGESET, district, bound, 2 };
	struct cursor c = cursor_of(plain);
	struct bytes payload = cursor_take(&c, cursor_varint(&c));
	uint8_t signature[SIGN_SIZE];
	size_t start = object->len;
	int code = cursor_code(&c);

	if (code != 0)
		return err_set(e, code, "change set");
	sign_detached(key, &ctx, payload, signature);
	buf_varint(object, dictionary_number);
	buf_put(object, signature, sizeof signature);
	code = zip_deflate(plain, dictionary, object, e);
	if (code != 0) {
		object->len = start;
		return code;
	}
	changeset_hash(prev, root, payload, hash);
	return 0;
}

int object_split(struct bytes object, struct object *out, struct err *e)
{
	struct cursor c = cursor_of(object);
	uint64_t dictionary = cursor_varint(&c);
	struct bytes signature = cursor_take(&c, SIGN_SIZE);

	if (object.len > LIMIT_OBJECT)
		return err_set(e, ERR_TOO_LARGE, "object");
	if (c.failed)
		return err_set(e, cursor_code(&c), "object");
	out->dictionary = dictionary;
	out->signature = signature.at;
	out->deflated = cursor_take(&c, cursor_left(&c));
	return 0;
}

int changeset_verify(const uint8_t public_key[SIGN_PUBLIC], const uint8_t district[HASH_SIZE],
		     const uint8_t prev[HASH_SIZE], const uint8_t root[HASH_SIZE],
		     struct bytes payload, const uint8_t signature[SIGN_SIZE], struct err *e)
{
	struct bytes bound[] = { { prev, HASH_SIZE }, { root, HASH_SIZE } };
	struct sign_context ctx = { SIGN_CHANGESET, district, bound, 2 };

	if (!sign_ok(public_key, &ctx, payload, signature))
		return err_set(e, ERR_BAD_SIGNATURE, "change set");
	return 0;
}
