/* A computer that is not what it was: put back from an older copy, copied, cloned with its
 * whole disk. Whatever it was, and whoever comes first: all that was saved is at the server,
 * once, and the stores agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/identity/incarnation.h"
#include "client/identity/install.h"
#include "client/identity/settle.h"
#include "common/replica/fsck.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"
#include "server/exchange/fork.h"
#include "tests/lib/place.h"

#define OK(p, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((p)->e.code), (p)->e.subject); \
	} while (0)

/* --- restored --- */

/* What turso#8129 is about: a client is put back from an older copy, writes on, is told that all
 * is well, and nothing arrives. */
static void turso_8129(void **state)
{
	struct place *p = *state;
	char name[32];
	int i;

	school_save(&p->s[0], "Before");
	place_sync_well(p, 0);
	place_close_store(p, 0);
	place_copy_store(p->s[0].dir, p->s[2].dir, true);
	place_open_store(p, 0, env_os());
	school_save(&p->s[0], "After");
	place_sync_well(p, 0);
	/* A month later. */
	place_close_store(p, 0);
	place_copy_store(p->s[2].dir, p->s[0].dir, false);
	place_open_store(p, 0, env_os());
	assert_int_equal(place_incarnations(p, 0, "restored"), 1);
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof name, "New %d", i);
		school_save(&p->s[0], name);
	}
	place_sync_well(p, 0);
	place_expect_one(p, "Before");
	place_expect_one(p, "After");
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof name, "New %d", i);
		place_expect_one(p, name);
	}
	assert_int_equal(place_count_named(&p->s[0].c.replica, "After"), 1);
	place_agree(p, 0);
}

/* What was saved and not sent when the copy was taken had been sent in the life that is gone:
 * it is carried again, and counts once. */
static void restored_with_what_waited(void **state)
{
	struct place *p = *state;

	place_sync_well(p, 0);
	school_save(&p->s[0], "Waits");
	place_close_store(p, 0);
	place_copy_store(p->s[0].dir, p->s[2].dir, true);
	place_open_store(p, 0, env_os());
	place_rename_person(p, 0, "Waits", "Renamed then");
	place_sync_well(p, 0);
	place_close_store(p, 0);
	place_copy_store(p->s[2].dir, p->s[0].dir, false);
	place_open_store(p, 0, env_os());
	school_save(&p->s[0], "Now");
	place_sync_well(p, 0);
	place_expect_one(p, "Renamed then");
	place_expect_one(p, "Now");
	assert_int_equal(place_count_named(&p->o.s.replica, "Waits"), 0);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM t_staff"), 2);
	place_agree(p, 0);
}

/* What was signed and lost may be on a stick that is still under way. */
static void a_stick_of_the_lost_life(void **state)
{
	struct place *p = *state;
	struct buf stick, reply;

	place_sync_well(p, 0);
	school_save(&p->s[0], "Waits");
	place_close_store(p, 0);
	place_copy_store(p->s[0].dir, p->s[2].dir, true);
	place_open_store(p, 0, env_os());
	school_save(&p->s[0], "On a stick");
	school_request(&p->s[0], &stick);
	place_close_store(p, 0);
	place_copy_store(p->s[2].dir, p->s[0].dir, false);
	place_open_store(p, 0, env_os());
	assert_int_equal(place_incarnations(p, 0, "restored"), 1);
	school_save(&p->s[0], "Now");
	place_sync_well(p, 0);
	buf_init(&reply, LIMIT_MESSAGE);
	OK(p, server_exchange(&p->o.s, buf_view(&stick), &reply, &p->e));
	place_sync_well(p, 0);
	place_expect_one(p, "Waits");
	place_expect_one(p, "On a stick");
	place_expect_one(p, "Now");
	place_agree(p, 0);
	buf_release(&stick);
	buf_release(&reply);
}

/* Edits of what waits, under the new key: no conflict comes of it. */
static void edits_of_what_is_carried(void **state)
{
	struct place *p = *state;

	place_sync_well(p, 0);
	school_save(&p->s[0], "Waits");
	place_close_store(p, 0);
	place_copy_store(p->s[0].dir, p->s[1].dir, true);
	place_open_store(p, 1, env_os());
	place_rename_person(p, 1, "Waits", "Renamed");
	assert_int_equal(place_number(&p->s[1].c, "SELECT sum(conflict) FROM record"), 0);
	place_sync_well(p, 1);
	place_expect_one(p, "Renamed");
	place_agree(p, 1);
	place_open_store(p, 0, env_os());
	place_sync_well(p, 0);
	place_agree(p, 0);
	assert_int_equal(office_number(&p->o, "SELECT sum(conflict) FROM record"), 0);
}

/* --- copied --- */

/* Both twins go on; first: who synchronises first. */
static void twins(struct place *p, int first)
{
	school_save(&p->s[0], "Received");
	place_sync_well(p, 0);
	school_save(&p->s[0], "Waits");
	place_close_store(p, 0);
	place_copy_store(p->s[0].dir, p->s[1].dir, true);
	place_open_store(p, 0, env_os());
	place_open_store(p, 1, env_os());
	assert_int_equal(place_incarnations(p, 0, NULL), 0);
	assert_int_equal(place_incarnations(p, 1, "copied"), 1);
	school_save(&p->s[0], "Of the first");
	school_save(&p->s[1], "Of the second");
	place_sync_well(p, first);
	place_sync_well(p, 1 - first);
	school_save(&p->s[0], "Of the first, later");
	school_save(&p->s[1], "Of the second, later");
	place_sync_well(p, 1 - first);
	place_sync_well(p, first);
	place_sync_well(p, 1 - first);
	place_expect_one(p, "Received");
	place_expect_one(p, "Waits");
	place_expect_one(p, "Of the first");
	place_expect_one(p, "Of the second");
	place_expect_one(p, "Of the first, later");
	place_expect_one(p, "Of the second, later");
	place_agree(p, 0);
	place_agree(p, 1);
	/* It stays: no new key at each start. */
	place_close_store(p, 1);
	place_open_store(p, 1, env_os());
	assert_int_equal(place_incarnations(p, 1, "copied"), 1);
}

