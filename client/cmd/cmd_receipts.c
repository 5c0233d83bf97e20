/* dongbo receipts: the server's signatures that prove what it has received. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/cmd/cmd.h"
#include "client/sync/receipt.h"

static int list_receipts(struct session *s, json_t *list)
{
	struct stmt *st;
	int code = db_query(s->client.db, s->e, &st, "SELECT stream, seq, time, head, own, "
			    "(SELECT count(*) FROM safe f WHERE f.stream=r.stream AND "
			    "f.seq>=r.seq) FROM receipt r ORDER BY stream, seq", "");

	if (code != 0)
		return code;
	while ((code = db_step(st, s->e)) == 1) {
		struct bytes head = db_bytes(st, 3);
		char text[2 * HASH_SIZE + 1] = "";
		size_t i;

		for (i = 0; i < head.len && i < HASH_SIZE; i++)
			snprintf(text + 2 * i, 3, "%02x", head.at[i]);
		json_array_append_new(list, json_pack("{s:I, s:I, s:I, s:s, s:b, s:b}", "stream",
						      (json_int_t)db_int(st, 0), "seq",
						      (json_int_t)db_int(st, 1), "time",
						      (json_int_t)db_int(st, 2), "head", text,
						      "own", db_int(st, 4) != 0, "in_backup",
						      db_int(st, 5) != 0));
	}
	db_done(st);
	return code;
}

static int print_receipts(struct session *s, const json_t *list)
{
	static const char *const vi[] = { "SỔ", "ĐẾN SỐ", "MÁY CHỦ NHẬN LÚC", "MÃ KIỂM TRA", "", "" };
	static const char *const en[] = { "LOG", "UP TO", "RECEIVED", "CHECK", "", "" };
	struct cli *c = s->cli;
	struct cli_table *table = cli_table_new(6, CLI_TEXT(c, vi, en));
	json_t *j;
	size_t i;
	int code;

	if (table == NULL)
		return err_set(s->e, ERR_NOMEM, "receipts");
	json_array_foreach(list, i, j) {
		char stream[24], seq[24], time[32], head[20];
		const char *cells[] = { stream, seq, time, head,
					json_is_true(json_object_get(j, "own")) ?
						CLI_TEXT(c, "có phần của máy này", "covers ours") :
						"",
					json_is_true(json_object_get(j, "in_backup")) ?
						CLI_TEXT(c, "đã có trong bản sao lưu", "in backup") :
						"" };

		snprintf(stream, sizeof stream, "%" PRId64,
			 (int64_t)json_integer_value(json_object_get(j, "stream")));
		snprintf(seq, sizeof seq, "%" PRId64,
			 (int64_t)json_integer_value(json_object_get(j, "seq")));
		snprintf(head, sizeof head, "%.16s",
			 json_string_value(json_object_get(j, "head")));
		time_text(json_integer_value(json_object_get(j, "time")), time);
		cli_table_row(table, cells);
	}
	code = cli_table_print(table, s->e);
	cli_table_free(table);
	return code;
}

static int receipts(struct session *s)
{
	struct cli *c = s->cli;
	bool verify = cli_option(c, "verify") != NULL;
	struct receipt_check check = { 0 };
	json_t *list = json_array(), *result;
	int code = session_read(s);

	if (code == 0)
		code = list_receipts(s, list);
	if (code == 0 && verify)
		code = receipt_verify(&s->client, &check, s->e);
	result = json_pack("{s:o}", "receipts", list);
	if (code == 0 && verify)
		json_object_set_new(result, "verified",
				    json_pack("{s:I, s:I}", "items", (json_int_t)check.items,
					      "receipts", (json_int_t)check.receipts));
	if (code == 0 && !cli_json(c, result)) {
		code = print_receipts(s, list);
		if (verify)
			printf(CLI_TEXT(c, "Đã kiểm tra lại: %" PRIu64 " gói, %" PRIu64 " biên "
					   "nhận, "
					   "mọi chữ ký đều đúng.\n",
					"Checked anew: %" PRIu64 " packets, %" PRIu64 " receipts, "
					"all "
					"signatures are right.\n"), check.items, check.receipts);
	}
	json_decref(result);
	return code;
}

static int run(struct cli *c)
{
	struct session s;
	int code = cli_arguments(c, 0, 0);

	if (code != 0)
		return code;
	code = session_open(&s, c);
	if (code == 0)
		code = receipts(&s);
	session_close(&s);
	return code;
}

const struct cli_command cmd_receipts = {
	"receipts", "[--verify]", "verify",
	{ "Xem biên nhận có chữ ký của máy chủ", "Show the server's signed receipts" },
	{ "Một biên nhận chứng minh máy chủ đã nhận mọi gói trong sổ đến số đó, đúng thứ tự, đúng\n"
	  "giờ. \"Đã có trong bản sao lưu\": máy chủ có hỏng thì dữ liệu vẫn còn.\n"
	  "--verify kiểm tra lại toàn bộ chữ ký, không cần mạng.\n\n"
	  "Ví dụ:\n  dongbo receipts --verify",
	  "A receipt proves that the server has received every packet of the log up to there, in\n"
	  "that order, at those times. \"In backup\": it is there even if the server breaks.\n"
	  "--verify checks all signatures anew, without a network.\n\n"
	  "Example:\n  dongbo receipts --verify" },
	run
};
