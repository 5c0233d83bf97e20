/* What must hold: while all run, of every receipt and every store against the
 * reference model; at rest, of all replicas against the server, and of one store,
 * another for each seed, against its own log. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/sync/receipt.h"
#include "common/replica/fsck.h"
#include "common/replica/projection.h"
#include "protocol/limits.h"
#include "tests/sim/model.h"
#include "tests/sim/world.h"

void check_model(struct world *w, struct replica *r, const char *who)
{
	uint64_t stream;
	struct err e = { 0 };
	char why[300];
	int code = 0;

	if (w->disasters)
		return;
	w->tally.models++;
	for (stream = 0; stream <= UNITS && code == 0; stream++) {
		code = model_compare(r, stream, why, &e);
		if (code > 0)
			sim_fail(w, "%s differs from the model: %s", who, why);
		else
			sim_ok(w, code, &e, "model");
	}
}

/* The server's head at a place. */
static bool server_item(struct world *w, uint64_t stream, uint64_t seq, uint8_t head[HASH_SIZE],
			int64_t *time)
{
	struct stmt *s;
	bool found = false;

	if (db_query(w->server.db, NULL, &s, "SELECT head, time FROM item WHERE stream=$1 AND "
		     "seq=$2", "uu", stream, seq) != 0)
		return false;
	if (db_step(s, NULL) == 1 && db_bytes(s, 0).len == HASH_SIZE) {
		memcpy(head, db_bytes(s, 0).at, HASH_SIZE);
		*time = db_int(s, 1);
		found = true;
	}
	db_done(s);
	return found;
}

static void check_receipt(struct world *w, struct machine *m, struct stmt *s)
{
	uint64_t stream = (uint64_t)db_int(s, 0), seq = (uint64_t)db_int(s, 1);
	struct bytes head = db_bytes(s, 2), signature = db_bytes(s, 4);
	uint8_t here[HASH_SIZE];
	int64_t time = 0;

	if (!server_item(w, stream, seq, here, &time))
		sim_fail(w, "%s has a receipt for %" PRIu64 "/%" PRIu64 ", which the server has not",
			 m->label, stream, seq);
	else if (!bytes_equal(head, BYTES_OF(here)) || time != db_int(s, 3) ||
		 signature.len != SIGN_SIZE)
		sim_fail(w, "%s has another head of %" PRIu64 "/%" PRIu64, m->label, stream, seq);
	else if (!head_signature_ok(m->client.replica.keys.working, m->client.replica.district.id,
				    stream, seq, here, time, signature.at))
		sim_fail(w, "%s has a receipt with a bad signature", m->label);
}

void check_receipts(struct world *w, struct machine *m, bool all)
{
	struct receipt_check check;
	struct stmt *s;
	struct err e;

	/* Old ones are of places that the log has no more: the client's own check knows. */
	if (w->disasters) {
		if (all)
			sim_ok(w, receipt_verify(&m->client, &check, &e), &e, "receipts");
		return;
	}
	if (!sim_ok(w, db_query(m->client.db, &e, &s, all ?
				"SELECT stream, seq, head, time, signature FROM receipt" :
				"SELECT stream, seq, head, time, signature FROM receipt r WHERE "
				"seq = (SELECT max(seq) FROM receipt q WHERE q.stream = r.stream)",
				""), &e, "receipts"))
		return;
	while (!w->failed && db_step(s, NULL) == 1)
		check_receipt(w, m, s);
	db_done(s);
}

/* One table of a stream in two stores, row by row. */
struct pair {
	struct world *w;
	struct db *a, *b;
	uint64_t stream;
	const char *name;   /* of the second one */
};

static void put_row(struct stmt *s, char *out, size_t size)
{
	int i, n = 0;

	for (i = 0; i < db_column_count(s) && n < (int)size - 40; i++) {
		struct bytes v = db_bytes(s, i);
		size_t k;

		n += snprintf(out + n, size - (size_t)n, " %s=", db_column_name(s, i));
		for (k = 0; k < v.len && k < 20 && n < (int)size - 4; k++)
			n += snprintf(out + n, size - (size_t)n,
				      v.at[k] >= ' ' && v.at[k] < 127 ? "%c" : "~%02x", v.at[k]);
	}
}

