/* Words that a grammar cannot make: people, dates near today, shares that agree
 * with their percentage, document numbers, and the unit's own names. People are
 * invented; places are those of one rural district. */
#include "teller.h"

#include <stdio.h>
#include <string.h>

static const char *const communes[] = {
	"Lãng Công", "Quang Yên", "Bạch Lưu", "Hải Lựu", "Đồng Quế", "Nhân Đạo",
	"Đôn Nhân", "Phương Khoan", "Tân Lập", "Nhạo Sơn", "Tam Sơn", "Như Thụy",
	"Yên Thạch", "Đồng Thịnh", "Tứ Yên", "Đức Bác", "Cao Phong",
};
enum { COMMUNES = sizeof communes / sizeof communes[0] };

static const char *const offices[] = {
	"Phòng Nội vụ", "Phòng Giáo dục và Đào tạo", "Phòng Kinh tế và Hạ tầng",
	"Phòng Tài chính - Kế hoạch", "Phòng Nông nghiệp và Phát triển nông thôn",
	"Phòng Văn hóa và Thông tin", "Phòng Tư pháp", "Thanh tra huyện",
	"Phòng Tài nguyên và Môi trường", "Phòng Lao động - Thương binh và Xã hội",
	"Văn phòng HĐND và UBND huyện", "Trung tâm Văn hóa - Thông tin - Thể thao",
	"Ban Quản lý dự án đầu tư xây dựng", "Trung tâm Dịch vụ nông nghiệp",
	"Trung tâm Giáo dục nghề nghiệp - Giáo dục thường xuyên",
};
enum { OFFICES = sizeof offices / sizeof offices[0] };

void teller_init(struct teller *t, unsigned unit, uint64_t seed)
{
	unsigned i = unit % (COMMUNES * 4 + OFFICES);

	memset(t, 0, sizeof *t);
	draw_init(&t->draw, seed, unit);
	t->unit = unit;
	t->kind = i < COMMUNES * 4 ? (enum unit_kind)(i % 4) : UNIT_PHONG;
}

static const char *own_commune(const struct teller *t)
{
	return communes[t->unit % (COMMUNES * 4 + OFFICES) / 4 % COMMUNES];
}

struct date bench_date(int64_t days)
{
	int64_t z = days + 719468, era = z / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct date d;

	d.day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	d.month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	d.year = (int)(yoe + era * 400 + (d.month <= 2));
	return d;
}

int64_t day_number(int year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2), era = y / 400, yoe = y - era * 400;
	int64_t doy = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* Clerks do not write dates in one way. */
static void put_date(struct teller *t, int64_t days, struct buf *out)
{
	struct date d = bench_date(days);
	int64_t style = draw_between(&t->draw, 0, 9);

	if (style < 6)
		buf_printf(out, d.month < 3 ? "%02u/%02u/%d" : "%02u/%u/%d", d.day, d.month,
			d.year);
	else if (style < 8)
		buf_printf(out, "%02u/%02u/%d", d.day, d.month, d.year);
	else if (style < 9)
		buf_printf(out, "%u/%u", d.day, d.month);
	else
		buf_printf(out, "%02u tháng %02u năm %d", d.day, d.month, d.year);
}

static void put_month(const struct teller *t, int64_t days, struct buf *out)
{
	struct date d = bench_date(days);

	(void)t;
	buf_printf(out, "%u/%d", d.month, d.year);
}

static void put_tenths(unsigned tenths, struct buf *out)
{
	if (tenths % 10 == 0)
		buf_printf(out, "%u%%", tenths / 10);
	else
		buf_printf(out, "%u,%u%%", tenths / 10, tenths % 10);
}

static void put_share(struct teller *t, long low, long high, struct buf *out)
{
	int64_t whole = draw_between(&t->draw, low, high), part;

	part = draw_between(&t->draw, (whole + 1) / 2, whole > 3 ? whole - 1 : whole);
	t->gap = (unsigned)(whole - part);
	t->share = (unsigned)((part * 1000 + whole / 2) / whole);
	buf_printf(out, draw_chance(&t->draw, 30) ? "%02d/%02d" : "%d/%d", (int)part, (int)whole);
}

static void put_percent(struct teller *t, struct buf *out)
{
	unsigned tenths = t->share;

	if (tenths == 0)
		tenths = (unsigned)draw_between(&t->draw, 120, 999);
	t->share = 0;
	put_tenths(tenths, out);
}

static void put_grouped(int64_t n, struct buf *out)
{
	if (n >= 1000) {
		put_grouped(n / 1000, out);
		buf_printf(out, ".%03d", (int)(n % 1000));
	} else {
		buf_printf(out, "%d", (int)n);
	}
}

void tell_name(struct teller *t, bool female, struct buf *out)
{
	tell(t, "family", out);
	buf_byte(out, ' ');
	tell(t, female ? "middle.female" : "middle.male", out);
	buf_byte(out, ' ');
	tell(t, female ? "given.female" : "given.male", out);
}

