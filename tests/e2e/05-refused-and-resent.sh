# Goal: an edit of a record that was verified meanwhile is refused, what else was sent is
# not; nothing of it is lost: it is listed with its reason, and resent once it may be.
. "$(dirname "$0")/lib.sh"

make_district
add_officer
server_start
new_client school TH-DUCBAC "Trần Thị Mẫu"
add_staff school "Vũ Thị Lựu"
person=$id
add_bonus school "$person" 5000000
bonus=$id
ok c school submit "$bonus"
sync school
ok officer verify "$bonus"
is "$(val state)" verified "state on the server"

# The school does not know yet. Three saves in one change set; the middle one is late.
ok c school edit "$person" position="Tổ trưởng"
ok c school edit "$bonus" amount=5500000 amount_reason="Điều 5"
add_staff school "Vũ Thị Lê"
other=$id
sync school
is "$(val changesets_out).$(val refused)" 1.1 "change sets and refusals"
server_field "$person" position
is "$value" "Tổ trưởng" "position"
server_field "$other" full_name
is "$value" "Vũ Thị Lê" "the record behind the refused save"
server_field "$bonus" amount
is "$value" 5000000 "amount on the server"
field school "$bonus" amount
is "$value.$(val state)" 5000000.verified "amount and state here: as on the server"
ok c school status
is "$(val refused).$(val transactions).$(val changesets)" 1.0.0 "status"

ok c school refused
is "$(val '#')" 1 "what was refused"
is "$(val 0.code).$(val 0.record)" "locked.$bonus" "reason"
is "$(val 0.fields.amount)" 5500000 "the refused value is kept"
has "$T/out" "khóa" "the sentence"
ok d refused --unit TH-DUCBAC
is "$(val 0.code).$(val 0.record).$(val 0.unit)" "locked.$bonus.TH-DUCBAC" "on the server"
ok c school history "$bonus"
has "$T/out" '"applied":false' "the refused save is in the history"

# Known to be locked, it is refused at once; so is sending it again.
expect 1 c school edit "$bonus" amount=6000000
is "$(val error.code)" locked "editing a verified record"
expect 1 c school resend 1
is "$(val error.code)" locked "resending while it is locked"
ok c school refused
is "$(val '#')" 1 "refusals after a resend that failed"
expect 1 c school resend 2
expect 2 c school resend x

expect 1 officer return "$bonus"
is "$(val error.code)" remark_required "returning without a reason"
ok officer return "$bonus" --remark "Cần sửa mức thưởng"
is "$(val state)" returned "state"
sync school
ok c school show "$bonus"
is "$(val state)" returned "state in the school"
ok c school history "$bonus"
has "$T/out" "Cần sửa mức thưởng" "the reason in the school's history"
ok c school resend 1 amount=5600000
is "$(val id)" "$bonus" "what was resent"
ok c school refused
is "$(val '#')" 0 "refusals after resending"
ok c school submit "$bonus"
sync school
is "$(val refused)" 0 "refusals of the second time"
same_everywhere "$bonus" school
is "$(val fields.amount).$(val fields.amount_reason)" "5600000.Điều 5" "values at last"
is "$(val state)" signed "state"

# Given up, a refused save stays refused and is not asked about any more.
ok officer verify "$bonus"
ok c school edit "$bonus" quarter=q3
sync school
ok c school refused
is "$(val '#')" 1 "refusals"
ok c school refused --drop 1
ok c school refused
is "$(val '#')" 0 "refusals after giving up"
sync school
same_everywhere "$bonus" school
is "$(val fields.quarter)" q2 "quarter"
ok c school receipts --verify
fsck_clean
server_stop
