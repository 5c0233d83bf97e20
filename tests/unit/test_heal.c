/* A server that was put back from an older copy of its store: it finds out, and each client
 * brings back what it holds, until nothing that had a receipt is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/sync/heal.h"
#include "client/sync/receipt.h"
#include "protocol/limits.h"
#include "protocol/seal.h"
#include "server/exchange/exchange.h"
#include "server/fsck.h"
#include "server/heal/generation.h"
#include "tests/lib/district.h"

static struct district_fixture d;
static struct buf copy; /* the store's file at some moment */

static void path_of(const char *name, char out[128])
{
	snprintf(out, 128, "%s/%s", d.office.dir, name);
}

/* The store's file as it is now. */
static void keep_copy(void)
{
	char path[128];

	path_of("store.db", path);
	assert_int_equal(db_checkpoint(d.office.s.db, &d.e), 0);
	buf_clear(&copy);
	assert_int_equal(env_read_file(path, &copy, &d.e), 0);
}

/* ... and as it was then; file: the one beside it, too. */
static void put_back(bool file)
{
	char path[128], beside[128];
	struct buf mark;

	path_of("generation", beside);
	buf_init(&mark, 1000);
	server_close(&d.office.s);
	path_of("store.db", path);
	db_sweep(path);
	assert_int_equal(env_write_file(path, buf_view(&copy), 0600, &d.e), 0);
	if (file) {
		/* As a whole folder, or disk, that was put back would have it. */
		assert_int_equal(env_read_file(beside, &mark, &d.e), 0);
		memset(mark.at + 33, '0', 20);
		assert_int_equal(env_write_over(beside, buf_view(&mark), &d.e), 0);
	}
	buf_release(&mark);
	if (server_open(&d.office.s, &d.office.env, d.office.dir, &d.e) != 0)
		fail_msg("%s: %s", err_name(d.e.code), d.e.subject);
}

static int64_t server_number(const char *sql)
{
	return office_number(&d.office, sql);
}

static int64_t client_number(size_t client, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_number(d.clients[client].c.db, &d.e, -1, &n, sql, ""), 0);
	return n;
}

static void not_found(void *ctx, const char *place, const char *what)
{
	(void)ctx;
	fail_msg("%s: %s", place, what);
}

/* The store is sound, and every receipt that was shown is honoured. */
static void check_server(void)
{
	struct fsck f = { .env = &d.office.env, .scratch = ":memory:", .found = not_found };

	assert_int_equal(server_fsck(&f, d.office.dir, &d.e), 0);
}

/* The client's receipts still hold, old and new. */
static void check_receipts(size_t client)
{
	struct receipt_check check;

	if (receipt_verify(&d.clients[client].c, &check, &d.e) != 0)
		fail_msg("client %zu: %s: %s", client, err_name(d.e.code), d.e.subject);
	assert_true(check.receipts > 0);
}

static void name_of(char out[64], int i)
{
	snprintf(out, 64, "Nguyễn Văn Mẫu %d", i);
}

static void save(size_t client, int i)
{
	char name[64];

	name_of(name, i);
	school_save(&d.clients[client], name);
}

