/* People at work: honest edits, edits in forms that were opened long ago, mistakes
 * that must be refused at once, an officer at the server; and what befalls them. */
#include <string.h>

#include "client/sync/outbox.h"
#include "common/replica/record.h"
#include "protocol/limits.h"
#include "tests/sim/desk.h"

enum { YEAR = 31556952, FAR = 2, LATE = 3, MANY = 4, STATE_SIGNED = 2 };

/* Others have been at the record. */
const int work_honest[] = { ERR_LOCKED, ERR_DELETED, ERR_CHECK, ERR_REQUIRED, ERR_STALE,
			      ERR_IN_CONFLICT, ERR_NO_MOVE, ERR_NOT_ALLOWED,
			      ERR_REMARK_REQUIRED, ERR_NOT_SIGNED, 0 };

static void act_create(struct desk *k)
{
	static const uint32_t types[] = { 100, 100, 102, 102, 104, 900, 900 };
	const struct type *t = schema_type(k->schema, types[chance_below(k->chance, 7)]);
	bool whole = chance_percent(k->chance, 75);
	struct rid id = desk_create(k, t, RID_NONE, 0, whole);

	if (whole && t->workflow != NULL && chance_percent(k->chance, 50))
		draft_move(k->d, t->number, id, STATE_SIGNED, BYTES_NONE);
	else if (chance_percent(k->chance, 8))
		draft_delete(k->d, t->number, id, false);
}

static void act_edit(struct desk *k)
{
	size_t n = 1 + chance_below(k->chance, 4);
	struct picked p;

	if (k->last_type != NULL && chance_percent(k->chance, 50))
		p = (struct picked){ k->last, k->last_type, 0 };
	else if (!desk_pick(k, 0, 0, &p))
		return;
	while (n-- > 0) {
		const struct field *f = &p.type->fields[chance_below(k->chance,
								     p.type->field_count)];

		if (f->kind != FIELD_LIST && f->kind != FIELD_SET &&
		    chance_percent(k->chance, 15))
			draft_set(k->d, p.type->number, p.id, f->number, VALUE_OF_NULL, f->personal);
		else
			desk_fill(k, p.type, p.id, f);
	}
}

static void act_row(struct desk *k)
{
	static const uint32_t types[] = { 102, 101, 900, 901 };
	struct picked p;
	size_t i;

	if (!desk_pick(k, types[chance_below(k->chance, 4)], 0, &p))
		return;
	for (i = 0; i < p.type->field_count; i++) {
		const struct field *f = &p.type->fields[i];

		if (desk_list(f))
			desk_create(k, schema_type_by_code(k->schema, bytes_str(f->targets[0])), p.id,
				    f->number, chance_percent(k->chance, 50));
	}
}

static void act_delete(struct desk *k)
{
	static const uint32_t types[] = { 101, 103, 901, 0 };
	struct picked p;

	if (!desk_pick(k, types[chance_below(k->chance, 4)], 0, &p))
		return;
	if (chance_percent(k->chance, 40))
		desk_fill(k, p.type, p.id, &p.type->fields[0]);
	draft_delete(k->d, p.type->number, p.id, chance_percent(k->chance, 40));
}

static void act_move(struct desk *k)
{
	static const struct {
		uint32_t type;
		int64_t handed_in;
	} ways[] = { { 102, STATE_SIGNED }, { 104, STATE_SIGNED }, { 900, 3 } };
	const size_t way = chance_below(k->chance, 3);
	const struct workflow *flow;
	const struct move *m = NULL;
	struct picked p;
	size_t i;

	/* Officers look for what was handed in. */
	if (!desk_pick(k, ways[way].type,
		       k->officer && chance_percent(k->chance, 80) ? ways[way].handed_in : 0, &p))
		return;
	flow = p.type->workflow;
	/* Mostly a move that there is, sometimes any state. */
	for (i = 0; i < flow->move_count; i++)
		if (flow->moves[i].from == p.state && (m == NULL || chance_percent(k->chance, 50)))
			m = &flow->moves[i];
	if (m == NULL || chance_percent(k->chance, 10))
		m = &flow->moves[chance_below(k->chance, flow->move_count)];
	draft_move(k->d, p.type->number, p.id, m->to,
		   m->remark || chance_percent(k->chance, 20) ? bytes_str("Bổ sung số văn bản.") :
								BYTES_NONE);
}

