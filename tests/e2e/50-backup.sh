# Goal: a server is backed up while schools synchronise in a loop; what it says of itself
# after a restore stands, every receipt given before the backup is honoured, and a backup
# that was altered or cut in any file is refused, with nothing left behind.
. "$(dirname "$0")/lib.sh"

make_district
add_officer
server_start
first_port=$PORT
new_client one MN-LANGCONG "Lê Thị Một"
new_client two MN-QUANGYEN "Hà Văn Hai"
sync one
sync two
echo "mật khẩu của bản sao lưu" >"$T/secret"

# STORE: enters and synchronises until it is told to stop.
work() {
	n=0
	while [ ! -e "$T/stop" ]; do
		n=$((n + 1))
		"$B/dongbo" add staff full_name="Người $n của $1" --data "$T/$1" --json \
			>"$T/$1.out" 2>>"$T/$1.err" || echo "add: status $?" >>"$T/$1.bad"
		"$B/dongbo" sync --once --data "$T/$1" --json >>"$T/$1.sync" 2>>"$T/$1.err" ||
			echo "sync: status $?" >>"$T/$1.bad"
	done
}
for store in one two; do
	work $store &
	started $!
	eval "pid_$store=$!"
done
for n in 1 2 3; do
	sleep 0.3
	# What they hold as received now is before the backup.
	for store in one two; do
		ok c $store receipts
		grep -o '"stream":[0-9]*,"seq":[0-9]*,"time":[0-9]*,"head":"[0-9a-f]*"' "$T/out" \
			>"$T/$store.receipts"
	done
	ok d backup "$T/safe" --passphrase-file "$T/secret"
	is "$(val new)" true "backup $n, while they write"
	backup=$(val backup)
done
: >"$T/stop"
for store in one two; do
	eval "wait \$pid_$store; ended \$pid_$store"
	[ -e "$T/$store.bad" ] && die "$store: $(cat "$T/$store.bad" "$T/$store.err")"
done
rm "$T/stop"
bound "$(grep -c . "$T/one.receipts")" -gt 0 "receipts from before the backup"

# Nothing of a root key, no key in clear.
is "$(ls "$backup" | tr '\n' ' ')" "keys.vault manifest.json store.db " "files of a backup"
[ ! -e "$backup/root.key" ] || die "the root key is in the backup"

ok "$B/dongbod" restore "$backup" --data "$T/new" --passphrase-file "$T/secret" --json
is "$(val keys)" true "keys of the restored store"
[ ! -e "$T/new/root.key" ] || die "a root key came out of a backup"
ok "$B/dongbod" fsck --data "$T/new" --json
is "$(val count)" 0 "what fsck finds in the restored store"
for store in one two; do
	while read -r receipt; do
		stream=$(echo "$receipt" | sed 's/"stream":\([0-9]*\),.*/\1/')
		seq=$(echo "$receipt" | sed 's/.*"seq":\([0-9]*\),.*/\1/')
		head=$(echo "$receipt" | sed 's/.*"head":"\([0-9a-f]*\)".*/\1/')
		is "$(sqlite3 "$T/new/store.db" "SELECT lower(hex(head)) FROM item WHERE
			stream=$stream AND seq=$seq")" "$head" "receipt $stream/$seq after restore"
	done <"$T/$store.receipts"
done
# It says where it is from; and no store is written over.
ok "$B/dongbod" summary --data "$T/new" --json
bound "$(val backup.restored_from)" -gt 0 "the time that the store is from"
expect 2 "$B/dongbod" restore "$backup" --data "$T/new" --passphrase-file "$T/secret"
expect 2 "$B/dongbod" restore "$backup" --data "$T/other" --passphrase-file "$T/passphrase"
[ ! -e "$T/other/store.db" ] || die "a wrong passphrase left a store"

# Whose store it is: what restore prints stands on every computer of the district.
ok c one key
root=$(val root)
ok "$B/dongbod" restore "$backup" --data "$T/asked" --root "$root" --json
is "$(val root)" "$root" "the root key of the restored store"
expect 5 "$B/dongbod" restore "$backup" --data "$T/unasked" --root "$(echo "$root" | tr 0-9 1-90)" --json
is "$(val error.code)" backup_of_another_key "a store of another root key"
[ ! -e "$T/unasked/store.db" ] || die "a store of another root key was made"
# Altered, and every hash made anew: the signature is what is left.
cp -r "$backup" "$T/forged"
sed -i '$d' "$T/forged/manifest.json"
expect 5 "$B/dongbod" restore "$T/forged" --data "$T/unasked"
has "$T/err" manifest.json "a backup without its signature"

