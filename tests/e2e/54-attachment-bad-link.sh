# Goal: a scan of 2 MiB over a link of 20 kbit/s, 600 ms there and back, 5 % of packets lost, cut
# every 30 s: it arrives whole, no byte that the server has acknowledged travels twice, what a
# clerk saves meanwhile does not wait for it; and what all of that cost on the wire is shown.
#
# Client, server and link run under faketime, all three in one world whose clocks go SPEED times
# as fast: a second of theirs is 1/SPEED of ours, for rates, delays, timeouts and pauses alike.
# Only the machine's own work is not faster, so that the link here is rather worse than it says.
# The disk is not what is tested here, and would be 40 times as slow.
[ -w /dev/shm ] && export TMPDIR=/dev/shm
. "$(dirname "$0")/lib.sh"
command -v faketime >/dev/null || die "faketime is missing: make deps-test"
SPEED=25
SIZE=2097152
# Under sanitizers the machine's own work is some four times as slow: a part of it will do.
[ $SLOW = 1 ] || { SPEED=10; SIZE=524288; }
# faketime is loaded before what the sanitizers bring.
export ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0"
fast() { faketime -f "+0 x$SPEED" "$@"; }

ok d init --name "Huyện Sông Lô"
ok d unit import "$PACKS/songlo-units.csv"
ok d pack publish "$PACKS/songlo-nq06.json" --prose "$PACKS/songlo-nq06.dict.txt"
: >"$T/port"
fast sh -c 'echo $$ >"$1/server.pid"; shift; exec "$@"' sh "$T" \
	"$B/dongbod" serve --data "$DISTRICT" --json --listen 127.0.0.1:0 >"$T/port" 2>>"$T/server.log" &
started $!
read_port "$T/port"
PORT=$port
new_client a THCS-TAMSON "Lê Thị Nhập"
sync a
{ printf '%%PDF-1.5\n'; head -c $((SIZE - 9)) /dev/urandom; } >"$T/scan.pdf"
add_staff a "Lê Thị Mẫu"
person=$id
add_bonus a "$person" 45000000
record=$id
ok c a attach "$record" "$T/scan.pdf" --as award

: >"$T/relay"
fast sh -c 'echo $$ >"$1/relay.pid"; shift; exec "$@"' sh "$T" \
	"$B/relay" --to "$PORT" --life 100000 --rate 2500 --delay 300 --jitter 40 --loss 5 \
	--cut-every 30000 --seed 54 >"$T/relay" &
RELAY_PID=$!
started $RELAY_PID
read_port "$T/relay"
RELAY=http://127.0.0.1:$port

# As `sync --every` does, until there is nothing left.
: >"$T/server.log"
(
	while [ ! -e "$T/stop" ]; do
		fast "$B/dongbo" sync --data "$T/a" --json --server "$RELAY" >>"$T/syncs" 2>>"$T/syncs.err"
		"$B/dongbo" status --data "$T/a" --json >"$T/status" 2>/dev/null
		grep -q '"to_send":0' "$T/status" && break
	done
) &
syncing=$!
started $syncing

# When some of it is there, a clerk saves something: it does not wait for the rest.
pieces=0
while [ "$pieces" -lt 20 ]; do
	pieces=$(grep -c 'file_in=[1-9]' "$T/server.log")
	kill -0 $syncing 2>/dev/null || break
	sleep 0.1
done
ok c a edit "$person" note="trong lúc gửi"
while :; do
	server_field "$person" note
	[ "$value" = "trong lúc gửi" ] && break
	sleep 0.1
done
ok d files "$record"
is "$(val 0.here)" false "whether the file is whole when the record saved later has come"
wait $syncing
ended $syncing
ok c a status
is "$(val files.to_send)" 0 "files that wait"

# Whole, and the same.
ok d files "$record"
is "$(val 0.here)" true "whether the file is whole"
ok d open "$record" --out "$T/seen.pdf"
cmp "$T/seen.pdf" "$T/scan.pdf" || die "another file came"
fsck_clean

# Each byte that reached the server in a whole message did so once: the file's bytes in the
# server's log add up to its size, however often the link was cut.
kill -TERM "$(cat "$T/relay.pid")"
wait "$RELAY_PID"
ended "$RELAY_PID"
sed -n 2p "$T/relay" >"$T/relay.json"
arrived=$(sed -n 's/.*file_in=\([0-9]*\).*/\1/p' "$T/server.log" | awk '{ n += $1 } END { print n + 0 }')
messages=$(grep -c 'file_in=[1-9]' "$T/server.log")
is "$arrived" $SIZE "bytes of the file that the server has taken, of all messages"
bound "$(relayed cut)" -ge $((SIZE / 210000)) "cuts"
wire=$(($(relayed up) + $(relayed down) + $(relayed lost)))
echo "$SIZE bytes over 20 kbit/s, 600 ms, 5 % loss, cut every 30 s: $(relayed seconds) s of the link's time;" \
	"the bytes alone take $((SIZE / 2500)) s"
echo "  $messages messages, $(relayed connections) connections, $(relayed cut) cut under way"
echo "  up $(relayed up), down $(relayed down), lost and sent again by TCP $(relayed lost) bytes" \
	"(TCP and IP headers not counted)"
echo "  $wire bytes for $SIZE: overhead $(((wire - SIZE) * 1000 / SIZE)) per mille," \
	"without TCP's own $((($(relayed up) + $(relayed down) - SIZE) * 1000 / SIZE))"
# Half of it once more would mean that cuts cost whole messages again and again.
bound "$wire" -lt $((SIZE + SIZE / 2)) "bytes on the wire"
kill -TERM "$(cat "$T/server.pid")"
