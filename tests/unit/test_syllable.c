/* Syllables: words of Vietnamese are some, words of others are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/syllable.h"

static bool ok(struct bytes word)
{
	struct letter l[40];
	size_t at = 0, n = 0;

	while (at < word.len && n < 40)
		if (!letter_of(letter_next(word, &at), &l[n++]))
			return false;
	return syllable_ok(l, n);
}

/* Words with blanks between them; how many of them are syllables. */
static size_t count(const char *words, bool wanted, size_t *all)
{
	size_t good = 0;

	for (*all = 0; *words != '\0'; words += strspn(words, " ")) {
		size_t len = strcspn(words, " ");
		bool is = ok((struct bytes){ (const uint8_t *)words, len });

		if (is != wanted)
			print_message("%.*s\n", (int)len, words);
		good += is;
		(*all)++;
		words += len;
	}
	return good;
}

static void words_of_vietnamese(void **state)
{
	static const char words[] =
		"Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Thị Văn "
		"Thùy Thuỳ Trâm Hòa Hoà Thúy Thuý Khuê Quỳnh Quý Quốc Quyết Quyền Giang Giáp Gì "
		"Giêng Giếng Nghĩa Nghiêng Ngọc Nghệ Khoẻ Khỏe Oanh Uyên Yến Ý Ấp Ước Ương Ưu "
		"khuya khuỷu ngoằn ngoèo loằng xoong boong thuở huơ quơ nguệch ngoạc toẹt quẻn "
		"Đồng Quế Nhạo Sơn Như Thụy Thuỵ Tứ Đức Bác Yên Thạch Bạch Lưu Hải Lựu Lãng Công "
		"Phương Khoan Nhân Đạo Đôn Cao Phong Tân Lập Tam Sông Lô TRƯỜNG TIỂU HỌC Hoàn "
		"ngày tháng năm quyết định nghị kế hoạch số phiếu biểu mẫu tiền thưởng rượu bưu "
		"thuế nhiều việc luật xuất khuất quật khuyết quít quýt huýt tuýp nghịch lịch ếch "
		"buồn ruộng muối cuốc xuân tuần luân chuẩn duyệt nguyệt truyện chuyên pin xe";
	size_t all, good = count(words, true, &all);

	(void)state;
	assert_true(all > 140);
	assert_int_equal(good, all);
}

static void words_of_others(void **state)
{
	static const char words[] =
		"school district and training street bonus table Word Excel Windows cafộ "
		"pốre Zỹrich Mỹllerq ngh qu đ h tt ck ôc1 nghang cêm kếngh ghà ngì cét ngé "
		"hat het hoc hich hàt hẻt họcz tiêng1 thúó tòán hóàn màu1 aa eê ươê uou trưừơng "
		"hoàì Ngyuễn Thịị traàn ngyễn nguỹn iế ủyq mặtq";
	size_t all, good = count(words, false, &all);

	(void)state;
	assert_true(all > 45);
	assert_int_equal(good, 0);
}

/* Where the mark stands: ao has it first, oai in the middle, iê on the letter that has
 * a hat; only oa oe uy go both ways. */
static void tones_have_their_place(void **state)
{
	static const char right[] = "cáo hoài tiến hoán hòan hóa hoá khỏe khoẻ tủy tuỷ của mía "
				    "giữa được hươu tuyết khuỷu quá già giờ";
	static const char wrong[] = "caó hòai hoaì tíên hoáǹ cuả miá gĩưa đựơc húơu túyêt "
				    "khủyu meó đaị";
	size_t all, good = count(right, true, &all);

	(void)state;
	assert_int_equal(good, all);
	assert_int_equal(count(wrong, false, &all), 0);
}

static void nothing_and_too_much(void **state)
{
	struct letter l[12];
	size_t i;

	(void)state;
	for (i = 0; i < 12; i++)
		l[i] = (struct letter){ LETTER_A, TONE_NONE, false };
	assert_false(syllable_ok(l, 0));
	assert_true(syllable_ok(l, 1));
	for (i = 2; i <= 12; i++)
		assert_false(syllable_ok(l, i));
	for (i = 0; i < LETTER_COUNT; i++) {
		l[0].base = (uint8_t)i;
		syllable_ok(l, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_vietnamese),
		cmocka_unit_test(words_of_others),
		cmocka_unit_test(tones_have_their_place),
		cmocka_unit_test(nothing_and_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
