# Goal: the centre's calendar at work: a call opened, reminded and closed, an extension
# with its reason seen offline, a report in time, one signed in time and received late,
# one late, one missing; a clock that lies decides nothing and is seen.
. "$(dirname "$0")/lib.sh"

command -v faketime >/dev/null || die "faketime is missing: make deps-test"
FAKETIME_DONT_FAKE_MONOTONIC=1
DONT_FAKE_MONOTONIC=1
ASAN_OPTIONS=verify_asan_link_order=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
# Days are those of Vietnam, wherever this runs: UTC+7, which POSIX writes with a minus.
TZ=ICT-7
export FAKETIME_DONT_FAKE_MONOTONIC DONT_FAKE_MONOTONIC ASAN_OPTIONS TZ

# Everything happens at this time.
NOW="2024-11-20 08:00:00"
c() {
	c_store=$T/$1
	shift
	faketime "$NOW" "$B/dongbo" "$@" --data "$c_store" --json
}
d() { faketime "$NOW" "$B/dongbod" "$@" --data "$DISTRICT" --json; }
# In words.
say() {
	say_store=$T/$1
	shift
	faketime "$NOW" "$B/dongbo" "$@" --data "$say_store" >"$T/out" || die "$*"
}
# faketime stays between this shell and the server, and gives its status back.
server_off() {
	kill -TERM "$(cat "$T/server.pid")"
	wait "$SERVER_PID"
	is $? 0 "status of the server after SIGTERM"
	ended "$SERVER_PID"
}
# DAY HOUR: the server goes on at that time, on the same port. Its clock runs; everything
# else happens twenty minutes past.
server_at() {
	[ -z "$SERVER_PID" ] || server_off
	NOW="$1 $2:20:00"
	: >"$T/port"
	faketime "$1 $2:00:00" sh -c 'echo $$ >"$1/server.pid"; shift; exec "$@"' sh "$T" \
		"$B/dongbod" serve --data "$DISTRICT" --json --listen "127.0.0.1:${PORT:-0}" \
		>"$T/port" 2>>"$T/server.log" &
	SERVER_PID=$!
	started $SERVER_PID
	read_port "$T/port"
	PORT=$port
}
# STORE TYPE field=value...: a record, signed; sets id.
file() {
	store=$1
	shift
	ok c "$store" add "$@"
	id=$(val id)
	ok c "$store" submit "$id" --to signed
}
# UNIT: how it met d4 for 2024.
look() { ok d timeliness --deadline d4 --year 2024 --unit "$1"; }
met() {
	look "$1"
	is "$(val 0.units.0.state)" "$2" "report of $1"
}

make_district
ok d pack publish "$ROOT/tests/unit/data/calendar-pack.json"
add_officer
server_at 2024-11-20 08
for pair in a:MN-TAMSON b:MN-LANGCONG e:MN-QUANGYEN f:MN-DONGTHINH g:MN-DUCBAC; do
	new_client "${pair%%:*}" "${pair#*:}" "Lê Thị Mẫu"
	sync "${pair%%:*}"
done

# The calendar, without anything decided yet: the last good day, not the quoted one.
ok d deadlines --year 2024
has "$T/out" '"last_day":"2024-12-14"' "calendar"
lacks "$T/out" '"last_day":"2024-12-15"' "calendar"

# A call for two units; nobody who is not there; no code twice.
expect 2 officer round open DOT-1 --type course_list --due 10/12/2024 --units "MN-TAMSON KHONG-CO"
expect 1 officer round open DOT-1 --type khong_co --due 10/12/2024
ok officer round open DOT-1 --type course_list --title "Bồi dưỡng đợt 1" --due 10/12/2024 \
	--units "MN-TAMSON, MN-LANGCONG"
is "$(val expected).$(val open)" 2.2 "units asked"
expect 1 officer round open DOT-1 --type course_list --due 10/12/2024
ok d list call
is "$(val total)" 1 "calls"
call=$(val records.0.short)
sync a
sync e
say a deadlines
has "$T/out" "hết ngày 10/12/2024 *Bồi dưỡng đợt 1 *chưa đến hạn, còn 20 ngày" "call in the unit"
say e deadlines
lacks "$T/out" "Bồi dưỡng đợt 1" "call in another unit"

