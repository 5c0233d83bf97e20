# Goal: a school's store goes into one file under a passphrase and comes out as a store
# that shows, exports and lists all that had been saved, sent or not, and can write and send
# nothing; a wrong passphrase and a damaged file leave nothing behind; the school's own
# computer goes on meanwhile.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client one TH-TAMSON "Lê Thị Một"
sync one
add_staff one "Đã Gửi"
sent=$id
sync one
add_staff one "Chưa Gửi"
saved=$id
echo "mật khẩu của nhà trường" >"$T/secret"
echo "mật khẩu khác" >"$T/wrong"

ok c one backup "$T/school.backup" --passphrase-file "$T/secret"
is "$(val transactions)" 1 "saves in the backup that were not sent"
grep -q "Chưa Gửi" "$T/school.backup" && die "the file is not encrypted"
is "$(ls "$T/one" | grep -c backup)" 0 "what the backup has left in the store's folder"
# Only what is a backup is written over.
echo "một tệp khác" >"$T/letter"
expect 2 c one backup "$T/letter" --passphrase-file "$T/secret"
has "$T/letter" "một tệp khác" "a file that is no backup"
ok c one backup "$T/school.backup" --passphrase-file "$T/secret"

restore() { "$B/dongbo" restore "$T/school.backup" --data "$T/old" --passphrase-file "$1" --json; }
expect 2 restore "$T/wrong"
expect 2 "$B/dongbo" restore "$T/school.backup" --data "$T/one" --passphrase-file "$T/secret"
cp "$T/school.backup" "$T/whole"
for size in 0 50 88 65641 100000; do
	cp "$T/whole" "$T/school.backup"
	truncate -s $size "$T/school.backup"
	expect 5 restore "$T/secret"
	is "$(ls -A "$T/old" 2>/dev/null)" "" "what a file cut at $size has left"
done
expect 5 "$B/dongbo" restore "$T/letter" --data "$T/old" --passphrase-file "$T/secret"
cp "$T/whole" "$T/school.backup"

ok restore "$T/secret"
is "$(ls "$T/old" | grep -v "^store.db")" "" "other files beside the restored store"
is "$(val transactions)" 1 "saves that wait"
ok c old status
is "$(val transactions)" 1 "saves that wait in the restored store"
bound "$(val restored)" -gt 0 "the restored store knows what it is"
ok "$B/dongbo" status --data "$T/old"
has "$T/out" "KHÔI PHỤC TỪ BẢN SAO LƯU" "what status says"
has "$T/out" "giấy ghi danh mới" "what status says is to be done"
for who in $sent $saved; do
	ok c one show "$who"
	shown=$(val fields.full_name)
	ok c old show "$who"
	is "$(val fields.full_name)" "$shown" "a record in the restored store"
done
ok c old export staff
is "$(grep -c . "$T/out")" 2 "records that are exported"
ok c old receipts --verify
expect 3 c old add staff full_name="Không Được"
has "$T/err" "bản sao lưu" "why nothing can be entered"
expect 3 c old edit "$saved" full_name="Không Được"
expect 3 c old sync --once
# Not with the old key put beside it either.
cp "$T/one/device.key" "$T/old/device.key"
expect 3 c old sync --once
is "$(ls -l "$T/old/store.db" | cut -c1-10)" "-rw-------" "who may read the restored store"

# The school's own computer goes on, and so does one that is enrolled anew.
sync one
ok c one status
is "$(val transactions).$(val changesets)" 0.0 "what waits in the school's own store"
new_client two TH-TAMSON "Lê Thị Một"
sync two
ok c two show "$saved"
is "$(val fields.full_name)" "Chưa Gửi" "what the school's own computer sent"
fsck_clean
