# Goal: papers of a record as files, with real processes: attached without a network, sent after
# the records, once; seen by the district; fetched by a colleague's computer; a second copy of
# the same scan costs nothing; what is no PDF, JPEG, PNG, DOCX or XLSX is refused whatever its
# name; a file that was damaged on the server comes back by itself; detached files go, but not
# those that something signed or judged names.
. "$(dirname "$0")/lib.sh"

ok d init --name "Huyện Sông Lô"
ok d unit import "$PACKS/songlo-units.csv"
ok d pack publish "$PACKS/songlo-nq06.json" --prose "$PACKS/songlo-nq06.dict.txt"
add_officer
server_start

# NAME BYTES: a scan: it begins as one does, and compresses badly, as scans do.
scan() {
	{ printf '%%PDF-1.5\n'; awk -v n="$2" -v s="$1" 'BEGIN { srand(length(s) * 7919 + n)
		for (i = 0; i < n; i++) printf "%c", 33 + int(rand() * 90) }'; } | head -c "$2" >"$T/$1"
}
scan giay-bao.pdf 200000
scan hoc-phi.pdf 60000
printf 'PK\003\004 not an archive' >"$T/bang.xlsx"
printf 'MZ this program' >"$T/quyet-dinh.pdf"
: >"$T/trong.pdf"

# --- attached without a network ---
new_client a THCS-TAMSON "Lê Thị Nhập"
new_client b THCS-TAMSON "Lê Thị Hai"
sync a
sync b
server_stop
add_staff a "Lê Thị Mẫu"
person=$id
add_bonus a "$person" 45000000
record=$id
ok c a attach "$record" "$T/giay-bao.pdf" --as award
row=$(val 0.short)
is "$(val 0.size)" 200000 "the size in the record"
is "$(val 0.name)" giay-bao.pdf "the name in the record"
# The same again on another record: kept once.
add_bonus a "$person" 1000000
ok c a attach "$id" "$T/giay-bao.pdf" "$T/hoc-phi.pdf" --as decision
other=$id
is "$(find "$T/a/files" -type f | wc -l)" 2 "files kept, of three attached"
ok c a files "$other"
is "$(val 1.standing)" here "where it is"

# What it is is told by its content; nothing is left of what is refused.
expect 2 c a attach "$record" "$T/bang.xlsx" --as other
expect 2 c a attach "$record" "$T/quyet-dinh.pdf" --as other
has "$T/err" EXE "what it seems to be"
has "$T/err" quyet-dinh.pdf "which file it is"
expect 2 c a attach "$record" "$T/trong.pdf" --as other
expect 2 c a attach "$record" "$T/khong-co.pdf" --as other
expect 1 c a attach "$record" "$T/hoc-phi.pdf" --as passport
has "$T/err" admission "which papers there are"
expect 1 c a attach "$record" "$T/hoc-phi.pdf"
ok c a status
is "$(val files.to_send)" 2 "files that wait"
is "$(val files.to_send_bytes)" 260000 "bytes that wait"

# --- records first, then files; each byte once ---
server_start "$PORT"
: >"$T/server.log"
ok c a sync
is "$(val files_up)" 2 "files that the district has now"
ok d summary
is "$(val files.here) $(val files.missing)" "2 0" "files in the summary"
awk '/sets=[1-9]/ && /file_in=/ { bad = 1 } END { exit bad }' "$T/server.log" ||
	die "a message with records carries files"
arrived=$(sed -n 's/.*file_in=\([0-9]*\).*/\1/p' "$T/server.log" | awk '{ n += $1 } END { print n + 0 }')
is "$arrived" 260000 "bytes of files that reached the server"
ok c a status
is "$(val files.to_send)" 0 "files that wait"
ok c a files "$record"
is "$(val 0.standing)" sent "where it is"
ok d files "$record"
is "$(val 0.here)" true "whether the district has it"
ok d open "$record" --out "$T/seen.pdf" --as "$OFFICER"
cmp "$T/seen.pdf" "$T/giay-bao.pdf" || die "the officer sees another file"
ok d report readings
has "$T/out" "$OFFICER" "who opened it"
fsck_clean

