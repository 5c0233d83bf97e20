# Goal: nobody verifies what he did not see: a verification made on an older version is
# refused as stale, with the newest one it goes through.
. "$(dirname "$0")/lib.sh"

make_district
add_officer
server_start
new_client school TH_THCS-TUYEN "Trần Thị Mẫu"
add_staff school "Bùi Thị Quýt"
person=$id
add_bonus school "$person" 1000000
bonus=$id
ok c school submit "$bonus"
sync school
ok d show "$bonus"
looked=$(val version)
is "$(val fields.amount)" 1000000 "what the officer looked at"

# While he looks, the school changes it.
ok c school edit "$bonus" amount=10000000
sync school
expect 1 officer verify "$bonus" --version "$looked"
is "$(val error.code)" stale "verifying an older version"
ok d show "$bonus"
is "$(val state)" signed "state after the stale verification"
is "$(val fields.amount)" 10000000 "amount"
bound "$(val version | sed 's/+.*//')" -gt "$(echo "$looked" | sed 's/+.*//')" "version"
ok officer verify "$bonus" --version "$(val version)"
is "$(val state)" verified "state"

# A row counts as its record.
ok c school add pg_need plan_year=2026 answer=need doc_number=07/TTr doc_date=03/02/2026 \
	signer_name="Trần Thị Mẫu" signer_title="Hiệu trưởng"
need=$(val id)
ok c school row "$need" lines discipline=toan level=ths necessity="Thiếu giáo viên" count=2
line=$(val id)
ok c school submit "$need"
sync school
ok d show "$need"
looked=$(val version)
ok c school edit "$line" count=20
sync school
expect 1 officer verify "$need" --version "$looked"
is "$(val error.code)" stale "verifying an older row"
ok d show "$need"
ok officer verify "$need" --version "$(val version)"

# A passphrase that is wrong, an officer that is not there, a version that is none.
echo wrong >"$T/wrong"
expect 2 d return "$need" --remark x --as "$OFFICER" --passphrase-file "$T/wrong"
is "$(val error.code)" wrong_passphrase "wrong passphrase"
expect 2 d return "$need" --remark x --as "Ai Đó" --passphrase-file "$T/passphrase"
is "$(val error.code)" no_such_officer "unknown officer"
expect 2 officer return "$need" --remark x --version 12+
expect 1 officer verify "$need"
is "$(val error.code)" no_such_move "verifying twice"

sync school
same_everywhere "$need" school
is "$(val state).$(val rows.lines.0.fields.count)" verified.20 "in the school"
same_everywhere "$bonus" school
is "$(val state)" verified "in the school"
ok d history "$bonus"
is "$(grep -o '"kind":"move"' "$T/out" | wc -l)" 2 "moves: the stale one left nothing"
fsck_clean
server_stop
