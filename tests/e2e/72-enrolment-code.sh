#!/bin/sh
# Enrolment by a letter: a code that is typed, or scanned. What is mistyped is told by its group;
# what answers must be the district of the letter; a letter works once.
. "$(dirname "$0")/lib.sh"

make_district
server_start
URL=http://127.0.0.1:$PORT

# A letter needs an address to be typed.
expect 2 d enrol THCS-TAMSON --letter "$T/l.html"
ok d link --address "$URL"
# UNIT [OPTIONS...]: a letter; sets code, scan.
letter() {
	ok d enrol "$@" --letter "$T/letter.html"
	code=$(val code)
	scan=$(val scan)
}
letter THCS-TAMSON
is "$(val address)" "$URL" "the address of the letter"
is "$scan" "DONGBO1 $URL $code" "what is scanned"
has "$T/letter.html" "<svg" "a QR code on the page"
has "$T/letter.html" "$(echo "$code" | cut -c1-23)" "the code on the page"
has "$T/letter.html" "GIẤY GHI DANH" "words on the page"
is "$(stat -c %a "$T/letter.html")" 600 "who may read it"
ok "$B/dongbod" enrol THCS-TAMSON --show --data "$DISTRICT"
has "$T/out" "▀" "a QR code on the screen"
expect 2 d enrol THCS-TAMSON --letter "$T/l.html" --pin "$(printf '%064d' 0)"

# Mistyped: nothing is asked of the server, the group is named.
init() { # STATUS STORE CODE [ADDRESS]
	expect "$1" c "$2" init --author "Trần Thị Nhập" --code "$3" --address "${4:-$URL}"
}
heard=$(wc -l <"$T/server.log")
first=$(echo "$code" | cut -c3)
[ "$first" = 7 ] && other=8 || other=7
init 2 wrong "$(echo "$code" | sed "s/./$other/3")"
has "$T/err" "nhóm: 1\." "the group with a wrong digit"
init 2 wrong "$(echo "$code" | sed 's/^\(.....\)-\(.....\)/\2-\1/')"
has "$T/err" "nhóm: 1 2\." "groups that changed places"
init 2 wrong "$(echo "$code" | sed 's/.$//')"
has "$T/err" "Nhóm 8 có 4 ký tự" "one that is missing"
init 2 wrong "$(echo "$code" | sed 's/./Ă/8')"
has "$T/err" "Nhóm 2 có ký tự \"Ă\"" "a letter with a mark"
has "$T/err" "bộ gõ" "advice on the keyboard"
init 2 wrong "$code" "http://127.0.0.1:1"
has "$T/err" "địa chỉ gõ sai" "another address"
expect 2 c wrong init --code "$code"
expect 2 c wrong init
[ ! -e "$T/wrong/store.db" ] || die "a store of a wrong code"
is "$(wc -l <"$T/server.log")" "$heard" "what the server got to hear"

# Without a link: said plainly, and the code stays good.
server_stop
init 4 a "$code"
has "$T/err" "cần mạng một lần" "what a code needs"
server_start "$PORT"
init 0 a "$(echo "$code" | tr 'A-Z-' 'a-z ')"
is "$(val problem)" ok "the synchronisation behind it"
ok c a status
is "$(val enrolled)" true "enrolled"
add_staff a "Trần Thị Một"
sync a
is "$(val changesets_out)" 1 "sent by the new computer"
init 2 a "$code"
# Once.
init 3 twin "$code"
has "$T/err" "đã dùng cho máy khác" "a letter that was used"
[ ! -e "$T/twin/store.db" ] || die "a store of a used letter"

# Scanned; expired; never given.
letter THCS-TAMSON
ok c b init --code "$scan"
letter THCS-TAMSON --valid 1s
sleep 2.1
init 3 late "$code"
has "$T/err" "hết hạn" "a letter that is too old"
letter MN-TAMSON
sqlite3 "$DISTRICT/store.db" "DELETE FROM enrolment WHERE unit=(SELECT f_number FROM t_unit WHERE
	f_code='MN-TAMSON')"
init 3 never "$code"
has "$T/err" "không biết giấy" "a letter that the server never gave"

# Another district's server at the address: known by the fingerprint, whatever it says.
letter MN-TAMSON
letter_code=$code
server_stop
ok "$B/dongbod" init --name "Huyện Khác" --data "$T/other" --json
mine=$DISTRICT
DISTRICT=$T/other
server_start "$PORT"
init 3 fooled "$letter_code"
server_stop
# Even one that knows the secret.
ok d unit import "$PACKS/songlo-units.csv"
sqlite3 "$T/other/store.db" "ATTACH '$mine/store.db' AS m;
	INSERT INTO enrolment SELECT * FROM m.enrolment WHERE used=0"
server_start "$PORT"
init 5 fooled "$letter_code"
has "$T/err" "Huyện Khác" "who answered"
[ ! -e "$T/fooled/store.db" ] || die "a store of another district's"
server_stop
DISTRICT=$mine
server_start "$PORT"

# The keys of the server change before the letter is used.
ok d key new --out "$T/to-sign"
ok d root sign "$T/to-sign" --root-key "$DISTRICT/root.key" --out "$T/signed" --yes
ok d key install "$T/signed"
init 0 m "$letter_code"
add_staff m "Lê Thị Hai"
sync m

# A head's letter, on a computer that is enrolled.
ok d pack publish "$PACKS/songlo-nq06.json" --prose "$PACKS/songlo-nq06.dict.txt"
sync a
letter THCS-TAMSON --role chief
has "$T/letter.html" "chief add" "what the head is told"
echo "mật khẩu thủ trưởng" >"$T/pass"
ok c a chief add --code "$scan" --name "Phạm Thị Trưởng" --passphrase-file "$T/pass"
sync a
is "$(val chiefs.0.certified)" true "the head's key"

# Asked for at the terminal, until it is right.
if command -v script >/dev/null 2>&1; then
	letter MN-TAMSON
	{
		sleep 1
		echo "$URL"
		sleep 0.5
		echo "$code" | sed "s/./$other/3; s/./$other/9"
		sleep 0.5
		echo "$code"
		sleep 1
	} | script -qec "$B/dongbo init --data $T/typed --author 'Lê Gõ'" /dev/null >"$T/out" 2>&1 ||
		{ cat "$T/out"; die "typing a code"; }
	has "$T/out" "Gõ sai ở nhóm" "what was mistyped"
	ok c typed status
	is "$(val enrolled)" true "enrolled by typing"
else
	echo "SKIPPED: script(1) is not installed"
fi

# Over TLS with a certificate that signed itself: the code brings the key to know it by.
server_stop
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/tls.key" -out "$T/tls.pem" -days 30 \
	-subj /CN=district 2>/dev/null || die "openssl makes no certificate"
"$B/dongbod" serve --data "$DISTRICT" --json --listen "127.0.0.1:$PORT" --tls-cert "$T/tls.pem" \
	--tls-key "$T/tls.key" >"$T/port" 2>>"$T/server.log" &
SERVER_PID=$!
started $SERVER_PID
read_port "$T/port"
ok d link --address "https://127.0.0.1:$PORT" --tls-cert "$T/tls.pem"
letter MN-TAMSON
ok c s init --code "$code" --address "127.0.0.1:$PORT"
is "$(val problem)" ok "synchronised with the pinned key"
expect 4 c a sync --once --server "https://127.0.0.1:$PORT"
server_stop

# No code, seed or secret in the log.
echo "$code" | tr '-' '\n' | while read -r group; do
	lacks "$T/server.log" "$group" "the log"
done
fsck_clean
echo "typed and scanned"