# --- a colleague's computer: on demand ---
sync b
ok c b files "$record"
is "$(val 0.standing)" absent "a file of another computer"
expect 1 c b open "$record"
: >"$T/server.log"
ok c b sync
is "$(val files_down)" 1 "files that came"
sent=$(sed -n 's/.*file_out=\([0-9]*\).*/\1/p' "$T/server.log" | awk '{ n += $1 } END { print n + 0 }')
is "$sent" 200000 "bytes of files that the server sent"
mkdir "$T/out.d"
ok c b open "$record" --out "$T/out.d"
cmp "$T/out.d/giay-bao.pdf" "$T/giay-bao.pdf" || die "another file came"
ok c b files --check
is "$(val ok)" true "the files of b"
# What is there already is told with the record, and does not travel.
ok c b attach "$record" "$T/hoc-phi.pdf" --as document
: >"$T/server.log"
ok c b sync
lacks "$T/server.log" file_in "a file that is there"
ok c b files "$record"
is "$(val 1.standing)" sent "where it is"

# Another unit reads neither the record nor the file.
new_client x 08773 "Trần Văn Lạ"
sync x
expect 1 c x files "$record"

# --- damaged on the server: told, and it comes back by itself ---
kept=$(find "$DISTRICT/files" -type f -size +100k)
printf 'x' | dd of="$kept" bs=1 seek=1000 conv=notrunc 2>/dev/null
expect 6 d fsck
has "$T/out" "is not what it was" "what fsck says of it"
expect 1 d open "$record" 1 --out "$T/again.pdf"
ok d files
is "$(val missing.0.unit) $(val missing.0.files)" "THCS-TAMSON 1" "who has what is not here"
ok c a edit "$person" note="sửa"
ok c a sync
ok d open "$record" 1 --out "$T/again.pdf"
cmp "$T/again.pdf" "$T/giay-bao.pdf" || die "another file came back"
fsck_clean

# --- detached ---
# A draft's paper that nothing else names goes, at the unit and at the district.
scan nham.pdf 30000
ok c a attach "$record" "$T/nham.pdf" --as other
nham=$(val 0.short)
sync a
ok d files "$record"
is "$(val 2.name)" nham.pdf "the third file"
ok c a detach "$nham"
sync a
sync a
ok d files "$record"
is "$(val 2.name)" "(nothing at 2.name)" "the third file, detached"
is "$(find "$T/a/files" -type f | wc -l)" 2 "files of a"
server_stop
server_start "$PORT"
is "$(find "$DISTRICT/files" -type f | wc -l)" 2 "files of the district"
# One that was judged with its record stays, though it is detached.
scan cu.pdf 20000
ok c a attach "$other" "$T/cu.pdf" --as document
cu=$(val 0.short)
ok c a submit "$other"
sync a
ok c a show "$other"
is "$(val rows.attachments.2.fields.name)" cu.pdf "what show says"
expect 1 c a detach "$cu"
ok c a submit "$other" --to draft
ok c a detach "$cu"
sync a
server_stop
server_start "$PORT"
is "$(find "$DISTRICT/files" -type f | wc -l)" 3 "files of the district"
fsck_clean

# --- backups carry them ---
ok d backup "$T/backup"
ok d backup "$T/backup"
is "$(val new)" false "a second backup"
find "$T/backup" -type d -name 'dongbod-*' >"$T/found"
ok "$B/dongbod" restore "$(cat "$T/found")" --data "$T/back" --json
is "$(val files)" 3 "files put back"
cp "$DISTRICT/working.key" "$DISTRICT/box.key" "$T/back"
ok "$B/dongbod" open "$record" 1 --out "$T/third.pdf" --data "$T/back" --json
cmp "$T/third.pdf" "$T/giay-bao.pdf" || die "another file in the backup"
ok "$B/dongbod" fsck --data "$T/back" --json
is "$(val ok)" true "fsck of what was put back"
echo "mật khẩu thử" >"$T/pass"
ok c a backup "$T/a.backup" --passphrase-file "$T/pass"
bound "$(val size)" -ge "$(stat -c %s "$T/giay-bao.pdf")" "size of a backup with attached files"
ok "$B/dongbo" restore "$T/a.backup" --data "$T/a2" --passphrase-file "$T/pass" --json
ok c a2 open "$record" 1 --out "$T/fourth.pdf"
cmp "$T/fourth.pdf" "$T/giay-bao.pdf" || die "another file in the client's backup"
ok c a backup "$T/small.backup" --no-files --passphrase-file "$T/pass"
bound "$(wc -c <"$T/small.backup")" -lt $(($(wc -c <"$T/a.backup") - 250000)) "a backup without files"
server_stop

# --- the district goes on from that backup: what came after it, papers too, comes back ---
server_start "$PORT"
scan sau.pdf 40000
ok c a attach "$record" "$T/sau.pdf" --as document
sync a
ok c a status
is "$(val files.to_send)" 0 "files that wait"
server_stop
DISTRICT=$T/back
server_start "$PORT"
sync a
sync a
ok d files "$record"
is "$(val 2.here)" true "a paper that came after the backup"
fsck_clean
server_stop
