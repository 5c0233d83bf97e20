# Goal: a week-old backup of the district is restored: several units, a verification by an
# officer, a computer that was enrolled since. Once each computer has synchronised nothing that
# had a receipt is missing, and work goes on. (The two disasters that others are known for are
# 55-cht_core_8093.sh and 55-owncloud_2325.sh.)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/restoring.sh"

make_district
add_officer
server_start
first_port=$PORT
new_client one MN-LANGCONG "Lê Thị Một"
new_client two MN-QUANGYEN "Hà Văn Hai"
sync one
sync two

# Meanwhile: records of both units, a verification by an officer, a new unit's computer, a
# change whose reply was lost.
echo "mật khẩu của bản sao lưu" >"$T/secret"
add_staff one "Ngô Thị Được Thưởng"
add_bonus one "$id" 5000000
bonus=$id
sync one
ok d backup "$T/safe" --passphrase-file "$T/secret"
backup=$(val backup)
for n in 1 2 3; do
	add_staff one "Người Trong Tuần $n"
	sync one
	add_staff two "Người Bên Kia $n"
	sync two
done
ok c one submit "$bonus"
sync one
new_client three MN-DUCBAC "Vũ Thị Ba"
sync three
add_staff three "Người Của Máy Mới"
new=$id
sync three
relay_start --drop-reply 1
add_staff two "Mất Biên Nhận"
lost=$id
expect 4 c two sync --once --server "$RELAY"
relay_stop
ok d list staff
before=$(val total)
server_kill
mv "$DISTRICT" "$T/burnt"
ok "$B/dongbod" restore "$backup" --data "$DISTRICT" --passphrase-file "$T/secret"
ok d list staff
bound "$(val total)" -lt "$before" "what the backup has"
server_start "$first_port"
honoured one two three
ok d list staff
is "$(val total)" "$before" "what is there again"
same_everywhere "$new" three
same_everywhere "$lost" two
same_everywhere "$bonus" one
ok c three status
bound "$(val healing.kept)" -gt 0 "what the new computer brought back"
# Work goes on, on all sides.
add_staff three "Người Sau Đó"
sync three
server_field "$id" full_name
is "$value" "Người Sau Đó" "a record of the days after"
server_stop
fsck_clean
