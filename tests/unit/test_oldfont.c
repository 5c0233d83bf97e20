/* Fonts of old: the three tables in both directions, and what is told apart by words.
 * The tables here are written the other way round than those of the module: by letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/text/letter.h"
#include "common/text/oldfont.h"

/* Vowels in the tones ngang huyền hỏi ngã sắc nặng. */
static const char small[] = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứự"
			    "yỳỷỹýỵđ";
static const char capital[] = "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬEÈẺẼÉẸÊỀỂỄẾỆIÌỈĨÍỊOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢUÙỦŨÚỤ"
			      "ƯỪỬỮỨỰYỲỶỸÝỴĐ";

static const char *const tcvn3[] = { "a", "µ", "¶", "·", "¸", "¹", "¨", "»", "¼", "½", "¾", "Æ",
	"©", "Ç", "È", "É", "Ê", "Ë", "e", "Ì", "Î", "Ï", "Ð", "Ñ", "ª", "Ò", "Ó", "Ô", "Õ", "Ö",
	"i", "×", "Ø", "Ü", "Ý", "Þ", "o", "ß", "á", "â", "ã", "ä", "«", "å", "æ", "ç", "è", "é",
	"¬", "ê", "ë", "ì", "í", "î", "u", "ï", "ñ", "ò", "ó", "ô", "\xc2\xad", "õ", "ö", "÷", "ø",
	"ù", "y", "ú", "û", "ü", "ý", "þ", "®" };
static const char *const vni[] = { "a", "aø", "aû", "aõ", "aù", "aï", "aê", "aè", "aú", "aü", "aé",
	"aë", "aâ", "aà", "aå", "aã", "aá", "aä", "e", "eø", "eû", "eõ", "eù", "eï", "eâ", "eà",
	"eå", "eã", "eá", "eä", "i", "ì", "æ", "ó", "í", "ò", "o", "oø", "oû", "oõ", "où", "oï",
	"oâ", "oà", "oå", "oã", "oá", "oä", "ô", "ôø", "ôû", "ôõ", "ôù", "ôï", "u", "uø", "uû",
	"uõ", "uù", "uï", "ö", "öø", "öû", "öõ", "öù", "öï", "y", "yø", "yû", "yõ", "yù", "î",
	"ñ" };
static const char *const vni_capital[] = { "A", "AØ", "AÛ", "AÕ", "AÙ", "AÏ", "AÊ", "AÈ", "AÚ",
	"AÜ", "AÉ", "AË", "AÂ", "AÀ", "AÅ", "AÃ", "AÁ", "AÄ", "E", "EØ", "EÛ", "EÕ", "EÙ", "EÏ",
	"EÂ", "EÀ", "EÅ", "EÃ", "EÁ", "EÄ", "I", "Ì", "Æ", "Ó", "Í", "Ò", "O", "OØ", "OÛ", "OÕ",
	"OÙ", "OÏ", "OÂ", "OÀ", "OÅ", "OÃ", "OÁ", "OÄ", "Ô", "ÔØ", "ÔÛ", "ÔÕ", "ÔÙ", "ÔÏ", "U",
	"UØ", "UÛ", "UÕ", "UÙ", "UÏ", "Ö", "ÖØ", "ÖÛ", "ÖÕ", "ÖÙ", "ÖÏ", "Y", "YØ", "YÛ", "YÕ",
	"YÙ", "Î", "Ñ" };
/* Capitals of TCVN3 without a tone. */
static const struct {
	uint16_t code, letter;
} tcvn3_capital[] = { { 0xa1, 0x102 }, { 0xa2, 0xc2 }, { 0xa3, 0xca }, { 0xa4, 0xd4 },
		      { 0xa5, 0x1a0 }, { 0xa6, 0x1af }, { 0xa7, 0x110 } };
/* Windows-1258: vowels as letters of its own, tones as codes behind them. */
static const struct {
	uint16_t letter, code;
} cp1258[] = { { 0x102, 0xc3 }, { 0x103, 0xe3 }, { 0x110, 0xd0 }, { 0x111, 0xf0 }, { 0x1a0, 0xd5 },
	       { 0x1a1, 0xf5 }, { 0x1af, 0xdd }, { 0x1b0, 0xfd } };
static const uint8_t cp1258_tones[] = { 0, 0xcc, 0xd2, 0xde, 0xec, 0xf2 };

/* The place of a code point in a list of letters, or -1. */
static int place(const char *letters, uint32_t c)
{
	struct bytes s = bytes_str(letters);
	size_t at = 0;
	int i;

	for (i = 0; at < s.len; i++)
		if (letter_next(s, &at) == c)
			return i;
	return -1;
}

