/* Several replies to one request, as on a stick: each goes on where a reader stands that has
 * taken in the one before it. */
#include <string.h>

#include "server/exchange/attach_way.h"
#include "server/exchange/exchange_internal.h"

/* The streams that the last reply has taken further. */
static int go_on_from(struct exchange *x, const struct message_have *at, struct err *e)
{
	struct request *r = &x->request;
	struct message_have *more;
	size_t i;

	for (i = 0; i < r->have_count; i++)
		if (r->have[i].stream == at->stream) {
			r->have[i] = *at;
			return 0;
		}
	more = arena_array(&x->arena, r->have_count + 1, sizeof *more);
	if (more == NULL)
		return err_set(e, ERR_NOMEM, "reply");
	if (r->have_count > 0)
		memcpy(more, r->have, r->have_count * sizeof *more);
	more[r->have_count++] = *at;
	r->have = more;
	return 0;
}

/* An object of which the last reply had a part; it replaces what the request said of it. */
static int go_on_with(struct exchange *x, const struct message_piece *at, struct err *e)
{
	struct request *r = &x->request;
	struct message_piece *more;
	size_t i;

	for (i = 0; i < r->resume_count; i++)
		if (r->resume[i].stream == at->stream && r->resume[i].seq == at->seq) {
			r->resume[i] = *at;
			return 0;
		}
	more = arena_array(&x->arena, r->resume_count + 1, sizeof *more);
	if (more == NULL)
		return err_set(e, ERR_NOMEM, "reply");
	if (r->resume_count > 0)
		memcpy(more, r->resume, r->resume_count * sizeof *more);
	more[r->resume_count++] = *at;
	r->resume = more;
	return 0;
}

/* The rest of a snapshot, or what stands behind it; whether there is either. */
static int go_on_behind(struct exchange *x, bool *more, struct err *e)
{
	const struct message_snapshot *s = &x->next_snapshot;
	struct message_have at = { .stream = s->stream, .seq = s->seq };

	if (s->seq == 0)
		return 0;
	x->request.has_snapshot = s->offset < s->total;
	x->request.snapshot = *s;
	if (x->request.has_snapshot || x->next_behind)
		*more = true;
	memcpy(at.check, x->next_check, MESSAGE_CHECK);
	return x->request.has_snapshot ? 0 : go_on_from(x, &at, e);
}

int exchange_next(struct exchange *x, bool *more, struct err *e)
{
	size_t i;
	int code = 0;

	bool files = x->refusal == 0 && way_next(x);

	*more = files || (x->refusal == 0 && x->more && (x->next_count > 0 || x->next_piece.seq > 0)) ||
		(x->refusal == 0 && x->next_count > 0 && x->request.wanted_count > 0);
	if (x->refusal == 0)
		code = go_on_behind(x, more, e);
	if (code != 0 || !*more)
		return code;
	for (i = 0; i < x->next_count && code == 0; i++)
		code = go_on_from(x, &x->next[i], e);
	if (code == 0 && x->next_piece.seq > 0)
		code = go_on_with(x, &x->next_piece, e);
	/* What was wrong with the request is told once. */
	x->problem_count = x->held_count = 0;
	return code;
}
