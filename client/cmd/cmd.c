/* The frame of the client's commands. */
#include "client/cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/identity/chief.h"
#include "client/identity/incarnation.h"
#include "client/numbers.h"
#include "common/replica/lease.h"
#include "common/text/date.h"
#include "common/text/sentence.h"
#include "common/text/text.h"
#include "common/unit/unit.h"
#include "protocol/limits.h"

enum { SESSION_MEMORY = 256 * 1024 * 1024 };

/* Whoever reads all units is shown all of them; else the own one, with those that it stands
 * for. */
static int look_around(struct session *s)
{
	const struct role *role = schema_role(s->schema, s->client.role);
	const struct units *u;
	uint64_t other;
	int code = units_now(s->replica, &u, s->e);

	s->options.stream = s->client.unit;
	if (code == 0 && ((role != NULL && role->reads_all) ||
			  units_inherited(u, s->client.unit, date_of(env_now(s->client.env)), &other,
					  1) > 0))
		s->options.stream = ANY_STREAM;
	return code;
}

int session_open(struct session *s, struct cli *c)
{
	int code;

	memset(s, 0, sizeof *s);
	s->cli = c;
	s->e = &c->err;
	s->options.lang = c->lang;
	arena_init(&s->arena, SESSION_MEMORY);
	code = client_open(&s->client, env_os(), c->data, s->e);
	if (code != 0)
		return code;
	s->open = true;
	s->replica = &s->client.replica;
	code = replica_schema_now(s->replica, &s->schema, s->e);
	if (code != 0)
		return code;
	s->stream = s->client.unit;
	return look_around(s);
}

void session_close(struct session *s)
{
	if (s->reading)
		db_end_read(s->client.db);
	if (s->writing)
		client_drop(&s->client);
	if (s->open)
		client_close(&s->client);
	arena_release(&s->arena);
	s->open = s->reading = s->writing = false;
}

int session_run(struct cli *c, int min, int max, int (*command)(struct session *s))
{
	struct session s;
	int code = cli_arguments(c, min, max);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = command(&s);
	session_close(&s);
	return code;
}

int session_read(struct session *s)
{
	int code = db_begin_read(s->client.db, s->e);

	s->reading = code == 0;
	return code;
}

/* --author, in the form that texts have. */
static int take_author(struct session *s, struct bytes *out)
{
	int code = text_take(bytes_str(cli_option(s->cli, "author")), LIMIT_AUTHOR, &s->arena,
			     out, s->e);

	return code == 0 ? 0 : err_set(s->e, code, "--author");
}

int session_unit(struct session *s)
{
	const char *name = cli_option(s->cli, "unit");
	int64_t today = date_of(env_now(s->client.env));
	const struct units *u;
	int code = name == NULL ? 0 : units_now(s->replica, &u, s->e);
	uint64_t number = 0;

	if (name == NULL || code != 0)
		return code;
	/* By the code that it had: it has none today. */
	code = units_find(u, bytes_str(name), today, &number, s->e);
	if (code == 0)
		code = client_may_write(&s->client, number, s->client.role, s->e);
	if (code == ERR_OUT_OF_SCOPE)
		return err_set(s->e, code, "%s", name);
	if (code == 0)
		s->stream = number;
	return code;
}

int session_begin(struct session *s)
{
	struct bytes author;
	int code = take_author(s, &author);

	if (code == 0)
		code = client_begin(&s->client, s->stream, &s->arena, &s->draft, s->e);
	if (code != 0)
		return code;
	s->draft.author = author;
	s->writing = true;
	return 0;
}

