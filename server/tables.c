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
"CREATE TABLE contact (device BIGINT PRIMARY KEY, stream BIGINT NOT NULL,"
" time BIGINT NOT NULL, size BIGINT NOT NULL);"
"CREATE TABLE claim_refused (enrolment BYTES NOT NULL, key BYTES NOT NULL, unit BIGINT NOT NULL,"
" code BIGINT NOT NULL, time BIGINT NOT NULL, PRIMARY KEY (enrolment, key)) CLUSTERED;";
