# Goal: several processes work on one store at a time, here and on the server: none fails,
# none waits for ever, nothing is lost.
. "$(dirname "$0")/lib.sh"

make_district
add_officer
server_start
new_client school THCS-LANGCONG "Trần Thị Mẫu"
sync school
"$B/dongbo" sync --every 1s --data "$T/school" >"$T/sync.log" 2>&1 &
syncing=$!
started $syncing

# WHO COUNT: that many adds in a row.
adds() {
	n=0
	while [ $n -lt "$2" ] && [ ! -e "$T/stop" ]; do
		n=$((n + 1))
		"$B/dongbo" add staff full_name="Người $n" --author "$1" --data "$T/school" \
			--json >"$T/$1.out" 2>>"$T/$1.err" || echo "status $?" >>"$T/bad"
		"$B/json_check" id <"$T/$1.out" >>"$T/$1.saved"
	done
}
adds Một 50 &
first=$!
started $first
adds Hai 50 &
second=$!
started $second

# Meanwhile on the server: reading, checking, verifying, one after the other.
checks=0
while kill -0 $first 2>/dev/null || kill -0 $second 2>/dev/null; do
	fsck_clean
	ok d summary --by-unit
	ok d list staff
	ok c school list
	ok c school status
	checks=$((checks + 1))
done
wait $first
wait $second
ended $first
ended $second
[ -e "$T/bad" ] && die "$(cat "$T/bad" "$T/Một.err" "$T/Hai.err")"
bound $checks -ge 2 "checks of the server meanwhile"

cat "$T/Một.saved" "$T/Hai.saved" >"$T/saved"
is "$(sort -u "$T/saved" | grep -c .)" 100 "different ids"
tries=0
while :; do
	ok c school status
	[ "$(val transactions).$(val changesets)" = 0.0 ] && break
	tries=$((tries + 1))
	[ $tries -gt 400 ] && die "still waiting: $(cat "$T/out" "$T/sync.log")"
	sleep 0.05
done
# An officer at the server while the server serves.
add_staff school "Đỗ Thị Na"
person=$id
add_bonus school "$person" 1000000
bonus=$id
ok c school submit "$bonus"
tries=0
until ok c school show "$bonus" && [ "$(val standing)" = received ]; do
	tries=$((tries + 1))
	[ $tries -gt 400 ] && die "still waiting: $(cat "$T/sync.log")"
	sleep 0.05
done
ok officer verify "$bonus"
tries=0
until ok c school show "$bonus" && [ "$(val state)" = verified ]; do
	tries=$((tries + 1))
	[ $tries -gt 400 ] && die "not heard of: $(cat "$T/sync.log")"
	sleep 0.05
done
kill -TERM $syncing
wait $syncing
is $? 0 "status of sync --every"
ended $syncing
lacks "$T/sync.log" "bận" "the log of sync --every"

ok d list staff
is "$(val total)" 101 "records on the server"
cp "$T/out" "$T/served"
for id in $(cat "$T/saved"); do
	grep -q "\"$id\"" "$T/served" || die "$id is not on the server"
done
ok d history "$(head -n 1 "$T/Hai.saved")"
is "$(val 0.author)" "Hai" "author"
ok c school receipts --verify
fsck_clean
server_stop
