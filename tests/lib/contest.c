/* A district at work under a small pack. */
#include "tests/lib/contest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "server/fsck.h"

#define OK(c, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((c)->p.o.e.code), (c)->p.o.e.subject); \
	} while (0)

void contest_make(struct contest *c)
{
	plan_make_with(&c->p, CONTEST_PACK, contest_people, CONTEST_PEOPLE);
}

void contest_end(struct contest *c)
{
	plan_end(&c->p);
}

struct draft *contest_by(struct contest *c, int who)
{
	OK(c, server_begin(&c->p.o.s, OFFICE_SCHOOL, &c->p.people[who], &c->p.o.a, &c->d, &c->p.o.e));
	return &c->d;
}

void contest_save(struct contest *c, int who)
{
	if (server_save(&c->p.o.s, &c->p.people[who], &c->d, &c->p.verdict, &c->p.o.e) != 0)
		fail_msg("%s: %s, rule %u", err_name(c->p.o.e.code), c->p.o.e.subject,
			 c->p.verdict.rule);
}

void contest_refused(struct contest *c, int who, int code, uint32_t rule, struct rid about)
{
	struct verdict *v = &c->p.verdict;

	assert_int_equal(server_save(&c->p.o.s, &c->p.people[who], &c->d, v, &c->p.o.e), code);
	assert_int_equal(v->code, code);
	assert_int_equal(v->rule, rule);
	assert_true(rid_equal(v->record, about));
}

void contest_text(struct contest *c, uint32_t type, struct rid r, uint32_t field,
		  const char *text)
{
	draft_set(&c->d, type, r, field, value_text(bytes_str(text)), false);
}

void contest_int(struct contest *c, uint32_t type, struct rid r, uint32_t field, int64_t n)
{
	draft_set(&c->d, type, r, field, value_int(n), false);
}

struct rid contest_book(struct contest *c, struct rid entry, const char *name, int64_t pages)
{
	struct rid r = draft_create(&c->d, BOOK_READ, entry, BOOKS);

	contest_text(c, BOOK_READ, r, BOOK_NAME, name);
	contest_int(c, BOOK_READ, r, BOOK_PAGES, pages);
	return r;
}

struct rid contest_entry(struct contest *c, int who, struct rid *book)
{
	struct rid r = plan_add(&c->p, who, OFFICE_SCHOOL, "{'type':'reading_entry','year':2026,"
				"'entry_kind':'single','reader':'Lê Văn Đọc','book':'Dế Mèn'}"), row;

	contest_by(c, who);
	row = contest_book(c, r, "Dế Mèn phiêu lưu ký", 180);
	contest_save(c, who);
	if (book != NULL)
		*book = row;
	return r;
}

struct rid contest_submitted(struct contest *c, struct rid *book)
{
	struct rid r = contest_entry(c, AUTHOR, book);

	plan_step(&c->p, AUTHOR, OFFICE_SCHOOL, r, "submitted");
	return r;
}

void contest_return(struct contest *c, int who, struct rid r, const char *fields)
{
	struct replica *replica = &c->p.o.s.replica;
	struct assignment list[8];
	struct schema *s;
	size_t n = 0, len;

	for (; *fields != '\0'; fields += len + (fields[len] == ' ')) {
		len = strcspn(fields, " ");
		list[n++] = (struct assignment){ { (const uint8_t *)fields, len },
						 bytes_str("xem lại"), ASSIGN_SET };
	}
	contest_by(c, who);
	OK(c, replica_schema_now(replica, &s, &c->p.o.e));
	OK(c, edit_return(replica, s, &c->d, r, bytes_str("returned"), list, n, &c->p.o.e));
	OK(c, edit_move(replica, s, &c->d, r, bytes_str("returned"), bytes_str("bổ sung"), &c->p.o.e));
	contest_save(c, who);
}

static void found(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	print_error("%s: %s\n", place, what);
}

void contest_sound(struct contest *c)
{
	char scratch[96];
	struct fsck f = { .env = &c->p.o.env, .scratch = scratch, .found = found };

	snprintf(scratch, sizeof scratch, "%s/scratch", c->p.o.dir);
	OK(c, server_fsck(&f, c->p.o.dir, &c->p.o.e));
	assert_int_equal(f.count, 0);
}
