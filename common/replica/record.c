/* Records in memory and as blobs. */
#include "common/replica/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/hash.h"

static bool stood_before(const struct seen_again *g, uint64_t seq)
{
	size_t low = 0, high = g->unseen_count;

	if (seq <= g->base || seq > g->top)
		return false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (g->unseen[mid] < seq)
			low = mid + 1;
		else
			high = mid;
	}
	return low == g->unseen_count || g->unseen[low] != seq;
}

bool seen_covers(const struct seen *s, uint64_t device, uint64_t number, uint64_t seq)
{
	size_t i;

	if (seq <= s->seq || (s->again != NULL && stood_before(s->again, seq)))
		return true;
	if (device == s->device)
		return number <= s->own || number >= s->first;
	for (i = 0; i < s->before_count; i++)
		if (s->before[i].device == device)
			return number <= s->before[i].last;
	return false;
}

static bool same_cell(const struct live *a, const struct live *b)
{
	return a->field == b->field && value_equal(&a->element, &b->element);
}

const struct live *record_live(const struct record *r, uint32_t field)
{
	size_t low = 0, high = r->live_count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (r->live[mid].field < field)
			low = mid + 1;
		else
			high = mid;
	}
	return low < r->live_count && r->live[low].field == field ? &r->live[low] : NULL;
}

struct value record_value(const struct record *r, uint32_t field)
{
	const struct live *l = record_live(r, field);

	return l == NULL ? VALUE_OF_NULL : l->value;
}

bool record_deleted(const struct record *r)
{
	size_t i;

	for (i = 0; i < r->live_count && r->live[i].field == FIELD_EXISTENCE; i++)
		if (r->live[i].value.n != 0)
			return true;
	return false;
}

size_t record_cell(const struct record *r, size_t at)
{
	size_t n = 1;

	while (at + n < r->live_count && same_cell(&r->live[at], &r->live[at + n]))
		n++;
	return n;
}

bool record_cell_conflict(const struct record *r, size_t at)
{
	size_t n = record_cell(r, at), i;

	for (i = 1; i < n; i++)
		if (!value_equal(&r->live[at].value, &r->live[at + i].value))
			return true;
	return false;
}

bool record_deletion_saw(const struct live *d, const struct live *l)
{
	struct seen s = { .device = d->device, .seq = d->seen_seq, .own = d->seen_own,
			  .first = d->seen_first, .before = d->seen_before,
			  .before_count = d->seen_before_count };

	/* Its own device's later ops are no part of what it had seen. */
	if (l->device == d->device && l->number > d->number)
		return false;
	return seen_covers(&s, l->device, l->number, l->seq);
}

/* A live delete beside a live edit that it had not seen. (An edit that had seen
 * the delete is never applied.) */
static bool delete_conflict(const struct record *r)
{
	size_t i, k;

	for (i = 0; i < r->live_count && r->live[i].field == FIELD_EXISTENCE; i++) {
		const struct live *d = &r->live[i];

		if (d->value.n == 0)
			continue;
		for (k = i + 1; k < r->live_count; k++)
			if (r->live[k].field != FIELD_EXISTENCE &&
			    !record_deletion_saw(d, &r->live[k]))
				return true;
	}
	return false;
}

size_t record_conflicts(const struct record *r)
{
	size_t i = 0, n = delete_conflict(r);

	/* One live op per cell is the usual case: nothing to compare. */
	while (i < r->live_count) {
		size_t cell = record_cell(r, i);

		if (cell > 1 && r->live[i].field != FIELD_EXISTENCE &&
		    record_cell_conflict(r, i))
			n++;
		i += cell;
	}
	return n;
}

uint64_t record_rows(const struct record *r, uint32_t list)
{
	size_t i;

	for (i = 0; i < r->row_count; i++)
		if (r->rows[i].field == list)
			return r->rows[i].count;
	return 0;
}

/* The blob:
 *   version 1 | device table | type | list, parent, root (rows only) | state |
 *   touches | row counts | live ops | signature (where there is one)
 * An op that follows its predecessor in number, from the same device and place,
 * as those of one save do, costs nothing beyond its field and value. */
enum { BLOB_VERSION = 1, LIVE_ELEMENT = 1, LIVE_FOLLOWS = 2 };