static void twins_first(void **state)
{
	twins(*state, 0);
}

static void twins_second(void **state)
{
	twins(*state, 1);
}

/* Copied before the first contact: the enrolment is the one's who comes first, and his word for
 * the other holds. */
static void copied_before_contact(void **state)
{
	struct place *p = *state;
	struct buf unused;

	school_save(&p->s[0], "Waits");
	/* Something signed, so that the mark has a list. */
	school_request(&p->s[0], &unused);
	buf_release(&unused);
	place_close_store(p, 0);
	place_copy_store(p->s[0].dir, p->s[1].dir, true);
	place_open_store(p, 0, env_os());
	place_open_store(p, 1, env_os());
	assert_int_equal(place_incarnations(p, 1, "copied"), 1);
	school_save(&p->s[1], "Of the second");
	place_sync_well(p, 1);
	place_sync_well(p, 0);
	place_sync_well(p, 1);
	place_expect_one(p, "Waits");
	place_expect_one(p, "Of the second");
	place_agree(p, 0);
	place_agree(p, 1);
}

/* --- cloned with the whole disk: only the server can tell --- */

/* ssb-server#410: an identity that was restored or copied forks, and is dead for ever. */
static void ssb_server_410(void **state)
{
	struct place *p = *state;
	struct exchange_result r;
	json_t *list = NULL;

	place_clone_disk(p);
	school_save(&p->s[0], "Of the first");
	school_save(&p->s[1], "Of the second");
	place_rename_person(p, 1, "Of the second", "Of the second, renamed");
	place_sync_well(p, 0);
	r = place_sync(p, 1);
	assert_true(r.renewed);
	assert_int_equal(r.problems, 0);
	assert_int_equal(school_waiting(&p->s[1]), 0);
	assert_int_equal(place_incarnations(p, 1, "forked"), 1);
	school_save(&p->s[1], "Of the second, later");
	school_save(&p->s[0], "Of the first, later");
	place_sync_well(p, 1);
	place_sync_well(p, 0);
	place_sync_well(p, 1);
	place_expect_one(p, "Waits in both");
	place_expect_one(p, "Of the first");
	place_expect_one(p, "Of the second, renamed");
	place_expect_one(p, "Of the first, later");
	place_expect_one(p, "Of the second, later");
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM t_staff"), 5);
	place_agree(p, 0);
	place_agree(p, 1);
	/* Both branches are kept, and people are told. */
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM forked"), 1);
	OK(p, fork_list(&p->o.s.replica, 10, &list, &p->e));
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "kind")),
			    "forked");
	json_decref(list);
}

/* The second copy has not signed when it hears of what the first has sent. */
static void cloned_and_behind(void **state)
{
	struct place *p = *state;
	struct exchange_result r;

	place_clone_disk(p);
	school_save(&p->s[0], "Of the first");
	place_sync_well(p, 0);
	place_close_store(p, 1);
	/* Nothing of its own: what waits is in both. */
	place_open_store(p, 1, &p->env);
	r = place_sync(p, 1);
	assert_true(r.renewed);
	assert_int_equal(r.problems, 0);
	assert_int_equal(school_waiting(&p->s[1]), 0);
	school_save(&p->s[1], "Of the second");
	place_sync_well(p, 1);
	place_sync_well(p, 0);
	place_expect_one(p, "Waits in both");
	place_expect_one(p, "Of the first");
	place_expect_one(p, "Of the second");
	place_agree(p, 0);
	place_agree(p, 1);
}

/* The second carries its saves under numbers that the first has given, too, and not sent yet. The
 * first's are numbered anew, with the edits that rest on them, and none of them touches what has
 * those numbers now. */
static void numbered_anew(void **state)
{
	struct place *p = *state;

	place_clone_disk(p);
	place_sync_well(p, 0);
	school_save(&p->s[0], "Of the first");
	place_rename_person(p, 0, "Of the first", "Of the first, renamed");
	school_save(&p->s[1], "Of the second");
	place_sync(p, 1);
	assert_int_equal(place_incarnations(p, 1, "forked"), 1);
	place_sync(p, 0);
	assert_int_equal(school_waiting(&p->s[0]), 0);
	/* It sees that something of the other's was refused; that one has seen to it. */
	place_sync(p, 1);
	place_expect_one(p, "Waits in both");
	place_expect_one(p, "Of the first, renamed");
	place_expect_one(p, "Of the second");
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM t_staff"), 3);
	assert_int_equal(place_incarnations(p, 0, NULL), 0);
	place_agree(p, 0);
	place_agree(p, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(turso_8129), TEST(restored_with_what_waited), TEST(a_stick_of_the_lost_life),
		TEST(edits_of_what_is_carried), TEST(twins_first), TEST(twins_second),
		TEST(copied_before_contact), TEST(ssb_server_410), TEST(cloned_and_behind),
		TEST(numbered_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
