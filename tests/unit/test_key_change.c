/* New server keys: which heads they may sign, what is refused, what a stop in the middle
 * leaves, who is told of what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/sync/receipt.h"
#include "common/replica/fsck.h"
#include "server/identity/key_change.h"
#include "server/identity/keyfile.h"
#include "tests/lib/district.h"

static int make(void **state)
{
	struct district_fixture *d = calloc(1, sizeof *d);

	district_make(d, 2);
	*state = d;
	return 0;
}

static int end(void **state)
{
	district_end(*state);
	free(*state);
	return 0;
}

static void root_of(struct district_fixture *d, struct sign_key *root)
{
	struct keyfile_key key;
	size_t n;

	assert_int_equal(keyfile_read(d->office.dir, "root", &key, 1, &n, NULL), 0);
	sign_make(root, key.seed);
}

/* A paper, made and signed; what was read of it lies in `encoded`. */
static void make_paper(struct district_fixture *d, int64_t since, uint64_t version,
		       struct buf *encoded, struct key_change *out)
{
	struct sign_key root;
	struct buf text, first, sealed;

	buf_init(&text, 1 << 16);
	buf_init(&first, 1 << 16);
	buf_init(&sealed, 1 << 16);
	buf_init(encoded, 1 << 16);
	assert_int_equal(key_change_new(&d->office.s, since, version, true, &text, &d->e), 0);
	assert_int_equal(key_change_read(buf_view(&text), &first, out, &d->e), 0);
	assert_false(out->is_signed);
	root_of(d, &root);
	assert_int_equal(key_change_sign(out, &root, &sealed, &d->e), 0);
	assert_int_equal(key_change_read(buf_view(&sealed), encoded, out, &d->e), 0);
	assert_true(out->is_signed);
	buf_release(&sealed);
	buf_release(&first);
	buf_release(&text);
}

/* What a running server does when another process has installed. */
static void reopen(struct district_fixture *d)
{
	server_close(&d->office.s);
	assert_int_equal(server_open(&d->office.s, &d->office.env, d->office.dir, &d->e), 0);
}

static void change(struct district_fixture *d, int64_t since)
{
	struct key_change k;
	struct buf encoded;

	make_paper(d, since, 0, &encoded, &k);
	assert_int_equal(key_change_install(&d->office.s, &k, &d->e), 0);
	buf_release(&encoded);
	reopen(d);
}

static void an_older_key_signs_until_the_next_one_since(void **state)
{
	struct district_fixture *d = *state;
	struct server *s = &d->office.s;
	struct sign_key first = s->working, second;
	struct stream_head h = { .stream = 7, .seq = 3, .time = 1000 };
	uint8_t old[SIGN_SIZE], new[SIGN_SIZE];

	change(d, 2000);
	second = s->working;
	assert_memory_not_equal(first.public_key, second.public_key, SIGN_PUBLIC);
	change(d, 1500);
#define SIGN(key, out) \
	head_sign(key, s->replica.district.id, h.stream, h.seq, h.head, h.time, out)
	for (h.time = 1498; h.time < 1502; h.time++) {
		SIGN(&first, old);
		SIGN(&s->working, new);
		/* The third's since is before the second's: it counts for both. */
		assert_int_equal(replica_head_signed(&s->replica, &h, old, NULL),
				 h.time < 1500 ? 0 : ERR_KEY_REPLACED);
		assert_int_equal(replica_head_signed(&s->replica, &h, new, NULL), 0);
		SIGN(&second, old);
		assert_int_equal(replica_head_signed(&s->replica, &h, old, NULL),
				 h.time < 1500 ? 0 : ERR_KEY_REPLACED);
		new[3] ^= 1;
		assert_int_equal(replica_head_signed(&s->replica, &h, new, NULL),
				 ERR_HEAD_MISMATCH);
	}
	SIGN(&d->clients[0].c.key, old);
	assert_int_equal(replica_head_signed(&s->replica, &h, old, NULL), ERR_HEAD_MISMATCH);
#undef SIGN
}

