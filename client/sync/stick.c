/* Bundles: writing them, reading what comes back, keeping account. */
#include "client/sync/stick.h"

#include <stdio.h>
#include <string.h>

#include "client/sync/attach_way.h"
#include "common/system/bundle.h"
#include "common/text/date.h"
#include "common/unit/unit.h"
#include "protocol/limits.h"
#include "protocol/seal.h"

struct writing {
	struct client *c;
	const struct stick_options *o;
	struct stick_written *out;
	struct exchange_part part;
	struct bytes unit;       /* the unit's code */
	const char *place;       /* in full */
	struct arena arena;
	struct err *e;
};

/* The code that the unit has today; its number where it is not known. */
static int find_unit(struct writing *w)
{
	const struct units *u;
	struct unit unit;
	char *number = arena_alloc(&w->arena, 24);
	int code = units_now(&w->c->replica, &u, w->e);

	if (code == 0 && number == NULL)
		code = err_set(w->e, ERR_NOMEM, "bundle");
	if (code != 0)
		return code;
	snprintf(number, 24, "%llu", (unsigned long long)w->c->unit);
	w->unit = bytes_str(number);
	if (units_on(u, w->c->unit, date_of(env_now(w->c->env)), &unit) && unit.code.len > 0)
		w->unit = arena_copy(&w->arena, unit.code);
	return w->unit.at == NULL ? err_set(w->e, ERR_NOMEM, "bundle") : 0;
}

static void part_name(const struct writing *w, uint64_t number, uint64_t part,
		      char out[BUNDLE_NAME])
{
	const struct bundle_name n = { w->unit, w->c->key.id, number, part,
				       date_of(w->part.written) };

	bundle_name(&n, out);
}

/* Numbers go on from the last; a store that was put back may not know of all of them. */
static int choose_number(struct writing *w)
{
	int64_t last = 0;
	char name[BUNDLE_NAME];
	const char *path = NULL;
	int code = db_number(w->c->db, w->e, 0, &last, "SELECT max(number) FROM bundle", "");
	bool taken = true;

	w->part.bundle = (uint64_t)last;
	while (code == 0 && taken) {
		w->part.bundle++;
		part_name(w, w->part.bundle, 1, name);
		code = bundle_path(w->place, name, &w->arena, &path, w->e);
		taken = code == 0 && env_kind(path) != ENV_NONE;
	}
	return code;
}

/* Which change sets: all that have no receipt, or those that no bundle has. */
static int set_begin(struct writing *w)
{
	int code = 0;

	if (w->o->only_new)
		code = db_number(w->c->db, w->e, 0, &w->part.begin, "SELECT max(until) FROM bundle",
				 "");
	w->part.after = w->part.begin;
	return code;
}

static int note_part(struct writing *w, size_t bytes)
{
	struct client *c = w->c;
	struct stmt *s;
	int code = db_begin(c->db, w->e);

	if (code != 0)
		return code;
	w->out->parts++;
	w->out->bytes += bytes;
	code = db_query(c->db, w->e, &s, "INSERT INTO bundle(number,written,parts,size,changesets,"
			"start,until,counter,place) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9) "
			"ON CONFLICT(number) DO UPDATE SET parts=$3, size=$4, changesets=$5, "
			"counter=$8", "uiuuuiiu", w->part.bundle, w->part.written, w->out->parts,
			w->out->bytes, w->part.changesets, w->part.begin, w->part.until,
			w->part.counter);
	if (code == 0) {
		db_bind_text(s, 9, bytes_str(w->place));
		code = db_step(s, w->e);
		db_done(s);
	}
	if (code == 0)
		return db_commit(c->db, w->e);
	db_rollback(c->db);
	return code;
}

static int write_part(struct writing *w, bool folder)
{
	uint64_t before = w->part.changesets;
	char name[BUNDLE_NAME];
	const char *path = w->o->place;
	struct buf message;
	int code = 0;

	part_name(w, w->part.bundle, w->part.part, name);
	if (folder)
		code = bundle_path(w->place, name, &w->arena, &path, w->e);
	buf_init(&message, LIMIT_MESSAGE);
	if (code == 0)
		code = exchange_prepare_part(w->c, w->o->size == 0 ? LIMIT_MESSAGE : w->o->size,
					     &w->part, &message, w->e);
	if (code == 0 && !folder && w->part.more)
		code = err_set(w->e, ERR_LIMIT, "%s", path);
	if (code == 0)
		code = bundle_put(path, buf_view(&message), w->e);
	if (code == 0)
		code = note_part(w, message.len);
	if (code == 0 && w->out->told != NULL)
		w->out->told(w->out->ctx, path, message.len, w->part.changesets - before);
	buf_release(&message);
	return code;
}