static void encode_tcvn3(uint32_t c, struct buf *out)
{
	int i = place(small, c), k = place(capital, c);
	size_t n;

	for (n = 0; n < 7; n++)
		if (tcvn3_capital[n].letter == c) {
			letter_put(tcvn3_capital[n].code, out);
			return;
		}
	/* A capital with a tone was typed with the small letter, for a font of capitals. */
	if (i >= 0 || (k >= 0 && c >= 0x80))
		buf_add(out, bytes_str(tcvn3[i >= 0 ? i : k]));
	else
		letter_put(c, out);
}

static void encode_vni(uint32_t c, struct buf *out)
{
	int i = place(small, c), k = place(capital, c);

	if (i >= 0)
		buf_add(out, bytes_str(vni[i]));
	else if (k >= 0)
		buf_add(out, bytes_str(vni_capital[k]));
	else
		letter_put(c, out);
}

static void encode_1258(uint32_t c, struct buf *out)
{
	struct letter l;
	uint32_t base = c;
	size_t i;

	if (letter_of(c, &l) && l.tone != TONE_NONE)
		base = letter_code((struct letter){ l.base, TONE_NONE, l.capital });
	else
		l.tone = TONE_NONE;
	for (i = 0; i < sizeof cp1258 / sizeof cp1258[0]; i++)
		if (cp1258[i].letter == base)
			base = cp1258[i].code;
	letter_put(base, out);
	if (l.tone != TONE_NONE)
		letter_put(cp1258_tones[l.tone], out);
}

static struct bytes encode(int kind, struct bytes text, struct buf *out)
{
	size_t at = 0;

	buf_clear(out);
	while (at < text.len) {
		uint32_t c = letter_next(text, &at);

		if (kind == OLDFONT_TCVN3)
			encode_tcvn3(c, out);
		else if (kind == OLDFONT_VNI)
			encode_vni(c, out);
		else if (kind == OLDFONT_1258)
			encode_1258(c, out);
		else
			letter_put(c, out);
	}
	return buf_view(out);
}

static void expect_convert(int kind, const char *from, const char *to)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	assert_int_equal(oldfont_convert(kind, bytes_str(from), &out, NULL), 0);
	buf_byte(&out, 0);
	assert_string_equal((char *)out.at, to);
	buf_release(&out);
}

static void expect_guess(int kind, const char *text)
{
	int found = oldfont_guess(bytes_str(text));

	if (found != kind)
		fail_msg("\"%s\": %s, not %s", text, oldfont_name(found), oldfont_name(kind));
}

/* Texts that were seen in such files. */
static void known_texts_become_what_they_were(void **state)
{
	(void)state;
	expect_convert(OLDFONT_TCVN3, "Céng hßa x· héi chñ nghÜa ViÖt Nam",
		       "Cộng hòa xã hội chủ nghĩa Việt Nam");
	expect_convert(OLDFONT_TCVN3, "§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc");
	expect_convert(OLDFONT_TCVN3, "NguyÔn ThÞ MÉu, M­êng Kh­¬ng", "Nguyễn Thị Mẫu, Mường Khương");
	expect_convert(OLDFONT_TCVN3, "Hµ Néi 12/5, 3,5%", "Hà Nội 12/5, 3,5%");
	expect_convert(OLDFONT_TCVN3, "H\xce\xbc Néi", "Hà Nội");
	expect_convert(OLDFONT_VNI, "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam",
		       "Cộng hòa xã hội chủ nghĩa Việt Nam");
	expect_convert(OLDFONT_VNI, "Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc");
	expect_convert(OLDFONT_VNI, "Nguyeãn Thò Maãu, TRÖÔØNG TIEÅU HOÏC",
		       "Nguyễn Thị Mẫu, TRƯỜNG TIỂU HỌC");
	expect_convert(OLDFONT_1258, "NguyêÞn Thiò Mâìu ðýõìng", "Nguyễn Thị Mấu đướng");
	expect_convert(OLDFONT_NONE, "Cộng he\xcc\x81", "Cộng hé");
	expect_convert(OLDFONT_VNI, "", "");
}

/* The capitals of the font .VnTimeH are small letters; in a text of capitals the rest
 * follows suit. */
