/* dongbo sign: a chief signs records as they stand, and moves them on. Each record is a
 * save of its own, all of them one change set under the chief's key. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "client/cmd/cmd.h"
#include "client/identity/chief.h"
#include "common/replica/version.h"
#include "common/text/sentence.h"

/* A record that is to be signed: what the chief is shown is what the digest is of. */
struct signing {
	uint64_t stream;
	struct rid id;
	const struct type *type;
	const struct state *to;
	bool signs;                /* else a step of the chief's that asks for no signature */
	uint8_t digest[HASH_SIZE];
	json_t *shown;
};

struct signature {
	struct session s;
	struct chief chief;
	struct signing *list;
	size_t count;
};

static const char *text_in(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : s;
}

/* The chief of --chief; the only one there is, where none is named. */
static int find_chief(struct signature *g)
{
	struct session *s = &g->s;
	const char *name = cli_option(s->cli, "chief");
	struct chief *list;
	size_t count = 0, i;
	int code = chief_list(&s->client, &s->arena, &list, &count, s->e);

	if (code != 0)
		return code;
	for (i = 0; i < count; i++)
		if (name == NULL || bytes_equal(list[i].name, bytes_str(name)))
			g->chief = list[i];
	if (name == NULL && count > 1)
		return cli_usage(s->cli, CLI_TEXT(s->cli, "cần --chief \"HỌ TÊN\" (dongbo chief list)",
						  "--chief NAME is needed (dongbo chief list)"));
	if (g->chief.name.len == 0)
		return err_set(s->e, ERR_NO_CHIEF, "%s", name == NULL ? "" : name);
	return 0;
}

/* Where signing leads from this state: the only move that wants this role's signature, or
 * that which --to names, whether it wants one or not. */
static int find_target(struct signature *g, const struct record *rec, struct signing *one)
{
	struct session *s = &g->s;
	const char *wanted = cli_option(s->cli, "to");
	uint64_t role = schema_role_bit(s->schema, g->chief.role);
	const struct workflow *w = one->type->workflow;
	size_t i, found = 0;

	for (i = 0; w != NULL && i < w->move_count; i++) {
		const struct move *m = &w->moves[i];
		const struct state *to = workflow_state(w, m->to);

		if (m->from != rec->state || !(m->by & role) ||
		    (wanted == NULL ? !m->sign : strcmp(to->code, wanted) != 0))
			continue;
		one->to = to;
		one->signs = m->sign;
		found++;
	}
	if (found > 1)
		return cli_usage(s->cli, CLI_TEXT(s->cli, "%s: cần --to TRẠNG_THÁI",
						  "%s: --to STATE is needed"),
				 text_in(one->shown, "short"));
	return found == 1 ? 0 : err_set(s->e, ERR_NO_MOVE, "%s", text_in(one->shown, "short"));
}

static int look_at(struct signature *g, const char *text, struct signing *one)
{
	struct session *s = &g->s;
	struct fold_entry *en;
	struct fold fold;
	int code = session_find_own(s, text, &one->id);

	one->stream = s->stream;

	if (code == 0)
		code = query_show(s->replica, s->stream, one->id, &s->options, &one->shown,
				  s->e);
	if (code == 0)
		code = fold_init(&fold, s->replica, &s->arena, s->e);
	if (code == 0)
		code = fold_get(&fold, s->stream, one->id, &en, s->e);
	if (code != 0)
		return code;
	one->type = schema_type(s->schema, en->rec.type);
	if (one->type == NULL)
		return err_set(s->e, ERR_NO_TYPE, "%u", en->rec.type);
	code = find_target(g, &en->rec, one);
	return code != 0 ? code : version_of(&fold, s->schema, en, one->digest, s->e);
}

/* What is signed, in short: names, amounts, how many rows. */
static void print_one(struct cli *c, const struct signing *one)
{
	const json_t *shown = json_object_get(one->shown, "shown");
	const json_t *rows = json_object_get(one->shown, "rows");
	size_t i;

	printf("%s  %s\n    %s: %s -> %s\n", text_in(one->shown, "short"),
	       text_in(one->shown, "title"), text_in(one->shown, "label"),
	       text_in(one->shown, "state_label"), label_in(&one->to->label, c->lang));
	for (i = 0; i < one->type->field_count; i++) {
		const struct field *f = &one->type->fields[i];
		size_t n = json_array_size(json_object_get(rows, f->code));

		if (f->kind == FIELD_MONEY && text_in(shown, f->code)[0] != '\0')
			printf("    %s: %s\n", label_in(&f->label, c->lang), text_in(shown, f->code));
		else if (f->kind == FIELD_LIST && n > 0)
			printf(CLI_TEXT(c, "    %s: %zu dòng\n", "    %s: %zu rows\n"),
			       label_in(&f->label, c->lang), n);
	}
}

