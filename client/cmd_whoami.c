/* dongbo whoami: which unit, device and role this computer has. */
#include <inttypes.h>
#include <stdio.h>

#include "client/cmd.h"

/* A fingerprint in groups of four, to be read out on the telephone. */
static void fingerprint(const uint8_t key[SIGN_PUBLIC], char out[80])
{
	uint8_t hash[16];
	struct bytes part = { key, SIGN_PUBLIC };
	size_t i, used = 0;

	hash_parts(hash, sizeof hash, HASH_DEVICE, &part, 1);
	for (i = 0; i < sizeof hash; i += 2)
		used += (size_t)snprintf(out + used, 80 - used, "%s%02x%02x", i > 0 ? "-" : "",
					 hash[i], hash[i + 1]);
}

static struct bytes text_of(const struct buf *b)
{
	return b->len > 0 ? buf_view(b) : bytes_str("-");
}

static void print_all(struct session *s, const struct role *role, const char *device,
		      const char *finger)
{
	struct cli *c = s->cli;
	struct client *cl = &s->client;

	printf("%s: %.*s (%" PRIu64 ")\n", CLI_TEXT(c, "Đơn vị", "Unit"),
	       (int)text_of(&cl->unit_name).len, (const char *)text_of(&cl->unit_name).at,
	       cl->unit);
	printf("%s: %.*s\n", CLI_TEXT(c, "Huyện", "District"),
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
	       cl->enrolled ? CLI_TEXT(c, "máy chủ huyện đã công nhận máy này",
				       "the district server has accepted this computer") :
			      CLI_TEXT(c, "chưa xong, cần đồng bộ lần đầu (dongbo sync)",
				       "not finished, synchronise once (dongbo sync)"));
}

static int run(struct cli *c)
{
	const struct role *role;
	struct session s;
	char device[24], finger[80];
	json_t *j;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0) {
		role = schema_role(s.schema, s.client.role);
		snprintf(device, sizeof device, "%016" PRIx64, s.client.key.id);
		fingerprint(s.client.key.public_key, finger);
		j = json_pack("{s:I, s:s%, s:s%, s:s, s:s%, s:s, s:s, s:s%, s:b}", "unit",
			      (json_int_t)s.client.unit, "unit_name", (char *)s.client.unit_name.at,
			      s.client.unit_name.len, "district",
			      (const char *)s.replica->district.name.at,
			      s.replica->district.name.len, "role",
			      role == NULL ? "" : role->code, "author",
			      s.client.author.len > 0 ? (char *)s.client.author.at : "",
			      s.client.author.len, "device", device, "fingerprint", finger,
			      "server", (char *)s.client.address.at, s.client.address.len,
			      "enrolled", s.client.enrolled);
		if (j == NULL)
			code = err_set(&c->err, ERR_NOMEM, "whoami");
		else if (!cli_json(c, j))
			print_all(&s, role, device, finger);
		json_decref(j);
	}
	session_close(&s);
	return code;
}

const struct cli_command cmd_whoami = {
	"whoami", "", "",
	{ "Xem đơn vị, vai trò, mã máy và địa chỉ máy chủ", "Show unit, role, device and server" },
	{ "Dấu vân tay của khóa dùng để đọc qua điện thoại cho Phòng Nội vụ đối chiếu.\n\n"
	  "Ví dụ:\n  dongbo whoami",
	  "The key's fingerprint is for reading out to the Home Affairs office, to compare.\n\n"
	  "Example:\n  dongbo whoami" },
	run
};
