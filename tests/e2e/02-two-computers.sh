# Goal: two computers of one school. What they enter in different fields merges, equal
# values agree, different ones are kept and shown on every side until somebody chooses.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client one TH-HAILUU "Lê Thị Một"
new_client two TH-HAILUU "Hà Văn Hai"
add_staff one "Nguyễn Thị Cam"
person=$id
add_bonus one "$person" 5000000
bonus=$id
sync one
sync two
same_everywhere "$bonus" one two

# Neither knows of the other's edits.
ok c one edit "$bonus" award_number=11/QĐ content_note="Đã đủ hồ sơ" amount=6000000
ok c two edit "$bonus" amount_reason="Điều 5" content_note="Đã đủ hồ sơ" amount=7000000
ok c one edit "$person" langs+=en phone=0000000001
ok c two edit "$person" langs+=ja position="Tổ trưởng"
sync one
sync two
sync one

ok d conflicts
is "$(val '#')" 1 "records in conflict on the server"
for store in one two; do
	ok c $store conflicts
	is "$(val '#')" 1 "records in conflict"
	is "$(val 0.id).$(val 0.conflicts.#)" "$bonus.1" "what is in conflict"
	is "$(val 0.conflicts.0.field)" amount "field in conflict"
	is "$(val 0.conflicts.0.values.#)" 2 "values"
	sum=$(($(val 0.conflicts.0.values.0.value) + $(val 0.conflicts.0.values.1.value)))
	is $sum 13000000 "sum of both values"
	ok c $store status
	is "$(val conflicts)" 1 "conflicts in the status"
done
same_everywhere "$bonus" one two
is "$(val fields.award_number).$(val fields.amount_reason)" "11/QĐ.Điều 5" "merged fields"
is "$(val fields.content_note)" "Đã đủ hồ sơ" "equal values"
is "$(val fields.amount)" 6000000 "what shows until somebody chooses: what came first"
same_everywhere "$person" one two
is "$(val fields.langs)" '["en","ja"]' "merged set"
is "$(val fields.position)" "Tổ trưởng" "merged field"

expect 1 c one submit "$bonus"
is "$(val error.code)" in_conflict "submitting with a conflict"
expect 1 c one settle "$bonus" award_number --take 1
is "$(val error.code)" no_such_conflict "settling what agrees"

# One takes the other's value: numbers are the same on every side.
ok c one conflicts
n=1
[ "$(val 0.conflicts.0.values.0.value)" = 7000000 ] || n=2
author=$(val "0.conflicts.0.values.$((n - 1)).author")
is "$author" "Hà Văn Hai" "author of the value"
ok c one settle "$bonus" amount --take $n
sync one
sync two
for store in one two; do
	ok c $store conflicts
	is "$(val '#')" 0 "conflicts after settling"
done
same_everywhere "$bonus" one two
is "$(val fields.amount)" 7000000 "value taken"

# Again, and a third value settles it.
ok c one edit "$bonus" amount=1000000
ok c two edit "$bonus" amount=2000000
sync two
sync one
sync two
ok c two settle "$bonus" amount --value 1500000
sync two
sync one
same_everywhere "$bonus" one two
is "$(val fields.amount)" 1500000 "third value"
ok d conflicts
is "$(val '#')" 0 "conflicts on the server"
ok c one submit "$bonus"
sync one
server_field "$bonus" amount
is "$(val state)" signed "state"

# Both settle the same conflict differently: that is a conflict again, not a loss.
ok c one edit "$person" position="Giáo viên"
ok c two edit "$person" position="Tổ phó"
sync one
sync two
sync one
ok c one settle "$person" position --take 1
ok c two settle "$person" position --take 2
sync one
sync two
sync one
for store in one two; do
	ok c $store conflicts
	is "$(val 0.conflicts.0.values.#)" 2 "values after two settlements"
done
ok c two settle "$person" position --value "Giáo viên hạng II"
sync two
sync one
same_everywhere "$person" one two
is "$(val fields.position)" "Giáo viên hạng II" "position"

ok c one list
total=$(val total)
ok c two list
is "$(val total)" "$total" "records"
ok c one receipts --verify
ok c two receipts --verify
fsck_clean
server_stop
