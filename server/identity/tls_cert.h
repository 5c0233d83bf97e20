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

/* What the process shows to whoever connects from now on: a certificate, with those that
 * vouch for it below it in the file, and its key. Connections that there are go on with what
 * they began with. Reads both files; where they do not fit together what was shown stays, and
 * that is ERR_BAD_INPUT, ERR_NO_FILE... pin: the key's, for the caller. */
int tls_show(const char *cert_path, const char *key_path, uint8_t pin[PIN_SIZE], struct err *e);
/* Shows nothing any more. Only when nobody is connected. */
void tls_show_none(void);
/* For httpd_options: how a connection comes to its certificate. */
void *tls_chooser(void);

#endif
