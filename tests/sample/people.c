/* Invented people, and the units that they work in. */
#include "tests/sample/people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sample/hand.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const char *const families[] = {
	"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô",
	"Dương", "Lý", "Khổng", "Hà", "Triệu", "Tạ", "Lương", "Chu", "Đào", "Đinh", "Kim", "Lưu"
};
static const char *const women_middle[] = {
	"Thị", "Thị Thu", "Thị Thanh", "Thị Bích", "Thị Kim", "Thị Ngọc", "Thị Minh", "Thùy", "Phương"
};
static const char *const women[] = {
	"Hoa", "Lan", "Huệ", "Hương", "Thủy", "Hằng", "Nga", "Yến", "Loan", "Hạnh", "Đào", "Mai", "Oanh",
	"Phượng", "Quyên", "Thảo", "Trang", "Vân", "Xuân", "Ánh", "Hiền", "Nhung", "Tuyết", "Dung"
};
static const char *const men_middle[] = {
	"Văn", "Đức", "Quang", "Hữu", "Minh", "Xuân", "Ngọc", "Công", "Mạnh", "Đình", "Tiến", "Trọng"
};
static const char *const men[] = {
	"Hùng", "Dũng", "Cường", "Thắng", "Tuấn", "Hải", "Sơn", "Long", "Nam", "Quân", "Bình", "Đạt",
	"Giang", "Khánh", "Lộc", "Nghĩa", "Phúc", "Quyết", "Tài", "Thành", "Toàn", "Trung", "Việt", "Ước"
};

static const char *pick(struct sample *s, const char *const *list, size_t n)
{
	return list[chance_below(&s->chance, n)];
}

static void name_of(struct sample *s, bool woman, char out[80])
{
	const char *family = pick(s, families, COUNT(families));
	const char *middle = woman ? pick(s, women_middle, COUNT(women_middle)) :
				     pick(s, men_middle, COUNT(men_middle));
	const char *given = woman ? pick(s, women, COUNT(women)) : pick(s, men, COUNT(men));

	snprintf(out, 80, "%s %s %s", family, middle, given);
}

void people_name(struct sample *s, char out[80], bool *woman)
{
	*woman = chance_percent(&s->chance, 62);
	name_of(s, *woman, out);
}

/* ---- Units ---- */

static struct bytes kind(const struct sample *s, uint64_t unit)
{
	return s->units[unit - 1].kind;
}

enum unit_is people_unit_is(const struct sample *s, uint64_t unit)
{
	struct bytes k = kind(s, unit);

	if (bytes_equal(k, bytes_str("XA")) || bytes_equal(k, bytes_str("TT")))
		return IS_COMMUNE;
	return bytes_equal(k, bytes_str("PHONG")) || bytes_equal(k, bytes_str("DVSN")) ||
			       bytes_equal(k, bytes_str("HUYEN")) ?
		       IS_OFFICE : IS_SCHOOL;
}

const char *people_unit_name(const struct sample *s, uint64_t unit)
{
	return arena_str((struct arena *)&s->keep, s->units[unit - 1].name);
}

const char *people_unit_code(const struct sample *s, uint64_t unit)
{
	return arena_str((struct arena *)&s->keep, s->units[unit - 1].code);
}

const char *people_symbol(const struct sample *s, uint64_t unit)
{
	if (people_unit_is(s, unit) == IS_COMMUNE)
		return "UBND";
	if (people_unit_is(s, unit) == IS_OFFICE)
		return people_unit_code(s, unit);
	return bytes_equal(kind(s, unit), bytes_str("TH_THCS")) ?
		       "TH&THCS" : arena_str((struct arena *)&s->keep, kind(s, unit));
}

static const char *title_of(const struct sample *s, uint64_t unit)
{
	switch (people_unit_is(s, unit)) {
	case IS_COMMUNE:
		return "Chủ tịch";
	case IS_SCHOOL:
		return "Hiệu trưởng";
	default:
		return unit == UNIT_VP ? "Chánh Văn phòng" : unit == UNIT_TTVH ? "Giám đốc" :
		       unit == UNIT_UBND ? "Chủ tịch" : unit == 12 ? "Chánh Thanh tra" :
						      "Trưởng phòng";
	}
}

void people_staff_machines(struct sample *s)
{
	size_t i;
	bool woman;

	for (i = 1; i <= UNITS; i++) {
		struct machine *m = &s->machines[i];
		char name[80];

		people_name(s, name, &woman);
		snprintf(m->clerk, sizeof m->clerk, "%.63s", name);
		people_name(s, name, &woman);
		snprintf(m->head, sizeof m->head, "%.63s", name);
		m->title = title_of(s, i);
	}
	snprintf(s->second.clerk, sizeof s->second.clerk, "%s", "Lê Thị Hai Máy");
}

/* ---- People ---- */

struct post {
	const char *position, *kind, *level, *discipline;
};

