/* What a certified device may send and the server must not take, end to end: sealed
 * and signed by a key that is known, so that only the rules of SPEC.md section 9
 * stand in its way. After each case the log, the records and the packs are what
 * they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/replica/draft.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"
#include "tests/lib/school.h"

enum { PERSON = 100, NAME = 1001, CCCD = 1002, SEX = 1012, LEADER = 1016, YEAR = 1020 };

/* A district, and a device of a school that its owner drives by hand. */
struct post {
	struct office o;
	struct school s;
	uint8_t prev[HASH_SIZE]; /* its chain in the school's stream */
	uint64_t seq, op;        /* last used */
	uint64_t zero;
	struct arena a;          /* of one exchange */
	struct buf content;
	struct reply reply;
	int refusal;
};

static int64_t size_of_state(struct post *p)
{
	return office_number(&p->o, "SELECT (SELECT count(*) FROM item) * 1000000 + "
			     "(SELECT count(*) FROM record) * 1000 + "
			     "(SELECT count(*) FROM pack) * 100 + "
			     "(SELECT count(*) FROM device)");
}

/* Sends an envelope and opens what comes back. */
static void deliver(struct post *p, struct bytes envelope)
{
	const struct server_keys *keys = &p->s.c.replica.keys;
	struct seal_header h;
	struct buf back;

	arena_clear(&p->a);
	buf_clear(&p->content);
	buf_init(&back, LIMIT_MESSAGE);
	assert_int_equal(server_exchange(&p->o.s, envelope, &back, &p->o.e), 0);
	p->reply = (struct reply){ 0 };
	p->refusal = seal_read_refusal(buf_view(&back), NULL);
	if (p->refusal == 0) {
		assert_int_equal(seal_read_header(buf_view(&back), &h, NULL), 0);
		assert_int_equal(seal_open(&h, &p->s.c.box, keys->box[0].key, &p->content, NULL), 0);
		assert_int_equal(reply_decode(buf_view(&p->content), &p->a, &p->reply, NULL), 0);
	}
	buf_release(&back);
}

static void put_envelope(struct post *p, const struct request *r, struct buf *out)
{
	const struct server_keys *keys = &p->s.c.replica.keys;
	static const uint8_t seed[32] = { 9 };
	uint8_t nonce[SEAL_NONCE];
	struct seal_pair ephemeral;
	struct buf content;

	buf_init(&content, LIMIT_MESSAGE);
	request_encode(r, &content);
	env_random(env_os(), nonce, sizeof nonce);
	seal_make(&ephemeral, seed);
	assert_int_equal(seal_close(r->has_claim ? SEAL_FIRST : SEAL_KNOWN, keys->box[0].number,
				    p->s.c.key.id, nonce, r->has_claim ? &ephemeral : &p->s.c.box,
				    keys->box[0].key, buf_view(&content), out, NULL), 0);
	buf_release(&content);
}

static void ask(struct post *p, const struct request *r)
{
	struct buf envelope;

	buf_init(&envelope, LIMIT_MESSAGE);
	put_envelope(p, r, &envelope);
	deliver(p, buf_view(&envelope));
	buf_release(&envelope);
}

/* The one problem of the reply, or 0; "there is more" is none. */
static int problem(const struct post *p)
{
	size_t i;
	int code = 0;

	for (i = 0; i < p->reply.problem_count; i++)
		if (p->reply.problems[i].code != ERR_LIMIT) {
			assert_int_equal(code, 0);
			code = p->reply.problems[i].code;
		}
	return code;
}

static int make(void **state)
{
	struct post *p = calloc(1, sizeof *p);
	struct request r = { .counter = 1, .limit = 22 };
	struct buf first, back;
	struct exchange_result got;

	office_make(&p->o);
	office_equip(&p->o);
	school_make(&p->s, &p->o, OFFICE_SCHOOL);
	arena_init(&p->a, 2 * (size_t)LIMIT_MEMORY);
	buf_init(&p->content, LIMIT_MESSAGE);
	school_request(&p->s, &first);
	buf_init(&back, LIMIT_MESSAGE);
	assert_int_equal(server_exchange(&p->o.s, buf_view(&first), &back, &p->o.e), 0);
	got = school_apply(&p->s, buf_view(&back));
	assert_int_equal(got.problems, 0);
	p->zero = (uint64_t)office_number(&p->o, "SELECT seq FROM stream WHERE stream=0");
	ask(p, &r);
	assert_int_equal(p->refusal, 0);
	assert_int_equal(problem(p), 0);
	buf_release(&first);
	buf_release(&back);
	*state = p;
	return 0;
}

