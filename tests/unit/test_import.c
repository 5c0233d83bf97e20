/* Imports: which column is which field, which record a line is, every error by its place,
 * and that the same file again changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/lib/importing.h"

/* The columns that new staff records need. */
#define STAFF "Họ và tên;Ngày sinh;Giới tính;Số CCCD;Đối tượng;Chức vụ, chức danh;Trình độ cao nhất;" \
	      "Tình trạng công tác\n"
#define REST ";Viên chức;Giáo viên;Đại học;Đang công tác\n"

static struct district_fixture d;
static struct importing im;

static int make(void **state)
{
	(void)state;
	importing_make(&im, &d);
	return 0;
}

static int end(void **state)
{
	(void)state;
	importing_end(&im);
	return 0;
}

static struct outcome take(const char *type, const char *file, bool keep)
{
	return importing_take(&im, type, bytes_str(file), keep);
}

static void expect(const char *type, const char *file, const char *counts)
{
	importing_expect(&im, type, bytes_str(file), counts);
}

static void expect_field(const char *name, const char *field, const char *wanted)
{
	importing_field(&im, name, field, wanted);
}

static void expect_ok(const struct outcome *o)
{
	if (o->code != 0)
		fail_msg("%s: %s (%.*s)", err_name(o->code), d.e.subject, (int)im.said.len,
			 (char *)im.said.at);
}

/* One complaint, and how it reads. */
static void expect_bad(const char *type, const char *file, const char *sentence)
{
	struct outcome o = take(type, file, false);

	expect_ok(&o);
	if (outcome_number(&o, "bad_count") != 1 || strcmp(outcome_bad(&o, 0), sentence) != 0)
		fail_msg("%ld: %s", outcome_number(&o, "bad_count"), outcome_bad(&o, 0));
	outcome_done(&o);
}

/* How each column was known: "code label near none", with the field. */
static void expect_columns(const char *type, const char *file, const char *wanted)
{
	struct outcome o = take(type, file, false);
	char got[1000] = "";
	size_t i, used = 0;
	json_t *j;

	expect_ok(&o);
	json_array_foreach(json_object_get(json_array_get(json_object_get(o.found, "tables"), 0),
					   "columns"), i, j) {
		const char *code = json_string_value(json_object_get(j, "code"));

		used += (size_t)snprintf(got + used, sizeof got - used, "%s%s:%s", i > 0 ? " " : "",
					 json_string_value(json_object_get(j, "how")),
					 code == NULL ? "" : code);
	}
	assert_string_equal(got, wanted);
	outcome_done(&o);
}

static void columns_are_known_by_code_label_other_names_and_words(void **state)
{
	(void)state;
	expect_columns("staff", "full_name,Date of birth,Số CMND/CCCD,Chức vụ,quê quán\nA,,,,\n",
		       "code:full_name label:birth label:cccd label:position none:");
	expect_columns(NULL, "staff.full_name,staff.birth,staff.#id\nA,,\n",
		       "code:full_name code:birth code:");
	expect_columns(NULL, "Họ và tên,Mã hồ sơ [staff.#id@3+4]\nA,\n", "label:full_name code:");
	expect_columns("staff", "STT,HỌ TÊN,ngày  sinh *,Trinh do cao nhat (1)\n1,A,,\n",
		       "label: label:full_name label:birth near:level");
	expect_columns("bonus", "Mức thưởng đề nghị,Số quyết định\n1,\n",
		       "label:amount near:award_number");
	/* Two fields of one name: only their codes tell. */
	expect_columns("expert_order", "Tên chương trình, đề án, nội dung đặt hàng,Đến ngày,"
		       "Đến ngày [method_to]\nA,,\n", "none: none: none: none: code:method_to");
}

static void headings_may_stand_below_a_title_and_above_numbers(void **state)
{
	(void)state;
	expect("staff", "DANH SÁCH CÁN BỘ;;\nNăm 2021;;\n;;\nTT;Họ và tên;Ngày sinh\n(1);(2);(3)\n"
	       "1;Người Tiêu Đề;20/10/1985\n2;;\n3;;\n", "1/0/0/0");
	expect_field("Người Tiêu Đề", "birth", "\"1985-10-20\"");
}

