/* The district: clock, server, officers, and the units' computers. */
#include "tests/sample/sample.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/sync/exchange.h"
#include "common/text/date.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"
#include "server/identity/officer.h"
#include "tests/lib/unsynced.h"

enum { HCM = 7 * 3600, DAY = 86400, ROLE_CLERK = 1, ROLE_CHIEF = 2, VALID = 30 * DAY };

static const char address[] = "http://127.0.0.1:8080";

/* An invented district's passphrases need not cost a guesser anything. */
static const struct keybox_cost cheap = { 1, 8192 };

/* ---- Saying what is wrong, and the clock ---- */

static void put_time(int64_t time, char out[40])
{
	int64_t year, local = time + HCM;
	unsigned month, day;

	date_civil(date_of(time), &year, &month, &day);
	snprintf(out, 40, "%04lld-%02u-%02u %02d:%02d", (long long)year, month, day,
		 (int)(local % DAY / 3600), (int)(local % 3600 / 60));
}

void sample_die(const struct sample *s, const char *fmt, ...)
{
	char when[40];
	va_list ap;

	put_time(s->time, when);
	fprintf(stderr, "sample: %s: ", when);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	exit(1);
}

void sample_need(const struct sample *s, int code, const struct err *e, const char *what)
{
	if (code != 0)
		sample_die(s, "%s: %s (%s)", what, err_name(code), e->subject);
}

int64_t sample_when(const char *text)
{
	unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0;
	int64_t days = 0;

	sscanf(text, "%u-%u-%u %u:%u", &year, &month, &day, &hour, &minute);
	if (!date_days(year, month, day, &days)) {
		fprintf(stderr, "sample: no time: %s\n", text);
		exit(1);
	}
	return date_begins(days) + hour * 3600 + minute * 60;
}

const char *sample_today(const struct sample *s, char out[16])
{
	int64_t year;
	unsigned month, day;

	date_civil(date_of(s->time), &year, &month, &day);
	snprintf(out, 16, "%02u/%02u/%04u", day % 32, month % 13, (unsigned)year % 10000);
	return out;
}

void sample_go(struct sample *s, int64_t time)
{
	char when[40];

	put_time(time, when);
	if (time < s->time)
		sample_die(s, "%s is over", when);
	s->time = time;
}

void sample_breath(struct sample *s)
{
	s->time += chance_between(&s->chance, 3, 20);
}

/* ---- The server ---- */

static void read_file(struct sample *s, const char *name, struct buf *out)
{
	char path[512];
	struct err e = { 0 };

	snprintf(path, sizeof path, "%s/common/packs/%s", s->root, name);
	buf_init(out, LIMIT_BYTES);
	sample_need(s, env_read_file(path, out, &e), &e, path);
}

static void put_units(struct sample *s)
{
	struct err e = { 0 };
	size_t count, changed;
	struct buf file;

	read_file(s, "songlo-units.csv", &file);
	sample_need(s, unit_read(arena_copy(&s->keep, buf_view(&file)), &s->keep, &s->units, &count,
				 &e), &e, "units");
	buf_release(&file);
	sample_need(s, unit_put(&s->server, s->units, count, &changed, &e), &e, "units");
}

static void publish(struct sample *s)
{
	struct err e = { 0 };
	struct buf json, prose;

	read_file(s, "songlo-nq06.json", &json);
	read_file(s, "songlo-nq06.dict.txt", &prose);
	sample_need(s, server_publish(&s->server, buf_view(&json), buf_view(&prose), &e), &e,
		    "pack");
	buf_release(&json);
	buf_release(&prose);
}

static void appoint(struct sample *s)
{
	static const struct official list[DESKS] = {
		[DESK_PNV] = { .name = "Nguyễn Thị Mẫu", .role = "officer", .unit = UNIT_PNV },
		[DESK_PNV2] = { .name = "Trần Văn Soát", .role = "officer", .unit = UNIT_PNV },
		[DESK_VP] = { .name = "Phạm Thị Ghi", .role = "vp", .unit = UNIT_VP },
		[DESK_KTHT] = { .name = "Đỗ Văn Thẩm", .role = "ktht", .unit = UNIT_KTHT },
		[DESK_TCKH] = { .name = "Hoàng Thị Chi", .role = "tckh", .unit = UNIT_TCKH },
		[DESK_LEADER] = { .name = "Bùi Văn Duyệt", .role = "leader", .unit = UNIT_UBND },
		[DESK_SECTOR] = { .name = "Vũ Thị Ngành", .role = "sector", .unit = UNIT_GDDT },
	};
	struct bytes pass = bytes_str(SAMPLE_PASSPHRASE);
	struct schema *schema;
	struct err e = { 0 };
	size_t i;

	memcpy(s->officers, list, sizeof list);
	sample_need(s, replica_schema_now(&s->server.replica, &schema, &e), &e, "schema");
	for (i = 0; i < DESKS; i++) {
		struct official *o = &s->officers[i];
		const struct role *r = schema_role_by_code(schema, bytes_str(o->role));

		if (r == NULL)
			sample_die(s, "no role %s", o->role);
		sample_need(s, officer_add(&s->server, bytes_str(o->name), o->unit, r->number, pass,
					   &cheap, &e), &e, o->name);
		sample_need(s, server_officer_open(&s->server, bytes_str(o->name), pass, &o->key,
						   &e), &e, o->name);
	}
}

