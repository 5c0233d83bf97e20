# Goal: a computer gets a new key: by a new enrolment where the old one is revoked, came too
# late or is lost, and by the old key's word on purpose. Whatever was entered meanwhile, signed
# or not, is at the district afterwards, once.
. "$(dirname "$0")/lib.sh"

make_district
add_officer
server_start

# Revoked; it has signed one thing that waits for a person, and saved another.
new_client pc THCS-TAMSON "Trần Thị Mẫu"
new_client other THCS-TAMSON "Phạm Văn Khác"
add_staff pc "Lê Thị Trước"
sync pc
sync other
ok c pc whoami
old=$(val device)
ok d device revoke "$old" --reason "Mất máy"
add_staff pc "Lê Thị Đã Ký"
signed=$id
expect 3 c pc sync
ok c pc edit "$signed" position="Tổ trưởng"
add_staff pc "Lê Thị Chưa Ký"
expect 3 c pc sync
expect 3 c pc key change
is "$(val error.code)" revoked "changing a key that is revoked"
ok d held
number=$(val 0.numbers.0)
# Only an enrolment of its own unit will do.
enrol foreign MN-TAMSON
expect 2 c pc enrol "$T/foreign.enrol"
is "$(val error.code)" enrolment_of_another_unit "code"
enrol again THCS-TAMSON
ok c pc enrol "$T/again.enrol"
new=$(val device)
[ "$new" != "$old" ] || die "the same key"
ok c pc list staff
is "$(val total)" 3 "records kept"
sync pc
ok c pc status
is "$(val revoked).$(val edits).$(val enrolled)" 0.0.true "after the new enrolment"
is "$(val renewals.0.reason)" enrolled "what the computer says of it"
ok d list staff
is "$(val total)" 3 "records on the server"
server_field "$signed" position
is "$value" "Tổ trưởng" "the edit of what waits"
ok d device show "$new"
is "$(val in_place_of)" "$old" "in the place of"
ok d summary
is "$(val renewals.0.kind)" enrolled "what the officer is told"
# The old key stays revoked; a second time takes nothing from the new one.
expect 2 d device revoke "$old" --reason "Lần nữa"
ok c pc edit "$signed" position="Tổ phó"
sync pc
server_field "$signed" position
is "$value" "Tổ phó" "the new key works"
# What waited is taken in late: it counts once.
ok officer held accept "$number" --reason "Nhập trước khi mất"
ok d list staff
is "$(val total)" 3 "records on the server, after the old packet was taken in"
server_field "$signed" position
is "$value" "Tổ phó" "position"
sync pc
sync other
same_everywhere "$signed" pc other
ok c pc refused
has "$T/out" '^\[\]' "refused"
ok c pc receipts --verify
fsck_clean

# On purpose, with what is not sent, and without a network.
add_staff pc "Lê Thị Đổi Khóa"
cp -r "$T/pc" "$T/thief"
ok c pc key change
changed=$(val device)
add_staff pc "Lê Thị Sau Đổi"
sync pc
ok d list staff
is "$(val total)" 5 "records on the server"
ok c pc key
is "$(val device).$(val before.1.reason)" "$changed.replaced" "keys"
ok d device show "$new"
is "$(val certificates.0.status)" replaced "the key that was given up, in the list"
ok d device show "$changed"
is "$(val certificates.0.status)" active "the new one"
# Whoever has a copy of the old one gets no further key by it.
add_staff thief "Kẻ Chép Khóa"
expect 3 c thief sync
is "$(val error.code)" revoked "a copy of the key that was given up"
ok d list staff
is "$(val total)" 5 "records on the server"
fsck_clean

# Late: another enrolment in the place of a person's word.
enrol late MN-PHUONGKHOAN --valid 1s
ok c late init --enrol "$T/late.enrol" --author "Đến Muộn"
add_staff late "Lý Thị Hồng"
sleep 2
expect 3 c late sync
add_staff late "Lý Thị Huệ"
enrol late2 MN-PHUONGKHOAN
ok c late enrol "$T/late2.enrol"
sync late
ok c late status
is "$(val edits).$(val enrolled)" 0.true "the late one"
ok d list staff --unit MN-PHUONGKHOAN
is "$(val total)" 2 "records of the unit"
fsck_clean

# The key is lost, the store is in a backup: on another computer.
add_staff late "Lý Thị Cuối"
echo "mật khẩu của trường" >"$T/secret"
ok c late backup "$T/late.backup" --passphrase-file "$T/secret"
ok "$B/dongbo" restore "$T/late.backup" --data "$T/found" --passphrase-file "$T/secret" --json
enrol found MN-PHUONGKHOAN
ok c found enrol "$T/found.enrol"
add_staff found "Lý Thị Mới"
sync found
ok d list staff --unit MN-PHUONGKHOAN
is "$(val total)" 4 "records of the unit"
ok c found status
is "$(val edits).$(val enrolled)" 0.true "the one out of a backup"
fsck_clean

# Refused by a person before the new key: its author finds it, corrects it, sends it anew.
new_client back TH_THCS-NHAOSON "Hà Văn Hai"
sync back
ok c back whoami
ok d device revoke "$(val device)" --reason "Cho mượn máy"
add_staff back "Hà Thị Chờ"
expect 3 c back sync
number=$(sqlite3 "$DISTRICT/store.db" "SELECT max(number) FROM held")
ok officer held refuse "$number" --reason "Chưa rõ ai nhập"
enrol back2 TH_THCS-NHAOSON
ok c back enrol "$T/back2.enrol"
sync back
ok c back refused
is "$(val 0.code)" revoked "what a person has refused"
ok c back resend 1 full_name="Hà Thị Đúng"
sync back
ok d list staff --unit TH_THCS-NHAOSON
is "$(val total)" 1 "records of the unit"
fsck_clean
server_stop
