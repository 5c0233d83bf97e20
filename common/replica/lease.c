/* Blocks of numbers, as they came with the stream. */
#include "common/replica/lease.h"

static int64_t whole(const struct record *rec, uint32_t field)
{
	struct value v = record_value(rec, field);

	return v.kind == VALUE_INT ? v.n : 0;
}

int lease_note(struct replica *r, uint64_t stream, const struct record *rec, uint64_t seq,
	       struct err *e)
{
	const struct value reg = record_value(rec, FIELD_LEASE_REGISTER);
	const struct value device = record_value(rec, FIELD_LEASE_DEVICE);
	const int64_t first = whole(rec, FIELD_LEASE_FIRST), last = whole(rec, FIELD_LEASE_LAST);
	struct stmt *s;
	struct cursor c = cursor_of(device.b);
	int code;

	if (reg.kind != VALUE_TEXT || device.kind != VALUE_BYTES || device.b.len != 8 ||
	    first < 1 || last < first || last >= REGISTER_YEAR)
		return 0;
	code = db_query(r->db, e, &s, "INSERT INTO lease(stream,device,year,first,last,seq,register) "
			"VALUES($1,$2,$3,$4,$5,$6,$7) ON CONFLICT DO NOTHING", "uuiiiu", stream,
			cursor_u64(&c), whole(rec, FIELD_LEASE_YEAR), first, last, seq);
	if (code != 0)
		return code;
	db_bind_text(s, 7, reg.b);
	code = db_step(s, e);
	db_done(s);
	return code;
}

/* One number by a query over the blocks of a device, of a register, of a year, that end
 * at or above `from`. */
static int ask(struct replica *r, const char *sql, uint64_t stream, uint64_t device,
	       const struct pack_register *reg, const int64_t year_from[2], int64_t *out,
	       struct err *e)
{
	struct stmt *s;
	int code = db_query(r->db, e, &s, sql, "uuii", stream, device, year_from[0], year_from[1]);

	if (code != 0)
		return code;
	db_bind_text(s, 5, bytes_str(reg->code));
	code = db_step(s, e);
	*out = code == 1 && !db_is_null(s, 0) ? db_int(s, 0) : 0;
	db_done(s);
	return code < 0 ? code : 0;
}

#define OF_DEVICE " FROM lease WHERE stream=$1 AND device=$2 AND year=$3 AND register=$5 AND "

int lease_covers(struct replica *r, uint64_t stream, uint64_t device,
		 const struct pack_register *reg, int64_t number, struct err *e)
{
	const int64_t at[2] = { reg->yearly ? number / REGISTER_YEAR : 0,
				reg->yearly ? number % REGISTER_YEAR : number };
	int64_t n = 0;
	int code = number <= 0 ? 0 :
			   ask(r, "SELECT count(*)" OF_DEVICE "first <= $4 AND last >= $4", stream,
			       device, reg, at, &n, e);

	return code != 0 ? code : n > 0;
}

int lease_next(struct replica *r, uint64_t stream, uint64_t device,
	       const struct pack_register *reg, int64_t year, int64_t after, int64_t *next,
	       int64_t *left, struct err *e)
{
	const int64_t base = year * REGISTER_YEAR;
	const int64_t at[2] = { year, after > base ? after - base + 1 : 1 };
	int code = ask(r, "SELECT min(CASE WHEN first > $4 THEN first ELSE $4 END)" OF_DEVICE
		       "last >= $4", stream, device, reg, at, next, e);

	if (code == 0)
		code = ask(r, "SELECT sum(last - CASE WHEN first > $4 THEN first ELSE $4 END + 1)"
			   OF_DEVICE "last >= $4", stream, device, reg, at, left, e);
	if (code == 0 && *next != 0)
		*next += base;
	return code;
}

bool lease_field(const struct schema *s, const struct type *t, const struct field *f,
		 uint32_t role)
{
	return f->reg != NULL && f->reg->lease > 0 &&
	       ((f->by != 0 ? f->by : t->edit) & schema_role_bit(s, role));
}
