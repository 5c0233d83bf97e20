/* A unit's computer for tests. */
#include "tests/lib/school.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "protocol/limits.h"

#define OK(s, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((s)->e.code), (s)->e.subject); \
	} while (0)

void school_make(struct school *s, struct office *o, uint64_t unit)
{
	struct buf text;

	memset(s, 0, sizeof *s);
	strcpy(s->dir, "/tmp/dongbo-school-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	arena_init(&s->a, (size_t)256 << 20);
	buf_init(&text, LIMIT_MESSAGE * 2);
	OK(s, server_enrol(&o->s, unit, ROLE_CLERK, bytes_str("http://127.0.0.1:1"), 86400, &text,
			   &s->e));
	OK(s, client_init(env_os(), s->dir, buf_view(&text), bytes_str("Phạm Thị Mẫu"), &s->e));
	OK(s, client_open(&s->c, env_os(), s->dir, &s->e));
	buf_release(&text);
}

void school_save(struct school *s, const char *name)
{
	struct draft d;
	struct rid r;

	OK(s, client_begin(&s->c, s->c.unit, &s->a, &d, &s->e));
	r = draft_create(&d, 100, RID_NONE, 0);
	draft_set(&d, 100, r, 1001, value_text(bytes_str(name)), false);
	OK(s, client_save(&s->c, &d, NULL, &s->e));
}

void school_chief(struct school *s, struct office *o, const char *name)
{
	const struct keybox_cost cheap = { 1, 8192 };
	struct buf text;

	buf_init(&text, LIMIT_MESSAGE * 2);
	OK(s, server_enrol(&o->s, s->c.unit, ROLE_CHIEF, bytes_str("http://127.0.0.1:1"), 86400,
			   &text, &s->e));
	OK(s, chief_add(&s->c, buf_view(&text), bytes_str(name), bytes_str(OFFICE_PASSPHRASE),
			&cheap, &s->e));
	buf_release(&text);
}

void school_open_chief(struct school *s, const char *name, struct chief_key *out)
{
	OK(s, chief_open(&s->c, bytes_str(name), bytes_str(OFFICE_PASSPHRASE), out, &s->e));
}

struct rid school_save_as(struct school *s, const char *chief, const char *name)
{
	struct chief_key k;
	struct draft d;
	struct rid r;

	school_open_chief(s, chief, &k);
	OK(s, chief_begin(&s->c, &k, s->c.unit, &s->a, &d, &s->e));
	r = draft_create(&d, 100, RID_NONE, 0);
	draft_set(&d, 100, r, 1001, value_text(bytes_str(name)), false);
	OK(s, chief_save(&s->c, &k, &d, NULL, &s->e));
	chief_close(&k);
	return r;
}

void school_request(struct school *s, struct buf *out)
{
	buf_init(out, LIMIT_MESSAGE);
	OK(s, exchange_prepare(&s->c, LIMIT_MESSAGE_FIRST, out, &s->e));
}

struct exchange_result school_apply(struct school *s, struct bytes reply)
{
	struct exchange_result r = { 0 };

	OK(s, exchange_apply(&s->c, reply, &r, &s->e));
	return r;
}

int64_t school_waiting(struct school *s)
{
	struct client_waiting w;

	OK(s, client_waiting(&s->c, &w, &s->e));
	return w.transactions + w.changesets;
}

void school_end(struct school *s)
{
	struct dirent *entry;
	char path[512];
	DIR *dir;

	client_close(&s->c);
	arena_release(&s->a);
	dir = opendir(s->dir);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, "%s/%.255s", s->dir, entry->d_name);
		unlink(path);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(s->dir);
}
