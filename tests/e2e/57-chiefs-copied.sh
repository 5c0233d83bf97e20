# Goal: a computer with a chief's key is copied, cloned with its whole disk, or put back from an
# older copy; its chief signs on on each of them, with his passphrase and no new enrolment, and
# nothing that he has signed is lost or counts twice. What could not go as it was is signed anew
# with just what he signed, though the record may have got another number; what has changed since
# he has to look at again.
. "$(dirname "$0")/lib.sh"

CHIEF="Trần Văn Mẫu"
make_district
ok d pack publish "$ROOT/tests/data/letters.json"
server_start
new_client disk THCS-TAMSON "Trần Thị Nhập"
echo "mật khẩu của thủ trưởng" >"$T/chief.pass"
enrol chief THCS-TAMSON --role chief
ok c disk chief add --enrol "$T/chief.enrol" --name "$CHIEF" --passphrase-file "$T/chief.pass"

# NAME SUBJECT AMOUNT: a letter with a line, submitted; sets id.
add_letter() {
	ok c "$1" add letter subject="$2" amount="$3" about=000199000001
	id=$(val id)
	ok c "$1" row "$id" lines what="Học phí" sum="$3"
	ok c "$1" submit "$id"
}
sign() { # NAME ID...
	signer=$1
	shift
	ok c "$signer" sign "$@" --chief "$CHIEF" --passphrase-file "$T/chief.pass" --yes
}
renew() { ok c "$1" chief renew "$CHIEF" --passphrase-file "$T/chief.pass"; }
# SUBJECT: how many letters of that subject are signed at the server, with a good signature.
signed_there() {
	ok d list letter --state signed
	is "$(grep -o "\"$1\"" "$T/out" | wc -l)" 1 "letters signed at the server: $1"
}
nothing_waits() { # STORE...
	for store in "$@"; do
		ok c "$store" status
		is "$(val transactions).$(val changesets).$(val refused).$(val conflicts)" 0.0.0.0 \
			"what waits at $store"
	done
}

add_letter disk "Trước hết" 900000
sync disk
add_letter disk "Ký trước khi chép" 1000000
sign disk "$id"

# --- copied to another place: seen before the first write, without a network ---
cp -a "$T/disk" "$T/copy"
ok c copy chief list
is "$(val 0.stale).$(val 0.certified)" true.true "the chief's key in the copy"
ok "$B/dongbo" status --data "$T/copy"
has "$T/out" "không cần giấy ghi danh mới" "what status says of the chief"
add_letter disk "Của máy một" 2000000
sign disk "$id"
add_letter copy "Của máy hai" 3000000
sign copy "$id"
ok c copy chief list
is "$(val '#').$(val 0.stale).$(val 0.certified)" 1.false.false "a new key, not known yet"
sync copy
sync disk
sync copy
nothing_waits disk copy
ok c copy chief list
is "$(val 0.certified)" true "the new key at the server"
for subject in "Ký trước khi chép" "Của máy một" "Của máy hai"; do signed_there "$subject"; done
ok d summary
is "$(val renewals.0.kind)" copied "what the officer is told"
ok c disk chief list
is "$(val 0.stale)" false "the key of the first: it is where it was"

# --- the whole disk is cloned: nothing on it tells, and both chiefs sign ---
files="store.db store.db-wal device.key install.mark"
over() { for f in $files; do cat "$1/$f" >"$2/$f" 2>/dev/null; done; }
keep() { rm -rf "${T:?}/$1"; mkdir "$T/$1"; over "$T/disk" "$T/$1"; }
bring() { rm -f "$T"/disk/store.db-*; over "$T/$1" "$T/disk"; }
keep first
keep second

bring first
add_letter disk "Của bản một" 4000000
sign disk "$id"
add_letter disk "Bản một, hai" 4100000
sign disk "$id"
sync disk
nothing_waits disk
keep first

