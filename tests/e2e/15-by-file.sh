# Goal: the same bytes carried as files give the same result as over HTTP. A letter box
# stands in for the link: it keeps the request as a file, dongbod exchange answers it with
# another, and no server runs.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client net TH_THCS-BACHLUU "Lê Thị Một"
new_client stick TH_THCS-NHAOSON "Hà Văn Hai"
head -n 60 "$DATA/people.jsonl" >"$T/people.jsonl"
for store in net stick; do
	ok c $store import "$T/people.jsonl"
done
sync net
server_stop
expect 4 c stick sync --once

# The same exchange by file. Sets answered: how many requests there were.
mkdir "$T/box"
"$B/raw_http" post "$T/box" >"$T/post" &
box=$!
started $box
read_port "$T/post"
BOX=http://127.0.0.1:$port
answered=0
# STORE: one synchronisation through the box.
by_file() {
	"$B/dongbo" sync --once --data "$T/$1" --server "$BOX" --json >"$T/synced" 2>"$T/err" &
	pid=$!
	started $pid
	while kill -0 $pid 2>/dev/null; do
		next=$((answered + 1))
		if [ -e "$T/box/request.$next" ]; then
			ok d exchange --in "$T/box/request.$next" --out "$T/box/reply.$next"
			is "$(val bytes_in)" "$(wc -c <"$T/box/request.$next")" "bytes in"
			is "$(val bytes_out)" "$(wc -c <"$T/box/reply.$next")" "bytes out"
			answered=$next
		fi
		sleep 0.02
	done
	wait $pid
	is $? 0 "status of the synchronisation: $(cat "$T/err")"
	ended $pid
}
by_file stick
bound $answered -ge 1 "requests as files"
ok c stick status
is "$(val transactions).$(val changesets).$(val enrolled)" 0.0.true "status"
ok c stick receipts --verify
bound "$(val verified.receipts)" -ge 2 "receipts"

# Both schools are alike on the server.
for unit in TH_THCS-BACHLUU TH_THCS-NHAOSON; do
	ok d list --unit $unit
	is "$(val total)" 60 "records of $unit"
	grep -o '"title":"[^"]*"' "$T/out" | sort >"$T/$unit.titles"
	for type in staff pg_need bonus; do
		ok d list $type --unit $unit
		val total >>"$T/$unit.titles"
	done
done
cmp "$T/TH_THCS-BACHLUU.titles" "$T/TH_THCS-NHAOSON.titles" || die "the schools differ"
# And on their own computers, to the last value, but for the ids.
for store in net stick; do
	ok c $store export --personal
	sed 's/"[0-9]*\.[0-9a-f]*\.\([0-9]*\)"/"\1"/g' "$T/out" >"$T/$store.jsonl"
done
cmp "$T/net.jsonl" "$T/stick.jsonl" || die "the exports differ"

# A file that comes twice is answered twice, and changes nothing.
ok d summary --unit TH_THCS-NHAOSON
before=$(val totals)
ok d exchange --in "$T/box/request.1" --out "$T/again"
ok d summary --unit TH_THCS-NHAOSON
is "$(val totals)" "$before" "totals after the same file again"

# An older file behind a newer one.
ok c stick edit "$(ok c stick list staff; val records.0.id)" note="sau"
by_file stick
ok d exchange --in "$T/box/request.1" --out "$T/again"
ok d list staff --unit TH_THCS-NHAOSON --where note=sau
is "$(val total)" 1 "the newer value"

# What is no request, or damaged, is refused by a reply that says so, and a status.
echo "Kính gửi" >"$T/letter"
expect 5 d exchange --in "$T/letter" --out "$T/reply"
size=$(wc -c <"$T/box/request.1")
head -c $((size - 10)) "$T/box/request.1" >"$T/short"
expect 5 d exchange --in "$T/short" --out "$T/reply"
: >"$T/nothing"
expect 5 d exchange --in "$T/nothing" --out "$T/reply"
expect 2 d exchange --in "$T/nowhere" --out "$T/reply"
expect 2 d exchange --in "$T/letter"
fsck_clean

ok c stick dump "$T/box/request.1"
has "$T/out" '"kind"' "what dump tells of a request"
kill -TERM $box
wait $box 2>/dev/null
ended $box