static const struct post school_posts[] = {
	{ "Hiệu trưởng", "vc", "dh", "qlgd" },
	{ "Phó Hiệu trưởng", "vc", "dh", "qlgd" },
	{ "Giáo viên", "vc", "dh", "toan" },
	{ "Giáo viên", "vc", "dh", "van" },
	{ "Giáo viên", "vc", "dh", "anh" },
	{ "Giáo viên", "vc", "cd", "gdth" },
	{ "Giáo viên", "vc", "dh", "tin" },
	{ "Giáo viên", "vc", "ths", "hoa" },
	{ "Kế toán", "vc", "dh", "ketoan" },
	{ "Nhân viên thư viện", "hd", "cd", NULL },
};
static const struct post commune_posts[] = {
	{ "Chủ tịch UBND", "cb", "dh", "qlc" },
	{ "Phó Chủ tịch UBND", "cb", "dh", "luat" },
	{ "Chủ tịch HĐND", "cb", "dh", "luat" },
	{ "Công chức Văn phòng - thống kê", "cc", "dh", "qlc" },
	{ "Công chức Tư pháp - hộ tịch", "cc", "dh", "luat" },
	{ "Công chức Tài chính - kế toán", "cc", "dh", "ketoan" },
	{ "Công chức Địa chính - nông nghiệp", "cc", "dh", NULL },
	{ "Công chức Văn hóa - xã hội", "cc", "dh", NULL },
	{ "Chỉ huy trưởng Ban CHQS", "cc", "tc", NULL },
	{ "Chủ tịch Hội Phụ nữ", "cb", "dh", NULL },
	{ "Bí thư Đoàn Thanh niên", "cb", "dh", NULL },
	{ "Nhân viên đài truyền thanh", "kct", "tc", NULL },
};
static const struct post office_posts[] = {
	{ "Trưởng phòng", "cc", "ths", "qlc" },
	{ "Phó Trưởng phòng", "cc", "dh", "luat" },
	{ "Chuyên viên", "cc", "dh", "qlc" },
	{ "Chuyên viên", "cc", "dh", "luat" },
	{ "Chuyên viên", "cc", "ths", NULL },
	{ "Chuyên viên", "cc", "dh", NULL },
	{ "Kế toán", "cc", "dh", "ketoan" },
};

static const struct post *posts_of(const struct sample *s, uint64_t unit, size_t *n)
{
	switch (people_unit_is(s, unit)) {
	case IS_COMMUNE:
		*n = COUNT(commune_posts);
		return commune_posts;
	case IS_OFFICE:
		*n = COUNT(office_posts);
		return office_posts;
	default:
		*n = COUNT(school_posts);
		return school_posts;
	}
}

/* 000, century and sex, year, and a number of its own. */
static void make_cccd(struct person *p, unsigned n)
{
	snprintf(p->cccd, sizeof p->cccd, "000%d%02d%06u", p->woman ? 1 : 0, p->birth_year % 100,
		 n % 1000000);
}

static void enter(struct sample *s, struct hand *h, struct person *p, const struct post *post)
{
	char more[120] = "";

	if (post->discipline != NULL)
		snprintf(more, sizeof more, "|discipline=%s", post->discipline);
	p->id = hand_add(h, "staff", "full_name=%s|birth=%02d/%02d/%d|sex=%s|cccd=%s|post_kind=%s|"
			 "position=%s|level=%s|joined=01/%02d/%d|work_state=dang_lam%s", p->name,
			 (int)chance_between(&s->chance, 1, 28), (int)chance_between(&s->chance, 1, 12),
			 p->birth_year, p->woman ? "nu" : "nam", p->cccd, post->kind, post->position,
			 post->level, (int)chance_between(&s->chance, 1, 12), p->birth_year + 24, more);
}

void people_enter(struct sample *s, uint64_t unit)
{
	struct people *all = s->people;
	size_t n, i;
	const struct post *posts = posts_of(s, unit, &n);
	struct hand h;

	all->first[unit] = all->count;
	for (i = 0; i < n; i++) {
		struct person *p = &all->list[all->count];

		if (all->count == PEOPLE)
			sample_die(s, "too many people");
		p->unit = unit;
		people_name(s, p->name, &p->woman);
		p->birth_year = (int)chance_between(&s->chance, 1968, 1996);
		p->level = posts[i].level;
		p->discipline = posts[i].discipline != NULL ? posts[i].discipline : "qlc";
		p->position = posts[i].position;
		make_cccd(p, (unsigned)all->count + 100);
		hand_clerk(&h, s, unit);
		enter(s, &h, p, &posts[i]);
		hand_save(&h);
		all->count++;
	}
	all->first[unit + 1] = all->count;
}

size_t people_of(const struct sample *s, uint64_t unit)
{
	return s->people->first[unit + 1] - s->people->first[unit];
}

const struct person *people_at(const struct sample *s, uint64_t unit, size_t n)
{
	return &s->people->list[s->people->first[unit] + n % people_of(s, unit)];
}

/* Not the last one of a unit: their posts are under no contract that dossiers ask for. */
const struct person *people_next(struct sample *s, uint64_t unit)
{
	size_t n = people_of(s, unit) - 1;

	return people_at(s, unit, s->people->turn[unit]++ % n);
}

const char *people_ref(const struct person *p)
{
	return ref(p->unit, p->id);
}

struct rid people_add(struct sample *s, uint64_t unit, const char *name, bool woman,
		      const char *more)
{
	struct hand h;
	struct rid id;

	hand_clerk(&h, s, unit);
	id = hand_add(&h, "staff", "full_name=%s|sex=%s|%s", name, woman ? "nu" : "nam", more);
	hand_save(&h);
	return id;
}
