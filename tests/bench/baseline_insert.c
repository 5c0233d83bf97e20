/* The rate at which SQLite takes plain rows: the ceiling for any merge into it. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "baseline.h"

enum { ROWS_PER_TRANSACTION = 100, STATEMENT_MAX = 8 * 1024, ROWS_MEMORY = 512 * 1024 * 1024 };

/* A cell as it is bound: text, or a number where text is NULL. */
struct cell {
	const char *text;
	int64_t number;
	bool set;
};

struct row {
	const struct workload_edit *edit;
	char key[24];
	size_t n;
	struct cell *cells;
};

struct inserter {
	sqlite3 *db;
	sqlite3_stmt *insert[WORKLOAD_TYPES], *begin, *commit;
	struct arena arena;
	struct row *rows;
	char path[512];
};

static int failed(sqlite3 *db, struct err *e)
{
	return err_set(e, ERR_DB, "%s", sqlite3_errmsg(db));
}

static bool is_integer(enum workload_field_kind kind)
{
	return kind == WORKLOAD_INT || kind == WORKLOAD_MONEY || kind == WORKLOAD_YEAR
		|| kind == WORKLOAD_DECIMAL || kind == WORKLOAD_BOOL;
}

/* A decimal is kept in its smallest unit, as money is. */
static int64_t integer_of(const struct workload_field *f, const char *text)
{
	int64_t n;
	char *end;

	if (f->kind == WORKLOAD_BOOL)
		return strcmp(text, "true") == 0;
	n = strtoll(text, &end, 10);
	for (unsigned i = 0; i < f->scale; i++) {
		if (*end == '.')
			end++;
		n = n * 10 + (*end >= '0' && *end <= '9' ? *end++ - '0' : 0);
	}
	return n;
}

static void key_of(char out[24], const struct workload *w, unsigned long record)
{
	snprintf(out, 24, "u%03u-d01-%06lu", w->unit, record);
}

static bool set_cell(struct inserter *in, const struct workload *w, const struct workload_field *f,
	const char *text, struct cell *cell)
{
	char key[24];

	cell->set = true;
	if (is_integer(f->kind)) {
		cell->number = integer_of(f, text);
		return true;
	}
	cell->text = text;
	if (f->kind == WORKLOAD_REF) {
		key_of(key, w, strtoul(text + 1, NULL, 10));
		cell->text = arena_str(&in->arena, bytes_str(key));
	}
	return cell->text != NULL;
}

static size_t field_count(const struct workload_type *type)
{
	size_t n = 0;

	while (type->fields[n].code != NULL)
		n++;
	return n;
}

/* Every edit's row as it stands after the edit: the row before it, overlaid. */
static bool make_rows(struct inserter *in, const struct workload *w)
{
	size_t total = w->nbase + w->n;
	struct row **last = arena_array(&in->arena, w->records, sizeof *last);

	in->rows = arena_array(&in->arena, total, sizeof *in->rows);
	if (last == NULL || in->rows == NULL)
		return false;
	for (size_t i = 0; i < total; i++) {
		const struct workload_edit *edit = i < w->nbase
			? &w->base[i] : &w->edits[i - w->nbase];
		struct row *row = &in->rows[i];

		row->edit = edit;
		key_of(row->key, w, edit->record);
		row->n = field_count(edit->type);
		row->cells = arena_array(&in->arena, row->n, sizeof *row->cells);
		if (row->cells == NULL)
			return false;
		if (last[edit->record] != NULL)
			memcpy(row->cells, last[edit->record]->cells, row->n * sizeof *row->cells);
		last[edit->record] = row;
		for (size_t k = 0; k < edit->n; k++) {
			const struct workload_value *v = &edit->values[k];

			if (!set_cell(in, w, &edit->type->fields[v->field], v->text,
					&row->cells[v->field]))
				return false;
		}
	}
	return true;
}

