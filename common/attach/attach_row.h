/* Rows that name files, as people make and see them. */
#ifndef DONGBO_ATTACH_ROW_H
#define DONGBO_ATTACH_ROW_H

#include "common/attach/attach.h"
#include "common/edit/edit.h"

/* A row in a list of a record that names a kept file. list: its code, or NULL where the record
 * has one such list. as: which paper it is (the row's choice, by code or label), or NULL.
 * ERR_NO_FIELD (no list takes files), ERR_BAD_CHOICE, ERR_REQUIRED. */
struct attach_entry {
	const char *list, *as;
	struct bytes name;
	const uint8_t *hash;
	uint64_t size;
	const struct attach_kind *kind;
};
int attach_add_row(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
		   const struct attach_entry *entry, struct rid *out, struct err *e);

/* The codes of the papers that may be named, "a, b, c": of the lists of a record. */
void attach_choices(const struct schema *s, const struct type *t, const char *list,
		    struct buf *out);

/* {row, short, kind, kind_label, name, size, media, hash, here}. */
json_t *attach_json(uint64_t stream, const struct attached *f, enum lang lang);

#endif