/* Shows what is to be signed and asks, unless --yes. */
static int ask(struct signature *g)
{
	struct cli *c = g->s.cli;
	bool yes = cli_option(c, "yes") != NULL;
	char question[200];
	size_t i;
	int code;

	if (yes)
		return 0;
	if (c->json)
		return cli_usage(c, CLI_TEXT(c, "--json cần --yes", "--json needs --yes"));
	for (i = 0; i < g->count; i++)
		print_one(c, &g->list[i]);
	snprintf(question, sizeof question,
		 CLI_TEXT(c, "%.80s ký %zu hồ sơ trên đây? Ký rồi thì không sửa được nữa.",
			  "Sign the %2$zu records above as %1$.80s? They can't be changed after "
			  "that."), arena_str(&g->s.arena, g->chief.name), g->count);
	code = cli_confirm(c, question, &yes);
	if (code == 0 && !yes)
		code = err_set(g->s.e, ERR_STOPPED, "%s", CLI_TEXT(c, "chưa ký", "not signed"));
	return code;
}

static int sign_one(struct signature *g, const struct signing *one)
{
	struct session *s = &g->s;
	struct bytes to = bytes_str(one->to->code);
	struct bytes remark = bytes_str(cli_option(s->cli, "remark"));
	int code = !one->signs ? 0 : edit_sign(s->replica, s->schema, &s->draft, one->id, to,
					       one->digest, s->e);

	if (code == 0)
		code = edit_move(s->replica, s->schema, &s->draft, one->id, to, remark, s->e);
	if (code == 0)
		code = chief_settle(&s->client, one->stream, one->id, s->e);
	if (code == 0)
		code = session_save_more(s, one->id);
	/* Of several it must be said which one. */
	if (code != 0 && g->count > 1) {
		struct buf said;

		buf_init(&said, 8192);
		buf_printf(&said, "%s: ", text_in(one->shown, "short"));
		if (s->cli->said.len == 0)
			sentence_error(s->e, s->cli->lang, &s->cli->said);
		buf_add(&said, buf_view(&s->cli->said));
		buf_clear(&s->cli->said);
		buf_add(&s->cli->said, buf_view(&said));
		buf_release(&said);
	}
	return code;
}

static int sign_all(struct signature *g, const struct chief_key *key)
{
	struct session *s = &g->s;
	size_t i;
	int code;

	for (i = 1; i < g->count; i++)
		if (g->list[i].stream != g->list[0].stream)
			return cli_usage(s->cli, CLI_TEXT(s->cli, "mỗi lần chỉ ký hồ sơ của một đơn vị (trước "
								  "khi sáp nhập)",
							  "sign the records of one unit (as before the "
							  "merger) at a time"));
	code = chief_begin(&s->client, key, g->list[0].stream, &s->arena, &s->draft, s->e);
	if (code != 0)
		return code;
	s->writing = true;
	for (i = 0; i < g->count && code == 0; i++)
		code = sign_one(g, &g->list[i]);
	if (code != 0)
		return code;
	s->writing = false;
	return chief_save(&s->client, key, &s->draft, NULL, s->e);
}

static int with_key(struct signature *g)
{
	struct session *s = &g->s;
	struct chief_key key;
	struct buf pass;
	int code;

	buf_init(&pass, KEYBOX_PASSPHRASE_MAX);
	code = cli_passphrase(s->cli, "passphrase-file",
			      CLI_TEXT(s->cli, "Mật khẩu để ký", "Passphrase for signing"), false,
			      &pass);
	if (code == 0)
		code = chief_open(&s->client, g->chief.name, buf_view(&pass), &key, s->e);
	if (pass.at != NULL)
		sodium_memzero(pass.at, pass.cap);
	buf_release(&pass);
	if (code != 0)
		return code;
	session_chief_opened(s, &key);
	code = sign_all(g, &key);
	chief_close(&key);
	return code;
}

