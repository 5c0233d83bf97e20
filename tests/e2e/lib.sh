# What the end-to-end scripts share: a district in a temporary folder, clients of it,
# a bad link, and checks that end the script at the first thing that is wrong.
#
# A script begins with ". $(dirname "$0")/lib.sh". Everything it makes is below $T, every
# process it starts in the background is ended with it.
#
#   expect STATUS COMMAND...  runs it; its output is then in $T/out and $T/err
#   ok COMMAND...             the same with status 0
#   val PATH                  a value of $T/out, which is JSON (json_check.c)
#   is ACTUAL EXPECTED WHAT   equal, or the script fails
#   c NAME ARGUMENTS...       dongbo --json with the store $T/NAME
#   d ARGUMENTS...            dongbod --json with the district's store

ROOT=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
cd "$ROOT" || exit 1
B=${B:-build}
case $B in /*) ;; *) B=$ROOT/$B ;; esac
for program in dongbo dongbod relay json_check raw_http sheet_fill; do
	[ -x "$B/$program" ] || { echo "$B/$program is missing: make"; exit 1; }
done
LC_ALL=C.UTF-8
export LC_ALL
# What a sanitizer finds is no exit status of ours.
ASAN_OPTIONS=exitcode=99${ASAN_OPTIONS:+:$ASAN_OPTIONS}
UBSAN_OPTIONS=exitcode=99${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}
export ASAN_OPTIONS UBSAN_OPTIONS
unset HTTP_PROXY http_proxy ALL_PROXY all_proxy
T=$(mktemp -d) || exit 1
DISTRICT=$T/district
PACKS=$ROOT/common/packs
# What the district began with: its mechanics are what most scripts are about.
PACK_V1=$ROOT/tests/data/songlo-nq06-v1.json
DATA=$ROOT/tests/e2e/data
PIDS=
PORT=
SERVER_PID=
RELAY_PID=
# Sanitizers make everything slower.
case $B in *asan*) SLOW=4 ;; *) SLOW=1 ;; esac

finish() {
	status=$?
	trap '' INT TERM HUP
	trap - EXIT
	: >"$T/stop"
	for pid in $PIDS; do
		kill -9 "$pid" 2>/dev/null
	done
	wait
	rm -rf "$T"
	exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

die() {
	echo "FAILED: $*" >&2
	exit 1
}

# A child to be ended with the script, and one that has ended.
started() { PIDS="$PIDS $1"; }
ended() {
	left=
	for pid in $PIDS; do
		[ "$pid" = "$1" ] || left="$left $pid"
	done
	PIDS=$left
}

# Runs in this shell, unlike $(...): a failure ends the script.
expect() {
	wanted=$1
	shift
	"$@" >"$T/out" 2>"$T/err" </dev/null
	got=$?
	[ "$got" -eq "$wanted" ] && return 0
	echo "---- stdout"; head -c 2000 "$T/out"
	echo "---- stderr"; head -c 4000 "$T/err"
	die "status $got instead of $wanted: $*"
}
ok() { expect 0 "$@"; }

val() { "$B/json_check" "$1" <"$T/out" || echo "(nothing at $1)"; }

is() {
	[ "$1" = "$2" ] && return 0
	echo "---- output of the last command"; head -c 2000 "$T/out"
	die "$3: '$1' instead of '$2'"
}

# is, for numbers: ACTUAL OPERATOR BOUND WHAT.
bound() {
	[ "$1" "$2" "$3" ] 2>/dev/null && return 0
	die "$4: $1, not $2 $3"
}

# FILE PATTERN WHAT: a line of the file has the pattern.
has() { grep -q -- "$2" "$1" || { head -c 2000 "$1"; die "$3: no '$2'"; }; }
lacks() { grep -q -- "$2" "$1" && { head -c 2000 "$1"; die "$3: has '$2'"; }; return 0; }

c() {
	c_store=$T/$1
	shift
	"$B/dongbo" "$@" --data "$c_store" --json
}
d() { "$B/dongbod" "$@" --data "$DISTRICT" --json; }

# A district with its units and forms. Its officers cost a second: only where asked for.
make_district() {
	ok d init --name "Huyện Sông Lô"
	ok d unit import "$PACKS/songlo-units.csv"
	ok d pack publish "$PACK_V1" --prose "$PACKS/songlo-nq06.dict.txt"
}
OFFICER="Nguyễn Thị Mẫu"
add_officer() {
	echo "mật khẩu thử" >"$T/passphrase"
	ok d officer add "$OFFICER" --role officer --unit PNV --passphrase-file "$T/passphrase"
}
# COMMAND ID...: as the officer.
officer() { d "$@" --as "$OFFICER" --passphrase-file "$T/passphrase"; }

# Waits until a file has {"port":N}; sets port.
read_port() {
	tries=0
	port=
	while [ -z "$port" ]; do
		port=$(sed -n 's/^{"port":\([0-9]*\)}$/\1/p' "$1" 2>/dev/null)
		tries=$((tries + 1))
		[ "$tries" -gt 600 ] && die "no port in $1"
		[ -n "$port" ] || sleep 0.05
	done
}

# [PORT]: on a free one at first, on the same one again later.
server_start() {
	: >"$T/port"
	"$B/dongbod" serve --data "$DISTRICT" --json --listen "127.0.0.1:${1:-0}" \
		>"$T/port" 2>>"$T/server.log" &
	SERVER_PID=$!
	started $SERVER_PID
	read_port "$T/port"
	PORT=$port
}
# NAME: a certificate of its own making for 127.0.0.1.
make_cert() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/$1.key" -out "$T/$1.pem" -days 30 \
		-subj "/CN=$1" -addext "subjectAltName=IP:127.0.0.1" 2>/dev/null ||
		die "openssl makes no certificate"
}
# What another program says that the key's hash is.
pin_of() {
	openssl x509 -in "$1" -pubkey -noout | openssl pkey -pubin -outform DER |
		openssl dgst -sha256 -binary | openssl base64
}
tls_start() { # NAME [PORT]
	: >"$T/port"
	"$B/dongbod" serve --data "$DISTRICT" --json --listen "127.0.0.1:${2:-0}" \
		--tls-cert "$T/$1.pem" --tls-key "$T/$1.key" >"$T/port" 2>>"$T/server.log" &
	SERVER_PID=$!
	started $SERVER_PID
	read_port "$T/port"
	PORT=$port
}
# Cleanly: status 0.
server_stop() {
	kill -TERM "$SERVER_PID"
	wait "$SERVER_PID"
	is $? 0 "status of the server after SIGTERM"
	ended "$SERVER_PID"
}
server_kill() {
	kill -9 "$SERVER_PID"
	wait "$SERVER_PID" 2>/dev/null
	ended "$SERVER_PID"
}

# OPTIONS...: a relay to the server; sets RELAY, its address.
relay_start() {
	: >"$T/relay"
	"$B/relay" --to "$PORT" --life 120 "$@" >"$T/relay" &
	RELAY_PID=$!
	started $RELAY_PID
	read_port "$T/relay"
	RELAY=http://127.0.0.1:$port
}
# Its counts are then in $T/relay.json; relayed NAME gives one.
relay_stop() {
	kill -TERM "$RELAY_PID"
	wait "$RELAY_PID"
	ended "$RELAY_PID"
	sed -n 2p "$T/relay" >"$T/relay.json"
}
relayed() { "$B/json_check" "$1" <"$T/relay.json"; }

# FILE UNIT [OPTIONS...]: an enrolment in $T/FILE.enrol.
enrol() {
	enrolment=$T/$1.enrol
	unit=$2
	shift 2
	ok d enrol "$unit" --address "http://127.0.0.1:${PORT:-1}" --out "$enrolment" "$@"
}
# NAME UNIT AUTHOR [OPTIONS...]: a client of the unit, not synchronised yet.
new_client() {
	name=$1
	author=$3
	unit=$2
	shift 3
	enrol "$name" "$unit" "$@"
	ok c "$name" init --enrol "$T/$name.enrol" --author "$author"
}

# STORE NAME: a staff member with all that is required; sets id.
add_staff() {
	ok c "$1" add staff full_name="$2" birth=20/10/1985 sex=nu post_kind=vc \
		position="Giáo viên" level=dh work_state=dang_lam
	id=$(val id)
}
# STORE PERSON AMOUNT: a bonus that can be submitted; sets id.
add_bonus() {
	ok c "$1" add bonus plan_year=2026 quarter=q2 person="$2" kind=contest \
		achievement="Giải Nhì cuộc thi cấp tỉnh" achieved_on=15/04/2026 amount="$3" \
		doc_number=12/TTr doc_date=02/05/2026 signer_name="Trần Thị Mẫu" \
		signer_title="Hiệu trưởng"
	id=$(val id)
}
sync() { ok c "$1" sync; }
# STORE ID FIELD: the value here.
field() {
	ok c "$1" show "$2"
	value=$(val "fields.$3")
}
# The same on the server.
server_field() {
	ok d show "$1"
	value=$(val "fields.$2")
}
# What all sides must show alike of a record: values, rows, state, conflicts.
same_everywhere() { # ID STORE...
	record=$1
	shift
	ok d show "$record"
	for part in fields rows state deleted conflicts; do
		eval "server_$part=\$(val $part)"
	done
	for store_name; do
		ok c "$store_name" show "$record"
		for part in fields rows state deleted conflicts; do
			eval "is \"\$(val $part)\" \"\$server_$part\" \"$part of $record in $store_name\""
		done
	done
}
fsck_clean() {
	ok d fsck
	is "$(val ok)" true "fsck"
	is "$(val count)" 0 "what fsck found"
}