static void capitals_of_tcvn3(void **state)
{
	(void)state;
	expect_convert(OLDFONT_TCVN3, "TR¦êNG TIÓU HäC", "TRƯỜNG TIỂU HỌC");
	expect_convert(OLDFONT_TCVN3, "Q§-UBND", "QĐ-UBND");
	expect_convert(OLDFONT_TCVN3, "tr­êng tiÓu häc", "trường tiểu học");
	expect_convert(OLDFONT_TCVN3, "Hµ", "Hà");
	expect_convert(OLDFONT_TCVN3, "UBND x· Nh¹o S¬n", "UBND xã Nhạo Sơn");
}

static void every_letter_goes_there_and_back(void **state)
{
	int kind;
	struct buf old, back;

	(void)state;
	buf_init(&old, 1 << 16);
	buf_init(&back, 1 << 16);
	for (kind = OLDFONT_TCVN3; kind < OLDFONT_COUNT; kind++) {
		struct bytes letters = bytes_str(small);
		size_t at = 0, count = 0;

		while (at < letters.len) {
			size_t from = at;
			struct bytes one;

			letter_next(letters, &at);
			one = (struct bytes){ letters.at + from, at - from };
			buf_clear(&back);
			assert_int_equal(oldfont_convert(kind, encode(kind, one, &old), &back,
							 NULL), 0);
			assert_true(bytes_equal(one, buf_view(&back)));
			count++;
		}
		assert_int_equal(count, 73);
		buf_clear(&back);
		assert_int_equal(oldfont_convert(kind, encode(kind, letters, &old), &back, NULL), 0);
		assert_true(bytes_equal(letters, buf_view(&back)));
		buf_clear(&back);
		encode(kind, bytes_str(capital), &old);
		assert_int_equal(oldfont_convert(kind, buf_view(&old), &back, NULL), 0);
		if (kind != OLDFONT_TCVN3)
			assert_true(bytes_equal(bytes_str(capital), buf_view(&back)));
	}
	buf_release(&old);
	buf_release(&back);
}

/* Words, names and headings as they stand in such files; a line each. */
static const char *const vietnamese[] = {
	"Nguyễn Thị Mẫu", "Trần Văn Nhập", "Lê Thị Hồng Nhung", "Phạm Minh Đức", "Hoàng Văn Thụ",
	"Đặng Thị Thúy Hằng", "Bùi Xuân Phái", "Đỗ Mạnh Hùng", "Vũ Thị Lan Anh", "Ngô Quang Khải",
	"Dương Thị Huệ", "Lý Thường Kiệt", "Hà Thị Tuyết Mai", "Khổng Văn Tuấn", "Tạ Thị Bích Ngọc",
	"Triệu Quang Phục", "Nguyễn Đình Chiểu", "Lưu Thị Kim Oanh", "Phùng Hữu Nghĩa",
	"Trường Tiểu học Đồng Quế", "Trường Mầm non Như Thụy", "UBND xã Nhạo Sơn",
	"Phòng Giáo dục và Đào tạo", "Họ và tên", "Ngày tháng năm sinh", "Trình độ chuyên môn",
	"Chức vụ", "Đơn vị công tác", "Ngày vào ngành", "Hệ số lương", "Quê quán", "Số quyết định",
	"Giáo viên", "Hiệu trưởng", "Phó hiệu trưởng", "Tổ trưởng chuyên môn", "Kế toán",
	"Cán bộ quản lý", "Hợp đồng lao động", "Đại học sư phạm", "Cao đẳng", "Thạc sĩ", "Tiến sĩ",
	"xã Tứ Yên, huyện Sông Lô, tỉnh Vĩnh Phúc", "Đã nhận bằng ngày 12/5/2003",
	"Tiền thưởng 1.500.000 đồng", "Nghị quyết số 06/2021/NQ-HĐND", "12/QĐ-UBND",
	"Danh sách cán bộ, giáo viên đề nghị hỗ trợ", "Không", "Đảng viên", "Dự bị", "Nữ",
	"Bằng tốt nghiệp loại giỏi", "Chứng chỉ tin học", "Tiếng Anh trình độ B",
};

