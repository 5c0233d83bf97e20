# Goal: clocks that are decades wrong change nothing but what they say: all is applied,
# times received are the server's, the order is the stream's, and the client is warned.
. "$(dirname "$0")/lib.sh"

command -v faketime >/dev/null || die "faketime is missing: make deps-test"
# Waiting is not to be faked; a sanitizer has to bear a library loaded before it.
FAKETIME_DONT_FAKE_MONOTONIC=1
DONT_FAKE_MONOTONIC=1
ASAN_OPTIONS=verify_asan_link_order=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export FAKETIME_DONT_FAKE_MONOTONIC DONT_FAKE_MONOTONIC ASAN_OPTIONS

# NAME ARGUMENTS...: as c, in another year.
past() { at "2006-01-02 03:04:05" "$@"; }
future() { at "2046-01-02 03:04:05" "$@"; }
at() {
	at_time=$1
	at_store=$T/$2
	shift 2
	faketime "$at_time" "$B/dongbo" "$@" --data "$at_store" --json
}

make_district
server_start
begun=$(date +%s)
enrol old TH-DONGTHINH
enrol new TH-DONGTHINH
ok past old init --enrol "$T/old.enrol" --author "Máy Cũ"
ok future new init --enrol "$T/new.enrol" --author "Máy Mới"
ok past old add staff full_name="Người Năm 2006" position="Giáo viên"
person=$(val id)
ok past old sync
ok future new sync
ok future new list
is "$(val total)" 1 "records on the computer of 2046"
ok future new edit "$person" position="Tổ phó"
ok future new sync
ok past old sync
# Made after it, by a clock that says forty years before: it stands, for it came later.
ok past old edit "$person" position="Tổ trưởng"
ok past old sync
ok future new sync
server_field "$person" position
is "$value" "Tổ trưởng" "position on the server"
ok past old show "$person"
is "$(val fields.position).$(val conflicts.#)" "Tổ trưởng.0" "position in 2006"
ok future new show "$person"
is "$(val fields.position).$(val conflicts.#)" "Tổ trưởng.0" "position in 2046"
ended_at=$(date +%s)

ok d history "$person"
is "$(val '#')" 5 "ops"
is "$(val 0.author).$(val 3.author).$(val 4.author)" "Máy Cũ.Máy Mới.Máy Cũ" "order"
bound "$(val 0.time)" -lt 1140000000 "time made in 2006"
bound "$(val 3.time)" -gt 2390000000 "time made in 2046"
before=0
for n in 0 1 2 3 4; do
	bound "$(val $n.received)" -ge "$begun" "time received"
	bound "$(val $n.received)" -le "$ended_at" "time received"
	bound "$(val $n.seq)" -ge $before "place in the stream"
	is "$(val $n.applied).$(val $n.signature)" true.ok "op $n"
	before=$(val $n.seq)
done
ok past old receipts --verify
last=$(($(val receipts.#) - 1))
bound "$(val receipts.$last.time)" -ge "$begun" "time of the receipt"
bound "$(val receipts.$last.time)" -le "$ended_at" "time of the receipt"

# Warned, in words.
ok past old status
bound "$(val clock_ahead)" -lt -600000000 "clock of 2006"
ok future new status
bound "$(val clock_ahead)" -gt 600000000 "clock of 2046"
faketime "2046-01-02 03:04:05" "$B/dongbo" status --data "$T/new" >"$T/out" || die "status"
has "$T/out" "Đồng hồ máy này nhanh" "status"
faketime "2006-01-02 03:04:05" "$B/dongbo" status --data "$T/old" --lang en >"$T/out" ||
	die "status"
has "$T/out" "clock is behind" "status"
ok c old status
ok c old sync
"$B/dongbo" status --data "$T/old" >"$T/out" || die "status"
lacks "$T/out" "Đồng hồ" "status once the clock is right"

# Both change one field without knowing: a conflict, whatever the clocks say.
ok past old edit "$person" note="cũ"
ok future new edit "$person" note="mới"
ok future new sync
ok past old sync
ok past old conflicts
is "$(val 0.conflicts.0.values.#)" 2 "values in conflict"
ok past old show "$person"
is "$(val fields.note)" "mới" "what came first shows"
fsck_clean
server_stop
