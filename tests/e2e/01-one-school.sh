# Goal: one school from its enrolment to its receipts. Work begins before the first
# contact; everything arrives, in all its parts, and comes out again as it went in.
. "$(dirname "$0")/lib.sh"

make_district
server_start
server_stop
new_client school MN-TAMSON "Trần Thị Mẫu"
ok c school whoami
is "$(val unit)" 31 "unit"
is "$(val unit_name)" "Trường Mầm non Tam Sơn" "name of the unit"
is "$(val district)" "Huyện Sông Lô" "district"
is "$(val role)" clerk "role"
is "$(val author)" "Trần Thị Mẫu" "author"
is "$(val enrolled)" false "enrolled before the first contact"
device=$(val device)

# Offline: a person, a need with rows in rows, a member in and out of a set.
add_staff school "Lê Thị Bưởi"
person=$id
is "$person" "31.$device.1" "id of the first record"
is "$(val standing)" local "standing"
ok c school edit "$person" langs+=ja langs+=en salary_coef=2,34 cccd=000185000017
ok c school edit "$person" langs-=ja
is "$(val changed)" true "edit"
ok c school edit "$person" langs+=en
is "$(val changed)" false "edit that says nothing new"
ok c school add pg_need plan_year=2026 answer=need doc_number=07/TTr doc_date=03/02/2026 \
	signer_name="Trần Thị Mẫu" signer_title="Hiệu trưởng"
need=$(val id)
expect 1 c school submit "$need"
is "$(val error.code)" required "a need without lines"
ok c school row "$need" lines discipline=toan level=ths necessity="Thiếu giáo viên" count=2
line=$(val id)
ok c school row "$line" people person="$person"
ok c school row "$line" people name="Hà Thị Cam"
spare=$(val id)
ok c school delete "$spare"
ok c school submit "$need"
is "$(val state)" signed "state"
expect 4 c school sync --once
is "$(val error.code)" no_link "sync without a server"
ok c school status
is "$(val changesets)" 1 "what is signed and waits"
is "$(val last_receipt)" 0 "receipts so far"

server_start "$PORT"
sync school
is "$(val changesets_out)" 1 "change sets received"
is "$(val problem)" ok "problem"
ok c school whoami
is "$(val enrolled)" true "enrolled after the first contact"
ok c school status
is "$(val transactions).$(val changesets).$(val edits)" 0.0.0 "what waits"
bound "$(val last_receipt)" -gt 0 "time of the receipt"
ok c school show "$need"
is "$(val standing)" received "standing"

# The server shows the same, under the same ids.
ok d list --unit MN-TAMSON
is "$(val total)" 2 "records on the server"
same_everywhere "$person" school
is "$(val fields.langs)" '["en"]' "languages"
is "$(val fields.birth)" 1985-10-20 "birth"
is "$(val fields.salary_coef)" 2.34 "salary"
same_everywhere "$need" school
is "$(val state)" signed "state"
is "$(val rows.lines.#)" 1 "lines"
is "$(val rows.lines.0.rows.people.#)" 1 "people of the line"
is "$(val rows.lines.0.rows.people.0.fields.person)" "$person" "person of the line"
ok c school show "$person"
lacks "$T/out" 000185000017 "a personal field"
ok c school show "$person" --personal
is "$(val fields.cccd)" 000185000017 "identity number"
ok d show "$person" --personal
is "$(val fields.cccd)" 000185000017 "identity number on the server"

ok c school list staff --text "buoi le"
is "$(val records.0.id)" "$person" "found without marks"
ok c school list staff --where sex=nam
is "$(val total)" 0 "found men"
ok c school list pg_need --state signed
is "$(val records.0.short)" "$(ok c school show "$need"; val short)" "short id"

# Out and in again: nothing differs. A changed line changes that field alone.
ok c school export --personal
cp "$T/out" "$T/first.jsonl"
is "$(grep -c . "$T/first.jsonl")" 2 "exported lines"
ok c school import "$T/first.jsonl"
is "$(val kept).$(val unchanged)" 0.2 "kept and unchanged"
sed 's/"Giáo viên"/"Phó hiệu trưởng"/' "$T/first.jsonl" >"$T/second.jsonl"
ok c school import "$T/second.jsonl" --dry-run
is "$(val kept).$(val dry)" 1.true "dry run"
ok c school import "$T/second.jsonl"
is "$(val kept).$(val unchanged)" 1.1 "kept and unchanged"
ok c school export --personal
cmp "$T/out" "$T/second.jsonl" || die "what came out is not what went in"
sync school
server_field "$person" position
is "$value" "Phó hiệu trưởng" "position on the server"
ok d history "$person"
is "$(val 0.kind).$(val 0.author).$(val 0.signature)" "create.Trần Thị Mẫu.ok" "history"

# Bad lines are told, and nothing is kept; good ones are where that is asked for.
ok c school list
total=$(val total)
expect 2 c school import "$DATA/bad_rows.jsonl"
bound "$(val bad.#)" -gt 0 "bad lines"
is "$(val kept)" 0 "what is kept of a file with bad lines"
ok c school list
is "$(val total)" "$total" "records after it"
expect 2 c school import "$DATA/bad_rows.jsonl" --skip-bad
bound "$(val bad.#)" -gt 0 "bad lines"
bound "$(val kept)" -gt 0 "good lines"
expect 2 c school import "$T/nowhere.jsonl"
sync school
ok c school list
total=$(val total)
ok d list
is "$(val total)" "$total" "records on the server"

ok c school receipts --verify
bound "$(val receipts.#)" -ge 3 "receipts"
is "$(val verified.receipts)" "$(val receipts.#)" "verified receipts"
fsck_clean
is "$(val records | awk '{ print ($1 >= 54) }')" 1 "units and records under fsck"
server_stop
fsck_clean