static bool same_row(struct stmt *a, struct stmt *b)
{
	int i;

	for (i = 0; i < db_column_count(a); i++)
		if (db_is_null(a, i) != db_is_null(b, i) ||
		    !bytes_equal(db_bytes(a, i), db_bytes(b, i)))
			return false;
	return db_column_count(a) == db_column_count(b);
}

static void same_table(struct pair *p, const char *sql)
{
	char left[400] = "nothing", right[400] = "nothing";
	struct stmt *a, *b;
	struct err e;
	int x = 1, y = 1;

	if (p->w->failed || !sim_ok(p->w, db_query_text(p->a, &e, &a, sql), &e, sql))
		return;
	if (!sim_ok(p->w, db_query_text(p->b, &e, &b, sql), &e, sql)) {
		db_done(a);
		return;
	}
	db_bind_int(a, 1, (int64_t)p->stream);
	db_bind_int(b, 1, (int64_t)p->stream);
	while (x == 1 && y == 1) {
		x = db_step(a, &e);
		y = db_step(b, &e);
		if (x == 0 && y == 0)
			break;
		if (x == 1 && y == 1 && same_row(a, b))
			continue;
		if (x == 1)
			put_row(a, left, sizeof left);
		if (y == 1)
			put_row(b, right, sizeof right);
		sim_fail(p->w, "stream %llu: %.60s: the server has%s; %s has%s",
			 (unsigned long long)p->stream, sql, left, p->name, right);
		break;
	}
	db_done(a);
	db_done(b);
}

static const char *const tables[] = {
	"SELECT seq, head, time FROM stream WHERE stream=$1",
	/* Not the object: one content can be packed in many ways. */
	"SELECT seq, device, device_seq, first_op, last_op, hash, verdicts, time, zero_ahead, "
	"head FROM item WHERE stream=$1 ORDER BY seq",
	"SELECT device, seq, hash, last_op FROM author WHERE stream=$1 ORDER BY device",
	"SELECT device, key, unit, role, name, status FROM device WHERE stream=$1 "
	"ORDER BY device",
	"SELECT device, op, type, short, root_device, root_op, state, deleted, conflict, cells "
	"FROM record WHERE stream=$1 ORDER BY device, op",
	"SELECT device, op, seq FROM touch WHERE stream=$1 ORDER BY seq, device, op",
	"SELECT seq, tx, device, first_op, code, rule, record_device, record_op FROM refused "
	"WHERE stream=$1 ORDER BY seq, tx",
	/* A sum that came back to nothing may leave a row. */
	"SELECT type, state, year, count, sum FROM total WHERE stream=$1 AND "
	"(count <> 0 OR sum <> 0) ORDER BY type, state, year",
};

static const char packs[] = "SELECT seq, code, version, json, dictionary_number, dictionary "
			    "FROM pack WHERE $1 = 0 AND seq > 0 ORDER BY seq, code";

/* All columns that the server has. A store that has had a pack which the server lost keeps that
 * one's, empty. */
static bool list_columns(struct pair *p, const char *table, struct buf *out)
{
	char sql[96];
	struct stmt *s;
	struct err e;
	int i;

	buf_init(out, 8192);
	snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE stream=$1", table);
	if (!sim_ok(p->w, db_query_text(p->a, &e, &s, sql), &e, sql))
		return false;
	buf_printf(out, "SELECT ");
	for (i = 0; i < db_column_count(s); i++)
		buf_printf(out, "%s%s", i == 0 ? "" : ", ", db_column_name(s, i));
	db_done(s);
	buf_printf(out, " FROM %s WHERE stream=$1 ORDER BY device, op", table);
	buf_byte(out, 0);
	return !out->failed;
}

static void same_stream(struct pair *p)
{
	struct schema *schema;
	struct err e;
	size_t i;

	for (i = 0; i < sizeof tables / sizeof tables[0]; i++)
		same_table(p, tables[i]);
	same_table(p, packs);
	if (!sim_ok(p->w, replica_schema_now(&p->w->server.replica, &schema, &e), &e, "schema"))
		return;
	for (i = 0; i < schema->type_count; i++) {
		char table[64];
		struct buf sql;

		projection_table(schema->types[i], table);
		if (list_columns(p, table, &sql))
			same_table(p, (const char *)sql.at);
		buf_release(&sql);
	}
}

