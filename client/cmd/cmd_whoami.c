/* dongbo whoami: which unit, device and role this computer has. */
#include <inttypes.h>
#include <stdio.h>

#include "client/cmd/cmd.h"

static struct bytes text_of(const struct buf *b)
{
	return b->len > 0 ? buf_view(b) : bytes_str("-");
}

static void print_all(struct session *s, const struct role *role, const char *device,
		      const char *finger, const json_t *chiefs)
{
	struct cli *c = s->cli;
	struct client *cl = &s->client;
	json_t *j;
	size_t i;

	printf("%s: %.*s (%" PRIu64 ")\n", CLI_TEXT(c, "Đơn vị", "Unit"),
	       (int)text_of(&cl->unit_name).len, (const char *)text_of(&cl->unit_name).at,
	       cl->unit);
	printf("%s: %.*s\n", CLI_TEXT(c, "Máy chủ của", "Server of"),
	       (int)s->replica->district.name.len, (const char *)s->replica->district.name.at);
	printf("%s: %s\n", CLI_TEXT(c, "Vai trò", "Role"),
	       role == NULL ? "-" : label_in(&role->label, c->lang));
	printf("%s: %.*s\n", CLI_TEXT(c, "Người dùng", "User"), (int)text_of(&cl->author).len,
	       (const char *)text_of(&cl->author).at);
	printf("%s: %s\n", CLI_TEXT(c, "Mã máy", "Device"), device);
	printf("%s: %s\n", CLI_TEXT(c, "Dấu vân tay của khóa", "Key fingerprint"), finger);
	printf("%s: %.*s\n", CLI_TEXT(c, "Máy chủ", "Server"), (int)text_of(&cl->address).len,
	       (const char *)text_of(&cl->address).at);
	printf("%s: %s\n", CLI_TEXT(c, "Ghi danh", "Enrolment"),
	       cl->enrolled ? CLI_TEXT(c, "máy chủ đã công nhận máy này",
				       "the server has accepted this computer") :
			      CLI_TEXT(c, "chưa xong, cần đồng bộ lần đầu (dongbo sync)",
				       "not finished, synchronise once (dongbo sync)"));
	json_array_foreach(chiefs, i, j)
		printf("%s: %s (%s)\n", CLI_TEXT(c, "Thủ trưởng ký trên máy này",
						"Chief who signs on this computer"),
		       json_string_value(json_object_get(j, "name")),
		       json_is_true(json_object_get(j, "certified")) ?
			       CLI_TEXT(c, "máy chủ đã công nhận khóa",
					"the server has accepted the key") :
			       CLI_TEXT(c, "khóa chưa được công nhận", "key not accepted yet"));
}

static int whoami(struct session *s)
{
	const struct client *cl = &s->client;
	const struct role *role = schema_role(s->schema, cl->role);
	char device[24], finger[FINGERPRINT_SIZE];
	json_t *j, *chiefs = session_chiefs(s);

	snprintf(device, sizeof device, "%016" PRIx64, cl->key.id);
	hash_fingerprint(cl->key.public_key, finger);
	j = json_pack("{s:I, s:s%, s:s%, s:s, s:s%, s:s, s:s, s:s%, s:b, s:O}", "unit",
		      (json_int_t)cl->unit, "unit_name", (char *)cl->unit_name.at,
		      cl->unit_name.len, "district", (const char *)s->replica->district.name.at,
		      s->replica->district.name.len, "role", role == NULL ? "" : role->code,
		      "author", cl->author.len > 0 ? (char *)cl->author.at : "", cl->author.len,
		      "device", device, "fingerprint", finger, "server",
		      cl->address.len > 0 ? (char *)cl->address.at : "", cl->address.len,
		      "enrolled", cl->enrolled, "chiefs", chiefs);
	if (j != NULL && !cli_json(s->cli, j))
		print_all(s, role, device, finger, chiefs);
	json_decref(chiefs);
	if (j == NULL)
		return err_set(s->e, ERR_NOMEM, "whoami");
	json_decref(j);
	return 0;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = whoami(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_whoami = {
	"whoami", "", "",
	{ "Xem đơn vị, vai trò, mã máy và địa chỉ máy chủ", "Show unit, role, device and server" },
	{ "Dấu vân tay của khóa dùng để đọc qua điện thoại cho cơ quan tiếp nhận đối chiếu.\n\n"
	  "Ví dụ:\n  dongbo whoami",
	  "The key's fingerprint is for reading out to the receiving office, to compare.\n\n"
	  "Example:\n  dongbo whoami" },
	run
};