static void what_can_not_be_mapped_is_refused(void **state)
{
	struct outcome o;

	(void)state;
	o = take(NULL, "a,b\n1,2\n", false);
	assert_int_equal(o.code, ERR_USAGE);
	assert_non_null(strstr((char *)im.said.at, "--type"));
	o = take("nothing", "a,b\n1,2\n", false);
	assert_int_equal(o.code, ERR_NO_TYPE);
	o = take("pg_need_line", "a,b\n1,2\n", false);
	assert_int_equal(o.code, ERR_WRONG_TYPE);
	o = take("bonus", "staff.birth,staff.#id\n1,2\n", false);
	assert_int_equal(o.code, ERR_WRONG_TYPE);
	o = take("staff", "a,b\n1,2\n", false);
	assert_int_equal(o.code, ERR_BAD_INPUT);
	assert_non_null(strstr((char *)im.said.at, "tiêu đề"));
	o = take("staff", "Họ và tên,Họ tên,Ngày sinh\nA,B,\n", false);
	assert_int_equal(o.code, ERR_BAD_INPUT);
	assert_non_null(strstr((char *)im.said.at, "cột B (Họ và tên): có hai cột"));
	o = take("bonus", "Kết quả, thành tích;Mức thưởng đề nghị (triệu đồng)\nA;50\n", false);
	assert_int_equal(o.code, ERR_BAD_INPUT);
	assert_non_null(strstr((char *)im.said.at, "cột B (Mức thưởng đề nghị (đồng)): cột này không tính"));
	o = take("staff", "", false);
	assert_int_equal(o.code, ERR_BAD_INPUT);
}

static void what_is_guessed_must_be_looked_at(void **state)
{
	struct outcome o = take("staff", "Họ và tên;Ngày sinh ra\nA;\n", false);

	(void)state;
	assert_true(outcome_has(o.found, "doubts", "cột B (Ngày sinh): tiêu đề trong tệp là “Ngày sinh ra”."));
	assert_true(outcome_has(o.found, "doubts", "không có cột cho mục bắt buộc: Giới tính;"));
	outcome_done(&o);
	o = take("bonus", "Đơn vị: triệu đồng;\nKết quả, thành tích;Mức thưởng đề nghị\nA;50\n", false);
	assert_true(outcome_has(o.found, "doubts", "dòng 1 của tệp ghi “Đơn vị: triệu đồng”"));
	outcome_done(&o);
	/* Everything is there, and known by name. */
	o = take("staff", STAFF, false);
	assert_true(outcome_has(o.found, "notes", "dưới dòng tiêu đề không có dòng nào."));
	outcome_done(&o);
	o = take("staff", STAFF "A B;1/1/1980;Nữ;" REST, false);
	assert_int_equal(json_array_size(json_object_get(o.found, "doubts")), 0);
	assert_int_equal(json_array_size(json_object_get(o.found, "notes")), 0);
	outcome_done(&o);
	/* A file with ids is about records that are there. */
	o = take(NULL, "Họ và tên,Mã hồ sơ [staff.#id]\nA,x\n", false);
	assert_int_equal(json_array_size(json_object_get(o.found, "doubts")), 0);
	outcome_done(&o);
	o = take("staff", "Họ và tên;Quê quán\nA;\n", false);
	assert_true(outcome_has(o.found, "notes", "cột B (Quê quán): không dùng"));
	outcome_done(&o);
}

