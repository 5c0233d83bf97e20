/* Finding and listing records, for commands and the later JSON API.
 *
 * Results are JSON values (jansson), made for both: a program prints them with
 * --json, or a table from them for people. The caller owns what it gets and gives
 * it back with json_decref. Personal fields are masked unless asked for. */
#ifndef DONGBO_QUERY_H
#define DONGBO_QUERY_H

#include <jansson.h>

#include "common/pack/field.h"
#include "common/replica/record.h"
#include "common/replica/replica.h"

/* The record that a person named: 1 to 8 characters of its short id, or the full
 * form. stream ANY_STREAM looks everywhere. ERR_NO_RECORD, ERR_AMBIGUOUS. */
#define ANY_STREAM UINT64_MAX
int query_find(struct replica *r, uint64_t stream, struct bytes text, uint64_t *found_stream,
	       struct rid *found, struct err *e);

/* The stored record, into the arena. ERR_NO_RECORD. */
int query_record(struct replica *r, uint64_t stream, struct rid id, struct arena *a,
		 struct record *out, struct err *e);

/* The shortest unambiguous short id, at least 5 characters. */
int query_short(struct replica *r, uint64_t stream, struct rid id, char out[9], struct err *e);

struct query_options {
	enum lang lang;
	bool personal;          /* show personal fields in full */
	uint64_t stream;        /* or ANY_STREAM */
	struct bytes type;      /* type code; none: all */
	struct bytes state;     /* state code; none: all */
	struct bytes *where;    /* "field=value", all must hold */
	size_t where_count;
	struct bytes text;      /* words; folded unless they have marks */
	bool deleted;           /* deleted ones too */
	int64_t limit;          /* 0: no limit */
	struct bytes after;     /* cursor: full id of the last one seen */
	const uint64_t *devices; /* refused: of these only; none: of all */
	size_t device_count;
	bool by_name;           /* list: by title (collate.h), people by given name */
	bool by_age;            /* list: what waits in its state, the longest first */
	/* Whose eyes: a role, and the unit that he is of. What they may not read is left out
	 * of lists and totals, and refused (ERR_NOT_ALLOWED) where it is named. 0: those of the
	 * machine's operator, who sees all that is there. */
	uint32_t reader;
	uint64_t reader_unit;
};

/* {"records":[{id, short, stream, type, label, state, state_label, title, deleted,
 * conflict (cells, with those of its rows)}...], "total":n, "next":cursor or null}, type
 * by type in the order of making, or all by name. By age: with "since" (seconds, received;
 * null: it has not moved), and without those that wait for nothing any more. Rows and
 * built-in types only where named; deleted ones only where asked for or in conflict. Without a
 * type, `where` and `state` leave out the types that have no such field or state.
 * ERR_NO_TYPE, ERR_NO_FIELD... */
int query_list(struct replica *r, const struct query_options *o, json_t **out, struct err *e);

/* Sorts objects by the text of a member, by Vietnamese rules; people by given name. */
int query_sort(json_t *array, const char *member, bool people, struct err *e);

/* One record: what query_list gives, and {version, fields:{code: value}, shown:{code:
 * text to read}, rows:{list code:[record...]}, conflicts:[{field, label, element,
 * values:[{n, value, shown, author, device, seq, time}...]}...]}. Values in the JSON
 * forms of the packs; rows have the same form, without a version; "version" is
 * "seq+own", what an edit of this view has seen; "signature" is the newest one over the
 * record: {author, device, role, time, received, seq, digest, unchanged, changed: [label of
 * what was changed since...]}, or null. Of a root also moved: {author, time,
 * remark} of the move that brought it to its state, or null; and next: where it may go,
 * [{state, label, sign, by: [labels of roles]}...]. Call inside a transaction or between
 * db_begin_read and db_end_read, so that version and view belong together. */
int query_show(struct replica *r, uint64_t stream, struct rid id, const struct query_options *o,
	       json_t **out, struct err *e);

/* Of a record whose return names fields: their labels, with commas between, appended;
 * nothing for others. */
int query_named(struct replica *r, const struct schema *s, uint64_t stream, struct rid id,
		enum lang lang, struct buf *out, struct err *e);

