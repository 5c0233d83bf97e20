/* dongbod unit: the district's units. */
#include <stdio.h>
#include <string.h>

#include "server/cmd/cmd_unit.h"
#include "server/unit/unit.h"

static int tell(struct desk *d, size_t changed)
{
	json_t *j = json_pack("{s:I}", "changed", (json_int_t)changed);
	bool told = cli_json(d->cli, j);

	if (!told)
		printf(CLI_TEXT(d->cli, "Đã ghi %zu đơn vị.\n", "Wrote %zu units.\n"), changed);
	json_decref(j);
	return told ? 0 : desk_say_waiting(d);
}

int cmd_unit_author(struct desk *d, const struct sign_key **by)
{
	int code = cli_option(d->cli, "as") == NULL ? 0 : desk_officer(d);

	*by = d->has_officer ? &d->officer : &d->server.working;
	return code;
}

/* The plain texts of a unit, and whether it is of another district. */
static void take_texts(const struct cli *c, struct unit_row *u)
{
	u->kind = bytes_str(cli_option(c, "kind"));
	u->admin_id = bytes_str(cli_option(c, "admin-id"));
	u->address = bytes_str(cli_option(c, "address"));
	u->head = bytes_str(cli_option(c, "head"));
	u->phone = bytes_str(cli_option(c, "phone"));
	u->has_outside = u->outside = cli_option(c, "outside") != NULL;
}

static int add(struct desk *d)
{
	struct cli *c = d->cli;
	const struct sign_key *by = NULL;
	struct unit_row u = { 0 };
	int64_t number = 0;
	size_t changed;
	int code = cli_arguments(c, 3, 3);

	if (code == 0)
		code = cli_number(c, "number", 0, 1, INT32_MAX, &number);
	if (code == 0)
		code = desk_day(d, "since", UNIT_ALWAYS, &u.since);
	if (code != 0)
		return code;
	take_texts(c, &u);
	u.has_since = cli_option(c, "since") != NULL;
	u.number = (uint64_t)number;
	u.code = bytes_str(c->argv[1]);
	u.name = bytes_str(c->argv[2]);
	if (cli_option(c, "parent") != NULL) {
		u.has_parent = true;
		code = server_unit_find(&d->server, bytes_str(cli_option(c, "parent")), &u.parent,
					d->e);
	}
	if (code == 0)
		code = cmd_unit_author(d, &by);
	if (code == 0)
		code = unit_put_as(&d->server, by, &u, 1, &changed, d->e);
	return code == 0 ? tell(d, changed) : code;
}

static int import(struct desk *d)
{
	const struct sign_key *by = NULL;
	struct unit_row *units;
	struct buf text;
	size_t count, changed;
	int code = cli_arguments(d->cli, 2, 2);

	if (code != 0)
		return code;
	code = desk_file(d, d->cli->argv[1], UNIT_FILE_MAX, &text);
	if (code == 0)
		code = unit_read(buf_view(&text), &d->arena, &units, &count, d->e);
	if (code == 0)
		code = cmd_unit_author(d, &by);
	if (code == 0)
		code = unit_put_as(&d->server, by, units, count, &changed, d->e);
	buf_release(&text);
	return code == 0 ? tell(d, changed) : code;
}

static const struct verb {
	const char *name;
	int (*run)(struct desk *d);
} verbs[] = {
	{ "add", add }, { "import", import }, { "list", cmd_unit_list },
	{ "show", cmd_unit_show }, { "rename", cmd_unit_change }, { "merge", cmd_unit_change },
	{ "split", cmd_unit_change }, { "move", cmd_unit_change },
	{ "dissolve", cmd_unit_change }, { "withdraw", cmd_unit_withdraw },
	{ "events", cmd_unit_events },
};

static int run(struct cli *c)
{
	const struct verb *verb = NULL;
	size_t i;
	int code = cli_arguments(c, 1, -1);

	for (i = 0; i < sizeof verbs / sizeof verbs[0] && code == 0; i++)
		if (strcmp(c->argv[0], verbs[i].name) == 0)
			verb = &verbs[i];
	if (code == 0 && verb == NULL)
		code = cli_unknown(c, c->argv[0]);
	return code != 0 ? code : desk_run(c, 1, -1, verb->run);
}