/* What an earlier attempt of this computer has left half done. */
static int tidy_up(struct writing *w)
{
	struct bundle_name name;
	size_t count = 0, i;
	char **paths;
	int code = bundle_list(w->place, &w->arena, &paths, &count, w->e);

	for (i = 0; i < count && code == 0; i++)
		if (bundle_unfinished(paths[i]) && bundle_name_read(bundle_base(paths[i]), &name) &&
		    bundle_is_of(&name, w->c->key.id))
			code = env_remove(paths[i], w->e);
	return code;
}

/* The folder in full, so that the account says more than "." */
static int find_place(struct writing *w, bool folder)
{
	const char *place = w->o->place, *base = bundle_base(place);
	struct bytes above = { (const uint8_t *)place, (size_t)(base - place) };
	char *dir;

	/* A folder that is not there is no name for a file. */
	if (!folder && !bundle_may_be(place))
		return err_set(w->e, ERR_NO_FILE, "%s", place);
	dir = arena_str(&w->arena, folder ? bytes_str(place) :
			above.len == 0 ? bytes_str(".") : above);
	return dir == NULL ? err_set(w->e, ERR_NOMEM, "bundle") :
			     env_full_path(dir, &w->arena, &w->place, w->e);
}

static int write_all(struct writing *w, bool folder)
{
	uint64_t space;
	int code = find_place(w, folder);

	if (code == 0)
		code = find_unit(w);
	if (code == 0)
		code = choose_number(w);
	if (code == 0)
		code = set_begin(w);
	if (code == 0 && folder)
		code = tidy_up(w);
	if (code == 0 && folder)
		code = bundle_put_readme(w->place, w->e);
	space = code == 0 ? env_space(w->place) : 0;
	/* Room is left for the way back. */
	w->part.file_room = w->o->no_files ? 0 : space == 0 ? UINT64_MAX / 4 : space - space / 8;
	w->part.single = !folder;
	w->out->number = w->part.bundle;
	for (w->part.part = 1; code == 0; w->part.part++) {
		code = write_part(w, folder);
		w->out->changesets = w->part.changesets;
		w->out->attached = w->part.files;
		w->out->attached_bytes = w->part.file_bytes;
		if (!w->part.more)
			break;
	}
	return code;
}

int stick_write(struct client *c, const struct stick_options *o, struct stick_written *out,
		 struct err *e)
{
	struct writing w = { .c = c, .o = o, .out = out, .part.written = env_now(c->env), .e = e };
	int code;

	arena_init(&w.arena, (size_t)16 << 20);
	code = way_begin(c, e);
	if (code == 0)
		code = write_all(&w, env_kind(o->place) == ENV_FOLDER);
	arena_release(&w.arena);
	return code;
}

/* --- reading --- */

/* Errors that are about the machine, not about what came. */
static bool is_fatal(int code)
{
	return code == ERR_NOMEM || code == ERR_DB || code == ERR_FULL || code == ERR_CORRUPT ||
	       code == ERR_BUSY || code == ERR_STOPPED || code == ERR_UNKNOWN;
}

/* What nobody but the right computer can open looks like damage to all others: there the
 * name must tell. */
static int name_error(struct stick_taken *f, int code, bool ours, struct bytes message)
{
	if (code == ERR_BAD_SEAL && !ours)
		code = ERR_FOR_ANOTHER;
	return err_set(&f->err, bundle_error(code, message), "%s", f->path);
}

static int take_message(struct client *c, struct stick_taken *f, bool ours,
			struct bytes message)
{
	int code = seal_read_refusal(message, &f->err);

	/* A restored server asks who this is. */
	if (code == ERR_UNKNOWN_DEVICE && ours && c->enrolled)
		return exchange_apply_late(c, message, &f->result, &f->err);
	f->refused = code != 0;
	if (code != 0)
		return code;
	if (bundle_kind(message) == BUNDLE_REQUEST)
		return name_error(f, ERR_FOR_ANOTHER, ours, message);
	code = exchange_apply_late(c, message, &f->result, &f->err);
	/* The last piece of what has not come from its beginning; or a pack is in an earlier file. */
	if (code == ERR_GAP || code == ERR_NO_DICTIONARY) {
		f->result.gap = true;
		code = 0;
	}
	return code == 0 || is_fatal(code) ? code : name_error(f, code, ours, message);
}

static int take_one(struct client *c, struct stick_taken *f, bool many)
{
	struct bundle_name name;
	bool named = bundle_name_read(bundle_base(f->path), &name);
	bool ours = named && bundle_is_of(&name, c->key.id);
	struct buf message;
	int code;

	buf_init(&message, LIMIT_MESSAGE);
	f->err = (struct err){ 0 };
	f->result = (struct exchange_result){ 0 };
	code = bundle_get(f->path, &message, &f->err);
	if (code == 0)
		code = take_message(c, f, ours, buf_view(&message));
	buf_release(&message);
	f->code = code;
	/* On a stick for many there are others' files, and requests on their way up. */
	f->other = many && code != 0 && !is_fatal(code) &&
		   ((named && !ours) || code == ERR_FOR_ANOTHER);
	if (f->other)
		f->code = 0;
	return is_fatal(code) ? code : 0;
}