/* What must never be touched. */
static const char *const others[] = {
	"", "12345", "1.500.000", "3,5", "01/03/2026", "25°C", "100 m²", "5 µm", "10 µg/ml", "±5",
	"½", "1½ năm", "© 2020", "Windows® 10", "§ 5", "«abc»", "£5", "¥100", "5 × 3 ÷ 2", "10‰",
	"café", "crème brûlée", "Zürich", "München", "Müller", "São Paulo", "señor", "niño", "año",
	"Citroën", "naïve", "façade", "garçon", "hôtel", "Noël", "Köln", "Österreich", "für", "Straße",
	"smörgåsbord", "fjörð", "Bogotá", "Málaga", "déjà vu", "piñata", "Curaçao", "Ångström", "på",
	"Résumé of the teacher", "The school at Sông Lô", "List of teachers and staff, 2021-2022",
	"Microsoft Excel 97", "A4", "THPT", "CCCD 000123456789", "hotro@songlo.gov.vn", "N/A", "#REF!",
	"Có", "Lê Hoa", "Cô Sáu", "Hà", "Bé", "Lý", "Tú", "Hoà", "toán", "khoá", "Tòa", "Lò Văn Hà",
	"Mai", "Lan", "Hoa", "Nam", "Thanh Thanh", "bê tông", "Âu Cô", "không", "chè xanh", "mía",
	"là", "và", "ý kiến", "quà", "Lâm Thao", "Hoàng Hà", "Cà Mau", "Sóc Trăng", "Nghĩa Lộ",
};

static void others_are_left_alone(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof others / sizeof others[0]; i++)
		expect_guess(OLDFONT_NONE, others[i]);
	for (i = 0; i < sizeof vietnamese / sizeof vietnamese[0]; i++)
		expect_guess(OLDFONT_NONE, vietnamese[i]);
}

/* Never taken for another kind; seldom, where a line is a word or two, for none. */
static void lines_are_recognised_by_themselves(void **state)
{
	size_t lines = sizeof vietnamese / sizeof vietnamese[0], missed = 0, i;
	struct buf old;
	int kind;

	(void)state;
	buf_init(&old, 1 << 16);
	for (i = 0; i < lines; i++)
		for (kind = OLDFONT_TCVN3; kind < OLDFONT_COUNT; kind++) {
			int found = oldfont_guess(encode(kind, bytes_str(vietnamese[i]), &old));

			if (found != OLDFONT_NONE)
				assert_int_equal(found, kind);
			missed += found == OLDFONT_NONE;
		}
	assert_in_range(missed, 0, lines * 3 / 30);
	buf_release(&old);
}

/* Real prose and names: every line of the text that a pack's dictionary is made of. */
static void lines_of_a_pack(void **state)
{
	FILE *f = fopen("common/packs/songlo-nq06.dict.txt", "r");
	size_t lines[OLDFONT_COUNT] = { 0 }, missed[OLDFONT_COUNT] = { 0 };
	char line[4096];
	struct buf old;
	int kind;

	(void)state;
	assert_non_null(f);
	buf_init(&old, 1 << 16);
	while (fgets(line, sizeof line, f) != NULL) {
		struct bytes text = { (uint8_t *)line, strcspn(line, "\n") };

		assert_int_equal(oldfont_guess(text), OLDFONT_NONE);
		for (kind = OLDFONT_TCVN3; kind < OLDFONT_COUNT; kind++) {
			struct bytes coded = encode(kind, text, &old);
			int found = oldfont_guess(coded);

			if (bytes_equal(coded, text))
				continue;
			if (found != OLDFONT_NONE)
				assert_int_equal(found, kind);
			lines[kind]++;
			missed[kind] += found == OLDFONT_NONE;
		}
	}
	fclose(f);
	buf_release(&old);
	for (kind = OLDFONT_TCVN3; kind < OLDFONT_COUNT; kind++) {
		assert_true(lines[kind] > 300);
		assert_in_range(missed[kind], 0, lines[kind] / 20);
	}
}

/* Given names alone, of which few say by themselves what they are. */
static const char *const names[] = { "Hà", "Không", "Nam", "Tú", "Hồng", "Anh", "Mẫu", "Lan", "Đức",
	"Có", "Thủy", "Bé", "Tuấn", "Ngọc", "Lý", "Thảo", "Hoa", "Hương", "Sơn", "Cúc" };

enum { NAMES = sizeof names / sizeof names[0] };

static void note_all(struct oldfont_column *c, int kind, struct buf *old)
{
	size_t i;

	for (i = 0; i < NAMES; i++)
		oldfont_note(c, encode(kind, bytes_str(names[i]), old));
}

