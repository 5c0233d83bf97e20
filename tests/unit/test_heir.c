/* Keys in the place of others: statements, and what the server makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "server/exchange/exchange.h"
#include "server/exchange/succession.h"
#include "tests/lib/school.h"

/* A school's computer that has synchronised, and a key that is to follow on its own. */
struct place {
	struct office o;
	struct school s;
	struct sign_key heir;
	struct seal_pair box;
	struct succession statement;
	struct succession_end ends[2];
	struct buf bytes;
	struct message_succession m;
	struct arena a;
	struct buf content;
	struct reply reply;
	int refusal;
};

static void make_key(uint8_t n, struct sign_key *key)
{
	uint8_t seed[SIGN_SEED] = { n, 77 };

	sign_make(key, seed);
}

/* Signs the statement as it is now; by the old key unless it is NULL. */
static void state(struct place *p, const struct sign_key *old)
{
	buf_clear(&p->bytes);
	succession_put(&p->statement, &p->bytes);
	succession_sign(p->s.c.replica.district.id, old, &p->heir, buf_view(&p->bytes), &p->m);
}

static int make(void **state_)
{
	struct place *p = calloc(1, sizeof *p);
	struct buf first, back;

	office_make(&p->o);
	office_equip(&p->o);
	school_make(&p->s, &p->o, OFFICE_SCHOOL);
	arena_init(&p->a, 2 * (size_t)LIMIT_MEMORY);
	buf_init(&p->content, LIMIT_MESSAGE);
	buf_init(&p->bytes, LIMIT_MESSAGE);
	buf_init(&back, LIMIT_MESSAGE);
	school_request(&p->s, &first);
	assert_int_equal(server_exchange(&p->o.s, buf_view(&first), &back, &p->o.e), 0);
	school_apply(&p->s, buf_view(&back));
	buf_release(&first);
	buf_release(&back);
	make_key(1, &p->heir);
	seal_from_sign(&p->box, p->heir.secret);
	memcpy(p->statement.old_key, p->s.c.key.public_key, SIGN_PUBLIC);
	memcpy(p->statement.new_key, p->heir.public_key, SIGN_PUBLIC);
	p->statement.reason = SUCCESSION_RESTORED;
	p->statement.time = 1772323200;
	p->ends[0] = (struct succession_end){ .stream = OFFICE_SCHOOL, .seq = 9, .last_op = 40 };
	p->statement.ends = p->ends;
	p->statement.end_count = 1;
	state(p, &p->s.c.key);
	*state_ = p;
	return 0;
}

static int end(void **state_)
{
	struct place *p = *state_;

	buf_release(&p->bytes);
	buf_release(&p->content);
	arena_release(&p->a);
	school_end(&p->s);
	office_end(&p->o);
	free(p);
	return 0;
}

/* The heir's message: without a claim, sealed by a key of its own. */
static void send(struct place *p, struct request *r)
{
	const struct server_keys *keys = &p->s.c.replica.keys;
	static const uint8_t seed[32] = { 9 };
	struct seal_pair ephemeral;
	struct buf content, envelope, back;
	struct seal_header h;

	r->limit = 22;
	if (r->successions == NULL) {
		r->successions = &p->m;
		r->succession_count = 1;
	}
	buf_init(&content, LIMIT_MESSAGE);
	buf_init(&envelope, LIMIT_MESSAGE);
	buf_init(&back, LIMIT_MESSAGE);
	request_encode(r, &content);
	seal_make(&ephemeral, seed);
	assert_int_equal(seal_close(SEAL_FIRST, keys->box[0].number, 0, NULL, &ephemeral,
				    keys->box[0].key, buf_view(&content), &envelope, NULL), 0);
	assert_int_equal(server_exchange(&p->o.s, buf_view(&envelope), &back, &p->o.e), 0);
	arena_clear(&p->a);
	buf_clear(&p->content);
	p->reply = (struct reply){ 0 };
	p->refusal = seal_read_refusal(buf_view(&back), NULL);
	if (p->refusal == 0) {
		assert_int_equal(seal_read_header(buf_view(&back), &h, NULL), 0);
		assert_int_equal(seal_open(&h, &p->box, keys->box[0].key, &p->content, NULL), 0);
		assert_int_equal(reply_decode(buf_view(&p->content), &p->a, &p->reply, NULL), 0);
	}
	buf_release(&content);
	buf_release(&envelope);
	buf_release(&back);
}

static void there_and_back(void **state_)
{
	struct place *p = *state_;
	const uint8_t *district = p->s.c.replica.district.id;
	struct succession got;
	struct message_succession bad;

	assert_int_equal(succession_check(&p->m, district, &p->a, &got, NULL), 0);
	assert_memory_equal(got.old_key, p->statement.old_key, SIGN_PUBLIC);
	assert_memory_equal(got.new_key, p->statement.new_key, SIGN_PUBLIC);
	assert_int_equal(got.reason, SUCCESSION_RESTORED);
	assert_int_equal(got.time, p->statement.time);
	assert_int_equal(succession_at(&got, OFFICE_SCHOOL).last_op, 40);
	assert_int_equal(succession_at(&got, OFFICE_SCHOOL + 1).last_op, 0);

	bad = p->m;
	bad.old_signature[3] ^= 1;
	assert_int_equal(succession_check(&bad, district, &p->a, &got, NULL), ERR_BAD_SIGNATURE);
	bad = p->m;
	bad.new_signature[3] ^= 1;
	assert_int_equal(succession_check(&bad, district, &p->a, &got, NULL), ERR_BAD_SIGNATURE);
	memcpy(bad.new_signature, bad.old_signature, SIGN_SIZE);
	assert_int_equal(succession_check(&bad, district, &p->a, &got, NULL), ERR_BAD_SIGNATURE);
}