static void put_person(struct teller *t, bool female, struct buf *out)
{
	const char *known = NULL;

	if (t->known != NULL && draw_chance(&t->draw, 45))
		known = t->known(t->ctx, &t->draw, female);
	if (known != NULL)
		buf_put(out, known, strlen(known));
	else
		tell_name(t, female, out);
}

static void put_unit(struct teller *t, struct buf *out)
{
	const char *own = own_commune(t);
	static const char *const schools[] = {
		"", "Trường Mầm non", "Trường Tiểu học", "Trường THCS",
	};

	if (t->kind == UNIT_PHONG)
		buf_printf(out, "%s", offices[t->unit % (COMMUNES * 4 + OFFICES) % OFFICES]);
	else if (t->kind == UNIT_XA)
		buf_printf(out, "%s %s", t->unit % 83 == 40 ? "thị trấn" : "xã", own);
	else
		buf_printf(out, "%s %s", schools[t->kind], own);
}

static void put_digits(struct draw *d, long n, struct buf *out)
{
	while (n-- > 0)
		buf_byte(out, (uint8_t)('0' + draw_between(d, 0, 9)));
}

/* Parts of one total: they never add up to more than it. */
static bool part_word(struct teller *t, const char *name, long low, long high, struct buf *out)
{
	unsigned n = 0;

	if (strcmp(name, "total") == 0)
		n = t->total = t->left = (unsigned)draw_between(&t->draw, low, high);
	else if (strcmp(name, "within") == 0)
		n = t->total * (unsigned)draw_between(&t->draw, low, high) / 100;
	else if (strcmp(name, "cut") == 0)
		n = t->left * (unsigned)draw_between(&t->draw, low, high) / 100;
	else if (strcmp(name, "rest") == 0)
		n = t->left;
	else if (strcmp(name, "gap") == 0)
		n = t->gap;
	else
		return false;
	if (strcmp(name, "cut") == 0)
		t->left -= n;
	buf_printf(out, "%02u", n);
	return true;
}

static bool number_word(struct teller *t, const char *name, long low, long high, struct buf *out)
{
	struct draw *d = &t->draw;

	if (strcmp(name, "n") == 0)
		put_grouped(draw_between(d, low, high), out);
	else if (strcmp(name, "nn") == 0)
		buf_printf(out, "%02d", (int)draw_between(d, low, high));
	else if (strcmp(name, "dec") == 0)
		buf_printf(out, "%d,%d", (int)draw_between(d, low, high),
			(int)draw_between(d, 1, 9));
	else if (strcmp(name, "no") == 0)
		buf_printf(out, "%d", (int)draw_between(d, low, high));
	else if (strcmp(name, "digits") == 0)
		put_digits(d, low, out);
	else if (strcmp(name, "share") == 0)
		put_share(t, low, high, out);
	else if (strcmp(name, "pct") == 0)
		put_percent(t, out);
	else if (strcmp(name, "money") == 0)
		put_grouped(draw_between(d, low, high) * 50000, out);
	else
		return part_word(t, name, low, high, out);
	return true;
}

static bool date_word(struct teller *t, const char *name, long low, long high, struct buf *out)
{
	int year = bench_date(t->today).year;

	if (strcmp(name, "date") == 0)
		put_date(t, t->today - draw_between(&t->draw, 3, 210), out);
	else if (strcmp(name, "soon") == 0)
		put_date(t, t->today + draw_between(&t->draw, 7, 150), out);
	else if (strcmp(name, "old") == 0)
		put_date(t, t->today - draw_between(&t->draw, 300, 2500), out);
	else if (strcmp(name, "month") == 0)
		put_month(t, t->today - draw_between(&t->draw, 20, 330), out);
	else if (strcmp(name, "ahead") == 0)
		put_month(t, t->today + draw_between(&t->draw, 20, 330), out);
	else if (strcmp(name, "year") == 0)
		buf_printf(out, "%d", year + (int)draw_between(&t->draw, low, high));
	else if (strcmp(name, "schoolyear") == 0)
		buf_printf(out, "%d-%d", year - 1, year);
	else
		return false;
	return true;
}

bool teller_word(struct teller *t, const char *name, long low, long high, struct buf *out)
{
	if (number_word(t, name, low, high, out) || date_word(t, name, low, high, out))
		return true;
	if (strcmp(name, "person") == 0)
		put_person(t, draw_chance(&t->draw, 52), out);
	else if (strcmp(name, "man") == 0)
		put_person(t, false, out);
	else if (strcmp(name, "woman") == 0)
		put_person(t, true, out);
	else if (strcmp(name, "unit") == 0)
		put_unit(t, out);
	else if (strcmp(name, "own") == 0)
		buf_printf(out, "%s", own_commune(t));
	else if (strcmp(name, "commune") == 0)
		buf_printf(out, "%s", communes[draw_between(&t->draw, 0, COMMUNES - 1)]);
	else
		return false;
	return true;
}
