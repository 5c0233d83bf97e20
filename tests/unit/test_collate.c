/* Sort keys: lists in the order that they shall have, shuffled and sorted again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/collate.h"
#include "tests/lib/gen_changeset.h"

typedef int key_of(struct bytes s, struct buf *key, struct err *e);

struct line {
	const char *text;
	struct buf key;
};

static int by_key(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return bytes_compare(buf_view(&x->key), buf_view(&y->key));
}

static void expect_order(key_of *key, const char *const *texts, size_t count)
{
	struct line *lines = calloc(count, sizeof *lines);
	struct gen g = gen_of(count, NULL);
	size_t i, k;

	for (i = 0; i < count; i++) {
		lines[i].text = texts[i];
		buf_init(&lines[i].key, 10000);
		assert_int_equal(key(bytes_str(texts[i]), &lines[i].key, NULL), 0);
	}
	for (i = count - 1; i > 0; i--) {
		struct line one = lines[i];

		k = gen_below(&g, i + 1);
		lines[i] = lines[k];
		lines[k] = one;
	}
	qsort(lines, count, sizeof *lines, by_key);
	for (i = 0; i < count; i++) {
		if (strcmp(lines[i].text, texts[i]) != 0)
			fail_msg("%zu: %s, not %s", i, lines[i].text, texts[i]);
		if (i > 0)
			assert_true(by_key(&lines[i - 1], &lines[i]) < 0);
	}
	for (i = 0; i < count; i++)
		buf_release(&lines[i].key);
	free(lines);
}

#define ORDER(key, list) expect_order(key, list, sizeof (list) / sizeof (list)[0])

/* Sorted by another program, after CLDR's rules for vi. */
static const char *const sorted[] = {
	"- Hà", "-nq/đu 2025", "(a)", "11 SẴN BỘ Y", "12/QĐ-UBND", "140/2017/NĐ-CP nông", "2 năm",
	"89/2021/NĐ-CP", "9 sống", "a b", "Á ỳdầg", "Ạ yđ", "a-b", "a1", "a10", "a2", "ab",
	"áBấhÊD", "Ạdùđ", "ạdƯgò", "àđêd", "ạheD", "an", "Anh", "ăcắhùD", "ẵDeĐ", "ắĐăđ", "ăn",
	"Ăn", "ấdẫhặ", "ẩđAb", "ấđừc", "ÂĐừd", "ân", "ba", "biểu mới phí", "BÌNH TRƯỜNG",
	"CÁO NGUYÊN", "cao và", "cấp trọng bảo", "CHỈ", "chính nghệ phố hòa", "chủ kê định",
	"chức gửi lí Hai", "có môn", "Công có nhà", "CỦA GIẢI THÁNG XÃ", "cuộc cường trí", "da",
	"Da", "dà", "Dìu 2022 tổ", "DỤNG ĐĂNG CĂN", "duyệt", "đa", "ĐA", "đà", "đẹp văn phát mức",
	"điểm ngày còn", "định tạo", "Đức đọc hoàn", "Đức số Vân", "được 25", "ĐƯỢC LÝ PHÂN TỊCH",
	"em", "êm", "Hải lưu", "Hải Lựu", "Hải Ngọc thao trưởng", "hằng", "Hiện viên", "Hóa",
	"học điện trị khoa", "HSK cấp 5", "iĐÊhƯB", "igÁđ", "khăn Hưng", "Khoa Bạch thiện chủ",
	"khoa Hoạt Quỳnh chủ", "KT tế", "Lang Công", "Lãng công", "Lãng Công", "Lô",
	"luật xin Anh đề", "ma", "Ma", "mà", "MÀ", "mả", "mã", "má", "mạ", "mă", "mâ", "mầm yên",
	"mo", "mô", "mơ", "mờ", "Nam Đảng", "ngày Y", "nghỉ", "nghị Giản", "nghị huyền mẫu đổi",
	"nghiên Kiên 2021-2026 các", "nhân phần giáo Ngọc", "nhiệm học", "nhiên đủ thư dân",
	"niêm trình đào", "O", "ö", "oan", "òdặhÀđ", "ông", "Ở", "ờgÂdơc", "ơn", "PHẠM VỚI",
	"phú", "quá /ttr-ubnd xét luận", "quan tô được /ttr-mn", "quyết toán thời",
	"sao chuyển môn của", "Sông", "sông Lô", "Sông lô", "SÔNG LÔ", "sơ Âm Trang sáng",
	"sử chí", "Tam", "tám", "Tam Dương", "Tam Đảo", "Tam Sơn", "tạo cơ", "tập Thành",
	"Thành do", "thăm ưu công của", "thần toàn kinh ngạch", "THẤY CHĂN HỒ TỔ", "thị nhà giáo",
	"THỊ VÌ", "thuật lý khiêm thôn", "tổ Educational tên chức", "trấn Nguyên",
	"trì Liên có Sư", "TRONG /BC-UBND CHIẾM", "TRONG THCS KHUYẾN VĂN", "trợ Xuân ngày",
	"Trung Sở cho /BC-THCS", "trường Service Nguyên", "Tuấn hành", "tỷ thể", "u", "u ƠD",
	"uđẠc", "ư", "ƯBùd", "VÀ TÁC CHỨC HỌC", "Văn cán Tình", "văn thị ban", "về tạo ngũ Hà",
	"vị Huyền đúng công", "viên động", "x đời cán người", "xe", "xẻ", "xê", "Xuân về",
	"yDơbád", "z",
};