static int read_now(struct place *p)
{
	struct succession got;

	state(p, &p->s.c.key);
	return succession_read(buf_view(&p->bytes), &p->a, &got, NULL);
}

static void forms(void **state_)
{
	struct place *p = *state_;

	p->statement.reason = 0;
	assert_int_equal(read_now(p), ERR_MALFORMED);
	p->statement.reason = 5;
	assert_int_equal(read_now(p), ERR_MALFORMED);
	p->statement.reason = SUCCESSION_COPIED;
	p->ends[1] = p->ends[0];
	p->statement.end_count = 2;
	assert_int_equal(read_now(p), ERR_MALFORMED);
	p->ends[1].stream++;
	assert_int_equal(read_now(p), 0);
	memcpy(p->statement.new_key, p->statement.old_key, SIGN_PUBLIC);
	assert_int_equal(read_now(p), ERR_MALFORMED);
}

/* The heir's certificate, in its unit's stream, says whom it follows. */
static void certified(void **state_)
{
	struct place *p = *state_;
	struct request r = { .counter = 1 };
	struct cert old, cert;
	struct lineage lineage;

	send(p, &r);
	assert_int_equal(p->refusal, 0);
	assert_int_equal(p->reply.problem_count, 0);
	assert_true(p->reply.stream_count > 0);
	assert_int_equal(replica_cert(&p->o.s.replica, OFFICE_SCHOOL, p->heir.id, &cert, NULL), 0);
	assert_int_equal(replica_cert(&p->o.s.replica, OFFICE_SCHOOL, p->s.c.key.id, &old, NULL), 0);
	assert_int_equal(cert.unit, old.unit);
	assert_int_equal(cert.role, old.role);
	assert_int_equal(replica_lineage(&p->o.s.replica, OFFICE_SCHOOL, p->heir.id, &lineage, NULL),
			 0);
	assert_int_equal(lineage.count, 1);
	assert_int_equal(lineage.at[0].device, p->s.c.key.id);
	assert_int_equal(lineage.at[0].last, 40);
	/* A lost reply: the same again changes nothing. */
	send(p, &r);
	assert_int_equal(p->reply.problem_count, 0);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM succession"), 1);
}

static void not_vouched_for(void **state_)
{
	struct place *p = *state_;
	struct request r = { .counter = 1 };
	struct sign_key stranger;

	state(p, NULL);
	send(p, &r);
	assert_int_equal(p->refusal, ERR_NOT_ALLOWED);
	state(p, &p->s.c.key);
	p->m.old_signature[0] ^= 1;
	send(p, &r);
	assert_int_equal(p->refusal, ERR_BAD_SIGNATURE);
	make_key(2, &stranger);
	memcpy(p->statement.old_key, stranger.public_key, SIGN_PUBLIC);
	state(p, &stranger);
	send(p, &r);
	assert_int_equal(p->refusal, ERR_UNKNOWN_DEVICE);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM succession"), 0);
}

/* Two steps that were made without a network come in one message. */
static void chain(void **state_)
{
	struct place *p = *state_;
	struct request r = { .counter = 1 };
	struct message_succession both[2];
	struct sign_key middle;
	struct buf first;
	struct lineage lineage;

	make_key(3, &middle);
	memcpy(p->statement.new_key, middle.public_key, SIGN_PUBLIC);
	buf_init(&first, LIMIT_MESSAGE);
	succession_put(&p->statement, &first);
	succession_sign(p->s.c.replica.district.id, &p->s.c.key, &middle, buf_view(&first),
			&both[0]);
	memcpy(p->statement.old_key, middle.public_key, SIGN_PUBLIC);
	memcpy(p->statement.new_key, p->heir.public_key, SIGN_PUBLIC);
	p->ends[0].last_op = 7;
	state(p, &middle);
	both[1] = p->m;
	r.successions = both;
	r.succession_count = 2;
	send(p, &r);
	assert_int_equal(p->refusal, 0);
	assert_int_equal(p->reply.problem_count, 0);
	assert_int_equal(replica_lineage(&p->o.s.replica, OFFICE_SCHOOL, p->heir.id, &lineage, NULL),
			 0);
	assert_int_equal(lineage.count, 2);
	assert_int_equal(lineage.at[0].last, 7);
	assert_int_equal(lineage.at[1].device, p->s.c.key.id);
	assert_int_equal(lineage.at[1].last, 40);
	buf_release(&first);
}

/* Given up on purpose the old key ends where it says; else it does not. */
static void ends(void **state_)
{
	struct place *p = *state_;
	struct request r = { .counter = 1 };
	uint64_t seq = 0;

	send(p, &r);
	assert_int_equal(succession_ended(&p->o.s.replica, OFFICE_SCHOOL, p->s.c.key.id, &seq, NULL),
			 0);
	make_key(4, &p->heir);
	seal_from_sign(&p->box, p->heir.secret);
	memcpy(p->statement.new_key, p->heir.public_key, SIGN_PUBLIC);
	p->statement.reason = SUCCESSION_REPLACED;
	state(p, &p->s.c.key);
	send(p, &r);
	assert_int_equal(p->refusal, 0);
	assert_int_equal(succession_ended(&p->o.s.replica, OFFICE_SCHOOL, p->s.c.key.id, &seq, NULL),
			 1);
	assert_int_equal(seq, 9);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(there_and_back), TEST(forms), TEST(certified), TEST(not_vouched_for),
		TEST(chain), TEST(ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
