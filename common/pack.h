/* Form packs: what record types there are, as data.
 *
 * A pack is JSON (format 1; common/packs/README.md is its reference). Several packs
 * live side by side; a schema is the union of the newest version of each at one
 * position of stream 0, together with the built-in pack (units, certificates,
 * packs). Numbers of types, fields and choices are unique in the district and
 * never used again, so values stay readable for ever. */
#ifndef DONGBO_PACK_H
#define DONGBO_PACK_H

#include "protocol/bytes.h"
#include "protocol/err.h"
#include "protocol/value.h"

/* Numbers of the built-in pack. */
enum {
	TYPE_UNIT = 1, TYPE_PACK, TYPE_CERT,
	TYPE_UNIT_EVENT = 7, TYPE_UNIT_CHANGE,
	TYPE_OF_PACKS = 100,       /* packs' own begin here */
	FIELD_UNIT_NUMBER = 1, FIELD_UNIT_CODE, FIELD_UNIT_NAME, FIELD_UNIT_KIND,
	FIELD_UNIT_PARENT, FIELD_UNIT_STATUS, FIELD_UNIT_SINCE, FIELD_UNIT_OUTSIDE,
	FIELD_UNIT_ADMIN_ID, FIELD_UNIT_ADDRESS,
	FIELD_PACK_CODE = 11, FIELD_PACK_VERSION, FIELD_PACK_JSON, FIELD_PACK_DICTIONARY,
	FIELD_PACK_DICTIONARY_NUMBER,
	FIELD_UNIT_HEAD = 16, FIELD_UNIT_PHONE,
	FIELD_CERT_KEY = 21, FIELD_CERT_UNIT, FIELD_CERT_ROLE, FIELD_CERT_NAME,
	FIELD_CERT_STATUS,
	FIELD_EVENT_NUMBER = 61, FIELD_EVENT_KIND, FIELD_EVENT_FROM, FIELD_EVENT_ACT,
	FIELD_EVENT_ACT_DATE, FIELD_EVENT_ISSUER, FIELD_EVENT_WITHDRAWN, FIELD_EVENT_CHANGES,
	FIELD_CHANGE_UNIT = 71, FIELD_CHANGE_TO, FIELD_CHANGE_SHARE, FIELD_CHANGE_FOUNDS,
	FIELD_CHANGE_CODE, FIELD_CHANGE_NAME, FIELD_CHANGE_KIND, FIELD_CHANGE_PARENT,
	ROLE_SERVER = 90
};

/* A name in both languages; never NULL. */
struct label {
	const char *vi, *en;
};

enum field_kind {
	FIELD_TEXT, FIELD_INT, FIELD_YEAR, FIELD_MONTH, FIELD_MONEY, FIELD_DECIMAL, FIELD_DATE,
	FIELD_BOOL, FIELD_CHOICE, FIELD_SET, FIELD_REF, FIELD_LIST, FIELD_BYTES
};

struct choice {
	int64_t number;
	const char *code;
	struct label label;
};

struct choice_list {
	const char *code;
	struct label label;
	struct choice *choices;
	size_t count;
};

struct field {
	uint32_t number;
	const char *code;
	struct label label;
	enum field_kind kind;
	bool required, personal;
	bool has_min, has_max;
	int64_t min, max;          /* characters of a text; else of the stored number */
	unsigned digits, scale;
	const struct choice_list *list; /* CHOICE, SET */
	const char *target;        /* REF: type code; LIST: row type code */
	const char *when_field;    /* required only where this choice field ... */
	const char *when_is;       /* ... has this choice */
};

enum check_op { CHECK_LT, CHECK_LE, CHECK_EQ, CHECK_GE, CHECK_GT, CHECK_NE };

/* left OP right, or OP a constant; left may be the number of rows of a list. */
struct check {
	uint32_t number;
	uint32_t left, right;      /* field numbers; right 0: the constant */
	bool count;                /* left is a list: its live rows count */
	enum check_op op;
	int64_t value;
	struct label label;
};

struct state {
	int64_t number;
	const char *code;
	struct label label;
	bool open;
};

struct role {
	uint32_t number;
	const char *code;
	struct label label;
	bool reads_all, writes, writes_all;
};

struct move {
	int64_t from, to;
	uint64_t by;               /* bit per role's place in the schema (role_bit) */
	bool complete, remark;
};

struct workflow {
	const char *code;
	struct state *states;      /* the first is where records begin */
	size_t state_count;
	struct move *moves;
	size_t move_count;
};

struct type {
	uint32_t number;
	const char *code;
	struct label label;
	bool row;
	uint64_t edit;             /* roles that may create, change, delete */
	struct field *fields;      /* ascending numbers */
	size_t field_count;
	const char **titles;       /* field codes */
	size_t title_count;
	const struct workflow *workflow; /* or NULL */
	struct check *checks;
	size_t check_count;
	uint32_t total_year, total_sum;  /* field numbers, 0 where none */
	const char *pack;
};

struct schema {
	struct arena arena;
	struct type **types;       /* ascending numbers */
	size_t type_count;
	struct role *roles;
	size_t role_count;
};

/* A schema with the built-in pack alone. */
int schema_new(struct schema **out, struct err *e);
void schema_free(struct schema *s);
/* Adds a pack's JSON. ERR_BAD_PACK with place and reason; then the schema must be
 * freed. A pack's roles and types must be new to it. */
int schema_add(struct schema *s, struct bytes json, struct err *e);

const struct type *schema_type(const struct schema *s, uint32_t number);
const struct type *schema_type_by_code(const struct schema *s, struct bytes code);
const struct field *type_field(const struct type *t, uint32_t number);
const struct field *type_field_by_code(const struct type *t, struct bytes code);
const struct role *schema_role(const struct schema *s, uint32_t number);
const struct role *schema_role_by_code(const struct schema *s, struct bytes code);
uint64_t schema_role_bit(const struct schema *s, uint32_t number);
const struct choice *list_choice(const struct choice_list *l, int64_t number);
const struct choice *list_choice_by_code(const struct choice_list *l, struct bytes code);
const struct state *workflow_state(const struct workflow *w, int64_t number);
const struct state *workflow_state_by_code(const struct workflow *w, struct bytes code);
const struct move *workflow_move(const struct workflow *w, int64_t from, int64_t to);

/* Code and version that a pack's JSON gives itself, without reading the rest. */
int pack_identity(struct bytes json, struct buf *code, int64_t *version, struct err *e);

/* The compression dictionary of a pack whose types stand in the schema: its labels,
 * general prose (a text a line; may be none), a sample record of every type; at
 * most LIMIT_DICTIONARY bytes, what is likeliest last. Made once, when the pack is
 * published, and from then on just bytes. */
int pack_dictionary(const struct schema *s, struct bytes pack, struct bytes prose,
		    struct buf *out, struct err *e);

/* The built-in pack's JSON. */
extern const char pack_builtin[];

#endif