static void papers_that_are_refused(void **state)
{
	struct district_fixture *d = *state;
	struct server *s = &d->office.s;
	struct key_change k, other;
	struct buf encoded, more, text;
	struct sign_key wrong;

	buf_init(&text, 1 << 16);
	/* Not a higher version. */
	assert_int_equal(key_change_new(s, 5, 1, true, &text, NULL), ERR_STALE);
	make_paper(d, 5, 0, &encoded, &k);
	/* Another is under way. */
	assert_int_equal(key_change_new(s, 5, 0, false, &text, NULL), ERR_EXISTS);
	/* Unsigned; signed by another; altered. */
	other = k;
	other.is_signed = false;
	assert_int_equal(key_change_install(s, &other, NULL), ERR_BAD_SIGNATURE);
	sign_make(&wrong, (const uint8_t[SIGN_SEED]){ 9 });
	buf_clear(&text);
	assert_int_equal(key_change_sign(&k, &wrong, &text, NULL), ERR_KEYS_REFUSED);
	assert_int_equal(text.len, 0);
	/* Its secrets were given up for those of a later one. */
	make_paper(d, 5, 9, &more, &other);
	assert_int_equal(key_change_install(s, &k, NULL), ERR_NO_FILE);
	assert_int_equal(s->replica.keys.version, 1);
	assert_int_equal(key_change_install(s, &other, NULL), 0);
	assert_int_equal(s->replica.keys.version, 9);
	reopen(d);
	assert_int_equal(key_change_install(s, &k, NULL), ERR_STALE);
	assert_int_equal(key_change_install(s, &other, NULL), ERR_STALE);
	buf_release(&more);
	buf_release(&encoded);
	buf_release(&text);
}

static void what_a_reader_learns_and_what_not(void **state)
{
	struct district_fixture *d = *state;
	struct replica *r = &d->clients[0].c.replica;
	struct key_change two, three, four;
	struct buf a, b, c;
	struct document bent;
	uint8_t signature[SIGN_SIZE];

	make_paper(d, 5, 2, &a, &two);
	make_paper(d, 6, 3, &b, &three);
	make_paper(d, 6, 3, &c, &four); /* another one with its version */
	assert_int_equal(db_begin(r->db, NULL), 0);
	assert_int_equal(replica_keys_learn(r, &r->workings[0].doc, NULL), 0);
	assert_int_equal(replica_keys_learn(r, &three.paper.keys, NULL), 0);
	assert_int_equal(r->keys.version, 3);
	/* Undone with the transaction. */
	replica_rollback(r);
	assert_int_equal(r->keys.version, 1);
	assert_int_equal(r->working_count, 1);
	assert_null(replica_working(r, hash_device(three.keys.working)));

	assert_int_equal(db_begin(r->db, NULL), 0);
	memcpy(signature, three.paper.keys.signature.at, SIGN_SIZE);
	signature[60] ^= 4;
	bent = (struct document){ three.paper.keys.payload, BYTES_OF(signature) };
	assert_int_equal(replica_keys_learn(r, &bent, NULL), ERR_KEYS_REFUSED);
	assert_int_equal(replica_keys_learn(r, &three.paper.keys, NULL), 0);
	/* The same again is nothing; a lower one, or another with its version, is refused. */
	assert_int_equal(replica_keys_learn(r, &three.paper.keys, NULL), 0);
	assert_int_equal(replica_keys_learn(r, &two.paper.keys, NULL), ERR_KEYS_REFUSED);
	assert_int_equal(replica_keys_learn(r, &four.paper.keys, NULL), ERR_KEYS_REFUSED);
	assert_int_equal(db_commit(r->db, NULL), 0);
	replica_keys_keep(r);
	assert_int_equal(r->keys.version, 3);
	assert_int_equal(replica_keys_load(r, NULL), 0);
	assert_int_equal(r->keys.version, 3);
	assert_int_equal(r->working_count, 2);
	buf_release(&c);
	buf_release(&b);
	buf_release(&a);
}