# FILE HOW: the copy of the backup that is damaged so is refused with the file's name.
refused() {
	expect 5 "$B/dongbod" restore "$T/bad" --data "$T/other" --passphrase-file "$T/secret"
	has "$T/err" "$1" "the place of what is wrong ($2)"
	is "$(ls -A "$T/other" 2>/dev/null)" "" "what $1, $2, has left"
	rm -rf "$T/bad"
}
for file in store.db keys.vault manifest.json; do
	size=$(wc -c <"$backup/$file")
	for at in 0 $((size / 2)) $((size - 1)); do
		cp -r "$backup" "$T/bad"
		old=$(dd if="$T/bad/$file" bs=1 skip=$at count=1 2>/dev/null | od -An -tu1)
		printf "\\$(printf %o $(((old + 1) % 256)))" |
			dd of="$T/bad/$file" bs=1 seek=$at conv=notrunc 2>/dev/null
		refused $file "byte $at altered"
		cp -r "$backup" "$T/bad"
		truncate -s $at "$T/bad/$file"
		refused $file "cut at $at"
	done
done

# Nothing came since the last one that was taken: nothing is written.
ok d backup "$T/safe" --passphrase-file "$T/secret"
last=$(val backup)
before=$(ls "$T/safe")
ok d backup "$T/safe" --passphrase-file "$T/secret" --fsck
is "$(val replayed)" true "a backup whose log was worked out anew"
ok d backup "$T/safe" --passphrase-file "$T/secret" --fsck
is "$(val new)" false "a second backup of the same"
ok d backup "$T/safe" --passphrase-file "$T/secret" --keep 1
is "$(ls "$T/safe" | wc -l)" 1 "backups that are kept"

# After their next synchronisation both know that all of theirs is in a backup, and
# what comes later is not.
for store in one two; do
	sync $store
	ok c $store status
	is "$(val safe)" "$(val received)" "packets of $store in a backup"
	bound "$(val safe)" -gt 0 "packets of $store in a backup"
	ok c $store receipts
	lacks "$T/out" '"own":true,"in_backup":false' "receipts of $store"
done
add_staff one "Chưa Có Trong Bản Sao"
ok c one show "$id"
is "$(val in_backup)" false "a record that is only here"
sync one
ok c one show "$id"
is "$(val standing).$(val in_backup)" received.false "a record that came after the backup"
ok d backup "$T/safe" --passphrase-file "$T/secret"
sync one
ok c one show "$id"
is "$(val standing).$(val in_backup)" received.true "a record that is in the next backup"
ok "$B/dongbo" show "$id" --data "$T/one"
has "$T/out" "đã có trong bản sao lưu" "what show says"

# No room: it says so, leaves nothing, notes it, and the server goes on.
if [ "$(id -u)" = 0 ] && mkdir "$T/small" && mount -t tmpfs -o size=64k none "$T/small" 2>/dev/null
then
	expect 6 d backup "$T/small" --passphrase-file "$T/secret"
	left=$(ls "$T/small")
	umount "$T/small"
	is "$left" "" "what a full disk has left"
	ok d summary
	bound "$(val backup.failed)" -gt 0 "the failure, told in the summary"
	add_staff one "Sau Khi Đĩa Đầy"
	sync one
else
	echo "SKIPPED: a full disk (needs root and tmpfs)" >&2
fi

# Where nothing came after it, the restored store goes on as the server.
server_stop
ok d backup "$T/safe" --passphrase-file "$T/secret"
last=$(val backup)
mv "$DISTRICT" "$T/burnt"
ok "$B/dongbod" restore "$last" --data "$DISTRICT" --passphrase-file "$T/secret"
server_start "$first_port"
add_staff one "Sau Khi Khôi Phục"
after=$id
sync one
sync two
server_field "$after" full_name
is "$value" "Sau Khi Khôi Phục" "what came after the restore"
ok c one receipts --verify
server_stop
fsck_clean

# On a schedule: the first at once, then whenever it is time; a failure is in the log and
# in the summary, and the server goes on.
# TO PATTERN: serves with backups to there until the log has the pattern.
scheduled() {
	: >"$T/schedule.log"
	"$B/dongbod" serve --data "$DISTRICT" --json --listen 127.0.0.1:0 --backup "$1" \
		--backup-every 1s --passphrase-file "$T/secret" >"$T/port" 2>"$T/schedule.log" &
	SERVER_PID=$!
	started $SERVER_PID
	read_port "$T/port"
	tries=0
	until grep -q "$2" "$T/schedule.log"; do
		tries=$((tries + 1))
		[ $tries -gt 600 ] && die "no '$2' in the log: $(cat "$T/schedule.log")"
		sleep 0.1
	done
	server_stop
}
scheduled "$T/daily" " backup unchanged .* keys=in "
has "$T/schedule.log" " backup taken .* keys=in " "the first scheduled backup"
is "$(ls "$T/daily" | wc -l)" 1 "backups of a server where nothing is new"
ok d summary
is "$(val backup.failed)" 0 "no failure"
scheduled "$DISTRICT/store.db/below" " backup FAILED io: "
ok d summary
bound "$(val backup.failed)" -gt 0 "the failure of a scheduled backup"
expect 2 d serve --listen 127.0.0.1:0 --backup-every 1h
