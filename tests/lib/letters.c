/* Letters for tests. */
#include "tests/lib/letters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "common/replica/version.h"

#define OK(l, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((l)->d.e.code), (l)->d.e.subject); \
	} while (0)

void letters_make(struct letters *l)
{
	district_make(&l->d, 2);
	office_letters(&l->d.office);
	office_staff(&l->d.office);
	district_sync(&l->d, 0, NULL);
	district_sync(&l->d, 1, NULL);
	l->here = &l->d.clients[0].c;
	l->there = &l->d.clients[1].c;
	school_chief(&l->d.clients[0], &l->d.office, CHIEF);
}

void letters_end(struct letters *l)
{
	district_end(&l->d);
}

static struct schema *schema_of(struct letters *l, struct client *c)
{
	struct schema *s;

	OK(l, replica_schema_now(&c->replica, &s, &l->d.e));
	return s;
}

struct rid letters_new(struct letters *l, struct client *c, int64_t amount)
{
	struct draft draft;
	struct rid r, line;

	OK(l, client_begin(c, OFFICE_SCHOOL, &l->d.a, &draft, &l->d.e));
	r = draft_create(&draft, LETTER, RID_NONE, 0);
	draft_set(&draft, LETTER, r, LETTER_SUBJECT, value_text(bytes_str("Xin kinh phí")), false);
	draft_set(&draft, LETTER, r, LETTER_AMOUNT, value_int(amount), false);
	draft_set(&draft, LETTER, r, LETTER_ABOUT, value_text(bytes_str("000199000001")), true);
	draft_member(&draft, LETTER, r, LETTER_TOPICS, value_int(2), true);
	line = draft_create(&draft, LETTER_LINE, r, LETTER_LINES);
	draft_set(&draft, LETTER_LINE, line, LINE_WHAT, value_text(bytes_str("Học phí")), false);
	draft_create(&draft, LETTER_PART, line, LINE_PARTS);
	line = draft_create(&draft, LETTER_LINE, r, LETTER_LINES);
	draft_set(&draft, LETTER_LINE, line, LINE_WHAT, value_text(bytes_str("Tài liệu")), false);
	OK(l, client_save(c, &draft, NULL, &l->d.e));
	return r;
}

struct rid letters_line(struct rid letter)
{
	return (struct rid){ letter.device, letter.op + 5 };
}

void letters_amount(struct letters *l, struct client *c, struct rid r, int64_t amount)
{
	struct draft draft;

	OK(l, client_begin(c, OFFICE_SCHOOL, &l->d.a, &draft, &l->d.e));
	draft_set(&draft, LETTER, r, LETTER_AMOUNT, value_int(amount), false);
	OK(l, client_save(c, &draft, NULL, &l->d.e));
}

int letters_sign_to(struct letters *l, struct rid r, const char *state, const uint8_t *digest)
{
	struct client *c = l->here;
	struct chief_key k;
	struct draft draft;
	int code;

	school_open_chief(&l->d.clients[0], CHIEF, &k);
	OK(l, chief_begin(c, &k, c->unit, &l->d.a, &draft, &l->d.e));
	code = edit_sign(&c->replica, schema_of(l, c), &draft, r, bytes_str(state), digest,
			 &l->d.e);
	if (code == 0)
		code = edit_move(&c->replica, schema_of(l, c), &draft, r, bytes_str(state),
				 BYTES_NONE, &l->d.e);
	OK(l, code);
	code = chief_save(c, &k, &draft, &l->v, &l->d.e);
	chief_close(&k);
	return code;
}

void letters_sign(struct letters *l, struct rid r)
{
	OK(l, letters_sign_to(l, r, "signed", NULL));
}

const uint8_t *letters_digest(struct letters *l, struct rid r)
{
	uint8_t *digest = arena_alloc(&l->d.a, HASH_SIZE);
	struct fold_entry *en;
	struct fold fold;

	OK(l, fold_init(&fold, &l->here->replica, &l->d.a, &l->d.e));
	OK(l, fold_get(&fold, OFFICE_SCHOOL, r, &en, &l->d.e));
	OK(l, version_of(&fold, schema_of(l, l->here), en, digest, &l->d.e));
	return digest;
}

int64_t letters_state(struct letters *l, struct replica *r, struct rid id)
{
	int64_t state = -1;

	OK(l, db_number(r->db, &l->d.e, -1, &state, "SELECT state FROM record WHERE stream=31 AND "
			"device=$1 AND op=$2", "uu", id.device, id.op));
	return state;
}

void letters_everywhere(struct letters *l)
{
	size_t round, i;

	for (round = 0; round < 2; round++)
		for (i = 0; i < l->d.count; i++)
			district_sync(&l->d, i, NULL);
}

int64_t letters_refused(struct letters *l, int code)
{
	int64_t n = -1;

	OK(l, db_number(l->d.office.s.db, &l->d.e, -1, &n, "SELECT count(*) FROM refused WHERE "
			"code=$1 AND device NOT IN ($2, $3)", "iuu", (int64_t)code, l->here->key.id,
			l->there->key.id));
	return n;
}

void letters_officer_moves(struct letters *l, struct rid r, const char *state)
{
	struct office *o = &l->d.office;
	struct schema *s;
	struct draft draft;

	OK(l, replica_schema_now(&o->s.replica, &s, &l->d.e));
	OK(l, server_begin(&o->s, OFFICE_SCHOOL, &o->officer, &l->d.a, &draft, &l->d.e));
	OK(l, edit_move(&o->s.replica, s, &draft, r, bytes_str(state), bytes_str("đã xem"),
			&l->d.e));
	OK(l, server_save(&o->s, &o->officer, &draft, NULL, &l->d.e));
}
