/* Attached files for tests: contents, records that name them, a link in virtual time. */
#ifndef DONGBO_TESTS_ATTACHING_H
#define DONGBO_TESTS_ATTACHING_H

#include "client/sync/attach_way.h"
#include "client/sync/sync.h"
#include "common/attach/attach_row.h"
#include "tests/lib/chance.h"
#include "tests/lib/district.h"

/* A PDF of so many bytes that do not compress; the same seed, the same bytes. In the arena. */
struct bytes attaching_scan(struct arena *a, uint64_t seed, size_t size);
/* A bonus in the client's unit that can have papers. */
struct rid attaching_record(struct district_fixture *d, size_t client);
/* Attaches a content to it, as the command does; the row. */
struct rid attaching_add(struct district_fixture *d, size_t client, struct rid record,
			 struct bytes content);
/* Takes the files below a store's folder away. */
void attaching_clean(const char *dir);

/* A link between one client and the server, in a time of its own: nothing here waits. */
struct attaching_link {
	struct district_fixture *d;
	size_t client;
	struct chance chance;
	struct env env;            /* the client's, with the link's time */
	/* Bytes a second (0: no bound), milliseconds there and back, per cent of segments lost,
	 * milliseconds between cuts (0: none). */
	uint64_t rate, round_trip, loss, cut_every;
	double now, cut_at;        /* milliseconds */
	bool connected;
	void (*each)(struct attaching_link *l); /* after each exchange; or NULL */
	/* What went over the wire, below HTTP without TCP and IP; lost segments apart. */
	uint64_t up, down, lost, cuts, exchanges, connections;
	uint64_t arrived;          /* bytes of files in requests that the server took in */
	uint64_t mixed;            /* requests with records and files at once */
};
void attaching_link(struct attaching_link *l, struct district_fixture *d, size_t client,
		    uint64_t seed);
/* Synchronises over it until nothing is left; fails the test where that takes too long. */
void attaching_sync(struct attaching_link *l);
void attaching_unlink(struct attaching_link *l);

#endif
