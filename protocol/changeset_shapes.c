/* Collecting the shapes of a change set and writing them over shared layouts. */
#include "changeset_shapes.h"

#include <stdlib.h>
#include <string.h>

struct layout {
	uint32_t type;
	uint8_t lane;
	uint64_t *entries;
	size_t count, shapes;
	struct shape *first, **last; /* its shapes, by index */
	struct layout *next;         /* in its bucket */
};

struct layout_table {
	struct layout *at;
	size_t count;
	struct layout *buckets[SHAPE_BUCKETS];
};

/* An entry of a shape on its way into the layout; again counts equal ones of one
 * shape, so that the layout has each as often as the shape that has it most often. */
struct candidate {
	size_t layout;
	uint64_t entry;
	size_t again;
};

static size_t bucket_of(uint64_t h)
{
	return h * 0x9e3779b97f4a7c15u >> 32 & (SHAPE_BUCKETS - 1);
}

static size_t hash_of(const struct shape *s)
{
	uint64_t h = (uint64_t)s->list << 32 | s->type;
	size_t i;

	h = (h ^ s->kind) * 0xbf58476d1ce4e5b9u;
	for (i = 0; i < s->count; i++)
		h = ((h ^ h >> 32) + s->entries[i]) * 0x94d049bb133111ebu;
	return bucket_of(h ^ h >> 32);
}

static bool same(const struct shape *a, const struct shape *b)
{
	return a->kind == b->kind && a->type == b->type && a->list == b->list &&
	       a->count == b->count &&
	       (a->count == 0 ||
		memcmp(a->entries, b->entries, a->count * sizeof *a->entries) == 0);
}

static int grow(struct shape_table *t, struct arena *a, struct err *e)
{
	size_t room = t->room == 0 ? 64 : t->room * 2;
	struct shape **more;

	if (t->count == SHAPES_MAX)
		return err_set(e, ERR_TOO_LARGE, "shapes");
	more = arena_array(a, room, sizeof(struct shape *));
	if (more == NULL)
		return err_set(e, ERR_NOMEM, "shapes");
	if (t->count > 0)
		memcpy(more, t->list, t->count * sizeof(struct shape *));
	t->list = more;
	t->room = room;
	return 0;
}

int shape_find(struct shape_table *t, struct arena *a, const struct shape *form,
	       uint64_t *word, struct err *e)
{
	size_t bucket = hash_of(form);
	struct shape *s;
	int code = 0;

	for (s = t->buckets[bucket]; s != NULL; s = s->next)
		if (same(s, form)) {
			*word = s->index + 1;
			return 0;
		}
	if (t->count == t->room)
		code = grow(t, a, e);
	if (code != 0)
		return code;
	s = arena_alloc(a, sizeof *s);
	if (s == NULL)
		return err_set(e, ERR_NOMEM, "shapes");
	*s = *form;
	s->entries = arena_array(a, form->count + 1, sizeof *s->entries);
	if (s->entries == NULL)
		return err_set(e, ERR_NOMEM, "shapes");
	if (form->count > 0)
		memcpy(s->entries, form->entries, form->count * sizeof *s->entries);
	s->index = t->count;
	s->next = t->buckets[bucket];
	t->buckets[bucket] = s;
	t->list[t->count++] = s;
	*word = 0;
	return 0;
}

static int layout_find(struct layout_table *t, const struct shape *s, struct layout **out,
		       struct err *e)
{
	uint8_t lane = wire_lane(s->kind);
	size_t bucket = bucket_of((uint64_t)s->type << 2 | lane);
	struct layout *l = t->buckets[bucket];

	while (l != NULL && (l->type != s->type || l->lane != lane))
		l = l->next;
	if (l == NULL && t->count == LAYOUTS_MAX)
		return err_set(e, ERR_TOO_LARGE, "layouts");
	if (l == NULL) {
		l = &t->at[t->count++];
		*l = (struct layout){ .type = s->type, .lane = lane, .last = &l->first,
				      .next = t->buckets[bucket] };
		t->buckets[bucket] = l;
	}
	*out = l;
	return 0;
}

/* Gives every shape its layout; tells how many entries all of them have. */
static int make_layouts(struct shape_table *t, struct layout_table *layouts, size_t *entries,
			struct err *e)
{
	size_t i;