/* Settles every cell in conflict with one of its own values. */
static void act_settle(struct desk *k)
{
	struct picked p;
	struct record r;
	struct stmt *s;
	size_t i, n;

	if (!desk_pick_conflict(k, &p) ||
	    db_query(k->replica->db, NULL, &s, "SELECT cells FROM record WHERE stream=$1 AND "
		     "device=$2 AND op=$3", "uuu", k->d->stream, p.id.device, p.id.op) != 0)
		return;
	r.id = p.id;
	if (db_step(s, NULL) != 1 ||
	    record_take(arena_copy(k->a, db_bytes(s, 0)), k->a, &r, NULL) != 0)
		r.live_count = 0;
	db_done(s);
	for (i = 0; i < r.live_count; i += n) {
		const struct live *l;

		n = record_cell(&r, i);
		l = &r.live[i + chance_below(k->chance, n)];
		if (l->field == FIELD_EXISTENCE)
			draft_delete(k->d, p.type->number, p.id, l->value.n == 0);
		else if (record_cell_conflict(&r, i) && l->element.kind != VALUE_NONE)
			draft_member(k->d, p.type->number, p.id, l->field, l->element,
				     l->value.n != 0);
		else if (record_cell_conflict(&r, i))
			draft_set(k->d, p.type->number, p.id, l->field, l->value,
				  type_field(p.type, l->field)->personal);
	}
}

/* A mistake in a record that is otherwise new: which code must come of it. */
static void act_mistake(struct desk *k)
{
	static uint8_t long_name[121];
	struct rid other = { 12345, 7 }, own = { k->d->device, k->d->first + 5000 };
	size_t which = chance_below(k->chance, 14);
	struct rid id = draft_create(k->d, which == 12 ? 103 : which == 13 ? 999 : 100, RID_NONE, 0);
	struct {
		uint32_t type, field;
		struct rid id;
		struct value v;
		bool personal;
		int code;
	} const mistakes[] = {
		{ 100, 1012, id, value_int(999), false, ERR_BAD_CHOICE },
		{ 100, 1001, id, value_text(BYTES_OF(long_name)), false, ERR_OUT_OF_RANGE },
		{ 100, 1001, id, value_text(bytes_str("Le\xcc\x82")), false, ERR_NOT_NFC },
		{ 100, 1003, id, value_text(bytes_str("x")), false, ERR_BAD_VALUE },
		{ 100, 9998, id, value_int(1), false, ERR_NO_FIELD },
		{ 100, 1001, other, value_text(bytes_str("x")), false, ERR_NO_RECORD },
		{ 100, 1001, own, value_text(bytes_str("x")), false, ERR_DEPENDS_ON },
		{ 104, 1061, id, value_int(2024), false, ERR_WRONG_TYPE },
		{ 100, 1022, id, value_date(-9999), false, ERR_CHECK },
		{ 100, 1002, id, value_text(bytes_str("00012345678x")), true, ERR_BAD_VALUE },
		{ 100, 1002, id, value_text(bytes_str("000123456789")), false, ERR_BAD_VALUE },
		{ 100, 1016, id, value_bool(true), false, ERR_DELETED },
		{ 103, 1051, id, VALUE_OF_NULL, false, ERR_WRONG_TYPE },
		{ 999, 1051, id, VALUE_OF_NULL, false, ERR_NO_TYPE },
	};

	memset(long_name, 'x', sizeof long_name);
	if (which == 11)
		draft_delete(k->d, 100, id, false);
	draft_set(k->d, 100, id, 1003, value_date(0), false);
	draft_set(k->d, mistakes[which].type, mistakes[which].id, mistakes[which].field,
		  mistakes[which].v, mistakes[which].personal);
	k->expect = mistakes[which].code;
}

