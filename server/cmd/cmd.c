/* The frame of the server's commands. */
#include "server/cmd/cmd.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/date.h"
#include "common/text/sentence.h"
#include "protocol/limits.h"
#include "server/identity/officer.h"

enum { DESK_MEMORY = 256 * 1024 * 1024, PASSPHRASE_MAX = 1024 };

int desk_open(struct desk *d, struct cli *c)
{
	int code;

	memset(d, 0, sizeof *d);
	d->cli = c;
	d->e = &c->err;
	d->options.lang = c->lang;
	d->options.stream = ANY_STREAM;
	arena_init(&d->arena, DESK_MEMORY);
	code = server_open(&d->server, env_os(), c->data, d->e);
	if (code != 0)
		return code;
	d->open = true;
	d->replica = &d->server.replica;
	d->day = date_of(env_now(env_os()));
	return replica_schema_now(d->replica, &d->schema, d->e);
}

void desk_close(struct desk *d)
{
	if (d->reading)
		db_end_read(d->server.db);
	if (d->writing)
		server_drop(&d->server);
	if (d->open)
		server_close(&d->server);
	sign_wipe(&d->officer);
	arena_release(&d->arena);
	d->open = d->reading = d->writing = false;
}

int desk_run(struct cli *c, int min, int max, int (*fn)(struct desk *d))
{
	struct desk d;
	int code = cli_arguments(c, min, max);

	if (code != 0)
		return code;
	code = desk_open(&d, c);
	if (code == 0)
		code = fn(&d);
	desk_close(&d);
	return code;
}

int desk_run_json(struct cli *c, int min, int max, int (*fn)(struct desk *d, json_t **out))
{
	json_t *out = NULL;
	struct desk d;
	int code = cli_arguments(c, min, max);

	if (code != 0)
		return code;
	code = desk_open(&d, c);
	if (code == 0)
		code = fn(&d, &out);
	json_decref(out);
	desk_close(&d);
	return code;
}

static struct bytes option(const struct desk *d, const char *name)
{
	return bytes_str(cli_option(d->cli, name));
}

static int take_where(struct desk *d)
{
	size_t i, n = 0;

	while (cli_option_at(d->cli, "where", n) != NULL)
		n++;
	d->options.where = arena_array(&d->arena, n + 1, sizeof *d->options.where);
	if (d->options.where == NULL)
		return err_set(d->e, ERR_NOMEM, "--where");
	for (i = 0; i < n; i++)
		d->options.where[i] = bytes_str(cli_option_at(d->cli, "where", i));
	d->options.where_count = n;
	return 0;
}

/* Who looks; without --as the operator of the machine, who could read the store anyway. */
static int take_reader(struct desk *d)
{
	struct officer who;
	int code;

	if (cli_option(d->cli, "as") == NULL)
		return 0;
	code = officer_find(&d->server, option(d, "as"), &who, d->e);
	d->options.reader = code == 0 ? who.role : 0;
	d->options.reader_unit = code == 0 ? who.unit : 0;
	return code;
}

int desk_options(struct desk *d)
{
	int code = cli_order(d->cli, &d->options.by_name, &d->options.by_age);

	if (code == 0)
		code = take_reader(d);

	d->options.type = option(d, "type");
	d->options.state = option(d, "state");
	d->options.text = option(d, "text");
	d->options.after = option(d, "after");
	d->options.deleted = cli_option(d->cli, "deleted") != NULL;
	d->options.personal = cli_option(d->cli, "personal") != NULL;
	if (code == 0 && cli_option(d->cli, "unit") != NULL)
		code = server_unit_find(&d->server, option(d, "unit"), &d->options.stream, d->e);
	if (code == 0)
		code = cli_number(d->cli, "limit", 0, 1, INT32_MAX, &d->options.limit);
	return code != 0 ? code : take_where(d);
}

int desk_read(struct desk *d)
{
	int code = db_begin_read(d->server.db, d->e);

	d->reading = code == 0;
	return code;
}

int desk_find(struct desk *d, const char *text, uint64_t *stream, struct rid *id)
{
	return query_find(d->replica, d->options.stream, bytes_str(text), stream, id, d->e);
}

static int open_officer(struct desk *d)
{
	struct cli *c = d->cli;
	const char *name = cli_option(c, "as");
	struct buf pass;
	int code;

	if (name == NULL)
		return cli_usage(c, CLI_TEXT(c, "cần --as TÊN của cán bộ", "--as NAME is needed"));
	buf_init(&pass, PASSPHRASE_MAX);
	code = cli_passphrase(c, "passphrase-file", CLI_TEXT(c, "Mật khẩu", "Passphrase"), false,
			      &pass);
	if (code == 0)
		code = server_officer_open(&d->server, bytes_str(name), buf_view(&pass),
					   &d->officer, d->e);
	if (pass.at != NULL)
		sodium_memzero(pass.at, pass.cap);
	buf_release(&pass);
	return code;
}

