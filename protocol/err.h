/* One list of codes, one struct, one way to fail.
 *
 * A code is for programs and is stable: it travels in messages, verdicts and
 * exit statuses. The subject names the thing that failed (a file, a field, a
 * line) and is the same in every language; the sentence a person reads is made
 * from code and subject at the edge (common/text/sentence.h), never here. */
#ifndef DONGBO_ERR_H
#define DONGBO_ERR_H

#include <stdarg.h>
#include <stddef.h>

/* X(name, number, machine name). Numbers are part of the protocol: append only. */
#define ERR_LIST(X) \
	/* the machine and the store */ \
	X(NOMEM, 1, "no_memory") \
	X(IO, 2, "io") \
	X(FULL, 3, "disk_full") \
	X(DB, 4, "database") \
	X(CORRUPT, 5, "corrupt") \
	X(UNKNOWN, 6, "outcome_unknown") \
	X(BUSY, 7, "busy") \
	X(LIMIT, 8, "over_limit") \
	X(STOPPED, 9, "stopped") \
	/* bytes from outside */ \
	X(TRUNCATED, 20, "truncated") \
	X(MALFORMED, 21, "malformed") \
	X(NOT_CANONICAL, 22, "not_canonical") \
	X(BAD_UTF8, 23, "bad_utf8") \
	X(TRAILING, 24, "trailing_bytes") \
	X(TOO_DEEP, 25, "too_deep") \
	X(TOO_LARGE, 26, "too_large") \
	X(BOMB, 27, "inflates_too_large") \
	X(VERSION, 28, "unknown_version") \
	X(NO_DICTIONARY, 29, "unknown_dictionary") \
	X(NOT_SEALED_TO_US, 30, "not_sealed_to_us") \
	X(BAD_SEAL, 31, "bad_seal") \
	X(BAD_SIGNATURE, 32, "bad_signature") \
	X(UNKNOWN_DEVICE, 33, "unknown_device") \
	X(WRONG_DISTRICT, 34, "wrong_district") \
	X(BAD_CHAIN, 35, "bad_chain") \
	X(GAP, 36, "gap") \
	X(FORKED, 37, "forked") \
	X(HEAD_MISMATCH, 38, "head_mismatch") \
	X(NO_STREAM, 39, "no_such_stream") \
	X(OUT_OF_SCOPE, 40, "out_of_scope") \
	X(STALE_REPLY, 41, "stale_reply") \
	/* enrolment */ \
	X(NOT_ENROLLED, 50, "not_enrolled") \
	X(ENROL_UNKNOWN, 51, "enrolment_unknown") \
	X(ENROL_USED, 52, "enrolment_used") \
	X(ENROL_EXPIRED, 53, "enrolment_expired") \
	X(ENROL_MAC, 54, "enrolment_secret_wrong") \
	X(REVOKED, 55, "revoked") \
	X(PASSPHRASE, 56, "wrong_passphrase") \
	/* verdicts and the same checks offline */ \
	X(ALREADY, 70, "already") \
	X(RENUMBER, 71, "renumber") \
	X(UNREADABLE, 72, "unreadable") \
	X(DEPENDS_ON, 73, "depends_on_refused") \
	X(STALE, 74, "stale") \
	X(NOT_ALLOWED, 75, "not_allowed") \
	X(LOCKED, 76, "locked") \
	X(NO_RECORD, 77, "no_such_record") \
	X(EXISTS, 78, "already_exists") \
	X(DELETED, 79, "deleted") \
	X(NO_TYPE, 80, "no_such_type") \
	X(NO_FIELD, 81, "no_such_field") \
	X(BAD_VALUE, 82, "bad_value") \
	X(BAD_CHOICE, 83, "no_such_choice") \
	X(OUT_OF_RANGE, 84, "out_of_range") \
	X(REQUIRED, 85, "required") \
	X(CHECK, 86, "check_failed") \
	X(NO_MOVE, 87, "no_such_move") \
	X(IN_CONFLICT, 88, "in_conflict") \
	X(NOT_NFC, 89, "not_nfc") \
	X(REMARK_REQUIRED, 90, "remark_required") \
	X(WRONG_TYPE, 91, "wrong_type") \
	X(AMBIGUOUS, 92, "ambiguous") \
	X(NO_CONFLICT, 93, "no_such_conflict") \
	X(NOT_SIGNED, 94, "not_signed") \
	X(SAME_PERSON, 95, "same_person") \
	X(CHANGED, 96, "changed_since_taken_in") \
	X(RECEIVED, 97, "already_received") \
	X(NOT_LEASED, 98, "number_not_leased") \
	X(NOT_APPROVED, 99, "not_approved_yet") \
	/* links and programs */ \
	X(NO_LINK, 110, "no_link") \
	X(STALLED, 111, "stalled") \
	X(HTTP, 112, "http_status") \
	X(NOT_DONGBO, 113, "not_a_dongbo_answer") \
	X(USAGE, 114, "usage") \
	X(NO_FILE, 115, "no_such_file") \
	X(BAD_PACK, 116, "bad_pack") \
	X(BAD_INPUT, 117, "bad_input") \
	X(NO_STORE, 118, "no_store") \
	X(STORE_EXISTS, 119, "store_exists") \
	X(NO_UNIT, 120, "no_such_unit") \
	X(NO_OFFICER, 121, "no_such_officer") \
	/* units with dates */ \
	X(UNIT_AMBIGUOUS, 130, "unit_ambiguous") \
	X(UNIT_INACTIVE, 131, "unit_not_there") \
	X(UNIT_CYCLE, 132, "unit_cycle") \
	X(UNIT_SHARES, 133, "unit_shares") \
	X(UNIT_EARLY, 134, "before_its_act") \
	X(UNIT_OUTSIDE, 135, "unit_outside") \
	X(UNIT_CODE, 136, "unit_code_taken") \
	X(UNIT_WITHDRAWN, 137, "event_withdrawn") \
	/* chiefs' keys */ \
	X(NO_CHIEF, 140, "no_such_chief") \
	/* tables made elsewhere */ \
	X(OLD_SHEET, 150, "old_spreadsheet") \
	X(NOT_SHEET, 151, "not_a_spreadsheet") \
	X(NO_SHEET, 152, "no_such_sheet") \
	X(QUOTE, 153, "bad_quote") \
	/* deadlines */ \
	X(NO_DEADLINE, 160, "no_such_deadline") \
	/* reports */ \
	X(NO_REPORT, 170, "no_such_report") \
	X(NOT_PROVED, 171, "figures_do_not_agree") \
	X(UNITS_MISSING, 172, "units_missing") \
	/* messages in files */ \
	X(UNFINISHED, 180, "file_unfinished") \
	X(CUT_FILE, 181, "file_cut_or_damaged") \
	X(FOR_ANOTHER, 182, "file_for_another") \
	X(FILES_BAD, 183, "files_bad") \
	/* registers */ \
	X(NUMBER_TAKEN, 190, "register_number_taken") \
	X(NO_NUMBERS, 191, "no_register_numbers") \
	X(NUMBER_TYPED, 192, "register_number_typed") \
	/* backups */ \
	X(BAD_BACKUP, 200, "bad_backup") \
	X(RESTORED, 201, "restored_copy") \
	X(BACKUP_SIGNER, 202, "backup_of_another_key") \
	/* attached files */ \
	X(FILE_KIND, 210, "file_kind") \
	X(FILE_EMPTY, 211, "file_empty") \
	X(FILE_ABSENT, 212, "file_not_here") \
	X(FILE_DAMAGED, 213, "file_damaged") \
	X(FILE_UNNAMED, 214, "file_not_named") \
	/* the server's keys, TLS, typed codes */ \
	X(KEYS_REFUSED, 220, "server_keys_refused") \
	X(KEY_REPLACED, 221, "key_was_replaced") \
	X(TLS_PIN, 222, "tls_key_not_the_districts") \
	X(TLS_CERT, 223, "tls_certificate_not_trusted") \
	X(BAD_CODE, 224, "code_mistyped") \
	X(NO_SERVER, 225, "no_server") \
	/* snapshots */ \
	X(SNAPSHOT, 230, "snapshot_refused") \
	/* what waits for a person */ \
	X(NO_HELD, 240, "no_such_held") \
	X(HELD_ORDER, 241, "held_before_it") \
	X(NO_DEVICE, 242, "no_such_device") \
	X(OTHER_UNIT, 243, "enrolment_of_another_unit")