int session_made_here(struct session *s)
{
	int64_t room = 0;
	uint64_t *devices;
	size_t count = 0;
	struct stmt *q;
	int code = db_number(s->client.db, s->e, 0, &room, "SELECT count(*) FROM " LOCAL_DEVICES " l",
			     "u", s->client.key.id);

	if (code != 0)
		return code;
	devices = arena_array(&s->arena, (size_t)room + 1, sizeof *devices);
	if (devices == NULL)
		return err_set(s->e, ERR_NOMEM, "devices");
	code = db_query(s->client.db, s->e, &q, "SELECT * FROM " LOCAL_DEVICES " l", "u",
			s->client.key.id);
	if (code != 0)
		return code;
	while (count < (size_t)room && (code = db_step(q, s->e)) == 1)
		devices[count++] = (uint64_t)db_int(q, 0);
	db_done(q);
	s->options.devices = devices;
	s->options.device_count = count;
	s->options.stream = ANY_STREAM;
	return code < 0 ? code : 0;
}

/* The type of what a verdict is about: in the draft, or stored. */
static const struct type *verdict_type(struct session *s, const struct draft *d, struct rid id)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (rid_equal(d->ops[i].record, id))
			return schema_type(s->schema, d->ops[i].type);
	return session_type(s, d->stream, id);
}

/* What a return leaves open: that is what may be changed. */
static void say_open(struct session *s, struct rid root)
{
	struct buf named;

	buf_init(&named, 8192);
	if (query_named(s->replica, s->schema, s->draft.stream, root, s->cli->lang, &named, NULL) == 0 &&
	    named.len > 0)
		buf_printf(&s->cli->said, CLI_TEXT(s->cli, " Chỉ mở các mục nêu khi trả lại: %.*s.",
						   " Open are those that the return names: %.*s."),
			   (int)named.len, (const char *)named.at);
	buf_release(&named);
}

int session_refusal(struct session *s, int code, const struct verdict *v, struct rid about)
{
	const struct type *t;
	char id[9];

	if (v->code == 0)
		return code;
	t = rid_equal(v->record, RID_NONE) ? NULL : verdict_type(s, &s->draft, v->record);
	buf_clear(&s->cli->said);
	/* Of a row it must be said which one. */
	if (t != NULL && !rid_equal(v->record, about) &&
	    query_short(s->replica, s->draft.stream, v->record, id, NULL) == 0)
		buf_printf(&s->cli->said, "%s %s: ", label_in(&t->label, s->cli->lang), id);
	sentence_verdict(v, s->schema, t, s->cli->lang, &s->cli->said);
	if (v->code == ERR_LOCKED)
		say_open(s, v->record);
	return code;
}

int session_save_more(struct session *s, struct rid about)
{
	/* A save begins the draft anew: what it was is needed for the sentence. */
	struct bytes author = s->draft.author;
	struct verdict v = { 0 };
	int code = client_save_more(&s->client, &s->draft, &v, s->e);

	s->draft.author = author;
	return code == 0 ? 0 : session_refusal(s, code, &v, about);
}

int session_save(struct session *s, struct rid about)
{
	struct verdict v = { 0 };
	int code = client_save(&s->client, &s->draft, &v, s->e);
	struct err kept = *s->e;

	s->writing = false;
	if (code == 0)
		return 0;
	/* Undoing forgot the schema. */
	if (replica_schema_now(s->replica, &s->schema, s->e) == 0)
		session_refusal(s, code, &v, about);
	*s->e = kept;
	return code;
}

int session_find(struct session *s, const char *text, uint64_t *stream, struct rid *id)
{
	int code = query_find(s->replica, s->client.unit, bytes_str(text), stream, id, s->e);

	if (code == ERR_NO_RECORD)
		code = query_find(s->replica, ANY_STREAM, bytes_str(text), stream, id, s->e);
	return code;
}

int session_enter(struct session *s, uint64_t stream)
{
	struct bytes author = s->draft.author;
	int code = stream == s->stream ? 0 : client_may_write(&s->client, stream, s->client.role, s->e);

	if (code != 0 || stream == s->stream)
		return code;
	if (s->writing)
		code = client_draft(&s->client, stream, s->client.key.id, &s->arena, &s->draft, s->e);
	s->draft.author = author;
	s->stream = stream;
	return code;
}

