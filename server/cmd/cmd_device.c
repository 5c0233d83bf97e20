/* dongbod device: which computers and people write in which stream, which keys asked to and
 * were refused; what one of them has done; taking its rights away, letting one in. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/text/date.h"
#include "common/text/text.h"
#include "protocol/limits.h"
#include "server/cmd/cmd.h"
#include "server/exchange/adopt.h"

enum { TOUCHED_SHOWN = 1000, KEEP_MAX = 64 };

static json_t *text_json(struct bytes b)
{
	return json_stringn((const char *)b.at, b.len);
}

static json_t *fingerprint_json(struct bytes key)
{
	char finger[FINGERPRINT_SIZE] = "";

	if (key.len == SIGN_PUBLIC)
		hash_fingerprint(key.at, finger);
	return json_string(finger);
}

/* Every certificate, or those of one device. */
static int gather(struct desk *d, uint64_t only, json_t *list)
{
	struct stmt *q;
	int code = db_query(d->server.db, d->e, &q,
			    "SELECT d.stream, d.device, d.role, d.name, d.status, c.time, d.key, "
			    "t.f_reason, (SELECT count(*) FROM held h WHERE h.stream=d.stream AND "
			    "h.device=d.device), (SELECT count(*) FROM succession u WHERE "
			    "u.old=d.device AND u.reason=4) FROM device d LEFT JOIN contact c ON "
			    "c.device = d.device LEFT JOIN t_cert t ON t.stream=d.stream AND "
			    "t.device=d.cert_device AND t.op=d.cert_op WHERE d.device=$1 OR $1=0 "
			    "ORDER BY d.stream, d.device", "u", only);

	if (code != 0)
		return code;
	while ((code = db_step(q, d->e)) == 1) {
		const struct role *r = schema_role(d->schema, (uint32_t)db_int(q, 2));
		bool given_up = db_int(q, 9) > 0 && bytes_equal(db_text(q, 4), bytes_str("active"));
		char id[17];
		json_t *j;

		snprintf(id, sizeof id, "%016llx", (unsigned long long)db_int(q, 1));
		j = json_pack("{s:I, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I}", "stream",
			      (json_int_t)db_int(q, 0), "device", id, "role",
			      r == NULL ? "?" : r->code, "name", text_json(db_text(q, 3)), "status",
			      given_up ? json_string("replaced") : text_json(db_text(q, 4)), "last_contact",
			      db_is_null(q, 5) ? json_null() : json_integer(db_int(q, 5)),
			      "fingerprint", fingerprint_json(db_bytes(q, 6)), "reason",
			      db_is_null(q, 7) ? json_null() : text_json(db_text(q, 7)), "held",
			      (json_int_t)db_int(q, 8));
		if (json_array_append_new(list, j) != 0) {
			code = err_set(d->e, ERR_NOMEM, "devices");
			break;
		}
	}
	db_done(q);
	return code;
}

/* Keys that claimed an enrolment which another had used, or which had expired: in
 * the same list, with their status saying so, and who has it. */
static int gather_refused(struct desk *d, uint64_t only, json_t *list)
{
	struct stmt *q;
	int code = db_query(d->server.db, d->e, &q,
			    "SELECT c.unit, c.key, c.code, c.time, n.key, c.author, n.role FROM "
			    "claim_refused c JOIN enrolment n ON n.id=c.enrolment ORDER BY c.time", "");

	if (code != 0)
		return code;
	while ((code = db_step(q, d->e)) == 1) {
		uint64_t device = hash_device(db_bytes(q, 1).at);
		const struct role *r = schema_role(d->schema, (uint32_t)db_int(q, 6));
		char id[17];
		json_t *j;

		if (only != 0 && device != only)
			continue;
		snprintf(id, sizeof id, "%016llx", (unsigned long long)device);
		j = json_pack("{s:I, s:s, s:s, s:o, s:s, s:I, s:o, s:o}", "stream",
			      (json_int_t)db_int(q, 0), "device", id, "role",
			      r == NULL ? "?" : r->code, "name", text_json(db_text(q, 5)), "status",
			      err_name((int)db_int(q, 2)), "last_contact", (json_int_t)db_int(q, 3),
			      "fingerprint", fingerprint_json(db_bytes(q, 1)), "used_by",
			      db_is_null(q, 4) ? json_null() : fingerprint_json(db_bytes(q, 4)));
		if (json_array_append_new(list, j) != 0) {
			code = err_set(d->e, ERR_NOMEM, "devices");
			break;
		}
	}
	db_done(q);
	return code;
}