static void every_error_is_told_by_its_place(void **state)
{
	static const char file[] = STAFF
		"Người Lỗi;31/02/1980;nam;00018500001;Viên chức;Giáo viên;Thạc sĩ giỏi;Đang công tác\n"
		"Người Lỗi Hai;20-10-85;chưa rõ;000185000001" REST;
	struct outcome o = take("staff", file, false);

	(void)state;
	assert_int_equal(o.code, 0);
	assert_int_equal(outcome_number(&o, "bad_count"), 5);
	assert_string_equal(outcome_bad(&o, 0), "dòng 2, cột B (Ngày sinh): Giá trị nhập không đúng dạng: "
			    "“31/02/1980”. Cách nhập: ngày, ví dụ 01/03/2026.");
	/* What is personal is not repeated. */
	assert_string_equal(outcome_bad(&o, 1), "dòng 2, cột D (Số CCCD): Giá trị nhập không đúng dạng: Số "
			    "CCCD. Cách nhập: đúng 12 chữ số.");
	assert_non_null(strstr(outcome_bad(&o, 2), "dòng 2, cột G (Trình độ cao nhất): Không có lựa chọn này: "
			       "“Thạc sĩ giỏi”. Cách nhập: chọn một trong: Thạc sĩ; Tiến sĩ;"));
	assert_non_null(strstr(outcome_bad(&o, 3), "dòng 3, cột B"));
	assert_non_null(strstr(outcome_bad(&o, 4), "dòng 3, cột C (Giới tính): Không có lựa chọn này"));
	outcome_done(&o);
	expect_bad("staff", "Họ và tên;Ngày sinh;Giới tính\nNGƯỜI LẬP BIỂU;;\n",
		   "dòng 2: cả dòng chỉ có một ô có nội dung, không giống một hồ sơ. Xóa dòng này khỏi bảng.");
}

static void rules_of_the_pack_are_told_by_their_line(void **state)
{
	(void)state;
	expect_bad("staff", "Họ và tên;Ngày sinh;Ngày tuyển dụng\nA;20/10/1985;20/10/1984\n",
		   "dòng 2: Ngày tuyển dụng phải sau ngày sinh: xem lại hai ngày theo hồ sơ gốc.");
	/* A field that an office alone may fill in. */
	expect_bad("staff", "Họ và tên;Ngày sinh;same_as\nA;20/10/1985;Người Tiêu Đề\n",
		   "dòng 2, cột C (Hồ sơ của người này ở đơn vị trước): Bạn không có quyền làm việc này: "
		   "Hồ sơ của người này ở đơn vị trước. Việc này dành cho người có vai trò khác; hỏi thủ "
		   "trưởng đơn vị hoặc cơ quan tiếp nhận.");
}

static void beyond_the_bound_errors_are_counted(void **state)
{
	struct buf file;
	struct outcome o;
	int i;

	(void)state;
	buf_init(&file, 1 << 20);
	buf_add(&file, bytes_str("Họ và tên;Ngày sinh;Giới tính\n"));
	for (i = 0; i < 500; i++)
		buf_printf(&file, "Người %d;x;nam\n", i);
	buf_byte(&file, 0);
	o = take("staff", (char *)file.at, false);
	assert_int_equal(outcome_number(&o, "bad_count"), 500);
	assert_int_equal(json_array_size(json_object_get(o.result, "bad")), IMPORT_BAD_MAX);
	outcome_done(&o);
	buf_release(&file);
}

static void the_same_file_again_changes_nothing(void **state)
{
	static const char file[] = STAFF
		"Nguyễn Thị Một;20/10/1985;Nữ;000185000111" REST
		"Nguyễn Thị Hai;20/10/1986;Nữ;" REST;
	static const char other[] = STAFF
		"Nguyễn Thị Một;20/10/1985;Nữ;000185000111;;Hiệu trưởng;;\n"
		"nguyễn thị hai;20/10/1986;Nữ;000186000222;;;;\n";

	(void)state;
	expect("staff", file, "2/0/0/0");
	expect("staff", file, "0/0/2/0");
	/* By the identity number, then by name and birth: which fills the number in. */
	expect("staff", other, "0/2/0/0");
	expect_field("Nguyễn Thị Một", "position", "\"Hiệu trưởng\"");
	expect_field("Nguyễn Thị Hai", "cccd", "\"000186000222\"");
	/* An empty cell has left the others alone. */
	expect_field("Nguyễn Thị Một", "level", "\"dh\"");
	expect("staff", other, "0/0/2/0");
}

