# Goal: the sample year (tests/sample) is whole and honest: fsck finds nothing, what the
# programs add up is what the tables hold when sqlite3 counts them, the plan's worked numbers
# stand in it, all that must be equal in the annual report is, and the units' computers hold
# what the server does. Made twice it is the same to the last signature.
. "$(dirname "$0")/lib.sh"

[ -x "$B/sample" ] || die "$B/sample is missing: make"
YEAR=$T/year
DISTRICT=$YEAR/server
DB=$DISTRICT/store.db
PACK=$PACKS/songlo-nq06.json

# It says itself, with status 1, if a type of record or one of its states is missing.
ok "$B/sample" --dir "$YEAR"
heads() { sqlite3 "$1/server/store.db" "SELECT stream, seq, hex(head) FROM stream ORDER BY 1"; }
if false; then
	ok "$B/sample" --dir "$T/again"
	is "$(heads "$T/again" | cksum)" "$(heads "$YEAR" | cksum)" "made twice"
	ok "$B/sample" --dir "$T/other" --seed 9
	[ "$(heads "$T/other" | cksum)" != "$(heads "$YEAR" | cksum)" ] || die "another seed"
	rm -rf "$T/again" "$T/other"
fi
fsck_clean
is "$(heads "$YEAR" | grep -c .)" 86 "streams: 85 units and stream 0"