/* The status in a word for people. */
static const char *status_word(const struct cli *c, const char *status)
{
	if (strcmp(status, "active") == 0)
		return CLI_TEXT(c, "đang dùng", "active");
	if (strcmp(status, "revoked") == 0)
		return CLI_TEXT(c, "ĐÃ THU HỒI", "REVOKED");
	if (strcmp(status, "replaced") == 0)
		return CLI_TEXT(c, "đã đổi khóa, khóa này thôi dùng", "replaced by a new key");
	if (strcmp(status, err_name(ERR_ENROL_USED)) == 0)
		return CLI_TEXT(c, "TỪ CHỐI: giấy ghi danh đã dùng", "REFUSED: enrolment used");
	if (strcmp(status, err_name(ERR_ENROL_EXPIRED)) == 0)
		return CLI_TEXT(c, "TỪ CHỐI: giấy ghi danh hết hạn", "REFUSED: enrolment expired");
	return status;
}

static const char *role_word(struct desk *d, const char *code)
{
	const struct role *r = schema_role_by_code(d->schema, bytes_str(code));

	return r == NULL ? code : label_in(&r->label, d->cli->lang);
}

static int print(struct desk *d, json_t *list)
{
	const char *const headings[] = {
		CLI_TEXT(d->cli, "ĐƠN VỊ", "UNIT"), CLI_TEXT(d->cli, "MÁY", "DEVICE"),
		CLI_TEXT(d->cli, "VAI TRÒ", "ROLE"), CLI_TEXT(d->cli, "TÊN", "NAME"),
		CLI_TEXT(d->cli, "TÌNH TRẠNG", "STATUS"),
		CLI_TEXT(d->cli, "LIÊN LẠC CUỐI", "LAST CONTACT")
	};
	struct cli_table *t = cli_table_new(6, headings);
	json_t *j;
	size_t i;
	int code;

	json_array_foreach(list, i, j) {
		char a[32];
		const char *cells[6] = {
			desk_text(j, "unit", a), desk_text(j, "device", a),
			role_word(d, desk_text(j, "role", a)), desk_text(j, "name", a),
			status_word(d->cli, desk_text(j, "status", a)),
			desk_time(json_integer_value(json_object_get(j, "last_contact")), a)
		};

		cli_table_row(t, cells);
	}
	code = cli_table_print(t, d->e);
	cli_table_free(t);
	return code;
}

/* What an officer compares before he lets somebody in. */
static void print_refused(struct desk *d, const json_t *list)
{
	struct cli *c = d->cli;
	const json_t *j;
	size_t i;

	json_array_foreach(list, i, j) {
		char a[32], line[400];
		const char *used = desk_text(j, "used_by", a), *status = desk_text(j, "status", a);

		if (strcmp(status, "active") == 0 || strcmp(status, "revoked") == 0 ||
		    strcmp(status, "replaced") == 0)
			continue;
		printf("\n");
		snprintf(line, sizeof line, CLI_TEXT(c, "%s (%s): dấu vân tay của khóa %s",
						     "%s (%s): fingerprint of the key %s"),
			 desk_text(j, "unit", a), desk_text(j, "name", a),
			 desk_text(j, "fingerprint", a));
		desk_print(line);
		if (used[0] != '\0')
			printf(CLI_TEXT(c, "  giấy ghi danh này đã do khóa %s dùng\n",
					"  this enrolment was used by key %s\n"), used);
		printf(CLI_TEXT(c, "  Nếu máy đó (dongbo whoami) đọc đúng dấu này: dongbod device accept %s\n",
				"  If that computer (dongbo whoami) reads the same out: dongbod device accept "
				"%s\n"), desk_text(j, "fingerprint", a));
	}
}

static int list(struct desk *d)
{
	json_t *all = json_array();
	int code = cli_arguments(d->cli, 1, 1);

	if (code == 0)
		code = gather(d, 0, all);
	if (code == 0)
		code = gather_refused(d, 0, all);
	if (code == 0)
		code = desk_add_units(d, all);
	if (code == 0 && !cli_json(d->cli, all)) {
		code = print(d, all);
		print_refused(d, all);
	}
	json_decref(all);
	return code;
}

