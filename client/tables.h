/* What a client's store has beyond the replica's tables (client.h). */
#ifndef DONGBO_CLIENT_TABLES_H
#define DONGBO_CLIENT_TABLES_H

extern const char tables_client[];

#endif
