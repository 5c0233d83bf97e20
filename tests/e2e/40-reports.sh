# Goal: what a pack wants to come out: a bad definition refused with its place, reports on
# the screen and in files, the annual paper as a draft, proved, signed once nobody is missing,
# and the same afterwards.
. "$(dirname "$0")/lib.sh"

command -v faketime >/dev/null || die "faketime is missing: make deps-test"
FAKETIME_DONT_FAKE_MONOTONIC=1
DONT_FAKE_MONOTONIC=1
ASAN_OPTIONS=verify_asan_link_order=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
TZ=ICT-7
export FAKETIME_DONT_FAKE_MONOTONIC DONT_FAKE_MONOTONIC ASAN_OPTIONS TZ
NOW="2022-05-04 08:00:00"
d() { faketime "$NOW" "$B/dongbod" "$@" --data "$DISTRICT" --json; }
# In words.
say() { faketime "$NOW" "$B/dongbod" "$@" --data "$DISTRICT"; }

cat >"$T/units.csv" <<'END'
number,code,name,kind,parent
1,PNV,Phòng Nội vụ,PHONG,
11,08800,UBND xã Đồng Quế,XA,
12,08824,UBND thị trấn Tam Sơn,XA,
END
ok d init --name "Huyện Mẫu"
ok d unit import "$T/units.csv"

# A report that can't be: the place and the reason, and nothing published.
sed 's/"value": "person.full_name"/"value": "person.name"/' tests/lib/reporting_pack.json \
	>"$T/bad.json"
expect 2 d pack check "$T/bad.json"
has "$T/err" "dòng [0-9]*, cột [0-9]*: reports.awards.*columns.name.*'name' không phải là mục của person" "where a definition is wrong"
expect 2 d pack publish "$T/bad.json"
ok d report list
is "$(val 0.code)" "(nothing at 0.code)" "nothing of a bad pack"
ok d pack publish tests/lib/reporting_pack.json
ok d report list
is "$(val 2.code) $(val 2.document)" "paper true" "documents are listed too"
add_officer

# Two awards; the second comes after the deadline.
award() {
	ok officer add award --unit "$1" plan_year=2022 quarter=1 kind=teaching "achievement=$2" \
		amount="$3"
	id=$(val id)
	ok officer move signed "$id"
	ok officer move verified "$id"
}
award 08800 "Giáo viên giỏi" 12000000
NOW="2022-12-14 23:59:00"
ok officer add yearly --unit 08800 year=2022 strengths="Đoàn kết"
ok officer move signed "$(val id)"
NOW="2022-12-15 00:00:30"
award 08824 "=SUM(A1)" 5000000
NOW="2022-12-20 09:00:00"

ok say report awards --year 2022 --table list
has "$T/out" "số liệu đến hết ngày 14/12/2022" "the day that counts is told"
has "$T/out" "Phát sinh sau kỳ báo cáo" "what came late is apart"
has "$T/out" "Tổng cộng.*12.000.000" "and in no total"
ok d report awards --year 2022 --cutoff 31/12/2022
is "$(val tables.0.sums.amount)" 17000000 "another day"
expect 2 d report awards
has "$T/err" "--year" "what a report needs is asked for"
expect 2 d report nothing --year 2022

# Files: whole, or not at all.
ok say report awards --year 2022 --table list --out "$T/list.csv"
has "$T/list.csv" "'=SUM(A1)" "no formula in a file"
is "$(head -c 3 "$T/list.csv" | od -An -tx1 | tr -d ' \n')" efbbbf "Excel knows that it is UTF-8"
ok say report awards --year 2022 --out "$T/awards.xlsx"
ok say report awards --year 2022 --out "$T/awards.html"
has "$T/awards.html" "Giáo viên giỏi" "HTML"
expect 6 say report awards --year 2022 --out "$T/no/such/folder.csv"
is "$(ls "$T" | grep -c part)" 0 "nothing half written"

# Who looks at personal values is noted, before he sees them.
ok d report awards --year 2022 --personal
ok d report readings
is "$(val 0.what)" "report awards 2022" "a reading is noted"

# A unit is missing: a draft, on its face, and no signature.
ok say report annual --year 2022 --out "$T/paper.docx"
has "$T/out" "còn 1 đơn vị chưa nộp" "a draft is called one"
has "$T/paper.html" "TẠM TÍNH - còn 1 đơn vị chưa nộp" "in the paper too"
has "$T/paper.html" "Chưa nộp: UBND thị trấn Tam Sơn" "the missing by name"
is "$(head -c 2 "$T/paper.docx")" PK "the file to edit"
expect 1 officer report annual --year 2022 --sign --out "$T/signed.docx"
has "$T/err" "UBND thị trấn Tam Sơn" "no signature while one is missing"
ok officer add yearly --unit 08824 year=2022 nothing=true
ok officer move signed "$(val id)"
NOW="2022-12-20 10:00:00"
ok d report annual --year 2022 --check
is "$(val failed) $(val missing) $(val nil)" "0 0 1" "all proved"

ok officer report annual --year 2022 --sign --out "$T/signed.docx"
lacks "$T/signed.html" "TẠM TÍNH" "no draft any more"
has "$T/signed.html" "số tiền 12.000.000 đồng" "its figures"
ok d list submission
is "$(val total) $(val records.0.state)" "1 signed" "what was signed is kept"
ok d show "$(val records.0.id)"
is "$(val rows.members.0.fields.version | grep -c '^[0-9]')" 1 "each record with its version"
is "$(val rows.members.2.fields.version | grep -c '^[0-9]')" 1 "and the units' reports"
# Next year begins with what was late.
NOW="2023-12-20 09:00:00"
ok d report awards --year 2023
is "$(val tables.0.count) $(val tables.0.carried)" "1 1" "carried into the next year"
ok d fsck
