# Goal: a computer is stolen: its key is revoked, what it signs later is kept for a person, who
# looks at it, takes some of it in and refuses the rest, signed; what came before is listed.
. "$(dirname "$0")/lib.sh"

make_district
add_officer
server_start
new_client stolen THCS-TAMSON "Trần Thị Mẫu"
new_client other THCS-TAMSON "Phạm Văn Khác"
add_staff stolen "Lê Thị Trước"
before=$id
sync stolen
sync other
ok c stolen whoami
device=$(val device)
fingerprint=$(val fingerprint)

# Nobody does it without a reason, or to a computer that is not there.
expect 2 d device revoke "$device"
expect 2 d device revoke 0000 --reason "Nhầm"
is "$(val error.code)" no_such_device "code"
ok d device revoke "$device" --reason "Mất trộm ngày 05/03/2026"
is "$(val revoked.0)" "$device" "what was revoked"
ok d device list
is "$(grep -c "\"status\": *\"revoked\"" "$T/out")" 1 "revoked in the list"
# What came before stays, and can be looked through.
ok d device show "$device" --since 01/01/2020
is "$(val touched.0.id)" "$before" "what it wrote before"
is "$(val certificates.0.reason)" "Mất trộm ngày 05/03/2026" "reason"
is "$(val certificates.0.fingerprint)" "$fingerprint" "fingerprint"
ok d device show "$device" --since 01/01/2099
is "$(val touched)" "[]" "nothing since then"

# The computer does not know yet: it signs what it has and sends it. Meanwhile the unit works on.
add_staff stolen "Lê Thị Sau"
after=$id
add_staff other "Phạm Thị Ở Nhà"
home=$id
sync other
expect 3 c stolen sync
is "$(val problem)" revoked "problem"
has "$T/err" "đã thu hồi quyền" "sentence"
has "$T/err" "dongbo enrol" "what to do"
expect 3 c stolen sync --lang en
has "$T/err" "has revoked this computer" "sentence"
# It gets nothing more, and loses nothing.
expect 1 c stolen show "$home"
ok c stolen show "$after"
# What is entered from now on is not signed.
add_staff stolen "Lê Thị Sau Nữa"
expect 3 c stolen sync
ok c stolen status
is "$(val transactions).$(val changesets)" 1.1 "saves, packets"
[ "$(val revoked)" -gt 0 ] || die "status does not say that it is revoked"
"$B/dongbo" status --data "$T/stolen" >"$T/out" 2>&1
has "$T/out" "THU HỒI" "status in words"
has "$T/out" "chờ cán bộ xét" "status in words"
ok d list staff
is "$(val total)" 2 "records on the server"

# In sight, and readable.
ok d held
is "$(val 0.waits_for).$(val 0.count).$(val 0.device)" "person.1.$device" "what waits"
number=$(val 0.numbers.0)
ok d held show "$number"
is "$(val 0.records.0.title)" "Lê Thị Sau" "what is in it"
is "$(val 0.records.0.created)" true "what is in it"
"$B/dongbod" held --data "$DISTRICT" >"$T/out"
has "$T/out" "THCS-TAMSON" "held in words"
has "$T/out" "Mất trộm ngày 05/03/2026" "held in words"
"$B/dongbod" held show "$number" --data "$DISTRICT" >"$T/out"
has "$T/out" "Lê Thị Sau" "preview in words"

# Only with an officer's name, and a reason.
expect 2 d held accept "$number" --reason "Nhập trước khi mất"
expect 2 officer held accept "$number"
expect 2 officer held accept 99 --reason "Nhầm số"
is "$(val error.code)" no_such_held "code"
ok officer held accept "$number" --reason "Nhập trước khi mất máy"
is "$(val changesets).$(val applied)" 1.1 "what was taken in"
ok d held
has "$T/out" "^\[\]" "what waits"
ok d list staff
is "$(val total)" 3 "records on the server"
sync other
ok c other show "$after"
is "$(val fields.full_name)" "Lê Thị Sau" "the record at the unit"
# The word stands in the log, with who gave it.
sqlite3 "$DISTRICT/store.db" "SELECT count(*) FROM adopted" >"$T/out"
has "$T/out" "^1$" "adoptions"
fsck_clean
server_stop

# By a stick, from a computer that has not heard of it: the same.
server_start
new_client lost MN-PHUONGKHOAN "Lý Thị Mất"
sync lost
ok c lost whoami
device=$(val device)
for n in Một Hai Ba; do
	add_staff lost "Người $n"
	ok c lost bundle write "$T" --new
done
ok d device revoke "$device" --reason "Đánh rơi"
mkdir "$T/stick"
mv "$T"/*.dongbo "$T/stick" 2>/dev/null
ok d bundle read "$T/stick"
ok d held
is "$(val 0.count)" 3 "packets that wait"
first=$(val 0.numbers.0) second=$(val 0.numbers.1) third=$(val 0.numbers.2)
# In order; refused ones keep their place, and those behind them may be taken in.
expect 2 officer held accept "$second" --reason "x"
is "$(val error.code)" held_before_it "code"
ok officer held refuse "$first" --reason "Nhập sau khi mất máy"
ok officer held accept "$second" "$third" --reason "Đã hỏi lại người nhập"
is "$(val applied)" 2 "what was taken in"
ok d list staff --unit MN-PHUONGKHOAN
is "$(val total)" 2 "records of the unit"
ok d refused
is "$(val 0.code)" revoked "what was refused is kept"
has "$T/out" "không nhận, lý do: Nhập sau khi mất máy" "why it was refused"
fsck_clean
server_stop
