/* Tables of the client's outbox and receipts. */
#include "client/tables.h"

const char tables_client[] =
"CREATE TABLE pending (stream BIGINT NOT NULL, first_op BIGINT NOT NULL,"
" last_op BIGINT NOT NULL, plain BYTES NOT NULL, PRIMARY KEY (stream, first_op));"
"CREATE TABLE outbox (stream BIGINT NOT NULL, seq BIGINT NOT NULL, hash BYTES NOT NULL,"
" object BYTES NOT NULL, first_op BIGINT NOT NULL, last_op BIGINT NOT NULL,"
" held BIGINT NOT NULL, PRIMARY KEY (stream, seq));"
"CREATE TABLE receipt (stream BIGINT NOT NULL, seq BIGINT NOT NULL, head BYTES NOT NULL,"
" time BIGINT NOT NULL, signature BYTES NOT NULL, own BIGINT NOT NULL,"
" PRIMARY KEY (stream, seq));"
"CREATE TABLE partial (stream BIGINT NOT NULL, seq BIGINT NOT NULL, total BIGINT NOT NULL,"
" data BYTES NOT NULL, PRIMARY KEY (stream, seq));";
