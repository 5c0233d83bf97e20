# Goal: attached files on a stick: behind the records, in the room that there is, in parts that
# go on where the one before ended; a stick that lost a part, the network in between, and a
# colleague's wish that comes back on the stick.
. "$(dirname "$0")/lib.sh"

ok d init --name "Huyện Sông Lô"
ok d unit import "$PACKS/songlo-units.csv"
ok d pack publish "$PACKS/songlo-nq06.json" --prose "$PACKS/songlo-nq06.dict.txt"
scan() {
	{ printf '\377\330\377\340'; awk -v n="$2" -v s="$1" 'BEGIN { srand(length(s) * 7919 + n)
		for (i = 0; i < n; i++) printf "%c", 33 + int(rand() * 90) }'; } | head -c "$2" >"$T/$1"
}
scan trang1.jpg 300000
scan trang2.jpg 150000
mkdir "$T/usb"
new_client a THCS-TAMSON "Lê Thị Nhập"
new_client b THCS-TAMSON "Lê Thị Hai"
add_staff a "Lê Thị Mẫu"
add_bonus a "$id" 45000000
record=$id
ok c a attach "$record" "$T/trang1.jpg" "$T/trang2.jpg" --as award

# --- first contact, records and files on one stick, in small parts ---
ok c a bundle write "$T/usb" --size 64K
bound "$(val files.7.bytes)" -gt 0 "parts"
is "$(val attached)" 2 "files in the bundle"
is "$(val attached_bytes)" 450000 "their bytes"
# The fourth part is lost: what follows it of the same file can't be used.
rm "$(find "$T/usb" -name '*-04_*.dongbo' | sort | head -n 1)"
ok d bundle read "$T/usb"
is "$(val bad)" 0 "files with errors"
bound "$(val attached)" -le 1 "files that are whole"
ok c a bundle read "$T/usb"
ok c a status
is "$(val changesets)" 0 "packets without a receipt"
left=$(val files.to_send_bytes)
bound "$left" -lt 450000 "bytes that are left"
bound "$left" -gt 0 "bytes that are left"

# --- the next stick goes on from there ---
rm -rf "$T/usb"/*
ok c a bundle write "$T/usb"
is "$(val attached_bytes)" "$left" "bytes on the second stick"
ok d bundle read "$T/usb"
bound "$(val attached)" -ge 1 "files that are whole"
ok c a bundle read "$T/usb" --clean
ok c a status
is "$(val files.to_send)" 0 "files that wait"
ok d files "$record"
is "$(val 0.here) $(val 1.here)" "true true" "both are here"
ok d open "$record" --out "$T" 
cmp "$T/trang1 (2).jpg" "$T/trang1.jpg" || die "another file came"
fsck_clean

# Read once more, and late: nothing changes.
ok c a bundle write "$T/usb"
is "$(val attached_bytes)" 0 "bytes of files, when all are there"

# --- a colleague asks for one by stick ---
rm -rf "$T/usb"/*
ok c b bundle write "$T/usb"
ok d bundle read "$T/usb"
ok c b bundle read "$T/usb" --clean
ok c b fetch "$record" 1
is "$(val wanted)" 1 "what is wanted"
rm -rf "$T/usb"/*
ok c b bundle write "$T/usb" --size 100K
ok d bundle read "$T/usb"
bound "$(val answers)" -ge 3 "answers, of 100K each"
ok c b bundle read "$T/usb" --clean
ok c b files "$record"
is "$(val 0.standing)" sent "where it is"
ok c b files --check
is "$(val files)" 1 "files of b"
is "$(val ok)" true "files of b"

# --- a small stick: records go, files as far as they fit; one file by mail: the same ---
scan to.jpg 900000
ok c a attach "$record" "$T/to.jpg" --as other
ok c a bundle write "$T/mail.dongbo" --size 200K
is "$(val attached)" 0 "whole files in one message"
bound "$(val attached_bytes)" -gt 100000 "bytes of files in one message"
ok d bundle read "$T/mail.dongbo"
ok c a bundle read "$T/mail.reply.dongbo"
# The network has the rest, from there on.
server_start
ok c a sync --server "http://127.0.0.1:$PORT"
ok c a status
is "$(val files.to_send)" 0 "files that wait"
arrived=$(sed -n 's/.*file_in=\([0-9]*\).*/\1/p' "$T/server.log" | awk '{ n += $1 } END { print n + 0 }')
bound "$arrived" -lt 800000 "bytes that the network carried of 900000"
ok c a bundle write "$T/usb" --no-files
is "$(val attached_bytes)" 0 "bytes of files with --no-files"
fsck_clean
server_stop
