/* What befalls the computers: a store is copied to another computer, folder or whole disk, and
 * both go on; a copy is kept and put back later, over the store or with all that lay beside it.
 * Nobody tells the program. It has to notice, or the server does, and no save may be lost but
 * what was on a disk that is gone. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/sim/world.h"

enum { FILE_MAX = 256 << 20 };

static void copy_tree(struct world *w, const char *from, const char *to);

static void copy_one(struct world *w, const char *from, const char *to, const char *name)
{
	char a[512], b[512];
	struct stat st;
	struct buf content;
	struct err e;

	snprintf(a, sizeof a, "%s/%s", from, name);
	snprintf(b, sizeof b, "%s/%s", to, name);
	if (stat(a, &st) == 0 && S_ISDIR(st.st_mode)) {
		copy_tree(w, a, b);
		return;
	}
	buf_init(&content, FILE_MAX);
	if (sim_ok(w, env_read_file(a, &content, &e), &e, a))
		sim_ok(w, env_write_file(b, buf_view(&content), 0600, &e), &e, b);
	buf_release(&content);
}

/* What was there before goes. */
static void copy_tree(struct world *w, const char *from, const char *to)
{
	struct dirent *entry;
	DIR *d = opendir(from);

	sim_remove_tree(to);
	mkdir(to, 0700);
	while (d != NULL && (entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			copy_one(w, from, to, entry->d_name);
	if (d != NULL)
		closedir(d);
}

static void shut(struct machine *m)
{
	client_close(&m->client);
	m->open = false;
}

static void start(struct world *w, struct machine *m)
{
	struct err e;

	node_repair(&m->node);
	if (sim_ok(w, client_open(&m->client, &m->node.env, m->node.dir, &e), &e,
		   "opening a copy"))
		m->open = true;
	/* Forms and sticks are of the life before. */
	m->view_count = 0;
	m->on_stick = 0;
	if (!m->open)
		return;
	w->tally.renewed += m->key != m->client.key.id;
	m->key = m->client.key.id;
	chief_refresh(w, m);
}

static void clone_machine(struct world *w, struct machine *m)
{
	struct machine *twin = &w->machines[w->machine_count];
	bool disk = chance_percent(&w->chance, 50);
	char dir[256];

	snprintf(dir, sizeof dir, "%s/pc%zu", w->dir, w->machine_count);
	shut(m);
	copy_tree(w, m->node.dir, dir);
	twin->key = m->client.key.id;
	node_init(&twin->node, w->seed, 10 + w->machine_count, &w->time, dir);
	twin->node.skew = m->node.skew;
	if (disk)
		twin->node.place = m->node.place;
	/* Of three that give the same numbers two may make one save anew, which is there twice then:
	 * a limit that is told of in README.md. */
	m->cloned = twin->cloned = true;
	twin->unit = m->unit;
	twin->role = m->role;
	twin->author = m->author;
	snprintf(twin->label, sizeof twin->label, "%s, copy %zu", twin->author,
		 w->machine_count - MACHINES + 1);
	twin->chief = m->chief;
	twin->chief_added = m->chief_added;
	if (m->chief_enrolment.len > 0)
		buf_add(&twin->chief_enrolment, buf_view(&m->chief_enrolment));
	w->machine_count++;
	w->tally.clones++;
	start(w, m);
	start(w, twin);
	/* A chief whose key both have signs at one of them only. */
	if (disk)
		twin->no_chief = m->client.key.id;
	sim_say(w, "%s is copied, %s", m->label, disk ? "its whole disk" : "a folder");
}

static void copy_path(struct world *w, const struct machine *m, char out[256])
{
	snprintf(out, 256, "%s/pc%d.copy", w->dir, (int)(m - w->machines));
}

static void keep_copy(struct world *w, struct machine *m)
{
	char path[256];
	struct err e;

	copy_path(w, m, path);
	sim_ok(w, db_checkpoint(m->client.db, &e), &e, "moving all into the store's file");
	shut(m);
	copy_tree(w, m->node.dir, path);
	m->copied = true;
	m->copied_at = w->saved_count;
	start(w, m);
	sim_say(w, "a copy of %s is kept", m->label);
}

static void put_back(struct world *w, struct machine *m)
{
	bool disk = chance_percent(&w->chance, 50);
	uint64_t key = m->client.key.id;
	char path[256], store[300];

	copy_path(w, m, path);
	shut(m);
	if (disk) {
		copy_tree(w, path, m->node.dir);
	} else {
		snprintf(store, sizeof store, "%s/store.db", m->node.dir);
		db_sweep(store);
		copy_one(w, path, m->node.dir, "store.db");
	}
	/* Its file is another one on the disk, mostly. */
	if (!disk && chance_percent(&w->chance, 70))
		m->node.place += 1000;
	ledger_disk_lost(w, (int)(m - w->machines), m->copied_at);
	m->life++;
	w->tally.put_back++;
	start(w, m);
	if (disk)
		m->no_chief = m->client.key.id;
	sim_say(w, "%s is put back, %s%s", m->label,
		disk ? "its whole disk" : "its store", m->client.key.id != key ? ", a new key" : "");
}

void lives_look(struct world *w, struct machine *m)
{
	bool first = m->key == 0;

	if (!m->open || m->key == m->client.key.id)
		return;
	m->key = m->client.key.id;
	if (first)
		return;
	m->life++;
	m->view_count = 0;
	m->on_stick = 0;
	w->tally.renewed++;
	chief_refresh(w, m);
	sim_say(w, "%s has a new key", m->label);
}

void lives_step(struct world *w)
{
	struct machine *m = &w->machines[chance_below(&w->chance, w->machine_count)];

	if (!w->copies || w->failed || !m->open)
		return;
	if (w->machine_count < MACHINES + TWINS && !m->cloned && chance_percent(&w->chance, 4))
		clone_machine(w, m);
	else if (chance_percent(&w->chance, 5))
		keep_copy(w, m);
	else if (m->copied && chance_percent(&w->chance, 7))
		put_back(w, m);
}