static void a_column_decides_its_cells(void **state)
{
	struct buf old, back;
	size_t i;
	int kind;

	(void)state;
	buf_init(&old, 1 << 16);
	buf_init(&back, 1 << 16);
	for (kind = OLDFONT_NONE; kind < OLDFONT_COUNT; kind++) {
		struct oldfont_column c = { { 0 }, { 0 } };

		note_all(&c, kind, &old);
		assert_int_equal(oldfont_column(&c), kind);
		for (i = 0; i < NAMES; i++) {
			struct bytes cell = encode(kind, bytes_str(names[i]), &old);

			buf_clear(&back);
			assert_int_equal(oldfont_convert(oldfont_cell(&c, cell), cell, &back,
							 NULL), 0);
			if (!bytes_equal(buf_view(&back), bytes_str(names[i])))
				fail_msg("%s in %s", names[i], oldfont_name(kind));
		}
		/* What somebody has typed into the same column since. */
		assert_int_equal(oldfont_cell(&c, bytes_str("Đặng Thị Hằng")), OLDFONT_NONE);
		assert_int_equal(oldfont_cell(&c, bytes_str("12/5/2003")), OLDFONT_NONE);
	}
	buf_release(&old);
	buf_release(&back);
}

/* "Cã" is Có in TCVN3, but a name could be Cã as well: in a column of both kinds nobody
 * but the owner of the file can tell. */
static void in_a_mixed_column_doubt_is_told(void **state)
{
	struct oldfont_column c = { { 0 }, { 0 } }, half = { { 0 }, { 0 } }, sheet = { { 0 }, { 0 } };
	struct buf old;

	(void)state;
	buf_init(&old, 1 << 16);
	note_all(&c, OLDFONT_TCVN3, &old);
	assert_int_equal(oldfont_cell(&c, bytes_str("Cã")), OLDFONT_TCVN3);
	note_all(&half, OLDFONT_NONE, &old);
	assert_int_equal(oldfont_cell(&half, bytes_str("Cã")), OLDFONT_NONE);
	oldfont_add(&half, &c);
	assert_int_equal(oldfont_cell(&half, bytes_str("Cã")), OLDFONT_UNSURE);
	assert_int_equal(oldfont_cell(&half, bytes_str("NguyÔn ThÞ")), OLDFONT_TCVN3);
	assert_int_equal(oldfont_cell(&half, bytes_str("Nguyễn Thị")), OLDFONT_NONE);
	assert_int_equal(oldfont_cell(&half, bytes_str("Nguyen Thi")), OLDFONT_NONE);
	/* A column that says nothing goes by the rest of the sheet. */
	oldfont_note(&sheet, bytes_str("Cã"));
	assert_int_equal(oldfont_cell(&sheet, bytes_str("Cã")), OLDFONT_NONE);
	oldfont_add(&sheet, &c);
	assert_int_equal(oldfont_cell(&sheet, bytes_str("Cã")), OLDFONT_TCVN3);
	buf_release(&old);
}

static void fonts_by_name(void **state)
{
	(void)state;
	assert_int_equal(oldfont_by_font(bytes_str(".VnTime")), OLDFONT_TCVN3);
	assert_int_equal(oldfont_by_font(bytes_str(".VnArial NarrowH")), OLDFONT_TCVN3);
	assert_int_equal(oldfont_by_font(bytes_str("VNI-Times")), OLDFONT_VNI);
	assert_int_equal(oldfont_by_font(bytes_str("Times New Roman")), OLDFONT_NONE);
	assert_int_equal(oldfont_by_font(bytes_str("")), OLDFONT_NONE);
	assert_string_equal(oldfont_name(OLDFONT_TCVN3), "TCVN3");
	assert_string_equal(oldfont_name(OLDFONT_NONE), "");
	assert_string_equal(oldfont_name(OLDFONT_UNSURE), "");
}

static void what_is_no_text_is_told(void **state)
{
	struct buf out;
	struct err e;

	(void)state;
	buf_init(&out, 8);
	assert_int_equal(oldfont_guess(bytes_str("\xff\xc3 \xe1")), OLDFONT_NONE);
	assert_int_equal(oldfont_convert(OLDFONT_VNI, bytes_str("a\xff"), &out, &e), ERR_BAD_UTF8);
	assert_int_equal(oldfont_convert(OLDFONT_VNI, bytes_str("quá dài cho tám byte"), &out, &e),
			 ERR_TOO_LARGE);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_texts_become_what_they_were),
		cmocka_unit_test(capitals_of_tcvn3),
		cmocka_unit_test(every_letter_goes_there_and_back),
		cmocka_unit_test(others_are_left_alone),
		cmocka_unit_test(lines_are_recognised_by_themselves),
		cmocka_unit_test(lines_of_a_pack),
		cmocka_unit_test(a_column_decides_its_cells),
		cmocka_unit_test(in_a_mixed_column_doubt_is_told),
		cmocka_unit_test(fonts_by_name),
		cmocka_unit_test(what_is_no_text_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
