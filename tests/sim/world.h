/* The simulated district: one server, five PCs, a bad network and a seed.
 *
 * Everything runs in one thread against the real client and server code; all that
 * is made up is struct env, the bytes' way between the two, and the people at
 * work. The ledger holds what a save has promised to keep. */
#ifndef DONGBO_SIM_WORLD_H
#define DONGBO_SIM_WORLD_H

#include "client/client.h"
#include "server/server.h"
#include "tests/lib/node.h"

/* TWINS: copies of machines that may be made. NOBODY: no machine, the server. */
enum { MACHINES = 5, TWINS = 2, UNITS = 4, VIEWS = 8, DIGEST = 16, NOBODY = -1,
       REVOCATIONS = 400 };

/* A form that is still open in some window: what it was opened on. */
struct view {
	uint64_t stream, seq, own;
};

/* What a chief has signed: the content as the model has it, from his computer. */
struct signing {
	uint64_t device, stream, op;
	uint8_t content[DIGEST];
};

struct machine {
	struct node node;
	struct client client;
	bool open;
	uint64_t unit;
	uint32_t role;
	const char *author;
	char label[100];      /* what it is called in what is printed */
	struct buf enrolment;
	struct buf chief_enrolment; /* empty: no chief signs here */
	const char *chief;          /* his name */
	bool chief_added;
	struct view views[VIEWS];
	size_t view_count;
	int64_t on_stick;     /* place in the outbox up to which some stick has it */
	/* What befell it (lives.c). */
	unsigned life;        /* one more with each time its past became another */
	bool turned_away;     /* the server has told it that its key counts no more */
	bool cloned;          /* there is another like it */
	bool copied;          /* a copy of its folder is kept, */
	size_t copied_at;     /* made when the ledger had so many entries */
	uint64_t key;         /* that it was last seen to have */
	uint64_t no_chief;    /* while this is its key no chief comes */
};

/* A transaction whose save has returned 0. */
struct saved {
	uint64_t device, stream, first, count;
	uint8_t digest[DIGEST], content[DIGEST]; /* content: whatever its numbers */
	int machine;          /* where */
	bool perishable;      /* it may be lost: its disk was */
	bool found, anew;     /* in the log; made anew, with other numbers */
	bool open;            /* may be made anew all the same */
};

/* A key was revoked in a stream when that ended so. */
struct revocation {
	uint64_t device, stream, seq;
};

/* What a person has said of a change set that waited. */
struct word {
	uint64_t stream, device, seq;
	bool refused;
};

/* Damaged: other bytes. Forged: well sealed, but not what the log says. */
enum condition { INTACT, DAMAGED, FORGED };

/* Bytes on their way. */
struct message {
	uint8_t *data;
	size_t len, size;  /* size: what was asked for, of the request */
	int machine;
	unsigned life;     /* of that machine, when the request was made */
	bool up;
	bool file;         /* on a stick: slow, and answered with any number of files */
	enum condition is;
	uint64_t due;
};

struct tally {
	uint64_t saved, refused, invalid, exchanges, lost, doubled, damaged, forged, stops,
		pieces, restores, returned, published, models, signed_, void_, files, waited,
		clones, put_back, renewed, anew, revoked, judged;
};

struct world {
	uint64_t seed, step, steps;
	struct chance chance;
	int64_t time;
	bool failed, verbose;
	const char *root;          /* of the repository */
	char dir[128];
	struct node server_node;
	struct server server;
	bool server_up;
	struct sign_key officer;
	struct buf pack, prose;
	int pack_version;
	struct machine machines[MACHINES + TWINS];
	size_t machine_count;
	struct message *messages;
	size_t message_count, message_cap;
	struct saved *ledger;
	size_t saved_count, saved_cap;
	struct signing *signings;
	size_t signing_count, signing_cap;
	struct revocation revocations[REVOCATIONS];
	size_t revocation_count;
	struct word *words;
	size_t word_count, word_cap;
	unsigned loss, taint, stops; /* percent */
	bool copies;               /* with --copies: clients' stores are copied, and put back */
	bool keys;                 /* with --keys: they are revoked, and replaced */
	bool disasters;            /* with --restore: the server is put back from copies */
	struct buf copy;           /* of its store's file */
	struct tally tally;
};

