/* Making the district, stopping its machines and starting them again. */
#include "tests/sim/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "protocol/limits.h"
#include "server/identity/officer.h"
#include "server/unit/unit.h"

enum { CENTURY = 100, YEAR = 31556952, ROLE_CLERK = 1, ROLE_CHIEF = 2, ROLE_OFFICER = 3 };

static const int64_t beginning = 1767225600; /* 2026-01-01 */

static void report(struct world *w, const char *kind, const char *fmt, va_list ap)
{
	printf("seed %llu step %llu: %s", (unsigned long long)w->seed,
	       (unsigned long long)w->step, kind);
	vprintf(fmt, ap);
	printf("\n");
	fflush(stdout);
}

void sim_fail(struct world *w, const char *fmt, ...)
{
	va_list ap;

	if (w->failed)
		return;
	w->failed = true;
	va_start(ap, fmt);
	report(w, "VIOLATION: ", fmt, ap);
	va_end(ap);
}

void sim_say(struct world *w, const char *fmt, ...)
{
	va_list ap;

	if (!w->verbose)
		return;
	va_start(ap, fmt);
	report(w, "", fmt, ap);
	va_end(ap);
}

bool sim_ok(struct world *w, int code, const struct err *e, const char *what)
{
	if (code != 0)
		sim_fail(w, "%s: %s (%s)", what, err_name(code), e == NULL ? "" : e->subject);
	return code == 0;
}

bool sim_listed(int code, const int *list)
{
	for (; *list != 0; list++)
		if (code == *list)
			return true;
	return false;
}

/* Whether what a stop demands was kept to. true: there was a stop. */
static bool stop_seen(struct world *w, const struct node *n, int code, const char *what)
{
	if (n->went_on)
		sim_fail(w, "%s: went on after the power had failed", what);
	if (n->stopped != (code == ERR_STOPPED))
		sim_fail(w, "%s: %s, but the power %s", what, err_name(code),
			 n->stopped ? "had failed" : "was on");
	w->tally.stops += n->stopped;
	return n->stopped;
}

void machine_restart(struct world *w, struct machine *m)
{
	struct err e;

	client_close(&m->client);
	m->open = false;
	node_repair(&m->node);
	if (sim_ok(w, client_open(&m->client, &m->node.env, m->node.dir, &e), &e,
		   "opening a client again"))
		m->open = true;
	lives_look(w, m);
}

bool machine_alive(struct world *w, struct machine *m, int code, const char *what)
{
	bool stood = m->node.stood;

	if (!stop_seen(w, &m->node, code, what))
		return true;
	sim_say(w, "%s stops at %s, %s", m->label, what, stood ? "late" : "early");
	machine_restart(w, m);
	return false;
}

void server_restart(struct world *w)
{
	struct err e;

	if (w->server_up)
		server_close(&w->server);
	w->server_up = false;
	node_repair(&w->server_node);
	if (sim_ok(w, server_open(&w->server, &w->server_node.env, w->server_node.dir, &e), &e,
		   "opening the server again"))
		w->server_up = true;
}

bool server_alive(struct world *w, int code, const char *what)
{
	bool stood = w->server_node.stood;

	if (!stop_seen(w, &w->server_node, code, what))
		return true;
	sim_say(w, "server stops at %s, %s", what, stood ? "late" : "early");
	server_restart(w);
	return false;
}

void machine_start(struct world *w, struct machine *m)
{
	struct err e;
	int code = client_init(&m->node.env, m->node.dir, buf_view(&m->enrolment),
			       bytes_str(m->author), &e);

	if (stop_seen(w, &m->node, code, "enrolling")) {
		sim_say(w, "%s stops while enrolling", m->label);
		node_repair(&m->node);
		return; /* a person tries again later */
	}
	if (code != 0 && code != ERR_STORE_EXISTS) {
		sim_ok(w, code, &e, "enrolling");
		return;
	}
	if (sim_ok(w, client_open(&m->client, &m->node.env, m->node.dir, &e), &e,
		   "opening a client"))
		m->open = true;
	lives_look(w, m);
	sim_say(w, "%s enrols", m->label);
}