/* "State (code): roles, ..." for each of the next steps, appended, a line each; and the
 * remark with which it came here. Both of query_show's result; for people. */
void query_way_text(const json_t *shown, enum lang lang, struct buf *out);

/* All that stands between a record (with its rows) and its next step, at once: [what
 * query_list gives of the record or row concerned, and {kind: "required"|"check"|
 * "conflict"|"later" (a check of a step to come, about what can be entered
 * now)|"warning" (a rule, or what this store holds twice), field, field_label, rule,
 * sentence}...]. */
int query_problems(struct replica *r, uint64_t stream, struct rid id,
		   const struct query_options *o, json_t **out, struct err *e);
/* Of these only warnings about when things were received, that would open a task if what is not
 * received yet came today; whatever state the record is in. */
int query_hints(struct replica *r, uint64_t stream, struct rid id, const struct query_options *o,
		json_t **out, struct err *e);

/* Open tasks (cross.h): [{id "code:short", task, kind "duplicate"|"warning"|"approval", label,
 * fingerprint, key, records: [what query_list gives]}...], of a stream those that its
 * records are in; of a reader those of which he may read all records. Approvals: records of
 * the district that wait for a second person's step; of a reader those whose step his role
 * may take. only: of one code; none: all. */
#define TASK_APPROVAL "approval"
int query_tasks(struct replica *r, const struct query_options *o, struct bytes only,
		json_t **out, struct err *e);

/* Every op on a record and its rows, oldest first: [{seq or null while pending, op,
 * record, save (first op of its transaction), received, time (the device's), author,
 * device, role, kind, field, label, value, shown, remark, seen, applied, verdict,
 * sentence, signature: "ok"|"bad"|"local"}...]. Signatures are checked anew. */
int query_history(struct replica *r, uint64_t stream, struct rid id,
		  const struct query_options *o, json_t **out, struct err *e);

/* Records in conflict (rows on their own): what query_list gives, and "conflicts" as in
 * query_show, the live values in the order that `settle --take N` counts: by device
 * id, then op number. A deletion beside an edit is the field "deleted", with the
 * values true (1) and false (2). */
int query_conflicts(struct replica *r, const struct query_options *o, json_t **out,
		    struct err *e);

/* Refused transactions that nobody has settled: [{n, stream, seq, tx, code, sentence,
 * signs (it is a signature), record, short, type, label, title, fields:{code:value}, shown,
 * author, time, device}...], n counting from 1 in stream order. record, fields and title
 * are those of the record that the verdict names, else of the first one in the
 * transaction. */
int query_refused(struct replica *r, const struct query_options *o, json_t **out,
		  struct err *e);

/* What a change set holds, with or without a place: for each transaction and record of it
 * {time, author, record, short, type, label, title, changes: [{kind, field, label, value,
 * shown}...]}, and created, deleted, moved (the state), signed where it does that. */
int query_changeset(struct replica *r, const struct changeset *cs, const struct query_options *o,
		    json_t **out, struct err *e);
/* The records that change sets of a device have made or changed, received since then, the
 * newest first: what query_list gives, and seq and received of the last of them. At most
 * o->limit. */
int query_touched(struct replica *r, uint64_t device, int64_t since,
		  const struct query_options *o, json_t **out, struct err *e);

/* Counts and sums per type, state and year, from the running totals:
 * [{type, label, state, year, count, sum}...]; per unit too where by_unit. */
int query_totals(struct replica *r, const struct query_options *o, bool by_unit, json_t **out,
		 struct err *e);

/* What a reader of the stream sees now: its last position, and the last op of its own
 * that is still on its way there (0: none). */
int query_seen(struct replica *r, uint64_t stream, uint64_t *seq, uint64_t *own,
	       struct err *e);

/* The "signature" of query_show in words, appended; nothing for null. */
void query_signature_text(const json_t *signature, enum lang lang, struct buf *out);

/* Puts a blank for every control character in the strings of a result, before they
 * are printed for people: a text must not move the cursor or colour the screen. */
void query_clean(json_t *result);

/* Reads a version "seq+own" or "seq". false if it is none. */
bool query_version(struct bytes text, uint64_t *seq, uint64_t *own);

#endif
