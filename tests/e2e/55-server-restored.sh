# Goal: a server that is put back from an older copy loses nothing that had a receipt, and
# changes nothing behind anybody's back, once each computer has synchronised. Two disasters
# that others are known for bear the names of where they were told:
#   cht_core_8093   clients believe that all is sent, and never send again what was lost
#   owncloud_2325   clients take the restored server's old state for the newest one
# and a week-old backup of a district of several units, with a computer enrolled since.
. "$(dirname "$0")/lib.sh"

# The store's folder as it is now, and put back by hand: no command is told of it.
keep() { rm -rf "$T/kept"; cp -r "$DISTRICT" "$T/kept"; }
put_back() {
	rm -rf "$DISTRICT/store.db" "$DISTRICT/store.db-wal" "$DISTRICT/store.db-shm"
	cp "$T/kept/store.db" "$DISTRICT/store.db"
	[ "$1" = store ] || cp "$T/kept/generation" "$DISTRICT/generation"
}
# STORE...: each has synchronised once; then nothing that had a receipt is missing.
honoured() {
	for store in "$@"; do
		sync "$store"
		is "$(val problem)" ok "what $store is told"
	done
	fsck_clean
	for store in "$@"; do
		ok c "$store" receipts --verify
		ok c "$store" status
		is "$(val changesets).$(val healing.left).$(val healing.stopped)" 0.0.0 \
			"what $store has left to do"
	done
}

make_district
add_officer
server_start
first_port=$PORT
new_client one MN-LANGCONG "Lê Thị Một"
new_client two MN-QUANGYEN "Hà Văn Hai"
sync one
sync two

cht_core_8093() {
	server_stop
	keep
	server_start "$first_port"
	add_staff one "Ngô Thị Đã Gửi"
	sent=$id
	sync one
	ok c one status
	is "$(val changesets)" 0 "what waits: all has a receipt"
	server_stop
	put_back "$1"
	server_start "$first_port"
	expect 1 d show "$sent"
	add_staff one "Ngô Thị Gửi Sau"
	later=$id
	honoured one two
	server_field "$sent" full_name
	is "$value" "Ngô Thị Đã Gửi" "what had been received before the restore"
	server_field "$later" full_name
	is "$value" "Ngô Thị Gửi Sau" "what came after it"
	ok d summary
	bound "$(val healing.brought_back)" -gt 0 "packets that came back, in the summary"
	is "$(val healing.receipts_open)" 0 "receipts that are not honoured yet"
}

owncloud_2325() {
	add_staff one "Trần Văn Sửa"
	person=$id
	ok c one edit "$person" position="Giáo viên" note="bản cũ"
	sync one
	server_stop
	keep
	server_start "$first_port"
	ok c one edit "$person" note="bản mới"
	sync one
	server_stop
	put_back "$1"
	server_start "$first_port"
	server_field "$person" note
	is "$value" "bản cũ" "the restored server"
	honoured one two
	field one "$person" note
	is "$value" "bản mới" "the computer keeps what is newer"
	server_field "$person" note
	is "$value" "bản mới" "the server has it again"
	ok c one conflicts
	is "$(val '#')" 0 "conflicts made out of nothing"
}

# The store's file alone is older than the one beside it; or the whole folder is.
for how in store all; do
	cht_core_8093 $how
	owncloud_2325 $how
done

# A week-old backup. Meanwhile: records of both units, a verification by an officer, a new
# unit's computer, a change whose reply was lost.
week_old_backup() {
	echo "mật khẩu của bản sao lưu" >"$T/secret"
	add_bonus one "$sent" 5000000
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
}
week_old_backup
server_stop
fsck_clean
