/* A server and the computers of one school. */
#include "tests/lib/district.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "common/edit/edit.h"
#include "protocol/limits.h"
#include "server/exchange/exchange.h"

#define OK(d, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", err_name((d)->e.code), (d)->e.subject); \
	} while (0)

void district_make(struct district_fixture *d, size_t clients)
{
	size_t i;

	memset(d, 0, sizeof *d);
	office_make(&d->office);
	office_equip(&d->office);
	arena_init(&d->a, (size_t)256 << 20);
	for (i = 0; i < clients; i++) {
		school_make(&d->clients[i], &d->office, OFFICE_SCHOOL);
		d->count++;
		district_sync(d, i, NULL);
	}
}

void district_renew(struct district_fixture *d)
{
	struct buf json, prose;
	size_t i;

	office_file("common/packs/songlo-nq06.json", &json);
	office_file("common/packs/songlo-nq06.dict.txt", &prose);
	if (server_publish(&d->office.s, buf_view(&json), buf_view(&prose), &d->e) != 0)
		fail_msg("%s", d->e.subject);
	buf_release(&json);
	buf_release(&prose);
	for (i = 0; i < d->count; i++)
		district_sync(d, i, NULL);
}

void district_end(struct district_fixture *d)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		school_end(&d->clients[i]);
	arena_release(&d->a);
	office_end(&d->office);
}

int district_exchange(struct district_fixture *d, size_t client, size_t size,
		      struct exchange_result *out)
{
	struct buf request, reply;
	int code;

	buf_init(&request, LIMIT_MESSAGE);
	buf_init(&reply, LIMIT_MESSAGE);
	code = exchange_prepare(&d->clients[client].c, size, &request, &d->e);
	if (code == 0)
		code = server_exchange(&d->office.s, buf_view(&request), &reply, &d->e);
	if (code == 0)
		code = exchange_apply(&d->clients[client].c, buf_view(&reply), out, &d->e);
	buf_release(&reply);
	buf_release(&request);
	return code;
}

void district_sync(struct district_fixture *d, size_t client, struct exchange_result *out)
{
	struct exchange_result sum = { 0 }, one;
	int rounds = 0;

	do {
		one = (struct exchange_result){ 0 };
		OK(d, district_exchange(d, client, LIMIT_MESSAGE_FIRST, &one));
		sum.items_in += one.items_in;
		sum.changesets_out += one.changesets_out;
		sum.refused += one.refused;
		sum.problems += one.problems;
		assert_true(++rounds < 100);
	} while (one.more);
	if (out != NULL)
		*out = sum;
}

static struct schema *schema_of(struct district_fixture *d, size_t client)
{
	struct schema *s;

	OK(d, replica_schema_now(&d->clients[client].c.replica, &s, &d->e));
	return s;
}

struct rid district_add(struct district_fixture *d, size_t client, const char *json)
{
	struct client *c = &d->clients[client].c;
	json_t *line = json_loads(json, 0, NULL);
	struct draft draft;
	struct rid id = RID_NONE;

	assert_non_null(line);
	OK(d, client_begin(c, c->unit, &d->a, &draft, &d->e));
	OK(d, edit_json(&c->replica, schema_of(d, client), &draft, line, NULL, &id, &d->e));
	OK(d, client_save(c, &draft, NULL, &d->e));
	json_decref(line);
	return id;
}

int district_edit(struct district_fixture *d, size_t client, struct rid id,
		  struct verdict *verdict, const char *const *assignments)
{
	struct client *c = &d->clients[client].c;
	struct assignment list[32];
	struct draft draft;
	size_t count = 0;
	int code;

	for (; assignments[count] != NULL; count++)
		assert_true(edit_assignment(bytes_str(assignments[count]), &list[count]));
	OK(d, client_begin(c, c->unit, &d->a, &draft, &d->e));
	code = edit_change(&c->replica, schema_of(d, client), &draft, id, list, count, &d->e);
	if (code != 0) {
		client_drop(c);
		return code;
	}
	return client_save(c, &draft, verdict, &d->e);
}

int district_move(struct district_fixture *d, size_t client, struct rid id, const char *state,
		  struct verdict *verdict)
{
	struct client *c = &d->clients[client].c;
	struct draft draft;
	int code;

	OK(d, client_begin(c, c->unit, &d->a, &draft, &d->e));
	code = edit_move(&c->replica, schema_of(d, client), &draft, id, bytes_str(state),
			 BYTES_NONE, &d->e);
	if (code != 0) {
		client_drop(c);
		return code;
	}
	return client_save(c, &draft, verdict, &d->e);
}
