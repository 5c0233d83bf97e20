/* One save in the making: a clerk's or a head's at a unit's computer, or an officer's at
 * the server. Begun, filled, and then kept or, where a rule is to be shown at work,
 * refused. Fields are written as people type them: "field=value|field=value". */
#ifndef DONGBO_SAMPLE_HAND_H
#define DONGBO_SAMPLE_HAND_H

#include "tests/sample/sample.h"

struct hand {
	struct sample *s;
	struct machine *m;         /* NULL: at the server */
	const struct official *o;
	bool head;
	uint64_t stream;
	struct replica *r;
	struct schema *schema;
	struct arena a;
	struct draft d;
	struct err e;
};

/* Works the figures of a report out that is saved already; the row of one of them. */
struct rid hand_figures(struct hand *h, struct rid report, const char *code);
void hand_clerk(struct hand *h, struct sample *s, uint64_t unit);
void hand_head(struct hand *h, struct sample *s, uint64_t unit);
/* At any machine of a unit. */
void hand_at(struct hand *h, struct sample *s, struct machine *m, bool head);
void hand_officer(struct hand *h, struct sample *s, enum desk desk, uint64_t stream);

struct rid hand_add(struct hand *h, const char *type, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct rid hand_row(struct hand *h, struct rid parent, const char *list, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* A paper of a record, with its file (scan.h). */
void hand_scan(struct hand *h, struct rid record, const char *kind, unsigned turn, int pages);
void hand_edit(struct hand *h, struct rid id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* With the head's signature where the move wants it, and a register's number where an
 * office's does. */
void hand_move(struct hand *h, struct rid id, const char *state, const char *remark);
/* A return to this state that names fields. */
void hand_return(struct hand *h, struct rid id, const char *remark, const char *reasons);
/* What a nil return of this type says. */
void hand_nil(struct hand *h, struct rid id, const char *type);
void hand_delete(struct hand *h, struct rid id);

void hand_save(struct hand *h);
/* Must be refused with this code; nothing is kept. */
void hand_refused(struct hand *h, int code);

/* "stream.device.op", in one of a few buffers that take turns. */
const char *ref(uint64_t stream, struct rid id);

#endif