/* The device that a person names: 4 to 16 digits of its id. */
static int find(struct desk *d, const char *text, uint64_t *out)
{
	size_t n = strlen(text), matches = 0;
	struct stmt *q;
	int code;

	if (n < 4 || n > 16 || strspn(text, "0123456789abcdefABCDEF") != n)
		return err_set(d->e, ERR_NO_DEVICE, "%.40s", text);
	code = db_query(d->server.db, d->e, &q, "SELECT device FROM device GROUP BY device", "");
	if (code != 0)
		return code;
	while ((code = db_step(q, d->e)) == 1) {
		char id[17];
		size_t i;

		snprintf(id, sizeof id, "%016llx", (unsigned long long)db_int(q, 0));
		for (i = 0; i < n && id[i] == (text[i] >= 'A' && text[i] <= 'F' ?
					       text[i] - 'A' + 'a' : text[i]); i++)
			;
		if (i < n)
			continue;
		matches++;
		*out = (uint64_t)db_int(q, 0);
	}
	db_done(q);
	if (code == 0 && matches != 1)
		code = err_set(d->e, matches == 0 ? ERR_NO_DEVICE : ERR_AMBIGUOUS, "%s", text);
	return code;
}

static void print_touched(struct desk *d, const json_t *touched)
{
	struct cli *c = d->cli;
	const json_t *j;
	size_t i;

	printf("\n%s\n", json_array_size(touched) == 0 ?
		       CLI_TEXT(c, "Không có hồ sơ nào do máy này ghi trong thời gian đó.",
				"No record was written by this computer in that time.") :
		       CLI_TEXT(c, "Hồ sơ do máy này ghi (lần cuối nhận lúc):",
				"Records written by this computer (last received):"));
	json_array_foreach(touched, i, j) {
		char a[32], when[32], line[1200];

		snprintf(line, sizeof line, "  %s  %s  %s  %s  %s  [%s]",
			 desk_time(json_integer_value(json_object_get(j, "received")), when),
			 desk_text(j, "unit", a), desk_text(j, "short", a), desk_text(j, "label", a),
			 desk_text(j, "title", a), desk_text(j, "state_label", a));
		desk_print(line);
	}
	if (json_array_size(touched) == TOUCHED_SHOWN)
		printf(CLI_TEXT(c, "  (%d hồ sơ mới nhất; thu hẹp bằng --since)\n",
				"  (the newest %d; narrow it with --since)\n"), TOUCHED_SHOWN);
}

static int print_one(struct desk *d, json_t *out)
{
	struct cli *c = d->cli;
	json_t *certs = json_object_get(out, "certificates"), *first = json_array_get(certs, 0);
	char a[32], line[800];
	json_t *j;
	size_t i;
	int code = print(d, certs);

	printf("\n%s: %s\n", CLI_TEXT(c, "Dấu vân tay của khóa", "Key fingerprint"),
	       desk_text(first, "fingerprint", a));
	if (desk_text(out, "in_place_of", a)[0] != '\0')
		printf("%s: %s\n", CLI_TEXT(c, "Thay cho máy", "In the place of"),
		       desk_text(out, "in_place_of", a));
	json_array_foreach(json_object_get(out, "heirs"), i, j)
		printf("%s: %s\n", CLI_TEXT(c, "Được thay bằng máy", "Replaced by"),
		       json_string_value(j));
	if (desk_text(first, "reason", a)[0] != '\0') {
		snprintf(line, sizeof line, "%s: %s", CLI_TEXT(c, "Lý do thu hồi", "Revoked because"),
			 desk_text(first, "reason", a));
		desk_print(line);
	}
	if (json_integer_value(json_object_get(out, "held")) > 0)
		printf(CLI_TEXT(c, "Gói chờ xét: %lld, xem dongbod held\n",
				"Packets that wait for a decision: %lld, see dongbod held\n"),
		       (long long)json_integer_value(json_object_get(out, "held")));
	print_touched(d, json_object_get(out, "touched"));
	return code;
}

/* Keys before and after it. */
static int add_kin(struct desk *d, uint64_t device, json_t *out)
{
	json_t *heirs = json_array();
	struct stmt *q;
	char id[17];
	int code = db_query(d->server.db, d->e, &q, "SELECT device, old FROM lineage WHERE device=$1 OR "
			    "old=$1 GROUP BY device, old ORDER BY device", "u", device);

	if (code == 0) {
		while ((code = db_step(q, d->e)) == 1) {
			bool heir = (uint64_t)db_int(q, 1) == device;

			snprintf(id, sizeof id, "%016llx", (unsigned long long)db_int(q, heir ? 0 : 1));
			if (heir)
				json_array_append_new(heirs, json_string(id));
			else
				json_object_set_new(out, "in_place_of", json_string(id));
		}
		db_done(q);
	}
	json_object_set_new(out, "heirs", heirs);
	return code;
}

