# Goal: a school goes into another. The successor's computers get its records and go on with
# them, in its stream; what its own computer still had goes in too; sums are right before and
# after; others get nothing of it.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client old TH-TAMSON "Lê Thị Một"
new_client heir TH-HAILUU "Hà Văn Hai"
new_client other MN-TAMSON "Ngô Thị Ba"
add_staff old "Nguyễn Thị Mẫu"
person=$id
add_bonus old "$person" 5000000
bonus=$id
sync old
sync heir
sync other
for store in heir other; do
	expect 1 c $store show "$bonus"
done

ok d unit merge TH-TAMSON --into TH-HAILUU --act "QĐ 1/QĐ-UBND" --act-date 01/12/2024 \
	--issuer UBND --from 01/01/2025
# The law reaches the computers, and with it what they stand for now.
sync heir
sync heir
sync other
expect 1 c other show "$bonus"
same_everywhere "$bonus" heir
ok c heir list bonus
is "$(val total)" 1 "what the heir's list has"

# It goes on with a record, and enters one about the school that is no more.
ok c heir edit "$bonus" amount=6000000
ok c heir add staff --unit TH-TAMSON full_name="Trần Văn Thử" birth=20/10/1985 sex=nam post_kind=vc \
	position="Giáo viên" level=dh work_state=dang_lam
taken=$(val id)
expect 5 c other add staff --unit TH-TAMSON full_name="Ai Đó"
is "$(val error.code)" out_of_scope "of another's predecessor"
# Its own computer has not heard of it yet, and has entered something as well.
add_staff old "Người Sau"
late=$id
sync heir
sync old
sync heir
ok d refused
is "$(val '#')" 0 "refused saves"
for record in "$bonus" "$taken" "$late"; do
	same_everywhere "$record" heir old
done
server_field "$bonus" amount
is "$value" 6000000 "what the heir has changed"
# Each stream as it was signed, each record once, under the one or the other.
stream=$(sqlite3 "$DISTRICT/store.db" "SELECT DISTINCT stream FROM t_staff")
is "$(echo "$stream" | wc -l)" 1 "streams of the records"
for day in 31/12/2024 01/01/2025; do
	ok d summary --units successor --by-unit --on $day --type staff
	unit=TH-TAMSON
	[ $day = 01/01/2025 ] && unit=TH-HAILUU
	is "$(grep -o '{[^{}]*}' "$T/out" | grep "\"unit\":\"$unit\"" | grep '"type":"staff"' |
		grep -o '"count":[0-9]*' | awk -F: '{ n += $2 } END { print n + 0 }')" 3 \
		"people under $unit on $day"
done
fsck_clean
ok c heir status
is "$(val changesets).$(val transactions)" 0.0 "everything has arrived"
ok c heir receipts --verify
# The clerk of the school that is no more is told.
ok c heir status
is "$(val ended)" "(nothing at ended)" "the heir's own unit"
ok c old status
is "$(val ended).$(val successor)" true.TH-HAILUU "the old unit's"
"$B/dongbo" status --data "$T/old" >"$T/text"
has "$T/text" "kết thúc từ ngày 01/01/2025, nay là" "what people read"