static int end(void **state)
{
	struct post *p = *state;

	buf_release(&p->content);
	arena_release(&p->a);
	school_end(&p->s);
	office_end(&p->o);
	free(p);
	return 0;
}

/* --- making change sets --- */

struct sealed {
	struct buf object;
	uint8_t hash[HASH_SIZE];
};

static void seal_plain(struct post *p, struct bytes plain, const uint8_t *root,
		       struct sealed *out)
{
	buf_init(&out->object, LIMIT_OBJECT);
	assert_int_equal(changeset_seal(&p->s.c.key, p->s.c.replica.district.id, p->prev, root,
					plain, 0, BYTES_NONE, &out->object, out->hash, NULL), 0);
}

/* The draft as the next change set; `ahead` may make it claim a later number. */
static void seal_draft(struct post *p, struct draft *d, uint64_t ahead, uint64_t zero,
		       struct sealed *out)
{
	static const uint8_t salt[CHANGESET_SALT] = { 7 };
	struct changeset cs;
	struct buf plain;

	assert_int_equal(draft_changeset(d, zero, OFFICE_NOW, &cs, NULL), 0);
	cs.seq = p->seq + 1 + ahead;
	buf_init(&plain, LIMIT_CHANGESET);
	assert_int_equal(changeset_encode(&cs, salt, &plain, NULL), 0);
	seal_plain(p, buf_view(&plain), cs.root, out);
	buf_release(&plain);
}

static void begin(struct post *p, uint64_t stream, struct draft *d)
{
	draft_init(d, &p->s.a, stream, p->s.c.key.id, p->op + 1);
	d->has_version = true;
	d->seen_own = p->op;
}

static int send_object(struct post *p, const struct sealed *x)
{
	struct bytes object = buf_view(&x->object);
	struct request r = { .counter = 2, .limit = 22, .objects = &object, .object_count = 1 };

	ask(p, &r);
	assert_int_equal(p->refusal, 0);
	return problem(p);
}

/* Sends what must not be taken. */
static void expect_problem(struct post *p, int code, const struct sealed *x)
{
	int64_t before = size_of_state(p);
	int got = send_object(p, x);

	if (got != code)
		fail_msg("%s, not %s", err_name(got), err_name(code));
	assert_int_equal(size_of_state(p), before);
}

/* Counts the change set as sent. */
static void go_on(struct post *p, const struct draft *d, const struct sealed *x)
{
	memcpy(p->prev, x->hash, HASH_SIZE);
	p->seq++;
	p->op += d == NULL ? 1 : d->count;
}

/* Sends a draft that takes its place, and gives the verdict on it. */
static int judged(struct post *p, struct draft *d)
{
	int64_t records = office_number(&p->o, "SELECT count(*) FROM record"), code;
	struct sealed x;

	seal_draft(p, d, 0, p->zero, &x);
	assert_int_equal(send_object(p, &x), 0);
	go_on(p, d, &x);
	buf_release(&x.object);
	code = office_number(&p->o, "SELECT coalesce((SELECT code FROM refused WHERE stream=31 AND "
			     "seq=(SELECT max(seq) FROM item WHERE stream=31)), 0)");
	if (code != 0)
		assert_int_equal(office_number(&p->o, "SELECT count(*) FROM record"), records);
	return (int)code;
}

static struct rid person(struct draft *d)
{
	struct rid r = draft_create(d, PERSON, RID_NONE, 0);

	draft_set(d, PERSON, r, NAME, value_text(bytes_str("Nguyễn Thị Mẫu")), false);
	return r;
}

/* --- the cases --- */

static void gaps(void **state)
{
	struct post *p = *state;
	struct sealed x;
	struct draft d;

	begin(p, OFFICE_SCHOOL, &d);
	person(&d);
	seal_draft(p, &d, 1, p->zero, &x);
	expect_problem(p, ERR_GAP, &x);
	buf_release(&x.object);
	seal_draft(p, &d, 0, p->zero + 1, &x);
	expect_problem(p, ERR_GAP, &x);
	buf_release(&x.object);
	assert_int_equal(judged(p, &d), 0);
}

static void duplicates(void **state)
{
	struct post *p = *state;
	struct sealed x;
	struct draft d;
	int64_t items = office_number(&p->o, "SELECT count(*) FROM item");
	int i;

	begin(p, OFFICE_SCHOOL, &d);
	person(&d);
	seal_draft(p, &d, 0, p->zero, &x);
	for (i = 0; i < 3; i++) {
		assert_int_equal(send_object(p, &x), 0);
		assert_int_equal(office_number(&p->o, "SELECT count(*) FROM item"), items + 1);
	}
	buf_release(&x.object);
}

