# Goal: a client is put back from an older copy of its store, or its store goes on in a second
# place; it writes on, is told that all is well, and all of it does arrive (turso#8129: nothing
# did, and nobody was told).
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client one TH-TAMSON "Lê Thị Một"
sync one
add_staff one "Trước Bản Sao"
sync one
cp -a "$T/one" "$T/copy"

# A month goes by.
add_staff one "Sau Bản Sao"
sync one
add_staff one "Chưa Gửi Đã Ký"
server_stop
expect 4 c one sync --once
server_start "$PORT"

# The old store is put back, in place; key and mark are the computer's own.
rm -f "$T"/one/store.db*
cp "$T"/copy/store.db* "$T/one/"
for i in 0 1 2 3 4 5 6 7 8 9; do
	add_staff one "Sau Khi Về $i"
done
ok c one status
is "$(val renewals.0.reason)" restored "what the computer knows of itself"
ok "$B/dongbo" status --data "$T/one"
has "$T/out" "khóa mới" "what status says"
sync one
ok c one status
is "$(val transactions).$(val changesets).$(val refused)" 0.0.0 "what waits, or was refused"
ok d list staff
for name in "Trước Bản Sao" "Sau Bản Sao" "Sau Khi Về 0" "Sau Khi Về 9"; do
	is "$(grep -o "$name" "$T/out" | wc -l)" 1 "$name at the server"
done
is "$(val total)" 12 "people at the server"
ok c one list staff
is "$(val total)" 12 "people here: what was sent in the meantime has come back"
ok d summary
is "$(val renewals.0.kind)" restored "what the officer is told"
ok "$B/dongbod" summary --data "$DISTRICT"
has "$T/out" "bản cũ" "what the officer reads"

# The other copy goes on as well: it lies in another place.
add_staff copy "Ở Bản Sao"
sync copy
sync one
ok c copy status
is "$(val renewals.0.reason)" copied "what the copy knows of itself"
ok d list staff
is "$(val total)" 13 "people at the server in the end"
fsck_clean