int session_find_own(struct session *s, const char *text, struct rid *id)
{
	uint64_t stream;
	int code = session_find(s, text, &stream, id);

	if (code == 0)
		code = session_enter(s, stream);
	return code == ERR_OUT_OF_SCOPE ? err_set(s->e, ERR_NO_RECORD, "%s", text) : code;
}

const struct type *session_type(struct session *s, uint64_t stream, struct rid id)
{
	struct record rec;

	if (query_record(s->replica, stream, id, &s->arena, &rec, NULL) != 0)
		return NULL;
	return schema_type(s->schema, rec.type);
}

int session_assignments(struct session *s, int from, struct assignment **list, size_t *count)
{
	size_t n = (size_t)(s->cli->argc > from ? s->cli->argc - from : 0), i;

	*list = arena_array(&s->arena, n + 1, sizeof **list);
	if (*list == NULL)
		return err_set(s->e, ERR_NOMEM, "arguments");
	for (i = 0; i < n; i++)
		if (!edit_assignment(bytes_str(s->cli->argv[(size_t)from + i]), &(*list)[i]))
			return cli_usage(s->cli, CLI_TEXT(s->cli, "\"%s\": viết mục=giá_trị",
							  "\"%s\": write field=value"),
					 s->cli->argv[(size_t)from + i]);
	*count = n;
	return 0;
}

/* A field of the type or of the rows below it. */
static const struct field *find_field(const struct session *s, const struct type *t,
				      const char *name, int depth)
{
	const struct field *f = t == NULL ? NULL : type_field_by_code(t, bytes_str(name));
	size_t i;

	for (i = 0; t != NULL && f == NULL && depth > 0 && i < t->field_count; i++)
		if (t->fields[i].kind == FIELD_LIST)
			f = find_field(s, schema_type_by_code(s->schema,
							      bytes_str(t->fields[i].targets[0])),
				       name, depth - 1);
	return f;
}

int session_edit_error(struct session *s, int code, const struct type *t)
{
	const struct field *f = find_field(s, t, s->e->subject, 3);
	struct err named = *s->e;
	struct buf form;

	if (code == 0 || f == NULL)
		return code;
	snprintf(named.subject, sizeof named.subject, "%s (%s)",
		 label_in(&f->label, s->cli->lang), f->code);
	buf_init(&form, 8192);
	field_form(s->schema, f, s->cli->lang, &form);
	buf_clear(&s->cli->said);
	sentence_entry(&named, buf_view(&form), s->cli->lang, &s->cli->said);
	buf_release(&form);
	return code;
}

const char *standing_text(const char *standing, enum lang lang)
{
	static const struct {
		const char *code, *vi, *en;
	} words[] = {
		{ "local", "đã lưu trên máy này, chờ gửi", "saved on this computer, to be sent" },
		{ "sent", "đã ký, đang gửi", "signed, on its way" },
		{ "received", "máy chủ đã nhận", "received by the server" },
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(standing, words[i].code) == 0)
			return lang == LANG_EN ? words[i].en : words[i].vi;
	return standing;
}

/* The record's numbers in leased registers, as they are shown, by field. */
static int list_numbers(struct session *s, struct rid id, json_t **out)
{
	struct record rec;
	const struct type *t;
	struct buf shown;
	size_t i;
	int code = query_record(s->replica, s->stream, id, &s->arena, &rec, s->e);

	*out = json_object();
	t = code == 0 ? schema_type(s->schema, rec.type) : NULL;
	buf_init(&shown, 400);
	for (i = 0; t != NULL && i < t->field_count; i++) {
		struct value v = record_value(&rec, t->fields[i].number);

		if (!lease_field(s->schema, t, &t->fields[i], s->client.role) ||
		    v.kind == VALUE_NULL)
			continue;
		buf_clear(&shown);
		field_show(&t->fields[i], &v, s->cli->lang, &shown);
		json_object_set_new(*out, t->fields[i].code,
				    json_stringn((const char *)shown.at, shown.len));
		if (!s->cli->json)
			printf("%s: %.*s\n", label_in(&t->fields[i].label, s->cli->lang),
			       (int)shown.len, (const char *)shown.at);
	}
	buf_release(&shown);
	return code;
}