static int prepare(struct inserter *in, const char *sql, sqlite3_stmt **out, struct err *e)
{
	if (sqlite3_prepare_v3(in->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
		return failed(in->db, e);
	return 0;
}

static int make_table(struct inserter *in, size_t t, struct buf *sql, struct err *e)
{
	const struct workload_type *type = &workload_types[t];
	size_t n = field_count(type);

	buf_clear(sql);
	buf_printf(sql, "CREATE TABLE \"%s\"(row INTEGER PRIMARY KEY,key TEXT,time INTEGER,"
		"device TEXT,deleted INTEGER", type->code);
	for (size_t i = 0; i < n; i++)
		buf_printf(sql, ",\"f_%s\" %s", type->fields[i].code,
			is_integer(type->fields[i].kind) ? "INTEGER" : "TEXT");
	buf_printf(sql, ")%c", 0);
	if (!sql->failed && sqlite3_exec(in->db, (char *)sql->at, NULL, NULL, NULL) != SQLITE_OK)
		return failed(in->db, e);
	buf_clear(sql);
	buf_printf(sql, "INSERT INTO \"%s\" VALUES(NULL,?1,?2,?3,?4", type->code);
	for (size_t i = 0; i < n; i++)
		buf_printf(sql, ",?%zu", i + 5);
	buf_printf(sql, ")%c", 0);
	if (sql->failed)
		return err_set(e, ERR_NOMEM, "statement");
	return prepare(in, (char *)sql->at, &in->insert[t], e);
}

static void remove_files(const struct inserter *in)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[520];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s%s", in->path, ends[i]);
		unlink(path);
	}
}

static int open_file(struct inserter *in, const char *folder, struct err *e)
{
	struct buf sql;
	int code = 0;

	snprintf(in->path, sizeof in->path, "%s/insert-%ld.db", folder, (long)getpid());
	remove_files(in);
	if (sqlite3_open(in->path, &in->db) != SQLITE_OK
			|| sqlite3_exec(in->db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
				NULL, NULL, NULL) != SQLITE_OK)
		return failed(in->db, e);
	buf_init(&sql, STATEMENT_MAX);
	for (size_t t = 0; t < WORKLOAD_TYPES && code == 0; t++)
		code = make_table(in, t, &sql, e);
	buf_release(&sql);
	if (code == 0)
		code = prepare(in, "BEGIN", &in->begin, e);
	return code != 0 ? code : prepare(in, "COMMIT", &in->commit, e);
}

static bool step(sqlite3_stmt *s)
{
	bool done = sqlite3_step(s) == SQLITE_DONE;

	return sqlite3_reset(s) == SQLITE_OK && done;
}

static bool insert_row(struct inserter *in, const struct row *row)
{
	sqlite3_stmt *s = in->insert[row->edit->type - workload_types];

	if (sqlite3_bind_text(s, 1, row->key, -1, SQLITE_STATIC) != SQLITE_OK
			|| sqlite3_bind_int64(s, 2, row->edit->time) != SQLITE_OK
			|| sqlite3_bind_text(s, 3, "d01", 3, SQLITE_STATIC) != SQLITE_OK
			|| sqlite3_bind_int(s, 4, row->edit->kind == WORKLOAD_DELETE) != SQLITE_OK)
		return false;
	for (size_t i = 0; i < row->n; i++) {
		const struct cell *c = &row->cells[i];
		int at = (int)i + 5, code;

		if (!c->set)
			code = sqlite3_bind_null(s, at);
		else if (c->text != NULL)
			code = sqlite3_bind_text(s, at, c->text, -1, SQLITE_STATIC);
		else
			code = sqlite3_bind_int64(s, at, c->number);
		if (code != SQLITE_OK)
			return false;
	}
	return step(s);
}

static int insert_rows(struct inserter *in, const struct row *rows, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = i % ROWS_PER_TRANSACTION;
		bool last = at == ROWS_PER_TRANSACTION - 1 || i == n - 1;

		if ((at == 0 && !step(in->begin)) || !insert_row(in, &rows[i])
				|| (last && !step(in->commit)))
			return failed(in->db, e);
	}
	return 0;
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int baseline_insert(const struct workload *w, const char *folder, struct baseline_speed *out,
	struct err *e)
{
	struct inserter in = { 0 };
	double cpu, wall;
	int code;

	arena_init(&in.arena, ROWS_MEMORY);
	code = make_rows(&in, w) ? open_file(&in, folder, e) : err_set(e, ERR_NOMEM, "rows");
	if (code == 0)
		code = insert_rows(&in, in.rows, w->nbase, e);
	if (code == 0) {
		cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
		wall = seconds(CLOCK_MONOTONIC);
		code = insert_rows(&in, in.rows + w->nbase, w->n, e);
		if (code == 0)
			*out = (struct baseline_speed){
				.cpu_s = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
				.wall_s = seconds(CLOCK_MONOTONIC) - wall,
				.rows = w->n,
			};
	}
	for (size_t t = 0; t < WORKLOAD_TYPES; t++)
		sqlite3_finalize(in.insert[t]);
	sqlite3_finalize(in.begin);
	sqlite3_finalize(in.commit);
	sqlite3_close(in.db);
	if (in.path[0] != '\0')
		remove_files(&in);
	arena_release(&in.arena);
	return code;
}
