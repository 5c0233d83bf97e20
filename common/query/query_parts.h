/* What the queries share: families of records, JSON of values, where an op is from.
 * For common/query*.c, edit*.c, import*.c and export*.c only. */
#ifndef DONGBO_QUERY_PARTS_H
#define DONGBO_QUERY_PARTS_H

#include "common/query/query.h"

/* Memory that one query may take. */
enum { QUERY_MEMORY = 256 * 1024 * 1024 };

/* The words of query_options.text, as keys (query_words). */
struct query_words {
	struct query_word *list;
	size_t count;
	bool marked, plain;     /* there are some of those */
};

/* A query in progress. */
struct query {
	struct replica *r;
	const struct schema *schema;
	const struct query_options *o;
	struct arena *a;
	struct err *e;
	bool failed;            /* JSON could not be made: no memory */
	struct query_words words;
};

/* Sets a member; v is taken. Failure is noted in q. */
void query_put(struct query *q, json_t *object, const char *key, json_t *v);
void query_add(struct query *q, json_t *array, json_t *v);
/* A JSON string; text that is no UTF-8 becomes "?". */
json_t *query_text(struct bytes s);
json_t *query_full(uint64_t stream, struct rid id);
/* out, or ERR_NOMEM, which frees *v, where something failed. */
int query_finish(struct query *q, int code, json_t *v, json_t **out);

/* Whether q->o->reader may read records of this type (NULL: of an unknown one) in the
 * stream; stream ANY_STREAM: in all. Rows are asked by the type of their root; by their
 * own they are read in his own unit only. */
bool query_reads(const struct query *q, uint64_t stream, const struct type *t);
/* The same of a record or row: ERR_NOT_ALLOWED. */
int query_ask_reader(struct query *q, uint64_t stream, const struct record *rec);
/* The stream that is left of q->o->stream for records of this type (of units' types);
 * false: none. ANY_STREAM: query_reads must be asked of each record. */
bool query_narrow(const struct query *q, const struct type *t, uint64_t *stream);
/* " AND (...)" over columns `stream` and `type`; nothing where he reads all. */
void query_put_readable(const struct query *q, struct buf *sql);

/* A root and the rows below it, stored ones, in the order of making. */
struct family {
	struct record *list; /* the root first */
	size_t count;
};
int query_family(struct query *q, uint64_t stream, struct rid root, struct family *out);

/* The JSON form of a value; f NULL: of an unknown field. */
json_t *query_value(const struct field *f, const struct value *v);
/* Members of a set. */
json_t *query_set(const struct field *f, const struct record *rec);
/* For reading, appended: as field_show, but references by title. Sets: all members. */
void query_show_value(struct query *q, const struct field *f, const struct value *v,
		      struct buf *out);
void query_show_set(struct query *q, const struct field *f, const struct record *rec,
		    struct buf *out);
/* The same, hidden where personal and not asked for. */
json_t *query_value_masked(struct query *q, const struct field *f, const struct value *v);
json_t *query_shown_masked(struct query *q, const struct field *f, const struct value *v);

/* The record's title: its title fields, or the label of its type. Appended. */
void query_title(struct query *q, uint64_t stream, const struct record *rec, struct buf *out);
/* The members that every record's JSON has. */
json_t *query_summary(struct query *q, uint64_t stream, const struct record *rec);

/* Where an op is from. */
struct origin {
	struct bytes author;   /* never empty: at worst the device's number */
	uint64_t device, seq;  /* SEQ_PENDING */
	int64_t time, received;
	uint64_t seen_seq, seen_own;
};
int query_origin(struct query *q, uint64_t stream, uint64_t device, uint64_t number,
		 uint64_t seq, struct origin *out);
/* An author as given, or the name in the device's certificate. */
struct bytes query_author(struct query *q, uint64_t stream, uint64_t device,
			  struct bytes author);

/* The newest signature over a root: {author, device, role, role_label, time, received, seq,
 * digest, unchanged, changed: [label...]}; null where there is none. */
json_t *query_signature(struct query *q, uint64_t stream, const struct family *family,
			const struct record *root);
/* Whether the transaction signs a record. */
bool query_signs(const struct changeset *cs, const struct transaction *tx);
/* A verdict in words, appended. */
void query_verdict(struct query *q, const struct verdict *v, const struct type *type, bool signs,
		   struct buf *out);
/* n bytes in hex, and a NUL. */
void query_digest(const uint8_t *digest, size_t n, char *out);

/* Whether a live deletion had not seen a live edit. */
bool query_deletion_conflict(const struct record *rec);
/* [{field, label, element, values}...] of one record. */
json_t *query_cells_in_conflict(struct query *q, uint64_t stream, const struct record *rec);

/* A cell's live ops in the order that people count them. */
struct counted_live {
	const struct live **list;
	size_t count;
};
int query_counted(struct query *q, const struct record *rec, uint32_t field,
		  const struct value *element, struct counted_live *out);

/* Where the record may be moved from its state: [{state, label, sign, by: roles}...]. */
json_t *query_next(struct query *q, const struct type *t, int64_t state);
/* {author, time, remark} of the move that brought it there; null where it began there. */
json_t *query_moved(struct query *q, uint64_t stream, const struct record *root);
/* A row of a return's reasons names its field as people know it. */
void query_name_reason(struct query *q, const struct type *t, const struct field *list,
		       json_t *row);
/* The value of a derived field. */
int query_derived(struct query *q, uint64_t stream, const struct record *rec,
		  const struct field *f, struct value *out);

/* Makes the words of q->o->text ready, in q->a. ERR_BAD_UTF8. */
int query_words(struct query *q);
/* Whether all of them are in the record. */
bool query_matches(struct query *q, uint64_t stream, const struct record *rec);

/* Records that were found, to be put in the order of their titles, or of how long they have
 * been in their states (q->o); begin with {0}. */
struct query_found {
	uint64_t stream;
	struct rid id;
	size_t place;           /* in which it was found */
	int64_t since;          /* in its state; INT64_MAX: not known */
	struct bytes key;
};
struct query_sorted {
	struct query_found *list;
	size_t count, cap;
};
/* The key lives in keep; q->a is for the time of the call. */
int query_sorted_add(struct query *q, struct query_sorted *s, struct arena *keep,
		     uint64_t stream, const struct record *rec, int64_t since);
void query_sorted_sort(struct query_sorted *s);
void query_sorted_release(struct query_sorted *s);

#endif
