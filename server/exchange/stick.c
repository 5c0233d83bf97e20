/* Reading a stick: first everything in, then everything answered. */
#include "server/exchange/stick.h"

#include <string.h>

#include "common/system/bundle.h"
#include "protocol/limits.h"
#include "server/exchange/exchange_internal.h"

enum { ANSWERS_MOST = 256 };

struct reading {
	struct server *s;
	struct stick_file *files;
	size_t count;
	const char *out;
	struct arena *a;
	struct err *e;
};

/* Whose it is, as far as its header tells in clear. */
static void look_at_header(struct reading *w, struct stick_file *f, struct bytes message)
{
	struct seal_header h;
	struct cert cert;

	if (seal_read_header(message, &h, NULL) != 0 || h.suite != SEAL_KNOWN ||
	    replica_home(&w->s->replica, h.device, &cert, NULL) != 0)
		return;
	f->device = h.device;
	f->unit = cert.unit;
}

/* What came of a request, once it is merged. */
static int sum_up(struct reading *w, struct stick_file *f, const struct exchange *x)
{
	size_t i, k, bytes = x->problem_count * sizeof *f->problems;

	f->taken = true;
	f->device = x->sender.device;
	f->unit = x->sender.unit;
	f->counter = x->request.counter;
	f->number = x->request.bundle.number;
	f->part = x->request.bundle.part;
	f->attached = x->files_whole;
	f->attached_bytes = x->file_bytes;
	for (i = 0; i < x->arrival_count; i++) {
		const struct arrival *a = &x->arrivals[i];

		f->came += a->code == 0;
		f->known += a->code == ERR_ALREADY;
		f->waits += a->waits;
		f->again += a->lags;
		f->refused += a->code != 0 && a->code != ERR_ALREADY && !a->waits && !a->lags;
		f->saves_refused += a->code == 0 ? a->refused : 0;
	}
	for (i = 0; i < x->held_count; i++)
		for (k = 0; k < x->request.piece_count; k++)
			f->early += memcmp(x->held[i].id, x->request.pieces[k].id, MESSAGE_ID) == 0 &&
				    x->request.pieces[k].offset > x->held[i].offset;
	f->problems = arena_alloc(w->a, bytes + 1);
	if (f->problems == NULL)
		return err_set(w->e, ERR_NOMEM, "problems");
	if (bytes > 0)
		memcpy(f->problems, x->problems, bytes);
	f->problem_count = x->problem_count;
	return 0;
}

static int file_error(struct stick_file *f, int code, struct bytes message)
{
	code = bundle_error(code, message);
	f->code = code;
	err_set(&f->err, code, "%s", f->path);
	return 0;
}

/* A server that was put back from a backup does not know who came later, and that one has its
 * certificate to show: it is asked for it. Else it is a stranger. */
static int ask_who(struct reading *w, struct stick_file *f, struct bytes message)
{
	int64_t turns = 0;
	int code = db_number(w->s->db, w->e, 0, &turns, "SELECT count(*) FROM generation", "");

	f->asked = code == 0 && turns > 0;
	return code != 0 || f->asked ? code : file_error(f, ERR_UNKNOWN_DEVICE, message);
}

static int take_message(struct reading *w, struct stick_file *f, bool many,
			struct bytes message)
{
	struct exchange *x = NULL;
	int code;

	if (bundle_kind(message) == BUNDLE_REPLY) {
		f->reply = many;
		return many ? 0 : file_error(f, ERR_UNKNOWN_DEVICE, message);
	}
	look_at_header(w, f, message);
	code = exchange_open_file(&x, w->s, &w->s->replica, message, w->e);
	if (code == 0)
		code = exchange_merge(w->s, &x, 1, w->e);
	if (code == 0 && x->refusal == ERR_UNKNOWN_DEVICE)
		code = ask_who(w, f, message);
	else if (code == 0 && x->refusal != 0)
		file_error(f, x->refusal, message);
	else if (code == 0)
		code = sum_up(w, f, x);
	exchange_free(x);
	return code;
}

static int take_file(struct reading *w, struct stick_file *f, bool many)
{
	struct buf message;
	int code;

	buf_init(&message, LIMIT_MESSAGE);
	f->code = bundle_get(f->path, &message, &f->err);
	code = f->code != 0 ? 0 : take_message(w, f, many, buf_view(&message));
	buf_release(&message);
	return code;
}

/* --- answering --- */

/* Whether none of the other files is a newer request of the same computer. Of copies the last
 * counts: "NAME (1).dongbo" stands before "NAME.dongbo". */
static bool is_newest(const struct reading *w, size_t at)
{
	const struct stick_file *f = &w->files[at];
	size_t i;

	for (i = 0; i < w->count; i++) {
		const struct stick_file *g = &w->files[i];

		if (g->code != 0 || g->reply || g->device != f->device)
			continue;
		if (g->counter > f->counter || (g->counter == f->counter && i > at))
			return false;
	}
	return true;
}