/* Numbers of the codes that a rule gives: verdicts, and the same checks offline. */
enum { ERR_VERDICT_FIRST = 70, ERR_VERDICT_LAST = 109 };

enum {
#define X(name, number, text) ERR_##name = -(number),
	ERR_LIST(X)
#undef X
};

/* What failed. code is 0 or an ERR_*; subject is one line, at most 399 bytes. Where the
 * subject ends with words and does not only name a thing, the words are kept a second
 * time, apart, so that the edge can say them in another language (common/text/reason.h). */
struct err {
	int code;
	char subject[400];
	unsigned line, column;     /* of a text that people wrote, from 1; 0: not said */
	const char *why;           /* a template in English, never freed; NULL: not said */
	int cause;                 /* why NULL: another code is the reason; 0: it is not said */
	char detail[300];          /* what stands in the template's places, a line each; of a
	                            * cause: its subject */
	char library[120];         /* what a library said, in its own words, for programmers */
};

/* Sets code and a formatted subject; returns code, so callers can
 * `return err_set(...)`. e may be NULL. */
int err_set(struct err *e, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Sets code and, as subject, why it failed. The template has %s %d %u %c, with . and *
 * and z as in printf, nothing else. Returns code. */
int err_because(struct err *e, int code, const char *why, ...)
	__attribute__((format(printf, 3, 4)));
int err_because_v(struct err *e, int code, const char *why, va_list ap);

/* Notes what a library says of the error that is in e: no part of the subject. */
void err_library(struct err *e, const char *words);

/* Makes what failed the reason why this did, in e itself; returns code. */
int err_cause(struct err *e, int code);

/* Says where that is: "line 7, column 4: place: " before the reason, in place of what stood
 * there. 0 and "" where it is not said. Returns e's code. */
int err_at(struct err *e, unsigned line, unsigned column, const char *place);

/* Line and column, as they stand at its beginning; "" where they are not said. */
void err_place(const struct err *e, char *out, size_t size);
/* Makes a text that was cut off end with a whole character (UTF-8). */
void err_cut(char *text);

/* The reason alone, as it stands at the end of the subject; "" where none is said. */
void err_why(const struct err *e, char *out, size_t size);

/* The template with the lines of a detail in its places, appended; cut off at `size`. */
void err_fill(const char *template, const char *detail, char *out, size_t size);

/* Puts "outer: " before the subject (outer being formatted); returns e's code. */
int err_wrap(struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The stable machine name of a code, such as "bad_seal"; "ok" for 0 and
 * "unknown_code" for a number not in the list. Never NULL. */
const char *err_name(int code);

#endif
