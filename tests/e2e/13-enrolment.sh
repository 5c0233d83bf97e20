# Goal: an enrolment is for one computer. Its claim may be made again after a lost reply;
# a second computer, an expired one and a wrong secret are refused with a sentence.
. "$(dirname "$0")/lib.sh"

make_district
server_start

# The reply to the first contact is lost: the same claim is answered again.
new_client first MN-PHUONGKHOAN "Trần Thị Mẫu"
add_staff first "Lý Thị Hồng"
person=$id
relay_start --drop-reply 1
expect 4 c first sync --once --server "$RELAY"
ok c first whoami
is "$(val enrolled)" false "enrolled after a lost reply"
ok d list staff
is "$(val total)" 1 "records on the server"
ok c first sync --once --server "$RELAY"
relay_stop
ok c first whoami
is "$(val enrolled)" true "enrolled"
device=$(val device)
ok d list staff
is "$(val total)" 1 "records on the server, after two claims"
ok d device list
is "$(grep -o "\"device\":\"$device\"" "$T/out" | wc -l)" 1 "times that the device is listed"

# A second computer with the same paper: work can begin, but it is not let in.
ok c second init --enrol "$T/first.enrol" --author "Người Khác"
add_staff second "Lý Thị Huệ"
expect 3 c second sync
is "$(val problem)" enrolment_used "problem"
has "$T/err" "đã dùng cho máy khác" "sentence"
expect 3 c second sync --lang en
has "$T/err" "was used by another computer" "sentence"
ok d list staff
is "$(val total)" 1 "records on the server"
ok c second list
is "$(val total)" 1 "records kept on the second computer"
ok c second status
is "$(val enrolled).$(val last_receipt)" false.0 "status of the second computer"

# Expired.
enrol late MN-PHUONGKHOAN --valid 1s
ok c late init --enrol "$T/late.enrol" --author "Đến Muộn"
sleep 2
expect 3 c late sync
is "$(val problem)" enrolment_expired "problem"
has "$T/err" "hết hạn" "sentence"

# A secret that is not the one.
new_client wrong MN-PHUONGKHOAN "Đoán Mò"
sqlite3 "$T/wrong/store.db" \
	"UPDATE meta SET value=randomblob(length(value)) WHERE key='enrolment_secret'" ||
	die "sqlite3"
expect 3 c wrong sync
is "$(val error.code)" enrolment_secret_wrong "code"
has "$T/err" "Giấy ghi danh không đúng" "sentence"

# Of another district, or not one at all, or cut short.
ok "$B/dongbod" init --name "Huyện Khác" --data "$T/elsewhere" --json
ok "$B/dongbod" unit add MN "Trường" --kind MN --data "$T/elsewhere" --json
ok "$B/dongbod" pack publish "$PACK_V1" --data "$T/elsewhere" --json
ok "$B/dongbod" enrol MN --address "http://127.0.0.1:$PORT" --out "$T/foreign.enrol" \
	--data "$T/elsewhere" --json
ok c foreign init --enrol "$T/foreign.enrol" --author "Lạc Đường"
expect 5 c foreign sync --once
head -c 9000 "$T/first.enrol" >"$T/cut.enrol"
expect 5 c cut init --enrol "$T/cut.enrol"
sed 's/[A-F]/x/' "$T/first.enrol" >"$T/damaged.enrol"
expect 5 c damaged init --enrol "$T/damaged.enrol"
[ ! -e "$T/damaged/store.db" ] || die "a store from a damaged enrolment"
expect 2 c first init --enrol "$T/first.enrol"
is "$(val error.code)" store_exists "code"
expect 2 c nobody init --enrol "$T/nowhere.enrol"
expect 2 d enrol NOT-THERE
is "$(val error.code)" no_such_unit "code"

# None of this hurt anybody.
ok c first edit "$person" position="Tổ trưởng"
sync first
server_field "$person" position
is "$value" "Tổ trưởng" "position"
is "$(ls "$T/first" | grep -c enrol)" 0 "enrolments in the store"
fsck_clean
server_stop