static void a_surer_key_speaks_against_a_weaker_one(void **state)
{
	(void)state;
	expect("staff", STAFF "Lê Thị Trùng;20/10/1980;Nữ;000180000001" REST, "1/0/0/0");
	/* The same name and birthday, another number: another person. */
	expect("staff", STAFF "Lê Thị Trùng;20/10/1980;Nữ;000180000002" REST, "1/0/0/0");
	/* Without a number it can't be known. */
	{
		struct outcome o = take("staff", STAFF "Lê Thị Trùng;20/10/1980;Nữ;" REST, false);

		assert_int_equal(outcome_number(&o, "bad_count"), 1);
		assert_non_null(strstr(outcome_bad(&o, 0), "dòng 2: trên máy có 2 hồ sơ cùng Họ và tên, Ngày sinh: "));
		assert_non_null(strstr(outcome_bad(&o, 0), "Ghi mã của hồ sơ cần sửa vào cột Mã hồ sơ"));
		outcome_done(&o);
	}
	expect_bad("staff", STAFF "Lê Thị Đôi;20/10/1980;Nữ;000180000003" REST
		   "Lê Thị Đôi;20/10/1980;Nữ;000180000003" REST,
		   "dòng 3: cùng một hồ sơ với dòng 2. Để lại một dòng.");
}

static void without_a_key_the_whole_line_tells(void **state)
{
	static const char file[] = "Chính sách;Khó khăn, vướng mắc\nIV. Tổ chức thực hiện;Thiếu tiền\n"
		"IV. Tổ chức thực hiện;Thiếu tiền\nIV. Tổ chức thực hiện;Thiếu người\n";
	struct outcome o = take("difficulty", file, true);

	(void)state;
	if (outcome_number(&o, "bad_count") > 0)
		fail_msg("%s", outcome_bad(&o, 0));
	assert_int_equal(outcome_number(&o, "new"), 3);
	outcome_done(&o);
	expect("difficulty", file, "0/0/3/0");
}

static void values_are_read_as_people_write_them(void **state)
{
	(void)state;
	expect("staff", "Họ và tên;Ngày sinh;Giới tính;Hệ số lương;Tháng nâng lương gần nhất;Ngoại ngữ;"
	       "Giữ chức vụ lãnh đạo, quản lý;Trình độ\n"
	       "Người Giá Trị;1/2/1980;NU;2,34;3/2021;\"Tiếng Anh; tieng nhat\";x;Thạc sỹ\n", "1/0/0/0");
	expect_field("Người Giá Trị", "sex", "\"nu\"");
	expect_field("Người Giá Trị", "salary_coef", "\"2.34\"");
	expect_field("Người Giá Trị", "raise_month", "\"2021-03\"");
	expect_field("Người Giá Trị", "langs", "[\"en\",\"ja\"]");
	expect_field("Người Giá Trị", "leader", "true");
	expect_field("Người Giá Trị", "level", "\"ths\"");
	expect("bonus", "Kết quả, thành tích;Mức thưởng đề nghị (đồng);Năm xét thưởng\n"
	       "Giải giá trị;1.500;2022\n", "1/0/0/0");
	expect_field("Giải giá trị", "amount", "1500");
	/* Labels may have commas; what is between commas may be choices, too. */
	expect("dissem", "Hình thức;Ngày tổ chức (từ ngày);Kết quả;Đối tượng\n"
	       "Hội nghị hiệu trưởng;1/12/2021;Tập hợp;Nhân dân, Người lao động\n", "1/0/0/0");
}

