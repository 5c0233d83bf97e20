/* What applying and gathering share. For server/apply.c and server/exchange/gather.c only. */
#ifndef DONGBO_SERVER_APPLY_PARTS_H
#define DONGBO_SERVER_APPLY_PARTS_H

#include "common/edit/edit.h"
#include "common/query/query_parts.h"
#include "server/apply.h"

enum { APPLY_MEMORY = 256 * 1024 * 1024 };

/* The record that acts, as it stood when the job began. */
struct job {
	struct server *s;
	const struct sign_key *officer;
	struct schema *schema;
	struct arena arena;
	uint64_t stream;
	struct rid id;
	const struct type *type;
	const struct apply *apply;
	struct family family;
	struct err *e;
};

/* Reads the record and its rows. ERR_NO_MOVE where its type acts on nothing, ERR_DELETED. */
int apply_open(struct job *j);
/* Rows that count: live, of the list, naming a record. */
bool apply_row_names(const struct job *j, const struct record *row, struct ref *out);
/* Whether what the unit has entered in the record has changed since the row took it in: by
 * the version in the row, where it has one. What offices fill in as it goes on, and what is
 * open beside (papers, comments), is no change of what was taken in. */
int apply_is_changed(struct job *j, const struct record *row, struct ref ref,
		     struct arena *a, bool *out);

#endif
