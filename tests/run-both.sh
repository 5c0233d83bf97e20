#!/bin/sh
# The same tests in two builds at once, plain and under sanitizers, then their sum as
# the last line: "N passed, N failed".
#
# usage: tests/run-both.sh PLAIN SANITIZED PROGRAM|SCRIPT...
# Programs below PLAIN/ are taken from SANITIZED/ for the second run; scripts see
# their build folder as $B.
plain=$1
sanitized=$2
shift 2

log=$(mktemp) || exit 1
again=$(mktemp) || exit 1
trap 'rm -f "$log" "$again"' EXIT

# shellcheck disable=SC2046 -- paths of this tree have no blanks
B=$sanitized sh tests/run.sh $(echo "$@" | sed "s,\(^\| \)$plain/,\1$sanitized/,g") >"$again" 2>&1 &
B=$plain sh tests/run.sh "$@" 2>&1 | tee "$log"
wait
cat "$again"

sum() { # of one of the two counts over both logs
	cat "$log" "$again" | sed -n "s/^\([0-9]*\) passed, \([0-9]*\) failed$/\\$1/p" |
		awk '{ n += $1 } END { print n + 0 }'
}
runs=$(cat "$log" "$again" | grep -c '^[0-9]* passed, [0-9]* failed$')
failed=$(sum 2)
# A run that did not get to its last line has failed, whatever it counted.
[ "$runs" -eq 2 ] || failed=$((failed + 1))
echo "$(sum 1) passed, $failed failed"
[ "$failed" -eq 0 ]
