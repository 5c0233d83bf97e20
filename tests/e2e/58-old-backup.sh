# Goal: a PC restored from a month-old backup that typed ten new records before its first sync
# loses none: beside the key that was left on its disk, and, the disk being gone, by a new
# enrolment.
. "$(dirname "$0")/lib.sh"

make_district
server_start
echo "mật khẩu của nhà trường" >"$T/secret"
restore() {
	ok "$B/dongbo" restore "$T/$1.backup" --data "$T/$1" --passphrase-file "$T/secret" --json
}
a_month() { # STORE UNIT
	new_client "$1" "$2" "Lê Thị $1"
	sync "$1"
	add_staff "$1" "Đã Gửi $1"
	sync "$1"
	add_staff "$1" "Trong Bản Sao $1"
	ok c "$1" backup "$T/$1.backup" --passphrase-file "$T/secret"
	sync "$1"
	add_staff "$1" "Sau Bản Sao $1"
	sync "$1"
}
ten_records() {
	for i in 0 1 2 3 4 5 6 7 8 9; do
		add_staff "$1" "Mới $i $1"
	done
	sync "$1"
	ok c "$1" status
	is "$(val transactions).$(val changesets).$(val refused).$(val conflicts)" 0.0.0.0 \
		"what waits at $1"
	ok c "$1" list staff
	is "$(val total)" 13 "people at $1"
}

# The store is damaged, the key is there.
a_month one TH-TAMSON
rm -f "$T"/one/store.db*
restore one
ten_records one
ok c one status
is "$(val renewals.0.reason)" restored "what $T/one knows of itself"

# All is gone: for reading at first, then by a new enrolment.
a_month two TH-LANGCONG
rm -rf "$T/two"
restore two
expect 3 c two add staff full_name="Chưa Được"
enrol again TH-LANGCONG
ok c two init --enrol "$T/again.enrol" --author "Lê Thị Hai"
expect 2 c two init --enrol "$T/again.enrol"
ten_records two

ok d list staff
is "$(val total)" 26 "people at the server"
fsck_clean