static void texts_sort_as_cldr_has_it(void **state)
{
	(void)state;
	ORDER(collate_text, sorted);
}

static void letters_tones_case(void **state)
{
	static const char *const alphabet[] = { "a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "f", "g",
		"h", "i", "j", "k", "l", "m", "n", "o", "ô", "ơ", "p", "q", "r", "s", "t", "u", "ư",
		"v", "w", "x", "y", "z" };
	static const char *const tones[] = { "ma", "mà", "mả", "mã", "má", "mạ", "mạo" };
	static const char *const cases[] = { "hà", "hÀ", "Hà", "HÀ", "hạ", "hạ hồi" };

	(void)state;
	ORDER(collate_text, alphabet);
	ORDER(collate_text, tones);
	ORDER(collate_text, cases);
}

static void expect_same(key_of *key, const char *a, const char *b)
{
	struct buf x, y;

	buf_init(&x, 1000);
	buf_init(&y, 1000);
	assert_int_equal(key(bytes_str(a), &x, NULL), 0);
	assert_int_equal(key(bytes_str(b), &y, NULL), 0);
	if (!bytes_equal(buf_view(&x), buf_view(&y)))
		fail_msg("%s and %s", a, b);
	buf_release(&x);
	buf_release(&y);
}

static void tones_belong_to_syllables(void **state)
{
	static const char *const mixed[] = { "hoa", "hoà", "hỏa", "hoã", "hóa", "hoạ", "hòa 1", "hoà 2" };

	(void)state;
	expect_same(collate_text, "hòa", "hoà");
	expect_same(collate_text, "Như Thụy", "Như Thuỵ");
	expect_same(collate_text, "Nguye\xcc\x82\xcc\x83n", "Nguyễn");
	expect_same(collate_text, "Ðồng", "Đồng");
	ORDER(collate_text, mixed);
}

static void people_by_given_name(void **state)
{
	static const char *const people[] = { "An", "Nguyễn An", "Bùi Thị An", "Bùi Thị Thu An",
		"Đỗ Văn Ân", "Trần Văn Huynh Đệ", "Đỗ Văn Đức", "Đặng Hà", "Lê Hà", "Lê Thị Hà",
		"Nguyễn Thị Hà", "Nguyễn Thị Hà (1975)", "Nguyễn Thị Hà (1980)", "Lê Thị Thu Hà",
		"An Hạ", "Bùi Hoa", "Bùi Hòa", "TRẦN VĂN HUỲNH", "Hồ Tú", "Nguyễn Văn Ứng" };

	(void)state;
	ORDER(collate_name, people);
	expect_same(collate_name, " Lê  Hà ", "Lê Hà");
	expect_same(collate_name, "Nguyễn Thị Hoà", "Nguyễn Thị Hòa");
}

/* Case tells namesakes apart only in the end. */
static void case_comes_last_in_names(void **state)
{
	static const char *const people[] = { "Lê Thị Hà", "Lê Thị HÀ", "LÊ THỊ HÀ", "Lý Thị Hà" };

	(void)state;
	ORDER(collate_name, people);
}

/* So keys can stand one behind the other. */
static void no_key_begins_another(void **state)
{
	size_t count = sizeof sorted / sizeof sorted[0], i, k;
	struct buf *keys = calloc(count, sizeof *keys);

	(void)state;
	for (i = 0; i < count; i++) {
		buf_init(&keys[i], 10000);
		assert_int_equal(collate_text(bytes_str(sorted[i]), &keys[i], NULL), 0);
	}
	for (i = 0; i < count; i++)
		for (k = 0; k < count; k++)
			assert_true(i == k || keys[i].len > keys[k].len ||
				    memcmp(keys[i].at, keys[k].at, keys[i].len) != 0);
	for (i = 0; i < count; i++)
		buf_release(&keys[i]);
	free(keys);
}

static void numbers_in_their_order(void **state)
{
	static const int64_t numbers[] = { INT64_MIN, -1000, -1, 0, 1, 255, 256, 20513, INT64_MAX };
	size_t i;

	(void)state;
	for (i = 1; i < sizeof numbers / sizeof numbers[0]; i++) {
		struct buf a, b;

		buf_init(&a, 8);
		buf_init(&b, 8);
		collate_number(numbers[i - 1], &a);
		collate_number(numbers[i], &b);
		assert_int_equal(a.len, 8);
		assert_true(bytes_compare(buf_view(&a), buf_view(&b)) < 0);
		buf_release(&a);
		buf_release(&b);
	}
}

static void what_is_no_text_is_told(void **state)
{
	struct buf key;
	struct err e;

	(void)state;
	buf_init(&key, 8);
	assert_int_equal(collate_text(bytes_str("a\xff"), &key, &e), ERR_BAD_UTF8);
	assert_int_equal(collate_name(bytes_str("\xc3"), &key, &e), ERR_BAD_UTF8);
	assert_int_equal(collate_text(BYTES_NONE, &key, &e), 0);
	assert_int_equal(key.len, 3);
	assert_int_equal(collate_text(bytes_str("quá dài cho tám byte"), &key, &e), ERR_TOO_LARGE);
	buf_release(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_sort_as_cldr_has_it),
		cmocka_unit_test(letters_tones_case),
		cmocka_unit_test(tones_belong_to_syllables),
		cmocka_unit_test(people_by_given_name),
		cmocka_unit_test(case_comes_last_in_names),
		cmocka_unit_test(no_key_begins_another),
		cmocka_unit_test(numbers_in_their_order),
		cmocka_unit_test(what_is_no_text_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