static void forks(void **state)
{
	struct post *p = *state;
	struct sealed x, other;
	struct draft d;

	begin(p, OFFICE_SCHOOL, &d);
	draft_set(&d, PERSON, person(&d), YEAR, value_int(1999), false);
	seal_draft(p, &d, 0, p->zero, &other);
	begin(p, OFFICE_SCHOOL, &d);
	person(&d);
	seal_draft(p, &d, 0, p->zero, &x);
	assert_int_equal(send_object(p, &x), 0);
	expect_problem(p, ERR_FORKED, &other);
	/* What goes on from the other branch is kept aside with it. */
	memcpy(p->prev, other.hash, HASH_SIZE);
	p->seq++;
	buf_release(&other.object);
	seal_draft(p, &d, 0, p->zero, &other);
	expect_problem(p, ERR_FORKED, &other);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM forked"), 2);
	buf_release(&x.object);
	buf_release(&other.object);
}

static void other_units(void **state)
{
	static const uint64_t streams[] = { 0, OFFICE_UNIT, OFFICE_SCHOOL + 1, 4711 };
	struct post *p = *state;
	struct sealed x;
	struct draft d;
	size_t i;

	for (i = 0; i < sizeof streams / sizeof streams[0]; i++) {
		begin(p, streams[i], &d);
		person(&d);
		seal_draft(p, &d, 0, p->zero, &x);
		expect_problem(p, ERR_OUT_OF_SCOPE, &x);
		buf_release(&x.object);
	}
	begin(p, OFFICE_SCHOOL, &d);
	person(&d);
	assert_int_equal(judged(p, &d), 0);
}

/* A head that can be read, and nothing else. */
static void unreadable(void **state)
{
	struct post *p = *state;
	static const uint8_t no_root[HASH_SIZE];
	struct buf payload, plain;
	struct sealed x;
	struct draft d;

	buf_init(&payload, 100);
	buf_init(&plain, 100);
	buf_varint(&payload, 1);
	buf_varint(&payload, OFFICE_SCHOOL);
	buf_varint(&payload, 1);
	buf_varint(&payload, 1);
	buf_varint(&payload, p->zero);
	buf_byte(&payload, 0xff);
	buf_varint(&plain, payload.len);
	buf_add(&plain, buf_view(&payload));
	seal_plain(p, buf_view(&plain), no_root, &x);
	assert_int_equal(send_object(p, &x), 0);
	assert_int_equal(office_number(&p->o, "SELECT code FROM refused WHERE stream=31"),
			 ERR_UNREADABLE);
	assert_int_equal(office_number(&p->o, "SELECT tx FROM refused WHERE stream=31"),
			 VERDICT_ALL);
	go_on(p, NULL, &x);
	buf_release(&x.object);
	/* What comes behind it does not wait. */
	begin(p, OFFICE_SCHOOL, &d);
	person(&d);
	assert_int_equal(judged(p, &d), 0);
	buf_release(&payload);
	buf_release(&plain);
}

/* Numbers that stand for other ops already; none of it is applied. */
static void used_numbers(void **state)
{
	struct post *p = *state;
	struct draft d;
	struct rid r;

	begin(p, OFFICE_SCHOOL, &d);
	r = person(&d);
	assert_int_equal(judged(p, &d), 0);
	p->op--;
	begin(p, OFFICE_SCHOOL, &d);
	draft_set(&d, PERSON, r, YEAR, value_int(1999), false);
	assert_int_equal(judged(p, &d), ERR_RENUMBER);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM t_staff WHERE f_degree_year "
				       "IS NOT NULL"), 0);
	/* Numbers may be left out. */
	p->op += 10;
	begin(p, OFFICE_SCHOOL, &d);
	draft_set(&d, PERSON, r, YEAR, value_int(1999), false);
	assert_int_equal(judged(p, &d), 0);
}

static int judged_set(struct post *p, uint32_t field, struct value value, bool personal)
{
	struct draft d;

	begin(p, OFFICE_SCHOOL, &d);
	draft_set(&d, PERSON, person(&d), field, value, personal);
	return judged(p, &d);
}