static int gather_one(struct desk *d, uint64_t device, int64_t since, json_t *out)
{
	json_t *certs = json_array(), *touched = NULL;
	int64_t held = 0;
	int code = gather(d, device, certs);

	d->options.limit = TOUCHED_SHOWN;
	if (code == 0)
		code = query_touched(d->replica, device, since, &d->options, &touched, d->e);
	if (code == 0)
		code = desk_add_units(d, certs);
	if (code == 0)
		code = desk_add_units(d, touched);
	if (code == 0)
		code = add_kin(d, device, out);
	if (code == 0)
		code = db_number(d->server.db, d->e, 0, &held, "SELECT count(*) FROM held WHERE "
				 "device=$1", "u", device);
	json_object_set_new(out, "held", json_integer(held));
	json_object_set_new(out, "certificates", certs);
	json_object_set_new(out, "touched", touched == NULL ? json_null() : touched);
	return code;
}

static int show(struct desk *d)
{
	json_t *out = json_object();
	uint64_t device = 0;
	int64_t since = 0;
	int code = cli_arguments(d->cli, 2, 2);

	if (code == 0)
		code = desk_options(d);
	if (code == 0)
		code = desk_day(d, "since", UNIT_ALWAYS, &since);
	if (code == 0)
		code = desk_read(d);
	if (code == 0)
		code = find(d, d->cli->argv[1], &device);
	if (code == 0)
		code = gather_one(d, device, since == UNIT_ALWAYS ? INT64_MIN : date_begins(since), out);
	if (code == 0 && !cli_json(d->cli, out))
		code = print_one(d, out);
	json_decref(out);
	return code;
}

static int tell_revoked(struct desk *d, const struct revoked *r, const char *name)
{
	struct cli *c = d->cli;
	json_t *devices = json_array(), *j;
	size_t i;

	for (i = 0; i < r->count; i++) {
		char id[17];

		snprintf(id, sizeof id, "%016llx", (unsigned long long)r->list[i]);
		json_array_append_new(devices, json_string(id));
	}
	j = json_pack("{s:o, s:I}", "revoked", devices, "held", (json_int_t)r->held);
	if (j == NULL)
		return err_set(d->e, ERR_NOMEM, "revoked");
	if (!cli_json(c, j)) {
		json_t *id;

		json_array_foreach(devices, i, id)
			printf(CLI_TEXT(c, "Đã thu hồi quyền của máy %s.\n", "Revoked computer %s.\n"),
			       json_string_value(id));
		printf(CLI_TEXT(c, "Từ giờ máy không nhận được gì; những gì nó gửi được giữ lại chờ xét "
				   "(dongbod held).\nNhững gì đã nhận trước đó vẫn còn: dongbod device show "
				   "%s --since NGÀY liệt kê để xem lại.\nĐể máy làm việc lại: cấp giấy ghi danh "
				   "mới (dongbod enrol).\n",
				"From now on it gets nothing, and what it sends is kept for a decision "
				"(dongbod held).\nWhat was received before stays: dongbod device show %s "
				"--since DATE lists it.\nFor the computer to work again, give it a new "
				"enrolment (dongbod enrol).\n"), name);
	}
	json_decref(j);
	return 0;
}

static int revoke(struct desk *d)
{
	struct cli *c = d->cli;
	const char *reason = cli_option(c, "reason");
	struct bytes text = BYTES_NONE;
	uint64_t device = 0, keep[KEEP_MAX];
	struct revoked r;
	size_t n;
	int code = cli_arguments(c, 2, 2);

	if (code == 0 && (reason == NULL || reason[0] == '\0'))
		code = cli_usage(c, CLI_TEXT(c, "cần --reason LÝ_DO", "--reason REASON is needed"));
	if (code == 0)
		code = text_take(bytes_str(reason), 500, &d->arena, &text, d->e);
	if (code == 0)
		code = find(d, c->argv[1], &device);
	for (n = 0; code == 0 && n < KEEP_MAX && cli_option_at(c, "keep", n) != NULL; n++)
		code = find(d, cli_option_at(c, "keep", n), &keep[n]);
	if (code == 0)
		code = revoke_key(&d->server, device, text, keep, n, &r, d->e);
	if (code == ERR_REVOKED)
		return cli_usage(c, CLI_TEXT(c, "máy %s đã bị thu hồi từ trước", "%s was revoked before"),
				 c->argv[1]);
	return code == 0 ? tell_revoked(d, &r, c->argv[1]) : code;
}

