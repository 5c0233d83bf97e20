/* The server's tables, in the SQL that both engines understand. */
#include "server/tables.h"

const char tables_server[] =
"CREATE TABLE enrolment (id BYTES PRIMARY KEY, unit BIGINT NOT NULL, role BIGINT NOT NULL,"
" secret BYTES NOT NULL, expires BIGINT NOT NULL, key BYTES, used BIGINT NOT NULL,"
" created BIGINT NOT NULL);"
"CREATE TABLE officer (name TEXT PRIMARY KEY, key BYTES NOT NULL, unit BIGINT NOT NULL,"
" role BIGINT NOT NULL, salt BYTES NOT NULL, sealed BYTES NOT NULL, created BIGINT NOT NULL);"
"CREATE UNIQUE INDEX officer_key ON officer(key);"
"CREATE TABLE partial (device BIGINT NOT NULL, id BYTES NOT NULL, total BIGINT NOT NULL,"
" data BYTES NOT NULL, time BIGINT NOT NULL, PRIMARY KEY (device, id));"
"CREATE TABLE held (stream BIGINT NOT NULL, device BIGINT NOT NULL, seq BIGINT NOT NULL,"
" hash BYTES NOT NULL, prev BYTES NOT NULL, object BYTES NOT NULL, time BIGINT NOT NULL,"
" PRIMARY KEY (stream, device, seq));"
"CREATE INDEX held_device ON held(device);"
"CREATE TABLE bundle (device BIGINT NOT NULL, number BIGINT NOT NULL, stream BIGINT NOT NULL,"
" author BIGINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,"
" written BIGINT NOT NULL, seen BIGINT NOT NULL,"
" PRIMARY KEY (device, number, stream, author)) CLUSTERED;"
"CREATE TABLE contact (device BIGINT PRIMARY KEY, stream BIGINT NOT NULL,"
" time BIGINT NOT NULL, size BIGINT NOT NULL);"
"CREATE TABLE claim_refused (enrolment BYTES NOT NULL, key BYTES NOT NULL, unit BIGINT NOT NULL,"
" code BIGINT NOT NULL, time BIGINT NOT NULL, PRIMARY KEY (enrolment, key)) CLUSTERED;";
