/* A district's server for tests. */
#include "tests/lib/office.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "server/identity/officer.h"
#include "server/unit/unit.h"

static int64_t now(void *ctx)
{
	const struct office *o = ctx;

	return o->now;
}

static int64_t monotonic_ms(void *ctx)
{
	(void)ctx;
	return 0;
}

static void draw(void *ctx, void *out, size_t n)
{
	(void)ctx;
	env_random(env_os(), out, n);
}

static int fault(void *ctx, const char *where)
{
	struct office *o = ctx;

	return strcmp(where, "commit") == 0 && ++o->commits == o->stop_at;
}

#define OK(o, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((o)->e.code), (o)->e.subject); \
	} while (0)

void office_make(struct office *o)
{
	memset(o, 0, sizeof *o);
	strcpy(o->dir, "/tmp/dongbo-office-XXXXXX");
	assert_non_null(mkdtemp(o->dir));
	o->now = OFFICE_NOW;
	o->env = (struct env){ o, now, monotonic_ms, draw, fault, NULL, NULL };
	arena_init(&o->a, (size_t)256 << 20);
	OK(o, server_init(&o->env, o->dir, bytes_str("Huyện Sông Lô"), &o->e));
	OK(o, server_open(&o->s, &o->env, o->dir, &o->e));
}

void office_file(const char *path, struct buf *out)
{
	buf_init(out, (size_t)16 << 20);
	assert_int_equal(env_read_file(path, out, NULL), 0);
}

void office_equip_with(struct office *o, const char *pack)
{
	struct buf csv, json, prose;
	struct unit_row *units;
	size_t count, changed;

	office_file("common/packs/songlo-units.csv", &csv);
	office_file(pack, &json);
	office_file("common/packs/songlo-nq06.dict.txt", &prose);
	OK(o, unit_read(buf_view(&csv), &o->a, &units, &count, &o->e));
	OK(o, unit_put(&o->s, units, count, &changed, &o->e));
	OK(o, server_publish(&o->s, buf_view(&json), buf_view(&prose), &o->e));
	buf_release(&csv);
	buf_release(&json);
	buf_release(&prose);
}

void office_equip(struct office *o)
{
	office_equip_with(o, OFFICE_PACK);
}

void office_letters(struct office *o)
{
	struct buf json;

	office_file("tests/data/letters.json", &json);
	OK(o, server_publish(&o->s, buf_view(&json), BYTES_NONE, &o->e));
	buf_release(&json);
}

void office_staff(struct office *o)
{
	const struct keybox_cost cheap = { 1, 8192 };
	struct bytes pass = bytes_str(OFFICE_PASSPHRASE);
	struct bytes chief = bytes_str("Trần Văn Mẫu");

	OK(o, officer_add(&o->s, bytes_str(OFFICE_NAME), OFFICE_UNIT, ROLE_OFFICER, pass, &cheap,
			  &o->e));
	OK(o, officer_add(&o->s, chief, OFFICE_SCHOOL, ROLE_CHIEF, pass, &cheap, &o->e));
	OK(o, server_officer_open(&o->s, bytes_str(OFFICE_NAME), pass, &o->officer, &o->e));
	OK(o, server_officer_open(&o->s, chief, pass, &o->chief, &o->e));
}

static void set_int(struct draft *d, struct rid r, uint32_t field, int64_t n)
{
	draft_set(d, BONUS, r, field, value_int(n), false);
}

static void set_text(struct draft *d, struct rid r, uint32_t field, const char *s)
{
	draft_set(d, BONUS, r, field, value_text(bytes_str(s)), false);
}

struct rid office_bonus_draft(struct draft *d, int64_t amount)
{
	struct rid person = draft_create(d, 100, RID_NONE, 0), r;

	draft_set(d, 100, person, 1001, value_text(bytes_str("Lê Thị Mẫu")), false);
	draft_set(d, 100, person, 1002, value_text(bytes_str("000199000001")), true);
	r = draft_create(d, BONUS, RID_NONE, 0);
	set_int(d, r, 1061, 2026);
	set_int(d, r, 1062, 1);
	draft_set(d, BONUS, r, 1063, value_ref((struct ref){ d->stream, person }), false);
	set_int(d, r, 1064, 2);
	set_text(d, r, BONUS_ACHIEVEMENT, "Giải Nhất hội thi giáo viên dạy giỏi cấp tỉnh");
	draft_set(d, BONUS, r, 1069, value_date(20000), false);
	set_int(d, r, BONUS_AMOUNT, amount);
	set_text(d, r, 1081, "12/TTr-MNTS");
	draft_set(d, BONUS, r, 1082, value_date(20010), false);
	set_text(d, r, 1083, "Trần Văn Mẫu");
	set_text(d, r, 1084, "Hiệu trưởng");
	draft_move(d, BONUS, r, STATE_SIGNED, BYTES_NONE);
	return r;
}

struct rid office_bonus(struct office *o, int64_t amount)
{
	struct draft d;
	struct rid r;

	OK(o, server_begin(&o->s, OFFICE_SCHOOL, &o->chief, &o->a, &d, &o->e));
	r = office_bonus_draft(&d, amount);
	OK(o, server_save(&o->s, &o->chief, &d, NULL, &o->e));
	return r;
}

void office_end(struct office *o)
{
	struct dirent *entry;
	char path[512];
	DIR *dir;

	server_close(&o->s);
	arena_release(&o->a);
	dir = opendir(o->dir);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, "%s/%.255s", o->dir, entry->d_name);
		unlink(path);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(o->dir);
}

int64_t office_number(struct office *o, const char *sql)
{
	struct stmt *q;
	int64_t n;

	OK(o, db_query_text(o->s.db, &o->e, &q, sql));
	n = db_step(q, &o->e) == 1 ? db_int(q, 0) : -1;
	db_done(q);
	return n;
}