static void keys_that_were_lost_are_remembered(void **state)
{
	struct district_fixture *d = *state;
	struct server *s = &d->office.s;
	struct key_change two, nine;
	struct buf a, b;

	make_paper(d, OFFICE_NOW + 10, 0, &a, &two);
	make_paper(d, OFFICE_NOW + 20, 9, &b, &nine);
	/* A number that no lost document can have had. */
	assert_int_equal(nine.keys.box[1].number, 9);
	assert_int_equal(key_change_remember(s, &two, NULL), ERR_STALE);
	assert_int_equal(key_change_install(s, &nine, &d->e), 0);
	two.is_signed = false;
	assert_int_equal(key_change_remember(s, &two, NULL), ERR_BAD_SIGNATURE);
	two.is_signed = true;
	assert_int_equal(key_change_remember(s, &two, &d->e), 0);
	assert_int_equal(key_change_remember(s, &two, NULL), ERR_STALE);
	assert_int_equal(key_change_remember(s, &nine, NULL), ERR_STALE);
	assert_int_equal(s->replica.working_count, 3);
	assert_int_equal(s->replica.keys.version, 9);
	assert_int_equal(s->replica.workings[1].version, 2);
	reopen(d);
	assert_non_null(replica_working(&s->replica, hash_device(two.keys.working)));
	buf_release(&b);
	buf_release(&a);
}

/* A server that shows keys the root has not signed: nothing of its reply is taken in. */
static void a_reply_with_wrong_keys_is_refused_whole(void **state)
{
	struct district_fixture *d = *state;
	struct server *s = &d->office.s;
	struct client *c = &d->clients[0].c;
	struct exchange_result result;
	struct sign_key wrong;
	struct key_change k;
	struct buf encoded;
	uint8_t signature[SIGN_SIZE];
	struct stream_head before, after;

	make_paper(d, 5, 0, &encoded, &k);
	school_save(&d->clients[1], "Trần Thị Mẫu");
	district_sync(d, 1, NULL);
	sign_make(&wrong, (const uint8_t[SIGN_SEED]){ 9 });
	document_sign(&wrong, SIGN_KEYS, s->replica.district.id, k.paper.keys.payload, signature);
	s->replica.workings[1] = (struct working){
		.version = 2, .box = 2, .doc = { k.paper.keys.payload, BYTES_OF(signature) } };
	s->replica.working_count = 2;
	assert_int_equal(replica_head(&c->replica, OFFICE_SCHOOL, &before, NULL), 0);
	assert_int_equal(district_exchange(d, 0, 1 << 16, &result), ERR_KEYS_REFUSED);
	assert_int_equal(replica_head(&c->replica, OFFICE_SCHOOL, &after, NULL), 0);
	assert_int_equal(before.seq, after.seq);
	assert_int_equal(c->replica.keys.version, 1);
	/* Without them the same is taken. */
	s->replica.working_count = 1;
	district_sync(d, 0, NULL);
	assert_int_equal(replica_head(&c->replica, OFFICE_SCHOOL, &after, NULL), 0);
	assert_true(after.seq > before.seq);
	buf_release(&encoded);
}

static void a_stop_in_the_middle_leaves_what_opens(void **state)
{
	struct district_fixture *d = *state;
	struct office *o = &d->office;
	struct key_change k;
	struct buf encoded;

	make_paper(d, 5, 0, &encoded, &k);
	o->stop_at = o->commits + 1;
	assert_int_not_equal(key_change_install(&o->s, &k, NULL), 0);
	o->stop_at = 0;
	reopen(d);
	/* The fault may strike before or after the disk has it; the keys must fit either. */
	if (o->s.replica.keys.version == 1)
		assert_int_equal(key_change_install(&o->s, &k, &d->e), 0);
	reopen(d);
	assert_int_equal(o->s.replica.keys.version, 2);
	assert_int_equal(o->s.replica.keys.box_count, 2);
	district_sync(d, 0, NULL);
	assert_int_equal(d->clients[0].c.replica.keys.version, 2);
	buf_release(&encoded);
}