struct device_list {
	uint64_t known[255];
	size_t count;
};

static uint8_t device_slot(struct device_list *t, uint64_t device)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		if (t->known[i] == device)
			return (uint8_t)i;
	if (t->count == 255)
		return 255;
	t->known[t->count] = device;
	return (uint8_t)t->count++;
}

static void put_place(struct buf *b, struct device_list *t, uint64_t device, uint64_t number,
		      uint64_t seq)
{
	uint8_t slot = device_slot(t, device);

	/* More than 255 authors of one record: spelt out. */
	buf_byte(b, slot);
	if (slot == 255)
		buf_u64(b, device);
	buf_varint(b, number);
	buf_varint(b, seq == SEQ_PENDING ? 0 : seq + 1);
}

static void put_forebears(struct buf *b, const struct live *l)
{
	size_t i;

	buf_varint(b, l->seen_before_count);
	for (i = 0; i < l->seen_before_count; i++) {
		buf_u64(b, l->seen_before[i].device);
		buf_varint(b, l->seen_before[i].last);
	}
}

static void put_live(struct buf *b, struct device_list *t, const struct record *r)
{
	const struct live *last = NULL;
	uint32_t field = 0;
	size_t i;

	buf_varint(b, r->live_count);
	for (i = 0; i < r->live_count; i++) {
		const struct live *l = &r->live[i];
		unsigned flags = 0;

		if (l->element.kind != VALUE_NONE)
			flags |= LIVE_ELEMENT;
		if (last != NULL && last->device == l->device && last->seq == l->seq &&
		    last->number + 1 == l->number)
			flags |= LIVE_FOLLOWS;
		buf_varint(b, (uint64_t)(l->field - field) << 2 | flags);
		if (flags & LIVE_ELEMENT)
			value_put(b, &l->element);
		if (!(flags & LIVE_FOLLOWS))
			put_place(b, t, l->device, l->number, l->seq);
		value_put(b, &l->value);
		if (l->field == FIELD_EXISTENCE) {
			buf_varint(b, l->seen_seq);
			buf_varint(b, l->seen_own);
			buf_varint(b, l->seen_first);
			put_forebears(b, l);
		}
		field = l->field;
		last = l;
	}
}

static void put_body(struct buf *b, struct device_list *t, const struct record *r)
{
	size_t i;

	buf_varint(b, r->type);
	buf_varint(b, r->list);
	if (r->list != 0) {
		put_place(b, t, r->parent.device, r->parent.op, 0);
		put_place(b, t, r->root.device, r->root.op, 0);
	}
	buf_varint(b, (uint64_t)r->state);
	if (r->state != 0)
		put_place(b, t, r->state_op.device, r->state_op.number, r->state_op.seq);
	buf_varint(b, r->touch_count);
	for (i = 0; i < r->touch_count; i++)
		put_place(b, t, r->touches[i].device, r->touches[i].number, r->touches[i].seq);
	buf_varint(b, r->row_count);
	for (i = 0; i < r->row_count; i++) {
		buf_varint(b, r->rows[i].field);
		buf_varint(b, r->rows[i].count);
	}
	put_live(b, t, r);
	if (r->signature.op.number == 0)
		return;
	put_place(b, t, r->signature.op.device, r->signature.op.number, r->signature.op.seq);
	put_place(b, t, r->signature.state.device, r->signature.state.number, 0);
	buf_put(b, r->signature.digest, sizeof r->signature.digest);
}

void record_put(const struct record *r, struct buf *out)
{
	struct device_list devices = { .count = 0 };
	struct buf body;
	size_t i;

	buf_init(&body, out->max);
	put_body(&body, &devices, r);
	buf_byte(out, BLOB_VERSION);
	buf_byte(out, (uint8_t)devices.count);
	for (i = 0; i < devices.count; i++)
		buf_u64(out, devices.known[i]);
	buf_add(out, buf_view(&body));
	out->failed |= body.failed;
	buf_release(&body);
}

