/* A block begins above all blocks and all numbers that are there, so it does not matter how
 * often one is given, or what became of the others. What bounds a computer that asks for ever
 * is the size of one block, and that each must have been seen before the next is given. */
#include "server/lease.h"

#include <stdio.h>

#include "common/replica/lease.h"
#include "common/text/date.h"
#include "server/heal/generation.h"
#include "server/register.h"

enum { LEASE_MEMORY = 1 << 16, DAYS_AHEAD = 60, ROOM_UNIT = LEASE_MOST,
       ROOM_ALL = 20 * LEASE_MOST };

struct granting {
	struct server *s;
	struct exchange *x;
	const struct schema *schema;
	const struct pack_register *reg;
	int64_t year;
	struct err *e;
};

/* A register that is leased, and that the sender's role fills in. */
static const struct pack_register *find_register(const struct granting *g, struct bytes code)
{
	const struct schema *s = g->schema;
	size_t i, k;

	for (i = 0; i < s->type_count; i++)
		for (k = 0; k < s->types[i]->field_count; k++) {
			const struct field *f = &s->types[i]->fields[k];

			if (f->reg != NULL && bytes_equal(bytes_str(f->reg->code), code) &&
			    lease_field(s, s->types[i], f, g->x->sender.role))
				return f->reg;
		}
	return NULL;
}

/* This year's numbers, or, when it nears its end, the next one's. */
static bool year_fits(const struct granting *g)
{
	int64_t today = date_of(env_now(g->s->env)), now, soon;
	unsigned month, day;

	date_civil(today, &now, &month, &day);
	date_civil(today + DAYS_AHEAD, &soon, &month, &day);
	return g->reg->yearly ? g->year >= now && g->year <= soon : g->year == 0;
}

/* Whether the sender has the newest block that it was given, or none was. */
static int has_newest(const struct granting *g, bool *out)
{
	const struct request *r = &g->x->request;
	uint64_t stream = g->x->sender.unit, have = 0;
	int64_t seq = 0;
	struct stmt *q;
	size_t i;
	int code = db_query(g->s->db, g->e, &q, "SELECT max(seq) FROM lease WHERE stream=$1 AND "
			    "device=$2 AND year=$3 AND register=$4", "uui", stream,
			    g->x->sender.device, g->year);

	if (code != 0)
		return code;
	db_bind_text(q, 4, bytes_str(g->reg->code));
	code = db_step(q, g->e);
	if (code == 1 && !db_is_null(q, 0))
		seq = db_int(q, 0);
	db_done(q);
	for (i = 0; i < r->have_count; i++)
		if (r->have[i].stream == stream)
			have = r->have[i].seq;
	*out = (uint64_t)seq <= have;
	return code < 0 ? code : 0;
}

/* The last number of the register that is given: in a block, or to a record. */
static int last_given(const struct granting *g, int64_t *out)
{
	uint64_t stream = g->reg->unit ? g->x->sender.unit : 0;
	int64_t low = g->year * REGISTER_YEAR, used = 0;
	struct stmt *q;
	int code = db_query(g->s->db, g->e, &q, "SELECT max(last) FROM lease WHERE year=$1 AND "
			    "($2=0 OR stream=$2) AND register=$3", "iu", g->year, stream);

	if (code != 0)
		return code;
	db_bind_text(q, 3, bytes_str(g->reg->code));
	code = db_step(q, g->e);
	*out = code == 1 && !db_is_null(q, 0) ? db_int(q, 0) : 0;
	db_done(q);
	if (code >= 0)
		code = register_highest(g->s, g->schema, g->reg, stream, low,
					low + REGISTER_YEAR - 1, &used, g->e);
	if (code == 0 && used - low > *out)
		*out = used - low;
	return code;
}

/* Blocks may have been given that this store has forgotten: the first one of a new generation
 * begins so far behind those that are known. */
static int leave_room(const struct granting *g, int64_t *last)
{
	uint64_t stream = g->reg->unit ? g->x->sender.unit : 0;
	struct generation_news news;
	char key[120];
	int64_t base = 0;
	int code = generation_news(g->s->db, &news, g->e);

	if (code != 1)
		return code;
	snprintf(key, sizeof key, "lease/%s/%lld/%llu", g->reg->code, (long long)g->year,
		 (unsigned long long)stream);
	code = replica_meta_number(g->s->db, key, 0, &base, g->e);
	if (code < 0 || base == (int64_t)news.base)
		return code < 0 ? code : 0;
	*last += g->reg->unit ? ROOM_UNIT : ROOM_ALL;
	return replica_meta_put_number(g->s->db, key, (int64_t)news.base, g->e);
}

static int put_block(const struct granting *g, int64_t first, int64_t last)
{
	struct server *s = g->s;
	uint64_t stream = g->x->sender.unit;
	struct verdict v = { 0 };
	struct arena a;
	struct draft d;
	struct rid id;
	struct buf device;
	int code;

	arena_init(&a, LEASE_MEMORY);
	code = server_draft(s, stream, &a, &d, g->e);
	if (code != 0) {
		arena_release(&a);
		return code;
	}
	buf_init(&device, 8);
	buf_u64(&device, g->x->sender.device);
	id = draft_create(&d, TYPE_LEASE, RID_NONE, 0);
	draft_set(&d, TYPE_LEASE, id, FIELD_LEASE_REGISTER, value_text(bytes_str(g->reg->code)),
		  false);
	draft_set(&d, TYPE_LEASE, id, FIELD_LEASE_YEAR, value_int(g->year), false);
	draft_set(&d, TYPE_LEASE, id, FIELD_LEASE_FIRST, value_int(first), false);
	draft_set(&d, TYPE_LEASE, id, FIELD_LEASE_LAST, value_int(last), false);
	draft_set(&d, TYPE_LEASE, id, FIELD_LEASE_DEVICE, value_bytes(buf_view(&device)), false);
	code = device.failed ? err_set(g->e, ERR_NOMEM, "lease") :
			       server_put(s, &s->working, &d, &v, g->e);
	buf_release(&device);
	arena_release(&a);
	return code;
}

static int grant(struct granting *g, const struct message_lease *l)
{
	int64_t last = 0, count = (int64_t)l->count;
	bool newest = false;
	int code;

	g->year = (int64_t)l->year;
	g->reg = find_register(g, l->reg);
	if (g->reg == NULL || !year_fits(g))
		return 0;
	code = has_newest(g, &newest);
	if (code == 0 && newest)
		code = last_given(g, &last);
	if (code == 0 && newest)
		code = leave_room(g, &last);
	if (code != 0 || !newest)
		return code;
	if (count < g->reg->lease)
		count = g->reg->lease;
	if (count > LEASE_MOST)
		count = LEASE_MOST;
	/* A year holds no more than its place in the number. */
	if (last + count >= REGISTER_YEAR)
		return 0;
	return put_block(g, last + 1, last + count);
}

int lease_grant(struct server *s, struct exchange *x, struct err *e)
{
	struct granting g = { .s = s, .x = x, .e = e };
	struct schema *schema;
	size_t i;
	int code = 0;

	if (x->request.lease_count > 0) {
		code = replica_schema_now(&s->replica, &schema, e);
		g.schema = schema;
	}
	for (i = 0; i < x->request.lease_count && code == 0; i++)
		code = grant(&g, &x->request.leases[i]);
	return code;
}
