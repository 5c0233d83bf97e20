#!/bin/sh
# The sample year as the demonstration shows it: every step checks itself, and the
# documents that it leaves are there.
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

DEMO_OUT=$work/out sh tests/demo-year.sh >"$work/said" 2>&1 || {
	cat "$work/said"
	exit 1
}
[ "$(grep -c '^=== ' "$work/said")" -eq 5 ] || { echo "there are not five steps"; exit 1; }
for file in bao-cao-nam-2022.docx bao-cao-nam-2022.html kinh-phi-2022.xlsx; do
	[ -s "$work/out/$file" ] || { echo "$file is missing"; exit 1; }
done