# Every type of the pack in every state that it has any business in, counted by sqlite3.
sql() { sqlite3 "$DB" "$1"; }
pack() { sqlite3 :memory: "SELECT $1 FROM (SELECT readfile('$PACK') AS pack), json_each(pack, '$2')"; }
types=$(pack "json_extract(value, '\$.code')" '$.types')
rows=$(pack "CASE WHEN json_extract(value, '\$.row') THEN json_extract(value, '\$.code') END" '$.types')
senseless() { # TYPE STATE: what the plan does not know (tests/sample/check.c)
	case $1:$2 in
	talent_use:funded | talent_use:paid | talent_use:paid_part | *:recover*) return 0 ;;
	esac
	return 1
}
states=0
for type in $types; do
	n=$(sql "SELECT count(*) FROM t_$type WHERE deleted = 0")
	bound "$n" -gt 0 "records of $type"
	for state in $(sql "SELECT json_extract(s.value, '\$.number') || ':' ||
		json_extract(s.value, '\$.code') FROM (SELECT readfile('$PACK') AS pack),
		json_each(pack, '\$.types') AS t, json_each(pack, '\$.workflows.' ||
		json_extract(t.value, '\$.workflow') || '.states') AS s
		WHERE json_extract(t.value, '\$.code') = '$type'"); do
		senseless "$type" "${state#*:}" && continue
		n=$(sql "SELECT count(*) FROM t_$type WHERE deleted = 0 AND state = ${state%%:*}")
		bound "$n" -gt 0 "$type ${state#*:}"
		states=$((states + 1))
	done
done
bound $states -gt 250 "states of types"

# The consolidated table.
ok d summary --sections
cp "$T/out" "$T/sections"
sections() { sqlite3 :memory: "SELECT $1 FROM json_each(readfile('$T/sections'), '$.sections')
	WHERE json_extract(value, '$.type') = '$2'"; }
counted=0
for type in $types; do
	echo "$rows" | grep -qx "$type" && continue
	is "$(sections "json_extract(value, '$.count')" "$type")" \
		"$(sql "SELECT count(*) FROM t_$type WHERE deleted = 0")" "$type counted"
	counted=$((counted + 1))
done
bound $counted -gt 25 "types counted"
is "$(sections "json_extract(value, '$.sum')" bonus)" \
	"$(sql "SELECT sum(f_amount) FROM t_bonus WHERE deleted = 0")" "bonuses in VND"
# draft, ready, returned; signed, verifying, supplement; closed, recovered; not eligible,
# refused; cancelled, withdrawn: the numbers of the states of a dossier.
for stage in making:1,5,3 waiting:2,6,13 done:17,19 rejected:7,12 dropped:20,21; do
	for type in bonus pg_dossier course attract_transfer; do
		is "$(sections "json_extract(value, '$.${stage%%:*}')" $type)" \
			"$(sql "SELECT count(*) FROM t_$type WHERE deleted = 0 AND state IN (${stage#*:})")" \
			"$type ${stage%%:*}"
	done
done
ok d list bonus --state verified
is "$(val total)" "$(sql "SELECT count(*) FROM t_bonus WHERE deleted = 0 AND state = 4")" "a list"

# Timeliness: who filed, and by the end of the day.
ok d timeliness --year 2022 --deadline t4
# When a record was first handed in: signed, received from its unit.
first() { echo "(SELECT min(m.received) FROM transition AS m WHERE m.stream = $1.stream AND
	m.device = $1.device AND m.op = $1.op AND m.state NOT IN (1, 3, 5, 20, 21))"; }
filed="SELECT count(DISTINCT stream) FROM t_annual_report AS r WHERE deleted = 0 AND
	f_year = 2022 AND $(first r)"
is "$(val 0.expected) $(val 0.received)" "84 $(sql "$filed > 0")" "annual reports"
is "$(($(val 0.received) + $(val 0.missing)))" 84 "all units"
# 14/12/2022 23:59:59 at UTC+7; one unit more by an officer's decision.
is "$(val 0.on_time)" "$(($(sql "$filed <= 1671037199") + 1))" "on time"
bound "$(val 0.late)" -gt 0 "late ones"
bound "$(val 0.signed_late)" -gt 0 "signed in time, received late"
bound "$(val 0.missing)" -gt 0 "missing ones"
ok d timeliness --year 2022 --unit TH_THCS-BACHLUU --deadline t4
is "$(val 0.units.0.state) $(val 0.units.0.accepted)" "on_time true" "accepted"

# The plan's numbers.
recovery() { sql "SELECT f_due, f_paid_total, f_outstanding FROM t_recovery WHERE f_supported = $1
	AND state = $2"; }
is "$(recovery 37500000 18)" "75000000|50000000|25000000" "37.500.000 twice over"
is "$(recovery 180000000 19)" "360000000|300000000|0" "180.000.000 twice over, 60.000.000 waived"
is "$(sql "SELECT DISTINCT f_instalment_1, f_instalment_2, f_instalment_3 FROM t_attract_transfer
	WHERE f_granted = 600000000")" "240000000|180000000|180000000" "40, 30, 30"
is "$(sql "SELECT count(*) FROM t_bonus WHERE f_expires_on = 18492 AND state IN (4, 8, 11, 16)")" \
	0 "nothing verified that expired before the resolution"

# What does not fit together, and what was said about it.
for task in certificate_twice person_twice cccd_sex bonus_over_grant payment_before_funds \
	payment_condition graduation_papers transfer_papers; do
	ok d tasks --task $task
	bound "$(val '#')" -gt 0 "tasks $task"
done
is "$(sql "SELECT count(*) FROM t_settlement")" 2 "settled"

# The annual report: all that must be equal is, and sqlite3 finds the same sums.
ok d report annual --year 2022 --check
is "$(val failed) $(val units) $(val missing)" "0 84 $((84 - $(sql "$filed > 0")))" "identities"
bound "$(val 'identities.#')" -gt 100 "identities"
cp "$T/out" "$T/identities"
identity() { sqlite3 :memory: "SELECT json_extract(value, '$.left') FROM
	json_each(readfile('$T/identities'), '$.identities')
	WHERE json_extract(value, '$.text') = '$1'"; }
# The state of a record at the end of 14/12: of those that the pack calls good.
at_cutoff() { echo "(SELECT m.state FROM transition AS m WHERE m.stream = r.stream AND
	m.device = r.device AND m.op = r.op AND m.received <= 1671037199
	ORDER BY m.seq DESC, m.number DESC LIMIT 1)"; }
# What was handed in after last year's report, of 14/12/2021, is carried into this one.
good="deleted = 0 AND (f_plan_year = 2022 OR f_plan_year = 2021 AND $(first r) > 1639501199)
	AND $(at_cutoff) IN (4, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19)"
is "$(identity "Sổ tổng hợp = số hồ sơ trong năm: Danh sách tham gia bồi dưỡng")" \
	"$(sql "SELECT count(*) FROM t_course WHERE deleted = 0 AND f_plan_year = 2022")" "courses"
is "$(identity "Số dòng = số hồ sơ: Đào tạo sau đại học")" \
	"$(sql "SELECT count(*) FROM t_pg_dossier AS r WHERE $good")" "postgraduate dossiers"
is "$(identity "Số dòng = số hồ sơ: Đề nghị thưởng")" \
	"$(sql "SELECT count(*) FROM t_bonus AS r WHERE $good")" "bonuses"
is "$(identity "Đề nghị thưởng: phụ lục VI = danh sách")" \
	"$(sql "SELECT sum(f_amount) FROM t_bonus AS r WHERE $good")" "bonuses in VND"
is "$(identity "Phải nộp = đã nộp + được miễn + còn lại")" \
	"$(sql "SELECT sum(f_due) FROM t_recovery WHERE deleted = 0 AND state IN (17, 18, 19) AND
	f_found_on <= 19340")" "recoveries"
ok d report annual --year 2022 --out "$T/report.docx"
ok unzip -tq "$T/report.docx"
has "$T/report.html" "TẠM TÍNH" "units are missing"
bound "$(wc -c <"$T/report.docx")" -gt 20000 "a document"

# The units' computers: the same log, the same records, their receipts.
same() { # STORE STREAM
	store=$YEAR/units/$1
	head="SELECT seq, hex(head) FROM stream WHERE stream = $2"
	is "$(sqlite3 "$store/store.db" "$head")" "$(sql "$head")" "log of $1"
	for type in staff bonus dissem course pg_need attract_need annual_report evaluation payment; do
		all="SELECT * FROM t_$type WHERE stream = $2 ORDER BY device, op"
		is "$(sqlite3 "$store/store.db" "$all" | cksum)" "$(sql "$all" | cksum)" "$type of $1"
	done
	ok "$B/dongbo" receipts --verify --data "$store" --json
	is "$(val verified.items)" "$(sql "SELECT sum(seq) FROM stream WHERE stream IN (0, $2)")" \
		"items of $1 proved"
}
same 08824 24
same GDDT 6
same THCS-TAMSON 43
same THCS-TAMSON-2 43
ok "$B/dongbo" conflicts --data "$YEAR/units/THCS-TAMSON" --json
is "$(val '#') $(val '0.conflicts.0.values.#')" "1 2" "a conflict that is open"
ok "$B/dongbo" refused --data "$YEAR/units/THCS-TAMSON-2" --json
is "$(val '#') $(val 0.code)" "1 check_failed" "a save that was refused"
ok "$B/dongbo" deadlines --year 2022 --data "$YEAR/units/GDDT" --json

# Titles are names, whatever rests on what.
ok d list pg_graduation
lacks "$T/out" '"title":"[0-9]*\.[0-9a-f]*\.' "a title"