static void tell(struct signature *g)
{
	struct cli *c = g->s.cli;
	json_t *list = json_array();
	char digest[2 * HASH_SIZE + 1];
	size_t i;

	for (i = 0; i < g->count; i++) {
		const struct signing *one = &g->list[i];
		const char *id = text_in(one->shown, "short");

		sodium_bin2hex(digest, sizeof digest, one->digest, HASH_SIZE);
		json_array_append_new(list, json_pack("{s:O, s:s, s:s, s:s, s:s}", "id",
						      json_object_get(one->shown, "id"), "short", id,
						      "state", one->to->code, "digest", digest,
						      "standing", "sent"));
		if (!c->json && !one->signs)
			printf(CLI_TEXT(c, "%s  chuyển sang \"%s\", chờ gửi\n",
					"%s  moved to \"%s\", to be sent\n"),
			       id, label_in(&one->to->label, c->lang));
		else if (!c->json)
			printf(CLI_TEXT(c, "%s  đã ký (bản %.16s), chuyển sang \"%s\", chờ gửi\n",
					"%s  signed (version %.16s), moved to \"%s\", to be sent\n"),
			       id, digest, label_in(&one->to->label, c->lang));
	}
	cli_json(c, list);
	json_decref(list);
}

static int sign(struct signature *g)
{
	struct session *s = &g->s;
	int code = find_chief(g), i;

	if (code == 0)
		code = session_read(s);
	for (i = 0; i < s->cli->argc && code == 0; i++, g->count++) {
		code = look_at(g, s->cli->argv[i], &g->list[i]);
		if (code == 0)
			query_clean(g->list[i].shown);
	}
	if (s->reading)
		db_end_read(s->client.db);
	s->reading = false;
	if (code == 0)
		code = ask(g);
	if (code == 0)
		code = with_key(g);
	if (code == 0)
		tell(g);
	return code;
}

static int run(struct cli *c)
{
	struct signature g = { .count = 0 };
	size_t i;
	int code = cli_arguments(c, 1, -1);

	if (code != 0)
		return code;
	code = session_open(&g.s, c);
	if (code == 0) {
		g.list = arena_array(&g.s.arena, (size_t)c->argc, sizeof *g.list);
		code = g.list == NULL ? err_set(&c->err, ERR_NOMEM, "sign") : sign(&g);
	}
	for (i = 0; g.list != NULL && i < (size_t)c->argc; i++)
		json_decref(g.list[i].shown);
	session_close(&g.s);
	return code;
}

const struct cli_command cmd_sign = {
	"sign", "ID... --chief NAME [--to STATE] [--remark TEXT] [--yes]",
	"chief= to= remark= yes passphrase-file=",
	{ "Thủ trưởng ký hồ sơ đúng như đang có", "The chief signs records as they stand" },
	{ "Cho xem tên, số tiền, số dòng của từng hồ sơ rồi mới hỏi (--yes: không hỏi); xem đầy đủ\n"
	  "bằng dongbo show MÃ. Chữ ký là của đúng bản đó: nếu trước khi gửi có người khác đã sửa hồ sơ\n"
	  "thì máy chủ không nhận, thủ trưởng xem lại và ký lại. Không cần mạng. --chief có thể bỏ nếu\n"
	  "trên máy chỉ có một khóa ký (dongbo chief). --to: bước khác của thủ trưởng, như hủy một hồ\n"
	  "sơ đã ký mà máy chủ chưa nhận.\n\n"
	  "Ví dụ:\n  dongbo sign k3f7q m2x9d --chief \"Trần Văn Mẫu\"\n"
	  "  dongbo sign k3f7q --to cancelled --remark \"Nhập nhầm người\"",
	  "Shows name, amounts and rows of each record and asks (--yes: does not ask); dongbo show ID\n"
	  "shows all. The signature is for just that version: if somebody has changed the record before\n"
	  "it is sent, the server refuses it, and the chief looks and signs again. Needs no network.\n"
	  "--chief can be left out where there is one signing key on this computer (dongbo chief).\n"
	  "--to: another step of the chief's, like cancelling what is signed and not received yet.\n\n"
	  "Examples:\n  dongbo sign k3f7q m2x9d --chief \"Trần Văn Mẫu\"\n"
	  "  dongbo sign k3f7q --to cancelled --remark \"The wrong person\"" },
	run
};
