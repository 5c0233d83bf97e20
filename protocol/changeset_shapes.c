/* Collecting the shapes of a change set and writing them over shared layouts. */
#include "changeset_shapes.h"

#include <string.h>

struct layout {
	uint32_t type;
	uint8_t lane;
	uint64_t *entries;
	size_t count, shapes;
};

static uint32_t hash_of(const struct shape *s)
{
	uint64_t h = s->kind + 8u * s->type + 31u * s->list;
	size_t i;

	for (i = 0; i < s->count; i++)
		h = (h ^ s->entries[i]) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32) % SHAPE_BUCKETS;
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
	uint32_t bucket = hash_of(form);
	struct shape *s;

	for (s = t->buckets[bucket]; s != NULL; s = s->next)
		if (same(s, form)) {
			*word = s->index + 1;
			return 0;
		}
	if (t->count == t->room && grow(t, a, e) != 0)
		return e != NULL ? e->code : ERR_NOMEM;
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

/* Merges the shape's entries into the layout's: each as often as in the one that
 * has it most often. */
static int widen(struct layout *l, const struct shape *s, struct arena *a, struct err *e)
{
	uint64_t *merged = arena_array(a, l->count + s->count + 1, sizeof *merged);
	size_t i = 0, k = 0, n = 0;

	if (merged == NULL)
		return err_set(e, ERR_NOMEM, "shapes");
	while (i < l->count || k < s->count) {
		if (k == s->count || (i < l->count && l->entries[i] < s->entries[k])) {
			merged[n++] = l->entries[i++];
		} else {
			if (i < l->count && l->entries[i] == s->entries[k])
				i++;
			merged[n++] = s->entries[k++];
		}
	}
	/* Most shapes bring nothing new: their memory is not worth keeping twice. */
	if (n > l->count) {
		l->entries = merged;
		l->count = n;
	}
	return 0;
}

static int make_layouts(struct shape_table *t, struct arena *a, struct layout *layouts,
			size_t *count, struct err *e)
{
	size_t i, k;
	int code = 0;

	for (i = 0; i < t->count && code == 0; i++) {
		struct shape *s = t->list[i];
		uint8_t lane = wire_lane(s->kind);

		for (k = 0; k < *count; k++)
			if (layouts[k].type == s->type && layouts[k].lane == lane)
				break;
		if (k == *count && *count == LAYOUTS_MAX)
			return err_set(e, ERR_TOO_LARGE, "layouts");
		if (k == *count)
			layouts[(*count)++] = (struct layout){ .type = s->type, .lane = lane };
		s->layout = k;
		layouts[k].shapes++;
		code = widen(&layouts[k], s, a, e);
	}
	return code;
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

/* Byte `plane` of the shape's mask. */
static uint8_t mask_byte(const struct layout *l, const struct shape *s, size_t plane)
{
	size_t i, k = 0;
	uint8_t byte = 0;

	for (i = 0; i < l->count && k < s->count; i++)
		if (l->entries[i] == s->entries[k]) {
			k++;
			if (i / 8 == plane)
				byte |= (uint8_t)(1 << i % 8);
		}
	return byte;
}

static void put_masks(struct buf *out, const struct layout *l, size_t index,
		      const struct shape_table *t)
{
	size_t plane, i;

	for (plane = 0; l->shapes > 1 && plane < (l->count + 7) / 8; plane++)
		for (i = 0; i < t->count; i++)
			if (t->list[i]->layout == index)
				buf_byte(out, mask_byte(l, t->list[i], plane));
}

int shapes_put(struct shape_table *t, struct arena *a, struct buf *out, struct err *e)
{
	struct layout *layouts = arena_array(a, t->count + 1, sizeof *layouts);
	size_t count = 0, i;
	int code = layouts == NULL ? err_set(e, ERR_NOMEM, "layouts") :
				     make_layouts(t, a, layouts, &count, e);

	if (code != 0)
		return code;
	buf_varint(out, count);
	for (i = 0; i < count; i++)
		put_layout(out, &layouts[i]);
	buf_varint(out, t->count);
	for (i = 0; i < t->count; i++)
		buf_varint(out, (uint64_t)t->list[i]->layout << 3 | t->list[i]->kind);
	for (i = 0; i < t->count; i++)
		if (t->list[i]->kind == GROUP_ROW)
			buf_varint(out, t->list[i]->list);
	for (i = 0; i < count; i++)
		put_masks(out, &layouts[i], i, t);
	return 0;
}