/* Reports a violation; the first one ends the run. */
void sim_fail(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sim_say(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Fails unless code is 0. */
bool sim_ok(struct world *w, int code, const struct err *e, const char *what);
bool sim_listed(int code, const int *list);
void sim_remove_tree(const char *path);

/* A district with its units, pack and enrolments. dir must exist and be empty. */
bool world_open(struct world *w, uint64_t seed, uint64_t steps, const char *root,
		const char *dir);
void world_close(struct world *w);
/* Enrols the machine from its file, if that was not done yet, and opens it. */
void machine_start(struct world *w, struct machine *m);
/* Ends the program without a word and opens its files again. */
void machine_restart(struct world *w, struct machine *m);
void server_restart(struct world *w);
/* After a call that returned code: whether the machine still runs. If its power
 * failed meanwhile it has been started again. */
bool machine_alive(struct world *w, struct machine *m, int code, const char *what);
bool server_alive(struct world *w, int code, const char *what);
/* Publishes the next version of the pack, with one field more. */
void world_publish(struct world *w);

/* net.c: the network and both ends of it. */
void net_deliver(struct world *w);
void net_sync(struct world *w, struct machine *m);
/* All that waits, in parts on a stick; they may be read in any order, twice, late or never. */
void net_stick(struct world *w, struct machine *m);
/* A whole exchange at once. *quiet: nothing came and nothing is left to send. */
bool net_exchange(struct world *w, struct machine *m, size_t size, bool *quiet);
size_t net_size(struct world *w);

/* forge.c: a reply changed behind the server's back, and sealed again. false where
 * there was nothing in it to change. */
bool forge_reply(struct world *w, const struct machine *m, struct buf *reply);

/* work.c: people at work. */
void work_step(struct world *w);
/* What an honest edit may run into. */
extern const int work_honest[];
/* What the store holds, so that a refusal can be seen to have left nothing. */
int64_t work_holdings(struct machine *m);

/* chiefs.c: a chief comes to the machine and signs. */
void chief_step(struct world *w, struct machine *m);
/* After its store was copied, put back, or has a new key: keys that it has left behind are
 * enrolled anew. */
void chief_refresh(struct world *w, struct machine *m);
/* Every signature that was applied is over just what its chief saw, and what was signed
 * stayed as it was until the next move. */
void chief_check(struct world *w);

/* disaster.c: now and then the server's store is copied; later the copy is put back. The
 * clients that synchronise then bring back what it lacks. The model knows one generation only:
 * in such a run the logs, the replay and the ledger are what is compared. */
void disaster_step(struct world *w);

/* lives.c: with --copies. The folder of a client's store is copied: to another computer, or the
 * whole disk, so that nothing tells the two apart; or it is kept, and put back later. */
void lives_step(struct world *w);
/* Whether it goes on under a new key by now: then all on its way to it is of an earlier life. */
void lives_look(struct world *w, struct machine *m);

/* keys.c: with --keys. */
void keys_step(struct world *w);
/* People do what there is left to do: true where there was something. */
bool keys_settle(struct world *w);
/* Whether a person has refused anything of the key: what rests on that under another is refused. */
bool keys_refused(const struct world *w, uint64_t device);
/* An item of the log: behind the revocation of its key there is a word on it; it is refused as a
 * whole if the word says so. */
void keys_check(struct world *w, uint64_t seq, const struct changeset *cs, bool refused);

/* ledger.c: what was promised. */
struct saved ledger_entry(const struct draft *d, struct bytes name, uint64_t seen_seq,
			  uint64_t seen_own, int64_t time);
void ledger_add(struct world *w, const struct saved *s);
/* What the machine has saved since the ledger had so many entries may be gone with its disk. */
void ledger_disk_lost(struct world *w, int machine, size_t since);
/* Every promise is in the server's log, once, and nothing else is. */
void ledger_check(struct world *w);

/* check.c: what must hold. */
/* After every reply: the newest receipts are of the server's log. */
void check_receipts(struct world *w, struct machine *m, bool all);
/* Against the reference model, with what is pending. */
void check_model(struct world *w, struct replica *r, const char *who);
void check_end(struct world *w);
void world_digest(struct world *w, uint8_t out[DIGEST]);

#endif