static void take_place(struct cursor *c, const struct bytes *devices, uint64_t *device,
		       uint64_t *number, uint64_t *seq)
{
	uint8_t slot = cursor_byte(c);
	uint64_t place;

	if (slot == 255) {
		*device = cursor_u64(c);
	} else if (slot < devices->len / 8) {
		struct cursor d = cursor_of((struct bytes){ devices->at + 8u * slot, 8 });

		*device = cursor_u64(&d);
	} else {
		c->failed = true;
	}
	*number = cursor_varint(c);
	place = cursor_varint(c);
	*seq = place == 0 ? SEQ_PENDING : place - 1;
}

static size_t take_count(struct cursor *c)
{
	uint64_t n = cursor_varint(c);

	if (n > cursor_left(c))
		c->failed = true;
	return c->failed ? 0 : (size_t)n;
}

static int take_forebears(struct cursor *c, struct arena *a, struct live *l)
{
	uint64_t n = cursor_varint(c), i;
	struct forebear *list;

	if (n == 0 || c->failed)
		return 0;
	if (n > LINEAGE_MAX) {
		c->failed = true;
		return 0;
	}
	list = arena_array(a, n, sizeof *list);
	if (list == NULL)
		return ERR_NOMEM;
	for (i = 0; i < n; i++) {
		list[i].device = cursor_u64(c);
		list[i].last = cursor_varint(c);
	}
	l->seen_before = list;
	l->seen_before_count = n;
	return 0;
}

static int take_live(struct cursor *c, const struct bytes *devices, struct arena *a,
		     struct record *r)
{
	uint32_t field = 0;
	size_t i, n = take_count(c);

	/* A few more than needed: the next edit finds room. */
	r->live_cap = n + 8;
	r->live = arena_array(a, r->live_cap, sizeof *r->live);
	if (r->live == NULL)
		return ERR_NOMEM;
	for (i = 0; i < n; i++) {
		struct live *l = &r->live[i];
		uint64_t word = cursor_varint(c);

		field += (uint32_t)(word >> 2);
		l->field = field;
		l->element = word & LIVE_ELEMENT ? value_take(c) : VALUE_OF_NONE;
		if (!(word & LIVE_FOLLOWS)) {
			take_place(c, devices, &l->device, &l->number, &l->seq);
		} else if (i > 0) {
			l->device = l[-1].device;
			l->number = l[-1].number + 1;
			l->seq = l[-1].seq;
		} else {
			c->failed = true;
		}
		l->value = value_take(c);
		if (field == FIELD_EXISTENCE) {
			l->seen_seq = cursor_varint(c);
			l->seen_own = cursor_varint(c);
			l->seen_first = cursor_varint(c);
			if (take_forebears(c, a, l) != 0)
				return ERR_NOMEM;
		}
	}
	r->live_count = n;
	return 0;
}

static void take_signature(struct cursor *c, const struct bytes *devices,
			   struct record_signature *out)
{
	struct bytes digest;

	take_place(c, devices, &out->op.device, &out->op.number, &out->op.seq);
	take_place(c, devices, &out->state.device, &out->state.number, &out->state.seq);
	digest = cursor_take(c, sizeof out->digest);
	if (digest.len == sizeof out->digest)
		memcpy(out->digest, digest.at, digest.len);
	if (out->op.number == 0)
		c->failed = true;
}

static int take_body(struct cursor *c, const struct bytes *devices, struct arena *a,
		     struct record *r)
{
	uint64_t none;
	size_t i;

	r->type = (uint32_t)cursor_varint(c);
	r->list = (uint32_t)cursor_varint(c);
	if (r->list != 0) {
		take_place(c, devices, &r->parent.device, &r->parent.op, &none);
		take_place(c, devices, &r->root.device, &r->root.op, &none);
	}
	r->state = (int64_t)cursor_varint(c);
	if (r->state != 0)
		take_place(c, devices, &r->state_op.device, &r->state_op.number,
			   &r->state_op.seq);
	r->touch_count = take_count(c);
	r->touch_cap = r->touch_count + 2;
	r->touches = arena_array(a, r->touch_cap, sizeof *r->touches);
	if (r->touches == NULL)
		return ERR_NOMEM;
	for (i = 0; i < r->touch_count; i++)
		take_place(c, devices, &r->touches[i].device, &r->touches[i].number,
			   &r->touches[i].seq);
	r->row_count = take_count(c);
	r->rows = arena_array(a, r->row_count + 1, sizeof *r->rows);
	if (r->rows == NULL)
		return ERR_NOMEM;
	for (i = 0; i < r->row_count; i++) {
		r->rows[i].field = (uint32_t)cursor_varint(c);
		r->rows[i].count = cursor_varint(c);
	}
	return take_live(c, devices, a, r);
}

