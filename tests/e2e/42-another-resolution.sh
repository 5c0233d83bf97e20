# Goal: a second resolution beside the first, without a line of C: its own people, records,
# workflow, deadline, warning, duplicate, settlement, award and report. A computer that has not
# heard of it goes on; one that has knows both. A version that would spoil what is there is
# refused whole.
. "$(dirname "$0")/lib.sh"

SECOND=$ROOT/tests/data/van-hoa-doc.json
ok d init --name "Huyện Sông Lô"
ok d unit import "$PACKS/songlo-units.csv"
ok d pack publish "$PACKS/songlo-nq06.json" --prose "$PACKS/songlo-nq06.dict.txt"
server_start
new_client old THCS-TAMSON "Lê Thị Cũ"
new_client a THCS-TAMSON "Trần Thị Nhập"
new_client b TH-TAMSON "Lê Văn Phụ"
sync old
sync a
sync b
add_staff old "Nguyễn Văn Trước"
before=$id
sync old

# --- published beside the first ---
ok d pack check "$SECOND"
ok d pack publish "$SECOND"
ok d list reading_rule
is "$(val total)" 2 "the records that come with it"
echo "mật khẩu thử" >"$T/passphrase"
JURY="Phạm Thị Chấm"
MONEY="Hoàng Thị Tài"
ok d officer add "$JURY" --role jury --unit GDDT --passphrase-file "$T/passphrase"
ok d officer add "$MONEY" --role treasurer --unit TCKH --passphrase-file "$T/passphrase"
as() {
	who=$1
	shift
	d "$@" --as "$who" --passphrase-file "$T/passphrase"
}
# What was entered before it came is as it was, and so is a computer that has not heard.
ok c old edit "$before" position="Tổ trưởng"
add_staff old "Nguyễn Văn Sau"
sync old
is "$(val refused).$(val problem)" 0.ok "the computer that had not heard of it"
ok d show "$before"
is "$(val fields.position)" "Tổ trưởng" "its edit"

# --- entries, offline ---
sync a
sync b
server_stop
# STORE READER: an entry of 320 pages, handed in; sets id.
entry() {
	ok c "$1" add reading_entry year=2026 entry_kind=single reader="$2" book="Dế Mèn phiêu lưu ký" \
		handed_in=10/04/2026
	id=$(val short)
	ok c "$1" row "$id" books name="Dế Mèn phiêu lưu ký" pages="$3"
	ok c "$1" submit "$id"
}
expect 1 c a add reading_entry year=2026 handed_in=01/01/2026
is "$(val error.code)" check_failed "before the first day"
expect 1 c a add reading_entry year=2026 handed_in=10/10/2026 genre=verse
is "$(val error.code)" no_such_choice "a genre out of its time"
entry a "Lê Văn Đọc" 320
first=$id
entry a "Trần Thị Ham" 100
short=$id
entry b "Lê Văn Đọc" 320
twin=$id
server_start "$PORT"
sync a
is "$(val refused)" 0 "refused of a"
sync b
is "$(val refused)" 0 "refused of b"

# --- the jury's eyes and tasks ---
ok d list reading_entry --as "$JURY"
is "$(val total)" 3 "entries that the jury sees"
ok d list staff --as "$JURY"
is "$(val total)" 0 "persons of the other resolution that it sees"
ok d tasks --as "$JURY" --task reading_twice
is "$(val '#').$(val 0.records.#)" 1.2 "an entry handed in twice"
twice=$(val 0.id)
ok d tasks --as "$JURY" --task reading_little
is "$(val '#').$(val 0.records.0.short)" "1.$short" "too few pages"
ok as "$JURY" tasks settle "$twice" --note "Hai em cùng tên"
ok d tasks --task reading_twice
is "$(val '#')" 0 "settled in the pack's own type"

# --- returned, numbered, valid; an award answers them ---
ok as "$JURY" return "$first" --remark "Ghi rõ tên sách" --reason book="Thiếu tác giả"
sync a
expect 1 c a edit "$first" reader="Khác"
is "$(val error.code)" locked "what the return does not name"
ok c a edit "$first" book="Dế Mèn phiêu lưu ký, Tô Hoài"
ok c a submit "$first"
sync a
ok as "$JURY" verify "$first" "$twin" "$short"
ok d show "$first"
is "$(val state).$(val shown.entry_no)" "verified.01/$(date +%Y)/VHĐ" "its number"
ok as "$JURY" add reading_award --unit GDDT number=01/QĐ on=20/05/2026
award=$(val short)
ok as "$JURY" gather "$award" --type reading_entry --state verified
is "$(val added)" 3 "gathered"
ok d show "$award"
n=0
while [ $n -lt 3 ]; do
	line=$(val rows.lines.$n.short)
	result="outcome=prize prize=first money=500000"
	[ "$(val rows.lines.$n.fields.school)" = THCS-TAMSON ] || result="outcome=none"
	# shellcheck disable=SC2086
	ok as "$JURY" edit "$line" $result
	ok d show "$award"
	n=$((n + 1))
done
ok as "$JURY" apply "$award"
ok d show "$first"
is "$(val state).$(val fields.prize_money)" awarded.500000 "the prize"
ok d show "$twin"
is "$(val state)" not_awarded "the other school's entry"

# --- money, by its own treasurer; the report; the deadlines ---
ok as "$MONEY" add reading_prize_payment --unit THCS-TAMSON for="$first" amount=500001
ok d tasks --task reading_overpaid
is "$(val '#').$(val 0.records.0.short)" "1.$first" "more paid than the prize"
expect 1 as "$MONEY" move honoured "$first"
is "$(val error.code)" not_allowed "the treasurer honours"
ok d report vhd1 --year 2026
has "$T/out" "Lê Văn Đọc" "the report of the second resolution"
ok d timeliness --deadline reading_due --year 2026 --unit THCS-TAMSON
has "$T/out" reading_due "its deadline"
ok d report list
has "$T/out" vhd1 "its report in the list"

# --- a version that would spoil what is there, and one with a bad record ---
sed -e 's/"version": 1,/"version": 2,/' -e 's/"number":900013,/"number":900039,/' "$SECOND" >"$T/bad.json"
expect 2 d pack publish "$T/bad.json"
is "$(val error.code)" bad_pack "a field that changes its number"
sed -e 's/"version": 1,/"version": 2,/' \
	-e 's/{"key":"rule_team"/{"key":"rule_new","type":"reading_rule","nam":"x"},{"key":"rule_team"/' \
	"$SECOND" >"$T/bad.json"
expect 2 d pack publish "$T/bad.json"
has "$T/err" rule_new "the record that is wrong"
ok d list reading_rule
is "$(val total)" 2 "nothing half-published"
sed -e 's/"version": 1,/"version": 2,/' -e 's/"value":300/"value":50/' "$SECOND" >"$T/next.json"
ok d pack check "$SECOND" "$T/next.json"
is "$(val '#').$(val 0.place)" 1.constants.pages_wanted "what it means for old records"
ok d pack publish "$T/next.json"
ok d tasks --task reading_little
is "$(val '#')" 0 "asked anew under the new version"

# --- the computer that came last to know ---
sync old
entry old "Nguyễn Văn Muộn" 60
sync old
is "$(val refused)" 0 "an entry from it"
sync a
same_everywhere "$first" a old
fsck_clean
server_stop