static void found(void *ctx, const char *place, const char *what)
{
	sim_fail(ctx, "fsck: %s: %s", place, what);
}

/* The store judged and folded again from its log, by the program's own check. */
static void check_replay(struct world *w, struct replica *r)
{
	struct fsck f = { .env = env_os(), .scratch = ":memory:", .found = found, .ctx = w };
	struct err e = { 0 };
	int code = db_begin_read(r->db, &e);

	if (code == 0)
		code = fsck_replica(&f, r, &e);
	db_end_read(r->db);
	if (sim_ok(w, code, &e, "fsck") && f.count == 0 && f.items == 0)
		sim_fail(w, "fsck has looked at nothing");
}

static void expect_empty(struct world *w, struct machine *m, const char *sql)
{
	int64_t n = -1;
	struct err e;

	if (sim_ok(w, db_number(m->client.db, &e, 0, &n, sql, ""), &e, sql) && n != 0)
		sim_fail(w, "%s: %s gives %lld", m->label, sql, (long long)n);
}

static void check_machine(struct world *w, struct machine *m)
{
	struct pair p = { w, w->server.db, m->client.db, 0, m->label };
	bool all = m->role == 3;
	int64_t streams = 0;

	expect_empty(w, m, "SELECT count(*) FROM pending");
	expect_empty(w, m, "SELECT count(*) FROM outbox");
	expect_empty(w, m, "SELECT count(*) FROM stash");
	expect_empty(w, m, "SELECT count(*) FROM carrying");
	expect_empty(w, m, "SELECT count(*) FROM partial");
	expect_empty(w, m, "SELECT count(*) FROM missing");
	if (w->copies)
		check_model(w, &m->client.replica, m->label);
	for (p.stream = 0; p.stream <= UNITS && !w->failed; p.stream++)
		if (all || p.stream == 0 || p.stream == m->unit)
			same_stream(&p);
	if (db_number(m->client.db, NULL, 0, &streams, "SELECT count(*) FROM stream", "") != 0 ||
	    streams > (all ? UNITS + 1 : 2))
		sim_fail(w, "%s holds %lld streams", m->label, (long long)streams);
	check_receipts(w, m, true);
}

/* Refusals in the log and the list of refused transactions agree. */
static void check_refused(struct world *w)
{
	int64_t listed = -1;

	db_number(w->server.db, NULL, 0, &listed, "SELECT count(*) FROM refused", "");
	if (listed != (int64_t)w->tally.refused)
		sim_fail(w, "%llu refusals in the log, %lld in the list",
			 (unsigned long long)w->tally.refused, (long long)listed);
}

/* What waited has taken its place. */
static void check_held(struct world *w)
{
	int64_t n = -1;

	db_number(w->server.db, NULL, -1, &n, "SELECT count(*) FROM held", "");
	if (n != 0)
		sim_fail(w, "%lld change sets still wait at the server", (long long)n);
}

void check_end(struct world *w)
{
	size_t i, whose = w->seed % (w->machine_count + 1);

	for (i = 0; i < w->machine_count && !w->failed; i++)
		check_machine(w, &w->machines[i]);
	if (!w->failed)
		ledger_check(w);
	if (!w->failed)
		check_refused(w);
	if (!w->failed && !w->disasters)
		chief_check(w);
	if (!w->failed)
		check_held(w);
	if (!w->failed)
		check_model(w, &w->server.replica, "the server");
	if (!w->failed)
		check_replay(w, whose == w->machine_count ? &w->server.replica :
					    &w->machines[whose].client.replica);
}

void world_digest(struct world *w, uint8_t out[DIGEST])
{
	struct buf b;
	struct bytes all;
	uint64_t stream;

	buf_init(&b, 4096);
	for (stream = 0; stream <= UNITS; stream++) {
		struct stream_head head = { 0 };

		replica_head(&w->server.replica, stream, &head, NULL);
		buf_u64(&b, head.seq);
		buf_add(&b, BYTES_OF(head.head));
	}
	all = buf_view(&b);
	hash_parts(out, DIGEST, "sim/world", &all, 1);
	buf_release(&b);
}