static void fill_draft(struct desk *k, bool clerk)
{
	static void (*const acts[])(struct desk *) = {
		act_create, act_create, act_create, act_edit, act_edit, act_edit, act_edit,
		act_row, act_row, act_delete, act_delete, act_delete, act_move, act_move,
		act_settle,
	};
	size_t n = chance_percent(k->chance, 30) ? 2 : 1;

	while (n-- > 0)
		if (clerk || chance_percent(k->chance, 10))
			acts[chance_below(k->chance, sizeof acts / sizeof *acts)](k);
		else
			act_move(k);
	/* Nothing there to work on. */
	if (k->d->count == 0 && clerk)
		act_create(k);
}

/* Opens a form anew, or goes on in one that has been open for long. */
static void choose_version(struct world *w, struct machine *m, struct draft *d)
{
	const struct view *v;

	if (m->view_count == 0 || !chance_percent(&w->chance, 25))
		return;
	v = &m->views[chance_below(&w->chance, m->view_count)];
	if (v->stream != d->stream)
		return;
	d->has_version = true;
	d->seen_seq = v->seq;
	d->seen_own = v->own;
}

static void open_view(struct world *w, struct machine *m, uint64_t stream)
{
	struct view v = { .stream = stream };
	struct stream_head head;

	if (!chance_percent(&w->chance, 30) ||
	    replica_head(&m->client.replica, stream, &head, NULL) != 0 ||
	    outbox_last_op(&m->client, stream, m->client.key.id, &v.own, NULL) != 0)
		return;
	v.seq = head.seq;
	if (m->view_count < VIEWS)
		m->views[m->view_count++] = v;
	else
		m->views[chance_below(&w->chance, VIEWS)] = v;
}

int64_t work_holdings(struct machine *m)
{
	int64_t records = -1, waiting = -1;

	db_number(m->client.db, NULL, 0, &records, "SELECT count(*) FROM record", "");
	db_number(m->client.db, NULL, 0, &waiting, "SELECT count(*) FROM pending", "");
	return records * 100000 + waiting;
}

static struct saved promise(struct world *w, struct machine *m, const struct draft *d)
{
	struct stream_head head = { 0 };
	struct saved s;

	replica_head(&m->client.replica, d->stream, &head, NULL);
	s = ledger_entry(d, buf_view(&m->client.author), d->has_version ? d->seen_seq : head.seq,
			 d->has_version ? d->seen_own : d->first - 1, env_now(&m->node.env));
	s.machine = (int)(m - w->machines);
	return s;
}

static void expect_last_op(struct world *w, struct machine *m, uint64_t stream, uint64_t op)
{
	uint64_t last = 0;

	if (w->failed || outbox_last_op(&m->client, stream, m->client.key.id, &last, NULL) != 0)
		return;
	if (last != op)
		sim_fail(w, "after a save the last op is %llu, not %llu",
			 (unsigned long long)last, (unsigned long long)op);
}

/* The end of a save of one or more transactions. */
static void settle_save(struct world *w, struct machine *m, const struct desk *k, int code,
			const struct err *e, const struct saved *list, size_t count, int64_t held)
{
	bool stood = m->node.stood;
	uint64_t stream = list[0].stream, before = list[0].first - 1, last = before;
	size_t i;

	for (i = 0; i < count; i++)
		last += list[i].count;
	if (machine_alive(w, m, code, "a save") && code != 0) {
		w->tally.invalid += k->expect != 0;
		if (k->expect != 0 ? code != k->expect : !sim_listed(code, work_honest))
			sim_fail(w, "%s was refused: %s (%s), expected %s", m->label,
				 err_name(code), e->subject, err_name(k->expect));
		if (work_holdings(m) != held)
			sim_fail(w, "a refused save has left something");
		expect_last_op(w, m, stream, before);
		return;
	}
	if (code == 0 && k->expect != 0)
		sim_fail(w, "%s was not refused", err_name(k->expect));
	for (i = 0; i < count && (code == 0 || stood); i++)
		if (list[i].count > 0)
			ledger_add(w, &list[i]);
	if (code == 0 && chance_percent(&w->chance, 5))
		machine_restart(w, m);
	expect_last_op(w, m, stream, code == 0 || stood ? last : before);
}

