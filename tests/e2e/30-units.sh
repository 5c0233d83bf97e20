# Goal: the law changes the units, as it did to the 17 communes on 1/1/2025 and 1/7/2025;
# records stay where they were written, add up under the successors on any day, each once;
# what is entered wrongly is refused, or withdrawn.
. "$(dirname "$0")/lib.sh"

ACT='--act-date 01/12/2024 --issuer UBND --from 01/01/2025'
law() { # EVENT UNIT... OPTIONS...
	verb=$1
	shift
	d unit "$verb" "$@" --act "QĐ 1/QĐ-UBND" $ACT
}
# How many records, and what sum, there are of a type in the last summary.
records() { grep -o "\"type\":\"$1\"[^}]*" "$T/out" | grep -o '"count":[0-9]*' |
	awk -F: '{ n += $2 } END { print n + 0 }'; }
money() { grep -o "\"type\":\"$1\"[^}]*" "$T/out" | grep -o '"sum":[0-9]*' |
	awk -F: '{ n += $2 } END { print n + 0 }'; }
of_unit() { grep -o '{[^{}]*}' "$T/out" | grep "\"unit\":\"$1\"" | grep '"type":"bonus"' |
	grep -o '"count":[0-9]*' | awk -F: '{ n += $2 } END { print n + 0 }'; }
communes() { # DAY
	ok d unit list --on "$1"
	grep -o '"kind":"\(XA\|TT\)"' "$T/out" | wc -l
}

make_district
server_start

# Six communes of 2022 and a school; the n-th has n records worth n million.
n=0
for unit in 08779 08821 08824 08848 08830 08860 TH_THCS-BACHLUU; do
	n=$((n + 1))
	new_client "pc$n" "$unit" "Lê Thị $n"
	add_staff "pc$n" "Người $n"
	person=$id
	i=0
	while [ $i -lt $n ]; do
		add_bonus "pc$n" "$person" $((n * 1000000))
		i=$((i + 1))
	done
	sync "pc$n"
done
total=28 sum=140000000

ok d summary --by-unit
is "$(records bonus) $(money bonus)" "$total $sum" "as they were"
is "$(of_unit 08779)" 1 "Bạch Lưu"

# The law, first on trial.
ok d unit events import "$PACKS/songlo-unit-events.csv" --dry-run
is "$(val dry_run) $(val count)" "true 9" "tried"
ok d unit events
is "$(val '#')" 0 "events after the trial"
ok d unit events import "$PACKS/songlo-unit-events.csv"
is "$(val first) $(val count)" "1 9" "entered"
# A second time it fits no more, and nothing of it is kept.
expect 2 d unit events import "$PACKS/songlo-unit-events.csv"
is "$(val error.code)" unit_not_there "the law twice"
ok d unit events
is "$(val '#')" 9 "events"
fsck_clean

is "$(communes 31/12/2024)" 17 "communes in 2024"
is "$(communes 01/01/2025)" 14 "communes on 1/1/2025"
is "$(communes 30/06/2025)" 14 "communes before 1/7/2025"
is "$(communes 01/07/2025)" 5 "communes on 1/7/2025"
is "$(grep -o '"kind":"XA"[^}]*"outside":true' "$T/out" | wc -l)" 1 "partly outside"

# Each record once, on every day; and where it belongs.
for day in 31/12/2024 01/01/2025 30/06/2025 01/07/2025; do
	for units in as-was successor; do
		ok d summary --by-unit --units $units --on $day
		is "$(records bonus) $(money bonus)" "$total $sum" "$units on $day"
	done
done
ok d summary --units successor --on 31/12/2024
is "$(of_unit 08779) $(of_unit 08824) $(of_unit 08848)" "1 3 4" "before the law"
ok d summary --units successor --on 01/01/2025
is "$(of_unit 08779) $(of_unit 08782) $(of_unit 08821) $(of_unit 08824)" "0 1 0 5" "1/1/2025"
ok d summary --units successor --on 01/07/2025
is "$(of_unit 08782) $(of_unit 08824) $(of_unit 08848) $(of_unit 08866)" "1 5 9 6" "1/7/2025"
is "$(of_unit TH_THCS-BACHLUU)" 7 "schools stay"
has "$T/out" '"unit_name":"UBND xã Sông Lô, UBND tỉnh Phú Thọ"' "names with their parents"
ok d summary --units successor --on 01/07/2025 --unit "xã Sông Lô"
is "$(records bonus) $(of_unit 08848)" "9 9" "one successor"
ok d summary --units as-was --by-unit --on 01/07/2025 --type bonus
is "$(of_unit 08830)" 5 "as it was, under its last code"
expect 2 d summary --units both

