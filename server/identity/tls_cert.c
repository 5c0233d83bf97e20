/* The only file that knows GnuTLS. */
#include "server/identity/tls_cert.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "common/system/env.h"

enum { PEM_MAX = 256 * 1024 };

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
	return err_set(e, ERR_BAD_INPUT, "%.100s: %s", path, gnutls_strerror(why));
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