# Reminded once a day, however often it is run.
server_at 2024-12-05 08
file a course_list call="$call" count=3
say a deadlines
has "$T/out" "đã xong, chờ gửi" "not sent yet"
sync a
ok officer round remind DOT-1
is "$(val '#').$(val 0.unit).$(val 0.written)" 1.MN-LANGCONG.true "reminded"
ok officer round remind DOT-1
is "$(val '#').$(val 0.written)" 1.false "reminded again"
ok d list urging
is "$(val total)" 1 "reminders"
server_at 2024-12-06 08
ok officer round remind DOT-1
is "$(val 0.written)" true "reminded the next day"
sync b
ok c b list urging
is "$(val total)" 2 "reminders in the unit"
ok d round show DOT-1
is "$(val 0.received).$(val 0.on_time).$(val 0.units.#)" 1.1.2 "answers"
ok officer round close DOT-1
expect 2 officer round remind DOT-1
ok d round list
is "$(val 0.code).$(val 0.received)" DOT-1.1 "calls"

# A computer that is enrolled now has it all with its enrolment, before any exchange.
new_client h MN-CAOPHONG "Lê Thị Mẫu"
ok c h list call
is "$(val total).$(val records.0.short)" "1.$call" "calls in a new computer"
sync h

# A longer time for one unit, with a reason, known there without asking.
server_at 2024-12-12 08
expect 2 officer extend d4 --to 20/12/2024
expect 2 officer extend d9 --to 20/12/2024 --reason "Không có ngày"
expect 2 officer extend khong-co --to 20/12/2024 --reason x
ok officer extend d4 --to 20/12/2024 --units MN-LANGCONG --reason "Mất điện do bão"
is "$(val period).$(val last_day)" 2024.2024-12-14 "for the others"
for store in a b e f g; do
	sync $store
done
say a status
has "$T/out" "Hạn sắp tới: Báo cáo năm, năm 2024, hết ngày 14/12/2024 (còn 2 ngày)" "status"
say b status
has "$T/out" "hết ngày 20/12/2024 (còn 8 ngày)" "status with more time"
say b deadlines
has "$T/out" "gia hạn từ 14/12/2024: Mất điện do bão" "why"

# In time; signed in time, without a link until later.
server_at 2024-12-14 20
file a report of_year=2024
sync a
file e report of_year=2024
met MN-TAMSON on_time
met MN-QUANGYEN open
# Two days later: late, and by a clock of 2006.
server_at 2024-12-16 09
met MN-QUANGYEN missing
sync e
met MN-QUANGYEN signed_late
is "$(val 0.units.0.days)" -2 "days late"
bound "$(val 0.units.0.clock)" -ge 100000 "between signature and receipt"
file f report of_year=2024
sync f
met MN-DONGTHINH late
NOW="2006-01-02 03:04:05"
file g report of_year=2024
sync g
NOW="2024-12-16 09:20:00"
met MN-DUCBAC signed_late
bound "$(val 0.units.0.clock)" -gt 590000000 "what its clock is behind"
server_at 2024-12-18 09
file b report of_year=2024
sync b
met MN-LANGCONG on_time
is "$(val 0.units.0.extended).$(val 0.units.0.days)" true.2 "with more time"
met MN-CAOPHONG missing

# As it stood; in sum; with and without those signed in time.
ok d timeliness --deadline d4 --year 2024 --unit MN-QUANGYEN --at 15/12/2024
is "$(val 0.units.0.state)" missing "on 15/12"
ok d timeliness --deadline d4 --year 2024
is "$(val 0.received).$(val 0.on_time).$(val 0.signed_late).$(val 0.late)" 5.2.2.1 "sums"
is "$(val 0.complete.with).$(val 0.complete.without)" 5.3 "complete"
is "$(val 0.in_time.with).$(val 0.in_time.without)" 4.2 "in time"
faketime "$NOW" "$B/dongbod" timeliness --deadline d4 --year 2024 --data "$DISTRICT" >"$T/out"
has "$T/out" "Hạn cuối: hết ngày 14/12/2024" "the last good day"
has "$T/out" "MN-QUANGYEN .*ký đúng hạn, nhận sau hạn .*16/12/2024 09:.*14/12/2024 20:.*muộn 2 ngày" \
	"the third class"
# An officer takes one signature for the receipt, not the one of 2006.
ok officer extend d4 --accept --units MN-QUANGYEN --reason "Mất mạng cả xã"
met MN-QUANGYEN on_time
is "$(val 0.units.0.accepted)" true "accepted"
met MN-DUCBAC signed_late
# Nobody else may.
expect 2 faketime "$NOW" "$B/dongbod" extend d4 --to 31/12/2024 --reason x --as "Không Có" \
	--passphrase-file "$T/passphrase" --data "$DISTRICT"
fsck_clean
server_off