static int accept(struct desk *d)
{
	struct cli *c = d->cli;
	uint64_t device = 0;
	size_t sets = 0;
	char id[17];
	json_t *j;
	int code = cli_arguments(c, 2, 2);

	if (code == 0)
		code = adopt_claim(&d->server, bytes_str(c->argv[1]), &device, &sets, d->e);
	if (code != 0)
		return code;
	snprintf(id, sizeof id, "%016llx", (unsigned long long)device);
	j = json_pack("{s:s, s:I}", "device", id, "changesets", (json_int_t)sets);
	if (j != NULL && !cli_json(c, j))
		printf(CLI_TEXT(c, "Đã công nhận máy %s; %zu gói nó đã gửi được nhận vào. Lần đồng bộ tới máy sẽ "
				   "biết.\n",
				"Computer %s is accepted; %zu packets that it had sent are in. It will know at "
				"its next synchronisation.\n"), id, sets);
	json_decref(j);
	return 0;
}

static int device(struct desk *d)
{
	const char *what = d->cli->argv[0];

	if (strcmp(what, "list") == 0)
		return list(d);
	if (strcmp(what, "show") == 0)
		return show(d);
	if (strcmp(what, "revoke") == 0)
		return revoke(d);
	if (strcmp(what, "accept") == 0)
		return accept(d);
	return cli_unknown(d->cli, what);
}

static int run(struct cli *c)
{
	return desk_run(c, 1, 2, device);
}

const struct cli_command dongbod_device = {
	"device", "list | show DEVICE [--since DATE] | revoke DEVICE --reason TEXT [--keep DEVICE]... | "
		  "accept FINGERPRINT",
	"reason= keep= since=",
	{ "Xem các máy, thu hồi quyền của một máy, công nhận một máy đến muộn",
	  "List the computers, take one's rights away, let one in that came late" },
	{ "MÁY là mã máy trong danh sách (4 chữ số đầu trở lên nếu không nhầm được).\n\n"
	  "revoke: máy mất, bị trộm hay người dùng đã nghỉ. Máy (và các khóa thay cho nó, trừ --keep) không\n"
	  "nhận được gì nữa; những gì nó gửi sau đó được giữ, chờ người xét: dongbod held. Những gì đã nhận\n"
	  "trước đó không đổi: show --since liệt kê các hồ sơ máy đã ghi từ ngày ấy để xem và sửa như thường.\n\n"
	  "accept: giấy ghi danh đã hết hạn khi máy gửi về, hoặc đã có máy khác dùng. Gọi điện hỏi dấu vân tay\n"
	  "của khóa (dongbo whoami trên máy ấy); đúng với dấu trong danh sách thì công nhận. Những gì nhập\n"
	  "trong lúc chờ không mất.\n\n"
	  "Ví dụ:\n  dongbod device list\n  dongbod device show 7246 --since 01/03/2026\n"
	  "  dongbod device revoke 72460571ca75260f --reason \"Mất trộm ngày 05/03/2026\"\n"
	  "  dongbod device accept 1b2c-33d4-9e0f-7a61-52c8-0d3e-f41a-88b7",
	  "DEVICE is a computer's id as in the list (its first 4 digits or more, if that is one only).\n\n"
	  "revoke: lost, stolen, or its user has left. The computer (and keys in its place, but for --keep)\n"
	  "gets nothing more; what it sends later is kept for a person to judge: dongbod held. What was\n"
	  "received before stays: show --since lists the records that it has written since that day, to be\n"
	  "looked through and corrected as usual.\n\n"
	  "accept: an enrolment had expired when the computer first called, or another one had used it. Ask\n"
	  "for the key's fingerprint by telephone (dongbo whoami on that computer); if it is the one in the\n"
	  "list, accept it. What was entered meanwhile is not lost.\n\n"
	  "Examples:\n  dongbod device list\n  dongbod device show 7246 --since 01/03/2026\n"
	  "  dongbod device revoke 72460571ca75260f --reason \"Stolen on 05/03/2026\"\n"
	  "  dongbod device accept 1b2c-33d4-9e0f-7a61-52c8-0d3e-f41a-88b7" },
	run
};
