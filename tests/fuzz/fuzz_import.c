/* Fuzz target: which column is which field.
 *
 * The property: whatever stands in a file, its columns are found or it is refused with a
 * reason; each field has one column at most; what is told is UTF-8. */
#include <stdlib.h>
#include <string.h>

#include "common/import/import.h"
#include "protocol/cbor.h"
#include "tests/fuzz/fuzz.h"

static const char pack[] =
"{\"format\":1,\"pack\":\"p\",\"version\":1,\"vi\":\"P\",\"en\":\"P\",\"lists\":{\"l\":{\"vi\":\"L\","
"\"en\":\"L\",\"choices\":[{\"number\":1,\"code\":\"a\",\"vi\":\"Nam, nữ\",\"en\":\"A\"}]}},"
"\"roles\":[{\"number\":51,\"code\":\"r\",\"vi\":\"R\",\"en\":\"R\",\"reads\":\"own\",\"writes\":\"own\"}],"
"\"types\":[{\"number\":900,\"code\":\"staff\",\"vi\":\"Người\",\"en\":\"Person\",\"edit\":[\"r\"],"
"\"title\":[\"name\"],\"match\":[\"id\"],\"fields\":[{\"number\":9001,\"code\":\"name\",\"vi\":\"Họ và tên\","
"\"en\":\"Name\",\"kind\":\"text\",\"required\":true,\"also\":[\"Tên\"]},{\"number\":9002,\"code\":\"id\","
"\"vi\":\"Số (đồng)\",\"en\":\"Number\",\"kind\":\"text\",\"digits\":12,\"personal\":true},{\"number\":9003,"
"\"code\":\"sum\",\"vi\":\"Số tiền (đồng)\",\"en\":\"Amount\",\"kind\":\"money\"},{\"number\":9004,"
"\"code\":\"born\",\"vi\":\"Ngày sinh\",\"en\":\"Born\",\"kind\":\"date\"},{\"number\":9005,"
"\"code\":\"set\",\"vi\":\"Nhóm\",\"en\":\"Set\",\"kind\":\"set\",\"list\":\"l\"},{\"number\":9006,"
"\"code\":\"rows\",\"vi\":\"Dòng\",\"en\":\"Rows\",\"kind\":\"list\",\"row\":\"line\"},{\"number\":9007,"
"\"code\":\"to\",\"vi\":\"Đến ngày\",\"en\":\"To\",\"kind\":\"date\"},{\"number\":9008,\"code\":\"until\","
"\"vi\":\"Đến ngày\",\"en\":\"Until\",\"kind\":\"date\"}]},{\"number\":901,\"code\":\"line\","
"\"vi\":\"Dòng\",\"en\":\"Line\",\"row\":true,\"fields\":[{\"number\":9010,\"code\":\"what\","
"\"vi\":\"Việc\",\"en\":\"What\",\"kind\":\"text\"}]}]}";

static struct schema *schema;

void fuzz_sample(struct gen *g, struct buf *out)
{
	static const char *const parts[] = { "Họ và tên", "ho ten", "Tên", "Số tiền (triệu đồng)", "Số tiền",
		"Ngày sinh", "Đến ngày", "Đến ngày [until]", "staff.#id", "Mã [staff.#id@3+4]", "staff.rows.what",
		"staff.rows.#of", "staff.name", "staff.born", "STT", "(1)", "(2)", "(3)", "1", "2", "3",
		"H\303\244 v\302\265 t\302\252n", "Nguy\303\224n Th\303\236", "Đơn vị: triệu đồng", "Nguyễn",
		"(((", "]][[", "\"a\nb\"", "12345678901", "" };
	size_t rows = gen_below(g, 6) + 1, cells, i;

	for (; rows > 0; rows--) {
		cells = gen_below(g, 8);
		for (i = 0; i <= cells; i++) {
			if (i > 0)
				buf_byte(out, ';');
			buf_add(out, bytes_str(parts[gen_below(g, sizeof parts / sizeof parts[0])]));
		}
		buf_byte(out, '\n');
	}
}

static void check_texts(const json_t *j)
{
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_string(j) &&
	    !cbor_utf8_ok((struct bytes){ (const uint8_t *)json_string_value(j), json_string_length(j) }))
		abort();
	json_object_foreach((json_t *)(uintptr_t)j, key, v)
		check_texts(v);
	json_array_foreach(j, i, v)
		check_texts(v);
}

/* No field has two columns. */
static void check_columns(const json_t *table)
{
	json_t *columns = json_object_get(table, "columns"), *a, *b;
	size_t i, k;

	json_array_foreach(columns, i, a) {
		const char *code = json_string_value(json_object_get(a, "code"));

		for (k = 0; code != NULL && k < i; k++) {
			b = json_array_get(columns, k);
			if (json_string_value(json_object_get(b, "code")) != NULL &&
			    strcmp(json_string_value(json_object_get(b, "code")), code) == 0)
				abort();
		}
	}
}

static void open_as(const char *type, struct bytes file)
{
	struct import_options o = { .type = bytes_str(type), .lang = LANG_VI };
	struct import *im;
	struct err e = { .code = 0 };
	struct buf said;
	json_t *table;
	size_t i;
	int code;

	buf_init(&said, 8192);
	code = import_open(NULL, schema, &o, file, &im, &said, &e);
	if (code != 0 && e.code != code)
		abort();
	if (code == 0) {
		check_texts(import_found(im));
		json_array_foreach(json_object_get(import_found(im), "tables"), i, table)
			check_columns(table);
		import_free(im);
	}
	buf_release(&said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (schema == NULL && (schema_new(&schema, NULL) != 0 ||
			       schema_add(schema, bytes_str(pack), NULL) != 0))
		abort();
	open_as(NULL, (struct bytes){ data, size });
	open_as("staff", (struct bytes){ data, size });
	return 0;
}
