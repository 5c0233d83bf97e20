/* Form packs: what a policy wants recorded, and by which rules, as data.
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
	TYPE_LEASE = 6, TYPE_UNIT_EVENT, TYPE_UNIT_CHANGE, TYPE_LINK,
	TYPE_OF_PACKS = 100,       /* packs' own begin here */
	FIELD_UNIT_NUMBER = 1, FIELD_UNIT_CODE, FIELD_UNIT_NAME, FIELD_UNIT_KIND,
	FIELD_UNIT_PARENT, FIELD_UNIT_STATUS, FIELD_UNIT_SINCE, FIELD_UNIT_OUTSIDE,
	FIELD_UNIT_ADMIN_ID, FIELD_UNIT_ADDRESS,
	FIELD_PACK_CODE = 11, FIELD_PACK_VERSION, FIELD_PACK_JSON, FIELD_PACK_DICTIONARY,
	FIELD_PACK_DICTIONARY_NUMBER,
	FIELD_UNIT_HEAD = 16, FIELD_UNIT_PHONE,
	FIELD_CERT_KEY = 21, FIELD_CERT_UNIT, FIELD_CERT_ROLE, FIELD_CERT_NAME,
	FIELD_CERT_STATUS, FIELD_CERT_OLD_KEY, FIELD_CERT_OLD_LAST, FIELD_CERT_REASON,
	FIELD_LEASE_REGISTER = 51, FIELD_LEASE_YEAR, FIELD_LEASE_FIRST, FIELD_LEASE_LAST,
	FIELD_LEASE_DEVICE,
	FIELD_EVENT_NUMBER = 61, FIELD_EVENT_KIND, FIELD_EVENT_FROM, FIELD_EVENT_ACT,
	FIELD_EVENT_ACT_DATE, FIELD_EVENT_ISSUER, FIELD_EVENT_WITHDRAWN, FIELD_EVENT_CHANGES,
	FIELD_CHANGE_UNIT = 71, FIELD_CHANGE_TO, FIELD_CHANGE_SHARE, FIELD_CHANGE_FOUNDS,
	FIELD_CHANGE_CODE, FIELD_CHANGE_NAME, FIELD_CHANGE_KIND, FIELD_CHANGE_PARENT,
	FIELD_LINK_ADDRESS = 91, FIELD_LINK_PINS,
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

struct expr; /* expr.h */

struct choice {
	int64_t number;
	const char *code;
	struct label label;
	int64_t from, to;          /* days on which it may be chosen, both included */
};

struct choice_list {
	const char *code;
	struct label label;
	struct choice *choices;
	size_t count;
};

/* A value of policy: an amount, a date, a factor, a switch. Read as $code. */
struct constant {
	const char *code;
	struct label label;
	struct value value;        /* INT, DATE, BOOL or TEXT */
	const char *source;        /* where it is from; NULL where not said */
	bool unverified;           /* not yet checked against the original */
};

struct field {
	uint32_t number;
	const char *code;
	struct label label;
	unsigned place;            /* in the order of the pack, which is that of its forms */
	enum field_kind kind;
	bool required, personal;
	bool has_min, has_max;
	int64_t min, max;          /* characters of a text; else of the stored number */
	unsigned digits, scale;
	const struct choice_list *list; /* CHOICE, SET */
	const char **targets;      /* REF: type codes; LIST: its one row type code */
	size_t target_count;
	const struct expr *required_if; /* or NULL: as `required` says */
	const struct expr *derived; /* its value is worked out, never entered; or NULL */
	uint64_t in;               /* states (state_bit) in which it is open, beside the open
	                            * ones; 0: none */
	bool only_in;              /* ... instead of the open ones */
	const char **with;         /* a return that opens one of these fields opens it, too */
	size_t with_count;
	bool index;                /* records are looked for by it */
	const char **also;         /* what else it is called, in tables made elsewhere */
	size_t also_count;
	uint64_t by;               /* roles that may change it; 0: those of the type */
	const struct pack_register *reg; /* that numbers it, or NULL */
};

/* A run of official numbers. A yearly one begins at 1 again: its numbers are stored as
 * year * REGISTER_YEAR + n, and shown in its form. */
struct pack_register {
	const char *code;
	struct label label;
	bool yearly;
	const char *form;          /* "{n}/{year}/TN" */
	int64_t lease;             /* numbers that a computer gets at a time (lease.h); 0: the
	                            * server gives them, one by one */
	bool unit;                 /* leased: each unit's run is its own */
};