static void nobody_is_told_twice(void **state)
{
	struct district_fixture *d = *state;
	struct document news[LIMIT_KEYS];
	const struct replica *r = &d->office.s.replica;
	int64_t until;
	size_t n, i;

	key_change_news(r, 1, news, &n, &until);
	assert_int_equal(n, 0);
	assert_true(until == INT64_MAX);
	change(d, OFFICE_NOW + 100);
	change(d, OFFICE_NOW + 50);
	key_change_news(r, 1, news, &n, &until);
	assert_int_equal(n, 2);
	assert_true(until == OFFICE_NOW + 50);
	key_change_news(r, 2, news, &n, &until);
	assert_int_equal(n, 1);
	key_change_news(r, 3, news, &n, &until);
	assert_int_equal(n, 0);
	district_sync(d, 0, NULL);
	assert_int_equal(d->clients[0].c.replica.working_count, 3);
	/* Many changes: the oldest box keys go, and whoever has them needs a new enrolment;
	 * whoever was there of late follows. */
	for (i = 0; i < BOX_KEYS_MAX - 2; i++)
		change(d, OFFICE_NOW + 50);
	assert_int_equal(r->keys.box_count, BOX_KEYS_MAX);
	district_sync(d, 0, NULL);
	assert_int_equal(d->clients[0].c.replica.keys.version, BOX_KEYS_MAX + 1);
	assert_int_equal(district_exchange(d, 1, 1 << 16, &(struct exchange_result){ 0 }),
			 ERR_NOT_SEALED_TO_US);
}

/* Another process of the same computer has learned them before. */
static void two_processes_learn_the_same(void **state)
{
	struct district_fixture *d = *state;
	struct exchange_result result;
	struct buf request, reply;
	struct client other;

	assert_int_equal(client_open(&other, &d->office.env, d->clients[0].dir, &d->e), 0);
	change(d, OFFICE_NOW + 100);
	district_sync(d, 0, NULL);
	assert_int_equal(d->clients[0].c.replica.keys.version, 2);
	assert_int_equal(other.replica.keys.version, 1);
	buf_init(&request, 1 << 20);
	buf_init(&reply, 1 << 20);
	assert_int_equal(exchange_prepare(&other, 1 << 16, &request, &d->e), 0);
	assert_int_equal(server_exchange(&d->office.s, buf_view(&request), &reply, &d->e), 0);
	assert_int_equal(exchange_apply(&other, buf_view(&reply), &result, &d->e), 0);
	assert_int_equal(other.replica.keys.version, 2);
	buf_release(&reply);
	buf_release(&request);
	client_close(&other);
}

static void on_found(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	fail_msg("%s: %s", place, what);
}

/* The old key leaked at a time when it was in use: receipts of it from then on are given
 * anew, also where nothing else is new. */
static void receipts_past_their_key_are_given_anew(void **state)
{
	struct district_fixture *d = *state;
	struct client *c = &d->clients[0].c;
	struct receipt_check check;
	struct fsck f = { .env = &d->office.env, .scratch = ":memory:", .found = on_found };

	d->office.now += 1000;
	school_save(&d->clients[0], "Trần Thị Mẫu");
	district_sync(d, 0, NULL);
	assert_int_equal(receipt_verify(c, &check, &d->e), 0);
	change(d, OFFICE_NOW + 500);
	/* As if the fresh ones were lost. */
	assert_int_equal(db_exec(c->db, NULL, "CREATE TABLE kept AS SELECT * FROM receipt", ""), 0);
	district_sync(d, 0, NULL);
	assert_int_equal(receipt_verify(c, &check, &d->e), 0);
	assert_int_equal(db_exec(c->db, NULL, "DELETE FROM receipt", ""), 0);
	assert_int_equal(db_exec(c->db, NULL, "INSERT INTO receipt SELECT * FROM kept", ""), 0);
	assert_int_equal(receipt_verify(c, &check, &d->e), ERR_KEY_REPLACED);
	/* One behind it proves it, too. */
	d->office.now += 1000;
	school_save(&d->clients[0], "Trần Thị Thử");
	district_sync(d, 0, NULL);
	assert_int_equal(fsck_replica(&f, &d->office.s.replica, &d->e), 0);
	assert_int_equal(f.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)
		TEST(an_older_key_signs_until_the_next_one_since),
		TEST(papers_that_are_refused),
		TEST(what_a_reader_learns_and_what_not),
		TEST(keys_that_were_lost_are_remembered),
		TEST(a_reply_with_wrong_keys_is_refused_whole),
		TEST(a_stop_in_the_middle_leaves_what_opens),
		TEST(nobody_is_told_twice),
		TEST(two_processes_learn_the_same),
		TEST(receipts_past_their_key_are_given_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