static void out_of_schema(void **state)
{
	struct post *p = *state;
	struct draft d;

	begin(p, OFFICE_SCHOOL, &d);
	draft_create(&d, 4711, RID_NONE, 0);
	assert_int_equal(judged(p, &d), ERR_NO_TYPE);
	assert_int_equal(judged_set(p, 4711, value_int(1), false), ERR_NO_FIELD);
	assert_int_equal(judged_set(p, SEX, value_int(4711), false), ERR_BAD_CHOICE);
	assert_int_equal(judged_set(p, LEADER, value_int(1), false), ERR_BAD_VALUE);
	assert_int_equal(judged_set(p, YEAR, value_int(1), false), ERR_OUT_OF_RANGE);
	assert_int_equal(judged_set(p, NAME, value_text(bytes_str("Ha\xcc\x80")), false),
			 ERR_NOT_NFC);
	/* Personal where it is not, and the other way about. */
	assert_int_equal(judged_set(p, NAME, value_text(bytes_str("Hà")), true), ERR_BAD_VALUE);
	assert_int_equal(judged_set(p, CCCD, value_text(bytes_str("000123456789")), false),
			 ERR_BAD_VALUE);
	assert_int_equal(judged_set(p, CCCD, value_text(bytes_str("000123456789")), true), 0);
	/* On records that are not there: the author's own, and another's. */
	begin(p, OFFICE_SCHOOL, &d);
	draft_set(&d, PERSON, (struct rid){ p->s.c.key.id, 4711 }, YEAR, value_int(1999), false);
	assert_int_equal(judged(p, &d), ERR_DEPENDS_ON);
	begin(p, OFFICE_SCHOOL, &d);
	draft_set(&d, PERSON, (struct rid){ 4711, 1 }, YEAR, value_int(1999), false);
	assert_int_equal(judged(p, &d), ERR_NO_RECORD);
	begin(p, OFFICE_SCHOOL, &d);
	person(&d);
	d.seen_seq = 4711;
	assert_int_equal(judged(p, &d), ERR_OUT_OF_RANGE);
}

/* Built-in records are the working key's. */
static void built_in_records(void **state)
{
	struct post *p = *state;
	struct draft d;
	struct rid r;

	begin(p, OFFICE_SCHOOL, &d);
	r = draft_create(&d, TYPE_CERT, RID_NONE, 0);
	draft_set(&d, TYPE_CERT, r, FIELD_CERT_KEY, value_bytes(BYTES_OF(p->o.officer.public_key)),
		  false);
	draft_set(&d, TYPE_CERT, r, FIELD_CERT_ROLE, value_int(ROLE_OFFICER), false);
	assert_int_equal(judged(p, &d), ERR_NOT_ALLOWED);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM device WHERE stream=31"), 1);
}

static int piece(struct post *p, uint64_t total, uint64_t offset, struct bytes bytes)
{
	struct message_piece one = { .id = { 1 }, .total = total, .offset = offset,
				     .bytes = bytes };
	struct request r = { .counter = 2, .limit = 22, .pieces = &one, .piece_count = 1 };

	ask(p, &r);
	assert_int_equal(p->refusal, 0);
	return problem(p);
}

static void pieces(void **state)
{
	struct post *p = *state;
	int64_t before = size_of_state(p);

	assert_int_equal(piece(p, LIMIT_OBJECT + 1, 0, bytes_str("ab")), ERR_TOO_LARGE);
	assert_int_equal(piece(p, INT64_MAX / 2, INT64_MAX / 2, bytes_str("")), ERR_TOO_LARGE);
	assert_int_equal(piece(p, 0, 0, bytes_str("")), ERR_TRUNCATED);
	assert_int_equal(piece(p, 10, 11, bytes_str("")), ERR_TOO_LARGE);
	assert_int_equal(piece(p, 10, 9, bytes_str("ab")), ERR_TOO_LARGE);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM partial"), 0);
	/* One that is no object in the end. */
	assert_int_equal(piece(p, 4, 0, bytes_str("ab")), 0);
	assert_int_equal(piece(p, 4, 2, bytes_str("cd")), ERR_TRUNCATED);
	assert_int_equal(office_number(&p->o, "SELECT count(*) FROM partial"), 0);
	assert_int_equal(size_of_state(p), before);
}

static int have(struct post *p, uint64_t stream, uint64_t seq, uint8_t check)
{
	struct message_have one = { .stream = stream, .seq = seq, .check = { check } };
	struct request r = { .counter = 2, .limit = 22, .have = &one, .have_count = 1 };

	ask(p, &r);
	assert_int_equal(p->refusal, 0);
	return problem(p);
}

