# Goal: the server is killed in the middle of exchanges, again and again, while three
# schools synchronise. What it gave a receipt for is there; everything arrives; once.
. "$(dirname "$0")/lib.sh"

make_district
server_start
first_port=$PORT
new_client one MN-LANGCONG "Lê Thị Một"
new_client two MN-QUANGYEN "Hà Văn Hai"
new_client three MN-CAOPHONG "Phan Thị Ba"

# STORE: enters and synchronises until it is told to stop; what was saved goes to a list.
work() {
	n=0
	while [ ! -e "$T/stop" ]; do
		n=$((n + 1))
		"$B/dongbo" add staff full_name="Người $n của $1" --data "$T/$1" --json \
			>"$T/$1.out" 2>>"$T/$1.err" || echo "add: status $?" >>"$T/$1.bad"
		"$B/json_check" id <"$T/$1.out" >>"$T/$1.saved"
		"$B/dongbo" sync --once --data "$T/$1" --json >>"$T/$1.sync" 2>>"$T/$1.err"
		case $? in
		0 | 4) ;;
		*) echo "sync: status $?" >>"$T/$1.bad" ;;
		esac
	done
}
for store in one two three; do
	work $store &
	started $!
	eval "pid_$store=$!"
done

for pause in 0.31 0.17 0.43 0.23; do
	sleep $pause
	sleep $((SLOW / 4))
	server_kill
	# What the schools hold as received now must be there when the server is back.
	for store in one two three; do
		ok c $store receipts
		grep -o '"stream":[0-9]*,"seq":[0-9]*,"time":[0-9]*,"head":"[0-9a-f]*"' "$T/out" \
			>>"$T/$store.receipts"
	done
	sleep 0.1
	server_start "$first_port"
done
sleep 0.5
: >"$T/stop"
for store in one two three; do
	eval "wait \$pid_$store; ended \$pid_$store"
	[ -e "$T/$store.bad" ] && die "$store: $(cat "$T/$store.bad" "$T/$store.err")"
done
rm "$T/stop"

for store in one two three; do
	sync $store
	ok c $store status
	is "$(val transactions).$(val changesets).$(val refused)" 0.0.0 "what waits in $store"
	ok c $store list
	is "$(val total)" "$(grep -c . "$T/$store.saved")" "records in $store"
	# The receipts of then still stand in the log of now, signatures and all.
	ok c $store receipts --verify
	cp "$T/out" "$T/now"
	while read -r receipt; do
		grep -qF "$receipt" "$T/now" || die "$store: receipt $receipt is gone"
	done <"$T/$store.receipts"
	bound "$(grep -c . "$T/$store.receipts")" -gt 2 "receipts of $store"
done
ok d list staff
is "$(val total)" "$(cat "$T"/*.saved | grep -c .)" "records on the server"
cp "$T/out" "$T/served"
for id in $(cat "$T"/*.saved); do
	grep -q "\"$id\"" "$T/served" || die "$id is not on the server"
done
fsck_clean
server_stop
fsck_clean