void world_open(struct sample *s, uint64_t seed, const char *root, const char *dir)
{
	struct err e = { 0 };
	char path[512];

	memset(s, 0, sizeof *s);
	s->root = root;
	s->dir = dir;
	s->time = sample_when("2021-11-08 07:30");
	chance_init(&s->chance, seed, 0);
	arena_init(&s->keep, (size_t)256 << 20);
	snprintf(path, sizeof path, "%s/server", dir);
	node_init(&s->node, seed, 1, &s->time, path);
	s->node.env.vfs = unsynced_vfs();
	sample_need(s, server_init(&s->node.env, path, bytes_str("Huyện Sông Lô"), &e), &e, path);
	sample_need(s, server_open(&s->server, &s->node.env, path, &e), &e, path);
	put_units(s);
	publish(s);
	appoint(s);
}

static void machine_close(struct machine *m)
{
	if (m->open)
		client_close(&m->client);
	chief_close(&m->chief);
	m->open = false;
}

void world_close(struct sample *s)
{
	size_t i;

	for (i = 0; i <= UNITS; i++)
		machine_close(&s->machines[i]);
	machine_close(&s->second);
	server_close(&s->server);
	arena_release(&s->keep);
}

/* ---- Machines ---- */

void machine_dir(const struct sample *s, uint64_t unit, char out[512])
{
	snprintf(out, 512, "%s/units/%s", s->dir, arena_str((struct arena *)&s->keep,
							     s->units[unit - 1].code));
}

/* An enrolment, as its file has it. */
static void enrol(struct sample *s, uint64_t unit, uint32_t role, struct buf *out)
{
	struct err e = { 0 };

	buf_init(out, 2 * LIMIT_MESSAGE);
	sample_need(s, server_enrol(&s->server, unit, role, bytes_str(address), VALID, out, &e), &e,
		    "enrolling");
}

static void start(struct sample *s, struct machine *m, const char *author)
{
	struct err e = { 0 };
	struct buf file;

	enrol(s, m->unit->number, ROLE_CLERK, &file);
	sample_need(s, client_init(&m->node.env, m->node.dir, buf_view(&file), bytes_str(author),
				   &e), &e, m->node.dir);
	buf_release(&file);
	sample_need(s, client_open(&m->client, &m->node.env, m->node.dir, &e), &e, m->node.dir);
	m->open = true;
}

static void add_head(struct sample *s, struct machine *m)
{
	struct bytes pass = bytes_str(SAMPLE_PASSPHRASE);
	struct err e = { 0 };
	struct buf file;

	enrol(s, m->unit->number, ROLE_CHIEF, &file);
	sample_need(s, chief_add(&m->client, buf_view(&file), bytes_str(m->head), pass, &cheap, &e),
		    &e, m->head);
	buf_release(&file);
	machine_sync(s, m);
	sample_need(s, chief_open(&m->client, bytes_str(m->head), pass, &m->chief, &e), &e, m->head);
}

void machine_open(struct sample *s, uint64_t unit)
{
	struct machine *m = &s->machines[unit];
	char dir[512];

	machine_dir(s, unit, dir);
	node_init(&m->node, 1 + chance_next(&s->chance) % 1000000, unit + 10, &s->time, dir);
	m->node.env.vfs = unsynced_vfs();
	m->unit = &s->units[unit - 1];
	start(s, m, m->clerk);
	add_head(s, m);
}

void machine_open_second(struct sample *s)
{
	struct machine *m = &s->second;
	char dir[512], path[540];

	machine_dir(s, UNIT_THCS_TAMSON, dir);
	snprintf(path, sizeof path, "%s-2", dir);
	node_init(&m->node, 1 + chance_next(&s->chance) % 1000000, 5, &s->time, path);
	m->node.env.vfs = unsynced_vfs();
	m->unit = &s->units[UNIT_THCS_TAMSON - 1];
	start(s, m, m->clerk);
	machine_sync(s, m);
}

/* One exchange. Nothing is lost on this way; what gets lost is the simulator's. */
static bool carry(struct sample *s, struct machine *m)
{
	struct exchange_files files = { .piece = LIMIT_MESSAGE_FIRST };
	struct exchange_result r = { 0 };
	struct buf request, reply;
	struct err e = { 0 };

	buf_init(&request, LIMIT_MESSAGE);
	buf_init(&reply, LIMIT_MESSAGE);
	sample_need(s, exchange_prepare_files(&m->client, LIMIT_MESSAGE_FIRST, &files, &request, &e),
		    &e, m->clerk);
	sample_need(s, server_exchange(&s->server, buf_view(&request), &reply, &e), &e, "server");
	sample_need(s, exchange_apply(&m->client, buf_view(&reply), &r, &e), &e, m->clerk);
	if (r.problems > 0)
		sample_die(s, "%s: %s", m->clerk, err_name(r.first_problem.code));
	buf_release(&request);
	buf_release(&reply);
	s->tally.exchanges++;
	return r.more;
}

void machine_sync(struct sample *s, struct machine *m)
{
	if (m->offline)
		return;
	s->time++;
	while (carry(s, m))
		;
}

void machine_sync_all(struct sample *s)
{
	size_t i;

	for (i = 1; i <= UNITS; i++)
		if (s->machines[i].open)
			machine_sync(s, &s->machines[i]);
	if (s->second.open)
		machine_sync(s, &s->second);
}