/* What was wrong with the computer's other files is told with this one's. */
static void add_problems(const struct reading *w, const struct stick_file *f,
			 struct exchange *x)
{
	size_t i, k;

	for (i = 0; i < w->count; i++) {
		const struct stick_file *g = &w->files[i];

		if (g == f || g->code != 0 || g->reply || g->device != f->device)
			continue;
		for (k = 0; k < g->problem_count; k++)
			exchange_problem(x, g->problems[k].code, g->problems[k].stream,
					 g->problems[k].seq);
	}
}

static int answer_path(struct reading *w, const struct stick_file *f, unsigned nth,
		       const char **path)
{
	const char *base = bundle_base(f->path);
	struct bytes above = { (const uint8_t *)f->path, (size_t)(base - f->path) };
	char name[BUNDLE_NAME], *dir;

	bundle_reply_name(base, nth, name);
	if (w->out != NULL)
		return bundle_path(w->out, name, w->a, path, w->e);
	dir = arena_str(w->a, above.len == 0 ? bytes_str(".") :
					       (struct bytes){ above.at, above.len - 1 });
	return dir == NULL ? err_set(w->e, ERR_NOMEM, "answer") :
			     bundle_path(above.len == 1 ? "" : dir, name, w->a, path, w->e);
}

/* Trouble with the stick is the file's, not the store's. */
static int put_answer(struct reading *w, struct stick_file *f, struct bytes reply)
{
	const char *path = NULL;
	int code = answer_path(w, f, (unsigned)f->answers + 1, &path);

	if (code != 0)
		return code;
	f->code = bundle_put(path, reply, &f->err);
	if (f->code == 0 && f->answers++ == 0)
		f->answer = path;
	return 0;
}

static int put_answers(struct reading *w, struct stick_file *f, struct exchange *x)
{
	bool more = true;
	struct buf reply;
	int code = 0;

	while (more && code == 0 && f->code == 0 && f->answers < ANSWERS_MOST) {
		buf_init(&reply, LIMIT_MESSAGE);
		code = exchange_reply(x, w->s, &w->s->replica, &reply, w->e);
		if (code == 0)
			code = put_answer(w, f, buf_view(&reply));
		if (code == 0)
			code = exchange_next(x, &more, w->e);
		buf_release(&reply);
	}
	return code;
}

/* Reads the request once more: all it brings is known by now, and the log may have moved on
 * since. */
static int answer_file(struct reading *w, struct stick_file *f)
{
	struct exchange *x = NULL;
	struct buf message;
	int code = 0;

	buf_init(&message, LIMIT_MESSAGE);
	f->code = bundle_get(f->path, &message, &f->err);
	if (f->code == 0) {
		code = exchange_open_file(&x, w->s, &w->s->replica, buf_view(&message), w->e);
		if (code == 0)
			code = exchange_merge(w->s, &x, 1, w->e);
		if (code == 0)
			add_problems(w, f, x);
		if (code == 0)
			code = put_answers(w, f, x);
	}
	exchange_free(x);
	buf_release(&message);
	return code;
}

/* A request that can't be read is answered in clear; nothing that stands there already is
 * worth less. */
static int refuse_file(struct reading *w, struct stick_file *f, int why)
{
	const char *path = NULL;
	struct buf reply;
	int code = answer_path(w, f, 1, &path);

	if (code != 0 || env_kind(path) != ENV_NONE)
		return code;
	buf_init(&reply, 64);
	seal_refuse(why, &reply);
	/* A hint for people: if it can't be written, the file's own error says enough. */
	if (bundle_put(path, buf_view(&reply), NULL) == 0 && f->asked) {
		f->answer = path;
		f->answers = 1;
	}
	buf_release(&reply);
	return 0;
}

/* A file that could be read now, of which was said before that it could not. */
static int take_back(struct reading *w, const struct stick_file *f)
{
	const char *path = NULL;
	struct buf there;
	int code = answer_path(w, f, 1, &path);

	buf_init(&there, LIMIT_MESSAGE);
	if (code == 0 && env_read_file(path, &there, NULL) == 0 &&
	    seal_read_refusal(buf_view(&there), NULL) != 0)
		(void)env_remove(path, NULL);
	buf_release(&there);
	return code;
}

static int answer_all(struct reading *w)
{
	size_t i;
	int code = 0;

	for (i = 0; i < w->count && code == 0; i++) {
		struct stick_file *f = &w->files[i];

		if (f->code == ERR_CUT_FILE || f->asked)
			code = refuse_file(w, f, f->asked ? ERR_UNKNOWN_DEVICE : f->code);
		else if (f->code == 0 && !f->reply)
			code = is_newest(w, i) ? answer_file(w, f) : take_back(w, f);
	}
	return code;
}

int stick_read(struct server *s, struct stick_file *files, size_t count, bool many,
		const char *out, struct arena *a, struct err *e)
{
	struct reading w = { s, files, count, out, a, e };
	size_t i;
	int code = 0;

	for (i = 0; i < count && code == 0; i++)
		code = take_file(&w, &files[i], many);
	return code == 0 ? answer_all(&w) : code;
}
