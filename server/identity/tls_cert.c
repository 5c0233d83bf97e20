/* The only file that knows GnuTLS.
 *
 * The library asks for a certificate at each handshake, and hands nothing of ours along: so
 * what is shown stands in a variable of this file. What was shown before stays in memory, for
 * a handshake may still look at it; the oldest goes when there are many, long after the time
 * that a handshake may take. */
#include "server/identity/tls_cert.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/system/env.h"

enum { PEM_MAX = 256 * 1024, CHAIN_MAX = 10, SHOWN_MAX = 100 };

struct shown {
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned count;
	gnutls_privkey_t key;
	struct shown *before;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct shown *newest;

int tls_read(const char *path, struct buf *out, struct err *e)
{
	int code;

	buf_init(out, PEM_MAX);
	code = env_read_file(path, out, e);
	buf_byte(out, 0);
	return code == 0 && out->failed ? err_set(e, ERR_TOO_LARGE, "%s", path) : code;
}

static int bad(const char *path, int why, struct err *e)
{
	int code = why == GNUTLS_E_MEMORY_ERROR ? ERR_NOMEM : ERR_BAD_INPUT;

	if (why == GNUTLS_E_BASE64_DECODING_ERROR || why == GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR)
		err_because(e, code, "it holds no certificate or key as PEM text");
	else if (why == GNUTLS_E_DECRYPTION_FAILED)
		err_because(e, code, "the key is under a password");
	else
		err_because(e, code, "certificate or key can't be used (code %d)", why);
	err_library(e, gnutls_strerror(why));
	return e == NULL ? code : err_at(e, 0, 0, path);
}

static gnutls_datum_t datum(const char *pem)
{
	/* The library's parameter is not const; it only reads. */
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)pem, (unsigned)strlen(pem) };
}

int tls_pin(const char *path, const char *pem, uint8_t pin[PIN_SIZE], struct err *e)
{
	const gnutls_datum_t text = datum(pem);
	size_t size = PIN_SIZE;
	gnutls_x509_crt_t cert;
	int why = gnutls_x509_crt_init(&cert);

	if (why < 0)
		return bad(path, why, e);
	why = gnutls_x509_crt_import(cert, &text, GNUTLS_X509_FMT_PEM);
	if (why == 0)
		why = gnutls_x509_crt_get_key_id(cert, GNUTLS_KEYID_USE_SHA256, pin, &size);
	gnutls_x509_crt_deinit(cert);
	return why < 0 ? bad(path, why, e) : 0;
}

int tls_pair(const char *path, const char *key, const uint8_t pin[PIN_SIZE], struct err *e)
{
	const gnutls_datum_t text = datum(key);
	uint8_t of_key[PIN_SIZE];
	size_t size = PIN_SIZE;
	gnutls_x509_privkey_t private_key;
	int why = gnutls_x509_privkey_init(&private_key);

	if (why < 0)
		return bad(path, why, e);
	why = gnutls_x509_privkey_import2(private_key, &text, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (why == 0)
		why = gnutls_x509_privkey_get_key_id(private_key, GNUTLS_KEYID_USE_SHA256, of_key,
						     &size);
	gnutls_x509_privkey_deinit(private_key);
	if (why < 0)
		return bad(path, why, e);
	return memcmp(pin, of_key, PIN_SIZE) == 0 ? 0 :
		       bad(path, GNUTLS_E_CERTIFICATE_KEY_MISMATCH, e);
}

static void shown_free(struct shown *s)
{
	unsigned i;

	if (s == NULL)
		return;
	for (i = 0; i < s->count; i++)
		gnutls_pcert_deinit(&s->chain[i]);
	if (s->key != NULL)
		gnutls_privkey_deinit(s->key);
	free(s);
}

static int choose(gnutls_session_t session, const gnutls_datum_t *asked, int asked_count,
		  const gnutls_pk_algorithm_t *kinds, int kind_count, gnutls_pcert_st **chain,
		  unsigned *count, gnutls_privkey_t *key)
{
	int code = -1;

	(void)session;
	(void)asked;
	(void)asked_count;
	(void)kinds;
	(void)kind_count;
	pthread_mutex_lock(&lock);
	if (newest != NULL) {
		*chain = newest->chain;
		*count = newest->count;
		*key = newest->key;
		code = 0;
	}
	pthread_mutex_unlock(&lock);
	return code;
}

void *tls_chooser(void)
{
	/* POSIX has functions and data in one kind of pointer (dlsym). */
	return (void *)(uintptr_t)choose;
}

static int load(const char *cert_path, const char *cert, const char *key_path, const char *key,
		struct shown *s, struct err *e)
{
	const gnutls_datum_t chain = datum(cert), secret = datum(key);
	unsigned count = CHAIN_MAX;
	int why = gnutls_pcert_list_import_x509_raw(s->chain, &count, &chain, GNUTLS_X509_FMT_PEM, 0);

	if (why < 0)
		return bad(cert_path, why, e);
	s->count = count;
	why = gnutls_privkey_init(&s->key);
	if (why == 0)
		why = gnutls_privkey_import_x509_raw(s->key, &secret, GNUTLS_X509_FMT_PEM, NULL, 0);
	return why < 0 ? bad(key_path, why, e) : 0;
}

static void put_first(struct shown *s)
{
	struct shown *at = s;
	unsigned n;

	pthread_mutex_lock(&lock);
	s->before = newest;
	newest = s;
	for (n = 1; n < SHOWN_MAX && at != NULL; n++)
		at = at->before;
	if (at != NULL) {
		shown_free(at->before);
		at->before = NULL;
	}
	pthread_mutex_unlock(&lock);
}

int tls_show(const char *cert_path, const char *key_path, uint8_t pin[PIN_SIZE], struct err *e)
{
	struct shown *s = calloc(1, sizeof *s);
	struct buf cert, key;
	int code;

	if (s == NULL)
		return err_set(e, ERR_NOMEM, "%s", cert_path);
	buf_init(&key, PEM_MAX);
	code = tls_read(cert_path, &cert, e);
	if (code == 0)
		code = tls_pin(cert_path, (const char *)cert.at, pin, e);
	if (code == 0)
		code = tls_read(key_path, &key, e);
	if (code == 0)
		code = tls_pair(key_path, (const char *)key.at, pin, e);
	if (code == 0)
		code = load(cert_path, (const char *)cert.at, key_path, (const char *)key.at, s, e);
	if (code == 0)
		put_first(s);
	else
		shown_free(s);
	if (key.at != NULL)
		sodium_memzero(key.at, key.len);
	buf_release(&key);
	buf_release(&cert);
	return code;
}

void tls_show_none(void)
{
	pthread_mutex_lock(&lock);
	while (newest != NULL) {
		struct shown *s = newest;

		newest = s->before;
		shown_free(s);
	}
	pthread_mutex_unlock(&lock);
}