const struct cli_command dongbod_unit = {
	"unit", "add CODE NAME | import FILE | list | show UNIT | rename UNIT | merge UNIT... | "
	"split UNIT PART... | move UNIT... | dissolve UNIT... | withdraw EVENT | "
	"events [import FILE]",
	"kind= parent= number= since= outside admin-id= address= head= phone= on= all personal "
	"code= name= into= act= act-date= issuer= from= reason= sort= dry-run as= passphrase-file=",
	{ "Đơn vị: danh sách, lịch sử, đổi tên, sáp nhập, chia tách",
	  "Units: list, history, renaming, merging, splitting" },
	{ "Đơn vị gọi bằng mã (đang dùng hoặc đã dùng), bằng số, hoặc bằng tên. Số của đơn vị "
	  "không bao giờ\n"
	  "đổi; mã, tên, đơn vị cấp trên thì đổi theo văn bản, từ một ngày (dd/mm/yyyy).\n\n"
	  "add, import      đơn vị đã có (theo số, hoặc theo mã) được sửa lại, đơn vị mới được "
	  "thêm. Tệp có\n"
	  "                 dòng tiêu đề với các cột number, code, name, kind, parent, status, "
	  "since,\n"
	  "                 outside, admin_id, address, head, phone; cần có code và name. Với add thì ghi\n"
	  "                 --kind, --parent, --number, --since, --outside (ngoài địa bàn), --admin-id,\n"
	  "                 --address, --head, --phone\n"
	  "list             --on NGÀY: như vào ngày đó; --all: cả đơn vị đã hết; --sort name: xếp theo "
	  "tên\n"
	  "show             lịch sử, văn bản, đơn vị kế thừa; --personal: cả điện thoại\n"
	  "rename, merge, split, move, dissolve\n"
	  "                 cần --act (số văn bản), --act-date, --issuer (nơi ban hành), --from (từ ngày);\n"
	  "                 --dry-run để thử\n"
	  "withdraw         rút lại một sự kiện nhập nhầm; không gì bị xóa\n"
	  "events           các sự kiện đã nhập; events import TỆP nhập nhiều sự kiện\n\n"
	  "Lần nhập đầu, khi chưa công bố bộ biểu mẫu nào, do người quản máy làm và có hiệu lực ngay. Khi\n"
	  "bộ biểu mẫu đòi hai người: mỗi đơn vị, mỗi sự kiện mới (cả việc rút lại) là đề nghị của cán bộ\n"
	  "--as, hoặc của người quản máy, và có hiệu lực khi cán bộ khác duyệt: dongbod verify MÃ. Đơn vị\n"
	  "đã có thì chỉ sửa được địa chỉ, điện thoại... ; tên, mã, loại đổi bằng rename.\n\n"
	  "Ví dụ:\n"
	  "  dongbod unit add MN-TAMSON \"Trường Mầm non Tam Sơn\" --kind MN --parent 08824\n"
	  "  dongbod unit merge 08821 08827 --into 08824 --act \"NQ 1287/NQ-UBTVQH15\" \\\n"
	  "      --act-date 14/11/2024 --issuer \"Ủy ban Thường vụ Quốc hội\" --from "
	  "01/01/2025\n"
	  "  dongbod unit merge 08773 08776 --code 08773 --name \"UBND Mẫu\" --act ...\n"
	  "  dongbod unit split TH-A TH-A=60 \"TH-B=40=Trường Tiểu học B\" --act ...\n"
	  "  dongbod unit move MN-A TH-A --parent 08782 --act ...\n"
	  "  dongbod unit withdraw 3 --reason \"sai ngày hiệu lực\"\n"
	  "  dongbod unit list --on 01/01/2025",
	  "A unit is named by a code (present or former), by its number, or by its name. The number "
	  "never\n"
	  "changes; code, name and parent do, by an act, from a day (dd/mm/yyyy) on.\n\n"
	  "add, import      a unit that is there (by number, else by code) is changed, a new one "
	  "added. The\n"
	  "                 file has a heading line with number, code, name, kind, parent, status, "
	  "since,\n"
	  "                 outside, admin_id, address, head, phone; code and name are needed. With add:\n"
	  "                 --kind, --parent, --number, --since, --outside (of another district),\n"
	  "                 --admin-id, --address, --head, --phone\n"
	  "list             --on DAY: as on that day; --all: those that ended too; --sort name\n"
	  "show             history, acts, successors; --personal: the phone too\n"
	  "rename, merge, split, move, dissolve\n"
	  "                 need --act (its number), --act-date, --issuer, --from (the day it begins);\n"
	  "                 --dry-run only tries\n"
	  "withdraw         takes back an event entered wrongly; nothing is erased\n"
	  "events           the events entered; events import FILE enters many\n\n"
	  "The first import, before any pack is published, is done by whoever runs the machine and\n"
	  "counts at once. Where the pack asks for two persons, each new unit or event (and each\n"
	  "withdrawal) is proposed, by the officer --as or whoever runs the machine, and counts once\n"
	  "another officer approves: dongbod verify ID. Of a unit that is there only address, phone and\n"
	  "the like can then be changed; name, code and kind change by rename.\n\n"
	  "Examples:\n"
	  "  dongbod unit add MN-TAMSON \"Trường Mầm non Tam Sơn\" --kind MN --parent 08824\n"
	  "  dongbod unit merge 08821 08827 --into 08824 --act \"NQ 1287/NQ-UBTVQH15\" \\\n"
	  "      --act-date 14/11/2024 --issuer \"Ủy ban Thường vụ Quốc hội\" --from "
	  "01/01/2025\n"
	  "  dongbod unit merge 08773 08776 --code 08773 --name \"UBND Mẫu\" --act ...\n"
	  "  dongbod unit split TH-A TH-A=60 \"TH-B=40=Trường Tiểu học B\" --act ...\n"
	  "  dongbod unit move MN-A TH-A --parent 08782 --act ...\n"
	  "  dongbod unit withdraw 3 --reason \"wrong day\"\n"
	  "  dongbod unit list --on 01/01/2025" },
	run
};