/* The pack's JSON as version n: one more field of staff in each. */
static void pack_text(struct world *w, int version, struct buf *out)
{
	static const char number[] = "\"version\": 1,", before[] = "{\"number\":1026,";
	const char *text = (const char *)w->pack.at, *at;
	int i;

	at = strstr(text, number);
	buf_printf(out, "%.*s\"version\": %d,", (int)(at - text), text, version);
	text = at + sizeof number - 1;
	at = strstr(text, before);
	buf_printf(out, "%.*s", (int)(at - text), text);
	for (i = 2; i <= version; i++)
		buf_printf(out, "{\"number\":%d,\"code\":\"extra-%d\",\"vi\":\"Mục %d\","
			   "\"en\":\"Item %d\",\"kind\":\"text\",\"max\":50},\n", 1900 + i, i, i, i);
	buf_add(out, bytes_str(at));
}

void world_publish(struct world *w)
{
	struct buf json;
	struct err e;
	bool stood;
	int code;

	buf_init(&json, LIMIT_BYTES);
	pack_text(w, w->pack_version + 1, &json);
	code = server_publish(&w->server, buf_view(&json), buf_view(&w->prose), &e);
	buf_release(&json);
	stood = w->server_node.stood;
	if (server_alive(w, code, "publishing") && !sim_ok(w, code, &e, "publishing"))
		return;
	if (code == 0 || stood) {
		w->pack_version++;
		w->tally.published++;
		sim_say(w, "pack version %d", w->pack_version);
	}
}

static bool read_packs(struct world *w)
{
	char path[512];
	struct err e;
	int code;

	buf_init(&w->pack, LIMIT_BYTES);
	buf_init(&w->prose, LIMIT_BYTES);
	snprintf(path, sizeof path, "%s/tests/data/songlo-nq06-v1.json", w->root);
	code = env_read_file(path, &w->pack, &e);
	buf_byte(&w->pack, 0);
	snprintf(path, sizeof path, "%s/common/packs/songlo-nq06.dict.txt", w->root);
	if (code == 0)
		code = env_read_file(path, &w->prose, &e);
	return sim_ok(w, code, &e, path);
}

static bool put_units(struct world *w)
{
	static const char *const names[UNITS][2] = {
		{ "PNV", "Phòng Nội vụ" }, { "TT", "Ủy ban nhân dân thị trấn Tam Sơn" },
		{ "DT", "Ủy ban nhân dân xã Đồng Thịnh" }, { "THCS", "Trường THCS Lãng Công" },
	};
	struct unit_row units[UNITS];
	size_t i, changed = 0;
	struct err e;

	memset(units, 0, sizeof units);
	for (i = 0; i < UNITS; i++) {
		units[i].number = i + 1;
		units[i].code = bytes_str(names[i][0]);
		units[i].name = bytes_str(names[i][1]);
		units[i].kind = bytes_str("XA");
		units[i].status = bytes_str("active");
	}
	return sim_ok(w, unit_put(&w->server, units, UNITS, &changed, &e), &e, "units");
}

static bool add_officer(struct world *w)
{
	static const struct keybox_cost cheap = { 1, 8192 };
	struct bytes name = bytes_str("Nguyễn Thị Hạnh"), word = bytes_str("mật khẩu");
	struct err e;
	int code = officer_add(&w->server, name, 1, ROLE_OFFICER, word, &cheap, &e);

	if (code == 0)
		code = server_officer_open(&w->server, name, word, &w->officer, &e);
	return sim_ok(w, code, &e, "officer");
}

/* Beside the pack that grows, one with signatures. */
static void publish_letters(struct world *w)
{
	struct buf json;
	char path[512];
	struct err e;
	int code;

	buf_init(&json, LIMIT_BYTES);
	snprintf(path, sizeof path, "%s/tests/data/letters.json", w->root);
	code = env_read_file(path, &json, &e);
	if (code == 0)
		code = server_publish(&w->server, buf_view(&json), BYTES_NONE, &e);
	sim_ok(w, code, &e, path);
	buf_release(&json);
}