static void save(struct world *w, struct machine *m, struct desk *k, bool clerk)
{
	size_t count = chance_percent(&w->chance, 10) ? MANY : 1, n = 0;
	struct saved list[MANY];
	struct err e = { 0 };
	int64_t held = work_holdings(m);
	int code = 0;

	while (n + 1 < count && code == 0) {
		fill_draft(k, clerk);
		list[n++] = promise(w, m, k->d);
		code = client_save_more(&m->client, k->d, NULL, &e);
	}
	if (code != 0) {
		client_drop(&m->client);
		settle_save(w, m, k, code, &e, list, n, held);
		return;
	}
	if (count == 1 && clerk && chance_percent(&w->chance, 8)) {
		act_mistake(k);
	} else {
		fill_draft(k, clerk);
		choose_version(w, m, k->d);
	}
	if (chance_percent(&w->chance, 10))
		k->d->author = chance_percent(&w->chance, 50) ? bytes_str("Vũ Thị Khuyên") :
								buf_view(&m->client.author);
	list[n++] = promise(w, m, k->d);
	code = client_save(&m->client, k->d, NULL, &e);
	settle_save(w, m, k, code, &e, list, n, held);
}

static void at_machine(struct world *w, struct machine *m)
{
	bool clerk = m->role < 3;
	struct desk k = { .w = w, .chance = &w->chance, .replica = &m->client.replica };
	uint64_t stream = clerk ? m->unit : 1 + chance_below(&w->chance, UNITS);
	struct schema *schema;
	struct draft d;
	struct arena a;
	struct err e;

	arena_init(&a, LIMIT_MEMORY);
	if (sim_ok(w, client_begin(&m->client, stream, &a, &d, &e), &e, "client_begin") &&
	    sim_ok(w, replica_schema_now(&m->client.replica, &schema, &e), &e, "schema")) {
		k.schema = schema;
		k.a = &a;
		k.d = &d;
		k.officer = !clerk;
		save(w, m, &k, clerk);
	}
	if (m->open)
		open_view(w, m, stream);
	arena_release(&a);
}

/* A form that no honest program makes: opened on a version from the future. */
static void at_broken_form(struct world *w, struct machine *m)
{
	struct stream_head head;
	struct draft d;
	struct arena a;
	struct err e = { 0 };
	int64_t held = work_holdings(m);
	int code;

	if (!sim_ok(w, replica_head(&m->client.replica, m->unit, &head, &e), &e, "head"))
		return;
	arena_init(&a, LIMIT_MEMORY);
	code = client_begin(&m->client, m->unit, &a, &d, &e);
	if (code == 0) {
		draft_create(&d, 100, RID_NONE, 0);
		d.has_version = true;
		d.seen_seq = head.seq + 1 + chance_below(&w->chance, 9);
		code = client_save(&m->client, &d, NULL, &e);
	}
	w->tally.invalid++;
	if (machine_alive(w, m, code, "a save") && (code != ERR_OUT_OF_RANGE || work_holdings(m) != held))
		sim_fail(w, "a version from the future came to %s", err_name(code));
	arena_release(&a);
}

