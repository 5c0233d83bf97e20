/* What the files of expressions share. Private to expr*.c.
 *
 * An expression is a tree of nodes in an arena. Reading it (expr_parse.c) goes from
 * text to nodes at once: names are looked up (expr_names.c), types settled and what
 * is constant is worked out (expr_types.c) while each node is built, so that what
 * is evaluated (expr_eval.c) and written as SQL (expr_sql.c) is typed throughout. */
#ifndef DONGBO_EXPR_PARTS_H
#define DONGBO_EXPR_PARTS_H

#include "common/expr/expr.h"

/* Types of nodes that no expression gives as a whole. */
enum {
	EXPR_QUOTED = EXPR_REF + 1, /* a quoted text that nothing has given a type yet */
	EXPR_BYTES                  /* can only be asked whether it is null */
};

/* Aggregates within aggregates; frames: the root of a row, the record, rows of its
 * lists. */
enum { FRAME_ROOT, FRAME_RECORD, FRAME_ROW, FRAME_COUNT = 6 };

/* Derived fields within derived fields, and what one evaluation may cost (nodes
 * times rows): beyond that it is null. */
enum { DERIVED_DEPTH_MAX = 16, EVAL_COST_MAX = 20 * 1000 * 1000 };

enum node_op {
	N_CONST, N_FIELD, N_STATE, N_UNIT, N_ROLLUP, N_RECEIVED,
	N_OR, N_AND, N_NOT, N_EQ, N_NE, N_LT, N_LE, N_GT, N_GE,
	N_NULL, N_NOT_NULL, N_IN, N_NOT_IN,
	N_ADD, N_SUB, N_MUL, N_DIV, N_MOD, N_NEG,
	N_COALESCE, N_IF, N_ABS, N_YEAR, N_MONTH, N_QUARTER, N_DAY, N_DATE, N_LENGTH, N_DIGITS,
	N_COUNT, N_EXISTS, N_SUM, N_MIN, N_MAX, N_SET_COUNT, N_HAS
};

/* The type of a node. */
struct gives {
	uint8_t type;              /* enum expr_type, EXPR_QUOTED, EXPR_BYTES */
	bool month;                /* an INT that counts months */
	const void *of;            /* CHOICE: its list; STATE: its workflow */
};

/* A type that a reference may name, and the field that is read of it (NULL: its state,
 * unit or rollup). */
struct target {
	const struct type *type;
	const struct field *field;
};

struct node {
	uint8_t op, frame, depth;  /* frame: whose field, list, state */
	bool null;                 /* CONST */
	uint16_t column, size;     /* size: nodes from here down */
	struct gives gives;
	struct node *arg, *next;   /* first operand; its parent's next one */
	int64_t n;                 /* CONST; HAS: the choice; DIGITS: from * 32 + count;
	                            * over rows: how many lists have rows of that type */
	struct bytes text;         /* CONST */
	/* What is read: FIELD, STATE, UNIT, ROLLUP, RECEIVED, SET_COUNT, HAS of the frame's record, or
	 * of the one that its field `via` names; or the list whose rows are gone through. */
	const struct field *field; /* of the frame's record: else see the targets */
	const struct field *via;   /* or NULL */
	const struct target *targets;
	size_t target_count;
	const struct type *type;   /* of the frame; of an aggregate: of its rows */
	const struct rollup *rollup;
	const struct field *shown; /* expr_field */
};

struct expr {
	const struct node *root;
	const char *text;
};

enum token_kind { T_END, T_NAME, T_NUMBER, T_TEXT, T_CONSTANT, T_SIGN };

struct token {
	enum token_kind kind;
	unsigned column;
	struct bytes text;         /* NAME, CONSTANT without its $, TEXT without quotes */
	int64_t n;
	int sign;                  /* SIGN: the character; NE, LE, GE: of enum node_op + 256 */
};

enum { SIGN_NE = 256, SIGN_LE, SIGN_GE };

struct parser {
	struct bytes text;
	size_t at;
	struct token t;            /* the one that is looked at */
	const struct expr_scope *scope;
	const struct type *frames[FRAME_COUNT];
	unsigned top;              /* the innermost frame */
	unsigned nodes, depth;
	struct arena *a;
	struct err *e;
	int code;
};

/* Reads the next token into p->t. (expr_lex.c) */
void expr_next(struct parser *p);
bool token_is(const struct parser *p, const char *name);
bool token_sign(const struct parser *p, int sign);
/* The length of a text in a complaint: cut off at 40 characters. */
int expr_cut(struct bytes s);
/* Complains, once; the code is then in the parser. Always NULL. */
struct node *expr_fail(struct parser *p, unsigned column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A node over its operands (linked by next); NULL operands are failures passed on.
 * (expr_types.c) */
struct node *node_new(struct parser *p, enum node_op op, unsigned column, struct node *arg);
struct node *node_number(struct parser *p, unsigned column, int64_t n);
struct node *node_text(struct parser *p, unsigned column, struct bytes text);
struct node *node_null(struct parser *p, unsigned column);
/* Operators and functions: types settled, constants worked out. */
struct node *node_logic(struct parser *p, enum node_op op, unsigned column, struct node *arg);
struct node *node_compare(struct parser *p, enum node_op op, unsigned column, struct node *a,
			  struct node *b);
struct node *node_is_null(struct parser *p, enum node_op op, unsigned column, struct node *a);
struct node *node_in(struct parser *p, enum node_op op, unsigned column, struct node *arg);
struct node *node_arithmetic(struct parser *p, enum node_op op, unsigned column, struct node *a,
			     struct node *b);
/* arg: the operands; of aggregates, count(set) and has(): the node that name_list made,
 * with its operands beneath. name: for complaints. */
struct node *node_call(struct parser *p, enum node_op op, const char *name, unsigned column,
		       struct node *arg);
/* Gives a quoted text, a null, or what is made of them a type; fails where it has
 * another. what: who asks, such as "year()". */
bool node_want(struct parser *p, struct node *n, struct gives g, const char *what);
struct gives gives_of(enum expr_type type);
const char *gives_word(struct gives g);

/* What a name stands for. (expr_names.c) */
struct node *name_value(struct parser *p, struct token name);
struct node *name_followed(struct parser *p, struct token ref, struct token name);
/* received(name), at column. */
struct node *name_received(struct parser *p, unsigned column, struct token name);
struct node *name_constant(struct parser *p, struct token name);
/* A list or set for an aggregate, as a node of op N_COUNT or N_SET_COUNT without
 * operands. follow: the name after a dot, or its text is empty. */
struct node *name_list(struct parser *p, struct token name, struct token follow);

/* Values of constant nodes, for folding. (expr_eval.c) */
void expr_constant(const struct node *n, struct node *out);

#endif
