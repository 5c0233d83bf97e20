# Goal: no network at all. The district's server is restored from an older backup, and what it
# has lost comes back on sticks alone: each unit's computer writes a bundle and reads the answer,
# as often as it takes.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/restoring.sh"

# NAME...: a stick goes there and back once, with all of them; SIZE cuts into files.
SIZE=
carry() {
	rm -rf "$T/usb"
	mkdir "$T/usb"
	for store in "$@"; do
		# shellcheck disable=SC2086
		ok c "$store" bundle write "$T/usb" $SIZE
	done
	ok d bundle read "$T/usb"
	is "$(val bad)" 0 "files that the district could not read"
	for store in "$@"; do
		ok c "$store" bundle read "$T/usb"
		is "$(val bad)" 0 "files that $store could not read"
	done
}
people() { ok d list staff; is "$(val total)" "$1" "$2"; }

make_district
new_client one MN-LANGCONG "Lê Thị Một"
new_client two MN-QUANGYEN "Hà Văn Hai"
add_staff one "Trước Bản Sao"
carry one two
echo "mật khẩu của bản sao lưu" >"$T/secret"
ok d backup "$T/safe" --passphrase-file "$T/secret"
backup=$(val backup)

# A week goes by: more of both, a computer enrolled since, an edit that nobody may undo.
ok c one edit "$id" note="bản mới"
edited=$id
for n in 1 2 3 4 5 6; do
	add_staff one "Người Của Một $n"
	add_staff two "Người Của Hai $n"
	[ $n != 3 ] || new_client three MN-DUCBAC "Vũ Thị Ba"
	if [ $n -lt 3 ]; then carry one two; else add_staff three "Người Của Ba $n"; carry one two three; fi
done
people 17 "before the fire"
for store in one two three; do
	ok c $store status
	is "$(val changesets).$(val transactions)" 0.0 "what waits at $store: all has a receipt"
done

mv "$DISTRICT" "$T/burnt"
ok "$B/dongbod" restore "$backup" --data "$DISTRICT" --passphrase-file "$T/secret"
people 1 "what the backup has"
add_staff one "Gõ Khi Máy Chủ Đã Cũ"

# The first stick tells the computers of it, and what they hold comes with the next ones.
carry one two three
carry one two three
all_honoured one two
SIZE="--size 64K"
for round in 1 2 3; do carry three one; done
people 18 "what is there again"
all_honoured one two three
same_everywhere "$edited" one
ok c one show "$edited"
is "$(val fields.note)" "bản mới" "the edit of that week"
ok d summary
bound "$(val healing.brought_back)" -gt 0 "packets that came back, in the summary"
is "$(val healing.receipts_open)" 0 "receipts that are not honoured yet"
add_staff three "Người Sau Đó"
carry three
people 19 "work goes on"