int record_take(struct bytes in, struct arena *a, struct record *out, struct err *e)
{
	struct cursor c = cursor_of(in);
	struct record r = { .id = out->id };
	struct bytes devices;
	int code;

	if (cursor_byte(&c) != BLOB_VERSION)
		return err_set(e, ERR_CORRUPT, "record");
	devices = cursor_take(&c, 8u * cursor_byte(&c));
	r.root = r.id;
	code = take_body(&c, &devices, a, &r);
	if (code != 0)
		return err_set(e, code, "record");
	if (cursor_left(&c) > 0)
		take_signature(&c, &devices, &r.signature);
	if (c.failed || cursor_left(&c) > 0)
		return err_set(e, ERR_CORRUPT, "record");
	*out = r;
	return 0;
}

int record_copy(const struct record *from, struct arena *a, struct record *to, struct err *e)
{
	struct record r = *from;

	r.live_cap = from->live_count + 4;
	r.touch_cap = from->touch_count + 1;
	r.live = arena_array(a, r.live_cap, sizeof *r.live);
	r.touches = arena_array(a, r.touch_cap, sizeof *r.touches);
	r.rows = arena_array(a, r.row_count + 1, sizeof *r.rows);
	if (r.live == NULL || r.touches == NULL || r.rows == NULL)
		return err_set(e, ERR_NOMEM, "record");
	if (from->live_count > 0)
		memcpy(r.live, from->live, from->live_count * sizeof *r.live);
	if (from->touch_count > 0)
		memcpy(r.touches, from->touches, from->touch_count * sizeof *r.touches);
	if (from->row_count > 0)
		memcpy(r.rows, from->rows, from->row_count * sizeof *r.rows);
	*to = r;
	return 0;
}

uint64_t record_short(uint64_t stream, struct rid id)
{
	uint8_t out[16];
	struct buf b;
	struct bytes all;
	uint64_t n = 0;
	int i;

	buf_init(&b, 32);
	buf_u64(&b, stream);
	buf_u64(&b, id.device);
	buf_u64(&b, id.op);
	all = buf_view(&b);
	hash_parts(out, sizeof out, HASH_RECORD, &all, 1);
	buf_release(&b);
	for (i = 0; i < 5; i++)
		n = n << 8 | out[i];
	return n;
}

/* Without i, l, o, u: nothing that is misread aloud or on paper. */
static const char base32[] = "0123456789abcdefghjkmnpqrstvwxyz";

void record_short_text(uint64_t short_id, char out[9])
{
	int i;

	for (i = 0; i < 8; i++)
		out[i] = base32[short_id >> (35 - 5 * i) & 31];
	out[8] = '\0';
}

bool record_short_range(struct bytes text, uint64_t *low, uint64_t *high)
{
	uint64_t n = 0;
	size_t i;

	if (text.len < 1 || text.len > 8)
		return false;
	for (i = 0; i < text.len; i++) {
		char c = (char)text.at[i];
		const char *hit;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		hit = c == '\0' ? NULL : strchr(base32, c);
		if (hit == NULL)
			return false;
		n = n << 5 | (uint64_t)(hit - base32);
	}
	*low = n << (40 - 5 * text.len);
	*high = *low | (((uint64_t)1 << (40 - 5 * text.len)) - 1);
	return true;
}

void record_full_text(uint64_t stream, struct rid id, char out[64])
{
	snprintf(out, 64, "%" PRIu64 ".%016" PRIx64 ".%" PRIu64, stream, id.device, id.op);
}

bool record_full_parse(struct bytes text, uint64_t *stream, struct rid *id)
{
	char copy[64], end;

	if (text.len == 0 || text.len >= sizeof copy)
		return false;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	/* sscanf alone would take blanks and signs. */
	if (strspn(copy, "0123456789abcdefABCDEF.") != text.len)
		return false;
	return sscanf(copy, "%" SCNu64 ".%16" SCNx64 ".%" SCNu64 "%c", stream, &id->device,
		      &id->op, &end) == 3;
}
