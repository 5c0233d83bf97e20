/* Chiefs' keys on a computer that was copied, cloned or put back: the chief goes on with his
 * passphrase, and nothing that he has saved is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server/exchange/adopt.h"
#include "tests/lib/place.h"

#define OK(p, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((p)->e.code), (p)->e.subject); \
	} while (0)

static int64_t stale(struct place *p, int i)
{
	return place_number(&p->s[i].c, "SELECT count(*) FROM chief WHERE stale<>0");
}

/* A chief's key was copied along: his next signature makes another one, by the old one's word. */
static void chiefs_go_on(void **state)
{
	struct place *p = *state;

	office_letters(&p->o);
	place_sync_well(p, 0);
	school_chief(&p->s[0], &p->o, "Thủ Trưởng");
	place_sync_well(p, 0);
	school_save_as(&p->s[0], "Thủ Trưởng", "By the chief, before");
	place_close_store(p, 0);
	place_copy_store(p->s[0].dir, p->s[1].dir, true);
	place_open_store(p, 0, env_os());
	place_open_store(p, 1, env_os());
	assert_int_equal(stale(p, 0), 0);
	assert_int_equal(stale(p, 1), 1);
	school_save_as(&p->s[0], "Thủ Trưởng", "By the chief, at the first");
	school_save_as(&p->s[1], "Thủ Trưởng", "By the chief, at the second");
	assert_int_equal(stale(p, 1), 0);
	place_sync_well(p, 1);
	place_sync_well(p, 0);
	place_sync_well(p, 1);
	place_expect_one(p, "By the chief, before");
	place_expect_one(p, "By the chief, at the first");
	place_expect_one(p, "By the chief, at the second");
	place_agree(p, 0);
	place_agree(p, 1);
}

/* Nothing tells before the server does; what the second chief has saved waits for him. */
static void chiefs_of_a_cloned_disk(void **state)
{
	struct place *p = *state;
	struct chief_key k;

	office_letters(&p->o);
	place_sync_well(p, 0);
	school_chief(&p->s[0], &p->o, "Thủ Trưởng");
	place_clone_disk(p);
	school_save_as(&p->s[0], "Thủ Trưởng", "By the chief, at the first");
	school_save_as(&p->s[1], "Thủ Trưởng", "By the chief, at the second");
	school_save_as(&p->s[1], "Thủ Trưởng", "By the chief, at the second, too");
	place_sync_well(p, 0);
	place_sync(p, 1);
	assert_int_equal(place_number(&p->s[1].c, "SELECT count(*) FROM chief_again"), 2);
	assert_int_equal(school_waiting(&p->s[1]), 2);
	/* Not made again at each start, nor without the passphrase. */
	place_close_store(p, 1);
	place_open_store(p, 1, &p->env);
	assert_int_equal(stale(p, 1), 1);
	assert_int_equal(chief_open(&p->s[1].c, bytes_str("Thủ Trưởng"), bytes_str("khác"), &k, &p->e),
			 ERR_PASSPHRASE);
	assert_int_equal(place_number(&p->s[1].c, "SELECT count(*) FROM chief_again"), 2);
	school_open_chief(&p->s[1], "Thủ Trưởng", &k);
	assert_true(k.renewed);
	assert_int_equal(k.again, 2);
	assert_int_equal(k.left, 0);
	chief_close(&k);
	place_sync_well(p, 1);
	place_sync_well(p, 0);
	assert_int_equal(school_waiting(&p->s[1]), 0);
	place_expect_one(p, "By the chief, at the first");
	place_expect_one(p, "By the chief, at the second");
	place_expect_one(p, "By the chief, at the second, too");
	place_agree(p, 0);
	place_agree(p, 1);
}

/* Whom the district has revoked can't vouch for another key: the chief is told, not the computer. */
static void a_revoked_chief_has_no_heir(void **state)
{
	struct place *p = *state;
	struct client_waiting w;
	struct revoked gone;

	office_letters(&p->o);
	place_sync_well(p, 0);
	school_chief(&p->s[0], &p->o, "Thủ Trưởng");
	place_sync_well(p, 0);
	place_close_store(p, 0);
	place_copy_store(p->s[0].dir, p->s[1].dir, true);
	place_open_store(p, 0, env_os());
	place_open_store(p, 1, env_os());
	OK(p, revoke_key(&p->o.s, (uint64_t)place_number(&p->s[0].c, "SELECT device FROM chief"), BYTES_NONE,
			 NULL, 0, &gone, &p->e));
	school_save_as(&p->s[1], "Thủ Trưởng", "By nobody");
	school_save(&p->s[1], "By the clerk");
	assert_int_equal(place_sync(p, 1).problems, 0);
	assert_int_equal(p->s[1].c.revoked, 0);
	assert_int_equal(place_number(&p->s[1].c, "SELECT problem FROM chief"), ERR_REVOKED);
	OK(p, client_waiting(&p->s[1].c, &w, &p->e));
	assert_int_equal(w.changesets, 1);
	place_expect_one(p, "By the clerk");
	/* With an enrolment of his own he goes on; what he has signed meanwhile counts. */
	school_chief(&p->s[1], &p->o, "Thủ Trưởng");
	place_sync_well(p, 1);
	assert_int_equal(place_number(&p->s[1].c, "SELECT problem FROM chief"), 0);
	assert_int_equal(school_waiting(&p->s[1]), 0);
	place_expect_one(p, "By nobody");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(chiefs_go_on), TEST(chiefs_of_a_cloned_disk),
		TEST(a_revoked_chief_has_no_heir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
