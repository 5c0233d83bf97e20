/* The exit status of each code. Most go by the ranges of err.h; these do not. */
#include "common/text/sentence.h"

#include <stddef.h>

/* Codes of one status, ending in 0. */
static const int usage[] = {
	ERR_USAGE, ERR_NO_FILE, ERR_BAD_PACK, ERR_BAD_INPUT, ERR_STORE_EXISTS, ERR_NO_UNIT,
	ERR_NO_OFFICER, ERR_NO_DEADLINE, ERR_NO_CHIEF, ERR_UNIT_AMBIGUOUS, ERR_UNIT_INACTIVE,
	ERR_UNIT_CYCLE, ERR_UNIT_SHARES, ERR_UNIT_EARLY, ERR_UNIT_OUTSIDE, ERR_UNIT_CODE,
	ERR_UNIT_WITHDRAWN, ERR_PASSPHRASE, ERR_OLD_SHEET, ERR_NOT_SHEET, ERR_NO_SHEET, ERR_QUOTE,
	ERR_NO_REPORT, ERR_BAD_CODE, ERR_NUMBER_TYPED, ERR_NO_HELD, ERR_HELD_ORDER, ERR_NO_DEVICE,
	ERR_OTHER_UNIT, 0
};
static const int refused[] = { ERR_NOT_PROVED, ERR_UNITS_MISSING, ERR_NUMBER_TAKEN, ERR_NO_NUMBERS, 0 };
static const int not_enrolled[] = { ERR_NO_STORE, ERR_RESTORED, 0 };
static const int link[] = { ERR_TLS_PIN, ERR_TLS_CERT, ERR_NO_LINK, ERR_STALLED, ERR_HTTP,
			    ERR_NOT_DONGBO, ERR_NO_SERVER, 0 };
static const int bad[] = { ERR_BAD_BACKUP, ERR_BACKUP_SIGNER, ERR_KEYS_REFUSED, ERR_KEY_REPLACED,
			   ERR_SNAPSHOT, 0 };

static const int *const by_status[] = { NULL, refused, usage, not_enrolled, link, bad };

const struct label *sentence_status(int status)
{
	static const struct label means[SENTENCE_MACHINE + 1] = {
		{ "xong", "done" },
		{ "một quy định không cho, có mục nhập khác nhau, hoặc không có hồ sơ ấy",
		  "refused by a rule, in conflict, or no such record" },
		{ "câu lệnh, tệp nhập vào, bộ biểu mẫu hoặc mật khẩu chưa đúng",
		  "the command line, an input file, a pack or a passphrase is wrong" },
		{ "chưa ghi danh, hoặc giấy ghi danh không được nhận",
		  "not enrolled, or the enrolment is not accepted" },
		{ "không tới được máy chủ", "no link to the server" },
		{ "những gì từ nơi khác đến không đọc được, không tin được, hoặc không phải cho máy này",
		  "what came from outside can't be read or trusted, or is none of this computer's "
		  "business" },
		{ "máy hoặc kho dữ liệu hỏng; fsck thấy chỗ sai",
		  "the machine or the store; fsck found something" }
	};

	return &means[status];
}

int sentence_exit(int code)
{
	size_t status, i;
	int n = -code;

	if (code == 0)
		return 0;
	for (status = 1; status < sizeof by_status / sizeof by_status[0]; status++)
		for (i = 0; by_status[status][i] != 0; i++)
			if (by_status[status][i] == code)
				return (int)status;
	if (n >= 210 && n < 220)
		return n < 212 ? 2 : n == -ERR_FILE_DAMAGED ? 5 : 1;
	if ((n >= 20 && n < 50) || (n >= 180 && n < 190))
		return 5;
	if (n >= 50 && n < 70)
		return 3;
	return n >= 70 && n < 110 ? 1 : 6;
}