int session_number(struct session *s, const struct type *t, struct rid id,
		   const struct record *rec, bool must)
{
	const struct pack_register *empty;
	size_t drawn;
	int code = numbers_draw(&s->client, s->schema, &s->draft, t, id, rec, &drawn, &empty,
				s->e);

	return code == 0 && empty != NULL && must ?
		       err_set(s->e, ERR_NO_NUMBERS, "%s", label_in(&empty->label, s->cli->lang)) :
		       code;
}

/* What the district would ask about, were it to come today: told where it can still be set right.
 * Of programs: {rule, sentence} each, in `out`. */
static int tell_hints(struct session *s, struct rid id, json_t *out)
{
	json_t *hints = NULL, *list = json_array(), *j;
	size_t i;
	int code = query_hints(s->replica, s->stream, id, &s->options, &hints, s->e);

	if (code == 0 && out == NULL)
		query_clean(hints);
	json_array_foreach(hints, i, j) {
		const char *sentence = json_string_value(json_object_get(j, "sentence"));

		if (out == NULL)
			printf(CLI_TEXT(s->cli, "Lưu ý: %s\n", "Note: %s\n"), sentence);
		json_array_append_new(list, json_pack("{s:O, s:s}", "rule", json_object_get(j, "rule"),
						      "sentence", sentence));
	}
	if (out != NULL && json_array_size(list) > 0)
		json_object_set(out, "hints", list);
	json_decref(list);
	json_decref(hints);
	return code;
}

int session_tell(struct session *s, struct rid id, bool changed)
{
	struct cli *c = s->cli;
	const char *standing = "local";
	json_t *j = NULL, *numbers = NULL;
	int code = query_show(s->replica, s->stream, id, &s->options, &j, s->e);

	if (code == 0)
		code = client_standing(&s->client, s->stream, id, &standing, s->e);
	if (code != 0) {
		json_decref(j);
		return code;
	}
	if (c->json) {
		json_t *out = json_pack("{s:O, s:O, s:O, s:O, s:b, s:s}", "id",
					json_object_get(j, "id"), "short",
					json_object_get(j, "short"), "version",
					json_object_get(j, "version"), "state",
					json_object_get(j, "state"), "changed", changed,
					"standing", standing);

		code = list_numbers(s, id, &numbers);
		if (json_object_size(numbers) > 0)
			json_object_set(out, "numbers", numbers);
		if (code == 0)
			code = tell_hints(s, id, out);
		cli_json(c, out);
		json_decref(out);
	} else {
		const char *state;
		bool has;

		query_clean(j);
		state = json_string_value(json_object_get(j, "state_label"));
		has = state != NULL && state[0] != '\0';
		printf("%s  %s%s%s%s\n", json_string_value(json_object_get(j, "short")),
		       json_string_value(json_object_get(j, "title")), has ? "  [" : "",
		       has ? state : "", has ? "]" : "");
		code = list_numbers(s, id, &numbers);
		if (!changed)
			printf("%s\n", CLI_TEXT(c, "Không có gì thay đổi.",
						"Nothing has changed."));
		else
			printf(CLI_TEXT(c, "Đã lưu trên máy này, chờ gửi.\n",
					"Saved on this computer, to be sent.\n"));
		if (code == 0)
			code = tell_hints(s, id, NULL);
	}
	json_decref(numbers);
	json_decref(j);
	return code;
}

const char *time_text(int64_t seconds, char out[32])
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
