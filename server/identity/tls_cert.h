/* TLS certificates, as far as the district's server needs to know them: the hash of a key,
 * by which clients know it, and whether a certificate and a key belong together. A
 * certificate need not be signed by anybody, nor be renewed in time: clients look at the
 * key alone. */
#ifndef DONGBO_SERVER_TLS_CERT_H
#define DONGBO_SERVER_TLS_CERT_H

#include "protocol/enrolment.h"

/* A PEM file's content, ending in NUL. Wipe it where it is a key's. */
int tls_read(const char *path, struct buf *out, struct err *e);
/* SHA-256 of the SubjectPublicKeyInfo of the first certificate. ERR_BAD_INPUT where there is
 * none; path is for the error. */
int tls_pin(const char *path, const char *pem, uint8_t pin[PIN_SIZE], struct err *e);
/* ERR_BAD_INPUT where it is no unencrypted private key, or not that of the certificate with
 * this pin. */
int tls_pair(const char *path, const char *key, const uint8_t pin[PIN_SIZE], struct err *e);

#endif