static void heads(void **state)
{
	struct post *p = *state;
	size_t i;

	assert_int_equal(have(p, OFFICE_SCHOOL, 0, 0), ERR_HEAD_MISMATCH);
	assert_int_equal(have(p, OFFICE_SCHOOL, 1, 0), ERR_HEAD_MISMATCH);
	assert_int_equal(have(p, OFFICE_SCHOOL, 4711, 0), ERR_HEAD_MISMATCH);
	for (i = 0; i < p->reply.stream_count; i++)
		assert_int_not_equal(p->reply.streams[i].stream, OFFICE_SCHOOL);
	/* Streams that it may not read stay closed, whatever it says to hold. */
	assert_int_equal(have(p, OFFICE_SCHOOL + 1, 4711, 0), 0);
	for (i = 0; i < p->reply.stream_count; i++)
		assert_true(p->reply.streams[i].stream == 0 ||
			    p->reply.streams[i].stream == OFFICE_SCHOOL);
}

/* An enrolment as an envelope of first contact by `key`. */
static void claim(struct post *p, const struct enrolment *en, const struct sign_key *key,
		  const uint8_t *id, const uint8_t *secret)
{
	struct request r = { .counter = 1, .limit = 22, .has_claim = true };
	struct seal_pair box;

	claim_make(key, p->s.c.replica.district.id, id, en->unit, bytes_str("Lê Thị Ví Dụ"), secret,
		   &r.claim);
	/* The reply goes to the key that claims. */
	assert_int_equal(seal_from_sign(&box, key->secret), 0);
	p->s.c.box = box;
	ask(p, &r);
}

static void claims(void **state)
{
	struct post *p = *state;
	const struct seal_pair own = p->s.c.box;
	static const uint8_t seeds[2][SIGN_SEED] = { { 1 }, { 2 } }, nobody[MESSAGE_ID];
	struct sign_key first, second;
	struct buf text, encoded;
	struct enrolment en;
	int64_t before = size_of_state(p);
	uint8_t wrong[CLAIM_SECRET] = { 0 };

	sign_make(&first, seeds[0]);
	sign_make(&second, seeds[1]);
	buf_init(&text, LIMIT_MESSAGE * 2);
	buf_init(&encoded, LIMIT_MESSAGE);
	assert_int_equal(server_enrol(&p->o.s, OFFICE_SCHOOL, ROLE_CLERK, bytes_str("http://x"),
				      3600, &text, &p->o.e), 0);
	assert_int_equal(enrolment_unarmour(buf_view(&text), &encoded, NULL), 0);
	assert_int_equal(enrolment_read(buf_view(&encoded), &en, NULL), 0);
	claim(p, &en, &first, nobody, en.secret);
	assert_int_equal(p->refusal, ERR_ENROL_UNKNOWN);
	claim(p, &en, &first, en.id, wrong);
	assert_int_equal(p->refusal, ERR_ENROL_MAC);
	assert_int_equal(size_of_state(p), before);
	/* Too late: told so, and gets nothing. */
	p->o.now += 3601;
	claim(p, &en, &first, en.id, en.secret);
	assert_int_equal(problem(p), ERR_ENROL_EXPIRED);
	assert_int_equal(p->reply.stream_count, 0);
	assert_int_equal(size_of_state(p), before);
	p->o.now -= 3601;
	claim(p, &en, &first, en.id, en.secret);
	assert_int_equal(problem(p), 0);
	before = size_of_state(p);
	claim(p, &en, &second, en.id, en.secret);
	assert_int_equal(problem(p), ERR_ENROL_USED);
	assert_int_equal(p->reply.stream_count, 0);
	/* The first again: its reply was lost. */
	claim(p, &en, &first, en.id, en.secret);
	assert_int_equal(problem(p), 0);
	assert_true(p->reply.stream_count > 0);
	assert_int_equal(size_of_state(p), before);
	p->s.c.box = own;
	buf_release(&text);
	buf_release(&encoded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(claims, make, end),
		cmocka_unit_test_setup_teardown(gaps, make, end),
		cmocka_unit_test_setup_teardown(duplicates, make, end),
		cmocka_unit_test_setup_teardown(forks, make, end),
		cmocka_unit_test_setup_teardown(other_units, make, end),
		cmocka_unit_test_setup_teardown(unreadable, make, end),
		cmocka_unit_test_setup_teardown(used_numbers, make, end),
		cmocka_unit_test_setup_teardown(out_of_schema, make, end),
		cmocka_unit_test_setup_teardown(built_in_records, make, end),
		cmocka_unit_test_setup_teardown(pieces, make, end),
		cmocka_unit_test_setup_teardown(heads, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