enum { REGISTER_YEAR = 1000000, LEASE_MOST = 1000 };

/* A rule that refuses: must not be false. Asked at every save, or only when the
 * record moves to one of the states. */
struct check {
	uint32_t number;
	const struct expr *must;
	uint64_t on;               /* states (state_bit); 0: every save */
	struct label label;
};

/* A rule that opens a task instead: must not be false. */
struct warning {
	const char *code;          /* unique in the district, never reused */
	struct label label;
	const struct expr *must;
	uint64_t on;               /* asked in these states only; 0: in all */
};

enum state_open { STATE_CLOSED, STATE_OPEN, STATE_NAMED };

struct state {
	int64_t number;
	const char *code;
	struct label label;
	enum state_open open;      /* NAMED: only the fields that a return names */
	bool filed;                /* in this state it has been handed in */
	bool good;                 /* verified, or beyond that: what must be approved has effect */
	bool final;                /* nothing more is waited for */
	bool answered;             /* a decision from above stands on it */
};

struct role {
	uint32_t number;
	const char *code;
	struct label label;
	bool reads_all, writes, writes_all;
	const char **reads;        /* not reads_all: type codes read of all units */
	size_t read_count;
	struct reads_of {          /* type codes that somebody of a unit reads of other units: */
		const char *unit;  /* code or kind of his own, */
		const char **units, **types; /* codes or kinds of those */
		size_t unit_count, type_count;
	} *of;
	size_t of_count;
};

struct move {
	int64_t from, to;
	uint64_t by;               /* bit per role's place in the schema (role_bit) */
	bool complete, remark;
	bool sign;                 /* needs the signature of a role in `by` over the record */
	bool other;                /* not by who entered what stands in it */
	bool second;               /* not by who took the move that brought it here */
	bool unsent;               /* not once its author has the receipt of the move before */
};

struct workflow {
	const char *code;
	struct state *states;      /* the first is where records begin; at most 60 */
	size_t state_count;
	struct move *moves;
	size_t move_count;
	const char *reasons;       /* list field whose rows name the fields of a return */
};

/* Fields that together tell a record from the others of its type. */
struct match_key {
	const struct field **fields;
	size_t count;
};

/* A field's value in a nil return. */
struct preset {
	const struct field *field;
	struct value value;
};

/* A record whose rows act on other records: a decision that answers many, a submission
 * that carries them on. Applying it moves each record and fills in its fields. */
struct apply {
	const struct field *list;
	const struct field *record; /* of the row: which record */
	const struct field *by;    /* of the row: a choice; NULL: the record's own state */
	uint64_t on;               /* own states (state_bit) in which it may; 0: in all */
	struct apply_step {
		int64_t when;      /* choice, or own state */
		const char *to;    /* code of the state that the other record moves to */
	} *steps;
	size_t step_count;
	struct apply_set {
		const char *field; /* of the other record */
		const struct field *from; /* of the row; NULL: a reference to this record */
	} *sets;
	size_t set_count;
	/* Filled in when a record is gathered; each may be NULL. */
	const struct field *version, *amount, *unit;
};

/* Rows that name an attached file (attach.h). */
struct type_file {
	const struct field *hash;  /* of its content, 64 hexadecimal digits */
	const struct field *size, *name;
	const struct field *media; /* its media type; or NULL */
	const struct field *kind;  /* a choice: which paper it is; or NULL */
};

/* Figures that a record of the type has in rows of a list, out of its unit's records of a
 * year (figures.h). */
struct figures {
	const struct field *list, *year, *cutoff; /* cutoff: the last day that counts, or NULL */
	const struct type *row;
	const struct field *code, *label, *value; /* of the row; label may be NULL, */
	const struct field *stated;               /* and so may what a person says instead */
	struct figure {
		const char *code;
		struct label label;
		const struct type *type;
		const struct field *year;  /* a year, or a day in it */
		const struct expr *where;  /* or NULL: all */
		const struct expr *value;  /* added up; or NULL: counted */
	} *from;
	size_t count;
};