static void at_server(struct world *w)
{
	struct desk k = { .w = w, .chance = &w->chance, .replica = &w->server.replica };
	uint64_t stream = 2 + chance_below(&w->chance, UNITS - 1);
	struct stream_head head = { 0 };
	struct schema *schema;
	struct saved entry;
	struct draft d;
	struct arena a;
	struct err e = { 0 };
	int64_t dossiers = 0;
	bool stood;
	int code = db_number(w->server.db, &e, 0, &dossiers, "SELECT count(*) FROM record WHERE "
			     "stream=$1 AND state > 0", "u", stream);

	if (!sim_ok(w, code, &e, "dossiers") || dossiers == 0)
		return;
	arena_init(&a, LIMIT_MEMORY);
	k.a = &a;
	k.d = &d;
	if (!sim_ok(w, server_begin(&w->server, stream, &w->officer, &a, &d, &e), &e,
		    "server_begin") ||
	    !sim_ok(w, replica_schema_now(&w->server.replica, &schema, &e), &e, "schema"))
		return;
	k.schema = schema;
	k.officer = true;
	act_move(&k);
	replica_head(&w->server.replica, stream, &head, NULL);
	d.has_version = chance_percent(&w->chance, 30);
	d.seen_seq = head.seq - chance_below(&w->chance, head.seq < 3 ? head.seq + 1 : 4);
	d.seen_own = d.first - 1;
	entry = ledger_entry(&d, BYTES_NONE, d.has_version ? d.seen_seq : head.seq, d.first - 1,
			     env_now(&w->server_node.env));
	code = server_save(&w->server, &w->officer, &d, NULL, &e);
	stood = w->server_node.stood;
	if (server_alive(w, code, "an officer's save") && code != 0 && !sim_listed(code, work_honest))
		sim_ok(w, code, &e, "server_save");
	if ((code == 0 || stood) && entry.count > 0) {
		ledger_add(w, &entry);
		w->tally.returned++;
	}
	arena_release(&a);
}

static void settle_refused(struct world *w, struct machine *m)
{
	int64_t seq = 0, tx = 0;
	struct err e;
	int code;

	if (db_number(m->client.db, NULL, 0, &seq, "SELECT max(seq) FROM refused WHERE device=$1 "
		      "AND stream=$2", "uu", m->client.key.id, m->unit) != 0 || seq == 0 ||
	    db_number(m->client.db, NULL, 0, &tx, "SELECT max(tx) FROM refused WHERE stream=$1 "
		      "AND seq=$2", "ui", m->unit, seq) != 0)
		return;
	code = client_settle_refused(&m->client, m->unit, (uint64_t)seq, (uint32_t)tx, &e);
	if (machine_alive(w, m, code, "settling"))
		sim_ok(w, code, &e, "settling");
}

/* Clocks jump, and power supplies are about to fail. */
static void mishaps(struct world *w)
{
	size_t who = chance_below(&w->chance, w->machine_count + 1);
	struct node *n = who == w->machine_count ? &w->server_node : &w->machines[who].node;

	w->time += chance_between(&w->chance, 1, 3600);
	if (chance_percent(&w->chance, 3))
		n->skew = chance_between(&w->chance, -20 * YEAR, 20 * YEAR);
	if (chance_percent(&w->chance, w->stops))
		node_doom(n, &w->chance, 3);
	if (chance_percent(&w->chance, 1) && w->pack_version < 3)
		world_publish(w);
}

void work_step(struct world *w)
{
	/* The first two share a unit; where FAR is there is hardly ever a network. */
	static const uint8_t turns[] = { 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4 };
	struct machine *m = &w->machines[turns[chance_below(&w->chance, sizeof turns)]];
	size_t die = chance_below(&w->chance, 100);

	/* Copies are used as much as others. */
	if (w->machine_count > MACHINES && chance_percent(&w->chance, 30))
		m = &w->machines[MACHINES + chance_below(&w->chance, w->machine_count - MACHINES)];
	mishaps(w);
	/* One PC is set up half way through; whoever stopped while enrolling tries again. */
	if (!m->open && (m != &w->machines[LATE] || w->step * 2 > w->steps))
		machine_start(w, m);
	if (w->failed)
		return;
	if (die < 12)
		at_server(w);
	else if (!m->open)
		return;
	else if (die < 22 && m->chief_enrolment.len > 0)
		chief_step(w, m);
	else if (die < 60)
		at_machine(w, m);
	else if (die < 63)
		at_broken_form(w, m);
	else if (die < 65)
		settle_refused(w, m);
	else if (die < 67)
		check_model(w, &m->client.replica, m->label);
	else if (m != &w->machines[LATE] || chance_percent(&w->chance, 30))
		(chance_percent(&w->chance, m == &w->machines[FAR] ? 85 : 15) ? net_stick :
										 net_sync)(w, m);
}
