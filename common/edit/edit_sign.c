/* Signatures over records. */
#include <string.h>

#include "common/edit/edit_parts.h"
#include "common/replica/merge.h"
#include "common/replica/version.h"

/* The digest of a stored record as it stands, into the draft's arena. */
static int digest_now(struct editing *ed, struct rid record, const uint8_t **out)
{
	uint8_t *digest = arena_alloc(ed->d->a, HASH_SIZE);
	struct lineage lineage;
	struct seen seen = { ed->d->device, ed->d->seen_seq, ed->d->seen_own, ed->d->first,
			     NULL, lineage.at, 0 };
	struct fold_entry *en;
	struct fold fold;
	int code = fold_init(&fold, ed->r, ed->d->a, ed->e);

	if (code == 0)
		code = replica_lineage(ed->r, ed->d->stream, ed->d->device, &lineage, ed->e);
	seen.before_count = code == 0 ? lineage.count : 0;
	if (code == 0 && digest == NULL)
		code = err_set(ed->e, ERR_NOMEM, "version");
	if (code == 0)
		code = fold_get(&fold, ed->d->stream, record, &en, ed->e);
	if (code == 0 && en->gone)
		code = err_set(ed->e, ERR_NO_RECORD, "record");
	if (code == 0 && ed->d->has_version && !merge_all_seen(&en->rec, &seen))
		code = err_set(ed->e, ERR_STALE, "%s", "");
	if (code == 0)
		code = version_of(&fold, ed->s, en, digest, ed->e);
	*out = digest;
	return code;
}

int edit_sign(struct replica *r, const struct schema *s, struct draft *d, struct rid record,
	      struct bytes state, const uint8_t *digest, struct err *e)
{
	struct editing ed = { r, s, d, e };
	const struct state *to;
	const struct move *m;
	const struct type *t;
	struct record rec;
	int code = edit_load(&ed, record, &rec, &t);

	if (code != 0)
		return code;
	to = t->workflow == NULL ? NULL : workflow_state_by_code(t->workflow, state);
	m = to == NULL ? NULL : workflow_move(t->workflow, rec.state, to->number);
	if (m == NULL || !m->sign)
		return 0;
	if (digest == NULL)
		code = digest_now(&ed, record, &digest);
	if (code == 0)
		draft_sign(d, t->number, record, digest);
	return code;
}