struct type {
	uint32_t number;
	const char *code;
	struct label label;
	const char *section;       /* of the plan, such as "III.4"; or NULL */
	bool row;
	bool district;             /* its records stand in stream 0 and all read them */
	bool people;               /* its records are persons: sorted by given name */
	uint64_t edit;             /* roles that may create, change, delete */
	struct field *fields;      /* ascending numbers */
	size_t field_count;
	const char **titles;       /* field codes */
	size_t title_count;
	struct match_key *match;   /* the surest first: how imports find what is there already */
	size_t match_count;
	const struct workflow *workflow; /* or NULL */
	struct check *checks;
	size_t check_count;
	struct warning *warnings;
	size_t warning_count;
	uint32_t total_year, total_sum;  /* field numbers, 0 where none */
	uint32_t as_of;            /* date or year field that choices must be valid on; 0 */
	struct preset *nil;        /* how "nothing to report" is said */
	size_t nil_count;          /* 0: there is no nil return */
	const struct apply *apply; /* or NULL */
	const struct type_file *file; /* or NULL */
	const struct figures *figures; /* or NULL */
	struct watch {             /* whose warnings or keys look at its records, through what */
		const struct type *type;
		const struct field *field;
	} *watchers;
	size_t watcher_count;
	bool late;                 /* its records have keys that are `late` (struct duplicate) */
	const char *lead;          /* unit code of the office that takes it in, or NULL */
	const char **copies;       /* unit codes that get a copy */
	size_t copy_count;
	const char *pack;
};

/* Sum (or count) over the records that name another in a field, kept by the merge. */
struct rollup {
	uint32_t number;
	const char *code;          /* read like a field of the record that is named */
	struct label label;
	const struct type *from;   /* what is summed */
	uint32_t by;               /* its REF field that names the other record */
	const struct expr *value;  /* or NULL: counts */
	const struct expr *where;  /* or NULL: all */
};

/* Records that share a key are probably one thing twice: a task. */
struct duplicate {
	const char *code;
	struct label label;
	struct duplicate_key {
		const struct type *type;
		const struct field **rows; /* every row of a list in a list... has a key of its */
		size_t depth;              /* own; 0: the record has one */
		const struct expr **list;  /* of part after part: the first that is not null counts */
		size_t *part_ends;         /* in the list; one of them null: no key */
		size_t count, part_count;
		bool late;                 /* reads rows, or what references name */
	} *keys;
	size_t key_count;
};

enum deadline_rule {
	DEADLINE_YEARLY, DEADLINE_QUARTERLY, DEADLINE_ONCE, DEADLINE_AVERAGE, DEADLINE_ONGOING,
	DEADLINE_ROUND             /* as the calls of the centre say */
};

struct deadline {
	const char *code;
	struct label label;
	const struct type *type;   /* records that meet it */
	const struct expr *where;  /* of those, which; or NULL */
	const struct expr *exempt; /* records for which there is no date; or NULL */
	const char **kinds;        /* of which units it is expected: kinds, or codes of units */
	size_t kind_count;
	enum deadline_rule rule;
	bool inclusive;            /* "by": the day itself is on time; else "before" it */
	struct { unsigned month, day; } days[4]; /* YEARLY one, QUARTERLY four */
	int year_offset;           /* YEARLY: of the day against the year that is reported */
	int64_t once;              /* ONCE: the day */
	int64_t since;             /* in force from this day (days since 1970) */
	uint32_t year;             /* field of the year; 0: that of the filing */
	uint32_t on;               /* date field: when it was done, which counts here instead
	                            * of when it was handed in; 0 */
	unsigned per_quarter;      /* AVERAGE: how many for each quarter */
};

/* Types of stream 0 in which the centre keeps its calls and its decisions on deadlines, and
 * the type of the reminders that it writes to units (calendar.h, packs/README.md). */
struct pack_calendar {
	const char *pack;
	const struct type *rounds, *extensions, *reminders; /* NULL: has none */
	struct preset *values;     /* what every reminder says */
	size_t value_count;
	const struct field *about, *day; /* of reminders */
	const struct field *due, *text, *by; /* the same; NULL: have none */
	int64_t state;             /* to which they are moved at once; 0: none */
};

/* What a pack says of reports and documents, as it stands there (server/report*.h). */
struct pack_part {
	const char *pack, *code;
	struct label label;
	const char *json;
	const char *path;          /* where it stands in the pack's JSON: "reports.o1", */
	unsigned line, column;     /* ... and on which line */
};

struct schema {
	struct arena arena;
	struct type **types;       /* ascending numbers */
	size_t type_count;
	struct role *roles;
	size_t role_count;
	struct constant *constants;
	size_t constant_count;
	struct rollup *rollups;
	size_t rollup_count;
	struct duplicate *duplicates;
	size_t duplicate_count;
	struct deadline *deadlines;
	size_t deadline_count;
	struct pack_calendar *calendars;
	size_t calendar_count;
	struct pack_register *registers;
	size_t register_count;
	const struct type **settlements; /* in which officers settle tasks: of each pack its own */
	size_t settlement_count;
	struct pack_part *reports, *documents;
	size_t report_count, document_count;
};

