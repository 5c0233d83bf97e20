# Goal: stopping the server with SIGTERM while clients are connected ends it cleanly, with
# status 0; they go on by themselves once it is back, and end cleanly themselves.
. "$(dirname "$0")/lib.sh"

make_district
server_start
first_port=$PORT
new_client one TH-TAMSON "Lê Thị Một"
new_client two TH-TAMSON "Hà Văn Hai"
for store in one two; do
	"$B/dongbo" sync --every 1s --data "$T/$store" >"$T/$store.log" 2>&1 &
	started $!
	eval "pid_$store=$!"
done
# STORE: waits until it has nothing to send.
wait_sent() {
	tries=0
	while :; do
		ok c "$1" status
		[ "$(val transactions).$(val changesets).$(val enrolled)" = 0.0.true ] && return
		tries=$((tries + 1))
		[ $tries -gt 400 ] && die "$1: still waiting: $(cat "$T/out" "$T/$1.log")"
		sleep 0.05
	done
}
wait_sent one
wait_sent two
add_staff one "Trước Khi Dừng"
wait_sent one

# A connection that stays open and silent does not hold it up.
(sleep 20 & echo $! >"$T/silent"; wait) | "$B/raw_http" send "$PORT" >/dev/null 2>&1 &
started $!
while [ ! -s "$T/silent" ]; do sleep 0.02; done
started "$(cat "$T/silent")"
server_stop
has "$T/server.log" " ok$" "the log"
add_staff one "Trong Khi Dừng"
during=$id
sleep 1
ok c one show "$during"
[ "$(val standing)" != received ] || die "received by a server that is not there"
server_start "$first_port"
wait_sent one
server_field "$during" full_name
is "$value" "Trong Khi Dừng" "what was entered meanwhile"
tries=0
until ok c two list && [ "$(val total)" = 2 ]; do
	tries=$((tries + 1))
	[ $tries -gt 400 ] && die "two has not heard of it: $(cat "$T/two.log")"
	sleep 0.05
done

for store in one two; do
	eval "pid=\$pid_$store"
	kill -TERM "$pid"
	wait "$pid"
	is $? 0 "status of sync --every after SIGTERM"
	ended "$pid"
	has "$T/$store.log" "Đã đồng bộ" "the log of $store"
done
fsck_clean
server_stop
fsck_clean