bring second
add_letter disk "Của bản hai" 5000000
sign disk "$id"
add_letter disk "Bản hai, hai" 5100000
number=$id
sign disk "$id"
ok c disk chief list
is "$(val 0.stale).$(val 0.again)" false.0 "what the second knows before it hears of the server"
sync disk
ok c disk status
is "$(val renewals.1.reason)$(val renewals.0.reason)" "(nothing at renewals.1.reason)forked" \
	"what the second has heard"
is "$(val chiefs.0.again).$(val chiefs.0.stale)" 2.true "what waits for the chief"
is "$(val refused)" 0 "nothing was refused: it is kept"
ok "$B/dongbo" status --data "$T/disk"
has "$T/out" "chief renew" "what status says of it"
expect 2 c disk chief renew "$CHIEF" --passphrase-file "$T/passphrase.none"
ok d list letter --state signed
is "$(val total)" 5 "signed at the server before that"
renew disk
is "$(val renewed).$(val again).$(val left)" true.2.0 "signed anew"
renew disk
is "$(val renewed).$(val again).$(val left)" false.0.0 "once"
sync disk
nothing_waits disk
for subject in "Của bản một" "Bản một, hai" "Của bản hai" "Bản hai, hai"; do
	signed_there "$subject"
done
add_letter disk "Bản hai, sau" 5200000
sign disk "$id"
sync disk
keep second

bring first
add_letter disk "Bản một, sau" 4200000
sign disk "$id"
sync disk
ok c disk chief list
is "$(val 0.stale).$(val 0.again)" false.0 "what the first had to do"
nothing_waits disk
keep first
ok d list letter --state signed
is "$(val total)" 9 "letters signed at the server"
fsck_clean

# --- cloned again: this time the chief signs at the second alone, and looks at one again ---
keep first
keep second
bring first
add_letter disk "Chưa ký ở bản một" 100000
sync disk
keep first
bring second
add_letter disk "Ký ở bản hai" 200000
named=$id
sign disk "$id"
sync disk
ok c disk status
is "$(val refused).$(val chiefs.0.again)" 0.1 "signed under a number that is another letter's"
renew disk
is "$(val again).$(val left)" 1.0 "signed anew, by its new number"
sync disk
nothing_waits disk
signed_there "Ký ở bản hai"
ok d list letter --state ready
is "$(val total).$(grep -o "Chưa ký ở bản một" "$T/out" | wc -l)" 2.1 "the other one is not signed"
keep second

# The number that the second's signature took is not the first's: its chief's key has to go.
bring first
add_letter disk "Sửa trước khi ký lại" 400000
sign disk "$id"
sync disk
ok c disk status
is "$(val renewals)" "[]" "the computer's own key"
is "$(val chiefs.0.again)" 1 "what waits for the chief"
ok c disk list letter --state ready --text "Sửa trước"
is "$(val total)" 1 "not signed, until then"
changed=$(val records.0.id)
ok c disk submit "$changed" --to draft
ok c disk edit "$changed" amount=450000
ok c disk submit "$changed"
renew disk
is "$(val renewed).$(val again).$(val left)" true.0.1 "what the chief signed is not what stands there"
sign disk "$changed"
# Of what was refused of the second's, under the key that both had, that one alone is told.
sync disk
nothing_waits disk
signed_there "Sửa trước khi ký lại"
fsck_clean

# --- put back from an older copy: the key has signed since what the store does not know ---
ok cp -a "$T/copy" "$T/old"
add_letter copy "Của tháng sau" 6000000
sign copy "$id"
sync copy
rm -f "$T"/copy/store.db*
cp "$T"/old/store.db* "$T/copy/"
add_letter copy "Sau khi về" 7000000
sign copy "$id"
sync copy
sync copy
nothing_waits copy
signed_there "Của tháng sau"
signed_there "Sau khi về"
ok c copy list letter --state signed
is "$(val total)" 13 "letters signed, at the copy"
ok c copy receipts --verify
server_stop
fsck_clean