	*entries = 0;
	for (i = 0; i < t->count; i++) {
		struct shape *s = t->list[i];
		struct layout *l = NULL;
		int code = layout_find(layouts, s, &l, e);

		if (code != 0)
			return code;
		s->layout = (size_t)(l - layouts->at);
		s->peer = NULL;
		*l->last = s;
		l->last = &s->peer;
		l->shapes++;
		*entries += s->count;
	}
	return 0;
}

static int by_place(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->layout != y->layout)
		return x->layout < y->layout ? -1 : 1;
	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	return x->again < y->again ? -1 : x->again > y->again;
}

/* Fills the layouts: sorting, because merging one shape after the other into its
 * layout would cost the square of what is new. */
static int fill_layouts(const struct shape_table *t, struct layout_table *layouts, size_t n,
			struct arena *a, struct err *e)
{
	struct candidate *all = arena_array(a, n + 1, sizeof *all);
	uint64_t *entries = arena_array(a, n + 1, sizeof *entries);
	size_t i, k, at = 0;

	if (all == NULL || entries == NULL)
		return err_set(e, ERR_NOMEM, "layouts");
	for (i = 0; i < t->count; i++)
		for (k = 0; k < t->list[i]->count; k++, at++) {
			const struct shape *s = t->list[i];
			bool same_again = k > 0 && s->entries[k] == s->entries[k - 1];

			all[at] = (struct candidate){ s->layout, s->entries[k],
						      same_again ? all[at - 1].again + 1 : 0 };
		}
	qsort(all, n, sizeof *all, by_place);
	for (i = 0; i < n; i++) {
		struct layout *l = &layouts->at[all[i].layout];

		if (i > 0 && by_place(&all[i], &all[i - 1]) == 0)
			continue;
		if (l->count++ == 0)
			l->entries = entries;
		*entries++ = all[i].entry;
	}
	return 0;
}

static void put_layout(struct buf *out, const struct layout *l)
{
	uint32_t field = 0;
	size_t i;

	buf_varint(out, (uint64_t)l->type << 2 | l->lane);
	buf_varint(out, l->count);
	for (i = 0; i < l->count; i++) {
		uint32_t at = (uint32_t)(l->entries[i] >> 5);
		unsigned kind = (unsigned)(l->entries[i] >> 1) & 15;

		buf_varint(out, (uint64_t)(at - field) << 4 | kind);
		if (kind == WIRE_MEMBER)
			buf_byte(out, (uint8_t)(l->entries[i] & 1));
		field = at;
	}
}

/* Sets the shape's bits; its bytes stand step apart. */
static void put_mask(uint8_t *mask, size_t step, const struct layout *l, const struct shape *s)
{
	size_t i, k = 0;

	for (i = 0; i < l->count && k < s->count; i++)
		if (l->entries[i] == s->entries[k]) {
			mask[i / 8 * step] |= (uint8_t)(1 << i % 8);
			k++;
		}
}

static void put_masks(struct buf *out, const struct layout *l)
{
	size_t size = (l->count + 7) / 8 * l->shapes;
	uint8_t *masks = l->shapes > 1 ? buf_grow(out, size) : NULL;
	const struct shape *s;

	if (masks == NULL)
		return;
	memset(masks, 0, size);
	for (s = l->first; s != NULL; s = s->peer)
		put_mask(masks++, l->shapes, l, s);
}

int shapes_put(struct shape_table *t, struct arena *a, struct buf *out, struct err *e)
{
	struct layout_table layouts = { .at = arena_array(a, t->count + 1, sizeof(struct layout)) };
	size_t i, entries;
	int code;

	if (layouts.at == NULL)
		return err_set(e, ERR_NOMEM, "layouts");
	code = make_layouts(t, &layouts, &entries, e);
	if (code == 0)
		code = fill_layouts(t, &layouts, entries, a, e);
	if (code != 0)
		return code;
	buf_varint(out, layouts.count);
	for (i = 0; i < layouts.count; i++)
		put_layout(out, &layouts.at[i]);
	buf_varint(out, t->count);
	for (i = 0; i < t->count; i++)
		buf_varint(out, (uint64_t)t->list[i]->layout << 3 | t->list[i]->kind);
	for (i = 0; i < t->count; i++)
		if (t->list[i]->kind == GROUP_ROW)
			buf_varint(out, t->list[i]->list);
	for (i = 0; i < layouts.count; i++)
		put_masks(out, &layouts.at[i]);
	return 0;
}
