# Goal: over a slow link that is cut again and again an import of 300 records arrives.
# Messages shrink until they pass, pieces are gone on with, and no change set that was
# acknowledged travels twice: the relay counts.
. "$(dirname "$0")/lib.sh"

CUT=3000
make_district
server_start
new_client school THCS-DONGQUE "Trần Thị Mẫu"
ok c school import "$DATA/people.jsonl"
is "$(val kept)" 300 "imported records"

# STORE: one attempt after the other, until nothing waits. Sets failures and smallest.
attempts() {
	tries=0
	failures=0
	smallest=262144
	while :; do
		tries=$((tries + 1))
		[ $tries -gt 120 ] && die "it does not arrive in 120 attempts"
		c "$1" sync --once --server "$RELAY" >"$T/out" 2>"$T/err"
		case $? in
		0) ;;
		4) failures=$((failures + 1)) ;;
		*) die "sync: $(cat "$T/err")" ;;
		esac
		size=$(message_size "$1")
		[ "$size" -lt $smallest ] && smallest=$size
		ok c "$1" status
		[ "$(val transactions).$(val changesets)" = 0.0 ] && return
	done
}
message_size() {
	hex=$(sqlite3 "$T/$1/store.db" "SELECT hex(value) FROM meta WHERE key='message_size'")
	echo $((0x$hex))
}

# One change set of some ten thousand bytes, cut after 1500 to 3000 either way.
: >"$T/server.log"
relay_start --rate 20000 --delay 5 --cut-up $CUT --cut-down $CUT --seed 7
attempts school
relay_stop
bound $failures -gt 5 "attempts that were cut"
bound $smallest -le 4096 "smallest size of messages, 262144 at first"
bound "$(relayed cut)" -ge $failures "connections that were cut"
# What passed is what was taken, and what each cut wasted.
taken=$(sed -n 's/.* in=\([0-9]*\) .* ok$/\1/p' "$T/server.log" | awk '{ n += $1 } END { print n }')
headers=$((200 * $(relayed connections)))
bound "$(relayed up)" -le $((taken + failures * CUT + headers)) "bytes that passed"
bound "$taken" -le 40000 "bytes that the server took, for a change set of 10000"
arrived=$(sed -n 's/.* sets=\([0-9]*\) .*/\1/p' "$T/server.log" | awk '{ n += $1 } END { print n }')
bound "$arrived" -ge 1 "whole change sets that arrived"
ok d list --unit THCS-DONGQUE
is "$(val total)" 300 "records on the server"
ok c school receipts --verify

# Nothing of it goes again.
relay_start
ok c school sync --server "$RELAY"
relay_stop
bound "$(relayed up)" -le 400 "bytes of a contact with nothing new"

# Many small change sets, some of them signed by attempts without a link: those that were
# acknowledged are not among what comes later, so that each arrives once.
new_client other THCS-TANLAP "Hà Văn Hai"
sync other
n=0
while [ $n -lt 20 ]; do
	n=$((n + 1))
	sed -n "$((n * 10 + 1)),$((n * 10 + 10))p" "$DATA/people.jsonl" >"$T/part.jsonl"
	ok c other import "$T/part.jsonl"
	[ $n -gt 8 ] || expect 4 c other sync --once --server http://127.0.0.1:1
done
ok c other status
bound "$(val changesets)" -ge 5 "change sets that wait"
bound "$(val transactions)" -gt 0 "saves that are not signed yet"
: >"$T/server.log"
relay_start --rate 40000 --cut-up $CUT --seed 11
attempts other
relay_stop
bound $failures -gt 0 "attempts that were cut"
arrived=$(sed -n 's/.* sets=\([0-9]*\) .*/\1/p' "$T/server.log" | awk '{ n += $1 } END { print n }')
signed=$(sqlite3 "$T/other/store.db" "SELECT max(device_seq) FROM item WHERE stream=46 AND \
	device=(SELECT device FROM item WHERE stream=46 ORDER BY seq DESC LIMIT 1)")
bound "$signed" -gt 7 "change sets that were signed"
is "$arrived" "$signed" "change sets that arrived"
ok d list --unit THCS-TANLAP
is "$(val total)" 200 "records on the server"
ok c other list
is "$(val total)" 200 "records in the school"
ok c other receipts --verify

# A new computer of the first school fetches it all through the same link.
new_client fresh THCS-DONGQUE "Lê Thị Một"
relay_start --rate 40000 --delay 5 --cut-down $CUT --cut-up $CUT --seed 13
tries=0
until ok c fresh list && [ "$(val total)" = 300 ]; do
	tries=$((tries + 1))
	[ $tries -gt 120 ] && die "it does not come down in 120 attempts"
	c fresh sync --once --server "$RELAY" >/dev/null 2>&1
	case $? in 0 | 4) ;; *) die "sync" ;; esac
done
relay_stop
bound "$(relayed down)" -lt 60000 "bytes that came down, for 10000"
ok c fresh receipts --verify

# A link that falls silent: the client is told to stop, and does.
relay_start --stall 100
ok c fresh edit "$(ok c fresh list staff; val records.0.id)" note="chờ"
"$B/dongbo" sync --once --data "$T/fresh" --server "$RELAY" >/dev/null 2>&1 &
pid=$!
started $pid
sleep 1
kill -0 $pid || die "the client does not wait"
kill -TERM $pid
wait $pid
status=$?
ended $pid
[ $status -ne 0 ] || die "status 0 from a sync that was stopped"
relay_stop
sync fresh
fsck_clean
server_stop
