/* What goes wrong in the libraries, in words of ours: theirs are English, and for programmers. */
#include "common/text/reason_parts.h"

const struct reason reasons_of_libraries[] = {
	/* the network (client/sync/carrier_http.c) */
	{ "the address is not known: is there a network?",
	  "không tìm thấy địa chỉ này: máy có mạng không?" },
	{ "the address of the proxy is not known", "không tìm thấy địa chỉ của máy chủ trung gian (proxy)" },
	{ "nothing answers there", "nơi ấy không trả lời" },
	{ "no answer came in time", "chờ quá lâu không có trả lời" },
	{ "the connection broke off", "kết nối bị ngắt giữa chừng" },
	{ "no connection with TLS could be made", "không lập được kết nối TLS" },
	{ "this computer does not trust its certificate", "máy này không tin chứng chỉ ấy" },
	{ "the key in its certificate is another one", "khóa trong chứng chỉ là khóa khác" },
	{ "the file of trusted certificates can't be read", "không đọc được tệp chứng chỉ tin cậy" },
	{ "what answers there is no web server", "nơi trả lời không phải máy chủ web" },
	{ "the address is not written right", "địa chỉ viết chưa đúng" },
	{ "the network fails with code %d", "mạng báo lỗi mã %d" },

	/* certificates (server/identity/tls_cert.c) */
	{ "it holds no certificate or key as PEM text", "trong tệp không có chứng chỉ hay khóa dạng PEM" },
	{ "the key is under a password", "khóa có mật khẩu bảo vệ" },
	{ "certificate or key can't be used (code %d)", "không dùng được chứng chỉ hoặc khóa này (mã %d)" },

	/* the store (common/system/db_sqlite.c) */
	{ "code %d", "mã %d" },

	/* workbooks and archives (common/sheet) */
	{ "the workbook could not be written (code %d)", "không ghi được bảng tính (mã %d)" },
	{ "the archive could not be put together (code %d)", "không đóng gói được tệp (mã %d)" },
	{ NULL, NULL }
};