/* Takes a file in and adds to what it has brought before. */
static int take_again(struct client *c, struct stick_taken *f, bool many, bool *moved)
{
	const struct exchange_result before = f->result;
	int code = take_one(c, f, many);

	if (code == 0 && f->code == 0 && !f->other)
		*moved |= f->result.items_in + f->result.changesets_out + f->result.pieces +
				  f->result.file_down + f->result.snapshot > 0;
	f->result.items_in += before.items_in;
	f->result.changesets_out += before.changesets_out;
	f->result.refused += before.refused;
	f->result.file_up += before.file_up;
	f->result.file_down += before.file_down;
	f->result.files_up += before.files_up;
	f->result.files_down += before.files_down;
	return code;
}

int stick_take(struct client *c, struct stick_taken *files, size_t count, bool many,
		struct err *e)
{
	bool first = true, moved = true, gaps = true;
	size_t i;
	int code = 0;

	for (; moved && gaps && code == 0; first = false) {
		moved = gaps = false;
		for (i = 0; i < count && code == 0; i++) {
			struct stick_taken *f = &files[i];

			if (first || (f->code == 0 && f->result.gap))
				code = take_again(c, f, many, &moved);
			gaps |= f->result.gap;
			if (code != 0)
				*e = f->err;
		}
	}
	return code;
}

/* --- the account --- */

/* Change sets of a bundle that still wait for their receipt. */
#define WAITING \
	"(SELECT count(*) FROM outbox o WHERE o.place > b.start AND o.place <= b.until AND " \
	"o.device NOT IN (SELECT device FROM chief WHERE problem <> 0))"

/* Not answered for good: it has such change sets; or had none, and nobody has answered it or
 * anything later. */
#define OPEN "(" WAITING " > 0 OR (b.until <= b.start AND b.counter > $1))"

int stick_under_way(struct client *c, struct arena *a, struct stick_open **out,
		     size_t *count, struct err *e)
{
	int64_t answered = 0, n = 0;
	struct stmt *s;
	int code = replica_meta_number(c->db, "answered", 0, &answered, e);

	*count = 0;
	if (code == 0)
		code = db_number(c->db, e, 0, &n, "SELECT count(*) FROM bundle b WHERE " OPEN, "i",
				 answered);
	*out = arena_array(a, (size_t)n + 1, sizeof **out);
	if (code == 0 && *out == NULL)
		code = err_set(e, ERR_NOMEM, "bundles");
	if (code == 0)
		code = db_query(c->db, e, &s, "SELECT b.number, b.parts, b.changesets, " WAITING
				", b.written, b.place FROM bundle b WHERE " OPEN " ORDER BY b.number",
				"i", answered);
	if (code != 0)
		return code;
	while (*count < (size_t)n && (code = db_step(s, e)) == 1) {
		(*out)[*count] = (struct stick_open){
			.number = (uint64_t)db_int(s, 0), .parts = (uint64_t)db_int(s, 1),
			.changesets = (uint64_t)db_int(s, 2), .waiting = (uint64_t)db_int(s, 3),
			.written = db_int(s, 4), .place = arena_copy(a, db_text(s, 5)) };
		if ((*out)[(*count)++].place.at == NULL) {
			code = err_set(e, ERR_NOMEM, "bundles");
			break;
		}
	}
	db_done(s);
	return code < 0 ? code : 0;
}

/* Whether a file of this name is of a bundle that is done with. 1, or 0. */
static int is_done(struct client *c, const char *path, int64_t answered, struct err *e)
{
	struct bundle_name name;
	int64_t open = 0, known = 0;
	int code;

	if (!bundle_name_read(bundle_base(path), &name) || !bundle_is_of(&name, c->key.id) ||
	    name.number > INT64_MAX)
		return 0;
	code = db_number(c->db, e, 0, &known, "SELECT count(*) FROM bundle WHERE number=$1", "u",
			 name.number);
	if (code == 0)
		code = db_number(c->db, e, 0, &open, "SELECT count(*) FROM bundle b WHERE " OPEN
				 " AND b.number=$2", "iu", answered, name.number);
	return code != 0 ? code : known > 0 && open == 0;
}

int stick_clean(struct client *c, const char *dir, uint64_t *removed, struct err *e)
{
	int64_t answered = 0;
	struct arena a;
	char **paths;
	size_t count = 0, i;
	int code;

	*removed = 0;
	arena_init(&a, (size_t)16 << 20);
	code = bundle_list(dir, &a, &paths, &count, e);
	if (code == 0)
		code = replica_meta_number(c->db, "answered", 0, &answered, e);
	for (i = 0; i < count && code == 0; i++) {
		code = is_done(c, paths[i], answered, e);
		if (code == 1) {
			code = env_remove(paths[i], e);
			*removed += code == 0;
		}
	}
	arena_release(&a);
	return code;
}
