/* JSON Schema, draft 2020-12: the part that common/packs/pack.schema.json uses, whole.
 * What is not known here is a fault of the schema, never passed over. */
#ifndef DONGBO_TESTS_JSON_SCHEMA_H
#define DONGBO_TESTS_JSON_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether the instance is valid. why: the first thing that is not, with its place. Fails the
 * test where the schema has what is not known here. */
bool json_schema_valid(const json_t *schema, const json_t *instance, char *why, size_t size);

#endif
