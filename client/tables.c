/* Tables of the client's outbox, receipts and chiefs. */
#include "client/tables.h"

const char tables_client[] =
"CREATE TABLE pending (stream BIGINT NOT NULL, device BIGINT NOT NULL,"
" first_op BIGINT NOT NULL, last_op BIGINT NOT NULL, plain BYTES NOT NULL,"
" PRIMARY KEY (stream, device, first_op));"
"CREATE TABLE outbox (place BIGINT PRIMARY KEY, stream BIGINT NOT NULL,"
" device BIGINT NOT NULL, seq BIGINT NOT NULL, hash BYTES NOT NULL, object BYTES NOT NULL,"
" first_op BIGINT NOT NULL, last_op BIGINT NOT NULL, held BIGINT NOT NULL);"
"CREATE UNIQUE INDEX outbox_seq ON outbox(stream, device, seq);"
"CREATE TABLE chief (name TEXT PRIMARY KEY, device BIGINT NOT NULL, key BYTES NOT NULL,"
" salt BYTES NOT NULL, sealed BYTES NOT NULL, role BIGINT NOT NULL, enrolment BYTES NOT NULL,"
" signature BYTES NOT NULL, mac BYTES NOT NULL, created BIGINT NOT NULL,"
" asked BIGINT NOT NULL, place BIGINT NOT NULL, problem BIGINT NOT NULL);"
"CREATE UNIQUE INDEX chief_device ON chief(device);"
"CREATE TABLE receipt (stream BIGINT NOT NULL, seq BIGINT NOT NULL, head BYTES NOT NULL,"
" time BIGINT NOT NULL, signature BYTES NOT NULL, own BIGINT NOT NULL,"
" PRIMARY KEY (stream, seq));"
"CREATE TABLE partial (stream BIGINT NOT NULL, seq BIGINT NOT NULL, total BIGINT NOT NULL,"
" data BYTES NOT NULL, PRIMARY KEY (stream, seq));";