static bool make_server(struct world *w)
{
	struct err e;
	int code = server_init(&w->server_node.env, w->server_node.dir,
			       bytes_str("Huyện Sông Lô"), &e);

	if (code == 0)
		code = server_open(&w->server, &w->server_node.env, w->server_node.dir, &e);
	if (!sim_ok(w, code, &e, "making the server"))
		return false;
	w->server_up = true;
	if (!put_units(w))
		return false;
	world_publish(w);
	publish_letters(w);
	return !w->failed && add_officer(w);
}

/* Two PCs in one unit, one each in two more; the last unit's one begins late; an
 * officer's PC in the office. */
static const struct {
	uint64_t unit;
	uint32_t role;
	const char *author;
} people[MACHINES] = {
	{ 2, ROLE_CLERK, "Trần Văn Bình" }, { 2, ROLE_CHIEF, "Lê Thị Dung" },
	{ 3, ROLE_CLERK, "Phạm Quốc Cường" }, { 4, ROLE_CLERK, "Đỗ Thị Én" },
	{ 1, ROLE_OFFICER, "Hoàng Minh Giang" },
};
static const char *const chiefs[MACHINES] = { "Vũ Thị Khuyên", "Ngô Văn Lộc", "Bùi Thị Mai" };

static bool make_machines(struct world *w)
{
	int i;

	w->machine_count = MACHINES;
	for (i = 0; i < MACHINES && !w->failed; i++) {
		struct machine *m = &w->machines[i];
		char dir[200];
		struct err e;

		snprintf(dir, sizeof dir, "%s/pc%d", w->dir, i);
		node_init(&m->node, w->seed, 10 + (uint64_t)i, &w->time, dir);
		m->node.skew = chance_between(&w->chance, -20 * YEAR, 20 * YEAR);
		m->unit = people[i].unit;
		m->role = people[i].role;
		m->author = people[i].author;
		snprintf(m->label, sizeof m->label, "%s", m->author);
		buf_init(&m->enrolment, LIMIT_MESSAGE);
		sim_ok(w, server_enrol(&w->server, m->unit, m->role,
				       bytes_str("http://10.0.0.5:8080"),
				       (int64_t)CENTURY * YEAR, &m->enrolment, &e), &e,
		       "making an enrolment");
		buf_init(&m->chief_enrolment, LIMIT_MESSAGE);
		m->chief = chiefs[i];
		if (m->chief != NULL)
			sim_ok(w, server_enrol(&w->server, m->unit, ROLE_CHIEF,
					       bytes_str("http://10.0.0.5:8080"),
					       (int64_t)CENTURY * YEAR, &m->chief_enrolment, &e), &e,
			       "making a chief's enrolment");
		if (i != 3)
			machine_start(w, m);
	}
	return !w->failed;
}

bool world_open(struct world *w, uint64_t seed, uint64_t steps, const char *root,
		const char *dir)
{
	static const unsigned losses[] = { 0, 5, 20, 45 };
	char path[200];

	w->seed = seed;
	w->steps = steps;
	w->root = root;
	snprintf(w->dir, sizeof w->dir, "%s", dir);
	chance_init(&w->chance, seed, 1);
	w->time = beginning;
	w->loss = losses[chance_below(&w->chance, 4)];
	w->taint = losses[chance_below(&w->chance, 3)];
	w->stops = (unsigned)chance_below(&w->chance, 25);
	snprintf(path, sizeof path, "%s/server", dir);
	node_init(&w->server_node, seed, 2, &w->time, path);
	w->server_node.skew = chance_between(&w->chance, -YEAR, YEAR);
	return read_packs(w) && make_server(w) && make_machines(w);
}

void world_close(struct world *w)
{
	size_t i;

	buf_release(&w->copy);
	for (i = 0; i < w->machine_count; i++) {
		if (w->machines[i].open)
			client_close(&w->machines[i].client);
		buf_release(&w->machines[i].enrolment);
		buf_release(&w->machines[i].chief_enrolment);
	}
	if (w->server_up)
		server_close(&w->server);
	for (i = 0; i < w->message_count; i++)
		free(w->messages[i].data);
	free(w->messages);
	free(w->ledger);
	free(w->signings);
	free(w->words);
	buf_release(&w->pack);
	buf_release(&w->prose);
	sign_wipe(&w->officer);
}
