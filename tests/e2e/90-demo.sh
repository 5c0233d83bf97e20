#!/bin/sh
# The demonstration as it is shown, in both languages: it succeeds, its last line says
# what went over the wire, nothing is wider than a terminal and nothing is coloured,
# and it leaves nothing behind.
LC_ALL=C.UTF-8
export LC_ALL
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"

fail() {
	echo "$*"
	cat "$work/out" "$work/err"
	exit 1
}

show() { # LANG LAST-LINE
	DEMO_LANG=$1 DEMO_KEEP=0 TMPDIR=$work/tmp sh tests/demo.sh >"$work/out" 2>"$work/err" ||
		fail "$1: it failed"
	tail -n 1 "$work/out" | grep -qE "^$2$" || fail "$1: the last line is another one"
	[ "$(grep -c '^=== ' "$work/out")" -eq 10 ] || fail "$1: there are not ten steps"
	[ -s "$work/err" ] && fail "$1: it wrote to standard error"
	grep -qE '.{101}' "$work/out" && fail "$1: wider than 100 columns"
	grep -q "$(printf '\033')" "$work/out" && fail "$1: escape codes in a pipe"
	[ -z "$(ls -A "$work/tmp")" ] || fail "$1: it left something behind"
}

show vi 'Qua dây tất cả: [0-9]+ lần trao đổi, [0-9.]+ byte lên, [0-9.]+ byte xuống, [0-9.]+ byte .*'
show en 'Over the wire in all: [0-9]+ exchanges, [0-9]+ bytes up, [0-9]+ bytes down, [0-9]+ bytes\.'

# A step that does not do what it says ends it: here a server that is none.
mkdir "$work/bin"
cp "${B:-build}/dongbo" "${B:-build}/relay" "$work/bin/"
printf '#!/bin/sh\nexit 0\n' >"$work/bin/dongbod"
chmod +x "$work/bin/dongbod"
B=$work/bin TMPDIR=$work/tmp sh tests/demo.sh >"$work/out" 2>"$work/err" &&
	fail "it succeeds without a server"
exit 0
