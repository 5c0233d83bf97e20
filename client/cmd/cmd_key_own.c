/* dongbo key, of this computer's own: which it has had, and a new one in the place of the last. */
#include <stdio.h>
#include <string.h>

#include "client/cmd/cmd.h"
#include "client/identity/incarnation.h"
#include "client/identity/renew.h"

static const char *reason_text(const struct cli *c, const char *reason)
{
	if (strcmp(reason, "restored") == 0)
		return CLI_TEXT(c, "kho được đưa về bản cũ", "the store was put back to an older copy");
	if (strcmp(reason, "enrolled") == 0)
		return CLI_TEXT(c, "ghi danh lại bằng giấy mới", "enrolled again");
	if (strcmp(reason, "copied") == 0)
		return CLI_TEXT(c, "kho được chép từ máy khác", "the store was copied");
	if (strcmp(reason, "forked") == 0)
		return CLI_TEXT(c, "hai máy đã dùng chung một khóa", "two computers had one key");
	return CLI_TEXT(c, "đổi khóa", "the key was changed");
}

int session_own_keys(struct session *s, json_t *out)
{
	char device[17], when[32], finger[FINGERPRINT_SIZE];
	json_t *before = NULL, *j;
	size_t i;
	int code = incarnation_list(&s->client, &before, s->e);

	if (code != 0)
		return code;
	snprintf(device, sizeof device, "%016llx", (unsigned long long)s->client.key.id);
	hash_fingerprint(s->client.key.public_key, finger);
	if (!s->cli->json) {
		printf("%s: %s (%s)\n", CLI_TEXT(s->cli, "Khóa của máy này", "This computer's key"), device,
		       finger);
		json_array_foreach(before, i, j)
			printf(CLI_TEXT(s->cli, "  trước %s là khóa %.6s: %s\n", "  until %s it was %.6s: %s\n"),
			       time_text(json_integer_value(json_object_get(j, "time")), when),
			       json_string_value(json_object_get(j, "old")),
			       reason_text(s->cli, json_string_value(json_object_get(j, "reason"))));
	}
	json_object_set_new(out, "device", json_string(device));
	json_object_set_new(out, "fingerprint", json_string(finger));
	json_object_set_new(out, "before", before);
	return 0;
}

int session_change_key(struct session *s)
{
	char old[17], device[17];
	json_t *j;
	int code;

	snprintf(old, sizeof old, "%016llx", (unsigned long long)s->client.key.id);
	code = renew_key(&s->client, s->e);
	if (code != 0)
		return code;
	snprintf(device, sizeof device, "%016llx", (unsigned long long)s->client.key.id);
	j = json_pack("{s:s, s:s}", "old", old, "device", device);
	if (j != NULL && !cli_json(s->cli, j))
		printf(CLI_TEXT(s->cli, "Khóa mới của máy: %s (thay cho %s). Máy chủ biết ở lần đồng bộ tới; không "
					"cần giấy ghi danh.\n",
				"This computer's new key: %s (in the place of %s). The server learns of it at "
				"the next synchronisation; no enrolment is needed.\n"), device, old);
	json_decref(j);
	return 0;
}
