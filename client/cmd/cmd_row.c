/* dongbo row: one more row in a list of a record. */
#include "client/cmd/cmd.h"

/* The type of the rows that a list of this record takes. */
static const struct type *row_type(struct session *s, struct rid parent, const char *list)
{
	const struct type *above = session_type(s, s->stream, parent);
	const struct field *f = above == NULL ? NULL :
				type_field_by_code(above, bytes_str(list));

	return f == NULL || f->kind != FIELD_LIST ? above :
			schema_type_by_code(s->schema, bytes_str(f->targets[0]));
}

static int add_row(struct session *s)
{
	char **argv = s->cli->argv;
	struct assignment *list;
	struct rid parent, id = RID_NONE;
	size_t count;
	int code = session_assignments(s, 2, &list, &count);

	if (code == 0)
		code = session_begin(s);
	if (code == 0)
		code = session_find_own(s, argv[0], &parent);
	if (code != 0)
		return code;
	code = edit_add_row(s->replica, s->schema, &s->draft, parent, bytes_str(argv[1]), list,
			    count, &id, s->e);
	if (code != 0)
		return session_edit_error(s, code, row_type(s, parent, argv[1]));
	code = session_save(s, id);
	return code != 0 ? code : session_tell(s, id, true);
}

static int run(struct cli *c)
{
	return session_run(c, 2, -1, add_row);
}

const struct cli_command cmd_row = {
	"row", "ID LIST field=value...", "author=",
	{ "Thêm một dòng vào danh sách của hồ sơ", "Add a row to a list of a record" },
	{ "Dòng có mã riêng; sửa và xóa bằng mã đó như một hồ sơ (dongbo edit, dongbo delete).\n"
	  "Dòng cũng có thể có danh sách của nó.\n\n"
	  "Ví dụ:\n"
	  "  dongbo row k3f7q lines discipline=toan level=ths count=2\n"
	  "  dongbo row m0x2a people person=p9d4c",
	  "A row has an id of its own; it is edited and deleted by it like a record. A row may\n"
	  "have lists too.\n\n"
	  "Examples:\n"
	  "  dongbo row k3f7q lines discipline=toan level=ths count=2\n"
	  "  dongbo row m0x2a people person=p9d4c" },
	run
};
