# Goal: the person who takes a restored computer into use again picks a wrong paper first: one of
# another unit, or the old enrolment, which its first computer has used. With a right one nothing
# that was in the backup is lost or refused, whether the wrong one was sent or not, and who uses
# the computer is still known.
. "$(dirname "$0")/lib.sh"

make_district
server_start
echo "mật khẩu của nhà trường" >"$T/secret"

# A computer with a save that is sent, one that is signed, one that is neither; then its backup.
lost() { # STORE UNIT AUTHOR
	new_client "$1" "$2" "$3"
	sync "$1"
	add_staff "$1" "Đã Gửi"
	sync "$1"
	add_staff "$1" "Đã Ký"
	ok c "$1" bundle write "$T/$1.dongbo"
	add_staff "$1" "Chưa Ký"
	ok c "$1" backup "$T/$1.backup" --passphrase-file "$T/secret"
	ok "$B/dongbo" restore "$T/$1.backup" --data "$T/$1-again" --passphrase-file "$T/secret"
}
again() { # STORE UNIT AUTHOR
	add_staff "$1-again" "Trước Giấy Mới"
	enrol "$1-new" "$2"
	ok c "$1-again" enrol "$T/$1-new.enrol"
	add_staff "$1-again" "Sau Giấy Mới"
	sync "$1-again"
	sync "$1-again"
	ok c "$1-again" status
	is "$(val edits).$(val refused).$(val enrolled)" 0.0.true "the state of $1"
	ok c "$1-again" whoami
	is "$(val author)" "$3" "who uses $1"
	ok d list staff --unit "$2"
	is "$(val total)" 5 "people of $1 at the district"
	ok d refused
	is "$(cat "$T/out")" "[]" "what was refused of $1"
	# The old computer was not lost after all: it sends the same saves again.
	sync "$1"
	ok d list staff --unit "$2"
	is "$(val total)" 5 "people of $1, after the old computer"
}

# The wrong paper was sent, and refused.
lost one TH-TAMSON "Trần Thị Một"
enrol foreign MN-TAMSON
expect 2 c one-again init --enrol "$T/foreign.enrol"
is "$(val error.code)" enrolment_of_another_unit "a paper of another unit"
ok c one-again init --enrol "$T/one.enrol"
expect 3 c one-again sync
is "$(val problem)" enrolment_used "the old paper"
again one TH-TAMSON "Trần Thị Một"
ok d device list
lacks "$T/out" enrolment_used "computers that are let in"
ok d summary
is "$(val renewals.0.name)" "Trần Thị Một" "whose computer it was"
is "$(val renewals.0.stream)" 38 "of which unit"
is "$(val renewals.1.stream)" 38 "of which unit, the step before"

# It was not even sent.
lost two TH-HAILUU "Trần Thị Hai"
ok c two-again init --enrol "$T/two.enrol"
again two TH-HAILUU "Trần Thị Hai"
fsck_clean
server_stop

# A paper from before there was a network has no address: the one that the store knows stays.
ok d enrol TH-DONGTHINH --out "$T/three.enrol"
ok c three init --enrol "$T/three.enrol" --author "Trần Thị Ba"
ok c three whoami
is "$(val server)" "" "address without a network"
expect 4 c three sync
is "$(val error.code)" no_server "synchronising without an address"
mkdir "$T/stick"
carry_stick() {
	ok c "$1" bundle write "$T/stick"
	ok d bundle read "$T/stick"
	ok c "$1" bundle read "$T/stick" --clean
}
carry_stick three
ok d link --address http://127.0.0.1:1
carry_stick three
ok c three whoami
is "$(val server)" http://127.0.0.1:1 "address that a stick brought"
ok c three backup "$T/three.backup" --passphrase-file "$T/secret"
ok "$B/dongbo" restore "$T/three.backup" --data "$T/three-again" --passphrase-file "$T/secret"
ok c three-again init --enrol "$T/three.enrol"
ok c three-again whoami
is "$(val server)" http://127.0.0.1:1 "address after a paper without one"
