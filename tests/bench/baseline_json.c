/* Edits as JSON lines. The values hold no control characters, so that quotes and
 * backslashes are all there is to escape. */
#include "baseline.h"

#include <stdlib.h>

static void put_string(struct buf *out, const char *s)
{
	buf_byte(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_byte(out, '\\');
		buf_byte(out, (uint8_t)*s);
	}
	buf_byte(out, '"');
}

static void put_value(const struct workload *w, const struct workload_edit *e,
	const struct workload_value *v, struct buf *out)
{
	switch (e->type->fields[v->field].kind) {
	case WORKLOAD_INT:
	case WORKLOAD_MONEY:
	case WORKLOAD_YEAR:
	case WORKLOAD_DECIMAL:
	case WORKLOAD_BOOL:
		buf_printf(out, "%s", v->text);
		break;
	case WORKLOAD_REF:
		buf_printf(out, "\"u%03u-d01-%06d\"", w->unit, (int)strtoul(v->text + 1, NULL, 10));
		break;
	default:
		put_string(out, v->text);
	}
}

void baseline_json_edit(const struct workload *w, const struct workload_edit *e, struct buf *out)
{
	static const char *const kinds[] = { "new", "change", "delete" };

	buf_printf(out, "{\"op\":\"%s\",\"type\":\"%s\",\"id\":\"u%03u-d01-%06u\",\"time\":%lld",
		kinds[e->kind], e->type->code, w->unit, e->record, (long long)e->time);
	for (size_t i = 0; i < e->n; i++) {
		buf_printf(out, "%s\"%s\":", i == 0 ? ",\"fields\":{" : ",", e->values[i].code);
		put_value(w, e, &e->values[i], out);
	}
	buf_printf(out, e->n > 0 ? "}}\n" : "}\n");
}

void baseline_json(const struct workload *w, struct buf *out)
{
	for (size_t i = 0; i < w->n; i++)
		baseline_json_edit(w, &w->edits[i], out);
}
