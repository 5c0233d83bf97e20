/* Which program speaks: its commands, and how sentences name them. */
#include "common/cli/cli_program.h"

#include <string.h>

const struct cli_command *cli_find(const struct cli_command *const *commands, struct bytes name)
{
	for (; *commands != NULL; commands++)
		if (bytes_equal(bytes_str((*commands)->name), name))
			return *commands;
	return NULL;
}

void cli_name_program(const char *program, const struct cli_command *const *commands,
		      struct buf *text)
{
	static const char unit[] = "dongbo ";
	struct buf out;
	size_t at = 0, n;

	buf_init(&out, 2 * 8192);
	while (at < text->len) {
		struct bytes word = { text->at + at + sizeof unit - 1, 0 };
		bool named = text->len - at >= sizeof unit &&
			     memcmp(text->at + at, unit, sizeof unit - 1) == 0;

		for (n = at + sizeof unit - 1; named && n < text->len && text->at[n] >= 'a' &&
				       text->at[n] <= 'z'; n++)
			word.len++;
		if (named && cli_find(commands, word) != NULL) {
			buf_printf(&out, "%s ", program);
			at += sizeof unit - 1;
		} else {
			buf_byte(&out, text->at[at++]);
		}
	}
	if (!out.failed) {
		buf_clear(text);
		buf_add(text, buf_view(&out));
	}
	buf_release(&out);
}
