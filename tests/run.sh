#!/bin/sh
# Runs test programs and scripts one after the other and counts: every cmocka test
# is one, every script is one. Shows what a failing one printed. The last line is
# "N passed, N failed"; the status is 0 only if nothing failed.
#
# usage: tests/run.sh PROGRAM|SCRIPT...

passed=0
failed=0
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

count() { # the number that cmocka prints behind a tag, 0 without one
	sed -n "s/.*\[  *$1  *\] *\([0-9][0-9]*\) test(s).*/\1/p" "$log" | head -n 1
}

for program in "$@"; do
	name=$(basename "$program")
	case $program in
	*.sh) sh "$program" >"$log" 2>&1 ;;
	*) "$program" >"$log" 2>&1 ;;
	esac
	status=$?
	good=$(count PASSED)
	bad=$(count FAILED)
	if [ -z "$good" ]; then
		# A program that counts as this script does.
		good=$(sed -n 's/^\([0-9][0-9]*\) passed, [0-9][0-9]* failed$/\1/p' "$log" | tail -n 1)
		bad=$(sed -n 's/^[0-9][0-9]* passed, \([0-9][0-9]*\) failed$/\1/p' "$log" | tail -n 1)
	fi
	if [ -z "$good" ]; then
		# Not cmocka: the whole is one test.
		good=$([ $status -eq 0 ] && echo 1 || echo 0)
		bad=$([ $status -eq 0 ] && echo 0 || echo 1)
	fi
	# A program that died after its last count has failed all the same.
	[ $status -ne 0 ] && [ "${bad:-0}" -eq 0 ] && bad=1
	passed=$((passed + good))
	failed=$((failed + ${bad:-0}))
	if [ $status -ne 0 ]; then
		echo "FAILED $name (status $status)"
		sed 's/^/    /' "$log" | tail -n 60
	else
		echo "ok     $name ($good)${B:+  $B}"
		sed -n 's/^SKIPPED: /       SKIPPED: /p' "$log"
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