/* A schema with the built-in pack alone. */
int schema_new(struct schema **out, struct err *e);
void schema_free(struct schema *s);
/* Adds a pack's JSON. ERR_BAD_PACK with place and reason; then the schema must be
 * freed. A pack's roles and types must be new to it. */
int schema_add(struct schema *s, struct bytes json, struct err *e);
/* The same for a pack that is not published yet. Keys that mean nothing and values of the
 * wrong kind are refused, too: they are mistakes. In a pack that is published they are passed
 * over, for it may have been made for a newer program, and an older one goes on with what it
 * knows; what it does not know the server still judges. */
int schema_add_new(struct schema *s, struct bytes json, struct err *e);

const struct type *schema_type(const struct schema *s, uint32_t number);
const struct type *schema_type_by_code(const struct schema *s, struct bytes code);
const struct field *type_field(const struct type *t, uint32_t number);
const struct field *type_field_by_code(const struct type *t, struct bytes code);
/* Whether a return that names a field opens another (or the same): one that says so (`with`),
 * or that is asked for by what the named one says (`required`), directly or by way of others:
 * what is corrected can be made whole again. */
bool type_field_opens(const struct type *t, const struct field *named, const struct field *f);
/* Whether a record of the type has effect in this state: where two persons must agree
 * (it has a workflow), only in those that are `good`. */
bool type_counts(const struct type *t, int64_t state);
/* In which type tasks about records of this type are settled; NULL: there is none. */
const struct type *schema_settlement(const struct schema *s, const struct type *t);
/* Whether records of this type may stand in the reference, rows in the list. */
bool field_targets(const struct field *f, const struct type *t);
const struct role *schema_role(const struct schema *s, uint32_t number);
const struct role *schema_role_by_code(const struct schema *s, struct bytes code);
uint64_t schema_role_bit(const struct schema *s, uint32_t number);
/* Whether some workflow wants this role's signature: a head's. */
bool schema_role_signs(const struct schema *s, uint32_t number);
/* Whether somebody of a unit, in this role, may read records of the type (of rows: their
 * root's) in a stream: what is the district's, or his own unit's, or of a type that the
 * role reads of all units; beside those it may read of some (common/query/reader.h). t
 * NULL: a type that nobody knows any more. */
bool role_reads(const struct role *r, const struct type *t, uint64_t stream, uint64_t unit);
const struct choice *list_choice(const struct choice_list *l, int64_t number);
const struct choice *list_choice_by_code(const struct choice_list *l, struct bytes code);
const struct state *workflow_state(const struct workflow *w, int64_t number);
const struct state *workflow_state_by_code(const struct workflow *w, struct bytes code);
const struct move *workflow_move(const struct workflow *w, int64_t from, int64_t to);
/* The steps that people have words for, from a state; NULL where there is none. To verify
 * is to move on to where it has been found right (in workflows that mark no such state:
 * on, without a remark, to where it is closed), or, out of a state that is good, to say yes
 * to what another has proposed (`second`); to return is to move, with a remark, to where
 * the unit can change it. Of the steps that one of the roles may take. */
const struct state *workflow_verify(const struct workflow *w, int64_t state, uint64_t role_bits);
const struct state *workflow_return(const struct workflow *w, int64_t state, uint64_t role_bits);
/* The first step from a state that is another person's than who entered or proposed what
 * stands there; NULL: there is none. */
const struct move *workflow_approval(const struct workflow *w, int64_t state);
/* The step by which a role hands a record on from this state: the first that asks for all
 * that is required and for no signature. NULL: there is none; *signature: but one that the
 * head of the unit takes, by signing. */
const struct move *workflow_submit(const struct workflow *w, int64_t from, uint64_t role_bit,
				   bool *signature);
/* The state's place as a bit; 0 where there is none. */
uint64_t state_bit(const struct workflow *w, int64_t state);
const struct constant *schema_constant(const struct schema *s, struct bytes code);
const struct rollup *schema_rollup(const struct schema *s, uint32_t number);
const struct rollup *schema_rollup_by_code(const struct schema *s, struct bytes code);
const struct deadline *schema_deadline(const struct schema *s, struct bytes code);

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
