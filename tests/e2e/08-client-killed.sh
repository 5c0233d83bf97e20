# Goal: a computer that goes out in the middle of entering, importing or synchronising
# loses nothing that it had reported as saved, has no halves, and sends nothing twice.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client school TH-YENTHACH "Trần Thị Mẫu"
grep '"type": "staff"' "$DATA/people.jsonl" >"$T/staff.jsonl"
lines=$(grep -c . "$T/staff.jsonl")
is "$lines" 250 "lines to import"
: >"$T/reported"
imported=0

# SECONDS COMMAND...: killed after that; sets killed to whether it was.
run_and_kill() {
	delay=$1
	shift
	"$B/dongbo" "$@" --data "$T/school" --json >"$T/killed" 2>/dev/null &
	pid=$!
	started $pid
	sleep "$delay"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	killed=$?
	ended $pid
}
# N: a moment, drawn from a fixed seed, in the first N milliseconds.
moment() {
	awk -v seed="$round$1" -v most="$(($1 * SLOW))" \
		'BEGIN { srand(seed); printf "%.3f", rand() * most / 1000 }'
}

deaths=0
round=0
while [ $round -lt 10 ]; do
	round=$((round + 1))
	add_staff school "Người Thứ $round"
	echo "$id" >>"$T/reported"
	# Every second time there is time enough, mostly.
	run_and_kill "$(moment $((40 + round % 2 * 160)))" import "$T/staff.jsonl"
	[ $killed -eq 137 ] && deaths=$((deaths + 1))
	[ "$("$B/json_check" kept <"$T/killed" 2>/dev/null)" = "$lines" ] &&
		imported=$((imported + 1))
	run_and_kill "$(moment 20)" add staff full_name="Người Vội $round"
	"$B/json_check" id <"$T/killed" >>"$T/reported" 2>/dev/null
	run_and_kill "$(moment 40)" sync
	[ $killed -eq 137 ] && deaths=$((deaths + 1))

	# The store opens, and all that was reported is there.
	ok c school list staff --text "nguoi"
	cp "$T/out" "$T/list"
	while read -r id; do
		grep -q "\"$id\"" "$T/list" || die "round $round: $id was reported and is not there"
	done <"$T/reported"
done
bound $deaths -ge 3 "times that the client was killed in time"

ok c school list staff
cp "$T/out" "$T/list"
total=$(val total)
added=$(grep -o '"title":"Người ' "$T/list" | wc -l)
bound $((total - added)) -ge $((imported * lines)) "imported records, $imported whole imports"
# An import is there whole or not at all.
is $(((total - added) % lines)) 0 "records of half an import"

sync school
sync school
ok c school status
is "$(val transactions).$(val changesets).$(val refused)" 0.0.0 "what waits at the end"
ok d list staff
is "$(val total)" "$total" "records on the server"
cp "$T/out" "$T/served"
for id in $(cat "$T/reported"); do
	grep -q "\"$id\"" "$T/served" || die "$id is not on the server"
done
ok c school receipts --verify
fsck_clean
server_stop