static void records_are_named_by_name_or_id(void **state)
{
	static const char head[] = "Kết quả, thành tích;Người được đề nghị thưởng;Năm xét thưởng\n";
	struct buf line;
	struct outcome o;
	json_t *j;

	(void)state;
	expect("staff", STAFF "Phạm Thị Tên;20/10/1980;Nữ;000180000011" REST
	       "Phạm Thị Chung;20/10/1980;Nữ;000180000012" REST
	       "Phạm Thị Chung;20/10/1981;Nữ;000181000013" REST, "3/0/0/0");
	j = importing_show(&im, "Phạm Thị Tên");
	buf_init(&line, 4096);
	buf_printf(&line, "%sGiải một;PHẠM THỊ TÊN;2022\nGiải hai;pham thi ten;2022\n"
		   "Giải ba;000180000011;2022\nGiải tư;Phạm Thị Tên [%s];2022\nGiải năm;%s;2022\n", head,
		   json_string_value(json_object_get(j, "short")),
		   json_string_value(json_object_get(j, "short")));
	buf_byte(&line, 0);
	expect("bonus", (char *)line.at, "5/0/0/0");
	expect("bonus", (char *)line.at, "0/0/5/0");
	json_decref(j);
	buf_release(&line);
	o = take("bonus", "Kết quả, thành tích;Người được đề nghị thưởng;Năm xét thưởng\n"
				    "Giải sáu;Phạm Thị Chung;2022\nGiải bảy;Phạm Thị Khác;2022\n", false);
	assert_int_equal(outcome_number(&o, "bad_count"), 2);
	assert_non_null(strstr(outcome_bad(&o, 0), "dòng 2, cột B (Người được đề nghị thưởng): có 2 hồ "
			    "sơ cùng tên: "
			       "Phạm Thị Chung ["));
	assert_string_equal(outcome_bad(&o, 1), "dòng 3, cột B (Người được đề nghị thưởng): không có hồ "
			    "sơ nào mang "
			    "tên hoặc mã “Phạm Thị Khác”. Nhập hồ sơ ấy trước, hoặc ghi mã ngắn của nó.");
	outcome_done(&o);
}

static void fonts_of_old_become_unicode(void **state)
{
	/* TCVN3: "Họ và tên", "Ngày sinh", "Chức vụ"; then VNI. */
	static const char tcvn[] = "H\344 v\265 t\252n;Ng\265y sinh;Ch\370c v\364\n"
		"Nguy\324n Th\336 Ph\253ng;20/10/1975;Gi\270o vi\252n\n"
		"Tr\307n V\250n \247\370c;20/10/1976;Hi\326u tr\255\353ng\n";
	static const char vni[] = "Hoï vaø teân;Ngaøy sinh;Chöùc vuï\nNguyeãn Thò Vni;20/10/1977;Giaùo vieân\n";
	struct outcome o = take("staff", tcvn, true);

	(void)state;
	assert_int_equal(o.code, 0);
	if (outcome_number(&o, "bad_count") > 0)
		fail_msg("%s", outcome_bad(&o, 0));
	assert_int_equal(outcome_number(&o, "new"), 2);
	assert_true(outcome_has(o.found, "notes", "cột A (Họ và tên): viết bằng phông TCVN3 (.VnTime), được "
			     "chuyển sang Unicode."));
	outcome_done(&o);
	expect_field("Nguyễn Thị Phông", "position", "\"Giáo viên\"");
	expect_field("Trần Văn Đức", "position", "\"Hiệu trưởng\"");
	o = take("staff", vni, true);
	assert_int_equal(outcome_number(&o, "new"), 1);
	assert_true(outcome_has(o.found, "notes", "VNI (VNI-Times)"));
	outcome_done(&o);
	expect_field("Nguyễn Thị Vni", "position", "\"Giáo viên\"");
	/* In parts, as the keyboard of Windows writes. */
	o = take("staff", ("Họ và tên;Ngày sinh;Chức vụ\nNguye\xcc\x82\xcc\x83n Thị Phần;20/10/1978;GV\n"),
		 true);
	assert_true(outcome_has(o.result, "notes", "cột A (Họ và tên): 1 ô viết bằng Unicode tổ hợp"));
	outcome_done(&o);
	expect_field("Nguyễn Thị Phần", "birth", "\"1978-10-20\"");
	/* Both in one column, and a cell that has a meaning in either. */
	o = take("staff", "Họ và tên;Ngày sinh;Chức vụ\nNguy\303\224n Th\303\236 M;1/1/1970;GV\n"
				    "Nguy\303\224n Th\303\236 N;1/1/1971;GV\nNguyễn Thị P;1/1/1972;GV\n"
				    "Nguyễn Thị Q;1/1/1973;GV\nCó;1/1/1974;GV\n", false);
	assert_int_equal(outcome_number(&o, "bad_count"), 1);
	assert_string_equal(outcome_bad(&o, 0), "dòng 6, cột A (Họ và tên): không chắc chữ trong ô này "
			    "viết bằng phông "
			    "nào. Gõ lại bằng phông Unicode.");
	outcome_done(&o);
}

