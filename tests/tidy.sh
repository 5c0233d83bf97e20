#!/bin/sh
# Style as a test: layers, sizes, banned calls, headers that stand alone. Prints
# every breach with its place; fails if there is one.
cd "$(dirname "$0")/.." || exit 1
found=$(mktemp) || exit 1
trap 'rm -f "$found"' EXIT
say() { echo "$*" >>"$found"; }

sources=$(find protocol common client server tests -name '*.[ch]' | sort)
product=$(echo "$sources" | grep -v '^tests/')

# Layers: client, server -> common -> protocol; client and server never meet.
layer() { # FOLDER FORBIDDEN-PATTERN
	grep -rnE --include='*.[ch]' "^#include \"($2)/" "$1" | sed 's/^/layer: /' >>"$found"
}
layer protocol 'common|client|server|tests'
layer common 'client|server|tests'
layer client 'server|tests'
layer server 'client|tests'

# One file per foreign library.
only() { # HEADER-PATTERN ALLOWED-FILES-PATTERN
	grep -lE "^#include <($1)" $product |
		grep -vE "^($2)$" | sed "s,^,foreign <$1>: ," >>"$found"
}
only 'sqlite3\.h' 'common/system/db_sqlite_parts\.h'
only 'zlib\.h' 'protocol/zip\.c'
only 'curl/' 'client/sync/carrier_http\.c'
only 'microhttpd\.h' 'common/system/httpd\.c'
only 'utf8proc\.h' 'common/text/text\.c'
only 'lzma\.h' 'common/system/solid\.c'
only 'zip\.h' 'common/sheet/archive\.c'
only 'expat\.h' 'common/sheet/xml\.c'
only 'xlsxwriter' 'common/sheet/xlsx_write_parts\.h'
only 'gnutls/' 'server/identity/tls_cert\.c'
only 'qrencode\.h' 'server/identity/qr\.c'

# protocol/ is pure: no files, clocks, sockets, printing, environment.
grep -nE '\b(fopen|open|printf|fprintf|puts|time|clock_gettime|socket|getenv|randombytes_buf)\(' \
	protocol/*.c | sed 's/^/impure: /' >>"$found"
# Only programs print and exit.
grep -nE '\b(printf|puts|putchar|perror|exit|fprintf|fputs|fwrite)\(' $(echo "$product" | grep -v '^protocol/') |
	grep -vE '^(common/cli/[a-z_]*|(client|server)/(main|cmd/[a-z_]*)|server/exchange/listen)\.[ch]:' |
	grep -vE 'snprintf|_exit' | sed 's/^/prints or exits: /' >>"$found"
# Calls that are never right here.
grep -nE '\b(strcpy|strcat|sprintf|gets|strtok|atoi|atol|system|popen|alloca|rand|srand|localtime|gmtime)\(' \
	$product | sed 's/^/banned: /' >>"$found"
# What a district is called and where it lies is in its packs and records, never in code.
grep -nE '[Hh]uyện|HUYỆN|Sông Lô|Vĩnh Phúc|Phòng Nội vụ|[Tt]ỉnh([^a-z]|$)' \
	$product | sed 's/^/policy: /' >>"$found"
# Debt belongs into issues.
grep -nE '\b(TODO|FIXME|XXX)\b' $sources | sed 's/^/debt: /' >>"$found"

for f in $sources; do
	lines=$(wc -l <"$f")
	[ "$lines" -gt 600 ] && say "$f: $lines lines, 600 at most"
	head -n 1 "$f" | grep -qE '^(/\*|#define)' || say "$f: no word at its head on what it is for"
done
# Characters, not bytes: Vietnamese takes more of those.
LC_ALL=C.UTF-8 grep -nE '^.{111,}$' $(echo "$sources" | grep -vE '^tests/bench/(rules|teller)') |
	cut -d: -f1,2 | sed 's/$/: longer than 110 characters/' >>"$found"

# Functions of at most 60 lines.
if command -v ctags >/dev/null 2>&1; then
	ctags --languages=C --kinds-C=f --fields=+ne -f - \
		$product 2>/dev/null |
		awk -F'\t' '{ s = e = 0
			for (i = 4; i <= NF; i++) {
				if ($i ~ /^line:/) s = substr($i, 6)
				if ($i ~ /^end:/) e = substr($i, 5)
			}
			if (e - s > 61) print $2 ":" s ": " $1 " has " e - s + 1 " lines"
		}' >>"$found"
else
	say "ctags is missing: make deps"
fi

# Every header compiles alone.
for h in $(echo "$sources" | grep '\.h$' | grep -v '^tests/unit/'); do
	echo "#include \"$h\"" | ${CC:-gcc} -std=c11 -D_POSIX_C_SOURCE=200809L -I. -Itests/bench \
		-fsyntax-only -x c - 2>/dev/null || say "$h: does not compile alone"
done

# Texts are in NFC: no combining marks that a letter could have taken.
grep -lP '[aeiouyAEIOUYăâêôơưĂÂÊÔƠƯ][\x{0300}-\x{0309}\x{0323}]' -r common client server README.md \
	2>/dev/null | sed 's/^/not NFC: /' >>"$found"

if [ -s "$found" ]; then
	cat "$found"
	exit 1
fi
echo "tidy: nothing found in $(echo "$sources" | wc -l) files"