# Who is meant.
ok d unit show 08848 --on 30/06/2025
is "$(val number) $(val name)" "27 UBND xã Đồng Thịnh" "the code before"
is "$(val until) $(val events.0.act)" "2025-07-01 NQ 1676/NQ-UBTVQH15" "its end"
ok d unit show 08848 --on 01/07/2025
is "$(val number) $(val full_name)" "91 UBND xã Sông Lô, UBND tỉnh Phú Thọ" "the code behind"
is "$(val events.0.units.1.unit_code)" 08830 "what went into it"
ok d unit show "xa bach luu" --on 01/07/2025
is "$(val code) $(val status) $(val successors.0.code)" "08779 ended 08782" "by name"
ok d unit show TH_THCS-BACHLUU --on 01/01/2025
is "$(val parent_code)" 08782 "the school's commune went into another"
ok d unit show TH_THCS-BACHLUU --on 01/07/2025
is "$(val parent) $(val versions.1.parent_code)" "89 08782" "and then into a third"
expect 2 d unit show "tam son"
is "$(val error.code)" unit_ambiguous "several of one name"
expect 2 d unit show 99999
is "$(val error.code)" no_such_unit "nobody"
expect 2 d enrol "xã Sơn Đông" --address http://127.0.0.1:1 --out "$T/no.enrol"
is "$(val error.code)" unit_outside "a unit of two districts"

# The events are records as any other, and reach the units' computers.
ok d list unit_event
is "$(val total)" 9 "listed"
ok d show "$(val records.0.id)"
is "$(val fields.kind) $(val rows.changes.0.fields.to)" "merge 17" "shown"
sync pc1
is "$(sqlite3 "$T/pc1/store.db" "SELECT count(*) FROM t_unit_change")" 85 "rows on a computer"

# By hand: each kind, and what does not fit.
ok law rename MN-TAMSON --name "Trường Mầm non Hoa Sen" --from 01/08/2024 --act-date 01/07/2024
is "$(val first)" 10 "a number of its own"
ok d unit show 31 --on 01/08/2024
is "$(val name)" "Trường Mầm non Hoa Sen" "renamed"
ok law split TH-TAMSON TH-TAMSON=60 "TH-TAMSON2=40=Trường Tiểu học Tam Sơn 2"
ok d unit show TH-TAMSON --on 01/01/2025
is "$(val 'successors.#') $(val successors.1.code)" "2 TH-TAMSON2" "split"
expect 2 law split TH-HAILUU TH-HAILUU=60 "TH-X=39,99=Trường X"
is "$(val error.code)" unit_shares "shares"
ok law move TH-TAMSON2 MN-TAMSON --parent 08782
ok law dissolve TH-TAMSON2 --from 01/06/2025
expect 2 law merge TH-TAMSON2 --into TH-TAMSON --from 02/06/2025
is "$(val error.code)" unit_not_there "a unit that has ended"
expect 2 law move 08782 --parent MN-TAMSON
is "$(val error.code)" unit_cycle "below itself"
expect 2 law rename MN-LANGCONG --code MN-TAMSON
is "$(val error.code)" unit_code_taken "a code twice"
expect 2 law dissolve MN-LANGCONG --from 01/11/2024
is "$(val error.code)" before_its_act "an effect before its act"
expect 2 law dissolve MN-LANGCONG --from 31/02/2025
expect 2 d unit dissolve MN-LANGCONG --from 01/01/2025
has "$T/err" "act" "an act is needed"

# What was wrong is withdrawn, behind what rests on it; nothing is erased.
expect 2 d unit withdraw 11 --reason "Chưa có quyết định"
is "$(val error.code)" unit_not_there "others rest on it"
for event in 13 12 11; do
	ok d unit withdraw $event --reason "Chưa có quyết định"
done
expect 2 d unit withdraw 12 --reason "Nhầm"
is "$(val error.code)" event_withdrawn "twice"
ok d unit show TH-TAMSON --on 01/07/2025
is "$(val 'successors.#') $(val events.0.withdrawn)" "1 Chưa có quyết định" "whole again"
ok d unit events
is "$(val '#')" 13 "events, with those withdrawn"
ok d summary --by-unit --units successor --on 01/07/2025
is "$(records bonus) $(money bonus)" "$total $sum" "after all"
fsck_clean

# Words for people in both languages.
expect 2 "$B/dongbod" unit show "tam son" --data "$DISTRICT"
has "$T/err" "Có nhiều đơn vị ứng với mã hoặc tên này" "Vietnamese"
expect 2 "$B/dongbod" unit show "tam son" --data "$DISTRICT" --lang en
has "$T/err" "More than one unit has this code or name" "English"
ok "$B/dongbod" unit show 08860 --data "$DISTRICT"
has "$T/out" "08866  UBND xã Sơn Đông  100 %" "what it is now"
ok "$B/dongbod" unit list --on 31/12/2024 --data "$DISTRICT"
has "$T/out" "^30  *08860  *UBND xã Cao Phong  *XA  *UBND" "a list"
server_stop