static void ids_say_all_that_the_file_knows(void **state)
{
	struct buf line;
	json_t *j;

	(void)state;
	expect("staff", STAFF "Người Có Mã;20/10/1980;Nữ;" REST, "1/0/0/0");
	j = importing_show(&im, "Người Có Mã");
	buf_init(&line, 4096);
	buf_printf(&line, "Họ và tên;Chức vụ, chức danh;Mã hồ sơ [staff.#id]\nNgười Có Mã;;%s\n",
		   json_string_value(json_object_get(j, "id")));
	buf_byte(&line, 0);
	/* An empty cell empties the field; what the file has no column for stays. */
	expect("staff", (char *)line.at, "0/1/0/0");
	expect_field("Người Có Mã", "position", "null");
	expect_field("Người Có Mã", "level", "\"dh\"");
	expect("staff", (char *)line.at, "0/0/1/0");
	buf_release(&line);
	json_decref(j);
	expect_bad("staff", "Họ và tên;Ngày sinh;Mã hồ sơ [staff.#id]\nA;;zzzzz\n",
		   "dòng 2, cột C (Mã hồ sơ [staff.#id]): đơn vị không có hồ sơ nào mang mã này. Để trống ô này "
		   "nếu là hồ sơ mới.");
}

static void lines_of_json_are_all_told(void **state)
{
	struct outcome o;

	(void)state;
	expect(NULL, "{\"type\":\"staff\",\"key\":\"a\",\"full_name\":\"Người Dòng\"}\n\n"
	       "{\"type\":\"bonus\",\"person\":{\"key\":\"a\"},\"achievement\":\"Giải dòng\"}\n", "2/0/0/0");
	o = take(NULL, "{\"type\":\"staff\",\"full_name\":1}\n{\"type\":\"staff\"\n"
				 "{\"type\":\"staff\",\"birth\":\"x\"}\n{\"type\":\"staff\",\"full_name\":\"B\"}\n", false);
	assert_int_equal(o.code, 0);
	assert_int_equal(outcome_number(&o, "bad_count"), 3);
	assert_int_equal(outcome_number(&o, "new"), 1);
	assert_non_null(strstr(outcome_bad(&o, 0), "dòng 1: "));
	assert_non_null(strstr(outcome_bad(&o, 1), "dòng 2: "));
	assert_string_equal(outcome_bad(&o, 2), "dòng 3: Giá trị nhập không đúng dạng: Ngày sinh "
			    "(birth). Cách nhập: "
			    "ngày, ví dụ 01/03/2026.");
	outcome_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_known_by_code_label_other_names_and_words),
		cmocka_unit_test(headings_may_stand_below_a_title_and_above_numbers),
		cmocka_unit_test(what_can_not_be_mapped_is_refused),
		cmocka_unit_test(what_is_guessed_must_be_looked_at),
		cmocka_unit_test(every_error_is_told_by_its_place),
		cmocka_unit_test(rules_of_the_pack_are_told_by_their_line),
		cmocka_unit_test(beyond_the_bound_errors_are_counted),
		cmocka_unit_test(the_same_file_again_changes_nothing),
		cmocka_unit_test(a_surer_key_speaks_against_a_weaker_one),
		cmocka_unit_test(without_a_key_the_whole_line_tells),
		cmocka_unit_test(values_are_read_as_people_write_them),
		cmocka_unit_test(records_are_named_by_name_or_id),
		cmocka_unit_test(fonts_of_old_become_unicode),
		cmocka_unit_test(ids_say_all_that_the_file_knows),
		cmocka_unit_test(lines_of_json_are_all_told),
	};

	return cmocka_run_group_tests(tests, make, end);
}
