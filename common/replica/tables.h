/* The schema of a replica's store (replica.h says what each table is). */
#ifndef DONGBO_TABLES_H
#define DONGBO_TABLES_H

extern const char tables_replica[];

#endif