int desk_officer(struct desk *d)
{
	int code = d->has_officer ? 0 : open_officer(d);

	d->has_officer = code == 0;
	return code;
}

int desk_begin(struct desk *d, uint64_t stream)
{
	const char *version = cli_option(d->cli, "version");
	uint64_t seq = 0, own = 0;
	int code;

	if (version != NULL && !query_version(bytes_str(version), &seq, &own))
		return cli_usage(d->cli, CLI_TEXT(d->cli, "--version %s: chép đúng phiên bản in ở cuối dongbod show",
						 "--version %s: copy what stands at the end of dongbod show"),
				 version);
	code = desk_officer(d);
	if (code == 0)
		code = server_begin(&d->server, stream, &d->officer, &d->arena, &d->draft, d->e);
	if (code != 0)
		return code;
	d->writing = true;
	d->draft.has_version = version != NULL;
	d->draft.seen_seq = seq;
	d->draft.seen_own = own;
	return 0;
}

/* The rule in words: with the names of the pack. */
static void say_refusal(struct desk *d, const struct verdict *v)
{
	const struct type *t = NULL;
	struct record rec;
	size_t i;

	for (i = 0; i < d->draft.count; i++)
		if (rid_equal(d->draft.ops[i].record, v->record))
			t = schema_type(d->schema, d->draft.ops[i].type);
	if (t == NULL && query_record(d->replica, d->draft.stream, v->record, &d->arena, &rec,
				      NULL) == 0)
		t = schema_type(d->schema, rec.type);
	buf_clear(&d->cli->said);
	sentence_verdict(v, d->schema, t, d->cli->lang, &d->cli->said);
}

int desk_save(struct desk *d)
{
	struct verdict v = { 0 };
	int code = server_save(&d->server, &d->officer, &d->draft, &v, d->e);

	d->writing = false;
	/* Undoing forgot the schema. */
	if (code != 0 && v.code != 0 && replica_schema_now(d->replica, &d->schema, NULL) == 0)
		say_refusal(d, &v);
	return code;
}

/* A line for people: what it is, its state, and who has to approve it. */
static void print_saved(struct desk *d, const json_t *j, const struct type *t, int64_t state)
{
	char unused[32];
	const char *label = desk_text(j, "state_label", unused);

	printf(label[0] == '\0' ? "%s  %s\n" : "%s  %s  [%s]\n", desk_text(j, "short", unused),
	       desk_text(j, "title", unused), label);
	if (t != NULL)
		desk_say_waits(d, t, state, desk_text(j, "short", unused));
}

int desk_tell(struct desk *d, uint64_t stream, struct rid id)
{
	struct query_options own = d->options;
	const struct type *t = NULL;
	struct record rec = { 0 };
	json_t *j = NULL, *out;
	int code = desk_read(d);

	/* What he has just written, whatever else he may read. */
	own.reader = 0;
	if (code == 0)
		code = query_show(d->replica, stream, id, &own, &j, d->e);
	if (code == 0)
		code = query_record(d->replica, stream, id, &d->arena, &rec, d->e);
	if (code == 0)
		t = schema_type(d->schema, rec.type);
	if (code != 0)
		return code;
	if (!desk_waits(d, stream, t, rec.state))
		t = NULL;
	out = json_pack("{s:O, s:O, s:O, s:O, s:b}", "id", json_object_get(j, "id"), "short",
			json_object_get(j, "short"), "state", json_object_get(j, "state"),
			"version", json_object_get(j, "version"), "waits", t != NULL);
	if (out == NULL)
		code = err_set(d->e, ERR_NOMEM, "record");
	else if (!cli_json(d->cli, out))
		print_saved(d, j, t, rec.state);
	json_decref(out);
	json_decref(j);
	return code;
}

static int take_pair(struct desk *d, const char *text, struct assignment *out)
{
	if (text != NULL && edit_assignment(bytes_str(text), out))
		return 0;
	return cli_usage(d->cli, CLI_TEXT(d->cli, "\"%s\": viết mục=giá_trị",
					  "\"%s\": write field=value"), text == NULL ? "" : text);
}

int desk_assignments(struct desk *d, int from, struct assignment **list, size_t *count)
{
	size_t n = (size_t)(d->cli->argc > from ? d->cli->argc - from : 0), i;
	int code = 0;

	*count = n;
	*list = arena_array(&d->arena, n + 1, sizeof **list);
	if (*list == NULL)
		return err_set(d->e, ERR_NOMEM, "arguments");
	for (i = 0; i < n && code == 0; i++)
		code = take_pair(d, d->cli->argv[(size_t)from + i], &(*list)[i]);
	return code;
}

