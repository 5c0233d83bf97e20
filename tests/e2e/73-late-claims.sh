# Goal: an enrolment that had expired, and one that another computer had used: an officer
# compares the fingerprint and lets the computer in; nothing that was entered is lost.
. "$(dirname "$0")/lib.sh"

make_district
server_start

# Expired: what was entered waits at the district.
enrol late MN-PHUONGKHOAN --valid 1s
ok c late init --enrol "$T/late.enrol" --author "Đến Muộn"
add_staff late "Lý Thị Hồng"
sleep 2
expect 3 c late sync
is "$(val problem)" enrolment_expired "problem"
has "$T/err" "dongbo whoami" "what to do"
add_staff late "Lý Thị Huệ"
expect 3 c late sync
ok d list staff
is "$(val total)" 0 "records on the server"
ok d held
is "$(val 0.why).$(val 0.count)" enrolment_expired.2 "what waits"
number=$(val 0.numbers.0)
ok d held show "$number"
is "$(val 0.records.0.title)" "Lý Thị Hồng" "what is in it"
ok c late whoami
fingerprint=$(val fingerprint)
ok d device list
is "$(val 0.status).$(val 0.name)" "enrolment_expired.Đến Muộn" "in sight"
is "$(val 0.fingerprint)" "$fingerprint" "fingerprint"
expect 2 d device accept 0000-0000-0000-0000-0000-0000-0000-0000
is "$(val error.code)" no_such_device "code"
ok d device accept "$fingerprint"
is "$(val changesets)" 2 "packets that went in"
ok d list staff
is "$(val total)" 2 "records on the server"
add_staff late "Lý Thị Cúc"
sync late
ok c late status
is "$(val enrolled).$(val edits)" true.0 "the computer"
ok d list staff
is "$(val total)" 3 "records on the server"
fsck_clean

# Doubled: shown with both keys.
new_client first MN-TAMSON "Người Đầu"
sync first
ok c first whoami
one=$(val fingerprint)
ok c second init --enrol "$T/first.enrol" --author "Người Hai"
add_staff second "Trần Văn Hai"
expect 3 c second sync
is "$(val problem)" enrolment_used "problem"
ok c second whoami
two=$(val fingerprint)
ok d device list
grep -q "$two" "$T/out" || die "the second key is not shown"
"$B/dongbod" device list --data "$DISTRICT" >"$T/out"
has "$T/out" "$one" "the key that has used it"
has "$T/out" "$two" "the key that came later"
ok d device accept "$two"
add_staff second "Trần Văn Ba"
sync second
ok d list staff --unit MN-TAMSON
is "$(val total)" 2 "records of the unit"
sync first
ok c first list staff
is "$(val total)" 2 "records at the first computer"
# Accepted once, it is no longer in question.
ok d device list
lacks "$T/out" enrolment_used "the list"
fsck_clean
server_stop
