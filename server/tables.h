/* The server's tables beyond the replica's (server.h says what each is). */
#ifndef DONGBO_SERVER_TABLES_H
#define DONGBO_SERVER_TABLES_H

extern const char tables_server[];

#endif
