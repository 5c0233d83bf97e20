/* Fuzz target: enrolments and documents, as text and as bytes.
 *
 * The property: what reads writes the same bytes, and armour round trips. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "protocol/enrolment.h"
#include "protocol/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_encoded(struct bytes in)
{
	struct document doc = { in, { in.at, in.len < SIGN_SIZE ? in.len : SIGN_SIZE } };
	struct server_keys keys;
	struct district district = { .created = 0 };
	struct enrolment en;
	struct buf out;

	/* No input signs itself. */
	if (root_document_read(&doc, &district, NULL) == 0 ||
	    keys_document_read(&doc, &district, &keys, NULL) == 0)
		abort();
	if (enrolment_read(in, &en, NULL) != 0)
		return;
	buf_init(&out, in.len);
	enrolment_put(&en, &out);
	if (!bytes_equal(in, buf_view(&out)))
		abort();
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct buf out, text;

	buf_init(&out, LIMIT_MESSAGE);
	buf_init(&text, 2 * LIMIT_MESSAGE);
	read_encoded(in);
	if (enrolment_unarmour(in, &out, NULL) == 0)
		read_encoded(buf_view(&out));
	buf_clear(&out);
	enrolment_armour(in, &text);
	if (enrolment_unarmour(buf_view(&text), &out, NULL) != 0 ? size > 0 :
	    !bytes_equal(in, buf_view(&out)))
		abort();
	buf_release(&out);
	buf_release(&text);
	return 0;
}
