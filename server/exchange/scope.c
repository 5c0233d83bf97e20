/* Scopes, from certificates, roles and units. */
#include "server/exchange/scope.h"

#include "common/text/date.h"

/* Whether the unit of a stream has gone into the device's. */
static int inherits(struct replica *view, const struct cert *who, uint64_t stream, bool *yes,
		    struct err *e)
{
	const struct units *u;
	int code = units_now(view, &u, e);

	*yes = code == 0 && units_inherits(u, who->unit, stream, date_of(env_now(view->env)));
	return code;
}

static int find_role(struct replica *view, const struct cert *who, const struct role **out,
		     struct err *e)
{
	struct schema *schema;
	int code = replica_schema_now(view, &schema, e);

	*out = code == 0 ? schema_role(schema, who->role) : NULL;
	return code;
}

int scope_reads(struct replica *view, const struct cert *who, uint64_t stream, struct err *e)
{
	const struct role *role;
	bool yes = stream == 0 || stream == who->unit;
	int code = yes ? 0 : find_role(view, who, &role, e);

	if (code == 0 && !yes)
		yes = role != NULL && role->reads_all;
	if (code == 0 && !yes)
		code = inherits(view, who, stream, &yes, e);
	return code != 0 ? code : yes;
}

int scope_writes(struct replica *view, const struct cert *who, uint64_t stream, int *problem,
		 struct err *e)
{
	const struct role *role;
	const struct units *u;
	struct unit unit;
	bool yes = stream == who->unit;
	int code = yes ? 0 : find_role(view, who, &role, e);

	*problem = 0;
	if (code != 0 || yes)
		return code;
	if (stream != 0 && (role == NULL || !role->writes_all))
		code = inherits(view, who, stream, &yes, e);
	else
		yes = stream != 0;
	if (code != 0)
		return code;
	if (!yes) {
		*problem = ERR_OUT_OF_SCOPE;
		return 0;
	}
	code = units_now(view, &u, e);
	if (code == 0 && !units_on(u, stream, UNIT_NEVER - 1, &unit))
		*problem = ERR_NO_STREAM;
	return code;
}

/* Those of units that the device's stands for. */
static int add_inherited(struct replica *view, const struct cert *who, uint64_t *list,
			 size_t *count, size_t max, struct err *e)
{
	const struct units *u;
	int code = units_now(view, &u, e);

	if (code == 0)
		*count += units_inherited(u, who->unit, date_of(env_now(view->env)), list + *count,
					  max - *count);
	return code;
}

static int add_all(struct replica *view, const struct cert *who, uint64_t *list, size_t *count,
		   size_t max, struct err *e)
{
	struct stmt *s;
	int code = db_query(view->db, e, &s, "SELECT stream FROM stream ORDER BY stream", "");

	if (code != 0)
		return code;
	while ((code = db_step(s, e)) == 1 && *count < max) {
		uint64_t stream = (uint64_t)db_int(s, 0);

		if (stream != 0 && stream != who->unit)
			list[(*count)++] = stream;
	}
	db_done(s);
	return code < 0 ? code : 0;
}

int scope_streams(struct replica *view, const struct cert *who, struct arena *a, uint64_t **out,
		  size_t *count, struct err *e)
{
	const struct role *role;
	const struct units *u;
	int64_t n = 0;
	size_t max;
	int code = find_role(view, who, &role, e);

	if (code == 0)
		code = db_number(view->db, e, 0, &n, "SELECT count(*) FROM stream", "");
	if (code == 0)
		code = units_now(view, &u, e);
	if (code != 0)
		return code;
	max = (size_t)n + units_count(u) + 2;
	*out = arena_array(a, max, sizeof **out);
	if (*out == NULL)
		return err_set(e, ERR_NOMEM, "streams");
	(*out)[0] = 0;
	(*out)[1] = who->unit;
	*count = 2;
	return role != NULL && role->reads_all ? add_all(view, who, *out, count, max, e) :
						 add_inherited(view, who, *out, count, max, e);
}