int desk_pairs(struct desk *d, const char *name, struct assignment **list, size_t *count)
{
	size_t i;
	int code = 0;

	for (*count = 0; cli_option_at(d->cli, name, *count) != NULL;)
		++*count;
	*list = arena_array(&d->arena, *count + 1, sizeof **list);
	if (*list == NULL)
		return err_set(d->e, ERR_NOMEM, "--%s", name);
	for (i = 0; i < *count && code == 0; i++)
		code = take_pair(d, cli_option_at(d->cli, name, i), &(*list)[i]);
	return code;
}

int desk_role(struct desk *d, const char *missing, uint32_t *role)
{
	const char *text = cli_option(d->cli, "role");
	const struct role *r;
	char *end;
	long number;

	if (text == NULL)
		text = missing;
	if (text == NULL)
		return cli_usage(d->cli, CLI_TEXT(d->cli, "cần --role", "--role is needed"));
	r = schema_role_by_code(d->schema, bytes_str(text));
	number = strtol(text, &end, 10);
	if (r == NULL && end != text && *end == '\0' && number > 0)
		r = schema_role(d->schema, (uint32_t)number);
	if (r == NULL)
		return cli_usage(d->cli, CLI_TEXT(d->cli, "không có vai trò %s", "there is no role %s"),
				 text);
	*role = r->number;
	return 0;
}

int desk_file(struct desk *d, const char *path, size_t max, struct buf *out)
{
	buf_init(out, max);
	return env_read_file(path, out, d->e);
}

/* As the unit of a stream is called on the day of the desk; "-" is stream 0. */
static int add_unit(struct desk *d, const struct units *u, json_t *j)
{
	uint64_t number = (uint64_t)json_integer_value(json_object_get(j, "stream"));
	struct unit unit;
	char digits[32];
	json_t *code;

	snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
	if (number == 0)
		code = json_string("-");
	else if (units_on(u, number, d->day, &unit))
		code = json_stringn((const char *)unit.code.at, unit.code.len);
	else
		code = json_string(digits);
	return json_object_set_new(j, "unit", code) != 0 ? err_set(d->e, ERR_NOMEM, "units") : 0;
}

int desk_add_units(struct desk *d, json_t *array)
{
	const struct units *u;
	json_t *j;
	size_t i;
	int code = units_now(d->replica, &u, d->e);

	json_array_foreach(array, i, j)
		if (code == 0)
			code = add_unit(d, u, j);
	return code;
}

int desk_day(struct desk *d, const char *option, int64_t missing, int64_t *day)
{
	const char *text = cli_option(d->cli, option);

	*day = missing;
	if (text == NULL || date_parse(bytes_str(text), day))
		return 0;
	return cli_usage(d->cli, CLI_TEXT(d->cli, "--%s %s: cần một ngày, như 14/12/2022",
					  "--%s %s: a day is needed, such as 14/12/2022"), option, text);
}

const char *desk_date(int64_t day, char out[32])
{
	unsigned month, of_month;
	int64_t year;

	out[0] = '\0';
	if (day <= UNIT_ALWAYS || day >= UNIT_NEVER)
		return out;
	date_civil(day, &year, &month, &of_month);
	snprintf(out, 32, "%02u/%02u/%04lld", of_month, month, (long long)year);
	return out;
}

json_t *desk_json_date(int64_t day)
{
	struct buf b;
	json_t *j;

	if (day <= UNIT_ALWAYS || day >= UNIT_NEVER)
		return json_null();
	buf_init(&b, 32);
	date_put(day, &b);
	j = json_stringn((const char *)b.at, b.len);
	buf_release(&b);
	return j;
}

const char *desk_text(const json_t *object, const char *key, char number[32])
{
	const json_t *v = json_object_get(object, key);

	if (json_is_string(v))
		return json_string_value(v);
	number[0] = '\0';
	if (json_is_integer(v))
		snprintf(number, 32, "%lld", (long long)json_integer_value(v));
	else if (json_is_boolean(v))
		snprintf(number, 32, "%s", json_is_true(v) ? "true" : "false");
	return number;
}

const char *desk_time(int64_t seconds, char out[32])
{
	struct buf b;

	out[0] = '\0';
	if (seconds == 0)
		return out;
	buf_init(&b, 64);
	date_put_time(seconds, &b);
	/* Without the seconds. */
	if (b.len > 3)
		snprintf(out, 32, "%.*s", (int)b.len - 3, (const char *)b.at);
	buf_release(&b);
	return out;
}

void desk_print(const char *text)
{
	const char *p;

	for (p = text; *p != '\0'; p++)
		putchar((unsigned char)*p < ' ' || *p == 0x7f ? ' ' : *p);
	putchar('\n');
}
