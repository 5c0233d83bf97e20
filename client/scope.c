/* Where a computer may write, as the server will see it (server/exchange/scope.h): it would send back what
 * is written anywhere else. */
#include "client/client.h"
#include "common/text/date.h"
#include "common/unit/unit.h"

int client_may_write(struct client *c, uint64_t stream, uint32_t number, struct err *e)
{
	const struct role *role;
	const struct units *u;
	struct schema *schema;
	int code = stream == c->unit ? 0 : replica_schema_now(&c->replica, &schema, e);

	if (code != 0 || stream == c->unit)
		return code;
	role = schema_role(schema, number);
	if (stream != 0 && role != NULL && role->writes_all)
		return 0;
	code = units_now(&c->replica, &u, e);
	if (code != 0 || units_inherits(u, c->unit, stream, date_of(env_now(c->env))))
		return code;
	return err_set(e, ERR_OUT_OF_SCOPE, "%llu", (unsigned long long)stream);
}
