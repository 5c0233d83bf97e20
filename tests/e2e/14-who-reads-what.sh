# Goal: a school's computer holds the district's common stream and its own, not a byte of
# another school; who reads all gets all, and an auditor can write nothing.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client one MN-DONGTHINH "Lê Thị Một"
new_client two THCS-CAOPHONG "Hà Văn Hai"
new_client office PNV "Cán Bộ Huyện" --role officer
new_client auditor TTH "Thanh Tra" --role auditor
add_staff one "Tên Chỉ Ở Trường Một"
first=$id
add_staff two "Tên Chỉ Ở Trường Hai"
second=$id
ok c two edit "$second" cccd=000199000099
for store in one two office auditor one two; do
	sync $store
done

for store in one two; do
	ok c $store receipts --verify
	is "$(grep -o '"stream":[0-9]*' "$T/out" | sort -u | wc -l)" 2 "streams of $store"
	ok c $store list
	is "$(val total)" 1 "records of $store"
	cat "$T/$store"/store.db* >"$T/$store.bytes"
done
grep -qa "Tên Chỉ Ở Trường Hai" "$T/two.bytes" || die "what is looked for cannot be found"
grep -qa "Tên Chỉ Ở Trường Hai" "$T/one.bytes" && die "another school's name in the store"
grep -qa 000199000099 "$T/one.bytes" && die "another school's number in the store"
is "$(sqlite3 "$T/one/store.db" "SELECT group_concat(DISTINCT stream) FROM item")" 0,34 "items"
expect 1 c one show "$second"
is "$(val error.code)" no_such_record "a record of another school"
expect 1 c one edit "$second" position=X

for store in office auditor; do
	ok c $store list
	is "$(val total)" 2 "records of $store"
	ok c $store show "$second" --personal
	is "$(val fields.full_name)" "Tên Chỉ Ở Trường Hai" "name"
	is "$(val fields.cccd)" 000199000099 "number"
	ok c $store history "$first"
	is "$(val 0.signature)" ok "signature seen by $store"
	ok c $store receipts --verify
done
expect 1 c auditor edit "$first" position=X
expect 1 c auditor add staff full_name=X
is "$(val error.code)" not_allowed "an auditor who writes"

# A client that lies about its unit in its own store is not believed.
ok c two edit "$second" position="Tổ trưởng"
sync two
sqlite3 "$T/one/store.db" "INSERT OR IGNORE INTO stream(stream,seq,head,time) \
	SELECT 47,0,head,0 FROM stream WHERE stream=34" 2>/dev/null
c one sync --once >"$T/out" 2>"$T/err"
is "$(sqlite3 "$T/one/store.db" "SELECT count(*) FROM item WHERE stream=47")" 0 "items of others"
cat "$T/one"/store.db* >"$T/one.bytes"
grep -qa "Tên Chỉ Ở Trường Hai" "$T/one.bytes" && die "another school's name in the store"
sync office
ok c office show "$second"
is "$(val fields.position)" "Tổ trưởng" "what the office sees"
fsck_clean
server_stop
