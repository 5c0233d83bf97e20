/* dongbo number: official numbers for records that have none yet. */
#include "client/cmd/cmd.h"
#include "common/replica/lease.h"

/* Whether a number is still to be given: then the record's state keeps the field shut. */
static bool lacks_number(const struct session *s, const struct type *t, const struct record *rec)
{
	size_t i;

	for (i = 0; i < t->field_count; i++)
		if (lease_field(s->schema, t, &t->fields[i], s->client.role) &&
		    record_value(rec, t->fields[i].number).kind == VALUE_NULL)
			return true;
	return false;
}

static int number_one(struct session *s, const char *text)
{
	size_t before;
	const struct type *t;
	struct record rec;
	struct rid id;
	int code = session_begin(s);

	if (code == 0)
		code = session_find_own(s, text, &id);
	if (code == 0)
		code = query_record(s->replica, s->stream, id, &s->arena, &rec, s->e);
	if (code != 0)
		return code;
	t = schema_type(s->schema, rec.type);
	if (t == NULL)
		return err_set(s->e, ERR_NO_TYPE, "%s", text);
	before = s->draft.count;
	code = session_number(s, t, id, &rec, true);
	if (code != 0)
		return code;
	before = s->draft.count - before;
	if (before == 0 && lacks_number(s, t, &rec))
		return err_set(s->e, ERR_LOCKED, "%s", text);
	code = session_save(s, id);
	return code != 0 ? code : session_tell(s, id, before > 0);
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 1, -1), i;

	if (code != 0)
		return code;
	code = session_open(&s, c);
	for (i = 0; i < c->argc && code == 0; i++)
		code = number_one(&s, c->argv[i]);
	session_close(&s);
	return code;
}

const struct cli_command cmd_number = {
	"number", "ID...", "author=",
	{ "Lấy số vào sổ cho hồ sơ chưa có số", "Take official numbers for records that have none" },
	{ "Hồ sơ nhập bằng dongbo add được lấy số ngay. Hồ sơ nhập từ bảng tính, hoặc nhập lúc máy hết số,\n"
	  "thì lấy sau bằng lệnh này. Số được cấp trước cho từng máy theo khối, nên không có mạng vẫn\n"
	  "lấy được và không bao giờ trùng; còn bao nhiêu số: dongbo status.\n\n"
	  "Ví dụ:\n  dongbo number k3f7q m2x9d",
	  "Records made with dongbo add get theirs at once. Those that were imported, or entered when\n"
	  "the computer had none left, get them later with this. Each computer has blocks of numbers of\n"
	  "its own, so none is given twice, network or not; what is left: dongbo status.\n\n"
	  "Example:\n  dongbo number k3f7q m2x9d" },
	run
};