static int make(void **state)
{
	(void)state;
	district_make(&d, 2);
	buf_init(&copy, (size_t)64 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_release(&copy);
	district_end(&d);
	return 0;
}

#define STAFF "SELECT count(*) FROM record WHERE stream=31 AND root_op IS NULL AND type>=100"

static void what_was_lost_comes_back(void **state)
{
	struct heal_news news;
	int64_t before, time;
	int i;

	(void)state;
	save(0, 1);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	keep_copy();
	for (i = 2; i < 6; i++) {
		save(0, i);
		district_sync(&d, 0, NULL);
		d.office.now += 1000;
	}
	save(1, 6);
	district_sync(&d, 1, NULL);
	before = server_number("SELECT count(*) FROM item WHERE stream=31");
	time = server_number("SELECT sum(time) FROM item WHERE stream=31");
	d.office.now += 500000;
	put_back(false);
	assert_int_equal(server_number("SELECT count(*) FROM opened"), 1);
	assert_int_equal(server_number("SELECT why FROM opened"), GENERATION_BEHIND_FILE);
	assert_true(server_number("SELECT count(*) FROM item WHERE stream=31") < before);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	assert_int_equal(server_number("SELECT count(*) FROM item WHERE stream=31"), before);
	/* Received when they were received. */
	assert_int_equal(server_number("SELECT sum(time) FROM item WHERE stream=31"), time);
	check_server();
	district_sync(&d, 0, NULL);
	assert_int_equal(client_number(0, STAFF), 6);
	assert_int_equal(client_number(1, STAFF), 6);
	assert_int_equal(heal_news(&d.clients[0].c, &news, &d.e), 0);
	assert_int_equal(news.left, 0);
	assert_true(news.kept >= 4);
	check_receipts(0);
	check_receipts(1);
}

/* The whole folder is older: nothing tells but a receipt. */
static void a_receipt_tells(void **state)
{
	struct exchange_result r;

	(void)state;
	save(0, 1);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	keep_copy();
	save(0, 2);
	district_sync(&d, 0, NULL);
	put_back(true);
	assert_int_equal(server_number("SELECT count(*) FROM opened"), 0);
	save(0, 3);
	district_sync(&d, 0, &r);
	assert_int_equal(r.problems, 0);
	assert_int_equal(server_number("SELECT why FROM opened"), GENERATION_RECEIPT);
	assert_int_equal(school_waiting(&d.clients[0]), 0);
	district_sync(&d, 1, NULL);
	assert_int_equal(server_number(STAFF), 3);
	assert_int_equal(client_number(1, STAFF), 3);
	check_server();
	check_receipts(0);
	check_receipts(1);
}

/* Restored once more, from a copy that is older than what the first restore led to. */
static void it_happens_again(void **state)
{
	int round;

	(void)state;
	save(0, 1);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	for (round = 1; round < 5; round++) {
		keep_copy();
		save(0, round * 10);
		district_sync(&d, 0, NULL);
		save(1, round * 10 + 1);
		district_sync(&d, 1, NULL);
		put_back(round % 2 == 0);
		save(0, round * 10 + 2);
		district_sync(&d, 0, NULL);
		district_sync(&d, 1, NULL);
		assert_int_equal(school_waiting(&d.clients[0]), 0);
		assert_int_equal(server_number("SELECT count(*) FROM opened"), round);
		assert_int_equal(server_number(STAFF), 1 + 3 * round);
		district_sync(&d, 0, NULL);
		check_server();
		check_receipts(0);
		check_receipts(1);
	}
}

/* Its author has no receipt of it, others have: he sends it anew before they prove it. It
 * counts once, and what they had seen of it stays seen. */
static void sent_anew_and_proven_counts_once(void **state)
{
	struct exchange_result r;
	struct buf request, reply;
	struct rid id;

	(void)state;
	id = district_add(&d, 0, "{\"type\":\"staff\",\"full_name\":\"Lê Thị Mẫu\"}");
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	keep_copy();
	/* The reply to it is lost. */
	district_edit(&d, 0, id, NULL, (const char *const[]){ "note=một", NULL });
	buf_init(&request, LIMIT_MESSAGE);
	buf_init(&reply, LIMIT_MESSAGE);
	assert_int_equal(exchange_prepare(&d.clients[0].c, LIMIT_MESSAGE_FIRST, &request, &d.e), 0);
	assert_int_equal(server_exchange(&d.office.s, buf_view(&request), &reply, &d.e), 0);
	buf_release(&request);
	buf_release(&reply);
	district_sync(&d, 1, NULL);
	district_edit(&d, 1, id, NULL, (const char *const[]){ "note=hai", NULL });
	district_sync(&d, 1, NULL);
	put_back(false);
	district_sync(&d, 0, &r);
	assert_int_equal(r.changesets_out, 1);
	district_sync(&d, 1, NULL);
	district_sync(&d, 0, NULL);
	assert_int_equal(server_number("SELECT count(*) FROM healed"), 2);
	assert_int_equal(server_number("SELECT count(*) FROM place"), 2);
	assert_int_equal(server_number("SELECT count(*) FROM record WHERE conflict>0"), 0);
	assert_int_equal(client_number(0, "SELECT count(*) FROM record WHERE conflict>0"), 0);
	assert_int_equal(client_number(1, "SELECT count(*) FROM record WHERE conflict>0"), 0);
	assert_int_equal(server_number("SELECT count(*) FROM t_staff WHERE f_note='hai'"), 1);
	check_server();
	check_receipts(0);
	check_receipts(1);
}

/* A pack that the backup does not know: stream 0 comes first, from a unit's computer. */
static void stream_zero_comes_first(void **state)
{
	(void)state;
	keep_copy();
	district_renew(&d);
	save(0, 1);
	district_sync(&d, 0, NULL);
	put_back(false);
	assert_int_equal(server_number("SELECT count(*) FROM pack"), 1);
	district_sync(&d, 0, NULL);
	assert_int_equal(server_number("SELECT count(*) FROM pack"), 2);
	assert_int_equal(server_number(STAFF), 1);
	district_sync(&d, 1, NULL);
	assert_int_equal(client_number(1, "SELECT count(*) FROM pack"), 2);
	save(1, 2);
	district_sync(&d, 1, NULL);
	assert_int_equal(server_number(STAFF), 2);
	check_server();
	check_receipts(0);
	check_receipts(1);
}

/* A computer that was enrolled since the backup: its enrolment is unknown, its certificate
 * speaks for it. */
static void a_certificate_speaks_for_its_device(void **state)
{
	(void)state;
	keep_copy();
	school_make(&d.clients[2], &d.office, OFFICE_SCHOOL);
	d.count = 3;
	district_sync(&d, 2, NULL);
	save(2, 1);
	district_sync(&d, 2, NULL);
	put_back(false);
	assert_int_equal(server_number("SELECT count(*) FROM enrolment"), 2);
	save(2, 2);
	district_sync(&d, 2, NULL);
	assert_int_equal(school_waiting(&d.clients[2]), 0);
	assert_int_equal(server_number(STAFF), 2);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	check_server();
	check_receipts(2);
}

/* Certificates are no secret: whoever shows another's, or none at all, with a claim that its key
 * has not signed, is refused. */
static void a_certificate_of_another_is_no_proof(void **state)
{
	struct client *thief = &d.clients[0].c, *other = &d.clients[1].c;
	const struct server_keys *keys = &thief->replica.keys;
	static const uint8_t id[MESSAGE_ID] = { 9 }, secret[CLAIM_SECRET] = { 9 },
			     prev[HASH_SIZE] = { 9 };
	struct request r = { .has_claim = true, .certificate = bytes_str("any"),
			     .certificate_prev = BYTES_OF(prev) };
	struct seal_pair ephemeral;
	struct buf content, request, reply;
	uint8_t random[32];
	int i;

	(void)state;
	env_random(env_os(), random, sizeof random);
	seal_make(&ephemeral, random);
	for (i = 0; i < 2; i++) {
		claim_make(i == 0 ? &thief->key : &other->key, thief->replica.district.id, id, other->unit,
			   bytes_str("Ai Đó"), secret, &r.claim);
		memcpy(r.claim.key, other->key.public_key, SIGN_PUBLIC);
		buf_init(&content, LIMIT_MESSAGE);
		buf_init(&request, LIMIT_MESSAGE);
		buf_init(&reply, LIMIT_MESSAGE);
		request_encode(&r, &content);
		assert_int_equal(seal_close(SEAL_FIRST, keys->box[0].number, 0, NULL, &ephemeral,
					    keys->box[0].key, buf_view(&content), &request, NULL), 0);
		assert_int_equal(server_exchange(&d.office.s, buf_view(&request), &reply, NULL), 0);
		assert_int_equal(seal_read_refusal(buf_view(&reply), NULL),
				 i == 0 ? ERR_ENROL_UNKNOWN : 0);
		buf_release(&content);
		buf_release(&request);
		buf_release(&reply);
	}
}

/* What an officer's key had signed and lost comes back beside what it signed since. */
static void keys_of_the_server_go_on(void **state)
{
	struct rid one, two;

	(void)state;
	office_staff(&d.office);
	one = office_bonus(&d.office, 5000000);
	district_sync(&d, 0, NULL);
	keep_copy();
	two = office_bonus(&d.office, 6000000);
	district_sync(&d, 0, NULL);
	put_back(false);
	(void)one;
	(void)two;
	office_bonus(&d.office, 7000000);
	check_server();
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	assert_int_equal(server_number("SELECT count(*) FROM t_bonus"), 3);
	assert_int_equal(client_number(1, "SELECT count(*) FROM t_bonus"), 3);
	check_server();
	check_receipts(0);
}

/* ---- what must not be believed */

/* A request of client 0 as it would be after the server was put back, for tests to change. */
static void forge(struct request *r, struct arena *a, bool all)
{
	size_t used = 0;
	bool left;

	memset(r, 0, sizeof *r);
	assert_int_equal(heal_fill(&d.clients[0].c, all, LIMIT_MESSAGE_FIRST, a, r, &used, &left,
				   &d.e), 0);
}

/* Sends it as client 0; the problem that comes back, 0 where there is none. */
static int send(const struct request *parts)
{
	struct client *c = &d.clients[0].c;
	struct request r = *parts;
	struct reply answer;
	struct seal_header h;
	struct buf content, request, reply, opened;
	uint8_t nonce[SEAL_NONCE] = { 7 };
	struct arena a;
	int problem;

	r.limit = 18;
	buf_init(&content, LIMIT_MESSAGE);
	buf_init(&request, LIMIT_MESSAGE);
	buf_init(&reply, LIMIT_MESSAGE);
	buf_init(&opened, LIMIT_MESSAGE);
	arena_init(&a, LIMIT_MEMORY);
	request_encode(&r, &content);
	assert_int_equal(seal_close(SEAL_KNOWN, c->replica.keys.box[0].number, c->key.id, nonce,
				    &c->box, c->replica.keys.box[0].key, buf_view(&content),
				    &request, &d.e), 0);
	assert_int_equal(server_exchange(&d.office.s, buf_view(&request), &reply, &d.e), 0);
	assert_int_equal(seal_read_header(buf_view(&reply), &h, &d.e), 0);
	assert_int_equal(seal_open(&h, &c->box, c->replica.keys.box[0].key, &opened, &d.e), 0);
	assert_int_equal(reply_decode(buf_view(&opened), &a, &answer, &d.e), 0);
	problem = answer.problem_count == 0 ? 0 : answer.problems[0].code;
	arena_release(&a);
	buf_release(&content);
	buf_release(&request);
	buf_release(&reply);
	buf_release(&opened);
	return problem;
}

static void forged_proofs_bring_nothing(void **state)
{
	struct exchange_result r;
	struct request q;
	struct arena a;
	int64_t items, i;

	(void)state;
	save(0, 1);
	district_sync(&d, 0, NULL);
	keep_copy();
	for (i = 2; i < 6; i++) {
		save(0, (int)i);
		district_sync(&d, 0, NULL);
	}
	put_back(false);
	items = server_number("SELECT count(*) FROM item");
	/* The client hears of it, and has not answered yet. */
	assert_int_equal(district_exchange(&d, 0, LIMIT_MESSAGE_FIRST, &r), 0);
	arena_init(&a, LIMIT_MEMORY);
	forge(&q, &a, true);
	assert_true(q.healing_count == 4 && q.shown_count >= 1);
	/* A receipt with another time, or a signature that is none. */
	q.shown[0].time++;
	assert_int_equal(send(&q), ERR_BAD_SIGNATURE);
	q.shown[0].time--;
	q.shown[0].signature[5] ^= 1;
	assert_int_equal(send(&q), ERR_BAD_SIGNATURE);
	q.shown[0].signature[5] ^= 1;
	assert_int_equal(server_number("SELECT count(*) FROM item"), items);
	assert_int_equal(server_number("SELECT count(*) FROM shown"), 0);
	/* Good receipts, and items that are not what they are of. */
	q.healing[3].time += 60;
	q.shown_count = 1;
	send(&q);
	assert_int_equal(server_number("SELECT count(*) FROM item"), items);
	q.healing[3].time -= 60;
	q.healing[1].zero++;
	send(&q);
	assert_int_equal(server_number("SELECT count(*) FROM item"), items);
	q.healing[1].zero--;
	q.healing[0].object = q.healing[1].object;
	send(&q);
	assert_int_equal(server_number("SELECT count(*) FROM item"), items);
	/* Items without a receipt. */
	forge(&q, &a, true);
	q.shown_count = 0;
	send(&q);
	assert_int_equal(server_number("SELECT count(*) FROM item"), items);
	/* One left out in the middle. */
	forge(&q, &a, true);
	memmove(q.healing + 1, q.healing + 2, 2 * sizeof *q.healing);
	q.healing_count = 3;
	send(&q);
	/* The first one is proven by a receipt of its own. */
	assert_int_equal(server_number("SELECT count(*) FROM item"), items + 1);
	/* The truth, twice: it counts once. */
	forge(&q, &a, true);
	send(&q);
	send(&q);
	assert_int_equal(server_number("SELECT count(*) FROM item"), items + 4);
	assert_int_equal(server_number("SELECT count(*) FROM opened"), 1);
	arena_release(&a);
	district_sync(&d, 0, NULL);
	check_server();
	check_receipts(0);
}

/* A server that was put back by hand and then lied to by nobody: it goes on under the same
 * generation, and says another thing than it has signed. */
static void a_contradiction_stops_the_stream(void **state)
{
	struct heal_news news;

	(void)state;
	save(0, 1);
	district_sync(&d, 0, NULL);
	district_sync(&d, 1, NULL);
	keep_copy();
	save(0, 2);
	district_sync(&d, 0, NULL);
	put_back(true);
	/* Another computer writes first: the place of what is lost is taken, and signed. */
	save(1, 3);
	district_sync(&d, 1, NULL);
	assert_int_equal(server_number("SELECT count(*) FROM opened"), 0);
	district_sync(&d, 0, NULL);
	assert_int_equal(heal_news(&d.clients[0].c, &news, &d.e), 0);
	assert_int_equal(news.stopped, 1);
	assert_int_equal(client_number(0, "SELECT length(head) FROM stopped"), HASH_SIZE);
	assert_int_equal(client_number(0, STAFF), 2);
	/* Other streams and other computers go on. */
	save(1, 4);
	district_sync(&d, 1, NULL);
	assert_int_equal(school_waiting(&d.clients[1]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(stream_zero_comes_first, make, end),
		cmocka_unit_test_setup_teardown(keys_of_the_server_go_on, make, end),
		cmocka_unit_test_setup_teardown(sent_anew_and_proven_counts_once, make, end),
		
		cmocka_unit_test_setup_teardown(a_certificate_speaks_for_its_device, make, end),
		cmocka_unit_test_setup_teardown(a_certificate_of_another_is_no_proof, make, end),
		
		cmocka_unit_test_setup_teardown(forged_proofs_bring_nothing, make, end),
		cmocka_unit_test_setup_teardown(a_contradiction_stops_the_stream, make, end),
		cmocka_unit_test_setup_teardown(a_receipt_tells, make, end),
		cmocka_unit_test_setup_teardown(it_happens_again, make, end),
		cmocka_unit_test_setup_teardown(what_was_lost_comes_back, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
