#!/bin/sh
# New server keys: asked for at the server, signed where the root key is kept, put into force
# while the server runs. Computers follow without being touched; what was signed before stays
# good; what the root has not signed is refused.
. "$(dirname "$0")/lib.sh"

make_district
mkdir "$T/safe"
mv "$DISTRICT/root.key" "$T/safe/root.key"
# A paper there and back. [OPTIONS of key new...]
change_keys() {
	rm -f "$T/to-sign" "$T/signed"
	ok d key new --out "$T/to-sign" "$@"
	new_key=$(val key)
	ok d root sign "$T/to-sign" --root-key "$T/safe/root.key" --out "$T/signed" --yes
	is "$(val key)" "$new_key" "the key that is signed"
	ok d key install "$T/signed"
	cp "$T/signed" "$T/signed.$(val version)"
}

server_start
new_client a THCS-TAMSON "Trần Thị Nhập"
new_client late THCS-TAMSON "Lê Văn Muộn"
new_client stick THCS-TAMSON "Phạm Thị Xa"
enrol old MN-TAMSON
add_staff a "Trần Thị Một"
sync a
add_staff late "Lê Văn Hai"
sync late
add_staff stick "Phạm Thị Ba"
sync stick
add_staff stick "Phạm Thị Bốn"
mkdir "$T/usb"
ok c stick bundle write "$T/usb"

server_stop
cp -r "$DISTRICT" "$T/ancient"
server_start "$PORT"

# Wrong papers change nothing.
ok d key new --out "$T/to-sign"
is "$(val version)" 2 "the version that is asked for"
expect 1 d key new --out "$T/again"
has "$T/err" "vẫn dùng được" "a change under way"
expect 5 d key install "$T/to-sign"
has "$T/err" "chưa được khóa gốc của máy chủ ký" "an unsigned paper"
sed '3s/./A/5' "$T/to-sign" >"$T/bent"
expect 5 d root sign "$T/bent" --root-key "$T/safe/root.key" --out "$T/never" --yes
[ ! -e "$T/never" ] || die "a bent paper was signed"
ok "$B/dongbod" init --name "Huyện Khác" --data "$T/other" --json
expect 5 d root sign "$T/to-sign" --root-key "$T/other/root.key" --out "$T/never" --yes
has "$T/err" "không phải khóa gốc" "another district's root key"
[ ! -e "$T/never" ] || die "another district's root key signed"
ok "$B/dongbod" key new --out "$T/theirs" --data "$T/other" --json
ok d root sign "$T/theirs" --root-key "$T/other/root.key" --out "$T/theirs.signed" --yes
expect 5 d key install "$T/theirs.signed"
has "$T/err" "hệ thống khác" "another district's paper"
expect 2 d root sign "$T/to-sign" --root-key "$T/safe/root.key" --out "$T/no" </dev/null
ok d root sign "$T/to-sign" --root-key "$T/safe/root.key" --out "$T/given-up" --yes
ok d key new --out "$T/to-sign" --again
expect 2 d key install "$T/given-up"
has "$T/err" "đã bỏ" "the paper of a change that was given up"
ok d key
is "$(val keys.0.version)" 1 "the version in force"
is "$(val pending)" true "a change that waits"

# The right one, while the server runs.
ok d root sign "$T/to-sign" --root-key "$T/safe/root.key" --out "$T/signed" --yes
ok d key install "$T/signed"
cp "$T/signed" "$T/signed.2"
expect 1 d key install "$T/signed"
has "$T/err" "cài rồi" "the same paper again"
ok d key
is "$(val keys.0.version)" 2 "the version in force now"
is "$(val pending)" false "nothing waits"
lines=$(wc -l <"$DISTRICT/working.key")
is "$lines" 2 "lines of working.key: the old key is gone"

# Clients follow, and what they have of the old key stays proved.
add_staff a "Trần Thị Năm"
sync a
is "$(val changesets_out)" 1 "sent over the change"
ok c a receipts --verify
sync a
is "$(val exchanges)" 1 "exchanges when nothing is new"

# One that was away for two changes, and an enrolment from before both.
change_keys
change_keys --grace 1d
ok d key
is "$(val keys.0.version)" 4 "the version in force after four"
add_staff late "Lê Văn Sáu"
sync late
is "$(val changesets_out)" 1 "sent over three changes"
is "$(val problem)" ok "no problem"
ok c late receipts --verify
ok c old init --enrol "$T/old.enrol" --author "Hoàng Thị Cũ"
sync old
ok c old status
is "$(val enrolled)" true "enrolled with an enrolment from before"
# A new one, whose stream 0 has four keys in it.
new_client fresh MN-TAMSON "Đỗ Thị Mới"
add_staff fresh "Đỗ Thị Bảy"
sync fresh
ok c fresh receipts --verify

# A stick from before the changes: read, answered, and its answer is read.
ok d bundle read "$T/usb"
ok c stick bundle read "$T/usb"
ok c stick status
is "$(val changesets)" 0 "what the stick brought is received"
ok c stick receipts --verify
sync stick

# The old key was stolen: what it signed since counts no more, and is given anew.
today=$(date -u +%d/%m/%Y)
add_staff a "Trần Thị Tám"
sync a
change_keys --stolen-on "$today"
sync a
ok c a receipts --verify
add_staff a "Trần Thị Chín"
sync a
ok c a receipts --verify

fsck_clean
server_stop
server_start "$PORT"
sync a
fsck_clean

# A backup of after the change has all the keys that are needed.
echo "mật khẩu sao lưu" >"$T/pass"
mkdir "$T/backups"
ok d backup "$T/backups" --passphrase-file "$T/pass"
sync a
server_stop
mv "$DISTRICT" "$T/broken"
ok "$B/dongbod" restore "$T"/backups/dongbod-* --data "$DISTRICT" --passphrase-file "$T/pass" --json
server_start "$PORT"
ok c late sync
ok c a receipts --verify
fsck_clean

# A server that was put back from before all changes, with its later keys lost: computers can't
# be reached by it, until they are shown a paper that the root has signed.
server_stop
mv "$DISTRICT" "$T/lost"
mv "$T/ancient" "$DISTRICT"
server_start "$PORT"
expect 5 c a sync --once
is "$("$B/json_check" error.code <"$T/out")" not_sealed_to_us "a server without its keys"
change_keys --version 9
expect 5 c a sync --once
cp "$T/signed" "$T/nine"
ok d key new --out "$T/ten" --again
expect 5 c a key "$T/ten"
expect 5 c a key "$T/theirs.signed"
ok c a key
is "$(val version)" 5 "no paper taken"
ok c a key "$T/nine"
is "$(val version)" 9 "the paper taken"
# What the lost keys have signed can be checked once their papers are there.
expect 1 d key install "$T/nine" --lost
for version in 2 3 4 5; do ok d key install "$T/signed.$version" --lost; done
expect 1 d key install "$T/signed.3" --lost
server_stop
server_start "$PORT"
sync a
is "$(val problem)" ok "healed"
ok c a receipts --verify
# A computer that was told of the first restore only: what came between is lost to the server.
ok c late key "$T/nine"
sync late
is "$(val problem)" ok "a computer of both restores"
ok d key
is "$(val keys.0.version)" 9 "the version in force after all"
fsck_clean
echo "new keys followed"
