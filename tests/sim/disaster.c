/* A server's store, copied at some moment and put back later. */
#include <stdio.h>

#include "tests/sim/world.h"

static void store_path(struct world *w, char out[300])
{
	snprintf(out, 300, "%s/store.db", w->server_node.dir);
}

static void copy_store(struct world *w)
{
	char path[300];
	struct err e;

	store_path(w, path);
	buf_release(&w->copy);
	buf_init(&w->copy, (size_t)256 << 20);
	if (sim_ok(w, db_checkpoint(w->server.db, &e), &e, "moving all into the store's file"))
		sim_ok(w, env_read_file(path, &w->copy, &e), &e, "copying the store");
	sim_say(w, "the server's store is copied");
}

static void put_back(struct world *w)
{
	char path[300];
	struct err e;

	store_path(w, path);
	server_close(&w->server);
	w->server_up = false;
	db_sweep(path);
	if (sim_ok(w, env_write_file(path, buf_view(&w->copy), 0600, &e), &e, "putting it back"))
		server_restart(w);
	w->tally.restores++;
	sim_say(w, "the server's store is put back");
}

void disaster_step(struct world *w)
{
	if (!w->disasters || w->failed || !w->server_up)
		return;
	if (chance_percent(&w->chance, 2))
		copy_store(w);
	else if (w->copy.len > 0 && chance_percent(&w->chance, 1))
		put_back(w);
}
